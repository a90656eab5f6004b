//! An entry before it has its bytes, and the entries that carry on a list that is too long for one.
//!
//! Owns the longest list of an entry. Refuses to know how entries are kept.

use overt_gallery::Moment;

use super::deed::Deed;
use super::entry::By;
use super::seal::Nonce;

/// Most tags or candidates in one entry: some 50 bytes each, of the 65,535 that an entry may have.
const LIST: usize = 1000;

/// An entry before it has its bytes.
#[derive(Clone, Debug)]
pub(super) struct Draft {
    pub(super) at: Moment,
    pub(super) by: By,
    pub(super) deed: Deed,
    pub(super) nonce: Nonce,
}

impl Draft {
    /// The draft, and those that carry on a list that is too long for one entry.
    pub(super) fn split(mut self) -> Vec<Self> {
        let (mut candidates, mut faces) = match &mut self.deed {
            Deed::Search { candidates, .. } => (rest(candidates), Vec::new()),
            Deed::Enrolment { faces, .. } | Deed::Deletion { faces, .. } | Deed::User { faces, .. } => {
                (Vec::new(), rest(faces))
            }
            _ => (Vec::new(), Vec::new()),
        };
        let mut drafts = vec![self.clone()];
        while !candidates.is_empty() || !faces.is_empty() {
            let (more_candidates, more_faces) = (rest(&mut candidates), rest(&mut faces));
            drafts.push(Self { deed: Deed::More { candidates, faces }, ..self.clone() });
            (candidates, faces) = (more_candidates, more_faces);
        }
        drafts
    }
}

/// Cuts off what is too long for one entry.
fn rest<T>(list: &mut Vec<T>) -> Vec<T> {
    list.split_off(list.len().min(LIST))
}
