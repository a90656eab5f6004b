//! The API's thirty landmark types as points of the face mesh.
//!
//! Owns the choice of mesh points for each type and the order of the answer. Names say the image's left and right,
//! which is the mesh's: point 33 is the outer corner of the eye that appears on the left of an upright face.
//!
//! The choice was made by comparing, in units of the face (eye distance across, eyes to mouth downwards), the
//! positions in the one complete answer published with the AWS CLI's examples with those of the mesh.

use crate::face::{Landmark, LandmarkKind, Point};
use crate::mesh::Mesh;

/// For every type in the API's order, the mesh points whose mean it is.
const THIRTY: [(LandmarkKind, &[usize]); 30] = {
    use LandmarkKind::*;
    [
        (EyeLeft, LEFT_EYE),
        (EyeRight, RIGHT_EYE),
        (MouthLeft, &[61]),
        (MouthRight, &[291]),
        (Nose, &[4]),
        (LeftEyeBrowLeft, &[46, 70]),
        (LeftEyeBrowRight, &[55, 65]),
        (LeftEyeBrowUp, &[52]),
        (RightEyeBrowLeft, &[285, 295]),
        (RightEyeBrowRight, &[276, 300]),
        (RightEyeBrowUp, &[282]),
        (LeftEyeLeft, &[33]),
        (LeftEyeRight, &[133]),
        (LeftEyeUp, &[159]),
        (LeftEyeDown, &[145]),
        (RightEyeLeft, &[362]),
        (RightEyeRight, &[263]),
        (RightEyeUp, &[386]),
        (RightEyeDown, &[374]),
        (NoseLeft, &[98]),
        (NoseRight, &[327]),
        (MouthUp, &[0]),
        (MouthDown, &[17]),
        (LeftPupil, LEFT_EYE),
        (RightPupil, RIGHT_EYE),
        (UpperJawlineLeft, &[127]),
        (MidJawlineLeft, &[58]),
        (ChinBottom, &[152]),
        (MidJawlineRight, &[288]),
        (UpperJawlineRight, &[356]),
    ]
};

/// The corners and the middles of the lids: their mean is the middle of the opening, wherever the eye looks.
const LEFT_EYE: &[usize] = &[33, 133, 159, 145];
const RIGHT_EYE: &[usize] = &[362, 263, 386, 374];

/// How many of [`THIRTY`] always come: the eyes, the mouth's corners and the nose.
const ALWAYS: usize = 5;

/// The first five landmarks, or all thirty. `pupils` (image-left, image-right) replace the middles of the eyes where
/// they were measured.
pub(crate) fn landmarks(mesh: &Mesh, all: bool, pupils: [Option<Point>; 2]) -> Vec<Landmark> {
    let wanted = if all { THIRTY.len() } else { ALWAYS };
    let [left, right] = pupils;
    let measured = |kind| match kind {
        LandmarkKind::LeftPupil => left,
        LandmarkKind::RightPupil => right,
        _ => None,
    };
    let point = |&(kind, indices): &(LandmarkKind, &[usize])| Landmark {
        kind,
        at: measured(kind).unwrap_or_else(|| mesh.mean(indices)),
    };
    THIRTY.iter().take(wanted).map(point).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;
    use crate::mesh::{POINTS, Vertex};

    fn numbered_mesh() -> Mesh {
        Mesh::from_vertices((0..POINTS).map(|i| Vertex { x: i as f32, y: 2.0 * i as f32, z: 0.0 }).collect())
    }

    #[test]
    fn five_or_thirty_each_once_in_the_order_of_the_types() {
        let mesh = numbered_mesh();
        let five = landmarks(&mesh, false, [None; 2]);
        let thirty = landmarks(&mesh, true, [None; 2]);
        assert_eq!(five[..], thirty[..5]);
        assert_eq!(thirty.iter().map(|l| l.kind).collect::<HashSet<_>>().len(), 30);
        assert!(thirty.windows(2).all(|pair| (pair[0].kind as u8) < pair[1].kind as u8));
    }

    #[test]
    fn measured_pupils_replace_the_middles_of_the_eyes() {
        let pupil = Point { x: -1.0, y: -2.0 };
        let thirty = landmarks(&numbered_mesh(), true, [Some(pupil), None]);
        let at = |kind| thirty.iter().find(|l| l.kind == kind).unwrap().at;
        assert_eq!(at(LandmarkKind::LeftPupil), pupil);
        assert_eq!(at(LandmarkKind::RightPupil), at(LandmarkKind::EyeRight));
    }
}
