//! How fast a store is: builds one of synthetic faces, searches it, and compares the answers with a plain scan.
//!
//! `cargo run --release -p overt-vectors --example scan -- --faces 1000000 --folder FOLDER`
//!
//! | option | means |
//! |---|---|
//! | `--faces N` | how many faces (default 100,000) |
//! | `--folder FOLDER` | where the store lies; one that is there already with this many faces is opened |
//! | `--queries N` | how many searches are timed for each setting (default 300) |
//! | `--agree N` | how many are compared with the plain scan (default 100; 0 for none) |
//! | `--clients N` | how many threads search at once (default 1) |
//! | `--limits A,B,…` | most hits of a search (default 1,80,4096) |
//! | `--check FILE LABELS` | compare the spread of scores with templates in a file (rows of 256 little-endian 32-bit numbers) and their people, a line each |
#![allow(
    clippy::print_stdout,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a program for people to run"
)]

mod check;

use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use overt_vectors::synthetic::{DIMENSIONS, Population};
use overt_vectors::{
    Answer, Committed, LabelSet, NewTemplate, Query, Scanners, SegmentState, Shape, Store, StoreKey,
};

/// The score at similarity 80 of `overt-face-1`: one impostor pair in 10,000 reaches it.
const MIN_SCORE: f32 = 0.894_37;
/// Templates of one append.
const BATCH: usize = 4096;
const SEED: u64 = 20_261_127;

struct Options {
    faces: u64,
    folder: PathBuf,
    queries: usize,
    agree: usize,
    clients: usize,
    limits: Vec<usize>,
    check: Option<(PathBuf, PathBuf)>,
}

fn options() -> Options {
    let mut options = Options {
        faces: 100_000,
        folder: std::env::temp_dir().join("overt-scan"),
        queries: 300,
        agree: 100,
        clients: 1,
        limits: vec![1, 80, 4096],
        check: None,
    };
    let mut arguments = std::env::args().skip(1);
    while let Some(option) = arguments.next() {
        let mut value = || arguments.next().expect("a value after the option");
        match option.as_str() {
            "--faces" => options.faces = value().replace('_', "").parse().unwrap(),
            "--folder" => options.folder = value().into(),
            "--queries" => options.queries = value().parse().unwrap(),
            "--agree" => options.agree = value().parse().unwrap(),
            "--clients" => options.clients = value().parse().unwrap(),
            "--limits" => options.limits = value().split(',').map(|limit| limit.parse().unwrap()).collect(),
            "--check" => options.check = Some((value().into(), value().into())),
            other => panic!("{other} is no option: the head of this file lists them"),
        }
    }
    options
}

fn main() {
    let options = options();
    if let Some((templates, labels)) = &options.check {
        return check::run(templates, labels, SEED);
    }
    let scanners = Scanners::for_this_machine();
    let key = StoreKey::new([42; 32]);
    let shape = Shape::new(DIMENSIONS).unwrap();
    let folder = options.folder.join(format!("{}", options.faces));
    let state = options.folder.join(format!("{}.committed", options.faces));
    if !state.exists() {
        build(&folder, &state, &key, shape, options.faces, &scanners);
    }
    let committed = read_state(&state);
    let started = Instant::now();
    let store = Store::open(&folder, &key, shape, &committed, &LabelSet::new(), &scanners).unwrap();
    println!("open: {:.3} s ({} segments)", started.elapsed().as_secs_f64(), committed.segments.len());
    let stats = store.stats().unwrap();
    println!(
        "codes in memory: {:.1} bytes a face; on disk: {:.1} bytes a face; resident: {:.0} MB",
        stats.memory_bytes as f64 / stats.live as f64,
        stats.disk_bytes as f64 / stats.live as f64,
        resident_mb()
    );
    let faces = Population::new(SEED);
    let probes = probes(&faces, options.faces, options.queries.max(options.agree));
    for limit in &options.limits {
        time(&store, &probes[..options.queries.min(probes.len())], *limit, options.clients);
    }
    println!("resident after the searches: {:.0} MB", resident_mb());
    if options.agree > 0 {
        agree(&store, &faces, &probes[..options.agree.min(probes.len())], options.faces);
    }
}

/// A picture of a person.
fn template(faces: &Population, person: u64, picture: u64) -> Vec<f32> {
    let mut values = vec![0.0; DIMENSIONS];
    faces.template(person, picture, &mut values);
    values
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; 16];
    for (a, b) in a.chunks_exact(16).zip(b.chunks_exact(16)) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    lanes.iter().map(|lane| f64::from(*lane)).sum::<f64>() as f32
}

fn build(folder: &Path, state: &Path, key: &StoreKey, shape: Shape, count: u64, scanners: &Scanners) {
    let _ = fs_err::remove_dir_all(folder);
    let store = Store::create(folder, key, shape, scanners).unwrap();
    let faces = Population::new(SEED);
    let mut appending = Duration::ZERO;
    let mut slowest = Duration::ZERO;
    for first in (0..count).step_by(BATCH) {
        let labels: Vec<u64> = (first..count.min(first + BATCH as u64)).collect();
        let templates: Vec<Vec<f32>> = std::thread::scope(|scope| {
            let halves: Vec<_> = labels
                .chunks(labels.len().div_ceil(2))
                .map(|half| {
                    scope.spawn(|| half.iter().map(|label| template(&faces, *label, 0)).collect::<Vec<_>>())
                })
                .collect();
            halves.into_iter().flat_map(|half| half.join().unwrap()).collect()
        });
        let batch: Vec<NewTemplate<'_>> = labels
            .iter()
            .zip(&templates)
            .map(|(label, values)| NewTemplate { label: *label, values })
            .collect();
        let started = Instant::now();
        store.append(&batch).unwrap();
        store.publish();
        appending += started.elapsed();
        slowest = slowest.max(started.elapsed());
    }
    println!(
        "appended {count} in batches of {BATCH}, each flushed: {:.0} a second, slowest batch {:.0} ms",
        count as f64 / appending.as_secs_f64(),
        slowest.as_secs_f64() * 1e3
    );
    let lines: Vec<String> = store
        .committed()
        .segments
        .iter()
        .map(|segment| format!("{} {}", segment.id, segment.slots))
        .collect();
    fs_err::write(state, lines.join("\n")).unwrap();
}

fn read_state(path: &Path) -> Committed {
    let text = fs_err::read_to_string(path).unwrap();
    let segments = text.lines().map(|line| {
        let (id, slots) = line.split_once(' ').unwrap();
        SegmentState { id: id.parse().unwrap(), slots: slots.parse().unwrap() }
    });
    Committed { segments: segments.collect() }
}

/// Pictures of people in the store whose mate in it scores above the least score, and their labels.
fn probes(faces: &Population, count: u64, wanted: usize) -> Vec<(u64, Vec<f32>)> {
    let mut probes = Vec::new();
    let mut picture = 1;
    while probes.len() < wanted {
        let person = (picture * 0x9e37_79b9) % count;
        let probe = template(faces, person, picture);
        if dot(&probe, &template(faces, person, 0)) >= MIN_SCORE {
            probes.push((person, probe));
        }
        picture += 1;
    }
    probes
}

fn query(limit: usize) -> Query {
    Query { min_score: MIN_SCORE, limit, exclude: None, only: None }
}

fn time(store: &Store, probes: &[(u64, Vec<f32>)], limit: usize, clients: usize) {
    for (_, probe) in probes.iter().take(5) {
        store.search(probe, &query(limit)).unwrap();
    }
    let (next, times, hits) = (AtomicUsize::new(0), Mutex::new(Vec::new()), AtomicUsize::new(0));
    let started = Instant::now();
    std::thread::scope(|scope| {
        for _ in 0..clients {
            scope.spawn(|| {
                while let Some((_, probe)) = probes.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let started = Instant::now();
                    let answer = store.search(probe, &query(limit)).unwrap();
                    times.lock().unwrap().push(started.elapsed());
                    hits.fetch_add(answer.hits.len(), Ordering::Relaxed);
                }
            });
        }
    });
    let rate = probes.len() as f64 / started.elapsed().as_secs_f64();
    let mut times = times.into_inner().unwrap();
    times.sort();
    let at =
        |share: f64| times[((times.len() as f64 * share) as usize).min(times.len() - 1)].as_secs_f64() * 1e3;
    println!(
        "limit {limit}, {clients} clients: p50 {:.2} ms, p90 {:.2} ms, p99 {:.2} ms, {rate:.1} searches a second, {:.1} hits each",
        at(0.5),
        at(0.9),
        at(0.99),
        hits.load(Ordering::Relaxed) as f64 / probes.len() as f64
    );
}

/// Compares answers with a plain scan over the templates, which are made once more.
fn agree(store: &Store, faces: &Population, probes: &[(u64, Vec<f32>)], count: u64) {
    let answers: Vec<Answer> =
        probes.iter().map(|(_, probe)| store.search(probe, &query(usize::MAX)).unwrap()).collect();
    let firsts: Vec<Answer> =
        probes.iter().map(|(_, probe)| store.search(probe, &query(1)).unwrap()).collect();
    let threads = 2;
    let exact: Vec<Vec<(u64, f32)>> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| {
                scope.spawn(move || {
                    plain_scan(faces, probes, count * part / threads..count * (part + 1) / threads)
                })
            })
            .collect();
        let mut all = vec![Vec::new(); probes.len()];
        for part in parts {
            all.iter_mut().zip(part.join().unwrap()).for_each(|(all, part)| all.extend(part));
        }
        all
    });
    let (mut same_first, mut same_set, mut missing, mut total) = (0, 0, 0, 0);
    for ((answer, first), exact) in answers.iter().zip(&firsts).zip(&exact) {
        let best = exact.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap();
        same_first += usize::from(first.hits.first().is_some_and(|hit| hit.label == best.0));
        let found: LabelSet = answer.hits.iter().map(|hit| hit.label).collect();
        // Scores within the rounding of 32-bit numbers of the least one may fall on either side.
        let surely: Vec<&(u64, f32)> = exact.iter().filter(|(_, score)| *score >= MIN_SCORE + 1e-6).collect();
        let missed = surely.iter().filter(|(label, _)| !found.contains(*label)).count();
        let possible: LabelSet = exact.iter().map(|(label, _)| *label).collect();
        let extra = found.iter().filter(|label| !possible.contains(*label)).count();
        same_set += usize::from(missed + extra == 0);
        missing += missed;
        total += surely.len();
    }
    let share = |count: usize| 100.0 * count as f64 / probes.len() as f64;
    println!(
        "agreement with a plain scan, {} probes: same first {:.2} %, same set {:.2} %, {missing} of {total} hits missing",
        probes.len(),
        share(same_first),
        share(same_set)
    );
}

/// For each probe, the labels that score at least the least score, less the rounding of 32-bit numbers.
fn plain_scan(
    faces: &Population,
    probes: &[(u64, Vec<f32>)],
    labels: std::ops::Range<u64>,
) -> Vec<Vec<(u64, f32)>> {
    let mut found = vec![Vec::new(); probes.len()];
    for label in labels {
        let template = template(faces, label, 0);
        for ((_, probe), found) in probes.iter().zip(&mut found) {
            let score = dot(&template, probe);
            if score >= MIN_SCORE - 1e-6 {
                found.push((label, score));
            }
        }
    }
    found
}

fn resident_mb() -> f64 {
    let status = fs_err::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
}
