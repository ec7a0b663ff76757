//! SetSecurityGroups.

use super::arns::{self, Named};
use super::create_balancer::check_groups;
use super::refusals::{configuration, not_found};
use super::{balancers, limits, values};
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::member_texts;
use crate::world::load_balancing::LoadBalancer;
use crate::world::network::NetworkInterface;

pub(super) const OPERATIONS: &[Operation] = &[Operation {
    name: "SetSecurityGroups",
    limits: limits::MUTATING,
    run: set_groups,
}];

fn set_groups(call: &mut Call<'_>) -> Outcome {
    let parameters = &mut call.parameters;
    let arn = parameters.required("LoadBalancerArn")?;
    let group_ids = values::some(parameters, "SecurityGroups")?;
    let switch = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    let switch = values::word(parameters, switch, &["on", "off"])?;
    call.finish()?;
    let balancer = find(call, &arn)?;
    let network = balancer.kind == "network";
    if network && balancer.group_ids.is_empty() {
        return Err(configuration(
            "Security groups can't be set on a Network Load Balancer that was created without \
             security groups",
        ));
    }
    if !network && switch.is_some() {
        return Err(configuration(
            "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic is for Network Load Balancers \
             only",
        ));
    }
    check_groups(call, &balancer.vpc_id, &group_ids)?;
    let kept = call.world.doubts.is("enforcement-not-given", "kept");
    let enforce = match switch.as_deref() {
        _ if !network => None,
        Some(word) => Some(word == "on"),
        None if kept => balancer.enforce_on_private_link,
        None => Some(true),
    };
    for zone in &balancer.zones {
        call.world
            .change::<NetworkInterface>(&zone.interface_id, |interface| {
                group_ids.clone_into(&mut interface.group_ids);
            });
    }
    call.world.change::<LoadBalancer>(&arn, |balancer| {
        group_ids.clone_into(&mut balancer.group_ids);
        balancer.enforce_on_private_link = enforce;
    });
    let groups = member_texts("SecurityGroupIds", &group_ids);
    Ok(std::iter::once(groups)
        .chain(enforce.map(balancers::enforcement))
        .collect())
}

/// The load balancer of the caller with that ARN.
pub(super) fn find(call: &Call<'_>, arn: &str) -> Result<LoadBalancer, Refusal> {
    arns::check(arn, Named::LoadBalancer)?;
    call.find::<LoadBalancer>(arn)
        .map(|record| record.value().clone())
        .ok_or_else(|| not_found(Named::LoadBalancer, arn))
}
