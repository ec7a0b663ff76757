//! What is in an account that no credentials lead to any more.

use std::marker::PhantomData;

use async_trait::async_trait;

use crate::aws::{Aws, Site, SiteAccess};
use crate::engine::{Component, Deletion, Failure, Found, Made, Pace, Place, Sighting, Verdict};

/// Stands in for a component of kind `C` in such an account: it is as it is remembered, and can only
/// be forgotten.
pub struct OutOfReach<C> {
    site: Site,
    cut: Option<(Site, Cut)>,
    kind: PhantomData<fn() -> C>,
}

/// What becomes of something that is forgotten, as far as its owner's side can see to it.
#[derive(Clone, Debug)]
pub enum Cut {
    /// An endpoint loses its connection to this service, by id.
    Connection(String),
    /// An endpoint loses its connection to this resource configuration, by id or ARN.
    Endpoint(String),
    /// A resource configuration leaves the service network: either side may have it so.
    Association,
}

impl<C> OutOfReach<C> {
    /// Something at this site. If something is to be cut, at the owner's site, forgetting it does that
    /// first.
    pub fn new(site: Site, cut: Option<(Site, Cut)>) -> Self {
        Self {
            site,
            cut,
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
        if let (Some((owner, cut)), Some(id)) = (&self.cut, place.id) {
            let access = place.world.site(owner).await?;
            cut.make(&access, id).await?;
        }
        Ok(Deletion::Gone)
    }
}

impl Cut {
    async fn make(&self, access: &SiteAccess, id: &str) -> Result<(), Failure> {
        match self {
            Self::Connection(service) => {
                let connections = access.connections(service).await?;
                let mut connected = connections.iter().filter(|it| it.is_connected());
                if connected.any(|it| it.endpoint == id) {
                    access
                        .reject_connections(service, vec![id.to_owned()])
                        .await?;
                }
            }
            Self::Endpoint(configuration) => {
                let rows = access.endpoints_of_configuration(configuration).await?;
                for row in rows.iter().filter(|it| it.vpc_endpoint_id() == Some(id)) {
                    access.cut_off(row.id().unwrap_or_default()).await?;
                }
            }
            Self::Association => {
                access.leave_network(id).await?;
            }
        }
        Ok(())
    }
}

impl<C> OutOfReach<C> {
    fn unreachable(&self) -> Failure {
        Failure::never(format!("No credentials lead to {}.", self.site))
    }
}
