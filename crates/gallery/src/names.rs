//! The names that callers give: of collections, users, pictures, template versions.
//!
//! Owns their forms. Refuses to know what they name.
//!
//! # Invariants
//! - A value of these types obeys its rule; there is no other way to make one.
//! - Names are compared byte by byte: case counts.

use std::fmt;
use std::str::FromStr;

use crate::error::GalleryError;

macro_rules! names {
    ($($(#[doc = $doc:literal])+ $name:ident: $field:literal, $most:literal, $extra:literal, $rule:literal;)+) => {$(
        $(#[doc = $doc])+
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The name as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = GalleryError;

            fn from_str(text: &str) -> Result<Self, GalleryError> {
                let fits = (1..=$most).contains(&text.len())
                    && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || $extra.contains(&byte));
                if fits {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(GalleryError::Invalid { field: $field, reason: $rule.into() })
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )+};
}

names! {
    /// The name of a collection: 1 to 255 letters, digits, `_`, `.` and `-`.
    CollectionName: "collection name", 255, b"_.-", "must be 1 to 255 letters, digits, `_`, `.` and `-`";
    /// The name of a user, unique in its collection: 1 to 128 letters, digits, `_`, `.`, `-` and `:`.
    UserName: "user name", 128, b"_.-:", "must be 1 to 128 letters, digits, `_`, `.`, `-` and `:`";
    /// What the caller calls a picture: 1 to 255 letters, digits, `_`, `.`, `-` and `:`.
    ExternalId: "external image id", 255, b"_.-:", "must be 1 to 255 letters, digits, `_`, `.`, `-` and `:`";
    /// The version of the templates in a collection: 1 to 64 letters, digits, `_`, `.`, `-`, `:` and `+`. Two
    /// versions are never compared.
    TemplateVersion: "template version", 64, b"_.-:+", "must be 1 to 64 letters, digits, `_`, `.`, `-`, `:` and `+`";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_their_rules() {
        for good in ["a", "My_Collection.v-2", &"x".repeat(255)] {
            assert_eq!(good.parse::<CollectionName>().unwrap().as_str(), good);
        }
        for bad in ["", "two words", "a/b", "a:b", "é", "a\n", &"x".repeat(256)] {
            assert!(bad.parse::<CollectionName>().is_err(), "{bad}");
        }
        assert!("employee:17".parse::<UserName>().is_ok());
        assert!("x".repeat(129).parse::<UserName>().is_err());
        assert!("s3:bucket:key.jpg".parse::<ExternalId>().is_ok());
        assert!("folder/key.jpg".parse::<ExternalId>().is_err());
        assert!("overt-face-1".parse::<TemplateVersion>().is_ok());
    }

    #[test]
    fn case_counts() {
        assert_ne!("A".parse::<UserName>().unwrap(), "a".parse::<UserName>().unwrap());
    }
}
