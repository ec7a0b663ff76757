//! A database of RDS or Aurora: read, never changed.

use std::collections::BTreeSet;

use async_trait::async_trait;
use aws_sdk_rds::types::{DbCluster, Endpoint};
use serde::{Deserialize, Serialize};

use super::vpc::never;
use crate::aws::{Arn, Aws, Site};
use crate::engine::{
    Component, Deletion, Fact, Failure, Found, Made, Place, Reason, Sighting, Verdict,
};

/// A database that the user gave us.
#[derive(Clone, Debug)]
pub struct Database {
    /// Where it is.
    pub site: Site,
    /// The ARN of a cluster or an instance.
    pub arn: Fact<String>,
}

/// What can be seen of it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct SeenDatabase {
    /// Its ARN.
    pub arn: Fact<String>,
    /// The port it listens on.
    pub port: Fact<u16>,
    /// The name of the writer, or of the only instance.
    pub writer: Fact<String>,
    /// The name of the readers; empty where there are none.
    pub reader: Fact<String>,
    /// What all its names are covered by, in the form of private DNS: names, and `*.` for all below.
    pub domains: Fact<BTreeSet<String>>,
}

#[async_trait]
impl Component<Aws> for Database {
    type Seen = SeenDatabase;
    const KIND: &'static str = "database";
    const GIVEN: bool = true;

    fn home(&self) -> String {
        self.site.to_string()
    }

    fn given_as(&self) -> Option<String> {
        self.arn.known().cloned()
    }

    fn judge(&self, seen: &SeenDatabase) -> Verdict {
        match self.arn.differs(&seen.arn) {
            true => Verdict::Replace("another database was given".to_owned()),
            false => Verdict::InPlace,
        }
    }

    async fn look(
        &self,
        place: Place<'_, Aws>,
        _: Option<&SeenDatabase>,
    ) -> Result<Sighting<SeenDatabase>, Failure> {
        let Fact::Known(arn) = &self.arn else {
            return Ok(Sighting::Absent);
        };
        let access = place.world.site(&self.site).await?;
        let parsed: Option<Arn> = arn.parse().ok();
        let parts = parsed.as_ref().and_then(|it| it.resource.split_once(':'));
        let seen = match parts {
            Some(("cluster", name)) => {
                let cluster = access.database_cluster(name, place.freshness).await?;
                cluster.map(|it| of_cluster(arn, &it))
            }
            Some((_, name)) => {
                let instance = access.database_instance(name, place.freshness).await?;
                instance.map(|it| {
                    let endpoint = it.endpoint();
                    let name = endpoint.and_then(|it| it.address());
                    let port = endpoint.and_then(Endpoint::port);
                    seen(arn, (name, None), port.or(it.db_instance_port()))
                })
            }
            None => None,
        };
        Ok(match seen {
            None => Sighting::Absent,
            Some(seen) if seen.writer.is_later() || seen.port.is_later() => {
                let reason = Reason::new(format!("{arn} has no name yet: it is being made."));
                return Err(Failure::Later(reason));
            }
            Some(seen) => Sighting::Found(Found {
                id: arn.clone(),
                generation: 1,
                dying: false,
                seen,
            }),
        })
    }

    async fn create(&self, _: Place<'_, Aws>) -> Result<Made<SeenDatabase>, Failure> {
        Err(never())
    }

    async fn change(
        &self,
        _: Place<'_, Aws>,
        _: &SeenDatabase,
        _: &[&'static str],
    ) -> Result<SeenDatabase, Failure> {
        Err(never())
    }

    async fn delete(&self, _: Place<'_, Aws>, _: &SeenDatabase) -> Result<Deletion, Failure> {
        Ok(Deletion::Gone)
    }
}

fn of_cluster(arn: &str, cluster: &DbCluster) -> SeenDatabase {
    let names = (cluster.endpoint(), cluster.reader_endpoint());
    seen(arn, names, cluster.port())
}

fn seen(
    arn: &str,
    (writer, reader): (Option<&str>, Option<&str>),
    port: Option<i32>,
) -> SeenDatabase {
    let text = |name: Option<&str>| name.filter(|it| !it.is_empty()).map(str::to_owned);
    let writer = text(writer);
    let domains = writer.clone().map(|writer| {
        let instances = instances_of(&writer).map(|domain| format!("*.{domain}"));
        let names = [Some(writer), text(reader), instances];
        names.into_iter().flatten().collect::<BTreeSet<_>>()
    });
    SeenDatabase {
        arn: arn.to_owned().into(),
        port: port.and_then(|port| u16::try_from(port).ok()).into(),
        writer: writer.into(),
        reader: text(reader).unwrap_or_default().into(),
        domains: domains.into(),
    }
}

/// Where the instances of a cluster have their names, by the name of its writer:
/// `NAME.cluster-ID.REGION.…` has instances at `INSTANCE.ID.REGION.…`.
/// Source: the Aurora guide, "Types of Amazon Aurora endpoints".
fn instances_of(writer: &str) -> Option<String> {
    let (_, domain) = writer.split_once('.')?;
    domain.strip_prefix("cluster-").map(str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clusters_instances_are_covered_by_what_their_names_end_in() {
        let writer = "orders.cluster-c9ak.eu-west-1.rds.amazonaws.com";
        let reader = "orders.cluster-ro-c9ak.eu-west-1.rds.amazonaws.com";
        let cluster = seen("arn", (Some(writer), Some(reader)), Some(5432));
        let expected = ["*.c9ak.eu-west-1.rds.amazonaws.com", writer, reader];
        let expected: BTreeSet<String> = expected.map(str::to_owned).into_iter().collect();
        assert_eq!(cluster.domains, Fact::Known(expected));
        let alone = "orders.c9ak.eu-west-1.rds.amazonaws.com";
        let instance = seen("arn", (Some(alone), None), Some(5432));
        assert_eq!(
            instance.domains,
            Fact::Known(BTreeSet::from([alone.to_owned()]))
        );
    }
}
