//! How large the detector sees a picture: the one place where that is decided.

/// Longest side of the detector's input, pixels.
const LONGEST_SIDE: u32 = 960;

/// The network halves its input five times and adds the halves up again, so its sides are multiples of this.
const STRIDE: usize = 32;

/// The detector's view of a picture: shrunk by `scale` to `width` x `height`, in an input of `input_width` x
/// `input_height`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DetectorPlan {
    /// Input pixels for one picture pixel, at most 1: pictures are never enlarged.
    pub scale: f32,
    /// Of the shrunk picture, pixels.
    pub width: usize,
    /// Of the shrunk picture, pixels.
    pub height: usize,
    /// Of the network's input, pixels, a multiple of 32.
    pub input_width: usize,
    /// Of the network's input, pixels, a multiple of 32.
    pub input_height: usize,
}

impl DetectorPlan {
    /// The plan for a picture of `width` x `height` pixels.
    #[must_use]
    pub fn for_picture(width: u32, height: u32) -> Self {
        let scale = (LONGEST_SIDE as f32 / width.max(height).max(1) as f32).min(1.0);
        let side = |pixels: u32| ((pixels as f32 * scale).round() as usize).max(1);
        let (width, height) = (side(width), side(height));
        Self {
            scale,
            width,
            height,
            input_width: width.next_multiple_of(STRIDE),
            input_height: height.next_multiple_of(STRIDE),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn small_pictures_keep_their_size() {
        let plan = DetectorPlan::for_picture(640, 480);
        assert_eq!((plan.scale, plan.width, plan.height), (1.0, 640, 480));
        assert_eq!((plan.input_width, plan.input_height), (640, 480));
    }

    proptest! {
        #[test]
        fn the_input_holds_the_shrunk_picture_and_little_more(width in 1u32..20_000, height in 1u32..20_000) {
            let plan = DetectorPlan::for_picture(width, height);
            prop_assert!(plan.scale <= 1.0);
            prop_assert!(plan.width.max(plan.height) <= LONGEST_SIDE as usize);
            prop_assert_eq!((plan.input_width % STRIDE, plan.input_height % STRIDE), (0, 0));
            prop_assert!(plan.input_width >= plan.width && plan.input_width < plan.width + STRIDE);
            prop_assert!(plan.input_height >= plan.height && plan.input_height < plan.height + STRIDE);
        }
    }
}
