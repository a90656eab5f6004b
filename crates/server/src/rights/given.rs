//! The access keys that a principal was given, entry by entry.
//!
//! Owns which entries give a key: one that makes a principal gives its first, a rotation the one new key, and one that takes a principal over from an earlier release those that it had.
//! Refuses to know the records.
//!
//! # Invariants
//! - A rotation lengthens no key's life and gives none of those that it replaces: one that was not given before is not given by it.
//! - Where keys were told of, nothing takes over others.

use overt_gallery::{KeyTold, PrincipalEvent};
use serde::{Deserialize, Serialize};

/// The keys that count.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Given {
    /// And the last entry that told of them; `None` where an earlier release gave them.
    keys: Option<(u64, Vec<KeyTold>)>,
}

impl Given {
    /// Entry `number` told this of a principal.
    pub(crate) fn add(&mut self, number: u64, event: PrincipalEvent, keys: &[KeyTold]) {
        match event {
            PrincipalEvent::Created => self.keys = told(number, keys.to_vec()),
            // Of a principal without any working key this is all there is to say.
            PrincipalEvent::TakenOver => {
                self.keys.get_or_insert_with(|| (number, keys.to_vec()));
            }
            PrincipalEvent::Rotated => {
                let before = self.keys.take();
                self.keys = match before {
                    Some((_, before)) if !keys.is_empty() => Some((number, rotated(&before, keys))),
                    _ => told(number, keys.to_vec()),
                };
            }
            // What a description was written with is what the records had by then.
            PrincipalEvent::Described | PrincipalEvent::Revoked => {}
        }
    }

    /// The keys, and the entry that told of them last; `None` where an earlier release gave them.
    pub(crate) fn keys(&self) -> Option<(u64, &[KeyTold])> {
        self.keys.as_ref().map(|(number, keys)| (*number, keys.as_slice()))
    }
}

/// Releases before there were keys in entries told of none.
fn told(number: u64, keys: Vec<KeyTold>) -> Option<(u64, Vec<KeyTold>)> {
    (!keys.is_empty()).then_some((number, keys))
}

/// What a rotation leaves: the new key, which is the only one whose end is not set, and those of before for no longer than they had.
fn rotated(before: &[KeyTold], keys: &[KeyTold]) -> Vec<KeyTold> {
    let mut fresh = keys.iter().filter(|key| key.ends.is_none());
    let fresh = fresh.next().filter(|_| fresh.next().is_none());
    let no_longer = |key: &KeyTold, than: &KeyTold| {
        than.id == key.id && than.ends.is_none_or(|most| key.ends.is_some_and(|ends| ends <= most))
    };
    let old = keys.iter().filter(|key| before.iter().any(|one| no_longer(key, one)));
    fresh.into_iter().chain(old).cloned().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use PrincipalEvent::{Created, Described, Rotated, TakenOver};

    fn key(id: &str, ends: Option<i64>) -> KeyTold {
        KeyTold { id: id.into(), ends }
    }

    fn given(steps: &[(PrincipalEvent, &[KeyTold])]) -> Option<Vec<KeyTold>> {
        let mut given = Given::default();
        for (number, (event, keys)) in (0..).zip(steps) {
            given.add(number, *event, keys);
        }
        given.keys().map(|(_, keys)| keys.to_vec())
    }

    /// D4: the entry of a rotation does not make good what came from elsewhere.
    #[test]
    fn d4_a_rotation_gives_the_new_key_and_nothing_that_was_not_given_before() {
        let made: (PrincipalEvent, &[KeyTold]) = (Created, &[key("a", None)]);
        let (b, old) = (key("b", None), key("a", Some(9)));
        assert_eq!(given(&[made, (Rotated, &[b.clone(), old.clone()])]), Some(vec![b.clone(), old.clone()]));
        let foreign = [b.clone(), old.clone(), key("x", Some(9))];
        assert_eq!(given(&[made, (Rotated, &foreign)]), Some(vec![b.clone(), old.clone()]));
        // Nor does it lengthen what was to end, or bring back what had ended.
        let twice = [
            made,
            (Rotated, &[b.clone(), old.clone()][..]),
            (Rotated, &[key("c", None), key("a", Some(10))]),
        ];
        assert_eq!(given(&twice), Some(vec![key("c", None)]));
        let ended =
            [made, (Rotated, std::slice::from_ref(&b)), (Rotated, &[key("c", None), key("a", Some(4))])];
        assert_eq!(given(&ended), Some(vec![key("c", None)]));
        // Two new ones are none: a rotation gives one.
        assert_eq!(given(&[made, (Rotated, &[b, key("x", None)])]), Some(vec![]));
        assert_eq!(given(&[made, (Described, &[key("x", None)])]), Some(vec![key("a", None)]));
    }

    #[test]
    fn d4_keys_are_taken_over_where_none_were_told_of() {
        let a = [key("a", None)];
        assert_eq!(given(&[(Created, &[]), (TakenOver, &a)]), Some(a.to_vec()));
        assert_eq!(given(&[(TakenOver, &a), (TakenOver, &[key("x", None)])]), Some(a.to_vec()));
        assert_eq!(given(&[(Created, &a), (TakenOver, &[key("x", None)])]), Some(a.to_vec()));
        assert_eq!(given(&[(Created, &[]), (TakenOver, &[])]), Some(vec![]), "it had none that worked");
        // An earlier release told of none, also afterwards.
        assert_eq!(given(&[(Created, &[])]), None);
        assert_eq!(given(&[(Created, &a), (Rotated, &[])]), None);
    }
}
