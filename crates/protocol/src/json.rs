//! From JSON text to typed values.
//!
//! Owns: reading a body into a bounded tree and turning that tree into the generated types, with errors that name the
//! member. Refuses to know any shape: generated code says which members a structure has.
//!
//! Invariants:
//! - A structure is read from a JSON object and from nothing else (a derived reader would take an array as well).
//! - `null` means absent. Unknown members are skipped. Of a repeated member the last one counts.
//! - Nothing from the body enters an error message here: a wrongly placed value may be a picture.
//! - The tree of a request holds at most [`MAX_VALUES`] values and serde_json bounds its depth, so the memory for a
//!   body of n bytes is at most about 3 n (the body, unescaped text, decoded blobs) plus [`MAX_VALUES`] × 1 KiB.

use std::borrow::Cow;
use std::cell::Cell;
use std::collections::BTreeMap;
use std::fmt;

use serde::Deserializer;
use serde::de::{DeserializeSeed, Error as _, MapAccess, SeqAccess, Visitor};

use crate::blob::Blob;
use crate::path::Path;
use crate::timestamp::Timestamp;

/// How many JSON values (members, items, and the structures and lists that hold them) one request may have.
///
/// The largest request the model allows, `DeleteFaces` with 4096 face ids, has 4,099. Sixteen times that leaves
/// room for members a newer client adds, and keeps the worst tree under 8 MB.
pub const MAX_VALUES: usize = 65_536;

/// The text of the error that ends the reading of a body with too many values.
const TOO_MANY_VALUES: &str = "too many values";

/// A JSON value that borrows its text from the body where that has no escapes.
#[derive(Debug, Clone)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Unsigned(u64),
    Negative(i64),
    Float(f64),
    Text(Cow<'a, str>),
    List(Vec<Json<'a>>),
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

/// A value of the wrong JSON type or outside what the type can hold: where, what was expected, what was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Mismatch {
    pub(crate) path: String,
    pub(crate) expected: &'static str,
    pub(crate) found: &'static str,
}

/// A type that can be made from a JSON value.
pub(crate) trait FromJson: Sized {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch>;
}

/// A generated structure: made empty, then given one member after the other.
pub(crate) trait Structure: Default {
    /// Stores `value` in the member called `name` on the wire; does nothing if there is none of that name.
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch>;
}

/// Implements `serde::Deserialize` for types that implement [`FromJson`].
macro_rules! deserialize_through_json {
    ($($name:ident),+ $(,)?) => {
        $(
            impl<'de> serde::Deserialize<'de> for $name {
                fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                    $crate::json::deserialize(deserializer)
                }
            }
        )+
    };
}
pub(crate) use deserialize_through_json;

/// Why a body could not be read as a tree of values.
#[derive(Debug)]
pub(crate) enum TreeError {
    /// More than [`MAX_VALUES`] values.
    TooManyValues,
    /// Not JSON; the line and column, counted from 1, where that showed.
    Syntax { line: usize, column: usize },
}

/// Reads a whole body. Blank is an empty object.
pub(crate) fn read(body: &[u8]) -> Result<Json<'_>, TreeError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Json::Object(Vec::new()));
    }
    let remaining = Cell::new(MAX_VALUES);
    let mut deserializer = serde_json::Deserializer::from_slice(body);
    Tree { remaining: &remaining }
        .deserialize(&mut deserializer)
        .and_then(|json| deserializer.end().map(|()| json))
        .map_err(|error| {
            if remaining.get() == 0 && error.to_string().starts_with(TOO_MANY_VALUES) {
                TreeError::TooManyValues
            } else {
                TreeError::Syntax { line: error.line(), column: error.column() }
            }
        })
}

/// Reads a value through any serde deserializer. For answers and tests: the number of values is not bounded.
pub(crate) fn deserialize<'de, T: FromJson, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
    let unbounded = Cell::new(usize::MAX);
    let json = Tree { remaining: &unbounded }.deserialize(deserializer)?;
    T::from_json(json, &Path::Root).map_err(D::Error::custom)
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "expected {} at '{}', found {}", self.expected, self.path, self.found)
    }
}

/// From about here on (2^63) a number is too large for any integer of the wire, however it is written.
const BEYOND_64_BITS: f64 = 9.2e18;

impl<'a> Json<'a> {
    fn mismatch(&self, expected: &'static str, at: &Path<'_>) -> Mismatch {
        let found = match self {
            Json::Null => "null",
            Json::Bool(_) => "a boolean",
            Json::Unsigned(_) | Json::Negative(_) => "an integer",
            // Whole numbers too become floats once they have no place in 64 bits.
            Json::Float(value) if value.abs() >= BEYOND_64_BITS => "a number too large for one",
            Json::Float(_) => "a number with a fraction",
            Json::Text(_) => "a string",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
        };
        Mismatch { path: at.to_string(), expected, found }
    }

    /// The text of a string.
    pub(crate) fn into_text(self, at: &Path<'_>) -> Result<Cow<'a, str>, Mismatch> {
        match self {
            Json::Text(text) => Ok(text),
            other => Err(other.mismatch("a string", at)),
        }
    }
}

impl<T: FromJson> FromJson for Option<T> {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        match json {
            Json::Null => Ok(None),
            present => T::from_json(present, at).map(Some),
        }
    }
}

impl<S: Structure> FromJson for S {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        match json {
            Json::Object(members) => {
                let mut structure = S::default();
                for (name, value) in members {
                    structure.read(&name, value, at)?;
                }
                Ok(structure)
            }
            other => Err(other.mismatch("an object", at)),
        }
    }
}

impl<T: FromJson> FromJson for Vec<T> {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        match json {
            Json::List(items) => items
                .into_iter()
                .enumerate()
                .map(|(index, item)| T::from_json(item, &at.item(index)))
                .collect(),
            other => Err(other.mismatch("a list", at)),
        }
    }
}

impl<T: FromJson> FromJson for BTreeMap<String, T> {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        match json {
            Json::Object(members) => members
                .into_iter()
                .map(|(key, value)| Ok((key.into_owned(), T::from_json(value, at)?)))
                .collect(),
            other => Err(other.mismatch("an object", at)),
        }
    }
}

impl FromJson for String {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        json.into_text(at).map(Cow::into_owned)
    }
}

impl FromJson for bool {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        match json {
            Json::Bool(value) => Ok(value),
            other => Err(other.mismatch("a boolean", at)),
        }
    }
}

impl FromJson for i32 {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        let value = match json {
            Json::Unsigned(value) => Self::try_from(value).ok(),
            Json::Negative(value) => Self::try_from(value).ok(),
            _ => None,
        };
        value.ok_or_else(|| json.mismatch("an integer of 32 bits", at))
    }
}

impl FromJson for i64 {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        let value = match json {
            Json::Unsigned(value) => Self::try_from(value).ok(),
            Json::Negative(value) => Some(value),
            _ => None,
        };
        value.ok_or_else(|| json.mismatch("an integer of 64 bits", at))
    }
}

impl Json<'_> {
    /// The number, integers included.
    #[expect(
        clippy::cast_precision_loss,
        reason = "a float member given as an integer is rounded to the nearest float"
    )]
    fn as_f64(&self) -> Option<f64> {
        match *self {
            Json::Unsigned(value) => Some(value as f64),
            Json::Negative(value) => Some(value as f64),
            Json::Float(value) => Some(value),
            _ => None,
        }
    }
}

impl FromJson for f32 {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        #[expect(
            clippy::cast_possible_truncation,
            reason = "rounds to the nearest f32; out of range is infinite and refused"
        )]
        let value = json.as_f64().map(|value| value as Self).filter(|value| value.is_finite());
        value.ok_or_else(|| json.mismatch("a number of 32 bits", at))
    }
}

impl FromJson for Timestamp {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        let value = json.as_f64().and_then(Self::from_epoch_seconds);
        value.ok_or_else(|| json.mismatch("a number of seconds since 1970", at))
    }
}

impl FromJson for Blob {
    fn from_json(json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        let text = json.into_text(at)?;
        Self::from_base64(&text).ok_or_else(|| Mismatch {
            path: at.to_string(),
            expected: "bytes in standard base64",
            found: "a string that is not",
        })
    }
}

deserialize_through_json!(Blob, Timestamp);

/// Builds a tree, taking one from `remaining` for each value.
#[derive(Clone, Copy)]
struct Tree<'r> {
    remaining: &'r Cell<usize>,
}

impl<'de> DeserializeSeed<'de> for Tree<'_> {
    type Value = Json<'de>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        let Some(left) = self.remaining.get().checked_sub(1) else {
            return Err(D::Error::custom(TOO_MANY_VALUES));
        };
        self.remaining.set(left);
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Tree<'_> {
    type Value = Json<'de>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_none<E>(self) -> Result<Json<'de>, E> {
        Ok(Json::Null)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json<'de>, D::Error> {
        deserializer.deserialize_any(self)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json<'de>, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json<'de>, E> {
        Ok(Json::Unsigned(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json<'de>, E> {
        Ok(u64::try_from(value).map_or(Json::Negative(value), Json::Unsigned))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json<'de>, E> {
        Ok(Json::Float(value))
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Borrowed(value)))
    }

    fn visit_str<E>(self, value: &str) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value.to_owned())))
    }

    fn visit_string<E>(self, value: String) -> Result<Json<'de>, E> {
        Ok(Json::Text(Cow::Owned(value)))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json<'de>, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(self)? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json<'de>, A::Error> {
        let mut members = Vec::new();
        while let Some(key) = entries.next_key_seed(Key)? {
            members.push((key, entries.next_value_seed(self)?));
        }
        Ok(Json::Object(members))
    }
}

/// Reads an object's key, borrowed where the body has no escapes in it.
struct Key;

impl<'de> DeserializeSeed<'de> for Key {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Cow<'de, str>, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Key {
    type Value = Cow<'de, str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a member's name")
    }

    fn visit_borrowed_str<E>(self, value: &'de str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Borrowed(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value.to_owned()))
    }

    fn visit_string<E>(self, value: String) -> Result<Cow<'de, str>, E> {
        Ok(Cow::Owned(value))
    }
}
