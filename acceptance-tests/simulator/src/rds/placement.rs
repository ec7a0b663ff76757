//! Where databases stand: their subnet group, their security groups, their network interfaces.

use super::identifiers::{arn, arn_of};
use super::refusals::{network, subnet_group_not_found, value};
use crate::engine::Call;
use crate::wire::Refusal;
use crate::world::Tags;
use crate::world::addresses::{Taking, Wish};
use crate::world::databases::DbSubnetGroup;
use crate::world::network::{InterfaceOwner, InternetGateway, Subnet, Vpc};
use crate::world::security_group::SecurityGroup;

/// The subnet group that RDS makes of the default VPC for whoever names none.
const DEFAULT: &str = "default";

/// A subnet group with its ARN: the one named, or the default one, which may have to be made yet.
pub(super) fn subnet_group(
    call: &Call<'_>,
    name: Option<&str>,
) -> Result<(String, DbSubnetGroup), Refusal> {
    let name = name.unwrap_or(DEFAULT);
    let arn = arn_of(&call.scope, "subgrp", name);
    if let Some(found) = call.find::<DbSubnetGroup>(&arn) {
        return Ok((arn, found.value().clone()));
    }
    let mut own = call.world.within::<Vpc>(&call.scope);
    let vpc = own.find(|vpc| name == DEFAULT && vpc.value().is_default);
    let vpc_id = vpc.map(|vpc| vpc.id.clone());
    let vpc_id = vpc_id.ok_or_else(|| subnet_group_not_found(name))?;
    let subnets = call.world.within::<Subnet>(&call.scope);
    let subnets = subnets.filter(|it| it.value().vpc_id == vpc_id && it.value().default_for_zone);
    let group = DbSubnetGroup {
        name: DEFAULT.to_owned(),
        description: DEFAULT.to_owned(),
        subnet_ids: subnets.map(|it| it.id.clone()).collect(),
        vpc_id,
    };
    Ok((arn, group))
}

/// Makes the default subnet group, if a database is the first to stand in it.
pub(super) fn keep(call: &mut Call<'_>, group: &DbSubnetGroup) {
    let arn = arn(&call.scope, "subgrp", &group.name);
    if call.world.live::<DbSubnetGroup>(&arn).is_none() {
        call.create(&arn, Tags::new(), group.clone());
    }
}

/// The security groups asked for, or the default group of the VPC.
pub(super) fn groups(
    call: &Call<'_>,
    vpc_id: &str,
    wanted: Vec<String>,
) -> Result<Vec<String>, Refusal> {
    for id in &wanted {
        let group = call.find::<SecurityGroup>(id);
        let group = group.ok_or_else(|| {
            value(format!(
                "Invalid security group , groupId= {id}, groupName=."
            ))
        })?;
        let theirs = &group.value().vpc_id;
        if theirs != vpc_id {
            return Err(network(format!(
                "The DB instance and EC2 security group are in different VPCs. The DB instance is \
                 in {vpc_id} and the EC2 security group is in {theirs}"
            )));
        }
    }
    if !wanted.is_empty() {
        return Ok(wanted);
    }
    let own = call.world.within::<SecurityGroup>(&call.scope);
    let default = own.filter(|it| it.value().vpc_id == vpc_id && it.value().name == "default");
    Ok(default.map(|it| it.id.clone()).collect())
}

/// The subnet of a group in which an instance stands: in the zone asked for, else one after the other.
pub(super) fn subnet(
    call: &Call<'_>,
    group: &DbSubnetGroup,
    zone: Option<&str>,
    neighbours: usize,
) -> Result<(String, String), Refusal> {
    let live = |id: &String| {
        let subnet = call.world.live::<Subnet>(id)?.value();
        Some((id.clone(), subnet.zone_name.clone()))
    };
    let mut subnets: Vec<_> = group.subnet_ids.iter().filter_map(live).collect();
    subnets.retain(|(_, name)| zone.is_none_or(|zone| zone == name));
    let index = neighbours.checked_rem(subnets.len()).unwrap_or_default();
    let chosen = subnets.into_iter().nth(index);
    chosen.ok_or_else(|| {
        let zone = zone.unwrap_or_default();
        let name = &group.name;
        network(format!(
            "The DB subnet group {name} has no subnet in the Availability Zone {zone}."
        ))
    })
}

/// Whether a database may be public there, and is unless something else is said.
pub(super) fn is_public(
    call: &Call<'_>,
    vpc_id: &str,
    asked: Option<bool>,
) -> Result<bool, Refusal> {
    let mut gateways = call.world.all::<InternetGateway>();
    let open = gateways.any(|it| it.value().vpc_id.as_deref() == Some(vpc_id));
    let vpc = call.world.live::<Vpc>(vpc_id);
    let named = vpc.is_some_and(|it| it.value().dns_support && it.value().dns_hostnames);
    let cannot = |why: &str| {
        network(format!(
            "Cannot create a publicly accessible DBInstance. The specified VPC {why} Update the \
             VPC and then try again"
        ))
    };
    match asked {
        None => Ok(open && named),
        Some(false) => Ok(false),
        Some(true) if !named => Err(cannot(
            "does not support DNS resolution, DNS hostnames, or both.",
        )),
        Some(true) if !open => Err(cannot("has no internet gateway attached.")),
        Some(true) => Ok(true),
    }
}

/// Makes the network interfaces of a database or a proxy, one in each subnet.
pub(super) fn attach(
    call: &mut Call<'_>,
    description: &str,
    subnet_ids: &[String],
    group_ids: &[String],
) -> Result<Vec<String>, Refusal> {
    let owner = InterfaceOwner {
        interface_type: "interface".to_owned(),
        description: description.to_owned(),
        requester_id: "amazon-rds".to_owned(),
        instance_owner_id: "amazon-rds".to_owned(),
    };
    let taking = Taking {
        ipv4: Wish::Any,
        ipv6: Wish::None,
    };
    let subnets: Vec<_> = subnet_ids.iter().map(|it| (it.clone(), taking)).collect();
    let birth = call.birth();
    let made = call
        .world
        .attach_interfaces(&birth, &owner, &subnets, group_ids);
    made.map_err(|subnet| network(format!("The subnet {subnet} has no free IP addresses.")))
}
