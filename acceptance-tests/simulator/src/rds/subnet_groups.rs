//! DB subnet groups: made, listed, deleted.

use std::collections::BTreeSet;

use super::identifiers::{arn, arn_of};
use super::options::read_tags;
use super::pages::Page;
use super::refusals::{subnet_group_not_found, value};
use crate::engine::{Call, Limits, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Element, Members, node, rows_of, text, texts_of};
use crate::world::World;
use crate::world::databases::{DbCluster, DbInstance, DbSubnetGroup};
use crate::world::network::Subnet;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateDBSubnetGroup",
        limits: Limits::None,
        run: create,
    },
    Operation {
        name: "DescribeDBSubnetGroups",
        limits: Limits::None,
        run: describe,
    },
    Operation {
        name: "DeleteDBSubnetGroup",
        limits: Limits::None,
        run: delete,
    },
];

/// A database must be able to move to another zone.
const ZONES_MIN: usize = 2;

fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.required("DBSubnetGroupName")?;
    let description = call.parameters.required("DBSubnetGroupDescription")?;
    let subnet_ids = call
        .parameters
        .named_list("SubnetIds", "SubnetIdentifier")?;
    let tags = read_tags(&mut call.parameters)?;
    call.finish()?;
    let name = checked(&name)?;
    let vpc_id = check_subnets(call, &subnet_ids)?;
    let arn = arn(&call.scope, "subgrp", &name);
    if call.world.live::<DbSubnetGroup>(&arn).is_some() {
        return Err(Refusal::new(
            "DBSubnetGroupAlreadyExists",
            format!("The DB subnet group '{name}' already exists."),
        ));
    }
    let group = DbSubnetGroup {
        name,
        description,
        vpc_id,
        subnet_ids,
    };
    let shown = node("DBSubnetGroup", row(call, &arn, &group));
    call.create(&arn, tags, group);
    Ok(vec![shown])
}

/// The name as RDS keeps it. `default` is RDS's own.
fn checked(name: &str) -> Result<String, Refusal> {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b" ._-".contains(&byte);
    let name = name.to_lowercase();
    match name.len() <= 255 && name.bytes().all(plain) && name != "default" {
        true => Ok(name),
        false => Err(value(
            "The parameter DBSubnetGroupName is not a valid identifier.",
        )),
    }
}

/// The VPC of the subnets, which must be one, in two zones at least.
fn check_subnets(call: &Call<'_>, ids: &[String]) -> Result<String, Refusal> {
    let invalid = || {
        let all = ids.join(", ");
        let message = format!("Some input subnets in :[{all}] are invalid.");
        Refusal::new("InvalidSubnet", message)
    };
    let mut zones = BTreeSet::new();
    let mut vpcs = BTreeSet::new();
    for id in ids {
        let subnet = call.find::<Subnet>(id).ok_or_else(invalid)?.value();
        zones.insert(subnet.zone_name.as_str());
        vpcs.insert(subnet.vpc_id.clone());
    }
    if zones.len() < ZONES_MIN {
        let zones: Vec<_> = zones.into_iter().collect();
        return Err(Refusal::new(
            "DBSubnetGroupDoesNotCoverEnoughAZs",
            format!(
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement. \
                 Current AZ coverage: {}. Add subnets to cover at least {ZONES_MIN} AZs.",
                zones.join(", ")
            ),
        ));
    }
    let only = vpcs.pop_first().filter(|_| vpcs.is_empty());
    only.ok_or_else(invalid)
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.text("DBSubnetGroupName");
    let page = Page::read(&mut call.parameters)?;
    call.finish()?;
    let wanted = name.as_deref().map(|it| arn_of(&call.scope, "subgrp", it));
    let mut all = call.see_all::<DbSubnetGroup>();
    all.retain(|seen| wanted.as_deref().is_none_or(|arn| arn == seen.id));
    if let Some(name) = name.filter(|_| all.is_empty()) {
        return Err(subnet_group_not_found(&name));
    }
    let rows = all.iter();
    let rows = rows.map(|seen| (seen.id.to_owned(), row(call, seen.id, seen.value)));
    Ok(page.cut(("DBSubnetGroups", "DBSubnetGroup"), rows.collect()))
}

/// A subnet group as RDS shows it, also as a part of an instance.
pub(super) fn row(call: &Call<'_>, arn: &str, group: &DbSubnetGroup) -> Members {
    vec![
        text("DBSubnetGroupName", &group.name),
        text("DBSubnetGroupDescription", &group.description),
        text("VpcId", &group.vpc_id),
        text("SubnetGroupStatus", "Complete"),
        subnets(call, group),
        text("DBSubnetGroupArn", arn),
        texts_of(("SupportedNetworkTypes", "member"), ["IPV4"]),
    ]
}

fn subnets(call: &Call<'_>, group: &DbSubnetGroup) -> Element {
    let rows = group.subnet_ids.iter().map(|id| {
        let zone = call.world.live::<Subnet>(id);
        let zone = zone.map(|it| vec![text("Name", &it.value().zone_name)]);
        vec![
            text("SubnetIdentifier", id),
            node("SubnetAvailabilityZone", zone.unwrap_or_default()),
            node("SubnetOutpost", Vec::new()),
            text("SubnetStatus", "Active"),
        ]
    });
    rows_of(("Subnets", "Subnet"), rows)
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.required("DBSubnetGroupName")?;
    call.finish()?;
    let arn = arn_of(&call.scope, "subgrp", &name);
    if call.find::<DbSubnetGroup>(&arn).is_none() {
        return Err(subnet_group_not_found(&name));
    }
    if let Some(user) = user_of(call.world, &arn) {
        return Err(Refusal::new(
            "InvalidDBSubnetGroupStateFault",
            format!(
                "Cannot delete the subnet group '{name}' because at least one database {user} is \
                 still using it."
            ),
        ));
    }
    call.world.remove::<DbSubnetGroup>(&arn);
    Ok(Vec::new())
}

/// A database that stands in a subnet group.
fn user_of(world: &World, group: &str) -> Option<String> {
    let mut instances = world.all::<DbInstance>();
    let mut clusters = world.all::<DbCluster>();
    let instance = instances.find(|it| it.value().subnet_group == group);
    let cluster = clusters.find(|it| it.value().subnet_group == group);
    instance
        .map(|it| format!("instance: {}", it.value().name))
        .or_else(|| cluster.map(|it| format!("cluster: {}", it.value().name)))
}
