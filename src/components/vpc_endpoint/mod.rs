//! An interface endpoint to an endpoint service, in a consumer's VPC.

mod addresses;
mod change;
mod outside;
pub(super) mod seen;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType, VpcEndpoint as AwsEndpoint, VpcEndpointType};

use self::outside::is_about_zones;
pub use self::seen::SeenEndpoint;
use self::seen::{is_dying, seen, sighting};
use super::marking::{Marking, ec2_tag_specification};
use crate::aws::inventory::{Kind, ec2_tags};
use crate::aws::{Aws, ErrorKind, Site, SiteAccess};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Sighting, Verdict,
};

/// What is wanted of an endpoint.
#[derive(Clone, Debug)]
pub struct VpcEndpoint {
    /// Where it is.
    pub site: Site,
    /// The service's name.
    pub service_name: Fact<String>,
    /// The service's region where that is another one.
    pub service_region: Option<String>,
    /// The VPC it stands in.
    pub vpc: Fact<String>,
    /// One subnet for each zone it stands in.
    pub subnets: Fact<BTreeSet<String>>,
    /// The zones that the service offers, by id.
    pub offered: Fact<BTreeSet<String>>,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// `ipv4`, `dualstack` or `ipv6`.
    pub ip_address_type: String,
    /// Which addresses its names have: `ipv4`, `dualstack`, `ipv6` or `service-defined`.
    pub dns_record_ip_type: String,
    /// IPv4 addresses that are not AWS's choice, by subnet.
    pub addresses: BTreeMap<String, String>,
    /// Its tags.
    pub marking: Marking,
}

#[async_trait]
impl Component<Aws> for VpcEndpoint {
    type Seen = SeenEndpoint;
    const KIND: &'static str = "vpc_endpoint";
    const PACE: Pace = Pace::at_most_s(10);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenEndpoint) -> Verdict {
        match seen.state.known().map(String::as_str) {
            Some("pendingAcceptance") => return Verdict::Pending("not accepted yet".into()),
            Some("pending") => return Verdict::Pending("not available yet".into()),
            Some(state @ ("rejected" | "expired" | "failed")) => {
                return Verdict::Replace(format!("its connection is {state}"));
            }
            _ => {}
        }
        if self.service_name.differs(&seen.service_name) {
            return Verdict::Replace("it leads to another service".into());
        }
        if self.vpc.differs(&seen.vpc) {
            return Verdict::Replace("another VPC is wanted".into());
        }
        Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            ("subnets", self.subnets.differs(&seen.subnets)),
            ("security_groups", self.groups.differs(&seen.groups)),
            (
                "ip_address_type",
                Fact::Known(&self.ip_address_type).differs(&seen.ip_address_type.as_ref()),
            ),
            (
                "dns_record_ip_type",
                Fact::Known(&self.dns_record_ip_type).differs(&seen.record_type.as_ref()),
            ),
            ("addresses", self.addresses_differ(seen)),
        ])
    }

    fn foresee(&self, seen: &SeenEndpoint, changes: &[&'static str]) -> SeenEndpoint {
        let mut seen = seen.clone();
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        if changes.contains(&"security_groups") {
            seen.groups = self.groups.clone();
        }
        if changes.contains(&"ip_address_type") || changes.contains(&"dns_record_ip_type") {
            seen.ip_address_type = self.ip_address_type.clone().into();
            seen.record_type = self.dns_record_ip_type.clone().into();
        }
        if changes.contains(&"addresses") {
            seen.interfaces = Fact::Later;
        }
        if changes.contains(&"subnets") {
            seen.subnets = self.subnets.clone();
            // From another region there are none, wherever it stands.
            if self.service_region.is_none() {
                seen.zonal_names = Fact::Later;
            }
            seen.interfaces = Fact::Later;
        }
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenEndpoint>,
    ) -> Result<Sighting<SeenEndpoint>, Failure> {
        let access = place.world.site(&self.site).await?;
        if let Some(id) = place.id
            && let Some(endpoint) = access.endpoint(id, place.freshness).await?
        {
            return Ok(match self.marking.stranger(&ec2_tags(endpoint.tags())) {
                Some(whose) => Sighting::Foreign(format!("{id} now belongs to {whose}")),
                None => self.informed(&access, &endpoint, place.polling).await?,
            });
        }
        if place.polling && place.id.is_some() {
            return Ok(Sighting::Absent);
        }
        let owner = self.marking.owner().to_string();
        let mut owned = access.endpoints_owned(&owner, place.freshness).await?;
        // In another VPC it is what this address was before.
        let elsewhere = |endpoint: &AwsEndpoint| {
            self.vpc
                .known()
                .is_some_and(|vpc| endpoint.vpc_id() != Some(vpc.as_str()))
        };
        owned.retain(|endpoint| !elsewhere(endpoint));
        let (living, dying): (Vec<_>, Vec<_>) = owned.into_iter().partition(|it| !is_dying(it));
        let tags = |endpoint: &AwsEndpoint| ec2_tags(endpoint.tags());
        let id = |endpoint: &AwsEndpoint| endpoint.vpc_endpoint_id().unwrap_or_default().to_owned();
        Ok(match self.marking.pick(&living, tags, id) {
            Ok(Some(endpoint)) => self.informed(&access, &endpoint, place.polling).await?,
            // The only one in this VPC, under the key that its consumer had before.
            Ok(None) if self.vpc.known().is_some() && living.len() == 1 => match living.first() {
                Some(endpoint) => self.informed(&access, endpoint, place.polling).await?,
                None => Sighting::Absent,
            },
            Ok(None) => match self.marking.pick(&dying, tags, id) {
                Ok(Some(endpoint)) => sighting(&endpoint),
                _ => Sighting::Absent,
            },
            Err(twice) => Sighting::Foreign(twice),
        })
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenEndpoint>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let wanted = self.service_name.as_ref().zip(self.vpc.as_ref());
        let wanted = wanted
            .zip(self.subnets.as_ref().zip(self.groups.as_ref()))
            .into_known();
        let ((service, vpc), (subnets, groups)) =
            wanted.ok_or_else(|| Failure::later("the service and its group are not known yet"))?;
        let mut stands_on = vec![service.as_str(), vpc.as_str()];
        stands_on.extend(groups.iter().map(String::as_str));
        let token = self.marking.token(place.generation, &stands_on)?;
        let specification = ec2_tag_specification(ResourceType::VpcEndpoint, &tags);
        let (family, record) = self.spoken_type().unzip();
        let answer = access
            .call("ec2:CreateVpcEndpoint", || {
                let call = access.ec2().create_vpc_endpoint();
                // Without a type AWS makes a gateway endpoint, without a switch its own choice.
                call.vpc_endpoint_type(VpcEndpointType::Interface)
                    .private_dns_enabled(false)
                    .service_name(service)
                    .set_service_region(self.service_region.clone())
                    .vpc_id(vpc)
                    .set_subnet_ids(Some(subnets.iter().cloned().collect()))
                    .set_security_group_ids(Some(groups.iter().cloned().collect()))
                    .set_ip_address_type(family.clone())
                    .set_dns_options(record.clone())
                    .set_subnet_configurations(self.all_configurations())
                    .client_token(&token)
                    .tag_specifications(specification.clone())
                    .send()
            })
            .await;
        access.inventory().changed(Kind::Endpoints);
        let made = match answer {
            Err(error) if error.kind == ErrorKind::TokenMismatch => return Err(error.spent()),
            Err(error) if is_about_zones(&error) => return Err(self.outside(&access, error).await),
            answer => answer?.vpc_endpoint,
        };
        let made =
            made.ok_or_else(|| Failure::later("AWS made an endpoint and did not say which"))?;
        // One that was given away since answers to its token all the same.
        let stranger = self.marking.stranger(&ec2_tags(made.tags()));
        let spent = is_dying(&made) || stranger.is_some();
        let mut seen = seen(&made);
        seen.generation = place.generation;
        seen.tags = tags.into();
        Ok(Made {
            id: made.vpc_endpoint_id().unwrap_or_default().to_owned(),
            seen,
            spent,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenEndpoint,
        fields: &[&'static str],
    ) -> Result<SeenEndpoint, Failure> {
        let access = place.world.site(&self.site).await?;
        let changed = self.put(&access, place, seen, fields).await;
        access.inventory().changed(Kind::Endpoints);
        changed
    }

    async fn delete(&self, place: Place<'_, Aws>, _: &SeenEndpoint) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        access.delete_endpoint(place.id.unwrap_or_default()).await
    }
}

impl VpcEndpoint {
    /// With what a call of its own tells.
    async fn informed(
        &self,
        access: &SiteAccess,
        endpoint: &AwsEndpoint,
        polling: bool,
    ) -> Result<Sighting<SeenEndpoint>, Failure> {
        Ok(match sighting(endpoint) {
            Sighting::Found(found) => Sighting::Found(Found {
                seen: self.with_addresses(access, found.seen, polling).await?,
                ..found
            }),
            other => other,
        })
    }
}
