//! Searches: by a template, by a face, by a user.
//!
//! Owns the way from scores back to records. Refuses to know what a similarity is: scores are inner products.
//!
//! # Invariants
//! - What is found was committed when the search began, and is still there when it is answered.
//! - A search by a face never finds that face; a search by a user never finds that user.
//! - Nothing of a probe is kept.

use overt_vectors::Query;
use rusqlite::Connection;

use crate::error::GalleryError;
use crate::faces::check_version;
use crate::gallery::Gallery;
use crate::ids::FaceId;
use crate::names::{CollectionName, TemplateVersion, UserName};
use crate::pending::missing;
use crate::records::{FaceRecord, Found, Match, Search, UserRecord};
use crate::rows::{CollectionRow, FaceRow, UserRow, label_of, number_of};

impl Gallery {
    /// Faces like a template.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::OtherTemplates`].
    pub fn search_faces(
        &self,
        collection: &CollectionName,
        version: &TemplateVersion,
        template: &[f32],
        search: Search,
    ) -> Result<Found<FaceRecord>, GalleryError> {
        let row = self.collection_row(collection)?;
        check_version(collection, &row, version, template.len())?;
        self.on_stores(row, |row| self.faces_like(row, template, None, search))
    }

    /// Faces like a face of the same collection, without that face.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::FaceUnknown`].
    pub fn search_faces_by_face(
        &self,
        collection: &CollectionName,
        id: FaceId,
        search: Search,
    ) -> Result<(FaceRecord, Found<FaceRecord>), GalleryError> {
        let (row, face) = self.searched_face(collection, id)?;
        let found = self.on_stores(row, |row| {
            let template = self.template(row, row.face_store, face.label)?;
            self.faces_like(row, &template, Some(face.label), search)
        })?;
        Ok((face.record, found))
    }

    /// Users like a template.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::OtherTemplates`].
    pub fn search_users(
        &self,
        collection: &CollectionName,
        version: &TemplateVersion,
        template: &[f32],
        search: Search,
    ) -> Result<Found<UserRecord>, GalleryError> {
        let row = self.collection_row(collection)?;
        check_version(collection, &row, version, template.len())?;
        self.on_stores(row, |row| self.users_like(row, template, None, search))
    }

    /// Users like a face of the same collection; the face's own user can be among them.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::FaceUnknown`].
    pub fn search_users_by_face(
        &self,
        collection: &CollectionName,
        id: FaceId,
        search: Search,
    ) -> Result<(FaceRecord, Found<UserRecord>), GalleryError> {
        let (row, face) = self.searched_face(collection, id)?;
        let found = self.on_stores(row, |row| {
            let template = self.template(row, row.face_store, face.label)?;
            self.users_like(row, &template, None, search)
        })?;
        Ok((face.record, found))
    }

    /// Users like a user of the same collection, without that user. A user without a face is like nobody.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::UserUnknown`].
    pub fn search_users_by_user(
        &self,
        collection: &CollectionName,
        name: &UserName,
        search: Search,
    ) -> Result<(UserRecord, Found<UserRecord>), GalleryError> {
        let reader = self.shared.database.reader()?;
        let row = CollectionRow::find(&reader, collection)?;
        let user = UserRow::find(&reader, &row, name)?;
        drop(reader);
        let found = match user.label {
            Some(label) => self.on_stores(row, |row| {
                let vector = self.template(row, row.user_store, label)?;
                self.users_like(row, &vector, Some(label), search)
            })?,
            None => Found { matches: Vec::new(), searched: 0, version: row.record()?.version },
        };
        Ok((user.record, found))
    }

    /// How like a face of the collection is to a template: their score.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::FaceUnknown`], [`GalleryError::OtherTemplates`].
    pub fn likeness(
        &self,
        collection: &CollectionName,
        id: FaceId,
        version: &TemplateVersion,
        template: &[f32],
    ) -> Result<f32, GalleryError> {
        let (row, face) = self.searched_face(collection, id)?;
        check_version(collection, &row, version, template.len())?;
        self.on_stores(row, |row| {
            let stored = self.template(row, row.face_store, face.label)?;
            Ok(stored.iter().zip(template).map(|(one, other)| one * other).sum())
        })
    }

    fn collection_row(&self, name: &CollectionName) -> Result<CollectionRow, GalleryError> {
        CollectionRow::find(&*self.shared.database.reader()?, name)
    }

    fn searched_face(
        &self,
        collection: &CollectionName,
        id: FaceId,
    ) -> Result<(CollectionRow, FaceRow), GalleryError> {
        let reader = self.shared.database.reader()?;
        let row = CollectionRow::find(&reader, collection)?;
        let face = FaceRow::find(&reader, row.number, id)?
            .ok_or_else(|| GalleryError::FaceUnknown { collection: collection.clone(), id })?;
        Ok((row, face))
    }

    /// Runs a search on the stores that a collection has now. When it fails because they were replaced meanwhile (a new
    /// key, a migration), it runs again on the new ones.
    fn on_stores<T>(
        &self,
        mut row: CollectionRow,
        search: impl Fn(&CollectionRow) -> Result<T, GalleryError>,
    ) -> Result<T, GalleryError> {
        loop {
            let error = match search(&row) {
                Ok(found) => return Ok(found),
                Err(error) => error,
            };
            let again = self.collection_row(&row.name.parse()?)?;
            if (again.face_store, again.user_store) == (row.face_store, row.user_store) {
                return Err(error);
            }
            row = again;
        }
    }

    fn template(&self, row: &CollectionRow, store: i64, label: i64) -> Result<Vec<f32>, GalleryError> {
        let reader = self.shared.database.reader()?;
        let opened = self.shared.stores.get(&self.shared, &reader, row, store)?;
        opened.template(label_of(label))?.ok_or_else(|| missing(store, label_of(label)))
    }

    fn faces_like(
        &self,
        row: &CollectionRow,
        template: &[f32],
        exclude: Option<i64>,
        search: Search,
    ) -> Result<Found<FaceRecord>, GalleryError> {
        self.like(row, row.face_store, template, exclude, search, |reader, label| {
            Ok(FaceRow::at(reader, row.number, label)?.map(|face| face.record))
        })
    }

    fn users_like(
        &self,
        row: &CollectionRow,
        template: &[f32],
        exclude: Option<i64>,
        search: Search,
    ) -> Result<Found<UserRecord>, GalleryError> {
        self.like(row, row.user_store, template, exclude, search, |reader, label| {
            Ok(UserRow::at(reader, row.number, label)?.map(|user| user.record))
        })
    }

    fn like<T>(
        &self,
        row: &CollectionRow,
        store: i64,
        template: &[f32],
        exclude: Option<i64>,
        search: Search,
        record: impl Fn(&Connection, i64) -> Result<Option<T>, GalleryError>,
    ) -> Result<Found<T>, GalleryError> {
        let reader = self.shared.database.reader()?;
        let opened = self.shared.stores.get(&self.shared, &reader, row, store)?;
        let answer = opened.search(
            template,
            &Query {
                min_score: search.min_score,
                limit: search.limit,
                exclude: exclude.map(label_of),
                only: None,
            },
        )?;
        // Read after the search: what was deleted meanwhile has no row any more and is left out.
        let reader = reader.unchecked_transaction().map_err(GalleryError::database("read what was found"))?;
        let mut matches = Vec::with_capacity(answer.hits.len());
        for hit in answer.hits {
            if let Some(record) = record(&reader, number_of(hit.label))? {
                matches.push(Match { record, score: hit.score });
            }
        }
        Ok(Found { matches, searched: answer.searched, version: row.record()?.version })
    }
}
