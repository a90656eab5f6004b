//! What git may track: sources, documents and small pictures.
//!
//! Owns the rules and the exceptions by name. Looks at names, sizes and first bytes of what is tracked; does not look at
//! history, so it has to run before a commit leaves the machine it was made on.
//!
//! # Invariants
//! - Nothing that a running server writes is tracked: no key, no credentials, no database, no segment.
//! - Nothing that is fetched or trained is tracked, unless it stands in [`LARGE`] with its reason.

use std::io::Read as _;
use std::path::Path;

use anyhow::{Result, ensure};

use crate::process;

/// Largest file without an exception, bytes. The largest source has a quarter of it.
const MAX_BYTES: u64 = 400_000;

/// Larger files, each with the size that was looked at: none may grow unseen.
const LARGE: &[(&str, u64)] = &[
    // The fused template's constants, measured by `overt bench accuracy`: there is no package to fetch them from.
    ("models/overt-face-1.fusion", 540_000),
];

/// Ends of names that mean data, keys or built things.
const ENDS: &[&str] = &[
    ".bin",
    ".db",
    ".db-journal",
    ".db-shm",
    ".db-wal",
    ".dll",
    ".dylib",
    ".jks",
    ".key",
    ".npy",
    ".npz",
    ".onnx",
    ".p12",
    ".pb",
    ".pem",
    ".pt",
    ".pth",
    ".safetensors",
    ".seg",
    ".so",
    ".sqlite",
    ".sqlite3",
    ".tar",
    ".tflite",
    ".tgz",
    ".whl",
    ".zip",
];

/// Whole names, whatever folder they lie in.
const NAMES: &[&str] = &["credentials", "server.lock", ".env"];

/// First bytes that give such a file away under another name.
const BEGINNINGS: &[(&[u8], &str)] = &[
    (b"overt-server-key", "a server's key"),
    (b"SQLite format 3\0", "a database"),
    (b"\x7fELF", "a program or library"),
    (b"PK\x03\x04", "an archive"),
    (b"\x1f\x8b", "an archive"),
    (b"-----BEGIN", "a key or certificate"),
    (b"\x93NUMPY", "numbers of NumPy"),
];

/// Checks every file that git tracks in the working folder `root`.
///
/// # Errors
/// Names every file that must not be tracked, and why.
pub(crate) fn check(root: &Path) -> Result<()> {
    let listed = process::output(root, "git", &["ls-files", "-z"])?;
    let mut faults = Vec::new();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let path = root.join(name);
        // A link is its target's name; a file that was removed and not yet committed is nothing.
        let Ok(metadata) = fs_err::symlink_metadata(&path) else { continue };
        if !metadata.is_file() {
            continue;
        }
        let mut beginning = Vec::new();
        fs_err::File::open(&path)?.take(32).read_to_end(&mut beginning)?;
        if let Some(fault) = fault(name, metadata.len(), &beginning) {
            faults.push(format!("{name}: {fault}"));
        }
    }
    ensure!(
        faults.is_empty(),
        "git tracks what does not belong into the repository (crates/xtask/src/tracked.rs has the rules):\n{}",
        faults.join("\n")
    );
    Ok(())
}

/// What is wrong with a file of that name, size and beginning.
fn fault(name: &str, bytes: u64, beginning: &[u8]) -> Option<String> {
    let lower = name.to_ascii_lowercase();
    let last = lower.rsplit('/').next().unwrap_or(&lower);
    if let Some(end) = ENDS.iter().find(|end| lower.ends_with(*end)) {
        return Some(format!("names that end in {end} are data, keys or built things"));
    }
    if NAMES.contains(&last) {
        return Some("a file that a server or its operator writes".to_owned());
    }
    if let Some((_, what)) = BEGINNINGS.iter().find(|(bytes, _)| beginning.starts_with(bytes)) {
        return Some(format!("it begins like {what}"));
    }
    let most = LARGE.iter().find(|(large, _)| *large == name).map_or(MAX_BYTES, |(_, most)| *most);
    (bytes > most).then(|| format!("{bytes} bytes; {most} are allowed"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_and_small_pictures_may_be_tracked() {
        for name in
            ["crates/gallery/src/server_key.rs", "docs/images/astronaut.jpg", "Cargo.lock", "fuzz/seeds/x/y"]
        {
            assert_eq!(fault(name, 100_000, b"//! What it owns."), None, "{name}");
        }
        assert_eq!(fault("models/overt-face-1.fusion", 528_412, b"OVFUSE"), None);
    }

    #[test]
    fn what_a_server_writes_or_fetches_may_not() {
        for name in [
            "data/server.key",
            "example/overt.db",
            "example/overt.db-wal",
            "data/aws/credentials",
            "data/server.lock",
            "models/arcface.onnx",
            "MODELS/ARCFACE.ONNX",
            "data/vectors/1/0000.seg",
            "libonnxruntime.so",
            "templates.npy",
        ] {
            assert!(fault(name, 10, b"").is_some(), "{name}");
        }
        for beginning in [b"overt-server-key-1\n00ff".as_slice(), b"SQLite format 3\0\x10\0", b"\x7fELF\x02"]
        {
            assert!(fault("notes.txt", 10, beginning).is_some(), "{beginning:?}");
        }
        assert!(fault("docs/big.svg", MAX_BYTES + 1, b"<svg").is_some());
        assert!(
            fault("models/overt-face-1.fusion", 600_000, b"OVFUSE").is_some(),
            "an exception grew unseen"
        );
    }

    #[test]
    fn a_key_that_was_added_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let git = |arguments: &[&str]| process::output(folder.path(), "git", arguments).unwrap();
        git(&["init", "--quiet"]);
        fs_err::write(folder.path().join("README.md"), "# x").unwrap();
        git(&["add", "README.md"]);
        check(folder.path()).unwrap();
        fs_err::create_dir(folder.path().join("run")).unwrap();
        fs_err::write(folder.path().join("run/server.key"), "overt-server-key-1\n").unwrap();
        check(folder.path()).expect("a file that is not tracked is nobody's business");
        git(&["add", "--force", "run/server.key"]);
        let error = check(folder.path()).unwrap_err().to_string();
        assert!(error.contains("run/server.key") && !error.contains("README"), "{error}");
    }
}
