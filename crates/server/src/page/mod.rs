//! Pages for people: HTML that needs no script, prints, reads aloud, and is dark where the reader's screen is.
//!
//! Owns the frame, the style, the escaping and the small parts that all pages have. Refuses to know what a page says.
//!
//! # Invariants
//! - Every text that comes from outside passes [`text`]; nothing of a page is ever executed, and its headers say so.
//! - A page needs nothing but itself: no script, no font, no picture, no other host.

pub(crate) mod chart;

use std::fmt::Write as _;

use axum::body::Body;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Response};

const STYLE: &str = include_str!("style.css");
/// Only the style within the page itself.
const POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);

/// The frame of a page.
pub(crate) struct Frame<'a> {
    /// What stands in the browser's tab, as text.
    pub(crate) title: &'a str,
    /// The small line above the heading, as text.
    pub(crate) kicker: &'a str,
    /// The heading, as text.
    pub(crate) heading: &'a str,
    /// The sentence below it, as HTML.
    pub(crate) lead: &'a str,
    /// Sections to jump to: id and name.
    pub(crate) sections: &'a [(&'a str, &'a str)],
    /// Everything between head and foot, as HTML.
    pub(crate) body: &'a str,
    /// The foot, as HTML.
    pub(crate) foot: &'a str,
}

impl Frame<'_> {
    /// The whole page.
    pub(crate) fn page(&self) -> String {
        let Self { title, kicker, heading, lead, sections, body, foot } = self;
        let links: String = sections
            .iter()
            .map(|(id, name)| format!("<li><a href=\"#{}\">{}</a></li>", text(id), text(name)))
            .collect();
        let navigation = if links.is_empty() {
            String::new()
        } else {
            format!("<nav aria-label=\"On this page\"><div class=\"wrap\"><ul>{links}</ul></div></nav>\n")
        };
        format!(
            "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"color-scheme\" content=\"light dark\">\n\
             <title>{}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#main\">Skip to the content</a>\n\
             <header><div class=\"wrap\">\n<p class=\"kicker\">{}</p>\n<h1>{}</h1>\n<p class=\"lead\">{lead}</p>\n</div></header>\n\
             {navigation}<main id=\"main\"><div class=\"wrap\">\n{body}</div></main>\n<footer><div class=\"wrap\">\n{foot}</div></footer>\n</body>\n</html>\n",
            text(title),
            text(kicker),
            text(heading),
        )
    }
}

/// A page as it is sent.
pub(crate) fn response(html: Vec<u8>) -> Response<Body> {
    let mut response = Response::new(Body::from(html));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(CONTENT_SECURITY_POLICY, POLICY);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-cache"));
    response
}

/// A text within HTML, also within an attribute's quotes.
pub(crate) fn text(raw: &str) -> String {
    let mut safe = String::with_capacity(raw.len());
    for letter in raw.chars() {
        match letter {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            // What turns the direction of everything after it.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.push(char::REPLACEMENT_CHARACTER),
            letter if letter.is_control() && letter != '\n' => safe.push(char::REPLACEMENT_CHARACTER),
            letter => safe.push(letter),
        }
    }
    safe
}

/// A number with commas: `12,345`.
pub(crate) fn number(number: u64) -> String {
    let digits = number.to_string();
    let mut grouped = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `1 search`, `12,345 searches`.
pub(crate) fn counted(count: u64, one: &str, more: &str) -> String {
    format!("{} {}", number(count), if count == 1 { one } else { more })
}

/// A count out of a whole, as a percentage for people: `0 %`, `under 1 %`, `37 %`.
pub(crate) fn share(part: u64, whole: u64) -> String {
    if whole == 0 {
        return "–".to_owned();
    }
    let percent = u128::from(part) * 100 / u128::from(whole);
    if part > 0 && percent == 0 { "under 1\u{a0}%".to_owned() } else { format!("{percent}\u{a0}%") }
}

/// Millionths as a decimal: `0.0021`, `12.3`, `0`.
pub(crate) fn millionths(value: u64) -> String {
    let (whole, rest) = (value / 1_000_000, value % 1_000_000);
    // Two digits that say something.
    let digits = format!("{rest:06}");
    let kept = if whole >= 10 {
        1
    } else if whole > 0 || rest == 0 {
        2
    } else {
        (digits.len() - digits.trim_start_matches('0').len() + 2).min(6)
    };
    let fraction = digits.get(..kept).unwrap_or(&digits).trim_end_matches('0');
    if fraction.is_empty() { number(whole) } else { format!("{}.{fraction}", number(whole)) }
}

/// Alignment of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Column {
    /// Words.
    Words,
    /// Numbers.
    Numbers,
    /// Words that are not broken.
    Whole,
    /// A bar.
    Bar,
}

/// A table whose first column names its rows. `rows` hold HTML; a row that is `gone` is pale.
pub(crate) fn table(caption: &str, head: &[(&str, Column)], rows: &[(bool, Vec<String>)]) -> String {
    let mut html = format!(
        "<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{0}\"><table>\n<caption class=\"skip\">{0}</caption>\n<thead><tr>",
        text(caption)
    );
    let class = |column: &Column| match column {
        Column::Words => "",
        Column::Numbers => " class=\"n\"",
        Column::Whole => " class=\"keep\"",
        Column::Bar => " class=\"bar\"",
    };
    for (name, column) in head {
        let _ = write!(html, "<th scope=\"col\"{}>{}</th>", class(column), text(name));
    }
    html.push_str("</tr></thead>\n<tbody>\n");
    for (gone, cells) in rows {
        html.push_str(if *gone { "<tr class=\"gone\">" } else { "<tr>" });
        for (index, (cell, (_, column))) in cells.iter().zip(head).enumerate() {
            let _ = match index {
                0 => write!(html, "<th scope=\"row\"{}>{cell}</th>", class(column)),
                _ => write!(html, "<td{}>{cell}</td>", class(column)),
            };
        }
        html.push_str("</tr>\n");
    }
    html.push_str("</tbody></table></div>\n");
    html
}

/// A chart that is not made smaller than its words can be read.
pub(crate) fn readable(chart: &str) -> String {
    format!("<div class=\"scroll\" tabindex=\"0\">{chart}</div>\n")
}

/// A list of terms, the values as HTML.
pub(crate) fn terms(terms: &[(&str, String)]) -> String {
    let each = terms.iter().map(|(term, value)| format!("<dt>{}</dt><dd>{value}</dd>\n", text(term)));
    format!("<dl>\n{}</dl>\n", each.collect::<String>())
}

/// A section with a heading and a sentence about it, as text; `body` is HTML.
pub(crate) fn section(id: &str, heading: &str, about: &str, body: &str) -> String {
    let about = if about.is_empty() { String::new() } else { format!("<p>{}</p>\n", text(about)) };
    format!(
        "<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n{about}{body}</section>\n",
        text(id),
        text(heading)
    )
}

/// Large numbers: number, what of, and something small below; texts.
pub(crate) fn figures(figures: &[(String, &str, String)]) -> String {
    let each = figures.iter().map(|(number, what, small)| {
        let small = if small.is_empty() { String::new() } else { format!("<small>{}</small>", text(small)) };
        format!("<li><b>{}</b><span>{}</span>{small}</li>\n", text(number), text(what))
    });
    format!("<ul class=\"figures\">\n{}</ul>\n", each.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_from_outside_becomes_markup() {
        let raw = "<script>alert('x')</script> & \"quotes\" \u{202e}txet \u{7}";
        let safe = text(raw);
        assert!(!safe.contains(['<', '>', '"', '\'', '\u{202e}', '\u{7}']), "{safe}");
        assert!(safe.contains("&lt;script&gt;") && safe.contains("&amp; &quot;"));
    }

    #[test]
    fn numbers_read_as_people_write_them() {
        let numbers = [0, 12, 999, 1000, 12_345, 1_234_567].map(number);
        assert_eq!(numbers, ["0", "12", "999", "1,000", "12,345", "1,234,567"]);
        assert_eq!(
            [share(0, 7), share(1, 200), share(37, 100), share(1, 0)],
            ["0\u{a0}%", "under 1\u{a0}%", "37\u{a0}%", "–"]
        );
        let decimals = [0, 1, 2_100, 10_000, 1_230_000, 12_345_678, 1_234_567_890_000].map(millionths);
        assert_eq!(decimals, ["0", "0.000001", "0.0021", "0.01", "1.23", "12.3", "1,234,567.8"]);
        assert_eq!(counted(1, "search", "searches"), "1 search");
    }
}
