//! RAM's reads: shares, who and what is in them, and the inbox of whoever is invited.

use aws_sdk_ram::types::{
    ResourceOwner, ResourceShare, ResourceShareAssociation, ResourceShareAssociationType,
    ResourceShareInvitation, ResourceShareInvitationStatus, ResourceShareStatus, TagFilter,
};

use super::access::SiteAccess;
use super::error::CallError;
use super::ownership::OWNER;
use super::tags::Tags;

/// Reads all pages of a list. A page may be empty and not be the last.
macro_rules! all_pages {
    ($access:expr, $action:literal, $items:ident, $call:expr) => {{
        let (mut items, mut token) = (Vec::new(), None::<String>);
        loop {
            let answer = $access
                .call($action, || $call.set_next_token(token.clone()).send())
                .await?;
            items.extend(answer.$items.unwrap_or_default());
            token = answer.next_token.filter(|token| !token.is_empty());
            if token.is_none() {
                break items;
            }
        }
    }};
}

/// Whether a share is more than a memory: deleted ones are shown for hours.
fn is_alive(share: &ResourceShare) -> bool {
    let dead = [ResourceShareStatus::Deleted, ResourceShareStatus::Deleting];
    !share.status().is_some_and(|status| dead.contains(status))
}

impl SiteAccess {
    /// A share of the account's own, by ARN.
    pub async fn share(&self, arn: &str) -> Result<Option<ResourceShare>, CallError> {
        self.share_of(ResourceOwner::SelfValue, arn).await
    }

    /// A share that others have let this account into, by ARN.
    pub async fn share_from_others(&self, arn: &str) -> Result<Option<ResourceShare>, CallError> {
        self.share_of(ResourceOwner::OtherAccounts, arn).await
    }

    async fn share_of(
        &self,
        owner: ResourceOwner,
        arn: &str,
    ) -> Result<Option<ResourceShare>, CallError> {
        let read = async {
            Ok(all_pages!(
                self,
                "ram:GetResourceShares",
                resource_shares,
                self.ram()
                    .get_resource_shares()
                    .resource_owner(owner.clone())
                    .resource_share_arns(arn)
            ))
        };
        match read.await {
            Err(error) if CallError::is_not_found(&error) => Ok(None),
            shares => Ok(shares?.into_iter().find(is_alive)),
        }
    }

    /// The shares of the account's own that carry this owner path.
    pub async fn shares_owned(&self, owner: &str) -> Result<Vec<ResourceShare>, CallError> {
        let filter = TagFilter::builder()
            .tag_key(OWNER)
            .tag_values(owner)
            .build();
        let shares = all_pages!(
            self,
            "ram:GetResourceShares",
            resource_shares,
            self.ram()
                .get_resource_shares()
                .resource_owner(ResourceOwner::SelfValue)
                .tag_filters(filter.clone())
        );
        Ok(shares.into_iter().filter(is_alive).collect())
    }

    /// Who, or what, is in a share of the account's own.
    pub async fn associations(
        &self,
        share: &str,
        kind: ResourceShareAssociationType,
    ) -> Result<Vec<ResourceShareAssociation>, CallError> {
        Ok(all_pages!(
            self,
            "ram:GetResourceShareAssociations",
            resource_share_associations,
            self.ram()
                .get_resource_share_associations()
                .association_type(kind.clone())
                .resource_share_arns(share)
        ))
    }

    /// The shares of the account's own that a resource is, or was lately, in.
    pub async fn shares_with(
        &self,
        resource: &str,
    ) -> Result<Vec<ResourceShareAssociation>, CallError> {
        Ok(all_pages!(
            self,
            "ram:GetResourceShareAssociations",
            resource_share_associations,
            self.ram()
                .get_resource_share_associations()
                .association_type(ResourceShareAssociationType::Resource)
                .resource_arn(resource)
        ))
    }

    /// The invitation to a share that waits in this account's inbox.
    pub async fn invitation(
        &self,
        share: &str,
    ) -> Result<Option<ResourceShareInvitation>, CallError> {
        // Not filtered by share: RAM refuses one that it does not know here yet.
        let all = all_pages!(
            self,
            "ram:GetResourceShareInvitations",
            resource_share_invitations,
            self.ram().get_resource_share_invitations()
        );
        let waits = |it: &ResourceShareInvitation| {
            it.resource_share_arn() == Some(share)
                && it.status() == Some(&ResourceShareInvitationStatus::Pending)
        };
        Ok(all.into_iter().find(waits))
    }
}

/// RAM's tags as a map.
pub fn ram_tags(tags: &[aws_sdk_ram::types::Tag]) -> Tags {
    let pair = |tag: &aws_sdk_ram::types::Tag| {
        let value = tag.value().unwrap_or_default();
        Some((tag.key()?.to_owned(), value.to_owned()))
    };
    tags.iter().filter_map(pair).collect()
}
