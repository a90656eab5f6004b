//! Words: a line's letters put together, with the part of the strip that each word takes.
//!
//! Owns where words end. The recogniser drops most spaces of Latin text, but where one is, it gives it more probability than elsewhere; that is
//! weighed with the gaps in the strip itself: columns without ink, whatever the colours of ink and ground. Refuses to know pictures and
//! networks.
//!
//! # Invariants
//! - Words come in reading order, have at least one letter, and do not overlap along the strip.

use super::letters::{Letter, confidence, is_east_asian, narrow};

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

/// Between letters of scripts without spaces, only a space that the recogniser answers outright is one.
const OUTRIGHT: f32 = 0.5;

/// Gaps count as usual where the recogniser gives a space less than this probability.
const UNLIKELY: f32 = 0.02;

/// Widest gap inside of a line's first and last word that is reached over, in shares of the strip's height.
const REACH: f32 = 0.21;

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

/// A column has ink when its contrast is this share of the contrast of columns that have much.
const INK: f32 = 0.3;

/// Contrast of the strip below which nothing can be said about ink, on the scale of the network's input (-1..=1 for all bytes).
const FAINT: f32 = 0.04;

/// Share of the strip's height at its top and bottom that is not looked at: other lines reach in there.
const BESIDE: f32 = 0.15;

/// A word and its part of the strip.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Span {
    /// What it says.
    pub(super) text: String,
    /// Mean confidence of its letters, 0..=1.
    pub(super) confidence: f32,
    /// Left end, pixels of the strip.
    pub(super) from: f32,
    /// Right end, pixels of the strip.
    pub(super) to: f32,
}

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

    /// The widest run of columns without ink that touches `from..to`, as its ends: its width counts within that stretch only.
    fn gap(&self, from: f32, to: f32) -> Option<(f32, f32)> {
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
    fn reach(&self, at: f32, forward: bool) -> f32 {
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

/// The words of a line.
pub(super) fn words(letters: &[Letter], ink: &Ink, content: usize) -> Vec<Span> {
    let mut letters = letters.to_vec();
    if !letters.iter().any(|letter| is_east_asian(letter.letter)) {
        for letter in &mut letters {
            letter.letter = narrow(letter.letter);
        }
    }
    let usual = usual(&letters, ink);
    let mut spans = Vec::new();
    let mut word: Vec<Letter> = Vec::new();
    // Where the word in work begins.
    let mut from = None;
    for letter in letters {
        if let Some(&last) = word.last() {
            let gap = ink.gap(last.at, letter.at);
            let width = gap.map_or(0.0, |(a, b)| b - a);
            let latin = !is_east_asian(last.letter) && !is_east_asian(letter.letter);
            let space = if latin {
                SPACE.space(&Between::of(last, letter, width, ink.height.max(1.0)), &usual)
            } else {
                letter.spaced > OUTRIGHT
            };
            if space {
                let middle = (last.at + letter.at) / 2.0;
                let (end, next) = gap.unwrap_or((middle, middle));
                close(&mut spans, &mut word, from, end, ink);
                from = Some(next);
            }
        }
        word.push(letter);
    }
    let last = word.last().map_or(0.0, |letter| letter.at);
    let end = ink.reach(last, true).min(content as f32);
    close(&mut spans, &mut word, from, end, ink);
    spans
}

/// Puts the letters of `word` together; `from` is `None` for a line's first word.
fn close(spans: &mut Vec<Span>, word: &mut Vec<Letter>, from: Option<f32>, to: f32, ink: &Ink) {
    let Some(first) = word.first() else { return };
    let floor = spans.last().map_or(0.0, |span: &Span| span.to);
    let from = from.unwrap_or_else(|| ink.reach(first.at, false)).max(floor);
    spans.push(Span {
        text: settled(word.iter().map(|letter| letter.letter).collect()),
        confidence: confidence(word),
        from,
        to: to.max(from),
    });
    word.clear();
}

/// The word with its zeros and letters O told apart by what stands beside them, where that leaves no doubt: they look alike, and the recogniser reads letter by
/// letter. A zero among letters alone is an O, an O among digits alone a zero; in what has both (`B12`, `CO2`), and in what is too short to tell (`O2`), nothing changes.
fn settled(word: String) -> String {
    const ALIKE: [char; 3] = ['0', 'O', 'o'];
    let others = || word.chars().filter(|letter| !ALIKE.contains(letter));
    let (letters, digits) =
        (others().filter(|c| c.is_alphabetic()).count(), others().filter(char::is_ascii_digit).count());
    let alike = word.chars().filter(|letter| ALIKE.contains(letter)).count();
    match (letters, digits) {
        (2.., 0) => word.replace('0', "O"),
        (0, 1..) if alike + digits > 2 => word.replace(['O', 'o'], "0"),
        _ => word,
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
    let height = ink.height.max(1.0);
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const HEIGHT: usize = 48;

    /// A strip with dark bars at the given columns on light ground.
    fn strip(width: usize, bars: &[(usize, usize)]) -> Vec<f32> {
        let mut plane = vec![0.9; HEIGHT * width];
        for row in 10..38 {
            for &(from, to) in bars {
                plane[row * width + from..row * width + to].fill(-0.9);
            }
        }
        [plane.clone(), plane.clone(), plane].concat()
    }

    fn letters(text: &str, at: &[f32]) -> Vec<Letter> {
        text.chars()
            .zip(at)
            .map(|(letter, &at)| Letter { letter, confidence: 0.9, at, spaced: 0.001, spacing: 0.002 })
            .collect()
    }

    fn said(spans: &[Span]) -> Vec<&str> {
        spans.iter().map(|span| span.text.as_str()).collect()
    }

    #[test]
    fn a_dropped_space_is_found_in_the_strip() {
        let bars = [(10, 22), (26, 38), (52, 64), (68, 80)];
        let ink = Ink::of(&strip(100, &bars), HEIGHT, 100, 100);
        let mut read = letters("abcd", &[16.0, 32.0, 58.0, 74.0]);
        (read[2].spaced, read[2].spacing) = (0.03, 0.05);
        let spans = words(&read, &ink, 100);
        assert_eq!(said(&spans), ["ab", "cd"]);
        assert_eq!((spans[0].from, spans[0].to, spans[1].from, spans[1].to), (10.0, 38.0, 52.0, 80.0));
    }

    #[test]
    fn spaced_letters_are_one_word() {
        let bars = [(10, 22), (36, 48), (62, 74), (88, 100)];
        let ink = Ink::of(&strip(110, &bars), HEIGHT, 110, 110);
        let spans = words(&letters("wide", &[16.0, 42.0, 68.0, 94.0]), &ink, 110);
        assert_eq!(said(&spans), ["wide"]);
    }

    #[test]
    fn a_space_that_was_read_ends_a_word_where_there_is_hardly_a_gap() {
        let ink = Ink::of(&strip(100, &[(0, 35), (39, 100)]), HEIGHT, 100, 100);
        let mut read = letters("ab", &[16.0, 58.0]);
        assert_eq!(said(&words(&read, &ink, 100)), ["ab"]);
        (read[1].spaced, read[1].spacing) = (0.9, 0.95);
        let spans = words(&read, &ink, 100);
        assert_eq!(said(&spans), ["a", "b"]);
        assert_eq!((spans[0].to, spans[1].from), (35.0, 39.0));
    }

    #[test]
    fn wide_punctuation_becomes_narrow_in_latin_text_only() {
        let ink = Ink::of(&strip(100, &[(0, 100)]), HEIGHT, 100, 100);
        let at = [10.0, 30.0, 50.0];
        assert_eq!(said(&words(&letters("a，b", &at), &ink, 100)), ["a,b"]);
        assert_eq!(said(&words(&letters("疗，诚", &at), &ink, 100)), ["疗，诚"]);
        assert_eq!(words(&[], &ink, 100), []);
    }

    #[test]
    fn zeros_and_letters_are_told_apart_by_their_neighbours() {
        for (read, meant) in [
            ("0CT0BER,", "OCTOBER,"),
            ("0slo", "Oslo"),
            ("OO7", "007"),
            ("2o24", "2024"),
            ("CO2", "CO2"),
            ("B10", "B10"),
            ("O2", "O2"),
            ("o", "o"),
            ("100%", "100%"),
            ("too", "too"),
        ] {
            assert_eq!(settled(read.to_owned()), meant);
        }
    }

    #[test]
    fn a_faint_strip_has_ink_everywhere() {
        let ink = Ink::of(&vec![0.5; 3 * HEIGHT * 20], HEIGHT, 20, 20);
        assert!(ink.columns.iter().all(|&ink| ink));
    }

    proptest! {
        #[test]
        fn words_are_in_order_and_hold_every_letter(
            places in prop::collection::vec(0f32..200.0, 1..20),
            bars in prop::collection::vec((0usize..190, 1usize..10), 0..20),
            spaces in prop::collection::vec(any::<bool>(), 20),
        ) {
            let mut places = places;
            places.sort_by(f32::total_cmp);
            let mut read = letters(&"x".repeat(places.len()), &places);
            for (letter, &space) in read.iter_mut().zip(&spaces) {
                letter.spaced = if space { 0.9 } else { 0.0 };
                letter.spacing = letter.spaced;
            }
            let bars: Vec<_> = bars.into_iter().map(|(at, width)| (at, at + width)).collect();
            let ink = Ink::of(&strip(200, &bars), HEIGHT, 200, 200);
            let spans = words(&read, &ink, 200);
            let count: usize = spans.iter().map(|span| span.text.len()).sum();
            prop_assert_eq!(count, places.len());
            let mut last = 0.0;
            for span in &spans {
                prop_assert!(!span.text.is_empty() && span.from >= last && span.to >= span.from && span.to <= 200.0);
                last = span.to;
            }
        }
    }
}
