//! Who uses what: listeners their groups, groups their targets, endpoint services their load balancers.

use std::collections::BTreeSet;

use crate::world::load_balancing::{Action, Listener, TargetGroup};
use crate::world::{Record, World};

/// Target groups that an action forwards to, by ARN.
pub(super) fn groups_of(actions: &[Action]) -> Vec<&str> {
    actions
        .iter()
        .flat_map(|action| match action {
            Action::Forward { groups } => groups.as_slice(),
            Action::FixedResponse { .. } | Action::Redirect { .. } => &[],
        })
        .map(|(arn, _)| arn.as_str())
        .collect()
}

/// The weight that actions give a target group; 0 if they do not name it.
pub(super) fn weight_of(actions: &[Action], group_arn: &str) -> u32 {
    actions
        .iter()
        .flat_map(|action| match action {
            Action::Forward { groups } => groups.as_slice(),
            Action::FixedResponse { .. } | Action::Redirect { .. } => &[],
        })
        .filter(|(arn, _)| arn == group_arn)
        .map(|(_, weight)| *weight)
        .sum()
}

/// Listeners that forward to a target group.
pub(super) fn listeners_to<'w>(
    world: &'w World,
    group_arn: &str,
) -> impl Iterator<Item = &'w Record<Listener>> {
    world
        .all::<Listener>()
        .filter(move |listener| groups_of(&listener.value().actions).contains(&group_arn))
}

/// Load balancers that forward to a target group, by ARN.
pub(super) fn balancers_to(world: &World, group_arn: &str) -> BTreeSet<String> {
    listeners_to(world, group_arn)
        .map(|listener| listener.value().load_balancer_arn.clone())
        .collect()
}

/// Listeners of a load balancer.
pub(super) fn listeners_of<'w>(
    world: &'w World,
    load_balancer_arn: &str,
) -> impl Iterator<Item = &'w Record<Listener>> {
    world
        .all::<Listener>()
        .filter(move |listener| listener.value().load_balancer_arn == load_balancer_arn)
}

/// The listener of a load balancer on a port.
pub(crate) fn listener_on<'w>(
    world: &'w World,
    load_balancer_arn: &str,
    port: u16,
) -> Option<&'w Record<Listener>> {
    listeners_of(world, load_balancer_arn).find(|listener| listener.value().port == port)
}

/// Target groups in which a target is registered; draining counts where `draining` is true.
pub(super) fn groups_with<'w>(
    world: &'w World,
    target_id: &str,
    draining: bool,
) -> impl Iterator<Item = &'w Record<TargetGroup>> {
    world.all::<TargetGroup>().filter(move |group| {
        group.value().targets.iter().any(|target| {
            let counts = target.is_registered() || (draining && !target.is_drained(world.now));
            target.id == target_id && counts
        })
    })
}

/// Network Load Balancers that forward to an ALB through any group, by ARN.
pub(super) fn balancers_before(world: &World, alb_arn: &str) -> BTreeSet<String> {
    groups_with(world, alb_arn, false)
        .flat_map(|group| balancers_to(world, &group.id))
        .collect()
}
