//! Upkeep: what has to be done every so often so that nothing grows without bound.
//!
//! Owns the removal of what is over (faces past their retention, answers under tokens, rows and files of deleted collections), the compaction of
//! stores and of the index of pictures, and the emptying of the write-ahead log. Refuses to know when it is called.
//!
//! # Invariants
//! - Whatever it does can be interrupted at any point and is done by the next run.
//! - It holds the writer for milliseconds at a time: long work is done beside it or in pieces.

use std::collections::BTreeSet;
use std::sync::Arc;

use overt_vectors::{Store, VectorsError};
use rusqlite::Connection;

use crate::crash::{Point, reached};
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::images;
use crate::pending::record_segments;
use crate::writer::{ALONE, Unit};

/// Rows removed in one piece: some milliseconds of the writer.
const PIECE: i64 = 5_000;

/// When upkeep finds something worth its while.
#[derive(Clone, Copy, Debug)]
pub struct UpkeepRules {
    /// A segment of templates is written again when at least this share (0 to 1) of it is deleted.
    pub dead_share: f64,
    /// A run of the index of pictures is written again when at least one in so many of its entries is of a deleted face.
    pub dead_pictures_one_in: usize,
}

impl Default for UpkeepRules {
    /// A fifth: deleted templates take at most a quarter of memory and disk besides, and a template is written again
    /// at most five times for each that is deleted.
    fn default() -> Self {
        Self { dead_share: 0.2, dead_pictures_one_in: 5 }
    }
}

/// What one run of the upkeep did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Upkept {
    /// Answers under tokens that were over.
    pub tokens: u64,
    /// Faces that had been kept for as long as was declared.
    pub expired_faces: u64,
    /// Users without a face, and records of consent, whose time was over.
    pub expired_records: u64,
    /// Rows of deleted collections, and of migrations that ended.
    pub rows: u64,
    /// Folders that no record names.
    pub folders: u64,
    /// Compactions of stores of templates.
    pub compactions: u64,
    /// Runs of the index of pictures that were written again.
    pub picture_runs: u64,
    /// Whether the write-ahead log was emptied; it is not while somebody reads an older state.
    pub log_emptied: bool,
}

impl Gallery {
    /// Does what is due.
    ///
    /// # Errors
    /// When the database or the templates cannot be read or written; what was done before stays done. A store that cannot
    /// be compacted is told when everything else is done, and one with a damaged slot is not tried again.
    pub fn upkeep(&self, rules: UpkeepRules) -> Result<Upkept, GalleryError> {
        // First: what must be gone does not wait for what is merely untidy.
        let (expired_faces, expired_records) = self.expire()?;
        let mut done = Upkept {
            tokens: self.expire_tokens()?,
            rows: self.purge()?,
            expired_faces,
            expired_records,
            ..Upkept::default()
        };
        done.picture_runs = self.tidy_pictures(rules.dead_pictures_one_in)?;
        let compacted = self.compact_stores(rules.dead_share, &mut done.compactions);
        done.folders = self.sweep()?;
        done.log_emptied = self.shared.database.empty_log()?;
        compacted.map(|()| done)
    }

    /// Removes the folders that no record names; how many. Alone: what other changes of a group have done may yet be taken
    /// back, and a folder would not come back.
    pub(crate) fn sweep(&self) -> Result<u64, GalleryError> {
        self.write(ALONE, |unit| Ok(unit.shared.stores.sweep(unit.connection)?.len() as u64))
    }

    fn expire_tokens(&self) -> Result<u64, GalleryError> {
        self.in_pieces(|unit| {
            unit.connection
                .execute(
                    "DELETE FROM tokens WHERE (principal, token) IN
                     (SELECT principal, token FROM tokens WHERE expires <= ?1 LIMIT ?2)",
                    (unit.now.as_millis(), PIECE),
                )
                .map(|count| count as u64)
                .map_err(GalleryError::database("expire tokens"))
        })
    }

    /// Removes the rows of deleted collections and of migrations that ended.
    fn purge(&self) -> Result<u64, GalleryError> {
        self.in_pieces(|unit| purge_piece(unit.connection))
    }

    fn in_pieces(
        &self,
        piece: impl Fn(&mut Unit<'_>) -> Result<u64, GalleryError> + Clone + Send + 'static,
    ) -> Result<u64, GalleryError> {
        let mut all = 0;
        loop {
            let piece = piece.clone();
            match self.write(0, move |unit| piece(unit))? {
                0 => return Ok(all),
                count => all += count,
            }
        }
    }

    fn tidy_pictures(&self, one_in: usize) -> Result<u64, GalleryError> {
        let failed = || GalleryError::database("list collections");
        let collections: Vec<i64> = self
            .shared
            .database
            .reader()?
            .prepare_cached("SELECT DISTINCT collection FROM image_runs")
            .map_err(failed())?
            .query_map([], |row| row.get(0))
            .map_err(failed())?
            .collect::<Result<_, _>>()
            .map_err(failed())?;
        let mut rewritten = 0;
        for collection in collections {
            for run in images::tidy_candidates(&*self.shared.database.reader()?, collection, one_in)? {
                rewritten += u64::from(self.write(0, move |unit| images::tidy(unit, collection, run))?);
            }
        }
        Ok(rewritten)
    }

    /// Compacts every store that it is worth it for; the first failure, after all were tried.
    fn compact_stores(&self, share: f64, compactions: &mut u64) -> Result<(), GalleryError> {
        let mut result = Ok(());
        for (number, store) in self.shared.stores.opened() {
            if self.shared.stores.is_damaged(number) {
                continue;
            }
            if let Err(error) = self.compact_store(number, &store, share, compactions) {
                if matches!(error, GalleryError::Templates { source: VectorsError::Damaged { .. } }) {
                    self.shared.stores.note_damaged(number);
                }
                result = result.and(Err(error));
            }
        }
        result
    }

    fn compact_store(
        &self,
        number: i64,
        store: &Arc<Store>,
        share: f64,
        compactions: &mut u64,
    ) -> Result<(), GalleryError> {
        // Each round ends with fewer dead slots than it began with; what dies meanwhile is for the next run.
        let mut rounds = store.committed().segments.len() + 1;
        while rounds > 0
            && let Some(plan) = store.plan_compaction(share)
        {
            rounds -= 1;
            let compacted = store.compact(&plan)?;
            reached(Point::Compacted, self.shared.database.folder());
            let shared_store = Arc::clone(store);
            let adopted = self.write(ALONE, move |unit| {
                let known: bool = unit
                    .connection
                    .prepare_cached("SELECT 1 FROM stores WHERE number = ?1")
                    .and_then(|mut statement| statement.exists([number]))
                    .map_err(GalleryError::database("find a store"))?;
                if !known {
                    // Replaced or deleted meanwhile; its folder goes as a whole.
                    return Ok(false);
                }
                let before = shared_store.committed();
                let after = shared_store.committed_after(&compacted)?;
                record_segments(unit.connection, number, &before, &after)?;
                unit.pending.adopt(shared_store, compacted);
                Ok(true)
            })?;
            if !adopted {
                break;
            }
            *compactions += 1;
        }
        Ok(())
    }
}

/// Removes up to a piece of rows that belong to nothing any more; how many.
fn purge_piece(connection: &Connection) -> Result<u64, GalleryError> {
    let failed = || GalleryError::database("remove the rows of a deleted collection");
    let collections: BTreeSet<i64> = connection
        .prepare_cached("SELECT collection FROM purges")
        .map_err(failed())?
        .query_map([], |row| row.get(0))
        .map_err(failed())?
        .collect::<Result<_, _>>()
        .map_err(failed())?;
    for collection in collections {
        for sql in PURGES {
            let count = connection
                .prepare_cached(sql)
                .and_then(|mut statement| statement.execute((collection, PIECE)))
                .map_err(failed())?;
            if count > 0 {
                return Ok(count as u64);
            }
        }
        connection.execute("DELETE FROM purges WHERE collection = ?1", [collection]).map_err(failed())?;
    }
    connection
        .prepare_cached(
            "DELETE FROM migrated WHERE (migration, face) IN
             (SELECT migration, face FROM migrated
              WHERE migration NOT IN (SELECT number FROM migrations) LIMIT ?1)",
        )
        .and_then(|mut statement| statement.execute([PIECE]))
        .map(|count| count as u64)
        .map_err(failed())
}

/// What a deleted collection leaves, in the order in which it is removed.
const PURGES: [&str; 7] = [
    "DELETE FROM consented WHERE (collection, face) IN
     (SELECT collection, face FROM consented WHERE collection = ?1 LIMIT ?2)",
    "DELETE FROM consents WHERE (collection, id) IN
     (SELECT collection, id FROM consents WHERE collection = ?1 LIMIT ?2)",
    "DELETE FROM faces WHERE (collection, label) IN
     (SELECT collection, label FROM faces WHERE collection = ?1 ORDER BY label LIMIT ?2)",
    "DELETE FROM users WHERE (collection, number) IN
     (SELECT collection, number FROM users WHERE collection = ?1 ORDER BY number LIMIT ?2)",
    "DELETE FROM images WHERE (collection, key, label) IN
     (SELECT collection, key, label FROM images WHERE collection = ?1 ORDER BY key, label LIMIT ?2)",
    "DELETE FROM image_blocks WHERE number IN
     (SELECT b.number FROM image_runs AS r JOIN image_blocks AS b ON b.run = r.number WHERE r.collection = ?1 LIMIT ?2)",
    "DELETE FROM image_runs WHERE number IN
     (SELECT number FROM image_runs WHERE collection = ?1 LIMIT ?2)",
];
