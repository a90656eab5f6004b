//! That a person gets every entry about her and nobody else's.

use overt_gallery::{CollectionEvent, DeletionReason, Finder, Moment};

use super::*;
use crate::account::{By, Candidate, Nonce};

fn face(number: u8) -> Subject {
    Subject::face(FaceId::from_bytes([number; 16]), Finder::from_bytes([number ^ 0xff; 16]))
}

fn wanted_face(number: u8) -> Wanted {
    Wanted { name: FaceId::from_bytes([number; 16]).to_string(), subject: face(number) }
}

/// An entry with tags of these faces.
fn entry(deed: impl FnOnce(&dyn Fn(u8) -> Tag) -> Deed) -> Vec<u8> {
    let nonce = Nonce::draw(&overt_gallery::Context::system()).unwrap();
    let deed = deed(&|number| Tag::of(&face(number), &nonce));
    let actor = Who::Principal {
        name: "desk".into(),
        organisation: "Herald".into(),
        sector: "media".into(),
        key: None,
    };
    let by = By { actor, operation: "Test".into(), request: None, case: Some("A-7".into()) };
    Entry::new(Moment::from_millis(1_700_000_000_000), by, deed, nonce).to_bytes().unwrap()
}

fn search_of(probe: Probe, candidates: Vec<Candidate>) -> Deed {
    Deed::Search {
        collection: "archive".into(),
        purpose: Some("media-archive".into()),
        probe,
        model: "m-1".into(),
        searched: 10,
        asked: Thousandths::of(99.0),
        threshold: Thousandths::of(99.0),
        floor: None,
        overridden: None,
        strangers: None,
        returned: candidates.len() as u64,
        candidates,
    }
}

fn entries() -> Vec<Vec<u8>> {
    let candidate = |tag: Tag, similarity| Candidate { tag, similarity: Thousandths::of(similarity) };
    let enrolment = |faces: Vec<Tag>| Deed::Enrolment {
        collection: "archive".into(),
        model: "m-1".into(),
        picture: None,
        added: faces.len() as u64,
        total: faces.len() as u64,
        faces,
    };
    vec![
        entry(|tag| enrolment(vec![tag(2), tag(1)])),
        entry(|tag| search_of(Probe::Face(tag(3)), vec![candidate(tag(2), 99.9), candidate(tag(1), 99.5)])),
        entry(|tag| search_of(Probe::Face(tag(1)), vec![candidate(tag(2), 99.9)])),
        entry(|tag| search_of(Probe::Face(tag(3)), vec![candidate(tag(2), 99.9)])),
        entry(|tag| Deed::Deletion {
            collection: "archive".into(),
            reason: DeletionReason::Withdrawal,
            deleted: 1,
            faces: vec![tag(1)],
            total: 1,
        }),
        entry(|tag| enrolment(vec![tag(1)])),
        entry(|_| Deed::Undone { from: 5, to: 6, because: None }),
        entry(|_| Deed::Collection {
            event: CollectionEvent::Deleted,
            collection: "archive".into(),
            model: "m-1".into(),
            total: 1,
            rules: Default::default(),
            number: None,
        }),
        b"unreadable".to_vec(),
    ]
}

fn found(people: Vec<Wanted>) -> Vec<Found> {
    let mut search = Search::new(people);
    for (number, entry) in (0..).zip(entries()) {
        search.look(number, &entry);
    }
    search.end()
}

#[test]
fn f3_every_entry_about_a_person_is_found_and_nobody_elses() {
    let one = found(vec![wanted_face(1)]);
    let told: Vec<_> = one.iter().map(|found| (found.entry, found.what.as_str(), found.undone)).collect();
    assert_eq!(
        told,
        [
            (0, "added", false),
            (1, "returned", false),
            (2, "searched-with", false),
            (4, "deleted", false),
            (5, "added", true)
        ]
    );
    let returned = &one[1];
    assert_eq!((returned.rank, returned.returned, returned.similarity), (Some(2), Some(2), Some(99_500)));
    assert_eq!(returned.organisation.as_deref(), Some("Herald"));
    assert_eq!(returned.purpose.as_deref(), Some("media-archive"));
    assert_eq!(returned.case.as_deref(), Some("A-7"));
    assert_eq!(found(vec![wanted_face(9)]).len(), 0);
    // The same id with another secret is somebody else: without it nothing is found.
    let id = FaceId::from_bytes([1; 16]);
    let stranger = Wanted { name: id.to_string(), subject: Subject::face(id, Finder::from_bytes([7; 16])) };
    assert_eq!(found(vec![stranger]).len(), 0);
}

#[test]
fn f3_candidates_that_follow_in_a_further_entry_keep_their_place() {
    let nonce = Nonce::draw(&overt_gallery::Context::system()).unwrap();
    let tag = |number| Tag::of(&face(number), &nonce);
    let actor = Who::Operator;
    let write = |deed| {
        let by = By { actor: actor.clone(), operation: "Test".into(), request: None, case: None };
        Entry::new(Moment::from_millis(0), by, deed, nonce.clone()).to_bytes().unwrap()
    };
    let candidate = |number| Candidate { tag: tag(number), similarity: Thousandths::of(99.5) };
    let mut search = Search::new(vec![wanted_face(1)]);
    search.look(0, &write(search_of(Probe::Face(tag(9)), vec![candidate(2), candidate(3)])));
    search.look(1, &write(Deed::More { candidates: vec![candidate(4), candidate(1)], faces: Vec::new() }));
    let found = search.end();
    assert_eq!((found[0].entry, found[0].rank, found[0].collection.as_str()), (1, Some(4), "archive"));
}

#[test]
fn f3_the_document_hands_over_the_secret_that_finds_the_same() {
    let id = FaceId::from_bytes([1; 16]).to_string();
    let finder = BASE64_URL_SAFE_NO_PAD.encode([1 ^ 0xff; 16]);
    let own = by_finder(&id, &finder).unwrap();
    assert_eq!(found(vec![own]).len(), found(vec![wanted_face(1)]).len());
    assert!(by_finder(&id, "short").is_none());
}

#[test]
fn f3_the_page_says_what_the_data_say() {
    let key = overt_ledger::SignerKey::from_seed("a.example", overt_ledger::KeyKind::Note, &[1; 32]).unwrap();
    let checkpoint = overt_ledger::Checkpoint {
        origin: "a.example".into(),
        size: 9,
        root: overt_ledger::Hash::of_nothing(),
    };
    let records = PersonRecords::default();
    let document =
        dossier("<Jane>", "archive", key.verifier(), &checkpoint, &records, found(vec![wanted_face(1)]));
    let html = page(&document);
    assert!(html.contains("&lt;Jane&gt;") && !html.contains("<Jane>"));
    assert!(
        html.contains("place 2 of 2") && html.contains("not made after all") && html.contains("case A-7")
    );
    let again: Dossier = serde_json::from_str(&serde_json::to_string(&document).unwrap()).unwrap();
    assert_eq!(again.found.len(), document.found.len());
}
