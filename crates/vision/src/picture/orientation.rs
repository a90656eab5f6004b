//! The eight ways in which a camera can have been held: EXIF orientation as an operation on pixels.
//!
//! Owns the meaning of the EXIF values 1 to 8 and the rearrangement of RGB pixels. Reads no file.
//!
//! # Invariants
//! - Applying an orientation moves every pixel exactly once and loses none; each is undone by [`Orientation::inverse`].

/// Side of the square tiles in which a transposition walks. 64 x 64 pixels of source and target (24 KB) stay in the
/// first-level cache; row by row, every store of a tall column would miss it.
const TILE: usize = 64;

/// How stored pixels must be moved to stand upright. The numbers are EXIF's.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Orientation {
    /// 1: as stored.
    #[default]
    Upright,
    /// 2: mirror left and right.
    MirrorHorizontal,
    /// 3: turn by 180 degrees.
    Rotate180,
    /// 4: mirror top and bottom.
    MirrorVertical,
    /// 5: swap rows and columns.
    Transpose,
    /// 6: turn clockwise by 90 degrees.
    Rotate90,
    /// 7: swap rows and columns about the other diagonal.
    Transverse,
    /// 8: turn counter-clockwise by 90 degrees.
    Rotate270,
}

impl Orientation {
    /// All eight, in EXIF's order.
    pub const ALL: [Self; 8] = [
        Self::Upright,
        Self::MirrorHorizontal,
        Self::Rotate180,
        Self::MirrorVertical,
        Self::Transpose,
        Self::Rotate90,
        Self::Transverse,
        Self::Rotate270,
    ];

    /// The orientation of an EXIF value; anything outside 1..=8 is no statement and means upright.
    #[must_use]
    pub fn from_exif(value: u32) -> Self {
        value.checked_sub(1).and_then(|i| Self::ALL.get(i as usize)).copied().unwrap_or_default()
    }

    /// EXIF's value, 1..=8.
    #[must_use]
    pub fn exif(self) -> u16 {
        self as u16 + 1
    }

    /// The orientation that undoes this one.
    #[must_use]
    pub fn inverse(self) -> Self {
        match self {
            Self::Rotate90 => Self::Rotate270,
            Self::Rotate270 => Self::Rotate90,
            own => own,
        }
    }

    /// Whether width and height change places.
    #[must_use]
    pub fn swaps_sides(self) -> bool {
        matches!(self, Self::Transpose | Self::Rotate90 | Self::Transverse | Self::Rotate270)
    }

    /// Moves `rgb` (`3 * width * height` bytes) and returns the new width, height and pixels. The four orientations
    /// that keep the sides work in place; the others need a second buffer of the same size.
    pub(super) fn apply(self, width: usize, height: usize, mut rgb: Vec<u8>) -> (usize, usize, Vec<u8>) {
        debug_assert_eq!(rgb.len(), 3 * width * height);
        match self {
            Self::Upright => {}
            Self::MirrorHorizontal => {
                for row in rgb.chunks_exact_mut(3 * width) {
                    row.as_chunks_mut::<3>().0.reverse();
                }
            }
            Self::Rotate180 => rgb.as_chunks_mut::<3>().0.reverse(),
            Self::MirrorVertical => {
                let row = 3 * width;
                let (top, rest) = rgb.split_at_mut(row * (height / 2));
                let bottom = rest.len() - top.len();
                let bottom = rest.split_at_mut(bottom).1;
                for (a, b) in top.chunks_exact_mut(row).zip(bottom.chunks_exact_mut(row).rev()) {
                    a.swap_with_slice(b);
                }
            }
            Self::Transpose | Self::Rotate90 | Self::Transverse | Self::Rotate270 => {
                return (height, width, self.transposed(width, height, &rgb));
            }
        }
        (width, height, rgb)
    }

    fn transposed(self, width: usize, height: usize, rgb: &[u8]) -> Vec<u8> {
        // In the target, x runs along the source's rows (y) and y along its columns (x); two of the four
        // orientations run backwards in each.
        let x_backwards = matches!(self, Self::Rotate90 | Self::Transverse);
        let y_backwards = matches!(self, Self::Rotate270 | Self::Transverse);
        let source = rgb.as_chunks::<3>().0;
        let mut target = vec![0u8; rgb.len()];
        let pixels = target.as_chunks_mut::<3>().0;
        for tile_y in (0..height).step_by(TILE) {
            for tile_x in (0..width).step_by(TILE) {
                for x in tile_x..(tile_x + TILE).min(width) {
                    let target_y = if y_backwards { width - 1 - x } else { x };
                    for y in tile_y..(tile_y + TILE).min(height) {
                        let target_x = if x_backwards { height - 1 - y } else { y };
                        if let (Some(to), Some(from)) =
                            (pixels.get_mut(target_y * height + target_x), source.get(y * width + x))
                        {
                            *to = *from;
                        }
                    }
                }
            }
        }
        target
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::Orientation;

    /// A 3 x 2 picture whose pixels are numbered 0..6, and how it must look after each orientation.
    #[test]
    fn every_orientation_moves_the_pixels_as_exif_says() {
        let expected: [(usize, &[u8]); 8] = [
            (3, &[0, 1, 2, 3, 4, 5]),
            (3, &[2, 1, 0, 5, 4, 3]),
            (3, &[5, 4, 3, 2, 1, 0]),
            (3, &[3, 4, 5, 0, 1, 2]),
            (2, &[0, 3, 1, 4, 2, 5]),
            (2, &[3, 0, 4, 1, 5, 2]),
            (2, &[5, 2, 4, 1, 3, 0]),
            (2, &[2, 5, 1, 4, 0, 3]),
        ];
        for (orientation, (width, pixels)) in Orientation::ALL.into_iter().zip(expected) {
            let rgb = (0..6u8).flat_map(|i| [i; 3]).collect();
            let (w, h, rgb) = orientation.apply(3, 2, rgb);
            assert_eq!((w, h), (width, 6 / width), "{orientation:?}");
            assert_eq!(rgb.iter().step_by(3).copied().collect::<Vec<_>>(), pixels, "{orientation:?}");
        }
    }

    #[test]
    fn values_outside_of_exif_mean_upright() {
        for value in [0, 9, u32::MAX] {
            assert_eq!(Orientation::from_exif(value), Orientation::Upright);
        }
        for orientation in Orientation::ALL {
            assert_eq!(Orientation::from_exif(orientation.exif().into()), orientation);
        }
    }

    proptest! {
        #[test]
        fn the_inverse_restores_every_picture(width in 1usize..150, height in 1usize..150, which in 0usize..8, seed in any::<u8>()) {
            let orientation = Orientation::ALL[which];
            let original: Vec<u8> = (0..3 * width * height).map(|i| (i as u8).wrapping_mul(31).wrapping_add(seed)).collect();
            let (w, h, turned) = orientation.apply(width, height, original.clone());
            prop_assert_eq!((w, h), if orientation.swaps_sides() { (height, width) } else { (width, height) });
            prop_assert_eq!(orientation.inverse().apply(w, h, turned), (width, height, original));
        }
    }
}
