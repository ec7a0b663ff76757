//! EC2's token buckets per account, region and action (EC2 API request throttling, as published).

use crate::engine::{Bucket, Limits};

/// Describe actions.
pub(super) const DESCRIBE: Limits = Limits::Action(Bucket {
    size: 100,
    refill_per_s: 20.0,
});

/// Describe actions with a smaller bucket for calls that neither filter nor page.
pub(super) const DESCRIBE_OR_UNFILTERED: Limits = Limits::Listing {
    usual: Bucket {
        size: 100,
        refill_per_s: 20.0,
    },
    unfiltered: Bucket {
        size: 50,
        refill_per_s: 10.0,
    },
};

/// Actions that change something, unless they have a bucket of another size.
pub(super) const MUTATING: Limits = Limits::Action(Bucket {
    size: 50,
    refill_per_s: 5.0,
});

/// Endpoint writes, each action with a bucket of its own.
pub(super) const ENDPOINT: Limits = Limits::Action(Bucket {
    size: 4,
    refill_per_s: 0.3,
});

/// Endpoint service writes, each action with a bucket of its own.
pub(super) const ENDPOINT_SERVICE: Limits = Limits::Action(Bucket {
    size: 10,
    refill_per_s: 1.0,
});

/// CreateTags and DeleteTags.
pub(super) const TAGS: Limits = Limits::Action(Bucket {
    size: 100,
    refill_per_s: 10.0,
});
