//! Calling a function.

use std::sync::Arc;

use super::catalog::Catalog;
use super::convert;
use super::task::REPORT;
use crate::protocol::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::function::{FunctionError, Signature};
use crate::protocol::proto;
use crate::protocol::proto::call_function::{Request, Response};
use crate::protocol::value::Value;

pub(super) async fn answer(
    catalog: Arc<Catalog>,
    request: Request,
) -> Result<Response, Diagnostics> {
    let function = catalog
        .functions()
        .get(request.name.as_str())
        .ok_or_else(|| {
            let detail = format!(
                "This version of the provider has no function {:?}.",
                request.name
            );
            Diagnostic::error("Unknown function", detail)
        })?;
    let signature = function.signature();
    let result = arguments(&signature, request.arguments).and_then(|arguments| match arguments {
        Some(arguments) => function.call(arguments),
        None => Ok(Value::unknown()),
    });
    let result = result.and_then(|value| {
        convert::dynamic(&value, &signature.returns).map_err(|error| {
            whole(format!(
                "the result of {} is invalid: {error}. {REPORT}",
                request.name
            ))
        })
    });
    Ok(match result {
        Ok(result) => Response {
            result: Some(result),
            error: None,
        },
        Err(error) => Response {
            result: None,
            error: Some(proto::FunctionError {
                text: error.text,
                function_argument: error.argument,
            }),
        },
    })
}

/// The arguments by the signature; none when one is unknown that the function can't look at, for
/// then the result is unknown too.
fn arguments(
    signature: &Signature,
    sent: Vec<proto::DynamicValue>,
) -> Result<Option<Vec<Value>>, FunctionError> {
    if sent.len() < signature.parameters.len() {
        let (wanted, given) = (signature.parameters.len(), sent.len());
        return Err(whole(format!(
            "{wanted} arguments are required, {given} given"
        )));
    }
    let parameters = signature
        .parameters
        .iter()
        .chain(signature.variadic.iter().cycle());
    let mut arguments = Vec::new();
    let mut unknown = false;
    let count = sent.len();
    for ((index, sent), parameter) in (0_i64..).zip(sent).zip(parameters) {
        let wrong = |text: String| FunctionError {
            text,
            argument: Some(index),
        };
        let value = convert::value(Some(sent), &parameter.kind, "argument")
            .map_err(|diagnostics| wrong(details(diagnostics)))?;
        if value.is_null() && !parameter.allow_null {
            return Err(wrong("must not be null".to_owned()));
        }
        unknown |= !value.is_wholly_known() && !parameter.allow_unknown;
        arguments.push(value);
    }
    if arguments.len() < count {
        let most = arguments.len();
        return Err(whole(format!(
            "at most {most} arguments can be given, not {count}"
        )));
    }
    Ok((!unknown).then_some(arguments))
}

fn details(diagnostics: Diagnostics) -> String {
    diagnostics
        .into_iter()
        .map(|diagnostic| diagnostic.detail)
        .collect()
}

fn whole(text: String) -> FunctionError {
    FunctionError {
        text,
        argument: None,
    }
}
