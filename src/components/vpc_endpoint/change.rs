//! Changing an endpoint in place.

use std::collections::BTreeSet;

use super::outside::is_about_zones;
use super::{SeenEndpoint, VpcEndpoint};
use crate::aws::{Aws, SiteAccess};
use crate::engine::{Fact, Failure, Place};

impl VpcEndpoint {
    /// Puts tags, groups and subnets as wanted. One subnet of a zone must be gone before another
    /// of that zone can come, in calls of their own; each call puts the endpoint back to pending.
    pub(super) async fn put(
        &self,
        access: &SiteAccess,
        place: Place<'_, Aws>,
        seen: &SeenEndpoint,
        fields: &[&'static str],
    ) -> Result<SeenEndpoint, Failure> {
        let id = place.id.unwrap_or_default();
        let seen = &self.with_addresses(access, seen.clone(), false).await?;
        let mut now = seen.clone();
        if fields.contains(&"tags") {
            let tags = self
                .marking
                .put_ec2(access, id, &seen.tags, seen.generation)
                .await?;
            now.tags = tags.into();
        }
        let groups = Difference::between(&self.groups, &seen.groups);
        let subnets = Difference::between(&self.subnets, &seen.subnets);
        let typed = ["ip_address_type", "dns_record_ip_type"];
        let typed = typed.iter().any(|field| fields.contains(field));
        let moved = self.configurations(seen, None).is_some();
        if groups.is_empty() && subnets.is_empty() && !typed && !moved {
            return Ok(now);
        }
        let add_subnets = if subnets.remove.is_none() {
            subnets.add.clone()
        } else {
            None
        };
        let fixed = self.configurations(seen, add_subnets.as_deref());
        let call = || {
            let call = access.ec2().modify_vpc_endpoint().vpc_endpoint_id(id);
            call.set_add_security_group_ids(groups.add.clone())
                .set_remove_security_group_ids(groups.remove.clone())
                .set_add_subnet_ids(add_subnets.clone())
                .set_remove_subnet_ids(subnets.remove.clone())
                .set_ip_address_type(typed.then(|| self.ip_address_type.as_str().into()))
                .set_dns_options(typed.then(|| self.dns_options()))
                .set_subnet_configurations(fixed.clone())
                .send()
        };
        match access.call("ec2:ModifyVpcEndpoint", call).await {
            Err(error) if is_about_zones(&error) => return Err(self.outside(access, error).await),
            answer => answer?,
        };
        now.state = "pending".to_owned().into();
        // Told only once it has settled.
        now.addresses = Fact::Later;
        Ok(now)
    }
}

/// What to add to a set and what to remove from it; `None` for nothing.
struct Difference {
    add: Option<Vec<String>>,
    remove: Option<Vec<String>>,
}

impl Difference {
    fn between(wanted: &Fact<BTreeSet<String>>, seen: &Fact<BTreeSet<String>>) -> Self {
        let (Fact::Known(wanted), Fact::Known(seen)) = (wanted, seen) else {
            return Self {
                add: None,
                remove: None,
            };
        };
        let some = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
        Self {
            add: some(wanted.difference(seen).cloned().collect()),
            remove: some(seen.difference(wanted).cloned().collect()),
        }
    }

    fn is_empty(&self) -> bool {
        self.add.is_none() && self.remove.is_none()
    }
}
