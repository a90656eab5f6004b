//! A value of the graph during import: a constant, or a tensor with its layout.

use std::rc::Rc;

use super::super::array::{Array, Element};

/// What a node's output is.
#[derive(Clone, Debug)]
pub(super) enum Value {
    /// Known now.
    Constant(Rc<Array>),
    /// Computed when the network runs.
    Live(Live),
}

/// A tensor that is computed when the network runs.
#[derive(Clone, Debug)]
pub(super) struct Live {
    /// Its name in the ONNX graph.
    pub(super) name: String,
    /// Its shape as TensorFlow sees it, for a batch of one.
    pub(super) shape: Vec<usize>,
    /// Where TensorFlow's axes are stored: axis `i` is axis `layout[i]` of the ONNX tensor.
    pub(super) layout: Vec<usize>,
    /// Type of its elements.
    pub(super) element: Element,
}

impl Value {
    pub(super) fn shape(&self) -> &[usize] {
        match self {
            Self::Constant(array) => array.shape(),
            Self::Live(live) => &live.shape,
        }
    }

    pub(super) fn element(&self) -> Element {
        match self {
            Self::Constant(array) => array.element(),
            Self::Live(live) => live.element,
        }
    }

    pub(super) fn constant(&self) -> Option<&Array> {
        match self {
            Self::Constant(array) => Some(array),
            Self::Live(_) => None,
        }
    }
}

impl From<Array> for Value {
    fn from(array: Array) -> Self {
        Self::Constant(Rc::new(array))
    }
}

/// Channels last as TensorFlow sees an image, channels first as it is stored.
pub(super) const NCHW: [usize; 4] = [0, 2, 3, 1];

/// A layout of `rank` axes that is TensorFlow's own.
pub(super) fn plain(rank: usize) -> Vec<usize> {
    (0..rank).collect()
}
