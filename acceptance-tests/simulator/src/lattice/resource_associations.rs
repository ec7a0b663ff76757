//! Resource configurations in service networks: put in, read, listed, taken out.

use serde_json::{Value, json};

use super::arns::{arn, id_of};
use super::joining::check;
use super::members::{self, HOSTED_ZONE, Member};
use super::pages::Page;
use super::refusals::{NETWORK_RESOURCE, conflict, denied, not_found};
use super::verification;
use super::{Event, tags};
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::world::Record;
use crate::world::service_network::{NetworkResource, ServiceNetwork};

pub(super) const OPERATIONS: &[RestOperation] = &[
    RestOperation {
        name: "CreateServiceNetworkResourceAssociation",
        method: "POST",
        path: "/servicenetworkresourceassociations",
        status: 201,
        run: create,
    },
    RestOperation {
        name: "GetServiceNetworkResourceAssociation",
        method: "GET",
        path: "/servicenetworkresourceassociations/{serviceNetworkResourceAssociationIdentifier}",
        status: 200,
        run: get,
    },
    RestOperation {
        name: "ListServiceNetworkResourceAssociations",
        method: "GET",
        path: "/servicenetworkresourceassociations",
        status: 200,
        run: list,
    },
    RestOperation {
        name: "DeleteServiceNetworkResourceAssociation",
        method: "DELETE",
        path: "/servicenetworkresourceassociations/{serviceNetworkResourceAssociationIdentifier}",
        status: 200,
        run: delete,
    },
];

fn create(call: &mut Call<'_>) -> JsonOutcome {
    let token = call.parameters.text("clientToken");
    let configuration = call
        .parameters
        .required("resourceConfigurationIdentifier")?;
    let network = call.parameters.required("serviceNetworkIdentifier")?;
    let private_dns = call.parameters.boolean("privateDnsEnabled")?;
    let tags = call.parameters.map("tags")?;
    call.finish()?;
    if let Some(id) = tags::spent(call, token.as_deref())? {
        return made_body(call, &id);
    }
    let (network_id, configuration_id) = check(call, &network, &configuration)?;
    let association = NetworkResource {
        network_id,
        configuration_id,
        status: "CREATE_IN_PROGRESS".to_owned(),
        private_dns: private_dns.unwrap_or_default(),
        shown_from: None,
        updated: call.now(),
        round: 0,
    };
    let id = call.new_id("snra");
    call.create(&id, tags, association);
    call.spend_token(token.as_deref(), &id);
    let event = Event::ResourceJoined {
        id: id.clone(),
        round: 0,
    };
    call.world
        .schedule(3_000, 30_000, crate::world::Event::Lattice(event));
    made_body(call, &id)
}

fn made_body(call: &Call<'_>, id: &str) -> JsonOutcome {
    let record = call.world.live::<NetworkResource>(id);
    let record = record.ok_or_else(|| not_found(NETWORK_RESOURCE, id))?;
    Ok(json!({
        "id": id,
        "arn": arn(&record.scope, id),
        "status": record.value().status,
        "createdBy": record.created_by.account,
        "privateDnsEnabled": record.value().private_dns,
    }))
}

/// Whether an association is the caller's business: he made it, or owns what it joins.
fn concerns(call: &Call<'_>, member: &Member<'_>) -> bool {
    let association = member.association;
    let network = call
        .world
        .record::<ServiceNetwork>(&association.value().network_id);
    let network = network.map(|it| &it.scope);
    let sides = [
        Some(&association.scope),
        network,
        Some(&member.configuration.scope),
    ];
    sides.contains(&Some(&call.scope))
}

fn get(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("serviceNetworkResourceAssociationIdentifier")?;
    call.finish()?;
    let found = members::find(call.world, &identifier).filter(|it| concerns(call, it));
    let seen = found.and_then(|member| row(call, &member));
    let (mut body, member) = seen
        .zip(members::find(call.world, &identifier))
        .ok_or_else(|| not_found(NETWORK_RESOURCE, id_of(&identifier)))?;
    if let Some(body) = body.as_object_mut() {
        let updated = member.association.value().updated;
        body.insert("lastUpdatedAt".to_owned(), json!(updated.iso()));
        let status = verification::status(call.world, member.configuration.value());
        body.extend(status.map(|it| ("domainVerificationStatus".to_owned(), json!(it))));
    }
    Ok(body)
}

/// What a list says of a member, where this read sees its association.
fn row(call: &Call<'_>, member: &Member<'_>) -> Option<Value> {
    let seen = member.association.seen(call.lens)?;
    let network = call
        .world
        .record::<ServiceNetwork>(&seen.value.network_id)?;
    let configuration = member.configuration;
    let mut row = json!({
        "id": member.id,
        "arn": arn(seen.scope, &member.id),
        "status": seen.value.status,
        "createdBy": member.association.created_by.account,
        "createdAt": seen.created.iso(),
        "resourceConfigurationId": configuration.id,
        "resourceConfigurationArn": arn(&configuration.scope, &configuration.id),
        "resourceConfigurationName": configuration.value().name,
        "serviceNetworkId": network.id,
        "serviceNetworkArn": arn(&network.scope, &network.id),
        "serviceNetworkName": network.value().name,
        "isManagedAssociation": member.managed,
        "privateDnsEnabled": seen.value.private_dns,
    });
    if let Some(row) = row.as_object_mut()
        && seen.value.status == "ACTIVE"
        && member.is_leaf()
    {
        let name = member.name_below(&member.id);
        let entry = json!({ "domainName": name, "hostedZoneId": HOSTED_ZONE });
        row.insert("dnsEntry".to_owned(), entry);
        let private = member
            .private_name()
            .map(|name| json!({ "domainName": name }));
        row.extend(private.map(|entry| ("privateDnsEntry".to_owned(), entry)));
    }
    Some(row)
}

fn list(call: &mut Call<'_>) -> JsonOutcome {
    let page = Page::read(&mut call.parameters)?;
    let network = call.parameters.text("serviceNetworkIdentifier");
    let configuration = call.parameters.text("resourceConfigurationIdentifier");
    let children = call.parameters.boolean("includeChildren")?;
    let children = children.unwrap_or_default();
    call.finish()?;
    let unnamed = network.is_none() && configuration.is_none();
    if unnamed && call.world.doubts.is("unnamed-network-resources", "refused") {
        let message = "serviceNetworkIdentifier or resourceConfigurationIdentifier is required";
        return Err(super::refusals::invalid(
            "serviceNetworkIdentifier",
            message,
        ));
    }
    let network = network.as_deref().map(id_of);
    let configuration = configuration.as_deref().map(id_of);
    let associations = crate::world::Kind::store(call.world).values();
    let associations = associations.filter(|it: &&Record<NetworkResource>| {
        let value = it.value();
        network.is_none_or(|id| value.network_id == id)
    });
    let mut rows = Vec::new();
    for member in associations.flat_map(|it| members::of(call.world, it)) {
        let group = member.configuration.value().group_id.as_deref();
        let named = configuration
            .is_none_or(|id| member.configuration.id == id || (children && group == Some(id)));
        if (children || !member.managed) && named && concerns(call, &member) {
            rows.extend(row(call, &member).map(|row| (member.id.clone(), row)));
        }
    }
    Ok(page.cut(rows))
}

/// Either owner takes a configuration out of a network.
fn delete(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call
        .parameters
        .required("serviceNetworkResourceAssociationIdentifier")?;
    call.finish()?;
    let id = id_of(&identifier).to_owned();
    let member = members::find(call.world, &id).filter(|it| {
        !it.association.is_gone() && it.association.is_known(call.lens) && concerns(call, it)
    });
    let member = member.ok_or_else(|| not_found(NETWORK_RESOURCE, &id))?;
    if member.managed {
        let message = format!("{id} goes with the association of its group");
        return Err(denied(message));
    }
    let association = member.association;
    let (own_arn, status) = (
        arn(&association.scope, &id),
        association.value().status.clone(),
    );
    if status == "CREATE_IN_PROGRESS" {
        let message = format!("ServiceNetworkResourceAssociation {id} is {status}");
        return Err(conflict(NETWORK_RESOURCE, &id, message));
    }
    if status != "DELETE_IN_PROGRESS" {
        let now = call.now();
        call.world.change::<NetworkResource>(&id, |it| {
            "DELETE_IN_PROGRESS".clone_into(&mut it.status);
            it.updated = now;
            it.round += 1;
        });
        let gone = crate::world::Event::Lattice(Event::ResourceLeft(id.clone()));
        call.world.schedule(3_000, 30_000, gone);
    }
    Ok(json!({ "id": id, "arn": own_arn, "status": "DELETE_IN_PROGRESS" }))
}
