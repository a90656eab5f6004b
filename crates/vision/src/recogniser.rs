//! Recognition: crops and networks that turn a face into a template.
//!
//! Owns the two recipes: the default, which fuses two embeddings (`overt-face-1`), and a single network of the
//! operator's own, fed as its manifest says. Does not compare templates.
//!
//! # Invariants
//! - A template has unit length and names its recipe.

use std::sync::Arc;

use crate::batch::{Batches, Crop};
use crate::crop::{Input, Layout};
use crate::detector::Detection;
use crate::error::VisionError;
use crate::face::{Point, Rect};
use crate::fusion::{Fusion, Parts};
use crate::geometry::Similarity;
use crate::mesh::Mesh;
use crate::models::Alignment;
use crate::patch::Means;
use crate::person::arcface_crop;
use crate::picture::Picture;
use crate::runtime::Model;
use crate::template::{Template, TemplateVersion};

/// Version of the default recipe: networks, crops, projection and weights. Any change of those is a new version, unless it leaves templates where
/// they were (cosines of .999 and more, `docs/decisions/0121-less-beside-the-networks.md`).
pub const DEFAULT_VERSION: &str = "overt-face-1";

/// The networks of the default recipe, by their ids in the manifest.
pub(crate) const BUILT_IN_NETWORKS: [&str; 2] = ["dlib", "faceres"];

/// Numbers in a template of the default recipe.
pub const DEFAULT_NUMBERS: usize = 256;

/// dlib's network reads RGB from 0 to 255.
const CHIP: Input =
    Input { side: 150, layout: Layout::PlanarRgb, scale: 1.0, offset: [0.0; 3], means: Means::Quick };

/// Numbers in dlib's embedding.
const CHIP_EMBEDDING: usize = 128;

/// Mesh points at the corners of the eyes and under the nose, and where dlib's chip wants them (its published five
/// points with a quarter of padding on each side).
const CHIP_POINTS: [(usize, Point); 5] = [
    (263, chip_point(0.859_57, 0.213_50)),
    (362, chip_point(0.646_06, 0.228_97)),
    (33, chip_point(0.120_58, 0.213_73)),
    (133, chip_point(0.334_09, 0.229_06)),
    (2, chip_point(0.490_11, 0.627_80)),
];

const fn chip_point(x: f32, y: f32) -> Point {
    let scale = 150.0 / 1.5;
    Point { x: (0.25 + x) * scale, y: (0.25 + y) * scale }
}

/// The chip of a face for dlib's network. `None` when the mesh's points coincide.
fn chip(mesh: &Mesh) -> Option<Similarity> {
    let seen = CHIP_POINTS.map(|(index, _)| mesh.point(index));
    let wanted = CHIP_POINTS.map(|(_, at)| at);
    Similarity::fit(&seen, &wanted).map(|to_chip| to_chip.inverse())
}

/// The first halves of templates: the mean of dlib's embeddings of each face's chip and its mirror image.
pub(crate) fn chip_embeddings(
    model: &mut dyn Model,
    batches: &mut Batches,
    picture: &Picture,
    faces: &[(&Detection, &Mesh)],
) -> Result<Vec<Box<[f32]>>, VisionError> {
    let mut crops = Vec::with_capacity(2 * faces.len());
    for (_, mesh) in faces {
        let to_picture = chip(mesh).ok_or(VisionError::Degenerate { step: "the chip of a face" })?;
        crops.extend([false, true].map(|mirrored| Crop { to_picture, mirrored }));
    }
    let mut rows: Vec<f32> = Vec::with_capacity(crops.len() * CHIP_EMBEDDING);
    batches.run(model, &CHIP, picture, &crops, |batch| {
        rows.extend(batch.rows("dlib", None, CHIP_EMBEDDING)?);
        Ok(())
    })?;
    let pairs = rows.chunks_exact(2 * CHIP_EMBEDDING).map(|pair| {
        let (image, mirror) = pair.split_at(CHIP_EMBEDDING);
        image.iter().zip(mirror).map(|(a, b)| (a + b) / 2.0).collect()
    });
    Ok(pairs.collect())
}

/// How faces become templates.
pub(crate) enum Recogniser {
    /// Two embeddings, fused: dlib's, and that of faceres, which age and gender need too.
    Fused {
        /// dlib's network.
        chip: Box<dyn Model>,
        /// The constants.
        fusion: Arc<Fusion>,
        /// [`DEFAULT_VERSION`].
        version: TemplateVersion,
    },
    /// One network of the operator's.
    Single(Single),
}

/// A network that makes templates alone.
pub(crate) struct Single {
    /// The network.
    pub(crate) model: Box<dyn Model>,
    /// What it reads.
    pub(crate) input: Input,
    /// Which of its outputs is the embedding; the first without a name.
    pub(crate) output: Option<String>,
    /// Numbers in its embedding.
    pub(crate) length: usize,
    /// How faces are cut out for it.
    pub(crate) alignment: Alignment,
    /// Whether the embedding is that of the crop and its mirror image together.
    pub(crate) mirrored: bool,
    /// Whether it takes one crop at a time only.
    pub(crate) one_by_one: bool,
    /// Names the network.
    pub(crate) version: TemplateVersion,
}

impl Single {
    fn templates(
        &mut self,
        batches: &mut Batches,
        picture: &Picture,
        faces: &[(&Detection, &Mesh)],
    ) -> Result<Vec<Template>, VisionError> {
        let Self { model, input, length, version, .. } = self;
        let mut crops = Vec::with_capacity(2 * faces.len());
        for (detection, _) in faces {
            let to_picture = match self.alignment {
                Alignment::ArcfaceFivePoint => arcface_crop(detection, input.side),
                Alignment::Box => box_crop(detection, input.side),
            };
            let to_picture =
                to_picture.ok_or(VisionError::Degenerate { step: "the aligned crop of a face" })?;
            crops.push(Crop { to_picture, mirrored: false });
            if self.mirrored {
                crops.push(Crop { to_picture, mirrored: true });
            }
        }
        let mut rows: Vec<f32> = Vec::with_capacity(crops.len() * *length);
        for group in crops.chunks(if self.one_by_one { 1 } else { crops.len().max(1) }) {
            batches.run(model.as_mut(), input, picture, group, |batch| {
                rows.extend(batch.rows("recogniser", self.output.as_deref(), *length)?);
                Ok(())
            })?;
        }
        let per_face = if self.mirrored { 2 * *length } else { *length };
        let sum = |rows: &[f32]| {
            let (image, mirror) = rows.split_at(*length);
            let mirror = mirror.iter().copied().chain(std::iter::repeat(0.0));
            let sum: Vec<f32> = image.iter().zip(mirror).map(|(a, b)| a + b).collect();
            unit(&sum, version)
        };
        rows.chunks_exact(per_face).map(sum).collect()
    }
}

/// The upright square around a face's box.
fn box_crop(detection: &Detection, side: usize) -> Option<Similarity> {
    let Rect { left, top, width, height } = detection.bounds;
    let centre = Point { x: left + width / 2.0, y: top + height / 2.0 };
    Similarity::of_square(centre, width.max(height), 0.0, side)
}

impl Recogniser {
    /// Whether templates need faceres's embeddings.
    pub(crate) fn needs_second(&self) -> bool {
        matches!(self, Self::Fused { .. })
    }

    /// The template of each face. `second` holds faceres's embedding of each face where
    /// [`Recogniser::needs_second`], and is not looked at otherwise.
    pub(crate) fn templates(
        &mut self,
        batches: &mut Batches,
        picture: &Picture,
        faces: &[(&Detection, &Mesh)],
        second: &[Box<[f32]>],
    ) -> Result<Vec<Template>, VisionError> {
        match self {
            Self::Fused { chip, fusion, version } => {
                let first = chip_embeddings(chip.as_mut(), batches, picture, faces)?;
                let both = first.into_iter().zip(second.iter().cloned());
                let fuse = |(first, second)| {
                    let values = fusion.fuse(&Parts { first, second })?;
                    Ok(Template { version: version.clone(), values })
                };
                both.map(fuse).collect()
            }
            Self::Single(single) => single.templates(batches, picture, faces),
        }
    }
}

/// `row` at unit length.
fn unit(row: &[f32], version: &TemplateVersion) -> Result<Template, VisionError> {
    let norm = row.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    if !norm.is_finite() || norm <= f64::from(f32::MIN_POSITIVE) {
        return Err(VisionError::Degenerate { step: "the embedding of a face" });
    }
    let values = row.iter().map(|value| (f64::from(*value) / norm) as f32).collect();
    Ok(Template { version: version.clone(), values })
}
