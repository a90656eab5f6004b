//! Writing an ONNX graph: nodes in order, constants once each, inputs and outputs.
//!
//! Owns the names of intermediate values and the bound on constants. Knows nothing of the format that is imported.
//!
//! # Invariants
//! - Names are made from a counter, so the same calls give the same bytes.
//! - The constants together stay within the budget given at the start, whatever the source asks for.

use std::collections::{HashMap, HashSet};

use prost::Message as _;

use super::ImportError;
use super::array::{Array, Element};
use super::onnx::{self, attribute_kind, data_type};

/// Operator set in which the importers write: the one in which reductions take their axes as an input throughout.
const OPSET: i64 = 18;

/// IR version that goes with it.
const IR_VERSION: i64 = 8;

/// Constants up to this many bytes are looked up among those already written; weights, which are larger, never repeat.
const SHARED_CONSTANT: usize = 4096;

/// A graph under construction.
pub(super) struct GraphBuilder {
    nodes: Vec<onnx::Node>,
    constants: Vec<onnx::TensorData>,
    known: HashMap<(Element, Vec<usize>, Vec<u8>), String>,
    counter: usize,
    budget: usize,
    spent: usize,
}

/// An input or output of the finished graph. `None` for an axis that stays free, the batch.
pub(super) struct Port {
    pub(super) name: String,
    pub(super) element: Element,
    pub(super) shape: Vec<Option<usize>>,
}

/// A parameter of a node.
pub(super) enum Parameter {
    Int(i64),
    Ints(Vec<i64>),
    Float(f32),
    Text(&'static str),
}

impl GraphBuilder {
    /// `budget`: most bytes of constants.
    pub(super) fn new(budget: usize) -> Self {
        Self { nodes: Vec::new(), constants: Vec::new(), known: HashMap::new(), counter: 0, budget, spent: 0 }
    }

    fn fresh(&mut self, stem: &str) -> String {
        self.counter += 1;
        format!("{}_{}", stem.to_lowercase(), self.counter)
    }

    /// Name of the constant `array`.
    pub(super) fn constant(&mut self, array: &Array) -> Result<String, ImportError> {
        // The size is known before the bytes are made, so a hostile model is stopped before it costs memory.
        let size = array.elements().len().saturating_mul(match array.element() {
            Element::F32 | Element::I32 => 4,
            Element::I64 => 8,
            Element::Bool => 1,
        });
        if size > self.budget.saturating_sub(self.spent) {
            return Err(ImportError::TooLarge {
                what: "the network's constants (bytes)",
                limit: self.budget,
            });
        }
        let bytes = array.elements().bytes();
        let shared = size <= SHARED_CONSTANT;
        let key = (array.element(), array.shape().to_vec(), if shared { bytes.clone() } else { Vec::new() });
        if shared && let Some(name) = self.known.get(&key) {
            return Ok(name.clone());
        }
        let name = self.fresh("c");
        self.spent += size;
        self.constants.push(onnx::TensorData {
            dims: array.shape().iter().map(|&axis| axis as i64).collect(),
            data_type: Some(onnx_type(array.element())),
            name: Some(name.clone()),
            raw_data: Some(bytes),
        });
        if shared {
            self.known.insert(key, name.clone());
        }
        Ok(name)
    }

    /// Adds a node with one output and names that output.
    pub(super) fn node(
        &mut self,
        op: &'static str,
        inputs: &[&str],
        parameters: &[(&'static str, Parameter)],
    ) -> String {
        let output = self.fresh(op);
        self.push(op, inputs, vec![output.clone()], parameters);
        output
    }

    /// Adds a node with `outputs` outputs and names them.
    pub(super) fn node_many(
        &mut self,
        op: &'static str,
        inputs: &[&str],
        outputs: usize,
        parameters: &[(&'static str, Parameter)],
    ) -> Vec<String> {
        let names: Vec<String> = (0..outputs).map(|_| self.fresh(op)).collect();
        self.push(op, inputs, names.clone(), parameters);
        names
    }

    /// Gives the value `from` the name `to`, for the graph's outputs.
    pub(super) fn name_output(&mut self, from: &str, to: &str) {
        self.push("Identity", &[from], vec![to.to_owned()], &[]);
    }

    fn push(
        &mut self,
        op: &str,
        inputs: &[&str],
        outputs: Vec<String>,
        parameters: &[(&'static str, Parameter)],
    ) {
        self.nodes.push(onnx::Node {
            input: inputs.iter().map(|&name| name.to_owned()).collect(),
            name: outputs.first().cloned(),
            output: outputs,
            op_type: Some(op.to_owned()),
            attribute: parameters.iter().map(|(name, value)| attribute(name, value)).collect(),
        });
    }

    /// The serialised model, without the nodes and constants that no output needs.
    pub(super) fn finish(mut self, inputs: &[Port], outputs: &[Port]) -> Vec<u8> {
        let mut needed: HashSet<String> = outputs.iter().map(|port| port.name.clone()).collect();
        let mut kept: Vec<onnx::Node> = Vec::with_capacity(self.nodes.len());
        for node in self.nodes.into_iter().rev() {
            if node.output.iter().any(|output| needed.contains(output)) {
                needed.extend(node.input.iter().cloned());
                kept.push(node);
            }
        }
        kept.reverse();
        self.constants.retain(|constant| constant.name.as_ref().is_some_and(|name| needed.contains(name)));
        onnx::Model {
            ir_version: Some(IR_VERSION),
            producer_name: Some("overt".to_owned()),
            graph: Some(onnx::Graph {
                node: kept,
                name: Some("imported".to_owned()),
                initializer: self.constants,
                input: inputs.iter().map(value_info).collect(),
                output: outputs.iter().map(value_info).collect(),
            }),
            opset_import: vec![onnx::OperatorSet { domain: Some(String::new()), version: Some(OPSET) }],
        }
        .encode_to_vec()
    }
}

fn attribute(name: &str, value: &Parameter) -> onnx::Attribute {
    let mut attribute = onnx::Attribute { name: Some(name.to_owned()), ..Default::default() };
    attribute.kind = Some(match value {
        Parameter::Int(value) => {
            attribute.i = Some(*value);
            attribute_kind::INT
        }
        Parameter::Ints(values) => {
            attribute.ints.clone_from(values);
            attribute_kind::INTS
        }
        Parameter::Float(value) => {
            attribute.f = Some(*value);
            attribute_kind::FLOAT
        }
        Parameter::Text(value) => {
            attribute.s = Some(value.as_bytes().to_vec());
            attribute_kind::STRING
        }
    });
    attribute
}

fn onnx_type(element: Element) -> i32 {
    match element {
        Element::F32 => data_type::FLOAT,
        Element::I32 => data_type::INT32,
        Element::I64 => data_type::INT64,
        Element::Bool => data_type::BOOL,
    }
}

/// The number by which ONNX's Cast names an element type.
pub(super) fn cast_target(element: Element) -> Parameter {
    Parameter::Int(i64::from(onnx_type(element)))
}

fn value_info(port: &Port) -> onnx::ValueInfo {
    let axis = |length: &Option<usize>| onnx::Axis {
        length: Some(match length {
            Some(length) => onnx::AxisLength::Fixed(*length as i64),
            None => onnx::AxisLength::Free("N".to_owned()),
        }),
    };
    onnx::ValueInfo {
        name: Some(port.name.clone()),
        kind: Some(onnx::ValueType {
            tensor: Some(onnx::TensorType {
                element: Some(onnx_type(port.element)),
                shape: Some(onnx::TensorShape { dim: port.shape.iter().map(axis).collect() }),
            }),
        }),
        doc_string: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_small_constants_are_written_once() {
        let mut graph = GraphBuilder::new(1 << 20);
        let a = graph.constant(&Array::i64s(vec![1, 2])).unwrap();
        assert_eq!(graph.constant(&Array::i64s(vec![1, 2])).unwrap(), a);
        assert_ne!(graph.constant(&Array::i64s(vec![2, 1])).unwrap(), a);
        assert_eq!(graph.constants.len(), 2);
    }

    #[test]
    fn the_budget_stops_constants() {
        let mut graph = GraphBuilder::new(8192);
        let weight = Array::f32s(vec![0.0; 2000]);
        graph.constant(&weight).unwrap();
        assert!(matches!(graph.constant(&weight), Err(ImportError::TooLarge { limit: 8192, .. })));
    }
}
