//! The order of the pipeline, with fake networks: which run, on how many crops, and what becomes of their answers.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::*;
use crate::crop::{Input, Layout};
use crate::fusion::Fusion;
use crate::loaded::Loaded;
use crate::models::Alignment;
use crate::patch::Means;
use crate::recogniser::Single;
use crate::recognisers::Recognisers;
use crate::runtime::{Model, Outputs, OwnedTensor, RuntimeError, Tensor};

/// A network that answers `output(batch)` for each name and counts its crops.
struct Fake<F> {
    runs: Arc<AtomicUsize>,
    answer: F,
}

type Named = Vec<(&'static str, Vec<f32>)>;

impl<F: FnMut(usize, &Tensor<'_>) -> Named + Send> Model for Fake<F> {
    fn run(&mut self, inputs: &[Tensor<'_>]) -> Result<Outputs<'_>, RuntimeError> {
        let count = inputs[0].shape()[0];
        self.runs.fetch_add(count, Ordering::Relaxed);
        let named = (self.answer)(count, &inputs[0]);
        let owned =
            |(name, data): (&str, Vec<f32>)| (name.to_owned(), OwnedTensor { shape: vec![data.len()], data });
        Ok(Outputs::owned("fake", named.into_iter().map(owned).collect()))
    }
}

/// How often each network saw a crop.
#[derive(Default)]
struct Counts {
    mesh: Arc<AtomicUsize>,
    iris: Arc<AtomicUsize>,
    emotion: Arc<AtomicUsize>,
    person: Arc<AtomicUsize>,
    chip: Arc<AtomicUsize>,
    own: Arc<AtomicUsize>,
    /// Recognisers that were loaded.
    loads: Arc<AtomicUsize>,
}

impl Counts {
    fn take(&self) -> [usize; 6] {
        [&self.mesh, &self.iris, &self.emotion, &self.person, &self.chip, &self.own]
            .map(|n| n.swap(0, Ordering::Relaxed))
    }
}

/// Makes the default recipe, and `own`, a network of three numbers.
fn recognisers(counts: &Counts) -> Loaded {
    let (chip, own, loads) = (counts.chip.clone(), counts.own.clone(), counts.loads.clone());
    Loaded::new(Box::new(move |version| {
        loads.fetch_add(1, Ordering::Relaxed);
        let recogniser = match version.as_str() {
            DEFAULT_VERSION => Recogniser::Fused {
                chip: fake(&chip, |count, _| vec![("embedding", vec![0.1; 128 * count])]),
                fusion: Arc::new(Fusion::built_in().unwrap()),
                version: version.clone(),
            },
            "own" => Recogniser::Single(Single {
                model: fake(&own, |count, _| vec![("embedding", [3.0, 0.0, 4.0].repeat(count))]),
                input: Input {
                    side: 112,
                    layout: Layout::PlanarRgb,
                    scale: 1.0,
                    offset: [0.0; 3],
                    means: Means::Quick,
                },
                output: None,
                length: 3,
                alignment: Alignment::ArcfaceFivePoint,
                mirrored: false,
                one_by_one: false,
                version: version.clone(),
            }),
            other => return Err(Recognisers::built_in().find(other).unwrap_err().into()),
        };
        Ok(recogniser)
    }))
}

fn fake(
    runs: &Arc<AtomicUsize>,
    answer: impl FnMut(usize, &Tensor<'_>) -> Named + Send + 'static,
) -> Box<dyn Model> {
    Box::new(Fake { runs: Arc::clone(runs), answer })
}

/// A detector's answer for an input of 128 x 128: faces of 32 pixels in the cells of stride 16 given, each with
/// its confidence, the first the widest.
fn detections(faces: &[(usize, f32)]) -> Named {
    let names = [("cls", 1), ("obj", 1), ("bbox", 4), ("kps", 10)];
    let mut named: Named = Vec::new();
    for (stride, kinds) in [
        (8, ["cls_8", "obj_8", "bbox_8", "kps_8"]),
        (16, ["cls_16", "obj_16", "bbox_16", "kps_16"]),
        (32, ["cls_32", "obj_32", "bbox_32", "kps_32"]),
    ] {
        let cells = (128 / stride) * (128 / stride);
        for (name, (_, width)) in kinds.into_iter().zip(names) {
            let mut data = vec![0.0; cells * width];
            for (rank, &(cell, confidence)) in faces.iter().enumerate().filter(|_| stride == 16) {
                match width {
                    1 => data[cell] = confidence,
                    4 => data[4 * cell + 2..4 * cell + 4].fill(0.69 - 0.05 * rank as f32),
                    _ => {
                        let points = [-0.5, -0.5, 0.5, -0.5, 0.0, 0.0, -0.4, 0.5, 0.4, 0.5];
                        data[10 * cell..10 * cell + 10].copy_from_slice(&points);
                    }
                }
            }
            named.push((name, data));
        }
    }
    named
}

/// A mesh that is level in its crop, with extent where crops are made from it.
fn level_mesh() -> Vec<f32> {
    let mut mesh = vec![[96.0, 96.0, 0.0]; mesh::POINTS];
    let places =
        [(33, 60.0, 80.0), (133, 85.0, 80.0), (362, 107.0, 80.0), (263, 132.0, 80.0), (2, 96.0, 115.0)];
    for (index, x, y) in places {
        mesh[index] = [x, y, 0.0];
    }
    mesh.concat()
}

/// A worker over fakes. The detector answers `faces`; the n-th mesh has the n-th flag.
fn worker(faces: Vec<(usize, f32)>, flags: Vec<f32>) -> (Worker, Counts) {
    let counts = Counts::default();
    let mut flags = flags.into_iter();
    let sessions = Sessions {
        detector: fake(&Arc::default(), move |_, _| detections(&faces)),
        mesh: fake(&counts.mesh, move |count, _| {
            let flags = (0..count).map(|_| flags.next().unwrap_or(1.0)).collect();
            vec![("output_mesh", level_mesh().repeat(count)), ("output_faceflag", flags)]
        }),
        iris: fake(&counts.iris, |count, _| vec![("Identity", vec![1.0; count * eyes::OUTPUT])]),
        emotion: fake(&counts.emotion, |count, _| {
            vec![("Identity", [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0].repeat(count))]
        }),
        person: fake(&counts.person, |count, _| {
            vec![
                ("gender_pred_Sigmoid", vec![0.9; count]),
                ("global_pooling_Mean", vec![1.0; count * person::EMBEDDING]),
                ("age_pred_Softmax", vec![0.01; count * person::YEARS]),
            ]
        }),
        recognisers: recognisers(&counts),
    };
    (Worker::new(sessions), counts)
}

fn grey() -> Picture {
    Picture::from_rgb(128, 128, vec![128; 3 * 128 * 128]).unwrap()
}

/// Cells of stride 16 that lie apart: 18 is column 2, row 2.
const CELLS: [usize; 4] = [18, 21, 42, 45];

fn all_of(confidence: f32) -> Vec<(usize, f32)> {
    CELLS.iter().map(|&cell| (cell, confidence)).collect()
}

#[test]
fn only_networks_that_are_needed_run() {
    let (mut worker, counts) = worker(all_of(0.9), vec![]);
    let none = Wanted::default();
    for (wanted, expected) in [
        (none.clone(), [4, 0, 0, 0, 0, 0]),
        (Wanted { all_landmarks: true, mouth_open: true, ..none.clone() }, [4, 0, 0, 0, 0, 0]),
        (Wanted { eyes_open: true, ..none.clone() }, [4, 8, 0, 0, 0, 0]),
        (Wanted { eye_direction: true, ..none.clone() }, [4, 8, 0, 0, 0, 0]),
        (Wanted { smile: true, ..none.clone() }, [4, 0, 4, 0, 0, 0]),
        (Wanted { emotions: true, smile: true, ..none.clone() }, [4, 0, 4, 0, 0, 0]),
        (Wanted { age: true, gender: true, ..none.clone() }, [4, 0, 0, 4, 0, 0]),
        (templates(DEFAULT_VERSION), [4, 0, 0, 4, 8, 0]),
        (templates("own"), [4, 0, 0, 0, 0, 4]),
    ] {
        let faces = worker.faces(&grey(), 100, &wanted).unwrap();
        assert_eq!((faces.len(), counts.take()), (4, expected), "{wanted:?}");
        assert_eq!(faces[0].template.as_ref().map(|template| &template.version), wanted.template.as_ref());
    }
}

/// Wishes for templates of `version` and nothing else.
fn templates(version: &str) -> Wanted {
    Wanted { template: Some(version.into()), ..Wanted::default() }
}

#[test]
fn a_recogniser_is_loaded_when_first_needed_and_once() {
    let (mut worker, counts) = worker(all_of(0.9), vec![]);
    let mut loads = |wanted: &Wanted| {
        let faces = worker.faces(&grey(), 100, wanted).unwrap();
        (faces[0].template.clone().map(|template| template.values), counts.loads.load(Ordering::Relaxed))
    };
    assert_eq!(loads(&Wanted { gender: true, ..Wanted::default() }), (None, 0));
    assert_eq!(loads(&templates("own")), (Some([0.6, 0.0, 0.8].into()), 1));
    assert_eq!(loads(&templates("own")).1, 1);
    assert_eq!(loads(&templates(DEFAULT_VERSION)).0.unwrap().len(), 256);
    assert_eq!(loads(&templates("own")), (Some([0.6, 0.0, 0.8].into()), 2));
}

#[test]
fn an_unknown_version_is_an_error_before_any_network_runs() {
    let (mut worker, counts) = worker(all_of(0.9), vec![]);
    match worker.faces(&grey(), 100, &templates("other-1")) {
        Err(VisionError::Version(error)) => assert_eq!(error.version, "other-1"),
        other => panic!("{other:?}"),
    }
    assert_eq!(counts.take(), [0; 6]);
}

#[test]
fn an_unsure_detection_needs_the_meshs_consent() {
    let (mut unsure, _) = worker(all_of(0.7), vec![0.9, 0.1, 0.6, 0.4]);
    let faces = unsure.faces(&grey(), 100, &Wanted::default()).unwrap();
    let confidences: Vec<f32> = faces.iter().map(|face| face.confidence).collect();
    assert_eq!(confidences, [0.9, 0.7]);
    let (mut sure, _) = worker(all_of(0.9), vec![0.0; 4]);
    assert_eq!(sure.faces(&grey(), 100, &Wanted::default()).unwrap().len(), 4);
}

#[test]
fn a_dropped_detection_is_replaced_by_the_next_largest() {
    let (mut worker, counts) = worker(all_of(0.7), vec![0.0, 0.0, 1.0, 1.0]);
    let faces = worker.faces(&grey(), 1, &Wanted::default()).unwrap();
    assert_eq!((faces.len(), counts.take()[0]), (1, 3));
}

/// A mesh that stays askew is taken at most [`MESH_PASSES`] times and kept.
#[test]
fn a_crooked_mesh_is_taken_again_and_again_but_not_for_ever() {
    let (mut worker, counts) = worker(vec![(18, 0.9)], vec![]);
    worker.sessions.mesh = fake(&counts.mesh, |count, _| {
        let mut mesh = level_mesh();
        mesh[3 * 263 + 1] = 160.0;
        vec![("output_mesh", mesh.repeat(count)), ("output_faceflag", vec![1.0; count])]
    });
    let faces = worker.faces(&grey(), 100, &Wanted::default()).unwrap();
    assert_eq!((faces.len(), counts.take()[0]), (1, MESH_PASSES));
}

#[test]
fn a_network_of_another_shape_is_an_error() {
    let (mut worker, counts) = worker(all_of(0.9), vec![]);
    worker.sessions.emotion = fake(&counts.emotion, |_, _| vec![("Identity", vec![0.0; 3])]);
    let wanted = Wanted { emotions: true, ..Wanted::default() };
    match worker.faces(&grey(), 100, &wanted) {
        Err(VisionError::Output { network: "emotion", found: 3, expected: 28 }) => {}
        other => panic!("{other:?}"),
    }
}

#[test]
fn angles_are_compared_around_the_circle() {
    let half = std::f32::consts::PI;
    assert!((angle_between(half - 0.1, -half + 0.1) - 0.2).abs() < 1e-5);
    assert!((angle_between(0.3, -0.2) - 0.5).abs() < 1e-5);
}
