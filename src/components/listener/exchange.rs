//! Handing a listener over from one target group to another without losing a connection.
//!
//! A group that no listener leads to is not checked: its target is `unused`, and would stay so until
//! the moment it takes over. So a listener of no other use, on a port that nobody is let in on, leads
//! to the new group until its target is judged. Then the real one is led there, and the old target
//! drains. Weights would do the same on NLBs that take them for groups of type `alb`, and check
//! groups of weight 0; no page says either.

use aws_sdk_elasticloadbalancingv2::types::{
    Listener as AwsListener, ProtocolEnum, TargetDescription, TargetHealthDescription,
    TargetHealthStateEnum,
};
use serde::{Deserialize, Serialize};

use super::{Listener, SeenListener, forward_to, forwards_to};
use crate::aws::inventory::Kind;
use crate::aws::ownership::Mark;
use crate::aws::{ErrorKind, SiteAccess};
use crate::components::marking::elb_tag_list;
use crate::engine::{Failure, Freshness, Verdict};

/// The last part of the address of a listener that is there only to have a target checked.
pub(super) const WARMING: &str = "warming";

/// Taking the old target away, as a change of a listener.
pub(super) const DRAIN: &str = "drain";

/// Where such listeners listen: in the range of ports that nobody offers anything on.
const PORTS: std::ops::RangeInclusive<u16> = 61_000..=65_000;

/// How far a listener has been handed over.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Exchange {
    /// The listener that has the new target checked, by ARN.
    warming: Option<String>,
    /// One that has another target checked, which nobody wants any more.
    #[serde(default)]
    astray: Option<String>,
    /// The new target is judged healthy, or the old one is not either.
    ready: bool,
    /// The group that has served so far and whose target may still have connections, by ARN.
    pub(super) draining: Option<String>,
    /// Whether that target gets no more connections.
    #[serde(default)]
    drained: bool,
}

impl Listener {
    /// The next step of handing over, if it is under way.
    pub(super) fn judge_exchange(&self, seen: &SeenListener) -> Option<Verdict> {
        let at = &seen.exchange;
        if at.astray.is_some() {
            return Some(Verdict::Changed(vec![WARMING]));
        }
        let leads_elsewhere = self.target_group.differs(&seen.target_group);
        match (leads_elsewhere, &at.warming) {
            (true, None) if !at.ready => Some(Verdict::Changed(vec![WARMING])),
            (true, Some(_)) if !at.ready => {
                let what = "the new target is not healthy yet, and the old one is: does the ALB answer \
                            the checks, and do its groups let the network load balancer in \
                            (alb_security_group_ids)?";
                Some(Verdict::Pending(what.to_owned()))
            }
            (true, _) => None,
            (false, Some(_)) => Some(Verdict::Changed(vec![WARMING])),
            (false, None) => at.draining.as_ref().map(|_| match at.drained {
                false => Verdict::Changed(vec![DRAIN]),
                true => Verdict::Pending("connections to the old target are draining".to_owned()),
            }),
        }
    }

    /// How far it has come, from what all listeners of the load balancer lead to.
    pub(super) async fn exchange(
        &self,
        access: &SiteAccess,
        listeners: &[AwsListener],
        (now, remembered): (&str, Option<&SeenListener>),
        (freshness, polling): (Freshness, bool),
    ) -> Result<Exchange, Failure> {
        let Some(wanted) = self.target_group.known() else {
            return Ok(Exchange::default());
        };
        let mut exchange = self.warming(access, listeners, (wanted, freshness)).await?;
        if exchange.warming.is_none() && polling {
            // The list may not show yet what this run has made.
            exchange.warming = remembered.and_then(|seen| seen.exchange.warming.clone());
        }
        if now != wanted {
            let (new, old) = futures::join!(
                access.target_health(wanted, freshness),
                self.own_targets(access, now, freshness),
            );
            exchange.ready = is_ready(&new?.unwrap_or_default(), &old?.unwrap_or_default());
        }
        let draining = remembered.and_then(|seen| seen.exchange.draining.as_deref());
        if let Some(old) = draining.filter(|old| *old != wanted && *old != now) {
            let targets = self.own_targets(access, old, freshness).await?;
            if let Some(targets) = targets.filter(|targets| !targets.is_empty()) {
                exchange.draining = Some(old.to_owned());
                exchange.drained = targets.iter().all(is_draining);
            }
        }
        Ok(exchange)
    }

    /// The targets of a group of ours; none of somebody else's, whose targets are not ours to wait
    /// for or to take away.
    async fn own_targets(
        &self,
        access: &SiteAccess,
        group: &str,
        freshness: Freshness,
    ) -> Result<Option<Vec<TargetHealthDescription>>, Failure> {
        let tags = access.elb_tags(group, freshness).await?.unwrap_or_default();
        let owner = self.marking.owner().to_string();
        if Mark::read(&tags).owner != Some(owner) {
            return Ok(None);
        }
        Ok(access.target_health(group, freshness).await?)
    }

    /// The listener that has our group checked, by its place and its mark, and one that an exchange
    /// of this listener has left which nobody goes on with.
    async fn warming(
        &self,
        access: &SiteAccess,
        listeners: &[AwsListener],
        (group, freshness): (&str, Freshness),
    ) -> Result<Exchange, Failure> {
        let mut exchange = Exchange::default();
        let elsewhere = |listener: &&AwsListener| {
            let port = listener.port().and_then(|port| u16::try_from(port).ok());
            port.is_some_and(|port| PORTS.contains(&port) && port != self.port)
        };
        let owner = self.marking.owner().to_string();
        for listener in listeners.iter().filter(elsewhere) {
            let arn = listener.listener_arn().unwrap_or_default();
            let mark = Mark::read(&access.elb_tags(arn, freshness).await?.unwrap_or_default());
            if !is_warming(&mark, &owner) {
                continue;
            }
            if forwards_to(listener) == group {
                exchange.warming = Some(arn.to_owned());
            } else if mark.address == Some(self.warming_address()) {
                exchange.astray = Some(arn.to_owned());
            }
        }
        Ok(exchange)
    }

    fn warming_address(&self) -> String {
        format!("{}.{WARMING}", self.marking.address)
    }

    /// Makes the listener that has the new target checked, or removes it.
    pub(super) async fn put_warming(
        &self,
        access: &SiteAccess,
        seen: &SeenListener,
    ) -> Result<Exchange, Failure> {
        let mut exchange = seen.exchange.clone();
        match exchange.astray.take().or_else(|| exchange.warming.take()) {
            Some(arn) => remove(access, &arn).await?,
            None => exchange.warming = Some(self.warm(access).await?),
        }
        Ok(exchange)
    }

    async fn warm(&self, access: &SiteAccess) -> Result<String, Failure> {
        let balancer = self.balancer.known();
        let (Some(balancer), Some(group)) = (balancer, self.target_group.known()) else {
            return Err(Failure::later("the target group is not known yet"));
        };
        let taken = access.listeners(balancer, Freshness::Now).await?;
        let taken = taken.unwrap_or_default();
        let is_free = |port: &u16| !taken.iter().any(|it| it.port() == Some(i32::from(*port)));
        // Two listeners that are handed over at once begin to look at different places.
        let start = PORTS.start() + self.port % 4000;
        let mut ports = (start..=*PORTS.end()).chain(*PORTS.start()..start);
        let port = ports.find(is_free);
        let port = port.ok_or_else(|| Failure::later("no port is free for checking the target"))?;
        let mut marking = self.marking.clone();
        marking.address = self.warming_address();
        let tags = marking.wanted_now(1)?;
        let action = forward_to(group);
        let answer = access
            .call("elasticloadbalancing:CreateListener", || {
                let call = access.elb().create_listener().load_balancer_arn(balancer);
                let call = call.protocol(ProtocolEnum::Tcp).port(i32::from(port));
                call.default_actions(action.clone())
                    .set_tags(Some(elb_tag_list(&tags)))
                    .send()
            })
            .await;
        access.inventory().changed(Kind::Listeners);
        let made = match answer {
            Err(error) if error.kind == ErrorKind::Exists => return Err(error.later()),
            answer => answer?.listeners.unwrap_or_default().into_iter().next(),
        };
        made.and_then(|made| made.listener_arn)
            .ok_or_else(|| Failure::later("AWS made a listener and did not say which"))
    }

    /// From now on the old group gets no connections: its target drains, for as long as AWS lets it.
    pub(super) async fn drain(
        &self,
        access: &SiteAccess,
        seen: &SeenListener,
    ) -> Result<Exchange, Failure> {
        let mut exchange = seen.exchange.clone();
        let Some(old) = exchange.draining.clone() else {
            return Ok(exchange);
        };
        let targets = self.own_targets(access, &old, Freshness::Now).await?;
        let targets: Vec<TargetDescription> = targets
            .unwrap_or_default()
            .into_iter()
            .filter_map(|it| it.target)
            .collect();
        if targets.is_empty() {
            exchange.draining = None;
            return Ok(exchange);
        }
        let answer = access
            .call("elasticloadbalancing:DeregisterTargets", || {
                let call = access.elb().deregister_targets().target_group_arn(&old);
                call.set_targets(Some(targets.clone())).send()
            })
            .await;
        access.inventory().changed(Kind::Targets);
        match answer {
            Err(error) if error.is_not_found() => exchange.draining = None,
            answer => {
                answer?;
                exchange.drained = true;
            }
        }
        Ok(exchange)
    }
}

/// Removes what an exchange that was given up has left in the way of a group's deletion.
///
/// Only what bears this owner's mark goes.
pub(in crate::components) async fn remove_warming(
    access: &SiteAccess,
    owner: &str,
    group: &str,
) -> Result<(), Failure> {
    let fresh = Freshness::Now;
    let balancers = access.target_group(group, fresh).await?;
    let balancers = balancers.and_then(|it| it.load_balancer_arns);
    for balancer in balancers.unwrap_or_default() {
        let listeners = access.listeners(&balancer, fresh).await?;
        for listener in listeners.unwrap_or_default() {
            let arn = listener.listener_arn().unwrap_or_default();
            if forwards_to(&listener) != group {
                continue;
            }
            let mark = Mark::read(&access.elb_tags(arn, fresh).await?.unwrap_or_default());
            if is_warming(&mark, owner) {
                remove(access, arn).await?;
            }
        }
    }
    Ok(())
}

fn is_warming(mark: &Mark, owner: &str) -> bool {
    let address = mark.address.as_deref().unwrap_or_default();
    mark.owner.as_deref() == Some(owner) && address.ends_with(&format!(".{WARMING}"))
}

/// Deletes a listener; one that is gone is fine.
pub(in crate::components) async fn remove(access: &SiteAccess, arn: &str) -> Result<(), Failure> {
    let call = || access.elb().delete_listener().listener_arn(arn).send();
    let answer = access
        .call("elasticloadbalancing:DeleteListener", call)
        .await;
    access.inventory().changed(Kind::Listeners);
    match answer {
        Err(error) if error.is_not_found() => Ok(()),
        answer => {
            answer?;
            Ok(())
        }
    }
}

/// A target that does no worse than the old one may take over.
fn is_ready(new: &[TargetHealthDescription], old: &[TargetHealthDescription]) -> bool {
    let any = |targets: &[TargetHealthDescription], wanted: &TargetHealthStateEnum| {
        targets.iter().any(|target| state(target) == Some(wanted))
    };
    any(new, &TargetHealthStateEnum::Healthy)
        || (!any(old, &TargetHealthStateEnum::Healthy)
            && any(new, &TargetHealthStateEnum::Unhealthy))
}

fn is_draining(target: &TargetHealthDescription) -> bool {
    state(target) == Some(&TargetHealthStateEnum::Draining)
}

fn state(target: &TargetHealthDescription) -> Option<&TargetHealthStateEnum> {
    target.target_health().and_then(|health| health.state())
}

#[cfg(test)]
mod tests {
    use super::*;
    use aws_sdk_elasticloadbalancingv2::types::TargetHealth;

    fn target(state: TargetHealthStateEnum) -> Vec<TargetHealthDescription> {
        let health = TargetHealth::builder().state(state).build();
        vec![
            TargetHealthDescription::builder()
                .target_health(health)
                .build(),
        ]
    }

    #[test]
    fn a_new_target_takes_over_once_it_does_no_worse_than_the_old_one() {
        use TargetHealthStateEnum::{Healthy, Initial, Unhealthy, Unused};
        assert!(is_ready(&target(Healthy), &target(Healthy)));
        assert!(!is_ready(&target(Unhealthy), &target(Healthy)));
        assert!(is_ready(&target(Unhealthy), &target(Unhealthy)));
        assert!(!is_ready(&target(Initial), &target(Unhealthy)));
        assert!(!is_ready(&target(Unused), &[]));
        assert!(is_ready(&target(Unhealthy), &[]));
    }
}
