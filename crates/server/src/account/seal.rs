//! Tags and commitments: what stands in an entry instead of people and pictures.
//!
//! Owns both constructions. An entry's nonce, which stands in the entry, goes into each of them, so that the same face has another tag
//! in every entry.
//!
//! # Invariants
//! - Without its finder a face's tag cannot be told from random bytes: two entries cannot be linked, and nobody can be looked for.
//! - Without its salt a picture's commitment cannot be tried against pictures that somebody has.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use overt_gallery::{Context, ImageId, RandomnessError, Subject};
use ring::digest::{SHA256, digest};
use ring::hmac::{Context as HmacContext, HMAC_SHA256, Key, sign};
use serde::{Deserialize, Serialize};

/// Bytes of a tag: as many as keep two of them apart in any ledger there will be.
pub(super) const TAG: usize = 16;

/// The random number of an entry: sixteen bytes, base64url.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Nonce(String);

impl Nonce {
    /// Draws one.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn draw(context: &Context) -> Result<Self, RandomnessError> {
        Ok(Self(BASE64_URL_SAFE_NO_PAD.encode(context.random::<16>()?)))
    }

    /// As it stands in the entry.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// A face or a user in an entry: the first 16 bytes of HMAC-SHA256(finder, nonce ‖ id), base64url. The nonce is taken as the text that
/// stands in the entry, the id as a face's sixteen bytes or a user's name.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Tag(String);

impl Tag {
    /// The tag of a face or user in the entry with this nonce.
    #[must_use]
    pub fn of(subject: &Subject, nonce: &Nonce) -> Self {
        Self(BASE64_URL_SAFE_NO_PAD.encode(Tags::of(subject).bytes(nonce)))
    }

    /// Its bytes; `None` for a text that is no tag.
    pub(super) fn to_bytes(&self) -> Option<[u8; TAG]> {
        BASE64_URL_SAFE_NO_PAD.decode(&self.0).ok()?.try_into().ok()
    }

    /// As it stands in the entry.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The tags of one face or user, for trying many entries.
pub(super) struct Tags<'a> {
    key: Key,
    id: &'a [u8],
}

impl<'a> Tags<'a> {
    pub(super) fn of(subject: &'a Subject) -> Self {
        Self { key: Key::new(HMAC_SHA256, subject.finder.as_bytes()), id: &subject.id }
    }

    /// In the entry with this nonce.
    pub(super) fn bytes(&self, nonce: &Nonce) -> [u8; TAG] {
        let mut mac = HmacContext::with_key(&self.key);
        mac.update(nonce.0.as_bytes());
        mac.update(self.id);
        let mut bytes = [0; TAG];
        for (byte, of_mac) in bytes.iter_mut().zip(mac.sign().as_ref()) {
            *byte = *of_mac;
        }
        bytes
    }
}

/// A picture in an entry: SHA-256(salt ‖ image id), base64url. The image id is the API's `ImageId`, sixteen bytes that follow from the
/// picture's own.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Commitment(String);

impl Commitment {
    /// The commitment to a picture under a salt.
    #[must_use]
    pub fn of(picture: ImageId, salt: &[u8; 32]) -> Self {
        let hash = digest(&SHA256, &[salt.as_slice(), picture.as_bytes()].concat());
        Self(BASE64_URL_SAFE_NO_PAD.encode(hash.as_ref()))
    }

    /// As it stands in the entry.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// What makes the tags and commitments of one entry.
#[derive(Clone)]
pub struct Seal {
    nonce: Nonce,
    salt: [u8; 32],
    /// Of a second picture: under one salt, everybody would see whether it is the first one again.
    second_salt: [u8; 32],
    /// Whom tags were made for.
    about: Arc<Mutex<Vec<Subject>>>,
}

impl Seal {
    /// For a new entry. `salts` is the server's secret out of which salts follow, so that none has to be kept.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub(super) fn draw(context: &Context, salts: &Key) -> Result<Self, RandomnessError> {
        let nonce = Nonce::draw(context)?;
        let drawn = |label: &[u8]| {
            let mut salt = [0; 32];
            salt.copy_from_slice(sign(salts, &[nonce.0.as_bytes(), label].concat()).as_ref());
            salt
        };
        let (salt, second_salt) = (drawn(b""), drawn(b" second"));
        Ok(Self { nonce, salt, second_salt, about: Arc::default() })
    }

    /// The entry's nonce.
    #[must_use]
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// A face or user, as the entry names it.
    #[must_use]
    pub fn tag(&self, subject: &Subject) -> Tag {
        self.about.lock().unwrap_or_else(PoisonError::into_inner).push(subject.clone());
        Tag::of(subject, &self.nonce)
    }

    /// Whom tags were made for so far, in that order.
    pub(crate) fn about(&self) -> Vec<Subject> {
        self.about.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A picture, as the entry names it.
    #[must_use]
    pub fn picture(&self, picture: ImageId) -> Commitment {
        Commitment::of(picture, &self.salt)
    }

    /// The second picture of an entry that has two.
    #[must_use]
    pub fn second_picture(&self, picture: ImageId) -> Commitment {
        Commitment::of(picture, &self.second_salt)
    }

    /// The salt of the entry's picture, for whoever sent it: base64url.
    #[must_use]
    pub fn salt(&self) -> String {
        salt_text(&self.salt)
    }

    /// The salt of the second one.
    #[must_use]
    pub fn second_salt(&self) -> String {
        BASE64_URL_SAFE_NO_PAD.encode(self.second_salt)
    }

    /// Its bytes.
    pub(super) fn salt_bytes(&self) -> &[u8; 32] {
        &self.salt
    }
}

/// A salt as a header has it: base64url.
#[must_use]
pub fn salt_text(salt: &[u8; 32]) -> String {
    BASE64_URL_SAFE_NO_PAD.encode(salt)
}

impl fmt::Debug for Seal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Seal({})", self.nonce.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_gallery::{FaceId, Finder};

    fn subject(finder: u8) -> Subject {
        Subject::face(FaceId::from_bytes([7; 16]), Finder::from_bytes([finder; 16]))
    }

    #[test]
    fn d3_a_tag_depends_on_finder_and_nonce_and_is_found_again_by_both() {
        let nonces: Vec<Nonce> = (0..2).map(|_| Nonce::draw(&Context::system()).unwrap()).collect();
        let tag = Tag::of(&subject(1), &nonces[0]);
        assert_eq!(tag, Tag::of(&subject(1), &nonces[0]));
        assert_ne!(tag, Tag::of(&subject(1), &nonces[1]));
        assert_ne!(tag, Tag::of(&subject(2), &nonces[0]));
        assert_eq!(tag.as_str().len(), 22);
    }

    /// The construction as docs/ledger-entries.md gives it, computed by Python's hmac and hashlib.
    #[test]
    fn tags_and_commitments_are_those_of_another_implementation() {
        let nonce = Nonce("AAAAAAAAAAAAAAAAAAAAAA".into());
        assert_eq!(Tag::of(&subject(1), &nonce).as_str(), "GqS4zWHha12zS1K2jB_gOA");
        let commitment = Commitment::of(ImageId::from_bytes([9; 16]), &[5; 32]);
        assert_eq!(commitment.as_str(), "fnkGBlaehnusgTFLZQfs9ZwW7S2qNlSktb3EozJ4EMA");
    }

    #[test]
    fn a_salt_follows_from_the_nonce_and_the_servers_secret() {
        let salts = Key::new(HMAC_SHA256, b"secret");
        let seal = Seal::draw(&Context::system(), &salts).unwrap();
        let again = sign(&salts, seal.nonce().as_str().as_bytes());
        assert_eq!(seal.salt(), BASE64_URL_SAFE_NO_PAD.encode(again.as_ref()));
        assert_eq!(
            seal.picture(ImageId::from_bytes([1; 16])),
            Commitment::of(ImageId::from_bytes([1; 16]), again.as_ref().try_into().unwrap())
        );
    }
}
