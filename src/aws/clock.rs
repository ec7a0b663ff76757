//! The clock that everything here waits on: Tokio's, run faster if tests ask for it.

use std::time::Duration;

use async_trait::async_trait;
use tokio::time::Instant;

use crate::engine::Clock;

/// Tokio's clock times a scale.
///
/// The scale divides every wait, poll step, bucket refill and time-out, so that runs against a
/// simulator of the same scale take seconds instead of minutes. It is 1 for AWS.
#[derive(Clone, Copy, Debug)]
pub struct AwsClock {
    start: Instant,
    scale: f64,
}

impl AwsClock {
    /// A clock that runs `scale` times as fast as the wall's; a scale that is no positive number
    /// counts as 1.
    pub fn scaled(scale: f64) -> Self {
        let scale = if scale.is_finite() && scale > 0.0 {
            scale
        } else {
            1.0
        };
        Self {
            start: Instant::now(),
            scale,
        }
    }

    /// The real duration of a wait on this clock.
    pub fn real(&self, duration: Duration) -> Duration {
        Duration::try_from_secs_f64(duration.as_secs_f64() / self.scale).unwrap_or(duration)
    }
}

#[async_trait]
impl Clock for AwsClock {
    fn now(&self) -> Duration {
        self.start.elapsed().mul_f64(self.scale)
    }

    async fn wait(&self, duration: Duration) {
        tokio::time::sleep(self.real(duration)).await;
    }
}
