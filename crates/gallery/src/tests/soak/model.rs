//! The gallery in memory, as simple as can be.

use super::super::*;

/// What a face was made from: its templates of every version follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Source {
    pub(super) image: u64,
    pub(super) index: usize,
}

#[derive(Clone, Debug)]
pub(super) struct Face {
    pub(super) source: Source,
    order: usize,
    record: FaceRecord,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Collection {
    /// Collections are listed in this order.
    made: usize,
    generation: u64,
    added: usize,
    pub(super) faces: BTreeMap<FaceId, Face>,
    /// In the order in which they were made.
    pub(super) users: Vec<UserName>,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Model {
    pub(super) collections: BTreeMap<CollectionName, Collection>,
    made: usize,
}

impl Model {
    /// Adds a collection, or puts one that is there at the end of the list.
    pub(super) fn make(&mut self, name: &CollectionName) {
        self.made += 1;
        self.collections.entry(name.clone()).or_default().made = self.made;
    }
}

fn made(source: Source, generation: u64) -> Vec<f32> {
    template(source.image * 10 + source.index as u64 + generation * 1_000_000)
}

fn dot(a: &[f32], b: &[f32]) -> f32 {
    a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>() as f32
}

impl Collection {
    pub(super) fn version(&self) -> TemplateVersion {
        format!("test-{}", self.generation + 1).parse().unwrap()
    }

    pub(super) fn migrated_version(&self) -> TemplateVersion {
        format!("test-{}", self.generation + 2).parse().unwrap()
    }

    pub(super) fn template(&self, source: Source) -> Vec<f32> {
        made(source, self.generation)
    }

    pub(super) fn next_template(&self, source: Source) -> Vec<f32> {
        made(source, self.generation + 1)
    }

    pub(super) fn add(&mut self, source: Source, added: &AddedFace) {
        let there = self.faces.values().find(|face| face.source == source);
        assert_eq!(there.is_none(), added.is_new, "{source:?}");
        match there {
            // A loaded collection has other finders.
            Some(face) => {
                assert_eq!(without_finder(face.record.clone()), without_finder(added.record.clone()));
            }
            None => {
                self.added += 1;
                let face = Face { source, order: self.added, record: added.record.clone() };
                self.faces.insert(added.record.id, face);
            }
        }
    }

    pub(super) fn delete(&mut self, ids: &[FaceId]) -> Vec<FaceDeletion> {
        ids.iter()
            .map(|id| match self.faces.get(id).map(|face| face.record.user.clone()) {
                None => FaceDeletion::Unknown,
                Some(Some(user)) => FaceDeletion::OfUser { user },
                Some(None) => {
                    self.faces.remove(id);
                    FaceDeletion::Deleted
                }
            })
            .collect()
    }

    pub(super) fn delete_user(&mut self, user: &UserName) -> bool {
        let there = self.users.contains(user);
        self.users.retain(|other| other != user);
        for face in self.faces.values_mut().filter(|face| face.record.user.as_ref() == Some(user)) {
            face.record.user = None;
        }
        there
    }

    fn of_user(&self, user: &UserName) -> Vec<&Face> {
        let mut faces: Vec<&Face> =
            self.faces.values().filter(|face| face.record.user.as_ref() == Some(user)).collect();
        faces.sort_by_key(|face| face.order);
        faces
    }

    fn vector(&self, user: &UserName) -> Option<Vec<f32>> {
        let templates: Vec<Vec<f32>> =
            self.of_user(user).into_iter().map(|face| self.template(face.source)).collect();
        let slices: Vec<&[f32]> = templates.iter().map(Vec::as_slice).collect();
        (!slices.is_empty()).then(|| user_vector(&slices))
    }

    pub(super) fn associate(
        &mut self,
        user: &UserName,
        ids: &[FaceId],
        min_score: Option<f32>,
        most: usize,
    ) -> Result<Vec<(FaceId, Association)>, &'static str> {
        if !self.users.contains(user) {
            return Err("unknown");
        }
        let vector = self.vector(user);
        let mut outcomes: Vec<(FaceId, Association)> = Vec::new();
        for id in ids {
            if outcomes.iter().any(|(other, _)| other == id) {
                continue;
            }
            let outcome = match self.faces.get(id) {
                None => Association::Unknown,
                Some(face) => match (&face.record.user, &vector, min_score) {
                    (Some(other), _, _) if other == user => Association::Already,
                    (Some(other), _, _) => Association::OfAnother { user: other.clone() },
                    (None, Some(vector), Some(min)) if dot(vector, &self.template(face.source)) < min => {
                        Association::LowMatch { score: dot(vector, &self.template(face.source)) }
                    }
                    (None, _, _) => Association::Associated,
                },
            };
            outcomes.push((*id, outcome));
        }
        let taken: Vec<FaceId> =
            outcomes.iter().filter(|(_, o)| *o == Association::Associated).map(|(id, _)| *id).collect();
        if self.of_user(user).len() + taken.len() > most {
            return Err("quota");
        }
        for id in taken {
            self.faces.get_mut(&id).unwrap().record.user = Some(user.clone());
        }
        Ok(outcomes)
    }

    pub(super) fn disassociate(
        &mut self,
        user: &UserName,
        ids: &[FaceId],
    ) -> Option<Vec<(FaceId, Disassociation)>> {
        if !self.users.contains(user) {
            return None;
        }
        let mut outcomes: Vec<(FaceId, Disassociation)> = Vec::new();
        for id in ids {
            if outcomes.iter().any(|(other, _)| other == id) {
                continue;
            }
            let outcome = match self.faces.get(id).map(|face| face.record.user.clone()) {
                None => Disassociation::Unknown,
                Some(None) => Disassociation::Already,
                Some(Some(other)) if other == *user => Disassociation::Disassociated,
                Some(Some(other)) => Disassociation::OfAnother { user: other },
            };
            outcomes.push((*id, outcome));
        }
        for (id, outcome) in &outcomes {
            if *outcome == Disassociation::Disassociated {
                self.faces.get_mut(id).unwrap().record.user = None;
            }
        }
        Some(outcomes)
    }

    /// The score of a face.
    pub(super) fn score(&self, probe: &[f32], id: FaceId) -> Option<f32> {
        self.faces.get(&id).map(|face| dot(probe, &self.template(face.source)))
    }

    /// The scores of the matches, best first.
    pub(super) fn search(&self, probe: &[f32], search: Search) -> Vec<f32> {
        let mut scores: Vec<f32> =
            self.faces.values().map(|face| dot(probe, &self.template(face.source))).collect();
        scores.retain(|score| *score >= search.min_score);
        scores.sort_by(|a, b| b.total_cmp(a));
        scores.truncate(search.limit);
        scores
    }

    pub(super) fn finish_migration(&mut self, deleted: &[FaceId]) {
        for id in deleted {
            assert!(self.faces.remove(id).is_some());
        }
        self.generation += 1;
    }
}

/// Whether a gallery holds exactly what the model does; if not, what is different.
pub(super) fn compare(gallery: &Gallery, model: &Model) -> Result<(), String> {
    let said = |error: GalleryError| format!("{error:?}");
    let names: Vec<CollectionName> =
        gallery.collections(&Page::first(99)).map_err(said)?.items.into_iter().map(|c| c.name).collect();
    let mut expected: Vec<&CollectionName> = model.collections.keys().collect();
    expected.sort_by_key(|name| model.collections[*name].made);
    if !names.iter().eq(expected) {
        return Err(format!("collections {names:?}"));
    }
    for (name, collection) in &model.collections {
        let different = |what: &str| Err(format!("{name}: {what}"));
        let described = gallery.collection(name).map_err(said)?;
        let counts = (described.faces, described.users, described.version);
        let expected = (collection.faces.len() as u64, collection.users.len() as u64, collection.version());
        if counts != expected {
            return different(&format!("{counts:?} in place of {expected:?}"));
        }
        let mut faces: Vec<&Face> = collection.faces.values().collect();
        faces.sort_by_key(|face| face.order);
        let listed = gallery.faces(name, &FaceFilter::default(), &Page::first(4096)).map_err(said)?.items;
        if !listed
            .into_iter()
            .map(without_finder)
            .eq(faces.iter().map(|face| without_finder(face.record.clone())))
        {
            return different("faces");
        }
        let users = gallery.users(name, &Page::first(500)).map_err(said)?.items;
        if !users.iter().map(|user| &user.name).eq(&collection.users) {
            return different("users");
        }
        let probe = template(424_242);
        let found = gallery.search_faces(name, &collection.version(), &probe, all()).map_err(said)?;
        if found.matches.len() != faces.len() || found.searched != faces.len() as u64 {
            return different(&format!("{} of {} faces are found", found.matches.len(), faces.len()));
        }
        for found in &found.matches {
            let expected = dot(&probe, &collection.template(collection.faces[&found.record.id].source));
            if (found.score - expected).abs() > 1e-4 {
                return different(&format!("score of {}: {} not {expected}", found.record.id, found.score));
            }
        }
        let found = gallery.search_users(name, &collection.version(), &probe, all()).map_err(said)?;
        let with_faces = collection.users.iter().filter(|user| collection.vector(user).is_some()).count();
        if found.matches.len() != with_faces {
            return different("users found");
        }
        for found in &found.matches {
            let expected = collection.vector(&found.record.name).map(|vector| dot(&probe, &vector));
            if expected.is_none_or(|expected| (found.score - expected).abs() > 1e-4) {
                return different(&format!(
                    "score of {}: {} not {expected:?}",
                    found.record.name, found.score
                ));
            }
        }
    }
    Ok(())
}
