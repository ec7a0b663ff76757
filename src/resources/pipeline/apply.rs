//! Applying: a create is an update from nothing.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::blueprint::{Blueprint, Depth, Drawing, Past};
use super::former::StoredFormer;
use super::frame::{Frame, new_claim};
use super::guard::AnchorGuard;
use super::managed::{Managed, Operation, time_limit};
use super::plan::{Before, Drawn};
use super::private::{Private, Purpose};
use super::steps::Conditions;
use super::{changes, changing, drift, former, ledger, promises, report};
use crate::aws::inventory::Kind;
use crate::aws::ownership::BUILDING;
use crate::aws::{Aws, QueueMeter};
use crate::engine::{Cause, Facts, Failure, Forecast, Ledger, Outcome, Problem, forecast, survey};
use crate::protocol::{ApplyRequest, ApplyResponse, Diagnostics, Field, Progress, Value};

/// What an apply works with.
pub(super) struct Work<'a, B: Blueprint> {
    pub(super) aws: &'a Aws,
    pub(super) planned: &'a B::Model,
    value: &'a Value,
    progress: &'a Progress,
    user_set: Vec<String>,
    creating: bool,
    /// Making it, or adopting what was made by hand: nothing bears its claim for good yet.
    building: bool,
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
            building: before.as_ref().is_none_or(Self::is_unclaimed),
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

    /// Looks at what is remembered by its id alone, and for what earlier runs wanted: nobody told of
    /// their values.
    pub(super) async fn recall(work: &Work<'_, B>, before: &mut Before<B::Model>) {
        if !before.forgotten {
            return;
        }
        let frame = Frame::new(B::KIND, &B::common(&before.model), Some(work.aws), false);
        let frame = frame.with_beyond(&before.beyond);
        let earlier = B::draw(&before.model, &before.past(&[]), &frame);
        let mut found = survey(&earlier.graph, work.aws, &before.ledger, None).await;
        Self::plant_strays(work.aws, &frame, &mut found.ledger).await;
        before.ledger = found.ledger;
    }

    /// Remembers what bears our marks, wherever it is, and is not remembered. What can't be listed is
    /// told of by what it holds.
    pub(super) async fn plant_strays(aws: &Aws, frame: &Frame, ledger: &mut Ledger) {
        let strays = B::strays(aws, frame, ledger, Depth::Everywhere).await;
        ledger::plant_unknown(ledger, strays.unwrap_or_default());
    }

    /// What AWS would refuse of what stands half-built: its plan was that of something new.
    pub(super) async fn check_before(
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
        let drawn = Self::drawn(work.aws, work.planned, Some(&before), work.building);
        self.run(work, drawn, meter).await
    }

    pub(super) async fn run(
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
        let frame = Frame::new(B::KIND, &common, Some(work.aws), work.building);
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
        let before: BTreeSet<String> = ledger.iter().map(|(_, it)| it.id.clone()).collect();
        let goes_first = !detour.steps.is_empty();
        Self::put_marks(work, &frame, (&prospects, goes_first), &mut ledger).await?;
        let first = detour.steps.iter().map(|step| &step.graph);
        let graphs: Vec<_> = first.chain([&drawing.graph]).collect();
        let mut outcome = conditions.run_all(&graphs, ledger).await;
        if outcome.problems.is_empty() {
            outcome = Self::tidied(work, outcome, conditions).await;
        }
        if outcome.problems.is_empty() {
            let finished = finish(&guard, work.building, &outcome.ledger, B::ANCHOR).await;
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
        Ok(self.answer(work, &drawing, (outcome, &before), &private))
    }

    /// The planned values, with what is set out to be done where the plan could not tell.
    fn told(work: &Work<'_, B>, prospects: &Forecast) -> B::Model {
        let mut planned = work.planned.clone();
        if B::common(&planned).changes.is_unknown() {
            let sentences = changes::sentences::<B>(None, &planned, (prospects, &Past::none()));
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
        let frame = Frame::new(B::KIND, &common, Some(work.aws), work.building);
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
        (outcome, before): (Outcome, &BTreeSet<String>),
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
            before,
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
    building: bool,
    ledger: &Ledger,
    address: &str,
) -> Result<(), Failure> {
    let marked = ledger
        .get(address)
        .is_some_and(|entry| is_building(&entry.seen));
    if !building && !marked {
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
