//! Attributes of load balancers, target groups and listeners: keys, defaults, bounds, and their operations.

use std::collections::BTreeMap;

use super::arns::{self, Named};
use super::refusals::{configuration, not_found};
use super::{limits, values};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Element, members, text};
use crate::world::Kind;
use crate::world::load_balancing::{Listener, LoadBalancer, TargetGroup};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "DescribeLoadBalancerAttributes",
        limits: limits::DESCRIBE,
        run: |call| describe(call, &LOAD_BALANCER),
    },
    Operation {
        name: "ModifyLoadBalancerAttributes",
        limits: limits::MUTATING,
        run: |call| modify(call, &LOAD_BALANCER),
    },
    Operation {
        name: "DescribeTargetGroupAttributes",
        limits: limits::DESCRIBE,
        run: |call| describe(call, &TARGET_GROUP),
    },
    Operation {
        name: "ModifyTargetGroupAttributes",
        limits: limits::MUTATING,
        run: |call| modify(call, &TARGET_GROUP),
    },
    Operation {
        name: "DescribeListenerAttributes",
        limits: limits::DESCRIBE,
        run: |call| describe(call, &LISTENER),
    },
    Operation {
        name: "ModifyListenerAttributes",
        limits: limits::MUTATING,
        run: |call| modify(call, &LISTENER),
    },
];

/// The most attributes that one call may change.
const CHANGES_MAX: usize = 20;

/// A key, its default and what values it takes.
type Key = (&'static str, &'static str, Form);

#[derive(Debug, Clone, Copy)]
enum Form {
    Flag,
    Number(u32, u32),
    Words(&'static [&'static str]),
    Text,
}

/// How attributes of a kind of object are found and kept.
struct Holder<T> {
    arn: &'static str,
    named: Named,
    keys: fn(&Call<'_>, &T) -> Result<Vec<Key>, Refusal>,
    set: fn(&mut T) -> &mut BTreeMap<String, String>,
    get: fn(&T) -> &BTreeMap<String, String>,
}

const LOAD_BALANCER: Holder<LoadBalancer> = Holder {
    arn: "LoadBalancerArn",
    named: Named::LoadBalancer,
    keys: |_, balancer| {
        let own = if balancer.kind == "network" {
            NLB_KEYS
        } else {
            ALB_KEYS
        };
        Ok([BALANCER_KEYS, own].concat())
    },
    set: |balancer| &mut balancer.attributes,
    get: |balancer| &balancer.attributes,
};

const TARGET_GROUP: Holder<TargetGroup> = Holder {
    arn: "TargetGroupArn",
    named: Named::TargetGroup,
    keys: group_keys,
    set: |group| &mut group.attributes,
    get: |group| &group.attributes,
};

const LISTENER: Holder<Listener> = Holder {
    arn: "ListenerArn",
    named: Named::Listener,
    keys: |_, listener| {
        Ok(match listener.protocol.as_str() {
            "TCP" => TCP_LISTENER_KEYS.to_vec(),
            "HTTP" | "HTTPS" => ALB_LISTENER_KEYS.to_vec(),
            _ => Vec::new(),
        })
    },
    set: |listener| &mut listener.attributes,
    get: |listener| &listener.attributes,
};

const BALANCER_KEYS: &[Key] = &[
    ("access_logs.s3.bucket", "", Form::Text),
    ("access_logs.s3.enabled", "false", Form::Flag),
    ("access_logs.s3.prefix", "", Form::Text),
    ("deletion_protection.enabled", "false", Form::Flag),
    ("ipv6.deny_all_igw_traffic", "false", Form::Flag),
    ("zonal_shift.config.enabled", "false", Form::Flag),
];

const NLB_KEYS: &[Key] = &[
    (
        "dns_record.client_routing_policy",
        "any_availability_zone",
        Form::Words(&[
            "any_availability_zone",
            "availability_zone_affinity",
            "partial_availability_zone_affinity",
        ]),
    ),
    ("load_balancing.cross_zone.enabled", "false", Form::Flag),
    (
        "secondary_ips.auto_assigned.per_subnet",
        "0",
        Form::Number(0, 7),
    ),
];

const ALB_KEYS: &[Key] = &[
    (
        "client_keep_alive.seconds",
        "3600",
        Form::Number(60, 604_800),
    ),
    ("connection_logs.s3.bucket", "", Form::Text),
    ("connection_logs.s3.enabled", "false", Form::Flag),
    ("connection_logs.s3.prefix", "", Form::Text),
    ("idle_timeout.timeout_seconds", "60", Form::Number(1, 4_000)),
    (
        "load_balancing.cross_zone.enabled",
        "true",
        Form::Words(&["true"]),
    ),
    (
        "routing.http.desync_mitigation_mode",
        "defensive",
        Form::Words(&["monitor", "defensive", "strictest"]),
    ),
    (
        "routing.http.drop_invalid_header_fields.enabled",
        "false",
        Form::Flag,
    ),
    (
        "routing.http.preserve_host_header.enabled",
        "false",
        Form::Flag,
    ),
    (
        "routing.http.x_amzn_tls_version_and_cipher_suite.enabled",
        "false",
        Form::Flag,
    ),
    ("routing.http.xff_client_port.enabled", "false", Form::Flag),
    (
        "routing.http.xff_header_processing.mode",
        "append",
        Form::Words(&["append", "preserve", "remove"]),
    ),
    ("routing.http2.enabled", "true", Form::Flag),
    ("waf.fail_open.enabled", "false", Form::Flag),
];

/// What DescribeTargetGroupAttributes shows of a group of an ALB; none of it can be changed.
const ALB_TARGET_KEYS: &[Key] = &[(
    "deregistration_delay.timeout_seconds",
    "300",
    Form::Number(300, 300),
)];

const NLB_GROUP_KEYS: &[Key] = &[
    (
        "deregistration_delay.connection_termination.enabled",
        "false",
        Form::Flag,
    ),
    ("proxy_protocol_v2.enabled", "false", Form::Flag),
    ("stickiness.type", "source_ip", Form::Words(&["source_ip"])),
    (
        "target_health_state.unhealthy.connection_termination.enabled",
        "true",
        Form::Flag,
    ),
    (
        "target_health_state.unhealthy.draining_interval_seconds",
        "0",
        Form::Number(0, 360_000),
    ),
];

const ALB_GROUP_KEYS: &[Key] = &[
    (
        "load_balancing.algorithm.type",
        "round_robin",
        Form::Words(&[
            "round_robin",
            "least_outstanding_requests",
            "weighted_random",
        ]),
    ),
    ("slow_start.duration_seconds", "0", Form::Number(0, 900)),
    (
        "stickiness.lb_cookie.duration_seconds",
        "86400",
        Form::Number(1, 604_800),
    ),
    (
        "stickiness.type",
        "lb_cookie",
        Form::Words(&["lb_cookie", "app_cookie"]),
    ),
];

const GROUP_KEYS: &[Key] = &[
    (
        "deregistration_delay.timeout_seconds",
        "300",
        Form::Number(0, 3_600),
    ),
    (
        "load_balancing.cross_zone.enabled",
        "use_load_balancer_configuration",
        Form::Words(&["true", "false", "use_load_balancer_configuration"]),
    ),
    ("stickiness.enabled", "false", Form::Flag),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.count",
        "1",
        Form::Text,
    ),
    (
        "target_group_health.dns_failover.minimum_healthy_targets.percentage",
        "off",
        Form::Text,
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.count",
        "1",
        Form::Text,
    ),
    (
        "target_group_health.unhealthy_state_routing.minimum_healthy_targets.percentage",
        "off",
        Form::Text,
    ),
];

const TCP_LISTENER_KEYS: &[Key] = &[("tcp.idle_timeout.seconds", "350", Form::Number(60, 6_000))];

const ALB_LISTENER_KEYS: &[Key] = &[
    ("routing.http.response.server.enabled", "true", Form::Flag),
    (
        "routing.http.response.strict_transport_security.header_value",
        "",
        Form::Text,
    ),
    (
        "routing.http.response.x_content_type_options.header_value",
        "",
        Form::Text,
    ),
    (
        "routing.http.response.x_frame_options.header_value",
        "",
        Form::Text,
    ),
    (
        "routing.http.response.content_security_policy.header_value",
        "",
        Form::Text,
    ),
];

fn group_keys(call: &Call<'_>, group: &TargetGroup) -> Result<Vec<Key>, Refusal> {
    if group.target_type == "alb" {
        if call.operation == "ModifyTargetGroupAttributes" {
            return Err(configuration(
                "Attributes can't be modified for target groups with target type 'alb'",
            ));
        }
        if call.world.doubts.is("alb-group-attributes", "reduced") {
            return Ok(ALB_TARGET_KEYS.to_vec());
        }
    }
    let mut keys = GROUP_KEYS.to_vec();
    if matches!(group.protocol.as_str(), "HTTP" | "HTTPS") {
        keys.extend(ALB_GROUP_KEYS);
    } else {
        // AWS preserves client addresses unless the targets are addresses behind TCP or TLS.
        let off = group.target_type == "ip" && matches!(group.protocol.as_str(), "TCP" | "TLS");
        let preserved = if off { "false" } else { "true" };
        keys.push(("preserve_client_ip.enabled", preserved, Form::Flag));
        keys.extend(NLB_GROUP_KEYS);
    }
    Ok(keys)
}

fn describe<T: Kind>(call: &mut Call<'_>, holder: &Holder<T>) -> Outcome {
    let arn = call.parameters.required(holder.arn)?;
    call.finish()?;
    arns::check(&arn, holder.named)?;
    let seen = call
        .see::<T>(&arn)
        .ok_or_else(|| not_found(holder.named, &arn))?;
    let keys = (holder.keys)(call, seen.value)?;
    Ok(vec![shown(&keys, (holder.get)(seen.value))])
}

fn modify<T: Kind>(call: &mut Call<'_>, holder: &Holder<T>) -> Outcome {
    let arn = call.parameters.required(holder.arn)?;
    let pairs = call.parameters.structures("Attributes", |attribute| {
        let key = attribute.required("Key")?;
        Ok((key, attribute.text("Value").unwrap_or_default()))
    })?;
    call.finish()?;
    arns::check(&arn, holder.named)?;
    if pairs.is_empty() || pairs.len() > CHANGES_MAX {
        return Err(values::absent("Attributes"));
    }
    let record = call
        .find::<T>(&arn)
        .ok_or_else(|| not_found(holder.named, &arn))?;
    let keys = (holder.keys)(call, record.value())?;
    pairs
        .iter()
        .try_for_each(|pair| check(&keys, pair, holder.named))?;
    let mut set = (holder.get)(record.value()).clone();
    set.extend(pairs.iter().cloned());
    call.world.change::<T>(&arn, |value| {
        (holder.set)(value).extend(pairs.iter().cloned());
    });
    Ok(vec![shown(&keys, &set)])
}

fn check(keys: &[Key], (key, value): &(String, String), named: Named) -> Result<(), Refusal> {
    let noun = named.noun();
    let Some((_, _, form)) = keys.iter().find(|(known, _, _)| known == key) else {
        let mut letters = noun.chars();
        let first = letters.next().map(|letter| letter.to_ascii_uppercase());
        let noun: String = first.into_iter().chain(letters).collect();
        return Err(configuration(format!(
            "{noun} attribute key '{key}' is not recognized"
        )));
    };
    let fits = match form {
        Form::Flag => matches!(value.as_str(), "true" | "false"),
        Form::Number(low, high) => value
            .parse::<u32>()
            .is_ok_and(|number| (*low..=*high).contains(&number)),
        Form::Words(words) => words.contains(&value.as_str()),
        Form::Text => value.len() <= 1_024,
    };
    if fits {
        return Ok(());
    }
    Err(configuration(format!(
        "'{value}' is not a valid value for {noun} attribute '{key}'"
    )))
}

/// All attributes, set or not: AWS's examples show them after a change too, not only what was changed.
fn shown(keys: &[Key], set: &BTreeMap<String, String>) -> Element {
    let rows = keys.iter().map(|(key, default, _)| {
        let value = set.get(*key).map_or(*default, String::as_str);
        vec![text("Key", key), text("Value", value)]
    });
    members("Attributes", rows)
}
