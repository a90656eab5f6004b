//! Closed lists of words: an enumeration whose every value has a name and a line of description.
//!
//! Owns the form. A list that is closed can be enumerated in a report, with a zero where nothing is.

/// Makes an enumeration with `ALL`, `name`, `description`, `FromStr` and `Display`. The description is the documentation.
macro_rules! closed {
    ($(#[$meta:meta])* $list:ident, $field:literal: $($(#[doc = $doc:literal])+ $variant:ident = $name:literal,)+) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $list {
            $($(#[doc = $doc])+ $variant,)+
        }

        impl $list {
            /// Every one, in the order of reports.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The word as it is typed, stored and reported.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name),+ }
            }

            /// What it means, in one line.
            #[must_use]
            pub const fn description(self) -> &'static str {
                match self { $(Self::$variant => concat!($($doc),+).trim_ascii_start()),+ }
            }
        }

        impl std::str::FromStr for $list {
            type Err = $crate::error::GalleryError;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::ALL.iter().copied().find(|one| one.name() == text).ok_or_else(|| {
                    let names: Vec<_> = Self::ALL.iter().map(|one| one.name()).collect();
                    $crate::error::GalleryError::Invalid {
                        field: $field,
                        reason: format!("must be one of {}", names.join(", ")),
                    }
                })
            }
        }

        impl std::fmt::Display for $list {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}

pub(crate) use closed;
