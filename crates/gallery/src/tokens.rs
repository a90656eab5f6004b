//! Tokens: a request that is sent again under its token is answered again and not done twice.
//!
//! Owns the table of answers. Refuses to know what the requests are.
//!
//! # Invariants
//! - A token and what its request changed are in the same transaction: there is never one without the other.
//! - A request that failed leaves no token: it can be tried again.
//! - Tokens of two principals never meet.

use std::time::Duration;

use rusqlite::OptionalExtension as _;
use sha2::{Digest as _, Sha256};

use crate::error::GalleryError;
use crate::writer::Unit;

/// How long an answer is kept. Amazon states no time for these operations; its SDKs repeat within minutes, and a client that
/// was down for a night should still be understood.
pub const TOKEN_LIFETIME: Duration = Duration::from_secs(24 * 60 * 60);

/// What a client sends so that a request is done once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestToken {
    /// Who sends it: tokens are the sender's own.
    pub principal: String,
    /// Its text.
    pub token: String,
}

/// A hash of what is asked, in which no two different requests can look alike: every part is preceded by its length.
pub(crate) fn request_hash<'a>(parts: impl IntoIterator<Item = &'a [u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// The answer that was given under the token, if it was used for this very request.
///
/// # Errors
/// [`GalleryError::TokenReused`] when it was used for another.
pub(crate) fn recall(
    unit: &Unit<'_>,
    token: &RequestToken,
    request: &[u8; 32],
) -> Result<Option<Vec<u8>>, GalleryError> {
    let failed = || GalleryError::database("look up a token");
    let found: Option<(Vec<u8>, Vec<u8>)> = unit
        .connection
        .prepare_cached(
            "SELECT request, answer FROM tokens WHERE principal = ?1 AND token = ?2 AND expires > ?3",
        )
        .map_err(failed())?
        .query_row((&token.principal, &token.token, unit.now.as_millis()), |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .optional()
        .map_err(failed())?;
    match found {
        None => Ok(None),
        Some((asked, answer)) if asked == request => Ok(Some(answer)),
        Some(_) => Err(GalleryError::TokenReused { token: token.token.clone() }),
    }
}

/// Keeps the answer that is about to be given under the token.
pub(crate) fn remember(
    unit: &Unit<'_>,
    token: &RequestToken,
    collection: i64,
    request: &[u8; 32],
    answer: &[u8],
) -> Result<(), GalleryError> {
    let expires = unit.now.after(TOKEN_LIFETIME);
    unit.connection
        .prepare_cached(
            "INSERT OR REPLACE INTO tokens (principal, token, collection, request, answer, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        )
        .and_then(|mut statement| {
            statement.execute((
                &token.principal,
                &token.token,
                collection,
                request,
                answer,
                expires.as_millis(),
            ))
        })
        .map(drop)
        .map_err(GalleryError::database("record a token"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moving_a_boundary_changes_the_hash() {
        let hash = |parts: &[&str]| request_hash(parts.iter().map(|part| part.as_bytes()));
        assert_eq!(hash(&["a", "b"]), hash(&["a", "b"]));
        assert_ne!(hash(&["ab", ""]), hash(&["a", "b"]));
        assert_ne!(hash(&["a"]), hash(&["a", ""]));
    }
}
