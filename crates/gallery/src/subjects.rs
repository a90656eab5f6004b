//! Who is meant by an id: the faces and users of a collection that are one person's, with the secrets by which the ledger is searched for them.
//!
//! Owns the look-up for subject access (REQUIREMENTS F3). Reads the records alone, so that it works beside a running server. Refuses to know what a
//! ledger says.
//!
//! # Invariants
//! - Nobody is found by likeness: only by an id that the records have.
//! - Faces are handed out together only where somebody has said that they are one person's: they are one user's, or were named one by one.

use crate::database::Database;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::ids::FaceId;
use crate::names::CollectionName;
use crate::records::{FaceRecord, UserRecord};
use crate::rows::{CollectionRow, FACE_COLUMNS, FACE_SOURCE, FACE_SOURCE_OF_USER, FaceRow, UserRow};

/// Most faces that are found: a person has a few pictures, and an id that thousands share is nobody's.
const MOST: usize = 10_000;

/// The records of a person.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonRecords {
    /// Faces.
    pub faces: Vec<FaceRecord>,
    /// Users that the faces are associated with.
    pub users: Vec<UserRecord>,
}

impl Database {
    /// The faces that `id` means in a collection, and their users: the faces of these ids, where it is one or several with commas between them; else the face that was
    /// added under that external id, or all that were if they are one user's; else the user of that name with its faces. A face that is a user's brings the user's other
    /// faces along: whoever gave them to one user said that they are one person's.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`]; [`GalleryError::SeveralPeople`] for an external id whose faces nobody said to be one person's: an id may be a picture's.
    /// Nobody found is no error.
    pub fn person(&self, collection: &CollectionName, id: &str) -> Result<PersonRecords, GalleryError> {
        let failed = || GalleryError::database("look for a person's records");
        let reader = self.reader()?;
        let reader = reader.unchecked_transaction().map_err(failed())?;
        let row = CollectionRow::find(&reader, collection)?;
        let select = |source: &str,
                      condition: &str,
                      value: &dyn rusqlite::ToSql|
         -> Result<Vec<FaceRow>, GalleryError> {
            let mut statement = reader
                .prepare(&format!(
                    "SELECT {FACE_COLUMNS} FROM {source} WHERE f.collection = ?1 AND {condition} ORDER BY f.label LIMIT {MOST}"
                ))
                .map_err(failed())?;
            let mut rows = statement.query(rusqlite::params![row.number, value]).map_err(failed())?;
            let mut faces = Vec::new();
            while let Some(row) = rows.next().map_err(failed())? {
                faces.push(FaceRow::read(row)?);
            }
            Ok(faces)
        };
        let mut faces: Vec<FaceRow> = Vec::new();
        if let Ok(ids) = id.split(',').map(|id| id.trim().parse()).collect::<Result<Vec<FaceId>, _>>() {
            for id in ids {
                let found = FaceRow::find(&reader, row.number, id)?;
                faces.extend(found.filter(|face| faces.iter().all(|known| known.label != face.label)));
            }
        }
        if faces.is_empty() {
            faces = select(FACE_SOURCE, "f.external_id = ?2", &id)?;
            let user = faces.first().and_then(|face| face.user);
            if faces.len() > 1 && (user.is_none() || faces.iter().any(|face| face.user != user)) {
                let faces = faces.iter().map(|face| face.record.id).collect();
                return Err(GalleryError::SeveralPeople { id: id.to_owned(), faces });
            }
        }
        let mut names: Vec<_> = faces.iter().filter_map(|face| face.record.user.clone()).collect();
        if faces.is_empty()
            && let Ok(name) = id.parse()
        {
            names.push(name);
        }
        names.sort();
        names.dedup();
        let mut users = Vec::new();
        for name in names {
            let user = match UserRow::find(&reader, &row, &name) {
                Ok(user) => user,
                Err(GalleryError::UserUnknown { .. }) => continue,
                Err(error) => return Err(error),
            };
            for face in select(FACE_SOURCE_OF_USER, "f.user = ?2", &user.number)? {
                if !faces.iter().any(|known| known.label == face.label) {
                    faces.push(face);
                }
            }
            users.push(user.record);
        }
        Ok(PersonRecords { faces: faces.into_iter().map(|face| face.record).collect(), users })
    }
}

impl Gallery {
    /// As [`Database::person`].
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn person(&self, collection: &CollectionName, id: &str) -> Result<PersonRecords, GalleryError> {
        self.shared.database.person(collection, id)
    }
}
