//! How sharp a grey image is, whatever its light and contrast.
//!
//! Owns the measure: the share of the differences between neighbours that a slight blur takes away, much
//! in a sharp picture and little in one that is blurred already. The plain energy of the Laplacian, the usual measure,
//! grows with light and contrast and rates dark skin sharper. Noise counts as detail. Refuses to know what is looked at.

/// Rows and columns around a looked-at pixel that the blur reads.
pub(crate) const REACH: usize = 3;

/// One half of a Gaussian of standard deviation 1.2 pixels, from its middle; the sum over both halves is 1.
const GAUSSIAN: [f32; REACH + 1] = [0.333_32, 0.235_56, 0.083_13, 0.014_65];

/// The pixels that are looked at: first row and column, and those after the last. Outside of it the blur reads up to
/// [`REACH`] + 1 further; what the image does not hold there counts as black.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Area {
    pub(crate) top: usize,
    pub(crate) bottom: usize,
    pub(crate) left: usize,
    pub(crate) right: usize,
}

/// Which share counts as 0 and which as 100; it depends on how what is looked at was resized.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scale {
    pub(crate) blurred: f32,
    pub(crate) sharp: f32,
}

/// A grey image beside its blurred self: made once, asked for as many parts of it as there are.
#[derive(Debug)]
pub(crate) struct Detail<'a> {
    luma: &'a [f32],
    blurred: Vec<f32>,
    width: usize,
    area: Area,
}

impl<'a> Detail<'a> {
    /// Of `luma` (rows of `width`, any range of numbers) inside `area`.
    pub(crate) fn of(luma: &'a [f32], width: usize, area: Area) -> Self {
        Self { luma, blurred: blur(luma, width, area), width, area }
    }

    /// The sharpness, 0 to 100 on `scale`; two neighbours count where `counts` says so of both their places.
    pub(crate) fn sharpness(&self, scale: Scale, counts: impl Fn(usize) -> bool) -> f32 {
        let (across, down) = (self.removed(1, &counts), self.removed(self.width, &counts));
        // The smaller of both: a picture smeared in one direction is not sharp.
        (100.0 * (across.min(down) - scale.blurred) / (scale.sharp - scale.blurred)).clamp(0.0, 100.0)
    }

    /// The share of the differences between neighbours `step` apart that the blur took away.
    fn removed(&self, step: usize, counts: impl Fn(usize) -> bool) -> f32 {
        let Self { luma, blurred, width, area } = self;
        let (mut lost, mut all) = (0.0, 0.0);
        for y in area.top..area.bottom {
            for x in area.left..area.right {
                let (here, next) = (y * width + x, y * width + x + step);
                if let (Some(a), Some(b), Some(c), Some(d)) =
                    (luma.get(here), luma.get(next), blurred.get(here), blurred.get(next))
                    && counts(here)
                    && counts(next)
                {
                    let before = (b - a).abs();
                    lost += (before - (d - c).abs()).max(0.0);
                    all += before;
                }
            }
        }
        // Differences of less than a ten-thousandth of a grey level each are rounding, not a picture.
        if all > 1e-7 * luma.len() as f32 { lost / all } else { 0.0 }
    }
}

/// The luma blurred, where it is looked at; zero elsewhere.
fn blur(luma: &[f32], width: usize, area: Area) -> Vec<f32> {
    let at = |image: &[f32], index: usize, step: usize| {
        let [middle, side @ ..] = GAUSSIAN;
        let both = |(k, weight): (usize, f32)| {
            let reach = (k + 1) * step;
            let before = index.checked_sub(reach).and_then(|before| image.get(before));
            weight * (before.unwrap_or(&0.0) + image.get(index + reach).unwrap_or(&0.0))
        };
        middle * image.get(index).unwrap_or(&0.0) + side.into_iter().enumerate().map(both).sum::<f32>()
    };
    let pass = |image: &[f32], step: usize, margin: usize| {
        let mut blurred = vec![0.0; image.len()];
        // One column and row more than is looked at, for the differences.
        for y in area.top.saturating_sub(margin)..=area.bottom + margin {
            for x in area.left.saturating_sub(margin)..=area.right + margin {
                if let Some(pixel) = blurred.get_mut(y * width + x) {
                    *pixel = at(image, y * width + x, step);
                }
            }
        }
        blurred
    };
    pass(&pass(luma, 1, REACH), width, 0)
}
