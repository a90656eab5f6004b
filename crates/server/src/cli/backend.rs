//! Where the command line reaches the collections: in this process, or through the server that has the data folder.
//!
//! Owns the choice between the two and says plainly what to do when neither works. Requests and answers are those of the API in
//! both cases, and so are their rules. Refuses to know what a command wants.
//!
//! # Invariants
//! - Two processes never have the stores of one data folder open: whoever works on them has the folder's claim.
//! - Through the server, a request passes everything that any client's passes: signature, authorisation, queue.

use std::sync::Arc;

use anyhow::{Context as _, bail, ensure};
use overt_gallery::{Acting, Actor, Context, Database, Gallery, Recorder};
use overt_protocol::{ErrorCode, Request};
use serde_json::Value;

use super::Common;
use super::running::Running;
use crate::account::{Again, Book, make_again};
use crate::config::{Config, Overrides};
use crate::data::{Claim, DataError, DataFolder};
use crate::engine::Engine;
use crate::error::ApiError;
use crate::http::Memory;
use crate::ops::{self, Services};
use crate::recognition::Recognition;
use crate::rights::Rights;
use crate::server::{Parts, open_buckets, start_services};
use crate::telemetry;
use crate::weights::SharedEngines;

/// The collections, wherever they are reached.
pub(super) struct Backend {
    runtime: tokio::runtime::Runtime,
    way: Way,
}

enum Way {
    Here(Box<Here>),
    Running(Running),
}

/// The stores open in this process.
struct Here {
    services: Services,
    _claim: Claim,
}

/// Whether a command analyses pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Needs {
    /// The networks are loaded, and fetched if this is the first time.
    Networks,
    /// Records alone.
    Records,
}

/// A data folder whose collections are opened by this process alone.
pub(super) struct Exclusive {
    pub(super) config: Config,
    pub(super) database: Arc<Database>,
    pub(super) gallery: Gallery,
    /// What was made again, if the records were put back from a snapshot and this was their first opening.
    pub(super) again: Option<Again>,
    pub(super) book: Arc<Book>,
    _claim: Claim,
}

/// The records, by whichever way the ledger is told of what is done with them.
pub(super) enum Reach {
    /// This process has the ledger.
    Here(Box<Exclusive>),
    /// Somebody else has it, and takes what is posted out of the records.
    Beside(Arc<Database>),
}

impl Reach {
    /// Opens the records of a data folder that is there.
    ///
    /// # Errors
    /// That there are none, or that they cannot be opened.
    pub(super) fn open(common: &Common) -> anyhow::Result<Self> {
        let config = common.load(Overrides::default())?;
        telemetry::start_log(&config.log)?;
        // Opened and not made: what is in a folder that was misspelt is nobody's wish.
        ensure!(config.data.join("overt.db").is_file(), "there are no records in {}", config.data.display());
        let data = DataFolder::open(&config.data)?;
        match claim(&data)? {
            Some(claim) => Ok(Self::Here(Box::new(Exclusive::claimed(config, &data, claim)?))),
            None => Ok(Self::Beside(Arc::new(Database::open(data.root(), Context::system())?))),
        }
    }

    /// The records.
    pub(super) fn database(&self) -> &Arc<Database> {
        match self {
            Self::Here(here) => &here.database,
            Self::Beside(database) => database,
        }
    }
}

impl Exclusive {
    /// For what cannot be done beside a running server.
    ///
    /// # Errors
    /// That somebody else has the folder, with what to do; or that it cannot be opened.
    pub(super) fn open(common: &Common) -> anyhow::Result<Self> {
        let config = common.load(Overrides::default())?;
        telemetry::start_log(&config.log)?;
        let data = DataFolder::open(&config.data)?;
        let claim = claimed(&data)?;
        Self::claimed(config, &data, claim)
    }

    /// Of a folder whose claim is there already.
    ///
    /// # Errors
    /// That it cannot be opened.
    pub(super) fn claimed(config: Config, data: &DataFolder, claim: Claim) -> anyhow::Result<Self> {
        let database = Arc::new(Database::open(data.root(), Context::system())?);
        let (book, gallery, again) = open_gallery(&config, data, &Context::system(), &database)?;
        Ok(Self { config, database, gallery, again, book, _claim: claim })
    }
}

impl Drop for Exclusive {
    fn drop(&mut self) {
        publish(&self.book);
    }
}

/// The claim, for what cannot be done beside anybody.
///
/// # Errors
/// That somebody else has it, with what to do.
pub(super) fn claimed(data: &DataFolder) -> anyhow::Result<Claim> {
    claim(data)?.with_context(|| {
        format!(
            "a server or another command has {} open, and this cannot be done beside it: stop it first",
            data.root().display()
        )
    })
}

/// The claim; `None` while somebody else has it.
fn claim(data: &DataFolder) -> anyhow::Result<Option<Claim>> {
    match data.claim() {
        Ok(claim) => Ok(Some(claim)),
        Err(DataError::InUse { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

impl Backend {
    /// Opens the collections, or finds the server that has them open.
    ///
    /// # Errors
    /// That the folder cannot be opened, or that its server cannot be reached, with what to do.
    pub(super) fn open(common: &Common, needs: Needs) -> anyhow::Result<Self> {
        let config = common.load(Overrides::default())?;
        telemetry::start_log(&config.log)?;
        let data = DataFolder::open(&config.data)?;
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .enable_all()
            .worker_threads(2)
            .build()
            .context("cannot start the async runtime")?;
        let way = match claim(&data)? {
            Some(claim) => Way::Here(Box::new(here(config, &data, claim, needs)?)),
            None => Way::Running(Running::of(&data)?),
        };
        Ok(Self { runtime, way })
    }

    /// Requests that are worth sending at the same time.
    pub(super) fn parallel(&self, config_workers: usize) -> usize {
        // One is read or written while each worker analyses another.
        config_workers.saturating_mul(2).max(2)
    }

    /// Largest picture that can be sent, bytes.
    pub(super) fn largest_picture(&self) -> u64 {
        match &self.way {
            // What the API takes from buckets: here, nothing has to fit into a request.
            Way::Here(_) => crate::objects::MAX_OBJECT,
            Way::Running(_) => 5 << 20,
        }
    }

    /// Whether requests go to a running server.
    pub(super) fn is_running(&self) -> bool {
        matches!(self.way, Way::Running(_))
    }

    /// Runs a request to its end.
    ///
    /// # Errors
    /// [`Refused`], or that the server cannot be reached.
    pub(super) fn call(&self, request: Request) -> anyhow::Result<Value> {
        self.runtime.block_on(self.send(request))
    }

    /// The runtime, for what sends several requests at once.
    pub(super) fn runtime(&self) -> &tokio::runtime::Runtime {
        &self.runtime
    }

    /// Runs a request.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub(super) async fn send(&self, request: Request) -> anyhow::Result<Value> {
        match &self.way {
            Way::Here(here) => {
                let actor = Actor::operator(request.operation().name());
                let answer = ops::run(request, &here.services.acting(actor)).await.map_err(Refused::from)?;
                Ok(serde_json::from_slice(&answer.json)?)
            }
            Way::Running(running) => running.send(&request).await,
        }
    }

    /// Every item of a list, over all of its pages. `page` makes the request for the page behind a token.
    ///
    /// # Errors
    /// As [`call`](Self::call).
    pub(super) fn pages(
        &self,
        page: impl Fn(Option<String>) -> Request,
        mut each: impl FnMut(Value) -> anyhow::Result<()>,
    ) -> anyhow::Result<()> {
        let mut token = None;
        loop {
            let answer = self.call(page(token))?;
            token = answer.get("NextToken").and_then(Value::as_str).map(ToOwned::to_owned);
            each(answer)?;
            if token.is_none() {
                return Ok(());
            }
        }
    }
}

impl Drop for Backend {
    fn drop(&mut self) {
        if let Way::Here(here) = &self.way {
            here.services.close();
            publish(&here.services.book);
        }
    }
}

/// The collections with their ledger, in the hands of whoever sits at the command line.
fn open_gallery(
    config: &Config,
    data: &DataFolder,
    context: &Context,
    database: &Arc<Database>,
) -> anyhow::Result<(Arc<Book>, Gallery, Option<Again>)> {
    let book = Book::open(data.root(), config.ledger.origin.as_deref(), context.clone(), database)?;
    let recorder = Arc::clone(&book) as Arc<dyn Recorder>;
    let gallery = Gallery::open(Arc::clone(database), config.quotas.limits(), recorder)?;
    gallery.record_outbox()?;
    let again = make_again(&book, database, &gallery)?;
    let command = Arc::new(Acting::new(Actor::operator("command line")));
    Ok((book, gallery.acting(command), again))
}

/// Publishes what a command has told: no server may follow that would.
fn publish(book: &Book) {
    if let Err(error) = book.finish() {
        let error = anyhow::Error::from(error);
        tracing::error!(details = format!("{error:#}"), "no checkpoint of the ledger could be published");
    }
}

fn here(config: Config, data: &DataFolder, claim: Claim, needs: Needs) -> anyhow::Result<Here> {
    let context = Context::system();
    let database = Arc::new(Database::open(data.root(), context.clone())?);
    let (book, gallery, again) = open_gallery(&config, data, &context, &database)?;
    if let Some(again) = again {
        again.log();
    }
    let gallery = Arc::new(gallery);
    let recognition = Recognition::open(&config.models)?;
    let engines = (needs == Needs::Networks).then(|| SharedEngines::new(config.models.clone()));
    if let Some(engines) = &engines {
        // Fetched now, with progress, and not while the first picture waits.
        engines.get()?;
    }
    let build = move || -> anyhow::Result<Box<dyn Engine>> {
        let engines = engines.as_ref().context("this command was not meant to analyse pictures")?;
        Ok(Box::new(engines.get()?.engine()?))
    };
    let objects = open_buckets(&config)?;
    let memory = Memory::new(config.limits.memory_bytes);
    let rights = Arc::new(Rights::default());
    rights.begin(&gallery, &book)?;
    let parts = Parts { config, context, database, gallery, book, rights, recognition, objects, memory };
    // A worker that cannot be built refuses its jobs, and the caller of the first one learns it.
    let services = start_services(parts, build, |error: anyhow::Error| {
        tracing::debug!(details = format!("{error:#}"), "no engine");
    })?;
    Ok(Here { services, _claim: claim })
}

/// A request was refused, by the operations here or by the running server.
#[derive(Debug, thiserror::Error)]
#[error("{message} ({code})")]
pub(super) struct Refused {
    /// The API's code.
    pub(super) code: String,
    /// The API's message.
    pub(super) message: String,
    /// Whether the same request may pass later.
    pub(super) again: bool,
}

impl From<ApiError> for Refused {
    fn from(error: ApiError) -> Self {
        let details = error.details();
        // There is no log with the cause here: this is the log. Of a picture the message says it all.
        // So it does where the rules refuse.
        let told = details.is_empty()
            || error.denied.is_some()
            || error.code == ErrorCode::InvalidImageFormatException;
        let message = if told { error.message } else { format!("{}: {details}", error.message) };
        Self { code: error.code.as_str().to_owned(), message, again: error.code.is_retried() }
    }
}

/// A refusal's code, if this is one.
pub(super) fn refused(error: &anyhow::Error) -> Option<&Refused> {
    error.downcast_ref::<Refused>()
}

/// Fails with the request's name unless the text is a member of the answer.
pub(super) fn text<'a>(answer: &'a Value, member: &str) -> anyhow::Result<&'a str> {
    match answer.get(member).and_then(Value::as_str) {
        Some(text) => Ok(text),
        None => bail!("the answer has no {member}"),
    }
}
