//! The face pipeline: one thread's sessions and buffers, and the order in which networks run.
//!
//! Owns the flow from a picture to its faces. What a network's numbers mean is the business of the module named
//! after them.
//!
//! # Invariants
//! - Faces come largest first and are at most [`MAX_FACES`].
//! - A network runs only if something wanted needs it.

use crate::batch::{Batches, Crop};
use crate::detector::{Detection, Detector};
use crate::error::VisionError;
use crate::face::{Attributes, Face, Quality, Wanted};
use crate::geometry::Similarity;
use crate::landmarks::landmarks;
use crate::mesh::{self, Mesh};
use crate::networks::Sessions;
use crate::picture::Picture;
use crate::pose::pose;
use crate::quality::quality;

/// The most faces an answer holds (documented limit of the Rekognition API).
pub const MAX_FACES: usize = 100;

/// One thread's engine: sessions and buffers. Make one per thread with [`crate::Networks::worker`].
pub struct Worker {
    sessions: Sessions,
    detector: Detector,
    batches: Batches,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Worker")
    }
}

/// A detection with its mesh: what every further step starts from.
struct Located {
    detection: Detection,
    mesh: Mesh,
    quality: Quality,
}

impl Worker {
    pub(crate) fn new(sessions: Sessions) -> Self {
        Self { sessions, detector: Detector::default(), batches: Batches::default() }
    }

    /// Everything in `picture` that looks like a face, largest first, without a limit on their number.
    ///
    /// # Errors
    /// [`VisionError`] when the detector cannot be run.
    pub fn detect(&mut self, picture: &Picture) -> Result<Vec<Detection>, VisionError> {
        Ok(self.detector.detect(self.sessions.detector.as_mut(), picture)?)
    }

    /// The `max_faces` largest faces of `picture` (never more than [`MAX_FACES`]), largest first, with box,
    /// confidence, landmarks, pose, quality and what is `wanted`.
    ///
    /// # Errors
    /// [`VisionError`] when a network cannot be run. A picture without a face is no error.
    pub fn faces(
        &mut self,
        picture: &Picture,
        max_faces: usize,
        wanted: Wanted,
    ) -> Result<Vec<Face>, VisionError> {
        let mut detections = self.detect(picture)?;
        detections.truncate(max_faces.min(MAX_FACES));
        let located = self.locate(picture, detections)?;
        let mut faces = Vec::with_capacity(located.len());
        for face in located {
            faces.push(Face {
                bounds: face.detection.bounds,
                confidence: face.detection.confidence,
                landmarks: landmarks(&face.mesh, wanted.all_landmarks, [None; 2]),
                pose: pose(&face.mesh),
                quality: face.quality,
                attributes: Attributes::default(),
                template: None,
            });
        }
        Ok(faces)
    }

    /// Finds the mesh and the quality of each detection.
    fn locate(&mut self, picture: &Picture, detections: Vec<Detection>) -> Result<Vec<Located>, VisionError> {
        // A box is positive and finite, so each has a crop.
        let with_crops: Vec<(Detection, Similarity)> =
            detections.into_iter().filter_map(|d| mesh::crop(&d).map(|crop| (d, crop))).collect();
        let crops: Vec<Crop> = with_crops.iter().map(|&(_, crop)| crop.into()).collect();
        let mut found = Vec::with_capacity(crops.len());
        self.batches.run(self.sessions.mesh.as_mut(), &mesh::INPUT, picture, &crops, |batch| {
            let numbers = batch.rows("facemesh", Some("output_mesh"), 3 * mesh::POINTS)?;
            let each = numbers.chunks_exact(3 * mesh::POINTS).zip(batch.crops);
            for ((numbers, crop), pixels) in each.zip(batch.tensor.chunks_exact(mesh::INPUT.len())) {
                found.push((Mesh::in_picture(numbers, &crop.to_picture), quality(pixels)));
            }
            Ok(())
        })?;
        let located = with_crops.into_iter().zip(found);
        Ok(located.map(|((detection, _), (mesh, quality))| Located { detection, mesh, quality }).collect())
    }
}
