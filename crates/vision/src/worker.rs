//! The face pipeline: one thread's sessions and buffers, and the order in which networks run.
//!
//! Owns the flow from a picture to its faces. What a network's numbers mean is the business of the module named
//! after them.
//!
//! # Invariants
//! - Faces come largest first and are at most [`MAX_FACES`].
//! - A network runs only if something wanted needs it.

use crate::appearance::Glasses;
use crate::batch::{Batches, Crop};
use crate::detector::{Detection, Detector, SURE};
use crate::error::VisionError;
use crate::expression::{self, Expression, mouth_open};
use crate::eyes::{self, Eye, Eyes};
use crate::face::{Attributes, Face, Quality, Wanted};
use crate::fusion::Parts;
use crate::geometry::Similarity;
use crate::landmarks::landmarks;
use crate::mesh::{self, Mesh};
use crate::networks::Sessions;
use crate::person;
use crate::picture::Picture;
use crate::pose::pose;
use crate::quality::quality;
use crate::recogniser::{DEFAULT_VERSION, Recogniser, chip_embeddings};

/// The most faces an answer holds (documented limit of the Rekognition API).
pub const MAX_FACES: usize = 100;

/// Detections that are looked at closely, largest first, before the search for more faces ends: bounds the time that
/// a picture full of false alarms can take to two and a half times that of one full of faces.
const MAX_DETECTIONS: usize = 250;

/// A detection of which the detector is not sure is a face if the mesh network's face flag says so. Of 40 false alarms (confidence .5 to .81) one had a higher flag; of true
/// faces one in a hundred had less than .99.
const FLAGGED: f32 = 0.5;

/// A mesh whose eyes are tilted by more than this (8 degrees) against its crop is found again in a straighter crop.
const ASKEW: f32 = 0.14;

/// Crops of a face for the mesh at most. Faces turned by 40 degrees are straight after 3, by 60 after 3 to 5.
const MESH_PASSES: usize = 5;

/// One thread's engine: sessions and buffers. Make one per thread with [`crate::Networks::worker`].
pub struct Worker {
    sessions: Sessions,
    detector: Detector,
    batches: Batches,
}

impl std::fmt::Debug for Worker {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_set().entries(self.sessions.recognisers.versions()).finish()
    }
}

/// A detection with its mesh: what every further step starts from.
struct Located {
    detection: Detection,
    mesh: Mesh,
    quality: Quality,
    confidence: f32,
}

/// What faceres says of one face.
struct Person {
    gender: f32,
    embedding: Box<[f32]>,
    years: Vec<f32>,
}

impl Worker {
    pub(crate) fn new(sessions: Sessions) -> Self {
        Self { sessions, detector: Detector::default(), batches: Batches::default() }
    }

    /// Everything in `picture` that looks like a face to the detector alone, largest first. About one in forty is a
    /// false alarm that [`Worker::faces`] removes with the mesh network's help.
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
    /// [`VisionError::Version`] when no recogniser makes the templates wanted, another [`VisionError`] when a network
    /// cannot be loaded or run. A picture without a face is no error.
    pub fn faces(
        &mut self,
        picture: &Picture,
        max_faces: usize,
        wanted: &Wanted,
    ) -> Result<Vec<Face>, VisionError> {
        let fused = match &wanted.template {
            Some(version) => self.sessions.recognisers.get(version)?.needs_second(),
            None => false,
        };
        let located = self.locate(picture, max_faces)?;
        let eyes = if wanted.eyes_open || wanted.eye_direction {
            self.eyes(picture, &located)?.into_iter().map(Some).collect()
        } else {
            vec![None; located.len()]
        };
        let expressions = if wanted.smile || wanted.emotions {
            self.expressions(picture, &located)?.into_iter().map(Some).collect()
        } else {
            vec![None; located.len()]
        };
        let people =
            if wanted.age || wanted.gender || fused { self.people(picture, &located)? } else { Vec::new() };
        let templates = if let Some(version) = &wanted.template {
            let faces: Vec<_> = located.iter().map(|face| (&face.detection, &face.mesh)).collect();
            let second: Vec<_> = people.iter().map(|person| person.embedding.clone()).collect();
            let recogniser = self.sessions.recognisers.get(version)?;
            recogniser.templates(&mut self.batches, picture, &faces, &second)?
        } else {
            Vec::new()
        };

        let (mut people, mut templates) = (people.into_iter(), templates.into_iter());
        let faces = located.into_iter().zip(eyes).zip(expressions).map(|((face, eyes), expression)| {
            let (person, template) = (people.next(), templates.next());
            let glasses = if wanted.eyeglasses || wanted.sunglasses || wanted.eye_direction {
                Glasses::look(picture, &face.mesh)
            } else {
                None
            };
            let attributes = attributes(&face.mesh, eyes, expression, person.as_ref(), glasses, wanted);
            Face {
                bounds: face.detection.bounds,
                confidence: face.confidence,
                landmarks: landmarks(
                    &face.mesh,
                    wanted.all_landmarks,
                    eyes.map_or([None; 2], |eyes| eyes.pupils()),
                ),
                pose: pose(&face.mesh),
                quality: face.quality,
                attributes,
                template,
            }
        });
        Ok(faces.collect())
    }

    /// The two embeddings that the default template fuses, for each of the `max_faces` largest faces: what the
    /// constants of the fusion are learned from.
    ///
    /// # Errors
    /// [`VisionError`] when a network cannot be run.
    pub fn raw_embeddings(
        &mut self,
        picture: &Picture,
        max_faces: usize,
    ) -> Result<Vec<(Detection, Parts)>, VisionError> {
        let located = self.locate(picture, max_faces)?;
        let people = self.people(picture, &located)?;
        let Recogniser::Fused { chip, .. } = self.sessions.recognisers.get(&DEFAULT_VERSION.into())? else {
            return Ok(Vec::new());
        };
        let faces: Vec<_> = located.iter().map(|face| (&face.detection, &face.mesh)).collect();
        let first = chip_embeddings(chip.as_mut(), &mut self.batches, picture, &faces)?;
        let parts =
            first.into_iter().zip(people).map(|(first, person)| Parts { first, second: person.embedding });
        Ok(located.iter().map(|face| face.detection).zip(parts).collect())
    }

    /// What is seen of glasses on each of the `max_faces` largest faces: what its curves are fitted on. `None` for a
    /// face too small or cut off.
    ///
    /// # Errors
    /// [`VisionError`] when a network cannot be run.
    pub fn glasses(
        &mut self,
        picture: &Picture,
        max_faces: usize,
    ) -> Result<Vec<(Detection, Option<Glasses>)>, VisionError> {
        let located = self.locate(picture, max_faces)?;
        Ok(located.iter().map(|face| (face.detection, Glasses::look(picture, &face.mesh))).collect())
    }

    /// Detects faces, finds their meshes, drops false alarms and keeps the largest.
    fn locate(&mut self, picture: &Picture, max_faces: usize) -> Result<Vec<Located>, VisionError> {
        let wanted = max_faces.min(MAX_FACES);
        let mut waiting = self.detect(picture)?;
        waiting.truncate(MAX_DETECTIONS);
        let mut located: Vec<Located> = Vec::new();
        // One round if nothing is dropped; each further round replaces what was.
        while located.len() < wanted && !waiting.is_empty() {
            let rest = waiting.split_off(waiting.len().min(wanted - located.len()));
            self.add_meshes(picture, waiting, &mut located)?;
            waiting = rest;
        }
        Ok(located)
    }

    /// Finds the mesh and the quality of each detection and appends those that are faces.
    ///
    /// The detector's points hardly follow a face that is turned in the image: it reports 0 to 30 degrees for 40.
    /// The mesh network follows half of what is left, so a crop that turns out askew is taken again along the mesh
    /// until it is straight.
    fn add_meshes(
        &mut self,
        picture: &Picture,
        detections: Vec<Detection>,
        located: &mut Vec<Located>,
    ) -> Result<(), VisionError> {
        let mut found: Vec<Option<Located>> = detections.iter().map(|_| None).collect();
        let mut askew: Vec<(usize, Detection, f32)> =
            detections.into_iter().enumerate().map(|(index, face)| (index, face, face.tilt())).collect();
        for pass in 1..=MESH_PASSES {
            // A box is positive and finite, so each has a crop.
            let with_crops: Vec<_> = askew
                .drain(..)
                .filter_map(|(index, face, tilt)| Some((index, face, tilt, mesh::crop(&face, tilt)?)))
                .collect();
            let crops: Vec<Crop> = with_crops.iter().map(|&(.., crop)| crop.into()).collect();
            let mut faces = with_crops.into_iter();
            self.batches.run(self.sessions.mesh.as_mut(), &mesh::INPUT, picture, &crops, |batch| {
                let numbers = batch.rows("facemesh", Some("output_mesh"), 3 * mesh::POINTS)?;
                let flags = batch.rows("facemesh", Some("output_faceflag"), 1)?;
                let pixels = batch.tensor.chunks_exact(mesh::INPUT.len());
                let each = numbers.chunks_exact(3 * mesh::POINTS).zip(flags).zip(pixels);
                for ((numbers, flag), pixels) in each {
                    let Some((index, mut detection, tilt, crop)) = faces.next() else { break };
                    let mesh = Mesh::in_picture(numbers, &crop);
                    if pass < MESH_PASSES && angle_between(tilt, mesh.tilt()) > ASKEW {
                        askew.push((index, detection, mesh.tilt()));
                        continue;
                    }
                    if detection.confidence < SURE && flag < FLAGGED {
                        continue;
                    }
                    if pass > 1 {
                        detection.points = mesh.five_points();
                    }
                    // Both are trained probabilities of the same thing; the surer one has seen what the other lacks.
                    let confidence = detection.confidence.max(flag).clamp(0.0, 1.0);
                    if let Some(place) = found.get_mut(index) {
                        *place = Some(Located { detection, mesh, quality: quality(pixels), confidence });
                    }
                }
                Ok(())
            })?;
            if askew.is_empty() {
                break;
            }
        }
        located.extend(found.into_iter().flatten());
        Ok(())
    }

    fn eyes(&mut self, picture: &Picture, located: &[Located]) -> Result<Vec<Eyes>, VisionError> {
        let pairs = located.iter().map(|face| eyes::crops(&face.mesh)).collect::<Option<Vec<_>>>();
        let crops = pairs.ok_or(VisionError::Degenerate { step: "the crop of an eye" })?.concat();
        let mut read = Vec::with_capacity(crops.len());
        self.batches.run(self.sessions.iris.as_mut(), &eyes::INPUT, picture, &crops, |batch| {
            let numbers = batch.rows("iris", None, eyes::OUTPUT)?;
            let each = numbers.chunks_exact(eyes::OUTPUT).zip(batch.crops);
            read.extend(each.map(|(numbers, crop)| Eye::read(numbers, crop)));
            Ok(())
        })?;
        let pairs = read.as_chunks::<2>().0;
        Ok(located.iter().zip(pairs).map(|(face, pair)| Eyes::new(&face.mesh, *pair)).collect())
    }

    fn expressions(
        &mut self,
        picture: &Picture,
        located: &[Located],
    ) -> Result<Vec<Expression>, VisionError> {
        let crops = crops(located, expression::crop)?;
        let mut read = Vec::with_capacity(crops.len());
        self.batches.run(self.sessions.emotion.as_mut(), &expression::INPUT, picture, &crops, |batch| {
            let numbers = batch.rows("emotion", None, expression::OUTPUT)?;
            read.extend(numbers.as_chunks::<{ expression::OUTPUT }>().0.iter().map(Expression::read));
            Ok(())
        })?;
        Ok(read)
    }

    fn people(&mut self, picture: &Picture, located: &[Located]) -> Result<Vec<Person>, VisionError> {
        let crops = crops(located, |detection| person::arcface_crop(detection, person::INPUT.side))?;
        let mut read = Vec::with_capacity(crops.len());
        self.batches.run(self.sessions.person.as_mut(), &person::INPUT, picture, &crops, |batch| {
            let genders = batch.rows("faceres", Some("gender_pred_Sigmoid"), 1)?;
            let embeddings = batch.rows("faceres", Some("global_pooling_Mean"), person::EMBEDDING)?;
            let ages = batch.rows("faceres", Some("age_pred_Softmax"), person::YEARS)?;
            let each = genders.iter().zip(embeddings.chunks_exact(person::EMBEDDING));
            for ((&gender, embedding), years) in each.zip(ages.chunks_exact(person::YEARS)) {
                read.push(Person { gender, embedding: embedding.into(), years: years.to_vec() });
            }
            Ok(())
        })?;
        Ok(read)
    }
}

/// The smaller angle between two directions, radians.
fn angle_between(a: f32, b: f32) -> f32 {
    let difference = (a - b).rem_euclid(std::f32::consts::TAU);
    difference.min(std::f32::consts::TAU - difference)
}

/// A crop of each face.
fn crops(
    located: &[Located],
    of: impl Fn(&Detection) -> Option<Similarity>,
) -> Result<Vec<Crop>, VisionError> {
    let crops = located.iter().map(|face| of(&face.detection).map(Crop::from)).collect::<Option<_>>();
    crops.ok_or(VisionError::Degenerate { step: "the crop of a face" })
}

/// What was wanted, out of what was found.
fn attributes(
    mesh: &Mesh,
    eyes: Option<Eyes>,
    expression: Option<Expression>,
    person: Option<&Person>,
    glasses: Option<Glasses>,
    wanted: &Wanted,
) -> Attributes {
    // Behind dark lenses the iris network sees no iris and invents one, mostly cast down.
    let iris_hidden = glasses.is_some_and(|glasses| glasses.sunglasses().value);
    Attributes {
        age: person.filter(|_| wanted.age).map(|person| person::age(&person.years)),
        gender: person.filter(|_| wanted.gender).map(|person| person::gender(person.gender)),
        smile: expression.filter(|_| wanted.smile).map(|expression| expression.smile()),
        eyes_open: eyes.filter(|_| wanted.eyes_open).map(|eyes| eyes.open()),
        mouth_open: wanted.mouth_open.then(|| mouth_open(mesh)),
        eye_direction: eyes
            .filter(|_| wanted.eye_direction && !iris_hidden)
            .and_then(|eyes| eyes.direction()),
        emotions: expression.filter(|_| wanted.emotions).map_or_else(Vec::new, |found| found.emotions()),
        eyeglasses: glasses.filter(|_| wanted.eyeglasses).map(|glasses| glasses.eyeglasses()),
        sunglasses: glasses.filter(|_| wanted.sunglasses).map(|glasses| glasses.sunglasses()),
        // Nothing here tells these well enough (docs/attributes.md).
        beard: None,
        mustache: None,
        face_occluded: None,
    }
}

#[cfg(test)]
mod tests;
