//! Endpoint services and the endpoints that connect to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// An endpoint service of type Interface (a "service configuration").
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct EndpointService {
    /// `com.amazonaws.vpce.{region}.vpce-svc-…`.
    pub(crate) name: String,
    /// `Pending`, `Available`, `Deleting`.
    pub(crate) state: String,
    pub(crate) acceptance_required: bool,
    pub(crate) load_balancer_arns: Vec<String>,
    /// Zone ids, a snapshot of the load balancers' zones (rule 24).
    pub(crate) zone_ids: Vec<String>,
    pub(crate) address_types: Vec<String>,
    pub(crate) private_dns: Option<PrivateDnsName>,
    /// Other regions from which it is reached, with their states: `Pending`, `Available`.
    #[serde(default)]
    pub(crate) regions: BTreeMap<String, String>,
    /// By principal (ARN or `*`).
    pub(crate) permissions: BTreeMap<String, Permission>,
}

/// The private DNS name of a service and where its verification stands.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct PrivateDnsName {
    pub(crate) name: String,
    /// `pendingVerification`, `verified`, `failed`.
    pub(crate) state: String,
    /// `vpce:…`, what the TXT record must say.
    pub(crate) value: String,
    /// First label of the TXT record's name.
    pub(crate) record: String,
}

/// An allowed principal.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Permission {
    /// `vpce-svc-perm-…`.
    pub(crate) id: String,
    /// A permission works only some time after it was added (rule 2).
    pub(crate) works_from: Moment,
}

/// An interface endpoint to an endpoint service.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Endpoint {
    pub(crate) vpc_id: String,
    pub(crate) service_id: String,
    pub(crate) service_name: String,
    /// `pendingAcceptance`, `pending`, `available`, `rejected`, `deleting`, `deleted`, `failed`, `expired`.
    pub(crate) state: String,
    pub(crate) subnet_ids: Vec<String>,
    pub(crate) group_ids: Vec<String>,
    pub(crate) interface_ids: Vec<String>,
    pub(crate) private_dns_enabled: bool,
    pub(crate) address_type: String,
    pub(crate) dns_record_type: String,
    /// Eight characters that its public names carry.
    pub(crate) dns_label: String,
    /// `vpce-con-…`.
    pub(crate) connection_id: String,
    /// Counts state changes, so that a transition that was overtaken does nothing.
    pub(crate) round: u32,
    /// Until when the owner's connection row outlives the endpoint.
    pub(crate) row_until: Option<Moment>,
}

/// Events of a service or an endpoint that an SNS topic is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct ConnectionNotification {
    pub(crate) about: Notified,
    pub(crate) topic_arn: String,
    /// `Accept`, `Connect`, `Delete`, `Reject`.
    pub(crate) events: Vec<String>,
}

/// What a connection notification is about, by id.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Notified {
    Service(String),
    Endpoint(String),
}

impl Endpoint {
    /// The region of the service that it leads to.
    pub(crate) fn service_region(&self) -> &str {
        region_of(&self.service_name)
    }

    /// Whether its interfaces have addresses of the family: `ipv4` or `ipv6`.
    pub(crate) fn uses_family(&self, family: &str) -> bool {
        self.address_type == family || self.address_type == "dualstack"
    }

    /// Whether the connection keeps the service and its load balancers busy.
    pub(crate) fn is_connected(&self) -> bool {
        matches!(
            self.state.as_str(),
            "available" | "pending" | "pendingAcceptance"
        )
    }
}

/// The region in `com.amazonaws.vpce.{region}.vpce-svc-…`.
pub(crate) fn region_of(service_name: &str) -> &str {
    service_name.split('.').nth(3).unwrap_or_default()
}
