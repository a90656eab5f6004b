//! The networks of the face pipeline: which there are, and how a worker comes by its own sessions.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::VisionError;
use crate::fusion::Fusion;
use crate::recogniser::{DEFAULT_VERSION, Recogniser};
use crate::runtime::{Model, OrtModel, Runtime};
use crate::worker::Worker;

/// The networks a worker holds. `Box<dyn Model>`, so that tests put fakes in their places.
pub(crate) struct Sessions {
    /// YuNet, inputs of any size.
    pub(crate) detector: Box<dyn Model>,
    /// Facemesh.
    pub(crate) mesh: Box<dyn Model>,
    /// Iris.
    pub(crate) iris: Box<dyn Model>,
    /// Emotion.
    pub(crate) emotion: Box<dyn Model>,
    /// Faceres.
    pub(crate) person: Box<dyn Model>,
    /// What makes templates.
    pub(crate) recogniser: Recogniser,
}

/// Where the networks of this process come from. Cheap to clone; shared by all workers.
#[derive(Clone, Debug)]
pub struct Networks {
    runtime: Runtime,
    folder: Arc<PathBuf>,
    fusion: Arc<Fusion>,
    version: Arc<str>,
}

impl Networks {
    /// Networks out of a folder of ONNX files, run by the ONNX Runtime library at `library`.
    ///
    /// # Errors
    /// [`VisionError::Runtime`] when the library cannot be loaded.
    pub fn from_folder(library: &Path, folder: &Path) -> Result<Self, VisionError> {
        Ok(Self {
            runtime: Runtime::load(library)?,
            folder: Arc::new(folder.to_owned()),
            fusion: Arc::new(Fusion::built_in()?),
            version: DEFAULT_VERSION.into(),
        })
    }

    /// Version of the templates that workers make: the name of the recipe.
    #[must_use]
    pub fn template_version(&self) -> &str {
        &self.version
    }

    /// A session of one network alone, by the name of its file: for measuring.
    ///
    /// # Errors
    /// [`VisionError::Runtime`] when it cannot be prepared.
    pub fn session(&self, network: &str) -> Result<OrtModel, VisionError> {
        let path = self.folder.join(format!("{network}.onnx"));
        Ok(self.runtime.session_from_file(network, &path)?)
    }

    /// A worker with sessions of its own. Takes tenths of a second and some tens of megabytes.
    ///
    /// # Errors
    /// [`VisionError::Runtime`] when a network cannot be prepared.
    pub fn worker(&self) -> Result<Worker, VisionError> {
        let session = |network: &str| -> Result<Box<dyn Model>, VisionError> {
            Ok(Box::new(self.session(network)?))
        };
        Ok(Worker::new(Sessions {
            detector: session("yunet")?,
            mesh: session("facemesh")?,
            iris: session("iris")?,
            emotion: session("emotion")?,
            person: session("faceres")?,
            recogniser: Recogniser::Fused {
                chip: session("dlib_faceapi")?,
                fusion: Arc::clone(&self.fusion),
                version: Arc::clone(&self.version),
            },
        }))
    }
}
