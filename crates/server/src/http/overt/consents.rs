//! `/overt/v1/consents`: records of consent, and taking one back.
//!
//! Owns their JSON and the receipt of a withdrawal. What a record covers and what a withdrawal deletes, the gallery knows.
//!
//! # Invariants
//! - A receipt is signed with the ledger's key and names the entry that tells of the withdrawal: whoever holds it can prove that the
//!   server said so, for as long as the ledger is kept.
//! - It hands over the secrets by which the person's entries are found in the ledger's public tiles, in each collection that had a copy of the
//!   record. The server has none of them any more: the receipt of a second withdrawal names the entry of the first, and no secret.

use std::fmt::Write as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request as HttpRequest, State};
use axum::http::Response;
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use jiff::Timestamp;
use overt_gallery::policy::Uses;
use overt_gallery::{
    CollectionName, ConsentId, ConsentRecord, GalleryError, Moment, NewConsent, Reached, Withdrawal,
};
use overt_protocol::ErrorCode;
use serde::{Deserialize, Serialize};

use super::{Signed, signed};
use crate::account::Deed;
use crate::error::ApiError;
use crate::http::App;
use crate::ops::Role;
use crate::rights::Does;

/// First line of a receipt.
const RECEIPT: &str = "overt receipt of a withdrawal 1";

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bulk {
    collection: String,
    consents: Vec<Given>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Given {
    /// The caller's word for who consented: as an ExternalImageId.
    subject: String,
    /// RFC 3339.
    given: String,
    #[serde(default)]
    expires: Option<String>,
    /// SHA-256 of the text that was shown, 64 hexadecimal digits.
    text_sha256: String,
    /// Uses with blanks between them.
    scope: String,
}

#[derive(Serialize)]
struct Recorded {
    consents: Vec<Shown>,
}

#[derive(Serialize)]
struct Shown {
    id: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    given: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    text_sha256: String,
    scope: String,
    recorded: String,
    /// When it was withdrawn or was over.
    #[serde(skip_serializing_if = "Option::is_none")]
    ended: Option<String>,
}

#[derive(Serialize)]
struct Withdrawn {
    consent: Shown,
    faces_deleted: usize,
    users_deleted: u64,
    /// The number of the ledger's entry; that of the first withdrawal when it had been withdrawn before.
    #[serde(skip_serializing_if = "Option::is_none")]
    entry: Option<u64>,
    /// A signed note.
    receipt: String,
}

/// Records one consent or many, all or none.
pub(super) async fn record(State(app): State<Arc<App>>, request: HttpRequest) -> Response<Body> {
    signed(app, request, "RecordConsents", |signed| async move {
        signed.needs(Role::Enrol, None).await?;
        let Bulk { collection, consents } = signed.json()?;
        let collection: CollectionName = collection.parse()?;
        if consents.is_empty() {
            return Err(invalid("consents must hold at least one record"));
        }
        let new = consents.into_iter().map(read).collect::<Result<Vec<_>, _>>()?;
        signed.agrees(&collection, Does::Use).await?;
        let records =
            signed.services.records(move |gallery| Ok(gallery.record_consents(&collection, new)?)).await?;
        Ok(Recorded { consents: records.into_iter().map(shown).collect() })
    })
    .await
}

/// Shows a record.
pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path((collection, id)): Path<(String, String)>,
    request: HttpRequest,
) -> Response<Body> {
    signed(app, request, "DescribeConsent", |signed| async move {
        signed.needs(Role::Enrol, Some(&collection)).await?;
        let (collection, id) = named(&collection, &id)?;
        signed.agrees(&collection, Does::Use).await?;
        let name = collection.to_string();
        let record = signed.services.records(move |gallery| Ok(gallery.consent(&collection, id)?)).await?;
        // A record says who consented: it is told as any list of people is.
        signed.services.tell(Deed::Listing { collection: name }).await?;
        Ok(shown(record))
    })
    .await
}

/// Takes a consent back; also where records contradict the ledger: the record's id, which nobody else's has, says what is deleted.
pub(super) async fn withdraw(
    State(app): State<Arc<App>>,
    Path((collection, id)): Path<(String, String)>,
    request: HttpRequest,
) -> Response<Body> {
    signed(app, request, "WithdrawConsent", |signed| async move {
        signed.needs(Role::Enrol, Some(&collection)).await?;
        let (collection, id) = named(&collection, &id)?;
        let name = collection.clone();
        let done = signed.services.records(move |gallery| Ok(gallery.withdraw_consent(&name, id)?)).await?;
        // Of copies alone that a second withdrawal found: the first one's number stands for it.
        let entry = done.entry.or_else(|| signed.services.acting.entry());
        // The answer names it in its header too.
        if let Some(entry) = entry {
            signed.services.acting.recorded(entry);
        }
        let receipt = receipt(&signed, &collection, &done, entry)?;
        let Withdrawal { consent, at: _, entry: _, reached, users } = done;
        Ok(Withdrawn {
            consent: shown(consent),
            faces_deleted: reached.iter().map(|reached| reached.faces.len()).sum(),
            users_deleted: users,
            entry,
            receipt,
        })
    })
    .await
}

fn named(collection: &str, id: &str) -> Result<(CollectionName, ConsentId), GalleryError> {
    Ok((collection.parse()?, id.parse()?))
}

/// The receipt, as a signed note.
fn receipt(
    signed: &Signed,
    collection: &CollectionName,
    done: &Withdrawal,
    entry: Option<u64>,
) -> Result<String, ApiError> {
    let book = &signed.services.book;
    let text = receipt_text(book.verifier().name(), collection, done, entry);
    book.sign_note(&text).map_err(|error| ApiError::internal("a receipt cannot be signed").caused_by(error))
}

fn receipt_text(ledger: &str, collection: &CollectionName, done: &Withdrawal, entry: Option<u64>) -> String {
    let mut text = format!("{RECEIPT}\nledger {ledger}\n");
    // Writing to a text cannot fail.
    if let Some(entry) = entry {
        let _ = writeln!(text, "entry {entry}");
    }
    let _ = writeln!(text, "collection {collection}");
    let _ = writeln!(text, "consent {}", done.consent.id);
    let _ = writeln!(text, "withdrawn {}", time(done.at));
    for Reached { collection: reached, faces } in &done.reached {
        if reached != collection {
            let _ = writeln!(text, "collection {reached}");
        }
        for (face, finder) in faces {
            let _ = writeln!(text, "face {face} {}", BASE64_URL_SAFE_NO_PAD.encode(finder.as_bytes()));
        }
    }
    text
}

fn read(given: Given) -> Result<NewConsent, ApiError> {
    let Given { subject, given, expires, text_sha256, scope } = given;
    Ok(NewConsent {
        subject: subject.parse().map_err(|_form| {
            invalid("subject must be 1 to 255 letters, digits, `_`, `.`, `-` and `:`, as an ExternalImageId")
        })?,
        given: moment("given", &given)?,
        expires: expires.map(|expires| moment("expires", &expires)).transpose()?,
        text: digest(&text_sha256).ok_or_else(|| invalid("text_sha256 must be 64 hexadecimal digits"))?,
        scope: Uses::from_words(&scope)?,
    })
}

fn moment(member: &str, text: &str) -> Result<Moment, ApiError> {
    let at: Timestamp = text
        .parse()
        .map_err(|_no_time| invalid(&format!("{member} must be a time such as 2026-11-28T10:00:00Z")))?;
    Ok(Moment::from_millis(at.as_millisecond()))
}

fn invalid(what: &str) -> ApiError {
    let code = ErrorCode::InvalidParameterException;
    ApiError::new(code, format!("Request has invalid parameters: {what}."))
}

fn digest(text: &str) -> Option<[u8; 32]> {
    if text.len() != 64 || !text.is_ascii() {
        return None;
    }
    let mut bytes = [0; 32];
    for (index, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(text.get(2 * index..2 * index + 2)?, 16).ok()?;
    }
    Some(bytes)
}

fn shown(record: ConsentRecord) -> Shown {
    let ConsentRecord { id, subject, given, expires, text, scope, recorded, ended, finder: _ } = record;
    Shown {
        id: id.to_string(),
        subject: subject.map(|subject| subject.to_string()),
        given: time(given),
        expires: expires.map(time),
        text_sha256: text.iter().map(|byte| format!("{byte:02x}")).collect(),
        scope: scope.to_string(),
        recorded: time(recorded),
        ended: ended.map(time),
    }
}

/// RFC 3339 in UTC, milliseconds.
pub(super) fn time(at: Moment) -> String {
    let at = Timestamp::from_millisecond(at.as_millis()).unwrap_or_default();
    format!("{at:.3}")
}
