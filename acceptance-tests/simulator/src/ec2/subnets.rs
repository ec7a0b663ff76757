//! Subnets: made, listed, deleted.

use ipnet::Ipv4Net;

use super::lists::{List, USUAL_PAGE};
use super::refusals::{dependency, subnet_not_found, vpc_not_found};
use super::{limits, tags};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::regions::{self, Zone};
use crate::wire::Refusal;
use crate::wire::xml::{Members, node, text};
use crate::world::network::{NetworkInterface, Subnet, Vpc};
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
    let cidr = call.parameters.required("CidrBlock")?;
    let name = call.parameters.text("AvailabilityZone");
    let id = call.parameters.text("AvailabilityZoneId");
    let tags = tags::specified(call, Subnet::KIND)?;
    call.finish()?;
    let cidr = subnet_block(call, &vpc_id, &cidr)?;
    let zone = zone(call, name.as_deref(), id.as_deref())?;
    let id = call.new_id("subnet");
    let subnet = Subnet {
        vpc_id,
        cidr,
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

/// The block, if it lies in the VPC and beside its other subnets.
fn subnet_block(call: &Call<'_>, vpc_id: &str, cidr: &str) -> Result<Ipv4Net, Refusal> {
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
        return Err(Refusal::new(
            "InvalidSubnet.Range",
            format!("The CIDR '{cidr}' is invalid."),
        ));
    }
    let taken = call.world.all::<Subnet>().any(|subnet| {
        let other = subnet.value().cidr;
        subnet.value().vpc_id == vpc_id && (other.contains(&block) || block.contains(&other))
    });
    if taken {
        return Err(Refusal::new(
            "InvalidSubnet.Conflict",
            format!("The CIDR '{cidr}' conflicts with another subnet"),
        ));
    }
    Ok(block)
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
    vec![
        text("subnetId", subnet.id),
        text("subnetArn", arn(subnet)),
        text("state", "available"),
        text("vpcId", &value.vpc_id),
        text("ownerId", &subnet.scope.account),
        text("cidrBlock", value.cidr),
        text(
            "availableIpAddressCount",
            call.world.free_address_count(subnet.id),
        ),
        text("availabilityZone", &value.zone_name),
        text("availabilityZoneId", &value.zone_id),
        text("defaultForAz", value.default_for_zone),
        text("mapPublicIpOnLaunch", value.default_for_zone),
        text("assignIpv6AddressOnCreation", false),
        text("ipv6Native", false),
        node("ipv6CidrBlockAssociationSet", Vec::new()),
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
    ]
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
    vec![subnet.value.cidr.to_string()]
}
