//! Ink: which columns of a strip have any, whatever the colours of ink and ground.
//!
//! Owns how ink is told from ground and how gaps are measured. Refuses to know letters and words.
//!
//! # Invariants
//! - A strip too faint to say anything about has ink everywhere.

/// Widest gap inside of a line's first and last word that is reached over, in shares of the strip's height.
const REACH: f32 = 0.21;

/// A column has ink when its contrast is this share of the contrast of columns that have much.
const INK: f32 = 0.3;

/// Contrast of the strip below which nothing can be said about ink, on the scale of the network's input (-1..=1 for all bytes).
const FAINT: f32 = 0.04;

/// Share of the strip's height at its top and bottom that is not looked at: other lines reach in there.
const BESIDE: f32 = 0.15;

/// Which columns of a strip have ink.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Ink {
    columns: Vec<bool>,
    height: f32,
}

impl Ink {
    /// Of a strip of `height` rows and `width` columns in planes, of which the left `content` columns were sampled.
    pub(super) fn of(strip: &[f32], height: usize, width: usize, content: usize) -> Self {
        let plane = height * width;
        let margin = (height as f32 * BESIDE) as usize;
        let mut lowest = vec![f32::INFINITY; content];
        let mut highest = vec![f32::NEG_INFINITY; content];
        let mut planes = strip.chunks_exact(plane.max(1));
        let (Some(a), Some(b), Some(c)) = (planes.next(), planes.next(), planes.next()) else {
            return Self::default();
        };
        let rows = a
            .chunks_exact(width.max(1))
            .zip(b.chunks_exact(width.max(1)))
            .zip(c.chunks_exact(width.max(1)))
            .take(height - margin)
            .skip(margin);
        for ((a, b), c) in rows {
            let values = a.iter().zip(b).zip(c).map(|((a, b), c)| (a + b + c) / 3.0);
            for ((value, low), high) in values.zip(&mut lowest).zip(&mut highest) {
                (*low, *high) = (low.min(value), high.max(value));
            }
        }
        let contrast: Vec<f32> =
            highest.iter().zip(&lowest).map(|(high, low)| (high - low).max(0.0)).collect();
        let mut sorted = contrast.clone();
        sorted.sort_by(f32::total_cmp);
        let much = sorted.get(sorted.len() * 9 / 10).copied().unwrap_or(0.0);
        let columns = if much < FAINT {
            vec![true; content]
        } else {
            contrast.iter().map(|&contrast| contrast > much * INK).collect()
        };
        Self { columns, height: height as f32 }
    }

    /// Rows of the strip, at least 1.
    pub(super) fn height(&self) -> f32 {
        self.height.max(1.0)
    }

    /// The widest run of columns without ink that touches `from..to`, as its ends: its width counts within that stretch only.
    pub(super) fn gap(&self, from: f32, to: f32) -> Option<(f32, f32)> {
        let (from, to) = (from.max(0.0) as usize, (to.max(0.0) as usize).min(self.columns.len()));
        let mut widest: Option<(usize, usize)> = None;
        let mut start = None;
        for at in from..=to {
            let empty = at < to && self.columns.get(at) == Some(&false);
            match (empty, start) {
                (true, None) => start = Some(at),
                (false, Some(begin)) => {
                    if widest.is_none_or(|(a, b)| at - begin > b - a) {
                        widest = Some((begin, at));
                    }
                    start = None;
                }
                _ => {}
            }
        }
        widest.map(|(a, b)| (a as f32, b as f32))
    }

    /// The outermost column with ink before `at`, going left over gaps no wider than a space.
    pub(super) fn reach(&self, at: f32, forward: bool) -> f32 {
        let most = (self.height * REACH) as usize;
        let start = (at.max(0.0) as usize).min(self.columns.len().saturating_sub(1));
        let (mut edge, mut empty) = (start, 0);
        let limit = (self.height * 1.2) as usize;
        for step in 0..limit {
            let column = if forward { start.checked_add(step) } else { start.checked_sub(step) };
            let Some((column, &ink)) = column.and_then(|c| self.columns.get(c).map(|ink| (c, ink))) else {
                break;
            };
            if ink {
                (edge, empty) = (column, 0);
            } else {
                empty += 1;
                if empty > most {
                    break;
                }
            }
        }
        if forward { edge as f32 + 1.0 } else { edge as f32 }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Rows of the strips of tests.
    pub(in super::super) const HEIGHT: usize = 48;

    /// A strip with dark bars at the given columns on light ground.
    pub(in super::super) fn strip(width: usize, bars: &[(usize, usize)]) -> Vec<f32> {
        let mut plane = vec![0.9; HEIGHT * width];
        for row in 10..38 {
            for &(from, to) in bars {
                plane[row * width + from..row * width + to].fill(-0.9);
            }
        }
        [plane.clone(), plane.clone(), plane].concat()
    }

    #[test]
    fn a_faint_strip_has_ink_everywhere() {
        let ink = Ink::of(&vec![0.5; 3 * HEIGHT * 20], HEIGHT, 20, 20);
        assert!(ink.columns.iter().all(|&ink| ink));
    }

    #[test]
    fn the_widest_gap_and_how_far_a_word_reaches() {
        let ink = Ink::of(&strip(100, &[(10, 20), (23, 40), (60, 70)]), HEIGHT, 100, 100);
        assert_eq!(ink.gap(15.0, 65.0), Some((40.0, 60.0)));
        assert_eq!(ink.gap(15.0, 30.0), Some((20.0, 23.0)));
        assert_eq!(ink.gap(11.0, 19.0), None);
        // Over three columns, and not over twenty.
        assert_eq!((ink.reach(15.0, true), ink.reach(30.0, false)), (40.0, 10.0));
    }
}
