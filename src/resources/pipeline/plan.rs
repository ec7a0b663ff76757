//! Planning: what an apply would do, from configuration, earlier state and settings alone.

use std::collections::BTreeSet;

use super::super::common::Common;
use super::blueprint::{Blueprint, Detour, Drawing, Past, Prior};
use super::former::{Former, Homes};
use super::frame::{Frame, has_unknown_tags, tags};
use super::managed::Managed;
use super::private::{Private, Purpose};
use super::{beyond, changes, former, ledger, promises};
use crate::aws::Aws;
use crate::engine::{Facts, Forecast, Graph, Ledger, Verdict, forecast};
use crate::protocol::{
    Diagnostic, Diagnostics, Field, Map, Path, PlanRequest, PlanResponse, Set, Value,
};

/// What stands before a change: the state and what was stored beside it.
pub(super) struct Before<M> {
    pub(super) model: M,
    pub(super) ledger: Ledger,
    pub(super) user_set: Vec<String>,
    /// What failed runs wanted before and left behind.
    pub(super) formers: Vec<Former<M>>,
    /// Imported, and not applied since.
    pub(super) imported: bool,
    /// What was stored beside the state is lost: ids are known, facts are not.
    pub(super) forgotten: bool,
    /// Accounts that hold parts of it and that no credentials lead to any more.
    pub(super) beyond: BTreeSet<String>,
}

/// A graph with all that a run of it needs.
pub(super) struct Drawn<B: Blueprint> {
    pub(super) drawing: Drawing<B::Handles>,
    /// What is remembered, by the graph's addresses.
    pub(super) ledger: Ledger,
    /// What earlier runs wanted, the last first, by the graph's addresses.
    pub(super) formers: Vec<Former<B::Model>>,
    /// What has to happen first.
    pub(super) detour: Detour,
}

impl<B: Blueprint> Drawn<B> {
    /// What a run would do.
    pub(super) fn forecast(&self) -> Forecast {
        let Some(goes) = self.detour.goes else {
            return forecast(&self.drawing.graph, &self.ledger);
        };
        let doomed = forecast(&self.drawing.graph, &self.ledger).doomed;
        let mut forecast = forecast(&self.drawing.graph, &self.remaining());
        // Also what goes in a step before the last.
        forecast.doomed = doomed;
        let prospects = forecast.prospects.iter_mut();
        for prospect in prospects.filter(|it| self.ledger.get(&it.address).is_some()) {
            if prospect.verdict == Verdict::Missing && goes(&prospect.address) {
                prospect.verdict = Verdict::Replace("its service changes over".to_owned());
            }
        }
        forecast
    }

    /// What is remembered of what will stand when the last step begins.
    pub(super) fn remaining(&self) -> Ledger {
        match self.detour.goes {
            Some(goes) => self.ledger.without(goes),
            None => self.ledger.clone(),
        }
    }
}

impl<M: Clone> Before<M> {
    /// With the accounts that are out of reach.
    pub(super) async fn judged(mut self, aws: &Aws) -> Result<Self, Diagnostics> {
        self.beyond = beyond::accounts(aws, &self.ledger).await?;
        Ok(self)
    }

    /// What is remembered, with these earlier values.
    pub(super) fn past<'a>(&'a self, formers: &'a [&'a M]) -> Past<'a, M> {
        Past {
            formers,
            ledger: &self.ledger,
            imported: self.imported,
        }
    }

    /// All earlier values, the last first.
    fn earlier(&self) -> Vec<Former<M>> {
        let last = Former {
            model: self.model.clone(),
            homes: Homes::new(),
        };
        let all = std::iter::once(last).chain(self.formers.iter().cloned());
        all.collect()
    }
}

impl<B: Blueprint> Managed<B> {
    pub(super) async fn plan_change(&self, request: PlanRequest) -> PlanResponse {
        if request.config.is_null() {
            return Self::plan_destroy(request);
        }
        let (prior, private) = (request.prior.clone(), request.prior_private.clone());
        match self.planned(&request).await {
            Ok(response) => response,
            Err(diagnostics) => PlanResponse {
                planned: prior,
                private,
                requires_replace: vec![],
                diagnostics,
            },
        }
    }

    fn plan_destroy(request: PlanRequest) -> PlanResponse {
        let mut private =
            Private::read(&request.prior_private).unwrap_or_else(|| Private::new(Ledger::new()));
        private.purpose = Purpose::Destroy;
        PlanResponse {
            planned: Value::Null,
            private: private.write(),
            requires_replace: vec![],
            diagnostics: Diagnostics::new(),
        }
    }

    async fn planned(&self, request: &PlanRequest) -> Result<PlanResponse, Diagnostics> {
        let schema = Self::schema_of();
        let Some(config) = Self::decode(&request.config)? else {
            return Err(Diagnostics::new());
        };
        let mut diagnostics = B::validate(&config);
        if diagnostics.has_errors() {
            return Err(diagnostics);
        }
        let before = Self::before(&request.prior, &request.prior_private)?;
        let base = schema.with_defaults(&request.config, &request.proposed);
        let Some(base) = Self::decode(&base)? else {
            return Err(Diagnostics::new());
        };
        if self.connection.is_unknown() {
            return self.planned_blind(request, base, &config, before);
        }
        let aws = self.connection.aws()?;
        let before = match before {
            Some(before) => Some(before.judged(&aws).await?),
            None => None,
        };
        let prior = before.as_ref().map(|it| Prior {
            model: &it.model,
            user_set: &it.user_set,
            ledger: &it.ledger,
            unfinished: !it.formers.is_empty(),
        });
        let common = B::common(&base);
        let settled = B::settle(&aws, base, &config, prior.as_ref()).await;
        let planned = settled.map_err(|mut found| {
            // A key of an account may be gone while its objects are not.
            let lost = before.as_ref();
            let lost = lost.map(|it| beyond::check(&it.beyond, &it.ledger, &common));
            found.extend(lost.unwrap_or_default());
            found
        })?;
        // After that: whoever still names the key of an account that is gone has mistyped it.
        if let Some(before) = &before {
            diagnostics.extend(beyond::check(
                &before.beyond,
                &before.ledger,
                &B::common(&planned),
            ));
            if diagnostics.has_errors() {
                return Err(diagnostics);
            }
        }
        diagnostics.extend(B::advice(&planned));
        let models: Vec<&B::Model> = before.iter().map(|before| &before.model).collect();
        let past = before
            .as_ref()
            .map_or_else(Past::none, |it| it.past(&models));
        let checked = B::check(&aws, models.first().copied(), &past, &planned).await;
        if checked.has_errors() {
            return Err(checked);
        }
        diagnostics.extend(checked);
        if let Some(before) = &before {
            // What a failed run has left undone is no drift.
            let finished = before.formers.is_empty();
            if finished && Self::leaves_alone(request, &before.model, &planned) {
                let mut response = Self::left_alone(request, &B::common(&before.model));
                response.diagnostics.extend(diagnostics);
                return Ok(response);
            }
        }
        let mut response = Self::foretold(&aws, (request, &config), planned, before);
        response.diagnostics.extend(diagnostics);
        Ok(response)
    }

    /// What the settled values come to.
    fn foretold(
        aws: &Aws,
        (request, config): (&PlanRequest, &B::Model),
        mut planned: B::Model,
        before: Option<Before<B::Model>>,
    ) -> PlanResponse {
        let (drawing, forecast) = Self::foreseen(aws, &mut planned, before.as_ref());
        B::show(&mut planned, &drawing.handles, &forecast.facts);
        B::promise(&mut planned);
        let models: Vec<&B::Model> = before.iter().map(|before| &before.model).collect();
        let past = before
            .as_ref()
            .map_or_else(Past::none, |it| it.past(&models));
        let changes = changes::planned::<B>(&planned, (&forecast, &past), request);
        changes::set::<B>(&mut planned, changes);
        let mut value = promises::awaited(&request.config, Self::encode(&planned));
        if before.as_ref().is_some_and(|before| before.forgotten) {
            value = promises::filled(&value, &request.prior);
        }
        let mut requires_replace = Self::schema_of().replaced(&request.prior, &value);
        // It gets the name that it is given for the first time.
        if before
            .as_ref()
            .is_none_or(|it| B::common(&it.model).name.is_null())
        {
            requires_replace.retain(|path| *path != attribute("name"));
        }
        // By the names of the state: the apply renames for itself.
        let private = Self::planned_private(config, &planned, before);
        PlanResponse {
            planned: value,
            private: private.write(),
            requires_replace,
            diagnostics: Diagnostics::new(),
        }
    }

    /// Whether what has drifted is to be left as it is: nothing but that would be done.
    fn leaves_alone(request: &PlanRequest, prior: &B::Model, planned: &B::Model) -> bool {
        let common = B::common(prior);
        let drifted = common.drift.known().is_some_and(|drift| !drift.is_empty());
        let heals = B::common(planned).heal.known() != Some(&false);
        if heals || !drifted {
            return false;
        }
        let schema = Self::schema_of();
        let kept = schema.computed_kept(&request.config, &Self::encode(planned), &request.prior);
        kept == request.prior
    }

    /// Nothing is done, which is said: a plan without changes would not tell that something differs.
    fn left_alone(request: &PlanRequest, common: &Common) -> PlanResponse {
        let drift = common.drift.known().into_iter().flat_map(Set::known);
        let drift: String = drift.map(|sentence| format!("\n  {sentence}")).collect();
        let detail = format!(
            "heal is false, so this stays as it is until something else is to be done:{drift}"
        );
        let warning = Diagnostic::warning("What has drifted is left as it is", detail);
        PlanResponse {
            planned: request.prior.clone(),
            private: request.prior_private.clone(),
            requires_replace: vec![],
            diagnostics: warning.at(attribute("heal")).into(),
        }
    }

    /// The graph, what it would do, and the common values as they will be.
    pub(super) fn foreseen(
        aws: &Aws,
        planned: &mut B::Model,
        before: Option<&Before<B::Model>>,
    ) -> (Drawing<B::Handles>, Forecast) {
        let mut common = B::common(planned);
        let building = before.is_none_or(Self::is_unclaimed);
        let drawn = Self::drawn(aws, planned, before, building);
        let (forecast, ledger) = (drawn.forecast(), drawn.remaining());
        let drawing = drawn.drawing;
        common.tags_all = tags_all(&common, aws);
        common.drift = Field::Known(Set(vec![]));
        common.components = match B::is_open(planned) {
            true => Field::Unknown,
            false => Field::Known(ledger::planned_rows(&forecast, &ledger)),
        };
        // What was adopted by its shape has no claim on it yet.
        if before.is_none() || common.instance.is_null() {
            common.instance = Field::Unknown;
        }
        B::set_common(planned, common);
        (drawing, forecast)
    }

    /// Whether it was taken for what it is by its shape, and bears no claim yet.
    pub(super) fn is_unclaimed(before: &Before<B::Model>) -> bool {
        !B::common(&before.model).instance.is_known()
    }

    /// The graph of the planned values, with what they no longer want, and the ledger by its names.
    pub(super) fn drawn(
        aws: &Aws,
        planned: &B::Model,
        before: Option<&Before<B::Model>>,
        building: bool,
    ) -> Drawn<B> {
        let frame = Frame::new(B::KIND, &B::common(planned), Some(aws), building);
        let Some(before) = before else {
            return Drawn {
                drawing: B::draw(planned, &Past::none(), &frame),
                ledger: Ledger::new(),
                formers: vec![],
                detour: Detour::default(),
            };
        };
        let frame = frame.with_beyond(&before.beyond);
        let mut formers = before.earlier();
        let mut not_ours = Vec::new();
        for former in &mut formers {
            if before.imported {
                not_ours.extend(B::disown(&mut former.model, planned));
            }
            B::parting(&mut former.model, planned);
        }
        let models: Vec<B::Model> = formers.iter().map(|former| former.model.clone()).collect();
        let models: Vec<&B::Model> = models.iter().collect();
        let past = before.past(&models);
        let mut drawing = B::draw(planned, &past, &frame);
        let wanted: Vec<String> = drawing.graph.wanted().map(str::to_owned).collect();
        let moves = former::moves::<B>((planned, &past), &formers, &wanted);
        for (former, homes) in formers.iter_mut().zip(moves.homes) {
            former.homes = homes;
            let earlier = Self::earlier_graph(aws, former, &before.beyond);
            drawing.graph.retire(earlier);
        }
        let strays = B::draw_strays(&before.ledger, &frame);
        drawing.graph.retire_last(strays);
        let back = former::come_back(&moves.ledger, &before.ledger);
        let ledger = before
            .ledger
            .without(|address| not_ours.contains(&address) || back.contains(address))
            .renamed(|address| former::moved(&moves.ledger, address));
        let facts = Facts::remembered(&drawing.graph, &ledger);
        let known = (&drawing.handles, &facts);
        let past = Past {
            ledger: &ledger,
            ..past
        };
        let mut detour = B::detour(planned, &past, known, &frame);
        for step in &mut detour.steps {
            for former in &formers {
                let earlier = Self::earlier_graph(aws, former, &before.beyond);
                step.graph.retire_some(earlier, &step.retires);
            }
            let strays = B::draw_strays(&ledger, &frame);
            step.graph.retire_some(strays, &step.retires);
        }
        Drawn {
            drawing,
            ledger,
            formers,
            detour,
        }
    }

    /// The graph that earlier values wanted, where its parts are now.
    pub(super) fn earlier_graph(
        aws: &Aws,
        former: &Former<B::Model>,
        beyond: &BTreeSet<String>,
    ) -> Graph<Aws> {
        let frame = Frame::new(B::KIND, &B::common(&former.model), Some(aws), false);
        let frame = frame.with_beyond(beyond).as_former();
        let graph = B::draw(&former.model, &Past::none(), &frame).graph;
        graph.renamed(|address| former::moved(&former.homes, address))
    }

    /// What is remembered, as it is stored beside a state.
    pub(super) fn stored(before: Before<B::Model>) -> Private {
        let mut private = Private::new(before.ledger);
        private.formers = former::stored::<B>(&before.formers);
        private.imported = before.imported;
        private.user_set = before.user_set;
        private
    }

    /// What stands before a change.
    pub(super) fn before(
        state: &Value,
        private: &[u8],
    ) -> Result<Option<Before<B::Model>>, Diagnostics> {
        let Some(model) = Self::decode(state)? else {
            return Ok(None);
        };
        Ok(Some(
            match Private::read(private).filter(|private| !private.ledger.is_bare()) {
                Some(private) => {
                    let Private {
                        ledger,
                        user_set,
                        formers,
                        imported,
                        ..
                    } = private;
                    Before {
                        model,
                        ledger,
                        user_set,
                        formers: former::restored::<B>(&formers),
                        imported,
                        forgotten: false,
                        beyond: BTreeSet::new(),
                    }
                }
                None => {
                    let common = B::common(&model);
                    let ledger = ledger::from_rows(&common.components);
                    Before {
                        model,
                        ledger,
                        user_set: vec![],
                        formers: vec![],
                        // A first apply that was cut off has left nothing but what was imported.
                        imported: !common.instance.is_known(),
                        forgotten: true,
                        beyond: BTreeSet::new(),
                    }
                }
            },
        ))
    }

    /// A plan while the provider block is unknown: a new resource is all unknown, an existing one
    /// keeps its computed values until the apply knows better.
    fn planned_blind(
        &self,
        request: &PlanRequest,
        base: B::Model,
        config: &B::Model,
        before: Option<Before<B::Model>>,
    ) -> Result<PlanResponse, Diagnostics> {
        let schema = Self::schema_of();
        let is_new = before.is_none();
        let mut common = B::common(&base);
        common.drift = Field::Known(Set(vec![]));
        let retags = self.connection.has_unknown_tags();
        let mut base = base;
        B::set_common(&mut base, common);
        let value = Self::encode(&base);
        // What was asked for before is promised as it was; anything else nobody can tell yet.
        let kept = schema.computed_kept(&request.config, &value, &request.prior);
        let value = match !is_new && !retags && kept == request.prior {
            true => kept,
            false => schema.computed_unknown(&request.config, &value),
        };
        let private = Self::planned_private(config, &base, before);
        Ok(PlanResponse {
            planned: value,
            private: private.write(),
            requires_replace: vec![],
            diagnostics: Diagnostics::new(),
        })
    }

    fn planned_private(
        config: &B::Model,
        planned: &B::Model,
        before: Option<Before<B::Model>>,
    ) -> Private {
        let purpose = match &before {
            Some(_) => Purpose::Update,
            None => Purpose::Create,
        };
        let mut private = before.map_or_else(|| Private::new(Ledger::new()), Self::stored);
        private.purpose = purpose;
        private.owner_path = owner_path::<B>(planned);
        private.foundation = B::foundation(planned);
        private.user_set = B::user_set(config);
        private
    }
}

/// The owner path as far as it is known at plan: parts that are not are empty.
pub(super) fn owner_path<B: Blueprint>(model: &B::Model) -> String {
    Frame::new(B::KIND, &B::common(model), None, false)
        .anchorage
        .owner
        .to_string()
}

fn tags_all(common: &Common, aws: &Aws) -> Field<Map<String>> {
    if has_unknown_tags(&common.tags) {
        return Field::Unknown;
    }
    let all = aws
        .settings()
        .default_tags
        .clone()
        .into_iter()
        .chain(tags(&common.tags));
    Field::Known(all.map(|(key, value)| (key, Field::Known(value))).collect())
}

/// The path of an attribute of the resource.
pub(super) fn attribute(name: &str) -> Path {
    Path::root().attribute(name)
}
