//! The wire: how Terraform starts us, reaches us and stops us. It could serve any tonic service; it
//! knows neither Terraform's own protocol nor AWS.
//!
//! In the order in which they come into play: `process` takes the process from command line to
//! exit code; `environment` and `invocation` say what was asked for; `socket`, `tls` and
//! `handshake` let the host find us; `connections` lets it in, `host` serves it;
//! `controller` and `stdio` are the host's own services; `presence` notices that it went,
//! `signals` that somebody wants us to, and `lifecycle` is what everybody learns it from.
//! `debug` is the other way to be reached: started by hand, found by an environment variable.
//! `log` writes the lines that the host reads from stderr.

mod connections;
mod controller;
mod debug;
mod environment;
mod handshake;
mod host;
mod invocation;
mod lifecycle;
mod log;
mod presence;
mod process;
mod signals;
mod socket;
mod stdio;
mod tls;

pub use lifecycle::{Ending, Lifecycle, Work};
pub use process::{Plugin, run};

/// The generated messages and services of the host's own package.
mod wire {
    #![allow(
        missing_docs,
        unreachable_pub,
        unused_qualifications,
        clippy::all,
        clippy::pedantic,
        reason = "generated"
    )]
    tonic::include_proto!("plugin");
}

#[cfg(test)]
mod tests;
