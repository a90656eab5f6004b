//! Codes: what a template is compared by before its exact numbers are read.
//!
//! A template has two: the sieve code, a sign bit for each number, and the fine code, four bits for each. Both give an
//! estimate of a score and the deviation of its error. With x the template, q the probe and c the code read as numbers,
//! `c = (c·x / x·x) x + e`, so `q·x = (x·x / c·x) (q·c - q·e)`; after the keyed rotation e points anywhere across
//! x, so q·e has mean zero and deviation `|e| |q| / √(d - 1)`. The two factors are kept for each slot.
//!
//! # Invariants
//! - A code depends on the template alone, bit for bit on every machine.

use crate::kernels::GROUP;
use crate::shape::Shape;

/// Step of the fine code, in deviations of a template's numbers: the best one for a normal distribution and sixteen
/// evenly spaced values (Max 1960: 0.335).
const FINE_STEP: f32 = 0.335;

/// Factors of one slot.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Scales {
    /// Estimate of the score = this · the sieve code's inner product with the probe.
    pub(crate) sieve: f32,
    /// Deviation of that estimate for a probe of length one.
    pub(crate) sieve_deviation: f32,
    /// The same for the fine code.
    pub(crate) fine: f32,
    /// The same for the fine code.
    pub(crate) fine_deviation: f32,
    /// Length of the template.
    pub(crate) length: f32,
}

impl Scales {
    /// Bytes in a file.
    pub(crate) const BYTES: usize = 20;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let values = [self.sieve, self.sieve_deviation, self.fine, self.fine_deviation, self.length];
        for (place, value) in bytes.chunks_exact_mut(4).zip(values) {
            place.copy_from_slice(&value.to_le_bytes());
        }
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let [a, b, c, d, e] = [0, 4, 8, 12, 16]
            .map(|at| f32::from_le_bytes([bytes[at], bytes[at + 1], bytes[at + 2], bytes[at + 3]]));
        Self { sieve: a, sieve_deviation: b, fine: c, fine_deviation: d, length: e }
    }
}

/// Makes codes for templates of one shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coder {
    shape: Shape,
}

impl Coder {
    pub(crate) fn new(shape: Shape) -> Self {
        Self { shape }
    }

    /// Writes the fine code of a rotated template into `fine`, its sieve code into column `lane` of a group's rows, and
    /// returns its factors. Places written to have to be zero before.
    pub(crate) fn encode(&self, rotated: &[f32], lane: usize, group: &mut [u8], fine: &mut [u8]) -> Scales {
        let (mut square, mut sum) = (0.0_f64, 0.0_f64);
        for value in rotated {
            square += f64::from(*value) * f64::from(*value);
            sum += f64::from(value.abs());
        }
        let length = square.sqrt();
        if length < 1e-15 {
            return Scales::default();
        }
        for (row, eight) in group.chunks_exact_mut(GROUP).zip(rotated.chunks(8)) {
            let byte = eight.iter().rev().fold(0_u8, |byte, value| byte << 1 | u8::from(*value >= 0.0));
            if let Some(place) = row.get_mut(lane) {
                *place = byte;
            }
        }
        let dimensions = rotated.len() as f64;
        let across = (dimensions - 1.0).sqrt();
        let sieve = square / sum;
        let sieve_deviation = sieve * (dimensions - sum * sum / square).max(0.0).sqrt() / across;

        let step = FINE_STEP * (length / dimensions.sqrt()) as f32;
        let half = fine.len();
        let (mut along, mut code_square) = (0.0_f64, 0.0_f64);
        for (index, value) in rotated.iter().enumerate() {
            let level = (value / step + 8.0).floor().clamp(0.0, 15.0);
            let centred = f64::from(level) - 7.5;
            along += centred * f64::from(*value);
            code_square += centred * centred;
            let level = level as u8;
            let (at, shift) = if index < half { (index, 0) } else { (index - half, 4) };
            if let Some(byte) = fine.get_mut(at) {
                *byte |= level << shift;
            }
        }
        let fine_factor = square / along;
        let fine_deviation = fine_factor * (code_square - along * along / square).max(0.0).sqrt() / across;
        Scales {
            sieve: sieve as f32,
            sieve_deviation: sieve_deviation as f32,
            fine: fine_factor as f32,
            fine_deviation: fine_deviation as f32,
            length: length as f32,
        }
    }

    pub(crate) fn shape(&self) -> Shape {
        self.shape
    }
}
