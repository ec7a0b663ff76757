//! Refreshing a managed resource.

use std::sync::Arc;

use super::catalog::Catalog;
use super::convert;
use super::task::bug;
use crate::protocol::diagnostics::Diagnostics;
use crate::protocol::proto::read_resource::{Request, Response};
use crate::protocol::resource::ReadRequest;
use crate::protocol::rules::{Violation, check_read};

/// The answer of a refresh that failed: everything stays as core sent it. A missing state would
/// mean that the resource is gone.
pub(super) fn unread(request: &Request) -> Response {
    Response {
        new_state: request.current_state.clone(),
        private: request.private.clone(),
        ..Response::default()
    }
}

pub(super) async fn answer(
    catalog: Arc<Catalog>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let (resource, typed) = catalog.resource(&request.type_name)?;
    let state = convert::value(request.current_state, &typed.kind, "state")?;
    let client = convert::capabilities(request.client_capabilities);
    let seen = resource
        .read(ReadRequest {
            state,
            private: request.private,
            deferral_allowed: client.deferral_allowed,
        })
        .await;
    let mut diagnostics = seen.diagnostics;
    let broken = |violation| bug("refresh", &request.type_name, violation);
    diagnostics.extend(
        check_read(&typed.schema, &seen.state)
            .into_iter()
            .map(broken),
    );
    match convert::dynamic(&seen.state, &typed.kind) {
        Ok(state) if !diagnostics.has_errors() => Ok(Response {
            new_state: Some(state),
            private: seen.private,
            diagnostics: convert::diagnostics(diagnostics),
            ..Response::default()
        }),
        Ok(_) => Err(diagnostics),
        Err(error) => {
            diagnostics.push(broken(Violation::from(error)));
            Err(diagnostics)
        }
    }
}
