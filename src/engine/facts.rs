//! What is, or will be, known of a graph's components: where outputs are read from.

use std::sync::Arc;

use super::component::Verdict;
use super::graph::Graph;
use super::ledger::Ledger;
use super::needs::{AnySeen, Handle};

/// The facts of a graph's components, by handle.
pub struct Facts {
    pub(super) seens: Vec<Option<AnySeen>>,
}

impl Facts {
    /// The facts as the ledger remembers them.
    pub fn remembered<W: Send + Sync + 'static>(graph: &Graph<W>, ledger: &Ledger) -> Self {
        Self {
            seens: graph.remembered(ledger),
        }
    }

    /// What is known of this component; nothing if it does not exist.
    pub fn of<S: Clone + Default + 'static>(&self, handle: Handle<S>) -> S {
        self.get(handle).unwrap_or_default()
    }

    /// What is known of this component, if it exists or will.
    pub fn get<S: Clone + 'static>(&self, handle: Handle<S>) -> Option<S> {
        let seen: &Arc<_> = self.seens.get(handle.index)?.as_ref()?;
        seen.downcast_ref::<S>().cloned()
    }
}

/// What is going to happen to one component.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Prospect {
    /// Its address.
    pub address: String,
    /// Its kind's name.
    pub kind: &'static str,
    /// Where it lives.
    pub home: String,
    /// Whether it has an id that is promised to users.
    pub identified: bool,
    /// Whether it is only read.
    pub given: bool,
    /// The judgement on what is remembered of it.
    pub verdict: Verdict,
}
