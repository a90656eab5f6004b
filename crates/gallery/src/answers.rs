//! Answers as they are kept with a token: JSON, so that an operator who opens the database can read them.
//!
//! Owns the form. Refuses to know when an answer is given again.

use serde::{Deserialize, Serialize};

use crate::ids::FaceId;
use crate::names::UserName;
use crate::records::{Association, Disassociation, UserChange, UserStatus};

/// Something that can be kept and given again.
pub(crate) trait Answer: Sized {
    /// As bytes.
    fn write(&self) -> Vec<u8>;
    /// From the same bytes; `None` when they are not such an answer.
    fn read(bytes: &[u8]) -> Option<Self>;
}

impl Answer for () {
    fn write(&self) -> Vec<u8> {
        Vec::new()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        bytes.is_empty().then_some(())
    }
}

#[derive(Serialize, Deserialize)]
struct Kept {
    active: bool,
    outcomes: Vec<KeptOutcome>,
}

#[derive(Serialize, Deserialize)]
struct KeptOutcome {
    face: String,
    what: String,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    user: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none", default)]
    score: Option<f32>,
}

/// An outcome in words.
trait Outcome: Sized {
    fn words(&self) -> (&'static str, Option<&UserName>, Option<f32>);
    fn from_words(what: &str, user: Option<UserName>, score: Option<f32>) -> Option<Self>;
}

impl Outcome for Association {
    fn words(&self) -> (&'static str, Option<&UserName>, Option<f32>) {
        match self {
            Self::Associated => ("associated", None, None),
            Self::Already => ("already", None, None),
            Self::Unknown => ("unknown", None, None),
            Self::OfAnother { user } => ("of another", Some(user), None),
            Self::LowMatch { score } => ("low match", None, Some(*score)),
        }
    }

    fn from_words(what: &str, user: Option<UserName>, score: Option<f32>) -> Option<Self> {
        Some(match what {
            "associated" => Self::Associated,
            "already" => Self::Already,
            "unknown" => Self::Unknown,
            "of another" => Self::OfAnother { user: user? },
            "low match" => Self::LowMatch { score: score? },
            _ => return None,
        })
    }
}

impl Outcome for Disassociation {
    fn words(&self) -> (&'static str, Option<&UserName>, Option<f32>) {
        match self {
            Self::Disassociated => ("disassociated", None, None),
            Self::Already => ("already", None, None),
            Self::Unknown => ("unknown", None, None),
            Self::OfAnother { user } => ("of another", Some(user), None),
        }
    }

    fn from_words(what: &str, user: Option<UserName>, _: Option<f32>) -> Option<Self> {
        Some(match what {
            "disassociated" => Self::Disassociated,
            "already" => Self::Already,
            "unknown" => Self::Unknown,
            "of another" => Self::OfAnother { user: user? },
            _ => return None,
        })
    }
}

impl<T: Outcome> Answer for UserChange<T> {
    fn write(&self) -> Vec<u8> {
        let outcomes = self.outcomes.iter().map(|(face, outcome)| {
            let (what, user, score) = outcome.words();
            KeptOutcome {
                face: face.to_string(),
                what: what.to_owned(),
                user: user.map(ToString::to_string),
                score,
            }
        });
        let kept = Kept { active: self.status == UserStatus::Active, outcomes: outcomes.collect() };
        // Strings, numbers and booleans always have a JSON form.
        serde_json::to_vec(&kept).unwrap_or_default()
    }

    fn read(bytes: &[u8]) -> Option<Self> {
        let kept: Kept = serde_json::from_slice(bytes).ok()?;
        let outcomes = kept
            .outcomes
            .into_iter()
            .map(|outcome| {
                let face: FaceId = outcome.face.parse().ok()?;
                let user = match outcome.user {
                    Some(name) => Some(name.parse().ok()?),
                    None => None,
                };
                Some((face, T::from_words(&outcome.what, user, outcome.score)?))
            })
            .collect::<Option<Vec<_>>>()?;
        let status = if kept.active { UserStatus::Active } else { UserStatus::Created };
        Some(Self { outcomes, status, compared: Vec::new() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_read_back() {
        let face = |byte| FaceId::from_bytes([byte; 16]);
        let change = UserChange {
            outcomes: vec![
                (face(1), Association::Associated),
                (face(2), Association::Already),
                (face(3), Association::Unknown),
                (face(4), Association::OfAnother { user: "bob".parse().unwrap() }),
                (face(5), Association::LowMatch { score: 0.123_456_79 }),
            ],
            status: UserStatus::Active,
            compared: Vec::new(),
        };
        assert_eq!(UserChange::<Association>::read(&change.write()).unwrap(), change);
        let change = UserChange {
            outcomes: vec![(face(1), Disassociation::OfAnother { user: "bob".parse().unwrap() })],
            status: UserStatus::Created,
            compared: Vec::new(),
        };
        assert_eq!(UserChange::<Disassociation>::read(&change.write()).unwrap(), change);
        assert!(UserChange::<Association>::read(b"{}").is_none());
        assert!(<()>::read(b"x").is_none());
    }
}
