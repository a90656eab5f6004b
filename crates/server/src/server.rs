//! The server as a whole: built from its settings, started, and ended.
//!
//! Owns the order of a start: port, data folder, records, collections, recognisers, buckets, workers. Refuses to know where
//! weights come from: it is handed a function that makes an engine.
//!
//! # Invariants
//! - What is wrong with the settings, the port or the data folder is found before anything takes long.
//! - The server answers while its engines are still being prepared; requests wait in the queue meanwhile.
//! - After the end every thread that was started here has ended, unless the grace was over first.

use std::convert::Infallible;
use std::future::Future;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use overt_gallery::{Acting, Actor, Allowed, Context, Database, Gallery, GalleryError, Principals, Recorder};
use overt_protocol::PageKey;

use crate::account::{Book, BookError, Publisher, Witnesses, make_again};
use crate::admission::{Admission, Shape};
use crate::alarms::{Alarms, Recount};
use crate::card::Card;
use crate::config::{Config, ConfigError};
use crate::data::{Claim, DataError, DataFolder};
use crate::engine::Engine;
use crate::http::{App, ListenError, Listener, Memory, router};
use crate::objects::{BucketError, Objects};
use crate::ops::{Pages, Services};
use crate::recognition::Recognition;
use crate::remote::RemoteError;
use crate::rights::Rights;
use crate::transparency::Served;
use crate::upkeep::Upkeep;
use crate::weights::{WeightsError, store};

/// Threads that work on records. They wait for disks and for the scan's own threads much more than they compute: enough
/// that changes of many clients share one flush of the disk.
const RECORD_THREADS: usize = 32;
/// Label of the key of page tokens, which follows from the server's key.
const PAGE_KEY: &str = "overt page tokens 1";

/// File of the data folder in which the transparency report's count is kept.
const COUNT_FILE: &str = "transparency.count";

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
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] BookError),
    /// The address of a witness.
    #[error("ledger.witnesses")]
    Witness(#[from] RemoteError),
    /// The system card.
    #[error("the system card cannot be written")]
    Card(#[from] serde_json::Error),
    /// A manifest or a calibration table.
    #[error(transparent)]
    Recognition(#[from] WeightsError),
    /// The settings.
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// A bucket.
    #[error(transparent)]
    Bucket(#[from] BucketError),
    /// The system gave no threads.
    #[error("cannot start worker threads")]
    Threads(#[source] std::io::Error),
}

/// A server that is ready to be run: port bound, data folder open.
pub struct Server {
    listener: Listener,
    data: DataFolder,
    claim: Claim,
    principals: Principals,
    parts: Parts,
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
        let database = Arc::new(Database::open(data.root(), context.clone())?);
        let book = Book::open(data.root(), config.ledger.origin.as_deref(), context.clone(), &database)?;
        let recorder = Arc::clone(&book) as Arc<dyn Recorder>;
        let gallery = Gallery::open(Arc::clone(&database), config.quotas.limits(), recorder)?;
        gallery.record_outbox()?;
        if let Some(again) = make_again(&book, &database, &gallery)? {
            again.log();
        }
        let witnesses: Vec<_> = config.ledger.witnesses.iter().map(|witness| witness.key.clone()).collect();
        let principals = Principals::new(Arc::clone(&database));
        let rights = Arc::new(Rights::default());
        let whole = rights.take_over(&gallery, &book)?;
        book.started(&format!("{config:?}"), &witnesses, whole)?;
        let recognition = Recognition::open(&config.models)?;
        for version in recognition.uncalibrated() {
            tracing::warn!(%version, "no calibration for these templates: they will not be compared until models.calibration names one");
        }
        let objects = open_buckets(&config)?;
        let memory = Memory::new(config.limits.memory_bytes);
        let gallery = Arc::new(gallery);
        rights.begin(&gallery, &book)?;
        let parts = Parts { config, context, database, gallery, book, rights, recognition, objects, memory };
        Ok(Self { listener, data, claim, principals, parts })
    }

    /// Where it listens, with the real port.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.listener.address()
    }

    /// The settings.
    #[must_use]
    pub fn config(&self) -> &Config {
        &self.parts.config
    }

    /// The data folder.
    #[must_use]
    pub fn data(&self) -> &DataFolder {
        &self.data
    }

    /// The same server with other recognisers than the settings name: for engines that make templates of their own.
    #[must_use]
    pub fn with_recognition(self, recognition: Recognition) -> Self {
        Self { parts: Parts { recognition, ..self.parts }, ..self }
    }

    /// The principals.
    #[must_use]
    pub fn principals(&self) -> &Principals {
        &self.principals
    }

    /// The budget for bytes that clients make the server hold.
    #[must_use]
    pub fn memory(&self) -> &Memory {
        &self.parts.memory
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
        let Self { listener, data, claim, principals, parts } = self;
        let Config { limits, upkeep, signature, prefix, .. } = parts.config.clone();
        let (context, gallery) = (parts.context.clone(), Arc::clone(&parts.gallery));
        let book = &parts.book;
        let witnesses = &parts.config.ledger.witnesses;
        let card = Card::new(
            store(&parts.config.models)?.manifest(),
            &parts.recognition,
            book.verifier(),
            witnesses,
        )?;
        let transparency = Arc::new(Served::new(
            book.folder().to_owned(),
            book.verifier().clone(),
            data.root().join(COUNT_FILE),
        ));
        let asked = Witnesses::new(book.folder().to_owned(), witnesses, context.clone())?;
        let keeper = Arc::clone(&gallery);
        let remember = move |known: &str| keeper.remember_ledger(known);
        let publisher = Publisher::start(Arc::clone(book), asked, remember).map_err(StartError::Threads)?;
        let recount = Recount::before(Arc::clone(book), Arc::clone(&parts.database), context.now())?;
        let services = start_services(parts, build, failed)?;
        let recount = recount.start(Arc::clone(&services.alarms)).map_err(StartError::Threads)?;
        let closing = services.clone();
        let cut_off = Arc::new(AtomicBool::new(false));
        let app = App {
            context,
            principals,
            services,
            limits,
            signature,
            prefix,
            metrics: metrics.clone(),
            transparency: Arc::clone(&transparency),
            card: Arc::new(card),
            cut_off: Arc::clone(&cut_off),
        };
        // The first one may read the whole ledger: before anybody waits for it.
        let kept = Arc::clone(&transparency);
        tokio::spawn(async move { transparency.fetch().await });
        let compared = (Arc::clone(&closing.rights), Arc::clone(&closing.book));
        let upkeep =
            Upkeep::start(metrics, gallery, compared, upkeep.every()).map_err(StartError::Threads)?;
        let mut finished = listener.serve(router(Arc::new(app)), &limits, shutdown).await;
        // Before anything that is still being answered is dropped.
        cut_off.store(!finished, Ordering::Relaxed);
        if finished {
            // Clients are gone; a worker may still be at a picture of one that hung up, or fetching its networks.
            let ended = tokio::task::spawn_blocking(move || closing.close());
            let most = Duration::from_secs(limits.shutdown_seconds.max(1));
            finished = tokio::time::timeout(most, ended).await.is_ok();
        }
        // Last, so that what was changed at the end is counted in what the next start need not do.
        let _ended = tokio::task::spawn_blocking(move || {
            recount.end();
            upkeep.end();
            publisher.end();
            kept.end();
        })
        .await;
        drop(claim);
        Ok(finished)
    }
}

/// What operations are made from.
pub(crate) struct Parts {
    /// The settings.
    pub(crate) config: Config,
    /// Clock and randomness.
    pub(crate) context: Context,
    /// The records.
    pub(crate) database: Arc<Database>,
    /// The collections.
    pub(crate) gallery: Arc<Gallery>,
    /// The ledger.
    pub(crate) book: Arc<Book>,
    /// Where the records contradict it.
    pub(crate) rights: Arc<Rights>,
    /// The recognisers.
    pub(crate) recognition: Recognition,
    /// The buckets.
    pub(crate) objects: Objects,
    /// The budget for bytes in memory.
    pub(crate) memory: Memory,
}

/// The buckets of the settings.
///
/// # Errors
/// [`StartError::Bucket`].
pub(crate) fn open_buckets(config: &Config) -> Result<Objects, StartError> {
    Ok(Objects::open(&config.buckets, Duration::from_secs(config.limits.object_seconds))?)
}

/// Starts the threads that operations work with. Each worker thread makes its engine with `build`; failures to do so are
/// handed to `failed`.
///
/// # Errors
/// [`StartError::Threads`], [`StartError::Config`].
pub(crate) fn start_services<E: Send + 'static>(
    parts: Parts,
    build: impl Fn() -> Result<Box<dyn Engine>, E> + Send + Sync + 'static,
    failed: impl Fn(E) + Send + Sync + 'static,
) -> Result<Services, StartError> {
    let Parts { config, context, database, gallery, book, rights, recognition, objects, memory } = parts;
    let (depth, patience) = (config.limits.queue, config.limits.patience());
    let shape = Shape { name: "worker", workers: config.workers, depth, patience };
    let workers = Admission::start(shape, build, failed).map_err(StartError::Threads)?;
    let shape = Shape { name: "records", workers: RECORD_THREADS, depth, patience };
    let open = move || Ok::<_, Infallible>(Arc::clone(&gallery));
    let records = Admission::start(shape, open, |never| match never {}).map_err(StartError::Threads)?;
    Ok(Services {
        workers: Arc::new(workers),
        records: Arc::new(records),
        pages: Arc::new(Pages::new(PageKey::new(database.derived_key(PAGE_KEY)), context.clone())),
        region: config.region.as_str().into(),
        recognition,
        objects: Arc::new(objects),
        memory,
        book,
        alarms: Arc::new(Alarms::new(config.alarms)),
        rights,
        context: context.clone(),
        consent: None,
        declared: Arc::new(config.policy.declaration()?),
        acting: Arc::new(Acting::new(Actor::operator("command line"))),
        allowed: Arc::new(Allowed::All),
        body: None,
    })
}
