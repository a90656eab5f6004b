//! `cargo xtask conformance`: the tests with real clients, over loopback.
//!
//! Owns what they need: the pictures, the dev build of the server, a Python environment with pinned packages under
//! `target/conformance`, and the pinned Node packages beside the JavaScript cases. Does not know what they test.
//!
//! # Invariants
//! - Packages come through the user's own pip and npm, in exactly the versions of `requirements.txt` and
//!   `package-lock.json`; npm runs no scripts of a package.
//! - Nothing is installed twice: a copy of the list that was installed tells whether it still holds.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};

use crate::{pictures, process};

/// Prepares everything and runs pytest with these arguments.
///
/// # Errors
/// If a program is missing, a package cannot be installed or a test fails.
pub(crate) fn run(root: &Path, arguments: &[String]) -> Result<()> {
    pictures::run(root)?;
    let folder = root.join("tests/conformance");
    let python = python(root)?;
    node_modules(root, &folder.join("javascript"))?;
    process::run(root, "cargo", &["build", "--package", "overt", "--package", "overt-conformance"], &[])?;
    let mut pytest = vec!["-m", "pytest"];
    pytest.extend(arguments.iter().map(String::as_str));
    let python = python.to_str().context("the path of the workspace is not UTF-8")?;
    process::run(&folder, python, &pytest, &[("PYTHONDONTWRITEBYTECODE", "1")])
}

/// The Python of the environment with the packages of `requirements.txt`, installed now if they are not.
///
/// # Errors
/// If there is no Python, or a package cannot be installed.
pub(crate) fn python(root: &Path) -> Result<PathBuf> {
    let requirements = &root.join("tests/conformance/requirements.txt");
    let folder = root.join("target/conformance/venv");
    let python = folder.join(if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" });
    let installed = folder.join("installed.txt");
    if same(requirements, &installed) {
        return Ok(python);
    }
    let program = if cfg!(windows) { "python" } else { "python3" };
    let path =
        |path: &Path| path.to_str().map(str::to_owned).context("the path of the workspace is not UTF-8");
    process::run(root, program, &["-m", "venv", "--clear", &path(&folder)?], &[]).context(
        "the conformance tests need Python 3.11 or later with its venv module (Debian: python3-venv)",
    )?;
    let install =
        ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--only-binary", ":all:", "-r"];
    process::run(root, &path(&python)?, &[&install[..], &[&path(requirements)?]].concat(), &[])?;
    fs_err::copy(requirements, &installed)?;
    Ok(python)
}

/// The Node packages of the lock file, beside the cases that import them.
fn node_modules(root: &Path, folder: &Path) -> Result<()> {
    let lock = folder.join("package-lock.json");
    let installed = root.join("target/conformance/package-lock.json");
    if folder.join("node_modules").is_dir() && same(&lock, &installed) {
        return Ok(());
    }
    process::run(folder, "npm", &["ci", "--ignore-scripts", "--silent", "--no-audit", "--no-fund"], &[])
        .context("the conformance tests need Node 20 or later with npm")?;
    fs_err::copy(&lock, &installed)?;
    Ok(())
}

/// Whether two files hold the same bytes; not if one is missing.
fn same(one: &Path, other: &Path) -> bool {
    matches!((fs_err::read(one), fs_err::read(other)), (Ok(one), Ok(other)) if one == other)
}

#[cfg(test)]
mod tests {
    use super::same;

    #[test]
    fn a_missing_or_different_list_is_not_installed() {
        let folder = tempfile::tempdir().unwrap();
        let (one, other) = (folder.path().join("one"), folder.path().join("other"));
        assert!(!same(&one, &other));
        fs_err::write(&one, "pytest==9.2.0\n").unwrap();
        assert!(!same(&one, &other));
        fs_err::write(&other, "pytest==9.2.1\n").unwrap();
        assert!(!same(&one, &other));
        fs_err::write(&other, "pytest==9.2.0\n").unwrap();
        assert!(same(&one, &other));
    }

    #[test]
    fn every_python_package_is_pinned() {
        for line in include_str!("../../../tests/conformance/requirements.txt").lines() {
            assert!(line.starts_with('#') || line.contains("=="), "{line}");
        }
    }

    #[test]
    fn the_lock_file_has_hashes_and_names_no_registry() {
        let lock = include_str!("../../../tests/conformance/javascript/package-lock.json");
        assert!(
            lock.contains("\"integrity\"") && !lock.contains("\"resolved\"") && !lock.contains("://registry")
        );
    }
}
