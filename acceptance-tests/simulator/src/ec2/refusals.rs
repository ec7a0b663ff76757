//! EC2's words for ids that do not exist and for things that are in use.

use crate::engine::Call;
use crate::wire::Refusal;

pub(super) fn vpc_not_found(id: &str) -> Refusal {
    absent(id, "vpc", ("InvalidVpcID", "vpc ID"))
}

pub(super) fn subnet_not_found(id: &str) -> Refusal {
    if is_malformed(id, "subnet") {
        return Refusal::new(
            "InvalidSubnetId.Malformed",
            format!(
                "Invalid Subnet Id: '{id}' (expecting 'subnet-...; the Id may only contain \
                 lowercase alphanumeric characters and a single dash')"
            ),
        );
    }
    absent(id, "subnet", ("InvalidSubnetID", "subnet ID"))
}

pub(super) fn gateway_not_found(id: &str) -> Refusal {
    absent(
        id,
        "igw",
        ("InvalidInternetGatewayID", "internetGateway ID"),
    )
}

pub(super) fn group_not_found(id: &str) -> Refusal {
    if is_malformed(id, "sg") {
        return Refusal::new(
            "InvalidGroupId.Malformed",
            format!("Invalid id: \"{id}\" (expecting \"sg-...\")"),
        );
    }
    absent(id, "sg", ("InvalidGroup", "security group"))
}

/// A group that was named and not found.
pub(super) fn group_name_not_found(name: &str) -> Refusal {
    Refusal::new(
        "InvalidGroup.NotFound",
        format!("The security group '{name}' does not exist"),
    )
}

pub(super) fn rule_not_found(id: &str) -> Refusal {
    absent(
        id,
        "sgr",
        ("InvalidSecurityGroupRuleId", "security group rule ID"),
    )
}

pub(super) fn interface_not_found(id: &str) -> Refusal {
    absent(
        id,
        "eni",
        ("InvalidNetworkInterfaceID", "networkInterface ID"),
    )
}

pub(super) fn route_table_not_found(id: &str) -> Refusal {
    absent(id, "rtb", ("InvalidRouteTableID", "routeTable ID"))
}

pub(super) fn acl_not_found(id: &str) -> Refusal {
    absent(id, "acl", ("InvalidNetworkAclID", "networkAcl ID"))
}

/// `….NotFound`, or `….Malformed` for what cannot be such an id.
pub(super) fn absent(id: &str, prefix: &str, (code, noun): (&str, &str)) -> Refusal {
    if is_malformed(id, prefix) {
        let message = format!("Invalid id: \"{id}\" (expecting \"{prefix}-...\")");
        return Refusal::new(format!("{code}.Malformed"), message);
    }
    Refusal::new(
        format!("{code}.NotFound"),
        format!("The {noun} '{id}' does not exist"),
    )
}

/// Whether a text cannot be an id with that prefix: EC2 wants lower-case letters and digits after it.
fn is_malformed(id: &str, prefix: &str) -> bool {
    let rest = id
        .strip_prefix(prefix)
        .and_then(|rest| rest.strip_prefix('-'));
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit();
    !rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(plain))
}

/// The code is a doubt: both spellings are known.
pub(super) fn endpoint_not_found(call: &Call<'_>, id: &str) -> Refusal {
    if is_malformed(id, "vpce") {
        return absent(id, "vpce", ("InvalidVpcEndpointId", ""));
    }
    Refusal::new(
        call.world.doubts.reading("endpoint-not-found-code"),
        format!("The Vpc Endpoint Id '{id}' does not exist"),
    )
}

/// The code is a doubt: both spellings are known.
pub(super) fn service_not_found(call: &Call<'_>, id: &str) -> Refusal {
    if is_malformed(id, "vpce-svc") {
        // EC2 does say IdId.
        return absent(id, "vpce-svc", ("InvalidVpcEndpointServiceIdId", ""));
    }
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
