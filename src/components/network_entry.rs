//! The way from a VPC into a service network: an endpoint, or an association of the VPC itself. Whose the
//! VPC is has made it; it is read and never changed.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::VpcEndpoint;
use aws_sdk_vpclattice::types::{
    PrivateDnsPreference, ServiceNetworkVpcAssociationStatus as Status,
    ServiceNetworkVpcAssociationSummary as Row,
};
use serde::{Deserialize, Serialize};

use super::vpc_endpoint::seen::state;
use crate::aws::{SiteAccess, id_of};
use crate::engine::{Failure, Freshness};

/// A way into a network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkEntry {
    /// `vpce-…` or `snva-…`.
    pub id: String,
    /// Whether it lets anybody through by now.
    pub is_ready: bool,
    /// What it is.
    pub door: Door,
}

/// What a way into a network is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Door {
    /// An endpoint of type ServiceNetwork, with its security groups.
    Endpoint(BTreeSet<String>),
    /// The VPC is in the network.
    Association(TakenNames),
}

/// Which private names a VPC takes from its network.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TakenNames {
    /// Whether it takes any.
    pub enabled: bool,
    /// Which: AWS's word, such as `VERIFIED_DOMAINS_ONLY`.
    pub preference: String,
    /// The names, where the preference wants some; `*.` stands for all below.
    pub domains: BTreeSet<String>,
}

impl NetworkEntry {
    /// The way from this VPC into this network, by id. Where there are both, names are those of the
    /// endpoint: a VPC with one has an association for another network.
    pub async fn find(
        access: &SiteAccess,
        (network, vpc): (&str, &str),
        freshness: Freshness,
    ) -> Result<Option<Self>, Failure> {
        let endpoints = access.network_endpoints(vpc, freshness).await?;
        let found = endpoints.iter().find_map(|it| endpoint(it, network));
        if found.is_some() {
            return Ok(found);
        }
        let rows = access.networks_of_vpc(vpc, freshness).await?;
        Ok(rows.iter().find_map(|row| association(row, network)))
    }

    /// The endpoint, if it is one.
    pub fn endpoint(&self) -> Option<&str> {
        matches!(self.door, Door::Endpoint(_)).then_some(self.id.as_str())
    }
}

impl TakenNames {
    /// Whether this name leads somewhere in the VPC.
    pub fn cover(&self, name: &str, is_verified: bool) -> bool {
        let specified = || {
            self.domains
                .iter()
                .any(|domain| domain_covers(domain, name))
        };
        let taken = match self.preference.as_str() {
            "ALL_DOMAINS" => true,
            "SPECIFIED_DOMAINS_ONLY" => specified(),
            "VERIFIED_DOMAINS_AND_SPECIFIED_DOMAINS" => is_verified || specified(),
            _ => is_verified,
        };
        self.enabled && taken
    }
}

/// Whether a domain is a name, or `*.` before what the name is below.
pub fn domain_covers(domain: &str, name: &str) -> bool {
    let below = domain
        .strip_prefix('*')
        .is_some_and(|rest| name.ends_with(rest));
    domain == name || below
}

fn endpoint(endpoint: &VpcEndpoint, network: &str) -> Option<NetworkEntry> {
    let state = state(endpoint);
    let is_of_it = endpoint
        .service_network_arn()
        .is_some_and(|arn| id_of(arn) == network);
    let alive = matches!(state.as_str(), "available" | "pending" | "partial");
    let groups = endpoint.groups().iter();
    let groups = groups.filter_map(|group| group.group_id().map(str::to_owned));
    (is_of_it && alive).then(|| NetworkEntry {
        id: endpoint.vpc_endpoint_id().unwrap_or_default().to_owned(),
        is_ready: state != "pending",
        door: Door::Endpoint(groups.collect()),
    })
}

fn association(row: &Row, network: &str) -> Option<NetworkEntry> {
    let is_ready = match row.status()? {
        Status::Active | Status::UpdateInProgress | Status::UpdateFailed => true,
        Status::CreateInProgress => false,
        _ => return None,
    };
    let options = row.dns_options();
    let preference = options.and_then(|it| it.private_dns_preference());
    let domains = options.map(|it| it.private_dns_specified_domains().to_vec());
    let names = TakenNames {
        enabled: row.private_dns_enabled() == Some(true),
        preference: preference
            .map_or("", PrivateDnsPreference::as_str)
            .to_owned(),
        domains: domains.unwrap_or_default().into_iter().collect(),
    };
    (row.service_network_id() == Some(network)).then(|| NetworkEntry {
        id: row.id().unwrap_or_default().to_owned(),
        is_ready,
        door: Door::Association(names),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(preference: &str, domains: &[&str]) -> TakenNames {
        TakenNames {
            enabled: true,
            preference: preference.to_owned(),
            domains: domains.iter().map(|it| (*it).to_owned()).collect(),
        }
    }

    #[test]
    fn a_vpc_takes_the_names_that_it_was_told_to() {
        let name = "orders.db.example";
        assert!(taken("ALL_DOMAINS", &[]).cover(name, false));
        assert!(!taken("VERIFIED_DOMAINS_ONLY", &[]).cover(name, false));
        assert!(taken("VERIFIED_DOMAINS_ONLY", &[]).cover(name, true));
        let specified = taken("SPECIFIED_DOMAINS_ONLY", &["*.db.example"]);
        assert!(specified.cover(name, false) && !specified.cover("db.example", true));
        let none = TakenNames {
            enabled: false,
            ..taken("ALL_DOMAINS", &[])
        };
        assert!(!none.cover(name, true));
    }

    #[test]
    fn a_vpc_is_in_one_network_and_no_other() {
        let row = |status| {
            let row = Row::builder().id("snva-1").service_network_id("sn-1");
            row.status(status).private_dns_enabled(true).build()
        };
        let found = association(&row(Status::CreateInProgress), "sn-1").unwrap();
        assert!(!found.is_ready && found.endpoint().is_none());
        assert_eq!(association(&row(Status::Active), "sn-2"), None);
        assert_eq!(association(&row(Status::DeleteInProgress), "sn-1"), None);
    }
}
