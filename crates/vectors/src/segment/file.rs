//! A segment file: sealed slots and sealed codes at their places.
//!
//! Owns the file, its key and the sealing. Refuses to know what is committed, visible or dead.
//!
//! # Invariants
//! - Nothing leaves the process unsealed: each slot and each chunk's codes are AES-256-GCM under the file's key, with a
//!   random nonce of their own and their place as associated data, so that a slot moved elsewhere does not open.
//! - Bytes that do not authenticate are an error that names the slot, never numbers.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroize as _;

use super::header::Header;
use super::layout::{CHUNK, HEADER, Layout};
use super::positioned;
use crate::basis::Basis;
use crate::committed::SegmentState;
use crate::error::VectorsError;
use crate::key::{NONCE, SALT, Seal, StoreKey, TAG};
use crate::shape::Shape;

/// Associated data of a basis.
const BASIS_PLACE: &[u8] = b"basis";

/// A slot before it is sealed.
pub(crate) struct PlainSlot<'a> {
    pub(crate) label: u64,
    pub(crate) rotated: &'a [f32],
}

/// The basis of the codes, as it is in a file.
pub(crate) enum StoredBasis {
    /// Nothing was learned yet: its place is a hole.
    None,
    /// Its bytes do not authenticate: codes are made again without one.
    Damaged,
    /// It was learned.
    Learned(Arc<Basis>),
}

/// An open segment file.
#[derive(Debug)]
pub(crate) struct SegmentFile {
    header: Header,
    shape: Shape,
    layout: Layout,
    path: PathBuf,
    file: fs_err::File,
    seal: Seal,
}

impl SegmentFile {
    /// The path of a segment's file.
    pub(crate) fn path_of(folder: &Path, id: u32) -> PathBuf {
        folder.join(SegmentState { id, slots: 0 }.file_name())
    }

    /// Makes a new file, in the place of one that was never committed.
    pub(crate) fn create(
        folder: &Path,
        id: u32,
        key: &StoreKey,
        shape: Shape,
        base: u64,
    ) -> Result<Self, VectorsError> {
        let header = Header { id, base, salt: random::<SALT>()? };
        let path = Self::path_of(folder, id);
        let mut options = fs_err::OpenOptions::new();
        options.read(true).write(true).create(true).truncate(true);
        #[cfg(unix)]
        {
            use fs_err::os::unix::fs::OpenOptionsExt as _;
            options.mode(0o600);
        }
        let file = options.open(&path)?;
        positioned::write(&file, &header.write(shape, key), 0)?;
        file.sync_all()?;
        positioned::flush_folder(folder)?;
        let seal = header.seal(shape, key);
        Ok(Self { header, shape, layout: Layout::new(shape), path, file, seal })
    }

    /// Opens the file of a committed segment; `writable` if slots are to be cut off or added.
    pub(crate) fn open(
        folder: &Path,
        id: u32,
        key: &StoreKey,
        shape: Shape,
        writable: bool,
    ) -> Result<Self, VectorsError> {
        let path = Self::path_of(folder, id);
        let file = match fs_err::OpenOptions::new().read(true).write(writable).open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => {
                return Err(VectorsError::SegmentMissing { segment: id, path });
            }
            Err(error) => return Err(error.into()),
        };
        let mut bytes = [0; HEADER];
        match positioned::read(&file, &mut bytes, 0) {
            Ok(()) => {}
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                return Err(VectorsError::Unusable { segment: id, reason: "its header is cut short".into() });
            }
            Err(error) => return Err(error.into()),
        }
        let header = Header::read(&bytes, id, shape, key)?;
        let seal = header.seal(shape, key);
        Ok(Self { header, shape, layout: Layout::new(shape), path, file, seal })
    }

    pub(crate) fn id(&self) -> u32 {
        self.header.id
    }

    pub(crate) fn base(&self) -> u64 {
        self.header.base
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn layout(&self) -> Layout {
        self.layout
    }

    /// Whole slots in the file, committed or not.
    pub(crate) fn slots(&self) -> Result<u32, VectorsError> {
        Ok(self.layout.slots(self.length()?))
    }

    /// Bytes of the file.
    pub(crate) fn length(&self) -> Result<u64, VectorsError> {
        Ok(self.file.metadata()?.len())
    }

    /// Makes the file end after `slots` slots.
    pub(crate) fn cut(&self, slots: u32) -> Result<(), VectorsError> {
        Ok(self.file.set_len(self.layout.end(slots))?)
    }

    /// Waits until everything written is on the disk.
    pub(crate) fn flush(&self) -> Result<(), VectorsError> {
        Ok(self.file.sync_data()?)
    }

    /// Bytes that [`seal_slot`](Self::seal_slot) appends.
    pub(crate) fn slot_bytes(&self) -> usize {
        self.layout.slot_bytes()
    }

    /// Appends a sealed slot to `out`.
    pub(crate) fn seal_slot(
        &self,
        slot: u32,
        nonce: &[u8; NONCE],
        plain: &PlainSlot<'_>,
        out: &mut Vec<u8>,
    ) -> Result<(), VectorsError> {
        out.extend_from_slice(nonce);
        let start = out.len();
        out.extend_from_slice(&plain.label.to_le_bytes());
        out.extend(plain.rotated.iter().flat_map(|value| value.to_le_bytes()));
        self.seal_tail(nonce, &slot_place(slot), start, out)
    }

    /// Writes slots that [`seal_slot`](Self::seal_slot) sealed, beginning with `slot`, all of one chunk.
    pub(crate) fn write_slots(&self, slot: u32, sealed: &[u8]) -> Result<(), VectorsError> {
        Ok(positioned::write(&self.file, sealed, self.layout.slot_at(slot))?)
    }

    /// Seals and writes the codes of a full chunk.
    pub(crate) fn write_codes(&self, chunk: u32, codes: &[u8]) -> Result<(), VectorsError> {
        let nonce = random::<NONCE>()?;
        let mut out = Vec::with_capacity(NONCE + codes.len() + TAG);
        out.extend_from_slice(&nonce);
        out.extend_from_slice(codes);
        self.seal_tail(&nonce, &codes_place(chunk), NONCE, &mut out)?;
        Ok(positioned::write(&self.file, &out, self.layout.codes_at(chunk))?)
    }

    fn seal_tail(
        &self,
        nonce: &[u8; NONCE],
        place: &[u8],
        start: usize,
        out: &mut Vec<u8>,
    ) -> Result<(), VectorsError> {
        let bytes = out.get_mut(start..).unwrap_or_default();
        let Some(tag) = self.seal.seal(nonce, place, bytes) else {
            bytes.zeroize();
            return Err(VectorsError::Unusable {
                segment: self.id(),
                reason: "a slot is too large to seal".into(),
            });
        };
        out.extend_from_slice(&tag);
        Ok(())
    }

    /// Seals and writes the basis of the codes.
    pub(crate) fn write_basis(&self, basis: &Basis) -> Result<(), VectorsError> {
        let nonce = random::<NONCE>()?;
        let mut out = nonce.to_vec();
        out.extend(basis.write());
        self.seal_tail(&nonce, BASIS_PLACE, NONCE, &mut out)?;
        Ok(positioned::write(&self.file, &out, HEADER as u64)?)
    }

    /// Reads the basis of the codes.
    pub(crate) fn read_basis(&self) -> Result<StoredBasis, VectorsError> {
        let mut sealed = vec![0; self.layout.basis_bytes()];
        if self.length()? < (HEADER + sealed.len()) as u64 {
            return Ok(StoredBasis::None);
        }
        positioned::read(&self.file, &mut sealed, HEADER as u64)?;
        if sealed.iter().all(|byte| *byte == 0) {
            return Ok(StoredBasis::None);
        }
        let Some((nonce, sealed)) = sealed.split_first_chunk_mut::<NONCE>() else {
            return Ok(StoredBasis::Damaged);
        };
        let plain = self.seal.open(nonce, BASIS_PLACE, sealed);
        let basis = plain.and_then(|plain| Basis::read(self.shape, plain));
        Ok(basis.map_or(StoredBasis::Damaged, |basis| StoredBasis::Learned(Arc::new(basis))))
    }

    /// Reads `count` consecutive sealed slots of one chunk.
    pub(crate) fn read_slots(&self, slot: u32, count: u32, sealed: &mut Vec<u8>) -> Result<(), VectorsError> {
        debug_assert!(slot % CHUNK + count <= CHUNK);
        sealed.resize(count as usize * self.slot_bytes(), 0);
        self.read_at(sealed, self.layout.slot_at(slot), slot)
    }

    /// Opens a sealed slot in place and gives its label; its numbers go into `rotated`.
    pub(crate) fn open_slot(
        &self,
        slot: u32,
        sealed: &mut [u8],
        rotated: &mut Vec<f32>,
    ) -> Result<u64, VectorsError> {
        let damaged = || VectorsError::Damaged { segment: self.id(), slot };
        let (nonce, sealed) = sealed.split_first_chunk_mut::<NONCE>().ok_or_else(damaged)?;
        let plain = self.seal.open(nonce, &slot_place(slot), sealed).ok_or_else(damaged)?;
        let (label, numbers) = plain.split_first_chunk::<8>().ok_or_else(damaged)?;
        let (numbers, _) = numbers.as_chunks::<4>();
        rotated.clear();
        rotated.extend(numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)));
        if rotated.len() != self.shape.dimensions() {
            return Err(damaged());
        }
        Ok(u64::from_le_bytes(*label))
    }

    /// Reads one slot: its label, and its numbers into `rotated`.
    pub(crate) fn read_slot(
        &self,
        slot: u32,
        sealed: &mut Vec<u8>,
        rotated: &mut Vec<f32>,
    ) -> Result<u64, VectorsError> {
        self.read_slots(slot, 1, sealed)?;
        self.open_slot(slot, sealed, rotated)
    }

    /// Reads and opens the codes of a full chunk. `Ok(None)` when they do not authenticate: they can be made again from
    /// the slots.
    pub(crate) fn read_codes<'a>(
        &self,
        chunk: u32,
        sealed: &'a mut Vec<u8>,
    ) -> Result<Option<&'a [u8]>, VectorsError> {
        sealed.resize(self.layout.codes_bytes(), 0);
        self.read_at(sealed, self.layout.codes_at(chunk), chunk * CHUNK)?;
        let Some((nonce, sealed)) = sealed.split_first_chunk_mut::<NONCE>() else { return Ok(None) };
        Ok(self.seal.open(nonce, &codes_place(chunk), sealed))
    }

    fn read_at(&self, bytes: &mut [u8], at: u64, slot: u32) -> Result<(), VectorsError> {
        match positioned::read(&self.file, bytes, at) {
            Ok(()) => Ok(()),
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => {
                Err(VectorsError::Truncated { segment: self.id(), committed: slot + 1, found: self.slots()? })
            }
            Err(error) => Err(error.into()),
        }
    }
}

/// Random bytes from the operating system.
pub(crate) fn random<const N: usize>() -> Result<[u8; N], VectorsError> {
    let mut bytes = [0; N];
    fill_random(&mut bytes)?;
    Ok(bytes)
}

/// Fills a slice with random bytes.
pub(crate) fn fill_random(bytes: &mut [u8]) -> Result<(), VectorsError> {
    getrandom::fill(bytes).map_err(|error| VectorsError::Randomness { reason: error.to_string() })
}

fn slot_place(slot: u32) -> [u8; 8] {
    place(b"slot", slot)
}

fn codes_place(chunk: u32) -> [u8; 8] {
    place(b"code", chunk)
}

fn place(kind: &[u8; 4], number: u32) -> [u8; 8] {
    let [a, b, c, d] = *kind;
    let [e, f, g, h] = number.to_le_bytes();
    [a, b, c, d, e, f, g, h]
}
