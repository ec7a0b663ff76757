//! A resource gateway of VPC Lattice: the door of a VPC through which shared resources are reached.

mod given;

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_vpclattice::operation::get_resource_gateway::GetResourceGatewayOutput;
use aws_sdk_vpclattice::types::{
    ResourceConfigDnsResolution as DnsResolution, ResourceGatewayIpAddressType as Family,
    ResourceGatewayStatus as Status,
};
use serde::{Deserialize, Serialize};

pub use self::given::GivenGateway;
use super::marking::Marking;
use super::marking_shared::{is_of_the_past, lattice_tags};
use crate::aws::inventory::Kind;
use crate::aws::ownership::Mark;
use crate::aws::{Aws, Site, SiteAccess, Tags};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Sighting, Verdict,
};

/// What is wanted of a gateway. AWS changes nothing of it but groups and tags.
#[derive(Clone, Debug)]
pub struct ResourceGateway {
    /// Where it is.
    pub site: Site,
    /// Its name; those of one resource begin alike.
    pub name: String,
    /// The VPC it opens.
    pub vpc: Fact<String>,
    /// The subnets it stands in.
    pub subnets: Fact<BTreeSet<String>>,
    /// Its security groups, by which it reaches out.
    pub groups: Fact<BTreeSet<String>>,
    /// `IPV4`, `IPV6` or `DUALSTACK`.
    pub ip_address_type: String,
    /// IPv4 addresses of each of its interfaces; AWS's own number where none is given.
    pub ipv4_addresses_per_eni: Option<i32>,
    /// `PUBLIC` or `IN_VPC`: which DNS knows the names of what is shared.
    pub dns_resolution: String,
    /// Its tags.
    pub marking: Marking,
}

/// What can be seen of a gateway.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenGateway {
    /// `rgw-…`.
    pub id: Fact<String>,
    /// Its ARN.
    pub arn: Fact<String>,
    /// Its name.
    pub name: Fact<String>,
    /// `ACTIVE`, `CREATE_IN_PROGRESS`, ….
    pub status: Fact<String>,
    /// The VPC it opens.
    pub vpc: Fact<String>,
    /// The subnets it stands in.
    pub subnets: Fact<BTreeSet<String>>,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// `IPV4`, `IPV6` or `DUALSTACK`.
    pub ip_address_type: Fact<String>,
    /// IPv4 addresses of each of its interfaces.
    pub ipv4_addresses_per_eni: Fact<i32>,
    /// `PUBLIC` or `IN_VPC`.
    pub dns_resolution: Fact<String>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

#[async_trait]
impl Component<Aws> for ResourceGateway {
    type Seen = SeenGateway;
    const KIND: &'static str = "resource_gateway";
    const FOLLOWS: bool = true;
    const PACE: Pace = Pace::at_most_s(10);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenGateway) -> Verdict {
        match seen.status.known().map(String::as_str) {
            Some("CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS") => {
                return Verdict::Pending("not active yet".into());
            }
            Some("CREATE_FAILED") => return Verdict::Replace("AWS could not make it".into()),
            _ => {}
        }
        if let Some(why) = self.unchangeable(seen) {
            return Verdict::Replace(why.to_owned());
        }
        Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            ("security_groups", self.groups.differs(&seen.groups)),
        ])
    }

    fn foresee(&self, seen: &SeenGateway, changes: &[&'static str]) -> SeenGateway {
        let mut seen = seen.clone();
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        if changes.contains(&"security_groups") {
            seen.groups = self.groups.clone();
        }
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenGateway>,
    ) -> Result<Sighting<SeenGateway>, Failure> {
        if let Some(id) = place.id {
            let access = place.world.site(&self.site).await?;
            if let Some(gateway) = access.resource_gateway(id).await? {
                let tags = match remembered.filter(|_| place.polling) {
                    Some(remembered) => remembered.tags.clone(),
                    None => lattice_tags(&access, gateway.arn()).await?,
                };
                let stranger = tags.known().and_then(|tags| self.marking.stranger(tags));
                return Ok(match stranger {
                    Some(whose) => Sighting::Foreign(format!("{id} now belongs to {whose}")),
                    None => sighting(seen(&gateway, tags)),
                });
            }
            if place.polling {
                return Ok(Sighting::Absent);
            }
        }
        if self.marking.is_new() {
            return Ok(Sighting::Absent);
        }
        let access = place.world.site(&self.site).await?;
        self.by_mark(&access, place).await
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenGateway>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let known = self.vpc.as_ref().zip(self.subnets.as_ref());
        let known = known.zip(self.groups.as_ref()).into_known();
        let ((vpc, subnets), groups) =
            known.ok_or_else(|| Failure::later("the VPC and its groups are not known yet"))?;
        // AWS refuses a token with other parameters for as long as it remembers it.
        let made_so = format!("{groups:?} {tags:?}");
        let stands_on = [vpc.as_str(), self.name.as_str(), made_so.as_str()];
        let token = self.marking.token(place.generation, &stands_on)?;
        let answer = access
            .call("vpc-lattice:CreateResourceGateway", || {
                let call = access.lattice().create_resource_gateway().name(&self.name);
                let call = tags
                    .iter()
                    .fold(call, |call, (key, value)| call.tags(key, value));
                call.vpc_identifier(vpc)
                    .set_subnet_ids(Some(subnets.iter().cloned().collect()))
                    .set_security_group_ids(Some(groups.iter().cloned().collect()))
                    .ip_address_type(Family::from(self.ip_address_type.as_str()))
                    .set_ipv4_addresses_per_eni(self.ipv4_addresses_per_eni)
                    .set_resource_config_dns_resolution(self.spoken_resolution())
                    .client_token(&token)
                    .send()
            })
            .await;
        access.inventory().changed(Kind::ResourceGateways);
        let made = match answer {
            Err(error) if is_of_the_past(&error, "rgw-", "") => return Err(error.spent()),
            answer => answer?,
        };
        let status = made.status().map(Status::as_str).unwrap_or_default();
        let dead = matches!(status, "DELETE_IN_PROGRESS" | "DELETE_FAILED");
        let id = made.id().unwrap_or_default().to_owned();
        let seen = SeenGateway {
            id: id.clone().into(),
            arn: made.arn().unwrap_or_default().to_owned().into(),
            name: self.name.clone().into(),
            status: status.to_owned().into(),
            vpc: self.vpc.clone(),
            subnets: self.subnets.clone(),
            groups: self.groups.clone(),
            ip_address_type: self.ip_address_type.clone().into(),
            ipv4_addresses_per_eni: made.ipv4_addresses_per_eni().into(),
            dns_resolution: self.dns_resolution.clone().into(),
            tags: tags.into(),
            generation: place.generation,
        };
        let spent = dead;
        Ok(Made { id, seen, spent })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenGateway,
        fields: &[&'static str],
    ) -> Result<SeenGateway, Failure> {
        let access = place.world.site(&self.site).await?;
        let mut now = seen.clone();
        if fields.contains(&"tags") {
            let arn = seen.arn.known().map(String::as_str).unwrap_or_default();
            let put = self
                .marking
                .put_lattice(&access, arn, &seen.tags, seen.generation);
            now.tags = put.await?.into();
        }
        let Fact::Known(groups) = &self.groups else {
            return Ok(now);
        };
        if fields.contains(&"security_groups") {
            let id = place.id.unwrap_or_default();
            let call = || {
                let call = access.lattice().update_resource_gateway();
                call.resource_gateway_identifier(id)
                    .set_security_group_ids(Some(groups.iter().cloned().collect()))
                    .send()
            };
            let action = "vpc-lattice:UpdateResourceGateway";
            let answer = access.call(action, call).await?;
            let status = answer.status().map(Status::as_str).unwrap_or_default();
            now.status = status.to_owned().into();
            now.groups = self.groups.clone();
        }
        Ok(now)
    }

    async fn delete(&self, place: Place<'_, Aws>, _: &SeenGateway) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        remove(&access, place.id.unwrap_or_default()).await
    }
}

/// Deletes a gateway that nothing is reached through any more.
pub(in crate::components) async fn remove(
    access: &SiteAccess,
    id: &str,
) -> Result<Deletion, Failure> {
    let call = || {
        let call = access.lattice().delete_resource_gateway();
        call.resource_gateway_identifier(id).send()
    };
    let answer = access.call("vpc-lattice:DeleteResourceGateway", call).await;
    access.inventory().changed(Kind::ResourceGateways);
    match answer {
        Err(error) if error.is_not_found() => Ok(Deletion::Gone),
        answer => {
            answer?;
            Ok(Deletion::Begun)
        }
    }
}

impl ResourceGateway {
    /// What AWS does by itself is not said: regions that don't know the argument take gateways too.
    fn spoken_resolution(&self) -> Option<DnsResolution> {
        (self.dns_resolution != "PUBLIC").then(|| DnsResolution::from(self.dns_resolution.as_str()))
    }

    /// Why it can only be made anew.
    fn unchangeable(&self, seen: &SeenGateway) -> Option<&'static str> {
        let wanted = Fact::Known(&self.ip_address_type);
        if self.vpc.differs(&seen.vpc) {
            Some("another VPC is wanted")
        } else if self.subnets.differs(&seen.subnets) {
            Some("other subnets are wanted")
        } else if wanted.differs(&seen.ip_address_type.as_ref()) {
            Some("another address type is wanted")
        } else if Fact::Known(&self.dns_resolution).differs(&seen.dns_resolution.as_ref()) {
            Some("names are to be looked up elsewhere")
        } else if let (Some(wanted), Fact::Known(seen)) =
            (self.ipv4_addresses_per_eni, &seen.ipv4_addresses_per_eni)
        {
            (wanted != *seen).then_some("another number of addresses is wanted")
        } else {
            None
        }
    }

    /// The gateway of our name that bears our mark.
    async fn by_mark(
        &self,
        access: &SiteAccess,
        place: Place<'_, Aws>,
    ) -> Result<Sighting<SeenGateway>, Failure> {
        let all = access
            .resource_gateways_like(&self.name, place.freshness)
            .await?;
        let mut mine = Vec::new();
        for row in all.iter().filter(|it| it.name() == Some(&self.name)) {
            let tags = lattice_tags(access, row.arn()).await?;
            let ours = tags.known().is_some_and(|it| self.marking.recognises(it));
            if ours
                && let Some(gateway) = access
                    .resource_gateway(row.id().unwrap_or_default())
                    .await?
            {
                mine.push(seen(&gateway, tags));
            }
        }
        let tags = |seen: &SeenGateway| seen.tags.known().cloned().unwrap_or_default();
        let id = |seen: &SeenGateway| seen.id.known().cloned().unwrap_or_default();
        Ok(match self.marking.pick(&mine, tags, id) {
            Ok(Some(seen)) => sighting(seen),
            Ok(None) => Sighting::Absent,
            Err(twice) => Sighting::Foreign(twice),
        })
    }
}

fn sighting(seen: SeenGateway) -> Sighting<SeenGateway> {
    let dying = seen
        .status
        .known()
        .is_some_and(|status| status == "DELETE_IN_PROGRESS");
    Sighting::Found(Found {
        id: seen.id.known().cloned().unwrap_or_default(),
        generation: seen.generation,
        dying,
        seen,
    })
}

/// A gateway as AWS shows it.
pub(in crate::components) fn seen(
    gateway: &GetResourceGatewayOutput,
    tags: Fact<Tags>,
) -> SeenGateway {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
    let set = |items: &[String]| items.iter().cloned().collect::<BTreeSet<_>>().into();
    let generation = tags.known().map_or(1, |tags| Mark::read(tags).generation);
    SeenGateway {
        id: text(gateway.id()),
        arn: text(gateway.arn()),
        name: text(gateway.name()),
        status: text(gateway.status().map(Status::as_str)),
        vpc: text(gateway.vpc_id()),
        subnets: set(gateway.subnet_ids()),
        groups: set(gateway.security_group_ids()),
        ip_address_type: text(gateway.ip_address_type().map(Family::as_str)),
        ipv4_addresses_per_eni: gateway.ipv4_addresses_per_eni().into(),
        // Where AWS does not say, it is as it always was.
        dns_resolution: text(Some(
            gateway
                .resource_config_dns_resolution()
                .map_or("PUBLIC", DnsResolution::as_str),
        )),
        tags,
        generation,
    }
}
