//! Operations whose inputs are all constants, computed during the import.
//!
//! Only those that exported networks really leave behind: normalisation constants and shape arithmetic.

use super::super::ImportError;
use super::super::array::{Array, Element, Elements, broadcast, count};
use super::ops::{axis, constant, int, ints};
use super::shaping::wanted_shape;
use super::topology::Node;
use super::value::Value;
use super::walk::{Walk, too_much_folding};

impl Walk<'_> {
    /// The constant that `node` makes of constants.
    pub(super) fn fold(&self, node: &Node, inputs: &[Value]) -> Result<Array, ImportError> {
        let first = constant(node, inputs, 0)?;
        match node.op.as_str() {
            "Identity" => Ok(first.clone()),
            "Add" | "AddV2" | "BiasAdd" => self.arithmetic(node, inputs, |a, b| a + b, i32::checked_add),
            "Sub" => self.arithmetic(node, inputs, |a, b| a - b, i32::checked_sub),
            "Mul" => self.arithmetic(node, inputs, |a, b| a * b, i32::checked_mul),
            "RealDiv" => self.arithmetic(node, inputs, |a, b| a / b, |_, _| None),
            "Rsqrt" => {
                let values = first.as_f32().ok_or_else(|| node.wrong("a root of whole numbers"))?;
                let roots = Elements::F32(values.iter().map(|value| 1.0 / value.sqrt()).collect());
                Array::new(first.shape().to_vec(), roots).ok_or_else(|| node.wrong("a broken constant"))
            }
            "Reshape" => {
                let shape = wanted_shape(node, first.shape(), &ints(node, inputs, 1)?)?;
                first.clone().reshaped(shape).ok_or_else(|| node.wrong("a shape that does not fit"))
            }
            "ExpandDims" => {
                let at = axis(node, int(node, inputs, 1)?, first.shape().len() + 1)?;
                let mut shape = first.shape().to_vec();
                shape.insert(at, 1);
                first.clone().reshaped(shape).ok_or_else(|| node.wrong("too many axes"))
            }
            "Transpose" => {
                let order: Vec<usize> =
                    ints(node, inputs, 1)?.iter().filter_map(|&at| usize::try_from(at).ok()).collect();
                first.transposed(&order).ok_or_else(|| node.wrong(format!("order {order:?}")))
            }
            "Cast" => cast(node, first),
            "SparseToDense" => self.dense(node, inputs),
            _ => Err(node.unsupported()),
        }
    }

    fn arithmetic(
        &self,
        node: &Node,
        inputs: &[Value],
        real: impl Fn(f32, f32) -> f32,
        whole: impl Fn(i32, i32) -> Option<i32>,
    ) -> Result<Array, ImportError> {
        let (a, b) = (constant(node, inputs, 0)?, constant(node, inputs, 1)?);
        let misfit = || node.wrong(format!("shapes {:?} and {:?}", a.shape(), b.shape()));
        let shape = broadcast(a.shape(), b.shape()).ok_or_else(misfit)?;
        let total = count(&shape).ok_or_else(misfit)?;
        if total > self.fold_left {
            return Err(too_much_folding());
        }
        let pairs = (0..total).map(|at| (position(at, &shape, a.shape()), position(at, &shape, b.shape())));
        let elements = match (a.elements(), b.elements()) {
            (Elements::F32(x), Elements::F32(y)) => {
                Elements::F32(pairs.filter_map(|(i, j)| Some(real(*x.get(i)?, *y.get(j)?))).collect())
            }
            (Elements::I32(x), Elements::I32(y)) => {
                Elements::I32(pairs.filter_map(|(i, j)| whole(*x.get(i)?, *y.get(j)?)).collect())
            }
            _ => return Err(node.wrong("element types that do not fit")),
        };
        // Elements are missing when a whole result did not fit its type.
        Array::new(shape, elements).ok_or_else(|| node.wrong("a result out of range"))
    }
}

impl Walk<'_> {
    /// An array of the shape in input 1 that has the values of input 2 at the positions of input 0 and is input 3
    /// elsewhere.
    fn dense(&self, node: &Node, inputs: &[Value]) -> Result<Array, ImportError> {
        let shape = sizes(node, &ints(node, inputs, 1)?)?;
        let total = count(&shape).ok_or_else(|| node.wrong(format!("absurd shape {shape:?}")))?;
        if total > self.fold_left {
            return Err(too_much_folding());
        }
        let positions = sizes(node, &ints(node, inputs, 0)?)?;
        let rank = shape.len().max(1);
        let at = |position: &[usize]| {
            let inside =
                position.len() == shape.len() && position.iter().zip(&shape).all(|(at, length)| at < length);
            inside.then(|| position.iter().zip(&shape).fold(0, |flat, (at, length)| flat * length + at))
        };
        let flat: Option<Vec<usize>> = positions.chunks(rank).map(at).collect();
        let flat = flat.ok_or_else(|| node.wrong("a position outside of the shape"))?;
        let values = constant(node, inputs, 2)?;
        let fill = inputs.get(3).and_then(Value::constant).map(Array::elements);
        let elements = match (values.elements(), fill) {
            (Elements::F32(values), Some(Elements::F32(fill))) => {
                Elements::F32(scattered(values, fill.first().copied(), total, &flat))
            }
            (Elements::I32(values), Some(Elements::I32(fill))) => {
                Elements::I32(scattered(values, fill.first().copied(), total, &flat))
            }
            _ => return Err(node.wrong("element types that do not fit")),
        };
        Array::new(shape, elements).ok_or_else(|| node.wrong("a broken constant"))
    }
}

fn sizes(node: &Node, list: &[i64]) -> Result<Vec<usize>, ImportError> {
    list.iter()
        .map(|&at| usize::try_from(at).map_err(|_| node.wrong("a negative position or length")))
        .collect()
}

/// `total` elements that are `fill`, but for `values` at `positions`; a single value goes to all of them.
fn scattered<T: Copy + Default>(values: &[T], fill: Option<T>, total: usize, positions: &[usize]) -> Vec<T> {
    let mut dense = vec![fill.unwrap_or_default(); total];
    for (i, &at) in positions.iter().enumerate() {
        let value = if values.len() == 1 { values.first() } else { values.get(i) };
        if let (Some(slot), Some(&value)) = (dense.get_mut(at), value) {
            *slot = value;
        }
    }
    dense
}

/// Where element `at` of a tensor of `shape` comes from in one of shape `from` that is broadcast to it.
fn position(at: usize, shape: &[usize], from: &[usize]) -> usize {
    let (mut rest, mut stride, mut found) = (at, 1, 0);
    for (axis, &length) in shape.iter().enumerate().rev() {
        let index = rest % length.max(1);
        rest /= length.max(1);
        let own = (axis + from.len()).checked_sub(shape.len()).and_then(|axis| from.get(axis));
        if let Some(&own) = own {
            if own > 1 {
                found += index * stride;
            }
            stride *= own;
        }
    }
    found
}

fn cast(node: &Node, array: &Array) -> Result<Array, ImportError> {
    let elements = match (array.elements(), node.element("DstT")?) {
        (same, target) if same.element() == target => same.clone(),
        (Elements::I32(v), Element::F32) => Elements::F32(v.iter().map(|&x| x as f32).collect()),
        (Elements::I64(v), Element::F32) => Elements::F32(v.iter().map(|&x| x as f32).collect()),
        (Elements::I32(v), Element::I64) => Elements::I64(v.iter().map(|&x| i64::from(x)).collect()),
        (Elements::F32(v), Element::I32) => Elements::I32(v.iter().map(|&x| x as i32).collect()),
        (from, to) => return Err(node.wrong(format!("from {:?} to {to:?}", from.element()))),
    };
    Array::new(array.shape().to_vec(), elements).ok_or_else(|| node.wrong("a broken constant"))
}

#[cfg(test)]
mod tests {
    use super::{position, scattered};

    #[test]
    fn scattered_values_lie_where_they_should() {
        assert_eq!(scattered(&[5, 6], Some(1), 4, &[3, 0]), [6, 1, 1, 5]);
        assert_eq!(scattered(&[7], None, 3, &[0, 2]), [7, 0, 7]);
    }

    #[test]
    fn broadcast_positions() {
        // [2, 3] + [3]: the second operand repeats for each row.
        assert_eq!((0..6).map(|at| position(at, &[2, 3], &[3])).collect::<Vec<_>>(), [0, 1, 2, 0, 1, 2]);
        // [2, 1] repeats along the columns.
        assert_eq!((0..6).map(|at| position(at, &[2, 3], &[2, 1])).collect::<Vec<_>>(), [0, 0, 0, 1, 1, 1]);
        assert_eq!(position(5, &[2, 3], &[]), 0);
    }
}
