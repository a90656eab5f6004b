//! Searching and deleting, all systems in one process and in turns.
//!
//! Owns the questions, how graphs are tuned to an exact search's recall, and the order of what is measured.
//!
//! # Invariants
//! - What is compared is measured in turns of some searches each, so that a slow moment of the machine is slow for all.
//! - A graph's effort is chosen by its answers, then timed; a choice is judged on the same probes as Overt.

use std::collections::HashSet;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use crate::Options;
use crate::build::{self, OpenFacts};
use crate::facts::{DeletionFacts, Point, Question, Reached, Recall, Run, Tried};
use crate::index::{Index, System, THREADS, cpu_of_the_living};
use crate::people::{Exact, People, Probe};
use crate::report;

/// Efforts of a graph's search that are tried, in this order.
const EFFORTS: [usize; 10] = [16, 32, 64, 128, 256, 512, 1_024, 2_048, 4_096, 8_192];
/// The recall that is asked of a graph beside that of the exact search.
const ENOUGH: f64 = 0.99;
/// Searches of a turn, and those before them that are not timed: the others' turns emptied the caches.
const TURN: usize = 20;
const WARM_UP: usize = 2;
/// How long a turn of searches from two threads takes, and how many there are.
const LOAD: Duration = Duration::from_millis(700);
const LOADS: usize = 4;
/// Faces of one DeleteFaces, the most the API takes.
const DELETED: usize = 4_096;
/// How many of the deleted are looked for, and looked for in the files.
const LOOKED_FOR: usize = 200;
const READ_FOR: usize = 8;

struct Open {
    system: System,
    index: Box<dyn Index>,
}

pub(crate) fn all(options: &Options) -> anyhow::Result<()> {
    let mut builds = Vec::new();
    for system in &options.systems {
        let open: OpenFacts = build::child(options, "open-one", *system)?;
        builds.push((*system, build::facts(options, *system)?, open));
    }
    let people = People::new();
    let probes = people.probes(options.faces, options.probes);
    eprintln!("comparing {} probes with all {} templates", probes.len(), options.faces);
    let exact = people.exact(&probes, options.faces);
    let open = |system: &System| {
        let index = system.open(&options.folder(), options.faces, options.graph())?;
        anyhow::Ok(Open { system: *system, index })
    };
    let mut systems = options.systems.iter().map(open).collect::<anyhow::Result<Vec<_>>>()?;
    let mean =
        |size: &dyn Fn(&Exact) -> usize| exact.iter().map(size).sum::<usize>() as f64 / exact.len() as f64;
    let (set_size, wanted) = (mean(&Exact::size), mean(&|exact| exact.size().min(options.limit)));
    let mut tried = Vec::new();
    let mut points = Vec::new();
    for question in [Question::First, Question::Set] {
        points.extend(choose(options, &systems, question, &probes, &exact, &mut tried)?);
    }
    eprintln!("timing {} points in turns", points.len());
    time(options, &systems, &mut points, &probes)?;
    load(options, &systems, &mut points, &probes)?;
    let deletions = deletions(options, &people, &mut systems, &points, &probes, exact)?;
    let run = Run {
        faces: options.faces,
        probes: probes.len(),
        limit: options.limit,
        graph: options.graph(),
        acceleration: usearch::hardware_acceleration_available(),
        set_size,
        wanted,
        builds,
        tried,
        points,
        deleted: deleted(options),
        deletions,
    };
    if let Some(path) = &options.json {
        fs_err::write(path, serde_json::to_vec_pretty(&run)?)?;
    }
    report::print(&run)
}

fn limit(options: &Options, question: Question) -> usize {
    match question {
        Question::First => 1,
        Question::Set => options.limit,
    }
}

impl Question {
    /// The share that decides.
    fn share(self, recall: &Recall) -> f64 {
        match self {
            Self::First => recall.first,
            Self::Set => recall.members,
        }
    }
}

/// Finds the efforts that are worth timing.
fn choose(
    options: &Options,
    systems: &[Open],
    question: Question,
    probes: &[Probe],
    exact: &[Exact],
    tried: &mut Vec<Tried>,
) -> anyhow::Result<Vec<Point>> {
    let mut points: Vec<Point> = Vec::new();
    let mut bar = 1.0;
    for Open { system, index } in systems {
        let mut point = |effort: usize, reached: Reached, recall: Recall| {
            let nan = f64::NAN;
            points.push(Point {
                system: *system,
                question,
                effort,
                reached,
                recall,
                median: nan,
                rank_99: nan,
                cpu: 0.0,
                rate: nan,
            });
        };
        let mut judge = |effort: usize| {
            let recall = recall(index.as_ref(), limit(options, question), effort, probes, exact)?;
            tried.push(Tried { system: *system, question, effort, recall });
            eprintln!("{} {question:?} effort {effort}: {recall:?}", system.name());
            anyhow::Ok(recall)
        };
        if !system.is_graph() {
            let recall = judge(0)?;
            bar = question.share(&recall);
            point(0, Reached::Exact, recall);
            continue;
        }
        let mut enough = false;
        let least = if question == Question::Set { options.limit } else { 1 };
        let mut last = 0.0;
        for effort in EFFORTS.into_iter().filter(|effort| *effort >= least) {
            let recall = judge(effort)?;
            let share = question.share(&recall);
            // Four times the effort for nothing: what is missing is not in the graph's reach, or lost to rounding.
            let stuck = effort >= 2_048 && share <= last;
            let end = stuck || Some(&effort) == EFFORTS.last();
            if share >= bar {
                point(effort, Reached::Equal, recall);
                break;
            }
            if share >= ENOUGH && !enough {
                point(effort, Reached::Enough, recall);
                enough = true;
            }
            if end {
                point(effort, Reached::Short, recall);
                break;
            }
            last = share;
        }
    }
    Ok(points)
}

fn recall(
    index: &dyn Index,
    limit: usize,
    effort: usize,
    probes: &[Probe],
    exact: &[Exact],
) -> anyhow::Result<Recall> {
    let (mut first, mut found, mut wanted, mut sets) = (0, 0, 0, 0);
    for (probe, exact) in probes.iter().zip(exact) {
        let answer = index.search(&probe.template, limit, effort)?;
        let (there, of) = exact.members(&answer, limit);
        first += usize::from(exact.same_first(&answer));
        sets += usize::from(there == of);
        found += there;
        wanted += of;
    }
    let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
    Ok(Recall {
        first: share(first, probes.len()),
        members: share(found, wanted),
        sets: share(sets, probes.len()),
    })
}

fn of(systems: &[Open], system: System) -> anyhow::Result<&dyn Index> {
    let open = systems.iter().find(|open| open.system == system).context("a system that is not open")?;
    Ok(open.index.as_ref())
}

/// Times every point, one search at a time, in turns.
fn time(options: &Options, systems: &[Open], points: &mut [Point], probes: &[Probe]) -> anyhow::Result<()> {
    let mut samples = vec![Vec::new(); points.len()];
    for turn in probes.chunks(TURN) {
        for (point, samples) in points.iter_mut().zip(&mut samples) {
            let (index, limit) = (of(systems, point.system)?, limit(options, point.question));
            for probe in turn.iter().rev().take(WARM_UP) {
                index.search(&probe.template, limit, point.effort)?;
            }
            let before = cpu_of_the_living();
            for probe in turn {
                let started = Instant::now();
                std::hint::black_box(index.search(&probe.template, limit, point.effort)?);
                samples.push(started.elapsed().as_secs_f64() * 1e3);
            }
            point.cpu += (cpu_of_the_living() - before) * 1e3 / probes.len() as f64;
        }
    }
    for (point, mut samples) in points.iter_mut().zip(samples) {
        samples.sort_by(f64::total_cmp);
        let at = |share: f64| samples.get(((samples.len() - 1) as f64 * share).round() as usize).copied();
        point.median = at(0.5).unwrap_or(f64::NAN);
        point.rank_99 = at(0.99).unwrap_or(f64::NAN);
    }
    Ok(())
}

/// Searches from two threads that ask as soon as they are answered, in turns.
fn load(options: &Options, systems: &[Open], points: &mut [Point], probes: &[Probe]) -> anyhow::Result<()> {
    let mut done = vec![(0_usize, 0.0_f64); points.len()];
    for _turn in 0..LOADS {
        for (point, done) in points.iter().zip(&mut done) {
            let (index, limit) = (of(systems, point.system)?, limit(options, point.question));
            let next = AtomicUsize::new(0);
            let started = Instant::now();
            let run = || -> anyhow::Result<()> {
                while started.elapsed() < LOAD {
                    let number = next.fetch_add(1, Ordering::Relaxed) % probes.len();
                    let probe = probes.get(number).context("a probe")?;
                    std::hint::black_box(index.search(&probe.template, limit, point.effort)?);
                }
                Ok(())
            };
            thread::scope(|scope| {
                let threads: Vec<_> = (0..THREADS).map(|_| scope.spawn(run)).collect();
                threads.into_iter().try_for_each(|thread| {
                    thread.join().map_err(|_panic| anyhow::anyhow!("a thread panicked"))?
                })
            })?;
            done.0 += next.into_inner();
            done.1 += started.elapsed().as_secs_f64();
        }
    }
    for (point, (searches, seconds)) in points.iter_mut().zip(done) {
        point.rate = searches as f64 / seconds;
    }
    Ok(())
}

/// How many faces are deleted: of small collections at most a quarter.
fn deleted(options: &Options) -> usize {
    DELETED.min(options.faces as usize / 4)
}

/// Deletes the same people everywhere, and looks for them.
fn deletions(
    options: &Options,
    people: &People,
    systems: &mut Vec<Open>,
    points: &[Point],
    probes: &[Probe],
    exact: Vec<Exact>,
) -> anyhow::Result<Vec<DeletionFacts>> {
    // Spread over everybody.
    let count = deleted(options);
    let step = (options.faces / count.max(1) as u64).max(1);
    let deleted: Vec<u64> = (0..count as u64).map(|number| number * step).collect();
    let gone: HashSet<u64> = deleted.iter().copied().collect();
    let exact: Vec<Exact> = exact.into_iter().map(|exact| exact.without(&gone)).collect();
    let (probes, exact): (Vec<Probe>, Vec<Exact>) =
        probes.iter().cloned().zip(exact).filter(|(probe, _)| !gone.contains(&probe.person)).unzip();
    let mut facts = Vec::new();
    for Open { system, mut index } in systems.drain(..) {
        eprintln!("deleting from {}", system.name());
        let effort = points.iter().filter(|point| point.system == system).map(|point| point.effort).max();
        let effort = effort.unwrap_or_default();
        let look = |index: &dyn Index| -> anyhow::Result<usize> {
            let mut found = 0;
            for person in deleted.iter().take(LOOKED_FOR) {
                let answer = index.search(&people.enrolled(*person), options.limit, effort)?;
                found += usize::from(answer.contains(person));
            }
            Ok(found)
        };
        let deletion = index.delete(&deleted)?;
        let at_once = look(index.as_ref())?;
        drop(index);
        let index = system.open(&options.folder(), options.faces, options.graph())?;
        let folder = system.folder(&options.folder());
        let plain = !matches!(system, System::UsearchF16 | System::UsearchI8);
        facts.push(DeletionFacts {
            system,
            millis: deletion.map(|took| (took.gone.as_secs_f64() * 1e3, took.durable.as_secs_f64() * 1e3)),
            found: (at_once, look(index.as_ref())?),
            in_the_clear: plain.then(|| in_the_clear(&folder, people, &deleted)).transpose()?,
            first_after: recall(index.as_ref(), 1, effort, &probes, &exact)?.first,
        });
    }
    Ok(facts)
}

/// How many of some deleted templates stand in the files of a folder, number by number.
fn in_the_clear(folder: &std::path::Path, people: &People, deleted: &[u64]) -> anyhow::Result<usize> {
    let looked_for: Vec<Vec<u8>> = deleted
        .iter()
        .take(READ_FOR)
        // Sixteen numbers are enough to know a template by.
        .map(|person| {
            people.enrolled(*person).iter().take(16).flat_map(|number| number.to_le_bytes()).collect()
        })
        .collect();
    let mut found = vec![false; looked_for.len()];
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs_err::read_dir(&folder)? {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let bytes = fs_err::read(&path)?;
            for (found, wanted) in found.iter_mut().zip(&looked_for) {
                *found = *found || contains(&bytes, wanted);
            }
        }
    }
    Ok(found.into_iter().filter(|found| *found).count())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    let Some(first) = wanted.first_chunk::<4>() else { return false };
    bytes.windows(wanted.len()).any(|window| window.starts_with(first) && window == wanted)
}
