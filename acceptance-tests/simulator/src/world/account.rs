//! What an account is beyond its objects: regions it opted into, quotas, sessions, spent tokens.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Scope;
use crate::clock::Moment;

/// Settings of an account, as `POST /_simulator/accounts` takes them. Absent ones stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// Twelve digits.
    pub account: String,
    /// Opt-in regions that the account has enabled.
    #[serde(default)]
    pub opt_in_regions: BTreeSet<String>,
    /// Quotas that differ from AWS's defaults, by the names in [`crate::QUOTAS`].
    #[serde(default)]
    pub quotas: BTreeMap<String, u64>,
}

/// Quotas and AWS's defaults.
pub const QUOTAS: &[(&str, u64)] = &[
    ("endpoint-services-per-region", 20),
    ("ipv4-blocks-per-vpc", 5),
    ("ipv6-blocks-per-vpc", 5),
    ("load-balancers-per-region", 50),
    ("rules-per-security-group", 60),
    ("security-groups-per-interface", 5),
    ("security-groups-per-region", 2500),
    ("vpc-endpoints-per-vpc", 50),
];

/// Credentials that AssumeRole made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) role_name: String,
    pub(crate) role_id: String,
    pub(crate) session_name: String,
    pub(crate) expires: Moment,
}

/// A spent client token: what was asked with it and what came of it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct SpentToken {
    /// The other parameters of the call.
    pub(crate) request: Vec<(String, String)>,
    pub(crate) object_id: String,
    pub(crate) spent: Moment,
}

/// The key of a spent token: EC2 scopes tokens to account, region and operation.
pub(crate) fn token_key(scope: &Scope, operation: &str, token: &str) -> String {
    format!("{}/{}/{operation}/{token}", scope.account, scope.region)
}
