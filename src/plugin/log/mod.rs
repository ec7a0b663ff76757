//! Log lines as the host reads them from stderr: `tracing` events in hclog's JSON.

mod layer;
mod line;
mod panic;
mod verbosity;

use std::ffi::OsString;
use std::io::{self, Write};

use jiff::Timestamp;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::layer::SubscriberExt;

use layer::HclogLayer;

/// Sends the process's events to stderr, as far as the variables ask for it, and panics always.
///
/// `name` is the plugin's own crate and its name in `TF_LOG_PROVIDER_<NAME>`. Other crates' events
/// appear only as warnings and errors: they are many, and some hold what is nobody's business.
pub(super) fn install(
    name: &str,
    now: fn() -> Timestamp,
    variable: impl Fn(&str) -> Option<OsString>,
) {
    panic::install();
    let level = verbosity::level(name, variable);
    if level == LevelFilter::OFF {
        return;
    }
    let subscriber = tracing_subscriber::registry()
        .with(verbosity::targets(name, level))
        .with(HclogLayer::new(now, write_to_stderr));
    // Fails only where a subscriber is set already, and that one then has its reasons.
    let _ = tracing::subscriber::set_global_default(subscriber);
}

/// One write for each text, so that lines of several threads don't mix. Nobody reads: nothing lost.
fn write_to_stderr(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}
