//! What a picture shows as a whole: the probabilities of a classifier's classes.
//!
//! Owns which part of the picture the network sees and the form of its answer. Which thing a class is called, and what a
//! probability is worth, others know.
//!
//! # Invariants
//! - One classifier belongs to one thread; its buffers are kept from call to call.
//! - Probabilities are as many as the network's entry in the manifest was checked for, and finite.

use crate::error::VisionError;
use crate::face::Rect;
use crate::picture::Picture;
use crate::resize::{self, Input, Resized};
use crate::runtime::{Model, Tensor};

/// Share of the shorter side that the centre crop takes: what EfficientNet-Lite is measured with (260 of 260 + 32).
const CENTRE: f32 = 0.89;

/// What the network says of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Classification {
    /// The probability of each class, 0..=1, in the order of the network's classes (ILSVRC 2012's for the built-in one:
    /// 1,000). They sum up to 1.
    pub probabilities: Vec<f32>,
    /// The numbers before the last layer (1,280 for the built-in network): alike for pictures that look alike.
    pub features: Vec<f32>,
    /// How strange the picture is to the network: the length of the vector of features, over that of pictures of what it knows. What is like nothing that it
    /// was taught has a long one. `None`: that length is not known of the network.
    pub strangeness: Option<f32>,
}

/// A classifier, for one thread.
pub struct Classifier {
    model: Box<dyn Model>,
    input: Input,
    familiar: Option<f32>,
    resized: Resized,
}

impl Classifier {
    /// A classifier that runs `model`, whose outputs are called `probabilities` and `features`; `familiar` is the length of the latter for pictures of what it
    /// knows.
    pub(crate) fn new(model: Box<dyn Model>, input: Input, familiar: Option<f32>) -> Self {
        Self { model, input, familiar, resized: Resized::default() }
    }

    /// The probability of each class, for the square in the middle of the picture: the view with which the network's
    /// accuracy was published.
    ///
    /// # Errors
    /// [`VisionError::Runtime`].
    pub fn classify(&mut self, picture: &Picture) -> Result<Vec<f32>, VisionError> {
        Ok(self.region(picture, &Self::centre(picture))?.probabilities)
    }

    /// What the network says of `region` (pixels of the picture, cut at its edge), which is brought to the network's
    /// square whatever its shape: the whole picture, a tile, an object.
    ///
    /// # Errors
    /// [`VisionError::Runtime`].
    pub fn region(&mut self, picture: &Picture, region: &Rect) -> Result<Classification, VisionError> {
        let tensor = self.resized.fill(picture, region, &self.input);
        let outputs = self.model.run(&[Tensor::new(&self.input.shape(), tensor)?])?;
        let features = outputs.get("features")?.data().to_vec();
        let length = || features.iter().map(|feature| feature * feature).sum::<f32>().sqrt();
        Ok(Classification {
            probabilities: outputs.get("probabilities")?.data().to_vec(),
            strangeness: self.familiar.map(|familiar| length() / familiar),
            features,
        })
    }

    /// The square in the middle of `picture` that [`Self::classify`] looks at.
    #[must_use]
    pub fn centre(picture: &Picture) -> Rect {
        Self::centre_of(&Self::whole(picture))
    }

    /// The same of a part of a picture.
    #[must_use]
    pub fn centre_of(region: &Rect) -> Rect {
        resize::centre(region, CENTRE)
    }

    /// The whole of `picture`, as a region.
    #[must_use]
    pub fn whole(picture: &Picture) -> Rect {
        resize::whole(picture)
    }
}
