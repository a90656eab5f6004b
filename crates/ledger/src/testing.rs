//! What tests of several files need: a key, and a log that grows.

use crate::Log;
use crate::note::{KeyKind, SignerKey};

/// A log's key.
pub(crate) fn key() -> SignerKey {
    SignerKey::from_seed("log.example", KeyKind::Note, &[4; 32]).unwrap()
}

/// Appends entries until there are `to` of them, and publishes.
pub(crate) fn grow(log: &Log, to: u64) {
    while log.size() < to {
        log.append(format!("entry {}", log.size()).as_bytes()).unwrap();
    }
    log.publish().unwrap();
}
