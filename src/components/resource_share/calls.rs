//! The calls that put somebody or something into a share, and take it out.

use std::collections::BTreeSet;

use crate::aws::{CallError, SiteAccess};

/// Who and what goes in or out.
#[derive(Clone, Debug, Default)]
pub(super) struct Members {
    pub(super) principals: BTreeSet<String>,
    pub(super) resources: BTreeSet<String>,
}

impl Members {
    /// Resources alone, by ARN.
    pub(super) fn of_resources(resources: BTreeSet<String>) -> Self {
        Self {
            resources,
            ..Self::default()
        }
    }

    fn is_empty(&self) -> bool {
        self.principals.is_empty() && self.resources.is_empty()
    }
}

/// Puts these into a share; no call where there are none.
pub(super) async fn associate(
    access: &SiteAccess,
    share: &str,
    members: &Members,
) -> Result<(), CallError> {
    if members.is_empty() {
        return Ok(());
    }
    let call = || {
        let call = access.ram().associate_resource_share();
        call.resource_share_arn(share)
            .set_principals(some(&members.principals))
            .set_resource_arns(some(&members.resources))
            .send()
    };
    access.call("ram:AssociateResourceShare", call).await?;
    Ok(())
}

/// Takes these out of a share; no call where there are none.
pub(super) async fn disassociate(
    access: &SiteAccess,
    share: &str,
    members: &Members,
) -> Result<(), CallError> {
    if members.is_empty() {
        return Ok(());
    }
    let call = || {
        let call = access.ram().disassociate_resource_share();
        call.resource_share_arn(share)
            .set_principals(some(&members.principals))
            .set_resource_arns(some(&members.resources))
            .send()
    };
    access.call("ram:DisassociateResourceShare", call).await?;
    Ok(())
}

/// A list that is empty is not sent.
fn some(set: &BTreeSet<String>) -> Option<Vec<String>> {
    let list: Vec<String> = set.iter().cloned().collect();
    Some(list).filter(|list| !list.is_empty())
}
