//! The gRPC side of protocol 6: one service for every provider that implements our traits.
//!
//! It holds, for all resources at once, what none may break: handlers run to their end even if
//! the client goes away, a panic is a diagnostic that keeps the state, answers obey core's rules
//! before they leave, and failures are diagnostics, never gRPC errors (which would throw away
//! state and private bytes).

mod answer;
mod apply;
mod call;
mod catalog;
mod convert;
mod import;
mod plan;
mod read;
mod read_data;
mod schemas;
mod task;
mod upgrade;
mod validate;

use std::sync::Arc;

use tonic::{Request, Response, Status};

use self::answer::{Call, respond};
use self::catalog::Catalog;
use super::proto;
use super::proto::provider_server::ProviderServer;
use super::provider::Provider;

/// The largest message taken and sent, in bytes: Terraform sends whole states, and takes up to
/// 2 GiB of everything but schemas.
const MESSAGE_SIZE_MAX: usize = 256 << 20;

/// Serves one provider. Cheap to clone.
#[derive(Clone)]
pub struct Service {
    catalog: Arc<Catalog>,
}

impl Service {
    /// A service for a provider. Asks the provider for nothing yet.
    #[must_use]
    pub fn new(provider: Arc<dyn Provider>) -> Self {
        Self {
            catalog: Arc::new(Catalog::new(provider)),
        }
    }
}

/// What the plugin host serves.
pub fn routes(provider: Arc<dyn Provider>) -> tonic::service::Routes {
    let server = ProviderServer::new(Service::new(provider))
        .max_decoding_message_size(MESSAGE_SIZE_MAX)
        .max_encoding_message_size(MESSAGE_SIZE_MAX);
    tonic::service::Routes::new(server)
}

/// One RPC: its name, the field that names the type it is about, the module that answers it, and
/// what it answers when that fails.
macro_rules! rpc {
    ($self:ident, $name:literal, $request:ident, $type_name:expr, $fallback:expr, $answer:path) => {{
        let request = $request.into_inner();
        let type_name: String = $type_name(&request);
        let fallback = $fallback(&request);
        let catalog = Arc::clone(&$self.catalog);
        let call = Call {
            rpc: $name,
            type_name,
        };
        respond(
            call,
            fallback,
            async move { $answer(catalog, request).await },
        )
        .await
    }};
}

/// The requests that are about no type.
fn none<R>(_: &R) -> String {
    String::new()
}

/// The answers of which nothing is left when they fail.
fn empty<R, A: Default>(_: &R) -> A {
    A::default()
}

#[tonic::async_trait]
impl proto::provider_server::Provider for Service {
    async fn get_metadata(
        &self,
        request: Request<proto::get_metadata::Request>,
    ) -> Result<Response<proto::get_metadata::Response>, Status> {
        rpc!(self, "GetMetadata", request, none, empty, schemas::metadata)
    }

    async fn get_provider_schema(
        &self,
        request: Request<proto::get_provider_schema::Request>,
    ) -> Result<Response<proto::get_provider_schema::Response>, Status> {
        rpc!(
            self,
            "GetProviderSchema",
            request,
            none,
            empty,
            schemas::all
        )
    }

    async fn get_resource_identity_schemas(
        &self,
        request: Request<proto::get_resource_identity_schemas::Request>,
    ) -> Result<Response<proto::get_resource_identity_schemas::Response>, Status> {
        rpc!(
            self,
            "GetResourceIdentitySchemas",
            request,
            none,
            empty,
            schemas::identities
        )
    }

    async fn get_functions(
        &self,
        request: Request<proto::get_functions::Request>,
    ) -> Result<Response<proto::get_functions::Response>, Status> {
        rpc!(
            self,
            "GetFunctions",
            request,
            none,
            empty,
            schemas::functions
        )
    }

    async fn validate_provider_config(
        &self,
        request: Request<proto::validate_provider_config::Request>,
    ) -> Result<Response<proto::validate_provider_config::Response>, Status> {
        rpc!(
            self,
            "ValidateProviderConfig",
            request,
            none,
            empty,
            validate::provider
        )
    }

    async fn configure_provider(
        &self,
        request: Request<proto::configure_provider::Request>,
    ) -> Result<Response<proto::configure_provider::Response>, Status> {
        rpc!(
            self,
            "ConfigureProvider",
            request,
            none,
            empty,
            validate::configure
        )
    }

    async fn stop_provider(
        &self,
        request: Request<proto::stop_provider::Request>,
    ) -> Result<Response<proto::stop_provider::Response>, Status> {
        rpc!(self, "StopProvider", request, none, empty, validate::stop)
    }

    async fn validate_resource_config(
        &self,
        request: Request<proto::validate_resource_config::Request>,
    ) -> Result<Response<proto::validate_resource_config::Response>, Status> {
        let of = |r: &proto::validate_resource_config::Request| r.type_name.clone();
        rpc!(
            self,
            "ValidateResourceConfig",
            request,
            of,
            empty,
            validate::resource
        )
    }

    async fn validate_data_resource_config(
        &self,
        request: Request<proto::validate_data_resource_config::Request>,
    ) -> Result<Response<proto::validate_data_resource_config::Response>, Status> {
        let of = |r: &proto::validate_data_resource_config::Request| r.type_name.clone();
        rpc!(
            self,
            "ValidateDataResourceConfig",
            request,
            of,
            empty,
            validate::data_source
        )
    }

    async fn upgrade_resource_state(
        &self,
        request: Request<proto::upgrade_resource_state::Request>,
    ) -> Result<Response<proto::upgrade_resource_state::Response>, Status> {
        let of = |r: &proto::upgrade_resource_state::Request| r.type_name.clone();
        rpc!(
            self,
            "UpgradeResourceState",
            request,
            of,
            empty,
            upgrade::answer
        )
    }

    async fn move_resource_state(
        &self,
        request: Request<proto::move_resource_state::Request>,
    ) -> Result<Response<proto::move_resource_state::Response>, Status> {
        let of = |r: &proto::move_resource_state::Request| r.target_type_name.clone();
        rpc!(
            self,
            "MoveResourceState",
            request,
            of,
            empty,
            upgrade::move_state
        )
    }

    async fn import_resource_state(
        &self,
        request: Request<proto::import_resource_state::Request>,
    ) -> Result<Response<proto::import_resource_state::Response>, Status> {
        let of = |r: &proto::import_resource_state::Request| r.type_name.clone();
        rpc!(
            self,
            "ImportResourceState",
            request,
            of,
            empty,
            import::answer
        )
    }

    async fn read_resource(
        &self,
        request: Request<proto::read_resource::Request>,
    ) -> Result<Response<proto::read_resource::Response>, Status> {
        let of = |r: &proto::read_resource::Request| r.type_name.clone();
        rpc!(
            self,
            "ReadResource",
            request,
            of,
            read::unread,
            read::answer
        )
    }

    async fn plan_resource_change(
        &self,
        request: Request<proto::plan_resource_change::Request>,
    ) -> Result<Response<proto::plan_resource_change::Response>, Status> {
        let of = |r: &proto::plan_resource_change::Request| r.type_name.clone();
        rpc!(
            self,
            "PlanResourceChange",
            request,
            of,
            plan::unplanned,
            plan::answer
        )
    }

    async fn apply_resource_change(
        &self,
        request: Request<proto::apply_resource_change::Request>,
    ) -> Result<Response<proto::apply_resource_change::Response>, Status> {
        let of = |r: &proto::apply_resource_change::Request| r.type_name.clone();
        rpc!(
            self,
            "ApplyResourceChange",
            request,
            of,
            apply::unapplied,
            apply::answer
        )
    }

    async fn read_data_source(
        &self,
        request: Request<proto::read_data_source::Request>,
    ) -> Result<Response<proto::read_data_source::Response>, Status> {
        let of = |r: &proto::read_data_source::Request| r.type_name.clone();
        rpc!(
            self,
            "ReadDataSource",
            request,
            of,
            empty,
            read_data::answer
        )
    }

    async fn call_function(
        &self,
        request: Request<proto::call_function::Request>,
    ) -> Result<Response<proto::call_function::Response>, Status> {
        let of = |r: &proto::call_function::Request| r.name.clone();
        rpc!(self, "CallFunction", request, of, empty, call::answer)
    }
}

#[cfg(test)]
mod tests;
