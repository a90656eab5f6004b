//! Labels and image properties as the API answers them.
//!
//! # Invariants
//! - `Instances`, `Parents`, `Aliases` and `DominantColors` are there when they are empty, as the service answers them.
//! - `Contrast` is of the whole picture alone.

use overt_protocol::generated as aws;
use overt_vision::labels::Instance;
use overt_vision::properties::{DominantColour, ImageProperties, Part, PictureQuality};

use super::{Scale, finite, percent};
use crate::engine::{FoundLabel, LabelFindings};

/// The labels of a picture; `None` when they were not asked for.
#[must_use]
pub fn labels(findings: &LabelFindings) -> Option<Vec<aws::Label>> {
    let scale = Scale::sized(findings.width, findings.height);
    let labels = findings.labels.as_ref()?;
    Some(labels.iter().filter_map(|found| label(found, findings, scale)).collect())
}

fn label(found: &FoundLabel, findings: &LabelFindings, scale: Scale) -> Option<aws::Label> {
    let FoundLabel { label, colours } = found;
    let entry = findings.taxonomy.get(label.id)?;
    let parents = findings.taxonomy.ancestors_of(entry);
    Some(aws::Label {
        name: Some(entry.name.clone()),
        confidence: percent(label.confidence),
        instances: Some(
            label
                .instances
                .iter()
                .zip(colours)
                .map(|(found, colours)| instance(found, colours, scale))
                .collect(),
        ),
        parents: Some(parents.map(|name| aws::Parent { name: Some(name.to_owned()) }).collect()),
        aliases: Some(
            entry.aliases.iter().map(|name| aws::LabelAlias { name: Some(name.clone()) }).collect(),
        ),
        categories: Some(vec![aws::LabelCategory { name: Some(entry.category.clone()) }]),
    })
}

fn instance(found: &Instance, colours: &[DominantColour], scale: Scale) -> aws::Instance {
    aws::Instance {
        bounding_box: Some(scale.bounding_box(found.bounds)),
        confidence: percent(found.confidence),
        dominant_colors: Some(self::colours(colours)),
    }
}

/// Light, sharpness, contrast and colours.
#[must_use]
pub fn image_properties(found: &ImageProperties) -> aws::DetectLabelsImageProperties {
    let ImageProperties { quality, contrast, colours, foreground, background } = found;
    let contrast = finite(contrast.clamp(0.0, 100.0));
    aws::DetectLabelsImageProperties {
        quality: Some(aws::DetectLabelsImageQuality { contrast, ..self::quality(*quality) }),
        dominant_colors: Some(self::colours(colours)),
        foreground: foreground.as_ref().map(|Part { quality, colours }| aws::DetectLabelsImageForeground {
            quality: Some(self::quality(*quality)),
            dominant_colors: Some(self::colours(colours)),
        }),
        background: background.as_ref().map(|Part { quality, colours }| aws::DetectLabelsImageBackground {
            quality: Some(self::quality(*quality)),
            dominant_colors: Some(self::colours(colours)),
        }),
    }
}

fn quality(quality: PictureQuality) -> aws::DetectLabelsImageQuality {
    let PictureQuality { brightness, sharpness } = quality;
    aws::DetectLabelsImageQuality {
        brightness: finite(brightness.clamp(0.0, 100.0)),
        sharpness: finite(sharpness.clamp(0.0, 100.0)),
        contrast: None,
    }
}

fn colours(colours: &[DominantColour]) -> Vec<aws::DominantColor> {
    colours.iter().map(colour).collect()
}

fn colour(found: &DominantColour) -> aws::DominantColor {
    let [red, green, blue] = found.colour.rgb;
    aws::DominantColor {
        red: Some(red.into()),
        green: Some(green.into()),
        blue: Some(blue.into()),
        hex_code: Some(format!("#{red:02x}{green:02x}{blue:02x}")),
        css_color: Some(found.colour.name.to_owned()),
        simplified_color: Some(found.colour.simple.name().to_owned()),
        pixel_percent: percent(found.share),
    }
}

#[cfg(test)]
mod tests {
    use overt_vision::face::Rect;
    use overt_vision::labels::{Evidence, Object, Taxonomy};

    use super::*;

    #[test]
    fn a_label_has_all_its_members_and_empty_lists_are_there() {
        let taxonomy = std::sync::Arc::new(Taxonomy::built_in().unwrap());
        let bounds = Rect { left: 20.0, top: 10.0, width: 100.0, height: 50.0 };
        // Class 67 is a cell phone.
        let objects = [Object { class: 67, bounds, score: 0.9, cover: 0.25 }];
        let labels =
            overt_vision::labels::labels(&taxonomy, &Evidence { objects: &objects, ..Evidence::default() });
        let labels = labels
            .into_iter()
            .map(|label| FoundLabel { colours: vec![Vec::new(); label.instances.len()], label });
        let findings = LabelFindings {
            width: 200,
            height: 100,
            taxonomy,
            labels: Some(labels.collect()),
            properties: None,
        };
        let answered = super::labels(&findings).unwrap();
        let names: Vec<_> = answered.iter().map(|label| label.name.as_deref().unwrap()).collect();
        assert_eq!(names, ["Electronics", "Mobile Phone", "Phone"]);
        let json = serde_json::to_value(&answered[1]).unwrap();
        assert_eq!(json["Parents"], serde_json::json!([{"Name": "Electronics"}, {"Name": "Phone"}]));
        assert_eq!(json["Aliases"], serde_json::json!([{"Name": "Cell Phone"}]));
        assert_eq!(json["Categories"], serde_json::json!([{"Name": "Technology and Computing"}]));
        let confidence = &json["Confidence"];
        let box_ = serde_json::json!({"Width": 0.5, "Height": 0.5, "Left": 0.1, "Top": 0.1});
        let expected =
            serde_json::json!([{"BoundingBox": box_, "Confidence": confidence, "DominantColors": []}]);
        assert_eq!(json["Instances"].as_array().unwrap().len(), 1);
        assert_eq!(json["Instances"][0]["DominantColors"], expected[0]["DominantColors"]);
        assert_eq!(&json["Instances"][0]["Confidence"], confidence);
        let plain = serde_json::to_value(&answered[0]).unwrap();
        for empty in ["Instances", "Parents", "Aliases"] {
            assert_eq!(plain[empty], serde_json::json!([]), "{empty}");
        }
    }
}
