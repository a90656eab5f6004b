//! The vector of a user, out of the templates of the user's faces.
//!
//! Owns the rule and its two constants. Knows no store, no record and no calibration; how the rule was chosen among
//! others is `docs/decisions/0044-vector-of-a-user.md`, what it does on pictures is measured by `overt bench accuracy`.
//!
//! The vector is a mean of the templates, weighted and then stretched a little:
//!
//! ```text
//! agreement of a face   aᵢ = mean inner product of its template with those of the user's other faces
//! weight of a face      wᵢ = exp(AGREEMENT · aᵢ), brought to a sum of 1
//! mean                  m  = Σ wᵢ · templateᵢ
//! vector                v  = m / |m|^STRETCH
//! ```
//!
//! A probe's score with it goes through the calibration made for pairs of faces, so strangers must reach a score no
//! more often with a user of many faces than with one face. The plain mean is reached more rarely, since it varies less
//! from user to user, and wastes matches; the usual mean of unit length is reached 5 to 23 times as often.
//!
//! # Invariants
//! - One face is its own vector, bit for bit; copies of one face are that face, up to rounding.
//! - The vector is never longer than 1, and shorter the less the faces agree.
//! - The same templates in the same order give the same vector.

/// How strongly a face counts less that agrees with the others less: one whose mean score with them is .07 lower counts
/// half. Chosen on half of the people of the sample pictures: at 10 people's right faces lose nothing, and one wrong
/// face among three costs 12 points of true matches in place of 42; 20 is a little better against wrong faces and
/// worse with three right ones.
const AGREEMENT: f64 = 10.0;

/// The power of the mean's length that it is divided by: 0 is the plain mean, 1 the unit vector. Chosen on half of the
/// people so that strangers reach the score for a false match rate of 1e-4, and of 1e-3, about as often with users of
/// 2 to 20 faces as with one face. It depends on the recogniser surprisingly little: the same power does with our
/// templates after taking half, four fifths or all of their mean away.
const STRETCH: f64 = 0.4;

/// The vector that a user is found by. Templates are unit vectors of one length, in an order that the caller keeps
/// (rounding depends on it). Without templates it is empty.
pub fn user_vector(templates: &[&[f32]]) -> Vec<f32> {
    match templates {
        [] => Vec::new(),
        [one] => one.to_vec(),
        [first, ..] => {
            let sum = weighted_sum(templates, &vec![1.0; templates.len()], first.len());
            let mut mean = weighted_sum(templates, &weights(templates, &sum), first.len());
            // Templates that cancel each other out make a zero vector, which nothing matches.
            let squared: f64 = mean.iter().map(|value| value * value).sum();
            if squared > f64::MIN_POSITIVE {
                let factor = squared.powf(-STRETCH / 2.0);
                mean.iter_mut().for_each(|value| *value *= factor);
            }
            mean.iter().map(|value| *value as f32).collect()
        }
    }
}

/// The weight of each face, summing to 1, from the sum of all templates (two or more).
fn weights(templates: &[&[f32]], sum: &[f64]) -> Vec<f64> {
    let others = (templates.len() - 1) as f64;
    let agreements: Vec<f64> = templates
        .iter()
        .map(|template| {
            let with_all: f64 = template.iter().zip(sum).map(|(value, sum)| f64::from(*value) * sum).sum();
            let with_itself: f64 = template.iter().map(|value| f64::from(*value).powi(2)).sum();
            (with_all - with_itself) / others
        })
        .collect();
    // Relative to the largest, so that no exponential overflows.
    let most = agreements.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut weights: Vec<f64> =
        agreements.iter().map(|agreement| (AGREEMENT * (agreement - most)).exp()).collect();
    let all: f64 = weights.iter().sum();
    weights.iter_mut().for_each(|weight| *weight /= all);
    weights
}

fn weighted_sum(templates: &[&[f32]], weights: &[f64], length: usize) -> Vec<f64> {
    let mut sum = vec![0.0; length];
    for (template, weight) in templates.iter().zip(weights) {
        for (sum, value) in sum.iter_mut().zip(*template) {
            *sum += weight * f64::from(*value);
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers spread as a normal distribution, from a fixed seed.
    struct Normal(u64);

    impl Normal {
        fn next(&mut self) -> f32 {
            (0..12).map(|_| self.uniform()).sum::<f32>() - 6.0
        }

        fn uniform(&mut self) -> f32 {
            // Knuth's MMIX generator; its upper bits are good enough for a test.
            self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 40) as f32 / (1u64 << 24) as f32
        }
    }

    const WIDTH: usize = 48;

    /// Templates of made-up people: what all have in common, what a person has, and what a picture has. The score of
    /// strangers is about .77 ± .04 and of one person .92, as with real templates.
    struct Crowd {
        normal: Normal,
        common: Vec<f32>,
    }

    impl Crowd {
        fn new(seed: u64) -> Self {
            let mut normal = Normal(seed);
            let common = (0..WIDTH).map(|_| normal.next()).collect();
            Self { normal, common }
        }

        fn person(&mut self) -> Vec<f32> {
            self.common.iter().map(|common| 1.0 * common + 0.45 * self.normal.next()).collect()
        }

        fn picture(&mut self, person: &[f32]) -> Vec<f32> {
            let values: Vec<f32> = person.iter().map(|value| value + 0.32 * self.normal.next()).collect();
            let length = dot(&values, &values).sqrt();
            values.iter().map(|value| value / length).collect()
        }

        fn pictures(&mut self, count: usize) -> Vec<Vec<f32>> {
            let person = self.person();
            (0..count).map(|_| self.picture(&person)).collect()
        }
    }

    fn dot(a: &[f32], b: &[f32]) -> f32 {
        a.iter().zip(b).map(|(x, y)| x * y).sum()
    }

    fn vector(templates: &[Vec<f32>]) -> Vec<f32> {
        user_vector(&templates.iter().map(Vec::as_slice).collect::<Vec<_>>())
    }

    fn near(a: &[f32], b: &[f32]) -> bool {
        a.len() == b.len() && a.iter().zip(b).all(|(x, y)| (x - y).abs() < 1e-6)
    }

    #[test]
    fn one_face_is_itself_and_so_are_its_copies() {
        let face = Crowd::new(1).pictures(1);
        assert_eq!(vector(&face), face[0]);
        for copies in [2, 3, 100] {
            assert!(near(&vector(&vec![face[0].clone(); copies]), &face[0]));
        }
        assert!(user_vector(&[]).is_empty());
    }

    #[test]
    fn two_faces_by_hand() {
        // m = (.8, .4), |m|² = .8, and .8^-.2 = 1.04564.
        let found = vector(&[vec![1.0, 0.0], vec![0.6, 0.8]]);
        assert!(near(&found, &[0.836_512, 0.418_256]), "{found:?}");
        assert_eq!(vector(&[vec![1.0, 0.0], vec![-1.0, 0.0]]), [0.0, 0.0]);
    }

    #[test]
    fn three_faces_by_hand() {
        // The inner products are .96, .6 and .576; only the second face has a second number, only the third a third.
        let (a, b, c) = (vec![1.0, 0.0, 0.0], vec![0.96, 0.28, 0.0], vec![0.6, 0.0, 0.8]);
        let found = vector(&[a, b, c]);
        let weight = (-10.0f64 * ((0.96 + 0.6) / 2.0 - (0.6 + 0.576) / 2.0)).exp();
        let second = (-10.0f64 * ((0.96 + 0.6) / 2.0 - (0.96 + 0.576) / 2.0)).exp();
        let ratio = 0.8 * weight / (0.28 * second);
        assert!((f64::from(found[2] / found[1]) - ratio).abs() < 1e-5, "{found:?} {ratio}");
    }

    #[test]
    fn never_longer_than_a_template_and_shorter_the_less_faces_agree() {
        let mut crowd = Crowd::new(2);
        for _ in 0..200 {
            let (own, stranger) = (crowd.pictures(4), crowd.pictures(1));
            let mixed = [&own[..3], &stranger].concat();
            let (own, mixed) = (vector(&own), vector(&mixed));
            assert!(dot(&own, &own) <= 1.0 + 1e-6);
            assert!(dot(&mixed, &mixed) < dot(&own, &own));
        }
    }

    /// A wrong face among four moves the vector less than it would move the plain mean.
    #[test]
    fn a_wrong_face_counts_less() {
        let mut crowd = Crowd::new(3);
        let (mut kept, mut plain) = (0.0, 0.0);
        for _ in 0..200 {
            let person = crowd.person();
            let mut faces = crowd.pictures(1);
            faces.extend((0..3).map(|_| crowd.picture(&person)));
            let probe = crowd.picture(&person);
            let mean: Vec<f32> =
                (0..WIDTH).map(|i| faces.iter().map(|face| face[i]).sum::<f32>() / 4.0).collect();
            let cosine = |vector: &[f32]| dot(vector, &probe) / dot(vector, vector).sqrt();
            kept += cosine(&vector(&faces));
            plain += cosine(&mean);
        }
        assert!(kept > plain + 200.0 * 0.005, "{} {}", kept / 200.0, plain / 200.0);
    }

    /// The reason for the rule: strangers reach a score as rarely with a user as with one face, while the unit mean of
    /// the same faces is reached several times as often.
    #[test]
    fn strangers_match_a_user_no_more_often_than_a_face() {
        let mut crowd = Crowd::new(4);
        let probes: Vec<_> = (0..1_000).flat_map(|_| crowd.pictures(1)).collect();
        for faces in [2, 5, 20] {
            let (mut one, mut user, mut unit) = (Vec::new(), Vec::new(), Vec::new());
            for _ in 0..150 {
                let own = crowd.pictures(faces);
                let vector = vector(&own);
                let length = dot(&vector, &vector).sqrt();
                for probe in &probes {
                    one.push(dot(&own[0], probe));
                    user.push(dot(&vector, probe));
                    unit.push(dot(&vector, probe) / length);
                }
            }
            one.sort_by(f32::total_cmp);
            let score = one[one.len() - 150];
            let matches = |scores: &[f32]| scores.iter().filter(|other| **other >= score).count();
            let (user, unit) = (matches(&user), matches(&unit));
            assert!((50..=300).contains(&user), "{faces} faces: {user} in place of 150");
            assert!(unit > 2 * user, "{faces} faces: {unit} and {user}");
        }
    }
}
