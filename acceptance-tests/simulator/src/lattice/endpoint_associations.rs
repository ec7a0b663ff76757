//! Which endpoints lead to a configuration, as its owner sees it; and cutting them off.

use serde_json::{Value, json};

use super::arns::{arn, id_of};
use super::pages::Page;
use super::refusals::{CONFIGURATION, not_found};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::world::lattice::ResourceConfiguration;
use crate::world::private_link::{Endpoint, ResourceLink};
use crate::world::{Record, World};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "ListResourceEndpointAssociations",
        method: "GET",
        path: "/resourceendpointassociations",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "DeleteResourceEndpointAssociation",
        method: "DELETE",
        path: "/resourceendpointassociations/{resourceEndpointAssociationIdentifier}",
        status: 200,
        run: delete,
    },
];

/// The endpoints that lead to a configuration and are not on their way out.
pub(super) fn endpoints<'w>(
    world: &'w World,
    configuration_arn: &str,
) -> impl Iterator<Item = (&'w Record<Endpoint>, &'w ResourceLink, &'w String)> {
    let all = world.all::<Endpoint>();
    let alive = all.filter(|it| !matches!(it.value().state.as_str(), "deleting" | "deleted"));
    let linked = alive.filter_map(|it| {
        let link = it.value().resource.as_ref()?;
        Some((it, link, link.association_id.as_ref()?))
    });
    linked.filter(move |(_, link, _)| link.configuration_arn == configuration_arn)
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("resourceConfigurationIdentifier")?;
    let association = call
        .parameters
        .text("resourceEndpointAssociationIdentifier");
    let endpoint = call.parameters.text("vpcEndpointId");
    let owner = call.parameters.text("vpcEndpointOwner");
    let page = Page::read(&mut call.parameters)?;
    call.finish()?;
    let id = id_of(&identifier);
    let found = call.find::<ResourceConfiguration>(id);
    let found = found.ok_or_else(|| not_found(CONFIGURATION, id))?;
    let configuration = (arn(&call.scope, id), found.value().name.clone());
    let mut rows = Vec::new();
    for (it, _, association_id) in endpoints(call.world, &configuration.0) {
        let wanted = association
            .as_deref()
            .is_none_or(|one| id_of(one) == association_id)
            && endpoint.as_deref().is_none_or(|one| one == it.id)
            && owner.as_deref().is_none_or(|one| one == it.scope.account);
        if wanted && it.is_known(call.lens.salted("owner")) {
            let row = row(
                call,
                it,
                association_id,
                (&configuration.0, &configuration.1),
            );
            rows.push((association_id.clone(), row));
        }
    }
    Ok(page.cut(rows))
}

fn row(
    call: &Call<'_>,
    endpoint: &Record<Endpoint>,
    association_id: &str,
    (configuration, name): (&str, &str),
) -> Value {
    json!({
        "id": association_id,
        "arn": arn(&call.scope, association_id),
        "resourceConfigurationId": id_of(configuration),
        "resourceConfigurationArn": configuration,
        "resourceConfigurationName": name,
        "vpcEndpointId": endpoint.id,
        "vpcEndpointOwner": endpoint.scope.account,
        "createdBy": endpoint.scope.account,
        "createdAt": endpoint.created.iso(),
    })
}

/// The endpoint stays, and costs; nothing gets through it any more.
fn delete(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("resourceEndpointAssociationIdentifier")?;
    call.finish()?;
    let id = id_of(&identifier).to_owned();
    let (endpoint, configuration) =
        cuttable(call, &id).ok_or_else(|| not_found("RESOURCE_ENDPOINT_ASSOCIATION", &id))?;
    call.world.change::<Endpoint>(&endpoint, |it| {
        if let Some(link) = &mut it.resource {
            link.association_id = None;
        }
    });
    Ok(json!({
        "id": id,
        "arn": arn(&call.scope, &id),
        "resourceConfigurationId": id_of(&configuration),
        "resourceConfigurationArn": configuration,
        "vpcEndpointId": endpoint,
    }))
}

/// The endpoint of an association with a configuration of the caller's, and that configuration's ARN.
fn cuttable(call: &Call<'_>, association_id: &str) -> Option<(String, String)> {
    let mut all = call.world.all::<Endpoint>();
    all.find_map(|it| {
        let link = it.value().resource.as_ref()?;
        let configuration = id_of(&link.configuration_arn);
        let own = call.find::<ResourceConfiguration>(configuration).is_some();
        (own && link.association_id.as_deref() == Some(association_id))
            .then(|| (it.id.clone(), link.configuration_arn.clone()))
    })
}
