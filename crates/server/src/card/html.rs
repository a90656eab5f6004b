//! The system card as a page.
//!
//! Owns its words and their order. Everything in it is in the JSON too.

use super::{Calibrated, OneRate, OneRecogniser, Says};
use crate::page::{Column, Frame, number, section, table, terms, text};

/// The page.
pub(super) fn page(says: &Says) -> String {
    let sections = [
        ("for", "What it is for"),
        ("not-for", "What it is not for"),
        ("errors", "How often it errs"),
        ("limits", "Limits"),
        ("networks", "Networks"),
        ("ledger", "Its ledger"),
    ];
    let body = [
        research_only(says),
        purposes(says),
        refused(says),
        errors(says),
        limits(says),
        networks(says),
        ledger(says),
    ];
    let foot = format!(
        "<p>{} {}, {}, <a href=\"{3}\">{3}</a>. The same as data: <a href=\"system-card.json\">system-card.json</a>; \
         what this server was used for: <a href=\"transparency\">transparency report</a>.</p>\n",
        text(says.software),
        text(says.release),
        text(says.licence),
        text(says.source),
    );
    Frame {
        title: &format!("System card of {}", says.ledger.origin),
        kicker: "System card",
        heading: "What this server is, and what it is not",
        lead: "It finds faces in pictures, compares them, and searches collections of them; it describes pictures, and reads text in them. It \
               speaks the API of Amazon Rekognition, runs on its operator's own machine, and sends pictures nowhere. It is wrong at a rate that is \
               stated below.",
        sections: &sections,
        body: &body.concat(),
        foot: &foot,
    }
    .page()
}

fn research_only(says: &Says) -> String {
    if says.research_only.is_empty() {
        return String::new();
    }
    let ids: Vec<String> = says.research_only.iter().map(|id| text(id)).collect();
    format!(
        "<aside class=\"note\" aria-label=\"Licences\"><p><strong>This server runs networks that are licensed for research only: {}.</strong> Its operator \
         has accepted that expressly; any other use of it breaks their licences.</p></aside>\n",
        ids.join(", ")
    )
}

fn purposes(says: &Says) -> String {
    let head = [
        ("Purpose", Column::Words),
        ("What may be done", Column::Words),
        ("Most faces", Column::Numbers),
        ("Kept for, days", Column::Numbers),
        ("Lowest similarity", Column::Numbers),
    ];
    let rows: Vec<(bool, Vec<String>)> = says
        .purposes
        .iter()
        .map(|one| {
            let notes = [
                one.live_video.then_some("a running camera may be searched with".to_owned()),
                (one.reviewers > 0).then(|| {
                    format!(
                        "made for {} to confirm a match",
                        if one.reviewers == 1 { "a person" } else { "two people" }
                    )
                }),
            ];
            let notes: Vec<String> = notes.into_iter().flatten().collect();
            let small = if notes.is_empty() {
                String::new()
            } else {
                format!("<small>{}</small>", text(&notes.join("; ")))
            };
            let cells = vec![
                format!(
                    "<span class=\"word main\">{}</span><small>{}</small>",
                    text(one.purpose),
                    text(one.description)
                ),
                format!("{}{small}", text(&one.uses.join(", "))),
                one.most_faces.map_or_else(|| "–".to_owned(), number),
                if one.retention_days == one.longest_retention_days {
                    number(one.retention_days.into())
                } else {
                    format!(
                        "{}, at most {}",
                        number(one.retention_days.into()),
                        number(one.longest_retention_days.into())
                    )
                },
                one.threshold_floor.map_or_else(|| "any".to_owned(), |floor| floor.to_string()),
            ];
            (false, cells)
        })
        .collect();
    section(
        "for",
        "What it is for",
        "A collection of faces is made for one of these purposes, and can be used for no other. One that names none is an evaluation.",
        &table("Purposes", &head, &rows),
    )
}

fn refused(says: &Says) -> String {
    let head = [("Refused", Column::Words), ("Because", Column::Words), ("Who says so", Column::Words)];
    let rows: Vec<(bool, Vec<String>)> = says
        .refused_purposes
        .iter()
        .map(|one| {
            (
                false,
                vec![
                    format!(
                        "{}<small>{}</small>",
                        text(&one.purpose.replace('-', " ")),
                        text(one.description)
                    ),
                    text(one.reason),
                    text(one.source),
                ],
            )
        })
        .collect();
    section(
        "not-for",
        "What it is not for",
        "The server refuses these outright. The list cannot be complete; what is on neither list is refused as unknown.",
        &table("Refused purposes", &head, &rows),
    )
}

fn errors(says: &Says) -> String {
    let each: String = says.recognisers.iter().map(recogniser).collect();
    section(
        "errors",
        "How often it errs",
        "How many pairs of pictures of different people are this similar, and how many pairs of one person are recognised. A search compares with \
         everybody in a collection: multiply by its size.",
        &each,
    )
}

fn recogniser(one: &OneRecogniser) -> String {
    let mut html = format!(
        "<h3><code>{}</code>{}, {} numbers a face</h3>\n",
        text(&one.version),
        if one.default { " (for new collections)" } else { "" },
        one.numbers
    );
    let Some(Calibrated {
        data,
        people,
        images,
        failures_to_acquire,
        genuine_pairs,
        impostor_pairs,
        interval,
        tail,
        rates,
    }) = &one.calibration
    else {
        html.push_str("<p>Not measured: nothing is compared with it before it is.</p>\n");
        return html;
    };
    let head = [
        ("Similarity", Column::Numbers),
        ("A stranger is this similar: one pair in", Column::Numbers),
        ("by the data, one in", Column::Numbers),
        ("The same person is recognised", Column::Numbers),
        ("A search of 10,000 strangers returns", Column::Numbers),
    ];
    let rows: Vec<(bool, Vec<String>)> = rates.iter().map(rate).collect();
    html.push_str(&table("Error rates by similarity", &head, &rows));
    html.push_str(&terms(&[
        ("Measured on", text(data)),
        (
            "People and pictures",
            format!(
                "{} people, {} pictures; no face was found in {}",
                number((*people).into()),
                number((*images).into()),
                number((*failures_to_acquire).into())
            ),
        ),
        (
            "Pairs",
            format!(
                "{} of one person, {} of different people",
                number(*genuine_pairs),
                number(*impostor_pairs)
            ),
        ),
        ("Intervals", text(interval)),
        ("Beyond the data", text(tail)),
    ]));
    html
}

fn rate(one: &OneRate) -> (bool, Vec<String>) {
    let said = if one.extrapolated { "<small>extrapolated</small>" } else { "" };
    let interval = match (one_in(one.high), one_in(one.low)) {
        (Some(from), Some(to)) => format!("{from} to {to}"),
        (Some(from), None) => format!("{from} or more"),
        (None, _) => "–".to_owned(),
    };
    let cells = vec![
        one.similarity.to_string(),
        format!("{}{said}", one_in(one.false_match_rate).unwrap_or_else(|| "–".to_owned())),
        interval,
        one.true_match_rate.map_or_else(|| "–".to_owned(), |rate| format!("{:.1}\u{a0}%", rate * 100.0)),
        strangers(one.false_match_rate * 10_000.0),
    ];
    (false, cells)
}

/// `10,000` for a rate of 1e-4, to two digits that say something; `None` for a rate of nought.
fn one_in(rate: f64) -> Option<String> {
    if rate <= 0.0 {
        return None;
    }
    let value = 1.0 / rate;
    let unit = 10_f64.powf((value.log10().floor() - 1.0).max(0.0));
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate of a table is at least 1e-12"
    )]
    Some(number(((value / unit).round() * unit) as u64))
}

fn strangers(expected: f64) -> String {
    if expected >= 1.0 { format!("{expected:.0}") } else { format!("one in {:.0} searches", 1.0 / expected) }
}

fn limits(says: &Says) -> String {
    let each: String = says
        .limits
        .iter()
        .map(|one| {
            format!(
                "<li><strong>{}.</strong> {} <small>({})</small></li>\n",
                text(one.what),
                text(one.says),
                text(one.more)
            )
        })
        .collect();
    section("limits", "Limits", "", &format!("<ul class=\"text\">\n{each}</ul>\n"))
}

fn networks(says: &Says) -> String {
    let head = [
        ("Network", Column::Words),
        ("For", Column::Words),
        ("Licence", Column::Words),
        ("Trained on", Column::Words),
        ("SHA-256", Column::Words),
    ];
    let rows: Vec<(bool, Vec<String>)> = says
        .networks
        .iter()
        .map(|one| {
            let mark = if one.research_only { " <strong>research only</strong>" } else { "" };
            let cells = vec![
                format!("{}<small>{}, from {}</small>", text(&one.id), text(&one.version), text(&one.from)),
                text(&one.role.replace('-', " ")),
                format!("{}{mark}", text(&one.licence)),
                text(&one.training_data),
                format!("<code>{}</code>", text(&one.sha256)),
            ];
            (false, cells)
        })
        .collect();
    let mut body = table("Networks", &head, &rows);
    let runtimes: Vec<String> = says
        .runtimes
        .iter()
        .map(|one| format!("{} for {} ({})", text(&one.name), text(&one.platform), text(&one.licence)))
        .collect();
    body.push_str(&terms(&[("They run in", runtimes.join("<br>"))]));
    section(
        "networks",
        "Networks",
        "Every file that it would load: it is named by its digest, and other bytes are refused.",
        &body,
    )
}

fn ledger(says: &Says) -> String {
    let witnesses = if says.ledger.witnesses.is_empty() {
        "<strong>none: only the operator keeps it</strong>".to_owned()
    } else {
        let each: Vec<String> =
            says.ledger.witnesses.iter().map(|key| format!("<code>{}</code>", text(key))).collect();
        each.join("<br>")
    };
    section(
        "ledger",
        "Its ledger",
        "Every search, comparison and change has an entry in a public ledger before it is answered.",
        &terms(&[
            ("Name", format!("<code>{}</code>", text(&says.ledger.origin))),
            ("Public key", format!("<code>{}</code>", text(&says.ledger.key))),
            ("Witnesses", witnesses),
            ("Report", "<a href=\"transparency\">transparency report</a>".to_owned()),
        ]),
    )
}
