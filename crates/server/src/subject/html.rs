//! The document for a person as a page: to be printed and handed over.
//!
//! Owns its words. Everything in it is in the JSON too.

use super::{Dossier, Found};
use crate::page::{Column, Frame, counted, number, section, table, terms, text};

/// The page.
pub(crate) fn page(dossier: &Dossier) -> String {
    let returned = dossier.found.iter().filter(|one| one.what == "returned" && !one.undone).count() as u64;
    let lead = format!(
        "What the ledger of <strong>{}</strong> has about <strong>{}</strong> in the collection <strong>{}</strong>: {}, of which {} searches returned this \
         person. The operator has to have verified who asks before handing it over.",
        text(&dossier.ledger),
        text(&dossier.asked),
        text(&dossier.collection),
        counted(dossier.found.len() as u64, "entry", "entries"),
        number(returned),
    );
    let sections =
        [("recorded", "What is recorded"), ("happened", "What was done"), ("check", "How to check")];
    let body = [recorded(dossier), happened(dossier), check(dossier)];
    Frame {
        title: "What is known about you",
        kicker: "Subject access",
        heading: "What this server knows about one person",
        lead: &lead,
        sections: &sections,
        body: &body.concat(),
        foot: "<p>Personal: it names faces and holds the secrets by which their entries are found. Keep it as you keep a letter.</p>\n",
    }
    .page()
}

fn recorded(dossier: &Dossier) -> String {
    let rows: Vec<(bool, Vec<String>)> = dossier
        .faces
        .iter()
        .map(|face| {
            let added = jiff::Timestamp::from_millisecond(face.added)
                .map(|at| at.strftime("%-d %B %Y, %H:%M UTC").to_string());
            let or_none = |value: &Option<String>| value.as_deref().map_or_else(|| "–".to_owned(), text);
            let cells = vec![
                format!("<code>{}</code>", text(&face.face_id)),
                or_none(&face.external_image_id),
                or_none(&face.user_id),
                added.unwrap_or_default(),
            ];
            (false, cells)
        })
        .collect();
    let body = if rows.is_empty() {
        "<p class=\"none\">No face of this person is recorded now.</p>\n".to_owned()
    } else {
        let head = [
            ("Face", Column::Words),
            ("Called", Column::Words),
            ("User", Column::Words),
            ("Added", Column::Words),
        ];
        table("Recorded faces", &head, &rows)
    };
    section(
        "recorded",
        "What is recorded",
        "Of each face a template is kept: numbers that tell faces apart. The picture itself is not kept.",
        &body,
    )
}

fn happened(dossier: &Dossier) -> String {
    let rows: Vec<(bool, Vec<String>)> = dossier.found.iter().map(row).collect();
    let body = if rows.is_empty() {
        "<p class=\"none\">The ledger has no entry about this person.</p>\n".to_owned()
    } else {
        let head = [
            ("When", Column::Words),
            ("What", Column::Words),
            ("By whom", Column::Words),
            ("For", Column::Words),
            ("Entry", Column::Numbers),
        ];
        table("Entries", &head, &rows)
    };
    section("happened", "What was done", "Every entry about this person, oldest first.", &body)
}

fn row(one: &Found) -> (bool, Vec<String>) {
    let percent = |thousandths: u32| format!("{}.{:03}", thousandths / 1000, thousandths % 1000);
    let what = match one.what.as_str() {
        "returned" => {
            let mut details = Vec::new();
            details.extend(one.similarity.map(|similarity| format!("similarity {}", percent(similarity))));
            details.extend(one.rank.zip(one.returned).map(|(rank, of)| format!("place {rank} of {of}")));
            details.extend(one.threshold.map(|threshold| format!("threshold {}", percent(threshold))));
            details.extend(one.searched.map(|searched| format!("{} searched", number(searched))));
            format!("returned by a search<small>{}</small>", text(&details.join("; ")))
        }
        "searched-with" => "searched with".to_owned(),
        other => text(&other.replace('-', " ")),
    };
    let what = if one.undone { format!("{what}<small>not made after all</small>") } else { what };
    let mut who = text(&one.who);
    if let Some(organisation) = &one.organisation {
        who = format!(
            "{}<small>{}; {}</small>",
            text(organisation),
            text(one.sector.as_deref().unwrap_or("–")),
            who
        );
    }
    let case =
        one.case.as_deref().map(|case| format!("<small>case {}</small>", text(case))).unwrap_or_default();
    let why = format!("{}{case}", one.purpose.as_deref().map_or_else(|| text(&one.operation), text));
    (one.undone, vec![text(&one.at), what, who, why, number(one.entry)])
}

fn check(dossier: &Dossier) -> String {
    let secrets: Vec<String> = dossier
        .faces
        .iter()
        .map(|face| (&face.face_id, &face.finder))
        .chain(dossier.users.iter().map(|user| (&user.user_id, &user.finder)))
        .map(|(id, finder)| {
            format!("overt subject {} --finder {} --from-tiles ADDRESS --key KEY", text(id), text(finder))
        })
        .collect();
    let commands =
        if secrets.is_empty() { String::new() } else { format!("<pre>{}</pre>\n", secrets.join("\n")) };
    let body = format!(
        "<p>Nobody has to be believed: these secrets find the same entries in the public ledger, now and when the face is deleted. Whoever has them finds \
         them too.</p>\n{commands}{}",
        terms(&[
            ("Ledger", format!("<code>{}</code>", text(&dossier.ledger))),
            ("Public key", format!("<code>{}</code>", text(&dossier.key))),
            ("Looked through", counted(dossier.entries, "entry", "entries")),
            ("Root", format!("<code>{}</code>", text(&dossier.root))),
        ])
    );
    section("check", "How to check", "", &body)
}
