//! Operations that rearrange: reshape, squeeze, concatenate, slice, gather, reduce, select the largest.

use super::super::ImportError;
use super::super::array::{Element, count, is_permutation};
use super::super::graph::{Parameter, cast_target};
use super::ops::{axis, input, int, ints};
use super::topology::Node;
use super::value::{Live, Value, plain};
use super::walk::Walk;

impl Walk<'_> {
    /// `value` under another shape, which leaves the batch free where both begin with it.
    pub(super) fn reshape(
        &mut self,
        node: &Node,
        value: &Value,
        shape: Vec<usize>,
    ) -> Result<Value, ImportError> {
        if count(value.shape()) != count(&shape) {
            return Err(node.wrong(format!("shape {:?} into {shape:?}", value.shape())));
        }
        let mut target: Vec<i64> = shape.iter().map(|&length| length as i64).collect();
        if let (Some(1), Some(first @ 1)) = (value.shape().first(), target.first_mut()) {
            *first = -1;
        } else {
            self.batch_is_fixed = true;
        }
        let stored = self.plain(node, value)?;
        let target = self.ints(target)?;
        let name = self.graph.node("Reshape", &[&stored, &target], &[]);
        let layout = plain(shape.len());
        self.live(node, name, shape, layout, value.element())
    }

    pub(super) fn reshape_to(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let value = input(node, inputs, 0)?.clone();
        let shape = wanted_shape(node, value.shape(), &ints(node, inputs, 1)?)?;
        self.reshape(node, &value, shape)
    }

    pub(super) fn squeeze(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let value = input(node, inputs, 0)?.clone();
        let rank = value.shape().len();
        let mut named = node.ints("squeeze_dims");
        if named.is_empty() {
            named = node.ints("axis");
        }
        let dropped: Vec<usize> = if named.is_empty() {
            // All axes of length one; the batch, which only is one here, stays.
            (1..rank).filter(|&axis| value.shape().get(axis) == Some(&1)).collect()
        } else {
            named.into_iter().map(|at| axis(node, at, rank)).collect::<Result<_, _>>()?
        };
        let kept = value.shape().iter().enumerate().filter(|(axis, _)| !dropped.contains(axis));
        let shape = kept.map(|(_, &length)| length).collect();
        if dropped.contains(&0) {
            self.batch_is_fixed = true;
        }
        self.reshape(node, &value, shape)
    }

    pub(super) fn expand(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let value = input(node, inputs, 0)?.clone();
        let at = axis(node, int(node, inputs, 1)?, value.shape().len() + 1)?;
        if at == 0 {
            self.batch_is_fixed = true;
        }
        let mut shape = value.shape().to_vec();
        shape.insert(at, 1);
        let stored = self.plain(node, &value)?;
        let axes = self.ints(vec![at as i64])?;
        let name = self.graph.node("Unsqueeze", &[&stored, &axes], &[]);
        let layout = plain(shape.len());
        self.live(node, name, shape, layout, value.element())
    }

    /// Costs nothing: only the memory of where the axes are changes.
    pub(super) fn transpose(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let value = input(node, inputs, 0)?.clone();
        let live = self.computed(node, &value)?;
        let order: Vec<usize> =
            ints(node, inputs, 1)?.iter().filter_map(|&at| usize::try_from(at).ok()).collect();
        if !is_permutation(&order, live.shape.len()) {
            return Err(node.wrong(format!("order {order:?} for {} axes", live.shape.len())));
        }
        if order.first() != Some(&0) {
            self.batch_is_fixed = true;
        }
        let shape = order.iter().map(|&at| live.shape[at]).collect();
        let layout = order.iter().map(|&at| live.layout[at]).collect();
        self.live(node, live.name, shape, layout, live.element)
    }

    pub(super) fn concatenate(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let Some((_, parts)) = inputs.split_last() else {
            return Err(node.wrong("has no inputs"));
        };
        let lead = parts.iter().find_map(|value| match value {
            Value::Live(live) => Some(live.clone()),
            Value::Constant(_) => None,
        });
        let Live { mut shape, layout, element, .. } =
            lead.ok_or_else(|| node.wrong("joins constants only"))?;
        let at = axis(node, int(node, inputs, parts.len())?, shape.len())?;
        let mut length = 0_usize;
        let mut names = Vec::with_capacity(parts.len());
        for part in parts {
            let fits = part.shape().len() == shape.len()
                && part.shape().iter().zip(&shape).enumerate().all(|(axis, (a, b))| axis == at || a == b);
            if !fits || part.element() != element {
                return Err(node.wrong(format!("a part of shape {:?} among {shape:?}", part.shape())));
            }
            // A constant part has no batch to grow with.
            self.batch_is_fixed |= part.constant().is_some();
            length = length.saturating_add(part.shape()[at]);
            names.push(self.stored(node, part, &layout)?);
        }
        shape[at] = length;
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let name = self.graph.node("Concat", &names, &[("axis", Parameter::Int(layout[at] as i64))]);
        self.live(node, name, shape, layout, element)
    }

    pub(super) fn split(&mut self, node: &Node, inputs: &[Value]) -> Result<Vec<Value>, ImportError> {
        let value = input(node, inputs, 0)?.clone();
        let live = self.computed(node, &value)?;
        let at = axis(node, int(node, inputs, 2)?, live.shape.len())?;
        let mut sizes = ints(node, inputs, 1)?;
        let total = live.shape[at] as i64;
        let known: i64 =
            sizes.iter().filter(|&&size| size >= 0).fold(0, |sum, &size| sum.saturating_add(size));
        if let Some(open) = sizes.iter_mut().find(|size| **size == -1) {
            *open = total - known;
        }
        if sizes.iter().any(|&size| size < 0)
            || sizes.iter().fold(0, |sum: i64, &s| sum.saturating_add(s)) != total
        {
            return Err(node.wrong(format!("{total} split into {sizes:?}")));
        }
        let list = self.ints(sizes.clone())?;
        let axis = [("axis", Parameter::Int(live.layout[at] as i64))];
        let names = self.graph.node_many("Split", &[&live.name, &list], sizes.len(), &axis);
        let mut parts = Vec::with_capacity(sizes.len());
        for (name, size) in names.into_iter().zip(sizes) {
            let mut shape = live.shape.clone();
            shape[at] = usize::try_from(size).unwrap_or(0);
            parts.push(self.live(node, name, shape, live.layout.clone(), live.element)?);
        }
        Ok(parts)
    }

    pub(super) fn slice(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let value = input(node, inputs, 0)?.clone();
        if node.int("ellipsis_mask", 0) != 0 || node.int("new_axis_mask", 0) != 0 {
            return Err(node.wrong("an ellipsis or a new axis"));
        }
        let (begin, end, step) = (ints(node, inputs, 1)?, ints(node, inputs, 2)?, ints(node, inputs, 3)?);
        let rank = value.shape().len();
        if begin.len() > rank || end.len() != begin.len() || step.len() != begin.len() {
            return Err(node.wrong(format!("{} ranges for {rank} axes", begin.len())));
        }
        let masked = |mask: &str, axis: usize| node.int(mask, 0) >> axis & 1 == 1;
        let (mut axes, mut starts, mut ends, mut dropped) = (vec![], vec![], vec![], vec![]);
        let mut shape = Vec::with_capacity(rank);
        for (axis, &length) in value.shape().iter().enumerate() {
            let (Some(&from), Some(&to), Some(&step)) = (begin.get(axis), end.get(axis), step.get(axis))
            else {
                shape.push(length);
                continue;
            };
            if step != 1 {
                return Err(node.wrong(format!("a step of {step}")));
            }
            let bound =
                |at: i64| at.saturating_add(if at < 0 { length as i64 } else { 0 }).clamp(0, length as i64);
            let first = if masked("begin_mask", axis) { 0 } else { bound(from) };
            let last = if masked("end_mask", axis) { length as i64 } else { bound(to) };
            let single = masked("shrink_axis_mask", axis);
            let (first, last) =
                if single { (bound(from), bound(from) + 1) } else { (first, last.max(first)) };
            if single {
                if last > length as i64 {
                    return Err(node.wrong(format!("position {from} of {length}")));
                }
                dropped.push(axis as i64);
            } else {
                shape.push((last - first) as usize);
            }
            if last - first != length as i64 {
                axes.push(axis as i64);
                starts.push(first);
                ends.push(last);
            }
        }
        let mut name = self.plain(node, &value)?;
        if axes.contains(&0) || dropped.contains(&0) {
            self.batch_is_fixed = true;
        }
        if !axes.is_empty() {
            let [starts, ends, axes] = [self.ints(starts)?, self.ints(ends)?, self.ints(axes)?];
            name = self.graph.node("Slice", &[&name, &starts, &ends, &axes], &[]);
        }
        if !dropped.is_empty() {
            let axes = self.ints(dropped)?;
            name = self.graph.node("Squeeze", &[&name, &axes], &[]);
        }
        let layout = plain(shape.len());
        self.live(node, name, shape, layout, value.element())
    }

    pub(super) fn gather(&mut self, node: &Node, inputs: &[Value]) -> Result<Value, ImportError> {
        let (value, indices) = (input(node, inputs, 0)?.clone(), input(node, inputs, 1)?.clone());
        if node.int("batch_dims", 0) != 0 {
            return Err(node.wrong("batched indices"));
        }
        if !matches!(indices.element(), Element::I32 | Element::I64) {
            return Err(node.wrong("indices that are not whole"));
        }
        let at = axis(node, if inputs.len() > 2 { int(node, inputs, 2)? } else { 0 }, value.shape().len())?;
        // The result's first axis is the indices' or lies before the gathered one.
        self.batch_is_fixed |= at == 0 || indices.constant().is_none();
        let (before, after) = value.shape().split_at(at);
        let shape = [before, indices.shape(), after.get(1..).unwrap_or_default()].concat();
        let stored = [self.plain(node, &value)?, self.plain(node, &indices)?];
        let name =
            self.graph.node("Gather", &[&stored[0], &stored[1]], &[("axis", Parameter::Int(at as i64))]);
        let layout = plain(shape.len());
        self.live(node, name, shape, layout, value.element())
    }

    /// The largest `k` along the last axis and their positions.
    pub(super) fn top_k(&mut self, node: &Node, inputs: &[Value]) -> Result<Vec<Value>, ImportError> {
        let value = input(node, inputs, 0)?.clone();
        let k = int(node, inputs, 1)?;
        let mut shape = value.shape().to_vec();
        self.batch_is_fixed |= shape.len() < 2;
        match (shape.last_mut(), usize::try_from(k)) {
            (Some(last), Ok(k)) if k <= *last => *last = k,
            _ => return Err(node.wrong(format!("the largest {k} of {:?}", value.shape()))),
        }
        let stored = self.plain(node, &value)?;
        let k = self.ints(vec![k])?;
        let parameters =
            [("axis", Parameter::Int(-1)), ("largest", Parameter::Int(1)), ("sorted", Parameter::Int(1))];
        let names = self.graph.node_many("TopK", &[&stored, &k], 2, &parameters);
        let [values, positions] = names.as_slice() else {
            return Err(node.wrong("has two outputs"));
        };
        let positions = self.graph.node("Cast", &[positions], &[("to", cast_target(Element::I32))]);
        let layout = plain(shape.len());
        Ok(vec![
            self.live(node, values.clone(), shape.clone(), layout.clone(), value.element())?,
            self.live(node, positions, shape, layout, Element::I32)?,
        ])
    }

    pub(super) fn reduce(
        &mut self,
        node: &Node,
        op: &'static str,
        inputs: &[Value],
    ) -> Result<Value, ImportError> {
        let value = input(node, inputs, 0)?.clone();
        let live = self.computed(node, &value)?;
        let rank = live.shape.len();
        let axes = ints(node, inputs, 1)?;
        let axes: Vec<usize> = axes.into_iter().map(|at| axis(node, at, rank)).collect::<Result<_, _>>()?;
        if axes.is_empty() {
            return Ok(value);
        }
        self.batch_is_fixed |= axes.contains(&0);
        let mut stored: Vec<i64> = axes.iter().map(|&at| live.layout[at] as i64).collect();
        stored.sort_unstable();
        stored.dedup();
        let keep = node.flag("keep_dims");
        let (shape, layout) = if keep {
            let shape = live
                .shape
                .iter()
                .enumerate()
                .map(|(at, &length)| if axes.contains(&at) { 1 } else { length });
            (shape.collect(), live.layout)
        } else {
            let kept: Vec<usize> = (0..rank).filter(|at| !axes.contains(at)).collect();
            let places: Vec<usize> = kept.iter().map(|&at| live.layout[at]).collect();
            // Stored axes close ranks once some are gone.
            let rank_of = |place: &usize| places.iter().filter(|other| *other < place).count();
            (kept.iter().map(|&at| live.shape[at]).collect(), places.iter().map(rank_of).collect())
        };
        let list = self.ints(stored)?;
        let name =
            self.graph.node(op, &[&live.name, &list], &[("keepdims", Parameter::Int(i64::from(keep)))]);
        self.live(node, name, shape, layout, live.element)
    }
}

/// The shape that a list with at most one -1 means for a tensor of shape `from`.
pub(super) fn wanted_shape(node: &Node, from: &[usize], list: &[i64]) -> Result<Vec<usize>, ImportError> {
    let misfit = || node.wrong(format!("shape {from:?} into {list:?}"));
    let total = count(from).ok_or_else(misfit)?;
    let known: Vec<usize> = list
        .iter()
        .filter(|&&length| length != -1)
        .map(|&length| usize::try_from(length))
        .collect::<Result<_, _>>()
        .map_err(|_| misfit())?;
    let product = count(&known).ok_or_else(misfit)?;
    match list.len() - known.len() {
        0 => Ok(known),
        1 => {
            let open = total.checked_div(product).ok_or_else(misfit)?;
            Ok(list.iter().map(|&length| usize::try_from(length).unwrap_or(open)).collect())
        }
        _ => Err(misfit()),
    }
}
