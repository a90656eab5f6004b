//! Searches: by a template, by a face, by a user.
//!
//! Owns the way from scores back to records. Refuses to know what a similarity is: scores are inner products.
//!
//! # Invariants
//! - What is found was committed when the search began, and is still there when it is answered.
//! - A user is found as it was at one moment, whatever is associated meanwhile: its vector is replaced by another, and a
//!   search for users sees the one or the other, because it holds the turn of the users' store.
//! - A search by a face never finds that face; a search by a user never finds that user.
//! - Nothing of a probe is kept.

use std::sync::{PoisonError, RwLockReadGuard};

use overt_vectors::Query;
use rusqlite::Connection;

use crate::error::GalleryError;
use crate::faces::check_version;
use crate::gallery::Gallery;
use crate::ids::FaceId;
use crate::names::{CollectionName, TemplateVersion, UserName};
use crate::over::Over;
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
        let row = self.collection_row(collection)?;
        self.on_stores(row, |row| {
            let (face, template) = self.searched_face(row, collection, id)?;
            Ok((face.record, self.faces_like(row, &template, Some(face.label), search)?))
        })
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
        let row = self.collection_row(collection)?;
        self.on_stores(row, |row| {
            let (face, template) = self.searched_face(row, collection, id)?;
            Ok((face.record, self.users_like(row, &template, None, search)?))
        })
    }

    /// Users like a user of the same collection, without that user. A user without a face, or whose faces are all over, is like nobody.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::UserUnknown`].
    pub fn search_users_by_user(
        &self,
        collection: &CollectionName,
        name: &UserName,
        search: Search,
    ) -> Result<(UserRecord, Found<UserRecord>), GalleryError> {
        let row = self.collection_row(collection)?;
        self.on_stores(row, |row| {
            let turn = self.shared.stores.turn(row.user_store);
            let turn = turn.read().unwrap_or_else(PoisonError::into_inner);
            let reader = self.shared.database.reader()?;
            let user = UserRow::find(&reader, row, name)?;
            let over = Over::at(&reader, row, self.shared.database.context().now())?.user(user.number)?;
            drop(reader);
            let Some(label) = user.label.filter(|_| !over) else {
                let found = Found { matches: Vec::new(), searched: 0, version: row.record()?.version };
                return Ok((user.record, found));
            };
            let vector = self.vector(row, row.user_store, label)?;
            let vector = vector.ok_or_else(|| missing(row.user_store, label_of(label)))?;
            let found = self.users_like_in(&turn, row, &vector, Some(label), search)?;
            Ok((user.record, found))
        })
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
        let row = self.collection_row(collection)?;
        check_version(collection, &row, version, template.len())?;
        self.on_stores(row, |row| {
            let (_, stored) = self.searched_face(row, collection, id)?;
            Ok(stored.iter().zip(template).map(|(one, other)| one * other).sum())
        })
    }

    fn collection_row(&self, name: &CollectionName) -> Result<CollectionRow, GalleryError> {
        CollectionRow::find(&*self.shared.database.reader()?, name)
    }

    /// A face and its template. If one was found without the other, a change to both is under way or was: they are read
    /// again in the store's turn.
    fn searched_face(
        &self,
        row: &CollectionRow,
        collection: &CollectionName,
        id: FaceId,
    ) -> Result<(FaceRow, Vec<f32>), GalleryError> {
        let read = || {
            let reader = self.shared.database.reader()?;
            let over = Over::at(&reader, row, self.shared.database.context().now())?.face(id)?;
            let face = FaceRow::find(&reader, row.number, id)?
                .filter(|_| !over)
                .ok_or_else(|| GalleryError::FaceUnknown { collection: collection.clone(), id })?;
            let template = self.vector(row, row.face_store, face.label)?;
            Ok::<_, GalleryError>((face, template))
        };
        if let (face, Some(template)) = read()? {
            return Ok((face, template));
        }
        let turn = self.shared.stores.turn(row.face_store);
        let _turn = turn.read().unwrap_or_else(PoisonError::into_inner);
        let (face, template) = read()?;
        let template = template.ok_or_else(|| missing(row.face_store, label_of(face.label)))?;
        Ok((face, template))
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

    fn vector(&self, row: &CollectionRow, store: i64, label: i64) -> Result<Option<Vec<f32>>, GalleryError> {
        let reader = self.shared.database.reader()?;
        Ok(self.shared.stores.get(&self.shared, &reader, row, store)?.template(label_of(label))?)
    }

    fn faces_like(
        &self,
        row: &CollectionRow,
        template: &[f32],
        exclude: Option<i64>,
        search: Search,
    ) -> Result<Found<FaceRecord>, GalleryError> {
        let find = || {
            self.like(
                row,
                row.face_store,
                (template, exclude, search),
                |over| over.faces(),
                |reader, over, label| {
                    Ok(match FaceRow::at(reader, row.number, label)? {
                        None => Seen::Gone,
                        Some(face) if over.face(face.record.id)? => Seen::Over,
                        Some(face) => Seen::Stands(face.record),
                    })
                },
            )
        };
        let (found, whole) = find()?;
        if whole {
            return Ok(found);
        }
        // A face whose deletion is committed was still found, in another's place. In the store's turn that cannot be.
        let turn = self.shared.stores.turn(row.face_store);
        let _turn = turn.read().unwrap_or_else(PoisonError::into_inner);
        Ok(find()?.0)
    }

    fn users_like(
        &self,
        row: &CollectionRow,
        template: &[f32],
        exclude: Option<i64>,
        search: Search,
    ) -> Result<Found<UserRecord>, GalleryError> {
        let turn = self.shared.stores.turn(row.user_store);
        let turn = turn.read().unwrap_or_else(PoisonError::into_inner);
        self.users_like_in(&turn, row, template, exclude, search)
    }

    /// The same, for who holds the turn already.
    fn users_like_in(
        &self,
        _turn: &RwLockReadGuard<'_, ()>,
        row: &CollectionRow,
        template: &[f32],
        exclude: Option<i64>,
        search: Search,
    ) -> Result<Found<UserRecord>, GalleryError> {
        let search = (template, exclude, search);
        let found = self.like(
            row,
            row.user_store,
            search,
            |over| over.users(),
            |reader, over, label| {
                Ok(match UserRow::at(reader, row.number, label)? {
                    None => Seen::Gone,
                    Some(user) if over.user(user.number)? => Seen::Over,
                    Some(user) => Seen::Stands(user.record),
                })
            },
        )?;
        Ok(found.0)
    }

    /// What is like a template, and whether everything that was found has a row: where something has none, its deletion is
    /// under way, or (in the store's turn) the records are damaged, and it is left out. So is what is over, of which `count` says how much there is.
    fn like<T>(
        &self,
        row: &CollectionRow,
        store: i64,
        (template, exclude, search): (&[f32], Option<i64>, Search),
        count: impl Fn(&Over<'_>) -> Result<u64, GalleryError>,
        see: impl Fn(&Connection, &Over<'_>, i64) -> Result<Seen<T>, GalleryError>,
    ) -> Result<(Found<T>, bool), GalleryError> {
        let now = self.shared.database.context().now();
        let reader = self.shared.database.reader()?;
        let left_out = count(&Over::at(&reader, row, now)?)?;
        let opened = self.shared.stores.get(&self.shared, &reader, row, store)?;
        let mut most = search.limit.saturating_add(usize::try_from(left_out).unwrap_or(usize::MAX));
        loop {
            let query = Query {
                min_score: search.min_score,
                limit: most,
                exclude: exclude.map(label_of),
                only: None,
            };
            let answer = opened.search(template, &query)?;
            // Read after the search: what was deleted meanwhile has no row any more.
            let rows =
                reader.unchecked_transaction().map_err(GalleryError::database("read what was found"))?;
            let over = Over::at(&rows, row, now)?;
            let mut matches = Vec::with_capacity(answer.hits.len().min(search.limit));
            let mut gone = 0;
            for hit in &answer.hits {
                if matches.len() + gone == search.limit {
                    break;
                }
                match see(&rows, &over, number_of(hit.label))? {
                    Seen::Stands(record) => matches.push(Match { record, score: hit.score }),
                    Seen::Gone => gone += 1,
                    Seen::Over => {}
                }
            }
            // More may be like it, behind those that are over: hardly ever, as so many as were counted were asked for besides.
            if matches.len() + gone < search.limit && answer.hits.len() >= most {
                most = most.saturating_mul(2);
                continue;
            }
            let searched = answer.searched.saturating_sub(left_out);
            return Ok((Found { matches, searched, version: row.record()?.version }, gone == 0));
        }
    }
}

/// What became of a label that was found.
enum Seen<T> {
    /// It is answered.
    Stands(T),
    /// No record of consent keeps it any more.
    Over,
    /// It has no row.
    Gone,
}
