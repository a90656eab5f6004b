//! What is deleted is gone: from answers at once, from the disk by the upkeep.

use super::*;

#[test]
fn deleted_faces_are_gone_at_once_and_for_good() {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let faces: Vec<FaceRecord> = (0..10).map(|seed| add(&bench.gallery, &collection, seed)).collect();
    bench.gallery.create_user(&collection, &user("u"), None).unwrap();
    bench.gallery.associate_faces(&collection, &user("u"), vec![faces[3].id], None, None).unwrap();
    let nobody = FaceId::from_bytes([7; 16]);
    let outcomes = bench
        .gallery
        .delete_faces(&collection, vec![faces[0].id, nobody, faces[3].id, faces[0].id, faces[9].id])
        .unwrap();
    assert_eq!(
        outcomes,
        [
            FaceDeletion::Deleted,
            FaceDeletion::Unknown,
            FaceDeletion::OfUser { user: user("u") },
            FaceDeletion::Unknown,
            FaceDeletion::Deleted,
        ]
    );
    let check = |gallery: &Gallery| {
        let found = gallery.search_faces(&collection, &version(), &template(0), all()).unwrap();
        assert_eq!(found.searched, 8);
        assert_eq!(found.matches.len(), 8);
        assert!(found.matches.iter().all(|found| found.record.id != faces[0].id));
        assert_eq!(gallery.collection(&collection).unwrap().faces, 8);
        assert!(matches!(gallery.face(&collection, faces[0].id), Err(GalleryError::FaceUnknown { .. })));
    };
    check(&bench.gallery);
    let bench = bench.reopened();
    check(&bench.gallery);
    // Labels are not used again.
    add(&bench.gallery, &collection, 100);
    assert_eq!(bench.gallery.collection(&collection).unwrap().faces, 9);
}

#[test]
fn a_deleted_collection_leaves_no_key_no_name_and_no_template() {
    let bench = bench();
    let collection = make(&bench.gallery, "secret-collection");
    for seed in 0..50 {
        add(&bench.gallery, &collection, seed);
    }
    bench.gallery.create_user(&collection, &user("secret-person"), None).unwrap();
    let sealed: Vec<u8> = bench
        .gallery
        .shared
        .database
        .writer()
        .query_row("SELECT sealed_key FROM collections", [], |row| row.get(0))
        .unwrap();
    bench.gallery.delete_collection(&collection).unwrap();
    let done = bench.gallery.upkeep(UpkeepRules::default()).unwrap();
    assert!(done.rows >= 51 && done.log_emptied, "{done:?}");
    for file in files(bench.folder.path()) {
        let bytes = fs_err::read(&file).unwrap();
        for trace in [sealed.as_slice(), b"secret-collection", b"secret-person", b"picture-7"] {
            let found = bytes.windows(trace.len()).any(|window| window == trace);
            assert!(!found, "{} still holds {trace:?}", file.display());
        }
    }
    assert!(files(&bench.folder.path().join("templates")).is_empty());
}

/// The sealed slots of the one segment file that there is, which it ends with.
fn sealed_slots(bench: &Bench, count: usize) -> Vec<Vec<u8>> {
    let [file] = files(&bench.folder.path().join("templates")).try_into().unwrap();
    let bytes = fs_err::read(file).unwrap();
    let slot = 12 + 8 + 4 * DIMENSIONS + 16;
    bytes[bytes.len() - count * slot..].chunks(slot).map(<[u8]>::to_vec).collect()
}

/// Whether the ciphertext of a slot stands anywhere in the data folder.
fn holds(bench: &Bench, slot: &[u8]) -> bool {
    files(bench.folder.path()).iter().any(|file| {
        let bytes = fs_err::read(file).unwrap();
        bytes.windows(64).any(|window| window == &slot[12..76])
    })
}

#[test]
fn templates_of_deleted_faces_stay_sealed_until_a_compaction_and_are_gone_after_it() {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let faces: Vec<FaceRecord> = (0..50).map(|seed| add(&bench.gallery, &collection, seed)).collect();
    let slots = sealed_slots(&bench, 50);
    assert!(slots.iter().all(|slot| holds(&bench, slot)));
    let delete = |faces: &[FaceRecord]| {
        let ids = faces.iter().map(|face| face.id).collect();
        bench.gallery.delete_faces(&collection, ids).unwrap();
        bench.gallery.upkeep(UpkeepRules::default()).unwrap().compactions
    };
    // Less than a fifth is deleted: what there is of it on the disk is sealed, and stays.
    assert_eq!(delete(&faces[..9]), 0);
    assert!(holds(&bench, &slots[0]));
    assert_eq!(delete(&faces[9..10]), 1);
    for slot in &slots[..10] {
        assert!(!holds(&bench, slot), "the template of a deleted face is on the disk");
    }
    assert_eq!(bench.gallery.collection(&collection).unwrap().faces, 40);
    // Whoever cannot wait for a fifth writes the collection again under another key.
    let slots = sealed_slots(&bench, 40);
    assert_eq!(delete(&faces[10..11]), 0);
    assert!(holds(&bench, &slots[0]));
    bench.gallery.rekey_collection(&collection).unwrap();
    assert!(slots.iter().all(|slot| !holds(&bench, slot)));
    let found = bench.gallery.search_faces(&collection, &version(), &template(20), all()).unwrap();
    assert_eq!((found.searched, found.matches[0].record.id), (39, faces[20].id));
}
