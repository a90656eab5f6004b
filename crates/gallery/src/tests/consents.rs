//! Consent: what is refused without it, and what is left when it is taken back.

use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::policy::{Denial, Use, Uses};

const DAY: Duration = Duration::from_secs(86_400);

fn demanding(gallery: &Gallery, text: &str) -> CollectionName {
    let policy = declared(&[
        ("overt:purpose", "access-control"),
        ("overt:legal-basis", "explicit-consent"),
        ("overt:operations", "enrol verify search"),
    ]);
    gallery.create_collection(NewCollection { policy, ..new_collection(text) }).unwrap();
    name(text)
}

fn consent(bench: &Bench, subject: &str) -> NewConsent {
    NewConsent {
        subject: subject.parse().unwrap(),
        given: bench.clock.now(),
        expires: None,
        text: [9; 32],
        scope: Uses::new([Use::Enrol, Use::Verify, Use::Search]).unwrap(),
    }
}

fn recorded(bench: &Bench, collection: &CollectionName, new: NewConsent) -> ConsentRecord {
    bench.gallery.record_consents(collection, vec![new]).unwrap().remove(0)
}

fn under(seed: u64, consent: Option<ConsentId>, external_id: Option<&str>) -> AddFaces {
    let external_id = external_id.map(|id| id.parse().unwrap());
    AddFaces { consent, external_id, ..picture(seed, &[template(seed)]) }
}

fn refused(result: Result<Vec<AddedFace>, GalleryError>) -> String {
    match result {
        Err(GalleryError::Denied { denial: denial @ Denial::Consent { .. } }) => denial.to_string(),
        other => panic!("{other:?}"),
    }
}

/// A4: without a record that covers it, a face is not added; with one, by id or by the picture's name, it is.
#[test]
fn a4_a_collection_that_demands_consent_takes_no_face_without_it() {
    let bench = bench();
    let gallery = &bench.gallery;
    let (doors, other) = (demanding(gallery, "doors"), demanding(gallery, "other"));
    assert!(refused(gallery.add_faces(&doors, under(1, None, None))).contains("x-overt-consent"));
    assert!(refused(gallery.add_faces(&doors, under(1, None, Some("anna")))).contains("x-overt-consent"));
    let anna = recorded(&bench, &doors, consent(&bench, "anna"));
    assert!(gallery.add_faces(&doors, under(1, Some(anna.id), None)).unwrap()[0].is_new);
    assert!(gallery.add_faces(&doors, under(2, None, Some("anna"))).unwrap()[0].is_new);
    assert!(refused(gallery.add_faces(&doors, under(3, None, Some("ben")))).contains("doors"));
    // A record of one collection is none of another.
    assert!(refused(gallery.add_faces(&other, under(1, Some(anna.id), None))).contains("there is no record"));
    // One record is one person's.
    let two = AddFaces { consent: Some(anna.id), ..picture(4, &[template(4), template(5)]) };
    assert!(refused(gallery.add_faces(&doors, two)).contains("2 faces"));
    // It covers what was agreed to.
    let narrow = NewConsent { scope: Uses::new([Use::Enrol]).unwrap(), ..consent(&bench, "carl") };
    let narrow = recorded(&bench, &doors, narrow);
    assert!(refused(gallery.add_faces(&doors, under(6, Some(narrow.id), None))).contains("verify"));
    assert_eq!(gallery.collection(&doors).unwrap().faces, 2);
}

/// A4: a consent that ends by itself takes its faces along, and covers none afterwards.
#[test]
fn a4_a_consent_that_is_over_covers_nothing_and_its_faces_go() {
    let bench = bench();
    let doors = demanding(&bench.gallery, "doors");
    let until = NewConsent { expires: Some(bench.clock.now().after(DAY)), ..consent(&bench, "anna") };
    let anna = recorded(&bench, &doors, until.clone());
    let ben = recorded(&bench, &doors, consent(&bench, "ben"));
    bench.gallery.add_faces(&doors, under(1, Some(anna.id), None)).unwrap();
    bench.gallery.add_faces(&doors, under(2, Some(ben.id), None)).unwrap();
    bench.clock.advance(DAY);
    assert!(refused(bench.gallery.add_faces(&doors, under(3, Some(anna.id), None))).contains("over"));
    refused(bench.gallery.add_faces(&doors, under(3, None, Some("anna"))));
    let done = bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    assert_eq!(done.expired_faces, 1);
    assert_eq!(bench.gallery.collection(&doors).unwrap().faces, 1);
    let over = bench.gallery.consent(&doors, anna.id).unwrap();
    assert_eq!((over.subject, over.ended), (None, Some(bench.clock.now())));
    assert!(matches!(
        bench.gallery.record_consents(&doors, vec![until]),
        Err(GalleryError::Invalid { field: "expires", .. })
    ));
}

#[derive(Default)]
struct Memory(Mutex<Vec<Event>>);

impl Recorder for Memory {
    fn record(&self, events: &[Event]) -> Result<std::ops::Range<u64>, RecordingError> {
        let mut all = self.0.lock().unwrap();
        let first = all.len() as u64;
        for event in events {
            event.acting.recorded(all.len() as u64);
            all.push(event.clone());
        }
        Ok(first..all.len() as u64)
    }

    fn take_back(&self, _: std::ops::Range<u64>) -> Result<(), RecordingError> {
        Ok(())
    }
}

/// A5: after a withdrawal nothing finds the person: not by face, not by user, not after a restart, a rebuild under a new key, or in the
/// database's bytes.
#[test]
fn a5_a_withdrawal_leaves_nothing_that_finds_the_person() {
    let bench = bench();
    let doors = demanding(&bench.gallery, "doors");
    let subject = "anna-5550123";
    let anna = recorded(&bench, &doors, consent(&bench, subject));
    let ben = recorded(&bench, &doors, consent(&bench, "ben"));
    let faces: Vec<FaceId> = [1, 2]
        .map(|seed| bench.gallery.add_faces(&doors, under(seed, None, Some(subject))).unwrap()[0].record.id)
        .to_vec();
    let other = bench.gallery.add_faces(&doors, under(3, Some(ben.id), None)).unwrap()[0].record.id;
    // One user is hers alone; of another she is a part.
    for (who, faces) in [("hers", vec![faces[0]]), ("both", vec![faces[1], other])] {
        bench.gallery.create_user(&doors, &user(who), None).unwrap();
        bench.gallery.associate_faces(&doors, &user(who), faces, None, None).unwrap();
    }
    let done = bench.gallery.withdraw_consent(&doors, anna.id).unwrap();
    assert_eq!(done.faces.iter().map(|(id, _)| *id).collect::<Vec<_>>(), faces);
    assert_eq!((done.users, done.consent.subject.clone()), (1, None));
    // Again: the same answer, and nothing more is deleted.
    let again = bench.gallery.withdraw_consent(&doors, anna.id).unwrap();
    assert_eq!((again.at, again.faces.len()), (done.at, 0));
    refused(bench.gallery.add_faces(&doors, under(1, Some(anna.id), None)));
    let gone = |bench: &Bench| {
        let gallery = &bench.gallery;
        for seed in [1, 2] {
            let found = gallery.search_faces(&doors, &version(), &template(seed), all()).unwrap();
            assert_eq!(found.matches.iter().map(|one| one.record.id).collect::<Vec<_>>(), [other]);
            let found = gallery.search_users(&doors, &version(), &template(seed), all()).unwrap();
            assert_eq!(found.matches.len(), 1);
            // What is left of the user is the other face alone.
            let whole: f32 = template(3).iter().zip(&template(seed)).map(|(a, b)| a * b).sum();
            assert!((found.matches[0].score - whole).abs() < 1e-3, "{found:?}, {whole}");
        }
        for face in &faces {
            assert!(matches!(gallery.face(&doors, *face), Err(GalleryError::FaceUnknown { .. })));
        }
        assert!(gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
    };
    gone(&bench);
    bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    bench.gallery.rekey_collection(&doors).unwrap();
    gone(&bench);
    let bench = bench.reopened();
    gone(&bench);
    drop(bench.gallery);
    for file in ["overt.db", "overt.db-wal"] {
        let bytes = fs_err::read(bench.folder.path().join(file)).unwrap_or_default();
        let there = bytes.windows(subject.len()).any(|window| window == subject.as_bytes());
        assert!(!there, "{file} still holds who it was");
    }
}

/// A5: the ledger is told of the deletion, by whom and why, and of the withdrawal after it.
#[test]
fn a5_a_withdrawal_is_told_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let clock = HandClock::at(1_700_000_000_000);
    let memory = Arc::new(Memory::default());
    let database = Database::open(folder.path(), seeded(Arc::clone(&clock), 5)).unwrap();
    let gallery = Gallery::open(Arc::new(database), Limits::default(), memory.clone()).unwrap();
    let bench = Bench { folder, clock, gallery };
    let doors = demanding(&bench.gallery, "doors");
    let anna = recorded(&bench, &doors, consent(&bench, "anna"));
    bench.gallery.add_faces(&doors, under(1, Some(anna.id), None)).unwrap();
    let acting = Arc::new(Acting::new(Actor::operator("withdraw")));
    bench.gallery.acting(acting.clone()).withdraw_consent(&doors, anna.id).unwrap();
    let events = memory.0.lock().unwrap();
    let last: Vec<&Change> = events.iter().rev().take(2).map(|event| &event.change).collect();
    assert!(
        matches!(last[1], Change::FacesDeleted { reason: DeletionReason::Withdrawal, faces, total: 0, .. } if faces.len() == 1)
    );
    assert!(matches!(last[0], Change::Consent { event: ConsentEvent::Withdrawn, .. }));
    assert_eq!(acting.entry(), Some(events.len() as u64 - 1), "a receipt names the withdrawal's own entry");
    assert_eq!(events.last().unwrap().acting.actor.operation, "withdraw");
}
