//! The owner's yes to connections of others: by account, or by endpoint.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use serde::{Deserialize, Serialize};

use crate::aws::{Aws, Connection, Site, SiteAccess};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Pace, Place, Sighting, Verdict,
};

/// What is wanted: that nobody of these waits.
#[derive(Clone, Debug)]
pub struct AcceptedConnections {
    /// Where the service is.
    pub site: Site,
    /// The service's id.
    pub service: Fact<String>,
    /// The accounts whose connections are accepted.
    pub accounts: BTreeSet<String>,
    /// The endpoints whose connections are accepted.
    pub endpoints: BTreeSet<String>,
}

/// What can be seen of them.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenConnections {
    /// The endpoints that wait for acceptance, whosever they are, with the account of each.
    pub waiting: Fact<BTreeMap<String, String>>,
    /// Those of them that are to be accepted.
    #[serde(default)]
    pub expected: Vec<String>,
}

#[async_trait]
impl Component<Aws> for AcceptedConnections {
    type Seen = SeenConnections;
    const KIND: &'static str = "vpc_endpoint_connections";
    const IDENTIFIED: bool = false;
    const PART: bool = true;
    const PACE: Pace = Pace::at_most_s(10);

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn judge(&self, seen: &SeenConnections) -> Verdict {
        Verdict::of_changes([("waiting", !self.expected(seen).is_empty())])
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenConnections>,
    ) -> Result<Sighting<SeenConnections>, Failure> {
        let Fact::Known(service) = &self.service else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let mut seen = seen(&access.connections(service).await?);
        seen.expected = self.expected(&seen);
        Ok(Sighting::Found(Found {
            id: service.clone(),
            generation: 1,
            dying: false,
            seen,
        }))
    }

    /// Nobody can be waiting at a service that was made just now.
    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<SeenConnections>, Failure> {
        let service = self.service.known().cloned();
        let id = service.ok_or_else(|| Failure::later("the service is not known yet"))?;
        Ok(Made {
            id,
            seen: seen(&[]),
            spent: false,
        })
    }

    async fn change(
        &self,
        place: Place<'_, Aws>,
        _: &SeenConnections,
        _: &[&'static str],
    ) -> Result<SeenConnections, Failure> {
        let access = place.world.site(&self.site).await?;
        self.accept(&access, place.id.unwrap_or_default()).await
    }

    /// Nothing: whoever is connected stays so.
    async fn delete(&self, _: Place<'_, Aws>, _: &SeenConnections) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

impl AcceptedConnections {
    /// Those that wait now; others may have come since the last look.
    async fn accept(&self, access: &SiteAccess, service: &str) -> Result<SeenConnections, Failure> {
        let mut now = seen(&access.connections(service).await?);
        for endpoint in self.expected(&now) {
            access.accept_connection(service, &endpoint).await?;
            if let Fact::Known(waiting) = &mut now.waiting {
                waiting.remove(&endpoint);
            }
        }
        Ok(now)
    }

    fn expected(&self, seen: &SeenConnections) -> Vec<String> {
        let waiting = seen.waiting.known().into_iter().flatten();
        let expected = waiting.filter(|(endpoint, account)| {
            self.accounts.contains(*account) || self.endpoints.contains(*endpoint)
        });
        expected.map(|(endpoint, _)| endpoint.clone()).collect()
    }
}

fn seen(connections: &[Connection]) -> SeenConnections {
    let waiting = connections.iter().filter(|it| it.is_waiting());
    let waiting = waiting.map(|it| (it.endpoint.clone(), it.account_id.clone()));
    SeenConnections {
        waiting: waiting.collect::<BTreeMap<_, _>>().into(),
        expected: vec![],
    }
}
