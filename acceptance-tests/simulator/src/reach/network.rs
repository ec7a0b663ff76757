//! Through a service network that the client's VPC is in: Lattice's own addresses, the groups of the VPC's
//! association, and from there on as through an endpoint.

use super::client::Client;
use super::hops::{Arrived, Way, pass};
use super::resource;
use crate::world::lattice::ResourceConfiguration;
use crate::world::passage::{Direction, Party};
use crate::world::prefix_lists::LATTICE;
use crate::world::service_network::NetworkVpc;
use crate::world::{Record, World};

/// A VPC in a network, and what is asked for there.
#[derive(Debug)]
pub(super) struct NetworkDoor<'w> {
    pub(super) joined: &'w Record<NetworkVpc>,
    pub(super) configuration: &'w Record<ResourceConfiguration>,
}

/// Goes through the network to what its configuration leads to. Network ACLs are not judged: the addresses
/// are in no subnet.
pub(super) fn cross(
    world: &World,
    client: &Client,
    door: &NetworkDoor<'_>,
    port: u16,
) -> Way<Arrived> {
    let target = Party {
        address: LATTICE.into(),
        group_ids: &[],
    };
    let own = client.leave(world, target, &client.subnet_id, port)?;
    let group_ids = &door.joined.value().group_ids;
    let inward = world.groups_admit(group_ids, Direction::Inbound, client.party(own), port);
    pass(inward, "endpoint_group", || {
        let (groups, id) = (group_ids.join(", "), &door.joined.id);
        format!("no inbound rule of {groups}, the groups of {id}, allows TCP {port} from {own}")
    })?;
    let (target_saw, note) = resource::visit(world, &client.zone_id, door.configuration, port)?;
    Ok(Arrived {
        target_saw,
        notes: note.into_iter().collect(),
    })
}
