//! How fast a ledger takes entries, proves and is verified: `cargo run --release -p overt-ledger --example rates -- 1000000`.
//!
//! Entries of 500 bytes from 1, 16 and 64 threads, each waiting for its flush; then as many as asked for, published, proved and
//! verified from the files alone. The folder lies in the system's folder for temporary files and is removed.

#![allow(clippy::unwrap_used, clippy::print_stdout, reason = "a measuring program")]

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use overt_ledger::verify::{Expected, verify};
use overt_ledger::{Folder, KeyKind, Log, SignerKey, Tiles, proof};

const ENTRY: usize = 500;

fn main() {
    let wanted: u64 = std::env::args().nth(1).map_or(100_000, |count| count.parse().unwrap());
    let folder = tempfile::tempdir().unwrap();
    let key = SignerKey::from_seed("ledger.example", KeyKind::Note, &[1; 32]).unwrap();
    let public = key.verifier().clone();
    let log = Log::open(folder.path(), key).unwrap();
    for threads in [1, 16, 64] {
        let (started, before) = (Instant::now(), log.size());
        fill(&log, threads, 150 * threads);
        let entries = log.size() - before;
        println!(
            "{threads} at once: {:.0} durable entries a second",
            entries as f64 / started.elapsed().as_secs_f64()
        );
    }
    let started = Instant::now();
    while log.size() < wanted {
        fill(&log, 256, (wanted - log.size()).min(100_000));
        log.publish().unwrap();
    }
    println!("256 at once, publishing: {:.0} a second", log.size() as f64 / started.elapsed().as_secs_f64());
    let checkpoint = log.publish().unwrap();
    let source = Folder(folder.path().to_owned());
    let started = Instant::now();
    for number in 0..100 {
        let index = checkpoint.size / 101 * number;
        let mut tiles = Tiles::new(&source, checkpoint.size);
        proof::inclusion(&mut tiles, index, checkpoint.size).unwrap().unwrap();
    }
    println!("a proof from the files: {:.2} ms", started.elapsed().as_secs_f64() * 10.0);
    let started = Instant::now();
    let expected = Expected { key: public, witnesses: Vec::new(), earlier: None };
    verify(&source, &expected, |_, _| Ok(())).unwrap();
    let seconds = started.elapsed().as_secs_f64();
    println!("verified {} entries of {ENTRY} bytes in {seconds:.2} s on one core", checkpoint.size);
    println!("10 million would take {:.0} s", seconds * 1e7 / checkpoint.size as f64);
    println!("{:.1} bytes on disk an entry", size_of(folder.path()) as f64 / checkpoint.size as f64);
}

fn fill(log: &Log, threads: u64, entries: u64) {
    let next = AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                while next.fetch_add(1, Ordering::Relaxed) < entries {
                    log.append(&[b'x'; ENTRY]).unwrap();
                }
            });
        }
    });
}

fn size_of(folder: &std::path::Path) -> u64 {
    let entries = fs_err::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| if path.is_dir() { size_of(&path) } else { path.metadata().unwrap().len() }).sum()
}
