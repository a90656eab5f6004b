//! The imported networks against golden results that TensorFlow.js, OpenCV and NumPy computed from the packages'
//! own files (`tests/golden`): what an importer gets wrong shows here as numbers.
//!
//! Needs the weights. Without them the tests fail and say how to get them: a test that skips itself proves nothing.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test ends when something is not as it should be, helpers included"
)]

use std::path::{Path, PathBuf};

use overt_vision::models::{Channels, Expected, Input, Layout, ModelStore, probe};
use overt_vision::runtime::{Model, Runtime, RuntimeError, Tensor};
use serde::Deserialize;

#[derive(Deserialize)]
struct Results {
    inputs: Inputs,
}

#[derive(Deserialize)]
struct Inputs {
    probe: Vec<Expected>,
    face: Vec<Expected>,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The model folder: `OVERT_MODELS`, or where the server keeps it.
#[expect(clippy::disallowed_methods, reason = "a test finds the folder as the server's configuration does")]
fn store() -> ModelStore {
    let set = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty()).map(PathBuf::from);
    let data = || set("XDG_DATA_HOME").or_else(|| set("HOME").map(|home| home.join(".local/share")));
    let folder = set("OVERT_MODELS").or_else(|| data().map(|data| data.join("overt-models")));
    let folder = folder.expect("neither OVERT_MODELS nor HOME is set");
    let store = ModelStore::open(&folder, &[]).unwrap();
    assert!(
        store.is_complete(),
        "this test needs the weights, and {} does not hold them all; run `cargo run -p overt -- models pull`",
        folder.display()
    );
    store
}

/// `face.png`, enlarged by taking the nearest pixel, as `input` wants it.
fn face(input: &Input, (height, width): (usize, usize)) -> Vec<f32> {
    let file = fs_err::File::open(root().join("tests/golden/face.png")).unwrap();
    let mut reader = png::Decoder::new(std::io::BufReader::new(file)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let info = reader.next_frame(&mut pixels).unwrap();
    assert_eq!((info.width, info.height, info.color_type), (112, 112, png::ColorType::Rgb));
    let order: &[usize] = match input.channels {
        Channels::Rgb => &[0, 1, 2],
        Channels::Bgr => &[2, 1, 0],
        Channels::Grey => &[0],
    };
    let value = |x: usize, y: usize, place: usize, channel: usize| {
        let pixel = pixels[(y * 112 / height * 112 + x * 112 / width) * 3 + channel];
        (f32::from(pixel) - input.mean[place]) * input.scale
    };
    let places = || order.iter().copied().enumerate();
    let all = || (0..height).flat_map(move |y| (0..width).map(move |x| (x, y)));
    match input.layout {
        Layout::Nhwc => all()
            .flat_map(|(x, y)| places().map(move |p| (x, y, p)))
            .map(|(x, y, (p, c))| value(x, y, p, c))
            .collect(),
        Layout::Nchw => places()
            .flat_map(|p| all().map(move |at| (at, p)))
            .map(|((x, y), (p, c))| value(x, y, p, c))
            .collect(),
    }
}

/// Height and width of an input of a shape.
fn sides(input: &Input, shape: [usize; 4]) -> (usize, usize) {
    match input.layout {
        Layout::Nchw => (shape[2], shape[3]),
        Layout::Nhwc => (shape[1], shape[2]),
    }
}

/// Compares every output of the network with its golden results. Tolerance: 1e-4 of an output's largest number, see
/// `Expected::compare`.
fn compare(id: &str) {
    let store = store();
    let text = fs_err::read_to_string(root().join(format!("tests/golden/results/{id}.json"))).unwrap();
    let results: Results = serde_json::from_str(&text).unwrap();
    let runtime = Runtime::load(&store.runtime_library().unwrap()).unwrap();
    let mut model = runtime.session(id, &store.network(id).unwrap()).unwrap();
    let input = &store.manifest().network(id).unwrap().input;
    let (shape, probe) = probe(input);
    let sides = sides(input, shape);
    for (what, numbers, expected) in
        [("probe", probe, &results.inputs.probe), ("face", face(input, sides), &results.inputs.face)]
    {
        let outputs = model.run(&[Tensor::new(&shape, &numbers).unwrap()]).unwrap();
        assert_eq!(outputs.names().len(), expected.len(), "{id} has other outputs than its golden results");
        for expected in expected {
            let found = outputs.get(&expected.name).unwrap();
            assert!(expected.samples.len() > 1 || expected.shape.iter().product::<usize>() == 1);
            expected.compare(&found).unwrap_or_else(|problem| panic!("{id}, {what}: {problem}"));
        }
    }
}

#[test]
fn yunet() {
    compare("yunet");
}

#[test]
fn facemesh() {
    compare("facemesh");
}

#[test]
fn iris() {
    compare("iris");
}

#[test]
fn dlib() {
    compare("dlib");
}

#[test]
fn faceres() {
    compare("faceres");
}

#[test]
fn emotion() {
    compare("emotion");
}

#[test]
fn efficientnet_lite2() {
    compare("efficientnet-lite2");
}

#[test]
fn centernet() {
    compare("centernet");
}

#[test]
fn ppocr_detector() {
    compare("ppocr-detector");
}

#[test]
fn ppocr_orientation() {
    compare("ppocr-orientation");
}

#[test]
fn ppocr_recogniser() {
    compare("ppocr-recogniser");
}

#[test]
fn nsfwjs() {
    compare("nsfwjs");
}

/// Batches are how crops are run: each picture of a batch must get the answer that it gets alone.
#[test]
fn a_batch_answers_as_its_pictures_do_alone() {
    let store = store();
    let runtime = Runtime::load(&store.runtime_library().unwrap()).unwrap();
    for id in [
        "facemesh",
        "iris",
        "dlib",
        "faceres",
        "emotion",
        "efficientnet-lite2",
        "nsfwjs",
        "centernet",
        "ppocr-orientation",
        "ppocr-recogniser",
    ] {
        let mut model = runtime.session(id, &store.network(id).unwrap()).unwrap();
        let input = &store.manifest().network(id).unwrap().input;
        let (mut shape, first) = probe(input);
        let second = face(input, sides(input, shape));
        let mut alone = Vec::new();
        for numbers in [&first, &second] {
            let outputs = model.run(&[Tensor::new(&shape, numbers).unwrap()]).unwrap();
            alone.push(
                (0..outputs.names().len())
                    .map(|at| outputs.at(at).unwrap().data().to_vec())
                    .collect::<Vec<_>>(),
            );
        }
        shape[0] = 2;
        let both = [first, second].concat();
        let outputs = model.run(&[Tensor::new(&shape, &both).unwrap()]).unwrap();
        for (at, (first, second)) in alone[0].iter().zip(&alone[1]).enumerate() {
            let found = outputs.at(at).unwrap().data().to_vec();
            let expected = [first.as_slice(), second].concat();
            assert_eq!(found.len(), expected.len(), "{id}");
            let largest = expected.iter().fold(0.0_f32, |largest, x| largest.max(x.abs()));
            let off = found.iter().zip(&expected).fold(0.0_f32, |off, (a, b)| off.max((a - b).abs()));
            assert!(off <= 1e-4 * largest, "{id}: output {at} is off by {off} of {largest}");
        }
    }
}

/// What the runtime refuses comes back as an error that names the network, and the network stays usable.
#[test]
fn a_picture_of_another_size_is_refused_and_does_no_harm() {
    let store = store();
    let runtime = Runtime::load(&store.runtime_library().unwrap()).unwrap();
    let mut model = runtime.session("iris", &store.network("iris").unwrap()).unwrap();
    assert_eq!(model.inputs()[0].1, [None, Some(64), Some(64), Some(3)]);
    let small = vec![0.0; 32 * 32 * 3];
    let error = model.run(&[Tensor::new(&[1, 32, 32, 3], &small).unwrap()]).err().unwrap();
    assert!(matches!(&error, RuntimeError::Run { network, .. } if network == "iris"), "{error}");
    let right = vec![0.0; 64 * 64 * 3];
    model.run(&[Tensor::new(&[1, 64, 64, 3], &right).unwrap()]).unwrap();
    assert!(matches!(runtime.session("noise", b"no network"), Err(RuntimeError::Session { .. })));
}

#[test]
fn open_nsfw() {
    compare("open-nsfw");
}
