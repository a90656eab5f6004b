//! Which faces came from a picture: an index that grows as fast as faces are added.
//!
//! Owns the table of recent entries, the sorted runs that older ones are moved to, and the filters in front of the
//! runs. Refuses to know what a face is: it answers labels.
//!
//! The key is a hash, so an ordinary index over it is written to at a random place for each face: measured on this
//! schema, inserts fell from 65,000 to 20,000 a second at six million faces, because each of them dirties a page of
//! its own. So entries gather in a small table, and when it is full they are written out in order as a run that never
//! changes. A look-up asks the table, and those runs whose filter says that the key may be in them. See
//! `docs/decisions/0045-index-of-pictures.md`.
//!
//! # Invariants
//! - Every face has an entry. An entry without its face may linger in a run until the upkeep rewrites the run: whoever
//!   looks up a label asks the face's row.

use std::collections::hash_map::Entry;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use rusqlite::Connection;
use sha2::{Digest as _, Sha256};

use crate::error::GalleryError;
use crate::filter::Filter;
use crate::ids::ImageId;
use crate::names::ExternalId;
use crate::rows::number_of;
use crate::writer::Unit;

/// Entries of the table before they become a run. The table has then about 1,500 pages, which is what a large insert
/// dirties at most; a run takes 4 MB and its filter 0.4 MB.
const RUN: usize = 262_144;
/// Entries of a block: with sixteen bytes each it fits a page.
const BLOCK: usize = 240;
/// Bytes of an entry.
const ENTRY: usize = 16;

/// What the index is asked by: the first eight bytes of a hash over picture and external id.
pub(crate) fn key(image: ImageId, external_id: Option<&ExternalId>) -> i64 {
    let mut hash = Sha256::new();
    hash.update(image.as_bytes());
    if let Some(id) = external_id {
        hash.update(b"\0");
        hash.update(id.as_str());
    }
    hash.finalize().first_chunk::<8>().map_or(0, |first| i64::from_be_bytes(*first))
}

/// What is kept in memory of the index, a collection at a time, from its first use on.
#[derive(Default)]
pub(crate) struct Pictures(Mutex<HashMap<i64, Known>>);

struct Known {
    /// Oldest first.
    runs: Arc<Vec<Run>>,
    /// Keys of the table, and perhaps of entries that were not saved.
    recent: Filter,
    /// Entries of the table, at least.
    count: usize,
}

struct Run {
    number: i64,
    filter: Filter,
}

impl Pictures {
    /// Asks what is known, reading it first if need be. Must be called by the writer, inside its transaction.
    fn ask<T>(
        &self,
        connection: &Connection,
        collection: i64,
        question: impl FnOnce(&mut Known) -> T,
    ) -> Result<T, GalleryError> {
        let mut all = self.lock();
        let known = match all.entry(collection) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => place.insert(Known::read(connection, collection)?),
        };
        Ok(question(known))
    }

    /// Whether an entry may be in the table; nothing is read to find out.
    fn may_be_recent(&self, collection: i64, key: i64) -> bool {
        self.lock().get(&collection).is_none_or(|known| known.recent.may_contain(key))
    }

    /// Forgets everything: what was written may not have been saved.
    pub(crate) fn forget_all(&self) {
        self.lock().clear();
    }

    fn forget(&self, collection: i64) {
        self.lock().remove(&collection);
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<i64, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Known {
    fn read(connection: &Connection, collection: i64) -> Result<Self, GalleryError> {
        let failed = || GalleryError::database("read the index of pictures");
        let runs = connection
            .prepare_cached("SELECT number, filter FROM image_runs WHERE collection = ?1 ORDER BY number")
            .map_err(failed())?
            .query_map([collection], |row| {
                Ok(Run { number: row.get(0)?, filter: Filter::from_bytes(row.get(1)?) })
            })
            .map_err(failed())?
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed())?;
        let (mut recent, mut count) = (Filter::for_up_to(RUN), 0);
        let mut statement =
            connection.prepare_cached("SELECT key FROM images WHERE collection = ?1").map_err(failed())?;
        for key in statement.query_map([collection], |row| row.get(0)).map_err(failed())? {
            recent.insert(key.map_err(failed())?);
            count += 1;
        }
        Ok(Self { runs: Arc::new(runs), recent, count })
    }
}

/// The labels that may belong to a key, oldest first.
pub(crate) fn labels(unit: &Unit<'_>, collection: i64, key: i64) -> Result<Vec<i64>, GalleryError> {
    let failed = || GalleryError::database("look up a picture");
    let (runs, is_recent) = unit
        .shared
        .pictures
        .ask(unit.connection, collection, |known| (Arc::clone(&known.runs), known.recent.may_contain(key)))?;
    let mut labels = Vec::new();
    for run in runs.iter() {
        if run.filter.may_contain(key) {
            in_run(unit.connection, run.number, key, &mut labels)?;
        }
    }
    if !is_recent {
        return Ok(labels);
    }
    let mut statement = unit
        .connection
        .prepare_cached("SELECT label FROM images WHERE collection = ?1 AND key = ?2 ORDER BY label")
        .map_err(failed())?;
    let recent = statement.query_map((collection, key), |row| row.get(0)).map_err(failed())?;
    for label in recent {
        labels.push(label.map_err(failed())?);
    }
    Ok(labels)
}

/// Notes that a face came from the picture.
pub(crate) fn insert(unit: &Unit<'_>, collection: i64, key: i64, label: u64) -> Result<(), GalleryError> {
    unit.shared.pictures.ask(unit.connection, collection, |known| {
        known.recent.insert(key);
        known.count += 1;
    })?;
    unit.connection
        .prepare_cached("INSERT INTO images (collection, key, label) VALUES (?1, ?2, ?3)")
        .and_then(|mut statement| statement.execute((collection, key, number_of(label))))
        .map(drop)
        .map_err(GalleryError::database("note a picture"))
}

/// The faces of a collection that the index does not know, with their keys.
pub(crate) fn unknown(connection: &Connection, collection: i64) -> Result<Vec<(i64, i64)>, GalleryError> {
    let failed = || GalleryError::database("check the index of pictures");
    let mut known: HashSet<(i64, i64)> = HashSet::new();
    let runs: Vec<i64> = connection
        .prepare_cached("SELECT number FROM image_runs WHERE collection = ?1")
        .and_then(|mut statement| statement.query_map([collection], |row| row.get(0))?.collect())
        .map_err(failed())?;
    for run in runs {
        known.extend(entries_of(connection, run)?);
    }
    let mut recent =
        connection.prepare_cached("SELECT key, label FROM images WHERE collection = ?1").map_err(failed())?;
    for entry in recent.query_map([collection], |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed())? {
        known.insert(entry.map_err(failed())?);
    }
    let mut faces = connection
        .prepare_cached("SELECT image, external_id, label FROM faces WHERE collection = ?1")
        .map_err(failed())?;
    let mut rows = faces.query([collection]).map_err(failed())?;
    let mut unknown = Vec::new();
    while let Some(row) = rows.next().map_err(failed())? {
        let image: [u8; 16] = row.get(0).map_err(failed())?;
        let external_id: Option<String> = row.get(1).map_err(failed())?;
        let external_id = external_id.map(|text| text.parse::<ExternalId>()).transpose()?;
        let entry = (key(ImageId::from_bytes(image), external_id.as_ref()), row.get(2).map_err(failed())?);
        if !known.contains(&entry) {
            unknown.push(entry);
        }
    }
    Ok(unknown)
}

/// Notes a face that the index lost.
pub(crate) fn insert_again(
    unit: &Unit<'_>,
    collection: i64,
    key: i64,
    label: i64,
) -> Result<(), GalleryError> {
    unit.connection
        .prepare_cached("INSERT OR IGNORE INTO images (collection, key, label) VALUES (?1, ?2, ?3)")
        .and_then(|mut statement| statement.execute((collection, key, label)))
        .map(drop)
        .map_err(GalleryError::database("note a picture"))
}

/// Forgets a face, if it is not in a run yet.
pub(crate) fn remove(unit: &Unit<'_>, collection: i64, key: i64, label: i64) -> Result<(), GalleryError> {
    if !unit.shared.pictures.may_be_recent(collection, key) {
        return Ok(());
    }
    unit.connection
        .prepare_cached("DELETE FROM images WHERE collection = ?1 AND key = ?2 AND label = ?3")
        .and_then(|mut statement| statement.execute((collection, key, label)))
        .map(drop)
        .map_err(GalleryError::database("forget a picture"))
}

/// Writes the table out as a run when it is full.
pub(crate) fn after_adding(unit: &Unit<'_>, collection: i64) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("write the index of pictures");
    if unit.shared.pictures.ask(unit.connection, collection, |known| known.count < RUN)? {
        return Ok(());
    }
    let entries: Vec<(i64, i64)> = unit
        .connection
        .prepare_cached("SELECT key, label FROM images WHERE collection = ?1 ORDER BY key, label")
        .and_then(|mut statement| {
            statement.query_map([collection], |row| Ok((row.get(0)?, row.get(1)?)))?.collect()
        })
        .map_err(failed())?;
    write_run(unit.connection, collection, &entries)?;
    unit.connection.execute("DELETE FROM images WHERE collection = ?1", [collection]).map_err(failed())?;
    unit.shared.pictures.forget(collection);
    Ok(())
}

/// Writes entries, sorted by key and label, as a new run.
fn write_run(connection: &Connection, collection: i64, entries: &[(i64, i64)]) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("write the index of pictures");
    let filter = Filter::of(entries.iter().map(|(key, _)| *key), entries.len());
    connection
        .execute(
            "INSERT INTO image_runs (collection, entries, filter) VALUES (?1, ?2, ?3)",
            (collection, entries.len() as i64, filter.as_bytes()),
        )
        .map_err(failed())?;
    let run = connection.last_insert_rowid();
    let mut statement = connection
        .prepare_cached("INSERT INTO image_blocks (run, first, entries) VALUES (?1, ?2, ?3)")
        .map_err(failed())?;
    for block in entries.chunks(BLOCK) {
        let Some((first, _)) = block.first() else { continue };
        let mut bytes = Vec::with_capacity(block.len() * ENTRY);
        for (key, label) in block {
            bytes.extend_from_slice(&key.to_be_bytes());
            bytes.extend_from_slice(&label.to_be_bytes());
        }
        statement.execute((run, first, bytes)).map_err(failed())?;
    }
    Ok(())
}

/// Appends the labels that a run has for a key.
fn in_run(connection: &Connection, run: i64, key: i64, labels: &mut Vec<i64>) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("look up a picture");
    let mut statement = connection
        .prepare_cached(
            "SELECT first, entries FROM image_blocks WHERE run = ?1 AND first <= ?2 ORDER BY first DESC, number DESC",
        )
        .map_err(failed())?;
    let mut blocks = statement.query((run, key)).map_err(failed())?;
    let before = labels.len();
    // A key with many faces can begin in one block and end in the next.
    while let Some(row) = blocks.next().map_err(failed())? {
        let first: i64 = row.get(0).map_err(failed())?;
        let bytes = row.get_ref(1).map_err(failed())?.as_blob().map_err(|_other_type| {
            GalleryError::RecordDamaged {
                what: format!("image run {run}"),
                reason: "a block is no blob".into(),
            }
        })?;
        labels.extend(unpack(bytes).filter(|entry| entry.0 == key).map(|entry| entry.1));
        if first < key {
            break;
        }
    }
    if let Some(found) = labels.get_mut(before..) {
        found.sort_unstable();
    }
    Ok(())
}

fn unpack(bytes: &[u8]) -> impl Iterator<Item = (i64, i64)> {
    bytes.chunks_exact(ENTRY).filter_map(|entry| {
        let (key, label) = entry.split_first_chunk::<8>()?;
        let label: [u8; 8] = label.try_into().ok()?;
        Some((i64::from_be_bytes(*key), i64::from_be_bytes(label)))
    })
}

/// The runs of a collection of which at least one in `one_in` entries is of a face that is gone. Reads only.
pub(crate) fn tidy_candidates(
    connection: &Connection,
    collection: i64,
    one_in: usize,
) -> Result<Vec<i64>, GalleryError> {
    let runs: Vec<i64> = connection
        .prepare_cached("SELECT number FROM image_runs WHERE collection = ?1 ORDER BY number")
        .and_then(|mut statement| statement.query_map([collection], |row| row.get(0))?.collect())
        .map_err(GalleryError::database("read the index of pictures"))?;
    let mut candidates = Vec::new();
    for run in runs {
        let entries = entries_of(connection, run)?;
        let gone = entries.len() - living(connection, collection, &entries)?.len();
        if gone > 0 && gone.saturating_mul(one_in) >= entries.len() {
            candidates.push(run);
        }
    }
    Ok(candidates)
}

/// Writes a run again without the entries of faces that are gone; false when the run itself is gone.
pub(crate) fn tidy(unit: &Unit<'_>, collection: i64, run: i64) -> Result<bool, GalleryError> {
    let entries = entries_of(unit.connection, run)?;
    if entries.is_empty() {
        return Ok(false);
    }
    let living = living(unit.connection, collection, &entries)?;
    delete_run(unit.connection, run)?;
    if !living.is_empty() {
        write_run(unit.connection, collection, &living)?;
    }
    unit.shared.pictures.forget(collection);
    Ok(true)
}

fn living(
    connection: &Connection,
    collection: i64,
    entries: &[(i64, i64)],
) -> Result<Vec<(i64, i64)>, GalleryError> {
    let failed = || GalleryError::database("tidy the index of pictures");
    let mut exists = connection
        .prepare_cached("SELECT 1 FROM faces WHERE collection = ?1 AND label = ?2")
        .map_err(failed())?;
    let mut living = Vec::with_capacity(entries.len());
    for (key, label) in entries {
        if exists.exists((collection, label)).map_err(failed())? {
            living.push((*key, *label));
        }
    }
    Ok(living)
}

/// Every entry of a run, in order.
fn entries_of(connection: &Connection, run: i64) -> Result<Vec<(i64, i64)>, GalleryError> {
    let failed = || GalleryError::database("read the index of pictures");
    let mut statement = connection
        .prepare_cached("SELECT entries FROM image_blocks WHERE run = ?1 ORDER BY first, number")
        .map_err(failed())?;
    let mut blocks = statement.query([run]).map_err(failed())?;
    let mut entries = Vec::new();
    while let Some(row) = blocks.next().map_err(failed())? {
        let bytes: Vec<u8> = row.get(0).map_err(failed())?;
        entries.extend(unpack(&bytes));
    }
    Ok(entries)
}

fn delete_run(connection: &Connection, run: i64) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("tidy the index of pictures");
    connection.execute("DELETE FROM image_blocks WHERE run = ?1", [run]).map_err(failed())?;
    connection.execute("DELETE FROM image_runs WHERE number = ?1", [run]).map(drop).map_err(failed())
}
