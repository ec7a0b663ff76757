//! Creating: what stands half-built is taken up, what is whole or somebody else's is refused.

use std::collections::BTreeSet;

use super::apply::Work;
use super::blueprint::{Blueprint, Recovered};
use super::frame::Frame;
use super::managed::{Managed, diagnostic};
use super::plan::{Before, Drawn};
use super::{changing, ledger};
use crate::aws::ownership::{Mark, OwnerPath};
use crate::aws::{Aws, QueueMeter};
use crate::components::{SeenGroup, marked};
use crate::engine::{Clock, Failure, LAG, Survey, survey};
use crate::protocol::{ApplyResponse, Diagnostic, Diagnostics};

impl<B: Blueprint> Managed<B> {
    /// Makes it, or goes on where a create stopped.
    pub(super) async fn created(
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
        let mut elsewhere = Self::elsewhere(work, &frame).await?;
        if !found.ledger.is_bare() || !found.foreign.is_empty() || elsewhere.is_some() {
            // What was made or deleted a moment ago, by a run that has ended, may not be read yet.
            work.aws.clock().wait(LAG).await;
            work.aws.forget_reads();
            found = survey(&drawn.drawing.graph, work.aws, &drawn.ledger, None).await;
            elsewhere = Self::elsewhere(work, &frame).await?;
        }
        if let Some(anchor) = elsewhere {
            return Err(self.stands_elsewhere(anchor, &frame).into());
        }
        self.check_survey(&found, &frame, work.aws).await?;
        if found.ledger.get(B::ANCHOR).is_some() && handed.is_none() {
            drawn = self.taken_up(work, &frame).await?;
            found = survey(&drawn.drawing.graph, work.aws, &drawn.ledger, None).await;
            self.check_survey(&found, &frame, work.aws).await?;
            Self::plant_strays(work.aws, &frame, &mut found.ledger).await;
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

    /// The anchor of this owner path, where it stands in another VPC: nothing can move there from here.
    async fn elsewhere(
        work: &Work<'_, B>,
        frame: &Frame,
    ) -> Result<Option<SeenGroup>, Diagnostics> {
        let failed = |failure: Failure| diagnostic("What has this name can't be read", &failure);
        let access = work.aws.site(frame.site()).await.map_err(failed)?;
        let groups = marked::groups(&access, &frame.anchorage.owner.to_string()).await;
        let is_anchor = |group: &SeenGroup| {
            let tags = group.tags.known();
            tags.is_some_and(|tags| Mark::read(tags).claim.is_some())
        };
        let Some(anchor) = groups.map_err(failed)?.into_iter().find(is_anchor) else {
            return Ok(None);
        };
        let wanted = B::vpc(work.aws, work.planned, frame).await;
        let wanted = wanted.map_err(failed)?;
        let is_here = wanted.is_none() || wanted == anchor.vpc.known().cloned();
        Ok((!is_here).then_some(anchor))
    }

    /// The refusal of a create whose name is taken by what stands in another VPC. A destroy that
    /// comes first would have removed it.
    fn stands_elsewhere(&self, anchor: SeenGroup, frame: &Frame) -> Diagnostic {
        let owner = &frame.anchorage.owner;
        let (id, vpc) = (anchor.id.into_known(), anchor.vpc.into_known());
        let (id, vpc) = (id.unwrap_or_default(), vpc.unwrap_or_default());
        let detail = format!(
            "{id} in {vpc} is of {owner}, which is to be made in another VPC now. Two of one name \
             can't be: with create_before_destroy, here or in what depends on this, the new one would \
             come before the old one goes. Take that setting off, destroy the old one first, or choose \
             another name."
        );
        let name = &owner.name;
        let summary = format!("{} {name:?} stands in another VPC", self.type_name);
        Diagnostic::error(summary, detail).at(super::plan::attribute("name"))
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
    pub(super) async fn already_there(&self, frame: &Frame, aws: &Aws) -> Diagnostic {
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
             works. If another state has it, choose another name. If this state has it as a deposed \
             object, a rename under create_before_destroy has failed: apply the new name once more, \
             which removes the old one. If its state was lost, import it:{import}"
        );
        Diagnostic::error(
            format!("{} {:?} exists already", self.type_name, owner.name),
            detail,
        )
        .at(super::plan::attribute("name"))
    }
}

fn is_complete(seen: &serde_json::Value) -> bool {
    changing::mark(seen).is_some_and(|mark| !mark.building)
}
