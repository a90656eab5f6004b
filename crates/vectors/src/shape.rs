//! The shape of a store's templates: how many numbers, and what follows from that for codes and slots.

use crate::error::VectorsError;

/// Fewest numbers of a template. Below it, codes say too little to be worth their bytes.
const LEAST: usize = 64;
/// Most numbers of a template.
const MOST: usize = 1024;
/// Codes are padded to a multiple of this many numbers, so that every kernel reads whole vectors of 64 bytes.
const STEP: usize = 128;

/// How many numbers the templates of a store have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    dimensions: usize,
}

impl Shape {
    /// Templates of `dimensions` numbers.
    ///
    /// # Errors
    /// When there are fewer than 64 or more than 1024.
    pub fn new(dimensions: usize) -> Result<Self, VectorsError> {
        if (LEAST..=MOST).contains(&dimensions) {
            Ok(Self { dimensions })
        } else {
            Err(VectorsError::Dimensions { dimensions })
        }
    }

    /// Numbers of a template.
    #[must_use]
    pub fn dimensions(self) -> usize {
        self.dimensions
    }

    /// Numbers that a code stands for: the dimensions and zeros after them.
    pub(crate) fn padded(self) -> usize {
        self.dimensions.next_multiple_of(STEP)
    }

    /// How many directions of a sieve code get four bits: one for each sixteen numbers or so. Twice as many get two bits, and
    /// four times as many one, so that each of the three parts has this many half bytes. See [`crate::basis`].
    pub(crate) fn unit(self) -> usize {
        match self.dimensions {
            ..112 => 8,
            112..=256 => 16,
            257..=384 => 24,
            _ => 32,
        }
    }

    /// Directions that a sieve code knows.
    pub(crate) fn directions(self) -> usize {
        7 * self.unit()
    }

    /// Bytes of a sieve code, without the two for a slot's own factor and offset.
    pub(crate) fn sieve_bytes(self) -> usize {
        3 * self.unit() / 2
    }

    /// Bytes of a fine code: four bits for each number.
    pub(crate) fn fine_bytes(self) -> usize {
        self.padded() / 2
    }

    /// Lines of 64 bytes of a fine code.
    pub(crate) fn fine_lines(self) -> usize {
        self.fine_bytes() / 64
    }

    /// Refuses a template of another length, or with numbers that are not finite.
    pub(crate) fn check(self, values: &[f32]) -> Result<(), VectorsError> {
        if values.len() != self.dimensions {
            return Err(VectorsError::WrongLength { expected: self.dimensions, found: values.len() });
        }
        // A number above this would overflow when squared and summed.
        let bounded = values.iter().all(|value| value.abs() < 1e15);
        if bounded { Ok(()) } else { Err(VectorsError::NotFinite) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_from_64_to_1024_are_taken_and_padded() {
        assert!(Shape::new(63).is_err());
        assert!(Shape::new(1025).is_err());
        for (dimensions, padded) in
            [(64, 128), (128, 128), (129, 256), (256, 256), (1000, 1024), (1024, 1024)]
        {
            assert_eq!(Shape::new(dimensions).unwrap().padded(), padded);
        }
    }

    #[test]
    fn numbers_that_are_not_finite_are_refused() {
        let shape = Shape::new(64).unwrap();
        let mut values = vec![0.5; 64];
        assert!(shape.check(&values).is_ok());
        for bad in [f32::NAN, f32::INFINITY, f32::NEG_INFINITY, f32::MAX] {
            values[7] = bad;
            assert!(matches!(shape.check(&values), Err(VectorsError::NotFinite)));
        }
        assert!(matches!(shape.check(&[0.0; 65]), Err(VectorsError::WrongLength { found: 65, .. })));
    }
}
