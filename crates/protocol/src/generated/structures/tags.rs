// Written by `cargo xtask codegen` from the service model; do not edit.

//! Structures of the tags operations.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::generated::constraints;
use crate::json::{FromJson, Json, Mismatch, Structure, deserialize_through_json};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// Structure `ListTagsForResourceRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListTagsForResourceRequest {
    /// `ResourceArn`, required, 20 to 2048 characters.
    #[serde(rename = "ResourceArn", skip_serializing_if = "Option::is_none")]
    pub resource_arn: Option<String>,
}

impl Structure for ListTagsForResourceRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ResourceArn" => self.resource_arn = FromJson::from_json(value, &at.member("ResourceArn"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for ListTagsForResourceRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ResourceArn");
        found.required(&member, self.resource_arn.is_some());
        if let Some(value) = &self.resource_arn {
            found.text(&member, value, &constraints::RESOURCE_ARN);
        }
    }
}

/// Structure `ListTagsForResourceResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct ListTagsForResourceResponse {
    /// `TagMap`, 0 to 200 entries.
    #[serde(rename = "Tags", skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}

impl Structure for ListTagsForResourceResponse {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "Tags" => self.tags = FromJson::from_json(value, &at.member("Tags"))?,
            _ => {}
        }
        Ok(())
    }
}

/// Structure `TagResourceRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TagResourceRequest {
    /// `ResourceArn`, required, 20 to 2048 characters.
    #[serde(rename = "ResourceArn", skip_serializing_if = "Option::is_none")]
    pub resource_arn: Option<String>,
    /// `TagMap`, required, 0 to 200 entries.
    #[serde(rename = "Tags", skip_serializing_if = "Option::is_none")]
    pub tags: Option<BTreeMap<String, String>>,
}

impl Structure for TagResourceRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ResourceArn" => self.resource_arn = FromJson::from_json(value, &at.member("ResourceArn"))?,
            "Tags" => self.tags = FromJson::from_json(value, &at.member("Tags"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for TagResourceRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ResourceArn");
        found.required(&member, self.resource_arn.is_some());
        if let Some(value) = &self.resource_arn {
            found.text(&member, value, &constraints::RESOURCE_ARN);
        }
        let member = at.member("Tags");
        found.required(&member, self.tags.is_some());
        if let Some(value) = &self.tags {
            found.text_map(
                &member,
                value,
                constraints::TAG_MAP,
                &constraints::TAG_KEY,
                &constraints::TAG_VALUE,
            );
        }
    }
}

/// Structure `TagResourceResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct TagResourceResponse {}

impl Structure for TagResourceResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

/// Structure `UntagResourceRequest`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UntagResourceRequest {
    /// `ResourceArn`, required, 20 to 2048 characters.
    #[serde(rename = "ResourceArn", skip_serializing_if = "Option::is_none")]
    pub resource_arn: Option<String>,
    /// `TagKeyList`, required, 0 to 200 items.
    #[serde(rename = "TagKeys", skip_serializing_if = "Option::is_none")]
    pub tag_keys: Option<Vec<String>>,
}

impl Structure for UntagResourceRequest {
    fn read(&mut self, name: &str, value: Json<'_>, at: &Path<'_>) -> Result<(), Mismatch> {
        match name {
            "ResourceArn" => self.resource_arn = FromJson::from_json(value, &at.member("ResourceArn"))?,
            "TagKeys" => self.tag_keys = FromJson::from_json(value, &at.member("TagKeys"))?,
            _ => {}
        }
        Ok(())
    }
}

impl Validate for UntagResourceRequest {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        let member = at.member("ResourceArn");
        found.required(&member, self.resource_arn.is_some());
        if let Some(value) = &self.resource_arn {
            found.text(&member, value, &constraints::RESOURCE_ARN);
        }
        let member = at.member("TagKeys");
        found.required(&member, self.tag_keys.is_some());
        if let Some(value) = &self.tag_keys {
            found.list(&member, value, constraints::TAG_KEY_LIST);
            for (index, value) in value.iter().enumerate() {
                let item = member.item(index);
                found.text(&item, value, &constraints::TAG_KEY);
            }
        }
    }
}

/// Structure `UntagResourceResponse`.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct UntagResourceResponse {}

impl Structure for UntagResourceResponse {
    fn read(&mut self, _: &str, _: Json<'_>, _: &Path<'_>) -> Result<(), Mismatch> {
        Ok(())
    }
}

deserialize_through_json!(
    ListTagsForResourceRequest,
    ListTagsForResourceResponse,
    TagResourceRequest,
    TagResourceResponse,
    UntagResourceRequest,
    UntagResourceResponse
);
