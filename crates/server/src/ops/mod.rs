//! The operations: one `match` over every request of the API.
//!
//! Owns which request goes where. Each family's file owns what its operations mean.
//!
//! # Invariants
//! - The `match` has no wildcard: an operation that the service model gains does not compile until it is decided.
//! - An operation that this version does not have says so, and nothing pretends.
//! - Nothing of a picture outlives its request.

mod account;
mod arn;
mod associations;
mod collections;
mod faces;
mod families;
mod images;
mod indexing;
mod label_selection;
mod labels;
mod moderation;
mod overrides;
mod pages;
mod quality;
mod records;
mod rules;
mod searching;
mod selection;
mod stored;
mod tags;
mod text;
mod thresholds;
mod users;

use std::sync::Arc;

use overt_gallery::policy::Declaration;
use overt_gallery::{Acting, Actor, Allowed, ConsentId, Context};
use overt_protocol::{ErrorCode, Operation, Request};

use account::Account;
pub use account::{Answer, ENTRY_HEADER, SALT_HEADER, TARGET_SALT_HEADER, refusal};
pub use faces::{
    CompareError, Compared, DEFAULT_SIMILARITY_THRESHOLD, compare, detect, detect_answer, wanted,
};
pub(crate) use families::granted;
pub use families::{Family, Role, holds, permits, unknown_word};
pub use label_selection::{DEFAULT_MIN_CONFIDENCE, LabelSelection};
pub use labels::{DEFAULT_MAX_COLOURS, labels_answer};
pub use moderation::{DEFAULT_MODERATION_CONFIDENCE, moderation_answer};
pub use overrides::{end_override, grant_override, list_overrides};
pub use pages::Pages;
pub use quality::{Flaw, QualityBar};
pub use records::Records;
pub(crate) use rules::{collection_of, use_of};
pub use searching::DEFAULT_MATCH_THRESHOLD;
pub use text::{Filters as TextFilters, text_answer};

use crate::account::{Book, Deed};
use crate::admission::{Admission, Refusal};
use crate::alarms::{Alarms, Comparisons};
use crate::engine::Engine;
use crate::error::ApiError;
use crate::http::{Memory, Paid};
use crate::objects::Objects;
use crate::recognition::{Recognition, RecognitionError};
use crate::rights::Rights;

/// The workers that run operations.
pub type Workers = Admission<Box<dyn Engine>>;

/// What operations work with.
#[derive(Clone)]
pub struct Services {
    /// The worker threads.
    pub workers: Arc<Workers>,
    /// The threads that work on records.
    pub records: Arc<Records>,
    /// Page tokens.
    pub pages: Arc<Pages>,
    /// The region that ARNs name.
    pub region: Arc<str>,
    /// Which recognisers there are, and what their scores mean.
    pub recognition: Recognition,
    /// The configured buckets.
    pub objects: Arc<Objects>,
    /// The budget for bytes in memory.
    pub memory: Memory,
    /// The ledger.
    pub book: Arc<Book>,
    /// What is unusual.
    pub alarms: Arc<Alarms>,
    /// Where the records contradict the ledger.
    pub(crate) rights: Arc<Rights>,
    /// Clock and randomness.
    pub context: Context,
    /// What the settings declare of collections of which nothing else is said.
    pub declared: Arc<Declaration>,
    /// The record of consent that the request in hand names.
    pub consent: Option<ConsentId>,
    /// On whose behalf something is done, by which request.
    pub acting: Arc<Acting>,
    /// What the one who acts may do; everything at the command line.
    pub allowed: Arc<Allowed>,
    /// The share of that budget which the body of the request in hand has paid; `None` outside of a request.
    pub body: Option<Arc<Paid>>,
}

impl Services {
    /// The same services for one request, whose body has paid for its bytes. Each picture out of the body takes this
    /// share along: to a worker, and past the end of a request whose client has hung up.
    #[must_use]
    pub fn for_request(&self, body: Paid, actor: Actor, allowed: Allowed) -> Self {
        Self { body: Some(Arc::new(body)), allowed: Arc::new(allowed), ..self.acting(actor) }
    }

    /// The same services in somebody's hands.
    #[must_use]
    pub fn acting(&self, actor: Actor) -> Self {
        Self { acting: Arc::new(Acting::new(actor)), ..self.clone() }
    }
}

impl Services {
    /// Lets what was accepted finish and ends the threads. Blocking.
    pub fn close(&self) {
        self.workers.close();
        self.records.close();
    }
}

/// Runs a request that is authenticated, valid and authorised, and has the ledger tell of it before it returns.
///
/// # Errors
/// [`ApiError`], as the API documents it; when the ledger refuses, whatever was found is not answered.
pub async fn run(request: Request, services: &Services) -> Result<Answer, ApiError> {
    let account = Account::of(request.operation());
    let collection = collection_of(&request).map(ToOwned::to_owned);
    let answered = async {
        services.rights.check(&request)?;
        rules::authorise(&request, services).await?;
        match account {
            // Nothing that is found out changes the entry: it is written while the networks run.
            Account::Analysis => {
                let told = services.tell(Deed::Analysis {});
                let (told, answer) = tokio::join!(told, dispatch(request, services));
                told.and(answer)
            }
            Account::Listing => {
                let deed = Deed::Listing { collection: listed(&request) };
                let answer = dispatch(request, services).await?;
                services.tell(deed).await?;
                Ok(answer)
            }
            Account::Deed | Account::Change | Account::Nothing => {
                let answer = dispatch(request, services).await?;
                services.account(answer).await
            }
        }
    };
    match answered.await {
        // The picture was looked at, and something about it is answered: that nobody is in it, or that it is too poor.
        Err(error) if account == Account::Deed && error.code == ErrorCode::InvalidParameterException => {
            services.tell(refusal(&error, "probe", collection)).await?;
            Err(error)
        }
        Err(error) if error.code == ErrorCode::AccessDeniedException => {
            let reason = error.denied.unwrap_or("policy");
            services.tell(refusal(&error, reason, collection.clone())).await?;
            // Whose face it is not was asked and answered.
            if reason == "person" {
                let vain = Comparisons { made: 1, unsuccessful: 1 };
                services.compared(&collection.unwrap_or_default(), &[], vain).await?;
            }
            Err(error)
        }
        Err(error) => Err(error),
        Ok(answer) => Ok(answer.with_entry(services.acting.entry())),
    }
}

/// The collection whose records are listed.
fn listed(request: &Request) -> String {
    let collection = match request {
        Request::ListFaces(request) => request.collection_id.clone(),
        Request::ListUsers(request) => request.collection_id.clone(),
        _ => None,
    };
    collection.unwrap_or_default()
}

async fn dispatch(request: Request, services: &Services) -> Result<Answer, ApiError> {
    use Request as R;
    let operation = request.operation();
    let json = match request {
        R::DetectFaces(request) => faces::detect_faces(request, services).await,
        R::DetectText(request) => text::detect_text(request, services).await,
        R::CompareFaces(request) => return faces::compare_faces(request, services).await,
        R::DetectLabels(request) => labels::detect_labels(request, services).await,
        R::DetectModerationLabels(request) => moderation::detect_moderation_labels(request, services).await,
        R::CreateCollection(request) => collections::create(request, services).await,
        R::DescribeCollection(request) => collections::describe(request, services).await,
        R::ListCollections(request) => collections::list(request, services).await,
        R::DeleteCollection(request) => collections::delete(request, services).await,
        R::IndexFaces(request) => return indexing::index(request, services).await,
        R::ListFaces(request) => stored::list(request, services).await,
        R::DeleteFaces(request) => stored::delete(request, services).await,
        R::SearchFaces(request) => return searching::by_face(request, services).await,
        R::SearchFacesByImage(request) => return searching::by_image(request, services).await,
        R::CreateUser(request) => users::create(request, services).await,
        R::DeleteUser(request) => users::delete(request, services).await,
        R::ListUsers(request) => users::list(request, services).await,
        R::AssociateFaces(request) => return associations::associate(request, services).await,
        R::DisassociateFaces(request) => associations::disassociate(request, services).await,
        R::SearchUsers(request) => return users::search(request, services).await,
        R::SearchUsersByImage(request) => return users::search_by_image(request, services).await,
        R::TagResource(request) => tags::tag(request, services).await,
        R::UntagResource(request) => tags::untag(request, services).await,
        R::ListTagsForResource(request) => tags::list(request, services).await,
        R::CopyProjectVersion(_)
        | R::CreateDataset(_)
        | R::CreateFaceLivenessSession(_)
        | R::CreateProject(_)
        | R::CreateProjectVersion(_)
        | R::CreateStreamProcessor(_)
        | R::DeleteDataset(_)
        | R::DeleteProject(_)
        | R::DeleteProjectPolicy(_)
        | R::DeleteProjectVersion(_)
        | R::DeleteStreamProcessor(_)
        | R::DescribeDataset(_)
        | R::DescribeProjectVersions(_)
        | R::DescribeProjects(_)
        | R::DescribeStreamProcessor(_)
        | R::DetectCustomLabels(_)
        | R::DetectProtectiveEquipment(_)
        | R::DistributeDatasetEntries(_)
        | R::GetCelebrityInfo(_)
        | R::GetCelebrityRecognition(_)
        | R::GetContentModeration(_)
        | R::GetFaceDetection(_)
        | R::GetFaceLivenessSessionResults(_)
        | R::GetFaceSearch(_)
        | R::GetLabelDetection(_)
        | R::GetMediaAnalysisJob(_)
        | R::GetPersonTracking(_)
        | R::GetSegmentDetection(_)
        | R::GetTextDetection(_)
        | R::ListDatasetEntries(_)
        | R::ListDatasetLabels(_)
        | R::ListMediaAnalysisJobs(_)
        | R::ListProjectPolicies(_)
        | R::ListStreamProcessors(_)
        | R::PutProjectPolicy(_)
        | R::RecognizeCelebrities(_)
        | R::StartCelebrityRecognition(_)
        | R::StartContentModeration(_)
        | R::StartFaceDetection(_)
        | R::StartFaceSearch(_)
        | R::StartLabelDetection(_)
        | R::StartMediaAnalysisJob(_)
        | R::StartPersonTracking(_)
        | R::StartProjectVersion(_)
        | R::StartSegmentDetection(_)
        | R::StartStreamProcessor(_)
        | R::StartTextDetection(_)
        | R::StopProjectVersion(_)
        | R::StopStreamProcessor(_)
        | R::UpdateDatasetEntries(_)
        | R::UpdateStreamProcessor(_) => Err(unavailable(operation)),
    };
    json.map(Answer::from)
}

/// The answer of every operation that this version does not have. See `docs/decisions` for the choice of code.
fn unavailable(operation: Operation) -> ApiError {
    ApiError::new(
        ErrorCode::NotImplementedException,
        format!(
            "{} is not available in Overt {}. Nothing was done. COMPATIBILITY.md lists what each operation can do.",
            operation.name(),
            env!("CARGO_PKG_VERSION"),
        ),
    )
}

impl From<Refusal> for ApiError {
    fn from(refusal: Refusal) -> Self {
        let error = match refusal {
            // Both SDK families send these again after a pause, which is what a busy server wants.
            Refusal::Full => Self::new(
                ErrorCode::ProvisionedThroughputExceededException,
                "Provisioned Rate exceeded. The server's queue is full. Send the request again after a pause.",
            ),
            Refusal::Late => Self::new(
                ErrorCode::ThrottlingException,
                "Service Unavailable. No worker became free in time. Send the request again after a pause.",
            ),
            Refusal::Closed => Self::new(
                ErrorCode::ThrottlingException,
                "Service Unavailable. The server is starting or ending. Send the request again after a pause.",
            ),
            Refusal::Panicked => Self::internal("an operation panicked on its worker"),
        };
        error.because(refusal.to_string())
    }
}

impl From<RecognitionError> for ApiError {
    fn from(error: RecognitionError) -> Self {
        match error {
            // Nothing that a client or a retry can mend, and something that its operator has to be told.
            RecognitionError::Unknown(_) | RecognitionError::Uncalibrated { .. } => {
                Self::new(ErrorCode::ResourceNotReadyException, sentence(&error)).caused_by(error)
            }
            RecognitionError::Versions { .. } | RecognitionError::Lengths { .. } => {
                Self::internal("templates cannot be compared").caused_by(error)
            }
        }
    }
}

/// An error's words as a sentence.
fn sentence(error: &impl std::fmt::Display) -> String {
    let text = error.to_string();
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| format!("{}{}.", first.to_uppercase(), letters.as_str()))
}

/// An answer as JSON.
fn to_json(answer: &impl serde::Serialize) -> Result<Vec<u8>, ApiError> {
    serde_json::to_vec(answer)
        .map_err(|error| ApiError::internal("an answer cannot be written").caused_by(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unavailable_is_not_retried_and_names_itself() {
        let error = unavailable(Operation::DetectProtectiveEquipment);
        assert!(!error.code.is_retried());
        assert!(
            error.message.contains("DetectProtectiveEquipment") && error.message.contains("COMPATIBILITY.md")
        );
    }

    #[test]
    fn a_version_without_calibration_is_told_and_not_retried() {
        let recognition = crate::testing::recognition();
        let error = ApiError::from(recognition.calibration("new-1").unwrap_err());
        assert_eq!(error.code, ErrorCode::ResourceNotReadyException);
        assert!(!error.code.is_retried());
        assert!(error.message.starts_with("There is no calibration") && error.message.ends_with('.'));
        assert!(error.message.contains("new-1"), "{}", error.message);
    }

    #[test]
    fn overload_is_retried_by_clients_and_a_panic_is_an_internal_error() {
        for refusal in [Refusal::Full, Refusal::Late, Refusal::Closed] {
            assert!(ApiError::from(refusal).code.is_retried(), "{refusal}");
        }
        assert_eq!(ApiError::from(Refusal::Panicked).code, ErrorCode::InternalServerError);
    }
}
