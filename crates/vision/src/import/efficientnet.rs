//! EfficientNet-Lite2 (1,000 classes of ImageNet) out of its torch weights.
//!
//! The architecture is fixed and known here; the file carries only numbers. Owns that architecture, refuses weights of
//! any other shape.
//!
//! Batch normalisation follows its convolution directly and is folded into it. The result takes RGB in NCHW, 260 x 260
//! pixels, as `(pixel - 127) / 128`.

use super::ImportError;
use super::array::{Array, Element, Elements};
use super::graph::{GraphBuilder, Parameter, Port};
use super::torch::Tensors;

/// Height and width of the input, pixels.
const SIDE: usize = 260;

/// Numbers before the last layer.
const FEATURES: usize = 1280;

/// Classes of ImageNet's challenge (ILSVRC 2012), in its order.
const CLASSES: usize = 1000;

/// What batch normalisation adds to a variance.
const EPSILON: f64 = 1e-3;

/// Constants of the known network: 6.1 million numbers of four bytes, rounded up.
const BUDGET: usize = 32 << 20;

/// Blocks that differ in nothing but their number: how many, kernel, stride of the first, expansion, channels out.
const STAGES: [(usize, usize, usize, usize, usize); 7] = [
    (1, 3, 1, 1, 16),
    (3, 3, 2, 6, 24),
    (3, 5, 2, 6, 48),
    (4, 3, 2, 6, 88),
    (4, 5, 1, 6, 120),
    (5, 5, 2, 6, 208),
    (1, 3, 1, 6, 352),
];

/// Imports the network: `file` is what `torch.save` wrote of its weights. The result is a serialised ONNX model with
/// the input `input` `[N, 3, 260, 260]` and the outputs `features` `[N, 1280]` and `probabilities` `[N, 1000]`.
///
/// # Errors
/// [`ImportError`], naming the weight that is at fault.
pub fn import_efficientnet_lite2(file: &[u8]) -> Result<Vec<u8>, ImportError> {
    let mut net = Net { weights: Tensors::read(file)?, graph: GraphBuilder::new(BUDGET) };
    let stem = Layer { outer: 32, inner: 3, kernel: 3, stride: 2, groups: 1, active: true };
    let (mut value, mut side) = net.convolve("_conv_stem", "_bn0", &stem, "input", SIDE)?;
    let (mut number, mut channels) = (0, 32);
    for (repeats, kernel, first, expansion, outer) in STAGES {
        for repeat in 0..repeats {
            let block = Block {
                name: format!("_blocks.{number}"),
                inner: channels,
                expansion,
                outer,
                kernel,
                stride: if repeat == 0 { first } else { 1 },
                added: repeat > 0,
            };
            (value, side) = net.block(&block, &value, side)?;
            (number, channels) = (number + 1, outer);
        }
    }
    let head = Layer { outer: FEATURES, inner: channels, kernel: 1, stride: 1, groups: 1, active: true };
    let (value, _) = net.convolve("_conv_head", "_bn1", &head, &value, side)?;
    let axes = net.graph.constant(&Array::i64s(vec![2, 3]))?;
    let features = net.graph.node("ReduceMean", &[&value, &axes], &[("keepdims", Parameter::Int(0))]);
    let last = net.constant("_fc.weight", &[CLASSES, FEATURES])?;
    let biases = net.constant("_fc.bias", &[CLASSES])?;
    let logits = net.graph.node("Gemm", &[&features, &last, &biases], &[("transB", Parameter::Int(1))]);
    let probabilities = net.graph.node("Softmax", &[&logits], &[("axis", Parameter::Int(-1))]);
    // How many batches a layer has seen is a note of the training.
    if let Some(name) = net.weights.left().find(|name| !name.ends_with(".num_batches_tracked")) {
        return Err(ImportError::Model { problem: format!("the network has no weight {name}") });
    }
    net.graph.name_output(&features, "features");
    net.graph.name_output(&probabilities, "probabilities");
    let port = |name: &str, shape: &[usize]| Port {
        name: name.to_owned(),
        element: Element::F32,
        shape: std::iter::once(None).chain(shape.iter().map(|&axis| Some(axis))).collect(),
    };
    Ok(net.graph.finish(
        &[port("input", &[3, SIDE, SIDE])],
        &[port("features", &[FEATURES]), port("probabilities", &[CLASSES])],
    ))
}

/// A convolution with its normalisation.
struct Layer {
    outer: usize,
    inner: usize,
    kernel: usize,
    stride: usize,
    groups: usize,
    /// Whether its numbers are cut to 0..=6.
    active: bool,
}

/// A block: widened, convolved channel by channel, narrowed.
struct Block {
    name: String,
    inner: usize,
    expansion: usize,
    outer: usize,
    kernel: usize,
    stride: usize,
    /// Whether the input is added again.
    added: bool,
}

struct Net {
    weights: Tensors,
    graph: GraphBuilder,
}

impl Net {
    fn constant(&mut self, name: &str, shape: &[usize]) -> Result<String, ImportError> {
        let numbers = self.weights.take(name, shape)?;
        self.array(shape, numbers)
    }

    fn array(&mut self, shape: &[usize], numbers: Vec<f32>) -> Result<String, ImportError> {
        let array = Array::new(shape.to_vec(), Elements::F32(numbers));
        let array = array.ok_or_else(|| ImportError::Model { problem: "a broken convolution".to_owned() })?;
        self.graph.constant(&array)
    }

    fn convolve(
        &mut self,
        name: &str,
        normalisation: &str,
        layer: &Layer,
        input: &str,
        side: usize,
    ) -> Result<(String, usize), ImportError> {
        let Layer { outer, inner, kernel, stride, groups, active } = *layer;
        let shape = [outer, inner / groups, kernel, kernel];
        let mut weights = self.weights.take(&format!("{name}.weight"), &shape)?;
        let mut of = |part: &str| self.weights.take(&format!("{normalisation}.{part}"), &[outer]);
        let (gains, mut biases) = (of("weight")?, of("bias")?);
        let (means, variances) = (of("running_mean")?, of("running_var")?);
        let fan = inner / groups * kernel * kernel;
        let rows = weights.chunks_mut(fan).zip(&mut biases);
        for ((row, bias), ((gain, mean), variance)) in rows.zip(gains.iter().zip(&means).zip(&variances)) {
            let gain = f64::from(*gain) / (f64::from(*variance) + EPSILON).sqrt();
            row.iter_mut().for_each(|weight| *weight = (f64::from(*weight) * gain) as f32);
            *bias = (f64::from(*bias) - f64::from(*mean) * gain) as f32;
        }
        let (weights, biases) = (self.array(&shape, weights)?, self.array(&[outer], biases)?);
        // TensorFlow's "same": the odd pixel of padding comes after.
        let out = side.div_ceil(stride);
        let pad = ((out - 1) * stride + kernel).saturating_sub(side) as i64;
        let (before, after) = (pad / 2, pad - pad / 2);
        let value = self.graph.node(
            "Conv",
            &[input, &weights, &biases],
            &[
                ("kernel_shape", Parameter::Ints(vec![kernel as i64; 2])),
                ("strides", Parameter::Ints(vec![stride as i64; 2])),
                ("group", Parameter::Int(groups as i64)),
                ("pads", Parameter::Ints(vec![before, before, after, after])),
            ],
        );
        if !active {
            return Ok((value, out));
        }
        let low = self.graph.constant(&Array::scalar(0.0))?;
        let high = self.graph.constant(&Array::scalar(6.0))?;
        Ok((self.graph.node("Clip", &[&value, &low, &high], &[]), out))
    }

    fn block(&mut self, block: &Block, input: &str, side: usize) -> Result<(String, usize), ImportError> {
        let Block { name, inner, expansion, outer, kernel, stride, added } = block;
        let (inner, wide) = (*inner, inner * expansion);
        let (mut value, mut side) = (input.to_owned(), side);
        if *expansion > 1 {
            let layer = Layer { outer: wide, inner, kernel: 1, stride: 1, groups: 1, active: true };
            (value, side) = self.convolve(
                &format!("{name}._expand_conv"),
                &format!("{name}._bn0"),
                &layer,
                &value,
                side,
            )?;
        }
        let layer =
            Layer { outer: wide, inner: wide, kernel: *kernel, stride: *stride, groups: wide, active: true };
        (value, side) =
            self.convolve(&format!("{name}._depthwise_conv"), &format!("{name}._bn1"), &layer, &value, side)?;
        let layer = Layer { outer: *outer, inner: wide, kernel: 1, stride: 1, groups: 1, active: false };
        (value, side) =
            self.convolve(&format!("{name}._project_conv"), &format!("{name}._bn2"), &layer, &value, side)?;
        if *added {
            value = self.graph.node("Add", &[&value, input], &[]);
        }
        Ok((value, side))
    }
}
