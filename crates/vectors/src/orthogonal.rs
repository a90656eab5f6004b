//! Rotations and orthonormal bases: random ones out of a stream of bytes, and those of given directions.
//!
//! # Invariants
//! - A random rotation follows from the bytes, bit for bit on every machine: whole numbers, additions, multiplications,
//!   divisions and square roots in one order, no library functions and no fused operations.

use zeroize::Zeroizing;

use crate::kernels::{Float, Reflection};

/// Random bytes for each coordinate of a direction: twelve 16-bit numbers, whose sum is close enough to a normal
/// distribution (excess kurtosis -0.1) for directions to be even.
const DRAW: usize = 24;

/// Bytes that [`random`] takes.
pub(crate) fn stream_bytes(n: usize) -> usize {
    n * (n + 1) / 2 * DRAW
}

/// A rotation of `n` dimensions, row `i` where the `i`-th unit vector goes, out of [`stream_bytes`] random bytes.
///
/// A product of reflections along random directions of falling dimension is evenly distributed over all rotations (Stewart
/// 1980); building it costs 4/3 n^3 operations.
pub(crate) fn random(stream: &[u8], n: usize, float: Float) -> Zeroizing<Vec<f32>> {
    let mut draws = stream.as_chunks::<DRAW>().0.iter().map(|draw| {
        let (pairs, _) = draw.as_chunks::<2>();
        let sum: u32 = pairs.iter().map(|pair| u32::from(u16::from_le_bytes(*pair))).sum();
        f64::from(sum) - 6.0 * 65535.0
    });
    let mut matrix = Zeroizing::new(vec![0.0_f64; n * n]);
    for (index, row) in matrix.chunks_exact_mut(n).enumerate() {
        if let Some(diagonal) = row.get_mut(index) {
            *diagonal = 1.0;
        }
    }
    let mut direction = Zeroizing::new(vec![0.0_f64; n]);
    let mut shadow = Zeroizing::new(vec![0.0_f64; n]);
    for first in (0..n).rev() {
        // A reflection of the last `n - first` coordinates that takes the first of them to a random direction.
        let direction = direction.get_mut(first..).unwrap_or_default();
        direction.iter_mut().zip(&mut draws).for_each(|(value, draw)| *value = draw);
        let length = direction.iter().map(|value| value * value).sum::<f64>().sqrt();
        let Some(head) = direction.first_mut() else { continue };
        let sign = if *head < 0.0 { -1.0 } else { 1.0 };
        *head += sign * length;
        let square: f64 = direction.iter().map(|value| value * value).sum();
        if square == 0.0 {
            continue;
        }
        let block = matrix.get_mut(first * n..).unwrap_or_default();
        let reflection = Reflection { width: n, first, direction, factor: 2.0 / square, sign: -sign };
        float.reflect(block, &reflection, &mut shadow);
    }
    Zeroizing::new(matrix.iter().map(|value| *value as f32).collect())
}

/// Makes rows of `n` numbers orthonormal, one after the other (Gram-Schmidt, twice for accuracy). A row that adds no
/// direction of its own becomes zero.
pub(crate) fn orthonormalise(rows: &mut [f32], n: usize, float: Float) {
    for index in 0..rows.len() / n {
        let (before, rest) = rows.split_at_mut(index * n);
        let Some(row) = rest.get_mut(..n) else { continue };
        let before_length = float.dot(row, row).sqrt();
        for _ in 0..2 {
            for other in before.chunks_exact(n) {
                let along = float.dot(other, row);
                row.iter_mut().zip(other).for_each(|(value, other)| *value -= along * other);
            }
        }
        let length = float.dot(row, row).sqrt();
        let scale = if length > 1e-5 * before_length { 1.0 / length } else { 0.0 };
        row.iter_mut().for_each(|value| *value *= scale);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Numbers;

    #[test]
    fn rows_become_orthonormal_or_zero() {
        let (n, float) = (40, Float::detect());
        let mut numbers = Numbers::new(4);
        let mut rows: Vec<f32> = (0..10 * n).map(|_| numbers.normal()).collect();
        rows.copy_within(0..n, 3 * n);
        orthonormalise(&mut rows, n, float);
        for (i, a) in rows.chunks_exact(n).enumerate() {
            for (j, b) in rows.chunks_exact(n).enumerate() {
                let wanted = if i == j && i != 3 { 1.0 } else { 0.0 };
                assert!((float.dot(a, b) - wanted).abs() < 1e-5, "{i} {j}");
            }
        }
    }

    #[test]
    fn the_matrix_is_the_same_on_every_machine() {
        // Written down on x86-64; any other value means that stores written elsewhere cannot be read.
        let mut numbers = Numbers::new(1);
        let stream: Vec<u8> = (0..stream_bytes(96)).map(|_| numbers.next() as u8).collect();
        for float in Float::all() {
            let matrix = random(&stream, 96, float);
            let digest = matrix.iter().fold(0_u64, |sum, value| {
                sum.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(value.to_bits()))
            });
            assert_eq!(digest, 755_608_360_200_627_140);
        }
    }
}
