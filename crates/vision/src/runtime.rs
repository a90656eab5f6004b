//! Running networks: the [`Model`] trait the pipeline is written against, and ONNX Runtime behind it.
//!
//! This file owns the process's one inference environment and its sessions. It refuses to know which network it
//! runs, where the bytes came from (see [`crate::models`]) and what an output means.
//!
//! # Invariants
//! - A session belongs to one thread at a time (`run` takes `&mut self`) and computes on the calling thread alone:
//!   parallelism comes from one session per worker, which scaled 1.9 to 2.0 times on two cores where two threads
//!   inside a session gave 0.6 to 1.1.
//! - Inputs are borrowed and outputs are read in place; no tensor is copied here.
//! - One runtime library per process, loaded from a path its caller has verified.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use ort::session::builder::GraphOptimizationLevel;
use ort::session::{Session, SessionInputValue, SessionOutputs};
use ort::value::{TensorRef, ValueType};

/// A network that can be run: the whole surface between the pipeline and the runtime, so that logic is tested with
/// fakes.
pub trait Model: Send {
    /// Runs the network once. `inputs` come in the network's own order.
    ///
    /// # Errors
    /// [`RuntimeError::Run`] when the runtime refuses the shapes or fails.
    fn run(&mut self, inputs: &[Tensor<'_>]) -> Result<Outputs<'_>, RuntimeError>;
}

/// What can go wrong between this crate and the inference runtime.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RuntimeError {
    /// The shared library is missing, is no ONNX Runtime or is too old.
    #[error("cannot load the inference runtime {}", path.display())]
    Load {
        /// The library that was asked for.
        path: PathBuf,
        /// What the loader said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A second, different library was asked for; a process holds one.
    #[error("the inference runtime {} is already loaded, {} cannot join it", loaded.display(), wanted.display())]
    AlreadyLoaded {
        /// The library in use.
        loaded: PathBuf,
        /// The library asked for.
        wanted: PathBuf,
    },
    /// The bytes are no network the runtime can execute.
    #[error("cannot prepare network {network}")]
    Session {
        /// The network's id.
        network: String,
        /// What the runtime said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An inference failed.
    #[error("network {network} failed")]
    Run {
        /// The network's id.
        network: String,
        /// What the runtime said.
        source: Box<dyn std::error::Error + Send + Sync>,
    },
    /// An output is missing, or is not a tensor of `f32`.
    #[error("network {network} has no f32 output {output}")]
    Output {
        /// The network's id.
        network: String,
        /// The output's name or position.
        output: String,
    },
    /// A tensor's shape and its data disagree.
    #[error("a tensor of shape {shape:?} cannot hold {len} numbers")]
    Shape {
        /// The shape given.
        shape: Vec<usize>,
        /// The numbers given.
        len: usize,
    },
}

/// A borrowed tensor of `f32`, row-major.
#[derive(Clone, Debug, PartialEq)]
pub struct Tensor<'a> {
    shape: Vec<usize>,
    data: &'a [f32],
}

impl<'a> Tensor<'a> {
    /// Looks at `data` as a tensor of `shape`.
    ///
    /// # Errors
    /// [`RuntimeError::Shape`] when the product of `shape` is not the length of `data`.
    pub fn new(shape: &[usize], data: &'a [f32]) -> Result<Self, RuntimeError> {
        let count = shape.iter().try_fold(1_usize, |product, &dim| product.checked_mul(dim));
        if count != Some(data.len()) {
            return Err(RuntimeError::Shape { shape: shape.to_vec(), len: data.len() });
        }
        Ok(Self { shape: shape.to_vec(), data })
    }

    /// Length of each axis, outermost first.
    #[must_use]
    pub fn shape(&self) -> &[usize] {
        &self.shape
    }

    /// All numbers, row-major.
    #[must_use]
    pub fn data(&self) -> &'a [f32] {
        self.data
    }
}

/// A tensor that owns its numbers: what a fake model answers with.
#[derive(Clone, Debug, PartialEq)]
pub struct OwnedTensor {
    /// Length of each axis, outermost first.
    pub shape: Vec<usize>,
    /// All numbers, row-major.
    pub data: Vec<f32>,
}

/// The outputs of one run, alive until the next.
pub struct Outputs<'m> {
    network: &'m str,
    values: Values<'m>,
}

enum Values<'m> {
    Runtime(SessionOutputs<'m>),
    Owned(Vec<(String, OwnedTensor)>),
}

impl<'m> Outputs<'m> {
    /// Outputs made elsewhere than in the runtime, in order, each with its name.
    #[must_use]
    pub fn owned(network: &'m str, outputs: Vec<(String, OwnedTensor)>) -> Self {
        Self { network, values: Values::Owned(outputs) }
    }

    /// The output called `name`.
    ///
    /// # Errors
    /// [`RuntimeError::Output`] when there is none, or it is not `f32`.
    pub fn get(&self, name: &str) -> Result<Tensor<'_>, RuntimeError> {
        self.read(|(_, candidate)| candidate == name, || name.to_owned())
    }

    /// The output at `index` in the network's own order.
    ///
    /// # Errors
    /// [`RuntimeError::Output`] when there is none, or it is not `f32`.
    pub fn at(&self, index: usize) -> Result<Tensor<'_>, RuntimeError> {
        self.read(|(position, _)| position == index, || index.to_string())
    }

    /// Names of all outputs in the network's own order.
    #[must_use]
    pub fn names(&self) -> Vec<&str> {
        match &self.values {
            Values::Runtime(outputs) => outputs.keys().collect(),
            Values::Owned(outputs) => outputs.iter().map(|(name, _)| name.as_str()).collect(),
        }
    }

    fn read(
        &self,
        wanted: impl Fn((usize, &str)) -> bool,
        describe: impl Fn() -> String,
    ) -> Result<Tensor<'_>, RuntimeError> {
        let missing = || RuntimeError::Output { network: self.network.to_owned(), output: describe() };
        match &self.values {
            Values::Runtime(outputs) => {
                let position = outputs.keys().enumerate().position(&wanted);
                // Looked up by name because the typed accessor by position hands out a temporary.
                let name = position.and_then(|at| outputs.keys().nth(at)).ok_or_else(missing)?;
                let value = outputs.get(name).ok_or_else(missing)?;
                let (shape, data) = value.try_extract_tensor::<f32>().map_err(|_| missing())?;
                let shape: Vec<usize> = shape
                    .iter()
                    .map(|&dim| usize::try_from(dim))
                    .collect::<Result<_, _>>()
                    .map_err(|_| missing())?;
                Tensor::new(&shape, data)
            }
            Values::Owned(outputs) => {
                let position = outputs.iter().enumerate().position(|(at, (name, _))| wanted((at, name)));
                let (_, tensor) = position.and_then(|at| outputs.get(at)).ok_or_else(missing)?;
                Tensor::new(&tensor.shape, &tensor.data)
            }
        }
    }
}

/// The process's inference runtime.
#[derive(Clone)]
pub struct Runtime {
    environment: ort::environment::Environment,
}

/// The runtime allows one environment per process and never a second one after the first is gone, so it is kept.
static LOADED: Mutex<Option<(PathBuf, Runtime)>> = Mutex::new(None);

impl Runtime {
    /// Loads the shared library at `path`, or hands out the one already loaded from there.
    ///
    /// The library's code runs in this process: verify its SHA-256 first ([`crate::models::ModelStore`] does).
    ///
    /// # Errors
    /// [`RuntimeError::Load`], and [`RuntimeError::AlreadyLoaded`] for a second path.
    pub fn load(path: &Path) -> Result<Self, RuntimeError> {
        let failed = |source: Box<dyn std::error::Error + Send + Sync>| RuntimeError::Load {
            path: path.to_path_buf(),
            source,
        };
        let path_found = fs_err::canonicalize(path).map_err(|error| failed(Box::new(error)))?;
        // A panic while the lock was held cannot leave the option half-written.
        let mut loaded = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((loaded_path, runtime)) = loaded.as_ref() {
            if *loaded_path == path_found {
                return Ok(runtime.clone());
            }
            return Err(RuntimeError::AlreadyLoaded { loaded: loaded_path.clone(), wanted: path_found });
        }
        let environment = ort::init_from(&path_found)
            .map_err(|error| failed(Box::new(error)))?
            .with_name("overt")
            .with_telemetry(false)
            .build()
            .map_err(|error| failed(Box::new(error)))?;
        // Its own log goes to stderr in a form of its own; what matters comes back as errors.
        environment.set_log_level(ort::logging::LogLevel::Error);
        let runtime = Self { environment };
        *loaded = Some((path_found, runtime.clone()));
        Ok(runtime)
    }

    /// The runtime that this process has loaded already, from wherever.
    #[must_use]
    pub fn loaded() -> Option<Self> {
        LOADED.lock().unwrap_or_else(PoisonError::into_inner).as_ref().map(|(_, runtime)| runtime.clone())
    }

    /// Prepares `onnx` (a serialised ONNX model) for running under the id `network`.
    ///
    /// # Errors
    /// [`RuntimeError::Session`] when the runtime cannot execute it.
    pub fn session(&self, network: &str, onnx: &[u8]) -> Result<OrtModel, RuntimeError> {
        let prepare = || -> Result<Session, ort::Error> {
            Session::builder(&self.environment)?
                .with_intra_threads(1)?
                .with_inter_threads(1)?
                .with_optimization_level(GraphOptimizationLevel::Level3)?
                // Plans for fixed shapes: 30 to 45 MB for two workers, and no time gained, since shapes vary.
                .with_memory_pattern(false)?
                .commit_from_memory(onnx)
        };
        let session = prepare().map_err(|error| RuntimeError::Session {
            network: network.to_owned(),
            source: Box::new(error),
        })?;
        Ok(OrtModel { network: Arc::from(network), session })
    }

    /// Reads a network from `path` and prepares it; for tools and tests, which name files themselves.
    ///
    /// # Errors
    /// [`RuntimeError::Session`] when the file cannot be read or executed.
    pub fn session_from_file(&self, network: &str, path: &Path) -> Result<OrtModel, RuntimeError> {
        let onnx = fs_err::read(path).map_err(|error| RuntimeError::Session {
            network: network.to_owned(),
            source: Box::new(error),
        })?;
        self.session(network, &onnx)
    }
}

impl std::fmt::Debug for Runtime {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Runtime(onnxruntime)")
    }
}

/// One network in ONNX Runtime. Every run is recorded in the histogram `overt_inference_seconds{network}`.
pub struct OrtModel {
    network: Arc<str>,
    session: Session,
}

impl OrtModel {
    /// The id it was prepared under.
    #[must_use]
    pub fn network(&self) -> &str {
        &self.network
    }

    /// A text that its makers put beside the weights under `key`.
    #[must_use]
    pub fn metadata(&self, key: &str) -> Option<String> {
        self.session.metadata().ok()?.custom(key)
    }

    /// Names and shapes of its inputs in order; `None` for an axis that is free.
    #[must_use]
    pub fn inputs(&self) -> Vec<(String, Vec<Option<usize>>)> {
        self.session.inputs().iter().map(|outlet| (outlet.name().to_owned(), axes(outlet.dtype()))).collect()
    }

    /// Names and shapes of its outputs in order; `None` for an axis that is free.
    #[must_use]
    pub fn outputs(&self) -> Vec<(String, Vec<Option<usize>>)> {
        self.session.outputs().iter().map(|outlet| (outlet.name().to_owned(), axes(outlet.dtype()))).collect()
    }
}

fn axes(value: &ValueType) -> Vec<Option<usize>> {
    value
        .tensor_shape()
        .map(|shape| shape.iter().map(|&dim| usize::try_from(dim).ok()).collect())
        .unwrap_or_default()
}

impl Model for OrtModel {
    fn run(&mut self, inputs: &[Tensor<'_>]) -> Result<Outputs<'_>, RuntimeError> {
        let started = Instant::now();
        let network = &self.network;
        let failed =
            |error: ort::Error| RuntimeError::Run { network: network.to_string(), source: Box::new(error) };
        let values = inputs
            .iter()
            .map(|tensor| {
                TensorRef::from_array_view((tensor.shape.as_slice(), tensor.data))
                    .map(SessionInputValue::from)
            })
            .collect::<Result<Vec<_>, _>>()
            .map_err(failed)?;
        let outputs = self.session.run(values.as_slice()).map_err(failed)?;
        metrics::histogram!("overt_inference_seconds", "network" => Arc::clone(network))
            .record(started.elapsed().as_secs_f64());
        Ok(Outputs { network, values: Values::Runtime(outputs) })
    }
}

impl std::fmt::Debug for OrtModel {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "OrtModel({})", self.network)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tensor_holds_as_many_numbers_as_its_shape_says() {
        assert_eq!(Tensor::new(&[1, 2, 3], &[0.0; 6]).unwrap().shape(), [1, 2, 3]);
        assert!(matches!(Tensor::new(&[2, 3], &[0.0; 5]), Err(RuntimeError::Shape { len: 5, .. })));
        assert!(Tensor::new(&[usize::MAX, 2], &[]).is_err());
        assert!(Tensor::new(&[], &[1.0]).is_ok(), "a scalar has no axes");
    }

    #[test]
    fn outputs_are_found_by_name_and_place_or_named_as_missing() {
        let tensor = |value| OwnedTensor { shape: vec![1], data: vec![value] };
        let outputs = Outputs::owned("fake", vec![("a".into(), tensor(1.0)), ("b".into(), tensor(2.0))]);
        assert_eq!(outputs.names(), ["a", "b"]);
        assert_eq!(outputs.get("b").unwrap().data(), [2.0]);
        assert_eq!(outputs.at(0).unwrap().data(), [1.0]);
        let error = outputs.get("c").unwrap_err();
        assert_eq!(error.to_string(), "network fake has no f32 output c");
        assert!(matches!(outputs.at(2), Err(RuntimeError::Output { output, .. }) if output == "2"));
    }

    #[test]
    fn a_library_that_is_not_there_or_is_none_is_refused() {
        let missing = Path::new("no-such-folder/libonnxruntime.so");
        assert!(matches!(Runtime::load(missing), Err(RuntimeError::Load { path, .. }) if path == missing));
        let text = Path::new(env!("CARGO_MANIFEST_DIR")).join("Cargo.toml");
        assert!(matches!(Runtime::load(&text), Err(RuntimeError::Load { .. })));
    }
}
