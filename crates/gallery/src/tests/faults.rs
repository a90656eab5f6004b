//! Disks that are full, broken or read-only: what was answered is there, and nothing else by half.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

fn filled() -> (Bench, CollectionName, Vec<FaceRecord>) {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let faces = (0..10).map(|seed| add(&bench.gallery, &collection, seed)).collect();
    bench.gallery.create_user(&collection, &user("u"), None).unwrap();
    (bench, collection, faces)
}

/// Ten faces, each with its template, and no problem anywhere.
fn check(gallery: &Gallery, collection: &CollectionName, faces: usize) {
    assert_eq!(gallery.collection(collection).unwrap().faces as usize, faces);
    let found = gallery.search_faces(collection, &version(), &template(3), all()).unwrap();
    assert_eq!((found.searched as usize, found.matches.len()), (faces, faces));
    let report = gallery.fsck(false, &mut |_| {}).unwrap();
    assert!(report.problems.is_empty(), "{:?}", report.problems);
}

#[test]
fn a_full_disk_under_the_records_refuses_changes_and_loses_nothing() {
    let (bench, collection, _) = filled();
    let limit = |pages: i64| {
        let connection = bench.gallery.shared.database.writer();
        connection.pragma_update(None, "max_page_count", pages).unwrap();
    };
    let pages: i64 = bench
        .gallery
        .shared
        .database
        .writer()
        .pragma_query_value(None, "page_count", |row| row.get(0))
        .unwrap();
    limit(pages);
    // More than fits into pages that are there already.
    let pictures: Vec<AddFaces> = (100..400).map(|seed| picture(seed, &[template(seed)])).collect();
    let error = bench.gallery.add_pictures(&collection, pictures.clone()).unwrap_err();
    // It says where there is no room, and what to do.
    let folder = bench.folder.path().display().to_string();
    assert!(matches!(error, GalleryError::DiskFull { .. }), "{error:?}");
    assert!(error.to_string().contains(&folder) && error.to_string().contains("make room"), "{error}");
    assert!(std::error::Error::source(&error).is_some(), "{error}");
    check(&bench.gallery, &collection, 10);
    // What fits into pages that are there is written.
    bench.gallery.tag(&Resource::Collection(collection.clone()), [("k".into(), "v".into())].into()).unwrap();
    limit(1_000_000);
    bench.gallery.add_pictures(&collection, pictures).unwrap();
    check(&bench.gallery, &collection, 310);
    check(&bench.reopened().gallery, &collection, 310);
}

#[test]
fn a_disk_that_refuses_templates_refuses_the_change_and_nothing_else() {
    let (bench, collection, faces) = filled();
    // No user has a vector yet; their store is open, and a folder stands where its first segment is to be.
    let nobody = bench.gallery.search_users(&collection, &version(), &template(3), all()).unwrap();
    assert!(nobody.matches.is_empty());
    let store: i64 = bench
        .gallery
        .shared
        .database
        .writer()
        .query_row("SELECT user_store FROM collections", [], |row| row.get(0))
        .unwrap();
    let in_the_way = bench.gallery.shared.stores.folder_of(store).join("00000001.vectors");
    fs_err::create_dir(&in_the_way).unwrap();
    let associate = || bench.gallery.associate_faces(&collection, &user("u"), vec![faces[1].id], None, None);
    let error = associate().unwrap_err();
    assert!(matches!(error, GalleryError::NotSaved { .. }), "{error:?}");
    assert_eq!(bench.gallery.face(&collection, faces[1].id).unwrap().user, None);
    assert_eq!(bench.gallery.user(&collection, &user("u")).unwrap().status, UserStatus::Created);
    add(&bench.gallery, &collection, 50);
    fs_err::remove_dir(&in_the_way).unwrap();
    associate().unwrap();
    check(&bench.gallery, &collection, 11);
    check(&bench.reopened().gallery, &collection, 11);
}

#[test]
fn one_failure_does_not_touch_the_others_of_its_group() {
    let (bench, collection, faces) = filled();
    let unknown = name("unknown");
    std::thread::scope(|scope| {
        for thread in 0..6_u64 {
            let (gallery, collection, unknown, faces) = (&bench.gallery, &collection, &unknown, &faces);
            scope.spawn(move || {
                for index in 0..15 {
                    let seed = 1000 + thread * 100 + index;
                    match thread % 3 {
                        0 => drop(add(gallery, collection, seed)),
                        1 => {
                            let mut wrong = picture(seed, &[template(seed), template(seed + 1)]);
                            wrong.faces[1].template.truncate(32);
                            let length = wrong.faces[1].template.iter().map(|n| n * n).sum::<f32>().sqrt();
                            wrong.faces[1].template.iter_mut().for_each(|n| *n /= length);
                            let error = gallery.add_faces(collection, wrong).unwrap_err();
                            assert!(matches!(error, GalleryError::OtherTemplates { .. }), "{error:?}");
                        }
                        _ => {
                            let error = gallery.delete_faces(unknown, vec![faces[0].id]).unwrap_err();
                            assert!(matches!(error, GalleryError::CollectionUnknown { .. }), "{error:?}");
                        }
                    }
                }
            });
        }
    });
    check(&bench.gallery, &collection, 40);
    check(&bench.reopened().gallery, &collection, 40);
}

#[test]
fn after_a_commit_that_may_have_failed_nothing_is_written_until_the_next_opening() {
    let (bench, collection, _) = filled();
    let fail = std::sync::Arc::new(AtomicBool::new(true));
    let asked = std::sync::Arc::clone(&fail);
    // SQLite asks this at each commit and turns it into a failure that is neither "disk full" nor "busy".
    let refuse = move || asked.load(Ordering::SeqCst);
    bench.gallery.shared.database.writer().commit_hook(Some(refuse)).unwrap();
    let error = bench.gallery.add_faces(&collection, picture(50, &[template(50)])).unwrap_err();
    assert!(matches!(error, GalleryError::NotSaved { .. }), "{error:?}");
    fail.store(false, Ordering::SeqCst);
    let error = bench.gallery.add_faces(&collection, picture(51, &[template(51)])).unwrap_err();
    let GalleryError::NotSaved { source } = error else { panic!("{error:?}") };
    assert!(matches!(*source, GalleryError::WritesStopped));
    assert!(bench.gallery.writes_stopped());
    // Searches go on.
    let found = bench.gallery.search_faces(&collection, &version(), &template(3), all()).unwrap();
    assert_eq!(found.matches.len(), 10);
    let bench = bench.reopened();
    assert!(!bench.gallery.writes_stopped());
    check(&bench.gallery, &collection, 10);
    add(&bench.gallery, &collection, 50);
    check(&bench.gallery, &collection, 11);
}

#[test]
fn what_was_appended_and_never_committed_is_cut_off() {
    let (bench, collection, _) = filled();
    let store: i64 = bench
        .gallery
        .shared
        .database
        .writer()
        .query_row("SELECT face_store FROM collections", [], |row| row.get(0))
        .unwrap();
    let file = files(&bench.gallery.shared.stores.folder_of(store)).remove(0);
    let length = fs_err::metadata(&file).unwrap().len();
    let mut bytes = fs_err::read(&file).unwrap();
    bytes.extend_from_slice(&[0xa5; 1000]);
    fs_err::write(&file, bytes).unwrap();
    let bench = bench.reopened();
    check(&bench.gallery, &collection, 10);
    assert_eq!(fs_err::metadata(&file).unwrap().len(), length);
}

#[cfg(unix)]
#[test]
fn a_read_only_folder_is_an_error_and_no_panic() {
    use std::os::unix::fs::PermissionsExt as _;
    let (bench, collection, _) = filled();
    let folder = bench.folder.path().to_owned();
    drop(bench.gallery);
    let mode = |mode| fs_err::set_permissions(&folder, std::fs::Permissions::from_mode(mode)).unwrap();
    mode(0o500);
    let opened = Database::open(&folder, Context::system())
        .and_then(|database| Gallery::open(Arc::new(database), Limits::default(), Arc::new(Unrecorded)))
        .and_then(|gallery| gallery.add_faces(&collection, picture(77, &[template(77)])));
    mode(0o700);
    // The superuser writes where nobody may; everybody else is told.
    let faces = match opened {
        Ok(added) => 10 + added.len(),
        Err(error) => {
            assert!(std::error::Error::source(&error).is_some(), "{error}");
            10
        }
    };
    check(&open(&folder, &bench.clock, Limits::default()), &collection, faces);
}

#[test]
fn a_large_change_that_fails_at_its_end_leaves_no_trace_that_counts() {
    let bench = bench_with(Limits { faces_in_collection: 2_000, ..Limits::default() });
    let collection = make(&bench.gallery, "c");
    add(&bench.gallery, &collection, 1);
    let pictures =
        |count: u64| (100..100 + count).map(|seed| picture(seed, &[template(seed)])).collect::<Vec<_>>();
    // Most of it is on its way to the disk when the limit is found to be passed.
    let error = bench.gallery.add_pictures(&collection, pictures(2_500)).unwrap_err();
    assert!(matches!(error, GalleryError::Quota { .. }), "{error:?}");
    check(&bench.gallery, &collection, 1);
    bench.gallery.add_pictures(&collection, pictures(1_500)).unwrap();
    check(&bench.gallery, &collection, 1_501);
    let bench = bench.reopened();
    check(&bench.gallery, &collection, 1_501);
    bench.gallery.upkeep(UpkeepRules { dead_share: 0.01, dead_pictures_one_in: 2 }).unwrap();
    check(&bench.gallery, &collection, 1_501);
}

#[test]
fn adding_to_a_collection_while_it_is_deleted_harms_nobody() {
    let bench = bench();
    let stays = make(&bench.gallery, "stays");
    std::thread::scope(|scope| {
        for thread in 0..3_u64 {
            let (gallery, stays) = (&bench.gallery, &stays);
            scope.spawn(move || {
                for index in 0..30 {
                    let seed = 1 + thread * 1000 + index;
                    let comes_and_goes = name("comes-and-goes");
                    match gallery.add_faces(&comes_and_goes, picture(seed, &[template(seed)])) {
                        Ok(_) | Err(GalleryError::CollectionUnknown { .. }) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                    match gallery.search_faces(&comes_and_goes, &version(), &template(seed), all()) {
                        Ok(_) | Err(GalleryError::CollectionUnknown { .. }) => {}
                        Err(error) => panic!("{error:?}"),
                    }
                    add(gallery, stays, seed);
                }
            });
        }
        scope.spawn(|| {
            for _ in 0..30 {
                make(&bench.gallery, "comes-and-goes");
                std::thread::yield_now();
                bench.gallery.delete_collection(&name("comes-and-goes")).unwrap();
            }
        });
    });
    check(&bench.gallery, &stays, 90);
    check(&bench.reopened().gallery, &stays, 90);
}
