//! A provider whose resource does what a test tells it to.

use async_trait::async_trait;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::super::*;
use crate::protocol::data_source::{DataSource, ReadDataRequest, ReadDataResponse};
use crate::protocol::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::function::{Function, FunctionError, Parameter, Signature};
use crate::protocol::model::model;
use crate::protocol::path::Path;
use crate::protocol::provider::Configure;
use crate::protocol::resource::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, PlanRequest, PlanResponse,
    ReadRequest, ReadResponse, Resource,
};
use crate::protocol::schema::Schema;
use crate::protocol::types::Type;
use crate::protocol::value::Value;

model! {
    /// A thing.
    pub(super) struct Thing {
        /// Made by the provider.
        pub(super) id: String => computed(),
        /// Given by the user.
        pub(super) name: String => required().replaces(),
        /// A number with a default.
        pub(super) size: i64 => optional().computed().default(1),
        /// Never stored.
        pub(super) password: String => optional().sensitive().write_only(),
    }
}

type Does<Q, A> = Arc<dyn Fn(Q) -> A + Send + Sync>;

/// The provider and its one resource, data source and function.
#[derive(Clone)]
pub(super) struct Toy {
    pub(super) read: Does<ReadRequest, ReadResponse>,
    pub(super) plan: Does<PlanRequest, PlanResponse>,
    pub(super) apply: Does<ApplyRequest, ApplyResponse>,
    pub(super) data: Does<ReadDataRequest, ReadDataResponse>,
    /// Applies wait until so many of them are under way.
    pub(super) together: Arc<tokio::sync::Barrier>,
    pub(super) stops: Arc<AtomicUsize>,
    pub(super) applied: Arc<AtomicUsize>,
    pub(super) schemas: Arc<AtomicUsize>,
}

impl Default for Toy {
    /// A well-behaved one: `id` is unknown until apply.
    fn default() -> Self {
        Self {
            read: Arc::new(ReadResponse::unchanged),
            plan: Arc::new(plan_well),
            apply: Arc::new(apply_well),
            data: Arc::new(|request| ReadDataResponse {
                state: request.config,
                diagnostics: Diagnostics::new(),
            }),
            together: Arc::new(tokio::sync::Barrier::new(1)),
            stops: Arc::default(),
            applied: Arc::default(),
            schemas: Arc::default(),
        }
    }
}

fn plan_well(request: PlanRequest) -> PlanResponse {
    let create = request.prior.is_null();
    let config = request.config.clone();
    let mut response = PlanResponse::proposed(request);
    response.planned = Schema::of::<Thing>(1).with_defaults(&config, &response.planned);
    if let Value::Object(attributes) = &mut response.planned {
        attributes.insert("password".into(), Value::Null);
        if create {
            attributes.insert("id".into(), Value::unknown());
        }
    }
    response.requires_replace = vec![Path::root().attribute("name")];
    response
}

fn apply_well(request: ApplyRequest) -> ApplyResponse {
    let mut state = request.planned;
    if let Value::Object(attributes) = &mut state {
        attributes.insert("id".into(), "i-1".into());
    }
    ApplyResponse {
        state,
        private: b"applied".to_vec(),
        diagnostics: Diagnostics::new(),
    }
}

#[async_trait]
impl Provider for Toy {
    fn schema(&self) -> Schema {
        Schema::of::<Thing>(0)
    }

    fn resources(&self) -> Vec<Arc<dyn Resource>> {
        vec![Arc::new(self.clone())]
    }

    fn data_sources(&self) -> Vec<Arc<dyn DataSource>> {
        vec![Arc::new(Data(self.clone()))]
    }

    fn functions(&self) -> Vec<Arc<dyn Function>> {
        vec![Arc::new(Repeat)]
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        say("validate", &config)
    }

    async fn configure(&self, config: Value, request: Configure) -> Diagnostics {
        say(
            &format!("configure by {}", request.terraform_version),
            &config,
        )
    }

    fn stop(&self) {
        self.stops.fetch_add(1, Ordering::SeqCst);
    }
}

/// A warning that shows what arrived.
fn say(what: &str, config: &Value) -> Diagnostics {
    Diagnostic::warning(what, config.to_string())
        .at(Path::root().attribute("name"))
        .into()
}

#[async_trait]
impl Resource for Toy {
    fn type_name(&self) -> &'static str {
        "toy_thing"
    }

    fn schema(&self) -> Schema {
        self.schemas.fetch_add(1, Ordering::SeqCst);
        Schema::of::<Thing>(1)
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        say("validate", &config)
    }

    async fn read(&self, request: ReadRequest) -> ReadResponse {
        (self.read)(request)
    }

    async fn plan(&self, request: PlanRequest) -> PlanResponse {
        (self.plan)(request)
    }

    async fn apply(&self, request: ApplyRequest) -> ApplyResponse {
        self.together.wait().await;
        let response = (self.apply)(request);
        self.applied.fetch_add(1, Ordering::SeqCst);
        response
    }

    async fn import(&self, request: ImportRequest) -> ImportResponse {
        match request.id.as_str() {
            "gone" => ImportResponse {
                state: Value::Null,
                private: Vec::new(),
                diagnostics: Diagnostics::new(),
            },
            id => ImportResponse {
                state: super::thing("imported", id.into()),
                private: b"stub".to_vec(),
                diagnostics: Diagnostics::new(),
            },
        }
    }
}

/// A data source of the same shape.
struct Data(Toy);

#[async_trait]
impl DataSource for Data {
    fn type_name(&self) -> &'static str {
        "toy_data"
    }

    fn schema(&self) -> Schema {
        Schema::of::<Thing>(1)
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        say("validate", &config)
    }

    async fn read(&self, request: ReadDataRequest) -> ReadDataResponse {
        (self.0.data)(request)
    }
}

/// `repeat(text, counts...)`: null text is empty; the counts are multiplied.
struct Repeat;

impl Function for Repeat {
    fn name(&self) -> &'static str {
        "repeat"
    }

    fn signature(&self) -> Signature {
        let parameter = |name: &str, kind, allow_null| Parameter {
            name: name.into(),
            kind,
            description: "…".into(),
            allow_null,
            allow_unknown: false,
        };
        Signature {
            summary: "Repeats text".into(),
            description: "Repeats *text*.".into(),
            parameters: vec![parameter("text", Type::String, true)],
            variadic: Some(parameter("count", Type::Number, false)),
            returns: Type::String,
            deprecated: None,
        }
    }

    fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError> {
        let mut times = 1;
        for (index, count) in (0..).zip(&arguments).skip(1) {
            let count = count
                .as_number()
                .and_then(crate::protocol::value::Number::to_i64);
            match count.and_then(|count| usize::try_from(count).ok()) {
                Some(13) => panic!("boom"),
                Some(count) => times *= count,
                None => {
                    return Err(FunctionError {
                        text: "is no count".into(),
                        argument: Some(index),
                    });
                }
            }
        }
        let text = arguments
            .first()
            .and_then(Value::as_str)
            .unwrap_or_default();
        Ok(text.repeat(times).into())
    }
}
