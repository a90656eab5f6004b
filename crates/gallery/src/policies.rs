//! The policies of collections, as they are kept: in the collection's own row.
//!
//! Owns reading and writing them, and the limits that a policy sets to what is added. What a policy is, `policy/` knows.
//!
//! # Invariants
//! - A collection is never without a policy: it is written with the row, and read with it.
//! - After it was made it only becomes narrower, whichever call asks for more.

use rusqlite::Row;

use crate::collections::collection_names;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::names::CollectionName;
use crate::policy::{Declaration, Denial, Policy, TAG_PREFIX, Tag, Use, Uses};
use crate::rows::CollectionRow;
use crate::writer::Unit;

/// Columns of a policy in `collections`, in the order in which [`PolicyRow::read`] takes them.
macro_rules! policy_columns {
    () => {
        "owner, purpose, legal_basis, retention_days, consent, uses, kept_from"
    };
}
pub(crate) use policy_columns;

/// A policy as it stands in a row.
#[derive(Clone, Debug)]
pub(crate) struct PolicyRow {
    owner: String,
    purpose: String,
    legal_basis: String,
    retention_days: i64,
    consent: bool,
    uses: String,
    /// No face counts as kept before this moment, milliseconds.
    pub(crate) kept_from: i64,
}

impl PolicyRow {
    pub(crate) fn read(row: &Row<'_>, first: usize) -> rusqlite::Result<Self> {
        Ok(Self {
            owner: row.get(first)?,
            purpose: row.get(first + 1)?,
            legal_basis: row.get(first + 2)?,
            retention_days: row.get(first + 3)?,
            consent: row.get(first + 4)?,
            uses: row.get(first + 5)?,
            kept_from: row.get(first + 6)?,
        })
    }

    fn parse(&self) -> Result<Policy, GalleryError> {
        let days = u32::try_from(self.retention_days).map_err(|_range| GalleryError::Invalid {
            field: "retention days",
            reason: "are out of range".into(),
        })?;
        Policy::new(
            self.owner.parse()?,
            self.purpose.parse()?,
            Some(self.legal_basis.parse()?),
            Some(days),
            Some(self.consent),
            Some(Uses::from_words(&self.uses)?),
        )
    }
}

impl CollectionRow {
    /// What the collection is for.
    pub(crate) fn policy(&self) -> Result<Policy, GalleryError> {
        self.policy.parse().map_err(|error| GalleryError::RecordDamaged {
            what: format!("the policy of collection {}", self.name.escape_debug()),
            reason: error.to_string(),
        })
    }

    /// Refuses more faces than the policy and the server's limit allow, and faces where none may be added.
    pub(crate) fn check_room(&self, faces: u64, limit: u64) -> Result<Policy, GalleryError> {
        let policy = self.policy()?;
        policy.check(&self.name, Use::Enrol)?;
        check_faces(&self.name, &policy, faces, limit)?;
        Ok(policy)
    }
}

/// Refuses more faces than a policy and the server's limit allow.
pub(crate) fn check_faces(
    collection: &str,
    policy: &Policy,
    faces: u64,
    limit: u64,
) -> Result<(), GalleryError> {
    if let Some(most) = policy.most_faces().filter(|most| faces > *most && *most <= limit) {
        let denial =
            Denial::Faces { collection: collection.to_owned(), purpose: policy.purpose(), limit: most };
        return Err(denial.into());
    }
    if faces > limit {
        return Err(GalleryError::Quota { what: crate::error::Quota::FacesInCollection, limit });
    }
    Ok(())
}

impl Policy {
    /// The policy as tags, every value said: what a ledger is told, and what a declaration reads back.
    #[must_use]
    pub fn tags(&self) -> Vec<(String, String)> {
        Tag::ALL.iter().map(|tag| (tag.name().to_owned(), self.value(*tag))).collect()
    }

    /// The value of one tag.
    #[must_use]
    pub fn value(&self, tag: Tag) -> String {
        match tag {
            Tag::Purpose => self.purpose().to_string(),
            Tag::LegalBasis => self.legal_basis().to_string(),
            Tag::Owner => self.owner().to_string(),
            Tag::RetentionDays => self.retention_days().to_string(),
            Tag::Consent => if self.demands_consent() { "demanded" } else { "not-demanded" }.to_owned(),
            Tag::Operations => self.uses().to_string(),
        }
    }
}

impl Gallery {
    /// What a collection is for.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn policy(&self, name: &CollectionName) -> Result<Policy, GalleryError> {
        CollectionRow::find(&*self.shared.database.reader()?, name)?.policy()
    }

    /// Every collection with what it is for and how many faces it has, by the order of their making: what is told to anybody.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn policies(&self) -> Result<Vec<(CollectionName, Policy)>, GalleryError> {
        let reader = self.shared.database.reader()?;
        let mut all = Vec::new();
        for name in collection_names(&reader)? {
            if let Some(row) = CollectionRow::find_any(&reader, &name)? {
                all.push((name, row.policy()?));
            }
        }
        Ok(all)
    }

    /// Gives collections that were made before there were policies the moment from which their faces count as kept.
    pub(crate) fn begin_keeping(&self) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("note since when faces are kept");
        let old: bool = self
            .shared
            .database
            .reader()?
            .query_row("SELECT EXISTS (SELECT 1 FROM collections WHERE kept_from < 0)", [], |row| row.get(0))
            .map_err(failed())?;
        if !old {
            return Ok(());
        }
        self.write(0, move |unit| {
            unit.connection
                .execute("UPDATE collections SET kept_from = ?1 WHERE kept_from < 0", [unit.now.as_millis()])
                .map(drop)
                .map_err(failed())
        })
    }
}

/// Writes a collection's policy.
pub(crate) fn set_policy(unit: &Unit<'_>, collection: i64, policy: &Policy) -> Result<(), GalleryError> {
    unit.connection
        .prepare_cached(
            "UPDATE collections SET owner = ?2, purpose = ?3, legal_basis = ?4, retention_days = ?5, consent = ?6, uses = ?7
             WHERE number = ?1",
        )
        .and_then(|mut statement| {
            statement.execute((
                collection,
                policy.owner().as_str(),
                policy.purpose().name(),
                policy.legal_basis().name(),
                policy.retention_days(),
                policy.demands_consent(),
                policy.uses().to_string(),
            ))
        })
        .map(drop)
        .map_err(GalleryError::database("record a policy"))
}

/// Narrows a collection's policy by tags that are about to be set.
pub(crate) fn narrow(
    unit: &Unit<'_>,
    row: &CollectionRow,
    tags: &std::collections::BTreeMap<String, String>,
) -> Result<(), GalleryError> {
    let change = Declaration::from_tags(tags)?;
    if change.is_empty() {
        return Ok(());
    }
    set_policy(unit, row.number, &row.policy()?.amended(&change)?)
}

/// Refuses to take a declaration back: without it, the standards of the purpose would count.
pub(crate) fn keep_declared<'a>(mut removed: impl Iterator<Item = &'a String>) -> Result<(), GalleryError> {
    match removed.find(|key| key.starts_with(TAG_PREFIX)) {
        Some(key) => Err(Denial::Widening { what: format!("taking back what {key} declares") }.into()),
        None => Ok(()),
    }
}
