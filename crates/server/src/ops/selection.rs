//! Which faces of a picture are kept or searched for, and why the others are not.
//!
//! Owns the order of the rules of `QualityFilter` and `MaxFaces`, and of "the largest face". Refuses to know collections.
//!
//! # Invariants
//! - Every face of the picture is in exactly one of the two lists, each largest first.
//! - A face that was left out has at least one reason.

use overt_vision::face::Face;

use super::quality::{Flaw, QualityBar};

/// A face that is left out, with the API's words for why.
#[derive(Debug)]
pub(super) struct LeftOut {
    /// The face.
    pub(super) face: Face,
    /// `Reason` and `UnsearchedFaceReason` share these words.
    pub(super) reasons: Vec<&'static str>,
}

/// The faces of a picture, told apart.
#[derive(Debug, Default)]
pub(super) struct Selection {
    /// To be kept or searched for.
    pub(super) taken: Vec<Face>,
    /// The others.
    pub(super) left_out: Vec<LeftOut>,
    /// What is wrong with the face that would have been taken, when it was too poor to be searched for; it is in `left_out`.
    pub(super) refused: Vec<Flaw>,
}

/// The bars of a search by picture.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bars {
    /// What the caller filters by: who is not meant.
    pub(super) asked: Option<QualityBar>,
    /// What the collection's purpose demands of whoever is meant.
    pub(super) demanded: Option<QualityBar>,
}

/// What IndexFaces keeps of a picture's faces, which come largest first: those that pass the bar, and of these at most
/// `most`. Where there are more, faces that recognition is not meant for are dropped first (the API: "lowest quality"),
/// then the smallest.
pub(super) fn to_index(faces: Vec<Face>, bar: Option<QualityBar>, most: usize) -> Selection {
    let verdicts: Vec<(Vec<Flaw>, Vec<Flaw>)> =
        faces.iter().map(|face| (flaws(face, bar), flaws(face, Some(QualityBar::AUTO)))).collect();
    // Positions of those that pass, best first. A stable sort: of equal quality, the larger one stays in front.
    let mut ranked: Vec<usize> = (0..faces.len())
        .filter(|&index| verdicts.get(index).is_some_and(|(filtered, _)| filtered.is_empty()))
        .collect();
    ranked.sort_by_key(|&index| verdicts.get(index).is_some_and(|(_, low)| !low.is_empty()));
    let kept = ranked.get(..most).unwrap_or(&ranked);
    let mut selection = Selection::default();
    for (index, (face, (filtered, low))) in faces.into_iter().zip(verdicts.iter()).enumerate() {
        if !filtered.is_empty() {
            selection.left_out.push(LeftOut { face, reasons: words(filtered) });
        } else if kept.contains(&index) {
            selection.taken.push(face);
        } else {
            let mut reasons = vec!["EXCEEDS_MAX_FACES"];
            reasons.extend(words(low));
            selection.left_out.push(LeftOut { face, reasons });
        }
    }
    selection
}

/// What a search by picture searches for: the largest face that passes the caller's bar. If that one is below the bar that is demanded, nobody is
/// searched for: a smaller face in its place would be somebody who was not meant.
pub(super) fn to_search(faces: Vec<Face>, bars: Bars) -> Selection {
    let mut selection = Selection::default();
    let mut chosen = false;
    for face in faces {
        let filtered = flaws(&face, bars.asked);
        if !filtered.is_empty() {
            selection.left_out.push(LeftOut { face, reasons: words(&filtered) });
            continue;
        }
        if chosen {
            selection.left_out.push(LeftOut { face, reasons: vec!["FACE_NOT_LARGEST"] });
            continue;
        }
        chosen = true;
        let poor = bars.demanded.map_or_else(Vec::new, |bar| bar.flaws(&face));
        if poor.is_empty() {
            selection.taken.push(face);
        } else {
            selection.left_out.push(LeftOut { face, reasons: words(&poor) });
            selection.refused = poor;
        }
    }
    selection
}

/// By the bar; a face that no template could be made of passes none, not even the absence of one.
fn flaws(face: &Face, bar: Option<QualityBar>) -> Vec<Flaw> {
    let mut flaws = bar.map_or_else(Vec::new, |bar| bar.flaws(face));
    if face.template.is_none() && !flaws.contains(&Flaw::Other) {
        flaws.push(Flaw::Other);
    }
    flaws
}

fn words(flaws: &[Flaw]) -> Vec<&'static str> {
    flaws.iter().map(|flaw| flaw.reason()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::face;

    /// Widths stand for the faces: 100 and more pass AUTO, 40 passes LOW alone.
    fn faces(widths: &[f32]) -> Vec<Face> {
        let of = |&width: &f32| {
            let mut face = face(0.0);
            face.bounds.width = width;
            face.bounds.height = width;
            face
        };
        widths.iter().map(of).collect()
    }

    fn widths(selection: &Selection) -> (Vec<f32>, Vec<(f32, Vec<&'static str>)>) {
        let taken = selection.taken.iter().map(|face| face.bounds.width).collect();
        let left =
            selection.left_out.iter().map(|out| (out.face.bounds.width, out.reasons.clone())).collect();
        (taken, left)
    }

    fn blurred(mut faces: Vec<Face>, which: usize) -> Vec<Face> {
        faces[which].quality.sharpness = 0.0;
        faces
    }

    #[test]
    fn faces_below_the_bar_are_left_out_with_every_reason() {
        let mut found = blurred(faces(&[300.0, 200.0, 40.0]), 1);
        found[1].pose.yaw = 80.0;
        let selection = to_index(found, Some(QualityBar::AUTO), 100);
        let left = vec![(200.0, vec!["EXTREME_POSE", "LOW_SHARPNESS"]), (40.0, vec!["SMALL_BOUNDING_BOX"])];
        assert_eq!(widths(&selection), (vec![300.0], left));
    }

    #[test]
    fn beyond_max_faces_the_smallest_go() {
        let selection = to_index(faces(&[300.0, 200.0, 100.0]), Some(QualityBar::AUTO), 2);
        assert_eq!(widths(&selection), (vec![300.0, 200.0], vec![(100.0, vec!["EXCEEDS_MAX_FACES"])]));
    }

    #[test]
    fn beyond_max_faces_low_quality_goes_before_small_size_even_without_a_filter() {
        let selection = to_index(blurred(faces(&[300.0, 200.0, 100.0]), 0), None, 2);
        let left = vec![(300.0, vec!["EXCEEDS_MAX_FACES", "LOW_SHARPNESS"])];
        assert_eq!(widths(&selection), (vec![200.0, 100.0], left));
        // And of those of low quality, the smallest.
        let found = blurred(blurred(faces(&[300.0, 200.0, 100.0]), 0), 1);
        let (taken, left) = widths(&to_index(found, None, 2));
        assert_eq!((taken, left[0].0), (vec![300.0, 100.0], 200.0));
    }

    #[test]
    fn without_a_filter_everything_is_kept_that_has_a_template() {
        let mut found = blurred(faces(&[300.0, 10.0]), 0);
        assert_eq!(to_index(found.clone(), None, 100).taken.len(), 2);
        found[1].template = None;
        assert_eq!(widths(&to_index(found, None, 100)).1, [(10.0, vec!["LOW_FACE_QUALITY"])]);
    }

    #[test]
    fn a_search_takes_the_largest_face_that_passes() {
        let found = || blurred(faces(&[300.0, 200.0, 100.0, 40.0]), 0);
        let asked = |asked| Bars { asked, demanded: None };
        let (taken, left) = widths(&to_search(found(), asked(Some(QualityBar::AUTO))));
        assert_eq!(taken, [200.0]);
        let reasons = [
            (300.0, vec!["LOW_SHARPNESS"]),
            (100.0, vec!["FACE_NOT_LARGEST"]),
            (40.0, vec!["SMALL_BOUNDING_BOX"]),
        ];
        assert_eq!(left, reasons);
        assert_eq!(widths(&to_search(found(), asked(None))).0, [300.0]);
        assert!(to_search(Vec::new(), asked(None)).taken.is_empty());
    }

    #[test]
    fn b4_a_face_too_poor_for_the_purpose_is_refused_and_nobody_is_searched_for_in_its_place() {
        let bars = Bars { asked: None, demanded: Some(QualityBar::FAIR) };
        let selection = to_search(blurred(faces(&[300.0, 200.0]), 0), bars);
        let left = vec![(300.0, vec!["LOW_SHARPNESS"]), (200.0, vec!["FACE_NOT_LARGEST"])];
        assert_eq!(widths(&selection), (Vec::new(), left));
        assert_eq!(selection.refused, [Flaw::Blurred]);
        // Whom the caller's own filter leaves out is not meant: the next one is, and good enough.
        let bars = Bars { asked: Some(QualityBar::AUTO), ..bars };
        let selection = to_search(blurred(faces(&[300.0, 200.0]), 0), bars);
        assert_eq!((widths(&selection).0, selection.refused.as_slice()), (vec![200.0], [].as_slice()));
        assert!(to_search(Vec::new(), bars).refused.is_empty());
    }
}
