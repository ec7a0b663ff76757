//! One inbound rule in a security group that the user gave us: ours alone, tagged, and removed by us.
//!
//! A rule of the same content that was there before serves as well; it stays its maker's.

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType, SecurityGroupRule as AwsRule};
use serde::{Deserialize, Serialize};

use super::marked::{self, MarkedRule};
use super::marking::{Marking, ec2_tag_specification};
use super::rules::{Rule, rules_of};
use crate::aws::inventory::{Kind, ec2_tags};
use crate::aws::{Aws, ErrorKind, Site, SiteAccess};
use crate::engine::{Component, Deletion, Fact, Failure, Found, Made, Place, Sighting, Verdict};

/// What is wanted: that this group lets somebody in.
#[derive(Clone, Debug)]
pub struct SecurityGroupRule {
    /// Where the group is.
    pub site: Site,
    /// The user's group.
    pub group: String,
    /// Who may come in.
    pub rule: Fact<Rule>,
    /// The rule's tags.
    pub marking: Marking,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenRule {
    /// `sgr-…`.
    pub id: Fact<String>,
    /// The rule.
    pub rule: Fact<Rule>,
    /// Somebody else's, of the same content.
    pub foreign: bool,
}

#[async_trait]
impl Component<Aws> for SecurityGroupRule {
    type Seen = SeenRule;
    const KIND: &'static str = "security_group_rule";

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenRule) -> Verdict {
        if self.rule.differs(&seen.rule) {
            Verdict::Replace("who is to be let in has changed".to_owned())
        } else {
            Verdict::InPlace
        }
    }

    /// By content: the group is read anyway, and shows no ids of rules. Without an id there is
    /// nothing to find; making the rule again tells whether it is there.
    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenRule>,
    ) -> Result<Sighting<SeenRule>, Failure> {
        let access = place.world.site(&self.site).await?;
        let Some(id) = place.id else {
            // One that is wanted is made, and AWS says if it was there; one that is to go may have
            // been made by a call whose answer was lost.
            return match place.leaving {
                true => self.by_mark(&access).await,
                false => Ok(Sighting::Absent),
            };
        };
        let Some(group) = access.group(&self.group, place.freshness).await? else {
            return Ok(Sighting::Absent);
        };
        let rule = remembered.map_or(&self.rule, |seen| match seen.rule {
            Fact::Known(_) => &seen.rule,
            Fact::Later => &self.rule,
        });
        let present = rule
            .known()
            .is_some_and(|rule| rules_of(group.ip_permissions()).contains(rule));
        if !present {
            return Ok(Sighting::Absent);
        }
        let foreign = remembered.is_some_and(|seen| seen.foreign);
        let seen = SeenRule {
            id: id.to_owned().into(),
            rule: rule.clone(),
            foreign,
        };
        Ok(Sighting::Found(Found {
            id: id.to_owned(),
            generation: 1,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenRule>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let rule = self.rule.clone().into_known();
        let rule = rule.ok_or_else(|| Failure::later("the group to let in is not known yet"))?;
        let specification = ec2_tag_specification(ResourceType::SecurityGroupRule, &tags);
        let answer = access
            .call("ec2:AuthorizeSecurityGroupIngress", || {
                let call = access
                    .ec2()
                    .authorize_security_group_ingress()
                    .group_id(&self.group);
                let call = call.ip_permissions(rule.permission());
                call.tag_specifications(specification.clone()).send()
            })
            .await;
        access.inventory().changed(Kind::SecurityGroups);
        match answer {
            Ok(answer) => {
                let made = answer
                    .security_group_rules
                    .unwrap_or_default()
                    .into_iter()
                    .next();
                let id = made
                    .and_then(|made| made.security_group_rule_id)
                    .unwrap_or_default();
                let seen = SeenRule {
                    id: id.clone().into(),
                    rule: rule.into(),
                    foreign: false,
                };
                Ok(Made {
                    id,
                    seen,
                    spent: false,
                })
            }
            Err(error) if error.kind == ErrorKind::Exists => self.existing(&access, &rule).await,
            Err(error) => Err(error.into()),
        }
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        seen: &SeenRule,
        _: &[&'static str],
    ) -> Result<SeenRule, Failure> {
        Ok(seen.clone())
    }

    async fn delete(&self, place: Place<'_, Aws>, seen: &SeenRule) -> Result<Deletion, Failure> {
        if seen.foreign {
            return Ok(Deletion::Gone);
        }
        let access = place.world.site(&self.site).await?;
        remove(&access, (&self.group, place.id.unwrap_or_default())).await
    }
}

/// Takes a rule, by its id, out of its group.
pub(super) async fn remove(
    access: &SiteAccess,
    (group, id): (&str, &str),
) -> Result<Deletion, Failure> {
    let call = || {
        let call = access.ec2().revoke_security_group_ingress();
        call.group_id(group).security_group_rule_ids(id).send()
    };
    let answer = access.call("ec2:RevokeSecurityGroupIngress", call).await;
    access.inventory().changed(Kind::SecurityGroups);
    match answer {
        Err(error) if error.is_not_found() => Ok(Deletion::Gone),
        answer => {
            answer?;
            Ok(Deletion::Gone)
        }
    }
}

impl SecurityGroupRule {
    /// The rule of this group that bears our mark.
    async fn by_mark(&self, access: &SiteAccess) -> Result<Sighting<SeenRule>, Failure> {
        let owner = self.marking.owner().to_string();
        let mut rules = marked::rules(access, &owner).await?.into_iter();
        let own = |it: &MarkedRule| it.group == self.group && it.address == self.marking.address;
        Ok(match rules.find(own) {
            None => Sighting::Absent,
            Some(rule) => Sighting::Found(Found {
                seen: SeenRule {
                    id: rule.id.clone().into(),
                    ..SeenRule::default()
                },
                id: rule.id,
                generation: 1,
                dying: false,
            }),
        })
    }

    /// A rule of this content is there: ours, from an answer that was lost, or somebody else's.
    async fn existing(&self, access: &SiteAccess, rule: &Rule) -> Result<Made<SeenRule>, Failure> {
        let rules = marked::rules_with(access, "group-id", &self.group).await?;
        let same = |found: &&AwsRule| is_same(found, rule);
        let found = rules.iter().find(same);
        let found =
            found.ok_or_else(|| Failure::later("the rule exists and is not visible yet"))?;
        let id = found
            .security_group_rule_id()
            .unwrap_or_default()
            .to_owned();
        let foreign = !self.marking.recognises(&ec2_tags(found.tags()));
        let seen = SeenRule {
            id: id.clone().into(),
            rule: rule.clone().into(),
            foreign,
        };
        Ok(Made {
            id,
            seen,
            spent: false,
        })
    }
}

fn is_same(found: &AwsRule, rule: &Rule) -> bool {
    let peer = found
        .cidr_ipv4()
        .or(found.cidr_ipv6())
        .or(found.prefix_list_id())
        .or(found
            .referenced_group_info()
            .and_then(|group| group.group_id()));
    found.is_egress() == Some(false)
        && found.ip_protocol() == Some(rule.protocol.as_str())
        && found.from_port() == Some(rule.from_port)
        && found.to_port() == Some(rule.to_port)
        && peer == Some(rule.peer.to_string().as_str())
}
