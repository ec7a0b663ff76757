//! How long a piece of work has stood in our own queue for AWS's rate limits.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;

use super::clock::AwsClock;
use crate::engine::Clock;

tokio::task_local! {
    static METER: Arc<QueueMeter>;
}

/// Adds up the time during which at least one call was queued.
#[derive(Debug)]
pub struct QueueMeter {
    clock: AwsClock,
    stop: watch::Receiver<bool>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    queued: usize,
    since: Duration,
    total: Duration,
}

impl QueueMeter {
    /// A meter at zero. Once `stop` turns true, what is queued is not sent any more.
    pub fn new(clock: AwsClock, stop: watch::Receiver<bool>) -> Arc<Self> {
        Arc::new(Self {
            clock,
            stop,
            state: Mutex::default(),
        })
    }

    /// The time spent queueing so far.
    pub fn total(&self) -> Duration {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let running = if state.queued > 0 {
            self.clock.now().saturating_sub(state.since)
        } else {
            Duration::ZERO
        };
        state.total + running
    }

    /// Runs work whose queueing counts here.
    pub async fn measure<F: Future>(self: Arc<Self>, work: F) -> F::Output {
        METER.scope(self, work).await
    }

    fn enter(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.queued == 0 {
            state.since = self.clock.now();
        }
        state.queued += 1;
    }

    fn leave(&self) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.queued = state.queued.saturating_sub(1);
        if state.queued == 0 {
            let stood = self.clock.now().saturating_sub(state.since);
            state.total += stood;
        }
    }
}

/// A place in the queue; ends when dropped.
pub(super) struct Queued(Option<Arc<QueueMeter>>);

impl Queued {
    /// Begins to queue on behalf of the work under way.
    pub(super) fn begin() -> Self {
        let meter = METER.try_with(Arc::clone).ok();
        if let Some(meter) = &meter {
            meter.enter();
        }
        Self(meter)
    }

    /// Comes back when the work under way is told to stop.
    pub(super) async fn stopped(&self) {
        if let Some(meter) = &self.0
            && meter.stop.clone().wait_for(|stop| *stop).await.is_ok()
        {
            return;
        }
        std::future::pending::<()>().await;
    }
}

/// Told to stop while queueing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Stopped;

impl Drop for Queued {
    fn drop(&mut self) {
        if let Some(meter) = &self.0 {
            meter.leave();
        }
    }
}
