//! Token buckets: how many calls an account may make in a region, per action or per group of actions.

use std::collections::BTreeMap;

use super::operation::Bucket;
use crate::clock::Moment;

/// The fill of every bucket that was ever used.
#[derive(Debug, Default)]
pub(crate) struct Buckets {
    fills: BTreeMap<String, Fill>,
}

#[derive(Debug)]
struct Fill {
    tokens: f64,
    at: Moment,
}

impl Buckets {
    /// Takes a token from each bucket, or none and `false` if one of them is empty.
    pub(crate) fn take(&mut self, owner: &str, buckets: &[(String, Bucket)], now: Moment) -> bool {
        let keys: Vec<String> = buckets
            .iter()
            .map(|(name, _)| format!("{owner}/{name}"))
            .collect();
        for (key, (_, bucket)) in keys.iter().zip(buckets) {
            let fill = self.fills.entry(key.clone()).or_insert_with(|| Fill {
                tokens: f64::from(bucket.size),
                at: now,
            });
            let seconds = std::time::Duration::from_millis(now.ms_since(fill.at)).as_secs_f64();
            fill.tokens = seconds
                .mul_add(bucket.refill_per_s, fill.tokens)
                .min(f64::from(bucket.size));
            fill.at = fill.at.max(now);
        }
        let enough = keys
            .iter()
            .all(|key| self.fills.get(key).is_some_and(|fill| fill.tokens >= 1.0));
        if enough {
            for key in &keys {
                if let Some(fill) = self.fills.get_mut(key) {
                    fill.tokens -= 1.0;
                }
            }
        }
        enough
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_calls_pass_the_fifth_waits_for_the_refill() {
        let mut buckets = Buckets::default();
        let bucket = [(
            "CreateVpcEndpoint".to_owned(),
            Bucket {
                size: 4,
                refill_per_s: 0.3,
            },
        )];
        let at = Moment::from_epoch_ms;
        assert!((0..4).all(|_| buckets.take("1/r", &bucket, at(0))));
        assert!(!buckets.take("1/r", &bucket, at(3_300)));
        assert!(buckets.take("2/r", &bucket, at(3_300)));
        assert!(buckets.take("1/r", &bucket, at(3_400)));
    }
}
