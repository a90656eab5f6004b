//! TensorFlow.js graph models into ONNX.
//!
//! The topology is walked from its outputs; constants stay constants, everything else becomes nodes. Layouts are
//! tracked, not transposed: a value remembers how its stored axes map to TensorFlow's, so that a chain of convolutions
//! stays in ONNX's NCHW throughout and only the network's own input and outputs, which keep TensorFlow's NHWC, cost a
//! transposition.
//!
//! Shapes are known throughout, for a batch of one: TensorFlow's padding by name depends on them. Where nothing ties
//! the graph to that batch, its first axis is free in the result.

mod fold;
mod layout;
mod ops;
mod shaping;
mod spatial;
mod topology;
mod value;
mod walk;

use super::shards::Weights;
use super::{ImportError, javascript, parse_json};
use topology::ModelJson;

/// Imports a graph model: `model_json` is its `model.json`, `shards` the contents of its binary files in the order in
/// which `model_json` names them, one after the other. The result is a serialised ONNX model (operator set 18) whose
/// inputs and outputs are called as the model's signature calls them, with `/` replaced by `_` and without `:0`. The
/// outputs named in `without` are left out, with everything that only they need.
///
/// # Errors
/// [`ImportError`], naming the operation and the node, or the weight, that is at fault.
pub fn import_tfjs(model_json: &[u8], shards: &[u8], without: &[String]) -> Result<Vec<u8>, ImportError> {
    let model: ModelJson = parse_json("the model's topology", model_json)?;
    let weights = Weights::read(&model.weights_manifest, shards)?;
    walk::Walk::new(&model, &weights, shards.len())?.finish(without)
}

/// The same of a model that is carried as JavaScript: `modules` are the model's module and those of its shards, in the
/// order in which the model names them. They are read as data; nothing of them is run.
///
/// # Errors
/// [`ImportError`]; also when a module holds anything but a plain value.
pub fn import_tfjs_javascript(modules: &[Vec<u8>], without: &[String]) -> Result<Vec<u8>, ImportError> {
    let Some((model, shards)) = modules.split_first() else {
        return Err(ImportError::Model { problem: "there is no module".to_owned() });
    };
    let mut bytes = Vec::new();
    for module in shards {
        bytes.extend(javascript::shard(module)?);
    }
    import_tfjs(&javascript::object(model)?, &bytes, without)
}

#[cfg(test)]
mod tests;
