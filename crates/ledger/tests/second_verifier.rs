//! What this crate writes, judged by a program that shares nothing with it: `verifier.py`.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and runs another program"
)]

use std::path::Path;
use std::process::Command;

use overt_ledger::{Checkpoint, KeyKind, Log, SignerKey, VerifierKey};

/// What the program said, and whether it was content.
fn judge(folder: &Path, key: &VerifierKey, earlier: Option<&Checkpoint>) -> (bool, String) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verifier.py");
    let mut command = Command::new("python3");
    command.arg(program).arg(folder).arg(key.to_string());
    if let Some(earlier) = earlier {
        command.arg(earlier.size.to_string()).arg(earlier.root.to_string());
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said)
}

#[test]
fn another_implementation_agrees_at_every_size_and_finds_what_was_changed() {
    let folder = tempfile::tempdir().unwrap();
    let key = SignerKey::from_seed("ledger.example/second", KeyKind::Note, &[3; 32]).unwrap();
    let public = key.verifier().clone();
    let log = Log::open(folder.path(), key).unwrap();
    let mut earlier: Option<Checkpoint> = None;
    for size in [0, 1, 2, 255, 256, 257, 700] {
        while log.size() < size {
            log.append(format!("entry {} of a ledger", log.size()).as_bytes()).unwrap();
        }
        let now = log.publish().unwrap();
        let (content, said) = judge(folder.path(), &public, earlier.as_ref());
        assert!(content, "{size}: {said}");
        assert_eq!(said.trim(), format!("{} {}", now.size, now.root));
        earlier = Some(now);
    }
    for (path, at) in
        [("tile/entries/001", 300), ("tile/0/000", 5000), ("tile/1/000.p/2", 3), ("checkpoint", 30)]
    {
        let path = folder.path().join(path);
        let whole = fs_err::read(&path).unwrap();
        let mut changed = whole.clone();
        changed[at] ^= 1;
        fs_err::write(&path, changed).unwrap();
        let (content, said) = judge(folder.path(), &public, None);
        assert!(!content, "{}: {said}", path.display());
        fs_err::write(&path, whole).unwrap();
    }
    let other = SignerKey::from_seed("ledger.example/second", KeyKind::Note, &[4; 32]).unwrap();
    assert!(!judge(folder.path(), other.verifier(), None).0);
}
