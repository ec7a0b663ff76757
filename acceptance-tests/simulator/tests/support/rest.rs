//! Calls of services that speak REST with JSON.

use aws_simulator::Answer;
use bytes::Bytes;
use serde_json::Value;

use super::{Client, Said};

/// An answer in JSON; null where there is no body.
#[derive(Debug, Clone)]
pub struct Json {
    pub status: u16,
    /// The code of an error.
    pub error: Option<String>,
    pub body: Value,
}

impl Client {
    /// A REST call, however it ends.
    pub async fn rest(&self, service: &str, method: &str, uri: &str, body: Value) -> Json {
        let body = match body {
            Value::Null => Bytes::new(),
            body => Bytes::from(body.to_string()),
        };
        let response = self.send(service, (method, uri), body).await;
        let error = response.headers().get("x-amzn-errortype");
        Json {
            status: response.status().as_u16(),
            error: error.map(|code| code.to_str().unwrap().to_owned()),
            body: match response.body().is_empty() {
                true => Value::Null,
                false => serde_json::from_slice(response.body()).unwrap(),
            },
        }
    }
}

impl Client {
    /// A read of a service that answers with XML, however it ends.
    pub async fn rest_xml(&self, service: &str, uri: &str) -> Said {
        let response = self.send(service, ("GET", uri), Bytes::new()).await;
        Said {
            status: response.status().as_u16(),
            request_id: response.headers()["x-amzn-requestid"]
                .to_str()
                .unwrap()
                .to_owned(),
            body: String::from_utf8(response.body().to_vec()).unwrap(),
        }
    }

    async fn send(
        &self,
        service: &str,
        (method, uri): (&str, &str),
        body: Bytes,
    ) -> http::Response<Bytes> {
        let credential = format!(
            "{}/20260101/{}/{service}/aws4_request",
            self.access_key, self.region
        );
        let authorization =
            format!("AWS4-HMAC-SHA256 Credential={credential}, SignedHeaders=host, Signature=0");
        let request = http::Request::builder().method(method).uri(uri);
        let request = request
            .header("authorization", authorization)
            .body(body)
            .unwrap();
        match self.simulator.handle(request).await {
            Answer::Response(response) => response,
            Answer::Dropped => panic!("{method} {uri}: the connection was closed"),
        }
    }
}

impl Json {
    /// A text of the body.
    pub fn text(&self, name: &str) -> String {
        let value = self.body.get(name).and_then(Value::as_str);
        value
            .unwrap_or_else(|| panic!("no {name} in {self:?}"))
            .to_owned()
    }
}
