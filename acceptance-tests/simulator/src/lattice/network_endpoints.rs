//! Which endpoints lead into a service network, as Lattice lists them.

use serde_json::{Value, json};

use super::arns::id_of;
use super::pages::Page;
use super::sight::usable_network;
use crate::engine::{Call, JsonOutcome, RestOperation};
use crate::world::private_link::{Endpoint, NetworkLink};
use crate::world::{Record, World};

pub(super) const OPERATIONS: &[RestOperation] = &[RestOperation {
    name: "ListServiceNetworkVpcEndpointAssociations",
    method: "GET",
    path: "/servicenetworkvpcendpointassociations",
    status: 200,
    run: list,
}];

/// The endpoints that lead into a network, until they are gone.
pub(crate) fn of<'w>(
    world: &'w World,
    network_id: &str,
) -> impl Iterator<Item = (&'w Record<Endpoint>, &'w NetworkLink)> {
    let all = world.all::<Endpoint>();
    let alive = all.filter(|it| it.value().state != "deleted");
    let linked = alive.filter_map(|it| Some((it, it.value().network.as_ref()?)));
    linked.filter(move |(_, link)| id_of(&link.network_arn) == network_id)
}

/// The owner of a network sees all of its endpoints, another account its own.
fn list(call: &mut Call<'_>) -> JsonOutcome {
    let identifier = call.parameters.required("serviceNetworkIdentifier")?;
    let page = Page::read(&mut call.parameters)?;
    call.finish()?;
    let Some(network) = usable_network(call, &identifier) else {
        // The model has no error for a network that is not there.
        return Ok(page.cut(Vec::new()));
    };
    let owner = network.scope == call.scope;
    let mut rows = Vec::new();
    for (endpoint, link) in of(call.world, &network.id) {
        let shown = owner || endpoint.scope == call.scope;
        if shown && endpoint.is_known(call.lens.salted("network")) {
            rows.push((link.association_id.clone(), row(endpoint, link)));
        }
    }
    Ok(page.cut(rows))
}

fn row(endpoint: &Record<Endpoint>, link: &NetworkLink) -> Value {
    let state = match endpoint.value().state.as_str() {
        "pending" => "CREATE_IN_PROGRESS",
        "deleting" => "DELETE_IN_PROGRESS",
        _ => "ACTIVE",
    };
    json!({
        "id": link.association_id,
        "vpcEndpointId": endpoint.id,
        "vpcId": endpoint.value().vpc_id,
        "vpcEndpointOwnerId": endpoint.scope.account,
        "state": state,
        "serviceNetworkArn": link.network_arn,
        "createdAt": endpoint.created.iso(),
    })
}
