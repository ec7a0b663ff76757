//! Where every component of a run stands, and what an event makes of it. Pure: no waiting, no calls.

use std::time::Duration;

use super::component::{Deletion, Freshness, Made, Verdict};
use super::failure::{Failure, Reason};
use super::graph::{Graph, Node, Purpose};
use super::ledger::Entry;
use super::needs::{AnySeen, Met};
use super::node::AnySighting;
use super::run::{Cause, Moment, Outcome, Problem, Run};

/// Where a component stands.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Phase {
    /// What it needs is not there yet.
    Idle,
    /// This is to be done next.
    Due(Step),
    /// Something is being done.
    Busy,
    /// The next look is due at this time.
    Resting(Duration),
    /// In place; or gone, if that was wanted.
    Done,
    /// Given up.
    Lost(Cause),
}

/// One thing to do for a component.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Step {
    Look(Freshness),
    Create,
    Change(Vec<&'static str>),
    Delete,
}

impl Step {
    /// Whether it may move anything.
    pub(super) fn is_act(&self) -> bool {
        !matches!(self, Self::Look(_))
    }
}

/// What came of a step.
pub(super) enum Event {
    Looked(AnySighting),
    Created(Made<AnySeen>),
    Changed(AnySeen),
    Deleted(Deletion),
    Failed(Failure),
}

/// What is known of a component during a run.
pub(super) struct State {
    pub(super) phase: Phase,
    pub(super) id: Option<String>,
    pub(super) generation: Option<u32>,
    /// Made by this run, so that its absence means that it is not visible yet.
    pub(super) made_here: bool,
    /// Found, made or trusted by this run: dependants may build on its facts.
    pub(super) verified: bool,
    pub(super) waiting_since: Option<Duration>,
    pub(super) doubted_since: Option<Duration>,
    pub(super) spent_since: Option<Duration>,
    pub(super) absent_since: Option<Duration>,
    /// Deleted by this run, so that its absence is no surprise.
    pub(super) deleted_here: bool,
    /// Looked at once more because something that stands on it was refused.
    pub(super) looked_again: bool,
    pub(super) last_change: Vec<&'static str>,
    pub(super) reason: Reason,
}

/// The whole run.
pub(super) struct Board<'a, W> {
    pub(super) graph: &'a Graph<W>,
    run: Run<'a>,
    pub(super) states: Vec<State>,
    pub(super) seens: Vec<Option<AnySeen>>,
    timeline: Vec<Moment>,
    pub(super) contested: Option<Reason>,
    started: Duration,
    pub(super) now: Duration,
}

impl<'a, W: Send + Sync + 'static> Board<'a, W> {
    pub(super) fn new(graph: &'a Graph<W>, run: Run<'a>, now: Duration) -> Self {
        let seens = graph.remembered(&run.ledger);
        let states = graph
            .nodes
            .iter()
            .map(|node| {
                let entry = run.ledger.get(&node.address);
                State {
                    phase: Phase::Idle,
                    id: entry.map(|entry| entry.id.clone()),
                    generation: entry.map(|entry| entry.generation),
                    made_here: false,
                    verified: false,
                    waiting_since: None,
                    doubted_since: None,
                    spent_since: None,
                    absent_since: None,
                    deleted_here: false,
                    looked_again: false,
                    last_change: Vec::new(),
                    reason: Reason::default(),
                }
            })
            .collect();
        let (timeline, contested) = (Vec::new(), None);
        Self {
            graph,
            run,
            states,
            seens,
            timeline,
            contested,
            started: now,
            now,
        }
    }

    pub(super) fn run(&self) -> &Run<'a> {
        &self.run
    }

    /// Whether somebody else has taken over, so that nothing may be touched any more.
    pub(super) fn is_contested(&self) -> bool {
        self.contested.is_some()
    }

    /// Moves every component whose needs are met, or whose rest is over, and names what is due.
    pub(super) fn due(&mut self, now: Duration) -> Vec<(usize, Step)> {
        self.now = now;
        while (0..self.states.len()).any(|index| self.wake(index)) {}
        let mut due = Vec::new();
        for (index, state) in self.states.iter_mut().enumerate() {
            if let Phase::Due(step) = &state.phase {
                due.push((index, step.clone()));
                state.phase = Phase::Busy;
            }
        }
        due
    }

    /// When the next rest is over.
    pub(super) fn next_look(&self) -> Option<Duration> {
        let resting = self.states.iter().filter_map(|state| match state.phase {
            Phase::Resting(until) => Some(until),
            _ => None,
        });
        resting.min()
    }

    /// Takes in what came of a step.
    pub(super) fn take(&mut self, index: usize, event: Event, now: Duration) {
        self.now = now;
        match event {
            Event::Looked(sighting) => self.looked(index, sighting),
            Event::Created(made) => self.created(index, made),
            Event::Changed(seen) => {
                self.note(index, "changed");
                self.keep(index, seen);
                self.judge(index);
            }
            Event::Deleted(deletion) => self.deleted(index, deletion),
            Event::Failed(failure) => self.failed(index, failure),
        }
    }

    /// Ends the run: whatever is not done becomes a problem.
    pub(super) fn into_outcome(self, cause: Cause) -> Outcome {
        let mut problems: Vec<Problem> = Vec::new();
        if let Some(reason) = self.contested {
            problems.push(Problem {
                address: String::new(),
                cause: Cause::Contested,
                reason,
            });
        }
        for (node, state) in self.graph.nodes.iter().zip(self.states) {
            let cause = match state.phase {
                Phase::Done => continue,
                Phase::Lost(cause) => cause,
                Phase::Idle => Cause::Blocked,
                Phase::Due(_) | Phase::Busy | Phase::Resting(_) => cause,
            };
            let (address, reason) = (node.address.clone(), state.reason);
            problems.push(Problem {
                address,
                cause,
                reason,
            });
        }
        Outcome {
            ledger: self.run.ledger,
            problems,
            timeline: self.timeline,
        }
    }

    /// Moves one component on if it waits for nothing any more; tells whether it moved.
    fn wake(&mut self, index: usize) -> bool {
        let Some(phase) = self.states.get(index).map(|state| state.phase.clone()) else {
            return false;
        };
        match phase {
            Phase::Resting(_) if self.is_forsaken(index) => {
                self.set(index, Phase::Lost(Cause::Blocked));
                true
            }
            Phase::Resting(until) if until <= self.now => {
                self.set(index, Phase::Due(Step::Look(Freshness::Now)));
                true
            }
            Phase::Idle => self.wake_idle(index),
            _ => false,
        }
    }

    fn wake_idle(&mut self, index: usize) -> bool {
        let Some(node) = self.graph.nodes.get(index) else {
            return false;
        };
        match &node.purpose {
            Purpose::Wanted => {
                let met = node.links.iter().all(|link| match link.met {
                    Met::Made => self.is_made(link.index),
                    Met::Settled => self.is_done(link.index),
                });
                if met {
                    self.begin(index);
                }
                met
            }
            Purpose::Doomed {
                with: Some(parent), ..
            } => {
                let gone = self.is_done(*parent);
                if gone {
                    self.forget(index);
                }
                gone
            }
            // What is only read is not ours to delete.
            Purpose::Doomed { .. } if node.traits.given => {
                self.forget(index);
                true
            }
            Purpose::Doomed { after, with: None } => {
                // What it stood on, if that is still wanted, must be certain to be ours first.
                let certain = node.links.iter().all(|link| {
                    let wanted = self.graph.nodes.get(link.index);
                    wanted.is_none_or(Node::is_doomed) || self.is_done(link.index)
                });
                let free = certain && after.iter().all(|user| self.is_done(*user));
                if free {
                    self.set(index, Phase::Due(Step::Look(Freshness::SinceLastChange)));
                }
                free
            }
        }
    }

    /// The first decision about a wanted component: what is remembered as in place needs no look.
    fn begin(&mut self, index: usize) {
        let remembered = self
            .states
            .get(index)
            .is_some_and(|state| state.id.is_some());
        if remembered && self.verdict(index) == Some(Verdict::InPlace) {
            if let Some(state) = self.states.get_mut(index) {
                state.verified = true;
            }
            self.set(index, Phase::Done);
        } else if !remembered && self.follows_something_new(index) {
            self.set(index, Phase::Due(Step::Create));
        } else {
            self.set(index, Phase::Due(Step::Look(Freshness::SinceLastChange)));
        }
    }

    /// What can't be there before something that was made just now is not there yet.
    fn follows_something_new(&self, index: usize) -> bool {
        let Some(node) = self
            .graph
            .nodes
            .get(index)
            .filter(|node| node.traits.follows)
        else {
            return false;
        };
        let parent = node
            .links
            .first()
            .and_then(|link| self.states.get(link.index));
        parent.is_some_and(|parent| parent.made_here)
    }

    pub(super) fn verdict(&self, index: usize) -> Option<Verdict> {
        let node = self.graph.nodes.get(index)?;
        let seen = self.seens.get(index)?.as_ref()?;
        Some(node.logic.judge(node.view(&self.seens), seen))
    }

    pub(super) fn may_make(&self, index: usize) -> bool {
        let Some(node) = self.graph.nodes.get(index) else {
            return false;
        };
        !node.traits.identified
            || self.states.get(index).is_some_and(|state| state.made_here)
            || self
                .run
                .announced
                .as_ref()
                .is_none_or(|allowed| allowed.contains(&node.address))
    }

    /// What an object that is made now counts as.
    pub(super) fn generation_next(&self, index: usize) -> u32 {
        self.states
            .get(index)
            .and_then(|state| state.generation)
            .map_or(1, |last| last + 1)
    }

    pub(super) fn raise_generation(&mut self, index: usize, seen: u32) {
        if let Some(state) = self.states.get_mut(index) {
            state.generation = state.generation.max(Some(seen));
        }
    }

    pub(super) fn keep_identity(&mut self, index: usize, id: String, generation: u32) {
        if let Some(state) = self.states.get_mut(index) {
            state.id = Some(id);
            state.generation = Some(generation);
        }
    }

    /// Keeps what was seen and writes it into the ledger.
    pub(super) fn keep(&mut self, index: usize, seen: AnySeen) {
        if let Some((slot, state)) = self.seens.get_mut(index).zip(self.states.get_mut(index)) {
            *slot = Some(seen);
            state.verified = true;
        }
        let Some((node, state)) = self.graph.nodes.get(index).zip(self.states.get(index)) else {
            return;
        };
        let (Some(id), Some(Some(seen))) = (&state.id, self.seens.get(index)) else {
            return;
        };
        let entry = Entry {
            kind: node.traits.kind.to_owned(),
            id: id.clone(),
            home: node.logic.home(node.view(&self.seens)),
            generation: state.generation.unwrap_or(1),
            identified: node.traits.identified,
            given: node.traits.given,
            seen: node.logic.save(seen),
        };
        self.run.ledger.put(node.address.clone(), entry);
        (self.run.remember)(&self.run.ledger);
    }

    /// What was remembered of a component is not to be built on.
    pub(super) fn disbelieve(&mut self, index: usize) {
        let Some((slot, state)) = self.seens.get_mut(index).zip(self.states.get_mut(index)) else {
            return;
        };
        if !state.made_here {
            *slot = None;
            state.verified = false;
        }
    }

    /// A component that was to go is gone.
    pub(super) fn forget(&mut self, index: usize) {
        if let Some(node) = self.graph.nodes.get(index)
            && self.run.ledger.remove(&node.address).is_some()
        {
            (self.run.remember)(&self.run.ledger);
        }
        self.set(index, Phase::Done);
    }

    pub(super) fn rest(&mut self, index: usize, reason: Reason) {
        let Some((node, state)) = self.graph.nodes.get(index).zip(self.states.get_mut(index))
        else {
            return;
        };
        let since = *state.waiting_since.get_or_insert(self.now);
        let pause = node.traits.pace.pause_after(self.now.saturating_sub(since));
        tracing::debug!(component = %node.address, ?pause, "waiting: {reason}");
        state.reason = reason;
        state.phase = Phase::Resting(self.now + pause);
    }

    pub(super) fn lose(&mut self, index: usize, cause: Cause, reason: Reason) {
        self.note(index, &format!("given up: {reason}"));
        if let Some(state) = self.states.get_mut(index) {
            state.reason = reason;
        }
        self.set(index, Phase::Lost(cause));
    }

    pub(super) fn set(&mut self, index: usize, phase: Phase) {
        if let Some(state) = self.states.get_mut(index) {
            if phase == Phase::Done {
                state.waiting_since = None;
            }
            state.phase = phase;
        }
    }

    pub(super) fn note(&mut self, index: usize, what: &str) {
        let Some(node) = self.graph.nodes.get(index) else {
            return;
        };
        tracing::info!(component = %node.address, kind = node.traits.kind, "{what}");
        let at = self.now.saturating_sub(self.started);
        let address = node.address.clone();
        let mut earlier = self.timeline.iter().rev();
        let last = earlier.find(|moment| moment.address == address);
        if last.is_some_and(|moment| is_same(&moment.what, what)) {
            return;
        }
        self.timeline.push(Moment {
            at,
            address,
            what: what.to_owned(),
        });
    }

    /// Exists for certain: made, found or trusted by this run.
    fn is_made(&self, index: usize) -> bool {
        let verified = self.states.get(index).is_some_and(|state| state.verified);
        verified && self.seens.get(index).is_some_and(Option::is_some)
    }

    /// Waits for something that another component was to bring about, and which failed.
    fn is_forsaken(&self, index: usize) -> bool {
        let awaited = self
            .graph
            .nodes
            .get(index)
            .map(|node| node.awaits.as_slice());
        awaited.unwrap_or_default().iter().any(|other| {
            self.states
                .get(*other)
                .is_some_and(|state| matches!(state.phase, Phase::Lost(_)))
        })
    }

    fn is_done(&self, index: usize) -> bool {
        self.states
            .get(index)
            .is_some_and(|state| state.phase == Phase::Done)
    }
}

/// Whether two moments say the same, but for the number that the other side gave to the request.
fn is_same(one: &str, other: &str) -> bool {
    let said = |what: &str| what.split(" (request ").next().map(str::to_owned);
    said(one) == said(other)
}
