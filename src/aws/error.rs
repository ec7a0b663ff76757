//! What AWS answers when it refuses, sorted into the few kinds that callers decide by.

use std::fmt;

use aws_smithy_runtime_api::client::orchestrator::HttpResponse;
use aws_smithy_runtime_api::client::result::SdkError;
use aws_smithy_types::error::metadata::ProvideErrorMetadata;
use aws_types::request_id::RequestId;

use super::no_credentials::NoCredentials;
use super::way_out::{is_about_names, of_credentials, of_silence};
use crate::engine::{Failure, Reason};

/// A call that did not succeed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallError {
    /// What kind of failure it is.
    pub kind: ErrorKind,
    /// The operation, such as `ec2:CreateVpcEndpoint`.
    pub action: String,
    /// The account and region it was sent to.
    pub site: String,
    /// AWS's code; empty if no answer came.
    pub code: String,
    /// AWS's message, or what the network said.
    pub message: String,
    /// AWS's request id; empty if no answer came.
    pub request_id: String,
    /// Why the call could not be signed, if that is what it failed with.
    unsigned: Option<Box<Reason>>,
}

/// The kinds of failure that callers decide by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ErrorKind {
    /// The object is not there: not yet, or no longer.
    NotFound,
    /// Something of that name or with these settings exists already.
    Exists,
    /// Something else still uses the object.
    InUse,
    /// The state of the object does not allow it now.
    NotNow,
    /// A client token was used before, with other parameters.
    TokenMismatch,
    /// Too many calls.
    Throttled,
    /// The credentials may not do that.
    Denied,
    /// The credentials are wrong, expired or missing.
    Unauthenticated,
    /// The request will never be accepted.
    Invalid,
    /// The network failed or AWS stumbled: nobody knows what was done.
    Unanswered,
}

/// Codes by kind. Sources: the EC2 and ELBv2 API references; Lattice and RAM service models.
const CODES: &[(ErrorKind, &[&str])] = &[
    (
        ErrorKind::NotFound,
        &[
            "InvalidGroup.NotFound",
            "InvalidNetworkInterfaceID.NotFound",
            "InvalidVpcID.NotFound",
            "InvalidSubnetID.NotFound",
            "InvalidSubnetId.NotFound",
            "InvalidPermission.NotFound",
            "InvalidSecurityGroupRuleId.NotFound",
            "InvalidVpcEndpoint.NotFound",
            "InvalidVpcEndpointId.NotFound",
            "InvalidVpcEndpointService.NotFound",
            "InvalidVpcEndpointServiceId.NotFound",
            "InvalidServiceName",
            "InvalidSecurityGroup",
            "SubnetNotFound",
            "InvalidNetworkLoadBalancerArn.NotFound",
            "InvalidID",
            "LoadBalancerNotFound",
            "TargetGroupNotFound",
            "ListenerNotFound",
            "ResourceNotFoundException",
            "InvalidResourceConfigurationArn.NotFound",
            "UnknownResourceException",
            "ResourceShareInvitationArnNotFoundException",
            "DBClusterNotFoundFault",
            "DBInstanceNotFound",
            "DBInstanceNotFoundFault",
        ],
    ),
    (
        ErrorKind::Exists,
        &[
            "InvalidGroup.Duplicate",
            "InvalidPermission.Duplicate",
            "DuplicateLoadBalancerName",
            "DuplicateTargetGroupName",
            "DuplicateListener",
        ],
    ),
    (
        ErrorKind::InUse,
        &[
            "DependencyViolation",
            "ResourceInUse",
            "InvalidGroup.InUse",
            "ExistingVpcEndpointConnections",
            "TargetGroupAssociationLimit",
            "InvalidIPAddress.InUse",
        ],
    ),
    (
        ErrorKind::NotNow,
        &[
            "IncorrectState",
            "InvalidState",
            "ConflictException",
            "PriorRequestNotComplete",
            "InvalidStateTransitionException",
        ],
    ),
    (
        ErrorKind::TokenMismatch,
        &[
            "IdempotentParameterMismatch",
            "IdempotentParameterMismatchException",
        ],
    ),
    (
        ErrorKind::Throttled,
        &[
            "RequestLimitExceeded",
            "Throttling",
            "ThrottlingException",
            "ThrottledException",
            "TooManyRequestsException",
            "RequestThrottled",
            "EC2ThrottledException",
        ],
    ),
    (
        ErrorKind::Denied,
        &[
            "UnauthorizedOperation",
            "AccessDenied",
            "AccessDeniedException",
            "OptInRequired",
        ],
    ),
    (
        ErrorKind::Unauthenticated,
        &[
            "AuthFailure",
            "InvalidClientTokenId",
            "ExpiredToken",
            "ExpiredTokenException",
            "RequestExpired",
            "RequestTimeTooSkewed",
            "SignatureDoesNotMatch",
            "InvalidSignatureException",
            "IncompleteSignature",
            "UnrecognizedClientException",
            "MissingAuthenticationToken",
            "InvalidIdentityToken",
            "IDPRejectedClaim",
        ],
    ),
    (
        ErrorKind::Unanswered,
        &[
            "InternalError",
            "InternalFailure",
            "ServiceUnavailable",
            "Unavailable",
            "InternalServerException",
            "ServerInternalException",
            "ServiceUnavailableException",
        ],
    ),
];

/// What the SDK says of a call that no region was found for.
const NO_REGION: &str = "missing signing region";

impl CallError {
    /// What an SDK call failed with.
    pub fn from_sdk<E>(action: &str, site: &str, error: &SdkError<E, HttpResponse>) -> Self
    where
        E: ProvideErrorMetadata + std::error::Error + 'static,
    {
        if let Some(NoCredentials { kind, reason }) = NoCredentials::find(error) {
            let unsigned = Some(Box::new(reason.clone()));
            return Self {
                unsigned,
                ..Self::unanswered(*kind, action, site, reason.to_string())
            };
        }
        let request_id = error.request_id().unwrap_or_default().to_owned();
        let (kind, code, message) = match error.as_service_error() {
            Some(refusal) => {
                let code = refusal.meta().code().unwrap_or_default();
                let status = error
                    .raw_response()
                    .map_or(0, |answer| answer.status().as_u16());
                let message = refusal.meta().message().unwrap_or_default().to_owned();
                (kind_of(code, status), code.to_owned(), message)
            }
            None => {
                let said = chain(error);
                let kind = if said.contains(NO_REGION) {
                    ErrorKind::Invalid
                } else if is_about_credentials(error, &said) {
                    ErrorKind::Unauthenticated
                } else {
                    ErrorKind::Unanswered
                };
                (kind, String::new(), said)
            }
        };
        Self {
            code,
            request_id,
            ..Self::unanswered(kind, action, site, message)
        }
    }

    fn unanswered(kind: ErrorKind, action: &str, site: &str, message: String) -> Self {
        Self {
            kind,
            action: action.to_owned(),
            site: site.to_owned(),
            code: String::new(),
            message,
            request_id: String::new(),
            unsigned: None,
        }
    }

    /// An item that a call reported as unsuccessful in an answer that is otherwise a success.
    pub fn of_item(action: &str, site: &str, code: &str, message: &str) -> Self {
        Self {
            code: code.to_owned(),
            ..Self::unanswered(kind_of(code, 400), action, site, message.to_owned())
        }
    }

    /// The same; what AWS refuses the caller for, it refuses with this source of credentials.
    pub(super) fn signed_with(mut self, source: &str) -> Self {
        if self.kind == ErrorKind::Unauthenticated && self.unsigned.is_none() {
            let said = self.message.trim_end_matches('.');
            self.message = format!("{said}. The credentials are from {source}.");
        }
        self
    }

    /// Whether the object is not there.
    pub fn is_not_found(&self) -> bool {
        self.kind == ErrorKind::NotFound
    }

    /// The same failure, as one that another try may mend.
    pub fn later(self) -> Failure {
        Failure::Later(self.reason())
    }

    /// A client token was used before, with other parameters: either by a lost call of ours, whose
    /// object will show itself, or for an object of the past.
    pub fn spent(self) -> Failure {
        Failure::Spent(self.reason())
    }

    /// The same failure, as one that no other try will mend.
    pub fn never(self) -> Failure {
        Failure::Never(self.reason())
    }

    /// A call that was still queued when the run was stopped.
    pub fn not_sent(action: &str, site: &str) -> Self {
        let message = "the run was stopped while the call queued, and it was not sent.";
        Self::unanswered(ErrorKind::Unanswered, action, site, message.to_owned())
    }

    fn reason(self) -> Reason {
        if let Some(reason) = self.unsigned {
            return *reason;
        }
        let (account, region) = self.site.split_once('/').unwrap_or((&self.site, ""));
        let remedy = match self.kind {
            _ if self.code == "OptInRequired" => format!(
                "Sign account {account} up for the service, or enable region {region} in it."
            ),
            ErrorKind::Invalid if self.message.contains(NO_REGION) => {
                "No region is known: set region in the provider block, or AWS_REGION.".to_owned()
            }
            _ if self.code == "TooManyRegistrationsForTargetId" => {
                "An Application Load Balancer can be a target of two network load balancers: take it \
                 from one that it is behind, or use another one."
                    .to_owned()
            }
            _ if is_about_quota(&self.code) => format!(
                "Ask for a higher quota for account {account} in {region} (Service Quotas), or use \
                 less of it."
            ),
            ErrorKind::Denied => format!(
                "Allow {} in the policies of account {account} (identity policies, permission boundary, \
                 service control policies).",
                self.action
            ),
            ErrorKind::Unauthenticated => format!(
                "Check the credentials of {}: {}",
                if region.is_empty() {
                    account.to_owned()
                } else {
                    format!("account {account}")
                },
                of_credentials(&self.code)
            ),
            ErrorKind::Unanswered => of_silence(&self.message, region),
            _ => String::new(),
        };
        Reason::new(format!("{} in {} failed.", self.action, self.site))
            .evidence(self.to_string())
            .remedy(remedy)
    }
}

impl fmt::Display for CallError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(reason) = &self.unsigned {
            return write!(out, "{reason}");
        }
        if self.code.is_empty() {
            write!(out, "No answer from AWS: {}", self.message)?;
        } else {
            write!(out, "AWS said {}: {}", self.code, self.message)?;
        }
        if !self.request_id.is_empty() {
            write!(out, " (request {})", self.request_id)?;
        }
        Ok(())
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error.kind {
            ErrorKind::Denied | ErrorKind::Unauthenticated | ErrorKind::Invalid => error.never(),
            ErrorKind::NotFound => Self::Soon(error.reason()),
            // Nobody hears a call to a region that does not exist, however long one waits.
            ErrorKind::Unanswered if is_about_names(&error.message) => Self::Soon(error.reason()),
            _ => error.later(),
        }
    }
}

fn kind_of(code: &str, status: u16) -> ErrorKind {
    let known = CODES
        .iter()
        .find(|(_, codes)| codes.contains(&code))
        .map(|(kind, _)| *kind);
    known.unwrap_or(if status >= 500 {
        ErrorKind::Unanswered
    } else {
        ErrorKind::Invalid
    })
}

/// An error and what it came from, each once.
pub(super) fn chain(error: &dyn std::error::Error) -> String {
    let mut said = error.to_string();
    let mut source = error.source();
    while let Some(cause) = source {
        let text = cause.to_string();
        if !said.contains(&text) {
            said.push_str(": ");
            said.push_str(&text);
        }
        source = cause.source();
    }
    said
}

/// Whether AWS refused because an account has as many as it may.
fn is_about_quota(code: &str) -> bool {
    let about = code.contains("LimitExceeded")
        || code.contains("QuotaExceeded")
        || code.starts_with("TooMany");
    about && kind_of(code, 400) == ErrorKind::Invalid
}

/// Credentials that can't be found or fetched fail a call before it is sent.
fn is_about_credentials<E>(error: &SdkError<E, HttpResponse>, said: &str) -> bool {
    matches!(error, SdkError::DispatchFailure(failure) if failure.is_user() || failure.is_other())
        && (said.contains("credentials") || said.contains("identity"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_decides_and_an_unknown_one_goes_by_its_status() {
        assert_eq!(kind_of("InvalidGroup.Duplicate", 400), ErrorKind::Exists);
        assert_eq!(kind_of("RequestLimitExceeded", 503), ErrorKind::Throttled);
        assert_eq!(kind_of("SomethingNew", 500), ErrorKind::Unanswered);
        assert_eq!(kind_of("SomethingNew", 400), ErrorKind::Invalid);
    }

    #[test]
    fn a_denied_call_names_the_action_and_the_account() {
        let site = "222222222222/eu-west-1";
        let code = "UnauthorizedOperation";
        let error = CallError::of_item("ec2:CreateVpcEndpoint", site, code, "no");
        let Failure::Never(reason) = Failure::from(error) else {
            panic!("denied is for good")
        };
        assert!(reason.remedy.contains("ec2:CreateVpcEndpoint"), "{reason}");
        assert!(reason.remedy.contains("222222222222"), "{reason}");
    }

    #[test]
    fn no_code_stands_in_two_kinds() {
        let mut codes: Vec<_> = CODES.iter().flat_map(|(_, codes)| codes.iter()).collect();
        let before = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), before);
    }
}
