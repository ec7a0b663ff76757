//! A blueprint as a resource of the protocol.

use std::collections::BTreeMap;
use std::marker::PhantomData;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use super::super::common::{Common, Timeouts};
use super::super::duration;
use super::blueprint::Blueprint;
use super::connection::Connection;
use super::frame::Frame;
use super::plan::Before;
use super::private::{Adopt, Private};
use super::report::Terms;
use crate::aws::{Arn, is_region};
use crate::engine::Failure;
use crate::protocol::{
    ApplyRequest, ApplyResponse, Diagnostic, Diagnostics, Field, ImportRequest, ImportResponse,
    Model, MoveRequest, MoveResponse, PlanRequest, PlanResponse, ReadRequest, ReadResponse,
    Resource, Schema, UpgradeRequest, Value,
};

/// The provider's name, as provider addresses end.
const PROVIDER: &str = "privatelink";

/// A resource made of a blueprint and the pipeline.
pub struct Managed<B: Blueprint> {
    pub(super) connection: Connection,
    /// The type's name in HCL.
    pub(super) type_name: &'static str,
    /// The other names under which the same is served: states move between them.
    twins: &'static [&'static str],
    /// What deletes left to the creates that follow them in the same walk, by owner path.
    handed: Mutex<BTreeMap<String, Before<B::Model>>>,
    blueprint: PhantomData<fn() -> B>,
}

impl<B: Blueprint> Managed<B> {
    /// The resource of this blueprint, under the type's name in HCL. `twins` are all the names under
    /// which it is served.
    pub fn new(
        type_name: &'static str,
        twins: &'static [&'static str],
        connection: Connection,
    ) -> Self {
        Self {
            connection,
            type_name,
            twins,
            handed: Mutex::default(),
            blueprint: PhantomData,
        }
    }

    /// Leaves what is half-built to the create that follows.
    pub(super) fn hand_over(&self, frame: &Frame, before: Before<B::Model>) {
        let mut handed = self.handed.lock().unwrap_or_else(PoisonError::into_inner);
        handed.insert(frame.anchorage.owner.to_string(), before);
    }

    /// What a delete of this walk has left.
    pub(super) fn handed_over(&self, frame: &Frame) -> Option<Before<B::Model>> {
        let mut handed = self.handed.lock().unwrap_or_else(PoisonError::into_inner);
        handed.remove(&frame.anchorage.owner.to_string())
    }

    /// A value as a model; `None` if it is null.
    pub(super) fn decode(value: &Value) -> Result<Option<B::Model>, Diagnostics> {
        match B::Model::decode(value) {
            Ok(Field::Known(model)) => Ok(Some(model)),
            Ok(Field::Null) => Ok(None),
            Ok(Field::Unknown) => {
                let detail = "The whole resource is unknown, which can't be.";
                Err(Diagnostic::error("Unknown value", detail).into())
            }
            Err(error) => Err(Diagnostics::from(Diagnostic::from(error))),
        }
    }

    pub(super) fn encode(model: &B::Model) -> Value {
        B::Model::encode(&Field::Known(model.clone()))
    }

    /// How it speaks of its components.
    pub(super) fn terms() -> Terms {
        Terms {
            words: B::words,
            is_shown: B::is_shown,
            path: B::path,
        }
    }

    pub(super) fn schema_of() -> Schema {
        Schema::of::<B::Model>(B::VERSION)
    }
}

#[async_trait]
impl<B: Blueprint> Resource for Managed<B> {
    fn type_name(&self) -> &'static str {
        self.type_name
    }

    fn schema(&self) -> Schema {
        Self::schema_of()
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        match Self::decode(&config) {
            Ok(Some(config)) => B::validate(&config),
            Ok(None) => Diagnostics::new(),
            Err(diagnostics) => diagnostics,
        }
    }

    async fn read(&self, request: ReadRequest) -> ReadResponse {
        self.refresh(request).await
    }

    async fn plan(&self, request: PlanRequest) -> PlanResponse {
        self.plan_change(request).await
    }

    async fn apply(&self, request: ApplyRequest) -> ApplyResponse {
        let _working = self.connection.work();
        if request.planned.is_null() {
            self.delete(request).await
        } else {
            self.make(request).await
        }
    }

    /// Takes the state of a twin over as it is: nothing but the name in HCL tells them apart.
    async fn move_state(&self, request: MoveRequest) -> MoveResponse {
        let address = &request.source_provider_address;
        let ours = address.rsplit('/').next() == Some(PROVIDER);
        if !ours || !self.twins.contains(&request.source_type_name.as_str()) {
            let from = &request.source_type_name;
            let detail = format!(
                "A {} can't take over the state of a {from} of {address}. Use an import block instead.",
                self.type_name
            );
            return MoveResponse::failed(Diagnostic::error("Move is not supported", detail));
        }
        let upgraded = self.upgrade(UpgradeRequest {
            version: request.source_schema_version,
            state: request.source_state,
        });
        let upgraded = upgraded.await;
        MoveResponse {
            state: upgraded.state,
            private: request.source_private,
            diagnostics: upgraded.diagnostics,
        }
    }

    /// Plants a stub: the first refresh surveys outward from it.
    async fn import(&self, request: ImportRequest) -> ImportResponse {
        let Some(adopt) = Adopt::parse(&request.id) else {
            let detail = format!(
                "{:?} is no import id. It is an ARN, or ID, ACCOUNT/ID, REGION/ID or \
                 ACCOUNT/REGION/ID, where ACCOUNT is a key of accounts in the provider block, or an \
                 account's id.",
                request.id
            );
            return ImportResponse::failed(Diagnostic::error("Not an import id", detail));
        };
        let mut private = Private::new(crate::engine::Ledger::new());
        private.adopt = Some(adopt);
        let null = Value::Null;
        let stub = self
            .schema()
            .attributes
            .into_iter()
            .map(|it| (it.name, null.clone()));
        ImportResponse {
            state: Value::Object(stub.collect()),
            private: private.write(),
            diagnostics: Diagnostics::new(),
        }
    }
}

impl Adopt {
    fn parse(text: &str) -> Option<Self> {
        if let Ok(arn) = text.parse::<Arn>() {
            let (_, id) = arn.resource.split_once('/')?;
            return Some(Self {
                account: Some(arn.account_id),
                region: Some(arn.region),
                id: id.to_owned(),
            });
        }
        let parts: Vec<&str> = text.split('/').collect();
        if parts.iter().any(|part| part.is_empty()) {
            return None;
        }
        let (account, region, id) = match parts.as_slice() {
            [id] => (None, None, *id),
            [region, id] if is_region(region) => (None, Some(*region), *id),
            [account, id] => (Some(*account), None, *id),
            [account, region, id] => (Some(*account), Some(*region), *id),
            _ => return None,
        };
        let (account, region) = (account.map(str::to_owned), region.map(str::to_owned));
        Some(Self {
            account,
            region,
            id: id.to_owned(),
        })
    }
}

/// What may take time.
#[derive(Clone, Copy)]
pub(super) enum Operation {
    Create,
    Read,
    Update,
    Delete,
}

/// How long an operation may take. Validation has seen to it that what is written can be read.
pub(super) fn time_limit(common: &Common, operation: Operation) -> Duration {
    let (minutes, pick): (u64, fn(&Timeouts) -> &Field<String>) = match operation {
        Operation::Create => (30, |timeouts| &timeouts.create),
        Operation::Read => (5, |timeouts| &timeouts.read),
        Operation::Update => (30, |timeouts| &timeouts.update),
        Operation::Delete => (45, |timeouts| &timeouts.delete),
    };
    let written = common
        .timeouts
        .known()
        .and_then(|timeouts| pick(timeouts).known());
    let written = written.and_then(|text| duration::parse(text));
    written.unwrap_or(Duration::from_secs(minutes * 60))
}

/// A failure as a diagnostic.
pub(super) fn diagnostic(summary: &str, failure: &Failure) -> Diagnostic {
    Diagnostic::error(summary, failure.reason().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_import_id_says_as_much_of_the_place_as_it_has_to() {
        let parse = |text| {
            let adopt = Adopt::parse(text)?;
            Some((adopt.account, adopt.region, adopt.id))
        };
        let some = |text: &str| Some(text.to_owned());
        let id = "vpce-svc-1".to_owned();
        assert_eq!(parse("vpce-svc-1"), Some((None, None, id.clone())));
        assert_eq!(parse("a/vpce-svc-1"), Some((some("a"), None, id.clone())));
        let far = parse("us-gov-west-1/vpce-svc-1");
        assert_eq!(far, Some((None, some("us-gov-west-1"), id.clone())));
        let arn = parse("arn:aws:ec2:us-east-1:111111111111:vpc-endpoint-service/vpce-svc-1");
        assert_eq!(
            arn,
            Some((some("111111111111"), some("us-east-1"), id.clone()))
        );
        let all = parse("a/us-east-1/vpce-svc-1");
        assert_eq!(all, Some((some("a"), some("us-east-1"), id)));
        assert_eq!(parse("a//vpce-svc-1"), None);
    }
}
