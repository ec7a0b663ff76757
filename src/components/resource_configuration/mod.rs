//! A resource configuration of VPC Lattice: one thing that is shared, by ARN, name or address, or a group
//! of such.

pub(super) mod seen;
mod target;
mod writing;

use std::collections::BTreeSet;

pub use self::seen::SeenConfiguration;
use self::seen::{seen, sighting};
pub use self::target::ResourceTarget;
use super::marking::Marking;
use super::marking_shared::lattice_tags;
use crate::aws::inventory::Kind;
use crate::aws::{Aws, ErrorKind, Site, SiteAccess, id_of};
use crate::engine::{
    Component, Deletion, Fact, Failure, Freshness, Made, Pace, Place, Reason, Sighting, Verdict,
};
use async_trait::async_trait;

/// What is wanted of a configuration.
#[derive(Clone, Debug)]
pub struct ResourceConfiguration {
    /// Where it is.
    pub site: Site,
    /// Its name; those of one resource begin alike.
    pub name: String,
    /// The gateway through which it is reached, or the group that it is a child of.
    pub behind: Behind,
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
    /// Whether deleting it cuts off endpoints of strangers, and takes it out of their networks.
    pub force_delete: bool,
    /// Whether the names of what AWS makes below it are wanted, which takes a call more.
    pub tells_children: bool,
    /// Its tags.
    pub marking: Marking,
}

/// What a configuration stands on, by id.
#[derive(Clone, Debug)]
pub enum Behind {
    /// A resource gateway.
    Gateway(Fact<String>),
    /// A configuration of type GROUP, whose child it is.
    Group(Fact<String>),
}

impl Behind {
    /// The id of whichever it is.
    pub(super) fn id(&self) -> &Fact<String> {
        match self {
            Self::Gateway(id) | Self::Group(id) => id,
        }
    }
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
        let changes = Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            ("target", self.wanted_target().differs(&seen.target)),
            ("ports", self.ports_differ(seen)),
            (
                "shareable",
                Fact::Known(self.shareable).differs(&seen.shareable),
            ),
        ]);
        let ready = seen.status.known().is_some_and(|it| it == "ACTIVE");
        match changes {
            Verdict::InPlace if ready && self.tells_children && !seen.tells_children => {
                Verdict::Pending("the names of its children are not read yet".into())
            }
            changes => changes,
        }
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
                    None => {
                        let seen = seen(&found, tags);
                        sighting(self.with_children(&access, seen, place.freshness).await?)
                    }
                });
            }
            if place.polling {
                return Ok(Sighting::Absent);
            }
        }
        let Fact::Known(behind) = self.behind.id() else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        self.by_mark(&access, behind, place).await
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenConfiguration>, Failure> {
        let access = place.world.site(&self.site).await?;
        self.make(&access, place.generation).await
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenConfiguration,
        fields: &[&'static str],
    ) -> Result<SeenConfiguration, Failure> {
        let access = place.world.site(&self.site).await?;
        self.put(&access, place.id.unwrap_or_default(), seen, fields)
            .await
    }

    async fn delete(
        &self,
        place: Place<'_, Aws>,
        _: &SeenConfiguration,
    ) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        let id = place.id.unwrap_or_default();
        if self.force_delete {
            for holder in access.holders(id).await? {
                access.cut(&holder).await?;
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
            let holders = access.holders(id).await.unwrap_or_default();
            let holders: Vec<String> = holders.iter().map(ToString::to_string).collect();
            let what = match holders.is_empty() {
                true => format!("{id} is still in use."),
                false => format!("Connected to {id}: {}.", holders.join(", ")),
            };
            let reason = Reason::new(what).evidence(error.to_string());
            let remedy = "Endpoints and service networks that are none of this resource's consumers \
                          are cut off with force_delete = true.";
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
        let takes = self.target.known().is_none_or(ResourceTarget::takes_ports);
        takes && Fact::Known(&self.ports).differs(&seen.ports.as_ref())
    }

    /// Whether it stands on something else than is wanted.
    fn is_elsewhere(&self, seen: &SeenConfiguration) -> bool {
        match &self.behind {
            Behind::Gateway(gateway) => {
                let in_group = seen.group.known().is_some_and(|it| !it.is_empty());
                in_group || gateway.differs(&seen.gateway)
            }
            Behind::Group(group) => group.differs(&seen.group),
        }
    }

    /// Whether it was made for what is wanted now.
    fn is_of(&self, seen: &SeenConfiguration) -> bool {
        !self.wanted_target().differs(&seen.target) && !self.is_elsewhere(seen)
    }

    /// Why it can only be made anew.
    fn unchangeable(&self, seen: &SeenConfiguration) -> Option<&'static str> {
        let custom = self.custom_domain.clone().unwrap_or_default();
        if self.is_elsewhere(seen) {
            return Some(match self.behind {
                Behind::Gateway(_) => "it is behind another gateway",
                Behind::Group(_) => "it belongs to another group",
            });
        }
        if let (Fact::Known(wanted), Fact::Known(Some(seen))) = (&self.target, &seen.target)
            && !seen.becomes(wanted)
        {
            return Some("AWS changes no name and no ARN of what is shared");
        }
        let differs = Fact::Known(&custom).differs(&seen.custom_domain.as_ref());
        if differs {
            return Some("AWS changes no custom domain name");
        }
        // By id or ARN.
        let proof = self.verification.as_deref().unwrap_or_default();
        let proof = id_of(proof).to_owned();
        let differs = Fact::Known(&proof).differs(&seen.proof.as_ref());
        differs.then_some("AWS changes no verification of a custom domain name")
    }

    /// With the names of what AWS has made below it, where they are wanted.
    async fn with_children(
        &self,
        access: &SiteAccess,
        mut seen: SeenConfiguration,
        freshness: Freshness,
    ) -> Result<SeenConfiguration, Failure> {
        let ready = seen.status.known().is_some_and(|it| it == "ACTIVE");
        let id = seen.id.known().filter(|_| self.tells_children && ready);
        if let Some(id) = id {
            let rows = access.configurations_behind(id, freshness).await?;
            let names = rows.iter().filter_map(|row| {
                Some((row.id()?.to_owned(), row.custom_domain_name()?.to_owned()))
            });
            seen.children = names.collect();
            seen.tells_children = true;
        }
        Ok(seen)
    }

    /// The configuration behind our gateway, or in our group, that bears our mark.
    async fn by_mark(
        &self,
        access: &SiteAccess,
        behind: &str,
        place: Place<'_, Aws>,
    ) -> Result<Sighting<SeenConfiguration>, Failure> {
        let all = access
            .configurations_behind(behind, place.freshness)
            .await?;
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
            Ok(Some(seen)) => sighting(self.with_children(access, seen, place.freshness).await?),
            Ok(None) => Sighting::Absent,
            Err(twice) => Sighting::Foreign(twice),
        })
    }
}
