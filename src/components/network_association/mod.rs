//! A resource configuration in a service network: how clients reach it who come through that network.

pub(super) mod seen;

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_vpclattice::operation::get_service_network_resource_association::GetServiceNetworkResourceAssociationOutput as Output;
use aws_sdk_vpclattice::types::ServiceNetworkResourceAssociationStatus as Status;

pub use self::seen::SeenNetworkAssociation;
use self::seen::{children, itself, seen};
use super::marking::Marking;
use super::marking_shared::lattice_tags;
use super::network_entry::NetworkEntry;
use crate::aws::{Arn, Aws, ErrorKind, Site, SiteAccess, Tags, id_of};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Freshness, Made, Pace, Place, Reason, Sighting,
    Verdict,
};

/// What is wanted of an association. AWS has one of a pair at most, and changes nothing of it but tags.
#[derive(Clone, Debug)]
pub struct NetworkAssociation {
    /// Where it is.
    pub site: Site,
    /// The network's ARN.
    pub network: Fact<String>,
    /// Whether that network can be shared with others.
    pub shareable_network: Fact<bool>,
    /// The ARN of the resource configuration.
    pub configuration: Fact<String>,
    /// The ids of the configurations below that one which it has to bring; others may be added.
    pub reaches: Fact<BTreeSet<String>>,
    /// The VPC whose clients are to reach it.
    pub vpc: Fact<String>,
    /// Whether names of what is shared may lead to it.
    pub private_dns: bool,
    /// Its tags.
    pub marking: Marking,
}

#[async_trait]
impl Component<Aws> for NetworkAssociation {
    type Seen = SeenNetworkAssociation;
    const KIND: &'static str = "service_network_resource_association";
    const FOLLOWS: bool = true;
    // A share that was taken up just now has its effect within a minute.
    const PACE: Pace = Pace::at_most_s(10).patient_for_s(180);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenNetworkAssociation) -> Verdict {
        match seen.status.known().map(String::as_str) {
            Some("CREATE_IN_PROGRESS") => return Verdict::Pending("not active yet".to_owned()),
            Some("CREATE_FAILED" | "DELETE_FAILED") => {
                let why = seen.failure.known().filter(|why| !why.is_empty());
                let why = why.map_or("AWS does not say why", String::as_str);
                return Verdict::Replace(format!("it has failed: {why}"));
            }
            _ => {}
        }
        if let Some(why) = self.unchangeable(seen) {
            return Verdict::Replace(why.to_owned());
        }
        let verdict = Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            ("vpc", self.vpc.differs(&seen.vpc)),
        ]);
        match self.lacks(seen) {
            Some(what) if verdict == Verdict::InPlace => Verdict::Pending(what),
            _ => verdict,
        }
    }

    fn foresee(
        &self,
        seen: &SeenNetworkAssociation,
        changes: &[&'static str],
    ) -> SeenNetworkAssociation {
        let mut seen = seen.clone();
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        if changes.contains(&"vpc") {
            seen.vpc = self.vpc.clone();
            (seen.entry, seen.names) = (Fact::Later, Fact::Later);
        }
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenNetworkAssociation>,
    ) -> Result<Sighting<SeenNetworkAssociation>, Failure> {
        if let Some(id) = place.id {
            let access = place.world.site(&self.site).await?;
            if let Some(found) = access.network_association(id).await? {
                let tags = match remembered.filter(|_| place.polling) {
                    Some(remembered) => remembered.tags.clone(),
                    None => lattice_tags(&access, found.arn()).await?,
                };
                let stranger = tags.known().and_then(|tags| self.marking.stranger(tags));
                // A way that is there stays while this only settles.
                let way = remembered.filter(|_| place.polling);
                let way = way.and_then(|it| it.entry.known().cloned().flatten());
                return match stranger {
                    Some(whose) => Ok(Sighting::Foreign(format!("{id} now belongs to {whose}"))),
                    None => {
                        self.sighting(&access, (&found, tags), way, place.freshness)
                            .await
                    }
                };
            }
            if place.polling {
                return Ok(Sighting::Absent);
            }
        }
        let pair = self.network.as_ref().zip(self.configuration.as_ref());
        let Fact::Known(pair) = pair else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        self.of_pair(&access, pair, place.freshness).await
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenNetworkAssociation>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let known = self.network.as_ref().zip(self.configuration.as_ref());
        let ((network, configuration), vpc) = known
            .zip(self.vpc.as_ref())
            .into_known()
            .ok_or_else(|| Failure::later("the network and what is shared are not known yet"))?;
        let entry = entered(&access, (network, vpc)).await?;
        // A pair has one association at most, so no token has to tell it from another.
        let answer = access
            .call(
                "vpc-lattice:CreateServiceNetworkResourceAssociation",
                || {
                    let call = access
                        .lattice()
                        .create_service_network_resource_association();
                    let call = tags
                        .iter()
                        .fold(call, |call, (key, value)| call.tags(key, value));
                    call.service_network_identifier(network)
                        .resource_configuration_identifier(configuration)
                        .private_dns_enabled(self.private_dns)
                        .send()
                },
            )
            .await;
        let made = match answer {
            Err(error) if error.kind == ErrorKind::Denied && self.is_shareable() => {
                let what = format!("AWS does not put {configuration} into {network}.");
                let remedy = "A network that can be shared takes what the share's permission lets be \
                              put into such networks, and by some reports nothing of other accounts: \
                              give a network that was made with sharing off.";
                let reason = Reason::new(what).evidence(error.to_string());
                return Err(Failure::Never(reason.remedy(remedy)));
            }
            answer => answer?,
        };
        let id = made.id().unwrap_or_default().to_owned();
        let status = made.status().map(Status::as_str).unwrap_or_default();
        let text = |text: &str| text.to_owned().into();
        let seen = SeenNetworkAssociation {
            id: id.clone().into(),
            arn: text(made.arn().unwrap_or_default()),
            status: text(status),
            network: text(id_of(network)),
            configuration: text(configuration),
            private_dns: self.private_dns.into(),
            vpc: self.vpc.clone(),
            entry: Fact::Known(Some(entry)),
            tags: tags.into(),
            generation: place.generation,
            ..SeenNetworkAssociation::default()
        };
        let spent = status.starts_with("DELETE");
        Ok(Made { id, seen, spent })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenNetworkAssociation,
        fields: &[&'static str],
    ) -> Result<SeenNetworkAssociation, Failure> {
        let access = place.world.site(&self.site).await?;
        if fields.contains(&"vpc")
            && let Fact::Known(pair) = self.network.as_ref().zip(self.vpc.as_ref())
        {
            entered(&access, (pair.0, pair.1)).await?;
        }
        let mut now = self.foresee(seen, fields);
        if fields.contains(&"tags") {
            let arn = seen.arn.known().map(String::as_str).unwrap_or_default();
            let put = self
                .marking
                .put_lattice(&access, arn, &seen.tags, seen.generation);
            now.tags = put.await?.into();
        }
        Ok(now)
    }

    async fn delete(
        &self,
        place: Place<'_, Aws>,
        _: &SeenNetworkAssociation,
    ) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        remove(&access, place.id.unwrap_or_default()).await
    }
}

/// Takes a configuration out of its network.
pub(super) async fn remove(access: &SiteAccess, id: &str) -> Result<Deletion, Failure> {
    match access.leave_network(id).await? {
        true => Ok(Deletion::Begun),
        false => Ok(Deletion::Gone),
    }
}

impl NetworkAssociation {
    fn is_shareable(&self) -> bool {
        self.shareable_network.known() == Some(&true)
    }

    /// Why it can only be made anew.
    fn unchangeable(&self, seen: &SeenNetworkAssociation) -> Option<&'static str> {
        let network = self.network.as_ref().map(|arn| id_of(arn));
        if network.differs(&seen.network.as_ref().map(String::as_str)) {
            Some("another network is wanted")
        } else if self.configuration.differs(&seen.configuration) {
            Some("what it leads to is made anew")
        } else if Fact::Known(self.private_dns).differs(&seen.private_dns) {
            Some("AWS changes no private DNS of such an association")
        } else {
            None
        }
    }

    /// What is still to come: an endpoint shows what is in its network some time later.
    fn lacks(&self, seen: &SeenNetworkAssociation) -> Option<String> {
        let Fact::Known(names) = &seen.names else {
            return Some("it has no name yet".to_owned());
        };
        let entry = seen.entry.known().and_then(Option::as_ref);
        let obstacle = seen.obstacle.known().filter(|why| !why.is_empty());
        if let Some(why) = obstacle {
            return Some(format!("it leads nowhere: {why}"));
        }
        if let Some(entry) = entry.filter(|it| !it.is_ready) {
            return Some(format!("{} is not ready yet", entry.id));
        }
        if names.is_empty() {
            return Some(match entry.and_then(NetworkEntry::endpoint) {
                Some(endpoint) => format!("{endpoint} does not show it yet"),
                None => "it has no name yet".to_owned(),
            });
        }
        let named = |id: &&String| !names.iter().any(|it| it.configuration == **id);
        let mut unnamed = self.reaches.known()?.iter().filter(named);
        let id = unnamed.next()?;
        Some(format!("it has no name for {id} yet"))
    }

    /// The one association of this network and this configuration, if there is one.
    async fn of_pair(
        &self,
        access: &SiteAccess,
        (network, configuration): (&String, &String),
        freshness: Freshness,
    ) -> Result<Sighting<SeenNetworkAssociation>, Failure> {
        let rows = access.associations_between(network, configuration, false);
        let Some(row) = rows.await?.into_iter().next() else {
            return Ok(Sighting::Absent);
        };
        let id = row.id().unwrap_or_default();
        let dying = row.status() == Some(&Status::DeleteInProgress);
        let arn: Option<Arn> = row.arn().and_then(|arn| arn.parse().ok());
        let is_near = arn.is_some_and(|arn| arn.account_id == self.site.account_id);
        let tags = match is_near {
            true => access.lattice_tags(row.arn().unwrap_or_default()).await?,
            false => Some(Tags::new()),
        };
        // Made a moment ago: its tags may be read only later than that it is there.
        let Some(tags) = tags else {
            return Ok(Sighting::Absent);
        };
        // Only the pair makes it this one: it may have been made for another address.
        let ours = self.marking.owns(&tags);
        if !ours && !dying {
            return Ok(Sighting::Foreign(format!(
                "{id} is in the way: somebody has put {configuration} into {network} already, and AWS \
                 takes it once. Delete it, or take the consumer out."
            )));
        }
        match access.network_association(id).await? {
            Some(found) if ours => {
                self.sighting(access, (&found, tags.into()), None, freshness)
                    .await
            }
            _ => Ok(Sighting::Absent),
        }
    }

    async fn sighting(
        &self,
        access: &SiteAccess,
        (found, tags): (&Output, Fact<Tags>),
        way: Option<NetworkEntry>,
        freshness: Freshness,
    ) -> Result<Sighting<SeenNetworkAssociation>, Failure> {
        let seen = seen(found, tags);
        let network = found.service_network_id().unwrap_or_default();
        let seen = match (seen.is_active(), &self.vpc) {
            (true, Fact::Known(vpc)) => {
                let way = match way.filter(|it| it.is_ready) {
                    Some(way) => Some(way),
                    None => NetworkEntry::find(access, (network, vpc), freshness).await?,
                };
                reached(access, (found, seen), way, freshness).await?
            }
            (false, _) if way.is_some() => SeenNetworkAssociation {
                entry: Fact::Known(way),
                ..seen
            },
            _ => seen,
        };
        Ok(Sighting::Found(Found {
            id: seen.id.known().cloned().unwrap_or_default(),
            generation: seen.generation,
            dying: found.status() == Some(&Status::DeleteInProgress),
            seen,
        }))
    }
}

/// With what clients see of it who come by this way.
async fn reached(
    access: &SiteAccess,
    (found, seen): (&Output, SeenNetworkAssociation),
    way: Option<NetworkEntry>,
    freshness: Freshness,
) -> Result<SeenNetworkAssociation, Failure> {
    let brought = match itself(found) {
        Some(itself) => vec![itself],
        None => {
            let network = found.service_network_id().unwrap_or_default();
            let configuration = found.resource_configuration_id().unwrap_or_default();
            let rows = access.associations_between(network, configuration, true);
            children(&rows.await?)
        }
    };
    let rows = match way.as_ref().and_then(NetworkEntry::endpoint) {
        Some(endpoint) => access.endpoint_associations(endpoint, freshness).await?,
        None => vec![],
    };
    Ok(seen.by_way(way, &brought, &rows))
}

/// The way from a VPC into a network, without which nothing in it is of use there. One that was made a
/// moment ago may not show yet.
async fn entered(
    access: &SiteAccess,
    (network, vpc): (&str, &str),
) -> Result<NetworkEntry, Failure> {
    let pair = (id_of(network), vpc);
    let found = NetworkEntry::find(access, pair, Freshness::Now).await?;
    found.ok_or_else(|| {
        let what = format!("{vpc} has no way into the service network {}.", pair.0);
        let remedy = "Associate the VPC with the network, or make an endpoint of type ServiceNetwork in \
                      it, and apply again.";
        Failure::Soon(Reason::new(what).remedy(remedy))
    })
}

#[cfg(test)]
mod tests;
