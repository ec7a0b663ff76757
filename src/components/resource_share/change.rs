//! Changing a share: who and what comes in and goes out.

use std::collections::BTreeMap;

use aws_sdk_ram::types::ResourceShareAssociationType as Kind;

use super::calls::{Members, associate, disassociate};
use super::seen::{is_in, members};
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
        let moves = fields.contains(&"external");
        // Outsiders come in only then, and have to be out before.
        if moves && self.external {
            self.put_external(access, (arn, seen)).await?;
        }
        let mut now = self.foresee(seen, fields);
        if fields.contains(&"tags") {
            let put = self
                .marking
                .put_ram(access, arn, &seen.tags, seen.generation);
            now.tags = put.await?.into();
        }
        let joining = Members {
            principals: self.missing(seen),
            resources: seen.lacks(&self.resources),
        };
        let joined = associate(access, arn, &joining).await;
        joined.map_err(|error| self.explained(error))?;
        let leaving = Members {
            principals: self.leaving(seen),
            resources: self.surplus(seen),
        };
        take_out(access, arn, leaving).await?;
        if moves && !self.external {
            self.put_external(access, (arn, seen)).await?;
        }
        Ok(now)
    }

    async fn put_external(
        &self,
        access: &SiteAccess,
        (arn, seen): (&str, &SeenShare),
    ) -> Result<(), Failure> {
        let call = || {
            let call = access.ram().update_resource_share();
            call.resource_share_arn(arn)
                .allow_external_principals(self.external)
                .send()
        };
        match access.call("ram:UpdateResourceShare", call).await {
            Err(error) if error.message.contains("External principals") => {
                let leaving = seen.principals.known().into_iter().flatten();
                let mut leaving = leaving.filter(|(it, _)| !self.principals.contains(*it));
                match leaving.next() {
                    // On their way out.
                    Some(_) => Err(error.later()),
                    None => Err(self.has_outsiders(&error)),
                }
            }
            answer => {
                answer?;
                Ok(())
            }
        }
    }

    /// Those who are to stay in are no members of the organization.
    fn has_outsiders(&self, error: &CallError) -> Failure {
        let inside: Vec<&str> = self.principals.iter().map(String::as_str).collect();
        let what = format!(
            "Of {} at least one is not of the owner's organization, and allow_external_principals = \
             false lets nobody in from outside.",
            inside.join(", ")
        );
        let remedy = "Take allow_external_principals out, or those who are outside.";
        Failure::Never(Reason::new(what).evidence(error.to_string()).remedy(remedy))
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

/// Takes these out. RAM refuses all of them where one is out already: then what is still in goes.
pub(super) async fn take_out(
    access: &SiteAccess,
    arn: &str,
    mut leaving: Members,
) -> Result<(), Failure> {
    match disassociate(access, arn, &leaving).await {
        Err(error) if error.is_not_found() => {}
        answer => return Ok(answer?),
    }
    if access.share(arn).await?.is_none() {
        return Ok(());
    }
    let (principals, resources) = futures::try_join!(
        members(access, arn, Kind::Principal),
        members(access, arn, Kind::Resource),
    )?;
    let inside =
        |all: &BTreeMap<String, String>, it: &String| all.get(it).is_some_and(|state| is_in(state));
    leaving.principals.retain(|it| inside(&principals, it));
    leaving.resources.retain(|it| inside(&resources, it));
    Ok(disassociate(access, arn, &leaving).await?)
}
