//! How large the detector sees a picture: the one place where that is decided.
//!
//! YuNet finds a face when its longer side has between about 16 and 600 pixels at the detector's input. Measured on
//! 700 faces placed at known sizes, with confidence from .5: recall .86 at 16 px, .95 at 18, .99 at 20, .999 at 24; on
//! large faces the box fits worse and worse (overlap with the true one .90 at 400 px, .78 at 600) and at 800 px half
//! of them are lost. So a picture of more than 640 pixels is seen twice: fine for the small faces and coarse for the
//! large ones, which costs a ninth more.

/// Up to here a picture is seen at its own size, once.
const PLAIN_SIDE: u32 = 640;

/// Share of a larger picture's longer side that the fine view keeps: a face of 40 px in 1920 x 1080 has 24 px.
const FINE_SHARE: f32 = 0.6;

/// The fine view's longest side. From 1920 px on the smallest face that is found grows with the picture, as the
/// API's documentation allows.
const FINEST_SIDE: u32 = 1152;

/// The coarse view's longest side: a face that fills it is well inside what the network finds.
const COARSE_SIDE: u32 = 384;

/// Longer side of a face, pixels of the fine view, from which the coarse view is believed instead.
const LARGE_FACE: f32 = 360.0;

/// The two views overlap by this factor, so that a face near the border is lost by neither.
const MARGIN: f32 = 0.8;

/// The network halves its input five times and adds the halves up again, so its sides are multiples of this.
const STRIDE: usize = 32;

/// A picture as the detector sees it once: shrunk to `width` x `height` in the upper left of an input of `input_width`
/// x `input_height`. All in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct View {
    pub(super) width: usize,
    pub(super) height: usize,
    pub(super) input_width: usize,
    pub(super) input_height: usize,
    /// Input pixels for one picture pixel, across and down; they differ by rounding.
    pub(super) scale: [f32; 2],
}

impl View {
    /// Pixels as they are.
    pub(super) fn of(width: usize, height: usize) -> Self {
        let [input_width, input_height] = [width, height].map(|side| side.next_multiple_of(STRIDE));
        Self { width, height, input_width, input_height, scale: [1.0; 2] }
    }

    fn with_longest_side(picture: (u32, u32), longest: u32) -> Self {
        let scale = (longest as f32 / picture.0.max(picture.1) as f32).min(1.0);
        let side = |pixels: u32| ((pixels as f32 * scale).round() as usize).max(1);
        let (width, height) = (side(picture.0), side(picture.1));
        Self {
            width,
            height,
            input_width: width.next_multiple_of(STRIDE),
            input_height: height.next_multiple_of(STRIDE),
            scale: [width as f32 / picture.0 as f32, height as f32 / picture.1 as f32],
        }
    }
}

/// In which sizes the detector sees a picture, and which faces each view is believed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DetectorPlan {
    pub(super) fine: View,
    pub(super) coarse: View,
    /// The fine view misses large faces: the coarse one is always needed.
    pub(super) twice: bool,
    /// Longer side in picture pixels below which the fine view is believed.
    pub(super) fine_below: f32,
    /// Longer side in picture pixels from which the coarse view is believed.
    pub(super) coarse_from: f32,
}

impl DetectorPlan {
    /// The plan for a picture of `width` x `height` pixels, neither of them zero.
    #[must_use]
    pub fn for_picture(width: u32, height: u32) -> Self {
        let longest = width.max(height);
        let fine_side = longest.min(((longest as f32 * FINE_SHARE) as u32).clamp(PLAIN_SIDE, FINEST_SIDE));
        let fine = View::with_longest_side((width, height), fine_side);
        let coarse = View::with_longest_side((width, height), COARSE_SIDE.min(fine_side / 2).max(1));
        let large = LARGE_FACE * longest as f32 / fine_side as f32;
        Self { fine, coarse, twice: fine_side > PLAIN_SIDE, fine_below: large, coarse_from: MARGIN * large }
    }

    /// Whether the picture gets the coarse view whatever the fine one shows.
    #[must_use]
    pub fn always_twice(&self) -> bool {
        self.twice
    }

    /// Sides (width, height) in pixels of the network's input for the fine view, which every picture gets.
    #[must_use]
    pub fn fine_input(&self) -> (usize, usize) {
        (self.fine.input_width, self.fine.input_height)
    }

    /// Sides (width, height) in pixels of the network's input for the coarse view, which pictures of more than 640
    /// pixels get, and smaller ones in which the fine view found nothing or a very large face.
    #[must_use]
    pub fn coarse_input(&self) -> (usize, usize) {
        (self.coarse.input_width, self.coarse.input_height)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_pictures_keep_their_size() {
        let plan = DetectorPlan::for_picture(640, 480);
        assert_eq!((plan.fine.scale, plan.fine.width, plan.fine.height), ([1.0; 2], 640, 480));
        assert_eq!((plan.fine_input(), plan.twice), ((640, 480), false));
    }

    #[test]
    fn a_face_of_40_pixels_in_full_hd_has_24_at_the_input() {
        let plan = DetectorPlan::for_picture(1920, 1080);
        assert!((plan.fine.scale[0] * 40.0 - 24.0).abs() < 0.01);
        assert!(plan.twice);
        assert_eq!(plan.fine_input(), (1152, 672));
        assert_eq!(plan.coarse_input(), (384, 224));
    }

    proptest! {
        #[test]
        fn inputs_hold_the_shrunk_picture_and_little_more(width in 1u32..20_000, height in 1u32..20_000) {
            let plan = DetectorPlan::for_picture(width, height);
            for view in [plan.fine, plan.coarse] {
                prop_assert!(view.width.max(view.height) <= FINEST_SIDE as usize);
                prop_assert!(view.scale[0] <= 1.0 || view.width == 1);
                prop_assert_eq!((view.input_width % STRIDE, view.input_height % STRIDE), (0, 0));
                prop_assert!(view.input_width >= view.width && view.input_width < view.width + STRIDE);
                prop_assert!(view.input_height >= view.height && view.input_height < view.height + STRIDE);
            }
            prop_assert!(plan.coarse_from < plan.fine_below);
        }
    }
}
