//! The server as a whole: built from its settings, started, and ended.
//!
//! Owns the order of a start: port, data folder, records, recognisers, buckets, workers. Refuses to know where weights come from:
//! it is handed a function that makes an engine.
//!
//! # Invariants
//! - What is wrong with the settings, the port or the data folder is found before anything takes long.
//! - The server answers while its engines are still being prepared; requests wait in the queue meanwhile.
//! - After the end every thread that was started here has ended, unless the grace was over first.

use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use overt_gallery::{Context, Database, GalleryError, Principals};

use crate::admission::{Admission, Shape};
use crate::config::Config;
use crate::data::{Claim, DataError, DataFolder};
use crate::engine::Engine;
use crate::http::{App, ListenError, Listener, Memory, router};
use crate::objects::{BucketError, Objects};
use crate::ops::{Services, Workers};
use crate::recognition::Recognition;
use crate::weights::WeightsError;

/// Why a server did not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The port.
    #[error(transparent)]
    Listen(#[from] ListenError),
    /// The data folder.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The records.
    #[error(transparent)]
    Gallery(#[from] GalleryError),
    /// A manifest or a calibration table.
    #[error(transparent)]
    Recognition(#[from] WeightsError),
    /// A bucket.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The system gave no threads.
    #[error("cannot start worker threads")]
    Threads(#[source] std::io::Error),
}

/// A server that is ready to be run: port bound, data folder open.
pub struct Server {
    config: Config,
    context: Context,
    listener: Listener,
    data: DataFolder,
    claim: Claim,
    principals: Principals,
    recognition: Recognition,
    objects: Objects,
    memory: Memory,
}

impl Server {
    /// Binds the port, then opens the data folder, the records and the buckets.
    ///
    /// # Errors
    /// [`StartError`]; nothing keeps running then.
    pub async fn prepare(config: Config, context: Context) -> Result<Self, StartError> {
        let listener = Listener::bind(config.listen).await?;
        let data = DataFolder::open(&config.data)?;
        let claim = data.claim()?;
        data.sweep(&claim)?;
        if let Some(mode) = data.shared_mode()? {
            tracing::warn!(mode = %format_args!("{mode:03o}"), "others may look into the data folder: `chmod 700` keeps them out");
        }
        let principals = Principals::new(Arc::new(Database::open(data.root(), context.clone())?));
        let recognition = Recognition::open(&config.models)?;
        for version in recognition.uncalibrated() {
            tracing::warn!(%version, "no calibration for these templates: they will not be compared until models.calibration names one");
        }
        let timeout = Duration::from_secs(config.limits.object_seconds);
        let objects = Objects::open(&config.buckets, timeout)?;
        let memory = Memory::new(config.limits.memory_bytes);
        Ok(Self { config, context, listener, data, claim, principals, recognition, objects, memory })
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &DataFolder {
        &self.data
    }

    /// The same server with other recognisers than the settings name: for engines that make templates of their own.
    #[must_use]
    pub fn with_recognition(self, recognition: Recognition) -> Self {
        Self { recognition, ..self }
    }

    /// The principals.
    #[must_use]
    pub fn principals(&self) -> &Principals {
        &self.principals
    }

    /// The budget for bytes that clients make the server hold.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.memory
    }

    /// Answers requests until `shutdown` resolves, then finishes what was begun. Each worker thread makes its engine
    /// with `build`; the first failure to do so is handed to `failed`, which should end the server. Returns whether
    /// everything accepted was finished.
    ///
    /// # Errors
    /// [`StartError::Threads`].
    pub async fn run<E: Send + 'static>(
        self,
        metrics: PrometheusHandle,
        build: impl Fn() -> Result<Box<dyn Engine>, E> + Send + Sync + 'static,
        failed: impl Fn(E) + Send + Sync + 'static,
        shutdown: impl Future<Output = ()>,
    ) -> Result<bool, StartError> {
        let Self { config, context, listener, data: _, claim, principals, recognition, objects, memory } =
            self;
        let (depth, patience) = (config.limits.queue, config.limits.patience());
        let shape = Shape { name: "worker", workers: config.workers, depth, patience };
        let workers: Arc<Workers> =
            Arc::new(Admission::start(shape, build, failed).map_err(StartError::Threads)?);
        let services = Services {
            workers: Arc::clone(&workers),
            recognition,
            objects: Arc::new(objects),
            memory,
            body: None,
        };
        let limits = config.limits;
        let app = App {
            context,
            principals,
            services,
            limits,
            signature: config.signature,
            prefix: config.prefix,
            metrics: metrics.clone(),
        };
        let upkeep = tokio::spawn(async move {
            // Histograms keep their samples until they are folded into buckets: without this they grow for ever
            // on a server that nobody scrapes.
            loop {
                tokio::time::sleep(Duration::from_secs(5)).await;
                metrics.run_upkeep();
            }
        });
        let finished = listener.serve(router(Arc::new(app)), &limits, shutdown).await;
        upkeep.abort();
        if finished {
            let _ended = tokio::task::spawn_blocking(move || workers.close()).await;
        }
        drop(claim);
        Ok(finished)
    }
}
