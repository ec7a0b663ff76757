//! Through an endpoint of type Resource or ServiceNetwork: the configuration, the gateway in the owner's VPC, the resource.

use super::client::Client;
use super::database::{self, Place};
use super::endpoint::enter;
use super::hops::{Arrived, Way, broken, pass};
use super::names::EndpointDoor;
use crate::world::lattice::{ResourceConfiguration, ResourceGateway};
use crate::world::network::{NetworkInterface, Subnet};
use crate::world::passage::{Direction, Party};
use crate::world::private_link::Endpoint;
use crate::world::{Record, World};

/// An endpoint and the configurations that lie behind it: one where a name was asked for, all of the
/// endpoint's where an address was.
#[derive(Debug)]
pub(super) struct ResourceDoor<'w> {
    pub(super) door: EndpointDoor<'w>,
    pub(super) configurations: Vec<&'w Record<ResourceConfiguration>>,
}

/// Goes through the endpoint to what its configuration leads to.
pub(super) fn cross(
    world: &World,
    client: &Client,
    way: &ResourceDoor<'_>,
    port: u16,
) -> Way<Arrived> {
    let endpoint = way.door.endpoint;
    let link = endpoint.value().resource.as_ref();
    let associated = link.is_none_or(|link| link.association_id.is_some());
    pass(associated, "association", || {
        format!("the configuration's owner has cut {} off", endpoint.id)
    })?;
    let not_open = || format!("{} is {}", endpoint.id, endpoint.value().state);
    let (Some(interface), Some(address)) = (way.door.interface, way.door.address) else {
        return Err(broken("endpoint", not_open()));
    };
    enter(world, client, &way.door, (interface, address), port)?;
    pass(endpoint.value().state == "available", "endpoint", not_open)?;
    let (configuration, mut notes) = choose(way, port)?;
    let gateway = world.live::<ResourceGateway>(&configuration.value().gateway_id);
    check_zones(world, endpoint, gateway)?;
    let (target_saw, note) = visit(world, &interface.zone_id, configuration, port)?;
    notes.extend(note);
    Ok(Arrived { target_saw, notes })
}

/// From a zone of the consumer's through the gateway to the resource: the address that it sees, and what is to
/// say about it.
pub(super) fn visit(
    world: &World,
    zone_id: &str,
    configuration: &Record<ResourceConfiguration>,
    port: u16,
) -> Way<(std::net::IpAddr, Option<String>)> {
    check_configuration(configuration, port)?;
    let gateway = world.live::<ResourceGateway>(&configuration.value().gateway_id);
    let gateway = gateway.ok_or_else(|| broken("gateway", "the gateway does not exist"))?;
    let (source, place) = enter_owner(world, (zone_id, gateway), configuration, port)?;
    Ok((source, database::answer(&place, port)?))
}

/// The configuration that takes the port: by an address alone nobody says which is meant.
fn choose<'w>(
    way: &ResourceDoor<'w>,
    port: u16,
) -> Way<(&'w Record<ResourceConfiguration>, Vec<String>)> {
    let takes = |it: &&&Record<ResourceConfiguration>| it.value().takes(port);
    let taking = way.configurations.iter().filter(takes);
    let several = taking.clone().count() > 1;
    let note = several.then(|| "several configurations of the endpoint take the port".to_owned());
    let chosen = taking.chain(&way.configurations).next().copied();
    let chosen =
        chosen.ok_or_else(|| broken("configuration", "it has no children that are ready"))?;
    Ok((chosen, note.into_iter().collect()))
}

fn check_zones(
    world: &World,
    endpoint: &Record<Endpoint>,
    gateway: Option<&Record<ResourceGateway>>,
) -> Way<()> {
    let zones = |ids: &[String]| -> Vec<String> {
        let subnets = ids.iter().filter_map(|id| world.live::<Subnet>(id));
        subnets.map(|it| it.value().zone_id.clone()).collect()
    };
    let own = zones(&endpoint.value().subnet_ids);
    let theirs = gateway.map(|it| zones(&it.value().subnet_ids));
    let common = theirs.is_none_or(|theirs| theirs.iter().any(|zone| own.contains(zone)));
    pass(common, "gateway_zone", || {
        "the endpoint and the gateway have no zone in common".to_owned()
    })
}

fn check_configuration(configuration: &Record<ResourceConfiguration>, port: u16) -> Way<()> {
    let (id, it) = (&configuration.id, configuration.value());
    pass(it.is_ready(), "configuration", || {
        format!("{id} is {}", it.status)
    })?;
    pass(it.takes(port), "configuration_port", || {
        let ranges = it.port_ranges.join(", ");
        format!("{id} takes the ports {ranges}, not {port}")
    })
}

/// From the gateway to the resource: the gateway's address and the resource's place.
fn enter_owner<'w>(
    world: &'w World,
    (zone_id, gateway): (&str, &'w Record<ResourceGateway>),
    configuration: &Record<ResourceConfiguration>,
    port: u16,
) -> Way<(std::net::IpAddr, Place<'w>)> {
    let it = gateway.value();
    let ready = matches!(it.status.as_str(), "ACTIVE" | "UPDATE_IN_PROGRESS");
    pass(ready, "gateway", || {
        format!("{} is {}", gateway.id, it.status)
    })?;
    let place = database::locate(world, gateway, configuration.value())?;
    let interfaces = it.interface_ids.iter();
    let interfaces = interfaces.filter_map(|id| world.live::<NetworkInterface>(id));
    let interfaces: Vec<_> = interfaces.map(Record::value).collect();
    let near = interfaces.iter().find(|eni| eni.zone_id == zone_id);
    let own = near.or(interfaces.first()).copied();
    let own = own.ok_or_else(|| broken("gateway", "the gateway has no interfaces"))?;
    let address = match place.address.is_ipv4() {
        true => own.address.map(Into::into),
        false => own.ipv6_address.map(Into::into),
    };
    let address = address.ok_or_else(|| {
        let family = &it.address_type;
        broken(
            "gateway",
            format!("the gateway is {family}, and {} is not", place.address),
        )
    })?;
    let out = world.groups_admit(&it.group_ids, Direction::Outbound, place.party(), port);
    pass(out, "gateway_group", || {
        let groups = it.group_ids.join(", ");
        format!(
            "no outbound rule of {groups} allows TCP {port} to {}",
            place.address
        )
    })?;
    place.check_way(
        world,
        (own.subnet_id.as_str(), address),
        ("gateway_acl", port),
    )?;
    let source = Party {
        address,
        group_ids: &it.group_ids,
    };
    place.check_groups(world, source, port)?;
    Ok((address, place))
}
