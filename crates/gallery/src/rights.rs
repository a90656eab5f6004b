//! What the records say of rights at one moment: what collections are for, who may do what, which floors are lowered.
//!
//! Owns reading all of it in one transaction, with the ledger's entry up to which it is made. Refuses to know what a ledger says: whoever
//! holds the two against each other knows that.
//!
//! # Invariants
//! - Everything in a [`Rights`] is of one moment: what entries before [`recorded`](Rights::recorded) tell of is in it, and nothing that later ones do.

use rusqlite::OptionalExtension as _;

use crate::collections::collection_names;
use crate::context::Moment;
use crate::error::GalleryError;
use crate::faces::counted;
use crate::gallery::Gallery;
use crate::names::CollectionName;
use crate::overrides::{Override, active};
use crate::policy::Policy;
use crate::principal::Principal;
use crate::principals::principals;
use crate::recorder::recorded;
use crate::rows::CollectionRow;

/// The rights that the records give.
#[derive(Clone, Debug)]
pub struct Rights {
    /// The number after the last entry whose change is made.
    pub recorded: u64,
    /// When that was.
    pub at: Moment,
    /// Every collection.
    pub collections: Vec<CollectionRights>,
    /// Every principal there ever was; `None` while changes of some are not in the ledger yet.
    pub principals: Option<Vec<Principal>>,
}

/// Those of a collection.
#[derive(Clone, Debug)]
pub struct CollectionRights {
    /// Its name.
    pub name: CollectionName,
    /// Its number, which its data key is bound to.
    pub number: u64,
    /// The number of faces that its row holds, and how many there are, where the two differ and the difference gives room: below zero, or where its purpose
    /// allows few.
    pub miscounted: Option<(i64, i64)>,
    /// What it is for; `None` when that cannot be read, and then nothing is done with it anyway.
    pub policy: Option<Policy>,
    /// Whether it was made before there were policies.
    pub older: bool,
    /// The override of its floor that is in force.
    pub overridden: Option<Override>,
}

impl Gallery {
    /// The rights that the records give now.
    ///
    /// # Errors
    /// When the database cannot be read.
    pub fn rights(&self) -> Result<Rights, GalleryError> {
        let failed = || GalleryError::database("read what is allowed");
        let reader = self.shared.database.reader()?;
        let reader = reader.unchecked_transaction().map_err(failed())?;
        let now = self.shared.database.context().now();
        let mut collections = Vec::new();
        for name in collection_names(&reader)? {
            let Some(row) = CollectionRow::find_any(&reader, &name)? else { continue };
            let policy = row.policy().ok();
            // Counting is cheap where there are few; above the limit nothing can be added, and where there is none the number decides nothing that a person
            // depends on.
            let counts = |most| i64::try_from(most).is_ok_and(|most| row.faces <= most);
            let most = policy.as_ref().and_then(|policy| policy.most_faces());
            let miscounted = if row.faces < 0 || most.is_some_and(counts) {
                Some((row.faces, counted(&reader, row.number)?)).filter(|(kept, there)| kept != there)
            } else {
                None
            };
            collections.push(CollectionRights {
                number: u64::try_from(row.number).unwrap_or(0),
                miscounted,
                policy,
                older: row.policy.kept_from != 0,
                overridden: active(&reader, &row, &name, now)?,
                name,
            });
        }
        let untold = reader
            .query_row("SELECT 1 FROM outbox LIMIT 1", [], |_row| Ok(()))
            .optional()
            .map_err(failed())?;
        let principals = if untold.is_some() { None } else { Some(principals(&reader)?) };
        Ok(Rights { recorded: recorded(&reader)?, at: now, collections, principals })
    }
}
