//! Importing into a managed resource.

use std::sync::Arc;

use super::catalog::Catalog;
use super::convert;
use super::task::bug;
use crate::protocol::diagnostics::Diagnostics;
use crate::protocol::path::Path;
use crate::protocol::proto::import_resource_state::{ImportedResource, Request, Response};
use crate::protocol::resource::ImportRequest;
use crate::protocol::rules::{Violation, check_read};

pub(super) async fn answer(
    catalog: Arc<Catalog>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let (resource, typed) = catalog.resource(&request.type_name)?;
    let imported = resource.import(ImportRequest { id: request.id }).await;
    if imported.diagnostics.has_errors() {
        return Err(imported.diagnostics);
    }
    let mut violations = check_read(&typed.schema, &imported.state);
    if imported.state.is_null() {
        violations.push(Violation::new(&Path::root(), "nothing was imported"));
    }
    let encoded = convert::dynamic(&imported.state, &typed.kind);
    let state = encoded
        .map_err(|error| violations.push(Violation::from(error)))
        .ok();
    let mut diagnostics = imported.diagnostics;
    if !violations.is_empty() {
        diagnostics.extend(
            violations
                .into_iter()
                .map(|v| bug("import", &request.type_name, v)),
        );
        return Err(diagnostics);
    }
    let resource = ImportedResource {
        type_name: request.type_name,
        state,
        private: imported.private,
        identity: None,
    };
    Ok(Response {
        imported_resources: vec![resource],
        diagnostics: convert::diagnostics(diagnostics),
        ..Response::default()
    })
}
