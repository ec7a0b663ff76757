//! What is in an account that no credentials lead to any more.

use std::marker::PhantomData;

use async_trait::async_trait;

use crate::aws::{Aws, Site};
use crate::engine::{Component, Deletion, Failure, Found, Made, Pace, Place, Sighting, Verdict};

/// Stands in for a component of kind `C` in such an account: it is as it is remembered, and can only
/// be forgotten.
pub struct OutOfReach<C> {
    site: Site,
    rejected: Option<(Site, String)>,
    kind: PhantomData<fn() -> C>,
}

impl<C> OutOfReach<C> {
    /// Something at this site. If it is connected to a service, by id at the owner's site, forgetting
    /// it rejects the connection first.
    pub fn new(site: Site, rejected: Option<(Site, String)>) -> Self {
        Self {
            site,
            rejected,
            kind: PhantomData,
        }
    }
}

#[async_trait]
impl<C: Component<Aws>> Component<Aws> for OutOfReach<C> {
    type Seen = C::Seen;
    const KIND: &'static str = C::KIND;
    const IDENTIFIED: bool = C::IDENTIFIED;
    const PACE: Pace = C::PACE;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, _: &C::Seen) -> Verdict {
        Verdict::InPlace
    }

    /// Nobody can look: what was seen last is all that is known.
    async fn look(
        &self,
        place: Place<'_, Aws>,
        remembered: Option<&C::Seen>,
    ) -> Result<Sighting<C::Seen>, Failure> {
        let Some(id) = place.id else {
            return Ok(Sighting::Absent);
        };
        Ok(Sighting::Found(Found {
            id: id.to_owned(),
            generation: 1,
            dying: false,
            seen: remembered.cloned().unwrap_or_default(),
        }))
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<C::Seen>, Failure> {
        Err(self.unreachable())
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        _: &C::Seen,
        _: &[&'static str],
    ) -> Result<C::Seen, Failure> {
        Err(self.unreachable())
    }

    async fn delete(&self, place: Place<'_, Aws>, _: &C::Seen) -> Result<Deletion, Failure> {
        if let (Some((owner, service)), Some(id)) = (&self.rejected, place.id) {
            let access = place.world.site(owner).await?;
            let connections = access.connections(service).await?;
            let connected = connections
                .iter()
                .any(|it| it.endpoint == id && it.is_connected());
            if connected {
                access
                    .reject_connections(service, vec![id.to_owned()])
                    .await?;
            }
        }
        Ok(Deletion::Gone)
    }
}

impl<C> OutOfReach<C> {
    fn unreachable(&self) -> Failure {
        Failure::never(format!("No credentials lead to {}.", self.site))
    }
}
