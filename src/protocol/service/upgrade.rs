//! States written by older versions, and by other resource types.

use std::sync::Arc;

use super::catalog::{Catalog, Typed};
use super::convert;
use super::task::bug;
use crate::protocol::codec::{CodecError, Problem};
use crate::protocol::diagnostics::Diagnostics;
use crate::protocol::json;
use crate::protocol::path::Path;
use crate::protocol::proto::{DynamicValue, RawState, move_resource_state, upgrade_resource_state};
use crate::protocol::resource::{MoveRequest, UpgradeRequest};
use crate::protocol::rules::{Violation, check_read};
use crate::protocol::value::Value;

pub(super) async fn answer(
    catalog: Arc<Catalog>,
    request: upgrade_resource_state::Request,
) -> Result<upgrade_resource_state::Response, Diagnostics> {
    let (resource, typed) = catalog.resource(&request.type_name)?;
    let state = raw(request.raw_state)?;
    let upgraded = resource
        .upgrade(UpgradeRequest {
            version: request.version,
            state,
        })
        .await;
    let result = (upgraded.state, upgraded.diagnostics);
    let (state, diagnostics) = checked("upgrade", &request.type_name, &typed, result)?;
    Ok(upgrade_resource_state::Response {
        upgraded_state: Some(state),
        diagnostics: convert::diagnostics(diagnostics),
    })
}

pub(super) async fn move_state(
    catalog: Arc<Catalog>,
    request: move_resource_state::Request,
) -> Result<move_resource_state::Response, Diagnostics> {
    let (resource, typed) = catalog.resource(&request.target_type_name)?;
    let source = MoveRequest {
        source_provider_address: request.source_provider_address,
        source_type_name: request.source_type_name,
        source_schema_version: request.source_schema_version,
        source_state: raw(request.source_state)?,
        source_private: request.source_private,
    };
    let moved = resource.move_state(source).await;
    let result = (moved.state, moved.diagnostics);
    let (state, diagnostics) = checked("move", &request.target_type_name, &typed, result)?;
    Ok(move_resource_state::Response {
        target_state: Some(state),
        target_private: moved.private,
        diagnostics: convert::diagnostics(diagnostics),
        ..move_resource_state::Response::default()
    })
}

fn raw(state: Option<RawState>) -> Result<serde_json::Value, Diagnostics> {
    let state = state.unwrap_or_default();
    let parsed = if !state.json.is_empty() {
        json::parse(&state.json)
    } else if state.flatmap.is_empty() {
        Ok(serde_json::Value::Null)
    } else {
        Err(CodecError::here(Problem::Flatmap))
    };
    parsed.map_err(|error| convert::unreadable("state", error).into())
}

/// Holds a state that replaces another one to core's rules: never absent, never unknown.
fn checked(
    what: &str,
    type_name: &str,
    typed: &Typed,
    (state, mut diagnostics): (Value, Diagnostics),
) -> Result<(DynamicValue, Diagnostics), Diagnostics> {
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let mut violations = check_read(&typed.schema, &state);
    if state.is_null() {
        violations.push(Violation::new(&Path::root(), "no state is left"));
    }
    let encoded = convert::dynamic(&state, &typed.kind);
    match encoded.map_err(|error| violations.push(Violation::from(error))) {
        Ok(encoded) if violations.is_empty() => Ok((encoded, diagnostics)),
        _ => {
            diagnostics.extend(violations.into_iter().map(|v| bug(what, type_name, v)));
            Err(diagnostics)
        }
    }
}
