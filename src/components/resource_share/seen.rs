//! What RAM shows of a share, who and what is in it.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ram::types::{
    ResourceShare as AwsShare, ResourceShareAssociation as Association,
    ResourceShareAssociationStatus as AssociationStatus, ResourceShareAssociationType as Kind,
    ResourceShareStatus,
};
use serde::{Deserialize, Serialize};

use crate::aws::ownership::Mark;
use crate::aws::{SiteAccess, Tags, ram_tags};
use crate::engine::{Fact, Failure};

/// What can be seen of a share.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenShare {
    /// Its ARN.
    pub arn: Fact<String>,
    /// Its name.
    pub name: Fact<String>,
    /// `ACTIVE`, `PENDING`, `FAILED`.
    pub status: Fact<String>,
    /// Whether it may be given to accounts outside of the organization.
    pub external: Fact<bool>,
    /// What is in it, by ARN, with the state of each.
    pub resources: Fact<BTreeMap<String, String>>,
    /// Whom it is given to, with the state of each: `ASSOCIATING` until an invitation is accepted.
    pub principals: Fact<BTreeMap<String, String>>,
    /// Whom this resource has asked in and not put out again; what it has put in, where the share is
    /// somebody else's.
    pub asked: BTreeSet<String>,
    /// Its tags.
    pub tags: Fact<Tags>,
    /// How often its address had been made anew.
    pub generation: u32,
}

impl SeenShare {
    /// The state of somebody it is given to; `ASSOCIATED` once nothing is left to be accepted.
    pub fn state_of(&self, principal: &str) -> Fact<String> {
        let states = self.principals.as_ref();
        states.map(|states| states.get(principal).cloned().unwrap_or_default())
    }

    /// Who is in it, or invited, and was not asked in by this resource as far as it remembers.
    pub fn uninvited(&self) -> BTreeSet<String> {
        let mut inside = self.inside();
        inside.retain(|it| !self.asked.contains(it));
        inside
    }

    /// Who is in it, or invited.
    pub fn inside(&self) -> BTreeSet<String> {
        let present = self.principals.known().into_iter().flatten();
        let inside = present.filter(|(_, state)| is_in(state));
        inside.map(|(it, _)| it.clone()).collect()
    }

    /// What of this is not in it.
    pub(super) fn lacks(&self, resources: &Fact<BTreeSet<String>>) -> BTreeSet<String> {
        match (resources, &self.resources) {
            (Fact::Known(wanted), Fact::Known(present)) => outside(wanted, present),
            _ => BTreeSet::new(),
        }
    }

    /// The same as [`Self::state_of`] where the account may be let in by an organization or a unit
    /// of one, which RAM lists in place of its accounts.
    pub fn state_within(&self, account: &str) -> Fact<String> {
        let states = self.principals.as_ref();
        states.map(|states| {
            let by_organization = states
                .iter()
                .any(|(it, state)| it.starts_with("arn:") && state == "ASSOCIATED");
            match states.get(account) {
                Some(state) => state.clone(),
                None if by_organization => "ASSOCIATED".to_owned(),
                None => String::new(),
            }
        })
    }
}

/// Which of these are neither in nor on the way in.
pub(super) fn outside(
    wanted: &BTreeSet<String>,
    present: &BTreeMap<String, String>,
) -> BTreeSet<String> {
    let is_out = |it: &&String| present.get(*it).is_none_or(|state| !is_in(state));
    wanted.iter().filter(is_out).cloned().collect()
}

/// Whether somebody, or something, is in or on the way in.
pub(in crate::components) fn is_in(state: &str) -> bool {
    matches!(state, "ASSOCIATED" | "ASSOCIATING")
}

/// A share as RAM shows it, without who and what is in it.
pub(in crate::components) fn seen(share: &AwsShare, asked: BTreeSet<String>) -> SeenShare {
    let tags = ram_tags(share.tags());
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
    SeenShare {
        arn: text(share.resource_share_arn()),
        name: text(share.name()),
        status: text(share.status().map(ResourceShareStatus::as_str)),
        external: share.allow_external_principals().into(),
        resources: Fact::Later,
        principals: Fact::Later,
        asked,
        generation: Mark::read(&tags).generation,
        tags: tags.into(),
    }
}

/// Who, or what, is in a share, with the state of each.
pub(in crate::components) async fn members(
    access: &SiteAccess,
    share: &str,
    kind: Kind,
) -> Result<BTreeMap<String, String>, Failure> {
    let rows = access.associations(share, kind).await?;
    let mut members: BTreeMap<String, String> = BTreeMap::new();
    for row in &rows {
        let (entity, state) = entry(row);
        // One that left and came back has two rows.
        let better = members.get(&entity).is_none_or(|known| !is_in(known));
        if better {
            members.insert(entity, state);
        }
    }
    Ok(members)
}

fn entry(row: &Association) -> (String, String) {
    let state = row.status().map(AssociationStatus::as_str);
    let entity = row.associated_entity().unwrap_or_default();
    (entity.to_owned(), state.unwrap_or_default().to_owned())
}
