//! Configurations: checking them, and taking and leaving the provider's own.

use std::sync::Arc;

use super::catalog::{Catalog, Typed};
use super::convert;
use crate::protocol::diagnostics::Diagnostics;
use crate::protocol::proto::{
    configure_provider, stop_provider, validate_data_resource_config, validate_provider_config,
    validate_resource_config,
};
use crate::protocol::provider::{ClientCapabilities, Configure};
use crate::protocol::rules::check_write_only;
use crate::protocol::schema::Schema;
use crate::protocol::value::Value;

const CONFIGURATION: &str = "configuration";

pub(super) async fn provider(
    catalog: Arc<Catalog>,
    request: validate_provider_config::Request,
) -> Result<validate_provider_config::Response, Diagnostics> {
    let config = convert::value(request.config, &catalog.configuration().kind, CONFIGURATION)?;
    let mut diagnostics = refuse_misplaced(&catalog.configuration().schema, &config);
    diagnostics.extend(catalog.provider.validate(config).await);
    let diagnostics = convert::diagnostics(diagnostics);
    Ok(validate_provider_config::Response { diagnostics })
}

pub(super) async fn configure(
    catalog: Arc<Catalog>,
    request: configure_provider::Request,
) -> Result<configure_provider::Response, Diagnostics> {
    let config = convert::value(request.config, &catalog.configuration().kind, CONFIGURATION)?;
    let who = Configure {
        terraform_version: request.terraform_version,
        client_capabilities: convert::capabilities(request.client_capabilities),
    };
    let diagnostics = convert::diagnostics(catalog.provider.configure(config, who).await);
    Ok(configure_provider::Response { diagnostics })
}

pub(super) async fn stop(
    catalog: Arc<Catalog>,
    _: stop_provider::Request,
) -> Result<stop_provider::Response, Diagnostics> {
    catalog.provider.stop();
    Ok(stop_provider::Response::default())
}

pub(super) async fn resource(
    catalog: Arc<Catalog>,
    request: validate_resource_config::Request,
) -> Result<validate_resource_config::Response, Diagnostics> {
    let (resource, typed) = catalog.resource(&request.type_name)?;
    let config = convert::value(request.config, &typed.kind, CONFIGURATION)?;
    let client = convert::capabilities(request.client_capabilities);
    let mut diagnostics = refuse_write_only(&typed, &config, client);
    diagnostics.extend(refuse_misplaced(&typed.schema, &config));
    diagnostics.extend(resource.validate(config).await);
    Ok(validate_resource_config::Response {
        diagnostics: convert::diagnostics(diagnostics),
    })
}

fn refuse_misplaced(schema: &Schema, config: &Value) -> Diagnostics {
    let mut refused = Diagnostics::new();
    for path in schema.missing(config) {
        let detail = format!("{path} is required, and its value is null. Give a value.");
        refused.error_at(path, "Missing required argument", detail);
    }
    for path in schema.unconfigurable(config) {
        let detail = "The provider finds this value out. Remove the line.";
        refused.error_at(path, "Value for a computed attribute", detail);
    }
    refused
}

/// A client that doesn't know write-only attributes would store their values, and then find the
/// plan at odds with the configuration.
fn refuse_write_only(typed: &Typed, config: &Value, client: ClientCapabilities) -> Diagnostics {
    if client.write_only_attributes_allowed {
        return Diagnostics::new();
    }
    let mut refused = Diagnostics::new();
    for violation in check_write_only(&typed.schema, config) {
        refused.error_at(
            violation.path,
            "Write-only attribute not supported",
            "This attribute needs Terraform 1.11 or OpenTofu 1.11, or later.",
        );
    }
    refused
}

pub(super) async fn data_source(
    catalog: Arc<Catalog>,
    request: validate_data_resource_config::Request,
) -> Result<validate_data_resource_config::Response, Diagnostics> {
    let (data_source, typed) = catalog.data_source(&request.type_name)?;
    let config = convert::value(request.config, &typed.kind, CONFIGURATION)?;
    let diagnostics = convert::diagnostics(data_source.validate(config).await);
    Ok(validate_data_resource_config::Response { diagnostics })
}
