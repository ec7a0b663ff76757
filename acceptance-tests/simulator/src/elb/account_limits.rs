//! DescribeAccountLimits: quotas of load balancing.

use super::limits;
use super::pages::Page;
use crate::engine::{Call, Operation, Outcome};
use crate::wire::xml::{members, text};

/// Largest number of listeners of one load balancer.
pub(super) const LISTENERS_MAX: usize = 50;

/// Largest number of target groups of an account in a region.
pub(super) const TARGET_GROUPS_MAX: usize = 3_000;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeAccountLimits",
    limits: limits::DESCRIBE,
    run: describe,
}];

fn describe(call: &mut Call<'_>) -> Outcome {
    Page::read(&mut call.parameters, false)?;
    call.finish()?;
    let balancers = call
        .world
        .quota(&call.scope.account, "load-balancers-per-region");
    let rows = [
        ("application-load-balancers", balancers),
        ("listeners-per-application-load-balancer", LISTENERS_MAX),
        ("listeners-per-network-load-balancer", LISTENERS_MAX),
        ("network-load-balancers", balancers),
        ("target-groups", TARGET_GROUPS_MAX),
    ]
    .map(|(name, max)| vec![text("Name", name), text("Max", max)]);
    Ok(vec![members("Limits", rows)])
}
