//! dlib's face recognition network (ResNet v1, 128 numbers) out of face-api.js's quantised shards.
//!
//! The architecture is fixed and known here; the shards carry only numbers. Owns that architecture, refuses weights of
//! any other shape.
//!
//! dlib's learned affine layers follow their convolutions directly and are folded into them, as is the subtraction of
//! the mean and the division by 256 that dlib does to its input: the first convolution has no padding, so this is
//! exact up to rounding. The result takes RGB 0..255 in NCHW, 150 x 150 pixels.

use super::array::{Array, Element, Elements};
use super::graph::{GraphBuilder, Parameter, Port};
use super::shards::{Group, Weights};
use super::{ImportError, parse_json};

/// Height and width of the input, pixels.
const SIDE: usize = 150;

/// Length of the embedding.
const NUMBERS: usize = 128;

/// Mean of red, green and blue that dlib subtracts (`input_rgb_image_sized`).
const MEAN: [f64; 3] = [122.782, 117.001, 104.298];

/// What dlib divides by after that.
const SCALE: f64 = 256.0;

/// Constants of the known network: 5.6 million numbers of four bytes, rounded up.
const BUDGET: usize = 32 << 20;

/// A block of two convolutions around which the input is added again.
enum Kind {
    /// Size and channels stay.
    Same,
    /// The first convolution halves the size; the input is averaged down and filled up with zeros.
    Down,
}

/// Name, kind, channels in, channels out, in order.
const BLOCKS: [(&str, Kind, usize, usize); 14] = [
    ("conv32_1", Kind::Same, 32, 32),
    ("conv32_2", Kind::Same, 32, 32),
    ("conv32_3", Kind::Same, 32, 32),
    ("conv64_down", Kind::Down, 32, 64),
    ("conv64_1", Kind::Same, 64, 64),
    ("conv64_2", Kind::Same, 64, 64),
    ("conv64_3", Kind::Same, 64, 64),
    ("conv128_down", Kind::Down, 64, 128),
    ("conv128_1", Kind::Same, 128, 128),
    ("conv128_2", Kind::Same, 128, 128),
    ("conv256_down", Kind::Down, 128, 256),
    ("conv256_1", Kind::Same, 256, 256),
    ("conv256_2", Kind::Same, 256, 256),
    ("conv256_down_out", Kind::Down, 256, 256),
];

/// Imports the network: `manifest` is face-api.js's `face_recognition_model-weights_manifest.json`, `shards` the
/// contents of its binary file. The result is a serialised ONNX model with the input `input` `[N, 3, 150, 150]` and
/// the output `embedding` `[N, 128]`, not normalised.
///
/// # Errors
/// [`ImportError`], naming the weight that is at fault.
pub fn import_dlib_shards(manifest: &[u8], shards: &[u8]) -> Result<Vec<u8>, ImportError> {
    let groups: Vec<Group> = parse_json("the weights manifest", manifest)?;
    let weights = Weights::read(&groups, shards)?;
    let mut net = Net { weights: &weights, graph: GraphBuilder::new(BUDGET), used: 0 };

    let mut value = net.stem()?;
    // Valid window of 7 and stride 2, then one of 3 and stride 2.
    let mut side = ((SIDE - 7) / 2 + 1 - 3) / 2 + 1;
    for (name, kind, inner, outer) in BLOCKS {
        (value, side) = net.block(name, &kind, inner, outer, &value, side)?;
    }
    let axes = net.graph.constant(&Array::i64s(vec![2, 3]))?;
    let mean = net.graph.node("ReduceMean", &[&value, &axes], &[("keepdims", Parameter::Int(0))]);
    let last = net.weight("fc", &[256, NUMBERS])?;
    let last = net.graph.constant(&last)?;
    let product = net.graph.node("MatMul", &[&mean, &last], &[]);
    net.graph.name_output(&product, "embedding");
    if net.used != weights.names().count() {
        return Err(ImportError::Model {
            problem: "the shards hold weights that the network does not have".to_owned(),
        });
    }
    let port = |name: &str, shape: &[usize]| Port {
        name: name.to_owned(),
        element: Element::F32,
        shape: std::iter::once(None).chain(shape.iter().map(|&axis| Some(axis))).collect(),
    };
    Ok(net.graph.finish(&[port("input", &[3, SIDE, SIDE])], &[port("embedding", &[NUMBERS])]))
}

struct Net<'a> {
    weights: &'a Weights,
    graph: GraphBuilder,
    used: usize,
}

/// A convolution with its affine layer folded in: weights `[out, in, side, side]` and biases.
struct Folded {
    weights: Vec<f32>,
    biases: Vec<f32>,
    shape: [usize; 4],
}

impl Net<'_> {
    fn weight(&mut self, name: &str, shape: &[usize]) -> Result<Array, ImportError> {
        let array = self.weights.get(name)?;
        if array.shape() != shape || array.element() != Element::F32 {
            let problem = format!("has the shape {:?}, the network needs {shape:?}", array.shape());
            return Err(ImportError::Weight { name: name.to_owned(), problem });
        }
        self.used += 1;
        Ok(Array::clone(array))
    }

    fn numbers(&mut self, name: &str, length: usize) -> Result<Vec<f32>, ImportError> {
        let array = self.weight(name, &[length])?;
        array
            .as_f32()
            .map(<[f32]>::to_vec)
            .ok_or_else(|| ImportError::MissingWeight { name: name.to_owned() })
    }

    fn folded(&mut self, name: &str, inner: usize, outer: usize, side: usize) -> Result<Folded, ImportError> {
        let filters = format!("{name}/conv/filters");
        let stored = self.weight(&filters, &[side, side, inner, outer])?.transposed(&[3, 2, 0, 1]);
        let stored = stored.as_ref().and_then(Array::as_f32).map(<[f32]>::to_vec);
        let mut weights = stored.ok_or(ImportError::MissingWeight { name: filters })?;
        let mut biases = self.numbers(&format!("{name}/conv/bias"), outer)?;
        let gains = self.numbers(&format!("{name}/scale/weights"), outer)?;
        let offsets = self.numbers(&format!("{name}/scale/biases"), outer)?;
        let fan = inner * side * side;
        for (((row, bias), gain), offset) in weights.chunks_mut(fan).zip(&mut biases).zip(gains).zip(offsets)
        {
            row.iter_mut().for_each(|weight| *weight *= gain);
            *bias = *bias * gain + offset;
        }
        Ok(Folded { weights, biases, shape: [outer, inner, side, side] })
    }

    fn convolve(
        &mut self,
        folded: Folded,
        input: &str,
        stride: i64,
        pad: i64,
    ) -> Result<String, ImportError> {
        let broken = || ImportError::Model { problem: "a broken convolution".to_owned() };
        let [_, _, side, _] = folded.shape;
        let weights = Array::new(folded.shape.to_vec(), Elements::F32(folded.weights)).ok_or_else(broken)?;
        let weights = self.graph.constant(&weights)?;
        let biases = self.graph.constant(&Array::f32s(folded.biases))?;
        Ok(self.graph.node(
            "Conv",
            &[input, &weights, &biases],
            &[
                ("kernel_shape", Parameter::Ints(vec![side as i64; 2])),
                ("strides", Parameter::Ints(vec![stride; 2])),
                ("pads", Parameter::Ints(vec![pad; 4])),
            ],
        ))
    }

    fn relu(&mut self, input: &str) -> String {
        self.graph.node("Relu", &[input], &[])
    }

    fn stem(&mut self) -> Result<String, ImportError> {
        let mut folded = self.folded("conv32_down", 3, 32, 7)?;
        for (row, bias) in folded.weights.chunks_mut(3 * 7 * 7).zip(&mut folded.biases) {
            let mut shift = 0.0_f64;
            for (channel, mean) in row.chunks_mut(7 * 7).zip(MEAN) {
                for weight in channel {
                    let scaled = f64::from(*weight) / SCALE;
                    shift += scaled * mean;
                    *weight = scaled as f32;
                }
            }
            *bias = (f64::from(*bias) - shift) as f32;
        }
        let value = self.convolve(folded, "input", 2, 0)?;
        let value = self.relu(&value);
        Ok(self.graph.node(
            "MaxPool",
            &[&value],
            &[("kernel_shape", Parameter::Ints(vec![3; 2])), ("strides", Parameter::Ints(vec![2; 2]))],
        ))
    }

    /// One block; answers the value and its new side.
    fn block(
        &mut self,
        name: &str,
        kind: &Kind,
        inner: usize,
        outer: usize,
        input: &str,
        side: usize,
    ) -> Result<(String, usize), ImportError> {
        let (stride, pad) = match kind {
            Kind::Same => (1, 1),
            Kind::Down => (2, 0),
        };
        let first = self.folded(&format!("{name}/conv1"), inner, outer, 3)?;
        let value = self.convolve(first, input, stride, pad)?;
        let value = self.relu(&value);
        let second = self.folded(&format!("{name}/conv2"), outer, outer, 3)?;
        let mut value = self.convolve(second, &value, 1, 1)?;
        let mut shortcut = input.to_owned();
        let mut side = side;
        if matches!(kind, Kind::Down) {
            shortcut = self.graph.node(
                "AveragePool",
                &[input],
                &[("kernel_shape", Parameter::Ints(vec![2; 2])), ("strides", Parameter::Ints(vec![2; 2]))],
            );
            let (convolved, averaged) = ((side - 3) / 2 + 1, (side - 2) / 2 + 1);
            // dlib's add_prev fills the smaller operand with zeros at the ends.
            side = convolved.max(averaged);
            value = self.fill(&value, 0, side - convolved)?;
            shortcut = self.fill(&shortcut, outer - inner, side - averaged)?;
        }
        let sum = self.graph.node("Add", &[&value, &shortcut], &[]);
        Ok((self.relu(&sum), side))
    }

    fn fill(&mut self, input: &str, channels: usize, pixels: usize) -> Result<String, ImportError> {
        if channels == 0 && pixels == 0 {
            return Ok(input.to_owned());
        }
        let ends = vec![0, 0, 0, 0, 0, channels as i64, pixels as i64, pixels as i64];
        let ends = self.graph.constant(&Array::i64s(ends))?;
        Ok(self.graph.node("Pad", &[input, &ends], &[("mode", Parameter::Text("constant"))]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_of_another_network_are_refused() {
        let manifest =
            br#"[{"weights":[{"name":"conv32_down/conv/filters","shape":[1],"dtype":"float32"}]}]"#;
        let error = import_dlib_shards(manifest, &[0; 4]).unwrap_err();
        assert!(matches!(error, ImportError::Weight { name, .. } if name == "conv32_down/conv/filters"));
        let error = import_dlib_shards(b"[]", &[]).unwrap_err();
        assert!(matches!(error, ImportError::MissingWeight { .. }));
        assert!(matches!(import_dlib_shards(b"{", &[]), Err(ImportError::Json { .. })));
    }
}
