//! usearch: an HNSW graph in memory, saved as one file.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use anyhow::Context as _;
use overt_vectors::synthetic::DIMENSIONS;
use usearch::{IndexOptions, MetricKind, ScalarKind};

use crate::index::{Adding, BATCH, Built, Deletion, Graph, Index, System, THREADS, flush, resident};
use crate::people::People;

pub(crate) struct Usearch {
    index: usearch::Index,
    folder: PathBuf,
}

fn empty(system: System, graph: Graph) -> anyhow::Result<usearch::Index> {
    let quantization = match system {
        System::UsearchF16 => ScalarKind::F16,
        System::UsearchI8 => ScalarKind::I8,
        _ => ScalarKind::F32,
    };
    let options = IndexOptions {
        dimensions: DIMENSIONS,
        // Of unit vectors: the same order as the inner product, and what usearch scales 8-bit numbers for.
        metric: MetricKind::Cos,
        quantization,
        connectivity: graph.connectivity,
        expansion_add: graph.construction,
        expansion_search: 64,
        multi: false,
    };
    Ok(usearch::Index::new(&options)?)
}

fn file(folder: &Path) -> anyhow::Result<String> {
    folder.join("index.usearch").into_os_string().into_string().ok().context("a path of UTF-8")
}

pub(crate) fn build(
    folder: &Path,
    system: System,
    people: &People,
    faces: u64,
    graph: Graph,
) -> anyhow::Result<Built> {
    fs_err::create_dir_all(folder)?;
    let index = empty(system, graph)?;
    index.reserve_capacity_and_threads(faces as usize, THREADS)?;
    let mut built = Built::default();
    for first in (0..faces).step_by(BATCH as usize) {
        let templates = people.batch(first..(first + BATCH).min(faces));
        let adding = Adding::start();
        thread::scope(|scope| {
            let (index, templates) = (&index, &templates);
            let add = move |thread: usize| -> anyhow::Result<()> {
                let mut own = templates.iter().zip(first..).skip(thread).step_by(THREADS);
                own.try_for_each(|(template, key)| Ok(index.add(key, template)?))
            };
            let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || add(thread))).collect();
            threads.into_iter().try_for_each(|thread| {
                thread.join().map_err(|_panic| anyhow::anyhow!("a thread panicked"))?
            })
        })?;
        adding.end(&mut built);
    }
    let started = Instant::now();
    index.save(&file(folder)?)?;
    flush(folder)?;
    built.saving = started.elapsed().as_secs_f64();
    built.resident = resident();
    Ok(built)
}

pub(crate) fn open(folder: &Path, system: System, graph: Graph) -> anyhow::Result<Usearch> {
    let index = empty(system, graph)?;
    index.load(&file(folder)?)?;
    index.reserve_capacity_and_threads(index.size(), THREADS)?;
    Ok(Usearch { index, folder: folder.to_owned() })
}

impl Index for Usearch {
    fn search(&self, probe: &[f32], limit: usize, effort: usize) -> anyhow::Result<Vec<u64>> {
        // Of the index, not of the search; every thread of a turn sets the same.
        self.index.change_expansion_search(effort);
        Ok(self.index.search(probe, limit)?.keys)
    }

    fn delete(&mut self, people: &[u64]) -> anyhow::Result<Option<Deletion>> {
        let started = Instant::now();
        for person in people {
            self.index.remove(*person)?;
        }
        let gone = started.elapsed();
        self.index.save(&file(&self.folder)?)?;
        flush(&self.folder)?;
        Ok(Some(Deletion { gone, durable: started.elapsed().saturating_sub(gone) }))
    }
}
