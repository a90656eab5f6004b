//! Users: create, list, delete, and which faces belong to them.
//!
//! Owns the rules of association and the moment at which a user's vector is made anew. Refuses to know how a vector is
//! made out of templates (`user_vector.rs`).
//!
//! # Invariants
//! - A face belongs to at most one user.
//! - A user has a vector exactly when it has a face, and the vector is that of the faces it has: both change in the
//!   same transaction.

use std::collections::HashSet;

use crate::answers;
use crate::change::{Change, Finder, Subject};
use crate::error::{GalleryError, Quota};
use crate::gallery::Gallery;
use crate::ids::FaceId;
use crate::names::{CollectionName, UserName};
use crate::over::Over;
use crate::page::{Cursor, Listed, Page};
use crate::records::{Association, Disassociation, UserChange, UserRecord, UserStatus};
use crate::rows::{CollectionRow, FaceRow, USER_COLUMNS, UserRow, label_of, number_of};
use crate::tokens::{RequestToken, recall, remember, request_hash};
use crate::user_vector::user_vector;
use crate::writer::Unit;

impl Gallery {
    /// Makes a user without faces. With a token, the same request again is answered and not done again.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::UserExists`], [`GalleryError::Quota`],
    /// [`GalleryError::TokenReused`].
    pub fn create_user(
        &self,
        collection: &CollectionName,
        name: &UserName,
        token: Option<RequestToken>,
    ) -> Result<(), GalleryError> {
        self.change_user(b"create user", collection, name, token, create_user)
    }

    /// Deletes a user after disassociating its faces, which stay.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::UserUnknown`], [`GalleryError::TokenReused`].
    pub fn delete_user(
        &self,
        collection: &CollectionName,
        name: &UserName,
        token: Option<RequestToken>,
    ) -> Result<(), GalleryError> {
        self.change_user(b"delete user", collection, name, token, |unit, row, _collection, name| {
            delete_user(unit, row, name)
        })
    }

    /// Does a change to a user, once for each token; `what` tells the requests apart that tokens are remembered with.
    fn change_user(
        &self,
        what: &'static [u8],
        collection: &CollectionName,
        name: &UserName,
        token: Option<RequestToken>,
        change: fn(&mut Unit<'_>, &CollectionRow, &CollectionName, &UserName) -> Result<(), GalleryError>,
    ) -> Result<(), GalleryError> {
        let (collection, name) = (collection.clone(), name.clone());
        self.write(0, move |unit| {
            let request = request_hash([what, collection.as_str().as_bytes(), name.as_str().as_bytes()]);
            let row = CollectionRow::find(unit.connection, &collection)?;
            once(unit, token.as_ref(), row.number, &request, |unit| change(unit, &row, &collection, &name))
        })
    }

    /// A user by its name.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::UserUnknown`].
    pub fn user(&self, collection: &CollectionName, name: &UserName) -> Result<UserRecord, GalleryError> {
        let reader = self.shared.database.reader()?;
        let row = CollectionRow::find(&reader, collection)?;
        let over = Over::at(&reader, &row, self.shared.database.context().now())?;
        shown(UserRow::find(&reader, &row, name)?, &over)
    }

    /// Users in the order in which they were made.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::CursorUnreadable`].
    pub fn users(
        &self,
        collection: &CollectionName,
        page: &Page,
    ) -> Result<Listed<UserRecord>, GalleryError> {
        let failed = || GalleryError::database("list users");
        let size = page.size();
        let after = page.after_number()?;
        let reader = self.shared.database.reader()?;
        let reader = reader.unchecked_transaction().map_err(failed())?;
        let row = CollectionRow::find(&reader, collection)?;
        let mut statement = reader
            .prepare_cached(&format!(
                "SELECT {USER_COLUMNS} FROM users WHERE collection = ?1 AND number > ?2 ORDER BY number LIMIT ?3"
            ))
            .map_err(failed())?;
        let mut rows = statement.query((row.number, after, size as i64 + 1)).map_err(failed())?;
        let mut users = Vec::new();
        while let Some(row) = rows.next().map_err(failed())? {
            users.push(UserRow::read(row)?);
        }
        let listed = Listed::cut(users, size, |last| Cursor::number(last.number));
        let over = Over::at(&reader, &row, self.shared.database.context().now())?;
        let items = listed.items.into_iter().map(|user| shown(user, &over)).collect::<Result<_, _>>()?;
        Ok(Listed { items, next: listed.next })
    }

    /// Associates faces with a user. When the user has a face already, a face is taken only if its score against the
    /// user's vector, as it is before the call, reaches `min_score`.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::UserUnknown`], [`GalleryError::Quota`] when the user would
    /// have too many faces (then none is associated), [`GalleryError::TokenReused`].
    pub fn associate_faces(
        &self,
        collection: &CollectionName,
        name: &UserName,
        faces: Vec<FaceId>,
        min_score: Option<f32>,
        token: Option<RequestToken>,
    ) -> Result<UserChange<Association>, GalleryError> {
        let (collection, name) = (collection.clone(), name.clone());
        self.write(0, move |unit| {
            let threshold = min_score.map_or_else(Vec::new, |score| score.to_le_bytes().to_vec());
            let request = faces_request(b"associate faces", &collection, &name, &threshold, &faces);
            let row = CollectionRow::find(unit.connection, &collection)?;
            once(unit, token.as_ref(), row.number, &request, |unit| {
                associate(unit, &row, &name, faces, min_score)
            })
        })
    }

    /// Disassociates faces from a user; the faces stay.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::UserUnknown`], [`GalleryError::TokenReused`].
    pub fn disassociate_faces(
        &self,
        collection: &CollectionName,
        name: &UserName,
        faces: Vec<FaceId>,
        token: Option<RequestToken>,
    ) -> Result<UserChange<Disassociation>, GalleryError> {
        let (collection, name) = (collection.clone(), name.clone());
        self.write(0, move |unit| {
            let request = faces_request(b"disassociate faces", &collection, &name, &[], &faces);
            let row = CollectionRow::find(unit.connection, &collection)?;
            once(unit, token.as_ref(), row.number, &request, |unit| disassociate(unit, &row, &name, faces))
        })
    }
}

/// A user as it is answered: one whose faces are all over has none.
fn shown(user: UserRow, over: &Over<'_>) -> Result<UserRecord, GalleryError> {
    Ok(if over.user(user.number)? {
        UserRecord { status: UserStatus::Created, faces: 0, ..user.record }
    } else {
        user.record
    })
}

/// Does a change, or answers again what it answered under the same token.
fn once<T: answers::Answer>(
    unit: &mut Unit<'_>,
    token: Option<&RequestToken>,
    collection: i64,
    request: &[u8; 32],
    change: impl FnOnce(&mut Unit<'_>) -> Result<T, GalleryError>,
) -> Result<T, GalleryError> {
    let Some(token) = token else { return change(unit) };
    if let Some(answer) = recall(unit, token, request)? {
        return T::read(&answer).ok_or_else(|| GalleryError::RecordDamaged {
            what: format!("token {}", token.token.escape_debug()),
            reason: "its answer is not readable".into(),
        });
    }
    let answer = change(unit)?;
    remember(unit, token, collection, request, &answer.write())?;
    Ok(answer)
}

fn faces_request(
    what: &[u8],
    collection: &CollectionName,
    user: &UserName,
    threshold: &[u8],
    faces: &[FaceId],
) -> [u8; 32] {
    let names = [what, collection.as_str().as_bytes(), user.as_str().as_bytes(), threshold];
    request_hash(names.into_iter().chain(faces.iter().map(|id| id.as_bytes().as_slice())))
}

pub(crate) fn create_user(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    collection: &CollectionName,
    name: &UserName,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("record a user");
    if UserRow::one(unit.connection, "name = ?2", (row.number, name.as_str()))?.is_some() {
        return Err(GalleryError::UserExists { collection: collection.clone(), name: name.clone() });
    }
    let limit = unit.shared.limits.users_in_collection;
    // The row was read in this transaction, before this change: nobody else counts meanwhile.
    if u64::try_from(row.users).unwrap_or(0) >= limit {
        return Err(GalleryError::Quota { what: Quota::UsersInCollection, limit });
    }
    let finder = Finder::draw(unit.shared.database.context())?;
    let number: i64 = unit
        .connection
        .prepare_cached(
            "UPDATE collections SET users = users + 1, next_user = next_user + 1 WHERE number = ?1
             RETURNING next_user - 1",
        )
        .and_then(|mut statement| statement.query_row([row.number], |row| row.get(0)))
        .map_err(failed())?;
    unit.connection
        .prepare_cached(
            "INSERT INTO users (collection, number, name, created, finder) VALUES (?1, ?2, ?3, ?4, ?5)",
        )
        .and_then(|mut statement| {
            let now = unit.now.as_millis();
            statement.execute((row.number, number, name.as_str(), now, finder.as_bytes()))
        })
        .map_err(failed())?;
    unit.changed(Change::UserCreated { collection: collection.clone(), user: Subject::user(name, finder) });
    Ok(())
}

/// Takes a user's faces from it. By the index whatever SQLite thinks of it: it would go through the whole collection.
pub(crate) const RELEASE: &str =
    "UPDATE faces INDEXED BY faces_of_user SET user = NULL WHERE collection = ?1 AND user = ?2";

pub(crate) fn delete_user(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    name: &UserName,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("delete a user");
    let user = UserRow::find(unit.connection, row, name)?;
    if let Some(label) = user.label {
        unit.bury(row, row.user_store, label_of(label))?;
    }
    unit.connection.execute(RELEASE, (row.number, user.number)).map_err(failed())?;
    unit.connection
        .execute("DELETE FROM users WHERE collection = ?1 AND number = ?2", (row.number, user.number))
        .map_err(failed())?;
    unit.connection
        .execute("UPDATE collections SET users = users - 1 WHERE number = ?1", [row.number])
        .map_err(failed())?;
    unit.changed(Change::UserDeleted { collection: row.name.parse()?, user: user.subject() });
    Ok(())
}

fn associate(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    name: &UserName,
    faces: Vec<FaceId>,
    min_score: Option<f32>,
) -> Result<UserChange<Association>, GalleryError> {
    let user = UserRow::find(unit.connection, row, name)?;
    let over = Over::at(unit.connection, row, unit.now)?;
    let vector = match (min_score, user.label) {
        (Some(_), Some(label)) if !over.user(user.number)? => {
            Some(unit.vector(row, row.user_store, label_of(label))?)
        }
        _ => None,
    };
    let mut outcomes = Vec::new();
    let (mut taken, mut added, mut too_far) = (Vec::new(), Vec::new(), Vec::new());
    let mut compared = Vec::new();
    for id in each_once(faces) {
        let found = if over.face(id)? { None } else { FaceRow::find(unit.connection, row.number, id)? };
        let outcome = match found {
            None => Association::Unknown,
            Some(FaceRow { user: Some(number), .. }) if number == user.number => Association::Already,
            Some(FaceRow { record, user: Some(_), .. }) => match record.user {
                Some(user) => Association::OfAnother { user },
                None => Association::Unknown,
            },
            Some(face) => match compare(unit, row, vector.as_deref(), min_score, face.label)? {
                Compared::TooFar { score } => {
                    compared.push(face.subject());
                    too_far.push(face.subject());
                    Association::LowMatch { score }
                }
                near => {
                    compared.extend((near == Compared::Near).then(|| face.subject()));
                    taken.push(face.label);
                    added.push(face.subject());
                    Association::Associated
                }
            },
        };
        outcomes.push((id, outcome));
    }
    let limit = unit.shared.limits.faces_of_user;
    if u64::from(user.record.faces) + taken.len() as u64 > limit {
        return Err(GalleryError::Quota { what: Quota::FacesOfUser, limit });
    }
    let status = if taken.is_empty() {
        shown(user.clone(), &over)?.status
    } else {
        move_faces(unit, row, &user, &taken, Some(user.number))?
    };
    let collection: CollectionName = row.name.parse()?;
    // Whoever asks learns that they are not alike: that is told too.
    let some_far = !too_far.is_empty();
    let near = (compared.len() - too_far.len()) as u64;
    if some_far {
        let (collection, user) = (collection.clone(), user.subject());
        unit.changed(Change::FacesCompared { collection, user, faces: too_far });
    }
    if !added.is_empty() || !some_far {
        let (user, removed) = (user.subject(), Vec::new());
        unit.changed(Change::UserFaces { collection, user, added, removed, compared: near });
    }
    if !compared.is_empty() {
        compared.insert(0, user.subject());
    }
    Ok(UserChange { outcomes, status, compared })
}

/// What became of a comparison of a face with a user.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Compared {
    /// There was nothing to compare with, or no bar.
    Not,
    /// It reaches the bar.
    Near,
    /// It does not.
    TooFar { score: f32 },
}

/// Compares a face with the user's vector.
fn compare(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    vector: Option<&[f32]>,
    min_score: Option<f32>,
    label: i64,
) -> Result<Compared, GalleryError> {
    let (Some(vector), Some(min_score)) = (vector, min_score) else { return Ok(Compared::Not) };
    let template = unit.vector(row, row.face_store, label_of(label))?;
    let score: f64 = vector.iter().zip(&template).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
    #[expect(clippy::cast_possible_truncation, reason = "scores are f32 everywhere")]
    let score = score as f32;
    Ok(if score < min_score { Compared::TooFar { score } } else { Compared::Near })
}

fn disassociate(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    name: &UserName,
    faces: Vec<FaceId>,
) -> Result<UserChange<Disassociation>, GalleryError> {
    let user = UserRow::find(unit.connection, row, name)?;
    let mut outcomes = Vec::new();
    let (mut freed, mut removed) = (Vec::new(), Vec::new());
    for id in each_once(faces) {
        let outcome = match FaceRow::find(unit.connection, row.number, id)? {
            None => Disassociation::Unknown,
            Some(FaceRow { user: None, .. }) => Disassociation::Already,
            Some(face) if face.user == Some(user.number) => {
                freed.push(face.label);
                removed.push(face.subject());
                Disassociation::Disassociated
            }
            Some(FaceRow { record, .. }) => match record.user {
                Some(user) => Disassociation::OfAnother { user },
                None => Disassociation::Already,
            },
        };
        outcomes.push((id, outcome));
    }
    let status = move_faces(unit, row, &user, &freed, None)?;
    unit.changed(Change::UserFaces {
        collection: row.name.parse()?,
        user: user.subject(),
        added: Vec::new(),
        removed,
        compared: 0,
    });
    Ok(UserChange { outcomes, status, compared: Vec::new() })
}

/// Gives faces to the user, or takes them away, and makes the user's vector anew.
fn move_faces(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    user: &UserRow,
    labels: &[i64],
    owner: Option<i64>,
) -> Result<UserStatus, GalleryError> {
    let failed = || GalleryError::database("associate a face");
    if labels.is_empty() {
        return Ok(user.record.status);
    }
    for label in labels {
        unit.connection
            .prepare_cached("UPDATE faces SET user = ?3 WHERE collection = ?1 AND label = ?2")
            .and_then(|mut statement| statement.execute((row.number, label, owner)))
            .map_err(failed())?;
    }
    renew_vector(unit, row, user.number, user.label)
}

/// Makes a user's vector out of the faces it has now, in place of the one it had.
pub(crate) fn renew_vector(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    user: i64,
    old: Option<i64>,
) -> Result<UserStatus, GalleryError> {
    let failed = || GalleryError::database("record a user's vector");
    if let Some(label) = old {
        unit.bury(row, row.user_store, label_of(label))?;
    }
    let labels: Vec<i64> = unit
        .connection
        .prepare_cached("SELECT label FROM faces WHERE collection = ?1 AND user = ?2 ORDER BY label")
        .and_then(|mut statement| statement.query_map((row.number, user), |row| row.get(0))?.collect())
        .map_err(failed())?;
    let templates = labels
        .iter()
        .map(|label| unit.vector(row, row.face_store, label_of(*label)))
        .collect::<Result<Vec<_>, _>>()?;
    let label = if templates.is_empty() {
        None
    } else {
        let vector = user_vector(&templates.iter().map(Vec::as_slice).collect::<Vec<_>>());
        Some(number_of(unit.append(row, row.user_store, &vector)?))
    };
    unit.connection
        .prepare_cached("UPDATE users SET label = ?3, faces = ?4 WHERE collection = ?1 AND number = ?2")
        .and_then(|mut statement| statement.execute((row.number, user, label, labels.len() as i64)))
        .map_err(failed())?;
    Ok(if labels.is_empty() { UserStatus::Created } else { UserStatus::Active })
}

fn each_once(ids: Vec<FaceId>) -> impl Iterator<Item = FaceId> {
    let mut seen = HashSet::new();
    ids.into_iter().filter(move |id| seen.insert(*id))
}
