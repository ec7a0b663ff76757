//! Seeded randomness: every id, delay and coin of a run comes from here, so that its seed repeats it.

use serde::{Deserialize, Serialize};

/// Splitmix64: small, fast, and good enough for ids and delays (never for secrets).
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Random {
    state: u64,
}

impl Random {
    pub(crate) const fn new(seed: u64) -> Self {
        Self { state: seed }
    }

    pub(crate) const fn next(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.state)
    }

    /// A number from `low` to `high`, both included; `low` when the range is empty.
    pub(crate) const fn between(&mut self, low: u64, high: u64) -> u64 {
        if high <= low {
            return low;
        }
        low + self.next() % (high - low + 1)
    }

    /// So many lower-case hexadecimal digits.
    pub(crate) fn hex(&mut self, digits: usize) -> String {
        self.letters("0123456789abcdef", digits)
    }

    /// So many characters drawn from `alphabet`.
    pub(crate) fn letters(&mut self, alphabet: &str, count: usize) -> String {
        let letters: Vec<char> = alphabet.chars().collect();
        (0..count)
            .filter_map(|_| {
                let last = u64::try_from(letters.len()).unwrap_or(1).saturating_sub(1);
                let index = usize::try_from(self.between(0, last)).unwrap_or(0);
                letters.get(index).copied()
            })
            .collect()
    }

    /// An EC2 id: the prefix, a dash and 17 hexadecimal digits.
    pub(crate) fn id(&mut self, prefix: &str) -> String {
        format!("{prefix}-0{}", self.hex(16))
    }

    /// A request id, shaped like a version 4 UUID.
    pub(crate) fn uuid(&mut self) -> String {
        format!(
            "{}-{}-4{}-a{}-{}",
            self.hex(8),
            self.hex(4),
            self.hex(3),
            self.hex(3),
            self.hex(12)
        )
    }
}

/// A number that depends on the seed and the texts alone, for what must not depend on call order.
pub(crate) fn hash(seed: u64, texts: &[&str]) -> u64 {
    let mut state = mix(seed ^ 0xcbf2_9ce4_8422_2325);
    for text in texts {
        for byte in text.bytes() {
            state = (state ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        state = mix(state);
    }
    state
}

/// The id of a hosted zone that always follows from the same texts.
pub(crate) fn zone_id(texts: &[&str]) -> String {
    const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789";
    let mut number = hash(0, texts);
    let mut id = "Z0".to_owned();
    for _ in 0..12 {
        let index = usize::try_from(number % 36).unwrap_or_default();
        id.push(LETTERS.get(index).copied().map_or('0', char::from));
        number /= 36;
    }
    id
}

const fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_ids() {
        let (mut one, mut two) = (Random::new(7), Random::new(7));
        let id = one.id("vpc");
        assert_eq!(id, two.id("vpc"));
        assert_eq!(id.len(), "vpc-".len() + 17);
        assert_ne!(one.id("vpc"), id);
    }

    #[test]
    fn between_keeps_to_its_bounds() {
        let mut random = Random::new(1);
        assert!((0..200).all(|_| (3..=5).contains(&random.between(3, 5))));
        assert_eq!(random.between(9, 9), 9);
    }
}
