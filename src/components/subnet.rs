//! Subnets of the user: read to say at plan what AWS would refuse, never changed.

use std::collections::{BTreeMap, BTreeSet};

use crate::aws::SiteAccess;
use crate::engine::{Failure, Freshness};

/// What can be seen of a subnet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SeenSubnet {
    /// The VPC it is in.
    pub vpc_id: String,
    /// The id of its zone, such as `apne1-az1`, which is the same in all accounts.
    pub zone_id: String,
    /// Whether it has an IPv6 block.
    pub has_ipv6: bool,
}

/// Those of these subnets that are there, by id.
pub async fn subnets(
    access: &SiteAccess,
    ids: BTreeSet<String>,
) -> Result<BTreeMap<String, SeenSubnet>, Failure> {
    let looks = ids.into_iter().map(|id| async move {
        let found = access.subnet(&id, Freshness::Now).await?;
        let seen = found.map(|subnet| {
            let blocks = subnet.ipv6_cidr_block_association_set();
            let seen = SeenSubnet {
                vpc_id: subnet.vpc_id().unwrap_or_default().to_owned(),
                zone_id: subnet.availability_zone_id().unwrap_or_default().to_owned(),
                has_ipv6: !blocks.is_empty(),
            };
            (id, seen)
        });
        Ok::<_, Failure>(seen)
    });
    let seen = futures::future::try_join_all(looks).await?;
    Ok(seen.into_iter().flatten().collect())
}
