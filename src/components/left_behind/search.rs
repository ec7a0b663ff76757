//! What bears an owner's marks and is not known.

use aws_sdk_elasticloadbalancingv2::types::{LoadBalancer as AwsBalancer, TargetGroup as AwsGroup};
use futures::future::try_join_all;

use crate::aws::SiteAccess;
use crate::aws::ownership::Mark;
use crate::components::load_balancer::{self, LoadBalancer, SeenLoadBalancer};
use crate::components::marked::{self, MarkedRule};
use crate::components::marking::Marking;
use crate::components::target_group::TargetGroup;
use crate::components::{SeenEndpoint, SeenGroup};
use crate::engine::{Failure, Freshness};

/// Whether an id is known already.
type Known<'a> = &'a (dyn Fn(&str) -> bool + Sync);

/// Something that bears an owner's mark.
pub struct Marked<T> {
    /// Its ARN or id.
    pub arn: String,
    /// Its name.
    pub name: String,
    /// The part's address, as its tags say.
    pub address: String,
    /// The object itself.
    pub object: T,
}

impl Marked<AwsBalancer> {
    /// What is to be remembered of it.
    pub fn trace(&self) -> SeenLoadBalancer {
        load_balancer::seen::seen(&self.object)
    }
}

/// The network load balancers of an owner path, by how their names begin, without those of `known`
/// ARNs.
pub async fn load_balancers(
    access: &SiteAccess,
    (owner, stem): (&str, &str),
    known: Known<'_>,
) -> Result<Vec<Marked<AwsBalancer>>, Failure> {
    let all = access
        .load_balancers_like(stem, Freshness::SinceLastChange)
        .await?;
    let all = all.into_iter().filter_map(|it| {
        let (arn, name) = (
            it.load_balancer_arn.clone()?,
            it.load_balancer_name.clone()?,
        );
        Some((arn, name, it))
    });
    marked(access, owner, all.filter(|(arn, _, _)| !known(arn))).await
}

/// The same for target groups.
pub async fn target_groups(
    access: &SiteAccess,
    (owner, stem): (&str, &str),
    known: Known<'_>,
) -> Result<Vec<Marked<AwsGroup>>, Failure> {
    let all = access
        .target_groups_like(stem, Freshness::SinceLastChange)
        .await?;
    let all = all.into_iter().filter_map(|it| {
        let (arn, name) = (it.target_group_arn.clone()?, it.target_group_name.clone()?);
        Some((arn, name, it))
    });
    marked(access, owner, all.filter(|(arn, _, _)| !known(arn))).await
}

/// The ARNs of the listeners of a load balancer that bear an owner path's marks, with their ports.
pub async fn listeners(
    access: &SiteAccess,
    (owner, balancer): (&str, &str),
    known: Known<'_>,
) -> Result<Vec<(String, u16)>, Failure> {
    let mut found = Vec::new();
    let all = access
        .listeners(balancer, Freshness::SinceLastChange)
        .await?;
    for listener in all.unwrap_or_default() {
        let arn = listener.listener_arn().unwrap_or_default();
        if !known(arn)
            && marked::own_of(access, owner, [arn.to_owned()])
                .await?
                .is_some()
        {
            let port = listener.port().and_then(|port| u16::try_from(port).ok());
            found.push((arn.to_owned(), port.unwrap_or_default()));
        }
    }
    Ok(found)
}

/// The rules of an owner path, in whichever groups.
pub async fn rules(
    access: &SiteAccess,
    owner: &str,
    known: Known<'_>,
) -> Result<Vec<MarkedRule>, Failure> {
    let all = marked::rules(access, owner).await?.into_iter();
    Ok(all.filter(|it| !known(&it.id)).collect())
}

/// The living endpoints of an owner path.
pub async fn endpoints(
    access: &SiteAccess,
    owner: &str,
    known: Known<'_>,
) -> Result<Vec<SeenEndpoint>, Failure> {
    let all = marked::endpoints(access, owner).await?.into_iter();
    Ok(all
        .filter(|it| it.id.known().is_some_and(|id| !known(id)))
        .collect())
}

/// The security groups of an owner path; anchors are none of them.
pub async fn groups(
    access: &SiteAccess,
    owner: &str,
    known: Known<'_>,
) -> Result<Vec<SeenGroup>, Failure> {
    let all = marked::groups(access, owner).await?.into_iter();
    let is_part = |it: &SeenGroup| {
        let tags = it.tags.known().cloned().unwrap_or_default();
        Mark::read(&tags).address.is_some()
    };
    Ok(all
        .filter(|it| it.id.known().is_some_and(|id| !known(id)) && is_part(it))
        .collect())
}

async fn marked<T>(
    access: &SiteAccess,
    owner: &str,
    objects: impl Iterator<Item = (String, String, T)>,
) -> Result<Vec<Marked<T>>, Failure> {
    let looks = objects.map(|(arn, name, object)| async move {
        let tags = access.elb_tags(&arn, Freshness::SinceLastChange).await?;
        let mark = Mark::read(&tags.unwrap_or_default());
        let ours = mark.owner.as_deref() == Some(owner);
        let address = mark.address.filter(|_| ours);
        Ok::<_, Failure>(address.map(|address| Marked {
            arn,
            name,
            address,
            object,
        }))
    });
    Ok(try_join_all(looks).await?.into_iter().flatten().collect())
}

impl LoadBalancer {
    /// The one that bears our marks, where the one that is remembered has gone.
    pub(in crate::components) async fn successor(
        &self,
        access: &SiteAccess,
    ) -> Result<Option<AwsBalancer>, Failure> {
        let (owner, nobody) = (self.marking.owner().to_string(), |_: &str| false);
        let all = load_balancers(access, (&owner, &self.stem), &nobody).await?;
        let mut mine = all.into_iter().filter(|it| is_mine(&self.marking, it));
        Ok(mine.next().map(|it| it.object))
    }
}

impl TargetGroup {
    /// The one that bears our marks and has our target, where the one that is remembered has gone.
    pub(in crate::components) async fn successor(
        &self,
        access: &SiteAccess,
    ) -> Result<Option<AwsGroup>, Failure> {
        let (owner, nobody) = (self.marking.owner().to_string(), |_: &str| false);
        let all = target_groups(access, (&owner, &self.stem), &nobody).await?;
        for group in all.into_iter().filter(|it| is_mine(&self.marking, it)) {
            let port = group.object.port() == Some(i32::from(self.port));
            let health = access
                .target_health(&group.arn, Freshness::SinceLastChange)
                .await?;
            let health = health.unwrap_or_default();
            let mut targets = health.iter().filter_map(|it| it.target()?.id());
            if port && targets.all(|id| self.target.known().is_none_or(|wanted| wanted == id)) {
                return Ok(Some(group.object));
            }
        }
        Ok(None)
    }
}

fn is_mine<T>(marking: &Marking, it: &Marked<T>) -> bool {
    it.address == marking.address
}
