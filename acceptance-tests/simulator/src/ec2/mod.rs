//! EC2: networks, security groups, endpoint services and endpoints, as much as private connectivity needs.
//!
//! | file | idea |
//! |---|---|
//! | `default_vpc` | what AWS makes along with an account and with a VPC |
//! | `events` | transitions that happen by themselves |
//! | `limits` | token buckets |
//! | `lists` | what every Describe shares |
//! | `refusals` | not-found and malformed ids |
//! | `tags` | tag specifications |
//! | `vpcs` | VPCs |

mod default_vpc;
mod events;
mod limits;
mod lists;
mod refusals;
mod tags;
mod vpcs;

pub(crate) use default_vpc::make_default_vpc;
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
    },
    operations: &[vpcs::OPERATIONS],
};
