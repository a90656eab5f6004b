//! Operations on images: convolution, pooling, resizing, padding; and the matrix product, which shares their fusing.

use super::super::ImportError;
use super::super::array::{Array, Element, Elements};
use super::super::graph::Parameter;
use super::ops::{constant, input, ints};
use super::topology::Node;
use super::value::{NCHW, Value, plain};
use super::walk::Walk;

/// Most channels that an image is filled up to: far above every real network, so that the identity stays small.
const MAX_CHANNELS: usize = 4096;

/// One direction of a window that moves over an image, lengths in pixels.
#[derive(Clone, Copy)]
struct Window {
    length: usize,
    stride: usize,
    dilation: usize,
}

/// What padding a window gets and how many places it then has.
struct Fit {
    before: usize,
    after: usize,
    places: usize,
}

enum Padding {
    Same,
    Valid,
    Explicit { before: usize, after: usize },
}

impl Window {
    /// Fits the window into `length` pixels; `None` when it does not fit.
    fn fit(self, length: usize, padding: &Padding) -> Option<Fit> {
        let reach = (self.length.checked_sub(1)?).checked_mul(self.dilation)?.checked_add(1)?;
        if self.stride == 0 || self.dilation == 0 || length == 0 {
            return None;
        }
        let (before, after) = match padding {
            Padding::Valid => (0, 0),
            Padding::Explicit { before, after } => (*before, *after),
            Padding::Same => {
                let places = length.div_ceil(self.stride);
                let wanted = (places - 1).checked_mul(self.stride)?.checked_add(reach)?;
                let total = wanted.saturating_sub(length);
                // TensorFlow puts the odd pixel at the end.
                (total / 2, total - total / 2)
            }
        };
        let padded = length.checked_add(before)?.checked_add(after)?;
        let places = padded.checked_sub(reach)? / self.stride + 1;
        Some(Fit { before, after, places })
    }
}

impl Walk<'_> {
    /// A convolution, plain or depthwise, with the additions fused into it.
    pub(super) fn convolution(
        &mut self,
        node: &Node,
        inputs: &[Value],
        depthwise: bool,
    ) -> Result<Value, ImportError> {
        let image = input(node, inputs, 0)?.clone();
        let weight = constant(node, inputs, 1)?;
        let [batch, height, width, channels] = image_axes(node, &image)?;
        let &[kernel_height, kernel_width, inner, outer] = weight.shape() else {
            return Err(node.wrong(format!("a weight of shape {:?}", weight.shape())));
        };
        let windows = windows(node, [kernel_height, kernel_width], &positive(node, "strides", true)?)?;
        let [rows, columns] = fits(node, windows, [height, width])?;
        // Depthwise: [h, w, C, M] to [C * M, 1, h, w]; plain: [h, w, I, O] to [O, I, h, w].
        let (stored, groups, made) = if depthwise {
            let made = inner.checked_mul(outer).ok_or_else(|| node.wrong("absurd weight"))?;
            let moved = weight.transposed(&[2, 3, 0, 1]);
            (moved.and_then(|w| w.reshaped(vec![made, 1, kernel_height, kernel_width])), inner, made)
        } else {
            let groups = channels.checked_div(inner).ok_or_else(|| node.wrong("a weight without inputs"))?;
            (weight.transposed(&[3, 2, 0, 1]), groups, outer)
        };
        let stored = stored.ok_or_else(|| node.wrong("absurd weight"))?;
        if (depthwise && inner != channels) || (!depthwise && (groups * inner != channels || groups == 0)) {
            return Err(node.wrong(format!("a weight of shape {:?} on {channels} channels", weight.shape())));
        }
        let (bias, activations) = fused(node)?;
        let mut names = vec![self.nchw(node, &image)?, self.graph.constant(&stored)?];
        if bias {
            let bias = constant(node, inputs, 2)?;
            if bias.elements().len() != made {
                return Err(node.wrong(format!("a bias of shape {:?}", bias.shape())));
            }
            let flat = bias.clone().reshaped(vec![made]).ok_or_else(|| node.wrong("absurd bias"))?;
            names.push(self.graph.constant(&flat)?);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let output = self.graph.node(
            "Conv",
            &names,
            &[
                ("kernel_shape", Parameter::Ints(vec![kernel_height as i64, kernel_width as i64])),
                ("strides", Parameter::Ints(windows.iter().map(|w| w.stride as i64).collect())),
                ("dilations", Parameter::Ints(windows.iter().map(|w| w.dilation as i64).collect())),
                ("group", Parameter::Int(groups as i64)),
                ("pads", pads(&rows, &columns)),
            ],
        );
        let shape = vec![batch, rows.places, columns.places, made];
        let value = self.live(node, output, shape, NCHW.to_vec(), Element::F32)?;
        self.activations(node, value, &activations, inputs)
    }

    /// A matrix product with the additions fused into it.
    pub(super) fn matrix_product(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let (a, b) = (input(node, inputs, 0)?.clone(), input(node, inputs, 1)?.clone());
        let (&[a_rows, a_columns], &[b_rows, b_columns]) = (a.shape(), b.shape()) else {
            return Err(node.wrong(format!("shapes {:?} and {:?}", a.shape(), b.shape())));
        };
        let (turn_a, turn_b) = (node.flag("transpose_a"), node.flag("transpose_b"));
        let (rows, inner_a) = if turn_a { (a_columns, a_rows) } else { (a_rows, a_columns) };
        let (inner_b, columns) = if turn_b { (b_columns, b_rows) } else { (b_rows, b_columns) };
        if inner_a != inner_b {
            return Err(node.wrong(format!("shapes {:?} and {:?} do not fit", a.shape(), b.shape())));
        }
        self.batch_is_fixed |= turn_a || b.constant().is_none();
        let (bias, activations) = fused(node)?;
        let mut names = vec![self.plain(node, &a)?, self.plain(node, &b)?];
        if bias {
            let bias = input(node, inputs, 2)?.clone();
            names.push(self.plain(node, &bias)?);
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let output = self.graph.node(
            "Gemm",
            &names,
            &[("transA", Parameter::Int(i64::from(turn_a))), ("transB", Parameter::Int(i64::from(turn_b)))],
        );
        let value = self.live(node, output, vec![rows, columns], plain(2), Element::F32)?;
        self.activations(node, value, &activations, inputs)
    }

    /// Applies fused activations in order. Prelu's slope is the input after the bias.
    fn activations(
        &mut self,
        node: &Node,
        mut value: Value,
        names: &[String],
        inputs: &[Value],
    ) -> Result<Value, ImportError> {
        for name in names {
            let live = self.computed(node, &value)?;
            value = self.activation(node, name, live, inputs.get(3))?;
        }
        Ok(value)
    }

    pub(super) fn pool(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let image = input(node, inputs, 0)?.clone();
        let [batch, height, width, channels] = image_axes(node, &image)?;
        let kernel = positive(node, "ksize", true)?;
        let windows = windows(node, kernel, &positive(node, "strides", true)?)?;
        let [rows, columns] = fits(node, windows, [height, width])?;
        let stored = self.nchw(node, &image)?;
        let mut parameters = vec![
            ("kernel_shape", Parameter::Ints(kernel.iter().map(|&length| length as i64).collect())),
            ("strides", Parameter::Ints(windows.iter().map(|w| w.stride as i64).collect())),
            ("pads", pads(&rows, &columns)),
        ];
        let op = if node.op == "AvgPool" {
            parameters.push(("count_include_pad", Parameter::Int(0)));
            "AveragePool"
        } else {
            "MaxPool"
        };
        let output = self.graph.node(op, &[&stored], &parameters);
        self.live(
            node,
            output,
            vec![batch, rows.places, columns.places, channels],
            NCHW.to_vec(),
            Element::F32,
        )
    }

    pub(super) fn resize(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let image = input(node, inputs, 0)?.clone();
        let [batch, height, width, channels] = image_axes(node, &image)?;
        let size: Vec<usize> =
            ints(node, inputs, 1)?.iter().filter_map(|&length| usize::try_from(length).ok()).collect();
        let &[new_height, new_width] = size.as_slice() else {
            return Err(node.wrong("the new size is no pair of lengths"));
        };
        if [height, width, new_height, new_width].contains(&0) {
            return Err(node.wrong("an empty image"));
        }
        if (height, width) == (new_height, new_width) {
            return Ok(image);
        }
        let mode = match (node.flag("align_corners"), node.flag("half_pixel_centers")) {
            (true, _) => "align_corners",
            (false, true) => "half_pixel",
            (false, false) => "asymmetric",
        };
        let scales = vec![1.0, 1.0, new_height as f32 / height as f32, new_width as f32 / width as f32];
        let scales = self.graph.constant(&Array::f32s(scales))?;
        let stored = self.nchw(node, &image)?;
        let output = self.graph.node(
            "Resize",
            &[&stored, "", &scales],
            &[("mode", Parameter::Text("linear")), ("coordinate_transformation_mode", Parameter::Text(mode))],
        );
        self.live(node, output, vec![batch, new_height, new_width, channels], NCHW.to_vec(), Element::F32)
    }

    pub(super) fn depth_to_space(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let image = input(node, inputs, 0)?.clone();
        let [batch, height, width, channels] = image_axes(node, &image)?;
        let block =
            usize::try_from(node.int("block_size", 0)).ok().filter(|&block| (1..=64).contains(&block));
        let block = block.ok_or_else(|| node.wrong("an absurd block size"))?;
        if channels % (block * block) != 0 {
            return Err(node.wrong(format!("{channels} channels in blocks of {block}")));
        }
        let stored = self.nchw(node, &image)?;
        let parameters = [("blocksize", Parameter::Int(block as i64)), ("mode", Parameter::Text("DCR"))];
        let output = self.graph.node("DepthToSpace", &[&stored], &parameters);
        // Lengths are at most MAX_AXIS and the block at most 64, so nothing overflows.
        let shape = vec![batch, height * block, width * block, channels / block / block];
        self.live(node, output, shape, NCHW.to_vec(), image.element())
    }

    pub(super) fn pad(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let value = input(node, inputs, 0)?.clone();
        let live = self.computed(node, &value)?;
        let amounts = ints(node, inputs, 1)?;
        let amounts: Vec<usize> = amounts.iter().filter_map(|&amount| usize::try_from(amount).ok()).collect();
        let (pairs, _) = amounts.as_chunks::<2>();
        if amounts.len() != 2 * live.shape.len() {
            return Err(node.wrong(format!("{} amounts for {} axes", amounts.len(), live.shape.len())));
        }
        if amounts.iter().all(|&amount| amount == 0) {
            return Ok(value);
        }
        if live.element != Element::F32 {
            return Err(node.wrong("padding of whole numbers"));
        }
        let fill = match node.op.as_str() {
            "PadV2" => match constant(node, inputs, 2)?.elements() {
                Elements::F32(fill) if fill.len() == 1 => fill.first().copied().unwrap_or_default(),
                _ => return Err(node.wrong("the fill is no number")),
            },
            _ => 0.0,
        };
        if let ([1, height, width, channels], [0, 0, 0, 0, 0, 0, 0, more]) =
            (live.shape.as_slice(), amounts.as_slice())
            && live.layout == NCHW
            && fill == 0.0
        {
            let (shape, channels, more) = ([1, *height, *width], *channels, *more);
            return self.more_channels(node, &live.name, shape, channels, more);
        }
        let rank = live.shape.len();
        let mut stored = vec![0_i64; 2 * rank];
        let mut shape = Vec::with_capacity(rank);
        for ((&[before, after], &at), &length) in pairs.iter().zip(&live.layout).zip(&live.shape) {
            for (position, amount) in [(at, before), (rank + at, after)] {
                *stored.get_mut(position).ok_or_else(|| node.wrong("a broken layout"))? = amount as i64;
            }
            let padded = length.checked_add(before).and_then(|sum| sum.checked_add(after));
            shape.push(padded.ok_or_else(|| node.wrong("absurd padding"))?);
        }
        let stored = self.ints(stored)?;
        // Minus infinity, which a later maximum drops, would turn into NaN in a product with zero.
        let fill = self.graph.constant(&Array::scalar(fill.max(f32::MIN)))?;
        let output =
            self.graph.node("Pad", &[&live.name, &stored, &fill], &[("mode", Parameter::Text("constant"))]);
        self.live(node, output, shape, live.layout, live.element)
    }
}

impl Walk<'_> {
    /// `more` channels of zeros after the `channels` of an image, as a convolution of one pixel with the identity: the
    /// same numbers, without leaving the runtime's blocked layout.
    fn more_channels(
        &mut self,
        node: &Node,
        image: &str,
        [batch, height, width]: [usize; 3],
        channels: usize,
        more: usize,
    ) -> Result<Value, ImportError> {
        let total = channels.checked_add(more).filter(|&total| total <= MAX_CHANNELS);
        let total = total.ok_or_else(|| node.wrong("absurd padding"))?;
        let mut identity = vec![0.0_f32; total * channels];
        for channel in 0..channels {
            if let Some(weight) = identity.get_mut(channel * channels + channel) {
                *weight = 1.0;
            }
        }
        let identity = Array::new(vec![total, channels, 1, 1], Elements::F32(identity));
        let identity = self.graph.constant(&identity.ok_or_else(|| node.wrong("absurd padding"))?)?;
        let output =
            self.graph.node("Conv", &[image, &identity], &[("kernel_shape", Parameter::Ints(vec![1, 1]))]);
        self.live(node, output, vec![batch, height, width, total], NCHW.to_vec(), Element::F32)
    }
}

fn image_axes(node: &Node, value: &Value) -> Result<[usize; 4], ImportError> {
    // TensorFlow names the layout of images only where it is not the usual one.
    if let Some(format) = node.text("data_format")?
        && format != "NHWC"
    {
        return Err(node.wrong(format!("images in the layout {format}")));
    }
    value.shape().try_into().map_err(|_| node.wrong(format!("shape {:?} is no image", value.shape())))
}

/// Height's and width's number out of a list over all four axes; those of batch and channels must be 1.
fn positive(node: &Node, name: &str, required: bool) -> Result<[usize; 2], ImportError> {
    match node.ints(name).as_slice() {
        [] if !required => Ok([1, 1]),
        [1, height @ 1..=65536, width @ 1..=65536, 1] => Ok([*height as usize, *width as usize]),
        other => Err(node.wrong(format!("{name} {other:?}"))),
    }
}

fn windows(node: &Node, kernel: [usize; 2], strides: &[usize; 2]) -> Result<[Window; 2], ImportError> {
    let dilations = positive(node, "dilations", false)?;
    let window = |length, stride, dilation| Window { length, stride, dilation };
    Ok([window(kernel[0], strides[0], dilations[0]), window(kernel[1], strides[1], dilations[1])])
}

fn fits(node: &Node, windows: [Window; 2], lengths: [usize; 2]) -> Result<[Fit; 2], ImportError> {
    let name = node.text("padding")?.unwrap_or_default();
    let paddings = match name.as_str() {
        "SAME" => [Padding::Same, Padding::Same],
        "VALID" => [Padding::Valid, Padding::Valid],
        "EXPLICIT" => {
            let list = node.ints("explicit_paddings");
            let list: Vec<usize> = list.iter().filter_map(|&amount| usize::try_from(amount).ok()).collect();
            let &[0, 0, top, bottom, left, right, 0, 0] = list.as_slice() else {
                return Err(node.wrong(format!("explicit padding {list:?}")));
            };
            [
                Padding::Explicit { before: top, after: bottom },
                Padding::Explicit { before: left, after: right },
            ]
        }
        other => return Err(node.wrong(format!("padding {other}"))),
    };
    let fit = |direction: usize| {
        let fit = windows[direction].fit(lengths[direction], &paddings[direction]);
        fit.ok_or_else(|| node.wrong(format!("a window that does not fit {lengths:?}")))
    };
    Ok([fit(0)?, fit(1)?])
}

fn pads(rows: &Fit, columns: &Fit) -> Parameter {
    Parameter::Ints(
        [rows.before, columns.before, rows.after, columns.after].map(|amount| amount as i64).to_vec(),
    )
}

/// What is fused into a convolution or product: whether a bias comes first, and the activations after it.
fn fused(node: &Node) -> Result<(bool, Vec<String>), ImportError> {
    let mut names = node.texts("fused_ops")?;
    let bias = names.first().is_some_and(|name| name == "BiasAdd");
    if bias {
        names.remove(0);
    }
    Ok((bias, names))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn same_padding_puts_the_odd_pixel_last() {
        // TensorFlow's own example: 192 pixels, window 3, stride 2 give 96 places with one pixel after the image.
        let fit = Window { length: 3, stride: 2, dilation: 1 }.fit(192, &Padding::Same).unwrap();
        assert_eq!((fit.before, fit.after, fit.places), (0, 1, 96));
        let fit = Window { length: 5, stride: 1, dilation: 2 }.fit(10, &Padding::Same).unwrap();
        assert_eq!((fit.before, fit.after, fit.places), (4, 4, 10));
    }

    #[test]
    fn valid_padding_refuses_a_window_larger_than_the_image() {
        let window = Window { length: 3, stride: 2, dilation: 1 };
        assert_eq!(window.fit(150, &Padding::Valid).unwrap().places, 74);
        assert!(window.fit(2, &Padding::Valid).is_none());
        assert!(Window { length: 0, stride: 1, dilation: 1 }.fit(4, &Padding::Same).is_none());
    }
}
