//! Health checks as they go on by themselves. They need no events: whenever the world was touched,
//! `observe` compares what checks find now with the verdicts so far, and a change becomes the verdict
//! after threshold × interval.

use super::probe::probe;
use super::uses;
use crate::clock::Moment;
use crate::world::World;
use crate::world::load_balancing::{
    Checked, HealthCheck, LoadBalancer, Target, TargetGroup, Verdict,
};

/// How long the registration of a target is in progress, in ms.
const REGISTERING_MS: (u64, u64) = (5_000, 60_000);

/// Brings the verdicts on all targets up to now.
pub(crate) fn observe(world: &mut World) {
    let groups: Vec<(String, TargetGroup)> = world
        .all::<TargetGroup>()
        .filter(|group| !group.value().targets.is_empty() || world.checks.contains_key(&group.id))
        .map(|group| (group.id.clone(), group.value().clone()))
        .collect();
    for (arn, group) in groups {
        let before = world.checks.remove(&arn).unwrap_or_default();
        let balancer = user_of(world, &arn);
        let registered = group.targets.iter().filter(|target| target.is_registered());
        let mut checks = Vec::new();
        for target in registered {
            let known = before
                .iter()
                .find(|one| one.target_id == target.id && one.port == target.port);
            let found = find(world, balancer.as_ref(), &group, target);
            checks.push(follow(
                world,
                known.cloned(),
                (&group.health_check, target),
                found,
            ));
        }
        world.checks.insert(arn, checks);
    }
}

/// The load balancer that uses a group. Whether one that sends it nothing does is a doubt.
fn user_of(world: &World, group_arn: &str) -> Option<LoadBalancer> {
    let idle = world.doubts.is("weight-zero-group", "unused")
        && !uses::listeners_to(world, group_arn)
            .any(|listener| uses::weight_of(&listener.value().actions, group_arn) > 0);
    let user = uses::balancers_to(world, group_arn).into_iter().next();
    world
        .live::<LoadBalancer>(&user.filter(|_| !idle)?)
        .map(|balancer| balancer.value().clone())
}

/// What there is to say of a target now.
fn find(
    world: &World,
    balancer: Option<&LoadBalancer>,
    group: &TargetGroup,
    target: &Target,
) -> Verdict {
    match balancer {
        None => Verdict::NotInUse,
        Some(balancer) if balancer.state == "provisioning" => Verdict::Initial,
        Some(balancer) => probe(world, balancer, group, target),
    }
}

/// The next state of a target's checks.
fn follow(
    world: &mut World,
    known: Option<Checked>,
    (check, target): (&HealthCheck, &Target),
    found: Verdict,
) -> Checked {
    let unused = |verdict: Verdict| matches!(verdict, Verdict::NotInUse | Verdict::ZoneNotEnabled);
    let fresh = |verdict: Verdict, registering_until: Moment| Checked {
        target_id: target.id.clone(),
        port: target.port,
        registering_until,
        verdict,
        changing: None,
    };
    if unused(found) {
        return fresh(found, world.now);
    }
    let checked = match known {
        Some(checked) if !unused(checked.verdict) => checked,
        _ => {
            let until = world.draw_wait(REGISTERING_MS.0, REGISTERING_MS.1);
            fresh(Verdict::Initial, until)
        }
    };
    settle(world, checked, check, found)
}

/// Lets a change that is due become the verdict, then notes what differs from it.
fn settle(world: &World, mut checked: Checked, check: &HealthCheck, found: Verdict) -> Checked {
    if let Some((verdict, _)) = checked.changing.filter(|(_, due)| *due <= world.now) {
        checked.verdict = verdict;
        checked.changing = None;
    }
    let sick = |verdict: Verdict| matches!(verdict, Verdict::Unhealthy(_));
    if found == checked.verdict || found == Verdict::Initial {
        checked.changing = None;
    } else if (sick(found) && sick(checked.verdict)) || world.settings.zero_waits {
        // Another way to fail shows at the next check.
        checked.verdict = found;
        checked.changing = None;
    } else {
        // Another way to fail does not begin the count anew.
        let begun = checked
            .changing
            .filter(|(before, _)| sick(*before) == sick(found));
        let begins = checked.registering_until.max(world.now);
        let first = checked.verdict == Verdict::Initial;
        let wait_ms = u64::from(checks_needed(world, check, first, found))
            * u64::from(check.interval_s)
            * 1_000;
        let due = begun.map_or_else(|| begins.plus_ms(wait_ms), |(_, due)| due);
        checked.changing = Some((found, due));
    }
    checked
}

/// How many checks in a row make a verdict; for the first one of a target it is a doubt.
fn checks_needed(world: &World, check: &HealthCheck, first: bool, found: Verdict) -> u32 {
    let one_is_enough = first && world.doubts.is("first-healthy-after", "one-check");
    match found {
        Verdict::Unhealthy(_) => check.unhealthy_threshold,
        _ if one_is_enough => 1,
        _ => check.healthy_threshold,
    }
}
