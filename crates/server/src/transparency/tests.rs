//! That a report says what the entries say, that it is the same wherever it is computed, and that nothing of it can be made up.

use overt_gallery::{
    CollectionEvent, DeletionReason, KeyTold, Moment, OverrideEvent, PrincipalChange, PrincipalEvent, Who,
};
use overt_ledger::{Folder, KeyKind, Log, SignerKey};
use serde_json::Value;

use super::*;
use crate::account::{Because, By, Candidate, Deed, Entry, Expectation, Probe, Thousandths};

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

/// A1, F1: rows that were changed and changed back leave entries that cannot be: found by whoever computes the report.
#[test]
fn a1_what_cannot_be_after_what_the_ledger_tells_is_found_by_whoever_computes_the_report() {
    let written = Written::begin();
    let beyond = || written.report().1["beyond_what_was_declared"].as_u64().unwrap();
    let under = |id: &str| {
        let mut deed = search("people", 80.0, 0);
        if let Deed::Search { overridden, .. } = &mut deed {
            *overridden = Some(id.to_owned());
        }
        deed
    };
    let granted = |id: &str, collection: &str| Deed::Override {
        event: OverrideEvent::Granted,
        id: id.into(),
        collection: collection.into(),
        lowest: Thousandths::of(80.0),
        reason: "an exercise".into(),
        allowed_by: "chief".into(),
        expires: "2026-02-02T00:00:00.000Z".into(),
    };
    let desk = |sector: &str| Who::Principal {
        name: "desk".into(),
        organisation: "Police".into(),
        sector: sector.into(),
        key: None,
    };
    written.write(Who::Operator, created("people", "access-control"));
    written.write(Who::Operator, granted("o-1", "people"));
    written.write(Who::Operator, granted("o-2", "others"));
    written.write_as(desk("media"), "SearchFacesByImage", under("o-1"));
    assert_eq!(beyond(), 0);
    written.write_as(desk("media"), "SearchFacesByImage", under("o-2"));
    written.write_as(desk("media"), "SearchFacesByImage", under("o-3"));
    assert_eq!(beyond(), 2, "another collection's override, and nobody's");
    written.write_as(desk("media"), "SearchFacesByImage", search("people", 99.0, 2));
    assert_eq!(beyond(), 3, "somebody was found where nobody is");
    written.write(Who::Operator, enrolled("people", 2, 2));
    written.write_as(desk("media"), "SearchFacesByImage", search("people", 99.0, 2));
    assert_eq!(beyond(), 3);
    // Who a principal is, its record says, and not its own entries.
    let allowed = vec!["search".to_owned()];
    let (name, organisation, sector) = ("desk".into(), "Police".into(), "law-enforcement".into());
    let change = PrincipalChange {
        event: PrincipalEvent::Described,
        name,
        organisation,
        sector,
        allowed,
        keys: Vec::new(),
    };
    written.write(Who::Operator, Deed::Principal(change));
    written.write_as(desk("other"), "SearchFacesByImage", search("people", 99.0, 0));
    assert_eq!(written.report().1["principals"][0]["sector"], "law-enforcement");
}

/// A1, F1: a principal that was changed by hand, and changed back, did what the ledger does not grant it: found in its entries, each of which has what its row said then.
#[test]
fn a1_what_a_principal_did_while_it_was_changed_is_found_by_whoever_computes_the_report() {
    let written = Written::begin();
    let change = |event, minute: i64, sector: &str, allowed: &str, keys: &[(&str, Option<i64>)]| {
        written.minute.set(minute);
        let keys = keys.iter().map(|(id, ends)| KeyTold { id: (*id).into(), ends: *ends }).collect();
        let (name, organisation) = ("desk".into(), "The Herald".into());
        let change = PrincipalChange {
            event,
            name,
            organisation,
            sector: sector.into(),
            allowed: vec![allowed.into()],
            keys,
        };
        written.write(Who::Operator, Deed::Principal(change))
    };
    let desk = |minute: i64, sector: &str, key: Option<&str>, operation: &str| {
        written.minute.set(minute);
        let actor = Who::Principal {
            name: "desk".into(),
            organisation: "The Herald".into(),
            sector: sector.into(),
            key: key.map(ToOwned::to_owned),
        };
        written.write_as(actor, operation, Deed::Analysis {})
    };
    let beyond = || written.report().1["beyond_what_was_declared"].as_u64().unwrap();
    let (created, described, rotated) =
        (PrincipalEvent::Created, PrincipalEvent::Described, PrincipalEvent::Rotated);
    let (text, search) = ("DetectText", "SearchFaces");
    change(created, 0, "media", "images", &[("a", None)]);
    desk(1, "media", Some("a"), text);
    // Told of by an earlier release, which said nothing of keys; and of something that nobody has to be allowed.
    desk(2, "media", None, text);
    desk(3, "media", Some("a"), "Whoami");
    // A change counts at once and is told of afterwards; and what was under way is told of after that.
    desk(5, "retail", Some("a"), text);
    change(described, 4, "retail", "images", &[("a", None)]);
    desk(6, "media", Some("a"), text);
    change(rotated, 7, "retail", "images", &[("b", None), ("a", Some(1_769_860_800_000 + 8 * 60_000))]);
    desk(8, "retail", Some("a"), text);
    desk(200, "retail", Some("b"), text);
    desk(201, "retail", Some("b"), text);
    assert_eq!(beyond(), 0);
    // By hand: another sector, what it may not do, and a key that it had no more.
    desk(300, "research", Some("b"), text);
    desk(301, "research", Some("b"), text);
    let first = desk(302, "retail", Some("b"), search);
    desk(303, "retail", Some("a"), text);
    assert_eq!(beyond(), 0, "in doubt: it may have been granted, and be told of in a moment");
    desk(350, "retail", Some("b"), text);
    assert_eq!(beyond(), 0);
    desk(364, "retail", Some("b"), text);
    assert_eq!(beyond(), 4);
    let events = written.report().1["events"].to_string();
    assert!(
        events.contains("acted as of The Herald (research)") && events.contains("2 entries from"),
        "{events}"
    );
    assert!(events.contains(&format!("1 entry from {first} on (SearchFaces)")), "{events}");
    assert!(events.contains("digest a"), "{events}");
    // What was refused, the server has found.
    let actor = Who::Principal {
        name: "desk".into(),
        organisation: "The Herald".into(),
        sector: "other".into(),
        key: Some("b".into()),
    };
    written.write(actor, refusal("records"));
    // After its end there is nothing that it may do, but for what was under way.
    change(PrincipalEvent::Revoked, 400, "retail", "images", &[]);
    desk(401, "retail", Some("b"), text);
    desk(500, "retail", Some("b"), text);
    written.minute.set(600);
    written.write(Who::Server, refusal("permission"));
    assert_eq!(beyond(), 5);
}

/// A1: who was told of nowhere is nobody's principal, once the ledger says that it tells of everybody; and what was granted until a snapshot was put back was granted.
#[test]
fn a1_who_is_told_of_nowhere_and_what_a_snapshot_took_back() {
    let written = Written::begin();
    let act = |minute: i64, name: &str, sector: &str| {
        written.minute.set(minute);
        let actor = Who::Principal {
            name: name.into(),
            organisation: "The Herald".into(),
            sector: sector.into(),
            key: None,
        };
        written.write(actor, Deed::Analysis {});
    };
    let beyond = || written.report().1["beyond_what_was_declared"].as_u64().unwrap();
    let start =
        |whole| Deed::Start { version: "0.1.0".into(), settings: "00".into(), witnesses: Vec::new(), whole };
    written.write(Who::Server, start(false));
    act(1, "old", "media");
    act(100, "old", "media");
    assert_eq!(beyond(), 0, "it may be older than the ledger");
    let change = |event, sector: &str| {
        let (name, organisation, allowed) = ("desk".into(), "The Herald".into(), vec!["all".into()]);
        let sector = sector.into();
        Deed::Principal(PrincipalChange { event, name, organisation, sector, allowed, keys: Vec::new() })
    };
    written.write(Who::Operator, change(PrincipalEvent::Created, "media"));
    written.write(Who::Server, start(true));
    let described = written.write(Who::Operator, change(PrincipalEvent::Described, "retail"));
    act(300, "desk", "retail");
    let undone = Deed::Undone { from: described, to: described + 1, because: Some(Because::Restored) };
    act(400, "nobody", "media");
    act(500, "desk", "retail");
    assert_eq!(beyond(), 1);
    written.write(Who::Server, undone);
    // What it did then it might do, and what its row says now it might be again.
    act(501, "desk", "media");
    act(502, "new", "media");
    act(700, "desk", "media");
    assert_eq!(beyond(), 1);
}

/// A1: what is beyond what was declared is found in the entries themselves, by whoever computes the report.
#[test]
fn a1_what_is_beyond_what_was_declared_is_found_by_whoever_computes_the_report() {
    let written = Written::begin();
    let of = |event, uses: &str| {
        let rules = [
            ("overt:purpose", "research"),
            ("overt:legal-basis", "no-living-person"),
            ("overt:operations", uses),
        ];
        let rules = rules.map(|(key, value)| (key.to_owned(), value.to_owned())).into();
        Deed::Collection {
            event,
            collection: "people".into(),
            model: "m-1".into(),
            total: 0,
            rules,
            number: None,
        }
    };
    let desk = || by("desk", "The Herald");
    let found = || {
        let report = written.report().1;
        (report["contradictions"].as_u64().unwrap(), report["beyond_what_was_declared"].as_u64().unwrap())
    };
    written.write(desk(), of(CollectionEvent::Created, "enrol search"));
    written.write_as(desk(), "SearchFacesByImage", search("people", 99.0, 0));
    written.write(desk(), of(CollectionEvent::Tagged, "enrol verify deduplicate"));
    assert_eq!(found(), (0, 1), "that is not narrower");
    written.write(desk(), of(CollectionEvent::Tagged, "enrol"));
    written.write_as(desk(), "SearchFaces", search("people", 99.0, 0));
    assert_eq!(found(), (0, 2), "nor is a search of what is no more to be searched");
    // Written into the ledger with something else, it stays what it is.
    written.write(Who::Operator, of(CollectionEvent::Exported, "enrol search"));
    written.write_as(desk(), "SearchFacesByImage", search("people", 99.0, 0));
    let mut other = search("people", 99.0, 0);
    if let Deed::Search { purpose, .. } = &mut other {
        *purpose = Some("media-archive".to_owned());
    }
    written.write_as(desk(), "SearchFacesByImage", other);
    let what = "the use search beside enrol".to_owned();
    let contradiction =
        Deed::Contradiction { collection: Some("people".into()), principal: None, entry: Some(3), what };
    written.write(Who::Server, contradiction);
    assert_eq!(found(), (1, 5));
    let report = written.report().1;
    let events = report["events"].to_string();
    assert!(events.contains("were widened") && events.contains("changed beside the server"), "{events}");
    assert_eq!(
        report["collections"][0]["rules"]["overt:operations"], "enrol",
        "what was declared is what is told"
    );
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
