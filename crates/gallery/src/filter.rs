//! A Bloom filter over hashed keys.
//!
//! Owns its form in memory and in the database, which are the same. Refuses to know what the keys are.
//!
//! # Invariants
//! - It never denies a key that is in it.

/// Bits for each key. With six probes inside one line of the cache, about 1 in 50 foreign keys is not denied
/// (tested); each costs one look-up more.
const BITS: usize = 12;
/// Probes of a key.
const PROBES: usize = 6;
/// Bytes of a line: all probes of a key are in one, so that asking costs one access to memory.
const LINE: usize = 64;

/// A filter.
pub(crate) struct Filter(Vec<u8>);

impl Filter {
    /// A filter over `count` keys.
    pub(crate) fn of(keys: impl IntoIterator<Item = i64>, count: usize) -> Self {
        let mut filter = Self::for_up_to(count);
        keys.into_iter().for_each(|key| filter.insert(key));
        filter
    }

    /// A filter without keys that has room for `count`; more make it deny less.
    pub(crate) fn for_up_to(count: usize) -> Self {
        Self(vec![0; (count * BITS).div_ceil(LINE * 8).max(1) * LINE])
    }

    /// Adds a key.
    pub(crate) fn insert(&mut self, key: i64) {
        for (byte, bit) in places(key, self.0.len() / LINE) {
            if let Some(byte) = self.0.get_mut(byte) {
                *byte |= bit;
            }
        }
    }

    /// From its bytes. A filter without bytes contains nothing.
    pub(crate) fn from_bytes(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub(crate) fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// False when the key is certainly not in it.
    pub(crate) fn may_contain(&self, key: i64) -> bool {
        let lines = self.0.len() / LINE;
        lines > 0
            && places(key, lines).all(|(byte, bit)| self.0.get(byte).is_some_and(|byte| byte & bit != 0))
    }
}

/// Byte and bit of each probe.
fn places(key: i64, lines: usize) -> impl Iterator<Item = (usize, u8)> {
    // Keys are hashes already; the multiplication (golden ratio) makes probes independent of the choice of the line.
    let hash = key as u64;
    let line = ((u128::from(hash) * lines as u128) >> 64) as usize;
    let mut bits = hash.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (0..PROBES).map(move |_| {
        let bit = (bits >> 55) as usize;
        bits = bits.rotate_left(9);
        (line * LINE + bit / 8, 1 << (bit % 8))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(from: u64, count: u64) -> impl Iterator<Item = i64> {
        // splitmix64, so that keys look like hashes.
        (from..from + count).map(|n| {
            let mut z = n.wrapping_mul(0x9e37_79b9_7f4a_7c15);
            z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
            z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
            (z ^ (z >> 31)) as i64
        })
    }

    #[test]
    fn it_denies_most_foreign_keys_and_none_of_its_own() {
        let filter = Filter::of(keys(0, 50_000), 50_000);
        assert!(keys(0, 50_000).all(|key| filter.may_contain(key)));
        let passed = keys(1 << 40, 50_000).filter(|key| filter.may_contain(*key)).count();
        assert!(passed < 1_000, "{passed} of 50,000 passed");
        let again = Filter::from_bytes(filter.as_bytes().to_vec());
        assert!(keys(0, 50_000).all(|key| again.may_contain(key)));
    }

    #[test]
    fn an_empty_filter_contains_nothing() {
        assert!(keys(0, 100).all(|key| !Filter::of([], 0).may_contain(key)));
        assert!(!Filter::from_bytes(Vec::new()).may_contain(7));
    }
}
