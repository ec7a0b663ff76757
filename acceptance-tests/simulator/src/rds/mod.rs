//! RDS, as far as a world needs databases: subnet groups, clusters of Aurora, instances.
//!
//! | file | idea |
//! |---|---|
//! | `cluster_creation` | CreateDBCluster |
//! | `clusters` | clusters: listed and deleted |
//! | `engines` | engines, their ports and versions |
//! | `events` | transitions that happen by themselves |
//! | `filters` | filters of lists |
//! | `identifiers` | identifiers and ARNs |
//! | `instance_creation` | CreateDBInstance |
//! | `instances` | instances: listed and deleted |
//! | `options` | settings that nothing follows from |
//! | `pages` | pages of lists |
//! | `placement` | subnet groups, security groups and interfaces that databases get |
//! | `proxies` | RDS Proxy |
//! | `refusals` | words of refusals that several operations share |
//! | `subnet_groups` | DB subnet groups |

mod cluster_creation;
mod clusters;
mod engines;
mod events;
mod filters;
mod identifiers;
mod instance_creation;
mod instances;
mod options;
mod pages;
mod placement;
mod proxies;
mod refusals;
mod subnet_groups;

pub(crate) use events::{Event, ripen};

use crate::engine::Service;
use crate::wire::{Dialect, Protocol};

/// RDS.
pub(crate) const SERVICE: Service = Service {
    name: "rds",
    dialect: Dialect {
        protocol: Protocol::Query,
        version: "2014-10-31",
        namespace: "http://rds.amazonaws.com/doc/2014-10-31/",
        failure: "InternalFailure",
        silent: &["DeleteDBSubnetGroup"],
    },
    operations: &[&[
        subnet_groups::OPERATIONS,
        cluster_creation::OPERATIONS,
        clusters::OPERATIONS,
        instance_creation::OPERATIONS,
        instances::OPERATIONS,
        proxies::OPERATIONS,
    ]],
    rest: &[],
    xml: &[],
};
