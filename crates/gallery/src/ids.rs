//! Ids of faces and pictures: UUIDs that are drawn in the order of time, and UUIDs that follow from content.
//!
//! Owns both forms. Refuses to know what the ids point at. Why a face's id is of version 7:
//! `docs/decisions/0043-face-ids-in-order-of-time.md`.
//!
//! # Invariants
//! - Ids drawn by one call rise strictly, so that an index over them grows at its end.
//! - The same bytes of a picture have the same [`ImageId`] wherever it is made by the same [`PictureDigest`], and a collection keeps
//!   to one.

use std::fmt;
use std::str::FromStr;

use crate::context::{Context, RandomnessError};
use crate::error::GalleryError;

/// The id of a face: a UUID of version 7 (RFC 9562: 48 bits of milliseconds, 74 random bits), or any UUID that came
/// in with an imported collection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FaceId([u8; 16]);

/// The id of a picture: a digest of its bytes, cut to a UUID whose version says which ([`PictureDigest`]).
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

/// By which digest ids of pictures follow from their bytes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PictureDigest {
    /// The first sixteen bytes of the SHA-256, with the bits of a UUID of version 5: of collections that were made before
    /// there was another (`docs/decisions/0121-less-beside-the-networks.md`).
    Sha256,
    /// The first sixteen bytes of the BLAKE3, with the bits of a UUID of version 8: as safe, and read ten times as fast by
    /// processors without instructions for SHA-256.
    #[default]
    Blake3,
}

impl PictureDigest {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Sha256, Self::Blake3];

    /// The word for it, as stored.
    pub(crate) const fn as_str(self) -> &'static str {
        match self {
            Self::Sha256 => "sha-256",
            Self::Blake3 => "blake3",
        }
    }

    /// The one that a word stands for.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|digest| digest.as_str() == word)
    }
}

impl ImageId {
    /// The id of the picture with these bytes.
    #[must_use]
    pub fn of(picture: &[u8], digest: PictureDigest) -> Self {
        let cut = |digest: &[u8], version| {
            let mut bytes = [0; 16];
            for (byte, from) in bytes.iter_mut().zip(digest) {
                *byte = *from;
            }
            Self(stamped(bytes, version))
        };
        match digest {
            // ring's takes half the time of the `sha2` crate's where there are no instructions for it.
            PictureDigest::Sha256 => {
                cut(ring::digest::digest(&ring::digest::SHA256, picture).as_ref(), SHA_256)
            }
            PictureDigest::Blake3 => cut(blake3::hash(picture).as_bytes(), 8),
        }
    }

    /// Whether it was made by SHA-256, as far as its version tells.
    pub(crate) const fn is_by_sha256(&self) -> bool {
        let [_, _, _, _, _, _, versioned, ..] = self.0;
        versioned >> 4 == SHA_256
    }
}

/// The version of UUIDs out of SHA-256.
const SHA_256: u8 = 5;

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
        for digest in PictureDigest::ALL {
            let id = |bytes: &[u8]| ImageId::of(bytes, digest);
            assert_eq!(id(b"one"), id(b"one"));
            assert_ne!(id(b"one"), id(b"two"));
            assert_eq!(id(b"one").to_string().parse::<ImageId>().unwrap(), id(b"one"));
            assert_eq!(PictureDigest::from_word(digest.as_str()), Some(digest));
        }
    }

    /// What is stored, and what outsiders reckon: it must never change.
    #[test]
    fn ids_of_pictures_are_these_for_ever() {
        // FIPS 180-4's example, ba7816bf 8f01cfea 414140de 5dae2223, and BLAKE3's of the same bytes, 6437b3ac 38465133 ffb63b75
        // 273a8db5.
        let [sha_256, blake3] = PictureDigest::ALL.map(|digest| ImageId::of(b"abc", digest));
        assert_eq!(sha_256.to_string(), "ba7816bf-8f01-5fea-8141-40de5dae2223");
        assert_eq!(blake3.to_string(), "6437b3ac-3846-8133-bfb6-3b75273a8db5");
        assert!(sha_256.is_by_sha256() && !blake3.is_by_sha256());
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in ["", "x", "018f2f6e7a107c3b8e055f1b2c3d4e5f", "{018f2f6e-7a10-7c3b-8e05-5f1b2c3d4e5f}"] {
            assert!(text.parse::<FaceId>().is_err(), "{text}");
        }
    }
}
