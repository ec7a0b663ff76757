//! What a configuration of type ARN may lead to: a database of RDS of the same account and region, in the
//! gateway's VPC, and not public.

use super::refusals::invalid;
use crate::engine::Call;
use crate::wire::Refusal;
use crate::world::databases::{DbCluster, DbInstance, DbSubnetGroup};
use crate::world::lattice::ResourceGateway;
use crate::world::{Record, Scope, World};

const MEMBER: &str = "resourceConfigurationDefinition";

/// Refuses an ARN that is none of a database there, and a gateway that takes no ARNs.
/// Source: the Lattice guide, "Resource configurations".
pub(super) fn check_form(
    scope: &Scope,
    gateway: &ResourceGateway,
    arn: &str,
) -> Result<(), Refusal> {
    if gateway.dns_resolution == "IN_VPC" {
        return Err(invalid(
            "resourceGatewayIdentifier",
            "A resource gateway that resolves names IN_VPC takes no resource configurations of \
             type ARN",
        ));
    }
    let own = format!("arn:aws:rds:{}:{}:", scope.region, scope.account);
    let kind = arn.strip_prefix(&own).and_then(|rest| rest.split_once(':'));
    let why = match kind {
        Some(("cluster" | "db", name)) if !name.is_empty() => return Ok(()),
        _ if !arn.starts_with("arn:aws:rds:") => "is no ARN of a supported resource",
        None => "is not of this account and region",
        Some(_) => "is neither a database cluster nor a database instance",
    };
    Err(invalid(MEMBER, format!("{arn} {why}")))
}

/// What keeps the database from being reached through the gateway, if anything does.
pub(super) fn problem(call: &Call<'_>, gateway: &ResourceGateway, arn: &str) -> Option<String> {
    let cluster = call.find::<DbCluster>(arn).map(Record::value);
    let instance = call.find::<DbInstance>(arn).map(Record::value);
    let group = cluster.map(|it| &it.subnet_group);
    let group = group.or_else(|| instance.map(|it| &it.subnet_group));
    let Some(group) = group else {
        return Some(format!("{arn} does not exist"));
    };
    let vpc = call.world.live::<DbSubnetGroup>(group);
    let vpc = vpc.map(|it| it.value().vpc_id.as_str());
    if vpc != Some(gateway.vpc_id.as_str()) {
        let theirs = vpc.unwrap_or_default();
        let own = &gateway.vpc_id;
        return Some(format!(
            "{arn} is in {theirs}, and the resource gateway in {own}"
        ));
    }
    is_public(call.world, arn).then(|| format!("{arn} is publicly accessible"))
}

fn is_public(world: &World, arn: &str) -> bool {
    let alone = world.live::<DbInstance>(arn).into_iter();
    let mut all = alone.chain(world.members_of(arn));
    all.any(|it| it.value().public)
}
