//! Elastic Load Balancing v2: load balancers, target groups, listeners and the health of targets.
//! It may not know EC2's operations, only the world that both work on.
//!
//! | file | idea |
//! |---|---|
//! | `account_limits` | quotas as DescribeAccountLimits tells them |
//! | `actions` | default actions: read, judged, written |
//! | `address_types` | IPv4 alone or IPv6 beside it |
//! | `arns` | ARNs: made and told apart |
//! | `attributes` | keys, defaults and bounds of all attributes |
//! | `balancer_groups` | security groups of load balancers |
//! | `balancer_zones` | SetSubnets |
//! | `balancers` | load balancers: listed and deleted |
//! | `certificates` | certificates of listeners |
//! | `checks` | health checks as they go on by themselves |
//! | `create_balancer` | CreateLoadBalancer |
//! | `events` | transitions that happen by themselves |
//! | `group_changes` | target groups: changed and deleted |
//! | `health_checks` | settings of health checks |
//! | `limits` | token buckets |
//! | `listener_changes` | listeners: changed and deleted |
//! | `listeners` | listeners: made and listed |
//! | `names` | what names may look like |
//! | `pages` | pages of lists |
//! | `placement` | subnets that load balancers stand in |
//! | `probe` | what one health check finds |
//! | `refusals` | words of refusals that several operations share |
//! | `rules` | default rules |
//! | `tags` | tags |
//! | `target_groups` | target groups: made and listed |
//! | `target_health` | DescribeTargetHealth |
//! | `targets` | targets: registered and deregistered |
//! | `uses` | who uses which group, target, load balancer |
//! | `values` | words and numbers within bounds |

mod account_limits;
mod actions;
mod address_types;
mod arns;
mod attributes;
mod balancer_groups;
mod balancer_zones;
mod balancers;
mod certificates;
mod checks;
mod create_balancer;
mod events;
mod group_changes;
mod health_checks;
mod limits;
mod listener_changes;
mod listeners;
mod names;
mod pages;
mod placement;
mod probe;
mod refusals;
mod rules;
mod tags;
mod target_groups;
mod target_health;
mod targets;
mod uses;
mod values;

pub(crate) use checks::observe;
pub(crate) use events::{Event, ripen};
pub(crate) use probe::{answer_of, is_cross_zone};
pub(crate) use uses::listener_on;

use crate::engine::Service;
use crate::wire::{Dialect, Protocol};

/// Elastic Load Balancing v2.
pub(crate) const SERVICE: Service = Service {
    name: "elasticloadbalancing",
    dialect: Dialect {
        protocol: Protocol::Query,
        version: "2015-12-01",
        namespace: "http://elasticloadbalancing.amazonaws.com/doc/2015-12-01/",
        failure: "InternalFailure",
        silent: &[],
    },
    operations: &[
        &[
            account_limits::OPERATIONS,
            attributes::OPERATIONS,
            tags::OPERATIONS,
        ],
        &[
            address_types::OPERATIONS,
            balancer_groups::OPERATIONS,
            balancer_zones::OPERATIONS,
            balancers::OPERATIONS,
            create_balancer::OPERATIONS,
        ],
        &[
            certificates::OPERATIONS,
            listener_changes::OPERATIONS,
            listeners::OPERATIONS,
            rules::OPERATIONS,
        ],
        &[
            group_changes::OPERATIONS,
            target_groups::OPERATIONS,
            target_health::OPERATIONS,
            targets::OPERATIONS,
        ],
    ],
    rest: &[],
    xml: &[],
};
