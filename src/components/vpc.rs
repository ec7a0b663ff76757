//! A VPC of the user: read, never changed.

use std::collections::BTreeSet;

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, Site};
use crate::engine::{Component, Deletion, Fact, Failure, Found, Made, Place, Sighting, Verdict};

/// A VPC that the user gave us.
#[derive(Clone, Debug)]
pub struct Vpc {
    /// Where it is.
    pub site: Site,
    /// `vpc-…`.
    pub id: Fact<String>,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenVpc {
    /// `vpc-…`.
    pub id: Fact<String>,
    /// Its IPv4 CIDRs.
    pub cidrs: Fact<BTreeSet<String>>,
    /// Its IPv6 CIDRs.
    #[serde(default)]
    pub ipv6_cidrs: Fact<BTreeSet<String>>,
}

#[async_trait]
impl Component<Aws> for Vpc {
    type Seen = SeenVpc;
    const KIND: &'static str = "vpc";
    const GIVEN: bool = true;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn given_as(&self) -> Option<String> {
        self.id.known().cloned()
    }

    fn judge(&self, seen: &SeenVpc) -> Verdict {
        if self.id.differs(&seen.id) {
            Verdict::Replace("another VPC was given".to_owned())
        } else {
            Verdict::InPlace
        }
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenVpc>,
    ) -> Result<Sighting<SeenVpc>, Failure> {
        let Fact::Known(id) = &self.id else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let Some(vpc) = access.vpc(id, place.freshness).await? else {
            return Ok(Sighting::Absent);
        };
        let associations = vpc.cidr_block_association_set().iter();
        let associated = associations.filter_map(|block| block.cidr_block().map(str::to_owned));
        let cidrs = associated
            .chain(vpc.cidr_block().map(str::to_owned))
            .collect::<BTreeSet<_>>();
        let ipv6 = vpc.ipv6_cidr_block_association_set().iter();
        let ipv6 = ipv6.filter_map(|block| block.ipv6_cidr_block().map(str::to_owned));
        let seen = SeenVpc {
            id: id.clone().into(),
            cidrs: cidrs.into(),
            ipv6_cidrs: ipv6.collect::<BTreeSet<_>>().into(),
        };
        Ok(Sighting::Found(Found {
            id: id.clone(),
            generation: 1,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<SeenVpc>, Failure> {
        Err(never())
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        _: &SeenVpc,
        _: &[&'static str],
    ) -> Result<SeenVpc, Failure> {
        Err(never())
    }

    async fn delete(&self, _: Place<'_, Aws>, _: &SeenVpc) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

/// What is given is never made, changed or deleted by us; the engine knows that.
pub(super) fn never() -> Failure {
    Failure::never("what was given is not to be changed")
}
