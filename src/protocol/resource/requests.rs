//! Requests to a managed resource and its answers.
//!
//! "Private" is what a resource stores beside its state and only it can read. Core keeps exactly
//! what the last answer held, so an answer without news repeats what the request brought.

use super::Progress;
use crate::protocol::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::path::Path;
use crate::protocol::value::Value;

/// What to look at.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadRequest {
    /// The last known state.
    pub state: Value,
    /// What was stored beside it.
    pub private: Vec<u8>,
    /// Whether the answer may be deferred.
    pub deferral_allowed: bool,
}

/// What was seen.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadResponse {
    /// The state now, wholly known; null when nothing is left. Ignored when there are errors.
    pub state: Value,
    /// What to store beside it.
    pub private: Vec<u8>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

impl ReadResponse {
    /// Nothing has changed.
    #[must_use]
    pub fn unchanged(request: ReadRequest) -> Self {
        let ReadRequest { state, private, .. } = request;
        Self {
            state,
            private,
            diagnostics: Diagnostics::new(),
        }
    }
}

/// What to plan for.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanRequest {
    /// What the user wrote; null for a destroy.
    pub config: Value,
    /// The state; null for a create, the second plan of a replacement, and a tainted object.
    pub prior: Value,
    /// Core's proposal: the configuration, and the prior value of what is computed and not
    /// configured. Null for a destroy.
    pub proposed: Value,
    /// What is stored beside the state; what the first plan answered in the second plan of a
    /// replacement.
    pub prior_private: Vec<u8>,
    /// Whether the answer may be deferred.
    pub deferral_allowed: bool,
}

/// The plan.
#[derive(Debug, Clone, PartialEq)]
pub struct PlanResponse {
    /// The state after apply, with unknown values for what will be known only then. Null for a
    /// destroy.
    pub planned: Value,
    /// What apply finds as its `private`.
    pub private: Vec<u8>,
    /// Attributes whose change replaces the resource. Ignored for creates.
    pub requires_replace: Vec<Path>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

impl PlanResponse {
    /// What core proposes, as it is.
    #[must_use]
    pub fn proposed(request: PlanRequest) -> Self {
        let PlanRequest {
            proposed,
            prior_private,
            ..
        } = request;
        Self {
            planned: proposed,
            private: prior_private,
            requires_replace: Vec::new(),
            diagnostics: Diagnostics::new(),
        }
    }
}

/// What to do.
#[derive(Debug, Clone)]
pub struct ApplyRequest {
    /// What the user wrote, wholly known; null for a delete.
    pub config: Value,
    /// The state; null for a create.
    pub prior: Value,
    /// What was planned; null for a delete.
    pub planned: Value,
    /// What the plan answered as its `private`.
    pub private: Vec<u8>,
    /// Where to write down what exists by now.
    pub progress: Progress,
}

/// What was done.
#[derive(Debug, Clone, PartialEq)]
pub struct ApplyResponse {
    /// All that exists now, wholly known. With errors too: core saves it.
    pub state: Value,
    /// What to store beside it.
    pub private: Vec<u8>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

/// What to take over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRequest {
    /// What the user wrote.
    pub id: String,
}

/// What was taken over. Core refreshes it at once, so it need not be complete.
#[derive(Debug, Clone, PartialEq)]
pub struct ImportResponse {
    /// The state, wholly known and not null unless there are errors.
    pub state: Value,
    /// What to store beside it.
    pub private: Vec<u8>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

impl ImportResponse {
    /// Nothing was taken over.
    #[must_use]
    pub fn failed(why: Diagnostic) -> Self {
        Self {
            state: Value::Null,
            private: Vec::new(),
            diagnostics: why.into(),
        }
    }
}

/// A state to bring to the current version.
#[derive(Debug, Clone, PartialEq)]
pub struct UpgradeRequest {
    /// The version of the schema that wrote it.
    pub version: i64,
    /// The state as it is in the state file.
    pub state: serde_json::Value,
}

/// The state in the current version.
#[derive(Debug, Clone, PartialEq)]
pub struct UpgradeResponse {
    /// The state, wholly known.
    pub state: Value,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

impl UpgradeResponse {
    /// It can't be brought there.
    #[must_use]
    pub fn failed(why: Diagnostic) -> Self {
        Self {
            state: Value::Null,
            diagnostics: why.into(),
        }
    }
}

/// The state of another resource type, perhaps of another provider.
#[derive(Debug, Clone, PartialEq)]
pub struct MoveRequest {
    /// Full address of the provider it belongs to, such as
    /// `registry.terraform.io/hashicorp/aws`; the host differs between Terraform and OpenTofu.
    pub source_provider_address: String,
    /// The type it had.
    pub source_type_name: String,
    /// Version of the schema that wrote it.
    pub source_schema_version: i64,
    /// The state as it is in the state file.
    pub source_state: serde_json::Value,
    /// What was stored beside it.
    pub source_private: Vec<u8>,
}

/// The state it becomes.
#[derive(Debug, Clone, PartialEq)]
pub struct MoveResponse {
    /// The state, wholly known and not null unless there are errors.
    pub state: Value,
    /// What to store beside it.
    pub private: Vec<u8>,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}

impl MoveResponse {
    /// Nothing was taken over.
    #[must_use]
    pub fn failed(why: Diagnostic) -> Self {
        Self {
            state: Value::Null,
            private: Vec::new(),
            diagnostics: why.into(),
        }
    }
}
