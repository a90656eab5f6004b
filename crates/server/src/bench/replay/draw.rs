//! One replay: whose pictures are probes, who is enrolled, and whom the searches return.
//!
//! Owns the draw and the counts. Refuses to know what was expected.
//!
//! # Invariants
//! - No person of a probe is enrolled, nor mixed into anybody who is: every face returned is a stranger's.
//! - The same set and seed give the same probes and the same gallery.

use std::path::PathBuf;

use anyhow::ensure;
use overt_vision::Calibration;

use super::super::accuracy::pairs::Labelled;
use super::collection::{ReplayCollection, Stranger};
use super::made_up::MadeUp;

/// Whom to draw.
#[derive(Clone, Copy, Debug)]
pub(super) struct Size {
    /// People searched for, a picture each.
    pub(super) probes: usize,
    /// Faces enrolled.
    pub(super) faces: usize,
}

/// What the searches of one draw returned.
#[derive(Clone, Debug)]
pub(super) struct Drawn {
    /// For each probe, the strangers it returned, most similar first.
    pub(super) searches: Vec<Vec<Stranger>>,
    /// Faces that each search compared with.
    pub(super) searched: u64,
    /// How many of them are real pictures.
    pub(super) real: usize,
}

/// Strangers returned at a similarity.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    /// All of them.
    pub(super) strangers: u64,
    /// Those who are real.
    pub(super) real: u64,
    /// Searches that returned any.
    pub(super) searches: u64,
}

impl Drawn {
    /// What the searches return when the threshold is `similarity`, which counts as reached.
    pub(super) fn at(&self, similarity: f32) -> Counts {
        let mut counts = Counts::default();
        for search in &self.searches {
            let returned = || search.iter().filter(|found| found.similarity >= similarity);
            counts.strangers += returned().count() as u64;
            counts.real += returned().filter(|found| found.real).count() as u64;
            counts.searches += u64::from(returned().next().is_some());
        }
        counts
    }
}

/// Draws probes and gallery, enrols, and searches for every probe from the similarity `lowest` on.
///
/// # Errors
/// When there are too few people, or more pictures than faces; or the gallery fails.
pub(super) fn draw(
    set: &Labelled,
    size: Size,
    seed: u64,
    calibration: &Calibration,
    lowest: f32,
    folder: PathBuf,
) -> anyhow::Result<Drawn> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut pictures: Vec<Vec<usize>> = vec![Vec::new(); set.persons()];
    for (picture, person) in set.people().iter().enumerate() {
        if let Some(own) = pictures.get_mut(*person) {
            own.push(picture);
        }
    }
    random.shuffle(&mut pictures);
    ensure!(
        pictures.len() >= size.probes + 2,
        "{} people are too few to look for {} of them among others",
        pictures.len(),
        size.probes
    );
    let enrolled = pictures.split_off(size.probes);
    let probes: Vec<usize> = pictures.iter().filter_map(|own| random.choice(own).copied()).collect();
    let real: Vec<usize> = enrolled.iter().flatten().copied().collect();
    ensure!(
        real.len() <= size.faces,
        "the pictures of the others are {}, more than {} faces",
        real.len(),
        size.faces
    );
    let mut made_up = MadeUp::of(set, enrolled, random.u64(..))
        .ok_or_else(|| anyhow::anyhow!("there is nobody to make people of"))?;
    let collection = ReplayCollection::create(
        folder,
        calibration.template(),
        real.iter().map(|picture| set.template(*picture)),
        (real.len()..size.faces).map(|_| made_up.next()),
    )?;
    let mut drawn = Drawn { searches: Vec::with_capacity(probes.len()), searched: 0, real: real.len() };
    for probe in probes {
        let (strangers, searched) = collection.search(set.template(probe), calibration, lowest)?;
        drawn.searches.push(strangers);
        drawn.searched = searched;
    }
    Ok(drawn)
}

#[cfg(test)]
mod tests {
    use super::super::super::accuracy::pairs::dot;
    use super::super::testing::crowd;
    use super::*;
    use crate::testing::fake_calibration;

    fn stranger(similarity: f32, real: bool) -> Stranger {
        Stranger { similarity, real }
    }

    #[test]
    fn counts_strangers_from_the_threshold_on() {
        let searches =
            vec![vec![stranger(99.0, false), stranger(80.0, true)], Vec::new(), vec![stranger(80.0, false)]];
        let drawn = Drawn { searches, searched: 10, real: 4 };
        assert_eq!(drawn.at(80.0), Counts { strangers: 3, real: 1, searches: 2 });
        assert_eq!(drawn.at(80.001), Counts { strangers: 1, real: 0, searches: 1 });
        assert_eq!(drawn.at(99.5), Counts::default());
    }

    /// The gallery's searches return the very strangers that a comparison with every template finds, and nobody enrolled is a probe's person.
    #[test]
    fn a_draw_returns_what_comparing_with_everybody_finds() {
        let set = crowd(64, 60, 2);
        let folder = tempfile::tempdir().unwrap();
        let calibration = fake_calibration("test-1", 0.0);
        let size = Size { probes: 20, faces: 80 };
        let drawn = draw(&set, size, 3, &calibration, 20.0, folder.path().join("replay")).unwrap();
        assert_eq!((drawn.searches.len(), drawn.searched, drawn.real), (20, 80, 80));
        assert!(!folder.path().join("replay").exists(), "the folder is removed");
        // Pictures of one person score .8 here, of strangers at most .6.
        let mut random = fastrand::Rng::with_seed(3);
        let mut people: Vec<usize> = (0..60).collect();
        random.shuffle(&mut people);
        let mut total = 0;
        for (person, found) in people.iter().zip(&drawn.searches) {
            let picture = [2 * person, 2 * person + 1][random.choice(&[0, 1]).copied().unwrap()];
            let mut expected: Vec<f32> = people[20..]
                .iter()
                .flat_map(|person| [2 * person, 2 * person + 1])
                .map(|other| calibration.similarity(dot(set.template(picture), set.template(other))))
                .filter(|similarity| *similarity >= 20.0)
                .collect();
            expected.sort_by(|a, b| b.total_cmp(a));
            assert_eq!(found.len(), expected.len());
            for (found, expected) in found.iter().zip(&expected) {
                assert!((found.similarity - expected).abs() < 1e-3 && found.real);
            }
            total += found.len();
        }
        assert!(total > 100, "{total}");
        let more = draw(&set, Size { faces: 200, ..size }, 3, &calibration, 20.0, folder.path().join("more"))
            .unwrap();
        assert_eq!((more.searched, more.real), (200, 80));
        assert!(more.at(20.0).strangers > drawn.at(20.0).strangers);
        assert_eq!(more.at(20.0).real, drawn.at(20.0).real);
    }

    #[test]
    fn too_few_people_or_places_are_told() {
        let (set, folder) = (crowd(64, 10, 2), tempfile::tempdir().unwrap());
        let calibration = fake_calibration("test-1", 0.0);
        for (probes, faces) in [(9, 100), (5, 9)] {
            let size = Size { probes, faces };
            assert!(draw(&set, size, 1, &calibration, 0.0, folder.path().join("x")).is_err());
        }
    }
}
