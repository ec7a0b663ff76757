//! Hosted zones that services of AWS own and associate with a VPC: they hold the private names of
//! endpoints. Nobody but the service can change them.

use crate::lattice;
use crate::random::zone_id;
use crate::world::World;
use crate::world::private_link::{Endpoint, EndpointService};

/// Such a zone.
#[derive(Debug)]
pub(super) struct ManagedZone {
    pub(super) id: String,
    /// Without a dot at its end.
    pub(super) name: String,
    pub(super) owner: &'static str,
}

/// Those that are associated with a VPC.
pub(super) fn zones(world: &World, vpc_id: &str) -> Vec<ManagedZone> {
    let theirs = lattice::private_zones(world, vpc_id).into_iter();
    let lattice = theirs.map(|zone| ManagedZone {
        id: zone.id,
        name: zone.name,
        owner: "vpc-lattice.amazonaws.com",
    });
    let endpoints = world.all::<Endpoint>().filter(|it| {
        let it = it.value();
        it.vpc_id == vpc_id && it.private_dns_enabled && it.state == "available"
    });
    let interface = endpoints.filter_map(|endpoint| {
        let service = world.live::<EndpointService>(&endpoint.value().service_id)?;
        let name = &service.value().private_dns.as_ref()?.name;
        Some(ManagedZone {
            id: zone_id(&[&endpoint.id]),
            name: name.trim_start_matches("*.").to_owned(),
            owner: "vpce.amazonaws.com",
        })
    });
    lattice.chain(interface).collect()
}
