//! Writing a store again under another key, without the images its templates were made of.

use std::path::Path;

use super::{NewTemplate, Store};
use crate::error::VectorsError;
use crate::key::StoreKey;

/// Templates that are written and flushed together.
const BATCH: usize = 4096;

impl Store {
    /// Makes a store in an empty or new folder that has every live template of this one, with its label, under another
    /// key and thus in another rotation. The caller commits the new store's [`committed`](Store::committed) with its
    /// records; until then this store stays as it is.
    ///
    /// What is appended to or buried in this store meanwhile is not in the new one: the caller keeps writers out.
    ///
    /// # Errors
    /// When a slot cannot be read or is damaged, or the new files cannot be written.
    pub fn rekey_into(&self, folder: &Path, key: &StoreKey) -> Result<Store, VectorsError> {
        let new = Self::create(folder, key, self.inner.shape, &self.inner.scanners)?;
        let snapshot = self.snapshot();
        let live = snapshot.segments.iter().flat_map(|view| {
            (0..view.slots).filter(|slot| !view.dead.contains(*slot)).map(move |slot| (view, slot))
        });
        let (mut sealed, mut rotated) = (Vec::new(), Vec::new());
        let mut batch: Vec<(u64, Vec<f32>)> = Vec::with_capacity(BATCH);
        for (view, slot) in live {
            let label = view.file.read_slot(slot, &mut sealed, &mut rotated)?;
            batch.push((label, self.inner.transform.undo(&rotated)));
            if batch.len() == BATCH {
                append(&new, &mut batch)?;
            }
        }
        append(&new, &mut batch)?;
        Ok(new)
    }
}

fn append(store: &Store, batch: &mut Vec<(u64, Vec<f32>)>) -> Result<(), VectorsError> {
    let templates: Vec<NewTemplate<'_>> =
        batch.iter().map(|(label, values)| NewTemplate { label: *label, values }).collect();
    store.append(&templates)?;
    store.publish();
    batch.clear();
    Ok(())
}
