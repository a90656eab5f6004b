//! New keys and new template versions.

use super::*;

/// A collection with thirty faces, of which some were deleted, and a user.
fn filled() -> (Bench, CollectionName, Vec<FaceRecord>) {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let faces: Vec<FaceRecord> = (0..30).map(|seed| add(&bench.gallery, &collection, seed)).collect();
    bench.gallery.create_user(&collection, &user("u"), None).unwrap();
    let of_user = vec![faces[1].id, faces[2].id];
    bench.gallery.associate_faces(&collection, &user("u"), of_user, None, None).unwrap();
    bench.gallery.delete_faces(&collection, vec![faces[0].id, faces[29].id]).unwrap();
    (bench, collection, faces)
}

fn scores(gallery: &Gallery, collection: &CollectionName, probe: &[f32]) -> Vec<(FaceId, f32)> {
    let found = gallery.search_faces(collection, &version(), probe, all()).unwrap();
    found.matches.iter().map(|found| (found.record.id, found.score)).collect()
}

/// The same faces with the same scores, but for the rounding of another rotation.
fn assert_same(before: &[(FaceId, f32)], after: &[(FaceId, f32)]) {
    let sorted = |list: &[(FaceId, f32)]| {
        let mut list = list.to_vec();
        list.sort_unstable_by_key(|(id, _)| *id);
        list
    };
    assert_eq!(before.len(), after.len());
    for (before, after) in sorted(before).iter().zip(sorted(after)) {
        assert_eq!(before.0, after.0);
        assert!((before.1 - after.1).abs() < 1e-5, "{before:?} {after:?}");
    }
}

#[test]
fn a_new_key_changes_every_byte_and_no_answer() {
    let (bench, collection, faces) = filled();
    let before = scores(&bench.gallery, &collection, &template(5));
    let users =
        |gallery: &Gallery| gallery.search_users(&collection, &version(), &template(1), all()).unwrap();
    let users_before = users(&bench.gallery);
    let old_files = files(&bench.folder.path().join("templates"));
    let old_bytes: Vec<Vec<u8>> = old_files.iter().map(|file| fs_err::read(file).unwrap()).collect();
    bench.gallery.rekey_collection(&collection).unwrap();
    assert_same(&before, &scores(&bench.gallery, &collection, &template(5)));
    assert!(old_files.iter().all(|file| !file.exists()));
    for file in files(&bench.folder.path().join("templates")) {
        let bytes = fs_err::read(&file).unwrap();
        for old in &old_bytes {
            let shared = old.windows(32).step_by(32).filter(|window| {
                window.iter().any(|byte| *byte != 0) && bytes.windows(32).any(|other| other == *window)
            });
            // The first bytes say what kind of file it is.
            assert!(shared.count() <= 1, "{} repeats bytes", file.display());
        }
    }
    add(&bench.gallery, &collection, 500);
    bench.gallery.delete_faces(&collection, vec![faces[5].id]).unwrap();
    let bench = bench.reopened();
    let after = scores(&bench.gallery, &collection, &template(5));
    assert_eq!(after.len(), before.len());
    assert!(after.iter().all(|(id, _)| *id != faces[5].id));
    assert_eq!(users(&bench.gallery).matches.len(), users_before.matches.len());
}

#[test]
fn a_new_key_is_given_while_faces_come_and_go() {
    let (bench, collection, _) = filled();
    let stop = std::sync::atomic::AtomicBool::new(false);
    let added = std::thread::scope(|scope| {
        let writer = scope.spawn(|| {
            let mut added = Vec::new();
            for seed in 1000.. {
                if stop.load(std::sync::atomic::Ordering::SeqCst) {
                    return added;
                }
                let face = add(&bench.gallery, &collection, seed);
                if seed % 3 == 0 {
                    bench.gallery.delete_faces(&collection, vec![face.id]).unwrap();
                } else {
                    added.push((seed, face.id));
                }
            }
            added
        });
        for _ in 0..5 {
            bench.gallery.rekey_collection(&collection).unwrap();
        }
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        writer.join().unwrap()
    });
    let check = |gallery: &Gallery| {
        assert_eq!(gallery.collection(&collection).unwrap().faces, 28 + added.len() as u64);
        let found = gallery.search_faces(&collection, &version(), &template(5), all()).unwrap();
        assert_eq!(found.matches.len().min(4096), (28 + added.len()).min(4096));
        for (seed, id) in &added {
            let search = Search { min_score: 0.999, limit: 1 };
            let found = gallery.search_faces(&collection, &version(), &template(*seed), search).unwrap();
            assert_eq!(found.matches[0].record.id, *id);
        }
    };
    check(&bench.gallery);
    check(&bench.reopened().gallery);
}

fn second_version() -> TemplateVersion {
    "test-2".parse().unwrap()
}

/// The template of the second version: of another length.
fn second(seed: u64) -> Vec<f32> {
    let mut both = template(seed + 7_000);
    both.extend(template(seed + 8_000));
    both.iter().map(|number| number / 2.0_f32.sqrt()).collect()
}

fn seed_of(face: &FaceRecord) -> u64 {
    u64::from_be_bytes(face.image.as_bytes()[..8].try_into().unwrap())
}

#[test]
fn a_migration_keeps_ids_users_and_external_ids_and_goes_on_after_a_restart() {
    let (bench, collection, faces) = filled();
    let gallery = &bench.gallery;
    let none = gallery.faces_to_migrate(&collection, &Page::first(10));
    assert!(matches!(none, Err(GalleryError::NoMigration { .. })));
    gallery.begin_migration(&collection, &second_version(), 2 * DIMENSIONS).unwrap();
    gallery.begin_migration(&collection, &second_version(), 2 * DIMENSIONS).unwrap();
    let third = gallery.begin_migration(&collection, &"test-3".parse().unwrap(), DIMENSIONS);
    assert!(matches!(third, Err(GalleryError::Busy { .. })));
    assert!(matches!(gallery.rekey_collection(&collection), Err(GalleryError::Busy { .. })));
    let put = |gallery: &Gallery, faces: &[FaceRecord]| {
        let templates = faces.iter().map(|face| (face.id, second(seed_of(face)))).collect();
        gallery.put_migrated(&collection, &second_version(), templates).unwrap()
    };
    assert_eq!(put(gallery, &faces[0..3]), [Migrated::Unknown, Migrated::Kept, Migrated::Kept]);
    assert_eq!(put(gallery, &faces[2..3]), [Migrated::Already]);
    let wrong = gallery.put_migrated(&collection, &version(), vec![(faces[3].id, template(3))]);
    assert!(matches!(wrong, Err(GalleryError::OtherTemplates { .. })));
    let refused = gallery.finish_migration(&collection, Leftover::Refuse).unwrap_err();
    assert!(matches!(refused, GalleryError::Unmigrated { faces: 26, .. }), "{refused}");
    // Everything goes on as before meanwhile, in the old version.
    let late = add(gallery, &collection, 600);
    assert_eq!(scores(gallery, &collection, &template(5)).len(), 29);

    let bench = bench.reopened();
    let gallery = &bench.gallery;
    let state = gallery.migration(&collection).unwrap().unwrap();
    assert_eq!((state.migrated, state.remaining, state.dimensions), (2, 27, 2 * DIMENSIONS));
    // In another order than the faces': labels of the new store differ from theirs.
    let mut todo = gallery.faces_to_migrate(&collection, &Page::first(100)).unwrap().items;
    assert_eq!(todo.len(), 27);
    assert_eq!(todo.pop().unwrap(), late);
    todo.reverse();
    put(gallery, &todo);
    let before = gallery.faces(&collection, &FaceFilter::default(), &Page::first(100)).unwrap().items;
    let finished = gallery.finish_migration(&collection, Leftover::Delete).unwrap();
    assert_eq!((finished.migrated, finished.deleted), (28, vec![late.id]));

    let check = |gallery: &Gallery| {
        let now = gallery.faces(&collection, &FaceFilter::default(), &Page::first(100)).unwrap().items;
        assert_eq!(now, before[..28]);
        assert_eq!(gallery.collection(&collection).unwrap().version, second_version());
        let old = gallery.search_faces(&collection, &version(), &template(5), all());
        assert!(matches!(old, Err(GalleryError::OtherTemplates { .. })));
        for face in &now {
            let found = gallery
                .search_faces(
                    &collection,
                    &second_version(),
                    &second(seed_of(face)),
                    Search { min_score: 0.99, limit: 3 },
                )
                .unwrap();
            assert_eq!((found.searched, &found.matches[0].record), (28, face));
        }
        let (_, users) = gallery.search_users_by_face(&collection, faces[1].id, all()).unwrap();
        assert_eq!(ids(&users, |user| user.name.to_string()), ["u"]);
        assert!((users.matches[0].score - 0.5).abs() < 0.2, "{}", users.matches[0].score);
        assert_eq!(gallery.migration(&collection).unwrap(), None);
    };
    check(gallery);
    bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    let bench = bench.reopened();
    check(&bench.gallery);
    let rows: i64 = bench
        .gallery
        .shared
        .database
        .writer()
        .query_row("SELECT (SELECT count(*) FROM migrated) + (SELECT count(*) FROM stores)", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(rows, 2, "rows of the migration were left");
}

#[test]
fn a_user_whose_faces_all_lack_a_source_has_none_afterwards() {
    let (bench, collection, faces) = filled();
    let gallery = &bench.gallery;
    gallery.begin_migration(&collection, &second_version(), 2 * DIMENSIONS).unwrap();
    let templates = faces[3..20].iter().map(|face| (face.id, second(seed_of(face)))).collect();
    gallery.put_migrated(&collection, &second_version(), templates).unwrap();
    let finished = gallery.finish_migration(&collection, Leftover::Delete).unwrap();
    assert_eq!((finished.migrated, finished.deleted.len()), (17, 11));
    let record = gallery.user(&collection, &user("u")).unwrap();
    assert_eq!((record.faces, record.status), (0, UserStatus::Created));
    let users = gallery.search_users(&collection, &second_version(), &second(1), all()).unwrap();
    assert!(users.matches.is_empty());
    gallery.associate_faces(&collection, &user("u"), vec![faces[3].id], None, None).unwrap();
    let users = gallery.search_users(&collection, &second_version(), &second(3), all()).unwrap();
    assert!((users.matches[0].score - 1.0).abs() < 1e-3);
    let bench = bench.reopened();
    let users = bench.gallery.search_users(&collection, &second_version(), &second(3), all()).unwrap();
    assert_eq!(users.matches.len(), 1);
}

#[test]
fn a_migration_can_be_given_up() {
    let (bench, collection, faces) = filled();
    let gallery = &bench.gallery;
    gallery.begin_migration(&collection, &second_version(), 2 * DIMENSIONS).unwrap();
    gallery.put_migrated(&collection, &second_version(), vec![(faces[1].id, second(1))]).unwrap();
    gallery.abandon_migration(&collection).unwrap();
    assert!(gallery.migration(&collection).unwrap().is_none());
    assert_eq!(scores(gallery, &collection, &template(5)).len(), 28);
    // A second attempt begins with nothing.
    gallery.begin_migration(&collection, &second_version(), 2 * DIMENSIONS).unwrap();
    assert_eq!(gallery.migration(&collection).unwrap().unwrap().migrated, 0);
}

#[test]
fn compaction_drops_what_is_dead_and_changes_no_answer() {
    let (bench, collection, faces) = filled();
    let before = scores(&bench.gallery, &collection, &template(5));
    let done = bench.gallery.upkeep(UpkeepRules { dead_share: 0.9, dead_pictures_one_in: 1 }).unwrap();
    assert_eq!(done.compactions, 0);
    let done = bench.gallery.upkeep(UpkeepRules { dead_share: 0.01, dead_pictures_one_in: 5 }).unwrap();
    assert!(done.compactions >= 1, "{done:?}");
    assert_same(&before, &scores(&bench.gallery, &collection, &template(5)));
    add(&bench.gallery, &collection, 700);
    bench.gallery.delete_faces(&collection, vec![faces[7].id]).unwrap();
    let bench = bench.reopened();
    assert_eq!(scores(&bench.gallery, &collection, &template(5)).len(), before.len());
}
