//! The handle that everything holds: builds a simulator, hands requests to its core, and does what tests ask.

mod builder;
mod exchange;
mod state;

use std::fmt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;

pub use builder::{BuildError, Builder};
pub use exchange::{Answer, Exchange};
pub use state::StateError;

use crate::clock::{Clock, Moment};
use crate::engine::{
    CallView, Core, DOUBTS, Doubt, Fate, Fault, JournalEntry, PolicyError, Received, Verdict,
};
use crate::faces::test_api;
use crate::reach::{Reach, ReachError, reach};
use crate::world::{AccountError, AccountSettings, HttpAnswer, ObjectRow};

type Hook = dyn Fn(&CallView) -> Verdict + Send + Sync;

/// A simulator of AWS. Clones share one world.
#[derive(Clone)]
pub struct Simulator {
    shared: Arc<Shared>,
}

struct Shared {
    core: Mutex<Core>,
    clock: Mutex<Clock>,
    hook: Mutex<Option<Arc<Hook>>>,
    exchanges: Mutex<Option<Vec<Exchange>>>,
    state_file: Option<PathBuf>,
}

impl fmt::Debug for Simulator {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("Simulator").finish_non_exhaustive()
    }
}

impl Default for Simulator {
    fn default() -> Self {
        Self::new()
    }
}

impl Simulator {
    /// A simulator with every switch at its default: no lag, no throttling, normal waits, seed 0.
    #[must_use]
    pub fn new() -> Self {
        Self::with(Core::default(), Clock::new(None, 1.0), None)
    }

    /// A simulator with switches.
    #[must_use]
    pub fn builder() -> Builder {
        Builder::default()
    }

    fn with(core: Core, clock: Clock, state_file: Option<PathBuf>) -> Self {
        Self {
            shared: Arc::new(Shared {
                core: Mutex::new(core),
                clock: Mutex::new(clock),
                hook: Mutex::new(None),
                exchanges: Mutex::new(None),
                state_file,
            }),
        }
    }

    /// Answers a request, whatever face it came through.
    pub async fn handle(&self, request: http::Request<Bytes>) -> Answer {
        let (response, fate) = self.handle_now(&request);
        let of_tests = request.uri().path().starts_with(test_api::PREFIX);
        if let Some(exchanges) = lock(&self.shared.exchanges).as_mut().filter(|_| !of_tests) {
            exchanges.push(Exchange::new(&request, &response, fate == Fate::Dropped));
        }
        match fate {
            Fate::Dropped => Answer::Dropped,
            Fate::Stalled => std::future::pending().await,
            Fate::Sent { delay_s } => {
                if delay_s > 0.0 {
                    let delay = Duration::try_from_secs_f64(delay_s).unwrap_or(Duration::MAX);
                    tokio::time::sleep(delay).await;
                }
                Answer::Response(response)
            }
        }
    }

    fn handle_now(&self, request: &http::Request<Bytes>) -> (http::Response<Bytes>, Fate) {
        if let Some(path) = request.uri().path().strip_prefix(test_api::PREFIX) {
            let response = test_api::answer(self, path, request);
            return (response, Fate::Sent { delay_s: 0.0 });
        }
        let hook = lock(&self.shared.hook).clone();
        let judge = |view: &CallView| hook.as_ref().map_or(Verdict::Pass, |hook| hook(view));
        let received = Received {
            method: request.method().as_str(),
            path: request.uri().path(),
            headers: request.headers(),
            query: request.uri().query().unwrap_or_default(),
            body: request.body(),
        };
        let times = lock(&self.shared.clock).times();
        let reply = lock(&self.shared.core).answer(&received, times, &judge);
        let fate = reply.fate;
        (exchange::response(reply), fate)
    }

    /// The simulated time.
    #[must_use]
    pub fn now(&self) -> Moment {
        lock(&self.shared.clock).now()
    }

    /// Moves the simulated time on.
    pub fn advance(&self, by: Duration) {
        lock(&self.shared.clock).advance(by);
    }

    /// Decides on every call from now on, before it is carried out. The hook must not use the simulator.
    pub fn on_call(&self, hook: impl Fn(&CallView) -> Verdict + Send + Sync + 'static) {
        *lock(&self.shared.hook) = Some(Arc::new(hook));
    }

    /// Takes the hook away.
    pub fn clear_hook(&self) {
        *lock(&self.shared.hook) = None;
    }

    /// Starts to keep every request and response as they are on the wire.
    pub fn record_exchanges(&self) {
        lock(&self.shared.exchanges).get_or_insert_default();
    }

    /// What was kept since [`Simulator::record_exchanges`]; keeping goes on with an empty list.
    #[must_use]
    pub fn take_exchanges(&self) -> Vec<Exchange> {
        lock(&self.shared.exchanges)
            .as_mut()
            .map(std::mem::take)
            .unwrap_or_default()
    }

    /// Every call so far, in order.
    #[must_use]
    pub fn calls(&self) -> Vec<JournalEntry> {
        self.core().journal.entries().to_vec()
    }

    /// Empties the journal.
    pub fn clear_calls(&self) {
        self.core().journal.clear();
    }

    /// Everything that exists now, per account and region.
    #[must_use]
    pub fn objects(&self) -> Vec<ObjectRow> {
        let mut rows = self.ripe().world.objects();
        rows.sort_by(|one, two| {
            let key = |row: &ObjectRow| (row.account.clone(), row.region.clone(), row.kind.clone());
            key(one).cmp(&key(two)).then_with(|| one.id.cmp(&two.id))
        });
        rows
    }

    /// Lets calls go wrong.
    pub fn add_fault(&self, fault: Fault) {
        self.core().faults.add(fault);
    }

    /// Faults that are not spent.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        self.core().faults.all()
    }

    /// Takes all faults away.
    pub fn clear_faults(&self) {
        self.core().faults.clear();
    }

    /// Sets what an account is beyond its objects.
    ///
    /// # Errors
    /// If the account, a region or a quota is none.
    pub fn set_account(&self, settings: AccountSettings) -> Result<(), AccountError> {
        settings.check()?;
        let mut core = self.core();
        let accounts = &mut core.world.accounts;
        accounts
            .entry(settings.account.clone())
            .or_default()
            .merge(settings);
        Ok(())
    }

    /// Attaches an IAM policy document to an account, or to one access key of it.
    ///
    /// # Errors
    /// If the document is malformed or holds what the simulator does not weigh.
    pub fn attach_policy(
        &self,
        account: &str,
        access_key: Option<String>,
        document: &serde_json::Value,
    ) -> Result<(), PolicyError> {
        self.core().policies.attach(account, access_key, document)
    }

    /// Takes all policies away.
    pub fn clear_policies(&self) {
        self.core().policies.clear();
    }

    /// Sets what a listener answers over HTTP.
    pub fn set_http_answer(&self, answer: HttpAnswer) {
        let mut core = self.ripe();
        let http = &mut core.world.http;
        http.retain(|known| known.listener_arn != answer.listener_arn);
        http.push(answer);
        crate::elb::observe(&mut core.world);
    }

    /// Answers whether a TCP connection would be made. `from` is a subnet and security groups, separated
    /// by commas, and an address of the subnet if it matters; `to` is a name or an IPv4 address.
    ///
    /// # Errors
    /// If there is no such subnet or group.
    pub fn reach(&self, from: &str, to: &str, port: u16) -> Result<Reach, ReachError> {
        reach(&self.ripe().world, from, to, port)
    }

    /// Sets the public TXT records of a name; none takes them away.
    pub fn set_txt_records(&self, name: &str, values: Vec<String>) {
        let name = name.trim_end_matches('.').to_lowercase();
        let dns = &mut self.core().world.dns;
        if values.is_empty() {
            dns.remove(&name);
        } else {
            dns.insert(name, values);
        }
    }

    /// Every doubt with the reading in force.
    #[must_use]
    pub fn doubts(&self) -> Vec<(Doubt, &'static str)> {
        let core = self.core();
        DOUBTS
            .iter()
            .map(|doubt| (*doubt, core.world.doubts.reading(doubt.name)))
            .collect()
    }

    /// Switches the lag of reads on or off from now on, for tests that build their world without it.
    pub fn set_lag(&self, on: bool) {
        self.core().world.settings.lag = on;
    }

    /// Switches throttling on or off from now on.
    pub fn set_throttle(&self, on: bool) {
        self.core().world.settings.throttle = on;
    }

    /// Saves the world to the state file, if there is one.
    ///
    /// # Errors
    /// If the file cannot be written.
    pub fn save(&self) -> Result<(), StateError> {
        match &self.shared.state_file {
            None => Ok(()),
            Some(path) => state::save(&self.ripe().world, path),
        }
    }

    fn core(&self) -> MutexGuard<'_, Core> {
        lock(&self.shared.core)
    }

    /// The core after everything that is due by now has happened.
    fn ripe(&self) -> MutexGuard<'_, Core> {
        let now = self.now();
        let mut core = self.core();
        core.world.pass_until(now);
        core
    }
}

/// A poisoned lock means that a test's hook panicked; the world is whole all the same.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
