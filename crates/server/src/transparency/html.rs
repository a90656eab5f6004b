//! The report as a page: what `/transparency` shows.
//!
//! Owns its words and which chart stands where. Everything in it is in the JSON too.
//!
//! # Invariants
//! - A function of the report alone.
//! - A number that a chart shows stands in a table as well.

use super::day;
use super::report::{CollectionUse, Ledger, OrganisationUse, PrincipalUse, Report};
use super::sums::Sums;
use crate::page::chart::{self, Stack};
use crate::page::{
    Column, Frame, counted, figures, millionths, number, readable, section, share, table, terms, text,
};

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
    let compared = format!("Pairs of pictures were compared {}.", times(*comparisons));
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
            "comparisons of two pictures",
            format!("{} matched", share(comparisons_with_a_match, comparisons)),
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

fn who(report: &Report) -> String {
    if report.principals.is_empty() {
        let body = "<p class=\"none\">Nobody has used it over the network.</p>\n";
        return section("who", "Who uses it", "", body);
    }
    let most = report.organisations.iter().map(|one| one.did.searches).max().unwrap_or(0);
    let rows: Vec<(bool, Vec<String>)> = report
        .organisations
        .iter()
        .map(|one| {
            let did = &one.did;
            let bar = chart::bar([did.searches_with_candidates(), did.searches_without_a_candidate], most);
            let what_for: Vec<String> = one
                .searches_by_purpose
                .iter()
                .map(|(purpose, count)| format!("{} {}", text(purpose), number(*count)))
                .collect();
            let name = format!(
                "{}<small>{}; {}</small>",
                text(&one.organisation),
                text(&one.sector.replace('-', " ")),
                counted(one.principals, "access", "accesses")
            );
            let what_for = if what_for.is_empty() { "–".to_owned() } else { what_for.join("<br>") };
            let cells = vec![
                name,
                number(did.searches),
                bar,
                number(did.candidates),
                number(did.comparisons),
                what_for,
            ];
            (false, cells)
        })
        .collect();
    let head = [
        ("Organisation and sector", Column::Words),
        ("Searches", Column::Numbers),
        ("", Column::Bar),
        ("Candidates", Column::Numbers),
        ("Comparisons", Column::Numbers),
        ("Searches by purpose", Column::Words),
    ];
    let accesses: Vec<(bool, Vec<String>)> = report.principals.iter().map(access).collect();
    let access_head = [
        ("Access", Column::Words),
        ("May", Column::Words),
        ("Searches", Column::Numbers),
        ("Candidates", Column::Numbers),
        ("Comparisons", Column::Numbers),
        ("Faces added", Column::Numbers),
        ("Refused", Column::Numbers),
        ("Last used", Column::Words),
    ];
    let mut body = table("Organisations", &head, &rows);
    body.push_str("<h3>Every access</h3>\n");
    body.push_str(&table("Accesses", &access_head, &accesses));
    let Sums { searches, faces_added, faces_deleted, .. } = report.operator;
    body.push_str(&format!(
        "<p>At the command line of the server's own machine, its operator made {}, added {} and deleted {}.</p>\n",
        counted(searches, "search", "searches"),
        counted(faces_added, "face", "faces"),
        counted(faces_deleted, "face", "faces"),
    ));
    section(
        "who",
        "Who uses it",
        "Everybody with a key, in the words that its operator recorded: who answers for the use, in which sector, and what it may do.",
        &body,
    )
}

fn access(one: &PrincipalUse) -> (bool, Vec<String>) {
    let since = one.created.as_deref().map(|at| format!("since {}", day::in_words(at)));
    let until = one.revoked.as_deref().map(|at| format!("ended {}", day::in_words(at)));
    let times: Vec<String> = [since, until].into_iter().flatten().collect();
    let name = format!(
        "{}<small>{}{}{}</small>",
        text(&one.name),
        text(&one.organisation),
        if times.is_empty() { "" } else { "; " },
        times.join(", ")
    );
    let may: Vec<String> = one.allowed.iter().map(|word| text(word)).collect();
    let last = one.last_seen.as_deref().map_or_else(|| "never".to_owned(), day::in_words);
    let may = if may.is_empty() { "–".to_owned() } else { may.join(", ") };
    let Sums { searches, candidates, comparisons, faces_added, refusals, .. } = one.did;
    let numbers = [searches, candidates, comparisons, faces_added, refusals].map(number);
    let cells = [name, may].into_iter().chain(numbers).chain([last]).collect();
    (one.revoked.is_some(), cells)
}

fn purposes(report: &Report) -> String {
    if report.purposes.is_empty() {
        let body = "<p class=\"none\">There is no collection, and there never was.</p>\n";
        return section("what-for", "What for", "", body);
    }
    let most = report.purposes.iter().map(|one| one.done.searches).max().unwrap_or(0);
    let rows: Vec<(bool, Vec<String>)> = report
        .purposes
        .iter()
        .map(|one| {
            let done = &one.done;
            let cells = vec![
                text(&one.purpose),
                number(done.searches),
                chart::bar([done.searches_with_candidates(), done.searches_without_a_candidate], most),
                number(done.candidates),
                number(one.collections),
                number(one.faces),
            ];
            (false, cells)
        })
        .collect();
    let head = [
        ("Purpose", Column::Words),
        ("Searches", Column::Numbers),
        ("", Column::Bar),
        ("Candidates", Column::Numbers),
        ("Collections", Column::Numbers),
        ("Faces", Column::Numbers),
    ];
    section(
        "what-for",
        "What for",
        "Each collection is made for one purpose out of a closed list, and searched for no other.",
        &table("Purposes", &head, &rows),
    )
}

fn galleries(report: &Report) -> String {
    if report.collections.is_empty() {
        return section("galleries", "Collections", "", "<p class=\"none\">There is none.</p>\n");
    }
    let rows: Vec<(bool, Vec<String>)> = report.collections.iter().map(gallery).collect();
    let head = [
        ("Collection", Column::Words),
        ("Purpose", Column::Words),
        ("Legal basis", Column::Words),
        ("Kept for", Column::Whole),
        ("Faces", Column::Numbers),
        ("Searches", Column::Numbers),
        ("Candidates", Column::Numbers),
    ];
    section(
        "galleries",
        "Collections",
        "Whose faces are searched: how many, who answers for them, on which legal basis, and after how many days a face is deleted.",
        &table("Collections", &head, &rows),
    )
}

fn gallery(one: &CollectionUse) -> (bool, Vec<String>) {
    let rule = |key: &str| one.rules.get(&format!("overt:{key}")).map(|value| text(value));
    let owner = rule("owner").unwrap_or_default();
    let when = match (&one.created, &one.deleted) {
        (_, Some(deleted)) => format!(
            "deleted {}, had up to {}",
            day::in_words(deleted),
            counted(one.most_faces, "face", "faces")
        ),
        (Some(created), None) => format!("since {}", day::in_words(created)),
        (None, None) => "older than this ledger".to_owned(),
    };
    let apart = if owner.is_empty() { "" } else { "; " };
    let cells = vec![
        format!("{}<small>{owner}{apart}{when}</small>", text(&one.name)),
        format!("<span class=\"word main\">{}</span>", text(&one.purpose)),
        rule("legal-basis").unwrap_or_else(|| "–".to_owned()),
        rule("retention-days").map_or_else(
            || "–".to_owned(),
            |days| format!("{} days", days.parse().map_or(days.clone(), number)),
        ),
        number(one.faces),
        number(one.done.searches),
        number(one.done.candidates),
    ];
    (one.deleted.is_some(), cells)
}

fn thresholds(report: &Report) -> String {
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

fn refusals(report: &Report) -> String {
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

fn deletions(report: &Report) -> String {
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

fn changes(report: &Report) -> String {
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
