//! Text: a picture in, lines and words with their places out.
//!
//! Owns the way from a picture to its lines: the detector's input (`plan`) and output (`regions`, `seams`), which way each line is read, the
//! strips that the networks see (`strip`), letters (`letters`), ink (`ink`), spaces (`spaces`), words (`words`) and the order of lines (`order`). Knows nothing
//! of AWS; what is left out of an answer is not decided here, but for what is too uncertain to be text at all.
//!
//! # Invariants
//! - Lines come in reading order, words in that of their line; a line has at least one word.
//! - Corners lie inside the picture and go clockwise from the text's own top left.
//! - Time and memory are bounded whatever a picture shows: see `MAX_REGIONS` and `plan`.

mod ink;
mod letters;
mod order;
mod plan;
mod recogniser;
mod regions;
mod seams;
mod slanted;
mod spaces;
mod steep;
mod strip;
mod words;

use crate::error::VisionError;
use crate::face::Point;
use crate::models::{ModelsError, Role};
use crate::networks::Networks;
use crate::picture::Picture;
use crate::runtime::{Model, Tensor};

use letters::Alphabet;
pub use plan::TextPlan;
use recogniser::{Reading, Recogniser};
use regions::Region;
use slanted::Slanted;
use strip::Format;

/// Regions that are read, the most certain first: a page of small print has about 120 lines.
const MAX_REGIONS: usize = 300;

/// A line is text if its letters have this confidence in the mean; as the package that carries the weights has it.
const SURE: f32 = 0.5;

/// One or two letters are text from here on only: coins, eyes and leaves look like them.
const SURE_IF_SHORT: f32 = 0.9;

/// A single Chinese or Japanese letter is text from here on only: of thousands of letters that have many strokes, one looks like any pattern.
const SURE_IF_ALONE: f32 = 0.97;

/// Below this mean confidence a line is read in other directions too.
const DOUBTFUL: f32 = 0.75;

/// Height over width from which a region is taken for text that reads upwards or downwards.
const TALL: f32 = 1.5;

/// Up to this height over width a tall region may also be one upright letter.
const ONE_LETTER: f32 = 3.0;

/// From this probability on a line is taken to stand on its head: as the package has it, and less where the region leaves it open.
const TURNED: f32 = 0.9;
const TURNED_IF_OPEN: f32 = 0.5;

/// A region is open to both directions when it stands within about ten degrees of upright.
const OPEN: f32 = 0.17;

/// A line of text.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// Its words, in reading order.
    pub words: Vec<Word>,
    /// Corners, pixels of the picture, clockwise from the text's own top left.
    pub corners: [Point; 4],
    /// Mean confidence of its letters, 0..=1.
    pub confidence: f32,
}

impl Line {
    /// What it says: its words with a space between.
    #[must_use]
    pub fn text(&self) -> String {
        self.words.iter().map(|word| word.text.as_str()).collect::<Vec<_>>().join(" ")
    }
}

/// A word.
#[derive(Clone, Debug, PartialEq)]
pub struct Word {
    /// What it says.
    pub text: String,
    /// Corners, pixels of the picture, clockwise from the text's own top left.
    pub corners: [Point; 4],
    /// Mean confidence of its letters, 0..=1.
    pub confidence: f32,
}

/// Finds and reads text; belongs to one thread.
pub struct Reader {
    detector: Box<dyn Model>,
    detector_format: Format,
    orientation: Box<dyn Model>,
    orientation_format: Format,
    orientation_width: usize,
    recogniser: Recogniser,
    tensor: Vec<f32>,
}

impl std::fmt::Debug for Reader {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reader")
    }
}

impl Networks {
    /// A reader of text with sessions of its own.
    ///
    /// # Errors
    /// [`VisionError::Models`] or [`VisionError::Runtime`] when a network cannot be prepared, or carries no alphabet.
    pub fn reader(&self) -> Result<Reader, VisionError> {
        let detector = self.last(Role::TextDetector)?;
        let orientation = self.last(Role::TextOrientation)?;
        let recogniser = self.last(Role::TextRecogniser)?;
        let session = self.session(&recogniser.id)?;
        let alphabet = session.metadata("character").as_deref().and_then(Alphabet::parse);
        let alphabet = alphabet.ok_or_else(|| ModelsError::Golden {
            network: recogniser.id.clone(),
            problem: "it carries no alphabet (metadata `character`, one letter a line)".to_owned(),
        })?;
        Ok(Reader {
            detector: Box::new(self.session(&detector.id)?),
            detector_format: Format::of(&detector.input),
            orientation: Box::new(self.session(&orientation.id)?),
            orientation_format: Format::of(&orientation.input),
            orientation_width: orientation.input.width.unwrap_or(192),
            recogniser: Recogniser::new(Box::new(session), Format::of(&recogniser.input), alphabet),
            tensor: Vec::new(),
        })
    }
}

impl Reader {
    /// The text of a picture.
    ///
    /// # Errors
    /// When a network fails.
    pub fn read(&mut self, picture: &Picture) -> Result<Vec<Line>, VisionError> {
        let mut regions = self.regions(picture)?;
        regions.truncate(MAX_REGIONS);
        let regions = seams::joined(regions);
        let likely: Vec<Slanted> = regions.iter().map(likely).collect();
        let turned = self.turned(picture, &likely)?;
        let first: Vec<Vec<Slanted>> = likely
            .iter()
            .zip(turned)
            .map(|(place, turned)| {
                let open = place.along.x.abs() < OPEN;
                if turned >= if open { TURNED_IF_OPEN } else { TURNED } {
                    // The one that the probability speaks for decides a draw.
                    vec![place.half(), *place]
                } else {
                    vec![*place]
                }
            })
            .collect();
        let mut best = self.best(picture, &first, vec![None; first.len()])?;
        let second: Vec<Vec<Slanted>> = first
            .iter()
            .zip(&regions)
            .zip(&best)
            .map(|((tried, region), best)| {
                if best.as_ref().is_some_and(|best| best.confidence >= DOUBTFUL) {
                    Vec::new()
                } else {
                    others(region, tried)
                }
            })
            .collect();
        best = self.best(picture, &second, best)?;
        let sure: Vec<Reading> = best.into_iter().flatten().filter(is_text).collect();
        let places: Vec<Slanted> = sure.iter().map(|reading| reading.place).collect();
        let lines = order::reading_order(&places).into_iter().filter_map(|at| sure.get(at));
        Ok(lines.filter_map(|reading| line(reading, picture)).collect())
    }

    /// Where text stands, the most certain first. Where most of it is steep, the detector looks again at the picture turned by a quarter:
    /// it was taught lines that lie, and of those that climb by sixty degrees it misses some as a whole.
    fn regions(&mut self, picture: &Picture) -> Result<Vec<Slanted>, VisionError> {
        let whole = Slanted {
            origin: Point { x: -0.5, y: -0.5 },
            along: Point { x: 1.0, y: 0.0 },
            width: picture.width() as f32,
            height: picture.height() as f32,
        };
        let lying = self.seen(picture, &whole)?;
        if !steep::most(&lying) {
            return Ok(lying.into_iter().map(|region| region.place).collect());
        }
        let view = whole.quarter();
        let turned: Vec<_> =
            self.seen(picture, &view)?.into_iter().map(|region| region.within(&view)).collect();
        Ok(steep::merged(lying, turned).into_iter().map(|region| region.place).collect())
    }

    /// The regions in `view`, which is the whole picture whichever way it is turned, in pixels of that view.
    fn seen(&mut self, picture: &Picture, view: &Slanted) -> Result<Vec<Region>, VisionError> {
        let plan = TextPlan::for_picture(view.width as u32, view.height as u32);
        let format = self.detector_format.with_height(plan.height);
        self.tensor.resize(format.len(plan.width), 0.0);
        format.fill(picture, view, plan.width, plan.width, &mut self.tensor);
        let input = Tensor::new(&[1, 3, plan.height, plan.width], &self.tensor)?;
        let outputs = self.detector.run(&[input])?;
        let map = outputs.at(0)?;
        let (found, expected) = (map.data().len(), plan.width * plan.height);
        if found != expected {
            return Err(VisionError::Output { network: "text-detector", found, expected });
        }
        Ok(regions::regions(map.data(), &plan))
    }

    /// The probability that each of `places` shows text that stands on its head.
    fn turned(&mut self, picture: &Picture, places: &[Slanted]) -> Result<Vec<f32>, VisionError> {
        let (format, width) = (self.orientation_format, self.orientation_width);
        let length = format.len(width);
        let mut turned = Vec::with_capacity(places.len());
        for batch in places.chunks(8) {
            self.tensor.resize(length * batch.len(), 0.0);
            for (place, strip) in batch.iter().zip(self.tensor.chunks_exact_mut(length)) {
                format.fill(picture, place, format.natural_width(place, width), width, strip);
            }
            let shape = [batch.len(), 3, format.height, width];
            let outputs = self.orientation.run(&[Tensor::new(&shape, &self.tensor)?])?;
            let answer = outputs.at(0)?;
            let (found, expected) = (answer.data().len(), 2 * batch.len());
            if found != expected {
                return Err(VisionError::Output { network: "text-orientation", found, expected });
            }
            turned.extend(answer.data().as_chunks::<2>().0.iter().map(|&[_, turned]| turned));
        }
        Ok(turned)
    }

    /// Reads each group of places, which are the directions of one region, and answers the surest reading of each, or the one there is
    /// already if none is surer.
    fn best(
        &mut self,
        picture: &Picture,
        groups: &[Vec<Slanted>],
        mut best: Vec<Option<Reading>>,
    ) -> Result<Vec<Option<Reading>>, VisionError> {
        let owners: Vec<usize> = groups
            .iter()
            .enumerate()
            .flat_map(|(owner, group)| std::iter::repeat_n(owner, group.len()))
            .collect();
        let places: Vec<Slanted> = groups.iter().flatten().copied().collect();
        for (owner, reading) in owners.into_iter().zip(self.recogniser.read(picture, &places)?) {
            if let Some(best) = best.get_mut(owner)
                && best.as_ref().is_none_or(|best| reading.confidence > best.confidence)
            {
                *best = Some(reading);
            }
        }
        Ok(best)
    }
}

/// Whether a reading is sure enough to be text.
fn is_text(reading: &Reading) -> bool {
    reading.confidence
        >= match reading.letters.as_slice() {
            [only] if letters::is_east_asian(only.letter) => SURE_IF_ALONE,
            [] | [_] | [_, _] => SURE_IF_SHORT,
            _ => SURE,
        }
}

/// The direction in which a region is most likely read: along its longer side if that is clearly longer, and rightwards.
fn likely(region: &Slanted) -> Slanted {
    if region.height < TALL * region.width {
        return *region;
    }
    let down = region.quarter();
    if down.along.x < 0.0 { down.half() } else { down }
}

/// Directions that were not tried yet and are worth it.
fn others(region: &Slanted, tried: &[Slanted]) -> Vec<Slanted> {
    let mut others = Vec::new();
    let (likely, half) = (likely(region), likely(region).half());
    let mut add = |place: Slanted| {
        let same = |other: &Slanted| other.along.x * place.along.x + other.along.y * place.along.y > 0.99;
        if !tried.iter().any(same) && !others.iter().any(same) {
            others.push(place);
        }
    };
    add(half);
    if likely.height * ONE_LETTER > likely.width {
        add(*region);
        if likely == *region {
            let down = region.quarter();
            add(down);
            add(down.half());
        }
    }
    others
}

/// A reading as a line; `None` when it has no word.
fn line(reading: &Reading, picture: &Picture) -> Option<Line> {
    let place = reading.place;
    let spans = words::words(&reading.letters, &reading.ink, reading.content);
    let pixels = place.width / reading.content.max(1) as f32;
    let corners = |from: f32, to: f32| inside(place.part(from * pixels, to * pixels).corners(), picture);
    let (from, to) = (spans.first()?.from, spans.last()?.to);
    let words = spans
        .into_iter()
        .map(|span| Word {
            corners: corners(span.from, span.to),
            confidence: span.confidence,
            text: span.text,
        })
        .collect();
    Some(Line { words, corners: corners(from, to), confidence: reading.confidence })
}

/// Corners brought inside of the picture.
fn inside(corners: [Point; 4], picture: &Picture) -> [Point; 4] {
    let (right, bottom) = (picture.width() as f32, picture.height() as f32);
    corners.map(|p| Point { x: p.x.clamp(0.0, right), y: p.y.clamp(0.0, bottom) })
}

#[cfg(test)]
mod tests;
