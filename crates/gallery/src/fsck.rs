//! `fsck`: every inconsistency between records and templates, named, and repaired where that is possible.
//!
//! Owns the walk, what can be wrong, and how it is said. What is looked at is in `fsck/records.rs` and
//! `fsck/templates.rs`, what is done about it in `fsck/repair.rs`. Refuses to guess: what is repaired is what follows from
//! what is left, and what was lost is told by its id.
//!
//! # Invariants
//! - Without `repair`, nothing is changed.
//! - A repair is followed by a second walk, and what is still wrong then is told as such.
//! - Before a repair removes anything, the caller is told what was found, and may keep it from beginning.

mod records;
mod repair;
mod templates;

use std::fmt;
use std::path::PathBuf;

use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::ids::{FaceId, ImageId};

/// A face as it is told to a person who may have to index it again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NamedFace {
    /// Its id.
    pub id: FaceId,
    /// The picture it came from.
    pub image: ImageId,
    /// What its picture was called, as it is kept.
    pub external_id: Option<String>,
    /// The user it belongs to.
    pub user: Option<String>,
}

impl fmt::Display for NamedFace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "face {}", self.id)?;
        if let Some(external_id) = &self.external_id {
            write!(f, ", ExternalImageId {external_id}")?;
        }
        write!(f, ", ImageId {}", self.image)?;
        match &self.user {
            Some(user) => write!(f, ", of the user {user}"),
            None => Ok(()),
        }
    }
}

/// Something that is wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Problem {
    /// SQLite finds its file damaged. Not repaired: restore a snapshot.
    Database {
        /// SQLite's words.
        found: String,
    },
    /// The secret of an access key does not open. Not repaired: rotate the principal's key.
    AccessKey {
        /// The key's id.
        id: String,
    },
    /// The data key of a collection does not open: its templates are lost. Not repaired: restore a snapshot, or
    /// delete the collection.
    Key {
        /// The collection.
        collection: String,
    },
    /// The state of a store contradicts itself. Not repaired: restore a snapshot.
    Store {
        /// The collection.
        collection: String,
        /// The store's number.
        store: i64,
        /// What is wrong.
        reason: String,
    },
    /// Bytes of segment files are damaged or missing. Repaired by writing the store again with what is left.
    Segments {
        /// The collection.
        collection: String,
        /// The store's number.
        store: i64,
        /// Templates that are lost.
        slots: u64,
        /// Groups of search codes that are damaged; they follow from the templates.
        codes: u64,
    },
    /// Faces whose templates are lost. Repaired by deleting them; they have to be indexed again.
    FacesWithoutTemplate {
        /// The collection.
        collection: String,
        /// The faces.
        faces: Vec<NamedFace>,
    },
    /// Faces that searches leave out, as if they were deleted. Repaired by having them found.
    FacesBuried {
        /// The collection.
        collection: String,
        /// The faces.
        faces: Vec<NamedFace>,
    },
    /// Templates without a record. Repaired by leaving them out of searches.
    TemplatesWithoutRecord {
        /// The collection.
        collection: String,
        /// The store's number.
        store: i64,
        /// How many.
        count: u64,
    },
    /// Faces that belong to users who are not there. Repaired: they belong to nobody.
    FacesOfNobody {
        /// The collection.
        collection: String,
        /// How many.
        count: u64,
    },
    /// Users whose vector is missing, or is not that of their faces. Repaired by making it anew.
    UserVectors {
        /// The collection.
        collection: String,
        /// The users.
        users: Vec<String>,
    },
    /// A number that is kept does not agree with what it counts. Repaired by counting.
    Count {
        /// The collection.
        collection: String,
        /// What is counted.
        what: &'static str,
        /// The number kept.
        kept: i64,
        /// The number found; for a next label or number, the least that is right.
        found: i64,
    },
    /// Faces that the index of pictures does not know: they would be stored twice. Repaired by adding them.
    PicturesUnknown {
        /// The collection.
        collection: String,
        /// How many faces.
        count: u64,
    },
    /// New templates of a migration that are lost. Repaired: those faces are to be migrated again.
    MigratedLost {
        /// The collection.
        collection: String,
        /// How many faces.
        count: u64,
    },
    /// Rows that belong to nothing. Repaired by removing them.
    Orphans {
        /// Their table.
        table: &'static str,
        /// How many.
        count: u64,
    },
    /// A file or folder that no record names. Repaired by removing it.
    Stray {
        /// Where it is.
        path: PathBuf,
    },
}

impl Problem {
    /// The faces that it is about, one by one where they are known.
    #[must_use]
    pub fn faces(&self) -> &[NamedFace] {
        match self {
            Self::FacesWithoutTemplate { faces, .. } | Self::FacesBuried { faces, .. } => faces,
            _ => &[],
        }
    }

    /// The users that it is about, one by one where they are known.
    #[must_use]
    pub fn users(&self) -> &[String] {
        match self {
            Self::UserVectors { users, .. } => users,
            _ => &[],
        }
    }

    /// Whether its faces are deleted by a repair.
    #[must_use]
    pub fn loses_faces(&self) -> bool {
        matches!(self, Self::FacesWithoutTemplate { .. })
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database { found } => write!(f, "the database is damaged: {found}"),
            Self::AccessKey { id } => write!(f, "the secret of access key {id} does not open"),
            Self::Key { collection } => {
                write!(f, "{collection}: its data key does not open, its templates are lost")
            }
            Self::Store { collection, store, reason } => write!(f, "{collection}: store {store}: {reason}"),
            Self::Segments { collection, store, slots, codes } => write!(
                f,
                "{collection}: store {store}: {slots} templates are lost and {codes} groups of codes damaged"
            ),
            Self::FacesWithoutTemplate { collection, faces } => {
                write!(f, "{collection}: {} faces have no template any more", faces.len())
            }
            Self::FacesBuried { collection, faces } => {
                write!(f, "{collection}: {} faces are left out of searches", faces.len())
            }
            Self::TemplatesWithoutRecord { collection, store, count } => {
                write!(f, "{collection}: store {store}: {count} templates belong to no record")
            }
            Self::FacesOfNobody { collection, count } => {
                write!(f, "{collection}: {count} faces belong to users who are not there")
            }
            Self::UserVectors { collection, users } => {
                write!(f, "{collection}: the vectors of {} users are missing or wrong", users.len())
            }
            Self::Count { collection, what, kept, found } => {
                write!(f, "{collection}: {what} is kept as {kept} and found to be {found}")
            }
            Self::PicturesUnknown { collection, count } => {
                write!(f, "{collection}: {count} faces are not in the index of pictures")
            }
            Self::MigratedLost { collection, count } => {
                write!(f, "{collection}: {count} new templates of its migration are lost")
            }
            Self::Orphans { table, count } => write!(f, "{count} rows of {table} belong to nothing"),
            Self::Stray { path } => write!(f, "{} belongs to nothing", path.display()),
        }
    }
}

/// What a walk found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FsckReport {
    /// Collections looked at.
    pub collections: u64,
    /// Faces looked at.
    pub faces: u64,
    /// Users looked at.
    pub users: u64,
    /// Templates that were read and authenticate, those of users included.
    pub templates: u64,
    /// What is wrong.
    pub problems: Vec<Problem>,
    /// With `repair`: what is still wrong after it.
    pub left: Vec<Problem>,
}

impl Gallery {
    /// Walks over all records and all bytes of templates. Only for a gallery that nobody else uses: what changes
    /// meanwhile looks like a problem. `progress` is told how many templates were read.
    ///
    /// # Errors
    /// When something cannot be read for other reasons than damage, or a repair cannot be written.
    pub fn fsck(&self, repair: bool, progress: &mut dyn FnMut(u64)) -> Result<FsckReport, GalleryError> {
        self.fsck_telling(repair, progress, &mut |_| true)
    }

    /// As [`fsck`](Self::fsck); `found` is shown what the walk found before anything is repaired, and nothing is when it
    /// answers false.
    ///
    /// # Errors
    /// As for [`fsck`](Self::fsck).
    pub fn fsck_telling(
        &self,
        repair: bool,
        progress: &mut dyn FnMut(u64),
        found: &mut dyn FnMut(&FsckReport) -> bool,
    ) -> Result<FsckReport, GalleryError> {
        let mut walk = self.walk(progress)?;
        let go_on = found(&walk.report);
        if !go_on || !repair || walk.report.problems.is_empty() {
            return Ok(walk.report);
        }
        self.repair(&walk.repairs)?;
        walk.report.left = self.walk(progress)?.report.problems;
        Ok(walk.report)
    }

    /// How many templates a walk reads, those that are deleted and not yet gone included.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub fn templates_to_read(&self) -> Result<u64, GalleryError> {
        let count: i64 = self
            .shared
            .database
            .reader()?
            .query_row("SELECT coalesce(sum(slots), 0) FROM segments", [], |row| row.get(0))
            .map_err(GalleryError::database("count templates"))?;
        Ok(u64::try_from(count).unwrap_or(0))
    }

    fn walk(&self, progress: &mut dyn FnMut(u64)) -> Result<Walk, GalleryError> {
        let mut walk = Walk::default();
        self.check_database(&mut walk)?;
        for row in self.all_rows()? {
            walk.report.collections += 1;
            self.check_collection(&row, &mut walk, progress)?;
        }
        self.check_orphans(&mut walk)?;
        self.check_files(&mut walk)?;
        Ok(walk)
    }
}

/// A walk under way: what was found, and what to do about it.
#[derive(Default)]
struct Walk {
    report: FsckReport,
    repairs: repair::Repairs,
}

impl Walk {
    fn found(&mut self, problem: Problem) {
        self.report.problems.push(problem);
    }
}
