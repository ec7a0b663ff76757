//! Subnets in zones that the service does not offer: which, and which it offers.

use std::collections::BTreeSet;

use super::VpcEndpoint;
use crate::aws::{CallError, SiteAccess};
use crate::engine::{Failure, Freshness, Reason};

/// Whether AWS has refused the zone of a subnet.
pub(super) fn is_about_zones(error: &CallError) -> bool {
    let message = error.message.to_lowercase();
    message.contains("does not support the availability zone")
}

impl VpcEndpoint {
    /// AWS names one subnet by its id at most, and no zones.
    pub(super) async fn outside(&self, access: &SiteAccess, error: CallError) -> Failure {
        let evidence = error.to_string();
        let wanted = self.subnets.known().cloned().unwrap_or_default();
        let offered = self.offered.known().cloned().unwrap_or_default();
        let mut outside = Vec::new();
        for id in wanted {
            let found = access.subnet(&id, Freshness::SinceLastChange).await;
            let zone = found.ok().flatten().and_then(|it| it.availability_zone_id);
            // What can't be read is named all the same if AWS has named it.
            match zone {
                Some(zone) if !offered.contains(&zone) => outside.push(format!("{id} ({zone})")),
                None if evidence.contains(&id) => outside.push(id),
                _ => {}
            }
        }
        if outside.is_empty() || offered.is_empty() {
            return error.never();
        }
        let what = format!(
            "The service offers {}, and these subnets are in other zones: {}.",
            listed(&offered),
            outside.join(", ")
        );
        let remedy = "Give subnets in zones that it offers, or add such zones to the subnets of the \
                      service's own side. Zones are compared by id, as their names differ between \
                      accounts.";
        let title = format!(
            "{} is in no zone that the service offers",
            outside.join(", ")
        );
        Failure::Never(
            Reason::new(what)
                .evidence(evidence)
                .remedy(remedy)
                .titled(title),
        )
    }
}

fn listed(items: &BTreeSet<String>) -> String {
    items.iter().cloned().collect::<Vec<_>>().join(", ")
}
