//! What the recorder is told, and what happens when it refuses.

use std::ops::Range;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};

use super::*;
use crate::crash::{Point, watch};

/// A ledger in memory.
#[derive(Default)]
pub(super) struct Memory {
    events: Mutex<Vec<Event>>,
    taken_back: Mutex<Vec<Range<u64>>>,
    refuses: AtomicBool,
}

impl Recorder for Memory {
    fn record(&self, events: &[Event]) -> Result<Range<u64>, RecordingError> {
        if self.refuses.load(Ordering::SeqCst) {
            return Err("the ledger is full".into());
        }
        let mut all = self.events.lock().unwrap();
        let start = all.len() as u64;
        for (number, event) in (start..).zip(events) {
            event.acting.recorded(number);
            all.push(event.clone());
        }
        Ok(start..all.len() as u64)
    }

    fn take_back(&self, entries: Range<u64>) -> Result<(), RecordingError> {
        self.taken_back.lock().unwrap().push(entries);
        Ok(())
    }
}

impl Memory {
    pub(super) fn changes(&self) -> Vec<Change> {
        self.events.lock().unwrap().iter().map(|event| event.change.clone()).collect()
    }

    pub(super) fn actors(&self) -> Vec<Actor> {
        self.events.lock().unwrap().iter().map(|event| event.acting.actor.clone()).collect()
    }

    pub(super) fn refuse(&self, refuses: bool) {
        self.refuses.store(refuses, Ordering::SeqCst);
    }
}

pub(super) fn recorded_bench() -> (tempfile::TempDir, Gallery, Arc<Database>, Arc<Memory>) {
    let folder = tempfile::tempdir().unwrap();
    let context = seeded(HandClock::at(1_700_000_000_000), 7);
    let database = Arc::new(Database::open(folder.path(), context).unwrap());
    let memory = Arc::new(Memory::default());
    let recorder = Arc::clone(&memory) as Arc<dyn Recorder>;
    let gallery = Gallery::open(Arc::clone(&database), Limits::default(), recorder).unwrap();
    (folder, gallery, database, memory)
}

#[test]
fn d1_every_change_is_recorded_with_who_made_it_and_its_number() {
    let (_folder, gallery, database, memory) = recorded_bench();
    let acting = Arc::new(Acting::new(Actor { case: Some("case 7".into()), ..Actor::operator("test") }));
    let gallery = gallery.acting(Arc::clone(&acting));
    assert_eq!(acting.entry(), None);
    let name = make(&gallery, "people");
    assert_eq!(acting.entry(), Some(0));
    let face = add(&gallery, &name, 1);
    let user: UserName = "anna".parse().unwrap();
    gallery.create_user(&name, &user, None).unwrap();
    gallery.associate_faces(&name, &user, vec![face.id], None, None).unwrap();
    gallery.disassociate_faces(&name, &user, vec![face.id], None).unwrap();
    gallery.delete_user(&name, &user, None).unwrap();
    gallery.delete_faces(&name, vec![face.id]).unwrap();
    gallery
        .tag(&Resource::Collection(name.clone()), [("colour".to_owned(), "red".to_owned())].into())
        .unwrap();
    gallery.delete_collection(&name).unwrap();
    let subject = Subject::face(face.id, face.finder);
    let changes = memory.changes();
    assert_eq!(changes.len(), 9);
    assert!(matches!(&changes[0], Change::Collection { event: CollectionEvent::Created, faces: 0, .. }));
    assert!(
        matches!(&changes[1], Change::FacesAdded { faces, total: 1, image: Some(_), .. } if faces == std::slice::from_ref(&subject))
    );
    let Change::UserCreated { user: anna, .. } = &changes[2] else { panic!("{:?}", changes[2]) };
    assert!(
        matches!(&changes[3], Change::UserFaces { user, added, removed, .. } if user == anna && added == std::slice::from_ref(&subject) && removed.is_empty())
    );
    assert!(
        matches!(&changes[4], Change::UserFaces { added, removed, .. } if added.is_empty() && removed == std::slice::from_ref(&subject))
    );
    assert!(matches!(&changes[5], Change::UserDeleted { user, .. } if user == anna));
    assert!(
        matches!(&changes[6], Change::FacesDeleted { faces, total: 0, reason: DeletionReason::Asked, .. } if faces == std::slice::from_ref(&subject))
    );
    assert!(
        matches!(&changes[7], Change::Collection { event: CollectionEvent::Tagged, tags, .. } if tags.len() == crate::policy::Tag::ALL.len())
    );
    assert!(matches!(&changes[8], Change::Collection { event: CollectionEvent::Deleted, .. }));
    assert!(
        memory
            .events
            .lock()
            .unwrap()
            .iter()
            .all(|event| event.acting.actor.case.as_deref() == Some("case 7"))
    );
    assert_eq!(acting.entry(), Some(8));
    assert_eq!(database.recorded().unwrap(), 9);
}

#[test]
fn d1_without_a_ledger_nothing_is_changed_and_searches_go_on() {
    let (_folder, gallery, database, memory) = recorded_bench();
    let name = make(&gallery, "people");
    let face = add(&gallery, &name, 1);
    memory.refuses.store(true, Ordering::SeqCst);
    let refused = |error: GalleryError| {
        let GalleryError::NotSaved { source } = error else { panic!("{error:?}") };
        assert!(matches!(*source, GalleryError::Unrecorded { .. }), "{source:?}");
    };
    refused(gallery.delete_faces(&name, vec![face.id]).unwrap_err());
    refused(gallery.add_faces(&name, picture(2, &[template(2)])).unwrap_err());
    refused(gallery.delete_collection(&name).unwrap_err());
    assert_eq!(gallery.collection(&name).unwrap().faces, 1);
    assert_eq!(gallery.face(&name, face.id).unwrap(), face);
    let search = Search { min_score: 0.5, limit: 10 };
    let found = gallery.search_faces(&name, &version(), &template(1), search).unwrap();
    assert_eq!(found.matches.len(), 1);
    assert_eq!(database.recorded().unwrap(), 2);
    // Nothing stays stopped: a ledger that works again is enough.
    memory.refuses.store(false, Ordering::SeqCst);
    assert_eq!(gallery.delete_faces(&name, vec![face.id]).unwrap(), [FaceDeletion::Deleted]);
    assert_eq!(database.recorded().unwrap(), 3);
}

#[test]
fn d1_at_the_moment_of_the_commit_the_ledger_has_it_already() {
    let (_folder, gallery, _database, memory) = recorded_bench();
    let name = make(&gallery, "people");
    let seen = Arc::new(Mutex::new(Vec::new()));
    let (told, ledger) = (Arc::clone(&seen), Arc::clone(&memory));
    watch(
        move |point, _| told.lock().unwrap().push((point, ledger.events.lock().unwrap().len())),
        || drop(add(&gallery, &name, 1)),
    );
    let seen = seen.lock().unwrap();
    let at = |point| seen.iter().find(|(seen, _)| *seen == point).map(|(_, events)| *events);
    assert_eq!((at(Point::Recorded), at(Point::Committed)), (Some(2), Some(2)), "{seen:?}");
}

#[test]
fn a_change_that_fails_is_not_recorded() {
    let (_folder, gallery, _database, memory) = recorded_bench();
    let name = make(&gallery, "people");
    assert!(gallery.create_user(&name, &"anna".parse().unwrap(), None).is_ok());
    assert!(gallery.create_user(&name, &"anna".parse().unwrap(), None).is_err());
    assert!(gallery.delete_user(&name, &"nobody".parse().unwrap(), None).is_err());
    assert_eq!(memory.changes().len(), 2);
}

#[test]
fn principals_changed_beside_the_writer_are_recorded_once() {
    let (_folder, gallery, database, memory) = recorded_bench();
    let principals = Principals::new(Arc::clone(&database));
    let new = NewPrincipal {
        name: "till".parse().unwrap(),
        organisation: "Museum".parse().unwrap(),
        sector: Sector::ALL[0],
        allowed: Allowed::All,
    };
    principals.create(&new).unwrap();
    principals.rotate(&new.name, Duration::ZERO).unwrap();
    principals.revoke(&new.name).unwrap();
    assert!(memory.changes().is_empty());
    memory.refuses.store(true, Ordering::SeqCst);
    assert!(gallery.record_outbox().is_err());
    memory.refuses.store(false, Ordering::SeqCst);
    assert_eq!(gallery.record_outbox().unwrap(), 3);
    assert_eq!(gallery.record_outbox().unwrap(), 0);
    let events: Vec<_> = memory
        .changes()
        .into_iter()
        .map(|change| match change {
            Change::Principal(change) => {
                assert_eq!((change.name.as_str(), change.organisation.as_str()), ("till", "Museum"));
                change.event
            }
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(events, [PrincipalEvent::Created, PrincipalEvent::Rotated, PrincipalEvent::Revoked]);
}

#[test]
fn a_finder_stays_with_its_face_and_is_nobody_elses() {
    let (_folder, gallery, _database, _memory) = recorded_bench();
    let name = make(&gallery, "people");
    let faces: Vec<FaceRecord> = (1..50).map(|seed| add(&gallery, &name, seed)).collect();
    let finders: std::collections::BTreeSet<Finder> = faces.iter().map(|face| face.finder).collect();
    assert_eq!(finders.len(), faces.len());
    for face in faces {
        assert_eq!(gallery.face(&name, face.id).unwrap().finder, face.finder);
    }
}

#[test]
fn b3_an_override_and_its_end_are_recorded_and_without_a_ledger_there_is_none() {
    let (_folder, gallery, _database, memory) = recorded_bench();
    let name = make(&gallery, "people");
    let new = || NewOverride {
        lowest: 80_000,
        reason: "An exercise, with nobody's picture".into(),
        allowed_by: "anna".into(),
        lasts: Duration::from_secs(3600),
    };
    memory.refuses.store(true, Ordering::SeqCst);
    assert!(gallery.override_floor(&name, new()).is_err());
    assert_eq!(gallery.override_in_force(&name).unwrap(), None);
    memory.refuses.store(false, Ordering::SeqCst);
    let made = gallery.override_floor(&name, new()).unwrap();
    let ended = gallery.end_override(&name, &made.id, "otto").unwrap();
    // What is over already is ended without an entry.
    gallery.end_override(&name, &made.id, "otto").unwrap();
    let changes = memory.changes();
    assert_eq!(
        changes[1..],
        [
            Change::Override { event: OverrideEvent::Granted, of: made },
            Change::Override { event: OverrideEvent::Ended, of: ended },
        ]
    );
}

#[test]
fn d2_a_face_that_was_compared_and_not_associated_is_told_of() {
    let (_folder, gallery, _database, memory) = recorded_bench();
    let name = make(&gallery, "people");
    let (one, other) = (add(&gallery, &name, 1), add(&gallery, &name, 2));
    let anna = user("anna");
    gallery.create_user(&name, &anna, None).unwrap();
    gallery.associate_faces(&name, &anna, vec![one.id], None, None).unwrap();
    let told = memory.changes().len();
    let answer = gallery.associate_faces(&name, &anna, vec![other.id], Some(0.99), None).unwrap();
    assert!(matches!(answer.outcomes[0].1, Association::LowMatch { .. }));
    let changes = memory.changes();
    let subject = Subject::face(other.id, other.finder);
    assert_eq!(changes.len(), told + 1);
    assert!(
        matches!(&changes[told], Change::FacesCompared { faces, .. } if faces == std::slice::from_ref(&subject)),
        "{:?}",
        changes[told]
    );
}
