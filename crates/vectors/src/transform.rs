//! The keyed orthogonal transform: a rotation of the template space that only the holder of the store's key can undo.
//!
//! It keeps every inner product, so scores are unchanged, and makes the same face in two stores look like two strangers.
//! It also spreads what a template says evenly over its numbers, which is what the codes' error bounds rest on.
//!
//! # Invariants
//! - The matrix follows from the key and the size alone, bit for bit on every machine.
//! - It is orthogonal to within rounding: inner products are kept to 1e-5 of the lengths and better (the tests say so).

use zeroize::Zeroizing;

use crate::kernels::Float;
use crate::key::StoreKey;
use crate::orthogonal;
use crate::shape::Shape;

/// The rotation of one store. Stores apply it by themselves; it is public for measurements.
pub struct Transform {
    dimensions: usize,
    /// Row `i` is where the `i`-th unit vector goes.
    rows: Zeroizing<Vec<f32>>,
    float: Float,
}

impl Transform {
    /// Derives the rotation of a store from its key.
    #[must_use]
    pub fn derive(key: &StoreKey, shape: Shape) -> Self {
        let dimensions = shape.dimensions();
        let float = Float::detect();
        let stream = key.transform_stream(orthogonal::stream_bytes(dimensions));
        Self { dimensions, rows: orthogonal::random(&stream, dimensions, float), float }
    }

    /// Rotates a template into `out`, which is as long.
    pub fn apply(&self, values: &[f32], out: &mut [f32]) {
        self.float.combine(&self.rows, values, out);
    }

    /// Turns a rotated template back.
    pub(crate) fn undo(&self, rotated: &[f32]) -> Vec<f32> {
        self.rows.chunks_exact(self.dimensions).map(|row| self.float.dot(row, rotated)).collect()
    }
}

impl std::fmt::Debug for Transform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Transform(withheld)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::Numbers;

    fn dot(a: &[f32], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum()
    }

    #[test]
    fn inner_products_are_kept_and_the_way_back_is_exact_to_rounding() {
        let mut numbers = Numbers::new(1);
        for dimensions in [64, 65, 256, 511, 1024] {
            let shape = Shape::new(dimensions).unwrap();
            let transform = Transform::derive(&StoreKey::new([5; 32]), shape);
            let (mut rotated_a, mut rotated_b) = (vec![0.0; dimensions], vec![0.0; dimensions]);
            for _ in 0..20 {
                let (a, b) = (numbers.unit(dimensions), numbers.unit(dimensions));
                transform.apply(&a, &mut rotated_a);
                transform.apply(&b, &mut rotated_b);
                assert!((dot(&a, &b) - dot(&rotated_a, &rotated_b)).abs() < 5e-6);
                assert!((dot(&rotated_a, &rotated_a) - 1.0).abs() < 5e-6);
                let back = transform.undo(&rotated_a);
                assert!(back.iter().zip(&a).all(|(back, a)| (back - a).abs() < 5e-6));
            }
        }
    }

    #[test]
    fn the_same_face_under_two_keys_is_no_closer_than_chance() {
        let n = 256;
        let shape = Shape::new(n).unwrap();
        let one = Transform::derive(&StoreKey::new([1; 32]), shape);
        let two = Transform::derive(&StoreKey::new([2; 32]), shape);
        let mut numbers = Numbers::new(3);
        let mut scores = Vec::new();
        let (mut a, mut b) = (vec![0.0; n], vec![0.0; n]);
        for _ in 0..2000 {
            let face = numbers.unit(n);
            one.apply(&face, &mut a);
            two.apply(&face, &mut b);
            scores.push(dot(&a, &b));
        }
        // Chance in 256 dimensions: mean 0, deviation 1/16.
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        let deviation = (scores.iter().map(|s| s * s).sum::<f64>() / scores.len() as f64).sqrt();
        assert!(mean.abs() < 0.01, "{mean}");
        assert!((deviation - 1.0 / 16.0).abs() < 0.01, "{deviation}");
    }
}
