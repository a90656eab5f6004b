//! What counts by the ledger, and what of the records contradicts it.

use std::collections::BTreeMap;

use overt_gallery::policy::Policy;
use overt_gallery::{
    AccessKeyId, Allowed, CollectionEvent, CollectionRights, KeyStatus, KeyTold, Override, OverrideEvent,
    PrincipalChange, PrincipalEvent, Sector,
};

use super::*;
use crate::account::{Because, By, Entry, Thousandths};

const START: i64 = 1_769_860_800_000;
const NUMBER: u64 = 7;

fn rules(uses: &str, days: u32) -> BTreeMap<String, String> {
    let days = days.to_string();
    let rules = [
        ("overt:purpose", "research"),
        ("overt:legal-basis", "no-living-person"),
        ("overt:owner", "The Works"),
        ("overt:retention-days", days.as_str()),
        ("overt:consent", "not-demanded"),
        ("overt:operations", uses),
    ];
    rules.map(|(key, value)| (key.to_owned(), value.to_owned())).into()
}

fn policy(uses: &str, days: u32) -> Policy {
    policy_of(&rules(uses, days)).unwrap()
}

fn event(event: CollectionEvent, uses: &str, days: u32) -> Deed {
    let (collection, model) = ("people".to_owned(), "m-1".to_owned());
    Deed::Collection { event, collection, model, total: 0, rules: rules(uses, days), number: Some(NUMBER) }
}

fn told(deeds: Vec<Deed>) -> Told {
    let mut told = Told::default();
    for (number, deed) in (0_u64..).zip(deeds) {
        let nonce = serde_json::from_str("\"bm9uY2Vub25jZW5vbmNlMQ\"").unwrap();
        let by = By::of(&Actor::server("test"));
        let at = Moment::from_millis(START + 1000 * i64::try_from(number).unwrap());
        let bytes = Entry::new(at, by, deed, nonce).to_bytes().unwrap();
        if number == 0 {
            told.begin(&bytes);
        }
        told.add(number, &bytes);
    }
    told
}

fn start() -> Deed {
    Deed::Start { version: "0".into(), settings: "0".into(), witnesses: Vec::new(), whole: false }
}

fn records(policy: Option<Policy>) -> Records {
    let name = "people".parse().unwrap();
    let collections = vec![CollectionRights {
        name,
        number: NUMBER,
        miscounted: None,
        policy,
        older: false,
        overridden: None,
    }];
    Records { collections, ..nothing() }
}

fn nothing() -> Records {
    let at = Moment::from_millis(START + 500_000);
    Records { recorded: 9, at, collections: Vec::new(), principals: Some(Vec::new()) }
}

/// What is said of a collection with this policy.
fn said(told: &Told, policy: Policy) -> Option<(Option<u64>, String)> {
    let mut found = contradictions(&records(Some(policy)), told);
    assert!(found.len() <= 1);
    found.pop().map(|one| (one.entry, one.what))
}

/// A1: what was declared counts, and what narrowed it; a row that gives more contradicts that entry, in each respect.
#[test]
fn a1_records_that_give_more_than_was_declared_are_found() {
    use CollectionEvent::{Created, Exported, Tagged};
    let told = told(vec![
        start(),
        event(Created, "enrol verify search", 30),
        event(Tagged, "enrol verify", 20),
        event(Exported, "enrol verify", 20),
    ]);
    assert_eq!(said(&told, policy("enrol verify", 20)), None);
    assert_eq!(said(&told, policy("enrol", 5)), None, "narrower is no contradiction");
    for wider in [policy("enrol verify search", 20), policy("enrol verify", 21)] {
        let (entry, what) = said(&told, wider).unwrap();
        assert_eq!(entry, Some(2), "{what}");
    }
    // Back to what was declared first is wider as well.
    assert_eq!(said(&told, policy("enrol verify search", 30)).unwrap().0, Some(2));
    let shown = contradictions(&records(Some(policy("enrol search", 9))), &told)[0].to_string();
    assert!(
        shown.contains("collection people") && shown.contains("entry 2") && shown.contains("search"),
        "{shown}"
    );
}

/// A1: a widened row that got into the ledger with some other change is as wide as before.
#[test]
fn a1_what_is_written_into_the_ledger_afterwards_declares_nothing() {
    use CollectionEvent::{Created, Deleted, Exported, Loaded, Tagged};
    let widened = policy("enrol search", 30);
    let mut deeds = vec![start(), event(Created, "enrol", 30), event(Tagged, "enrol search", 30)];
    assert_eq!(said(&told(deeds.clone()), widened.clone()).unwrap().0, Some(1));
    deeds.push(event(Exported, "enrol search", 30));
    assert_eq!(said(&told(deeds.clone()), widened.clone()).unwrap().0, Some(1));
    // Making it anew declares it anew.
    deeds.extend([event(Deleted, "enrol search", 30), event(Loaded, "enrol search", 30)]);
    assert_eq!(said(&told(deeds.clone()), widened.clone()), None);
    // What was taken back was never said.
    deeds.push(Deed::Undone { from: 4, to: 6, because: None });
    assert_eq!(said(&told(deeds), widened).unwrap().0, Some(1));
}

/// A1: a collection that no entry tells of contradicts the ledger, unless it is older than that, or a ledger was lost.
#[test]
fn a1_a_collection_that_was_made_beside_the_server_is_found() {
    let made = policy("enrol search", 30);
    let (entry, what) = said(&told(vec![start()]), made.clone()).unwrap();
    assert!(entry.is_none() && what.contains("research"), "{what}");
    assert_eq!(said(&told(vec![Deed::BegunAnew { reason: "fire".into(), lost: 7 }]), made.clone()), None);
    assert_eq!(said(&Told::default(), made.clone()), None, "before there is a ledger");
    let mut older = records(Some(made));
    older.collections[0].older = true;
    assert_eq!(contradictions(&older, &told(vec![start()])), []);
    // Nothing is done with one whose policy cannot be read.
    assert_eq!(contradictions(&records(None), &told(vec![start()])), []);
}

/// A1, B3: an override is in force as it was granted, or contradicts the ledger.
#[test]
fn a1_an_override_that_nobody_granted_is_found() {
    let expires = Moment::from_millis(START + 3_600_000);
    let row = |id: &str, lowest| Override {
        id: id.into(),
        collection: "people".parse().unwrap(),
        lowest,
        reason: "an exercise".into(),
        allowed_by: "anna".into(),
        created: Moment::from_millis(START),
        expires,
        ended: None,
    };
    let of = |event, id: &str| Deed::Override {
        event,
        id: id.into(),
        collection: "people".into(),
        lowest: Thousandths(95_000),
        reason: "an exercise".into(),
        allowed_by: "anna".into(),
        expires: "2026-01-31T13:00:00.000Z".into(),
    };
    let told = told(vec![
        event(CollectionEvent::Created, "enrol search", 30),
        of(OverrideEvent::Granted, "a"),
        of(OverrideEvent::Granted, "b"),
        of(OverrideEvent::Ended, "b"),
    ]);
    let said = |one: Override| {
        let mut records = records(Some(policy("enrol search", 30)));
        records.collections[0].overridden = Some(one);
        contradictions(&records, &told).pop().map(|one| one.entry)
    };
    assert_eq!(said(row("a", 95_000)), None);
    assert_eq!(said(row("a", 80_000)), Some(Some(1)));
    assert_eq!(
        said(Override { expires: Moment::from_millis(START + 7_200_000), ..row("a", 95_000) }),
        Some(Some(1))
    );
    assert_eq!(said(row("b", 95_000)), Some(Some(3)), "it was ended");
    assert_eq!(said(row("c", 95_000)), Some(None));
}

/// D4: a principal may do what the ledger tells, and one that no entry tells of may do nothing.
#[test]
fn d4_a_principal_that_was_changed_beside_the_server_is_found() {
    let change = |event, allowed: &[&str]| {
        Deed::Principal(PrincipalChange {
            event,
            name: "anna".into(),
            organisation: "The Works".into(),
            sector: "technology".into(),
            allowed: allowed.iter().map(|word| (*word).to_owned()).collect(),
            keys: Vec::new(),
        })
    };
    let row = |name: &str, allowed: &[&str], created: i64| Principal {
        name: name.parse().unwrap(),
        organisation: "The Works".parse().unwrap(),
        sector: Sector::Technology,
        allowed: Allowed::from_words(allowed.iter().copied()).unwrap(),
        created: Moment::from_millis(START + created),
        rotated: None,
        revoked: None,
        keys: Vec::new(),
    };
    let ledger = told(vec![start(), change(PrincipalEvent::Created, &["enrol"])]);
    let said = |told: &Told, principal: Principal| {
        let records = Records { principals: Some(vec![principal]), ..nothing() };
        contradictions(&records, told).pop().map(|one| (one.entry, one.what))
    };
    assert_eq!(said(&ledger, row("anna", &["enrol"], 1)), None);
    let (entry, what) = said(&ledger, row("anna", &["enrol", "search"], 1)).unwrap();
    assert_eq!((entry, what.as_str()), (Some(1), "it may enrol, search in place of enrol"));
    let other = Principal { sector: Sector::Research, ..row("anna", &["enrol"], 1) };
    assert!(said(&ledger, other).unwrap().1.contains("sector"));
    assert_eq!(said(&ledger, row("mallory", &["search"], 1)).unwrap().0, None);
    assert_eq!(said(&ledger, row("old", &["search"], -1)), None, "older than the ledger");
    let ended = told(vec![
        start(),
        change(PrincipalEvent::Created, &["enrol"]),
        change(PrincipalEvent::Revoked, &["enrol"]),
    ]);
    assert!(said(&ended, row("anna", &["enrol"], 1)).unwrap().1.contains("was ended"));
    let revoked = Principal { revoked: Some(Moment::from_millis(START)), ..row("anna", &["enrol"], 1) };
    assert_eq!(said(&ended, revoked), None);
    // While changes are still to be told, nothing is said.
    let records = Records { principals: None, ..nothing() };
    assert_eq!(contradictions(&records, &ended), []);
}

/// A1: a collection has the number that it was made with, whatever name it has now; what some later entry says of that changes nothing.
#[test]
fn a1_names_of_collections_that_were_exchanged_are_found() {
    use CollectionEvent::{Created, Deleted, Loaded, Tagged};
    let numbered = |of: CollectionEvent, number: Option<u64>| {
        let Deed::Collection { event, collection, model, total, rules, .. } = event(of, "enrol search", 30)
        else {
            panic!()
        };
        Deed::Collection { event, collection, model, total, rules, number }
    };
    let under = |number: u64, deeds: Vec<Deed>| {
        let mut records = records(Some(policy("enrol search", 30)));
        records.collections[0].number = number;
        contradictions(&records, &told(deeds)).pop().map(|one| (one.entry, one.kind, one.to_string()))
    };
    let made = || vec![start(), numbered(Created, Some(7))];
    assert_eq!(under(7, made()), None);
    let (entry, kind, text) = under(8, made()).unwrap();
    assert_eq!((entry, kind), (Some(1), Kind::Exchanged));
    assert!(text.contains("collection people") && text.contains("number 8 in place of 7"), "{text}");
    let with = |more: Vec<Deed>| made().into_iter().chain(more).collect::<Vec<_>>();
    assert_eq!(under(8, with(vec![numbered(Tagged, Some(8))])).unwrap().0, Some(1));
    // Made anew it has another.
    let again = vec![numbered(Deleted, Some(7)), numbered(Loaded, Some(8))];
    assert_eq!(under(8, with(again.clone())), None);
    assert_eq!(under(7, with(again)).unwrap().0, Some(3));
    // Of an earlier release: the first number that was told counts.
    let older =
        |more: Vec<Deed>| [start(), numbered(Created, None)].into_iter().chain(more).collect::<Vec<_>>();
    assert_eq!(under(8, older(Vec::new())), None);
    assert_eq!(
        under(8, older(vec![numbered(Tagged, Some(7)), numbered(Tagged, Some(8))])).unwrap().0,
        Some(2)
    );
}

/// A2: a number of faces that was written by hand is a contradiction, of the records with themselves.
#[test]
fn a2_a_number_of_faces_that_is_not_that_of_the_faces_is_found() {
    let told = told(vec![start(), event(CollectionEvent::Created, "enrol search", 30)]);
    let mut records = records(Some(policy("enrol search", 30)));
    records.collections[0].miscounted = Some((-100_000, 1000));
    let found = contradictions(&records, &told);
    let [one] = &found[..] else { panic!("{found:?}") };
    assert_eq!((one.entry, one.kind), (None, Kind::Count));
    let text = one.to_string();
    assert!(
        text.contains("contradict themselves") && text.contains("-100000") && text.contains("1000"),
        "{text}"
    );
    assert!(one.mend().contains("fsck --repair"));
}

/// D4: a principal has the keys that it was given, for as long as was told: nobody else's, and none that was replaced.
#[test]
fn d4_an_access_key_of_somebody_else_is_found() {
    let id = |letter: &str| AccessKeyId::parse(&letter.repeat(20)).unwrap();
    let at = |seconds: i64| Moment::from_millis(START + 1000 * seconds);
    let key =
        |letter: &str, ends: Option<i64>| KeyStatus { id: id(letter), created: at(0), ends: ends.map(at) };
    let change = |event, keys: &[KeyStatus]| {
        Deed::Principal(PrincipalChange {
            event,
            name: "anna".into(),
            organisation: "The Works".into(),
            sector: "technology".into(),
            allowed: vec!["enrol".into()],
            keys: keys.iter().map(KeyTold::of).collect(),
        })
    };
    let said = |deeds: Vec<Deed>, keys: Vec<KeyStatus>| {
        let principal = Principal {
            name: "anna".parse().unwrap(),
            organisation: "The Works".parse().unwrap(),
            sector: Sector::Technology,
            allowed: Allowed::from_words(["enrol"]).unwrap(),
            created: at(1),
            rotated: None,
            revoked: None,
            keys,
        };
        let records = Records { principals: Some(vec![principal]), ..nothing() };
        contradictions(&records, &told(deeds)).pop().map(|one| (one.entry, one.kind))
    };
    let made = || vec![start(), change(PrincipalEvent::Created, &[key("A", None)])];
    assert_eq!(said(made(), vec![key("A", None)]), None);
    assert_eq!(said(made(), vec![key("A", Some(900))]), None, "a shorter life is no more than was told");
    let foreign = Some((Some(1), Kind::Key));
    assert_eq!(said(made(), vec![key("A", None), key("B", None)]), foreign);
    assert_eq!(said(made(), vec![key("A", None), key("B", Some(400))]), None, "over already");
    // A description that was written with it gives none.
    let described = change(PrincipalEvent::Described, &[key("A", None), key("B", None)]);
    assert_eq!(said([made(), vec![described]].concat(), vec![key("B", None)]), foreign);
    // Replaced, with some time to change over.
    let rotated =
        [made(), vec![change(PrincipalEvent::Rotated, &[key("B", None), key("A", Some(900))])]].concat();
    assert_eq!(said(rotated.clone(), vec![key("B", None), key("A", Some(900))]), None);
    assert_eq!(said(rotated.clone(), vec![key("A", None)]), Some((Some(2), Kind::Key)), "it works on");
    // A snapshot from before it was put back: what was replaced stays so. What was not done was not.
    let undone = |because| [rotated.clone(), vec![Deed::Undone { from: 2, to: 3, because }]].concat();
    assert_eq!(said(undone(Some(Because::Restored)), vec![key("A", None)]), Some((Some(2), Kind::Key)));
    assert_eq!(said(undone(None), vec![key("A", None)]), None);
    // Of an earlier release.
    assert_eq!(said(vec![start(), change(PrincipalEvent::Created, &[])], vec![key("B", None)]), None);
    // One that came back, or was another's, is not made good by the entry of the rotation that gave it a grace.
    let graced = [key("C", None), key("B", Some(900)), key("A", Some(900))];
    let again = [rotated, vec![change(PrincipalEvent::Rotated, &graced)]].concat();
    assert_eq!(said(again.clone(), graced.to_vec()), None, "it was given, until then");
    let graced = [key("D", None), key("C", Some(900)), key("X", Some(900))];
    let again = [again, vec![change(PrincipalEvent::Rotated, &graced)]].concat();
    assert_eq!(said(again.clone(), graced.to_vec()), Some((Some(4), Kind::Key)));
    assert_eq!(said(again, graced[..2].to_vec()), None);
}

/// A1, D4: what an earlier release told of without number and keys is taken over, and from then on held against that; what was made beside the server is not, and nothing is afterwards.
#[test]
fn a1_d4_what_was_taken_over_is_held_against_what_it_was() {
    let id = |letter: &str| AccessKeyId::parse(&letter.repeat(20)).unwrap();
    let at = |seconds: i64| Moment::from_millis(START + 1000 * seconds);
    let people = |number: u64| {
        let mut records = records(Some(policy("enrol search", 30)));
        records.collections[0].number = number;
        records.collections[0].older = true;
        records
    };
    let keys = |letter: &str| vec![KeyStatus { id: id(letter), created: at(0), ends: None }];
    let anna = |letter: &str| Principal {
        name: "anna".parse().unwrap(),
        organisation: "The Works".parse().unwrap(),
        sector: Sector::Technology,
        allowed: Allowed::from_words(["enrol"]).unwrap(),
        created: at(-9),
        rotated: None,
        revoked: None,
        keys: keys(letter),
    };
    let taken = |letter: &str| {
        Deed::Principal(PrincipalChange {
            event: PrincipalEvent::TakenOver,
            name: "anna".into(),
            organisation: "The Works".into(),
            sector: "technology".into(),
            allowed: vec!["enrol".into()],
            keys: keys(letter).iter().map(KeyTold::of).collect(),
        })
    };
    let whole = Deed::Start { version: "0".into(), settings: "0".into(), witnesses: Vec::new(), whole: true };
    let said = |deeds: &[Deed], number: u64, letter: &str| -> Vec<_> {
        let records = Records { principals: Some(vec![anna(letter)]), ..people(number) };
        let found = contradictions(&records, &told(deeds.to_vec()));
        found.into_iter().map(|one| (one.entry, one.kind)).collect()
    };
    let before = vec![start()];
    assert_eq!(said(&before, 8, "B"), [], "nobody knows what it was");
    let taken = [before, vec![event(CollectionEvent::TakenOver, "enrol search", 30), taken("A")]].concat();
    assert_eq!(said(&taken, NUMBER, "A"), []);
    assert_eq!(said(&taken, 8, "B"), [(Some(1), Kind::Exchanged), (Some(2), Kind::Key)]);
    // Once everything was told of, what is not contradicts the ledger, however old it says that it is.
    let known = [vec![start()], vec![whole]].concat();
    assert_eq!(said(&known, NUMBER, "A"), [(None, Kind::Wider), (None, Kind::Wider)]);
    // A snapshot may bring back what only an earlier release told of.
    let restored = Deed::Undone { from: 0, to: 1, because: Some(Because::Restored) };
    assert_eq!(said(&[known, vec![restored]].concat(), NUMBER, "A"), []);
}

/// A1: what is done about a collection whose records contradict the ledger.
#[test]
fn a1_what_describes_removes_or_narrows_is_not_refused_but_where_names_were_exchanged() {
    use overt_protocol::generated::{DescribeCollectionRequest, TagResourceRequest, UntagResourceRequest};
    let of = |kind: Kind| {
        let about = About::Collection("people".into());
        let one = Contradiction { about: about.clone(), entry: Some(3), what: "something".into(), kind };
        Rights { found: RwLock::new(Arc::new([(about, one)].into())), ..Rights::default() }
    };
    let arn = || Some("arn:aws:rekognition:us-east-1:000000000000:collection/people".to_owned());
    let tag = |keys: &[&str]| {
        let tags = keys.iter().map(|key| ((*key).to_owned(), "x".to_owned())).collect();
        Request::TagResource(TagResourceRequest { resource_arn: arn(), tags: Some(tags) })
    };
    let (narrow, plain) = (tag(&["overt:operations"]), tag(&["overt:operations", "colour"]));
    let untag = Request::UntagResource(UntagResourceRequest { resource_arn: arn(), tag_keys: None });
    let described =
        Request::DescribeCollection(DescribeCollectionRequest { collection_id: Some("people".into()) });
    for (kind, narrowed) in [(Kind::Wider, true), (Kind::Count, true), (Kind::Exchanged, false)] {
        let rights = of(kind);
        assert_eq!(rights.check(&narrow).is_ok(), narrowed, "{kind:?}");
        assert!(rights.check(&plain).is_err() && rights.check(&untag).is_err(), "{kind:?}");
        assert!(rights.check(&described).is_ok(), "{kind:?}");
        assert_eq!(rights.check_for("people", Does::Remove).is_ok(), narrowed, "{kind:?}");
        assert!(rights.check_for("people", Does::Use).is_err());
        assert!(rights.check_for("others", Does::Use).is_ok());
    }
}
