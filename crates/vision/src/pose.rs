//! How the head is held, from the mesh.
//!
//! Owns a rigid reference face and the rotation that brings it onto a mesh best. Knows nothing of pixels' contents.
//!
//! The reference is the mean of the meshes of 1,499 photographs of as many people, brought into line by rotations
//! and made symmetric; only points that expressions hardly move are used. Its zero of pitch is the median of those
//! photographs: people who look at a photographer.
//!
//! # Invariants
//! - Turning the picture by an angle adds that angle to roll and changes neither yaw nor pitch; mirroring the
//!   picture changes the signs of roll and yaw and leaves pitch.

use crate::face::Pose;
use crate::mesh::{Mesh, Vertex};

/// Points in pairs: mesh index on the image's left, its mirror image on the right, and where the right one lies
/// (x right, y down, z away; the outer corners of the eyes are 1 apart).
const PAIRS: [(usize, usize, [f32; 3]); 17] = [
    (33, 263, [0.500, 0.003, -0.012]),
    (133, 362, [0.194, 0.016, -0.070]),
    (130, 359, [0.524, 0.006, 0.000]),
    (127, 356, [0.785, 0.048, 0.527]),
    (234, 454, [0.776, 0.213, 0.578]),
    (93, 323, [0.767, 0.379, 0.583]),
    (54, 284, [0.666, -0.390, 0.143]),
    (103, 332, [0.555, -0.493, 0.004]),
    (67, 297, [0.389, -0.562, -0.117]),
    (109, 338, [0.211, -0.595, -0.188]),
    (21, 251, [0.736, -0.262, 0.276]),
    (162, 389, [0.773, -0.125, 0.416]),
    (116, 345, [0.705, 0.187, 0.125]),
    (123, 352, [0.701, 0.335, 0.109]),
    (50, 280, [0.545, 0.356, -0.076]),
    (129, 358, [0.237, 0.401, -0.180]),
    (98, 327, [0.196, 0.477, -0.221]),
];

/// Points on the middle line: mesh index, y and z.
const MIDDLE: [(usize, [f32; 2]); 11] = [
    (10, [-0.602, -0.207]),
    (151, [-0.417, -0.246]),
    (9, [-0.216, -0.276]),
    (8, [-0.121, -0.262]),
    (168, [-0.045, -0.257]),
    (6, [0.037, -0.305]),
    (197, [0.116, -0.359]),
    (195, [0.190, -0.417]),
    (5, [0.268, -0.478]),
    (4, [0.364, -0.504]),
    (1, [0.437, -0.481]),
];

/// The pose of the head whose mesh this is. Angles in degrees with the API's signs: roll is positive clockwise in
/// the image, yaw when the face is turned to the image's right, pitch when it looks up.
pub(crate) fn pose(mesh: &Mesh) -> Pose {
    let reference = PAIRS
        .iter()
        .flat_map(|&(left, right, [x, y, z])| [(left, [-x, y, z]), (right, [x, y, z])])
        .chain(MIDDLE.iter().map(|&(index, [y, z])| (index, [0.0, y, z])));
    let seen = reference.map(|(index, from)| {
        let Vertex { x, y, z } = mesh.vertex(index);
        (from.map(f64::from), [x, y, z].map(f64::from))
    });
    let [w, x, y, z] = rotation(seen);
    // The rotation as turn in the image (roll) after turn about the vertical after nod: the columns of its matrix.
    // Seen from the camera, with y down and z away, the last two run against the API's signs.
    let roll = (2.0 * (x * y + w * z)).atan2(1.0 - 2.0 * (y * y + z * z));
    let yaw = (2.0 * (x * z - w * y)).clamp(-1.0, 1.0).asin();
    let pitch = -(2.0 * (y * z + w * x)).atan2(1.0 - 2.0 * (x * x + y * y));
    let degrees = |radians: f64| radians.to_degrees() as f32;
    Pose { roll: degrees(roll), yaw: degrees(yaw), pitch: degrees(pitch) }
}

/// The rotation, as a unit quaternion (w, x, y, z), that turns the first points of the pairs onto the second with
/// the least sum of squares, shifts and scale aside (Horn 1987, "Closed-form solution of absolute orientation using
/// unit quaternions").
fn rotation(pairs: impl Iterator<Item = ([f64; 3], [f64; 3])> + Clone) -> [f64; 4] {
    let mut count = 0.0;
    let (mut mean_from, mut mean_to) = ([0.0; 3], [0.0; 3]);
    for (from, to) in pairs.clone() {
        count += 1.0;
        for i in 0..3 {
            mean_from[i] += from[i];
            mean_to[i] += to[i];
        }
    }
    let mut s = [[0.0; 3]; 3];
    for (from, to) in pairs {
        for i in 0..3 {
            for j in 0..3 {
                s[i][j] += (from[i] - mean_from[i] / count) * (to[j] - mean_to[j] / count);
            }
        }
    }
    let [[xx, xy, xz], [yx, yy, yz], [zx, zy, zz]] = s;
    largest_eigenvector([
        [xx + yy + zz, yz - zy, zx - xz, xy - yx],
        [yz - zy, xx - yy - zz, xy + yx, zx + xz],
        [zx - xz, xy + yx, yy - xx - zz, yz + zy],
        [xy - yx, zx + xz, yz + zy, zz - xx - yy],
    ])
}

/// The unit eigenvector of the largest eigenvalue of a symmetric matrix, by Jacobi's rotations. Ten sweeps are
/// twice what 4 x 4 matrices need to reach the precision of the numbers.
fn largest_eigenvector(mut a: [[f64; 4]; 4]) -> [f64; 4] {
    let mut vectors =
        [[1.0, 0.0, 0.0, 0.0], [0.0, 1.0, 0.0, 0.0], [0.0, 0.0, 1.0, 0.0], [0.0, 0.0, 0.0, 1.0]];
    for _sweep in 0..10 {
        for (p, q) in [(0, 1), (0, 2), (0, 3), (1, 2), (1, 3), (2, 3)] {
            if a[p][q].abs() < f64::MIN_POSITIVE {
                continue;
            }
            let theta = (a[q][q] - a[p][p]) / (2.0 * a[p][q]);
            let t = theta.signum() / (theta.abs() + theta.hypot(1.0));
            let c = 1.0 / t.hypot(1.0);
            let s = t * c;
            for row in &mut a {
                (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
            }
            let (upper, lower) = (a[p], a[q]);
            for i in 0..4 {
                a[p][i] = c * upper[i] - s * lower[i];
                a[q][i] = s * upper[i] + c * lower[i];
            }
            for row in &mut vectors {
                (row[p], row[q]) = (c * row[p] - s * row[q], s * row[p] + c * row[q]);
            }
        }
    }
    let mut best = 0;
    for i in 1..4 {
        if a[i][i] > a[best][best] {
            best = i;
        }
    }
    vectors.map(|row| row[best])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::mesh::POINTS;

    /// The reference face itself, turned: nod, then turn about the vertical, then roll, all in degrees and the API's
    /// signs, drawn as a mesh of some size somewhere.
    fn turned(roll: f64, yaw: f64, pitch: f64, scale: f64) -> Mesh {
        let (roll, yaw, pitch) = (roll.to_radians(), -yaw.to_radians(), -pitch.to_radians());
        let mut vertices = vec![Vertex::default(); POINTS];
        let mut place = |index: usize, [x, y, z]: [f32; 3]| {
            let [x, y, z] = [x, y, z].map(f64::from);
            let (y, z) = (y * pitch.cos() - z * pitch.sin(), y * pitch.sin() + z * pitch.cos());
            let (x, z) = (x * yaw.cos() + z * yaw.sin(), z * yaw.cos() - x * yaw.sin());
            let (x, y) = (x * roll.cos() - y * roll.sin(), x * roll.sin() + y * roll.cos());
            vertices[index] = Vertex {
                x: (x * scale + 300.0) as f32,
                y: (y * scale + 200.0) as f32,
                z: (z * scale - 20.0) as f32,
            };
        };
        for (left, right, [x, y, z]) in PAIRS {
            place(left, [-x, y, z]);
            place(right, [x, y, z]);
        }
        for (index, [y, z]) in MIDDLE {
            place(index, [0.0, y, z]);
        }
        Mesh::from_vertices(vertices)
    }

    #[test]
    fn signs_are_the_apis() {
        // The nose tip moves to the image's right and up when yaw and pitch are positive.
        let straight = turned(0.0, 0.0, 0.0, 100.0).point(4);
        assert!(turned(0.0, 20.0, 0.0, 100.0).point(4).x > straight.x + 10.0);
        assert!(turned(0.0, 0.0, 20.0, 100.0).point(4).y < straight.y - 10.0);
        // Clockwise: the image-right eye sinks.
        let rolled = turned(20.0, 0.0, 0.0, 100.0);
        assert!(rolled.point(263).y > rolled.point(33).y + 10.0);
    }

    #[test]
    fn a_mesh_without_extent_has_finite_angles() {
        let flat = Mesh::from_vertices(vec![Vertex::default(); POINTS]);
        let Pose { roll, yaw, pitch } = pose(&flat);
        assert!([roll, yaw, pitch].iter().all(|v| v.is_finite()));
    }

    proptest! {
        #[test]
        fn angles_are_recovered(roll in -179f64..179.0, yaw in -80f64..80.0, pitch in -80f64..80.0, scale in 10f64..2000.0) {
            let found = pose(&turned(roll, yaw, pitch, scale));
            prop_assert!((f64::from(found.roll) - roll).abs() < 0.05, "{:?}", found);
            prop_assert!((f64::from(found.yaw) - yaw).abs() < 0.05, "{:?}", found);
            prop_assert!((f64::from(found.pitch) - pitch).abs() < 0.05, "{:?}", found);
        }
    }
}
