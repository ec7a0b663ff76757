//! AWS's rate limits, kept on our side: a call queues here instead of being refused there.
//!
//! Sizes: Amazon EC2 API reference, "Request throttling"; Elastic Load Balancing API reference,
//! "Request throttling". EC2 counts each action by itself; ELBv2 counts groups, and all together.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::clock::AwsClock;
use super::queue::{Queued, Stopped};
use crate::engine::Clock;

/// One bucket: how many calls at once, and how many more each second.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Size {
    burst: f64,
    per_second: f64,
}

const fn size(burst: f64, per_second: f64) -> Size {
    Size { burst, per_second }
}

/// The buckets that a call must pass: a name each, and a size.
fn buckets(action: &str) -> Vec<(&str, Size)> {
    match action.split_once(':') {
        Some(("ec2", operation)) => vec![(action, ec2(operation))],
        Some(("elasticloadbalancing", operation)) => {
            let (group, size) = elb(operation);
            vec![("elasticloadbalancing", size_of_all_elb()), (group, size)]
        }
        _ => vec![],
    }
}

fn ec2(operation: &str) -> Size {
    match operation {
        "CreateVpcEndpoint" | "ModifyVpcEndpoint" | "DeleteVpcEndpoints" => size(4.0, 0.3),
        "CreateVpcEndpointServiceConfiguration"
        | "ModifyVpcEndpointServiceConfiguration"
        | "DeleteVpcEndpointServiceConfigurations"
        | "AcceptVpcEndpointConnections"
        | "RejectVpcEndpointConnections" => size(10.0, 1.0),
        "CreateTags" | "DeleteTags" => size(100.0, 10.0),
        _ if operation.starts_with("Describe") => size(100.0, 20.0),
        _ => size(50.0, 5.0),
    }
}

fn elb(operation: &str) -> (&'static str, Size) {
    match operation {
        "CreateLoadBalancer" | "SetSubnets" => ("elasticloadbalancing create", size(10.0, 0.2)),
        "RegisterTargets" | "DeregisterTargets" => {
            ("elasticloadbalancing targets", size(20.0, 4.0))
        }
        _ if operation.starts_with("Describe") => ("elasticloadbalancing read", size(40.0, 10.0)),
        _ => ("elasticloadbalancing write", size(20.0, 3.0)),
    }
}

fn size_of_all_elb() -> Size {
    size(40.0, 10.0)
}

/// The limiter of one site.
#[derive(Debug)]
pub(super) struct Limiter {
    clock: AwsClock,
    buckets: Mutex<BTreeMap<String, Arc<Bucket>>>,
}

/// Callers take turns at the lock, so first come is first served.
type Bucket = tokio::sync::Mutex<Level>;

#[derive(Debug)]
struct Level {
    size: Size,
    tokens: f64,
    at: Duration,
}

impl Limiter {
    pub(super) fn new(clock: AwsClock) -> Self {
        Self {
            clock,
            buckets: Mutex::default(),
        }
    }

    /// Waits for this call's turn.
    pub(super) async fn take(&self, action: &str) -> Result<(), Stopped> {
        for (name, size) in buckets(action) {
            let bucket = self.bucket(name, size);
            let queued = Queued::begin();
            let turn = async {
                let mut level = bucket.lock().await;
                let wait = level.wait(self.clock.now());
                if !wait.is_zero() {
                    self.clock.wait(wait).await;
                    level.refill(self.clock.now());
                }
                level.tokens = (level.tokens - 1.0).max(0.0);
            };
            // A call whose turn it is at once is not queued: what is under way may end.
            tokio::select! {
                biased;
                () = turn => {}
                () = queued.stopped() => return Err(Stopped),
            }
        }
        Ok(())
    }

    /// AWS said that this was too fast: the buckets were emptier than thought, perhaps because
    /// others call from the same account.
    pub(super) async fn throttled(&self, action: &str) {
        for (name, size) in buckets(action) {
            let bucket = self.bucket(name, size);
            let mut level = bucket.lock().await;
            level.refill(self.clock.now());
            level.tokens = 0.0;
            level.size.per_second = (level.size.per_second * 0.9).max(size.per_second / 4.0);
        }
    }

    fn bucket(&self, name: &str, size: Size) -> Arc<Bucket> {
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let full = || {
            Arc::new(Bucket::new(Level {
                size,
                tokens: size.burst,
                at: self.clock.now(),
            }))
        };
        Arc::clone(buckets.entry(name.to_owned()).or_insert_with(full))
    }
}

impl Level {
    fn refill(&mut self, now: Duration) {
        let gained = now.saturating_sub(self.at).as_secs_f64() * self.size.per_second;
        self.tokens = (self.tokens + gained).min(self.size.burst);
        self.at = now;
    }

    /// How long until a token is there.
    fn wait(&mut self, now: Duration) -> Duration {
        self.refill(now);
        let missing = (1.0 - self.tokens).max(0.0);
        Duration::try_from_secs_f64(missing / self.size.per_second).unwrap_or(Duration::MAX)
    }
}

#[cfg(test)]
mod tests {
    use tokio::sync::watch;

    use super::super::queue::QueueMeter;
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn the_fifth_endpoint_of_a_burst_queues_and_its_time_is_excused() {
        let clock = AwsClock::scaled(1.0);
        let limiter = Limiter::new(clock);
        let (_stop, stopped) = watch::channel(false);
        let meter = QueueMeter::new(clock, stopped);
        let work = async {
            for _ in 0..4 {
                limiter.take("ec2:CreateVpcEndpoint").await.unwrap();
            }
            assert_eq!(clock.now().as_secs(), 0);
            limiter.take("ec2:CreateVpcEndpoint").await.unwrap();
        };
        Arc::clone(&meter).measure(work).await;
        assert_eq!(clock.now().as_secs(), 3, "one token takes 3.3 seconds");
        assert_eq!(meter.total().as_secs(), 3);
    }

    #[tokio::test(start_paused = true)]
    async fn what_is_queued_when_a_run_is_stopped_is_not_sent() {
        let clock = AwsClock::scaled(1.0);
        let limiter = Limiter::new(clock);
        let (stop, stopped) = watch::channel(false);
        let work = async {
            for _ in 0..4 {
                limiter.take("ec2:CreateVpcEndpoint").await.unwrap();
            }
            let queued = limiter.take("ec2:CreateVpcEndpoint");
            let (queued, _) = futures::join!(queued, async { stop.send_replace(true) });
            queued
        };
        let meter = QueueMeter::new(clock, stopped);
        assert_eq!(meter.measure(work).await, Err(Stopped));
        assert_eq!(clock.now().as_secs(), 0);
    }

    #[tokio::test(start_paused = true)]
    async fn being_throttled_empties_the_bucket() {
        let clock = AwsClock::scaled(1.0);
        let limiter = Limiter::new(clock);
        limiter
            .throttled("elasticloadbalancing:CreateLoadBalancer")
            .await;
        limiter
            .take("elasticloadbalancing:CreateLoadBalancer")
            .await
            .unwrap();
        assert!(clock.now() > Duration::from_secs(5), "{:?}", clock.now());
    }
}
