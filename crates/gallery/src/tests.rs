//! The gallery as its callers see it.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::context::fake::{HandClock, seeded};
use crate::policy::{Declaration, Policy};
use crate::*;

mod concurrent;
mod consents;
mod copies;
mod deletions;
mod exports;
mod faults;
mod fsck;
mod outbox;
mod over;
mod overrides;
mod plans;
mod policies;
mod rebuilds;
mod recording;
mod retention;
mod snapshots;
mod soak;
mod subjects;
mod users;

pub(crate) const DIMENSIONS: usize = 64;

pub(crate) struct Bench {
    pub(crate) folder: tempfile::TempDir,
    pub(crate) clock: Arc<HandClock>,
    pub(crate) gallery: Gallery,
}

pub(crate) fn bench() -> Bench {
    bench_with(Limits::default())
}

pub(crate) fn bench_with(limits: Limits) -> Bench {
    let folder = tempfile::tempdir().unwrap();
    let clock = HandClock::at(1_700_000_000_000);
    let gallery = open(folder.path(), &clock, limits);
    Bench { folder, clock, gallery }
}

pub(crate) fn open(folder: &std::path::Path, clock: &Arc<HandClock>, limits: Limits) -> Gallery {
    // Another stream each time it is opened: ids must not come again.
    let context = seeded(Arc::clone(clock), fastrand::u64(..));
    let database = Database::open(folder, context).unwrap();
    Gallery::open(Arc::new(database), limits, Arc::new(Unrecorded)).unwrap()
}

impl Bench {
    /// Closes the gallery and opens it again.
    pub(crate) fn reopened(self) -> Self {
        let limits = *self.gallery.limits();
        drop(self.gallery);
        let gallery = open(self.folder.path(), &self.clock, limits);
        Self { gallery, ..self }
    }
}

pub(crate) fn version() -> TemplateVersion {
    "test-1".parse().unwrap()
}

pub(crate) fn name(text: &str) -> CollectionName {
    text.parse().unwrap()
}

pub(crate) fn user(text: &str) -> UserName {
    text.parse().unwrap()
}

pub(crate) fn make(gallery: &Gallery, text: &str) -> CollectionName {
    gallery.create_collection(new_collection(text)).unwrap();
    name(text)
}

/// A collection for as many faces and as long as a test likes.
pub(crate) fn new_collection(text: &str) -> NewCollection {
    NewCollection {
        name: name(text),
        version: version(),
        dimensions: DIMENSIONS,
        tags: BTreeMap::new(),
        policy: declared(&[("overt:purpose", "research"), ("overt:legal-basis", "no-living-person")]),
    }
}

/// The policy that tags declare.
pub(crate) fn declared(tags: &[(&str, &str)]) -> Policy {
    let tags = tags.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect();
    Declaration::from_tags(&tags)
        .unwrap()
        .policy(&Declaration::default(), &"Testers".parse().unwrap())
        .unwrap()
}

/// A unit template that depends on the seed only.
pub(crate) fn template(seed: u64) -> Vec<f32> {
    let mut rng = fastrand::Rng::with_seed(seed);
    let numbers: Vec<f32> = (0..DIMENSIONS).map(|_| rng.f32() - 0.5).collect();
    unit(&numbers)
}

/// A template near another one: `share` of a random one is mixed in.
pub(crate) fn near(template: &[f32], seed: u64, share: f32) -> Vec<f32> {
    let other = self::template(seed ^ 0x5eed);
    unit(&template.iter().zip(&other).map(|(a, b)| a + share * b).collect::<Vec<_>>())
}

fn unit(numbers: &[f32]) -> Vec<f32> {
    let length = numbers.iter().map(|number| number * number).sum::<f32>().sqrt();
    numbers.iter().map(|number| number / length).collect()
}

pub(crate) fn place(index: usize) -> FaceBox {
    FaceBox { left: 0.1 * index as f32, top: 0.2, width: 0.08, height: 0.1 }
}

pub(crate) fn picture(image: u64, templates: &[Vec<f32>]) -> AddFaces {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&image.to_be_bytes());
    AddFaces {
        image: ImageId::from_bytes(bytes),
        external_id: Some(format!("picture-{image}").parse().unwrap()),
        version: version(),
        consent: None,
        same_person: 0.5,
        faces: templates
            .iter()
            .enumerate()
            .map(|(index, template)| NewFace {
                template: template.clone(),
                bounding_box: place(index),
                confidence: 99.5,
            })
            .collect(),
    }
}

/// A face as an export holds it: a loaded one is found by another secret.
pub(crate) fn without_finder(face: FaceRecord) -> FaceRecord {
    FaceRecord { finder: Finder::from_bytes([0; 16]), ..face }
}

/// Adds one face to a collection.
pub(crate) fn add(gallery: &Gallery, collection: &CollectionName, seed: u64) -> FaceRecord {
    let mut added = gallery.add_faces(collection, picture(seed, &[template(seed)])).unwrap();
    assert!(added[0].is_new);
    added.remove(0).record
}

pub(crate) fn all() -> Search {
    Search { min_score: -2.0, limit: 4096 }
}

fn ids<T>(found: &Found<T>, id: impl Fn(&T) -> String) -> Vec<String> {
    found.matches.iter().map(|found| id(&found.record)).collect()
}

#[test]
fn collections_are_made_listed_described_and_deleted() {
    let bench = bench();
    let gallery = &bench.gallery;
    for text in ["b", "a", "C"] {
        make(gallery, text);
    }
    let new = new_collection("a");
    assert!(matches!(gallery.create_collection(new), Err(GalleryError::CollectionExists { .. })));
    let first = gallery.collections(&Page::first(2)).unwrap();
    assert_eq!(first.items.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["b", "a"]);
    let rest = gallery.collections(&Page { after: first.next, limit: 2 }).unwrap();
    assert_eq!(rest.items.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["C"]);
    assert!(rest.next.is_none());
    add(gallery, &name("a"), 1);
    let described = gallery.collection(&name("a")).unwrap();
    assert_eq!((described.faces, described.users, described.dimensions), (1, 0, DIMENSIONS));
    assert_eq!(described.version, version());
    gallery.delete_collection(&name("a")).unwrap();
    assert!(matches!(gallery.collection(&name("a")), Err(GalleryError::CollectionUnknown { .. })));
    assert!(matches!(gallery.delete_collection(&name("a")), Err(GalleryError::CollectionUnknown { .. })));
    make(gallery, "a");
    assert_eq!(gallery.collection(&name("a")).unwrap().faces, 0);
    let found = gallery.search_faces(&name("a"), &version(), &template(1), all()).unwrap();
    assert!(found.matches.is_empty());
}

#[test]
fn a_face_is_found_as_soon_as_it_is_added_and_after_a_restart() {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let faces: Vec<FaceRecord> = (0..20).map(|seed| add(&bench.gallery, &collection, seed)).collect();
    let check = |gallery: &Gallery| {
        for (seed, face) in faces.iter().enumerate() {
            let probe = near(&template(seed as u64), 99, 0.2);
            let found =
                gallery.search_faces(&collection, &version(), &probe, Search { min_score: 0.8, limit: 5 });
            let found = found.unwrap();
            assert_eq!(found.matches[0].record, *face);
            assert_eq!(found.searched, 20);
            assert_eq!(gallery.face(&collection, face.id).unwrap(), *face);
        }
    };
    check(&bench.gallery);
    check(&bench.reopened().gallery);
}

#[test]
fn a_face_does_not_find_itself() {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let face = add(&bench.gallery, &collection, 1);
    let other = add(&bench.gallery, &collection, 2);
    let (searched, found) = bench.gallery.search_faces_by_face(&collection, face.id, all()).unwrap();
    assert_eq!(searched, face);
    assert_eq!(ids(&found, |face| face.id.to_string()), [other.id.to_string()]);
    let nobody = FaceId::from_bytes([7; 16]);
    let error = bench.gallery.search_faces_by_face(&collection, nobody, all()).unwrap_err();
    assert!(matches!(error, GalleryError::FaceUnknown { .. }));
}

#[test]
fn the_same_picture_is_stored_once_a_collection_and_external_id() {
    let bench = bench();
    let gallery = &bench.gallery;
    let collection = make(gallery, "c");
    let templates = [template(1), template(2)];
    let first = gallery.add_faces(&collection, picture(1, &templates)).unwrap();
    // A second call finds the boxes a little elsewhere, in another order, and one face more.
    let mut again = picture(1, &[template(1), template(2), template(3)]);
    again.faces.swap(0, 1);
    again.faces[0].bounding_box.left += 0.005;
    let second = gallery.add_faces(&collection, again).unwrap();
    assert_eq!((second[0].is_new, second[0].record.id), (false, first[1].record.id));
    assert_eq!((second[1].is_new, second[1].record.id), (false, first[0].record.id));
    assert!(second[2].is_new);
    assert_eq!(gallery.collection(&collection).unwrap().faces, 3);
    // Another external id, none, or another collection: stored.
    let mut other = picture(1, &templates);
    other.external_id = Some("other".parse().unwrap());
    assert!(gallery.add_faces(&collection, other.clone()).unwrap().iter().all(|face| face.is_new));
    other.external_id = None;
    assert!(gallery.add_faces(&collection, other.clone()).unwrap().iter().all(|face| face.is_new));
    assert!(gallery.add_faces(&collection, other).unwrap().iter().all(|face| !face.is_new));
    let elsewhere = make(gallery, "d");
    assert!(gallery.add_faces(&elsewhere, picture(1, &templates)).unwrap().iter().all(|face| face.is_new));
    // A deleted face is stored again; the others stay what they are.
    gallery.delete_faces(&collection, vec![first[0].record.id]).unwrap();
    let third = gallery.add_faces(&collection, picture(1, &templates)).unwrap();
    assert!(third[0].is_new && !third[1].is_new);
}

#[test]
fn templates_of_another_version_or_form_are_refused() {
    let bench = bench();
    let gallery = &bench.gallery;
    let collection = make(gallery, "c");
    let mut other = picture(1, &[template(1)]);
    other.version = "test-2".parse().unwrap();
    assert!(matches!(
        gallery.add_faces(&collection, other.clone()),
        Err(GalleryError::OtherTemplates { .. })
    ));
    let error = gallery.search_faces(&collection, &other.version, &template(1), all()).unwrap_err();
    assert!(error.to_string().contains("test-1 of 64 numbers"), "{error}");
    let short = gallery.search_faces(&collection, &version(), &template(1)[..32], all());
    assert!(matches!(short, Err(GalleryError::OtherTemplates { .. })));
    for bad in [vec![f32::NAN; DIMENSIONS], vec![1.0; DIMENSIONS], vec![0.0; DIMENSIONS]] {
        let error = gallery.add_faces(&collection, picture(1, &[template(1), bad])).unwrap_err();
        assert!(matches!(error, GalleryError::TemplateUnusable { .. }));
    }
    assert_eq!(gallery.collection(&collection).unwrap().faces, 0);
}

#[test]
fn faces_are_listed_in_order_page_by_page_and_filtered() {
    let bench = bench();
    let gallery = &bench.gallery;
    let collection = make(gallery, "c");
    let faces: Vec<FaceRecord> = (0..25).map(|seed| add(gallery, &collection, seed)).collect();
    let list = |filter: &FaceFilter, limit| {
        let mut page = Page::first(limit);
        let mut all = Vec::new();
        loop {
            let listed = gallery.faces(&collection, filter, &page).unwrap();
            assert!(listed.items.len() <= limit);
            all.extend(listed.items.into_iter().map(|face| face.id));
            match listed.next {
                Some(next) => page.after = Some(next),
                None => return all,
            }
        }
    };
    let expected: Vec<FaceId> = faces.iter().map(|face| face.id).collect();
    for limit in [1, 7, 25, 100] {
        assert_eq!(list(&FaceFilter::default(), limit), expected);
    }
    gallery.create_user(&collection, &user("u"), None).unwrap();
    let of_user = vec![faces[4].id, faces[20].id];
    gallery.associate_faces(&collection, &user("u"), of_user.clone(), None, None).unwrap();
    let by_user = FaceFilter { user: Some(user("u")), ids: None };
    assert_eq!(list(&by_user, 1), of_user);
    let some = vec![faces[9].id, FaceId::from_bytes([1; 16]), faces[4].id, faces[9].id];
    let by_id = FaceFilter { user: None, ids: Some(some.clone()) };
    assert_eq!(list(&by_id, 1), [faces[4].id, faces[9].id]);
    let both = FaceFilter { user: Some(user("u")), ids: Some(some) };
    assert_eq!(list(&both, 10), [faces[4].id]);
    let nobody = FaceFilter { user: Some(user("x")), ids: None };
    let error = gallery.faces(&collection, &nobody, &Page::first(1)).unwrap_err();
    assert!(matches!(error, GalleryError::UserUnknown { .. }));
    let page = Page { after: Some(Cursor::from_text("txyz")), limit: 1 };
    let error = gallery.faces(&collection, &FaceFilter::default(), &page).unwrap_err();
    assert!(matches!(error, GalleryError::CursorUnreadable));
}

#[test]
fn limits_are_kept() {
    let limits = Limits {
        faces_in_collection: 3,
        users_in_collection: 1,
        faces_of_user: 2,
        tags: 1,
        ..Limits::default()
    };
    let bench = bench_with(limits);
    let gallery = &bench.gallery;
    let collection = make(gallery, "c");
    let faces: Vec<FaceRecord> = (0..2).map(|seed| add(gallery, &collection, seed)).collect();
    let error = gallery.add_faces(&collection, picture(9, &[template(8), template(9)])).unwrap_err();
    assert!(matches!(error, GalleryError::Quota { what: Quota::FacesInCollection, limit: 3 }));
    assert_eq!(gallery.collection(&collection).unwrap().faces, 2);
    let third = add(gallery, &collection, 2);
    gallery.create_user(&collection, &user("u"), None).unwrap();
    let error = gallery.create_user(&collection, &user("v"), None).unwrap_err();
    assert!(matches!(error, GalleryError::Quota { what: Quota::UsersInCollection, .. }));
    let associate =
        |ids: &[FaceId]| gallery.associate_faces(&collection, &user("u"), ids.to_vec(), None, None);
    associate(&[faces[0].id]).unwrap();
    let error = associate(&[faces[1].id, third.id]).unwrap_err();
    assert!(matches!(error, GalleryError::Quota { what: Quota::FacesOfUser, .. }));
    assert_eq!(gallery.user(&collection, &user("u")).unwrap().faces, 1);
    // Those that are associated already do not count twice.
    associate(&[faces[0].id, faces[1].id]).unwrap();
    let resource = Resource::Collection(collection);
    let tags = |keys: &[&str]| keys.iter().map(|key| ((*key).to_owned(), "v".to_owned())).collect();
    gallery.tag(&resource, tags(&["a"])).unwrap();
    assert!(matches!(gallery.tag(&resource, tags(&["b"])), Err(GalleryError::Quota { .. })));
    gallery.tag(&resource, tags(&["a"])).unwrap();
    gallery.untag(&resource, vec!["a".into(), "x".into()]).unwrap();
    gallery.tag(&resource, tags(&["b"])).unwrap();
    assert_eq!(gallery.tags(&resource).unwrap(), tags(&["b"]));
}

#[test]
fn only_one_process_at_a_time() {
    let bench = bench();
    let database = Database::open(bench.folder.path(), Context::system()).unwrap();
    let error = Gallery::open(Arc::new(database), Limits::default(), Arc::new(Unrecorded)).unwrap_err();
    assert!(matches!(error, GalleryError::InUse { .. }));
}

pub(crate) fn files(folder: &std::path::Path) -> Vec<std::path::PathBuf> {
    let mut found = Vec::new();
    for entry in fs_err::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

#[test]
fn changes_from_many_threads_are_all_there() {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let (gallery, collection) = (&bench.gallery, &collection);
            scope.spawn(move || {
                for index in 0..20 {
                    let face = add(gallery, collection, thread * 1000 + index);
                    let template = template(thread * 1000 + index);
                    let found = gallery
                        .search_faces(collection, &version(), &template, Search { min_score: 0.99, limit: 1 })
                        .unwrap();
                    assert_eq!(found.matches[0].record.id, face.id);
                    if index % 3 == 0 {
                        let outcome = gallery.delete_faces(collection, vec![face.id]).unwrap();
                        assert_eq!(outcome, [FaceDeletion::Deleted]);
                    }
                }
            });
        }
    });
    assert_eq!(bench.gallery.collection(&collection).unwrap().faces, 8 * 13);
    let bench = bench.reopened();
    let found = bench.gallery.search_faces(&collection, &version(), &template(1), all()).unwrap();
    assert_eq!((found.searched, found.matches.len()), (104, 104));
}

#[test]
fn tokens_answer_the_same_request_again() {
    let bench = bench();
    let gallery = &bench.gallery;
    let collection = make(gallery, "c");
    let face = add(gallery, &collection, 1);
    let token = |text: &str| Some(RequestToken { principal: "p".into(), token: text.into() });
    gallery.create_user(&collection, &user("u"), token("t1")).unwrap();
    gallery.create_user(&collection, &user("u"), token("t1")).unwrap();
    let again = gallery.create_user(&collection, &user("u"), None);
    assert!(matches!(again, Err(GalleryError::UserExists { .. })));
    let other = gallery.create_user(&collection, &user("v"), token("t1"));
    assert!(matches!(other, Err(GalleryError::TokenReused { .. })));
    let elsewhere = RequestToken { principal: "q".into(), token: "t1".into() };
    gallery.create_user(&collection, &user("v"), Some(elsewhere)).unwrap();
    let associate =
        |min_score, token| gallery.associate_faces(&collection, &user("u"), vec![face.id], min_score, token);
    let first = associate(None, token("t2")).unwrap();
    assert_eq!(first.outcomes, [(face.id, Association::Associated)]);
    assert_eq!(associate(None, token("t2")).unwrap(), first);
    assert_eq!(associate(None, None).unwrap().outcomes, [(face.id, Association::Already)]);
    assert!(matches!(associate(Some(0.5), token("t2")), Err(GalleryError::TokenReused { .. })));
    // A request that failed can be tried again under its token.
    let failed = gallery.delete_user(&collection, &user("w"), token("t3"));
    assert!(matches!(failed, Err(GalleryError::UserUnknown { .. })));
    gallery.create_user(&collection, &user("w"), None).unwrap();
    gallery.delete_user(&collection, &user("w"), token("t3")).unwrap();
    gallery.delete_user(&collection, &user("w"), token("t3")).unwrap();
    bench.clock.advance(TOKEN_LIFETIME + Duration::from_millis(1));
    let expired = gallery.delete_user(&collection, &user("w"), token("t3"));
    assert!(matches!(expired, Err(GalleryError::UserUnknown { .. })));
    assert_eq!(gallery.upkeep(UpkeepRules::default()).unwrap().tokens, 4);
}
