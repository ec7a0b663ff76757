//! An endpoint of type Resource, in a consumer's VPC: the way to one resource configuration.

pub(super) mod seen;

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_ec2::types::{
    DnsOptionsSpecification, IpAddressType, ResourceType, VpcEndpoint as AwsEndpoint,
    VpcEndpointType,
};

pub use self::seen::{ResourceName, SeenResourceEndpoint};
use self::seen::{plain, seen};
use super::marking::{Marking, ec2_tag_specification};
use super::vpc_endpoint::seen::is_dying;
use crate::aws::inventory::{Kind, ec2_tags};
use crate::aws::{Aws, ErrorKind, Site, SiteAccess};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Sighting, Verdict,
};

/// What is wanted of an endpoint. AWS changes nothing of it but groups and tags.
#[derive(Clone, Debug)]
pub struct ResourceEndpoint {
    /// Where it is.
    pub site: Site,
    /// The ARN of the resource configuration that it leads to.
    pub configuration: Fact<String>,
    /// The ids of the configurations below that one which it has to reach; others may be added.
    pub reaches: Fact<BTreeSet<String>>,
    /// The VPC it stands in.
    pub vpc: Fact<String>,
    /// One subnet for each zone it stands in.
    pub subnets: Fact<BTreeSet<String>>,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// `ipv4`, `dualstack` or `ipv6`.
    pub ip_address_type: String,
    /// Whether names of what is shared lead to it within the VPC.
    pub private_dns: bool,
    /// Which of these names: AWS's word, such as `SPECIFIED_DOMAINS_ONLY`.
    pub preference: String,
    /// The names, where the preference wants some.
    pub domains: Fact<BTreeSet<String>>,
    /// Its tags.
    pub marking: Marking,
}

#[async_trait]
impl Component<Aws> for ResourceEndpoint {
    type Seen = SeenResourceEndpoint;
    const KIND: &'static str = "resource_endpoint";
    // A share that was taken up just now has its effect within a minute.
    const PACE: Pace = Pace::at_most_s(10).patient_for_s(180);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenResourceEndpoint) -> Verdict {
        match seen.state.known().map(String::as_str) {
            Some("pending" | "pendingAcceptance") => {
                return Verdict::Pending("not available yet".into());
            }
            Some(state @ ("rejected" | "expired" | "failed")) => {
                return Verdict::Replace(format!("its connection is {state}"));
            }
            _ => {}
        }
        if seen.cut.known() == Some(&true) {
            return Verdict::Replace("it was cut off from what it leads to".to_owned());
        }
        if let Some(why) = self.unchangeable(seen) {
            return Verdict::Replace(why.to_owned());
        }
        if let Some(what) = self.lacks(seen) {
            return Verdict::Pending(what);
        }
        Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            ("security_groups", self.groups.differs(&seen.groups)),
        ])
    }

    fn foresee(
        &self,
        seen: &SeenResourceEndpoint,
        changes: &[&'static str],
    ) -> SeenResourceEndpoint {
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
        _: Option<&SeenResourceEndpoint>,
    ) -> Result<Sighting<SeenResourceEndpoint>, Failure> {
        let access = place.world.site(&self.site).await?;
        if let Some(id) = place.id
            && let Some(endpoint) = access.endpoint(id, place.freshness).await?
        {
            return Ok(match self.marking.stranger(&ec2_tags(endpoint.tags())) {
                Some(whose) => Sighting::Foreign(format!("{id} now belongs to {whose}")),
                None => sighting(&access, &endpoint, place).await?,
            });
        }
        if place.polling && place.id.is_some() {
            return Ok(Sighting::Absent);
        }
        let owner = self.marking.owner().to_string();
        let mut owned = access.endpoints_owned(&owner, place.freshness).await?;
        // In another VPC it is what this address was before.
        let elsewhere = |endpoint: &AwsEndpoint| {
            let vpc = self.vpc.known();
            vpc.is_some_and(|vpc| endpoint.vpc_id() != Some(vpc.as_str()))
        };
        owned.retain(|endpoint| !elsewhere(endpoint));
        let (living, dying): (Vec<_>, Vec<_>) = owned.into_iter().partition(|it| !is_dying(it));
        let tags = |endpoint: &AwsEndpoint| ec2_tags(endpoint.tags());
        let id = |endpoint: &AwsEndpoint| endpoint.vpc_endpoint_id().unwrap_or_default().to_owned();
        let mine = match self.marking.pick(&living, tags, id) {
            Ok(Some(endpoint)) => Some(endpoint),
            Ok(None) => self.marking.pick(&dying, tags, id).unwrap_or_default(),
            Err(twice) => return Ok(Sighting::Foreign(twice)),
        };
        match mine {
            Some(endpoint) => sighting(&access, &endpoint, place).await,
            None => Ok(Sighting::Absent),
        }
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenResourceEndpoint>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let wanted = self.configuration.as_ref().zip(self.vpc.as_ref());
        let wanted = wanted.zip(self.subnets.as_ref().zip(self.groups.as_ref()));
        let ((configuration, vpc), (subnets, groups)) = wanted
            .into_known()
            .ok_or_else(|| Failure::later("what it leads to and its group are not known yet"))?;
        let mut stands_on = vec![configuration.as_str(), vpc.as_str()];
        stands_on.extend(groups.iter().map(String::as_str));
        let token = self.marking.token(place.generation, &stands_on)?;
        let specification = ec2_tag_specification(ResourceType::VpcEndpoint, &tags);
        let (family, dns) = (self.spoken_family(), self.dns_options()?);
        let answer = access
            .call("ec2:CreateVpcEndpoint", || {
                let call = access.ec2().create_vpc_endpoint();
                call.vpc_endpoint_type(VpcEndpointType::Resource)
                    .resource_configuration_arn(configuration)
                    .vpc_id(vpc)
                    .set_subnet_ids(Some(subnets.iter().cloned().collect()))
                    .set_security_group_ids(Some(groups.iter().cloned().collect()))
                    .set_ip_address_type(family.clone())
                    .private_dns_enabled(self.private_dns)
                    .set_dns_options(dns.clone())
                    .client_token(&token)
                    .tag_specifications(specification.clone())
                    .send()
            })
            .await;
        access.inventory().changed(Kind::Endpoints);
        let made = match answer {
            Err(error) if error.kind == ErrorKind::TokenMismatch => return Err(error.spent()),
            answer => answer?.vpc_endpoint,
        };
        let made =
            made.ok_or_else(|| Failure::later("AWS made an endpoint and did not say which"))?;
        // One that was given away since answers to its token all the same.
        let stranger = self.marking.stranger(&ec2_tags(made.tags()));
        let spent = is_dying(&made) || stranger.is_some();
        let seen = SeenResourceEndpoint {
            generation: place.generation,
            tags: tags.into(),
            ..seen(&made)
        };
        Ok(Made {
            id: made.vpc_endpoint_id().unwrap_or_default().to_owned(),
            seen,
            spent,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenResourceEndpoint,
        fields: &[&'static str],
    ) -> Result<SeenResourceEndpoint, Failure> {
        let access = place.world.site(&self.site).await?;
        let changed = self.put(&access, place, seen, fields).await;
        access.inventory().changed(Kind::Endpoints);
        changed
    }

    async fn delete(
        &self,
        place: Place<'_, Aws>,
        _: &SeenResourceEndpoint,
    ) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        access.delete_endpoint(place.id.unwrap_or_default()).await
    }
}

impl ResourceEndpoint {
    fn spoken_family(&self) -> Option<IpAddressType> {
        let plain = self.ip_address_type == "ipv4";
        (!plain).then(|| IpAddressType::from(self.ip_address_type.as_str()))
    }

    fn dns_options(&self) -> Result<Option<DnsOptionsSpecification>, Failure> {
        if !self.private_dns {
            return Ok(None);
        }
        let options = DnsOptionsSpecification::builder().private_dns_preference(&self.preference);
        if !self.preference.contains("SPECIFIED") {
            return Ok(Some(options.build()));
        }
        let domains = self.domains.clone().into_known();
        let domains = domains.ok_or_else(|| Failure::later("its names are not known yet"))?;
        let domains = domains.into_iter().collect();
        let options = options.set_private_dns_specified_domains(Some(domains));
        Ok(Some(options.build()))
    }

    /// Why it can only be made anew.
    fn unchangeable(&self, seen: &SeenResourceEndpoint) -> Option<&'static str> {
        if self.configuration.differs(&seen.configuration) {
            Some("what it leads to is made anew")
        } else if self.vpc.differs(&seen.vpc) {
            Some("another VPC is wanted")
        } else if self.subnets.differs(&seen.subnets) {
            Some("AWS changes no subnets of such an endpoint")
        } else if Fact::Known(&self.ip_address_type).differs(&seen.ip_address_type.as_ref()) {
            Some("AWS changes no address type of such an endpoint")
        } else if Fact::Known(self.private_dns).differs(&seen.private_dns) {
            Some("AWS changes no private DNS of such an endpoint")
        } else if self.private_dns && self.names_differ(seen) {
            Some("AWS changes nothing about which names lead to such an endpoint")
        } else {
            None
        }
    }

    fn names_differ(&self, seen: &SeenResourceEndpoint) -> bool {
        let preference = Fact::Known(&self.preference).differs(&seen.preference.as_ref());
        let specified = self.preference.contains("SPECIFIED");
        // An answer without names tells nothing of them.
        let told = seen.domains.known().is_some_and(|it| !it.is_empty());
        let wanted = self.domains.clone().map(plain);
        preference || (specified && told && wanted.differs(&seen.domains))
    }

    /// What is still to come: an endpoint that is available may not lead anywhere yet.
    fn lacks(&self, seen: &SeenResourceEndpoint) -> Option<String> {
        let names = seen.names.known()?;
        let failure = seen.failure.known().filter(|why| !why.is_empty());
        match failure {
            Some(why) => Some(format!("it leads nowhere: {why}")),
            None if names.is_empty() => Some("it has no name yet".to_owned()),
            None if seen.accessible.known() == Some(&false) => {
                Some("it does not reach what it leads to yet".to_owned())
            }
            None => {
                let named = |id: &&String| !names.iter().any(|it| it.configuration == **id);
                let mut unnamed = self.reaches.known()?.iter().filter(named);
                let id = unnamed.next()?;
                Some(format!("it has no name for {id} yet"))
            }
        }
    }

    async fn put(
        &self,
        access: &SiteAccess,
        place: Place<'_, Aws>,
        seen: &SeenResourceEndpoint,
        fields: &[&'static str],
    ) -> Result<SeenResourceEndpoint, Failure> {
        let id = place.id.unwrap_or_default();
        let mut now = self.foresee(seen, fields);
        if fields.contains(&"tags") {
            let put = self
                .marking
                .put_ec2(access, id, &seen.tags, seen.generation);
            now.tags = put.await?.into();
        }
        let (Fact::Known(wanted), Fact::Known(there)) = (&self.groups, &seen.groups) else {
            return Ok(now);
        };
        if fields.contains(&"security_groups") {
            let some = |list: Vec<String>| Some(list).filter(|list| !list.is_empty());
            let add = some(wanted.difference(there).cloned().collect());
            let remove = some(there.difference(wanted).cloned().collect());
            let call = || {
                let call = access.ec2().modify_vpc_endpoint().vpc_endpoint_id(id);
                call.set_add_security_group_ids(add.clone())
                    .set_remove_security_group_ids(remove.clone())
                    .send()
            };
            access.call("ec2:ModifyVpcEndpoint", call).await?;
        }
        Ok(now)
    }
}

async fn sighting(
    access: &SiteAccess,
    endpoint: &AwsEndpoint,
    place: Place<'_, Aws>,
) -> Result<Sighting<SeenResourceEndpoint>, Failure> {
    let seen = seen(endpoint);
    let id = endpoint.vpc_endpoint_id().unwrap_or_default().to_owned();
    let state = seen.state.known().map(String::as_str).unwrap_or_default();
    if state == "deleted" {
        return Ok(Sighting::Absent);
    }
    let seen = match state {
        "available" => {
            let rows = access.endpoint_associations(&id, place.freshness).await?;
            seen.with_associations(&rows, place.polling)
        }
        _ => seen,
    };
    Ok(Sighting::Found(Found {
        id,
        generation: seen.generation,
        dying: is_dying(endpoint),
        seen,
    }))
}
