//! Two real recognisers at once: each makes what it makes alone, and neither is loaded before it is needed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test fails by panicking, its helpers too"
)]
#![allow(dead_code, reason = "each test file uses a part of what they share")]

mod common;

use std::path::{Path, PathBuf};

use common::*;
use overt_vision::face::Wanted;
use overt_vision::models::ModelStore;
use overt_vision::{DEFAULT_VERSION, Networks, Picture, Template, Worker};

/// Names the network that is the second part of the default template as a recogniser of its own.
fn manifest() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/recognisers/faceres-1024.toml")
}

/// The networks with both recognisers.
fn both() -> Networks {
    let store = ModelStore::open(&model_folder(), &[manifest()]).unwrap();
    assert!(store.is_complete(), "the second recogniser's file is one of the default ones");
    Networks::from_store(&store).unwrap()
}

fn templates(worker: &mut Worker, picture: &Picture, version: &str) -> Vec<Template> {
    let wanted = Wanted { template: Some(version.into()), ..Wanted::default() };
    let faces = worker.faces(picture, 100, &wanted).unwrap();
    faces.into_iter().map(|face| face.template.unwrap()).collect()
}

fn inner(a: &Template, b: &Template) -> f32 {
    a.values.iter().zip(&b.values).map(|(x, y)| x * y).sum()
}

#[test]
fn one_worker_serves_two_versions() {
    let networks = both();
    let second = networks.recognisers().default_version().clone();
    assert!(second.starts_with("faceres-1024-"), "an operator's recogniser is the default: {second}");
    let (mut together, mut alone) = (networks.worker().unwrap(), worker());
    for name in ["skimage/astronaut.png", "face-api/sample4.jpg"] {
        let picture = picture(name);
        let expected = templates(&mut alone, &picture, DEFAULT_VERSION);
        for _turn in 0..2 {
            let found = templates(&mut together, &picture, DEFAULT_VERSION);
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                assert_eq!(found.version.as_str(), DEFAULT_VERSION);
                assert_eq!(found.values, expected.values, "{name}: not a bit may change");
            }
            for template in templates(&mut together, &picture, &second) {
                assert_eq!((&template.version, template.values.len()), (&second, 1024));
                assert!((inner(&template, &template) - 1.0).abs() < 1e-5, "unit length");
            }
        }
    }
}

#[test]
fn the_second_recogniser_tells_people_apart_too() {
    let networks = both().with_default(DEFAULT_VERSION).unwrap();
    let second = networks.recognisers().all().last().unwrap().version.clone();
    let mut worker = networks.worker().unwrap();
    let mut of = |name: &str| templates(&mut worker, &picture(name), &second).remove(0);
    let (one, again) = (of("face_recognition/obama.jpg"), of("face_recognition/obama2.jpg"));
    let other = of("face_recognition/biden.jpg");
    let (genuine, impostor) = (inner(&one, &again), inner(&one, &other));
    assert!(genuine > impostor + 0.1, "{genuine} {impostor}");
}

#[test]
fn sessions_of_a_recogniser_come_when_it_is_needed() {
    let networks = both().with_default(DEFAULT_VERSION).unwrap();
    let second = networks.recognisers().all().last().unwrap().version.clone();
    let mut worker = networks.worker().unwrap();
    assert_eq!(format!("{worker:?}"), "{overt-face-1}");
    templates(&mut worker, &astronaut(), &second);
    assert_eq!(format!("{worker:?}"), format!("{{{second}, overt-face-1}}"));
}
