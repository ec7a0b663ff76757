//! Why there are no credentials: what was tried, what came of it, and the way out.

use std::error::Error;
use std::path::Path;

use aws_credential_types::provider::error::CredentialsError;

use super::error::{CallError, ErrorKind, chain};
use super::shared_files::SharedFiles;
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
    /// A profile of shared files.
    Profile(String, SharedFiles),
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
        if let Some(lacking) = Self::lacking_profile(whose, origin) {
            return lacking;
        }
        let nowhere = matches!(error, CredentialsError::CredentialsNotLoaded(_));
        // Processes end what they say with a line feed.
        let said = chain(&error);
        let said = said.trim();
        let (what, evidence) = match origin {
            Origin::Anywhere if nowhere => match half_a_key() {
                Some(half) => (format!("Half a key was found for {whose}."), half),
                None => (
                    format!("No credentials were found for {whose}."),
                    format!("Looked for, in this order: {EVERYWHERE}."),
                ),
            },
            Origin::Profile(name, _) if nowhere => (
                format!("Profile {name:?} gives no credentials for {whose}."),
                "The shared files have no credentials in it.".to_owned(),
            ),
            Origin::Profile(name, _) => (
                format!("Profile {name:?} gives no credentials for {whose}."),
                format!("It failed with: {said}."),
            ),
            Origin::Keys | Origin::Anywhere | Origin::Role => (
                format!("The credentials of {whose} can't be fetched."),
                format!("It failed with: {said}."),
            ),
        };
        let remedy = match origin {
            Origin::Profile(..) if nowhere => OTHER_FILES,
            _ => &remedy(origin, said),
        };
        let remedy = format!("Check the credentials of {whose}: {remedy}");
        let reason = Reason::new(what).evidence(evidence).remedy(remedy);
        Self::error(ErrorKind::Unauthenticated, reason)
    }

    /// A profile that is named, and that the shared files do not have.
    fn lacking_profile(whose: &str, origin: &Origin) -> Option<CredentialsError> {
        let (what, lack, remedy) = match origin {
            Origin::Profile(name, files) => (
                format!("Profile {name:?} gives no credentials for {whose}."),
                files.lack(name)?,
                OTHER_FILES,
            ),
            Origin::Anywhere => {
                let name = std::env::var("AWS_PROFILE").ok();
                let name = name.filter(|name| !name.is_empty())?;
                (
                    format!("AWS_PROFILE is {name:?}, which gives no credentials for {whose}."),
                    SharedFiles::usual().lack(&name)?,
                    "correct or unset AWS_PROFILE, or set profile in the provider block.",
                )
            }
            Origin::Keys | Origin::Role => return None,
        };
        let remedy = format!("Check the credentials of {whose}: {remedy}");
        let reason = Reason::new(what).evidence(lack).remedy(remedy);
        Some(Self::error(ErrorKind::Unauthenticated, reason))
    }

    /// A role that could not be assumed.
    pub(super) fn refused_role(whose: &str, role: &str, error: CallError) -> CredentialsError {
        let check = format!("Check the credentials of {whose}");
        let exchanged = error.action.ends_with("WithWebIdentity");
        let remedy = match error.kind {
            ErrorKind::Denied if exchanged => format!(
                "{check}: the trust policy of {role} must name the token's identity provider, \
                 audience and subject."
            ),
            ErrorKind::Denied => format!(
                "{check}: the trust policy of {role} must name the caller and accept its \
                 external_id, source_identity and tags, and the caller's own policies must allow \
                 {} on the role. A role made a moment ago may take a minute.",
                error.action
            ),
            ErrorKind::Unauthenticated if exchanged && error.code.starts_with("ExpiredToken") => {
                format!("{check}: whoever writes web_identity_token_file must renew the token.")
            }
            ErrorKind::Invalid if !error.code.is_empty() => {
                "Correct what the provider block says about the role.".to_owned()
            }
            _ => error.clone().never().reason().remedy.clone(),
        };
        let what = format!("The role {role} of {whose} can't be assumed.");
        Self::error(
            error.kind,
            Reason::new(what).evidence(error.to_string()).remedy(remedy),
        )
    }

    /// A token that can't be read.
    pub(super) fn unreadable(whose: &str, path: &Path, error: &std::io::Error) -> CredentialsError {
        let what = format!("The token of {whose} can't be read.");
        let remedy = "See that web_identity_token_file names the file that the token is in.";
        let evidence = format!("{}: {error}.", path.display());
        let reason = Reason::new(what).evidence(evidence).remedy(remedy);
        Self::error(ErrorKind::Unauthenticated, reason)
    }

    fn error(kind: ErrorKind, reason: Reason) -> CredentialsError {
        CredentialsError::provider_error(Self { kind, reason })
    }
}

/// One of the two variables of a key without the other.
fn half_a_key() -> Option<String> {
    let is_set = |name: &str| std::env::var(name).is_ok_and(|it| !it.is_empty());
    let [id, secret] = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
    match (is_set(id), is_set(secret)) {
        (true, false) => Some(format!("{id} is set, and {secret} is not.")),
        (false, true) => Some(format!("{secret} is set, and {id} is not.")),
        _ => None,
    }
}

/// The way out, by what the SDK says of the source.
fn remedy(origin: &Origin, said: &str) -> String {
    let profile = match origin {
        Origin::Profile(name, _) => name.clone(),
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

#[cfg(test)]
mod tests {
    use super::*;

    fn said(origin: &Origin, error: CredentialsError) -> String {
        let error = NoCredentials::explain("the default account", origin, error);
        NoCredentials::find(&error)
            .map(ToString::to_string)
            .unwrap_or_default()
    }

    #[test]
    fn what_was_tried_is_told_with_the_way_out() {
        let nothing = CredentialsError::not_loaded_no_source();
        let text = said(&Origin::Anywhere, nothing);
        assert!(
            text.contains("AWS_ACCESS_KEY_ID") && text.contains("aws sso login"),
            "{text}"
        );
        let profile = Origin::Profile("team".to_owned(), SharedFiles::usual());
        let error = CredentialsError::provider_error("the SSO token has expired\n");
        assert!(said(&profile, error).contains("no such profile"));
        assert!(remedy(&profile, "the SSO token").contains("`aws sso login --profile team`"));
    }

    #[test]
    fn the_link_at_which_a_chain_broke_is_the_one_that_is_told() {
        let inner = CredentialsError::not_loaded_no_source();
        let inner = NoCredentials::explain("the default account", &Origin::Anywhere, inner);
        let outer = NoCredentials::explain("accounts[\"x\"]", &Origin::Role, inner);
        let found = NoCredentials::find(&outer).map(ToString::to_string);
        assert!(found.is_some_and(|text| text.contains("the default account")));
    }
}
