//! Rows of the gallery's tables and what they mean.
//!
//! Owns the look-ups that several operations share. Refuses to change anything.
//!
//! # Invariants
//! - A value in a row that this release cannot read is [`GalleryError::RecordDamaged`], never a guess.

use rusqlite::{Connection, OptionalExtension as _, Row};

use crate::change::{Change, CollectionEvent, Finder, Subject};
use crate::context::Moment;
use crate::error::GalleryError;
use crate::ids::{FaceId, ImageId, PictureDigest};
use crate::names::{CollectionName, TemplateVersion, UserName};
use crate::policies::{PolicyRow, policy_columns};
use crate::records::{Collection, FaceBox, FaceRecord, UserRecord, UserStatus};

/// A collection's row.
#[derive(Clone, Debug)]
pub(crate) struct CollectionRow {
    pub(crate) number: i64,
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) dimensions: i64,
    pub(crate) created: i64,
    pub(crate) sealed_key: Vec<u8>,
    pub(crate) face_store: i64,
    pub(crate) user_store: i64,
    pub(crate) faces: i64,
    pub(crate) users: i64,
    pub(crate) digest: String,
    pub(crate) policy: PolicyRow,
}

pub(crate) const COLLECTION_COLUMNS: &str = concat!(
    "number, name, version, dimensions, created, sealed_key, face_store, user_store, faces, users, picture_digest, ",
    policy_columns!()
);

impl CollectionRow {
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            number: row.get(0)?,
            name: row.get(1)?,
            version: row.get(2)?,
            dimensions: row.get(3)?,
            created: row.get(4)?,
            sealed_key: row.get(5)?,
            face_store: row.get(6)?,
            user_store: row.get(7)?,
            faces: row.get(8)?,
            users: row.get(9)?,
            digest: row.get(10)?,
            policy: PolicyRow::read(row, 11)?,
        })
    }

    /// The collection of that name.
    pub(crate) fn find(connection: &Connection, name: &CollectionName) -> Result<Self, GalleryError> {
        Self::find_any(connection, name)?
            .ok_or_else(|| GalleryError::CollectionUnknown { name: name.clone() })
    }

    pub(crate) fn find_any(
        connection: &Connection,
        name: &CollectionName,
    ) -> Result<Option<Self>, GalleryError> {
        let failed = || GalleryError::database("find a collection");
        connection
            .prepare_cached(&format!("SELECT {COLLECTION_COLUMNS} FROM collections WHERE name = ?1"))
            .map_err(failed())?
            .query_row([name.as_str()], Self::read)
            .optional()
            .map_err(failed())
    }

    /// The version of its templates, also before it has a name.
    pub(crate) fn record_version(&self) -> Result<TemplateVersion, GalleryError> {
        self.version.parse().map_err(|error: GalleryError| GalleryError::RecordDamaged {
            what: format!("collection {}", self.name.escape_debug()),
            reason: error.to_string(),
        })
    }

    pub(crate) fn record(&self) -> Result<Collection, GalleryError> {
        let damaged = |reason: String| GalleryError::RecordDamaged {
            what: format!("collection {}", self.name.escape_debug()),
            reason,
        };
        Ok(Collection {
            name: self.name.parse().map_err(|error: GalleryError| damaged(error.to_string()))?,
            version: self.record_version()?,
            dimensions: usize::try_from(self.dimensions).map_err(|error| damaged(error.to_string()))?,
            created: Moment::from_millis(self.created),
            // Below zero they were written by hand; whoever may look at them is told so by the comparison of records and ledger.
            faces: u64::try_from(self.faces).unwrap_or(0),
            users: u64::try_from(self.users).unwrap_or(0),
            digest: PictureDigest::from_word(&self.digest).ok_or_else(|| {
                damaged(format!("ids of its pictures are made by {}", self.digest.escape_debug()))
            })?,
            policy: self.policy()?,
        })
    }
}

impl CollectionRow {
    /// What a ledger is told when something became of the collection as a whole: with its policy, as this row holds it.
    pub(crate) fn change(&self, event: CollectionEvent) -> Result<Change, GalleryError> {
        let Collection { name, version, faces, policy, .. } = self.record()?;
        let number = u64::try_from(self.number).unwrap_or(0);
        Ok(Change::Collection { event, collection: name, version, faces, tags: policy.tags(), number })
    }
}

/// A face with its label and its user's number.
#[derive(Clone, Debug)]
pub(crate) struct FaceRow {
    pub(crate) label: i64,
    pub(crate) user: Option<i64>,
    pub(crate) record: FaceRecord,
}

/// To be read from `faces AS f LEFT JOIN users AS u ON u.collection = f.collection AND u.number = f.user`.
pub(crate) const FACE_COLUMNS: &str =
    "f.label, f.id, f.image, f.external_id, f.box, f.confidence, f.created, f.user, u.name, f.finder";
/// Where [`FACE_COLUMNS`] come from.
pub(crate) const FACE_SOURCE: &str =
    "faces AS f LEFT JOIN users AS u ON u.collection = f.collection AND u.number = f.user";
/// [`FACE_SOURCE`] where the faces of one user are read (`f.user = ?`). By the index whatever SQLite thinks of it: it would go through the whole collection.
pub(crate) const FACE_SOURCE_OF_USER: &str = "faces AS f INDEXED BY faces_of_user LEFT JOIN users AS u ON u.collection = f.collection AND u.number = f.user";

impl FaceRow {
    /// The face as a change names it.
    pub(crate) fn subject(&self) -> Subject {
        Subject::face(self.record.id, self.record.finder)
    }

    pub(crate) fn read(row: &Row<'_>) -> Result<Self, GalleryError> {
        let failed = || GalleryError::database("read a face");
        let label: i64 = row.get(0).map_err(failed())?;
        let damaged = |reason: &str| GalleryError::RecordDamaged {
            what: format!("face {label}"),
            reason: reason.into(),
        };
        let id: [u8; 16] = row.get(1).map_err(|_other_length| damaged("its id is not sixteen bytes"))?;
        let image: [u8; 16] =
            row.get(2).map_err(|_other_length| damaged("its image id is not sixteen bytes"))?;
        let external_id: Option<String> = row.get(3).map_err(failed())?;
        let bounding_box: [u8; 16] =
            row.get(4).map_err(|_other_length| damaged("its box is not sixteen bytes"))?;
        let confidence: f64 = row.get(5).map_err(failed())?;
        let created: i64 = row.get(6).map_err(failed())?;
        let user: Option<i64> = row.get(7).map_err(failed())?;
        let user_name: Option<String> = row.get(8).map_err(failed())?;
        let finder: [u8; 16] =
            row.get(9).map_err(|_other_length| damaged("its finder is not sixteen bytes"))?;
        if user.is_some() && user_name.is_none() {
            return Err(damaged("its user is not there"));
        }
        let parsed = |error: GalleryError| damaged(&error.to_string());
        Ok(Self {
            label,
            user,
            record: FaceRecord {
                id: FaceId::from_bytes(id),
                image: ImageId::from_bytes(image),
                external_id: external_id.map(|text| text.parse()).transpose().map_err(parsed)?,
                bounding_box: unpack_box(bounding_box),
                #[expect(clippy::cast_possible_truncation, reason = "it was an f32 when it was stored")]
                confidence: confidence as f32,
                created: Moment::from_millis(created),
                user: user_name.map(|text| text.parse()).transpose().map_err(parsed)?,
                finder: Finder::from_bytes(finder),
            },
        })
    }

    /// The face of that id.
    pub(crate) fn find(
        connection: &Connection,
        collection: i64,
        id: FaceId,
    ) -> Result<Option<Self>, GalleryError> {
        let failed = || GalleryError::database("find a face");
        let mut statement = connection
            .prepare_cached(&format!(
                "SELECT {FACE_COLUMNS} FROM {FACE_SOURCE} WHERE f.collection = ?1 AND f.id = ?2"
            ))
            .map_err(failed())?;
        let mut rows = statement.query((collection, id.as_bytes())).map_err(failed())?;
        rows.next().map_err(failed())?.map(Self::read).transpose()
    }

    /// The face of that label.
    pub(crate) fn at(
        connection: &Connection,
        collection: i64,
        label: i64,
    ) -> Result<Option<Self>, GalleryError> {
        let failed = || GalleryError::database("find a face");
        let mut statement = connection
            .prepare_cached(&format!(
                "SELECT {FACE_COLUMNS} FROM {FACE_SOURCE} WHERE f.collection = ?1 AND f.label = ?2"
            ))
            .map_err(failed())?;
        let mut rows = statement.query((collection, label)).map_err(failed())?;
        rows.next().map_err(failed())?.map(Self::read).transpose()
    }
}

/// A user with its number and the label of its vector.
#[derive(Clone, Debug)]
pub(crate) struct UserRow {
    pub(crate) number: i64,
    pub(crate) label: Option<i64>,
    pub(crate) record: UserRecord,
}

pub(crate) const USER_COLUMNS: &str = "number, name, label, faces, created, finder";

impl UserRow {
    /// The user as a change names it.
    pub(crate) fn subject(&self) -> Subject {
        Subject::user(&self.record.name, self.record.finder)
    }

    pub(crate) fn read(row: &Row<'_>) -> Result<Self, GalleryError> {
        let failed = || GalleryError::database("read a user");
        let number: i64 = row.get(0).map_err(failed())?;
        let name: String = row.get(1).map_err(failed())?;
        let label: Option<i64> = row.get(2).map_err(failed())?;
        let faces: u32 = row.get(3).map_err(failed())?;
        let created: i64 = row.get(4).map_err(failed())?;
        let finder: [u8; 16] = row.get(5).map_err(|_other_length| GalleryError::RecordDamaged {
            what: format!("user {number}"),
            reason: "its finder is not sixteen bytes".into(),
        })?;
        Ok(Self {
            number,
            label,
            record: UserRecord {
                name: name.parse().map_err(|error: GalleryError| GalleryError::RecordDamaged {
                    what: format!("user {number}"),
                    reason: error.to_string(),
                })?,
                status: if faces == 0 { UserStatus::Created } else { UserStatus::Active },
                faces,
                created: Moment::from_millis(created),
                finder: Finder::from_bytes(finder),
            },
        })
    }

    /// The user of that name.
    pub(crate) fn find(
        connection: &Connection,
        collection: &CollectionRow,
        name: &UserName,
    ) -> Result<Self, GalleryError> {
        Self::one(connection, "name = ?2", (collection.number, name.as_str()))?.ok_or_else(
            || match collection.name.parse() {
                Ok(collection) => GalleryError::UserUnknown { collection, name: name.clone() },
                Err(damaged) => damaged,
            },
        )
    }

    /// The user whose vector has that label.
    pub(crate) fn at(
        connection: &Connection,
        collection: i64,
        label: i64,
    ) -> Result<Option<Self>, GalleryError> {
        Self::one(connection, "label = ?2", (collection, label))
    }

    pub(crate) fn one(
        connection: &Connection,
        condition: &str,
        values: impl rusqlite::Params,
    ) -> Result<Option<Self>, GalleryError> {
        let failed = || GalleryError::database("find a user");
        let mut statement = connection
            .prepare_cached(&format!(
                "SELECT {USER_COLUMNS} FROM users WHERE collection = ?1 AND {condition}"
            ))
            .map_err(failed())?;
        let mut rows = statement.query(values).map_err(failed())?;
        rows.next().map_err(failed())?.map(Self::read).transpose()
    }
}

/// A box as it is stored.
pub(crate) fn pack_box(bounding_box: &FaceBox) -> [u8; 16] {
    let mut bytes = [0; 16];
    let numbers = [bounding_box.left, bounding_box.top, bounding_box.width, bounding_box.height];
    for (slot, number) in bytes.chunks_exact_mut(4).zip(numbers) {
        slot.copy_from_slice(&number.to_le_bytes());
    }
    bytes
}

fn unpack_box(bytes: [u8; 16]) -> FaceBox {
    let [a, b, c, d, e, f, g, h, i, j, k, l, m, n, o, p] = bytes;
    FaceBox {
        left: f32::from_le_bytes([a, b, c, d]),
        top: f32::from_le_bytes([e, f, g, h]),
        width: f32::from_le_bytes([i, j, k, l]),
        height: f32::from_le_bytes([m, n, o, p]),
    }
}

/// A label as vectors know it. Labels in rows are never negative.
pub(crate) fn label_of(number: i64) -> u64 {
    u64::try_from(number).unwrap_or(0)
}

/// A label as it is stored.
pub(crate) fn number_of(label: u64) -> i64 {
    i64::try_from(label).unwrap_or(i64::MAX)
}
