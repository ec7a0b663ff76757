//! Address families and fixed addresses of an endpoint.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ec2::types::{
    DnsOptionsSpecification, DnsRecordIpType, Filter, IpAddressType, SubnetConfiguration,
};

use super::{SeenEndpoint, VpcEndpoint};
use crate::aws::SiteAccess;
use crate::engine::{Fact, Failure};

impl VpcEndpoint {
    pub(super) fn dns_options(&self) -> DnsOptionsSpecification {
        let record = DnsRecordIpType::from(self.dns_record_ip_type.as_str());
        DnsOptionsSpecification::builder()
            .dns_record_ip_type(record)
            .build()
    }

    /// Nothing that AWS does by itself is said.
    pub(super) fn spoken_type(&self) -> Option<(IpAddressType, DnsOptionsSpecification)> {
        let plain = self.ip_address_type == "ipv4" && self.dns_record_ip_type == "ipv4";
        (!plain).then(|| {
            let family = IpAddressType::from(self.ip_address_type.as_str());
            (family, self.dns_options())
        })
    }

    /// Whether an address that is to be fixed is another one. Those that nobody fixes may be any.
    pub(super) fn addresses_differ(&self, seen: &SeenEndpoint) -> bool {
        let Fact::Known(seen) = &seen.addresses else {
            // Nobody has asked yet.
            return !self.addresses.is_empty();
        };
        let differs = |(subnet, address): (&String, &String)| {
            seen.get(subnet).is_some_and(|seen| seen != address)
        };
        self.addresses.iter().any(differs)
    }

    /// The addresses to be put: of subnets that are added, and those that are not as they are to be.
    pub(super) fn configurations(
        &self,
        seen: &SeenEndpoint,
        added: Option<&[String]>,
    ) -> Option<Vec<SubnetConfiguration>> {
        let there = seen.addresses.known();
        let differing = self.addresses.iter().filter(|(subnet, address)| {
            let now = there.and_then(|there| there.get(*subnet));
            added.is_some_and(|added| added.contains(subnet))
                || now.is_some_and(|now| now != *address)
        });
        let all: Vec<_> = differing
            .map(|(subnet, ip)| configuration(subnet, ip))
            .collect();
        (!all.is_empty()).then_some(all)
    }

    /// The addresses of a new endpoint's interfaces.
    pub(super) fn all_configurations(&self) -> Option<Vec<SubnetConfiguration>> {
        let all = self
            .addresses
            .iter()
            .map(|(subnet, ip)| configuration(subnet, ip));
        let all: Vec<_> = all.collect();
        (!all.is_empty()).then_some(all)
    }

    /// Asked only where some are fixed: it is a call of its own.
    pub(super) async fn with_addresses(
        &self,
        access: &SiteAccess,
        mut seen: SeenEndpoint,
        polling: bool,
    ) -> Result<SeenEndpoint, Failure> {
        let settled = seen.state.known().is_some_and(|state| state == "available");
        let interfaces = seen.interfaces.known().filter(|_| settled);
        if let (false, Some(interfaces)) = (self.addresses.is_empty(), interfaces) {
            let addresses = addresses(access, interfaces).await?;
            // Interfaces that went with a change of this run are the endpoint's past.
            if polling && addresses.len() < interfaces.len() {
                return Err(Failure::later("not all of its interfaces are visible"));
            }
            seen.addresses = addresses.into();
        }
        Ok(seen)
    }
}

fn configuration(subnet: &str, ip: &str) -> SubnetConfiguration {
    SubnetConfiguration::builder()
        .subnet_id(subnet)
        .ipv4(ip)
        .build()
}

/// The IPv4 addresses of these interfaces, by subnet.
async fn addresses(
    access: &SiteAccess,
    interfaces: &BTreeSet<String>,
) -> Result<BTreeMap<String, String>, Failure> {
    // A filter, not ids: one that is not visible yet would fail the whole call.
    let ids = interfaces.iter().cloned().collect();
    let filter = Filter::builder().name("network-interface-id");
    let filter = filter.set_values(Some(ids)).build();
    let call = || {
        let call = access.ec2().describe_network_interfaces();
        call.filters(filter.clone()).send()
    };
    let answer = access.call("ec2:DescribeNetworkInterfaces", call).await?;
    let rows = answer.network_interfaces.unwrap_or_default();
    let pairs = rows.iter().filter_map(|row| {
        let address = row.private_ip_address()?.to_owned();
        Some((row.subnet_id()?.to_owned(), address))
    });
    Ok(pairs.collect())
}
