//! From the client to an endpoint, and from there to the load balancer behind its service.

use std::net::IpAddr;

use super::balancer::{self, Source};
use super::client::Client;
use super::hops::{Arrived, Way, broken, pass};
use super::names::EndpointDoor;
use crate::world::load_balancing::{BalancerZone, LoadBalancer};
use crate::world::network::{NetworkInterface, RouteTable};
use crate::world::passage::{Direction, Party};
use crate::world::private_link::{Endpoint, EndpointService};
use crate::world::{Record, World};

/// Goes through the endpoint to whatever its service leads to.
pub(super) fn cross(
    world: &World,
    client: &Client,
    door: &EndpointDoor<'_>,
    port: u16,
) -> Way<Arrived> {
    let endpoint = door.endpoint;
    let (Some(interface), Some(address)) = (door.interface, door.address) else {
        return Err(not_open(endpoint));
    };
    let own = enter(world, client, door, (interface, address), port)?;
    if endpoint.value().state != "available" {
        return Err(not_open(endpoint));
    }
    let (balancer, zone) = behind(world, endpoint, interface)?;
    let source = Source::PrivateLink { client: own };
    let mut arrived = balancer::forward(world, source, (balancer, zone), port)?;
    if interface.zone_id != client.zone_id {
        let note = format!(
            "the endpoint has no interface in the client's zone {}",
            client.zone_id
        );
        arrived.notes.push(note);
    }
    Ok(arrived)
}

/// To the endpoint's interface; the address that the client comes from.
pub(super) fn enter(
    world: &World,
    client: &Client,
    door: &EndpointDoor<'_>,
    (interface, address): (&NetworkInterface, IpAddr),
    port: u16,
) -> Way<IpAddr> {
    let group_ids = &door.endpoint.value().group_ids;
    let target = Party { address, group_ids };
    let own = client.leave(world, target, &interface.subnet_id, port)?;
    let inward = world.groups_admit(group_ids, Direction::Inbound, client.party(own), port);
    pass(inward, "endpoint_group", || {
        let groups = group_ids.join(", ");
        format!("no inbound rule of {groups} allows TCP {port} from {own}")
    })?;
    check_route(world, client, (interface, address))?;
    Ok(own)
}

/// A client of another VPC needs a route that leads there.
pub(super) fn check_route(
    world: &World,
    client: &Client,
    (interface, address): (&NetworkInterface, IpAddr),
) -> Way<()> {
    let leads = |gateway: &str| gateway != "local" && !gateway.starts_with("igw-");
    let routed = world
        .all::<RouteTable>()
        .filter(|table| table.value().vpc_id == client.vpc_id)
        .flat_map(|table| &table.value().routes)
        .any(|route| route.destination.contains(&address) && leads(&route.gateway_id));
    pass(routed || interface.vpc_id == client.vpc_id, "route", || {
        format!(
            "{} has no route to {address} in {}",
            client.vpc_id, interface.vpc_id
        )
    })
}

/// The load balancer of the endpoint's service that has a node in the interface's zone, and that node.
fn behind<'w>(
    world: &'w World,
    endpoint: &Record<Endpoint>,
    interface: &NetworkInterface,
) -> Way<(&'w Record<LoadBalancer>, &'w BalancerZone)> {
    let (endpoint, region) = (endpoint.value(), &endpoint.scope.region);
    let name = &endpoint.service_name;
    let service = world
        .live::<EndpointService>(&endpoint.service_id)
        .map(Record::value);
    let service = service.ok_or_else(|| broken("service", format!("{name} does not exist")))?;
    pass(service.state == "Available", "service", || {
        format!("{name} is {}", service.state)
    })?;
    let zone_id = &interface.zone_id;
    let attached = || {
        service
            .load_balancer_arns
            .iter()
            .filter_map(|arn| world.live::<LoadBalancer>(arn))
    };
    // Another region has other zones: AWS picks one.
    let remote = endpoint.service_region() != region;
    let there = attached().find_map(|balancer| {
        let mut zones = balancer.value().zones.iter();
        let zone = zones.find(|zone| remote || zone.zone_id == *zone_id)?;
        Some((balancer, zone))
    });
    there.ok_or_else(|| {
        broken(
            "service_zone",
            format!("no load balancer of {name} is enabled in zone {zone_id}"),
        )
    })
}

fn not_open(endpoint: &Record<Endpoint>) -> super::hops::Broken {
    broken(
        "endpoint",
        format!("{} is {}", endpoint.id, endpoint.value().state),
    )
}
