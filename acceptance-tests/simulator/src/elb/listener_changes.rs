//! Listeners: changed and deleted.

use super::arns::{self, Named};
use super::refusals::{in_use, none_found, validation};
use super::{actions, certificates, limits, listeners, uses, values};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::world::World;
use crate::world::load_balancing::{Listener, TargetGroup};

/// How long a target group counts as in use after its last listener is gone, in ms.
const HELD_MS: (u64, u64) = (1_000, 10_000);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "ModifyListener",
        limits: limits::MUTATING,
        run: modify,
    },
    Operation {
        name: "DeleteListener",
        limits: limits::MUTATING,
        run: delete,
    },
];

fn modify(call: &mut Call<'_>) -> Outcome {
    let parameters = &mut call.parameters;
    let arn = parameters.required("ListenerArn")?;
    let protocol = values::word(parameters, "Protocol", super::health_checks::PROTOCOLS)?;
    let port = values::port(parameters, "Port")?;
    let ssl_policy = parameters.text("SslPolicy");
    let certificate_arns = certificates::read(parameters)?;
    let actions = actions::read(parameters)?;
    let alpn_policy = listeners::read_alpn(parameters)?;
    listeners::read_mutual(parameters)?;
    call.finish()?;
    let mut next = find(call, &arn)?;
    let before = next.clone();
    next.protocol = protocol.unwrap_or(next.protocol);
    next.port = port.unwrap_or(next.port);
    if matches!(next.protocol.as_str(), "HTTP" | "TCP") {
        // Leaving TLS drops the policy and the certificates.
        next.ssl_policy = None;
        next.certificate_arns.clear();
        next.alpn_policy.clear();
    }
    next.ssl_policy = ssl_policy.or(next.ssl_policy);
    if !certificate_arns.is_empty() {
        next.certificate_arns = certificate_arns;
    }
    if !actions.is_empty() {
        next.actions = actions;
    }
    if !alpn_policy.is_empty() {
        next.alpn_policy = alpn_policy;
    }
    let next = listeners::judged(call, next)?;
    if next.port != before.port {
        let port = next.port;
        if uses::listener_on(call.world, &next.load_balancer_arn, port).is_some() {
            return Err(validation(format!(
                "Listener port '{port}' is already in use"
            )));
        }
        check_not_needed(call, &before)?;
    }
    let kept = uses::groups_of(&next.actions);
    let freed: Vec<_> = uses::groups_of(&before.actions)
        .into_iter()
        .filter(|group| !kept.contains(group))
        .map(str::to_owned)
        .collect();
    call.world
        .change::<Listener>(&arn, |listener| *listener = next);
    hold(call.world, &freed);
    Ok(listeners::answer(call, &arn))
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let arn = call.parameters.required("ListenerArn")?;
    call.finish()?;
    let listener = find(call, &arn)?;
    check_not_needed(call, &listener)?;
    remove(call.world, &arn);
    Ok(Vec::new())
}

fn find(call: &Call<'_>, arn: &str) -> Result<Listener, Refusal> {
    arns::check(arn, Named::Listener)?;
    let listener = call
        .find::<Listener>(arn)
        .map(|record| record.value().clone());
    listener.ok_or_else(|| none_found(Named::Listener))
}

/// A doubt: whether the listener that an ALB is registered as a target on can go.
fn check_not_needed(call: &Call<'_>, listener: &Listener) -> Result<(), Refusal> {
    let alb = &listener.load_balancer_arn;
    let needed = uses::groups_with(call.world, alb, false).any(|group| {
        let mut targets = group.value().targets.iter();
        targets.any(|target| {
            target.id == *alb && target.port == listener.port && target.is_registered()
        })
    });
    if needed
        && call
            .world
            .doubts
            .is("listener-of-alb-target", "ResourceInUse")
    {
        return Err(in_use(
            "The listener can't be changed or deleted because a target group with target type \
             'alb' uses its port",
        ));
    }
    Ok(())
}

/// Deletes a listener; its target groups count as in use for a while.
pub(super) fn remove(world: &mut World, arn: &str) {
    let groups: Vec<_> = world
        .live::<Listener>(arn)
        .map(|listener| uses::groups_of(&listener.value().actions))
        .unwrap_or_default()
        .into_iter()
        .map(str::to_owned)
        .collect();
    world.remove::<Listener>(arn);
    hold(world, &groups);
}

fn hold(world: &mut World, groups: &[String]) {
    for group in groups {
        let until = world.draw_wait(HELD_MS.0, HELD_MS.1);
        world.change::<TargetGroup>(group, |group| group.held_until = Some(until));
    }
}
