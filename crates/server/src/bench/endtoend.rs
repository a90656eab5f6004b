//! The operations as a worker runs them, from encoded bytes to findings, against decoding and bare inference.
//!
//! Owns the comparison: an operation's time over the time of decoding its pictures and of the inferences it cannot do
//! without, all measured in turns. HTTP, JSON and signatures are measured in [`super::http`].

use std::path::PathBuf;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use clap::Args;
use overt_protocol::generated::Attribute;
use overt_vision::face::Wanted;
use overt_vision::{DEFAULT_VERSION, DecodeLimits, DetectorPlan, MAX_FACES, Networks, Picture};

use super::inference::{self, Operation};
use super::{Samples, heading, line, row, table};
use crate::config::ModelsConfig;
use crate::engine::{Engine, NetworkEngine};
use crate::ops::wanted;
use crate::weights::Engines;

/// Turns before anything counts: caches, buffers and the processor's clock settle.
const WARM_UP: usize = 10;

/// Measures the networks and the operations.
#[derive(Debug, Args)]
pub(super) struct Speed {
    /// A picture with one face, JPEG or PNG
    #[arg(required = true)]
    picture: Option<PathBuf>,
    /// Times that everything is measured
    #[arg(long, default_value_t = 100, value_parser = super::at_least_one)]
    rounds: usize,
    /// Seconds that each number of workers is kept busy
    #[arg(long, default_value_t = 5)]
    seconds: u64,
}

impl Speed {
    pub(super) fn run(self, models: &ModelsConfig) -> anyhow::Result<()> {
        let engines = Engines::open(models)?;
        let networks = engines.networks();
        let path = self.picture.context("no picture was named")?;
        let file = fs_err::read(&path)?;
        let found = engines.engine()?.faces(&file, MAX_FACES, &Wanted::default())?;
        // With more faces the inferences that are needed depend on how they are put into batches.
        ensure!(found.faces.len() == 1, "{} shows {} faces, not one", path.display(), found.faces.len());
        line(&format!(
            "One face in {} x {} pixels, {} bytes; {} rounds; milliseconds on one thread.",
            found.width,
            found.height,
            file.len(),
            self.rounds
        ))?;
        let plan = DetectorPlan::for_picture(found.width, found.height);
        print_networks(networks, &plan, self.rounds)?;
        print_operations(&engines, &plan, &file, self.rounds)?;
        print_workers(&engines, &file, Duration::from_secs(self.seconds))
    }
}

fn print_networks(networks: &Networks, plan: &DetectorPlan, rounds: usize) -> anyhow::Result<()> {
    let mut cases = inference::cases(networks, plan)?;
    for round in 0..WARM_UP + rounds {
        for case in &mut cases {
            case.run()?;
            if round + 1 == WARM_UP {
                case.samples = Samples::default();
            }
        }
    }
    let mut rows = vec![heading(["network", "median", "fastest"])];
    rows.extend(
        cases.iter().map(|case| row([case.name(), ms(case.samples.median()), ms(case.samples.fastest())])),
    );
    Ok(table(&rows)?)
}

/// Runs `operation` on pictures that are all `file`.
fn run(
    operation: Operation,
    engines: &Engines,
    engine: &mut NetworkEngine,
    file: &[u8],
) -> anyhow::Result<()> {
    let wanted = match operation {
        Operation::DetectDefault => Wanted::default(),
        Operation::DetectAll => wanted(&[Attribute::ALL]),
        // The built-in recipe, whatever an operator has set: the inferences it is held against are those of its networks.
        Operation::Compare => Wanted { template: Some(DEFAULT_VERSION.into()), ..Wanted::default() },
    };
    let mut templates = Vec::new();
    for _picture in 0..operation.pictures() {
        let found = engine.faces(file, MAX_FACES, &wanted)?;
        templates.extend(found.faces.into_iter().filter_map(|face| face.template));
    }
    if let [one, other, ..] = templates.as_slice() {
        engines.recognition().compare(one, other)?;
    }
    Ok(())
}

fn print_operations(
    engines: &Engines,
    plan: &DetectorPlan,
    file: &[u8],
    rounds: usize,
) -> anyhow::Result<()> {
    let mut engine = engines.engine()?;
    let mut rows =
        vec![heading(["operation", "median", "decoding", "inference", "over both", "fastest over both"])];
    for operation in Operation::ALL {
        let mut needed = inference::needed(engines.networks(), operation, plan)?;
        let (mut whole, mut decoding, mut bare) =
            (Samples::default(), Samples::default(), Samples::default());
        for round in 0..WARM_UP + rounds {
            if round == WARM_UP {
                (whole, decoding, bare) = (Samples::default(), Samples::default(), Samples::default());
            }
            whole.measure(|| run(operation, engines, &mut engine, file))?;
            decoding.measure(|| decode(file, operation.pictures()))?;
            bare.measure(|| {
                (0..operation.pictures())
                    .try_for_each(|_| needed.iter_mut().try_for_each(inference::Case::run))
            })?;
        }
        rows.push(row([
            operation.name().to_owned(),
            ms(whole.median()),
            ms(decoding.median()),
            ms(bare.median()),
            format!("{:.2}", whole.median() / (decoding.median() + bare.median())),
            format!("{:.2}", whole.fastest() / (decoding.fastest() + bare.fastest())),
        ]));
    }
    Ok(table(&rows)?)
}

pub(super) fn decode(file: &[u8], pictures: usize) -> anyhow::Result<()> {
    for _picture in 0..pictures {
        std::hint::black_box(Picture::decode(file, &DecodeLimits::default())?);
    }
    Ok(())
}

fn print_workers(engines: &Engines, file: &[u8], time: Duration) -> anyhow::Result<()> {
    let mut rows = vec![heading(["operations a second", "1 worker", "2 workers", "gain"])];
    for operation in Operation::ALL {
        let one = throughput(engines, operation, file, 1, time)?;
        let two = throughput(engines, operation, file, 2, time)?;
        rows.push(row([
            operation.name().to_owned(),
            format!("{one:.1}"),
            format!("{two:.1}"),
            format!("{:.2}", two / one),
        ]));
    }
    Ok(table(&rows)?)
}

/// Operations that `workers` threads finish in a second, each with its own sessions.
fn throughput(
    engines: &Engines,
    operation: Operation,
    file: &[u8],
    workers: usize,
    time: Duration,
) -> anyhow::Result<f64> {
    let ready = Barrier::new(workers);
    let work = || -> anyhow::Result<f64> {
        let mut engine = engines.engine();
        let warm = engine
            .as_mut()
            .ok()
            .map(|engine| (0..WARM_UP).try_for_each(|_| run(operation, engines, engine, file)));
        // Everyone reaches the barrier, also who failed, or the others would wait for ever.
        ready.wait();
        warm.transpose()?;
        let mut engine = engine?;
        let started = Instant::now();
        let mut done = 0_u32;
        while started.elapsed() < time {
            run(operation, engines, &mut engine, file)?;
            done += 1;
        }
        Ok(f64::from(done) / started.elapsed().as_secs_f64())
    };
    thread::scope(|scope| {
        let threads: Vec<_> = (0..workers).map(|_| scope.spawn(work)).collect();
        let mut total = 0.0;
        for thread in threads {
            total += thread.join().map_err(|_panic| anyhow::anyhow!("a worker panicked"))??;
        }
        Ok(total)
    })
}

fn ms(milliseconds: f64) -> String {
    format!("{milliseconds:.2}")
}
