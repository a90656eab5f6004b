//! The basis of a sieve: the directions in which the templates of a store differ most, learned from some of them.
//!
//! Templates of one recogniser lie close together: those of `overt-face-1` have a mean of length 0.88, and half of what
//! is left of them lies in 22 of 256 directions. A sign for each number of the template would spend most bits on
//! directions that say nothing. So a sieve code is made of what is left without the mean, along less than half as many
//! directions: four bits for each of the few that matter most, two for each of twice as many, one for each of four times
//! as many. docs/decisions/0042-codes.md has the measurements.
//!
//! # Invariants
//! - A basis never changes an answer, only how many slots are looked at more closely: bounds come from what is lost in
//!   each slot, not from what was lost in those that were learned from.
//! - Directions are rotated among each other, in each of the three parts, by a rotation of the key's: errors of codes point
//!   anywhere.

use std::sync::Arc;

use crate::kernels::Float;
use crate::key::StoreKey;
use crate::orthogonal;
use crate::shape::Shape;

/// Templates a basis is learned from. More cost time, and fewer blur the directions.
pub(crate) const SAMPLE: usize = 4096;
/// Rounds of orthogonal iteration. It is the space that matters, not the single directions, and it is there soon.
const ROUNDS: usize = 8;
/// Bytes of a fingerprint.
pub(crate) const FINGERPRINT: usize = 8;
/// Deviations from the mean that a slot's factor and offset may be away before they do not fit into a byte.
const SPREAD: f32 = 4.5;
/// The three parts of the directions.
pub(crate) const PARTS: usize = 3;
/// Bits of a direction in each part.
const BITS: [usize; PARTS] = [4, 2, 1];
/// Borders between the levels above zero of a normally distributed number of deviation 1, and the values that the levels stand
/// for: those with the least error (Max 1960), made longer by the share of the variance that they explain (0.9905, 0.8825,
/// 0.6366), so that the error of each part lies across it. Levels below zero mirror them.
const BORDERS: [&[f32]; PARTS] = [&[0.2582, 0.5224, 0.7996, 1.099, 1.437, 1.844, 2.401], &[0.9816], &[]];
const VALUES: [&[f32]; PARTS] =
    [&[0.1296, 0.3918, 0.6631, 0.9514, 1.2681, 1.6336, 2.0889, 2.7592], &[0.5131, 1.7110], &[1.2533]];

/// How bytes stand for a slot's own factor and offset.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Scale {
    pub(crate) least: f32,
    pub(crate) step: f32,
}

impl Scale {
    const LEVELS: f32 = 256.0;

    /// The scale for numbers with a mean and a deviation.
    fn of(numbers: &[f32]) -> Self {
        let count = numbers.len().max(1) as f32;
        let mean = numbers.iter().sum::<f32>() / count;
        let deviation = (numbers.iter().map(|n| (n - mean) * (n - mean)).sum::<f32>() / count).sqrt();
        let reach = SPREAD * deviation + 1e-6 * mean.abs() + 1e-20;
        Self { least: mean - reach, step: 2.0 * reach / Self::LEVELS }
    }

    /// The byte whose step holds the number.
    fn byte(self, number: f32) -> Option<u8> {
        let level = ((number - self.least) / self.step).floor();
        (0.0..Self::LEVELS).contains(&level).then_some(level as u8)
    }
}

/// The mean, the directions, and how numbers along them become codes.
#[derive(Debug, PartialEq)]
pub(crate) struct Basis {
    shape: Shape,
    /// What is taken off every template before anything else.
    pub(crate) centre: Vec<f32>,
    /// Column `j` is direction `j`: `dimensions` rows of [`Shape::directions`] numbers. Empty if nothing was learned.
    columns: Vec<f32>,
    /// Deviation of the numbers along the directions of each part.
    deviations: [f32; PARTS],
    /// For the factor `1 / a` of a slot, see [`Sieved`].
    pub(crate) factors: Scale,
    /// For the offset `b / a` of a slot.
    pub(crate) offsets: Scale,
    pub(crate) fingerprint: [u8; FINGERPRINT],
}

/// What the sieve keeps of a template besides its code.
///
/// With `r` the template without the centre `c`, `y` its numbers along the directions and `v` those of its code, `a = y·y /
/// y·v`, the score of a probe `q` is `q·c + b + a (p·v) + p·e + t`, with `b = r·c`, `p` the centred probe along the
/// directions, `e = y - a v` (across `y`) and `t` the part outside the directions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sieved {
    /// Bytes of `1 / a` and `b / a`. `None` where they do not fit: the slot passes every sieve.
    pub(crate) bytes: Option<[u8; 2]>,
    /// `|e| / a` in each part of the directions.
    pub(crate) errors: [f32; PARTS],
    /// What lies outside: `|t| / a`.
    pub(crate) outside: f32,
    /// The same over the length of `r`.
    pub(crate) outside_share: f32,
}

impl Basis {
    /// The basis of a store that has learned nothing: its slots pass every sieve.
    pub(crate) fn plain(shape: Shape) -> Arc<Self> {
        Arc::new(Self {
            shape,
            centre: vec![0.0; shape.dimensions()],
            columns: Vec::new(),
            deviations: [0.0; PARTS],
            factors: Scale::default(),
            offsets: Scale::default(),
            fingerprint: [0; FINGERPRINT],
        })
    }

    /// Whether nothing was learned.
    pub(crate) fn is_plain(&self) -> bool {
        self.columns.is_empty()
    }

    /// Rows of a group's sieve codes: two for the slots' own bytes, then those of the directions.
    pub(crate) fn rows(&self) -> usize {
        if self.is_plain() { 0 } else { 2 + self.shape.sieve_bytes() }
    }

    /// Learns from rotated templates, [`SAMPLE`] or so. The fingerprint is random: it tells bases apart.
    pub(crate) fn learn(
        shape: Shape,
        key: &StoreKey,
        sample: &[Vec<f32>],
        fingerprint: [u8; FINGERPRINT],
        float: Float,
    ) -> Arc<Self> {
        let (n, k) = (shape.dimensions(), shape.directions());
        let centre = mean(n, sample);
        let centred: Vec<Vec<f32>> =
            sample.iter().map(|x| x.iter().zip(&centre).map(|(x, c)| x - c).collect()).collect();
        let rows = directions(n, k, &centred, float);
        let mut columns = vec![0.0; n * k];
        let mut row = vec![0.0; n];
        let mut first = 0;
        for size in part_sizes(shape) {
            let stream = key.basis_stream(orthogonal::stream_bytes(size));
            let rotation = orthogonal::random(&stream, size, float);
            let part = rows.get(first * n..).unwrap_or_default();
            for (index, weights) in rotation.chunks_exact(size).enumerate() {
                float.combine(part, weights, &mut row);
                for (value, place) in row.iter().zip(columns.iter_mut().skip(first + index).step_by(k)) {
                    *place = *value;
                }
            }
            first += size;
        }
        let mut basis = Self {
            shape,
            centre,
            columns,
            deviations: [1.0; PARTS],
            factors: Scale { least: 0.0, step: f32::MAX },
            offsets: Scale { least: 0.0, step: f32::MAX },
            fingerprint,
        };
        basis.measure(&centred, float);
        Arc::new(basis)
    }

    /// Deviations and scales of the sample.
    fn measure(&mut self, centred: &[Vec<f32>], float: Float) {
        let mut squares = [0.0_f64; PARTS];
        for r in centred {
            let along = self.along(r, float);
            for (square, part) in squares.iter_mut().zip(self.parts(&along)) {
                *square += f64::from(float.dot(part, part));
            }
        }
        for ((deviation, square), size) in self.deviations.iter_mut().zip(squares).zip(part_sizes(self.shape))
        {
            let numbers = (centred.len().max(1) * size) as f64;
            *deviation = ((square / numbers).sqrt() as f32).max(1e-12);
        }
        let (factors, offsets): (Vec<f32>, Vec<f32>) = centred
            .iter()
            .map(|r| {
                let (factor, offset, ..) = self.sieve_numbers(r, float);
                (factor, offset)
            })
            .filter(|(factor, offset)| factor.is_finite() && offset.is_finite())
            .unzip();
        self.factors = Scale::of(&factors);
        self.offsets = Scale::of(&offsets);
    }

    /// Takes the centre off a rotated template.
    pub(crate) fn centred(&self, rotated: &[f32], out: &mut Vec<f32>) {
        out.clear();
        out.extend(rotated.iter().zip(&self.centre).map(|(x, c)| x - c));
    }

    /// The numbers of a centred template along the directions.
    pub(crate) fn along(&self, centred: &[f32], float: Float) -> Vec<f32> {
        let mut along = vec![0.0; if self.is_plain() { 0 } else { self.shape.directions() }];
        float.combine(&self.columns, centred, &mut along);
        along
    }

    /// The sieve code of a centred template, a byte for each row, and what is kept besides.
    pub(crate) fn sieve(&self, centred: &[f32], float: Float) -> (Vec<u8>, Sieved) {
        let (factor, offset, mut code, mut sieved) = self.sieve_numbers(centred, float);
        sieved.bytes = self.factors.byte(factor).zip(self.offsets.byte(offset)).map(|(a, b)| [a, b]);
        code.iter_mut().zip(sieved.bytes.unwrap_or_default()).for_each(|(place, byte)| *place = byte);
        (code, sieved)
    }

    /// `1 / a`, `b / a`, the code without their bytes, and the errors.
    fn sieve_numbers(&self, centred: &[f32], float: Float) -> (f32, f32, Vec<u8>, Sieved) {
        let y = self.along(centred, float);
        let (square, length) = (float.dot(&y, &y), float.dot(centred, centred));
        // Levels follow the length of this template, so that a long one does not end up at the edge.
        let sizes = part_sizes(self.shape);
        let usual: f32 = self.deviations.iter().zip(sizes).map(|(d, size)| d * d * size as f32).sum();
        let ratio = (square / usual).sqrt();
        let mut code = vec![0; self.rows()];
        let mut v = vec![0.0; y.len()];
        for ((place, number), v) in self.places().zip(&y).zip(&mut v) {
            let (level, value) = quantise(*number / (ratio * place.deviation), place.part);
            *v = value * place.deviation;
            if let Some(byte) = code.get_mut(place.row) {
                *byte |= level << place.shift;
            }
        }
        let a = square / float.dot(&y, &v);
        let mut errors = [0.0; PARTS];
        for ((error, y), v) in errors.iter_mut().zip(self.parts(&y)).zip(self.parts(&v)) {
            let square: f32 = y.iter().zip(v).map(|(y, v)| (y - a * v) * (y - a * v)).sum();
            *error = square.sqrt() / a;
        }
        let outside = (length - square).max(0.0).sqrt() / a;
        let sieved = Sieved { bytes: None, errors, outside, outside_share: outside / length.sqrt() };
        (1.0 / a, float.dot(centred, &self.centre) / a, code, sieved)
    }

    /// The tables of the directions' rows for a centred probe's numbers along them, before scaling: for each row, the
    /// sixteen sums of its low four bits and the sixteen of its high four.
    pub(crate) fn sums(&self, along: &[f32]) -> Vec<[[f32; 16]; 2]> {
        let mut sums = vec![[[0.0; 16]; 2]; self.rows().saturating_sub(2)];
        for (place, q) in self.places().zip(along) {
            let bits = BITS.get(place.part).copied().unwrap_or(1);
            let table = sums.get_mut(place.row - 2).and_then(|pair| pair.get_mut((place.shift / 4) as usize));
            for (half_byte, sum) in (0_u8..).zip(table.into_iter().flatten()) {
                let level = half_byte >> (place.shift % 4) & ((1 << bits) - 1);
                *sum += q * value(level, place.part) * place.deviation;
            }
        }
        sums
    }

    /// The parts of numbers along the directions.
    pub(crate) fn parts<'a>(&self, along: &'a [f32]) -> [&'a [f32]; PARTS] {
        let mut rest = along;
        part_sizes(self.shape).map(|size| {
            let (part, left) = rest.split_at_checked(size).unwrap_or_default();
            rest = left;
            part
        })
    }

    /// Where the bits of each direction are, in order.
    fn places(&self) -> impl Iterator<Item = Place> {
        let unit = self.shape.unit();
        (0..PARTS).zip(BITS).zip(self.deviations).flat_map(move |((part, bits), deviation)| {
            let in_byte = 8 / bits;
            (0..unit * 4 / bits).map(move |index| Place {
                part,
                deviation,
                row: 2 + part * unit / 2 + index / in_byte,
                shift: (bits * (index % in_byte)) as u32,
            })
        })
    }

    /// Bytes of the file form.
    pub(crate) fn file_bytes(shape: Shape) -> usize {
        4 * (shape.dimensions() * (1 + shape.directions()) + PARTS + 4) + FINGERPRINT
    }

    /// The file form: fingerprint, centre, directions, deviations, scales.
    pub(crate) fn write(&self) -> Vec<u8> {
        let scales = [self.factors.least, self.factors.step, self.offsets.least, self.offsets.step];
        let numbers = self.centre.iter().chain(&self.columns).chain(&self.deviations).chain(&scales);
        self.fingerprint.into_iter().chain(numbers.flat_map(|number| number.to_le_bytes())).collect()
    }

    /// Reads the file form. `None` when the length is not that of the shape's bases.
    pub(crate) fn read(shape: Shape, bytes: &[u8]) -> Option<Self> {
        let (fingerprint, bytes) = bytes.split_first_chunk::<FINGERPRINT>()?;
        let (numbers, rest) = bytes.as_chunks::<4>();
        let numbers: Vec<f32> = numbers.iter().map(|bytes| f32::from_le_bytes(*bytes)).collect();
        let (centre, numbers) = numbers.split_at_checked(shape.dimensions())?;
        let (columns, numbers) = numbers.split_at_checked(shape.dimensions() * shape.directions())?;
        let &[four, two, one, a_least, a_step, b_least, b_step] = numbers else { return None };
        rest.is_empty().then(|| Self {
            shape,
            centre: centre.to_vec(),
            columns: columns.to_vec(),
            deviations: [four, two, one],
            factors: Scale { least: a_least, step: a_step },
            offsets: Scale { least: b_least, step: b_step },
            fingerprint: *fingerprint,
        })
    }
}

/// Where the bits of a direction are.
struct Place {
    part: usize,
    deviation: f32,
    row: usize,
    shift: u32,
}

/// Directions of each part.
pub(crate) fn part_sizes(shape: Shape) -> [usize; PARTS] {
    BITS.map(|bits| shape.unit() * 4 / bits)
}

/// The level of a number of deviation 1, and what it stands for. Levels rise with the numbers.
fn quantise(number: f32, part: usize) -> (u8, f32) {
    let borders = BORDERS.get(part).copied().unwrap_or_default();
    let above = borders.iter().filter(|border| number.abs() >= **border).count() as u8;
    let half = borders.len() as u8 + 1;
    let level = if number >= 0.0 { half + above } else { half - 1 - above };
    (level, value(level, part))
}

fn value(level: u8, part: usize) -> f32 {
    let values = VALUES.get(part).copied().unwrap_or_default();
    let half = values.len();
    match usize::from(level).checked_sub(half) {
        Some(above) => values.get(above).copied().unwrap_or(0.0),
        None => -values.get(half - 1 - usize::from(level)).copied().unwrap_or(0.0),
    }
}

fn mean(n: usize, sample: &[Vec<f32>]) -> Vec<f32> {
    let mut sums = vec![0.0_f64; n];
    for template in sample {
        sums.iter_mut().zip(template).for_each(|(sum, value)| *sum += f64::from(*value));
    }
    sums.iter().map(|sum| (sum / sample.len().max(1) as f64) as f32).collect()
}

/// Orthonormal rows that span the `k` directions of greatest variance, roughly in that order.
fn directions(n: usize, k: usize, centred: &[Vec<f32>], float: Float) -> Vec<f32> {
    let mut covariance = vec![0.0_f32; n * n];
    for r in centred {
        float.add_outer(&mut covariance, r);
    }
    // A little of every direction, so that none is lost when templates span fewer than `k`.
    let trace: f32 = covariance.iter().step_by(n + 1).sum();
    let floor = 1e-6 * trace / n as f32 + f32::MIN_POSITIVE;
    covariance.iter_mut().step_by(n + 1).for_each(|value| *value += floor);
    let mut rows = vec![0.0; k * n];
    for (index, row) in rows.chunks_exact_mut(n).enumerate() {
        if let Some(value) = row.get_mut(index) {
            *value = 1.0;
        }
    }
    let mut next = vec![0.0; n];
    for _ in 0..ROUNDS {
        for row in rows.chunks_exact_mut(n) {
            float.combine(&covariance, row, &mut next);
            row.copy_from_slice(&next);
        }
        orthogonal::orthonormalise(&mut rows, n, float);
    }
    rows
}
