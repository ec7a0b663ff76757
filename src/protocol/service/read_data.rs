//! Reading a data source.

use std::sync::Arc;

use super::catalog::Catalog;
use super::convert;
use super::task::bug;
use crate::protocol::data_source::ReadDataRequest;
use crate::protocol::diagnostics::Diagnostics;
use crate::protocol::path::Path;
use crate::protocol::proto::read_data_source::{Request, Response};
use crate::protocol::rules::{Violation, check_read};

pub(super) async fn answer(
    catalog: Arc<Catalog>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let (data_source, typed) = catalog.data_source(&request.type_name)?;
    let config = convert::value(request.config, &typed.kind, "configuration")?;
    let client = convert::capabilities(request.client_capabilities);
    let read = data_source
        .read(ReadDataRequest {
            config,
            deferral_allowed: client.deferral_allowed,
        })
        .await;
    if read.diagnostics.has_errors() {
        return Err(read.diagnostics);
    }
    let mut violations = check_read(&typed.schema, &read.state);
    if read.state.is_null() {
        violations.push(Violation::new(&Path::root(), "nothing was read"));
    }
    let encoded = convert::dynamic(&read.state, &typed.kind);
    let state = encoded
        .map_err(|error| violations.push(Violation::from(error)))
        .ok();
    let mut diagnostics = read.diagnostics;
    if !violations.is_empty() {
        diagnostics.extend(
            violations
                .into_iter()
                .map(|v| bug("result", &request.type_name, v)),
        );
        return Err(diagnostics);
    }
    Ok(Response {
        state,
        diagnostics: convert::diagnostics(diagnostics),
        ..Response::default()
    })
}
