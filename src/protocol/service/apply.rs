//! Applying a plan. Whatever happens in a handler, what exists is told to core.

use std::sync::Arc;

use super::catalog::{Catalog, Typed};
use super::convert;
use super::task::{Panicked, bug, guarded};
use crate::protocol::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::proto::apply_resource_change::{Request, Response};
use crate::protocol::resource::{ApplyRequest, ApplyResponse, Progress};
use crate::protocol::rules::{
    Violation, check_applied, check_known, check_write_only, nearest, without_write_only,
};
use crate::protocol::value::Value;

/// The answer of an apply that never began: everything stays as it was.
pub(super) fn unapplied(request: &Request) -> Response {
    Response {
        new_state: request.prior_state.clone(),
        private: request.planned_private.clone(),
        ..Response::default()
    }
}

pub(super) async fn answer(
    catalog: Arc<Catalog>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let (resource, typed) = catalog.resource(&request.type_name)?;
    let config = convert::value(request.config, &typed.kind, "configuration")?;
    let prior = convert::value(request.prior_state, &typed.kind, "prior state")?;
    let planned = convert::value(request.planned_state, &typed.kind, "planned state")?;
    let private = request.planned_private;
    let progress = Progress::new();
    let work = ApplyRequest {
        config,
        prior: prior.clone(),
        planned: planned.clone(),
        private: private.clone(),
        progress: progress.clone(),
    };
    let outcome = guarded(async move { resource.apply(work).await }).await;
    let mut applied =
        outcome.unwrap_or_else(|panicked| rescued(panicked, &progress, prior, &private));
    if applied.diagnostics.has_errors() && applied.private.is_empty() {
        applied.private = private;
    }
    Ok(finished(&typed, &request.type_name, &planned, applied))
}

/// What is known to exist after a panic: the newest progress, else what there was before.
fn rescued(panicked: Panicked, progress: &Progress, prior: Value, private: &[u8]) -> ApplyResponse {
    let (state, private) = progress
        .newest()
        .unwrap_or_else(|| (prior, private.to_vec()));
    ApplyResponse {
        state,
        private,
        diagnostics: panicked.into(),
    }
}

/// Holds the state to core's rules, but keeps it even if it breaks them: the objects exist.
fn finished(typed: &Typed, type_name: &str, planned: &Value, applied: ApplyResponse) -> Response {
    let ApplyResponse {
        mut state,
        private,
        mut diagnostics,
    } = applied;
    let mut violations = Vec::new();
    if let Err(error) = convert::dynamic(&state, &typed.kind) {
        violations.push(Violation::from(error));
        state = nearest(&state, &typed.kind);
    }
    let write_only = check_write_only(&typed.schema, &state);
    if !write_only.is_empty() {
        violations.extend(write_only);
        state = without_write_only(&typed.schema, state);
    }
    // A failed apply holds to its plan as far as it came.
    if !diagnostics.has_errors() && violations.is_empty() {
        violations.extend(check_applied(&typed.schema, planned, &state));
        violations.extend(check_known(&state));
    }
    let state = state.unknown_as_null();
    diagnostics.extend(violations.into_iter().map(|v| bug("result", type_name, v)));
    let new_state = convert::dynamic(&state, &typed.kind).unwrap_or_else(|error| {
        diagnostics.push(lost(&error));
        Default::default()
    });
    Response {
        new_state: Some(new_state),
        private,
        diagnostics: convert::diagnostics(diagnostics),
        ..Response::default()
    }
}

/// The last resort: a state that can't be written at all.
fn lost(error: &dyn std::error::Error) -> Diagnostic {
    Diagnostic::error("State can't be saved", error.to_string())
}
