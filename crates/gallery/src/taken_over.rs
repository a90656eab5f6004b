//! Collections of earlier releases, told of as they are.
//!
//! Owns the entry that states what an earlier release's entries did not: the number. Which collections need one, whoever has read the ledger knows. Principals have theirs in
//! `principals.rs`.
//!
//! # Invariants
//! - No row is changed: the entry says what is there.

use crate::change::CollectionEvent;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::names::CollectionName;
use crate::rows::CollectionRow;

/// How many are told of at a time: they share a flush.
const AT_ONCE: usize = 1000;

impl Gallery {
    /// Has the ledger tell of collections as they are now. One that is gone, or whose policy cannot be read, is passed by.
    ///
    /// # Errors
    /// When the ledger or the database refuses: some may have been told of then.
    pub fn tell_as_they_are(&self, names: &[CollectionName]) -> Result<(), GalleryError> {
        for some in names.chunks(AT_ONCE) {
            let some = some.to_vec();
            self.write(0, move |unit| {
                for name in &some {
                    let found = CollectionRow::find_any(unit.connection, name)?;
                    if let Some(Ok(change)) = found.map(|row| row.change(CollectionEvent::TakenOver)) {
                        unit.changed(change);
                    }
                }
                Ok(())
            })?;
        }
        Ok(())
    }
}
