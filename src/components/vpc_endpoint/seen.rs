//! What AWS shows of an endpoint.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{DnsRecordIpType, IpAddressType, State, VpcEndpoint as AwsEndpoint};
use serde::{Deserialize, Serialize};

use crate::aws::Tags;
use crate::aws::inventory::ec2_tags;
use crate::aws::ownership::Mark;
use crate::engine::{Fact, Found, Sighting};

/// What can be seen of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenEndpoint {
    /// `vpce-…`.
    pub id: Fact<String>,
    /// Its state in camel case, such as `pendingAcceptance`.
    pub state: Fact<String>,
    /// The service's name.
    pub service_name: Fact<String>,
    /// The VPC it stands in.
    pub vpc: Fact<String>,
    /// Its subnets.
    pub subnets: Fact<BTreeSet<String>>,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// Its name for all zones.
    pub regional_name: Fact<String>,
    /// Its names for single zones, by the zone's name in its account.
    pub zonal_names: Fact<BTreeMap<String, String>>,
    /// The hosted zone of its names, for aliases.
    pub hosted_zone_id: Fact<String>,
    /// `ipv4`, `dualstack` or `ipv6`.
    #[serde(default)]
    pub ip_address_type: Fact<String>,
    /// Which addresses its names have: `ipv4`, `dualstack`, `ipv6` or `service-defined`.
    #[serde(default)]
    pub record_type: Fact<String>,
    /// Its IPv4 addresses by subnet; asked for only where some are to be had.
    #[serde(default)]
    pub addresses: Fact<BTreeMap<String, String>>,
    /// Its network interfaces.
    pub interfaces: Fact<BTreeSet<String>>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

pub(super) fn sighting(endpoint: &AwsEndpoint) -> Sighting<SeenEndpoint> {
    if state(endpoint) == "deleted" {
        return Sighting::Absent;
    }
    let seen = seen(endpoint);
    let id = endpoint.vpc_endpoint_id().unwrap_or_default().to_owned();
    let generation = seen.generation;
    Sighting::Found(Found {
        id,
        generation,
        dying: is_dying(endpoint),
        seen,
    })
}

/// An endpoint as AWS shows it.
pub(in crate::components) fn seen(endpoint: &AwsEndpoint) -> SeenEndpoint {
    let set = |items: &[String]| items.iter().cloned().collect::<BTreeSet<_>>();
    let groups = endpoint
        .groups()
        .iter()
        .filter_map(|group| group.group_id().map(str::to_owned));
    let names = endpoint
        .dns_entries()
        .iter()
        .filter_map(|entry| entry.dns_name());
    let names: Vec<&str> = names.collect();
    let tags = ec2_tags(endpoint.tags());
    let zone = endpoint
        .dns_entries()
        .first()
        .and_then(|entry| entry.hosted_zone_id());
    let (regional, zonal) = split_names(&names);
    SeenEndpoint {
        id: endpoint
            .vpc_endpoint_id()
            .unwrap_or_default()
            .to_owned()
            .into(),
        state: state(endpoint).into(),
        service_name: endpoint
            .service_name()
            .unwrap_or_default()
            .to_owned()
            .into(),
        vpc: endpoint.vpc_id().unwrap_or_default().to_owned().into(),
        subnets: set(endpoint.subnet_ids()).into(),
        groups: groups.collect::<BTreeSet<_>>().into(),
        regional_name: regional.into(),
        zonal_names: zonal.into(),
        hosted_zone_id: zone.unwrap_or_default().to_owned().into(),
        ip_address_type: lower(endpoint.ip_address_type().map(IpAddressType::as_str)),
        record_type: lower(
            endpoint
                .dns_options()
                .and_then(|options| options.dns_record_ip_type())
                .map(DnsRecordIpType::as_str),
        ),
        addresses: Fact::Later,
        interfaces: set(endpoint.network_interface_ids()).into(),
        generation: Mark::read(&tags).generation,
        tags: tags.into(),
    }
}

/// What AWS does not say is what it does by itself.
fn lower(text: Option<&str>) -> Fact<String> {
    text.unwrap_or("ipv4").to_lowercase().into()
}

/// The regional name and the zonal ones. The regional label is `vpce-…-xxxxxxxx`; a zonal one
/// has the zone's name after it.
fn split_names(names: &[&str]) -> (String, BTreeMap<String, String>) {
    let Some((regional, rest)) = names.split_first() else {
        return Default::default();
    };
    let label = regional.split('.').next().unwrap_or_default();
    let zonal = rest.iter().filter_map(|name| {
        let zone = name
            .split('.')
            .next()?
            .strip_prefix(label)?
            .strip_prefix('-')?;
        Some((zone.to_owned(), (*name).to_owned()))
    });
    ((*regional).to_owned(), zonal.collect())
}

/// AWS writes states in camel case for some types of endpoint and in Pascal case for others.
pub(in crate::components) fn state(endpoint: &AwsEndpoint) -> String {
    let state = endpoint.state().map_or("available", State::as_str);
    let mut letters = state.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// Whether it is on its way out.
pub(in crate::components) fn is_dying(endpoint: &AwsEndpoint) -> bool {
    matches!(state(endpoint).as_str(), "deleting" | "deleted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_their_zone() {
        let regional = "vpce-0a-1b2c.vpce-svc-9.eu-west-1.vpce.amazonaws.com";
        let zonal = "vpce-0a-1b2c-eu-west-1a.vpce-svc-9.eu-west-1.vpce.amazonaws.com";
        let private = "orders.example.com";
        let (name, zones) = split_names(&[regional, zonal, private]);
        assert_eq!(name, regional);
        assert_eq!(
            zones,
            BTreeMap::from([("eu-west-1a".to_owned(), zonal.to_owned())])
        );
        assert_eq!(split_names(&[]), Default::default());
    }

    #[test]
    fn either_spelling_of_a_state_is_understood() {
        for spelling in ["PendingAcceptance", "pendingAcceptance"] {
            let endpoint = AwsEndpoint::builder().state(State::from(spelling)).build();
            assert_eq!(state(&endpoint), "pendingAcceptance");
        }
    }
}
