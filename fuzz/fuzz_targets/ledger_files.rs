//! Any bytes as what a ledger publishes: names of tiles, tiles, bundles of entries, notes, checkpoints, keys and kept proofs. An error, never a
//! panic; what is read is the same when written and read again; nothing is believed that nobody signed.

#![no_main]

use libfuzzer_sys::fuzz_target;
use overt_ledger::tile::{self, TileName, WIDTH};
use overt_ledger::{Checkpoint, InclusionProof, KeyKind, Note, SignerKey, VerifierKey};

fuzz_target!(|bytes: &[u8]| {
    for width in [1, 2, WIDTH] {
        if let Some(hashes) = tile::hashes(bytes, width) {
            assert_eq!(hashes.iter().flat_map(|hash| hash.0).collect::<Vec<u8>>(), bytes);
        }
        if let Some(entries) = tile::entries(bytes, width) {
            assert_eq!(entries.iter().map(|entry| entry.len() + 2).sum::<usize>(), bytes.len());
        }
    }
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(name) = TileName::parse(text) {
        assert_eq!(name.path(), text);
        assert!(!text.contains("..") && !text.starts_with('/') && (1..=WIDTH).contains(&name.width));
    }
    if let Ok(key) = VerifierKey::parse(text) {
        assert_eq!(VerifierKey::parse(&key.to_string()).as_ref(), Ok(&key));
    }
    if let Ok(checkpoint) = Checkpoint::parse(text) {
        assert_eq!(Checkpoint::parse(&checkpoint.text()).as_ref(), Ok(&checkpoint));
    }
    // A key that signed nothing that the seeds were made from.
    let key = |kind| SignerKey::from_seed("ledger.example", kind, &[0xf0; 32]).unwrap();
    if let Ok(note) = Note::parse(text) {
        for kind in [KeyKind::Note, KeyKind::Cosignature] {
            assert!(note.verified_by(key(kind).verifier()).is_err());
        }
    }
    if let Some(proof) = InclusionProof::parse(text) {
        assert_eq!(InclusionProof::parse(&proof.to_string()).as_ref(), Some(&proof));
        assert!(proof.verify(b"entry", key(KeyKind::Note).verifier(), &[]).is_err());
    }
});
