//! Page tokens: where a list goes on, written so that only this server can have written it.
//!
//! Owns: the form of a token, what it is bound to, and when it ends. Refuses to know what is listed, what time it is and
//! where the key comes from.
//!
//! # Invariants
//! - A token opens only under the key, for the scope, and before the moment that it was issued with; a change of any bit,
//!   of the operation, of a filter or of the collection makes it another's. Which of these it was is for the log: the
//!   client is told one sentence.
//! - Equal positions give equal tokens and different positions different ones: a list that moves on never repeats a token,
//!   which would make boto3's paginators give up.
//! - A token is at most [`MAX_TOKEN`] characters, the limit of the model's `PaginationToken`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha2::Sha256;
use zeroize::Zeroizing;

use crate::generated::Operation;

/// Longest position, bytes: what fits beside the rest into [`MAX_TOKEN`] characters.
pub const MAX_POSITION: usize = 160;
/// Longest token, characters (`PaginationToken` of the model).
pub const MAX_TOKEN: usize = 255;

/// First byte of every token; another form of token gets another.
const FORM: u8 = 1;
/// First bytes of what is authenticated, so that the key's other uses, if there ever are some, cannot be confused.
const LABEL: &[u8] = b"overt page token 1";
/// Bytes of the tag: HMAC-SHA256 cut to 128 bits (RFC 2104 allows half).
const TAG: usize = 16;
/// Form and end, which stand before the position.
const HEAD: usize = 1 + 8;

/// Why a token is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PageTokenError {
    /// No server of this form of tokens wrote it.
    #[error("the token is not one of this server's form")]
    Malformed,
    /// Another key, operation, collection or filter, or a changed token.
    #[error("the token was not issued here for this request")]
    NotOurs,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
}

/// What a token may be used for: the operation, and every member of the request that decides what is listed. The page's
/// size is none of them: a client may change it on the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageScope {
    bytes: Vec<u8>,
}

impl PageScope {
    /// Of an operation without filters.
    #[must_use]
    pub fn of(operation: Operation) -> Self {
        let mut scope = Self { bytes: Vec::new() };
        scope.push(operation.name().as_bytes());
        scope
    }

    /// Bound to one more member, by name and value. The order of calls counts.
    #[must_use]
    pub fn with(mut self, name: &str, value: &[u8]) -> Self {
        self.push(name.as_bytes());
        self.push(value);
        self
    }

    /// Length first: no two lists of parts give the same bytes.
    fn push(&mut self, part: &[u8]) {
        self.bytes.extend((part.len() as u64).to_le_bytes());
        self.bytes.extend(part);
    }
}

/// The key of page tokens.
pub struct PageKey(Zeroizing<[u8; 32]>);

impl PageKey {
    /// From 32 secret bytes that are used for nothing else.
    #[must_use]
    pub fn new(bytes: Zeroizing<[u8; 32]>) -> Self {
        Self(bytes)
    }

    /// A token for `position`, valid before `ends` (seconds since 1970). `None` for a position longer than
    /// [`MAX_POSITION`].
    ///
    /// ```
    /// use overt_protocol::{Operation, PageKey, PageScope};
    /// let key = PageKey::new([7; 32].into());
    /// let scope = PageScope::of(Operation::ListFaces).with("collection", b"photos");
    /// let token = key.issue(&scope, b"4096", 1_700_000_000).unwrap();
    /// assert_eq!(key.open(&scope, &token, 1_699_999_999).unwrap(), b"4096");
    /// ```
    #[must_use]
    pub fn issue(&self, scope: &PageScope, position: &[u8], ends: i64) -> Option<String> {
        if position.len() > MAX_POSITION {
            return None;
        }
        let mut token = Vec::with_capacity(HEAD + position.len() + TAG);
        token.push(FORM);
        token.extend(ends.to_be_bytes());
        token.extend(position);
        let tag = self.mac(scope, &token)?.finalize().into_bytes();
        token.extend(tag.get(..TAG)?);
        Some(URL_SAFE_NO_PAD.encode(token))
    }

    /// The position of a token that was issued for this scope and has not ended at `now` (seconds since 1970).
    ///
    /// # Errors
    /// [`PageTokenError`].
    pub fn open(&self, scope: &PageScope, token: &str, now: i64) -> Result<Vec<u8>, PageTokenError> {
        if token.len() > MAX_TOKEN {
            return Err(PageTokenError::Malformed);
        }
        let bytes = URL_SAFE_NO_PAD.decode(token).map_err(|_error| PageTokenError::Malformed)?;
        let (said, tag) = bytes
            .len()
            .checked_sub(TAG)
            .and_then(|at| bytes.split_at_checked(at))
            .ok_or(PageTokenError::Malformed)?;
        let (head, position) = said.split_at_checked(HEAD).ok_or(PageTokenError::Malformed)?;
        let Some((&FORM, ends)) = head.split_first() else { return Err(PageTokenError::Malformed) };
        let ends = i64::from_be_bytes(ends.try_into().map_err(|_error| PageTokenError::Malformed)?);
        // The tag first: an end that nobody issued says nothing.
        self.mac(scope, said)
            .ok_or(PageTokenError::NotOurs)?
            .verify_truncated_left(tag)
            .map_err(|_error| PageTokenError::NotOurs)?;
        if now < ends { Ok(position.to_vec()) } else { Err(PageTokenError::Expired) }
    }

    fn mac(&self, scope: &PageScope, said: &[u8]) -> Option<Hmac<Sha256>> {
        // HMAC takes keys of every length: `None` cannot occur.
        let mac = Hmac::<Sha256>::new_from_slice(&*self.0).ok()?;
        let length = (scope.bytes.len() as u64).to_le_bytes();
        Some(mac.chain_update(LABEL).chain_update(length).chain_update(&scope.bytes).chain_update(said))
    }
}

impl fmt::Debug for PageKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PageKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: i64 = 1_795_308_580;

    fn key(byte: u8) -> PageKey {
        PageKey::new([byte; 32].into())
    }

    fn scope() -> impl Strategy<Value = PageScope> {
        let part = (any::<String>(), any::<Vec<u8>>());
        (0..Operation::ALL.len(), proptest::collection::vec(part, 0..4)).prop_map(|(operation, parts)| {
            parts.iter().fold(PageScope::of(Operation::ALL[operation]), |scope, (name, value)| {
                scope.with(name, value)
            })
        })
    }

    fn position() -> impl Strategy<Value = Vec<u8>> {
        proptest::collection::vec(any::<u8>(), 0..=MAX_POSITION)
    }

    proptest! {
        #[test]
        fn what_was_issued_opens_to_the_same_position(scope in scope(), position in position(), life in 1..1i64 << 40) {
            let token = key(1).issue(&scope, &position, NOW + life).unwrap();
            prop_assert!(token.len() <= MAX_TOKEN);
            prop_assert!(token.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-_".contains(&byte)));
            prop_assert_eq!(key(1).open(&scope, &token, NOW), Ok(position));
        }

        #[test]
        fn it_ends_at_its_end(scope in scope(), position in position(), late in 0..1i64 << 40) {
            let token = key(1).issue(&scope, &position, NOW).unwrap();
            prop_assert_eq!(key(1).open(&scope, &token, NOW - 1), Ok(position));
            prop_assert_eq!(key(1).open(&scope, &token, NOW + late), Err(PageTokenError::Expired));
        }

        #[test]
        fn a_changed_bit_closes_it(scope in scope(), position in position(), bit in any::<prop::sample::Index>()) {
            let token = key(1).issue(&scope, &position, NOW + 1).unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(token).unwrap();
            let bit = bit.index(bytes.len() * 8);
            bytes[bit / 8] ^= 1 << (bit % 8);
            let changed = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert!(key(1).open(&scope, &changed, NOW).is_err());
        }

        #[test]
        fn another_scope_or_key_does_not_open_it(one in scope(), other in scope(), position in position()) {
            let token = key(1).issue(&one, &position, NOW + 1).unwrap();
            prop_assert_eq!(key(2).open(&one, &token, NOW), Err(PageTokenError::NotOurs));
            if one != other {
                prop_assert_eq!(key(1).open(&other, &token, NOW), Err(PageTokenError::NotOurs));
            }
        }

        #[test]
        fn different_positions_have_different_tokens(one in position(), other in position()) {
            let scope = PageScope::of(Operation::ListFaces);
            let token = |position: &[u8]| key(1).issue(&scope, position, NOW).unwrap();
            prop_assert_eq!(token(&one) == token(&other), one == other);
        }

        #[test]
        fn any_text_is_refused_without_a_panic(text in any::<String>()) {
            prop_assert!(key(1).open(&PageScope::of(Operation::ListFaces), &text, NOW).is_err());
        }
    }

    #[test]
    fn parts_do_not_run_into_each_other() {
        let scope = |parts: &[(&str, &[u8])]| {
            parts
                .iter()
                .fold(PageScope::of(Operation::ListFaces), |scope, (name, value)| scope.with(name, value))
        };
        assert_ne!(scope(&[("a", b"bc")]), scope(&[("ab", b"c")]));
        assert_ne!(scope(&[("a", b"b"), ("c", b"")]), scope(&[("a", b"b\0c")]));
    }

    #[test]
    fn what_does_not_fit_is_not_issued() {
        let scope = PageScope::of(Operation::ListFaces);
        assert_eq!(key(1).issue(&scope, &[0; MAX_POSITION + 1], NOW), None);
        assert!(key(1).issue(&scope, &[0; MAX_POSITION], NOW).is_some_and(|token| token.len() <= MAX_TOKEN));
    }

    #[test]
    fn a_key_is_not_printed() {
        assert_eq!(format!("{:?}", key(1)), "PageKey(…)");
    }
}
