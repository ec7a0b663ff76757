//! `privatelink_share_status`: who a shared database is given to, who has not accepted yet, who is connected.

use async_trait::async_trait;

use super::{Reach, check_region, site};
use crate::aws::{
    Arn, ConnectedEndpoint, Grant, JoinedNetwork, Shareable, Site, SiteAccess, id_of,
};
use crate::engine::Failure;
use crate::protocol::model::model;
use crate::protocol::{
    DataSource, Diagnostic, Diagnostics, Field, List, Model, Path, ReadDataRequest,
    ReadDataResponse, Schema, Set, Value,
};

model! {
    /// Everybody who is given a shared database, whoever let them in: who has accepted, who still has to and until
    /// when, and who is connected. For the owner of the database.
    pub(super) struct ShareStatus {
        /// Id or ARN of the resource gateway, which is the shared database's `id`: everything that is
        /// shared through it. Give this or `resource_configuration_id`.
        pub(super) resource_gateway_id: String => optional(),
        /// Id or ARN of a resource configuration: one of the shared database's endpoints alone.
        pub(super) resource_configuration_id: String => optional(),
        /// Key of the provider's `accounts` for the owner's side. Default: the default account.
        pub(super) account: String => optional(),
        /// Region of the shared database. Default: that of the ARN, else that of the account's entry.
        pub(super) region: String => optional(),
        /// Who is in the RAM shares, and who was lately. The owner's own account needs no share.
        pub(super) principals: List<SharePrincipal> => computed(),
        /// Accounts that have not accepted their invitation yet.
        pub(super) pending: Set<String> => computed(),
        /// The endpoints that lead to it, of all accounts. They stay when their account is taken out of
        /// a share, until somebody cuts them off.
        pub(super) connections: List<ShareConnection> => computed(),
        /// The service networks that it is in, of all accounts.
        pub(super) service_networks: List<ShareNetwork> => computed(),
    }

    /// Somebody in a share.
    pub(super) struct SharePrincipal {
        /// An account, or the ARN of an organization or of one of its units.
        pub(super) principal: String => computed(),
        /// `ASSOCIATED` for who is in, `PENDING_ACCEPTANCE` for an account that has to accept its invitation,
        /// `DISASSOCIATED` for who is out, because an invitation ran out or somebody took it out, `FAILED`
        /// for who refused; else another word of RAM. Within an organization that shares with itself
        /// an account is pending for some seconds, without being asked.
        pub(super) status: String => computed(),
        /// Until when the invitation can be accepted, as in RFC 3339: 12 hours after it was sent. Null
        /// unless the status is `PENDING_ACCEPTANCE`.
        pub(super) until: String => computed(),
        /// Whether it is outside of the owner's organization.
        pub(super) external: bool => computed(),
        /// ARN of the share.
        pub(super) resource_share_arn: String => computed(),
        /// Ids of the resource configurations that the share gives.
        pub(super) resource_configuration_ids: Set<String> => computed(),
    }

    /// An endpoint that is connected. AWS tells its state to its own account only.
    pub(super) struct ShareConnection {
        /// Id of the endpoint.
        pub(super) endpoint_id: String => computed(),
        /// Account that the endpoint is of.
        pub(super) account_id: String => computed(),
        /// Id of the resource configuration that it leads to.
        pub(super) resource_configuration_id: String => computed(),
        /// When it was connected, as in RFC 3339.
        pub(super) created_at: String => computed(),
    }

    /// A service network through which clients get here.
    pub(super) struct ShareNetwork {
        /// ARN of the service network.
        pub(super) service_network_arn: String => computed(),
        /// Account that the service network is of.
        pub(super) account_id: String => computed(),
        /// Id of the resource configuration that is in it.
        pub(super) resource_configuration_id: String => computed(),
        /// Id of the association.
        pub(super) association_id: String => computed(),
        /// State of the association, such as `ACTIVE`.
        pub(super) status: String => computed(),
        /// When it was put in, as in RFC 3339.
        pub(super) created_at: String => computed(),
    }
}

/// What is asked about.
struct Subject<'a> {
    attribute: &'static str,
    /// What users call it.
    word: &'static str,
    id: &'a str,
    arn: Option<Arn>,
}

/// The attributes that name a subject, what they are called, and what their ids begin with.
const SUBJECTS: [(&str, &str, &str); 2] = [
    ("resource_gateway_id", "resource gateway", "rgw-"),
    (
        "resource_configuration_id",
        "resource configuration",
        "rcfg-",
    ),
];

/// What to do where nothing is found.
const WAY_OUT: &str = "Only the owner of a shared database sees whom it is given to: let account and region lead \
                       there.";

impl ShareStatus {
    fn ids(&self) -> [&Field<String>; 2] {
        [&self.resource_gateway_id, &self.resource_configuration_id]
    }

    fn subject(&self) -> Option<Subject<'_>> {
        let mut named = SUBJECTS.iter().zip(self.ids());
        named.find_map(|((attribute, word, _), field)| {
            let text = field.as_str()?;
            Some(Subject {
                attribute,
                word,
                id: id_of(text),
                arn: text.parse().ok(),
            })
        })
    }

    fn check(&self) -> Diagnostics {
        let mut found = Diagnostics::new();
        let given = self.ids().iter().filter(|it| !it.is_null()).count();
        let open = self.ids().iter().any(|it| it.is_unknown());
        if given == 0 || (given > 1 && !open) {
            let detail = "Give one of resource_gateway_id, the id of a privatelink_shared_db, and \
                          resource_configuration_id, for one of its endpoints.";
            found.push(Diagnostic::error("What is it about?", detail));
        }
        check_region(&self.region, &mut found);
        for ((attribute, _, prefix), field) in SUBJECTS.iter().zip(self.ids()) {
            let is_good = |text: &&str| {
                let plain = !text.contains('/') || text.starts_with("arn:");
                plain && id_of(text).starts_with(prefix)
            };
            if let Some(text) = field.as_str().filter(|text| !is_good(text)) {
                let detail = format!("{text:?} is neither an id of the form {prefix}… nor an ARN.");
                found.error_at(Path::root().attribute(*attribute), "Not an id", detail);
            }
        }
        found
    }
}

impl Subject<'_> {
    fn error(&self, detail: String) -> Diagnostics {
        let path = Path::root().attribute(self.attribute);
        Diagnostic::error("Not readable", detail).at(path).into()
    }

    /// All that can be shared of it.
    async fn parts(&self, access: &SiteAccess) -> Result<Vec<Shareable>, Failure> {
        let parts = match self.attribute {
            "resource_gateway_id" => access.shareables_behind(self.id).await?,
            _ => access.shareable(self.id).await?.map(|it| vec![it]),
        };
        parts.ok_or_else(|| {
            let (site, id) = (access.site(), self.id);
            Failure::never(format!("{site} has no {} {id}. {WAY_OUT}", self.word))
        })
    }
}

/// The data source.
pub struct ShareStatuses(Reach);

impl ShareStatuses {
    /// Reads by this way.
    pub fn new(reach: Reach) -> Self {
        Self(reach)
    }

    async fn found(&self, config: &Value) -> Result<ShareStatus, Diagnostics> {
        let config = ShareStatus::decode(config).map_err(Diagnostic::from)?;
        let asked = config.into_known().unwrap_or_default();
        let wrong = asked.check();
        let Some(subject) = asked.subject().filter(|_| !wrong.has_errors()) else {
            return Err(wrong);
        };
        let aws = (self.0)()?;
        let region = match (&asked.region, &subject.arn) {
            (Field::Null, Some(arn)) => Field::Known(arn.region.clone()),
            (region, _) => region.clone(),
        };
        let site = site(&aws, &asked.account, &region).await?;
        is_at(&subject, &site)?;
        let failed = |failure: Failure| subject.error(failure.reason().to_string());
        let access = aws.site(&site).await.map_err(failed)?;
        let mut found = asked.clone();
        fill(&mut found, &subject, &access).await.map_err(failed)?;
        Ok(found)
    }
}

/// Another account may read a configuration that is shared with it, and nothing of who else has it.
fn is_at(subject: &Subject<'_>, site: &Site) -> Result<(), Diagnostics> {
    match &subject.arn {
        Some(arn) if arn.site() != *site => {
            let (word, there) = (subject.word, arn.site());
            let detail = format!("The {word} is in {there}, and {site} is asked. {WAY_OUT}");
            Err(subject.error(detail))
        }
        _ => Ok(()),
    }
}

async fn fill(
    found: &mut ShareStatus,
    subject: &Subject<'_>,
    access: &SiteAccess,
) -> Result<(), Failure> {
    let parts = subject.parts(access).await?;
    let (grants, endpoints, networks) = futures::try_join!(
        access.grants(&parts),
        access.connected_endpoints(&parts),
        access.joined_networks(&parts),
    )?;
    let waiting = grants.iter().filter(|it| it.is_waiting());
    let waiting: std::collections::BTreeSet<_> = waiting.map(|it| it.principal.clone()).collect();
    found.pending = Field::Known(waiting.into_iter().collect());
    found.principals = listed(grants, principal);
    found.connections = listed(endpoints, connection);
    found.service_networks = listed(networks, network);
    Ok(())
}

fn listed<T, R>(items: Vec<T>, row: fn(T) -> R) -> Field<List<R>> {
    Field::Known(items.into_iter().map(row).map(Field::Known).collect())
}

fn principal(grant: Grant) -> SharePrincipal {
    let waiting = grant.is_waiting();
    SharePrincipal {
        principal: Field::Known(grant.principal),
        status: match waiting {
            true => "PENDING_ACCEPTANCE".into(),
            false => Field::Known(grant.state),
        },
        until: grant.until.filter(|_| waiting).into(),
        external: Field::Known(grant.external),
        resource_share_arn: Field::Known(grant.share),
        resource_configuration_ids: Field::Known(grant.configurations.into_iter().collect()),
    }
}

fn connection(endpoint: ConnectedEndpoint) -> ShareConnection {
    ShareConnection {
        endpoint_id: Field::Known(endpoint.endpoint),
        account_id: Field::Known(endpoint.account_id),
        resource_configuration_id: Field::Known(endpoint.configuration),
        created_at: Field::Known(endpoint.created_at),
    }
}

fn network(joined: JoinedNetwork) -> ShareNetwork {
    let owner: Option<Arn> = joined.network.parse().ok();
    ShareNetwork {
        account_id: owner.map(|arn| arn.account_id).into(),
        service_network_arn: Field::Known(joined.network),
        resource_configuration_id: Field::Known(joined.configuration),
        association_id: Field::Known(joined.association),
        status: Field::Known(joined.status),
        created_at: Field::Known(joined.created_at),
    }
}

#[async_trait]
impl DataSource for ShareStatuses {
    fn type_name(&self) -> &'static str {
        "privatelink_share_status"
    }

    fn schema(&self) -> Schema {
        Schema::of::<ShareStatus>(0)
    }

    async fn validate(&self, config: Value) -> Diagnostics {
        match ShareStatus::decode(&config) {
            Ok(config) => config.into_known().unwrap_or_default().check(),
            Err(error) => Diagnostics::from(Diagnostic::from(error)),
        }
    }

    async fn read(&self, request: ReadDataRequest) -> ReadDataResponse {
        match self.found(&request.config).await {
            Ok(found) => ReadDataResponse {
                state: ShareStatus::encode(&Field::Known(found)),
                diagnostics: Diagnostics::new(),
            },
            Err(diagnostics) => ReadDataResponse {
                state: Value::Null,
                diagnostics,
            },
        }
    }
}
