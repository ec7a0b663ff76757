//! What an argument was and what it becomes, in a few words: beside what a plan says of a change.

use std::collections::BTreeSet;

use super::addresses as at;
use super::consumers::site;
use super::identity::is_same;
use super::model::{AlbBridge, BridgeConsumer, BridgeHealthCheck, BridgeListener, Notifications};
use crate::protocol::{Field, Set};

/// Longer ones are left to the plan of the argument itself.
const LENGTH_MAX: usize = 90;

/// A field of a component, as `cross_zone`, with its old and new value where these are known and
/// differ: `cross zone false → true`.
pub(super) fn told(
    (prior, planned): (Option<&AlbBridge>, &AlbBridge),
    address: &str,
    field: &str,
) -> String {
    let name = field.replace('_', " ");
    let values = prior.and_then(|prior| of_field((prior, planned), address, field));
    match values.filter(|values| values.chars().count() <= LENGTH_MAX) {
        Some(values) => format!("{name} {values}"),
        None => name,
    }
}

fn of_field(
    (prior, planned): (&AlbBridge, &AlbBridge),
    address: &str,
    field: &str,
) -> Option<String> {
    if let Some((key, "endpoint")) = at::consumer_of(address) {
        return of_endpoint((prior, planned), key, field);
    }
    match (address, field) {
        (at::NLB, "cross_zone") => arrow(
            &prior.cross_zone_load_balancing,
            &planned.cross_zone_load_balancing,
        ),
        (at::NLB, "deletion_protection") => {
            arrow(&prior.deletion_protection, &planned.deletion_protection)
        }
        (at::NLB, "ip_address_type") => arrow(&prior.ip_address_type, &planned.ip_address_type),
        (at::NLB, "subnets") => moved(&prior.subnet_ids, &planned.subnet_ids),
        (at::NLB, "security_groups") => {
            moved(&prior.security_group_ids, &planned.security_group_ids)
        }
        (at::NLB, "enforce_inbound_rules") => arrow(
            &prior.enforce_security_group_inbound_rules_on_private_link_traffic,
            &planned.enforce_security_group_inbound_rules_on_private_link_traffic,
        ),
        (at::SERVICE, "acceptance_required") => {
            arrow(&prior.acceptance_required, &planned.acceptance_required)
        }
        (at::SERVICE, "ip_address_types") => {
            arrow(&prior.ip_address_type, &planned.ip_address_type)
        }
        (at::SERVICE, "regions") => moved(&prior.supported_regions, &planned.supported_regions),
        (at::NOTIFICATION, field) => {
            let (prior, planned) = (prior.notifications.known()?, planned.notifications.known()?);
            of_notifications((prior, planned), field)
        }
        _ => None,
    }
}

fn of_notifications(
    (prior, planned): (&Notifications, &Notifications),
    field: &str,
) -> Option<String> {
    match field {
        "topic" => arrow(&prior.sns_topic_arn, &planned.sns_topic_arn),
        "events" => moved(&prior.events, &planned.events),
        _ => None,
    }
}

fn of_endpoint(
    (prior, planned): (&AlbBridge, &AlbBridge),
    key: &str,
    field: &str,
) -> Option<String> {
    let (_, planned) = planned.known_consumers().find(|(name, _)| *name == key)?;
    let prior = former_consumer(prior, planned)?;
    match field {
        "subnets" => moved(&prior.subnet_ids, &planned.subnet_ids),
        "security_groups" => moved(&prior.security_group_ids, &planned.security_group_ids),
        "ip_address_type" => arrow(&prior.ip_address_type, &planned.ip_address_type),
        "dns_record_ip_type" => arrow(&prior.dns_record_ip_type, &planned.dns_record_ip_type),
        _ => None,
    }
}

/// Who may use a consumer's endpoint: what its list loses and gains.
pub(super) fn admitted(
    (prior, planned): (Option<&AlbBridge>, &AlbBridge),
    key: &str,
) -> Option<String> {
    let (_, planned) = planned.known_consumers().find(|(name, _)| *name == key)?;
    let prior = former_consumer(prior?, planned)?.allow_from.known()?;
    let planned = planned.allow_from.known()?;
    let lists = [
        moved(&prior.cidr_blocks, &planned.cidr_blocks),
        moved(&prior.security_group_ids, &planned.security_group_ids),
        moved(&prior.prefix_list_ids, &planned.prefix_list_ids),
    ];
    let lists: Vec<String> = lists.into_iter().flatten().collect();
    let all = lists.join(", ");
    (!all.is_empty() && all.chars().count() <= LENGTH_MAX).then_some(all)
}

/// The ports that the listeners lose and gain.
pub(super) fn ports(prior: &AlbBridge, planned: &AlbBridge) -> Option<String> {
    let all = |model: &AlbBridge| {
        let ports = model
            .known_listeners()
            .filter_map(|(_, it)| it.known_port());
        Field::Known(ports.map(|port| port.to_string()).collect::<Set<String>>())
    };
    moved(&all(prior), &all(planned))
}

fn former_consumer<'a>(
    prior: &'a AlbBridge,
    planned: &BridgeConsumer,
) -> Option<&'a BridgeConsumer> {
    let mut former = prior.known_consumers().map(|(_, it)| it);
    former.find(|it| is_same(it, planned) && site(it) == site(planned))
}

/// Where a listener leads: `ALB port 8443 → 9443`, or from one ALB to another by their names.
pub(super) fn target(
    (prior, planned): (&AlbBridge, &AlbBridge),
    (former, listener): (&BridgeListener, &BridgeListener),
) -> Option<String> {
    let name = |model: &AlbBridge| {
        let arn = model.alb_arn.known()?;
        let name = arn.rsplit('/').nth(1).unwrap_or(arn);
        Some(name.to_owned())
    };
    let names: (Field<String>, Field<String>) = (name(prior).into(), name(planned).into());
    let alb = arrow(&names.0, &names.1).map(|names| format!("ALB {names}"));
    let port = arrow(&former.alb_port, &listener.alb_port).map(|it| format!("ALB port {it}"));
    let both: Vec<String> = alb.into_iter().chain(port).collect();
    (!both.is_empty()).then(|| both.join(", "))
}

/// What of a health check becomes another: `path / → /healthz`.
pub(super) fn health_check(former: &BridgeListener, listener: &BridgeListener) -> Option<String> {
    let check = |listener: &BridgeListener| match &listener.health_check {
        Field::Known(check) => Some(check.clone()),
        Field::Null => Some(BridgeHealthCheck::default()),
        Field::Unknown => None,
    };
    let (old, new) = (check(former)?, check(listener)?);
    let text = |name: &str, old: &Field<String>, new: &Field<String>, default: &str| {
        let or = |field: &Field<String>| match field {
            Field::Null => default.into(),
            other => other.clone(),
        };
        Some(format!("{name} {}", arrow(&or(old), &or(new))?))
    };
    let number = |name: &str, old: Field<i64>, new: Field<i64>, default: &str| {
        let or = |field: Field<i64>| match field {
            Field::Known(number) => Field::Known(number.to_string()),
            Field::Null => default.into(),
            Field::Unknown => Field::Unknown,
        };
        Some(format!("{name} {}", arrow(&or(old), &or(new))?))
    };
    let parts = [
        text("protocol", &old.protocol, &new.protocol, "as the ALB"),
        number("port", old.port, new.port, "as the ALB"),
        text("path", &old.path, &new.path, "/"),
        text("matcher", &old.matcher, &new.matcher, "200-499"),
        number("interval", old.interval, new.interval, "10"),
        number("timeout", old.timeout, new.timeout, "6"),
        number(
            "healthy threshold",
            old.healthy_threshold,
            new.healthy_threshold,
            "2",
        ),
        number(
            "unhealthy threshold",
            old.unhealthy_threshold,
            new.unhealthy_threshold,
            "2",
        ),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| parts.join(", "))
}

/// The idle time-out in seconds, AWS's own where none is written.
pub(super) fn idle_timeout(prior: &AlbBridge, planned: &AlbBridge) -> Option<String> {
    let seconds = |model: &AlbBridge| match model.tcp_idle_timeout_seconds {
        Field::Known(seconds) => Field::Known(seconds),
        Field::Null => Field::Known(350),
        Field::Unknown => Field::Unknown,
    };
    arrow(&seconds(prior), &seconds(planned)).map(|it| format!("{it} s"))
}

/// Whether subnets leave the load balancer, and with them perhaps their zones.
pub(super) fn loses_subnets(prior: Option<&AlbBridge>, planned: &AlbBridge) -> bool {
    let sets = prior.map(|prior| (known(&prior.subnet_ids), known(&planned.subnet_ids)));
    let Some((Some(prior), Some(planned))) = sets else {
        return false;
    };
    !prior.is_subset(&planned)
}

/// `old → new`, if both are known and differ.
fn arrow<T: ToString + PartialEq>(old: &Field<T>, new: &Field<T>) -> Option<String> {
    let (old, new) = (old.known()?, new.known()?);
    (old != new).then(|| format!("{} → {}", old.to_string(), new.to_string()))
}

/// `+new, -old`, if both sets are known and differ.
fn moved(old: &Field<Set<String>>, new: &Field<Set<String>>) -> Option<String> {
    let (old, new) = (known(old)?, known(new)?);
    let gained = new.difference(&old).map(|it| format!("+{it}"));
    let lost = old.difference(&new).map(|it| format!("-{it}"));
    let all: Vec<String> = gained.chain(lost).collect();
    (!all.is_empty()).then(|| all.join(", "))
}

fn known(set: &Field<Set<String>>) -> Option<BTreeSet<String>> {
    match set {
        Field::Null => Some(BTreeSet::new()),
        Field::Unknown => None,
        Field::Known(set) if set.has_unknown() => None,
        Field::Known(set) => Some(set.known().cloned().collect()),
    }
}
