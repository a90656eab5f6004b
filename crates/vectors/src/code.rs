//! Fine codes: four bits for each number of a template, by which it is compared before its exact numbers are read.
//!
//! With x the centred template, q the probe and c the code read as numbers, `c = (c·x / x·x) x + e`, so `q·x = (x·x / c·x)
//! (q·c - q·e)`; after the keyed rotation e points anywhere across x, so q·e has mean zero and deviation `|e| |q| /
//! √(d - 1)`. The factor and the deviation are kept for each slot.
//!
//! # Invariants
//! - A code depends on the template and the basis alone, bit for bit on every machine.

use bytemuck::{Pod, Zeroable};

use crate::basis::{Basis, Sieved};
use crate::kernels::{Float, GROUP, Line};
use crate::shape::Shape;

/// Step of the code, in deviations of a template's numbers: the best one for a normal distribution and sixteen evenly
/// spaced values (Max 1960).
const STEP: f32 = 0.335;

/// Factors of one slot.
#[derive(Clone, Copy, Debug, Default, PartialEq, Pod, Zeroable)]
#[repr(C)]
pub(crate) struct Scales {
    /// Estimate of the centred score = this · the code's inner product with the probe.
    pub(crate) factor: f32,
    /// Deviation of that estimate for a centred probe of length one.
    pub(crate) deviation: f32,
    /// Length of the centred template.
    pub(crate) length: f32,
    /// Inner product of the centred template and the centre.
    pub(crate) offset: f32,
}

impl Scales {
    /// Bytes in a file.
    pub(crate) const BYTES: usize = 16;

    pub(crate) fn to_bytes(self) -> [u8; Self::BYTES] {
        let mut bytes = [0; Self::BYTES];
        let (places, _) = bytes.as_chunks_mut::<4>();
        for (place, value) in places.iter_mut().zip([self.factor, self.deviation, self.length, self.offset]) {
            *place = value.to_le_bytes();
        }
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8; Self::BYTES]) -> Self {
        let value = |at: usize| {
            let (numbers, _) = bytes.as_chunks::<4>();
            numbers.get(at).map_or(0.0, |bytes| f32::from_le_bytes(*bytes))
        };
        Self { factor: value(0), deviation: value(1), length: value(2), offset: value(3) }
    }
}

/// The codes of one template.
#[derive(Clone, Debug)]
pub(crate) struct Code {
    /// A byte for each row of sieve codes; empty if nothing was learned.
    pub(crate) sieve: Vec<u8>,
    /// What is kept besides. `None` if the slot passes every sieve.
    pub(crate) sieved: Option<Sieved>,
    pub(crate) fine: Vec<Line>,
    pub(crate) scales: Scales,
}

/// Makes codes for templates of one shape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coder {
    pub(crate) shape: Shape,
    pub(crate) float: Float,
}

impl Coder {
    /// The codes of a rotated template.
    pub(crate) fn encode(&self, basis: &Basis, rotated: &[f32]) -> Code {
        let mut centred = Vec::with_capacity(rotated.len());
        basis.centred(rotated, &mut centred);
        let mut fine = vec![Line::ZERO; self.shape.fine_lines()];
        let scales = self.fine(basis, &centred, &mut fine);
        if basis.is_plain() {
            return Code { sieve: Vec::new(), sieved: None, fine, scales };
        }
        let (sieve, sieved) = basis.sieve(&centred, self.float);
        Code { sieve, sieved: Some(sieved), fine, scales }
    }

    fn fine(&self, basis: &Basis, centred: &[f32], fine: &mut [Line]) -> Scales {
        let square = self.float.dot(centred, centred);
        let offset = self.float.dot(centred, &basis.centre);
        let (length, dimensions) = (square.sqrt(), centred.len() as f32);
        if length < 1e-15 {
            return Scales { offset, ..Scales::default() };
        }
        let per_step = dimensions.sqrt() / (STEP * length);
        let mut along = 0.0_f64;
        let mut code_square = 0.0_f64;
        for (line, numbers) in fine.iter_mut().zip(centred.chunks(2 * GROUP)) {
            for (index, value) in numbers.iter().enumerate() {
                let level = (value * per_step + 8.0).floor().clamp(0.0, 15.0);
                let centre = f64::from(level) - 7.5;
                along += centre * f64::from(*value);
                code_square += centre * centre;
                let shift = if index < GROUP { 0 } else { 4 };
                if let Some(byte) = line.0.get_mut(index % GROUP) {
                    *byte |= (level as u8) << shift;
                }
            }
        }
        let square = f64::from(square);
        let factor = square / along;
        let across = (code_square - along * along / square).max(0.0) / f64::from(dimensions - 1.0);
        let deviation = factor * across.sqrt();
        Scales { factor: factor as f32, deviation: deviation as f32, length, offset }
    }
}
