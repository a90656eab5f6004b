//! Who is meant by an id, when somebody asks for everything about her.

use super::*;

fn add_under(
    bench: &Bench,
    people: &CollectionName,
    seed: u64,
    faces: &[u64],
    external: &str,
) -> Vec<FaceId> {
    let templates: Vec<Vec<f32>> = faces.iter().map(|face| template(*face)).collect();
    let picture = AddFaces { external_id: Some(external.parse().unwrap()), ..picture(seed, &templates) };
    bench.gallery.add_faces(people, picture).unwrap().into_iter().map(|face| face.record.id).collect()
}

#[test]
fn f3_an_external_id_of_several_people_hands_out_nobody_unless_faces_are_named() {
    let bench = bench();
    let people = make(&bench.gallery, "people");
    let party = add_under(&bench, &people, 1, &[1, 2, 3], "party");
    let found = |id: &str| {
        bench.gallery.person(&people, id).map(|person| {
            let mut ids: Vec<FaceId> = person.faces.iter().map(|face| face.id).collect();
            ids.sort();
            ids
        })
    };
    let error = found("party").unwrap_err();
    assert!(matches!(&error, GalleryError::SeveralPeople { faces, .. } if *faces == party), "{error:?}");
    assert!(party.iter().all(|face| error.to_string().contains(&face.to_string())), "{error}");
    assert_eq!(found(&party[1].to_string()).unwrap(), [party[1]]);
    // Two pictures under one id: nobody has said that it is a person's.
    let mut anna = add_under(&bench, &people, 2, &[4], "anna");
    assert_eq!(found("anna").unwrap(), anna);
    anna.extend(add_under(&bench, &people, 3, &[4], "anna"));
    assert!(matches!(found("anna"), Err(GalleryError::SeveralPeople { .. })));
    anna.sort();
    assert_eq!(found(&format!("{},{}", anna[0], anna[1])).unwrap(), anna);
    // Who gave them to one user said so; a second user under the same id is somebody else.
    for (name, faces) in [("anna-1984", anna.clone()), ("ben", vec![party[0]])] {
        bench.gallery.create_user(&people, &user(name), None).unwrap();
        bench.gallery.associate_faces(&people, &user(name), faces, None, None).unwrap();
    }
    assert_eq!(found("anna").unwrap(), anna);
    assert_eq!(found("anna-1984").unwrap(), anna);
    assert!(found("party").is_err());
    add_under(&bench, &people, 4, &[5], "anna");
    assert!(found("anna").is_err());
    assert_eq!(found("nobody").unwrap(), []);
}
