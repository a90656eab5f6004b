//! IndexFaces end to end: a whole server, from the signed request to the flushed commit, against what its networks allow.
//!
//! Owns the server, its clients and the comparison: pictures a second of IndexFaces over those that the same number of
//! threads decode and run through the networks that a template cannot do without, in turns.
//!
//! # Invariants
//! - Every request is a new picture to the server (an external id of its own), and at the end the collection has to have as
//!   many faces as requests were answered: what is measured was kept.
//! - The clients share the machine with the server; nothing is taken off for them.

use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use clap::Args;
use overt_gallery::{Allowed, Context, NewPrincipal, Sector};
use overt_vision::face::Wanted;
use overt_vision::{DEFAULT_VERSION, DetectorPlan, MAX_FACES};
use tokio::sync::oneshot;
use tokio::task::LocalSet;

use super::client::{Connection, Head};
use super::inference::{self, Case, Operation};
use super::sign::{self, AccessKey};
use super::{Folder, Samples, endtoend, heading, line, row, table};
use crate::config::{Config, ModelsConfig, Overrides};
use crate::engine::Engine;
use crate::server::Server;
use crate::telemetry;
use crate::weights::Engines;

/// The collection's name.
const COLLECTION: &str = "bench";

/// `overt bench index`.
#[derive(Debug, Args)]
pub(super) struct Index {
    /// A picture with one face, JPEG or PNG
    picture: PathBuf,
    /// Clients with one request in flight each
    #[arg(long, default_value_t = 8, value_parser = super::at_least_one)]
    clients: usize,
    /// Turns of the server, and as many of the networks alone
    #[arg(long, default_value_t = 8, value_parser = super::at_least_one)]
    rounds: usize,
    /// Seconds of a turn
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

/// What one side did, a turn at a time.
#[derive(Default)]
struct Rates {
    /// Pictures a second of each turn.
    turns: Vec<f64>,
}

impl Rates {
    fn mean(&self) -> f64 {
        self.turns.iter().sum::<f64>() / self.turns.len() as f64
    }
}

impl Index {
    pub(super) fn run(self, models: &ModelsConfig) -> anyhow::Result<()> {
        // The built-in recipe, whatever an operator has set: the inferences it is held against are those of its networks.
        let models = ModelsConfig { recogniser: Some(DEFAULT_VERSION.to_string()), ..models.clone() };
        let engines = Engines::open(&models)?;
        let file = fs_err::read(&self.picture)?;
        let found = engines.engine()?.faces(&file, MAX_FACES, &Wanted::default())?;
        ensure!(
            found.faces.len() == 1,
            "{} shows {} faces, not one",
            self.picture.display(),
            found.faces.len()
        );
        let plan = DetectorPlan::for_picture(found.width, found.height);
        let folder =
            Folder::create(std::env::temp_dir().join(format!("overt-bench-index-{}", std::process::id())))?;
        let config = config(&folder.0, models)?;
        let mut bare = (0..config.workers)
            .map(|_| inference::needed(engines.networks(), Operation::Compare, &plan))
            .collect::<anyhow::Result<Vec<_>>>()?;
        line(&format!(
            "IndexFaces of one face in {} x {} pixels, {} bytes; {} workers, {} clients; {} turns of {} s each after one that \
             does not count.",
            found.width,
            found.height,
            file.len(),
            config.workers,
            self.clients,
            self.rounds,
            self.seconds
        ))?;
        let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
        let running = runtime.block_on(Running::start(config, engines))?;
        let measured = self.turns(&running, &mut bare, &file);
        // The folder goes after the server has let go of it, also when a turn failed.
        let ended = runtime.block_on(running.end());
        let (server, networks, latencies) = measured?;
        ended?;
        report(&server, &networks, &latencies)
    }

    fn turns(
        &self,
        running: &Running,
        bare: &mut [Vec<Case>],
        file: &[u8],
    ) -> anyhow::Result<(Rates, Rates, Samples)> {
        let time = Duration::from_secs(self.seconds);
        let clients = Rc::new(Clients::new(running, file));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let create = format!("{{\"CollectionId\":\"{COLLECTION}\"}}");
        // More faces than an evaluation may have.
        let purpose = r#"{"overt:purpose":"research","overt:legal-basis":"no-living-person"}"#;
        let made = format!("{{\"CollectionId\":\"{COLLECTION}\",\"Tags\":{purpose}}}");
        LocalSet::new().block_on(&runtime, clients.ask("CreateCollection", &made))?;
        let (mut server, mut networks, mut latencies) =
            (Rates::default(), Rates::default(), Samples::default());
        for round in 0..=self.rounds {
            let (rate, own) =
                LocalSet::new().block_on(&runtime, Rc::clone(&clients).load(self.clients, time))?;
            let rate_alone = alone(bare, file, time)?;
            if round > 0 {
                server.turns.push(rate);
                networks.turns.push(rate_alone);
                latencies.seconds.extend(own.seconds);
            }
        }
        let described = LocalSet::new().block_on(&runtime, clients.ask("DescribeCollection", &create))?;
        let described: serde_json::Value = serde_json::from_slice(&described)?;
        let kept = described.get("FaceCount").and_then(serde_json::Value::as_u64);
        ensure!(
            kept == Some(clients.sent.get()),
            "{} pictures were indexed and {kept:?} faces kept",
            clients.sent.get()
        );
        line(&format!("{} pictures indexed, as many faces in the collection.", clients.sent.get()))?;
        Ok((server, networks, latencies))
    }
}

fn report(server: &Rates, networks: &Rates, latencies: &Samples) -> anyhow::Result<()> {
    let mut ratios: Vec<f64> =
        server.turns.iter().zip(&networks.turns).map(|(one, other)| one / other).collect();
    ratios.sort_by(f64::total_cmp);
    let (low, high) = ratios.first().zip(ratios.last()).context("no turn")?;
    let rows = vec![
        heading([
            "pictures a second",
            "IndexFaces",
            "decoding and inference alone",
            "ratio",
            "turn by turn",
            "IndexFaces, median ms",
            "99 %",
        ]),
        row([
            "all workers".to_owned(),
            format!("{:.1}", server.mean()),
            format!("{:.1}", networks.mean()),
            format!("{:.3}", server.mean() / networks.mean()),
            format!("{low:.2} - {high:.2}"),
            format!("{:.1}", latencies.median()),
            format!("{:.1}", latencies.quantile(0.99)),
        ]),
    ];
    Ok(table(&rows)?)
}

/// Pictures a second that threads with sessions of their own decode and run through the networks.
fn alone(bare: &mut [Vec<Case>], file: &[u8], time: Duration) -> anyhow::Result<f64> {
    let started = Instant::now();
    let work = |cases: &mut Vec<Case>| -> anyhow::Result<u64> {
        let mut done = 0;
        while started.elapsed() < time {
            endtoend::decode(file, 1)?;
            cases.iter_mut().try_for_each(Case::run)?;
            done += 1;
        }
        Ok(done)
    };
    let done = thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = bare.iter_mut().map(|cases| scope.spawn(move || work(cases))).collect();
        let mut total = 0;
        for thread in threads {
            total += thread.join().map_err(|_panic| anyhow::anyhow!("a thread panicked"))??;
        }
        anyhow::Ok(total)
    })?;
    Ok(done as f64 / started.elapsed().as_secs_f64())
}

/// The settings of a server on a folder of its own: defaults, and the user's weights.
fn config(folder: &Path, models: ModelsConfig) -> anyhow::Result<Config> {
    let file = folder.join("overt.toml");
    fs_err::write(&file, "")?;
    let overrides = Overrides {
        config: Some(file),
        data: Some(folder.join("data")),
        listen: Some("127.0.0.1:0".to_owned()),
        workers: None,
    };
    Ok(Config { models, ..Config::load(&overrides, &Default::default())? })
}

/// A server of this process.
struct Running {
    authority: String,
    key: AccessKey,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<anyhow::Result<bool>>,
}

impl Running {
    async fn start(config: Config, engines: Engines) -> anyhow::Result<Self> {
        let server = Server::prepare(config, Context::system()).await?;
        let issued = server.principals().create(&NewPrincipal {
            name: "bench".parse()?,
            organisation: "not stated".parse()?,
            sector: Sector::Unstated,
            allowed: Allowed::All,
        })?;
        let key = AccessKey { id: issued.id.to_string(), secret: issued.secret.reveal().to_owned() };
        let authority = server.address().to_string();
        let metrics = telemetry::start_metrics()?;
        let (stop, stopped) = oneshot::channel();
        let ended = tokio::spawn(async move {
            let build = move || -> anyhow::Result<Box<dyn Engine>> { Ok(Box::new(engines.engine()?)) };
            let failed = |error: anyhow::Error| tracing::error!("no engine could be started: {error:#}");
            let shutdown = async {
                // A sender that is dropped ends the server too.
                let _dropped = stopped.await;
            };
            Ok(server.run(metrics, build, failed, shutdown).await?)
        });
        Ok(Self { authority, key, stop, ended })
    }

    async fn end(self) -> anyhow::Result<()> {
        // A server that has ended already says below how.
        let _gone = self.stop.send(());
        ensure!(self.ended.await??, "the server did not end in time");
        Ok(())
    }
}

/// What the clients share.
struct Clients {
    authority: String,
    key: AccessKey,
    /// The end of every request: the picture in base64.
    image: String,
    /// Requests so far, all of which were answered or the run ended.
    sent: Cell<u64>,
}

impl Clients {
    fn new(running: &Running, file: &[u8]) -> Self {
        let image = format!(",\"Image\":{{\"Bytes\":\"{}\"}}}}", BASE64_STANDARD.encode(file));
        Self { authority: running.authority.clone(), key: running.key.clone(), image, sent: Cell::new(0) }
    }

    /// Keeps the server busy; answers pictures a second and how long each took.
    async fn load(self: Rc<Self>, clients: usize, time: Duration) -> anyhow::Result<(f64, Samples)> {
        let started = Instant::now();
        let tasks: Vec<_> =
            (0..clients).map(|_| tokio::task::spawn_local(Rc::clone(&self).client(started, time))).collect();
        let mut latencies = Samples::default();
        for task in tasks {
            latencies.seconds.extend(task.await??.seconds);
        }
        Ok((latencies.seconds.len() as f64 / started.elapsed().as_secs_f64(), latencies))
    }

    async fn client(self: Rc<Self>, started: Instant, time: Duration) -> anyhow::Result<Samples> {
        let mut connection = Connection::open(&self.authority).await?;
        let mut latencies = Samples::default();
        while started.elapsed() < time {
            let number = self.sent.get();
            self.sent.set(number + 1);
            let body =
                format!("{{\"CollectionId\":\"{COLLECTION}\",\"ExternalImageId\":\"{number}\"{}", self.image);
            let sent = Instant::now();
            let answer = self.send(&mut connection, "IndexFaces", body).await?;
            latencies.push(sent.elapsed());
            let text = std::str::from_utf8(&answer)?;
            ensure!(text.contains("\"FaceId\""), "the face was not kept: {text}");
        }
        Ok(latencies)
    }

    /// One request on a connection of its own.
    async fn ask(&self, operation: &str, body: &str) -> anyhow::Result<Bytes> {
        let mut connection = Connection::open(&self.authority).await?;
        self.send(&mut connection, operation, body.to_owned()).await
    }

    async fn send(
        &self,
        connection: &mut Connection,
        operation: &str,
        body: String,
    ) -> anyhow::Result<Bytes> {
        let body = Bytes::from(body);
        let (target, date) = (format!("RekognitionService.{operation}"), sign::amz_date());
        let authorization = sign::authorization(&self.key, &self.authority, &date, &target, &body);
        let head = Head { target: &target, date: &date, authorization: &authorization };
        connection.post(head, body).await.with_context(|| format!("{operation} failed"))
    }
}
