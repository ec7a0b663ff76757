//! What a managed resource implements, and the requests and answers of its life.

mod progress;
mod requests;

use async_trait::async_trait;

pub use progress::Progress;
pub use requests::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, MoveRequest, MoveResponse,
    PlanRequest, PlanResponse, ReadRequest, ReadResponse, UpgradeRequest, UpgradeResponse,
};

use super::diagnostics::{Diagnostic, Diagnostics};
use super::json;
use super::schema::Schema;
use super::value::Value;

/// A managed resource of one type. Calls for different instances come in parallel.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    /// The type users write, with the provider's prefix.
    fn type_name(&self) -> &'static str;

    /// What users may write and what a state holds. Asked once a process, when first needed.
    fn schema(&self) -> Schema;

    /// Checks the configuration by itself. Anything in it may be unknown.
    async fn validate(&self, config: Value) -> Diagnostics;

    /// Looks what became of the resource. Null means that nothing of it is left.
    async fn read(&self, request: ReadRequest) -> ReadResponse;

    /// Says what apply will do. Called again during apply, in another process, with all values
    /// known: what was known in the first answer must be the same in the second.
    async fn plan(&self, request: PlanRequest) -> PlanResponse;

    /// Does what was planned: creates when `prior` is null, deletes when `planned` is null.
    /// Whatever goes wrong, the answer holds all that exists.
    async fn apply(&self, request: ApplyRequest) -> ApplyResponse;

    /// Takes an existing object over. Refused unless implemented.
    async fn import(&self, request: ImportRequest) -> ImportResponse {
        let detail = format!("{} {:?} can't be imported.", self.type_name(), request.id);
        ImportResponse::failed(Diagnostic::error("Import is not supported", detail))
    }

    /// Reads a state written by this or an older version. Unless implemented, only states of the
    /// current version can be read; attributes that they lack are null.
    async fn upgrade(&self, request: UpgradeRequest) -> UpgradeResponse {
        let schema = self.schema();
        if request.version != schema.version {
            let detail = format!(
                "The state of this {} has version {}; this version of the provider reads version {}.",
                self.type_name(),
                request.version,
                schema.version
            );
            return UpgradeResponse::failed(Diagnostic::error("State can't be upgraded", detail));
        }
        match json::decode_value(&request.state, &schema.to_type()) {
            Ok(state) => UpgradeResponse {
                state,
                diagnostics: Diagnostics::new(),
            },
            Err(error) => UpgradeResponse::failed(
                Diagnostic::error("State can't be read", error.to_string()).at(error.path),
            ),
        }
    }

    /// Takes over the state of another resource type. Refused unless implemented.
    async fn move_state(&self, request: MoveRequest) -> MoveResponse {
        let from = &request.source_type_name;
        let detail = format!(
            "A {} can't take over the state of a {from}.",
            self.type_name()
        );
        MoveResponse::failed(Diagnostic::error("Move is not supported", detail))
    }
}
