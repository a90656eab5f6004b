//! Records of consent go where their faces go: into files and back, through rebuilds; and a withdrawal goes after them.

use std::io::Cursor as File;

use super::consents::{DAY, Memory, consent, demanding, recorded, under};
use super::*;
use crate::export_file::Line;
use crate::export_file::altered::{altered, without_consents};
use crate::policy::{Denial, Use, Uses};

const SECRET: ExportSecret<'_> = ExportSecret::Key(&[7; 32]);

/// A collection that demands consent, with two people: the record of each, and the faces of the first.
fn filled(bench: &Bench) -> (CollectionName, [ConsentRecord; 2], Vec<FaceId>) {
    let policy = declared(&[
        ("overt:purpose", "access-control"),
        ("overt:legal-basis", "explicit-consent"),
        ("overt:operations", "enrol search"),
    ]);
    let doors = name("doors");
    bench.gallery.create_collection(NewCollection { policy, ..new_collection("doors") }).unwrap();
    let records = ["anna", "ben"].map(|subject| NewConsent {
        subject: subject.parse().unwrap(),
        given: bench.clock.now(),
        expires: Some(bench.clock.now().after(Duration::from_secs(30 * 86_400))),
        text: [9; 32],
        scope: Uses::new([Use::Enrol, Use::Search]).unwrap(),
    });
    let records = bench.gallery.record_consents(&doors, records.into()).unwrap();
    let add = |seed: u64, like: Vec<f32>, consent: &ConsentRecord| {
        let picture = AddFaces { consent: Some(consent.id), ..picture(seed, &[like]) };
        bench.gallery.add_faces(&doors, picture).unwrap().remove(0).record.id
    };
    let annas = vec![add(1, template(1), &records[0]), add(2, near(&template(1), 2, 0.3), &records[0])];
    let bens = add(3, template(3), &records[1]);
    for (who, face) in [("anna", annas[0]), ("ben", bens)] {
        bench.gallery.create_user(&doors, &user(who), None).unwrap();
        bench.gallery.associate_faces(&doors, &user(who), vec![face], None, None).unwrap();
    }
    (doors, records.try_into().unwrap(), annas)
}

fn exported(gallery: &Gallery, collection: &CollectionName) -> Vec<u8> {
    let mut file = Vec::new();
    gallery.export_collection(collection, &SECRET, &mut file, &mut |_| {}).unwrap();
    file
}

fn load(gallery: &Gallery, file: &[u8], to: &str) -> Result<Exported, GalleryError> {
    let loaded = gallery.load_collection(
        &mut File::new(file),
        &SECRET,
        Some(&name(to)),
        &Declaration::default(),
        &mut |_| {},
    );
    loaded.map(|(_, loaded)| loaded)
}

fn listed(gallery: &Gallery, collection: &CollectionName) -> Vec<FaceId> {
    let faces = gallery.faces(collection, &FaceFilter::default(), &Page::first(99)).unwrap().items;
    faces.into_iter().map(|face| face.id).collect()
}

/// A4: what is loaded has the records of the file, each with its faces, and takes further faces under them.
#[test]
fn a4_a_loaded_collection_has_its_records_of_consent() {
    let bench = bench();
    let (doors, [anna, ben], annas) = filled(&bench);
    let file = exported(&bench.gallery, &doors);
    let elsewhere = super::bench();
    let loaded = load(&elsewhere.gallery, &file, "copy").unwrap();
    assert_eq!(loaded, Exported { users: 2, faces: 3, consents: 2, unconsented: 0 });
    let copy = name("copy");
    for record in [&anna, &ben] {
        let there = elsewhere.gallery.consent(&copy, record.id).unwrap();
        assert_ne!(there.finder, record.finder, "its entries here are found by another secret");
        assert_eq!(ConsentRecord { finder: record.finder, ..there }, *record);
    }
    let add = |gallery: &Gallery, seed: u64, like: Vec<f32>| {
        gallery.add_faces(&copy, AddFaces { consent: Some(anna.id), ..picture(seed, &[like]) })
    };
    add(&elsewhere.gallery, 8, near(&template(1), 8, 0.3)).unwrap();
    assert!(matches!(
        add(&elsewhere.gallery, 9, template(9)),
        Err(GalleryError::Denied { denial: Denial::Person { faces: 3, .. } })
    ));
    assert!(elsewhere.gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
    // Taken back there, she is gone there, and what she was called with her.
    let done = elsewhere.gallery.withdraw_consent(&copy, anna.id).unwrap();
    assert_eq!((done.reached.len(), done.reached[0].faces.len(), done.users), (1, 3, 1));
    assert!(annas.iter().all(|face| elsewhere.gallery.face(&copy, *face).is_err()));
    assert_eq!(listed(&bench.gallery, &doors).len(), 3, "another server is another server");
}

/// A5: a withdrawal reaches every collection of the server that holds a face under the record; and what a file brings back afterwards is taken back
/// before anybody can search it, also when the collection of the record is gone.
#[test]
fn a5_a_withdrawal_reaches_every_copy_and_those_that_are_loaded_later() {
    let bench = bench();
    let (doors, [anna, ben], annas) = filled(&bench);
    let file = exported(&bench.gallery, &doors);
    load(&bench.gallery, &file, "copy").unwrap();
    let copy = name("copy");
    let done = bench.gallery.withdraw_consent(&copy, anna.id).unwrap();
    let reached: Vec<_> = done.reached.iter().map(|one| (one.collection.as_str(), one.faces.len())).collect();
    assert_eq!(reached, [("copy", 2), ("doors", 2)], "the one that was named first");
    assert_eq!(done.users, 2);
    for collection in [&doors, &copy] {
        assert!(annas.iter().all(|face| bench.gallery.face(collection, *face).is_err()));
        assert_eq!(listed(&bench.gallery, collection).len(), 1);
        let record = bench.gallery.consent(collection, anna.id).unwrap();
        assert_eq!((record.subject, record.ended), (None, Some(done.at)));
        assert!(bench.gallery.consent(collection, ben.id).unwrap().subject.is_some());
    }
    for collection in [&doors, &copy] {
        bench.gallery.delete_collection(collection).unwrap();
    }
    bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    let bench = bench.reopened();
    assert_eq!(load(&bench.gallery, &file, "again").unwrap().faces, 1);
    let again = name("again");
    assert_eq!(listed(&bench.gallery, &again).len(), 1);
    assert_eq!(bench.gallery.collection(&again).unwrap().users, 1, "nor is her name");
    for seed in [1, 2] {
        let found = bench.gallery.search_faces(&again, &version(), &template(seed), all()).unwrap();
        assert_eq!(found.searched, 1);
    }
    assert!(bench.gallery.consent(&again, anna.id).unwrap().ended.is_some());
    assert!(bench.gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
}

/// A4: a collection that demands consent does not take faces without it out of a file either: none of an earlier release's, and none whose record is
/// missing or too narrow; and nothing is left then. Where consent is not demanded, files without records load as ever.
#[test]
fn a4_faces_without_a_record_are_not_loaded_where_consent_is_demanded() {
    let bench = bench();
    let (doors, [anna, _], _) = filled(&bench);
    let file = exported(&bench.gallery, &doors);
    let elsewhere = super::bench();
    let old = without_consents(&file, &SECRET);
    match load(&elsewhere.gallery, &old, "copy") {
        Err(GalleryError::Denied { denial: denial @ Denial::Consent { .. } }) => {
            let text = denial.to_string();
            assert!(text.contains("3 of 3") && text.contains("earlier releases"), "{text}");
        }
        other => panic!("{other:?}"),
    }
    let unusable = |file: &[u8]| match load(&elsewhere.gallery, file, "copy") {
        Err(GalleryError::ExportUnusable { reason }) => reason,
        other => panic!("{other:?}"),
    };
    let one = |file: &[u8], what: fn(&mut Vec<Line>)| altered(file, &SECRET, what);
    let missing = one(&file, |lines| {
        lines.remove(1);
    });
    assert!(unusable(&missing).contains("is not in it"));
    let doubled = one(&file, |lines| {
        let again = serde_json::from_value(serde_json::to_value(&lines[1]).unwrap()).unwrap();
        lines.insert(1, again);
    });
    assert!(unusable(&doubled).contains("twice"));
    let late = one(&file, |lines| lines.swap(2, 3));
    assert!(unusable(&late).contains("wrong place"));
    // As a collection that was narrowed afterwards, and opened again by somebody with the secret.
    let narrow = one(&file, |lines| {
        for line in lines {
            let mut json = serde_json::to_value(&*line).unwrap();
            if let Some(consent) = json.get_mut("consent") {
                consent["scope"] = "enrol".into();
                *line = serde_json::from_value(json).unwrap();
            }
        }
    });
    assert!(unusable(&narrow).contains("may also be used to search"));
    assert!(elsewhere.gallery.collection(&name("copy")).is_err());
    assert!(elsewhere.gallery.consent(&name("copy"), anna.id).is_err());
    load(&elsewhere.gallery, &file, "copy").unwrap();
    // Without the demand.
    let plain = make(&bench.gallery, "plain");
    add(&bench.gallery, &plain, 5);
    assert_eq!(
        load(&elsewhere.gallery, &exported(&bench.gallery, &plain), "plain").unwrap(),
        Exported { users: 0, faces: 1, consents: 0, unconsented: 1 }
    );
}

/// A4: another key and another template version change nothing about who consented; who withdraws afterwards is gone.
#[test]
fn a4_records_of_consent_survive_rekeying_and_migration() {
    let bench = bench();
    let (doors, [anna, _], annas) = filled(&bench);
    bench.gallery.rekey_collection(&doors).unwrap();
    let next: TemplateVersion = "test-2".parse().unwrap();
    bench.gallery.begin_migration(&doors, &next, DIMENSIONS).unwrap();
    let moved = listed(&bench.gallery, &doors).into_iter().zip([10, 10, 30]);
    let moved = moved.map(|(face, seed)| (face, template(seed))).collect();
    bench.gallery.put_migrated(&doors, &next, moved).unwrap();
    bench.gallery.finish_migration(&doors, Leftover::Refuse).unwrap();
    let add = |seed: u64, like: u64| {
        let picture = AddFaces {
            consent: Some(anna.id),
            version: next.clone(),
            ..picture(seed, &[near(&template(like), seed, 0.3)])
        };
        bench.gallery.add_faces(&doors, picture)
    };
    assert!(matches!(add(7, 30), Err(GalleryError::Denied { denial: Denial::Person { .. } })));
    add(8, 10).unwrap();
    let done = bench.gallery.withdraw_consent(&doors, anna.id).unwrap();
    assert_eq!(done.reached[0].faces.len(), 3);
    assert!(annas.iter().all(|face| bench.gallery.face(&doors, *face).is_err()));
    assert!(bench.gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
}

/// A collection with a face that a newer record keeps while the older one is over, and the two records.
fn renewed(bench: &Bench) -> (CollectionName, ConsentRecord, ConsentRecord) {
    let doors = demanding(&bench.gallery, "doors");
    let until = NewConsent { expires: Some(bench.clock.now().after(DAY)), ..consent(bench, "anna") };
    let old = recorded(bench, &doors, until);
    bench.gallery.add_faces(&doors, under(1, Some(old.id), None)).unwrap();
    let renewed = recorded(bench, &doors, consent(bench, "anna"));
    assert!(!bench.gallery.add_faces(&doors, under(1, Some(renewed.id), None)).unwrap()[0].is_new);
    bench.clock.advance(DAY);
    bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    let old = bench.gallery.consent(&doors, old.id).unwrap();
    assert_eq!((&old.subject, old.ended), (&None, Some(bench.clock.now())));
    (doors, old, renewed)
}

/// A5: a record that is over and has a face that a newer one keeps goes along with the face: whichever is withdrawn takes the copy's face too, also on another
/// server, and also when it was withdrawn before the file was loaded.
#[test]
fn a5_a_copy_goes_with_a_record_that_was_over_before_it_was_written() {
    for older in [true, false] {
        let bench = bench();
        let (doors, old, new) = renewed(&bench);
        let file = exported(&bench.gallery, &doors);
        let taken_back = if older { old.id } else { new.id };
        let elsewhere = super::bench();
        let here = load(&bench.gallery, &file, "copy").unwrap();
        assert_eq!(here, Exported { users: 0, faces: 1, consents: 2, unconsented: 0 });
        assert_eq!(load(&elsewhere.gallery, &file, "copy").unwrap(), here);
        for (bench, named) in [(&bench, &doors), (&elsewhere, &name("copy"))] {
            let there = bench.gallery.consent(&name("copy"), old.id).unwrap();
            assert_eq!(ConsentRecord { finder: old.finder, ..there }, old);
            assert_eq!(bench.gallery.upkeep(UpkeepRules::default()).unwrap().expired_faces, 0);
            let done = bench.gallery.withdraw_consent(named, taken_back).unwrap();
            assert!(done.reached.iter().all(|one| one.faces.len() == 1), "{done:?}");
            assert!(listed(&bench.gallery, named).is_empty());
            assert!(listed(&bench.gallery, &name("copy")).is_empty());
        }
        // A copy's copy has all of it too.
        let second = super::bench();
        load(&second.gallery, &file, "copy").unwrap();
        load(&second.gallery, &exported(&second.gallery, &name("copy")), "third").unwrap();
        second.gallery.withdraw_consent(&name("copy"), taken_back).unwrap();
        assert!(listed(&second.gallery, &name("third")).is_empty());
    }
}

/// A bench with a ledger.
fn told() -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let clock = HandClock::at(1_700_000_000_000);
    let database = Database::open(folder.path(), seeded(Arc::clone(&clock), fastrand::u64(..))).unwrap();
    let gallery = Gallery::open(Arc::new(database), Limits::default(), Arc::new(Memory::default())).unwrap();
    Bench { folder, clock, gallery }
}

/// A5: a record that is over is withdrawn all the same, also when it has no face any more: a file that is loaded afterwards brings none under it. The second
/// receipt names the first one's entry.
#[test]
fn a5_a_record_that_is_over_is_withdrawn_all_the_same() {
    let bench = told();
    let (doors, old, _) = renewed(&bench);
    let file = exported(&bench.gallery, &doors);
    let faces = listed(&bench.gallery, &doors);
    assert_eq!(bench.gallery.delete_faces(&doors, faces).unwrap(), [FaceDeletion::Deleted]);
    bench.clock.advance(DAY);
    let acting = Arc::new(Acting::new(Actor::operator("withdraw")));
    let done = bench.gallery.acting(Arc::clone(&acting)).withdraw_consent(&doors, old.id).unwrap();
    assert_eq!((done.at, done.entry), (bench.clock.now(), None));
    assert!(acting.entry().is_some());
    bench.clock.advance(DAY);
    let again = bench.gallery.withdraw_consent(&doors, old.id).unwrap();
    assert_eq!((again.at, again.entry), (done.at, acting.entry()));
    assert_eq!(load(&bench.gallery, &file, "copy").unwrap().faces, 0);
    assert!(listed(&bench.gallery, &name("copy")).is_empty());
}

/// A5: what no export writes is refused: a record that was withdrawn, one that is over and says of whom it was, and a face that no record keeps.
#[test]
fn a5_a_file_with_records_that_cannot_be_is_refused() {
    let bench = bench();
    let (doors, old, _) = renewed(&bench);
    let file = exported(&bench.gallery, &doors);
    let refused = |alter: &dyn Fn(&mut serde_json::Value)| {
        let file = altered(&file, &SECRET, |lines| {
            for line in lines {
                let mut json = serde_json::to_value(&*line).unwrap();
                alter(&mut json);
                *line = serde_json::from_value(json).unwrap();
            }
        });
        match load(&bench.gallery, &file, "copy") {
            Err(GalleryError::ExportUnusable { reason }) => reason,
            other => panic!("{other:?}"),
        }
    };
    let over = |json: &serde_json::Value| json["consent"]["id"] == old.id.to_string().as_str();
    let named = refused(&|json| {
        if over(json) {
            json["consent"]["subject"] = "anna".into();
        }
    });
    assert!(named.contains("neither in force nor over"), "{named}");
    let withdrawn = refused(&|json| {
        if over(json) {
            json["consent"]["ended"] = 1.into();
        }
    });
    assert!(withdrawn.contains("neither in force nor over"), "{withdrawn}");
    let alone = refused(&|json| {
        if json.get("face").is_some() {
            json["face"]["consent"] = old.id.to_string().into();
            json["face"].as_object_mut().unwrap().remove("also_under");
        }
    });
    assert!(alone.contains("is over"), "{alone}");
    assert!(bench.gallery.collection(&name("copy")).is_err());
}
