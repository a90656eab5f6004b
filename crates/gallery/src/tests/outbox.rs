//! What is posted beside the writer gets into the ledger, and what was wished for is made then.

use super::recording::{Memory, recorded_bench};
use super::*;
use crate::Actor;

fn asked() -> NewOverride {
    NewOverride {
        lowest: 92_500,
        reason: "An exercise, with nobody's picture".into(),
        allowed_by: "the operator".into(),
        lasts: Duration::from_secs(3600),
    }
}

fn told(memory: &Memory) -> Change {
    memory.changes().pop().unwrap()
}

#[test]
fn d1_a_snapshot_is_told_of_before_it_is_there_and_without_that_there_is_none() {
    let (folder, gallery, _database, memory) = recorded_bench();
    let people = make(&gallery, "people");
    add(&gallery, &people, 1);
    let place = tempfile::tempdir().unwrap();
    let take = |name: &str| {
        take_snapshot(&Context::system(), folder.path(), &place.path().join(name), Pace::Full, &mut |_| {})
    };
    take("one").unwrap();
    // The one that is being taken cannot tell of itself.
    let copied = rusqlite::Connection::open(place.path().join("one/overt.db")).unwrap();
    let waiting: i64 = copied.query_row("SELECT count(*) FROM outbox", [], |row| row.get(0)).unwrap();
    assert_eq!(waiting, 0);
    assert_eq!(gallery.record_outbox().unwrap(), 1);
    assert_eq!(told(&memory), Change::Snapshot { collections: 1, faces: 1 });
    let broken = rusqlite::Connection::open(folder.path().join("overt.db")).unwrap();
    broken
        .execute_batch(
            "CREATE TRIGGER full BEFORE INSERT ON outbox BEGIN SELECT RAISE(ABORT, 'the disk is full'); END",
        )
        .unwrap();
    assert!(take("two").is_err());
    assert!(!place.path().join("two").exists() && !place.path().join("two.partial").exists());
}

#[test]
fn d1_an_access_to_everything_about_a_person_is_told_with_her_tags_finder() {
    let (_folder, gallery, database, memory) = recorded_bench();
    let people = make(&gallery, "people");
    let face = add(&gallery, &people, 1);
    let subject = Subject::face(face.id, face.finder);
    let actor = Actor::command("subject", &Context::system()).unwrap();
    database.post_subject_access(&actor, &people, std::slice::from_ref(&subject), 7).unwrap();
    assert_eq!(gallery.record_outbox().unwrap(), 1);
    let expected = Change::SubjectAccess { collection: people, subjects: vec![subject], entries: 7 };
    assert_eq!(told(&memory), expected);
    let by = memory.actors().pop().unwrap();
    assert_eq!(by, actor);
    assert!(!by.request.is_nil());
}

#[test]
fn b3_an_override_that_is_posted_counts_once_the_ledger_tells_of_it() {
    let (_folder, gallery, database, memory) = recorded_bench();
    let people = make(&gallery, "people");
    let actor = Actor::operator("overrides grant");
    assert!(database.post_override(&actor, &people, &NewOverride { lowest: 100_001, ..asked() }).is_err());
    database.post_override(&actor, &people, &asked()).unwrap();
    assert_eq!(gallery.override_in_force(&people).unwrap(), None);
    memory.refuse(true);
    assert!(gallery.record_outbox().is_err());
    assert_eq!(gallery.override_in_force(&people).unwrap(), None, "no ledger, no override");
    memory.refuse(false);
    // A second one in force would not be possible, and is in nobody's way.
    database.post_override(&actor, &people, &asked()).unwrap();
    database.post_override(&actor, &name("gone"), &asked()).unwrap();
    assert_eq!(gallery.record_outbox().unwrap(), 3);
    let made = gallery.override_in_force(&people).unwrap().unwrap();
    assert_eq!(told(&memory), Change::Override { event: OverrideEvent::Granted, of: made.clone() });
    assert_eq!(memory.actors().pop().unwrap(), actor);
    database.post_override_end(&actor, &people, &made.id, "the operator").unwrap();
    gallery.record_outbox().unwrap();
    assert_eq!(gallery.override_in_force(&people).unwrap(), None);
    assert!(matches!(told(&memory), Change::Override { event: OverrideEvent::Ended, .. }));
}

#[test]
fn b3_an_override_needs_a_floor_that_it_lowers() {
    let bench = bench();
    let people = make(&bench.gallery, "people");
    let mut new = new_collection("door");
    new.policy = declared(&[("overt:purpose", "access-control"), ("overt:legal-basis", "explicit-consent")]);
    bench.gallery.create_collection(new).unwrap();
    let check = |name: &CollectionName| bench.gallery.shared.database.check_override(name, &asked());
    let door = name("door");
    let floors =
        [&people, &door].map(|name| bench.gallery.policy(name).unwrap().purpose().rules().threshold_floor);
    for (name, floor) in [&people, &door].into_iter().zip(floors) {
        assert_eq!(check(name).is_ok(), floor.is_some(), "{name}");
    }
    assert!(floors.iter().any(Option::is_some));
    bench.gallery.override_floor(&door, asked()).unwrap();
    assert!(check(&door).is_err());
}

#[test]
fn what_an_earlier_release_posted_is_still_told() {
    let (folder, gallery, _database, memory) = recorded_bench();
    rusqlite::Connection::open(folder.path().join("overt.db"))
        .unwrap()
        .execute(
            "INSERT INTO outbox (at, actor, change) VALUES (5, ?1, ?2)",
            [
                r#"{"who":{"by":"operator"},"operation":"principals","request":"00000000-0000-0000-0000-000000000000","case":null}"#,
                r#"{"event":"revoked","name":"till","organisation":"Museum","sector":"media","allowed":["all"]}"#,
            ],
        )
        .unwrap();
    assert_eq!(gallery.record_outbox().unwrap(), 1);
    assert!(matches!(
        told(&memory),
        Change::Principal(PrincipalChange { event: PrincipalEvent::Revoked, .. })
    ));
}
