//! VPC Lattice's reads: one object a call, as it filters nothing by tag and its lists tell too little.

use aws_sdk_vpclattice::operation::get_resource_configuration::GetResourceConfigurationOutput;
use aws_sdk_vpclattice::operation::get_resource_gateway::GetResourceGatewayOutput;
use aws_sdk_vpclattice::types::ResourceEndpointAssociationSummary;

use super::access::SiteAccess;
use super::error::CallError;
use super::tags::Tags;

/// What is not there is no failure of a look.
pub(super) async fn found<T>(
    answer: impl Future<Output = Result<T, CallError>>,
) -> Result<Option<T>, CallError> {
    match answer.await {
        Err(error) if error.is_not_found() => Ok(None),
        answer => answer.map(Some),
    }
}

impl SiteAccess {
    /// A resource gateway by id.
    pub async fn resource_gateway(
        &self,
        id: &str,
    ) -> Result<Option<GetResourceGatewayOutput>, CallError> {
        let call = || {
            let call = self.lattice().get_resource_gateway();
            call.resource_gateway_identifier(id).send()
        };
        found(self.call("vpc-lattice:GetResourceGateway", call)).await
    }

    /// A resource configuration by id or ARN.
    pub async fn resource_configuration(
        &self,
        id: &str,
    ) -> Result<Option<GetResourceConfigurationOutput>, CallError> {
        let call = || {
            let call = self.lattice().get_resource_configuration();
            call.resource_configuration_identifier(id).send()
        };
        found(self.call("vpc-lattice:GetResourceConfiguration", call)).await
    }

    /// The endpoints that are connected to a resource configuration, of whichever account.
    pub async fn endpoints_of_configuration(
        &self,
        configuration: &str,
    ) -> Result<Vec<ResourceEndpointAssociationSummary>, CallError> {
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let call = || {
                let call = self.lattice().list_resource_endpoint_associations();
                call.resource_configuration_identifier(configuration)
                    .set_next_token(token.clone())
                    .send()
            };
            let action = "vpc-lattice:ListResourceEndpointAssociations";
            let answer = self.call(action, call).await?;
            items.extend(answer.items);
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(items);
            }
        }
    }

    /// Cuts an endpoint off a resource configuration; one that is gone is fine.
    pub async fn cut_off(&self, association: &str) -> Result<(), CallError> {
        let call = || {
            let call = self.lattice().delete_resource_endpoint_association();
            call.resource_endpoint_association_identifier(association)
                .send()
        };
        let action = "vpc-lattice:DeleteResourceEndpointAssociation";
        found(self.call(action, call)).await.map(|_| ())
    }

    /// The tags of one of Lattice's objects, by ARN; none if it is not there.
    pub async fn lattice_tags(&self, arn: &str) -> Result<Option<Tags>, CallError> {
        let call = || {
            let call = self.lattice().list_tags_for_resource();
            call.resource_arn(arn).send()
        };
        let answer = found(self.call("vpc-lattice:ListTagsForResource", call)).await?;
        Ok(answer.map(|answer| answer.tags.unwrap_or_default().into_iter().collect()))
    }
}
