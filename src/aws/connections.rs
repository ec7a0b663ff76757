//! Connections to endpoint services, and endpoints in lists: calls that take several at once.

use std::collections::BTreeSet;

use aws_sdk_ec2::primitives::DateTimeFormat as Format;
use aws_sdk_ec2::types::{Filter, State, UnsuccessfulItem};

use super::access::SiteAccess;
use super::error::{CallError, ErrorKind};
use super::inventory::Kind;
use crate::engine::{Deletion, Failure};

/// An endpoint that is, or was, connected to a service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// `vpce-…`.
    pub endpoint: String,
    /// The account that the endpoint is of.
    pub account_id: String,
    /// The region that the endpoint is in.
    pub region: String,
    /// Its state in camel case, such as `pendingAcceptance`.
    pub state: String,
    /// When the endpoint was made, as in RFC 3339; empty if AWS does not say.
    pub created_at: String,
}

/// AWS writes states in camel case or in Pascal case.
fn camel(state: Option<&str>) -> String {
    let mut letters = state.unwrap_or_default().chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

impl Connection {
    /// Whether it keeps the service from being deleted.
    pub fn is_connected(&self) -> bool {
        matches!(
            self.state.as_str(),
            "available" | "pending" | "pendingAcceptance"
        )
    }

    /// Whether the service's owner has not said yes or no.
    pub fn is_waiting(&self) -> bool {
        self.state == "pendingAcceptance"
    }

    /// Whether it is on its way out, or gone and still listed.
    pub fn is_leaving(&self) -> bool {
        matches!(self.state.as_str(), "deleting" | "deleted")
    }
}

impl SiteAccess {
    /// All connections to a service.
    pub async fn connections(&self, service: &str) -> Result<Vec<Connection>, CallError> {
        let filter = Filter::builder().name("service-id").values(service).build();
        let own = self.site().region.as_str();
        let (mut connections, mut token) = (Vec::new(), None::<String>);
        loop {
            let answer = self
                .call("ec2:DescribeVpcEndpointConnections", || {
                    let call = self.ec2().describe_vpc_endpoint_connections();
                    call.filters(filter.clone())
                        .set_next_token(token.clone())
                        .send()
                })
                .await?;
            let rows = answer
                .vpc_endpoint_connections
                .unwrap_or_default()
                .into_iter();
            connections.extend(rows.map(|row| {
                Connection {
                    endpoint: row.vpc_endpoint_id().unwrap_or_default().to_owned(),
                    account_id: row.vpc_endpoint_owner().unwrap_or_default().to_owned(),
                    region: row.vpc_endpoint_region().unwrap_or(own).to_owned(),
                    state: camel(row.vpc_endpoint_state().map(State::as_str)),
                    created_at: row
                        .creation_timestamp()
                        .and_then(|time| time.fmt(Format::DateTime).ok())
                        .unwrap_or_default(),
                }
            }));
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(connections);
            }
        }
    }

    /// Accepts one endpoint's connection; one that is accepted already is fine.
    pub async fn accept_connection(&self, service: &str, endpoint: &str) -> Result<(), Failure> {
        let action = "ec2:AcceptVpcEndpointConnections";
        let answer = self
            .call(action, || {
                let call = self
                    .ec2()
                    .accept_vpc_endpoint_connections()
                    .service_id(service);
                call.vpc_endpoint_ids(endpoint).send()
            })
            .await?;
        match self.refusal(action, answer.unsuccessful.unwrap_or_default()) {
            Some(error) if error.kind == ErrorKind::NotNow => Ok(()),
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// Rejects these endpoints' connections; those that are gone are fine.
    pub async fn reject_connections(
        &self,
        service: &str,
        endpoints: Vec<String>,
    ) -> Result<(), Failure> {
        let action = "ec2:RejectVpcEndpointConnections";
        let answer = self
            .call(action, || {
                let call = self
                    .ec2()
                    .reject_vpc_endpoint_connections()
                    .service_id(service);
                call.set_vpc_endpoint_ids(Some(endpoints.clone())).send()
            })
            .await?;
        match self.refusal(action, answer.unsuccessful.unwrap_or_default()) {
            Some(error) if error.is_not_found() => Ok(()),
            Some(error) => Err(error.into()),
            None => Ok(()),
        }
    }

    /// Rejects whatever is connected from these regions.
    pub async fn reject_from_regions(
        &self,
        service: &str,
        regions: &BTreeSet<String>,
    ) -> Result<(), Failure> {
        let connections = self.connections(service).await?.into_iter();
        let there = connections.filter(|it| it.is_connected() && regions.contains(&it.region));
        let endpoints: Vec<String> = there.map(|it| it.endpoint).collect();
        match endpoints.is_empty() {
            true => Ok(()),
            false => self.reject_connections(service, endpoints).await,
        }
    }

    /// Deletes an endpoint.
    pub async fn delete_endpoint(&self, endpoint: &str) -> Result<Deletion, Failure> {
        let action = "ec2:DeleteVpcEndpoints";
        let answer = self
            .call(action, || {
                self.ec2()
                    .delete_vpc_endpoints()
                    .vpc_endpoint_ids(endpoint)
                    .send()
            })
            .await;
        self.inventory().changed(Kind::Endpoints);
        match self.refusal(action, answer?.unsuccessful.unwrap_or_default()) {
            Some(error) if error.is_not_found() => Ok(Deletion::Gone),
            Some(error) => Err(error.into()),
            None => Ok(Deletion::Begun),
        }
    }

    /// The first item that a call reported as unsuccessful.
    fn refusal(&self, action: &str, items: Vec<UnsuccessfulItem>) -> Option<CallError> {
        let error = items.iter().find_map(|item| item.error())?;
        Some(self.item_error(action, error.code(), error.message()))
    }
}
