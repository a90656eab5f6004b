//! How a collection behaves at a size, and the plot of that over sizes.

use super::super::plot::{Axis, Plot, Scale};

/// What was measured at one size.
#[derive(Clone, Debug)]
pub(super) struct Step {
    /// Faces in the collection.
    pub(super) faces: u64,
    /// Faces enrolled a second since the step before.
    pub(super) inserted: f64,
    /// Searches one after the other: median, milliseconds.
    pub(super) median: f64,
    /// 99 % took at most this, milliseconds.
    pub(super) rank_99: f64,
    /// The slowest, milliseconds.
    pub(super) slowest: f64,
    /// Matches of a search, mean.
    pub(super) matches: f64,
    /// Memory of the process, bytes, where the system tells.
    pub(super) memory: Option<u64>,
    /// Bytes on the disk.
    pub(super) disk: u64,
}

/// Decades that the vertical axis spans: 10 microseconds to 100 seconds, 10 kB to 100 GB.
const UP: (i32, i32) = (-2, 5);

/// Search time, memory and disk over faces, both axes in decades.
pub(super) fn plot(steps: &[Step]) -> String {
    let largest = steps.iter().map(|step| step.faces).max().unwrap_or(1).max(10);
    let last = (largest as f64).log10().ceil() as i32;
    let mut plot = Plot::new(
        "A collection that grows",
        Axis {
            scale: Scale::Logarithmic { from: 3, to: last.max(4) },
            label: "faces",
            ticks: (3..=last.max(4)).map(|decade| (10f64.powi(decade), faces(decade))).collect(),
        },
        Axis {
            scale: Scale::Logarithmic { from: UP.0, to: UP.1 },
            label: "milliseconds of a search (full line); megabytes (broken lines)",
            ticks: (UP.0..=UP.1).map(|decade| (10f64.powi(decade), plain(decade))).collect(),
        },
    );
    let across = |step: &Step| step.faces as f64;
    plot.curve(steps.iter().map(|step| (across(step), step.median)), false);
    plot.curve(steps.iter().filter_map(|step| Some((across(step), step.memory? as f64 / 1e6))), true);
    plot.curve(steps.iter().map(|step| (across(step), step.disk as f64 / 1e6)), true);
    if let Some(step) = steps.last() {
        plot.mark(across(step), step.median, &format!("search, {:.1} ms", step.median), true);
        if let Some(memory) = step.memory {
            plot.mark(
                across(step),
                memory as f64 / 1e6,
                &format!("memory, {:.0} MB", memory as f64 / 1e6),
                true,
            );
        }
        plot.mark(
            across(step),
            step.disk as f64 / 1e6,
            &format!("disk, {:.0} MB", step.disk as f64 / 1e6),
            true,
        );
    }
    plot.finish()
}

fn faces(decade: i32) -> String {
    match decade {
        0..3 => 10_i64.pow(decade.unsigned_abs()).to_string(),
        3..6 => format!("{} k", 10_i64.pow(decade.unsigned_abs() - 3)),
        _ => format!("{} M", 10_i64.pow(decade.unsigned_abs().saturating_sub(6))),
    }
}

fn plain(decade: i32) -> String {
    if decade < 0 {
        format!("{:.*}", decade.unsigned_abs() as usize, 10f64.powi(decade))
    } else {
        format!("{}", 10f64.powi(decade))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decades_in_words() {
        assert_eq!([faces(3), faces(5), faces(7)], ["1 k", "100 k", "10 M"]);
        assert_eq!([plain(-2), plain(0), plain(3)], ["0.01", "1", "1000"]);
    }

    #[test]
    fn a_plot_has_a_curve_for_each_measure() {
        let step = |faces, median| Step {
            faces,
            inserted: 1.0,
            median,
            rank_99: 1.0,
            slowest: 1.0,
            matches: 1.0,
            memory: Some(faces * 200),
            disk: faces * 1_400,
        };
        let svg = plot(&[step(1_000, 0.05), step(1_000_000, 2.0)]);
        assert_eq!(svg.matches("<polyline").count(), 3);
        assert!(svg.contains("search, 2.0 ms") && svg.contains("memory, 200 MB"), "{svg}");
    }
}
