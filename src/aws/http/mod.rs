//! What carries requests: the network, with its proxies and trusted certificates, or a simulator.

mod line;
mod proxies;
mod trust;

use aws_smithy_http_client::proxy::ProxyConfig;
use aws_smithy_http_client::tls::{Provider, TlsContext, rustls_provider::CryptoMode};
use aws_smithy_http_client::{Builder, Connector as HttpConnector};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

use super::settings::Network;
use crate::engine::Failure;
use line::Line;
use proxies::Proxies;

/// What carries requests: the network, or a simulator in the same process.
#[derive(Clone, Debug)]
pub struct Connector(Way);

#[derive(Clone, Debug)]
enum Way {
    Network,
    Given(SharedHttpClient),
}

impl Connector {
    /// The network, as the settings and the environment say.
    pub fn network() -> Self {
        Self(Way::Network)
    }

    /// Whatever speaks HTTP for the SDK.
    pub fn new(client: SharedHttpClient) -> Self {
        Self(Way::Given(client))
    }

    /// The client of all calls. Reads the file of trusted certificates, if one is named.
    pub(super) async fn client(&self, network: &Network) -> Result<SharedHttpClient, Failure> {
        if let Way::Given(client) = &self.0 {
            return Ok(client.clone());
        }
        let environment = |name: &str| std::env::var(name).ok();
        let proxies = Proxies::of(network, environment)?;
        let trust = trust::context(network, environment).await?;
        let plain = client(proxies.http, trust.clone());
        let secure = client(proxies.https, trust);
        Ok(SharedHttpClient::new(Line::new(plain, secure)))
    }
}

/// The SDK's own client knows no proxies; its connector does.
fn client(proxy: ProxyConfig, trust: TlsContext) -> SharedHttpClient {
    Builder::new().build_with_connector_fn(move |settings, components| {
        let mut connector = HttpConnector::builder()
            .tls_provider(Provider::Rustls(CryptoMode::Ring))
            .tls_context(trust.clone())
            .proxy_config(proxy.clone());
        connector.set_connector_settings(settings.cloned());
        connector.set_sleep_impl(components.and_then(RuntimeComponents::sleep_impl));
        connector.build()
    })
}
