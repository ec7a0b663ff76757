//! From what is known of the components to the values that users read.

use std::collections::BTreeSet;

use super::balancer::is_dualstack;
use super::blueprint::{BridgeHandles, union};
use super::consumers::{ConsumerHandles, has_ipv6};
use super::model::{AlbBridge, BridgeConsumer, HandOver};
use super::service::partition;
use crate::engine::{Fact, Facts};
use crate::protocol::{Field, Map, Set};
use crate::resources::admission::{AllowFrom, ClientRule, cidrs};
use crate::resources::pipeline::field;

/// Fills in the computed values.
pub(super) fn show(model: &mut AlbBridge, handles: &BridgeHandles, facts: &Facts) {
    let (alb, nlb) = (facts.of(handles.alb), facts.of(handles.nlb));
    let service = facts.of(handles.service.service);
    if model.subnet_ids.is_unknown() {
        model.subnet_ids = field(alb.subnets.map(set));
    }
    if model.client_cidr_blocks.is_unknown() {
        let vpcs = handles.consumers.values().filter_map(|it| it.vpc);
        model.client_cidr_blocks = match model.is_open() {
            true => Field::Unknown,
            false => {
                let vpcs = vpcs.map(|vpc| facts.of(vpc)).collect();
                field(union(vpcs, is_dualstack(model)).map(set))
            }
        };
    }
    model.nlb_arn = field(nlb.arn);
    model.nlb_dns_name = field(nlb.dns_name);
    model.id = field(service.id.clone());
    model.service_id = field(service.id.clone());
    model.service_name = field(service.name);
    model.service_arn = service_arn(model, &service.id);
    let zones = facts.of(handles.service.zones);
    model.availability_zone_ids = field(zones.zone_ids.map(set));
    model.hand_over = Field::Known(hand_over(model));
    show_listeners(model, handles, facts);
    let ports = ports(model);
    for (key, consumer) in model.consumers.known_mut().into_iter().flatten() {
        if let (Some(handles), Field::Known(consumer)) = (handles.consumers.get(key), consumer) {
            show_consumer(consumer, handles, facts, &ports);
        }
    }
}

fn show_listeners(model: &mut AlbBridge, handles: &BridgeHandles, facts: &Facts) {
    for (key, listener) in model.listeners.known_mut().into_iter().flatten() {
        if let (Some(handles), Field::Known(listener)) = (handles.listeners.get(key), listener) {
            listener.listener_arn = field(facts.of(handles.listener).arn);
            listener.target_group_arn = field(facts.of(handles.target_group).arn);
        }
    }
}

fn show_consumer(
    consumer: &mut BridgeConsumer,
    handles: &ConsumerHandles,
    facts: &Facts,
    ports: &Field<Set<i64>>,
) {
    let endpoint = facts.of(handles.endpoint);
    if consumer.allow_from.is_unknown() {
        let with_ipv6 = has_ipv6(consumer);
        let seen = |vpc| cidrs(&facts.of(vpc), with_ipv6);
        let cidrs = handles.vpc.map_or(Fact::Later, seen);
        let allow = |cidrs| AllowFrom {
            cidr_blocks: Field::Known(set(cidrs)),
            ..AllowFrom::default()
        };
        consumer.allow_from = field(cidrs.map(allow));
    }
    let names = endpoint
        .regional_name
        .clone()
        .zip(endpoint.zonal_names.clone());
    let names = names.map(|(regional, zonal)| {
        set(zonal
            .into_values()
            .chain([regional])
            .collect::<BTreeSet<_>>())
    });
    consumer.endpoint_id = field(endpoint.id);
    consumer.state = field(endpoint.state);
    consumer.dns_name = field(endpoint.regional_name);
    consumer.endpoint_dns_names = field(names);
    consumer.zonal_dns_names = field(endpoint.zonal_names.map(|names| {
        names
            .into_iter()
            .map(|(zone, name)| (zone, Field::Known(name)))
            .collect::<Map<String>>()
    }));
    consumer.hosted_zone_id = field(endpoint.hosted_zone_id);
    consumer.security_group_id = match (handles.group, &consumer.security_group_ids) {
        (Some(group), _) => field(facts.of(group).id),
        (None, Field::Unknown) => Field::Unknown,
        (None, _) => Field::Null,
    };
    // Another address is another interface.
    let addresses = consumer.ipv4_addresses.known().into_iter().flatten();
    let settled = !consumer.ipv4_addresses.is_unknown()
        && !addresses.into_iter().any(|(_, it)| it.is_unknown());
    consumer.network_interface_ids = match settled {
        true => field(endpoint.interfaces.map(set)),
        false => Field::Unknown,
    };
    consumer.client_rule = Field::Known(ClientRule {
        protocol: "tcp".into(),
        ports: ports.clone(),
        security_group_id: consumer.security_group_id.clone(),
    });
}

/// Every consumer ends connected, or the apply fails.
pub(super) fn promise(model: &mut AlbBridge) {
    for consumer in model
        .consumers
        .known_mut()
        .into_iter()
        .flat_map(Map::values_mut)
    {
        if let Field::Known(consumer) = consumer {
            consumer.state = "available".into();
        }
    }
}

fn hand_over(model: &AlbBridge) -> HandOver {
    HandOver {
        service_name: model.service_name.clone(),
        service_region: model.region.clone(),
        availability_zone_ids: model.availability_zone_ids.clone(),
        ports: ports(model),
        acceptance_required: model.acceptance_required,
    }
}

fn ports(model: &AlbBridge) -> Field<Set<i64>> {
    let Field::Known(listeners) = &model.listeners else {
        return Field::Unknown;
    };
    let mut ports = Vec::new();
    for listener in listeners.values() {
        match listener {
            Field::Known(listener) => ports.push(listener.port),
            _ => return Field::Unknown,
        }
    }
    Field::Known(Set(ports))
}

fn service_arn(model: &AlbBridge, id: &Fact<String>) -> Field<String> {
    let partition = partition(model);
    match (&model.region, &model.account_id, id) {
        (Field::Known(region), Field::Known(account), Fact::Known(id)) => {
            let arn = format!("arn:{partition}:ec2:{region}:{account}:vpc-endpoint-service/{id}");
            Field::Known(arn)
        }
        _ => Field::Unknown,
    }
}

/// What apply can't mend: targets that are not healthy, principals that are nobody's here.
pub(super) fn concerns(handles: &BridgeHandles, facts: &Facts) -> Vec<String> {
    let mut concerns = Vec::new();
    for (key, handles) in &handles.listeners {
        let target = facts.of(handles.target);
        let (Fact::Known(health), Fact::Known(reason)) = (target.health, target.reason) else {
            continue;
        };
        if health != "healthy" && !health.is_empty() {
            let reason = if reason.is_empty() {
                String::new()
            } else {
                format!(" ({reason})")
            };
            let listener = facts.of(handles.listener).target_group;
            // Without its listener there are no checks: that it is missing is told elsewhere.
            if listener.is_later() {
                continue;
            }
            let elsewhere = listener.differs(&facts.of(handles.target_group).arn);
            let hint = if elsewhere {
                "Until it is healthy, connections go where they went before."
            } else if reason.contains("Target.Timeout") {
                "Its checks don't arrive: do the ALB's groups let the network load balancer in \
                 (alb_security_group_ids)?"
            } else if reason.contains("Target.NotInUse") {
                "No listener leads to it."
            } else {
                "Does the ALB still listen on the port behind it, and are its own targets healthy? \
                 While it is the only target, connections are forwarded all the same."
            };
            concerns.push(format!(
                "Listener {key}: the ALB is {health} in the eyes of the network load balancer{reason}. \
                 {hint}"
            ));
        }
    }
    if let Fact::Known(present) = facts.of(handles.service.principals).principals {
        let others: Vec<_> = present
            .difference(&handles.wanted_principals)
            .cloned()
            .collect();
        if !others.is_empty() && !handles.is_exclusive {
            concerns.push(format!(
                "Others have allowed principals that this bridge does not list, and they are left \
                 alone: {}.",
                others.join(", ")
            ));
        }
    }
    concerns
}

fn set(items: impl IntoIterator<Item = String>) -> Set<String> {
    items.into_iter().collect()
}
