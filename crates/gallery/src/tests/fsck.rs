//! Every kind of inconsistency is found, named and repaired as far as it can be.

use std::path::PathBuf;

use super::*;

fn quiet(_: u64) {}

/// Twenty faces, two of them of a user.
fn filled() -> (Bench, CollectionName, Vec<FaceRecord>) {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let faces: Vec<FaceRecord> = (0..20).map(|seed| add(&bench.gallery, &collection, seed)).collect();
    bench.gallery.create_user(&collection, &user("u"), None).unwrap();
    let of_user = vec![faces[1].id, faces[2].id];
    bench.gallery.associate_faces(&collection, &user("u"), of_user, None, None).unwrap();
    bench.gallery.delete_faces(&collection, vec![faces[0].id]).unwrap();
    (bench, collection, faces)
}

/// Changes the database behind the gallery's back.
fn sql(bench: &Bench, sql: &str) {
    let connection = bench.gallery.shared.database.writer();
    connection.pragma_update(None, "foreign_keys", false).unwrap();
    connection.execute_batch(sql).unwrap();
    connection.pragma_update(None, "foreign_keys", true).unwrap();
}

/// The one segment file of the faces' store.
fn segment(bench: &Bench) -> PathBuf {
    let store: i64 = bench
        .gallery
        .shared
        .database
        .writer()
        .query_row("SELECT face_store FROM collections", [], |row| row.get(0))
        .unwrap();
    let found = files(&bench.gallery.shared.stores.folder_of(store));
    assert_eq!(found.len(), 1);
    found[0].clone()
}

/// Finds the problem, changes nothing without being asked, repairs it, and finds nothing any more.
fn repaired(bench: Bench, is_it: impl Fn(&Problem) -> bool) -> (Bench, FsckReport) {
    let bench = bench.reopened();
    let found = bench.gallery.fsck(false, &mut quiet).unwrap();
    assert!(found.problems.iter().any(&is_it), "{:?}", found.problems);
    for problem in &found.problems {
        assert!(!problem.to_string().is_empty());
    }
    assert_eq!(bench.gallery.fsck(false, &mut quiet).unwrap(), found, "looking changed something");
    let report = bench.gallery.fsck(true, &mut quiet).unwrap();
    assert_eq!(report.problems, found.problems);
    assert!(report.left.is_empty(), "{:?}", report.left);
    let bench = bench.reopened();
    assert!(bench.gallery.fsck(false, &mut quiet).unwrap().problems.is_empty());
    (bench, report)
}

fn found(gallery: &Gallery, collection: &CollectionName) -> usize {
    let answer = gallery.search_faces(collection, &version(), &template(5), all()).unwrap();
    assert_eq!(answer.searched as usize, answer.matches.len());
    answer.matches.len()
}

#[test]
fn a_sound_gallery_has_no_problems() {
    let (bench, collection, faces) = filled();
    bench.gallery.rekey_collection(&collection).unwrap();
    bench.gallery.upkeep(UpkeepRules { dead_share: 0.0, dead_pictures_one_in: 1 }).unwrap();
    bench.gallery.begin_migration(&collection, &"test-2".parse().unwrap(), DIMENSIONS).unwrap();
    let second = vec![(faces[3].id, template(77))];
    bench.gallery.put_migrated(&collection, &"test-2".parse().unwrap(), second).unwrap();
    make(&bench.gallery, "empty");
    let report = bench.gallery.fsck(true, &mut quiet).unwrap();
    assert_eq!((report.collections, report.faces, report.users, report.templates), (2, 19, 1, 21));
    assert_eq!((report.problems, report.left), (vec![], vec![]));
}

#[test]
fn faces_whose_templates_are_lost_are_named_and_deleted() {
    let (bench, collection, faces) = filled();
    let file = segment(&bench);
    let bytes = fs_err::read(&file).unwrap();
    fs_err::write(&file, &bytes[..bytes.len() - 100]).unwrap();
    let (bench, report) = repaired(bench, |problem| matches!(problem, Problem::Segments { slots: 1, .. }));
    let named = NamedFace {
        id: faces[19].id,
        image: faces[19].image,
        external_id: faces[19].external_id.as_ref().map(ToString::to_string),
        user: None,
    };
    let lost = Problem::FacesWithoutTemplate { collection: "c".into(), faces: vec![named] };
    assert!(report.problems.contains(&lost), "{:?}", report.problems);
    assert_eq!(found(&bench.gallery, &collection), 18);
    assert_eq!(bench.gallery.collection(&collection).unwrap().faces, 18);
    // What was lost can be added again.
    assert!(bench.gallery.add_faces(&collection, picture(19, &[template(19)])).unwrap()[0].is_new);
}

#[test]
fn flipped_bits_lose_their_own_face_only_and_users_are_made_anew() {
    let (bench, collection, faces) = filled();
    let file = segment(&bench);
    let mut bytes = fs_err::read(&file).unwrap();
    // The file ends with twenty slots of nonce, label, numbers and tag; this is in the third one.
    let slot = 12 + 8 + 4 * DIMENSIONS + 16;
    let at = bytes.len() - 18 * slot + 100;
    bytes[at] ^= 0x10;
    fs_err::write(&file, &bytes).unwrap();
    let (bench, report) = repaired(bench, |problem| matches!(problem, Problem::Segments { .. }));
    let [lost] = report.problems.iter().find(|problem| problem.loses_faces()).unwrap().faces() else {
        panic!("{:?}", report.problems)
    };
    assert_eq!((lost.id, lost.user.as_deref()), (faces[2].id, Some("u")));
    assert!(lost.to_string().contains(&faces[2].id.to_string()) && lost.to_string().contains("the user u"));
    assert_eq!(found(&bench.gallery, &collection), 18);
    assert_eq!(bench.gallery.user(&collection, &user("u")).unwrap().faces, 1);
    let users = bench.gallery.search_users(&collection, &version(), &template(1), all()).unwrap();
    assert!((users.matches[0].score - 1.0).abs() < 1e-4);
}

/// Where a chunk of slots is full, a start reads its codes and no slot: damage there is met by whoever reads the slot.
#[test]
fn flipped_bits_behind_codes_lose_their_own_face_only() {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let pictures = (0..1024).map(|seed| picture(seed, &[template(seed)])).collect();
    let added = bench.gallery.add_pictures(&collection, pictures).unwrap();
    let file = segment(&bench);
    let mut bytes = fs_err::read(&file).unwrap();
    let slot = 12 + 8 + 4 * DIMENSIONS + 16;
    let at = bytes.len() - (1024 - 5) * slot + 100;
    bytes[at] ^= 0x10;
    fs_err::write(&file, &bytes).unwrap();
    let is_it = |problem: &Problem| matches!(problem, Problem::Segments { slots: 1, codes: 0, .. });
    let (bench, report) = repaired(bench, is_it);
    let lost = |problem: &Problem| matches!(problem, Problem::FacesWithoutTemplate { faces, .. } if matches!(&faces[..], [one] if one.id == added[5][0].record.id));
    assert!(report.problems.iter().any(lost), "{:?}", report.problems);
    assert_eq!(bench.gallery.collection(&collection).unwrap().faces, 1023);
    let found = bench.gallery.search_faces(&collection, &version(), &template(6), all()).unwrap();
    assert_eq!((found.searched, found.matches[0].record.id), (1023, added[6][0].record.id));
}

#[test]
fn a_missing_segment_file_is_said_and_the_rest_works_again() {
    let (bench, collection, _) = filled();
    fs_err::remove_file(segment(&bench)).unwrap();
    let bench = bench.reopened();
    let broken = bench.gallery.search_faces(&collection, &version(), &template(5), all());
    // The message says which collection, and what to do.
    let Err(error @ GalleryError::StoreDamaged { .. }) = broken else { panic!("{broken:?}") };
    assert!(
        error.to_string().contains("collection c ") && error.to_string().contains("`overt fsck`"),
        "{error}"
    );
    let (bench, report) = repaired(bench, |problem| matches!(problem, Problem::Segments { slots: 20, .. }));
    let lost = |problem: &Problem| matches!(problem, Problem::FacesWithoutTemplate { faces, .. } if faces.len() == 19);
    assert!(report.problems.iter().any(lost));
    assert_eq!(found(&bench.gallery, &collection), 0);
    assert_eq!(bench.gallery.user(&collection, &user("u")).unwrap().status, UserStatus::Created);
    add(&bench.gallery, &collection, 300);
}

#[test]
fn what_is_lost_is_told_before_a_repair_and_who_cannot_be_told_keeps_it() {
    let (bench, collection, faces) = filled();
    let file = segment(&bench);
    let bytes = fs_err::read(&file).unwrap();
    fs_err::write(&file, &bytes[..bytes.len() - 100]).unwrap();
    let bench = bench.reopened();
    let there = |face: &FaceRecord| bench.gallery.face(&collection, face.id).is_ok();
    let mut told = Vec::new();
    let report = bench
        .gallery
        .fsck_telling(true, &mut quiet, &mut |found| {
            told = found.problems.iter().flat_map(|problem| problem.faces().to_vec()).collect();
            assert!(there(&faces[19]), "it was deleted before it was named");
            false
        })
        .unwrap();
    assert_eq!(told.iter().map(|face| face.id).collect::<Vec<_>>(), [faces[19].id]);
    assert!(!report.problems.is_empty() && report.left.is_empty());
    assert!(there(&faces[19]), "it was repaired although nobody could be told");
    bench.gallery.fsck(true, &mut quiet).unwrap();
    assert!(!there(&faces[19]));
}

#[test]
fn a_walk_reads_as_many_templates_as_it_said() {
    let (bench, ..) = filled();
    let mut most = 0;
    bench.gallery.fsck(false, &mut |read| most = most.max(read)).unwrap();
    // Twenty of faces, one of them deleted, and one of a user.
    assert_eq!((most, bench.gallery.templates_to_read().unwrap()), (21, 21));
}

#[test]
fn faces_left_out_of_searches_are_found_again() {
    let (bench, collection, faces) = filled();
    // A row that was deleted is put back by hand, its label still recorded as dead.
    sql(
        &bench,
        "INSERT INTO faces SELECT collection, 0, randomblob(16), image, external_id, box, confidence, created, NULL, randomblob(16) FROM faces WHERE label = 5",
    );
    let (bench, _) =
        repaired(bench, |problem| matches!(problem, Problem::FacesBuried { faces, .. } if faces.len() == 1));
    let best = bench.gallery.search_faces(&collection, &version(), &template(0), all()).unwrap();
    assert!((best.matches[0].score - 1.0).abs() < 1e-4);
    assert!(faces.iter().all(|face| face.id != best.matches[0].record.id));
}

#[test]
fn templates_without_a_record_are_left_out() {
    let (bench, collection, _) = filled();
    sql(
        &bench,
        "DELETE FROM faces WHERE label = 7; UPDATE collections SET faces = faces - 1; DELETE FROM images WHERE label = 7",
    );
    let (bench, report) =
        repaired(bench, |problem| matches!(problem, Problem::TemplatesWithoutRecord { count: 1, .. }));
    assert_eq!(report.problems.len(), 1);
    assert_eq!(found(&bench.gallery, &collection), 18);
}

#[test]
fn users_vectors_are_made_anew() {
    for damage in [
        "UPDATE users SET label = NULL",
        "UPDATE users SET faces = 7",
        "UPDATE users SET label = 99",
        // A face given to the user behind its vector's back.
        "UPDATE faces SET user = 1 WHERE label = 9; UPDATE users SET faces = 3",
    ] {
        let (bench, collection, _) = filled();
        sql(&bench, damage);
        let (bench, _) = repaired(
            bench,
            |problem| matches!(problem, Problem::UserVectors { users, .. } if users == &["u"]),
        );
        let users = bench.gallery.search_users(&collection, &version(), &template(1), all()).unwrap();
        assert_eq!(users.matches.len(), 1, "{damage}");
    }
}

#[test]
fn counts_owners_pictures_and_orphans_are_put_right() {
    type IsIt = fn(&Problem) -> bool;
    let damages: [(&str, IsIt); 6] = [
        ("UPDATE collections SET faces = 1", |problem| matches!(problem, Problem::Count { found: 19, .. })),
        ("UPDATE collections SET next_user = 1", |problem| {
            matches!(problem, Problem::Count { found: 2, .. })
        }),
        ("UPDATE stores SET next_label = 3", |problem| matches!(problem, Problem::Count { found: 20, .. })),
        ("UPDATE faces SET user = 17 WHERE label = 9", |problem| {
            matches!(problem, Problem::FacesOfNobody { count: 1, .. })
        }),
        ("DELETE FROM images WHERE label IN (3, 4)", |problem| {
            matches!(problem, Problem::PicturesUnknown { count: 2, .. })
        }),
        (
            "INSERT INTO tags VALUES ('collection', 'gone', 'k', 'v');
             INSERT INTO users (collection, number, name, created) VALUES (99, 1, 'x', 0)",
            |problem| matches!(problem, Problem::Orphans { table: "tags", .. }),
        ),
    ];
    for (damage, is_it) in damages {
        let (bench, collection, _) = filled();
        sql(&bench, damage);
        let (bench, _) = repaired(bench, is_it);
        assert_eq!(found(&bench.gallery, &collection), 19);
        add(&bench.gallery, &collection, 400);
        assert!(!bench.gallery.add_faces(&collection, picture(3, &[template(3)])).unwrap()[0].is_new);
    }
}

#[test]
fn files_that_belong_to_nothing_are_removed() {
    let (bench, _, _) = filled();
    let beside = segment(&bench).with_file_name("notes.txt");
    fs_err::write(&beside, b"x").unwrap();
    let (_bench, report) = repaired(bench, |problem| matches!(problem, Problem::Stray { .. }));
    assert_eq!(report.problems, [Problem::Stray { path: beside.clone() }]);
    assert!(!beside.exists());
}

#[test]
fn lost_templates_of_a_migration_are_to_be_migrated_again() {
    let (bench, collection, faces) = filled();
    let second: TemplateVersion = "test-2".parse().unwrap();
    bench.gallery.begin_migration(&collection, &second, DIMENSIONS).unwrap();
    let new = faces[1..].iter().map(|face| (face.id, template(77))).collect();
    bench.gallery.put_migrated(&collection, &second, new).unwrap();
    let store: i64 = bench
        .gallery
        .shared
        .database
        .writer()
        .query_row("SELECT store FROM migrations", [], |row| row.get(0))
        .unwrap();
    let file = files(&bench.gallery.shared.stores.folder_of(store)).remove(0);
    let bytes = fs_err::read(&file).unwrap();
    fs_err::write(&file, &bytes[..bytes.len() - 10]).unwrap();
    let (bench, _) = repaired(bench, |problem| matches!(problem, Problem::MigratedLost { count: 1, .. }));
    let todo = bench.gallery.faces_to_migrate(&collection, &Page::first(9)).unwrap().items;
    assert_eq!(todo.iter().map(|face| face.id).collect::<Vec<_>>(), [faces[19].id]);
    bench.gallery.put_migrated(&collection, &second, vec![(faces[19].id, template(78))]).unwrap();
    bench.gallery.finish_migration(&collection, Leftover::Refuse).unwrap();
}

#[test]
fn what_cannot_be_repaired_is_said_and_stays() {
    let (bench, collection, _) = filled();
    sql(&bench, "UPDATE collections SET sealed_key = zeroblob(60)");
    let bench = bench.reopened();
    let report = bench.gallery.fsck(true, &mut quiet).unwrap();
    assert_eq!(report.problems, [Problem::Key { collection: "c".into() }]);
    assert_eq!(report.left, report.problems);
    let search = bench.gallery.search_faces(&collection, &version(), &template(1), all());
    assert!(matches!(search, Err(GalleryError::CollectionKeyDamaged { .. })));
    bench.gallery.delete_collection(&collection).unwrap();
    assert!(bench.gallery.fsck(true, &mut quiet).unwrap().problems.is_empty());
}
