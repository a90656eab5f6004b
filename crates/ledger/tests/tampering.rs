//! Everything that somebody with a log's files can do to it, judged by two verifiers that share nothing: this crate's, and the
//! program `verifier.py`, which was written from the specifications. Both must be content with what was not touched and find what was.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    reason = "a test fails by panicking, and runs another program"
)]

use std::path::{Path, PathBuf};
use std::process::Command;

use overt_ledger::verify::{Expected, Verified, verify};
use overt_ledger::witness::{Answer, Request, Witness};
use overt_ledger::{
    Asked, Checkpoint, Cosigner, Folder, InclusionProof, KeyKind, Log, SignerKey, VerifierKey,
};

const NAME: &str = "ledger.example/tampered";

fn key(seed: u8) -> SignerKey {
    SignerKey::from_seed(NAME, KeyKind::Note, &[seed; 32]).unwrap()
}

fn public() -> VerifierKey {
    key(3).verifier().clone()
}

fn entry(number: u64) -> Vec<u8> {
    format!("{{\"entry\":{number},\"what\":\"{}\"}}", "x".repeat((number % 40) as usize)).into_bytes()
}

/// What the program said, and whether it was content.
fn program(arguments: &[&str]) -> (bool, String) {
    let program = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/verifier.py");
    let output = Command::new("python3").arg(program).args(arguments).output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap() + &String::from_utf8(output.stderr).unwrap();
    (output.status.success(), said.trim().to_owned())
}

/// Both verifiers' words on a folder; they must agree on whether it is right.
fn judged(
    folder: &Path,
    earlier: Option<&Checkpoint>,
    witness: Option<&VerifierKey>,
) -> Result<Verified, String> {
    let expected = Expected {
        key: public(),
        witnesses: witness.cloned().into_iter().collect(),
        earlier: earlier.cloned(),
    };
    let ours = verify(&Folder(folder.to_owned()), &expected, |_, _| Ok(()));
    let (folder, key) = (folder.to_str().unwrap(), public().to_string());
    let mut arguments = vec!["verify", folder, &key];
    let (size, root) =
        earlier.map_or_else(Default::default, |then| (then.size.to_string(), then.root.to_string()));
    if earlier.is_some() {
        arguments.extend(["--earlier", &size, &root]);
    }
    let witness = witness.map(ToString::to_string);
    if let Some(witness) = &witness {
        arguments.extend(["--witness", witness]);
    }
    let (content, said) = program(&arguments);
    match ours {
        Ok(verified) => {
            assert!(content, "only ours is content: {said}");
            let line = format!("{} {}", verified.checkpoint.size, verified.checkpoint.root);
            assert_eq!(said.lines().next().unwrap(), line);
            Ok(verified)
        }
        Err(problem) => {
            assert!(!content, "only the other is content; ours says: {problem}");
            assert!(said.starts_with("wrong: "), "the other fell over: {said}");
            Err(problem.to_string())
        }
    }
}

fn grown(folder: &Path, seed: u8, numbers: impl IntoIterator<Item = u64>) -> Checkpoint {
    let log = Log::open(folder, key(seed)).unwrap();
    for number in numbers {
        log.append(&entry(number)).unwrap();
    }
    log.publish().unwrap()
}

fn copied(from: &Path) -> tempfile::TempDir {
    let to = tempfile::tempdir().unwrap();
    copy(from, to.path());
    to
}

fn copy(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    for found in fs_err::read_dir(from).unwrap() {
        let found = found.unwrap();
        let target = to.join(found.file_name());
        if found.path().is_dir() {
            copy(&found.path(), &target);
        } else {
            fs_err::copy(found.path(), target).unwrap();
        }
    }
}

fn bundle(numbers: &[u64]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for &number in numbers {
        let entry = entry(number);
        bytes.extend((entry.len() as u16).to_be_bytes());
        bytes.extend(entry);
    }
    bytes
}

#[test]
fn d3_both_verifiers_agree_at_every_size() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::open(folder.path(), key(3)).unwrap();
    let mut earlier: Option<Checkpoint> = None;
    for size in [0, 1, 2, 255, 256, 257, 700] {
        while log.size() < size {
            log.append(&entry(log.size())).unwrap();
        }
        let now = log.publish().unwrap();
        assert_eq!(judged(folder.path(), earlier.as_ref(), None).unwrap().checkpoint, now);
        earlier = Some(now);
    }
}

/// What is done to a copy of the log's folder.
type Tampering<'a> = (&'a str, Box<dyn Fn(&Path) + 'a>);

#[test]
fn d3_every_tampering_is_found_by_both_verifiers() {
    let honest = tempfile::tempdir().unwrap();
    let then = grown(honest.path(), 3, 0..400);
    grown(honest.path(), 3, 400..600);
    judged(honest.path(), Some(&then), None).unwrap();

    let numbers: Vec<u64> = (256..512).collect();
    let with = |change: &dyn Fn(&mut Vec<u64>)| {
        let mut numbers = numbers.clone();
        change(&mut numbers);
        bundle(&numbers)
    };
    let write = |path: &'static str, bytes: Vec<u8>| -> Box<dyn Fn(&Path)> {
        Box::new(move |folder| fs_err::write(folder.join(path), &bytes).unwrap())
    };
    let flip = |path: &'static str, at: usize| -> Box<dyn Fn(&Path)> {
        Box::new(move |folder| {
            let path = folder.join(path);
            let mut bytes = fs_err::read(&path).unwrap();
            bytes[at] ^= 1;
            fs_err::write(path, bytes).unwrap();
        })
    };
    let remove = |path: &'static str| -> Box<dyn Fn(&Path)> {
        Box::new(move |folder| fs_err::remove_file(folder.join(path)).unwrap())
    };
    // Another history under the right key, put in the place of this one, files and signature and all.
    let instead = |seed: u8, numbers: Vec<u64>| -> Box<dyn Fn(&Path)> {
        Box::new(move |folder| {
            fs_err::remove_dir_all(folder).unwrap();
            grown(folder, seed, numbers.iter().copied());
        })
    };
    let replaced =
        |at: usize, by: u64| (0..600).map(|n| if n == at as u64 { by } else { n }).collect::<Vec<_>>();
    let first = "tile/entries/001";
    let cases: Vec<Tampering<'_>> = vec![
        ("edit: an entry", write(first, with(&|numbers| numbers[7] = 9999))),
        ("edit: one byte of an entry", flip(first, 300)),
        ("drop: an entry", write(first, with(&|numbers| numbers.retain(|number| *number != 263)))),
        (
            "drop: an entry, and another at the end",
            write(
                first,
                with(&|numbers| {
                    numbers.remove(7);
                    numbers.push(9999);
                }),
            ),
        ),
        ("drop: a bundle", remove(first)),
        ("drop: a tile", remove("tile/0/001")),
        ("drop: the upper tile", remove("tile/1/000.p/2")),
        ("drop: the checkpoint", remove("checkpoint")),
        ("reorder: two entries", write(first, with(&|numbers| numbers.swap(7, 8)))),
        (
            "reorder: two bundles",
            Box::new(|folder| {
                let (one, two) = (folder.join("tile/entries/000"), folder.join(first));
                let bytes = fs_err::read(&one).unwrap();
                fs_err::copy(&two, &one).unwrap();
                fs_err::write(&two, bytes).unwrap();
            }),
        ),
        ("duplicate: an entry over the next", write(first, with(&|numbers| numbers[8] = numbers[7]))),
        ("duplicate: an entry inserted", write(first, with(&|numbers| numbers.insert(8, 263)))),
        ("add: an entry", write(first, with(&|numbers| numbers.push(9999)))),
        ("truncate: a bundle", write(first, bundle(&numbers[..200]))),
        (
            "truncate: within an entry",
            Box::new(|folder| {
                let bytes = fs_err::read(folder.join(first)).unwrap();
                fs_err::write(folder.join(first), &bytes[..bytes.len() - 3]).unwrap();
            }),
        ),
        (
            "truncate: a tile",
            Box::new(|folder| {
                let bytes = fs_err::read(folder.join("tile/0/001")).unwrap();
                fs_err::write(folder.join("tile/0/001"), &bytes[..32 * 100]).unwrap();
            }),
        ),
        (
            "truncate: the checkpoint",
            Box::new(|folder| {
                let text = fs_err::read_to_string(folder.join("checkpoint")).unwrap();
                fs_err::write(folder.join("checkpoint"), &text[..text.len() - 40]).unwrap();
            }),
        ),
        ("tile: a hash of the full one", flip("tile/0/001", 100)),
        ("tile: a hash of the partial one", flip("tile/0/002.p/88", 40)),
        ("tile: a hash of the upper one", flip("tile/1/000.p/2", 40)),
        (
            "checkpoint: another size",
            Box::new(|folder| {
                let text = fs_err::read_to_string(folder.join("checkpoint")).unwrap();
                fs_err::write(folder.join("checkpoint"), text.replace("\n600\n", "\n599\n")).unwrap();
            }),
        ),
        (
            "checkpoint: an older one over newer tiles",
            Box::new(|folder| {
                fs_err::write(folder.join("checkpoint"), then.sign(&key(3))).unwrap();
                // Honest so far; but it is read as the log of now, whose partial tiles are gone.
                fs_err::write(folder.join("tile/0/001"), vec![0; 8192]).unwrap();
            }),
        ),
        (
            "checkpoint: signed with no tree behind it",
            Box::new(|folder| {
                let forged =
                    Checkpoint { size: 600, root: overt_ledger::Hash::of_leaf(b"any"), origin: NAME.into() };
                fs_err::write(folder.join("checkpoint"), forged.sign(&key(3))).unwrap();
            }),
        ),
        ("roll back: a shorter history", instead(3, (0..300).collect())),
        ("fork: one entry of the past is another", instead(3, replaced(3, 9999))),
        ("fork: the last entry that was seen is another", instead(3, replaced(399, 9999))),
        (
            "fork: longer, with another past",
            instead(3, replaced(0, 9999).into_iter().chain(600..700).collect()),
        ),
        ("swap key: the same history under another", instead(4, (0..600).collect())),
        (
            "swap key: another's signature under our name",
            Box::new(|folder| {
                let text = fs_err::read_to_string(folder.join("checkpoint")).unwrap();
                let checkpoint = Checkpoint::verify(&text, &public()).unwrap();
                fs_err::write(folder.join("checkpoint"), checkpoint.sign(&key(4))).unwrap();
            }),
        ),
    ];
    for (what, tamper) in &cases {
        let copy = copied(honest.path());
        tamper(copy.path());
        let found = judged(copy.path(), Some(&then), None);
        assert!(found.is_err(), "{what}: not found");
    }
    // And what was seen before it happened is the only thing that tells a fork: without it, another history is a sound log.
    let copy = copied(honest.path());
    instead(3, replaced(3, 9999))(copy.path());
    judged(copy.path(), None, None).unwrap();
}

/// A witness that saw the honest log signs none of the others, and its cosignature is understood by both.
#[test]
fn d3_a_fork_has_no_cosignature() {
    let folder = tempfile::tempdir().unwrap();
    let (honest, forked) = (folder.path().join("honest"), folder.path().join("forked"));
    let witness_key = SignerKey::from_seed("witness.example", KeyKind::Cosignature, &[5; 32]).unwrap();
    let cosigner_key = witness_key.verifier().clone();
    let witness = Witness::open(&folder.path().join("witness"), witness_key, &[public()]).unwrap();
    let ask = |folder: &Path, log: &Log| {
        let mut cosigner = Cosigner::new(cosigner_key.clone()).unwrap();
        let mut asked = Asked::Again;
        log.publish_cosigned(|checkpoint, note| {
            while asked == Asked::Again {
                let source = Folder(folder.to_owned());
                let request = cosigner.request(&source, checkpoint, note).unwrap();
                assert!(Request::parse(&request).is_some());
                let (status, body) = match witness.add_checkpoint(&request, 1_700_000_000).unwrap() {
                    Answer::Cosigned(lines) => (200, lines),
                    Answer::Conflict(size) => (409, format!("{size}\n")),
                    Answer::Refused(status, why) => (status, why.to_owned()),
                };
                asked = cosigner.answered(status, &body, checkpoint, note);
            }
            match &asked {
                Asked::Cosigned { line, .. } => line.clone(),
                _ => String::new(),
            }
        })
        .unwrap();
        asked
    };
    let log = Log::open(&honest, key(3)).unwrap();
    for number in 0..300 {
        log.append(&entry(number)).unwrap();
    }
    assert!(matches!(ask(&honest, &log), Asked::Cosigned { .. }));
    let verified = judged(&honest, None, Some(&cosigner_key)).unwrap();
    assert_eq!(verified.witnessed, [("witness.example".to_owned(), 1_700_000_000)]);

    let log = Log::open(&forked, key(3)).unwrap();
    for number in (0..300).map(|n| if n == 7 { 9999 } else { n }).chain(300..310) {
        log.append(&entry(number)).unwrap();
    }
    assert!(matches!(ask(&forked, &log), Asked::Refused(_)));
    judged(&forked, None, None).unwrap();
    // Ours tells who has cosigned and leaves the rest to its caller; the program is asked for a witness and has none.
    let path = forked.to_str().unwrap();
    let (content, said) =
        program(&["verify", path, &public().to_string(), "--witness", &cosigner_key.to_string()]);
    assert!(!content && said.contains("witnesses"), "{said}");
}

#[test]
fn d3_proofs_of_entries_hold_for_both_and_false_ones_for_neither() {
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    grown(&log, 3, 0..333);
    let write = |name: &str, bytes: &[u8]| -> PathBuf {
        let path = folder.path().join(name);
        fs_err::write(&path, bytes).unwrap();
        path
    };
    for index in [0, 1, 255, 256, 331, 332] {
        let (proof, found) = InclusionProof::make(&Folder(log.clone()), &public(), index).unwrap().unwrap();
        assert_eq!(found, entry(index));
        let moved = InclusionProof { index: (index + 1) % 333, ..proof.clone() };
        let shorter = InclusionProof { hashes: proof.hashes[1..].to_vec(), ..proof.clone() };
        for (which, proof, said, right) in [
            ("right", &proof, entry(index), true),
            ("another entry", &proof, entry(index + 1), false),
            ("another number", &moved, entry(index), false),
            ("a hash less", &shorter, entry(index), false),
        ] {
            let (file, text) = (write("proof", proof.to_string().as_bytes()), write("entry", &said));
            let arguments = ["proof", file.to_str().unwrap(), text.to_str().unwrap(), &public().to_string()];
            let (content, words) = program(&arguments);
            assert_eq!(content, right, "{which} at {index}: {words}");
            assert_eq!(proof.verify(&said, &public(), &[]).is_ok(), right, "{which} at {index}");
        }
    }
}

/// D3: both verifiers pass by what unknown keys have signed, and both refuse a line that is no signature's (C2SP signed-note).
#[test]
fn d3_both_verifiers_agree_on_lines_under_a_checkpoint() {
    let folder = tempfile::tempdir().unwrap();
    grown(folder.path(), 3, 0..5);
    let path = folder.path().join("checkpoint");
    let note = fs_err::read_to_string(&path).unwrap();
    let with = |line: &str| {
        fs_err::write(&path, format!("{note}{line}\n")).unwrap();
        judged(folder.path(), None, None)
    };
    for foreign in ["\u{2014} somebody AAAAAAA=", "\u{2014} ledger.example/tampered AAAAAAAAAAAA"] {
        assert!(with(foreign).is_ok(), "{foreign}");
    }
    for bad in [
        "no signature",
        "x somebody AAAAAAA=",
        "\u{2014} somebody",
        "\u{2014} somebody AAAA",
        "\u{2014} somebody AAAAAA==",
        "\u{2014} somebody AAAAAAB=",
        "\u{2014} some+body AAAAAAA=",
        "\u{2014}  AAAAAAA=",
        "\u{2014} somebody AAAAAAA= x",
        "",
    ] {
        assert!(with(bad).is_err(), "{bad:?}");
    }
}
