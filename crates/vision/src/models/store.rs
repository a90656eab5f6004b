//! The model folder: what is in it, and handing it out verified.
//!
//! Layout: `onnx/SHA256.onnx` for networks, `runtime/SHA256/NAME` for the runtime library, `partial/` for what is on its
//! way, `lock`. Named by content, so that versions of this program that share a folder do not disturb each other.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::digest::Digest;
use super::error::ModelsError;
use super::manifest::{Manifest, RuntimeLibrary};
use super::network::{Network, Role};

/// Name under which the runtime library appears among the networks.
pub(super) const RUNTIME: &str = "onnxruntime";

/// The weights of this machine's user: a manifest and a folder.
#[derive(Clone, Debug)]
pub struct ModelStore {
    folder: PathBuf,
    manifest: Manifest,
}

/// One line of a listing.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    /// Network, or `onnxruntime`.
    pub id: String,
    /// Version of the weights.
    pub version: String,
    /// `None` for the runtime library.
    pub role: Option<Role>,
    /// Licence as declared.
    pub licence: String,
    /// Bytes on disk, or expected there, where known.
    pub size: Option<u64>,
    /// Whether it is there.
    pub state: State,
}

/// Whether a file is in place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There, with the right size; [`ModelStore::verify`]: with the right digest.
    Present,
    /// Not there.
    Missing,
    /// There, but other bytes than the manifest names.
    Damaged,
}

/// A file of the folder as the manifest describes it.
pub(super) struct Item<'m> {
    pub(super) id: &'m str,
    pub(super) path: PathBuf,
    pub(super) sha256: Digest,
    pub(super) size: Option<u64>,
    version: &'m str,
    role: Option<Role>,
    licence: &'m str,
}

impl ModelStore {
    /// Opens the model folder `folder` (which need not exist yet) with the built-in manifest and those at `extra`, in
    /// which an operator names networks of their own. Reads no weights.
    ///
    /// # Errors
    /// [`ModelsError::ManifestFile`] and [`ModelsError::Manifest`], naming the file and what is wrong with it.
    pub fn open(folder: &Path, extra: &[PathBuf]) -> Result<Self, ModelsError> {
        let refused = |path: &Path| {
            let path = path.to_path_buf();
            move |source| ModelsError::Manifest { path, source }
        };
        let mut manifest = Manifest::built_in().map_err(refused(Path::new("models/manifest.toml")))?;
        for path in extra {
            let text = fs_err::read_to_string(path).map_err(|source| ModelsError::ManifestFile { source })?;
            let beside = path.parent().unwrap_or(Path::new(""));
            manifest = manifest.with(&text, beside).map_err(refused(path))?;
        }
        Ok(Self::with_manifest(folder, manifest))
    }

    /// A store over `manifest` alone.
    #[must_use]
    pub fn with_manifest(folder: &Path, manifest: Manifest) -> Self {
        Self { folder: folder.to_path_buf(), manifest }
    }

    /// The folder.
    #[must_use]
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// What should be in it.
    #[must_use]
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Whether everything is in place as far as names and sizes tell: a matter of microseconds, for deciding whether
    /// a pull is needed. Contents are compared when they are handed out.
    #[must_use]
    pub fn is_complete(&self) -> bool {
        let present = |item: &Item<'_>| matches!(item.glance(), Ok(State::Present));
        self.manifest.runtime().is_some() && self.items().iter().all(present)
    }

    /// Everything that should be there, the runtime library first, judged by names and sizes.
    ///
    /// # Errors
    /// [`ModelsError::File`] when it cannot be told what is there: the folder is none, or may not be looked into.
    pub fn list(&self) -> Result<Vec<Listed>, ModelsError> {
        self.items().iter().map(|item| Ok(item.listed(item.glance()?))).collect()
    }

    /// Everything that should be there, judged by its bytes.
    ///
    /// # Errors
    /// [`ModelsError::File`] when a file that is there cannot be read.
    pub fn verify(&self) -> Result<Vec<Listed>, ModelsError> {
        self.items().iter().map(|item| Ok(item.listed(item.inspect()?))).collect()
    }

    /// The ONNX model of the network `id`, verified.
    ///
    /// # Errors
    /// [`ModelsError::Unknown`], [`ModelsError::Missing`], or [`ModelsError::WrongDigest`].
    pub fn network(&self, id: &str) -> Result<Vec<u8>, ModelsError> {
        let network = self.manifest.network(id).ok_or_else(|| ModelsError::Unknown { id: id.to_owned() })?;
        let path = self.onnx_path(network.onnx);
        if !path.exists() {
            return Err(ModelsError::Missing { id: id.to_owned(), folder: self.folder.clone() });
        }
        let bytes = fs_err::read(&path)?;
        check(&path.to_string_lossy(), network.onnx, Digest::of(&bytes))?;
        Ok(bytes)
    }

    /// The runtime library for this machine, verified just now.
    ///
    /// # Errors
    /// [`ModelsError::Platform`], [`ModelsError::Missing`], or [`ModelsError::WrongDigest`].
    pub fn runtime_library(&self) -> Result<PathBuf, ModelsError> {
        let runtime = self.runtime()?;
        let path = self.runtime_path(runtime);
        if !path.exists() {
            return Err(ModelsError::Missing { id: RUNTIME.to_owned(), folder: self.folder.clone() });
        }
        let (found, _) = Digest::of_reader(fs_err::File::open(&path)?)?;
        check(&path.to_string_lossy(), runtime.file.sha256, found)?;
        Ok(path)
    }

    pub(super) fn runtime(&self) -> Result<&RuntimeLibrary, ModelsError> {
        let platform = ModelsError::Platform { os: std::env::consts::OS, arch: std::env::consts::ARCH };
        self.manifest.runtime().ok_or(platform)
    }

    pub(super) fn onnx_path(&self, digest: Digest) -> PathBuf {
        self.folder.join("onnx").join(format!("{digest}.onnx"))
    }

    pub(super) fn runtime_path(&self, runtime: &RuntimeLibrary) -> PathBuf {
        // The loader goes by the path alone; the name is kept for people who look.
        let name = Path::new(&runtime.file.path).file_name().unwrap_or_default();
        self.folder.join("runtime").join(runtime.file.sha256.to_string()).join(name)
    }

    pub(super) fn items(&self) -> Vec<Item<'_>> {
        let runtime = self.manifest.runtime().map(|runtime| Item {
            id: RUNTIME,
            path: self.runtime_path(runtime),
            sha256: runtime.file.sha256,
            size: Some(runtime.file.size),
            version: &runtime.version,
            role: None,
            licence: &runtime.licence,
        });
        let networks = self.manifest.networks.iter().map(|network: &Network| Item {
            id: &network.id,
            path: self.onnx_path(network.onnx),
            sha256: network.onnx,
            size: network.onnx_size,
            version: &network.version,
            role: Some(network.role),
            licence: &network.licence,
        });
        runtime.into_iter().chain(networks).collect()
    }
}

impl Item<'_> {
    /// By name and size.
    pub(super) fn glance(&self) -> Result<State, ModelsError> {
        match fs_err::metadata(&self.path) {
            Ok(metadata) if self.size.is_none_or(|size| size == metadata.len()) => Ok(State::Present),
            Ok(_) => Ok(State::Damaged),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(State::Missing),
            Err(source) => Err(ModelsError::File { source }),
        }
    }

    /// By contents.
    pub(super) fn inspect(&self) -> Result<State, ModelsError> {
        let state = self.glance()?;
        if state != State::Present {
            return Ok(state);
        }
        let (found, _) = Digest::of_reader(fs_err::File::open(&self.path)?)?;
        Ok(if found == self.sha256 { State::Present } else { State::Damaged })
    }

    fn listed(&self, state: State) -> Listed {
        Listed {
            id: self.id.to_owned(),
            version: self.version.to_owned(),
            role: self.role,
            licence: self.licence.to_owned(),
            size: self.size.or_else(|| fs_err::metadata(&self.path).ok().map(|metadata| metadata.len())),
            state,
        }
    }
}

/// Refuses `file` unless it has the digest that the manifest names.
pub(super) fn check(file: &str, expected: Digest, found: Digest) -> Result<(), ModelsError> {
    if found == expected {
        Ok(())
    } else {
        Err(ModelsError::WrongDigest { file: file.to_owned(), expected, found })
    }
}
