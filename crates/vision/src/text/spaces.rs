//! Spaces: whether one stands between two letters of a line.
//!
//! The recogniser drops most spaces of Latin text, but where one is, it gives it more probability than elsewhere; that is weighed with the gaps in the strip itself, and with what is usual in the
//! line. Owns the weights. Refuses to know what words are made of the letters.

use super::ink::Ink;
use super::letters::{Letter, is_east_asian};

/// A gap of this share of the strip's height, between letters whose middles are so far from each other, is a space whatever else a line is like: letters that are set apart on purpose have
/// gaps of a third. The gap alone would do so after each `T`, whose thin arms are lost in small print.
const APART: f32 = 0.5;
const APART_WAY: f32 = 1.1;

/// Between letters of scripts without spaces, only a space that the recogniser answers outright is one.
const OUTRIGHT: f32 = 0.5;

/// How a space shows, as a logistic curve over what the recogniser and the strip say between two letters and in the whole line; lengths in shares of the
/// strip's height, probabilities as logarithms. Fitted on 41,000 pairs of letters of twelve fonts, prose and single words from 12 pixels on, and
/// 21,000 of the benchmark's: see `docs/text.md`.
const SPACE: Weights = Weights {
    said: 1.64,
    gap: 33.97,
    usual: -16.59,
    way: 7.36,
    pitch: -3.99,
    often: -0.87,
    seldom: -0.59,
    narrow: 1.98,
    change: 2.26,
    constant: -11.72,
};

/// A line's own levels of saying spaces: the logarithms that these shares of its pairs of letters do not exceed. The recogniser says spaces freely in some
/// lines, between all letters, and hardly at all in others.
const OFTEN: f32 = 0.85;
const SELDOM: f32 = 0.7;

/// So many pairs of letters that are usual anywhere stand beside those of each line, so that one of few letters has levels and a way as well: their way, and the logarithm that a
/// space is said with.
const ELSEWHERE: usize = 6;
const WAY_ELSEWHERE: f32 = 0.5;
const SAID_ELSEWHERE: f32 = -5.0;

/// Bounds of the levels.
const OFTEN_WITHIN: (f32, f32) = (-6.0, -1.5);
const SELDOM_WITHIN: (f32, f32) = (-6.5, -1.5);

/// Wider gaps say no more.
const WIDE: f32 = 0.35;

/// Added to the recogniser's probability, so that none is no proof.
const LEAST: f32 = 1e-3;

/// Gaps count as usual where the recogniser gives a space less than this probability.
const UNLIKELY: f32 = 0.02;

/// See [`Usual`] and [`Between`].
struct Weights {
    said: f32,
    gap: f32,
    usual: f32,
    way: f32,
    pitch: f32,
    often: f32,
    seldom: f32,
    narrow: f32,
    change: f32,
    constant: f32,
}

/// What is usual in a line.
struct Usual {
    /// Gap between neighbouring letters, share of the strip's height.
    gap: f32,
    /// Way from letter to letter, share of the strip's height.
    pitch: f32,
    /// See [`OFTEN`].
    often: f32,
    /// See [`SELDOM`].
    seldom: f32,
}

/// What stands between two letters.
struct Between {
    /// Logarithm of the probabilities that the recogniser gave a space.
    said: f32,
    /// Width of the gap, share of the strip's height.
    gap: f32,
    /// Way from the middle of the one to that of the other, share of the strip's height.
    way: f32,
    /// How many of the two are narrow: with less of their own on the way, more of it is gap.
    narrow: f32,
    /// Whether their kinds change as they seldom do inside of a word: a capital after a small letter, a digit beside a letter.
    change: bool,
}

impl Between {
    fn of(a: Letter, b: Letter, gap: f32, height: f32) -> Self {
        let narrow = |letter: char| f32::from(u8::from(NARROW.contains(letter)));
        let kind = |letter: char| (letter.is_numeric(), letter.is_alphabetic(), letter.is_uppercase());
        let change = match (kind(a.letter), kind(b.letter)) {
            ((true, ..), (_, true, _)) | ((_, true, _), (true, ..)) => true,
            ((_, true, first), (_, true, second)) => !first && second,
            _ => false,
        };
        Self {
            said: said_logarithm(b.spacing),
            gap: gap / height,
            way: (b.at - a.at) / height,
            narrow: narrow(a.letter) + narrow(b.letter),
            change,
        }
    }
}

/// Letters and marks that are narrow in most fonts.
const NARROW: &str = "iIlj1|!.,:;'ft()r-\"/";

fn said_logarithm(said: f32) -> f32 {
    (said + LEAST).ln()
}

impl Weights {
    /// Whether a space is likelier than none.
    fn space(&self, between: &Between, usual: &Usual) -> bool {
        let Between { said, gap, way, narrow, change } = *between;
        let here = self.said * said + self.gap * gap.min(WIDE) + self.way * way + self.narrow * narrow;
        let line = self.usual * usual.gap + self.pitch * usual.pitch;
        let levels = self.often * usual.often + self.seldom * usual.seldom;
        here + if change { self.change } else { 0.0 } + line + levels + self.constant > 0.0
    }
}

/// The spaces of one line.
pub(super) struct Spaces {
    usual: Usual,
    height: f32,
}

impl Spaces {
    /// Of a line with these letters.
    pub(super) fn of(letters: &[Letter], ink: &Ink) -> Self {
        Self { usual: usual(letters, ink), height: ink.height() }
    }

    /// Whether one stands between two neighbours whose gap is `gap` columns wide.
    pub(super) fn between(&self, a: Letter, b: Letter, gap: f32) -> bool {
        if is_east_asian(a.letter) || is_east_asian(b.letter) {
            return b.spaced > OUTRIGHT;
        }
        let apart = gap >= APART * self.height && b.at - a.at >= APART_WAY * self.height;
        apart || SPACE.space(&Between::of(a, b, gap, self.height), &self.usual)
    }
}

/// What is usual in a line. The gap is the median where a space is unlikely, gaps that are not there counting as 0; the way the median of all.
fn usual(letters: &[Letter], ink: &Ink) -> Usual {
    let pairs = || letters.iter().zip(letters.iter().skip(1));
    let sorted = |values: &mut dyn Iterator<Item = f32>| {
        let mut values: Vec<f32> = values.collect();
        values.sort_by(f32::total_cmp);
        values
    };
    let height = ink.height();
    let gaps = sorted(
        &mut pairs()
            .filter(|(_, b)| b.spaced < UNLIKELY)
            .map(|(a, b)| ink.gap(a.at, b.at).map_or(0.0, |(from, to)| to - from)),
    );
    let elsewhere = |value: f32| std::iter::repeat_n(value, ELSEWHERE);
    let ways = sorted(&mut pairs().map(|(a, b)| b.at - a.at).chain(elsewhere(WAY_ELSEWHERE * height)));
    let said = sorted(&mut pairs().map(|(_, b)| said_logarithm(b.spacing)).chain(elsewhere(SAID_ELSEWHERE)));
    let median = |values: &[f32]| values.get(values.len() / 2).copied().unwrap_or(0.0) / height;
    let level = |share: f32, (least, most): (f32, f32)| {
        said.get((said.len() as f32 * share) as usize).copied().unwrap_or(least).clamp(least, most)
    };
    Usual {
        gap: median(&gaps),
        pitch: median(&ways),
        often: level(OFTEN, OFTEN_WITHIN),
        seldom: level(SELDOM, SELDOM_WITHIN),
    }
}
