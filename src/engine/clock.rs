//! Time as the engine knows it: a seam, so that tests own it.

use std::time::Duration;

use async_trait::async_trait;

/// A clock that only runs forward, and waits.
#[async_trait]
pub trait Clock: Send + Sync {
    /// Time since some fixed moment of the past.
    fn now(&self) -> Duration;

    /// Comes back once `duration` of this clock has passed.
    async fn wait(&self, duration: Duration);
}

/// How long reads may lag behind what was done: only what is still absent after that is believed to
/// be absent. Longer than reads usually lag.
pub const LAG: Duration = Duration::from_secs(10);

/// How long a kind of component usually takes to settle, and how often that is worth a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// The longest pause between two looks.
    pub pause_max: Duration,
    /// How long what is not found is believed to be only not visible yet.
    pub patience: Duration,
}

impl Pace {
    /// The pause before the first look; also the shortest.
    pub const PAUSE_MIN: Duration = Duration::from_secs(2);

    /// Reads and references lag by seconds, rarely by a minute.
    const PATIENCE: Duration = Duration::from_secs(120);

    /// A pace whose pauses never exceed `seconds`.
    pub const fn at_most_s(seconds: u64) -> Self {
        Self {
            pause_max: Duration::from_secs(seconds),
            patience: Self::PATIENCE,
        }
    }

    /// The same for what may have to be made first, by somebody else.
    #[must_use]
    pub const fn patient_for_s(mut self, seconds: u64) -> Self {
        self.patience = Duration::from_secs(seconds);
        self
    }

    /// The pause before the next look at something that has been waited for during `waited`.
    ///
    /// Looks come at 1.25 times the time waited so far, so that what is ready is noticed after at
    /// most a quarter more than it took, with few looks.
    pub fn pause_after(self, waited: Duration) -> Duration {
        (waited / 4).clamp(Self::PAUSE_MIN, self.pause_max.max(Self::PAUSE_MIN))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn looks_grow_apart_up_to_the_pace_of_the_kind() {
        let pace = Pace::at_most_s(10);
        assert_eq!(pace.pause_after(Duration::ZERO), Duration::from_secs(2));
        assert_eq!(
            pace.pause_after(Duration::from_secs(20)),
            Duration::from_secs(5)
        );
        assert_eq!(
            pace.pause_after(Duration::from_secs(400)),
            Duration::from_secs(10)
        );
    }

    #[test]
    fn some_kinds_are_waited_for_longer_than_reads_lag() {
        let usual = Pace::at_most_s(10);
        let patient = usual.patient_for_s(300);
        assert_eq!(patient.pause_max, usual.pause_max);
        assert!(patient.patience > usual.patience);
    }
}
