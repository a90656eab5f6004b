//! What came of it: thresholds, refusals, deletions, changes: four sections of the report's page.

use super::super::day;
use super::super::report::Report;
use super::times;
use crate::page::chart;
use crate::page::{Column, counted, millionths, number, readable, section, table, terms, text};

pub(super) fn thresholds(report: &Report) -> String {
    let applied = &report.thresholds.applied;
    let bands = [
        ("below 80", applied.below_80),
        ("80 to 90", applied.from_80),
        ("90 to 95", applied.from_90),
        ("95 to 99", applied.from_95),
        ("99 and above", applied.from_99),
    ];
    if report.total.searches == 0 {
        return section("thresholds", "Thresholds", "", "<p class=\"none\">Nothing was searched.</p>\n");
    }
    let description: Vec<String> =
        bands.iter().map(|(name, count)| format!("{name}: {}", number(*count))).collect();
    let mut body = format!(
        "<figure>\n{}<figcaption>Searches by the similarity, in percent, that a face had to reach. The lower it is, the more strangers are \
         shown: in 2018 a test at 80 matched 28 members of the United States Congress with mugshots of other people.</figcaption>\n</figure>\n",
        readable(&chart::strip("Searches by threshold", &description.join(", "), &bands))
    );
    let overrides: Vec<String> = report
        .thresholds
        .below_the_floor_by_override
        .iter()
        .map(|(which, count)| format!("{} ({})", text(which), counted(*count, "search", "searches")))
        .collect();
    body.push_str(&terms(&[
        ("Thresholds", text(&description.join("; "))),
        (
            "Raised to the floor",
            format!(
                "{} asked for less than the collection's floor and were given the floor",
                counted(report.thresholds.raised_to_the_floor, "search", "searches")
            ),
        ),
        (
            "Below the floor",
            if overrides.is_empty() {
                "none".to_owned()
            } else {
                format!("under override {}", overrides.join(", "))
            },
        ),
    ]));
    let strangers = &report.thresholds.strangers;
    if strangers.searches > 0 {
        let [low, best, high] =
            [strangers.low_millionths, strangers.expected_millionths, strangers.high_millionths];
        let (expected, shown) = (millionths(best), number(strangers.candidates));
        body.push_str(&format!(
            "<h3>Strangers among the candidates</h3>\n<figure>\n{}<figcaption>Computed for {} before each was answered, from the measured rate of \
             false matches at its threshold and the number of faces searched: {expected} strangers were to be expected if nobody who was looked for \
             was there (by the data behind it, {} to {}); {shown} candidates were shown.</figcaption>\n</figure>\n",
            readable(&chart::range(
                "Strangers to be expected, and candidates shown",
                &format!("{expected} expected, {} to {}; {shown} shown", millionths(low), millionths(high)),
                [low, best, high],
                strangers.candidates.saturating_mul(1_000_000),
                [&format!("{expected} strangers expected"), &format!("{shown} candidates shown")],
            )),
            counted(strangers.searches, "search", "searches"),
            millionths(low),
            millionths(high),
        ));
    }
    section("thresholds", "Thresholds", "How alike a face had to be before it was shown.", &body)
}

pub(super) fn refusals(report: &Report) -> String {
    if report.refusals.is_empty() {
        return section("refusals", "Refusals", "", "<p class=\"none\">Nothing was refused.</p>\n");
    }
    let most = report.refusals.iter().map(|one| one.count).max().unwrap_or(0);
    let rows: Vec<(bool, Vec<String>)> = report
        .refusals
        .iter()
        .map(|one| {
            let cells = vec![
                text(&one.reason.replace('-', " ")),
                number(one.count),
                chart::bar([one.count, 0], most),
                format!("<code>{}</code>", text(&one.code)),
            ];
            (false, cells)
        })
        .collect();
    let head =
        [("Reason", Column::Words), ("Calls", Column::Numbers), ("", Column::Bar), ("Answer", Column::Words)];
    section(
        "refusals",
        "Refusals",
        "Calls with a valid signature that the server did not carry out, because the caller or the collection's rules do not allow it.",
        &table("Refusals", &head, &rows),
    )
}

pub(super) fn deletions(report: &Report) -> String {
    let rows: Vec<(bool, Vec<String>)> = report
        .deletions
        .iter()
        .map(|(reason, count)| {
            let why = match reason.as_str() {
                "asked" => "somebody asked for it",
                "retention" => "kept for as long as was declared",
                "withdrawal" => "the person withdrew consent",
                other => other,
            };
            (false, vec![text(why), number(*count)])
        })
        .collect();
    let body = if rows.is_empty() {
        "<p class=\"none\">No single face was deleted.</p>\n".to_owned()
    } else {
        table("Deleted faces", &[("Reason", Column::Words), ("Faces", Column::Numbers)], &rows)
    };
    let consents = |event: &str| report.consents.get(event).copied().unwrap_or(0);
    let body = format!(
        "{body}<p>{} recorded, {} withdrawn. The entries about one person were looked up {}, for subject access.</p>\n",
        counted(consents("recorded"), "consent was", "consents were"),
        number(consents("withdrawn")),
        times(report.subject_accesses)
    );
    section(
        "deletions",
        "Deletions, consent, access",
        "Faces that were deleted one by one; collections that were deleted as a whole stand above.",
        &body,
    )
}

pub(super) fn changes(report: &Report) -> String {
    let rows: Vec<(bool, Vec<String>)> = report
        .events
        .iter()
        .rev()
        .map(|one| (false, vec![text(&day::and_time(&one.at)), text(&one.what), number(one.entry)]))
        .collect();
    let body = if rows.is_empty() {
        "<p class=\"none\">Nothing was changed.</p>\n".to_owned()
    } else {
        table(
            "Changes",
            &[("When", Column::Words), ("What", Column::Words), ("Entry", Column::Numbers)],
            &rows,
        )
    };
    section(
        "changes",
        "Changes",
        "What was changed last: who may use the server, which collections there are, what it runs.",
        &body,
    )
}
