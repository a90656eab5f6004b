//! Verifying a store's files, beside a process that uses them or without one.

use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use super::Store;
use super::open::{Damage, DamageKind};
use crate::basis::Basis;
use crate::block::Block;
use crate::code::Coder;
use crate::committed::{Committed, SegmentState};
use crate::error::VectorsError;
use crate::kernels::Float;
use crate::key::StoreKey;
use crate::labels::LabelSet;
use crate::segment::{CHUNK, SegmentFile, StoredBasis};
use crate::shape::Shape;

/// What a walk over every committed slot found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verification {
    /// Slots that were read and authenticate, those of dead templates included.
    pub sound: u64,
    /// The labels in those slots.
    pub labels: LabelSet,
    /// What is damaged, in the order of segments and slots.
    pub damage: Vec<Damage>,
    /// Files of segments that are not in the committed state. The next start removes them.
    pub uncommitted: Vec<u32>,
}

impl Store {
    /// Reads every committed slot of a store that need not be open, changes nothing, and tells what is damaged.
    /// `progress` is told after each chunk how many slots were looked at.
    ///
    /// # Errors
    /// When files cannot be read for other reasons than damage.
    pub fn verify(
        folder: &Path,
        key: &StoreKey,
        shape: Shape,
        committed: &Committed,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Verification, VectorsError> {
        let mut found = Verification::default();
        let coder = Coder { shape, float: Float::detect() };
        let (mut looked_at, mut last) = (0, None);
        for state in &committed.segments {
            let file = match SegmentFile::open(folder, state.id, key, shape, false) {
                Ok(file) => file,
                Err(error) if error.loses_segment() => {
                    found.damage.extend(state.missing());
                    looked_at += u64::from(state.slots);
                    progress(looked_at);
                    continue;
                }
                Err(error) => return Err(error),
            };
            let basis = match file.read_basis()? {
                StoredBasis::Learned(basis) => basis,
                StoredBasis::None => Basis::plain(shape),
                StoredBasis::Damaged => {
                    let kind = DamageKind::Codes;
                    found.damage.push(Damage { segment: state.id, slot: 0, label: None, kind });
                    Basis::plain(shape)
                }
            };
            for start in (0..state.slots).step_by(CHUNK as usize) {
                let count = (state.slots - start).min(CHUNK);
                chunk(&file, &coder, &basis, start, count, &mut last, &mut found)?;
                looked_at += u64::from(count);
                progress(looked_at);
            }
        }
        let entries = match fs_err::read_dir(folder) {
            Ok(entries) => Some(entries),
            // Every committed segment was told as missing.
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(error.into()),
        };
        for entry in entries.into_iter().flatten() {
            let id = entry?.file_name().to_str().and_then(SegmentState::id_of);
            found.uncommitted.extend(id.filter(|id| committed.segments.iter().all(|state| state.id != *id)));
        }
        found.uncommitted.sort_unstable();
        Ok(found)
    }
}

fn chunk(
    file: &SegmentFile,
    coder: &Coder,
    basis: &Arc<Basis>,
    start: u32,
    count: u32,
    last: &mut Option<u64>,
    found: &mut Verification,
) -> Result<(), VectorsError> {
    let readable = file.slots()?.saturating_sub(start).min(count);
    let (mut sealed, mut codes, mut rotated) = (Vec::new(), Vec::new(), Vec::new());
    let mut stored = Block::new(coder.shape, Arc::clone(basis), file.base());
    let whole = count == CHUNK && readable == CHUNK;
    let sound = whole
        && file
            .read_codes(start / CHUNK, &mut codes)?
            .is_some_and(|codes| stored.read(codes, count as usize).is_some());
    file.read_slots(start, readable, &mut sealed)?;
    let mut made = Block::new(coder.shape, Arc::clone(basis), file.base());
    let mut lost = 0;
    let mut pieces = sealed.chunks_exact_mut(file.slot_bytes());
    for slot in start..start + count {
        let label = pieces.next().map(|piece| file.open_slot(slot, piece, &mut rotated));
        let kind = match label {
            Some(Ok(label)) if made.takes(label) && last.is_none_or(|last| label > last) => {
                made.push(label, &coder.encode(basis, &rotated));
                *last = Some(label);
                found.labels.insert(label);
                found.sound += 1;
                continue;
            }
            Some(Ok(_) | Err(VectorsError::Damaged { .. })) => DamageKind::Slot,
            Some(Err(error)) => return Err(error),
            None => DamageKind::Missing,
        };
        lost += 1;
        let label = stored.label((slot - start) as usize);
        found.damage.push(Damage { segment: file.id(), slot, label, kind });
    }
    if whole && (!sound || (lost == 0 && !made.same(&stored))) {
        found.damage.push(Damage { segment: file.id(), slot: start, label: None, kind: DamageKind::Codes });
    }
    Ok(())
}
