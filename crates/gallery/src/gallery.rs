//! The gallery: collections of faces, opened once by a server.
//!
//! Owns what its parts share: the database, the open stores of templates, the one writer, the limits. Its operations
//! are in `collections.rs`, `faces.rs`, `searches.rs`, `users.rs` and `tags.rs`.
//!
//! # Invariants
//! - One process at a time works on the collections of a data folder; a lock file says which.
//! - A change that was answered is committed and flushed, and every search that begins afterwards sees it.

use std::fs::TryLockError;
use std::path::Path;
use std::sync::Arc;

use rusqlite::Connection;

use crate::collections::delete_row;
use crate::database::Database;
use crate::error::GalleryError;
use crate::images::Pictures;
use crate::load::hidden_collections;
use crate::principals::Principals;
use crate::private::private;
use crate::recorder::{Acting, Actor, Recorder};
use crate::rekey::Rebuilds;
use crate::stores::Stores;
use crate::writer::Writer;

/// How much there may be.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Faces in a collection.
    pub faces_in_collection: u64,
    /// Users in a collection.
    pub users_in_collection: u64,
    /// Faces associated with a user.
    pub faces_of_user: u64,
    /// Tags on a resource.
    pub tags: u64,
    /// Stores of templates that stay open while nobody uses them: a collection has two, one of faces and one of users.
    pub open_stores: usize,
}

impl Default for Limits {
    /// Amazon's documented limits; and for open stores some 130 MB, besides the codes of what is in them.
    fn default() -> Self {
        Self {
            faces_in_collection: 20_000_000,
            users_in_collection: 10_000_000,
            faces_of_user: 100,
            tags: 200,
            open_stores: 512,
        }
    }
}

/// The collections of a data folder, in the hands of somebody who acts. Every call blocks; calls from several threads run beside
/// each other, changes are committed one group at a time.
#[derive(Clone)]
pub struct Gallery {
    pub(crate) shared: Arc<Shared>,
    pub(crate) writer: Arc<Writer>,
    pub(crate) acting: Arc<Acting>,
}

/// What every operation needs.
pub(crate) struct Shared {
    pub(crate) database: Arc<Database>,
    pub(crate) stores: Stores,
    pub(crate) pictures: Pictures,
    pub(crate) rebuilds: Rebuilds,
    pub(crate) limits: Limits,
    pub(crate) recorder: Arc<dyn Recorder>,
    _lock: fs_err::File,
}

impl Gallery {
    /// Opens the collections in the data folder of `database`. Stores of templates are opened at their first use. Every change
    /// is told to `recorder` before it is made; until [`acting`](Self::acting) says otherwise, the server makes them.
    ///
    /// # Errors
    /// [`GalleryError::InUse`] while another process works on them, or when the folder cannot be used.
    pub fn open(
        database: Arc<Database>,
        limits: Limits,
        recorder: Arc<dyn Recorder>,
    ) -> Result<Self, GalleryError> {
        let lock = claim(database.folder())?;
        let stores = Stores::new(database.folder(), limits.open_stores)?;
        forget_unfinished(&database.writer())?;
        stores.sweep(&*database.reader()?)?;
        let shared = Shared {
            database,
            stores,
            pictures: Pictures::default(),
            rebuilds: Rebuilds::default(),
            limits,
            recorder,
            _lock: lock,
        };
        let acting = Arc::new(Acting::new(Actor::server("open")));
        let gallery = Self { shared: Arc::new(shared), writer: Arc::default(), acting };
        let hidden = hidden_collections(&*gallery.shared.database.reader()?)?;
        if !hidden.is_empty() {
            gallery.write(0, move |unit| hidden.iter().try_for_each(|row| delete_row(unit, row)))?;
        }
        gallery.begin_keeping()?;
        Ok(gallery)
    }

    /// The same gallery in the hands of somebody else.
    #[must_use]
    pub fn acting(&self, acting: Arc<Acting>) -> Self {
        Self { acting, ..self.clone() }
    }

    /// The principals of the same records, changed by whoever acts here.
    #[must_use]
    pub fn principals(&self) -> Principals {
        Principals::new(Arc::clone(&self.shared.database)).acting(self.acting.actor.clone())
    }

    /// The limits it was opened with.
    #[must_use]
    pub fn limits(&self) -> &Limits {
        &self.shared.limits
    }
}

impl std::fmt::Debug for Gallery {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Gallery({})", self.shared.database.folder().display())
    }
}

/// Forgets stores that were being built when the process before this one ended.
fn forget_unfinished(connection: &Connection) -> Result<(), GalleryError> {
    connection
        .execute(
            "DELETE FROM stores WHERE number NOT IN
             (SELECT face_store FROM collections UNION SELECT user_store FROM collections
              UNION SELECT store FROM migrations)",
            [],
        )
        .map(drop)
        .map_err(GalleryError::database("forget unfinished stores"))
}

/// Locks the folder's collections for this process; the lock ends with the process, however it ends.
pub(crate) fn claim(folder: &Path) -> Result<fs_err::File, GalleryError> {
    let mut options = fs_err::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    let file = private(&mut options).open(folder.join("gallery.lock"))?;
    match file.file().try_lock() {
        Ok(()) => Ok(file),
        Err(TryLockError::WouldBlock) => Err(GalleryError::InUse { path: folder.to_owned() }),
        Err(TryLockError::Error(source)) => Err(source.into()),
    }
}
