//! The manifest: every weight, its source and its digest, as TOML.
//!
//! Owns the file's form and everything that can be checked without looking at a weight. Reads no files but the one it
//! is told to.
//!
//! # Invariants
//! - Unknown fields are refused: a misspelt `sha256` cannot silently mean "unchecked".
//! - Whatever leaves here is consistent: ids are unique, packages exist, research-only weights were accepted expressly.

use std::collections::HashSet;
use std::path::Path;

use serde::Deserialize;

use super::digest::Digest;
use super::golden::Golden;
use super::network::{
    Decoder, Importer, Input, ModerationTable, Network, PinnedFile, Recogniser, Role, Source, Terms,
};

/// The manifest that is compiled in.
const BUILT_IN: &str = include_str!("../../../../models/manifest.toml");

/// Why a manifest was refused.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ManifestError {
    /// It is no TOML of the manifest's form.
    #[error("not a model manifest")]
    Form(#[from] toml::de::Error),
    /// An entry makes no sense.
    #[error("{entry}: {problem}")]
    Entry {
        /// Which package or network.
        entry: String,
        /// What is wrong with it.
        problem: String,
    },
}

/// All weights.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Manifest {
    /// Packages that carry weights.
    pub packages: Vec<Package>,
    /// The inference runtime, one per platform.
    pub runtimes: Vec<RuntimeLibrary>,
    /// Networks, built in first.
    pub networks: Vec<Network>,
    /// The default template's recipe.
    pub template: Option<TemplateRecipe>,
}

/// A pinned package.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Package {
    /// Short name within the manifest.
    pub id: String,
    /// Where it is published, and with it the client that fetches it.
    pub registry: Registry,
    /// Name there.
    pub name: String,
    /// Exact version.
    pub version: String,
    /// Licence of the package as it declares it.
    pub licence: String,
    /// The archive that the client leaves: its name, size and digest.
    pub archive: PinnedFile,
}

/// A package registry.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Registry {
    /// npm: a tarball.
    Npm,
    /// PyPI: a wheel, chosen by exact tags so that every machine gets the same bytes.
    Pypi {
        /// Python version, such as `3.12`.
        python: String,
        /// Platform tag, such as `manylinux_2_28_x86_64` or `any`.
        platform: String,
        /// ABI tag, such as `cp312` or `none`.
        abi: String,
    },
}

/// The inference runtime for one platform.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuntimeLibrary {
    /// Operating system as Rust names it (`std::env::consts::OS`).
    pub os: String,
    /// Processor as Rust names it (`std::env::consts::ARCH`).
    pub arch: String,
    /// Version.
    pub version: String,
    /// Licence.
    pub licence: String,
    /// The package's id.
    pub package: String,
    /// The shared library in it.
    pub file: PinnedFile,
}

/// How the default template is made: its parts are networks of the manifest, its constants a file compiled in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TemplateRecipe {
    /// Version; templates of different versions never meet.
    pub version: String,
    /// Length.
    pub numbers: usize,
    /// Networks whose vectors are fused, in order.
    pub parts: Vec<String>,
    /// The constants of the fusion (scale, offset, projection), a file beside the manifest.
    pub constants: PinnedFile,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Raw {
    #[serde(default)]
    accept_research_only: bool,
    #[serde(default)]
    package: Vec<Package>,
    #[serde(default)]
    runtime: Vec<RuntimeLibrary>,
    #[serde(default)]
    network: Vec<RawNetwork>,
    template: Option<TemplateRecipe>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawNetwork {
    id: String,
    version: String,
    role: Role,
    decoder: Decoder,
    licence: String,
    terms: Terms,
    #[serde(default)]
    training_data: String,
    source: RawSource,
    importer: Importer,
    #[serde(default)]
    without: Vec<String>,
    onnx: Option<RawOnnx>,
    input: Input,
    golden: Option<Golden>,
    recogniser: Option<Recogniser>,
    moderation: Option<ModerationTable>,
    familiar: Option<f32>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    package: Option<String>,
    #[serde(default)]
    files: Vec<PinnedFile>,
    path: Option<std::path::PathBuf>,
    url: Option<String>,
    sha256: Option<Digest>,
    size: Option<u64>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct RawOnnx {
    sha256: Digest,
    size: u64,
}

impl Manifest {
    /// The manifest that is compiled in.
    ///
    /// # Errors
    /// [`ManifestError`] when it is damaged; a test keeps that from happening.
    pub fn built_in() -> Result<Self, ManifestError> {
        Self::default().with(BUILT_IN, Path::new(""))
    }

    /// This manifest with the entries of another: `text` is its TOML, `folder` where relative paths in it begin.
    ///
    /// # Errors
    /// [`ManifestError`] when `text` is no manifest or does not fit this one.
    pub fn with(mut self, text: &str, folder: &Path) -> Result<Self, ManifestError> {
        let raw: Raw = toml::from_str(text)?;
        self.packages.extend(raw.package);
        self.runtimes.extend(raw.runtime);
        if let Some(template) = raw.template {
            if self.template.is_some() {
                return Err(wrong("template", "the default template has its recipe already"));
            }
            self.template = Some(template);
        }
        for network in raw.network {
            self.networks.push(network.checked(raw.accept_research_only, folder)?);
        }
        self.consistent()?;
        Ok(self)
    }

    /// The network called `id`.
    #[must_use]
    pub fn network(&self, id: &str) -> Option<&Network> {
        self.networks.iter().find(|network| network.id == id)
    }

    /// The package called `id`.
    #[must_use]
    pub fn package(&self, id: &str) -> Option<&Package> {
        self.packages.iter().find(|package| package.id == id)
    }

    /// The runtime library for the machine this runs on.
    #[must_use]
    pub fn runtime(&self) -> Option<&RuntimeLibrary> {
        let (os, arch) = (std::env::consts::OS, std::env::consts::ARCH);
        self.runtimes.iter().find(|runtime| runtime.os == os && runtime.arch == arch)
    }

    fn consistent(&self) -> Result<(), ManifestError> {
        let mut ids = HashSet::new();
        for package in &self.packages {
            let plain = |text: &str| {
                !text.is_empty() && !text.starts_with('-') && text.chars().all(|c| c.is_ascii_graphic())
            };
            // These become arguments of a program.
            if ![&package.name, &package.version].into_iter().all(|text| plain(text)) {
                return Err(wrong(&package.id, "name or version is not usable"));
            }
            if package.archive.path.contains(['/', '\\']) || !plain(&package.archive.path) {
                return Err(wrong(&package.id, "the archive's name is no file name"));
            }
            if !ids.insert(("package", package.id.as_str())) {
                return Err(wrong(&package.id, "another package has the same id"));
            }
        }
        for network in &self.networks {
            if !ids.insert(("network", network.id.as_str())) {
                return Err(wrong(&network.id, "another network has the same id"));
            }
            if let Source::Package { package, .. } = &network.source
                && self.package(package).is_none()
            {
                return Err(wrong(&network.id, format!("there is no package {package}")));
            }
        }
        for runtime in &self.runtimes {
            if self.package(&runtime.package).is_none() {
                return Err(wrong("runtime", format!("there is no package {}", runtime.package)));
            }
        }
        for part in self.template.iter().flat_map(|template| &template.parts) {
            if self.network(part).is_none() {
                return Err(wrong("template", format!("there is no network {part}")));
            }
        }
        Ok(())
    }
}

impl RawNetwork {
    fn checked(self, accept_research_only: bool, folder: &Path) -> Result<Network, ManifestError> {
        let id = self.id.clone();
        let refuse = |problem: &str| Err(wrong(&id, problem));
        if self.id.is_empty() || !self.id.chars().all(|c| matches!(c, 'a'..='z' | '0'..='9' | '-')) {
            return refuse("an id has lower-case letters, digits and hyphens");
        }
        if self.licence.trim().is_empty() {
            return refuse("the licence is missing");
        }
        if self.terms == Terms::Any && says_research_only(&self.licence) {
            return refuse("its licence reads like one for research only; say terms = \"research-only\"");
        }
        if self.terms == Terms::ResearchOnly && !accept_research_only {
            return refuse(
                "its weights are for research only; the manifest must say accept_research_only = true",
            );
        }
        if (self.role == Role::Recogniser) != self.recogniser.is_some() {
            return refuse("a recogniser, and nothing else, has a table [network.recogniser]");
        }
        if let Some(recogniser) = &self.recogniser {
            if !(1..=4096).contains(&recogniser.numbers) {
                return refuse("a template has 1 to 4096 numbers");
            }
            let square = self.input.width.is_some() && self.input.width == self.input.height;
            if self.decoder != Decoder::Embedding || !square {
                return refuse(
                    "a recogniser has the decoder \"embedding\" and a square input of a fixed size",
                );
            }
        }
        if (self.role == Role::Moderation) != self.moderation.is_some() {
            return refuse("a moderation network, and nothing else, has a table [network.moderation]");
        }
        if let Some(table) = &self.moderation {
            if !(table.view > 0.0 && table.view <= 1.0) {
                return refuse("its view is a share of the picture above 0 and up to 1");
            }
            if let Some(name) = table.labels.iter().flatten().find(|name| !crate::moderation::knows(name)) {
                return refuse(&format!("{name} is no entry of the moderation taxonomy and no content type"));
            }
            if self.input.width.is_none() || self.input.height.is_none() {
                return refuse("a moderation network has an input of a fixed size");
            }
        }
        if let Some(familiar) = self.familiar
            && !(self.role == Role::Classifier && familiar.is_finite() && familiar > 0.0)
        {
            return refuse("`familiar` is a length above 0, and of a classifier only");
        }
        if !reads(self.decoder, self.role) {
            return refuse("its decoder is not one for its role");
        }
        if self.role == Role::Detector && (self.decoder != Decoder::Yunet || !self.input.is_yunets()) {
            return refuse("a detector has the decoder \"yunet\" and takes BGR 0..255 in NCHW of any size");
        }
        // Decoder, and whether height and width are free.
        let text = match self.role {
            Role::TextDetector => Some((Decoder::TextMap, true, true)),
            Role::TextOrientation => Some((Decoder::HalfTurn, false, false)),
            Role::TextRecogniser => Some((Decoder::Ctc, false, true)),
            _ => None,
        };
        if let Some((decoder, height, width)) = text
            && (self.decoder != decoder || !self.input.is_of_planes(height, width))
        {
            return refuse(
                "of the networks for text, which take colour in NCHW, a detector has the decoder \"text-map\" and any size, an orientation \"half-turn\" and a fixed size, a recogniser \"ctc\" and a fixed height and any width",
            );
        }
        if [self.input.width, self.input.height].into_iter().flatten().any(|side| !(1..=4096).contains(&side))
        {
            return refuse("an input has 1 to 4096 pixels a side");
        }
        if !self.input.scale.is_finite() || self.input.mean.iter().any(|mean| !mean.is_finite()) {
            return refuse("mean and scale must be finite");
        }
        if !matches!(self.importer, Importer::Tfjs | Importer::TfjsJavascript) && !self.without.is_empty() {
            return refuse("outputs can be left out of a tfjs model only");
        }
        let source = self.source.checked(&id, folder)?;
        let same = match (&source, self.importer) {
            (Source::Path { sha256, .. }, Importer::Onnx) => Some((*sha256, None)),
            (Source::Url { sha256, size, .. }, Importer::Onnx) => Some((*sha256, *size)),
            (Source::Package { files, .. }, Importer::Onnx) => match files.as_slice() {
                [file] => Some((file.sha256, Some(file.size))),
                _ => return refuse("an ONNX model is one file"),
            },
            _ => None,
        };
        let (onnx, onnx_size) = match (self.onnx, same) {
            (None, Some(same)) => same,
            (Some(onnx), None) => (onnx.sha256, Some(onnx.size)),
            (Some(_), Some(_)) => {
                return refuse("the ONNX model is the source itself, its digest stands there");
            }
            (None, None) => return refuse("the imported model's digest is missing"),
        };
        Ok(Network {
            id: self.id,
            version: self.version,
            role: self.role,
            decoder: self.decoder,
            licence: self.licence,
            terms: self.terms,
            training_data: self.training_data,
            source,
            importer: self.importer,
            without: self.without,
            onnx,
            onnx_size,
            input: self.input,
            golden: self.golden,
            recogniser: self.recogniser,
            moderation: self.moderation,
            familiar: self.familiar,
        })
    }
}

impl RawSource {
    fn checked(self, id: &str, folder: &Path) -> Result<Source, ManifestError> {
        match (self.package, self.path, self.url, self.sha256) {
            (Some(package), None, None, None) if !self.files.is_empty() && self.size.is_none() => {
                Ok(Source::Package { package, files: self.files })
            }
            (None, Some(path), None, Some(sha256)) if self.files.is_empty() => {
                Ok(Source::Path { path: folder.join(path), sha256 })
            }
            (None, None, Some(url), Some(sha256)) if self.files.is_empty() => {
                if !url.starts_with("https://") && !url.starts_with("http://") {
                    return Err(wrong(id, format!("{url} is neither https:// nor http://")));
                }
                Ok(Source::Url { url, sha256, size: self.size })
            }
            _ => Err(wrong(id, "a source is package and files, or path and sha256, or url and sha256")),
        }
    }
}

/// Whether `decoder` reads networks of this role.
fn reads(decoder: Decoder, role: Role) -> bool {
    match role {
        Role::Classifier => decoder == Decoder::Classes,
        Role::Objects => matches!(decoder, Decoder::Centernet | Decoder::Nanodet | Decoder::Yolox),
        Role::Moderation => decoder == Decoder::Scores,
        // The others are checked with what else they need, or are ours alone.
        _ => true,
    }
}

/// Whether a licence's text names one of the usual restrictions to non-commercial use.
fn says_research_only(licence: &str) -> bool {
    let licence = licence.to_lowercase();
    ["non-commercial", "noncommercial", "non commercial", "research", "academic", "-nc-", "-nc "]
        .iter()
        .any(|mark| licence.contains(mark))
        || licence.ends_with("-nc")
}

fn wrong(entry: &str, problem: impl Into<String>) -> ManifestError {
    ManifestError::Entry { entry: entry.to_owned(), problem: problem.into() }
}

#[cfg(test)]
mod tests;
