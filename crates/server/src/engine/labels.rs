//! Labels and image properties of one decoded picture.
//!
//! Owns the order in which classifier, object detector, faces and measures look at a picture, and that each does only if its
//! answer is wanted. What their findings add up to, `overt_vision::labels` says.
//!
//! # Invariants
//! - Without labels wanted no network runs, and none that only labels need that cannot be answered.
//! - Colours of instances are counted only for labels that are answered, each place once.

use overt_vision::classifier::Classifier;
use overt_vision::face::{Rect, Wanted};
use overt_vision::labels::{
    Evidence, Label, LabelId, Object, Sign, Taxonomy, alone, labels, of_class, of_faces, of_sign, recognised,
    to_be_shown, unrecognised,
};
use overt_vision::objects::ObjectDetector;
use overt_vision::properties::{DominantColour, ImageProperties, colours_within};
use overt_vision::{MAX_FACES, Picture, VisionError, Worker, frame};

/// Which of a picture's labels are answered, in which order.
pub type Choice<'a> = dyn Fn(&Taxonomy, Vec<Label>) -> Vec<Label> + 'a;

/// Whether a label could be answered, or one above it, were it sure: what leads to no other need not be looked for.
pub(super) struct Answerable<'a> {
    taxonomy: &'a Taxonomy,
    /// `None`: all of them matter.
    choose: Option<&'a Choice<'a>>,
}

impl<'a> Answerable<'a> {
    /// Those that `wanted` lets through. Where colours are wanted all boxes count, whatever they are labelled.
    pub(super) fn new(taxonomy: &'a Taxonomy, wanted: &LabelsWanted<'a>) -> Self {
        Self { taxonomy, choose: wanted.labels.filter(|_| wanted.colours.is_none()) }
    }

    fn is(&self, label: LabelId) -> bool {
        let Some(choose) = self.choose else { return true };
        let above = self.taxonomy.get(label).map(|entry| entry.ancestors.as_slice()).unwrap_or_default();
        let sure = |&id: &LabelId| Label { id, confidence: 1.0, instances: Vec::new() };
        !choose(self.taxonomy, [label].iter().chain(above).map(sure).collect()).is_empty()
    }
}

/// What is wanted to be known of a picture.
#[derive(Clone, Copy)]
pub struct LabelsWanted<'a> {
    /// Labels, and which of them.
    pub labels: Option<&'a Choice<'a>>,
    /// Image properties, and colours in each list at most; with labels, those of their instances too.
    pub colours: Option<usize>,
}

/// A label that is answered.
#[derive(Clone, Debug)]
pub struct FoundLabel {
    /// The label; its place is that in [`LabelFindings::taxonomy`].
    pub label: Label,
    /// The colours of each of its instances; empty lists if they were not asked for.
    pub colours: Vec<Vec<DominantColour>>,
}

/// What was found in a picture.
#[derive(Debug)]
pub struct LabelFindings {
    /// Width of the upright picture, pixels.
    pub width: u32,
    /// Height of the upright picture, pixels.
    pub height: u32,
    /// What the labels' places mean.
    pub taxonomy: std::sync::Arc<Taxonomy>,
    /// Labels, if they were wanted.
    pub labels: Option<Vec<FoundLabel>>,
    /// Image properties, if they were wanted.
    pub properties: Option<ImageProperties>,
}

/// What of faces are labels.
const OF_FACES: Wanted = Wanted {
    all_landmarks: false,
    age: false,
    gender: false,
    smile: true,
    eyeglasses: true,
    sunglasses: true,
    beard: false,
    mustache: false,
    eyes_open: false,
    mouth_open: false,
    face_occluded: false,
    eye_direction: false,
    emotions: false,
    template: None,
};

/// The networks that look for labels, out of those of a thread.
pub(super) struct Labeller<'a> {
    pub(super) classifier: &'a mut Classifier,
    pub(super) objects: &'a mut ObjectDetector,
    pub(super) worker: &'a mut Worker,
}

impl Labeller<'_> {
    /// The labels of a picture, all of those that are `answerable`.
    pub(super) fn labels(
        mut self,
        picture: &Picture,
        answerable: &Answerable<'_>,
    ) -> Result<Vec<Label>, VisionError> {
        let taxonomy = answerable.taxonomy;
        // A border is no part of what a picture shows, and what was taught photographs takes it for one.
        let seen = frame::inside(picture);
        let (classes, strangeness) = classes(self.classifier, picture, &seen)?;
        let area = seen.width * seen.height;
        let found = self.objects.region(picture, &seen)?.into_iter();
        let mut objects: Vec<_> = found
            .map(|found| {
                // The detector's boxes lie in the picture.
                let cover = found.bounds.width * found.bounds.height / area.max(1.0);
                Object { class: found.class, bounds: found.bounds, score: found.confidence, cover }
            })
            .collect();
        let faces = if of_faces(taxonomy).any(|label| answerable.is(label)) {
            let smile = of_sign(taxonomy, Sign::Smile).is_some_and(|label| answerable.is(label));
            self.worker.faces(picture, MAX_FACES, &Wanted { smile, ..OF_FACES })?
        } else {
            Vec::new()
        };
        let classes = Some(classes.as_slice());
        let mut alone = alone(taxonomy, &Evidence { classes, strangeness, objects: &objects, faces: &faces });
        alone.retain(|&at| {
            let label = objects.get(at).and_then(|object| of_class(taxonomy, object.class));
            label.is_some_and(|label| answerable.is(label))
        });
        if !alone.is_empty() {
            let again = self.objects.mirrored(picture, &seen)?;
            for &at in &alone {
                if let Some(object) = objects.get_mut(at) {
                    object.score = seen_twice(object, &again);
                }
            }
            self.doubt(taxonomy, picture, &mut objects, &alone)?;
        }
        Ok(labels(taxonomy, &Evidence { classes, strangeness, objects: &objects, faces: &faces }))
    }
}

impl Labeller<'_> {
    /// Shows the classifier what the detector alone is sure of, the surest of each class, and makes all boxes of a class less sure that it does not recognise.
    fn doubt(
        &mut self,
        taxonomy: &Taxonomy,
        picture: &Picture,
        objects: &mut [Object],
        alone: &[usize],
    ) -> Result<(), VisionError> {
        for at in to_be_shown(taxonomy, objects, alone) {
            let Some(shown) = objects.get(at).copied() else { continue };
            let seen = self.classifier.region(picture, &with_surroundings(&shown.bounds))?;
            if recognised(taxonomy, &shown, &seen.probabilities) {
                continue;
            }
            for &at in alone {
                if let Some(object) = objects.get_mut(at).filter(|object| object.class == shown.class) {
                    object.score = unrecognised(object.score);
                }
            }
        }
        Ok(())
    }
}

/// A box and a quarter of its sides around it: the classifier was taught things with something around them.
fn with_surroundings(bounds: &Rect) -> Rect {
    const AROUND: f32 = 0.25;
    Rect {
        left: bounds.left - AROUND * bounds.width,
        top: bounds.top - AROUND * bounds.height,
        width: bounds.width * (1.0 + 2.0 * AROUND),
        height: bounds.height * (1.0 + 2.0 * AROUND),
    }
}

/// The mean of an object's scores in the picture and in its mirror image, where what is there has about the same one.
fn seen_twice(object: &Object, mirrored: &[overt_vision::Object]) -> f32 {
    let same = mirrored
        .iter()
        .filter(|other| other.class == object.class && shared(&other.bounds, &object.bounds) > SAME);
    (object.score + same.map(|other| other.confidence).fold(0.0, f32::max)) / 2.0
}

/// Overlap (intersection over union) from which two boxes of one class are about the same thing.
const SAME: f32 = 0.4;

/// Intersection over union.
fn shared(one: &Rect, other: &Rect) -> f32 {
    let side = |a: f32, along: f32, b: f32, by: f32| ((a + along).min(b + by) - a.max(b)).max(0.0);
    let both = side(one.left, one.width, other.left, other.width)
        * side(one.top, one.height, other.top, other.height);
    let all = one.width * one.height + other.width * other.height - both;
    if all > 0.0 { both / all } else { 0.0 }
}

/// The mean of what the classifier says of the middle and of the whole, and of how strange they are to it: a subject off the middle is seen by the one, a small one
/// better by the other (decision records 0079, 0094).
fn classes(
    classifier: &mut Classifier,
    picture: &Picture,
    seen: &Rect,
) -> Result<(Vec<f32>, Option<f32>), VisionError> {
    let middle = classifier.region(picture, &Classifier::centre_of(seen))?;
    let whole = classifier.region(picture, seen)?;
    let strangeness = middle.strangeness.zip(whole.strangeness).map(|(middle, whole)| (middle + whole) / 2.0);
    let both = middle.probabilities.iter().zip(whole.probabilities);
    Ok((both.map(|(middle, whole)| (middle + whole) / 2.0).collect(), strangeness))
}

/// With colours, where they were asked for.
pub(super) fn coloured(
    picture: &Picture,
    labels: Vec<Label>,
    most: Option<usize>,
) -> Result<Vec<FoundLabel>, VisionError> {
    let mut counted: Vec<(Rect, Vec<DominantColour>)> = Vec::new();
    let mut colours = |bounds: Rect| -> Result<Vec<DominantColour>, VisionError> {
        let Some(most) = most else { return Ok(Vec::new()) };
        if let Some((_, known)) = counted.iter().find(|(place, _)| *place == bounds) {
            return Ok(known.clone());
        }
        let found = colours_within(picture, bounds, most)?;
        counted.push((bounds, found.clone()));
        Ok(found)
    };
    let found = labels.into_iter().map(|label| {
        let colours = label.instances.iter().map(|instance| colours(instance.bounds));
        Ok(FoundLabel { colours: colours.collect::<Result<_, VisionError>>()?, label })
    });
    found.collect()
}

/// Where things stand out of a picture: the instances of its surer labels.
pub(super) fn subjects(labels: &[Label]) -> Vec<Rect> {
    const SURE: f32 = 0.5;
    let instances = labels.iter().flat_map(|label| &label.instances);
    instances.filter(|instance| instance.confidence >= SURE).map(|instance| instance.bounds).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_leads_to_no_label_that_is_answered_need_not_be_looked_for() {
        let taxonomy = Taxonomy::built_in().unwrap();
        let animals = |taxonomy: &Taxonomy, labels: Vec<Label>| -> Vec<Label> {
            let animal = |label: &Label| taxonomy.get(label.id).unwrap().name == "Animal";
            labels.into_iter().filter(animal).collect()
        };
        let answerable = |name: &str, colours: Option<usize>| {
            let wanted = LabelsWanted { labels: Some(&animals), colours };
            Answerable::new(&taxonomy, &wanted).is(taxonomy.find(name).unwrap())
        };
        assert!(answerable("Dog", None), "an animal is above it");
        assert!(!answerable("Person", None) && !answerable("Smile", None));
        assert!(answerable("Person", Some(10)), "colours are those of all boxes");
    }
}
