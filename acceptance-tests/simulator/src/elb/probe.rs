//! What one health check finds: the way from the load balancer's nodes to the target, and its answer.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::health_checks;
use super::uses::listener_on;
use crate::world::Record;
use crate::world::World;
use crate::world::load_balancing::{
    Action, Failure, HealthCheck, Listener, LoadBalancer, Target, TargetGroup, Verdict,
};
use crate::world::network::{NetworkInterface, Subnet};
use crate::world::passage::{Direction, Party};

/// A place that a check is sent from or to.
#[derive(Debug, Clone)]
struct Spot {
    zone_id: String,
    subnet_id: String,
    address: Ipv4Addr,
}

/// Whether the nodes of a load balancer send to targets in other zones, as the group or it says.
pub(crate) fn is_cross_zone(balancer: &LoadBalancer, group: &TargetGroup) -> bool {
    let key = "load_balancing.cross_zone.enabled";
    match group.attributes.get(key).map(String::as_str) {
        Some("true") => true,
        Some("false") => false,
        _ => balancer
            .attributes
            .get(key)
            .map_or(balancer.kind == "application", |value| value == "true"),
    }
}

/// What a check of the target, made now by the load balancer, finds.
pub(super) fn probe(
    world: &World,
    balancer: &LoadBalancer,
    group: &TargetGroup,
    target: &Target,
) -> Verdict {
    if group.target_type == "alb" {
        return probe_alb(world, balancer, group, target);
    }
    let Ok(address) = target.id.parse::<Ipv4Addr>() else {
        return Verdict::Unhealthy(Failure::Timeout);
    };
    let spot = spot_of(world, &group.vpc_id, address);
    let enabled = spot.as_ref().is_none_or(|spot| {
        balancer
            .zones
            .iter()
            .any(|zone| zone.zone_id == spot.zone_id)
    });
    if !enabled {
        return Verdict::ZoneNotEnabled;
    }
    let group_ids = interface_at(world, &group.vpc_id, address);
    let port = health_checks::port_of(&group.health_check, target.port);
    let way = Way {
        world,
        balancer,
        group_ids: &group_ids,
        port,
    };
    let open = nodes(world, balancer)
        .iter()
        .filter(|node| reaches(balancer, group, node, spot.as_ref()))
        .all(|node| way.is_open(node, address, spot.as_ref()));
    if !open {
        return Verdict::Unhealthy(Failure::Timeout);
    }
    // What stands behind an address is not simulated: it answers 200.
    judge(&group.health_check, 200)
}

fn probe_alb(
    world: &World,
    balancer: &LoadBalancer,
    group: &TargetGroup,
    target: &Target,
) -> Verdict {
    let Some(alb) = world.live::<LoadBalancer>(&target.id) else {
        return Verdict::Unhealthy(Failure::Timeout);
    };
    let alb = alb.value();
    let zones = |balancer: &LoadBalancer| -> BTreeSet<String> {
        balancer
            .zones
            .iter()
            .map(|zone| zone.zone_id.clone())
            .collect()
    };
    if zones(balancer).is_disjoint(&zones(alb)) && !is_cross_zone(balancer, group) {
        return Verdict::ZoneNotEnabled;
    }
    let port = health_checks::port_of(&group.health_check, target.port);
    let way = Way {
        world,
        balancer,
        group_ids: &alb.group_ids,
        port,
    };
    let targets = nodes(world, alb);
    let open = nodes(world, balancer).iter().all(|node| {
        targets
            .iter()
            .filter(|spot| reaches(balancer, group, node, Some(spot)))
            .all(|spot| way.is_open(node, spot.address, Some(spot)))
    });
    if !open || alb.state != "active" {
        return Verdict::Unhealthy(Failure::Timeout);
    }
    let Some(listener) = listener_on(world, &target.id, port) else {
        return Verdict::Unhealthy(Failure::Refused);
    };
    match answer_of(world, listener, group.health_check.protocol == "HTTPS") {
        None => Verdict::Unhealthy(Failure::Refused),
        Some(status) => judge(&group.health_check, status),
    }
}

fn judge(check: &HealthCheck, status: u16) -> Verdict {
    match &check.matcher {
        Some(matcher) if !health_checks::matches(matcher, status) => {
            Verdict::Unhealthy(Failure::Status(status))
        }
        _ => Verdict::Healthy,
    }
}

/// The HTTP status that an ALB's listener answers, or none if the TLS handshake fails.
/// 400 is what it says to plain HTTP on an HTTPS listener; what stands behind it answers 200 unless a
/// test has said otherwise.
pub(crate) fn answer_of(world: &World, listener: &Record<Listener>, tls: bool) -> Option<u16> {
    let value = listener.value();
    match (value.protocol.as_str(), tls) {
        ("HTTP", true) => return None,
        ("HTTPS", false) => return Some(400),
        _ => {}
    }
    let told = world
        .http
        .iter()
        .find(|answer| answer.listener_arn == listener.id);
    if let Some(told) = told {
        return Some(told.status);
    }
    Some(match value.actions.first() {
        Some(Action::FixedResponse { status, .. }) => *status,
        Some(Action::Redirect { parts }) => {
            let code = parts.get("StatusCode").map(String::as_str);
            if code == Some("HTTP_302") { 302 } else { 301 }
        }
        Some(Action::Forward { .. }) | None => 200,
    })
}

/// Whether a node sends to a target in that place: in every zone or in its own.
fn reaches(
    balancer: &LoadBalancer,
    group: &TargetGroup,
    node: &Spot,
    target: Option<&Spot>,
) -> bool {
    let same_zone = target.is_none_or(|target| target.zone_id == node.zone_id);
    same_zone || is_cross_zone(balancer, group)
}

/// From a load balancer's nodes to a port of something with these groups.
struct Way<'a> {
    world: &'a World,
    balancer: &'a LoadBalancer,
    group_ids: &'a [String],
    port: u16,
}

impl Way<'_> {
    fn is_open(&self, node: &Spot, address: Ipv4Addr, spot: Option<&Spot>) -> bool {
        let target = Party {
            address: address.into(),
            group_ids: self.group_ids,
        };
        let source = Party {
            address: node.address.into(),
            group_ids: &self.balancer.group_ids,
        };
        let (world, port) = (self.world, self.port);
        let out = world.groups_admit(&self.balancer.group_ids, Direction::Outbound, target, port);
        let inward = world.groups_admit(self.group_ids, Direction::Inbound, source, port);
        let acls = spot.is_none_or(|spot| {
            let from = (node.subnet_id.as_str(), node.address.into());
            world
                .acls_admit(from, (spot.subnet_id.as_str(), address.into()), port)
                .is_ok()
        });
        out && inward && acls
    }
}

fn nodes(world: &World, balancer: &LoadBalancer) -> Vec<Spot> {
    let spots = balancer.zones.iter().filter_map(|zone| {
        Some(Spot {
            zone_id: zone.zone_id.clone(),
            subnet_id: zone.subnet_id.clone(),
            address: world.node_address(zone)?,
        })
    });
    spots.collect()
}

/// Where in a VPC an address lies.
fn spot_of(world: &World, vpc_id: &str, address: Ipv4Addr) -> Option<Spot> {
    let mut subnets = world.all::<Subnet>();
    let subnet = subnets
        .find(|subnet| subnet.value().vpc_id == vpc_id && subnet.value().holds(address.into()))?;
    Some(Spot {
        zone_id: subnet.value().zone_id.clone(),
        subnet_id: subnet.id.clone(),
        address,
    })
}

/// Groups of the interface with that address; none where the simulator knows no interface there.
fn interface_at(world: &World, vpc_id: &str, address: Ipv4Addr) -> Vec<String> {
    let mut all = world.all::<NetworkInterface>().map(Record::value);
    let interface = all.find(|eni| eni.vpc_id == vpc_id && eni.address == Some(address));
    interface
        .map(|eni| eni.group_ids.clone())
        .unwrap_or_default()
}
