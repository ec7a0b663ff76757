//! Target groups: made and listed. A name with its settings is an identity, as with load balancers.

use super::arns::{self, Named};
use super::pages::Page;
use super::refusals::{configuration, none_found, validation};
use super::{health_checks, limits, names, tags, uses, values};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Members, member_texts, members, text};
use crate::world::load_balancing::{LoadBalancer, TargetGroup};
use crate::world::network::Vpc;
use crate::world::{Seen, Tags};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateTargetGroup",
        limits: limits::MUTATING,
        run: create,
    },
    Operation {
        name: "DescribeTargetGroups",
        limits: limits::DESCRIBE,
        run: describe,
    },
];

fn create(call: &mut Call<'_>) -> Outcome {
    let (group, tags) = read(call)?;
    if call.find::<Vpc>(&group.vpc_id).is_none() {
        return Err(validation(format!(
            "The VPC ID '{}' is not found",
            group.vpc_id
        )));
    }
    let same_name = call
        .world
        .within::<TargetGroup>(&call.scope)
        .find(|other| other.value().name == group.name)
        .map(|other| (other.id.clone(), same_settings(other.value(), &group)));
    let arn = match same_name {
        Some((arn, true)) => arn,
        Some((_, false)) => {
            return Err(Refusal::new(
                "DuplicateTargetGroupName",
                format!(
                    "A target group with the same name '{}' exists, but with different settings",
                    group.name
                ),
            ));
        }
        None => make(call, group, tags)?,
    };
    let made = call
        .world
        .live::<TargetGroup>(&arn)
        .map(|record| row(call, &record.as_made()));
    Ok(vec![members("TargetGroups", made)])
}

fn make(call: &mut Call<'_>, group: TargetGroup, tags: Tags) -> Result<String, Refusal> {
    let account = &call.scope.account;
    let most = call.world.quota(account, "target-groups-per-region");
    if call.world.within::<TargetGroup>(&call.scope).count() >= most {
        let why = "The maximum number of target groups has been reached";
        return Err(Refusal::new("TooManyTargetGroups", why));
    }
    let id = call.world.random.hex(16);
    let arn = arns::target_group(&call.scope, &group.name, &id);
    call.create(&arn, tags, group);
    Ok(arn)
}

fn read(call: &mut Call<'_>) -> Result<(TargetGroup, Tags), Refusal> {
    let parameters = &mut call.parameters;
    if parameters.has("TargetControlPort") {
        return Err(Refusal::not_simulated(
            "CreateTargetGroup with TargetControlPort",
        ));
    }
    let name = parameters.required("Name")?;
    let types = ["instance", "ip", "lambda", "alb"];
    let target_type = values::word(parameters, "TargetType", &types)?;
    let target_type = target_type.unwrap_or_else(|| "instance".to_owned());
    let protocol = values::word(parameters, "Protocol", health_checks::PROTOCOLS)?;
    let version = values::word(parameters, "ProtocolVersion", &["HTTP1", "HTTP2", "GRPC"])?;
    let port = values::port(parameters, "Port")?;
    let vpc_id = parameters.text("VpcId");
    let address_type = values::word(parameters, "IpAddressType", &["ipv4", "ipv6"])?;
    let check = health_checks::read(parameters)?;
    let tags = tags::read_new(parameters)?;
    call.finish()?;
    names::check_target_group(&name)?;
    if target_type == "lambda" || address_type.as_deref() == Some("ipv6") {
        return Err(Refusal::not_simulated(
            "target groups of lambda functions or with IPv6",
        ));
    }
    let protocol = protocol.ok_or_else(|| validation("A protocol must be specified"))?;
    check_protocol(&protocol, &target_type)?;
    let web = matches!(protocol.as_str(), "HTTP" | "HTTPS");
    if version.is_some() && !web {
        return Err(validation(
            "A protocol version can be specified with HTTP and HTTPS only",
        ));
    }
    let group = TargetGroup {
        name,
        port: port.ok_or_else(|| validation("A port must be specified"))?,
        vpc_id: vpc_id.ok_or_else(|| validation("A VPC ID must be specified"))?,
        protocol_version: web.then(|| version.unwrap_or_else(|| "HTTP1".to_owned())),
        address_type: "ipv4".to_owned(),
        health_check: check.with_defaults(&protocol, &target_type)?,
        protocol,
        target_type,
        attributes: std::collections::BTreeMap::new(),
        targets: Vec::new(),
        held_until: None,
    };
    Ok((group, tags))
}

fn check_protocol(protocol: &str, target_type: &str) -> Result<(), Refusal> {
    if matches!(protocol, "GENEVE" | "QUIC" | "TCP_QUIC") {
        return Err(Refusal::not_simulated(format!(
            "target groups with {protocol} protocol"
        )));
    }
    if target_type == "alb" && protocol != "TCP" {
        return Err(configuration(format!(
            "Target type 'alb' is not supported for target groups with {protocol} protocol"
        )));
    }
    Ok(())
}

fn same_settings(one: &TargetGroup, two: &TargetGroup) -> bool {
    let plain = |group: &TargetGroup| {
        (
            group.protocol.clone(),
            group.protocol_version.clone(),
            group.port,
            group.vpc_id.clone(),
            group.target_type.clone(),
        )
    };
    plain(one) == plain(two) && one.health_check == two.health_check
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let balancer = call.parameters.text("LoadBalancerArn");
    let wanted_arns = values::twenty(&mut call.parameters, "TargetGroupArns")?;
    let names = values::twenty(&mut call.parameters, "Names")?;
    let named = !wanted_arns.is_empty() || !names.is_empty();
    let page = Page::read(&mut call.parameters, named)?;
    call.finish()?;
    if named && balancer.is_some() {
        return Err(validation(
            "Target groups can be asked for by load balancer, by ARNs or by names, not by several",
        ));
    }
    wanted_arns
        .iter()
        .try_for_each(|arn| arns::check(arn, Named::TargetGroup))?;
    if let Some(balancer) = &balancer {
        arns::check(balancer, Named::LoadBalancer)?;
        call.see::<LoadBalancer>(balancer)
            .ok_or_else(|| none_found(Named::LoadBalancer))?;
    }
    let all = call.see_all::<TargetGroup>();
    let arns_there = wanted_arns
        .iter()
        .all(|arn| all.iter().any(|seen| seen.id == arn));
    let names_there = names
        .iter()
        .all(|name| all.iter().any(|seen| seen.value.name == *name));
    if !(arns_there && names_there) {
        return Err(none_found(Named::TargetGroup));
    }
    let of_balancer = |seen: &Seen<'_, TargetGroup>| {
        let wanted = balancer.as_ref();
        wanted.is_none_or(|arn| uses::balancers_to(call.world, seen.id).contains(arn))
    };
    let rows = all
        .iter()
        .filter(|seen| {
            !named
                || wanted_arns.iter().any(|arn| arn == seen.id)
                || names.contains(&seen.value.name)
        })
        .filter(|seen| of_balancer(seen))
        .map(|seen| (seen.id.to_owned(), row(call, seen)))
        .collect();
    Ok(page.cut("TargetGroups", rows))
}

/// A target group as lists show it.
pub(super) fn row(call: &Call<'_>, group: &Seen<'_, TargetGroup>) -> Members {
    let value = group.value;
    let mut row = vec![
        text("TargetGroupArn", group.id),
        text("TargetGroupName", &value.name),
        text("Protocol", &value.protocol),
        text("Port", value.port),
        text("VpcId", &value.vpc_id),
    ];
    row.extend(health_checks::shown(value));
    row.push(member_texts(
        "LoadBalancerArns",
        uses::balancers_to(call.world, group.id),
    ));
    row.push(text("TargetType", &value.target_type));
    row.extend(
        value
            .protocol_version
            .as_ref()
            .map(|version| text("ProtocolVersion", version)),
    );
    row.push(text("IpAddressType", &value.address_type));
    row
}
