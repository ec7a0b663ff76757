//! What AWS says when it refuses: a code, a message, an HTTP status.

use std::fmt::Display;

/// An error answer. The protocol decides how it is written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{code}: {message}")]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) status: u16,
    /// What else the body says, where it is JSON.
    pub(crate) members: serde_json::Map<String, serde_json::Value>,
}

impl Refusal {
    /// A refusal with the HTTP status that the code has at AWS (400 unless it is a special one).
    pub(crate) fn new(code: impl Into<String>, message: impl Into<String>) -> Self {
        let code = code.into();
        let status = status_of(&code);
        Self {
            code,
            message: message.into(),
            status,
            members: serde_json::Map::new(),
        }
    }

    /// The same refusal with another member in its JSON.
    #[must_use]
    pub(crate) fn with(mut self, name: &str, value: impl Into<serde_json::Value>) -> Self {
        self.members.insert(name.to_owned(), value.into());
        self
    }

    /// `InvalidParameter`.
    pub(crate) fn invalid_parameter(message: impl Into<String>) -> Self {
        Self::new("InvalidParameter", message)
    }

    /// `InvalidParameterValue`.
    pub(crate) fn invalid_value(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterValue", message)
    }

    /// `InvalidParameterValue` in EC2's usual sentence for one parameter.
    pub(crate) fn bad_value(parameter: &str, value: impl Display, why: &str) -> Self {
        Self::invalid_value(format!(
            "Value ({value}) for parameter {parameter} is invalid. {why}"
        ))
    }

    /// `InvalidParameterCombination`.
    pub(crate) fn combination(message: impl Into<String>) -> Self {
        Self::new("InvalidParameterCombination", message)
    }

    /// `MissingParameter` for the wire name of a parameter.
    pub(crate) fn missing(parameter: &str) -> Self {
        Self::new(
            "MissingParameter",
            format!("The request must contain the parameter {parameter}"),
        )
    }

    /// Something that AWS does and the simulator does not (yet): said loudly, never ignored.
    pub(crate) fn not_simulated(what: impl Display) -> Self {
        Self::new(
            "UnsupportedOperation",
            format!("The simulator does not do this: {what}"),
        )
    }
}

/// The HTTP status AWS sends with a code.
pub(crate) fn status_of(code: &str) -> u16 {
    match code {
        "AuthFailure" => 401,
        "UnauthorizedOperation"
        | "AccessDenied"
        | "OptInRequired"
        | "SignatureDoesNotMatch"
        | "InvalidClientTokenId"
        | "MissingAuthenticationToken"
        | "ExpiredToken"
        | "AccessDeniedException"
        | "UnrecognizedClientException" => 403,
        "ServiceQuotaExceededException" => 402,
        "ResourceNotFoundException" => 404,
        "ConflictException" => 409,
        "DryRunOperation" => 412,
        "InternalError"
        | "InternalFailure"
        | "InternalServerException"
        | "ServerInternalException" => 500,
        "RequestLimitExceeded" | "Unavailable" | "ServiceUnavailable" => 503,
        _ => 400,
    }
}
