//! Connections: the owner's view of endpoints, and the owner's word on them (rules 3 and 5).

use super::own;
use crate::ec2::endpoints::{self, state_text};
use crate::ec2::limits;
use crate::ec2::lists::CLAMPED_PAGE;
use crate::ec2::refusals::endpoint_not_found;
use crate::engine::{Call, Filters, Operation, Outcome, Page};
use crate::wire::Refusal;
use crate::wire::xml::{Element, Members, item_texts, items, node, text};
use crate::world::private_link::{Endpoint, EndpointService};
use crate::world::{Kind as _, Record, Seen, Tags, World};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "DescribeVpcEndpointConnections",
        limits: limits::DESCRIBE,
        run: describe,
    },
    Operation {
        name: "AcceptVpcEndpointConnections",
        limits: limits::ENDPOINT_SERVICE,
        run: |call| decide(call, accept),
    },
    Operation {
        name: "RejectVpcEndpointConnections",
        limits: limits::ENDPOINT_SERVICE,
        run: |call| decide(call, reject),
    },
];

const FILTERS: &[&str] = &[
    "service-id",
    "vpc-endpoint-id",
    "vpc-endpoint-owner",
    "vpc-endpoint-state",
    "vpc-endpoint-region",
    "ip-address-type",
];

fn describe(call: &mut Call<'_>) -> Outcome {
    let filters = Filters::read(&mut call.parameters)?;
    let page = Page::read(&mut call.parameters, CLAMPED_PAGE, &[])?;
    call.finish()?;
    filters.check_names(|name| FILTERS.contains(&name))?;
    let rows = Endpoint::store(call.world)
        .values()
        .filter(|endpoint| is_mine(call, endpoint))
        .filter_map(|endpoint| owners_view(call, endpoint))
        .filter(|endpoint| {
            filters.pass_values(&Tags::new(), |name| {
                vec![match name {
                    "service-id" => endpoint.value.service_id.clone(),
                    "vpc-endpoint-id" => endpoint.id.to_owned(),
                    "vpc-endpoint-owner" => endpoint.scope.account.clone(),
                    "vpc-endpoint-state" => endpoint.value.state.clone(),
                    "vpc-endpoint-region" => endpoint.scope.region.clone(),
                    _ => endpoint.value.address_type.clone(),
                }]
            })
        })
        .map(|endpoint| (endpoint.id.to_owned(), row(call, &endpoint)))
        .collect();
    let (rows, next) = page.cut(rows);
    Ok(std::iter::once(items("vpcEndpointConnectionSet", rows))
        .chain(next)
        .collect())
}

/// Whether the endpoint connects to a service of the caller that still exists.
fn is_mine(call: &Call<'_>, endpoint: &Record<Endpoint>) -> bool {
    call.world
        .live::<EndpointService>(&endpoint.value().service_id)
        .is_some_and(|service| service.scope == call.scope)
}

/// The row of an endpoint: the owner's reads lag by themselves, and rows of the dead linger.
fn owners_view<'a>(call: &Call<'_>, endpoint: &'a Record<Endpoint>) -> Option<Seen<'a, Endpoint>> {
    let lingers = endpoint
        .value()
        .row_until
        .is_some_and(|until| until > call.now());
    if endpoint.is_gone() {
        return lingers.then(|| endpoint.as_made());
    }
    endpoint.seen(call.lens.salted("owner"))
}

fn row(call: &Call<'_>, endpoint: &Seen<'_, Endpoint>) -> Members {
    let value = endpoint.value;
    let arns = call
        .world
        .live::<EndpointService>(&value.service_id)
        .map(|service| service.value().load_balancer_arns.clone())
        .unwrap_or_default();
    vec![
        text("serviceId", &value.service_id),
        text("vpcEndpointId", endpoint.id),
        text("vpcEndpointOwner", &endpoint.scope.account),
        text("vpcEndpointState", state_text(call, &value.state)),
        text("creationTimestamp", endpoint.created.iso()),
        items("dnsEntrySet", endpoints::public_names(call, endpoint)),
        item_texts("networkLoadBalancerArnSet", arns),
        text("ipAddressType", &value.address_type),
        text("vpcEndpointConnectionId", &value.connection_id),
        text("vpcEndpointRegion", &endpoint.scope.region),
        items("tagSet", []),
    ]
}

type Decision = fn(&mut World, &str, &Endpoint) -> Result<(), Refusal>;

fn decide(call: &mut Call<'_>, decision: Decision) -> Outcome {
    let service_id = call.parameters.required("ServiceId")?;
    let ids = call.parameters.list("VpcEndpointId")?;
    call.finish()?;
    if ids.is_empty() {
        return Err(Refusal::missing("VpcEndpointId"));
    }
    own(call, &service_id)?;
    let lens = call.lens.salted("owner");
    let mut failed = Vec::new();
    for id in ids {
        let endpoint = call
            .world
            .live::<Endpoint>(&id)
            .filter(|endpoint| endpoint.value().service_id == service_id)
            .filter(|endpoint| endpoint.is_known(lens) && endpoint.value().state != "deleted")
            .map(|endpoint| endpoint.value().clone());
        let decided = match endpoint {
            Some(endpoint) => decision(call.world, &id, &endpoint),
            None => Err(endpoint_not_found(call, &id)),
        };
        if let Err(refusal) = decided {
            failed.push((id, refusal));
        }
    }
    Ok(vec![unsuccessful(failed)])
}

fn accept(world: &mut World, id: &str, endpoint: &Endpoint) -> Result<(), Refusal> {
    match endpoint.state.as_str() {
        "pendingAcceptance" => {}
        "rejected" if world.doubts.is("accept-after-reject", "allowed") => {}
        "pending" | "available" if world.doubts.is("accept-available", "silent") => return Ok(()),
        _ => {
            return Err(invalid_state(
                "VpcEndpointConnection is not in the pendingAcceptance state",
            ));
        }
    }
    endpoints::settle(world, id);
    Ok(())
}

fn reject(world: &mut World, id: &str, endpoint: &Endpoint) -> Result<(), Refusal> {
    let refused = endpoint.state == "pending" && world.doubts.is("reject-pending", "refused");
    if refused || !endpoint.is_connected() {
        return Err(invalid_state(
            "VpcEndpointConnection can't be rejected in its present state",
        ));
    }
    world.change::<Endpoint>(id, |endpoint| {
        endpoint.state = "rejected".to_owned();
        endpoint.round += 1;
    });
    Ok(())
}

fn invalid_state(message: &str) -> Refusal {
    Refusal::new("InvalidState", message)
}

/// `<unsuccessful>`: HTTP 200 whatever it holds (rule 5).
pub(in crate::ec2) fn unsuccessful(failed: Vec<(String, Refusal)>) -> Element {
    let rows = failed.into_iter().map(|(id, refusal)| {
        let error = vec![text("code", refusal.code), text("message", refusal.message)];
        vec![node("error", error), text("resourceId", id)]
    });
    items("unsuccessful", rows)
}
