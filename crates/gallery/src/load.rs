//! Loading a collection out of a file that an export wrote.
//!
//! Owns the order: the whole file is authenticated before anything is stored, and what is stored is nobody's until it is
//! complete. Refuses to know the file's form (`export_file.rs`).
//!
//! # Invariants
//! - A collection gets its name when everything is in it. Until then its name begins with `:`, which no caller can say;
//!   what a crash leaves under such a name is deleted at the next opening.
//! - The ledger is told of each batch when it is stored, and at the end that the collection is loaded: without that last entry,
//!   what the others tell of came to nothing.
//! - Ids, external ids, users, records of consent and times are those of the file; labels, keys and finders are new. Ids of pictures go on
//!   being made as those in the file were.
//! - Where the policy demands consent, every face has a record that covers its uses, or nothing is loaded. What was withdrawn on this server
//!   before is not there when the collection gets its name.

use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use std::io::{BufReader, Read, Seek, SeekFrom};

use rusqlite::{Connection, ErrorCode};

use crate::change::{Change, CollectionEvent, ConsentEvent, Finder, Subject};
use crate::collections::{delete_row, insert_collection};
use crate::consents::rows::{find, insert, note};
use crate::consents::{ConsentRecord, told};
use crate::error::{GalleryError, Quota};
use crate::export::Exported;
use crate::export_file::{ExportSecret, FaceInFile, Head, Item, Reading, UserLine, unusable};
use crate::faces::{check_template, insert_face, set_face_count};
use crate::gallery::Gallery;
use crate::ids::{ConsentId, PictureDigest};
use crate::images;
use crate::names::{CollectionName, UserName};
use crate::policies::check_faces;
use crate::policy::{Declaration, Denial, Policy};
use crate::principal::Organisation;
use crate::records::FaceRecord;
use crate::rows::CollectionRow;
use crate::tags::{Resource, put_tags};
use crate::users::renew_vector;
use crate::withdrawals::take_back_again;
use crate::writer::Unit;

/// Faces, or users, stored in one commit.
const BATCH: usize = 4096;
/// Users whose vectors are made in one commit.
const VECTORS: usize = 256;

impl Gallery {
    /// Loads a collection under `name`, or under the name in the file. Its policy is the one in the file, or what `declared` says, behind which the file's
    /// stands, and which may be narrower than that; without either it is an evaluation. `progress` is told how many faces were stored.
    ///
    /// # Errors
    /// [`GalleryError::ExportUnusable`] when the file was altered, is none, or the secret is another;
    /// [`GalleryError::CollectionExists`]; [`GalleryError::Quota`]; [`GalleryError::Denied`] for more faces than its purpose allows, and
    /// for a wider policy than the file's. Nothing is left then.
    pub fn load_collection<F: Read + Seek>(
        &self,
        from: &mut F,
        secret: &ExportSecret<'_>,
        name: Option<&CollectionName>,
        declared: &Declaration,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(CollectionName, Exported), GalleryError> {
        let start = from.stream_position()?;
        let counts = check_export(from, secret)?;
        from.seek(SeekFrom::Start(start))?;
        let limits = self.limits();
        if counts.users > limits.users_in_collection {
            let limit = limits.users_in_collection;
            return Err(GalleryError::Quota { what: Quota::UsersInCollection, limit });
        }
        let mut buffered = BufReader::with_capacity(1 << 20, from);
        let mut reading = Reading::begin(&mut buffered, secret)?;
        let (in_file, _, _) = reading.head.collection()?;
        let name = name.cloned().unwrap_or(in_file);
        let policy = loaded_policy(&reading.head, declared)?;
        check_faces(name.as_str(), &policy, counts.faces, limits.faces_in_collection)?;
        check_consented(&name, &policy, counts)?;
        let hidden = self.begin_loading(&name, &reading.head, policy)?;
        match self.fill(&hidden, &mut reading, &name, progress) {
            Ok(withdrawn) => Ok((name, Exported { faces: counts.faces - withdrawn, ..counts })),
            Err(error) => {
                // The first error is the one to tell; what stays is deleted at the next opening.
                drop(self.write(0, move |unit| delete_row(unit, &hidden)));
                Err(error)
            }
        }
    }

    fn begin_loading(
        &self,
        name: &CollectionName,
        head: &Head,
        policy: Policy,
    ) -> Result<CollectionRow, GalleryError> {
        let name = name.clone();
        let (_, version, dimensions) = head.collection()?;
        let mark = u64::from_be_bytes(self.shared.database.context().random::<8>()?);
        self.write(0, move |unit| {
            // Asked again at the end; here it saves the work.
            if CollectionRow::find_any(unit.connection, &name)?.is_some() {
                return Err(GalleryError::CollectionExists { name });
            }
            insert_collection(unit, &format!(":{mark:016x}"), &version, dimensions, &policy)
        })
    }

    fn fill(
        &self,
        row: &CollectionRow,
        reading: &mut Reading<'_>,
        name: &CollectionName,
        progress: &mut dyn FnMut(u64),
    ) -> Result<u64, GalleryError> {
        let mut numbers: HashMap<UserName, i64> = HashMap::new();
        let (mut consents, mut users, mut faces) = (Vec::new(), Vec::new(), Vec::new());
        let mut stored = 0;
        loop {
            let item = reading.next()?;
            let over = item.is_none();
            match item {
                Some(Item::Consent(record)) => consents.push(*record),
                Some(Item::User(user)) => users.push(user),
                Some(Item::Face(face)) => faces.push(*face),
                None => {}
            }
            let read = over || !users.is_empty() || !faces.is_empty();
            if consents.len() == BATCH || (read && !consents.is_empty()) {
                self.store_consents(row, name, std::mem::take(&mut consents))?;
            }
            if users.len() == BATCH || ((over || !faces.is_empty()) && !users.is_empty()) {
                self.store_users(row, std::mem::take(&mut users), &mut numbers)?;
            }
            if faces.len() == BATCH || (over && !faces.is_empty()) {
                stored += faces.len() as u64;
                self.store_faces(row, (name, stored), std::mem::take(&mut faces), &numbers)?;
                progress(stored);
            }
            if over {
                break;
            }
        }
        let Exported { users, faces, .. } = reading.counts();
        let mut numbers: Vec<i64> = numbers.into_values().collect();
        numbers.sort_unstable();
        for some in numbers.chunks(VECTORS) {
            let (row, some) = (row.clone(), some.to_vec());
            self.write(some.len(), move |unit| {
                some.into_iter().try_for_each(|user| renew_vector(unit, &row, user, None).map(drop))
            })?;
        }
        self.show(row, name, reading.head.tags.clone(), users, faces)
    }

    /// Gives a loaded collection its name; how many of its faces were withdrawn before.
    fn show(
        &self,
        row: &CollectionRow,
        name: &CollectionName,
        tags: BTreeMap<String, String>,
        users: u64,
        faces: u64,
    ) -> Result<u64, GalleryError> {
        let (row, name) = (row.clone(), name.clone());
        self.write(0, move |unit| {
            let failed = || GalleryError::database("name a loaded collection");
            if CollectionRow::find_any(unit.connection, &name)?.is_some() {
                return Err(GalleryError::CollectionExists { name });
            }
            let limit = unit.shared.limits.tags;
            if tags.len() as u64 > limit {
                return Err(GalleryError::Quota { what: Quota::Tags, limit });
            }
            set_face_count(unit, row.number, i64::try_from(faces).unwrap_or(i64::MAX))?;
            unit.connection
                .execute(
                    "UPDATE collections SET name = ?2, users = ?3 WHERE number = ?1",
                    (row.number, name.as_str(), i64::try_from(users).unwrap_or(i64::MAX)),
                )
                .map_err(failed())?;
            let row = CollectionRow::find(unit.connection, &name)?;
            unit.changed(row.change(CollectionEvent::Loaded)?);
            put_tags(unit.connection, &Resource::Collection(name.clone()), &tags)?;
            take_back_again(unit, &name)
        })
    }

    fn store_consents(
        &self,
        row: &CollectionRow,
        name: &CollectionName,
        records: Vec<ConsentRecord>,
    ) -> Result<(), GalleryError> {
        let (collection, name) = (row.number, name.clone());
        self.write(0, move |unit| {
            for record in records {
                let record =
                    ConsentRecord { finder: Finder::draw(unit.shared.database.context())?, ..record };
                insert(unit, collection, &record)
                    .map_err(|error| twice(error, || format!("the consent {}", record.id)))?;
                unit.changed(told(ConsentEvent::Recorded, &name, &record));
            }
            Ok(())
        })
    }

    fn store_users(
        &self,
        row: &CollectionRow,
        users: Vec<UserLine>,
        numbers: &mut HashMap<UserName, i64>,
    ) -> Result<(), GalleryError> {
        let mut named = Vec::with_capacity(users.len());
        for user in users {
            let number = numbers.len() as i64 + 1;
            let name: UserName = user.name.parse().map_err(|error| unusable(format!("a user's {error}")))?;
            if numbers.insert(name.clone(), number).is_some() {
                return Err(unusable(format!("the user {name} is in it twice")));
            }
            named.push((number, name, user.created));
        }
        let collection = row.number;
        self.write(0, move |unit| {
            let failed = || GalleryError::database("record a user");
            for (number, name, created) in &named {
                let finder = Finder::draw(unit.shared.database.context())?;
                unit.connection
                    .prepare_cached(
                        "INSERT INTO users (collection, number, name, created, finder) VALUES (?1, ?2, ?3, ?4, ?5)",
                    )
                    .and_then(|mut statement| statement.execute((collection, number, name.as_str(), created, finder.as_bytes())))
                    .map_err(failed())?;
            }
            let next = named.last().map_or(1, |(number, _, _)| number + 1);
            unit.connection
                .execute("UPDATE collections SET next_user = ?2 WHERE number = ?1", (collection, next))
                .map(drop)
                .map_err(failed())
        })
    }

    fn store_faces(
        &self,
        row: &CollectionRow,
        (name, stored): (&CollectionName, u64),
        faces: Vec<FaceInFile>,
        users: &HashMap<UserName, i64>,
    ) -> Result<(), GalleryError> {
        let mut owned = Vec::with_capacity(faces.len());
        for face in faces {
            check_template(&face.template)?;
            let user = match &face.record.user {
                None => None,
                Some(name) => Some(*users.get(name).ok_or_else(|| {
                    unusable(format!("a face belongs to the user {name}, who is not in it"))
                })?),
            };
            let finder = Finder::draw(self.shared.database.context())?;
            let record = FaceRecord { finder, ..face.record };
            owned.push((FaceInFile { record, ..face }, user));
        }
        let (row, name) = (row.clone(), name.clone());
        self.write(owned.len(), move |unit| {
            let subject = |face: &FaceRecord| Subject::face(face.id, face.finder);
            let faces = owned.iter().map(|(face, _)| subject(&face.record)).collect();
            // The collection has its name at the end only, and no count before that.
            let version = row.record_version()?;
            unit.changed(Change::FacesAdded { collection: name, version, image: None, faces, total: stored });
            store_faces(unit, &row, &owned)
        })
    }
}

fn store_faces(
    unit: &mut Unit<'_>,
    row: &CollectionRow,
    faces: &[(FaceInFile, Option<i64>)],
) -> Result<(), GalleryError> {
    let policy = row.policy()?;
    let mut in_force: HashMap<ConsentId, bool> = HashMap::new();
    for (FaceInFile { record, consents, template }, user) in faces {
        let label = unit.append(row, row.face_store, template)?;
        insert_face(unit, row.number, label, record, *user)
            .map_err(|error| twice(error, || format!("the face {}", record.id)))?;
        let mut kept = consents.is_empty();
        for consent in consents {
            kept |= match in_force.entry(*consent) {
                Entry::Occupied(known) => *known.get(),
                Entry::Vacant(new) => *new.insert(check_covered(unit, row, &policy, *consent)?),
            };
            if !note(unit, row.number, record.id, *consent)? {
                return Err(unusable(format!("the face {} names the consent {consent} twice", record.id)));
            }
        }
        if !kept {
            return Err(unusable(format!("every consent that the face {} names is over", record.id)));
        }
        images::insert(unit, row.number, images::key(record.image, record.external_id.as_ref()), label)?;
    }
    if faces.iter().any(|(face, _)| face.record.image.is_by_sha256()) {
        unit.connection
            .execute(
                "UPDATE collections SET picture_digest = ?2 WHERE number = ?1",
                (row.number, PictureDigest::Sha256.as_str()),
            )
            .map_err(GalleryError::database("record how ids of pictures are made"))?;
    }
    images::after_adding(unit, row.number)
}

/// That a constraint is violated means that something is in a file twice.
fn twice(error: GalleryError, what: impl FnOnce() -> String) -> GalleryError {
    match error {
        GalleryError::Database { source, .. }
            if source.sqlite_error_code() == Some(ErrorCode::ConstraintViolation) =>
        {
            unusable(format!("{} is in it twice", what()))
        }
        error => error,
    }
}

/// Refuses a face's record of consent that is not in the file, or that does not cover what the collection may be used to. Whether it is in force: one that is over keeps no
/// face and need not cover anything, and is there so that it can be withdrawn.
fn check_covered(
    unit: &Unit<'_>,
    row: &CollectionRow,
    policy: &Policy,
    id: ConsentId,
) -> Result<bool, GalleryError> {
    let Some(record) = find(unit.connection, row.number, id)? else {
        return Err(unusable(format!("a face names the consent {id}, which is not in it")));
    };
    if record.ended.is_some() {
        return Ok(false);
    }
    match policy.uses().beyond(&record.scope).next() {
        Some(beyond) if policy.demands_consent() => Err(unusable(format!(
            "the consent {id} is for {}, and the collection may also be used to {beyond}",
            record.scope
        ))),
        _ => Ok(true),
    }
}

/// Refuses faces without a record where each needs one.
fn check_consented(name: &CollectionName, policy: &Policy, counts: Exported) -> Result<(), GalleryError> {
    if !policy.demands_consent() || counts.unconsented == 0 {
        return Ok(());
    }
    let Exported { faces, unconsented, .. } = counts;
    let reason = format!(
        "{unconsented} of {faces} in the file come without one. Files of earlier releases held none: write it anew with this release where the \
         collection is kept; faces that have none there either have to be added again, each under a record"
    );
    Err(Denial::Consent { collection: name.to_string(), reason }.into())
}

/// What a loaded collection is for: taking it elsewhere is no way to another purpose.
fn loaded_policy(head: &Head, declared: &Declaration) -> Result<Policy, GalleryError> {
    let (unstated, nothing) = (Organisation::not_stated(), Declaration::default());
    let Some(tags) = &head.policy else { return declared.policy(&nothing, &unstated) };
    let in_file = Declaration::from_tags(tags)
        .and_then(|declaration| Ok((declaration.policy(&nothing, &unstated)?, declaration)))
        .map_err(|error| unusable(format!("its policy: {error}")));
    let (of_file, in_file) = in_file?;
    if let Some(purpose) = declared.purpose.filter(|purpose| *purpose != of_file.purpose()) {
        let what = format!("the purpose {purpose} in place of {}", of_file.purpose());
        return Err(Denial::Widening { what }.into());
    }
    // The purpose is the file's, so that what is not said again is the file's too.
    let said = Declaration { purpose: None, ..declared.clone() };
    let policy = said.policy(&in_file, &unstated)?;
    match policy.wider_than(&of_file) {
        None => Ok(policy),
        Some(what) => Err(Denial::Widening { what }.into()),
    }
}

/// Reads a whole file without storing anything: what it holds, if it is sound.
///
/// # Errors
/// [`GalleryError::ExportUnusable`] when it was altered, is none, or the secret is another.
pub fn check_export(from: &mut impl Read, secret: &ExportSecret<'_>) -> Result<Exported, GalleryError> {
    let mut buffered = BufReader::with_capacity(1 << 20, from);
    let mut reading = Reading::begin(&mut buffered, secret)?;
    while let Some(item) = reading.next()? {
        if let Item::Face(face) = item {
            check_template(&face.template)?;
        }
    }
    Ok(reading.counts())
}

/// Deletes what was being loaded when the process before this one ended.
pub(crate) fn hidden_collections(connection: &Connection) -> Result<Vec<CollectionRow>, GalleryError> {
    let failed = || GalleryError::database("list unfinished collections");
    connection
        .prepare(&format!(
            "SELECT {} FROM collections WHERE name >= ':' AND name < ';'",
            crate::rows::COLLECTION_COLUMNS
        ))
        .and_then(|mut statement| statement.query_map([], CollectionRow::read)?.collect())
        .map_err(failed())
}
