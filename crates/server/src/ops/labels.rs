//! DetectLabels.
//!
//! Owns its rules beyond the model's constraints: which features are looked for, which arguments go with which. Which labels are answered,
//! [`super::label_selection`] says. Refuses to know networks and HTTP.
//!
//! # Invariants
//! - What is not asked for is not looked for.
//! - Without GENERAL_LABELS there is neither `Labels` nor `LabelModelVersion`, without IMAGE_PROPERTIES no `ImageProperties`.

use overt_protocol::ErrorCode;
use overt_protocol::generated::{
    DetectLabelsFeatureName as Feature, DetectLabelsImagePropertiesSettings, DetectLabelsRequest,
    DetectLabelsResponse, DetectLabelsSettings,
};

use overt_vision::labels::{Label, Taxonomy};

use super::label_selection::LabelSelection;
use super::{Services, images, rules, to_json};
use crate::convert;
use crate::engine::{Choice, Engine, EngineError, LabelFindings, LabelsWanted};
use crate::error::ApiError;

/// What `LabelModelVersion` says: the version of the API's label detection whose form the answers have.
const MODEL_VERSION: &str = "3.0";

/// Documented default of `MaxDominantColors`.
pub const DEFAULT_MAX_COLOURS: usize = 10;

/// The category of labels that are emotions, or expressions that stand for them.
const EMOTIONS: &str = "Expressions and Emotions";

/// What a request asks for.
#[derive(Debug)]
struct Wish {
    /// Labels, and which.
    labels: Option<LabelSelection>,
    /// Image properties, and colours in each list at most.
    colours: Option<usize>,
}

pub(super) async fn detect_labels(
    request: DetectLabelsRequest,
    services: &Services,
) -> Result<Vec<u8>, ApiError> {
    let DetectLabelsRequest { image, max_labels, min_confidence, features, mut settings } = request;
    if rules::is_told_no_emotions(&services.acting.actor.who)? {
        settings = Some(without_emotions(settings.unwrap_or_default()));
    }
    let wish = Wish::new(features, max_labels, min_confidence, settings)?;
    let image = images::load(image, "Image", services).await?;
    services
        .workers
        .run(move |engine| to_json(&labels_answer(&wish.grant(&mut **engine, image.as_ref())?)))
        .await?
}

/// The same, and no label of how somebody feels or looks to feel (REQUIREMENTS A3).
fn without_emotions(mut settings: DetectLabelsSettings) -> DetectLabelsSettings {
    let general = settings.general_labels.get_or_insert_default();
    general.label_category_exclusion_filters.get_or_insert_default().push(EMOTIONS.to_owned());
    settings
}

impl Wish {
    fn new(
        features: Option<Vec<Feature>>,
        max_labels: Option<i32>,
        min_confidence: Option<f32>,
        settings: Option<DetectLabelsSettings>,
    ) -> Result<Self, ApiError> {
        let DetectLabelsSettings { general_labels, image_properties } = settings.unwrap_or_default();
        let DetectLabelsImagePropertiesSettings { max_dominant_colors } =
            image_properties.unwrap_or_default();
        let features = features.unwrap_or_default();
        let general = features.is_empty() || features.contains(&Feature::GENERAL_LABELS);
        let given = [(max_labels.is_some(), "MaxLabels"), (min_confidence.is_some(), "MinConfidence")];
        if let (false, Some((_, name))) = (general, given.into_iter().find(|(given, _)| *given)) {
            return Err(ApiError::new(
                ErrorCode::InvalidParameterException,
                format!(
                    "Request has invalid parameters. {name} is only valid with the feature GENERAL_LABELS."
                ),
            ));
        }
        let selection = LabelSelection::new(min_confidence, max_labels, general_labels.unwrap_or_default());
        // Not negative: the service model says so.
        let most = max_dominant_colors.map_or(DEFAULT_MAX_COLOURS, |most| usize::try_from(most).unwrap_or(0));
        Ok(Self {
            labels: general.then_some(selection),
            colours: features.contains(&Feature::IMAGE_PROPERTIES).then_some(most),
        })
    }

    fn grant(&self, engine: &mut dyn Engine, file: &[u8]) -> Result<LabelFindings, EngineError> {
        let choose = self
            .labels
            .as_ref()
            .map(|selection| |taxonomy: &Taxonomy, labels: Vec<Label>| selection.of(taxonomy, labels));
        engine.labels(
            file,
            &LabelsWanted {
                labels: choose.as_ref().map(|choose| choose as &Choice<'_>),
                colours: self.colours,
            },
        )
    }
}

/// The answer of DetectLabels for what was found.
#[must_use]
pub fn labels_answer(findings: &LabelFindings) -> DetectLabelsResponse {
    DetectLabelsResponse {
        labels: convert::labels(findings),
        orientation_correction: None,
        label_model_version: findings.labels.is_some().then(|| MODEL_VERSION.to_owned()),
        image_properties: findings.properties.as_ref().map(convert::image_properties),
    }
}

#[cfg(test)]
mod tests {
    use overt_protocol::generated::GeneralLabelsSettings;

    use super::*;
    use crate::testing::FakeEngine;

    /// A beagle, surely, less surely a convertible, and a little of a teapot.
    const PICTURE: &[u8] = b"[[162, 0.6], [511, 0.35], [849, 0.05]]";

    fn answer(features: Option<&[Feature]>, settings: Option<DetectLabelsSettings>) -> serde_json::Value {
        let wish = Wish::new(features.map(<[Feature]>::to_vec), None, None, settings).unwrap();
        let found = wish.grant(&mut FakeEngine, PICTURE).unwrap();
        serde_json::to_value(labels_answer(&found)).unwrap()
    }

    fn names(answer: &serde_json::Value) -> Vec<&str> {
        answer["Labels"].as_array().unwrap().iter().map(|label| label["Name"].as_str().unwrap()).collect()
    }

    #[test]
    fn general_labels_are_the_default() {
        let default = answer(None, None);
        assert_eq!(default, answer(Some(&[Feature::GENERAL_LABELS]), None));
        assert_eq!(default, answer(Some(&[]), None));
        assert_eq!(default["LabelModelVersion"], "3.0");
        assert_eq!(default.as_object().unwrap().len(), 2, "no properties, no orientation");
        assert_eq!(names(&default)[..2], ["Animal", "Beagle"]);
        assert!(!names(&default).contains(&"Teapot"), "less than 55 percent sure");
    }

    #[test]
    fn properties_alone_come_without_labels() {
        let alone = answer(Some(&[Feature::IMAGE_PROPERTIES]), None);
        assert_eq!(alone.as_object().unwrap().keys().collect::<Vec<_>>(), ["ImageProperties"]);
        let both = answer(Some(&[Feature::IMAGE_PROPERTIES, Feature::GENERAL_LABELS]), None);
        assert_eq!(both.as_object().unwrap().len(), 3);
        assert_eq!(both["ImageProperties"], alone["ImageProperties"]);
    }

    #[test]
    fn arguments_of_labels_need_labels() {
        let only = || Some(vec![Feature::IMAGE_PROPERTIES]);
        for (most, least, name) in [(Some(5), None, "MaxLabels"), (None, Some(50.0), "MinConfidence")] {
            let error = Wish::new(only(), most, least, None).unwrap_err();
            assert_eq!(error.code, ErrorCode::InvalidParameterException);
            assert!(error.message.contains(name), "{}", error.message);
            assert!(Wish::new(None, most, least, None).is_ok());
        }
    }

    #[test]
    fn the_default_of_colours_is_ten_and_none_are_wanted_without_properties() {
        let wish = |features: &[Feature], most| {
            let image_properties = Some(DetectLabelsImagePropertiesSettings { max_dominant_colors: most });
            let settings = DetectLabelsSettings { image_properties, general_labels: None };
            Wish::new(Some(features.to_vec()), None, None, Some(settings)).unwrap().colours
        };
        assert_eq!(wish(&[Feature::IMAGE_PROPERTIES], None), Some(10));
        assert_eq!(wish(&[Feature::IMAGE_PROPERTIES], Some(0)), Some(0));
        assert_eq!(wish(&[Feature::IMAGE_PROPERTIES], Some(20)), Some(20));
        assert_eq!(wish(&[Feature::GENERAL_LABELS], Some(20)), None);
    }

    #[test]
    fn a3_whose_sector_is_told_no_emotions_gets_no_label_of_one() {
        let taxonomy = Taxonomy::built_in().unwrap();
        let all = || {
            let label = |(id, _)| Label { id, confidence: 0.9, instances: Vec::new() };
            taxonomy.iter().map(label).collect::<Vec<_>>()
        };
        let of_emotions = |labels: &[Label]| {
            let entries = labels.iter().filter_map(|label| taxonomy.get(label.id));
            entries.filter(|entry| entry.category == EMOTIONS).count()
        };
        let told = |settings| {
            let wish = Wish::new(None, None, None, Some(settings)).unwrap();
            of_emotions(&wish.labels.unwrap().of(&taxonomy, all()))
        };
        assert!(told(only(EMOTIONS)) > 1);
        assert_eq!(told(without_emotions(only(EMOTIONS))), 0);
        let names = answer(None, None);
        assert_eq!(answer(None, Some(without_emotions(DetectLabelsSettings::default()))), names);
    }

    /// Settings that ask for one category.
    fn only(category: &str) -> DetectLabelsSettings {
        let general_labels = Some(GeneralLabelsSettings {
            label_category_inclusion_filters: Some(vec![category.to_owned()]),
            ..GeneralLabelsSettings::default()
        });
        DetectLabelsSettings { general_labels, image_properties: None }
    }

    #[test]
    fn settings_reach_the_selection() {
        let general_labels = Some(GeneralLabelsSettings {
            label_inclusion_filters: Some(vec!["Dog".into(), "Car".into()]),
            ..GeneralLabelsSettings::default()
        });
        let settings = DetectLabelsSettings { general_labels, image_properties: None };
        assert_eq!(names(&answer(None, Some(settings))), ["Dog", "Car"]);
    }
}
