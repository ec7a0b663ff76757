//! Subnets: made, listed, deleted.

use super::lists::{List, USUAL_PAGE};
use super::refusals::{dependency, subnet_not_found};
use super::{limits, subnet_blocks, tags};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::regions::{self, Zone};
use crate::wire::xml::{Members, items, node, text};
use crate::wire::{Parameters, Refusal};
use crate::world::network::{Ipv6Block, NetworkInterface, Subnet};
use crate::world::{Kind as _, Seen};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateSubnet",
        limits: limits::MUTATING,
        run: create,
    },
    Operation {
        name: "DescribeSubnets",
        limits: limits::DESCRIBE,
        run: describe,
    },
    Operation {
        name: "DeleteSubnet",
        limits: limits::MUTATING,
        run: delete,
    },
];

const FACETS: &[Facet<Subnet>] = &[
    ("subnet-id", |subnet| vec![subnet.id.to_owned()]),
    ("subnet-arn", |subnet| vec![arn(subnet)]),
    ("vpc-id", |subnet| vec![subnet.value.vpc_id.clone()]),
    ("availability-zone", zone_name),
    ("availabilityZone", zone_name),
    ("availability-zone-id", zone_id),
    ("availabilityZoneId", zone_id),
    ("cidr", block),
    ("cidr-block", block),
    ("cidrBlock", block),
    ("ipv6-cidr-block-association.ipv6-cidr-block", |subnet| {
        ipv6(subnet, |own| own.block.to_string())
    }),
    ("ipv6-cidr-block-association.association-id", |subnet| {
        ipv6(subnet, |own| own.association_id.clone())
    }),
    ("ipv6-native", |subnet| {
        vec![subnet.value.cidr.is_none().to_string()]
    }),
    ("default-for-az", |subnet| {
        vec![subnet.value.default_for_zone.to_string()]
    }),
    ("defaultForAz", |subnet| {
        vec![subnet.value.default_for_zone.to_string()]
    }),
    ("owner-id", |subnet| vec![subnet.scope.account.clone()]),
    ("state", |_| vec!["available".to_owned()]),
];

fn create(call: &mut Call<'_>) -> Outcome {
    let vpc_id = call.parameters.required("VpcId")?;
    let blocks = read_blocks(&mut call.parameters)?;
    let name = call.parameters.text("AvailabilityZone");
    let id = call.parameters.text("AvailabilityZoneId");
    let tags = tags::specified(call, Subnet::KIND)?;
    call.finish()?;
    let cidr = blocks.ipv4.as_deref();
    let cidr = cidr
        .map(|cidr| subnet_blocks::ipv4_block(call, &vpc_id, cidr))
        .transpose()?;
    let ipv6 = blocks.ipv6.as_deref();
    let ipv6 = ipv6
        .map(|cidr| subnet_blocks::ipv6_block(call, &vpc_id, cidr))
        .transpose()?;
    let zone = zone(call, name.as_deref(), id.as_deref())?;
    let id = call.new_id("subnet");
    let ipv6 = ipv6.map(|block| subnet_blocks::associated(call, block));
    let subnet = Subnet {
        vpc_id,
        cidr,
        ipv6,
        zone_name: zone.name,
        zone_id: zone.id.to_owned(),
        default_for_zone: false,
    };
    call.create(&id, tags, subnet);
    let made = call
        .world
        .live::<Subnet>(&id)
        .map(|record| row(call, &record.as_made()));
    Ok(vec![node("subnet", made.unwrap_or_default())])
}

/// The blocks that a call names; a subnet of IPv6 only has no other.
struct Blocks {
    ipv4: Option<String>,
    ipv6: Option<String>,
}

fn read_blocks(parameters: &mut Parameters) -> Result<Blocks, Refusal> {
    let pools = [
        "Ipv4IpamPoolId",
        "Ipv4NetmaskLength",
        "Ipv6IpamPoolId",
        "Ipv6NetmaskLength",
    ];
    if let Some(name) = pools.iter().find(|name| parameters.has(name)) {
        return Err(Refusal::not_simulated(format!("blocks from {name}")));
    }
    let native = parameters.boolean("Ipv6Native")?.unwrap_or_default();
    if !native {
        return Ok(Blocks {
            ipv4: Some(parameters.required("CidrBlock")?),
            ipv6: parameters.text("Ipv6CidrBlock"),
        });
    }
    if parameters.has("CidrBlock") {
        return Err(Refusal::combination(
            "CidrBlock can't be specified for a subnet of IPv6 only",
        ));
    }
    Ok(Blocks {
        ipv4: None,
        ipv6: Some(parameters.required("Ipv6CidrBlock")?),
    })
}

/// The zone asked for by name or id, else the first; constrained zones take no new subnets.
fn zone(call: &Call<'_>, name: Option<&str>, id: Option<&str>) -> Result<Zone, Refusal> {
    let zones = call.world.zones(&call.scope);
    let constrained = regions::find(&call.scope.region)
        .is_some_and(|region| id.is_some_and(|id| region.constrained.contains(&id)));
    let wanted = |zone: &&Zone| {
        name.is_none_or(|name| zone.name == name) && id.is_none_or(|id| zone.id == id)
    };
    if let Some(zone) = zones.iter().find(wanted).filter(|_| !constrained) {
        return Ok(zone.clone());
    }
    let names: Vec<&str> = zones.iter().map(|zone| zone.name.as_str()).collect();
    let asked = name.or(id).unwrap_or_default();
    let why = format!(
        "Subnets can currently only be created in the following availability zones: {}.",
        names.join(", ")
    );
    Err(Refusal::bad_value("availabilityZone", asked, &why))
}

fn describe(call: &mut Call<'_>) -> Outcome {
    List::<Subnet> {
        ids: "SubnetId",
        facets: FACETS,
        page: USUAL_PAGE,
        answer: "subnetSet",
        not_found: |_, id| subnet_not_found(id),
        row,
    }
    .run(call)
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("SubnetId")?;
    call.finish()?;
    call.find::<Subnet>(&id)
        .ok_or_else(|| subnet_not_found(&id))?;
    let busy = call
        .world
        .all::<NetworkInterface>()
        .any(|eni| eni.value().subnet_id == id);
    if busy {
        let message = format!("The subnet '{id}' has dependencies and cannot be deleted.");
        return Err(dependency(message));
    }
    call.world.remove::<Subnet>(&id);
    Ok(vec![text("return", true)])
}

fn row(call: &Call<'_>, subnet: &Seen<'_, Subnet>) -> Members {
    let value = subnet.value;
    let ipv6 = value.ipv6.iter();
    let ipv6 = ipv6.map(|own| subnet_blocks::members(own, call.now()));
    let mut row = vec![
        text("subnetId", subnet.id),
        text("subnetArn", arn(subnet)),
        text("state", "available"),
        text("vpcId", &value.vpc_id),
        text("ownerId", &subnet.scope.account),
        text(
            "availableIpAddressCount",
            call.world.free_address_count(subnet.id),
        ),
        text("availabilityZone", &value.zone_name),
        text("availabilityZoneId", &value.zone_id),
        text("defaultForAz", value.default_for_zone),
        text("mapPublicIpOnLaunch", value.default_for_zone),
        text("assignIpv6AddressOnCreation", value.cidr.is_none()),
        text("ipv6Native", value.cidr.is_none()),
        items("ipv6CidrBlockAssociationSet", ipv6),
        text("enableDns64", false),
        text("mapCustomerOwnedIpOnLaunch", false),
        node(
            "privateDnsNameOptionsOnLaunch",
            vec![
                text("hostnameType", "ip-name"),
                text("enableResourceNameDnsARecord", false),
                text("enableResourceNameDnsAAAARecord", false),
            ],
        ),
        tags::tag_set(subnet.tags),
    ];
    row.extend(value.cidr.map(|cidr| text("cidrBlock", cidr)));
    row
}

fn ipv6(subnet: &Seen<'_, Subnet>, say: fn(&Ipv6Block) -> String) -> Vec<String> {
    subnet.value.ipv6.iter().map(say).collect()
}

fn arn(subnet: &Seen<'_, Subnet>) -> String {
    let (region, account) = (&subnet.scope.region, &subnet.scope.account);
    format!("arn:aws:ec2:{region}:{account}:subnet/{}", subnet.id)
}

fn zone_name(subnet: &Seen<'_, Subnet>) -> Vec<String> {
    vec![subnet.value.zone_name.clone()]
}

fn zone_id(subnet: &Seen<'_, Subnet>) -> Vec<String> {
    vec![subnet.value.zone_id.clone()]
}

fn block(subnet: &Seen<'_, Subnet>) -> Vec<String> {
    let block = subnet.value.cidr.iter();
    block.map(ToString::to_string).collect()
}
