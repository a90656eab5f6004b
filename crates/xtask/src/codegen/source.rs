//! Where the service model comes from.
//!
//! Owns: the pinned package, its download through the user's own pip, and the hashes. Invariant: not one byte of the
//! package is used before its SHA-256 has been compared; nothing in it is executed.

use std::io::{Cursor, Read as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, bail, ensure};
use sha2::{Digest as _, Sha256};

use crate::process;

/// The package that carries AWS's public service models (Apache-2.0).
const PACKAGE: &str = "botocore==1.44.5";
const WHEEL: &str = "botocore-1.44.5-py3-none-any.whl";
const WHEEL_SHA256: &str = "8f16a56d1dff125dd65322ae021efa7ba5195a6db5102b96862566055b748921";

/// The model inside the wheel, and the hash of its unpacked text.
const MODEL: &str = "botocore/data/rekognition/2016-06-27/service-2.json.gz";
const MODEL_SHA256: &str = "d480fca1abad0125a9df7626677bca9b083c573233043c0dcdc1b975d48e2175";

/// A model is under 1 MB; the limit only keeps a wrong file from filling the memory.
const MODEL_LIMIT: u64 = 16 << 20;

/// The text of the service model, verified.
pub(super) fn service_model(root: &Path) -> anyhow::Result<Vec<u8>> {
    let wheel = fs_err::read(wheel(root)?)?;
    verify(WHEEL, &wheel, WHEEL_SHA256)?;
    let mut archive = zip::ZipArchive::new(Cursor::new(wheel)).context("the wheel is not a zip archive")?;
    let packed = archive.by_name(MODEL).with_context(|| format!("the wheel has no {MODEL}"))?;
    let mut model = Vec::new();
    flate2::read::GzDecoder::new(packed)
        .take(MODEL_LIMIT)
        .read_to_end(&mut model)
        .with_context(|| format!("cannot unpack {MODEL}"))?;
    verify(MODEL, &model, MODEL_SHA256)?;
    Ok(model)
}

/// The wheel's path, downloaded if the cache does not have it.
fn wheel(root: &Path) -> anyhow::Result<PathBuf> {
    let cache = root.join("target/xtask/packages");
    let path = cache.join(WHEEL);
    if !path.exists() {
        fs_err::create_dir_all(&cache)?;
        download(&cache)?;
        ensure!(path.exists(), "pip downloaded {PACKAGE} but not as {WHEEL}");
    }
    Ok(path)
}

/// Runs the user's pip, so that its index and proxy settings count.
fn download(cache: &Path) -> anyhow::Result<()> {
    let Some((program, first)) = process::pip(cache) else {
        bail!("codegen needs pip (python3 -m pip, pip3 or pip) to fetch {PACKAGE}");
    };
    let download = ["download", "--quiet", "--no-deps", "--only-binary=:all:", "--dest", ".", PACKAGE];
    process::run(cache, program, &[first, &download].concat(), &[])
}

fn verify(what: &str, bytes: &[u8], expected: &str) -> anyhow::Result<()> {
    let actual: String = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    ensure!(actual == expected, "{what} has SHA-256 {actual}, not the pinned {expected}");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::verify;

    #[test]
    fn a_changed_byte_is_refused_by_name() {
        let empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        verify("nothing", b"", empty).unwrap();
        let error = verify("the wheel", b"x", empty).unwrap_err();
        assert!(error.to_string().starts_with("the wheel has SHA-256 2d711642"), "{error}");
    }
}
