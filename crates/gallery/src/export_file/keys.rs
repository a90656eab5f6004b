//! The keys of a file with a collection: what a secret becomes under the file's own salt.
//!
//! Owns the derivation, the sealing of templates and the authentication code. Refuses to know what the lines say.
//!
//! # Invariants
//! - One key for each use; none of them leaves this file.
//! - A file cannot ask for more memory or time than the bounds here.

use aes_gcm_siv::aead::{Aead as _, KeyInit as _, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hkdf::Hkdf;
use hmac::{Hmac, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{Argon, Head, unusable};
use crate::context::Context;
use crate::error::GalleryError;
use crate::ids::FaceId;

/// The most that a file may ask for.
const MOST_MEMORY_KIB: u32 = 256 << 10;
const MOST_PASSES: u32 = 16;
const NONCE: usize = 12;

/// What seals the templates of a file.
#[derive(Clone, Copy)]
pub enum ExportSecret<'a> {
    /// A passphrase, as people type it.
    Passphrase(&'a str),
    /// Thirty-two random bytes.
    Key(&'a [u8; 32]),
}

impl std::fmt::Debug for ExportSecret<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ExportSecret(withheld)")
    }
}

/// The keys that follow from a secret for one file.
pub(crate) struct FileKeys {
    cipher: Aes256GcmSiv,
    mac: Mac,
    /// Tells a wrong secret.
    pub(super) check: String,
    version: String,
}

/// The authentication code over the lines so far.
#[derive(Clone)]
pub(crate) struct Mac(Hmac<Sha256>);

impl Mac {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// The code, in base64.
    pub(crate) fn finish(self) -> String {
        STANDARD.encode(self.0.finalize().into_bytes())
    }

    pub(super) fn matches(self, code: &str) -> bool {
        STANDARD.decode(code).is_ok_and(|code| self.0.verify_slice(&code).is_ok())
    }
}

impl FileKeys {
    /// Derives the keys; the check value of the head is not looked at.
    pub(crate) fn derive(head: &Head, secret: &ExportSecret<'_>) -> Result<Self, GalleryError> {
        let salt = STANDARD.decode(&head.salt).ok().filter(|salt| salt.len() == 16);
        let salt = salt.ok_or_else(|| unusable("its salt is none".into()))?;
        let mut root = Zeroizing::new([0; 32]);
        match (secret, head.argon2id) {
            (ExportSecret::Key(key), None) => root.copy_from_slice(*key),
            (ExportSecret::Passphrase(text), Some(Argon { memory_kib, passes })) => {
                if memory_kib > MOST_MEMORY_KIB || passes > MOST_PASSES {
                    return Err(unusable("it asks for more work than a passphrase is worth".into()));
                }
                let wrong = |error: argon2::Error| unusable(format!("its key derivation: {error}"));
                let params = argon2::Params::new(memory_kib, passes, 1, Some(32)).map_err(wrong)?;
                argon2::Argon2::new(argon2::Algorithm::Argon2id, argon2::Version::V0x13, params)
                    .hash_password_into(text.as_bytes(), &salt, root.as_mut_slice())
                    .map_err(wrong)?;
            }
            (ExportSecret::Key(_), Some(_)) => {
                return Err(unusable("it was sealed under a passphrase, not a key".into()));
            }
            (ExportSecret::Passphrase(_), None) => {
                return Err(unusable("it was sealed under a key, not a passphrase".into()));
            }
        }
        let derivation = Hkdf::<Sha256>::new(Some(&salt), root.as_slice());
        let derive = |label: &[u8]| {
            let mut out = Zeroizing::new([0; 32]);
            // HKDF-SHA256 fails only above 255 * 32 bytes.
            let expanded = derivation.expand(label, out.as_mut_slice());
            debug_assert!(expanded.is_ok());
            out
        };
        let mac = Hmac::new_from_slice(derive(b"overt collection file records 1").as_slice())
            .map_err(|_length| unusable("its keys".into()))?;
        Ok(Self {
            cipher: Aes256GcmSiv::new(&(*derive(b"overt collection file templates 1")).into()),
            mac: Mac(mac),
            check: STANDARD.encode(derive(b"overt collection file check 1").as_slice()),
            version: head.version.clone(),
        })
    }

    /// The code over nothing yet.
    pub(crate) fn mac(&self) -> Mac {
        self.mac.clone()
    }

    /// Seals a template for its face, in base64.
    pub(crate) fn seal(
        &self,
        context: &Context,
        id: &FaceId,
        template: &[f32],
    ) -> Result<String, GalleryError> {
        let nonce = context.random::<NONCE>()?;
        let plain: Zeroizing<Vec<u8>> =
            Zeroizing::new(template.iter().flat_map(|number| number.to_le_bytes()).collect());
        let payload = Payload { msg: &plain, aad: &self.about(id) };
        let sealed = self
            .cipher
            .encrypt(&Nonce::from(nonce), payload)
            .map_err(|_too_long| unusable("a template is too long".into()))?;
        Ok(STANDARD.encode([nonce.as_slice(), &sealed].concat()))
    }

    pub(super) fn open(&self, id: &FaceId, sealed: &str) -> Option<Vec<f32>> {
        let sealed = STANDARD.decode(sealed).ok()?;
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: &self.about(id) };
        let plain = Zeroizing::new(self.cipher.decrypt(&Nonce::from(*nonce), payload).ok()?);
        let (numbers, rest) = plain.as_chunks::<4>();
        rest.is_empty().then(|| numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect())
    }

    fn about(&self, id: &FaceId) -> Vec<u8> {
        [id.as_bytes().as_slice(), self.version.as_bytes()].concat()
    }
}
