//! The guard of a run: the anchor must still carry our claim.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;

use crate::aws::{Aws, Site};
use crate::components::marked::{self, Anchor};
use crate::engine::{Clock, Failure, Guard, LAG, Pace, Reason};

/// How long a look at the anchor is good for.
const GOOD_FOR: Duration = Duration::from_secs(20);

/// Looks at the anchor before anything is deleted, and before the building mark is cleared.
pub(super) struct AnchorGuard<'a> {
    pub(super) aws: &'a Aws,
    pub(super) site: &'a Site,
    pub(super) owner: String,
    pub(super) claim: &'a str,
    confirmed: Mutex<Option<Duration>>,
}

impl<'a> AnchorGuard<'a> {
    pub(super) fn new(aws: &'a Aws, site: &'a Site, owner: String, claim: &'a str) -> Self {
        Self {
            aws,
            site,
            owner,
            claim,
            confirmed: Mutex::default(),
        }
    }

    /// Looks now, whatever was seen a moment ago.
    pub(super) async fn look(&self) -> Result<Option<Anchor>, Failure> {
        let access = self.aws.site(self.site).await?;
        let mut anchors = marked::anchors(&access, &self.owner).await?;
        // Where two anchors of one path exist, ours is the one that matters.
        anchors.sort_by_key(|anchor| anchor.claim != self.claim);
        Ok(anchors.into_iter().next())
    }

    /// Looks until the anchor carries our claim, or until nobody can doubt that it does not: what
    /// was written a moment ago may not be read yet.
    pub(super) async fn look_well(&self) -> Result<Option<Anchor>, Failure> {
        let (clock, mut waited) = (self.aws.clock(), Duration::ZERO);
        loop {
            let anchor = self.look().await?;
            let foreign = anchor
                .as_ref()
                .is_some_and(|anchor| anchor.claim != self.claim);
            if !foreign || waited > LAG {
                return Ok(anchor);
            }
            clock.wait(Pace::PAUSE_MIN).await;
            waited += Pace::PAUSE_MIN;
        }
    }

    /// Fails if the anchor carries somebody else's claim. One that is gone is nobody's.
    pub(super) async fn confirm_now(&self) -> Result<Option<Anchor>, Failure> {
        let anchor = self.look_well().await?;
        match &anchor {
            Some(anchor) if anchor.claim != self.claim => {
                let what = format!(
                    "Another apply has taken over {} ({}).",
                    self.owner, anchor.id
                );
                let remedy = "Nothing more was touched. If that apply belongs to another state, \
                              one of the two must use another name.";
                Err(Failure::Contested(Reason::new(what).remedy(remedy)))
            }
            _ => Ok(anchor),
        }
    }
}

#[async_trait]
impl Guard for AnchorGuard<'_> {
    async fn confirm(&self) -> Result<(), Failure> {
        let now = self.aws.clock().now();
        let last = *self
            .confirmed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        if last.is_some_and(|last| now.saturating_sub(last) < GOOD_FOR) {
            return Ok(());
        }
        self.confirm_now().await?;
        *self
            .confirmed
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = Some(now);
        Ok(())
    }
}
