//! The key of a store, and the keys derived from it.
//!
//! # Invariants
//! - The thirty-two bytes are used for derivation only (HKDF-SHA256, a label and a salt for each purpose): no two uses
//!   share a key, and no two segment files do.
//! - Key bytes are wiped when dropped and appear in no message.

use hkdf::Hkdf;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use sha2::Sha256;
use zeroize::{Zeroize as _, Zeroizing};

/// Bytes of the random salt in a segment's header.
pub(crate) const SALT: usize = 32;
/// Bytes of an AES-GCM nonce.
pub(crate) const NONCE: usize = 12;
/// Bytes of an AES-GCM tag.
pub(crate) const TAG: usize = 16;

const TRANSFORM_LABEL: &[u8] = b"overt vectors transform 1";
const BASIS_LABEL: &[u8] = b"overt vectors sieve basis 1";
const SEGMENT_LABEL: &[u8] = b"overt vectors segment 1";
const CHECK_LABEL: &[u8] = b"overt vectors header check 1";

/// The key of a store: thirty-two random bytes that the caller keeps, sealed, with its records.
#[derive(Clone)]
pub struct StoreKey(Zeroizing<[u8; 32]>);

impl StoreKey {
    /// From the caller's bytes, which have to be random.
    #[must_use]
    pub fn new(mut bytes: [u8; 32]) -> Self {
        let key = Self(Zeroizing::new(bytes));
        bytes.zeroize();
        key
    }

    /// The key of one segment file.
    pub(crate) fn segment(&self, salt: &[u8; SALT], header: &[u8]) -> Seal {
        Seal::new(&self.derive(Some(salt), &[SEGMENT_LABEL, header].concat()))
    }

    /// The value by which a header shows that it belongs to this key and was not altered.
    pub(crate) fn check(&self, salt: &[u8; SALT], header: &[u8]) -> [u8; 32] {
        *self.derive(Some(salt), &[CHECK_LABEL, header].concat())
    }

    /// A stream of pseudo-random bytes for the transform: the same for the same key and length.
    pub(crate) fn transform_stream(&self, length: usize) -> Zeroizing<Vec<u8>> {
        self.stream(TRANSFORM_LABEL, length)
    }

    /// The same for the rotation of a sieve's basis.
    pub(crate) fn basis_stream(&self, length: usize) -> Zeroizing<Vec<u8>> {
        self.stream(BASIS_LABEL, length)
    }

    fn stream(&self, label: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
        let mut stream = Zeroizing::new(vec![0; length]);
        let seal = Seal::new(&self.derive(None, label));
        // Zeros under AES-GCM are the cipher's key stream; the key is used for this one message only.
        let tag = seal.seal(&[0; NONCE], &[], &mut stream);
        debug_assert!(tag.is_some());
        stream
    }

    fn derive(&self, salt: Option<&[u8]>, info: &[u8]) -> Zeroizing<[u8; 32]> {
        let mut out = Zeroizing::new([0; 32]);
        let expanded = Hkdf::<Sha256>::new(salt, self.0.as_slice()).expand(info, out.as_mut_slice());
        // HKDF-SHA256 fails only above 255 * 32 bytes.
        debug_assert!(expanded.is_ok());
        out
    }
}

impl std::fmt::Debug for StoreKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("StoreKey(withheld)")
    }
}

/// AES-256-GCM under one derived key.
pub(crate) struct Seal(LessSafeKey);

impl Seal {
    fn new(key: &[u8; 32]) -> Self {
        let Ok(key) = UnboundKey::new(&AES_256_GCM, key) else {
            unreachable!("AES-256 takes thirty-two bytes")
        };
        Self(LessSafeKey::new(key))
    }

    /// Encrypts in place. `None` only for messages longer than 64 GB.
    pub(crate) fn seal(&self, nonce: &[u8; NONCE], about: &[u8], bytes: &mut [u8]) -> Option<[u8; TAG]> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        let tag = self.0.seal_in_place_separate_tag(nonce, Aad::from(about), bytes).ok()?;
        tag.as_ref().try_into().ok()
    }

    /// Decrypts ciphertext and tag in place; `None` when they do not authenticate, and nothing may be used then.
    pub(crate) fn open<'a>(
        &self,
        nonce: &[u8; NONCE],
        about: &[u8],
        sealed: &'a mut [u8],
    ) -> Option<&'a [u8]> {
        let nonce = Nonce::assume_unique_for_key(*nonce);
        self.0.open_in_place(nonce, Aad::from(about), sealed).ok().map(|plain| &*plain)
    }
}

impl std::fmt::Debug for Seal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Seal(withheld)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_under_the_same_key_place_and_bytes_only() {
        let key = StoreKey::new([7; 32]);
        let seal = key.segment(&[1; SALT], b"header");
        let mut bytes = *b"template";
        let tag = seal.seal(&[3; NONCE], b"slot 1", &mut bytes).unwrap();
        let sealed = [bytes.as_slice(), &tag].concat();
        let open = |seal: &Seal, about: &[u8], sealed: &[u8]| {
            seal.open(&[3; NONCE], about, &mut sealed.to_vec()).map(<[u8]>::to_vec)
        };
        assert_eq!(open(&seal, b"slot 1", &sealed).unwrap(), b"template");
        assert!(open(&seal, b"slot 2", &sealed).is_none());
        assert!(open(&key.segment(&[2; SALT], b"header"), b"slot 1", &sealed).is_none());
        assert!(open(&key.segment(&[1; SALT], b"Header"), b"slot 1", &sealed).is_none());
        assert!(open(&StoreKey::new([8; 32]).segment(&[1; SALT], b"header"), b"slot 1", &sealed).is_none());
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert!(open(&seal, b"slot 1", &altered).is_none(), "byte {index} changed unnoticed");
        }
    }

    #[test]
    fn a_key_says_nothing_of_itself() {
        assert_eq!(format!("{:?}", StoreKey::new([9; 32])), "StoreKey(withheld)");
    }

    #[test]
    fn the_stream_depends_on_the_key_only() {
        let stream = |byte| StoreKey::new([byte; 32]).transform_stream(1000).to_vec();
        assert_eq!(stream(1), stream(1));
        assert_ne!(stream(1), stream(2));
        assert!(stream(1).iter().any(|byte| *byte != 0));
    }
}
