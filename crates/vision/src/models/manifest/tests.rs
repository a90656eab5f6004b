//! That the manifest compiled in is whole, and that what an operator gets wrong is refused by name.

use super::super::network::{Alignment, Channels, Normalisation, Terms};
use super::*;
use crate::recogniser::{DEFAULT_NUMBERS, DEFAULT_VERSION};

/// The recogniser of `docs/models.md`.
const SFACE: &str = r#"
[[network]]
id = "sface"
version = "2021dec"
role = "recogniser"
decoder = "embedding"
licence = "Apache-2.0"
terms = "any"
importer = "onnx"
source = { path = "face_recognition_sface_2021dec.onnx", sha256 = "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79" }
input = { layout = "nchw", channels = "bgr", width = 112, height = 112 }
recogniser = { alignment = "arcface-five-point", numbers = 128, normalisation = "unit" }
"#;

fn with(text: &str) -> Result<Manifest, ManifestError> {
    Manifest::built_in().unwrap().with(text, Path::new("/etc/overt"))
}

fn problem(text: &str) -> String {
    match with(text).unwrap_err() {
        ManifestError::Entry { entry, problem } => format!("{entry}: {problem}"),
        ManifestError::Form(error) => error.to_string(),
    }
}

#[test]
fn the_built_in_manifest_is_whole() {
    let manifest = Manifest::built_in().unwrap();
    for id in [
        "yunet",
        "facemesh",
        "iris",
        "dlib",
        "faceres",
        "emotion",
        "ppocr-detector",
        "ppocr-orientation",
        "ppocr-recogniser",
    ] {
        let network = manifest.network(id).unwrap_or_else(|| panic!("{id} is missing"));
        assert!(
            network.golden.as_ref().is_some_and(|golden| !golden.outputs.is_empty()),
            "{id} has no golden result"
        );
        assert!(!network.training_data.is_empty(), "{id} says nothing about its training data");
        assert_eq!(network.terms, Terms::Any);
    }
    let platforms: Vec<_> = manifest.runtimes.iter().map(|r| (r.os.as_str(), r.arch.as_str())).collect();
    assert!(platforms.contains(&("linux", "x86_64")) && platforms.contains(&("linux", "aarch64")));
}

#[test]
fn the_templates_constants_are_the_ones_compiled_in() {
    let template = Manifest::built_in().unwrap().template.unwrap();
    assert_eq!((template.version.as_str(), template.numbers), (DEFAULT_VERSION, DEFAULT_NUMBERS));
    assert_eq!(template.constants.path, "overt-face-1.fusion");
    let bytes = include_bytes!("../../../../../models/overt-face-1.fusion");
    assert_eq!(template.constants.sha256, Digest::of(bytes));
    assert_eq!(template.constants.size, bytes.len() as u64);
}

#[test]
fn an_operators_recogniser_is_understood() {
    let manifest = with(SFACE).unwrap();
    let network = manifest.network("sface").unwrap();
    let Source::Path { path, .. } = &network.source else { panic!("{:?}", network.source) };
    assert_eq!(path, Path::new("/etc/overt/face_recognition_sface_2021dec.onnx"));
    assert_eq!(network.input.channels, Channels::Bgr);
    assert_eq!((network.input.mean, network.input.scale), ([0.0; 3], 1.0));
    let recogniser = network.recogniser.as_ref().unwrap();
    assert_eq!(recogniser.alignment, Alignment::ArcfaceFivePoint);
    assert_eq!(recogniser.normalisation, Normalisation::Unit);
}

#[test]
fn whatever_changes_a_template_changes_its_version() {
    let version = |text: &str| {
        let network = with(text).unwrap().network("sface").unwrap().clone();
        network.template_version().unwrap().to_string()
    };
    // Kept, so that collections find their recogniser again: a new value here is a new version for everybody.
    assert_eq!(version(SFACE), "sface-63d15ffd9cee");
    let mut seen = HashSet::from([version(SFACE)]);
    for (from, to) in [
        ("0ba9fbfa", "1ba9fbfa"),
        ("nchw", "nhwc"),
        ("bgr", "rgb"),
        ("112", "128"),
        ("height = 112", "height = 112, mean = [1.0, 0.0, 0.0]"),
        ("height = 112", "height = 112, mean = [0.0, 1.0, 0.0]"),
        ("height = 112", "height = 112, scale = 0.5"),
        ("arcface-five-point", "box"),
        ("numbers = 128", "numbers = 129"),
        ("numbers = 128", "numbers = 128, output = \"x\""),
        ("\"unit\"", "\"mirrored-unit\""),
    ] {
        let changed = SFACE.replace(from, to);
        assert!(seen.insert(version(&changed)), "{from} to {to} changes nothing");
    }
    for (from, to) in [("2021dec", "2022"), ("Apache-2.0", "MIT"), ("face_recognition", "moved")] {
        assert_eq!(version(&SFACE.replace(from, to)), version(SFACE), "{from} is of no matter to templates");
    }
    assert_eq!(Manifest::built_in().unwrap().network("dlib").unwrap().template_version(), None);
}

#[test]
fn digest_and_licence_are_required() {
    let without = |line: &str| {
        let text: String = SFACE.lines().filter(|l| !l.starts_with(line)).map(|l| format!("{l}\n")).collect();
        problem(&text)
    };
    assert!(without("licence").contains("licence"));
    assert!(without("terms").contains("terms"));
    assert!(without("recogniser").contains("[network.recogniser]"));
    let unhashed = SFACE.replace("sha256", "sha1");
    assert!(problem(&unhashed).contains("sha1"), "{}", problem(&unhashed));
    assert!(
        problem(&SFACE.replace(r#"licence = "Apache-2.0""#, r#"licence = " ""#))
            .contains("licence is missing")
    );
}

#[test]
fn research_only_weights_need_an_express_yes() {
    let research = SFACE.replace(r#"terms = "any""#, r#"terms = "research-only""#);
    assert!(problem(&research).contains("accept_research_only"));
    assert!(with(&format!("accept_research_only = true\n{research}")).is_ok());
    // Saying "any" does not help when the licence itself says otherwise.
    for licence in ["InsightFace, non-commercial research only", "CC-BY-NC-4.0", "CC-BY-NC"] {
        let disguised = SFACE.replace("Apache-2.0", licence);
        assert!(problem(&disguised).contains("research only"), "{licence}");
    }
}

#[test]
fn sources_are_one_of_three() {
    let url = |url: &str| {
        SFACE.replace("path = \"face_recognition_sface_2021dec.onnx\"", &format!("url = \"{url}\""))
    };
    assert!(with(&url("https://models.example/sface.onnx")).is_ok());
    assert!(problem(&url("file:///etc/passwd")).contains("neither https:// nor http://"));
    let both = SFACE.replace("path =", "url = \"https://models.example/\", path =");
    assert!(problem(&both).contains("a source is"));
    let unknown = SFACE.replace("path = \"face_recognition_sface_2021dec.onnx\", sha256 = \"0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79\"", "package = \"nowhere\", files = [{ path = \"x\", size = 1, sha256 = \"0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79\" }]");
    assert!(problem(&unknown).contains("no package nowhere"), "{}", problem(&unknown));
}

#[test]
fn ids_are_unique_and_arguments_are_plain() {
    assert!(problem(&format!("{SFACE}{SFACE}")).contains("same id"));
    assert!(problem(&SFACE.replace(r#"id = "sface""#, r#"id = "../sface""#)).contains("an id has"));
    let package = r#"
[[package]]
id = "p"
registry = "npm"
name = "--registry=elsewhere"
version = "1"
licence = "MIT"
archive = { path = "p.tgz", size = 1, sha256 = "0ba9fbfa01b5270c96627c4ef784da859931e02f04419c829e83484087c34e79" }
"#;
    assert!(problem(package).contains("not usable"));
    assert!(
        problem(&package.replace("--registry=elsewhere", "p").replace("p.tgz", "../p.tgz"))
            .contains("file name")
    );
}
