//! What VPC Lattice has around service networks: the networks, what is associated with them, and the
//! verifications of domains.

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// A service network.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ServiceNetwork {
    pub(crate) name: String,
    /// `NONE`, `AWS_IAM`.
    pub(crate) auth_type: String,
    /// Whether other accounts may be let in.
    pub(crate) shareable: bool,
    pub(crate) updated: Moment,
}

/// A VPC whose clients reach what is in a service network.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NetworkVpc {
    pub(crate) network_id: String,
    pub(crate) vpc_id: String,
    /// `CREATE_IN_PROGRESS`, `ACTIVE`, `UPDATE_IN_PROGRESS`, `DELETE_IN_PROGRESS`.
    pub(crate) status: String,
    pub(crate) group_ids: Vec<String>,
    pub(crate) private_dns: bool,
    pub(crate) dns: Option<DnsWish>,
    pub(crate) updated: Moment,
    /// Counts changes of status, so that a transition that was overtaken does nothing.
    pub(crate) round: u32,
}

impl NetworkVpc {
    /// Whether its clients are let through.
    pub(crate) fn is_joined(&self) -> bool {
        matches!(self.status.as_str(), "ACTIVE" | "UPDATE_IN_PROGRESS")
    }
}

/// For which domains a consumer wants private zones.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct DnsWish {
    /// `VERIFIED_DOMAINS_ONLY`, `ALL_DOMAINS`, `VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS`,
    /// `SPECIFIED_DOMAINS_ONLY`.
    pub(crate) preference: String,
    pub(crate) domains: Vec<String>,
}

impl DnsWish {
    /// Whether a private zone is wanted for a name, which is in lower case.
    pub(crate) fn covers(&self, name: &str, verified: bool) -> bool {
        let specified = || self.domains.iter().any(|domain| fits(domain, name));
        match self.preference.as_str() {
            "ALL_DOMAINS" => true,
            "VERIFIED_DOMAINS_ONLY" => verified,
            "SPECIFIED_DOMAINS_ONLY" => specified(),
            _ => verified || specified(),
        }
    }
}

/// Whether a name is the domain, or one below it where that is written `*.domain`.
fn fits(domain: &str, name: &str) -> bool {
    let domain = domain.trim_end_matches('.').to_lowercase();
    match domain.strip_prefix("*.") {
        Some(parent) => name
            .strip_suffix(parent)
            .is_some_and(|head| head.ends_with('.')),
        None => domain == name,
    }
}

/// A resource configuration in a service network.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NetworkResource {
    pub(crate) network_id: String,
    pub(crate) configuration_id: String,
    /// `CREATE_IN_PROGRESS`, `ACTIVE`, `DELETE_IN_PROGRESS`.
    pub(crate) status: String,
    pub(crate) private_dns: bool,
    /// From when on endpoints to the network show it.
    pub(crate) shown_from: Option<Moment>,
    pub(crate) updated: Moment,
    pub(crate) round: u32,
}

/// The proof that a domain is an account's own.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DomainVerification {
    pub(crate) domain: String,
    /// `PENDING`, `VERIFIED`, `VERIFICATION_TIMED_OUT`.
    pub(crate) status: String,
    /// First label of the TXT record's name.
    pub(crate) record: String,
    /// `vpc-lattice:…`, what the TXT record must say.
    pub(crate) value: String,
    /// When the record was last seen.
    pub(crate) verified: Option<Moment>,
    /// Since when it has been waited for.
    pub(crate) pending_since: Moment,
}

#[cfg(test)]
mod tests {
    use super::fits;

    #[test]
    fn a_specified_domain_means_itself_or_all_below_it() {
        assert!(fits("db.example.com", "db.example.com"));
        assert!(fits("DB.example.com.", "db.example.com"));
        assert!(fits("*.example.com", "a.db.example.com"));
        assert!(!fits("*.example.com", "example.com"));
        assert!(!fits("example.com", "db.example.com"));
        assert!(!fits("*.example.com", "badexample.com"));
    }
}
