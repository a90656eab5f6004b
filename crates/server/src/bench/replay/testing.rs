//! Made-up pictures for the tests of the replay.

use super::super::accuracy::pairs::Labelled;

/// People in a space of few dimensions, each with pictures around a place of its own. All have something in common.
pub(super) fn crowd(width: usize, people: usize, pictures: usize) -> Labelled {
    let mut random = fastrand::Rng::with_seed(13);
    let mut normal = move || (0..12).map(|_| random.f32()).sum::<f32>() - 6.0;
    let mut all: Vec<(usize, Vec<f32>)> = Vec::new();
    for person in 0..people {
        let mut place: Vec<f32> = (0..width).map(|_| normal()).collect();
        place[0] += 1.5;
        for _ in 0..pictures {
            let moved: Vec<f32> = place.iter().map(|value| value + 0.5 * normal()).collect();
            let length = moved.iter().map(|value| value * value).sum::<f32>().sqrt();
            all.push((person, moved.iter().map(|value| value / length).collect()));
        }
    }
    Labelled::new(all.iter().map(|(person, values)| (*person, values.as_slice())))
}
