//! Route tables and network ACLs, listed only: every VPC has its main table and its default ACL.

use ipnet::IpNet;

use super::lists::{List, PageLimits, USUAL_PAGE};
use super::refusals::{acl_not_found, route_table_not_found};
use super::{limits, tags};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::wire::xml::{Members, items, node, text};
use crate::world::Seen;
use crate::world::network::{AclEntry, NetworkAcl, Route, RouteTable, Subnet, Vpc};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "DescribeRouteTables",
        limits: limits::DESCRIBE,
        run: tables,
    },
    Operation {
        name: "DescribeNetworkAcls",
        limits: limits::DESCRIBE,
        run: acls,
    },
];

const TABLE_PAGE: PageLimits = PageLimits {
    low: 5,
    high: 100,
    clamped: false,
};

const TABLE_FACETS: &[Facet<RouteTable>] = &[
    ("route-table-id", |table| vec![table.id.to_owned()]),
    ("vpc-id", |table| vec![table.value.vpc_id.clone()]),
    ("owner-id", |table| vec![table.scope.account.clone()]),
    ("association.main", |table| {
        vec![table.value.main_association.is_some().to_string()]
    }),
    // No subnet has a table of its own yet.
    ("association.subnet-id", |_| Vec::new()),
    ("association.route-table-association-id", |table| {
        table.value.main_association.iter().cloned().collect()
    }),
];

const ACL_FACETS: &[Facet<NetworkAcl>] = &[
    ("network-acl-id", |acl| vec![acl.id.to_owned()]),
    ("vpc-id", |acl| vec![acl.value.vpc_id.clone()]),
    ("owner-id", |acl| vec![acl.scope.account.clone()]),
    ("default", |acl| vec![acl.value.is_default.to_string()]),
];

fn tables(call: &mut Call<'_>) -> Outcome {
    List::<RouteTable> {
        ids: "RouteTableId",
        facets: TABLE_FACETS,
        page: TABLE_PAGE,
        answer: "routeTableSet",
        not_found: |_, id| route_table_not_found(id),
        row: table_row,
    }
    .run(call)
}

fn table_row(call: &Call<'_>, table: &Seen<'_, RouteTable>) -> Members {
    let value = table.value;
    let associations = value.main_association.iter().map(|id| {
        vec![
            text("main", true),
            text("routeTableAssociationId", id),
            text("routeTableId", table.id),
            node("associationState", vec![text("state", "associated")]),
        ]
    });
    let vpc = call.world.live::<Vpc>(&value.vpc_id);
    let blocks = vpc.into_iter().flat_map(|vpc| {
        let ipv4 = vpc.value().cidr_blocks.iter();
        let ipv6 = vpc.value().ipv6_blocks.iter();
        let ipv4 = ipv4.map(|(_, block)| IpNet::V4(*block));
        ipv4.chain(ipv6.map(|own| IpNet::V6(own.block)))
    });
    let local = blocks.map(|destination| Route {
        destination,
        gateway_id: "local".to_owned(),
    });
    let routes = local.chain(value.routes.iter().cloned()).map(|route| {
        let own = route.gateway_id == "local";
        vec![
            text(
                match route.destination {
                    IpNet::V4(_) => "destinationCidrBlock",
                    IpNet::V6(_) => "destinationIpv6CidrBlock",
                },
                route.destination,
            ),
            text("gatewayId", route.gateway_id),
            text(
                "origin",
                if own {
                    "CreateRouteTable"
                } else {
                    "CreateRoute"
                },
            ),
            text("state", "active"),
        ]
    });
    vec![
        items("associationSet", associations),
        text("routeTableId", table.id),
        items("routeSet", routes),
        node("propagatingVgwSet", Vec::new()),
        text("vpcId", &value.vpc_id),
        text("ownerId", &table.scope.account),
        tags::tag_set(table.tags),
    ]
}

fn acls(call: &mut Call<'_>) -> Outcome {
    List::<NetworkAcl> {
        ids: "NetworkAclId",
        facets: ACL_FACETS,
        page: USUAL_PAGE,
        answer: "networkAclSet",
        not_found: |_, id| acl_not_found(id),
        row: acl_row,
    }
    .run(call)
}

fn acl_row(call: &Call<'_>, acl: &Seen<'_, NetworkAcl>) -> Members {
    let value = acl.value;
    // The default ACL serves every subnet of its VPC that has no other.
    let subnets = call
        .world
        .all::<Subnet>()
        .filter(|subnet| subnet.value().vpc_id == value.vpc_id);
    let associations = subnets.map(|subnet| {
        vec![
            text(
                "networkAclAssociationId",
                subnet.id.replacen("subnet-", "aclassoc-", 1),
            ),
            text("networkAclId", acl.id),
            text("subnetId", &subnet.id),
        ]
    });
    vec![
        items("associationSet", associations),
        items("entrySet", value.entries.iter().map(entry)),
        text("default", value.is_default),
        text("networkAclId", acl.id),
        text("vpcId", &value.vpc_id),
        text("ownerId", &acl.scope.account),
        tags::tag_set(acl.tags),
    ]
}

fn entry(entry: &AclEntry) -> Members {
    let mut members = vec![
        text(
            match entry.cidr {
                IpNet::V4(_) => "cidrBlock",
                IpNet::V6(_) => "ipv6CidrBlock",
            },
            entry.cidr,
        ),
        text("egress", entry.egress),
        text("protocol", &entry.protocol),
        text("ruleAction", if entry.allow { "allow" } else { "deny" }),
        text("ruleNumber", entry.number),
    ];
    if let Some((from, to)) = entry.ports {
        members.push(node("portRange", vec![text("from", from), text("to", to)]));
    }
    members
}
