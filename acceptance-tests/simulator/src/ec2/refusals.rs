//! EC2's words for ids that do not exist and for things that are in use.

use crate::engine::Call;
use crate::wire::Refusal;

pub(super) fn vpc_not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidVpcID.NotFound",
        format!("The vpc ID '{id}' does not exist"),
    )
}

pub(super) fn subnet_not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidSubnetID.NotFound",
        format!("The subnet ID '{id}' does not exist"),
    )
}

pub(super) fn gateway_not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidInternetGatewayID.NotFound",
        format!("The internetGateway ID '{id}' does not exist"),
    )
}

pub(super) fn group_not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidGroup.NotFound",
        format!("The security group '{id}' does not exist"),
    )
}

pub(super) fn rule_not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidSecurityGroupRuleId.NotFound",
        format!("The security group rule ID '{id}' does not exist"),
    )
}

pub(super) fn interface_not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidNetworkInterfaceID.NotFound",
        format!("The networkInterface ID '{id}' does not exist"),
    )
}

pub(super) fn route_table_not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidRouteTableID.NotFound",
        format!("The routeTable ID '{id}' does not exist"),
    )
}

pub(super) fn acl_not_found(id: &str) -> Refusal {
    Refusal::new(
        "InvalidNetworkAclID.NotFound",
        format!("The networkAcl ID '{id}' does not exist"),
    )
}

/// The code is a doubt: both spellings are known.
pub(super) fn endpoint_not_found(call: &Call<'_>, id: &str) -> Refusal {
    Refusal::new(
        call.world.doubts.reading("endpoint-not-found-code"),
        format!("The Vpc Endpoint Id '{id}' does not exist"),
    )
}

/// The code is a doubt: both spellings are known.
pub(super) fn service_not_found(call: &Call<'_>, id: &str) -> Refusal {
    Refusal::new(
        call.world.doubts.reading("service-not-found-code"),
        format!("The VpcEndpointService Id '{id}' does not exist"),
    )
}

/// `InvalidServiceName`: what AWS says to a service that is absent *or* not allowed.
pub(super) fn service_not_visible(name: &str) -> Refusal {
    Refusal::new(
        "InvalidServiceName",
        format!("The Vpc Endpoint Service '{name}' does not exist"),
    )
}

/// `DependencyViolation`.
pub(super) fn dependency(message: String) -> Refusal {
    Refusal::new("DependencyViolation", message)
}
