//! Refreshing: a survey, and what differs as drift. An import is a refresh of a stub.

use std::collections::BTreeSet;
use std::time::Duration;

use super::blueprint::{Blueprint, Depth, Drawing, Past, Recovered};
use super::frame::Frame;
use super::managed::{Managed, Operation, diagnostic, time_limit};
use super::plan::Before;
use super::private::{Adopt, Private};
use super::{changing, drift, ledger};
use crate::aws::{Aws, Site, is_account_id};
use crate::engine::{Clock, Failure, Ledger, Survey, forecast, survey};
use crate::protocol::{Diagnostic, Diagnostics, Field, ReadRequest, ReadResponse, Value};

impl<B: Blueprint> Managed<B> {
    pub(super) async fn refresh(&self, request: ReadRequest) -> ReadResponse {
        if self.connection.is_unknown() {
            return ReadResponse::unchanged(request);
        }
        match self.refreshed(&request).await {
            Ok(response) => response,
            Err(diagnostics) => ReadResponse {
                state: request.state,
                private: request.private,
                diagnostics,
            },
        }
    }

    async fn refreshed(&self, request: &ReadRequest) -> Result<ReadResponse, Diagnostics> {
        let aws = self.connection.aws()?;
        let adopt = Private::read(&request.private).and_then(|private| private.adopt);
        if let Some(adopt) = adopt {
            return self.adopted(&aws, &adopt).await;
        }
        let Some(before) = Self::before(&request.state, &request.private)? else {
            return Ok(ReadResponse {
                state: Value::Null,
                private: Vec::new(),
                diagnostics: Diagnostics::new(),
            });
        };
        Self::check_credentials(&aws, &before.model).await?;
        let before = before.judged(&aws).await?;
        let frame = Frame::standing(B::KIND, &B::common(&before.model), &aws);
        let frame = frame.with_beyond(&before.beyond);
        let frame = frame.claiming(Self::is_unclaimed(&before));
        let mut drawing = B::draw(&before.model, &before.past(&[]), &frame);
        for former in &before.formers {
            drawing
                .graph
                .retire(Self::earlier_graph(&aws, former, &before.beyond));
        }
        let (clock, limit) = (
            aws.clock(),
            time_limit(&B::common(&before.model), Operation::Read),
        );
        let looks = async {
            let seen = survey(&drawing.graph, &aws, &before.ledger, Some(&clock));
            futures::join!(
                seen,
                B::strays(&aws, &frame, &before.ledger, Depth::Passing)
            )
        };
        let (mut found, strays) = tokio::select! {
            found = looks => found,
            () = clock.wait(limit) => return Err(late(limit).into()),
        };
        let unread = failures::<B>(&found, &before.ledger)?;
        // What can't be listed could not be looked at either.
        let mut strays = strays.unwrap_or_default();
        let known = changing::last(&before.ledger, B::ANCHOR);
        if ledger::has_lost(&before.ledger, &found.ledger)
            || changing::last(&found.ledger, B::ANCHOR) != known
        {
            // The state may be older than what stands.
            match B::strays(&aws, &frame, &found.ledger, Depth::Everywhere).await {
                Ok(all) => strays.extend(all),
                // The next refresh looks again.
                Err(_) => {
                    if let Some(anchor) = before.ledger.get(B::ANCHOR) {
                        found.ledger.put(B::ANCHOR, anchor.clone());
                    }
                }
            }
        }
        ledger::plant_unknown(&mut found.ledger, strays);
        if found.ledger.is_bare() && found.foreign.is_empty() {
            return Ok(ReadResponse {
                state: Value::Null,
                private: Vec::new(),
                diagnostics: Diagnostics::new(),
            });
        }
        let strays = B::draw_strays(&found.ledger, &frame);
        drawing.graph.retire_last(strays);
        let mut response = self.seen(before, &drawing, found);
        response.diagnostics.extend(unread);
        Ok(response)
    }

    /// The state as the survey shows it.
    fn seen(
        &self,
        before: Before<B::Model>,
        drawing: &Drawing<B::Handles>,
        found: Survey,
    ) -> ReadResponse {
        let prospects = forecast(&drawing.graph, &found.ledger);
        let mut model = before.model.clone();
        let mut common = B::common(&model);
        let looked = drift::Seen {
            forecast: &prospects,
            remembered: &before.ledger,
            found: &found.ledger,
            unfinished: !before.formers.is_empty()
                || changing::mark_of(&found.ledger, B::ANCHOR).is_some_and(|mark| mark.building),
        };
        let own = |it: &str| B::drift(it, &prospects, &found.ledger);
        common.drift = Field::Known(drift::sentences(&looked, own, Self::terms()));
        common.components = Field::Known(ledger::rows(&found.ledger));
        B::set_common(&mut model, common);
        let facts = crate::engine::Facts::remembered(&drawing.graph, &found.ledger);
        B::show(&mut model, &drawing.handles, &facts);
        let mut diagnostics = Diagnostics::new();
        let concerns = B::concerns(&drawing.handles, &facts);
        if !concerns.is_empty() {
            let name = B::common(&model).name.known().cloned().unwrap_or_default();
            let summary = format!(
                "{} {name:?}: not everything was well when it was read",
                self.type_name
            );
            diagnostics.push(Diagnostic::warning(summary, concerns.join("\n")));
        }
        for (address, whose) in &found.foreign {
            let summary = format!("{} is somebody else's now", B::words(address));
            diagnostics.push(Diagnostic::warning(summary, whose.clone()).at(B::path(address)));
        }
        let private = Self::stored(Before {
            model: model.clone(),
            ledger: found.ledger,
            ..before
        });
        let state = Self::encode(&model).unknown_as_null();
        ReadResponse {
            state,
            private: private.write(),
            diagnostics,
        }
    }

    /// Never concludes "gone" with another account's eyes.
    async fn check_credentials(aws: &Aws, model: &B::Model) -> Result<(), Diagnostics> {
        let common = B::common(model);
        let Field::Known(account_id) = &common.account_id else {
            return Ok(());
        };
        let unusable =
            |failure: Failure| Diagnostics::from(diagnostic("No access to AWS", &failure));
        if aws.reaches(account_id).await.map_err(unusable)? {
            return Ok(());
        }
        let found = aws.account_id(None).await.map_err(unusable)?;
        let detail = format!(
            "The resource is in account {account_id}. The default credentials are of account \
             {found}, and no entry of accounts leads to {account_id} either, so nothing can be said \
             about it. Use the credentials that it was made with, or add an entry for its account."
        );
        let diagnostic = Diagnostic::error("The credentials are another account's", detail);
        Err(diagnostic.at(super::plan::attribute("account_id")).into())
    }

    async fn adopted(&self, aws: &Aws, adopt: &Adopt) -> Result<ReadResponse, Diagnostics> {
        let failed =
            |failure: Failure| Diagnostics::from(diagnostic("The import failed", &failure));
        let key = match adopt.account.as_deref() {
            // Keys never look like this.
            Some(account) if is_account_id(account) => aws.key_of(account).await.map_err(failed)?,
            key => key,
        };
        let account_id = aws.account_id(key).await.map_err(failed)?;
        let region = match &adopt.region {
            Some(region) => region.clone(),
            None => aws.region(key).await.map_err(failed)?,
        };
        let site = Site::new(account_id, region);
        let recovered = B::recover(aws, &site, &adopt.id).await.map_err(failed)?;
        let Recovered { model, ids } = recovered.ok_or_else(|| missing(&site, &adopt.id))?;
        let reservations = B::reservations(aws, &site, &adopt.id, &model).await;
        let reservations = reservations.map_err(failed)?;
        let frame = Frame::new(B::KIND, &B::common(&model), Some(aws), false);
        let mut drawing = B::draw(&model, &Past::none(), &frame);
        let planted = ledger::planted(ids);
        let mut found = survey(&drawing.graph, aws, &planted, None).await;
        let unread = failures::<B>(&found, &planted)?;
        // What a run that was killed has left is nobody's otherwise.
        let strays = B::strays(aws, &frame, &found.ledger, Depth::Everywhere).await;
        ledger::plant_unknown(&mut found.ledger, strays.map_err(failed)?);
        let strays = B::draw_strays(&found.ledger, &frame);
        drawing.graph.retire_last(strays);
        let before = Before {
            model,
            ledger: planted,
            user_set: vec![],
            formers: vec![],
            imported: true,
            forgotten: false,
            beyond: BTreeSet::new(),
        };
        let mut response = self.seen(before, &drawing, found);
        response.diagnostics.extend(unread);
        response.diagnostics.extend(reservations);
        Ok(response)
    }
}

/// What an import says of an id that leads to nothing.
fn missing(site: &Site, id: &str) -> Diagnostics {
    let detail = format!(
        "Account {} has no {id} in {}. An id belongs to one region of one account: where that is \
         not the provider's own, import KEY/{id} or KEY/REGION/{id}, with KEY an entry of the \
         provider's accounts.",
        site.account_id, site.region
    );
    Diagnostic::error("There is nothing to import", detail).into()
}

fn late(limit: Duration) -> Diagnostic {
    let detail = format!(
        "AWS did not answer all reads within {} s. Try again, or give more time with \
         timeouts = {{ read = \"10m\" }}.",
        limit.as_secs()
    );
    Diagnostic::error("The refresh took too long", detail)
}

/// A look that failed tells nothing: the refresh fails rather than guess. Of what nobody remembers
/// there is nothing to guess about; so a mistake that kept it from being made can be corrected.
fn failures<B: Blueprint>(found: &Survey, before: &Ledger) -> Result<Diagnostics, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    for (address, failure) in &found.failures {
        let detail = failure.reason().to_string();
        let diagnostic = match before.get(address) {
            Some(_) => {
                Diagnostic::error(format!("{} could not be read", B::words(address)), detail)
            }
            None => {
                let summary = format!("{} could not be looked for", B::words(address));
                let detail =
                    format!("It was not made so far, as far as anybody remembers.\n{detail}");
                Diagnostic::warning(summary, detail)
            }
        };
        diagnostics.push(diagnostic.at(B::path(address)));
    }
    if diagnostics.has_errors() {
        Err(diagnostics)
    } else {
        Ok(diagnostics)
    }
}
