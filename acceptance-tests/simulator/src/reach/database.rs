//! What stands at the end of a connection to a database or its proxy: where it is, whom it lets in, whether
//! it answers.

use std::net::IpAddr;

use super::client::Client;
use super::endpoint::check_route;
use super::hops::{Arrived, Way, broken, pass};
use crate::world::databases::{DbInstance, DbProxy};
use crate::world::lattice::{Definition, ResourceConfiguration, ResourceGateway};
use crate::world::load_balancing::LoadBalancer;
use crate::world::network::NetworkInterface;
use crate::world::passage::{Direction, Party};
use crate::world::{Record, World};

/// A place that a connection leads to: an address, and what is known to have it.
#[derive(Debug)]
pub(super) struct Place<'w> {
    pub(super) address: IpAddr,
    interface: Option<&'w NetworkInterface>,
    listener: Option<Listener<'w>>,
}

/// A database or a proxy.
#[derive(Debug, Clone, Copy)]
struct Listener<'w> {
    name: &'w str,
    status: &'w str,
    port: u16,
    proxy: bool,
}

impl<'w> Listener<'w> {
    fn database(instance: &'w Record<DbInstance>) -> Self {
        let it = instance.value();
        Self {
            name: &it.name,
            status: &it.status,
            port: it.port,
            proxy: false,
        }
    }

    fn proxy(proxy: &'w Record<DbProxy>) -> Self {
        let it = proxy.value();
        Self {
            name: &it.name,
            status: &it.status,
            port: it.port,
            proxy: true,
        }
    }
}

impl<'w> Place<'w> {
    /// The place of an interface, at one of its addresses.
    pub(super) fn of(
        world: &'w World,
        interface: &'w Record<NetworkInterface>,
        address: IpAddr,
    ) -> Self {
        let mut instances = world.all::<DbInstance>();
        let mut proxies = world.all::<DbProxy>();
        let instance = instances.find(|it| it.value().interface_id == interface.id);
        let proxy = proxies.find(|it| it.value().interface_ids.contains(&interface.id));
        let database = instance.map(Listener::database);
        Self {
            address,
            interface: Some(interface.value()),
            listener: database.or_else(|| proxy.map(Listener::proxy)),
        }
    }

    /// The place of a database; none where nobody answers for its name.
    pub(super) fn of_database(world: &'w World, instance: &'w Record<DbInstance>) -> Option<Self> {
        let interface = world.interface_of(instance.value())?;
        Some(Self {
            address: interface.address?.into(),
            interface: Some(interface),
            listener: Some(Listener::database(instance)),
        })
    }

    /// The place of a proxy: in a zone, where it stands there.
    pub(super) fn of_proxy(
        world: &'w World,
        proxy: &'w Record<DbProxy>,
        zone_id: &str,
    ) -> Option<Self> {
        let ids = proxy.value().interface_ids.iter();
        let interfaces = ids.filter_map(|id| world.live::<NetworkInterface>(id));
        let interfaces: Vec<_> = interfaces.map(Record::value).collect();
        let near = interfaces.iter().find(|eni| eni.zone_id == zone_id);
        let interface = near.or(interfaces.first()).copied()?;
        Some(Self {
            address: interface.address?.into(),
            interface: Some(interface),
            listener: Some(Listener::proxy(proxy)),
        })
    }

    /// Whether a database or a proxy stands here.
    pub(super) const fn is_database(&self) -> bool {
        self.listener.is_some()
    }

    /// Whether it lies in a VPC.
    pub(super) fn is_in(&self, vpc_id: &str) -> bool {
        self.interface.is_some_and(|it| it.vpc_id == vpc_id)
    }

    /// The place as groups of its own VPC see it.
    pub(super) fn party(&self) -> Party<'w> {
        Party {
            address: self.address,
            group_ids: self.group_ids(),
        }
    }

    fn group_ids(&self) -> &'w [String] {
        self.interface.map_or(&[], |it| &it.group_ids)
    }

    /// Through the network ACLs between a subnet and the place, where it is a known one.
    pub(super) fn check_way(
        &self,
        world: &World,
        from: (&str, IpAddr),
        (hop, port): (&'static str, u16),
    ) -> Way<()> {
        let Some(interface) = self.interface else {
            return Ok(());
        };
        let way = world.acls_admit(from, (&interface.subnet_id, self.address), port);
        way.map_err(|subnet| {
            let why =
                format!("the network ACL of {subnet} does not allow TCP {port} and its answers");
            broken(hop, why)
        })
    }

    /// Into the place's groups.
    pub(super) fn check_groups(&self, world: &World, source: Party<'_>, port: u16) -> Way<()> {
        let group_ids = self.group_ids();
        let inward = world.groups_admit(group_ids, Direction::Inbound, source, port);
        pass(inward, "database_group", || {
            let groups = group_ids.join(", ");
            format!(
                "no inbound rule of {groups} allows TCP {port} from {}",
                source.address
            )
        })
    }
}

/// Whether the place answers on a port; what is not known to be a database is taken to.
pub(super) fn answer(place: &Place<'_>, port: u16) -> Way<Option<String>> {
    let Some(it) = place.listener else {
        return Ok(Some(format!(
            "what stands at {} is not known",
            place.address
        )));
    };
    pass(it.status == "available", "database", || {
        format!("{} is {}", it.name, it.status)
    })?;
    pass(it.port == port, "database", || {
        format!("{} listens on {}, not on {port}", it.name, it.port)
    })?;
    let unknown = it.proxy.then_some(it.name);
    Ok(unknown.map(|name| format!("what stands behind the proxy {name} is not known")))
}

/// From a client in the network straight to a database.
pub(super) fn visit(world: &World, client: &Client, place: &Place<'_>, port: u16) -> Way<Arrived> {
    let Some(interface) = place.interface else {
        return Err(broken("name", "the database has no interface"));
    };
    let own = client.leave(world, place.party(), &interface.subnet_id, port)?;
    check_route(world, client, (interface, place.address))?;
    place.check_groups(world, client.party(own), port)?;
    let note = answer(place, port)?;
    Ok(Arrived {
        target_saw: own,
        notes: note.into_iter().collect(),
    })
}

/// Where a configuration leads, as its gateway finds it.
pub(super) fn locate<'w>(
    world: &'w World,
    gateway: &Record<ResourceGateway>,
    configuration: &ResourceConfiguration,
) -> Way<Place<'w>> {
    let vpc = &gateway.value().vpc_id;
    match &configuration.definition {
        Some(Definition::Ip(text)) => {
            let address = text.parse();
            let address =
                address.map_err(|_| broken("gateway_dns", format!("{text} is no address")))?;
            Ok(at(world, vpc, address))
        }
        Some(Definition::Dns { name, .. }) => named(world, gateway, name),
        _ => Err(broken("configuration", "it leads nowhere by itself")),
    }
}

/// The place at an address of the gateway's VPC, or one that nobody knows.
fn at<'w>(world: &'w World, vpc_id: &str, address: IpAddr) -> Place<'w> {
    let mut all = world.all::<NetworkInterface>();
    let found = all.find(|eni| eni.value().vpc_id == vpc_id && eni.value().has(address));
    found.map_or(
        Place {
            address,
            interface: None,
            listener: None,
        },
        |interface| Place::of(world, interface, address),
    )
}

/// The place that a name leads to. Public DNS knows databases and load balancers; names that only a
/// VPC's resolver knows are not simulated beyond those.
fn named<'w>(world: &'w World, gateway: &Record<ResourceGateway>, name: &str) -> Way<Place<'w>> {
    let name = name.trim_end_matches('.').to_lowercase();
    let it = gateway.value();
    let resolver = &it.dns_resolution;
    let nobody = || {
        broken(
            "gateway_dns",
            format!("{name} resolves to nothing ({resolver})"),
        )
    };
    if let Some(found) = world.database_at(&name) {
        let idle = || broken("database", format!("nobody answers for {name}"));
        let instance = found.ok_or_else(idle)?;
        let hidden = !instance.value().public || resolver == "IN_VPC";
        pass(hidden, "database", || {
            format!(
                "{} is public, so {name} leads to its public address",
                instance.value().name
            )
        })?;
        let place = Place::of_database(world, instance).ok_or_else(idle)?;
        check_vpc(&place, gateway, &name)?;
        return Ok(place);
    }
    if let Some(proxy) = world.proxy_at(&name) {
        let place = Place::of_proxy(world, proxy, "").ok_or_else(nobody)?;
        check_vpc(&place, gateway, &name)?;
        return Ok(place);
    }
    let mut balancers = world.all::<LoadBalancer>();
    let balancer = balancers.find(|one| one.value().dns_name == name);
    let zones = balancer.map(|one| one.value().zones.iter());
    let ids = zones.into_iter().flatten().map(|zone| &zone.interface_id);
    let mut interfaces = ids.filter_map(|id| world.live::<NetworkInterface>(id));
    let interface = interfaces.next().ok_or_else(nobody)?;
    let address = interface.value().address.ok_or_else(nobody)?;
    Ok(Place::of(world, interface, address.into()))
}

/// A gateway leads into its own VPC; how traffic would get on from there is not simulated.
fn check_vpc(place: &Place<'_>, gateway: &Record<ResourceGateway>, name: &str) -> Way<()> {
    pass(place.is_in(&gateway.value().vpc_id), "gateway", || {
        format!("{name} is in another VPC than the gateway {}", gateway.id)
    })
}
