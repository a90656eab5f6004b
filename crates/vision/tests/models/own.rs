//! An operator's own recogniser, from an address on loopback to a template.

use std::io::{Read as _, Write as _};
use std::net::TcpListener;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use overt_vision::face::{Face, Wanted};
use overt_vision::import::import_tfjs;
use overt_vision::models::{Digest, ModelStore, ModelsError, State};
use overt_vision::{DEFAULT_VERSION, DecodeLimits, Networks, Picture, VisionError};

use super::bench::{Steps, provisioned, tfjs};

/// A web server on loopback that answers every request with `answer`, and counts them.
fn serve(answer: Vec<u8>) -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let count = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&count);
    std::thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            let mut request = Vec::new();
            let mut byte = [0];
            while !request.ends_with(b"\r\n\r\n") && connection.read(&mut byte).unwrap() == 1 {
                request.push(byte[0]);
            }
            counter.fetch_add(1, Ordering::SeqCst);
            connection.write_all(&answer).unwrap();
        }
    });
    (format!("http://{address}/recogniser.onnx"), count)
}

fn ok(body: &[u8]) -> Vec<u8> {
    let mut answer =
        format!("HTTP/1.1 200 OK\r\nContent-Length: {}\r\nConnection: close\r\n\r\n", body.len())
            .into_bytes();
    answer.extend(body);
    answer
}

/// A recogniser whose template is 1, 2 and 4 times the mean blue, green and red of ArcFace's crop.
fn recogniser() -> Vec<u8> {
    let (json, shards) = tfjs(112);
    import_tfjs(&json, &shards, &[]).unwrap()
}

fn manifest(url: &str, onnx: &[u8]) -> String {
    format!(
        r#"
[[network]]
id = "means"
version = "1"
role = "recogniser"
decoder = "embedding"
licence = "CC0-1.0"
terms = "any"
importer = "onnx"
source = {{ url = "{url}", size = {}, sha256 = "{}" }}
input = {{ layout = "nhwc", channels = "bgr", width = 112, height = 112 }}
recogniser = {{ alignment = "arcface-five-point", numbers = 3, normalisation = "unit" }}
"#,
        onnx.len(),
        Digest::of(onnx)
    )
}

/// A model folder with all built-in networks and the manifest `text` besides. Removed at the end.
struct Own {
    folder: PathBuf,
    store: ModelStore,
}

impl Own {
    fn new(name: &str, text: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("overt-own-{name}-{}", std::process::id()));
        drop(fs_err::remove_dir_all(&folder));
        let from = provisioned().folder().to_path_buf();
        for part in ["onnx", "runtime"] {
            link(&from.join(part), &folder.join(part));
        }
        let path = folder.join("own.toml");
        fs_err::write(&path, text).unwrap();
        let store = ModelStore::open(&folder, &[path]).unwrap();
        Self { folder, store }
    }
}

impl Drop for Own {
    fn drop(&mut self) {
        drop(fs_err::remove_dir_all(&self.folder));
    }
}

fn link(from: &std::path::Path, to: &std::path::Path) {
    fs_err::create_dir_all(to).unwrap();
    for entry in fs_err::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            link(&entry.path(), &target);
        } else {
            // A link, so that all tests of this process load one library.
            fs_err::os::unix::fs::symlink(entry.path(), target).unwrap();
        }
    }
}

#[test]
fn a_recogniser_from_an_address_makes_templates_of_its_own_version() {
    let onnx = recogniser();
    let (url, requests) = serve(ok(&onnx));
    let own = Own::new("recogniser", &manifest(&url, &onnx));
    let mut steps = Steps::default();
    assert_eq!(own.store.pull(&mut steps).unwrap(), 1);
    assert_eq!(steps.0, ["fetch means", "check means", "ready means", "done 1"]);
    assert_eq!(own.store.pull(&mut Steps::default()).unwrap(), 0);
    assert_eq!(requests.load(Ordering::SeqCst), 1, "fetched once");

    let networks = Networks::from_store(&own.store).unwrap();
    let version = networks.recognisers().default_version().clone();
    assert!(version.starts_with("means-"), "{version}");
    let root = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let picture = fs_err::read(root.join("tests/golden/face.png")).unwrap();
    let picture = Picture::decode(&picture, &DecodeLimits::default()).unwrap();
    let wanted = |version: &str| Wanted { template: Some(version.into()), ..Wanted::default() };
    let mut worker = networks.worker().unwrap();
    let faces = worker.faces(&picture, 1, &wanted(&version)).unwrap();
    let template = faces[0].template.as_ref().unwrap();
    assert_eq!(template.version, version);
    let [blue, green, red] = *template.values else { panic!("three numbers") };
    assert!((blue * blue + green * green + red * red - 1.0).abs() < 1e-5, "unit length");
    // The weights are 1, 2, 4 for the channels as fed: blue, green, red. Skin and this background are far from 4 : 1 in
    // either direction, so each order of channels gives another order of these numbers.
    assert!(blue < green && green < red, "fed as blue, green, red: {blue} {green} {red}");
    assert!(red > 1.9 * green, "red is skin's strongest channel: {green} {red}");

    // Beside it the built-in recipe is there as it is without a manifest.
    let both = worker.faces(&picture, 1, &wanted(DEFAULT_VERSION)).unwrap();
    let mut alone = Networks::from_store(&provisioned()).unwrap().worker().unwrap();
    let alone = alone.faces(&picture, 1, &wanted(DEFAULT_VERSION)).unwrap();
    let values = |faces: &[Face]| faces[0].template.as_ref().unwrap().values.clone();
    assert_eq!(values(&both), values(&alone));
    let missing = worker.faces(&picture, 1, &wanted("means-000000000000")).unwrap_err();
    assert!(matches!(&missing, VisionError::Version(error) if error.known.len() == 2), "{missing}");
}

#[test]
fn an_entry_that_was_edited_is_held_against_its_network_again() {
    let onnx = recogniser();
    let (url, _) = serve(ok(&onnx));
    let mut own = Own::new("edited", &manifest(&url, &onnx));
    own.store.pull(&mut Steps::default()).unwrap();
    let path = own.folder.join("own.toml");
    let edited = manifest(&url, &onnx).replace("numbers = 3", "numbers = 4");
    fs_err::write(&path, edited).unwrap();
    own.store = ModelStore::open(&own.folder, &[path]).unwrap();
    let refused = |error: &(dyn std::error::Error + 'static)| {
        let error = error.downcast_ref::<ModelsError>().unwrap();
        assert!(matches!(error, ModelsError::Golden { network, .. } if network == "means"), "{error}");
    };
    refused(&own.store.pull(&mut Steps::default()).unwrap_err());
    let error = Networks::from_store(&own.store).unwrap().worker().err().unwrap();
    refused(std::error::Error::source(&error).unwrap());
}

#[test]
fn an_address_that_answers_something_else_is_refused() {
    let onnx = recogniser();
    let mut other = onnx.clone();
    other[40] ^= 1;
    let refused = |name: &str, answer: Vec<u8>| {
        let (url, _) = serve(answer);
        let own = Own::new(name, &manifest(&url, &onnx));
        let error = own.store.pull(&mut Steps::default()).unwrap_err();
        let listed = own.store.list().unwrap().into_iter().find(|listed| listed.id == "means").unwrap();
        assert_eq!(listed.state, State::Missing);
        (error, url)
    };
    let (error, url) = refused("other", ok(&other));
    let ModelsError::WrongDigest { file, expected, found } = &error else { panic!("{error}") };
    assert_eq!((file, *expected, *found), (&url, Digest::of(&onnx), Digest::of(&other)));
    let (error, url) = refused("short", ok(&onnx[..100]));
    assert!(matches!(&error, ModelsError::WrongSize { file, .. } if *file == url), "{error}");
    let (error, _) = refused("long", ok(&[onnx.as_slice(), &[0]].concat()));
    assert!(matches!(&error, ModelsError::WrongSize { .. }), "{error}");
    let (error, url) = refused("absent", b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n".to_vec());
    assert!(matches!(&error, ModelsError::Address { url: named, .. } if *named == url), "{error}");
}
