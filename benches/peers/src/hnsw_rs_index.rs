//! hnsw_rs: an HNSW graph in memory, saved as a file of the graph and one of the vectors.

use std::path::Path;
use std::time::Instant;

use hnsw_rs::api::AnnT as _;
use hnsw_rs::hnswio::HnswIo;
use hnsw_rs::prelude::{DistDot, Hnsw};

use crate::index::{Adding, BATCH, Built, Deletion, Graph, Index, flush, resident};
use crate::people::People;

/// The most layers that the library has.
const LAYERS: usize = 16;
const NAME: &str = "index";

pub(crate) struct HnswRs(Hnsw<'static, f32, DistDot>);

pub(crate) fn build(folder: &Path, people: &People, faces: u64, graph: Graph) -> anyhow::Result<Built> {
    fs_err::create_dir_all(folder)?;
    let index =
        Hnsw::<f32, DistDot>::new(graph.connectivity, faces as usize, LAYERS, graph.construction, DistDot {});
    let mut built = Built::default();
    for first in (0..faces).step_by(BATCH as usize) {
        let templates = people.batch(first..(first + BATCH).min(faces));
        let batch: Vec<(&[f32], usize)> =
            templates.iter().zip(first..).map(|(template, id)| (template.as_slice(), id as usize)).collect();
        let adding = Adding::start();
        index.parallel_insert_slice(&batch);
        adding.end(&mut built);
    }
    let started = Instant::now();
    index.file_dump(folder, NAME)?;
    flush(folder)?;
    built.saving = started.elapsed().as_secs_f64();
    built.resident = resident();
    Ok(built)
}

pub(crate) fn open(folder: &Path) -> anyhow::Result<HnswRs> {
    // The index borrows from its loader, for as long as this process lives.
    let loader = Box::leak(Box::new(HnswIo::new(folder, NAME)));
    let mut index = loader.load_hnsw::<f32, DistDot>()?;
    index.set_searching_mode(true);
    Ok(HnswRs(index))
}

impl Index for HnswRs {
    fn search(&self, probe: &[f32], limit: usize, effort: usize) -> anyhow::Result<Vec<u64>> {
        Ok(self.0.search(probe, limit, effort).iter().map(|found| found.d_id as u64).collect())
    }

    fn delete(&mut self, _people: &[u64]) -> anyhow::Result<Option<Deletion>> {
        Ok(None)
    }
}
