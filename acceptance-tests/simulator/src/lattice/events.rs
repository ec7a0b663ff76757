//! Transitions of Lattice's objects that happen by themselves.

use serde::{Deserialize, Serialize};

use super::{children, domains};
use crate::world::World;
use crate::world::lattice::{ResourceConfiguration, ResourceGateway};
use crate::world::service_network::{NetworkResource, NetworkVpc};

/// A transition. It carries the round that it belongs to: another change may overtake it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    GatewayActive {
        id: String,
        round: u32,
    },
    GatewayGone(String),
    ConfigurationActive {
        id: String,
        round: u32,
    },
    ConfigurationGone(String),
    VpcJoined {
        id: String,
        round: u32,
    },
    VpcLeft(String),
    ResourceJoined {
        id: String,
        round: u32,
    },
    ResourceLeft(String),
    /// AWS looks for the TXT record of a domain.
    DomainChecked(String),
    /// The children of a configuration of type ARN follow its database.
    ChildrenFollow(String),
}

/// Carries a transition out.
pub(crate) fn ripen(world: &mut World, event: Event) {
    match event {
        Event::GatewayActive { id, round } => {
            let now = world.now;
            world.ripen::<ResourceGateway>(&id, |gateway| {
                if gateway.round == round {
                    "ACTIVE".clone_into(&mut gateway.status);
                    gateway.updated = now;
                }
            });
        }
        Event::ConfigurationActive { id, round } => {
            let now = world.now;
            world.ripen::<ResourceConfiguration>(&id, |configuration| {
                if configuration.round == round {
                    let failed = configuration.failure.is_some();
                    let status = if failed { "CREATE_FAILED" } else { "ACTIVE" };
                    status.clone_into(&mut configuration.status);
                    configuration.updated = now;
                }
            });
            children::settle(world, &id);
        }
        Event::GatewayGone(id) => world.remove::<ResourceGateway>(&id),
        Event::ConfigurationGone(id) => {
            children::forget(world, &id);
            world.remove::<ResourceConfiguration>(&id);
        }
        Event::ChildrenFollow(id) => children::settle(world, &id),
        Event::VpcJoined { id, round } => {
            let now = world.now;
            world.ripen::<NetworkVpc>(&id, |it| {
                if it.round == round {
                    "ACTIVE".clone_into(&mut it.status);
                    it.updated = now;
                }
            });
        }
        Event::VpcLeft(id) => world.remove::<NetworkVpc>(&id),
        Event::ResourceJoined { id, round } => joined(world, &id, round),
        Event::ResourceLeft(id) => world.remove::<NetworkResource>(&id),
        Event::DomainChecked(id) => domains::recheck(world, &id),
    }
}

/// A configuration is in its network; endpoints show it some time later.
fn joined(world: &mut World, id: &str, round: u32) {
    let (now, shown_from) = (world.now, world.draw_wait(2_000, 30_000));
    world.ripen::<NetworkResource>(id, |it| {
        if it.round == round {
            "ACTIVE".clone_into(&mut it.status);
            it.updated = now;
            it.shown_from = Some(shown_from);
        }
    });
}
