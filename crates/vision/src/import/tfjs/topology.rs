//! The JSON of a TensorFlow.js graph model: nodes, their attributes, the signature.
//!
//! Owns the reading of attributes, which come as protobuf's JSON form (numbers as text, text in base64).

use std::collections::BTreeMap;

use base64::Engine as _;
use serde::Deserialize;

use super::super::ImportError;
use super::super::array::Element;
use super::super::shards::Group;

/// `model.json`.
#[derive(Deserialize)]
pub(super) struct ModelJson {
    #[serde(rename = "modelTopology")]
    pub(super) topology: Topology,
    #[serde(rename = "weightsManifest")]
    pub(super) weights_manifest: Vec<Group>,
    signature: Option<Signature>,
    #[serde(rename = "userDefinedMetadata")]
    metadata: Option<Metadata>,
}

#[derive(Deserialize)]
struct Metadata {
    signature: Option<Signature>,
}

#[derive(Deserialize)]
pub(super) struct Topology {
    pub(super) node: Vec<Node>,
}

/// Which nodes are the outputs. In the order of the JSON text's keys, sorted: a result must not depend on a map's order.
#[derive(Deserialize)]
pub(super) struct Signature {
    pub(super) outputs: BTreeMap<String, Endpoint>,
}

#[derive(Deserialize)]
pub(super) struct Endpoint {
    pub(super) name: Option<String>,
}

/// One operation.
#[derive(Deserialize)]
pub(super) struct Node {
    pub(super) name: String,
    pub(super) op: String,
    #[serde(default)]
    pub(super) input: Vec<String>,
    #[serde(default)]
    attr: BTreeMap<String, Attribute>,
}

#[derive(Deserialize)]
struct Attribute {
    s: Option<String>,
    i: Option<Int>,
    f: Option<f32>,
    b: Option<bool>,
    #[serde(rename = "type")]
    kind: Option<String>,
    shape: Option<Shape>,
    list: Option<List>,
}

#[derive(Deserialize)]
struct List {
    #[serde(default)]
    i: Vec<Int>,
    #[serde(default)]
    s: Vec<String>,
}

#[derive(Deserialize)]
struct Shape {
    #[serde(default)]
    dim: Vec<Dim>,
}

#[derive(Deserialize)]
struct Dim {
    size: Option<Int>,
}

/// A whole number, as text or as a number.
#[derive(Clone, Copy, Deserialize)]
#[serde(try_from = "IntForm")]
struct Int(i64);

#[derive(Deserialize)]
#[serde(untagged)]
enum IntForm {
    Number(i64),
    Text(String),
}

impl TryFrom<IntForm> for Int {
    type Error = std::num::ParseIntError;

    fn try_from(form: IntForm) -> Result<Self, Self::Error> {
        match form {
            IntForm::Number(number) => Ok(Self(number)),
            IntForm::Text(text) => text.parse().map(Self),
        }
    }
}

impl ModelJson {
    /// The signature's outputs as (key, reference to a node).
    pub(super) fn outputs(&self) -> Result<Vec<(&str, &str)>, ImportError> {
        let inner = self.metadata.as_ref().and_then(|metadata| metadata.signature.as_ref());
        let signature = self
            .signature
            .as_ref()
            .or(inner)
            .ok_or_else(|| ImportError::Model { problem: "the model has no signature".to_owned() })?;
        Ok(signature
            .outputs
            .iter()
            .map(|(key, endpoint)| (key.as_str(), endpoint.name.as_deref().unwrap_or(key)))
            .collect())
    }
}

impl Node {
    /// This node used in a way that cannot be imported.
    pub(super) fn wrong(&self, problem: impl Into<String>) -> ImportError {
        ImportError::Node { op: self.op.clone(), node: self.name.clone(), problem: problem.into() }
    }

    /// This node's operation is not known.
    pub(super) fn unsupported(&self) -> ImportError {
        ImportError::UnsupportedOp { op: self.op.clone(), node: self.name.clone() }
    }

    pub(super) fn int(&self, name: &str, default: i64) -> i64 {
        self.attr.get(name).and_then(|attribute| attribute.i).map_or(default, |Int(value)| value)
    }

    pub(super) fn float(&self, name: &str, default: f32) -> f32 {
        self.attr.get(name).and_then(|attribute| attribute.f).unwrap_or(default)
    }

    pub(super) fn flag(&self, name: &str) -> bool {
        self.attr.get(name).and_then(|attribute| attribute.b).unwrap_or(false)
    }

    /// A list of whole numbers; empty when absent.
    pub(super) fn ints(&self, name: &str) -> Vec<i64> {
        let list = self.attr.get(name).and_then(|attribute| attribute.list.as_ref());
        list.map(|list| list.i.iter().map(|&Int(value)| value).collect()).unwrap_or_default()
    }

    /// A text; `None` when absent.
    pub(super) fn text(&self, name: &str) -> Result<Option<String>, ImportError> {
        let text = self.attr.get(name).and_then(|attribute| attribute.s.as_deref());
        text.map(|encoded| self.decoded(name, encoded)).transpose()
    }

    /// A list of texts; empty when absent.
    pub(super) fn texts(&self, name: &str) -> Result<Vec<String>, ImportError> {
        let list = self.attr.get(name).and_then(|attribute| attribute.list.as_ref());
        list.map_or(Ok(Vec::new()), |list| list.s.iter().map(|encoded| self.decoded(name, encoded)).collect())
    }

    fn decoded(&self, name: &str, encoded: &str) -> Result<String, ImportError> {
        let bytes = base64::engine::general_purpose::STANDARD.decode(encoded).ok();
        bytes
            .and_then(|bytes| String::from_utf8(bytes).ok())
            .ok_or_else(|| self.wrong(format!("attribute {name} is no text in base64")))
    }

    /// An element type, `f32` for half precision: its weights are widened.
    pub(super) fn element(&self, name: &str) -> Result<Element, ImportError> {
        match self.attr.get(name).and_then(|attribute| attribute.kind.as_deref()) {
            Some("DT_FLOAT" | "DT_HALF") => Ok(Element::F32),
            Some("DT_INT32") => Ok(Element::I32),
            Some("DT_INT64") => Ok(Element::I64),
            Some("DT_BOOL") => Ok(Element::Bool),
            other => Err(self.wrong(format!("unsupported element type {}", other.unwrap_or("(none)")))),
        }
    }

    /// A shape; `None` for an axis that is free.
    pub(super) fn shape(&self, name: &str) -> Result<Vec<Option<usize>>, ImportError> {
        let shape = self.attr.get(name).and_then(|attribute| attribute.shape.as_ref());
        let shape = shape.ok_or_else(|| self.wrong(format!("attribute {name} is no shape")))?;
        Ok(shape.dim.iter().map(|dim| dim.size.and_then(|Int(size)| usize::try_from(size).ok())).collect())
    }
}
