//! DescribeTargetHealth: what the checks amount to, in AWS's words.

use super::arns::{self, Named};
use super::health_checks::port_of;
use super::refusals::not_found;
use super::{limits, targets};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Members, members, node, text};
use crate::world::load_balancing::{Checked, Failure, Target, TargetGroup, Verdict};

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "DescribeTargetHealth",
    limits: limits::DESCRIBE,
    run: describe,
}];

fn describe(call: &mut Call<'_>) -> Outcome {
    let arn = call.parameters.required("TargetGroupArn")?;
    let wanted = targets::read(&mut call.parameters)?;
    let include = call.parameters.list("Include")?;
    call.finish()?;
    if !include.is_empty() {
        return Err(Refusal::not_simulated("DescribeTargetHealth with Include"));
    }
    arns::check(&arn, Named::TargetGroup)?;
    let group = call
        .see::<TargetGroup>(&arn)
        .ok_or_else(|| not_found(Named::TargetGroup, &arn))?
        .value;
    let now = call.now();
    let checks = call
        .world
        .checks
        .get(&arn)
        .map(Vec::as_slice)
        .unwrap_or_default();
    let there: Vec<&Target> = group
        .targets
        .iter()
        .filter(|target| !target.is_drained(now))
        .collect();
    let mut rows: Vec<Members> = there
        .iter()
        .filter(|target| wanted.is_empty() || wanted.iter().any(|one| one.names(target)))
        .map(|target| row(call, group, target, checks))
        .collect();
    let strangers = wanted
        .iter()
        .filter(|one| !there.iter().any(|target| one.names(target)));
    rows.extend(strangers.map(|one| {
        let port = one.port.unwrap_or(group.port);
        let words = (
            "unused",
            "Target.NotRegistered",
            "Target is not registered to the target group",
        );
        described(
            (&one.id, port),
            None,
            port_of(&group.health_check, port),
            words,
        )
    }));
    Ok(vec![members("TargetHealthDescriptions", rows)])
}

fn row(call: &Call<'_>, group: &TargetGroup, target: &Target, checks: &[Checked]) -> Members {
    let mut checks = checks.iter();
    let checked =
        checks.find(|checked| checked.target_id == target.id && checked.port == target.port);
    let failed;
    let words = match checked.map(|checked| checked.verdict) {
        _ if !target.is_registered() => (
            "draining",
            "Target.DeregistrationInProgress",
            "Target deregistration is in progress",
        ),
        None | Some(Verdict::NotInUse) => (
            "unused",
            "Target.NotInUse",
            "Target group is not configured to receive traffic from the load balancer",
        ),
        Some(Verdict::ZoneNotEnabled) => (
            "unused",
            "Target.NotInUse",
            "Target is in an Availability Zone that is not enabled for the load balancer",
        ),
        Some(Verdict::Initial) if checked.is_some_and(|c| c.registering_until > call.now()) => (
            "initial",
            "Elb.RegistrationInProgress",
            "Target registration is in progress",
        ),
        Some(Verdict::Initial) => (
            "initial",
            "Elb.InitialHealthChecking",
            "Initial health checks in progress",
        ),
        Some(Verdict::Healthy) => ("healthy", "", ""),
        Some(Verdict::Unhealthy(Failure::Timeout)) => {
            ("unhealthy", "Target.Timeout", "Request timed out")
        }
        Some(Verdict::Unhealthy(Failure::Refused)) => (
            "unhealthy",
            "Target.FailedHealthChecks",
            "Health checks failed",
        ),
        Some(Verdict::Unhealthy(Failure::Status(code))) => {
            failed = format!("Health checks failed with these codes: [{code}]");
            ("unhealthy", "Target.ResponseCodeMismatch", failed.as_str())
        }
    };
    let port = port_of(&group.health_check, target.port);
    described((&target.id, target.port), target.zone.as_ref(), port, words)
}

fn described(
    (id, port): (&str, u16),
    zone: Option<&String>,
    check_port: u16,
    (state, reason, description): (&str, &'static str, &str),
) -> Members {
    let mut health = vec![text("State", state)];
    if !reason.is_empty() {
        health.push(text("Reason", reason));
        health.push(text("Description", description));
    }
    let mut target = vec![text("Id", id), text("Port", port)];
    target.extend(zone.map(|zone| text("AvailabilityZone", zone)));
    vec![
        node("Target", target),
        text("HealthCheckPort", check_port),
        node("TargetHealth", health),
    ]
}
