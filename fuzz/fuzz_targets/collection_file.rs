//! Any bytes as the file of an exported collection, and as the list of a snapshot's files: an error, never a panic, and
//! nothing that was not written with the secret is taken for sound.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_gallery::{ExportSecret, SnapshotManifest, check_export};

fuzz_target!(|bytes: &[u8]| {
    // The seeds were sealed under another key: whatever is made of them may parse, and never authenticates.
    assert!(check_export(&mut &bytes[..], &ExportSecret::Key(&[9; 32])).is_err());
    if let Ok(manifest) = SnapshotManifest::parse(bytes) {
        for path in manifest.files.keys() {
            assert!(path == "overt.db" || path.starts_with("templates/"), "{path}");
            assert!(!path.contains("..") && !path.contains('\\') && !path.contains('\0'), "{path}");
        }
    }
});
