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
        let association = network_association(access, &holder.id).await?;
        let is_its = |it: &SeenNetworkAssociation| {
            let tags = it.tags.known();
            tags.and_then(|tags| Mark::read(tags).owner).as_deref() == Some(owner)
        };
        found.extend(association.filter(is_its));
    }
    Ok(found)
}

/// An association of the account's own by id, whosever it is.
pub async fn network_association(
    access: &SiteAccess,
    id: &str,
) -> Result<Option<SeenNetworkAssociation>, Failure> {
    let Some(association) = access.network_association(id).await? else {
        return Ok(None);
    };
    let arn = association.arn().unwrap_or_default();
    let tags = access.lattice_tags(arn).await?.unwrap_or_default();
    Ok(Some(network_association::seen::seen(
        &association,
        tags.into(),
    )))
}
