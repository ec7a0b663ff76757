//! Security groups: made, listed, deleted. Their rules are next door.

use super::default_vpc::{allow_all_egress, allow_all_ipv6_egress};
use super::lists::{List, USUAL_PAGE};
use super::permissions::permission_sets;
use super::refusals::{dependency, group_name_not_found, group_not_found, vpc_not_found};
use super::{limits, tags};
use crate::engine::{Call, Facet, Operation, Outcome};
use crate::wire::Refusal;
use crate::wire::xml::{Element, Members, items, text};
use crate::world::network::{NetworkInterface, Vpc};
use crate::world::security_group::{Peer, Rule, SecurityGroup};
use crate::world::{Kind as _, Seen};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "CreateSecurityGroup",
        limits: limits::MUTATING,
        run: create,
    },
    Operation {
        name: "DescribeSecurityGroups",
        limits: limits::DESCRIBE_OR_UNFILTERED,
        run: describe,
    },
    Operation {
        name: "DeleteSecurityGroup",
        limits: limits::MUTATING,
        run: delete,
    },
];

const FACETS: &[Facet<SecurityGroup>] = &[
    ("group-id", |group| vec![group.id.to_owned()]),
    ("group-name", |group| vec![group.value.name.clone()]),
    ("description", |group| vec![group.value.description.clone()]),
    ("owner-id", |group| vec![group.scope.account.clone()]),
    ("vpc-id", |group| vec![group.value.vpc_id.clone()]),
    ("ip-permission.cidr", |group| peers(group, false, cidr)),
    ("ip-permission.group-id", |group| {
        peers(group, false, referenced)
    }),
    ("ip-permission.protocol", |group| {
        of_rules(group, false, |r| r.traffic.protocol.clone())
    }),
    ("ip-permission.from-port", |group| {
        ports(group, false, |(from, _)| from)
    }),
    ("ip-permission.to-port", |group| {
        ports(group, false, |(_, to)| to)
    }),
    ("egress.ip-permission.cidr", |group| {
        peers(group, true, cidr)
    }),
    ("egress.ip-permission.group-id", |group| {
        peers(group, true, referenced)
    }),
    ("egress.ip-permission.protocol", |group| {
        of_rules(group, true, |r| r.traffic.protocol.clone())
    }),
    ("egress.ip-permission.from-port", |group| {
        ports(group, true, |(from, _)| from)
    }),
    ("egress.ip-permission.to-port", |group| {
        ports(group, true, |(_, to)| to)
    }),
];

fn create(call: &mut Call<'_>) -> Outcome {
    let name = call.parameters.required("GroupName")?;
    let description = call.parameters.required("GroupDescription")?;
    let vpc_id = call.parameters.text("VpcId");
    let tags = tags::specified(call, SecurityGroup::KIND)?;
    call.finish()?;
    check_text("groupName", &name)?;
    check_text("groupDescription", &description)?;
    if name.starts_with("sg-") {
        let why = "Group names may not be in the format sg-*.";
        return Err(Refusal::bad_value("groupName", &name, why));
    }
    let vpc_id = match vpc_id {
        Some(vpc_id) => vpc_id,
        None => default_vpc(call)?,
    };
    let vpc = call
        .find::<Vpc>(&vpc_id)
        .ok_or_else(|| vpc_not_found(&vpc_id))?;
    let ipv6 = !vpc.value().ipv6_blocks.is_empty();
    check_new_name(call, &name, &vpc_id)?;
    let mut rules = vec![allow_all_egress(call.world)];
    if ipv6 {
        rules.extend(allow_all_ipv6_egress(call.world));
    }
    let id = call.new_id("sg");
    let group = SecurityGroup {
        name,
        description,
        vpc_id,
        rules,
    };
    let shown = tags::tag_set(&tags);
    call.create(&id, tags, group);
    let arn = arn(&call.scope.region, &call.scope.account, &id);
    Ok(vec![
        text("groupId", &id),
        shown,
        text("securityGroupArn", arn),
    ])
}

fn check_text(parameter: &str, value: &str) -> Result<(), Refusal> {
    let allowed = |c: char| c.is_ascii_alphanumeric() || " ._-:/()#,@[]+=&;{}!$*".contains(c);
    if value.len() <= 255 && value.chars().all(allowed) {
        return Ok(());
    }
    let why = "Character sets beyond ASCII are not supported, nor more than 255 characters.";
    Err(Refusal::bad_value(parameter, value, why))
}

fn check_new_name(call: &Call<'_>, name: &str, vpc_id: &str) -> Result<(), Refusal> {
    let mut count = 0;
    for group in call.world.within::<SecurityGroup>(&call.scope) {
        count += 1;
        let same = group.value().name.eq_ignore_ascii_case(name);
        if same && group.value().vpc_id == vpc_id {
            return Err(Refusal::new(
                "InvalidGroup.Duplicate",
                format!("The security group '{name}' already exists for VPC '{vpc_id}'"),
            ));
        }
    }
    if count
        >= call
            .world
            .quota(&call.scope.account, "security-groups-per-region")
    {
        return Err(Refusal::new(
            "SecurityGroupLimitExceeded",
            "The maximum number of security groups has been reached.",
        ));
    }
    Ok(())
}

fn default_vpc(call: &Call<'_>) -> Result<String, Refusal> {
    call.world
        .within::<Vpc>(&call.scope)
        .find(|vpc| vpc.value().is_default)
        .map(|vpc| vpc.id.clone())
        .ok_or_else(|| Refusal::new("VPCIdNotSpecified", "No default VPC for this user"))
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let names = call.parameters.list("GroupName")?;
    let named = names
        .iter()
        .map(|name| named_in_default_vpc(call, name))
        .collect::<Result<Vec<_>, _>>()?;
    List::<SecurityGroup> {
        ids: "GroupId",
        facets: FACETS,
        page: USUAL_PAGE,
        answer: "securityGroupInfo",
        not_found: |_, id| group_not_found(id),
        row,
    }
    .run_with(call, named)
}

/// The id of a group that is named instead, which works in the default VPC only.
fn named_in_default_vpc(call: &Call<'_>, name: &str) -> Result<String, Refusal> {
    let vpc_id = default_vpc(call)?;
    call.world
        .within::<SecurityGroup>(&call.scope)
        .find(|group| group.value().vpc_id == vpc_id && group.value().name == name)
        .map(|group| group.id.clone())
        .ok_or_else(|| group_name_not_found(name))
}

/// `GroupId`, or `GroupName` in the default VPC.
pub(super) fn group_id(call: &mut Call<'_>) -> Result<String, Refusal> {
    match (
        call.parameters.text("GroupId"),
        call.parameters.text("GroupName"),
    ) {
        (Some(id), _) => Ok(id),
        (None, Some(name)) => named_in_default_vpc(call, &name),
        (None, None) => Err(Refusal::new(
            "MissingParameter",
            "The request must contain the parameter groupName or groupId",
        )),
    }
}

fn delete(call: &mut Call<'_>) -> Outcome {
    let id = group_id(call)?;
    call.finish()?;
    let group = call
        .find::<SecurityGroup>(&id)
        .ok_or_else(|| group_not_found(&id))?;
    if group.value().name == "default" {
        return Err(Refusal::new(
            "CannotDelete",
            format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user"),
        ));
    }
    let worn = call
        .world
        .all::<NetworkInterface>()
        .any(|interface| interface.value().group_ids.contains(&id));
    let named = call
        .world
        .all::<SecurityGroup>()
        .filter(|other| other.id != id)
        .any(|other| {
            other
                .value()
                .rules
                .iter()
                .any(|rule| referenced(&rule.peer).as_ref() == Some(&id))
        });
    if worn || named {
        return Err(dependency(format!("resource {id} has a dependent object")));
    }
    call.world.remove::<SecurityGroup>(&id);
    Ok(vec![text("return", true), text("groupId", &id)])
}

fn row(_: &Call<'_>, group: &Seen<'_, SecurityGroup>) -> Members {
    let value = group.value;
    let mut members = vec![
        text("ownerId", &group.scope.account),
        text("groupId", group.id),
        text("groupName", &value.name),
        text("groupDescription", &value.description),
        text("vpcId", &value.vpc_id),
        text(
            "securityGroupArn",
            arn(&group.scope.region, &group.scope.account, group.id),
        ),
    ];
    members.extend(permission_sets(&value.rules));
    members.push(tags::tag_set(group.tags));
    members
}

/// `<groupSet>`: ids with their names.
pub(super) fn group_set(call: &Call<'_>, ids: &[String]) -> Element {
    let rows = ids.iter().map(|id| {
        let name = call
            .world
            .record::<SecurityGroup>(id)
            .map(|group| group.value().name.clone());
        vec![
            text("groupId", id),
            text("groupName", name.unwrap_or_default()),
        ]
    });
    items("groupSet", rows)
}

fn arn(region: &str, account: &str, id: &str) -> String {
    format!("arn:aws:ec2:{region}:{account}:security-group/{id}")
}

fn of_rules(
    group: &Seen<'_, SecurityGroup>,
    egress: bool,
    value: impl Fn(&Rule) -> String,
) -> Vec<String> {
    group
        .value
        .rules
        .iter()
        .filter(|rule| rule.egress == egress)
        .map(value)
        .collect()
}

fn peers(
    group: &Seen<'_, SecurityGroup>,
    egress: bool,
    value: impl Fn(&Peer) -> Option<String>,
) -> Vec<String> {
    let rules = group
        .value
        .rules
        .iter()
        .filter(|rule| rule.egress == egress);
    rules.filter_map(|rule| value(&rule.peer)).collect()
}

fn ports(
    group: &Seen<'_, SecurityGroup>,
    egress: bool,
    end: impl Fn((i32, i32)) -> i32,
) -> Vec<String> {
    let rules = group
        .value
        .rules
        .iter()
        .filter(|rule| rule.egress == egress);
    rules
        .filter_map(|rule| rule.traffic.ports)
        .map(|ports| end(ports).to_string())
        .collect()
}

fn cidr(peer: &Peer) -> Option<String> {
    match peer {
        Peer::Ipv4(block) => Some(block.to_string()),
        _ => None,
    }
}

fn referenced(peer: &Peer) -> Option<String> {
    match peer {
        Peer::Group { group_id, .. } => Some(group_id.clone()),
        _ => None,
    }
}
