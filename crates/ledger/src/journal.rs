//! The journal: entries that were acknowledged and may not be in tiles yet.
//!
//! Owns one file: the right edge of the tree as it was when the file began, then entries, each with a check over its number and bytes.
//! An entry counts from the moment its flush returned.
//!
//! What a crash leaves behind the last flushed entry was acknowledged to nobody and is cut off when the file is opened. Damage to
//! an entry before it looks the same from inside the file; whoever opens it knows from the published checkpoint how many have to be there.
//!
//! # Invariants
//! - The file begins at a multiple of 256, so that everything before it is in full tiles, which were flushed before it was
//!   written.

use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use fs_err::{File, OpenOptions};
use ring::digest::{Context, SHA256};

use crate::hash::Hash;
use crate::tile::MAX_ENTRY;
use crate::tree::Tree;

const MAGIC: &[u8; 8] = b"overtlj1";

/// The open file.
#[derive(Debug)]
pub(crate) struct Journal {
    file: File,
    path: PathBuf,
    /// Bytes that are flushed.
    length: u64,
}

/// What was in a journal.
pub(crate) struct Found {
    pub(crate) journal: Journal,
    /// The tree before its first entry.
    pub(crate) tree: Tree,
    pub(crate) entries: Vec<Vec<u8>>,
    /// Bytes that were cut off: what was being written when the process ended.
    pub(crate) cut: u64,
}

impl Journal {
    /// Writes a new journal in the place of the one at `path`, if there is one: it begins at `tree` and holds `entries`.
    /// Flushed when this returns.
    pub(crate) fn create(path: &Path, tree: &Tree, entries: &[impl AsRef<[u8]>]) -> std::io::Result<Self> {
        let mut bytes = header(tree);
        for (index, entry) in (tree.size()..).zip(entries) {
            push_frame(&mut bytes, index, entry.as_ref());
        }
        let new = path.with_extension("new");
        let mut file = OpenOptions::new().read(true).write(true).create(true).truncate(true).open(&new)?;
        file.write_all(&bytes)?;
        file.sync_all()?;
        fs_err::rename(&new, path)?;
        sync_folder(path)?;
        Ok(Self { file, path: path.to_owned(), length: bytes.len() as u64 })
    }

    /// Opens the journal at `path`. `None` if there is none; an error of kind `InvalidData` if its head is damaged.
    pub(crate) fn open(path: &Path) -> std::io::Result<Option<Found>> {
        let mut file = match OpenOptions::new().read(true).write(true).open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(error),
        };
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        let damaged =
            || std::io::Error::new(std::io::ErrorKind::InvalidData, "the head of the journal is damaged");
        let (tree, mut rest) = parse_header(&bytes).ok_or_else(damaged)?;
        let mut entries = Vec::new();
        while let Some((entry, after)) = take_frame(rest, tree.size() + entries.len() as u64) {
            entries.push(entry.to_vec());
            rest = after;
        }
        let length = (bytes.len() - rest.len()) as u64;
        if !rest.is_empty() {
            file.set_len(length)?;
            file.sync_all()?;
        }
        let journal = Self { file, path: path.to_owned(), length };
        Ok(Some(Found { journal, tree, entries, cut: rest.len() as u64 }))
    }

    /// Appends entries from number `index` on and flushes them.
    ///
    /// # Errors
    /// Nothing was appended then; with [`Failed::Unknown`] that is not certain, and the journal must not be written again before it was opened
    /// anew.
    pub(crate) fn append(&mut self, index: u64, entries: &[impl AsRef<[u8]>]) -> Result<(), Failed> {
        let mut bytes = Vec::new();
        for (index, entry) in (index..).zip(entries) {
            push_frame(&mut bytes, index, entry.as_ref());
        }
        let written = self.file.seek(SeekFrom::Start(self.length)).and_then(|_| self.file.write_all(&bytes));
        if let Err(error) = written {
            // A full disk: what got there is taken back.
            return Err(match self.file.set_len(self.length) {
                Ok(()) => Failed::Nothing(error),
                Err(_) => Failed::Unknown,
            });
        }
        // After a failed flush nobody can tell what the disk has.
        self.file.sync_data().map_err(|_| Failed::Unknown)?;
        self.length += bytes.len() as u64;
        Ok(())
    }

    /// Where it lies.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }
}

/// An append that failed.
#[derive(Debug)]
pub(crate) enum Failed {
    /// And left nothing.
    Nothing(std::io::Error),
    /// And left who knows what.
    Unknown,
}

/// Makes a renamed file's new name last.
pub(crate) fn sync_folder(of: &Path) -> std::io::Result<()> {
    match of.parent() {
        Some(folder) if cfg!(unix) => File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}

fn header(tree: &Tree) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    bytes.extend(tree.size().to_be_bytes());
    bytes.push(tree.levels().len() as u8);
    for level in tree.levels() {
        bytes.push(level.len() as u8);
        bytes.extend(level.iter().flat_map(|hash| hash.0));
    }
    let check = check(u64::MAX, &bytes);
    bytes.extend(check);
    bytes
}

fn parse_header(bytes: &[u8]) -> Option<(Tree, &[u8])> {
    let rest = bytes.strip_prefix(MAGIC)?;
    let (size, rest) = rest.split_first_chunk::<8>()?;
    let (&count, mut rest) = rest.split_first()?;
    let mut levels = Vec::new();
    for _ in 0..count {
        let (&width, after) = rest.split_first()?;
        let (hashes, after) = after.split_at_checked(usize::from(width) * 32)?;
        levels.push(hashes.as_chunks::<32>().0.iter().map(|hash| Hash(*hash)).collect());
        rest = after;
    }
    let head = bytes.get(..bytes.len() - rest.len())?;
    let (found, rest) = rest.split_first_chunk::<8>()?;
    let tree = Tree::resume(u64::from_be_bytes(*size), levels)?;
    (*found == check(u64::MAX, head)).then_some((tree, rest))
}

fn push_frame(bytes: &mut Vec<u8>, index: u64, entry: &[u8]) {
    bytes.extend((entry.len() as u32).to_be_bytes());
    bytes.extend(check(index, entry));
    bytes.extend(entry);
}

/// The entry of the frame at the beginning of `bytes`, if it is whole and number `index`.
fn take_frame(bytes: &[u8], index: u64) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_first_chunk::<4>()?;
    let length = u32::from_be_bytes(*length) as usize;
    let (found, rest) = rest.split_first_chunk::<8>()?;
    let (entry, rest) = rest.split_at_checked(length).filter(|_| length <= MAX_ENTRY)?;
    (*found == check(index, entry)).then_some((entry, rest))
}

/// The first eight bytes of a SHA-256 over a number and bytes.
fn check(index: u64, bytes: &[u8]) -> [u8; 8] {
    let mut context = Context::new(&SHA256);
    context.update(&index.to_be_bytes());
    context.update(bytes);
    context.finish().as_ref().first_chunk().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(size: u64) -> Tree {
        let mut tree = Tree::default();
        for leaf in 0..size {
            tree.push(Hash::of_leaf(&leaf.to_be_bytes()), |_, _| {});
        }
        tree
    }

    #[test]
    fn whatever_a_write_that_was_cut_off_leaves_the_entries_before_it_are_there() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        let mut journal = Journal::create(&path, &tree(512), &[b"zero".to_vec()]).unwrap();
        journal.append(513, &[b"one".to_vec(), Vec::new()]).unwrap();
        let whole = fs_err::read(&path).unwrap();
        journal.append(515, &[b"two".to_vec(), b"three".to_vec()]).unwrap();
        let longer = fs_err::read(&path).unwrap();
        for end in whole.len()..longer.len() {
            fs_err::write(&path, &longer[..end]).unwrap();
            let found = Journal::open(&path).unwrap().unwrap();
            assert_eq!(found.tree, tree(512));
            let kept = if end < whole.len() + 12 + 3 { 3 } else { 4 };
            assert_eq!(found.entries.len(), kept, "cut at {end}");
            assert_eq!(found.entries[..3], [b"zero".to_vec(), b"one".to_vec(), Vec::new()]);
            assert_eq!(fs_err::metadata(&path).unwrap().len() + found.cut, end as u64);
        }
        // Zeros, as a file system leaves where the length got to the disk and the bytes did not.
        fs_err::write(&path, [&whole[..], &[0; 100]].concat()).unwrap();
        assert_eq!(Journal::open(&path).unwrap().unwrap().entries.len(), 3);
    }

    #[test]
    fn a_damaged_head_is_an_error_and_no_empty_journal() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        assert!(Journal::open(&path).unwrap().is_none());
        let head = header(&tree(256));
        for at in 0..head.len() {
            let mut bytes = head.clone();
            bytes[at] ^= 1;
            fs_err::write(&path, &bytes).unwrap();
            assert!(Journal::open(&path).is_err(), "byte {at}");
        }
    }

    #[test]
    fn entries_count_at_their_number_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("journal");
        Journal::create(&path, &tree(0), &[b"a", b"b", b"c"]).unwrap();
        let bytes = fs_err::read(&path).unwrap();
        let head = header(&tree(0)).len();
        // Two frames exchanged.
        let swapped =
            [&bytes[..head], &bytes[head + 13..head + 26], &bytes[head..head + 13], &bytes[head + 26..]]
                .concat();
        fs_err::write(&path, swapped).unwrap();
        assert!(Journal::open(&path).unwrap().unwrap().entries.is_empty());
    }
}
