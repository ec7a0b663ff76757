//! Transitions of EC2's objects that happen by themselves.

use serde::{Deserialize, Serialize};

use super::{endpoint_services, endpoints};
use crate::world::World;
use crate::world::network::{NetworkInterface, Vpc};

/// A transition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Event {
    /// A VPC leaves `pending`.
    VpcAvailable(String),
    /// A network interface is gone, some time after what it belonged to.
    InterfaceReleased(String),
    /// An endpoint service leaves `Pending`.
    ServiceAvailable(String),
    /// An endpoint service is ready for endpoints in another region.
    RegionAvailable { service_id: String, region: String },
    /// A deleted endpoint service is gone.
    ServiceGone(String),
    /// AWS looks for the TXT record of a service's private name, unless the name was replaced.
    PrivateNameChecked { service_id: String, value: String },
    /// An endpoint leaves `pending`, unless something happened to it since that round.
    EndpointAvailable { id: String, round: u32 },
    /// An endpoint leaves `deleting` for `deleted`.
    EndpointDeleted(String),
    /// A deleted endpoint is no longer listed.
    EndpointForgotten(String),
}

/// Carries a transition out.
pub(crate) fn ripen(world: &mut World, event: Event) {
    match event {
        Event::VpcAvailable(id) => world.ripen::<Vpc>(&id, |vpc| vpc.pending = false),
        Event::InterfaceReleased(id) => world.remove::<NetworkInterface>(&id),
        Event::ServiceAvailable(id) => endpoint_services::available(world, &id),
        Event::RegionAvailable { service_id, region } => {
            endpoint_services::region_available(world, &service_id, &region);
        }
        Event::ServiceGone(id) => endpoint_services::gone(world, &id),
        Event::PrivateNameChecked { service_id, value } => {
            endpoint_services::recheck(world, &service_id, &value);
        }
        Event::EndpointAvailable { id, round } => endpoints::available(world, &id, round),
        Event::EndpointDeleted(id) => endpoints::deleted(world, &id),
        Event::EndpointForgotten(id) => endpoints::forgotten(world, &id),
    }
}
