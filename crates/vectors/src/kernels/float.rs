//! Floating-point loops: written once, compiled for each set of instructions.
//!
//! Sums run over sixteen lanes in a fixed order and nothing is fused, so that results have the same bits on every
//! processor; the instructions decide only how many lanes are done at once.
#![allow(unsafe_code, reason = "vector instructions: docs/decisions/0041-kernels.md")]

use super::Instructions;

/// Lanes of a sum.
const LANES: usize = 16;
/// Columns of a matrix whose sums are kept in registers at once.
const TILE: usize = 64;

/// Floating-point kernels for this processor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Float(Level);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Level {
    /// What every processor of the target has.
    Base,
    #[cfg(target_arch = "x86_64")]
    Avx2,
    #[cfg(target_arch = "x86_64")]
    Avx512,
}

/// Compiles a loop for each level and calls the right one.
macro_rules! levels {
    ($level:expr, $name:ident($($argument:ident: $type:ty),*) $(-> $result:ty)?) => {{
        #[cfg(target_arch = "x86_64")]
        {
            #[target_feature(enable = "avx2")]
            fn avx2($($argument: $type),*) $(-> $result)? { $name($($argument),*) }
            #[target_feature(enable = "avx2,avx512f,avx512vl,avx512dq,avx512bw")]
            fn avx512($($argument: $type),*) $(-> $result)? { $name($($argument),*) }
            match $level {
                Level::Base => $name($($argument),*),
                // SAFETY: `Float::all` makes these levels only where the instructions are there.
                Level::Avx2 => unsafe { avx2($($argument),*) },
                // SAFETY: as above.
                Level::Avx512 => unsafe { avx512($($argument),*) },
            }
        }
        #[cfg(not(target_arch = "x86_64"))]
        match $level {
            Level::Base => $name($($argument),*),
        }
    }};
}

impl Float {
    /// What every processor has.
    pub(crate) fn base() -> Self {
        Self(Level::Base)
    }

    /// What it is compiled for. NEON is part of what every 64-bit ARM has.
    pub(crate) fn level(self) -> Instructions {
        match self.0 {
            Level::Base => Instructions::Plain,
            #[cfg(target_arch = "x86_64")]
            Level::Avx2 => Instructions::Avx2,
            #[cfg(target_arch = "x86_64")]
            Level::Avx512 => Instructions::Avx512,
        }
    }

    /// All that this processor can run, the fastest last.
    pub(crate) fn all() -> Vec<Self> {
        #[cfg_attr(
            not(target_arch = "x86_64"),
            expect(unused_mut, reason = "other processors have one level")
        )]
        let mut all = vec![Self(Level::Base)];
        #[cfg(target_arch = "x86_64")]
        if is_x86_feature_detected!("avx2") {
            all.push(Self(Level::Avx2));
            if is_x86_feature_detected!("avx512f")
                && is_x86_feature_detected!("avx512vl")
                && is_x86_feature_detected!("avx512dq")
                && is_x86_feature_detected!("avx512bw")
            {
                all.push(Self(Level::Avx512));
            }
        }
        all
    }

    /// The inner product of two slices of one length.
    pub(crate) fn dot(self, a: &[f32], b: &[f32]) -> f32 {
        levels!(self.0, dot(a: &[f32], b: &[f32]) -> f32)
    }

    /// `out = Σ weights[i] · rows[i]`, each row as long as `out`.
    pub(crate) fn combine(self, rows: &[f32], weights: &[f32], out: &mut [f32]) {
        levels!(self.0, combine(rows: &[f32], weights: &[f32], out: &mut [f32]));
    }

    /// Adds to a square matrix the product of every two numbers of `values`.
    pub(crate) fn add_outer(self, matrix: &mut [f32], values: &[f32]) {
        levels!(self.0, add_outer(matrix: &mut [f32], values: &[f32]));
    }

    /// Reflects the rows of a matrix across a direction: see [`Reflection`].
    pub(crate) fn reflect(self, rows: &mut [f64], reflection: &Reflection<'_>, shadow: &mut [f64]) {
        levels!(self.0, reflect(rows: &mut [f64], reflection: &Reflection<'_>, shadow: &mut [f64]));
    }
}

/// `row -= factor · direction[row] · (directionᵀ · rows)`, then multiplied by `sign`, from column `first` on.
pub(crate) struct Reflection<'a> {
    /// Columns of the matrix.
    pub(crate) width: usize,
    /// Columns before this one stay.
    pub(crate) first: usize,
    /// A number for each row.
    pub(crate) direction: &'a [f64],
    /// Two over the direction's square.
    pub(crate) factor: f64,
    /// 1 or -1.
    pub(crate) sign: f64,
}

#[inline(always)]
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0.0_f32; LANES];
    let (a, a_rest) = a.as_chunks::<LANES>();
    let (b, b_rest) = b.as_chunks::<LANES>();
    for (a, b) in a.iter().zip(b) {
        for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
            *lane += a * b;
        }
    }
    for ((lane, a), b) in lanes.iter_mut().zip(a_rest).zip(b_rest) {
        *lane += a * b;
    }
    lanes.iter().map(|lane| f64::from(*lane)).sum::<f64>() as f32
}

#[inline(always)]
fn combine(rows: &[f32], weights: &[f32], out: &mut [f32]) {
    let width = out.len();
    let (tiles, rest) = out.as_chunks_mut::<TILE>();
    let ragged = tiles.len() * TILE;
    for (index, tile) in tiles.iter_mut().enumerate() {
        let mut sums = [0.0_f32; TILE];
        for (row, weight) in rows.chunks_exact(width).zip(weights) {
            let Some(row) = row.get(index * TILE..).and_then(<[f32]>::first_chunk::<TILE>) else { break };
            for (sum, value) in sums.iter_mut().zip(row) {
                *sum += weight * value;
            }
        }
        *tile = sums;
    }
    rest.fill(0.0);
    if !rest.is_empty() {
        for (row, weight) in rows.chunks_exact(width).zip(weights) {
            for (sum, value) in rest.iter_mut().zip(row.get(ragged..).unwrap_or_default()) {
                *sum += weight * value;
            }
        }
    }
}

#[inline(always)]
fn add_outer(matrix: &mut [f32], values: &[f32]) {
    for (row, weight) in matrix.chunks_exact_mut(values.len()).zip(values) {
        for (sum, value) in row.iter_mut().zip(values) {
            *sum += weight * value;
        }
    }
}

#[inline(always)]
fn reflect(rows: &mut [f64], reflection: &Reflection<'_>, shadow: &mut [f64]) {
    let Reflection { width, first, direction, factor, sign } = *reflection;
    let shadow = shadow.get_mut(first..).unwrap_or_default();
    shadow.fill(0.0);
    for (row, weight) in rows.chunks_exact(width).zip(direction) {
        for (shadow, value) in shadow.iter_mut().zip(row.get(first..).unwrap_or_default()) {
            *shadow += weight * value;
        }
    }
    for (row, weight) in rows.chunks_exact_mut(width).zip(direction) {
        let step = factor * weight;
        for (value, shadow) in row.get_mut(first..).unwrap_or_default().iter_mut().zip(&*shadow) {
            *value = (*value - step * shadow) * sign;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Numbers;

    #[test]
    fn every_level_gives_the_same_bits() {
        let mut numbers = Numbers::new(1);
        for size in [1, 15, 16, 17, 64, 100, 255, 256, 1000] {
            let values =
                |numbers: &mut Numbers, count| -> Vec<f32> { (0..count).map(|_| numbers.normal()).collect() };
            let (a, b) = (values(&mut numbers, size), values(&mut numbers, size));
            let rows = values(&mut numbers, size * size);
            let mut wanted = vec![0.0; size];
            Float(Level::Base).combine(&rows, &a, &mut wanted);
            let exact: f64 = (0..size).map(|i| f64::from(a[i]) * f64::from(rows[i * size])).sum();
            assert!((f64::from(wanted[0]) - exact).abs() < 1e-3);
            for float in Float::all() {
                assert_eq!(
                    float.dot(&a, &b).to_bits(),
                    Float(Level::Base).dot(&a, &b).to_bits(),
                    "{float:?}"
                );
                let mut out = vec![1.0; size];
                float.combine(&rows, &a, &mut out);
                assert!(out.iter().zip(&wanted).all(|(a, b)| a.to_bits() == b.to_bits()), "{float:?}");
            }
        }
    }
}
