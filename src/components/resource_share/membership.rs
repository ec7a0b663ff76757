//! What is shared, put into a resource share of the user's. Who is in it is its owner's business.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::calls::{Members, associate};
use super::change::take_out;
use super::seen::is_in;
use super::{SeenShare, found, states, with_members};
use crate::aws::{Aws, Site};
use crate::engine::{
    Component, Deletion, Fact, Failure, Made, Pace, Place, Reason, Sighting, Verdict,
};

/// What is wanted: that these are in this share.
#[derive(Clone, Debug)]
pub struct ShareMembership {
    /// Where the share is.
    pub site: Site,
    /// The ARN of the user's share.
    pub share: Fact<String>,
    /// The ARNs of what is to be in it.
    pub resources: Fact<BTreeSet<String>>,
    /// Accounts that have to be in it.
    pub awaited: BTreeSet<String>,
}

#[async_trait]
impl Component<Aws> for ShareMembership {
    type Seen = SeenShare;
    const KIND: &'static str = "resource_share_membership";
    const IDENTIFIED: bool = false;
    const PACE: Pace = Pace::at_most_s(10);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenShare) -> Verdict {
        if self.share.differs(&seen.arn) {
            return Verdict::Replace("another share is wanted".to_owned());
        }
        let differs = !seen.lacks(&self.resources).is_empty() || !self.leaving(seen).is_empty();
        let verdict = Verdict::of_changes([("resources", differs)]);
        let waits = |account: &&String| {
            let state = seen.state_within(account);
            state.known().is_some_and(|state| state == "ASSOCIATING")
        };
        match self.awaited.iter().find(waits) {
            Some(account) if verdict == Verdict::InPlace => {
                Verdict::Pending(format!("account {account} has not taken it up yet"))
            }
            _ => verdict,
        }
    }

    fn foresee(&self, seen: &SeenShare, _: &[&'static str]) -> SeenShare {
        let mut seen = seen.clone();
        let mut resources = seen.resources.known().cloned().unwrap_or_default();
        for gone in self.leaving(&seen) {
            resources.remove(&gone);
        }
        resources.extend(states(seen.lacks(&self.resources), "ASSOCIATING"));
        seen.resources = resources.into();
        seen.asked = self.resources.known().cloned().unwrap_or_default();
        seen
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&SeenShare>,
    ) -> Result<Sighting<SeenShare>, Failure> {
        // What is remembered is in the share that it was put into.
        let share = place.id.or(self.share.known().map(String::as_str));
        let Some(share) = share else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let Some(there) = access.share(share).await? else {
            return Ok(Sighting::Absent);
        };
        let ours = remembered.map(|it| it.asked.clone()).unwrap_or_default();
        let mut seen = with_members(&access, &there, ours).await?;
        let present = seen.resources.known().cloned().unwrap_or_default();
        let is_there = |arn: &String| present.get(arn).is_some_and(|state| is_in(state));
        // Nobody else knows of them, so they were put in by a call whose answer was lost.
        let wanted = self.resources.known().into_iter().flatten();
        seen.asked.extend(wanted.cloned());
        seen.asked.retain(is_there);
        Ok(match seen.asked.is_empty() {
            true => Sighting::Absent,
            false => found(seen),
        })
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenShare>, Failure> {
        let access = place.world.site(&self.site).await?;
        let known = self.share.as_ref().zip(self.resources.as_ref());
        let (share, resources) = known
            .into_known()
            .ok_or_else(|| Failure::later("the share and what is shared are not known yet"))?;
        let Some(there) = access.share(share).await? else {
            return Err(self.not_there(share));
        };
        associate(&access, share, &Members::of_resources(resources.clone())).await?;
        let seen = with_members(&access, &there, resources.clone()).await?;
        Ok(Made {
            id: share.clone(),
            seen: SeenShare {
                resources: states(resources.clone(), "ASSOCIATING").into(),
                ..seen
            },
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        seen: &SeenShare,
        fields: &[&'static str],
    ) -> Result<SeenShare, Failure> {
        let access = place.world.site(&self.site).await?;
        let share = place.id.unwrap_or_default();
        let joining = Members::of_resources(seen.lacks(&self.resources));
        associate(&access, share, &joining).await?;
        take_out(&access, share, Members::of_resources(self.leaving(seen))).await?;
        Ok(self.foresee(seen, fields))
    }

    /// Takes out what was put in. The share stays, with all else that is in it.
    async fn delete(&self, place: Place<'_, Aws>, seen: &SeenShare) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        let share = place.id.unwrap_or_default();
        take_out(&access, share, Members::of_resources(seen.asked.clone())).await?;
        Ok(Deletion::Gone)
    }
}

impl ShareMembership {
    /// What this resource has put in and does not want there any more.
    fn leaving(&self, seen: &SeenShare) -> BTreeSet<String> {
        match &self.resources {
            Fact::Known(wanted) => seen.asked.difference(wanted).cloned().collect(),
            Fact::Later => BTreeSet::new(),
        }
    }

    fn not_there(&self, share: &str) -> Failure {
        let what = format!("There is no share {share} in {}.", self.site);
        let remedy = "resource_share_arn takes a share of the owner's account and region. Without it \
                      the resource makes one.";
        Failure::Never(Reason::new(what).remedy(remedy))
    }
}
