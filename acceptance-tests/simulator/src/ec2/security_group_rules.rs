//! Rules of security groups: allowed, revoked, listed one by one, replaced in place.

use super::lists::USUAL_PAGE;
use super::permissions::{self, Wanted, check_peer, spelled, unknown_set};
use super::refusals::{group_not_found, rule_not_found};
use super::{limits, security_groups, tags};
use crate::engine::{Call, Filters, Operation, Outcome, Page};
use crate::wire::xml::{Members, items, node, text};
use crate::wire::{Parameters, Refusal};
use crate::world::Scope;
use crate::world::network::Vpc;
use crate::world::security_group::{Peer, Rule, SecurityGroup};

pub(super) const OPERATIONS: &[Operation] = &[
    Operation {
        name: "AuthorizeSecurityGroupIngress",
        limits: limits::MUTATING,
        run: |call| authorize(call, false),
    },
    Operation {
        name: "AuthorizeSecurityGroupEgress",
        limits: limits::MUTATING,
        run: |call| authorize(call, true),
    },
    Operation {
        name: "RevokeSecurityGroupIngress",
        limits: limits::MUTATING,
        run: |call| revoke(call, false),
    },
    Operation {
        name: "RevokeSecurityGroupEgress",
        limits: limits::MUTATING,
        run: |call| revoke(call, true),
    },
    Operation {
        name: "DescribeSecurityGroupRules",
        limits: limits::DESCRIBE,
        run: describe,
    },
    Operation {
        name: "ModifySecurityGroupRules",
        limits: limits::MUTATING,
        run: modify,
    },
];

const FILTERS: &[&str] = &["group-id", "security-group-rule-id"];

/// AWS's resource type of a rule.
pub(super) const RULE_KIND: &str = "security-group-rule";

fn authorize(call: &mut Call<'_>, egress: bool) -> Outcome {
    let id = security_groups::group_id(call)?;
    let wanted = permissions::read(call)?;
    let tags = tags::specified(call, RULE_KIND)?;
    call.finish()?;
    if wanted.is_empty() {
        return Err(Refusal::missing("ipPermissions"));
    }
    let group = call
        .find::<SecurityGroup>(&id)
        .ok_or_else(|| group_not_found(&id))?;
    for (_, peer, _) in &wanted {
        check_peer(call, &group.value().vpc_id, peer)?;
    }
    let rules = &group.value().rules;
    let known = |(traffic, peer, _): &&Wanted| {
        rules
            .iter()
            .any(|r| r.egress == egress && r.traffic == *traffic && r.peer == *peer)
    };
    if let Some((traffic, peer, _)) = wanted.iter().find(known) {
        return Err(duplicate(&spelled(traffic, peer)));
    }
    check_quota(call, (rules, egress), &wanted)?;
    let made: Vec<Rule> = wanted
        .into_iter()
        .map(|(traffic, peer, description)| Rule {
            id: call.world.random.id("sgr"),
            egress,
            traffic,
            peer,
            description,
            tags: tags.clone(),
        })
        .collect();
    let rows: Vec<_> = made
        .iter()
        .map(|rule| row(&call.scope, &id, rule))
        .collect();
    call.world
        .change::<SecurityGroup>(&id, |group| group.rules.extend(made));
    Ok(vec![
        text("return", true),
        items("securityGroupRuleSet", rows),
    ])
}

/// Rules of a direction count once for each family that they let through.
fn check_quota(
    call: &Call<'_>,
    (rules, egress): (&[Rule], bool),
    wanted: &[Wanted],
) -> Result<(), Refusal> {
    let most = call
        .world
        .quota(&call.scope.account, "rules-per-security-group");
    let there = || rules.iter().filter(|rule| rule.egress == egress);
    let peers = || there().map(|rule| &rule.peer);
    let new = || wanted.iter().map(|(_, peer, _)| peer);
    let ipv4 = |peer: &&Peer| !matches!(peer, Peer::Ipv6(_));
    let ipv6 = |peer: &&Peer| !matches!(peer, Peer::Ipv4(_));
    let counts = [
        peers().chain(new()).filter(ipv4).count(),
        peers().chain(new()).filter(ipv6).count(),
    ];
    if counts.iter().all(|count| *count <= most) {
        return Ok(());
    }
    Err(Refusal::new(
        "RulesPerSecurityGroupLimitExceeded",
        "The maximum number of rules per security group has been reached.",
    ))
}

fn revoke(call: &mut Call<'_>, egress: bool) -> Outcome {
    let id = security_groups::group_id(call)?;
    let rule_ids = call.parameters.list("SecurityGroupRuleId")?;
    let wanted = permissions::read(call)?;
    call.finish()?;
    if rule_ids.is_empty() && wanted.is_empty() {
        return Err(Refusal::missing("ipPermissions"));
    }
    let group = call
        .find::<SecurityGroup>(&id)
        .ok_or_else(|| group_not_found(&id))?;
    let rules: Vec<&Rule> = group
        .value()
        .rules
        .iter()
        .filter(|rule| rule.egress == egress)
        .collect();
    if let Some(stranger) = rule_ids
        .iter()
        .find(|id| !rules.iter().any(|r| r.id == **id))
    {
        return Err(rule_not_found(stranger));
    }
    let is =
        |rule: &Rule, (traffic, peer, _): &Wanted| rule.traffic == *traffic && rule.peer == *peer;
    let unknown: Vec<Wanted> = wanted
        .iter()
        .filter(|wanted| !rules.iter().any(|rule| is(rule, wanted)))
        .cloned()
        .collect();
    if !unknown.is_empty() && !in_default_vpc(call, &group.value().vpc_id) {
        return Err(Refusal::new(
            "InvalidPermission.NotFound",
            "The specified rule does not exist in this security group.",
        ));
    }
    let revoked: Vec<Rule> = rules
        .into_iter()
        .filter(|rule| rule_ids.contains(&rule.id) || wanted.iter().any(|w| is(rule, w)))
        .cloned()
        .collect();
    let gone: Vec<String> = revoked.iter().map(|rule| rule.id.clone()).collect();
    call.world.change::<SecurityGroup>(&id, |group| {
        group.rules.retain(|rule| !gone.contains(&rule.id));
    });
    Ok(vec![
        text("return", true),
        unknown_set(&unknown, egress),
        items(
            "revokedSecurityGroupRuleSet",
            revoked.iter().map(|rule| revoked_row(&id, rule)),
        ),
    ])
}

fn in_default_vpc(call: &Call<'_>, vpc_id: &str) -> bool {
    call.world
        .live::<Vpc>(vpc_id)
        .is_some_and(|vpc| vpc.value().is_default)
}

fn describe(call: &mut Call<'_>) -> Outcome {
    let ids = call.parameters.list("SecurityGroupRuleId")?;
    let filters = Filters::read(&mut call.parameters)?;
    let page = Page::read(&mut call.parameters, USUAL_PAGE, &ids)?;
    call.finish()?;
    filters.check_names(|name| FILTERS.contains(&name))?;
    let groups = call.see_all::<SecurityGroup>();
    let all: Vec<(&str, &Rule)> = groups
        .iter()
        .flat_map(|group| group.value.rules.iter().map(|rule| (group.id, rule)))
        .collect();
    if let Some(stranger) = ids
        .iter()
        .find(|id| !all.iter().any(|(_, rule)| rule.id == **id))
    {
        return Err(rule_not_found(stranger));
    }
    let rows = all
        .into_iter()
        .filter(|(_, rule)| ids.is_empty() || ids.contains(&rule.id))
        .filter(|(group_id, rule)| {
            filters.pass_values(&rule.tags, |name| match name {
                "group-id" => vec![(*group_id).to_owned()],
                _ => vec![rule.id.clone()],
            })
        })
        .map(|(group_id, rule)| (rule.id.clone(), row(&call.scope, group_id, rule)))
        .collect();
    let (rows, next) = page.cut(rows);
    Ok(std::iter::once(items("securityGroupRuleSet", rows))
        .chain(next)
        .collect())
}

fn modify(call: &mut Call<'_>) -> Outcome {
    let id = call.parameters.required("GroupId")?;
    let account = call.scope.account.clone();
    let updates = call.parameters.structures("SecurityGroupRule", |update| {
        let rule_id = update.required("SecurityGroupRuleId")?;
        let wanted = update.structure("SecurityGroupRule", |rule| read_update(rule, &account))?;
        Ok((
            rule_id,
            wanted.ok_or_else(|| Refusal::missing("SecurityGroupRule"))?,
        ))
    })?;
    call.finish()?;
    if updates.is_empty() {
        return Err(Refusal::missing("SecurityGroupRule"));
    }
    let group = call
        .find::<SecurityGroup>(&id)
        .ok_or_else(|| group_not_found(&id))?;
    let mut rules = group.value().rules.clone();
    for (rule_id, (traffic, peer, description)) in updates {
        check_peer(call, &group.value().vpc_id, &peer)?;
        let rule = rules
            .iter_mut()
            .find(|rule| rule.id == rule_id)
            .ok_or_else(|| rule_not_found(&rule_id))?;
        (rule.traffic, rule.peer, rule.description) = (traffic, peer, description);
    }
    for (index, rule) in rules.iter().enumerate() {
        if rules.iter().skip(index + 1).any(|other| other.same(rule)) {
            return Err(duplicate(&spelled(&rule.traffic, &rule.peer)));
        }
    }
    call.world
        .change::<SecurityGroup>(&id, |group| group.rules = rules);
    Ok(vec![text("return", true)])
}

fn read_update(update: &mut Parameters, account: &str) -> Result<Wanted, Refusal> {
    let traffic = permissions::read_traffic(update)?;
    let description = update.text("Description");
    let mut peers = Vec::new();
    if let Some(cidr) = update.text("CidrIpv4") {
        peers.push(permissions::ipv4(&cidr)?);
    }
    if let Some(cidr) = update.text("CidrIpv6") {
        peers.push(permissions::ipv6(&cidr)?);
    }
    peers.extend(update.text("PrefixListId").map(Peer::PrefixList));
    if let Some(group_id) = update.text("ReferencedGroupId") {
        peers.push(Peer::Group {
            group_id,
            account: account.to_owned(),
        });
    }
    match (peers.pop(), peers.is_empty()) {
        (Some(peer), true) => Ok((traffic, peer, description)),
        _ => Err(Refusal::combination(
            "Exactly one source or destination must be given",
        )),
    }
}

fn duplicate(rule: &str) -> Refusal {
    Refusal::new(
        "InvalidPermission.Duplicate",
        format!("the specified rule \"{rule}\" already exists"),
    )
}

fn row(scope: &Scope, group_id: &str, rule: &Rule) -> Members {
    let (region, account) = (&scope.region, &scope.account);
    let mut members = vec![
        text("securityGroupRuleId", &rule.id),
        text("groupId", group_id),
        text("groupOwnerId", account),
    ];
    members.extend(what(rule));
    if let Peer::Group { group_id, account } = &rule.peer {
        let referenced = vec![text("groupId", group_id), text("userId", account)];
        members.push(node("referencedGroupInfo", referenced));
    }
    let arn = format!("arn:aws:ec2:{region}:{account}:{RULE_KIND}/{}", rule.id);
    members.push(text("securityGroupRuleArn", arn));
    members.push(tags::tag_set(&rule.tags));
    members
}

fn revoked_row(group_id: &str, rule: &Rule) -> Members {
    let mut members = vec![
        text("securityGroupRuleId", &rule.id),
        text("groupId", group_id),
    ];
    members.extend(what(rule));
    if let Peer::Group { group_id, .. } = &rule.peer {
        members.push(text("referencedGroupId", group_id));
    }
    members
}

/// Direction, traffic, peer unless it is a group, description.
fn what(rule: &Rule) -> Members {
    // EC2 shows -1 for both ports where a rule has none.
    let (from, to) = rule.traffic.ports.unwrap_or((-1, -1));
    let mut members = vec![
        text("isEgress", rule.egress),
        text("ipProtocol", &rule.traffic.protocol),
        text("fromPort", from),
        text("toPort", to),
    ];
    match &rule.peer {
        Peer::Ipv4(block) => members.push(text("cidrIpv4", block)),
        Peer::Ipv6(block) => members.push(text("cidrIpv6", block)),
        Peer::PrefixList(id) => members.push(text("prefixListId", id)),
        Peer::Group { .. } => {}
    }
    members.extend(
        rule.description
            .iter()
            .map(|words| text("description", words)),
    );
    members
}
