//! Words: a line's letters put together, with the part of the strip that each word takes.
//!
//! Owns how letters become words, and what a word's ends are. Whether a space stands between two letters, [`super::spaces`] says; where the strip has ink, [`super::ink`]. Refuses to know
//! pictures and networks.
//!
//! # Invariants
//! - Words come in reading order, have at least one letter, and do not overlap along the strip.

use super::ink::Ink;
use super::letters::{Letter, confidence, is_east_asian, narrow};
use super::spaces::Spaces;

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

/// The words of a line.
pub(super) fn words(letters: &[Letter], ink: &Ink, content: usize) -> Vec<Span> {
    let mut letters = letters.to_vec();
    if !letters.iter().any(|letter| is_east_asian(letter.letter)) {
        for letter in &mut letters {
            letter.letter = narrow(letter.letter);
        }
    }
    let spaces = Spaces::of(&letters, ink);
    let mut spans = Vec::new();
    let mut word: Vec<Letter> = Vec::new();
    // Where the word in work begins.
    let mut from = None;
    for letter in letters {
        if let Some(&last) = word.last() {
            let gap = ink.gap(last.at, letter.at);
            if spaces.between(last, letter, gap.map_or(0.0, |(a, b)| b - a)) {
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::ink::tests::{HEIGHT, strip};
    use super::*;

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
    fn letters_far_apart_are_words_each() {
        let bars = [(10, 22), (66, 78), (122, 134)];
        let ink = Ink::of(&strip(150, &bars), HEIGHT, 150, 150);
        assert_eq!(said(&words(&letters("abc", &[16.0, 72.0, 128.0]), &ink, 150)), ["a", "b", "c"]);
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
