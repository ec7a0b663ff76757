//! Names of resources that are shared by Lattice, and of databases, as a client's VPC resolves them.

use super::client::Client;
use super::database::Place;
use super::hops::{Way, broken};
use super::names::{Destination, EndpointDoor, regional};
use super::network::NetworkDoor;
use super::resource::ResourceDoor;
use crate::lattice;
use crate::world::lattice::ResourceConfiguration;
use crate::world::private_link::{Endpoint, association_name};
use crate::world::service_network::NetworkVpc;
use crate::world::{Record, World};

/// A name in a hosted zone that Lattice has made in the client's VPC.
pub(super) fn private<'w>(
    world: &'w World,
    client: &Client,
    name: &str,
    hostnames: bool,
) -> Option<Way<Destination<'w>>> {
    let zones = lattice::private_zones(world, &client.vpc_id);
    let zone = zones.into_iter().find(|zone| zone.name == name)?;
    if !hostnames {
        let vpc = &client.vpc_id;
        let why = format!("{vpc} has enableDnsHostnames off, so private DNS does not work");
        return Some(Err(broken("name", why)));
    }
    Some(Ok(match zone.way {
        lattice::Way::Endpoint(endpoint) => Destination::Resource(ResourceDoor {
            door: regional(world, client, endpoint, false),
            configurations: vec![zone.configuration],
        }),
        lattice::Way::Network(joined) => Destination::Network(NetworkDoor {
            joined,
            configuration: zone.configuration,
        }),
    }))
}

/// The name of an endpoint's association with a configuration, which resolves everywhere.
pub(super) fn public<'w>(
    world: &'w World,
    client: &Client,
    name: &str,
) -> Option<Way<Destination<'w>>> {
    let label = name.split('.').next()?;
    if label.starts_with("snra-") {
        return joined(world, client, name);
    }
    if let Some((head, _)) = label.split_once("-snra-") {
        return in_network(world, client, world.live::<Endpoint>(head)?, name);
    }
    let endpoint = world.live::<Endpoint>(label)?;
    let reached = reached(world, endpoint);
    let region = &endpoint.scope.region;
    let asked = |it: &&Record<ResourceConfiguration>| {
        association_name(&endpoint.id, &it.id, region) == name
    };
    let configuration = reached.into_iter().find(asked)?;
    let link = endpoint.value().resource.as_ref()?;
    if link.shown_from.is_none_or(|at| at > world.now) {
        return None;
    }
    Some(Ok(Destination::Resource(ResourceDoor {
        door: regional(world, client, endpoint, true),
        configurations: vec![configuration],
    })))
}

/// The name of what is in a service network, for clients whose VPC is in it too: a VPC that only had an
/// endpoint did not resolve it. Source: reports of 2025-11 and 2026-08.
fn joined<'w>(world: &'w World, client: &Client, name: &str) -> Option<Way<Destination<'w>>> {
    let mut all = world.all::<NetworkVpc>();
    let joined = all.find(|it| it.value().vpc_id == client.vpc_id && it.value().is_joined())?;
    let member = lattice::named(world, &joined.value().network_id, name)?;
    Some(Ok(Destination::Network(NetworkDoor {
        joined,
        configuration: member.configuration,
    })))
}

/// The name of what an endpoint reaches in a service network.
fn in_network<'w>(
    world: &'w World,
    client: &Client,
    endpoint: &'w Record<Endpoint>,
    name: &str,
) -> Option<Way<Destination<'w>>> {
    let link = endpoint.value().network.as_ref()?;
    let mut inside = lattice::reached(world, link).into_iter();
    let member = inside.find(|it| it.name_at(&endpoint.id) == name)?;
    Some(Ok(Destination::Resource(ResourceDoor {
        door: regional(world, client, endpoint, true),
        configurations: vec![member.configuration],
    })))
}

/// The own name of a database or a proxy, which public DNS resolves to a private address.
pub(super) fn database<'w>(
    world: &'w World,
    client: &Client,
    name: &str,
) -> Option<Way<Destination<'w>>> {
    if let Some(proxy) = world.proxy_at(name) {
        let place = Place::of_proxy(world, proxy, &client.zone_id);
        return place.map(|place| Ok(Destination::Database(place)));
    }
    let found = world.database_at(name)?;
    let nobody = || broken("name", format!("nobody answers for {name}"));
    let place = found.and_then(|it| Some((it, Place::of_database(world, it)?)));
    Some(place.ok_or_else(nobody).and_then(|(instance, place)| {
        let near = place.is_in(&client.vpc_id);
        match near || !instance.value().public {
            true => Ok(Destination::Database(place)),
            false => Err(broken(
                "name",
                format!("{name} resolves to a public address outside of its VPC"),
            )),
        }
    }))
}

/// What stands behind an endpoint that was found by its address.
pub(super) fn behind<'w>(world: &'w World, door: EndpointDoor<'w>) -> Destination<'w> {
    match door.endpoint.value().kind() {
        "Interface" => Destination::Endpoint(door),
        _ => Destination::Resource(ResourceDoor {
            configurations: reached(world, door.endpoint),
            door,
        }),
    }
}

/// The configurations that an endpoint reaches.
fn reached<'w>(
    world: &'w World,
    endpoint: &Record<Endpoint>,
) -> Vec<&'w Record<ResourceConfiguration>> {
    if let Some(link) = &endpoint.value().network {
        let inside = lattice::reached(world, link).into_iter();
        return inside.map(|it| it.configuration).collect();
    }
    let link = endpoint.value().resource.as_ref();
    let whole = link.and_then(|it| world.live::<ResourceConfiguration>(it.configuration_id()));
    whole
        .map(|it| lattice::targets(world, it))
        .unwrap_or_default()
}
