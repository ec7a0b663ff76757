//! A network load balancer of ours, always internal and always with security groups.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_elasticloadbalancingv2::types::{
    EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum as Enforce,
    LoadBalancer as AwsBalancer, LoadBalancerAttribute, LoadBalancerSchemeEnum,
    LoadBalancerStateEnum, LoadBalancerTypeEnum,
};
use serde::{Deserialize, Serialize};

use super::marking::{Marking, elb_tag_list};
use crate::aws::inventory::Kind;
use crate::aws::ownership::Mark;
use crate::aws::{Aws, ErrorKind, Site, SiteAccess, Tags};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Freshness, Made, Pace, Place, Reason, Sighting,
    Verdict,
};

const CROSS_ZONE: &str = "load_balancing.cross_zone.enabled";

/// What is wanted of a load balancer.
#[derive(Clone, Debug)]
pub struct LoadBalancer {
    /// Where it is.
    pub site: Site,
    /// Its name; another name of an existing one is no reason to replace it.
    pub name: String,
    /// One subnet for each zone it stands in.
    pub subnets: Fact<BTreeSet<String>>,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// Whether it sends connections to targets in other zones.
    pub cross_zone: bool,
    /// Whether its inbound rules are asked for connections that come through PrivateLink.
    pub enforce_inbound_rules: bool,
    /// Its tags.
    pub marking: Marking,
}

/// What can be seen of a load balancer.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenLoadBalancer {
    /// Its ARN.
    pub arn: Fact<String>,
    /// Its name in DNS.
    pub dns_name: Fact<String>,
    /// `provisioning`, `active`, `active_impaired` or `failed`.
    pub state: Fact<String>,
    /// Its subnets.
    pub subnets: Fact<BTreeSet<String>>,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// Whether it sends connections to targets in other zones.
    pub cross_zone: Fact<bool>,
    /// Whether its inbound rules are asked for connections through PrivateLink.
    pub enforce_inbound_rules: Fact<bool>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
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
            ("security_groups", self.groups.differs(&seen.groups)),
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
                None => return Ok(Sighting::Absent),
            },
        };
        if let (true, Some(last)) = (place.polling && known, remembered) {
            let seen = SeenLoadBalancer {
                cross_zone: last.cross_zone.clone(),
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
        // Creating answers with anybody's load balancer of this name and these settings as if it
        // had made it. Ours alone carries our security group.
        if seen.groups != self.groups {
            return Err(Failure::Never(self.taken()));
        }
        seen.cross_zone = false.into();
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
        _: &SeenLoadBalancer,
    ) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        let arn = place.id.unwrap_or_default();
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
            answer => {
                answer?;
                Ok(Deletion::Gone)
            }
        }
    }
}

impl LoadBalancer {
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
        let is_on = |attribute: &LoadBalancerAttribute| {
            attribute.key() == Some(CROSS_ZONE) && attribute.value() == Some("true")
        };
        Ok(found(SeenLoadBalancer {
            cross_zone: attributes.iter().any(is_on).into(),
            generation: Mark::read(&tags).generation,
            tags: tags.into(),
            ..seen(balancer)
        }))
    }

    async fn put(
        &self,
        access: &SiteAccess,
        arn: &str,
        seen: &SeenLoadBalancer,
        fields: &[&'static str],
    ) -> Result<SeenLoadBalancer, Failure> {
        let mut now = seen.clone();
        if fields.contains(&"tags") {
            let tags = self
                .marking
                .put_elb(access, arn, &seen.tags, seen.generation)
                .await?;
            now.tags = tags.into();
        }
        if fields.contains(&"cross_zone") {
            self.put_attributes(access, arn).await?;
            now.cross_zone = self.cross_zone.into();
        }
        if fields.contains(&"security_groups") || fields.contains(&"enforce_inbound_rules") {
            self.put_groups(access, arn).await?;
            now.groups = self.groups.clone();
            now.enforce_inbound_rules = self.enforce_inbound_rules.into();
        }
        Ok(now)
    }

    async fn put_attributes(&self, access: &SiteAccess, arn: &str) -> Result<(), Failure> {
        let value = self.cross_zone.to_string();
        let attribute = LoadBalancerAttribute::builder()
            .key(CROSS_ZONE)
            .value(value)
            .build();
        let call = || {
            let call = access
                .elb()
                .modify_load_balancer_attributes()
                .load_balancer_arn(arn);
            call.attributes(attribute.clone()).send()
        };
        access
            .call("elasticloadbalancing:ModifyLoadBalancerAttributes", call)
            .await?;
        Ok(())
    }

    /// The switch is not a setting of its own: it goes with the list of groups.
    async fn put_groups(&self, access: &SiteAccess, arn: &str) -> Result<(), Failure> {
        let Fact::Known(groups) = &self.groups else {
            return Err(Failure::later("the security groups are not known yet"));
        };
        let enforce = if self.enforce_inbound_rules {
            Enforce::On
        } else {
            Enforce::Off
        };
        let call = || {
            let call = access.elb().set_security_groups().load_balancer_arn(arn);
            call.set_security_groups(Some(groups.iter().cloned().collect()))
                .enforce_security_group_inbound_rules_on_private_link_traffic(enforce.clone())
                .send()
        };
        access
            .call("elasticloadbalancing:SetSecurityGroups", call)
            .await?;
        Ok(())
    }

    fn taken(&self) -> Reason {
        let what = format!(
            "A load balancer named {} is there already in {} and was not made by this resource.",
            self.name, self.site
        );
        Reason::new(what).remedy("Choose another name, or remove that load balancer.")
    }
}

/// A load balancer as AWS's list shows it, without attributes and tags.
pub(super) fn seen(balancer: &AwsBalancer) -> SeenLoadBalancer {
    let zones = balancer.availability_zones().iter();
    let subnets = zones.filter_map(|zone| zone.subnet_id().map(str::to_owned));
    let state = balancer
        .state()
        .and_then(|state| state.code())
        .map(LoadBalancerStateEnum::as_str);
    let enforced = balancer.enforce_security_group_inbound_rules_on_private_link_traffic();
    SeenLoadBalancer {
        arn: balancer
            .load_balancer_arn()
            .unwrap_or_default()
            .to_owned()
            .into(),
        dns_name: balancer.dns_name().unwrap_or_default().to_owned().into(),
        state: state.unwrap_or("active").to_owned().into(),
        subnets: subnets.collect::<BTreeSet<_>>().into(),
        groups: balancer
            .security_groups()
            .iter()
            .cloned()
            .collect::<BTreeSet<_>>()
            .into(),
        // On unless it was switched off.
        enforce_inbound_rules: enforced.is_none_or(|enforced| enforced != "off").into(),
        ..SeenLoadBalancer::default()
    }
}

fn found(seen: SeenLoadBalancer) -> Sighting<SeenLoadBalancer> {
    let id = seen.arn.known().cloned().unwrap_or_default();
    let generation = seen.generation;
    Sighting::Found(Found {
        id,
        generation,
        dying: false,
        seen,
    })
}
