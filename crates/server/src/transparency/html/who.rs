//! Who uses the server, for what, and whose faces it holds: three sections of the report's page.

use super::super::day;
use super::super::report::{CollectionUse, PrincipalUse, Report};
use super::super::sums::Sums;
use crate::page::chart;
use crate::page::{Column, counted, number, section, table, text};

pub(super) fn who(report: &Report) -> String {
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

pub(super) fn purposes(report: &Report) -> String {
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

pub(super) fn galleries(report: &Report) -> String {
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
