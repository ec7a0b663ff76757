//! The listeners of a bridge: for each a target group with the ALB in it, and the rules that let the
//! network load balancer into the ALB's groups.

use std::collections::BTreeSet;

use super::addresses as at;
use super::blueprint::Given;
use super::model::{AlbBridge, BridgeHealthCheck, BridgeListener};
use crate::aws::{Aws, names};
use crate::components::{
    AlbListener, HealthCheck, Listener, Peer, Rule, SecurityGroupRule, SeenAlb, SeenAlbListener,
    SeenGroup, SeenListener, SeenLoadBalancer, SeenRule, SeenTarget, SeenTargetGroup, TargetGroup,
    TargetRegistration,
};
use crate::engine::{Fact, Graph, Handle};
use crate::protocol::{Field, Set};
use crate::resources::facts::{fact, strings};
use crate::resources::pipeline::Frame;

/// The components of a listener.
pub(super) struct ListenerHandles {
    pub(super) listener: Handle<SeenListener>,
    pub(super) target_group: Handle<SeenTargetGroup>,
    pub(super) target: Handle<SeenTarget>,
}

/// What a listener stands on.
pub(super) struct Base<'a> {
    pub(super) model: &'a AlbBridge,
    pub(super) frame: &'a Frame,
    pub(super) given: Given,
    pub(super) anchor: Handle<SeenGroup>,
    pub(super) nlb: Handle<SeenLoadBalancer>,
    /// What tells names from those of the load balancer beside which this one is made.
    pub(super) beside: Option<String>,
    /// The rules that let the load balancer into the ALB's groups.
    pub(super) rules: Vec<Handle<SeenRule>>,
}

type ListenerFacts = (SeenLoadBalancer, SeenTargetGroup, SeenGroup, Vec<SeenRule>);

/// Draws one listener.
pub(super) fn draw_listener(
    graph: &mut Graph<Aws>,
    base: &Base<'_>,
    (key, listener): (&str, &BridgeListener),
) -> ListenerHandles {
    let site = base.frame.site().clone();
    let port = listener.known_port().unwrap_or_default();
    let alb_port = listener.known_alb_port().unwrap_or(port);
    let target_group = draw_target_group(graph, base, (key, listener));
    let (marks, name) = (base.frame.clone(), key.to_owned());
    let idle_timeout_s = base.model.tcp_idle_timeout_seconds.known().copied();
    // A rule that is no longer wanted goes only after the listener that was served by it.
    let needs = (
        base.nlb.early(),
        target_group,
        base.anchor,
        base.rules.clone(),
    );
    let listener = graph.add(
        at::listener(key),
        needs,
        move |(nlb, group, anchor, _): ListenerFacts| Listener {
            site: site.clone(),
            balancer: nlb.arn,
            port,
            target_group: group.arn,
            idle_timeout_s,
            marking: marks.part(&at::listener(&name), &anchor.id),
        },
    );
    let of = base.frame.site().clone();
    let awaited = base.model.wait_for_healthy_targets.known() == Some(&true);
    // Nothing is checked before a listener leads to it: where that can't be made, nobody waits.
    let checked = awaited.then(|| listener.early());
    let target = graph.add(
        at::target(key),
        (target_group, base.given.alb, checked),
        move |(group, alb, _): (SeenTargetGroup, SeenAlb, Option<SeenListener>)| {
            TargetRegistration {
                site: of.clone(),
                group: group.arn,
                target: alb.arn,
                port: alb_port,
                awaited,
            }
        },
    );
    ListenerHandles {
        listener,
        target_group,
        target,
    }
}

fn draw_target_group(
    graph: &mut Graph<Aws>,
    base: &Base<'_>,
    (key, listener): (&str, &BridgeListener),
) -> Handle<SeenTargetGroup> {
    let site = base.frame.site().clone();
    let port = listener.known_port().unwrap_or_default();
    let alb_port = listener.known_alb_port().unwrap_or(port);
    let check = listener.health_check.known().cloned().unwrap_or_default();
    let of = site.clone();
    let derived = check.protocol.is_null().then(|| {
        graph.add(
            at::alb_listener(key),
            base.given.alb,
            move |alb: SeenAlb| AlbListener {
                site: of.clone(),
                balancer: alb.arn,
                port: alb_port,
            },
        )
    });
    let (marks, name) = (base.frame.clone(), key.to_owned());
    let arn = base.model.alb_arn.as_str().unwrap_or_default();
    let beside = base.beside.as_deref().unwrap_or_default();
    let target = format!("{arn}:{alb_port}{beside}");
    graph.add(
        at::target_group(key),
        (base.anchor, base.given.alb, derived),
        move |(anchor, alb, derived): (SeenGroup, SeenAlb, Option<SeenAlbListener>)| TargetGroup {
            site: site.clone(),
            name: names::target_group(marks.name(), port, &target),
            stem: names::target_group_stem(marks.name()),
            target: alb.arn,
            port: alb_port,
            vpc: alb.vpc,
            health_check: health_check(&check, derived),
            marking: marks.part(&at::target_group(&name), &anchor.id),
        },
    )
}

/// Whether a former listener led to the target of a planned one. What is not known yet may be
/// another.
pub(super) fn has_same_target(
    (former, listener): (&AlbBridge, &BridgeListener),
    (planned, its): (&AlbBridge, &BridgeListener),
) -> bool {
    let same_port = match (listener.known_alb_port(), &its.alb_port) {
        (Some(former), Field::Known(_)) => its.known_alb_port() == Some(former),
        (Some(_), Field::Unknown) => false,
        _ => true,
    };
    let same_alb = match (&former.alb_arn, &planned.alb_arn) {
        (Field::Known(former), Field::Known(planned)) => former == planned,
        (Field::Known(_), Field::Unknown) => false,
        _ => true,
    };
    same_alb && same_port
}

/// The ALB's groups must let the network load balancer in: it is all that the ALB ever sees.
pub(super) fn draw_alb_rules(
    graph: &mut Graph<Aws>,
    model: &AlbBridge,
    frame: &Frame,
    anchor: Handle<SeenGroup>,
) -> Vec<Handle<SeenRule>> {
    let groups = model
        .alb_security_group_ids
        .known()
        .into_iter()
        .flat_map(Set::known);
    let mut handles = Vec::new();
    for group in groups {
        for port in target_ports(model) {
            let (site, frame, group) = (frame.site().clone(), frame.clone(), group.clone());
            let given = given_source(&model.security_group_ids);
            let name = given.as_ref().and_then(|it| it.known().cloned());
            let address = at::alb_rule(&group, port, name.as_deref());
            let at = address.clone();
            let rule = move |anchor: SeenGroup| SecurityGroupRule {
                site: site.clone(),
                group: group.clone(),
                rule: given
                    .clone()
                    .unwrap_or_else(|| anchor.id.clone())
                    .map(|id| Rule::tcp(port, Peer::Group(id))),
                marking: frame.part(&at, &anchor.id),
            };
            handles.push(graph.add(address, anchor, rule));
        }
    }
    handles
}

/// A group of the user's that the load balancer carries, any one; `None` where it is the anchor.
fn given_source(own: &Field<Set<String>>) -> Option<Fact<String>> {
    match own {
        Field::Null => None,
        own => Some(strings(own).and_then(|all| all.into_iter().next().into())),
    }
}

/// The ports on which the ALB is reached and checked.
pub(super) fn target_ports(model: &AlbBridge) -> BTreeSet<u16> {
    let checked = |listener: &BridgeListener| {
        let check = listener.health_check.known()?;
        check
            .port
            .known()
            .and_then(|port| u16::try_from(*port).ok())
    };
    let ports = model
        .known_listeners()
        .flat_map(|(_, it)| [it.known_alb_port(), checked(it)]);
    ports.flatten().collect()
}

fn health_check(check: &BridgeHealthCheck, derived: Option<SeenAlbListener>) -> HealthCheck {
    let number = |field: &Field<i64>, default: i32| {
        field
            .known()
            .and_then(|number| i32::try_from(*number).ok())
            .unwrap_or(default)
    };
    let text = |field: &Field<String>, default: &str| {
        field.known().cloned().unwrap_or_else(|| default.to_owned())
    };
    HealthCheck {
        protocol: match derived {
            Some(listener) => listener.protocol,
            None => fact(&check.protocol),
        },
        port: check
            .port
            .known()
            .map_or_else(|| "traffic-port".to_owned(), ToString::to_string),
        path: text(&check.path, "/"),
        matcher: text(&check.matcher, "200-499"),
        interval_s: number(&check.interval, 10),
        timeout_s: number(&check.timeout, 6),
        healthy_threshold: number(&check.healthy_threshold, 2),
        unhealthy_threshold: number(&check.unhealthy_threshold, 2),
    }
}
