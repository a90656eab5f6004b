//! What the tests with real pictures and real networks share.

use std::path::{Path, PathBuf};
use std::sync::{LazyLock, Mutex, MutexGuard, PoisonError};

use overt_vision::face::{Face, Landmark, LandmarkKind, Point, Rect, Wanted};
use overt_vision::models::ModelStore;
use overt_vision::{DEFAULT_VERSION, DecodeLimits, Networks, Picture, Worker};

/// Everything that can be asked for.
pub(crate) static ALL: LazyLock<Wanted> = LazyLock::new(|| Wanted {
    all_landmarks: true,
    age: true,
    gender: true,
    smile: true,
    eyeglasses: true,
    sunglasses: true,
    beard: true,
    mustache: true,
    eyes_open: true,
    mouth_open: true,
    face_occluded: true,
    eye_direction: true,
    emotions: true,
    template: Some(DEFAULT_VERSION.into()),
});

/// The bytes of a test picture, `folder/name`.
pub(crate) fn bytes(name: &str) -> Vec<u8> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/test-pictures").join(name);
    fs_err::read(&path).unwrap_or_else(|error| {
        panic!("{error}: fetch the test pictures first, with `cargo xtask pictures`");
    })
}

/// A test picture.
pub(crate) fn picture(name: &str) -> Picture {
    Picture::decode(&bytes(name), &DecodeLimits::default()).unwrap()
}

/// This user's model folder, the one that the server uses too.
pub(crate) fn model_folder() -> PathBuf {
    match std::env::var_os("OVERT_MODELS") {
        Some(folder) => folder.into(),
        None => {
            use etcetera::BaseStrategy as _;
            etcetera::base_strategy::choose_native_strategy()
                .expect("a home folder")
                .data_dir()
                .join("overt-models")
        }
    }
}

/// The networks of this user's model folder.
pub(crate) fn networks() -> Networks {
    let folder = model_folder();
    let store = ModelStore::open(&folder, &[]).unwrap();
    Networks::from_store(&store).unwrap_or_else(|error| {
        panic!("{error} in {}: fetch the weights first, with `overt models pull`", folder.display())
    })
}

/// One worker for all tests of a file: sessions take longer to prepare than most tests to run.
pub(crate) fn worker() -> MutexGuard<'static, Worker> {
    static WORKER: LazyLock<Mutex<Worker>> = LazyLock::new(|| Mutex::new(networks().worker().unwrap()));
    // A test that failed while it held the worker left no half-done state: buffers are rewritten by every call.
    WORKER.lock().unwrap_or_else(PoisonError::into_inner)
}

/// All faces of a picture with everything known about them.
pub(crate) fn faces(picture: &Picture) -> Vec<Face> {
    worker().faces(picture, 100, &ALL).unwrap()
}

/// The one face of a picture.
pub(crate) fn only_face(picture: &Picture) -> Face {
    let mut faces = faces(picture);
    assert_eq!(faces.len(), 1);
    faces.remove(0)
}

/// A landmark of a face.
pub(crate) fn landmark(face: &Face, kind: LandmarkKind) -> Point {
    let found = face.landmarks.iter().find(|landmark: &&Landmark| landmark.kind == kind);
    found.unwrap_or_else(|| panic!("no {kind:?}")).at
}

/// Distance of two points, pixels.
pub(crate) fn distance(a: Point, b: Point) -> f32 {
    (a.x - b.x).hypot(a.y - b.y)
}

/// Intersection over union.
pub(crate) fn overlap(a: &Rect, b: &Rect) -> f32 {
    let width = (a.left + a.width).min(b.left + b.width) - a.left.max(b.left);
    let height = (a.top + a.height).min(b.top + b.height) - a.top.max(b.top);
    let both = width.max(0.0) * height.max(0.0);
    both / (a.width * a.height + b.width * b.height - both)
}

/// Inner product of two templates.
pub(crate) fn score(a: &Face, b: &Face) -> f32 {
    let (a, b) = (a.template.as_ref().unwrap(), b.template.as_ref().unwrap());
    assert_eq!(a.version, b.version);
    a.values.iter().zip(&b.values).map(|(x, y)| x * y).sum()
}

/// A picture of some size, grey, with `picture` pasted in with its corner at (left, top).
pub(crate) fn pasted(picture: &Picture, width: u32, height: u32, left: u32, top: u32) -> Picture {
    let mut rgb = vec![128u8; (3 * width * height) as usize];
    let rows = picture.rgb().chunks_exact(3 * picture.width() as usize);
    for (y, row) in rows.enumerate() {
        let start = 3 * ((top as usize + y) * width as usize + left as usize);
        rgb[start..start + row.len()].copy_from_slice(row);
    }
    Picture::from_rgb(width, height, rgb).unwrap()
}

/// `picture` enlarged or shrunk by fast_image_resize.
pub(crate) fn resized(picture: &Picture, width: u32, height: u32) -> Picture {
    use fast_image_resize::images::{TypedImage, TypedImageRef};
    use fast_image_resize::pixels::U8x3;
    use fast_image_resize::{ResizeOptions, Resizer};
    let mut rgb = vec![0u8; (3 * width * height) as usize];
    let from = TypedImageRef::<U8x3>::from_buffer(picture.width(), picture.height(), picture.rgb()).unwrap();
    let mut to = TypedImage::<U8x3>::from_buffer(width, height, &mut rgb).unwrap();
    Resizer::new().resize_typed(&from, &mut to, &ResizeOptions::new().use_alpha(false)).unwrap();
    Picture::from_rgb(width, height, rgb).unwrap()
}

/// `picture` turned clockwise by `degrees` about its middle; black where nothing was.
pub(crate) fn turned(picture: &Picture, degrees: f32) -> Picture {
    let (width, height) = (picture.width() as i32, picture.height() as i32);
    let (sin, cos) = degrees.to_radians().sin_cos();
    let (cx, cy) = ((width - 1) as f32 / 2.0, (height - 1) as f32 / 2.0);
    let sample = |x: i32, y: i32, channel: usize| {
        let inside = (0..width).contains(&x) && (0..height).contains(&y);
        if inside { f32::from(picture.rgb()[3 * (y * width + x) as usize + channel]) } else { 0.0 }
    };
    let mut rgb = Vec::with_capacity(picture.rgb().len());
    for y in 0..height {
        for x in 0..width {
            let (dx, dy) = (x as f32 - cx, y as f32 - cy);
            let (sx, sy) = (cx + cos * dx + sin * dy, cy - sin * dx + cos * dy);
            let (left, top) = (sx.floor() as i32, sy.floor() as i32);
            let (u, v) = (sx - sx.floor(), sy - sy.floor());
            for channel in 0..3 {
                let above = sample(left, top, channel) * (1.0 - u) + sample(left + 1, top, channel) * u;
                let below =
                    sample(left, top + 1, channel) * (1.0 - u) + sample(left + 1, top + 1, channel) * u;
                rgb.push((above * (1.0 - v) + below * v).round() as u8);
            }
        }
    }
    Picture::from_rgb(picture.width(), picture.height(), rgb).unwrap()
}

/// `picture` blurred `times` times by a 3 x 3 binomial filter.
pub(crate) fn blurred(picture: &Picture, times: usize) -> Picture {
    let (width, height) = (picture.width() as usize, picture.height() as usize);
    let mut rgb = picture.rgb().to_vec();
    for _ in 0..times {
        for step in [3, 3 * width] {
            let before = rgb.clone();
            for i in 3 * width..3 * width * (height - 1) {
                let sum =
                    u16::from(before[i - step]) + 2 * u16::from(before[i]) + u16::from(before[i + step]);
                rgb[i] = ((sum + 2) / 4) as u8;
            }
        }
    }
    Picture::from_rgb(picture.width(), picture.height(), rgb).unwrap()
}

pub(crate) fn sides(bounds: &Rect) -> [f32; 4] {
    [bounds.left, bounds.top, bounds.width, bounds.height]
}

/// The largest difference of two boxes' numbers, pixels.
pub(crate) fn apart(a: &Rect, b: &Rect) -> f32 {
    sides(a).into_iter().zip(sides(b)).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

/// A portrait with one face.
pub(crate) fn astronaut() -> Picture {
    picture("skimage/astronaut.png")
}
