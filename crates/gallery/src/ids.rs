//! Ids of faces and pictures: UUIDs that are drawn in the order of time, and UUIDs that follow from content.
//!
//! Owns both forms. Refuses to know what the ids point at. Why a face's id is of version 7:
//! `docs/decisions/0043-face-ids-in-order-of-time.md`.
//!
//! # Invariants
//! - Ids drawn by one call rise strictly, so that an index over them grows at its end.
//! - The same bytes of a picture have the same [`ImageId`], everywhere and always.

use std::fmt;
use std::str::FromStr;

use crate::context::{Context, RandomnessError};
use crate::error::GalleryError;

/// The id of a face: a UUID of version 7 (RFC 9562: 48 bits of milliseconds, 74 random bits), or any UUID that came
/// in with an imported collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId([u8; 16]);

/// The id of a picture: a UUID of version 8 would say "by hash", but clients know version 5, so the SHA-256 of the
/// picture's bytes is cut to a UUID with version and variant of a version 5 one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ImageId([u8; 16]);

/// The id of a record of consent: a UUID of version 7.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConsentId([u8; 16]);

impl FaceId {
    /// Draws `count` ids in rising order.
    ///
    /// # Errors
    /// When the source of randomness fails.
    pub fn draw(context: &Context, count: usize) -> Result<Vec<Self>, RandomnessError> {
        let millis = u64::try_from(context.now().as_millis()).unwrap_or(0);
        let time = millis.to_be_bytes();
        let mut random = vec![0; count.saturating_mul(10)];
        context.fill(&mut random)?;
        let mut ids: Vec<Self> = random
            .chunks_exact(10)
            .map(|tail| {
                let mut bytes = [0; 16];
                for (byte, from) in bytes.iter_mut().zip(time.iter().skip(2).chain(tail)) {
                    *byte = *from;
                }
                Self(stamped(bytes, 7))
            })
            .collect();
        ids.sort_unstable();
        Ok(ids)
    }
}

impl ImageId {
    /// The id of the picture whose bytes have this SHA-256.
    #[must_use]
    pub fn from_sha256(digest: &[u8; 32]) -> Self {
        let mut bytes = [0; 16];
        for (byte, from) in bytes.iter_mut().zip(digest) {
            *byte = *from;
        }
        Self(stamped(bytes, 5))
    }
}

/// Sets version and variant (RFC 9562, sections 4.1 and 4.2).
fn stamped(mut bytes: [u8; 16], version: u8) -> [u8; 16] {
    let [_, _, _, _, _, _, versioned, _, varied, ..] = &mut bytes;
    *versioned = (*versioned & 0x0f) | (version << 4);
    *varied = (*varied & 0x3f) | 0x80;
    bytes
}

macro_rules! uuid_text {
    ($($name:ident: $field:literal;)+) => {$(
        impl $name {
            /// From its sixteen bytes, as stored.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// The sixteen bytes.
            #[must_use]
            pub const fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(uuid::Uuid::from_bytes_ref(&self.0).as_hyphenated(), f)
            }
        }

        impl FromStr for $name {
            type Err = GalleryError;

            /// Reads the form with dashes, in either case.
            fn from_str(text: &str) -> Result<Self, GalleryError> {
                // The crate reads other forms too; two spellings of one id are one too many.
                let id = uuid::Uuid::try_parse(text).ok().filter(|_| text.len() == 36);
                id.map(|id| Self(id.into_bytes())).ok_or_else(|| GalleryError::Invalid {
                    field: $field,
                    reason: "must be a UUID such as 018f2f6e-7a10-7c3b-8e05-5f1b2c3d4e5f".into(),
                })
            }
        }
    )+};
}

uuid_text! {
    FaceId: "face id";
    ImageId: "image id";
    ConsentId: "consent id";
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::context::fake::{HandClock, context};
    use sha2::{Digest as _, Sha256};

    #[test]
    fn drawn_ids_are_version_7_rise_and_tell_their_time() {
        let context = context(HandClock::at(0x0190_1234_5678));
        let ids = FaceId::draw(&context, 200).unwrap();
        assert!(ids.is_sorted_by(|a, b| a < b));
        for id in &ids {
            let text = id.to_string();
            assert!(text.starts_with("01901234-5678-7"), "{text}");
            assert!("89ab".contains(text.as_bytes()[19] as char), "{text}");
            assert_eq!(text.parse::<FaceId>().unwrap(), *id);
        }
    }

    #[test]
    fn a_picture_has_one_id() {
        let id = |bytes: &[u8]| ImageId::from_sha256(&Sha256::digest(bytes).into());
        assert_eq!(id(b"one"), id(b"one"));
        assert_ne!(id(b"one"), id(b"two"));
        let text = id(b"one").to_string();
        assert_eq!(text.as_bytes()[14], b'5', "{text}");
        assert_eq!(text.parse::<ImageId>().unwrap(), id(b"one"));
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in ["", "x", "018f2f6e7a107c3b8e055f1b2c3d4e5f", "{018f2f6e-7a10-7c3b-8e05-5f1b2c3d4e5f}"] {
            assert!(text.parse::<FaceId>().is_err(), "{text}");
        }
    }
}
