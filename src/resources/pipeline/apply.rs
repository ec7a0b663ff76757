//! Applying: a create is an update from nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::blueprint::{Blueprint, Depth, Drawing, Past, Recovered};
use super::former::StoredFormer;
use super::frame::{Frame, new_claim};
use super::guard::AnchorGuard;
use super::managed::{Managed, Operation, diagnostic, time_limit};
use super::plan::{Before, Drawn};
use super::private::{Private, Purpose};
use super::steps::Conditions;
use super::{changes, changing, drift, former, ledger, promises, report};
use crate::aws::inventory::Kind;
use crate::aws::ownership::{BUILDING, OwnerPath};
use crate::aws::{Aws, QueueMeter};
use crate::engine::{
    Cause, Clock, Facts, Failure, Forecast, LAG, Ledger, Outcome, Problem, Survey, forecast, survey,
};
use crate::protocol::{
    ApplyRequest, ApplyResponse, Diagnostic, Diagnostics, Field, Progress, Value,
};

/// What an apply works with.
struct Work<'a, B: Blueprint> {
    aws: &'a Aws,
    planned: &'a B::Model,
    value: &'a Value,
    progress: &'a Progress,
    user_set: Vec<String>,
    creating: bool,
    /// Imported, and not applied since.
    imported: bool,
}

impl<B: Blueprint> Managed<B> {
    /// Creates or updates.
    pub(super) async fn make(&self, request: ApplyRequest) -> ApplyResponse {
        match self.made(&request).await {
            Ok(response) => response,
            Err(diagnostics) => ApplyResponse {
                state: request.prior,
                private: request.private,
                diagnostics,
            },
        }
    }

    async fn made(&self, request: &ApplyRequest) -> Result<ApplyResponse, Diagnostics> {
        let aws = self.connection.aws()?;
        let Some(mut planned) = Self::decode(&request.planned)? else {
            return Err(Diagnostics::new());
        };
        let before = Self::before(&request.prior, &request.private)?;
        let creating = before.is_none();
        let stored = Private::read(&request.private).unwrap_or_else(|| Private::new(Ledger::new()));
        let mut common = B::common(&planned);
        if creating || !common.instance.is_known() {
            common.instance = Field::Known(new_claim());
            B::set_common(&mut planned, common);
        }
        let meter = QueueMeter::new(aws.clock(), self.connection.stopped());
        let work = Work::<B> {
            aws: &aws,
            planned: &planned,
            value: &request.planned,
            progress: &request.progress,
            user_set: stored.user_set,
            creating,
            imported: before.as_ref().is_some_and(|before| before.imported),
        };
        let queueing = Arc::clone(&meter);
        let run = async {
            match before {
                Some(before) => self.updated(&work, before, &meter).await,
                None => self.created(&work, &meter).await,
            }
        };
        queueing.measure(run).await
    }

    async fn created(
        &self,
        work: &Work<'_, B>,
        meter: &QueueMeter,
    ) -> Result<ApplyResponse, Diagnostics> {
        let frame = Frame::new(B::KIND, &B::common(work.planned), Some(work.aws), true);
        let mut handed = self.handed_over(&frame);
        if let Some(before) = &mut handed {
            Self::recall(work, before).await;
            Self::check_before(work, before).await?;
        }
        let mut drawn = Self::drawn(work.aws, work.planned, handed.as_ref(), true);
        let mut found = survey(&drawn.drawing.graph, work.aws, &drawn.ledger, None).await;
        if !found.ledger.is_bare() || !found.foreign.is_empty() {
            // What was made or deleted a moment ago, by a run that has ended, may not be read yet.
            work.aws.clock().wait(LAG).await;
            work.aws.forget_reads();
            found = survey(&drawn.drawing.graph, work.aws, &drawn.ledger, None).await;
        }
        self.check_survey(&found, &frame, work.aws).await?;
        if found.ledger.get(B::ANCHOR).is_some() && handed.is_none() {
            drawn = self.taken_up(work, &frame).await?;
            found = survey(&drawn.drawing.graph, work.aws, &drawn.ledger, None).await;
            self.check_survey(&found, &frame, work.aws).await?;
            let strays = B::strays(work.aws, &frame, &found.ledger, Depth::Everywhere).await;
            ledger::plant_unknown(&mut found.ledger, strays.unwrap_or_default());
            let strays = B::draw_strays(&found.ledger, &frame);
            drawn.drawing.graph.retire_last(strays);
        }
        drawn.ledger = found.ledger;
        self.run(work, drawn, meter).await
    }

    /// What is half-built, and nobody in this walk knows how it was configured.
    async fn taken_up(&self, work: &Work<'_, B>, frame: &Frame) -> Result<Drawn<B>, Diagnostics> {
        let failed = |failure: Failure| {
            Diagnostics::from(diagnostic("What was half-built can't be read", &failure))
        };
        let recovered = B::leftovers(work.aws, work.planned, frame).await;
        let Recovered { model, ids } = recovered.map_err(failed)?;
        let before = Before {
            model,
            ledger: ledger::planted(ids),
            user_set: vec![],
            formers: vec![],
            imported: true,
            forgotten: false,
            beyond: BTreeSet::new(),
        };
        Self::check_before(work, &before).await?;
        Ok(Self::drawn(work.aws, work.planned, Some(&before), true))
    }

    /// Looks at what is remembered by its id alone, and for what earlier runs wanted: nobody told of
    /// their values.
    async fn recall(work: &Work<'_, B>, before: &mut Before<B::Model>) {
        if !before.forgotten {
            return;
        }
        let frame = Frame::new(B::KIND, &B::common(&before.model), Some(work.aws), false);
        let frame = frame.with_beyond(&before.beyond);
        let earlier = B::draw(&before.model, &before.past(&[]), &frame);
        let mut found = survey(&earlier.graph, work.aws, &before.ledger, None).await;
        let strays = B::strays(work.aws, &frame, &found.ledger, Depth::Everywhere).await;
        ledger::plant_unknown(&mut found.ledger, strays.unwrap_or_default());
        before.ledger = found.ledger;
    }

    /// What AWS would refuse of what stands half-built: its plan was that of something new.
    async fn check_before(
        work: &Work<'_, B>,
        before: &Before<B::Model>,
    ) -> Result<(), Diagnostics> {
        let models = [&before.model];
        let (past, prior) = (before.past(&models), Some(&before.model));
        let found = B::check(work.aws, prior, &past, work.planned).await;
        match found.has_errors() {
            true => Err(found),
            false => Ok(()),
        }
    }

    async fn updated(
        &self,
        work: &Work<'_, B>,
        before: Before<B::Model>,
        meter: &QueueMeter,
    ) -> Result<ApplyResponse, Diagnostics> {
        let mut before = before.judged(work.aws).await?;
        Self::recall(work, &mut before).await;
        let drawn = Self::drawn(work.aws, work.planned, Some(&before), false);
        self.run(work, drawn, meter).await
    }

    async fn run(
        &self,
        work: &Work<'_, B>,
        drawn: Drawn<B>,
        meter: &QueueMeter,
    ) -> Result<ApplyResponse, Diagnostics> {
        let prospects = drawn.forecast();
        let Drawn {
            drawing,
            mut ledger,
            formers,
            detour,
        } = drawn;
        let planned = Self::told(work, &prospects);
        let (work, common) = (&work.with(&planned), B::common(&planned));
        let frame = Frame::new(B::KIND, &common, Some(work.aws), work.creating);
        let (owner, claim) = (frame.anchorage.owner.to_string(), &frame.anchorage.claim);
        let guard = AnchorGuard::new(work.aws, frame.site(), owner, claim);
        let announced = (!work.creating).then(|| prospects.makes());
        let operation = match work.creating {
            true => Operation::Create,
            false => Operation::Update,
        };
        let stored = former::stored::<B>(&formers);
        let left = |ledger: &Ledger| {
            let mut remaining = ledger.iter();
            match remaining.any(|(address, _)| drawing.graph.dooms(address)) {
                true => stored.clone(),
                false => vec![],
            }
        };
        let remember = |ledger: &Ledger| {
            let state = Self::state(work, &drawing, ledger);
            let private = work.private(ledger, stored.clone());
            work.progress.record(state, private.write());
        };
        let conditions = Conditions {
            aws: work.aws,
            announced,
            time_limit: time_limit(&common, operation),
            meter,
            stop: self.connection.stopped(),
            guard: &guard,
            remember: &remember,
        };
        let goes_first = !detour.steps.is_empty();
        Self::put_marks(work, &frame, (&prospects, goes_first), &mut ledger).await?;
        let first = detour.steps.iter().map(|step| &step.graph);
        let graphs: Vec<_> = first.chain([&drawing.graph]).collect();
        let mut outcome = conditions.run_all(&graphs, ledger).await;
        if outcome.problems.is_empty() {
            outcome = Self::tidied(work, outcome, conditions).await;
        }
        if outcome.problems.is_empty() {
            let finished = finish(&guard, work.creating, &outcome.ledger, B::ANCHOR).await;
            let unfinished = finished
                .err()
                .map(|failure| unfinished(&failure, B::ANCHOR));
            outcome.problems.extend(unfinished);
        }
        // The anchor turned out to be a whole one after all: nothing of it is ours to keep.
        let whole = |it: &Problem| it.address == B::ANCHOR && it.cause == Cause::Foreign;
        if work.creating && outcome.problems.iter().any(whole) {
            return Err(self.already_there(&frame, work.aws).await.into());
        }
        let formers = match outcome.problems.is_empty() {
            true => left(&outcome.ledger),
            false => stored.clone(),
        };
        let mut private = work.private(&outcome.ledger, formers);
        private.imported &= !outcome.problems.is_empty();
        Ok(self.answer(work, &drawing, outcome, &private))
    }

    /// The planned values, with what is set out to be done where the plan could not tell.
    fn told(work: &Work<'_, B>, prospects: &Forecast) -> B::Model {
        let mut planned = work.planned.clone();
        if B::common(&planned).changes.is_unknown() {
            let sentences = changes::sentences::<B>(None, &planned, prospects);
            changes::set::<B>(&mut planned, Field::Known(sentences));
        }
        planned
    }

    /// Puts on the anchor what must be there before anything moves.
    async fn put_marks(
        work: &Work<'_, B>,
        frame: &Frame,
        (prospects, goes_first): (&Forecast, bool),
        ledger: &mut Ledger,
    ) -> Result<(), Diagnostics> {
        let (site, anchor) = (frame.site(), (ledger, B::ANCHOR));
        match work.creating {
            true if goes_first => {
                changing::take_over(work.aws, site, anchor, &frame.anchorage.claim).await
            }
            false if changing::is_needed(prospects) => {
                changing::begin(work.aws, site, anchor).await
            }
            _ => Ok(()),
        }
    }

    /// Takes away what was left standing only for the sake of the change.
    async fn tidied(work: &Work<'_, B>, outcome: Outcome, conditions: Conditions<'_>) -> Outcome {
        let common = B::common(work.planned);
        let frame = Frame::new(B::KIND, &common, Some(work.aws), work.creating);
        let drawing = B::draw(work.planned, &Past::none(), &frame);
        let rest = forecast(&drawing.graph, &outcome.ledger);
        if rest.is_quiet() || !rest.makes().is_empty() {
            return outcome;
        }
        let conditions = Conditions {
            announced: Some(rest.makes()),
            ..conditions
        };
        let graphs = [&drawing.graph];
        conditions.run_all(&graphs, outcome.ledger).await
    }

    /// What core gets: after a success what was promised, after a failure all that exists.
    fn answer(
        &self,
        work: &Work<'_, B>,
        drawing: &Drawing<B::Handles>,
        outcome: Outcome,
        private: &Private,
    ) -> ApplyResponse {
        let state = Self::state(work, drawing, &outcome.ledger);
        if outcome.problems.is_empty() {
            let state = promises::kept(work.value, &state);
            return ApplyResponse {
                state,
                private: private.write(),
                diagnostics: Diagnostics::new(),
            };
        }
        let name = B::common(work.planned).name;
        let name = name.known().cloned().unwrap_or_default();
        let operation = match work.creating {
            true => Operation::Create,
            false => Operation::Update,
        };
        let about = report::About {
            kind: self.type_name,
            name: &name,
            creating: work.creating,
            limit: time_limit(&B::common(work.planned), operation),
            terms: Self::terms(),
        };
        let diagnostics = report::of_run(&about, &outcome);
        // Nothing was made: there is nothing to taint.
        let state = match work.creating && outcome.ledger.is_bare() {
            true => Value::Null,
            false => state,
        };
        ApplyResponse {
            state,
            private: private.write(),
            diagnostics,
        }
    }

    fn state(work: &Work<'_, B>, drawing: &Drawing<B::Handles>, ledger: &Ledger) -> Value {
        let mut model = work.planned.clone();
        let mut common = B::common(&model);
        common.components = Field::Known(ledger::rows(ledger));
        // Empty after a success; after a failure what the next apply goes on with.
        common.drift = Field::Known(drift::undone(
            &forecast(&drawing.graph, ledger),
            Self::terms(),
        ));
        B::set_common(&mut model, common);
        let facts = Facts::remembered(&drawing.graph, ledger);
        B::show(&mut model, &drawing.handles, &facts);
        Self::encode(&model)
    }

    /// Whether everything of this owner path seems to be there, or at least its anchor without the
    /// building mark.
    fn looks_complete(found: &Survey) -> bool {
        let foreign = found
            .foreign
            .iter()
            .any(|(address, _)| address == B::ANCHOR);
        foreign
            || found
                .ledger
                .get(B::ANCHOR)
                .is_some_and(|entry| is_complete(&entry.seen))
    }

    /// A create refuses what is complete, what is somebody else's and what it could not look at.
    async fn check_survey(
        &self,
        found: &Survey,
        frame: &Frame,
        aws: &Aws,
    ) -> Result<(), Diagnostics> {
        let mut diagnostics = Diagnostics::new();
        if Self::looks_complete(found) {
            diagnostics.push(self.already_there(frame, aws).await);
            return Err(diagnostics);
        }
        for (address, whose) in &found.foreign {
            let summary = format!("{} is somebody else's", B::words(address));
            diagnostics.push(Diagnostic::error(summary, whose.clone()).at(B::path(address)));
        }
        for (address, failure) in &found.failures {
            if let Failure::Never(reason) = failure {
                let summary = format!("{} can't be read", B::words(address));
                diagnostics
                    .push(Diagnostic::error(summary, reason.to_string()).at(B::path(address)));
            }
        }
        if diagnostics.has_errors() {
            Err(diagnostics)
        } else {
            Ok(())
        }
    }

    /// The refusal of a create whose resource is there, whole: with the way to take it over.
    async fn already_there(&self, frame: &Frame, aws: &Aws) -> Diagnostic {
        let owner: &OwnerPath = &frame.anchorage.owner;
        let id = B::find_id(aws, owner).await.ok().flatten();
        let import = id.map_or_else(String::new, |id| {
            format!(
                "\n\n  import {{\n    to = {}.NAME\n    id = \"{id}\"\n  }}\n\nwith NAME as in your \
                 configuration. The plan after that import shows what differs from it.",
                self.type_name
            )
        });
        let detail = format!(
            "{owner} exists already and is complete, so this create would take over something that \
             works. If another state has it, choose another name. If its state was lost, import \
             it:{import}"
        );
        Diagnostic::error(
            format!("{} {:?} exists already", self.type_name, owner.name),
            detail,
        )
        .at(super::plan::attribute("name"))
    }
}

impl<'a, B: Blueprint> Work<'a, B> {
    /// The same work with other values to show.
    fn with<'b>(&'b self, planned: &'b B::Model) -> Work<'b, B>
    where
        'a: 'b,
    {
        Work {
            planned,
            user_set: self.user_set.clone(),
            ..*self
        }
    }

    fn private(&self, ledger: &Ledger, formers: Vec<StoredFormer>) -> Private {
        let mut private = Private::new(ledger.clone());
        private.formers = formers;
        private.imported = self.imported;
        private.user_set = self.user_set.clone();
        private.purpose = Purpose::None;
        private
    }
}

/// A mark that could not be cleared.
fn unfinished(failure: &Failure, anchor: &str) -> Problem {
    let (address, cause) = match failure {
        Failure::Contested(_) => (String::new(), Cause::Contested),
        _ => (anchor.to_owned(), Cause::Failed),
    };
    Problem {
        address,
        cause,
        reason: failure.reason().clone(),
    }
}

/// Clears the building mark, if there is one, after a last look at the claim.
async fn finish(
    guard: &AnchorGuard<'_>,
    creating: bool,
    ledger: &Ledger,
    address: &str,
) -> Result<(), Failure> {
    let marked = ledger
        .get(address)
        .is_some_and(|entry| is_building(&entry.seen));
    if !creating && !marked {
        return Ok(());
    }
    let Some(anchor) = guard.confirm_now().await?.filter(|anchor| anchor.building) else {
        return Ok(());
    };
    let access = guard.aws.site(guard.site).await?;
    access.remove_tag(&anchor.id, BUILDING).await?;
    access.inventory().changed(Kind::SecurityGroups);
    Ok(())
}

/// Whether an anchor, as the ledger remembers it, bears the building mark.
fn is_building(seen: &serde_json::Value) -> bool {
    changing::mark(seen).is_some_and(|mark| mark.building)
}

fn is_complete(seen: &serde_json::Value) -> bool {
    changing::mark(seen).is_some_and(|mark| !mark.building)
}
