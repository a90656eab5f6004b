//! Searches beside changes: what was there before a search began and is there when it ends is found.

use std::sync::atomic::{AtomicBool, Ordering};

use super::*;

/// Changes of one run: each is a commit of its own.
const CHANGES: usize = 120;

/// Runs searches in two threads while changes are made, and hands back what they said.
fn beside(
    changes: impl FnOnce() + Send,
    search: impl Fn() -> Result<(), String> + Sync,
) -> Result<usize, String> {
    let over = AtomicBool::new(false);
    std::thread::scope(|scope| {
        let searches = || {
            let mut count = 0;
            while !over.load(Ordering::Relaxed) {
                search()?;
                count += 1;
            }
            Ok::<usize, String>(count)
        };
        let (one, two) = (scope.spawn(searches), scope.spawn(searches));
        changes();
        over.store(true, Ordering::Relaxed);
        Ok(one.join().unwrap()? + two.join().unwrap()?)
    })
}

#[test]
fn a_user_is_found_whatever_is_associated_meanwhile() {
    let bench = bench();
    let (gallery, collection) = (&bench.gallery, make(&bench.gallery, "c"));
    let faces: Vec<FaceId> = (0..3).map(|seed| add(gallery, &collection, seed).id).collect();
    let other = add(gallery, &collection, 9).id;
    for (text, faces) in [("u", faces[..2].to_vec()), ("other", vec![other])] {
        gallery.create_user(&collection, &user(text), None).unwrap();
        gallery.associate_faces(&collection, &user(text), faces, None, None).unwrap();
    }
    let changes = || {
        for change in 0..CHANGES {
            let extra = vec![faces[2]];
            if change % 2 == 0 {
                gallery.associate_faces(&collection, &user("u"), extra, None, None).unwrap();
            } else {
                gallery.disassociate_faces(&collection, &user("u"), extra, None).unwrap();
            }
        }
    };
    let search = || {
        let named = |found: &Found<UserRecord>, text: &str| match found
            .matches
            .iter()
            .any(|found| found.record.name == user(text))
        {
            true => Ok(()),
            false => Err(format!("{text} is not found, of {} searched", found.searched)),
        };
        let by_template = gallery.search_users(&collection, &version(), &template(0), all());
        named(&by_template.map_err(|error| error.to_string())?, "u")?;
        let by_face = gallery.search_users_by_face(&collection, other, all());
        named(&by_face.map_err(|error| error.to_string())?.1, "u")?;
        let by_user = gallery.search_users_by_user(&collection, &user("u"), all());
        named(&by_user.map_err(|error| error.to_string())?.1, "other")
    };
    assert!(beside(changes, search).unwrap() > 0);
}

#[test]
fn a_face_that_is_deleted_meanwhile_is_unknown_and_nothing_is_damaged() {
    let bench = bench();
    let (gallery, collection) = (&bench.gallery, make(&bench.gallery, "c"));
    let stays = add(gallery, &collection, 1).id;
    let goes = std::sync::Mutex::new(stays);
    let changes = || {
        for seed in 0..CHANGES as u64 / 2 {
            let face = add(gallery, &collection, 100 + seed).id;
            *goes.lock().unwrap() = face;
            gallery.delete_faces(&collection, vec![face]).unwrap();
        }
    };
    let search = || {
        let face = *goes.lock().unwrap();
        match gallery.search_faces_by_face(&collection, face, all()) {
            Ok((_, found)) if face == stays || found.matches.iter().any(|found| found.record.id == stays) => {
                Ok(())
            }
            Ok(_) => Err("the face that stays is not found".to_owned()),
            Err(GalleryError::FaceUnknown { id, .. }) if id == face && face != stays => Ok(()),
            Err(error) => Err(error.to_string()),
        }
    };
    assert!(beside(changes, search).unwrap() > 0);
}

#[test]
fn the_next_best_is_found_in_the_place_of_one_that_is_deleted() {
    let bench = bench();
    let (gallery, collection) = (&bench.gallery, make(&bench.gallery, "c"));
    add(gallery, &collection, 1);
    let second = gallery.add_faces(&collection, picture(2, &[near(&template(1), 2, 0.5)])).unwrap();
    let second = second[0].record.id;
    let first = gallery.search_faces(&collection, &version(), &template(1), all()).unwrap();
    gallery.delete_faces(&collection, vec![first.matches[0].record.id]).unwrap();
    let changes = || {
        for picture_of in 0..CHANGES as u64 / 2 {
            // Better than the second one, for as long as it is there.
            let best = gallery.add_faces(&collection, picture(100 + picture_of, &[template(1)])).unwrap();
            gallery.delete_faces(&collection, vec![best[0].record.id]).unwrap();
        }
    };
    let search = || {
        let one = Search { min_score: 0.1, limit: 1 };
        let found = gallery.search_faces(&collection, &version(), &template(1), one);
        let found = found.map_err(|error| error.to_string())?;
        match found.matches.as_slice() {
            [one] if one.score > 0.999 || one.record.id == second => Ok(()),
            other => Err(format!("{other:?}")),
        }
    };
    assert!(beside(changes, search).unwrap() > 0);
}

#[test]
fn stores_that_nobody_uses_are_closed_and_opened_again() {
    let bench = bench_with(Limits { open_stores: 3, ..Limits::default() });
    let gallery = &bench.gallery;
    let collections: Vec<CollectionName> = (0..8)
        .map(|number| {
            let collection = make(gallery, &format!("c{number}"));
            assert!(gallery.shared.stores.opened().len() <= 3);
            add(gallery, &collection, number);
            collection
        })
        .collect();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for seed in (0..8).chain((0..8).rev()) {
                    let collection = &collections[seed as usize];
                    let found = gallery.search_faces(collection, &version(), &template(seed), all()).unwrap();
                    assert!(found.matches[0].score > 0.999);
                    gallery
                        .add_faces(collection, picture(50 + fastrand::u64(..1_000_000), &[template(7)]))
                        .unwrap();
                }
            });
        }
    });
    // The last to open one closes those that were in use until then.
    gallery.search_faces(&collections[0], &version(), &template(0), all()).unwrap();
    gallery.search_faces(&collections[1], &version(), &template(0), all()).unwrap();
    assert!(gallery.shared.stores.opened().len() <= 3);
    assert!(gallery.fsck(false, &mut |_| {}).unwrap().problems.is_empty());
    let faces: u64 = collections.iter().map(|collection| gallery.collection(collection).unwrap().faces).sum();
    assert_eq!(faces, 8 + 3 * 16);
}

#[test]
fn one_store_that_cannot_be_compacted_keeps_no_other_from_it() {
    let bench = bench();
    let gallery = &bench.gallery;
    let collections = ["a", "b"].map(|text| {
        let collection = make(gallery, text);
        let pictures = (0..40).map(|seed| picture(seed, &[template(seed)])).collect();
        let faces = gallery.add_pictures(&collection, pictures).unwrap();
        let dead = faces.iter().flatten().take(30).map(|face| face.record.id).collect();
        gallery.delete_faces(&collection, dead).unwrap();
        collection
    });
    let store = |name: &str| -> i64 {
        let connection = gallery.shared.database.writer();
        connection
            .query_row("SELECT face_store FROM collections WHERE name = ?1", [name], |row| row.get(0))
            .unwrap()
    };
    // The last slot, which is not deleted.
    let file = files(&gallery.shared.stores.folder_of(store("a"))).remove(0);
    let mut bytes = fs_err::read(&file).unwrap();
    let at = bytes.len() - 20;
    bytes[at] ^= 1;
    fs_err::write(&file, bytes).unwrap();
    let rules = UpkeepRules { dead_share: 0.1, dead_pictures_one_in: 2 };
    let stray = gallery.shared.stores.folder_of(999);
    fs_err::create_dir(&stray).unwrap();
    let error = gallery.upkeep(rules).unwrap_err();
    assert!(
        matches!(error, GalleryError::Templates { source: overt_vectors::VectorsError::Damaged { .. } }),
        "{error:?}"
    );
    assert!(!stray.exists(), "nothing was swept");
    let slots = |name: &str| -> i64 {
        let store = store(name);
        let connection = gallery.shared.database.writer();
        let sql = "SELECT sum(slots) FROM segments WHERE store = ?1";
        connection.query_row(sql, [store], |row| row.get(0)).unwrap()
    };
    assert_eq!((slots("a"), slots("b")), (40, 10));
    // It is not tried again and again.
    gallery.upkeep(rules).unwrap();
    assert_eq!(gallery.search_faces(&collections[1], &version(), &template(35), all()).unwrap().searched, 10);
}

#[test]
fn no_folder_goes_with_a_deletion_that_is_taken_back() {
    let bench = bench();
    let (gallery, collection) = (&bench.gallery, make(&bench.gallery, "c"));
    add(gallery, &collection, 1);
    let store: i64 = {
        let connection = gallery.shared.database.writer();
        connection.query_row("SELECT face_store FROM collections", [], |row| row.get(0)).unwrap()
    };
    let folder = gallery.shared.stores.folder_of(store);
    let (go_on, wait) = std::sync::mpsc::channel::<()>();
    let (begun, begins) = std::sync::mpsc::channel::<()>();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            gallery.write(0, move |_| {
                begun.send(()).unwrap();
                wait.recv().map_err(|_gone| GalleryError::Interrupted)
            })
        });
        begins.recv().unwrap();
        // One after the other behind the change that waits: a deletion, a sweep, and a change with which the disk gives
        // everything of its group up.
        let queued = |waiting: usize| {
            while gallery.writer.waiting() < waiting {
                std::thread::yield_now();
            }
        };
        scope.spawn(|| gallery.delete_collection(&collection));
        queued(1);
        scope.spawn(|| gallery.sweep());
        queued(2);
        scope.spawn(|| {
            gallery.write(0, |unit| {
                unit.connection
                    .execute_batch("ROLLBACK")
                    .map_err(GalleryError::database("give everything up"))
            })
        });
        queued(3);
        go_on.send(()).unwrap();
    });
    assert_eq!(gallery.collection(&collection).is_ok(), folder.exists(), "the one without the other");
}
