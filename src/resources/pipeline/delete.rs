//! Deleting: the empty blueprint, the graph walked backwards.

use std::sync::Arc;

use super::blueprint::{Blueprint, Depth, Past};
use super::frame::Frame;
use super::guard::AnchorGuard;
use super::managed::{Managed, Operation, diagnostic, time_limit};
use super::plan::{Before, owner_path};
use super::private::{Private, Purpose};
use super::{beyond, changing, former, ledger, report};
use crate::aws::inventory::Kind;
use crate::aws::ownership::{BUILDING, OwnerPath};
use crate::aws::{Aws, QueueMeter, Site};
use crate::components::marked::Anchor;
use crate::engine::{Clock, Entry, Failure, Graph, LAG, Ledger, Outcome, Run, converge, survey};
use crate::protocol::{ApplyRequest, ApplyResponse, Diagnostics, Field, Value};

impl<B: Blueprint> Managed<B> {
    pub(super) async fn delete(&self, request: ApplyRequest) -> ApplyResponse {
        match self.deleted(&request).await {
            Ok(response) => response,
            Err(diagnostics) => ApplyResponse {
                state: request.prior,
                private: request.private,
                diagnostics,
            },
        }
    }

    async fn deleted(&self, request: &ApplyRequest) -> Result<ApplyResponse, Diagnostics> {
        let aws = self.connection.aws()?;
        let Some(before) = Self::before(&request.prior, &request.private)? else {
            return Ok(gone());
        };
        let before = before.judged(&aws).await?;
        let meter = QueueMeter::new(aws.clock(), self.connection.stopped());
        let work = self.take_down(&aws, request, before, &meter);
        Arc::clone(&meter).measure(work).await
    }

    async fn take_down(
        &self,
        aws: &Aws,
        request: &ApplyRequest,
        mut before: Before<B::Model>,
        meter: &QueueMeter,
    ) -> Result<ApplyResponse, Diagnostics> {
        if Self::is_unclaimed(&before) {
            Self::name_begun(aws, &mut before).await;
        }
        let common = B::common(&before.model);
        let frame = Frame::new(B::KIND, &common, Some(aws), false).with_beyond(&before.beyond);
        let owner = frame.anchorage.owner.to_string();
        let failed =
            |failure: Failure| Diagnostics::from(diagnostic("Nothing was deleted", &failure));
        let claim = match Self::is_unclaimed(&before) {
            true => begun_claim(aws, &frame).await.map_err(failed)?,
            false => frame.anchorage.claim.clone(),
        };
        let guard = AnchorGuard::new(aws, frame.site(), owner, &claim);
        let mut anchor = guard.look_well().await.map_err(failed)?;
        let hands_over = hands_over::<B>(request, &before.model);
        if hands_over && anchor.as_ref().is_some_and(|anchor| anchor.building) {
            // The mark may be one that a create took off a moment ago.
            aws.clock().wait(LAG).await;
            anchor = guard.look_well().await.map_err(failed)?;
        }
        match &anchor {
            // Taken over, by a create that went first: what is there is no longer ours.
            Some(anchor) if anchor.claim != guard.claim && !guard.claim.is_empty() => {
                return Ok(gone());
            }
            Some(anchor) if anchor.building && hands_over => {
                self.hand_over(&frame, before);
                return Ok(gone());
            }
            _ => {}
        }
        let found = beyond::check(&before.beyond, &before.ledger, &common);
        if !beyond::is_forgotten(&common) && found.has_errors() {
            return Err(found);
        }
        B::check_delete(aws, &before.model, &before.ledger).await?;
        self.mark(aws, frame.site(), anchor.as_ref())
            .await
            .map_err(failed)?;
        B::release(aws, &before.ledger).await.map_err(failed)?;
        let graph = Self::leaving(aws, &mut before, (&frame, anchor.as_ref())).await;
        let formers = former::stored::<B>(&before.formers);
        let private = |ledger: &Ledger| {
            let mut private = Private::new(ledger.clone());
            private.formers.clone_from(&formers);
            private.write()
        };
        let remember = |ledger: &Ledger| {
            let state = Self::remaining(&before.model, ledger);
            request.progress.record(state, private(ledger));
        };
        let run = Run {
            ledger: before.ledger.clone(),
            announced: None,
            time_limit: time_limit(&common, Operation::Delete),
            excused: &|| meter.total(),
            stop: self.connection.stopped(),
            guard: &guard,
            remember: &remember,
        };
        let outcome = converge(&graph, aws, &aws.clock(), run).await;
        let private = private(&outcome.ledger);
        Ok(self.after_delete(&before.model, outcome, private))
    }

    /// All that stands, as a graph that only goes; what nobody remembers is remembered now.
    async fn leaving(
        aws: &Aws,
        before: &mut Before<B::Model>,
        (frame, anchor): (&Frame, Option<&Anchor>),
    ) -> Graph<Aws> {
        let former = B::draw(&before.model, &Past::none(), frame);
        if before.forgotten {
            let found = survey(&former.graph, aws, &before.ledger, None).await;
            before.ledger = found.ledger;
        }
        let depth = depth(anchor, changing::last(&before.ledger, B::ANCHOR));
        let strays = B::strays(aws, frame, &before.ledger, depth).await;
        // What can't be listed is told of by what it holds.
        ledger::plant_unknown(&mut before.ledger, strays.unwrap_or_default());
        let mut graph = Graph::new();
        graph.retire(former.graph);
        graph.retire(B::draw_strays(&before.ledger, frame));
        for former in &before.formers {
            graph.retire(Self::earlier_graph(aws, former, &before.beyond));
        }
        graph
    }

    /// The name by which a first apply after an import began that was cut off and told no state of it.
    async fn name_begun(aws: &Aws, before: &mut Before<B::Model>) {
        let mut common = B::common(&before.model);
        if common.name.is_known() {
            return;
        }
        let frame = Frame::new(B::KIND, &common, Some(aws), false).with_beyond(&before.beyond);
        let nameless = B::draw(&before.model, &Past::none(), &frame);
        let found = survey(&nameless.graph, aws, &before.ledger, None).await;
        let mut entries = found.ledger.iter();
        let owner = |entry: &Entry| OwnerPath::parse(&changing::mark(&entry.seen)?.owner?);
        if let Some(owner) = entries.find_map(|(_, entry)| owner(entry)) {
            common.name = Field::Known(owner.name);
            B::set_common(&mut before.model, common);
        }
        drop(entries);
        before.ledger = found.ledger;
    }

    fn after_delete(&self, model: &B::Model, outcome: Outcome, private: Vec<u8>) -> ApplyResponse {
        if outcome.problems.is_empty() {
            return gone();
        }
        let common = B::common(model);
        let name = common.name.known().cloned().unwrap_or_default();
        let about = (
            self.type_name,
            name.as_str(),
            time_limit(&common, Operation::Delete),
        );
        ApplyResponse {
            state: Self::remaining(model, &outcome.ledger),
            private,
            diagnostics: report::of_delete(about, &outcome, Self::terms()),
        }
    }

    /// The state of what is left: its values, and the components that still exist.
    fn remaining(model: &B::Model, ledger: &Ledger) -> Value {
        let mut model = model.clone();
        let mut common = B::common(&model);
        common.components = Field::Known(ledger::rows(ledger));
        B::set_common(&mut model, common);
        Self::encode(&model)
    }

    /// From the first call of a delete on, what is left is half-built. Put whatever was seen: the
    /// mark that a create took off a moment ago may still be read.
    async fn mark(&self, aws: &Aws, site: &Site, anchor: Option<&Anchor>) -> Result<(), Failure> {
        let Some(anchor) = anchor else {
            return Ok(());
        };
        let access = aws.site(site).await?;
        access.put_tag(&anchor.id, BUILDING, "yes").await?;
        access.inventory().changed(Kind::SecurityGroups);
        Ok(())
    }
}

/// The claim with which an adoption began that was cut off: what it made is ours. Empty if it made nothing.
async fn begun_claim(aws: &Aws, frame: &Frame) -> Result<String, Failure> {
    let owner = frame.anchorage.owner.to_string();
    let guard = AnchorGuard::new(aws, frame.site(), owner, "");
    let begun = guard.look().await?.filter(|anchor| anchor.building);
    Ok(begun.map_or_else(String::new, |anchor| anchor.claim))
}

/// Whether this delete is the first half of a replacement that will go on with what is half-built.
fn hands_over<B: Blueprint>(request: &ApplyRequest, model: &B::Model) -> bool {
    let Some(private) = Private::read(&request.private) else {
        return false;
    };
    let ours = owner_path::<B>(model);
    let mut parts = private.owner_path.split('/').zip(ours.split('/'));
    let (planned, real) = (private.foundation, B::foundation(model));
    private.purpose == Purpose::Create
        && (planned.is_empty() || real.is_empty() || planned == real)
        && parts.clone().count() == ours.split('/').count()
        // What was not known at plan is empty, and matches anything.
        && parts.all(|(planned, real)| planned.is_empty() || planned == real)
}

/// How far to look for what nobody remembers: further with a state that is older than what stands.
fn depth(anchor: Option<&Anchor>, remembered: Option<String>) -> Depth {
    match anchor.and_then(|it| it.change.clone()) == remembered {
        true => Depth::Leaving,
        false => Depth::Everywhere,
    }
}

fn gone() -> ApplyResponse {
    ApplyResponse {
        state: Value::Null,
        private: Vec::new(),
        diagnostics: Diagnostics::new(),
    }
}
