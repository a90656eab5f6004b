//! Constant arrays: the weights between being read and being written.
//!
//! Owns shapes, element types and the few rearrangements an import needs. Knows no file format.
//!
//! # Invariant
//! The product of the shape is the number of elements, and no axis is longer than [`MAX_AXIS`].

/// Longest axis of any array or tensor: far above every real network, and small enough that products of two lengths
/// cannot overflow.
pub(super) const MAX_AXIS: usize = i32::MAX as usize;

/// Most axes of any array or tensor.
pub(super) const MAX_RANK: usize = 8;

/// Type of the elements of a tensor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Element {
    F32,
    I32,
    I64,
    Bool,
}

/// The elements themselves, row-major.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Elements {
    F32(Vec<f32>),
    I32(Vec<i32>),
    I64(Vec<i64>),
    Bool(Vec<bool>),
}

impl Elements {
    pub(super) fn len(&self) -> usize {
        match self {
            Self::F32(v) => v.len(),
            Self::I32(v) => v.len(),
            Self::I64(v) => v.len(),
            Self::Bool(v) => v.len(),
        }
    }

    pub(super) fn element(&self) -> Element {
        match self {
            Self::F32(_) => Element::F32,
            Self::I32(_) => Element::I32,
            Self::I64(_) => Element::I64,
            Self::Bool(_) => Element::Bool,
        }
    }

    /// Little-endian bytes, as ONNX stores them.
    pub(super) fn bytes(&self) -> Vec<u8> {
        match self {
            Self::F32(v) => v.iter().flat_map(|x| x.to_le_bytes()).collect(),
            Self::I32(v) => v.iter().flat_map(|x| x.to_le_bytes()).collect(),
            Self::I64(v) => v.iter().flat_map(|x| x.to_le_bytes()).collect(),
            Self::Bool(v) => v.iter().map(|&x| u8::from(x)).collect(),
        }
    }
}

/// A constant array.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Array {
    shape: Vec<usize>,
    elements: Elements,
}

/// Number of elements of a tensor of `shape`; `None` when it is absurd.
pub(super) fn count(shape: &[usize]) -> Option<usize> {
    if shape.len() > MAX_RANK || shape.iter().any(|&axis| axis > MAX_AXIS) {
        return None;
    }
    shape.iter().try_fold(1_usize, |product, &axis| product.checked_mul(axis))
}

impl Array {
    /// `None` when shape and elements disagree.
    pub(super) fn new(shape: Vec<usize>, elements: Elements) -> Option<Self> {
        (count(&shape) == Some(elements.len())).then_some(Self { shape, elements })
    }

    pub(super) fn scalar(value: f32) -> Self {
        Self { shape: Vec::new(), elements: Elements::F32(vec![value]) }
    }

    pub(super) fn f32s(values: Vec<f32>) -> Self {
        Self { shape: vec![values.len()], elements: Elements::F32(values) }
    }

    pub(super) fn i64s(values: Vec<i64>) -> Self {
        Self { shape: vec![values.len()], elements: Elements::I64(values) }
    }

    pub(super) fn shape(&self) -> &[usize] {
        &self.shape
    }

    pub(super) fn elements(&self) -> &Elements {
        &self.elements
    }

    pub(super) fn element(&self) -> Element {
        self.elements.element()
    }

    pub(super) fn as_f32(&self) -> Option<&[f32]> {
        match &self.elements {
            Elements::F32(v) => Some(v),
            _ => None,
        }
    }

    /// The elements as whole numbers; `None` for other element types.
    pub(super) fn as_ints(&self) -> Option<Vec<i64>> {
        match &self.elements {
            Elements::I32(v) => Some(v.iter().map(|&x| i64::from(x)).collect()),
            Elements::I64(v) => Some(v.clone()),
            Elements::F32(_) | Elements::Bool(_) => None,
        }
    }

    /// The only element as a whole number.
    pub(super) fn as_int(&self) -> Option<i64> {
        match self.as_ints()?.as_slice() {
            [only] => Some(*only),
            _ => None,
        }
    }

    /// The same elements under another shape.
    pub(super) fn reshaped(self, shape: Vec<usize>) -> Option<Self> {
        Self::new(shape, self.elements)
    }

    /// The same array with 1s in front of its shape until it has `rank` axes.
    pub(super) fn widened(&self, rank: usize) -> Self {
        let mut shape = vec![1; rank.saturating_sub(self.shape.len())];
        shape.extend(&self.shape);
        Self { shape, elements: self.elements.clone() }
    }

    /// Axes rearranged: axis `i` of the result is axis `perm[i]` of this. `None` when `perm` is no permutation of
    /// this array's axes.
    pub(super) fn transposed(&self, perm: &[usize]) -> Option<Self> {
        if !is_permutation(perm, self.shape.len()) {
            return None;
        }
        let mut strides = vec![1_usize; self.shape.len()];
        for axis in (1..self.shape.len()).rev() {
            strides[axis - 1] = strides[axis] * self.shape[axis];
        }
        let shape: Vec<usize> = perm.iter().map(|&axis| self.shape[axis]).collect();
        let steps: Vec<usize> = perm.iter().map(|&axis| strides[axis]).collect();
        let elements = match &self.elements {
            Elements::F32(v) => Elements::F32(gather(v, &shape, &steps)),
            Elements::I32(v) => Elements::I32(gather(v, &shape, &steps)),
            Elements::I64(v) => Elements::I64(gather(v, &shape, &steps)),
            Elements::Bool(v) => Elements::Bool(gather(v, &shape, &steps)),
        };
        Self::new(shape, elements)
    }
}

pub(super) fn is_permutation(perm: &[usize], rank: usize) -> bool {
    perm.len() == rank && (0..rank).all(|axis| perm.contains(&axis))
}

/// The elements of a strided view of `source`: axis `i` of the result takes steps of `steps[i]`. As many as `source` has.
pub(super) fn gather<T: Copy>(source: &[T], shape: &[usize], steps: &[usize]) -> Vec<T> {
    let mut out = Vec::with_capacity(source.len());
    let mut index = vec![0_usize; shape.len()];
    for _ in 0..source.len() {
        let at: usize = index.iter().zip(steps).map(|(i, step)| i * step).sum();
        if let Some(&value) = source.get(at) {
            out.push(value);
        }
        for axis in (0..shape.len()).rev() {
            index[axis] += 1;
            if index[axis] < shape[axis] {
                break;
            }
            index[axis] = 0;
        }
    }
    out
}

/// Shape of two tensors joined element by element, by NumPy's rule; `None` when they do not fit.
pub(super) fn broadcast(a: &[usize], b: &[usize]) -> Option<Vec<usize>> {
    let rank = a.len().max(b.len());
    let axis = |shape: &[usize], i: usize| (i + shape.len()).checked_sub(rank).map_or(1, |at| shape[at]);
    (0..rank)
        .map(|i| match (axis(a, i), axis(b, i)) {
            (x, y) if x == y => Some(x),
            (1, y) => Some(y),
            (x, 1) => Some(x),
            _ => None,
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn transposing_moves_every_element() {
        let a = Array::new(vec![2, 3, 4], Elements::I32((0..24).collect())).unwrap();
        let t = a.transposed(&[2, 0, 1]).unwrap();
        assert_eq!(t.shape(), [4, 2, 3]);
        let Elements::I32(v) = t.elements() else { panic!("type kept") };
        for (i, x) in v.iter().enumerate() {
            let (k, rest) = (i / 6, i % 6);
            let (n, m) = (rest / 3, rest % 3);
            assert_eq!(*x as usize, n * 12 + m * 4 + k);
        }
        assert_eq!(t.transposed(&[1, 2, 0]).unwrap(), a);
    }

    #[test]
    fn nonsense_is_refused() {
        assert!(Array::new(vec![2, 2], Elements::F32(vec![0.0; 3])).is_none());
        assert!(Array::new(vec![usize::MAX, 2], Elements::F32(vec![])).is_none());
        assert!(Array::f32s(vec![1.0, 2.0]).transposed(&[1]).is_none());
        assert!(Array::f32s(vec![1.0, 2.0]).transposed(&[0, 0]).is_none());
        assert_eq!(count(&[1; MAX_RANK + 1]), None);
        assert_eq!(count(&[0, 5]), Some(0));
    }

    #[test]
    fn broadcasting_follows_numpy() {
        assert_eq!(broadcast(&[1, 4, 4, 3], &[3]), Some(vec![1, 4, 4, 3]));
        assert_eq!(broadcast(&[4, 1], &[1, 5]), Some(vec![4, 5]));
        assert_eq!(broadcast(&[2], &[3]), None);
        assert_eq!(broadcast(&[], &[3]), Some(vec![3]));
    }
}
