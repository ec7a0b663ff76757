//! What AWS shows of a load balancer.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{
    AvailabilityZone, IpAddressType, LoadBalancer as AwsBalancer, LoadBalancerAttribute,
    LoadBalancerStateEnum,
};
use serde::{Deserialize, Serialize};

use crate::aws::Tags;
use crate::engine::{Fact, Found, Sighting};

pub(super) const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";
pub(super) const DELETION_PROTECTION: &str = "deletion_protection.enabled";

/// What can be seen of a load balancer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenLoadBalancer {
    /// Its ARN.
    pub arn: Fact<String>,
    /// Its name in DNS.
    pub dns_name: Fact<String>,
    /// `provisioning`, `active`, `active_impaired` or `failed`.
    pub state: Fact<String>,
    /// Its subnets.
    pub subnets: Fact<BTreeSet<String>>,
    /// `ipv4` or `dualstack`.
    #[serde(default)]
    pub ip_address_type: Fact<String>,
    /// Its zones by name.
    pub zones: Fact<BTreeSet<String>>,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// Whether it sends connections to targets in other zones.
    pub cross_zone: Fact<bool>,
    /// Whether AWS refuses to delete it.
    pub deletion_protection: Fact<bool>,
    /// Whether its inbound rules are asked for connections through PrivateLink.
    pub enforce_inbound_rules: Fact<bool>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

impl SeenLoadBalancer {
    /// With what a call of its own tells.
    pub(in crate::components) fn with_attributes(
        mut self,
        attributes: &[LoadBalancerAttribute],
    ) -> Self {
        let is_on = |key: &str| {
            let mut all = attributes.iter();
            all.any(|it| it.key() == Some(key) && it.value() == Some("true"))
        };
        self.cross_zone = is_on(CROSS_ZONE).into();
        self.deletion_protection = is_on(DELETION_PROTECTION).into();
        self
    }
}

/// A load balancer as AWS's list shows it, without attributes and tags.
pub(in crate::components) fn seen(balancer: &AwsBalancer) -> SeenLoadBalancer {
    let (subnets, zones) = zones(balancer.availability_zones());
    let state = balancer
        .state()
        .and_then(|state| state.code())
        .map(LoadBalancerStateEnum::as_str);
    let enforced = balancer.enforce_security_group_inbound_rules_on_private_link_traffic();
    SeenLoadBalancer {
        arn: balancer
            .load_balancer_arn()
            .unwrap_or_default()
            .to_owned()
            .into(),
        dns_name: balancer.dns_name().unwrap_or_default().to_owned().into(),
        state: state.unwrap_or("active").to_owned().into(),
        subnets,
        zones,
        ip_address_type: balancer
            .ip_address_type()
            .map_or("ipv4", IpAddressType::as_str)
            .to_owned()
            .into(),
        groups: balancer
            .security_groups()
            .iter()
            .cloned()
            .collect::<BTreeSet<_>>()
            .into(),
        // On unless it was switched off.
        enforce_inbound_rules: enforced.is_none_or(|enforced| enforced != "off").into(),
        ..SeenLoadBalancer::default()
    }
}

/// Subnets and names of zones.
pub(super) fn zones(
    zones: &[AvailabilityZone],
) -> (Fact<BTreeSet<String>>, Fact<BTreeSet<String>>) {
    let subnets = zones.iter().filter_map(|zone| zone.subnet_id());
    let subnets: BTreeSet<String> = subnets.map(str::to_owned).collect();
    let names = zones.iter().filter_map(|zone| zone.zone_name());
    let names: BTreeSet<String> = names.map(str::to_owned).collect();
    (subnets.into(), names.into())
}

pub(super) fn found(seen: SeenLoadBalancer) -> Sighting<SeenLoadBalancer> {
    let id = seen.arn.known().cloned().unwrap_or_default();
    let generation = seen.generation;
    Sighting::Found(Found {
        id,
        generation,
        dying: false,
        seen,
    })
}
