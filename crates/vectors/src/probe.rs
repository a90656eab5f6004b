//! A probe made ready for the kernels: tables for the sieve, whole numbers for the fine codes.

use crate::code::Scales;
use crate::kernels::TABLE_TOP;
use crate::shape::Shape;

/// How many deviations of its error an estimate is trusted to. Beyond 4.5 lies one error in 300,000 on the side that
/// would lose a slot.
pub(crate) const TRUST: f32 = 4.5;
/// Largest entry of a table.
const TOP: f32 = TABLE_TOP as f32;

/// A rotated probe.
#[derive(Clone, Debug)]
pub(crate) struct Probe {
    pub(crate) rotated: Vec<f32>,
    length: f32,
    /// Two tables of 16 bytes for each byte of a sieve code.
    pub(crate) tables: Vec<[u8; 32]>,
    table_step: f32,
    table_base: f32,
    /// Deviation of a sum that the rounding of the tables causes.
    table_noise: f32,
    /// For [`Kernels::fine`](crate::kernels::Kernels::fine).
    pub(crate) fine: Vec<i8>,
    fine_step: f32,
    /// What the whole-number inner product is off by, as codes count from 0 and stand for -7.5 and up.
    fine_base: f32,
    /// Deviation that the rounding of the probe causes, for a template of length one.
    fine_noise: f32,
}

/// An estimate of a score and how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) score: f32,
    /// [`TRUST`] deviations.
    pub(crate) margin: f32,
}

impl Probe {
    /// Prepares a rotated probe.
    pub(crate) fn new(shape: Shape, rotated: Vec<f32>) -> Self {
        let mut padded = rotated.clone();
        padded.resize(shape.padded(), 0.0);
        let length = rotated.iter().map(|v| f64::from(*v) * f64::from(*v)).sum::<f64>().sqrt() as f32;
        let (fours, _) = padded.as_chunks::<4>();
        let reach = |four: &[f32; 4]| four.iter().map(|value| value.abs()).sum::<f32>();
        let largest = fours.iter().map(reach).fold(f32::MIN_POSITIVE, f32::max);
        let table_step = 2.0 * largest / TOP;
        let mut tables = Vec::with_capacity(fours.len() * 16);
        for four in fours {
            let least = -reach(four);
            for bits in 0_u8..16 {
                let sum: f32 =
                    four.iter().enumerate().map(|(bit, v)| if bits >> bit & 1 == 1 { *v } else { -v }).sum();
                tables.push(((sum - least) / table_step).round().clamp(0.0, TOP) as u8);
            }
        }
        let table_base = -fours.iter().map(reach).sum::<f32>();
        let table_noise = table_step * (fours.len() as f32 / 12.0).sqrt();
        let fine_step = padded.iter().fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs())) / 127.0;
        let fine: Vec<i8> =
            padded.iter().map(|v| (v / fine_step).round().clamp(-127.0, 127.0) as i8).collect();
        let fine_base = -7.5 * fine.iter().map(|v| f32::from(*v)).sum::<f32>();
        let fine_noise = fine_step / 12.0_f32.sqrt();
        let (tables, _) = tables.as_chunks::<32>();
        let tables = tables.to_vec();
        Self {
            rotated,
            length,
            tables,
            table_step,
            table_base,
            table_noise,
            fine,
            fine_step,
            fine_base,
            fine_noise,
        }
    }

    /// What a sum of the sieve kernel says of the score.
    pub(crate) fn sieve(&self, sum: u16, scales: &Scales) -> Estimate {
        let score = scales.sieve * (f32::from(sum) * self.table_step + self.table_base);
        let code = scales.sieve_deviation * self.length;
        let table = scales.sieve * self.table_noise;
        Estimate { score, margin: TRUST * (code * code + table * table).sqrt() }
    }

    /// The least sum with which a face of a group can reach a score, whatever its own factors are.
    pub(crate) fn least_sum(&self, score: f32, bounds: crate::block::GroupBounds) -> u16 {
        let (smallest, largest) = bounds.sieve;
        let code = bounds.deviation * self.length;
        let table = largest * self.table_noise;
        let needed = score - TRUST * (code * code + table * table).sqrt();
        let factor = if needed > 0.0 { largest } else { smallest };
        let sum = (needed / factor - self.table_base) / self.table_step;
        // A unit below, for the rounding of this very formula. Not a number (no length): everything passes.
        if sum.is_nan() { 0 } else { (sum.floor() - 1.0).clamp(0.0, f32::from(u16::MAX)) as u16 }
    }

    /// What an inner product of the fine kernel says of the score.
    pub(crate) fn fine(&self, product: i32, scales: &Scales) -> Estimate {
        let score = scales.fine * self.fine_step * (product as f32 + self.fine_base);
        let code = scales.fine_deviation * self.length;
        let rounding = scales.length * self.fine_noise;
        Estimate { score, margin: TRUST * (code * code + rounding * rounding).sqrt() }
    }
}
