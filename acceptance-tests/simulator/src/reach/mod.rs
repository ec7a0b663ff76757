//! The data plane: would a TCP connection be made, and if not, at which hop does it end? Judged on the
//! truth of the world, not on what reads show; it may not change anything.
//!
//! | file | idea |
//! |---|---|
//! | `balancer` | from a load balancer's node to what stands behind it |
//! | `client` | where a connection begins |
//! | `database` | databases and whatever else a gateway leads to |
//! | `endpoint` | from the client to an endpoint and the service behind it |
//! | `hops` | the fixed list of hops, and answers |
//! | `names` | what a name or address leads to |
//! | `network` | through a service network that the client's VPC is in |
//! | `resource` | through an endpoint of type Resource and a gateway |
//! | `resources` | names of shared resources and of databases |

mod balancer;
mod client;
mod database;
mod endpoint;
mod hops;
mod names;
mod network;
mod resource;
mod resources;

pub use client::ReachError;
pub use hops::{HOPS, Hop, Reach};

use crate::world::World;
use client::Client;
use hops::Way;
use names::Destination;

/// Answers whether a connection from `from` (subnet, groups) to the name or address `to` is made.
pub(crate) fn reach(world: &World, from: &str, to: &str, port: u16) -> Result<Reach, ReachError> {
    let client = Client::read(world, from)?;
    Ok(match connect(world, &client, to, port) {
        Ok(arrived) => Reach::arrived(arrived),
        Err(broken) => Reach::broken(broken),
    })
}

fn connect(world: &World, client: &Client, to: &str, port: u16) -> Way<hops::Arrived> {
    match names::resolve(world, client, to)? {
        Destination::Endpoint(endpoint) => endpoint::cross(world, client, &endpoint, port),
        Destination::Resource(resource) => resource::cross(world, client, &resource, port),
        Destination::Network(network) => network::cross(world, client, &network, port),
        Destination::Database(place) => database::visit(world, client, &place, port),
        Destination::Balancer(door) => balancer::visit(world, client, &door, port),
    }
}
