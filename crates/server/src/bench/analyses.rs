//! DetectText, DetectLabels and DetectModerationLabels as a worker runs them, against decoding and the time that their own
//! networks took inside them.
//!
//! Owns the comparison. The share of the networks is not run a second time: how often they run, and on what, depends on the picture
//! (each line of text is an input of its own), so it is taken from the histogram of inferences, of the very calls that are measured.

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use clap::Args;
use metrics::{Counter, Gauge, Histogram, HistogramFn, Key, KeyName, Metadata, Recorder, SharedString, Unit};

use super::endtoend::decode;
use super::{Samples, heading, line, row, table};
use crate::config::ModelsConfig;
use crate::engine::{Choice, Engine, LabelsWanted, NetworkEngine};
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
        for picture in &self.pictures {
            let file = fs_err::read(picture)?;
            let name = picture.file_name().unwrap_or_default().to_string_lossy().into_owned();
            for operation in OPERATIONS {
                rows.push(row(self.measure(&name, operation, &mut engine, &file)?));
            }
        }
        Ok(table(&rows)?)
    }

    fn measure(
        &self,
        picture: &str,
        operation: Operation,
        engine: &mut NetworkEngine,
        file: &[u8],
    ) -> anyhow::Result<[String; 7]> {
        let (mut whole, mut decoding, mut inference) =
            (Samples::default(), Samples::default(), Samples::default());
        let sum = Arc::new(Sum::default());
        for round in 0..WARM_UP + self.rounds {
            if round == WARM_UP {
                (whole, decoding, inference) = (Samples::default(), Samples::default(), Samples::default());
            }
            sum.take();
            metrics::with_local_recorder(&Inferences(Arc::clone(&sum)), || {
                whole.measure(|| (operation.run)(engine, file))
            })?;
            inference.push(std::time::Duration::try_from_secs_f64(sum.take())?);
            decoding.measure(|| decode(file, 1))?;
        }
        let ms = |samples: &Samples| format!("{:.1}", samples.median());
        Ok([
            picture.to_owned(),
            operation.name.to_owned(),
            ms(&whole),
            ms(&decoding),
            ms(&inference),
            format!("{:.2}", whole.median() / (decoding.median() + inference.median())),
            format!("{:.1}", 1e3 / whole.median()),
        ])
    }
}

/// Seconds of inference since they were last taken.
#[derive(Default)]
struct Sum(Mutex<f64>);

impl Sum {
    fn take(&self) -> f64 {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl HistogramFn for Sum {
    fn record(&self, value: f64) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) += value;
    }
}

/// A recorder of inferences and of nothing else.
struct Inferences(Arc<Sum>);

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
            return Histogram::from_arc(Arc::clone(&self.0));
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
            engine.moderation(file)?;
            Ok(())
        },
    },
];
