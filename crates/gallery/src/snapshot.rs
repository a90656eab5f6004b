//! Snapshots: a consistent copy of the records and templates, taken beside a running server.
//!
//! Owns the order in which things are read so that they fit together. Refuses to know keys: everything secret in a
//! snapshot is sealed as it is in the data folder, and `server.key`, which opens it, is not part of it.
//!
//! # Invariants
//! - A snapshot is the state of one commit, whatever is written, compacted or deleted while it is taken: one read
//!   transaction says which segments count, they are opened before anything is copied, and the database is copied out of
//!   the same transaction.
//! - A snapshot is there whole or not at all: it gets its name when everything in it is flushed, and after what the ledger is to tell of it waits in the outbox.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use rusqlite::backup::{Backup, StepResult};

use crate::context::Context;
use crate::database::open_reader;
use crate::error::GalleryError;
use crate::files::{copy, create_private, flush_folder, flush_name, make_private, remove_folder, sum};
use crate::manifest::{DATABASE, FileEntry, LEDGER, MANIFEST, SnapshotManifest, is_ledger, segment_path};
use crate::outbox::post_snapshot;
use crate::pace::{Pace, Pacer};
use crate::stores::state_of;

/// Pages of the database copied at a time.
const PAGES: i32 = 256;
/// How often the state is read again when files go away between reading which count and opening them: each time a
/// compaction has to end in that millisecond.
const ATTEMPTS: usize = 20;

/// How far a long copy has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CopyProgress {
    /// Bytes done.
    pub done: u64,
    /// Bytes in all; an estimate for the database.
    pub total: u64,
}

/// What a snapshot holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotReport {
    /// Collections.
    pub collections: u64,
    /// Faces.
    pub faces: u64,
    /// Files.
    pub files: u64,
    /// Bytes of them.
    pub bytes: u64,
}

/// Takes a snapshot of the data folder `data` into the new folder `to`. Works beside a server that uses the folder, and
/// without one.
///
/// # Errors
/// [`GalleryError::TargetInUse`] when there is something at `to`; when files cannot be read or written; when the ledger cannot be told.
pub fn take_snapshot(
    context: &Context,
    data: &Path,
    to: &Path,
    pace: Pace,
    progress: &mut dyn FnMut(CopyProgress),
) -> Result<SnapshotReport, GalleryError> {
    if to.exists() {
        return Err(GalleryError::TargetInUse { path: to.to_owned() });
    }
    let mut partial = to.as_os_str().to_owned();
    partial.push(".partial");
    let partial = PathBuf::from(partial);
    remove_folder(&partial)?;
    make_private(&partial)?;
    let report = fill(context, data, &partial, &mut Pacer::new(pace), progress);
    // In the outbox before the snapshot is there: a copy of everybody's records is a use to answer for.
    let report = report
        .and_then(|report| post_snapshot(context, data, report.collections, report.faces).map(|()| report));
    match report {
        Ok(report) => {
            fs_err::rename(&partial, to)?;
            flush_name(to)?;
            Ok(report)
        }
        Err(error) => {
            // The first error is the one to tell.
            drop(remove_folder(&partial));
            Err(error)
        }
    }
}

/// A segment file that counts, open: it stays readable when a compaction removes its name.
struct Source {
    path: String,
    file: fs_err::File,
    bytes: u64,
}

fn fill(
    context: &Context,
    data: &Path,
    to: &Path,
    pacer: &mut Pacer,
    progress: &mut dyn FnMut(CopyProgress),
) -> Result<SnapshotReport, GalleryError> {
    let failed = || GalleryError::database("be copied");
    let created = context.now();
    let connection = open_reader(&data.join(DATABASE)).map_err(failed())?;
    let mut attempt = 1;
    let (transaction, sources) = loop {
        let transaction = connection.unchecked_transaction().map_err(failed())?;
        match open_sources(&transaction, data) {
            Ok(sources) => break (transaction, sources),
            Err(error) if attempt < ATTEMPTS && is_not_found(&error) => attempt += 1,
            Err(error) => return Err(error),
        }
    };
    let count = |sql: &str| {
        transaction.query_row(sql, [], |row| row.get::<_, i64>(0)).map(|n| u64::try_from(n).unwrap_or(0))
    };
    let collections = count("SELECT count(*) FROM collections").map_err(failed())?;
    let faces = count("SELECT coalesce(sum(faces), 0) FROM collections").map_err(failed())?;
    let pages = count("PRAGMA page_count").map_err(failed())?;
    let page = count("PRAGMA page_size").map_err(failed())?;
    let mut state = CopyProgress {
        done: 0,
        total: pages * page + sources.iter().map(|source| source.bytes).sum::<u64>(),
    };
    let mut tell = |bytes: u64| {
        state.done += bytes;
        progress(state);
    };
    let mut files = BTreeMap::new();
    copy_database(&transaction, &to.join(DATABASE), page, pacer, &mut tell)?;
    // From here on the open files are enough: the log of the database need not be kept for this snapshot any longer.
    drop(transaction);
    let mut database = fs_err::File::open(to.join(DATABASE))?;
    let (bytes, sha256) = sum(&mut database, pacer, &mut |_piece| Ok(()))?;
    files.insert(DATABASE.to_owned(), FileEntry { bytes, sha256 });
    for mut source in sources {
        let path = to.join(&source.path);
        for folder in [to.join("templates").as_path(), path.parent().unwrap_or(to)] {
            make_private(folder)?;
        }
        let (bytes, sha256) = copy(&mut source.file, &path, pacer, &mut tell)?;
        flush_name(&path)?;
        if let Some(folder) = path.parent() {
            flush_name(folder)?;
        }
        files.insert(source.path, FileEntry { bytes, sha256 });
    }
    for (path, at) in ledger_files(data)? {
        let mut file = match fs_err::File::open(&at) {
            // A partial tile goes when the full one is there, and what replaces a file takes its name.
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            file => file?,
        };
        let to = to.join(&path);
        make_folders(&to)?;
        let (bytes, sha256) = copy(&mut file, &to, pacer, &mut tell)?;
        flush_name(&to)?;
        files.insert(path, FileEntry { bytes, sha256 });
    }
    let report = SnapshotReport {
        collections,
        faces,
        files: files.len() as u64,
        bytes: files.values().map(|file| file.bytes).sum(),
    };
    let manifest = SnapshotManifest { created_millis: created.as_millis(), files };
    let mut file = create_private(&to.join(MANIFEST))?;
    std::io::Write::write_all(&mut file, &manifest.write())?;
    file.sync_all()?;
    flush_folder(to)?;
    Ok(report)
}

/// The ledger's files, by path in the snapshot. The checkpoint first, then the journal, then tiles: what is read later goes at least as
/// far as what was read before, and the records were read before all of them.
fn ledger_files(data: &Path) -> Result<Vec<(String, PathBuf)>, GalleryError> {
    let mut found = Vec::new();
    let mut folders = vec![(LEDGER.to_owned(), data.join(LEDGER))];
    while let Some((name, folder)) = folders.pop() {
        let entries = match fs_err::read_dir(&folder) {
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let path = format!("{name}/{}", entry.file_name().to_string_lossy());
            if entry.file_type()?.is_dir() {
                folders.push((path, entry.path()));
            } else if is_ledger(&path) && !path.ends_with("/unfinished") && !path.ends_with("/journal.new") {
                found.push((path, entry.path()));
            }
        }
    }
    let rank = |path: &str| match path {
        "ledger/checkpoint" => 0,
        "ledger/journal" => 1,
        _ => 2,
    };
    found.sort_by(|(one, _), (other, _)| (rank(one), one).cmp(&(rank(other), other)));
    Ok(found)
}

/// Makes the folders of a file in a new folder.
pub(crate) fn make_folders(file: &Path) -> Result<(), GalleryError> {
    let mut missing: Vec<&Path> = file.ancestors().skip(1).take_while(|folder| !folder.exists()).collect();
    missing.reverse();
    missing.into_iter().try_for_each(|folder| {
        make_private(folder)?;
        flush_name(folder)
    })
}

/// Opens every segment file that the transaction's state names.
fn open_sources(connection: &Connection, data: &Path) -> Result<Vec<Source>, GalleryError> {
    let failed = || GalleryError::database("list stores");
    let stores: Vec<i64> = connection
        .prepare("SELECT number FROM stores ORDER BY number")
        .and_then(|mut statement| statement.query_map([], |row| row.get(0))?.collect())
        .map_err(failed())?;
    let mut sources = Vec::new();
    for store in stores {
        for segment in state_of(connection, store)?.committed.segments {
            let path = segment_path(store, &segment);
            let file = fs_err::File::open(data.join(&path))?;
            let bytes = file.metadata()?.len();
            sources.push(Source { path, file, bytes });
        }
    }
    Ok(sources)
}

fn is_not_found(error: &GalleryError) -> bool {
    matches!(error, GalleryError::Files { source } if source.kind() == std::io::ErrorKind::NotFound)
}

fn copy_database(
    from: &Connection,
    to: &Path,
    page: u64,
    pacer: &mut Pacer,
    tell: &mut dyn FnMut(u64),
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("be copied");
    // Made before SQLite opens it, because SQLite would give it the mode that the process's mask asks for.
    create_private(to)?;
    let mut copy = Connection::open(to).map_err(failed())?;
    {
        // The source has a read transaction open, and every step reads within it: commits meanwhile change nothing.
        let backup = Backup::new(from, &mut copy).map_err(failed())?;
        let mut left = None;
        loop {
            let begun = Instant::now();
            let step = backup.step(PAGES).map_err(failed())?;
            let now = backup.progress();
            let before = left.replace(now.remaining).unwrap_or(now.pagecount);
            tell(u64::try_from(before - now.remaining).unwrap_or(0) * page);
            match step {
                StepResult::Done => break,
                StepResult::More => pacer.rest(begun.elapsed()),
                // Somebody checkpoints, or opens the source in this very moment.
                _ => std::thread::sleep(Duration::from_millis(10)),
            }
        }
    }
    copy.close().map_err(|(_, error)| failed()(error))?;
    fs_err::File::open(to)?.sync_all()?;
    Ok(())
}
