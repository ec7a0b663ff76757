//! Planning a managed resource.

use std::sync::Arc;

use super::catalog::Catalog;
use super::convert;
use super::task::bug;
use crate::protocol::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::path::Path;
use crate::protocol::proto::plan_resource_change::{Request, Response};
use crate::protocol::resource::PlanRequest;
use crate::protocol::rules::{Violation, check_planned, check_replaced};
use crate::protocol::value::Value;

/// The answer of a plan that failed: core looks at nothing but the diagnostics, yet the private
/// bytes go back.
pub(super) fn unplanned(request: &Request) -> Response {
    Response {
        planned_private: request.prior_private.clone(),
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
    let proposed = convert::value(request.proposed_new_state, &typed.kind, "proposed state")?;
    let client = convert::capabilities(request.client_capabilities);
    // Only a destroy proposes nothing; its configuration, if sent, says nothing about the plan.
    let measure = if proposed.is_null() {
        Value::Null
    } else {
        config.clone()
    };
    let plan = resource
        .plan(PlanRequest {
            config,
            prior: prior.clone(),
            proposed,
            prior_private: request.prior_private,
            deferral_allowed: client.deferral_allowed,
        })
        .await;
    if plan.diagnostics.has_errors() {
        return Err(plan.diagnostics);
    }
    let mut violations = check_planned(&typed.schema, &measure, &prior, &plan.planned);
    violations.extend(check_replaced(
        &plan.requires_replace,
        &prior,
        &plan.planned,
    ));
    let planned = convert::dynamic(&plan.planned, &typed.kind);
    let planned = match planned {
        Ok(planned) => Some(planned),
        Err(error) => {
            violations.push(Violation::from(error));
            None
        }
    };
    let mut diagnostics = plan.diagnostics;
    if !violations.is_empty() {
        let held = typed.schema.unconfigurable(&measure);
        diagnostics.extend(violations.into_iter().map(|violation| {
            match held.contains(&violation.path) {
                true => held_back(violation.path),
                false => bug("plan", &request.type_name, violation),
            }
        }));
        return Err(diagnostics);
    }
    Ok(Response {
        planned_state: planned,
        requires_replace: plan
            .requires_replace
            .iter()
            .map(convert::attribute_path)
            .collect(),
        planned_private: plan.private,
        diagnostics: convert::diagnostics(diagnostics),
        ..Response::default()
    })
}

/// No configuration can give this value, so it is core that holds it where it was.
fn held_back(path: Path) -> Diagnostic {
    let detail = format!(
        "Only the provider knows the value of {path}, and this plan comes to another one than before. \
         Take it out of ignore_changes."
    );
    Diagnostic::error("A computed attribute can't be ignored", detail).at(path)
}
