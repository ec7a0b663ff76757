//! ELB's token buckets per account and region (quota page of Elastic Load Balancing, as published).

use crate::engine::{Bucket, Limits};

/// Every call drains this one.
const ALL: (&str, Bucket) = (
    "all",
    Bucket {
        size: 40,
        refill_per_s: 10.0,
    },
);

/// Describe actions.
pub(super) const DESCRIBE: Limits = Limits::Shared(&[
    ALL,
    (
        "describe",
        Bucket {
            size: 40,
            refill_per_s: 10.0,
        },
    ),
]);

/// CreateLoadBalancer and SetSubnets.
pub(super) const PLACING: Limits = Limits::Shared(&[
    ALL,
    (
        "placing",
        Bucket {
            size: 10,
            refill_per_s: 0.2,
        },
    ),
]);

/// RegisterTargets and DeregisterTargets.
pub(super) const TARGETS: Limits = Limits::Shared(&[
    ALL,
    (
        "targets",
        Bucket {
            size: 20,
            refill_per_s: 4.0,
        },
    ),
]);

/// Every other action that changes something.
pub(super) const MUTATING: Limits = Limits::Shared(&[
    ALL,
    (
        "mutating",
        Bucket {
            size: 20,
            refill_per_s: 3.0,
        },
    ),
]);
