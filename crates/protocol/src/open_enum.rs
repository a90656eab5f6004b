//! Enumerations that stay open.
//!
//! Owns: the form of a generated enumeration. A value that this version does not know survives reading and writing, as
//! it does in AWS's own SDKs; whether a request may contain it is decided by validation, not by the parser.

/// Defines one open enumeration: a newtype over text with a constant for each modelled value.
macro_rules! open_enum {
    ($(#[doc = $doc:literal])+ $name:ident { $($constant:ident = $value:literal,)+ }) => {
        $(#[doc = $doc])+
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
        pub struct $name(std::borrow::Cow<'static, str>);

        impl $name {
            $(
                #[doc = concat!("`", $value, "`")]
                pub const $constant: Self = Self(std::borrow::Cow::Borrowed($value));
            )+

            /// Every modelled value, in the model's order.
            pub const VALUES: &'static [&'static str] = &[$($value,)+];

            /// The value as it stands on the wire.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// Whether the value is one the model lists.
            #[must_use]
            pub fn is_modelled(&self) -> bool {
                Self::VALUES.contains(&self.as_str())
            }
        }

        impl From<&str> for $name {
            fn from(value: &str) -> Self {
                match value {
                    $($value => Self::$constant,)+
                    other => Self(std::borrow::Cow::Owned(other.to_owned())),
                }
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl $crate::json::FromJson for $name {
            fn from_json(
                json: $crate::json::Json<'_>,
                at: &$crate::path::Path<'_>,
            ) -> Result<Self, $crate::json::Mismatch> {
                Ok(Self::from(&*json.into_text(at)?))
            }
        }

        $crate::json::deserialize_through_json!($name);
    };
}

pub(crate) use open_enum;
