//! Recognition without networks: which template versions there are, which is the default, and what their scores mean.
//!
//! Owns the calibrations by version and every comparison of two templates. Made from manifests and calibration tables
//! alone, before any weight is there, and shared by all threads. Refuses to make templates: that is the workers' side,
//! [`crate::engine`].
//!
//! # Invariants
//! - Templates of two versions are never compared, and a version without a calibration gives no similarity.
//! - A calibration is kept for a version that no recogniser makes any more: what is stored can still be searched.

use std::collections::BTreeMap;
use std::sync::Arc;

use overt_vision::calibration::{Calibration, Rate};
use overt_vision::models::Digest;
use overt_vision::{Recognisers, Template, TemplateVersion, UnknownVersion};

use crate::config::ModelsConfig;
use crate::weights::{self, WeightsError};

/// Templates cannot be made or compared.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum RecognitionError {
    /// No recogniser makes this version.
    #[error(transparent)]
    Unknown(#[from] UnknownVersion),
    /// No calibration says what the scores of this version mean.
    #[error(
        "there is no calibration for templates of version {version}, so their scores have no similarity: make one with `overt \
         bench accuracy` and name it in models.calibration (docs/models.md)"
    )]
    Uncalibrated {
        /// The version.
        version: TemplateVersion,
    },
    /// Two templates were made in different ways.
    #[error("templates of versions {one} and {other} cannot be compared")]
    Versions {
        /// That of the first.
        one: TemplateVersion,
        /// That of the second.
        other: TemplateVersion,
    },
    /// Two templates of one version have different lengths: one of them is damaged.
    #[error("templates of version {version} with {one} and {other} numbers cannot be compared")]
    Lengths {
        /// The version.
        version: TemplateVersion,
        /// Numbers of the first.
        one: usize,
        /// Numbers of the second.
        other: usize,
    },
}

/// The recognisers and their calibrations. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Recognition {
    recognisers: Recognisers,
    calibrations: Arc<BTreeMap<TemplateVersion, Calibration>>,
    /// What is said of each calibrated version beside an answer.
    models: Arc<BTreeMap<TemplateVersion, String>>,
}

impl Recognition {
    /// What the settings name: reads their manifests and calibration tables, and no weights.
    ///
    /// # Errors
    /// [`WeightsError`], naming the file and what is wrong with it; or `models.recogniser` names a version that
    /// there is not.
    pub fn open(config: &ModelsConfig) -> Result<Self, WeightsError> {
        let store = weights::store(config)?;
        let mut recognisers = Recognisers::of(store.manifest());
        if let Some(version) = &config.recogniser {
            recognisers = recognisers.with_default(version)?;
        }
        let mut own = BTreeMap::new();
        for path in &config.calibration {
            let text = fs_err::read_to_string(path)?;
            let table = Calibration::parse(&text)
                .map_err(|source| WeightsError::Calibration { path: path.clone(), source })?;
            let version = TemplateVersion::from(table.template());
            if own.insert(version.clone(), table).is_some() {
                return Err(WeightsError::CalibratedTwice { path: path.clone(), version });
            }
        }
        let built_in = Calibration::built_in().map_err(WeightsError::BuiltInCalibration)?;
        own.entry(built_in.template().into()).or_insert(built_in);
        Ok(Self::new(recognisers, own.into_values()))
    }

    /// Recognisers with calibrations; of two for one version the last is kept.
    #[must_use]
    pub fn new(recognisers: Recognisers, calibrations: impl IntoIterator<Item = Calibration>) -> Self {
        let by_version = calibrations.into_iter().map(|table| (table.template().into(), table));
        let calibrations: BTreeMap<TemplateVersion, Calibration> = by_version.collect();
        let models = calibrations.iter().map(|(version, table)| {
            let networks = recognisers.find(version).ok().and_then(|known| known.digest);
            let networks = networks.map_or_else(String::new, |digest| format!("; sha256={digest}"));
            let table = Digest::of(table.to_toml().as_bytes());
            (version.clone(), format!("{version}{networks}; calibration={table}"))
        });
        let models = Arc::new(models.collect());
        Self { recognisers, calibrations: Arc::new(calibrations), models }
    }

    /// A version, the SHA-256 of the networks that make it and that of its calibration table: which model an answer is from. The
    /// networks are left out when no recogniser makes it any more.
    #[must_use]
    pub fn model<'a>(&'a self, version: &'a str) -> &'a str {
        self.models.get(version).map_or(version, String::as_str)
    }

    /// The recognisers.
    #[must_use]
    pub fn recognisers(&self) -> &Recognisers {
        &self.recognisers
    }

    /// The version for new collections and for comparing two pictures.
    #[must_use]
    pub fn default_version(&self) -> &TemplateVersion {
        self.recognisers.default_version()
    }

    /// Versions that can be made and not compared.
    pub fn uncalibrated(&self) -> impl Iterator<Item = &TemplateVersion> {
        let versions = self.recognisers.all().iter().map(|known| &known.version);
        versions.filter(|version| !self.calibrations.contains_key(*version))
    }

    /// Numbers in a template of `version`.
    ///
    /// # Errors
    /// [`RecognitionError::Unknown`].
    pub fn numbers(&self, version: &str) -> Result<usize, RecognitionError> {
        Ok(self.recognisers.find(version)?.numbers)
    }

    /// What scores of `version` mean. The recogniser need not be here any more.
    ///
    /// # Errors
    /// [`RecognitionError::Uncalibrated`].
    pub fn calibration(&self, version: &str) -> Result<&Calibration, RecognitionError> {
        self.calibrations
            .get(version)
            .ok_or_else(|| RecognitionError::Uncalibrated { version: version.into() })
    }

    /// The similarity, 0..=100, of a score.
    ///
    /// # Errors
    /// [`RecognitionError::Uncalibrated`].
    pub fn similarity(&self, version: &str, score: f32) -> Result<f32, RecognitionError> {
        Ok(self.calibration(version)?.similarity(score))
    }

    /// The lowest score that reaches a similarity, 0..=100: the threshold of a search.
    ///
    /// # Errors
    /// [`RecognitionError::Uncalibrated`].
    pub fn lowest_score(&self, version: &str, similarity: f32) -> Result<f32, RecognitionError> {
        Ok(self.calibration(version)?.score(similarity))
    }

    /// How often two different people reach a similarity, with its interval.
    ///
    /// # Errors
    /// [`RecognitionError::Uncalibrated`].
    pub fn false_match_rate(&self, version: &str, similarity: f32) -> Result<Rate, RecognitionError> {
        Ok(self.calibration(version)?.false_match_rate(similarity))
    }

    /// The similarity of two templates, 0..=100.
    ///
    /// # Errors
    /// [`RecognitionError`] when they are of different versions or lengths, or no calibration is for them.
    pub fn compare(&self, one: &Template, other: &Template) -> Result<f32, RecognitionError> {
        if one.version != other.version {
            let (one, other) = (one.version.clone(), other.version.clone());
            return Err(RecognitionError::Versions { one, other });
        }
        let (version, lengths) = (&one.version, [one.values.len(), other.values.len()]);
        if lengths[0] != lengths[1] {
            let [one, other] = lengths;
            return Err(RecognitionError::Lengths { version: version.clone(), one, other });
        }
        let score: f32 = one.values.iter().zip(&*other.values).map(|(a, b)| a * b).sum();
        self.similarity(version, score)
    }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;
    use crate::testing::{FAKE_1, FAKE_2, fake_calibration, recognition};

    fn template(version: &str, values: &[f32]) -> Template {
        Template { version: version.into(), values: values.into() }
    }

    #[test]
    fn templates_of_one_version_are_compared_by_its_own_calibration() {
        let recognition = recognition();
        let compare = |version, one: &[f32], other: &[f32]| {
            // Two decimals: sums of f32 are not round.
            let similarity = recognition.compare(&template(version, one), &template(version, other)).unwrap();
            (similarity * 100.0).round() / 100.0
        };
        assert_eq!(compare(FAKE_1, &[1.0, 0.0], &[0.6, 0.8]), 60.0);
        assert_eq!(compare(FAKE_2, &[1.0, 0.0, 0.0], &[0.75, 0.25, 0.0]), 50.0);
        assert_eq!(recognition.lowest_score(FAKE_1, 80.0).unwrap(), 0.8);
        assert_eq!(recognition.numbers(FAKE_2).unwrap(), 96);
        assert!((recognition.false_match_rate(FAKE_1, 80.0).unwrap().value - 1e-4).abs() < 1e-9);
    }

    #[test]
    fn what_cannot_be_compared_says_why() {
        let recognition = recognition();
        let message = |one, other| recognition.compare(&one, &other).unwrap_err().to_string();
        let text = message(template(FAKE_1, &[1.0, 0.0]), template(FAKE_2, &[1.0, 0.0, 0.0]));
        assert!(text.contains(FAKE_1) && text.contains(FAKE_2), "{text}");
        let text = message(template(FAKE_1, &[1.0, 0.0]), template(FAKE_1, &[1.0]));
        assert!(text.contains("2 and 1 numbers"), "{text}");
        let text = message(template("new-1", &[1.0]), template("new-1", &[1.0]));
        assert!(text.contains("new-1") && text.contains("models.calibration"), "{text}");
        assert!(matches!(recognition.numbers("new-1"), Err(RecognitionError::Unknown(_))));
        // The fakes have no calibration for the built-in recipe.
        assert!(recognition.uncalibrated().map(|version| version.as_str()).eq(["overt-face-1"]));
    }

    #[test]
    fn b2_a_model_is_named_by_its_version_its_networks_and_its_calibration() {
        let folder = tempfile::tempdir().unwrap();
        let built_in = Recognition::open(&settings(folder.path(), &[])).unwrap();
        let model = built_in.model("overt-face-1").to_owned();
        let parts: Vec<_> = model.split("; ").collect();
        let [version, networks, calibration] = parts[..] else { panic!("{model}") };
        assert_eq!(version, "overt-face-1");
        assert!(networks.starts_with("sha256=") && networks.len() == 7 + 64, "{model}");
        let text = include_str!("../../../models/calibration/overt-face-1.toml");
        assert_eq!(calibration, format!("calibration={}", Digest::of(text.as_bytes())), "of the file itself");
        // Another table is another model.
        let own = fake_calibration("overt-face-1", 0.0);
        let other = Recognition::open(&settings(folder.path(), &[("own.toml", &own)])).unwrap();
        assert!(other.model("overt-face-1").starts_with(&format!("{version}; {networks}; ")));
        assert_ne!(other.model("overt-face-1"), model);
        assert_eq!(built_in.model("gone-1"), "gone-1");
    }

    fn settings(folder: &Path, tables: &[(&str, &Calibration)]) -> ModelsConfig {
        let calibration = tables.iter().map(|(name, table)| {
            let path = folder.join(name);
            fs_err::write(&path, table.to_toml()).unwrap();
            path
        });
        let calibration: Vec<PathBuf> = calibration.collect();
        ModelsConfig { folder: folder.join("models"), calibration, ..ModelsConfig::default() }
    }

    #[test]
    fn each_table_of_the_settings_serves_its_version_and_the_built_in_one_stays() {
        let folder = tempfile::tempdir().unwrap();
        let (one, two) = (fake_calibration("a-1", 0.0), fake_calibration("b-1", 0.2));
        let recognition =
            Recognition::open(&settings(folder.path(), &[("a.toml", &one), ("b.toml", &two)])).unwrap();
        assert_eq!(recognition.calibration("a-1").unwrap(), &one);
        assert_eq!(recognition.calibration("b-1").unwrap(), &two);
        assert_eq!(recognition.calibration("overt-face-1").unwrap(), &Calibration::built_in().unwrap());
        // An operator's own for the built-in recipe takes its place.
        let own = fake_calibration("overt-face-1", 0.0);
        let recognition = Recognition::open(&settings(folder.path(), &[("own.toml", &own)])).unwrap();
        assert_eq!(recognition.calibration("overt-face-1").unwrap(), &own);
    }

    #[test]
    fn settings_that_contradict_themselves_are_refused() {
        let folder = tempfile::tempdir().unwrap();
        let table = fake_calibration("a-1", 0.0);
        let twice = settings(folder.path(), &[("a.toml", &table), ("b.toml", &table)]);
        let error = Recognition::open(&twice).unwrap_err().to_string();
        assert!(error.contains("b.toml") && error.contains("a-1"), "{error}");
        let unknown = ModelsConfig { recogniser: Some("a-1".into()), ..settings(folder.path(), &[]) };
        let error = Recognition::open(&unknown).unwrap_err();
        assert!(matches!(&error, WeightsError::Recogniser(unknown) if unknown.version == "a-1"), "{error}");
        let path = folder.path().join("none.toml");
        fs_err::write(&path, "format = 1").unwrap();
        let broken = ModelsConfig { calibration: vec![path], ..settings(folder.path(), &[]) };
        let error = Recognition::open(&broken).unwrap_err().to_string();
        assert!(error.contains("none.toml"), "{error}");
        let absent =
            ModelsConfig { manifests: vec![folder.path().join("nope.toml")], ..settings(folder.path(), &[]) };
        let error = anyhow::Error::from(Recognition::open(&absent).unwrap_err());
        let told = format!("{error:#}");
        assert!(told.contains("models.manifests") && told.contains("nope.toml"), "{told}");
        assert!(!told.contains("model folder"), "it is not there: {told}");
    }
}
