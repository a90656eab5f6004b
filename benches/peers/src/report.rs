//! A run's figures as Markdown.

use std::fmt::Write as _;

use crate::facts::{Point, Question, Reached, Run};

pub(crate) fn print(run: &Run) -> anyhow::Result<()> {
    let mut text = String::new();
    writeln!(
        text,
        "{} faces; {} probes whose mate is among them and scores above similarity 80; a set has {:.1} members, of which at \
         most {} are asked for ({:.1} on average).\nGraphs: {} edges ({} in the lowest layer), {} candidates while building; \
         usearch used {}.\n",
        run.faces,
        run.probes,
        run.set_size,
        run.limit,
        run.wanted,
        run.graph.connectivity,
        2 * run.graph.connectivity,
        run.graph.construction,
        run.acceleration,
    )?;
    text.push_str(&builds(run));
    for (question, title) in
        [(Question::First, "the best one"), (Question::Set, "everybody above the threshold")]
    {
        text.push_str(&searches(run, question, title));
    }
    text.push_str(&deletions(run));
    print!("{text}");
    Ok(())
}

fn megabytes(bytes: Option<u64>) -> String {
    bytes.map_or_else(|| "-".to_owned(), |bytes| format!("{:.0}", bytes as f64 / 1e6))
}

fn builds(run: &Run) -> String {
    let mut rows = vec![row([
        "system",
        "added a second",
        "with saving",
        "CPU of 1,000, s",
        "memory when built, MB",
        "memory when opened, MB",
        "disk, MB",
        "opened and first search, s",
    ])];
    for (system, build, open) in &run.builds {
        let rate = |seconds: f64| format!("{:.0}", run.faces as f64 / seconds);
        rows.push(vec![
            system.name().to_owned(),
            rate(build.built.adding),
            rate(build.built.adding + build.built.saving),
            format!("{:.3}", build.built.cpu * 1e3 / run.faces as f64),
            megabytes(build.resident),
            megabytes(open.resident),
            megabytes(Some(build.disk)),
            format!("{:.2}", open.seconds),
        ]);
    }
    table(&rows)
}

fn searches(run: &Run, question: Question, title: &str) -> String {
    let mut rows = vec![row([
        &format!("search for {title}"),
        "effort",
        "recall",
        if question == Question::First { "-" } else { "complete sets" },
        "median ms",
        "99 %",
        "CPU ms",
        "searches/s, 2 threads",
    ])];
    for point in run.points.iter().filter(|point| point.question == question) {
        rows.push(search(point));
    }
    if question == Question::First {
        // Of one there is no set.
        rows.iter_mut().for_each(|row| drop(row.remove(3)));
    }
    table(&rows)
}

fn search(point: &Point) -> Vec<String> {
    let why = match point.reached {
        Reached::Exact => "",
        Reached::Enough => ", at .99",
        Reached::Equal => ", at equal recall",
        Reached::Short => ", short of equal recall",
    };
    let recall = match point.question {
        Question::First => point.recall.first,
        Question::Set => point.recall.members,
    };
    vec![
        format!("{}{why}", point.system.name()),
        if point.system.is_graph() { point.effort.to_string() } else { "-".to_owned() },
        format!("{recall:.4}"),
        format!("{:.3}", point.recall.sets),
        format!("{:.2}", point.median),
        format!("{:.2}", point.rank_99),
        format!("{:.2}", point.cpu),
        format!("{:.0}", point.rate),
    ]
}

fn deletions(run: &Run) -> String {
    let mut rows = vec![row([
        &format!("deleting {}", run.deleted),
        "gone from searches, ms",
        "on the disk, ms",
        "of 200 found afterwards",
        "after opening again",
        "of 8 in the files in the clear",
        "recall of the best one for the others",
    ])];
    for facts in &run.deletions {
        let millis = |pick: fn((f64, f64)) -> f64| {
            facts.millis.map_or_else(|| "cannot".to_owned(), |both| format!("{:.1}", pick(both)))
        };
        rows.push(vec![
            facts.system.name().to_owned(),
            millis(|both| both.0),
            millis(|both| both.1),
            facts.found.0.to_string(),
            facts.found.1.to_string(),
            facts.in_the_clear.map_or_else(|| "-".to_owned(), |count| count.to_string()),
            format!("{:.4}", facts.first_after),
        ]);
    }
    table(&rows)
}

fn row<const N: usize>(cells: [&str; N]) -> Vec<String> {
    cells.map(str::to_owned).into()
}

/// A Markdown table; the first row is its heading. All columns but the first hold numbers.
fn table(rows: &[Vec<String>]) -> String {
    let mut text = String::new();
    for (index, row) in rows.iter().enumerate() {
        text.push_str(&format!("| {} |\n", row.join(" | ")));
        if index == 0 {
            let rules: Vec<&str> =
                (0..row.len()).map(|column| if column == 0 { "---" } else { "--:" }).collect();
            text.push_str(&format!("|{}|\n", rules.join("|")));
        }
    }
    text.push('\n');
    text
}
