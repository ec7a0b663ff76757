//! What all RPCs have in common: a span, a task of their own, and an answer whatever happens.

use std::future::Future;

use tokio::time::Instant;
use tonic::{Response, Status};
use tracing::{Instrument, debug, debug_span};

use super::convert;
use super::task::guarded;
use crate::protocol::diagnostics::Diagnostics;
use crate::protocol::proto;

/// Which call this is, for the log.
pub(super) struct Call {
    pub(super) rpc: &'static str,
    pub(super) type_name: String,
}

/// An answer that can tell the user something.
pub(super) trait Answer: Send + 'static {
    /// Adds diagnostics.
    fn tell(&mut self, diagnostics: Diagnostics);
}

/// Answers a call: with what `work` gives, or with the fallback and what went wrong.
pub(super) async fn respond<A: Answer>(
    call: Call,
    mut fallback: A,
    work: impl Future<Output = Result<A, Diagnostics>> + Send + 'static,
) -> Result<Response<A>, Status> {
    let span = debug_span!("rpc", tf_rpc = call.rpc, tf_resource_type = call.type_name);
    let started = Instant::now();
    let outcome = guarded(work).instrument(span.clone()).await;
    let answer = match outcome {
        Ok(Ok(answer)) => answer,
        Ok(Err(diagnostics)) => {
            fallback.tell(diagnostics);
            fallback
        }
        Err(panicked) => {
            fallback.tell(panicked.into());
            fallback
        }
    };
    let elapsed = u64::try_from(started.elapsed().as_millis()).unwrap_or(u64::MAX);
    span.in_scope(|| debug!(tf_req_duration_ms = elapsed, "answered"));
    Ok(Response::new(answer))
}

macro_rules! answers {
    ($($rpc:ident),* $(,)?) => { $(
        impl Answer for proto::$rpc::Response {
            fn tell(&mut self, diagnostics: Diagnostics) {
                self.diagnostics.extend(convert::diagnostics(diagnostics));
            }
        }
    )* };
}

answers!(
    apply_resource_change,
    configure_provider,
    get_functions,
    get_metadata,
    get_provider_schema,
    get_resource_identity_schemas,
    import_resource_state,
    move_resource_state,
    plan_resource_change,
    read_data_source,
    read_resource,
    upgrade_resource_state,
    validate_data_resource_config,
    validate_provider_config,
    validate_resource_config,
);

impl Answer for proto::stop_provider::Response {
    fn tell(&mut self, diagnostics: Diagnostics) {
        self.error = text(diagnostics);
    }
}

impl Answer for proto::call_function::Response {
    fn tell(&mut self, diagnostics: Diagnostics) {
        let text = text(diagnostics);
        self.error = Some(proto::FunctionError {
            text,
            function_argument: None,
        });
    }
}

fn text(diagnostics: Diagnostics) -> String {
    let texts: Vec<String> = diagnostics
        .into_iter()
        .map(|diagnostic| format!("{}: {}", diagnostic.summary, diagnostic.detail))
        .collect();
    texts.join("; ")
}
