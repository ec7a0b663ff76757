//! `privatelink_service_connections`: who is connected to an endpoint service, who waits, who may.

use async_trait::async_trait;

use super::{Reach, check_region, site};
use crate::aws::{Aws, Connection, Site};
use crate::components::marked;
use crate::engine::Failure;
use crate::protocol::model::model;
use crate::protocol::{
    DataSource, Diagnostic, Diagnostics, Field, List, Model, Path, ReadDataRequest,
    ReadDataResponse, Schema, Set, Value,
};

model! {
    /// Everybody who is connected to an endpoint service or waits to be, and all principals that may
    /// connect, whoever allowed them. For the owner of the service.
    pub(super) struct Connections {
        /// Id of the endpoint service.
        pub(super) service_id: String => required(),
        /// Key of the provider's `accounts` for the owner's side. Default: the default account.
        pub(super) account: String => optional(),
        /// Region of the service. Default: that of the account's entry.
        pub(super) region: String => optional(),
        /// The endpoints on the service, by id. Those that are being deleted are left out.
        pub(super) connections: List<ServiceConnection> => computed(),
        /// Ids of the endpoints that wait for acceptance, as `accepted_endpoint_ids` takes them.
        pub(super) pending: Set<String> => computed(),
        /// ARNs of all that may connect.
        pub(super) principals: Set<String> => computed(),
    }

    /// An endpoint on the service.
    pub(super) struct ServiceConnection {
        /// Id of the endpoint.
        pub(super) endpoint_id: String => computed(),
        /// Account that the endpoint is of.
        pub(super) account_id: String => computed(),
        /// Region that the endpoint is in.
        pub(super) region: String => computed(),
        /// Its state, such as `available`, `pendingAcceptance` or `rejected`.
        pub(super) state: String => computed(),
        /// When the endpoint was made, as in RFC 3339.
        pub(super) created_at: String => computed(),
    }
}

/// The data source.
pub struct ServiceConnections(Reach);

impl ServiceConnections {
    /// Reads by this way.
    pub fn new(reach: Reach) -> Self {
        Self(reach)
    }

    async fn found(&self, config: &Value) -> Result<Connections, Diagnostics> {
        let config = Connections::decode(config).map_err(Diagnostic::from)?;
        let mut found = config.into_known().unwrap_or_default();
        let aws = (self.0)()?;
        let site = site(&aws, &found.account, &found.region).await?;
        let id = found.service_id.as_str().unwrap_or_default().to_owned();
        let failed = |failure: Failure| {
            let diagnostic = Diagnostic::error("Not readable", failure.reason().to_string());
            Diagnostics::from(diagnostic.at(Path::root().attribute("service_id")))
        };
        fill(&mut found, &aws, &site, &id).await.map_err(failed)?;
        Ok(found)
    }
}

async fn fill(found: &mut Connections, aws: &Aws, site: &Site, id: &str) -> Result<(), Failure> {
    let access = aws.site(site).await?;
    if marked::service(&access, id).await?.is_none() {
        let what = format!("{site} has no endpoint service {id}.");
        return Err(Failure::never(what));
    }
    let connections = async { Ok::<_, Failure>(access.connections(id).await?) };
    let (connections, principals) = futures::join!(connections, marked::principals(&access, id));
    let mut connections = connections?;
    connections.retain(|it| !it.is_leaving());
    connections.sort_by(|one, other| one.endpoint.cmp(&other.endpoint));
    let waiting = connections.iter().filter(|it| it.is_waiting());
    found.pending = Field::Known(waiting.map(|it| it.endpoint.clone()).collect());
    let rows = connections.into_iter().map(row).map(Field::Known);
    found.connections = Field::Known(rows.collect());
    found.principals = Field::Known(principals?.into_iter().collect::<Set<_>>());
    Ok(())
}

fn row(connection: Connection) -> ServiceConnection {
    ServiceConnection {
        endpoint_id: Field::Known(connection.endpoint),
        account_id: Field::Known(connection.account_id),
        region: Field::Known(connection.region),
        state: Field::Known(connection.state),
        created_at: Field::Known(connection.created_at),
    }
}

/// The id in a service's name, which others are given in its place.
fn service_id(name: &str) -> Option<&str> {
    name.rsplit('.')
        .next()
        .filter(|it| it.starts_with("vpce-svc-"))
}

#[async_trait]
impl DataSource for ServiceConnections {
    fn type_name(&self) -> &'static str {
        "privatelink_service_connections"
    }

    fn schema(&self) -> Schema {
        Schema::of::<Connections>(0)
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        let mut found = Diagnostics::new();
        let config = match Connections::decode(&config) {
            Ok(config) => config.into_known().unwrap_or_default(),
            Err(error) => return Diagnostics::from(Diagnostic::from(error)),
        };
        let id = config.service_id.as_str();
        if let Some(id) = id.filter(|id| !id.starts_with("vpce-svc-")) {
            let detail = match service_id(id) {
                Some(inside) => format!("{id:?} is a service's name: its id is {inside}."),
                None => format!("{id:?} is no id of the form vpce-svc-…."),
            };
            found.error_at(Path::root().attribute("service_id"), "Not an id", detail);
        }
        check_region(&config.region, &mut found);
        found
    }

    async fn read(&self, request: ReadDataRequest) -> ReadDataResponse {
        match self.found(&request.config).await {
            Ok(found) => ReadDataResponse {
                state: Connections::encode(&Field::Known(found)),
                diagnostics: Diagnostics::new(),
            },
            Err(diagnostics) => ReadDataResponse {
                state: Value::Null,
                diagnostics,
            },
        }
    }
}
