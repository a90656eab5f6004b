//! What the records alone tell: damage of the database, counts, rows and files that belong to nothing.

use std::collections::HashSet;

use overt_vectors::SegmentState;
use rusqlite::Connection;

use super::{Problem, Walk};
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::rows::{COLLECTION_COLUMNS, CollectionRow};
use crate::server_key::Sealed;

/// Most findings of SQLite's own check that are told.
const FINDINGS: u32 = 100;

/// Rows that belong to nothing: table, and which.
pub(super) const ORPHANS: [(&str, &str); 9] = [
    ("faces", "collection NOT IN (SELECT number FROM collections UNION SELECT collection FROM purges)"),
    ("users", "collection NOT IN (SELECT number FROM collections UNION SELECT collection FROM purges)"),
    ("images", "collection NOT IN (SELECT number FROM collections UNION SELECT collection FROM purges)"),
    ("image_blocks", "run NOT IN (SELECT number FROM image_runs)"),
    ("image_runs", "collection NOT IN (SELECT number FROM collections UNION SELECT collection FROM purges)"),
    ("consents", "collection NOT IN (SELECT number FROM collections UNION SELECT collection FROM purges)"),
    (
        "consented",
        "NOT EXISTS (SELECT 1 FROM faces AS f WHERE f.collection = consented.collection AND f.id = consented.face)",
    ),
    ("tokens", "collection NOT IN (SELECT number FROM collections)"),
    ("tags", "kind = 'collection' AND resource NOT IN (SELECT name FROM collections)"),
];

impl Gallery {
    pub(super) fn check_database(&self, walk: &mut Walk) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("be checked");
        let reader = self.shared.database.reader()?;
        let found: Vec<String> = reader
            .prepare(&format!("PRAGMA integrity_check({FINDINGS})"))
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
            .map_err(failed())?;
        for found in found.into_iter().filter(|found| found != "ok") {
            walk.found(Problem::Database { found });
        }
        let secrets: Vec<(String, Vec<u8>)> = reader
            .prepare("SELECT id, sealed FROM access_keys")
            .and_then(|mut statement| {
                statement.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
            })
            .map_err(failed())?;
        let key = self.shared.database.key_in(&reader)?;
        for (id, sealed) in secrets {
            if key.open(Sealed::AccessKeySecret, &id, &sealed).is_none() {
                walk.found(Problem::AccessKey { id });
            }
        }
        Ok(())
    }

    pub(super) fn all_rows(&self) -> Result<Vec<CollectionRow>, GalleryError> {
        self.shared
            .database
            .reader()?
            .prepare(&format!("SELECT {COLLECTION_COLUMNS} FROM collections ORDER BY number"))
            .and_then(|mut statement| statement.query_map([], CollectionRow::read)?.collect())
            .map_err(GalleryError::database("list collections"))
    }

    /// Compares kept numbers with what they count.
    pub(super) fn check_counts(
        &self,
        connection: &Connection,
        row: &CollectionRow,
        walk: &mut Walk,
    ) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("count rows");
        let one = |sql: &str| connection.query_row(sql, [row.number], |row| row.get::<_, i64>(0));
        let faces = one("SELECT count(*) FROM faces WHERE collection = ?1").map_err(failed())?;
        let users = one("SELECT count(*) FROM users WHERE collection = ?1").map_err(failed())?;
        let next = one("SELECT next_user FROM collections WHERE number = ?1").map_err(failed())?;
        let last =
            one("SELECT coalesce(max(number), 0) FROM users WHERE collection = ?1").map_err(failed())?;
        walk.report.faces += u64::try_from(faces).unwrap_or(0);
        walk.report.users += u64::try_from(users).unwrap_or(0);
        let mut compare = |what, kept, found, wrong| {
            if wrong {
                walk.found(Problem::Count { collection: row.name.clone(), what, kept, found });
                walk.repairs.counts.insert(row.number);
            }
        };
        compare("the number of faces", row.faces, faces, row.faces != faces);
        compare("the number of users", row.users, users, row.users != users);
        compare("the next user's number", next, last + 1, next <= last);
        for store in [row.face_store, row.user_store] {
            let next: Option<i64> = connection
                .query_row("SELECT max(next_label) FROM stores WHERE number = ?1", [store], |row| row.get(0))
                .map_err(failed())?;
            let column = if store == row.face_store { "faces" } else { "users" };
            let last = one(&format!("SELECT coalesce(max(label), -1) FROM {column} WHERE collection = ?1"))
                .map_err(failed())?;
            if let Some(next) = next.filter(|next| *next <= last) {
                let what = "the next label of a store";
                walk.found(Problem::Count {
                    collection: row.name.clone(),
                    what,
                    kept: next,
                    found: last + 1,
                });
                walk.repairs.next_labels.push((store, last + 1));
            }
        }
        Ok(())
    }

    pub(super) fn check_orphans(&self, walk: &mut Walk) -> Result<(), GalleryError> {
        let reader = self.shared.database.reader()?;
        for (table, condition) in ORPHANS {
            let count: i64 = reader
                .query_row(&format!("SELECT count(*) FROM {table} WHERE {condition}"), [], |row| row.get(0))
                .map_err(GalleryError::database("count rows"))?;
            if count > 0 {
                walk.found(Problem::Orphans { table, count: u64::try_from(count).unwrap_or(0) });
                walk.repairs.orphans = true;
            }
        }
        Ok(())
    }

    /// Looks for files that no record names.
    pub(super) fn check_files(&self, walk: &mut Walk) -> Result<(), GalleryError> {
        let reader = self.shared.database.reader()?;
        let known: HashSet<i64> = reader
            .prepare("SELECT number FROM stores")
            .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
            .map_err(GalleryError::database("list stores"))?;
        let mut stray = Vec::new();
        for entry in fs_err::read_dir(self.shared.stores.folder())? {
            let path = entry?.path();
            let number = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
            match number.filter(|number| known.contains(number)) {
                Some(number) => {
                    let state = crate::stores::state_of(&reader, number);
                    let named: HashSet<String> = state
                        .map(|state| {
                            state.committed.segments.iter().map(|segment| segment.file_name()).collect()
                        })
                        .unwrap_or_default();
                    for file in fs_err::read_dir(&path)? {
                        let file = file?;
                        // A segment that is not named is what a kill leaves; the store's next opening removes it.
                        let name = file.file_name();
                        let is_known = name
                            .to_str()
                            .is_some_and(|name| named.contains(name) || SegmentState::id_of(name).is_some());
                        if !is_known {
                            stray.push(file.path());
                        }
                    }
                }
                None => stray.push(path),
            }
        }
        stray.sort();
        for path in stray {
            walk.found(Problem::Stray { path: path.clone() });
            walk.repairs.stray.push(path);
        }
        Ok(())
    }
}
