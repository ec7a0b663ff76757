//! EC2: networks, security groups, endpoint services and endpoints, as much as private connectivity needs.
//!
//! | file | idea |
//! |---|---|
//! | `default_vpc` | what AWS makes along with an account and with a VPC |
//! | `endpoint_services` | PrivateLink, the owner's side |
//! | `endpoints` | PrivateLink, the consumer's side |
//! | `events` | transitions that happen by themselves |
//! | `internet_gateways`, `network_interfaces`, `subnets`, `vpcs` | networks |
//! | `subnet_blocks`, `vpc_blocks` | their address blocks |
//! | `limits` | token buckets |
//! | `lists` | what every Describe shares |
//! | `notifications` | which SNS topic is told of connections |
//! | `permissions` | rules of groups on the wire |
//! | `places` | regions and zones |
//! | `prefix_lists` | prefix lists of AWS's own |
//! | `refusals` | not-found and in-use |
//! | `route_tables` | route tables and network ACLs |
//! | `security_groups`, `security_group_rules` | groups and their rules |
//! | `tagging`, `tags` | tag operations; tags along with a create |

mod default_vpc;
mod endpoint_services;
mod endpoints;
mod events;
mod internet_gateways;
mod limits;
mod lists;
mod network_interfaces;
mod notifications;
mod permissions;
mod places;
mod prefix_lists;
mod refusals;
mod route_tables;
mod security_group_rules;
mod security_groups;
mod subnet_blocks;
mod subnets;
mod tagging;
mod tags;
mod vpc_blocks;
mod vpcs;

pub(crate) use default_vpc::make_default_vpc;
pub(crate) use endpoint_services::{is_held, serves_endpoints, serves_ipv6};
pub(crate) use events::{Event, ripen};

use crate::engine::Service;
use crate::wire::{Dialect, Protocol};

/// EC2.
pub(crate) const SERVICE: Service = Service {
    name: "ec2",
    dialect: Dialect {
        protocol: Protocol::Ec2,
        version: "2016-11-15",
        namespace: "http://ec2.amazonaws.com/doc/2016-11-15/",
        failure: "InternalError",
        silent: &[],
    },
    operations: &[
        &[vpcs::OPERATIONS, subnets::OPERATIONS, places::OPERATIONS],
        &[vpc_blocks::OPERATIONS, subnet_blocks::OPERATIONS],
        &[
            internet_gateways::OPERATIONS,
            network_interfaces::OPERATIONS,
            route_tables::OPERATIONS,
        ],
        &[
            security_groups::OPERATIONS,
            security_group_rules::OPERATIONS,
            prefix_lists::OPERATIONS,
        ],
        &[tagging::OPERATIONS],
        &[notifications::OPERATIONS],
        endpoint_services::OPERATIONS,
        endpoints::OPERATIONS,
    ],
    rest: &[],
    xml: &[],
};
