//! Bringing values into the layout that a node needs.

use super::super::ImportError;
use super::super::array::{Array, Element, count};
use super::super::graph::Parameter;
use super::topology::Node;
use super::value::{Live, NCHW, Value, plain};
use super::walk::Walk;

impl Walk<'_> {
    /// A live value; refuses shapes that no real network has, so that arithmetic on them cannot overflow later. A
    /// first axis that is not one long is no batch, so the graph is then tied to a batch of one.
    pub(super) fn live(
        &mut self,
        node: &Node,
        name: String,
        shape: Vec<usize>,
        layout: Vec<usize>,
        element: Element,
    ) -> Result<Value, ImportError> {
        if count(&shape).is_none() {
            return Err(node.wrong(format!("absurd shape {shape:?}")));
        }
        self.batch_is_fixed |= shape.first() != Some(&1);
        Ok(Value::Live(Live { name, shape, layout, element }))
    }

    /// Name of `value` stored in `layout`.
    pub(super) fn stored(
        &mut self,
        node: &Node,
        value: &Value,
        layout: &[usize],
    ) -> Result<String, ImportError> {
        let misfit = || node.wrong(format!("a tensor of shape {:?} has no layout {layout:?}", value.shape()));
        if value.shape().len() != layout.len() {
            return Err(misfit());
        }
        match value {
            Value::Constant(array) => {
                let mut inverse = vec![0; layout.len()];
                for (axis, &at) in layout.iter().enumerate() {
                    *inverse.get_mut(at).ok_or_else(misfit)? = axis;
                }
                let stored = array.transposed(&inverse).ok_or_else(misfit)?;
                self.graph.constant(&stored)
            }
            Value::Live(live) if live.layout == layout => Ok(live.name.clone()),
            Value::Live(live) => {
                let key = (live.name.clone(), layout.to_vec(), live.layout.clone());
                if let Some(name) = self.transposed.get(&key) {
                    return Ok(name.clone());
                }
                let mut moves = vec![0_i64; layout.len()];
                for (&to, &from) in layout.iter().zip(&live.layout) {
                    *moves.get_mut(to).ok_or_else(misfit)? = from as i64;
                }
                let name = self.graph.node("Transpose", &[&live.name], &[("perm", Parameter::Ints(moves))]);
                self.transposed.insert(key, name.clone());
                Ok(name)
            }
        }
    }

    /// Name of `value` in TensorFlow's own layout.
    pub(super) fn plain(&mut self, node: &Node, value: &Value) -> Result<String, ImportError> {
        self.stored(node, value, &plain(value.shape().len()))
    }

    /// Name of the image `value` with channels first.
    pub(super) fn nchw(&mut self, node: &Node, value: &Value) -> Result<String, ImportError> {
        self.stored(node, value, &NCHW)
    }

    /// `value` as a live tensor, in its own layout.
    pub(super) fn computed(&mut self, node: &Node, value: &Value) -> Result<Live, ImportError> {
        match value {
            Value::Live(live) => Ok(live.clone()),
            Value::Constant(array) => {
                let layout = plain(array.shape().len());
                let name = self.stored(node, value, &layout)?;
                Ok(Live { name, shape: array.shape().to_vec(), layout, element: array.element() })
            }
        }
    }

    /// Name of a constant list of whole numbers.
    pub(super) fn ints(&mut self, values: Vec<i64>) -> Result<String, ImportError> {
        self.graph.constant(&Array::i64s(values))
    }
}
