//! What a data source implements.

use async_trait::async_trait;

use super::diagnostics::Diagnostics;
use super::schema::Schema;
use super::value::Value;

/// A data source of one type.
#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    /// The type users write, with the provider's prefix.
    fn type_name(&self) -> &'static str;

    /// What users may write and what they get.
    fn schema(&self) -> Schema;

    /// Checks the configuration by itself. Anything in it may be unknown.
    async fn validate(&self, config: Value) -> Diagnostics;

    /// Reads. The configuration is wholly known.
    async fn read(&self, request: ReadDataRequest) -> ReadDataResponse;
}

/// What to read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadDataRequest {
    /// The configuration, wholly known.
    pub config: Value,
    /// Whether the answer may be deferred.
    pub deferral_allowed: bool,
}

/// What was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadDataResponse {
    /// The configuration and what was found; wholly known, and not null unless there are errors.
    pub state: Value,
    /// What to tell the user.
    pub diagnostics: Diagnostics,
}
