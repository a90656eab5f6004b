//! A probe made ready for the kernels: tables for the sieve, whole numbers for the fine codes.
//!
//! # Invariants
//! - A face that the sieve drops scores below the floor, unless its code's error is beyond [`TRUST`] deviations.

use std::sync::Arc;

use crate::basis::{Basis, PARTS, part_sizes};
use crate::block::GroupBounds;
use crate::code::Scales;
use crate::kernels::{Float, GROUP, TABLE_TOP};
use crate::shape::Shape;

/// How many deviations of its error an estimate is trusted to. Beyond 4.5 lies one error in 300,000 on the side that
/// would lose a slot.
pub(crate) const TRUST: f32 = 4.5;
/// Levels of the bytes for a slot's factor and offset, and of what is left in a table's byte when both halves round up.
const LEVELS: f32 = 255.0;
const LEVELS_ROUNDED: f32 = 253.0;

/// A rotated probe and what is made of it for one basis.
#[derive(Debug)]
pub(crate) struct Aim {
    pub(crate) basis: Arc<Basis>,
    /// Inner product of the probe and the centre.
    centre: f32,
    /// Length of the centred probe: all of it, outside the directions, and in each part of them over the root of the part's
    /// size.
    length: f32,
    outside: f32,
    parts: [f32; PARTS],
    /// Two tables of 16 bytes for each row of sieve codes; the first row's are made for a floor.
    tables: Vec<[u8; 32]>,
    step: f32,
    /// What the tables' lowest entries stand for.
    base: f32,
    /// Deviation that the rounding of the tables causes.
    noise: f32,
    outside_dimensions: f32,
    /// For [`Kernels::fine`](crate::kernels::Kernels::fine).
    pub(crate) fine: Vec<[i8; GROUP]>,
    fine_step: f32,
    /// What the whole-number inner product is off by, as codes count from 0 and stand for -7.5 and up.
    fine_base: f32,
    /// Deviation that the rounding of the probe causes, for a centred template of length one.
    fine_noise: f32,
}

/// An estimate of a score and how far it may be off.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Estimate {
    score: f32,
    /// [`TRUST`] deviations.
    margin: f32,
}

impl Estimate {
    /// The score can hardly be higher.
    pub(crate) fn most(self) -> f32 {
        self.score + self.margin
    }

    /// The score can hardly be lower.
    pub(crate) fn least(self) -> f32 {
        self.score - self.margin
    }
}

impl Aim {
    /// Prepares a rotated probe.
    pub(crate) fn new(shape: Shape, basis: &Arc<Basis>, rotated: &[f32], float: Float) -> Self {
        let mut centred = Vec::with_capacity(shape.padded());
        basis.centred(rotated, &mut centred);
        let square = float.dot(&centred, &centred);
        let along = basis.along(&centred, float);
        let inside = float.dot(&along, &along);
        let mut parts = [0.0; PARTS];
        for ((length, part), size) in parts.iter_mut().zip(basis.parts(&along)).zip(part_sizes(shape)) {
            *length = (float.dot(part, part) / size as f32).sqrt();
        }
        let sums = basis.sums(&along);
        let least = |table: &[f32; 16]| table.iter().copied().fold(f32::INFINITY, f32::min);
        let reach =
            |table: &[f32; 16]| table.iter().copied().fold(f32::NEG_INFINITY, f32::max) - least(table);
        let widest = sums.as_flattened().iter().map(reach).fold(f32::MIN_POSITIVE, f32::max);
        let step = (widest / f32::from(TABLE_TOP)).max(basis.offsets.step * LEVELS / LEVELS_ROUNDED);
        let mut tables: Vec<[u8; 32]> = Vec::with_capacity(basis.rows());
        if !basis.is_plain() {
            tables.extend([[0; 32], linear(basis.offsets.step / step, false)]);
        }
        for pair in &sums {
            let entries = pair.iter().flat_map(|table| {
                let least = least(table);
                table
                    .iter()
                    .map(move |sum| ((sum - least) / step).round().clamp(0.0, f32::from(TABLE_TOP)) as u8)
            });
            let mut table = [0; 32];
            table.iter_mut().zip(entries).for_each(|(place, entry)| *place = entry);
            tables.push(table);
        }
        centred.resize(shape.padded(), 0.0);
        let fine_step = centred.iter().fold(f32::MIN_POSITIVE, |most, v| most.max(v.abs())) / 127.0;
        let fine: Vec<i8> =
            centred.iter().map(|v| (v / fine_step).round().clamp(-127.0, 127.0) as i8).collect();
        Self {
            basis: Arc::clone(basis),
            centre: float.dot(rotated, &basis.centre),
            length: square.sqrt(),
            outside: (square - inside).max(0.0).sqrt(),
            parts,
            tables,
            step,
            base: sums.as_flattened().iter().map(least).sum(),
            noise: step * (sums.len() as f32 / 6.0).sqrt(),
            outside_dimensions: shape.dimensions().saturating_sub(along.len()).max(2) as f32 / 2.0,
            fine_base: -7.5 * fine.iter().map(|v| f32::from(*v)).sum::<f32>(),
            fine: fine.as_chunks::<GROUP>().0.to_vec(),
            fine_step,
            fine_noise: fine_step / 12.0_f32.sqrt(),
        }
    }

    /// The sieve for a floor.
    pub(crate) fn sieve(&self, floor: f32) -> Sieve<'_> {
        // In units of a table's step: what the score needs above that of the centre, for a slot of factor one.
        let needed = floor - self.centre;
        let factors = self.basis.factors;
        let weight = (needed.abs() * factors.step / self.step).min(LEVELS_ROUNDED / LEVELS);
        let mut tables = self.tables.clone();
        if let Some(first) = tables.first_mut() {
            *first = linear(weight, needed >= 0.0);
        }
        let offsets = self.basis.offsets.least + self.basis.offsets.step;
        let constant = (needed * factors.least - offsets - self.base) / self.step
            + if needed >= 0.0 { LEVELS * weight } else { -weight };
        let share = needed.max(0.0) * self.outside / self.length.max(f32::MIN_POSITIVE);
        Sieve { aim: self, tables, constant, share }
    }

    /// What an inner product of the fine kernel says of the score.
    pub(crate) fn fine(&self, product: i32, scales: &Scales) -> Estimate {
        let centred = scales.factor * self.fine_step * (product as f32 + self.fine_base);
        let code = scales.deviation * self.length;
        let rounding = scales.length * self.fine_noise;
        let margin = TRUST * (code * code + rounding * rounding).sqrt();
        // Sums of 32-bit numbers are off by some parts in ten million of what was added.
        let sums = 1e-6 * (self.centre.abs() + scales.offset.abs() + scales.length * self.length);
        Estimate { score: self.centre + scales.offset + centred, margin: margin + sums }
    }
}

/// The tables of an aim at a floor.
#[derive(Debug)]
pub(crate) struct Sieve<'a> {
    aim: &'a Aim,
    pub(crate) tables: Vec<[u8; 32]>,
    constant: f32,
    /// How much of what is needed may come from outside the directions, for a slot that lies outside them as a whole: as much
    /// as from within.
    share: f32,
}

impl Sieve<'_> {
    /// The least sum with which a face of a group can reach the floor.
    pub(crate) fn least(&self, bounds: GroupBounds) -> u16 {
        let Aim { parts, outside, noise, step, outside_dimensions, .. } = self.aim;
        let inside: f32 =
            parts.iter().zip(bounds.errors).map(|(part, error)| (part * error) * (part * error)).sum();
        let outside = outside * bounds.outside;
        let square = inside + outside * outside / outside_dimensions;
        let margin = TRUST * (square + noise * noise).sqrt() + self.share * bounds.outside_share;
        let sum = self.constant - margin / step;
        // A unit below, for the rounding of this very formula; as a whole number it is that or less. What is not a number
        // becomes zero, which lets everything pass.
        (sum - 1.0) as u16
    }
}

/// A table whose entries grow with the byte by `weight` a level (or fall with it), rounded up.
fn linear(weight: f32, falling: bool) -> [u8; 32] {
    let mut table = [0; 32];
    let (low, high) = table.split_at_mut(16);
    for (level, (low, high)) in (0_u8..).zip(low.iter_mut().zip(high)) {
        let level = f32::from(if falling { 15 - level } else { level });
        *low = (weight * level).ceil() as u8;
        *high = (weight * 16.0 * level).ceil() as u8;
    }
    table
}
