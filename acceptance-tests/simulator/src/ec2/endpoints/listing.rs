//! DescribeVpcEndpoints, and the DNS names of endpoints.

use super::private_dns::private_name;
use crate::ec2::lists::{CLAMPED_PAGE, List};
use crate::ec2::refusals::endpoint_not_found;
use crate::ec2::{limits, security_groups, tags};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::random::zone_id;
use crate::regions;
use crate::wire::xml::{Members, item_texts, items, node, text};
use crate::world::Seen;
use crate::world::network::{NetworkInterface, Subnet};
use crate::world::private_link::{Endpoint, NetworkLink, ResourceLink};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeVpcEndpoints",
    limits: limits::DESCRIBE,
    run: describe,
}];

const FACETS: &[Facet<Endpoint>] = &[
    ("ip-address-type", |endpoint| {
        vec![endpoint.value.address_type.clone()]
    }),
    ("service-name", |endpoint| {
        vec![endpoint.value.service_name.clone()]
    }),
    ("service-region", |endpoint| {
        vec![endpoint.value.service_region().to_owned()]
    }),
    ("vpc-id", |endpoint| vec![endpoint.value.vpc_id.clone()]),
    ("vpc-endpoint-id", |endpoint| vec![endpoint.id.to_owned()]),
    ("vpc-endpoint-state", |endpoint| {
        vec![endpoint.value.state.clone()]
    }),
    ("vpc-endpoint-type", |endpoint| {
        vec![endpoint.value.kind().to_owned()]
    }),
];

fn describe(call: &mut Call<'_>) -> Outcome {
    List::<Endpoint> {
        ids: "VpcEndpointId",
        facets: FACETS,
        page: CLAMPED_PAGE,
        answer: "vpcEndpointSet",
        not_found: endpoint_not_found,
        row,
    }
    .run(call)
}

/// An endpoint as its consumer sees it.
pub(super) fn row(call: &Call<'_>, endpoint: &Seen<'_, Endpoint>) -> Members {
    let value = endpoint.value;
    if let Some(resource) = &value.resource {
        return resource_row(call, endpoint, resource);
    }
    if let Some(link) = &value.network {
        return network_row(call, endpoint, link);
    }
    let options = vec![text("dnsRecordIpType", &value.dns_record_type)];
    vec![
        text("vpcEndpointId", endpoint.id),
        text("vpcEndpointType", value.kind()),
        text("vpcId", &value.vpc_id),
        text("serviceName", &value.service_name),
        text("state", state_text(call, &value.state)),
        item_texts::<String>("routeTableIdSet", []),
        item_texts("subnetIdSet", &value.subnet_ids),
        security_groups::group_set(call, &value.group_ids),
        text("ipAddressType", &value.address_type),
        node("dnsOptions", options),
        text("privateDnsEnabled", value.private_dns_enabled),
        text("requesterManaged", false),
        item_texts("networkInterfaceIdSet", shown_interfaces(call, value)),
        items("dnsEntrySet", names(call, endpoint)),
        text("creationTimestamp", endpoint.created.iso()),
        tags::tag_set(endpoint.tags),
        text("ownerId", &endpoint.scope.account),
        text("serviceRegion", value.service_region()),
    ]
}

/// One of type Resource has neither a service nor names here, and other spellings.
fn resource_row(
    call: &Call<'_>,
    endpoint: &Seen<'_, Endpoint>,
    resource: &ResourceLink,
) -> Members {
    let dns = (&resource.dns.preference, &resource.dns.domains);
    let arn = text("resourceConfigurationArn", &resource.configuration_arn);
    let shown = shown_interfaces(call, endpoint.value);
    lattice_row(call, endpoint, dns, shown)
        .into_iter()
        .chain([arn])
        .collect()
}

/// One of type ServiceNetwork shows no interface before it is there, and the blocks that it took.
fn network_row(call: &Call<'_>, endpoint: &Seen<'_, Endpoint>, network: &NetworkLink) -> Members {
    let value = endpoint.value;
    let shown: &[String] = match value.state.as_str() {
        "pending" => &[],
        _ => &value.interface_ids,
    };
    let interfaces = shown
        .iter()
        .filter_map(|id| call.world.live::<NetworkInterface>(id));
    let blocks = interfaces.filter_map(|it| Some((it.value(), it.value().prefix?)));
    let blocks = blocks.map(|(it, block)| {
        let blocks = item_texts("ipPrefixSet", [block]);
        vec![text("subnetId", &it.subnet_id), blocks]
    });
    let blocks = items("ipv4PrefixSet", blocks);
    let arn = text("serviceNetworkArn", &network.network_arn);
    let dns = (&network.dns.preference, &network.dns.domains);
    lattice_row(call, endpoint, dns, shown)
        .into_iter()
        .chain([blocks, arn])
        .collect()
}

/// What both have in common.
fn lattice_row(
    call: &Call<'_>,
    endpoint: &Seen<'_, Endpoint>,
    (preference, domains): (&String, &Vec<String>),
    interfaces: &[String],
) -> Members {
    let value = endpoint.value;
    let domains = item_texts("privateDnsSpecifiedDomainSet", domains);
    let preference = text("privateDnsPreference", preference);
    vec![
        text("vpcEndpointId", endpoint.id),
        text("vpcEndpointType", value.kind()),
        text("vpcId", &value.vpc_id),
        text("state", capital(&value.state)),
        item_texts("subnetIdSet", &value.subnet_ids),
        security_groups::group_set(call, &value.group_ids),
        text("ipAddressType", value.address_type.to_uppercase()),
        node("dnsOptions", vec![preference, domains]),
        text("privateDnsEnabled", value.private_dns_enabled),
        text("requesterManaged", false),
        item_texts("networkInterfaceIdSet", interfaces),
        text("creationTimestamp", endpoint.created.iso()),
        tags::tag_set(endpoint.tags),
        text("ownerId", &endpoint.scope.account),
    ]
}

/// When the interfaces show is a doubt.
fn shown_interfaces<'a>(call: &Call<'_>, endpoint: &'a Endpoint) -> &'a [String] {
    let waiting = matches!(endpoint.state.as_str(), "pending" | "pendingAcceptance");
    if waiting
        && call
            .world
            .doubts
            .is("endpoint-interfaces-appear", "when-available")
    {
        return &[];
    }
    &endpoint.interface_ids
}

/// All names: the public ones, then the private one in a hosted zone that nobody sees.
fn names(call: &Call<'_>, endpoint: &Seen<'_, Endpoint>) -> Vec<Members> {
    let mut names = public_names(call, endpoint);
    let private = endpoint
        .value
        .private_dns_enabled
        .then(|| private_name(call, endpoint.value));
    names.extend(private.flatten().map(|name| {
        vec![
            text("dnsName", name),
            text("hostedZoneId", zone_id(&[endpoint.id])),
        ]
    }));
    names
}

/// The regional name, then one per zone; across regions there are no zonal names (rule 21).
pub(in crate::ec2) fn public_names(call: &Call<'_>, endpoint: &Seen<'_, Endpoint>) -> Vec<Members> {
    let value = endpoint.value;
    let region = &endpoint.scope.region;
    let hosted_zone = regions::find(region).map_or("", |region| region.endpoint_hosted_zone);
    let head = format!("{}-{}", endpoint.id, value.dns_label);
    let service_region = value.service_region();
    let tail = format!("{}.{service_region}.vpce.amazonaws.com", value.service_id);
    let zonal = value
        .subnet_ids
        .iter()
        .filter(|_| service_region == region)
        .filter_map(|id| call.world.record::<Subnet>(id))
        .map(|subnet| format!("{head}-{}.{tail}", subnet.value().zone_name));
    std::iter::once(format!("{head}.{tail}"))
        .chain(zonal)
        .map(|name| vec![text("dnsName", name), text("hostedZoneId", hosted_zone)])
        .collect()
}

/// The state as it is written; its letter case is a doubt.
pub(in crate::ec2) fn state_text(call: &Call<'_>, state: &str) -> String {
    if call.world.doubts.is("endpoint-state-case", "camel") {
        return state.to_owned();
    }
    capital(state)
}

fn capital(word: &str) -> String {
    let (first, rest) = word.split_at_checked(1).unwrap_or_default();
    format!("{}{rest}", first.to_uppercase())
}
