//! Running one network over many crops.
//!
//! Owns the tensor that crops are written into and the size of a batch; knows neither what a crop shows nor what an
//! output means.

use crate::crop::Input;
use crate::error::VisionError;
use crate::geometry::Similarity;
use crate::patch::Patch;
use crate::picture::Picture;
use crate::runtime::{Model, Outputs, Tensor};

/// Crops run together. On one thread a batch saves only the calls: per crop, batches of 4 cost what single crops
/// cost, and from 8 on the activations leave the cache (facemesh 8.0 ms a crop in batches of 1 to 4, 9.6 in 32;
/// faceres 26 and 34). Four also bounds the memory: 2.4 MB of input for the largest crops.
const BATCH: usize = 4;

/// A crop to make: where it lies, and whether to exchange its left and right.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Crop {
    pub(crate) to_picture: Similarity,
    pub(crate) mirrored: bool,
}

impl From<Similarity> for Crop {
    fn from(to_picture: Similarity) -> Self {
        Self { to_picture, mirrored: false }
    }
}

/// One batch that was run.
pub(crate) struct Batch<'a> {
    /// The crops, at most four.
    pub(crate) crops: &'a [Crop],
    /// What the network read.
    pub(crate) tensor: &'a [f32],
    /// What it answered.
    pub(crate) outputs: Outputs<'a>,
}

impl Batch<'_> {
    /// The rows of output `name` (of the first output without a name), `width` numbers for each crop.
    pub(crate) fn rows(
        &self,
        network: &'static str,
        name: Option<&str>,
        width: usize,
    ) -> Result<Vec<f32>, VisionError> {
        let output = match name {
            Some(name) => self.outputs.get(name)?,
            None => self.outputs.at(0)?,
        };
        let (found, expected) = (output.data().len(), width * self.crops.len());
        if found != expected {
            return Err(VisionError::Output { network, found, expected });
        }
        Ok(output.data().to_vec())
    }
}

/// The first `length` numbers of a buffer, with whatever is in them: it grows where it has to and never shrinks, so that nothing is
/// zeroed each time a large input follows a small one.
pub(crate) fn room(buffer: &mut Vec<f32>, length: usize) -> &mut [f32] {
    if buffer.len() < length {
        buffer.resize(length, 0.0);
    }
    buffer.get_mut(..length).unwrap_or_default()
}

/// A tensor that is used again for every batch of every network.
#[derive(Default)]
pub(crate) struct Batches {
    patch: Patch,
    tensor: Vec<f32>,
}

impl Batches {
    /// Runs `model` over `crops` of `picture` in order and hands every batch to `each`.
    pub(crate) fn run(
        &mut self,
        model: &mut dyn Model,
        input: &Input,
        picture: &Picture,
        crops: &[Crop],
        mut each: impl FnMut(&Batch<'_>) -> Result<(), VisionError>,
    ) -> Result<(), VisionError> {
        for crops in crops.chunks(BATCH) {
            let tensor = room(&mut self.tensor, input.len() * crops.len());
            let mut done: Option<(&Crop, &[f32])> = None;
            for (crop, tensor) in crops.iter().zip(tensor.chunks_exact_mut(input.len())) {
                match done {
                    // A crop and its mirror image follow each other: the picture is sampled once for both.
                    Some((before, pixels))
                        if before.to_picture == crop.to_picture && before.mirrored != crop.mirrored =>
                    {
                        input.mirror(pixels, tensor);
                    }
                    _ => input.fill(picture, &crop.to_picture, crop.mirrored, &mut self.patch, tensor),
                }
                done = Some((crop, tensor));
            }
            let outputs = model.run(&[Tensor::new(&input.shape(crops.len()), tensor)?])?;
            each(&Batch { crops, tensor, outputs })?;
        }
        Ok(())
    }
}
