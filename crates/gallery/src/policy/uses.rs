//! Uses: what can be done with a collection, told apart by what it does to people.
//!
//! Owns the list and sets of them. Refuses to know operations of an API: whoever knows those says which use each is.
//!
//! # Invariants
//! - Looking at what is stored and removing it is no use: it can be forbidden to nobody who may reach the collection.

use std::collections::BTreeSet;
use std::fmt;

use crate::closed::closed;
use crate::error::GalleryError;

closed! {
    /// Something that is done with the faces of a collection.
    Use, "use":
    /// Faces and users are put in.
    Enrol = "enrol",
    /// A face is compared with one person whom the caller names: is it this one?
    Verify = "verify",
    /// A stored face or user is compared with all others: is it in there twice?
    Deduplicate = "deduplicate",
    /// A picture from outside is compared with everybody: who is this?
    Search = "search",
    /// The faces of a stored video are compared with everybody.
    VideoSearch = "video-search",
    /// The faces before a running camera are compared with everybody.
    LiveSearch = "live-search",
}

impl Use {
    /// Whether it asks who somebody is: one against many.
    #[must_use]
    pub const fn identifies(self) -> bool {
        match self {
            Self::Deduplicate | Self::Search | Self::VideoSearch | Self::LiveSearch => true,
            Self::Enrol | Self::Verify => false,
        }
    }
}

/// A set of uses: at least one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Uses(BTreeSet<Use>);

impl Uses {
    /// These; `None` when there is none.
    #[must_use]
    pub fn new(uses: impl IntoIterator<Item = Use>) -> Option<Self> {
        let uses: BTreeSet<Use> = uses.into_iter().collect();
        (!uses.is_empty()).then_some(Self(uses))
    }

    /// From words with blanks between them (a tag's value can hold no comma).
    ///
    /// # Errors
    /// [`GalleryError::Invalid`] for a word that is no use, and for no word.
    pub fn from_words(text: &str) -> Result<Self, GalleryError> {
        let uses = text.split_whitespace().map(str::parse).collect::<Result<Vec<Use>, _>>()?;
        Self::new(uses)
            .ok_or_else(|| GalleryError::Invalid { field: "uses", reason: "must name at least one".into() })
    }

    /// Whether it is one of them.
    #[must_use]
    pub fn has(&self, one: Use) -> bool {
        self.0.contains(&one)
    }

    /// Each, in the order of the list.
    pub fn iter(&self) -> impl Iterator<Item = Use> {
        self.0.iter().copied()
    }

    /// Those that `other` does not have.
    pub fn beyond<'a>(&'a self, other: &'a Self) -> impl Iterator<Item = Use> + 'a {
        self.0.difference(&other.0).copied()
    }
}

impl fmt::Display for Uses {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<_> = self.iter().map(Use::name).collect();
        f.write_str(&names.join(" "))
    }
}
