//! Load balancers of endpoint services: which may serve, which zones they give, how long they are held.

use std::collections::BTreeSet;

use crate::engine::Call;
use crate::wire::Refusal;
use crate::world::World;
use crate::world::load_balancing::LoadBalancer;
use crate::world::private_link::{Endpoint, EndpointService};

/// Refuses load balancers that cannot serve an endpoint service: absent, not a Network Load Balancer,
/// not active, or in a service already (rule 6).
pub(super) fn check(call: &Call<'_>, arns: &[String]) -> Result<(), Refusal> {
    for arn in arns {
        if !arn.starts_with("arn:aws:elasticloadbalancing:") || !arn.contains(":loadbalancer/") {
            return Err(Refusal::new(
                "InvalidNetworkLoadBalancerArn.Malformed",
                format!("Invalid Network Load Balancer ARN: '{arn}'"),
            ));
        }
        let balancer = call
            .find::<LoadBalancer>(arn)
            .filter(|balancer| balancer.value().kind == "network")
            .ok_or_else(|| {
                Refusal::new(
                    "InvalidNetworkLoadBalancerArn.NotFound",
                    format!("The Network Load Balancer '{arn}' does not exist"),
                )
            })?;
        if balancer.value().state != "active" {
            return Err(Refusal::invalid_parameter(format!(
                "The Network Load Balancer {arn} is not active"
            )));
        }
        if in_service(call.world, arn) {
            return Err(Refusal::invalid_parameter(
                "LBs are already associated with another VPC Endpoint Service Configuration",
            ));
        }
    }
    Ok(())
}

/// The zone ids that load balancers give to a service now, in the order of the zones' names.
pub(super) fn zone_ids(call: &Call<'_>, arns: &[String]) -> Vec<String> {
    let offered: BTreeSet<&str> = arns
        .iter()
        .filter_map(|arn| call.world.live::<LoadBalancer>(arn))
        .flat_map(|balancer| &balancer.value().zones)
        .filter(|zone| zone.offered_from <= call.now())
        .map(|zone| zone.zone_id.as_str())
        .collect();
    call.world
        .zones(&call.scope)
        .into_iter()
        .filter(|zone| offered.contains(zone.id))
        .map(|zone| zone.id.to_owned())
        .collect()
}

fn in_service(world: &World, arn: &str) -> bool {
    world.all::<EndpointService>().any(|service| {
        service
            .value()
            .load_balancer_arns
            .iter()
            .any(|known| known == arn)
    })
}

/// Whether DeleteLoadBalancer answers ResourceInUse: an endpoint service has the load balancer, or had
/// it a moment ago (rule 6).
pub(crate) fn is_held(world: &World, arn: &str) -> bool {
    let lingers = world
        .live::<LoadBalancer>(arn)
        .and_then(|balancer| balancer.value().held_until)
        .is_some_and(|until| until > world.now);
    lingers || in_service(world, arn)
}

/// Whether endpoints are connected to a service of the load balancer, so that SetSubnets may take no
/// zone away (rule 6).
pub(crate) fn serves_endpoints(world: &World, arn: &str) -> bool {
    world.all::<EndpointService>().any(|service| {
        service
            .value()
            .load_balancer_arns
            .iter()
            .any(|known| known == arn)
            && is_connected(world, &service.id)
    })
}

/// Whether any endpoint is connected, or about to be, to a service.
pub(super) fn is_connected(world: &World, service_id: &str) -> bool {
    world.all::<Endpoint>().any(|endpoint| {
        endpoint.value().service_id == service_id && endpoint.value().is_connected()
    })
}
