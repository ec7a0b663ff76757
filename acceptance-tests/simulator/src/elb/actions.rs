//! Default actions of listeners: read, judged against their load balancer, written.

use std::collections::{BTreeMap, BTreeSet};

use super::refusals::{configuration, none_found, validation};
use super::{arns::Named, uses, values};
use crate::engine::Call;
use crate::wire::xml::{Members, members, node, text};
use crate::wire::{Parameters, Refusal};
use crate::world::load_balancing::{Action, LoadBalancer, TargetGroup};

/// Wire names of what a redirect may say.
const REDIRECT_PARTS: &[&str] = &["Protocol", "Port", "Host", "Path", "Query", "StatusCode"];

/// Reads `DefaultActions`.
pub(super) fn read(parameters: &mut Parameters) -> Result<Vec<Action>, Refusal> {
    parameters.structures("DefaultActions", |action| {
        let kind = action.required("Type")?;
        values::number(action, "Order", 1..=50_000)?;
        match kind.as_str() {
            "forward" => read_forward(action),
            "fixed-response" => read_fixed(action),
            "redirect" => read_redirect(action),
            other => Err(Refusal::not_simulated(format!("actions of type {other}"))),
        }
    })
}

fn read_forward(action: &mut Parameters) -> Result<Action, Refusal> {
    let single = action.text("TargetGroupArn");
    let groups = action.structure("ForwardConfig", |forward| {
        let stickiness = forward.structure("TargetGroupStickinessConfig", |stickiness| {
            stickiness.integer("DurationSeconds")?;
            stickiness.boolean("Enabled")
        })?;
        if stickiness.flatten() == Some(true) {
            return Err(Refusal::not_simulated("sticky target groups"));
        }
        forward.structures("TargetGroups", |group| {
            let weight = values::number(group, "Weight", 0..=999)?;
            Ok((group.required("TargetGroupArn")?, weight.unwrap_or(1)))
        })
    })?;
    let groups = match (single, groups.filter(|groups| !groups.is_empty())) {
        (None, None) => return Err(validation("A target group must be specified")),
        (Some(arn), None) => vec![(arn, 1)],
        (None, Some(groups)) => groups,
        (Some(arn), Some(groups)) if groups.len() == 1 && groups.iter().all(|(g, _)| *g == arn) => {
            groups
        }
        (Some(_), Some(_)) => {
            return Err(validation(
                "TargetGroupArn and ForwardConfig must name the same single target group",
            ));
        }
    };
    Ok(Action::Forward { groups })
}

fn read_fixed(action: &mut Parameters) -> Result<Action, Refusal> {
    let fixed = action.structure("FixedResponseConfig", |fixed| {
        let code = fixed.required("StatusCode")?;
        let status = code
            .parse()
            .ok()
            .filter(|status| (200..=599).contains(status));
        let status = status.ok_or_else(|| validation(format!("'{code}' is not a status code")))?;
        let (content_type, body) = (fixed.text("ContentType"), fixed.text("MessageBody"));
        Ok(Action::FixedResponse {
            status,
            content_type,
            body,
        })
    })?;
    fixed.ok_or_else(|| validation("A fixed-response action needs FixedResponseConfig"))
}

fn read_redirect(action: &mut Parameters) -> Result<Action, Refusal> {
    let parts = action.structure("RedirectConfig", |redirect| {
        let codes = ["HTTP_301", "HTTP_302"];
        let code = values::word(redirect, "StatusCode", &codes)?;
        let code = code.ok_or_else(|| values::absent("StatusCode"))?;
        let mut parts: BTreeMap<_, _> = REDIRECT_PARTS
            .iter()
            .filter_map(|part| Some(((*part).to_owned(), redirect.text(part)?)))
            .collect();
        parts.insert("StatusCode".to_owned(), code);
        Ok(parts)
    })?;
    let parts = parts.ok_or_else(|| validation("A redirect action needs RedirectConfig"))?;
    Ok(Action::Redirect { parts })
}

/// Refuses actions that a listener of the load balancer with that protocol cannot have.
pub(super) fn check(
    call: &Call<'_>,
    (balancer_arn, balancer): (&str, &LoadBalancer),
    protocol: &str,
    actions: &[Action],
) -> Result<(), Refusal> {
    let [action] = actions else {
        return Err(validation("Exactly one default action must be specified"));
    };
    let Action::Forward { groups } = action else {
        if balancer.kind == "network" {
            let why = "Network Load Balancers support forward actions only";
            return Err(Refusal::new("InvalidLoadBalancerAction", why));
        }
        return Ok(());
    };
    let distinct: BTreeSet<_> = groups.iter().map(|(arn, _)| arn).collect();
    if distinct.len() < groups.len() {
        return Err(validation(
            "Target groups of an action must be different from each other",
        ));
    }
    for (arn, _) in groups {
        let group = call
            .find::<TargetGroup>(arn)
            .ok_or_else(|| none_found(Named::TargetGroup))?;
        check_group(
            call,
            (balancer_arn, balancer),
            protocol,
            (arn, group.value()),
        )?;
        let weighted_alb = groups.len() > 1 && group.value().target_type == "alb";
        if weighted_alb && call.world.doubts.is("weighted-alb-groups", "refused") {
            return Err(configuration(
                "Target groups with target type 'alb' can't be used with weights",
            ));
        }
    }
    Ok(())
}

fn check_group(
    call: &Call<'_>,
    (balancer_arn, balancer): (&str, &LoadBalancer),
    protocol: &str,
    (arn, group): (&str, &TargetGroup),
) -> Result<(), Refusal> {
    if group.vpc_id != balancer.vpc_id {
        return Err(configuration(format!(
            "Target group '{arn}' is not in the VPC of the load balancer"
        )));
    }
    if group.target_type == "alb" && protocol != "TCP" {
        let code = call.world.doubts.reading("alb-group-listener-code");
        let why =
            format!("Target type 'alb' is not supported for listeners with {protocol} protocol");
        return Err(Refusal::new(code, why));
    }
    let fitting: &[&str] = match protocol {
        "HTTP" | "HTTPS" => &["HTTP", "HTTPS"],
        "TCP" => &["TCP", "TCP_UDP"],
        "TLS" => &["TCP", "TLS"],
        "UDP" => &["UDP", "TCP_UDP"],
        _ => &["TCP_UDP"],
    };
    if !fitting.contains(&group.protocol.as_str()) {
        return Err(Refusal::new(
            "IncompatibleProtocols",
            format!("Listener protocol '{protocol}' is incompatible with target group '{arn}'"),
        ));
    }
    let users = uses::balancers_to(call.world, arn);
    if users.iter().any(|user| user != balancer_arn) {
        return Err(Refusal::new(
            "TargetGroupAssociationLimit",
            format!(
                "The following target groups cannot be associated with more than one load \
                 balancer: {arn}"
            ),
        ));
    }
    let albs = group.targets.iter().filter(|_| group.target_type == "alb");
    albs.filter(|target| target.is_registered())
        .try_for_each(|target| check_third_balancer(call, &target.id, balancer_arn))
}

/// Refuses a third NLB before an ALB.
pub(super) fn check_third_balancer(
    call: &Call<'_>,
    alb_arn: &str,
    balancer_arn: &str,
) -> Result<(), Refusal> {
    let mut before = uses::balancers_before(call.world, alb_arn);
    before.insert(balancer_arn.to_owned());
    let account = &call.scope.account;
    if before.len() <= call.world.quota(account, "network-load-balancers-per-alb") {
        return Ok(());
    }
    Err(Refusal::new(
        "TooManyRegistrationsForTargetId",
        format!(
            "The target '{alb_arn}' is already registered with the maximum number of load balancers"
        ),
    ))
}

/// An action as answers show it.
pub(super) fn row(action: &Action) -> Members {
    match action {
        Action::Forward { groups } => forward_row(groups),
        Action::FixedResponse {
            status,
            content_type,
            body,
        } => {
            let mut config = Vec::new();
            config.extend(body.as_ref().map(|body| text("MessageBody", body)));
            config.push(text("StatusCode", status));
            config.extend(content_type.as_ref().map(|kind| text("ContentType", kind)));
            vec![
                text("Type", "fixed-response"),
                text("Order", 1),
                node("FixedResponseConfig", config),
            ]
        }
        Action::Redirect { parts } => {
            let default = |part: &str| match part {
                "Protocol" => "#{protocol}",
                "Port" => "#{port}",
                "Host" => "#{host}",
                "Path" => "/#{path}",
                _ => "#{query}",
            };
            let config = REDIRECT_PARTS.iter().map(|part| {
                text(
                    part,
                    parts
                        .get(*part)
                        .map_or_else(|| default(part), String::as_str),
                )
            });
            let config = node("RedirectConfig", config.collect());
            vec![text("Type", "redirect"), text("Order", 1), config]
        }
    }
}

fn forward_row(groups: &[(String, u32)]) -> Members {
    let mut row = vec![text("Type", "forward")];
    if let [(arn, _)] = groups {
        row.push(text("TargetGroupArn", arn));
    }
    row.push(text("Order", 1));
    let rows = groups
        .iter()
        .map(|(arn, weight)| vec![text("TargetGroupArn", arn), text("Weight", weight)]);
    let stickiness = node("TargetGroupStickinessConfig", vec![text("Enabled", false)]);
    row.push(node(
        "ForwardConfig",
        vec![members("TargetGroups", rows), stickiness],
    ));
    row
}
