//! SetSubnets: the whole list of a load balancer's subnets, old and new.

use super::address_types::DUALSTACK;
use super::balancer_groups::find;
use super::placement::{self, Place, Stand};
use super::refusals::{configuration, in_use};
use super::{address_types, balancers, limits};
use crate::ec2;
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::text;
use crate::world::load_balancing::{BalancerZone, LoadBalancer};
use crate::world::network::Subnet;

/// After how many ms an endpoint service may take a zone that was added (rule of practice).
const OFFERED_MS: (u64, u64) = (120_000, 300_000);

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "SetSubnets",
    limits: limits::PLACING,
    run: set_subnets,
}];

fn set_subnets(call: &mut Call<'_>) -> Outcome {
    let arn = call.parameters.required("LoadBalancerArn")?;
    let places = placement::read(&mut call.parameters)?;
    let address_type = address_types::read(&mut call.parameters)?;
    call.finish()?;
    let balancer = find(call, &arn)?;
    let address_type = address_type.unwrap_or_else(|| balancer.address_type.clone());
    let stand = Stand {
        kind: &balancer.kind,
        scheme: &balancer.scheme,
        address_type: &address_type,
    };
    let vpc_id = placement::check(call, stand, &places)?;
    if address_type != DUALSTACK {
        address_types::check_services(call, &arn)?;
    }
    if vpc_id != balancer.vpc_id {
        let why = "All subnets must belong to the VPC of the load balancer";
        return Err(Refusal::new("InvalidSubnet", why));
    }
    let stays = |zone: &BalancerZone| places.iter().any(|place| place.subnet_id == zone.subnet_id);
    let (kept, dropped): (Vec<_>, Vec<_>) = balancer.zones.iter().cloned().partition(stays);
    let blocked = match call.world.doubts.reading("zone-removal-blocked-by") {
        "endpoints" => ec2::serves_endpoints(call.world, &arn),
        _ => ec2::is_held(call.world, &arn),
    };
    if !dropped.is_empty() && blocked {
        return Err(in_use(
            "Subnets cannot be removed from load balancer because the load balancer is currently \
             associated with another service",
        ));
    }
    let is_new = |place: &&Place| !kept.iter().any(|zone| zone.subnet_id == place.subnet_id);
    let added: Vec<Place> = places.iter().filter(is_new).cloned().collect();
    if balancer.kind == "network" {
        check_no_exchange(call, &dropped, &added)?;
    }
    let mut zones = kept;
    let mut fresh = placement::settle(call, &arn, stand, &added, &balancer.group_ids)?;
    address_types::apply(call.world, &zones, &address_type);
    let offered_from = call.world.draw_wait(OFFERED_MS.0, OFFERED_MS.1);
    fresh
        .iter_mut()
        .for_each(|zone| zone.offered_from = offered_from);
    zones.extend(fresh);
    zones.sort_by(|one, two| one.zone_name.cmp(&two.zone_name));
    let interfaces: Vec<_> = dropped.into_iter().map(|zone| zone.interface_id).collect();
    let (low, high) = balancers::RELEASE_MS;
    call.world.release_interfaces(&interfaces, low, high);
    let shown = balancers::zones(&zones);
    call.world.change::<LoadBalancer>(&arn, |balancer| {
        balancer.zones = zones;
        address_type.clone_into(&mut balancer.address_type);
    });
    Ok(vec![shown, text("IpAddressType", address_type)])
}

/// An NLB's subnet of a zone is exchanged in two steps: disable the zone, enable it again.
fn check_no_exchange(
    call: &Call<'_>,
    dropped: &[BalancerZone],
    added: &[Place],
) -> Result<(), Refusal> {
    let exchanged = added.iter().any(|place| {
        let subnet = call.world.live::<Subnet>(&place.subnet_id);
        subnet.is_some_and(|subnet| {
            dropped
                .iter()
                .any(|zone| zone.zone_id == subnet.value().zone_id)
        })
    });
    if exchanged {
        return Err(configuration(
            "The subnet of an enabled Availability Zone can't be changed; disable the zone first",
        ));
    }
    Ok(())
}
