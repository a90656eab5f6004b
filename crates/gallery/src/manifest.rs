//! The list of a snapshot's files, with length and hash of each.
//!
//! Owns the form of the list and which paths may be in it. Refuses to know what is in the files.
//!
//! # Invariants
//! - A path in a list is one that a snapshot has: the database, a segment file in the folder of a store, or a file of the ledger.
//!   Nothing that is read here leads out of the folder.

use std::collections::BTreeMap;

use overt_vectors::SegmentState;
use serde::{Deserialize, Serialize};

use crate::error::GalleryError;

/// The list's file.
pub(crate) const MANIFEST: &str = "snapshot.json";
/// The database's file, in a data folder and in a snapshot.
pub(crate) const DATABASE: &str = "overt.db";
/// The database's name while a restore is at work, and after one that was cut off: nothing starts with such a folder.
pub(crate) const UNFINISHED: &str = "overt.db.restoring";
/// Most bytes of a list: some hundred thousand files.
pub(crate) const LARGEST: u64 = 64 << 20;
/// What the list says of itself.
const FORMAT: &str = "overt-snapshot-1";

/// Length and hash of a file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FileEntry {
    /// Bytes.
    pub bytes: u64,
    /// SHA-256, 64 lower-case hexadecimal digits.
    pub sha256: String,
}

/// What a snapshot says of itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnapshotManifest {
    /// When it was begun, milliseconds since 1970.
    pub created_millis: i64,
    /// Its files by path, the parts of which are separated by `/`.
    pub files: BTreeMap<String, FileEntry>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    format: String,
    created_millis: i64,
    files: BTreeMap<String, FileEntry>,
}

impl SnapshotManifest {
    /// As it is written.
    pub(crate) fn write(&self) -> Vec<u8> {
        let written = Written {
            format: FORMAT.to_owned(),
            created_millis: self.created_millis,
            files: self.files.clone(),
        };
        // Strings and numbers always have a JSON form.
        serde_json::to_vec_pretty(&written).unwrap_or_default()
    }

    /// Reads what [`take_snapshot`](crate::take_snapshot) wrote.
    ///
    /// # Errors
    /// [`GalleryError::SnapshotUnusable`] for anything else.
    pub fn parse(bytes: &[u8]) -> Result<Self, GalleryError> {
        let unusable = |reason: String| GalleryError::SnapshotUnusable { reason };
        let written: Written =
            serde_json::from_slice(bytes).map_err(|error| unusable(format!("its list of files: {error}")))?;
        if written.format != FORMAT {
            return Err(unusable(format!("it is no `{FORMAT}`")));
        }
        for (path, entry) in &written.files {
            if path != DATABASE && !is_segment(path) && !is_ledger(path) {
                return Err(unusable(format!("`{}` is no file of a snapshot", path.escape_debug())));
            }
            let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
            if entry.sha256.len() != 64 || !entry.sha256.bytes().all(is_digit) {
                return Err(unusable(format!("the hash of {path} is none")));
            }
        }
        if !written.files.contains_key(DATABASE) {
            return Err(unusable("it has no database".into()));
        }
        Ok(Self { created_millis: written.created_millis, files: written.files })
    }
}

/// The path of a segment's file below a data folder.
pub(crate) fn segment_path(store: i64, segment: &SegmentState) -> String {
    format!("templates/{store}/{}", segment.file_name())
}

/// Whether a path is a segment's: nothing but these three parts, and the last two in one spelling only.
fn is_segment(path: &str) -> bool {
    let mut parts = path.split('/');
    let (Some("templates"), Some(store), Some(name), None) =
        (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return false;
    };
    let is_store = store.parse::<i64>().is_ok_and(|number| number > 0 && number.to_string() == store);
    is_store && SegmentState::id_of(name).is_some()
}

/// Folder of the ledger, in a data folder and in a snapshot.
pub(crate) const LEDGER: &str = "ledger";
/// The ledger's name while a restore is at work.
pub(crate) const UNFINISHED_LEDGER: &str = "ledger.restoring";

/// Whether a path is a ledger's: a few parts of small letters, digits and dots that do not begin with one.
pub(crate) fn is_ledger(path: &str) -> bool {
    let good = |part: &str| {
        !part.is_empty()
            && !part.starts_with('.')
            && part.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'.')
    };
    path.strip_prefix(LEDGER)
        .and_then(|rest| rest.strip_prefix('/'))
        .is_some_and(|rest| rest.split('/').count() <= 12 && rest.split('/').all(good))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> FileEntry {
        FileEntry { bytes: 7, sha256: "0".repeat(64) }
    }

    fn manifest(paths: &[&str]) -> SnapshotManifest {
        let files = paths.iter().map(|path| ((*path).to_owned(), entry())).collect();
        SnapshotManifest { created_millis: 5, files }
    }

    #[test]
    fn a_list_reads_back() {
        let list = manifest(&[
            DATABASE,
            "templates/1/00000001.vectors",
            "ledger/checkpoint",
            "ledger/tile/entries/x001/067.p/3",
        ]);
        assert_eq!(SnapshotManifest::parse(&list.write()).unwrap(), list);
    }

    #[test]
    fn paths_that_lead_elsewhere_are_refused() {
        for path in [
            "",
            "/etc/passwd",
            "../overt.db",
            "server.key",
            "templates/1/../../x",
            "templates/01/00000001.vectors",
            "templates/-1/00000001.vectors",
            "templates/1/00000001.vectors/x",
            "templates/1/0000000A.vectors",
            "templates\\1\\00000001.vectors",
            "overt.db\0",
            "ledger",
            "ledger/",
            "ledger/../overt.db",
            "ledger/tile//0",
            "ledger/Tile",
            "ledger.key",
        ] {
            let error = SnapshotManifest::parse(&manifest(&[DATABASE, path]).write()).unwrap_err();
            assert!(matches!(error, GalleryError::SnapshotUnusable { .. }), "{path}");
        }
    }

    #[test]
    fn other_texts_are_refused() {
        let good = manifest(&[DATABASE]);
        let text = String::from_utf8(good.write()).unwrap();
        for bad in [
            String::new(),
            "{}".into(),
            text.replace("snapshot-1", "snapshot-2"),
            text.replace('0', "g"),
            text.replace("overt.db", "templates/1/00000001.vectors"),
            text.replacen("bytes", "size", 1),
        ] {
            assert!(SnapshotManifest::parse(bad.as_bytes()).is_err(), "{bad}");
        }
    }
}
