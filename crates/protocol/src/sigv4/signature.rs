//! Keys, hashes and signatures.
//!
//! Owns: the derivation of the signing key and the comparison. Invariants: a [`Signature`] cannot be compared with `==`
//! nor printed; copies of the secret are wiped.

use std::fmt;

use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use zeroize::Zeroizing;

use super::Claim;
use super::authorization::{ALGORITHM, SERVICE};

/// SHA-256 of a request's body as received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PayloadHash([u8; 32]);

impl PayloadHash {
    /// Hashes a body.
    #[must_use]
    pub fn of(body: &[u8]) -> Self {
        Self(Sha256::digest(body).into())
    }

    /// Takes a SHA-256 made elsewhere, say while the body arrived.
    #[must_use]
    pub const fn from_sha256(hash: [u8; 32]) -> Self {
        Self(hash)
    }

    pub(super) fn to_hex(self) -> String {
        hex(&self.0)
    }

    /// Whether the header's value is this hash in hex.
    pub(super) fn is_written(self, header: &[u8]) -> bool {
        self.to_hex().as_bytes() == header.trim_ascii()
    }
}

/// A SigV4 signature. Deliberately without `PartialEq`: an ordinary comparison leaks how much of a guess was right.
#[derive(Clone)]
pub struct Signature([u8; 32]);

impl Signature {
    /// Reads 64 lower-case hex digits.
    pub(super) fn parse(text: &str) -> Option<Self> {
        let digits: &[u8; 64] = text.as_bytes().try_into().ok()?;
        let mut bytes = [0; 32];
        for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
            let [high, low] = pair else { return None };
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Some(Self(bytes))
    }

    /// The signature that `secret` gives for a canonical request under the claim's scope.
    pub(super) fn compute(claim: &Claim<'_>, canonical: &[u8], secret: &str) -> Self {
        let key = Zeroizing::new([b"AWS4", secret.as_bytes()].concat());
        let key = [claim.date(), claim.region(), SERVICE, "aws4_request"]
            .iter()
            .fold(key, |key, part| Zeroizing::new(mac(&key, part.as_bytes()).to_vec()));
        Self(mac(&key, string_to_sign(claim, canonical).as_bytes()))
    }

    /// Whether the two are the same, in time that does not depend on where they differ.
    #[must_use]
    pub fn matches(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for Signature {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signature(…)")
    }
}

/// What the signing key is applied to.
pub(super) fn string_to_sign(claim: &Claim<'_>, canonical: &[u8]) -> String {
    format!(
        "{ALGORITHM}\n{}\n{}/{}/{SERVICE}/aws4_request\n{}",
        claim.time().as_str(),
        claim.date(),
        claim.region(),
        hex(&Sha256::digest(canonical))
    )
}

fn mac(key: &[u8], message: &[u8]) -> [u8; 32] {
    // HMAC takes keys of every length, so the error cannot occur; all zeros would match no signature but by chance.
    Hmac::<Sha256>::new_from_slice(key)
        .map_or([0; 32], |mac| mac.chain_update(message).finalize().into_bytes().into())
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: [char; 16] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'a', 'b', 'c', 'd', 'e', 'f'];
    bytes
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .filter_map(|nibble| DIGITS.get(usize::from(nibble)))
        .collect()
}

const fn digit(letter: u8) -> Option<u8> {
    match letter {
        b'0'..=b'9' => Some(letter - b'0'),
        b'a'..=b'f' => Some(letter - b'a' + 10),
        _ => None,
    }
}
