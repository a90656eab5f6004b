//! Two embeddings of one face become one unit vector.
//!
//! Owns the constants of the fusion, their file (`models/overt-face-1.fusion`), and the arithmetic. Does not know which
//! networks the parts come from, nor how the constants were learned (`overt bench accuracy --fit`).
//!
//! The template is `[a · d/|d| ; b · P(f − m)/|P(f − m)|]` with `a² + b² = 1`: `d` the first part, `f` the second, `m` the
//! second part's mean, `P` a few scaled principal directions of it. The inner product of two templates is then a fixed
//! mixture of the two parts' cosines.
//!
//! File, little-endian, nothing after it: the 8 bytes `OVERTFU1`; `u32` numbers of the first part, of the second part,
//! rows of `P`; `f32` a, b; then as `f32` the mean, and `P` row by row.
//!
//! # Invariants
//! - Constants are finite, `a² + b² = 1`, and their sizes are those the file says, checked before anything is allocated.
//! - Whatever [`Fusion::fuse`] gives has unit length; a face that has no direction is an error, not a zero vector.

use std::fmt;

/// First bytes of the file.
const MAGIC: &[u8; 8] = b"OVERTFU1";

/// Bytes before the mean: magic, three sizes, two weights.
const HEADER: usize = 8 + 3 * 4 + 2 * 4;

/// Most numbers that either part, or the projection, may have: four times the largest embedding in use.
const MAX_LENGTH: usize = 4096;

/// Why constants or parts were refused.
#[derive(Debug, thiserror::Error)]
pub enum FusionError {
    /// Not a file of fusion constants, or cut off, or too long.
    #[error("fusion constants are damaged: {reason}")]
    Damaged {
        /// What is wrong.
        reason: &'static str,
    },
    /// A part has another number of values than the constants are for.
    #[error("the {part} embedding has {found} numbers in place of {expected}")]
    Length {
        /// `first` or `second`.
        part: &'static str,
        /// Numbers it has.
        found: usize,
        /// Numbers it must have.
        expected: usize,
    },
    /// A part is all zeros or not finite: the network saw nothing that it can tell apart.
    #[error("the {part} embedding has no direction")]
    NoDirection {
        /// `first` or `second`.
        part: &'static str,
    },
}

/// The two embeddings of one face as the networks gave them.
#[derive(Clone, PartialEq)]
pub struct Parts {
    /// First embedding (dlib: the mean of the picture's and its mirror's, 128 numbers).
    pub first: Box<[f32]>,
    /// Second embedding (faceres: pooled features, 1024 numbers).
    pub second: Box<[f32]>,
}

impl fmt::Debug for Parts {
    // As much a face image as a template is: never in a log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Parts({} and {} numbers withheld)", self.first.len(), self.second.len())
    }
}

/// The constants of one fusion.
#[derive(Clone, Debug, PartialEq)]
pub struct Fusion {
    first_length: usize,
    first_weight: f32,
    second_weight: f32,
    mean: Box<[f32]>,
    /// Row by row, each as long as the mean.
    directions: Box<[f32]>,
}

/// The constants of `overt-face-1`, as they stand in the repository.
pub(crate) const BUILT_IN: &[u8] = include_bytes!("../../../models/overt-face-1.fusion");

impl Fusion {
    /// The constants of `overt-face-1`, compiled in.
    ///
    /// # Errors
    /// If the file that was compiled in is damaged; a test keeps that from happening.
    pub fn built_in() -> Result<Self, FusionError> {
        Self::parse(BUILT_IN)
    }

    /// Puts constants together. `weights` are those of the two parts' cosines in the score (their ratio counts);
    /// `directions` are rows one after the other, each as long as `mean`.
    ///
    /// # Errors
    /// If sizes do not fit each other or the limits, or a number is not usable.
    pub fn new(
        first_length: usize,
        weights: [f64; 2],
        mean: Vec<f32>,
        directions: Vec<f32>,
    ) -> Result<Self, FusionError> {
        let share = weights[0] / (weights[0] + weights[1]);
        let fusion = Self {
            first_length,
            first_weight: share.sqrt() as f32,
            second_weight: (1.0 - share).sqrt() as f32,
            mean: mean.into(),
            directions: directions.into(),
        };
        fusion.check()?;
        Ok(fusion)
    }

    /// Reads the file.
    ///
    /// # Errors
    /// If it is not such a file, byte for byte.
    pub fn parse(bytes: &[u8]) -> Result<Self, FusionError> {
        let damaged = |reason| FusionError::Damaged { reason };
        let rest = bytes.strip_prefix(MAGIC).ok_or(damaged("it does not begin with its magic bytes"))?;
        let (words, odd) = rest.as_chunks::<4>();
        if !odd.is_empty() {
            return Err(damaged("it is not a whole number of words"));
        }
        let [first, second, rows, a, b, numbers @ ..] = words else {
            return Err(damaged("the header is cut off"));
        };
        let [first, second, rows] = [first, second, rows].map(|word| u32::from_le_bytes(*word) as usize);
        if [first, second, rows].iter().any(|length| !(1..=MAX_LENGTH).contains(length)) {
            return Err(damaged("a size is out of range"));
        }
        if numbers.len() != second + rows * second {
            return Err(damaged("its length does not fit its sizes"));
        }
        let (mean, directions) = numbers.split_at(second);
        let floats = |words: &[[u8; 4]]| words.iter().map(|word| f32::from_le_bytes(*word)).collect();
        let fusion = Self {
            first_length: first,
            first_weight: f32::from_le_bytes(*a),
            second_weight: f32::from_le_bytes(*b),
            mean: floats(mean),
            directions: floats(directions),
        };
        fusion.check()?;
        Ok(fusion)
    }

    /// The file.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(HEADER + 4 * (self.mean.len() + self.directions.len()));
        bytes.extend_from_slice(MAGIC);
        for size in [self.first_length, self.mean.len(), self.rows()] {
            // At most MAX_LENGTH, so nothing is cut off.
            bytes.extend_from_slice(&(size as u32).to_le_bytes());
        }
        for number in [self.first_weight, self.second_weight].iter().chain(&self.mean).chain(&self.directions)
        {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
        bytes
    }

    /// Numbers that a template of this fusion has.
    pub fn width(&self) -> usize {
        self.first_length + self.rows()
    }

    /// The template: a unit vector of [`Fusion::width`] numbers.
    ///
    /// # Errors
    /// If a part has the wrong length, or no direction (all zeros, infinite, NaN).
    pub fn fuse(&self, parts: &Parts) -> Result<Box<[f32]>, FusionError> {
        for (part, found, expected) in
            [("first", parts.first.len(), self.first_length), ("second", parts.second.len(), self.mean.len())]
        {
            if found != expected {
                return Err(FusionError::Length { part, found, expected });
            }
        }
        let centred: Vec<f32> =
            parts.second.iter().zip(&self.mean).map(|(value, mean)| value - mean).collect();
        let mut template = Vec::with_capacity(self.width());
        template.extend_from_slice(&parts.first);
        template
            .extend(self.directions.chunks_exact(self.mean.len()).map(|direction| dot(direction, &centred)));
        let (first, second) = template.split_at_mut(self.first_length);
        scale_to(first, self.first_weight).ok_or(FusionError::NoDirection { part: "first" })?;
        scale_to(second, self.second_weight).ok_or(FusionError::NoDirection { part: "second" })?;
        Ok(template.into())
    }

    fn rows(&self) -> usize {
        self.directions.len().checked_div(self.mean.len()).unwrap_or(0)
    }

    fn check(&self) -> Result<(), FusionError> {
        let damaged = |reason| Err(FusionError::Damaged { reason });
        let (first, second, rows) = (self.first_length, self.mean.len(), self.rows());
        if [first, second, rows].iter().any(|length| !(1..=MAX_LENGTH).contains(length)) {
            return damaged("a size is out of range");
        }
        if self.directions.len() != rows * second {
            return damaged("the directions are not whole rows");
        }
        let weights = [self.first_weight, self.second_weight];
        if !weights.iter().all(|weight| *weight > 0.0) || (dot(&weights, &weights) - 1.0).abs() > 1e-5 {
            return damaged("the weights do not make a unit vector");
        }
        if !self.mean.iter().chain(&self.directions).all(|number| number.is_finite()) {
            return damaged("a number is not finite");
        }
        Ok(())
    }
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(x, y)| x * y).sum()
}

/// Scales a vector to a length. `None`, and unchanged, when it has no direction.
fn scale_to(vector: &mut [f32], length: f32) -> Option<()> {
    let norm = vector.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
    // 1e-6 is far below any real embedding (about 1 and 10) and far above rounding.
    if !norm.is_finite() || norm < 1e-6 {
        return None;
    }
    let factor = (f64::from(length) / norm) as f32;
    vector.iter_mut().for_each(|value| *value *= factor);
    Some(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Two numbers and three, projected on two.
    fn small() -> Fusion {
        Fusion::new(2, [3.0, 1.0], vec![1.0, 0.0, -1.0], vec![1.0, 0.0, 0.0, 0.0, 2.0, 0.0]).unwrap()
    }

    fn parts(first: [f32; 2], second: [f32; 3]) -> Parts {
        Parts { first: first.into(), second: second.into() }
    }

    #[test]
    fn arithmetic_by_hand() {
        // d = (3, 4)/5; f - m = (4, 1.5, 6), P(f - m) = (4, 3), over 5; a² = 3/4, b² = 1/4.
        let template = small().fuse(&parts([3.0, 4.0], [5.0, 1.5, 5.0])).unwrap();
        let a = 0.75f32.sqrt();
        for (found, expected) in template.iter().zip([0.6 * a, 0.8 * a, 0.8 * 0.5, 0.6 * 0.5]) {
            assert!((found - expected).abs() < 1e-6, "{template:?}");
        }
    }

    #[test]
    fn survives_its_file() {
        let fusion = small();
        assert_eq!(Fusion::parse(&fusion.to_bytes()).unwrap(), fusion);
    }

    #[test]
    fn refuses_damage() {
        let good = small().to_bytes();
        for cut in 0..good.len() {
            assert!(Fusion::parse(&good[..cut]).is_err(), "{cut} bytes");
        }
        let mut long = good.clone();
        long.extend_from_slice(&[0; 4]);
        assert!(Fusion::parse(&long).is_err());
        for (at, bytes) in [
            (0, [0; 4]),
            (8, 0u32.to_le_bytes()),
            (12, u32::MAX.to_le_bytes()),
            (16, 3u32.to_le_bytes()),
            (20, 1.0f32.to_le_bytes()),
            (28, f32::NAN.to_le_bytes()),
            (40, f32::INFINITY.to_le_bytes()),
        ] {
            let mut bad = good.clone();
            bad[at..at + 4].copy_from_slice(&bytes);
            assert!(matches!(Fusion::parse(&bad), Err(FusionError::Damaged { .. })), "at {at}");
        }
    }

    #[test]
    fn refuses_a_face_without_direction() {
        let fusion = small();
        let cases = [
            (parts([0.0, 0.0], [5.0, 1.0, 1.0]), "first"),
            (parts([1.0, 0.0], [1.0, 0.0, -1.0]), "second"),
            (parts([f32::NAN, 0.0], [5.0, 1.0, 1.0]), "first"),
            (parts([1.0, 0.0], [f32::INFINITY, 1.0, 1.0]), "second"),
        ];
        for (parts, expected) in cases {
            match fusion.fuse(&parts) {
                Err(FusionError::NoDirection { part }) => assert_eq!(part, expected),
                other => panic!("{expected}: {other:?}"),
            }
        }
        let short = Parts { first: [1.0].into(), second: [5.0, 1.0, 1.0].into() };
        assert!(matches!(
            fusion.fuse(&short),
            Err(FusionError::Length { part: "first", found: 1, expected: 2 })
        ));
    }

    #[test]
    fn built_in_constants_hold() {
        let fusion = Fusion::built_in().unwrap();
        assert_eq!(fusion.width(), 256);
        assert_eq!(fusion.to_bytes(), include_bytes!("../../../models/overt-face-1.fusion"));
        let face = Parts { first: vec![0.1; 128].into(), second: vec![0.7; 1024].into() };
        assert!((dot(&fusion.fuse(&face).unwrap(), &fusion.fuse(&face).unwrap()) - 1.0).abs() < 1e-5);
    }

    proptest! {
        #[test]
        fn always_unit_length(first in prop::array::uniform2(-9f32..9.0), second in prop::array::uniform3(-9f32..9.0)) {
            if let Ok(template) = small().fuse(&parts(first, second)) {
                prop_assert!((dot(&template, &template) - 1.0).abs() < 1e-5);
            }
        }

        #[test]
        fn any_bytes_are_read_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Fusion::parse(&bytes);
        }
    }
}
