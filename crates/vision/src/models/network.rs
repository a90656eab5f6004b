//! One network's entry in a manifest: what it is for, where it comes from, what it takes.

use std::path::PathBuf;

use serde::Deserialize;

use super::digest::Digest;
use super::golden::Golden;
use crate::template::TemplateVersion;

/// A network.
#[derive(Clone, Debug, PartialEq)]
pub struct Network {
    /// Short name, also the label of its metrics: lower-case letters, digits and hyphens.
    pub id: String,
    /// Version of the weights, as their makers name it.
    pub version: String,
    /// What it is used for.
    pub role: Role,
    /// Which code reads its outputs.
    pub decoder: Decoder,
    /// Licence of the weights as their distributor declares it.
    pub licence: String,
    /// Whether that licence allows more than research.
    pub terms: Terms,
    /// What is known about the pictures it was trained on.
    pub training_data: String,
    /// Where its bytes come from.
    pub source: Source,
    /// How they become ONNX.
    pub importer: Importer,
    /// Outputs of the source that are left out, with everything that only they need; for [`Importer::Tfjs`].
    pub without: Vec<String>,
    /// Digest of the ONNX model.
    pub onnx: Digest,
    /// Size of the ONNX model, bytes, where known.
    pub onnx_size: Option<u64>,
    /// What it takes.
    pub input: Input,
    /// What it answers to [`super::probe`], by an independent runtime; an operator's network may go without.
    pub golden: Option<Golden>,
    /// Present exactly for the role [`Role::Recogniser`].
    pub recogniser: Option<Recogniser>,
    /// Present exactly for the role [`Role::Moderation`].
    pub moderation: Option<ModerationTable>,
    /// Of a classifier: the length of its vector of features for pictures of what it knows. Without it no label is doubted because the picture is strange.
    pub familiar: Option<f32>,
}

impl Network {
    /// The version under which templates made by this recogniser are kept apart from all others: its id and the
    /// beginning of a digest over its bytes, its input and how it is used, so that whatever changes a template changes
    /// the version. `None` for other networks.
    #[must_use]
    pub fn template_version(&self) -> Option<TemplateVersion> {
        let recipe = Digest::of(self.recipe()?.as_bytes()).to_string();
        Some(format!("{}-{}", self.id, recipe.get(..12).unwrap_or(&recipe)).into())
    }

    /// Everything in this entry that a template depends on, as a text that never changes for the same entry.
    fn recipe(&self) -> Option<String> {
        let Recogniser { alignment, numbers, output, normalisation } = self.recogniser.as_ref()?;
        let Input { layout, channels, width, height, mean: [first, second, third], scale } = &self.input;
        let layout = match layout {
            Layout::Nchw => "nchw",
            Layout::Nhwc => "nhwc",
        };
        let channels = match channels {
            Channels::Rgb => "rgb",
            Channels::Bgr => "bgr",
            Channels::Grey => "grey",
        };
        let alignment = match alignment {
            Alignment::ArcfaceFivePoint => "arcface-five-point",
            Alignment::Box => "box",
        };
        let normalisation = match normalisation {
            Normalisation::Unit => "unit",
            Normalisation::MirroredUnit => "mirrored-unit",
        };
        let [width, height] = [width, height].map(|side| side.unwrap_or_default());
        let output = output.as_deref().unwrap_or_default();
        // The 1 is the version of how this program crops and feeds: raise it when that changes.
        Some(format!(
            "1\n{}\n{layout} {channels} {width}x{height} {first} {second} {third} {scale}\n{alignment} {numbers} {normalisation}\n{output}\n",
            self.onnx
        ))
    }
}

/// What a network is used for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Finds faces.
    Detector,
    /// The mesh of a face.
    Landmarks,
    /// Eyelids and irises.
    Eyes,
    /// First part of the default template.
    Embedding,
    /// Second part of the default template; age and gender.
    Attributes,
    /// Expressions.
    Emotions,
    /// Says what a picture shows as a whole.
    Classifier,
    /// Finds things of COCO's eighty classes.
    Objects,
    /// Says whether a picture shows unsafe content. All networks of this role have a say.
    Moderation,
    /// An operator's own: makes templates alone, in place of the default ones.
    Recogniser,
    /// Finds text.
    TextDetector,
    /// Tells text that stands on its head.
    TextOrientation,
    /// Reads text.
    TextRecogniser,
}

impl Role {
    /// The word for it, as a manifest writes it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Detector => "detector",
            Self::Landmarks => "landmarks",
            Self::Eyes => "eyes",
            Self::Embedding => "embedding",
            Self::Attributes => "attributes",
            Self::Emotions => "emotions",
            Self::Classifier => "classifier",
            Self::Objects => "objects",
            Self::Moderation => "moderation",
            Self::Recogniser => "recogniser",
            Self::TextDetector => "text-detector",
            Self::TextOrientation => "text-orientation",
            Self::TextRecogniser => "text-recogniser",
        }
    }
}

/// The code that reads a network's outputs: a closed list, a manifest never brings code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decoder {
    /// Twelve outputs `cls_`, `obj_`, `bbox_`, `kps_` for the strides 8, 16 and 32.
    Yunet,
    /// 468 points and a face flag.
    Facemesh,
    /// 71 points of the eye's contour and 5 of the iris.
    Iris,
    /// One vector per picture.
    Embedding,
    /// 1024 features, a gender and 100 classes of age.
    Faceres,
    /// Seven expressions.
    Emotion,
    /// Outputs `probabilities` and `features` of a picture as a whole.
    Classes,
    /// A heat map of objects' middles and the distances of their sides.
    Centernet,
    /// Scores and distributions of distances for the strides 8, 16 and 32.
    Nanodet,
    /// One output of cells with a box, how sure, and 80 classes.
    Yolox,
    /// The probability of text for each pixel.
    TextMap,
    /// Two classes: upright, and turned by half a turn.
    HalfTurn,
    /// For each step along a line the probabilities of a blank, each letter of the alphabet that the network carries (metadata
    /// `character`, one a line), and a space.
    Ctc,
    /// One output of scores, which a table in the manifest gives a meaning.
    Scores,
}

/// Whether weights may be used for more than research.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Terms {
    /// Any use under the licence named.
    Any,
    /// Research or other non-commercial use only. Such a network loads only when its manifest accepts it expressly.
    ResearchOnly,
}

/// A file known by name, size and digest.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedFile {
    /// Path inside its archive, or the archive's own name.
    pub path: String,
    /// Bytes.
    pub size: u64,
    /// Digest.
    pub sha256: Digest,
}

/// Where bytes come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// Files out of a package of the manifest.
    Package {
        /// The package's id.
        package: String,
        /// The files, in the order in which the importer takes them.
        files: Vec<PinnedFile>,
    },
    /// A file of this machine.
    Path {
        /// Where; a relative path counts from the manifest's folder.
        path: PathBuf,
        /// Its digest.
        sha256: Digest,
    },
    /// An address.
    Url {
        /// `https://` or `http://`.
        url: String,
        /// The digest of what it answers.
        sha256: Digest,
        /// Its size, bytes, where known.
        size: Option<u64>,
    },
}

/// How a network's files become an ONNX model.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Importer {
    /// They are one.
    Onnx,
    /// They are one, of a fixed image size, which is freed.
    OnnxFreeSize,
    /// A TensorFlow.js graph model: `model.json`, then its shards.
    Tfjs,
    /// dlib's ResNet in face-api.js's form: the weights manifest, then its shards.
    DlibShards,
    /// EfficientNet-Lite2's weights as `torch.save` wrote them.
    EfficientnetLitePth,
    /// A TensorFlow.js graph model carried as JavaScript: the model's module, then those of its shards.
    TfjsJavascript,
}

/// The image that a network takes.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Input {
    /// Order of the axes.
    pub layout: Layout,
    /// Which channels, in which order.
    pub channels: Channels,
    /// Pixels; absent when free.
    pub width: Option<usize>,
    /// Pixels; absent when free.
    pub height: Option<usize>,
    /// Subtracted from each channel's value 0..=255, in the order of `channels`. Default: nothing.
    #[serde(default)]
    pub mean: [f32; 3],
    /// Multiplied with the difference. Default: 1.
    #[serde(default = "one")]
    pub scale: f32,
}

fn one() -> f32 {
    1.0
}

/// Order of the axes of an image tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Layout {
    /// Batch, channels, height, width.
    Nchw,
    /// Batch, height, width, channels.
    Nhwc,
}

/// Channels of an image tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Channels {
    /// Red, green, blue.
    Rgb,
    /// Blue, green, red.
    Bgr,
    /// One channel, 0.2989 R + 0.587 G + 0.114 B.
    Grey,
}

impl Channels {
    /// How many there are.
    #[must_use]
    pub fn count(self) -> usize {
        match self {
            Self::Rgb | Self::Bgr => 3,
            Self::Grey => 1,
        }
    }
}

impl Input {
    /// Whether it is the input of YuNet: BGR 0..=255 in NCHW, of any size.
    pub(super) fn is_yunets(&self) -> bool {
        let Self { layout, channels, width, height, mean, scale } = self;
        let bgr = (*layout, *channels) == (Layout::Nchw, Channels::Bgr);
        bgr && width.is_none() && height.is_none() && *mean == [0.0; 3] && *scale == 1.0
    }

    /// Whether it is one of colour planes whose height and width are free or not as said.
    pub(super) fn is_of_planes(&self, height: bool, width: bool) -> bool {
        let colour = self.layout == Layout::Nchw && self.channels != Channels::Grey;
        colour && self.height.is_none() == height && self.width.is_none() == width
    }

    /// Shape of a batch of one; a free side is taken as `free` pixels.
    #[must_use]
    pub fn shape(&self, free: usize) -> [usize; 4] {
        let (height, width) = (self.height.unwrap_or(free), self.width.unwrap_or(free));
        match self.layout {
            Layout::Nchw => [1, self.channels.count(), height, width],
            Layout::Nhwc => [1, height, width, self.channels.count()],
        }
    }
}

/// How an operator's recogniser is fed and read.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Recogniser {
    /// How a face becomes the picture that it takes.
    pub alignment: Alignment,
    /// Length of its vector.
    pub numbers: usize,
    /// Which output is the vector. Default: the first.
    pub output: Option<String>,
    /// What becomes of the vector.
    pub normalisation: Normalisation,
}

/// How a face is cut out for a recogniser.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Alignment {
    /// The similarity that brings eyes, nose and mouth corners to ArcFace's five points in 112 x 112 pixels (scaled to
    /// the input's size).
    ArcfaceFivePoint,
    /// The square around the detector's box, upright, as wide as the box's longer side.
    Box,
}

/// What becomes of a recogniser's vector. A template has unit length either way: scores are inner products.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Normalisation {
    /// Scaled to unit length.
    Unit,
    /// Summed with that of the mirrored picture, then scaled to unit length. Twice the time.
    MirroredUnit,
}

/// What the scores of a moderation network speak of.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ModerationTable {
    /// Which output holds the scores. Default: the first.
    pub output: Option<String>,
    /// Share of the picture's width and height, about its middle, that the network is shown. Default: all of it.
    #[serde(default = "one")]
    pub view: f32,
    /// For each score the names of what it speaks of: entries of the taxonomy, `Animated`, `Illustrated`, or nothing.
    pub labels: Vec<Vec<String>>,
}
