// Written by `cargo xtask codegen` from the service model; do not edit.

//! The operations: their names, errors and types.

use super::ErrorCode;
use super::structures as s;
use crate::call::Call;

/// An operation of the API.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Operation {
    /// `AssociateFaces`
    AssociateFaces,
    /// `CompareFaces`
    CompareFaces,
    /// `CopyProjectVersion`
    CopyProjectVersion,
    /// `CreateCollection`
    CreateCollection,
    /// `CreateDataset`
    CreateDataset,
    /// `CreateFaceLivenessSession`
    CreateFaceLivenessSession,
    /// `CreateProject`
    CreateProject,
    /// `CreateProjectVersion`
    CreateProjectVersion,
    /// `CreateStreamProcessor`
    CreateStreamProcessor,
    /// `CreateUser`
    CreateUser,
    /// `DeleteCollection`
    DeleteCollection,
    /// `DeleteDataset`
    DeleteDataset,
    /// `DeleteFaces`
    DeleteFaces,
    /// `DeleteProject`
    DeleteProject,
    /// `DeleteProjectPolicy`
    DeleteProjectPolicy,
    /// `DeleteProjectVersion`
    DeleteProjectVersion,
    /// `DeleteStreamProcessor`
    DeleteStreamProcessor,
    /// `DeleteUser`
    DeleteUser,
    /// `DescribeCollection`
    DescribeCollection,
    /// `DescribeDataset`
    DescribeDataset,
    /// `DescribeProjectVersions`
    DescribeProjectVersions,
    /// `DescribeProjects`
    DescribeProjects,
    /// `DescribeStreamProcessor`
    DescribeStreamProcessor,
    /// `DetectCustomLabels`
    DetectCustomLabels,
    /// `DetectFaces`
    DetectFaces,
    /// `DetectLabels`
    DetectLabels,
    /// `DetectModerationLabels`
    DetectModerationLabels,
    /// `DetectProtectiveEquipment`
    DetectProtectiveEquipment,
    /// `DetectText`
    DetectText,
    /// `DisassociateFaces`
    DisassociateFaces,
    /// `DistributeDatasetEntries`
    DistributeDatasetEntries,
    /// `GetCelebrityInfo`
    GetCelebrityInfo,
    /// `GetCelebrityRecognition`
    GetCelebrityRecognition,
    /// `GetContentModeration`
    GetContentModeration,
    /// `GetFaceDetection`
    GetFaceDetection,
    /// `GetFaceLivenessSessionResults`
    GetFaceLivenessSessionResults,
    /// `GetFaceSearch`
    GetFaceSearch,
    /// `GetLabelDetection`
    GetLabelDetection,
    /// `GetMediaAnalysisJob`
    GetMediaAnalysisJob,
    /// `GetPersonTracking`
    GetPersonTracking,
    /// `GetSegmentDetection`
    GetSegmentDetection,
    /// `GetTextDetection`
    GetTextDetection,
    /// `IndexFaces`
    IndexFaces,
    /// `ListCollections`
    ListCollections,
    /// `ListDatasetEntries`
    ListDatasetEntries,
    /// `ListDatasetLabels`
    ListDatasetLabels,
    /// `ListFaces`
    ListFaces,
    /// `ListMediaAnalysisJobs`
    ListMediaAnalysisJobs,
    /// `ListProjectPolicies`
    ListProjectPolicies,
    /// `ListStreamProcessors`
    ListStreamProcessors,
    /// `ListTagsForResource`
    ListTagsForResource,
    /// `ListUsers`
    ListUsers,
    /// `PutProjectPolicy`
    PutProjectPolicy,
    /// `RecognizeCelebrities`
    RecognizeCelebrities,
    /// `SearchFaces`
    SearchFaces,
    /// `SearchFacesByImage`
    SearchFacesByImage,
    /// `SearchUsers`
    SearchUsers,
    /// `SearchUsersByImage`
    SearchUsersByImage,
    /// `StartCelebrityRecognition`
    StartCelebrityRecognition,
    /// `StartContentModeration`
    StartContentModeration,
    /// `StartFaceDetection`
    StartFaceDetection,
    /// `StartFaceSearch`
    StartFaceSearch,
    /// `StartLabelDetection`
    StartLabelDetection,
    /// `StartMediaAnalysisJob`
    StartMediaAnalysisJob,
    /// `StartPersonTracking`
    StartPersonTracking,
    /// `StartProjectVersion`
    StartProjectVersion,
    /// `StartSegmentDetection`
    StartSegmentDetection,
    /// `StartStreamProcessor`
    StartStreamProcessor,
    /// `StartTextDetection`
    StartTextDetection,
    /// `StopProjectVersion`
    StopProjectVersion,
    /// `StopStreamProcessor`
    StopStreamProcessor,
    /// `TagResource`
    TagResource,
    /// `UntagResource`
    UntagResource,
    /// `UpdateDatasetEntries`
    UpdateDatasetEntries,
    /// `UpdateStreamProcessor`
    UpdateStreamProcessor,
}

impl Operation {
    /// Every operation, by name.
    pub const ALL: [Self; 75] = [
        Self::AssociateFaces,
        Self::CompareFaces,
        Self::CopyProjectVersion,
        Self::CreateCollection,
        Self::CreateDataset,
        Self::CreateFaceLivenessSession,
        Self::CreateProject,
        Self::CreateProjectVersion,
        Self::CreateStreamProcessor,
        Self::CreateUser,
        Self::DeleteCollection,
        Self::DeleteDataset,
        Self::DeleteFaces,
        Self::DeleteProject,
        Self::DeleteProjectPolicy,
        Self::DeleteProjectVersion,
        Self::DeleteStreamProcessor,
        Self::DeleteUser,
        Self::DescribeCollection,
        Self::DescribeDataset,
        Self::DescribeProjectVersions,
        Self::DescribeProjects,
        Self::DescribeStreamProcessor,
        Self::DetectCustomLabels,
        Self::DetectFaces,
        Self::DetectLabels,
        Self::DetectModerationLabels,
        Self::DetectProtectiveEquipment,
        Self::DetectText,
        Self::DisassociateFaces,
        Self::DistributeDatasetEntries,
        Self::GetCelebrityInfo,
        Self::GetCelebrityRecognition,
        Self::GetContentModeration,
        Self::GetFaceDetection,
        Self::GetFaceLivenessSessionResults,
        Self::GetFaceSearch,
        Self::GetLabelDetection,
        Self::GetMediaAnalysisJob,
        Self::GetPersonTracking,
        Self::GetSegmentDetection,
        Self::GetTextDetection,
        Self::IndexFaces,
        Self::ListCollections,
        Self::ListDatasetEntries,
        Self::ListDatasetLabels,
        Self::ListFaces,
        Self::ListMediaAnalysisJobs,
        Self::ListProjectPolicies,
        Self::ListStreamProcessors,
        Self::ListTagsForResource,
        Self::ListUsers,
        Self::PutProjectPolicy,
        Self::RecognizeCelebrities,
        Self::SearchFaces,
        Self::SearchFacesByImage,
        Self::SearchUsers,
        Self::SearchUsersByImage,
        Self::StartCelebrityRecognition,
        Self::StartContentModeration,
        Self::StartFaceDetection,
        Self::StartFaceSearch,
        Self::StartLabelDetection,
        Self::StartMediaAnalysisJob,
        Self::StartPersonTracking,
        Self::StartProjectVersion,
        Self::StartSegmentDetection,
        Self::StartStreamProcessor,
        Self::StartTextDetection,
        Self::StopProjectVersion,
        Self::StopStreamProcessor,
        Self::TagResource,
        Self::UntagResource,
        Self::UpdateDatasetEntries,
        Self::UpdateStreamProcessor,
    ];

    /// The modelled errors that every operation can answer.
    pub const COMMON_ERRORS: &'static [ErrorCode] = &[
        ErrorCode::AccessDeniedException,
        ErrorCode::InternalServerError,
        ErrorCode::InvalidParameterException,
        ErrorCode::ProvisionedThroughputExceededException,
        ErrorCode::ThrottlingException,
    ];

    /// The operation's name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AssociateFaces => "AssociateFaces",
            Self::CompareFaces => "CompareFaces",
            Self::CopyProjectVersion => "CopyProjectVersion",
            Self::CreateCollection => "CreateCollection",
            Self::CreateDataset => "CreateDataset",
            Self::CreateFaceLivenessSession => "CreateFaceLivenessSession",
            Self::CreateProject => "CreateProject",
            Self::CreateProjectVersion => "CreateProjectVersion",
            Self::CreateStreamProcessor => "CreateStreamProcessor",
            Self::CreateUser => "CreateUser",
            Self::DeleteCollection => "DeleteCollection",
            Self::DeleteDataset => "DeleteDataset",
            Self::DeleteFaces => "DeleteFaces",
            Self::DeleteProject => "DeleteProject",
            Self::DeleteProjectPolicy => "DeleteProjectPolicy",
            Self::DeleteProjectVersion => "DeleteProjectVersion",
            Self::DeleteStreamProcessor => "DeleteStreamProcessor",
            Self::DeleteUser => "DeleteUser",
            Self::DescribeCollection => "DescribeCollection",
            Self::DescribeDataset => "DescribeDataset",
            Self::DescribeProjectVersions => "DescribeProjectVersions",
            Self::DescribeProjects => "DescribeProjects",
            Self::DescribeStreamProcessor => "DescribeStreamProcessor",
            Self::DetectCustomLabels => "DetectCustomLabels",
            Self::DetectFaces => "DetectFaces",
            Self::DetectLabels => "DetectLabels",
            Self::DetectModerationLabels => "DetectModerationLabels",
            Self::DetectProtectiveEquipment => "DetectProtectiveEquipment",
            Self::DetectText => "DetectText",
            Self::DisassociateFaces => "DisassociateFaces",
            Self::DistributeDatasetEntries => "DistributeDatasetEntries",
            Self::GetCelebrityInfo => "GetCelebrityInfo",
            Self::GetCelebrityRecognition => "GetCelebrityRecognition",
            Self::GetContentModeration => "GetContentModeration",
            Self::GetFaceDetection => "GetFaceDetection",
            Self::GetFaceLivenessSessionResults => "GetFaceLivenessSessionResults",
            Self::GetFaceSearch => "GetFaceSearch",
            Self::GetLabelDetection => "GetLabelDetection",
            Self::GetMediaAnalysisJob => "GetMediaAnalysisJob",
            Self::GetPersonTracking => "GetPersonTracking",
            Self::GetSegmentDetection => "GetSegmentDetection",
            Self::GetTextDetection => "GetTextDetection",
            Self::IndexFaces => "IndexFaces",
            Self::ListCollections => "ListCollections",
            Self::ListDatasetEntries => "ListDatasetEntries",
            Self::ListDatasetLabels => "ListDatasetLabels",
            Self::ListFaces => "ListFaces",
            Self::ListMediaAnalysisJobs => "ListMediaAnalysisJobs",
            Self::ListProjectPolicies => "ListProjectPolicies",
            Self::ListStreamProcessors => "ListStreamProcessors",
            Self::ListTagsForResource => "ListTagsForResource",
            Self::ListUsers => "ListUsers",
            Self::PutProjectPolicy => "PutProjectPolicy",
            Self::RecognizeCelebrities => "RecognizeCelebrities",
            Self::SearchFaces => "SearchFaces",
            Self::SearchFacesByImage => "SearchFacesByImage",
            Self::SearchUsers => "SearchUsers",
            Self::SearchUsersByImage => "SearchUsersByImage",
            Self::StartCelebrityRecognition => "StartCelebrityRecognition",
            Self::StartContentModeration => "StartContentModeration",
            Self::StartFaceDetection => "StartFaceDetection",
            Self::StartFaceSearch => "StartFaceSearch",
            Self::StartLabelDetection => "StartLabelDetection",
            Self::StartMediaAnalysisJob => "StartMediaAnalysisJob",
            Self::StartPersonTracking => "StartPersonTracking",
            Self::StartProjectVersion => "StartProjectVersion",
            Self::StartSegmentDetection => "StartSegmentDetection",
            Self::StartStreamProcessor => "StartStreamProcessor",
            Self::StartTextDetection => "StartTextDetection",
            Self::StopProjectVersion => "StopProjectVersion",
            Self::StopStreamProcessor => "StopStreamProcessor",
            Self::TagResource => "TagResource",
            Self::UntagResource => "UntagResource",
            Self::UpdateDatasetEntries => "UpdateDatasetEntries",
            Self::UpdateStreamProcessor => "UpdateStreamProcessor",
        }
    }

    /// The operation with this name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Self> {
        match name {
            "AssociateFaces" => Some(Self::AssociateFaces),
            "CompareFaces" => Some(Self::CompareFaces),
            "CopyProjectVersion" => Some(Self::CopyProjectVersion),
            "CreateCollection" => Some(Self::CreateCollection),
            "CreateDataset" => Some(Self::CreateDataset),
            "CreateFaceLivenessSession" => Some(Self::CreateFaceLivenessSession),
            "CreateProject" => Some(Self::CreateProject),
            "CreateProjectVersion" => Some(Self::CreateProjectVersion),
            "CreateStreamProcessor" => Some(Self::CreateStreamProcessor),
            "CreateUser" => Some(Self::CreateUser),
            "DeleteCollection" => Some(Self::DeleteCollection),
            "DeleteDataset" => Some(Self::DeleteDataset),
            "DeleteFaces" => Some(Self::DeleteFaces),
            "DeleteProject" => Some(Self::DeleteProject),
            "DeleteProjectPolicy" => Some(Self::DeleteProjectPolicy),
            "DeleteProjectVersion" => Some(Self::DeleteProjectVersion),
            "DeleteStreamProcessor" => Some(Self::DeleteStreamProcessor),
            "DeleteUser" => Some(Self::DeleteUser),
            "DescribeCollection" => Some(Self::DescribeCollection),
            "DescribeDataset" => Some(Self::DescribeDataset),
            "DescribeProjectVersions" => Some(Self::DescribeProjectVersions),
            "DescribeProjects" => Some(Self::DescribeProjects),
            "DescribeStreamProcessor" => Some(Self::DescribeStreamProcessor),
            "DetectCustomLabels" => Some(Self::DetectCustomLabels),
            "DetectFaces" => Some(Self::DetectFaces),
            "DetectLabels" => Some(Self::DetectLabels),
            "DetectModerationLabels" => Some(Self::DetectModerationLabels),
            "DetectProtectiveEquipment" => Some(Self::DetectProtectiveEquipment),
            "DetectText" => Some(Self::DetectText),
            "DisassociateFaces" => Some(Self::DisassociateFaces),
            "DistributeDatasetEntries" => Some(Self::DistributeDatasetEntries),
            "GetCelebrityInfo" => Some(Self::GetCelebrityInfo),
            "GetCelebrityRecognition" => Some(Self::GetCelebrityRecognition),
            "GetContentModeration" => Some(Self::GetContentModeration),
            "GetFaceDetection" => Some(Self::GetFaceDetection),
            "GetFaceLivenessSessionResults" => Some(Self::GetFaceLivenessSessionResults),
            "GetFaceSearch" => Some(Self::GetFaceSearch),
            "GetLabelDetection" => Some(Self::GetLabelDetection),
            "GetMediaAnalysisJob" => Some(Self::GetMediaAnalysisJob),
            "GetPersonTracking" => Some(Self::GetPersonTracking),
            "GetSegmentDetection" => Some(Self::GetSegmentDetection),
            "GetTextDetection" => Some(Self::GetTextDetection),
            "IndexFaces" => Some(Self::IndexFaces),
            "ListCollections" => Some(Self::ListCollections),
            "ListDatasetEntries" => Some(Self::ListDatasetEntries),
            "ListDatasetLabels" => Some(Self::ListDatasetLabels),
            "ListFaces" => Some(Self::ListFaces),
            "ListMediaAnalysisJobs" => Some(Self::ListMediaAnalysisJobs),
            "ListProjectPolicies" => Some(Self::ListProjectPolicies),
            "ListStreamProcessors" => Some(Self::ListStreamProcessors),
            "ListTagsForResource" => Some(Self::ListTagsForResource),
            "ListUsers" => Some(Self::ListUsers),
            "PutProjectPolicy" => Some(Self::PutProjectPolicy),
            "RecognizeCelebrities" => Some(Self::RecognizeCelebrities),
            "SearchFaces" => Some(Self::SearchFaces),
            "SearchFacesByImage" => Some(Self::SearchFacesByImage),
            "SearchUsers" => Some(Self::SearchUsers),
            "SearchUsersByImage" => Some(Self::SearchUsersByImage),
            "StartCelebrityRecognition" => Some(Self::StartCelebrityRecognition),
            "StartContentModeration" => Some(Self::StartContentModeration),
            "StartFaceDetection" => Some(Self::StartFaceDetection),
            "StartFaceSearch" => Some(Self::StartFaceSearch),
            "StartLabelDetection" => Some(Self::StartLabelDetection),
            "StartMediaAnalysisJob" => Some(Self::StartMediaAnalysisJob),
            "StartPersonTracking" => Some(Self::StartPersonTracking),
            "StartProjectVersion" => Some(Self::StartProjectVersion),
            "StartSegmentDetection" => Some(Self::StartSegmentDetection),
            "StartStreamProcessor" => Some(Self::StartStreamProcessor),
            "StartTextDetection" => Some(Self::StartTextDetection),
            "StopProjectVersion" => Some(Self::StopProjectVersion),
            "StopStreamProcessor" => Some(Self::StopStreamProcessor),
            "TagResource" => Some(Self::TagResource),
            "UntagResource" => Some(Self::UntagResource),
            "UpdateDatasetEntries" => Some(Self::UpdateDatasetEntries),
            "UpdateStreamProcessor" => Some(Self::UpdateStreamProcessor),
            _ => None,
        }
    }

    /// The modelled errors the operation can answer besides [`Self::COMMON_ERRORS`].
    #[must_use]
    pub const fn errors(self) -> &'static [ErrorCode] {
        match self {
            Self::AssociateFaces => &[
                ErrorCode::ConflictException,
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ServiceQuotaExceededException,
            ],
            Self::CompareFaces => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
            ],
            Self::CopyProjectVersion => &[
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceInUseException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ServiceQuotaExceededException,
            ],
            Self::CreateCollection => {
                &[ErrorCode::ResourceAlreadyExistsException, ErrorCode::ServiceQuotaExceededException]
            }
            Self::CreateDataset => &[
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceAlreadyExistsException,
                ErrorCode::ResourceNotFoundException,
            ],
            Self::CreateFaceLivenessSession => &[],
            Self::CreateProject => &[ErrorCode::LimitExceededException, ErrorCode::ResourceInUseException],
            Self::CreateProjectVersion => &[
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceInUseException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ServiceQuotaExceededException,
            ],
            Self::CreateStreamProcessor => &[
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceInUseException,
                ErrorCode::ServiceQuotaExceededException,
            ],
            Self::CreateUser => &[
                ErrorCode::ConflictException,
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ServiceQuotaExceededException,
            ],
            Self::DeleteCollection => &[ErrorCode::ResourceNotFoundException],
            Self::DeleteDataset => &[
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceInUseException,
                ErrorCode::ResourceNotFoundException,
            ],
            Self::DeleteFaces => &[ErrorCode::ResourceNotFoundException],
            Self::DeleteProject => &[ErrorCode::ResourceInUseException, ErrorCode::ResourceNotFoundException],
            Self::DeleteProjectPolicy => {
                &[ErrorCode::InvalidPolicyRevisionIdException, ErrorCode::ResourceNotFoundException]
            }
            Self::DeleteProjectVersion => {
                &[ErrorCode::ResourceInUseException, ErrorCode::ResourceNotFoundException]
            }
            Self::DeleteStreamProcessor => {
                &[ErrorCode::ResourceInUseException, ErrorCode::ResourceNotFoundException]
            }
            Self::DeleteUser => &[
                ErrorCode::ConflictException,
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::ResourceNotFoundException,
            ],
            Self::DescribeCollection => &[ErrorCode::ResourceNotFoundException],
            Self::DescribeDataset => &[ErrorCode::ResourceNotFoundException],
            Self::DescribeProjectVersions => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::DescribeProjects => &[ErrorCode::InvalidPaginationTokenException],
            Self::DescribeStreamProcessor => &[ErrorCode::ResourceNotFoundException],
            Self::DetectCustomLabels => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ResourceNotReadyException,
            ],
            Self::DetectFaces => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
            ],
            Self::DetectLabels => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
            ],
            Self::DetectModerationLabels => &[
                ErrorCode::HumanLoopQuotaExceededException,
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ResourceNotReadyException,
            ],
            Self::DetectProtectiveEquipment => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
            ],
            Self::DetectText => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
            ],
            Self::DisassociateFaces => &[
                ErrorCode::ConflictException,
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::ResourceNotFoundException,
            ],
            Self::DistributeDatasetEntries => {
                &[ErrorCode::ResourceNotFoundException, ErrorCode::ResourceNotReadyException]
            }
            Self::GetCelebrityInfo => &[ErrorCode::ResourceNotFoundException],
            Self::GetCelebrityRecognition => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::GetContentModeration => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::GetFaceDetection => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::GetFaceLivenessSessionResults => &[ErrorCode::SessionNotFoundException],
            Self::GetFaceSearch => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::GetLabelDetection => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::GetMediaAnalysisJob => &[ErrorCode::ResourceNotFoundException],
            Self::GetPersonTracking => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::GetSegmentDetection => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::GetTextDetection => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::IndexFaces => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ServiceQuotaExceededException,
            ],
            Self::ListCollections => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::ListDatasetEntries => &[
                ErrorCode::InvalidPaginationTokenException,
                ErrorCode::ResourceInUseException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ResourceNotReadyException,
            ],
            Self::ListDatasetLabels => &[
                ErrorCode::InvalidPaginationTokenException,
                ErrorCode::ResourceInUseException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ResourceNotReadyException,
            ],
            Self::ListFaces => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::ListMediaAnalysisJobs => &[ErrorCode::InvalidPaginationTokenException],
            Self::ListProjectPolicies => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::ListStreamProcessors => &[ErrorCode::InvalidPaginationTokenException],
            Self::ListTagsForResource => &[ErrorCode::ResourceNotFoundException],
            Self::ListUsers => {
                &[ErrorCode::InvalidPaginationTokenException, ErrorCode::ResourceNotFoundException]
            }
            Self::PutProjectPolicy => &[
                ErrorCode::InvalidPolicyRevisionIdException,
                ErrorCode::LimitExceededException,
                ErrorCode::MalformedPolicyDocumentException,
                ErrorCode::ResourceAlreadyExistsException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ServiceQuotaExceededException,
            ],
            Self::RecognizeCelebrities => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
            ],
            Self::SearchFaces => &[ErrorCode::ResourceNotFoundException],
            Self::SearchFacesByImage => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::ResourceNotFoundException,
            ],
            Self::SearchUsers => &[ErrorCode::ResourceNotFoundException],
            Self::SearchUsersByImage => &[
                ErrorCode::ImageTooLargeException,
                ErrorCode::InvalidImageFormatException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::ResourceNotFoundException,
            ],
            Self::StartCelebrityRecognition => &[
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::VideoTooLargeException,
            ],
            Self::StartContentModeration => &[
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::VideoTooLargeException,
            ],
            Self::StartFaceDetection => &[
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::VideoTooLargeException,
            ],
            Self::StartFaceSearch => &[
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::VideoTooLargeException,
            ],
            Self::StartLabelDetection => &[
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::VideoTooLargeException,
            ],
            Self::StartMediaAnalysisJob => &[
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::InvalidManifestException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceNotFoundException,
                ErrorCode::ResourceNotReadyException,
            ],
            Self::StartPersonTracking => &[
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::VideoTooLargeException,
            ],
            Self::StartProjectVersion => &[
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceInUseException,
                ErrorCode::ResourceNotFoundException,
            ],
            Self::StartSegmentDetection => &[
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::VideoTooLargeException,
            ],
            Self::StartStreamProcessor => {
                &[ErrorCode::ResourceInUseException, ErrorCode::ResourceNotFoundException]
            }
            Self::StartTextDetection => &[
                ErrorCode::IdempotentParameterMismatchException,
                ErrorCode::InvalidS3ObjectException,
                ErrorCode::LimitExceededException,
                ErrorCode::VideoTooLargeException,
            ],
            Self::StopProjectVersion => {
                &[ErrorCode::ResourceInUseException, ErrorCode::ResourceNotFoundException]
            }
            Self::StopStreamProcessor => {
                &[ErrorCode::ResourceInUseException, ErrorCode::ResourceNotFoundException]
            }
            Self::TagResource => {
                &[ErrorCode::ResourceNotFoundException, ErrorCode::ServiceQuotaExceededException]
            }
            Self::UntagResource => &[ErrorCode::ResourceNotFoundException],
            Self::UpdateDatasetEntries => &[
                ErrorCode::LimitExceededException,
                ErrorCode::ResourceInUseException,
                ErrorCode::ResourceNotFoundException,
            ],
            Self::UpdateStreamProcessor => {
                &[ErrorCode::ResourceInUseException, ErrorCode::ResourceNotFoundException]
            }
        }
    }

    /// Whether the model says that repeating the request with the same token does no harm.
    #[must_use]
    pub const fn is_idempotent(self) -> bool {
        matches!(
            self,
            Self::CreateFaceLivenessSession
                | Self::StartCelebrityRecognition
                | Self::StartContentModeration
                | Self::StartFaceDetection
                | Self::StartFaceSearch
                | Self::StartLabelDetection
                | Self::StartMediaAnalysisJob
                | Self::StartPersonTracking
                | Self::StartSegmentDetection
                | Self::StartTextDetection
        )
    }
}

impl Call for s::AssociateFacesRequest {
    const OPERATION: Operation = Operation::AssociateFaces;
    type Response = s::AssociateFacesResponse;
}

impl Call for s::CompareFacesRequest {
    const OPERATION: Operation = Operation::CompareFaces;
    type Response = s::CompareFacesResponse;
}

impl Call for s::CopyProjectVersionRequest {
    const OPERATION: Operation = Operation::CopyProjectVersion;
    type Response = s::CopyProjectVersionResponse;
}

impl Call for s::CreateCollectionRequest {
    const OPERATION: Operation = Operation::CreateCollection;
    type Response = s::CreateCollectionResponse;
}

impl Call for s::CreateDatasetRequest {
    const OPERATION: Operation = Operation::CreateDataset;
    type Response = s::CreateDatasetResponse;
}

impl Call for s::CreateFaceLivenessSessionRequest {
    const OPERATION: Operation = Operation::CreateFaceLivenessSession;
    type Response = s::CreateFaceLivenessSessionResponse;
}

impl Call for s::CreateProjectRequest {
    const OPERATION: Operation = Operation::CreateProject;
    type Response = s::CreateProjectResponse;
}

impl Call for s::CreateProjectVersionRequest {
    const OPERATION: Operation = Operation::CreateProjectVersion;
    type Response = s::CreateProjectVersionResponse;
}

impl Call for s::CreateStreamProcessorRequest {
    const OPERATION: Operation = Operation::CreateStreamProcessor;
    type Response = s::CreateStreamProcessorResponse;
}

impl Call for s::CreateUserRequest {
    const OPERATION: Operation = Operation::CreateUser;
    type Response = s::CreateUserResponse;
}

impl Call for s::DeleteCollectionRequest {
    const OPERATION: Operation = Operation::DeleteCollection;
    type Response = s::DeleteCollectionResponse;
}

impl Call for s::DeleteDatasetRequest {
    const OPERATION: Operation = Operation::DeleteDataset;
    type Response = s::DeleteDatasetResponse;
}

impl Call for s::DeleteFacesRequest {
    const OPERATION: Operation = Operation::DeleteFaces;
    type Response = s::DeleteFacesResponse;
}

impl Call for s::DeleteProjectRequest {
    const OPERATION: Operation = Operation::DeleteProject;
    type Response = s::DeleteProjectResponse;
}

impl Call for s::DeleteProjectPolicyRequest {
    const OPERATION: Operation = Operation::DeleteProjectPolicy;
    type Response = s::DeleteProjectPolicyResponse;
}

impl Call for s::DeleteProjectVersionRequest {
    const OPERATION: Operation = Operation::DeleteProjectVersion;
    type Response = s::DeleteProjectVersionResponse;
}

impl Call for s::DeleteStreamProcessorRequest {
    const OPERATION: Operation = Operation::DeleteStreamProcessor;
    type Response = s::DeleteStreamProcessorResponse;
}

impl Call for s::DeleteUserRequest {
    const OPERATION: Operation = Operation::DeleteUser;
    type Response = s::DeleteUserResponse;
}

impl Call for s::DescribeCollectionRequest {
    const OPERATION: Operation = Operation::DescribeCollection;
    type Response = s::DescribeCollectionResponse;
}

impl Call for s::DescribeDatasetRequest {
    const OPERATION: Operation = Operation::DescribeDataset;
    type Response = s::DescribeDatasetResponse;
}

impl Call for s::DescribeProjectVersionsRequest {
    const OPERATION: Operation = Operation::DescribeProjectVersions;
    type Response = s::DescribeProjectVersionsResponse;
}

impl Call for s::DescribeProjectsRequest {
    const OPERATION: Operation = Operation::DescribeProjects;
    type Response = s::DescribeProjectsResponse;
}

impl Call for s::DescribeStreamProcessorRequest {
    const OPERATION: Operation = Operation::DescribeStreamProcessor;
    type Response = s::DescribeStreamProcessorResponse;
}

impl Call for s::DetectCustomLabelsRequest {
    const OPERATION: Operation = Operation::DetectCustomLabels;
    type Response = s::DetectCustomLabelsResponse;
}

impl Call for s::DetectFacesRequest {
    const OPERATION: Operation = Operation::DetectFaces;
    type Response = s::DetectFacesResponse;
}

impl Call for s::DetectLabelsRequest {
    const OPERATION: Operation = Operation::DetectLabels;
    type Response = s::DetectLabelsResponse;
}

impl Call for s::DetectModerationLabelsRequest {
    const OPERATION: Operation = Operation::DetectModerationLabels;
    type Response = s::DetectModerationLabelsResponse;
}

impl Call for s::DetectProtectiveEquipmentRequest {
    const OPERATION: Operation = Operation::DetectProtectiveEquipment;
    type Response = s::DetectProtectiveEquipmentResponse;
}

impl Call for s::DetectTextRequest {
    const OPERATION: Operation = Operation::DetectText;
    type Response = s::DetectTextResponse;
}

impl Call for s::DisassociateFacesRequest {
    const OPERATION: Operation = Operation::DisassociateFaces;
    type Response = s::DisassociateFacesResponse;
}

impl Call for s::DistributeDatasetEntriesRequest {
    const OPERATION: Operation = Operation::DistributeDatasetEntries;
    type Response = s::DistributeDatasetEntriesResponse;
}

impl Call for s::GetCelebrityInfoRequest {
    const OPERATION: Operation = Operation::GetCelebrityInfo;
    type Response = s::GetCelebrityInfoResponse;
}

impl Call for s::GetCelebrityRecognitionRequest {
    const OPERATION: Operation = Operation::GetCelebrityRecognition;
    type Response = s::GetCelebrityRecognitionResponse;
}

impl Call for s::GetContentModerationRequest {
    const OPERATION: Operation = Operation::GetContentModeration;
    type Response = s::GetContentModerationResponse;
}

impl Call for s::GetFaceDetectionRequest {
    const OPERATION: Operation = Operation::GetFaceDetection;
    type Response = s::GetFaceDetectionResponse;
}

impl Call for s::GetFaceLivenessSessionResultsRequest {
    const OPERATION: Operation = Operation::GetFaceLivenessSessionResults;
    type Response = s::GetFaceLivenessSessionResultsResponse;
}

impl Call for s::GetFaceSearchRequest {
    const OPERATION: Operation = Operation::GetFaceSearch;
    type Response = s::GetFaceSearchResponse;
}

impl Call for s::GetLabelDetectionRequest {
    const OPERATION: Operation = Operation::GetLabelDetection;
    type Response = s::GetLabelDetectionResponse;
}

impl Call for s::GetMediaAnalysisJobRequest {
    const OPERATION: Operation = Operation::GetMediaAnalysisJob;
    type Response = s::GetMediaAnalysisJobResponse;
}

impl Call for s::GetPersonTrackingRequest {
    const OPERATION: Operation = Operation::GetPersonTracking;
    type Response = s::GetPersonTrackingResponse;
}

impl Call for s::GetSegmentDetectionRequest {
    const OPERATION: Operation = Operation::GetSegmentDetection;
    type Response = s::GetSegmentDetectionResponse;
}

impl Call for s::GetTextDetectionRequest {
    const OPERATION: Operation = Operation::GetTextDetection;
    type Response = s::GetTextDetectionResponse;
}

impl Call for s::IndexFacesRequest {
    const OPERATION: Operation = Operation::IndexFaces;
    type Response = s::IndexFacesResponse;
}

impl Call for s::ListCollectionsRequest {
    const OPERATION: Operation = Operation::ListCollections;
    type Response = s::ListCollectionsResponse;
}

impl Call for s::ListDatasetEntriesRequest {
    const OPERATION: Operation = Operation::ListDatasetEntries;
    type Response = s::ListDatasetEntriesResponse;
}

impl Call for s::ListDatasetLabelsRequest {
    const OPERATION: Operation = Operation::ListDatasetLabels;
    type Response = s::ListDatasetLabelsResponse;
}

impl Call for s::ListFacesRequest {
    const OPERATION: Operation = Operation::ListFaces;
    type Response = s::ListFacesResponse;
}

impl Call for s::ListMediaAnalysisJobsRequest {
    const OPERATION: Operation = Operation::ListMediaAnalysisJobs;
    type Response = s::ListMediaAnalysisJobsResponse;
}

impl Call for s::ListProjectPoliciesRequest {
    const OPERATION: Operation = Operation::ListProjectPolicies;
    type Response = s::ListProjectPoliciesResponse;
}

impl Call for s::ListStreamProcessorsRequest {
    const OPERATION: Operation = Operation::ListStreamProcessors;
    type Response = s::ListStreamProcessorsResponse;
}

impl Call for s::ListTagsForResourceRequest {
    const OPERATION: Operation = Operation::ListTagsForResource;
    type Response = s::ListTagsForResourceResponse;
}

impl Call for s::ListUsersRequest {
    const OPERATION: Operation = Operation::ListUsers;
    type Response = s::ListUsersResponse;
}

impl Call for s::PutProjectPolicyRequest {
    const OPERATION: Operation = Operation::PutProjectPolicy;
    type Response = s::PutProjectPolicyResponse;
}

impl Call for s::RecognizeCelebritiesRequest {
    const OPERATION: Operation = Operation::RecognizeCelebrities;
    type Response = s::RecognizeCelebritiesResponse;
}

impl Call for s::SearchFacesRequest {
    const OPERATION: Operation = Operation::SearchFaces;
    type Response = s::SearchFacesResponse;
}

impl Call for s::SearchFacesByImageRequest {
    const OPERATION: Operation = Operation::SearchFacesByImage;
    type Response = s::SearchFacesByImageResponse;
}

impl Call for s::SearchUsersRequest {
    const OPERATION: Operation = Operation::SearchUsers;
    type Response = s::SearchUsersResponse;
}

impl Call for s::SearchUsersByImageRequest {
    const OPERATION: Operation = Operation::SearchUsersByImage;
    type Response = s::SearchUsersByImageResponse;
}

impl Call for s::StartCelebrityRecognitionRequest {
    const OPERATION: Operation = Operation::StartCelebrityRecognition;
    type Response = s::StartCelebrityRecognitionResponse;
}

impl Call for s::StartContentModerationRequest {
    const OPERATION: Operation = Operation::StartContentModeration;
    type Response = s::StartContentModerationResponse;
}

impl Call for s::StartFaceDetectionRequest {
    const OPERATION: Operation = Operation::StartFaceDetection;
    type Response = s::StartFaceDetectionResponse;
}

impl Call for s::StartFaceSearchRequest {
    const OPERATION: Operation = Operation::StartFaceSearch;
    type Response = s::StartFaceSearchResponse;
}

impl Call for s::StartLabelDetectionRequest {
    const OPERATION: Operation = Operation::StartLabelDetection;
    type Response = s::StartLabelDetectionResponse;
}

impl Call for s::StartMediaAnalysisJobRequest {
    const OPERATION: Operation = Operation::StartMediaAnalysisJob;
    type Response = s::StartMediaAnalysisJobResponse;
}

impl Call for s::StartPersonTrackingRequest {
    const OPERATION: Operation = Operation::StartPersonTracking;
    type Response = s::StartPersonTrackingResponse;
}

impl Call for s::StartProjectVersionRequest {
    const OPERATION: Operation = Operation::StartProjectVersion;
    type Response = s::StartProjectVersionResponse;
}

impl Call for s::StartSegmentDetectionRequest {
    const OPERATION: Operation = Operation::StartSegmentDetection;
    type Response = s::StartSegmentDetectionResponse;
}

impl Call for s::StartStreamProcessorRequest {
    const OPERATION: Operation = Operation::StartStreamProcessor;
    type Response = s::StartStreamProcessorResponse;
}

impl Call for s::StartTextDetectionRequest {
    const OPERATION: Operation = Operation::StartTextDetection;
    type Response = s::StartTextDetectionResponse;
}

impl Call for s::StopProjectVersionRequest {
    const OPERATION: Operation = Operation::StopProjectVersion;
    type Response = s::StopProjectVersionResponse;
}

impl Call for s::StopStreamProcessorRequest {
    const OPERATION: Operation = Operation::StopStreamProcessor;
    type Response = s::StopStreamProcessorResponse;
}

impl Call for s::TagResourceRequest {
    const OPERATION: Operation = Operation::TagResource;
    type Response = s::TagResourceResponse;
}

impl Call for s::UntagResourceRequest {
    const OPERATION: Operation = Operation::UntagResource;
    type Response = s::UntagResourceResponse;
}

impl Call for s::UpdateDatasetEntriesRequest {
    const OPERATION: Operation = Operation::UpdateDatasetEntries;
    type Response = s::UpdateDatasetEntriesResponse;
}

impl Call for s::UpdateStreamProcessorRequest {
    const OPERATION: Operation = Operation::UpdateStreamProcessor;
    type Response = s::UpdateStreamProcessorResponse;
}
