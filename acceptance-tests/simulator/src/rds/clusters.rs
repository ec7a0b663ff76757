//! Clusters: listed and deleted.

use super::filters::Filters;
use super::identifiers::{arn, arn_of};
use super::options::{self, groups, tag_list};
use super::pages::Page;
use super::refusals::{cluster_not_found, combination};
use super::{Event, instances};
use crate::engine::{Call, Limits, Operation, Outcome};
use crate::wire::xml::{Element, Members, node, rows_of, text, texts_of};
use crate::wire::{Parameters, Refusal};
use crate::world::database_names::{reader_name, writer_name};
use crate::world::databases::{DbCluster, DbSubnetGroup};
use crate::world::network::Subnet;
use crate::world::{self, Seen};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "DescribeDBClusters",
        limits: Limits::None,
        run: describe,
    },
    Operation {
        name: "DeleteDBCluster",
        limits: Limits::None,
        run: delete,
    },
];

const FILTERS: &[&str] = &[
    "clone-group-id",
    "db-cluster-id",
    "db-cluster-resource-id",
    "domain",
    "engine",
];

/// The answer of a call about one cluster.
pub(super) fn answer(call: &Call<'_>, arn: &str) -> Members {
    let record = call.world.live::<DbCluster>(arn);
    let row = record.map(|it| node("DBCluster", row(call, &it.as_made())));
    row.into_iter().collect()
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.text("DBClusterIdentifier");
    let filters = Filters::read(&mut call.parameters, FILTERS)?;
    let page = Page::read(&mut call.parameters)?;
    // Clusters of others are shared as snapshots only.
    call.parameters.boolean("IncludeShared")?;
    call.finish()?;
    let wanted = name.as_deref().map(|it| arn_of(&call.scope, "cluster", it));
    let mut all = call.see_all::<DbCluster>();
    all.retain(|seen| wanted.as_deref().is_none_or(|arn| arn == seen.id));
    if let Some(name) = name.filter(|_| all.is_empty()) {
        return Err(cluster_not_found(&name));
    }
    all.retain(|seen| filters.pass(|name| values(seen, name)));
    let rows = all.iter();
    let rows = rows.map(|seen| (seen.id.to_owned(), row(call, seen)));
    Ok(page.cut(("DBClusters", "DBCluster"), rows.collect()))
}

fn values(seen: &Seen<'_, DbCluster>, filter: &str) -> Vec<String> {
    let it = seen.value;
    match filter {
        "db-cluster-id" => vec![it.name.clone(), seen.id.to_owned()],
        "db-cluster-resource-id" => vec![it.options.resource_id.clone()],
        "engine" => vec![it.engine.clone()],
        _ => Vec::new(),
    }
}

fn row(call: &Call<'_>, seen: &Seen<'_, DbCluster>) -> Members {
    let it = seen.value;
    let group = call.world.record::<DbSubnetGroup>(&it.subnet_group);
    let group = group.map(world::Record::value);
    let subnets = group.iter().flat_map(|group| &group.subnet_ids);
    let zones = subnets.filter_map(|id| call.world.live::<Subnet>(id));
    let zones = zones.map(|it| it.value().zone_name.clone());
    let mut row = vec![
        text("AllocatedStorage", 1),
        texts_of(("AvailabilityZones", "AvailabilityZone"), zones),
        text("DBClusterIdentifier", &it.name),
        text("DBSubnetGroup", group.map_or("", |group| &group.name)),
        text("Status", &it.status),
        text("Endpoint", writer_name(seen.scope, &it.name)),
        text("ReaderEndpoint", reader_name(seen.scope, &it.name)),
        text("MultiAZ", false),
        text("Engine", &it.engine),
        text("EngineVersion", &it.engine_version),
        text("EngineMode", "provisioned"),
        text("Port", it.port),
        members(call, seen),
        groups(&it.group_ids),
        text("HostedZoneId", instances::hosted_zone(&seen.scope.region)),
        text("DbClusterResourceId", &it.options.resource_id),
        text("DBClusterArn", seen.id),
        text("ClusterCreateTime", seen.created.iso()),
        text("AutoMinorVersionUpgrade", true),
        tag_list(seen.tags),
    ];
    let database = it.options.database.iter();
    row.extend(database.map(|name| text("DatabaseName", name)));
    row.extend(options::shown(&it.options));
    row
}

fn members(call: &Call<'_>, seen: &Seen<'_, DbCluster>) -> Element {
    let rows = call.world.members_of(seen.id).map(|member| {
        let writer = seen.value.writer.as_ref() == Some(&member.id);
        vec![
            text("DBInstanceIdentifier", &member.value().name),
            text("IsClusterWriter", writer),
            text("DBClusterParameterGroupStatus", "in-sync"),
            text("PromotionTier", 1),
        ]
    });
    rows_of(("DBClusterMembers", "DBClusterMember"), rows)
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.required("DBClusterIdentifier")?;
    read_snapshot(&mut call.parameters, false)?;
    call.finish()?;
    let arn = arn(&call.scope, "cluster", &name.to_lowercase());
    let found = call.find::<DbCluster>(&arn);
    let found = found.ok_or_else(|| cluster_not_found(&name))?.value();
    if found.options.protected {
        return Err(combination(
            "Cannot delete protected Cluster, please disable deletion protection and try again.",
        ));
    }
    let invalid = |why: String| Refusal::new("InvalidDBClusterStateFault", why);
    if found.status == "deleting" {
        return Err(invalid(format!(
            "DBCluster {name} is already being deleted."
        )));
    }
    if call.world.members_of(&arn).next().is_some() {
        return Err(invalid(
            "Cluster cannot be deleted, it still contains DB instances in non-deleting state."
                .to_owned(),
        ));
    }
    call.world
        .change::<DbCluster>(&arn, |it| "deleting".clone_into(&mut it.status));
    let event = Event::ClusterGone(arn.clone());
    call.world
        .schedule(60_000, 180_000, world::Event::Rds(event));
    Ok(answer(call, &arn))
}

/// Takes what is to become of the data. Snapshots are not simulated; a database must go without one.
/// A `member` has no data of its own.
pub(super) fn read_snapshot(parameters: &mut Parameters, member: bool) -> Result<(), Refusal> {
    let skipped = parameters.boolean("SkipFinalSnapshot")?.unwrap_or_default();
    parameters.boolean("DeleteAutomatedBackups")?;
    match parameters.text("FinalDBSnapshotIdentifier") {
        Some(_) if skipped => Err(combination(
            "FinalDBSnapshotIdentifier can not be specified when deleting with SkipFinalSnapshot.",
        )),
        Some(_) => Err(Refusal::not_simulated("snapshots of databases")),
        None if skipped || member => Ok(()),
        None => Err(combination(
            "FinalDBSnapshotIdentifier is required unless SkipFinalSnapshot is specified.",
        )),
    }
}
