//! Load balancers: listed and deleted.

use super::arns::{self, Named};
use super::pages::Page;
use super::refusals::{in_use, none_found};
use super::{limits, listener_changes, uses, values};
use crate::ec2;
use crate::engine::{Call, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Element, Members, member_texts, members, node, text};
use crate::world::Seen;
use crate::world::load_balancing::{BalancerZone, LoadBalancer};

/// How long network interfaces outlive their load balancer, in ms (from practice).
pub(super) const RELEASE_MS: (u64, u64) = (60_000, 300_000);

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "DescribeLoadBalancers",
        limits: limits::DESCRIBE,
        run: describe,
    },
    Operation {
        name: "DeleteLoadBalancer",
        limits: limits::MUTATING,
        run: delete,
    },
];

/// Hosted zones of public names per region: of NLBs and of ALBs (AWS General Reference).
const HOSTED_ZONES: &[(&str, &str, &str)] = &[
    ("ap-east-1", "Z12Y7K3UBGUAD1", "Z3DQVH9N71FHZ0"),
    ("ap-northeast-1", "Z31USIVHYNEOWT", "Z14GRHDCWA56QT"),
    ("ap-northeast-2", "ZIBE1TIR4HY56", "ZWKZPGTI48KDX"),
    ("ap-southeast-1", "ZKVM4W9LS7TM", "Z1LMS91P8CMLE5"),
    ("ap-southeast-2", "ZCT6FZBF4DROD", "Z1GM3OXH4ZPM65"),
    ("eu-central-1", "Z3F0SRJ5LGBH90", "Z215JYRZR1TBD5"),
    ("eu-west-1", "Z2IFOLAFXWLO4F", "Z32O12XQLNTSW2"),
    ("us-east-1", "Z26RNL4JYFTOTI", "Z35SXDOTRQ7X7K"),
    ("us-east-2", "ZLMOA37VPKANP", "Z3AADJGX6KTTL2"),
    ("us-west-1", "Z24FKFUX50B4VW", "Z368ELLRRE2KJ0"),
    ("us-west-2", "Z18D5FSROUN65G", "Z1H1FL5HABSF5"),
];

/// `CanonicalHostedZoneId` of a kind of load balancer in a region.
pub(super) fn hosted_zone(region: &str, kind: &str) -> &'static str {
    HOSTED_ZONES
        .iter()
        .find(|(known, _, _)| *known == region)
        .map_or(
            "",
            |(_, nlb, alb)| {
                if kind == "network" { nlb } else { alb }
            },
        )
}

/// The answer of a call that made, or might have made, the load balancer.
pub(super) fn answer(call: &Call<'_>, arn: &str) -> Members {
    let made = call
        .world
        .live::<LoadBalancer>(arn)
        .map(|record| row(&record.as_made()));
    vec![members("LoadBalancers", made)]
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let wanted_arns = values::twenty(&mut call.parameters, "LoadBalancerArns")?;
    let names = values::twenty(&mut call.parameters, "Names")?;
    let named = !wanted_arns.is_empty() || !names.is_empty();
    let page = Page::read(&mut call.parameters, named)?;
    call.finish()?;
    wanted_arns
        .iter()
        .try_for_each(|arn| arns::check(arn, Named::LoadBalancer))?;
    let all = call.see_all::<LoadBalancer>();
    let there = |wanted: &dyn Fn(&Seen<'_, LoadBalancer>) -> bool| all.iter().any(wanted);
    let arns_there = wanted_arns.iter().all(|arn| there(&|seen| seen.id == arn));
    let names_there = names
        .iter()
        .all(|name| there(&|seen| seen.value.name == *name));
    if !(arns_there && names_there) {
        return Err(none_found(Named::LoadBalancer));
    }
    let rows = all
        .iter()
        .filter(|seen| {
            !named
                || wanted_arns.iter().any(|arn| arn == seen.id)
                || names.contains(&seen.value.name)
        })
        .map(|seen| (seen.id.to_owned(), row(seen)))
        .collect();
    Ok(page.cut("LoadBalancers", rows))
}

fn row(balancer: &Seen<'_, LoadBalancer>) -> Members {
    let value = balancer.value;
    let mut row = vec![
        text("LoadBalancerArn", balancer.id),
        text("DNSName", &value.dns_name),
        text("CanonicalHostedZoneId", &value.hosted_zone_id),
        text("CreatedTime", balancer.created.iso()),
        text("LoadBalancerName", &value.name),
        text("Scheme", &value.scheme),
        text("VpcId", &value.vpc_id),
        node("State", vec![text("Code", &value.state)]),
        text("Type", &value.kind),
        zones(&value.zones),
    ];
    if !value.group_ids.is_empty() {
        row.push(member_texts("SecurityGroups", &value.group_ids));
    }
    row.push(text("IpAddressType", &value.address_type));
    row.extend(value.enforce_on_private_link.map(enforcement));
    row
}

/// `AvailabilityZones`.
pub(super) fn zones(zones: &[BalancerZone]) -> Element {
    let rows = zones.iter().map(|zone| {
        let mut row = vec![
            text("ZoneName", &zone.zone_name),
            text("SubnetId", &zone.subnet_id),
        ];
        let ipv4 = zone.private_address.iter();
        let ipv6 = zone.ipv6_address.iter();
        let chosen: Members = ipv4
            .map(|address| text("PrivateIPv4Address", address))
            .chain(ipv6.map(|address| text("IPv6Address", address)))
            .collect();
        if !chosen.is_empty() {
            row.push(members("LoadBalancerAddresses", [chosen]));
        }
        row
    });
    members("AvailabilityZones", rows)
}

/// `EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic`.
pub(super) fn enforcement(on: bool) -> Element {
    let name = "EnforceSecurityGroupInboundRulesOnPrivateLinkTraffic";
    text(name, if on { "on" } else { "off" })
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let arn = call.parameters.required("LoadBalancerArn")?;
    call.finish()?;
    arns::check(&arn, Named::LoadBalancer)?;
    let own = call
        .world
        .live::<LoadBalancer>(&arn)
        .filter(|record| record.scope == call.scope);
    let Some(balancer) = own.map(|record| record.value().clone()) else {
        // AWS: deleting what is not there succeeds.
        return Ok(Vec::new());
    };
    check_deletable(call, &arn, &balancer)?;
    let listeners: Vec<_> = uses::listeners_of(call.world, &arn)
        .map(|listener| listener.id.clone())
        .collect();
    for listener in listeners {
        listener_changes::remove(call.world, &listener);
    }
    let interfaces: Vec<_> = balancer
        .zones
        .into_iter()
        .map(|zone| zone.interface_id)
        .collect();
    call.world
        .release_interfaces(&interfaces, RELEASE_MS.0, RELEASE_MS.1);
    call.world.remove::<LoadBalancer>(&arn);
    Ok(Vec::new())
}

fn check_deletable(call: &Call<'_>, arn: &str, balancer: &LoadBalancer) -> Result<(), Refusal> {
    let world = &*call.world;
    let cannot = |why: &str| format!("Load balancer '{arn}' cannot be deleted because {why}");
    let flag = balancer.attributes.get("deletion_protection.enabled");
    if flag.is_some_and(|value| value == "true") {
        let why = cannot("deletion protection is enabled");
        return Err(Refusal::new("OperationNotPermitted", why));
    }
    if ec2::is_held(world, arn) {
        return Err(in_use(cannot(
            "it is currently associated with another service",
        )));
    }
    let draining = world.doubts.is("draining-alb-delete", "refused");
    if uses::groups_with(world, arn, draining).next().is_some() {
        return Err(in_use(cannot(
            "it is currently registered as a target of a target group",
        )));
    }
    Ok(())
}
