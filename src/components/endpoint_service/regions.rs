//! The regions from which a service is reached beside its own.

use std::collections::{BTreeMap, BTreeSet};

use super::zones::synchronise;
use super::{EndpointService, SeenService, some};
use crate::aws::SiteAccess;
use crate::engine::{Fact, Failure, Verdict};

impl EndpointService {
    pub(super) fn regions_differ(&self, seen: &SeenService) -> bool {
        let (Fact::Known(wanted), Fact::Known(seen)) = (&self.regions, &seen.regions) else {
            return false;
        };
        !missing(wanted, seen).is_empty() || !self.surplus(wanted, seen).is_empty()
    }

    /// Endpoints can be made in a region once its row says so.
    pub(super) fn judge_regions(&self, seen: &SeenService) -> Verdict {
        let (Fact::Known(wanted), Fact::Known(seen)) = (&self.regions, &seen.regions) else {
            return Verdict::InPlace;
        };
        let mut states = wanted.iter().filter_map(|it| Some((it, seen.get(it)?)));
        match states.find(|(_, state)| state.as_str() != "available") {
            Some((region, state)) if state == "failed" => Verdict::Failed(format!(
                "AWS could not make the service reachable from {region}"
            )),
            Some((region, _)) => Verdict::Pending(format!("not reachable from {region} yet")),
            None => Verdict::InPlace,
        }
    }

    /// What is on its way out is no longer there.
    fn surplus(
        &self,
        wanted: &BTreeSet<String>,
        seen: &BTreeMap<String, String>,
    ) -> BTreeSet<String> {
        let own = &self.site.region;
        let stays = |(region, state): &(&String, &String)| {
            *region != own && !wanted.contains(*region) && !is_leaving(state)
        };
        let surplus = seen.iter().filter(stays);
        surplus.map(|(region, _)| region.clone()).collect()
    }

    /// A region that is taken away keeps its connections: AWS advises to reject them.
    pub(super) async fn put_regions(
        &self,
        access: &SiteAccess,
        id: &str,
        seen: &SeenService,
    ) -> Result<Fact<BTreeMap<String, String>>, Failure> {
        let Fact::Known(wanted) = &self.regions else {
            return Err(Failure::later("the regions are not known yet"));
        };
        let present = seen.regions.known().cloned().unwrap_or_default();
        let (add, remove) = (missing(wanted, &present), self.surplus(wanted, &present));
        // First: what is gone from the list tells nobody that something is left to do.
        if self.reject_on_revoke && !remove.is_empty() {
            access.reject_from_regions(id, &remove).await?;
        }
        let call = || {
            let call = access.ec2().modify_vpc_endpoint_service_configuration();
            call.service_id(id)
                .set_add_supported_regions(some(&add))
                .set_remove_supported_regions(some(&remove))
                .send()
        };
        let answer = access
            .call("ec2:ModifyVpcEndpointServiceConfiguration", call)
            .await;
        match answer {
            // It knows the zones that its load balancer had when it was attached.
            Err(error) if !add.is_empty() && error.message.contains("Availability Zone") => {
                synchronise(access, id).await?;
                return Err(error.later());
            }
            // A listener that is on its way out has one still.
            Err(error) if !add.is_empty() && error.message.contains("idle timeout") => {
                return Err(error.later());
            }
            answer => answer?,
        };
        let mut now = present;
        now.retain(|region, _| !remove.contains(region));
        let pending = add.into_iter().map(|region| (region, "pending".to_owned()));
        now.extend(pending);
        Ok(now.into())
    }
}

fn missing(wanted: &BTreeSet<String>, seen: &BTreeMap<String, String>) -> BTreeSet<String> {
    let there = |region: &String| seen.get(region).is_some_and(|state| !is_leaving(state));
    let missing = wanted.iter().filter(|region| !there(region));
    missing.cloned().collect()
}

fn is_leaving(state: &str) -> bool {
    matches!(state, "deleting" | "deleted" | "closed")
}
