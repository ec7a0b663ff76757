//! From a load balancer's node through listener and target group to what stands behind it.

use std::net::{IpAddr, Ipv4Addr};

use super::client::Client;
use super::endpoint::check_route;
use super::hops::{Arrived, Way, broken, pass};
use super::names::BalancerDoor;
use crate::elb;
use crate::world::load_balancing::{
    Action, BalancerZone, Listener, LoadBalancer, Target, TargetGroup, Verdict,
};
use crate::world::network::{NetworkInterface, Subnet};
use crate::world::passage::{Direction, Party};
use crate::world::{Record, World};

/// From where a connection comes to a load balancer.
#[derive(Debug, Clone, Copy)]
pub(super) enum Source<'a> {
    /// Through an endpoint: targets see the node, groups (if enforced) the client's private address.
    PrivateLink { client: IpAddr },
    /// From its own VPC, with the address that the client comes from.
    Network(&'a Client, IpAddr),
}

/// A target with its place: address, subnet (if it lies in a known one), groups.
struct Place<'w> {
    address: Ipv4Addr,
    subnet_id: Option<&'w str>,
    group_ids: &'w [String],
}

/// From a client in the network straight to a load balancer.
pub(super) fn visit(
    world: &World,
    client: &Client,
    door: &BalancerDoor<'_>,
    port: u16,
) -> Way<Arrived> {
    let (balancer, interface) = (door.balancer, door.interface);
    let value = balancer.value();
    let target = Party {
        address: door.address,
        group_ids: &value.group_ids,
    };
    let own = client.leave(world, target, &interface.subnet_id, port)?;
    check_route(world, client, (interface, door.address))?;
    if value.kind == "network" {
        let zone = value
            .zones
            .iter()
            .find(|zone| zone.zone_id == interface.zone_id);
        let zone = zone.ok_or_else(|| broken("nlb", format!("{} has no nodes", value.name)))?;
        return forward(world, Source::Network(client, own), (balancer, zone), port);
    }
    let inward = world.groups_admit(
        &value.group_ids,
        Direction::Inbound,
        client.party(own),
        port,
    );
    pass(inward, "target_security_group", || {
        format!(
            "no inbound rule of {} allows TCP {port} from the client",
            value.group_ids.join(", ")
        )
    })?;
    check_active(balancer, "target_health")?;
    let notes = answered(world, balancer, port)?;
    Ok(Arrived {
        target_saw: own,
        notes,
    })
}

/// From a node of an NLB to a target.
pub(super) fn forward(
    world: &World,
    source: Source<'_>,
    (balancer, zone): (&Record<LoadBalancer>, &BalancerZone),
    port: u16,
) -> Way<Arrived> {
    check_active(balancer, "nlb")?;
    let value = balancer.value();
    check_entry(world, source, value, port)?;
    let node = world.node_address(zone);
    let node = node.ok_or_else(|| broken("nlb", format!("{} has no node there", value.name)))?;
    let listener = listener_on(world, balancer, port)?;
    let (group, target, mut notes) = pick(world, listener)?;
    let place = place(world, (value, zone), group.value(), target)?;
    let party = Party {
        address: place.address.into(),
        group_ids: place.group_ids,
    };
    let out = world.groups_admit(&value.group_ids, Direction::Outbound, party, target.port);
    let to = format!("TCP {} to {}", target.port, place.address);
    pass(out, "nlb_group_out", || {
        format!(
            "no outbound rule of {} allows {to}",
            value.group_ids.join(", ")
        )
    })?;
    if let Some(subnet_id) = place.subnet_id {
        let from = (zone.subnet_id.as_str(), node.into());
        let way = world.acls_admit(from, (subnet_id, place.address.into()), target.port);
        way.map_err(|subnet| {
            broken(
                "target_acl",
                format!("the network ACL of {subnet} does not allow {to}"),
            )
        })?;
    }
    let seen = match source {
        // Between families no client's address can be kept.
        Source::Network(_, own @ IpAddr::V4(_)) if preserves_client(group.value()) => own,
        _ => node.into(),
    };
    check_target_groups(world, value, (&place, target.port), node, seen)?;
    if group.value().target_type == "alb" {
        let alb = world.live::<LoadBalancer>(&target.id);
        let alb = alb.ok_or_else(|| broken("target_health", "the ALB does not exist"))?;
        check_active(alb, "target_health")?;
        notes.extend(answered(world, alb, target.port)?);
    }
    Ok(Arrived {
        target_saw: seen,
        notes,
    })
}

fn check_active(balancer: &Record<LoadBalancer>, hop: &'static str) -> Way<()> {
    let value = balancer.value();
    pass(value.state == "active", hop, || {
        format!("{} is {}", value.name, value.state)
    })
}

/// The NLB's inbound rules: always for its network, for PrivateLink only where enforced.
fn check_entry(world: &World, source: Source<'_>, balancer: &LoadBalancer, port: u16) -> Way<()> {
    let party = match source {
        Source::PrivateLink { .. } if balancer.enforce_on_private_link == Some(false) => {
            return Ok(());
        }
        Source::PrivateLink { client } => Party {
            address: client,
            group_ids: &[],
        },
        Source::Network(client, own) => client.party(own),
    };
    let open = world.groups_admit(&balancer.group_ids, Direction::Inbound, party, port);
    pass(open, "nlb_group_in", || {
        let groups = balancer.group_ids.join(", ");
        let client = party.address;
        format!("no inbound rule of {groups} allows TCP {port} from the client's address {client}")
    })
}

fn listener_on<'w>(
    world: &'w World,
    balancer: &Record<LoadBalancer>,
    port: u16,
) -> Way<&'w Listener> {
    let name = &balancer.value().name;
    let listener = elb::listener_on(world, &balancer.id, port).map(Record::value);
    let nothing = || {
        broken(
            "nlb_listener",
            format!("{name} has no listener on port {port}"),
        )
    };
    let listener = listener.ok_or_else(nothing)?;
    pass(listener.protocol != "UDP", "nlb_listener", || {
        format!("the listener on port {port} of {name} speaks UDP")
    })?;
    Ok(listener)
}

/// The target that a new connection goes to, and what is to say about it.
fn pick<'w>(
    world: &'w World,
    listener: &'w Listener,
) -> Way<(&'w Record<TargetGroup>, &'w Target, Vec<String>)> {
    let weighted: Vec<_> = listener
        .actions
        .iter()
        .flat_map(|action| match action {
            Action::Forward { groups } => groups.as_slice(),
            Action::FixedResponse { .. } | Action::Redirect { .. } => &[],
        })
        .filter(|(_, weight)| *weight > 0)
        .filter_map(|(arn, _)| world.live::<TargetGroup>(arn))
        .collect();
    pass(!weighted.is_empty(), "target_group", || {
        format!(
            "the listener on port {} forwards to no target group with a weight",
            listener.port
        )
    })?;
    let targets: Vec<_> = weighted
        .iter()
        .flat_map(|group| {
            let registered = group
                .value()
                .targets
                .iter()
                .filter(|target| target.is_registered());
            registered.map(move |target| (*group, target))
        })
        .collect();
    let verdict = |group: &Record<TargetGroup>, target: &Target| {
        let mut checks = world.checks.get(&group.id).into_iter().flatten();
        let found = checks.find(|one| one.target_id == target.id && one.port == target.port);
        found.map_or(Verdict::NotInUse, |checked| checked.verdict)
    };
    let well = targets
        .iter()
        .find(|(group, target)| verdict(group, target) == Verdict::Healthy);
    let note = "no target is healthy, so the load balancer forwards to all of them (fail-open)";
    match (well, targets.first()) {
        (Some((group, target)), _) => Ok((group, target, Vec::new())),
        (None, Some((group, target))) => Ok((group, target, vec![note.to_owned()])),
        (None, None) => {
            let name = weighted.first().map(|group| group.value().name.as_str());
            let why = format!("{} has no registered targets", name.unwrap_or_default());
            Err(broken("target", why))
        }
    }
}

/// Where the target stands, as far as the node of that zone sends to it.
fn place<'w>(
    world: &'w World,
    (balancer, zone): (&LoadBalancer, &BalancerZone),
    group: &TargetGroup,
    target: &Target,
) -> Way<Place<'w>> {
    let crosses = elb::is_cross_zone(balancer, group);
    let far = || {
        let (name, zone) = (&balancer.name, &zone.zone_id);
        broken(
            "target_zone",
            format!("{name} has no target in zone {zone} and cross-zone is off"),
        )
    };
    if group.target_type == "alb" {
        let alb = world.live::<LoadBalancer>(&target.id).map(Record::value);
        let alb = alb.ok_or_else(|| broken("target", "the registered ALB does not exist"))?;
        let own = alb.zones.iter().find(|one| one.zone_id == zone.zone_id);
        let node = own
            .or_else(|| alb.zones.first().filter(|_| crosses))
            .ok_or_else(far)?;
        let address = world.node_address(node).ok_or_else(far)?;
        let subnet_id = Some(node.subnet_id.as_str());
        return Ok(Place {
            address,
            subnet_id,
            group_ids: &alb.group_ids,
        });
    }
    let address: Ipv4Addr = target
        .id
        .parse()
        .map_err(|_| broken("target", "an instance"))?;
    let mut subnets = world
        .all::<Subnet>()
        .filter(|one| one.value().vpc_id == group.vpc_id);
    let subnet = subnets.find(|subnet| subnet.value().holds(address.into()));
    if subnet.is_some_and(|one| one.value().zone_id != zone.zone_id && !crosses) {
        return Err(far());
    }
    let mut interfaces = world.all::<NetworkInterface>().map(Record::value);
    let interface =
        interfaces.find(|eni| eni.vpc_id == group.vpc_id && eni.address == Some(address));
    Ok(Place {
        address,
        subnet_id: subnet.map(|subnet| subnet.id.as_str()),
        group_ids: interface.map_or(&[], |eni| eni.group_ids.as_slice()),
    })
}

/// AWS: always for ALBs and instances, for addresses behind TCP only if it is turned on.
fn preserves_client(group: &TargetGroup) -> bool {
    match group.attributes.get("preserve_client_ip.enabled") {
        Some(value) => value == "true",
        None => group.target_type != "ip",
    }
}

/// The target's inbound rules, which see the NLB's groups and the source address of the packets.
fn check_target_groups(
    world: &World,
    balancer: &LoadBalancer,
    (place, port): (&Place<'_>, u16),
    node: Ipv4Addr,
    seen: IpAddr,
) -> Way<()> {
    let admits = |address| {
        let party = Party {
            address,
            group_ids: &balancer.group_ids,
        };
        world.groups_admit(place.group_ids, Direction::Inbound, party, port)
    };
    pass(
        admits(node.into()) || admits(seen),
        "target_security_group",
        || {
            let groups = place.group_ids.join(", ");
            format!(
                "no inbound rule of {groups} allows TCP {port} from the load balancer at {node}"
            )
        },
    )
}

/// An ALB's listener on a port, and what its HTTP answer would make a client wonder about.
fn answered(world: &World, alb: &Record<LoadBalancer>, port: u16) -> Way<Vec<String>> {
    let name = &alb.value().name;
    let listener = elb::listener_on(world, &alb.id, port);
    let nothing = || {
        broken(
            "alb_listener",
            format!("{name} has no listener on port {port}"),
        )
    };
    let listener = listener.ok_or_else(nothing)?;
    let tls = listener.value().protocol == "HTTPS";
    let status = elb::answer_of(world, listener, tls).filter(|status| *status >= 400);
    let note = |status| format!("the listener on port {port} of {name} answers HTTP {status}");
    Ok(status.map(note).into_iter().collect())
}
