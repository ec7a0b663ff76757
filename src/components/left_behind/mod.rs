//! What bears an owner's marks, whether anybody remembers it or not: a state may be older than what
//! stands, and a run that was killed has told nobody.

mod kinds;
mod networks;
mod search;
mod shared;

use std::fmt::Debug;

use async_trait::async_trait;
use serde::{Serialize, de::DeserializeOwned};

pub use networks::{in_networks, network_association, network_associations};
pub use search::{Marked, endpoints, groups, listeners, load_balancers, rules, target_groups};

pub use shared::{
    configuration, configurations, configurations_behind, gateway, gateways, resource_endpoint,
    resource_endpoints, share, shares, shares_with,
};

use crate::aws::{Aws, Site, SiteAccess};
use crate::engine::{Component, Deletion, Failure, Found, Made, Place, Sighting, Verdict};

/// Something of kind `C` that nobody wanted: all that can be done is to delete it.
#[derive(Clone, Debug)]
pub struct LeftBehind<C> {
    site: Site,
    owner: String,
    kind: std::marker::PhantomData<fn() -> C>,
}

impl<C> LeftBehind<C> {
    /// Something of this owner path at this site.
    pub fn new(site: Site, owner: String) -> Self {
        Self {
            site,
            owner,
            kind: std::marker::PhantomData,
        }
    }
}

/// A kind of which something may be left behind.
#[async_trait]
pub trait Leaves: Component<Aws> {
    /// What is to be remembered of one.
    type Trace: Clone + Debug + Default + Send + Sync + Serialize + DeserializeOwned + 'static;

    /// What is seen of it, if it still stands.
    async fn trace(access: &SiteAccess, id: &str) -> Result<Option<Self::Trace>, Failure>;

    /// Deletes it.
    async fn remove(access: &SiteAccess, owner: &str, id: &str) -> Result<Deletion, Failure>;
}

#[async_trait]
impl<C: Leaves> Component<Aws> for LeftBehind<C> {
    type Seen = C::Trace;
    const KIND: &'static str = C::KIND;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, _: &C::Trace) -> Verdict {
        Verdict::InPlace
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&C::Trace>,
    ) -> Result<Sighting<C::Trace>, Failure> {
        let Some(id) = place.id else {
            return Ok(Sighting::Absent);
        };
        let (access, id) = (place.world.site(&self.site).await?, id.to_owned());
        Ok(match C::trace(&access, &id).await? {
            Some(seen) => Sighting::Found(Found {
                id,
                generation: 1,
                dying: false,
                seen,
            }),
            None => Sighting::Absent,
        })
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<C::Trace>, Failure> {
        Err(super::vpc::never())
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        _: &C::Trace,
        _: &[&'static str],
    ) -> Result<C::Trace, Failure> {
        Err(super::vpc::never())
    }

    async fn delete(&self, place: Place<'_, Aws>, _: &C::Trace) -> Result<Deletion, Failure> {
        let access = place.world.site(&self.site).await?;
        C::remove(&access, &self.owner, place.id.unwrap_or_default()).await
    }
}
