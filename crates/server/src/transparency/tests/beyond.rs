//! What goes beyond what the ledger tells was declared is found by whoever computes the report.

use super::*;

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
