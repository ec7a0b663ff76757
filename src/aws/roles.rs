//! Credentials of roles, from STS.
//!
//! The SDK has providers for both calls; they know neither source identities nor endpoints of one's
//! own.

use std::collections::BTreeMap;
use std::time::SystemTime;

use aws_config::SdkConfig;
use aws_config::identity::IdentityCache;
use aws_credential_types::Credentials;
use aws_credential_types::provider::error::CredentialsError;
use aws_credential_types::provider::{self, ProvideCredentials, future};
use aws_sdk_sts::types::Tag;

use super::error::CallError;
use super::home::expand;
use super::no_credentials::NoCredentials;
use super::settings::{AssumeRole, WebIdentity};

/// The session name of assumed roles where the user gives none.
const SESSION_NAME: &str = "terraform-provider-privatelink";

/// A role, and how it is assumed.
#[derive(Debug)]
pub(super) struct Role {
    client: aws_sdk_sts::Client,
    /// The account's name in messages.
    whose: String,
    way: Way,
}

#[derive(Debug)]
enum Way {
    /// With the credentials of the client.
    Assume(AssumeRole),
    /// With a token, and no credentials.
    Exchange(WebIdentity),
}

impl Role {
    /// A role that is assumed with the credentials of this configuration.
    pub(super) fn assumed(
        config: &SdkConfig,
        endpoint: Option<&String>,
        whose: &str,
        role: &AssumeRole,
    ) -> Self {
        Self {
            client: client(config, endpoint),
            whose: whose.to_owned(),
            way: Way::Assume(role.clone()),
        }
    }

    /// A role that an identity provider's token is exchanged for.
    pub(super) fn exchanged(
        config: &SdkConfig,
        endpoint: Option<&String>,
        whose: &str,
        identity: &WebIdentity,
    ) -> Self {
        Self {
            client: client(config, endpoint),
            whose: whose.to_owned(),
            way: Way::Exchange(identity.clone()),
        }
    }

    /// The role's ARN.
    pub(super) fn arn(&self) -> &str {
        match &self.way {
            Way::Assume(role) => &role.role_arn,
            Way::Exchange(identity) => &identity.role_arn,
        }
    }

    async fn credentials(&self) -> provider::Result {
        let credentials = match &self.way {
            Way::Assume(role) => self.assume(role).await?,
            Way::Exchange(identity) => self.exchange(identity).await?,
        };
        let credentials = credentials
            .ok_or_else(|| CredentialsError::unhandled("AWS's answer holds no credentials"))?;
        let expiry = SystemTime::try_from(credentials.expiration);
        Ok(Credentials::new(
            credentials.access_key_id,
            credentials.secret_access_key,
            Some(credentials.session_token),
            Some(expiry.map_err(CredentialsError::unhandled)?),
            "role",
        ))
    }

    async fn assume(&self, role: &AssumeRole) -> Result<Granted, CredentialsError> {
        let seconds = role.duration.map(|it| it.as_secs().try_into());
        let seconds = seconds.transpose().map_err(CredentialsError::unhandled)?;
        let call = self.client.assume_role().role_arn(&role.role_arn);
        let call = call
            .role_session_name(role.session_name.as_deref().unwrap_or(SESSION_NAME))
            .set_external_id(role.external_id.clone())
            .set_duration_seconds(seconds)
            .set_policy(role.policy.clone())
            .set_tags(tags(&role.tags)?)
            .set_source_identity(role.source_identity.clone());
        let answer = call.send().await.map_err(|error| {
            self.refused(CallError::from_sdk("sts:AssumeRole", &self.whose, &error))
        })?;
        Ok(answer.credentials)
    }

    async fn exchange(&self, identity: &WebIdentity) -> Result<Granted, CredentialsError> {
        // Read anew each time: whoever runs us renews the file.
        let path = expand(&identity.token_file);
        let token = tokio::fs::read_to_string(&path).await;
        let token = token.map_err(|error| NoCredentials::unreadable(&self.whose, &path, &error))?;
        let call = self.client.assume_role_with_web_identity();
        let call = call
            .role_arn(&identity.role_arn)
            .role_session_name(identity.session_name.as_deref().unwrap_or(SESSION_NAME))
            .web_identity_token(token.trim());
        let answer = call.send().await.map_err(|error| {
            let action = "sts:AssumeRoleWithWebIdentity";
            self.refused(CallError::from_sdk(action, &self.whose, &error))
        })?;
        Ok(answer.credentials)
    }

    fn refused(&self, error: CallError) -> CredentialsError {
        NoCredentials::refused_role(&self.whose, self.arn(), error)
    }
}

type Granted = Option<aws_sdk_sts::types::Credentials>;

impl ProvideCredentials for Role {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}

/// What the credentials underneath give is kept by themselves.
fn client(config: &SdkConfig, endpoint: Option<&String>) -> aws_sdk_sts::Client {
    let mut config =
        aws_sdk_sts::config::Builder::from(config).identity_cache(IdentityCache::no_cache());
    if let Some(url) = endpoint {
        config = config.endpoint_url(url);
    }
    aws_sdk_sts::Client::from_conf(config.build())
}

fn tags(tags: &BTreeMap<String, String>) -> Result<Option<Vec<Tag>>, CredentialsError> {
    let tag = |(key, value)| Tag::builder().key(key).value(value).build();
    let tags: Result<Vec<_>, _> = tags.iter().map(tag).collect();
    let tags = tags.map_err(CredentialsError::unhandled)?;
    Ok((!tags.is_empty()).then_some(tags))
}
