//! Golden results: what a network answers to a fixed picture, found out by another runtime.
//!
//! Owns the picture ([`probe`]) and the comparison. The expected numbers in the manifest come from `tests/golden`, which
//! runs the packages' own files in TensorFlow.js and OpenCV, not this code.

use serde::Deserialize;

use super::network::{Channels, Input, Layout, Network};
use crate::runtime::{Model, Outputs, RuntimeError, Tensor};

/// Side of the probe where an input's size is free, pixels: a multiple of every stride.
const FREE_SIDE: usize = 320;

/// How far an output may be off, as a share of its largest expected number. Runtimes add in different orders: ONNX
/// Runtime on one processor was off from TensorFlow.js and OpenCV by at most 1.5e-6; the rest is room for others.
const TOLERANCE: f32 = 1e-4;

/// How far an output may be off whatever its size: probabilities near 0 come out of exponentials that amplify. The
/// greatest difference measured on such an output was 8e-8.
const FLOOR: f32 = 1e-6;

/// What a network answers to the probe.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Golden {
    /// Its outputs.
    pub outputs: Vec<Expected>,
}

/// One output.
#[derive(Clone, Debug, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Expected {
    /// Name.
    pub name: String,
    /// Shape for a batch of one.
    pub shape: Vec<usize>,
    /// Numbers at evenly spread positions: sample `i` of `n` is number `i * (count - 1) / (n - 1)`.
    pub samples: Vec<f32>,
}

/// The probe for `input`: shape and numbers. A picture with flat parts, edges and noise, in integers, so that any
/// language makes the same one: pixel `(x, y)`, channel `c` in the order R, G, B, has the value
/// `(3x² + 5y² + 7xy + 61c + 97·(⌊x/8⌋ xor ⌊y/8⌋)) mod 256`; a grey input takes channel 0.
#[must_use]
pub fn probe(input: &Input) -> ([usize; 4], Vec<f32>) {
    let shape = input.shape(FREE_SIDE);
    let (height, width) = match input.layout {
        Layout::Nchw => (shape[2], shape[3]),
        Layout::Nhwc => (shape[1], shape[2]),
    };
    let order: &[usize] = match input.channels {
        Channels::Rgb => &[0, 1, 2],
        Channels::Bgr => &[2, 1, 0],
        Channels::Grey => &[0],
    };
    let value = |x: usize, y: usize, place: usize, channel: usize| {
        let pixel = (3 * x * x + 5 * y * y + 7 * x * y + 61 * channel + 97 * ((x / 8) ^ (y / 8))) % 256;
        (pixel as f32 - input.mean.get(place).copied().unwrap_or_default()) * input.scale
    };
    let mut numbers = Vec::with_capacity(order.len() * height * width);
    match input.layout {
        Layout::Nchw => {
            for (place, &channel) in order.iter().enumerate() {
                for y in 0..height {
                    numbers.extend((0..width).map(|x| value(x, y, place, channel)));
                }
            }
        }
        Layout::Nhwc => {
            for y in 0..height {
                for x in 0..width {
                    numbers.extend(
                        order.iter().enumerate().map(|(place, &channel)| value(x, y, place, channel)),
                    );
                }
            }
        }
    }
    (shape, numbers)
}

impl Golden {
    /// Runs `model` on the probe for `input`. `Ok(Err(problem))`: it ran and answered otherwise than expected.
    fn check(&self, model: &mut dyn Model, input: &Input) -> Result<Result<(), String>, RuntimeError> {
        let (shape, numbers) = probe(input);
        let outputs = model.run(&[Tensor::new(&shape, &numbers)?])?;
        for expected in &self.outputs {
            let found = outputs.get(&expected.name)?;
            if let Err(problem) = expected.compare(&found) {
                return Ok(Err(problem));
            }
        }
        Ok(Ok(()))
    }
}

impl Expected {
    /// Compares an output with what is expected: its shape, and each sample to within 1e-4 of the largest sample, or
    /// within 1e-6.
    ///
    /// # Errors
    /// What differs, for a message.
    pub fn compare(&self, found: &Tensor<'_>) -> Result<(), String> {
        if found.shape() != self.shape {
            return Err(format!(
                "{} has the shape {:?} in place of {:?}",
                self.name,
                found.shape(),
                self.shape
            ));
        }
        let largest = self.samples.iter().fold(0.0_f32, |largest, sample| largest.max(sample.abs()));
        let last = self.samples.len().saturating_sub(1).max(1);
        for (i, &expected) in self.samples.iter().enumerate() {
            let at = i * found.data().len().saturating_sub(1) / last;
            let found = found.data().get(at).copied().unwrap_or(f32::NAN);
            let within = (found - expected).abs() <= FLOOR + TOLERANCE * largest;
            if !within {
                return Err(format!("number {at} of {} is {found} in place of {expected}", self.name));
            }
        }
        Ok(())
    }
}

/// Whether `model` is what `network`'s entry says: its golden answer where there is one, and a recogniser's number of
/// numbers. `Ok(Err(problem))`: it ran and answered otherwise.
pub(crate) fn agrees(model: &mut dyn Model, network: &Network) -> Result<Result<(), String>, RuntimeError> {
    if let Some(golden) = &network.golden
        && let Err(problem) = golden.check(model, &network.input)?
    {
        return Ok(Err(problem));
    }
    match (&network.recogniser, &network.golden) {
        (Some(how), _) => check_runs(model, &network.input, how.output.as_deref(), Some(how.numbers)),
        (None, None) => check_runs(model, &network.input, None, None),
        (None, Some(_)) => Ok(Ok(())),
    }
}

/// Runs a network that has no golden result on the probe: all numbers must be finite. `numbers` is the length its
/// output `output` must have.
fn check_runs(
    model: &mut dyn Model,
    input: &Input,
    output: Option<&str>,
    numbers: Option<usize>,
) -> Result<Result<(), String>, RuntimeError> {
    let (shape, values) = probe(input);
    let outputs = model.run(&[Tensor::new(&shape, &values)?])?;
    let found = read(&outputs, output)?;
    Ok(if found.data().iter().any(|number| !number.is_finite()) {
        Err("it answers numbers that are not finite".to_owned())
    } else if numbers.is_some_and(|numbers| numbers != found.data().len()) {
        Err(format!(
            "it answers {} numbers, the manifest says {}",
            found.data().len(),
            numbers.unwrap_or_default()
        ))
    } else {
        Ok(())
    })
}

fn read<'o>(outputs: &'o Outputs<'_>, output: Option<&str>) -> Result<Tensor<'o>, RuntimeError> {
    match output {
        Some(name) => outputs.get(name),
        None => outputs.at(0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn input(layout: Layout, channels: Channels) -> Input {
        Input { layout, channels, width: Some(5), height: Some(3), mean: [10.0, 20.0, 30.0], scale: 0.5 }
    }

    #[test]
    fn layouts_hold_the_same_picture() {
        let (shape, planar) = probe(&input(Layout::Nchw, Channels::Rgb));
        assert_eq!(shape, [1, 3, 3, 5]);
        let (shape, packed) = probe(&input(Layout::Nhwc, Channels::Rgb));
        assert_eq!(shape, [1, 3, 5, 3]);
        for c in 0..3 {
            for at in 0..15 {
                assert_eq!(planar[c * 15 + at], packed[at * 3 + c]);
            }
        }
        // (3 * 16 + 5 * 4 + 7 * 8 + 61 * 2) mod 256 = 246 at x 4, y 2, blue; then mean and scale.
        assert_eq!(planar[2 * 15 + 2 * 5 + 4], (246.0 - 30.0) * 0.5);
    }

    #[test]
    fn channel_order_moves_the_pixels_and_not_the_mean() {
        let (_, rgb) = probe(&input(Layout::Nchw, Channels::Rgb));
        let (_, bgr) = probe(&input(Layout::Nchw, Channels::Bgr));
        assert_eq!(rgb[15], bgr[15]);
        assert_eq!(bgr[0], (61.0 * 2.0 - 10.0) * 0.5);
        assert_eq!(rgb[0], (0.0 - 10.0) * 0.5);
    }

    #[test]
    fn a_number_that_is_off_is_named() {
        let expected = Expected { name: "y".to_owned(), shape: vec![1, 5], samples: vec![1.0, 3.0, 5.0] };
        let compare = |data: &[f32]| expected.compare(&Tensor::new(&[1, data.len()], data).unwrap());
        compare(&[1.0, 9.0, 3.0, 9.0, 5.0]).unwrap();
        compare(&[1.0004, 9.0, 3.0, 9.0, 5.0]).unwrap();
        assert!(compare(&[1.0, 9.0, 3.001, 9.0, 5.0]).unwrap_err().contains("number 2 of y"));
        assert!(compare(&[1.0, 9.0, f32::NAN, 9.0, 5.0]).is_err());
        assert!(compare(&[1.0, 3.0, 5.0]).unwrap_err().contains("shape"));
    }
}
