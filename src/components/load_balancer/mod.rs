//! A network load balancer of ours, always internal and always with security groups.

mod change;
mod family;
pub(super) mod seen;

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    IpAddressType, LoadBalancer as AwsBalancer, LoadBalancerSchemeEnum, LoadBalancerStateEnum,
    LoadBalancerTypeEnum,
};

pub use self::family::{BalancerFamily, SeenFamily};
use self::family::{DUALSTACK, is_ipv4};
pub use self::seen::SeenLoadBalancer;
use self::seen::{DELETION_PROTECTION, found, seen};
use super::marking::{Marking, elb_tag_list};
use crate::aws::inventory::Kind;
use crate::aws::ownership::Mark;
use crate::aws::{Aws, CallError, ErrorKind, Site, SiteAccess};
use crate::engine::{
    Component, Deletion, Fact, Failure, Freshness, Made, Pace, Place, Reason, Sighting, Verdict,
};

/// How many groups a load balancer can carry. Source: SetSecurityGroups; quota "Security groups per
/// network interface".
const GROUPS_MAX: usize = 5;

/// What is wanted of a load balancer.
#[derive(Clone, Debug)]
pub struct LoadBalancer {
    /// Where it is.
    pub site: Site,
    /// Its name; another name of an existing one is no reason to replace it.
    pub name: String,
    /// How all names begin that it may have.
    pub stem: String,
    /// One subnet for each zone it stands in.
    pub subnets: Fact<BTreeSet<String>>,
    /// Whether it has IPv6 addresses as well. It loses them only after its service has stopped to
    /// offer IPv6, by [`BalancerFamily`].
    pub dualstack: bool,
    /// Whether it is made with IPv6 addresses, even if it loses them later.
    pub made_dualstack: bool,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// Groups that are no longer wanted and stay, as far as they are there, while something still goes by
    /// them.
    pub outgoing_groups: BTreeSet<String>,
    /// Whether these groups are the user's, so that another load balancer may carry them too.
    pub groups_given: bool,
    /// Whether it sends connections to targets in other zones.
    pub cross_zone: bool,
    /// Whether AWS is to refuse to delete it.
    pub deletion_protection: bool,
    /// Whether another one takes its place: the protection that it was made with does not keep it then.
    pub gives_way: bool,
    /// Whether its inbound rules are asked for connections that come through PrivateLink.
    pub enforce_inbound_rules: bool,
    /// Its tags.
    pub marking: Marking,
}

#[async_trait]
impl Component<Aws> for LoadBalancer {
    type Seen = SeenLoadBalancer;
    const KIND: &'static str = "network_load_balancer";
    const PACE: Pace = Pace::at_most_s(15);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenLoadBalancer) -> Verdict {
        let state = seen.state.known().map(String::as_str).unwrap_or_default();
        if state == LoadBalancerStateEnum::Failed.as_str() {
            return Verdict::Failed("AWS could not set the load balancer up".to_owned());
        }
        let changes = Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            (
                "cross_zone",
                Fact::Known(self.cross_zone).differs(&seen.cross_zone),
            ),
            (
                "deletion_protection",
                Fact::Known(self.deletion_protection).differs(&seen.deletion_protection),
            ),
            ("ip_address_type", self.dualstack && is_ipv4(seen)),
            ("subnets", self.subnets.differs(&seen.subnets)),
            (
                "security_groups",
                self.groups_beside(seen).differs(&seen.groups),
            ),
            (
                "enforce_inbound_rules",
                Fact::Known(self.enforce_inbound_rules).differs(&seen.enforce_inbound_rules),
            ),
        ]);
        match changes {
            Verdict::InPlace if state == LoadBalancerStateEnum::Provisioning.as_str() => {
                Verdict::Pending("being provisioned".to_owned())
            }
            verdict => verdict,
        }
    }

    fn foresee(&self, seen: &SeenLoadBalancer, changes: &[&'static str]) -> SeenLoadBalancer {
        let mut seen = seen.clone();
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        if changes.contains(&"ip_address_type") {
            seen.ip_address_type = DUALSTACK.to_owned().into();
        }
        if changes.contains(&"subnets") {
            seen.subnets = self.subnets.clone();
            seen.zones = Fact::Later;
        }
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenLoadBalancer>,
    ) -> Result<Sighting<SeenLoadBalancer>, Failure> {
        let access = place.world.site(&self.site).await?;
        let by_id = match place.id {
            Some(arn) if place.polling => access.load_balancer(arn, place.freshness).await?,
            // All that a call of its own tells is asked at once, so that reads can be joined.
            Some(arn) => {
                let (balancer, _, _) = futures::join!(
                    access.load_balancer(arn, place.freshness),
                    access.load_balancer_attributes(arn, place.freshness),
                    access.elb_tags(arn, place.freshness),
                );
                balancer?
            }
            None => None,
        };
        let known = by_id.is_some();
        let balancer = match by_id {
            Some(balancer) => balancer,
            None => match access
                .load_balancer_named(&self.name, place.freshness)
                .await?
            {
                Some(balancer) => balancer,
                None if place.id.is_none() || place.polling => return Ok(Sighting::Absent),
                None => match self.successor(&access).await? {
                    Some(balancer) => balancer,
                    None => return Ok(Sighting::Absent),
                },
            },
        };
        if let (true, Some(last)) = (place.polling && known, remembered) {
            let seen = SeenLoadBalancer {
                cross_zone: last.cross_zone.clone(),
                deletion_protection: last.deletion_protection.clone(),
                tags: last.tags.clone(),
                generation: last.generation,
                ..seen(&balancer)
            };
            return Ok(found(seen));
        }
        self.inspected(&access, &balancer, known, place.freshness)
            .await
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenLoadBalancer>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let (Fact::Known(subnets), Fact::Known(groups)) = (&self.subnets, &self.groups) else {
            return Err(Failure::later("subnets and groups are not known yet"));
        };
        let answer = access
            .call("elasticloadbalancing:CreateLoadBalancer", || {
                let call = access.elb().create_load_balancer().name(&self.name);
                let call = call.r#type(LoadBalancerTypeEnum::Network);
                let call = call.scheme(LoadBalancerSchemeEnum::Internal);
                let call = call
                    .set_ip_address_type(self.made_dualstack.then_some(IpAddressType::Dualstack));
                call.set_subnets(Some(subnets.iter().cloned().collect()))
                    .set_security_groups(Some(groups.iter().cloned().collect()))
                    .set_tags(Some(elb_tag_list(&tags)))
                    .send()
            })
            .await;
        access.inventory().changed(Kind::LoadBalancers);
        access.inventory().changed(Kind::ElbTags);
        let made = match answer {
            Err(error) if error.kind == ErrorKind::Exists => return Err(error.later()),
            answer => answer?
                .load_balancers
                .unwrap_or_default()
                .into_iter()
                .next(),
        };
        let made =
            made.ok_or_else(|| Failure::later("AWS made a load balancer and did not say which"))?;
        let mut seen = seen(&made);
        if !self.is_ours(&access, &seen).await? {
            return Err(Failure::Never(self.taken()));
        }
        (seen.cross_zone, seen.deletion_protection) = (false.into(), false.into());
        (seen.tags, seen.generation) = (tags.into(), place.generation);
        let id = seen.arn.known().cloned().unwrap_or_default();
        Ok(Made {
            id,
            seen,
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenLoadBalancer,
        fields: &[&'static str],
    ) -> Result<SeenLoadBalancer, Failure> {
        let access = place.world.site(&self.site).await?;
        let changed = self
            .put(&access, place.id.unwrap_or_default(), seen, fields)
            .await;
        access.inventory().changed(Kind::LoadBalancers);
        changed
    }

    async fn delete(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenLoadBalancer,
    ) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        let arn = place.id.unwrap_or_default();
        if self.gives_way && seen.deletion_protection.known() == Some(&true) {
            Self::unprotect(&access, arn).await?;
        }
        remove(&access, arn).await
    }
}

/// Deletes a load balancer with its listeners.
pub(super) async fn remove(access: &SiteAccess, arn: &str) -> Result<Deletion, Failure> {
    let call = || {
        access
            .elb()
            .delete_load_balancer()
            .load_balancer_arn(arn)
            .send()
    };
    let answer = access
        .call("elasticloadbalancing:DeleteLoadBalancer", call)
        .await;
    access.inventory().changed(Kind::LoadBalancers);
    access.inventory().changed(Kind::Listeners);
    match answer {
        Err(error) if error.is_not_found() => Ok(Deletion::Gone),
        Err(error) if error.code == "OperationNotPermitted" => Err(protected(arn, &error)),
        answer => {
            answer?;
            Ok(Deletion::Gone)
        }
    }
}

/// The same of one that a run has made and nobody remembered: it may have been made with protection.
pub(super) async fn remove_spare(access: &SiteAccess, arn: &str) -> Result<Deletion, Failure> {
    let attributes = access
        .load_balancer_attributes(arn, Freshness::SinceLastChange)
        .await?;
    let protected = attributes
        .iter()
        .flatten()
        .any(|it| it.key() == Some(DELETION_PROTECTION) && it.value() == Some("true"));
    if protected {
        LoadBalancer::unprotect(access, arn).await?;
    }
    remove(access, arn).await
}

/// Somebody has switched deletion protection on.
fn protected(arn: &str, error: &CallError) -> Failure {
    let reason = Reason::new(format!("{arn} is protected against deletion."));
    let remedy = "Switch its deletion protection off (deletion_protection = false), then go on.";
    Failure::Never(reason.evidence(error.to_string()).remedy(remedy))
}

impl LoadBalancer {
    /// Switches the deletion protection of a load balancer off.
    ///
    /// # Errors
    /// Where AWS does not let us.
    pub async fn unprotect(access: &SiteAccess, arn: &str) -> Result<(), Failure> {
        change::put_attributes(access, arn, &[(DELETION_PROTECTION, false)]).await
    }

    /// The groups that are wanted now: with those on their way out, as far as there is room for them.
    fn groups_beside(&self, seen: &SeenLoadBalancer) -> Fact<BTreeSet<String>> {
        let present = seen.groups.known().into_iter().flatten();
        let staying = present.filter(|it| self.outgoing_groups.contains(*it));
        let staying: BTreeSet<String> = staying.cloned().collect();
        self.groups.clone().map(|wanted| {
            let all: BTreeSet<String> = wanted.union(&staying).cloned().collect();
            match all.len() > GROUPS_MAX {
                true => wanted,
                false => all,
            }
        })
    }

    /// Creating answers with anybody's load balancer of this name and these settings as if it had
    /// made it. A group of ours is on ours alone; where the user gives the groups only tags tell.
    async fn is_ours(&self, access: &SiteAccess, seen: &SeenLoadBalancer) -> Result<bool, Failure> {
        if !self.groups_given {
            return Ok(seen.groups == self.groups);
        }
        let arn = seen.arn.known().cloned().unwrap_or_default();
        let tags = access.elb_tags(&arn, Freshness::Now).await?;
        Ok(tags.is_none_or(|tags| self.marking.recognises(&tags)))
    }

    /// A load balancer with what a call of its own tells: attributes and tags.
    async fn inspected(
        &self,
        access: &SiteAccess,
        balancer: &AwsBalancer,
        known: bool,
        freshness: Freshness,
    ) -> Result<Sighting<SeenLoadBalancer>, Failure> {
        let arn = balancer.load_balancer_arn().unwrap_or_default();
        let (attributes, tags) = futures::join!(
            access.load_balancer_attributes(arn, freshness),
            access.elb_tags(arn, freshness),
        );
        let (Some(attributes), Some(tags)) = (attributes?, tags?) else {
            return Ok(Sighting::Absent);
        };
        if known && let Some(whose) = self.marking.stranger(&tags) {
            return Ok(Sighting::Foreign(format!("{arn} now belongs to {whose}")));
        }
        if !known && !self.marking.recognises(&tags) {
            return Ok(Sighting::Foreign(self.taken().to_string()));
        }
        Ok(found(SeenLoadBalancer {
            generation: Mark::read(&tags).generation,
            tags: tags.into(),
            ..seen(balancer).with_attributes(&attributes)
        }))
    }

    fn taken(&self) -> Reason {
        let what = format!(
            "A load balancer named {} is there already in {} and was not made by this resource.",
            self.name, self.site
        );
        Reason::new(what).remedy("Choose another name, or remove that load balancer.")
    }
}
