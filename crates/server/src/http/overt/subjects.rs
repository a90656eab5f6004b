//! `GET /overt/v1/subjects/COLLECTION/ID`: everything that the ledger has about one person. For who may audit.
//!
//! Owns the order: who may, whose records, what the ledger has, the entry about the access itself.
//!
//! # Invariants
//! - The access is in the ledger before the document leaves, with tags by which the person finds it too.
//! - One search of the ledger runs at a time, however many ask.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, Request as HttpRequest, State};
use axum::http::Response;
use overt_gallery::{CollectionName, PersonRecords};
use overt_ledger::{Folder, SourceError};
use overt_protocol::ErrorCode;

use super::{Signed, signed};
use crate::account::{Deed, MOST_SUBJECTS, read_entries};
use crate::error::ApiError;
use crate::http::App;
use crate::ops::Role;
use crate::rights::Does;
use crate::subject::{Dossier, Search, dossier, wanted};

/// Held by the search that runs.
static TURN: tokio::sync::Mutex<()> = tokio::sync::Mutex::const_new(());

pub(super) async fn show(
    State(app): State<Arc<App>>,
    Path((collection, id)): Path<(String, String)>,
    request: HttpRequest,
) -> Response<Body> {
    signed(app, request, "SubjectAccess", |signed| found(signed, collection, id)).await
}

async fn found(signed: Signed, collection: String, id: String) -> Result<Dossier, ApiError> {
    signed.needs(Role::Audit, Some(&collection)).await?;
    let services = &signed.services;
    let name: CollectionName = collection.parse()?;
    signed.agrees(&name, Does::Use).await?;
    let asked = id.clone();
    let records = services.records.run(move |gallery| gallery.person(&name, &asked)).await??;
    if records == PersonRecords::default() {
        return Err(ApiError::new(
            ErrorCode::ResourceNotFoundException,
            format!(
                "Neither a face nor an external image id nor a user {id:?} is in the collection id: {collection}."
            ),
        ));
    }
    let _turn = TURN.lock().await;
    let (book, people) = (services.book.clone(), wanted(&records));
    let searched = tokio::task::spawn_blocking(move || {
        let checkpoint = book.published();
        let mut search = Search::new(people);
        let source = Folder(book.folder().to_owned());
        read_entries(&source, 0..checkpoint.size, |number, entry| search.look(number, entry))?;
        Ok::<_, SourceError>((checkpoint, search.end()))
    });
    let unreadable = || ApiError::internal("the ledger cannot be searched");
    let (checkpoint, found) = searched
        .await
        .map_err(|panic| unreadable().caused_by(panic))?
        .map_err(|error| unreadable().caused_by(error))?;
    let document = dossier(&id, &collection, services.book.verifier(), &checkpoint, &records, found);
    let (people, entries) = (wanted(&records), document.found.len() as u64);
    services
        .tell_of(|seal| Deed::SubjectAccess {
            collection,
            subjects: people.iter().take(MOST_SUBJECTS).map(|one| seal.tag(&one.subject)).collect(),
            entries,
        })
        .await?;
    Ok(document)
}
