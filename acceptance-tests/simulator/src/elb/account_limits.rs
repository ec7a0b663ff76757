//! DescribeAccountLimits: quotas of load balancing.

use super::limits;
use super::pages::Page;
use crate::engine::{Call, Operation, Outcome};
use crate::wire::xml::{members, text};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeAccountLimits",
    limits: limits::DESCRIBE,
    run: describe,
}];

fn describe(call: &mut Call<'_>) -> Outcome {
    Page::read(&mut call.parameters, false)?;
    call.finish()?;
    let quota = |name| call.world.quota(&call.scope.account, name);
    let balancers = quota("load-balancers-per-region");
    let listeners = quota("listeners-per-load-balancer");
    let rows = [
        ("application-load-balancers", balancers),
        ("listeners-per-application-load-balancer", listeners),
        ("listeners-per-network-load-balancer", listeners),
        ("network-load-balancers", balancers),
        ("target-groups", quota("target-groups-per-region")),
    ]
    .map(|(name, max)| vec![text("Name", name), text("Max", max)]);
    Ok(vec![members("Limits", rows)])
}
