//! Instances: listed and deleted.

use super::clusters::read_snapshot;
use super::filters::Filters;
use super::identifiers::{arn, arn_of};
use super::options::{self, groups, tag_list};
use super::pages::Page;
use super::refusals::{combination, instance_not_found};
use super::{Event, subnet_groups};
use crate::engine::{Call, Limits, Operation, Outcome};
use crate::random::zone_id;
use crate::wire::Refusal;
use crate::wire::xml::{Element, Members, node, text};
use crate::world::database_names::instance_name;
use crate::world::databases::{DbCluster, DbInstance, DbSubnetGroup};
use crate::world::{self, Seen, World};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "DescribeDBInstances",
        limits: Limits::None,
        run: describe,
    },
    Operation {
        name: "DeleteDBInstance",
        limits: Limits::None,
        run: delete,
    },
];

const FILTERS: &[&str] = &[
    "db-cluster-id",
    "db-instance-id",
    "dbi-resource-id",
    "domain",
    "engine",
];

/// The hosted zone of RDS's names in a region; that of us-east-1 is AWS's.
pub(super) fn hosted_zone(region: &str) -> String {
    match region {
        "us-east-1" => "Z2R2ITUGPM61AM".to_owned(),
        other => zone_id(&["rds", other]),
    }
}

/// The answer of a call about one instance.
pub(super) fn answer(call: &Call<'_>, arn: &str) -> Members {
    let record = call.world.live::<DbInstance>(arn);
    let row = record.map(|it| node("DBInstance", row(call, &it.as_made())));
    row.into_iter().collect()
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.text("DBInstanceIdentifier");
    let filters = Filters::read(&mut call.parameters, FILTERS)?;
    let page = Page::read(&mut call.parameters)?;
    call.finish()?;
    let wanted = name.as_deref().map(|it| arn_of(&call.scope, "db", it));
    let mut all = call.see_all::<DbInstance>();
    all.retain(|seen| wanted.as_deref().is_none_or(|arn| arn == seen.id));
    if let Some(name) = name.filter(|_| all.is_empty()) {
        return Err(instance_not_found(&name));
    }
    all.retain(|seen| filters.pass(|name| values(seen, name)));
    let rows = all.iter();
    let rows = rows.map(|seen| (seen.id.to_owned(), row(call, seen)));
    Ok(page.cut(("DBInstances", "DBInstance"), rows.collect()))
}

fn values(seen: &Seen<'_, DbInstance>, filter: &str) -> Vec<String> {
    let it = seen.value;
    match filter {
        "db-instance-id" => vec![it.name.clone(), seen.id.to_owned()],
        "db-cluster-id" => {
            let arn = it.cluster.iter();
            arn.flat_map(|arn| [arn.clone(), last(arn).to_owned()])
                .collect()
        }
        "dbi-resource-id" => vec![it.options.resource_id.clone()],
        "engine" => vec![it.engine.clone()],
        _ => Vec::new(),
    }
}

/// The identifier in an ARN.
fn last(arn: &str) -> &str {
    arn.rsplit(':').next().unwrap_or_default()
}

fn row(call: &Call<'_>, seen: &Seen<'_, DbInstance>) -> Members {
    let it = seen.value;
    let mut row = vec![
        text("DBInstanceIdentifier", &it.name),
        text("DBInstanceClass", &it.class),
        text("Engine", &it.engine),
        text("DBInstanceStatus", &it.status),
        text("AllocatedStorage", it.allocated_storage),
        groups(&it.group_ids),
        text("AvailabilityZone", &it.zone_name),
        text("MultiAZ", false),
        text("EngineVersion", &it.engine_version),
        text("AutoMinorVersionUpgrade", true),
        text("PubliclyAccessible", it.public),
        text("DbInstancePort", 0),
        text("DbiResourceId", &it.options.resource_id),
        text("DBInstanceArn", seen.id),
        text("InstanceCreateTime", seen.created.iso()),
        tag_list(seen.tags),
    ];
    let group = call.world.record::<DbSubnetGroup>(&it.subnet_group);
    row.extend(group.map(|group| {
        let shown = subnet_groups::row(call, &group.id, group.value());
        node("DBSubnetGroup", shown)
    }));
    // The name comes when somebody answers for it.
    if it.status != "creating" {
        row.push(endpoint(seen));
    }
    let cluster = it.cluster.iter();
    row.extend(cluster.flat_map(|arn| {
        let tier = text("PromotionTier", 1);
        [text("DBClusterIdentifier", last(arn)), tier]
    }));
    let database = it.options.database.iter();
    row.extend(database.map(|name| text("DBName", name)));
    row.extend(options::shown(&it.options));
    row
}

fn endpoint(seen: &Seen<'_, DbInstance>) -> Element {
    let members = vec![
        text("Address", instance_name(seen.scope, &seen.value.name)),
        text("Port", seen.value.port),
        text("HostedZoneId", hosted_zone(&seen.scope.region)),
    ];
    node("Endpoint", members)
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.required("DBInstanceIdentifier")?;
    let arn = arn(&call.scope, "db", &name.to_lowercase());
    let found = call.find::<DbInstance>(&arn);
    let found = found.map(|it| it.value().clone());
    let cluster = found.as_ref().and_then(|it| it.cluster.clone());
    read_snapshot(&mut call.parameters, cluster.is_some())?;
    call.finish()?;
    let found = found.ok_or_else(|| instance_not_found(&name))?;
    if found.options.protected {
        return Err(combination(
            "Cannot delete protected DB Instance, please disable deletion protection and try again.",
        ));
    }
    if found.status == "deleting" {
        let message = format!("Instance {name} is already being deleted.");
        return Err(Refusal::new("InvalidDBInstanceState", message));
    }
    call.world
        .change::<DbInstance>(&arn, |it| "deleting".clone_into(&mut it.status));
    if let Some(cluster) = cluster {
        fail_over(call.world, &cluster);
    }
    let event = Event::InstanceGone(arn.clone());
    call.world
        .schedule(60_000, 300_000, world::Event::Rds(event));
    Ok(answer(call, &arn))
}

/// Another member writes, where the one that did is on its way out.
fn fail_over(world: &mut World, cluster: &str) {
    let mut members = world.members_of(cluster);
    let writer = world.live::<DbCluster>(cluster);
    let writer = writer.and_then(|it| it.value().writer.clone());
    let heir = members.next().map(|it| it.id.clone());
    let stays = members.any(|it| Some(&it.id) == writer.as_ref()) || heir == writer;
    drop(members);
    if !stays {
        world.change::<DbCluster>(cluster, |it| it.writer = heir);
    }
}
