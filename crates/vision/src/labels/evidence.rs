//! From what the networks saw to labels.
//!
//! Owns how evidence adds up: classes up the taxonomy, boxes and faces onto labels, children onto their ancestors. Refuses
//! to know networks, and which labels are wanted.
//!
//! # Invariants
//! - Every ancestor of a label is there, and at least as sure as the label.
//! - The surest instance of a label is as sure as the label.
//! - Labels come by falling confidence, equal ones in the order of their names; instances by falling confidence.

use super::curves;
use super::taxonomy::{Entry, LabelId, Sign, Taxonomy};
use crate::face::{Face, Finding, Rect};

/// Labels less sure than this are noise: the classifier always has a little for everything.
const LEAST: f32 = 0.01;

/// A box that an object detector found.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Object {
    /// Its class: a place in [`super::OBJECTS`].
    pub class: usize,
    /// Where, pixels.
    pub bounds: Rect,
    /// The detector's score, 0..=1: no rate of anything.
    pub score: f32,
    /// Share of the picture that lies in the box, 0..=1.
    pub cover: f32,
}

/// What was seen in a picture.
#[derive(Clone, Copy, Debug, Default)]
pub struct Evidence<'a> {
    /// The classifier's probabilities, one for each of [`super::CLASSES`] classes; `None`: not asked.
    pub classes: Option<&'a [f32]>,
    /// How strange the picture is to the classifier: 1 for what it knows, more for what is unlike that; `None`: not known.
    pub strangeness: Option<f32>,
    /// Objects.
    pub objects: &'a [Object],
    /// Faces, with what is known of smiles and glasses.
    pub faces: &'a [Face],
}

/// Something that a label is about, at a place.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Instance {
    /// Where, pixels.
    pub bounds: Rect,
    /// How sure, 0..=1.
    pub confidence: f32,
}

/// A label of a picture.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Which.
    pub id: LabelId,
    /// How sure, 0..=1: of labels with this confidence, this share is right.
    pub confidence: f32,
    /// Where; empty for labels that have no boxes.
    pub instances: Vec<Instance>,
}

/// The labels of a picture, the surest first.
#[must_use]
pub fn labels(taxonomy: &Taxonomy, evidence: &Evidence<'_>) -> Vec<Label> {
    let mut found: Vec<Label> = taxonomy
        .iter()
        .map(|(id, entry)| {
            let mut instances = instances(taxonomy, entry, evidence);
            instances.sort_by(|a, b| b.confidence.total_cmp(&a.confidence));
            let surest = instances.first().map_or(0.0, |instance| instance.confidence);
            let confidence = surest.max(of_classes(entry, evidence)).max(signs(entry.sign, evidence.faces));
            Label { id, confidence, instances }
        })
        .collect();
    raise_ancestors(taxonomy, &mut found);
    found.retain(|label| label.confidence >= LEAST);
    for label in &mut found {
        if let Some(surest) = label.instances.first_mut() {
            surest.confidence = label.confidence;
        }
    }
    found.sort_by(|a, b| b.confidence.total_cmp(&a.confidence).then(a.id.cmp(&b.id)));
    found
}

/// Places in `evidence.objects` of those that would be sure on the detector's word alone: people whose face nobody sees, and things that the classifier does not see. What is said of
/// them is worth a second look.
#[must_use]
pub fn alone(taxonomy: &Taxonomy, evidence: &Evidence<'_>) -> Vec<usize> {
    let sure = |object: &Object| curves::of_box(object.score) >= SURE;
    let supported = |object: &Object| {
        if object.class == PERSON {
            return faces_of(object, evidence).next().is_some();
        }
        of_object(taxonomy, object)
            .zip(evidence.classes)
            .is_some_and(|(entry, classes)| share(entry, classes) >= SEEN)
    };
    let all = evidence.objects.iter().enumerate();
    all.filter(|(_, object)| sure(object) && !supported(object)).map(|(at, _)| at).collect()
}

/// The surest of each class of those at `alone` (places in `evidence.objects`) that are sure still: what the classifier should be shown by itself.
#[must_use]
pub fn to_be_shown(taxonomy: &Taxonomy, objects: &[Object], alone: &[usize]) -> Vec<usize> {
    let mut surest: Vec<(usize, Object)> = Vec::new();
    let sure = |object: &Object| object.class != PERSON && curves::of_box(object.score) >= SURE;
    let known = |object: &Object| of_object(taxonomy, object).is_some_and(|entry| !entry.reach.is_empty());
    let all = alone.iter().filter_map(|&at| objects.get(at).map(|object| (at, *object)));
    for (at, object) in all.filter(|(_, object)| sure(object) && known(object)) {
        match surest.iter_mut().find(|(_, other)| other.class == object.class) {
            Some(other) if other.1.score < object.score => *other = (at, object),
            Some(_) => {}
            None => surest.push((at, object)),
        }
    }
    surest.into_iter().map(|(at, _)| at).collect()
}

/// Whether the classifier, shown the place of `object` alone, sees it there: `classes` are its probabilities. It does not if they are what chance would give, or
/// less than one in a hundred. Of what it has no class for it says nothing, and nothing speaks against that.
#[must_use]
pub fn recognised(taxonomy: &Taxonomy, object: &Object, classes: &[f32]) -> bool {
    let chance = |entry: &Entry| entry.reach.len() as f32 / classes.len().max(1) as f32;
    let seen = |entry: &Entry| entry.reach.is_empty() || share(entry, classes) >= chance(entry).max(SHOWN);
    of_object(taxonomy, object).is_none_or(seen)
}

/// The score of a box whose thing the classifier does not recognise.
#[must_use]
pub fn unrecognised(score: f32) -> f32 {
    curves::doubted(score)
}

/// The label that boxes of `class` (a place in [`super::OBJECTS`]) lead to.
#[must_use]
pub fn of_class(taxonomy: &Taxonomy, class: usize) -> Option<LabelId> {
    taxonomy.iter().find(|(_, entry)| entry.object == Some(class)).map(|(id, _)| id)
}

/// The label that is a sign of faces.
#[must_use]
pub fn of_sign(taxonomy: &Taxonomy, sign: Sign) -> Option<LabelId> {
    taxonomy.iter().find(|(_, entry)| entry.sign == Some(sign)).map(|(id, _)| id)
}

/// The labels for which faces make a difference, but for those above them.
pub fn of_faces(taxonomy: &Taxonomy) -> impl Iterator<Item = LabelId> {
    taxonomy
        .iter()
        .filter(|(_, entry)| entry.sign.is_some() || entry.object == Some(PERSON))
        .map(|(id, _)| id)
}

fn of_object<'t>(taxonomy: &'t Taxonomy, object: &Object) -> Option<&'t Entry> {
    taxonomy.iter().map(|(_, entry)| entry).find(|entry| entry.object == Some(object.class))
}

/// Share of the classifier's probability from which it recognises what it is shown alone.
const SHOWN: f32 = 0.01;

/// From here on a label counts as sure.
const SURE: f32 = 0.8;

/// Share of the classifier's probability from which it has seen a thing as well.
const SEEN: f32 = 0.05;

/// Makes every label at least as sure as those below it.
fn raise_ancestors(taxonomy: &Taxonomy, found: &mut [Label]) {
    for (id, entry) in taxonomy.iter() {
        let Some(confidence) = found.get(id.0).map(|label| label.confidence) else { continue };
        for above in &entry.ancestors {
            if let Some(above) = found.get_mut(above.0) {
                above.confidence = above.confidence.max(confidence);
            }
        }
    }
}

/// Whether the classifier sees an animal, and not this one: the detector knows ten animals and takes others for them, a cat for a dog among them, while
/// the classifier knows four hundred.
fn another_animal(taxonomy: &Taxonomy, entry: &Entry, evidence: &Evidence<'_>) -> bool {
    let animal = entry.ancestors.iter().filter_map(|&above| taxonomy.get(above)).find(|a| a.name == ANIMAL);
    let (Some(animal), Some(classes)) = (animal, evidence.classes) else { return false };
    let (this, any) = (share(entry, classes), share(animal, classes));
    !entry.reach.is_empty() && any >= 0.4 && this < any * 0.1
}

/// The label above all animals.
const ANIMAL: &str = "Animal";

/// A box of this share of the picture is about what the classifier sees.
const SUBJECT: f32 = 0.2;

fn share(entry: &Entry, classes: &[f32]) -> f32 {
    entry.reach.iter().filter_map(|&class| classes.get(class)).sum()
}

/// What the classifier says for a label: its share of the probability, as a rate of being right. What it answers for patterns as well makes nothing surer than
/// [`MOST_OF_PATTERNS`].
fn of_classes(entry: &Entry, evidence: &Evidence<'_>) -> f32 {
    let Some(classes) = evidence.classes else { return 0.0 };
    let strangeness = evidence.strangeness.unwrap_or(1.0);
    let rate = |wanted: &dyn Fn(&usize) -> bool| {
        let of = |class: &usize| classes.get(*class).copied();
        let (share, largest) = (entry.reach.iter().filter(|class| wanted(class)).filter_map(of))
            .fold((0.0, 0.0_f32), |(share, largest), next| (share + next, largest.max(next)));
        if share > 0.0 { curves::of_share(share, largest, strangeness) } else { 0.0 }
    };
    let all = rate(&|_| true);
    if all <= MOST_OF_PATTERNS || entry.patterns.is_empty() {
        return all;
    }
    rate(&|class| !entry.patterns.contains(class)).max(MOST_OF_PATTERNS)
}

/// What classes that are answered for patterns make of a label at most: less than sure.
const MOST_OF_PATTERNS: f32 = 0.79;

/// What faces say for a label that is a sign of them and has no boxes.
fn signs(sign: Option<Sign>, faces: &[Face]) -> f32 {
    faces.iter().map(|face| of_face(sign, face)).fold(0.0, f32::max)
}

fn of_face(sign: Option<Sign>, face: &Face) -> f32 {
    // Someone's smile is there if there is someone.
    let yes = |finding: Option<Finding<bool>>| {
        finding.filter(|finding| finding.value).map_or(0.0, |finding| finding.confidence) * face.confidence
    };
    match sign {
        None => 0.0,
        Some(Sign::Face) => face.confidence,
        Some(Sign::Smile) => yes(face.attributes.smile),
        Some(Sign::Eyeglasses) => yes(face.attributes.eyeglasses),
        Some(Sign::Sunglasses) => yes(face.attributes.sunglasses),
    }
}

fn instances(taxonomy: &Taxonomy, entry: &Entry, evidence: &Evidence<'_>) -> Vec<Instance> {
    let other = another_animal(taxonomy, entry, evidence);
    let objects = evidence.objects.iter().filter(|object| entry.object == Some(object.class));
    let objects = objects.filter(|object| !(other && object.cover >= SUBJECT)).map(|object| {
        let confidence = curves::of_box(object.score);
        // Nobody shows a face without being there.
        let confidence = faces_of(object, evidence).map(|face| face.confidence).fold(confidence, f32::max);
        Instance { bounds: object.bounds, confidence }
    });
    let faces = evidence.faces.iter().filter(|_| entry.sign == Some(Sign::Face));
    let faces = faces.map(|face| Instance { bounds: face.bounds, confidence: face.confidence });
    objects.chain(faces).collect()
}

/// The place of "person" in [`super::OBJECTS`].
const PERSON: usize = 0;

/// The faces of someone in the box of `object`. A face speaks for one body: of the boxes that it could be the head of, the surest.
fn faces_of<'e>(object: &Object, evidence: &'e Evidence<'_>) -> impl Iterator<Item = &'e Face> {
    let (bounds, score, person) = (object.bounds, object.score, object.class == PERSON);
    let objects = evidence.objects;
    evidence.faces.iter().filter(move |face| {
        let surer = |other: &&Object| {
            other.class == PERSON && other.score > score && heads(&face.bounds, &other.bounds)
        };
        person && heads(&face.bounds, &bounds) && objects.iter().find(surer).is_none()
    })
}

/// Whether a face is where the head of someone in `body` would be: its middle in the upper two thirds, and no larger than that.
fn heads(face: &Rect, body: &Rect) -> bool {
    let middle = face.centre();
    let across = middle.x >= body.left && middle.x <= body.left + body.width;
    let down = middle.y >= body.top && middle.y <= body.top + body.height * 2.0 / 3.0;
    across && down && face.height <= body.height
}

#[cfg(test)]
mod tests;
