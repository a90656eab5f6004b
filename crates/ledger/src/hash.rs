//! Hashes of a Merkle tree: RFC 6962, section 2.1, with SHA-256.
//!
//! Owns how leaves and nodes are hashed and how a hash is written as text (standard base64, as checkpoints have it).

use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use ring::digest::{Context, SHA256, digest};

/// A SHA-256, 32 bytes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The root of a tree without leaves: the hash of nothing.
    #[must_use]
    pub fn of_nothing() -> Self {
        Self::from_digest(digest(&SHA256, &[]))
    }

    /// The hash of a leaf: SHA-256 of a zero byte and the entry.
    #[must_use]
    pub fn of_leaf(entry: &[u8]) -> Self {
        let mut context = Context::new(&SHA256);
        context.update(&[0]);
        context.update(entry);
        Self::from_digest(context.finish())
    }

    /// The hash of a node: SHA-256 of a one byte and its children.
    #[must_use]
    pub fn of_node(left: Self, right: Self) -> Self {
        let mut bytes = [1; 65];
        if let Some(place) = bytes.get_mut(1..33) {
            place.copy_from_slice(&left.0);
        }
        if let Some(place) = bytes.get_mut(33..) {
            place.copy_from_slice(&right.0);
        }
        Self::from_digest(digest(&SHA256, &bytes))
    }

    /// Reads standard base64 with padding. `None` for anything but 32 bytes of it.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        BASE64_STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }

    fn from_digest(digest: ring::digest::Digest) -> Self {
        // SHA-256 has 32 bytes; the alternative is not reached and would match nothing.
        Self(digest.as_ref().try_into().unwrap_or_default())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&BASE64_STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_roots_of_certificate_transparencys_test_vectors() {
        // The reference implementation's test data: trees of no leaf and of one empty leaf.
        let hex = |hash: Hash| hash.0.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
        assert_eq!(
            hex(Hash::of_nothing()),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
        );
        assert_eq!(
            hex(Hash::of_leaf(b"")),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
        );
        assert_eq!(
            hex(Hash::of_node(Hash::of_leaf(b""), Hash::of_leaf(b"\0"))),
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
        );
    }

    #[test]
    fn text_is_base64_of_exactly_a_hash() {
        let hash = Hash::of_leaf(b"entry");
        assert_eq!(Hash::parse(&hash.to_string()), Some(hash));
        assert_eq!(Hash::parse("AAAA"), None);
        assert_eq!(Hash::parse("not base64"), None);
        assert_eq!(Hash::parse(hash.to_string().trim_end_matches('=')), None);
    }
}
