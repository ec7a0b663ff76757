//! What this provider is: its configuration, its accounts, the list of what it offers.
//! **Sees neither proto types nor SDK operations.**

mod model;
mod settings;
mod validate;

use std::sync::Arc;

use async_trait::async_trait;

use crate::aws::{Aws, AwsClock, Connector};
use crate::data_sources::{Reach, ServiceConnections, ShareStatuses};
use crate::protocol::{
    Configure, DataSource, Diagnostics, Field, Model, Provider, Resource, Schema, Value,
};
use crate::resources::alb_bridge::AlbBridgeBlueprint;
use crate::resources::pipeline::{Blueprint, Connection, KeepAlive, Managed};
use crate::resources::shared_db::SharedDbBlueprint;
use model::ProviderBlock;

const ALB_BRIDGE: &str = "privatelink_alb_bridge";
/// One resource under two names. As the second lacks the provider's prefix, its blocks have to say
/// `provider = privatelink`.
const SHARED_DB: [&str; 2] = ["privatelink_shared_db", "lattice_shared_db"];

/// What the provider runs on.
pub struct Surroundings {
    /// What carries requests to AWS.
    pub connector: Connector,
    /// How much faster than the wall's the clock runs; 1 for AWS.
    pub time_scale: f64,
    /// Holds the process while an apply runs.
    pub keep_alive: KeepAlive,
}

/// The provider `privatelink`.
pub struct PrivateLink {
    connection: Connection,
    connector: Connector,
    clock: AwsClock,
}

impl PrivateLink {
    /// A provider that is not configured yet. Makes no call and looks for no credentials.
    pub fn new(surroundings: Surroundings) -> Self {
        let Surroundings {
            connector,
            time_scale,
            keep_alive,
        } = surroundings;
        let clock = AwsClock::scaled(time_scale);
        Self {
            connection: Connection::new(keep_alive),
            connector,
            clock,
        }
    }

    fn managed<B: Blueprint>(
        &self,
        type_name: &'static str,
        twins: &'static [&'static str],
    ) -> Arc<dyn Resource> {
        let connection = self.connection.clone();
        Arc::new(Managed::<B>::new(type_name, twins, connection))
    }
}

#[async_trait]
impl Provider for PrivateLink {
    fn schema(&self) -> Schema {
        Schema::of::<ProviderBlock>(0)
    }

    fn resources(&self) -> Vec<Arc<dyn Resource>> {
        vec![
            self.managed::<AlbBridgeBlueprint>(ALB_BRIDGE, &[]),
            self.managed::<SharedDbBlueprint>(SHARED_DB[0], &SHARED_DB),
            self.managed::<SharedDbBlueprint>(SHARED_DB[1], &SHARED_DB),
        ]
    }

    fn data_sources(&self) -> Vec<Arc<dyn DataSource>> {
        let connection = self.connection.clone();
        let reach: Reach = Arc::new(move || connection.aws());
        vec![
            Arc::new(ServiceConnections::new(reach.clone())),
            Arc::new(ShareStatuses::new(reach)),
        ]
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        match ProviderBlock::decode(&config) {
            Ok(Field::Known(block)) => validate::validate(&block),
            Ok(Field::Null | Field::Unknown) => Diagnostics::new(),
            Err(error) => crate::protocol::Diagnostic::from(error).into(),
        }
    }

    /// Credentials are looked for only when they are first needed.
    async fn configure(&self, config: Value, _: Configure) -> Diagnostics {
        if !config.is_wholly_known() {
            let block = ProviderBlock::decode(&config).ok();
            let block = block.and_then(Field::into_known).unwrap_or_default();
            self.connection
                .leave_unknown(settings::has_unknown_tags(&block));
            return Diagnostics::new();
        }
        let block = match ProviderBlock::decode(&config) {
            Ok(block) => block.into_known().unwrap_or_default(),
            Err(error) => return crate::protocol::Diagnostic::from(error).into(),
        };
        let mut diagnostics = validate::validate(&block);
        diagnostics.extend(validate::environment());
        if !diagnostics.has_errors() {
            let settings = settings::of(&block);
            self.connection
                .configure(Aws::new(settings, self.connector.clone(), self.clock));
        }
        diagnostics
    }

    fn stop(&self) {
        self.connection.stop();
    }
}
