//! CreateDBCluster: a cluster of Aurora, which does nothing before it has instances.

use super::clusters::answer;
use super::identifiers::{arn, checked};
use super::refusals::value;
use super::{Event, engines, options, placement};
use crate::engine::{Call, Limits, Operation, Outcome};
use crate::wire::Refusal;
use crate::world;
use crate::world::databases::DbCluster;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "CreateDBCluster",
    limits: Limits::None,
    run: create,
}];

fn create(call: &mut Call<'_>) -> Outcome {
    let parameters = &mut call.parameters;
    let name = parameters.required("DBClusterIdentifier")?;
    let engine = parameters.required("Engine")?;
    let engine_version = parameters.text("EngineVersion");
    let port = parameters.integer("Port")?;
    let subnet_group = parameters.text("DBSubnetGroupName");
    let group_ids = parameters.named_list("VpcSecurityGroupIds", "VpcSecurityGroupId")?;
    let mut settings = options::read(parameters, "DatabaseName")?;
    options::check_user(parameters, &settings)?;
    let tags = options::read_tags(parameters)?;
    call.finish()?;
    let name = checked("DBClusterIdentifier", &name)?;
    let engine = engines::find(&engine)?;
    if !engine.clustered {
        let what = format!("clusters of {} in several zones", engine.name);
        return Err(Refusal::not_simulated(what));
    }
    let port = engines::port(engine, port)?;
    let arn = arn(&call.scope, "cluster", &name);
    if call.world.live::<DbCluster>(&arn).is_some() {
        return Err(Refusal::new(
            "DBClusterAlreadyExistsFault",
            "DB Cluster already exists",
        ));
    }
    let (subnet_group_arn, group) = placement::subnet_group(call, subnet_group.as_deref())?;
    if group.subnet_ids.is_empty() {
        return Err(value("The DB subnet group has no subnets"));
    }
    let group_ids = placement::groups(call, &group.vpc_id, group_ids)?;
    placement::keep(call, &group);
    settings.resource_id = options::resource_id(call, "cluster");
    let cluster = DbCluster {
        name,
        engine: engine.name.to_owned(),
        engine_version: engine_version.unwrap_or_else(|| engine.version.to_owned()),
        status: "creating".to_owned(),
        port,
        subnet_group: subnet_group_arn,
        group_ids,
        writer: None,
        options: settings,
    };
    call.create(&arn, tags, cluster);
    let event = Event::ClusterAvailable(arn.clone());
    call.world
        .schedule(60_000, 180_000, world::Event::Rds(event));
    Ok(answer(call, &arn))
}
