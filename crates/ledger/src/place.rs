//! The folder of a log that is written: how its files get there.
//!
//! Owns the ways of writing one: whole or not at all, and flushed or not. Refuses to know what is in them.

use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::hash::Hash;
use crate::journal::sync_folder;
use crate::tile::TileName;

/// The folder.
#[derive(Debug)]
pub(crate) struct Place(PathBuf);

impl Place {
    pub(crate) fn new(folder: &Path) -> Self {
        Self(folder.to_owned())
    }

    /// Whether there is a file.
    pub(crate) fn has(&self, path: &str) -> bool {
        self.0.join(path).exists()
    }

    pub(crate) fn write_tile(&self, name: TileName, hashes: &[Hash]) -> std::io::Result<()> {
        let bytes: Vec<u8> = hashes.iter().flat_map(|hash| hash.0).collect();
        self.write(&name.path(), &bytes)
    }

    /// Writes a file whole or not at all; a power cut may still take it.
    pub(crate) fn write(&self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        let path = self.0.join(path);
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
        }
        let new = self.0.join("unfinished");
        fs_err::write(&new, bytes)?;
        fs_err::rename(new, path)
    }

    pub(crate) fn write_durably(&self, path: &str, bytes: &[u8]) -> std::io::Result<()> {
        let (path, new) = (self.0.join(path), self.0.join("unfinished"));
        let mut file = fs_err::File::create(&new)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        fs_err::rename(new, &path)?;
        sync_folder(&path)
    }

    pub(crate) fn sync(&self, name: TileName) -> std::io::Result<()> {
        let path = self.0.join(name.path());
        fs_err::OpenOptions::new().write(true).open(&path)?.sync_all()?;
        sync_folder(&path)
    }

    /// Removes partial tiles whose full one is there. What cannot be removed stays: it is right, and only takes room.
    pub(crate) fn forget_partial(&self, filled: &[TileName]) {
        for name in filled {
            let path = format!("{}.p", name.path());
            let _stays = fs_err::remove_dir_all(self.0.join(path));
        }
    }
}
