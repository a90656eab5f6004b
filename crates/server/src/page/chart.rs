//! Charts as inline SVG: columns over time, bars, a range with a point.
//!
//! Owns their geometry. Colours are the style's, so that a chart is dark where the page is; each has a title and a description for who
//! does not see it, and the page has the numbers in a table beside it.

use std::fmt::Write as _;

use super::{number, text};

/// Width of a chart, in its own units.
const WIDTH: u64 = 960;

/// A column of two parts, one on the other.
pub(crate) struct Stack {
    /// Below the axis; may be empty.
    pub(crate) label: String,
    /// The lower and the upper part.
    pub(crate) parts: [u64; 2],
    /// What a pointer on it shows, as text.
    pub(crate) says: String,
}

/// Columns with an axis.
pub(crate) fn columns(title: &str, description: &str, columns: &[Stack]) -> String {
    const LEFT: u64 = 56;
    const RIGHT: u64 = 8;
    const TOP: u64 = 16;
    const HEIGHT: u64 = 220;
    const BELOW: u64 = 30;
    let most = columns.iter().map(|column| column.parts.iter().sum()).max().unwrap_or(0);
    let step = step(most);
    let top = step * most.div_ceil(step).max(1);
    let mut svg = begin(title, description, TOP + HEIGHT + BELOW);
    let high = |value: u64| scaled(value, HEIGHT * 10, top);
    let y = |value: u64| tenths(TOP * 10 + high(top - value.min(top)));
    for line in (0..=top).step_by(usize::try_from(step).unwrap_or(1)) {
        let class = if line == 0 { "axis" } else { "grid" };
        let at = y(line);
        let _ = write!(
            svg,
            "<line class=\"{class}\" x1=\"{LEFT}\" x2=\"{}\" y1=\"{at}\" y2=\"{at}\"/><text x=\"{}\" y=\"{at}\" dy=\"4\" text-anchor=\"end\">{}</text>",
            WIDTH - RIGHT,
            LEFT - 10,
            number(line)
        );
    }
    let count = columns.len().max(1) as u64;
    let space = (WIDTH - LEFT - RIGHT) * 10 / count;
    let wide = (space * 7 / 10).clamp(10, 480);
    for (index, Stack { label, parts: [lower, upper], says }) in (0_u64..).zip(columns) {
        let middle = LEFT * 10 + index * space + space / 2;
        let _ = write!(svg, "<g><title>{}</title>", text(says));
        // All of the column's space answers a pointer, also where it is empty.
        let _ = write!(
            svg,
            "<rect x=\"{}\" y=\"{TOP}\" width=\"{}\" height=\"{HEIGHT}\" fill=\"transparent\"/>",
            tenths(middle - space / 2),
            tenths(space)
        );
        for (class, from, to) in [("a", 0, *lower), ("b", *lower, lower + upper)] {
            if to > from {
                let _ = write!(
                    svg,
                    "<rect class=\"{class}\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\"/>",
                    tenths(middle - wide / 2),
                    y(to),
                    tenths(wide),
                    tenths(high(to - from).max(10))
                );
            }
        }
        svg.push_str("</g>");
        if !label.is_empty() {
            let _ = write!(
                svg,
                "<text x=\"{}\" y=\"{}\" text-anchor=\"middle\">{}</text>",
                tenths(middle),
                TOP + HEIGHT + 20,
                text(label)
            );
        }
    }
    svg.push_str("</svg>\n");
    svg
}

/// A bar in a table's cell: two parts out of a whole.
pub(crate) fn bar(parts: [u64; 2], whole: u64) -> String {
    let wide = |part: u64| scaled(part, 2000, whole);
    let (first, second) = (wide(parts[0]), wide(parts[1]));
    format!(
        "<svg viewBox=\"0 0 200 12\" preserveAspectRatio=\"none\" height=\"12\" aria-hidden=\"true\" style=\"height:.75rem;margin-top:.3rem\">\
         <rect class=\"a\" width=\"{}\" height=\"12\"/><rect class=\"b\" x=\"{}\" width=\"{}\" height=\"12\"/></svg>",
        tenths(first),
        tenths(first),
        tenths(second)
    )
}

/// A bar over the whole width, in named parts.
pub(crate) fn strip(title: &str, description: &str, parts: &[(&str, u64)]) -> String {
    const HEIGHT: u64 = 34;
    const BELOW: u64 = 44;
    let whole: u64 = parts.iter().map(|(_, count)| count).sum();
    let mut svg = begin(title, description, HEIGHT + BELOW);
    let shades = parts.len().max(1) as u64;
    let mut x = 0;
    for (index, (name, count)) in (1_u64..).zip(parts) {
        let wide = scaled(*count, WIDTH * 10, whole);
        // From pale to full: the order of the parts is a scale.
        let opacity = 15 + 85 * index / shades;
        let _ = write!(
            svg,
            "<g><title>{}: {}</title><rect class=\"a\" x=\"{}\" width=\"{}\" height=\"{HEIGHT}\" fill-opacity=\"{}\"/>",
            text(name),
            number(*count),
            tenths(x),
            tenths(wide.saturating_sub(20)),
            hundredths(opacity)
        );
        // Where there is room for the words.
        if wide >= 800 {
            let _ = write!(
                svg,
                "<text x=\"{0}\" y=\"{1}\">{2}</text><text class=\"strong\" x=\"{0}\" y=\"{3}\">{4}</text>",
                tenths(x),
                HEIGHT + 18,
                text(name),
                HEIGHT + 34,
                number(*count)
            );
        }
        svg.push_str("</g>");
        x += wide;
    }
    svg.push_str("</svg>\n");
    svg
}

/// How many were expected, as a range, and how many there were, as a line; all in millionths.
pub(crate) fn range(
    title: &str,
    description: &str,
    [low, best, high]: [u64; 3],
    there_were: u64,
    says: [&str; 2],
) -> String {
    const MARGIN: u64 = 20;
    const MIDDLE: u64 = 44;
    let end = high.max(there_were).max(1);
    let x = |value: u64| tenths(MARGIN * 10 + scaled(value, (WIDTH - 2 * MARGIN) * 10, end));
    // Words stand to the side where there is room.
    let anchor = |value: u64| if value > end / 2 { ("end", -10_i64) } else { ("start", 10) };
    let mut svg = begin(title, description, 96);
    let ((side, shift), (rule, aside)) = (anchor(best), anchor(there_were));
    let _ = write!(
        svg,
        "<line class=\"axis\" x1=\"{MARGIN}\" x2=\"{}\" y1=\"{MIDDLE}\" y2=\"{MIDDLE}\"/>\
         <line class=\"range\" x1=\"{}\" x2=\"{}\" y1=\"{MIDDLE}\" y2=\"{MIDDLE}\"/>\
         <circle class=\"a\" cx=\"{}\" cy=\"{MIDDLE}\" r=\"8\"/>\
         <text class=\"strong\" x=\"{}\" dx=\"{shift}\" y=\"24\" text-anchor=\"{side}\">{}</text>",
        WIDTH - MARGIN,
        x(low),
        x(high),
        x(best),
        x(best),
        text(says[0]),
    );
    let _ = write!(
        svg,
        "<line class=\"rule\" x1=\"{0}\" x2=\"{0}\" y1=\"30\" y2=\"62\"/><text class=\"strong\" x=\"{0}\" dx=\"{aside}\" y=\"80\" text-anchor=\"{rule}\">{1}</text></svg>",
        x(there_were),
        text(says[1])
    );
    svg.push('\n');
    svg
}

fn begin(title: &str, description: &str, height: u64) -> String {
    format!(
        "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-label=\"{}. {}\">",
        text(title),
        text(description)
    )
}

/// The distance of grid lines: 1, 2 or 5 times a power of ten, four to eight of them.
fn step(most: u64) -> u64 {
    let mut unit = 1_u64;
    loop {
        for times in [1, 2, 5] {
            let step = unit.saturating_mul(times);
            if most / step <= 5 {
                return step;
            }
        }
        unit = unit.saturating_mul(10);
    }
}

/// `value` of `whole`, on a length of `to`.
fn scaled(value: u64, to: u64, whole: u64) -> u64 {
    u64::try_from(u128::from(value) * u128::from(to) / u128::from(whole.max(1))).unwrap_or(to)
}

fn tenths(value: u64) -> String {
    if value.is_multiple_of(10) { (value / 10).to_string() } else { format!("{}.{}", value / 10, value % 10) }
}

fn hundredths(value: u64) -> String {
    format!("{}.{:02}", value / 100, value % 100)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_axis_has_round_numbers_and_room_for_the_highest() {
        for (most, expected) in
            [(0, 1), (5, 1), (6, 2), (11, 2), (12, 5), (99, 20), (300, 100), (123_456, 50_000)]
        {
            assert_eq!(step(most), expected, "{most}");
        }
    }

    #[test]
    fn columns_stand_on_the_axis_and_none_is_too_low_to_be_seen() {
        let stack = |parts| Stack { label: "A & B".into(), parts, says: "<b>".into() };
        let svg = columns("T", "D", &[stack([1, 0]), stack([0, 0]), stack([40_000, 60_000])]);
        // One of a hundred thousand is a tenth of a unit high, and drawn as one.
        assert!(svg.contains("height=\"1\"/>"), "{svg}");
        assert!(svg.contains("A &amp; B") && svg.contains("&lt;b&gt;") && !svg.contains("<b>"));
        assert_eq!(svg.matches("class=\"a\"").count(), 2);
        assert_eq!(svg.matches("class=\"b\"").count(), 1);
        assert_eq!(svg.matches('<').count(), svg.matches('>').count());
    }

    #[test]
    fn charts_of_nothing_and_of_the_largest_numbers_are_drawn() {
        for most in [0, 1, u64::MAX / 8] {
            let svg =
                columns("T", "D", &[Stack { label: String::new(), parts: [most, 0], says: String::new() }]);
            assert!(svg.ends_with("</svg>\n"));
            assert!(bar([most, 0], most).ends_with("</svg>"));
            assert!(strip("T", "D", &[("one", most), ("two", 1)]).ends_with("</svg>\n"));
            assert!(range("T", "D", [0, most / 2, most], most, ["e", "r"]).ends_with("</svg>\n"));
        }
        assert!(columns("T", "D", &[]).ends_with("</svg>\n"));
    }
}
