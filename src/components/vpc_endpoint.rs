//! An interface endpoint to an endpoint service, in a consumer's VPC.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_ec2::types::{ResourceType, State, VpcEndpoint as AwsEndpoint, VpcEndpointType};
use serde::{Deserialize, Serialize};

use super::marking::{Marking, ec2_tag_specification};
use crate::aws::inventory::{Kind, ec2_tags};
use crate::aws::ownership::{Mark, token};
use crate::aws::{Aws, ErrorKind, Site, SiteAccess, Tags};
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
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// Its tags.
    pub marking: Marking,
}

/// What can be seen of an endpoint.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenEndpoint {
    /// `vpce-…`.
    pub id: Fact<String>,
    /// Its state in camel case, such as `pendingAcceptance`.
    pub state: Fact<String>,
    /// The service's name.
    pub service_name: Fact<String>,
    /// The VPC it stands in.
    pub vpc: Fact<String>,
    /// Its subnets.
    pub subnets: Fact<BTreeSet<String>>,
    /// Its security groups.
    pub groups: Fact<BTreeSet<String>>,
    /// Its name for all zones.
    pub regional_name: Fact<String>,
    /// Its names for single zones, by the zone's name in its account.
    pub zonal_names: Fact<BTreeMap<String, String>>,
    /// The hosted zone of its names, for aliases.
    pub hosted_zone_id: Fact<String>,
    /// Its network interfaces.
    pub interfaces: Fact<BTreeSet<String>>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
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
                None => sighting(&endpoint),
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
            Ok(Some(endpoint)) => sighting(&endpoint),
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
        let token = self.token(place.generation, &stands_on)?;
        let specification = ec2_tag_specification(ResourceType::VpcEndpoint, &tags);
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
        let spent = is_dying(&made);
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
    fn token(&self, generation: u32, stands_on: &[&str]) -> Result<String, Failure> {
        let anchor = self.marking.anchor.clone().and_then(Fact::into_known);
        let anchor = anchor.ok_or_else(|| Failure::later("the anchor is not known yet"))?;
        let part = (self.marking.address.as_str(), generation);
        Ok(token(self.marking.owner(), &anchor, part, stands_on))
    }

    /// Puts tags, groups and subnets as wanted. One subnet of a zone must be gone before another
    /// of that zone can come, in calls of their own; each call puts the endpoint back to pending.
    async fn put(
        &self,
        access: &SiteAccess,
        place: Place<'_, Aws>,
        seen: &SeenEndpoint,
        fields: &[&'static str],
    ) -> Result<SeenEndpoint, Failure> {
        let id = place.id.unwrap_or_default();
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
        if groups.is_empty() && subnets.is_empty() {
            return Ok(now);
        }
        let add_subnets = if subnets.remove.is_none() {
            subnets.add.clone()
        } else {
            None
        };
        let call = || {
            let call = access.ec2().modify_vpc_endpoint().vpc_endpoint_id(id);
            call.set_add_security_group_ids(groups.add.clone())
                .set_remove_security_group_ids(groups.remove.clone())
                .set_add_subnet_ids(add_subnets.clone())
                .set_remove_subnet_ids(subnets.remove.clone())
                .send()
        };
        access.call("ec2:ModifyVpcEndpoint", call).await?;
        now.state = "pending".to_owned().into();
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

fn sighting(endpoint: &AwsEndpoint) -> Sighting<SeenEndpoint> {
    if state(endpoint) == "deleted" {
        return Sighting::Absent;
    }
    let seen = seen(endpoint);
    let id = endpoint.vpc_endpoint_id().unwrap_or_default().to_owned();
    let generation = seen.generation;
    Sighting::Found(Found {
        id,
        generation,
        dying: is_dying(endpoint),
        seen,
    })
}

/// An endpoint as AWS shows it.
pub(super) fn seen(endpoint: &AwsEndpoint) -> SeenEndpoint {
    let set = |items: &[String]| items.iter().cloned().collect::<BTreeSet<_>>();
    let groups = endpoint
        .groups()
        .iter()
        .filter_map(|group| group.group_id().map(str::to_owned));
    let names = endpoint
        .dns_entries()
        .iter()
        .filter_map(|entry| entry.dns_name());
    let names: Vec<&str> = names.collect();
    let tags = ec2_tags(endpoint.tags());
    let zone = endpoint
        .dns_entries()
        .first()
        .and_then(|entry| entry.hosted_zone_id());
    let (regional, zonal) = split_names(&names);
    SeenEndpoint {
        id: endpoint
            .vpc_endpoint_id()
            .unwrap_or_default()
            .to_owned()
            .into(),
        state: state(endpoint).into(),
        service_name: endpoint
            .service_name()
            .unwrap_or_default()
            .to_owned()
            .into(),
        vpc: endpoint.vpc_id().unwrap_or_default().to_owned().into(),
        subnets: set(endpoint.subnet_ids()).into(),
        groups: groups.collect::<BTreeSet<_>>().into(),
        regional_name: regional.into(),
        zonal_names: zonal.into(),
        hosted_zone_id: zone.unwrap_or_default().to_owned().into(),
        interfaces: set(endpoint.network_interface_ids()).into(),
        generation: Mark::read(&tags).generation,
        tags: tags.into(),
    }
}

/// The regional name and the zonal ones. The regional label is `vpce-…-xxxxxxxx`; a zonal one
/// has the zone's name after it.
fn split_names(names: &[&str]) -> (String, BTreeMap<String, String>) {
    let Some((regional, rest)) = names.split_first() else {
        return Default::default();
    };
    let label = regional.split('.').next().unwrap_or_default();
    let zonal = rest.iter().filter_map(|name| {
        let zone = name
            .split('.')
            .next()?
            .strip_prefix(label)?
            .strip_prefix('-')?;
        Some((zone.to_owned(), (*name).to_owned()))
    });
    ((*regional).to_owned(), zonal.collect())
}

/// AWS writes states in camel case for some types of endpoint and in Pascal case for others.
fn state(endpoint: &AwsEndpoint) -> String {
    let state = endpoint.state().map_or("available", State::as_str);
    let mut letters = state.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_lowercase().chain(letters).collect()
    })
}

/// Whether it is on its way out.
pub(super) fn is_dying(endpoint: &AwsEndpoint) -> bool {
    matches!(state(endpoint).as_str(), "deleting" | "deleted")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_told_apart_by_their_zone() {
        let regional = "vpce-0a-1b2c.vpce-svc-9.eu-west-1.vpce.amazonaws.com";
        let zonal = "vpce-0a-1b2c-eu-west-1a.vpce-svc-9.eu-west-1.vpce.amazonaws.com";
        let private = "orders.example.com";
        let (name, zones) = split_names(&[regional, zonal, private]);
        assert_eq!(name, regional);
        assert_eq!(
            zones,
            BTreeMap::from([("eu-west-1a".to_owned(), zonal.to_owned())])
        );
        assert_eq!(split_names(&[]), Default::default());
    }

    #[test]
    fn either_spelling_of_a_state_is_understood() {
        for spelling in ["PendingAcceptance", "pendingAcceptance"] {
            let endpoint = AwsEndpoint::builder().state(State::from(spelling)).build();
            assert_eq!(state(&endpoint), "pendingAcceptance");
        }
    }
}
