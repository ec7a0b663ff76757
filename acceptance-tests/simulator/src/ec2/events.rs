//! Transitions of EC2's objects that happen by themselves.

use serde::{Deserialize, Serialize};

use crate::world::World;
use crate::world::network::{NetworkInterface, Vpc};

/// A transition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A VPC leaves `pending`.
    VpcAvailable(String),
    /// A network interface is gone, some time after what it belonged to.
    InterfaceReleased(String),
}

/// Carries a transition out.
pub(crate) fn ripen(world: &mut World, event: Event) {
    match event {
        Event::VpcAvailable(id) => world.ripen::<Vpc>(&id, |vpc| vpc.pending = false),
        Event::InterfaceReleased(id) => world.remove::<NetworkInterface>(&id),
    }
}
