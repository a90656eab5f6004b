//! Learns the constants of the fused template from labelled pictures.
//!
//! Owns what may be learned, and it is little on purpose: the mean and the principal directions of the second
//! embedding, and the spread of the impostor scores of both. No network is trained. How the constants are stored and
//! applied is [`overt_vision::fusion`]'s.
//!
//! # Invariants
//! - The same parts in the same order give the same constants on the same processor (the last bits depend on its
//!   vector units, as those of the embeddings do).

use super::pairs::Labelled;
use super::scores::Scores;
use nalgebra::{DMatrix, SymmetricEigen};
use overt_vision::fusion::{Fusion, FusionError, Parts};

/// Principal directions that are left out: the first ones. The second network was trained to tell age and gender, and
/// that is what they carry: the first correlates with its own verdicts on gender and age at -0.64 and -0.72. They make
/// strangers of one age and gender alike, not pictures of one person. Without them 2 % more true matches at a
/// false match rate of 1e-4, on people who were not learned from; leaving out 3 to 6 gave the same (docs/accuracy.md).
const DROPPED: usize = 2;

/// Principal directions that are kept after those. 64 lose 1 % of the true matches at 1e-4, 256 gain 0.3 % for a template of
/// one and a half times the size.
const KEPT: usize = 128;

/// How much more the first embedding's standardised score counts than the second's. 2 loses 0.7 % of the true matches
/// at 1e-4; 4 is as good.
const FIRST_TO_SECOND: f64 = 3.0;

/// Why nothing could be learned.
#[derive(Debug, thiserror::Error)]
pub(crate) enum FitError {
    /// Fewer pictures than there are directions to find, or all of one person.
    #[error("{pictures} pictures of {people} people are too few to learn {} directions from", DROPPED + KEPT)]
    TooFew {
        /// Pictures with a template.
        pictures: usize,
        /// People among them.
        people: usize,
    },
    /// The numbers do not make usable constants, for instance because all pictures are equal.
    #[error("the constants that were learned are not usable")]
    Unusable {
        /// What is wrong with them.
        #[from]
        source: FusionError,
    },
}

/// Learns the constants from the two parts of each picture, with the person it shows; neighbours of one number are one
/// person.
pub(crate) fn fit(pictures: &[(usize, &Parts)]) -> Result<Fusion, FitError> {
    let people = Labelled::new(pictures.iter().map(|(person, _)| (*person, [].as_slice()))).persons();
    let Some((_, first)) = pictures.first().filter(|_| pictures.len() > DROPPED + KEPT && people > 1) else {
        return Err(FitError::TooFew { pictures: pictures.len(), people });
    };
    let mean = mean(pictures, first.second.len());
    let directions = directions(pictures, &mean);
    // With equal weights, so that each part's impostor spread can be read off the template's own arithmetic.
    let equal = Fusion::new(first.first.len(), [1.0, 1.0], mean.clone(), directions.clone())?;
    let templates = pictures.iter().map(|(_, parts)| equal.fuse(parts)).collect::<Result<Vec<_>, _>>()?;
    let spread = |of: fn(&[f32], usize) -> &[f32]| {
        let half = pictures.iter().zip(&templates);
        let set =
            Labelled::new(half.map(|((person, _), template)| (*person, of(template, first.first.len()))));
        // Each half of such a template has length 1/√2: the cosine is twice the inner product.
        2.0 * Scores::of(&set).impostor_spread()
    };
    let first_spread = spread(|template, split| template.get(..split).unwrap_or_default());
    let second_spread = spread(|template, split| template.get(split..).unwrap_or_default());
    Ok(Fusion::new(
        first.first.len(),
        [FIRST_TO_SECOND / first_spread, 1.0 / second_spread],
        mean,
        directions,
    )?)
}

fn mean(pictures: &[(usize, &Parts)], length: usize) -> Vec<f32> {
    let mut sums = vec![0.0f64; length];
    for (_, parts) in pictures {
        for (sum, value) in sums.iter_mut().zip(&parts.second) {
            *sum += f64::from(*value);
        }
    }
    sums.iter().map(|sum| (sum / pictures.len() as f64) as f32).collect()
}

/// The kept principal directions of the second part, row by row, those of most variance first.
fn directions(pictures: &[(usize, &Parts)], mean: &[f32]) -> Vec<f32> {
    let centred = DMatrix::from_fn(mean.len(), pictures.len(), |row, column| {
        let value = pictures.get(column).and_then(|(_, parts)| parts.second.get(row)).copied().unwrap_or(0.0);
        f64::from(value - mean.get(row).copied().unwrap_or(0.0))
    });
    let covariance = &centred * centred.transpose() / pictures.len() as f64;
    let eigen = SymmetricEigen::new(covariance);
    let mut order: Vec<(f64, usize)> = eigen.eigenvalues.iter().copied().zip(0..).collect();
    order.sort_by(|a, b| b.0.total_cmp(&a.0));
    let mut rows = Vec::with_capacity(KEPT * mean.len());
    for (_, column) in order.into_iter().skip(DROPPED).take(KEPT) {
        let direction = eigen.eigenvectors.column(column);
        // A direction's sign is arbitrary: the largest number is made positive, so that a second run gives the same file.
        let largest =
            direction.iter().fold(0.0f64, |most, value| if value.abs() > most.abs() { *value } else { most });
        rows.extend(direction.iter().map(|value| (value * largest.signum()) as f32));
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures whose second part varies along known axes with known strengths, around a known mean.
    fn made_up(count: usize) -> Vec<(usize, Parts)> {
        let mut random = fastrand::Rng::with_seed(7);
        let mut normal = move || (0..12).map(|_| random.f32()).sum::<f32>() - 6.0;
        let mut pictures = Vec::new();
        for picture in 0..count {
            let first = (0..4).map(|_| normal()).collect();
            // Axis k has a standard deviation of 400 - k, so the order of the directions is the order of the axes.
            let second = (0..140).map(|axis| 5.0 + normal() * (400 - axis * 2) as f32).collect();
            pictures.push((picture / 2, Parts { first, second }));
        }
        pictures
    }

    #[test]
    fn finds_the_directions_and_the_weights() {
        let pictures = made_up(1_200);
        let borrowed: Vec<_> = pictures.iter().map(|(person, parts)| (*person, parts)).collect();
        let fusion = fit(&borrowed).unwrap();
        assert_eq!(fusion.width(), 4 + KEPT);
        assert_eq!(fit(&borrowed).unwrap(), fusion, "the same pictures give the same constants");
        // Cosines of strangers spread as 1/√n: .5 in 4 numbers, about .09 in 128 of nearly even strength.
        let template = fusion.fuse(&pictures[0].1).unwrap();
        let first: f32 = template[..4].iter().map(|value| value * value).sum();
        let expected = (FIRST_TO_SECOND / 0.5) / (FIRST_TO_SECOND / 0.5 + 1.0 / 0.09);
        assert!((f64::from(first) - expected).abs() < 0.03, "{first} {expected}");
    }

    #[test]
    fn refuses_too_little() {
        let pictures = made_up(100);
        let borrowed: Vec<_> = pictures.iter().map(|(person, parts)| (*person, parts)).collect();
        assert!(matches!(fit(&borrowed), Err(FitError::TooFew { pictures: 100, people: 50 })));
        let one_person: Vec<_> = (0..200).map(|_| (0, &pictures[0].1)).collect();
        assert!(matches!(fit(&one_person), Err(FitError::TooFew { pictures: 200, people: 1 })));
        let equal: Vec<_> = (0..200).map(|picture| (picture, &pictures[0].1)).collect();
        assert!(matches!(fit(&equal), Err(FitError::Unusable { .. })));
    }
}
