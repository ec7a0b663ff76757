//! What endpoints to shared resources lead to, and by which names.

use aws_sdk_ec2::types::VpcEndpointAssociation;

use super::super::access::SiteAccess;
use super::super::error::CallError;
use super::pages::{FILTER_VALUES_MAX, filter, gathered, pieces};
use super::shelf::Want;
use crate::engine::Freshness;

impl SiteAccess {
    /// The associations of an endpoint with what it leads to.
    pub async fn endpoint_associations(
        &self,
        endpoint: &str,
        freshness: Freshness,
    ) -> Result<Vec<VpcEndpointAssociation>, CallError> {
        let read = async |want: Want<String>| {
            let Want::Keys(endpoints) = want else {
                return Ok(gathered(vec![], |_: &VpcEndpointAssociation| None));
            };
            let mut rows = Vec::new();
            for piece in pieces(endpoints, FILTER_VALUES_MAX) {
                rows.extend(self.read_associations(piece).await?);
            }
            Ok(gathered(rows, |row| {
                row.vpc_endpoint_id().map(str::to_owned)
            }))
        };
        let shelf = &self.inventory().endpoint_associations;
        Ok(shelf
            .get(endpoint.to_owned(), freshness, read)
            .await?
            .unwrap_or_default())
    }

    async fn read_associations(
        &self,
        endpoints: Vec<String>,
    ) -> Result<Vec<VpcEndpointAssociation>, CallError> {
        // A filter, not ids: an id that is not there fails a whole call.
        let filter = filter("vpc-endpoint-id", endpoints);
        let (mut rows, mut token) = (Vec::new(), None::<String>);
        loop {
            let answer = self
                .call("ec2:DescribeVpcEndpointAssociations", || {
                    let call = self.ec2().describe_vpc_endpoint_associations();
                    call.filters(filter.clone())
                        .set_next_token(token.clone())
                        .send()
                })
                .await?;
            rows.extend(answer.vpc_endpoint_associations.unwrap_or_default());
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(rows);
            }
        }
    }
}
