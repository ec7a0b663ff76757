//! A security group of ours: everything in it is ours.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types::{IpPermission, ResourceType, SecurityGroup as AwsGroup};
use serde::{Deserialize, Serialize};

use super::marking::{Marking, ec2_tag_specification};
use super::rules::{Rule, rules_of};
use crate::aws::inventory::{Kind, ec2_tags};
use crate::aws::ownership::Mark;
use crate::aws::{Aws, ErrorKind, Site, SiteAccess, Tags};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Freshness, Made, Pace, Place, Reason, Sighting,
    Verdict,
};

/// What is wanted of a group.
#[derive(Clone, Debug)]
pub struct SecurityGroup {
    /// Where it is.
    pub site: Site,
    /// Its name; another name of an existing group is no reason to replace it.
    pub name: String,
    /// Its description, which can't be changed.
    pub description: String,
    /// The VPC it belongs to.
    pub vpc: Fact<String>,
    /// Who may come in.
    pub ingress: Fact<BTreeSet<Rule>>,
    /// Who may be reached; `None` leaves what AWS gives to every group.
    pub egress: Option<Fact<BTreeSet<Rule>>>,
    /// Whether the VPC has IPv6: AWS may then let out more than it says it does.
    pub in_ipv6_vpc: bool,
    /// Outbound rules that are no longer wanted and stay while something still goes by them.
    pub outgoing: BTreeSet<Rule>,
    /// Whether inbound rules that are no longer wanted stay for now: somebody still comes by them.
    pub keeps_ingress: bool,
    /// Its tags.
    pub marking: Marking,
}

/// What can be seen of a group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenGroup {
    /// `sg-…`.
    pub id: Fact<String>,
    /// The VPC it belongs to.
    pub vpc: Fact<String>,
    /// Inbound rules.
    pub ingress: Fact<BTreeSet<Rule>>,
    /// Outbound rules.
    pub egress: Fact<BTreeSet<Rule>>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

#[async_trait]
impl Component<Aws> for SecurityGroup {
    type Seen = SeenGroup;
    const KIND: &'static str = "security_group";
    const PACE: Pace = Pace::at_most_s(10);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenGroup) -> Verdict {
        if let Some(verdict) = self.judge_anchor(seen) {
            return verdict;
        }
        let egress = self.egress_beside(seen);
        if seen.id.known().is_some() && egress.is_some() && seen.egress.is_later() {
            return Verdict::Pending("its outbound rules are not known yet".to_owned());
        }
        let egress = egress.is_some_and(|egress| egress.differs(&seen.egress));
        Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            ("ingress", self.ingress_beside(seen).differs(&seen.ingress)),
            ("egress", egress),
        ])
    }

    fn foresee(&self, seen: &SeenGroup, changes: &[&'static str]) -> SeenGroup {
        let mut seen = seen.clone();
        if changes.contains(&"ingress") {
            seen.ingress = self.ingress_beside(&seen);
        }
        if let (true, Some(egress)) = (changes.contains(&"egress"), self.egress_beside(&seen)) {
            seen.egress = egress;
        }
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenGroup>,
    ) -> Result<Sighting<SeenGroup>, Failure> {
        let access = place.world.site(&self.site).await?;
        if let Some(id) = place.id
            && let Some(group) = access.group(id, place.freshness).await?
        {
            let tags = ec2_tags(group.tags());
            return Ok(match self.marking.stranger(&tags) {
                Some(whose) => Sighting::Foreign(format!("{id} now belongs to {whose}")),
                None => found(&group),
            });
        }
        if place.polling && place.id.is_some() {
            return Ok(Sighting::Absent);
        }
        let owner = self.marking.owner().to_string();
        let mut owned = access.groups_owned(&owner, place.freshness).await?;
        // In another VPC it is what this address was before.
        let elsewhere = |group: &AwsGroup| {
            self.vpc
                .known()
                .is_some_and(|vpc| group.vpc_id() != Some(vpc.as_str()))
        };
        owned.retain(|group| !elsewhere(group));
        let tags = |group: &AwsGroup| ec2_tags(group.tags());
        let id = |group: &AwsGroup| group.group_id().unwrap_or_default().to_owned();
        Ok(match self.marking.pick(&owned, tags, id) {
            Ok(Some(group)) => found(&group),
            Ok(None) => Sighting::Absent,
            Err(twice) => Sighting::Foreign(twice),
        })
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenGroup>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let vpc = self.vpc.clone().into_known();
        let vpc = vpc.ok_or_else(|| Failure::later("the VPC is not known yet"))?;
        let specification = ec2_tag_specification(ResourceType::SecurityGroup, &tags);
        let answer = access
            .call("ec2:CreateSecurityGroup", || {
                let call = access.ec2().create_security_group().group_name(&self.name);
                let call = call.description(&self.description).vpc_id(&vpc);
                call.tag_specifications(specification.clone()).send()
            })
            .await;
        access.inventory().changed(Kind::SecurityGroups);
        let id = answer?.group_id.unwrap_or_default();
        let seen = SeenGroup {
            id: id.clone().into(),
            vpc: vpc.into(),
            ingress: BTreeSet::new().into(),
            egress: match self.in_ipv6_vpc {
                true => Fact::Later,
                false => BTreeSet::from([Rule::everything()]).into(),
            },
            tags: tags.into(),
            generation: place.generation,
        };
        Ok(Made {
            id,
            seen,
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenGroup,
        fields: &[&'static str],
    ) -> Result<SeenGroup, Failure> {
        let access = place.world.site(&self.site).await?;
        let id = place.id.unwrap_or_default();
        let changed = self.put(&access, id, seen, fields).await;
        access.inventory().changed(Kind::SecurityGroups);
        changed
    }

    async fn delete(&self, place: Place<'_, Aws>, _: &SeenGroup) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        remove(&access, place.id.unwrap_or_default()).await
    }
}

/// Deletes a security group that nothing holds any more.
pub(super) async fn remove(access: &SiteAccess, id: &str) -> Result<Deletion, Failure> {
    let holders = access.interfaces_of_group(id, Freshness::Now).await?;
    if let Some(holder) = holders.first() {
        let interface = holder.network_interface_id().unwrap_or_default();
        let what = holder.description().unwrap_or_default();
        return Err(Failure::later(format!(
            "{id} is still held by {} network interface(s), such as {interface} ({what})",
            holders.len()
        )));
    }
    let call = || access.ec2().delete_security_group().group_id(id).send();
    let answer = access.call("ec2:DeleteSecurityGroup", call).await;
    access.inventory().changed(Kind::SecurityGroups);
    match answer {
        Err(error) if error.is_not_found() => Ok(Deletion::Gone),
        Err(error) if error.kind == ErrorKind::InUse => {
            let naming = access.groups_naming(id).await.unwrap_or_default();
            let remedy = match naming.is_empty() {
                true => {
                    "Interfaces go by themselves; a rule that names the group does not.".to_owned()
                }
                false => {
                    let naming: Vec<String> = naming.into_iter().collect();
                    format!(
                        "Rules that name it are in {}: take them out.",
                        naming.join(", ")
                    )
                }
            };
            let reason = Reason::new(format!("{id} can't be deleted yet."));
            Err(Failure::Later(
                reason.evidence(error.to_string()).remedy(remedy),
            ))
        }
        answer => {
            answer?;
            Ok(Deletion::Gone)
        }
    }
}

impl SecurityGroup {
    /// An anchor says whether the whole is ours to work on.
    fn judge_anchor(&self, seen: &SeenGroup) -> Option<Verdict> {
        let tags = seen
            .tags
            .known()
            .filter(|_| self.marking.anchor.is_none())?;
        let (mark, id) = (
            Mark::read(tags),
            seen.id.known().cloned().unwrap_or_default(),
        );
        let ours = mark.claim.as_deref() == Some(self.marking.anchorage.claim.as_str());
        match (
            ours || mark.claim.is_none(),
            self.marking.anchorage.building,
            mark.building,
        ) {
            (true, _, _) | (false, true, true) => None,
            (false, true, false) => Some(Verdict::Foreign(format!("{id} is complete"))),
            (false, false, _) => Some(Verdict::Foreign(format!(
                "{id} has been taken over by another apply"
            ))),
        }
    }

    /// The outbound rules that are wanted now: with those on their way out, as far as they are there.
    fn egress_beside(&self, seen: &SeenGroup) -> Option<Fact<BTreeSet<Rule>>> {
        let staying = seen.egress.known().into_iter().flatten();
        let staying = staying.filter(|rule| self.outgoing.contains(rule));
        let egress = self.egress.clone()?;
        Some(egress.map(|egress| egress.into_iter().chain(staying.cloned()).collect()))
    }

    /// The same for inbound rules, all of which stay or none.
    fn ingress_beside(&self, seen: &SeenGroup) -> Fact<BTreeSet<Rule>> {
        let staying = seen.ingress.known().filter(|_| self.keeps_ingress);
        let staying = staying.cloned().unwrap_or_default();
        let wanted = self.ingress.clone();
        wanted.map(|wanted| wanted.into_iter().chain(staying).collect())
    }

    async fn put(
        &self,
        access: &SiteAccess,
        id: &str,
        seen: &SeenGroup,
        fields: &[&'static str],
    ) -> Result<SeenGroup, Failure> {
        let mut now = seen.clone();
        if fields.contains(&"tags") {
            let tags = self
                .marking
                .put_ec2(access, id, &seen.tags, seen.generation)
                .await?;
            now.tags = tags.into();
        }
        if fields.contains(&"ingress") {
            let ingress = self.ingress_beside(seen);
            let change = Difference::between(&ingress, &seen.ingress)?;
            change.put(access, id, Direction::In).await?;
            now.ingress = ingress;
        }
        if let (true, Some(egress)) = (fields.contains(&"egress"), self.egress_beside(seen)) {
            let change = Difference::between(&egress, &seen.egress)?;
            change.put(access, id, Direction::Out).await?;
            now.egress = egress;
        }
        Ok(now)
    }
}

fn found(group: &AwsGroup) -> Sighting<SeenGroup> {
    let seen = seen(group);
    let (id, generation) = (
        seen.id.known().cloned().unwrap_or_default(),
        seen.generation,
    );
    Sighting::Found(Found {
        id,
        generation,
        dying: false,
        seen,
    })
}

/// A group as AWS shows it.
pub(super) fn seen(group: &AwsGroup) -> SeenGroup {
    let tags = ec2_tags(group.tags());
    SeenGroup {
        id: group.group_id().unwrap_or_default().to_owned().into(),
        vpc: group.vpc_id().unwrap_or_default().to_owned().into(),
        ingress: rules_of(group.ip_permissions()).into(),
        egress: rules_of(group.ip_permissions_egress()).into(),
        generation: Mark::read(&tags).generation,
        tags: tags.into(),
    }
}

#[derive(Clone, Copy, PartialEq)]
enum Direction {
    In,
    Out,
}

/// The rules to add and to take away.
struct Difference {
    add: Vec<IpPermission>,
    remove: Vec<IpPermission>,
}

impl Difference {
    fn between(
        wanted: &Fact<BTreeSet<Rule>>,
        seen: &Fact<BTreeSet<Rule>>,
    ) -> Result<Self, Failure> {
        let (Fact::Known(wanted), Fact::Known(seen)) = (wanted, seen) else {
            return Err(Failure::later("the rules are not known yet"));
        };
        let add = wanted.difference(seen).map(Rule::permission).collect();
        let remove = seen.difference(wanted).map(Rule::permission).collect();
        Ok(Self { add, remove })
    }

    /// Adds before it takes away, so that nothing that is to stay is cut for a moment.
    async fn put(self, access: &SiteAccess, id: &str, direction: Direction) -> Result<(), Failure> {
        let ec2 = access.ec2();
        let (add, remove) = (Some(self.add), Some(self.remove));
        let some =
            |rules: &Option<Vec<IpPermission>>| rules.as_ref().is_some_and(|it| !it.is_empty());
        if some(&add) && direction == Direction::In {
            let call = || {
                let call = ec2.authorize_security_group_ingress().group_id(id);
                call.set_ip_permissions(add.clone()).send()
            };
            access
                .call("ec2:AuthorizeSecurityGroupIngress", call)
                .await?;
        } else if some(&add) {
            let call = || {
                let call = ec2.authorize_security_group_egress().group_id(id);
                call.set_ip_permissions(add.clone()).send()
            };
            access
                .call("ec2:AuthorizeSecurityGroupEgress", call)
                .await?;
        }
        if some(&remove) && direction == Direction::In {
            let call = || {
                let call = ec2.revoke_security_group_ingress().group_id(id);
                call.set_ip_permissions(remove.clone()).send()
            };
            access.call("ec2:RevokeSecurityGroupIngress", call).await?;
        } else if some(&remove) {
            let call = || {
                let call = ec2.revoke_security_group_egress().group_id(id);
                call.set_ip_permissions(remove.clone()).send()
            };
            access.call("ec2:RevokeSecurityGroupEgress", call).await?;
        }
        Ok(())
    }
}
