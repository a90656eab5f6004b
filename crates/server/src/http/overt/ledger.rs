//! `/overt/v1/ledger`: the ledger's checkpoint, tiles and entries, for everybody (C2SP tlog-tiles).
//!
//! Owns which of the folder's files are handed out, and for how long others may keep them. Refuses to know what they say.
//!
//! # Invariants
//! - Only names that are a tile's or a bundle's in their one spelling are looked for: no other file of the folder leaves it.
//! - A file is sent in pieces: how many readers there are decides how much memory they take, not how long entries are.

use std::io::Read as _;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::{Path, State};
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_LENGTH, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderValue, Response, StatusCode};
use bytes::Bytes;
use futures_util::stream;
use overt_ledger::tile::TileName;

use crate::http::App;

/// Bytes of a piece.
const PIECE: usize = 64 << 10;
/// What never changes: a tile's name says how many hashes of which tree are in it.
const FOR_EVER: HeaderValue = HeaderValue::from_static("public, max-age=31536000, immutable");
/// What changes every second or so.
const FOR_A_MOMENT: HeaderValue = HeaderValue::from_static("public, max-age=1");
const TEXT: HeaderValue = HeaderValue::from_static("text/plain; charset=utf-8");
const BYTES: HeaderValue = HeaderValue::from_static("application/octet-stream");

/// The signed checkpoint.
pub(super) async fn checkpoint(State(app): State<Arc<App>>) -> Response<Body> {
    file(&app, "checkpoint", TEXT, FOR_A_MOMENT).await
}

/// A tile of hashes, or a bundle of entries.
pub(super) async fn tile(State(app): State<Arc<App>>, Path(path): Path<String>) -> Response<Body> {
    match TileName::parse(&format!("tile/{path}")) {
        Some(name) => file(&app, &name.path(), BYTES, FOR_EVER).await,
        None => missing("no tile and no bundle of entries has this name\n"),
    }
}

/// The ledger's public key. Who checks the ledger should have it by another way.
pub(super) async fn key(State(app): State<Arc<App>>) -> Response<Body> {
    let text = format!("{}\n", app.services.book.verifier());
    let length = text.len() as u64;
    answer(Body::from(text), length, TEXT, FOR_A_MOMENT)
}

async fn file(app: &App, path: &str, kind: HeaderValue, kept: HeaderValue) -> Response<Body> {
    let path = app.services.book.folder().join(path);
    let opened = tokio::task::spawn_blocking(move || {
        let file = fs_err::File::open(path)?;
        let length = file.metadata()?.len();
        Ok::<_, std::io::Error>((file, length))
    });
    match opened.await {
        Ok(Ok((file, length))) => answer(pieces(file), length, kind, kept),
        Ok(Err(error)) if error.kind() == std::io::ErrorKind::NotFound => {
            missing("the ledger does not reach that far, or has a fuller tile of this number by now\n")
        }
        _ => {
            let mut response = Response::new(Body::from("the ledger cannot be read\n"));
            *response.status_mut() = StatusCode::INTERNAL_SERVER_ERROR;
            response.headers_mut().insert(CONTENT_TYPE, TEXT);
            response
        }
    }
}

/// A file as the body of an answer, read as the reader takes it.
fn pieces(file: fs_err::File) -> Body {
    let next = |mut file: fs_err::File| async move {
        let read = tokio::task::spawn_blocking(move || {
            let mut piece = vec![0; PIECE];
            let length = file.read(&mut piece)?;
            piece.truncate(length);
            Ok::<_, std::io::Error>((!piece.is_empty()).then(|| (Bytes::from(piece), file)))
        });
        read.await.map_err(std::io::Error::other)?
    };
    Body::from_stream(stream::try_unfold(file, next))
}

fn answer(body: Body, length: u64, kind: HeaderValue, kept: HeaderValue) -> Response<Body> {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_LENGTH, HeaderValue::from(length));
    headers.insert(CONTENT_TYPE, kind);
    headers.insert(CACHE_CONTROL, kept);
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // Public, and of use to verifiers that run in a browser.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    response
}

fn missing(why: &'static str) -> Response<Body> {
    let mut response = Response::new(Body::from(why));
    *response.status_mut() = StatusCode::NOT_FOUND;
    response.headers_mut().insert(CONTENT_TYPE, TEXT);
    // What is not there now may be there in a second.
    response.headers_mut().insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
