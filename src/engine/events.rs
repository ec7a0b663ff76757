//! What an event makes of a component: the transitions of the board. Pure: no waiting, no calls.

use std::time::Duration;

use super::board::{Board, Phase, Step};
use super::clock::LAG;
use super::component::{Deletion, Freshness, Made, Sighting, Verdict};
use super::failure::{Failure, Reason};
use super::graph::Node;
use super::needs::AnySeen;
use super::node::AnySighting;
use super::run::Cause;

/// How long the object of a used token may take to show itself.
const SPENT_AFTER: Duration = Duration::from_secs(30);

impl<W: Send + Sync + 'static> Board<'_, W> {
    pub(super) fn looked(&mut self, index: usize, sighting: AnySighting) {
        let doomed = self.graph.nodes.get(index).is_some_and(Node::is_doomed);
        match sighting {
            // Known by another address as something that is to stay.
            Sighting::Found(found) if doomed && self.is_wanted_elsewhere(index, &found.id) => {
                self.forget(index);
            }
            Sighting::Found(found) if doomed => {
                self.keep_identity(index, found.id, found.generation);
                self.keep(index, found.seen);
                if found.dying {
                    self.rest(index, Reason::new("is being deleted"));
                } else {
                    self.set(index, Phase::Due(Step::Delete));
                }
            }
            Sighting::Absent if self.hesitates(index) => {
                self.rest(index, Reason::new("was not found; looking again"));
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

    /// Whether something wanted of the same kind has this id.
    fn is_wanted_elsewhere(&self, index: usize, id: &str) -> bool {
        let kind = self.graph.nodes.get(index).map(|node| node.traits.kind);
        let mut others = self.graph.nodes.iter().zip(&self.states);
        others.any(|(node, state)| {
            let same = Some(node.traits.kind) == kind && state.id.as_deref() == Some(id);
            same && !node.is_doomed()
        })
    }

    /// Whether an absence is not to be believed yet: what is remembered was there, and reads lag.
    fn hesitates(&mut self, index: usize) -> bool {
        let now = self.now;
        let Some(state) = self.states.get_mut(index) else {
            return false;
        };
        if state.id.is_none() || state.deleted_here || state.made_here {
            return false;
        }
        now.saturating_sub(*state.absent_since.get_or_insert(now)) < LAG
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
            let home = node.logic.home(node.view(&self.seens));
            let given = node.logic.given_as(node.view(&self.seens));
            let given = given.unwrap_or_else(|| "What was given".to_owned());
            let reason = Reason::new(format!("{given} does not exist in {home}."));
            let remedy = "Check the id, and the account and region that it is looked for in.";
            let title = format!("{given} does not exist");
            self.doubt(index, reason.remedy(remedy).titled(title));
        } else if self.may_make(index) {
            self.set(index, Phase::Due(Step::Create));
        } else {
            let what = "has vanished since the plan, which promised that it stays";
            let remedy = "Run plan again: it will show what must be made anew.";
            self.lose(index, Cause::Unannounced, Reason::new(what).remedy(remedy));
        }
    }

    pub(super) fn created(&mut self, index: usize, made: Made<AnySeen>) {
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

    pub(super) fn deleted(&mut self, index: usize, deletion: Deletion) {
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
            state.deleted_here = true;
            state.last_change.clear();
        }
        match deletion {
            Deletion::Gone if doomed => self.forget(index),
            Deletion::Gone => self.set(index, Phase::Due(Step::Create)),
            Deletion::Begun => self.rest(index, Reason::new("is being deleted")),
        }
    }

    pub(super) fn failed(&mut self, index: usize, failure: Failure) {
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

    pub(super) fn judge(&mut self, index: usize) {
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

    /// A lost call may have made it: looks will show it. If they don't, it is of the past.
    fn spend(&mut self, index: usize, reason: Reason) {
        let generation = self.generation_next(index);
        let Some(state) = self.states.get_mut(index) else {
            return;
        };
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
    pub(super) fn doubt(&mut self, index: usize, reason: Reason) {
        let Some((node, state)) = self.graph.nodes.get(index).zip(self.states.get_mut(index))
        else {
            return;
        };
        let patience = node.traits.pace.patience;
        let since = *state.doubted_since.get_or_insert(self.now);
        if self.now.saturating_sub(since) >= LAG {
            self.look_again_at_needs(index);
        }
        if self.now.saturating_sub(since) < patience {
            self.rest(index, reason);
        } else {
            self.lose(index, Cause::Failed, reason);
        }
    }

    /// What a component stands on may have been a memory of something gone: look again, once.
    fn look_again_at_needs(&mut self, index: usize) {
        let links = self.graph.nodes.get(index).map(|node| node.links.clone());
        for link in links.unwrap_or_default() {
            let own = self.graph.nodes.get(link.index);
            if !own.is_some_and(|node| node.traits.identified && !node.traits.given) {
                continue;
            }
            let Some(state) = self.states.get_mut(link.index) else {
                continue;
            };
            if state.phase == Phase::Done && !state.made_here && !state.looked_again {
                state.looked_again = true;
                state.phase = Phase::Due(Step::Look(Freshness::Now));
            }
        }
    }
}
