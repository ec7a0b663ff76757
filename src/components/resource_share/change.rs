//! Changing a share: who and what comes in and goes out.

use std::collections::BTreeSet;

use super::{ResourceShare, SeenShare};
use crate::aws::{CallError, ErrorKind, SiteAccess};
use crate::engine::{Component as _, Failure, Reason};

impl ResourceShare {
    pub(super) async fn put(
        &self,
        access: &SiteAccess,
        arn: &str,
        seen: &SeenShare,
        fields: &[&'static str],
    ) -> Result<SeenShare, Failure> {
        if fields.contains(&"external") {
            let call = || {
                let call = access.ram().update_resource_share();
                call.resource_share_arn(arn)
                    .allow_external_principals(self.external)
                    .send()
            };
            access.call("ram:UpdateResourceShare", call).await?;
        }
        let mut now = self.foresee(seen, fields);
        if fields.contains(&"tags") {
            let put = self
                .marking
                .put_ram(access, arn, &seen.tags, seen.generation);
            now.tags = put.await?.into();
        }
        let some = |set: BTreeSet<String>| Some(set.into_iter().collect::<Vec<_>>());
        let (in_principals, in_resources) = (self.missing(seen), self.missing_resources(seen));
        if !in_principals.is_empty() || !in_resources.is_empty() {
            let (principals, resources) = (some(in_principals), some(in_resources));
            let call = || {
                let call = access.ram().associate_resource_share();
                call.resource_share_arn(arn)
                    .set_principals(principals.clone().filter(|it| !it.is_empty()))
                    .set_resource_arns(resources.clone().filter(|it| !it.is_empty()))
                    .send()
            };
            let answer = access.call("ram:AssociateResourceShare", call).await;
            answer.map_err(|error| self.explained(error))?;
        }
        let (out_principals, out_resources) = (self.leaving(seen), self.surplus(seen));
        if !out_principals.is_empty() || !out_resources.is_empty() {
            let (principals, resources) = (some(out_principals.clone()), some(out_resources));
            let call = || {
                let call = access.ram().disassociate_resource_share();
                call.resource_share_arn(arn)
                    .set_principals(principals.clone().filter(|it| !it.is_empty()))
                    .set_resource_arns(resources.clone().filter(|it| !it.is_empty()))
                    .send()
            };
            access.call("ram:DisassociateResourceShare", call).await?;
            if self.reject_on_revoke {
                self.cut(access, &out_principals).await?;
            }
        }
        Ok(now)
    }

    /// Un-sharing leaves endpoints connected, so those of accounts that were put out are cut off.
    async fn cut(&self, access: &SiteAccess, accounts: &BTreeSet<String>) -> Result<(), Failure> {
        if accounts.is_empty() {
            return Ok(());
        }
        let resources = self.resources.known().into_iter().flatten();
        for arn in resources {
            let id = arn.rsplit('/').next().unwrap_or_default();
            for association in access.endpoints_of_configuration(id).await? {
                let owner = association.vpc_endpoint_owner().unwrap_or_default();
                if accounts.contains(owner) {
                    access.cut_off(association.id().unwrap_or_default()).await?;
                }
            }
        }
        Ok(())
    }

    /// What RAM says of accounts and organizations in words of its own.
    pub(super) fn explained(&self, error: CallError) -> Failure {
        let about_organization =
            error.message.contains("Organization") || error.message.contains("OrganizationalUnit");
        match error.kind {
            ErrorKind::Invalid | ErrorKind::NotFound if about_organization => {
                let reason = Reason::new("RAM does not share with all that are allowed.");
                let remedy = "Organizations and their units need sharing with the organization, \
                              switched on in RAM; accounts outside of it need \
                              allow_external_principals = true.";
                Failure::Never(reason.evidence(error.to_string()).remedy(remedy))
            }
            _ => error.into(),
        }
    }
}
