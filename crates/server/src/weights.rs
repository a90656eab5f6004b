//! Weights on their way to the engines: fetched when they are missing, verified, and shared by the workers.
//!
//! Owns when weights are fetched and how that is shown. What they are and where they come from is
//! `overt_vision::models`' business.
//!
//! # Invariants
//! - Nothing is fetched when everything is there, byte for byte; what is damaged is fetched again.
//! - A signal ends a pull within moments, with the package clients it started.
//! - Whatever takes longer than a moment is visible on standard error.

use std::collections::BTreeMap;
use std::io::IsTerminal as _;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use indicatif::{HumanBytes, ProgressBar, ProgressDrawTarget, ProgressStyle};
use overt_vision::models::{Event, ModelStore, ModelsError, Progress, State};
use overt_vision::{CalibrationError, DecodeLimits, Networks, TemplateVersion, UnknownVersion, VisionError};

use crate::config::ModelsConfig;
use crate::engine::NetworkEngine;
use crate::interrupt::{self, Gentle};
use crate::recognition::Recognition;

/// Engines cannot be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WeightsError {
    /// Weights are missing, wrong, or cannot be fetched.
    #[error("cannot set up the networks")]
    Models(#[from] ModelsError),
    /// A manifest that `models.manifests` names is refused.
    #[error("cannot use models.manifests")]
    Manifests(#[source] ModelsError),
    /// The runtime or a network cannot be loaded.
    #[error("cannot load the networks")]
    Vision(#[from] VisionError),
    /// Signals cannot be listened for.
    #[error("cannot listen for signals")]
    Signals(#[source] std::io::Error),
    /// A file that `models.calibration` names cannot be read.
    #[error("cannot read models.calibration")]
    CalibrationFile(#[from] std::io::Error),
    /// A calibration table is refused.
    #[error("models.calibration: {} is not usable", path.display())]
    Calibration {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        #[source]
        source: CalibrationError,
    },
    /// Two tables say what the scores of one version mean.
    #[error("models.calibration: {} is the second table for templates of version {version}", path.display())]
    CalibratedTwice {
        /// The second file.
        path: PathBuf,
        /// The version that both are for.
        version: TemplateVersion,
    },
    /// The table that was compiled in is damaged.
    #[error("the built-in calibration table is not usable")]
    BuiltInCalibration(#[source] CalibrationError),
    /// `models.recogniser` names what there is not.
    #[error("models.recogniser cannot be followed")]
    Recogniser(#[from] UnknownVersion),
}

/// What every worker's engine is made from.
#[derive(Clone)]
pub struct Engines {
    networks: Networks,
    recognition: Recognition,
}

impl Engines {
    /// The networks, weights included: fetches what is missing, with progress on standard error.
    ///
    /// # Errors
    /// When weights cannot be fetched or verified, or the settings name a recogniser or a calibration that cannot be used.
    pub fn open(config: &ModelsConfig) -> Result<Self, WeightsError> {
        let recognition = Recognition::open(config)?;
        let store = store(config)?;
        fetch(&store)?;
        let networks = Networks::from_store(&store)?.with_default(recognition.default_version())?;
        Ok(Self { networks, recognition })
    }

    /// The networks.
    #[must_use]
    pub fn networks(&self) -> &Networks {
        &self.networks
    }

    /// Which recognisers there are, and what their scores mean.
    #[must_use]
    pub fn recognition(&self) -> &Recognition {
        &self.recognition
    }

    /// An engine for one thread. Takes tenths of a second.
    ///
    /// # Errors
    /// When a network cannot be prepared.
    pub fn engine(&self) -> Result<NetworkEngine, WeightsError> {
        Ok(NetworkEngine::new(&self.networks, DecodeLimits::default())?)
    }
}

/// Engines that are opened by whoever needs one first; the others wait for it.
#[derive(Clone)]
pub struct SharedEngines {
    config: Arc<ModelsConfig>,
    opened: Arc<Mutex<Option<Engines>>>,
}

impl SharedEngines {
    /// Not opened yet.
    #[must_use]
    pub fn new(config: ModelsConfig) -> Self {
        Self { config: Arc::new(config), opened: Arc::default() }
    }

    /// The engines, opened now unless they are already.
    ///
    /// # Errors
    /// As [`Engines::open`]; the next caller tries again.
    pub fn get(&self) -> Result<Engines, WeightsError> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        match &*opened {
            Some(engines) => Ok(engines.clone()),
            None => Ok(opened.insert(Engines::open(&self.config)?).clone()),
        }
    }
}

/// The user's weights.
///
/// # Errors
/// When a manifest is refused.
pub fn store(config: &ModelsConfig) -> Result<ModelStore, WeightsError> {
    ModelStore::open(&config.folder, &config.manifests).map_err(WeightsError::Manifests)
}

/// Fetches what is missing, if anything is. Entries of an operator's own are held against their networks when those are
/// loaded.
fn fetch(store: &ModelStore) -> Result<(), WeightsError> {
    if store.verify()?.iter().any(|listed| listed.state != State::Present) {
        pull(store)?;
    }
    Ok(())
}

/// Fetches what is missing, with progress, and holds an operator's entries against their networks; answers how many files
/// were put in place.
///
/// # Errors
/// When something cannot be fetched, imported or verified.
pub fn pull(store: &ModelStore) -> Result<usize, WeightsError> {
    let _gentle = Gentle::begin().map_err(WeightsError::Signals)?;
    let mut shown: Box<dyn Progress> =
        if std::io::stderr().is_terminal() { Box::new(Bars::new()) } else { Box::new(Lines::default()) };
    Ok(store.pull(&mut *shown)?)
}

/// Progress for a person at a terminal: one moving line.
struct Bars {
    bar: ProgressBar,
}

impl Bars {
    fn new() -> Self {
        let bar = ProgressBar::with_draw_target(None, ProgressDrawTarget::stderr());
        bar.enable_steady_tick(Duration::from_millis(120));
        Self { bar }
    }

    fn spin(&self, message: String) {
        if let Ok(style) = ProgressStyle::with_template("{spinner} {msg} {elapsed:.dim}") {
            self.bar.set_style(style);
        }
        self.bar.set_message(message);
    }

    fn measure(&self, package: &str, bytes: u64, size: u64) {
        let template = "{spinner} fetching {msg} [{bar:30}] {bytes} of {total_bytes} {elapsed:.dim}";
        if let Ok(style) = ProgressStyle::with_template(template) {
            self.bar.set_style(style.progress_chars("=> "));
        }
        self.bar.set_message(package.to_owned());
        self.bar.set_length(size);
        self.bar.set_position(bytes);
    }
}

impl Progress for Bars {
    fn is_stopped(&self) -> bool {
        interrupt::wished().is_some()
    }

    fn report(&mut self, event: Event<'_>) {
        match event {
            Event::Received { package, bytes, size: Some(size) } if bytes > 0 => {
                self.measure(package, bytes.min(size), size);
            }
            Event::Ready { .. } | Event::Damaged { .. } => {
                if let Some(text) = told(&event) {
                    self.bar.println(text);
                }
            }
            Event::Done { .. } => {
                self.bar.finish_and_clear();
                if let Some(text) = told(&event) {
                    tracing::info!("{text}");
                }
            }
            _ => {
                if let Some(text) = told(&event) {
                    self.spin(text);
                }
            }
        }
    }
}

/// Progress for a log: a line a step, and one for each tenth of a large package.
#[derive(Default)]
struct Lines {
    tenths: BTreeMap<String, u64>,
}

impl Progress for Lines {
    fn is_stopped(&self) -> bool {
        interrupt::wished().is_some()
    }

    fn report(&mut self, event: Event<'_>) {
        if let Event::Received { package, bytes, size: Some(size) } = event {
            // A client may keep a copy of its own beside the archive; more than all is still all.
            let bytes = bytes.min(size);
            let tenth = bytes.saturating_mul(10) / size.max(1);
            let last = self.tenths.entry(package.to_owned()).or_insert(0);
            if tenth > *last {
                *last = tenth;
                tracing::info!(package, "fetched {} of {}", HumanBytes(bytes), HumanBytes(size));
            }
        } else if let Some(text) = told(&event) {
            tracing::info!("{text}");
        }
    }
}

/// An event in words; `None` for those that are only numbers.
fn told(event: &Event<'_>) -> Option<String> {
    Some(match event {
        Event::Waiting { folder } => {
            format!("waiting for another process that is setting up {}", folder.display())
        }
        Event::Damaged { id } => format!("{id} is damaged and will be fetched again"),
        Event::Fetching { package, by, size, position, of } => {
            let size = size.map(|size| format!(", {}", HumanBytes(size))).unwrap_or_default();
            format!("fetching {package} ({position} of {of}{size}) with {by}")
        }
        Event::Resumed { package } => format!("{package} was fetched before"),
        Event::Unpacking { package } => format!("unpacking {package}"),
        Event::Importing { network } => format!("importing {network}"),
        Event::Checking { network } => format!("checking {network} against its golden result"),
        Event::Ready { id } => format!("{id} is ready"),
        Event::Done { added } => format!("all networks are in place, {added} new"),
        // Numbers alone, and steps that a newer library may add.
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Config, Overrides, environment};
    use overt_vision::models::{Digest, Importer, Manifest, Source};

    #[test]
    fn damaged_weights_of_the_right_size_are_fetched_again() {
        // The weights of this machine, read only: a network of theirs becomes an operator's own in a folder of the test.
        let config = Config::load(&Overrides::default(), &environment()).unwrap();
        let provisioned = store(&config.models).unwrap();
        assert!(
            provisioned.is_complete(),
            "this test needs the weights: run `cargo run -p overt -- models pull`"
        );
        let folder = tempfile::tempdir().unwrap();
        let original = folder.path().join("original.onnx");
        let mut network = provisioned.manifest().network("iris").unwrap().clone();
        fs_err::write(&original, provisioned.network("iris").unwrap()).unwrap();
        network.source = Source::Path { path: original, sha256: network.onnx };
        network.importer = Importer::Onnx;
        let onnx = network.onnx;
        let manifest = Manifest { networks: vec![network], template: None, ..provisioned.manifest().clone() };
        let models = folder.path().join("models");
        let library = provisioned.runtime_library().unwrap();
        let there = library.strip_prefix(provisioned.folder()).unwrap();
        fs_err::create_dir_all(models.join(there).parent().unwrap()).unwrap();
        // A link, so that all tests of this process load one library.
        #[cfg(unix)]
        fs_err::os::unix::fs::symlink(&library, models.join(there)).unwrap();
        let store = ModelStore::with_manifest(&models, manifest);
        assert_eq!(pull(&store).unwrap(), 1);
        assert_eq!(pull(&store).unwrap(), 0);
        let path = models.join(format!("onnx/{onnx}.onnx"));
        let mut bytes = fs_err::read(&path).unwrap();
        bytes[1000] ^= 1;
        fs_err::write(&path, &bytes).unwrap();
        assert!(store.is_complete() && store.network("iris").is_err());
        assert_eq!(pull(&store).unwrap(), 1, "a file of the right size was trusted");
        assert_eq!(Digest::of(&store.network("iris").unwrap()), onnx);
    }
}
