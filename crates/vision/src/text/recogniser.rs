//! Reading strips: the network that turns the picture of a line into letters.
//!
//! Owns the strips' widths, their batches and what the network's output means. Refuses to know where lines stand and what a word is.
//!
//! # Invariants
//! - Readings come in the order of the places given.
//! - Memory is bounded: a batch has at most [`BATCH`] strips of at most [`WIDEST`] columns.

use super::ink::Ink;
use super::letters::{Alphabet, Letter, confidence};
use super::slanted::Slanted;
use super::strip::Format;
use crate::error::VisionError;
use crate::picture::Picture;
use crate::runtime::{Model, Tensor};

/// Strips run together. On one thread a batch saves only the calls; four keep the activations in the cache.
const BATCH: usize = 4;

/// Columns of a strip at least: the width that the network was trained with. Narrower strips are filled up, which reads short words
/// better than strips of their own width do.
const NARROWEST: usize = 320;

/// Columns of a strip at most: 64 times its height, about 120 letters. A longer line is squeezed.
const WIDEST: usize = 3072;

/// A batch's strips are as wide as the widest; one that is narrower than this share of it begins the next batch.
const ALIKE: f32 = 0.85;

/// The recogniser and its alphabet.
pub(super) struct Recogniser {
    pub(super) model: Box<dyn Model>,
    pub(super) format: Format,
    pub(super) alphabet: Alphabet,
    tensor: Vec<f32>,
}

/// What a strip says.
#[derive(Clone, Debug)]
pub(super) struct Reading {
    /// Where it was read, in the direction in which it was read.
    pub(super) place: Slanted,
    /// Its letters.
    pub(super) letters: Vec<Letter>,
    /// Where it has ink.
    pub(super) ink: Ink,
    /// Columns of the strip that show the place.
    pub(super) content: usize,
    /// Mean confidence of the letters.
    pub(super) confidence: f32,
}

impl Recogniser {
    pub(super) fn new(model: Box<dyn Model>, format: Format, alphabet: Alphabet) -> Self {
        Self { model, format, alphabet, tensor: Vec::new() }
    }

    /// Reads all `places` of `picture`.
    pub(super) fn read(
        &mut self,
        picture: &Picture,
        places: &[Slanted],
    ) -> Result<Vec<Reading>, VisionError> {
        let mut strips: Vec<(usize, usize, Slanted)> = places
            .iter()
            .enumerate()
            .map(|(index, place)| (index, self.format.natural_width(place, WIDEST), *place))
            .collect();
        strips.sort_by_key(|&(_, content, _)| std::cmp::Reverse(content));
        let mut readings: Vec<(usize, Reading)> = Vec::with_capacity(places.len());
        let mut rest = strips.as_slice();
        while let Some(&(_, widest, _)) = rest.first() {
            let width = widest.max(NARROWEST).next_multiple_of(8);
            let fits = |content: usize| content.max(NARROWEST) as f32 >= ALIKE * width as f32;
            let count = rest.iter().take(BATCH).take_while(|&&(_, content, _)| fits(content)).count().max(1);
            let (batch, others) = rest.split_at(count.min(rest.len()));
            self.run(picture, batch, width, &mut readings)?;
            rest = others;
        }
        readings.sort_by_key(|&(index, _)| index);
        Ok(readings.into_iter().map(|(_, reading)| reading).collect())
    }

    fn run(
        &mut self,
        picture: &Picture,
        batch: &[(usize, usize, Slanted)],
        width: usize,
        readings: &mut Vec<(usize, Reading)>,
    ) -> Result<(), VisionError> {
        let (format, alphabet) = (self.format, &self.alphabet);
        let length = format.len(width);
        self.tensor.resize(length * batch.len(), 0.0);
        for ((_, content, place), strip) in batch.iter().zip(self.tensor.chunks_exact_mut(length)) {
            format.fill(picture, place, *content, width, strip);
        }
        let shape = [batch.len(), 3, format.height, width];
        let outputs = self.model.run(&[Tensor::new(&shape, &self.tensor)?])?;
        let output = outputs.at(0)?;
        let classes = alphabet.classes();
        let steps = output.shape().get(1).copied().unwrap_or(0);
        let expected = batch.len() * steps * classes;
        if steps == 0 || output.data().len() != expected {
            let found = output.data().len();
            return Err(VisionError::Output { network: "text-recogniser", found, expected });
        }
        let strips = self.tensor.chunks_exact(length);
        let answers = output.data().chunks_exact(steps * classes);
        for (((index, content, place), strip), answer) in batch.iter().zip(strips).zip(answers) {
            let mut letters = alphabet.decode(answer, width as f32 / steps as f32);
            // Nothing stands in the filling.
            letters.retain(|letter| letter.at <= *content as f32 + width as f32 / steps as f32);
            let reading = Reading {
                place: *place,
                confidence: confidence(&letters),
                letters,
                ink: Ink::of(strip, format.height, width, *content),
                content: *content,
            };
            readings.push((*index, reading));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::face::Point;
    use crate::models::{Channels, Input, Layout};
    use crate::runtime::{Outputs, OwnedTensor, RuntimeError};

    /// Answers each strip with as many letters `a` as its first number says, and notes the batches.
    struct Fake(std::sync::mpsc::Sender<Vec<usize>>);

    impl Model for Fake {
        fn run(&mut self, inputs: &[Tensor<'_>]) -> Result<Outputs<'_>, RuntimeError> {
            let shape = inputs[0].shape().to_vec();
            self.0.send(shape.clone()).unwrap();
            let steps = shape[3] / 8;
            let mut data = Vec::new();
            for strip in inputs[0].data().chunks_exact(3 * shape[2] * shape[3]) {
                for step in 0..steps {
                    let letter = step % 2 == 0 && (step / 2) < strip[0] as usize;
                    data.extend(if letter { [0.0, 1.0, 0.0] } else { [1.0, 0.0, 0.0] });
                }
            }
            let output = OwnedTensor { shape: vec![shape[0], steps, 3], data };
            Ok(Outputs::owned("fake", vec![("y".to_owned(), output)]))
        }
    }

    #[test]
    fn readings_keep_their_order_and_batches_their_bounds() {
        let input = Input {
            layout: Layout::Nchw,
            channels: Channels::Bgr,
            width: None,
            height: Some(48),
            mean: [0.0; 3],
            scale: 1.0,
        };
        let (sender, batches) = std::sync::mpsc::channel();
        let alphabet = Alphabet::parse("a").unwrap();
        let mut recogniser = Recogniser::new(Box::new(Fake(sender)), Format::of(&input), alphabet);
        // Rows whose blue tells how many letters the fake answers.
        let rgb = (0..100u8).flat_map(|y| (0..100).flat_map(move |_| [0, 0, y / 10]));
        let picture = Picture::from_rgb(100, 100, rgb.collect()).unwrap();
        let widths = [90.0, 20.0, 60.0, 1e9, 30.0, 85.0];
        let places: Vec<Slanted> = widths
            .iter()
            .enumerate()
            .map(|(at, &width)| Slanted {
                origin: Point { x: 0.0, y: at as f32 * 10.0 + 4.0 },
                along: Point { x: 1.0, y: 0.0 },
                width,
                height: 3.0,
            })
            .collect();
        let readings = recogniser.read(&picture, &places).unwrap();
        let counts: Vec<usize> = readings.iter().map(|reading| reading.letters.len()).collect();
        assert_eq!(counts, [0, 1, 2, 3, 4, 5]);
        assert!(readings[1].letters.iter().all(|letter| letter.at <= readings[1].content as f32 + 8.0));
        drop(recogniser);
        for shape in batches {
            assert!(shape[0] <= BATCH && (NARROWEST..=WIDEST).contains(&shape[3]), "{shape:?}");
        }
    }
}
