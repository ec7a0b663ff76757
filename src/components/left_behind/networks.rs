//! What of an owner is in service networks, whose lists tell no tags: found from its configurations.

use async_trait::async_trait;

use super::Leaves;
use crate::aws::ownership::Mark;
use crate::aws::{Holder, SiteAccess};
use crate::components::network_association::{self, NetworkAssociation, SeenNetworkAssociation};
use crate::components::resource_configuration::SeenConfiguration;
use crate::engine::{Deletion, Failure};

#[async_trait]
impl Leaves for NetworkAssociation {
    type Trace = ();

    async fn trace(access: &SiteAccess, id: &str) -> Result<Option<()>, Failure> {
        Ok(access.network_association(id).await?.map(|_| ()))
    }

    async fn remove(access: &SiteAccess, _: &str, id: &str) -> Result<Deletion, Failure> {
        network_association::remove(access, id).await
    }
}

/// The associations of these configurations with service networks, of whichever account. The account
/// that has the configurations is asked.
pub async fn in_networks(
    access: &SiteAccess,
    configurations: &[SeenConfiguration],
) -> Result<Vec<Holder>, Failure> {
    let mut found = Vec::new();
    for id in configurations.iter().filter_map(|it| it.id.known()) {
        found.extend(access.holders_in_networks(id).await?);
    }
    Ok(found)
}

/// Those of an owner path among these associations that are of the account's own.
pub async fn network_associations(
    access: &SiteAccess,
    owner: &str,
    among: &[Holder],
) -> Result<Vec<SeenNetworkAssociation>, Failure> {
    let mut found = Vec::new();
    let own = &access.site().account_id;
    for holder in among.iter().filter(|it| it.account_id == *own) {
        let Some(association) = access.network_association(&holder.id).await? else {
            continue;
        };
        let tags = access
            .lattice_tags(association.arn().unwrap_or_default())
            .await?;
        let tags = tags.unwrap_or_default();
        if Mark::read(&tags).owner.as_deref() == Some(owner) {
            found.push(network_association::seen::seen(&association, tags.into()));
        }
    }
    Ok(found)
}
