//! The zones that a service offers: those of its load balancer, once it was told to look again.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use super::SeenService;
use super::seen::seen;
use crate::aws::inventory::Kind;
use crate::aws::{Aws, Site, SiteAccess};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Sighting, Verdict,
};

/// What is wanted: that the service offers the zones of its load balancer.
///
/// A service takes its zones from the load balancer when it is made. Zones that the load balancer
/// gains later come after a modification that changes nothing, some minutes later.
/// Source: the PrivateLink guide, "Configure an endpoint service".
#[derive(Clone, Debug)]
pub struct ServiceZones {
    /// Where the service is.
    pub site: Site,
    /// The zones of the load balancer, by name.
    pub zones: Fact<BTreeSet<String>>,
    /// The service as it is.
    pub service: SeenService,
}

/// What can be seen of the zones.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenZones {
    /// The zones that the service offers, by name.
    pub zones: Fact<BTreeSet<String>>,
    /// The same zones by id.
    pub zone_ids: Fact<BTreeSet<String>>,
}

#[async_trait]
impl Component<Aws> for ServiceZones {
    type Seen = SeenZones;
    const KIND: &'static str = "vpc_endpoint_service_zones";
    const IDENTIFIED: bool = false;
    const PART: bool = true;
    const PACE: Pace = Pace::at_most_s(30);

    fn home(&self) -> String {
        self.site.to_string()
    }

    /// While it is not known which zones the load balancer will have, they are about to change.
    fn judge(&self, seen: &SeenZones) -> Verdict {
        let differ = match (&self.zones, &seen.zones) {
            (Fact::Later, _) => true,
            (Fact::Known(wanted), Fact::Known(seen)) => wanted != seen,
            (_, Fact::Later) => false,
        };
        Verdict::of_changes([("zones", differ)])
    }

    fn foresee(&self, _: &SeenZones, _: &[&'static str]) -> SeenZones {
        SeenZones::default()
    }

    /// The service is looked at for itself, and in a survey at the same moment: what is remembered of
    /// it is of the past then. In a run it is asked once more only while a zone is missing.
    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenZones>,
    ) -> Result<Sighting<SeenZones>, Failure> {
        let Fact::Known(id) = &self.service.id else {
            return Ok(Sighting::Absent);
        };
        let mut now = zones_of(&self.service);
        let surveyed = place.id.is_some() && !place.polling;
        if surveyed || self.judge(&now) != Verdict::InPlace {
            let access = place.world.site(&self.site).await?;
            match access.service(id, place.freshness).await? {
                Some(service) => now = zones_of(&seen(&service)),
                None => return Ok(Sighting::Absent),
            }
        }
        Ok(Sighting::Found(Found {
            id: id.clone(),
            generation: 1,
            dying: false,
            seen: now,
        }))
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenZones>, Failure> {
        let Fact::Known(id) = &self.service.id else {
            return Err(Failure::later("the service is not known yet"));
        };
        let seen = zones_of(&self.service);
        if self.judge(&seen) != Verdict::InPlace {
            synchronise(&*place.world.site(&self.site).await?, id).await?;
        }
        Ok(Made {
            id: id.clone(),
            seen,
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenZones,
        _: &[&'static str],
    ) -> Result<SeenZones, Failure> {
        let access = place.world.site(&self.site).await?;
        synchronise(&access, place.id.unwrap_or_default()).await?;
        Ok(seen.clone())
    }

    async fn delete(&self, _: Place<'_, Aws>, _: &SeenZones) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

/// Has the service look at its load balancers again.
pub(super) async fn synchronise(access: &SiteAccess, id: &str) -> Result<(), Failure> {
    let call = || {
        let call = access.ec2().modify_vpc_endpoint_service_configuration();
        call.service_id(id).send()
    };
    let answer = access
        .call("ec2:ModifyVpcEndpointServiceConfiguration", call)
        .await;
    access.inventory().changed(Kind::Services);
    answer?;
    Ok(())
}

fn zones_of(service: &SeenService) -> SeenZones {
    SeenZones {
        zones: service.zones.clone(),
        zone_ids: service.zone_ids.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn zones(names: &[&str]) -> Fact<BTreeSet<String>> {
        let names = names.iter().map(|name| (*name).to_owned());
        names.collect::<BTreeSet<_>>().into()
    }

    #[test]
    fn zones_that_are_not_known_yet_are_about_to_change() {
        let wanted = |zones| ServiceZones {
            site: Site::default(),
            zones,
            service: SeenService::default(),
        };
        let seen = SeenZones {
            zones: zones(&["a", "c"]),
            zone_ids: Fact::Later,
        };
        assert_eq!(wanted(zones(&["a", "c"])).judge(&seen), Verdict::InPlace);
        let more = wanted(zones(&["a", "d"])).judge(&seen);
        assert_eq!(more, Verdict::Changed(vec!["zones"]));
        assert_eq!(wanted(Fact::Later).judge(&seen), more);
    }
}
