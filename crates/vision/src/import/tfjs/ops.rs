//! The table of operations, and those that work element by element.

use super::super::ImportError;
use super::super::array::{Array, Element, Elements, broadcast};
use super::super::graph::{Parameter, cast_target};
use super::topology::Node;
use super::value::{Live, NCHW, Value, plain};
use super::walk::{Clamp, Walk};

impl Walk<'_> {
    /// Converts one operation with at least one live input.
    pub(super) fn operation(&mut self, node: &Node, inputs: &[Value]) -> Result<Vec<Value>, ImportError> {
        let one = |value: Value| vec![value];
        match node.op.as_str() {
            "Identity" => Ok(one(input(node, inputs, 0)?.clone())),
            "Conv2D" | "_FusedConv2D" => self.convolution(node, inputs, false).map(one),
            "DepthwiseConv2dNative" | "FusedDepthwiseConv2dNative" => {
                self.convolution(node, inputs, true).map(one)
            }
            "MatMul" | "_FusedMatMul" => self.matrix_product(node, inputs).map(one),
            "MaxPool" | "AvgPool" => self.pool(node, inputs).map(one),
            "ResizeBilinear" => self.resize(node, inputs).map(one),
            "DepthToSpace" => self.depth_to_space(node, inputs).map(one),
            "Pad" | "PadV2" => self.pad(node, inputs).map(one),
            "Relu" | "Relu6" | "Sigmoid" | "Tanh" | "Elu" | "LeakyRelu" | "Prelu" => {
                let value = input(node, inputs, 0)?;
                let live = self.computed(node, value)?;
                self.activation(node, &node.op, live, inputs.get(1)).map(one)
            }
            "Abs" => self.elementwise(node, "Abs", inputs).map(one),
            "Sqrt" => self.elementwise(node, "Sqrt", inputs).map(one),
            "Exp" => self.elementwise(node, "Exp", inputs).map(one),
            "Neg" => self.elementwise(node, "Neg", inputs).map(one),
            "Square" => {
                let value = input(node, inputs, 0)?.clone();
                self.binary(node, "Mul", &value, &value, None).map(one)
            }
            "Rsqrt" => {
                let root = self.elementwise(node, "Sqrt", inputs)?;
                self.elementwise(node, "Reciprocal", &[root]).map(one)
            }
            "Cast" => self.cast(node, inputs).map(one),
            "Add" | "AddV2" | "BiasAdd" => self.pair(node, "Add", inputs).map(one),
            "Sub" => self.pair(node, "Sub", inputs).map(one),
            "Mul" => self.pair(node, "Mul", inputs).map(one),
            "RealDiv" => self.pair(node, "Div", inputs).map(one),
            "Maximum" | "Minimum" => self.bound(node, inputs).map(one),
            "Equal" => self
                .binary(node, "Equal", input(node, inputs, 0)?, input(node, inputs, 1)?, Some(Element::Bool))
                .map(one),
            "FloorDiv" => self.floor_division(node, inputs).map(one),
            "FloorMod" => self.floor_remainder(node, inputs).map(one),
            "Softmax" => self.softmax(node, inputs).map(one),
            "Mean" => self.reduce(node, "ReduceMean", inputs).map(one),
            "Sum" => self.reduce(node, "ReduceSum", inputs).map(one),
            "Max" => self.reduce(node, "ReduceMax", inputs).map(one),
            "Min" => self.reduce(node, "ReduceMin", inputs).map(one),
            "Reshape" => self.reshape_to(node, inputs).map(one),
            "Squeeze" => self.squeeze(node, inputs).map(one),
            "ExpandDims" => self.expand(node, inputs).map(one),
            "Transpose" => self.transpose(node, inputs).map(one),
            "ConcatV2" => self.concatenate(node, inputs).map(one),
            "SplitV" => self.split(node, inputs),
            "StridedSlice" => self.slice(node, inputs).map(one),
            "GatherV2" => self.gather(node, inputs).map(one),
            "TopKV2" => self.top_k(node, inputs),
            _ => Err(node.unsupported()),
        }
    }

    fn elementwise(&mut self, node: &Node, op: &'static str, inputs: &[Value]) -> Result<Value, ImportError> {
        let live = self.computed(node, input(node, inputs, 0)?)?;
        let name = self.graph.node(op, &[&live.name], &[]);
        self.live(node, name, live.shape, live.layout, live.element)
    }

    /// Applies the activation that TensorFlow calls `name`; `slope` is Prelu's.
    pub(super) fn activation(
        &mut self,
        node: &Node,
        name: &str,
        live: Live,
        slope: Option<&Value>,
    ) -> Result<Value, ImportError> {
        let input = live.name.as_str();
        let output = match name {
            "Relu" => {
                let output = self.graph.node("Relu", &[input], &[]);
                self.clamps
                    .insert(output.clone(), Clamp { of: live.name.clone(), low: 0.0, high: f32::INFINITY });
                output
            }
            "Sigmoid" => self.graph.node("Sigmoid", &[input], &[]),
            "Tanh" => self.graph.node("Tanh", &[input], &[]),
            "Elu" => self.graph.node("Elu", &[input], &[]),
            "Relu6" => {
                let low = self.graph.constant(&Array::scalar(0.0))?;
                let high = self.graph.constant(&Array::scalar(6.0))?;
                self.graph.node("Clip", &[input, &low, &high], &[])
            }
            "LeakyRelu" => {
                // The attribute is called differently where the activation is fused; TensorFlow's default is 0.2.
                let slope = node.float("leakyrelu_alpha", node.float("alpha", 0.2));
                self.graph.node("LeakyRelu", &[input], &[("alpha", Parameter::Float(slope))])
            }
            "Prelu" => {
                let slope =
                    slope.and_then(Value::constant).ok_or_else(|| node.wrong("the slope is no constant"))?;
                if slope.shape().len() > live.shape.len() {
                    return Err(node.wrong(format!("a slope of shape {:?}", slope.shape())));
                }
                match channel_slopes(&live, slope) {
                    Some(slopes) => self.channel_prelu(input, slopes)?,
                    None => {
                        let slope = Value::from(slope.widened(live.shape.len()));
                        let slope = self.stored(node, &slope, &live.layout)?;
                        self.graph.node("PRelu", &[input, &slope], &[])
                    }
                }
            }
            other => return Err(node.wrong(format!("unsupported activation {other}"))),
        };
        self.live(node, output, live.shape, live.layout, live.element)
    }

    fn cast(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let live = self.computed(node, input(node, inputs, 0)?)?;
        let element = node.element("DstT")?;
        let name = self.graph.node("Cast", &[&live.name], &[("to", cast_target(element))]);
        self.live(node, name, live.shape, live.layout, element)
    }

    fn pair(&mut self, node: &Node, op: &'static str, inputs: &[Value]) -> Result<Value, ImportError> {
        self.binary(node, op, input(node, inputs, 0)?, input(node, inputs, 1)?, None)
    }

    /// Joins two tensors element by element. The result has the layout of the operand that is computed.
    fn binary(
        &mut self,
        node: &Node,
        op: &'static str,
        a: &Value,
        b: &Value,
        element: Option<Element>,
    ) -> Result<Value, ImportError> {
        let shape = broadcast(a.shape(), b.shape())
            .ok_or_else(|| node.wrong(format!("shapes {:?} and {:?} do not fit", a.shape(), b.shape())))?;
        let leads = |value: &Value| match value {
            Value::Live(live) if live.shape.len() == shape.len() => Some(live.layout.clone()),
            _ => None,
        };
        let layout = leads(a).or_else(|| leads(b)).unwrap_or_else(|| plain(shape.len()));
        let left = self.operand(node, a, &layout)?;
        let right = self.operand(node, b, &layout)?;
        let name = self.graph.node(op, &[&left, &right], &[]);
        self.live(node, name, shape, layout, element.unwrap_or(a.element()))
    }

    fn operand(&mut self, node: &Node, value: &Value, layout: &[usize]) -> Result<String, ImportError> {
        match value {
            Value::Constant(array) if array.elements().len() == 1 => {
                let scalar =
                    Array::clone(array).reshaped(Vec::new()).ok_or_else(|| node.wrong("no scalar"))?;
                self.graph.constant(&scalar)
            }
            Value::Constant(array) => {
                let widened = Value::from(array.widened(layout.len()));
                self.stored(node, &widened, layout)
            }
            Value::Live(live) if live.shape.len() < layout.len() => {
                // TensorFlow aligns last axes, so this operand's batch no longer lines up with the other's.
                self.batch_is_fixed = true;
                let mut shape = vec![1; layout.len() - live.shape.len()];
                shape.extend(&live.shape);
                let widened = self.reshape(node, value, shape)?;
                self.stored(node, &widened, layout)
            }
            Value::Live(_) => self.stored(node, value, layout),
        }
    }

    /// A maximum or minimum. With a number it clamps, and clamps of one value after another become one: exporters
    /// write a ReLU6 as three operations, and the runtime's fast convolutions end with one at most.
    fn bound(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let maximum = node.op == "Maximum";
        let number = |value: &Value| match value.constant().map(Array::elements) {
            Some(Elements::F32(number)) if number.len() == 1 => {
                number.first().copied().filter(|number| number.is_finite())
            }
            _ => None,
        };
        let clamped = match inputs {
            [Value::Live(live), other] | [other, Value::Live(live)] if live.element == Element::F32 => {
                number(other).map(|number| (live.clone(), number))
            }
            _ => None,
        };
        let Some((live, number)) = clamped else {
            return self.pair(node, if maximum { "Max" } else { "Min" }, inputs);
        };
        let known = self.clamps.get(&live.name).cloned();
        let Clamp { of, mut low, mut high } = known.unwrap_or_else(|| Clamp {
            of: live.name.clone(),
            low: f32::NEG_INFINITY,
            high: f32::INFINITY,
        });
        // max(n, clamp(x, low, high)) is clamp(x, max(n, low), max(n, high)); so for the minimum.
        let apply = if maximum { f32::max } else { f32::min };
        (low, high) = (apply(low, number), apply(high, number));
        let mut names = vec![of.clone()];
        for bound in [low, high] {
            let finite = bound.is_finite();
            names.push(if finite { self.graph.constant(&Array::scalar(bound))? } else { String::new() });
        }
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let output = self.graph.node("Clip", &names, &[]);
        self.clamps.insert(output.clone(), Clamp { of, low, high });
        self.live(node, output, live.shape, live.layout, live.element)
    }

    /// `max(x, 0) * (1 - a) + x * a`, each product as a depthwise convolution of one pixel: the same numbers, up to
    /// rounding, as ONNX's PRelu, which the runtime computes outside its blocked layout. Facemesh takes 0.43 and the
    /// iris network 0.47 of the time this way.
    fn channel_prelu(&mut self, input: &str, slopes: Vec<f32>) -> Result<String, ImportError> {
        let rest = slopes.iter().map(|slope| 1.0 - slope).collect();
        let positive = self.graph.node("Relu", &[input], &[]);
        let positive = self.channel_product(&positive, rest)?;
        let all = self.channel_product(input, slopes)?;
        Ok(self.graph.node("Add", &[&positive, &all], &[]))
    }

    fn channel_product(&mut self, input: &str, factors: Vec<f32>) -> Result<String, ImportError> {
        let channels = factors.len();
        let broken = || ImportError::Model { problem: "broken slopes".to_owned() };
        let weights = Array::f32s(factors).reshaped(vec![channels, 1, 1, 1]).ok_or_else(broken)?;
        let weights = self.graph.constant(&weights)?;
        let kernel = ("kernel_shape", Parameter::Ints(vec![1, 1]));
        Ok(self.graph.node("Conv", &[input, &weights], &[kernel, ("group", Parameter::Int(channels as i64))]))
    }

    fn floor_division(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let quotient = self.pair(node, "Div", inputs)?;
        match quotient.element() {
            // ONNX truncates, TensorFlow rounds down: the same for what the known networks divide, which are indices
            // and thus never negative.
            Element::I32 | Element::I64 if divides_indices(inputs) => Ok(quotient),
            Element::F32 => self.elementwise(node, "Floor", &[quotient]),
            _ => Err(node.wrong("a quotient of numbers that may be negative")),
        }
    }

    fn floor_remainder(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        match input(node, inputs, 0)?.element() {
            // ONNX's Mod without fmod has the divisor's sign, as TensorFlow's has.
            Element::I32 | Element::I64 => self.pair(node, "Mod", inputs),
            Element::F32 | Element::Bool => Err(node.wrong("a remainder of numbers that are not whole")),
        }
    }

    fn softmax(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let value = input(node, inputs, 0)?;
        let rank = value.shape().len();
        if rank < 2 {
            self.batch_is_fixed = true;
        }
        let stored = self.plain(node, value)?;
        let name = self.graph.node("Softmax", &[&stored], &[("axis", Parameter::Int(-1))]);
        self.live(node, name, value.shape().to_vec(), plain(rank), value.element())
    }
}

/// The slopes when `live` is an image stored with channels first and there is one slope a channel.
fn channel_slopes(live: &Live, slope: &Array) -> Option<Vec<f32>> {
    let channels = *live.shape.last()?;
    let per_channel = live.layout == NCHW && channels > 0 && slope.shape().last() == Some(&channels);
    slope.as_f32().filter(|slopes| per_channel && slopes.len() == channels).map(<[f32]>::to_vec)
}

/// Whether the divisor is a positive constant and the dividend whole: the dividends of the known networks are the
/// positions that TopK answers.
fn divides_indices(inputs: &[Value]) -> bool {
    let divisor = inputs.get(1).and_then(Value::constant).and_then(Array::as_ints);
    divisor.is_some_and(|values| values.iter().all(|&value| value > 0))
}

/// The input at `position`.
pub(super) fn input<'v>(node: &Node, inputs: &'v [Value], position: usize) -> Result<&'v Value, ImportError> {
    inputs.get(position).ok_or_else(|| node.wrong(format!("has {} inputs", inputs.len())))
}

/// The constant input at `position`.
pub(super) fn constant<'v>(
    node: &Node,
    inputs: &'v [Value],
    position: usize,
) -> Result<&'v Array, ImportError> {
    let value = input(node, inputs, position)?;
    value.constant().ok_or_else(|| node.wrong(format!("input {position} is no constant")))
}

/// The constant input at `position` as whole numbers.
pub(super) fn ints(node: &Node, inputs: &[Value], position: usize) -> Result<Vec<i64>, ImportError> {
    constant(node, inputs, position)?
        .as_ints()
        .ok_or_else(|| node.wrong(format!("input {position} is no list of whole numbers")))
}

/// The constant input at `position` as one whole number.
pub(super) fn int(node: &Node, inputs: &[Value], position: usize) -> Result<i64, ImportError> {
    constant(node, inputs, position)?
        .as_int()
        .ok_or_else(|| node.wrong(format!("input {position} is no whole number")))
}

/// An axis that may count from the end, for a tensor of `rank` axes.
pub(super) fn axis(node: &Node, axis: i64, rank: usize) -> Result<usize, ImportError> {
    let counted = if axis < 0 { axis.checked_add(rank as i64) } else { Some(axis) };
    counted
        .and_then(|axis| usize::try_from(axis).ok())
        .filter(|&axis| axis < rank)
        .ok_or_else(|| node.wrong(format!("axis {axis} of a tensor with {rank}")))
}
