//! Who is given what, through all shares together.
//!
//! RAM leaves endpoints connected when their account is put out, and service networks too, so whoever is no
//! longer given something is cut off from it here. What was given is remembered, as nothing in AWS tells it.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use aws_sdk_ram::types::ResourceShareAssociationType as Members;
use serde::{Deserialize, Serialize};

use super::resource_share;
use crate::aws::{Aws, Site, SiteAccess, id_of};
use crate::engine::{Component, Deletion, Fact, Failure, Found, Made, Place, Sighting, Verdict};

/// Accounts, and ARNs of organizations and their units, by the ARN of the configuration that they are
/// given.
type Given = BTreeMap<String, BTreeSet<String>>;

/// Who is to be given what.
#[derive(Clone, Debug)]
pub struct Audience {
    /// The owner's site.
    pub site: Site,
    /// The owner path that the shares bear.
    pub owner: String,
    /// Whom each configuration is given to, by its ARN.
    pub given: Fact<Given>,
    /// Who comes through a share of the user's, and is none of this resource's business.
    pub spared: Fact<BTreeSet<String>>,
    /// The ARNs of the shares that give it.
    pub shares: Fact<BTreeSet<String>>,
    /// Ids of this resource's own endpoints and associations, which go by themselves.
    pub own: BTreeSet<String>,
    /// Whether those who are no longer given something lose their connections.
    pub cuts: bool,
    /// Accounts that no credentials lead to any more: they lose them in any case.
    pub forsaken: BTreeSet<String>,
}

/// What is remembered of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenAudience {
    /// What was given to whom when somebody was cut off last, or was to be.
    pub given: Fact<Given>,
}

impl SeenAudience {
    /// Remembers that these are given a configuration, by its ARN.
    pub fn give(&mut self, arn: &str, principals: &BTreeSet<String>) {
        let mut given = self.given.known().cloned().unwrap_or_default();
        given
            .entry(arn.to_owned())
            .or_default()
            .extend(principals.clone());
        self.given = given.into();
    }
}

#[async_trait]
impl Component<Aws> for Audience {
    type Seen = SeenAudience;
    const KIND: &'static str = "audience";
    const IDENTIFIED: bool = false;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenAudience) -> Verdict {
        Verdict::of_changes([("given", self.given.differs(&seen.given))])
    }

    fn foresee(&self, _: &SeenAudience, _: &[&'static str]) -> SeenAudience {
        self.wanted()
    }

    /// Memory is all there is: without one, nobody was let in by this resource.
    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenAudience>,
    ) -> Result<Sighting<SeenAudience>, Failure> {
        if place.leaving {
            return Ok(Sighting::Absent);
        }
        let told = remembered.filter(|it| !it.given.is_later()).cloned();
        let seen = told.unwrap_or_else(|| self.wanted());
        if seen.given.is_later() {
            return Ok(Sighting::Absent);
        }
        Ok(Sighting::Found(Found {
            id: self.owner.clone(),
            generation: 1,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<SeenAudience>, Failure> {
        Ok(Made {
            id: self.owner.clone(),
            seen: self.wanted(),
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenAudience,
        _: &[&'static str],
    ) -> Result<SeenAudience, Failure> {
        let lost = self.lost(seen);
        if !lost.is_empty() {
            let access = place.world.site(&self.site).await?;
            self.put_out(&access, lost.values().flatten().cloned().collect())
                .await?;
            for (configuration, principals) in &lost {
                self.cut_off(&access, configuration, principals).await?;
            }
        }
        Ok(self.wanted())
    }

    /// Nothing: what is shared goes, and its connections with it.
    async fn delete(&self, _: Place<'_, Aws>, _: &SeenAudience) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

impl Audience {
    fn wanted(&self) -> SeenAudience {
        SeenAudience {
            given: self.given.clone(),
        }
    }

    /// Who has lost what, and is to be cut off. From what is no longer shared, those who are given
    /// nothing at all any more: others move to what replaces it.
    fn lost(&self, seen: &SeenAudience) -> Given {
        let (Fact::Known(now), Fact::Known(before)) = (&self.given, &seen.given) else {
            return Given::new();
        };
        let all: BTreeSet<String> = now.values().flatten().cloned().collect();
        let lost = before.iter().map(|(arn, principals)| {
            let kept = now.get(arn).unwrap_or(&all);
            let spared = |it: &String| self.spared.known().is_some_and(|all| all.contains(it));
            let is_cut = |it: &&String| (self.cuts || self.forsaken.contains(*it)) && !spared(it);
            let lost = principals.difference(kept).filter(is_cut).cloned();
            (arn.clone(), lost.collect::<BTreeSet<_>>())
        });
        lost.filter(|(_, principals)| !principals.is_empty())
            .collect()
    }

    /// Nobody comes back through a share that is still to go.
    async fn put_out(
        &self,
        access: &SiteAccess,
        principals: BTreeSet<String>,
    ) -> Result<(), Failure> {
        let wanted = self.shares.known();
        for share in access.shares_owned(&self.owner).await? {
            let arn = share.resource_share_arn().unwrap_or_default();
            if wanted.is_some_and(|wanted| wanted.contains(arn)) {
                continue;
            }
            let members = resource_share::seen::members(access, arn, Members::Principal).await?;
            let inside = members
                .iter()
                .filter(|(_, state)| resource_share::seen::is_in(state));
            let inside: BTreeSet<String> = inside.map(|(it, _)| it.clone()).collect();
            let leaving = principals.intersection(&inside).cloned().collect();
            resource_share::put_out(access, arn, leaving).await?;
        }
        Ok(())
    }

    async fn cut_off(
        &self,
        access: &SiteAccess,
        configuration: &str,
        lost: &BTreeSet<String>,
    ) -> Result<(), Failure> {
        let nobody = BTreeSet::new();
        let kept = self
            .given
            .known()
            .and_then(|given| given.get(configuration));
        let kept = kept.unwrap_or(&nobody);
        // RAM does not tell which accounts an organization has.
        if kept.iter().any(|it| is_organization(it)) {
            return Ok(());
        }
        let everybody = lost.iter().any(|it| is_organization(it));
        for holder in access.holders(id_of(configuration)).await? {
            let account = &holder.account_id;
            let spared = self.spared.known().is_some_and(|it| it.contains(account));
            let outside = *account != self.site.account_id && !kept.contains(account) && !spared;
            if outside && (everybody || lost.contains(account)) && !self.own.contains(&holder.id) {
                access.cut(&holder).await?;
            }
        }
        Ok(())
    }
}

fn is_organization(principal: &str) -> bool {
    principal.starts_with("arn:")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn given(rows: &[(&str, &[&str])]) -> Given {
        let set = |all: &[&str]| all.iter().map(|it| (*it).to_owned()).collect();
        rows.iter()
            .map(|(arn, all)| ((*arn).to_owned(), set(all)))
            .collect()
    }

    fn lost(before: Given, now: Given) -> Given {
        let audience = Audience {
            site: Site::new("1", "r"),
            owner: String::new(),
            given: now.into(),
            spared: BTreeSet::new().into(),
            shares: Fact::Later,
            own: BTreeSet::new(),
            cuts: true,
            forsaken: BTreeSet::new(),
        };
        audience.lost(&SeenAudience {
            given: before.into(),
        })
    }

    #[test]
    fn who_is_given_less_loses_that_alone() {
        let before = given(&[("a", &["2", "3"]), ("b", &["2"])]);
        let now = given(&[("a", &["2", "3"]), ("b", &[])]);
        assert_eq!(lost(before.clone(), now), given(&[("b", &["2"])]));
        assert!(lost(before.clone(), before).is_empty());
    }

    #[test]
    fn what_is_replaced_keeps_its_clients_until_they_have_moved() {
        let before = given(&[("old", &["2", "3"])]);
        let now = given(&[("new", &["2"])]);
        assert_eq!(lost(before, now), given(&[("old", &["3"])]));
    }
}
