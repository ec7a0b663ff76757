//! A resource share of RAM: what is in it, and whom it is given to. It is ours; others may put
//! somebody in all the same, and are left alone.

mod calls;
mod change;
mod membership;
pub(super) mod seen;

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_ram::types::{ResourceShare as AwsShare, ResourceShareAssociationType as Members};

pub use self::membership::ShareMembership;
pub use self::seen::SeenShare;
use self::seen::{is_in, members, outside, seen};
use super::marking::Marking;
use super::marking_shared::ram_tag_list;
use crate::aws::{Aws, ErrorKind, Site, SiteAccess};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Sighting, Verdict,
};

/// What is wanted of a share.
#[derive(Clone, Debug)]
pub struct ResourceShare {
    /// Where it is.
    pub site: Site,
    /// Its name, which need not be unique.
    pub name: String,
    /// Whether it may be given to accounts outside of the organization.
    pub external: bool,
    /// The ARNs of what is in it.
    pub resources: Fact<BTreeSet<String>>,
    /// Whom it is given to: accounts, ARNs of organizations and their units.
    pub principals: BTreeSet<String>,
    /// Those of them whose invitations are accepted by this resource itself.
    pub awaited: BTreeSet<String>,
    /// Whom this resource asked in before.
    pub formerly: BTreeSet<String>,
    /// Its tags.
    pub marking: Marking,
}

#[async_trait]
impl Component<Aws> for ResourceShare {
    type Seen = SeenShare;
    const KIND: &'static str = "resource_share";
    const FOLLOWS: bool = true;
    const PACE: Pace = Pace::at_most_s(10);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenShare) -> Verdict {
        if seen.status.known().is_some_and(|status| status == "FAILED") {
            return Verdict::Replace("RAM could not make it".to_owned());
        }
        let verdict = Verdict::of_changes([
            ("tags", self.marking.differs(&seen.tags, seen.generation)),
            (
                "external",
                Fact::Known(self.external).differs(&seen.external),
            ),
            (
                "resources",
                !seen.lacks(&self.resources).is_empty() || !self.surplus(seen).is_empty(),
            ),
            (
                "principals",
                !self.missing(seen).is_empty() || !self.leaving(seen).is_empty(),
            ),
        ]);
        let waits = |principal: &&String| {
            let state = seen.state_of(principal);
            state.known().is_some_and(|state| state == "ASSOCIATING")
        };
        match self.awaited.iter().find(waits) {
            Some(account) if verdict == Verdict::InPlace => {
                Verdict::Pending(format!("account {account} is not in yet"))
            }
            _ => verdict,
        }
    }

    fn foresee(&self, seen: &SeenShare, changes: &[&'static str]) -> SeenShare {
        let mut seen = seen.clone();
        if changes.contains(&"tags") {
            seen.tags = self.marking.wanted(seen.generation);
        }
        if changes.contains(&"external") {
            seen.external = self.external.into();
        }
        if changes.contains(&"principals") {
            seen.principals = self.principals_after(&seen).into();
            seen.asked = self.principals.clone();
        }
        if changes.contains(&"resources") {
            let all = self.resources.clone();
            seen.resources = all.map(|all| states(all, "ASSOCIATING"));
        }
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenShare>,
    ) -> Result<Sighting<SeenShare>, Failure> {
        let asked = remembered.map(|it| it.asked.clone()).unwrap_or_default();
        if let Some(arn) = place.id {
            let access = place.world.site(&self.site).await?;
            if let Some(remembered) = remembered.filter(|_| place.polling) {
                let principals = members(&access, arn, Members::Principal).await?;
                let principals = principals.into();
                return Ok(found(SeenShare {
                    principals,
                    ..remembered.clone()
                }));
            }
            if let Some(share) = access.share(arn).await? {
                let tags = crate::aws::ram_tags(share.tags());
                return Ok(match self.marking.stranger(&tags) {
                    Some(whose) => Sighting::Foreign(format!("{arn} now belongs to {whose}")),
                    None => found(with_members(&access, &share, asked).await?),
                });
            }
        }
        if self.marking.is_new() {
            return Ok(Sighting::Absent);
        }
        let access = place.world.site(&self.site).await?;
        let owned = access
            .shares_owned(&self.marking.owner().to_string())
            .await?;
        let tags = |share: &AwsShare| crate::aws::ram_tags(share.tags());
        let id = |share: &AwsShare| share.resource_share_arn().unwrap_or_default().to_owned();
        Ok(match self.marking.pick(&owned, tags, id) {
            Ok(Some(share)) => found(with_members(&access, &share, asked).await?),
            Ok(None) => Sighting::Absent,
            Err(twice) => Sighting::Foreign(twice),
        })
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenShare>, Failure> {
        let access = place.world.site(&self.site).await?;
        let tags = self.marking.wanted_now(place.generation)?;
        let resources = self.resources.clone().into_known();
        let resources =
            resources.ok_or_else(|| Failure::later("what is shared is not known yet"))?;
        let token = self
            .marking
            .token(place.generation, &[self.name.as_str()])?;
        let answer = access
            .call("ram:CreateResourceShare", || {
                let call = access.ram().create_resource_share().name(&self.name);
                call.set_resource_arns(Some(resources.iter().cloned().collect()))
                    .set_principals(Some(self.principals.iter().cloned().collect()))
                    .allow_external_principals(self.external)
                    .client_token(&token)
                    .set_tags(Some(ram_tag_list(&tags)))
                    .send()
            })
            .await;
        let made = match answer {
            Err(error) if error.kind == ErrorKind::TokenMismatch => return Err(error.spent()),
            Err(error) => return Err(self.explained(error)),
            Ok(answer) => answer.resource_share,
        };
        let made = made.ok_or_else(|| Failure::later("RAM made a share and did not say which"))?;
        let seen = SeenShare {
            resources: states(resources, "ASSOCIATING").into(),
            principals: states(self.principals.clone(), "ASSOCIATING").into(),
            tags: tags.into(),
            generation: place.generation,
            ..seen(&made, self.principals.clone())
        };
        let status = seen.status.known().cloned().unwrap_or_default();
        Ok(Made {
            id: seen.arn.known().cloned().unwrap_or_default(),
            seen,
            spent: matches!(status.as_str(), "DELETING" | "DELETED"),
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenShare,
        fields: &[&'static str],
    ) -> Result<SeenShare, Failure> {
        let access = place.world.site(&self.site).await?;
        self.put(&access, place.id.unwrap_or_default(), seen, fields)
            .await
    }

    /// Deleting a share cuts nobody: the connections go with what they lead to.
    async fn delete(&self, place: Place<'_, Aws>, _: &SeenShare) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        remove(&access, place.id.unwrap_or_default()).await
    }
}

/// Deletes a share.
pub(super) async fn remove(access: &SiteAccess, arn: &str) -> Result<Deletion, Failure> {
    let call = || {
        let call = access.ram().delete_resource_share();
        call.resource_share_arn(arn).send()
    };
    match access.call("ram:DeleteResourceShare", call).await {
        Err(error) if error.is_not_found() => Ok(Deletion::Gone),
        answer => {
            answer?;
            Ok(Deletion::Gone)
        }
    }
}

/// Puts principals out of a share of the account's own; those who are out already are fine.
pub(super) async fn put_out(
    access: &SiteAccess,
    arn: &str,
    principals: BTreeSet<String>,
) -> Result<(), Failure> {
    let leaving = calls::Members {
        principals,
        ..calls::Members::default()
    };
    change::take_out(access, arn, leaving).await
}

impl ResourceShare {
    /// Who is wanted and not in: never asked, or put out when an invitation ran out.
    fn missing(&self, seen: &SeenShare) -> BTreeSet<String> {
        let present = seen.principals.known();
        present.map_or_else(BTreeSet::new, |present| outside(&self.principals, present))
    }

    /// Who was asked in by this resource and is not wanted any more.
    fn leaving(&self, seen: &SeenShare) -> BTreeSet<String> {
        let Fact::Known(present) = &seen.principals else {
            return BTreeSet::new();
        };
        let state = |it: &&String| present.get(*it).map(|state| is_in(state));
        let former = self.formerly.iter().filter(|it| state(it) == Some(true));
        // Who was asked a moment ago may not be read yet.
        let asked = seen.asked.iter().filter(|it| state(it) != Some(false));
        let all: BTreeSet<String> = former.chain(asked).cloned().collect();
        all.difference(&self.principals).cloned().collect()
    }

    /// What is in the share and not wanted there: a former configuration, or somebody's addition.
    fn surplus(&self, seen: &SeenShare) -> BTreeSet<String> {
        let (Fact::Known(wanted), Fact::Known(present)) = (&self.resources, &seen.resources) else {
            return BTreeSet::new();
        };
        let is_surplus = |(arn, state): &(&String, &String)| is_in(state) && !wanted.contains(*arn);
        let surplus = present.iter().filter(is_surplus);
        surplus.map(|(arn, _)| arn.clone()).collect()
    }

    fn principals_after(&self, seen: &SeenShare) -> BTreeMap<String, String> {
        let mut after = seen.principals.known().cloned().unwrap_or_default();
        for gone in self.leaving(seen) {
            after.remove(&gone);
        }
        after.extend(states(self.missing(seen), "ASSOCIATING"));
        after
    }
}

fn states(members: BTreeSet<String>, state: &str) -> BTreeMap<String, String> {
    let with_state = members.into_iter().map(|it| (it, state.to_owned()));
    with_state.collect()
}

pub(super) async fn with_members(
    access: &SiteAccess,
    share: &AwsShare,
    asked: BTreeSet<String>,
) -> Result<SeenShare, Failure> {
    let arn = share.resource_share_arn().unwrap_or_default();
    let (resources, principals) = futures::try_join!(
        members(access, arn, Members::Resource),
        members(access, arn, Members::Principal),
    )?;
    Ok(SeenShare {
        resources: resources.into(),
        principals: principals.into(),
        ..seen(share, asked)
    })
}

fn found(seen: SeenShare) -> Sighting<SeenShare> {
    Sighting::Found(Found {
        id: seen.arn.known().cloned().unwrap_or_default(),
        generation: seen.generation,
        dying: false,
        seen,
    })
}
