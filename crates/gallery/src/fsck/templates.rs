//! What records and templates tell of each other.

use std::collections::{BTreeMap, HashSet};

use overt_vectors::{DamageKind, LabelSet, Store, StoreKey, Verification};
use rusqlite::{Connection, OptionalExtension as _};

use super::repair::Rebuild;
use super::{NamedFace, Problem, Walk};
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::ids::{FaceId, ImageId};
use crate::images;
use crate::rows::{CollectionRow, label_of};
use crate::stores::{State, data_key, state_of};
use crate::user_vector::user_vector;

/// How far a number of a user's vector may be from the one made anew: the way through the keyed rotation and back rounds.
const ROUNDING: f32 = 1e-4;

/// What is known of a store after every byte of it was read.
struct Walked {
    state: State,
    sound: LabelSet,
}

impl Gallery {
    pub(super) fn check_collection(
        &self,
        row: &CollectionRow,
        walk: &mut Walk,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), GalleryError> {
        let reader = self.shared.database.reader()?;
        self.check_counts(&reader, row, walk)?;
        let pictures = images::unknown(&reader, row.number)?;
        if !pictures.is_empty() {
            walk.found(Problem::PicturesUnknown {
                collection: row.name.clone(),
                count: pictures.len() as u64,
            });
            walk.repairs.pictures.push((row.number, pictures));
        }
        let key = match data_key(&self.shared, &reader, row) {
            Ok(key) => key,
            Err(GalleryError::CollectionKeyDamaged { .. }) => {
                walk.found(Problem::Key { collection: row.name.clone() });
                return Ok(());
            }
            Err(error) => return Err(error),
        };
        let faces =
            self.read_store(&reader, row, row.face_store, &key.store_key(row.face_store), walk, progress)?;
        let users =
            self.read_store(&reader, row, row.user_store, &key.store_key(row.user_store), walk, progress)?;
        self.check_migration(&reader, row, &key, walk, progress)?;
        let mut affected = HashSet::new();
        if let Some(faces) = &faces {
            check_faces(&reader, row, faces, &mut affected, walk)?;
        }
        check_owners(&reader, row, walk)?;
        if let Some(users) = &users {
            self.check_users(&reader, row, faces.as_ref(), users, &mut affected, walk)?;
        }
        if !affected.is_empty() {
            let names = user_names(&reader, row.number, &affected)?;
            walk.found(Problem::UserVectors { collection: row.name.clone(), users: names });
            walk.repairs.users.push((row.number, affected.into_iter().collect()));
        }
        Ok(())
    }

    /// Reads every byte of a store; `None` when its state does not allow that.
    fn read_store(
        &self,
        connection: &Connection,
        row: &CollectionRow,
        number: i64,
        key: &StoreKey,
        walk: &mut Walk,
        progress: &mut dyn FnMut(u64),
    ) -> Result<Option<Walked>, GalleryError> {
        let collection = || row.name.clone();
        let state = match state_of(connection, number) {
            Ok(state) => state,
            Err(error @ (GalleryError::RecordDamaged { .. } | GalleryError::Templates { .. })) => {
                let reason = error.to_string();
                walk.found(Problem::Store { collection: collection(), store: number, reason });
                return Ok(None);
            }
            Err(error) => return Err(error),
        };
        let before = walk.report.templates;
        let folder = self.shared.stores.folder_of(number);
        let found =
            Store::verify(&folder, key, state.shape, &state.committed, &mut |read| progress(before + read));
        let Verification { sound, labels, damage, .. } = match found {
            Ok(found) => found,
            Err(overt_vectors::VectorsError::Committed { reason }) => {
                walk.found(Problem::Store { collection: collection(), store: number, reason });
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        walk.report.templates += sound;
        if !damage.is_empty() {
            let codes = damage.iter().filter(|damage| damage.kind == DamageKind::Codes).count() as u64;
            let slots = damage.len() as u64 - codes;
            walk.found(Problem::Segments { collection: collection(), store: number, slots, codes });
            walk.repairs.rebuilds.push(Rebuild { collection: row.number, store: number });
        }
        Ok(Some(Walked { state, sound: labels }))
    }

    fn check_migration(
        &self,
        connection: &Connection,
        row: &CollectionRow,
        key: &crate::keys::DataKey,
        walk: &mut Walk,
        progress: &mut dyn FnMut(u64),
    ) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("find a migration");
        let found: Option<(i64, i64)> = connection
            .query_row("SELECT number, store FROM migrations WHERE collection = ?1", [row.number], |row| {
                Ok((row.get(0)?, row.get(1)?))
            })
            .optional()
            .map_err(failed())?;
        let Some((migration, store)) = found else { return Ok(()) };
        let Some(walked) = self.read_store(connection, row, store, &key.store_key(store), walk, progress)?
        else {
            return Ok(());
        };
        let lost: Vec<i64> =
            pairs(connection, "SELECT face, label FROM migrated WHERE migration = ?1", migration)?
                .into_iter()
                .filter(|(_, label)| !walked.sound.contains(label_of(*label)))
                .map(|(face, _)| face)
                .collect();
        if !lost.is_empty() {
            walk.found(Problem::MigratedLost { collection: row.name.clone(), count: lost.len() as u64 });
            walk.repairs.migrated.push((migration, lost));
        }
        Ok(())
    }

    /// Users without a vector, vectors without a user, and vectors that are not those of the user's faces.
    fn check_users(
        &self,
        connection: &Connection,
        row: &CollectionRow,
        faces: Option<&Walked>,
        users: &Walked,
        affected: &mut HashSet<i64>,
        walk: &mut Walk,
    ) -> Result<(), GalleryError> {
        let failed = || GalleryError::database("list users");
        let mut owned: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
        for (user, label) in pairs(
            connection,
            "SELECT user, label FROM faces WHERE collection = ?1 AND user IS NOT NULL ORDER BY user, label",
            row.number,
        )? {
            owned.entry(user).or_default().push(label);
        }
        let listed: Vec<(i64, Option<i64>, i64)> = connection
            .prepare("SELECT number, label, faces FROM users WHERE collection = ?1")
            .and_then(|mut statement| {
                statement
                    .query_map([row.number], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?
                    .collect()
            })
            .map_err(failed())?;
        // Vectors are compared only where both stores open; a damaged one is repaired first.
        let undamaged =
            |walk: &Walk, store| walk.repairs.rebuilds.iter().all(|rebuild| rebuild.store != store);
        let open = faces.is_some() && undamaged(walk, row.face_store) && undamaged(walk, row.user_store);
        let stores = if open {
            let get = |number| self.shared.stores.get(&self.shared, connection, row, number);
            Some((get(row.face_store)?, get(row.user_store)?))
        } else {
            None
        };
        let mut labels = LabelSet::new();
        for (number, label, kept) in listed {
            let faces = owned.get(&number).map(Vec::as_slice).unwrap_or_default();
            if let Some(label) = label {
                labels.insert(label_of(label));
            }
            let there = label.is_some_and(|label| {
                users.sound.contains(label_of(label)) && !users.state.dead.contains(label_of(label))
            });
            let fits = there != faces.is_empty() && kept == faces.len() as i64;
            let right = match (&stores, label) {
                (Some((face_store, user_store)), Some(label)) if fits => {
                    is_vector_of(face_store, user_store, label, faces)?
                }
                _ => true,
            };
            if !fits || !right || (label.is_some() && !there) {
                affected.insert(number);
            }
        }
        let orphans = orphans(users, &labels);
        if !orphans.is_empty() {
            walk.found(Problem::TemplatesWithoutRecord {
                collection: row.name.clone(),
                store: row.user_store,
                count: orphans.len() as u64,
            });
            walk.repairs.bury.push((row.number, row.user_store, orphans));
        }
        Ok(())
    }
}

fn check_faces(
    connection: &Connection,
    row: &CollectionRow,
    store: &Walked,
    affected: &mut HashSet<i64>,
    walk: &mut Walk,
) -> Result<(), GalleryError> {
    let failed = || GalleryError::database("list faces");
    let collection = || row.name.clone();
    let mut labels = LabelSet::new();
    let (mut lost, mut lost_ids, mut buried, mut buried_ids) =
        (Vec::new(), Vec::new(), Vec::new(), Vec::new());
    let mut statement = connection
        .prepare("SELECT label, id, user, image, external_id FROM faces WHERE collection = ?1 ORDER BY label")
        .map_err(failed())?;
    let mut rows = statement.query([row.number]).map_err(failed())?;
    while let Some(face) = rows.next().map_err(failed())? {
        let (label, id): (i64, [u8; 16]) = (face.get(0).map_err(failed())?, face.get(1).map_err(failed())?);
        let user: Option<i64> = face.get(2).map_err(failed())?;
        labels.insert(label_of(label));
        let named = || -> Result<NamedFace, GalleryError> {
            let user = match user {
                Some(user) => user_names(connection, row.number, &HashSet::from([user]))?.pop(),
                None => None,
            };
            Ok(NamedFace {
                id: FaceId::from_bytes(id),
                image: ImageId::from_bytes(face.get(3).map_err(failed())?),
                external_id: face.get(4).map_err(failed())?,
                user,
            })
        };
        if !store.sound.contains(label_of(label)) {
            lost.push(label);
            lost_ids.push(named()?);
            affected.extend(user);
        } else if store.state.dead.contains(label_of(label)) {
            buried.push(label);
            buried_ids.push(named()?);
        }
    }
    if !lost.is_empty() {
        walk.found(Problem::FacesWithoutTemplate { collection: collection(), faces: lost_ids });
        walk.repairs.lost.push((row.number, lost));
    }
    if !buried.is_empty() {
        walk.found(Problem::FacesBuried { collection: collection(), faces: buried_ids });
        walk.repairs.raise.push((row.face_store, buried));
    }
    let orphans = orphans(store, &labels);
    if !orphans.is_empty() {
        let count = orphans.len() as u64;
        walk.found(Problem::TemplatesWithoutRecord {
            collection: collection(),
            store: row.face_store,
            count,
        });
        walk.repairs.bury.push((row.number, row.face_store, orphans));
    }
    Ok(())
}

fn check_owners(connection: &Connection, row: &CollectionRow, walk: &mut Walk) -> Result<(), GalleryError> {
    let count: i64 = connection
        .query_row(
            "SELECT count(*) FROM faces WHERE collection = ?1 AND user IS NOT NULL
             AND user NOT IN (SELECT number FROM users WHERE collection = ?1)",
            [row.number],
            |row| row.get(0),
        )
        .map_err(GalleryError::database("count rows"))?;
    if count > 0 {
        let count = u64::try_from(count).unwrap_or(0);
        walk.found(Problem::FacesOfNobody { collection: row.name.clone(), count });
        walk.repairs.owners.push(row.number);
    }
    Ok(())
}

/// Labels that a store finds and no record names.
fn orphans(store: &Walked, named: &LabelSet) -> Vec<u64> {
    store.sound.iter().filter(|label| !store.state.dead.contains(*label) && !named.contains(*label)).collect()
}

fn is_vector_of(faces: &Store, users: &Store, label: i64, of: &[i64]) -> Result<bool, GalleryError> {
    let Some(kept) = users.template(label_of(label))? else { return Ok(false) };
    let mut templates = Vec::with_capacity(of.len());
    for face in of {
        let Some(template) = faces.template(label_of(*face))? else { return Ok(false) };
        templates.push(template);
    }
    let made = user_vector(&templates.iter().map(Vec::as_slice).collect::<Vec<_>>());
    Ok(kept.len() == made.len() && kept.iter().zip(&made).all(|(kept, made)| (kept - made).abs() < ROUNDING))
}

fn user_names(
    connection: &Connection,
    collection: i64,
    numbers: &HashSet<i64>,
) -> Result<Vec<String>, GalleryError> {
    let failed = || GalleryError::database("list users");
    let mut statement = connection
        .prepare("SELECT name FROM users WHERE collection = ?1 AND number = ?2")
        .map_err(failed())?;
    let mut names = Vec::new();
    for number in numbers {
        names.extend(
            statement
                .query_row((collection, number), |row| row.get::<_, String>(0))
                .optional()
                .map_err(failed())?,
        );
    }
    names.sort();
    Ok(names)
}

fn pairs(connection: &Connection, sql: &str, of: i64) -> Result<Vec<(i64, i64)>, GalleryError> {
    connection
        .prepare(sql)
        .and_then(|mut statement| statement.query_map([of], |row| Ok((row.get(0)?, row.get(1)?)))?.collect())
        .map_err(GalleryError::database("list rows"))
}
