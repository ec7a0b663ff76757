//! How VPCs get into service networks: endpoints and associations, which are their users'.

use aws_sdk_ec2::types::VpcEndpoint;
use aws_sdk_vpclattice::types::ServiceNetworkVpcAssociationSummary;

use super::super::access::SiteAccess;
use super::super::error::CallError;
use super::pages::{FILTER_VALUES_MAX, filter, gathered, pieces};
use super::shelf::Want;
use crate::engine::Freshness;

impl SiteAccess {
    /// The endpoints of a VPC that lead into service networks.
    pub async fn network_endpoints(
        &self,
        vpc: &str,
        freshness: Freshness,
    ) -> Result<Vec<VpcEndpoint>, CallError> {
        let read = async |want: Want<String>| {
            let Want::Keys(vpcs) = want else {
                return Ok(Default::default());
            };
            let calls = pieces(vpcs, FILTER_VALUES_MAX).into_iter().map(|piece| {
                let kind = filter("vpc-endpoint-type", ["ServiceNetwork"]);
                vec![filter("vpc-id", piece), kind]
            });
            let endpoints = self.endpoints(calls.collect()).await?;
            Ok(gathered(endpoints, |it| it.vpc_id().map(str::to_owned)))
        };
        let shelf = &self.inventory().network_endpoints;
        let endpoints = shelf.get(vpc.to_owned(), freshness, read).await?;
        Ok(endpoints.unwrap_or_default())
    }

    /// The associations of a VPC itself with service networks.
    pub async fn networks_of_vpc(
        &self,
        vpc: &str,
        freshness: Freshness,
    ) -> Result<Vec<ServiceNetworkVpcAssociationSummary>, CallError> {
        let read = async |want: Want<String>| {
            let Want::Keys(vpcs) = want else {
                return Ok(Default::default());
            };
            let mut all = std::collections::BTreeMap::new();
            for vpc in vpcs {
                let rows = self.read_networks_of(&vpc).await?;
                all.insert(vpc, rows);
            }
            Ok(all)
        };
        let shelf = &self.inventory().networks_of_vpc;
        let rows = shelf.get(vpc.to_owned(), freshness, read).await?;
        Ok(rows.unwrap_or_default())
    }

    async fn read_networks_of(
        &self,
        vpc: &str,
    ) -> Result<Vec<ServiceNetworkVpcAssociationSummary>, CallError> {
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let call = || {
                let call = self.lattice().list_service_network_vpc_associations();
                call.vpc_identifier(vpc)
                    .set_next_token(token.clone())
                    .send()
            };
            let action = "vpc-lattice:ListServiceNetworkVpcAssociations";
            let answer = self.call(action, call).await?;
            items.extend(answer.items);
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(items);
            }
        }
    }
}
