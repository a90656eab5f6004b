//! The way from operations to the records: a bounded pool of its own, and the sentences for what the records refuse.
//!
//! Owns the pool's use and every pairing of a refusal with the API's error and its documented sentence, followed by what to
//! do. Refuses to know what an operation answers.
//!
//! # Invariants
//! - Records are read and changed on the pool's threads only: neither the async threads nor the workers, which hold the
//!   networks, ever wait for a disk or a scan.
//! - What is refused is logged without names and ids: they are about people.

use std::sync::Arc;

use overt_gallery::{Collection, CollectionName, ExternalId, FaceId, Gallery, GalleryError, Quota, UserName};
use overt_protocol::ErrorCode;
use serde::Serialize;

use super::account::unrecorded;
use super::{Services, sentence, to_json};
use crate::admission::Admission;
use crate::error::ApiError;

/// The threads that work on records.
pub type Records = Admission<Arc<Gallery>>;

impl Services {
    /// Runs a job on the records.
    pub(crate) async fn records<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Gallery) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<T, ApiError> {
        let acting = Arc::clone(&self.acting);
        self.records.run(move |gallery| job(&gallery.acting(acting))).await?
    }

    /// Runs a job on the records and writes what it answers as JSON, which for thousands of items takes too long for an
    /// async thread.
    pub(super) async fn answer<T: Serialize>(
        &self,
        job: impl FnOnce(&Gallery) -> Result<T, ApiError> + Send + 'static,
    ) -> Result<Vec<u8>, ApiError> {
        self.records(move |gallery| to_json(&job(gallery)?)).await
    }
}

/// The collection that a request names.
pub(super) fn collection(id: Option<&str>) -> Result<CollectionName, ApiError> {
    Ok(id.unwrap_or_default().parse::<CollectionName>()?)
}

/// The collection that a picture is analysed for, before it is.
pub(super) async fn described(name: &CollectionName, services: &Services) -> Result<Collection, ApiError> {
    let name = name.clone();
    services.records(move |gallery| Ok(gallery.collection(&name)?)).await
}

/// The user that a request names.
pub(super) fn user(id: Option<&str>) -> Result<UserName, ApiError> {
    Ok(id.unwrap_or_default().parse::<UserName>()?)
}

/// The picture's name that a request gives.
pub(super) fn external_id(id: Option<&str>) -> Result<Option<ExternalId>, ApiError> {
    Ok(id.map(str::parse::<ExternalId>).transpose()?)
}

/// The face that a request names.
pub(super) fn face(id: Option<&str>) -> Result<FaceId, ApiError> {
    Ok(id.unwrap_or_default().parse::<FaceId>()?)
}

/// The faces that a request names, each once, in the order in which they are first named.
pub(super) fn faces(ids: Option<&[String]>) -> Result<Vec<FaceId>, ApiError> {
    let mut seen = std::collections::HashSet::new();
    let mut faces = Vec::new();
    for id in ids.unwrap_or_default() {
        let id = face(Some(id))?;
        if seen.insert(id) {
            faces.push(id);
        }
    }
    Ok(faces)
}

/// Refuses a collection whose number of faces was written by somebody else.
fn miscounted(collection: &str, kept: i64, found: i64) -> ApiError {
    let what = format!(
        "Refused: the records of the collection {collection} contradict themselves: they count {kept} faces, and there are {found}. They were changed \
         beside the server, and nothing is added until they agree; `overt fsck --repair` mends it."
    );
    ApiError::new(ErrorCode::AccessDeniedException, what)
        .denied("records")
        .because("the number of faces of a collection is not that of its faces")
}

impl From<GalleryError> for ApiError {
    fn from(error: GalleryError) -> Self {
        use ErrorCode as Code;
        use GalleryError as E;
        match error {
            E::CollectionExists { name } => Self::new(
                Code::ResourceAlreadyExistsException,
                format!(
                    "The collection id: {name} already exists. Choose another id, or delete that collection first."
                ),
            ),
            E::CollectionUnknown { name } => Self::new(
                Code::ResourceNotFoundException,
                format!(
                    "The collection id: {name} does not exist. CreateCollection makes it, ListCollections lists those that \
                     there are."
                ),
            ),
            E::FaceUnknown { collection: _, id: _ } => Self::new(
                Code::InvalidParameterException,
                "faceId was not found in the collection. ListFaces lists those that are in it.",
            ),
            E::ConsentUnknown { id } => Self::new(
                Code::ResourceNotFoundException,
                format!("The record of consent {id} does not exist in the collection."),
            ),
            E::SeveralPeople { .. } => Self::new(
                Code::InvalidParameterException,
                format!("Request has invalid parameters: {error}."),
            ),
            E::UserExists { collection: _, name } => Self::new(
                Code::ConflictException,
                format!(
                    "A User with the same Id already exists within the collection: {name}. Choose another id, or delete that \
                     user first."
                ),
            ),
            E::UserUnknown { collection: _, name } => Self::new(
                Code::ResourceNotFoundException,
                format!(
                    "The user id: {name} does not exist in the collection. CreateUser makes it, ListUsers lists those that there are."
                ),
            ),
            E::Quota { what, limit } => {
                let sentence = match what {
                    Quota::Tags => "The number of tags exceeds the allowed limit.",
                    _ => "The size of the collection exceeds the allowed limit.",
                };
                Self::new(
                    Code::ServiceQuotaExceededException,
                    format!("{sentence} There may be at most {limit} {what}. Nothing was changed."),
                )
            }
            E::TokenReused { token } => Self::new(
                Code::IdempotentParameterMismatchException,
                format!(
                    "The ClientRequestToken: {token} you have supplied is already in use. Give every new request a new token."
                ),
            ),
            // The sentence names the collection and stays with the caller; the log has the kind.
            E::Denied { denial } => Self::new(Code::AccessDeniedException, sentence(&denial))
                .denied(denial.code())
                .because(format!("the rules: {}", denial.code())),
            E::CursorUnreadable => Self::new(
                Code::InvalidPaginationTokenException,
                "Invalid Pagination Token. Begin again without one.",
            ),
            error if error.is_unrecorded() => unrecorded(error),
            E::Invalid { field, reason } => Self::new(
                Code::InvalidParameterException,
                format!("Request has invalid parameters: {field} {reason}."),
            ),
            E::StoreDamaged { collection, store, source } => Self::new(
                Code::InternalServerError,
                format!(
                    "Internal server error. Templates of the collection {collection} are damaged: whoever runs the server learns \
                     more with `overt fsck`."
                ),
            )
            .because(format!(
                "store {store} is damaged: stop the server and run `overt fsck`, which names the collection"
            ))
            .caused_by(*source),
            E::CollectionKeyDamaged { name } => Self::new(
                Code::InternalServerError,
                format!(
                    "Internal server error. The key of the collection {name} does not open: whoever runs the server learns more with \
                     `overt fsck`."
                ),
            )
            .because("the key of a collection does not open: stop the server and run `overt fsck`, which names it"),
            damage if damage.is_damage() => Self::new(
                Code::InternalServerError,
                "Internal server error. Templates of the collection are damaged: whoever runs the server learns more with \
                 `overt fsck`.",
            )
            .because("a store is damaged: stop the server and run `overt fsck`, which names the collection")
            .caused_by(damage),
            full @ E::DiskFull { .. } => Self::new(
                Code::InternalServerError,
                "Internal server error. The server has no room on its disk; nothing was changed.",
            )
            .because("the records failed")
            .caused_by(full),
            E::Miscounted { collection, kept, found } => miscounted(&collection, kept, found),
            file if file.is_file() => Self::new(
                Code::InternalServerError,
                "Internal server error. A file of the server's data folder cannot be read or written; nothing was changed. Whoever runs the server finds \
                 in its log which, and why.",
            )
            .because("the records failed")
            .caused_by(file),
            other => Self::internal("the records failed").caused_by(other),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_have_their_codes_and_sentences_and_leave_no_name_in_the_log() {
        let (collection, person): (CollectionName, UserName) =
            ("photos".parse().unwrap(), "anna".parse().unwrap());
        let id: FaceId = "01901234-5678-7abc-8def-0123456789ab".parse().unwrap();
        let cases = [
            (
                GalleryError::CollectionExists { name: collection.clone() },
                "ResourceAlreadyExistsException",
                "The collection id: photos already exists.",
            ),
            (
                GalleryError::CollectionUnknown { name: collection.clone() },
                "ResourceNotFoundException",
                "The collection id: photos does not exist.",
            ),
            (
                GalleryError::FaceUnknown { collection: collection.clone(), id },
                "InvalidParameterException",
                "faceId was not found in the collection.",
            ),
            (
                GalleryError::UserExists { collection: collection.clone(), name: person.clone() },
                "ConflictException",
                "A User with the same Id already exists within the collection",
            ),
            (
                GalleryError::UserUnknown { collection, name: person },
                "ResourceNotFoundException",
                "The user id: anna does not exist",
            ),
            (
                GalleryError::Quota { what: Quota::FacesOfUser, limit: 100 },
                "ServiceQuotaExceededException",
                "The size of the collection exceeds the allowed limit. There may be at most 100 faces",
            ),
            (
                GalleryError::Quota { what: Quota::Tags, limit: 200 },
                "ServiceQuotaExceededException",
                "The number of tags exceeds the allowed limit. There may be at most 200 tags on a resource.",
            ),
            (
                GalleryError::TokenReused { token: "t-1".into() },
                "IdempotentParameterMismatchException",
                "The ClientRequestToken: t-1 you have supplied is already in use.",
            ),
            (GalleryError::CursorUnreadable, "InvalidPaginationTokenException", "Invalid Pagination Token"),
        ];
        for (error, code, sentence) in cases {
            let error = ApiError::from(error);
            assert_eq!(error.code.as_str(), code);
            assert!(error.message.starts_with(sentence), "{}", error.message);
            assert_eq!(error.details(), "", "{code}");
            assert!(!error.code.is_retried());
        }
        assert_eq!(ApiError::from(GalleryError::WritesStopped).message, "Internal server error");
    }

    #[test]
    fn what_an_operator_has_to_do_is_in_the_log_without_the_collections_name() {
        // A file that cannot be written, whatever it was to be saved with.
        let files = || GalleryError::Files { source: std::io::Error::other("read-only") };
        for error in [files(), GalleryError::NotSaved { source: Arc::new(files()) }] {
            let told = ApiError::from(error);
            assert_eq!(told.code.as_str(), "InternalServerError");
            assert!(
                told.message.contains("data folder cannot be")
                    && told.message.contains("nothing was changed")
            );
            assert!(
                !told.message.contains("read-only") && told.details().contains("read-only"),
                "{}",
                told.details()
            );
        }
        let edited = GalleryError::Miscounted { collection: "staff".into(), kept: -100_000, found: 1000 };
        let told = ApiError::from(edited);
        assert_eq!((told.code.as_str(), told.denied), ("AccessDeniedException", Some("records")));
        assert!(
            told.message.contains("-100000") && told.message.contains("fsck --repair"),
            "{}",
            told.message
        );
        let damaged = |collection: &str| GalleryError::StoreDamaged {
            collection: collection.into(),
            store: 7,
            source: Box::new(GalleryError::Interrupted),
        };
        let keyless = |name: &str| GalleryError::CollectionKeyDamaged { name: name.into() };
        for error in [damaged("photos"), keyless("photos")] {
            let error = ApiError::from(error);
            assert_eq!(error.code, ErrorCode::InternalServerError);
            // The client named it itself.
            assert!(error.message.contains("photos") && error.message.contains("`overt fsck`"), "{error:?}");
            assert!(error.details().contains("`overt fsck`") && !error.details().contains("photos"));
        }
        let full = ApiError::from(GalleryError::DiskFull {
            path: "/srv/overt".into(),
            source: Box::new(GalleryError::Interrupted),
        });
        assert!(full.details().contains("/srv/overt") && full.details().contains("make room"));
        assert!(full.message.contains("no room") && !full.message.contains("/srv"), "{}", full.message);
    }

    #[test]
    fn ids_given_twice_are_one_and_keep_their_order() {
        let ids = ["01901234-5678-7abc-8def-0123456789ab", "01901234-5678-7abc-8def-000000000000"];
        let given: Vec<String> = [ids[0], ids[1], ids[0]].iter().map(ToString::to_string).collect();
        let read: Vec<String> = faces(Some(&given)).unwrap().iter().map(ToString::to_string).collect();
        assert_eq!(read, ids);
        assert_eq!(faces(None).unwrap(), []);
    }
}
