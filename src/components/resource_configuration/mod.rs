//! A resource configuration of VPC Lattice: one thing that is shared, by ARN, name or address.

pub(super) mod seen;
mod target;

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_vpclattice::types::{
    ProtocolType, ResourceConfigurationStatus as Status, ResourceConfigurationType,
};

pub use self::seen::SeenConfiguration;
use self::seen::{seen, sighting};
pub use self::target::ResourceTarget;
use super::marking::Marking;
use super::marking_shared::lattice_tags;
use crate::aws::inventory::Kind;
use crate::aws::{Aws, ErrorKind, Site, SiteAccess};
use crate::engine::{
    Component, Deletion, Fact, Failure, Made, Pace, Place, Reason, Sighting, Verdict,
};

/// What is wanted of a configuration.
#[derive(Clone, Debug)]
pub struct ResourceConfiguration {
    /// Where it is.
    pub site: Site,
    /// Its name; those of one resource begin alike.
    pub name: String,
    /// The gateway through which it is reached.
    pub gateway: Fact<String>,
    /// What it leads to.
    pub target: Fact<ResourceTarget>,
    /// Ports, such as `5432` or `6000-6010`. AWS knows those of a database.
    pub ports: BTreeSet<String>,
    /// The name that consumers may give it in their VPCs.
    pub custom_domain: Option<String>,
    /// The verification of that name's domain.
    pub verification: Option<String>,
    /// Whether consumers may put it into networks that others share.
    pub shareable: bool,
    /// Whether deleting it cuts off the endpoints of strangers.
    pub force_delete: bool,
    /// Its tags.
    pub marking: Marking,
}

#[async_trait]
impl Component<Aws> for ResourceConfiguration {
    type Seen = SeenConfiguration;
    const KIND: &'static str = "resource_configuration";
    const FOLLOWS: bool = true;
    const PACE: Pace = Pace::at_most_s(10);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenConfiguration) -> Verdict {
        match seen.status.known().map(String::as_str) {
            Some("CREATE_IN_PROGRESS" | "UPDATE_IN_PROGRESS") => {
                return Verdict::Pending("not active yet".into());
            }
            // AWS looks at names and databases only then.
            Some("CREATE_FAILED") if self.is_of(seen) => {
                let why = seen.failure.known().map(String::as_str);
                let why = why.filter(|why| !why.is_empty());
                let why = why.unwrap_or("AWS does not say why");
                return Verdict::Failed(format!("AWS could not make it: {why}"));
            }
            _ => {}
        }
        if let Some(why) = self.unchangeable(seen) {
            return Verdict::Replace(why.to_owned());
        }
        Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            ("target", self.wanted_target().differs(&seen.target)),
            ("ports", self.ports_differ(seen)),
            (
                "shareable",
                Fact::Known(self.shareable).differs(&seen.shareable),
            ),
        ])
    }

    fn foresee(&self, seen: &SeenConfiguration, changes: &[&'static str]) -> SeenConfiguration {
        let mut seen = seen.clone();
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        if changes.contains(&"target") {
            seen.target = self.wanted_target();
        }
        if changes.contains(&"ports") {
            seen.ports = self.ports.clone().into();
        }
        if changes.contains(&"shareable") {
            seen.shareable = self.shareable.into();
        }
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenConfiguration>,
    ) -> Result<Sighting<SeenConfiguration>, Failure> {
        if let Some(id) = place.id {
            let access = place.world.site(&self.site).await?;
            if let Some(found) = access.resource_configuration(id).await? {
                let tags = match remembered.filter(|_| place.polling) {
                    Some(remembered) => remembered.tags.clone(),
                    None => lattice_tags(&access, found.arn()).await?,
                };
                let stranger = tags.known().and_then(|tags| self.marking.stranger(tags));
                return Ok(match stranger {
                    Some(whose) => Sighting::Foreign(format!("{id} now belongs to {whose}")),
                    None => sighting(seen(&found, tags)),
                });
            }
            if place.polling {
                return Ok(Sighting::Absent);
            }
        }
        let Fact::Known(gateway) = &self.gateway else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        self.by_mark(&access, gateway, place).await
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenConfiguration>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let known = self.gateway.as_ref().zip(self.target.as_ref()).into_known();
        let (gateway, target) = known
            .ok_or_else(|| Failure::later("the gateway and what is shared are not known yet"))?;
        let stands_on = [gateway.as_str(), self.name.as_str()];
        let token = self.marking.token(place.generation, &stands_on)?;
        let by_arn = matches!(target, ResourceTarget::Arn(_));
        let kind = match by_arn {
            true => ResourceConfigurationType::Arn,
            false => ResourceConfigurationType::Single,
        };
        let answer = access
            .call("vpc-lattice:CreateResourceConfiguration", || {
                let call = access.lattice().create_resource_configuration();
                let call = tags
                    .iter()
                    .fold(call, |call, (key, value)| call.tags(key, value));
                call.name(&self.name)
                    .r#type(kind.clone())
                    .resource_gateway_identifier(gateway)
                    .resource_configuration_definition(target.definition())
                    .set_port_ranges((!by_arn).then(|| self.ports.iter().cloned().collect()))
                    .set_protocol((!by_arn).then_some(ProtocolType::Tcp))
                    .set_custom_domain_name(self.custom_domain.clone())
                    .set_domain_verification_identifier(self.verification.clone())
                    .allow_association_to_shareable_service_network(self.shareable)
                    .client_token(&token)
                    .send()
            })
            .await;
        access.inventory().changed(Kind::ResourceConfigurations);
        let made = match answer {
            Err(error) if error.kind == ErrorKind::TokenMismatch => return Err(error.spent()),
            answer => answer?,
        };
        let status = made.status().map(Status::as_str).unwrap_or_default();
        let id = made.id().unwrap_or_default().to_owned();
        let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
        let seen = SeenConfiguration {
            id: id.clone().into(),
            arn: text(made.arn()),
            name: self.name.clone().into(),
            status: status.to_owned().into(),
            failure: text(made.failure_reason()),
            gateway: self.gateway.clone(),
            target: self.wanted_target(),
            ports: made
                .port_ranges()
                .iter()
                .cloned()
                .collect::<BTreeSet<_>>()
                .into(),
            custom_domain: text(self.custom_domain.as_deref()),
            verification: Fact::Later,
            shareable: self.shareable.into(),
            tags: tags.into(),
            generation: place.generation,
        };
        let spent = matches!(status, "DELETE_IN_PROGRESS" | "DELETE_FAILED");
        Ok(Made { id, seen, spent })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenConfiguration,
        fields: &[&'static str],
    ) -> Result<SeenConfiguration, Failure> {
        let access = place.world.site(&self.site).await?;
        let mut now = seen.clone();
        if fields.contains(&"tags") {
            let arn = seen.arn.known().map(String::as_str).unwrap_or_default();
            let put = self
                .marking
                .put_lattice(&access, arn, &seen.tags, seen.generation);
            now.tags = put.await?.into();
        }
        if fields.iter().all(|field| *field == "tags") {
            return Ok(now);
        }
        let target = self.target.known().filter(|_| fields.contains(&"target"));
        let ports = fields.contains(&"ports");
        let ports = ports.then(|| self.ports.iter().cloned().collect::<Vec<_>>());
        let id = place.id.unwrap_or_default();
        let call = || {
            let call = access.lattice().update_resource_configuration();
            call.resource_configuration_identifier(id)
                .set_resource_configuration_definition(target.map(ResourceTarget::definition))
                .set_port_ranges(ports.clone())
                .allow_association_to_shareable_service_network(self.shareable)
                .send()
        };
        let action = "vpc-lattice:UpdateResourceConfiguration";
        let answer = access.call(action, call).await?;
        let status = answer.status().map(Status::as_str).unwrap_or_default();
        now.status = status.to_owned().into();
        Ok(self.foresee(&now, fields))
    }

    async fn delete(
        &self,
        place: Place<'_, Aws>,
        _: &SeenConfiguration,
    ) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        let id = place.id.unwrap_or_default();
        if self.force_delete {
            for association in access.endpoints_of_configuration(id).await? {
                access.cut_off(association.id().unwrap_or_default()).await?;
            }
        }
        remove(&access, id).await
    }
}

/// Deletes a configuration that nobody is connected to any more.
pub(super) async fn remove(access: &SiteAccess, id: &str) -> Result<Deletion, Failure> {
    let call = || {
        let call = access.lattice().delete_resource_configuration();
        call.resource_configuration_identifier(id).send()
    };
    let action = "vpc-lattice:DeleteResourceConfiguration";
    let answer = access.call(action, call).await;
    access.inventory().changed(Kind::ResourceConfigurations);
    match answer {
        Err(error) if error.is_not_found() => Ok(Deletion::Gone),
        Err(error) if error.kind == ErrorKind::NotNow => {
            let holders = access
                .endpoints_of_configuration(id)
                .await
                .unwrap_or_default();
            let holders = holders.iter().map(|it| {
                let (endpoint, account) = (it.vpc_endpoint_id(), it.vpc_endpoint_owner());
                let [endpoint, account] = [endpoint, account].map(Option::unwrap_or_default);
                format!("{endpoint} (account {account})")
            });
            let holders: Vec<String> = holders.collect();
            let what = match holders.is_empty() {
                true => format!("{id} is still in use."),
                false => format!("Connected to {id}: {}.", holders.join(", ")),
            };
            let reason = Reason::new(what).evidence(error.to_string());
            let remedy = "Endpoints that are none of this resource's consumers are cut off with \
                          force_delete = true.";
            Err(Failure::Later(reason.remedy(remedy)))
        }
        answer => {
            answer?;
            Ok(Deletion::Begun)
        }
    }
}

impl ResourceConfiguration {
    fn wanted_target(&self) -> Fact<Option<ResourceTarget>> {
        self.target.clone().map(Some)
    }

    fn ports_differ(&self, seen: &SeenConfiguration) -> bool {
        let by_arn = matches!(self.target, Fact::Known(ResourceTarget::Arn(_)));
        !by_arn && Fact::Known(&self.ports).differs(&seen.ports.as_ref())
    }

    /// Whether it was made for what is wanted now.
    fn is_of(&self, seen: &SeenConfiguration) -> bool {
        !self.wanted_target().differs(&seen.target) && !self.gateway.differs(&seen.gateway)
    }

    /// Why it can only be made anew.
    fn unchangeable(&self, seen: &SeenConfiguration) -> Option<&'static str> {
        let custom = self.custom_domain.clone().unwrap_or_default();
        if self.gateway.differs(&seen.gateway) {
            return Some("it is behind another gateway");
        }
        if let (Fact::Known(wanted), Fact::Known(Some(seen))) = (&self.target, &seen.target)
            && !seen.becomes(wanted)
        {
            return Some("AWS changes no name and no ARN of what is shared");
        }
        let differs = Fact::Known(&custom).differs(&seen.custom_domain.as_ref());
        differs.then_some("AWS changes no custom domain name")
    }

    /// The configuration behind our gateway that bears our mark.
    async fn by_mark(
        &self,
        access: &SiteAccess,
        gateway: &str,
        place: Place<'_, Aws>,
    ) -> Result<Sighting<SeenConfiguration>, Failure> {
        let all = access.configurations_of(gateway, place.freshness).await?;
        let mut mine = Vec::new();
        for row in all.iter().filter(|it| it.name() == Some(&self.name)) {
            let tags = lattice_tags(access, row.arn()).await?;
            let ours = tags.known().is_some_and(|it| self.marking.recognises(it));
            let found = match ours {
                true => {
                    access
                        .resource_configuration(row.id().unwrap_or_default())
                        .await?
                }
                false => None,
            };
            mine.extend(found.map(|found| seen(&found, tags)));
        }
        let tags = |seen: &SeenConfiguration| seen.tags.known().cloned().unwrap_or_default();
        let id = |seen: &SeenConfiguration| seen.id.known().cloned().unwrap_or_default();
        Ok(match self.marking.pick(&mine, tags, id) {
            Ok(Some(seen)) => sighting(seen),
            Ok(None) => Sighting::Absent,
            Err(twice) => Sighting::Foreign(twice),
        })
    }
}
