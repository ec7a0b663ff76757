//! VPC Lattice's lists, for finding what nobody remembers the id of.

use aws_sdk_vpclattice::types::{ResourceConfigurationSummary, ResourceGatewaySummary};

use super::super::access::SiteAccess;
use super::super::error::CallError;
use super::pages::keyed;
use super::shelf::Want;
use crate::engine::Freshness;

impl SiteAccess {
    /// The resource gateways whose names begin like this.
    pub async fn resource_gateways_like(
        &self,
        stem: &str,
        freshness: Freshness,
    ) -> Result<Vec<ResourceGatewaySummary>, CallError> {
        let read = async |_: Want<String>| {
            let (mut items, mut token) = (Vec::new(), None::<String>);
            loop {
                let call = || {
                    let call = self.lattice().list_resource_gateways();
                    call.set_next_token(token.clone()).send()
                };
                let action = "vpc-lattice:ListResourceGateways";
                let answer = self.call(action, call).await?;
                items.extend(answer.items.unwrap_or_default());
                token = answer.next_token.filter(|token| !token.is_empty());
                if token.is_none() {
                    return Ok(keyed(items, |it| it.id().map(str::to_owned)));
                }
            }
        };
        let shelf = &self.inventory().resource_gateways;
        let all = shelf.list(freshness, read).await?;
        let named = |it: &&ResourceGatewaySummary| it.name().is_some_and(|it| it.starts_with(stem));
        Ok(all.values().filter(named).cloned().collect())
    }

    /// The resource configurations behind a gateway.
    pub async fn configurations_of(
        &self,
        gateway: &str,
        freshness: Freshness,
    ) -> Result<Vec<ResourceConfigurationSummary>, CallError> {
        let read = async |want: Want<String>| {
            let Want::Keys(gateways) = want else {
                return Ok(Default::default());
            };
            let mut all = std::collections::BTreeMap::new();
            for gateway in gateways {
                let rows = self.read_configurations(&gateway).await?;
                all.insert(gateway, rows);
            }
            Ok(all)
        };
        let shelf = &self.inventory().configurations_of;
        Ok(shelf
            .get(gateway.to_owned(), freshness, read)
            .await?
            .unwrap_or_default())
    }

    async fn read_configurations(
        &self,
        gateway: &str,
    ) -> Result<Vec<ResourceConfigurationSummary>, CallError> {
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let call = || {
                let call = self.lattice().list_resource_configurations();
                call.resource_gateway_identifier(gateway)
                    .set_next_token(token.clone())
                    .send()
            };
            let action = "vpc-lattice:ListResourceConfigurations";
            let answer = self.call(action, call).await?;
            items.extend(answer.items.unwrap_or_default());
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                return Ok(items);
            }
        }
    }
}
