//! The in-process face: an HTTP client for the AWS SDK for Rust whose other end is the simulator.

use std::io::{Error, ErrorKind};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::{HttpRequest, HttpResponse};
use aws_smithy_runtime_api::client::result::ConnectorError;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use aws_smithy_types::body::SdkBody;
use bytes::Bytes;
use http_body_util::BodyExt as _;

use crate::simulator::{Answer, Simulator};

impl Simulator {
    /// An HTTP client for any AWS SDK configuration; its requests go to this simulator with no socket.
    /// Read timeouts of the SDK's configuration hold.
    #[must_use]
    pub fn http_client(&self) -> SharedHttpClient {
        SharedHttpClient::new(InProcess {
            simulator: self.clone(),
            read_timeout: None,
        })
    }
}

#[derive(Debug, Clone)]
struct InProcess {
    simulator: Simulator,
    read_timeout: Option<std::time::Duration>,
}

impl HttpClient for InProcess {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        _components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Self {
            simulator: self.simulator.clone(),
            read_timeout: settings.read_timeout(),
        })
    }
}

impl HttpConnector for InProcess {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let connector = self.clone();
        HttpConnectorFuture::new(async move {
            let exchange = connector.exchange(request);
            match connector.read_timeout {
                None => exchange.await,
                Some(limit) => tokio::time::timeout(limit, exchange)
                    .await
                    .unwrap_or_else(|elapsed| Err(ConnectorError::timeout(elapsed.into()))),
            }
        })
    }
}

impl InProcess {
    async fn exchange(&self, request: HttpRequest) -> Result<HttpResponse, ConnectorError> {
        let user = |error: &str| ConnectorError::user(error.to_owned().into());
        let request = request
            .try_into_http1x()
            .map_err(|error| user(&error.to_string()))?;
        let (parts, body) = request.into_parts();
        let body = body
            .collect()
            .await
            .map_err(|error| user(&error.to_string()))?
            .to_bytes();
        match self
            .simulator
            .handle(http::Request::from_parts(parts, body))
            .await
        {
            Answer::Response(response) => to_sdk(response),
            Answer::Dropped => {
                let closed = Error::new(ErrorKind::ConnectionReset, "connection closed");
                Err(ConnectorError::io(closed.into()))
            }
        }
    }
}

fn to_sdk(response: http::Response<Bytes>) -> Result<HttpResponse, ConnectorError> {
    let response = response.map(SdkBody::from);
    HttpResponse::try_from(response).map_err(|error| ConnectorError::other(error.into(), None))
}
