//! Tables of operations: what a service offers, which function does it, which buckets it drains.

use super::call::Call;
use crate::wire::xml::Members;
use crate::wire::{Dialect, Refusal};

/// What an operation answers: the members of its output, or a refusal.
pub(crate) type Outcome = Result<Members, Refusal>;

/// One operation of a service.
#[derive(Debug)]
pub(crate) struct Operation {
    pub(crate) name: &'static str,
    pub(crate) limits: Limits,
    pub(crate) run: fn(&mut Call<'_>) -> Outcome,
}

/// A service.
#[derive(Debug)]
pub(crate) struct Service {
    /// SigV4 name, which is also the prefix of its IAM actions.
    pub(crate) name: &'static str,
    pub(crate) dialect: Dialect,
    /// Tables of operations, one list of them per part of the service.
    pub(crate) operations: &'static [&'static [&'static [Operation]]],
}

/// A token bucket: how many calls at once, and how many more per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Bucket {
    pub(crate) size: u32,
    pub(crate) refill_per_s: f64,
}

/// Which buckets a call drains.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Limits {
    /// No limit is published.
    None,
    /// A bucket of the action's own.
    Action(Bucket),
    /// A bucket of the action's own, and another for calls that neither filter nor page.
    Listing { usual: Bucket, unfiltered: Bucket },
    /// Named buckets that several actions share; a call takes from each.
    Shared(&'static [(&'static str, Bucket)]),
}

impl Limits {
    /// The buckets with their names, for a call that does or does not narrow its list.
    pub(crate) fn buckets(self, operation: &str, narrowed: bool) -> Vec<(String, Bucket)> {
        match self {
            Self::None => Vec::new(),
            Self::Action(bucket) => vec![(operation.to_owned(), bucket)],
            Self::Listing { usual, .. } if narrowed => vec![(operation.to_owned(), usual)],
            Self::Listing { unfiltered, .. } => {
                vec![(format!("{operation} unfiltered"), unfiltered)]
            }
            Self::Shared(buckets) => buckets
                .iter()
                .map(|(name, bucket)| ((*name).to_owned(), *bucket))
                .collect(),
        }
    }
}

impl Service {
    pub(crate) fn operation(&self, name: &str) -> Option<&'static Operation> {
        let tables = self.operations.iter().flat_map(|part| part.iter());
        tables
            .flat_map(|table| table.iter())
            .find(|known| known.name == name)
    }
}
