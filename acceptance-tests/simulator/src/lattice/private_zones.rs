//! Hosted zones that Lattice makes in a consumer's VPC, so that the configurations' own names lead to the
//! consumer's endpoint (rule 17). They follow from endpoints and configurations, so nobody keeps them.

use super::children::targets;
use super::members::{self, Member};
use super::verification::is_verified;
use crate::clock::Moment;
use crate::random::zone_id;
use crate::world::lattice::ResourceConfiguration;
use crate::world::private_link::{Endpoint, NetworkLink, ResourceLink};
use crate::world::service_network::{DnsWish, NetworkResource, NetworkVpc};
use crate::world::{Record, World};

/// A zone, and what its name leads to.
#[derive(Debug)]
pub(crate) struct PrivateZone<'w> {
    pub(crate) id: String,
    /// Without a dot at its end.
    pub(crate) name: String,
    pub(crate) way: Way<'w>,
    pub(crate) configuration: &'w Record<ResourceConfiguration>,
    association: Option<&'w Record<NetworkResource>>,
}

/// What brings a VPC its zones, and clients to what their names lead to.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Way<'w> {
    Endpoint(&'w Record<Endpoint>),
    /// The VPC is in a service network itself.
    Network(&'w Record<NetworkVpc>),
}

impl PrivateZone<'_> {
    /// Whether it is there because of what is in a network.
    pub(crate) fn is_of(&self, member: &Member<'_>) -> bool {
        let association = self.association.map(|it| &it.id);
        association == Some(&member.association.id)
            && self.configuration.id == member.configuration.id
    }

    /// Whether it is there by now: some time after the endpoint, and after what is in its network.
    fn is_there(&self, now: Moment) -> bool {
        let inside = self.association.map(|it| it.value().shown_from);
        let (open, own) = match self.way {
            Way::Endpoint(endpoint) => {
                let it = endpoint.value();
                let of_network = it.network.as_ref().map(|link| link.shown_from);
                let own = it.resource.as_ref().map(|link| link.shown_from);
                (it.state == "available", own.or(of_network))
            }
            Way::Network(joined) => (joined.value().is_joined(), None),
        };
        let mut waits = own.into_iter().chain(inside);
        open && waits.all(|from| from.is_some_and(|from| from <= now))
    }
}

/// A name for which an endpoint wants a zone.
#[derive(Debug)]
pub(crate) struct Wanted<'w> {
    pub(crate) name: String,
    configuration: &'w Record<ResourceConfiguration>,
    /// What has brought it into the endpoint's network.
    association: Option<&'w Record<NetworkResource>>,
}

/// The zones that exist in a VPC by now, one for each name.
pub(crate) fn private_zones<'w>(world: &'w World, vpc_id: &str) -> Vec<PrivateZone<'w>> {
    let mut zones: Vec<PrivateZone<'w>> = Vec::new();
    let endpoints = world.all::<Endpoint>();
    let endpoints = endpoints.filter(|it| it.value().vpc_id == vpc_id);
    let joined = world.all::<NetworkVpc>();
    let joined = joined.filter(|it| it.value().vpc_id == vpc_id);
    let new = endpoints.flat_map(|it| zones_of(world, it));
    let new = new.chain(joined.flat_map(|it| zones_in(world, it)));
    for zone in new.filter(|zone| zone.is_there(world.now)) {
        if !zones.iter().any(|other| other.name == zone.name) {
            zones.push(zone);
        }
    }
    zones
}

/// The zones that a VPC has because it is in a service network. Source: CreateServiceNetworkVpcAssociation,
/// `privateDnsEnabled` and `dnsOptions`.
fn zones_in<'w>(world: &'w World, joined: &'w Record<NetworkVpc>) -> Vec<PrivateZone<'w>> {
    let it = joined.value();
    let wish = it.dns.as_ref().filter(|_| it.private_dns);
    let names = wish.map(|wish| names_at(world, &it.network_id, wish, true));
    let zone = |wanted: Wanted<'w>| wanted.zone(&joined.id, Way::Network(joined));
    names.into_iter().flatten().map(zone).collect()
}

/// The zones that an endpoint gives its VPC, once it is ready.
pub(crate) fn zones_of<'w>(
    world: &'w World,
    endpoint: &'w Record<Endpoint>,
) -> Vec<PrivateZone<'w>> {
    let it = endpoint.value();
    let enabled = it.private_dns_enabled;
    let link = it.resource.as_ref();
    let link = link.filter(|link| link.association_id.is_some());
    let own = link.map(|link| names_of(world, link, enabled));
    let of_network = it.network.as_ref();
    let of_network = of_network.map(|link| names_in(world, link, enabled));
    let names = own.into_iter().chain(of_network).flatten();
    let zone = |wanted: Wanted<'w>| wanted.zone(&endpoint.id, Way::Endpoint(endpoint));
    names.map(zone).collect()
}

impl<'w> Wanted<'w> {
    fn zone(self, of: &str, way: Way<'w>) -> PrivateZone<'w> {
        PrivateZone {
            id: zone_id(&[of, &self.name]),
            name: self.name,
            way,
            configuration: self.configuration,
            association: self.association,
        }
    }
}

/// The names that an endpoint to a configuration wants zones for.
pub(crate) fn names_of<'w>(
    world: &'w World,
    link: &ResourceLink,
    enabled: bool,
) -> Vec<Wanted<'w>> {
    let Some(whole) = world.live::<ResourceConfiguration>(link.configuration_id()) else {
        return Vec::new();
    };
    let named = targets(world, whole).into_iter().filter_map(|it| {
        Some(Wanted {
            name: wanted_name(world, (whole, it), &link.dns, enabled)?,
            configuration: it,
            association: None,
        })
    });
    named.collect()
}

/// The names that an endpoint into a network wants zones for; associations without private DNS give none.
pub(crate) fn names_in<'w>(world: &'w World, link: &NetworkLink, enabled: bool) -> Vec<Wanted<'w>> {
    names_at(world, &link.network_arn, &link.dns, enabled)
}

/// The same for whatever leads into a network, by its id or ARN.
fn names_at<'w>(world: &'w World, network: &str, wish: &DnsWish, enabled: bool) -> Vec<Wanted<'w>> {
    let inside = members::leaves(world, network).into_iter();
    let named = inside.filter_map(|member| {
        let association = member.association.value();
        let whole = world.live::<ResourceConfiguration>(&association.configuration_id)?;
        let enabled = enabled && association.private_dns;
        Some(Wanted {
            name: wanted_name(world, (whole, member.configuration), wish, enabled)?,
            configuration: member.configuration,
            association: Some(member.association),
        })
    });
    named.collect()
}

/// The name of a configuration, if a zone is wanted for it: its own where somebody is connected to itself
/// or to the whole of which it is a child.
fn wanted_name(
    world: &World,
    (whole, configuration): (
        &Record<ResourceConfiguration>,
        &Record<ResourceConfiguration>,
    ),
    wish: &DnsWish,
    enabled: bool,
) -> Option<String> {
    let whole = whole.value();
    let by_itself = whole.kind == "ARN" && world.doubts.is("arn-private-dns", "implied");
    // Without a domain of the group, its children's names get no zones.
    let bare = whole.kind == "GROUP" && whole.group_domain.is_none();
    if bare || !(enabled || by_itself) {
        return None;
    }
    let it = configuration.value();
    let name = it.custom_domain.as_ref()?;
    let name = name.trim_end_matches('.').to_lowercase();
    wish.covers(&name, is_verified(world, it)).then_some(name)
}
