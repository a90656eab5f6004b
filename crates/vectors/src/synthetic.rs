//! Made-up templates with the statistics of real ones: for measuring at sizes for which there are no pictures.
//!
//! Owns the generator and its constants. They describe templates of `overt-face-1` on 4,744 greyscale pictures of 1,862
//! people (half of Labeled Faces in the Wild): what all templates have in common, how people differ, and how pictures of
//! one person differ. No number of a real template is in them.
//!
//! # Invariants
//! - A template depends on the seed, the person and the picture alone, so that nothing has to be kept to know it again.
//! - Every template has unit length.

/// How many numbers a template has.
pub const DIMENSIONS: usize = 256;

/// A template's part along the mean of all templates, and its deviation: it makes strangers' scores .77 on average.
const ALONG: (f32, f32) = (0.8787, 0.0152);
/// How much of that deviation is the person's (cosine) and the picture's (sine).
const ALONG_PERSON: (f32, f32) = (0.8, 0.6);

/// Variances of what tells people apart, across the mean, along its principal directions: (direction, variance), a
/// straight line in logarithms between them.
const BETWEEN: [(f32, f32); 6] =
    [(1.0, 0.0144), (2.0, 0.0108), (8.0, 0.00451), (32.0, 0.001_28), (64.0, 0.000_365), (256.0, 5e-6)];
/// The same for pictures of one person.
const WITHIN: [(f32, f32); 6] = [
    (1.0, 0.001_68),
    (8.0, 0.001_33),
    (32.0, 0.000_789),
    (64.0, 0.000_412),
    (128.0, 0.000_148),
    (256.0, 1e-5),
];
/// Pictures are good and bad: the deviation of the logarithm of a picture's own factor.
const PICTURE_SPREAD: f32 = 0.25;

/// Variance of the sum of four numbers that are even from 0 to 65,535.
const FOUR_EVEN: f32 = 4.0 * (65_536.0 * 65_536.0 - 1.0) / 12.0;
const FOUR_MEAN: f32 = 4.0 * 65_535.0 / 2.0;

/// A population of made-up people.
#[derive(Clone, Debug)]
pub struct Population {
    seed: u64,
    between: Box<[f32]>,
    within: Box<[f32]>,
}

impl Population {
    /// The people of a seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        // Divided by the deviation of the generator's numbers, which have a variance of FOUR_EVEN.
        let deviations = |table: &[(f32, f32)]| {
            (1..=DIMENSIONS).map(|k| (variance(table, k as f32) / FOUR_EVEN).sqrt()).collect()
        };
        Self { seed, between: deviations(&BETWEEN), within: deviations(&WITHIN) }
    }

    /// Writes the template of a person in a picture into `out`, which has [`DIMENSIONS`] numbers.
    pub fn template(&self, person: u64, picture: u64, out: &mut [f32]) {
        let mut who = Numbers::new(self.seed ^ 0x5e1f, person);
        let mut how = Numbers::new(self.seed ^ person.wrapping_mul(0x9e37_79b9_7f4a_7c15), picture);
        let scale = FOUR_EVEN.sqrt();
        let (own, here) = (who.next() / scale, how.next() / scale);
        let along = ALONG.0 + ALONG.1 * (ALONG_PERSON.0 * own + ALONG_PERSON.1 * here);
        let factor = (PICTURE_SPREAD * how.next() / scale).exp();
        let Some((last, across)) = out.split_last_mut() else { return };
        let mut square = 0.0_f32;
        for ((out, between), within) in across.iter_mut().zip(&self.between).zip(&self.within) {
            *out = between * who.next() + factor * within * how.next();
            square += *out * *out;
        }
        let stretch = ((1.0 - along * along) / square).sqrt();
        across.iter_mut().for_each(|value| *value *= stretch);
        *last = along;
    }
}

/// Between the points of a table, straight in logarithms.
fn variance(table: &[(f32, f32)], k: f32) -> f32 {
    let mut pairs = table.windows(2).filter_map(|pair| <&[(f32, f32); 2]>::try_from(pair).ok());
    let Some([(from, a), (to, b)]) = pairs.find(|[_, (to, _)]| k <= *to) else { return 0.0 };
    let share = (k.ln() - from.ln()) / (to.ln() - from.ln());
    (a.ln() + share * (b.ln() - a.ln())).exp()
}

/// Numbers that are nearly normal, sums of four even ones, from SplitMix64 (Steele, Lea, Flood 2014).
struct Numbers(u64);

impl Numbers {
    fn new(seed: u64, stream: u64) -> Self {
        let mut numbers =
            Self(seed.wrapping_mul(0xd134_2543_de82_ef95) ^ stream.wrapping_mul(0xaef1_7502_108e_f2d9));
        numbers.bits();
        numbers
    }

    fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }

    fn next(&mut self) -> f32 {
        let bits = self.bits();
        let sum = (bits & 0xffff) + (bits >> 16 & 0xffff) + (bits >> 32 & 0xffff) + (bits >> 48);
        sum as f32 - FOUR_MEAN
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dot(a: &[f32], b: &[f32]) -> f64 {
        a.iter().zip(b).map(|(x, y)| f64::from(*x) * f64::from(*y)).sum()
    }

    fn spread(scores: &[f64]) -> (f64, f64) {
        let mean = scores.iter().sum::<f64>() / scores.len() as f64;
        let variance = scores.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / scores.len() as f64;
        (mean, variance.sqrt())
    }

    /// Real ones: strangers .773 ± .036, of whom one pair in 10,000 reaches .894; one person .921 ± .025.
    #[test]
    fn scores_are_spread_as_those_of_real_templates() {
        let population = Population::new(7);
        let make = |person: u64, picture: u64| {
            let mut template = vec![0.0; DIMENSIONS];
            population.template(person, picture, &mut template);
            template
        };
        let people: Vec<_> = (0..600).map(|person| (make(person, 0), make(person, 1))).collect();
        let genuine: Vec<f64> = people.iter().map(|(a, b)| dot(a, b)).collect();
        let mut strangers = Vec::new();
        for (index, (one, _)) in people.iter().enumerate() {
            strangers.extend(people.iter().skip(index + 1).map(|(other, _)| dot(one, other)));
        }
        let ((same, same_spread), (other, other_spread)) = (spread(&genuine), spread(&strangers));
        assert!((same - 0.921).abs() < 0.01 && (same_spread - 0.025).abs() < 0.006, "{same} {same_spread}");
        assert!(
            (other - 0.773).abs() < 0.01 && (other_spread - 0.036).abs() < 0.004,
            "{other} {other_spread}"
        );
        strangers.sort_by(f64::total_cmp);
        let strict = strangers[strangers.len() - strangers.len() / 10_000];
        assert!((strict - 0.894).abs() < 0.008, "{strict}");
        assert!(people.iter().all(|(a, _)| (dot(a, a) - 1.0).abs() < 1e-5));
    }

    #[test]
    fn a_template_is_known_by_its_numbers_alone() {
        let (mut one, mut again) = (vec![0.0; DIMENSIONS], vec![0.0; DIMENSIONS]);
        Population::new(1).template(5, 6, &mut one);
        Population::new(1).template(5, 6, &mut again);
        assert_eq!(one, again);
        Population::new(2).template(5, 6, &mut again);
        assert_ne!(one, again);
    }
}
