//! What a name or address leads to, asked in the client's VPC.

use std::net::IpAddr;

use super::client::Client;
use super::database::Place;
use super::hops::{Broken, Way, broken};
use super::network::NetworkDoor;
use super::resource::ResourceDoor;
use super::resources;
use crate::world::load_balancing::LoadBalancer;
use crate::world::network::{NetworkInterface, Subnet, Vpc};
use crate::world::private_link::{Endpoint, EndpointService};
use crate::world::{Record, World};

/// What stands at the other end of a name.
#[derive(Debug)]
pub(super) enum Destination<'w> {
    Endpoint(EndpointDoor<'w>),
    Resource(ResourceDoor<'w>),
    Network(NetworkDoor<'w>),
    Balancer(BalancerDoor<'w>),
    Database(Place<'w>),
}

/// An endpoint and the interface that the connection goes to; none while it has none.
#[derive(Debug)]
pub(super) struct EndpointDoor<'w> {
    pub(super) endpoint: &'w Record<Endpoint>,
    pub(super) interface: Option<&'w NetworkInterface>,
    /// The address of the interface that the name leads to.
    pub(super) address: Option<IpAddr>,
}

/// A load balancer and the interface that the connection goes to.
#[derive(Debug)]
pub(super) struct BalancerDoor<'w> {
    pub(super) balancer: &'w Record<LoadBalancer>,
    pub(super) interface: &'w NetworkInterface,
    pub(super) address: IpAddr,
}

/// Resolves a name or address.
pub(super) fn resolve<'w>(world: &'w World, client: &Client, to: &str) -> Way<Destination<'w>> {
    if let Ok(address) = to.parse::<IpAddr>() {
        return at_address(world, client, address);
    }
    let vpc = world.live::<Vpc>(&client.vpc_id).map(Record::value);
    if !vpc.is_some_and(|vpc| vpc.dns_support) {
        let why = format!(
            "{} has enableDnsSupport off, so no name resolves",
            client.vpc_id
        );
        return Err(broken("name", why));
    }
    let name = to.trim_end_matches('.').to_lowercase();
    let hostnames = vpc.is_some_and(|vpc| vpc.dns_hostnames);
    let by_name = resources::private(world, client, &name, hostnames)
        .or_else(|| private(world, client, &name, hostnames))
        .or_else(|| public(world, client, &name))
        .or_else(|| resources::public(world, client, &name))
        .or_else(|| resources::database(world, client, &name));
    if let Some(found) = by_name {
        return found;
    }
    let balancer = world
        .all::<LoadBalancer>()
        .find(|one| one.value().dns_name == name);
    let Some(balancer) = balancer else {
        return Err(broken(
            "name",
            format!("{name} resolves to nothing in {}", client.vpc_id),
        ));
    };
    let interfaces = balancer
        .value()
        .zones
        .iter()
        .map(|zone| zone.interface_id.as_str());
    let interface = nearest(world, client, interfaces);
    let interface = interface.ok_or_else(|| no_node(&balancer.value().name))?;
    let address = client.choose(interface.address, interface.ipv6_address);
    let address = address.ok_or_else(|| no_node(&balancer.value().name))?;
    Ok(Destination::Balancer(BalancerDoor {
        balancer,
        interface,
        address,
    }))
}

fn at_address<'w>(world: &'w World, client: &Client, address: IpAddr) -> Way<Destination<'w>> {
    let mut all = world.all::<NetworkInterface>();
    let found = all.find(|eni| eni.value().has(address) && eni.value().vpc_id == client.vpc_id);
    let nobody = || {
        broken(
            "name",
            format!(
                "nothing that is known has the address {address} in {}",
                client.vpc_id
            ),
        )
    };
    let interface = found.ok_or_else(nobody)?;
    let endpoint = world
        .all::<Endpoint>()
        .find(|endpoint| endpoint.value().interface_ids.contains(&interface.id));
    if let Some(endpoint) = endpoint {
        let door = EndpointDoor {
            endpoint,
            interface: Some(interface.value()),
            address: Some(address),
        };
        return Ok(resources::behind(world, door));
    }
    let place = Place::of(world, interface, address);
    if place.is_database() {
        return Ok(Destination::Database(place));
    }
    let balancer = world.all::<LoadBalancer>().find(|balancer| {
        balancer
            .value()
            .zones
            .iter()
            .any(|zone| zone.interface_id == interface.id)
    });
    let balancer = balancer.ok_or_else(nobody)?;
    Ok(Destination::Balancer(BalancerDoor {
        balancer,
        interface: interface.value(),
        address,
    }))
}

/// The service's private name, which works in the endpoint's VPC once private DNS is on.
fn private<'w>(
    world: &'w World,
    client: &Client,
    name: &str,
    hostnames: bool,
) -> Option<Way<Destination<'w>>> {
    let endpoint = world.all::<Endpoint>().find(|endpoint| {
        let value = endpoint.value();
        let service = world.live::<EndpointService>(&value.service_id);
        let private = service.and_then(|service| service.value().private_dns.as_ref());
        value.vpc_id == client.vpc_id
            && value.private_dns_enabled
            && value.state == "available"
            && private.is_some_and(|private| covers(&private.name, name))
    })?;
    if !hostnames {
        let why = format!(
            "{} has enableDnsHostnames off, so private DNS does not work",
            client.vpc_id
        );
        return Some(Err(broken("name", why)));
    }
    Some(Ok(Destination::Endpoint(regional(
        world, client, endpoint, false,
    ))))
}

fn covers(pattern: &str, name: &str) -> bool {
    match pattern.strip_prefix("*.") {
        Some(domain) => name.strip_suffix(domain).is_some_and(|head| {
            head.strip_suffix('.')
                .is_some_and(|label| !label.is_empty() && !label.contains('.'))
        }),
        None => pattern == name,
    }
}

/// An endpoint's own names, which resolve everywhere, to private addresses.
fn public<'w>(world: &'w World, client: &Client, name: &str) -> Option<Way<Destination<'w>>> {
    let (label, rest) = name.split_once('.')?;
    let endpoint = world.all::<Endpoint>().find(|endpoint| {
        let head = format!("{}-{}", endpoint.id, endpoint.value().dns_label);
        let region = endpoint.value().service_region();
        label.starts_with(&head)
            && rest
                == format!(
                    "{}.{region}.vpce.amazonaws.com",
                    endpoint.value().service_id
                )
            && endpoint.value().state != "deleted"
    })?;
    let value = endpoint.value();
    let head = format!("{}-{}", endpoint.id, value.dns_label);
    if label == head {
        let door = regional(world, client, endpoint, true);
        return Some(Ok(Destination::Endpoint(door)));
    }
    let zone_name = label.strip_prefix(&head)?.strip_prefix('-')?;
    let mut subnets = value
        .subnet_ids
        .iter()
        .filter_map(|id| world.live::<Subnet>(id));
    let remote = value.service_region() != endpoint.scope.region;
    if remote || !subnets.any(|subnet| subnet.value().zone_name == zone_name) {
        let why = format!(
            "{} is not in zone {zone_name}, so the name does not exist",
            endpoint.id
        );
        return Some(Err(broken("name", why)));
    }
    let mut interfaces = interfaces(world, value.interface_ids.iter().map(String::as_str));
    let interface = interfaces.find(|interface| interface.zone_name == zone_name);
    let door = door(client, endpoint, interface, true);
    Some(Ok(Destination::Endpoint(door)))
}

/// The endpoint with the interface that is nearest to the client.
pub(super) fn regional<'w>(
    world: &'w World,
    client: &Client,
    endpoint: &'w Record<Endpoint>,
    public: bool,
) -> EndpointDoor<'w> {
    let ids = endpoint.value().interface_ids.iter().map(String::as_str);
    door(client, endpoint, nearest(world, client, ids), public)
}

/// The endpoint with the address that its records give to the client. Records that the service defines
/// are A for every name and AAAA for the public ones.
fn door<'w>(
    client: &Client,
    endpoint: &'w Record<Endpoint>,
    interface: Option<&'w NetworkInterface>,
    public: bool,
) -> EndpointDoor<'w> {
    let records = endpoint.value().dns_record_type.as_str();
    let ipv4 = interface.and_then(|eni| eni.address);
    let ipv6 = interface.and_then(|eni| eni.ipv6_address);
    let ipv4 = ipv4.filter(|_| records != "ipv6");
    let ipv6 = ipv6.filter(|_| match records {
        "ipv4" => false,
        "service-defined" => public,
        _ => true,
    });
    EndpointDoor {
        endpoint,
        interface,
        address: client.choose(ipv4, ipv6),
    }
}

/// Of several interfaces that of the client's zone, else the first: a resolver answers them all.
fn nearest<'w, 'i>(
    world: &'w World,
    client: &Client,
    ids: impl Iterator<Item = &'i str> + Clone,
) -> Option<&'w NetworkInterface> {
    let own = interfaces(world, ids.clone()).find(|eni| eni.zone_id == client.zone_id);
    own.or_else(|| interfaces(world, ids).next())
}

fn interfaces<'w, 'i>(
    world: &'w World,
    ids: impl Iterator<Item = &'i str>,
) -> impl Iterator<Item = &'w NetworkInterface> {
    ids.filter_map(|id| world.live::<NetworkInterface>(id).map(Record::value))
}

fn no_node(name: &str) -> Broken {
    broken("name", format!("{name} has no nodes"))
}

#[cfg(test)]
mod tests {
    use super::covers;

    #[test]
    fn a_wildcard_covers_one_label() {
        assert!(covers("*.example.com", "a.example.com"));
        assert!(!covers("*.example.com", "a.b.example.com"));
        assert!(!covers("*.example.com", "example.com"));
        assert!(covers("db.example.com", "db.example.com"));
        assert!(!covers("*.example.com", "badexample.com"));
    }
}
