//! Load balancers, target groups, targets and listeners: what ELBv2 keeps and endpoint services look at.
//! Keys of these stores are ARNs.

use std::collections::BTreeMap;
use std::net::{Ipv4Addr, Ipv6Addr};

use serde::{Deserialize, Serialize};

use crate::clock::Moment;

/// An Application or Network Load Balancer.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct LoadBalancer {
    pub(crate) name: String,
    /// `network` or `application`.
    pub(crate) kind: String,
    /// `internal` or `internet-facing`.
    pub(crate) scheme: String,
    /// `provisioning`, `active`, `failed`.
    pub(crate) state: String,
    pub(crate) vpc_id: String,
    pub(crate) zones: Vec<BalancerZone>,
    /// Empty for an NLB made without groups, which then can never get any.
    pub(crate) group_ids: Vec<String>,
    /// NLB with groups: whether inbound rules bind PrivateLink traffic (`on` is true).
    pub(crate) enforce_on_private_link: Option<bool>,
    pub(crate) address_type: String,
    pub(crate) dns_name: String,
    pub(crate) hosted_zone_id: String,
    /// Attributes that were set, by key; absent ones have AWS's default.
    pub(crate) attributes: BTreeMap<String, String>,
    /// Until when deletion answers ResourceInUse although its endpoint service is gone (rule 6).
    pub(crate) held_until: Option<Moment>,
}

/// A zone that a load balancer is enabled in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct BalancerZone {
    pub(crate) zone_name: String,
    pub(crate) zone_id: String,
    pub(crate) subnet_id: String,
    pub(crate) interface_id: String,
    /// The address of its node, if the caller chose it.
    pub(crate) private_address: Option<Ipv4Addr>,
    /// Its IPv6 address, if the caller chose it.
    #[serde(default)]
    pub(crate) ipv6_address: Option<Ipv6Addr>,
    /// From when an endpoint service that is re-synchronised takes the zone (rule 24): at once for
    /// the zones of creation, some minutes later for a zone that SetSubnets adds.
    pub(crate) offered_from: Moment,
}

/// A target group.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct TargetGroup {
    pub(crate) name: String,
    /// `TCP`, `TLS`, `HTTP`, …
    pub(crate) protocol: String,
    /// `HTTP1`, `HTTP2` or `GRPC` for groups of HTTP and HTTPS.
    pub(crate) protocol_version: Option<String>,
    pub(crate) port: u16,
    pub(crate) vpc_id: String,
    /// `instance`, `ip`, `alb`.
    pub(crate) target_type: String,
    pub(crate) address_type: String,
    pub(crate) health_check: HealthCheck,
    /// Attributes that were set, by key.
    pub(crate) attributes: BTreeMap<String, String>,
    pub(crate) targets: Vec<Target>,
    /// Until when deletion answers ResourceInUse although its listener is gone (rule 7).
    pub(crate) held_until: Option<Moment>,
}

/// How a group's targets are checked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HealthCheck {
    pub(crate) protocol: String,
    /// A number or `traffic-port`.
    pub(crate) port: String,
    pub(crate) path: Option<String>,
    /// HTTP codes that mean healthy, such as `200-399`.
    pub(crate) matcher: Option<String>,
    pub(crate) interval_s: u32,
    pub(crate) timeout_s: u32,
    pub(crate) healthy_threshold: u32,
    pub(crate) unhealthy_threshold: u32,
}

/// A registered target.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Target {
    /// Instance id, address or ARN of an ALB.
    pub(crate) id: String,
    pub(crate) port: u16,
    /// Zone name or `all`, where it was given.
    pub(crate) zone: Option<String>,
    pub(crate) registered: Moment,
    /// Set once it was deregistered: when it is gone. Until then it drains.
    pub(crate) drained_at: Option<Moment>,
}

/// What the health checks of a target have said so far. The world keeps these by the group's ARN.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Checked {
    pub(crate) target_id: String,
    pub(crate) port: u16,
    /// Until when the registration is in progress and nothing is checked.
    pub(crate) registering_until: Moment,
    pub(crate) verdict: Verdict,
    /// What the checks say now if it differs, and when it becomes the verdict.
    pub(crate) changing: Option<(Verdict, Moment)>,
}

/// What a target's health checks amount to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Verdict {
    /// No listener uses the group.
    NotInUse,
    /// The target's zone is not enabled for the load balancer.
    ZoneNotEnabled,
    /// Not judged yet.
    Initial,
    Healthy,
    Unhealthy(Failure),
}

/// How a health check fails.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Failure {
    /// Nothing comes back.
    Timeout,
    /// The port is closed or speaks another protocol.
    Refused,
    /// An HTTP status that the matcher does not hold.
    Status(u16),
}

impl Target {
    /// Whether it takes part: registered, and not draining.
    pub(crate) const fn is_registered(&self) -> bool {
        self.drained_at.is_none()
    }

    /// Whether it was deregistered and its connections have had their time.
    pub(crate) fn is_drained(&self, now: Moment) -> bool {
        self.drained_at.is_some_and(|at| at <= now)
    }
}

/// A listener.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Listener {
    pub(crate) load_balancer_arn: String,
    pub(crate) protocol: String,
    pub(crate) port: u16,
    pub(crate) ssl_policy: Option<String>,
    pub(crate) certificate_arns: Vec<String>,
    pub(crate) alpn_policy: Vec<String>,
    pub(crate) actions: Vec<Action>,
    /// Attributes that were set, by key.
    pub(crate) attributes: BTreeMap<String, String>,
}

/// A default action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Action {
    /// Target groups by ARN with their weights (0–999).
    Forward { groups: Vec<(String, u32)> },
    /// ALB only: answers by itself.
    FixedResponse {
        status: u16,
        content_type: Option<String>,
        body: Option<String>,
    },
    /// ALB only: parts of the redirect by wire name (`Protocol`, `Port`, `Host`, `Path`, `Query`, `StatusCode`).
    Redirect { parts: BTreeMap<String, String> },
}
