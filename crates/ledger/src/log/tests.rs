//! What a log keeps whatever happens to it, and that its verifier finds whatever was done to it.

use std::collections::BTreeSet;
use std::sync::atomic::{AtomicU64, Ordering};

use proptest::prelude::*;

use super::*;
use crate::note::KeyKind;
use crate::proof::{self, Subtrees as _};
use crate::source::{Folder, Source as _, Tiles};
use crate::verify::{Expected, Problem, Verified, verify};

fn key() -> SignerKey {
    SignerKey::from_seed("ledger.example", KeyKind::Note, &[9; 32]).unwrap()
}

fn entry(number: u64) -> Vec<u8> {
    format!("{{\"entry\":{number},\"what\":\"{}\"}}", "x".repeat((number % 40) as usize)).into_bytes()
}

fn filled(folder: &Path, entries: u64) -> Log {
    let log = Log::open(folder, key()).unwrap();
    let next = AtomicU64::new(log.size());
    // Many at once, so that they share flushes; each takes the number that it is given as its own.
    std::thread::scope(|scope| {
        for _ in 0..16 {
            scope.spawn(|| {
                while next.fetch_add(1, Ordering::Relaxed) < entries {
                    log.append(b"any").unwrap();
                }
            });
        }
    });
    log
}

fn expected(earlier: Option<Checkpoint>) -> Expected {
    Expected { key: key().verifier().clone(), witnesses: Vec::new(), earlier }
}

fn check(folder: &Path, earlier: Option<Checkpoint>) -> Result<Verified, Problem> {
    verify(&Folder(folder.to_owned()), &expected(earlier), |_, _| Ok(()))
}

#[test]
fn numbers_are_given_once_each_and_entries_stand_at_theirs() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::open(folder.path(), key()).unwrap();
    let numbers = Mutex::new(BTreeSet::new());
    std::thread::scope(|scope| {
        for writer in 0..8_u64 {
            let (log, numbers) = (&log, &numbers);
            scope.spawn(move || {
                for n in 0..80 {
                    let number = log.append(&entry(writer * 1000 + n)).unwrap();
                    assert!(numbers.lock().unwrap().insert((number, writer * 1000 + n)));
                }
            });
        }
    });
    let numbers = numbers.into_inner().unwrap();
    assert!(numbers.iter().map(|(number, _)| *number).eq(0..640));
    log.publish().unwrap();
    let source = Folder(folder.path().to_owned());
    let tiles = Tiles::new(&source, 640);
    for (number, which) in numbers {
        assert_eq!(tiles.entry(number).unwrap().unwrap(), entry(which));
    }
    assert_eq!(tiles.entry(640).unwrap(), None);
}

#[test]
fn every_publication_verifies_and_extends_the_one_before() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::open(folder.path(), key()).unwrap();
    let mut earlier: Option<Checkpoint> = None;
    let source = Folder(folder.path().to_owned());
    for (round, count) in [1, 1, 254, 1, 300, 255, 0, 700].into_iter().enumerate() {
        for _ in 0..count {
            log.append(&entry(log.size())).unwrap();
        }
        let checkpoint = log.publish().unwrap();
        assert_eq!(checkpoint.size, log.size());
        assert_eq!(check(folder.path(), earlier.clone()).unwrap().checkpoint, checkpoint, "round {round}");
        let mut tiles = Tiles::new(&source, checkpoint.size);
        assert_eq!(proof::root(&mut tiles, checkpoint.size).unwrap(), checkpoint.root);
        if let Some(earlier) = &earlier {
            let proof = proof::consistency(&mut tiles, earlier.size, checkpoint.size).unwrap().unwrap();
            assert!(proof::extends(earlier.size, earlier.root, checkpoint.size, checkpoint.root, &proof));
        }
        for index in (0..checkpoint.size).step_by(97) {
            let proof = proof::inclusion(&mut tiles, index, checkpoint.size).unwrap().unwrap();
            let leaf = tiles.subtree(0, index).unwrap();
            assert_eq!(leaf, Hash::of_leaf(&tiles.entry(index).unwrap().unwrap()));
            assert!(proof::includes(leaf, index, checkpoint.size, &proof, checkpoint.root));
        }
        earlier = Some(checkpoint);
    }
}

/// Also across the beginning of a new journal.
#[test]
fn what_was_acknowledged_is_there_after_any_end() {
    let folder = tempfile::tempdir().unwrap();
    for (total, publish) in
        [(300, false), (301, true), (66_500, false), (66_600, true), (140_000, true), (140_001, false)]
    {
        let log = filled(folder.path(), total);
        assert_eq!(log.size(), total);
        if publish {
            log.publish().unwrap();
        }
        // Nothing is closed: the next opening finds what a killed process leaves.
    }
    let log = Log::open(folder.path(), key()).unwrap();
    assert_eq!(log.size(), 140_001);
    assert_eq!(log.publish().unwrap().size, 140_001);
    assert_eq!(check(folder.path(), None).unwrap().checkpoint.size, 140_001);
    assert!(log.lock().edge.size() >= 139_000, "a new journal was begun");
}

/// A publication that was cut off: any of its files missing, and those of the time before in their place.
#[test]
fn a_publication_that_was_cut_off_is_done_again() {
    let folder = tempfile::tempdir().unwrap();
    let log = filled(folder.path(), 700);
    log.publish().unwrap();
    let before = fs_err::read(folder.path().join("checkpoint")).unwrap();
    let log = filled(folder.path(), 1400);
    let after = log.publish().unwrap();
    drop(log);
    fs_err::write(folder.path().join("checkpoint"), before).unwrap();
    for path in ["tile/0/003", "tile/entries/003", "tile/1/000.p/5"] {
        fs_err::remove_file(folder.path().join(path)).unwrap();
    }
    let log = Log::open(folder.path(), key()).unwrap();
    assert_eq!(log.publish().unwrap(), after);
    assert_eq!(check(folder.path(), None).unwrap().checkpoint, after);
}

#[test]
fn a_log_that_lost_what_it_published_does_not_open() {
    let folder = tempfile::tempdir().unwrap();
    filled(folder.path(), 400).publish().unwrap();
    let journal = folder.path().join("journal");
    let bytes = fs_err::read(&journal).unwrap();
    let refused = |what: &str| {
        let error = Log::open(folder.path(), key()).unwrap_err();
        assert!(matches!(error, LogError::Lost { published: 400, .. }), "{what}: {error}");
    };
    fs_err::write(&journal, &bytes[..bytes.len() - 20]).unwrap();
    refused("a shorter journal");
    let mut changed = bytes.clone();
    let middle = changed.len() / 2;
    changed[middle] ^= 1;
    fs_err::write(&journal, &changed).unwrap();
    refused("a flipped bit");
    fs_err::remove_file(&journal).unwrap();
    refused("no journal");
    fs_err::write(&journal, &bytes).unwrap();
    assert!(Log::open(folder.path(), key()).is_ok());
    let other = SignerKey::from_seed("ledger.example", KeyKind::Note, &[1; 32]).unwrap();
    assert!(matches!(Log::open(folder.path(), other), Err(LogError::Checkpoint(_))), "another key");
}

#[test]
fn an_entry_too_long_is_refused_and_nothing_else_is() {
    let folder = tempfile::tempdir().unwrap();
    let log = Log::open(folder.path(), key()).unwrap();
    assert_eq!(log.append(&vec![1; MAX_ENTRY]).unwrap(), 0);
    assert!(matches!(log.append(&vec![1; MAX_ENTRY + 1]), Err(LogError::TooLong { .. })));
    assert_eq!(log.append(b"").unwrap(), 1);
    log.publish().unwrap();
    assert_eq!(check(folder.path(), None).unwrap().checkpoint.size, 2);
}

/// Everything that somebody with the files, and for some of it with the key, can do to a log.
#[test]
fn every_tampering_is_found() {
    let source = tempfile::tempdir().unwrap();
    let log = Log::open(source.path(), key()).unwrap();
    for number in 0..700 {
        log.append(&entry(number)).unwrap();
    }
    let then = log.publish().unwrap();
    for number in 700..1000 {
        log.append(&entry(number)).unwrap();
    }
    log.publish().unwrap();
    assert!(check(source.path(), Some(then.clone())).is_ok());

    let entries = |numbers: &[u64]| {
        let mut bundle = Vec::new();
        for &number in numbers {
            tile::push_entry(&mut bundle, &entry(number)).unwrap();
        }
        bundle
    };
    let numbers: Vec<u64> = (256..512).collect();
    let with = |change: &dyn Fn(&mut Vec<u64>)| {
        let mut numbers = numbers.clone();
        change(&mut numbers);
        entries(&numbers)
    };
    // Each changes the files in a copy of the folder.
    type Change<'a> = Box<dyn Fn(&Path) + 'a>;
    let bundle = |bytes: Vec<u8>| -> Change<'_> {
        Box::new(move |folder| fs_err::write(folder.join("tile/entries/001"), &bytes).unwrap())
    };
    let cases: Vec<(&str, Change<'_>)> = vec![
        ("an entry edited", bundle(with(&|numbers| numbers[7] = 9999))),
        ("an entry dropped", bundle(with(&|numbers| numbers.retain(|number| *number != 263)))),
        ("two exchanged", bundle(with(&|numbers| numbers.swap(7, 8)))),
        ("one twice", bundle(with(&|numbers| numbers[8] = numbers[7]))),
        ("one more", bundle(with(&|numbers| numbers.push(9999)))),
        ("a bundle truncated", bundle(entries(&numbers[..200]))),
        ("a bundle gone", Box::new(|folder| fs_err::remove_file(folder.join("tile/entries/001")).unwrap())),
        ("a tile gone", Box::new(|folder| fs_err::remove_file(folder.join("tile/0/002")).unwrap())),
        (
            "two bundles exchanged",
            Box::new(|folder| {
                let (first, second) = (folder.join("tile/entries/000"), folder.join("tile/entries/001"));
                let bytes = fs_err::read(&first).unwrap();
                fs_err::copy(&second, &first).unwrap();
                fs_err::write(&second, bytes).unwrap();
            }),
        ),
        ("a hash of a tile", Box::new(|folder| flip(&folder.join("tile/0/002"), 100))),
        ("a hash of the upper tile", Box::new(|folder| flip(&folder.join("tile/1/000.p/3"), 40))),
        ("a hash of the partial tile", Box::new(|folder| flip(&folder.join("tile/0/003.p/232"), 40))),
        (
            "the checkpoint's size",
            Box::new(|folder| replace(&folder.join("checkpoint"), "\n1000\n", "\n999\n")),
        ),
        (
            "rolled back, signed anew",
            Box::new(|folder| {
                let short = tempfile::tempdir().unwrap();
                let log = Log::open(short.path(), key()).unwrap();
                for number in 0..600 {
                    log.append(&entry(number)).unwrap();
                }
                log.publish().unwrap();
                replace_folder(short.path(), folder);
            }),
        ),
        (
            "rewritten, signed anew",
            Box::new(|folder| {
                let other = tempfile::tempdir().unwrap();
                let log = Log::open(other.path(), key()).unwrap();
                for number in 0..1000 {
                    log.append(&entry(if number == 3 { 9999 } else { number })).unwrap();
                }
                log.publish().unwrap();
                replace_folder(other.path(), folder);
            }),
        ),
        (
            "another key",
            Box::new(|folder| {
                let other = SignerKey::from_seed("ledger.example", KeyKind::Note, &[1; 32]).unwrap();
                let read = fs_err::read_to_string(folder.join("checkpoint")).unwrap();
                let checkpoint = Checkpoint::verify(&read, key().verifier()).unwrap();
                fs_err::write(folder.join("checkpoint"), checkpoint.sign(&other)).unwrap();
            }),
        ),
    ];
    for (what, change) in cases {
        let copy = tempfile::tempdir().unwrap();
        replace_folder(source.path(), copy.path());
        assert!(check(copy.path(), Some(then.clone())).is_ok());
        change(copy.path());
        let found = check(copy.path(), Some(then.clone()));
        assert!(found.is_err(), "{what}: {found:?}");
    }
}

fn flip(path: &Path, at: usize) {
    let mut bytes = fs_err::read(path).unwrap();
    bytes[at] ^= 1;
    fs_err::write(path, bytes).unwrap();
}

fn replace(path: &Path, from: &str, to: &str) {
    let text = fs_err::read_to_string(path).unwrap();
    assert!(text.contains(from));
    fs_err::write(path, text.replace(from, to)).unwrap();
}

/// Empties `to` and copies all of `from` into it.
fn replace_folder(from: &Path, to: &Path) {
    fs_err::remove_dir_all(to).unwrap();
    fs_err::create_dir_all(to).unwrap();
    for found in fs_err::read_dir(from).unwrap() {
        let (from, to) = (found.as_ref().unwrap().path(), to.join(found.as_ref().unwrap().file_name()));
        if from.is_dir() {
            replace_folder_into(&from, &to);
        } else {
            fs_err::copy(from, to).unwrap();
        }
    }
}

fn replace_folder_into(from: &Path, to: &Path) {
    fs_err::create_dir_all(to).unwrap();
    replace_folder(from, to);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// Any single byte of any file of the log: found, or (in a signature's padding bits alone) without effect.
    #[test]
    fn any_flipped_bit_is_found(size in 1_u64..600, which in any::<usize>(), at in any::<usize>(), bit in 0_u8..8) {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(folder.path(), key()).unwrap();
        for number in 0..size {
            log.append(&entry(number)).unwrap();
        }
        let published = log.publish().unwrap();
        let names: Vec<String> = (0..3)
            .flat_map(|level| (0..3).filter_map(move |index| TileName::in_tree(Kind::Hashes { level }, index, size)))
            .chain((0..3).filter_map(|index| TileName::in_tree(Kind::Entries, index, size)))
            .map(|name| name.path())
            .chain(["checkpoint".to_owned()])
            .collect();
        let path = folder.path().join(&names[which % names.len()]);
        let mut bytes = fs_err::read(&path).unwrap();
        let at = at % bytes.len();
        bytes[at] ^= 1 << bit;
        fs_err::write(&path, bytes).unwrap();
        let found = check(folder.path(), None);
        prop_assert!(found.is_err() || found.unwrap().checkpoint == published && path.ends_with("checkpoint"));
        prop_assert!(Folder(folder.path().to_owned()).read("checkpoint").unwrap().is_some());
    }
}

#[test]
fn tiles_that_went_with_the_power_are_written_again_also_when_nothing_is_new() {
    let folder = tempfile::tempdir().unwrap();
    let checkpoint = {
        let log = filled(folder.path(), 300);
        log.publish().unwrap()
    };
    let note = fs_err::read(folder.path().join("checkpoint")).unwrap();
    for tile in ["tile/entries/001.p/44", "tile/0/001.p/44", "tile/entries/000", "tile/0/000"] {
        fs_err::write(folder.path().join(tile), b"").unwrap();
    }
    check(folder.path(), None).unwrap_err();
    let log = Log::open(folder.path(), key()).unwrap();
    assert_eq!(log.publish().unwrap(), checkpoint);
    assert_eq!(fs_err::read(folder.path().join("checkpoint")).unwrap(), note);
    assert_eq!(check(folder.path(), None).unwrap().checkpoint, checkpoint);
}
