//! CIELAB: a colour space in which distances are about as large as people see them.
//!
//! Source: CIE 15, with the white of sRGB (D65). Oklab was tried first: it spreads dark colours so far that a dark grey came
//! nearest to `midnightblue`.

/// A colour: lightness 0 to 100, then green to red and blue to yellow, each about -110 to 110.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Lab(pub(super) [f32; 3]);

impl Lab {
    /// The colour of sRGB samples, 0 to 255 each; fractions are allowed.
    pub(super) fn of(rgb: [f32; 3]) -> Self {
        let [r, g, b] = rgb.map(|sample| linear(sample / 255.0));
        // Relative to the white point (0.950 47, 1, 1.088 83).
        let x = (0.412_456_4 * r + 0.357_576_1 * g + 0.180_437_5 * b) / 0.950_47;
        let y = 0.212_672_9 * r + 0.715_152_2 * g + 0.072_175 * b;
        let z = (0.019_333_9 * r + 0.119_192 * g + 0.950_304_1 * b) / 1.088_83;
        let [x, y, z] = [x, y, z].map(|part| {
            if part > 216.0 / 24389.0 { part.cbrt() } else { (24389.0 / 27.0 * part + 16.0) / 116.0 }
        });
        Self([116.0 * y - 16.0, 500.0 * (x - y), 200.0 * (y - z)])
    }

    /// The square of the distance to another.
    pub(super) fn squared_distance(self, other: Self) -> f32 {
        let Self([l, a, b]) = self;
        let Self([m, c, d]) = other;
        (l - m) * (l - m) + (a - c) * (a - c) + (b - d) * (b - d)
    }
}

/// The sRGB transfer function undone; 0 to 1.
fn linear(sample: f32) -> f32 {
    if sample <= 0.040_45 { sample / 12.92 } else { ((sample + 0.055) / 1.055).powf(2.4) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn known_colours_have_their_published_coordinates() {
        for (rgb, expected) in [
            ([255.0, 255.0, 255.0], [100.0, 0.0, 0.0]),
            ([0.0, 0.0, 0.0], [0.0, 0.0, 0.0]),
            ([255.0, 0.0, 0.0], [53.24, 80.09, 67.20]),
            ([0.0, 0.0, 255.0], [32.30, 79.19, -107.86]),
        ] {
            let Lab(found) = Lab::of(rgb);
            assert!(found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 0.05), "{found:?}");
        }
    }
}
