//! Requests and responses as they are on the wire, and what a face does with an answer.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

use crate::engine::Reply;

/// What a face gets for a request.
#[derive(Debug)]
pub enum Answer {
    /// Send this.
    Response(http::Response<Bytes>),
    /// Close the connection without a word.
    Dropped,
}

/// A request and its response, as [`crate::Simulator::record_exchanges`] keeps them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exchange {
    /// HTTP method.
    pub method: String,
    /// Path and query of the request.
    pub uri: String,
    /// Request headers.
    pub request_headers: Vec<(String, String)>,
    /// Request body.
    pub request_body: Bytes,
    /// HTTP status of the response; 0 if nothing was done.
    pub status: u16,
    /// Response headers.
    pub response_headers: Vec<(String, String)>,
    /// Response body.
    pub response_body: Bytes,
    /// Whether the response was lost on its way.
    pub lost: bool,
}

impl Exchange {
    pub(super) fn new(
        request: &http::Request<Bytes>,
        response: &http::Response<Bytes>,
        lost: bool,
    ) -> Self {
        Self {
            method: request.method().to_string(),
            uri: request.uri().to_string(),
            request_headers: headers(request.headers()),
            request_body: request.body().clone(),
            status: if response.body().is_empty() && response.status() == http::StatusCode::OK {
                0
            } else {
                response.status().as_u16()
            },
            response_headers: headers(response.headers()),
            response_body: response.body().clone(),
            lost,
        }
    }

    /// The exchange as `GET exchanges` has it and as recordings have it, one in a line: its fields by
    /// name, headers as lists of name and value, bodies as text.
    #[must_use]
    pub fn json(&self) -> serde_json::Value {
        serde_json::json!({
            "method": self.method,
            "uri": self.uri,
            "request_headers": self.request_headers,
            "request_body": String::from_utf8_lossy(&self.request_body),
            "status": self.status,
            "response_headers": self.response_headers,
            "response_body": String::from_utf8_lossy(&self.response_body),
            "lost": self.lost,
        })
    }
}

/// The HTTP response of a reply.
pub(super) fn response(reply: Reply) -> http::Response<Bytes> {
    let mut response = http::Response::new(Bytes::from(reply.body));
    *response.status_mut() = http::StatusCode::from_u16(reply.status).unwrap_or_default();
    let headers = response.headers_mut();
    headers.insert("content-type", HeaderValue::from_static(reply.media_type));
    let error = reply
        .error
        .and_then(|code| HeaderValue::from_str(&code).ok());
    if let Some(code) = error {
        headers.insert("x-amzn-errortype", code);
    }
    if let Ok(id) = HeaderValue::from_str(&reply.request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    response
}

fn headers(map: &HeaderMap) -> Vec<(String, String)> {
    map.iter()
        .map(|(name, value)| {
            (
                name.to_string(),
                String::from_utf8_lossy(value.as_bytes()).into_owned(),
            )
        })
        .collect()
}
