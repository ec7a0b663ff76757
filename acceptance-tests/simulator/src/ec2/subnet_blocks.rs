//! Blocks of subnets: where they may lie, and the IPv6 block that a subnet gets or loses later.

use ipnet::{Ipv4Net, Ipv6Net};

use super::limits;
use super::refusals::{absent, subnet_not_found, vpc_not_found};
use super::vpc_blocks::{ASSOCIATING_MS, ipv6_state};
use crate::clock::Moment;
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Members, node, text};
use crate::world::network::{Ipv6Block, NetworkInterface, Subnet, Vpc};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "AssociateSubnetCidrBlock",
        limits: limits::MUTATING,
        run: associate,
    },
    Operation {
        name: "DisassociateSubnetCidrBlock",
        limits: limits::MUTATING,
        run: disassociate,
    },
];

fn associate(call: &mut Call<'_>) -> Outcome {
    for name in ["Ipv6IpamPoolId", "Ipv6NetmaskLength"] {
        if call.parameters.has(name) {
            return Err(Refusal::not_simulated(format!("blocks from {name}")));
        }
    }
    let id = call.parameters.required("SubnetId")?;
    let cidr = call.parameters.required("Ipv6CidrBlock")?;
    call.finish()?;
    let subnet = call
        .find::<Subnet>(&id)
        .ok_or_else(|| subnet_not_found(&id))?
        .value()
        .clone();
    if subnet.ipv6.is_some() {
        return Err(Refusal::invalid_value(format!(
            "The subnet {id} has an IPv6 CIDR block already"
        )));
    }
    let block = ipv6_block(call, &subnet.vpc_id, &cidr)?;
    let block = associated(call, block);
    let shown = members_in(&block, "associating");
    call.world
        .change::<Subnet>(&id, |subnet| subnet.ipv6 = Some(block));
    Ok(vec![
        node("ipv6CidrBlockAssociation", shown),
        text("subnetId", id),
    ])
}

fn disassociate(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("AssociationId")?;
    call.finish()?;
    let found = call.world.within::<Subnet>(&call.scope).find_map(|subnet| {
        let own = subnet.value().ipv6.as_ref();
        let own = own.filter(|own| own.association_id == id)?;
        Some((subnet.id.clone(), own.clone(), subnet.value().cidr))
    });
    let (subnet_id, block, ipv4) = found.ok_or_else(|| {
        let names = (
            "InvalidSubnetCidrBlockAssociationID",
            "subnet CIDR block association ID",
        );
        absent(&id, "subnet-cidr-assoc", names)
    })?;
    let in_use = call
        .world
        .all::<NetworkInterface>()
        .any(|eni| eni.value().subnet_id == subnet_id && eni.value().ipv6_address.is_some());
    if in_use || ipv4.is_none() {
        return Err(Refusal::new(
            "InvalidCidrBlock.InUse",
            format!("The IPv6 CIDR block of {subnet_id} is in use"),
        ));
    }
    let shown = members_in(&block, "disassociating");
    call.world
        .change::<Subnet>(&subnet_id, |subnet| subnet.ipv6 = None);
    Ok(vec![
        node("ipv6CidrBlockAssociation", shown),
        text("subnetId", subnet_id),
    ])
}

/// The block as a subnet's own.
pub(super) fn associated(call: &mut Call<'_>, block: Ipv6Net) -> Ipv6Block {
    Ipv6Block {
        association_id: call.new_id("subnet-cidr-assoc"),
        block,
        associated_from: call.world.draw_wait(ASSOCIATING_MS.0, ASSOCIATING_MS.1),
    }
}

/// The IPv6 block of a subnet as answers show it.
pub(super) fn members(block: &Ipv6Block, now: Moment) -> Members {
    members_in(block, ipv6_state(block, now))
}

fn members_in(block: &Ipv6Block, state: &str) -> Members {
    vec![
        text("associationId", &block.association_id),
        text("ipv6CidrBlock", block.block),
        node("ipv6CidrBlockState", vec![text("state", state)]),
        text("ipv6AddressAttribute", "public"),
        text("ipSource", "amazon"),
    ]
}

/// The IPv4 block, if it lies in the VPC and beside its other subnets.
pub(super) fn ipv4_block(call: &Call<'_>, vpc_id: &str, cidr: &str) -> Result<Ipv4Net, Refusal> {
    let vpc = call
        .find::<Vpc>(vpc_id)
        .ok_or_else(|| vpc_not_found(vpc_id))?;
    let block: Ipv4Net = cidr
        .parse()
        .map_err(|_| Refusal::bad_value("cidrBlock", cidr, "This is not a valid CIDR block."))?;
    let block = block.trunc();
    let inside = vpc
        .value()
        .cidr_blocks
        .iter()
        .any(|(_, outer)| outer.contains(&block));
    if !inside || !(16..=28).contains(&block.prefix_len()) {
        return Err(out_of_range(cidr));
    }
    let taken = call.world.all::<Subnet>().any(|subnet| {
        let other = subnet.value().cidr;
        subnet.value().vpc_id == vpc_id
            && other.is_some_and(|other| other.contains(&block) || block.contains(&other))
    });
    if taken {
        return Err(conflict(cidr));
    }
    Ok(block)
}

/// The IPv6 block, if it lies in one of the VPC's and beside its other subnets. Lengths go from /44 to
/// /64 in steps of four.
pub(super) fn ipv6_block(call: &Call<'_>, vpc_id: &str, cidr: &str) -> Result<Ipv6Net, Refusal> {
    let vpc = call
        .find::<Vpc>(vpc_id)
        .ok_or_else(|| vpc_not_found(vpc_id))?;
    let why = "This is not a valid IPv6 CIDR block.";
    let block: Ipv6Net = cidr
        .parse()
        .map_err(|_| Refusal::bad_value("ipv6CidrBlock", cidr, why))?;
    let block = block.trunc();
    let mut outer = vpc.value().ipv6_blocks.iter();
    let inside = outer.any(|outer| outer.block.contains(&block));
    let length = block.prefix_len();
    if !inside || !(44..=64).contains(&length) || !length.is_multiple_of(4) {
        return Err(out_of_range(cidr));
    }
    let taken = call.world.all::<Subnet>().any(|subnet| {
        let other = subnet.value().ipv6.as_ref().map(|own| own.block);
        subnet.value().vpc_id == vpc_id
            && other.is_some_and(|other| other.contains(&block) || block.contains(&other))
    });
    if taken {
        return Err(conflict(cidr));
    }
    Ok(block)
}

fn out_of_range(cidr: &str) -> Refusal {
    Refusal::new(
        "InvalidSubnet.Range",
        format!("The CIDR '{cidr}' is invalid."),
    )
}

fn conflict(cidr: &str) -> Refusal {
    Refusal::new(
        "InvalidSubnet.Conflict",
        format!("The CIDR '{cidr}' conflicts with another subnet"),
    )
}
