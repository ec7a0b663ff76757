//! What AWS shows of an endpoint to something shared.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{IpAddressType, VpcEndpoint as AwsEndpoint, VpcEndpointAssociation};
use serde::{Deserialize, Serialize};

use crate::aws::inventory::ec2_tags;
use crate::aws::ownership::Mark;
use crate::aws::{Tags, id_of};
use crate::components::vpc_endpoint::seen::state;
use crate::engine::Fact;

/// What can be seen of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenResourceEndpoint {
    /// `vpce-…`.
    pub id: Fact<String>,
    /// Its state in camel case, such as `available`.
    pub state: Fact<String>,
    /// The ARN of the resource configuration that it leads to.
    pub configuration: Fact<String>,
    /// The VPC it stands in.
    pub vpc: Fact<String>,
    /// Its subnets.
    pub subnets: Fact<BTreeSet<String>>,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// `ipv4`, `dualstack` or `ipv6`.
    pub ip_address_type: Fact<String>,
    /// Whether names of what is shared lead to it within the VPC.
    pub private_dns: Fact<bool>,
    /// Which of these names: AWS's word, such as `SPECIFIED_DOMAINS_ONLY`.
    #[serde(default)]
    pub preference: Fact<String>,
    /// The names, where the preference wants some.
    #[serde(default)]
    pub domains: Fact<BTreeSet<String>>,
    /// Its network interfaces.
    pub interfaces: Fact<BTreeSet<String>>,
    /// What it leads to, each with its names: some time after it is available.
    pub names: Fact<BTreeSet<ResourceName>>,
    /// Whether what it leads to is within its reach.
    #[serde(default)]
    pub accessible: Fact<bool>,
    /// Whether it had reached it and was cut off since; only told of one that had settled.
    #[serde(default)]
    pub cut: Fact<bool>,
    /// Why something that it leads to is out of its reach; empty if nothing is.
    pub failure: Fact<String>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

/// The names of one thing that an endpoint leads to.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct ResourceName {
    /// The id of the resource configuration: the endpoint's own, or a child of it.
    pub configuration: String,
    /// AWS's name for it, which leads to this endpoint from anywhere.
    pub name: String,
    /// Its own name, which leads here within the VPC; empty where private DNS makes none.
    pub private_name: String,
}

impl ResourceName {
    /// What an endpoint's row tells; nothing where it has no name yet.
    pub(in crate::components) fn of(row: &VpcEndpointAssociation) -> Option<Self> {
        let arn = row.associated_resource_arn().unwrap_or_default();
        let private = row.private_dns_entry().and_then(|it| it.dns_name());
        Some(Self {
            configuration: id_of(arn).to_owned(),
            name: row.dns_entry()?.dns_name()?.to_owned(),
            private_name: private.unwrap_or_default().to_owned(),
        })
    }
}

/// Why something that an endpoint's rows are about is out of its reach, each reason once; empty if nothing is.
pub(in crate::components) fn failures<'a>(
    rows: impl Iterator<Item = &'a VpcEndpointAssociation>,
) -> String {
    let failures = rows.filter_map(VpcEndpointAssociation::failure_reason);
    let failures: BTreeSet<&str> = failures.filter(|why| !why.is_empty()).collect();
    let failures: Vec<&str> = failures.into_iter().collect();
    failures.join("; ")
}

/// An endpoint as AWS shows it, without what it leads to.
pub(in crate::components) fn seen(endpoint: &AwsEndpoint) -> SeenResourceEndpoint {
    let set = |items: &[String]| items.iter().cloned().collect::<BTreeSet<_>>();
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
    let groups = endpoint.groups().iter();
    let groups = groups.filter_map(|group| group.group_id().map(str::to_owned));
    let family = endpoint.ip_address_type().map(IpAddressType::as_str);
    let tags = ec2_tags(endpoint.tags());
    let dns = endpoint.dns_options();
    let preference = dns.and_then(|dns| dns.private_dns_preference());
    let domains = dns.filter(|_| preference.is_some());
    SeenResourceEndpoint {
        id: text(endpoint.vpc_endpoint_id()),
        state: state(endpoint).into(),
        configuration: text(endpoint.resource_configuration_arn()),
        vpc: text(endpoint.vpc_id()),
        subnets: set(endpoint.subnet_ids()).into(),
        groups: groups.collect::<BTreeSet<_>>().into(),
        // Upper case for this type of endpoint.
        ip_address_type: family.unwrap_or("ipv4").to_lowercase().into(),
        private_dns: endpoint.private_dns_enabled().into(),
        preference: preference.map(str::to_owned).into(),
        domains: domains
            .map(|dns| plain(set(dns.private_dns_specified_domains())))
            .into(),
        interfaces: set(endpoint.network_interface_ids()).into(),
        names: Fact::Later,
        accessible: Fact::Later,
        cut: Fact::Later,
        failure: Fact::Later,
        generation: Mark::read(&tags).generation,
        tags: tags.into(),
    }
}

/// Names as they are compared: DNS knows neither case nor the dot at the end.
pub(super) fn plain(names: BTreeSet<String>) -> BTreeSet<String> {
    let plain = names.iter().map(|name| name.trim_end_matches('.'));
    plain.map(str::to_ascii_lowercase).collect()
}

impl SeenResourceEndpoint {
    /// The same, with what it leads to. One that is new may reach it only some time later.
    pub(super) fn with_associations(
        mut self,
        rows: &[VpcEndpointAssociation],
        is_new: bool,
    ) -> Self {
        let names = rows.iter().filter_map(ResourceName::of);
        self.names = names.collect::<BTreeSet<_>>().into();
        self.failure = failures(rows.iter()).into();
        let mut access = rows
            .iter()
            .map(|row| row.associated_resource_accessibility());
        let accessible = rows.is_empty() || access.any(|it| it != Some("Inaccessible"));
        let told = self.failure.known().is_some_and(|why| !why.is_empty());
        self.accessible = accessible.into();
        self.cut = match is_new {
            true => Fact::Later,
            false => Fact::Known(!accessible && !told),
        };
        self
    }
}
