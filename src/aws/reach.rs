//! The way in: which site is reached with whose credentials.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use aws_config::SdkConfig;
use aws_smithy_runtime_api::client::http::SharedHttpClient;
use tokio::sync::OnceCell;

use super::access::SiteAccess;
use super::clock::AwsClock;
use super::credentials::Sources;
use super::error::CallError;
use super::http::Connector;
use super::settings::{AccountSettings, Settings};
use super::site::{Site, is_account_id};
use crate::engine::{Failure, Reason};

/// All of AWS that the provider block reaches.
pub struct Aws {
    settings: Settings,
    connector: Connector,
    /// Made when first used: files may have to be read for it.
    http: OnceCell<SharedHttpClient>,
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
            http: OnceCell::new(),
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
    /// Fails if there is no such key, if the credentials are wrong, or if they are of an account
    /// that the settings don't allow.
    pub async fn account_id(&self, key: Option<&str>) -> Result<String, Failure> {
        let entry = self.entry(key)?;
        // What the guard refuses is not remembered, so nobody finds it by its account either.
        let guarded = || async {
            let account_id = self.caller(key).await?;
            match self.account(key).guard.refuses(&account_id, &named(key)) {
                Some(reason) => Err(Failure::Never(reason)),
                None => Ok(account_id),
            }
        };
        let account_id = entry.account_id.get_or_try_init(guarded).await?;
        Ok(account_id.clone())
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
        self.search(account_id).await?.ok_or_else(|| {
            let what = format!("No account of the provider block is {account_id}.");
            let remedy = "Add an entry for it to accounts, or keep the one that was removed.";
            Failure::Never(Reason::new(what).remedy(remedy))
        })
    }

    /// Whether some key's credentials are of this account.
    pub async fn reaches(&self, account_id: &str) -> Result<bool, Failure> {
        Ok(self.search(account_id).await?.is_some())
    }

    /// The key of this account, if there is one. Fails only where none is found and a key that could
    /// be it can't be used.
    async fn search(&self, account_id: &str) -> Result<Option<Option<&str>>, Failure> {
        // Those that are known already first: nobody is asked without need.
        for key in self.keys() {
            let known = self.entry(key)?.account_id.get();
            if known.is_some_and(|known| known == account_id) {
                return Ok(Some(key));
            }
        }
        let mut failed = None;
        for key in self.keys() {
            match self.account_id(key).await {
                Ok(found) if found == account_id => return Ok(Some(key)),
                Ok(_) => {}
                // Another key may be of that account all the same.
                Err(failure) => failed = failed.or(Some(failure)),
            }
        }
        failed.map_or(Ok(None), Err)
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
                _ if key.is_some_and(is_account_id) => {
                    "That is an account's id: write the key of its entry in accounts, or leave the \
                     argument out where it is the default account's."
                        .to_owned()
                }
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
        let default = &self.entry(None)?.config;
        let entry = self.entry(key)?;
        let build = || async {
            let (whose, account) = (named(None), &self.settings.default);
            Ok::<_, Failure>(self.sources().await?.config(&whose, account, None).await)
        };
        let inherited = default.get_or_try_init(build).await?;
        if key.is_none() {
            return Ok(inherited);
        }
        let build = || async {
            let (whose, account) = (named(key), self.account(key));
            let sources = self.sources().await?;
            Ok(sources.config(&whose, account, Some(inherited)).await)
        };
        entry.config.get_or_try_init(build).await
    }

    async fn sources(&self) -> Result<Sources<'_>, Failure> {
        let client = || self.connector.client(&self.settings.network);
        Sources::new(self.http.get_or_try_init(client).await?, &self.settings)
    }

    async fn caller(&self, key: Option<&str>) -> Result<String, Failure> {
        let whose = named(key);
        if self.settings.calls.skip_credentials_validation {
            return self.account_by_word(key, &whose);
        }
        let config = self.config(key).await?;
        let mut with_endpoint = aws_sdk_sts::config::Builder::from(config);
        if let Some(url) = &self.settings.endpoints.sts {
            with_endpoint.set_endpoint_url(Some(url.clone()));
        }
        let client = aws_sdk_sts::Client::from_conf(with_endpoint.build());
        let answer = client.get_caller_identity().send().await;
        let identity = answer.map_err(|error| {
            let error = CallError::from_sdk("sts:GetCallerIdentity", &whose, &error);
            error.signed_with(&self.source(key)).never()
        })?;
        identity
            .account()
            .map(str::to_owned)
            .ok_or_else(|| Failure::never(format!("AWS did not say which account {whose} is.")))
    }

    /// Where the settings say that the credentials of a key come from.
    fn source(&self, key: Option<&str>) -> String {
        let (own, default) = (self.account(key), &self.settings.default);
        let inherited = || default.source().filter(|_| !own.names_credentials());
        let source = own.source().or_else(inherited);
        source.unwrap_or_else(|| "the environment, shared files or metadata".to_owned())
    }

    /// The account that the settings say, where nobody is to be asked.
    fn account_by_word(&self, key: Option<&str>, whose: &str) -> Result<String, Failure> {
        let (own, default) = (self.account(key), &self.settings.default);
        let inherits = !own.names_credentials();
        let said = own.said_account();
        let said = said.or_else(|| default.said_account().filter(|_| inherits));
        said.ok_or_else(|| {
            let what =
                format!("With skip_credentials_validation nobody knows which account {whose} is.");
            let remedy = "Set account_id for it in the provider block.";
            Failure::Never(Reason::new(what).remedy(remedy))
        })
    }
}

fn named(key: Option<&str>) -> String {
    key.map_or_else(
        || "the default account".to_owned(),
        |key| format!("accounts[\"{key}\"]"),
    )
}
