//! Targets: registered and deregistered. What may be one depends on the group's type.

use std::net::Ipv4Addr;

use super::actions::check_third_balancer;
use super::arns::{self, Named};
use super::refusals::{not_found, validation};
use super::{limits, uses, values};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::{Parameters, Refusal};
use crate::world::load_balancing::{LoadBalancer, Target, TargetGroup};
use crate::world::network::Vpc;

/// How long AWS lets connections of a deregistered target go on unless it is told otherwise.
const DRAIN_S: u64 = 300;

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "RegisterTargets",
        limits: limits::TARGETS,
        run: register,
    },
    Operation {
        name: "DeregisterTargets",
        limits: limits::TARGETS,
        run: deregister,
    },
];

/// A target as calls name it.
#[derive(Debug)]
pub(super) struct Wanted {
    pub(super) id: String,
    pub(super) port: Option<u16>,
    zone: Option<String>,
}

/// Reads `Targets`.
pub(super) fn read(parameters: &mut Parameters) -> Result<Vec<Wanted>, Refusal> {
    parameters.structures("Targets", |target| {
        Ok(Wanted {
            id: target.required("Id")?,
            port: values::port(target, "Port")?,
            zone: target.text("AvailabilityZone"),
        })
    })
}

impl Wanted {
    /// Whether it names that target.
    pub(super) fn names(&self, target: &Target) -> bool {
        self.id == target.id && self.port.is_none_or(|port| port == target.port)
    }
}

fn read_call(call: &mut Call<'_>) -> Result<(String, Vec<Wanted>, TargetGroup), Refusal> {
    let arn = call.parameters.required("TargetGroupArn")?;
    let wanted = read(&mut call.parameters)?;
    call.finish()?;
    arns::check(&arn, Named::TargetGroup)?;
    if wanted.is_empty() {
        return Err(values::absent("Targets"));
    }
    let group = call
        .find::<TargetGroup>(&arn)
        .map(|record| record.value().clone());
    let group = group.ok_or_else(|| not_found(Named::TargetGroup, &arn))?;
    Ok((arn, wanted, group))
}

fn register(call: &mut Call<'_>) -> Outcome {
    let (arn, wanted, group) = read_call(call)?;
    let now = call.now();
    let mut targets = group.targets.clone();
    targets.retain(|target| !target.is_drained(now));
    for one in wanted {
        match group.target_type.as_str() {
            "alb" => check_alb(call, (&arn, &group), &one)?,
            "ip" => check_address(call, &group, &one)?,
            _ => return Err(invalid(format!("Instance ID '{}' is not valid", one.id))),
        }
        let port = one.port.unwrap_or(group.port);
        let known = targets
            .iter_mut()
            .find(|known| known.id == one.id && known.port == port);
        match known {
            // Registering a draining target again takes it back.
            Some(known) if known.drained_at.is_some() => {
                known.drained_at = None;
                known.registered = now;
            }
            Some(_) => {}
            None => targets.push(Target {
                id: one.id,
                port,
                zone: one.zone,
                registered: now,
                drained_at: None,
            }),
        }
    }
    let albs = targets
        .iter()
        .filter(|target| target.is_registered())
        .count();
    if group.target_type == "alb" && albs > 1 {
        let why = "A target group with target type 'alb' can have one target only";
        return Err(Refusal::new("TooManyTargets", why));
    }
    call.world
        .change::<TargetGroup>(&arn, |group| group.targets = targets);
    Ok(Vec::new())
}

fn check_alb(
    call: &Call<'_>,
    (arn, group): (&str, &TargetGroup),
    wanted: &Wanted,
) -> Result<(), Refusal> {
    let id = &wanted.id;
    if wanted.zone.is_some() {
        return Err(zone_not_allowed(group));
    }
    let balancer = call
        .find::<LoadBalancer>(id)
        .filter(|balancer| balancer.value().kind == "application")
        .ok_or_else(|| invalid(format!("'{id}' is not an Application Load Balancer")))?
        .value();
    if balancer.vpc_id != group.vpc_id {
        return Err(invalid(format!(
            "Target '{id}' is not in the VPC of the target group"
        )));
    }
    if call.world.doubts.is("alb-target-must-be-active", "yes") && balancer.state != "active" {
        return Err(invalid(format!("Target '{id}' is not in the active state")));
    }
    let port = wanted.port.unwrap_or(group.port);
    if uses::listener_on(call.world, id, port).is_none() {
        return Err(validation(
            "If the target type is ALB, the target must have at least one listener that matches \
             the target group port or any specified port overrides",
        ));
    }
    uses::balancers_to(call.world, arn)
        .iter()
        .try_for_each(|balancer| check_third_balancer(call, id, balancer))
}

fn check_address(call: &Call<'_>, group: &TargetGroup, wanted: &Wanted) -> Result<(), Refusal> {
    let id = &wanted.id;
    let address: Ipv4Addr = id
        .parse()
        .map_err(|_| validation(format!("'{id}' is not a valid IPv4 address")))?;
    let vpc = call.world.live::<Vpc>(&group.vpc_id);
    let inside = vpc.is_some_and(|vpc| {
        vpc.value()
            .cidr_blocks
            .iter()
            .any(|(_, block)| block.contains(&address))
    });
    let shared = address.octets()[0] == 100 && (64..128).contains(&address.octets()[1]);
    if !(inside || address.is_private() || shared) {
        return Err(invalid(format!(
            "The IP address '{id}' is not in a private range"
        )));
    }
    if !inside && wanted.zone.as_deref() != Some("all") {
        return Err(invalid(format!(
            "The IP address '{id}' is outside the VPC and needs the Availability Zone 'all'"
        )));
    }
    Ok(())
}

fn zone_not_allowed(group: &TargetGroup) -> Refusal {
    validation(format!(
        "An Availability Zone cannot be specified for target type '{}'",
        group.target_type
    ))
}

fn invalid(message: String) -> Refusal {
    Refusal::new("InvalidTarget", message)
}

fn deregister(call: &mut Call<'_>) -> Outcome {
    let (arn, wanted, group) = read_call(call)?;
    let used = !uses::balancers_to(call.world, &arn).is_empty();
    let delay = group.attributes.get("deregistration_delay.timeout_seconds");
    let delay_s = delay
        .and_then(|value| value.parse().ok())
        .unwrap_or(DRAIN_S);
    let until = match used {
        true => call.world.draw_wait(delay_s * 1_000, delay_s * 1_000),
        // Nobody is connected to a target that no listener uses.
        false => call.now(),
    };
    let now = call.now();
    call.world.change::<TargetGroup>(&arn, |group| {
        let named = |target: &Target| wanted.iter().any(|one| one.names(target));
        for target in group
            .targets
            .iter_mut()
            .filter(|target| target.is_registered())
        {
            if named(target) {
                target.drained_at = Some(until);
            }
        }
        group.targets.retain(|target| !target.is_drained(now));
    });
    Ok(Vec::new())
}
