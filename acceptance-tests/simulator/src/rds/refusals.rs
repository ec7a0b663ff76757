//! Refusals that several operations share, in RDS's words.

use crate::wire::Refusal;

/// `InvalidParameterCombination`.
pub(super) fn combination(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterCombination", message)
}

/// `InvalidParameterValue`.
pub(super) fn value(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidParameterValue", message)
}

/// A parameter that must be there and is not.
pub(super) fn blank(parameter: &str) -> Refusal {
    value(format!(
        "The parameter {parameter} must be provided and must not be blank."
    ))
}

/// The VPC does not have what the database needs.
pub(super) fn network(message: impl Into<String>) -> Refusal {
    Refusal::new("InvalidVPCNetworkStateFault", message)
}

pub(super) fn cluster_not_found(name: &str) -> Refusal {
    absent(
        "DBClusterNotFoundFault",
        format!("DBCluster {name} not found."),
    )
}

pub(super) fn instance_not_found(name: &str) -> Refusal {
    absent(
        "DBInstanceNotFound",
        format!("DBInstance {name} not found."),
    )
}

pub(super) fn subnet_group_not_found(name: &str) -> Refusal {
    let message = format!("DB subnet group '{name}' does not exist.");
    absent("DBSubnetGroupNotFoundFault", message)
}

pub(super) fn proxy_not_found(name: &str) -> Refusal {
    absent("DBProxyNotFoundFault", format!("DBProxy {name} not found."))
}

fn absent(code: &str, message: String) -> Refusal {
    Refusal {
        status: 404,
        ..Refusal::new(code, message)
    }
}
