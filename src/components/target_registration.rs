//! An application load balancer registered in a target group.

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    TargetDescription, TargetHealthDescription, TargetHealthReasonEnum, TargetHealthStateEnum,
};
use serde::{Deserialize, Serialize};

use super::alb::{LISTENER_PATIENCE_S, no_listener};
use crate::aws::inventory::Kind;
use crate::aws::{Aws, Site};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Freshness, Made, Pace, Place, Sighting, Verdict,
};

/// What is wanted: this target in this group.
#[derive(Clone, Debug)]
pub struct TargetRegistration {
    /// Where the group is.
    pub site: Site,
    /// The group's ARN.
    pub group: Fact<String>,
    /// The ALB's ARN.
    pub target: Fact<String>,
    /// The port on which the ALB listens.
    pub port: u16,
    /// Whether to wait until the target is healthy.
    pub awaited: bool,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenTarget {
    /// The target's ARN.
    pub target: Fact<String>,
    /// `healthy`, `unhealthy`, `initial`, … as it was last seen; moves by itself.
    pub health: Fact<String>,
    /// AWS's reason code and its words where the target is not healthy.
    pub reason: Fact<String>,
}

#[async_trait]
impl Component<Aws> for TargetRegistration {
    type Seen = SeenTarget;
    const KIND: &'static str = "target";
    const IDENTIFIED: bool = false;
    const PART: bool = true;
    const PACE: Pace = Pace::at_most_s(10).patient_for_s(LISTENER_PATIENCE_S);

    fn home(&self) -> String {
        self.site.to_string()
    }

    /// Health is waited for, if at all: no act of ours would mend it.
    fn judge(&self, seen: &SeenTarget) -> Verdict {
        if self.target.differs(&seen.target) {
            return Verdict::Replace("another load balancer is wanted".to_owned());
        }
        let healthy = TargetHealthStateEnum::Healthy.as_str();
        match seen.health.known().map(String::as_str) {
            health if !self.awaited || health == Some(healthy) => Verdict::InPlace,
            health => {
                let reason = seen.reason.known().cloned().unwrap_or_default();
                let health = health.unwrap_or("not checked");
                Verdict::Pending(
                    format!("the ALB is {health} {reason}")
                        .trim_end()
                        .to_owned(),
                )
            }
        }
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenTarget>,
    ) -> Result<Sighting<SeenTarget>, Failure> {
        let Fact::Known(group) = &self.group else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let targets = access
            .target_health(group, place.freshness)
            .await?
            .unwrap_or_default();
        let Some(target) = targets.iter().find(|target| is_registered(target)) else {
            return Ok(Sighting::Absent);
        };
        let id = target
            .target()
            .and_then(|target| target.id())
            .unwrap_or_default()
            .to_owned();
        let health = target.target_health();
        let state = health
            .and_then(|health| health.state())
            .map(TargetHealthStateEnum::as_str);
        let code = health
            .and_then(|health| health.reason())
            .map(TargetHealthReasonEnum::as_str);
        let words = health
            .and_then(|health| health.description())
            .unwrap_or_default();
        let seen = SeenTarget {
            target: id.clone().into(),
            health: state.unwrap_or_default().to_owned().into(),
            reason: format!("{} {words}", code.unwrap_or_default())
                .trim()
                .to_owned()
                .into(),
        };
        Ok(Sighting::Found(Found {
            id,
            generation: 1,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenTarget>, Failure> {
        let access = place.world.site(&self.site).await?;
        let (Fact::Known(group), Fact::Known(target)) = (&self.group, &self.target) else {
            return Err(Failure::later("the target and its group are not known yet"));
        };
        let description = self.description(target);
        let answer = access
            .call("elasticloadbalancing:RegisterTargets", || {
                let call = access.elb().register_targets().target_group_arn(group);
                call.targets(description.clone()).send()
            })
            .await;
        access.inventory().changed(Kind::Targets);
        match answer {
            Err(error) if error.code == "InvalidTarget" && error.message.contains("active") => {
                Err(error.later())
            }
            Err(error) if error.code == "ValidationError" && error.message.contains("listener") => {
                let listeners = access.listeners(target, Freshness::Now).await?;
                Err(no_listener(
                    target,
                    self.port,
                    &listeners.unwrap_or_default(),
                ))
            }
            answer => {
                answer?;
                let seen = SeenTarget {
                    target: target.clone().into(),
                    ..SeenTarget::default()
                };
                Ok(Made {
                    id: target.clone(),
                    seen,
                    spent: false,
                })
            }
        }
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        seen: &SeenTarget,
        _: &[&'static str],
    ) -> Result<SeenTarget, Failure> {
        Ok(seen.clone())
    }

    async fn delete(&self, place: Place<'_, Aws>, seen: &SeenTarget) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        let (Fact::Known(group), Fact::Known(target)) = (&self.group, &seen.target) else {
            return Ok(Deletion::Gone);
        };
        let description = self.description(target);
        let answer = access
            .call("elasticloadbalancing:DeregisterTargets", || {
                let call = access.elb().deregister_targets().target_group_arn(group);
                call.targets(description.clone()).send()
            })
            .await;
        access.inventory().changed(Kind::Targets);
        match answer {
            Err(error) if error.is_not_found() => Ok(Deletion::Gone),
            answer => {
                answer?;
                Ok(Deletion::Gone)
            }
        }
    }
}

impl TargetRegistration {
    fn description(&self, target: &str) -> TargetDescription {
        TargetDescription::builder()
            .id(target)
            .port(i32::from(self.port))
            .build()
    }
}

/// A target on its way out is not registered any more.
fn is_registered(target: &TargetHealthDescription) -> bool {
    let health = target.target_health();
    let draining =
        health.and_then(|health| health.state()) == Some(&TargetHealthStateEnum::Draining);
    let gone =
        health.and_then(|health| health.reason()) == Some(&TargetHealthReasonEnum::NotRegistered);
    !draining && !gone
}
