//! IndexFaces end to end: a whole server, from the signed request to the flushed commit, against what its networks allow.
//!
//! Owns the server, its clients and the comparison: pictures a second of IndexFaces over those that the same number of
//! threads run through the networks that a template cannot do without, with and without decoding them, in turns; and
//! the processor time that a picture takes on either side.
//!
//! # Invariants
//! - Every request is a new picture to the server (an external id of its own), and at the end the collection has to have as
//!   many faces as requests were answered: what is measured was kept.
//! - On the clock nothing is taken off for the clients, which share the machine with the server. They hash and copy
//!   no picture again: its bytes are the same in all requests. Processor time is the server's alone, whose
//!   threads are all of the process but the clients'.

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
use ring::digest;
use tokio::sync::oneshot;
use tokio::task::LocalSet;

use super::client::{Connection, Head, Pieces};
use super::cpu;
use super::inference::{self, Case, Operation};
use super::sign::{self, AccessKey};
use super::{Folder, Samples, endtoend, heading, line, row, table};
use crate::config::{Config, ModelsConfig, Overrides};
use crate::engine::Engine;
use crate::server::Server;
use crate::sha256::sha256;
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

/// What one side did in a turn.
#[derive(Clone, Copy, Default)]
struct Turn {
    /// Pictures a second.
    rate: f64,
    /// Processor time a picture, seconds: of the server, or of the networks; NaN where nobody tells.
    work: f64,
    /// The same beside that: of the clients, or of decoding.
    beside: f64,
}

/// Turns of one side.
#[derive(Default)]
struct Turns(Vec<Turn>);

impl Turns {
    fn mean(&self, of: impl Fn(&Turn) -> f64) -> f64 {
        self.0.iter().map(of).sum::<f64>() / self.0.len() as f64
    }

    /// Rates over another side's, the lowest and the highest of a turn.
    fn over(&self, other: &Self) -> (f64, f64) {
        let ratios = self.0.iter().zip(&other.0).map(|(one, other)| one.rate / other.rate);
        ratios.fold((f64::INFINITY, 0.0), |(low, high), ratio| (ratio.min(low), ratio.max(high)))
    }
}

/// Everything that was measured.
#[derive(Default)]
struct Measured {
    server: Turns,
    decoded: Turns,
    bare: Turns,
    latencies: Samples,
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
        let measured = measured?;
        ended?;
        report(&measured)
    }

    fn turns(&self, running: &Running, bare: &mut [Vec<Case>], file: &[u8]) -> anyhow::Result<Measured> {
        let time = Duration::from_secs(self.seconds);
        let clients = Rc::new(Clients::new(running, file));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let create = format!("{{\"CollectionId\":\"{COLLECTION}\"}}");
        // More faces than an evaluation may have.
        let purpose = r#"{"overt:purpose":"research","overt:legal-basis":"no-living-person"}"#;
        let made = format!("{{\"CollectionId\":\"{COLLECTION}\",\"Tags\":{purpose}}}");
        LocalSet::new().block_on(&runtime, clients.ask("CreateCollection", &made))?;
        let mut measured = Measured::default();
        for round in 0..=self.rounds {
            let (server, latencies) =
                LocalSet::new().block_on(&runtime, Rc::clone(&clients).load(self.clients, time))?;
            let decoded = alone(bare, Some(file), time)?;
            let bare = alone(bare, None, time)?;
            if round > 0 {
                measured.server.0.push(server);
                measured.decoded.0.push(decoded);
                measured.bare.0.push(bare);
                measured.latencies.seconds.extend(latencies.seconds);
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
        Ok(measured)
    }
}

fn report(measured: &Measured) -> anyhow::Result<()> {
    let Measured { server, decoded, bare, latencies } = measured;
    let rate = |turns: &Turns| turns.mean(|turn| turn.rate);
    let against = |name: &str, turns: &Turns| {
        let (low, high) = server.over(turns);
        row([
            name.to_owned(),
            format!("{:.1}", rate(turns)),
            format!("{:.3}", rate(server) / rate(turns)),
            format!("{low:.2} - {high:.2}"),
        ])
    };
    table(&[
        heading(["on the clock", "pictures a second", "IndexFaces over it", "turn by turn"]),
        row(["IndexFaces".to_owned(), format!("{:.1}", rate(server)), String::new(), String::new()]),
        against("decoding and inference alone", decoded),
        against("inference alone", bare),
    ])?;
    let (work, clients) = (server.mean(|turn| turn.work), server.mean(|turn| turn.beside));
    let (inference, decoding) = (decoded.mean(|turn| turn.work), decoded.mean(|turn| turn.beside));
    let millis = |seconds: f64| format!("{:.2}", seconds * 1e3);
    let share = |seconds: f64| format!("{:.3}", seconds / work);
    table(&[
        heading(["processor time of a picture", "ms", "over the server's"]),
        row(["server, IndexFaces".to_owned(), millis(work), String::new()]),
        row(["decoding and inference".to_owned(), millis(decoding + inference), share(decoding + inference)]),
        row(["inference".to_owned(), millis(inference), share(inference)]),
        row(["decoding".to_owned(), millis(decoding), share(decoding)]),
        row(["clients, not the server's".to_owned(), millis(clients), String::new()]),
    ])?;
    let (median, rank_99) = (latencies.median(), latencies.quantile(0.99));
    Ok(line(&format!(
        "An IndexFaces took {median:.1} ms in the median, 99 % of them at most {rank_99:.1} ms."
    ))?)
}

/// What threads with sessions of their own run through the networks; a picture that is given is decoded each time before.
fn alone(bare: &mut [Vec<Case>], file: Option<&[u8]>, time: Duration) -> anyhow::Result<Turn> {
    let started = Instant::now();
    let work = |cases: &mut Vec<Case>| -> anyhow::Result<(u64, f64, f64)> {
        let (mut done, mut decoding, mut inference) = (0, 0.0, 0.0);
        let mut before = Instants::now();
        while started.elapsed() < time {
            if let Some(file) = file {
                endtoend::decode(file, 1)?;
            }
            let decoded = Instants::now();
            cases.iter_mut().try_for_each(Case::run)?;
            let after = Instants::now();
            done += 1;
            decoding += decoded.since(before);
            inference += after.since(decoded);
            before = after;
        }
        Ok((done, decoding, inference))
    };
    let (done, decoding, inference) = thread::scope(|scope| {
        let work = &work;
        let threads: Vec<_> = bare.iter_mut().map(|cases| scope.spawn(move || work(cases))).collect();
        let mut total = (0, 0.0, 0.0);
        for thread in threads {
            let own = thread.join().map_err(|_panic| anyhow::anyhow!("a thread panicked"))??;
            total = (total.0 + own.0, total.1 + own.1, total.2 + own.2);
        }
        anyhow::Ok(total)
    })?;
    let done = done as f64;
    Ok(Turn { rate: done / started.elapsed().as_secs_f64(), work: inference / done, beside: decoding / done })
}

/// The calling thread's processor time at one moment.
#[derive(Clone, Copy)]
struct Instants(Option<Duration>);

impl Instants {
    fn now() -> Self {
        Self(cpu::of_thread())
    }

    fn since(self, before: Self) -> f64 {
        seconds(before.0, self.0)
    }
}

/// Seconds between two times; NaN where nobody told them.
fn seconds(before: Option<Duration>, after: Option<Duration>) -> f64 {
    before.zip(after).map_or(f64::NAN, |(before, after)| after.saturating_sub(before).as_secs_f64())
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
    /// The beginning of every request, up to the external id: collection, and the picture in base64.
    start: Bytes,
    /// The hash of that so far.
    hash: digest::Context,
    /// Requests so far, all of which were answered or the run ended.
    sent: Cell<u64>,
}

impl Clients {
    fn new(running: &Running, file: &[u8]) -> Self {
        let image = BASE64_STANDARD.encode(file);
        let start = format!(
            "{{\"CollectionId\":\"{COLLECTION}\",\"Image\":{{\"Bytes\":\"{image}\"}},\"ExternalImageId\":\""
        );
        let mut hash = digest::Context::new(&digest::SHA256);
        hash.update(start.as_bytes());
        let (authority, key) = (running.authority.clone(), running.key.clone());
        Self { authority, key, start: start.into(), hash, sent: Cell::new(0) }
    }

    /// Keeps the server busy; what it did, and how long each request took. The clients run on the calling thread and on no
    /// other.
    async fn load(self: Rc<Self>, clients: usize, time: Duration) -> anyhow::Result<(Turn, Samples)> {
        let (thread, process) = (cpu::of_thread(), cpu::of_process());
        let started = Instant::now();
        let tasks: Vec<_> =
            (0..clients).map(|_| tokio::task::spawn_local(Rc::clone(&self).client(started, time))).collect();
        let mut latencies = Samples::default();
        for task in tasks {
            latencies.seconds.extend(task.await??.seconds);
        }
        let done = latencies.seconds.len() as f64;
        let rate = done / started.elapsed().as_secs_f64();
        let (own, all) = (seconds(thread, cpu::of_thread()), seconds(process, cpu::of_process()));
        Ok((Turn { rate, work: (all - own) / done, beside: own / done }, latencies))
    }

    async fn client(self: Rc<Self>, started: Instant, time: Duration) -> anyhow::Result<Samples> {
        let mut connection = Connection::open(&self.authority).await?;
        let mut latencies = Samples::default();
        while started.elapsed() < time {
            let number = self.sent.get();
            self.sent.set(number + 1);
            let end = Bytes::from(format!("{number}\"}}"));
            let mut hash = self.hash.clone();
            hash.update(&end);
            let body = [self.start.clone(), end];
            let sent = Instant::now();
            let answer = self.send(&mut connection, "IndexFaces", &digest_of(hash), body.into()).await?;
            latencies.push(sent.elapsed());
            let text = std::str::from_utf8(&answer)?;
            ensure!(text.contains("\"FaceId\""), "the face was not kept: {text}");
        }
        Ok(latencies)
    }

    /// One request on a connection of its own.
    async fn ask(&self, operation: &str, body: &str) -> anyhow::Result<Bytes> {
        let mut connection = Connection::open(&self.authority).await?;
        let payload = sha256(body.as_bytes());
        self.send(&mut connection, operation, &payload, Bytes::from(body.to_owned()).into()).await
    }

    async fn send(
        &self,
        connection: &mut Connection,
        operation: &str,
        payload: &[u8; 32],
        body: Pieces,
    ) -> anyhow::Result<Bytes> {
        let (target, date) = (format!("RekognitionService.{operation}"), sign::amz_date());
        let authorization =
            sign::authorization_of_hashed(&self.key, &self.authority, &date, &target, payload);
        let head = Head { target: &target, date: &date, authorization: &authorization };
        connection.post(head, body).await.with_context(|| format!("{operation} failed"))
    }
}

fn digest_of(hash: digest::Context) -> [u8; 32] {
    let mut digest = [0; 32];
    // SHA-256 has 32 bytes, so both lengths agree.
    for (to, from) in digest.iter_mut().zip(hash.finish().as_ref()) {
        *to = *from;
    }
    digest
}
