//! A collection as a file: what goes out comes in elsewhere, and nothing else does.

use std::io::Cursor as File;

use super::*;

const SECRET: ExportSecret<'_> = ExportSecret::Key(&[7; 32]);

fn quiet(_: u64) {}

fn filled() -> (Bench, CollectionName, Vec<FaceRecord>) {
    let bench = bench();
    let collection = make(&bench.gallery, "c");
    let faces: Vec<FaceRecord> = (0..12).map(|seed| add(&bench.gallery, &collection, seed)).collect();
    for text in ["anna", "bert"] {
        bench.gallery.create_user(&collection, &user(text), None).unwrap();
    }
    let of_anna = vec![faces[1].id, faces[2].id];
    bench.gallery.associate_faces(&collection, &user("anna"), of_anna, None, None).unwrap();
    bench.gallery.delete_faces(&collection, vec![faces[0].id]).unwrap();
    let tags = [("k".to_owned(), "v".to_owned())].into();
    bench.gallery.tag(&Resource::Collection(collection.clone()), tags).unwrap();
    (bench, collection, faces)
}

fn exported(bench: &Bench, collection: &CollectionName, secret: &ExportSecret<'_>) -> Vec<u8> {
    let mut file = Vec::new();
    let report = bench.gallery.export_collection(collection, secret, &mut file, &mut quiet).unwrap();
    assert_eq!(report, Exported { users: 2, faces: 11, consents: 0, unconsented: 11 });
    file
}

fn load(
    bench: &Bench,
    file: &[u8],
    secret: &ExportSecret<'_>,
    name: Option<&CollectionName>,
) -> Result<(), GalleryError> {
    bench
        .gallery
        .load_collection(&mut File::new(file), secret, name, &Declaration::default(), &mut quiet)
        .map(drop)
}

#[test]
fn a_loaded_collection_is_the_exported_one() {
    let (bench, collection, _) = filled();
    let passphrase = ExportSecret::Passphrase("correct horse battery staple");
    for secret in [SECRET, passphrase] {
        let file = exported(&bench, &collection, &secret);
        let other = super::bench();
        load(&other, &file, &secret, None).unwrap();
        let copy = name("d");
        load(&bench, &file, &secret, Some(&copy)).unwrap();
        for (gallery, collection) in [(&other.gallery, &collection), (&bench.gallery, &copy)] {
            let list = |gallery: &Gallery, name| {
                let faces = gallery.faces(name, &FaceFilter::default(), &Page::first(99)).unwrap().items;
                faces.into_iter().map(without_finder).collect::<Vec<_>>()
            };
            assert_eq!(list(gallery, collection), list(&bench.gallery, &name("c")));
            let described = gallery.collection(collection).unwrap();
            assert_eq!((described.faces, described.users), (11, 2));
            assert_eq!(gallery.tags(&Resource::Collection(collection.clone())).unwrap()["k"], "v");
            let found = gallery.search_faces(collection, &version(), &template(5), all()).unwrap();
            assert!((found.matches[0].score - 1.0).abs() < 1e-5);
            let users = gallery.search_users(collection, &version(), &template(1), all()).unwrap();
            assert_eq!(ids(&users, |user| user.name.to_string()), ["anna"]);
            assert_eq!(users.matches[0].record.faces, 2);
            // The rule against storing a picture twice holds for loaded pictures too.
            let again = gallery.add_faces(collection, picture(5, &[template(5)])).unwrap();
            assert!(!again[0].is_new);
            gallery.create_user(collection, &user("third"), None).unwrap();
            gallery.delete_user(collection, &user("third"), None).unwrap();
        }
        bench.gallery.delete_collection(&copy).unwrap();
    }
}

/// A collection goes on making ids of pictures as those in it were made, also where it is loaded.
#[test]
fn a_loaded_collection_keeps_its_way_of_making_ids_of_pictures() {
    for digest in PictureDigest::ALL {
        let (bench, collection) = (bench(), name("c"));
        make(&bench.gallery, "c");
        assert_eq!(bench.gallery.collection(&collection).unwrap().digest, PictureDigest::Blake3);
        let picture = |text: &str| AddFaces {
            image: ImageId::of(text.as_bytes(), digest),
            ..picture(1, &[template(1)])
        };
        assert!(bench.gallery.add_faces(&collection, picture("one")).unwrap()[0].is_new);
        let mut file = Vec::new();
        bench.gallery.export_collection(&collection, &SECRET, &mut file, &mut quiet).unwrap();
        let copy = name("d");
        load(&bench, &file, &SECRET, Some(&copy)).unwrap();
        assert_eq!(bench.gallery.collection(&copy).unwrap().digest, digest);
        assert!(!bench.gallery.add_faces(&copy, picture("one")).unwrap()[0].is_new);
        assert!(bench.gallery.add_faces(&copy, picture("two")).unwrap()[0].is_new);
        let reopened = bench.reopened();
        assert_eq!(reopened.gallery.collection(&copy).unwrap().digest, digest);
    }
}

#[test]
fn templates_and_keys_are_not_in_the_file_and_names_are() {
    let (bench, collection, _) = filled();
    let file = exported(&bench, &collection, &SECRET);
    let text = String::from_utf8(file.clone()).unwrap();
    assert!(text.contains("anna") && text.contains("picture-5"));
    assert_eq!(text.lines().count(), 1 + 2 + 11 + 1);
    let plain: Vec<u8> = template(5).iter().flat_map(|number| number.to_le_bytes()).collect();
    use base64::Engine as _;
    for line in text.lines().skip(3).take(11) {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        let sealed = line["face"]["template"].as_str().unwrap();
        let sealed = base64::engine::general_purpose::STANDARD.decode(sealed).unwrap();
        assert_eq!(sealed.len(), 12 + plain.len() + 16);
        assert!(!sealed.windows(8).any(|window| window == &plain[..8]));
    }
    assert_ne!(file, exported(&bench, &collection, &SECRET), "two exports are sealed alike");
}

#[test]
fn a_wrong_secret_and_any_change_are_refused_and_leave_nothing() {
    let (bench, collection, _) = filled();
    let file = exported(&bench, &collection, &SECRET);
    let copy = name("copy");
    let refused = |file: &[u8], secret: &ExportSecret<'_>| {
        let error = load(&bench, file, secret, Some(&copy)).unwrap_err();
        assert!(matches!(error, GalleryError::ExportUnusable { .. }), "{error}");
        assert!(matches!(bench.gallery.collection(&copy), Err(GalleryError::CollectionUnknown { .. })));
        error.to_string()
    };
    assert!(refused(&file, &ExportSecret::Key(&[8; 32])).contains("another"));
    assert!(refused(&file, &ExportSecret::Passphrase("x")).contains("key, not a passphrase"));
    // Every byte but those whose change leaves the same JSON, of which there are none in these files.
    for index in (0..file.len()).step_by(17) {
        let mut altered = file.clone();
        altered[index] ^= 1;
        refused(&altered, &SECRET);
    }
    for length in (0..file.len()).step_by(97) {
        refused(&file[..length], &SECRET);
    }
    let lines: Vec<&[u8]> = file.split_inclusive(|byte| *byte == b'\n').collect();
    refused(&[lines[..5].concat(), lines[6..].concat()].concat(), &SECRET);
    let mut swapped = lines.clone();
    swapped.swap(5, 6);
    refused(&swapped.concat(), &SECRET);
    refused(&[file.clone(), b"x".to_vec()].concat(), &SECRET);
    refused(&vec![b'x'; 1 << 20], &SECRET);
    let greedy = r#"{"head":{"format":"overt-collection-1","name":"c","version":"v","dimensions":64,"tags":{},"salt":"AAAAAAAAAAAAAAAAAAAAAA==","argon2id":{"memory_kib":4000000000,"passes":3},"check":""}}"#;
    assert!(refused(format!("{greedy}\n").as_bytes(), &ExportSecret::Passphrase("x")).contains("more work"));
    assert_eq!(bench.gallery.totals().unwrap().collections, 1);
    // Nothing of the attempts is in the way.
    load(&bench, &file, &SECRET, Some(&copy)).unwrap();
    assert!(matches!(load(&bench, &file, &SECRET, Some(&copy)), Err(GalleryError::CollectionExists { .. })));
}

#[test]
fn what_a_crash_left_of_loading_is_deleted_at_the_next_opening() {
    let (bench, collection, _) = filled();
    // As a load leaves it that was killed before its end.
    bench.gallery.shared.database.writer().execute("UPDATE collections SET name = ':17'", []).unwrap();
    assert!(bench.gallery.collections(&Page::first(9)).unwrap().items.is_empty());
    assert_eq!(bench.gallery.totals().unwrap().collections, 0);
    let bench = bench.reopened();
    assert!(matches!(bench.gallery.collection(&collection), Err(GalleryError::CollectionUnknown { .. })));
    let rows: i64 = bench
        .gallery
        .shared
        .database
        .writer()
        .query_row("SELECT (SELECT count(*) FROM collections) + (SELECT count(*) FROM stores)", [], |row| {
            row.get(0)
        })
        .unwrap();
    assert_eq!(rows, 0);
}
