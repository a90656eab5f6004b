//! What is known about one face: the types that leave this crate.
//!
//! Plain data, no behaviour and no AWS names beyond the thirty landmark types, which are the vocabulary of the
//! field's clients. Left and right are the viewer's (the image's), never the subject's.

use crate::template::{Template, TemplateVersion};

/// An axis-aligned box in pixels of the oriented picture. May reach past the picture's edge: a face that is cut
/// off has a box that is not.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge, pixels.
    pub left: f32,
    /// Top edge, pixels.
    pub top: f32,
    /// Width, pixels, positive.
    pub width: f32,
    /// Height, pixels, positive.
    pub height: f32,
}

/// A point in pixels of the oriented picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// From the left edge, pixels.
    pub x: f32,
    /// From the top edge, pixels, growing downwards.
    pub y: f32,
}

/// The thirty landmark types of the Rekognition API, in the order in which it answers them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names are the API's own and say what they are")]
pub enum LandmarkKind {
    EyeLeft,
    EyeRight,
    MouthLeft,
    MouthRight,
    Nose,
    LeftEyeBrowLeft,
    LeftEyeBrowRight,
    LeftEyeBrowUp,
    RightEyeBrowLeft,
    RightEyeBrowRight,
    RightEyeBrowUp,
    LeftEyeLeft,
    LeftEyeRight,
    LeftEyeUp,
    LeftEyeDown,
    RightEyeLeft,
    RightEyeRight,
    RightEyeUp,
    RightEyeDown,
    NoseLeft,
    NoseRight,
    MouthUp,
    MouthDown,
    LeftPupil,
    RightPupil,
    UpperJawlineLeft,
    MidJawlineLeft,
    ChinBottom,
    MidJawlineRight,
    UpperJawlineRight,
}

/// A named point on a face.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Landmark {
    /// Which point.
    pub kind: LandmarkKind,
    /// Where.
    pub at: Point,
}

/// Head pose in degrees, each in -180..=180.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pose {
    /// Positive: clockwise in the image.
    pub roll: f32,
    /// Positive: turned to the image's right.
    pub yaw: f32,
    /// Positive: looking up.
    pub pitch: f32,
}

/// How usable the picture of the face is, each 0..=100, higher is brighter or sharper.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quality {
    /// Mean luma of the face.
    pub brightness: f32,
    /// Fine detail in the face.
    pub sharpness: f32,
}

/// A finding with its confidence in the value given (a sure "no" has a high confidence too).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Finding<T> {
    /// What was found.
    pub value: T,
    /// Confidence in `value`, 0..=1.
    pub confidence: f32,
}

/// Gender as the network was trained to say it; not a statement about the person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Gender {
    Female,
    Male,
}

/// Estimated age range in whole years, inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct AgeRange {
    /// Youngest plausible age.
    pub low: u8,
    /// Oldest plausible age.
    pub high: u8,
}

/// The eight expressions of the Rekognition API.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Emotion {
    Happy,
    Sad,
    Angry,
    Confused,
    Disgusted,
    Surprised,
    Calm,
    Fear,
}

/// Where the eyes look, relative to the head's own frontal direction, in degrees.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct EyeDirection {
    /// Positive: to the image's right.
    pub yaw: f32,
    /// Positive: up.
    pub pitch: f32,
    /// Confidence, 0..=1.
    pub confidence: f32,
}

/// Attributes of a face. `None`: not asked for, or no network can honestly say.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Attributes {
    /// Estimated age.
    pub age: Option<AgeRange>,
    /// Apparent gender.
    pub gender: Option<Finding<Gender>>,
    /// Smiling.
    pub smile: Option<Finding<bool>>,
    /// Wearing glasses of any kind.
    pub eyeglasses: Option<Finding<bool>>,
    /// Wearing dark glasses.
    pub sunglasses: Option<Finding<bool>>,
    /// Has a beard.
    pub beard: Option<Finding<bool>>,
    /// Has a mustache.
    pub mustache: Option<Finding<bool>>,
    /// Both eyes open.
    pub eyes_open: Option<Finding<bool>>,
    /// Mouth open.
    pub mouth_open: Option<Finding<bool>>,
    /// Eyes, nose or mouth partly hidden.
    pub face_occluded: Option<Finding<bool>>,
    /// Gaze.
    pub eye_direction: Option<EyeDirection>,
    /// All eight emotions, most confident first; empty when not asked for.
    pub emotions: Vec<Finding<Emotion>>,
}

/// What to find out about each face beyond box, confidence, the five landmarks, pose and quality, which always
/// come. Networks that serve none of the wishes are not run.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
#[allow(missing_docs, reason = "one wish per attribute of `Attributes`")]
pub struct Wanted {
    /// All thirty landmarks in place of five.
    pub all_landmarks: bool,
    pub age: bool,
    pub gender: bool,
    pub smile: bool,
    pub eyeglasses: bool,
    pub sunglasses: bool,
    pub beard: bool,
    pub mustache: bool,
    pub eyes_open: bool,
    pub mouth_open: bool,
    pub face_occluded: bool,
    pub eye_direction: bool,
    pub emotions: bool,
    /// The template for comparison, of this version. Never leaves the server.
    pub template: Option<TemplateVersion>,
}

/// One face of a picture.
#[derive(Clone, Debug)]
pub struct Face {
    /// The detector's box.
    pub bounds: Rect,
    /// The detector's confidence that this is a face, 0..=1.
    pub confidence: f32,
    /// Five or thirty landmarks in the API's order.
    pub landmarks: Vec<Landmark>,
    /// Head pose.
    pub pose: Pose,
    /// Usability of the picture.
    pub quality: Quality,
    /// What was asked for.
    pub attributes: Attributes,
    /// The template, when asked for.
    pub template: Option<Template>,
}
