//! Who is connected to a resource configuration, by an endpoint or through a service network, and how its
//! owner cuts them off.

use std::fmt;

use aws_sdk_vpclattice::types::{
    ResourceEndpointAssociationSummary as EndpointRow,
    ServiceNetworkResourceAssociationStatus as Status,
    ServiceNetworkResourceAssociationSummary as NetworkRow,
};

use super::access::SiteAccess;
use super::error::CallError;
use super::site::Arn;

/// Something that leads to a resource configuration and keeps it from being deleted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// `vpce-…`, or `snra-…` of an association with a service network.
    pub id: String,
    /// The account that has it.
    pub account_id: String,
    /// By what the owner cuts it off: of an endpoint that is another thing, `rea-…`.
    association: String,
}

impl fmt::Display for Holder {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} (account {})", self.id, self.account_id)
    }
}

impl SiteAccess {
    /// Those of a resource configuration of the account's own, of whichever account.
    pub async fn holders(&self, configuration: &str) -> Result<Vec<Holder>, CallError> {
        let (endpoints, networks) = futures::try_join!(
            self.endpoints_of_configuration(configuration),
            self.holders_in_networks(configuration),
        )?;
        Ok(endpoints.iter().map(of_endpoint).chain(networks).collect())
    }

    /// Those of them that are associations with service networks.
    pub async fn holders_in_networks(&self, configuration: &str) -> Result<Vec<Holder>, CallError> {
        let networks = self.networks_of_configuration(configuration).await?;
        Ok(networks.iter().filter_map(of_network).collect())
    }

    /// Cuts one off; one that is gone is fine.
    pub async fn cut(&self, holder: &Holder) -> Result<(), CallError> {
        match holder.association == holder.id {
            true => self.leave_network(&holder.id).await.map(|_| ()),
            false => self.cut_off(&holder.association).await,
        }
    }
}

fn of_endpoint(row: &EndpointRow) -> Holder {
    let text = |text: Option<&str>| text.unwrap_or_default().to_owned();
    Holder {
        id: text(row.vpc_endpoint_id()),
        account_id: text(row.vpc_endpoint_owner()),
        association: text(row.id()),
    }
}

fn of_network(row: &NetworkRow) -> Option<Holder> {
    if row.status() == Some(&Status::DeleteInProgress) {
        return None;
    }
    let arn: Option<Arn> = row.arn().and_then(|arn| arn.parse().ok());
    let id = row.id()?.to_owned();
    Some(Holder {
        account_id: arn.map(|arn| arn.account_id).unwrap_or_default(),
        association: id.clone(),
        id,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_in_a_network_is_held_by_the_account_that_put_it_there() {
        let row = |status| {
            let row = NetworkRow::builder().id("snra-1").status(status);
            let arn = "arn:aws:vpc-lattice:r:2:servicenetworkresourceassociation/snra-1";
            row.arn(arn).build()
        };
        let holder = of_network(&row(Status::Active)).unwrap();
        assert_eq!(holder.to_string(), "snra-1 (account 2)");
        assert_eq!(of_network(&row(Status::DeleteInProgress)), None);
    }
}
