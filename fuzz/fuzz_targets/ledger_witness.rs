//! Any bytes as a request to a witness, and as a witness's answer to a log: a witness cosigns nothing that its log has not signed, a log believes no
//! line that its witness has not signed.

#![no_main]

use std::sync::OnceLock;

use libfuzzer_sys::fuzz_target;
use overt_ledger::witness::{Answer, Request, Witness};
use overt_ledger::{Asked, Checkpoint, Cosigner, Hash, KeyKind, SignerKey};

fn log() -> SignerKey {
    SignerKey::from_seed("log.example", KeyKind::Note, &[1; 32]).unwrap()
}

fn witness() -> &'static Witness {
    static WITNESS: OnceLock<Witness> = OnceLock::new();
    WITNESS.get_or_init(|| {
        let folder = std::env::temp_dir().join(format!("overt-fuzz-witness-{}", std::process::id()));
        let key = SignerKey::from_seed("witness.example", KeyKind::Cosignature, &[5; 32]).unwrap();
        Witness::open(&folder, key, &[log().verifier().clone()]).unwrap()
    })
}

fuzz_target!(|bytes: &[u8]| {
    let Ok(text) = std::str::from_utf8(bytes) else { return };
    if let Some(request) = Request::parse(text) {
        assert!(Request::parse(&request.to_string()).as_ref() == Some(&request));
        if let Ok(checkpoint) = Checkpoint::verify(request.note, log().verifier()) {
            // Only the seeds, which the log has signed, and their copies get here.
            assert_eq!(checkpoint.origin, "log.example");
        } else {
            assert!(!matches!(witness().add_checkpoint(text, 7).unwrap(), Answer::Cosigned(_)));
        }
    } else {
        assert!(matches!(witness().add_checkpoint(text, 7).unwrap(), Answer::Refused(400, _)));
    }
    // The same bytes as an answer: no seed has a line of this witness over this checkpoint.
    let checkpoint = Checkpoint { origin: "log.example".into(), size: 9, root: Hash::of_leaf(b"another") };
    let note = checkpoint.sign(&log());
    let mut cosigner = Cosigner::new(witness().verifier().clone()).unwrap();
    for status in [200, 403, 409, 500] {
        assert!(!matches!(cosigner.answered(status, text, &checkpoint, &note), Asked::Cosigned { .. }));
    }
});
