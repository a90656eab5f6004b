//! The two plots of docs/accuracy.md, drawn from a calibration table as SVG.
//!
//! Everything it draws stands in the table, so the plots in the repository can be
//! drawn again from the table in the repository (a test does).
//!
//! # Invariants
//! - What is extrapolated is drawn with a broken line.

use overt_vision::calibration::{Calibration, Row};

use super::super::plot::{Axis, Plot, Scale, decades};

/// Rates below this are not drawn: the scale of rates is logarithmic and the table ends at 0.
const LOWEST_DECADE: i32 = -8;

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
    use super::super::super::plot::{BOTTOM, HEIGHT, LEFT, RIGHT, TOP, WIDTH};
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
