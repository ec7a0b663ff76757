//! Where every component of a run stands, and what an event makes of it. Pure: no waiting, no calls.

use std::time::Duration;

use super::component::{Deletion, Freshness, Made, Sighting, Verdict};
use super::failure::{Failure, Reason};
use super::graph::{Graph, Node, Purpose};
use super::ledger::Entry;
use super::needs::{AnySeen, Met};
use super::node::AnySighting;
use super::run::{Cause, Moment, Outcome, Problem, Run};

/// How long something that is not found is believed to be only not visible yet. Reads and
/// references of AWS lag by seconds, rarely by a minute.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long the object of a used token may take to show itself.
const SPENT_AFTER: Duration = Duration::from_secs(30);

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
    made_here: bool,
    /// Found, made or trusted by this run: dependants may build on its facts.
    pub(super) verified: bool,
    waiting_since: Option<Duration>,
    doubted_since: Option<Duration>,
    spent_since: Option<Duration>,
    last_change: Vec<&'static str>,
    reason: Reason,
}

/// The whole run.
pub(super) struct Board<'a, W> {
    graph: &'a Graph<W>,
    run: Run<'a>,
    pub(super) states: Vec<State>,
    pub(super) seens: Vec<Option<AnySeen>>,
    timeline: Vec<Moment>,
    contested: Option<Reason>,
    started: Duration,
    now: Duration,
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
        } else if !remembered && self.is_part_of_something_new(index) {
            self.set(index, Phase::Due(Step::Create));
        } else {
            self.set(index, Phase::Due(Step::Look(Freshness::SinceLastChange)));
        }
    }

    /// What comes and goes with something that was made just now can't be there yet.
    fn is_part_of_something_new(&self, index: usize) -> bool {
        let Some(node) = self.graph.nodes.get(index).filter(|node| node.traits.part) else {
            return false;
        };
        let parent = node
            .links
            .first()
            .and_then(|link| self.states.get(link.index));
        parent.is_some_and(|parent| parent.made_here)
    }

    fn looked(&mut self, index: usize, sighting: AnySighting) {
        let doomed = self.graph.nodes.get(index).is_some_and(Node::is_doomed);
        match sighting {
            Sighting::Found(found) if doomed => {
                self.keep_identity(index, found.id, found.generation);
                self.keep(index, found.seen);
                if found.dying {
                    self.rest(index, Reason::new("is being deleted"));
                } else {
                    self.set(index, Phase::Due(Step::Delete));
                }
            }
            // What is not ours is not ours to delete.
            Sighting::Absent | Sighting::Foreign(_) if doomed => self.forget(index),
            Sighting::Found(found) if !found.dying => {
                self.keep_identity(index, found.id, found.generation);
                self.keep(index, found.seen);
                self.judge(index);
            }
            Sighting::Found(found) => {
                self.raise_generation(index, found.generation);
                self.absent(index, true);
            }
            Sighting::Absent => self.absent(index, false),
            Sighting::Foreign(whose) => self.lose(index, Cause::Foreign, Reason::new(whose)),
        }
    }

    /// A wanted component is not there, or only a dying predecessor of it.
    ///
    /// Its id stays in the ledger until another takes its place: the look may have lagged.
    fn absent(&mut self, index: usize, dying: bool) {
        self.disbelieve(index);
        let Some((node, state)) = self.graph.nodes.get(index).zip(self.states.get(index)) else {
            return;
        };
        if state.made_here && !dying {
            self.rest(index, Reason::new("was made and is not visible yet"));
        } else if node.traits.given {
            self.doubt(index, Reason::new("does not exist"));
        } else if self.may_make(index) {
            self.set(index, Phase::Due(Step::Create));
        } else {
            let what = "has vanished since the plan, which promised that it stays";
            let remedy = "Run plan again: it will show what must be made anew.";
            self.lose(index, Cause::Unannounced, Reason::new(what).remedy(remedy));
        }
    }

    fn created(&mut self, index: usize, made: Made<AnySeen>) {
        let generation = self.generation_next(index);
        if made.spent {
            self.note(
                index,
                &format!("got {}, which is of the past; making another", made.id),
            );
            self.raise_generation(index, generation);
            self.set(index, Phase::Due(Step::Create));
            return;
        }
        self.note(index, &format!("made as {}", made.id));
        if let Some(state) = self.states.get_mut(index) {
            state.made_here = true;
            state.waiting_since = None;
            state.doubted_since = None;
        }
        self.keep_identity(index, made.id, generation);
        self.keep(index, made.seen);
        self.judge(index);
    }

    fn deleted(&mut self, index: usize, deletion: Deletion) {
        let doomed = self.graph.nodes.get(index).is_some_and(Node::is_doomed);
        self.note(
            index,
            if deletion == Deletion::Gone {
                "deleted"
            } else {
                "delete begun"
            },
        );
        if let Some(state) = self.states.get_mut(index) {
            state.made_here = false;
            state.last_change.clear();
        }
        match deletion {
            Deletion::Gone if doomed => self.forget(index),
            Deletion::Gone => self.set(index, Phase::Due(Step::Create)),
            Deletion::Begun => self.rest(index, Reason::new("is being deleted")),
        }
    }

    fn failed(&mut self, index: usize, failure: Failure) {
        match failure {
            Failure::Later(reason) => {
                self.note(index, &reason.to_string());
                self.rest(index, reason);
            }
            Failure::Soon(reason) => self.doubt(index, reason),
            Failure::Spent(reason) => self.spend(index, reason),
            Failure::Never(reason) => self.lose(index, Cause::Failed, reason),
            Failure::Contested(reason) => {
                self.contested = Some(reason.clone());
                self.lose(index, Cause::Contested, reason);
            }
        }
    }

    fn judge(&mut self, index: usize) {
        match self.verdict(index) {
            Some(Verdict::InPlace) => {
                self.note(index, "ready");
                self.set(index, Phase::Done);
            }
            Some(Verdict::Changed(fields)) => self.change(index, fields),
            Some(Verdict::Pending(what)) => self.rest(index, Reason::new(what)),
            Some(Verdict::Replace(why)) if self.may_make(index) => {
                self.note(index, &format!("to be made anew: {why}"));
                // Nobody may build on what is about to go.
                if let Some(state) = self.states.get_mut(index) {
                    state.verified = false;
                }
                self.set(index, Phase::Due(Step::Delete));
            }
            Some(Verdict::Replace(why)) => {
                let remedy = "Run plan again: it will show what must be made anew.";
                self.lose(index, Cause::Unannounced, Reason::new(why).remedy(remedy));
            }
            Some(Verdict::Failed(why)) => self.lose(index, Cause::Failed, Reason::new(why)),
            Some(Verdict::Foreign(whose)) => self.lose(index, Cause::Foreign, Reason::new(whose)),
            Some(Verdict::Missing) => self.absent(index, true),
            None => {}
        }
    }

    /// The same change twice in a row means that the first one does not show yet: look again.
    fn change(&mut self, index: usize, fields: Vec<&'static str>) {
        let Some(state) = self.states.get_mut(index) else {
            return;
        };
        if state.last_change == fields {
            state.last_change.clear();
            self.rest(
                index,
                Reason::new(format!("{} not changed yet", fields.join(", "))),
            );
        } else {
            state.last_change.clone_from(&fields);
            self.set(index, Phase::Due(Step::Change(fields)));
        }
    }

    fn verdict(&self, index: usize) -> Option<Verdict> {
        let node = self.graph.nodes.get(index)?;
        let seen = self.seens.get(index)?.as_ref()?;
        Some(node.logic.judge(node.view(&self.seens), seen))
    }

    fn may_make(&self, index: usize) -> bool {
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

    fn raise_generation(&mut self, index: usize, seen: u32) {
        if let Some(state) = self.states.get_mut(index) {
            state.generation = state.generation.max(Some(seen));
        }
    }

    fn keep_identity(&mut self, index: usize, id: String, generation: u32) {
        if let Some(state) = self.states.get_mut(index) {
            state.id = Some(id);
            state.generation = Some(generation);
        }
    }

    /// Keeps what was seen and writes it into the ledger.
    fn keep(&mut self, index: usize, seen: AnySeen) {
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
    fn disbelieve(&mut self, index: usize) {
        let Some((slot, state)) = self.seens.get_mut(index).zip(self.states.get_mut(index)) else {
            return;
        };
        if !state.made_here {
            *slot = None;
            state.verified = false;
        }
    }

    /// A component that was to go is gone.
    fn forget(&mut self, index: usize) {
        if let Some(node) = self.graph.nodes.get(index)
            && self.run.ledger.remove(&node.address).is_some()
        {
            (self.run.remember)(&self.run.ledger);
        }
        self.set(index, Phase::Done);
    }

    fn rest(&mut self, index: usize, reason: Reason) {
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

    /// A lost call may have made it: looks will show it. If they don't, it is of the past.
    fn spend(&mut self, index: usize, reason: Reason) {
        let generation = self.generation_next(index);
        let Some(state) = self.states.get_mut(index) else { return };
        let since = *state.spent_since.get_or_insert(self.now);
        if self.now.saturating_sub(since) >= SPENT_AFTER {
            state.spent_since = None;
            self.raise_generation(index, generation);
            self.set(index, Phase::Due(Step::Create));
        } else {
            self.note(index, &reason.to_string());
            self.rest(index, reason);
        }
    }

    /// What is missing may only not be visible yet: that is believed for a while.
    fn doubt(&mut self, index: usize, reason: Reason) {
        let Some(state) = self.states.get_mut(index) else { return };
        let since = *state.doubted_since.get_or_insert(self.now);
        if self.now.saturating_sub(since) < PATIENCE {
            self.rest(index, reason);
        } else {
            self.lose(index, Cause::Failed, reason);
        }
    }

    fn lose(&mut self, index: usize, cause: Cause, reason: Reason) {
        self.note(index, &format!("given up: {reason}"));
        if let Some(state) = self.states.get_mut(index) {
            state.reason = reason;
        }
        self.set(index, Phase::Lost(cause));
    }

    fn set(&mut self, index: usize, phase: Phase) {
        if let Some(state) = self.states.get_mut(index) {
            if phase == Phase::Done {
                state.waiting_since = None;
            }
            state.phase = phase;
        }
    }

    fn note(&mut self, index: usize, what: &str) {
        let Some(node) = self.graph.nodes.get(index) else {
            return;
        };
        tracing::info!(component = %node.address, kind = node.traits.kind, "{what}");
        let at = self.now.saturating_sub(self.started);
        let address = node.address.clone();
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
        let awaited = self.graph.nodes.get(index).map(|node| node.awaits.as_slice());
        awaited.unwrap_or_default().iter().any(|other| {
            self.states.get(*other).is_some_and(|state| matches!(state.phase, Phase::Lost(_)))
        })
    }

    fn is_done(&self, index: usize) -> bool {
        self.states
            .get(index)
            .is_some_and(|state| state.phase == Phase::Done)
    }
}
