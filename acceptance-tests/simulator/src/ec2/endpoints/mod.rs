//! Interface, resource and service network endpoints, the consumer's side of PrivateLink.
//!
//! | file | idea |
//! |---|---|
//! | `associations` | DescribeVpcEndpointAssociations |
//! | `creation` | CreateVpcEndpoint |
//! | `deletion` | DeleteVpcEndpoints, and what happens after it |
//! | `exchange` | interfaces whose addresses change |
//! | `families` | address types of endpoints and their DNS records |
//! | `fixed_addresses` | addresses that the caller chooses |
//! | `listing` | DescribeVpcEndpoints and the names of endpoints |
//! | `modification` | ModifyVpcEndpoint |
//! | `network` | endpoints into service networks |
//! | `placement` | subnets, zones, security groups, interfaces |
//! | `private_dns` | when private DNS may be on |
//! | `resource` | endpoints to resource configurations |

mod associations;
mod creation;
mod deletion;
mod exchange;
mod families;
mod fixed_addresses;
mod listing;
mod modification;
mod network;
mod placement;
mod private_dns;
mod resource;

pub(super) use deletion::{deleted, forgotten};
pub(super) use listing::{public_names, state_text};

use super::events::Event;
use crate::engine::Operation;
use crate::world::private_link::Endpoint;
use crate::world::{self, World};

pub(super) const OPERATIONS: &[&[Operation]] = &[
    associations::OPERATIONS,
    creation::OPERATIONS,
    listing::OPERATIONS,
    modification::OPERATIONS,
    deletion::OPERATIONS,
];

/// Brings an endpoint to `pending`, and later to `available` unless something overtakes it.
pub(super) fn settle(world: &mut World, id: &str) {
    let round = world
        .live::<Endpoint>(id)
        .map_or(0, |endpoint| endpoint.value().round)
        + 1;
    world.change::<Endpoint>(id, |endpoint| {
        endpoint.state = "pending".to_owned();
        endpoint.round = round;
    });
    let event = Event::EndpointAvailable {
        id: id.to_owned(),
        round,
    };
    world.schedule(60_000, 180_000, world::Event::Ec2(event));
}

/// An endpoint is ready, unless something overtook it.
pub(super) fn available(world: &mut World, id: &str, round: u32) {
    let waiting = world.live::<Endpoint>(id).is_some_and(|endpoint| {
        endpoint.value().round == round && endpoint.value().state == "pending"
    });
    if waiting {
        // Its names come some time later.
        let shown_from = world.draw_wait(2_000, 30_000);
        world.ripen::<Endpoint>(id, |endpoint| {
            endpoint.state = "available".to_owned();
            if let Some(resource) = &mut endpoint.resource {
                resource.shown_from.get_or_insert(shown_from);
            }
            if let Some(network) = &mut endpoint.network {
                network.shown_from.get_or_insert(shown_from);
            }
        });
    }
}
