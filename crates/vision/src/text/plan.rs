//! How large the text detector sees a picture: the one place where that is decided.
//!
//! The network finds letters from about 8 to 200 pixels high at its input. A picture is therefore enlarged until its shorter side has
//! [`SHORT_SIDE`] pixels, though no further than [`ENLARGED`] times, and shrunk until its longer side has [`LONG_SIDE`]. What was measured
//! is in `docs/text.md`.

/// Shorter side up to which a small picture is enlarged, pixels.
const SHORT_SIDE: f32 = 736.0;

/// Most that a picture is enlarged: beyond, letters only become blurred.
const ENLARGED: f32 = 3.0;

/// Longest side of the detector's input, pixels; with it, time and memory are bounded.
const LONG_SIDE: f32 = 2016.0;

/// The network halves its input five times and adds the halves up again, so its sides are multiples of this.
const STRIDE: f32 = 32.0;

/// The detector's input for a picture. The picture fills it; its sides are rounded to the stride, each by itself.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextPlan {
    /// Pixels of the input.
    pub(super) width: usize,
    /// Pixels of the input.
    pub(super) height: usize,
    /// Picture pixels for one input pixel, across and down.
    pub(super) scale: [f32; 2],
}

impl TextPlan {
    /// For a picture of `width` x `height` pixels, neither of them zero.
    #[must_use]
    pub fn for_picture(width: u32, height: u32) -> Self {
        let (across, down) = (width.max(1) as f32, height.max(1) as f32);
        let enlarge = (SHORT_SIDE / across.min(down)).clamp(1.0, ENLARGED);
        let factor = enlarge.min(LONG_SIDE / across.max(down));
        let side = |pixels: f32| ((pixels * factor / STRIDE).round().max(1.0) * STRIDE) as usize;
        let (width, height) = (side(across), side(down));
        Self { width, height, scale: [across / width as f32, down / height as f32] }
    }

    /// Sides (width, height) of the network's input, pixels.
    #[must_use]
    pub fn input(&self) -> (usize, usize) {
        (self.width, self.height)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_pictures_are_enlarged_and_large_ones_shrunk() {
        assert_eq!(TextPlan::for_picture(640, 480).input(), (992, 736));
        assert_eq!(TextPlan::for_picture(80, 80).input(), (256, 256));
        assert_eq!(TextPlan::for_picture(1000, 800).input(), (992, 800));
        assert_eq!(TextPlan::for_picture(6000, 4000).input(), (2016, 1344));
    }

    proptest! {
        #[test]
        fn inputs_fit_the_network_and_are_bounded(width in 1u32..17_000, height in 1u32..17_000) {
            let plan = TextPlan::for_picture(width, height);
            for (side, scale, pixels) in [(plan.width, plan.scale[0], width), (plan.height, plan.scale[1], height)] {
                prop_assert!((32..=2016).contains(&side) && side % 32 == 0);
                prop_assert!((side as f32 * scale - pixels as f32).abs() < 1.0 + pixels as f32 * 1e-5);
            }
        }
    }
}
