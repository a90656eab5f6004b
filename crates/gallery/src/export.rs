//! A collection as a file: records that people can read, templates that only the holder of a secret can.
//!
//! Owns writing it; `load.rs` reads it, `export_file.rs` knows its form. Refuses to know where the file goes.
//!
//! # Invariants
//! - No template leaves in the clear, and no key of the server leaves at all: templates are sealed anew under a secret
//!   that the caller gives.
//! - Everything in the file, its end included, is authenticated under that secret.
//! - The records of consent that are in force go along, and those that are over and have faces; each face names all that it stands under.

use std::io::Write;

use rusqlite::Connection;

use crate::change::CollectionEvent;
use crate::consents::rows::{consents_of, each_consent};
use crate::error::GalleryError;
use crate::export_file::{ConsentLine, End, ExportSecret, FaceLine, FileKeys, Head, Line, UserLine};
use crate::gallery::Gallery;
use crate::names::CollectionName;
use crate::policy::Purpose;
use crate::rows::{CollectionRow, FACE_COLUMNS, FACE_SOURCE, FaceRow, USER_COLUMNS, UserRow, label_of};
use crate::tags::{Resource, tags_of};

/// What a file with a collection holds.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Exported {
    /// Users.
    pub users: u64,
    /// Faces.
    pub faces: u64,
    /// Records of consent.
    pub consents: u64,
    /// Faces without one.
    pub unconsented: u64,
}

impl Gallery {
    /// Writes a collection as it is now. `progress` is told how many faces were written.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`]; when a template is damaged or the file cannot be written.
    pub fn export_collection(
        &self,
        name: &CollectionName,
        secret: &ExportSecret<'_>,
        to: &mut dyn Write,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Exported, GalleryError> {
        let failed = || GalleryError::database("be read for an export");
        let row = CollectionRow::find(&*self.shared.database.reader()?, name)?;
        // Before the first byte leaves.
        self.record(row.change(CollectionEvent::Exported)?)?;
        let reader = self.shared.database.reader()?;
        let reader = reader.unchecked_transaction().map_err(failed())?;
        let row = CollectionRow::find(&reader, name)?;
        let store = self.shared.stores.get(&self.shared, &reader, &row, row.face_store)?;
        let collection = row.record()?;
        // Of collections that were made before there were policies nobody has ever said what they are for.
        let undeclared = row.policy.kept_from != 0 && collection.policy.purpose() == Purpose::Evaluation;
        let policy = (!undeclared).then(|| collection.policy.tags().into_iter().collect());
        let head = Head::new(
            self.shared.database.context(),
            &collection,
            policy,
            tags_of(&reader, &Resource::Collection(name.clone()))?,
            secret,
        )?;
        let keys = FileKeys::derive(&head, secret)?;
        let head = head.with_check(&keys);
        let mut file = Writing { to, mac: keys.mac() };
        let mut exported = Exported::default();
        file.line(&Line::Head(head))?;
        each_consent(&reader, row.number, &mut |record| {
            exported.consents += 1;
            file.line(&Line::Consent(ConsentLine::new(&record)))
        })?;
        each_user(&reader, row.number, &mut |user| {
            exported.users += 1;
            file.line(&Line::User(UserLine {
                name: user.record.name.to_string(),
                created: user.record.created.as_millis(),
            }))
        })?;
        each_face(&reader, row.number, &mut |face| {
            // One that was deleted since the transaction began has no template any more, and is left out.
            let Some(template) = store.template(label_of(face.label))? else { return Ok(()) };
            let sealed = keys.seal(self.shared.database.context(), &face.record.id, &template)?;
            let consents = consents_of(&reader, row.number, face.record.id)?;
            file.line(&Line::Face(FaceLine::new(&face.record, &consents, &sealed)))?;
            exported.unconsented += u64::from(consents.is_empty());
            exported.faces += 1;
            progress(exported.faces);
            Ok(())
        })?;
        let mac = file.mac.clone().finish();
        file.line(&Line::End(End { users: exported.users, faces: exported.faces, mac }))?;
        to.flush()?;
        Ok(exported)
    }
}

/// The file being written, and what was written so far as the authentication code sees it.
struct Writing<'a> {
    to: &'a mut dyn Write,
    mac: crate::export_file::Mac,
}

impl Writing<'_> {
    fn line(&mut self, line: &Line) -> Result<(), GalleryError> {
        let text = line.write();
        self.mac.update(&text);
        Ok(self.to.write_all(&text)?)
    }
}

fn each_user(
    connection: &Connection,
    collection: i64,
    each: &mut dyn FnMut(UserRow) -> Result<(), GalleryError>,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("list users");
    let mut statement = connection
        .prepare(&format!("SELECT {USER_COLUMNS} FROM users WHERE collection = ?1 ORDER BY number"))
        .map_err(failed())?;
    let mut rows = statement.query([collection]).map_err(failed())?;
    while let Some(row) = rows.next().map_err(failed())? {
        each(UserRow::read(row)?)?;
    }
    Ok(())
}

fn each_face(
    connection: &Connection,
    collection: i64,
    each: &mut dyn FnMut(FaceRow) -> Result<(), GalleryError>,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("list faces");
    let mut statement = connection
        .prepare(&format!(
            "SELECT {FACE_COLUMNS} FROM {FACE_SOURCE} WHERE f.collection = ?1 ORDER BY f.label"
        ))
        .map_err(failed())?;
    let mut rows = statement.query([collection]).map_err(failed())?;
    while let Some(row) = rows.next().map_err(failed())? {
        each(FaceRow::read(row)?)?;
    }
    Ok(())
}
