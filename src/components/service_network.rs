//! A service network of the user: read, never changed. What is put into it is ours.

use async_trait::async_trait;
use aws_sdk_vpclattice::types::SharingConfig;
use serde::{Deserialize, Serialize};

use super::vpc::never;
use crate::aws::{Arn, Aws, Site, SiteAccess, id_of};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Sighting, Verdict,
};

/// A network that the user gave us.
#[derive(Clone, Debug)]
pub struct GivenNetwork {
    /// Where it is.
    pub site: Site,
    /// `sn-…`, or its ARN.
    pub id: Fact<String>,
    /// Whether what is put into it may go into networks that can be shared.
    pub may_be_shared_on: bool,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenServiceNetwork {
    /// `sn-…`.
    pub id: Fact<String>,
    /// Its ARN.
    pub arn: Fact<String>,
    /// Whether it can be shared with other accounts. AWS changes that of none.
    pub shareable: Fact<bool>,
}

#[async_trait]
impl Component<Aws> for GivenNetwork {
    type Seen = SeenServiceNetwork;
    const KIND: &'static str = "service_network";
    const GIVEN: bool = true;
    const PACE: Pace = Pace::at_most_s(10);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn given_as(&self) -> Option<String> {
        self.id.known().cloned()
    }

    fn judge(&self, seen: &SeenServiceNetwork) -> Verdict {
        let wanted = self.id.as_ref().map(|id| id_of(id));
        if wanted.differs(&seen.id.as_ref().map(String::as_str)) {
            return Verdict::Replace("another network was given".to_owned());
        }
        match self.problem(seen) {
            Some(why) => Verdict::Failed(why),
            None => Verdict::InPlace,
        }
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenServiceNetwork>,
    ) -> Result<Sighting<SeenServiceNetwork>, Failure> {
        let Fact::Known(id) = &self.id else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        Ok(match Self::see(&access, id).await? {
            Some(seen) => Sighting::Found(Found {
                id: id.clone(),
                generation: 1,
                dying: false,
                seen,
            }),
            None => Sighting::Absent,
        })
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<SeenServiceNetwork>, Failure> {
        Err(never())
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        _: &SeenServiceNetwork,
        _: &[&'static str],
    ) -> Result<SeenServiceNetwork, Failure> {
        Err(never())
    }

    async fn delete(&self, _: Place<'_, Aws>, _: &SeenServiceNetwork) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

impl GivenNetwork {
    /// What AWS shows of a network, if it is there.
    pub async fn see(access: &SiteAccess, id: &str) -> Result<Option<SeenServiceNetwork>, Failure> {
        let found = access.service_network(id).await?;
        Ok(found.map(|found| {
            let text = |text: Option<&str>| text.unwrap_or_default().to_owned().into();
            let sharing = found.sharing_config().and_then(SharingConfig::enabled);
            SeenServiceNetwork {
                id: text(found.id()),
                arn: text(found.arn()),
                shareable: sharing.into(),
            }
        }))
    }

    /// Why nothing can be put into it, if nothing can.
    pub fn problem(&self, seen: &SeenServiceNetwork) -> Option<String> {
        let arn: Option<Arn> = seen.arn.known().and_then(|arn| arn.parse().ok());
        let other = arn.filter(|arn| arn.account_id != self.site.account_id);
        if let Some(arn) = other {
            return Some(format!(
                "it belongs to account {}, and AWS lets nobody join two things that were both shared \
                 with him: give a network of account {}",
                arn.account_id, self.site.account_id
            ));
        }
        let shareable = seen.shareable.known() == Some(&true);
        (shareable && !self.may_be_shared_on).then(|| {
            "it can be shared with other accounts, and what is shared here may not go into such \
             networks: set allow_association_to_shareable_service_network = true, or give a network \
             that was made with sharing off, which AWS changes of none"
                .to_owned()
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(id: &str, may_be_shared_on: bool) -> GivenNetwork {
        GivenNetwork {
            site: Site::new("222222222222", "eu-west-1"),
            id: id.to_owned().into(),
            may_be_shared_on,
        }
    }

    fn seen(account: &str, shareable: bool) -> SeenServiceNetwork {
        SeenServiceNetwork {
            id: "sn-1".to_owned().into(),
            arn: format!("arn:aws:vpc-lattice:eu-west-1:{account}:servicenetwork/sn-1").into(),
            shareable: shareable.into(),
        }
    }

    #[test]
    fn a_network_is_the_same_by_id_and_by_arn() {
        let seen = seen("222222222222", false);
        let arn = seen.arn.known().unwrap().clone();
        for id in ["sn-1", arn.as_str()] {
            assert_eq!(wanted(id, false).judge(&seen), Verdict::InPlace);
        }
        assert!(matches!(
            wanted("sn-2", false).judge(&seen),
            Verdict::Replace(_)
        ));
    }

    #[test]
    fn nothing_goes_into_the_networks_of_others_nor_further_than_it_may() {
        let judge = |may, seen: &SeenServiceNetwork| wanted("sn-1", may).judge(seen);
        let ours = seen("222222222222", true);
        assert_eq!(judge(true, &ours), Verdict::InPlace);
        assert!(matches!(judge(false, &ours), Verdict::Failed(_)));
        let theirs = seen("333333333333", false);
        assert!(matches!(judge(true, &theirs), Verdict::Failed(_)));
    }
}
