//! The kinds of which something may be left behind: whether one still stands, and how it goes.

use async_trait::async_trait;

use super::Leaves;
use crate::aws::SiteAccess;
use crate::components::load_balancer::{self, LoadBalancer, SeenLoadBalancer};
use crate::components::resource_endpoint::ResourceEndpoint;
use crate::components::security_group_rule::{self, SecurityGroupRule};
use crate::components::target_group::{self, TargetGroup};
use crate::components::vpc_endpoint::{self, VpcEndpoint};
use crate::components::{GroupAdmission, Listener, SecurityGroup};
use crate::components::{listener, marked, security_group};
use crate::engine::{Deletion, Failure, Freshness};

#[async_trait]
impl Leaves for LoadBalancer {
    type Trace = SeenLoadBalancer;

    async fn trace(access: &SiteAccess, arn: &str) -> Result<Option<SeenLoadBalancer>, Failure> {
        let found = access
            .load_balancer(arn, Freshness::SinceLastChange)
            .await?;
        Ok(found.as_ref().map(load_balancer::seen::seen))
    }

    async fn remove(access: &SiteAccess, _: &str, arn: &str) -> Result<Deletion, Failure> {
        load_balancer::remove_spare(access, arn).await
    }
}

#[async_trait]
impl Leaves for Listener {
    type Trace = ();

    async fn trace(access: &SiteAccess, arn: &str) -> Result<Option<()>, Failure> {
        let Some(balancer) = listener::balancer_of(arn) else {
            return Ok(None);
        };
        let all = access
            .listeners(&balancer, Freshness::SinceLastChange)
            .await?
            .unwrap_or_default();
        let mut arns = all.iter().filter_map(|it| it.listener_arn());
        Ok(arns.any(|it| it == arn).then_some(()))
    }

    async fn remove(access: &SiteAccess, _: &str, arn: &str) -> Result<Deletion, Failure> {
        listener::remove(access, arn).await?;
        Ok(Deletion::Gone)
    }
}

#[async_trait]
impl Leaves for TargetGroup {
    type Trace = ();

    async fn trace(access: &SiteAccess, arn: &str) -> Result<Option<()>, Failure> {
        let found = access.target_group(arn, Freshness::SinceLastChange).await?;
        Ok(found.map(|_| ()))
    }

    async fn remove(access: &SiteAccess, owner: &str, arn: &str) -> Result<Deletion, Failure> {
        target_group::remove(access, owner, arn).await
    }
}

#[async_trait]
impl Leaves for SecurityGroupRule {
    type Trace = ();

    async fn trace(access: &SiteAccess, id: &str) -> Result<Option<()>, Failure> {
        Ok(marked::group_of_rule(access, id).await?.map(|_| ()))
    }

    async fn remove(access: &SiteAccess, _: &str, id: &str) -> Result<Deletion, Failure> {
        match marked::group_of_rule(access, id).await? {
            Some(group) => security_group_rule::remove(access, (&group, id)).await,
            None => Ok(Deletion::Gone),
        }
    }
}

#[async_trait]
impl Leaves for VpcEndpoint {
    type Trace = ();

    async fn trace(access: &SiteAccess, id: &str) -> Result<Option<()>, Failure> {
        let found = access.endpoint(id, Freshness::SinceLastChange).await?;
        let living = found.filter(|it| !vpc_endpoint::seen::is_dying(it));
        Ok(living.map(|_| ()))
    }

    async fn remove(access: &SiteAccess, _: &str, id: &str) -> Result<Deletion, Failure> {
        access.delete_endpoint(id).await
    }
}

/// Of the same kind as what is remembered of it, so that one that was taken up is not removed.
#[async_trait]
impl Leaves for ResourceEndpoint {
    type Trace = ();

    async fn trace(access: &SiteAccess, id: &str) -> Result<Option<()>, Failure> {
        <VpcEndpoint as Leaves>::trace(access, id).await
    }

    async fn remove(access: &SiteAccess, owner: &str, id: &str) -> Result<Deletion, Failure> {
        <VpcEndpoint as Leaves>::remove(access, owner, id).await
    }
}

#[async_trait]
impl Leaves for SecurityGroup {
    type Trace = ();

    async fn trace(access: &SiteAccess, id: &str) -> Result<Option<()>, Failure> {
        let found = access.group(id, Freshness::SinceLastChange).await?;
        Ok(found.map(|_| ()))
    }

    async fn remove(access: &SiteAccess, _: &str, id: &str) -> Result<Deletion, Failure> {
        security_group::remove(access, id).await
    }
}

/// Rules of ours in a group of the user's, by the group's id.
#[async_trait]
impl Leaves for GroupAdmission {
    type Trace = ();

    async fn trace(access: &SiteAccess, group: &str) -> Result<Option<()>, Failure> {
        let found = access.group(group, Freshness::SinceLastChange).await?;
        Ok(found.map(|_| ()))
    }

    async fn remove(access: &SiteAccess, owner: &str, group: &str) -> Result<Deletion, Failure> {
        for rule in marked::rules(access, owner).await? {
            if rule.group == group {
                security_group_rule::remove(access, (group, &rule.id)).await?;
            }
        }
        Ok(Deletion::Gone)
    }
}
