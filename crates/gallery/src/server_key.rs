//! The server's key: thirty-two bytes in a file of the data folder, from which every key at rest is derived.
//!
//! Owns the file, its permissions, the derivation and the sealing of secrets. Refuses to know what a secret is for.
//!
//! # Invariants
//! - The file is created with mode 0600, flushed to the disk before anything is sealed with it, and never
//!   overwritten. It has its name only once it is whole. One that others can read is refused.
//! - The file's bytes are used for derivation only (HKDF-SHA256, one label per purpose): two uses never share a key.
//! - Sealing is AES-256-GCM-SIV with a random nonce and the owner's name as associated data. See
//!   `docs/decisions/0020-secrets-at-rest.md` for the choice.

use std::io::{ErrorKind, Write as _};
use std::path::Path;

use aes_gcm_siv::aead::{Aead, KeyInit, Payload};
use aes_gcm_siv::{Aes256GcmSiv, Nonce};
use hkdf::Hkdf;
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::GalleryError;
use crate::private::private;

/// First line of the file, so that a person who opens it learns what it is.
const HEADING: &str = "overt-server-key-1";
/// What is sealed. Each kind has a sealing key of its own, so that nothing sealed as one kind opens as another.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Sealed {
    /// Secrets of access keys; the owner is the key id.
    AccessKeySecret,
    /// Data keys of collections; the owner is the collection's number.
    CollectionKey,
}

impl Sealed {
    const fn label(self) -> &'static [u8] {
        match self {
            Self::AccessKeySecret => b"overt access-key secrets 1",
            Self::CollectionKey => b"overt collection keys 1",
        }
    }
}

/// Label of the value that tells whether a key belongs to a database.
const FINGERPRINT_LABEL: &[u8] = b"overt server-key fingerprint 1";
/// Bytes of an AES-GCM-SIV nonce (RFC 8452).
const NONCE: usize = 12;

/// The server's key, in memory.
pub struct ServerKey {
    derivation: Hkdf<Sha256>,
}

impl ServerKey {
    /// Reads the key file. `Ok(None)` when there is none.
    ///
    /// # Errors
    /// When it cannot be read, is not a key, or (on Unix) can be read by others than its owner.
    pub fn read(path: &Path) -> Result<Option<Self>, GalleryError> {
        let text = match fs_err::read_to_string(path) {
            Ok(text) => Zeroizing::new(text),
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error.into()),
        };
        refuse_if_shared(path)?;
        let unusable = |reason: &str| GalleryError::ServerKeyUnusable {
            path: path.to_owned(),
            reason: format!("{reason}; restore it from a backup"),
        };
        let mut lines = text.lines();
        if lines.next() != Some(HEADING) {
            return Err(unusable("it does not begin with the line `overt-server-key-1`"));
        }
        let bytes = lines
            .next()
            .and_then(from_hex)
            .ok_or_else(|| unusable("its second line is not 64 hexadecimal digits"))?;
        Ok(Some(Self::from_bytes(&bytes)))
    }

    /// Draws a new key and writes it where no file is yet. A process that is killed meanwhile leaves no file of that
    /// name, or the whole key. Only one process may be here at a time: the caller holds the database's write lock.
    ///
    /// # Errors
    /// When the file exists or cannot be written, or randomness fails.
    pub fn create(path: &Path, context: &Context) -> Result<Self, GalleryError> {
        let bytes = Zeroizing::new(context.random::<32>()?);
        let mut text = Zeroizing::new(String::with_capacity(128));
        text.push_str(HEADING);
        text.push('\n');
        for byte in bytes.iter() {
            text.push_str(&format!("{byte:02x}"));
        }
        text.push('\n');
        let mut options = fs_err::OpenOptions::new();
        private(options.write(true).create_new(true));
        let beside = path.with_extension("key.tmp");
        match fs_err::remove_file(&beside) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _removed_or_none => {}
        }
        let mut file = options.open(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        if path.exists() {
            return Err(std::io::Error::from(ErrorKind::AlreadyExists).into());
        }
        fs_err::rename(&beside, path)?;
        #[cfg(unix)]
        if let Some(folder) = path.parent() {
            // Without this a power cut could keep the database and lose the key that opens it.
            fs_err::File::open(folder)?.sync_all()?;
        }
        Ok(Self::from_bytes(&bytes))
    }

    fn from_bytes(bytes: &[u8; 32]) -> Self {
        Self { derivation: Hkdf::new(None, bytes) }
    }

    /// A value that is the same for the same key and says nothing about it.
    pub(crate) fn fingerprint(&self) -> [u8; 16] {
        *self.derive::<16>(FINGERPRINT_LABEL)
    }

    /// Seals `secret` so that it opens only as the same `kind` for the same `owner`: nonce, then ciphertext with tag.
    ///
    /// # Errors
    /// When randomness fails.
    pub(crate) fn seal(
        &self,
        context: &Context,
        kind: Sealed,
        owner: &str,
        secret: &[u8],
    ) -> Result<Vec<u8>, GalleryError> {
        let nonce = context.random::<NONCE>()?;
        let payload = Payload { msg: secret, aad: owner.as_bytes() };
        let sealed = self.cipher(kind).encrypt(&Nonce::from(nonce), payload).map_err(|_too_long| {
            GalleryError::Invalid { field: "secret", reason: "is too long to seal".into() }
        })?;
        Ok([nonce.as_slice(), &sealed].concat())
    }

    /// Opens what [`seal`](Self::seal) made of the same kind for the same owner; `None` when a byte, the kind, the
    /// owner or the key differs.
    pub(crate) fn open(&self, kind: Sealed, owner: &str, sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, ciphertext) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: ciphertext, aad: owner.as_bytes() };
        self.cipher(kind).decrypt(&Nonce::from(*nonce), payload).ok().map(Zeroizing::new)
    }

    fn cipher(&self, kind: Sealed) -> Aes256GcmSiv {
        Aes256GcmSiv::new(&(*self.derive::<32>(kind.label())).into())
    }

    /// A key for a purpose outside this crate; `label` says which, and never meets a label of this crate's own.
    pub(crate) fn for_purpose(&self, label: &str) -> Zeroizing<[u8; 32]> {
        self.derive(format!("overt purpose: {label}").as_bytes())
    }

    fn derive<const N: usize>(&self, label: &[u8]) -> Derived<N> {
        let mut out = Zeroizing::new([0; N]);
        // HKDF-SHA256 fails only above 255 * 32 bytes; N is 16 or 32.
        let expanded = self.derivation.expand(label, out.as_mut_slice());
        debug_assert!(expanded.is_ok());
        out
    }
}

type Derived<const N: usize> = Zeroizing<[u8; N]>;

impl std::fmt::Debug for ServerKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ServerKey(withheld)")
    }
}

#[cfg(unix)]
fn refuse_if_shared(path: &Path) -> Result<(), GalleryError> {
    use std::os::unix::fs::PermissionsExt as _;
    let mode = fs_err::metadata(path)?.permissions().mode() & 0o777;
    if mode & 0o077 != 0 {
        return Err(GalleryError::ServerKeyUnusable {
            path: path.to_owned(),
            reason: format!("others may read or change it (mode {mode:03o}); run `chmod 600` on it"),
        });
    }
    Ok(())
}

#[cfg(not(unix))]
fn refuse_if_shared(_: &Path) -> Result<(), GalleryError> {
    Ok(())
}

fn from_hex(text: &str) -> Option<Zeroizing<[u8; 32]>> {
    let digits = text.trim_end().as_bytes();
    if digits.len() != 64 {
        return None;
    }
    let mut bytes = Zeroizing::new([0; 32]);
    for (byte, pair) in bytes.iter_mut().zip(digits.chunks_exact(2)) {
        let pair =
            std::str::from_utf8(pair).ok().filter(|pair| pair.bytes().all(|b| b.is_ascii_hexdigit()))?;
        *byte = u8::from_str_radix(pair, 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(byte: u8) -> ServerKey {
        ServerKey::from_bytes(&[byte; 32])
    }

    #[test]
    fn a_key_is_written_once_and_read_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.key");
        assert!(ServerKey::read(&path).unwrap().is_none());
        let made = ServerKey::create(&path, &Context::system()).unwrap();
        let read = ServerKey::read(&path).unwrap().unwrap();
        assert_eq!(made.fingerprint(), read.fingerprint());
        assert!(ServerKey::create(&path, &Context::system()).is_err(), "an existing key was overwritten");
        assert_eq!(ServerKey::read(&path).unwrap().unwrap().fingerprint(), made.fingerprint());
    }

    #[cfg(unix)]
    #[test]
    fn the_file_is_for_its_owner_only() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.key");
        ServerKey::create(&path, &Context::system()).unwrap();
        assert_eq!(fs_err::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        let error = ServerKey::read(&path).unwrap_err().to_string();
        assert!(error.contains("chmod 600"), "{error}");
    }

    #[test]
    fn a_file_that_is_no_key_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("server.key");
        for text in
            ["", "hello", "overt-server-key-1\nzz", &format!("overt-server-key-1\n{}", "+0".repeat(32))]
        {
            fs_err::write(&path, text).unwrap();
            #[cfg(unix)]
            fs_err::set_permissions(&path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
            assert!(
                matches!(ServerKey::read(&path), Err(GalleryError::ServerKeyUnusable { .. })),
                "{text:?}"
            );
        }
    }

    #[test]
    fn sealed_secrets_open_for_their_owner_and_key_only() {
        let context = Context::system();
        let sealed = key(1).seal(&context, Sealed::AccessKeySecret, "OVRTA", b"secret").unwrap();
        assert_eq!(key(1).open(Sealed::AccessKeySecret, "OVRTA", &sealed).unwrap().as_slice(), b"secret");
        assert!(key(1).open(Sealed::AccessKeySecret, "OVRTB", &sealed).is_none());
        assert!(key(2).open(Sealed::AccessKeySecret, "OVRTA", &sealed).is_none());
        assert!(key(1).open(Sealed::CollectionKey, "OVRTA", &sealed).is_none());
        for index in 0..sealed.len() {
            let mut altered = sealed.clone();
            altered[index] ^= 1;
            assert!(
                key(1).open(Sealed::AccessKeySecret, "OVRTA", &altered).is_none(),
                "byte {index} changed unnoticed"
            );
        }
        for length in 0..sealed.len() {
            assert!(
                key(1).open(Sealed::AccessKeySecret, "OVRTA", &sealed[..length]).is_none(),
                "opened when cut to {length}"
            );
        }
    }

    #[test]
    fn sealing_twice_differs() {
        let context = Context::system();
        let seal = || key(1).seal(&context, Sealed::AccessKeySecret, "OVRTA", b"secret").unwrap();
        assert_ne!(seal(), seal());
    }
}
