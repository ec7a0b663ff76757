//! VPC Lattice's service networks: the networks, and which resource configurations are in them.

use aws_sdk_vpclattice::operation::get_service_network::GetServiceNetworkOutput;
use aws_sdk_vpclattice::operation::get_service_network_resource_association::GetServiceNetworkResourceAssociationOutput;
use aws_sdk_vpclattice::types::ServiceNetworkResourceAssociationSummary;

use super::access::SiteAccess;
use super::error::CallError;
use super::lattice::found;

impl SiteAccess {
    /// A service network by id, or by ARN if it is another account's.
    pub async fn service_network(
        &self,
        id: &str,
    ) -> Result<Option<GetServiceNetworkOutput>, CallError> {
        let call = || {
            let call = self.lattice().get_service_network();
            call.service_network_identifier(id).send()
        };
        found(self.call("vpc-lattice:GetServiceNetwork", call)).await
    }

    /// The association of a resource configuration with a service network, by id.
    pub async fn network_association(
        &self,
        id: &str,
    ) -> Result<Option<GetServiceNetworkResourceAssociationOutput>, CallError> {
        let call = || {
            let call = self.lattice().get_service_network_resource_association();
            call.service_network_resource_association_identifier(id)
                .send()
        };
        let action = "vpc-lattice:GetServiceNetworkResourceAssociation";
        found(self.call(action, call)).await
    }

    /// The associations of a resource configuration with a service network: one, and where it is wanted
    /// those that came with it, of the configurations below that one.
    pub async fn associations_between(
        &self,
        network: &str,
        configuration: &str,
        with_children: bool,
    ) -> Result<Vec<ServiceNetworkResourceAssociationSummary>, CallError> {
        let network = Some(network.to_owned());
        self.network_associations(network, configuration, with_children)
            .await
    }

    /// The service networks that a resource configuration is in, of whichever account.
    pub async fn networks_of_configuration(
        &self,
        configuration: &str,
    ) -> Result<Vec<ServiceNetworkResourceAssociationSummary>, CallError> {
        self.network_associations(None, configuration, false).await
    }

    async fn network_associations(
        &self,
        network: Option<String>,
        configuration: &str,
        with_children: bool,
    ) -> Result<Vec<ServiceNetworkResourceAssociationSummary>, CallError> {
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let call = || {
                let call = self.lattice().list_service_network_resource_associations();
                call.resource_configuration_identifier(configuration)
                    .set_service_network_identifier(network.clone())
                    .set_include_children(with_children.then_some(true))
                    .set_next_token(token.clone())
                    .send()
            };
            let action = "vpc-lattice:ListServiceNetworkResourceAssociations";
            let answer = self.call(action, call).await?;
            items.extend(answer.items);
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(items);
            }
        }
    }

    /// Takes a resource configuration out of a service network, for which either side may ask. Tells
    /// whether anything was there.
    pub async fn leave_network(&self, association: &str) -> Result<bool, CallError> {
        let call = || {
            let call = self.lattice().delete_service_network_resource_association();
            call.service_network_resource_association_identifier(association)
                .send()
        };
        let action = "vpc-lattice:DeleteServiceNetworkResourceAssociation";
        let answer = found(self.call(action, call)).await?;
        Ok(answer.is_some())
    }
}
