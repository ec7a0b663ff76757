//! The last step of every request: the way out by its scheme, and our name in its user agent.

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;

/// What Terraform's users add to every user agent.
const APPENDED: &str = "TF_APPEND_USER_AGENT";

const USER_AGENT: &str = "user-agent";

/// One way for `http://` and one for `https://`: a connector knows one proxy only.
#[derive(Clone, Debug)]
pub(super) struct Line {
    plain: SharedHttpClient,
    secure: SharedHttpClient,
    /// What follows the SDK's own words in the user agent.
    signature: String,
}

impl Line {
    pub(super) fn new(plain: SharedHttpClient, secure: SharedHttpClient) -> Self {
        let appended = std::env::var(APPENDED).unwrap_or_default();
        Self {
            plain,
            secure,
            signature: signature(&appended),
        }
    }
}

impl HttpClient for Line {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        SharedHttpConnector::new(Ready {
            line: self.clone(),
            settings: settings.clone(),
            components: components.clone(),
        })
    }
}

/// A line for the requests of one client. The way that is not taken is not made either.
#[derive(Debug)]
struct Ready {
    line: Line,
    settings: HttpConnectorSettings,
    components: RuntimeComponents,
}

impl HttpConnector for Ready {
    fn call(&self, mut request: HttpRequest) -> HttpConnectorFuture {
        // The signature of a request leaves its user agent out.
        let headers = request.headers_mut();
        let own = headers.get(USER_AGENT).unwrap_or_default().to_owned();
        let whole = format!("{own} {}", self.line.signature);
        if headers
            .try_insert(USER_AGENT, whole.trim().to_owned())
            .is_err()
        {
            tracing::warn!("{APPENDED} holds what no header may, and is left out");
        }
        let way = match request.uri().starts_with("http://") {
            true => &self.line.plain,
            false => &self.line.secure,
        };
        way.http_connector(&self.settings, &self.components)
            .call(request)
    }
}

fn signature(appended: &str) -> String {
    let own = concat!(env!("CARGO_PKG_NAME"), "/", env!("CARGO_PKG_VERSION"));
    format!("{own} {}", appended.trim()).trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_user_agent_names_the_provider_and_what_the_user_appends() {
        let own = signature("");
        assert!(own.starts_with("terraform-provider-privatelink/"), "{own}");
        assert!(!own.ends_with(' '), "{own:?}");
        assert!(signature(" pipeline/17 ").ends_with(" pipeline/17"));
    }
}
