//! How a collection behaves at a size, and the plot of that over sizes.

use super::super::plot::{Axis, Plot, Scale, Style};

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
            label: "milliseconds (full lines); megabytes (broken lines)",
            ticks: (UP.0..=UP.1).map(|decade| (10f64.powi(decade), plain(decade))).collect(),
        },
    );
    let curve = |value: fn(&Step) -> Option<f64>| -> Vec<(f64, f64)> {
        steps.iter().filter_map(|step| Some((step.faces as f64, value(step)?))).collect()
    };
    let megabytes = |bytes: u64| bytes as f64 / 1e6;
    if let Some(step) = steps.last() {
        let disk = format!("disk, {:.0} MB", megabytes(step.disk));
        plot.named_curve(
            &curve(|step| Some(step.disk as f64 / 1e6)),
            Style { colour: "#6b4a00", broken: true, named_below: false },
            &disk,
        );
        let memory = format!("memory, {:.0} MB", megabytes(step.memory.unwrap_or(0)));
        plot.named_curve(
            &curve(|step| Some(step.memory? as f64 / 1e6)),
            Style { colour: "#0f6b3a", broken: true, named_below: true },
            &memory,
        );
        let worst = format!("search, 99 %, {:.1} ms", step.rank_99);
        plot.named_curve(
            &curve(|step| Some(step.rank_99)),
            Style { colour: "#b3261e", broken: false, named_below: false },
            &worst,
        );
        let median = format!("search, median, {:.1} ms", step.median);
        plot.named_curve(
            &curve(|step| Some(step.median)),
            Style { colour: "#0b57a4", broken: false, named_below: true },
            &median,
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
        assert_eq!(svg.matches("<polyline").count(), 4);
        assert!(svg.contains("search, median, 2.0 ms") && svg.contains("memory, 200 MB"), "{svg}");
    }
}
