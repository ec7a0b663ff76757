//! A load balancer's way back from two address families to one.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::SeenLoadBalancer;
use crate::aws::inventory::Kind;
use crate::aws::{Aws, Site, SiteAccess};
use crate::engine::{Component, Deletion, Fact, Failure, Found, Made, Place, Sighting, Verdict};

pub(super) const DUALSTACK: &str = "dualstack";
const IPV4: &str = "ipv4";

/// What is wanted: no IPv6 addresses where nobody offers IPv6 any more.
///
/// AWS keeps a load balancer dualstack while a service of it offers IPv6, so this comes after the
/// service; the way to dualstack comes before it, and is the load balancer's own.
#[derive(Clone, Debug)]
pub struct BalancerFamily {
    /// Where it is.
    pub site: Site,
    /// Whether it is to have IPv6 addresses.
    pub dualstack: bool,
    /// The load balancer as it is.
    pub balancer: SeenLoadBalancer,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenFamily {
    /// `ipv4` or `dualstack`.
    pub ip_address_type: Fact<String>,
}

#[async_trait]
impl Component<Aws> for BalancerFamily {
    type Seen = SeenFamily;
    const KIND: &'static str = "network_load_balancer_address_type";
    const IDENTIFIED: bool = false;
    const PART: bool = true;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenFamily) -> Verdict {
        let dualstack = seen
            .ip_address_type
            .known()
            .is_some_and(|it| it == DUALSTACK);
        Verdict::of_changes([("ip_address_type", !self.dualstack && dualstack)])
    }

    /// The load balancer is looked at for itself, and in a survey at the same moment: what is
    /// remembered of it is of the past then.
    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenFamily>,
    ) -> Result<Sighting<SeenFamily>, Failure> {
        let Fact::Known(arn) = &self.balancer.arn else {
            return Ok(Sighting::Absent);
        };
        let mut seen = self.seen();
        if place.id.is_some() && !place.polling {
            let access = place.world.site(&self.site).await?;
            if let Some(balancer) = access.load_balancer(arn, place.freshness).await? {
                seen.ip_address_type = super::seen::seen(&balancer).ip_address_type;
            }
        }
        Ok(Sighting::Found(Found {
            id: arn.clone(),
            generation: 1,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<SeenFamily>, Failure> {
        let arn = self.balancer.arn.clone().into_known();
        Ok(Made {
            id: arn.ok_or_else(|| Failure::later("the load balancer is not known yet"))?,
            seen: self.seen(),
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        _: &SeenFamily,
        _: &[&'static str],
    ) -> Result<SeenFamily, Failure> {
        let access = place.world.site(&self.site).await?;
        put_family(&access, place.id.unwrap_or_default(), IPV4).await?;
        Ok(SeenFamily {
            ip_address_type: IPV4.to_owned().into(),
        })
    }

    async fn delete(&self, _: Place<'_, Aws>, _: &SeenFamily) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

impl BalancerFamily {
    fn seen(&self) -> SeenFamily {
        SeenFamily {
            ip_address_type: self.balancer.ip_address_type.clone(),
        }
    }
}

pub(super) fn is_ipv4(seen: &SeenLoadBalancer) -> bool {
    seen.ip_address_type.known().is_some_and(|it| it == IPV4)
}

/// Puts the address families.
pub(super) async fn put_family(
    access: &SiteAccess,
    arn: &str,
    family: &str,
) -> Result<(), Failure> {
    let call = || {
        let call = access.elb().set_ip_address_type().load_balancer_arn(arn);
        call.ip_address_type(family.into()).send()
    };
    let answer = access
        .call("elasticloadbalancing:SetIpAddressType", call)
        .await;
    access.inventory().changed(Kind::LoadBalancers);
    answer?;
    Ok(())
}
