//! What a provider implements.

use std::sync::Arc;

use async_trait::async_trait;

use super::data_source::DataSource;
use super::diagnostics::Diagnostics;
use super::function::Function;
use super::resource::Resource;
use super::schema::Schema;
use super::value::Value;

/// A provider: its configuration, and what it offers.
///
/// Terraform starts a process for each walk over the graph, and most of them never configure the
/// provider: only [`configure`](Provider::configure) may look for credentials.
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    /// Schema of the provider's configuration.
    fn schema(&self) -> Schema;

    /// The managed resources. Asked once a process.
    fn resources(&self) -> Vec<Arc<dyn Resource>>;

    /// The data sources. Asked once a process.
    fn data_sources(&self) -> Vec<Arc<dyn DataSource>> {
        Vec::new()
    }

    /// The functions. Asked once a process.
    fn functions(&self) -> Vec<Arc<dyn Function>> {
        Vec::new()
    }

    /// Checks the configuration by itself. Anything in it may be unknown.
    async fn validate(&self, config: Value) -> Diagnostics;

    /// Takes the configuration. During plans anything in it may be unknown; that alone must not
    /// fail, for resources are planned all the same.
    async fn configure(&self, config: Value, request: Configure) -> Diagnostics;

    /// The user wants to stop: begin nothing new, return soon what exists. Must not block.
    fn stop(&self);
}

/// Who asks the provider to configure itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Configure {
    /// Version of Terraform. OpenTofu tells one of Terraform's versions too, so this says nothing
    /// about who asks.
    pub terraform_version: String,
    /// What the other side understands.
    pub client_capabilities: ClientCapabilities,
}

/// What the other side understands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ClientCapabilities {
    /// Answers may be deferred.
    pub deferral_allowed: bool,
    /// Write-only attributes are not stored.
    pub write_only_attributes_allowed: bool,
}
