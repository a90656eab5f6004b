//! `overt bench gallery`: a collection of made-up faces, from enrolment to search, at any size.
//!
//! Owns what is measured and in which order. The people are `people.rs`'s; that a search finds what an exact comparison
//! finds is measured, not assumed.
//!
//! # Invariants
//! - Everything goes through `overt_gallery` as the server's operations do: records, encryption and flushes included.
//! - The folder that was made for the bench is removed at its end, also when the bench fails.

mod collection;
mod growth;
mod people;

use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use overt_gallery::Pace;
use overt_vectors::Instructions;
use overt_vision::Calibration;

use self::collection::{BATCH, BenchCollection, Question};
use self::growth::Step;
use self::people::People;
use super::{Samples, heading, line, row, table};

/// `overt bench gallery`.
#[derive(Debug, Args)]
#[command(
    after_help = "Examples:\n  overt bench gallery                                   a million faces, some minutes\n  \
                  overt bench gallery --faces 10000000 --folder /fast/disk --growth growth.svg\n\n\
                  Each face takes about 1.5 kB of disk, as much again while a snapshot is taken, and 190 bytes of memory. What the figures mean: docs/performance.md"
)]
pub(crate) struct Gallery {
    /// Faces in the collection
    #[arg(long, value_name = "N", default_value_t = 1_000_000, value_parser = clap::value_parser!(u64).range(1..=100_000_000))]
    faces: u64,
    /// Where to put it: a folder that does not exist yet and is removed at the end [default: in the system's folder for temporary files]
    #[arg(long, value_name = "DIR")]
    folder: Option<PathBuf>,
    /// Searches at each size
    #[arg(long, value_name = "N", default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=100_000))]
    searches: u64,
    /// Probes whose result is compared with that of comparing them with every template
    #[arg(long, value_name = "N", default_value_t = 200, value_parser = clap::value_parser!(u64).range(0..=10_000))]
    agreement: u64,
    /// Most matches a search returns
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u64).range(1..=4096))]
    limit: u64,
    /// Least similarity of a match
    #[arg(long, value_name = "0..100", default_value_t = 80.0)]
    threshold: f32,
    /// Snapshots to take beside searches; at ten million faces each takes minutes
    #[arg(long, value_enum, value_delimiter = ',', value_name = "PACE,…", default_values_t = [Beside::MakingWay, Beside::Gentle, Beside::FullSpeed])]
    snapshots: Vec<Beside>,
    /// Search with each set of vector instructions that this processor has, in turns
    #[arg(long)]
    instructions: bool,
    /// Draw how time and memory grow, as SVG
    #[arg(long, value_name = "FILE")]
    growth: Option<PathBuf>,
}

/// A snapshot beside searches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Beside {
    /// As `overt snapshot` does it.
    MakingWay,
    /// As with `--gentle`.
    Gentle,
    /// As with `--full-speed`.
    FullSpeed,
    /// None at all.
    None,
}

/// Sizes at which the collection is measured on its way: every power of ten from here.
const FIRST_SIZE: u64 = 1_000;
/// Faces of one DeleteFaces, the most the API takes.
const DELETED: usize = 4_096;
/// How many times they are deleted.
const DELETIONS: usize = 3;
/// Turns of each set of instructions.
const TURNS: u64 = 4;
/// Clients that search at the same time.
const CLIENTS: [usize; 3] = [1, 4, 16];

impl Gallery {
    pub(super) fn run(self) -> anyhow::Result<()> {
        let calibration = Calibration::built_in()?;
        anyhow::ensure!((0.0..=100.0).contains(&self.threshold), "--threshold has to be 0 to 100");
        let question = Question {
            min_score: calibration.score(self.threshold),
            limit: usize::try_from(self.limit).unwrap_or(usize::MAX),
        };
        let people = People::new();
        let mut collection = BenchCollection::create(self.folder.clone(), calibration.template())?;
        line(&format!(
            "Collections of made-up faces, {} numbers a template, similarity from {} (a score of {:.4}), at most {} matches.",
            overt_vectors::synthetic::DIMENSIONS,
            self.threshold,
            question.min_score,
            question.limit
        ))?;
        let steps = self.grow(&mut collection, &people, question)?;
        print_steps(&steps)?;
        if self.agreement > 0 {
            self.compare(&collection, &people, question)?;
        }
        clients(&collection, &people, question)?;
        if self.instructions {
            collection = self.instructions(collection, &people, question)?;
        }
        self.snapshots(&collection, &people, question)?;
        let first = deletions(&mut collection)?;
        reopening(collection, &people, question, first)?;
        if let Some(path) = &self.growth {
            fs_err::write(path, growth::plot(&steps))?;
        }
        Ok(())
    }

    fn grow(
        &self,
        collection: &mut BenchCollection,
        people: &People,
        question: Question,
    ) -> anyhow::Result<Vec<Step>> {
        let mut sizes: Vec<u64> = std::iter::successors(Some(FIRST_SIZE), |size| size.checked_mul(10))
            .take_while(|size| *size < self.faces)
            .collect();
        sizes.push(self.faces);
        let mut steps = Vec::new();
        for size in sizes {
            let before = collection.len();
            let spent = collection.fill(people, size)?;
            let mut searches = Samples::default();
            let mut matches = 0;
            for search in 0..self.searches {
                let probe = people.probe(scattered(search, size));
                matches += searches.measure(|| collection.search(&probe, question))?.len() as u64;
            }
            steps.push(Step {
                faces: size,
                inserted: (size - before) as f64 / spent.as_secs_f64(),
                median: searches.median(),
                rank_99: searches.quantile(0.99),
                slowest: searches.quantile(1.0),
                matches: matches as f64 / self.searches as f64,
                memory: resident_bytes(),
                disk: collection.disk_bytes()?,
            });
        }
        Ok(steps)
    }

    /// What snapshots do to searches.
    fn snapshots(
        &self,
        collection: &BenchCollection,
        people: &People,
        question: Question,
    ) -> anyhow::Result<()> {
        let mut rows = vec![heading([
            "while a snapshot is taken",
            "it takes, s",
            "median ms",
            "99 %",
            "99 % before it",
            "times",
        ])];
        for beside in &self.snapshots {
            let (name, pace) = match beside {
                Beside::MakingWay => ("making way, the default", Pace::MakingWay),
                Beside::Gentle => ("--gentle", Pace::Gentle),
                Beside::FullSpeed => ("--full-speed", Pace::Full),
                Beside::None => continue,
            };
            let beside = collection.beside_snapshot(people, question, scattered, pace)?;
            let [before, during] = [&beside.before, &beside.during].map(|samples| samples.quantile(0.99));
            rows.push(row([
                name.into(),
                format!("{:.1}", beside.seconds),
                format!("{:.2}", beside.during.median()),
                format!("{during:.2}"),
                format!("{before:.2}"),
                format!("{:.2}", during / before),
            ]));
        }
        if rows.len() > 1 {
            table(&rows)?;
        }
        Ok(())
    }

    /// Searches with each set of instructions, the collection opened anew for each, in turns.
    fn instructions(
        &self,
        mut collection: BenchCollection,
        people: &People,
        question: Question,
    ) -> anyhow::Result<BenchCollection> {
        let mut all: Vec<(Instructions, Samples)> =
            Instructions::available().into_iter().map(|level| (level, Samples::default())).collect();
        let per_turn = self.searches.div_ceil(TURNS);
        for turn in 0..TURNS {
            for (level, samples) in &mut all {
                Instructions::limit(Some(*level));
                collection = collection.close().open()?;
                // The first search reads the codes.
                collection.search(&people.probe(0), question)?;
                for search in turn * per_turn..(turn + 1) * per_turn {
                    let probe = people.probe(scattered(search, collection.len()));
                    samples.measure(|| collection.search(&probe, question))?;
                }
            }
        }
        Instructions::limit(None);
        let mut rows =
            vec![heading(["instructions", "search, median ms", "99 %", "median over the fastest's"])];
        let best = all.iter().map(|(_, samples)| samples.median()).fold(f64::INFINITY, f64::min);
        for (level, samples) in &all {
            rows.push(row([
                level.name().to_owned(),
                format!("{:.2}", samples.median()),
                format!("{:.2}", samples.quantile(0.99)),
                format!("{:.2}", samples.median() / best),
            ]));
        }
        table(&rows)?;
        collection.close().open()
    }

    /// Whether searches find what comparing with every exact template finds, for probes whose mate reaches the threshold.
    fn compare(
        &self,
        collection: &BenchCollection,
        people: &People,
        question: Question,
    ) -> anyhow::Result<()> {
        let question = Question { limit: 4_096, ..question };
        let mated = |person: &u64| {
            people::dot(&people.probe(*person), &people.enrolled(*person)) >= question.min_score
        };
        let wanted = usize::try_from(self.agreement).unwrap_or(usize::MAX);
        let persons: Vec<u64> = (0..self.agreement.saturating_mul(20))
            .map(|search| scattered(search + 1_000_000, collection.len()))
            .filter(mated)
            .take(wanted)
            .collect();
        let probes: Vec<Vec<f32>> = persons.iter().map(|person| people.probe(*person)).collect();
        let exact = people.exact(&probes, collection.len(), question.min_score);
        let (mut first, mut set, mut members, mut both, mut either) = (0, 0, 0, 0, 0);
        for (probe, exact) in probes.iter().zip(&exact) {
            let found = collection.search(probe, question)?;
            let ours: std::collections::BTreeSet<u64> = found.iter().copied().collect();
            let theirs: std::collections::BTreeSet<u64> =
                exact.found.iter().take(question.limit).map(|(person, _)| *person).collect();
            first += u64::from(found.first() == exact.found.first().map(|(person, _)| person));
            set += u64::from(ours == theirs);
            members += theirs.len();
            both += ours.intersection(&theirs).count();
            either += ours.union(&theirs).count();
        }
        let share = |part: u64| {
            format!("{part} of {} ({:.2} %)", probes.len(), percent(part as f64, probes.len() as f64))
        };
        table(&[
            heading(["against comparing with every exact template", "same"]),
            row(["first place".into(), share(first)]),
            row(["whole set from the threshold".into(), share(set)]),
            row([
                "members of those sets".into(),
                format!(
                    "{both} of {either} ({:.3} %), {members} in all",
                    percent(both as f64, either as f64)
                ),
            ]),
        ])?;
        Ok(())
    }
}

fn percent(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { 100.0 * part / whole } else { f64::NAN }
}

/// A person of `count`, a different one for nearly every `search`, all over the collection.
fn scattered(search: u64, count: u64) -> u64 {
    // Knuth's multiplicative hash; the upper bits are the good ones.
    (search.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20) % count.max(1)
}

fn print_steps(steps: &[Step]) -> anyhow::Result<()> {
    let mut rows = vec![heading([
        "faces",
        "enrolled a second",
        "search, median ms",
        "99 %",
        "slowest",
        "matches",
        "memory, MB",
        "disk, MB",
    ])];
    for step in steps {
        rows.push(row([
            step.faces.to_string(),
            format!("{:.0}", step.inserted),
            format!("{:.2}", step.median),
            format!("{:.2}", step.rank_99),
            format!("{:.2}", step.slowest),
            format!("{:.1}", step.matches),
            step.memory.map_or_else(|| "-".into(), |bytes| format!("{:.0}", bytes as f64 / 1e6)),
            format!("{:.0}", step.disk as f64 / 1e6),
        ]));
    }
    Ok(table(&rows)?)
}

/// Searches a second with several clients at once.
fn clients(collection: &BenchCollection, people: &People, question: Question) -> anyhow::Result<()> {
    let mut rows = vec![heading(["clients at once", "searches a second", "median ms", "99 %"])];
    for clients in CLIENTS {
        let load = collection.load(people, question, clients, scattered)?;
        rows.push(row([
            clients.to_string(),
            format!("{:.0}", load.searches as f64 / load.seconds),
            format!("{:.2}", load.samples.median()),
            format!("{:.2}", load.samples.quantile(0.99)),
        ]));
    }
    Ok(table(&rows)?)
}

/// Deletes 4,096 faces at a time; the median, milliseconds.
fn deletions(collection: &mut BenchCollection) -> anyhow::Result<Option<(f64, usize)>> {
    let mut samples = Samples::default();
    for _ in 0..DELETIONS {
        let ids = collection.take_ids(DELETED);
        if ids.len() < DELETED {
            break;
        }
        samples.measure(|| collection.delete(ids))?;
    }
    let count = samples.seconds.len();
    Ok((count > 0).then(|| (samples.median(), count)))
}

fn reopening(
    collection: BenchCollection,
    people: &People,
    question: Question,
    deletion: Option<(f64, usize)>,
) -> anyhow::Result<()> {
    let probe = people.probe(1);
    let collection = collection.close();
    let started = Instant::now();
    let collection = collection.open()?;
    let opened = started.elapsed().as_secs_f64();
    collection.search(&probe, question)?;
    let searched = started.elapsed().as_secs_f64();
    let mut rows = vec![heading(["what", "time"])];
    if let Some((millis, count)) = deletion {
        rows.push(row([format!("DeleteFaces of {DELETED} (median of {count})"), format!("{millis:.0} ms")]));
    }
    rows.push(row(["opening, records only".into(), format!("{opened:.2} s")]));
    rows.push(row(["opening and a first search".into(), format!("{searched:.2} s")]));
    rows.push(row(["faces in a commit while enrolling".into(), BATCH.to_string()]));
    Ok(table(&rows)?)
}

/// Memory of this process that is in use, where the system tells.
fn resident_bytes() -> Option<u64> {
    let status = fs_err::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    line.split_whitespace().next()?.parse::<u64>().ok().map(|kilobytes| kilobytes * 1024)
}
