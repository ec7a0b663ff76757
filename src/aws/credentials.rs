//! From settings to a configuration that the SDK's clients can be made of.

use std::time::Duration;

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::Mutex;

use super::settings::{AccountSettings, AssumeRole, Endpoints};

/// The session name of assumed roles where the user gives none.
const SESSION_NAME: &str = "terraform-provider-privatelink";

/// The SDK configuration of an account: its own, or the default account's with its roles on top.
/// The region is inherited either way.
///
/// Looks for credentials only where the settings or the standard environment point to; nothing is
/// fetched before the first call.
pub(super) async fn sdk_config(
    http: &SharedHttpClient,
    endpoints: &Endpoints,
    account: &AccountSettings,
    inherited: Option<&SdkConfig>,
) -> SdkConfig {
    let region = account.region.clone().map(Region::new);
    let region = region.or_else(|| inherited.and_then(|default| default.region().cloned()));
    let mut config = match inherited.filter(|_| !account.names_credentials()) {
        Some(default) => default.clone(),
        None => of_its_own(http, account, region.clone()).await,
    };
    if region.is_some() {
        config = config.to_builder().region(region).build();
    }
    for role in &account.assume_roles {
        config = assume(&config, endpoints, role).await;
    }
    config
}

/// With a region given, the environment, the profile and the instance's metadata are not asked.
async fn of_its_own(
    http: &SharedHttpClient,
    account: &AccountSettings,
    region: Option<Region>,
) -> SdkConfig {
    let mut loader = aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(http.clone());
    if let Some(profile) = &account.profile {
        // By itself: left to the default chain, keys in the environment would go before it.
        let about = ProviderConfig::default()
            .with_http_client(http.clone())
            .with_region(region.clone());
        let provider = ProfileFileCredentialsProvider::builder()
            .configure(&about)
            .profile_name(profile);
        loader = loader
            .profile_name(profile)
            .credentials_provider(provider.build());
    }
    if let Some(region) = region {
        loader = loader.region(region);
    }
    if let Some(keys) = &account.keys {
        let (id, secret, token) = (&keys.access_key, &keys.secret_key, keys.token.clone());
        loader = loader.credentials_provider(Credentials::new(id, secret, token, None, "provider"));
    }
    loader.load().await
}

async fn assume(config: &SdkConfig, endpoints: &Endpoints, role: &AssumeRole) -> SdkConfig {
    let mut with_endpoint = config.to_builder();
    if let Some(url) = &endpoints.sts {
        with_endpoint = with_endpoint.endpoint_url(url);
    }
    let mut provider = AssumeRoleProvider::builder(&role.role_arn)
        .session_name(role.session_name.as_deref().unwrap_or(SESSION_NAME))
        .configure(&with_endpoint.build());
    if let Some(region) = config.region() {
        provider = provider.region(region.clone());
    }
    if let Some(external_id) = &role.external_id {
        provider = provider.external_id(external_id);
    }
    if let Some(duration) = role.duration {
        provider = provider.session_length(duration);
    }
    let provider = Kept {
        source: SharedCredentialsProvider::new(provider.build().await),
        time: config
            .time_source()
            .unwrap_or_else(|| SharedTimeSource::new(SystemTimeSource::new())),
        kept: Mutex::new(None),
    };
    let provider = SharedCredentialsProvider::new(provider);
    // A cache of its own: credentials of different accounts must never meet.
    config
        .to_builder()
        .credentials_provider(provider)
        .identity_cache(aws_config::identity::IdentityCache::lazy().build())
        .build()
}

/// Kept credentials are used until this long before they expire.
const FRESH_FOR_MIN: Duration = Duration::from_secs(300);

/// A role's credentials, kept while they are good. The SDK keeps them for its own calls only: a role
/// that another is assumed from would be assumed again for each of those.
#[derive(Debug)]
struct Kept {
    source: SharedCredentialsProvider,
    time: SharedTimeSource,
    kept: Mutex<Option<Credentials>>,
}

impl Kept {
    async fn credentials(&self) -> provider::Result {
        let mut kept = self.kept.lock().await;
        let needed_until = self.time.now() + FRESH_FOR_MIN;
        let good = |it: &&Credentials| it.expiry().is_none_or(|expiry| expiry > needed_until);
        if let Some(credentials) = kept.as_ref().filter(good) {
            return Ok(credentials.clone());
        }
        let credentials = self.source.provide_credentials().await?;
        *kept = Some(credentials.clone());
        Ok(credentials)
    }
}

impl ProvideCredentials for Kept {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
