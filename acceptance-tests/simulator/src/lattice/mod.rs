//! VPC Lattice, as far as resources are shared by it: gateways, configurations, service networks, verified
//! domains, tags.
//!
//! | file | idea |
//! |---|---|
//! | `arn_targets` | what configurations of type ARN may lead to |
//! | `arns` | ARNs: made and told apart |
//! | `children` | children of groups and of configurations of type ARN |
//! | `configurations` | resource configurations: read, listed, changed, deleted |
//! | `creation` | resource configurations: made, by type |
//! | `dns_wish` | for which domains a VPC in a network wants private zones |
//! | `domains` | verifications of domains |
//! | `endpoint_associations` | who is connected to a configuration, and cutting them off |
//! | `events` | transitions that happen by themselves |
//! | `gateways` | resource gateways |
//! | `joining` | which configuration may go into which network |
//! | `members` | what is in a network |
//! | `names` | what names may look like |
//! | `network_endpoints` | which endpoints lead into a network |
//! | `networks` | service networks |
//! | `pages` | pages of lists |
//! | `private_zones` | hosted zones in the VPCs of consumers |
//! | `refusals` | words of refusals that several operations share |
//! | `resource_associations` | configurations in networks |
//! | `sight` | what is a caller's own or shared with it |
//! | `tags` | tags |
//! | `verification` | whether a configuration's domain is verified |
//! | `vpc_associations` | VPCs in networks |

mod arn_targets;
mod arns;
mod children;
mod configurations;
mod creation;
mod dns_wish;
mod domains;
mod endpoint_associations;
mod events;
mod gateways;
mod joining;
mod members;
mod names;
mod network_endpoints;
mod networks;
mod pages;
mod private_zones;
mod refusals;
mod resource_associations;
mod sight;
mod tags;
mod verification;
mod vpc_associations;

pub(crate) use arns::{arn, id_of};
pub(crate) use children::{follow, targets};
pub(crate) use events::{Event, ripen};
pub(crate) use members::{HOSTED_ZONE, Member, members, named, reached};
pub(crate) use network_endpoints::of as endpoints_into;
pub(crate) use private_zones::{
    PrivateZone, Wanted, Way, names_in, names_of, private_zones, zones_of,
};
pub(crate) use sight::usable_network;

use crate::engine::Service;
use crate::wire::{Dialect, Protocol};

/// VPC Lattice.
pub(crate) const SERVICE: Service = Service {
    name: "vpc-lattice",
    dialect: Dialect {
        protocol: Protocol::RestJson,
        version: "2022-11-30",
        namespace: "",
        failure: "InternalServerException",
        silent: &[],
    },
    operations: &[],
    rest: &[
        gateways::OPERATIONS,
        creation::OPERATIONS,
        configurations::OPERATIONS,
        endpoint_associations::OPERATIONS,
        networks::OPERATIONS,
        vpc_associations::OPERATIONS,
        resource_associations::OPERATIONS,
        network_endpoints::OPERATIONS,
        domains::OPERATIONS,
        tags::OPERATIONS,
    ],
    xml: &[],
};
