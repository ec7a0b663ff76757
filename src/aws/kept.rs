//! Credentials that are kept while they are good.

use std::time::Duration;

use aws_config::SdkConfig;
use aws_credential_types::Credentials;
use aws_credential_types::provider::{self, ProvideCredentials, SharedCredentialsProvider, future};
use aws_smithy_async::time::{SharedTimeSource, SystemTimeSource};
use tokio::sync::Mutex;

use super::no_credentials::{NoCredentials, Origin};

/// Kept credentials are used until this long before they expire.
const FRESH_FOR_MIN: Duration = Duration::from_secs(300);

/// The credentials of one source. The SDK keeps them for its own calls only: a role that another is
/// assumed from would be assumed again for each of those.
#[derive(Debug)]
pub(super) struct Kept {
    source: SharedCredentialsProvider,
    whose: String,
    origin: Origin,
    time: SharedTimeSource,
    kept: Mutex<Option<Credentials>>,
}

impl Kept {
    /// The configuration with these credentials. `whose` is the account's name in messages.
    pub(super) fn put(
        config: &SdkConfig,
        source: SharedCredentialsProvider,
        whose: &str,
        origin: Origin,
    ) -> SdkConfig {
        let kept = Self {
            source,
            whose: whose.to_owned(),
            origin,
            time: config
                .time_source()
                .unwrap_or_else(|| SharedTimeSource::new(SystemTimeSource::new())),
            kept: Mutex::new(None),
        };
        // A cache of its own: credentials of different accounts must never meet. Whoever asks a
        // person, or another program, needs more time than the SDK gives.
        let cache = aws_config::identity::IdentityCache::lazy().load_timeout(PATIENCE);
        config
            .to_builder()
            .credentials_provider(SharedCredentialsProvider::new(kept))
            .identity_cache(cache.build())
            .build()
    }

    async fn credentials(&self) -> provider::Result {
        let mut kept = self.kept.lock().await;
        let needed_until = self.time.now() + FRESH_FOR_MIN;
        let good = |it: &&Credentials| it.expiry().is_none_or(|expiry| expiry > needed_until);
        if let Some(credentials) = kept.as_ref().filter(good) {
            return Ok(credentials.clone());
        }
        let fetched = self.source.provide_credentials().await;
        let credentials =
            fetched.map_err(|error| NoCredentials::explain(&self.whose, &self.origin, error))?;
        *kept = Some(credentials.clone());
        Ok(credentials)
    }
}

/// How long it may take to get credentials.
const PATIENCE: Duration = Duration::from_secs(120);

impl ProvideCredentials for Kept {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        future::ProvideCredentials::new(self.credentials())
    }
}
