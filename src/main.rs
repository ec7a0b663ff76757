//! The plugin's executable: wires the rooms together.

use std::process::ExitCode;
use std::sync::Arc;

use privatelink::aws::Connector;
use privatelink::plugin::{self, Lifecycle, Plugin};
use privatelink::protocol;
use privatelink::protocol::Provider;
use privatelink::provider::{PrivateLink, Surroundings};

/// Divides all waits; only for runs against a simulator of the same scale.
const TIME_SCALE: &str = "PRIVATELINK_TIME_SCALE";

fn main() -> ExitCode {
    let plugin = Plugin {
        name: "terraform-provider-privatelink",
        version: env!("CARGO_PKG_VERSION"),
        log_name: "privatelink",
        protocol_version: 6,
        addresses: &[
            "registry.terraform.io/privatelink/privatelink",
            "registry.opentofu.org/privatelink/privatelink",
        ],
        now: jiff::Timestamp::now,
    };
    plugin::run(&plugin, |lifecycle| {
        let provider = Arc::new(PrivateLink::new(surroundings(lifecycle)));
        let (watched, ending) = (Arc::clone(&provider), lifecycle.clone());
        tokio::spawn(async move {
            ending.ended().await;
            watched.stop();
        });
        protocol::routes(provider)
    })
}

fn surroundings(lifecycle: &Lifecycle) -> Surroundings {
    let time_scale = std::env::var(TIME_SCALE)
        .ok()
        .and_then(|scale| scale.parse().ok());
    let lifecycle = lifecycle.clone();
    Surroundings {
        connector: Connector::network(),
        time_scale: time_scale.unwrap_or(1.0),
        keep_alive: Box::new(move || Box::new(lifecycle.work())),
    }
}
