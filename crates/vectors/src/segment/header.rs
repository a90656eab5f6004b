//! The header of a segment file: what it is, and proof that it belongs to the store's key.
//!
//! 128 bytes: magic (8), format (4), dimensions (4), id (4), slots of a chunk (4), base label (8), salt (32), zeros (32),
//! check (32). The check is derived from the key and all bytes before it.
//!
//! # Invariants
//! - The header has this form, and its check this derivation, in every format there will be: so a file of another format is
//!   told from a damaged one, and is never repaired away.
//! - Whatever changes the bytes of a file, its place or what they stand for, gets a new format number; `segment/tests.rs` holds
//!   the bytes of this one.

use super::layout::{CHUNK, HEADER};
use crate::error::VectorsError;
use crate::key::{SALT, Seal, StoreKey};
use crate::shape::Shape;

const MAGIC: [u8; 8] = *b"ovrtvec\n";
/// 1: until the basis of the codes was learned from a store's own templates. 2: a sealed basis after the header, codes along
/// its directions.
pub(super) const FORMAT: u32 = 2;
const CHECK_AT: usize = HEADER - 32;

/// What a header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Header {
    pub(crate) id: u32,
    /// Labels of the file are this and up to `u32::MAX` more.
    pub(crate) base: u64,
    pub(crate) salt: [u8; SALT],
}

impl Header {
    /// The bytes of a header.
    pub(crate) fn write(&self, shape: Shape, key: &StoreKey) -> [u8; HEADER] {
        let mut bytes = [0; HEADER];
        let fields: [&[u8]; 7] = [
            &MAGIC,
            &FORMAT.to_le_bytes(),
            &(shape.dimensions() as u32).to_le_bytes(),
            &self.id.to_le_bytes(),
            &CHUNK.to_le_bytes(),
            &self.base.to_le_bytes(),
            &self.salt,
        ];
        for (place, byte) in bytes.iter_mut().zip(fields.into_iter().flatten()) {
            *place = *byte;
        }
        let (about, check) = bytes.split_at_mut(CHECK_AT);
        check.copy_from_slice(&key.check(&self.salt, about));
        bytes
    }

    /// Reads a header of the segment `id`.
    pub(crate) fn read(
        bytes: &[u8; HEADER],
        id: u32,
        shape: Shape,
        key: &StoreKey,
    ) -> Result<Self, VectorsError> {
        let unusable = |reason: String| Err(VectorsError::Unusable { segment: id, reason });
        let mut rest = bytes.as_slice();
        let mut word = || take::<4>(&mut rest).map(u32::from_le_bytes);
        let _ = (word(), word());
        let (format, dimensions, found, chunk) = (word(), word(), word(), word());
        let base = take::<8>(&mut rest).map(u64::from_le_bytes);
        let salt = take::<SALT>(&mut rest);
        let (Some(base), Some(salt)) = (base, salt) else { return unusable("its header is short".into()) };
        if !bytes.starts_with(&MAGIC) {
            return unusable("it is no segment file".into());
        }
        let (about, check) = bytes.split_at(CHECK_AT);
        if check != key.check(&salt, about) {
            return Err(VectorsError::WrongKey { segment: id });
        }
        // From here on the header is as it was written: what does not fit is no damage.
        if let Some(found) = format.filter(|format| *format != FORMAT) {
            return Err(VectorsError::OtherFormat { segment: id, found, known: FORMAT });
        }
        if chunk != Some(CHUNK) {
            return unusable(format!("its chunks have {} slots", chunk.unwrap_or(0)));
        }
        if dimensions != u32::try_from(shape.dimensions()).ok() {
            return unusable(format!("its templates have {} numbers", dimensions.unwrap_or(0)));
        }
        if found != Some(id) {
            return unusable(format!("it is segment {} under another name", found.unwrap_or(0)));
        }
        Ok(Self { id, base, salt })
    }

    /// The key of the file's contents.
    pub(crate) fn seal(&self, shape: Shape, key: &StoreKey) -> Seal {
        let bytes = self.write(shape, key);
        let (about, _) = bytes.split_at(CHECK_AT);
        key.segment(&self.salt, about)
    }
}

fn take<const N: usize>(rest: &mut &[u8]) -> Option<[u8; N]> {
    let (taken, left) = rest.split_first_chunk::<N>()?;
    *rest = left;
    Some(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_of_a_header_counts() {
        let (shape, key) = (Shape::new(70).unwrap(), StoreKey::new([1; 32]));
        let header = Header { id: 7, base: 1 << 40, salt: [9; SALT] };
        let bytes = header.write(shape, &key);
        assert_eq!(Header::read(&bytes, 7, shape, &key).unwrap(), header);
        for bit in 0..HEADER * 8 {
            let mut altered = bytes;
            altered[bit / 8] ^= 1 << (bit % 8);
            assert!(Header::read(&altered, 7, shape, &key).is_err(), "bit {bit}");
        }
        assert!(matches!(Header::read(&bytes, 8, shape, &key), Err(VectorsError::Unusable { .. })));
        let other = StoreKey::new([2; 32]);
        assert!(matches!(Header::read(&bytes, 7, shape, &other), Err(VectorsError::WrongKey { segment: 7 })));
        let narrow = Shape::new(71).unwrap();
        assert!(matches!(Header::read(&bytes, 7, narrow, &key), Err(VectorsError::Unusable { .. })));
    }
}
