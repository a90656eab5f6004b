//! The recognisers of one worker: loaded when first needed, kept from then on.
//!
//! Owns when sessions come to be. Which recognisers there are is [`crate::recognisers`]' business, how one works
//! [`crate::recogniser`]'s.
//!
//! # Invariants
//! - A worker has at most one session of each recogniser, and none of those that nobody asked it for.
//! - A recogniser that could not be loaded is tried again by the next who needs it.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::error::VisionError;
use crate::recogniser::Recogniser;
use crate::template::TemplateVersion;

/// Makes a recogniser's sessions from the version of its templates.
type Load = Box<dyn Fn(&TemplateVersion) -> Result<Recogniser, VisionError> + Send>;

/// What one worker has loaded so far.
pub(crate) struct Loaded {
    load: Load,
    ready: BTreeMap<TemplateVersion, Recogniser>,
}

impl Loaded {
    /// Nothing yet; `load` makes what is asked for.
    pub(crate) fn new(load: Load) -> Self {
        Self { load, ready: BTreeMap::new() }
    }

    /// The recogniser of `version`. The first call for a version takes tenths of a second.
    ///
    /// # Errors
    /// [`VisionError::Version`] when there is none, otherwise whatever loading it failed with.
    pub(crate) fn get(&mut self, version: &TemplateVersion) -> Result<&mut Recogniser, VisionError> {
        match self.ready.entry(version.clone()) {
            Entry::Occupied(ready) => Ok(ready.into_mut()),
            Entry::Vacant(place) => Ok(place.insert((self.load)(version)?)),
        }
    }

    /// Versions that are loaded, in alphabetical order.
    pub(crate) fn versions(&self) -> impl Iterator<Item = &TemplateVersion> {
        self.ready.keys()
    }
}
