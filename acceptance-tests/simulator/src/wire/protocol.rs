//! How each service writes its answers: EC2's query protocol and AWS's query protocol.

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
}

/// What the wire needs to know of a service.
#[derive(Debug)]
pub(crate) struct Dialect {
    pub(crate) protocol: Protocol,
    /// The API version in the request and in the namespace of the answer.
    pub(crate) version: &'static str,
    pub(crate) namespace: &'static str,
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
            Protocol::Query => format!(
                "<{operation}Response xmlns=\"{namespace}\"><{operation}Result>{inner}\
                 </{operation}Result><ResponseMetadata><RequestId>{request_id}</RequestId>\
                 </ResponseMetadata></{operation}Response>"
            ),
        }
    }

    /// The body of a refusal.
    pub(crate) fn refusal(&self, refusal: &Refusal, request_id: &str) -> String {
        let (code, message) = (xml::escape(&refusal.code), xml::escape(&refusal.message));
        match self.protocol {
            Protocol::Ec2 => format!(
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
                 <Response><Errors><Error><Code>{code}</Code><Message>{message}</Message></Error>\
                 </Errors><RequestID>{request_id}</RequestID></Response>"
            ),
            Protocol::Query => {
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
            Protocol::Query => Refusal::new("Throttling", "Rate exceeded"),
        }
    }

    /// What the service says when it breaks.
    pub(crate) fn broken(&self) -> Refusal {
        match self.protocol {
            Protocol::Ec2 => Refusal::new("InternalError", "An internal error has occurred"),
            Protocol::Query => Refusal::new(
                "InternalFailure",
                "The request processing has failed because of an unknown error, exception or \
                 failure.",
            ),
        }
    }
}
