//! The way in: which site is reached with whose credentials.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::OnceCell;

use super::access::SiteAccess;
use super::clock::AwsClock;
use super::credentials::sdk_config;
use super::error::CallError;
use super::settings::{AccountSettings, Settings};
use super::site::Site;
use crate::engine::{Failure, Reason};

/// What carries requests: the network, or a simulator in the same process.
#[derive(Clone, Debug)]
pub struct Connector(SharedHttpClient);

impl Connector {
    /// HTTPS with the platform's trusted certificates.
    pub fn https() -> Self {
        let tls = Provider::Rustls(CryptoMode::Ring);
        Self(
            aws_smithy_http_client::Builder::new()
                .tls_provider(tls)
                .build_https(),
        )
    }

    /// Whatever speaks HTTP for the SDK.
    pub fn new(client: SharedHttpClient) -> Self {
        Self(client)
    }
}

/// All of AWS that the provider block reaches.
pub struct Aws {
    settings: Settings,
    connector: Connector,
    clock: AwsClock,
    entries: BTreeMap<Option<String>, Entry>,
    sites: Mutex<BTreeMap<Site, Arc<SiteAccess>>>,
}

/// One account as the provider block names it; `None` is the default account's key.
#[derive(Default)]
struct Entry {
    config: OnceCell<SdkConfig>,
    account_id: OnceCell<String>,
}

impl Aws {
    /// Reaches what these settings say. Makes no call and looks for no credentials yet.
    pub fn new(settings: Settings, connector: Connector, clock: AwsClock) -> Self {
        let keys = settings.accounts.keys().cloned().map(Some).chain([None]);
        let entries = keys.map(|key| (key, Entry::default())).collect();
        Self {
            settings,
            connector,
            clock,
            entries,
            sites: Mutex::default(),
        }
    }

    /// What was said in the provider block.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The clock that everything waits on.
    pub fn clock(&self) -> AwsClock {
        self.clock
    }

    /// The keys of all accounts; `None` is the default one, and comes first.
    pub fn keys(&self) -> impl Iterator<Item = Option<&str>> {
        self.entries.keys().map(Option::as_deref)
    }

    /// The account that this key's credentials are of. Asked from AWS once per key.
    ///
    /// Fails if there is no such key, if the credentials are wrong, or if they are not of the
    /// account that the settings demand.
    pub async fn account_id(&self, key: Option<&str>) -> Result<String, Failure> {
        let entry = self.entry(key)?;
        let account_id = entry
            .account_id
            .get_or_try_init(|| self.caller(key))
            .await?
            .clone();
        match &self.account(key).account_id {
            Some(demanded) if *demanded != account_id => {
                let what = format!(
                    "The credentials of {} are of account {account_id}, not of {demanded}.",
                    named(key)
                );
                let remedy = "Correct the credentials, or account_id in the provider block.";
                Err(Failure::Never(Reason::new(what).remedy(remedy)))
            }
            _ => Ok(account_id),
        }
    }

    /// The region of this key where a resource names none.
    pub async fn region(&self, key: Option<&str>) -> Result<String, Failure> {
        let config = self.config(key).await?;
        config.region().map(ToString::to_string).ok_or_else(|| {
            let what = format!("No region is set for {}.", named(key));
            let remedy = "Set region in the provider block, or AWS_REGION.";
            Failure::Never(Reason::new(what).remedy(remedy))
        })
    }

    /// The region that was written for this key itself, not inherited and not the environment's.
    pub fn region_written(&self, key: Option<&str>) -> Option<&str> {
        self.account(key).region.as_deref()
    }

    /// The key whose credentials are of this account: the default one first.
    pub async fn key_of(&self, account_id: &str) -> Result<Option<&str>, Failure> {
        // Those that are known already first: nobody is asked without need.
        for key in self.keys() {
            let known = self.entry(key)?.account_id.get();
            if known.is_some_and(|known| known == account_id) {
                return Ok(key);
            }
        }
        for key in self.keys() {
            if self.account_id(key).await? == account_id {
                return Ok(key);
            }
        }
        let what = format!("No account of the provider block is {account_id}.");
        let remedy = "Add an entry for it to accounts, or keep the one that was removed.";
        Err(Failure::Never(Reason::new(what).remedy(remedy)))
    }

    /// Whether some key's credentials are of this account.
    pub async fn reaches(&self, account_id: &str) -> Result<bool, Failure> {
        // Those that are known already first: nobody is asked without need.
        for key in self.keys() {
            let known = self.entry(key)?.account_id.get();
            if known.is_some_and(|known| known == account_id) {
                return Ok(true);
            }
        }
        for key in self.keys() {
            if self.account_id(key).await? == account_id {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// How a site is reached: with the credentials of whichever key is of its account.
    pub async fn site(&self, site: &Site) -> Result<Arc<SiteAccess>, Failure> {
        if let Some(access) = self.known(site) {
            return Ok(access);
        }
        let key = self.key_of(&site.account_id).await?;
        let region = aws_config::Region::new(site.region.clone());
        let config = self.config(key).await?.to_builder().region(region).build();
        let endpoints = self.settings.endpoints.clone();
        let access = Arc::new(SiteAccess::new(site.clone(), config, endpoints, self.clock));
        let mut sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        Ok(Arc::clone(sites.entry(site.clone()).or_insert(access)))
    }

    /// What was read so far, anywhere, is too old to decide on.
    pub fn forget_reads(&self) {
        let sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        for access in sites.values() {
            access.inventory().forget();
        }
    }

    fn known(&self, site: &Site) -> Option<Arc<SiteAccess>> {
        let sites = self.sites.lock().unwrap_or_else(PoisonError::into_inner);
        sites.get(site).map(Arc::clone)
    }

    fn entry(&self, key: Option<&str>) -> Result<&Entry, Failure> {
        self.entries.get(&key.map(str::to_owned)).ok_or_else(|| {
            let what = format!(
                "The provider block has no account {:?}.",
                key.unwrap_or_default()
            );
            let keys: Vec<_> = self.settings.accounts.keys().map(String::as_str).collect();
            let remedy = match keys.as_slice() {
                [] => "It has no accounts at all: add the entry to accounts.".to_owned(),
                keys => format!(
                    "Add the entry to accounts, or use one of: {}.",
                    keys.join(", ")
                ),
            };
            Failure::Never(Reason::new(what).remedy(remedy))
        })
    }

    fn account(&self, key: Option<&str>) -> &AccountSettings {
        let named = key.and_then(|key| self.settings.accounts.get(key));
        named.unwrap_or(&self.settings.default)
    }

    async fn config(&self, key: Option<&str>) -> Result<&SdkConfig, Failure> {
        let (http, endpoints) = (&self.connector.0, &self.settings.endpoints);
        let default = self.entry(None)?;
        let build = || sdk_config(http, endpoints, &self.settings.default, None);
        if key.is_none() {
            return Ok(default.config.get_or_init(build).await);
        }
        let account = self.account(key);
        let entry = self.entry(key)?;
        let inherited = default.config.get_or_init(build).await;
        let build = || sdk_config(http, endpoints, account, Some(inherited));
        Ok(entry.config.get_or_init(build).await)
    }

    async fn caller(&self, key: Option<&str>) -> Result<String, Failure> {
        let config = self.config(key).await?;
        let mut with_endpoint = aws_sdk_sts::config::Builder::from(config);
        if let Some(url) = &self.settings.endpoints.sts {
            with_endpoint.set_endpoint_url(Some(url.clone()));
        }
        let client = aws_sdk_sts::Client::from_conf(with_endpoint.build());
        let answer = client.get_caller_identity().send().await;
        let site = named(key);
        let identity = answer
            .map_err(|error| CallError::from_sdk("sts:GetCallerIdentity", &site, &error).never())?;
        identity
            .account()
            .map(str::to_owned)
            .ok_or_else(|| Failure::never(format!("AWS did not say which account {site} is.")))
    }
}

fn named(key: Option<&str>) -> String {
    key.map_or_else(
        || "the default account".to_owned(),
        |key| format!("accounts[\"{key}\"]"),
    )
}
