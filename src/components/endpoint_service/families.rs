//! The address families that a service offers.

use std::collections::BTreeSet;

use super::{EndpointService, SeenService, some};
use crate::aws::SiteAccess;
use crate::engine::{Fact, Failure};

impl EndpointService {
    pub(super) fn types_differ(&self, seen: &SeenService) -> bool {
        Fact::Known(self.types_beside(seen)).differs(&seen.ip_address_types)
    }

    /// The families that are wanted now: with those on their way out, as far as they are there.
    pub(super) fn types_beside(&self, seen: &SeenService) -> BTreeSet<String> {
        let staying = seen.ip_address_types.known().into_iter().flatten();
        let staying = staying.filter(|it| self.outgoing_types.contains(*it));
        self.ip_address_types
            .iter()
            .chain(staying)
            .cloned()
            .collect()
    }

    /// What AWS does by itself is not said.
    pub(super) fn spoken_types(&self) -> Option<Vec<String>> {
        let plain = self.ip_address_types == BTreeSet::from(["ipv4".to_owned()]);
        some(&self.ip_address_types).filter(|_| !plain)
    }

    pub(super) async fn put_types(
        &self,
        access: &SiteAccess,
        id: &str,
        seen: &SeenService,
    ) -> Result<(), Failure> {
        let present = seen.ip_address_types.known().cloned().unwrap_or_default();
        let wanted = self.types_beside(seen);
        let add: BTreeSet<String> = wanted.difference(&present).cloned().collect();
        let remove: BTreeSet<String> = present.difference(&wanted).cloned().collect();
        let call = || {
            let call = access.ec2().modify_vpc_endpoint_service_configuration();
            call.service_id(id)
                .set_add_supported_ip_address_types(some(&add))
                .set_remove_supported_ip_address_types(some(&remove))
                .send()
        };
        access
            .call("ec2:ModifyVpcEndpointServiceConfiguration", call)
            .await?;
        Ok(())
    }
}
