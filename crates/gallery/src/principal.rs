//! Who may use the server: a named principal of an organisation in a sector, and what it may do.
//!
//! Owns the values a principal is described by and their rules. Refuses to know which actions exist: their names
//! are the caller's, kept as plain words.
//!
//! # Invariants
//! - A value of these types obeys its rule; there is no other way to make one.
//! - [`Sector`] is closed, because reports count uses by it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::access_key::AccessKeyId;
use crate::closed::closed;
use crate::context::Moment;
use crate::error::GalleryError;

/// Most characters of a principal's name: it must fit in a log line and in the ARN of an error message.
const NAME_CHARACTERS: usize = 64;
/// Most characters of an organisation's name.
const ORGANISATION_CHARACTERS: usize = 200;

/// The name of a principal: 1 to 64 characters out of letters, digits, `_`, `.`, `@` and `-`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PrincipalName(String);

impl PrincipalName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for PrincipalName {
    type Err = GalleryError;

    fn from_str(text: &str) -> Result<Self, GalleryError> {
        let fits = (1..=NAME_CHARACTERS).contains(&text.len())
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_.@-".contains(&byte));
        if !fits {
            return Err(GalleryError::Invalid {
                field: "name",
                reason: "must be 1 to 64 characters out of letters, digits, `_`, `.`, `@` and `-`".into(),
            });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for PrincipalName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Whether a character changes the direction of those beside it: a name with one could pass for another in a list.
fn turns_text(letter: char) -> bool {
    matches!(letter, '\u{061c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The name of an organisation: 1 to 200 characters on one line, not only spaces, none that turns the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Organisation(String);

impl Organisation {
    /// What stands where nobody has said which one it is.
    #[must_use]
    pub fn not_stated() -> Self {
        Self("not stated".to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Organisation {
    type Err = GalleryError;

    fn from_str(text: &str) -> Result<Self, GalleryError> {
        let text = text.trim();
        if text.is_empty()
            || text.chars().count() > ORGANISATION_CHARACTERS
            || text.chars().any(|letter| letter.is_control() || turns_text(letter))
        {
            return Err(GalleryError::Invalid {
                field: "organisation",
                reason: "must be 1 to 200 characters on one line, none of which turns its direction".into(),
            });
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for Organisation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

closed! {
    /// The field an organisation works in. Closed, so that a report can enumerate every one of them, with a
    /// zero where nobody is.
    Sector, "sector":
    /// Police, prosecution and whoever acts for them.
    LawEnforcement = "law-enforcement",
    /// Border control, immigration and customs enforcement.
    ImmigrationEnforcement = "immigration-enforcement",
    /// Armed forces and intelligence services.
    DefenceAndIntelligence = "defence-and-intelligence",
    /// Prisons, probation and detention.
    Corrections = "corrections",
    /// Any other public body.
    PublicAdministration = "public-administration",
    /// Guarding, surveillance and access control as a business.
    PrivateSecurity = "private-security",
    /// Schools, universities and examinations.
    Education = "education",
    /// Recruitment and the monitoring of workers.
    Employment = "employment",
    /// Banks, payments and insurance.
    Finance = "finance",
    /// Hospitals, practices and care.
    Health = "health",
    /// Landlords and housing bodies.
    Housing = "housing",
    /// Press, broadcasting, publishing and archives.
    Media = "media",
    /// Charities, associations and religious bodies.
    Nonprofit = "nonprofit",
    /// Scientific research.
    Research = "research",
    /// Shops, hospitality and entertainment venues.
    Retail = "retail",
    /// Software and online services.
    Technology = "technology",
    /// Airports, railways, roads and vehicles.
    Transport = "transport",
    /// A private person.
    Individual = "individual",
    /// None of the above.
    Other = "other",
    /// Nobody has said: only the principal that the first start makes is like this.
    Unstated = "unstated",
}

/// The word for deciding about matches.
pub const REVIEW: &str = "review";
/// The word for reading what the ledger keeps about a person.
pub const AUDIT: &str = "audit";
/// The word for making collections and settling exceptions.
pub const ADMINISTER: &str = "administer";

/// Parts of the words for operations that identify people, and of those for groups that have one: searches, live video, stored video, recognition
/// of the well-known. Which operations there are, others know, and have a test that each of those that identify has such a part in its name.
const IDENTIFYING: [&str; 4] = ["search", "stream", "video", "celebrit"];

/// What a principal may do: everything, or the actions named. The words are checked by whoever knows the actions.
///
/// # Invariants
/// - None holds identifying, [`REVIEW`] and [`AUDIT`] together. Everything holds neither of these two.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Allowed {
    /// Every action there is and will be, but [`REVIEW`] and [`AUDIT`].
    All,
    /// These and no others.
    Only(BTreeSet<String>),
}

impl Allowed {
    /// From words of ASCII letters, digits and dashes; the single word `all` means everything.
    ///
    /// # Errors
    /// When the list is empty, a word has another form, or `all` stands beside others.
    pub fn from_words<'a>(words: impl IntoIterator<Item = &'a str>) -> Result<Self, GalleryError> {
        let invalid = |reason: String| GalleryError::Invalid { field: "allowed actions", reason };
        let words: BTreeSet<String> = words.into_iter().map(str::to_owned).collect();
        if words.is_empty() {
            return Err(invalid("must name at least one action, or `all`".into()));
        }
        for word in &words {
            let fits = (1..=64).contains(&word.len())
                && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            if !fits {
                return Err(invalid(format!("cannot hold `{}`", word.escape_debug())));
            }
        }
        // Readers of the ledger and those who decide about matches are not its subjects (REQUIREMENTS D4).
        let identifies = words.iter().find(|word| {
            let word = word.to_ascii_lowercase();
            IDENTIFYING.iter().any(|part| word.contains(part))
        });
        if let Some(word) = identifies
            && words.contains(REVIEW)
            && words.contains(AUDIT)
        {
            return Err(invalid(format!(
                "cannot hold {word}, review and audit together: who checks what was searched must not have searched it"
            )));
        }
        match (words.contains("all"), words.len()) {
            (true, 1) => Ok(Self::All),
            (true, _) => Err(invalid("may not name others beside `all`".into())),
            (false, _) => Ok(Self::Only(words)),
        }
    }

    /// Refuses what may no longer be given: readers of the ledger are not its operators (REQUIREMENTS D4). Records of earlier releases have both.
    ///
    /// # Errors
    /// When [`ADMINISTER`] stands beside [`AUDIT`].
    pub fn check_apart(&self) -> Result<(), GalleryError> {
        match self {
            Self::Only(words) if words.contains(ADMINISTER) && words.contains(AUDIT) => {
                let reason = "cannot hold administer and audit together: who reads the ledger is not who operates what it tells of";
                Err(GalleryError::Invalid { field: "allowed actions", reason: reason.into() })
            }
            _ => Ok(()),
        }
    }

    /// The words, `all` for everything.
    pub fn words(&self) -> impl Iterator<Item = &str> {
        let (all, only) = match self {
            Self::All => (Some("all"), None),
            Self::Only(words) => (None, Some(words)),
        };
        all.into_iter().chain(only.into_iter().flatten().map(String::as_str))
    }
}

/// What a new principal is made from.
#[derive(Clone, Debug)]
pub struct NewPrincipal {
    /// Unique name.
    pub name: PrincipalName,
    /// The organisation that answers for its use.
    pub organisation: Organisation,
    /// That organisation's sector.
    pub sector: Sector,
    /// What it may do.
    pub allowed: Allowed,
}

/// A principal as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Principal {
    /// Unique name.
    pub name: PrincipalName,
    /// The organisation that answers for its use.
    pub organisation: Organisation,
    /// That organisation's sector.
    pub sector: Sector,
    /// What it may do.
    pub allowed: Allowed,
    /// When it was made.
    pub created: Moment,
    /// When its access key was last replaced.
    pub rotated: Option<Moment>,
    /// When it was revoked, for good.
    pub revoked: Option<Moment>,
    /// Its access keys, newest first, ended ones included.
    pub keys: Vec<KeyStatus>,
}

/// Most access keys of a principal that work at the same time: they all stand in one entry of the ledger, some 60 bytes each of the 65,535 that it may have.
pub const MOST_KEYS: usize = 500;

impl Principal {
    /// The time by which its keys end: not before its last rotation, so that a key that ended then does not work again when a clock is set back.
    pub(crate) fn clock(&self, now: Moment) -> Moment {
        self.rotated.map_or(now, |rotated| rotated.max(now))
    }

    /// Its access keys that work, the newest first: none once it was revoked.
    pub fn working_keys(&self, now: Moment) -> impl Iterator<Item = &KeyStatus> {
        let now = self.clock(now);
        self.keys.iter().filter(move |key| self.revoked.is_none() && key.ends.is_none_or(|ends| ends > now))
    }
}

/// An access key without its secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyStatus {
    /// The id.
    pub id: AccessKeyId,
    /// When it was made.
    pub created: Moment,
    /// From when on it no longer works, if that was decided.
    pub ends: Option<Moment>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sector_names_read_back_and_differ() {
        let mut seen = BTreeSet::new();
        for sector in Sector::ALL {
            assert_eq!(sector.name().parse::<Sector>().unwrap(), *sector);
            assert!(seen.insert(sector.name()), "{sector} twice");
            assert!(!sector.description().starts_with(' '));
        }
        let error = "police".parse::<Sector>().unwrap_err().to_string();
        assert!(error.contains("law-enforcement"), "{error}");
    }

    #[test]
    fn names_follow_their_rules() {
        for good in ["a", "ci-runner@example.org", &"x".repeat(64)] {
            assert!(good.parse::<PrincipalName>().is_ok(), "{good}");
        }
        for bad in ["", "two words", "a/b", "é", &"x".repeat(65)] {
            assert!(bad.parse::<PrincipalName>().is_err(), "{bad}");
        }
        assert_eq!(" Größe e.V. ".parse::<Organisation>().unwrap().as_str(), "Größe e.V.");
        for bad in ["", "   ", "two\nlines", &"é".repeat(201)] {
            assert!(bad.parse::<Organisation>().is_err(), "{bad}");
        }
    }

    #[test]
    fn allowed_words_read_back() {
        let allowed = Allowed::from_words(["faces", "DetectText", "faces"]).unwrap();
        assert_eq!(allowed.words().collect::<Vec<_>>(), ["DetectText", "faces"]);
        assert_eq!(Allowed::from_words(["all"]).unwrap().words().collect::<Vec<_>>(), ["all"]);
        for bad in [&[][..], &["all", "faces"], &["a b"], &[""], &["x\ny"]] {
            assert!(Allowed::from_words(bad.iter().copied()).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn d4_nobody_searches_reviews_and_audits() {
        for search in
            ["search", "SearchFacesByImage", "StartFaceSearch", "streams", "video", "RecognizeCelebrities"]
        {
            let error = Allowed::from_words([search, "review", "audit"]).unwrap_err().to_string();
            assert!(error.contains("together"), "{error}");
            for two in [[search, "review"], [search, "audit"], ["review", "audit"]] {
                assert!(Allowed::from_words(two).is_ok(), "{two:?}");
            }
        }
        assert!(
            Allowed::from_words(["all", "audit"]).is_err() && Allowed::from_words(["all", "review"]).is_err()
        );
    }

    #[test]
    fn d4_who_reads_the_ledger_is_not_given_its_operation() {
        let error = |words: &[&str]| Allowed::from_words(words.iter().copied()).unwrap().check_apart();
        let text = error(&["administer", "audit", "faces"]).unwrap_err().to_string();
        assert!(text.contains("administer and audit"), "{text}");
        for fine in [&["administer", "review"][..], &["audit", "review"], &["all"], &["administer"]] {
            assert!(error(fine).is_ok(), "{fine:?}");
        }
    }
}
