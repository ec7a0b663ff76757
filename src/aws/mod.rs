//! Talking to AWS: accounts and regions, credentials, calls, batched reads, ownership.
//! **Knows neither Terraform nor what a component wants.**
//!
//! [`Aws`] is the way in: it reaches every [`Site`] that the provider block names. A [`SiteAccess`]
//! holds one site's clients, its rate limiter and its [`inventory`].

mod access;
mod call;
mod clock;
mod connections;
mod credentials;
mod error;
pub mod inventory;
mod limiter;
pub mod names;
pub mod ownership;
mod queue;
mod reach;
mod settings;
mod site;
mod tags;

pub use access::SiteAccess;
pub use clock::AwsClock;
pub use connections::Connection;
pub use error::{CallError, ErrorKind};
pub use queue::QueueMeter;
pub use reach::{Aws, Connector};
pub use settings::{AccountSettings, AssumeRole, Endpoints, Settings, StaticKeys};
pub use site::{Arn, Site};
pub use tags::{TagFilter, Tags};
