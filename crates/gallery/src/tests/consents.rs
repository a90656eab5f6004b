//! Consent: what is refused without it, and what is left when it is taken back.

use std::sync::Mutex;
use std::time::Duration;

use super::*;
use crate::policy::{Denial, Use, Uses};

pub(super) const DAY: Duration = Duration::from_secs(86_400);

pub(super) fn demanding(gallery: &Gallery, text: &str) -> CollectionName {
    let policy = declared(&[
        ("overt:purpose", "access-control"),
        ("overt:legal-basis", "explicit-consent"),
        ("overt:operations", "enrol verify search"),
    ]);
    gallery.create_collection(NewCollection { policy, ..new_collection(text) }).unwrap();
    name(text)
}

pub(super) fn consent(bench: &Bench, subject: &str) -> NewConsent {
    NewConsent {
        subject: subject.parse().unwrap(),
        given: bench.clock.now(),
        expires: None,
        text: [9; 32],
        scope: Uses::new([Use::Enrol, Use::Verify, Use::Search]).unwrap(),
    }
}

pub(super) fn recorded(bench: &Bench, collection: &CollectionName, new: NewConsent) -> ConsentRecord {
    bench.gallery.record_consents(collection, vec![new]).unwrap().remove(0)
}

pub(super) fn under(seed: u64, consent: Option<ConsentId>, external_id: Option<&str>) -> AddFaces {
    let external_id = external_id.map(|id| id.parse().unwrap());
    AddFaces { consent, external_id, ..picture(seed, &[template(seed)]) }
}

/// Another picture of the person in `under(person, …)`.
fn again(person: u64, seed: u64, consent: Option<ConsentId>, external_id: Option<&str>) -> AddFaces {
    let external_id = external_id.map(|id| id.parse().unwrap());
    AddFaces { consent, external_id, ..picture(seed, &[near(&template(person), seed, 0.3)]) }
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
    assert!(gallery.add_faces(&doors, again(1, 2, None, Some("anna"))).unwrap()[0].is_new);
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

/// A4: one record is one person's. Somebody else is refused, whichever way the record is named and however often it is tried, and nothing is kept;
/// the same person is taken. Where the record's faces are gone, the next one begins anew.
#[test]
fn a4_a_record_of_consent_covers_one_person() {
    let bench = bench();
    let doors = demanding(&bench.gallery, "doors");
    let anna = recorded(&bench, &doors, consent(&bench, "anna"));
    let other = |gallery: &Gallery, add: AddFaces| match gallery.add_faces(&doors, add) {
        Err(GalleryError::Denied { denial: denial @ Denial::Person { .. } }) => {
            assert_eq!(denial.code(), "person");
            denial.to_string()
        }
        other => panic!("{other:?}"),
    };
    let mut first = bench.gallery.add_faces(&doors, under(1, Some(anna.id), None)).unwrap();
    for seed in 2..14 {
        bench.gallery.add_faces(&doors, again(1, seed, None, Some("anna"))).unwrap();
    }
    let text = other(&bench.gallery, under(20, Some(anna.id), None));
    assert!(text.contains("one record is one person's") && text.contains("/overt/v1/consents"), "{text}");
    assert!(text.contains("the 10 that"), "{text}");
    other(&bench.gallery, under(20, None, Some("anna")));
    let bench = bench.reopened();
    other(&bench.gallery, under(20, Some(anna.id), None));
    assert_eq!(bench.gallery.collection(&doors).unwrap().faces, 13);
    assert!(bench.gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
    // Also within one call, in which the first is not committed yet.
    let ben = recorded(&bench, &doors, consent(&bench, "ben"));
    let both = vec![under(30, Some(ben.id), None), under(31, Some(ben.id), None)];
    assert!(matches!(
        bench.gallery.add_pictures(&doors, both),
        Err(GalleryError::Denied { denial: Denial::Person { faces: 1, .. } })
    ));
    assert_eq!(bench.gallery.collection(&doors).unwrap().faces, 13);
    // Nobody is there to be unlike, so it is whoever comes first.
    bench.gallery.add_faces(&doors, under(31, Some(ben.id), None)).unwrap();
    let same = first.remove(0).record.id;
    assert_eq!(bench.gallery.delete_faces(&doors, vec![same]).unwrap(), [FaceDeletion::Deleted]);
    other(&bench.gallery, under(20, Some(anna.id), None));
}

/// A4: of many people who are added under one record at the same moment, one person gets in.
#[test]
fn a4_a_record_of_consent_covers_one_person_also_at_the_same_moment() {
    let bench = bench();
    let doors = demanding(&bench.gallery, "doors");
    for round in 0..6_u64 {
        let record = recorded(&bench, &doors, consent(&bench, &format!("somebody-{round}")));
        let taken: Vec<u64> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8)
                .map(|person| {
                    let (gallery, doors) = (&bench.gallery, &doors);
                    let add = under(1000 + 8 * round + person, Some(record.id), None);
                    scope.spawn(move || gallery.add_faces(doors, add).is_ok().then_some(person))
                })
                .collect();
            threads.into_iter().filter_map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(taken.len(), 1, "{taken:?}");
    }
    assert_eq!(bench.gallery.collection(&doors).unwrap().faces, 6);
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

/// A5: one picture that was enrolled under two records has one face, which stands under both: whichever is withdrawn takes it along, and its receipt
/// says so.
#[test]
fn a5_a_face_that_was_enrolled_under_two_records_goes_with_either() {
    for first in [true, false] {
        let bench = bench();
        let doors = demanding(&bench.gallery, "doors");
        let records = [consent(&bench, "anna"), consent(&bench, "anna-again")];
        let records = records.map(|new| recorded(&bench, &doors, new));
        let added = records.each_ref().map(|record| {
            bench.gallery.add_faces(&doors, under(1, Some(record.id), Some("a"))).unwrap().remove(0)
        });
        assert_eq!((added[0].is_new, added[1].is_new), (true, false));
        let face = added[0].record.id;
        assert_eq!(added[1].record.id, face);
        // Once more changes nothing.
        bench.gallery.add_faces(&doors, under(1, Some(records[1].id), Some("a"))).unwrap();
        let bench = bench.reopened();
        let [one, other] = if first { [0, 1] } else { [1, 0] };
        let done = bench.gallery.withdraw_consent(&doors, records[one].id).unwrap();
        assert_eq!(deleted(&done), [("doors".to_owned(), vec![face])]);
        assert_eq!(bench.gallery.collection(&doors).unwrap().faces, 0);
        let done = bench.gallery.withdraw_consent(&doors, records[other].id).unwrap();
        assert_eq!(deleted(&done), [("doors".to_owned(), vec![])]);
        assert!(bench.gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
    }
}

/// A4: somebody else's record does not get hold of a face by way of a picture that is there already.
#[test]
fn a4_a_face_that_is_there_stands_under_no_record_of_somebody_else() {
    let bench = bench();
    let doors = demanding(&bench.gallery, "doors");
    let [anna, ben] = ["anna", "ben"].map(|who| recorded(&bench, &doors, consent(&bench, who)));
    bench.gallery.add_faces(&doors, under(1, Some(anna.id), Some("p"))).unwrap();
    bench.gallery.add_faces(&doors, under(2, Some(ben.id), None)).unwrap();
    assert!(matches!(
        bench.gallery.add_faces(&doors, under(1, Some(ben.id), Some("p"))),
        Err(GalleryError::Denied { denial: Denial::Person { .. } })
    ));
    let done = bench.gallery.withdraw_consent(&doors, ben.id).unwrap();
    assert_eq!(done.reached[0].faces.len(), 1);
    assert_eq!(bench.gallery.collection(&doors).unwrap().faces, 1);
}

/// A4, A5: a face under two records stays for as long as one of them is in force; the one that is over takes it along when it is withdrawn all the same;
/// an export has both.
#[test]
fn a5_a_face_under_a_newer_record_outlives_the_older_one_and_goes_with_either() {
    for renewed_is_withdrawn in [true, false] {
        let bench = bench();
        let doors = demanding(&bench.gallery, "doors");
        let until = NewConsent { expires: Some(bench.clock.now().after(DAY)), ..consent(&bench, "anna") };
        let old = recorded(&bench, &doors, until);
        bench.gallery.add_faces(&doors, under(1, None, Some("anna"))).unwrap();
        bench.clock.advance(DAY / 2);
        let renewed = recorded(&bench, &doors, consent(&bench, "anna"));
        // By the picture's name, the newest of hers.
        assert!(!bench.gallery.add_faces(&doors, under(1, None, Some("anna"))).unwrap()[0].is_new);
        let mut file = Vec::new();
        let secret = ExportSecret::Key(&[7; 32]);
        bench.gallery.export_collection(&doors, &secret, &mut file, &mut |_| {}).unwrap();
        let mut from = std::io::Cursor::new(file);
        bench
            .gallery
            .load_collection(&mut from, &secret, Some(&name("copy")), &Declaration::default(), &mut |_| {})
            .unwrap();
        bench.clock.advance(DAY);
        let shown =
            |name| bench.gallery.faces(name, &FaceFilter::default(), &Page::first(9)).unwrap().items.len();
        for when in ["at once", "after the upkeep"] {
            assert_eq!(shown(&doors), 1, "{when}");
            assert_eq!(bench.gallery.upkeep(UpkeepRules::default()).unwrap().expired_faces, 0);
        }
        assert!(bench.gallery.consent(&doors, old.id).unwrap().ended.is_some());
        let taken_back = if renewed_is_withdrawn { renewed.id } else { old.id };
        let done = bench.gallery.withdraw_consent(&doors, taken_back).unwrap();
        let reached: Vec<usize> = done.reached.iter().map(|one| one.faces.len()).collect();
        assert_eq!(reached, [1, 1], "in the copy too");
        assert_eq!((shown(&doors), shown(&name("copy"))), (0, 0));
    }
}

/// A5: a file from before a record was over by itself takes along no face that a newer record keeps, and no withdrawal is told of.
#[test]
fn a5_loading_deletes_no_face_that_a_newer_record_keeps() {
    let bench = bench();
    let doors = demanding(&bench.gallery, "doors");
    let until = NewConsent { expires: Some(bench.clock.now().after(DAY)), ..consent(&bench, "anna") };
    let old = recorded(&bench, &doors, until);
    bench.gallery.add_faces(&doors, under(1, Some(old.id), Some("a"))).unwrap();
    bench.gallery.add_faces(&doors, under(2, Some(old.id), Some("b"))).unwrap_err();
    let renewed = recorded(&bench, &doors, consent(&bench, "anna"));
    assert!(!bench.gallery.add_faces(&doors, under(1, Some(renewed.id), Some("a"))).unwrap()[0].is_new);
    let mut file = Vec::new();
    let secret = ExportSecret::Key(&[7; 32]);
    bench.gallery.export_collection(&doors, &secret, &mut file, &mut |_| {}).unwrap();
    bench.clock.advance(2 * DAY);
    bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    assert!(bench.gallery.consent(&doors, old.id).unwrap().ended.is_some());
    let load = |to: &str| {
        let mut from = std::io::Cursor::new(file.clone());
        bench
            .gallery
            .load_collection(&mut from, &secret, Some(&name(to)), &Declaration::default(), &mut |_| {})
            .unwrap();
        bench.gallery.collection(&name(to)).unwrap().faces
    };
    assert_eq!(load("copy"), 1);
    assert_eq!(bench.gallery.upkeep(UpkeepRules::default()).unwrap().expired_faces, 0);
    assert_eq!(bench.gallery.collection(&name("copy")).unwrap().faces, 1);
    // Once it is withdrawn, a file brings nothing of it.
    bench.gallery.withdraw_consent(&doors, renewed.id).unwrap();
    assert_eq!(bench.gallery.collection(&name("copy")).unwrap().faces, 0);
    assert_eq!(load("another"), 0);
}

/// A ledger in memory.
#[derive(Default)]
pub(super) struct Memory(pub(super) Mutex<Vec<Event>>);

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

/// Which faces a withdrawal deleted in which collections.
fn deleted(done: &Withdrawal) -> Vec<(String, Vec<FaceId>)> {
    let reached = done.reached.iter();
    reached.map(|one| (one.collection.to_string(), one.faces.iter().map(|(id, _)| *id).collect())).collect()
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
        .map(|seed| {
            bench.gallery.add_faces(&doors, again(1, seed, None, Some(subject))).unwrap()[0].record.id
        })
        .to_vec();
    let other = bench.gallery.add_faces(&doors, under(3, Some(ben.id), None)).unwrap()[0].record.id;
    // One user is hers alone; of another she is a part.
    for (who, faces) in [("hers", vec![faces[0]]), ("both", vec![faces[1], other])] {
        bench.gallery.create_user(&doors, &user(who), None).unwrap();
        bench.gallery.associate_faces(&doors, &user(who), faces, None, None).unwrap();
    }
    let done = bench.gallery.withdraw_consent(&doors, anna.id).unwrap();
    assert_eq!(deleted(&done), [("doors".to_owned(), faces.clone())]);
    assert_eq!((done.users, done.consent.subject.clone()), (1, None));
    // Again: the same answer, and nothing more is deleted.
    let again = bench.gallery.withdraw_consent(&doors, anna.id).unwrap();
    assert_eq!((again.at, again.reached), (done.at, vec![]));
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
    let (entry, told) = (acting.entry(), events.len());
    drop(events);
    let again = bench.gallery.withdraw_consent(&doors, anna.id).unwrap();
    assert_eq!(again.entry, entry, "and so does that of a second one");
    let events = memory.0.lock().unwrap();
    assert_eq!(events.len(), told, "which changes nothing");
    assert_eq!(events.last().unwrap().acting.actor.operation, "withdraw");
}
