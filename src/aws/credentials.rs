//! From settings to a configuration that the SDK's clients can be made of.

use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::retry::RetryConfig;
use aws_config::{BehaviorVersion, ConfigLoader, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_credential_types::provider::SharedCredentialsProvider;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_smithy_runtime_api::client::http::SharedHttpClient;

use super::home::expand;
use super::kept::Kept;
use super::no_credentials::Origin;
use super::retries::retries;
use super::roles::Role;
use super::settings::{AccountSettings, Settings};
use super::shared_files::SharedFiles;
use crate::engine::Failure;

/// What the configurations of all accounts have in common.
pub(super) struct Sources<'a> {
    http: &'a SharedHttpClient,
    settings: &'a Settings,
    retries: Option<RetryConfig>,
}

impl<'a> Sources<'a> {
    pub(super) fn new(http: &'a SharedHttpClient, settings: &'a Settings) -> Result<Self, Failure> {
        let retries = retries(&settings.calls, |name| std::env::var(name).ok())?;
        Ok(Self {
            http,
            settings,
            retries,
        })
    }

    /// The SDK configuration of an account: its own, or the default account's with its roles on
    /// top. The region is inherited either way. `whose` is the account's name in messages.
    ///
    /// Looks for credentials only where the settings or the standard environment point to; nothing
    /// is fetched before the first call.
    pub(super) async fn config(
        &self,
        whose: &str,
        account: &AccountSettings,
        inherited: Option<&SdkConfig>,
    ) -> SdkConfig {
        let region = account.region.clone().map(Region::new);
        let region = region.or_else(|| inherited.and_then(|default| default.region().cloned()));
        let mut config = match inherited.filter(|_| !account.names_credentials()) {
            Some(default) => default.clone(),
            None => self.of_its_own(whose, account, region.clone()).await,
        };
        if region.is_some() {
            config = config.to_builder().region(region).build();
        }
        for role in &account.assume_roles {
            let role = Role::assumed(&config, self.sts(), whose, role);
            config = with_role(&config, role, whose);
        }
        config
    }

    /// With a region given, the environment, the profile and the instance's metadata are not asked.
    async fn of_its_own(
        &self,
        whose: &str,
        account: &AccountSettings,
        region: Option<Region>,
    ) -> SdkConfig {
        let mut loader = self.loader(account);
        if let Some(region) = region {
            loader = loader.region(region);
        }
        if let Some(keys) = &account.keys {
            let (id, secret, token) = (&keys.access_key, &keys.secret_key, keys.token.clone());
            let keys = Credentials::new(id, secret, token, None, "provider");
            let config = loader.no_credentials().load().await;
            return Kept::put(
                &config,
                SharedCredentialsProvider::new(keys),
                whose,
                Origin::Keys,
            );
        }
        if let Some(identity) = &account.web_identity {
            let config = loader.no_credentials().load().await;
            let role = Role::exchanged(&config, self.sts(), whose, identity);
            return with_role(&config, role, whose);
        }
        if account.names_profile() {
            // By itself: left to the default chain, keys in the environment would go before it.
            let config = loader.no_credentials().load().await;
            let provider = SharedCredentialsProvider::new(self.profile(account, &config));
            let name = account.profile.clone();
            let name = name.or_else(|| std::env::var("AWS_PROFILE").ok());
            let name = name.unwrap_or_else(|| "default".to_owned());
            let origin = Origin::Profile(name, SharedFiles::of(account));
            return Kept::put(&config, provider, whose, origin);
        }
        let config = loader.load().await;
        match config.credentials_provider() {
            Some(provider) => Kept::put(&config, provider, whose, Origin::Anywhere),
            None => config,
        }
    }

    fn loader(&self, account: &AccountSettings) -> ConfigLoader {
        let calls = &self.settings.calls;
        let mut loader =
            aws_config::defaults(BehaviorVersion::v2026_01_12()).http_client(self.http.clone());
        if let Some(retries) = &self.retries {
            loader = loader.retry_config(retries.clone());
        }
        if let Some(fips) = calls.use_fips_endpoint {
            loader = loader.use_fips(fips);
        }
        if let Some(dualstack) = calls.use_dualstack_endpoint {
            loader = loader.use_dual_stack(dualstack);
        }
        if let Some(profile) = &account.profile {
            loader = loader.profile_name(profile);
        }
        if account.names_profile() {
            loader = loader.profile_files(files(account));
        }
        loader
    }

    /// The credentials of a profile: keys, a role, SSO, a process, whatever it says.
    fn profile(
        &self,
        account: &AccountSettings,
        config: &SdkConfig,
    ) -> ProfileFileCredentialsProvider {
        let mut about = ProviderConfig::default()
            .with_http_client(self.http.clone())
            .with_region(config.region().cloned())
            .with_use_fips(config.use_fips())
            .with_use_dual_stack(config.use_dual_stack());
        if let Some(retries) = config.retry_config() {
            about = about.with_retry_config(retries.clone());
        }
        let mut provider = ProfileFileCredentialsProvider::builder()
            .configure(&about)
            .profile_files(files(account));
        if let Some(profile) = &account.profile {
            provider = provider.profile_name(profile);
        }
        provider.build()
    }

    fn sts(&self) -> Option<&String> {
        self.settings.endpoints.sts.as_ref()
    }
}

fn with_role(config: &SdkConfig, role: Role, whose: &str) -> SdkConfig {
    Kept::put(
        config,
        SharedCredentialsProvider::new(role),
        whose,
        Origin::Role,
    )
}

/// The shared files: those that are named, each kind in place of the usual one.
fn files(account: &AccountSettings) -> EnvConfigFiles {
    let mut files = EnvConfigFiles::builder()
        .include_default_config_file(account.config_files.is_empty())
        .include_default_credentials_file(account.credentials_files.is_empty());
    for path in &account.config_files {
        files = files.with_file(EnvConfigFileKind::Config, expand(path));
    }
    for path in &account.credentials_files {
        files = files.with_file(EnvConfigFileKind::Credentials, expand(path));
    }
    files.build()
}
