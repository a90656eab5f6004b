//! The ledger's key: a file of its own in the data folder.
//!
//! Owns the file's form and its making. It follows from no other key, so that another `server.key` changes nothing for it.
//!
//! # Invariants
//! - It is made once, and only where there is no ledger yet.

use std::path::Path;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use overt_gallery::Context;
use overt_ledger::{KeyKind, SignerKey, VerifierKey};
use zeroize::Zeroizing;

use super::book::{BookError, LEDGER_FOLDER};
use crate::data::{read_secret, write_secret};

/// File of the ledger's key in the data folder.
pub const KEY_FILE: &str = "ledger.key";
/// How a private key is written (the form of Go's `note` package).
const PRIVATE: &str = "PRIVATE+KEY+";

/// The key's name and seed, made at the first opening.
pub(super) fn key(
    root: &Path,
    origin: Option<&str>,
    context: &Context,
) -> Result<(String, Zeroizing<[u8; 32]>), BookError> {
    let path = root.join(KEY_FILE);
    if let Some(text) = read_secret(&path)? {
        return parse_key(&text).ok_or(BookError::NoKey { path });
    }
    if root.join(LEDGER_FOLDER).join("checkpoint").exists() {
        return Err(BookError::KeyLost { path: root.to_owned() });
    }
    let seed = Zeroizing::new(context.random::<32>()?);
    let name = match origin {
        Some(origin) => origin.to_owned(),
        None => format!("overt/{:08x}", u32::from_be_bytes(context.random::<4>()?)),
    };
    let signer = SignerKey::from_seed(&name, KeyKind::Note, &seed)?;
    // The hash is the one in the public key's text: name, hash and key are apart at plus signs.
    let public = signer.verifier().to_string();
    let hash = public.split('+').nth(1).unwrap_or_default();
    let secret = Zeroizing::new([&[1_u8], seed.as_slice()].concat());
    let text = Zeroizing::new(format!("{PRIVATE}{name}+{hash}+{}\n", BASE64_STANDARD.encode(&*secret)));
    write_secret(&path, text.as_bytes())?;
    Ok((name, seed))
}

/// The public key of the ledger in the data folder `root`; `None` if none was begun.
///
/// # Errors
/// [`BookError::Key`], [`BookError::NoKey`].
pub(crate) fn public_key(root: &Path) -> Result<Option<VerifierKey>, BookError> {
    let path = root.join(KEY_FILE);
    let Some(text) = read_secret(&path)? else { return Ok(None) };
    let (name, seed) = parse_key(&text).ok_or(BookError::NoKey { path })?;
    Ok(Some(SignerKey::from_seed(&name, KeyKind::Note, &seed)?.verifier().clone()))
}

fn parse_key(text: &str) -> Option<(String, Zeroizing<[u8; 32]>)> {
    let mut parts = text.trim_end().strip_prefix(PRIVATE)?.splitn(3, '+');
    let (name, _hash, key) = (parts.next()?, parts.next()?, parts.next()?);
    let key = Zeroizing::new(BASE64_STANDARD.decode(key).ok()?);
    let (kind, seed) = key.split_first()?;
    let seed: [u8; 32] = (*kind == 1).then_some(seed)?.try_into().ok()?;
    Some((name.to_owned(), Zeroizing::new(seed)))
}
