//! The engine as the operations see it: pictures in, findings out.
//!
//! Owns the trait that stands between the operations and the networks, so that the logic around them is tested with
//! fakes, and the real engine behind it. Refuses to know requests and answers, and what templates' scores mean
//! ([`crate::recognition`] does).
//!
//! # Invariants
//! - Decoding happens here, on the worker's thread: at most one decoded picture a worker is in memory, for a CompareFaces
//!   too, whose second picture is decoded after the first is gone.

mod labels;

use std::sync::Arc;

use overt_vision::face::{Face, Wanted};
use overt_vision::labels::Taxonomy;
use overt_vision::objects::ObjectDetector;
use overt_vision::properties::ImageProperties;
use overt_vision::text::{Line, Reader};
use overt_vision::{
    Classifier, DecodeError, DecodeLimits, Moderation, Moderator, Networks, Picture, VisionError, Worker,
};

use labels::{Answerable, Labeller};
pub use labels::{Choice, FoundLabel, LabelFindings, LabelsWanted};

/// An analysis failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The bytes are no usable picture: the client's doing.
    #[error("the picture cannot be used")]
    Picture(#[from] DecodeError),
    /// A network failed: ours.
    #[error("the analysis failed")]
    Vision(#[from] VisionError),
}

/// The faces of a picture.
#[derive(Debug)]
pub struct Findings {
    /// Width of the upright picture, pixels.
    pub width: u32,
    /// Height of the upright picture, pixels.
    pub height: u32,
    /// Faces, largest first.
    pub faces: Vec<Face>,
}

/// The text of a picture.
#[derive(Debug)]
pub struct TextFindings {
    /// Width of the upright picture, pixels.
    pub width: u32,
    /// Height of the upright picture, pixels.
    pub height: u32,
    /// Lines, in reading order.
    pub lines: Vec<Line>,
}

/// What a worker thread owns.
pub trait Engine {
    /// Decodes a JPEG or PNG and finds its `max_faces` largest faces, with templates of the version that `wanted` names.
    ///
    /// # Errors
    /// [`EngineError`], [`VisionError::Version`] in it when no recogniser makes that version. A picture without a face
    /// is none.
    fn faces(&mut self, file: &[u8], max_faces: usize, wanted: &Wanted) -> Result<Findings, EngineError>;

    /// Decodes a JPEG or PNG and finds its labels and its properties, as `wanted`.
    ///
    /// # Errors
    /// [`EngineError`]. A picture without a label is none.
    fn labels(&mut self, file: &[u8], wanted: &LabelsWanted<'_>) -> Result<LabelFindings, EngineError>;

    /// Decodes a JPEG or PNG and reads its text.
    ///
    /// # Errors
    /// [`EngineError`]. A picture without text is none.
    fn text(&mut self, file: &[u8]) -> Result<TextFindings, EngineError>;

    /// Decodes a JPEG or PNG and says what unsafe content it may show, from a confidence of `least` (0..=1) on: what is less sure may be missing.
    ///
    /// # Errors
    /// [`EngineError`].
    fn moderation(&mut self, file: &[u8], least: f32) -> Result<Moderation, EngineError>;
}

/// The networks, one set of sessions a thread. Those of the faces are there from the beginning, the others come when they
/// are first needed, so that a server that is asked for faces only does not hold them.
pub struct NetworkEngine {
    networks: Networks,
    worker: Worker,
    taxonomy: Lazy<Arc<Taxonomy>>,
    objects: Lazy<ObjectDetector>,
    reader: Lazy<Reader>,
    classifier: Lazy<Classifier>,
    moderator: Lazy<Moderator>,
    limits: DecodeLimits,
}

/// Something made when it is first needed and kept from then on; what could not be made is tried again by the next who
/// needs it.
#[derive(Debug)]
struct Lazy<T>(Option<T>);

impl<T> Lazy<T> {
    const fn new() -> Self {
        Self(None)
    }

    fn get<E>(&mut self, make: impl FnOnce() -> Result<T, E>) -> Result<&mut T, E> {
        match &mut self.0 {
            Some(ready) => Ok(ready),
            empty => Ok(empty.insert(make()?)),
        }
    }
}

impl NetworkEngine {
    /// Sessions for this thread. Takes tenths of a second.
    ///
    /// # Errors
    /// When a network cannot be prepared.
    pub fn new(networks: &Networks, limits: DecodeLimits) -> Result<Self, VisionError> {
        Ok(Self {
            networks: networks.clone(),
            worker: networks.worker()?,
            taxonomy: Lazy::new(),
            objects: Lazy::new(),
            reader: Lazy::new(),
            classifier: Lazy::new(),
            moderator: Lazy::new(),
            limits,
        })
    }

    fn decode(&self, file: &[u8]) -> Result<Picture, DecodeError> {
        let started = std::time::Instant::now();
        let picture = Picture::decode(file, &self.limits)?;
        metrics::histogram!("overt_decode_seconds").record(started.elapsed().as_secs_f64());
        Ok(picture)
    }

    /// Finds faces in a picture that is decoded already: for the command line, which draws on it too.
    ///
    /// # Errors
    /// [`EngineError::Vision`].
    pub fn faces_of(
        &mut self,
        picture: &Picture,
        max_faces: usize,
        wanted: &Wanted,
    ) -> Result<Findings, EngineError> {
        let faces = self.worker.faces(picture, max_faces, wanted)?;
        Ok(Findings { width: picture.width(), height: picture.height(), faces })
    }

    /// Finds labels and properties of a picture that is decoded already.
    ///
    /// # Errors
    /// [`EngineError::Vision`].
    pub fn labels_of(
        &mut self,
        picture: &Picture,
        wanted: &LabelsWanted<'_>,
    ) -> Result<LabelFindings, EngineError> {
        let LabelsWanted { labels: choice, colours } = *wanted;
        let make = || Taxonomy::built_in().map(Arc::new).map_err(VisionError::from);
        let taxonomy = Arc::clone(self.taxonomy.get(make)?);
        let (mut found, mut subjects) = (None, Vec::new());
        if let Some(choose) = choice {
            let Self { networks, classifier, objects, worker, .. } = &mut *self;
            let classifier = classifier.get(|| networks.classifier())?;
            let objects = objects.get(|| networks.objects())?;
            let answerable = Answerable::new(&taxonomy, wanted);
            let all = Labeller { classifier, objects, worker }.labels(picture, &answerable)?;
            // Of all labels: the picture is the same whichever of them are answered.
            subjects = labels::subjects(&all);
            found = Some(labels::coloured(picture, choose(&taxonomy, all), colours)?);
        }
        let properties = colours.map(|most| ImageProperties::look(picture, &subjects, most)).transpose()?;
        let (width, height) = (picture.width(), picture.height());
        Ok(LabelFindings { width, height, taxonomy, labels: found, properties })
    }

    /// Reads the text of a picture that is decoded already.
    ///
    /// # Errors
    /// [`EngineError::Vision`].
    pub fn text_of(&mut self, picture: &Picture) -> Result<TextFindings, EngineError> {
        let networks = &self.networks;
        let lines = self.reader.get(|| networks.reader())?.read(picture)?;
        Ok(TextFindings { width: picture.width(), height: picture.height(), lines })
    }
}

impl NetworkEngine {
    /// What unsafe content a picture shows that is decoded already, from a confidence of `least` on: for the command line, which draws on it too.
    ///
    /// # Errors
    /// [`EngineError::Vision`].
    pub fn moderation_of(&mut self, picture: &Picture, least: f32) -> Result<Moderation, EngineError> {
        let Self { networks, classifier, moderator, .. } = self;
        let classifier = classifier.get(|| networks.classifier())?;
        Ok(moderator.get(|| networks.moderator())?.moderate(picture, classifier, least)?)
    }
}

impl Engine for NetworkEngine {
    fn moderation(&mut self, file: &[u8], least: f32) -> Result<Moderation, EngineError> {
        let picture = self.decode(file)?;
        self.moderation_of(&picture, least)
    }

    fn faces(&mut self, file: &[u8], max_faces: usize, wanted: &Wanted) -> Result<Findings, EngineError> {
        let picture = self.decode(file)?;
        self.faces_of(&picture, max_faces, wanted)
    }

    fn labels(&mut self, file: &[u8], wanted: &LabelsWanted<'_>) -> Result<LabelFindings, EngineError> {
        let picture = self.decode(file)?;
        self.labels_of(&picture, wanted)
    }

    fn text(&mut self, file: &[u8]) -> Result<TextFindings, EngineError> {
        let picture = self.decode(file)?;
        self.text_of(&picture)
    }
}
