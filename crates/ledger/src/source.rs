//! Where a log is read from: a folder, a web server, a test's memory.
//!
//! Owns the reading of tiles and bundles by name and the subtree hashes out of them. What is read is not believed here: proofs and
//! [`crate::verify`] judge it.

use std::collections::HashMap;
use std::io;
use std::path::PathBuf;

use crate::hash::Hash;
use crate::proof::Subtrees;
use crate::tile::{self, Kind, TileName, WIDTH};
use crate::tree::over;

/// Tiles that are kept after they were read: a proof needs one a level, its neighbour mostly the same.
const KEPT: usize = 64;

/// Why something could not be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// The source itself failed.
    #[error("{path} cannot be read")]
    Read {
        /// Which file.
        path: String,
        /// Why.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// It is not there.
    #[error("{path} is missing")]
    Missing {
        /// Which file.
        path: String,
    },
    /// It does not have the form of what it should be.
    #[error("{path} is damaged: {reason}")]
    Damaged {
        /// Which file.
        path: String,
        /// What is wrong.
        reason: &'static str,
    },
}

/// A place with a log in it.
pub trait Source {
    /// The bytes of the file at `path` below the log's prefix (`checkpoint`, `tile/0/000`); `None` if there is none.
    ///
    /// # Errors
    /// [`SourceError::Read`].
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError>;

    /// The bytes of a tile or bundle, cut to the name's width where only a wider one is there.
    ///
    /// # Errors
    /// [`SourceError`].
    fn tile(&self, name: TileName) -> Result<Vec<u8>, SourceError> {
        if let Some(bytes) = self.read(&name.path())? {
            return Ok(bytes);
        }
        // The log has grown since: a partial tile may be gone once the full one is there.
        let full = TileName { width: WIDTH, ..name };
        let missing = || SourceError::Missing { path: name.path() };
        let bytes = self.read(&full.path())?.ok_or_else(missing)?;
        let damaged = |reason| SourceError::Damaged { path: full.path(), reason };
        match name.kind {
            Kind::Hashes { .. } => {
                let bytes = bytes.get(..name.width as usize * 32);
                Ok(bytes.ok_or_else(|| damaged("it is too short"))?.to_vec())
            }
            Kind::Entries => {
                let entries =
                    tile::entries(&bytes, WIDTH).ok_or_else(|| damaged("it is no bundle of 256 entries"))?;
                let length: usize =
                    entries.iter().take(name.width as usize).map(|entry| entry.len() + 2).sum();
                Ok(bytes.get(..length).unwrap_or_default().to_vec())
            }
        }
    }
}

/// A folder with a log in it.
#[derive(Clone, Debug)]
pub struct Folder(pub PathBuf);

impl Source for Folder {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, SourceError> {
        match fs_err::read(self.0.join(path)) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(SourceError::Read { path: path.to_owned(), source: Box::new(error) }),
        }
    }
}

/// The subtree hashes of a tree of a size, out of its tiles.
pub struct Tiles<'a, S: ?Sized> {
    source: &'a S,
    size: u64,
    kept: HashMap<TileName, Vec<Hash>>,
}

impl<'a, S: Source + ?Sized> Tiles<'a, S> {
    /// Of the tree over the first `size` entries.
    #[must_use]
    pub fn new(source: &'a S, size: u64) -> Self {
        Self { source, size, kept: HashMap::new() }
    }

    /// Entry number `index`, which may still be another than the one that was signed: prove it.
    ///
    /// # Errors
    /// [`SourceError`].
    pub fn entry(&self, index: u64) -> Result<Option<Vec<u8>>, SourceError> {
        let Some(name) = TileName::in_tree(Kind::Entries, index / WIDTH, self.size) else { return Ok(None) };
        let bytes = self.source.tile(name)?;
        let damaged = || SourceError::Damaged { path: name.path(), reason: "it is no bundle of its width" };
        let entries = tile::entries(&bytes, name.width).ok_or_else(damaged)?;
        Ok(entries.get((index % WIDTH) as usize).map(|entry| entry.to_vec()))
    }
}

impl<S: ?Sized> std::fmt::Debug for Tiles<'_, S> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tiles({})", self.size)
    }
}

impl<S: Source + ?Sized> Subtrees for Tiles<'_, S> {
    type Error = SourceError;

    fn subtree(&mut self, level: u32, index: u64) -> Result<Hash, SourceError> {
        let (row, height) = (level / 8, level % 8);
        let first = index << height;
        let kind = Kind::Hashes { level: row };
        let missing = || SourceError::Missing { path: format!("subtree {index} of level {level}") };
        let name = TileName::in_tree(kind, first / WIDTH, self.size).ok_or_else(missing)?;
        if !self.kept.contains_key(&name) {
            if self.kept.len() >= KEPT {
                self.kept.clear();
            }
            let bytes = self.source.tile(name)?;
            let damaged = || SourceError::Damaged { path: name.path(), reason: "it is no tile of its width" };
            self.kept.insert(name, tile::hashes(&bytes, name.width).ok_or_else(damaged)?);
        }
        let start = (first % WIDTH) as usize;
        let hashes = self.kept.get(&name).and_then(|hashes| hashes.get(start..start + (1 << height)));
        Ok(over(hashes.ok_or_else(missing)?))
    }
}
