//! Planned points: where tests look at what a process that was killed there would leave on the disk.
//!
//! Owns the names of the points. Outside of tests, reaching one does nothing.

use std::path::Path;

/// A place between two steps that both reach the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Point {
    /// Templates are in their segments, the records not yet committed.
    Appended,
    /// What is about to be committed is in the ledger.
    Recorded,
    /// The records are committed, nothing of it is visible yet, no file was removed yet.
    Committed,
    /// A compacted segment is written, its state not yet committed.
    Compacted,
    /// A store is written again beside the one in use, and not yet named.
    Rebuilt,
    /// A new server's key is written, nothing is sealed with it yet.
    KeyWritten,
    /// Everything is sealed under the new server's key, whose file does not have its name yet.
    KeyCommitted,
}

/// Says that a point of the data folder's life is reached.
#[cfg(not(test))]
pub(crate) fn reached(_: Point, _: &Path) {}

#[cfg(test)]
pub(crate) use hook::{reached, watch};

#[cfg(test)]
mod hook {
    use super::{Path, Point};
    use std::cell::RefCell;

    type Watcher = Box<dyn FnMut(Point, &Path)>;

    thread_local! {
        static WATCHER: RefCell<Option<Watcher>> = const { RefCell::new(None) };
    }

    pub(crate) fn reached(point: Point, folder: &Path) {
        // Taken out meanwhile, so that what the watcher does reaches no points.
        if let Some(mut watcher) = WATCHER.take() {
            watcher(point, folder);
            WATCHER.set(Some(watcher));
        }
    }

    /// Has this thread's points watched while `during` runs.
    pub(crate) fn watch<T>(watcher: impl FnMut(Point, &Path) + 'static, during: impl FnOnce() -> T) -> T {
        WATCHER.set(Some(Box::new(watcher)));
        let result = during();
        WATCHER.set(None);
        result
    }
}
