//! RDS's reads: clusters and instances by their identifiers.

use aws_sdk_rds::types::{DbCluster, DbInstance, Filter};

use super::super::access::SiteAccess;
use super::super::error::CallError;
use super::pages::{keyed, pieces};
use super::shelf::Want;
use crate::engine::Freshness;

/// How many identifiers one call is given; a page has as many rows.
const IDENTIFIERS_MAX: usize = 100;

/// Filters find nothing where an identifier fails a whole call.
fn filters(want: Want<String>, name: &str) -> Vec<Filter> {
    let Want::Keys(keys) = want else {
        return vec![];
    };
    let filter = |piece| Filter::builder().name(name).set_values(Some(piece)).build();
    let pieces = pieces(keys, IDENTIFIERS_MAX).into_iter();
    pieces.map(filter).collect()
}

impl SiteAccess {
    /// A database cluster by its identifier.
    pub async fn database_cluster(
        &self,
        identifier: &str,
        freshness: Freshness,
    ) -> Result<Option<DbCluster>, CallError> {
        let read = async |want: Want<String>| {
            let mut clusters = Vec::new();
            for filter in filters(want, "db-cluster-id") {
                let call = || {
                    let call = self.rds().describe_db_clusters();
                    call.filters(filter.clone()).send()
                };
                let answer = self.call("rds:DescribeDBClusters", call).await?;
                clusters.extend(answer.db_clusters.unwrap_or_default());
            }
            Ok(keyed(clusters, |it| {
                it.db_cluster_identifier().map(str::to_owned)
            }))
        };
        let shelf = &self.inventory().database_clusters;
        shelf.get(identifier.to_owned(), freshness, read).await
    }

    /// A database instance by its identifier.
    pub async fn database_instance(
        &self,
        identifier: &str,
        freshness: Freshness,
    ) -> Result<Option<DbInstance>, CallError> {
        let read = async |want: Want<String>| {
            let mut instances = Vec::new();
            for filter in filters(want, "db-instance-id") {
                let call = || {
                    let call = self.rds().describe_db_instances();
                    call.filters(filter.clone()).send()
                };
                let answer = self.call("rds:DescribeDBInstances", call).await?;
                instances.extend(answer.db_instances.unwrap_or_default());
            }
            Ok(keyed(instances, |it| {
                it.db_instance_identifier().map(str::to_owned)
            }))
        };
        let shelf = &self.inventory().database_instances;
        shelf.get(identifier.to_owned(), freshness, read).await
    }
}
