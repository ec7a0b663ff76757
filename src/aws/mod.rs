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
mod guard;
mod holders;
mod home;
mod http;
pub mod inventory;
mod kept;
mod lattice;
mod limiter;
pub mod names;
mod no_credentials;
pub mod ownership;
mod queue;
mod reach;
mod retries;
mod roles;
mod service_networks;
mod settings;
mod shared_files;
mod shared_with;
mod sharing;
mod site;
mod tags;
mod way_out;

pub use access::SiteAccess;
pub use clock::AwsClock;
pub use connections::Connection;
pub use error::{CallError, ErrorKind};
pub use guard::Guard;
pub use holders::Holder;
pub use http::Connector;
pub use queue::QueueMeter;
pub use reach::Aws;
pub use settings::{
    AccountSettings, AssumeRole, CallSettings, Endpoints, Network, RetryMode, Settings, StaticKeys,
    WebIdentity,
};
pub use shared_with::{ConnectedEndpoint, Grant, JoinedNetwork, Shareable};
pub use sharing::ram_tags;
pub use site::{Arn, Site, id_of, is_account_id, is_region};
pub use tags::{TagFilter, Tags};
