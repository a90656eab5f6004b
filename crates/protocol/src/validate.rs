//! What the model allows a request to contain.
//!
//! Owns: the rules a generated constraint is made of, and the list of violations in AWS's words. Refuses to know any
//! shape: generated code says which rule applies to which member.
//!
//! Invariants:
//! - Blobs and sensitive members are never echoed; other values are cut to [`MAX_ECHO`] characters with control
//!   characters escaped.
//! - All violations are counted, the first [`MAX_LISTED`] are described.
//! - A pattern is tried only on a value that is not too long, so no pattern ever sees more than its shape's maximum.

use std::collections::BTreeMap;
use std::fmt;

use crate::blob::Blob;
use crate::path::Path;
use crate::pattern::Pattern;

/// How many violations a message describes; further ones are only counted. A caller fixes a few at a time, and a
/// hostile list of thousands must not be answered with megabytes.
pub const MAX_LISTED: usize = 10;

/// How many characters of a bad value a message repeats: enough for a face id or an ARN's telling part.
pub const MAX_ECHO: usize = 128;

/// A structure that can say what is wrong with it.
pub trait Validate {
    /// Adds to `found` each constraint of the model that the members of this structure violate. `at` is where the
    /// structure stands in the request.
    fn validate(&self, at: &Path<'_>, found: &mut Violations);
}

/// Bounds of a length: characters of a string, bytes of a blob, items of a list, entries of a map.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Length {
    /// The least allowed.
    pub min: Option<usize>,
    /// The greatest allowed.
    pub max: Option<usize>,
}

/// Constraints of a string shape.
#[derive(Debug, Clone, Copy)]
pub struct Text {
    /// Bounds in characters.
    pub length: Length,
    /// What the whole string must match.
    pub pattern: Option<&'static Pattern>,
}

/// Bounds of an integer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Integers {
    /// The least allowed.
    pub min: Option<i64>,
    /// The greatest allowed.
    pub max: Option<i64>,
}

/// Bounds of a floating-point number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Floats {
    /// The least allowed.
    pub min: Option<f32>,
    /// The greatest allowed.
    pub max: Option<f32>,
}

/// The constraints a request violates, in the order found.
///
/// Displayed as the message of a `ValidationException`: `1 validation error detected: Value 'a b' at 'collectionId'
/// failed to satisfy constraint: Member must satisfy regular expression pattern: [a-zA-Z0-9_.\-]+`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Violations {
    count: usize,
    listed: Vec<String>,
}

impl Violations {
    /// How many constraints are violated.
    #[must_use]
    pub const fn count(&self) -> usize {
        self.count
    }

    /// Whether none is.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.count == 0
    }

    fn add(&mut self, describe: impl FnOnce() -> String) {
        self.count = self.count.saturating_add(1);
        if self.listed.len() < MAX_LISTED {
            self.listed.push(describe());
        }
    }

    fn add_value(&mut self, at: &Path<'_>, value: impl fmt::Display, must: impl fmt::Display) {
        self.add(|| format!("Value '{value}' at '{at}' failed to satisfy constraint: Member must {must}"));
    }

    fn length(&mut self, at: &Path<'_>, value: impl fmt::Display + Copy, length: usize, bounds: Length) {
        if let Some(bound) = bounds.broken(length) {
            self.add_value(at, value, bound);
        }
    }

    /// A required member must be there.
    pub(crate) fn required(&mut self, at: &Path<'_>, present: bool) {
        if !present {
            self.add(|| {
                format!("Value null at '{at}' failed to satisfy constraint: Member must not be null")
            });
        }
    }

    /// A string must have its shape's length and match its pattern.
    pub(crate) fn text(&mut self, at: &Path<'_>, value: &str, rule: &Text) {
        for broken in rule.broken(value) {
            self.add_value(at, Echo(value), broken);
        }
    }

    /// A string must be one of the enumeration's values.
    pub(crate) fn one_of(&mut self, at: &Path<'_>, value: &str, values: &[&str]) {
        if !values.contains(&value) {
            self.add_value(at, Echo(value), format_args!("satisfy enum value set: [{}]", values.join(", ")));
        }
    }

    /// A blob must have its shape's number of bytes.
    pub(crate) fn blob(&mut self, at: &Path<'_>, value: &Blob, bounds: Length) {
        if let Some(broken) = bounds.broken(value.len()) {
            self.add(|| format!("Value at '{at}' failed to satisfy constraint: Member must {broken}"));
        }
    }

    /// An integer must be in its shape's range.
    pub(crate) fn integer(&mut self, at: &Path<'_>, value: i64, rule: Integers) {
        if let Some(min) = rule.min.filter(|min| value < *min) {
            self.add_value(at, value, format_args!("have value greater than or equal to {min}"));
        }
        if let Some(max) = rule.max.filter(|max| value > *max) {
            self.add_value(at, value, format_args!("have value less than or equal to {max}"));
        }
    }

    /// A number must be in its shape's range.
    pub(crate) fn float(&mut self, at: &Path<'_>, value: f32, rule: Floats) {
        if let Some(min) = rule.min.filter(|min| value < *min) {
            self.add_value(at, value, format_args!("have value greater than or equal to {min}"));
        }
        if let Some(max) = rule.max.filter(|max| value > *max) {
            self.add_value(at, value, format_args!("have value less than or equal to {max}"));
        }
    }

    /// A list must have its shape's number of items.
    pub(crate) fn list<T>(&mut self, at: &Path<'_>, items: &[T], bounds: Length) {
        self.length(at, format_args!("[{} items]", items.len()), items.len(), bounds);
    }

    /// A map must have its shape's number of entries, and each key and value must keep its own rule.
    pub(crate) fn text_map(
        &mut self,
        at: &Path<'_>,
        map: &BTreeMap<String, String>,
        bounds: Length,
        keys: &Text,
        values: &Text,
    ) {
        self.length(at, format_args!("{{{} entries}}", map.len()), map.len(), bounds);
        for (key, value) in map {
            for (what, text, rule) in [("Map keys", key, keys), ("Map value", value, values)] {
                for broken in rule.broken(text) {
                    self.add(|| {
                        format!(
                            "Value '{}' at '{at}' failed to satisfy constraint: {what} must satisfy constraint: \
                             [Member must {broken}]",
                            Echo(text)
                        )
                    });
                }
            }
        }
    }
}

impl Length {
    fn broken(self, length: usize) -> Option<Broken> {
        if let Some(min) = self.min.filter(|min| length < *min) {
            return Some(Broken::TooShort(min));
        }
        self.max.filter(|max| length > *max).map(Broken::TooLong)
    }
}

impl Text {
    fn broken(&self, value: &str) -> impl Iterator<Item = Broken> + use<> {
        // A string has at most as many characters as bytes, so short ones need no counting.
        let length = match self.length.max {
            Some(max) if value.len() > max => self.length.broken(value.chars().count()),
            _ => self.length.min.and_then(|_| self.length.broken(value.chars().count())),
        };
        let too_long = matches!(length, Some(Broken::TooLong(_)));
        let pattern = self.pattern.filter(|pattern| !too_long && !pattern.matches(value));
        length.into_iter().chain(pattern.map(Broken::Pattern))
    }
}

/// The second half of a violation: what the member must do.
#[derive(Clone, Copy)]
enum Broken {
    TooShort(usize),
    TooLong(usize),
    Pattern(&'static Pattern),
}

impl fmt::Display for Broken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooShort(min) => write!(f, "have length greater than or equal to {min}"),
            Self::TooLong(max) => write!(f, "have length less than or equal to {max}"),
            Self::Pattern(pattern) => write!(f, "satisfy regular expression pattern: {}", pattern.source()),
        }
    }
}

impl fmt::Display for Violations {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let errors = if self.count == 1 { "error" } else { "errors" };
        write!(f, "{} validation {errors} detected: {}", self.count, self.listed.join("; "))?;
        if self.count > self.listed.len() {
            write!(f, "; and {} more", self.count.saturating_sub(self.listed.len()))?;
        }
        Ok(())
    }
}

/// A caller's value, safe to repeat in a message.
#[derive(Clone, Copy)]
struct Echo<'a>(&'a str);

impl fmt::Display for Echo<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, letter) in self.0.chars().enumerate() {
            if position == MAX_ECHO {
                return f.write_str("…");
            }
            if letter.is_control() {
                write!(f, "{}", letter.escape_default())?;
            } else {
                write!(f, "{letter}")?;
            }
        }
        Ok(())
    }
}
