//! Network interfaces, as far as AWS makes them for endpoints and load balancers.

use super::lists::{List, USUAL_PAGE};
use super::refusals::interface_not_found;
use super::{limits, security_groups, tags};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::random::hash;
use crate::wire::xml::{Members, items, node, text};
use crate::world::Seen;
use crate::world::network::NetworkInterface;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeNetworkInterfaces",
    limits: limits::DESCRIBE_OR_UNFILTERED,
    run: describe,
}];

const FACETS: &[Facet<NetworkInterface>] = &[
    ("network-interface-id", |eni| vec![eni.id.to_owned()]),
    ("vpc-id", |eni| vec![eni.value.vpc_id.clone()]),
    ("subnet-id", |eni| vec![eni.value.subnet_id.clone()]),
    ("group-id", |eni| eni.value.group_ids.clone()),
    ("description", |eni| {
        vec![eni.value.owner.description.clone()]
    }),
    ("availability-zone", |eni| vec![eni.value.zone_name.clone()]),
    ("availability-zone-id", |eni| {
        vec![eni.value.zone_id.clone()]
    }),
    ("interface-type", |eni| {
        vec![eni.value.owner.interface_type.clone()]
    }),
    ("owner-id", |eni| vec![eni.scope.account.clone()]),
    ("private-ip-address", ipv4),
    ("addresses.private-ip-address", ipv4),
    ("ipv6-addresses.ipv6-address", |eni| {
        let address = eni.value.ipv6_address.iter();
        address.map(ToString::to_string).collect()
    }),
    ("requester-id", |eni| {
        vec![eni.value.owner.requester_id.clone()]
    }),
    ("requester-managed", |_| vec!["true".to_owned()]),
    ("status", |_| vec!["in-use".to_owned()]),
    ("attachment.instance-owner-id", |eni| {
        vec![eni.value.owner.instance_owner_id.clone()]
    }),
    ("attachment.status", |_| vec!["attached".to_owned()]),
];

fn describe(call: &mut Call<'_>) -> Outcome {
    // Interfaces of AWS's own managed resources are not simulated; those listed here never are.
    call.parameters.boolean("IncludeManagedResources")?;
    List::<NetworkInterface> {
        ids: "NetworkInterfaceId",
        facets: FACETS,
        page: USUAL_PAGE,
        answer: "networkInterfaceSet",
        not_found: |_, id| interface_not_found(id),
        row,
    }
    .run(call)
}

fn row(call: &Call<'_>, eni: &Seen<'_, NetworkInterface>) -> Members {
    let value = eni.value;
    let owner = &value.owner;
    let ipv6 = value.ipv6_address.iter();
    let ipv6 = ipv6.map(|address| vec![text("ipv6Address", address), text("isPrimaryIpv6", false)]);
    let ipv4 = value.address.iter();
    let ipv4 = ipv4.map(|address| vec![text("primary", true), text("privateIpAddress", address)]);
    let mut row = vec![
        text("networkInterfaceId", eni.id),
        text("subnetId", &value.subnet_id),
        text("vpcId", &value.vpc_id),
        text("availabilityZone", &value.zone_name),
        text("availabilityZoneId", &value.zone_id),
        text("description", &owner.description),
        text("ownerId", &eni.scope.account),
        text("requesterId", &owner.requester_id),
        text("requesterManaged", true),
        text("status", "in-use"),
        text("macAddress", mac_address(eni.id)),
        items("ipv6AddressesSet", ipv6),
        text("sourceDestCheck", true),
        text("interfaceType", &owner.interface_type),
        security_groups::group_set(call, &value.group_ids),
        node(
            "attachment",
            vec![
                text("attachmentId", eni.id.replacen("eni-", "ela-attach-", 1)),
                text("instanceOwnerId", &owner.instance_owner_id),
                text("deviceIndex", 1),
                text("networkCardIndex", 0),
                text("status", "attached"),
                text("deleteOnTermination", false),
            ],
        ),
        items("privateIpAddressesSet", ipv4),
        tags::tag_set(eni.tags),
    ];
    row.extend(
        value
            .prefix
            .map(|block| items("ipv4PrefixSet", [vec![text("ipv4Prefix", block)]])),
    );
    row.extend(
        value
            .address
            .map(|address| text("privateIpAddress", address)),
    );
    row
}

fn ipv4(eni: &Seen<'_, NetworkInterface>) -> Vec<String> {
    let address = eni.value.address.iter();
    address.map(ToString::to_string).collect()
}

/// A MAC address that is always the same for an interface, locally administered as EC2's are.
fn mac_address(id: &str) -> String {
    let [_, _, _, a, b, c, d, e] = hash(0, &[id]).to_be_bytes();
    format!("06:{a:02x}:{b:02x}:{c:02x}:{d:02x}:{e:02x}")
}
