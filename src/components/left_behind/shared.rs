//! What of VPC Lattice and RAM bears an owner's marks.

use async_trait::async_trait;
use aws_sdk_ram::types::{ResourceShareAssociation, ResourceShareAssociationStatus};

use super::Leaves;
use crate::aws::ownership::Mark;
use crate::aws::{SiteAccess, ram_tags};
use crate::components::resource_configuration::{self, ResourceConfiguration, SeenConfiguration};
use crate::components::resource_endpoint::{self, SeenResourceEndpoint};
use crate::components::resource_gateway::{self, ResourceGateway, SeenGateway};
use crate::components::resource_share::{self, ResourceShare, SeenShare};
use crate::components::vpc_endpoint::seen::is_dying;
use crate::engine::{Deletion, Failure, Freshness};

#[async_trait]
impl Leaves for ResourceGateway {
    type Trace = ();

    async fn trace(access: &SiteAccess, id: &str) -> Result<Option<()>, Failure> {
        Ok(access.resource_gateway(id).await?.map(|_| ()))
    }

    async fn remove(access: &SiteAccess, _: &str, id: &str) -> Result<Deletion, Failure> {
        resource_gateway::remove(access, id).await
    }
}

#[async_trait]
impl Leaves for ResourceConfiguration {
    type Trace = ();

    async fn trace(access: &SiteAccess, id: &str) -> Result<Option<()>, Failure> {
        Ok(access.resource_configuration(id).await?.map(|_| ()))
    }

    async fn remove(access: &SiteAccess, _: &str, id: &str) -> Result<Deletion, Failure> {
        resource_configuration::remove(access, id).await
    }
}

#[async_trait]
impl Leaves for ResourceShare {
    type Trace = ();

    async fn trace(access: &SiteAccess, arn: &str) -> Result<Option<()>, Failure> {
        Ok(access.share(arn).await?.map(|_| ()))
    }

    async fn remove(access: &SiteAccess, _: &str, arn: &str) -> Result<Deletion, Failure> {
        resource_share::remove(access, arn).await
    }
}

/// The gateways of an owner path, by how their names begin.
pub async fn gateways(
    access: &SiteAccess,
    (owner, stem): (&str, &str),
) -> Result<Vec<SeenGateway>, Failure> {
    let fresh = Freshness::SinceLastChange;
    let mut found = Vec::new();
    for row in access.resource_gateways_like(stem, fresh).await? {
        let tags = access.lattice_tags(row.arn().unwrap_or_default()).await?;
        let tags = tags.unwrap_or_default();
        if Mark::read(&tags).owner.as_deref() != Some(owner) {
            continue;
        }
        let gateway = access
            .resource_gateway(row.id().unwrap_or_default())
            .await?;
        found.extend(gateway.map(|it| resource_gateway::seen(&it, tags.clone().into())));
    }
    Ok(found)
}

/// A gateway by id, whosever it is.
pub async fn gateway(access: &SiteAccess, id: &str) -> Result<Option<SeenGateway>, Failure> {
    let Some(gateway) = access.resource_gateway(id).await? else {
        return Ok(None);
    };
    let tags = access
        .lattice_tags(gateway.arn().unwrap_or_default())
        .await?;
    let tags = tags.unwrap_or_default().into();
    Ok(Some(resource_gateway::seen(&gateway, tags)))
}

/// A configuration by id, whosever it is.
pub async fn configuration(
    access: &SiteAccess,
    id: &str,
) -> Result<Option<SeenConfiguration>, Failure> {
    let Some(found) = access.resource_configuration(id).await? else {
        return Ok(None);
    };
    let tags = access.lattice_tags(found.arn().unwrap_or_default()).await?;
    let tags = tags.unwrap_or_default().into();
    Ok(Some(resource_configuration::seen::seen(&found, tags)))
}

/// The shares that a configuration is in, by ARN.
pub async fn shares_with(access: &SiteAccess, arn: &str) -> Result<Vec<String>, Failure> {
    let rows = access.shares_with(arn).await?;
    let is_in = |row: &&ResourceShareAssociation| {
        row.status() == Some(&ResourceShareAssociationStatus::Associated)
    };
    let shares = rows.iter().filter(is_in);
    let shares = shares.filter_map(|row| row.resource_share_arn());
    Ok(shares.map(str::to_owned).collect())
}

/// The configurations of an owner path, by how their names begin.
pub async fn configurations(
    access: &SiteAccess,
    (owner, stem): (&str, &str),
) -> Result<Vec<SeenConfiguration>, Failure> {
    let mut found = Vec::new();
    for row in access.configurations_like(stem).await? {
        let tags = access.lattice_tags(row.arn().unwrap_or_default()).await?;
        let tags = tags.unwrap_or_default();
        if Mark::read(&tags).owner.as_deref() != Some(owner) {
            continue;
        }
        let id = row.id().unwrap_or_default();
        let configuration = access.resource_configuration(id).await?;
        let seen =
            configuration.map(|it| resource_configuration::seen::seen(&it, tags.clone().into()));
        found.extend(seen);
    }
    Ok(found)
}

/// The shares of an owner path, with whom they are given to.
pub async fn shares(access: &SiteAccess, owner: &str) -> Result<Vec<SeenShare>, Failure> {
    let mut found = Vec::new();
    for share in access.shares_owned(owner).await? {
        let mark = Mark::read(&ram_tags(share.tags()));
        if mark.address.is_some() {
            found.push(resource_share::with_members(access, &share, Default::default()).await?);
        }
    }
    Ok(found)
}

/// The living endpoints of an owner path that lead to something shared.
pub async fn resource_endpoints(
    access: &SiteAccess,
    owner: &str,
) -> Result<Vec<SeenResourceEndpoint>, Failure> {
    let all = access
        .endpoints_owned(owner, Freshness::SinceLastChange)
        .await?;
    let living = all.iter().filter(|it| !is_dying(it));
    Ok(living.map(resource_endpoint::seen::seen).collect())
}

/// A living endpoint by id, whosever it is.
pub async fn resource_endpoint(
    access: &SiteAccess,
    id: &str,
) -> Result<Option<SeenResourceEndpoint>, Failure> {
    let found = access.endpoint(id, Freshness::SinceLastChange).await?;
    let living = found.filter(|it| !is_dying(it));
    Ok(living.as_ref().map(resource_endpoint::seen::seen))
}

/// A share by ARN, whosever it is, with whom it is given to.
pub async fn share(access: &SiteAccess, arn: &str) -> Result<Option<SeenShare>, Failure> {
    let Some(share) = access.share(arn).await? else {
        return Ok(None);
    };
    let found = resource_share::with_members(access, &share, Default::default()).await?;
    Ok(Some(found))
}

/// The configurations behind a gateway, or in a group, by its id; whosever they are. Those that AWS has
/// made by itself are none of them.
pub async fn configurations_behind(
    access: &SiteAccess,
    behind: &str,
) -> Result<Vec<SeenConfiguration>, Failure> {
    let fresh = Freshness::SinceLastChange;
    let mut found = Vec::new();
    for row in access.configurations_behind(behind, fresh).await? {
        if row.amazon_managed() != Some(true) {
            found.extend(configuration(access, row.id().unwrap_or_default()).await?);
        }
    }
    Ok(found)
}
