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

    /// The resource configurations behind a gateway, or in a group, by its id.
    pub async fn configurations_behind(
        &self,
        behind: &str,
        freshness: Freshness,
    ) -> Result<Vec<ResourceConfigurationSummary>, CallError> {
        let read = async |want: Want<String>| {
            let Want::Keys(all_behind) = want else {
                return Ok(Default::default());
            };
            let mut all = std::collections::BTreeMap::new();
            for behind in all_behind {
                let rows = self.read_configurations(Some(&behind)).await?;
                all.insert(behind, rows);
            }
            Ok(all)
        };
        let shelf = &self.inventory().configurations_behind;
        Ok(shelf
            .get(behind.to_owned(), freshness, read)
            .await?
            .unwrap_or_default())
    }

    /// The resource configurations of the account whose names begin like this, as they are now. Those
    /// that AWS has made by itself are none of them.
    pub async fn configurations_like(
        &self,
        stem: &str,
    ) -> Result<Vec<ResourceConfigurationSummary>, CallError> {
        let mut all = self.read_configurations(None).await?;
        all.retain(|it| {
            let named = it.name().is_some_and(|name| name.starts_with(stem));
            named && it.amazon_managed() != Some(true)
        });
        Ok(all)
    }

    async fn read_configurations(
        &self,
        behind: Option<&str>,
    ) -> Result<Vec<ResourceConfigurationSummary>, CallError> {
        let in_group = |id: &&str| id.starts_with("rcfg-");
        let group = behind.filter(in_group).map(str::to_owned);
        let gateway = behind.filter(|id| !in_group(id)).map(str::to_owned);
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let call = || {
                let call = self.lattice().list_resource_configurations();
                call.set_resource_gateway_identifier(gateway.clone())
                    .set_resource_configuration_group_identifier(group.clone())
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
