//! Reading back what carries our marks: for refusals, take-overs and imports, when there is no
//! ledger to look things up by.

use std::collections::BTreeSet;

use aws_sdk_ec2::types::{Filter, SecurityGroupRule};

use super::health_check::HealthCheck;
use super::rules::Rule;
use super::{SeenEndpoint, SeenGroup, SeenListener, SeenLoadBalancer};
use super::{SeenNotification, SeenService, connection_notification};
use super::{endpoint_service, listener, load_balancer, security_group, vpc_endpoint};
use crate::aws::inventory::ec2_tags;
use crate::aws::ownership::{Mark, OWNER};
use crate::aws::{SiteAccess, Tags};
use crate::engine::{Failure, Freshness};

/// An anchor as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Anchor {
    /// Its id.
    pub id: String,
    /// The claim on it.
    pub claim: String,
    /// Whether what hangs on it is half-built.
    pub building: bool,
    /// The last update of what hangs on it that made something.
    pub change: Option<String>,
    /// All its tags.
    pub tags: Tags,
}

/// The anchors of an owner path: one, save in accidents.
pub async fn anchors(access: &SiteAccess, owner: &str) -> Result<Vec<Anchor>, Failure> {
    let groups = access.groups_owned(owner, Freshness::Now).await?;
    let anchors = groups.iter().filter_map(|group| {
        let tags = ec2_tags(group.tags());
        let mark = Mark::read(&tags);
        let claim = mark.claim.filter(|_| mark.address.is_none())?;
        let id = group.group_id().unwrap_or_default().to_owned();
        Some(Anchor {
            id,
            claim,
            building: mark.building,
            change: mark.change,
            tags,
        })
    });
    Ok(anchors.collect())
}

/// The security groups of an owner path, anchors too.
pub async fn groups(access: &SiteAccess, owner: &str) -> Result<Vec<SeenGroup>, Failure> {
    let groups = access
        .groups_owned(owner, Freshness::SinceLastChange)
        .await?;
    Ok(groups.iter().map(security_group::seen).collect())
}

/// The endpoints of an owner path.
pub async fn endpoints(access: &SiteAccess, owner: &str) -> Result<Vec<SeenEndpoint>, Failure> {
    let endpoints = access
        .endpoints_owned(owner, Freshness::SinceLastChange)
        .await?;
    let living = endpoints
        .iter()
        .filter(|endpoint| !vpc_endpoint::seen::is_dying(endpoint));
    Ok(living.map(vpc_endpoint::seen::seen).collect())
}

/// The endpoint services of an owner path.
pub async fn services(access: &SiteAccess, owner: &str) -> Result<Vec<SeenService>, Failure> {
    let services = access
        .services_owned(owner, Freshness::SinceLastChange)
        .await?;
    let living = services
        .iter()
        .filter(|service| !endpoint_service::seen::is_dying(service));
    Ok(living.map(endpoint_service::seen::seen).collect())
}

/// The tags of a load balancer or one of its parts.
pub async fn tags(access: &SiteAccess, arn: &str) -> Result<Tags, Failure> {
    let tags = access.elb_tags(arn, Freshness::SinceLastChange).await?;
    Ok(tags.unwrap_or_default())
}

/// An endpoint by id.
pub async fn endpoint(access: &SiteAccess, id: &str) -> Result<Option<SeenEndpoint>, Failure> {
    let endpoint = access.endpoint(id, Freshness::SinceLastChange).await?;
    Ok(endpoint
        .filter(|it| !vpc_endpoint::seen::is_dying(it))
        .map(|it| vpc_endpoint::seen::seen(&it)))
}

/// An endpoint service by id.
pub async fn service(access: &SiteAccess, id: &str) -> Result<Option<SeenService>, Failure> {
    let service = access.service(id, Freshness::SinceLastChange).await?;
    Ok(service
        .filter(|it| !endpoint_service::seen::is_dying(it))
        .map(|it| endpoint_service::seen::seen(&it)))
}

/// A load balancer by ARN.
pub async fn balancer(access: &SiteAccess, arn: &str) -> Result<Option<SeenLoadBalancer>, Failure> {
    let fresh = Freshness::SinceLastChange;
    let (balancer, attributes) = futures::join!(
        access.load_balancer(arn, fresh),
        access.load_balancer_attributes(arn, fresh),
    );
    let attributes = attributes?.unwrap_or_default();
    let seen = |it| load_balancer::seen::seen(&it).with_attributes(&attributes);
    Ok(balancer?.map(seen))
}

/// The one of these load balancers or target groups, by ARN, whose tags say that it is this owner
/// path's.
pub async fn own_of(
    access: &SiteAccess,
    owner: &str,
    arns: impl IntoIterator<Item = String>,
) -> Result<Option<String>, Failure> {
    for arn in arns {
        let tags = access.elb_tags(&arn, Freshness::SinceLastChange).await?;
        if tags.is_some_and(|tags| Mark::read(&tags).owner.as_deref() == Some(owner)) {
            return Ok(Some(arn));
        }
    }
    Ok(None)
}

/// The security groups that a load balancer carries, if it is there.
pub async fn carried_groups(
    access: &SiteAccess,
    arn: &str,
) -> Result<Option<BTreeSet<String>>, Failure> {
    let balancer = access
        .load_balancer(arn, Freshness::SinceLastChange)
        .await?;
    Ok(balancer.map(|it| it.security_groups().iter().cloned().collect()))
}

/// The listeners of a load balancer, by port.
pub async fn listeners(
    access: &SiteAccess,
    arn: &str,
) -> Result<Vec<(u16, SeenListener)>, Failure> {
    let fresh = Freshness::SinceLastChange;
    let listeners = access.listeners(arn, fresh).await?.unwrap_or_default();
    let mut seen = Vec::new();
    for found in &listeners {
        let arn = found.listener_arn().unwrap_or_default();
        let tags = access.elb_tags(arn, fresh).await?.unwrap_or_default();
        let port = found
            .port()
            .and_then(|port| u16::try_from(port).ok())
            .unwrap_or_default();
        seen.push((port, listener::seen(found, tags)));
    }
    Ok(seen)
}

/// The idle time-out of a listener in seconds, if it is not AWS's own.
pub async fn idle_timeout(access: &SiteAccess, arn: &str) -> Result<Option<i64>, Failure> {
    let seconds = listener::idle::idle_timeout(access, arn).await?;
    Ok(Some(seconds).filter(|seconds| *seconds != listener::idle::DEFAULT_S))
}

/// A target group: its port, its health check and its target.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// The group's port.
    pub port: u16,
    /// How the target is checked.
    pub health_check: HealthCheck,
    /// The target's ARN, if one is registered.
    pub target: Option<String>,
}

/// A target group by ARN.
pub async fn target(access: &SiteAccess, group: &str) -> Result<Option<Target>, Failure> {
    let fresh = Freshness::SinceLastChange;
    let (found, targets) = futures::join!(
        access.target_group(group, fresh),
        access.target_health(group, fresh)
    );
    let (Some(found), Some(targets)) = (found?, targets?) else {
        return Ok(None);
    };
    let target = targets
        .first()
        .and_then(|it| it.target()?.id().map(str::to_owned));
    let port = found
        .port()
        .and_then(|port| u16::try_from(port).ok())
        .unwrap_or_default();
    Ok(Some(Target {
        port,
        health_check: HealthCheck::of(&found),
        target,
    }))
}

/// The principals of an endpoint service.
pub async fn principals(access: &SiteAccess, service: &str) -> Result<BTreeSet<String>, Failure> {
    let principals = access
        .principals(service, Freshness::SinceLastChange)
        .await?;
    Ok(principals
        .iter()
        .filter_map(|it| it.principal().map(str::to_owned))
        .collect())
}

/// The notification of a service, where it has one alone: they bear no marks.
pub async fn notification(
    access: &SiteAccess,
    service: &str,
) -> Result<Option<SeenNotification>, Failure> {
    let mut all = connection_notification::notifications(access, service).await?;
    Ok(all.pop().filter(|_| all.is_empty()))
}

/// A rule that carries our marks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MarkedRule {
    /// `sgr-…`.
    pub id: String,
    /// The group it is in.
    pub group: String,
    /// Its address.
    pub address: String,
    /// What it says.
    pub rule: Option<Rule>,
}

/// The group that a rule is in, by the rule's id.
pub(super) async fn group_of_rule(
    access: &SiteAccess,
    id: &str,
) -> Result<Option<String>, Failure> {
    let rules = rules_with(access, "security-group-rule-id", id).await?;
    Ok(rules.into_iter().find_map(|rule| rule.group_id))
}

/// The rules, of whichever groups, that a filter finds.
pub(super) async fn rules_with(
    access: &SiteAccess,
    filter: &str,
    value: &str,
) -> Result<Vec<SecurityGroupRule>, Failure> {
    let filter = Filter::builder().name(filter).values(value).build();
    let answer = access
        .call("ec2:DescribeSecurityGroupRules", || {
            access
                .ec2()
                .describe_security_group_rules()
                .filters(filter.clone())
                .send()
        })
        .await?;
    Ok(answer.security_group_rules.unwrap_or_default())
}

/// The rules of an owner path, in whichever groups.
pub async fn rules(access: &SiteAccess, owner: &str) -> Result<Vec<MarkedRule>, Failure> {
    let rules = rules_with(access, &format!("tag:{OWNER}"), owner).await?;
    let marked = rules.iter().filter_map(|rule| {
        Some(MarkedRule {
            id: rule.security_group_rule_id()?.to_owned(),
            group: rule.group_id()?.to_owned(),
            address: Mark::read(&ec2_tags(rule.tags())).address?,
            rule: Rule::of(rule),
        })
    });
    Ok(marked.collect())
}

/// The protocol of a load balancer's listener on a port, such as `HTTPS`.
pub async fn listener_protocol(
    access: &SiteAccess,
    arn: &str,
    port: u16,
) -> Result<Option<String>, Failure> {
    let listeners = access
        .listeners(arn, Freshness::SinceLastChange)
        .await?
        .unwrap_or_default();
    let found = listeners
        .iter()
        .find(|it| it.port() == Some(i32::from(port)));
    Ok(found
        .and_then(|it| it.protocol())
        .map(|protocol| protocol.as_str().to_owned()))
}
