//! One apply, in as many runs as AWS's order of things demands.

use std::collections::BTreeSet;
use std::time::Duration;

use tokio::sync::watch;

use super::guard::AnchorGuard;
use crate::aws::{Aws, QueueMeter};
use crate::engine::{Clock, Graph, Ledger, Outcome, Run, converge};

/// What all runs of an apply have in common.
pub(super) struct Conditions<'a> {
    pub(super) aws: &'a Aws,
    pub(super) announced: Option<BTreeSet<String>>,
    pub(super) time_limit: Duration,
    pub(super) meter: &'a QueueMeter,
    pub(super) stop: watch::Receiver<bool>,
    pub(super) guard: &'a AnchorGuard<'a>,
    pub(super) remember: &'a (dyn Fn(&Ledger) + Sync),
}

impl Conditions<'_> {
    /// Runs the graphs one after the other, each from what the one before has left, until one does
    /// not come out.
    pub(super) async fn run_all(&self, graphs: &[&Graph<Aws>], ledger: Ledger) -> Outcome {
        let clock = self.aws.clock();
        let started = clock.now();
        let mut outcome = Outcome {
            ledger,
            ..Outcome::default()
        };
        for graph in graphs {
            let spent = clock.now().saturating_sub(started);
            let run = Run {
                ledger: outcome.ledger,
                announced: self.announced.clone(),
                time_limit: self.time_limit.saturating_sub(spent),
                excused: &|| self.meter.total(),
                stop: self.stop.clone(),
                guard: self.guard,
                remember: self.remember,
            };
            let mut next = converge(graph, self.aws, &clock, run).await;
            // Counted from the beginning of the apply.
            for moment in &mut next.timeline {
                moment.at += spent;
            }
            next.timeline = [outcome.timeline, next.timeline].concat();
            outcome = next;
            if !outcome.problems.is_empty() {
                break;
            }
        }
        outcome
    }
}
