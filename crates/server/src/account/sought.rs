//! Whom tags mean: records tried against entries.
//!
//! Owns the trying: every face or user against every entry, by its finder, which is the only way there is. So it costs one HMAC for each pair, some tenths of a
//! microsecond, and whoever calls it says for how many that is worth it.

use std::collections::HashSet;

use overt_gallery::Subject;

use super::seal::{Nonce, TAG, Tag, Tags};

/// Tags of one entry, whose bearers are wanted.
pub(crate) struct Sought<T> {
    nonce: Nonce,
    tags: HashSet<[u8; TAG]>,
    /// What is known of them.
    pub(crate) of: T,
}

impl<T> Sought<T> {
    pub(crate) fn new(nonce: Nonce, tags: &[Tag], of: T) -> Self {
        Self { nonce, tags: tags.iter().filter_map(Tag::to_bytes).collect(), of }
    }
}

impl<T> Sought<T> {
    /// Whether the bearer of every tag was found.
    pub(crate) fn is_done(&self) -> bool {
        self.tags.is_empty()
    }
}

/// Tries subjects against entries, on so many threads: pairs of the subject's place and the entry's. Tags whose bearer was found are taken off their entry, and entries without
/// any left are not tried again.
pub(crate) fn found<T: Sync>(
    sought: &mut [Sought<T>],
    subjects: &[Subject],
    threads: usize,
) -> Vec<(usize, usize)> {
    let share = subjects.len().div_ceil(threads.max(1)).max(64);
    let entries = &*sought;
    let pairs: Vec<(usize, usize, [u8; TAG])> = std::thread::scope(|scope| {
        let threads: Vec<_> = subjects
            .chunks(share)
            .enumerate()
            .map(|(number, some)| scope.spawn(move || matches(entries, some, number * share)))
            .collect();
        threads
            .into_iter()
            // Nothing is found by half.
            .flat_map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    for (_, entry, tag) in &pairs {
        if let Some(entry) = sought.get_mut(*entry) {
            entry.tags.remove(tag);
        }
    }
    pairs.into_iter().map(|(subject, entry, _)| (subject, entry)).collect()
}

fn matches<T>(sought: &[Sought<T>], subjects: &[Subject], first: usize) -> Vec<(usize, usize, [u8; TAG])> {
    let mut found = Vec::new();
    for (place, subject) in (first..).zip(subjects) {
        let tags = Tags::of(subject);
        for (number, entry) in sought.iter().enumerate().filter(|(_, entry)| !entry.tags.is_empty()) {
            let tag = tags.bytes(&entry.nonce);
            if entry.tags.contains(&tag) {
                found.push((place, number, tag));
            }
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_gallery::{Context, FaceId, Finder};

    #[test]
    fn bearers_are_found_by_their_finders_and_nobody_else_is() {
        let subject =
            |number: u8| Subject::face(FaceId::from_bytes([number; 16]), Finder::from_bytes([number; 16]));
        let people: Vec<Subject> = (0..200).map(subject).collect();
        let context = Context::system();
        let mut sought = Vec::new();
        for bearers in [vec![3, 150], vec![3], vec![]] {
            let nonce = Nonce::draw(&context).unwrap();
            let stranger = Subject { finder: Finder::from_bytes([9; 16]), ..subject(7) };
            let mut tags: Vec<Tag> =
                bearers.iter().map(|number| Tag::of(&subject(*number), &nonce)).collect();
            tags.push(Tag::of(&stranger, &nonce));
            sought.push(Sought::new(nonce, &tags, ()));
        }
        let mut pairs = found(&mut sought, &people, 3);
        pairs.sort_unstable();
        assert_eq!(pairs, [(3, 0), (3, 1), (150, 0)]);
        assert!(found(&mut sought, &people, 3).is_empty(), "each is found once");
    }
}
