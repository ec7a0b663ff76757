//! The owner's yes to one consumer's endpoint.

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, Site};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Sighting, Verdict,
};

/// What is wanted: that this endpoint is accepted.
#[derive(Clone, Debug)]
pub struct ConnectionAcceptance {
    /// Where the service is.
    pub site: Site,
    /// The service's id.
    pub service: Fact<String>,
    /// The endpoint's id.
    pub endpoint: Fact<String>,
    /// The endpoint's state, as its own side shows it.
    pub endpoint_state: Fact<String>,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenAcceptance {
    /// The endpoint that is accepted.
    pub endpoint: Fact<String>,
}

#[async_trait]
impl Component<Aws> for ConnectionAcceptance {
    type Seen = SeenAcceptance;
    const KIND: &'static str = "vpc_endpoint_connection_acceptance";
    const IDENTIFIED: bool = false;
    const PART: bool = true;
    const PACE: Pace = Pace::at_most_s(3);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenAcceptance) -> Verdict {
        Verdict::of_changes([("endpoint", self.endpoint.differs(&seen.endpoint))])
    }

    /// The endpoint shows on both sides whether it was accepted: no read of its own.
    async fn look(
        &self,
        _: Place<'_, Aws>,
        _: Option<&SeenAcceptance>,
    ) -> Result<Sighting<SeenAcceptance>, Failure> {
        let Fact::Known(endpoint) = &self.endpoint else {
            return Ok(Sighting::Absent);
        };
        if self.is_pending() {
            return Ok(Sighting::Absent);
        }
        let seen = SeenAcceptance {
            endpoint: endpoint.clone().into(),
        };
        Ok(Sighting::Found(Found {
            id: endpoint.clone(),
            generation: 1,
            dying: false,
            seen,
        }))
    }

    async fn create(&self, place: Place<'_, Aws>) -> Result<Made<SeenAcceptance>, Failure> {
        let seen = self.accept(place).await?;
        let id = self.endpoint.known().cloned().unwrap_or_default();
        Ok(Made {
            id,
            seen,
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        _: &SeenAcceptance,
        _: &[&'static str],
    ) -> Result<SeenAcceptance, Failure> {
        self.accept(place).await
    }

    /// Nothing: an endpoint that is no longer wanted is deleted, not rejected.
    async fn delete(&self, _: Place<'_, Aws>, _: &SeenAcceptance) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

impl ConnectionAcceptance {
    fn is_pending(&self) -> bool {
        self.endpoint_state
            .known()
            .is_some_and(|state| state == "pendingAcceptance")
    }

    async fn accept(&self, place: Place<'_, Aws>) -> Result<SeenAcceptance, Failure> {
        let (Fact::Known(service), Fact::Known(endpoint)) = (&self.service, &self.endpoint) else {
            return Err(Failure::later("the endpoint is not known yet"));
        };
        if self.is_pending() {
            let access = place.world.site(&self.site).await?;
            access.accept_connection(service, endpoint).await?;
        }
        Ok(SeenAcceptance {
            endpoint: endpoint.clone().into(),
        })
    }
}
