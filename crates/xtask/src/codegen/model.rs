//! The service model, as far as code is generated from it.
//!
//! Owns: reading `service-2.json` strictly (an unknown field of a shape is an error, so that a new kind of constraint
//! cannot be lost in silence) and questions about how shapes hang together.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context as _, bail, ensure};
use indexmap::IndexMap;
use serde::Deserialize;
use serde::de::IgnoredAny;

/// What the pinned model is known to hold; a generator that sees less has lost something.
const OPERATIONS: usize = 75;
const SHAPES: usize = 549;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    api_version: String,
    json_version: String,
    protocol: String,
    target_prefix: String,
}

#[derive(Deserialize)]
pub(super) struct Model {
    metadata: Metadata,
    pub(super) operations: BTreeMap<String, Operation>,
    pub(super) shapes: BTreeMap<String, Shape>,
}

#[derive(Deserialize)]
pub(super) struct Reference {
    pub(super) shape: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Operation {
    name: String,
    http: Http,
    pub(super) input: Reference,
    pub(super) output: Reference,
    pub(super) errors: Vec<Reference>,
    #[serde(default)]
    pub(super) idempotent: bool,
    #[serde(default, rename = "documentation")]
    _documentation: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Http {
    method: String,
    request_uri: String,
}

#[derive(Deserialize, Clone, Copy, PartialEq, Eq, Debug)]
#[serde(rename_all = "lowercase")]
pub(super) enum Kind {
    Structure,
    String,
    List,
    Map,
    Integer,
    Long,
    Float,
    Boolean,
    Blob,
    Timestamp,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub(super) kind: Kind,
    #[serde(default)]
    pub(super) members: IndexMap<String, Member>,
    #[serde(default)]
    pub(super) required: BTreeSet<String>,
    pub(super) member: Option<Reference>,
    pub(super) key: Option<Reference>,
    pub(super) value: Option<Reference>,
    pub(super) min: Option<i64>,
    pub(super) max: Option<i64>,
    pub(super) pattern: Option<String>,
    #[serde(rename = "enum")]
    pub(super) values: Option<Vec<String>>,
    #[serde(default)]
    pub(super) exception: bool,
    #[serde(default)]
    pub(super) fault: bool,
    #[serde(default)]
    pub(super) sensitive: bool,
    #[serde(default, rename = "documentation")]
    _documentation: IgnoredAny,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct Member {
    pub(super) shape: String,
    #[serde(default)]
    pub(super) idempotency_token: bool,
    #[serde(default)]
    pub(super) jsonvalue: bool,
    #[serde(default, rename = "documentation")]
    _documentation: IgnoredAny,
}

impl Model {
    /// Reads the model and checks what the generator relies on.
    pub(super) fn read(json: &[u8]) -> anyhow::Result<Self> {
        let model: Self = serde_json::from_slice(json).context("the service model has an unknown form")?;
        let Metadata { json_version, protocol, target_prefix, .. } = &model.metadata;
        ensure!(
            (protocol.as_str(), json_version.as_str(), target_prefix.as_str())
                == ("json", "1.1", "RekognitionService"),
            "the model's protocol is {protocol} {json_version} for {target_prefix}"
        );
        ensure!(model.operations.len() == OPERATIONS, "{} operations", model.operations.len());
        ensure!(model.shapes.len() == SHAPES, "{} shapes", model.shapes.len());
        let mut reached = BTreeSet::new();
        for (name, operation) in &model.operations {
            ensure!(*name == operation.name, "operation {name} calls itself {}", operation.name);
            ensure!(
                operation.http.method == "POST" && operation.http.request_uri == "/",
                "operation {name} is not POST /"
            );
            for start in [&operation.input, &operation.output].into_iter().chain(&operation.errors) {
                model.reach(&start.shape, &mut reached, &mut Vec::new())?;
            }
        }
        for name in model.shapes.keys() {
            ensure!(reached.contains(name.as_str()), "no operation uses shape {name}");
        }
        Ok(model)
    }

    pub(super) fn version(&self) -> &str {
        &self.metadata.api_version
    }

    pub(super) fn shape(&self, name: &str) -> anyhow::Result<&Shape> {
        self.shapes.get(name).with_context(|| format!("the model has no shape {name}"))
    }

    /// Adds to `reached` the shape called `name` and all it is made of. Recursive shapes are an error: none exists, and
    /// the generated structures could not hold one.
    pub(super) fn reach<'m>(
        &'m self,
        name: &'m str,
        reached: &mut BTreeSet<&'m str>,
        above: &mut Vec<&'m str>,
    ) -> anyhow::Result<()> {
        if above.contains(&name) {
            bail!("shape {name} contains itself");
        }
        if reached.insert(name) {
            above.push(name);
            for part in self.shape(name)?.parts() {
                self.reach(part, reached, above)?;
            }
            above.pop();
        }
        Ok(())
    }

    /// The names of all shapes that a request can contain.
    pub(super) fn request_shapes(&self) -> anyhow::Result<BTreeSet<&str>> {
        let mut reached = BTreeSet::new();
        for operation in self.operations.values() {
            self.reach(&operation.input.shape, &mut reached, &mut Vec::new())?;
        }
        Ok(reached)
    }
}

impl Shape {
    /// The shapes this one is made of.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        let members = self.members.values().map(|member| member.shape.as_str());
        let others = [&self.member, &self.key, &self.value].into_iter().flatten();
        members.chain(others.map(|reference| reference.shape.as_str()))
    }
}
