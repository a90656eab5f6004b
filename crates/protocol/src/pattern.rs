//! The model's regular expressions.
//!
//! Owns: matching a whole string as the service does (Java's `matches`), in time linear in the string. The generator has
//! translated each expression from Java's dialect; the model's own text is kept for the error message.

use std::sync::OnceLock;

use regex::Regex;

/// One pattern of the model, compiled on first use.
#[derive(Debug)]
pub struct Pattern {
    source: &'static str,
    translated: &'static str,
    forbidden_prefix: Option<&'static str>,
    compiled: OnceLock<Option<Regex>>,
}

impl Pattern {
    /// A pattern out of the model's text, the same in this library's dialect anchored at both ends, and the prefix
    /// that a leading `(?!…)` forbids (the library has no look-ahead, which is what makes it linear).
    pub(crate) const fn new(
        source: &'static str,
        translated: &'static str,
        forbidden_prefix: Option<&'static str>,
    ) -> Self {
        Self { source, translated, forbidden_prefix, compiled: OnceLock::new() }
    }

    /// The pattern as the model writes it.
    #[must_use]
    pub const fn source(&self) -> &'static str {
        self.source
    }

    /// Whether the pattern matches all of `text`. A pattern that did not compile matches nothing (a test compiles all).
    #[must_use]
    pub fn matches(&self, text: &str) -> bool {
        if self.forbidden_prefix.is_some_and(|prefix| text.starts_with(prefix)) {
            return false;
        }
        self.compiled().is_some_and(|regex| regex.is_match(text))
    }

    /// Whether the pattern compiles.
    #[must_use]
    pub fn is_usable(&self) -> bool {
        self.compiled().is_some()
    }

    fn compiled(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(self.translated).ok()).as_ref()
    }
}
