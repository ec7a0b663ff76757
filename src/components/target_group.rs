//! A target group of type `alb`: it holds one application load balancer, on one port, for good.

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    Matcher, ProtocolEnum, TargetGroup as AwsGroup, TargetTypeEnum,
};
use serde::{Deserialize, Serialize};

use super::health_check::HealthCheck;
use super::listener::remove_warming;
use super::marking::{Marking, elb_tag_list};
use crate::aws::inventory::Kind;
use crate::aws::ownership::Mark;
use crate::aws::{Aws, ErrorKind, Site, SiteAccess, Tags};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Freshness, Made, Pace, Place, Reason, Sighting,
    Verdict,
};

/// What is wanted of a target group.
#[derive(Clone, Debug)]
pub struct TargetGroup {
    /// Where it is.
    pub site: Site,
    /// Its name; another name of an existing one is no reason to replace it.
    pub name: String,
    /// How all names begin that it may have.
    pub stem: String,
    /// The load balancer that is registered in it, by ARN.
    pub target: Fact<String>,
    /// The target's port.
    pub port: u16,
    /// The VPC of its targets.
    pub vpc: Fact<String>,
    /// How its target is checked.
    pub health_check: HealthCheck,
    /// Its tags.
    pub marking: Marking,
}

/// What can be seen of a target group.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenTargetGroup {
    /// Its ARN.
    pub arn: Fact<String>,
    /// How its target is checked.
    pub health_check: Fact<HealthCheck>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

#[async_trait]
impl Component<Aws> for TargetGroup {
    type Seen = SeenTargetGroup;
    const KIND: &'static str = "target_group";
    const PACE: Pace = Pace::at_most_s(5);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenTargetGroup) -> Verdict {
        Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            (
                "health_check",
                self.health_check.differs(&seen.health_check),
            ),
        ])
    }

    fn foresee(&self, seen: &SeenTargetGroup, changes: &[&'static str]) -> SeenTargetGroup {
        let mut seen = seen.clone();
        if changes.contains(&"health_check") {
            seen.health_check = self.health_check.clone().into();
        }
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenTargetGroup>,
    ) -> Result<Sighting<SeenTargetGroup>, Failure> {
        let access = place.world.site(&self.site).await?;
        let by_id = match place.id {
            // Asked at once, so that reads can be joined.
            Some(arn) => {
                let (group, _) = futures::join!(
                    access.target_group(arn, place.freshness),
                    access.elb_tags(arn, place.freshness),
                );
                group?
            }
            None => None,
        };
        let known = by_id.is_some();
        let group = match by_id {
            Some(group) => group,
            None => match access
                .target_group_named(&self.name, place.freshness)
                .await?
            {
                Some(group) => group,
                None if place.id.is_none() || place.polling => return Ok(Sighting::Absent),
                None => match self.successor(&access).await? {
                    Some(group) => group,
                    None => return Ok(Sighting::Absent),
                },
            },
        };
        self.inspected(&access, &group, known, place.freshness)
            .await
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenTargetGroup>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let (Fact::Known(vpc), Fact::Known(protocol)) = (&self.vpc, &self.health_check.protocol)
        else {
            return Err(Failure::later(
                "the target's VPC and protocol are not known yet",
            ));
        };
        let check = &self.health_check;
        let answer = access
            .call("elasticloadbalancing:CreateTargetGroup", || {
                let call = access.elb().create_target_group().name(&self.name);
                let call = call
                    .target_type(TargetTypeEnum::Alb)
                    .protocol(ProtocolEnum::Tcp);
                let call = call.port(i32::from(self.port)).vpc_id(vpc);
                let call = call.health_check_enabled(true);
                let call = call.health_check_protocol(protocol.as_str().into());
                let call = call
                    .health_check_port(&check.port)
                    .health_check_path(&check.path);
                call.matcher(Matcher::builder().http_code(&check.matcher).build())
                    .health_check_interval_seconds(check.interval_s)
                    .health_check_timeout_seconds(check.timeout_s)
                    .healthy_threshold_count(check.healthy_threshold)
                    .unhealthy_threshold_count(check.unhealthy_threshold)
                    .set_tags(Some(elb_tag_list(&tags)))
                    .send()
            })
            .await;
        access.inventory().changed(Kind::TargetGroups);
        access.inventory().changed(Kind::ElbTags);
        let made = answer?.target_groups.unwrap_or_default().into_iter().next();
        let made =
            made.ok_or_else(|| Failure::later("AWS made a target group and did not say which"))?;
        let id = made.target_group_arn().unwrap_or_default().to_owned();
        // Creating answers with anybody's group of this name and these settings as if it had made
        // it; only its tags tell.
        let marked = access.elb_tags(&id, Freshness::Now).await?;
        if marked.is_some_and(|marked| !self.marking.owns(&marked)) {
            return Err(Failure::Never(self.taken()));
        }
        let seen = SeenTargetGroup {
            arn: id.clone().into(),
            health_check: HealthCheck::of(&made).into(),
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
        seen: &SeenTargetGroup,
        fields: &[&'static str],
    ) -> Result<SeenTargetGroup, Failure> {
        let access = place.world.site(&self.site).await?;
        let arn = place.id.unwrap_or_default();
        let mut now = seen.clone();
        if fields.contains(&"tags") {
            let tags = self
                .marking
                .put_elb(&access, arn, &seen.tags, seen.generation)
                .await?;
            now.tags = tags.into();
        }
        if fields.contains(&"health_check") {
            let changed = self.put_health_check(&access, arn).await;
            access.inventory().changed(Kind::TargetGroups);
            now.health_check = changed?.into();
        }
        Ok(now)
    }

    async fn delete(
        &self,
        place: Place<'_, Aws>,
        _: &SeenTargetGroup,
    ) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        let owner = self.marking.owner().to_string();
        remove(&access, &owner, place.id.unwrap_or_default()).await
    }
}

/// Deletes a target group, and what of this owner stands in its way.
pub(super) async fn remove(
    access: &SiteAccess,
    owner: &str,
    arn: &str,
) -> Result<Deletion, Failure> {
    let call = || {
        access
            .elb()
            .delete_target_group()
            .target_group_arn(arn)
            .send()
    };
    let answer = access
        .call("elasticloadbalancing:DeleteTargetGroup", call)
        .await;
    access.inventory().changed(Kind::TargetGroups);
    match answer {
        Err(error) if error.is_not_found() => Ok(Deletion::Gone),
        Err(error) if error.kind == ErrorKind::InUse => {
            remove_warming(access, owner, arn).await?;
            Err(error.later())
        }
        answer => {
            answer?;
            Ok(Deletion::Gone)
        }
    }
}

impl TargetGroup {
    async fn inspected(
        &self,
        access: &SiteAccess,
        group: &AwsGroup,
        known: bool,
        freshness: Freshness,
    ) -> Result<Sighting<SeenTargetGroup>, Failure> {
        let arn = group.target_group_arn().unwrap_or_default().to_owned();
        let Some(tags) = access.elb_tags(&arn, freshness).await? else {
            return Ok(Sighting::Absent);
        };
        if known && let Some(whose) = self.marking.stranger(&tags) {
            return Ok(Sighting::Foreign(format!("{arn} now belongs to {whose}")));
        }
        if !known && !self.marking.owns(&tags) {
            return Ok(Sighting::Foreign(self.taken().to_string()));
        }
        let generation = Mark::read(&tags).generation;
        let seen = SeenTargetGroup {
            arn: arn.clone().into(),
            health_check: HealthCheck::of(group).into(),
            tags: tags.into(),
            generation,
        };
        Ok(Sighting::Found(Found {
            id: arn,
            generation,
            dying: false,
            seen,
        }))
    }

    fn taken(&self) -> Reason {
        let what = format!(
            "A target group named {} is there already in {} and was not made by this resource.",
            self.name, self.site
        );
        Reason::new(what).remedy("Choose another name, or remove that target group.")
    }

    async fn put_health_check(
        &self,
        access: &SiteAccess,
        arn: &str,
    ) -> Result<HealthCheck, Failure> {
        let check = &self.health_check;
        let Fact::Known(protocol) = &check.protocol else {
            return Err(Failure::later("the target's protocol is not known yet"));
        };
        let call = || {
            let call = access.elb().modify_target_group().target_group_arn(arn);
            let call = call.health_check_protocol(protocol.as_str().into());
            let call = call
                .health_check_port(&check.port)
                .health_check_path(&check.path);
            call.matcher(Matcher::builder().http_code(&check.matcher).build())
                .health_check_interval_seconds(check.interval_s)
                .health_check_timeout_seconds(check.timeout_s)
                .healthy_threshold_count(check.healthy_threshold)
                .unhealthy_threshold_count(check.unhealthy_threshold)
                .send()
        };
        access
            .call("elasticloadbalancing:ModifyTargetGroup", call)
            .await?;
        Ok(check.clone())
    }
}
