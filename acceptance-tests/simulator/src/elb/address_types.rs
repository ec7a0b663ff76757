//! Address types of load balancers: IPv4 alone, or IPv6 beside it (`dualstack`).

use super::balancer_groups::find;
use super::refusals::configuration;
use super::{limits, uses, values};
use crate::ec2;
use crate::engine::{Call, Operation, Outcome};
use crate::wire::xml::text;
use crate::wire::{Parameters, Refusal};
use crate::world::World;
use crate::world::load_balancing::{BalancerZone, LoadBalancer};
use crate::world::network::Subnet;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "SetIpAddressType",
    limits: limits::MUTATING,
    run: set,
}];

const TYPES: &[&str] = &["ipv4", "dualstack", "dualstack-without-public-ipv4"];

pub(super) const DUALSTACK: &str = "dualstack";

/// Takes `IpAddressType` and `EnablePrefixForIpv6SourceNat`.
pub(super) fn read(parameters: &mut Parameters) -> Result<Option<String>, Refusal> {
    let address_type = values::word(parameters, "IpAddressType", TYPES)?;
    let switch = "EnablePrefixForIpv6SourceNat";
    if values::word(parameters, switch, &["on", "off"])?.as_deref() == Some("on") {
        return Err(Refusal::not_simulated("source NAT prefixes"));
    }
    if address_type.as_deref() == Some("dualstack-without-public-ipv4") {
        return Err(Refusal::not_simulated(
            "load balancers without public IPv4 addresses",
        ));
    }
    Ok(address_type)
}

/// The first of some subnets without an IPv6 block.
pub(super) fn without_ipv6<'s>(
    world: &World,
    mut subnet_ids: impl Iterator<Item = &'s str>,
) -> Option<&'s str> {
    subnet_ids.find(|id| {
        let subnet = world.live::<Subnet>(id);
        subnet.is_some_and(|subnet| subnet.value().ipv6.is_none())
    })
}

/// What AWS says of a subnet that a dualstack load balancer can't stand in.
pub(super) const NO_IPV6: &str = "You must specify subnets with an associated IPv6 CIDR block.";

fn set(call: &mut Call<'_>) -> Outcome {
    let arn = call.parameters.required("LoadBalancerArn")?;
    let address_type = read(&mut call.parameters)?;
    let address_type = address_type.ok_or_else(|| values::absent("IpAddressType"))?;
    call.finish()?;
    let balancer = find(call, &arn)?;
    if address_type == DUALSTACK {
        let subnets = balancer.zones.iter().map(|zone| zone.subnet_id.as_str());
        if without_ipv6(call.world, subnets).is_some() {
            let code = call.world.doubts.reading("no-ipv6-subnet-code");
            return Err(Refusal::new(code, NO_IPV6));
        }
        check_listeners(call, &arn)?;
    } else {
        check_services(call, &arn)?;
    }
    apply(call.world, &balancer.zones, &address_type);
    call.world.change::<LoadBalancer>(&arn, |balancer| {
        address_type.clone_into(&mut balancer.address_type);
    });
    Ok(vec![text("IpAddressType", address_type)])
}

fn check_listeners(call: &Call<'_>, arn: &str) -> Result<(), Refusal> {
    let mut listeners = uses::listeners_of(call.world, arn);
    if listeners.any(|listener| listener.value().protocol.contains("UDP")) {
        return Err(udp_refused());
    }
    Ok(())
}

/// A dualstack load balancer has no UDP without source NAT prefixes.
pub(super) fn udp_refused() -> Refusal {
    configuration("UDP and TCP_UDP listeners are not supported for dualstack load balancers")
}

/// Whether a service over IPv6 keeps its load balancer dualstack is a doubt.
pub(super) fn check_services(call: &Call<'_>, arn: &str) -> Result<(), Refusal> {
    let refused = call.world.doubts.is("balancer-back-to-ipv4", "refused");
    if refused && ec2::serves_ipv6(call.world, arn) {
        return Err(configuration(
            "The IP address type can't be changed because an endpoint service of the load balancer \
             supports IPv6",
        ));
    }
    Ok(())
}

/// Gives the nodes of zones IPv6 addresses, or takes them away.
pub(super) fn apply(world: &mut World, zones: &[BalancerZone], address_type: &str) {
    for zone in zones {
        world.refit_interface(&zone.interface_id, true, address_type == DUALSTACK);
    }
}
