//! The report as a page: what `/transparency` shows.
//!
//! Owns its words and which chart stands where. Everything in it is in the JSON too.
//!
//! # Invariants
//! - A function of the report alone.
//! - A number that a chart shows stands in a table as well.

mod what;
mod who;

use super::day;
use super::report::{Ledger, OrganisationUse, Report};
use super::sums::Sums;
use crate::page::chart::{self, Stack};
use crate::page::{Column, Frame, counted, figures, number, readable, section, share, table, text};
use what::{changes, deletions, refusals, thresholds};
use who::{galleries, purposes, who};

/// Longest span that is shown day by day; above it, by month.
const DAYS: u64 = 62;

/// The page.
pub(super) fn page(report: &Report) -> String {
    let sections = [
        ("who", "Who uses it"),
        ("what-for", "What for"),
        ("galleries", "Collections"),
        ("thresholds", "Thresholds"),
        ("refusals", "Refusals"),
        ("deletions", "Deletions"),
        ("changes", "Changes"),
        ("check", "Check this page"),
        ("limits", "What it cannot show"),
    ];
    let body = [
        witnesses(&report.ledger),
        summary(report),
        over_time(report),
        who(report),
        purposes(report),
        galleries(report),
        thresholds(report),
        refusals(report),
        deletions(report),
        changes(report),
        check(report),
        limits(report),
    ];
    let foot = format!(
        "<p>Computed from {} of the ledger <code>{}</code>, root <code>{}</code>. Nothing here was typed. The same as data: \
         <a href=\"transparency.json\">transparency.json</a>; what the software is and how often it errs: <a href=\"system-card\">system card</a>.</p>\n",
        counted(report.ledger.entries, "entry", "entries"),
        text(&report.ledger.origin),
        text(&report.ledger.root),
    );
    let title = format!("Transparency report of {}", report.ledger.origin);
    Frame {
        title: &title,
        kicker: "Transparency report",
        heading: "What this face recognition server was used for",
        lead: &lead(report),
        sections: &sections,
        body: &body.concat(),
        foot: &foot,
    }
    .page()
}

fn lead(report: &Report) -> String {
    let Ledger { first_entry, last_entry, .. } = &report.ledger;
    let (Some(first), Some(last)) = (first_entry, last_entry) else {
        return "Its ledger has no entry yet: it was not used.".to_owned();
    };
    let (first, last) = (day::in_words(first), day::in_words(last));
    let when = if first == last { format!("On {first}") } else { format!("From {first} to {last}") };
    let count = |did: fn(&OrganisationUse) -> bool| {
        counted(
            report.organisations.iter().filter(|one| did(one)).count() as u64,
            "organisation",
            "organisations",
        )
    };
    let Sums { searches, candidates, comparisons, .. } = &report.total;
    let compared = format!("Two pictures, or a face and a user, were compared {}.", times(*comparisons));
    if report.organisations.iter().all(|one| one.did == Sums::default()) {
        return format!("{when} nobody used it over the network.");
    }
    if *searches == 0 {
        let who = count(|one| one.did != Sums::default());
        return format!(
            "{when}, <strong>{who}</strong> used it, and no collection of faces was searched. {compared}"
        );
    }
    format!(
        "{when}, <strong>{}</strong> searched collections of faces <strong>{}</strong>, and were shown {}. {compared}",
        count(|one| one.did.searches > 0),
        times(*searches),
        counted(*candidates, "candidate", "candidates"),
    )
}

fn times(count: u64) -> String {
    match count {
        1 => "once".to_owned(),
        2 => "twice".to_owned(),
        count => format!("{} times", number(count)),
    }
}

/// What the numbers are worth: said before any of them.
fn witnesses(ledger: &Ledger) -> String {
    let signed: Vec<_> =
        ledger.witnesses.iter().filter_map(|one| one.cosigned.map(|time| (one, time))).collect();
    if signed.is_empty() {
        let named = match ledger.witnesses.len() {
            0 => "<strong>This ledger has no witness.</strong> ".to_owned(),
            count => format!(
                "<strong>No witness has cosigned this state of the ledger.</strong> The operator names {}. ",
                counted(count as u64, "witness", "witnesses")
            ),
        };
        return format!(
            "<aside class=\"note\" aria-label=\"Witnesses\"><p>{named}Only its operator keeps it, and could have written it anew from the \
             start. What follows is the operator's own account until somebody outside keeps a copy and holds the next one against it: \
             <a href=\"#check\">how to</a>.</p></aside>\n"
        );
    }
    let each: Vec<String> = signed
        .iter()
        .map(|(one, time)| format!("<strong>{}</strong> ({})", text(&one.name), day::of_second(*time)))
        .collect();
    format!(
        "<aside class=\"note good\" aria-label=\"Witnesses\"><p>Cosigned by {}: the ledger has only grown since they first saw it. A witness \
         is worth what its independence of the operator is worth.</p></aside>\n",
        each.join(", ")
    )
}

fn summary(report: &Report) -> String {
    let Sums {
        searches,
        searches_without_a_candidate,
        candidates,
        comparisons,
        comparisons_with_a_match,
        refusals,
        ..
    } = report.total;
    let overridden: u64 = report.thresholds.below_the_floor_by_override.values().sum();
    let collections =
        report.collections.iter().filter(|collection| collection.deleted.is_none()).count() as u64;
    figures(&[
        (
            number(searches),
            "searches",
            format!("{} found nobody", share(searches_without_a_candidate, searches)),
        ),
        (number(candidates), "candidates shown", "faces or users that searches returned".to_owned()),
        (
            number(comparisons),
            "comparisons",
            format!(
                "of two pictures, or of a face and a user; {} matched",
                share(comparisons_with_a_match, comparisons)
            ),
        ),
        (
            number(report.faces),
            "faces in collections",
            format!("in {}", counted(collections, "collection", "collections")),
        ),
        (number(refusals), "calls refused", "outside what was allowed".to_owned()),
        (
            number(report.alarms),
            "alarms",
            format!("unusual searching; {} below the floor", counted(overridden, "search", "searches")),
        ),
        (
            number(report.contradictions + report.beyond_what_was_declared),
            "contradictions",
            "records that gave more than was declared, or entries that did".to_owned(),
        ),
    ])
}

fn over_time(report: &Report) -> String {
    let (Some(first), Some(last)) = (report.days.first(), report.days.last()) else { return String::new() };
    let daily = day::between(&first.day, &last.day) <= DAYS;
    let (periods, width) =
        if daily { (day::each(&first.day, &last.day), 10) } else { (day::months(&first.day, &last.day), 7) };
    let sums: Vec<(String, Sums)> = periods
        .into_iter()
        .map(|period| {
            let mut sum = Sums::default();
            for day in report.days.iter().filter(|day| day.day.get(..width) == Some(period.as_str())) {
                sum.add(&day.done);
            }
            (period, sum)
        })
        .collect();
    // So many labels that they do not touch each other.
    let every = sums.len().div_ceil(12).max(1);
    let stack = |(index, (period, sum)): (usize, &(String, Sums))| Stack {
        label: if index % every == 0 { day::short(period) } else { String::new() },
        parts: [sum.searches_with_candidates(), sum.searches_without_a_candidate],
        says: format!(
            "{}: {}, {} without a candidate",
            day::short(period),
            counted(sum.searches, "search", "searches"),
            number(sum.searches_without_a_candidate)
        ),
    };
    let stacks: Vec<Stack> = sums.iter().enumerate().map(stack).collect();
    let unit = if daily { "day" } else { "month" };
    let rows: Vec<(bool, Vec<String>)> = sums
        .iter()
        .rev()
        .filter(|(_, sum)| *sum != Sums::default())
        .map(|(period, sum)| {
            let numbers =
                [sum.searches, sum.candidates, sum.comparisons, sum.analyses, sum.faces_added, sum.refusals];
            let cells = std::iter::once(text(&day::short(period))).chain(numbers.map(number));
            (false, cells.collect())
        })
        .collect();
    let head = [
        ("", Column::Words),
        ("Searches", Column::Numbers),
        ("Candidates", Column::Numbers),
        ("Comparisons", Column::Numbers),
        ("Other analyses", Column::Numbers),
        ("Faces added", Column::Numbers),
        ("Refused", Column::Numbers),
    ];
    let chart = chart::columns(
        &format!("Searches by {unit}"),
        &format!("The same numbers are in the table below it: {} in all", number(report.total.searches)),
        &stacks,
    );
    let body = format!(
        "<figure>\n<ul class=\"legend\"><li><i class=\"a\"></i>returned somebody</li><li><i class=\"b\"></i>returned nobody</li></ul>\n{}\
         <figcaption>A candidate is a face whose similarity reached the threshold. It is a lead that a person has to judge, and not an identification.\
         </figcaption>\n</figure>\n<details><summary>The numbers, by {unit}</summary>\n{}</details>\n",
        readable(&chart),
        table(&format!("Use by {unit}"), &head, &rows)
    );
    section("time", &format!("Searches by {unit}"), "", &body)
}

fn check(report: &Report) -> String {
    let Ledger { key, checkpoint, entries, .. } = &report.ledger;
    let body = format!(
        "<p>Every search, comparison and change writes one entry to a ledger before it is answered. The ledger is public, signed, and built so \
         that no entry can be changed, dropped or moved without it showing (RFC 6962; C2SP tlog-tiles). This page is computed from it and from \
         nothing else: whoever has the entries computes the same page, byte for byte.</p>\n\
         <pre>overt report transparency --from-tiles ADDRESS --key KEY --compare transparency.json\novert ledger verify ADDRESS --key KEY --remember checkpoint\n\
         overt ledger export ADDRESS mirror/ --key KEY</pre>\n\
         <p>The first computes this page anew and compares. The second verifies every entry and remembers what it saw: done again later, it finds \
         out whether the past was changed. The third keeps a copy. ADDRESS is this server's, KEY the ledger's public key, which you should have \
         from its operator by another way than this page. The software is open; a second verifier, in Python, is an hour's reading.</p>\n\
         <h3>The ledger's public key</h3>\n<pre>{}</pre>\n<h3>The signed checkpoint, over {}</h3>\n<pre>{}</pre>\n",
        text(key),
        counted(*entries, "entry", "entries"),
        text(checkpoint.trim_end()),
    );
    section("check", "Check this page", "", &body)
}

fn limits(report: &Report) -> String {
    let mut items: Vec<String> =
        report.not_recorded.iter().map(|item| format!("<li>{}</li>\n", text(item))).collect();
    items.push(
        "<li>Uses of a copy of this software that was changed so as not to keep this ledger: the operator holds the machine. The ledger shows what \
         the server that signs it did.</li>\n"
            .to_owned(),
    );
    items.push(
        "<li>Who is in the collections, or who was searched for: people stand in the ledger as values that mean nothing to anybody but them. A \
         person can ask the operator for every entry about herself.</li>\n"
            .to_owned(),
    );
    let Ledger { undone, unreadable, other_kinds, .. } = &report.ledger;
    if *undone > 0 {
        items.push(format!(
            "<li>{} of changes that were not made count for nothing here.</li>\n",
            counted(*undone, "entry", "entries")
        ));
    }
    if *unreadable > 0 {
        items.push(format!(
            "<li><strong>{} cannot be read by the release that computed this page, and are not counted.</strong></li>\n",
            counted(*unreadable, "entry", "entries")
        ));
    }
    if !other_kinds.is_empty() {
        let each: Vec<String> =
            other_kinds.iter().map(|(kind, count)| format!("{} ({})", text(kind), number(*count))).collect();
        items.push(format!(
            "<li>Entries that have no place of their own on this page: {}.</li>\n",
            each.join(", ")
        ));
    }
    section("limits", "What it cannot show", "", &format!("<ul class=\"text\">\n{}</ul>\n", items.concat()))
}
