//! Overt's own store, as the gallery uses it: encrypted segments, and a record beside them of what was committed.
//!
//! Owns that record: two small files that are flushed before anything counts, in place of the gallery's database.

use std::path::Path;
use std::time::Instant;

use overt_vectors::synthetic::DIMENSIONS;
use overt_vectors::{
    Committed, LabelSet, NewTemplate, Query, Scanners, SegmentState, Shape, Store, StoreKey,
};

use crate::index::{Adding, BATCH, Built, Deletion, Index, resident};
use crate::people::{MIN_SCORE, People};

/// Any key: encryption takes as long with each.
const KEY: [u8; 32] = [42; 32];

pub(crate) struct Overt {
    store: Store,
    dead: LabelSet,
    records: std::path::PathBuf,
}

pub(crate) fn build(folder: &Path, people: &People, faces: u64) -> anyhow::Result<Built> {
    fs_err::create_dir_all(folder)?;
    let scanners = Scanners::for_this_machine();
    let store =
        Store::create(&folder.join("segments"), &StoreKey::new(KEY), Shape::new(DIMENSIONS)?, &scanners)?;
    let mut built = Built::default();
    for first in (0..faces).step_by(BATCH as usize) {
        let end = (first + BATCH).min(faces);
        let templates = people.batch(first..end);
        let batch: Vec<NewTemplate<'_>> =
            (first..end).zip(&templates).map(|(label, values)| NewTemplate { label, values }).collect();
        let adding = Adding::start();
        let committed = store.append(&batch)?;
        write(&folder.join("committed"), text(&committed).as_bytes())?;
        store.publish();
        adding.end(&mut built);
    }
    built.resident = resident();
    Ok(built)
}

pub(crate) fn open(folder: &Path) -> anyhow::Result<Overt> {
    let mut dead = LabelSet::new();
    if let Ok(bytes) = fs_err::read(folder.join("dead")) {
        for label in bytes.as_chunks::<8>().0 {
            dead.insert(u64::from_le_bytes(*label));
        }
    }
    let committed = committed(&fs_err::read_to_string(folder.join("committed"))?)?;
    let shape = Shape::new(DIMENSIONS)?;
    let scanners = Scanners::for_this_machine();
    let store =
        Store::open(&folder.join("segments"), &StoreKey::new(KEY), shape, &committed, &dead, &scanners)?;
    Ok(Overt { store, dead, records: folder.to_owned() })
}

impl Index for Overt {
    fn search(&self, probe: &[f32], limit: usize, _effort: usize) -> anyhow::Result<Vec<u64>> {
        let query = Query { min_score: MIN_SCORE, limit, exclude: None, only: None };
        Ok(self.store.search(probe, &query)?.hits.iter().map(|hit| hit.label).collect())
    }

    /// First the records, then the searches: the order of the gallery, in which nothing that was deleted comes back.
    fn delete(&mut self, people: &[u64]) -> anyhow::Result<Option<Deletion>> {
        let started = Instant::now();
        for person in people {
            self.dead.insert(*person);
        }
        let bytes: Vec<u8> = self.dead.iter().flat_map(u64::to_le_bytes).collect();
        write(&self.records.join("dead"), &bytes)?;
        let durable = started.elapsed();
        self.store.bury(people.iter().copied());
        Ok(Some(Deletion { gone: started.elapsed().saturating_sub(durable), durable }))
    }
}

/// Replaces a file's content durably.
fn write(path: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let new = path.with_extension("new");
    fs_err::write(&new, bytes)?;
    fs_err::File::open(&new)?.sync_all()?;
    fs_err::rename(&new, path)?;
    if let Some(parent) = path.parent() {
        fs_err::File::open(parent)?.sync_all()?;
    }
    Ok(())
}

fn text(committed: &Committed) -> String {
    committed.segments.iter().map(|segment| format!("{} {}\n", segment.id, segment.slots)).collect()
}

fn committed(text: &str) -> anyhow::Result<Committed> {
    let segment = |line: &str| {
        let (id, slots) = line.split_once(' ').ok_or_else(|| anyhow::anyhow!("no segment: {line}"))?;
        anyhow::Ok(SegmentState { id: id.parse()?, slots: slots.parse()? })
    };
    Ok(Committed { segments: text.lines().map(segment).collect::<anyhow::Result<_>>()? })
}
