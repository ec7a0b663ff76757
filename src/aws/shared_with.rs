//! Whom resource configurations are given to, and who is connected to them: all that their owner can see.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_ram::primitives::{DateTime, DateTimeFormat as Format};
use aws_sdk_ram::types::{
    ResourceShareAssociation as Association, ResourceShareAssociationStatus as State,
    ResourceShareAssociationType as Members,
};
use aws_sdk_vpclattice::types::{
    ResourceEndpointAssociationSummary as EndpointRow,
    ServiceNetworkResourceAssociationStatus as NetworkStatus,
    ServiceNetworkResourceAssociationSummary as NetworkRow,
};
use futures::future::try_join_all;

use super::access::SiteAccess;
use super::error::CallError;
use crate::engine::Freshness;

/// How long an invitation to a resource configuration lives, in seconds.
/// Source: the RAM guide, "Accepting and rejecting resource share invitations".
const INVITATION_S: i64 = 12 * 60 * 60;

/// A resource configuration of the account's own that can be given to others.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Shareable {
    /// `rcfg-…`.
    pub id: String,
    /// Its ARN.
    pub arn: String,
    /// Its name.
    pub name: String,
}

/// Somebody in a share.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Grant {
    /// An account, or the ARN of an organization or a unit of one.
    pub principal: String,
    /// The ARN of the share.
    pub share: String,
    /// RAM's word, such as `ASSOCIATED`.
    pub state: String,
    /// Whether it is outside of the owner's organization.
    pub external: bool,
    /// When an invitation that was sent at the last change runs out, as in RFC 3339.
    pub until: Option<String>,
    /// The ids of the resource configurations that the share gives.
    pub configurations: BTreeSet<String>,
}

/// An endpoint that leads to a resource configuration.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectedEndpoint {
    /// `vpce-…`.
    pub endpoint: String,
    /// The account that the endpoint is of.
    pub account_id: String,
    /// `rcfg-…`.
    pub configuration: String,
    /// When it was connected, as in RFC 3339; empty if AWS does not say.
    pub created_at: String,
}

/// A resource configuration in a service network.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct JoinedNetwork {
    /// The ARN of the network, which names its owner.
    pub network: String,
    /// `snra-…`.
    pub association: String,
    /// `rcfg-…`.
    pub configuration: String,
    /// AWS's word, such as `ACTIVE`.
    pub status: String,
    /// When it was put in, as in RFC 3339; empty if AWS does not say.
    pub created_at: String,
}

impl Grant {
    /// Whether an account has been invited and has not answered.
    pub fn is_waiting(&self) -> bool {
        // Organizations and their units are never asked.
        self.state == State::Associating.as_str() && !self.principal.starts_with("arn:")
    }
}

impl SiteAccess {
    /// A resource configuration of the account's own, by id.
    pub async fn shareable(&self, id: &str) -> Result<Option<Shareable>, CallError> {
        let found = self.resource_configuration(id).await?;
        Ok(found.map(|it| shareable(it.id(), it.arn(), it.name())))
    }

    /// Those behind a gateway; nothing if there is no such gateway. Children go with their parents.
    pub async fn shareables_behind(
        &self,
        gateway: &str,
    ) -> Result<Option<Vec<Shareable>>, CallError> {
        let all = self.configurations_behind(gateway, Freshness::Now);
        let (found, all) = futures::try_join!(self.resource_gateway(gateway), all)?;
        let own = all.iter().filter(|it| it.amazon_managed() != Some(true));
        let own = own.map(|it| shareable(it.id(), it.arn(), it.name()));
        Ok(found.map(|_| own.collect()))
    }

    /// Who is, or was lately, in the shares that give these resource configurations.
    pub async fn grants(&self, given: &[Shareable]) -> Result<Vec<Grant>, CallError> {
        let rows = given.iter().map(|it| self.shares_with(&it.arn));
        let mut shares: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
        for (it, rows) in given.iter().zip(try_join_all(rows).await?) {
            for row in rows.iter().filter(|row| is_in(row)) {
                let share = row.resource_share_arn().unwrap_or_default().to_owned();
                shares.entry(share).or_default().insert(it.id.clone());
            }
        }
        let all = shares
            .iter()
            .map(|(share, given)| self.grants_of(share, given));
        let mut grants: Vec<Grant> = try_join_all(all).await?.into_iter().flatten().collect();
        grants.sort_unstable();
        Ok(grants)
    }

    async fn grants_of(
        &self,
        share: &str,
        configurations: &BTreeSet<String>,
    ) -> Result<Vec<Grant>, CallError> {
        let members = self.associations(share, Members::Principal);
        let (living, rows) = futures::try_join!(self.share(share), members)?;
        // Who was in a deleted share is shown for a while.
        let rows = if living.is_some() { rows } else { Vec::new() };
        Ok(grants(share, configurations, &rows))
    }

    /// The endpoints that lead to these resource configurations, of whichever account.
    pub async fn connected_endpoints(
        &self,
        to: &[Shareable],
    ) -> Result<Vec<ConnectedEndpoint>, CallError> {
        let rows = to.iter().map(|it| self.endpoints_of_configuration(&it.id));
        let rows = try_join_all(rows).await?.into_iter().flatten();
        let mut connected: Vec<_> = rows.map(|row| endpoint(&row)).collect();
        connected.sort_unstable();
        Ok(connected)
    }

    /// The service networks that these resource configurations are in, of whichever account.
    pub async fn joined_networks(&self, of: &[Shareable]) -> Result<Vec<JoinedNetwork>, CallError> {
        let rows = of.iter().map(|it| self.networks_of_configuration(&it.id));
        let rows = try_join_all(rows).await?.into_iter().flatten();
        let mut joined: Vec<_> = rows.map(|row| network(&row)).collect();
        joined.sort_unstable();
        Ok(joined)
    }
}

fn shareable(id: Option<&str>, arn: Option<&str>, name: Option<&str>) -> Shareable {
    let [id, arn, name] = [id, arn, name].map(|text| text.unwrap_or_default().to_owned());
    Shareable { id, arn, name }
}

fn is_in(row: &Association) -> bool {
    matches!(row.status(), Some(State::Associated | State::Associating))
}

fn grants(share: &str, configurations: &BTreeSet<String>, rows: &[Association]) -> Vec<Grant> {
    let mut latest: BTreeMap<&str, &Association> = BTreeMap::new();
    for row in rows {
        let principal = row.associated_entity().unwrap_or_default();
        // One that left and came back has two rows.
        if latest.get(principal).is_none_or(|known| !is_in(known)) {
            latest.insert(principal, row);
        }
    }
    let grants = latest.into_iter().map(|(principal, row)| {
        let sent = row.last_updated_time().or(row.creation_time());
        Grant {
            principal: principal.to_owned(),
            share: share.to_owned(),
            state: row.status().map_or("", State::as_str).to_owned(),
            external: row.external() == Some(true),
            until: sent.and_then(|sent| {
                let until = DateTime::from_secs(sent.secs() + INVITATION_S);
                until.fmt(Format::DateTime).ok()
            }),
            configurations: configurations.clone(),
        }
    });
    grants.collect()
}

fn endpoint(row: &EndpointRow) -> ConnectedEndpoint {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    ConnectedEndpoint {
        endpoint: text(row.vpc_endpoint_id()),
        account_id: text(row.vpc_endpoint_owner()),
        configuration: text(row.resource_configuration_id()),
        created_at: written(row.created_at()),
    }
}

fn network(row: &NetworkRow) -> JoinedNetwork {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    JoinedNetwork {
        network: text(row.service_network_arn()),
        association: text(row.id()),
        configuration: text(row.resource_configuration_id()),
        status: text(row.status().map(NetworkStatus::as_str)),
        created_at: written(row.created_at()),
    }
}

fn written(time: Option<&DateTime>) -> String {
    let text = time.and_then(|time| time.fmt(Format::DateTime).ok());
    text.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(principal: &str, state: State, changed_s: i64) -> Association {
        let row = Association::builder().associated_entity(principal);
        let row = row.status(state).external(true);
        row.creation_time(DateTime::from_secs(0))
            .last_updated_time(DateTime::from_secs(changed_s))
            .build()
    }

    #[test]
    fn whoever_came_back_is_in_and_has_half_a_day_since_then() {
        let rows = [
            row("222222222222", State::Disassociated, 50_000),
            row("222222222222", State::Associating, 60_000),
            row("333333333333", State::Associated, 0),
            row("333333333333", State::Disassociated, 50_000),
        ];
        let [back, kept] = grants("arn", &BTreeSet::new(), &rows).try_into().unwrap();
        assert!(back.is_waiting());
        assert_eq!(back.until.as_deref(), Some("1970-01-02T04:40:00Z"));
        assert_eq!(kept.state, "ASSOCIATED");
        assert!(!kept.is_waiting());
    }

    #[test]
    fn nobody_asks_an_organization() {
        let organization = "arn:aws:organizations::111111111111:organization/o-1";
        let rows = [row(organization, State::Associating, 0)];
        let [it] = grants("arn", &BTreeSet::new(), &rows).try_into().unwrap();
        assert!(!it.is_waiting());
    }
}
