//! diskann: a Vamana graph in memory with 32-bit numbers, saved as a file of the graph and one of the vectors.
//!
//! The library has no index that does without wiring: its parts are put together here as its own tests do.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::Instant;

use anyhow::Context as _;
use diskann::graph::config::{Builder, MaxDegree};
use diskann::graph::search::Knn;
use diskann::graph::search_output_buffer::IdDistance;
use diskann::graph::{Config, InplaceDeleteMethod};
use diskann::provider::DefaultContext;
use diskann::utils::ONE;
use diskann_providers::index::wrapped_async::DiskANNIndex;
use diskann_providers::model::IndexConfiguration;
use diskann_providers::model::graph::provider::async_::TableDeleteProviderAsync;
use diskann_providers::model::graph::provider::async_::common::{FullPrecision, NoStore, TableBasedDeletes};
use diskann_providers::model::graph::provider::async_::inmem::{
    CreateFullPrecision, DefaultProvider, DefaultProviderParameters, FullPrecisionProvider,
    SetStartPoints as _,
};
use diskann_providers::storage::{AsyncIndexMetadata, FileStorageProvider, SaveWith as _};
use diskann_vector::distance::Metric;
use overt_vectors::synthetic::DIMENSIONS;

use crate::index::{Adding, BATCH, Built, Deletion, Graph, Index, THREADS, flush, resident};
use crate::people::People;

/// Of unit vectors: the same order as the inner product.
const METRIC: Metric = Metric::L2;
/// What the search starts at is the mean of so many templates.
const MEAN_OF: u64 = 1_000;
/// Who takes over the edges to what was deleted, as the library's own benchmark has it.
const REPLACED_BY: usize = 3;

type Provider = FullPrecisionProvider<f32, NoStore, TableDeleteProviderAsync>;

pub(crate) struct Diskann {
    index: DiskANNIndex<Provider>,
    folder: PathBuf,
    construction: usize,
}

fn config(graph: Graph) -> anyhow::Result<Config> {
    let degree = 2 * graph.connectivity;
    let mut builder = Builder::new(degree, MaxDegree::default_slack(), graph.construction, METRIC.into());
    // Left as it is by default, a tenth of these templates cannot be reached: recall .78 at 4,000 faces, at any effort.
    builder.saturate_after_prune(true);
    Ok(builder.build()?)
}

fn path(folder: &Path) -> anyhow::Result<String> {
    folder.join("index").into_os_string().into_string().ok().context("a path of UTF-8")
}

fn save(index: &DiskANNIndex<Provider>, folder: &Path) -> anyhow::Result<()> {
    let place = AsyncIndexMetadata::new(path(folder)?);
    index.run(|inner| {
        let inner = std::sync::Arc::clone(inner);
        async move { inner.save_with(&FileStorageProvider, &place).await }
    })?;
    flush(folder)
}

pub(crate) fn build(folder: &Path, people: &People, faces: u64, graph: Graph) -> anyhow::Result<Built> {
    fs_err::create_dir_all(folder)?;
    let config = config(graph)?;
    let parameters = DefaultProviderParameters {
        max_points: faces as usize,
        frozen_points: ONE,
        metric: METRIC,
        dim: DIMENSIONS,
        prefetch_lookahead: None,
        prefetch_cache_line_level: None,
        max_degree: config.max_degree_u32().get(),
    };
    let vectors = CreateFullPrecision::<f32>::new(DIMENSIONS, None);
    let provider: Provider = DefaultProvider::new_empty(parameters, vectors, NoStore, TableBasedDeletes)?;
    provider.set_start_points(std::iter::once(mean(people, faces).as_slice()))?;
    let index = DiskANNIndex::new_with_current_thread_runtime(config, provider);
    let mut built = Built::default();
    for first in (0..faces).step_by(BATCH as usize) {
        let templates = people.batch(first..(first + BATCH).min(faces));
        let adding = Adding::start();
        thread::scope(|scope| {
            let (index, templates) = (&index, &templates);
            let add = move |thread: usize| -> anyhow::Result<()> {
                let mut own = templates.iter().zip(first as u32..).skip(thread).step_by(THREADS);
                own.try_for_each(|(template, id)| {
                    Ok(index.insert(&FullPrecision, &DefaultContext, &id, template.as_slice())?)
                })
            };
            let threads: Vec<_> = (0..THREADS).map(|thread| scope.spawn(move || add(thread))).collect();
            threads.into_iter().try_for_each(|thread| {
                thread.join().map_err(|_panic| anyhow::anyhow!("a thread panicked"))?
            })
        })?;
        adding.end(&mut built);
    }
    let started = Instant::now();
    save(&index, folder)?;
    built.saving = started.elapsed().as_secs_f64();
    built.resident = resident();
    Ok(built)
}

fn mean(people: &People, faces: u64) -> Vec<f32> {
    let some = people.batch(0..faces.min(MEAN_OF));
    let sum = |number: usize| some.iter().filter_map(|template| template.get(number)).sum::<f32>();
    (0..DIMENSIONS).map(|number| sum(number) / some.len() as f32).collect()
}

pub(crate) fn open(folder: &Path, faces: u64, graph: Graph) -> anyhow::Result<Diskann> {
    let configuration =
        IndexConfiguration::new(METRIC, DIMENSIONS, faces as usize, ONE, THREADS, config(graph)?);
    let path = path(folder)?;
    let index = DiskANNIndex::load_with_current_thread_runtime(
        &FileStorageProvider,
        &(path.as_str(), configuration),
    )?;
    Ok(Diskann { index, folder: folder.to_owned(), construction: graph.construction })
}

impl Index for Diskann {
    fn search(&self, probe: &[f32], limit: usize, effort: usize) -> anyhow::Result<Vec<u64>> {
        let (mut ids, mut distances) = (vec![u32::MAX; limit], vec![0.0; limit]);
        let mut output = IdDistance::new(&mut ids, &mut distances);
        let parameters = Knn::new_default(effort.max(limit))?;
        self.index.search(parameters, &FullPrecision, &DefaultContext, probe, &mut output)?;
        Ok(ids.into_iter().filter(|id| *id != u32::MAX).map(u64::from).collect())
    }

    fn delete(&mut self, people: &[u64]) -> anyhow::Result<Option<Deletion>> {
        let started = Instant::now();
        let method = InplaceDeleteMethod::VisitedAndTopK { k_value: 50, l_value: self.construction };
        for person in people {
            let id = u32::try_from(*person)?;
            self.index.inplace_delete(FullPrecision, &DefaultContext, &id, REPLACED_BY, method)?;
        }
        let gone = started.elapsed();
        save(&self.index, &self.folder)?;
        Ok(Some(Deletion { gone, durable: started.elapsed().saturating_sub(gone) }))
    }
}
