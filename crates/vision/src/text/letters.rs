//! Letters: what the recogniser's output says, and where along the strip.
//!
//! Owns the alphabet and the decoding of connectionist temporal classification: of each step along the strip the likeliest class; equal
//! neighbours are one letter; the blank between is none. Refuses to know words and pictures.
//!
//! # Invariants
//! - Letters come in reading order, their places within the strip and never backwards.

/// A letter's classes come after the blank, in the alphabet's order; a space comes last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Alphabet(Vec<char>);

/// One letter of a line.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Letter {
    /// What it is, never a space.
    pub(super) letter: char,
    /// How sure the network is, 0..=1.
    pub(super) confidence: f32,
    /// Its middle, pixels from the strip's left edge.
    pub(super) at: f32,
    /// The largest probability of a space since the letter before, 0..=1.
    pub(super) spaced: f32,
    /// The sum of the probabilities of a space in the steps since then: of a wide one more steps are a little sure.
    pub(super) spacing: f32,
}

impl Alphabet {
    /// Out of the list that the network carries: one letter a line. `None` when it is empty or a line is longer.
    pub(super) fn parse(list: &str) -> Option<Self> {
        let mut letters = Vec::new();
        for line in list.lines() {
            let mut line = line.chars();
            letters.push(line.next()?);
            if line.next().is_some() {
                return None;
            }
        }
        if letters.is_empty() {
            return None;
        }
        letters.push(' ');
        Some(Self(letters))
    }

    /// Classes of the network: the blank, the letters, the space.
    pub(super) fn classes(&self) -> usize {
        self.0.len() + 1
    }

    /// The letters in `steps`, one row of [`Self::classes`] probabilities for each step, each `pixels` wide.
    pub(super) fn decode(&self, steps: &[f32], pixels: f32) -> Vec<Letter> {
        let mut letters: Vec<Letter> = Vec::new();
        let (mut before, mut first, mut spaced, mut spacing) = (0, 0, 0.0_f32, 0.0);
        for (step, probabilities) in steps.chunks_exact(self.classes()).enumerate() {
            let (mut class, mut most) = (0, f32::NEG_INFINITY);
            for (index, &probability) in probabilities.iter().enumerate() {
                if probability > most {
                    (class, most) = (index, probability);
                }
            }
            let letter = class.checked_sub(1).and_then(|index| self.0.get(index));
            match (letter, letters.last_mut()) {
                (Some(&letter), _) if letter != ' ' && class != before => {
                    first = step;
                    let at = (step as f32 + 0.5) * pixels;
                    letters.push(Letter { letter, confidence: most, at, spaced, spacing });
                    (spaced, spacing) = (0.0, 0.0);
                }
                (Some(&letter), Some(last)) if letter != ' ' => {
                    last.confidence = last.confidence.max(most);
                    last.at = ((first + step) as f32 / 2.0 + 0.5) * pixels;
                }
                _ => {
                    let space = probabilities.last().copied().unwrap_or(0.0);
                    spaced = spaced.max(space);
                    spacing += space;
                }
            }
            before = class;
        }
        letters
    }
}

/// Mean confidence of the letters; 0 without letters.
pub(super) fn confidence(letters: &[Letter]) -> f32 {
    letters.iter().map(|letter| letter.confidence).sum::<f32>() / letters.len().max(1) as f32
}

/// Whether `letter` belongs to a script that is written without spaces between words: Chinese and Japanese.
pub(super) fn is_east_asian(letter: char) -> bool {
    matches!(letter, '\u{3005}'..='\u{3007}' | '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}')
}

/// The letter that a Latin text means where the network, which learned mostly from Chinese, answers the wide form of it.
pub(super) fn narrow(letter: char) -> char {
    match letter {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(letter) - 0xfee0).unwrap_or(letter),
        '。' => '.',
        '、' => ',',
        '￥' => '¥',
        '￡' => '£',
        '￠' => '¢',
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rows with all of the probability but a tenth at the given classes of blank, a, b, space.
    fn steps(classes: &[usize]) -> Vec<f32> {
        classes
            .iter()
            .flat_map(|&class| (0..4).map(move |at| if at == class { 0.9 } else { 0.1 / 3.0 }))
            .collect()
    }

    fn text(letters: &[Letter]) -> String {
        letters.iter().map(|letter| letter.letter).collect()
    }

    #[test]
    fn equal_neighbours_are_one_letter_unless_a_blank_is_between() {
        let alphabet = Alphabet::parse("a\nb\n").unwrap();
        assert_eq!(alphabet.classes(), 4);
        let letters = alphabet.decode(&steps(&[0, 1, 1, 0, 1, 2, 2, 3, 0, 2]), 8.0);
        assert_eq!(text(&letters), "aabb");
        assert!(letters[3].spaced == 0.9 && letters[1].spaced < 0.1);
        assert!((letters[3].spacing - (0.9 + 0.1 / 3.0)).abs() < 1e-6, "a space and a blank");
        assert_eq!(letters[0].at, 16.0);
        assert_eq!(letters[1].at, 36.0);
        assert!((confidence(&letters) - 0.9).abs() < 1e-6);
        assert_eq!(confidence(&[]), 0.0);
        assert_eq!(alphabet.decode(&steps(&[0, 0]), 8.0), []);
        assert_eq!(alphabet.decode(&[f32::NAN; 8], 8.0), []);
    }

    #[test]
    fn an_alphabet_has_one_letter_a_line() {
        assert_eq!(Alphabet::parse(""), None);
        assert_eq!(Alphabet::parse("a\n\nb"), None);
        assert_eq!(Alphabet::parse("a\nbc"), None);
    }

    #[test]
    fn wide_letters_have_narrow_ones() {
        assert_eq!("，Ａ（：！。".chars().map(narrow).collect::<String>(), ",A(:!.");
        assert!(is_east_asian('疗') && !is_east_asian('é') && !is_east_asian('，'));
    }
}
