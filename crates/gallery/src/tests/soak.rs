//! A seeded soak: random changes, each compared with a model in memory, with kills at planned points between the steps
//! that reach the disk.
//!
//! A kill is looked at from outside: when a point is reached, the data folder is copied as it is in that moment, which
//! is what a killed process leaves. The copy has to open, to be free of problems, and to hold exactly what the model held
//! before the change or after it.
//!
//! `OVERT_SOAK_SECONDS=3600 cargo test --release -p overt-gallery soak` runs it for an hour; `OVERT_SOAK_SEED` repeats a
//! run. Each run prints its seed.

mod model;

use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::{Duration, Instant};

use self::model::{Model, compare};
use super::*;
use crate::crash::{Point, watch};

/// Changes of a run without a time: some seconds.
const STEPS: usize = 160;

#[test]
fn the_gallery_does_what_a_model_in_memory_does() {
    let seed = number("OVERT_SOAK_SEED").unwrap_or_else(|| fastrand::u64(..));
    let seconds = number("OVERT_SOAK_SECONDS");
    println!("OVERT_SOAK_SEED={seed}");
    let begun = Instant::now();
    let mut round = 0;
    let mut kills = BTreeMap::new();
    loop {
        Soak::new(seed.wrapping_add(round)).run(&mut kills);
        round += 1;
        if seconds.is_none_or(|seconds| begun.elapsed() > Duration::from_secs(seconds)) {
            println!("{round} rounds of {STEPS} changes in {:?}; kills: {kills:?}", begun.elapsed());
            return;
        }
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a soak runs is for whoever starts it to say")]
fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

struct Soak {
    rng: fastrand::Rng,
    seed: u64,
    bench: Option<Bench>,
    model: Model,
    /// What the model was in the middle of a step that is two changes.
    between: Option<Model>,
}

/// A copy of the data folder in the moment of a kill.
struct Left {
    at: Point,
    folder: tempfile::TempDir,
}

impl Soak {
    fn new(seed: u64) -> Self {
        Self {
            rng: fastrand::Rng::with_seed(seed),
            seed,
            bench: Some(bench_with(Limits { faces_of_user: 5, ..Limits::default() })),
            model: Model::default(),
            between: None,
        }
    }

    fn gallery(&self) -> &Gallery {
        &self.bench.as_ref().unwrap().gallery
    }

    fn run(mut self, kills: &mut BTreeMap<String, usize>) {
        for step in 0..STEPS {
            let before = self.model.clone();
            self.between = None;
            let left: Rc<RefCell<Option<Left>>> = Rc::default();
            // A kill in a part of the steps, at one of the first points that are reached in it.
            let mut wait = if self.rng.bool() { Some(self.rng.usize(..16)) } else { None };
            let keep = Rc::clone(&left);
            let watcher = move |point, folder: &Path| match wait {
                Some(0) => {
                    wait = None;
                    *keep.borrow_mut() = Some(Left { at: point, folder: copy_of(folder) });
                }
                Some(more) => wait = Some(more - 1),
                None => {}
            };
            let what = watch(watcher, || self.step());
            let context = format!("seed {}, step {step}: {what}", self.seed);
            if let Some(left) = left.take() {
                *kills.entry(format!("{:?}", left.at)).or_default() += 1;
                let context = format!("{context}, killed when {:?}", left.at);
                self.check_left(&left, &before, &context);
            }
            if step % 20 == 19 || what == "reopen" {
                compare(self.gallery(), &self.model).unwrap_or_else(|error| panic!("{context}: {error}"));
            }
        }
        let report = self.gallery().fsck(false, &mut |_| {}).unwrap();
        assert!(report.problems.is_empty(), "seed {}: {:?}", self.seed, report.problems);
    }

    /// What is left of a killed process is the state before or after.
    fn check_left(&self, left: &Left, before: &Model, context: &str) {
        let clock = &self.bench.as_ref().unwrap().clock;
        let gallery = open(left.folder.path(), clock, *self.gallery().limits());
        let in_between = self.between.as_ref().is_some_and(|between| compare(&gallery, between).is_ok());
        if !in_between
            && let Err(as_before) = compare(&gallery, before)
            && let Err(as_after) = compare(&gallery, &self.model)
        {
            panic!("{context}: neither the state before ({as_before}) nor after ({as_after})");
        }
        let report = gallery.fsck(false, &mut |_| {}).unwrap();
        assert!(report.problems.is_empty(), "{context}: {:?}", report.problems);
    }

    /// One change, or something that must change nothing.
    fn step(&mut self) -> &'static str {
        match self.rng.u8(..100) {
            0..4 => self.create_collection(),
            4..6 => self.delete_collection(),
            6..34 => self.add_faces(),
            34..44 => self.delete_faces(),
            44..50 => self.create_user(),
            50..53 => self.delete_user(),
            53..65 => self.associate(),
            65..71 => self.disassociate(),
            71..80 => self.search(),
            80..86 => self.upkeep(),
            86..89 => self.rekey(),
            89..91 => self.rotate(),
            91..94 => self.migrate(),
            94..96 => self.snapshot(),
            96..98 => self.export(),
            _ => self.reopen(),
        }
    }

    fn collection(&mut self) -> Option<CollectionName> {
        let names: Vec<_> = self.model.collections.keys().cloned().collect();
        self.rng.choice(names)
    }

    fn create_collection(&mut self) -> &'static str {
        let name = name(&format!("collection-{}", self.rng.u8(..4)));
        let new = new_collection(name.as_str());
        match (self.gallery().create_collection(new), self.model.collections.contains_key(&name)) {
            (Ok(_), false) => self.model.make(&name),
            (Err(GalleryError::CollectionExists { .. }), true) => {}
            (other, there) => panic!("{other:?}, there: {there}"),
        }
        "create a collection"
    }

    fn delete_collection(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        self.gallery().delete_collection(&name).unwrap();
        self.model.collections.remove(&name);
        "delete a collection"
    }

    fn add_faces(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        let image = self.rng.u64(..200);
        let count = self.rng.usize(1..4);
        let collection = self.model.collections.get_mut(&name).unwrap();
        let templates: Vec<_> =
            (0..count).map(|index| collection.template(model::Source { image, index })).collect();
        let mut faces = picture(image, &templates);
        faces.version = collection.version();
        let added = self.bench.as_ref().unwrap().gallery.add_faces(&name, faces).unwrap();
        for (index, added) in added.into_iter().enumerate() {
            collection.add(model::Source { image, index }, &added);
        }
        "add faces"
    }

    fn some_faces(&mut self, name: &CollectionName, most: usize) -> Vec<FaceId> {
        let all: Vec<FaceId> = self.model.collections[name].faces.keys().copied().collect();
        let count = self.rng.usize(1..=most);
        let mut faces: Vec<FaceId> =
            (0..count).filter_map(|_| self.rng.choice(all.iter().copied())).collect();
        if self.rng.u8(..10) == 0 {
            faces.push(FaceId::from_bytes([9; 16]));
        }
        faces
    }

    fn delete_faces(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        let ids = self.some_faces(&name, 6);
        let outcomes = self.gallery().delete_faces(&name, ids.clone()).unwrap();
        let expected = self.model.collections.get_mut(&name).unwrap().delete(&ids);
        assert_eq!(outcomes, expected);
        "delete faces"
    }

    fn user_name(&mut self) -> UserName {
        user(&format!("user-{}", self.rng.u8(..8)))
    }

    fn create_user(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        let user = self.user_name();
        let result = self.gallery().create_user(&name, &user, None);
        let users = &mut self.model.collections.get_mut(&name).unwrap().users;
        match (result, users.contains(&user)) {
            (Ok(()), false) => users.push(user),
            (Err(GalleryError::UserExists { .. }), true) => {}
            (other, there) => panic!("{other:?}, there: {there}"),
        }
        "create a user"
    }

    fn delete_user(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        let user = self.user_name();
        let result = self.gallery().delete_user(&name, &user, None);
        let there = self.model.collections.get_mut(&name).unwrap().delete_user(&user);
        match (result, there) {
            (Ok(()), true) | (Err(GalleryError::UserUnknown { .. }), false) => {}
            (other, there) => panic!("{other:?}, there: {there}"),
        }
        "delete a user"
    }

    fn associate(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        let (user, ids) = (self.user_name(), self.some_faces(&name, 3));
        let min_score = if self.rng.bool() { Some(self.rng.f32() - 0.5) } else { None };
        let result = self.gallery().associate_faces(&name, &user, ids.clone(), min_score, None);
        let expected = self.model.collections.get_mut(&name).unwrap().associate(&user, &ids, min_score, 5);
        match (result, expected) {
            (Ok(change), Ok(expected)) => {
                let same = |(a, b): (&(FaceId, Association), &(FaceId, Association))| match (&a.1, &b.1) {
                    (Association::LowMatch { score: a }, Association::LowMatch { score: b }) => {
                        (a - b).abs() < 1e-4
                    }
                    (x, y) => a.0 == b.0 && x == y,
                };
                assert_eq!(change.outcomes.len(), expected.len(), "{change:?} {expected:?}");
                assert!(change.outcomes.iter().zip(&expected).all(same), "{change:?} {expected:?}");
            }
            (Err(GalleryError::UserUnknown { .. }), Err("unknown"))
            | (Err(GalleryError::Quota { .. }), Err("quota")) => {}
            (other, expected) => panic!("{other:?} {expected:?}"),
        }
        "associate faces"
    }

    fn disassociate(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        let (user, ids) = (self.user_name(), self.some_faces(&name, 3));
        let result = self.gallery().disassociate_faces(&name, &user, ids.clone(), None);
        let expected = self.model.collections.get_mut(&name).unwrap().disassociate(&user, &ids);
        match (result, expected) {
            (Ok(change), Some(expected)) => assert_eq!(change.outcomes, expected),
            (Err(GalleryError::UserUnknown { .. }), None) => {}
            (other, expected) => panic!("{other:?} {expected:?}"),
        }
        "disassociate faces"
    }

    fn search(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        let probe = template(self.rng.u64(..1000));
        let search = Search { min_score: self.rng.f32() * 0.6 - 0.3, limit: self.rng.usize(1..10) };
        let collection = &self.model.collections[&name];
        let found = self.gallery().search_faces(&name, &collection.version(), &probe, search).unwrap();
        let expected = collection.search(&probe, search);
        let scores: Vec<f32> = found.matches.iter().map(|found| found.score).collect();
        // A score right at the bar may fall on either side.
        assert!(scores.len().abs_diff(expected.len()) <= 1, "{scores:?} {expected:?}");
        for (score, expected) in scores.iter().zip(&expected) {
            assert!((score - expected).abs() < 1e-4, "{scores:?} {expected:?}");
        }
        for found in &found.matches {
            let own = collection.score(&probe, found.record.id);
            assert!(own.is_some_and(|own| (found.score - own).abs() < 1e-4), "{found:?} {own:?}");
        }
        "search"
    }

    fn upkeep(&mut self) -> &'static str {
        let dead_share = if self.rng.bool() { 0.01 } else { 0.3 };
        self.gallery().upkeep(UpkeepRules { dead_share, dead_pictures_one_in: 2 }).unwrap();
        "upkeep"
    }

    fn rekey(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        self.gallery().rekey_collection(&name).unwrap();
        "rekey"
    }

    fn rotate(&mut self) -> &'static str {
        self.gallery().shared.database.rotate_server_key().unwrap();
        "rotate the server's key"
    }

    fn migrate(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        let next = self.model.collections[&name].migrated_version();
        self.gallery().begin_migration(&name, &next, DIMENSIONS).unwrap();
        if self.rng.bool() {
            self.reopen();
        }
        let mut leave = self.rng.usize(..3);
        loop {
            let page = self.gallery().faces_to_migrate(&name, &Page::first(7)).unwrap().items;
            let collection = &self.model.collections[&name];
            let batch: Vec<_> = page
                .iter()
                .skip(leave)
                .map(|face| (face.id, collection.next_template(collection.faces[&face.id].source)))
                .collect();
            if batch.is_empty() {
                break;
            }
            // Those that are left out have no source any more.
            leave = leave.min(page.len());
            self.gallery().put_migrated(&name, &next, batch).unwrap();
        }
        let finished = self.gallery().finish_migration(&name, Leftover::Delete).unwrap();
        let collection = self.model.collections.get_mut(&name).unwrap();
        collection.finish_migration(&finished.deleted);
        "migrate"
    }

    fn snapshot(&mut self) -> &'static str {
        let bench = self.bench.as_ref().unwrap();
        let place = tempfile::tempdir().unwrap();
        let (to, data) = (place.path().join("snapshot"), place.path().join("data"));
        take_snapshot(&Context::system(), bench.folder.path(), &to, Pace::Full, &mut |_| {}).unwrap();
        fs_err::create_dir(&data).unwrap();
        fs_err::copy(bench.folder.path().join("server.key"), data.join("server.key")).unwrap();
        restore_snapshot(&to, &data, &mut |_| {}).unwrap();
        let gallery = open(&data, &bench.clock, *bench.gallery.limits());
        compare(&gallery, &self.model).unwrap();
        "snapshot"
    }

    fn export(&mut self) -> &'static str {
        let Some(name) = self.collection() else { return self.create_collection() };
        let secret = ExportSecret::Key(&[3; 32]);
        let mut file = Vec::new();
        self.gallery().export_collection(&name, &secret, &mut file, &mut |_| {}).unwrap();
        // Back under its own name, in the place of the original.
        self.gallery().delete_collection(&name).unwrap();
        let mut between = self.model.clone();
        between.collections.remove(&name);
        self.between = Some(between);
        let mut file = std::io::Cursor::new(file);
        self.gallery()
            .load_collection(&mut file, &secret, None, &Declaration::default(), &mut |_| {})
            .unwrap();
        self.model.make(&name);
        "export and load"
    }

    fn reopen(&mut self) -> &'static str {
        self.bench = self.bench.take().map(Bench::reopened);
        "reopen"
    }
}

/// Copies a data folder as it is in this moment, without what a process that ended does not leave: locks and shared
/// memory.
pub(super) fn copy_of(folder: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for file in files(folder) {
        let below: PathBuf = file.strip_prefix(folder).unwrap().to_owned();
        if below.ends_with("overt.db-shm") || below.ends_with("gallery.lock") {
            continue;
        }
        let to = copy.path().join(below);
        fs_err::create_dir_all(to.parent().unwrap()).unwrap();
        fs_err::copy(file, to).unwrap();
    }
    copy
}
