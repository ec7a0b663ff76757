//! A connector that dies with its process: a crash before or after any call.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use aws_smithy_runtime_api::client::http::{
    HttpClient, HttpConnector, HttpConnectorFuture, HttpConnectorSettings, SharedHttpClient,
    SharedHttpConnector,
};
use aws_smithy_runtime_api::client::orchestrator::HttpRequest;
use aws_smithy_runtime_api::client::runtime_components::RuntimeComponents;
use tokio::sync::watch;

/// When the process dies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Death {
    /// Instead of making this call.
    Before(usize),
    /// Once AWS has carried this call out, before its answer arrives.
    After(usize),
}

/// The life of one process.
#[derive(Clone, Debug)]
pub struct Mortal {
    client: SharedHttpClient,
    calls: Arc<AtomicUsize>,
    death: Arc<Mutex<Option<Death>>>,
    dead: watch::Sender<bool>,
}

impl Mortal {
    /// A process that lives as long as it is wanted.
    pub fn new(client: SharedHttpClient, death: Option<Death>) -> Self {
        let (dead, _) = watch::channel(false);
        let (calls, death) = (Arc::default(), Arc::new(Mutex::new(death)));
        Self {
            client,
            calls,
            death,
            dead,
        }
    }

    /// The client to give to the provider.
    pub fn client(&self) -> SharedHttpClient {
        SharedHttpClient::new(self.clone())
    }

    /// Comes back when the process has died.
    pub async fn died(&self) {
        let mut dead = self.dead.subscribe();
        let _ = dead.wait_for(|dead| *dead).await;
    }

    /// How many calls were begun.
    pub fn calls(&self) -> usize {
        self.calls.load(Ordering::SeqCst)
    }
}

impl HttpClient for Mortal {
    fn http_connector(
        &self,
        settings: &HttpConnectorSettings,
        components: &RuntimeComponents,
    ) -> SharedHttpConnector {
        let inner = self.client.http_connector(settings, components);
        SharedHttpConnector::new(Line {
            process: self.clone(),
            inner,
        })
    }
}

#[derive(Debug)]
struct Line {
    process: Mortal,
    inner: SharedHttpConnector,
}

impl HttpConnector for Line {
    fn call(&self, request: HttpRequest) -> HttpConnectorFuture {
        let (process, inner) = (self.process.clone(), self.inner.clone());
        HttpConnectorFuture::new(async move {
            if *process.dead.borrow() {
                std::future::pending::<()>().await;
            }
            let number = process.calls.fetch_add(1, Ordering::SeqCst) + 1;
            let death = *process.death.lock().unwrap();
            if death == Some(Death::Before(number)) {
                process.dead.send_replace(true);
                std::future::pending::<()>().await;
            }
            let answer = inner.call(request).await;
            if death == Some(Death::After(number)) || *process.dead.borrow() {
                process.dead.send_replace(true);
                std::future::pending::<()>().await;
            }
            answer
        })
    }
}
