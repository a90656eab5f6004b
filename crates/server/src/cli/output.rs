//! Writing for people and programs.
//!
//! Owns colours and the form of errors and tables. Refuses to know what is written.
//!
//! # Invariants
//! - Colours only where a person looks: on a terminal, and not when `NO_COLOR` is set (no-color.org).

use std::io::{Error, IsTerminal as _, Write as _};

use crate::config::environment;

/// Whether the user has not asked for plain text.
pub(crate) fn colours_wanted() -> bool {
    environment().get("NO_COLOR").is_none_or(String::is_empty)
}

/// A style of text, with its SGR code.
#[derive(Clone, Copy)]
pub(super) enum Style {
    Bold,
    Dim,
    Error,
    Hint,
}

impl Style {
    const fn code(self) -> &'static str {
        match self {
            Self::Bold => "1",
            Self::Dim => "2",
            Self::Error => "1;31",
            Self::Hint => "36",
        }
    }
}

/// Standard output, for data.
pub(super) struct Output {
    colours: bool,
}

impl Output {
    pub(super) fn new() -> Self {
        Self { colours: std::io::stdout().is_terminal() && colours_wanted() }
    }

    /// Text in a style, where colours are shown.
    pub(super) fn styled(&self, style: Style, text: impl AsRef<str>) -> String {
        paint(self.colours, style, text.as_ref())
    }

    /// Writes a line.
    ///
    /// # Errors
    /// What the system says, of its kind, with what could not be written: it must not read as if an input were at fault.
    pub(super) fn line(&self, text: impl AsRef<str>) -> std::io::Result<()> {
        let mut out = std::io::stdout().lock();
        let written = out.write_all(text.as_ref().as_bytes()).and_then(|()| out.write_all(b"\n"));
        written.map_err(|error| Error::new(error.kind(), format!("cannot write to standard output: {error}")))
    }

    /// Writes rows in columns as wide as their longest cell; the first row is a heading.
    pub(super) fn table(&self, rows: &[Vec<String>]) -> std::io::Result<()> {
        for (index, line) in columns(rows).into_iter().enumerate() {
            self.line(if index == 0 { self.styled(Style::Bold, line) } else { line })?;
        }
        Ok(())
    }
}

/// Writes a note to standard error.
pub(super) fn note(style: Style, text: impl AsRef<str>) {
    let mut err = std::io::stderr().lock();
    let colours = err.is_terminal() && colours_wanted();
    // Nobody is left to tell when standard error is closed.
    let _closed = writeln!(err, "{}", paint(colours, style, text.as_ref()));
}

/// Writes an error with its causes to standard error.
pub(super) fn report(error: &anyhow::Error) {
    let mut err = std::io::stderr().lock();
    let colours = err.is_terminal() && colours_wanted();
    let _closed =
        writeln!(err, "{} {}", paint(colours, Style::Error, "error:"), obedient(&error.to_string()));
    for cause in error.chain().skip(1) {
        let cause = obedient(&cause.to_string());
        let _closed = writeln!(err, "  {} {cause}", paint(colours, Style::Dim, "because:"));
    }
}

/// A message that may quote a file's name: nothing in it gives orders to a terminal.
fn obedient(message: &str) -> String {
    let orders = |letter: char| letter.is_control() && letter != '\n' && letter != '\t';
    message.chars().map(|letter| if orders(letter) { char::REPLACEMENT_CHARACTER } else { letter }).collect()
}

fn paint(colours: bool, style: Style, text: &str) -> String {
    if colours { format!("\x1b[{}m{text}\x1b[0m", style.code()) } else { text.to_owned() }
}

fn columns(rows: &[Vec<String>]) -> Vec<String> {
    let count = rows.iter().map(Vec::len).max().unwrap_or(0);
    let widths: Vec<usize> = (0..count)
        .map(|column| rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max())
        .map(Option::unwrap_or_default)
        .collect();
    rows.iter()
        .map(|row| {
            let cells: Vec<String> =
                row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}")).collect();
            cells.join("  ").trim_end().to_owned()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_align_by_characters() {
        let rows = vec![vec!["é".into(), "b".into()], vec!["long".into(), "c".into()], vec!["x".into()]];
        assert_eq!(columns(&rows), ["é     b", "long  c", "x"]);
    }

    #[test]
    fn colours_are_left_out_when_not_wanted() {
        assert_eq!(paint(false, Style::Bold, "x"), "x");
        assert_eq!(paint(true, Style::Bold, "x"), "\x1b[1mx\x1b[0m");
    }
}
