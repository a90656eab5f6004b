//! The networks of the face pipeline: which there are, and how a worker comes by its own sessions.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::error::VisionError;
use crate::runtime::{Model, Runtime};
use crate::worker::Worker;

/// The networks a worker holds. `Box<dyn Model>`, so that tests put fakes in their places.
pub(crate) struct Sessions {
    /// YuNet, inputs of any size.
    pub(crate) detector: Box<dyn Model>,
    /// Facemesh.
    pub(crate) mesh: Box<dyn Model>,
}

/// Where the networks of this process come from. Cheap to clone; shared by all workers.
#[derive(Clone, Debug)]
pub struct Networks {
    runtime: Runtime,
    folder: Arc<PathBuf>,
}

impl Networks {
    /// Networks out of a folder of ONNX files, run by the ONNX Runtime library at `library`.
    ///
    /// # Errors
    /// [`VisionError::Runtime`] when the library cannot be loaded.
    pub fn from_folder(library: &Path, folder: &Path) -> Result<Self, VisionError> {
        Ok(Self { runtime: Runtime::load(library)?, folder: Arc::new(folder.to_owned()) })
    }

    /// A worker with sessions of its own. Takes tenths of a second and some tens of megabytes.
    ///
    /// # Errors
    /// [`VisionError::Runtime`] when a network cannot be prepared.
    pub fn worker(&self) -> Result<Worker, VisionError> {
        let session = |network: &str| -> Result<Box<dyn Model>, VisionError> {
            let path = self.folder.join(format!("{network}.onnx"));
            Ok(Box::new(self.runtime.session_from_file(network, &path)?))
        };
        Ok(Worker::new(Sessions { detector: session("yunet")?, mesh: session("facemesh")? }))
    }
}
