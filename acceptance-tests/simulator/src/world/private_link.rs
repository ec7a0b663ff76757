//! Endpoint services and the endpoints that connect to them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::service_network::DnsWish;
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
    /// What it leads to, where that is a resource configuration of Lattice's.
    #[serde(default)]
    pub(crate) resource: Option<ResourceLink>,
    /// What it leads into, where that is a service network of Lattice's.
    #[serde(default)]
    pub(crate) network: Option<NetworkLink>,
}

/// What makes an endpoint one of type ServiceNetwork.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct NetworkLink {
    pub(crate) network_arn: String,
    /// The network's side, `vpce-sn-asc-…`.
    pub(crate) association_id: String,
    /// From when on it shows what is in the network.
    pub(crate) shown_from: Option<Moment>,
    pub(crate) dns: DnsWish,
}

/// What makes an endpoint one of type Resource.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct ResourceLink {
    pub(crate) configuration_arn: String,
    /// The configuration's side, `rea-…`; none once its owner has cut it.
    pub(crate) association_id: Option<String>,
    /// The consumer's side, `vpce-rsc-asc-…`.
    pub(crate) row_id: String,
    /// From when on the consumer's side is shown.
    pub(crate) shown_from: Option<Moment>,
    /// Kept as before it was one thing, so that worlds of then can be read.
    #[serde(flatten)]
    pub(crate) dns: DnsWish,
}

impl ResourceLink {
    /// The id of the configuration.
    pub(crate) fn configuration_id(&self) -> &str {
        self.configuration_arn
            .rsplit('/')
            .next()
            .unwrap_or_default()
    }
}

/// The public name of what an endpoint reaches of a configuration.
pub(crate) fn association_name(endpoint: &str, configuration: &str, region: &str) -> String {
    format!("{endpoint}.{configuration}.4232ccc.vpc-lattice-rsc.{region}.on.aws")
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
    /// Its type in EC2's words.
    pub(crate) fn kind(&self) -> &'static str {
        match (&self.resource, &self.network) {
            (Some(_), _) => "Resource",
            (None, Some(_)) => "ServiceNetwork",
            (None, None) => "Interface",
        }
    }

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
