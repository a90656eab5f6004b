//! One threshold, different groups: how often strangers match, and people are recognised, by the gender that the
//! network reads.
//!
//! Owns the counts by group. The groups are a network's readings, by majority over a person's pictures; they are not
//! labels, and nothing is kept of them.
//!
//! # Invariants
//! - A rate from fewer than thirty events is not given.

use super::pairs::Labelled;
use super::table::FEWEST_FALSE_MATCHES;
use overt_vision::face::Gender;

/// Pairs, and how many of them reached the threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    /// All.
    pub(crate) pairs: u64,
    /// Those that matched.
    pub(crate) matches: u64,
}

impl Counts {
    fn add(&mut self, matched: bool) {
        self.pairs += 1;
        self.matches += u64::from(matched);
    }

    /// The share that matched, with enough of them to say so.
    pub(crate) fn rate(self) -> Option<f64> {
        (self.matches >= u64::from(FEWEST_FALSE_MATCHES)).then(|| self.matches as f64 / self.pairs as f64)
    }
}

/// Counts at one threshold.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Groups {
    /// Strangers, both apparently women.
    pub(crate) women: Counts,
    /// Strangers, both apparently men.
    pub(crate) men: Counts,
    /// Strangers, apparently one of each.
    pub(crate) mixed: Counts,
    /// Pairs of one person, apparently a woman.
    pub(crate) same_woman: Counts,
    /// Pairs of one person, apparently a man.
    pub(crate) same_man: Counts,
}

/// Counts all pairs of the set. `apparent` is what was read in each picture; a person without a majority is left out.
pub(crate) fn count(set: &Labelled, apparent: &[Option<Gender>], threshold: f64) -> Groups {
    let mut votes = vec![0i64; set.persons()];
    for (person, gender) in set.people().iter().zip(apparent) {
        if let Some(votes) = votes.get_mut(*person) {
            *votes += match gender {
                Some(Gender::Female) => 1,
                Some(Gender::Male) => -1,
                None => 0,
            };
        }
    }
    let side = |picture: usize| {
        set.people().get(picture).and_then(|person| votes.get(*person)).copied().unwrap_or(0).signum()
    };
    let mut groups = Groups::default();
    set.for_each_pair(|one, other, same, score| {
        let counts = match (side(one), side(other), same) {
            (1, 1, false) => &mut groups.women,
            (-1, -1, false) => &mut groups.men,
            (1, -1, false) | (-1, 1, false) => &mut groups.mixed,
            (1, 1, true) => &mut groups.same_woman,
            (-1, -1, true) => &mut groups.same_man,
            _ => return,
        };
        counts.add(f64::from(score) >= threshold);
    });
    groups
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_by_majority() {
        let (x, y) = ([1.0f32, 0.0], [0.0f32, 1.0]);
        // A woman in three pictures, one of them misread; a man in two; a second woman; one without a majority.
        let pictures = [(0, x), (0, x), (0, y), (1, y), (1, y), (2, x), (3, x), (3, x)];
        let set = Labelled::new(pictures.iter().map(|(person, values)| (*person, values.as_slice())));
        let (woman, man) = (Some(Gender::Female), Some(Gender::Male));
        let groups = count(&set, &[woman, man, woman, man, None, woman, woman, man], 0.5);
        let counts = |pairs, matches| Counts { pairs, matches };
        let expected = Groups {
            women: counts(3, 2),
            men: counts(0, 0),
            mixed: counts(8, 2),
            same_woman: counts(3, 1),
            same_man: counts(1, 1),
        };
        assert_eq!(groups, expected);
    }

    #[test]
    fn few_events_make_no_rate() {
        assert_eq!(Counts { pairs: 1_000, matches: 29 }.rate(), None);
        assert_eq!(Counts { pairs: 1_000, matches: 30 }.rate(), Some(0.03));
        assert_eq!(Counts::default().rate(), None);
    }
}
