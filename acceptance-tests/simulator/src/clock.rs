//! Simulated time: moments, and the clock that turns Tokio's time into them.
//! Nothing here reads the machine's clock; a paused Tokio clock pauses the simulator.

use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::time::Instant;

/// 2026-01-01T00:00:00Z, where a simulator's time starts unless it is told otherwise.
const START_MS: u64 = 1_767_225_600_000;

/// A moment of simulated time, in milliseconds since 1970-01-01T00:00:00Z.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Hash, Serialize, Deserialize,
)]
#[serde(transparent)]
pub struct Moment(u64);

impl Moment {
    /// The moment so many milliseconds after the epoch.
    #[must_use]
    pub const fn from_epoch_ms(ms: u64) -> Self {
        Self(ms)
    }

    /// Milliseconds since the epoch.
    #[must_use]
    pub const fn epoch_ms(self) -> u64 {
        self.0
    }

    /// This moment and so many milliseconds.
    #[must_use]
    pub const fn plus_ms(self, ms: u64) -> Self {
        Self(self.0.saturating_add(ms))
    }

    /// This moment and so much time.
    #[must_use]
    pub fn plus(self, time: Duration) -> Self {
        self.plus_ms(to_ms(time))
    }

    /// Milliseconds from `earlier` to this moment; 0 if `earlier` is later.
    #[must_use]
    pub const fn ms_since(self, earlier: Self) -> u64 {
        self.0.saturating_sub(earlier.0)
    }

    /// ISO 8601 in UTC with milliseconds, as EC2 writes it: `2026-05-20T01:02:03.241Z`.
    #[must_use]
    pub fn iso(self) -> String {
        i64::try_from(self.0)
            .ok()
            .and_then(|ms| jiff::Timestamp::from_millisecond(ms).ok())
            .map_or_else(String::new, |stamp| format!("{stamp:.3}"))
    }
}

/// The time of a call.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Times {
    pub(crate) now: Moment,
    /// What the caller's clock shows: neither scaled nor moved.
    pub(crate) caller_now: Moment,
}

/// Simulated time as a function of Tokio's: `start + elapsed × scale + offset`.
#[derive(Debug, Clone)]
pub(crate) struct Clock {
    origin: Instant,
    start: Moment,
    caller_start: Moment,
    scale: f64,
    offset_ms: u64,
}

impl Clock {
    /// A clock that shows `start` (or 2026-01-01) now and then runs `scale` times as fast as Tokio's.
    pub(crate) fn new(start: Option<Moment>, scale: f64) -> Self {
        Self {
            origin: Instant::now(),
            start: start.unwrap_or(Moment(START_MS)),
            caller_start: start.unwrap_or(Moment(START_MS)),
            scale,
            offset_ms: 0,
        }
    }

    /// The same clock with a simulated time that is further on, as that of a saved world.
    pub(crate) fn not_before(self, saved: Moment) -> Self {
        Self {
            start: self.start.max(saved),
            ..self
        }
    }

    pub(crate) fn now(&self) -> Moment {
        self.times().now
    }

    pub(crate) fn times(&self) -> Times {
        let elapsed = Instant::now().saturating_duration_since(self.origin);
        let scaled = elapsed.mul_f64(self.scale.max(0.0));
        Times {
            now: self.start.plus_ms(to_ms(scaled)).plus_ms(self.offset_ms),
            caller_now: self.caller_start.plus_ms(to_ms(elapsed)),
        }
    }

    pub(crate) fn advance(&mut self, by: Duration) {
        self.offset_ms = self.offset_ms.saturating_add(to_ms(by));
    }
}

fn to_ms(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_as_ec2_writes_it() {
        assert_eq!(Moment(START_MS + 241).iso(), "2026-01-01T00:00:00.241Z");
        assert_eq!(Moment(START_MS).iso(), "2026-01-01T00:00:00.000Z");
    }

    #[tokio::test(start_paused = true)]
    async fn the_clock_follows_a_paused_tokio_clock_times_the_scale() {
        let mut clock = Clock::new(None, 10.0);
        tokio::time::advance(Duration::from_secs(3)).await;
        assert_eq!(clock.now(), Moment(START_MS + 30_000));
        clock.advance(Duration::from_secs(60));
        assert_eq!(clock.now(), Moment(START_MS + 90_000));
    }
}
