//! RDS Proxy, as far as connections need it: made, listed, deleted. What stands behind one is not simulated.

use std::collections::BTreeSet;

use super::identifiers::{arn, checked};
use super::options::read_tags;
use super::pages::Page;
use super::refusals::proxy_not_found;
use super::{Event, filters, placement};
use crate::engine::{Call, Limits, Operation, Outcome};
use crate::wire::xml::{Members, member_texts, members, node, text};
use crate::wire::{Parameters, Refusal};
use crate::world::database_names::proxy_name;
use crate::world::databases::{DbProxy, ProxyAuth};
use crate::world::network::Subnet;
use crate::world::{self, Record, Seen};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateDBProxy",
        limits: Limits::None,
        run: create,
    },
    Operation {
        name: "DescribeDBProxies",
        limits: Limits::None,
        run: describe,
    },
    Operation {
        name: "DeleteDBProxy",
        limits: Limits::None,
        run: delete,
    },
];

/// Families of engines with the ports that proxies listen on.
const FAMILIES: &[(&str, u16)] = &[("MYSQL", 3306), ("POSTGRESQL", 5432), ("SQLSERVER", 1433)];

fn create(call: &mut Call<'_>) -> Outcome {
    let parameters = &mut call.parameters;
    let name = parameters.required("DBProxyName")?;
    let names: Vec<_> = FAMILIES.iter().map(|(name, _)| *name).collect();
    let family = parameters.one_of("EngineFamily", &names)?;
    let family = family.unwrap_or_default();
    let role_arn = parameters.required("RoleArn")?;
    let subnet_ids = parameters.list("VpcSubnetIds")?;
    let group_ids = parameters.list("VpcSecurityGroupIds")?;
    let auth = parameters.structures("Auth", read_auth)?;
    let tls = parameters.boolean("RequireTLS")?.unwrap_or_default();
    let debug = parameters.boolean("DebugLogging")?.unwrap_or_default();
    let idle_seconds = parameters.integer("IdleClientTimeout")?.unwrap_or(1800);
    let tags = read_tags(parameters)?;
    call.finish()?;
    let name = checked("DBProxyName", &name)?;
    let port = FAMILIES.iter().find(|(known, _)| *known == family);
    let port = port
        .ok_or_else(|| super::refusals::blank("EngineFamily"))?
        .1;
    if find(call, &name).is_some() {
        let message = format!("DB Proxy already exists: {name}");
        return Err(Refusal::new("DBProxyAlreadyExistsFault", message));
    }
    let vpc_id = check_subnets(call, &subnet_ids)?;
    let group_ids = placement::groups(call, &vpc_id, group_ids)?;
    let description = format!("Network interface for DBProxy {name}");
    let interface_ids = placement::attach(call, &description, &subnet_ids, &group_ids)?;
    let id = call.new_id("prx");
    let arn = arn(&call.scope, "db-proxy", &id);
    let proxy = DbProxy {
        name,
        family,
        port,
        status: "creating".to_owned(),
        vpc_id,
        subnet_ids,
        group_ids,
        interface_ids,
        role_arn,
        auth,
        tls,
        debug,
        idle_seconds,
    };
    call.create(&arn, tags, proxy);
    let event = Event::ProxyAvailable(arn.clone());
    call.world
        .schedule(60_000, 300_000, world::Event::Rds(event));
    Ok(answer(call, &arn))
}

fn read_auth(auth: &mut Parameters) -> Result<ProxyAuth, Refusal> {
    let iam = auth.one_of("IAMAuth", &["DISABLED", "REQUIRED", "ENABLED"])?;
    auth.one_of("AuthScheme", &["SECRETS"])?;
    Ok(ProxyAuth {
        secret_arn: auth.required("SecretArn")?,
        iam: iam.unwrap_or_else(|| "DISABLED".to_owned()),
    })
}

/// The VPC of the subnets, which must be one, in two zones at least.
fn check_subnets(call: &Call<'_>, ids: &[String]) -> Result<String, Refusal> {
    let invalid = || {
        let all = ids.join(", ");
        let message = format!("The subnets {all} are not of one VPC, in two zones at least");
        Refusal::new("InvalidSubnet", message)
    };
    let mut zones = BTreeSet::new();
    let mut vpcs = BTreeSet::new();
    for id in ids {
        let subnet = call.find::<Subnet>(id).ok_or_else(invalid)?.value();
        zones.insert(&subnet.zone_id);
        vpcs.insert(subnet.vpc_id.clone());
    }
    let only = vpcs.pop_first().filter(|_| vpcs.is_empty());
    only.filter(|_| zones.len() > 1).ok_or_else(invalid)
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.text("DBProxyName");
    filters::Filters::read(&mut call.parameters, &[])?;
    let page = Page::read(&mut call.parameters)?;
    call.finish()?;
    let wanted = name.as_deref().map(str::to_lowercase);
    let mut all = call.see_all::<DbProxy>();
    all.retain(|seen| wanted.as_ref().is_none_or(|name| *name == seen.value.name));
    if let Some(name) = name.filter(|_| all.is_empty()) {
        return Err(proxy_not_found(&name));
    }
    let rows = all.iter().map(|seen| (seen.id.to_owned(), row(seen)));
    Ok(page.cut(("DBProxies", "member"), rows.collect()))
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.required("DBProxyName")?;
    call.finish()?;
    let found = find(call, &name.to_lowercase());
    let found = found.ok_or_else(|| proxy_not_found(&name))?;
    if found.value().status == "deleting" {
        let message = format!("DBProxy {name} is being deleted.");
        return Err(Refusal::new("InvalidDBProxyStateFault", message));
    }
    let arn = found.id.clone();
    call.world
        .change::<DbProxy>(&arn, |it| "deleting".clone_into(&mut it.status));
    let event = Event::ProxyGone(arn.clone());
    call.world
        .schedule(60_000, 180_000, world::Event::Rds(event));
    Ok(answer(call, &arn))
}

fn find<'a>(call: &'a Call<'_>, name: &str) -> Option<&'a Record<DbProxy>> {
    let mut own = call.world.within::<DbProxy>(&call.scope);
    own.find(|it| it.value().name == name)
}

fn answer(call: &Call<'_>, arn: &str) -> Members {
    let record = call.world.live::<DbProxy>(arn);
    let row = record.map(|it| node("DBProxy", row(&it.as_made())));
    row.into_iter().collect()
}

fn row(seen: &Seen<'_, DbProxy>) -> Members {
    let it = seen.value;
    let auth = it.auth.iter().map(|auth| {
        vec![
            text("AuthScheme", "SECRETS"),
            text("SecretArn", &auth.secret_arn),
            text("IAMAuth", &auth.iam),
        ]
    });
    vec![
        text("DBProxyName", &it.name),
        text("DBProxyArn", seen.id),
        text("Status", &it.status),
        text("EngineFamily", &it.family),
        text("VpcId", &it.vpc_id),
        member_texts("VpcSecurityGroupIds", &it.group_ids),
        member_texts("VpcSubnetIds", &it.subnet_ids),
        members("Auth", auth),
        text("RoleArn", &it.role_arn),
        text("Endpoint", proxy_name(seen.scope, &it.name)),
        text("RequireTLS", it.tls),
        text("IdleClientTimeout", it.idle_seconds),
        text("DebugLogging", it.debug),
        text("CreatedDate", seen.created.iso()),
        text("UpdatedDate", seen.created.iso()),
    ]
}
