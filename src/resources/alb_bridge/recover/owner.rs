//! The owner's side, read back: load balancer, listeners, rules, principals.

use std::collections::{BTreeMap, BTreeSet};

use super::{field, found, set};
use crate::aws::ownership::Mark;
use crate::aws::{Arn, SiteAccess};
use crate::components::marked::{self, MarkedRule, Target};
use crate::components::{HealthCheck, SeenListener};
use crate::engine::Failure;
use crate::protocol::{Field, Map};
use crate::resources::admission::admitted;
use crate::resources::alb_bridge::addresses as at;
use crate::resources::alb_bridge::model::{
    AlbBridge, BridgeHealthCheck, BridgeListener, Notifications,
};
use crate::resources::alb_bridge::service::principals;
use crate::resources::pipeline::Id;

/// The load balancer with this ARN and its listeners.
pub(in crate::resources::alb_bridge) async fn recover_load_balancer(
    access: &SiteAccess,
    (path, arn): (&str, &str),
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
) -> Result<(), Failure> {
    recover_balancer(access, arn, model, ids).await?;
    let mut listeners = Map::new();
    for (port, listener) in marked::listeners(access, arn).await? {
        let tags = listener.tags.known().cloned().unwrap_or_default();
        let Some(key) = Mark::read(&tags)
            .address
            .and_then(|address| Some(address.strip_prefix("listener.")?.to_owned()))
            // The parts of a listener, such as the one that warms another target up, are none.
            .filter(|key| !key.contains('.'))
        else {
            continue;
        };
        let group = listener.target_group.known().cloned().unwrap_or_default();
        // One that somebody put in the place of ours is not ours.
        if marked::own_of(access, path, [group.clone()])
            .await?
            .is_some()
        {
            let id = found("target_group", &group, access.site());
            ids.insert(at::target_group(&key), id);
        }
        let listener = recover_listener(access, (port, &listener), model).await?;
        listeners.insert(key, Field::Known(listener));
    }
    model.listeners = Field::Known(listeners);
    Ok(())
}

/// The load balancer's own settings.
pub(super) async fn recover_balancer(
    access: &SiteAccess,
    arn: &str,
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
) -> Result<(), Failure> {
    ids.insert(
        at::NLB.to_owned(),
        found("network_load_balancer", arn, access.site()),
    );
    if let Some(balancer) = marked::balancer(access, arn).await? {
        model.subnet_ids = field(balancer.subnets.map(set));
        let enforced = balancer.enforce_inbound_rules.known() == Some(&true);
        model.enforce_security_group_inbound_rules_on_private_link_traffic =
            if enforced { "on".into() } else { "off".into() };
        model.cross_zone_load_balancing = field(balancer.cross_zone);
        model.deletion_protection = field(balancer.deletion_protection);
        let anchor = ids.get(at::ANCHOR).map(|it| it.id.clone());
        let groups = balancer.groups.into_known().unwrap_or_default();
        if anchor.is_none_or(|anchor| !groups.contains(&anchor)) {
            model.security_group_ids = Field::Known(set(groups));
        }
    }
    Ok(())
}

/// One listener with its target.
pub(super) async fn recover_listener(
    access: &SiteAccess,
    (port, listener): (u16, &SeenListener),
    model: &mut AlbBridge,
) -> Result<BridgeListener, Failure> {
    let group = listener.target_group.known().cloned().unwrap_or_default();
    let target = marked::target(access, &group).await?;
    if let Some(alb) = target.as_ref().and_then(|target| target.target.clone()) {
        model.alb_arn = Field::Known(alb);
    }
    let protocol = alb_protocol(access, model, target.as_ref()).await?;
    if let Some(arn) = listener.arn.known() {
        recover_idle_timeout(access, arn, model).await?;
    }
    Ok(recovered_listener(port, target, protocol.as_deref()))
}

/// All listeners have one; AWS's own is no value.
async fn recover_idle_timeout(
    access: &SiteAccess,
    arn: &str,
    model: &mut AlbBridge,
) -> Result<(), Failure> {
    if let Some(seconds) = marked::idle_timeout(access, arn).await? {
        model.tcp_idle_timeout_seconds = Field::Known(seconds);
    }
    Ok(())
}

/// The protocol of the ALB's own listener, which health checks take by default.
async fn alb_protocol(
    access: &SiteAccess,
    model: &AlbBridge,
    target: Option<&Target>,
) -> Result<Option<String>, Failure> {
    let (Some(arn), Some(target)) = (model.alb_arn.as_str(), target) else {
        return Ok(None);
    };
    marked::listener_protocol(access, arn, target.port).await
}

fn recovered_listener(port: u16, target: Option<Target>, alb: Option<&str>) -> BridgeListener {
    let alb_port = target.as_ref().map_or(port, |target| target.port);
    BridgeListener {
        port: Field::Known(i64::from(port)),
        alb_port: Field::Known(i64::from(alb_port)),
        health_check: target.map_or(Field::Null, |it| health_check(&it.health_check, alb)),
        ..BridgeListener::default()
    }
}

/// What of a health check is not the default; null if all of it is.
fn health_check(seen: &HealthCheck, alb: Option<&str>) -> Field<BridgeHealthCheck> {
    let number = |seen: i32, default: i32| match seen == default {
        true => Field::Null,
        false => Field::Known(i64::from(seen)),
    };
    let text = |seen: &str, default: &str| match seen == default {
        true => Field::Null,
        false => Field::Known(seen.to_owned()),
    };
    let protocol = seen.protocol.known().map(String::as_str);
    let check = BridgeHealthCheck {
        protocol: match protocol == alb {
            true => Field::Null,
            false => protocol.map(str::to_owned).into(),
        },
        port: seen.port.parse().ok().into(),
        path: text(&seen.path, "/"),
        matcher: text(&seen.matcher, "200-499"),
        interval: number(seen.interval_s, 10),
        timeout: number(seen.timeout_s, 6),
        healthy_threshold: number(seen.healthy_threshold, 2),
        unhealthy_threshold: number(seen.unhealthy_threshold, 2),
    };
    if check == BridgeHealthCheck::default() {
        Field::Null
    } else {
        Field::Known(check)
    }
}

/// With enforcement on, the anchor's inbound rules say who may come in.
pub(super) async fn recover_clients(
    access: &SiteAccess,
    path: &str,
    model: &mut AlbBridge,
) -> Result<(), Failure> {
    let switch = &model.enforce_security_group_inbound_rules_on_private_link_traffic;
    if switch.as_str() != Some("on") {
        return Ok(());
    }
    let groups = marked::groups(access, path).await?;
    let anchor = groups.iter().find(|group| {
        let tags = group.tags.known().cloned().unwrap_or_default();
        Mark::read(&tags).claim.is_some()
    });
    if let Some(Field::Known(allow)) = anchor.map(admitted) {
        model.client_cidr_blocks = allow.cidr_blocks;
    }
    Ok(())
}

/// The rules that let the load balancer into the ALB's groups.
pub(in crate::resources::alb_bridge) async fn recover_rules(
    access: &SiteAccess,
    path: &str,
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
) -> Result<Vec<MarkedRule>, Failure> {
    let rules = marked::rules(access, path).await?;
    for rule in &rules {
        let id = found("security_group_rule", &rule.id, access.site());
        ids.insert(rule.address.clone(), id);
    }
    if !rules.is_empty() {
        let groups: BTreeSet<String> = rules.iter().map(|rule| rule.group.clone()).collect();
        model.alb_security_group_ids = Field::Known(set(groups));
    }
    Ok(rules)
}

/// Those on the service's list that no consumer and not the owner stand for.
pub(super) async fn recover_principals(
    access: &SiteAccess,
    service: &str,
    model: &mut AlbBridge,
) -> Result<(), Failure> {
    let listed = marked::principals(access, service).await?;
    let ours = principals(model);
    let (mut accounts, mut others) = (BTreeSet::new(), BTreeSet::new());
    for principal in listed.difference(&ours) {
        let arn: Option<Arn> = principal.parse().ok();
        match arn.filter(|arn| arn.resource == "root") {
            Some(arn) => accounts.insert(arn.account_id),
            None => others.insert(principal.clone()),
        };
    }
    let some = |found: BTreeSet<String>| match found.is_empty() {
        true => Field::Null,
        false => Field::Known(set(found)),
    };
    model.allowed_accounts = some(accounts);
    model.allowed_principals = some(others);
    Ok(())
}

/// Where the service's events go.
pub(super) async fn recover_notifications(
    access: &SiteAccess,
    service: &str,
    model: &mut AlbBridge,
    ids: &mut BTreeMap<String, Id>,
) -> Result<(), Failure> {
    let Some(seen) = marked::notification(access, service).await? else {
        return Ok(());
    };
    let id = seen.id.into_known().unwrap_or_default();
    let kind = "vpc_endpoint_connection_notification";
    ids.insert(at::NOTIFICATION.to_owned(), found(kind, &id, access.site()));
    model.notifications = Field::Known(Notifications {
        sns_topic_arn: field(seen.topic),
        events: field(seen.events.map(set)),
    });
    Ok(())
}
