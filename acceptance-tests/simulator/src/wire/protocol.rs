//! How each service writes its answers: EC2's query protocol, AWS's query protocol, REST with JSON or XML.

use super::refusal::Refusal;
use super::xml::{self, Members};

/// A wire protocol of AWS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Protocol {
    /// `ec2`: form in, members directly under the root out.
    #[default]
    Ec2,
    /// `query`: form in, a result wrapper and response metadata out.
    Query,
    /// `rest-json`: method, path and JSON in, JSON out.
    RestJson,
    /// `rest-xml`: method, path and XML in, XML out.
    RestXml,
}

/// What the wire needs to know of a service.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub(crate) protocol: Protocol,
    /// The API version in the request and in the namespace of the answer.
    pub(crate) version: &'static str,
    pub(crate) namespace: &'static str,
    /// The code of a failure of the service itself.
    pub(crate) failure: &'static str,
    /// Operations of the query protocol that have no output at all, not even an empty one.
    pub(crate) silent: &'static [&'static str],
}

impl Dialect {
    /// The body of a success.
    pub(crate) fn success(&self, operation: &str, members: &Members, request_id: &str) -> String {
        let inner = xml::write(members);
        let namespace = self.namespace;
        match self.protocol {
            Protocol::Ec2 => format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <{operation}Response xmlns=\"{namespace}\"><requestId>{request_id}</requestId>\
                 {inner}</{operation}Response>"
            ),
            Protocol::RestXml => format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <{operation}Response xmlns=\"{namespace}\">{inner}</{operation}Response>"
            ),
            Protocol::Query if self.silent.contains(&operation) => format!(
                "<{operation}Response xmlns=\"{namespace}\"><ResponseMetadata>\
                 <RequestId>{request_id}</RequestId></ResponseMetadata></{operation}Response>"
            ),
            // REST operations with JSON write their own bodies.
            Protocol::Query | Protocol::RestJson => format!(
                "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>{inner}\
                 </{operation}Result><ResponseMetadata><RequestId>{request_id}</RequestId>\
                 </ResponseMetadata></{operation}Response>"
            ),
        }
    }

    /// The body of a refusal.
    pub(crate) fn refusal(&self, refusal: &Refusal, request_id: &str) -> String {
        if self.protocol == Protocol::RestJson {
            let mut body = refusal.members.clone();
            body.insert("message".to_owned(), refusal.message.clone().into());
            return serde_json::Value::Object(body).to_string();
        }
        let (code, message) = (xml::escape(&refusal.code), xml::escape(&refusal.message));
        match self.protocol {
            Protocol::Ec2 => format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>\
                 </Errors><RequestID>{request_id}</RequestID></Response>"
            ),
            Protocol::Query | Protocol::RestJson | Protocol::RestXml => {
                let side = if refusal.status >= 500 {
                    "Receiver"
                } else {
                    "Sender"
                };
                format!(
                    "<ErrorResponse xmlns=\"{}\"><Error><Type>{side}</Type><Code>{code}</Code>\
                     <Message>{message}</Message></Error><RequestId>{request_id}</RequestId>\
                     </ErrorResponse>",
                    self.namespace
                )
            }
        }
    }

    /// What the service says to a call over its limits.
    pub(crate) fn throttled(&self) -> Refusal {
        match self.protocol {
            Protocol::Ec2 => Refusal::new("RequestLimitExceeded", "Request limit exceeded."),
            Protocol::Query | Protocol::RestXml => Refusal::new("Throttling", "Rate exceeded"),
            Protocol::RestJson => Refusal {
                status: 429,
                ..Refusal::new("ThrottlingException", "Rate exceeded")
            },
        }
    }

    /// What the service says when it breaks.
    pub(crate) fn broken(&self) -> Refusal {
        let message = match self.protocol {
            Protocol::Ec2 => "An internal error has occurred",
            Protocol::Query | Protocol::RestJson | Protocol::RestXml => {
                "The request processing has failed because of an unknown error, exception or \
                 failure."
            }
        };
        Refusal {
            status: 500,
            ..Refusal::new(self.failure, message)
        }
    }

    /// The media type of its answers.
    pub(crate) fn media_type(&self) -> &'static str {
        match self.protocol {
            Protocol::Ec2 | Protocol::Query | Protocol::RestXml => "text/xml;charset=UTF-8",
            Protocol::RestJson => "application/json",
        }
    }
}
