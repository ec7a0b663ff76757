//! Work that neither a panic nor a vanished client stops half-way.

use std::any::Any;
use std::future::Future;

use tracing::Instrument;

use crate::protocol::diagnostics::{Diagnostic, Diagnostics};
use crate::protocol::rules::Violation;

/// A handler that panicked, with what it said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Panicked(String);

/// Runs work in a task of its own: it goes on when the caller is dropped, and its panic is a value.
pub(super) async fn guarded<T: Send + 'static>(
    work: impl Future<Output = T> + Send + 'static,
) -> Result<T, Panicked> {
    let task = tokio::spawn(work.instrument(tracing::Span::current()));
    task.await.map_err(|error| {
        Panicked(match error.try_into_panic() {
            Ok(payload) => message(payload.as_ref()),
            Err(_) => "the call was cancelled".to_owned(),
        })
    })
}

fn message(payload: &(dyn Any + Send)) -> String {
    if let Some(text) = payload.downcast_ref::<&str>() {
        (*text).to_owned()
    } else if let Some(text) = payload.downcast_ref::<String>() {
        text.clone()
    } else {
        "no message".to_owned()
    }
}

impl From<Panicked> for Diagnostic {
    fn from(panicked: Panicked) -> Self {
        let detail = format!("The provider panicked: {}.\n\n{REPORT}", panicked.0);
        Self::error("Bug in the provider", detail)
    }
}

impl From<Panicked> for Diagnostics {
    fn from(panicked: Panicked) -> Self {
        Diagnostic::from(panicked).into()
    }
}

/// What the user can do about a bug.
pub(super) const REPORT: &str = "This is a bug in the provider, please report it.";

/// One broken rule, as the user is told of it.
pub(super) fn bug(what: &str, type_name: &str, violation: Violation) -> Diagnostic {
    let detail =
        format!("The provider's {what} of a {type_name} is invalid: {violation}.\n\n{REPORT}");
    let diagnostic = Diagnostic::error(format!("Bug in the provider: invalid {what}"), detail);
    if violation.path.is_root() {
        diagnostic
    } else {
        diagnostic.at(violation.path)
    }
}
