//! Changing a load balancer in place.

use std::collections::BTreeSet;

use aws_sdk_elasticloadbalancingv2::types::{
    EnforceSecurityGroupInboundRulesOnPrivateLinkTrafficEnum as Enforce, LoadBalancerAttribute,
};

use super::family::{DUALSTACK, put_family};
use super::seen::{CROSS_ZONE, DELETION_PROTECTION, zones};
use super::{LoadBalancer, SeenLoadBalancer};
use crate::aws::SiteAccess;
use crate::engine::{Fact, Failure};

impl LoadBalancer {
    pub(super) async fn put(
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
        if fields.contains(&"cross_zone") || fields.contains(&"deletion_protection") {
            self.put_attributes(access, arn, seen).await?;
            now.cross_zone = self.cross_zone.into();
            now.deletion_protection = self.deletion_protection.into();
        }
        if fields.contains(&"subnets") {
            now = self.put_subnets(access, arn, now).await?;
        }
        if fields.contains(&"ip_address_type") {
            put_family(access, arn, DUALSTACK).await?;
            now.ip_address_type = DUALSTACK.to_owned().into();
        }
        if fields.contains(&"security_groups") || fields.contains(&"enforce_inbound_rules") {
            let groups = self.groups_beside(seen);
            self.put_groups(access, arn, &groups).await?;
            now.groups = groups;
            now.enforce_inbound_rules = self.enforce_inbound_rules.into();
        }
        Ok(now)
    }

    /// Those that differ, in one call.
    async fn put_attributes(
        &self,
        access: &SiteAccess,
        arn: &str,
        seen: &SeenLoadBalancer,
    ) -> Result<(), Failure> {
        let attributes = [
            (CROSS_ZONE, self.cross_zone, &seen.cross_zone),
            (
                DELETION_PROTECTION,
                self.deletion_protection,
                &seen.deletion_protection,
            ),
        ];
        let differing = attributes
            .into_iter()
            .filter(|(_, wanted, seen)| Fact::Known(*wanted).differs(seen));
        let attributes: Vec<_> = differing.map(|(key, value, _)| (key, value)).collect();
        put_attributes(access, arn, &attributes).await
    }

    /// All subnets are given anew. AWS adds zones at any time and takes none away while endpoints are
    /// connected.
    async fn put_subnets(
        &self,
        access: &SiteAccess,
        arn: &str,
        mut now: SeenLoadBalancer,
    ) -> Result<SeenLoadBalancer, Failure> {
        let Fact::Known(subnets) = &self.subnets else {
            return Err(Failure::later("the subnets are not known yet"));
        };
        let call = || {
            let call = access.elb().set_subnets().load_balancer_arn(arn);
            call.set_subnets(Some(subnets.iter().cloned().collect()))
                .send()
        };
        let answer = access.call("elasticloadbalancing:SetSubnets", call).await?;
        (now.subnets, now.zones) = zones(&answer.availability_zones.unwrap_or_default());
        Ok(now)
    }

    /// The switch is not a setting of its own: it goes with the list of groups.
    async fn put_groups(
        &self,
        access: &SiteAccess,
        arn: &str,
        groups: &Fact<BTreeSet<String>>,
    ) -> Result<(), Failure> {
        let Fact::Known(groups) = groups else {
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
}

/// Switches attributes of a load balancer on or off, in one call.
pub(super) async fn put_attributes(
    access: &SiteAccess,
    arn: &str,
    attributes: &[(&'static str, bool)],
) -> Result<(), Failure> {
    let attributes: Vec<_> = attributes
        .iter()
        .map(|(key, value)| {
            let attribute = LoadBalancerAttribute::builder().key(*key);
            attribute.value(value.to_string()).build()
        })
        .collect();
    let call = || {
        let call = access
            .elb()
            .modify_load_balancer_attributes()
            .load_balancer_arn(arn);
        call.set_attributes(Some(attributes.clone())).send()
    };
    access
        .call("elasticloadbalancing:ModifyLoadBalancerAttributes", call)
        .await?;
    Ok(())
}
