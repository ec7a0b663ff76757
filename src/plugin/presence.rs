//! Notices when nobody is there any more: a host that was killed tells its plugins nothing.

use std::time::Duration;

use tokio::sync::watch;
use tokio::time::timeout;

use super::lifecycle::Ending;

/// Terraform dials within milliseconds of the handshake line.
const FIRST_CONNECTION_MAX: Duration = Duration::from_secs(60);

/// Terraform keeps its one connection as long as it lives. Time for a client that reconnects.
const ABSENCE_MAX: Duration = Duration::from_secs(10);

/// Counts the connections that were let in. Clones share the count.
#[derive(Clone, Debug)]
pub(super) struct Presence {
    visits: watch::Sender<Visits>,
}

/// How many are there, and how many have ever been.
#[derive(Clone, Copy, Debug, Default)]
struct Visits {
    now: usize,
    ever: usize,
}

/// One connection's presence, until dropped.
#[derive(Debug)]
pub(super) struct Visit {
    visits: watch::Sender<Visits>,
}

impl Drop for Visit {
    fn drop(&mut self) {
        self.visits
            .send_modify(|visits| visits.now = visits.now.saturating_sub(1));
    }
}

impl Presence {
    /// Nobody has come yet.
    pub(super) fn new() -> Self {
        Self {
            visits: watch::Sender::new(Visits::default()),
        }
    }

    /// Counts a connection in.
    pub(super) fn enter(&self) -> Visit {
        self.visits.send_modify(|visits| {
            visits.now = visits.now.saturating_add(1);
            visits.ever = visits.ever.saturating_add(1);
        });
        Visit {
            visits: self.visits.clone(),
        }
    }

    /// Waits until nobody has been there for too long, and says which kind of too long.
    pub(super) async fn abandoned(&self) -> Ending {
        let mut visits = self.visits.subscribe();
        loop {
            let seen = *visits.borrow_and_update();
            let (patience, ending) = match seen {
                Visits { now: 0, ever: 0 } => (FIRST_CONNECTION_MAX, Ending::NeverConnected),
                Visits { now: 0, .. } => (ABSENCE_MAX, Ending::ClientGone),
                _ => (Duration::MAX, Ending::ClientGone),
            };
            if timeout(patience, visits.changed()).await.is_err() {
                return ending;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn nobody_for_a_minute_after_the_start_is_the_end() {
        let begin = Instant::now();
        assert_eq!(Presence::new().abandoned().await, Ending::NeverConnected);
        assert_eq!(begin.elapsed().as_secs(), 60);
    }

    #[tokio::test(start_paused = true)]
    async fn the_client_may_be_away_for_less_than_ten_seconds() {
        let presence = Presence::new();
        let first = presence.enter();
        let abandoned = presence.abandoned();
        tokio::pin!(abandoned);
        let hour = Duration::from_secs(3600);
        assert!(
            timeout(hour, &mut abandoned).await.is_err(),
            "left while the client was there"
        );

        drop(first);
        let away = Duration::from_secs(9);
        assert!(
            timeout(away, &mut abandoned).await.is_err(),
            "left too early"
        );
        let second = presence.enter();
        assert!(
            timeout(hour, &mut abandoned).await.is_err(),
            "left though the client came back"
        );

        let begin = Instant::now();
        drop(second);
        assert_eq!(timeout(hour, abandoned).await, Ok(Ending::ClientGone));
        assert_eq!(begin.elapsed().as_secs(), 10);
    }

    #[tokio::test(start_paused = true)]
    async fn only_the_last_connection_counts() {
        let presence = Presence::new();
        let (one, _two) = (presence.enter(), presence.enter());
        drop(one);
        let hour = Duration::from_secs(3600);
        assert!(timeout(hour, presence.abandoned()).await.is_err());
    }
}
