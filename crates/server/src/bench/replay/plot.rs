//! The plot of a replay: strangers returned against the threshold, beside what was stated.
//!
//! Owns what is drawn where. Refuses to know how it was counted.
//!
//! # Invariants
//! - What is extrapolated is drawn broken.
//! - A count of none has no place on a scale of decades: it is drawn at its lower edge, and says 0.

use overt_vision::Calibration;
use overt_vision::similarity::false_match_rate_of;
use overt_vision::strangers::Against;

use super::super::plot::{Axis, Plot, Scale, decades};
use super::draw::Drawn;

/// Decades of the false match rate across: 60 to just short of 99.99.
const ACROSS: (i32, i32) = (-3, -9);
/// Decades of strangers up.
const UP: (i32, i32) = (-2, 5);
/// Similarities that are named across.
const TICKS: [f64; 9] = [60.0, 70.0, 80.0, 90.0, 95.0, 98.0, 99.0, 99.9, 99.98];
/// Similarities at which counts are marked.
const MARKED: [f32; 4] = [80.0, 95.0, 99.0, 99.5];

/// Draws it. `floor` is marked too.
pub(super) fn replay(drawn: &Drawn, calibration: &Calibration, floor: f32) -> String {
    let searches = drawn.searches.len() as f64;
    let mut plot = Plot::new(
        &format!("{searches} people searched for among {} others", drawn.searched),
        Axis {
            scale: Scale::Logarithmic { from: ACROSS.0, to: ACROSS.1 },
            label: "threshold, as a similarity; drawn by the false match rate that it stands for",
            ticks: TICKS.map(|similarity| (false_match_rate_of(similarity), format!("{similarity}"))).into(),
        },
        Axis {
            scale: Scale::Logarithmic { from: UP.0, to: UP.1 },
            label: "strangers returned, by all searches together",
            ticks: decades(UP.0, UP.1),
        },
    );
    let lowest = 10f64.powi(UP.0);
    // Even steps across, from 60 on.
    let steps: Vec<f32> = (0..=300)
        .map(|step| overt_vision::similarity::similarity_of(10f64.powf(-3.0 - f64::from(step) / 50.0)) as f32)
        .collect();
    let stated = |similarity: f32| calibration.strangers(similarity, drawn.searched, Against::Faces);
    let across = |similarity: f32| false_match_rate_of(f64::from(similarity));
    let edge = |of: fn(overt_vision::strangers::Strangers) -> f64| -> Vec<(f64, f64)> {
        steps.iter().map(|step| (across(*step), (of(stated(*step)) * searches).max(lowest))).collect()
    };
    plot.band(&edge(|stated| stated.low), &edge(|stated| stated.high));
    let expected = edge(|stated| stated.expected);
    let known = steps.iter().take_while(|step| !stated(**step).extrapolated).count();
    plot.curve(expected.iter().take(known).copied(), false);
    plot.curve(expected.iter().skip(known.saturating_sub(1)).copied(), true);
    let counted: Vec<(f64, f64)> = steps
        .iter()
        .map(|step| (across(*step), drawn.at(*step).strangers as f64))
        .take_while(|(_, count)| *count > 0.0)
        .collect();
    plot.plain_curve(&counted, "#b3261e");
    for similarity in MARKED.into_iter().chain([floor]) {
        let count = drawn.at(similarity).strangers;
        let name = if similarity == floor {
            format!("floor {floor}: {count}")
        } else {
            format!("{similarity}: {count}")
        };
        let up = (count as f64).max(lowest);
        plot.mark_above(across(similarity), up, &name);
    }
    plot.finish()
}
