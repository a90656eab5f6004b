//! The two plots of docs/accuracy.md, drawn from a calibration table as SVG.
//!
//! Owns axes, lines and their labels. Everything it draws stands in the table, so the plots in the repository can be
//! drawn again from the table in the repository (a test does).
//!
//! # Invariants
//! - What is extrapolated is drawn with a broken line.

use overt_vision::calibration::{Calibration, Row};
use std::fmt::Write as _;

const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 440.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 44.0;
const BOTTOM: f64 = 58.0;

/// Rates below this are not drawn: the scale of rates is logarithmic and the table ends at 0.
const LOWEST_DECADE: i32 = -8;

/// Where a value lies between the ends of its axis, 0..=1.
#[derive(Clone, Copy)]
enum Scale {
    Straight {
        from: f64,
        to: f64,
    },
    /// Decades of ten.
    Logarithmic {
        from: i32,
        to: i32,
    },
}

impl Scale {
    fn place(self, value: f64) -> f64 {
        match self {
            Self::Straight { from, to } => (value - from) / (to - from),
            Self::Logarithmic { from, to } => (value.log10() - f64::from(from)) / f64::from(to - from),
        }
    }
}

/// A drawing that is being made.
struct Plot {
    svg: String,
    across: Scale,
    up: Scale,
}

impl Plot {
    /// Frame, grid and labels. `ticks` are values and their texts.
    fn new(title: &str, across: Axis<'_>, up: Axis<'_>) -> Self {
        let mut plot = Self { svg: String::new(), across: across.scale, up: up.scale };
        plot.add(format_args!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" width=\"{WIDTH}\" height=\"{HEIGHT}\" \
             font-family=\"sans-serif\" font-size=\"12\" fill=\"#222\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n\
             <text x=\"{LEFT}\" y=\"24\" font-size=\"15\">{title}</text>"
        ));
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for (value, text) in &across.ticks {
            let x = plot.x(*value);
            plot.add(format_args!(
                "<line x1=\"{x:.1}\" y1=\"{TOP}\" x2=\"{x:.1}\" y2=\"{bottom}\" stroke=\"#ddd\"/>\
                 <text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{text}</text>",
                bottom + 18.0
            ));
        }
        for (value, text) in &up.ticks {
            let y = plot.y(*value);
            plot.add(format_args!(
                "<line x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{right}\" y2=\"{y:.1}\" stroke=\"#ddd\"/>\
                 <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{text}</text>",
                LEFT - 8.0,
                y + 4.0
            ));
        }
        let (middle, half) = ((LEFT + right) / 2.0, (TOP + bottom) / 2.0);
        plot.add(format_args!(
            "<text x=\"{middle}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>\
             <text transform=\"translate(18 {half}) rotate(-90)\" text-anchor=\"middle\">{}</text>",
            HEIGHT - 16.0,
            across.label,
            up.label
        ));
        plot
    }

    fn x(&self, value: f64) -> f64 {
        LEFT + self.across.place(value) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, value: f64) -> f64 {
        HEIGHT - BOTTOM - self.up.place(value) * (HEIGHT - TOP - BOTTOM)
    }

    fn add(&mut self, text: std::fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.svg.write_fmt(text);
        self.svg.push('\n');
    }

    /// Points as SVG wants them.
    fn points(&self, values: impl IntoIterator<Item = (f64, f64)>) -> String {
        values
            .into_iter()
            .map(|(across, up)| format!("{:.1},{:.1}", self.x(across), self.y(up)))
            .collect::<Vec<_>>()
            .join(" ")
    }

    fn curve(&mut self, values: impl IntoIterator<Item = (f64, f64)>, broken: bool) {
        let points = self.points(values);
        let dash = if broken { " stroke-dasharray=\"5 4\"" } else { "" };
        self.add(format_args!(
            "<polyline points=\"{points}\" fill=\"none\" stroke=\"#0b57a4\" stroke-width=\"2\"{dash}/>"
        ));
    }

    fn band(&mut self, low: &[(f64, f64)], high: &[(f64, f64)]) {
        let points = self.points(low.iter().chain(high.iter().rev()).copied());
        self.add(format_args!("<polygon points=\"{points}\" fill=\"#0b57a4\" fill-opacity=\"0.18\"/>"));
    }

    fn mark(&mut self, across: f64, up: f64, text: &str, left_of_it: bool) {
        let (x, y) = (self.x(across), self.y(up));
        let (anchor, gap) = if left_of_it { ("end", -10.0) } else { ("start", 10.0) };
        self.add(format_args!(
            "<circle cx=\"{x:.1}\" cy=\"{y:.1}\" r=\"4\" fill=\"#b3261e\"/>\
             <text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"{anchor}\">{text}</text>",
            x + gap,
            y + 14.0
        ));
    }

    fn finish(mut self) -> String {
        self.svg.push_str("</svg>\n");
        self.svg
    }
}

struct Axis<'a> {
    scale: Scale,
    label: &'a str,
    ticks: Vec<(f64, String)>,
}

/// Ticks at every power of ten.
fn decades(from: i32, to: i32) -> Vec<(f64, String)> {
    let text = |decade: i32| if decade == 0 { "1".to_owned() } else { format!("1e{decade}") };
    (from..=to).map(|decade| (10f64.powi(decade), text(decade))).collect()
}

/// The rows that can be drawn on a logarithmic scale, split where the data end. The parts share that row.
fn parts(table: &Calibration) -> (Vec<Row>, Vec<Row>) {
    let drawn = |row: &&Row| row.false_match_rate >= 10f64.powi(LOWEST_DECADE);
    let (beyond, measured): (Vec<Row>, Vec<Row>) =
        table.rows().iter().filter(drawn).copied().partition(|row| row.extrapolated);
    let beyond = measured.last().copied().into_iter().chain(beyond).collect();
    (measured, beyond)
}

/// True match rate against false match rate.
pub(crate) fn trade_off(table: &Calibration) -> String {
    let (measured, beyond) = parts(table);
    let mut plot = Plot::new(
        &format!("{}: what strictness costs", table.template()),
        Axis {
            scale: Scale::Logarithmic { from: LOWEST_DECADE, to: 0 },
            label: "false match rate (strangers taken for the same person)",
            ticks: decades(LOWEST_DECADE, 0),
        },
        Axis {
            scale: Scale::Straight { from: 0.0, to: 1.0 },
            label: "true match rate (pictures of one person recognised)",
            ticks: (0..=10)
                .map(|tenth| f64::from(tenth) / 10.0)
                .map(|value| (value, format!("{value:.1}")))
                .collect(),
        },
    );
    let point = |row: &Row| (row.false_match_rate, row.true_match_rate);
    plot.curve(measured.iter().map(point), false);
    plot.curve(beyond.iter().map(point), true);
    for row in measured.iter().chain(&beyond).filter(|row| [40.0, 60.0, 80.0, 99.0].contains(&row.similarity))
    {
        let text = format!("{} ({:.1} %)", row.similarity, row.true_match_rate * 100.0);
        plot.mark(row.false_match_rate, row.true_match_rate, &text, false);
    }
    plot.finish()
}

/// False match rate against similarity, with its interval.
pub(crate) fn scale(table: &Calibration) -> String {
    let (measured, beyond) = parts(table);
    let mut plot = Plot::new(
        &format!("{}: what a similarity stands for", table.template()),
        Axis {
            scale: Scale::Straight { from: 0.0, to: 100.0 },
            label: "similarity",
            ticks: (0..=10)
                .map(|ten| f64::from(ten) * 10.0)
                .map(|value| (value, format!("{value}")))
                .collect(),
        },
        Axis {
            scale: Scale::Logarithmic { from: LOWEST_DECADE, to: 0 },
            label: "false match rate, with its 95 % interval",
            ticks: decades(LOWEST_DECADE, 0),
        },
    );
    // An interval may reach down to 0, which has no place on this scale.
    let floor = 10f64.powi(LOWEST_DECADE);
    let edge = |pick: fn(&Row) -> f64| -> Vec<(f64, f64)> {
        measured
            .iter()
            .chain(beyond.iter().skip(1))
            .map(|row| (row.similarity, pick(row).max(floor)))
            .collect()
    };
    plot.band(&edge(|row| row.low), &edge(|row| row.high));
    let point = |row: &Row| (row.similarity, row.false_match_rate);
    plot.curve(measured.iter().map(point), false);
    plot.curve(beyond.iter().map(point), true);
    for row in measured.iter().chain(&beyond).filter(|row| [80.0, 99.0].contains(&row.similarity)) {
        let text = format!("{}: 1 in {:.0}", row.similarity, 1.0 / row.false_match_rate);
        plot.mark(row.similarity, row.false_match_rate, &text, true);
    }
    plot.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The plots that the documentation shows are those of the table that the program uses. To draw them again:
    /// `overt bench accuracy DATASET --plots docs`.
    #[test]
    fn plots_in_the_documentation_are_current() {
        let table = Calibration::built_in().unwrap();
        for (name, drawn) in
            [("accuracy-trade-off.svg", trade_off(&table)), ("accuracy-scale.svg", scale(&table))]
        {
            let path = format!("{}/../../docs/{name}", env!("CARGO_MANIFEST_DIR"));
            assert_eq!(fs_err::read_to_string(path).unwrap(), drawn, "{name}");
        }
    }

    #[test]
    fn everything_is_within_the_frame() {
        let table = Calibration::built_in().unwrap();
        for svg in [trade_off(&table), scale(&table)] {
            let mut seen = 0;
            for list in svg.split("points=\"").skip(1) {
                let points = list.split('"').next().unwrap();
                for point in points.split(' ') {
                    let (x, y) = point.split_once(',').unwrap();
                    let (x, y): (f64, f64) = (x.parse().unwrap(), y.parse().unwrap());
                    assert!((LEFT - 0.1..=WIDTH - RIGHT + 0.1).contains(&x), "{point}");
                    assert!((TOP - 0.1..=HEIGHT - BOTTOM + 0.1).contains(&y), "{point}");
                    seen += 1;
                }
            }
            assert!(seen > 100);
            assert!(svg.contains("stroke-dasharray"), "what is extrapolated is marked");
        }
    }
}
