//! A model folder of a test: two small networks in packages made here, and the runtime library of this machine.

use std::collections::HashMap;
use std::ffi::OsString;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::mpsc::Sender;

use overt_vision::import::import_tfjs;
use overt_vision::models::{
    Client, Digest, Event, Fetch, Manifest, ModelStore, ModelsError, Network, Package, Progress, Received,
    Registry, Source, State,
};

/// The network `tiny`: every pixel's channels times 1, 2 and 4, averaged over a picture of 8 x 8.
pub(crate) fn tiny() -> (Vec<u8>, Vec<u8>) {
    tfjs(8)
}

/// The same for pictures with `side` pixels a side: `model.json` and its shards.
pub(crate) fn tfjs(side: usize) -> (Vec<u8>, Vec<u8>) {
    let json = format!(
        r#"{{"signature":{{"outputs":{{"mean":{{"name":"mean"}}}}}},"modelTopology":{{"node":[
        {{"name":"picture","op":"Placeholder","attr":{{"dtype":{{"type":"DT_FLOAT"}},"shape":{{"shape":{{"dim":[
            {{"size":"-1"}},{{"size":"{side}"}},{{"size":"{side}"}},{{"size":"3"}}]}}}}}}}},
        {{"name":"w","op":"Const"}},{{"name":"axes","op":"Const"}},
        {{"name":"c","op":"Conv2D","input":["picture","w"],"attr":{{"padding":{{"s":"VkFMSUQ="}},
            "strides":{{"list":{{"i":["1","1","1","1"]}}}}}}}},
        {{"name":"mean","op":"Mean","input":["c","axes"]}}]}},
        "weightsManifest":[{{"paths":["model.bin"],"weights":[
            {{"name":"w","shape":[1,1,3,3],"dtype":"float32"}},{{"name":"axes","shape":[2],"dtype":"int32"}}]}}]}}"#
    );
    let weights = [1.0_f32, 0.0, 0.0, 0.0, 2.0, 0.0, 0.0, 0.0, 4.0];
    let mut shards: Vec<u8> = weights.iter().flat_map(|weight| weight.to_le_bytes()).collect();
    shards.extend([1_i32, 2].iter().flat_map(|axis| axis.to_le_bytes()));
    (json.into_bytes(), shards)
}

/// Mean of the probe's channel `c` (see `overt_vision::models::probe`) over 8 x 8 pixels, computed here anew.
fn probe_mean(c: u32) -> f32 {
    let pixels = (0..8)
        .flat_map(|y: u32| (0..8).map(move |x: u32| (3 * x * x + 5 * y * y + 7 * x * y + 61 * c) % 256));
    pixels.sum::<u32>() as f32 / 64.0
}

/// The model folder of this machine, for its runtime library.
#[expect(clippy::disallowed_methods, reason = "a test finds the folder as the server's configuration does")]
pub(crate) fn provisioned() -> ModelStore {
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

pub(crate) struct Bench {
    pub(crate) folder: PathBuf,
    manifest: Manifest,
    /// Removed when the bench that made it goes.
    made: bool,
}

impl Bench {
    pub(crate) fn new(name: &str) -> Self {
        Self::with(name, |_| {})
    }

    pub(crate) fn with(name: &str, change: impl FnOnce(&mut Manifest)) -> Self {
        let folder = std::env::temp_dir().join(format!("overt-models-{name}-{}", std::process::id()));
        drop(fs_err::remove_dir_all(&folder));
        fs_err::create_dir_all(&folder).unwrap();
        let mut bench = Self::at(folder);
        bench.made = true;
        change(&mut bench.manifest);
        bench
    }

    /// A bench over a folder that another process made.
    pub(crate) fn at(folder: PathBuf) -> Self {
        let library = provisioned().runtime_library().unwrap();
        let whole = Manifest::built_in().unwrap();
        let runtime = whole.runtime().unwrap().clone();
        let beside = folder.join("runtime").join(runtime.file.sha256.to_string());
        if !beside.exists() {
            fs_err::create_dir_all(&beside).unwrap();
            // A link, so that all tests of this process load one library.
            fs_err::os::unix::fs::symlink(&library, beside.join(library.file_name().unwrap())).unwrap();
        }
        let empty = Manifest { networks: Vec::new(), template: None, ..whole };
        let manifest = empty.with(&manifest(), Path::new("")).unwrap();
        Self { folder, manifest, made: false }
    }

    pub(crate) fn store(&self) -> ModelStore {
        ModelStore::with_manifest(&self.folder, self.manifest.clone())
    }

    pub(crate) fn nearby(&self) -> Nearby {
        Nearby { archives: archives() }
    }

    pub(crate) fn state(&self, id: &str) -> State {
        self.store().list().unwrap().into_iter().find(|listed| listed.id == id).unwrap().state
    }

    pub(crate) fn only_file(&self, folder: &str, digest: Digest) -> PathBuf {
        let path = self.folder.join(folder).join(format!("{digest}.onnx"));
        assert!(path.exists());
        path
    }

    pub(crate) fn all_files(&self) -> Vec<String> {
        let mut names = Vec::new();
        let mut open = vec![self.folder.clone(), self.folder.parent().unwrap().join("escaped")];
        while let Some(path) = open.pop() {
            if path.is_dir() {
                open.extend(fs_err::read_dir(&path).unwrap().map(|entry| entry.unwrap().path()));
            } else if path.exists() {
                names.push(path.to_string_lossy().into_owned());
            }
        }
        names
    }

    /// A `PATH` on which only the program `name` lies.
    pub(crate) fn program(&self, name: &str, script: &str) -> OsString {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = self.folder.join("bin");
        fs_err::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs_err::write(&path, script).unwrap();
        fs_err::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
        folder.into_os_string()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        if self.made {
            drop(fs_err::remove_dir_all(&self.folder));
        }
    }
}

pub(crate) fn network<'m>(manifest: &'m mut Manifest, id: &str) -> &'m mut Network {
    manifest.networks.iter_mut().find(|network| network.id == id).unwrap()
}

/// Makes the manifest expect other bytes at `path` than the archive holds.
pub(crate) fn expect_other_file(manifest: &mut Manifest, id: &str, path: &str) {
    let Source::Package { files, .. } = &mut network(manifest, id).source else {
        panic!("{id} comes from a package")
    };
    files.iter_mut().find(|file| file.path == path).unwrap().sha256 = Digest::of(b"something else");
}

fn pin(path: &str, bytes: &[u8]) -> String {
    format!(r#"{{ path = "{path}", size = {}, sha256 = "{}" }}"#, bytes.len(), Digest::of(bytes))
}

fn manifest() -> String {
    let archives = archives();
    let (json, shards) = tiny();
    let onnx = import_tfjs(&json, &shards, &[]).unwrap();
    let means = [probe_mean(0), 2.0 * probe_mean(1), 4.0 * probe_mean(2)];
    let common = format!(
        r#"role = "emotions"
decoder = "embedding"
version = "1"
licence = "MIT"
terms = "any"
input = {{ layout = "nhwc", channels = "rgb", width = 8, height = 8 }}
golden = {{ outputs = [{{ name = "mean", shape = [1, 3], samples = {means:?} }}] }}"#
    );
    format!(
        r#"
[[package]]
id = "tiny-net"
registry = "npm"
name = "tiny-net"
version = "1.0.0"
licence = "MIT"
archive = {net}

[[package]]
id = "tiny-wheel"
registry = {{ pypi = {{ python = "3.12", platform = "any", abi = "none" }} }}
name = "tiny-wheel"
version = "1.0.0"
licence = "MIT"
archive = {wheel}

[[network]]
id = "tiny"
importer = "tfjs"
{common}
onnx = {{ size = {size}, sha256 = "{digest}" }}
source = {{ package = "tiny-net", files = [{json}, {bin}] }}

[[network]]
id = "plain"
importer = "onnx"
{common}
source = {{ package = "tiny-wheel", files = [{plain}] }}
"#,
        net = pin("tiny-net-1.0.0.tgz", &archives["tiny-net"]),
        wheel = pin("tiny_wheel-1.0.0-py3-none-any.whl", &archives["tiny-wheel"]),
        size = onnx.len(),
        digest = Digest::of(&onnx),
        json = pin("package/model.json", &json),
        bin = pin("package/model.bin", &shards),
        plain = pin("tiny/plain.onnx", &plain()),
    )
}

/// `tiny` once more, in bytes of its own.
fn plain() -> Vec<u8> {
    let (json, shards) = tiny();
    let mut onnx = import_tfjs(&json, &shards, &[]).unwrap();
    // Field 6 of a model, its description: "x".
    onnx.extend([0x32, 1, b'x']);
    onnx
}

fn archives() -> HashMap<String, Vec<u8>> {
    let (json, shards) = tiny();
    let mut tar = tar::Builder::new(flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast()));
    for (path, bytes) in [
        ("../../escaped", b"x".as_slice()),
        ("/escaped", b"x"),
        ("package/model.json", &json),
        ("package/model.bin", &shards),
    ] {
        let mut header = tar::Header::new_gnu();
        // Written by hand, since the builder refuses such paths.
        header.as_old_mut().name[..path.len()].copy_from_slice(path.as_bytes());
        header.set_size(bytes.len() as u64);
        header.set_mode(0o644);
        header.set_cksum();
        tar.append(&header, bytes).unwrap();
    }
    let net = tar.into_inner().unwrap().finish().unwrap();
    let mut zip = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (path, bytes) in [("../../escaped", b"x".as_slice()), ("tiny/plain.onnx", &plain())] {
        zip.start_file(path, zip::write::SimpleFileOptions::default()).unwrap();
        zip.write_all(bytes).unwrap();
    }
    let wheel = zip.finish().unwrap().into_inner();
    HashMap::from([("tiny-net".to_owned(), net), ("tiny-wheel".to_owned(), wheel)])
}

/// Packages from memory.
pub(crate) struct Nearby {
    pub(crate) archives: HashMap<String, Vec<u8>>,
}

impl Nearby {
    pub(crate) fn nothing() -> Self {
        Self { archives: HashMap::new() }
    }
}

impl Fetch for Nearby {
    fn has(&self, _: Client, _: &mut Received<'_>) -> Result<bool, ModelsError> {
        Ok(true)
    }

    fn package(
        &self,
        package: &Package,
        into: &Path,
        received: &mut Received<'_>,
    ) -> Result<PathBuf, ModelsError> {
        let bytes =
            self.archives.get(&package.name).unwrap_or_else(|| panic!("{} is asked for", package.name));
        assert!(fs_err::read_dir(into).unwrap().next().is_none(), "the folder is empty");
        let suffix = if package.registry == Registry::Npm { "tgz" } else { "whl" };
        let path = into.join(format!("{}.{suffix}", package.name));
        fs_err::write(&path, bytes).unwrap();
        if received(bytes.len() as u64).is_break() {
            return Err(ModelsError::Stopped);
        }
        Ok(path)
    }

    fn address(&self, url: &str, _: &Path, _: u64, _: &mut Received<'_>) -> Result<(), ModelsError> {
        panic!("{url} is asked for")
    }
}

/// The steps of a pull as words.
#[derive(Default)]
pub(crate) struct Steps(pub(crate) Vec<String>, Option<String>, Option<Sender<String>>, Option<Box<Enough>>);

/// Whether the steps so far are enough.
type Enough = dyn Fn(&[String]) -> bool;

impl Steps {
    /// Stays at `step` for good.
    pub(crate) fn stopping_at(step: &str) -> Self {
        Self(Vec::new(), Some(step.to_owned()), None, None)
    }

    /// Tells each step.
    pub(crate) fn telling(to: Sender<String>) -> Self {
        Self(Vec::new(), None, Some(to), None)
    }

    /// Wants no more as soon as `enough` is true of the steps so far.
    pub(crate) fn until(enough: impl Fn(&[String]) -> bool + 'static) -> Self {
        Self(Vec::new(), None, None, Some(Box::new(enough)))
    }
}

impl Progress for Steps {
    fn is_stopped(&self) -> bool {
        self.3.as_ref().is_some_and(|enough| enough(&self.0))
    }

    fn report(&mut self, event: Event<'_>) {
        let step = match event {
            Event::Waiting { .. } => "waiting".to_owned(),
            Event::Fetching { package, .. } => format!("fetch {package}"),
            Event::Damaged { id } => format!("damaged {id}"),
            Event::Resumed { package } => format!("resume {package}"),
            Event::Unpacking { package } => format!("unpack {package}"),
            Event::Importing { network } => format!("import {network}"),
            Event::Checking { network } => format!("check {network}"),
            Event::Ready { id } => format!("ready {id}"),
            Event::Done { added } => format!("done {added}"),
            _ => return,
        };
        if self.1.as_ref() == Some(&step) {
            println!("stopped at {step}");
            loop {
                std::thread::park();
            }
        }
        if let Some(to) = &self.2 {
            // Nobody listens any more once the test has what it wants.
            drop(to.send(step.clone()));
        }
        self.0.push(step);
    }
}
