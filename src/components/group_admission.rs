//! Inbound rules in a security group that the user gave us: ours alone, tagged, and removed by us.
//!
//! A rule of the same content that was there before serves as well; it stays its maker's.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType, SecurityGroupRule as AwsRule};
use serde::{Deserialize, Serialize};

use super::marked;
use super::marking::{Marking, ec2_tag_specification};
use super::rules::{Rule, rules_of};
use crate::aws::inventory::{Kind, ec2_tags};
use crate::aws::{Aws, ErrorKind, Site, SiteAccess};
use crate::engine::{Component, Deletion, Fact, Failure, Found, Made, Place, Sighting, Verdict};

/// What is wanted: that this group lets somebody in.
#[derive(Clone, Debug)]
pub struct GroupAdmission {
    /// Where the group is.
    pub site: Site,
    /// The user's group.
    pub group: String,
    /// Who may come in, by which ports.
    pub rules: Fact<BTreeSet<Rule>>,
    /// The tags of the rules.
    pub marking: Marking,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenAdmission {
    /// Which of the wanted rules are there, whoever made them, and those of ours.
    pub rules: Fact<BTreeSet<Rule>>,
    /// The ids of our rules.
    pub ours: BTreeMap<String, Rule>,
}

impl SeenAdmission {
    /// With one more rule of ours.
    pub fn add(&mut self, id: String, rule: Rule) {
        let mut rules = self.rules.known().cloned().unwrap_or_default();
        rules.insert(rule.clone());
        self.rules = rules.into();
        self.ours.insert(id, rule);
    }
}

#[async_trait]
impl Component<Aws> for GroupAdmission {
    type Seen = SeenAdmission;
    const KIND: &'static str = "security_group_rules";
    const IDENTIFIED: bool = false;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenAdmission) -> Verdict {
        let differs = match (&self.rules, &seen.rules) {
            (Fact::Known(wanted), Fact::Known(present)) => {
                !wanted.is_subset(present) || !self.leaving(seen).is_empty()
            }
            _ => false,
        };
        Verdict::of_changes([("rules", differs)])
    }

    fn foresee(&self, seen: &SeenAdmission, _: &[&'static str]) -> SeenAdmission {
        SeenAdmission {
            rules: self.rules.clone(),
            ours: seen.ours.clone(),
        }
    }

    /// By content: the group is read anyway, and shows no ids of rules.
    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenAdmission>,
    ) -> Result<Sighting<SeenAdmission>, Failure> {
        let access = place.world.site(&self.site).await?;
        let Some(group) = access.group(&self.group, place.freshness).await? else {
            return Ok(Sighting::Absent);
        };
        let all = rules_of(group.ip_permissions());
        let wanted = self.rules.known().cloned().unwrap_or_default();
        let mut ours = match remembered.filter(|_| place.id.is_some()) {
            Some(seen) => seen.ours.clone(),
            // They may have been made by a call whose answer was lost.
            None if place.leaving || !wanted.is_disjoint(&all) => self.by_mark(&access).await?,
            None => BTreeMap::new(),
        };
        ours.retain(|_, rule| all.contains(rule));
        let is_about = |rule: &Rule| wanted.contains(rule) || ours.values().any(|it| it == rule);
        let rules: BTreeSet<Rule> = all.into_iter().filter(is_about).collect();
        if rules.is_empty() {
            return Ok(Sighting::Absent);
        }
        let rules = rules.into();
        Ok(Sighting::Found(Found {
            id: self.group.clone(),
            generation: 1,
            dying: false,
            seen: SeenAdmission { rules, ours },
        }))
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenAdmission>, Failure> {
        let nothing = SeenAdmission {
            rules: BTreeSet::new().into(),
            ours: BTreeMap::new(),
        };
        let access = place.world.site(&self.site).await?;
        let seen = self.put(&access, place, &nothing).await;
        access.inventory().changed(Kind::SecurityGroups);
        Ok(Made {
            id: self.group.clone(),
            seen: seen?,
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenAdmission,
        _: &[&'static str],
    ) -> Result<SeenAdmission, Failure> {
        let access = place.world.site(&self.site).await?;
        let seen = self.put(&access, place, seen).await;
        access.inventory().changed(Kind::SecurityGroups);
        seen
    }

    async fn delete(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenAdmission,
    ) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        self.revoke(&access, seen.ours.keys().cloned().collect())
            .await?;
        Ok(Deletion::Gone)
    }
}

impl GroupAdmission {
    /// The ids of our rules that are not wanted any more.
    fn leaving(&self, seen: &SeenAdmission) -> Vec<String> {
        let Fact::Known(wanted) = &self.rules else {
            return vec![];
        };
        let leaving = seen.ours.iter().filter(|(_, rule)| !wanted.contains(rule));
        leaving.map(|(id, _)| id.clone()).collect()
    }

    async fn put(
        &self,
        access: &SiteAccess,
        place: Place<'_, Aws>,
        seen: &SeenAdmission,
    ) -> Result<SeenAdmission, Failure> {
        let Fact::Known(wanted) = &self.rules else {
            return Err(Failure::later("the rules are not known yet"));
        };
        let present = seen.rules.known().cloned().unwrap_or_default();
        let missing: Vec<Rule> = wanted.difference(&present).cloned().collect();
        let mut ours = seen.ours.clone();
        if !missing.is_empty() {
            match self.authorize(access, place.generation, &missing).await {
                Err(error) if error.kind == ErrorKind::Exists => {
                    // All of them or none: somebody has one of them already.
                    for rule in missing {
                        match self.authorize(access, place.generation, &[rule]).await {
                            Err(error) if error.kind == ErrorKind::Exists => {}
                            made => ours.extend(made?),
                        }
                    }
                }
                made => ours.extend(made?),
            }
        }
        let leaving = self.leaving(seen);
        ours.retain(|id, _| !leaving.contains(id));
        self.revoke(access, leaving).await?;
        Ok(SeenAdmission {
            rules: self.rules.clone(),
            ours,
        })
    }

    async fn authorize(
        &self,
        access: &SiteAccess,
        generation: u32,
        rules: &[Rule],
    ) -> Result<BTreeMap<String, Rule>, crate::aws::CallError> {
        let tags = self.marking.wanted(generation).into_known();
        let tags = tags.unwrap_or_default();
        let specification = ec2_tag_specification(ResourceType::SecurityGroupRule, &tags);
        let permissions: Vec<_> = rules.iter().map(Rule::permission).collect();
        let answer = access
            .call("ec2:AuthorizeSecurityGroupIngress", || {
                let call = access.ec2().authorize_security_group_ingress();
                call.group_id(&self.group)
                    .set_ip_permissions(Some(permissions.clone()))
                    .tag_specifications(specification.clone())
                    .send()
            })
            .await?;
        let made = answer.security_group_rules.unwrap_or_default();
        Ok(made.iter().filter_map(with_id).collect())
    }

    async fn revoke(&self, access: &SiteAccess, ids: Vec<String>) -> Result<(), Failure> {
        if ids.is_empty() {
            return Ok(());
        }
        let call = || {
            let call = access.ec2().revoke_security_group_ingress();
            call.group_id(&self.group)
                .set_security_group_rule_ids(Some(ids.clone()))
                .send()
        };
        let answer = access.call("ec2:RevokeSecurityGroupIngress", call).await;
        access.inventory().changed(Kind::SecurityGroups);
        match answer {
            Err(error) if error.is_not_found() && ids.len() == 1 => Ok(()),
            // All of them or none: somebody has taken one of them out.
            Err(error) if error.is_not_found() => {
                for id in ids {
                    Box::pin(self.revoke(access, vec![id])).await?;
                }
                Ok(())
            }
            answer => Ok(answer.map(|_| ())?),
        }
    }

    /// Our rules in this group, by their marks.
    async fn by_mark(&self, access: &SiteAccess) -> Result<BTreeMap<String, Rule>, Failure> {
        let rules = marked::rules_with(access, "group-id", &self.group).await?;
        let ours = rules
            .iter()
            .filter(|it| self.marking.recognises(&ec2_tags(it.tags())));
        Ok(ours.filter_map(with_id).collect())
    }
}

/// A rule by its id.
fn with_id(found: &AwsRule) -> Option<(String, Rule)> {
    let id = found.security_group_rule_id()?.to_owned();
    Some((id, Rule::of(found)?))
}
