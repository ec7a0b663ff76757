//! Target groups: changed and deleted.

use super::arns::{self, Named};
use super::refusals::{configuration, in_use, not_found};
use super::{health_checks, limits, target_groups, uses};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::members;
use crate::world::load_balancing::{HealthCheck, TargetGroup};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "ModifyTargetGroup",
        limits: limits::MUTATING,
        run: modify,
    },
    Operation {
        name: "DeleteTargetGroup",
        limits: limits::MUTATING,
        run: delete,
    },
];

fn modify(call: &mut Call<'_>) -> Outcome {
    let arn = call.parameters.required("TargetGroupArn")?;
    let wanted = health_checks::read(&mut call.parameters)?;
    call.finish()?;
    arns::check(&arn, Named::TargetGroup)?;
    let group = call
        .find::<TargetGroup>(&arn)
        .ok_or_else(|| not_found(Named::TargetGroup, &arn))?
        .value();
    let check = wanted.over(&group.health_check, &group.target_type)?;
    check_frozen(call, group, &check)?;
    call.world
        .change::<TargetGroup>(&arn, |group| group.health_check = check);
    let changed = call.world.live::<TargetGroup>(&arn);
    let row = changed.map(|record| target_groups::row(call, &record.as_made()));
    Ok(vec![members("TargetGroups", row)])
}

/// A doubt: groups with TCP once could not change how often and with what they are checked.
fn check_frozen(call: &Call<'_>, group: &TargetGroup, new: &HealthCheck) -> Result<(), Refusal> {
    let old = &group.health_check;
    let timing = |check: &HealthCheck| (check.protocol.clone(), check.interval_s, check.timeout_s);
    let frozen = group.protocol == "TCP" && call.world.doubts.is("tcp-group-check", "frozen");
    if frozen && timing(old) != timing(new) {
        return Err(configuration(
            "You cannot change the health check protocol, interval or timeout for a target group \
             with the TCP protocol",
        ));
    }
    Ok(())
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let arn = call.parameters.required("TargetGroupArn")?;
    call.finish()?;
    arns::check(&arn, Named::TargetGroup)?;
    let own = call
        .world
        .live::<TargetGroup>(&arn)
        .filter(|record| record.scope == call.scope);
    let Some(group) = own else {
        return match call.world.doubts.reading("missing-target-group-delete") {
            "TargetGroupNotFound" => Err(not_found(Named::TargetGroup, &arn)),
            _ => Ok(Vec::new()),
        };
    };
    let held = group
        .value()
        .held_until
        .is_some_and(|until| until > call.world.now);
    if held || uses::listeners_to(call.world, &arn).next().is_some() {
        return Err(in_use(format!(
            "Target group '{arn}' is currently in use by a listener or a rule"
        )));
    }
    call.world.remove::<TargetGroup>(&arn);
    Ok(Vec::new())
}
