//! Address blocks of VPCs beside the first: IPv4 blocks of the caller's, IPv6 blocks of Amazon's.

use std::net::Ipv6Addr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

use super::default_vpc::allow_all_ipv6_egress;
use super::limits;
use super::refusals::{absent, vpc_not_found};
use crate::clock::Moment;
use crate::engine::{Call, Operation, Outcome};
use crate::random::hash;
use crate::wire::xml::{Element, Members, node, text};
use crate::wire::{Parameters, Refusal};
use crate::world::World;
use crate::world::network::{AclEntry, Ipv6Block, NetworkAcl, Subnet, Vpc};
use crate::world::security_group::SecurityGroup;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "AssociateVpcCidrBlock",
        limits: limits::MUTATING,
        run: associate,
    },
    Operation {
        name: "DisassociateVpcCidrBlock",
        limits: limits::MUTATING,
        run: disassociate,
    },
];

/// How long an IPv6 block is `associating`, in ms.
pub(super) const ASSOCIATING_MS: (u64, u64) = (500, 5_000);

/// Numbers of the entries that a default network ACL gets for IPv6: all is allowed, then all denied.
const IPV6_ENTRIES: [(u32, bool); 2] = [(101, true), (32_768, false)];

/// Takes what would have a block come from a pool; whether Amazon is to give an IPv6 block.
pub(super) fn read_amazon(parameters: &mut Parameters) -> Result<bool, Refusal> {
    let pools = [
        "Ipv6Pool",
        "Ipv6CidrBlock",
        "Ipv4IpamPoolId",
        "Ipv4NetmaskLength",
        "Ipv6IpamPoolId",
        "Ipv6NetmaskLength",
        "Ipv6CidrBlockNetworkBorderGroup",
    ];
    if let Some(name) = pools.iter().find(|name| parameters.has(name)) {
        return Err(Refusal::not_simulated(format!("blocks from {name}")));
    }
    let amazon = parameters.boolean("AmazonProvidedIpv6CidrBlock")?;
    Ok(amazon.unwrap_or_default())
}

fn associate(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("VpcId")?;
    let cidr = call.parameters.text("CidrBlock");
    let amazon = read_amazon(&mut call.parameters)?;
    call.finish()?;
    if cidr.is_some() == amazon {
        return Err(Refusal::combination(
            "Exactly one of CidrBlock and AmazonProvidedIpv6CidrBlock must be given",
        ));
    }
    let cidr = cidr.map(|cidr| vpc_block(&cidr)).transpose()?;
    let vpc = call.find::<Vpc>(&id).ok_or_else(|| vpc_not_found(&id))?;
    let (count, quota) = match cidr {
        Some(_) => (vpc.value().cidr_blocks.len(), "ipv4-blocks-per-vpc"),
        None => (vpc.value().ipv6_blocks.len(), "ipv6-blocks-per-vpc"),
    };
    let most = call.world.quota(&call.scope.account, quota);
    if count >= most {
        return Err(Refusal::new(
            "CidrLimitExceeded",
            format!("This network '{id}' has met its maximum number of allowed CIDRs: {most}"),
        ));
    }
    let added = match cidr {
        Some(cidr) => add_block(call, &id, cidr)?,
        None => {
            let region = call.scope.region.clone();
            let block = new_block(call.world, &region);
            let shown = ipv6_row(&block, "associating", &region);
            add_ipv6(call.world, &id, block);
            node("ipv6CidrBlockAssociation", shown)
        }
    };
    Ok(vec![added, text("vpcId", &id)])
}

fn add_block(call: &mut Call<'_>, id: &str, cidr: Ipv4Net) -> Result<Element, Refusal> {
    let overlaps = |(_, block): &(String, Ipv4Net)| block.contains(&cidr) || cidr.contains(block);
    let vpc = call.find::<Vpc>(id).ok_or_else(|| vpc_not_found(id))?;
    if vpc.value().cidr_blocks.iter().any(overlaps) {
        return Err(Refusal::new(
            "CidrConflict",
            format!("The CIDR '{cidr}' conflicts with another block of the VPC"),
        ));
    }
    let association = call.new_id("vpc-cidr-assoc");
    let shown = block_members(&association, &cidr, "associating");
    call.world
        .change::<Vpc>(id, |vpc| vpc.cidr_blocks.push((association, cidr)));
    Ok(node("cidrBlockAssociation", shown))
}

/// A new /56 of Amazon's for a region; no two VPCs have the same.
pub(super) fn new_block(world: &mut World, region: &str) -> Ipv6Block {
    let association_id = world.random.id("vpc-cidr-assoc");
    let associated_from = world.draw_wait(ASSOCIATING_MS.0, ASSOCIATING_MS.1);
    let head = 0x2600_1f00_u128 | u128::from(hash(0, &[region]) & 0xff);
    loop {
        let middle = u128::from(world.random.next() & 0x00ff_ffff);
        let network = Ipv6Addr::from(head << 96 | middle << 72);
        let block = Ipv6Net::new_assert(network, 56);
        let mut others = world
            .all::<Vpc>()
            .flat_map(|vpc| vpc.value().ipv6_blocks.iter());
        if !others.any(|other| other.block == block) {
            return Ipv6Block {
                association_id,
                block,
                associated_from,
            };
        }
    }
}

/// Gives a VPC an IPv6 block; its default group and network ACL let IPv6 through from then on.
pub(super) fn add_ipv6(world: &mut World, vpc_id: &str, block: Ipv6Block) {
    world.change::<Vpc>(vpc_id, |vpc| vpc.ipv6_blocks.push(block));
    open_group(world, vpc_id);
    open_acl(world, vpc_id);
}

fn open_group(world: &mut World, vpc_id: &str) {
    let group = world
        .all::<SecurityGroup>()
        .find(|group| group.value().vpc_id == vpc_id && group.value().name == "default")
        .map(|group| group.id.clone());
    let rule = allow_all_ipv6_egress(world);
    if let (Some(group), Some(rule)) = (group, rule) {
        world.ripen::<SecurityGroup>(&group, |group| {
            if !group.rules.iter().any(|known| known.same(&rule)) {
                group.rules.push(rule);
            }
        });
    }
}

fn open_acl(world: &mut World, vpc_id: &str) {
    let acls: Vec<String> = world
        .all::<NetworkAcl>()
        .filter(|acl| acl.value().vpc_id == vpc_id && acl.value().is_default)
        .map(|acl| acl.id.clone())
        .collect();
    for acl in acls {
        world.ripen::<NetworkAcl>(&acl, |acl| {
            for egress in [false, true] {
                for (number, allow) in IPV6_ENTRIES {
                    let known = |entry: &AclEntry| entry.egress == egress && entry.number == number;
                    if !acl.entries.iter().any(known) {
                        acl.entries.push(AclEntry {
                            number,
                            egress,
                            allow,
                            protocol: "-1".to_owned(),
                            cidr: IpNet::V6(Ipv6Net::default()),
                            ports: None,
                        });
                    }
                }
            }
        });
    }
}

fn disassociate(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("AssociationId")?;
    call.finish()?;
    let (vpc_id, value) = owner_of(call, &id)?;
    let refused = |code: &str, why: &str| {
        let what = format!("The vpc CIDR block with association ID {id} may not be disassociated.");
        Refusal::new(code, format!("{what} {why}"))
    };
    if value.cidr_blocks.first().is_some_and(|(own, _)| *own == id) {
        let why = "It is the primary IPv4 CIDR block of the VPC";
        return Err(refused("OperationNotPermitted", why));
    }
    let ipv4 = value.cidr_blocks.iter().find(|(known, _)| *known == id);
    let ipv6 = value
        .ipv6_blocks
        .iter()
        .find(|own| own.association_id == id);
    let in_use = call.world.all::<Subnet>().any(|subnet| {
        let subnet = subnet.value();
        let below = subnet
            .cidr
            .zip(ipv4)
            .map(|(own, (_, all))| all.contains(&own));
        let ipv6_below = subnet.ipv6.as_ref().zip(ipv6);
        subnet.vpc_id == vpc_id
            && (below == Some(true)
                || ipv6_below.is_some_and(|(own, all)| all.block.contains(&own.block)))
    });
    if in_use {
        return Err(refused("InvalidCidrBlock.InUse", "A subnet uses it"));
    }
    let shown = match (ipv4, ipv6) {
        (Some((id, block)), _) => node(
            "cidrBlockAssociation",
            block_members(id, block, "disassociating"),
        ),
        (None, Some(block)) => {
            let members = ipv6_row(block, "disassociating", &call.scope.region);
            node("ipv6CidrBlockAssociation", members)
        }
        (None, None) => return Ok(Vec::new()),
    };
    call.world.change::<Vpc>(&vpc_id, |vpc| {
        vpc.cidr_blocks.retain(|(known, _)| *known != id);
        vpc.ipv6_blocks.retain(|own| own.association_id != id);
    });
    Ok(vec![shown, text("vpcId", vpc_id)])
}

/// The VPC that has a block of that association.
fn owner_of(call: &Call<'_>, id: &str) -> Result<(String, Vpc), Refusal> {
    let mut all = call.world.within::<Vpc>(&call.scope);
    let found = all.find(|vpc| {
        let (ipv4, ipv6) = (&vpc.value().cidr_blocks, &vpc.value().ipv6_blocks);
        ipv4.iter().any(|(known, _)| known == id) || ipv6.iter().any(|own| own.association_id == id)
    });
    let names = (
        "InvalidVpcCidrBlockAssociationID",
        "vpc CIDR block association ID",
    );
    found
        .map(|vpc| (vpc.id.clone(), vpc.value().clone()))
        .ok_or_else(|| absent(id, "vpc-cidr-assoc", names))
}

/// An IPv4 block as answers show it.
pub(super) fn block_members(id: &str, block: &Ipv4Net, state: &str) -> Members {
    vec![
        text("associationId", id),
        text("cidrBlock", block),
        node("cidrBlockState", vec![text("state", state)]),
    ]
}

/// An IPv6 block of a VPC as answers show it.
pub(super) fn ipv6_members(block: &Ipv6Block, now: Moment, region: &str) -> Members {
    ipv6_row(block, ipv6_state(block, now), region)
}

fn ipv6_row(block: &Ipv6Block, state: &str, region: &str) -> Members {
    vec![
        text("associationId", &block.association_id),
        text("ipv6CidrBlock", block.block),
        node("ipv6CidrBlockState", vec![text("state", state)]),
        text("networkBorderGroup", region),
        text("ipv6Pool", "Amazon"),
        text("ipv6AddressAttribute", "public"),
        text("ipSource", "amazon"),
    ]
}

/// `associating`, then `associated`.
pub(super) fn ipv6_state(block: &Ipv6Block, now: Moment) -> &'static str {
    if block.associated_from > now {
        "associating"
    } else {
        "associated"
    }
}

/// A block between /16 and /28, brought to its network address as EC2 does.
pub(super) fn vpc_block(cidr: &str) -> Result<Ipv4Net, Refusal> {
    let block: Ipv4Net = cidr.parse().map_err(|_| {
        Refusal::invalid_value(format!(
            "Value ({cidr}) for parameter cidrBlock is invalid. This is not a valid CIDR block."
        ))
    })?;
    if !(16..=28).contains(&block.prefix_len()) {
        return Err(Refusal::new(
            "InvalidVpc.Range",
            format!("The CIDR '{cidr}' is invalid."),
        ));
    }
    Ok(block.trunc())
}
