//! That a report says what the entries say, that it is the same wherever it is computed, and that nothing of it can be made up.

use overt_gallery::{
    CollectionEvent, DeletionReason, KeyTold, Moment, OverrideEvent, PrincipalChange, PrincipalEvent, Who,
};
use overt_ledger::{Folder, KeyKind, Log, SignerKey};
use serde_json::Value;

use super::*;
use crate::account::{Because, By, Candidate, Deed, Entry, Expectation, Probe, Thousandths};

mod beyond;

fn key() -> SignerKey {
    SignerKey::from_seed("faces.example/ledger", KeyKind::Note, &[7; 32]).unwrap()
}

fn parsed<T: serde::de::DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(Value::String(text.into())).unwrap()
}

/// A log that entries are written to, a minute apart.
struct Written {
    folder: tempfile::TempDir,
    log: Log,
    minute: std::cell::Cell<i64>,
}

impl Written {
    fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let log = Log::open(folder.path(), key()).unwrap();
        Self { folder, log, minute: 0.into() }
    }

    fn write(&self, actor: Who, deed: Deed) -> u64 {
        self.write_as(actor, "Test", deed)
    }

    fn write_as(&self, actor: Who, operation: &str, deed: Deed) -> u64 {
        let minute = self.minute.replace(self.minute.get() + 1);
        // 2026-01-31T12:00:00Z and on.
        let at = Moment::from_millis(1_769_860_800_000 + minute * 60_000);
        let by = By { actor, operation: operation.into(), request: None, case: None };
        let entry = Entry::new(at, by, deed, parsed("bm9uY2Vub25jZW5vbmNlMQ"));
        self.log.append(&entry.to_bytes().unwrap()).unwrap()
    }

    fn source(&self) -> Folder {
        self.log.publish().unwrap();
        Folder(self.folder.path().to_owned())
    }

    fn report(&self) -> (Rendered, Value) {
        let rendered = compute(&self.source(), key().verifier(), None).unwrap();
        let value = serde_json::from_slice(&rendered.json).unwrap();
        (rendered, value)
    }
}

fn by(name: &str, organisation: &str) -> Who {
    Who::Principal { name: name.into(), organisation: organisation.into(), sector: "media".into(), key: None }
}

fn search(collection: &str, asked: f32, returned: u64) -> Deed {
    let floor = Some(Thousandths::of(99.0));
    let candidate =
        |_| Candidate { tag: parsed("dGFndGFndGFndGFndGFnMQ"), similarity: Thousandths::of(99.5) };
    Deed::Search {
        collection: collection.into(),
        purpose: None,
        probe: Probe::Picture(parsed("Y29tbWl0bWVudA")),
        model: "m-1".into(),
        searched: 1000,
        asked: Thousandths::of(asked),
        threshold: Thousandths::of(asked.max(99.0)),
        floor,
        overridden: None,
        strangers: Some(Expectation { millionths: 2_100, low: 500, high: 9_000 }),
        returned,
        candidates: (0..returned).map(candidate).collect(),
    }
}

fn created(collection: &str, purpose: &str) -> Deed {
    let rules = [
        ("overt:purpose".to_owned(), purpose.to_owned()),
        ("overt:retention-days".to_owned(), "365".to_owned()),
    ];
    Deed::Collection {
        event: CollectionEvent::Created,
        collection: collection.into(),
        model: "m-1".into(),
        total: 0,
        rules: rules.into(),
        number: None,
    }
}

fn enrolled(collection: &str, added: u64, total: u64) -> Deed {
    let faces = (0..added).map(|_| parsed("dGFndGFndGFndGFndGFnMQ")).collect();
    Deed::Enrolment { collection: collection.into(), model: "m-1".into(), picture: None, added, faces, total }
}

fn deleted(collection: &str, total: u64) -> Deed {
    Deed::Collection {
        event: CollectionEvent::Deleted,
        collection: collection.into(),
        model: "m-1".into(),
        total,
        rules: Default::default(),
        number: None,
    }
}

fn refusal(reason: &str) -> Deed {
    Deed::Refusal { code: "AccessDeniedException".into(), reason: reason.into(), collection: None }
}

/// A1: a face that is held against a user is a comparison, of whichever outcome; a face that is given to a user without faces is none.
#[test]
fn a1_faces_that_are_held_against_users_are_comparisons() {
    let written = Written::begin();
    for (event, compared) in [("compared", 3), ("associated", 2), ("associated", 0), ("disassociated", 0)] {
        let (collection, event) = ("people".into(), event.into());
        let (user, faces) = (parsed("dGFndGFndGFndGFndGFnMQ"), vec![parsed("dGFndGFndGFndGFndGFnMQ")]);
        written.write(by("desk", "The Herald"), Deed::User { collection, event, user, faces, compared });
    }
    let report = written.report().1;
    for did in [&report["total"], &report["principals"][0]["did"], &report["collections"][0]["done"]] {
        assert_eq!((&did["comparisons"], &did["comparisons_with_a_match"]), (&5.into(), &2.into()), "{did}");
    }
}

/// A little of everything.
fn everyday() -> Written {
    let written = Written::begin();
    let start = |release: &str| Deed::Start {
        version: release.into(),
        settings: "00".into(),
        witnesses: Vec::new(),
        whole: false,
    };
    written.write(Who::Server, start("0.1.0"));
    written.write(
        Who::Operator,
        Deed::Principal(PrincipalChange {
            event: PrincipalEvent::Created,
            name: "desk".into(),
            organisation: "The <Morning> Herald".into(),
            sector: "media".into(),
            allowed: vec!["search".into(), "enrol".into()],
            keys: Vec::new(),
        }),
    );
    let desk = || by("desk", "The <Morning> Herald");
    written.write(desk(), created("archive", "media-archive"));
    written.write(desk(), enrolled("archive", 3, 3));
    written.write(desk(), search("archive", 80.0, 2));
    written.write(desk(), search("archive", 99.5, 0));
    written.write(by("lab", "University"), Deed::Analysis {});
    written.write(
        by("lab", "University"),
        Deed::Comparison {
            source: parsed("YQ"),
            target: parsed("Yg"),
            threshold: Thousandths::of(80.0),
            model: "m-1".into(),
            matches: vec![Thousandths::of(91.0)],
        },
    );
    written.write(by("lab", "University"), refusal("permission"));
    written.write(
        Who::Server,
        Deed::Deletion {
            collection: "archive".into(),
            reason: DeletionReason::Retention,
            deleted: 1,
            faces: vec![parsed("dGFndGFndGFndGFndGFnMQ")],
            total: 2,
        },
    );
    written
}

#[test]
fn f1_everybody_who_used_the_server_is_named_with_what_they_did() {
    let (rendered, report) = everyday().report();
    let organisations = report["organisations"].as_array().unwrap();
    assert_eq!(organisations[0]["organisation"], "The <Morning> Herald");
    assert_eq!(organisations[0]["did"]["searches"], 2);
    assert_eq!(organisations[0]["did"]["candidates"], 2);
    assert_eq!(organisations[0]["searches_by_purpose"]["media-archive"], 2);
    assert_eq!(organisations[1]["did"]["comparisons_with_a_match"], 1);
    assert_eq!(report["principals"].as_array().unwrap().len(), 2);
    assert_eq!(report["total"]["searches_without_a_candidate"], 1);
    assert_eq!(report["faces"], 2);
    assert_eq!(report["deletions"]["retention"], 1);
    assert_eq!(report["refusals"][0]["reason"], "permission");
    assert_eq!(report["thresholds"]["raised_to_the_floor"], 1);
    assert_eq!(report["thresholds"]["applied"]["from_99"], 2);
    assert_eq!(report["thresholds"]["strangers"]["expected_millionths"], 4_200);
    assert_eq!(report["collections"][0]["rules"]["overt:retention-days"], "365");
    assert_eq!(report["ledger"]["entries"], 10);
    assert_eq!(report["ledger"]["unreadable"], 0);
    assert_eq!(report["ledger"]["other_kinds"], serde_json::json!({}));
    let html = String::from_utf8(rendered.html).unwrap();
    assert!(html.contains("The &lt;Morning&gt; Herald") && !html.contains("<Morning>"));
    assert!(html.contains("media-archive") && html.contains("365 days"));
}

#[test]
fn f1_a_page_without_witnesses_says_so_and_one_with_them_names_them() {
    let written = everyday();
    let (rendered, report) = written.report();
    assert_eq!(report["ledger"]["witnessed"], false);
    let text = |rendered: &Rendered| String::from_utf8(rendered.html.clone()).unwrap();
    assert!(text(&rendered).contains("This ledger has no witness."));

    let witness = SignerKey::from_seed("witness.example", KeyKind::Cosignature, &[9; 32]).unwrap();
    let witnesses = vec![witness.verifier().to_string()];
    written.write(
        Who::Server,
        Deed::Start { version: "0.1.0".into(), settings: "00".into(), witnesses, whole: false },
    );
    let (rendered, report) = written.report();
    assert_eq!(report["ledger"]["witnessed"], false);
    assert!(text(&rendered).contains("No witness has cosigned this state"));

    written.log.cosign_again(|checkpoint, _| witness.line(&checkpoint.text(), 1_770_000_000)).unwrap();
    let (rendered, report) = written.report();
    assert_eq!(report["ledger"]["witnesses"][0]["cosigned"], 1_770_000_000);
    assert!(text(&rendered).contains("Cosigned by <strong>witness.example</strong>"));
    assert!(!text(&rendered).contains("has no witness"));

    // A line in its name that it did not write makes no report at all.
    let forger = SignerKey::from_seed("witness.example", KeyKind::Cosignature, &[9; 32]).unwrap();
    written.log.cosign_again(|_, _| forger.line("something else\n", 1)).unwrap();
    assert!(compute(&written.source(), key().verifier(), None).is_err());
}

#[test]
fn f1_the_same_ledger_gives_the_same_bytes_wherever_and_whenever_it_is_computed() {
    let written = everyday();
    let (first, report) = written.report();
    let served = Served::new(
        written.folder.path().to_owned(),
        key().verifier().clone(),
        written.folder.path().join("count"),
    );
    assert_eq!(*served.report().unwrap(), first);
    // The ledger goes on; the report of then can still be computed, under the checkpoint that stands in it.
    for number in 0..600 {
        written.write(by("desk", "Other name"), search("archive", 80.0, number % 3));
    }
    let (second, _) = written.report();
    assert_ne!(first.json, second.json);
    assert_eq!(*served.report().unwrap(), second, "counted on, not anew");
    let note = report["ledger"]["checkpoint"].as_str().unwrap();
    assert_eq!(compute(&written.source(), key().verifier(), Some(note)).unwrap(), first);
    // And is signed for.
    let signed = written.log.sign_note(&statement(&first)).unwrap();
    says(&signed, &first, key().verifier()).unwrap();
    assert!(says(&signed, &second, key().verifier()).is_err());
}

#[test]
fn f1_a_count_is_kept_between_starts_and_believed_only_where_the_ledger_goes_on_from_it() {
    let written = everyday();
    let folder = written.folder.path().to_owned();
    let count = folder.join("count");
    for number in 0..600 {
        written.write(by("desk", "Other name"), search("archive", 80.0, number % 3));
    }
    let start = || Served::new(folder.clone(), key().verifier().clone(), count.clone());
    let (expected, _) = written.report();
    let first = start();
    assert_eq!(*first.report().unwrap(), expected);
    first.end();
    // Proof that it is read on from the count: the beginning of the ledger is not there to be read.
    let bundle = folder.join("tile/entries/000");
    let bytes = fs_err::read(&bundle).unwrap();
    fs_err::remove_file(&bundle).unwrap();
    written.write(by("desk", "Other name"), search("archive", 80.0, 0));
    written.source();
    assert!(Served::new(folder.clone(), key().verifier().clone(), folder.join("none")).report().is_err());
    let resumed = start().report().unwrap();
    fs_err::write(&bundle, bytes).unwrap();
    let (expected, _) = written.report();
    assert_eq!(*resumed, expected);
    // One that is of another ledger, or of other code, is counted anew.
    let kept = String::from_utf8(fs_err::read(&count).unwrap()).unwrap();
    let root = kept.split("\\n").nth(2).unwrap().to_owned();
    for (what, with) in
        [(root.as_str(), "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I="), ("\"code\":\"", "\"code\":\"0")]
    {
        let other = kept.replace("\"searches\":", "\"searches\":1").replace(what, with);
        assert_ne!(other, kept);
        fs_err::write(&count, other).unwrap();
        assert_eq!(*start().report().unwrap(), expected, "{what}");
    }
}

#[test]
fn f1_what_was_not_made_does_not_count() {
    let written = everyday();
    let (_, before) = written.report();
    let first = written.write(by("desk", "The <Morning> Herald"), enrolled("archive", 500, 502));
    let served = Served::new(
        written.folder.path().to_owned(),
        key().verifier().clone(),
        written.folder.path().join("count"),
    );
    written.source();
    let counted: Value = serde_json::from_slice(&served.report().unwrap().json).unwrap();
    assert_eq!(counted["faces"], 502);
    written.write(Who::Server, Deed::Undone { from: first, to: first + 1, because: None });
    let (after, report) = written.report();
    assert_eq!(report["faces"], before["faces"]);
    assert_eq!(report["total"], before["total"]);
    assert_eq!(report["ledger"]["undone"], 1);
    assert_eq!(*served.report().unwrap(), after, "the running count finds it out too");
}

#[test]
fn f1_what_cannot_be_read_is_counted_and_said() {
    let written = everyday();
    written.log.append(b"{\"of\":\"a later release\"}").unwrap();
    let (rendered, report) = written.report();
    assert_eq!(report["ledger"]["unreadable"], 1);
    assert!(String::from_utf8(rendered.html).unwrap().contains("1 entry cannot be read"));
}

#[test]
fn a_name_that_is_used_again_is_another_collection() {
    let written = Written::begin();
    let desk = || by("desk", "Herald");
    written.write(desk(), created("a", "research"));
    written.write(desk(), enrolled("a", 5, 5));
    written.write(desk(), search("a", 99.0, 1));
    written.write(desk(), deleted("a", 5));
    written.write(desk(), created("a", "access-control"));
    written.write(desk(), search("a", 99.0, 0));
    let (_, report) = written.report();
    let collections = report["collections"].as_array().unwrap();
    assert_eq!(collections.len(), 2);
    assert_eq!((&collections[0]["purpose"], &collections[0]["most_faces"]), (&"research".into(), &5.into()));
    assert_eq!((&collections[0]["faces"], &collections[1]["faces"]), (&0.into(), &0.into()));
    assert!(collections[0]["deleted"].is_string() && collections[1]["deleted"].is_null());
    assert_eq!(report["principals"][0]["searches_by_purpose"]["research"], 1);
    assert_eq!(report["principals"][0]["searches_by_purpose"]["access-control"], 1);
}

#[test]
fn a_ledger_without_entries_has_a_report() {
    let (rendered, report) = Written::begin().report();
    assert_eq!(report["ledger"]["entries"], 0);
    assert!(String::from_utf8(rendered.html).unwrap().contains("no entry yet"));
}

#[test]
fn a_page_is_whole_and_runs_nothing() {
    let (rendered, _) = everyday().report();
    let html = String::from_utf8(rendered.html).unwrap();
    let lower = html.to_lowercase();
    assert!(
        !lower.contains("<script")
            && !lower.contains("javascript:")
            && !lower.contains("src=")
            && !lower.contains("http:")
    );
    for name in ["section", "table", "figure", "ul", "svg", "main", "aside", "details"] {
        assert_eq!(
            html.matches(&format!("<{name}")).count(),
            html.matches(&format!("</{name}>")).count(),
            "{name}"
        );
    }
    for (id, _) in html.match_indices("href=\"#").map(|(at, _)| html[at + 7..].split_once('"').unwrap()) {
        assert!(html.contains(&format!("id=\"{id}\"")), "{id}");
    }
}
