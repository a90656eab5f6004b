//! Declarations: what an operator says of a collection, by tags when it is made, or for all in the settings.
//!
//! Owns the tags' names and the reading of their values, and how a server's default stands behind what a client says. Refuses
//! to know where tags are kept.
//!
//! # Invariants
//! - A tag that begins with `overt:`, in whatever capitals, is one of the list, with a value that means something; anything else is refused, so
//!   that a slip of the pen is never taken for a declaration, nor for a plain tag.

use std::collections::BTreeMap;

use super::basis::LegalBasis;
use super::denial::Denial;
use super::purpose::Purpose;
use super::refused::RefusedPurpose;
use super::rules::Policy;
use super::uses::Uses;
use crate::closed::closed;
use crate::error::GalleryError;
use crate::principal::Organisation;

/// What the tags of a policy begin with.
pub const TAG_PREFIX: &str = "overt:";

closed! {
    /// A tag that declares something.
    Tag, "tag":
    /// What the collection is for.
    Purpose = "overt:purpose",
    /// Why that is lawful.
    LegalBasis = "overt:legal-basis",
    /// Who answers for it. When nobody says, the organisation of the principal that makes the collection.
    Owner = "overt:owner",
    /// Days after which a face is deleted.
    RetentionDays = "overt:retention-days",
    /// `demanded` or `not-demanded`: whether each face needs a record of consent.
    Consent = "overt:consent",
    /// What it may be used for: uses with blanks between them.
    Operations = "overt:operations",
}

impl Tag {
    /// The same without the prefix, as settings and the command line name it.
    #[must_use]
    pub fn key(self) -> &'static str {
        self.name().trim_start_matches(TAG_PREFIX)
    }
}

/// Whether a tag's key is one that declares a policy, or looks like one: in other capitals, or behind a blank. What only looks like one is never
/// taken for a plain tag, since whoever wrote it meant to declare something.
#[must_use]
pub fn is_policy_tag(key: &str) -> bool {
    let key = key.trim_start();
    key.get(..TAG_PREFIX.len()).is_some_and(|start| start.eq_ignore_ascii_case(TAG_PREFIX))
}

/// What was said of a collection; `None` where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Declaration {
    /// What it is for.
    pub purpose: Option<Purpose>,
    /// Why that is lawful.
    pub legal_basis: Option<LegalBasis>,
    /// Who answers for it.
    pub owner: Option<Organisation>,
    /// Days after which a face is deleted.
    pub retention_days: Option<u32>,
    /// Whether each face needs a record of consent.
    pub consent: Option<bool>,
    /// What it may be used for.
    pub uses: Option<Uses>,
}

impl Declaration {
    /// What tags declare; those that do not begin with [`TAG_PREFIX`] say nothing here.
    ///
    /// # Errors
    /// [`GalleryError::Denied`] for a refused purpose, [`GalleryError::Invalid`] for anything else that cannot be read.
    pub fn from_tags(tags: &BTreeMap<String, String>) -> Result<Self, GalleryError> {
        let mut declared = Self::default();
        for (key, value) in tags.iter().filter(|(key, _)| is_policy_tag(key)) {
            let tag = key.parse().map_err(|error| match key.starts_with(TAG_PREFIX) {
                true => error,
                false => GalleryError::Invalid {
                    field: "tag",
                    reason: format!(
                        "{key:?} declares nothing: what begins with {TAG_PREFIX} is written in small letters"
                    ),
                },
            })?;
            declared.set(tag, value)?;
        }
        Ok(declared)
    }

    /// Reads the value of one tag.
    ///
    /// # Errors
    /// As [`from_tags`](Self::from_tags).
    pub fn set(&mut self, tag: Tag, value: &str) -> Result<(), GalleryError> {
        let invalid = |reason: String| GalleryError::Invalid { field: tag.name(), reason };
        // An error of a list begins with the list's name; the tag says it as well and is what the caller wrote.
        let said = |error: GalleryError| match error {
            GalleryError::Invalid { reason, .. } => invalid(reason),
            other => other,
        };
        match tag {
            Tag::Purpose => {
                if let Some(purpose) = RefusedPurpose::meant_by(value) {
                    return Err(Denial::Purpose { purpose }.into());
                }
                self.purpose = Some(value.parse().map_err(said)?);
            }
            Tag::LegalBasis => self.legal_basis = Some(value.parse().map_err(said)?),
            Tag::Owner => self.owner = Some(value.parse().map_err(said)?),
            Tag::RetentionDays => {
                let days = value.parse().map_err(|_no_number| invalid("must be a number of days".into()))?;
                self.retention_days = Some(days);
            }
            Tag::Consent => {
                self.consent = Some(match value {
                    "demanded" => true,
                    "not-demanded" => false,
                    _ => return Err(invalid("must be demanded or not-demanded".into())),
                });
            }
            Tag::Operations => self.uses = Some(Uses::from_words(value).map_err(said)?),
        }
        Ok(())
    }

    /// Whether nothing was said.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// The policy that follows, where `default` is what the server's settings say of collections of which nothing else is
    /// said, and `organisation` the one that makes the collection. A caller that names a purpose answers for all of it: the
    /// default's legal basis, period and uses belong to the default's purpose.
    ///
    /// # Errors
    /// [`GalleryError::Invalid`] when the values do not agree.
    pub fn policy(&self, default: &Self, organisation: &Organisation) -> Result<Policy, GalleryError> {
        let of_default = Self::default();
        let behind = if self.purpose.is_some() { &of_default } else { default };
        let owner = self.owner.as_ref().or(default.owner.as_ref()).unwrap_or(organisation);
        Policy::new(
            owner.clone(),
            self.purpose.or(behind.purpose).unwrap_or(Purpose::Evaluation),
            self.legal_basis.or(behind.legal_basis),
            self.retention_days.or(behind.retention_days),
            self.consent.or(behind.consent),
            self.uses.clone().or_else(|| behind.uses.clone()),
        )
    }
}
