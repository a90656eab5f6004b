use std::sync::LazyLock;

use proptest::prelude::*;

use super::super::taxonomy::{CLASSES, OBJECTS};
use super::*;
use crate::face::{Attributes, Pose, Quality};

/// Read once: it has more than a thousand lines.
static TAXONOMY: LazyLock<Taxonomy> = LazyLock::new(|| Taxonomy::built_in().unwrap());

fn face(left: f32, confidence: f32, smile: bool) -> Face {
    Face {
        bounds: Rect { left, top: 10.0, width: 20.0, height: 25.0 },
        confidence,
        landmarks: Vec::new(),
        pose: Pose { roll: 0.0, yaw: 0.0, pitch: 0.0 },
        quality: Quality { brightness: 50.0, sharpness: 50.0 },
        attributes: Attributes {
            smile: Some(Finding { value: smile, confidence: 0.9 }),
            ..Attributes::default()
        },
        template: None,
    }
}

fn object(name: &str, left: f32, score: f32) -> Object {
    let class = OBJECTS.iter().position(|object| *object == name).unwrap();
    Object { class, bounds: Rect { left, top: 0.0, width: 50.0, height: 150.0 }, score, cover: 0.1 }
}

fn one_class(class: usize, probability: f32) -> Vec<f32> {
    let mut classes = vec![0.0; CLASSES];
    classes[class] = probability;
    classes
}

/// Names and confidences.
fn named<'t>(taxonomy: &'t Taxonomy, labels: &[Label]) -> Vec<(&'t str, f32)> {
    labels.iter().map(|label| (taxonomy.get(label.id).unwrap().name.as_str(), label.confidence)).collect()
}

fn of<'l>(taxonomy: &Taxonomy, labels: &'l [Label], name: &str) -> Option<&'l Label> {
    labels.iter().find(|label| Some(label.id) == taxonomy.find(name))
}

#[test]
fn nothing_seen_is_no_label() {
    let taxonomy = &*TAXONOMY;
    assert_eq!(labels(taxonomy, &Evidence::default()), []);
}

#[test]
fn a_class_brings_its_ancestors() {
    let taxonomy = &*TAXONOMY;
    let classes = one_class(162, 0.95);
    let found = labels(taxonomy, &Evidence { classes: Some(&classes), ..Evidence::default() });
    let names: Vec<_> = named(taxonomy, &found).into_iter().map(|(name, _)| name).collect();
    // All equally sure, therefore in the order of their names.
    assert_eq!(names, ["Animal", "Beagle", "Canine", "Dog", "Hound", "Mammal", "Pet"]);
}

#[test]
fn an_ancestor_is_as_sure_as_what_is_below_it_adds_up_to() {
    let taxonomy = &*TAXONOMY;
    let mut classes = one_class(162, 0.3);
    classes[207] = 0.3; // a golden retriever
    classes[281] = 0.2; // a tabby cat
    let found = labels(taxonomy, &Evidence { classes: Some(&classes), ..Evidence::default() });
    let sure = |name| of(taxonomy, &found, name).unwrap().confidence;
    assert_eq!(sure("Beagle"), sure("Golden Retriever"));
    assert!(sure("Dog") > sure("Beagle") && sure("Mammal") > sure("Dog"));
    assert_eq!(sure("Dog"), curves::of_share(0.6, 0.3, 1.0));
    assert_eq!(sure("Pet"), curves::of_share(0.8, 0.3, 1.0));
}

#[test]
fn objects_have_boxes_and_their_ancestors_have_none() {
    let taxonomy = &*TAXONOMY;
    let objects = [object("car", 0.0, 0.5), object("car", 100.0, 0.8), object("bicycle", 50.0, 0.4)];
    let found = labels(taxonomy, &Evidence { objects: &objects, ..Evidence::default() });
    let car = of(taxonomy, &found, "Car").unwrap();
    assert_eq!(car.instances.iter().map(|i| i.bounds.left).collect::<Vec<_>>(), [100.0, 0.0]);
    assert_eq!(car.confidence, car.instances[0].confidence);
    let vehicle = of(taxonomy, &found, "Vehicle").unwrap();
    assert_eq!((vehicle.confidence, vehicle.instances.len()), (car.confidence, 0));
}

#[test]
fn the_classifier_makes_the_surest_box_surer() {
    let taxonomy = &*TAXONOMY;
    let objects = [object("dog", 0.0, 0.4), object("dog", 100.0, 0.3)];
    let classes = one_class(162, 0.99);
    let found =
        labels(taxonomy, &Evidence { classes: Some(&classes), objects: &objects, ..Evidence::default() });
    let dog = of(taxonomy, &found, "Dog").unwrap();
    assert_eq!(dog.confidence, curves::of_share(0.99, 0.99, 1.0));
    assert_eq!((dog.instances[0].bounds.left, dog.instances[0].confidence), (0.0, dog.confidence));
    assert_eq!(dog.instances[1].confidence, curves::of_box(0.3));
}

#[test]
fn the_subject_is_the_animal_that_the_classifier_knows() {
    let taxonomy = &*TAXONOMY;
    let classes = one_class(285, 0.8);
    let found = |cover, classes: Option<&[f32]>| {
        let objects = [Object { cover, ..object("dog", 0.0, 0.5) }];
        let found = labels(taxonomy, &Evidence { classes, objects: &objects, ..Evidence::default() });
        of(taxonomy, &found, "Dog").is_some()
    };
    // A cat that the detector takes for a dog; a small dog beside the cat may be one.
    assert!(!found(0.6, Some(&classes)) && found(0.1, Some(&classes)));
    let dog = one_class(162, 0.8);
    assert!(found(0.6, None) && found(0.6, Some(&dog)));
}

#[test]
fn a_face_speaks_for_one_body() {
    let taxonomy = &*TAXONOMY;
    // The same person twice, and somebody else whose face is not seen.
    let objects = [object("person", 0.0, 0.6), object("person", 5.0, 0.5), object("person", 300.0, 0.5)];
    let faces = [face(15.0, 0.99, false)];
    let evidence = Evidence { objects: &objects, faces: &faces, ..Evidence::default() };
    let found = labels(taxonomy, &evidence);
    let sure: Vec<f32> =
        of(taxonomy, &found, "Person").unwrap().instances.iter().map(|i| i.confidence).collect();
    assert_eq!(sure, [0.99, curves::of_box(0.5), curves::of_box(0.5)]);
    assert_eq!(alone(taxonomy, &evidence), [1, 2]);
}

#[test]
fn what_the_classifier_sees_too_is_not_alone() {
    let taxonomy = &*TAXONOMY;
    let objects = [object("cup", 0.0, 0.6), object("teddy bear", 100.0, 0.3)];
    let classes = one_class(968, 0.2); // a cup
    let seen = |classes: Option<&[f32]>| {
        alone(taxonomy, &Evidence { classes, objects: &objects, ..Evidence::default() })
    };
    assert_eq!(seen(None), [0], "the other is not sure");
    assert_eq!(seen(Some(&classes)), [] as [usize; 0]);
}

#[test]
fn what_is_seen_in_patterns_makes_nothing_sure() {
    let taxonomy = &*TAXONOMY;
    let found =
        |classes: &[f32]| labels(taxonomy, &Evidence { classes: Some(classes), ..Evidence::default() });
    // A roundworm, which the classifier sees in the moon too, and its ancestors.
    let mut classes = one_class(111, 0.95);
    let worm = found(&classes);
    for name in ["Roundworm", "Invertebrate", "Animal"] {
        assert_eq!(of(taxonomy, &worm, name).unwrap().confidence, MOST_OF_PATTERNS, "{name}");
    }
    // With a beagle that is sure by itself.
    classes[111] = 0.2;
    classes[162] = 0.7;
    assert_eq!(of(taxonomy, &found(&classes), "Animal").unwrap().confidence, curves::of_share(0.7, 0.7, 1.0));
    // What is not sure anyway stays what it is.
    let less = found(&one_class(111, 0.3));
    assert_eq!(of(taxonomy, &less, "Animal").unwrap().confidence, curves::of_share(0.3, 0.3, 1.0));
}

#[test]
fn the_surest_of_each_class_is_shown_alone() {
    let taxonomy = &*TAXONOMY;
    let score =
        [("person", 0.9), ("bird", 0.5), ("bird", 0.6), ("cup", 0.3), ("skateboard", 0.9), ("remote", 0.5)];
    let objects = score.map(|(name, score)| object(name, 0.0, score));
    // No people, nothing that is not sure, and nothing that the classifier has no class for.
    assert_eq!(to_be_shown(taxonomy, &objects, &[0, 1, 2, 3, 4, 5]), [2, 5]);
    assert_eq!(to_be_shown(taxonomy, &objects, &[0, 1]), [1]);
    let even = vec![1.0 / CLASSES as f32; CLASSES];
    // Of sixty birds and one remote control chance has six in a hundred, and one in a thousand.
    assert!(!recognised(taxonomy, &objects[1], &one_class(111, 0.9)));
    assert!(!recognised(taxonomy, &objects[5], &even));
    assert!(recognised(taxonomy, &objects[5], &one_class(761, 0.02)));
    assert!(recognised(taxonomy, &objects[1], &one_class(130, 0.1)));
    assert!(!recognised(taxonomy, &objects[1], &one_class(130, 0.03)));
    assert!(recognised(taxonomy, &objects[4], &even), "no class, no word");
}

#[test]
fn a_face_is_of_a_person() {
    let taxonomy = &*TAXONOMY;
    let faces = [face(15.0, 0.98, true), face(300.0, 0.9, false)];
    let objects = [object("person", 0.0, 0.3), object("person", 100.0, 0.4)];
    let found = labels(taxonomy, &Evidence { objects: &objects, faces: &faces, ..Evidence::default() });
    for name in ["Person", "Head", "Face"] {
        assert_eq!(of(taxonomy, &found, name).unwrap().confidence, 0.98, "{name}");
    }
    let smile = of(taxonomy, &found, "Smile").unwrap();
    assert_eq!((smile.confidence, smile.instances.len()), (0.98 * 0.9, 0));
    assert_eq!(of(taxonomy, &found, "Face").unwrap().instances.len(), 2);
    let people = &of(taxonomy, &found, "Person").unwrap().instances;
    // The one with a face is surer than the detector was.
    assert_eq!((people[0].bounds.left, people[0].confidence), (0.0, 0.98));
    assert_eq!(people[1].confidence, curves::of_box(0.4));
}

#[test]
fn a_face_that_does_not_smile_is_no_smile() {
    let taxonomy = &*TAXONOMY;
    let found = labels(taxonomy, &Evidence { faces: &[face(0.0, 0.9, false)], ..Evidence::default() });
    assert_eq!(of(taxonomy, &found, "Smile"), None);
}

proptest! {
    #[test]
    fn ancestors_are_there_and_no_less_sure(
        seen in proptest::collection::vec((0..CLASSES, 0.0_f32..1.0), 0..20),
        boxes in proptest::collection::vec((0..OBJECTS.len(), 0.0_f32..=1.0), 0..20),
        heads in proptest::collection::vec((0.0_f32..500.0, 0.5_f32..=1.0, any::<bool>()), 0..4),
    ) {
        let taxonomy = &*TAXONOMY;
        let total: f32 = seen.iter().map(|(_, weight)| weight).sum::<f32>().max(1.0);
        let mut classes = vec![0.0; CLASSES];
        for (class, weight) in seen {
            classes[class] += weight / total;
        }
        let bounds = Rect { left: 0.0, top: 0.0, width: 9.0, height: 9.0 };
        let objects: Vec<_> = boxes.into_iter().map(|(class, score)| Object { class, bounds, score, cover: 0.3 }).collect();
        let faces: Vec<_> = heads.into_iter().map(|(left, sure, smiles)| face(left, sure, smiles)).collect();
        let found = labels(taxonomy, &Evidence { classes: Some(&classes), objects: &objects, faces: &faces, ..Evidence::default() });
        for label in &found {
            prop_assert!((0.0..=1.0).contains(&label.confidence));
            for above in &taxonomy.get(label.id).unwrap().ancestors {
                let above = found.iter().find(|other| other.id == *above);
                prop_assert!(above.is_some_and(|above| above.confidence >= label.confidence));
            }
            prop_assert!(label.instances.is_sorted_by(|a, b| a.confidence >= b.confidence));
            if let Some(surest) = label.instances.first() {
                prop_assert_eq!(surest.confidence, label.confidence);
            }
        }
        let sorted = found.is_sorted_by(|a, b| {
            a.confidence > b.confidence || (a.confidence == b.confidence && a.id < b.id)
        });
        prop_assert!(sorted);
    }
}

#[test]
fn in_a_strange_picture_labels_are_less_sure() {
    let taxonomy = &*TAXONOMY;
    let classes = one_class(281, 0.5);
    let cat = |strangeness| {
        let evidence = Evidence { classes: Some(&classes), strangeness, ..Evidence::default() };
        of(taxonomy, &labels(taxonomy, &evidence), "Cat").unwrap().confidence
    };
    assert_eq!(cat(None), cat(Some(1.0)));
    assert!(cat(Some(1.3)) < cat(Some(1.1)) && cat(Some(1.1)) < cat(None));
}
