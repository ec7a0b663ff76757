//! Refusals that several operations share.

use crate::wire::Refusal;

/// There is no such thing, or the caller may not know of it.
pub(super) fn not_found(kind: &str, id: &str) -> Refusal {
    let message = format!("{} {id} not found", words(kind));
    Refusal::new("ResourceNotFoundException", message)
        .with("resourceId", id)
        .with("resourceType", kind)
}

/// What is asked for does not go together with what is there.
pub(super) fn conflict(kind: &str, id: &str, message: impl Into<String>) -> Refusal {
    Refusal::new("ConflictException", message)
        .with("resourceId", id)
        .with("resourceType", kind)
}

/// A member that can't be as it is.
pub(super) fn invalid(name: &str, message: impl Into<String>) -> Refusal {
    let message = message.into();
    let field = serde_json::json!({ "name": name, "message": message });
    Refusal::new("ValidationException", message)
        .with("reason", "fieldValidationFailed")
        .with("fieldList", vec![field])
}

/// What is there may be known to the caller, but is not for him to do this with.
pub(super) fn denied(message: impl Into<String>) -> Refusal {
    Refusal::new("AccessDeniedException", message)
}

/// A quota is used up.
pub(super) fn quota(kind: &str, code: &str) -> Refusal {
    let message = format!("The quota {code} is exceeded");
    Refusal::new("ServiceQuotaExceededException", message)
        .with("resourceType", kind)
        .with("serviceCode", "vpc-lattice")
        .with("quotaCode", code)
}

fn words(kind: &str) -> &'static str {
    match kind {
        GATEWAY => "ResourceGateway",
        CONFIGURATION => "ResourceConfiguration",
        "RESOURCE_ENDPOINT_ASSOCIATION" => "ResourceEndpointAssociation",
        NETWORK => "ServiceNetwork",
        NETWORK_VPC => "ServiceNetworkVpcAssociation",
        NETWORK_RESOURCE => "ServiceNetworkResourceAssociation",
        VERIFICATION => "DomainVerification",
        _ => "Resource",
    }
}

pub(super) const GATEWAY: &str = "RESOURCE_GATEWAY";
pub(super) const CONFIGURATION: &str = "RESOURCE_CONFIGURATION";
pub(super) const NETWORK: &str = "SERVICE_NETWORK";
pub(super) const NETWORK_VPC: &str = "SERVICE_NETWORK_VPC_ASSOCIATION";
pub(super) const NETWORK_RESOURCE: &str = "SERVICE_NETWORK_RESOURCE_ASSOCIATION";
pub(super) const VERIFICATION: &str = "DOMAIN_VERIFICATION";
