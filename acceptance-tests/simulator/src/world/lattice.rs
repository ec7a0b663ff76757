//! What VPC Lattice has: resource gateways and resource configurations.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// A resource gateway: where a resource's traffic enters its owner's VPC.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ResourceGateway {
    pub(crate) name: String,
    /// `CREATE_IN_PROGRESS`, `ACTIVE`, `UPDATE_IN_PROGRESS`, `DELETE_IN_PROGRESS`.
    pub(crate) status: String,
    pub(crate) vpc_id: String,
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) group_ids: Vec<String>,
    /// `IPV4`, `IPV6`, `DUALSTACK`.
    pub(crate) address_type: String,
    pub(crate) addresses_per_interface: i64,
    /// `PUBLIC`, `IN_VPC`.
    pub(crate) dns_resolution: String,
    pub(crate) interface_ids: Vec<String>,
    pub(crate) updated: Moment,
    /// Counts changes of status, so that a transition that was overtaken does nothing.
    pub(crate) round: u32,
}

/// A resource configuration: what is reached through a gateway, and by which names.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ResourceConfiguration {
    pub(crate) name: String,
    /// `SINGLE`, `GROUP`, `CHILD`, `ARN`.
    pub(crate) kind: String,
    /// As those of gateways, and `CREATE_FAILED`.
    pub(crate) status: String,
    /// A child has its group's.
    pub(crate) gateway_id: String,
    pub(crate) group_id: Option<String>,
    pub(crate) definition: Option<Definition>,
    /// `5432`, `1-65535`.
    pub(crate) port_ranges: Vec<String>,
    pub(crate) custom_domain: Option<String>,
    pub(crate) group_domain: Option<String>,
    /// The verification of its domain.
    #[serde(default)]
    pub(crate) verification_id: Option<String>,
    pub(crate) shareable_networks: bool,
    /// Made and kept by AWS.
    #[serde(default)]
    pub(crate) managed: bool,
    /// Why it can't come to be.
    #[serde(default)]
    pub(crate) failure: Option<String>,
    pub(crate) updated: Moment,
    pub(crate) round: u32,
}

impl ResourceConfiguration {
    /// Whether traffic passes it.
    pub(crate) fn is_ready(&self) -> bool {
        matches!(self.status.as_str(), "ACTIVE" | "UPDATE_IN_PROGRESS")
    }

    /// Whether one of its ranges of ports holds a port.
    pub(crate) fn takes(&self, port: u16) -> bool {
        self.port_ranges.iter().any(|range| {
            let (low, high) = range.split_once('-').unwrap_or((range, range));
            let bound = |text: &str| text.parse::<u16>().ok();
            bound(low)
                .zip(bound(high))
                .is_some_and(|(low, high)| (low..=high).contains(&port))
        })
    }
}

/// What a configuration leads to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Definition {
    Dns {
        name: String,
        /// `IPV4`, `IPV6`, `DUALSTACK`.
        address_type: String,
    },
    Ip(String),
    Arn(String),
}

/// Tags as Lattice shows them.
pub(crate) type TagMap = BTreeMap<String, String>;
