//! Why there are no credentials: what was tried, what came of it, and the way out.

use std::error::Error;

use aws_credential_types::provider::error::CredentialsError;

use super::error::{CallError, ErrorKind, chain};
use crate::engine::Reason;

/// Credentials could not be had. Travels inside the SDK's errors to whoever made the call.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{reason}")]
pub(super) struct NoCredentials {
    pub(super) kind: ErrorKind,
    pub(super) reason: Reason,
}

/// Where credentials come from, as far as the provider block says it.
#[derive(Clone, Debug)]
pub(super) enum Origin {
    /// Written down.
    Keys,
    /// A profile of the shared files.
    Profile(String),
    /// Wherever AWS's tools look.
    Anywhere,
    /// A role.
    Role,
}

/// Where AWS's tools look, in their order.
const EVERYWHERE: &str = "AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY; the profile that \
    AWS_PROFILE names, else \"default\", in ~/.aws/config and ~/.aws/credentials; \
    AWS_WEB_IDENTITY_TOKEN_FILE and AWS_ROLE_ARN; container credentials; instance metadata";

const OTHER_FILES: &str = "name a profile that the shared files have, or name other files with \
    shared_config_files and shared_credentials_files.";

const READABLE: &str = "see that web_identity_token_file names a file that can be read.";

impl NoCredentials {
    /// The innermost one in an error: where roles are chained, that is where the chain broke.
    pub(super) fn find<'a>(error: &'a (dyn Error + 'static)) -> Option<&'a Self> {
        let mut found = None;
        let mut next = Some(error);
        while let Some(error) = next {
            found = error.downcast_ref::<Self>().or(found);
            next = error.source();
        }
        found
    }

    /// What a source's failure means. `whose` is the account's name in the provider block.
    pub(super) fn explain(
        whose: &str,
        origin: &Origin,
        error: CredentialsError,
    ) -> CredentialsError {
        if Self::find(&error).is_some() {
            return error;
        }
        let nowhere = matches!(error, CredentialsError::CredentialsNotLoaded(_));
        let said = chain(&error);
        let (what, evidence) = match origin {
            Origin::Anywhere if nowhere => (
                format!("No credentials were found for {whose}."),
                format!("Looked for, in this order: {EVERYWHERE}."),
            ),
            Origin::Profile(name) if nowhere => (
                format!("Profile {name:?} gives no credentials for {whose}."),
                "The shared files have no such profile, or no credentials in it.".to_owned(),
            ),
            Origin::Profile(name) => (
                format!("Profile {name:?} gives no credentials for {whose}."),
                format!("It failed with: {said}."),
            ),
            Origin::Keys | Origin::Anywhere | Origin::Role => (
                format!("The credentials of {whose} can't be fetched."),
                format!("It failed with: {said}."),
            ),
        };
        let remedy = match origin {
            Origin::Profile(_) if nowhere => OTHER_FILES,
            Origin::Role => READABLE,
            _ => &remedy(origin, &said),
        };
        let remedy = format!("Check the credentials of {whose}: {remedy}");
        CredentialsError::provider_error(Self {
            kind: ErrorKind::Unauthenticated,
            reason: Reason::new(what).evidence(evidence).remedy(remedy),
        })
    }

    /// A role that could not be assumed.
    pub(super) fn refused_role(whose: &str, role: &str, error: CallError) -> CredentialsError {
        let remedy = match error.kind {
            ErrorKind::Denied => format!(
                "Check the credentials of {whose}: the trust policy of {role} must name the caller \
                 and accept its external_id, source_identity and tags, and the caller's own \
                 policies must allow {} on the role. A role made a moment ago may take a minute.",
                error.action
            ),
            _ => error.clone().never().reason().remedy.clone(),
        };
        let what = format!("{whose}: the role {role} can't be assumed.");
        let what = what
            .strip_prefix("the default")
            .map_or(what.clone(), |rest| format!("The default{rest}"));
        CredentialsError::provider_error(Self {
            kind: error.kind,
            reason: Reason::new(what).evidence(error.to_string()).remedy(remedy),
        })
    }
}

/// The way out, by what the SDK says of the source.
fn remedy(origin: &Origin, said: &str) -> String {
    let profile = match origin {
        Origin::Profile(name) => name.clone(),
        _ => std::env::var("AWS_PROFILE").unwrap_or_else(|_| "default".to_owned()),
    };
    let lower = said.to_lowercase();
    if lower.contains("sso") || said.contains("UnauthorizedException") {
        return format!("log in with `aws sso login --profile {profile}`.");
    }
    if said.contains("external process") {
        return format!(
            "run the credential_process of profile {profile:?} by hand and see what it says."
        );
    }
    if lower.contains("could not read") {
        return OTHER_FILES.to_owned();
    }
    if said.contains("AccessDenied") {
        return "the trust policy of the role that the profile names must let the caller in, and \
                the caller's own policies must allow sts:AssumeRole on it."
            .to_owned();
    }
    "set profile or assume_role in the provider block, or AWS_PROFILE or AWS_ACCESS_KEY_ID in the \
     environment. For a profile with SSO, run `aws sso login` first."
        .to_owned()
}
