//! The networks of the face pipeline: which there are, and how a worker comes by its own sessions.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::classifier::Classifier;
use crate::error::VisionError;
use crate::feed;
use crate::fusion::Fusion;
use crate::loaded::Loaded;
use crate::models::{Manifest, ModelStore, ModelsError, Network, Normalisation, Role, agrees};
use crate::moderation::{Moderator, Scorer};
use crate::objects::ObjectDetector;
use crate::recogniser::{Recogniser, Single};
use crate::recognisers::{Recognisers, UnknownVersion};
use crate::runtime::{Model, OrtModel, Runtime};
use crate::template::TemplateVersion;
use crate::worker::Worker;

/// Side of an input that takes any size, pixels.
const FREE_SIDE: usize = 320;

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
    pub(crate) recognisers: Loaded,
}

/// Where the networks of this process come from. Cheap to clone; shared by all workers.
#[derive(Clone, Debug)]
pub struct Networks {
    runtime: Runtime,
    origin: Origin,
    fusion: Arc<Fusion>,
    recognisers: Recognisers,
}

#[derive(Clone, Debug)]
enum Origin {
    Folder(Arc<PathBuf>),
    Store(Arc<ModelStore>),
}

impl Networks {
    /// The networks of a model folder that has been pulled: an operator's own detector, where their manifest names one,
    /// all recognisers, and the built-in rest. Every file is verified when it is loaded.
    ///
    /// # Errors
    /// [`VisionError::Models`] when a file is missing or wrong, [`VisionError::Runtime`] when the library cannot be
    /// loaded.
    pub fn from_store(store: &ModelStore) -> Result<Self, VisionError> {
        Ok(Self {
            runtime: Runtime::load(&store.runtime_library()?)?,
            origin: Origin::Store(Arc::new(store.clone())),
            fusion: Arc::new(Fusion::built_in()?),
            recognisers: Recognisers::of(store.manifest()),
        })
    }

    /// Networks out of a folder of ONNX files named by their ids, unverified, run by the ONNX Runtime library at
    /// `library`: for tools and tests.
    ///
    /// # Errors
    /// [`VisionError::Runtime`] when the library cannot be loaded.
    pub fn from_folder(library: &Path, folder: &Path) -> Result<Self, VisionError> {
        Ok(Self {
            runtime: Runtime::load(library)?,
            origin: Origin::Folder(Arc::new(folder.to_owned())),
            fusion: Arc::new(Fusion::built_in()?),
            recognisers: Recognisers::built_in(),
        })
    }

    /// The same networks with another default recogniser, which workers have ready from their beginning.
    ///
    /// # Errors
    /// [`UnknownVersion`].
    pub fn with_default(self, version: &str) -> Result<Self, UnknownVersion> {
        Ok(Self { recognisers: self.recognisers.with_default(version)?, ..self })
    }

    /// The recognisers that there are.
    #[must_use]
    pub fn recognisers(&self) -> &Recognisers {
        &self.recognisers
    }

    /// A session of one network alone, by its id: for measuring.
    ///
    /// # Errors
    /// [`VisionError::Models`] or [`VisionError::Runtime`] when it cannot be prepared.
    pub fn session(&self, network: &str) -> Result<OrtModel, VisionError> {
        Ok(match &self.origin {
            Origin::Folder(folder) => {
                self.runtime.session_from_file(network, &folder.join(format!("{network}.onnx")))?
            }
            Origin::Store(store) => self.runtime.session(network, &store.network(network)?)?,
        })
    }

    /// A worker with sessions of its own, those of the default recogniser among them; those of other recognisers come when
    /// they are first needed. Takes tenths of a second and some tens of megabytes.
    ///
    /// # Errors
    /// [`VisionError::Models`] or [`VisionError::Runtime`] when a network cannot be prepared.
    pub fn worker(&self) -> Result<Worker, VisionError> {
        let session =
            |network: &str| -> Result<Box<dyn Model>, VisionError> { Ok(Box::new(self.session(network)?)) };
        let detector = match &self.origin {
            Origin::Store(store) => own(store.manifest(), Role::Detector),
            Origin::Folder(_) => None,
        };
        let (networks, default) = (self.clone(), self.recognisers.default_version());
        let mut recognisers = Loaded::new(Box::new(move |version| networks.recogniser(version)));
        // Now, so that a damaged network is found at the start and the first request waits for nothing.
        recognisers.get(default)?;
        Ok(Worker::new(Sessions {
            detector: session(detector.map_or("yunet", |network| &network.id))?,
            mesh: session("facemesh")?,
            iris: session("iris")?,
            emotion: session("emotion")?,
            person: session("faceres")?,
            recognisers,
        }))
    }

    /// A classifier with a session of its own: the one that the manifests name last.
    ///
    /// # Errors
    /// [`VisionError::Models`] or [`VisionError::Runtime`] when its network cannot be prepared.
    pub fn classifier(&self) -> Result<Classifier, VisionError> {
        let network = self.last(Role::Classifier)?;
        let model = Box::new(self.session(&network.id)?);
        Ok(Classifier::new(model, feed::rectangle(&network.input, FREE_SIDE), network.familiar))
    }

    /// An object detector with a session of its own: the one that the manifests name last.
    ///
    /// # Errors
    /// [`VisionError::Models`] or [`VisionError::Runtime`] when its network cannot be prepared.
    pub fn objects(&self) -> Result<ObjectDetector, VisionError> {
        let network = self.last(Role::Objects)?;
        let model = Box::new(self.session(&network.id)?);
        Ok(ObjectDetector::new(model, &network, feed::rectangle(&network.input, FREE_SIDE)))
    }

    /// A moderator with sessions of its own, one for each moderation network of the manifests.
    ///
    /// # Errors
    /// [`VisionError::Models`] or [`VisionError::Runtime`] when a network cannot be prepared.
    pub fn moderator(&self) -> Result<Moderator, VisionError> {
        let built_in;
        let manifest = match &self.origin {
            Origin::Store(store) => store.manifest(),
            Origin::Folder(_) => {
                built_in = Manifest::built_in().unwrap_or_default();
                &built_in
            }
        };
        let networks = manifest.networks.iter().filter(|network| network.role == Role::Moderation);
        let scorer = |network: &Network| {
            let model: Box<dyn Model> = Box::new(self.session(&network.id)?);
            let input = feed::rectangle(&network.input, FREE_SIDE);
            Ok::<_, VisionError>(network.moderation.clone().map(|table| Scorer { model, input, table }))
        };
        let scorers: Vec<Option<Scorer>> = networks.map(scorer).collect::<Result<_, _>>()?;
        Moderator::new(scorers.into_iter().flatten().collect())
    }

    /// The network that serves `role`: the one named last, so that an operator's manifest has its way. A bare folder of
    /// files is read as the built-in manifest describes them.
    pub(crate) fn last(&self, role: Role) -> Result<Network, VisionError> {
        let found = match &self.origin {
            Origin::Store(store) => own(store.manifest(), role).cloned(),
            Origin::Folder(_) => Manifest::built_in().ok().and_then(|manifest| own(&manifest, role).cloned()),
        };
        Ok(found.ok_or_else(|| ModelsError::Unknown { id: role.name().to_owned() })?)
    }

    fn recogniser(&self, version: &TemplateVersion) -> Result<Recogniser, VisionError> {
        let known = self.recognisers.find(version)?;
        let version = version.clone();
        let Some(id) = &known.network else {
            let (chip, fusion) = (Box::new(self.session("dlib")?), Arc::clone(&self.fusion));
            return Ok(Recogniser::Fused { chip, fusion, version });
        };
        let network = match &self.origin {
            Origin::Store(store) => store.manifest().network(id),
            Origin::Folder(_) => None,
        };
        let (network, how) = network
            .and_then(|network| Some((network, network.recogniser.as_ref()?)))
            .ok_or_else(|| ModelsError::Unknown { id: id.clone() })?;
        let mut model = self.session(&network.id)?;
        // The manifest may have changed since the network was fetched.
        agrees(&mut model, network)?
            .map_err(|problem| ModelsError::Golden { network: network.id.clone(), problem })?;
        // Many published recognisers are exported for one picture at a time.
        let one_by_one =
            model.inputs().first().and_then(|(_, shape)| shape.first().copied().flatten()) == Some(1);
        Ok(Recogniser::Single(Single {
            model: Box::new(model),
            input: feed::square(&network.input),
            output: how.output.clone(),
            length: how.numbers,
            alignment: how.alignment,
            mirrored: how.normalisation == Normalisation::MirroredUnit,
            one_by_one,
            version,
        }))
    }
}

/// The network that serves `role`: the one named last, so that an operator's manifest has its way.
fn own(manifest: &Manifest, role: Role) -> Option<&Network> {
    manifest.networks.iter().rev().find(|network| network.role == role)
}
