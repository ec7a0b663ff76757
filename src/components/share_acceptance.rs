//! A share taken up in the account that it is given to.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, ErrorKind, Site};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Reason, Sighting, Verdict,
};

/// What is wanted: that this account has this share.
#[derive(Clone, Debug)]
pub struct ShareAcceptance {
    /// The account that is invited, and the share's region.
    pub site: Site,
    /// The share's ARN.
    pub share: Fact<String>,
    /// The state of this account in the share, as its owner sees it.
    pub state: Fact<String>,
    /// Whether it is somebody else who lets accounts into the share.
    pub given: bool,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenShareAcceptance {
    /// The share that was taken up.
    pub share: Fact<String>,
    /// Whether it was taken up a moment ago, so that its owner may not see that yet.
    #[serde(default)]
    pub fresh: bool,
}

#[async_trait]
impl Component<Aws> for ShareAcceptance {
    type Seen = SeenShareAcceptance;
    const KIND: &'static str = "resource_share_acceptance";
    const IDENTIFIED: bool = false;
    const PART: bool = true;
    // Invitations come within a second; those of an hour ago are waited for by nobody.
    const PACE: Pace = Pace::at_most_s(5);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenShareAcceptance) -> Verdict {
        // Whoever was put out and asked in again has to take it up again.
        let asked_again = match self.state.known().map(String::as_str) {
            Some("ASSOCIATED") | None => false,
            Some("ASSOCIATING") => !seen.fresh,
            Some(_) => true,
        };
        Verdict::of_changes([
            ("share", self.share.differs(&seen.share)),
            ("state", asked_again),
        ])
    }

    /// The owner's side tells whether it was taken up: no read of its own, and none of an inbox from
    /// which old invitations vanish.
    async fn look(
        &self,
        _: Place<'_, Aws>,
        _: Option<&SeenShareAcceptance>,
    ) -> Result<Sighting<SeenShareAcceptance>, Failure> {
        let taken_up = self.state.known().is_some_and(|it| it == "ASSOCIATED");
        Ok(match &self.share {
            Fact::Known(share) if taken_up => Sighting::Found(Found {
                id: share.clone(),
                generation: 1,
                dying: false,
                seen: SeenShareAcceptance {
                    fresh: false,
                    ..self.taken_up()
                },
            }),
            _ => Sighting::Absent,
        })
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenShareAcceptance>, Failure> {
        let id = self.accept(place).await?;
        Ok(Made {
            id,
            seen: self.taken_up(),
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        _: &SeenShareAcceptance,
        _: &[&'static str],
    ) -> Result<SeenShareAcceptance, Failure> {
        self.accept(place).await?;
        Ok(self.taken_up())
    }

    /// Nothing: the share goes, or puts the account out.
    async fn delete(
        &self,
        _: Place<'_, Aws>,
        _: &SeenShareAcceptance,
    ) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

impl ShareAcceptance {
    fn taken_up(&self) -> SeenShareAcceptance {
        SeenShareAcceptance {
            share: self.share.clone(),
            fresh: true,
        }
    }

    /// Accepts the invitation. Within an organization there is none, and none is left of one that was
    /// accepted long ago: then the share itself is there.
    async fn accept(&self, place: Place<'_, Aws>) -> Result<String, Failure> {
        let Fact::Known(share) = &self.share else {
            return Err(Failure::later("the share is not known yet"));
        };
        let is_out = |state: &String| !matches!(state.as_str(), "ASSOCIATING" | "ASSOCIATED");
        if self.state.known().is_some_and(is_out) && self.given {
            let what = format!("Account {} is not in {share}.", self.site.account_id);
            let remedy = "Who is in a share that exists already is its owner's to say: put the account in \
                          there, or take the consumer out here.";
            return Err(Failure::Never(Reason::new(what).remedy(remedy)));
        }
        if self.state.known().is_some_and(is_out) {
            return Err(Failure::later(
                "the account is not asked into the share yet",
            ));
        }
        let access = place.world.site(&self.site).await?;
        let Some(invitation) = access.invitation(share).await? else {
            if access.share_from_others(share).await?.is_some() {
                return Ok(share.clone());
            }
            let reason = Reason::new(format!(
                "No invitation to {share} has reached account {}.",
                self.site.account_id
            ));
            return Err(Failure::Soon(reason));
        };
        let arn = invitation
            .resource_share_invitation_arn()
            .unwrap_or_default();
        let call = || {
            let call = access.ram().accept_resource_share_invitation();
            call.resource_share_invitation_arn(arn).send()
        };
        let action = "ram:AcceptResourceShareInvitation";
        match access.call(action, call).await {
            Err(error) if error.code == "ResourceShareInvitationAlreadyAcceptedException" => {}
            // The owner's next look shows that the account is out, and asks it in again.
            Err(error) if error.kind == ErrorKind::Invalid => return Err(error.later()),
            answer => {
                answer?;
            }
        }
        Ok(share.clone())
    }
}
