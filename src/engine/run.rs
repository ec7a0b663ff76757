//! What one run is given, and what it leaves.

use std::collections::BTreeSet;
use std::time::Duration;

use async_trait::async_trait;
use tokio::sync::watch;

use super::failure::{Failure, Reason};
use super::ledger::Ledger;

/// What a run may do, and when it must end.
pub struct Run<'a> {
    /// What is remembered from earlier.
    pub ledger: Ledger,
    /// The addresses that may be made or made anew; `None` allows all.
    ///
    /// Making anything else would break what was promised about its id.
    pub announced: Option<BTreeSet<String>>,
    /// How long the run may take, without what is excused.
    pub time_limit: Duration,
    /// Time that does not count towards the limit, such as queueing for a rate limit.
    pub excused: &'a (dyn Fn() -> Duration + Sync),
    /// Turns true when no new step may start.
    pub stop: watch::Receiver<bool>,
    /// Asked before anything is deleted or replaced.
    pub guard: &'a dyn Guard,
    /// Told whenever the ledger moves, so that nothing is forgotten if the run ends badly.
    pub remember: &'a (dyn Fn(&Ledger) + Sync),
}

/// Knows whether what is being worked on is still ours.
#[async_trait]
pub trait Guard: Send + Sync {
    /// Fails with [`Failure::Contested`] if somebody else has taken over.
    async fn confirm(&self) -> Result<(), Failure>;
}

/// What a run leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// All that exists, as far as is known.
    pub ledger: Ledger,
    /// What did not come out as wanted; empty after a success.
    pub problems: Vec<Problem>,
    /// What happened when.
    pub timeline: Vec<Moment>,
}

/// A component that did not come out as wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    /// Its address; empty if it concerns the run as a whole.
    pub address: String,
    /// Why the run gave it up.
    pub cause: Cause,
    /// The last that was learned about it.
    pub reason: Reason,
}

/// Why a component was given up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Cause {
    /// A step failed for good.
    Failed,
    /// Somebody else's object stands in its place.
    Foreign,
    /// Somebody else has taken the whole over.
    Contested,
    /// It would have to be made, which was not announced.
    Unannounced,
    /// The time limit was reached while waiting for it.
    TimedOut,
    /// The run was told to stop before it was done.
    Stopped,
    /// Something that it needs did not come out.
    Blocked,
}

/// Something that happened during a run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moment {
    /// Time since the run began.
    pub at: Duration,
    /// The component it happened to.
    pub address: String,
    /// What happened, in a few words.
    pub what: String,
}
