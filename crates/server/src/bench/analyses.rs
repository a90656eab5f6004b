//! DetectText, DetectLabels and DetectModerationLabels as a worker runs them, against decoding and the time that their own
//! networks took inside them.
//!
//! Owns the comparison. The share of the networks is not run a second time: how often they run, and on what, depends on the picture
//! (each line of text is an input of its own), so it is taken from the histogram of inferences, of the very calls that are measured.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::endtoend::decode;
use super::{Samples, heading, line, row, table};
use crate::config::ModelsConfig;
use crate::engine::{Choice, Engine, LabelsWanted, NetworkEngine};
use crate::ops::DEFAULT_MODERATION_CONFIDENCE;
use crate::weights::Engines;

/// Turns before anything counts.
const WARM_UP: usize = 3;

/// `overt bench analyses`.
#[derive(Debug, Args)]
pub(super) struct Analyses {
    /// Pictures, JPEG or PNG
    #[arg(required = true)]
    pictures: Vec<PathBuf>,
    /// Times that each picture is analysed
    #[arg(long, default_value_t = 20, value_parser = super::at_least_one)]
    rounds: usize,
}

/// What is measured.
#[derive(Clone, Copy)]
struct Operation {
    name: &'static str,
    run: fn(&mut NetworkEngine, &[u8]) -> anyhow::Result<()>,
}

impl Analyses {
    pub(super) fn run(self, models: &ModelsConfig) -> anyhow::Result<()> {
        let engines = Engines::open(models)?;
        let mut engine = engines.engine()?;
        line(&format!("{} rounds; milliseconds on one thread.", self.rounds))?;
        let head = ["picture", "operation", "median", "decoding", "inference", "over both", "a second"];
        let mut rows = vec![heading(head)];
        let mut networks = vec![heading(["picture", "operation", "network", "runs", "all of them"])];
        for picture in &self.pictures {
            let file = fs_err::read(picture)?;
            let name = picture.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for operation in OPERATIONS {
                let (measured, shares) = self.measure(&name, operation, &mut engine, &file)?;
                rows.push(row(measured));
                networks.extend(shares.into_iter().map(row));
            }
        }
        table(&rows)?;
        line("")?;
        Ok(table(&networks)?)
    }

    /// The operation's row, and one for each network that ran in it.
    fn measure(
        &self,
        picture: &str,
        operation: Operation,
        engine: &mut NetworkEngine,
        file: &[u8],
    ) -> anyhow::Result<([String; 7], Vec<[String; 5]>)> {
        let (mut whole, mut decoding, mut inference) =
            (Samples::default(), Samples::default(), Samples::default());
        let mut networks: BTreeMap<String, (usize, Samples)> = BTreeMap::new();
        let runs = Arc::new(Runs::default());
        for round in 0..WARM_UP + self.rounds {
            if round == WARM_UP {
                (whole, decoding, inference) = (Samples::default(), Samples::default(), Samples::default());
                networks.clear();
            }
            runs.take();
            metrics::with_local_recorder(&Inferences(Arc::clone(&runs)), || {
                whole.measure(|| (operation.run)(engine, file))
            })?;
            let mut all = 0.0;
            for (network, seconds) in runs.take() {
                let sum = seconds.iter().sum();
                all += sum;
                let (count, samples) = networks.entry(network).or_default();
                // The same picture: as many runs in every round.
                *count = seconds.len();
                samples.push(std::time::Duration::try_from_secs_f64(sum)?);
            }
            inference.push(std::time::Duration::try_from_secs_f64(all)?);
            decoding.measure(|| decode(file, 1))?;
        }
        let ms = |samples: &Samples| format!("{:.1}", samples.median());
        let shares = networks.iter().map(|(network, (count, samples))| {
            [picture.to_owned(), operation.name.to_owned(), network.clone(), count.to_string(), ms(samples)]
        });
        let shares = shares.collect();
        let measured = [
            picture.to_owned(),
            operation.name.to_owned(),
            ms(&whole),
            ms(&decoding),
            ms(&inference),
            format!("{:.2}", whole.median() / (decoding.median() + inference.median())),
            format!("{:.1}", 1e3 / whole.median()),
        ];
        Ok((measured, shares))
    }
}

/// The seconds that each run took since they were last taken, by network.
#[derive(Default)]
struct Runs(Mutex<BTreeMap<String, Vec<f64>>>);

impl Runs {
    fn take(&self) -> BTreeMap<String, Vec<f64>> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The runs of one network.
struct RunsOf {
    network: String,
    runs: Arc<Runs>,
}

impl HistogramFn for RunsOf {
    fn record(&self, value: f64) {
        let mut runs = self.runs.0.lock().unwrap_or_else(PoisonError::into_inner);
        runs.entry(self.network.clone()).or_default().push(value);
    }
}

/// A recorder of inferences and of nothing else.
struct Inferences(Arc<Runs>);

impl Recorder for Inferences {
    fn describe_counter(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_gauge(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn describe_histogram(&self, _: KeyName, _: Option<Unit>, _: SharedString) {}

    fn register_counter(&self, _: &Key, _: &Metadata<'_>) -> Counter {
        Counter::noop()
    }

    fn register_gauge(&self, _: &Key, _: &Metadata<'_>) -> Gauge {
        Gauge::noop()
    }

    fn register_histogram(&self, key: &Key, _: &Metadata<'_>) -> Histogram {
        if key.name() == "overt_inference_seconds" {
            let network = key.labels().find(|label| label.key() == "network");
            let network = network.map_or_else(String::new, |label| label.value().to_owned());
            return Histogram::from_arc(Arc::new(RunsOf { network, runs: Arc::clone(&self.0) }));
        }
        Histogram::noop()
    }
}

/// Every label, as a request without filters has them all to choose from.
fn labels(engine: &mut NetworkEngine, file: &[u8], colours: Option<usize>) -> anyhow::Result<()> {
    let all: &Choice<'_> = &|_taxonomy, labels| labels;
    engine.labels(file, &LabelsWanted { labels: Some(all), colours })?;
    Ok(())
}

const OPERATIONS: [Operation; 4] = [
    Operation {
        name: "DetectText",
        run: |engine, file| {
            engine.text(file)?;
            Ok(())
        },
    },
    Operation { name: "DetectLabels", run: |engine, file| labels(engine, file, None) },
    Operation {
        name: "DetectLabels with IMAGE_PROPERTIES",
        run: |engine, file| labels(engine, file, Some(10)),
    },
    Operation {
        name: "DetectModerationLabels",
        run: |engine, file| {
            engine.moderation(file, DEFAULT_MODERATION_CONFIDENCE / 100.0)?;
            Ok(())
        },
    },
];
