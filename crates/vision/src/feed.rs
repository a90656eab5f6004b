//! What a manifest says of a network's input, in the terms in which pixels are written into tensors.
//!
//! Owns nothing but this translation. The manifest checks its own numbers.

use crate::crop::{self, Layout};
use crate::models::{Channels, Input, Layout as Axes};
use crate::patch::Means;
use crate::resize;

/// The input for crops. The manifest has made sure that it is square.
pub(crate) fn square(input: &Input) -> crop::Input {
    crop::Input {
        side: input.width.unwrap_or_default(),
        layout: layout(input),
        scale: input.scale,
        offset: offset(input),
        means: Means::Quick,
    }
}

/// The input for rectangles of a picture; a side that is free is taken as `free` pixels.
pub(crate) fn rectangle(input: &Input, free: usize) -> resize::Input {
    resize::Input {
        width: input.width.unwrap_or(free),
        height: input.height.unwrap_or(free),
        layout: layout(input),
        scale: input.scale,
        offset: offset(input),
    }
}

fn layout(input: &Input) -> Layout {
    match (input.layout, input.channels) {
        (Axes::Nchw, Channels::Rgb) => Layout::PlanarRgb,
        (Axes::Nchw, Channels::Bgr) => Layout::PlanarBgr,
        (Axes::Nchw, Channels::Grey) => Layout::PlanarGrey,
        (Axes::Nhwc, Channels::Rgb) => Layout::PackedRgb,
        (Axes::Nhwc, Channels::Bgr) => Layout::PackedBgr,
        (Axes::Nhwc, Channels::Grey) => Layout::PackedGrey,
    }
}

/// Summands for R, G, B; a manifest's means come in the order of its channels.
fn offset(input: &Input) -> [f32; 3] {
    let [first, second, third] = input.mean.map(|mean| -mean * input.scale);
    match input.channels {
        Channels::Bgr => [third, second, first],
        Channels::Rgb | Channels::Grey => [first, second, third],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_manifests_mean_follows_its_channels() {
        let input = Input {
            layout: Axes::Nchw,
            channels: Channels::Bgr,
            width: Some(112),
            height: Some(112),
            mean: [100.0, 110.0, 120.0],
            scale: 0.5,
        };
        let made = square(&input);
        assert_eq!(made.layout, Layout::PlanarBgr);
        assert_eq!((made.side, made.scale), (112, 0.5));
        // Offsets are R, G, B; the mean was B, G, R.
        assert_eq!(made.offset, [-60.0, -55.0, -50.0]);
        let free = rectangle(&Input { width: None, ..input }, 320);
        assert_eq!((free.width, free.height, free.offset), (320, 112, made.offset));
    }
}
