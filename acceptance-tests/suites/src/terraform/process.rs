//! One provider process: the real service, asked as core asks it.

use std::sync::Arc;

use aws_simulator::Simulator;
use privatelink::aws::Connector;
use privatelink::protocol::proto::{self, provider_server::Provider as _};
use privatelink::protocol::{Schema, Service, Value, json, msgpack};
use privatelink::provider::{PrivateLink, Surroundings};
use tonic::Request;

use crate::mortal::{Death, Mortal};

/// A configured process.
pub struct Process {
    pub(super) service: Service,
    pub(super) mortal: Mortal,
    type_name: &'static str,
}

/// What a process said: errors and warnings, a line each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Errors.
    pub errors: Vec<String>,
    /// Warnings.
    pub warnings: Vec<String>,
}

impl Said {
    fn of(diagnostics: Vec<proto::Diagnostic>) -> Self {
        let mut said = Self::default();
        for diagnostic in diagnostics {
            let line = format!("{}: {}", diagnostic.summary, diagnostic.detail);
            match diagnostic.severity {
                1 => said.errors.push(line),
                2 => said.warnings.push(line),
                other => panic!("a diagnostic of severity {other} is lost: {line}"),
            }
        }
        said
    }

    /// Panics if there are errors.
    pub fn expect_none(&self, doing: &str) {
        assert!(self.errors.is_empty(), "{doing}: {:#?}", self.errors);
    }
}

impl Process {
    /// Starts and configures a process that may be going to die.
    pub async fn start(
        simulator: &Simulator,
        type_name: &'static str,
        block: &serde_json::Value,
        death: Option<Death>,
    ) -> Self {
        let mortal = Mortal::new(simulator.http_client(), death);
        let provider = Arc::new(PrivateLink::new(Surroundings {
            connector: Connector::new(mortal.client()),
            time_scale: 1.0,
            keep_alive: Box::new(|| Box::new(())),
        }));
        use privatelink::protocol::Provider as _;
        let schema = provider.schema();
        let config = json::decode_value(block, &schema.to_type()).expect("a provider block");
        let service = Service::new(provider);
        let request = proto::configure_provider::Request {
            terraform_version: "1.11.4".to_owned(),
            config: Some(dynamic(&config, &schema)),
            client_capabilities: None,
        };
        let answer = service
            .configure_provider(Request::new(request))
            .await
            .expect("an answer");
        Said::of(answer.into_inner().diagnostics).expect_none("configure");
        Self {
            service,
            mortal,
            type_name,
        }
    }

    /// ValidateResourceConfig.
    pub async fn validate(&self, schema: &Schema, config: &Value) -> Said {
        let request = proto::validate_resource_config::Request {
            type_name: self.type_name.to_owned(),
            config: Some(dynamic(config, schema)),
            client_capabilities: None,
        };
        let answer = self
            .service
            .validate_resource_config(Request::new(request))
            .await;
        Said::of(answer.expect("an answer").into_inner().diagnostics)
    }

    /// ReadResource: the state and the private bytes.
    pub async fn read(
        &self,
        schema: &Schema,
        state: &Value,
        private: &[u8],
    ) -> (Value, Vec<u8>, Said) {
        let request = proto::read_resource::Request {
            type_name: self.type_name.to_owned(),
            current_state: Some(dynamic(state, schema)),
            private: private.to_vec(),
            provider_meta: None,
            client_capabilities: None,
            current_identity: None,
        };
        let answer = self.service.read_resource(Request::new(request)).await;
        let answer = answer.expect("an answer").into_inner();
        let state = value(answer.new_state, schema);
        (state, answer.private, Said::of(answer.diagnostics))
    }

    /// PlanResourceChange: the plan, its private bytes and the paths that replace.
    pub async fn plan(
        &self,
        schema: &Schema,
        (prior, proposed, config): (&Value, &Value, &Value),
        prior_private: &[u8],
    ) -> (Value, Vec<u8>, usize, Said) {
        let request = proto::plan_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: Some(dynamic(prior, schema)),
            proposed_new_state: Some(dynamic(proposed, schema)),
            config: Some(dynamic(config, schema)),
            prior_private: prior_private.to_vec(),
            ..Default::default()
        };
        let answer = self
            .service
            .plan_resource_change(Request::new(request))
            .await;
        let answer = answer.expect("an answer").into_inner();
        let said = Said::of(answer.diagnostics);
        let planned = value(answer.planned_state, schema);
        (
            planned,
            answer.planned_private,
            answer.requires_replace.len(),
            said,
        )
    }

    /// ApplyResourceChange: the state and the private bytes.
    pub async fn apply(
        &self,
        schema: &Schema,
        (prior, planned, config): (&Value, &Value, &Value),
        private: &[u8],
    ) -> (Value, Vec<u8>, Said) {
        let request = proto::apply_resource_change::Request {
            type_name: self.type_name.to_owned(),
            prior_state: Some(dynamic(prior, schema)),
            planned_state: Some(dynamic(planned, schema)),
            config: Some(dynamic(config, schema)),
            planned_private: private.to_vec(),
            provider_meta: None,
            planned_identity: None,
        };
        let answer = self
            .service
            .apply_resource_change(Request::new(request))
            .await;
        let answer = answer.expect("an answer").into_inner();
        let state = value(answer.new_state, schema);
        (state, answer.private, Said::of(answer.diagnostics))
    }

    /// ImportResourceState: the stub and its private bytes.
    pub async fn import(&self, schema: &Schema, id: &str) -> (Value, Vec<u8>, Said) {
        let request = proto::import_resource_state::Request {
            type_name: self.type_name.to_owned(),
            id: id.to_owned(),
            client_capabilities: None,
            identity: None,
        };
        let answer = self
            .service
            .import_resource_state(Request::new(request))
            .await;
        let answer = answer.expect("an answer").into_inner();
        let said = Said::of(answer.diagnostics);
        let Some(imported) = answer.imported_resources.into_iter().next() else {
            return (Value::Null, Vec::new(), said);
        };
        (value(imported.state, schema), imported.private, said)
    }
}

fn dynamic(value: &Value, schema: &Schema) -> proto::DynamicValue {
    let msgpack = msgpack::encode(value, &schema.to_type()).expect("a value of the schema");
    proto::DynamicValue {
        msgpack,
        json: Vec::new(),
    }
}

fn value(value: Option<proto::DynamicValue>, schema: &Schema) -> Value {
    match value {
        Some(value) if !value.msgpack.is_empty() => {
            msgpack::decode(&value.msgpack, &schema.to_type()).expect("a value of the schema")
        }
        _ => Value::Null,
    }
}
