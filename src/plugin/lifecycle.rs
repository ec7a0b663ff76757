//! How everybody in the process learns that it is about to end, and how work in hand is waited for.

use std::time::Duration;

use tokio::sync::watch;

/// Why the process ends.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Ending {
    /// The host asked for it, as it does at the end of each walk.
    Shutdown,
    /// The last connection has been gone for some seconds: the host was killed.
    ClientGone,
    /// Nobody ever connected.
    NeverConnected,
    /// SIGTERM.
    Terminated,
    /// Ctrl-C in debug mode.
    Interrupted,
}

impl Ending {
    /// How long work in hand may take to finish: what whoever ends us leaves us.
    pub(super) fn grace(self) -> Duration {
        match self {
            // The host kills after 2 s; the user waits for it.
            Self::Shutdown => Duration::from_millis(1500),
            // Nobody waits. Long enough for a call to AWS with its retries.
            Self::ClientGone => Duration::from_secs(30),
            Self::NeverConnected => Duration::ZERO,
            // Containers and init systems kill after 10 s.
            Self::Terminated | Self::Interrupted => Duration::from_secs(8),
        }
    }
}

/// A handle on the life of this process. Clones share it.
#[derive(Clone, Debug)]
pub struct Lifecycle {
    ending: watch::Sender<Option<Ending>>,
    work: watch::Sender<usize>,
}

/// Work in hand: while it is held, the process ends only when the time for that is up.
#[derive(Debug)]
pub struct Work {
    count: watch::Sender<usize>,
}

impl Drop for Work {
    fn drop(&mut self) {
        self.count
            .send_modify(|count| *count = count.saturating_sub(1));
    }
}

impl Default for Lifecycle {
    fn default() -> Self {
        Self {
            ending: watch::Sender::new(None),
            work: watch::Sender::new(0),
        }
    }
}

impl Lifecycle {
    /// Why the process is ending; `None` while it isn't. Once set it stays.
    #[must_use]
    pub fn ending(&self) -> Option<Ending> {
        *self.ending.borrow()
    }

    /// Waits until the process is ending: from then on nothing new is to be begun.
    pub async fn ended(&self) -> Ending {
        let mut ending = self.ending.subscribe();
        loop {
            if let Some(why) = *ending.borrow_and_update() {
                return why;
            }
            // Can't fail: `self` keeps the sender.
            if ending.changed().await.is_err() {
                std::future::pending::<()>().await;
            }
        }
    }

    /// Ends the process. The first reason stands.
    pub fn end(&self, why: Ending) {
        self.ending.send_if_modified(|ending| {
            let first = ending.is_none();
            if first {
                *ending = Some(why);
            }
            first
        });
    }

    /// Says that something is being done that ought to be finished, such as a call that creates
    /// something. A request that is merely being answered needs none while its client is there;
    /// when the client goes, tonic drops the request's future, and only what runs in a task of its
    /// own and holds this goes on.
    #[must_use]
    pub fn work(&self) -> Work {
        self.work
            .send_modify(|count| *count = count.saturating_add(1));
        Work {
            count: self.work.clone(),
        }
    }

    /// Waits until no work is in hand.
    pub(super) async fn idle(&self) {
        let mut work = self.work.subscribe();
        // Can't fail: `self` keeps the sender.
        let _ = work.wait_for(|count| *count == 0).await;
    }
}

#[cfg(test)]
mod tests {
    use futures::FutureExt;

    use super::*;

    #[test]
    fn the_first_reason_stands() {
        let lifecycle = Lifecycle::default();
        assert_eq!(lifecycle.ending(), None);
        lifecycle.clone().end(Ending::ClientGone);
        lifecycle.end(Ending::Terminated);
        assert_eq!(lifecycle.ending(), Some(Ending::ClientGone));
        assert_eq!(lifecycle.ended().now_or_never(), Some(Ending::ClientGone));
    }

    #[tokio::test]
    async fn whoever_waits_for_the_end_is_woken_by_it() {
        let lifecycle = Lifecycle::default();
        let ended = lifecycle.ended();
        tokio::pin!(ended);
        assert_eq!(ended.as_mut().now_or_never(), None);
        lifecycle.end(Ending::Shutdown);
        assert_eq!(ended.await, Ending::Shutdown);
    }

    #[tokio::test]
    async fn idle_means_all_work_is_done() {
        let lifecycle = Lifecycle::default();
        let (one, two) = (lifecycle.work(), lifecycle.work());
        drop(one);
        assert_eq!(lifecycle.idle().now_or_never(), None);
        drop(two);
        assert_eq!(lifecycle.idle().now_or_never(), Some(()));
    }
}
