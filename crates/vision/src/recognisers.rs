//! Which recognisers there are: the template versions that can be made here, and which of them is meant when none is named.
//!
//! Owns the list, read off the manifests alone: no weight is touched, so that it is there before the first network is.
//! Does not make templates ([`crate::recogniser`] does) and does not know what their scores mean
//! ([`crate::calibration`] does).
//!
//! # Invariants
//! - A version is listed once, and the default is one of the list.
//! - The built-in recipe is always listed: an operator's recogniser stands beside it, not in its place.

use std::sync::Arc;

use crate::fusion;
use crate::models::{Digest, Manifest, Role};
use crate::recogniser::{BUILT_IN_NETWORKS, DEFAULT_NUMBERS, DEFAULT_VERSION};
use crate::template::TemplateVersion;

/// Templates of a version are asked for that no recogniser of the manifests makes.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no recogniser here makes templates of version {version}; there is {}", known.join(", "))]
pub struct UnknownVersion {
    /// The version that was asked for.
    pub version: String,
    /// The versions that there are.
    pub known: Vec<String>,
}

/// One recogniser.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Known {
    /// Version of its templates.
    pub version: TemplateVersion,
    /// Numbers in each of its templates.
    pub numbers: usize,
    /// The manifests' network that makes them; `None` for the built-in recipe, which fuses two.
    pub network: Option<String>,
    /// The SHA-256 of that network; for the built-in recipe, of the lines of the SHA-256s of its two networks and its constants, in
    /// hexadecimal. `None` where no manifest says which networks there are.
    pub digest: Option<Digest>,
}

/// The recognisers of this process, in the order of their manifests, the built-in one first. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Recognisers {
    known: Arc<[Known]>,
    default: TemplateVersion,
}

impl Recognisers {
    /// The built-in recipe alone.
    #[must_use]
    pub fn built_in() -> Self {
        Self::new([])
    }

    /// Those of a manifest. The default is the last one that an operator named, else the built-in recipe.
    #[must_use]
    pub fn of(manifest: &Manifest) -> Self {
        let own = manifest.networks.iter().filter(|network| network.role == Role::Recogniser);
        let mut all = Self::new(own.filter_map(|network| {
            let numbers = network.recogniser.as_ref()?.numbers;
            let (version, digest) = (network.template_version()?, Some(network.onnx));
            Some(Known { version, numbers, network: Some(network.id.clone()), digest })
        }));
        let digest = built_in_digest(manifest);
        let known = all.known.iter().cloned().map(|known| match known.network {
            None => Known { digest, ..known },
            Some(_) => known,
        });
        all.known = known.collect();
        all
    }

    /// The built-in recipe and others, the last of which is the default. Of two with one version the first is kept.
    #[must_use]
    pub fn new(others: impl IntoIterator<Item = Known>) -> Self {
        let (version, numbers) = (DEFAULT_VERSION.into(), DEFAULT_NUMBERS);
        let built_in = Known { version, numbers, network: None, digest: None };
        let mut default = built_in.version.clone();
        let mut known = vec![built_in];
        for other in others {
            if known.iter().all(|one| one.version != other.version) {
                default = other.version.clone();
                known.push(other);
            }
        }
        Self { known: known.into(), default }
    }

    /// The same with another default.
    ///
    /// # Errors
    /// [`UnknownVersion`].
    pub fn with_default(self, version: &str) -> Result<Self, UnknownVersion> {
        let default = self.find(version)?.version.clone();
        Ok(Self { default, ..self })
    }

    /// The version that is meant when none is named: that of new collections and of comparisons.
    #[must_use]
    pub fn default_version(&self) -> &TemplateVersion {
        &self.default
    }

    /// All of them.
    #[must_use]
    pub fn all(&self) -> &[Known] {
        &self.known
    }

    /// The recogniser that makes templates of `version`.
    ///
    /// # Errors
    /// [`UnknownVersion`].
    pub fn find(&self, version: &str) -> Result<&Known, UnknownVersion> {
        self.known.iter().find(|known| &*known.version == version).ok_or_else(|| UnknownVersion {
            version: version.to_owned(),
            known: self.known.iter().map(|known| known.version.to_string()).collect(),
        })
    }
}

/// What the built-in recipe is made of.
fn built_in_digest(manifest: &Manifest) -> Option<Digest> {
    let of = |id: &str| manifest.networks.iter().find(|network| network.id == id).map(|network| network.onnx);
    let [first, second] = BUILT_IN_NETWORKS.map(of);
    let lines = format!("{}\n{}\n{}\n", first?, second?, Digest::of(fusion::BUILT_IN));
    Some(Digest::of(lines.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(version: &str, numbers: usize) -> Known {
        Known { version: version.into(), numbers, network: Some("n".into()), digest: None }
    }

    #[test]
    fn b2_the_digest_of_the_built_in_recipe_is_that_of_its_networks_and_constants() {
        let manifest = Manifest::built_in().unwrap();
        let digest = |manifest: &Manifest| Recognisers::of(manifest).find(DEFAULT_VERSION).unwrap().digest;
        let known = digest(&manifest).unwrap();
        for id in BUILT_IN_NETWORKS {
            let mut other = manifest.clone();
            other.networks.iter_mut().find(|network| network.id == id).unwrap().onnx = Digest::of(b"other");
            assert_ne!(digest(&other), Some(known), "{id}");
            other.networks.retain(|network| network.id != id);
            assert_eq!(digest(&other), None, "{id}");
        }
        assert_eq!(Recognisers::built_in().find(DEFAULT_VERSION).unwrap().digest, None);
    }

    #[test]
    fn the_built_in_recipe_is_always_there_and_an_operators_is_the_default() {
        let alone = Recognisers::built_in();
        assert_eq!(alone.default_version().as_str(), DEFAULT_VERSION);
        assert_eq!(alone.find(DEFAULT_VERSION).unwrap().numbers, 256);
        let more = Recognisers::new([known("a-1", 3), known("b-1", 4)]);
        assert_eq!(more.default_version().as_str(), "b-1");
        let versions: Vec<_> = more.all().iter().map(|known| known.version.as_str()).collect();
        assert_eq!(versions, [DEFAULT_VERSION, "a-1", "b-1"]);
        assert_eq!(more.find("a-1").unwrap().numbers, 3);
    }

    #[test]
    fn a_default_is_one_of_the_list() {
        let more = Recognisers::new([known("a-1", 3)]);
        let chosen = more.clone().with_default(DEFAULT_VERSION).unwrap();
        assert_eq!(chosen.default_version().as_str(), DEFAULT_VERSION);
        let error = more.with_default("a-2").unwrap_err();
        assert_eq!(
            (error.version.as_str(), error.known.as_slice()),
            ("a-2", &["overt-face-1".into(), "a-1".into()] as &[String])
        );
        assert!(error.to_string().contains("a-2; there is overt-face-1, a-1"), "{error}");
    }

    #[test]
    fn a_version_is_listed_once() {
        let twice = Recognisers::new([known("a-1", 3), known("a-1", 4), known(DEFAULT_VERSION, 5)]);
        assert_eq!(twice.all().len(), 2);
        assert_eq!(twice.find("a-1").unwrap().numbers, 3);
        assert_eq!(twice.default_version().as_str(), "a-1");
    }
}
