//! Policies as the gallery keeps them: limits, narrowing, what travels with a collection.

use std::io::Cursor as File;

use super::*;
use crate::policy::{Denial, Purpose, Use, Uses};

fn evaluated(gallery: &Gallery, text: &str) -> CollectionName {
    let policy = Policy::evaluation("Testers".parse().unwrap()).unwrap();
    gallery.create_collection(NewCollection { policy, ..new_collection(text) }).unwrap();
    name(text)
}

fn denied<T: std::fmt::Debug>(result: Result<T, GalleryError>) -> Denial {
    match result {
        Err(GalleryError::Denied { denial }) => denial,
        other => panic!("{other:?}"),
    }
}

fn pictures(from: u64, count: u64) -> Vec<AddFaces> {
    (from..from + count).map(|seed| picture(seed, &[template(seed)])).collect()
}

/// A2: the 1,001st face is refused as a whole and says what to declare; with a purpose one goes on.
#[test]
fn a2_the_thousand_and_first_face_is_refused_and_says_what_to_declare() {
    let bench = bench();
    let gallery = &bench.gallery;
    let trying = evaluated(gallery, "trying");
    gallery.add_pictures(&trying, pictures(0, 999)).unwrap();
    let denial = denied(gallery.add_pictures(&trying, pictures(1000, 2)));
    assert_eq!(denial.code(), "faces");
    assert!(denial.to_string().contains("overt:purpose"), "{denial}");
    assert_eq!(gallery.collection(&trying).unwrap().faces, 999, "nothing was added by half");
    gallery.add_pictures(&trying, pictures(1000, 1)).unwrap();
    assert_eq!(denied(gallery.add_pictures(&trying, pictures(2000, 1))).code(), "faces");
    // The same picture again is the same face, and no 1,001st.
    gallery.add_pictures(&trying, pictures(1000, 1)).unwrap();
    let bench = bench.reopened();
    assert_eq!(denied(bench.gallery.add_pictures(&trying, pictures(2000, 1))).code(), "faces");
    let meant = make(&bench.gallery, "meant");
    bench.gallery.add_pictures(&meant, pictures(0, 1001)).unwrap();
    assert_eq!(bench.gallery.collection(&meant).unwrap().faces, 1001);
}

/// A1: what tags narrow is narrower at once and for good; what they would widen changes nothing.
#[test]
fn a1_tags_narrow_a_policy_and_never_widen_it() {
    let bench = bench();
    let people = make(&bench.gallery, "people");
    let resource = Resource::Collection(people.clone());
    let tag = |gallery: &Gallery, key: &str, value: &str| {
        gallery.tag(
            &resource,
            [(key.to_owned(), value.to_owned()), ("plain".to_owned(), value.len().to_string())].into(),
        )
    };
    tag(&bench.gallery, "overt:operations", "enrol verify").unwrap();
    tag(&bench.gallery, "overt:retention-days", "7").unwrap();
    let before = bench.gallery.policy(&people).unwrap();
    let tags = bench.gallery.tags(&resource).unwrap();
    for (key, value) in [
        ("overt:operations", "enrol verify search"),
        ("overt:retention-days", "8"),
        ("overt:purpose", "media-archive"),
        ("overt:legal-basis", "explicit-consent"),
        ("overt:owner", "Somebody else"),
    ] {
        assert_eq!(denied(tag(&bench.gallery, key, value)).code(), "widening", "{key}={value}");
    }
    for key in ["overt:use", "OVERT:operations", "Overt:Purpose", " overt:purpose", "overt:Purpose"] {
        assert!(
            matches!(tag(&bench.gallery, key, "search"), Err(GalleryError::Invalid { .. })),
            "{key} is no plain tag"
        );
    }
    let untag =
        |keys: &[&str]| bench.gallery.untag(&resource, keys.iter().map(|key| (*key).to_owned()).collect());
    assert_eq!(denied(untag(&["plain", "overt:operations"])).code(), "widening");
    // What is not there can be removed, as ever.
    untag(&["overt:owner", "other"]).unwrap();
    assert_eq!(bench.gallery.policy(&people).unwrap(), before);
    assert_eq!(bench.gallery.tags(&resource).unwrap(), tags);
    let bench = bench.reopened();
    let policy = bench.gallery.collection(&people).unwrap().policy;
    assert_eq!(policy, before);
    assert_eq!((policy.retention_days(), policy.uses().to_string().as_str()), (7, "enrol verify"));
}

/// A1: a collection into which nothing may be put takes nothing, whoever asks.
#[test]
fn a1_a_policy_without_enrolment_takes_no_face() {
    let bench = bench();
    let policy = declared(&[
        ("overt:purpose", "research"),
        ("overt:legal-basis", "no-living-person"),
        ("overt:operations", "search"),
    ]);
    bench.gallery.create_collection(NewCollection { policy, ..new_collection("closed") }).unwrap();
    match denied(bench.gallery.add_faces(&name("closed"), picture(1, &[template(1)]))) {
        Denial::Use { asked, .. } => assert_eq!(asked, Use::Enrol),
        other => panic!("{other}"),
    }
}

/// What declares a policy.
fn said(policy: &Policy) -> Declaration {
    Declaration::from_tags(&policy.tags().into_iter().collect()).unwrap()
}

/// A1: an export takes its policy along; loading it is no way to another one.
#[test]
fn a1_an_exported_collection_keeps_its_policy() {
    let bench = bench();
    let gallery = &bench.gallery;
    let secret = ExportSecret::Key(&[7; 32]);
    let from = make(gallery, "from");
    gallery
        .tag(&Resource::Collection(from.clone()), [("overt:operations".into(), "enrol verify".into())].into())
        .unwrap();
    add(gallery, &from, 1);
    let mut file = Vec::new();
    gallery.export_collection(&from, &secret, &mut file, &mut |_| {}).unwrap();
    let load = |text: &str, policy: Option<&Policy>| {
        let said = policy.map(said).unwrap_or_default();
        gallery.load_collection(&mut File::new(&file), &secret, Some(&name(text)), &said, &mut |_| {})
    };
    load("same", None).unwrap();
    assert_eq!(gallery.policy(&name("same")).unwrap(), gallery.policy(&from).unwrap());
    let other = declared(&[("overt:purpose", "media-archive"), ("overt:legal-basis", "expression")]);
    assert_eq!(denied(load("other", Some(&other))).code(), "widening");
    assert!(gallery.policy(&name("other")).is_err(), "nothing is left of it");
    let narrower = gallery
        .policy(&from)
        .unwrap()
        .amended(&Declaration { retention_days: Some(1), ..Declaration::default() })
        .unwrap();
    load("narrower", Some(&narrower)).unwrap();
    assert_eq!(gallery.policy(&name("narrower")).unwrap(), narrower);
    // What is said alone counts beside what the file says.
    let alone = |text: &str, said: Declaration| {
        gallery.load_collection(&mut File::new(&file), &secret, Some(&name(text)), &said, &mut |_| {})
    };
    let uses = Some(Uses::new([Use::Enrol]).unwrap());
    alone("fewer", Declaration { uses, ..Declaration::default() }).unwrap();
    let fewer = gallery.policy(&name("fewer")).unwrap();
    assert_eq!((fewer.uses().to_string().as_str(), fewer.purpose()), ("enrol", Purpose::Research));
    let uses = Some(Uses::new([Use::Enrol, Use::Search]).unwrap());
    let refused = denied(alone("more", Declaration { uses, ..Declaration::default() })).to_string();
    assert!(refused.contains("the use search"), "{refused}");
    let demanding = Declaration { consent: Some(true), ..Declaration::default() };
    let refused = denied(alone("demanding", demanding)).to_string();
    assert!(refused.contains("consent"), "its faces have none: {refused}");
}

/// A2: also a file of a release that knew no policies brings at most an evaluation, until somebody declares more.
#[test]
fn a2_a_file_without_a_policy_is_an_evaluation_until_one_is_declared() {
    let bench = bench();
    let gallery = &bench.gallery;
    let secret = ExportSecret::Key(&[7; 32]);
    let from = make(gallery, "from");
    gallery.add_pictures(&from, pictures(0, 1001)).unwrap();
    let mut file = Vec::new();
    gallery.export_collection(&from, &secret, &mut file, &mut |_| {}).unwrap();
    let file = crate::export_file::altered::without_policy(&file, &secret);
    let load = |policy: Option<&Policy>| {
        let said = policy.map(said).unwrap_or_default();
        gallery.load_collection(&mut File::new(&file), &secret, Some(&name("to")), &said, &mut |_| {})
    };
    assert_eq!(denied(load(None)).code(), "faces");
    load(Some(&gallery.policy(&from).unwrap())).unwrap();
    let loaded = gallery.collection(&name("to")).unwrap();
    assert_eq!((loaded.faces, loaded.policy.purpose()), (1001, Purpose::Research));
}

/// A2: a collection of an earlier release is an evaluation after the upgrade, and its export can be given the purpose that nobody was asked
/// for when it was made; that of an evaluation made since cannot.
#[test]
fn a2_collections_of_earlier_releases_can_be_declared_by_loading_them() {
    let bench = bench();
    let (old, new) = (evaluated(&bench.gallery, "old"), evaluated(&bench.gallery, "new"));
    bench
        .gallery
        .shared
        .database
        .writer()
        .execute("UPDATE collections SET kept_from = -1 WHERE name = 'old'", [])
        .unwrap();
    let bench = bench.reopened();
    let secret = ExportSecret::Key(&[7; 32]);
    let declared = declared(&[("overt:purpose", "photo-organisation"), ("overt:legal-basis", "household")]);
    let moved = |from: &CollectionName| {
        let mut file = Vec::new();
        bench.gallery.export_collection(from, &secret, &mut file, &mut |_| {}).unwrap();
        let to = name(&format!("{from}-declared"));
        bench.gallery.load_collection(&mut File::new(file), &secret, Some(&to), &said(&declared), &mut |_| {})
    };
    let (to, _) = moved(&old).unwrap();
    assert_eq!(bench.gallery.policy(&to).unwrap(), declared);
    assert_eq!(denied(moved(&new)).code(), "widening");
}

/// A2: faces are counted where some can be added, and nowhere else: a number above the limit gives no room, and counting what a large collection has would cost every turn of the
/// upkeep a walk over it.
#[test]
fn a2_only_collections_that_can_grow_are_counted() {
    let bench = bench();
    let gallery = &bench.gallery;
    let (tried, meant) = (evaluated(gallery, "tried"), make(gallery, "meant"));
    for name in [&tried, &meant] {
        add(gallery, name, 1);
    }
    let miscounted = |faces: i64| -> Vec<_> {
        let sql = "UPDATE collections SET faces = ?1";
        gallery.shared.database.writer().execute(sql, [faces]).unwrap();
        gallery.rights().unwrap().collections.iter().map(|one| one.miscounted).collect()
    };
    assert_eq!(miscounted(1), [None, None]);
    assert_eq!(miscounted(1000), [Some((1000, 1)), None], "the thousandth is the last that fits");
    assert_eq!(miscounted(1001), [None, None], "nothing is added, so nothing is counted");
    assert_eq!(denied(gallery.add_pictures(&tried, pictures(7, 1))).code(), "faces");
    assert_eq!(miscounted(-1), [Some((-1, 1)), Some((-1, 1))], "below zero it is wrong whatever the purpose");
}

/// A2: the number of faces in the collection's row is not believed: whoever edits it has no room for more.
#[test]
fn a2_a_number_of_faces_that_was_edited_gives_no_room() {
    let bench = bench();
    let (gallery, name) = (&bench.gallery, name("tried"));
    let policy = Policy::evaluation("Testers".parse().unwrap()).unwrap();
    gallery.create_collection(NewCollection { policy, ..new_collection("tried") }).unwrap();
    add(gallery, &name, 1);
    let edit = |faces: i64| {
        let sql = "UPDATE collections SET faces = ?1";
        gallery.shared.database.writer().execute(sql, [faces]).unwrap();
    };
    for edited in [-100_000, 0, 7] {
        edit(edited);
        assert!(
            matches!(
                gallery.add_faces(&name, picture(2, &[template(2)])),
                Err(GalleryError::Miscounted { kept, found: 1, .. }) if kept == edited
            ),
            "{edited}"
        );
        assert_eq!(gallery.rights().unwrap().collections[0].miscounted, Some((edited, 1)));
        // Described, it is no failure.
        assert_eq!(gallery.collection(&name).unwrap().faces, u64::try_from(edited).unwrap_or(0));
    }
    assert!(gallery.fsck(true, &mut |_| {}).unwrap().left.is_empty());
    add(gallery, &name, 2);
    let rights = gallery.rights().unwrap();
    assert_eq!((rights.collections[0].miscounted, rights.collections[0].number), (None, 1));
    assert_eq!(gallery.collection(&name).unwrap().faces, 2);
}
