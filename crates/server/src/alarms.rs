//! Alarms: one principal searches or compares in vain, or one person is searched for, unusually often (REQUIREMENTS D5).
//!
//! Owns the counts and when they are unusual. Refuses to know who somebody is: people are counted under the secrets by which the ledger
//! finds them, which say nothing to anybody else.
//!
//! # Invariants
//! - An alarm is raised once in a window for each principal or person, at the search that goes over the limit.
//! - However many people there are, the counts take a bounded amount of memory; who is not counted for want of room is counted in a
//!   metric.
//! - Counts live in memory; a start counts anew what the ledger has of the present hour and day ([`Recount`]). What it had no time to try, it says in the log.

mod recount;

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use metrics::counter;
use overt_gallery::{Moment, Subject};

use crate::config::AlarmsConfig;

pub(crate) use recount::Recount;

/// Most principals and people that are counted at once: some 20 MB.
const MOST_COUNTED: usize = 200_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;

/// Somebody who is counted, and for what.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
enum Who {
    /// A principal's searches and comparisons.
    Principal(String),
    /// A principal's comparisons that came to nothing.
    Unsuccessful(String),
    /// Searches for a person and comparisons with her.
    Person([u8; 16]),
}

impl Who {
    /// The length of the window in which it is counted, milliseconds.
    const fn window(&self) -> i64 {
        match self {
            Self::Principal(_) | Self::Unsuccessful(_) => HOUR,
            Self::Person(_) => DAY,
        }
    }
}

/// How often somebody was counted in a window.
#[derive(Default)]
struct Count {
    window: i64,
    times: u64,
    /// Whether its alarm was raised in this window.
    raised: bool,
}

impl Count {
    /// Whether an alarm has to be raised now; 0 is no limit.
    fn is_over(&mut self, limit: u64) -> bool {
        let over = limit > 0 && self.times > limit && !self.raised;
        self.raised |= over;
        over
    }
}

/// Comparisons of faces with one person: users to whom they were to be given, or who consented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Comparisons {
    /// How many were made.
    pub(crate) made: u64,
    /// How many of them came to nothing.
    pub(crate) unsuccessful: u64,
}

/// The counts.
pub struct Alarms {
    limits: AlarmsConfig,
    counts: Mutex<HashMap<Who, Count>>,
}

/// Something unusual.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Alarm {
    /// The person; `None` when it is the principal.
    pub(crate) person: Option<Subject>,
    /// Whether comparisons that came to nothing are what is unusual.
    pub(crate) unsuccessful: bool,
    /// How many searches, or comparisons, there were, this one included.
    pub(crate) searches: u64,
    /// In so many seconds at most.
    pub(crate) seconds: u64,
}

impl Alarms {
    /// Nobody was counted yet.
    #[must_use]
    pub fn new(limits: AlarmsConfig) -> Self {
        Self { limits, counts: Mutex::default() }
    }

    /// Counts a search by a principal (`None`: at the command line) that was about some people: with them, or returning them. What is
    /// unusual about it.
    pub(crate) fn search(&self, principal: Option<&str>, people: &[Subject], now: Moment) -> Vec<Alarm> {
        self.count(principal, people, Comparisons { made: 1, unsuccessful: 0 }, now)
    }

    /// The same of comparisons, which are searches in small steps where they are made one after the other.
    pub(crate) fn count(
        &self,
        principal: Option<&str>,
        people: &[Subject],
        comparisons: Comparisons,
        now: Moment,
    ) -> Vec<Alarm> {
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        let AlarmsConfig {
            principal_searches_per_hour,
            person_searches_per_day,
            unsuccessful_comparisons_per_hour,
        } = self.limits;
        let Comparisons { made, unsuccessful } = comparisons;
        let mut raised = Vec::new();
        let mut one = |who: Who, times: u64, limit: u64, about: &'static str| {
            let seconds = who.window().unsigned_abs() / 1000;
            let count = count(&mut counts, who, now, times)?;
            count.is_over(limit).then(|| {
                counter!("overt_alarms_total", "about" => about).increment(1);
                (count.times, seconds)
            })
        };
        if let Some(name) = principal {
            let who = Who::Principal(name.to_owned());
            if let Some((searches, seconds)) = one(who, made, principal_searches_per_hour, "principal") {
                raised.push(Alarm { person: None, unsuccessful: false, searches, seconds });
            }
            let who = Who::Unsuccessful(name.to_owned());
            let limit = unsuccessful_comparisons_per_hour;
            if unsuccessful > 0
                && let Some((searches, seconds)) = one(who, unsuccessful, limit, "comparisons")
            {
                raised.push(Alarm { person: None, unsuccessful: true, searches, seconds });
            }
        }
        for person in people {
            let who = Who::Person(*person.finder.as_bytes());
            if let Some((searches, seconds)) = one(who, 1, person_searches_per_day, "person") {
                let person = Some(person.clone());
                raised.push(Alarm { person, unsuccessful: false, searches, seconds });
            }
        }
        raised
    }

    /// Adds searches from before this start, of the window that `at` lies in; `raised`: its alarm was raised already. An alarm that is due is raised at the next search.
    fn add(&self, who: Who, at: Moment, now: Moment, searches: u64, raised: bool) {
        let length = who.window();
        if at.as_millis().div_euclid(length) != now.as_millis().div_euclid(length) {
            return;
        }
        let mut counts = self.counts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = count(&mut counts, who, now, searches) {
            count.raised |= raised;
        }
    }
}

impl std::fmt::Debug for Alarms {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Alarms({:?})", self.limits)
    }
}

/// Counts some times more; `None` when there is no room for another name.
fn count(counts: &mut HashMap<Who, Count>, who: Who, now: Moment, times: u64) -> Option<&mut Count> {
    let window = now.as_millis().div_euclid(who.window());
    if counts.len() >= MOST_COUNTED && !counts.contains_key(&who) {
        counts.retain(|who, count| count.window >= now.as_millis().div_euclid(who.window()));
        if counts.len() >= MOST_COUNTED {
            counter!("overt_alarms_uncounted_total").increment(1);
            return None;
        }
    }
    let count = counts.entry(who).or_default();
    if count.window != window {
        *count = Count { window, ..Count::default() };
    }
    count.times = count.times.saturating_add(times);
    Some(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use overt_gallery::{FaceId, Finder};

    fn person(number: u32) -> Subject {
        let mut bytes = [0; 16];
        bytes[..4].copy_from_slice(&number.to_le_bytes());
        Subject::face(FaceId::from_bytes(bytes), Finder::from_bytes(bytes))
    }

    fn at(millis: i64) -> Moment {
        Moment::from_millis(1_700_006_400_000 / DAY * DAY + millis)
    }

    fn alarms(principal: u64, person: u64) -> Alarms {
        Alarms::new(AlarmsConfig {
            principal_searches_per_hour: principal,
            person_searches_per_day: person,
            unsuccessful_comparisons_per_hour: 5,
        })
    }

    #[test]
    fn d5_a_principal_that_searches_too_often_is_told_of_once_an_hour() {
        let alarms = alarms(3, 0);
        let search = |millis| alarms.search(Some("busy"), &[], at(millis)).len();
        assert_eq!([search(0), search(1), search(2)], [0, 0, 0]);
        assert_eq!((search(3), search(4)), (1, 0));
        assert!(alarms.search(Some("other"), &[], at(5)).is_empty());
        assert_eq!((0..4).map(|n| search(HOUR + n)).collect::<Vec<_>>(), [0, 0, 0, 1]);
        assert!(alarms.search(None, &[], at(6)).is_empty());
    }

    #[test]
    fn d5_a_person_who_is_searched_for_too_often_is_told_of_whoever_searches() {
        let alarms = alarms(0, 2);
        let both = [person(1), person(2)];
        for name in ["a", "b"] {
            assert!(alarms.search(Some(name), &both, at(0)).is_empty());
        }
        let raised = alarms.search(Some("c"), &both[..1], at(DAY - 1));
        assert_eq!(
            raised,
            [Alarm { person: Some(person(1)), unsuccessful: false, searches: 3, seconds: 86_400 }]
        );
        assert!(alarms.search(Some("c"), &both[..1], at(DAY - 1)).is_empty());
        assert!(alarms.search(Some("c"), &both[..1], at(DAY)).is_empty(), "the next day begins anew");
    }

    /// Many at once go over the limit as well, once; and comparisons count as searches, too.
    #[test]
    fn d5_comparisons_that_come_to_nothing_are_told_of_earlier_than_searches() {
        let alarms = alarms(20, 0);
        let compare = |made, unsuccessful, millis| {
            let raised = alarms.count(Some("busy"), &[], Comparisons { made, unsuccessful }, at(millis));
            raised.into_iter().map(|alarm| (alarm.unsuccessful, alarm.searches)).collect::<Vec<_>>()
        };
        assert_eq!(compare(6, 3, 0), []);
        assert_eq!(compare(9, 9, 1), [(true, 12)]);
        assert_eq!(compare(9, 9, 2), [(false, 24)]);
        assert_eq!(compare(9, 9, 3), []);
        assert_eq!(compare(50, 0, HOUR), [(false, 50)]);
        assert_eq!(compare(1, 6, HOUR + 1), [(true, 6)]);
    }

    #[test]
    fn d5_counts_are_bounded_and_yesterdays_make_room() {
        let alarms = alarms(0, 1);
        let crowd: Vec<_> = (0..MOST_COUNTED as u32).map(person).collect();
        alarms.search(None, &crowd, at(0));
        let late = [person(u32::MAX)];
        assert!(alarms.search(None, &late, at(1)).is_empty() && alarms.search(None, &late, at(2)).is_empty());
        assert_eq!(alarms.counts.lock().unwrap().len(), MOST_COUNTED);
        alarms.search(None, &late, at(DAY));
        assert_eq!(alarms.search(None, &late, at(DAY)).len(), 1);
        assert_eq!(alarms.counts.lock().unwrap().len(), 1);
    }
}
