//! Overrides: for some hours, a collection may be searched below the floor of its purpose.
//!
//! Owns their table, their limits and the words for what is refused. Refuses to know what a floor is, and who may allow one: that was
//! checked before.
//!
//! # Invariants
//! - An override ends by itself, a week after it was made at the latest; it is never prolonged, only made anew.
//! - A collection has one in force at most, so that an answer can name it.
//! - It is in the ledger before it is in force, and so is its end when somebody ends it.

use std::time::Duration;

use rusqlite::{Connection, OptionalExtension as _, Row};
use serde::{Deserialize, Serialize};

use crate::change::Change;
use crate::context::Moment;
use crate::database::Database;
use crate::error::GalleryError;
use crate::gallery::Gallery;
use crate::names::CollectionName;
use crate::rows::CollectionRow;
use crate::writer::Unit;

/// How long one can be in force: an exception that is needed for more than a week is another purpose.
pub const LONGEST_OVERRIDE: Duration = Duration::from_secs(7 * 24 * 3600);
/// No override is lower, thousandths of a percent, whatever the floor: the API's default, below which more than one comparison in ten thousand
/// is false. How low one can be in a collection, whoever knows floors asks before.
const LEAST: u32 = 80_000;
/// Most letters of a reason: it stands in the ledger, which is public.
const LONGEST_REASON: usize = 500;
/// Fewest: less is no reason.
const SHORTEST_REASON: usize = 10;

/// An override as it is asked for.
#[derive(Clone, Debug, PartialEq)]
pub struct NewOverride {
    /// Lowest threshold of a search, thousandths of a percent, 80,000 to 100,000.
    pub lowest: u32,
    /// Why, for everybody to read: it names nobody.
    pub reason: String,
    /// Who allows it: a principal's name.
    pub allowed_by: String,
    /// For how long.
    pub lasts: Duration,
}

/// An override as recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Override {
    /// Its id: sixteen hexadecimal digits, drawn at random.
    pub id: String,
    /// The collection.
    pub collection: CollectionName,
    /// Lowest threshold of a search, thousandths of a percent.
    pub lowest: u32,
    /// Why.
    pub reason: String,
    /// Who allowed it.
    pub allowed_by: String,
    /// From when on.
    pub created: Moment,
    /// Until when, if nobody ends it before.
    pub expires: Moment,
    /// When somebody ended it, and who.
    pub ended: Option<(Moment, String)>,
}

impl Override {
    /// Whether it is in force.
    #[must_use]
    pub fn in_force(&self, now: Moment) -> bool {
        self.ended.is_none() && self.created <= now && now < self.expires
    }
}

/// What becomes of an override.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OverrideEvent {
    /// It is in force.
    Granted,
    /// Somebody ended it before its time.
    Ended,
}

impl Gallery {
    /// Allows searches of a collection below its floor for some time.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::Invalid`] when there is one in force, or a value is beyond its limits.
    pub fn override_floor(&self, name: &CollectionName, new: NewOverride) -> Result<Override, GalleryError> {
        new.check()?;
        let name = name.clone();
        self.write(0, move |unit| {
            let made = grant(unit, &name, new)?;
            unit.changed(Change::Override { event: OverrideEvent::Granted, of: made.clone() });
            Ok(made)
        })
    }

    /// Ends an override that is in force. One that is over already is answered as it is.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`], [`GalleryError::Invalid`] when the collection has none of that id.
    pub fn end_override(&self, name: &CollectionName, id: &str, by: &str) -> Result<Override, GalleryError> {
        let (name, id, by) = (name.clone(), id.to_owned(), by.to_owned());
        self.write(0, move |unit| {
            let (found, ended) = end(unit, &name, &id, &by)?;
            if ended {
                unit.changed(Change::Override { event: OverrideEvent::Ended, of: found.clone() });
            }
            Ok(found)
        })
    }

    /// The override that is in force for a collection.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn override_in_force(&self, name: &CollectionName) -> Result<Option<Override>, GalleryError> {
        let reader = self.shared.database.reader()?;
        let row = CollectionRow::find(&reader, name)?;
        active(&reader, &row, name, self.shared.database.context().now())
    }

    /// As [`Database::overrides`].
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn overrides(&self, name: &CollectionName) -> Result<Vec<Override>, GalleryError> {
        self.shared.database.overrides(name)
    }
}

impl Database {
    /// All overrides of a collection, the newest first, those that are over included. Reads the records alone.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`].
    pub fn overrides(&self, name: &CollectionName) -> Result<Vec<Override>, GalleryError> {
        let reader = self.reader()?;
        let row = CollectionRow::find(&reader, name)?;
        let failed = || GalleryError::database("list overrides");
        let mut statement = reader
            .prepare_cached(&format!(
                "SELECT {COLUMNS} FROM overrides WHERE collection = ?1 ORDER BY created DESC, id LIMIT {MOST_LISTED}"
            ))
            .map_err(failed())?;
        let found = statement.query_map([row.number], |row| read(row, name)).map_err(failed())?;
        found.collect::<Result<_, _>>().map_err(failed())
    }
}

impl Database {
    /// Whether an override could be granted now. The writer asks again, but for the floor.
    ///
    /// # Errors
    /// [`GalleryError::CollectionUnknown`]; [`GalleryError::Invalid`] when the purpose has no floor, one is in force, or a value is beyond its limits.
    pub fn check_override(&self, name: &CollectionName, new: &NewOverride) -> Result<(), GalleryError> {
        new.check()?;
        let reader = self.reader()?;
        let row = CollectionRow::find(&reader, name)?;
        let purpose = row.policy()?.purpose();
        if purpose.rules().threshold_floor.is_none() {
            let reason = format!(
                "{purpose} has no floor that could be overridden: search with the threshold that is needed"
            );
            return Err(invalid("purpose", reason));
        }
        refuse_second(&reader, &row, name, self.context().now())
    }
}

/// A collection has one override in force at most.
fn refuse_second(
    connection: &Connection,
    row: &CollectionRow,
    name: &CollectionName,
    now: Moment,
) -> Result<(), GalleryError> {
    match active(connection, row, name, now)? {
        None => Ok(()),
        Some(other) => Err(invalid(
            "collection",
            format!("has the override {} in force already; end that one first", other.id),
        )),
    }
}

/// Allows searches below a floor, in the writer's transaction. Telling of it is for the caller.
pub(crate) fn grant(
    unit: &Unit<'_>,
    name: &CollectionName,
    new: NewOverride,
) -> Result<Override, GalleryError> {
    new.check()?;
    let row = CollectionRow::find(unit.connection, name)?;
    refuse_second(unit.connection, &row, name, unit.now)?;
    let random: [u8; 8] = unit.shared.database.context().random()?;
    let made = Override {
        id: random.iter().map(|byte| format!("{byte:02x}")).collect(),
        collection: name.clone(),
        lowest: new.lowest,
        reason: new.reason,
        allowed_by: new.allowed_by,
        created: unit.now,
        expires: unit.now.after(new.lasts),
        ended: None,
    };
    unit.connection
        .execute(
            "INSERT INTO overrides (id, collection, lowest, reason, allowed_by, created, expires)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            (
                &made.id,
                row.number,
                made.lowest,
                &made.reason,
                &made.allowed_by,
                made.created.as_millis(),
                made.expires.as_millis(),
            ),
        )
        .map_err(GalleryError::database("record an override"))?;
    Ok(made)
}

/// Ends an override, in the writer's transaction; whether it was in force until now.
pub(crate) fn end(
    unit: &Unit<'_>,
    name: &CollectionName,
    id: &str,
    by: &str,
) -> Result<(Override, bool), GalleryError> {
    let row = CollectionRow::find(unit.connection, name)?;
    let mut found = by_id(unit.connection, &row, name, id)?
        .ok_or_else(|| invalid("override", "is not one of this collection's".to_owned()))?;
    if !found.in_force(unit.now) {
        return Ok((found, false));
    }
    unit.connection
        .execute(
            "UPDATE overrides SET ended = ?3, ended_by = ?4 WHERE collection = ?1 AND id = ?2",
            (row.number, id, unit.now.as_millis(), by),
        )
        .map_err(GalleryError::database("end an override"))?;
    found.ended = Some((unit.now, by.to_owned()));
    Ok((found, true))
}

const COLUMNS: &str = "id, lowest, reason, allowed_by, created, expires, ended, ended_by";
/// Most that are listed: the last years of a collection that is overridden every week.
const MOST_LISTED: u32 = 500;

fn read(row: &Row<'_>, name: &CollectionName) -> rusqlite::Result<Override> {
    let ended: Option<i64> = row.get(6)?;
    let by: Option<String> = row.get(7)?;
    Ok(Override {
        id: row.get(0)?,
        collection: name.clone(),
        lowest: row.get(1)?,
        reason: row.get(2)?,
        allowed_by: row.get(3)?,
        created: Moment::from_millis(row.get(4)?),
        expires: Moment::from_millis(row.get(5)?),
        ended: ended.map(|at| (Moment::from_millis(at), by.unwrap_or_default())),
    })
}

/// The override of a collection that is in force.
pub(crate) fn active(
    connection: &Connection,
    row: &CollectionRow,
    name: &CollectionName,
    now: Moment,
) -> Result<Option<Override>, GalleryError> {
    let failed = || GalleryError::database("find an override");
    connection
        .prepare_cached(&format!(
            "SELECT {COLUMNS} FROM overrides
             WHERE collection = ?1 AND ended IS NULL AND created <= ?2 AND expires > ?2 ORDER BY created DESC LIMIT 1"
        ))
        .map_err(failed())?
        .query_row((row.number, now.as_millis()), |row| read(row, name))
        .optional()
        .map_err(failed())
}

fn by_id(
    connection: &Connection,
    row: &CollectionRow,
    name: &CollectionName,
    id: &str,
) -> Result<Option<Override>, GalleryError> {
    let failed = || GalleryError::database("find an override");
    connection
        .prepare_cached(&format!("SELECT {COLUMNS} FROM overrides WHERE collection = ?1 AND id = ?2"))
        .map_err(failed())?
        .query_row((row.number, id), |row| read(row, name))
        .optional()
        .map_err(failed())
}

fn invalid(field: &'static str, reason: String) -> GalleryError {
    GalleryError::Invalid { field, reason }
}

impl NewOverride {
    /// Refuses values beyond their limits.
    pub(crate) fn check(&self) -> Result<(), GalleryError> {
        if !(LEAST..=100_000).contains(&self.lowest) {
            return Err(invalid("lowest threshold", "must be between 80 and 100".to_owned()));
        }
        if self.lasts.is_zero() || self.lasts > LONGEST_OVERRIDE {
            return Err(invalid("hours", "must be 1 to 168: a week at most".to_owned()));
        }
        let letters = self.reason.trim().chars().count();
        if !(SHORTEST_REASON..=LONGEST_REASON).contains(&letters) || self.reason.chars().any(char::is_control)
        {
            return Err(invalid(
                "reason",
                format!("must have {SHORTEST_REASON} to {LONGEST_REASON} letters, on one line"),
            ));
        }
        Ok(())
    }
}
