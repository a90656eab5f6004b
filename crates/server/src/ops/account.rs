//! What the ledger is told of each operation, and when.
//!
//! Owns the answer as it leaves an operation, and the order of entry and answer. What an entry says, the operation knows.
//!
//! # Invariants
//! - No answer leaves before the entry that tells of it is durable; when the ledger refuses, the answer is dropped.
//! - Every operation has its place in [`Account::of`], by a `match` without a wildcard.

use axum::http::{HeaderName, HeaderValue};
use overt_gallery::{Actor, Gallery, Organisation, Subject, Who};
use overt_protocol::{ErrorCode, Operation};
use serde::Serialize;

use super::{Services, to_json};
use crate::account::{Deed, Seal};
use crate::alarms::{Alarm, Comparisons};
use crate::error::ApiError;

/// The number of the entry that tells of the answer.
pub const ENTRY_HEADER: HeaderName = HeaderName::from_static("x-overt-ledger-entry");
/// The salt of the entry's commitments to the caller's pictures, base64url. Kept nowhere else.
pub const SALT_HEADER: HeaderName = HeaderName::from_static("x-overt-probe-salt");
/// The salt of the commitment to the target of a comparison, likewise.
pub const TARGET_SALT_HEADER: HeaderName = HeaderName::from_static("x-overt-target-salt");

/// What an alarm is about that is not about searching.
const UNSUCCESSFUL: &str = "unsuccessful-comparisons";

/// An operation's answer.
#[derive(Debug, Default)]
pub struct Answer {
    /// The body.
    pub json: Vec<u8>,
    /// What Overt says beside it.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// What the ledger is to be told, and with which seal; `None` when it was told already.
    pub deed: Option<(Deed, Seal)>,
}

impl Answer {
    /// With one more header. A value that no header can have is left out.
    #[must_use]
    pub fn with_header(mut self, name: HeaderName, value: &str) -> Self {
        self.headers.extend(HeaderValue::from_str(value).ok().map(|value| (name, value)));
        self
    }

    /// With the number of its entry.
    pub(super) fn with_entry(self, number: Option<u64>) -> Self {
        match number {
            Some(number) => self.with_header(ENTRY_HEADER, &number.to_string()),
            None => self,
        }
    }
}

impl From<Vec<u8>> for Answer {
    fn from(json: Vec<u8>) -> Self {
        Self { json, ..Self::default() }
    }
}

/// How an operation gets its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Account {
    /// Pictures are analysed and nobody is compared: an entry without findings.
    Analysis,
    /// The operation says what it did.
    Deed,
    /// The records' writer tells the ledger before its commit.
    Change,
    /// People's records are listed.
    Listing,
    /// Nothing about anybody: no entry.
    Nothing,
}

impl Account {
    pub(super) const fn of(operation: Operation) -> Self {
        use Operation as O;
        match operation {
            O::DetectFaces
            | O::DetectLabels
            | O::DetectModerationLabels
            | O::DetectText
            | O::DetectProtectiveEquipment
            | O::RecognizeCelebrities => Self::Analysis,
            O::CompareFaces
            | O::SearchFaces
            | O::SearchFacesByImage
            | O::SearchUsers
            | O::SearchUsersByImage => Self::Deed,
            O::CreateCollection
            | O::DeleteCollection
            | O::TagResource
            | O::UntagResource
            | O::IndexFaces
            | O::DeleteFaces
            | O::CreateUser
            | O::DeleteUser
            | O::AssociateFaces
            | O::DisassociateFaces => Self::Change,
            O::ListFaces | O::ListUsers => Self::Listing,
            O::DescribeCollection | O::ListCollections | O::ListTagsForResource => Self::Nothing,
            // Not available yet: they answer with an error, and nothing is done.
            _ => Self::Nothing,
        }
    }
}

impl Services {
    /// The name under which request tokens are somebody's own.
    pub(super) fn caller(&self) -> &str {
        self.principal().unwrap_or("command line")
    }

    /// Who answers for what is done; at the command line, nobody has said.
    pub(super) fn organisation(&self) -> Result<Organisation, ApiError> {
        match &self.acting.actor.who {
            Who::Principal { organisation, .. } => Ok(organisation.parse()?),
            Who::Operator | Who::Server => Ok(Organisation::not_stated()),
        }
    }

    /// A seal for an entry about this request.
    pub(super) fn seal(&self) -> Result<Seal, ApiError> {
        self.book.seal().map_err(|error| ApiError::internal("no entry can be begun").caused_by(error))
    }

    /// Tells the ledger.
    pub async fn tell(&self, deed: Deed) -> Result<(), ApiError> {
        let seal = self.seal()?;
        self.tell_with(deed, seal).await
    }

    /// Tells the ledger of something with tags in it.
    ///
    /// # Errors
    /// When the ledger refuses: nothing may be answered then.
    pub async fn tell_of(&self, deed: impl FnOnce(&Seal) -> Deed) -> Result<(), ApiError> {
        let seal = self.seal()?;
        let deed = deed(&seal);
        self.tell_with(deed, seal).await
    }

    async fn tell_with(&self, deed: Deed, seal: Seal) -> Result<(), ApiError> {
        let (book, acting) = (self.book.clone(), self.acting.clone());
        let told = tokio::task::spawn_blocking(move || {
            let number = book.append(&acting.actor, deed, &seal)?;
            acting.recorded(number);
            Ok::<_, crate::account::BookError>(())
        });
        told.await
            .map_err(|panic| ApiError::internal("writing an entry panicked").caused_by(panic))?
            .map_err(unrecorded)
    }

    /// Tells the ledger what an answer says is to be told.
    pub(super) async fn account(&self, mut answer: Answer) -> Result<Answer, ApiError> {
        if let Some((deed, seal)) = answer.deed.take() {
            let raised = match &deed {
                Deed::Search { collection, .. } => {
                    let raised = self.alarms.search(self.principal(), &seal.about(), self.context.now());
                    Some((collection.clone(), raised))
                }
                _ => None,
            };
            self.tell_with(deed, seal).await?;
            if let Some((collection, raised)) = raised {
                self.raise(&collection, raised).await?;
            }
        }
        Ok(answer)
    }

    /// Counts comparisons of faces with one person, after the entry that tells of them.
    pub(super) async fn compared(
        &self,
        collection: &str,
        people: &[Subject],
        comparisons: Comparisons,
    ) -> Result<(), ApiError> {
        let raised = self.alarms.count(self.principal(), people, comparisons, self.context.now());
        self.raise(collection, raised).await
    }

    /// Tells the ledger of what is unusual.
    async fn raise(&self, collection: &str, raised: Vec<Alarm>) -> Result<(), ApiError> {
        for Alarm { person, unsuccessful, searches, seconds } in raised {
            let seal = self.seal()?;
            let deed = Deed::Alarm {
                principal: self.principal().filter(|_| person.is_none()).map(ToOwned::to_owned),
                person: person.map(|person| seal.tag(&person)),
                collection: collection.to_owned(),
                about: unsuccessful.then(|| UNSUCCESSFUL.to_owned()),
                searches,
                seconds,
            };
            let book = self.book.clone();
            let told = tokio::task::spawn_blocking(move || {
                // Not the entry that the answer names: that one tells of the search itself.
                book.append(&Actor::server("alarm"), deed, &seal).map(drop)
            });
            told.await
                .map_err(|panic| ApiError::internal("writing an alarm panicked").caused_by(panic))?
                .map_err(unrecorded)?;
        }
        Ok(())
    }

    /// The principal that acts, if it is one.
    fn principal(&self) -> Option<&str> {
        match &self.acting.actor.who {
            Who::Principal { name, .. } => Some(name),
            Who::Operator | Who::Server => None,
        }
    }

    /// Runs a job on the records that says what the ledger is to be told, and what is said beside the answer.
    pub(super) async fn answer_with<T: Serialize>(
        &self,
        seal: Seal,
        job: impl FnOnce(&Gallery, &Seal) -> Result<(T, Deed, Vec<(HeaderName, HeaderValue)>), ApiError>
        + Send
        + 'static,
    ) -> Result<Answer, ApiError> {
        self.records(move |gallery| {
            let (answer, deed, headers) = job(gallery, &seal)?;
            Ok(Answer { headers, deed: Some((deed, seal)), json: to_json(&answer)? })
        })
        .await
    }
}

/// What is answered when the ledger refuses.
pub(super) fn unrecorded(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> ApiError {
    ApiError::new(
        ErrorCode::InternalServerError,
        "The ledger cannot be written, and without its entry nothing is answered or changed. The server's operator finds the cause in \
         its log.",
    )
    .because("the ledger refused")
    .caused_by(error)
}

/// A refused call, for the ledger.
#[must_use]
pub fn refusal(error: &ApiError, reason: &str, collection: Option<String>) -> Deed {
    Deed::Refusal { code: error.code.as_str().to_owned(), reason: reason.to_owned(), collection }
}
