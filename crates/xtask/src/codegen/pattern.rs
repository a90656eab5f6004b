//! The model's regular expressions in the dialect of the `regex` crate.
//!
//! The service matches whole strings with Java's regular expressions: `\d`, `\w` and `\s` mean ASCII there, and `.`
//! stops at five line terminators. The `regex` crate is Unicode-minded, knows one line terminator and has no
//! look-around; anything this translation does not know is an error, not a guess.

use anyhow::{bail, ensure};

/// A translated pattern.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Translated {
    /// The expression, anchored at both ends.
    pub(super) regex: String,
    /// What a leading `(?!…)` forbids at the start.
    pub(super) forbidden_prefix: Option<String>,
}

/// Translates one pattern of the model.
pub(super) fn translate(source: &str) -> anyhow::Result<Translated> {
    let (rest, forbidden_prefix) = match source.strip_prefix("^(?!") {
        Some(rest) => {
            let Some((prefix, rest)) = rest.split_once(')') else { bail!("unclosed group in {source}") };
            ensure!(
                prefix.chars().all(|c| c.is_ascii_alphanumeric() || c == ':'),
                "the look-ahead in {source} is not plain text"
            );
            (rest, Some(prefix.to_owned()))
        }
        None => (source, None),
    };
    ensure!(!rest.contains("(?"), "unknown kind of group in {source}");
    let mut regex = String::from(r"\A(?:");
    let mut letters = rest.chars();
    let mut in_class = false;
    while let Some(letter) = letters.next() {
        match letter {
            '\\' => match letters.next() {
                Some('d') => regex.push_str(if in_class { "0-9" } else { "[0-9]" }),
                Some('w') => regex.push_str(if in_class { "0-9A-Za-z_" } else { "[0-9A-Za-z_]" }),
                Some('S') if !in_class => regex.push_str(r"[^ \t\n\x0B\f\r]"),
                Some('u') => {
                    let digits: String = letters.by_ref().take(4).collect();
                    ensure!(
                        digits.len() == 4 && digits.chars().all(|c| c.is_ascii_hexdigit()),
                        "bad \\u in {source}"
                    );
                    regex.push_str(&format!(r"\u{{{digits}}}"));
                }
                Some('p') => regex.push_str(r"\p"),
                Some(escaped @ ('.' | '-' | '/' | '{' | '}' | '\\' | '+')) => {
                    if escaped != '/' {
                        regex.push('\\');
                    }
                    regex.push(escaped);
                }
                other => bail!("unknown escape {other:?} in {source}"),
            },
            '[' => {
                ensure!(!in_class, "nested class in {source}");
                in_class = true;
                regex.push('[');
            }
            ']' => {
                in_class = false;
                regex.push(']');
            }
            '.' if !in_class => regex.push_str(r"[^\n\r\u{85}\u{2028}\u{2029}]"),
            '&' | '~' => bail!("possible class operator in {source}"),
            other => regex.push(other),
        }
    }
    ensure!(!in_class, "unclosed class in {source}");
    regex.push_str(r")\z");
    Ok(Translated { regex, forbidden_prefix })
}

#[cfg(test)]
mod tests {
    use super::{Translated, translate};

    #[test]
    fn java_classes_become_ascii_classes() {
        let translated = translate(r"arn:aws:iam::\d{12}:role/?[a-z\d-]+\/.+").unwrap();
        let regex = r"\A(?:arn:aws:iam::[0-9]{12}:role/?[a-z0-9-]+/[^\n\r\u{85}\u{2028}\u{2029}]+)\z";
        assert_eq!(translated, Translated { regex: regex.to_owned(), forbidden_prefix: None });
    }

    #[test]
    fn a_leading_look_ahead_becomes_a_forbidden_prefix() {
        let translated = translate(r"^(?!aws:)[\p{L}_]*$").unwrap();
        assert_eq!(translated.regex, r"\A(?:[\p{L}_]*$)\z");
        assert_eq!(translated.forbidden_prefix.as_deref(), Some("aws:"));
    }

    #[test]
    fn what_is_not_known_is_refused() {
        for unknown in [r"\b", "(?=a)", "[a[b]]", "[a&&b]", r"(?!a)b", "[a"] {
            assert!(translate(unknown).is_err(), "{unknown}");
        }
    }
}
