//! The walk over a topology: every node after those it depends on, each once.
//!
//! # Invariants
//! - No recursion: the depth of a hostile graph costs heap in proportion to its text, not stack.
//! - Nodes that no output needs are not looked at.

use std::collections::{HashMap, HashSet};
use std::rc::Rc;

use super::super::ImportError;
use super::super::array::Element;
use super::super::graph::{GraphBuilder, Port};
use super::super::shards::Weights;
use super::topology::{ModelJson, Node};
use super::value::{Value, plain};

/// How many times the bytes of the shards the constants may take: quantised weights widen fourfold, small tables and
/// rearranged copies come on top.
const CONSTANTS_PER_SHARD_BYTE: usize = 6;

/// Bytes of constants that a network without weights may have.
const CONSTANTS_BASE: usize = 1 << 20;

/// An import under way.
pub(super) struct Walk<'a> {
    model: &'a ModelJson,
    weights: &'a Weights,
    nodes: HashMap<&'a str, &'a Node>,
    values: HashMap<&'a str, Vec<Value>>,
    pub(super) graph: GraphBuilder,
    /// Transpositions already made: (name, layout wanted, layout had) to the name of the result.
    pub(super) transposed: HashMap<(String, Vec<usize>, Vec<usize>), String>,
    /// Values that are other values clamped, by name.
    pub(super) clamps: HashMap<String, Clamp>,
    /// Set once an operation ties the graph to a batch of one.
    pub(super) batch_is_fixed: bool,
    /// Elements that folded constants may still have, all together.
    pub(super) fold_left: usize,
    inputs: Vec<(String, Element, Vec<usize>)>,
}

/// The value `of`, clamped to `low..=high`.
#[derive(Clone)]
pub(super) struct Clamp {
    pub(super) of: String,
    pub(super) low: f32,
    pub(super) high: f32,
}

impl<'a> Walk<'a> {
    pub(super) fn new(
        model: &'a ModelJson,
        weights: &'a Weights,
        shards: usize,
    ) -> Result<Self, ImportError> {
        let budget = shards.saturating_mul(CONSTANTS_PER_SHARD_BYTE).saturating_add(CONSTANTS_BASE);
        let mut nodes = HashMap::with_capacity(model.topology.node.len());
        for node in &model.topology.node {
            if nodes.insert(node.name.as_str(), node).is_some() {
                return Err(node.wrong("another node has the same name"));
            }
        }
        Ok(Self {
            model,
            weights,
            nodes,
            values: HashMap::new(),
            graph: GraphBuilder::new(budget),
            transposed: HashMap::new(),
            clamps: HashMap::new(),
            batch_is_fixed: false,
            fold_left: budget / 4,
            inputs: Vec::new(),
        })
    }

    /// Walks to every output of the signature but those in `without` and serialises the result.
    pub(super) fn finish(mut self, without: &[String]) -> Result<Vec<u8>, ImportError> {
        let mut outputs = Vec::new();
        for (key, reference) in self.model.outputs()? {
            let port = key.split(':').next().unwrap_or(key).replace('/', "_");
            if without.contains(&port) {
                continue;
            }
            let (name, index) = split(reference);
            self.reach(name)?;
            let value = self.value(name, index)?;
            let stored = self.plain(self.node(name)?, &value)?;
            self.graph.name_output(&stored, &port);
            outputs.push((port, value.element(), value.shape().to_vec()));
        }
        if outputs.is_empty() {
            return Err(ImportError::Model { problem: "the signature has no outputs".to_owned() });
        }
        // Only now is it known whether anything tied the graph to a batch of one.
        let fixed = self.batch_is_fixed;
        let port = |(name, element, shape): (String, Element, Vec<usize>)| Port {
            name,
            element,
            shape: shape
                .into_iter()
                .enumerate()
                .map(|(axis, length)| (fixed || axis > 0).then_some(length))
                .collect(),
        };
        let inputs: Vec<Port> = std::mem::take(&mut self.inputs).into_iter().map(port).collect();
        let outputs: Vec<Port> = outputs.into_iter().map(port).collect();
        Ok(self.graph.finish(&inputs, &outputs))
    }

    fn node(&self, name: &str) -> Result<&'a Node, ImportError> {
        self.nodes.get(name).copied().ok_or_else(|| ImportError::MissingNode { node: name.to_owned() })
    }

    fn value(&self, name: &str, index: usize) -> Result<Value, ImportError> {
        let outputs = self.values.get(name);
        outputs
            .and_then(|values| values.get(index))
            .cloned()
            .ok_or_else(|| ImportError::MissingNode { node: format!("{name}:{index}") })
    }

    /// Converts `target` and everything it depends on.
    fn reach(&mut self, target: &'a str) -> Result<(), ImportError> {
        let mut open: HashSet<&str> = HashSet::new();
        let mut stack = vec![target];
        while let Some(&name) = stack.last() {
            if self.values.contains_key(name) {
                stack.pop();
                continue;
            }
            let node = self.node(name)?;
            // References that begin with ^ order side effects; there are none here.
            let data = || node.input.iter().filter(|input| !input.starts_with('^')).map(|input| split(input));
            let before = stack.len();
            stack.extend(data().map(|(name, _)| name).filter(|&name| !self.values.contains_key(name)));
            if stack.len() > before {
                if !open.insert(name) {
                    return Err(ImportError::Cycle { node: name.to_owned() });
                }
                continue;
            }
            let inputs =
                data().map(|(name, index)| self.value(name, index)).collect::<Result<Vec<_>, _>>()?;
            let outputs = self.convert(node, &inputs)?;
            open.remove(name);
            self.values.insert(name, outputs);
            stack.pop();
        }
        Ok(())
    }

    fn convert(&mut self, node: &'a Node, inputs: &[Value]) -> Result<Vec<Value>, ImportError> {
        match node.op.as_str() {
            "Const" => Ok(vec![Value::Constant(Rc::clone(self.weights.get(&node.name)?))]),
            "Placeholder" => self.input(node).map(|value| vec![value]),
            _ if !inputs.is_empty() && inputs.iter().all(|value| value.constant().is_some()) => {
                let array = self.fold(node, inputs)?;
                self.fold_left =
                    self.fold_left.checked_sub(array.elements().len()).ok_or_else(too_much_folding)?;
                Ok(vec![array.into()])
            }
            _ => self.operation(node, inputs),
        }
    }

    fn input(&mut self, node: &Node) -> Result<Value, ImportError> {
        let axes = node.shape("shape")?;
        let element = node.element("dtype")?;
        if axes.iter().skip(1).any(Option::is_none) {
            return Err(node.wrong("an axis other than the first is free"));
        }
        let shape: Vec<usize> = axes.iter().map(|axis| axis.unwrap_or(1)).collect();
        if shape.first().is_some_and(|&batch| batch != 1) {
            return Err(node.wrong("the batch is not one"));
        }
        self.inputs.push((node.name.clone(), element, shape.clone()));
        let layout = plain(shape.len());
        self.live(node, node.name.clone(), shape, layout, element)
    }
}

/// Folding made more than any real network's does.
pub(super) fn too_much_folding() -> ImportError {
    ImportError::Model { problem: "constants grow without end when folded".to_owned() }
}

/// A reference to a node's output: its name and the output's position.
fn split(reference: &str) -> (&str, usize) {
    match reference.split_once(':') {
        Some((name, index)) => (name, index.parse().unwrap_or(0)),
        None => (reference, 0),
    }
}
