//! Faces: add, look up, list, delete.
//!
//! Owns the rule against storing a face twice, and the rows of faces. Refuses to know how faces are found in pictures.
//!
//! # Invariants
//! - A face's row and its template become visible together, at the commit.
//! - The same face of the same picture under the same external id is stored once in a collection; one that is over does not count.

use rusqlite::Connection;
use rusqlite::types::Value;

use crate::change::{Change, DeletionReason, Finder, Subject};
use crate::consents::rows::{note, stands_under};
use crate::consents::{check_person, covering};
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::ids::FaceId;
use crate::images;
use crate::names::{CollectionName, TemplateVersion};
use crate::over::Over;
use crate::page::{Cursor, Listed, Page};
use crate::policy::Policy;
use crate::records::{AddFaces, AddedFace, FaceBox, FaceDeletion, FaceFilter, FaceRecord};
use crate::rows::{
    CollectionRow, FACE_COLUMNS, FACE_SOURCE, FACE_SOURCE_OF_USER, FaceRow, UserRow, label_of, number_of,
    pack_box,
};
use crate::writer::Unit;

/// Two boxes of one picture are the same face when they overlap by at least this much (intersection by union). The
/// detector leaves no two faces that do: its own bar for "the same" is below it.
const SAME_FACE: f32 = 0.5;
/// How far a template's length may be from 1: rounding of f32, generously.
const LENGTH_TOLERANCE: f64 = 1e-3;

impl Gallery {
    /// Adds the faces of one picture. A face that is there already, from the same picture under the same external id
    /// at the same place, is not stored again: the answer names the one that is there. One answer for each face, in
    /// the order given.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::OtherTemplates`], [`GalleryError::TemplateUnusable`],
    /// [`GalleryError::Quota`], [`GalleryError::Denied`] when the collection's policy does not allow it: then none of the faces was
    /// added.
    pub fn add_faces(
        &self,
        collection: &CollectionName,
        faces: AddFaces,
    ) -> Result<Vec<AddedFace>, GalleryError> {
        Ok(self.add_pictures(collection, vec![faces])?.pop().unwrap_or_default())
    }

    /// Adds the faces of several pictures in one commit: all or none. The answer holds one list a picture. For bulk
    /// inserts, calls of some thousand faces share the cost of a flush best.
    ///
    /// # Errors
    /// As [`add_faces`](Self::add_faces).
    pub fn add_pictures(
        &self,
        collection: &CollectionName,
        pictures: Vec<AddFaces>,
    ) -> Result<Vec<Vec<AddedFace>>, GalleryError> {
        for face in pictures.iter().flat_map(|picture| &picture.faces) {
            check_template(&face.template)?;
        }
        let name = collection.clone();
        let weight = pictures.iter().map(|picture| picture.faces.len()).sum();
        self.write(weight, move |unit| {
            let row = CollectionRow::find(unit.connection, &name)?;
            let context = unit.shared.database.context();
            // Both at once for all faces: the system is asked for randomness twice a commit.
            let mut fresh =
                FaceId::draw(context, weight)?.into_iter().zip(Finder::draw_many(context, weight)?);
            let into = Target { name: &name, row: &row, policy: &row.policy()? };
            let mut count = row.faces;
            let answers = pictures
                .into_iter()
                .map(|picture| add_picture(unit, into, picture, &mut fresh, &mut count))
                .collect::<Result<Vec<_>, _>>()?;
            let limit = unit.shared.limits.faces_in_collection;
            row.check_room(u64::try_from(count).unwrap_or(0), limit)?;
            check_count(unit, &row, into.policy, count)?;
            set_face_count(unit, row.number, count)?;
            images::after_adding(unit, row.number)?;
            Ok(answers)
        })
    }

    /// A face by its id.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::FaceUnknown`].
    pub fn face(&self, collection: &CollectionName, id: FaceId) -> Result<FaceRecord, GalleryError> {
        let reader = self.shared.database.reader()?;
        let row = CollectionRow::find(&reader, collection)?;
        let over = Over::at(&reader, &row, self.shared.database.context().now())?;
        match FaceRow::find(&reader, row.number, id)? {
            Some(face) if !over.face(id)? => Ok(face.record),
            _ => Err(GalleryError::FaceUnknown { collection: collection.clone(), id }),
        }
    }

    /// Faces in the order in which they were added.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::UserUnknown`] (of the filter),
    /// [`GalleryError::CursorUnreadable`].
    pub fn faces(
        &self,
        collection: &CollectionName,
        filter: &FaceFilter,
        page: &Page,
    ) -> Result<Listed<FaceRecord>, GalleryError> {
        let failed = || GalleryError::database("list faces");
        let size = page.size();
        let after = page.after_number()?;
        let reader = self.shared.database.reader()?;
        let reader = reader.unchecked_transaction().map_err(failed())?;
        let row = CollectionRow::find(&reader, collection)?;
        let user = match &filter.user {
            Some(name) => Some(UserRow::find(&reader, &row, name)?.number),
            None => None,
        };
        let faces = match &filter.ids {
            Some(ids) => faces_by_id(&reader, row.number, ids, user, after, size + 1)?,
            None => {
                let (source, condition) = match user {
                    Some(_) => (FACE_SOURCE_OF_USER, "AND f.user = ?4"),
                    None => (FACE_SOURCE, ""),
                };
                let mut values: Vec<Value> = vec![row.number.into(), after.into(), (size as i64 + 1).into()];
                values.extend(user.map(Value::from));
                let mut statement = reader
                    .prepare_cached(&format!(
                        "SELECT {FACE_COLUMNS} FROM {source}
                         WHERE f.collection = ?1 AND f.label > ?2 {condition} ORDER BY f.label LIMIT ?3"
                    ))
                    .map_err(failed())?;
                let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(failed())?;
                let mut faces = Vec::new();
                while let Some(row) = rows.next().map_err(failed())? {
                    faces.push(FaceRow::read(row)?);
                }
                faces
            }
        };
        let listed = Listed::cut(faces, size, |last| Cursor::number(last.label));
        let over = Over::at(&reader, &row, self.shared.database.context().now())?;
        let mut items = Vec::with_capacity(listed.items.len());
        for FaceRow { record, .. } in listed.items {
            if !over.face(record.id)? {
                items.push(record);
            }
        }
        Ok(Listed { items, next: listed.next })
    }

    /// Deletes faces. One answer for each id, in the order given; an id given twice is unknown the second time.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn delete_faces(
        &self,
        collection: &CollectionName,
        ids: Vec<FaceId>,
    ) -> Result<Vec<FaceDeletion>, GalleryError> {
        let name = collection.clone();
        self.write(0, move |unit| {
            let row = CollectionRow::find(unit.connection, &name)?;
            // Ids rise with time, as labels do: in their order each page of the tables is come by once. Of an id that is given
            // twice the first stays the first.
            let mut order: Vec<usize> = (0..ids.len()).collect();
            order.sort_by_key(|index| ids.get(*index));
            let mut answers: Vec<Option<(FaceDeletion, Option<Subject>)>> = vec![None; ids.len()];
            let consented = may_be_consented(unit, row.number)?;
            for index in order {
                let (Some(id), Some(answer)) = (ids.get(index), answers.get_mut(index)) else { continue };
                *answer = Some(match FaceRow::find(unit.connection, row.number, *id)? {
                    None => (FaceDeletion::Unknown, None),
                    Some(FaceRow { record: FaceRecord { user: Some(user), .. }, .. }) => {
                        (FaceDeletion::OfUser { user }, None)
                    }
                    Some(face) => {
                        forget(unit, &row, &face, consented)?;
                        unit.bury(&row, row.face_store, label_of(face.label))?;
                        (FaceDeletion::Deleted, Some(face.subject()))
                    }
                });
            }
            let (outcomes, deleted): (Vec<_>, Vec<_>) = answers.into_iter().flatten().unzip();
            let deleted: Vec<Subject> = deleted.into_iter().flatten().collect();
            let total = row.faces - deleted.len() as i64;
            set_face_count(unit, row.number, total)?;
            unit.changed(Change::FacesDeleted {
                collection: name,
                faces: deleted,
                reason: DeletionReason::Asked,
                total: u64::try_from(total).unwrap_or(0),
            });
            Ok(outcomes)
        })
    }
}

/// Refuses what is no unit template. Its length in numbers is checked against the collection.
pub(crate) fn check_template(template: &[f32]) -> Result<(), GalleryError> {
    let length = template.iter().map(|number| f64::from(*number).powi(2)).sum::<f64>().sqrt();
    if !length.is_finite() {
        return Err(GalleryError::TemplateUnusable { reason: "it holds a number that is not finite" });
    }
    if (length - 1.0).abs() > LENGTH_TOLERANCE {
        return Err(GalleryError::TemplateUnusable { reason: "it is not of unit length" });
    }
    Ok(())
}

/// Refuses templates of another version or length than the collection's.
pub(crate) fn check_version(
    name: &CollectionName,
    row: &CollectionRow,
    version: &TemplateVersion,
    dimensions: usize,
) -> Result<(), GalleryError> {
    if row.version == version.as_str() && usize::try_from(row.dimensions).is_ok_and(|d| d == dimensions) {
        return Ok(());
    }
    Err(GalleryError::OtherTemplates {
        collection: name.clone(),
        holds: format!("{} of {} numbers", row.version, row.dimensions),
        given: format!("{version} of {dimensions} numbers"),
    })
}

/// Where faces go.
#[derive(Clone, Copy)]
struct Target<'a> {
    name: &'a CollectionName,
    row: &'a CollectionRow,
    policy: &'a Policy,
}

fn add_picture(
    unit: &mut Unit<'_>,
    Target { name, row, policy }: Target<'_>,
    picture: AddFaces,
    fresh: &mut impl Iterator<Item = (FaceId, Finder)>,
    count: &mut i64,
) -> Result<Vec<AddedFace>, GalleryError> {
    for face in &picture.faces {
        check_version(name, row, &picture.version, face.template.len())?;
    }
    let (named, external_id) = (picture.consent, picture.external_id.as_ref());
    let consent = covering(unit.connection, unit.now, row, policy, named, external_id, picture.faces.len())?;
    let key = images::key(picture.image, picture.external_id.as_ref());
    let over = Over::at(unit.connection, row, unit.now)?;
    let mut there: Vec<FaceRow> = Vec::new();
    for label in images::labels(unit, row.number, key)? {
        let Some(face) = FaceRow::at(unit.connection, row.number, label)? else { continue };
        // The key is a hash, and entries of deleted faces linger: the row decides.
        let same = face.record.image == picture.image && face.record.external_id == picture.external_id;
        // One that is over is kept by another record. Without one it is as gone as it will be after the next upkeep.
        if same && (consent.is_some() || !over.face(face.record.id)?) {
            there.push(face);
        }
    }
    let mut answers = Vec::with_capacity(picture.faces.len());
    for face in picture.faces {
        if let Some(same) = take_same(&mut there, &face.bounding_box) {
            // It was there already, and now stands under this record too: whoever withdraws it takes the face along.
            if let Some(consent) = consent
                && !stands_under(unit.connection, row.number, same.record.id, consent)?
            {
                check_person(unit, row, consent, &face.template, picture.same_person)?;
                note(unit, row.number, same.record.id, consent)?;
            }
            answers.push(AddedFace { record: same.record, is_new: false });
            continue;
        }
        if let Some(consent) = consent {
            check_person(unit, row, consent, &face.template, picture.same_person)?;
        }
        let Some((id, finder)) = fresh.next() else { return Err(GalleryError::Interrupted) };
        let label = unit.append(row, row.face_store, &face.template)?;
        let record = FaceRecord {
            id,
            image: picture.image,
            external_id: picture.external_id.clone(),
            bounding_box: face.bounding_box,
            confidence: face.confidence,
            created: unit.now,
            user: None,
            finder,
        };
        insert_face(unit, row.number, label, &record, None)?;
        if let Some(consent) = consent {
            note(unit, row.number, id, consent)?;
        }
        images::insert(unit, row.number, key, label)?;
        *count += 1;
        answers.push(AddedFace { record, is_new: true });
    }
    let new = answers.iter().filter(|face| face.is_new);
    let faces = new.map(|face| Subject::face(face.record.id, face.record.finder)).collect();
    unit.changed(Change::FacesAdded {
        collection: name.clone(),
        version: picture.version,
        image: Some(picture.image),
        faces,
        total: u64::try_from(*count).unwrap_or(0),
    });
    Ok(answers)
}

/// Takes out the face at the same place, the one that overlaps most.
fn take_same(there: &mut Vec<FaceRow>, bounding_box: &FaceBox) -> Option<FaceRow> {
    let (index, overlap) = there
        .iter()
        .enumerate()
        .map(|(index, face)| (index, face.record.bounding_box.overlap(bounding_box)))
        .max_by(|a, b| a.1.total_cmp(&b.1))?;
    (overlap >= SAME_FACE).then(|| there.swap_remove(index))
}

pub(crate) fn insert_face(
    unit: &Unit<'_>,
    collection: i64,
    label: u64,
    record: &FaceRecord,
    user: Option<i64>,
) -> Result<(), GalleryError> {
    unit.connection
        .prepare_cached(
            "INSERT INTO faces (collection, label, id, image, external_id, box, confidence, created, user, finder)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        )
        .and_then(|mut statement| {
            statement.execute((
                collection,
                number_of(label),
                record.id.as_bytes(),
                record.image.as_bytes(),
                record.external_id.as_ref().map(|id| id.as_str()),
                pack_box(&record.bounding_box),
                f64::from(record.confidence),
                record.created.as_millis(),
                user,
                record.finder.as_bytes(),
            ))
        })
        .map(drop)
        .map_err(GalleryError::database("record a face"))
}

/// Removes a face's row and buries its template. The caller has made sure that it belongs to no user, and keeps count.
pub(crate) fn delete_face(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    face: &FaceRow,
) -> Result<(), GalleryError> {
    forget_face(unit, row, face)?;
    unit.bury(row, row.face_store, label_of(face.label))
}

/// Removes a face's row; its template stays where it is.
pub(crate) fn forget_face(unit: &Unit<'_>, row: &CollectionRow, face: &FaceRow) -> Result<(), GalleryError> {
    forget(unit, row, face, true)
}

/// The same, for callers with many faces, who have asked whether any of the collection may have a consent.
fn forget(unit: &Unit<'_>, row: &CollectionRow, face: &FaceRow, consented: bool) -> Result<(), GalleryError> {
    unit.connection
        .prepare_cached("DELETE FROM faces WHERE collection = ?1 AND label = ?2")
        .and_then(|mut statement| statement.execute((row.number, face.label)))
        .map_err(GalleryError::database("delete a face"))?;
    if consented {
        unit.connection
            .prepare_cached("DELETE FROM consented WHERE collection = ?1 AND face = ?2")
            .and_then(|mut statement| statement.execute((row.number, face.record.id.as_bytes())))
            .map_err(GalleryError::database("delete a face's consent"))?;
    }
    let key = images::key(face.record.image, face.record.external_id.as_ref());
    images::remove(unit, row.number, key, face.label)
}

/// Refuses to go on counting from a number that is not that of the faces, where a purpose limits them: whoever edits it would have room for more.
fn check_count(
    unit: &Unit<'_>,
    row: &CollectionRow,
    policy: &Policy,
    count: i64,
) -> Result<(), GalleryError> {
    if policy.most_faces().is_none() {
        return Ok(());
    }
    let there = counted(unit.connection, row.number)?;
    if there == count {
        return Ok(());
    }
    let found = there.saturating_sub(count.saturating_sub(row.faces));
    Err(GalleryError::Miscounted { collection: row.name.clone(), kept: row.faces, found })
}

/// How many faces a collection has, counted: for those whose purpose allows few.
pub(crate) fn counted(connection: &Connection, collection: i64) -> Result<i64, GalleryError> {
    connection
        .prepare_cached("SELECT count(*) FROM faces WHERE collection = ?1")
        .and_then(|mut statement| statement.query_row([collection], |row| row.get(0)))
        .map_err(GalleryError::database("count faces"))
}

/// Whether a face of the collection was added under a consent.
fn may_be_consented(unit: &Unit<'_>, collection: i64) -> Result<bool, GalleryError> {
    unit.connection
        .prepare_cached("SELECT 1 FROM consented WHERE collection = ?1 LIMIT 1")
        .and_then(|mut statement| statement.exists([collection]))
        .map_err(GalleryError::database("look for consents"))
}

pub(crate) fn set_face_count(unit: &Unit<'_>, collection: i64, count: i64) -> Result<(), GalleryError> {
    unit.connection
        .prepare_cached("UPDATE collections SET faces = ?2 WHERE number = ?1")
        .and_then(|mut statement| statement.execute((collection, count)))
        .map(drop)
        .map_err(GalleryError::database("count faces"))
}

fn faces_by_id(
    connection: &Connection,
    collection: i64,
    ids: &[FaceId],
    user: Option<i64>,
    after: i64,
    most: usize,
) -> Result<Vec<FaceRow>, GalleryError> {
    let mut faces = Vec::new();
    for id in ids {
        let face = FaceRow::find(connection, collection, *id)?;
        faces.extend(face.filter(|face| face.label > after && (user.is_none() || face.user == user)));
    }
    faces.sort_unstable_by_key(|face| face.label);
    faces.dedup_by_key(|face| face.label);
    faces.truncate(most);
    Ok(faces)
}
