//! Restoring: a data folder out of a snapshot.
//!
//! Owns the checks that a snapshot has to pass. Refuses to know how it was taken.
//!
//! # Invariants
//! - Nothing is restored over anything: the target has no database yet.
//! - A ledger that is there already stays, with everything that it tells of after the snapshot; the records are marked, so that what it tells of is made again before
//!   anything is answered.
//! - The database is copied first, under a name with which nothing starts, and gets its own last, when every file was
//!   copied, its hash compared and its records matched with the files: whatever goes wrong, at whatever moment the process
//!   is killed, leaves a folder that no server starts with, and into which the next restore begins anew.

use std::collections::BTreeSet;
use std::io::{ErrorKind, Read as _};
use std::path::Path;

use rusqlite::Connection;

use crate::database::open_reader;
use crate::error::GalleryError;
use crate::files::{copy, flush_folder, flush_name, make_private, remove_folder};
use crate::manifest::{
    DATABASE, LARGEST, LEDGER, MANIFEST, SnapshotManifest, UNFINISHED, UNFINISHED_LEDGER, segment_path,
};
use crate::pace::{Pace, Pacer};
use crate::restored::mark;
use crate::rotation::{key_file, recorded_fingerprint};
use crate::server_key::ServerKey;
use crate::snapshot::{CopyProgress, SnapshotReport, make_folders};
use crate::stores::state_of;

/// Restores a snapshot into the folder `data`, which is made if it is missing and may hold the server's key but no
/// database. What a restore that was cut off left there is removed first. Every file's hash is compared.
///
/// The keys are not part of a snapshot: put `server.key` and `ledger.key` from your own backup into `data`, before or after.
///
/// # Errors
/// [`GalleryError::TargetInUse`]; [`GalleryError::SnapshotUnusable`] when a file is missing, altered or contradicts the
/// records; [`GalleryError::ServerKeyMismatch`] when there is a key that is another's; when files cannot be read or
/// written.
pub fn restore_snapshot(
    from: &Path,
    data: &Path,
    progress: &mut dyn FnMut(CopyProgress),
) -> Result<SnapshotReport, GalleryError> {
    let manifest = read_manifest(from)?;
    make_private(data)?;
    let unfinished = data.join(UNFINISHED);
    // As long as there is an unfinished database, the templates beside it are a restore's.
    let cut_off = unfinished.exists();
    let taken = |name: &str| data.join(name).exists() && !(cut_off && name == "templates");
    if let Some(name) = [DATABASE, "overt.db-wal", "templates"].into_iter().find(|name| taken(name)) {
        return Err(GalleryError::TargetInUse { path: data.join(name) });
    }
    clear(data)?;
    let restored = fill(from, data, &manifest, progress);
    if restored.is_err() {
        // The first error is the one to tell.
        drop(clear(data));
        return restored;
    }
    for suffix in ["-wal", "-shm"] {
        // Of the check; everything is in the file.
        drop(fs_err::remove_file(data.join(format!("{UNFINISHED}{suffix}"))));
    }
    if let Err(error) = mark(&unfinished) {
        drop(clear(data));
        return Err(error);
    }
    let ledger = data.join(UNFINISHED_LEDGER);
    if ledger.exists() {
        fs_err::rename(ledger, data.join(LEDGER))?;
        flush_folder(data)?;
    }
    fs_err::rename(&unfinished, data.join(DATABASE))?;
    flush_folder(data)?;
    flush_name(data)?;
    restored
}

/// Removes what is not finished; that it is not, last.
fn clear(data: &Path) -> Result<(), GalleryError> {
    remove_folder(&data.join("templates"))?;
    remove_folder(&data.join(UNFINISHED_LEDGER))?;
    for suffix in ["-wal", "-shm", "-journal", ""] {
        match fs_err::remove_file(data.join(format!("{UNFINISHED}{suffix}"))) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error.into()),
            _ => {}
        }
    }
    Ok(())
}

fn read_manifest(from: &Path) -> Result<SnapshotManifest, GalleryError> {
    let mut bytes = Vec::new();
    match fs_err::File::open(from.join(MANIFEST)) {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let reason = format!(
                "{} has no {MANIFEST}: it is none, or was cut off while it was taken",
                from.display()
            );
            return Err(GalleryError::SnapshotUnusable { reason });
        }
        file => file?.take(LARGEST + 1).read_to_end(&mut bytes)?,
    };
    if bytes.len() as u64 > LARGEST {
        return Err(GalleryError::SnapshotUnusable { reason: "its list of files is too long".into() });
    }
    SnapshotManifest::parse(&bytes)
}

fn fill(
    from: &Path,
    data: &Path,
    manifest: &SnapshotManifest,
    progress: &mut dyn FnMut(CopyProgress),
) -> Result<SnapshotReport, GalleryError> {
    let mut state = CopyProgress { done: 0, total: manifest.files.values().map(|file| file.bytes).sum() };
    // The database first: its name tells whose the templates are.
    let (database, templates): (Vec<_>, Vec<_>) =
        manifest.files.iter().partition(|(path, _)| *path == DATABASE);
    let has_ledger = data.join(LEDGER).exists();
    for (path, entry) in database.into_iter().chain(templates) {
        let of_ledger = path.strip_prefix(LEDGER).and_then(|rest| rest.strip_prefix('/'));
        let to = match (path.as_str(), of_ledger) {
            (DATABASE, _) => data.join(UNFINISHED),
            (_, None) => data.join(path),
            // What it tells of goes further than the snapshot, and must never be lost.
            (_, Some(_)) if has_ledger => {
                state.total = state.total.saturating_sub(entry.bytes);
                continue;
            }
            (_, Some(rest)) => data.join(UNFINISHED_LEDGER).join(rest),
        };
        make_folders(&to)?;
        let mut file = fs_err::File::open(from.join(path))?;
        let (bytes, sha256) = copy(&mut file, &to, &mut Pacer::new(Pace::Full), &mut |bytes| {
            state.done += bytes;
            progress(state);
        })?;
        if (bytes, &sha256) != (entry.bytes, &entry.sha256) {
            return Err(GalleryError::SnapshotUnusable { reason: format!("{path} is not what was written") });
        }
        flush_name(&to)?;
        if let Some(folder) = to.parent().filter(|folder| *folder != data) {
            flush_name(folder)?;
        }
    }
    let templates = data.join("templates");
    if templates.exists() {
        flush_folder(&templates)?;
    }
    let (collections, faces) = check(data, manifest)?;
    Ok(SnapshotReport { collections, faces, files: manifest.files.len() as u64, bytes: state.done })
}

/// Checks that the records are sound and that every segment they name was restored.
fn check(data: &Path, manifest: &SnapshotManifest) -> Result<(u64, u64), GalleryError> {
    let failed = || GalleryError::database("be checked after it was restored");
    let unusable = |reason: String| GalleryError::SnapshotUnusable { reason };
    let connection = open_reader(&data.join(UNFINISHED)).map_err(failed())?;
    let found: String =
        connection.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).map_err(failed())?;
    if found != "ok" {
        return Err(unusable(format!("its database is damaged: {found}")));
    }
    let version: i64 =
        connection.pragma_query_value(None, "user_version", |row| row.get(0)).map_err(failed())?;
    let known = crate::database::schema_version();
    if version > known {
        return Err(GalleryError::SchemaTooNew { path: data.join(DATABASE), found: version, known });
    }
    let named = segments(&connection)?;
    if let Some(path) = named.iter().find(|path| !manifest.files.contains_key(*path)) {
        return Err(unusable(format!("{path}, which its records name, is not in it")));
    }
    let recorded = recorded_fingerprint(&connection)?;
    if let (Some(key), Some(recorded)) = (ServerKey::read(&key_file(data))?, recorded)
        && recorded != key.fingerprint()
    {
        return Err(GalleryError::ServerKeyMismatch { path: key_file(data) });
    }
    let count = |sql: &str| {
        connection.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|n| u64::try_from(n).unwrap_or(0))
    };
    let collections = count("SELECT count(*) FROM collections").map_err(failed())?;
    let faces = count("SELECT coalesce(sum(faces), 0) FROM collections").map_err(failed())?;
    Ok((collections, faces))
}

fn segments(connection: &Connection) -> Result<BTreeSet<String>, GalleryError> {
    let failed = || GalleryError::database("list stores");
    let stores: Vec<i64> = connection
        .prepare("SELECT number FROM stores")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .map_err(failed())?;
    let mut paths = BTreeSet::new();
    for store in stores {
        let state = state_of(connection, store)?;
        paths.extend(state.committed.segments.iter().map(|segment| segment_path(store, segment)));
    }
    Ok(paths)
}
