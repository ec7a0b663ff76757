//! What an account is beyond its objects: regions it opted into, quotas, sessions, spent tokens.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Scope;
use crate::clock::Moment;
use crate::regions::REGIONS;

/// Settings of an account, as `POST /_simulator/accounts` takes them. Absent ones stay as they are.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AccountSettings {
    /// Twelve digits.
    pub account: String,
    /// All opt-in regions that the account has enabled.
    #[serde(default)]
    pub opt_in_regions: Option<BTreeSet<String>>,
    /// Quotas that differ from AWS's defaults, by the names in [`crate::QUOTAS`].
    #[serde(default)]
    pub quotas: BTreeMap<String, u64>,
    /// Id of the organization that the account is in: `o-…`.
    #[serde(default)]
    pub organization: Option<String>,
    /// Whether RAM shares within that organization without invitations.
    #[serde(default)]
    pub organization_sharing: Option<bool>,
}

/// Settings that no account can have.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AccountError {
    /// Not twelve digits.
    #[error("`{0}` is not an account: it needs twelve digits")]
    Malformed(String),
    /// A region that does not exist, or that every account has.
    #[error("`{0}` is not a region that accounts opt into; those are {1}")]
    Region(String, String),
    /// A quota that does not exist.
    #[error("there is no quota `{0}`; the names are {1}")]
    Quota(String, String),
}

/// Quotas and AWS's defaults.
pub const QUOTAS: &[(&str, u64)] = &[
    ("children-per-group", 60),
    ("domain-verifications-per-region", 5),
    ("endpoint-services-per-region", 20),
    ("endpoints-per-service-network", 200),
    ("ipv4-blocks-per-vpc", 5),
    ("ipv6-blocks-per-vpc", 5),
    ("listeners-per-load-balancer", 50),
    // Network and Application Load Balancers are counted apart.
    ("load-balancers-per-region", 50),
    ("network-load-balancers-per-alb", 2),
    // Of VPC Lattice; other pages say 100 gateways.
    ("resource-configurations", 2000),
    ("resource-configurations-per-service-network", 500),
    ("resource-endpoints-per-vpc", 200),
    ("resource-gateways-per-vpc", 500),
    // Inbound and outbound rules are counted apart, and so are IPv4 and IPv6.
    ("rules-per-security-group", 60),
    ("security-groups-per-interface", 5),
    ("security-groups-per-region", 2500),
    ("service-network-endpoints-per-vpc", 50),
    ("service-networks-per-region", 50),
    ("target-groups-per-region", 3000),
    ("vpc-endpoints-per-vpc", 50),
    ("vpcs-per-service-network", 500),
];

impl AccountSettings {
    /// Refuses what no account can have.
    pub(crate) fn check(&self) -> Result<(), AccountError> {
        let account = &self.account;
        if account.len() != 12 || !account.chars().all(|c| c.is_ascii_digit()) {
            return Err(AccountError::Malformed(account.clone()));
        }
        let optional = || REGIONS.iter().filter(|region| region.opt_in);
        let mut named = self.opt_in_regions.iter().flatten();
        if let Some(stranger) = named.find(|name| !optional().any(|region| region.name == **name)) {
            let names: Vec<_> = optional().map(|region| region.name).collect();
            return Err(AccountError::Region(stranger.clone(), names.join(", ")));
        }
        let known = |name: &String| QUOTAS.iter().any(|(quota, _)| quota == name);
        if let Some(stranger) = self.quotas.keys().find(|name| !known(name)) {
            let names: Vec<_> = QUOTAS.iter().map(|(quota, _)| *quota).collect();
            return Err(AccountError::Quota(stranger.clone(), names.join(", ")));
        }
        Ok(())
    }

    /// Takes over what newer settings say.
    pub(crate) fn merge(&mut self, newer: Self) {
        self.account = newer.account;
        self.opt_in_regions = newer.opt_in_regions.or(self.opt_in_regions.take());
        self.quotas.extend(newer.quotas);
        self.organization = newer.organization.or(self.organization.take());
        self.organization_sharing = newer.organization_sharing.or(self.organization_sharing);
    }
}

/// Credentials of a role that STS made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Session {
    pub(crate) token: String,
    pub(crate) role_name: String,
    pub(crate) role_id: String,
    pub(crate) session_name: String,
    pub(crate) expires: Moment,
    /// What narrows the role's permissions, as it was given.
    #[serde(default)]
    pub(crate) policy: Option<String>,
    /// Who is behind it; whoever is assumed from here inherits that.
    #[serde(default)]
    pub(crate) source_identity: Option<String>,
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
