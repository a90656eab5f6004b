//! Freeing the height and width of an ONNX model that was exported for one size.
//!
//! Owns that one rewrite. It refuses to know operators: whether a network computes the same at another size is found
//! out by running it (a convolutional one whose reshapes infer their lengths does).
//!
//! # Invariants
//! - Nodes and weights are written back byte for byte.
//! - Same bytes in, same bytes out.

use prost::Message as _;

use super::ImportError;
use super::onnx::{Axis, AxisLength, ModelShell, ValueInfo};

/// Largest model that is rewritten, bytes: parsed messages take some twenty times the room of the smallest field.
pub(super) const MAX_REWRITTEN: usize = 64 << 20;

/// Rewrites the ONNX model `onnx`, whose only input is an image in NCHW layout, so that its height and width are free.
/// All axes of the outputs but the first and the last become free as well: which of them depend on the image's size
/// is for the runtime to infer.
///
/// # Errors
/// [`ImportError`] when `onnx` is no model with a single four-axis input, or is larger than 64 MiB.
pub fn free_spatial_axes(onnx: &[u8]) -> Result<Vec<u8>, ImportError> {
    if onnx.len() > MAX_REWRITTEN {
        return Err(ImportError::TooLarge { what: "a model to be rewritten (bytes)", limit: MAX_REWRITTEN });
    }
    let mut model = ModelShell::decode(onnx).map_err(|source| ImportError::Protobuf { source })?;
    let graph = model.graph.as_mut().ok_or_else(|| wrong("the model has no graph"))?;
    // Old exporters list constants among the inputs; those have no image to free.
    let [input] = graph.input.as_mut_slice() else {
        return Err(wrong(format!("the model has {} inputs in place of one", graph.input.len())));
    };
    let [_, _, height, width] = axes(input).ok_or_else(|| wrong("the input has no shape"))? else {
        return Err(wrong("the input is no image in NCHW layout"));
    };
    *height = free("height".to_owned());
    *width = free("width".to_owned());
    for (position, output) in graph.output.iter_mut().enumerate() {
        if let Some([_, middle @ .., _]) = axes(output) {
            for (axis, length) in middle.iter_mut().enumerate() {
                *length = free(format!("out{position}_{axis}"));
            }
        }
    }
    Ok(model.encode_to_vec())
}

fn free(name: String) -> Axis {
    Axis { length: Some(AxisLength::Free(name)) }
}

fn axes(value: &mut ValueInfo) -> Option<&mut [Axis]> {
    Some(value.kind.as_mut()?.tensor.as_mut()?.shape.as_mut()?.dim.as_mut_slice())
}

fn wrong(problem: impl Into<String>) -> ImportError {
    ImportError::Model { problem: problem.into() }
}

#[cfg(test)]
mod tests {
    use super::super::array::Element;
    use super::super::graph::{GraphBuilder, Port};
    use super::*;

    fn model(shape: &[usize]) -> Vec<u8> {
        let mut graph = GraphBuilder::new(1024);
        let y = graph.node("Relu", &["x"], &[]);
        graph.name_output(&y, "y");
        let port = |name: &str| Port {
            name: name.to_owned(),
            element: Element::F32,
            shape: shape.iter().map(|&axis| Some(axis)).collect(),
        };
        graph.finish(&[port("x")], &[port("y")])
    }

    #[test]
    fn height_and_width_become_free_and_nothing_else() {
        let before = ModelShell::decode(model(&[1, 3, 640, 640]).as_slice()).unwrap();
        let bytes = free_spatial_axes(&model(&[1, 3, 640, 640])).unwrap();
        let mut after = ModelShell::decode(bytes.as_slice()).unwrap();
        let input = axes(&mut after.graph.as_mut().unwrap().input[0]).unwrap();
        assert_eq!(input[0].length, Some(AxisLength::Fixed(1)));
        assert_eq!(input[1].length, Some(AxisLength::Fixed(3)));
        assert_eq!(input[2].length, Some(AxisLength::Free("height".into())));
        assert_eq!(input[3].length, Some(AxisLength::Free("width".into())));
        assert_eq!(before.graph.unwrap().node, after.graph.unwrap().node);
    }

    #[test]
    fn what_is_no_image_network_is_refused() {
        assert!(matches!(free_spatial_axes(&model(&[1, 3])), Err(ImportError::Model { .. })));
        assert!(matches!(free_spatial_axes(&[]), Err(ImportError::Model { .. })));
        assert!(matches!(free_spatial_axes(b"\x3a\xff\xff\xff\xff\x7f"), Err(ImportError::Protobuf { .. })));
    }
}
