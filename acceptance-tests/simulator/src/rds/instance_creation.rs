//! CreateDBInstance: a member of a cluster, or a database of its own.

use super::engines::{self, Engine};
use super::identifiers::{arn, checked};
use super::instances::answer;
use super::refusals::{blank, cluster_not_found, combination, value};
use super::{Event, options, placement};
use crate::engine::{Call, Limits, Operation, Outcome};
use crate::wire::{Parameters, Refusal};
use crate::world::databases::{DbCluster, DbInstance, DbOptions, DbSubnetGroup};
use crate::world::{self, Tags};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "CreateDBInstance",
    limits: Limits::None,
    run: create,
}];

/// How RDS describes the interfaces of databases.
const INTERFACE: &str = "RDSNetworkInterface";

/// What a cluster decides for its members, with the words that RDS has for it.
const OF_THE_CLUSTER: &[(&str, &str)] = &[
    ("AllocatedStorage", "allocated storage"),
    ("BackupRetentionPeriod", "backup retention period"),
    ("DBName", "database name"),
    (
        "EnableIAMDatabaseAuthentication",
        "IAM database authentication",
    ),
    ("MasterUserPassword", "master user password"),
    ("MasterUsername", "master user name"),
    ("Port", "database endpoint port"),
    ("StorageEncrypted", "storage encryption"),
    ("VpcSecurityGroupIds", "vpc security group"),
];

/// What CreateDBInstance asks for.
struct Wanted {
    name: String,
    class: String,
    engine: &'static Engine,
    engine_version: Option<String>,
    cluster: Option<String>,
    port: Option<i64>,
    subnet_group: Option<String>,
    group_ids: Vec<String>,
    zone: Option<String>,
    public: Option<bool>,
    allocated_storage: Option<i64>,
    options: DbOptions,
    tags: Tags,
}

fn create(call: &mut Call<'_>) -> Outcome {
    let wanted = read(&mut call.parameters)?;
    call.finish()?;
    let arn = arn(&call.scope, "db", &wanted.name);
    if call.world.live::<DbInstance>(&arn).is_some() {
        return Err(Refusal::new(
            "DBInstanceAlreadyExists",
            "DB instance already exists",
        ));
    }
    let cluster = cluster(call, &wanted)?;
    let (instance, group, subnet_id) = plan(call, &wanted, cluster.as_ref())?;
    placement::keep(call, &group);
    let made = placement::attach(call, INTERFACE, &[subnet_id], &instance.group_ids)?;
    let interface_id = made.into_iter().next().unwrap_or_default();
    let mut instance = DbInstance {
        interface_id,
        ..instance
    };
    instance.options.resource_id = options::resource_id(call, "db");
    if let Some(cluster) = &instance.cluster {
        call.world.change::<DbCluster>(cluster, |it| {
            it.writer.get_or_insert_with(|| arn.clone());
        });
    }
    call.create(&arn, wanted.tags, instance);
    let event = Event::InstanceAvailable(arn.clone());
    call.world
        .schedule(240_000, 600_000, world::Event::Rds(event));
    Ok(answer(call, &arn))
}

fn read(parameters: &mut Parameters) -> Result<Wanted, Refusal> {
    let name = parameters.required("DBInstanceIdentifier")?;
    let class = parameters.required("DBInstanceClass")?;
    if !class.starts_with("db.") {
        return Err(value(format!("Invalid DB Instance class: {class}")));
    }
    let engine = engines::find(&parameters.required("Engine")?)?;
    let cluster = parameters.text("DBClusterIdentifier");
    match (engine.clustered, cluster.is_some()) {
        (true, false) => return Err(blank("DBClusterIdentifier")),
        (false, true) => {
            let message = format!("The engine {} has no clusters.", engine.name);
            return Err(combination(message));
        }
        _ => {}
    }
    let decided = OF_THE_CLUSTER.iter().find(|(name, _)| parameters.has(name));
    if let Some((_, what)) = decided.filter(|_| cluster.is_some()) {
        return Err(combination(format!(
            "The requested DB Instance will be a member of a DB Cluster. Set {what} for the DB \
             Cluster."
        )));
    }
    let options = options::read(parameters, "DBName")?;
    if cluster.is_none() {
        options::check_user(parameters, &options)?;
    }
    let allocated_storage = parameters.integer("AllocatedStorage")?;
    if cluster.is_none() && allocated_storage.is_none() {
        return Err(blank("AllocatedStorage"));
    }
    Ok(Wanted {
        name: checked("DBInstanceIdentifier", &name)?,
        class,
        engine,
        engine_version: parameters.text("EngineVersion"),
        cluster,
        port: parameters.integer("Port")?,
        subnet_group: parameters.text("DBSubnetGroupName"),
        group_ids: parameters.named_list("VpcSecurityGroupIds", "VpcSecurityGroupId")?,
        zone: parameters.text("AvailabilityZone"),
        public: parameters.boolean("PubliclyAccessible")?,
        allocated_storage,
        options,
        tags: options::read_tags(parameters)?,
    })
}

/// The cluster that the instance becomes a member of, with its ARN.
fn cluster(call: &Call<'_>, wanted: &Wanted) -> Result<Option<(String, DbCluster)>, Refusal> {
    let Some(name) = &wanted.cluster else {
        return Ok(None);
    };
    let arn = arn(&call.scope, "cluster", &name.to_lowercase());
    let found = call.find::<DbCluster>(&arn);
    let found = found.ok_or_else(|| cluster_not_found(name))?.value();
    if found.status == "deleting" {
        let message = format!("DBCluster {name} is being deleted.");
        return Err(Refusal::new("InvalidDBClusterStateFault", message));
    }
    let (asked, own) = (wanted.engine.name, &found.engine);
    if asked != own {
        return Err(combination(format!(
            "The engine name requested for your DB instance ({asked}) doesn't match the engine \
             name of your DB cluster ({own})."
        )));
    }
    let group = wanted.subnet_group.as_deref().map(str::to_lowercase);
    let theirs = found.subnet_group.rsplit(':').next();
    match group.is_none() || group.as_deref() == theirs {
        true => Ok(Some((arn, found.clone()))),
        false => Err(combination(
            "The DB subnet group of the DB Instance is not that of its DB Cluster.",
        )),
    }
}

/// The instance, if every rule allows it, with its subnet group and the subnet that it stands in.
fn plan(
    call: &Call<'_>,
    wanted: &Wanted,
    cluster: Option<&(String, DbCluster)>,
) -> Result<(DbInstance, DbSubnetGroup, String), Refusal> {
    let group_name = match cluster {
        Some((_, cluster)) => cluster.subnet_group.rsplit(':').next(),
        None => wanted.subnet_group.as_deref(),
    };
    let (subnet_group, group) = placement::subnet_group(call, group_name)?;
    let group_ids = match cluster {
        Some((_, cluster)) => cluster.group_ids.clone(),
        None => placement::groups(call, &group.vpc_id, wanted.group_ids.clone())?,
    };
    let neighbours = cluster.map_or(0, |(arn, _)| call.world.members_of(arn).count());
    let (subnet_id, zone_name) =
        placement::subnet(call, &group, wanted.zone.as_deref(), neighbours)?;
    let port = match cluster {
        Some((_, cluster)) => cluster.port,
        None => engines::port(wanted.engine, wanted.port)?,
    };
    let version = wanted.engine_version.clone();
    let version = version.or_else(|| cluster.map(|(_, it)| it.engine_version.clone()));
    let instance = DbInstance {
        name: wanted.name.clone(),
        class: wanted.class.clone(),
        engine: wanted.engine.name.to_owned(),
        engine_version: version.unwrap_or_else(|| wanted.engine.version.to_owned()),
        status: "creating".to_owned(),
        port,
        cluster: cluster.map(|(arn, _)| arn.clone()),
        subnet_group,
        group_ids,
        public: placement::is_public(call, &group.vpc_id, wanted.public)?,
        interface_id: String::new(),
        zone_name,
        allocated_storage: wanted.allocated_storage.unwrap_or(1),
        options: match cluster {
            Some((_, cluster)) => DbOptions {
                protected: wanted.options.protected,
                ..cluster.options.clone()
            },
            None => wanted.options.clone(),
        },
    };
    Ok((instance, group, subnet_id))
}
