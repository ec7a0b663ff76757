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

/// The load balancer that uses a group.
fn user_of(world: &World, group_arn: &str) -> Option<LoadBalancer> {
    let user = uses::balancers_to(world, group_arn).into_iter().next()?;
    world
        .live::<LoadBalancer>(&user)
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
fn settle(world: &mut World, mut checked: Checked, check: &HealthCheck, found: Verdict) -> Checked {
    if let Some((verdict, _)) = checked.changing.filter(|(_, due)| *due <= world.now) {
        checked.verdict = verdict;
        checked.changing = None;
    }
    let steady = found == checked.verdict || found == Verdict::Initial;
    let sick = |verdict: Verdict| matches!(verdict, Verdict::Unhealthy(_));
    if steady {
        checked.changing = None;
    } else if sick(found) && sick(checked.verdict) {
        // Another way to fail shows at the next check.
        checked.verdict = found;
        checked.changing = None;
    } else if checked
        .changing
        .is_none_or(|(changing, _)| sick(changing) != sick(found))
    {
        let threshold = if sick(found) {
            check.unhealthy_threshold
        } else {
            check.healthy_threshold
        };
        let wait_ms = u64::from(threshold) * u64::from(check.interval_s) * 1_000;
        let begun = checked.registering_until.max(world.now);
        let due = if world.settings.zero_waits {
            world.now
        } else {
            begun.plus_ms(wait_ms)
        };
        checked.changing = Some((found, due));
        if due <= world.now {
            checked.verdict = found;
            checked.changing = None;
        }
    } else if let Some((_, due)) = checked.changing {
        checked.changing = Some((found, due));
    }
    checked
}
