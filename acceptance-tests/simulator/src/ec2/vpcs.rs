//! VPCs: made, listed, changed, deleted.

use super::default_vpc::{furnish, new_vpc};
use super::events::Event;
use super::lists::{List, USUAL_PAGE};
use super::refusals::vpc_not_found;
use super::vpc_blocks::{self, block_members, ipv6_members, vpc_block};
use super::{limits, tags};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Members, items, node, text};
use crate::world::network::{InternetGateway, Ipv6Block, NetworkAcl, RouteTable, Subnet, Vpc};
use crate::world::security_group::SecurityGroup;
use crate::world::{self, Kind as _, Seen};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateVpc",
        limits: limits::MUTATING,
        run: create,
    },
    Operation {
        name: "DescribeVpcs",
        limits: limits::DESCRIBE,
        run: describe,
    },
    Operation {
        name: "DeleteVpc",
        limits: limits::MUTATING,
        run: delete,
    },
    Operation {
        name: "ModifyVpcAttribute",
        limits: limits::MUTATING,
        run: modify_attribute,
    },
    Operation {
        name: "DescribeVpcAttribute",
        limits: limits::DESCRIBE,
        run: describe_attribute,
    },
];

const FACETS: &[Facet<Vpc>] = &[
    ("vpc-id", |vpc| vec![vpc.id.to_owned()]),
    ("owner-id", |vpc| vec![vpc.scope.account.clone()]),
    ("state", |vpc| vec![state(vpc.value).to_owned()]),
    ("cidr", primary),
    ("cidr-block", primary),
    ("cidrBlock", primary),
    ("cidr-block-association.cidr-block", |vpc| {
        vpc.value
            .cidr_blocks
            .iter()
            .map(|(_, block)| block.to_string())
            .collect()
    }),
    ("ipv6-cidr-block-association.ipv6-cidr-block", |vpc| {
        ipv6(vpc, |own| own.block.to_string())
    }),
    ("ipv6-cidr-block-association.association-id", |vpc| {
        ipv6(vpc, |own| own.association_id.clone())
    }),
    ("dhcp-options-id", |vpc| {
        vec![vpc.value.dhcp_options_id.clone()]
    }),
    ("is-default", |vpc| vec![vpc.value.is_default.to_string()]),
    ("isDefault", |vpc| vec![vpc.value.is_default.to_string()]),
];

fn create(call: &mut Call<'_>) -> Outcome {
    let cidr = call.parameters.required("CidrBlock")?;
    let tenancy = call
        .parameters
        .one_of("InstanceTenancy", &["default", "dedicated"])?;
    let amazon = vpc_blocks::read_amazon(&mut call.parameters)?;
    let tags = tags::specified(call, Vpc::KIND)?;
    call.finish()?;
    let cidr = vpc_block(&cidr)?;
    let id = call.new_id("vpc");
    let mut vpc = new_vpc(call.world, cidr, false);
    if let Some(tenancy) = tenancy {
        vpc.tenancy = tenancy;
    }
    call.create(&id, tags, vpc);
    let birth = call.birth();
    furnish(call.world, &birth, &id, None);
    if amazon {
        let block = vpc_blocks::new_block(call.world, &birth.scope.region);
        vpc_blocks::add_ipv6(call.world, &id, block);
    }
    call.world.schedule(
        500,
        3_000,
        world::Event::Ec2(Event::VpcAvailable(id.clone())),
    );
    let made = call
        .world
        .live::<Vpc>(&id)
        .map(|record| row(call, &record.as_made()));
    Ok(vec![node("vpc", made.unwrap_or_default())])
}

fn describe(call: &mut Call<'_>) -> Outcome {
    List::<Vpc> {
        ids: "VpcId",
        facets: FACETS,
        page: USUAL_PAGE,
        answer: "vpcSet",
        not_found: |_, id| vpc_not_found(id),
        row,
    }
    .run(call)
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("VpcId")?;
    call.finish()?;
    call.find::<Vpc>(&id).ok_or_else(|| vpc_not_found(&id))?;
    let world = &mut *call.world;
    let busy = world
        .all::<Subnet>()
        .any(|subnet| subnet.value().vpc_id == id)
        || world
            .all::<InternetGateway>()
            .any(|gateway| gateway.value().vpc_id.as_ref() == Some(&id))
        || world
            .all::<SecurityGroup>()
            .any(|group| group.value().vpc_id == id && group.value().name != "default");
    if busy {
        return Err(Refusal::new(
            "DependencyViolation",
            format!("The vpc '{id}' has dependencies and cannot be deleted."),
        ));
    }
    let ids = |all: Vec<&String>| all.into_iter().cloned().collect::<Vec<_>>();
    let groups = ids(world
        .all::<SecurityGroup>()
        .filter(|group| group.value().vpc_id == id)
        .map(|group| &group.id)
        .collect());
    let tables = ids(world
        .all::<RouteTable>()
        .filter(|table| table.value().vpc_id == id)
        .map(|table| &table.id)
        .collect());
    let acls = ids(world
        .all::<NetworkAcl>()
        .filter(|acl| acl.value().vpc_id == id)
        .map(|acl| &acl.id)
        .collect());
    groups
        .iter()
        .for_each(|group| world.remove::<SecurityGroup>(group));
    tables
        .iter()
        .for_each(|table| world.remove::<RouteTable>(table));
    acls.iter().for_each(|acl| world.remove::<NetworkAcl>(acl));
    world.remove::<Vpc>(&id);
    Ok(vec![text("return", true)])
}

fn modify_attribute(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("VpcId")?;
    let mut flag = |name| {
        call.parameters
            .structure(name, |attribute| attribute.boolean("Value"))
            .map(Option::flatten)
    };
    let support = flag("EnableDnsSupport")?;
    let hostnames = flag("EnableDnsHostnames")?;
    let metrics = flag("EnableNetworkAddressUsageMetrics")?;
    call.finish()?;
    if [support, hostnames, metrics].iter().flatten().count() != 1 {
        return Err(Refusal::combination("Exactly one attribute must be given"));
    }
    call.find::<Vpc>(&id).ok_or_else(|| vpc_not_found(&id))?;
    call.world.change::<Vpc>(&id, |vpc| {
        vpc.dns_support = support.unwrap_or(vpc.dns_support);
        vpc.dns_hostnames = hostnames.unwrap_or(vpc.dns_hostnames);
        vpc.address_usage_metrics = metrics.unwrap_or(vpc.address_usage_metrics);
    });
    Ok(vec![text("return", true)])
}

fn describe_attribute(call: &mut Call<'_>) -> Outcome {
    let words = [
        "enableDnsSupport",
        "enableDnsHostnames",
        "enableNetworkAddressUsageMetrics",
    ];
    let attribute = call.parameters.one_of("Attribute", &words)?;
    let attribute = attribute.ok_or_else(|| Refusal::missing("Attribute"))?;
    let id = call.parameters.required("VpcId")?;
    call.finish()?;
    let vpc = call.see::<Vpc>(&id).ok_or_else(|| vpc_not_found(&id))?;
    let (name, value) = match attribute.as_str() {
        "enableDnsSupport" => ("enableDnsSupport", vpc.value.dns_support),
        "enableDnsHostnames" => ("enableDnsHostnames", vpc.value.dns_hostnames),
        _ => (
            "enableNetworkAddressUsageMetrics",
            vpc.value.address_usage_metrics,
        ),
    };
    Ok(vec![
        node(name, vec![text("value", value)]),
        text("vpcId", &id),
    ])
}

fn row(call: &Call<'_>, vpc: &Seen<'_, Vpc>) -> Members {
    let blocks = &vpc.value.cidr_blocks;
    let mut row = vec![
        text("vpcId", vpc.id),
        text("ownerId", &vpc.scope.account),
        text("state", state(vpc.value)),
        text("cidrBlock", primary(vpc).concat()),
        items(
            "cidrBlockAssociationSet",
            blocks
                .iter()
                .map(|(id, block)| block_members(id, block, "associated")),
        ),
        text("dhcpOptionsId", &vpc.value.dhcp_options_id),
        text("instanceTenancy", &vpc.value.tenancy),
        text("isDefault", vpc.value.is_default),
        tags::tag_set(vpc.tags),
    ];
    if !vpc.value.ipv6_blocks.is_empty() {
        let own = vpc.value.ipv6_blocks.iter();
        let rows = own.map(|own| ipv6_members(own, call.now(), &vpc.scope.region));
        row.push(items("ipv6CidrBlockAssociationSet", rows));
    }
    row
}

fn ipv6(vpc: &Seen<'_, Vpc>, say: fn(&Ipv6Block) -> String) -> Vec<String> {
    vpc.value.ipv6_blocks.iter().map(say).collect()
}

fn primary(vpc: &Seen<'_, Vpc>) -> Vec<String> {
    vpc.value
        .cidr_blocks
        .first()
        .map(|(_, block)| block.to_string())
        .into_iter()
        .collect()
}

const fn state(vpc: &Vpc) -> &'static str {
    if vpc.pending { "pending" } else { "available" }
}
