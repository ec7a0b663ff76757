//! What the provider offers: schemas, names, signatures.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::catalog::Catalog;
use super::convert;
use crate::protocol::diagnostics::Diagnostics;
use crate::protocol::proto;
use crate::protocol::proto::get_resource_identity_schemas as get_identities;
use crate::protocol::proto::{get_functions, get_metadata, get_provider_schema};

/// All schemas. Made once: they can't change while the process lives.
pub(super) async fn all(
    catalog: Arc<Catalog>,
    _: get_provider_schema::Request,
) -> Result<get_provider_schema::Response, Diagnostics> {
    Ok(catalog.schemas.get_or_init(|| build(&catalog)).clone())
}

fn build(catalog: &Catalog) -> get_provider_schema::Response {
    let resources = catalog.resources().iter();
    let data_sources = catalog.data_sources().iter();
    get_provider_schema::Response {
        provider: Some(convert::schema(&catalog.configuration().schema)),
        resource_schemas: resources
            .map(|(name, entry)| ((*name).to_owned(), convert::schema(&entry.typed().schema)))
            .collect(),
        data_source_schemas: data_sources
            .map(|(name, entry)| ((*name).to_owned(), convert::schema(&entry.typed().schema)))
            .collect(),
        functions: signatures(catalog),
        server_capabilities: Some(convert::server_capabilities()),
        ..get_provider_schema::Response::default()
    }
}

fn signatures(catalog: &Catalog) -> BTreeMap<String, proto::Function> {
    let functions = catalog.functions().iter();
    functions
        .map(|(name, function)| ((*name).to_owned(), convert::function(&function.signature())))
        .collect()
}

/// All names.
pub(super) async fn metadata(
    catalog: Arc<Catalog>,
    _: get_metadata::Request,
) -> Result<get_metadata::Response, Diagnostics> {
    let resources = catalog.resources().keys();
    let data_sources = catalog.data_sources().keys();
    let functions = catalog.functions().keys();
    Ok(get_metadata::Response {
        server_capabilities: Some(convert::server_capabilities()),
        resources: resources
            .map(|name| get_metadata::ResourceMetadata {
                type_name: (*name).to_owned(),
            })
            .collect(),
        data_sources: data_sources
            .map(|name| get_metadata::DataSourceMetadata {
                type_name: (*name).to_owned(),
            })
            .collect(),
        functions: functions
            .map(|name| get_metadata::FunctionMetadata {
                name: (*name).to_owned(),
            })
            .collect(),
        ..get_metadata::Response::default()
    })
}

/// Identities: none. An answer without any is all that newer clients need to go on without.
pub(super) async fn identities(
    _: Arc<Catalog>,
    _: get_identities::Request,
) -> Result<get_identities::Response, Diagnostics> {
    Ok(get_identities::Response::default())
}

/// All signatures; OpenTofu asks for them when the schema lacks a function's name.
pub(super) async fn functions(
    catalog: Arc<Catalog>,
    _: get_functions::Request,
) -> Result<get_functions::Response, Diagnostics> {
    Ok(get_functions::Response {
        functions: signatures(&catalog),
        diagnostics: Vec::new(),
    })
}
