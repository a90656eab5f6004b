//! Access keys: the id a request names and the secret it is signed with.
//!
//! Owns their form and how they are drawn. Refuses to know where they are kept.
//!
//! # Invariants
//! - A secret never reaches a log or an error: it has no `Display`, and its `Debug` withholds it. Its bytes are
//!   wiped when it is dropped.

use std::fmt;

use ring::digest::{SHA256, digest};
use zeroize::Zeroizing;

use crate::context::{Context, RandomnessError};
use crate::error::GalleryError;

/// Ids begin with this. Twenty characters in Amazon's alphabet, because SDKs and tools expect that form, but not
/// Amazon's own `AKIA`: whoever finds the key in a leak must be able to tell whose it is.
const PREFIX: &str = "OVRT";
/// RFC 4648 base32: ten random bytes make the sixteen characters after the prefix.
const BASE32: &[u8; 32] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
/// RFC 4648 base64: thirty random bytes (240 bits) make the forty characters of a secret, without padding.
const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// The public half of an access key: twenty upper-case letters and digits.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AccessKeyId(String);

impl AccessKeyId {
    /// Draws a new id: 80 random bits.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn draw(context: &Context) -> Result<Self, RandomnessError> {
        let mut id = String::with_capacity(20);
        id.push_str(PREFIX);
        spell(&context.random::<10>()?, BASE32, 5, &mut id);
        Ok(Self(id))
    }

    /// Reads an id: 16 to 128 letters, digits or underscores, Amazon's rule for the type, so that an operator's own
    /// ids can be looked up too.
    ///
    /// # Errors
    /// [`GalleryError::Invalid`] when the text does not have that form.
    pub fn parse(text: &str) -> Result<Self, GalleryError> {
        let fits = (16..=128).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
        if !fits {
            return Err(GalleryError::Invalid {
                field: "access key id",
                reason: "must be 16 to 128 letters, digits or underscores".into(),
            });
        }
        Ok(Self(text.to_owned()))
    }

    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a public ledger has in its place: the first 16 bytes of SHA-256(`overt access key` ‖ line feed ‖ id), hexadecimal. Who has the id finds it; an id
    /// has 80 random bits, so that nobody finds the id.
    #[must_use]
    pub fn digest(&self) -> String {
        let hash = digest(&SHA256, format!("overt access key\n{}", self.0).as_bytes());
        hash.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    }
}

impl fmt::Display for AccessKeyId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The secret half of an access key: forty characters.
#[derive(Clone)]
pub struct SecretAccessKey(Zeroizing<String>);

impl SecretAccessKey {
    /// Draws a new secret: 240 random bits.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn draw(context: &Context) -> Result<Self, RandomnessError> {
        let bytes = Zeroizing::new(context.random::<30>()?);
        let mut secret = Zeroizing::new(String::with_capacity(40));
        spell(bytes.as_slice(), BASE64, 6, &mut secret);
        Ok(Self(secret))
    }

    pub(crate) fn from_text(text: Zeroizing<String>) -> Self {
        Self(text)
    }

    /// The secret itself, to be used and not kept.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for SecretAccessKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretAccessKey(withheld)")
    }
}

/// Appends `bytes` in groups of `width` bits, most significant first. Only called with lengths that divide evenly.
fn spell(bytes: &[u8], alphabet: &[u8], width: u32, out: &mut String) {
    let mask = (1_u32 << width) - 1;
    let (mut pending, mut bits) = (0_u32, 0);
    for &byte in bytes {
        pending = (pending << 8) | u32::from(byte);
        bits += 8;
        while bits >= width {
            bits -= width;
            let index = ((pending >> bits) & mask) as usize;
            if let Some(&letter) = alphabet.get(index) {
                out.push(char::from(letter));
            }
        }
        pending &= (1 << bits) - 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spelling_is_rfc_4648() {
        let spelled = |bytes: &[u8], alphabet: &[u8], width| {
            let mut out = String::new();
            spell(bytes, alphabet, width, &mut out);
            out
        };
        assert_eq!(spelled(b"fooba", BASE32, 5), "MZXW6YTB");
        assert_eq!(spelled(b"foobar", BASE64, 6), "Zm9vYmFy");
        assert_eq!(spelled(&[0xff; 3], BASE64, 6), "////");
    }

    #[test]
    fn drawn_keys_have_the_form_clients_expect() {
        let context = Context::system();
        let id = AccessKeyId::draw(&context).unwrap();
        assert_eq!(id.as_str().len(), 20);
        assert!(id.as_str().bytes().all(|b| b.is_ascii_uppercase() || b.is_ascii_digit()), "{id}");
        assert_eq!(AccessKeyId::parse(id.as_str()).unwrap(), id);
        let secret = SecretAccessKey::draw(&context).unwrap();
        assert_eq!(secret.reveal().len(), 40);
    }

    #[test]
    fn no_secret_in_debug() {
        let secret = SecretAccessKey::draw(&Context::system()).unwrap();
        assert!(!format!("{secret:?}").contains(secret.reveal()));
    }

    #[test]
    fn ids_that_are_not_ids_are_refused() {
        for text in ["", "short", "has space in it 1234", "ÄKIAÄÄÄÄÄÄÄÄÄÄ", &"A".repeat(129)] {
            assert!(AccessKeyId::parse(text).is_err(), "{text}");
        }
    }
}
