//! Small graphs by hand: that what is converted is what is written, and that what is not known is refused by name.

use prost::Message as _;

use super::super::onnx;
use super::*;

/// A model of the given nodes (JSON), with the weights `w` as `f32` under their names.
fn model(nodes: &str, weights: &[(&str, &[usize], &[f32])]) -> (Vec<u8>, Vec<u8>) {
    let entries: Vec<String> = weights
        .iter()
        .map(|(name, shape, _)| format!(r#"{{"name":"{name}","shape":{shape:?},"dtype":"float32"}}"#))
        .collect();
    let json = format!(
        r#"{{"signature":{{"outputs":{{"out:0":{{"name":"out"}}}}}},"modelTopology":{{"node":[{nodes}]}},
            "weightsManifest":[{{"paths":["x"],"weights":[{}]}}]}}"#,
        entries.join(",")
    );
    let shards =
        weights.iter().flat_map(|(_, _, values)| values.iter().flat_map(|v| v.to_le_bytes())).collect();
    (json.into_bytes(), shards)
}

const IMAGE: &str = r#"{"name":"in","op":"Placeholder","attr":{"dtype":{"type":"DT_FLOAT"},
    "shape":{"shape":{"dim":[{"size":"-1"},{"size":"4"},{"size":"4"},{"size":"2"}]}}}}"#;

fn ops(bytes: &[u8]) -> Vec<String> {
    let graph = onnx::Model::decode(bytes).unwrap().graph.unwrap();
    graph.node.into_iter().map(|node| node.op_type.unwrap()).collect()
}

fn shape(value: &onnx::ValueInfo) -> Vec<Option<onnx::AxisLength>> {
    let tensor = value.kind.as_ref().unwrap().tensor.as_ref().unwrap();
    tensor.shape.as_ref().unwrap().dim.iter().map(|axis| axis.length.clone()).collect()
}

#[test]
fn a_convolution_keeps_the_outer_layout_and_frees_the_batch() {
    let nodes = format!(
        r#"{IMAGE},{{"name":"w","op":"Const"}},{{"name":"b","op":"Const"}},
        {{"name":"out","op":"_FusedConv2D","input":["in","w","b"],"attr":{{"padding":{{"s":"U0FNRQ=="}},
        "strides":{{"list":{{"i":["1","2","2","1"]}}}},"fused_ops":{{"list":{{"s":["Qmlhc0FkZA==","UmVsdTY="]}}}}}}}}"#
    );
    let (json, shards) = model(&nodes, &[("w", &[3, 3, 2, 5], &[0.5; 90]), ("b", &[5], &[1.0; 5])]);
    let bytes = import_tfjs(&json, &shards, &[]).unwrap();
    assert_eq!(ops(&bytes), ["Transpose", "Conv", "Clip", "Transpose", "Identity"]);
    let graph = onnx::Model::decode(bytes.as_slice()).unwrap().graph.unwrap();
    let free = Some(onnx::AxisLength::Free("N".to_owned()));
    let fixed = |n| Some(onnx::AxisLength::Fixed(n));
    assert_eq!(shape(&graph.input[0]), [free.clone(), fixed(4), fixed(4), fixed(2)]);
    assert_eq!(shape(&graph.output[0]), [free, fixed(2), fixed(2), fixed(5)]);
    assert_eq!(graph.output[0].name.as_deref(), Some("out"));
    let conv = graph.node.iter().find(|node| node.op_type.as_deref() == Some("Conv")).unwrap();
    let pads = conv.attribute.iter().find(|a| a.name.as_deref() == Some("pads")).unwrap();
    assert_eq!(pads.ints, [0, 0, 1, 1], "TensorFlow pads at the end first");
    assert_eq!(import_tfjs(&json, &shards, &[]).unwrap(), bytes, "an import is repeatable");
}

#[test]
fn an_unknown_operation_is_refused_by_name() {
    let (json, shards) = model(&format!(r#"{IMAGE},{{"name":"out","op":"Frobnicate","input":["in"]}}"#), &[]);
    match import_tfjs(&json, &shards, &[]) {
        Err(ImportError::UnsupportedOp { op, node }) => {
            assert_eq!((op.as_str(), node.as_str()), ("Frobnicate", "out"))
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_circle_is_refused() {
    let nodes = r#"{"name":"out","op":"Relu","input":["a"]},{"name":"a","op":"Relu","input":["out"]}"#;
    let (json, shards) = model(nodes, &[]);
    assert!(matches!(import_tfjs(&json, &shards, &[]), Err(ImportError::Cycle { .. })));
}

#[test]
fn missing_nodes_and_weights_are_named() {
    let (json, shards) = model(r#"{"name":"out","op":"Relu","input":["nowhere"]}"#, &[]);
    assert!(
        matches!(import_tfjs(&json, &shards, &[]), Err(ImportError::MissingNode { node }) if node == "nowhere")
    );
    let (json, shards) = model(r#"{"name":"out","op":"Const"}"#, &[]);
    assert!(
        matches!(import_tfjs(&json, &shards, &[]), Err(ImportError::MissingWeight { name }) if name == "out")
    );
}

#[test]
fn constants_that_double_are_stopped() {
    // Thirty outer sums: each broadcasts a column against a row, so its size is squared.
    let mut nodes = String::from(r#"{"name":"row","op":"Const"},{"name":"column","op":"Const"}"#);
    nodes.push_str(r#",{"name":"out","op":"Add","input":["row","column"]}"#);
    let row = vec![0.0; 3000];
    let (json, shards) = model(&nodes, &[("row", &[1, 3000], &row), ("column", &[3000, 1], &row)]);
    assert!(matches!(import_tfjs(&json, &shards, &[]), Err(ImportError::Model { .. })));
}

#[test]
fn a_deep_chain_does_not_overflow_the_stack() {
    let mut nodes = IMAGE.to_owned();
    let mut last = "in".to_owned();
    for i in 0..50_000 {
        let name = if i == 49_999 { "out".to_owned() } else { format!("n{i}") };
        nodes.push_str(&format!(r#",{{"name":"{name}","op":"Relu","input":["{last}"]}}"#));
        last = name;
    }
    let (json, shards) = model(&nodes, &[]);
    assert_eq!(ops(&import_tfjs(&json, &shards, &[]).unwrap()).len(), 50_001);
}

#[test]
fn a_mean_over_the_image_needs_no_transposition_after_it() {
    let nodes = format!(
        r#"{IMAGE},{{"name":"w","op":"Const"}},{{"name":"axes","op":"Const"}},
        {{"name":"c","op":"Conv2D","input":["in","w"],"attr":{{"padding":{{"s":"VkFMSUQ="}},
        "strides":{{"list":{{"i":["1","1","1","1"]}}}}}}}},
        {{"name":"out","op":"Mean","input":["c","axes"]}}"#
    );
    let json = model(&nodes, &[("w", &[1, 1, 2, 3], &[1.0; 6])]).0;
    let json = String::from_utf8(json).unwrap().replace(
        r#""dtype":"float32"}]"#,
        r#""dtype":"float32"},{"name":"axes","shape":[2],"dtype":"int32"}]"#,
    );
    let mut shards: Vec<u8> = [1.0_f32; 6].iter().flat_map(|v| v.to_le_bytes()).collect();
    shards.extend([1_i32, 2].iter().flat_map(|v| v.to_le_bytes()));
    let bytes = import_tfjs(json.as_bytes(), &shards, &[]).unwrap();
    assert_eq!(ops(&bytes), ["Transpose", "Conv", "ReduceMean", "Identity"]);
    let graph = onnx::Model::decode(bytes.as_slice()).unwrap().graph.unwrap();
    assert_eq!(shape(&graph.output[0]).len(), 2);
}

#[test]
fn a_relu6_in_three_operations_becomes_one() {
    let nodes = format!(
        r#"{IMAGE},{{"name":"six","op":"Const"}},{{"name":"zero","op":"Const"}},{{"name":"r","op":"Relu","input":["in"]}},
        {{"name":"m","op":"Minimum","input":["r","six"]}},{{"name":"out","op":"Maximum","input":["m","zero"]}}"#
    );
    let (json, shards) = model(&nodes, &[("six", &[], &[6.0]), ("zero", &[], &[0.0])]);
    let bytes = import_tfjs(&json, &shards, &[]).unwrap();
    assert_eq!(ops(&bytes), ["Clip", "Identity"]);
    let graph = onnx::Model::decode(bytes.as_slice()).unwrap().graph.unwrap();
    assert_eq!(graph.node[0].input[0], "in");
    let bounds: Vec<f32> = graph.node[0].input[1..]
        .iter()
        .map(|name| graph.initializer.iter().find(|c| c.name.as_ref() == Some(name)).unwrap())
        .map(|constant| f32::from_le_bytes(constant.raw_data.clone().unwrap().try_into().unwrap()))
        .collect();
    assert_eq!(bounds, [0.0, 6.0]);
}

#[test]
fn slopes_by_channel_stay_in_the_convolutions_layout() {
    let nodes = format!(
        r#"{IMAGE},{{"name":"w","op":"Const"}},{{"name":"a","op":"Const"}},
        {{"name":"c","op":"Conv2D","input":["in","w"],"attr":{{"padding":{{"s":"VkFMSUQ="}},
        "strides":{{"list":{{"i":["1","1","1","1"]}}}}}}}},
        {{"name":"out","op":"Prelu","input":["c","a"]}}"#
    );
    let by_channel = model(&nodes, &[("w", &[1, 1, 2, 3], &[1.0; 6]), ("a", &[1, 1, 3], &[0.1, 0.2, 0.3])]);
    let bytes = import_tfjs(&by_channel.0, &by_channel.1, &[]).unwrap();
    assert_eq!(ops(&bytes), ["Transpose", "Conv", "Relu", "Conv", "Conv", "Add", "Transpose", "Identity"]);
    let by_pixel = model(&nodes, &[("w", &[1, 1, 2, 3], &[1.0; 6]), ("a", &[4, 4, 3], &[0.5; 48])]);
    let bytes = import_tfjs(&by_pixel.0, &by_pixel.1, &[]).unwrap();
    assert_eq!(ops(&bytes), ["Transpose", "Conv", "PRelu", "Transpose", "Identity"]);
}
