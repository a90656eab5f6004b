//! What can go wrong with stored templates, each case with what a caller needs to act on it.

use std::path::PathBuf;

/// An error of a store.
#[derive(Debug, thiserror::Error)]
pub enum VectorsError {
    /// A file could not be read or written.
    #[error("cannot access the template files")]
    Files {
        /// Names the path where the standard library's error does not.
        #[from]
        source: std::io::Error,
    },
    /// The operating system gave no random bytes.
    #[error("the source of random numbers failed: {reason}")]
    Randomness {
        /// What it said.
        reason: String,
    },
    /// A template size this crate cannot hold.
    #[error("templates of {dimensions} numbers are not supported: from 64 to 1024 are")]
    Dimensions {
        /// The size asked for.
        dimensions: usize,
    },
    /// A template or probe of another size than the store's.
    #[error("a template of {found} numbers was given to a store of {expected}")]
    WrongLength {
        /// The store's size.
        expected: usize,
        /// What was given.
        found: usize,
    },
    /// A template or probe with a number that is infinite or not a number.
    #[error("a template holds a number that is not finite")]
    NotFinite,
    /// A label that does not rise above those before it.
    #[error("label {label} does not rise above {last}, the last one of the store")]
    LabelOrder {
        /// The label given.
        label: u64,
        /// The label before it.
        last: u64,
    },
    /// The folder has something in it already.
    #[error("the folder {path} is not empty: a new store needs an empty one")]
    FolderInUse {
        /// The folder.
        path: PathBuf,
    },
    /// A segment file was written under another key, or its header was altered.
    #[error(
        "segment {segment} does not open under this key: it belongs to another store, or its header was altered"
    )]
    WrongKey {
        /// The segment.
        segment: u32,
    },
    /// A segment file is of a format or a template size that is not this store's.
    #[error("segment {segment} is not usable: {reason}")]
    Unusable {
        /// The segment.
        segment: u32,
        /// Why.
        reason: String,
    },
    /// A segment file of a format that this release does not read. Its header is sound: this is no damage, and nothing is
    /// to be repaired.
    #[error(
        "segment {segment} is of format {found} and this release reads format {known}: {}",
        what_to_do(*found, *known)
    )]
    OtherFormat {
        /// The segment.
        segment: u32,
        /// The file's format.
        found: u32,
        /// The format that this release reads and writes.
        known: u32,
    },
    /// A file of a committed segment is not there.
    #[error("segment {segment} is missing: {path} is not there")]
    SegmentMissing {
        /// The segment.
        segment: u32,
        /// Where its file should be.
        path: PathBuf,
    },
    /// A file ends before its committed slots do.
    #[error("segment {segment} is cut short: it has {found} whole slots, and {committed} were committed")]
    Truncated {
        /// The segment.
        segment: u32,
        /// Slots that were committed.
        committed: u32,
        /// Whole slots that are there.
        found: u32,
    },
    /// Bytes that do not authenticate.
    #[error("slot {slot} of segment {segment} is damaged: its bytes do not authenticate")]
    Damaged {
        /// The segment.
        segment: u32,
        /// The slot in it.
        slot: u32,
    },
    /// The committed state given contradicts itself or the files.
    #[error("the committed state cannot be right: {reason}")]
    Committed {
        /// What is wrong with it.
        reason: String,
    },
    /// There are appended templates that were neither published nor discarded.
    #[error("appended templates wait to be published or discarded")]
    Pending,
    /// A compaction no longer fits the store.
    #[error("the compaction no longer fits the store: {reason}")]
    CompactionStale {
        /// What changed.
        reason: String,
    },
    /// The scan threads are gone or one of them failed.
    #[error("the search was not finished: a scan thread failed")]
    ScanFailed,
}

impl VectorsError {
    /// Whether files are not what was written: trying again changes nothing, a repair does.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        matches!(
            self,
            Self::WrongKey { .. }
                | Self::Unusable { .. }
                | Self::SegmentMissing { .. }
                | Self::Truncated { .. }
                | Self::Damaged { .. }
                | Self::Committed { .. }
        )
    }

    /// Whether a segment's file cannot be used at all, so that its templates are lost. One of another format is not lost.
    pub(crate) fn loses_segment(&self) -> bool {
        matches!(self, Self::SegmentMissing { .. } | Self::Unusable { .. } | Self::WrongKey { .. })
    }
}

/// What helps against a file of another format.
fn what_to_do(found: u32, known: u32) -> &'static str {
    if found > known {
        "a later release of overt wrote it; start that release, or restore a snapshot that was taken before the update"
    } else {
        "an earlier release of overt wrote it; export the collection with that release, `overt collections export`, and load it with this one, \
         `overt collections load`"
    }
}
