// Written by `cargo xtask codegen` from the service model; do not edit.

//! A request for any operation.

use serde::Serialize;

use super::Operation;
use super::structures as s;
use crate::json::{FromJson, Json, Mismatch};
use crate::path::Path;
use crate::validate::{Validate, Violations};

/// The request of one operation; made by [`Request::parse`].
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(untagged)]
pub enum Request {
    /// `AssociateFaces`
    AssociateFaces(s::AssociateFacesRequest),
    /// `CompareFaces`
    CompareFaces(s::CompareFacesRequest),
    /// `CopyProjectVersion`
    CopyProjectVersion(s::CopyProjectVersionRequest),
    /// `CreateCollection`
    CreateCollection(s::CreateCollectionRequest),
    /// `CreateDataset`
    CreateDataset(s::CreateDatasetRequest),
    /// `CreateFaceLivenessSession`
    CreateFaceLivenessSession(s::CreateFaceLivenessSessionRequest),
    /// `CreateProject`
    CreateProject(s::CreateProjectRequest),
    /// `CreateProjectVersion`
    CreateProjectVersion(s::CreateProjectVersionRequest),
    /// `CreateStreamProcessor`
    CreateStreamProcessor(s::CreateStreamProcessorRequest),
    /// `CreateUser`
    CreateUser(s::CreateUserRequest),
    /// `DeleteCollection`
    DeleteCollection(s::DeleteCollectionRequest),
    /// `DeleteDataset`
    DeleteDataset(s::DeleteDatasetRequest),
    /// `DeleteFaces`
    DeleteFaces(s::DeleteFacesRequest),
    /// `DeleteProject`
    DeleteProject(s::DeleteProjectRequest),
    /// `DeleteProjectPolicy`
    DeleteProjectPolicy(s::DeleteProjectPolicyRequest),
    /// `DeleteProjectVersion`
    DeleteProjectVersion(s::DeleteProjectVersionRequest),
    /// `DeleteStreamProcessor`
    DeleteStreamProcessor(s::DeleteStreamProcessorRequest),
    /// `DeleteUser`
    DeleteUser(s::DeleteUserRequest),
    /// `DescribeCollection`
    DescribeCollection(s::DescribeCollectionRequest),
    /// `DescribeDataset`
    DescribeDataset(s::DescribeDatasetRequest),
    /// `DescribeProjectVersions`
    DescribeProjectVersions(s::DescribeProjectVersionsRequest),
    /// `DescribeProjects`
    DescribeProjects(s::DescribeProjectsRequest),
    /// `DescribeStreamProcessor`
    DescribeStreamProcessor(s::DescribeStreamProcessorRequest),
    /// `DetectCustomLabels`
    DetectCustomLabels(s::DetectCustomLabelsRequest),
    /// `DetectFaces`
    DetectFaces(s::DetectFacesRequest),
    /// `DetectLabels`
    DetectLabels(s::DetectLabelsRequest),
    /// `DetectModerationLabels`
    DetectModerationLabels(s::DetectModerationLabelsRequest),
    /// `DetectProtectiveEquipment`
    DetectProtectiveEquipment(s::DetectProtectiveEquipmentRequest),
    /// `DetectText`
    DetectText(s::DetectTextRequest),
    /// `DisassociateFaces`
    DisassociateFaces(s::DisassociateFacesRequest),
    /// `DistributeDatasetEntries`
    DistributeDatasetEntries(s::DistributeDatasetEntriesRequest),
    /// `GetCelebrityInfo`
    GetCelebrityInfo(s::GetCelebrityInfoRequest),
    /// `GetCelebrityRecognition`
    GetCelebrityRecognition(s::GetCelebrityRecognitionRequest),
    /// `GetContentModeration`
    GetContentModeration(s::GetContentModerationRequest),
    /// `GetFaceDetection`
    GetFaceDetection(s::GetFaceDetectionRequest),
    /// `GetFaceLivenessSessionResults`
    GetFaceLivenessSessionResults(s::GetFaceLivenessSessionResultsRequest),
    /// `GetFaceSearch`
    GetFaceSearch(s::GetFaceSearchRequest),
    /// `GetLabelDetection`
    GetLabelDetection(s::GetLabelDetectionRequest),
    /// `GetMediaAnalysisJob`
    GetMediaAnalysisJob(s::GetMediaAnalysisJobRequest),
    /// `GetPersonTracking`
    GetPersonTracking(s::GetPersonTrackingRequest),
    /// `GetSegmentDetection`
    GetSegmentDetection(s::GetSegmentDetectionRequest),
    /// `GetTextDetection`
    GetTextDetection(s::GetTextDetectionRequest),
    /// `IndexFaces`
    IndexFaces(s::IndexFacesRequest),
    /// `ListCollections`
    ListCollections(s::ListCollectionsRequest),
    /// `ListDatasetEntries`
    ListDatasetEntries(s::ListDatasetEntriesRequest),
    /// `ListDatasetLabels`
    ListDatasetLabels(s::ListDatasetLabelsRequest),
    /// `ListFaces`
    ListFaces(s::ListFacesRequest),
    /// `ListMediaAnalysisJobs`
    ListMediaAnalysisJobs(s::ListMediaAnalysisJobsRequest),
    /// `ListProjectPolicies`
    ListProjectPolicies(s::ListProjectPoliciesRequest),
    /// `ListStreamProcessors`
    ListStreamProcessors(s::ListStreamProcessorsRequest),
    /// `ListTagsForResource`
    ListTagsForResource(s::ListTagsForResourceRequest),
    /// `ListUsers`
    ListUsers(s::ListUsersRequest),
    /// `PutProjectPolicy`
    PutProjectPolicy(s::PutProjectPolicyRequest),
    /// `RecognizeCelebrities`
    RecognizeCelebrities(s::RecognizeCelebritiesRequest),
    /// `SearchFaces`
    SearchFaces(s::SearchFacesRequest),
    /// `SearchFacesByImage`
    SearchFacesByImage(s::SearchFacesByImageRequest),
    /// `SearchUsers`
    SearchUsers(s::SearchUsersRequest),
    /// `SearchUsersByImage`
    SearchUsersByImage(s::SearchUsersByImageRequest),
    /// `StartCelebrityRecognition`
    StartCelebrityRecognition(s::StartCelebrityRecognitionRequest),
    /// `StartContentModeration`
    StartContentModeration(s::StartContentModerationRequest),
    /// `StartFaceDetection`
    StartFaceDetection(s::StartFaceDetectionRequest),
    /// `StartFaceSearch`
    StartFaceSearch(s::StartFaceSearchRequest),
    /// `StartLabelDetection`
    StartLabelDetection(s::StartLabelDetectionRequest),
    /// `StartMediaAnalysisJob`
    StartMediaAnalysisJob(s::StartMediaAnalysisJobRequest),
    /// `StartPersonTracking`
    StartPersonTracking(s::StartPersonTrackingRequest),
    /// `StartProjectVersion`
    StartProjectVersion(s::StartProjectVersionRequest),
    /// `StartSegmentDetection`
    StartSegmentDetection(s::StartSegmentDetectionRequest),
    /// `StartStreamProcessor`
    StartStreamProcessor(s::StartStreamProcessorRequest),
    /// `StartTextDetection`
    StartTextDetection(s::StartTextDetectionRequest),
    /// `StopProjectVersion`
    StopProjectVersion(s::StopProjectVersionRequest),
    /// `StopStreamProcessor`
    StopStreamProcessor(s::StopStreamProcessorRequest),
    /// `TagResource`
    TagResource(s::TagResourceRequest),
    /// `UntagResource`
    UntagResource(s::UntagResourceRequest),
    /// `UpdateDatasetEntries`
    UpdateDatasetEntries(s::UpdateDatasetEntriesRequest),
    /// `UpdateStreamProcessor`
    UpdateStreamProcessor(s::UpdateStreamProcessorRequest),
}

impl Request {
    /// The operation this is a request for.
    #[must_use]
    pub const fn operation(&self) -> Operation {
        match self {
            Self::AssociateFaces(_) => Operation::AssociateFaces,
            Self::CompareFaces(_) => Operation::CompareFaces,
            Self::CopyProjectVersion(_) => Operation::CopyProjectVersion,
            Self::CreateCollection(_) => Operation::CreateCollection,
            Self::CreateDataset(_) => Operation::CreateDataset,
            Self::CreateFaceLivenessSession(_) => Operation::CreateFaceLivenessSession,
            Self::CreateProject(_) => Operation::CreateProject,
            Self::CreateProjectVersion(_) => Operation::CreateProjectVersion,
            Self::CreateStreamProcessor(_) => Operation::CreateStreamProcessor,
            Self::CreateUser(_) => Operation::CreateUser,
            Self::DeleteCollection(_) => Operation::DeleteCollection,
            Self::DeleteDataset(_) => Operation::DeleteDataset,
            Self::DeleteFaces(_) => Operation::DeleteFaces,
            Self::DeleteProject(_) => Operation::DeleteProject,
            Self::DeleteProjectPolicy(_) => Operation::DeleteProjectPolicy,
            Self::DeleteProjectVersion(_) => Operation::DeleteProjectVersion,
            Self::DeleteStreamProcessor(_) => Operation::DeleteStreamProcessor,
            Self::DeleteUser(_) => Operation::DeleteUser,
            Self::DescribeCollection(_) => Operation::DescribeCollection,
            Self::DescribeDataset(_) => Operation::DescribeDataset,
            Self::DescribeProjectVersions(_) => Operation::DescribeProjectVersions,
            Self::DescribeProjects(_) => Operation::DescribeProjects,
            Self::DescribeStreamProcessor(_) => Operation::DescribeStreamProcessor,
            Self::DetectCustomLabels(_) => Operation::DetectCustomLabels,
            Self::DetectFaces(_) => Operation::DetectFaces,
            Self::DetectLabels(_) => Operation::DetectLabels,
            Self::DetectModerationLabels(_) => Operation::DetectModerationLabels,
            Self::DetectProtectiveEquipment(_) => Operation::DetectProtectiveEquipment,
            Self::DetectText(_) => Operation::DetectText,
            Self::DisassociateFaces(_) => Operation::DisassociateFaces,
            Self::DistributeDatasetEntries(_) => Operation::DistributeDatasetEntries,
            Self::GetCelebrityInfo(_) => Operation::GetCelebrityInfo,
            Self::GetCelebrityRecognition(_) => Operation::GetCelebrityRecognition,
            Self::GetContentModeration(_) => Operation::GetContentModeration,
            Self::GetFaceDetection(_) => Operation::GetFaceDetection,
            Self::GetFaceLivenessSessionResults(_) => Operation::GetFaceLivenessSessionResults,
            Self::GetFaceSearch(_) => Operation::GetFaceSearch,
            Self::GetLabelDetection(_) => Operation::GetLabelDetection,
            Self::GetMediaAnalysisJob(_) => Operation::GetMediaAnalysisJob,
            Self::GetPersonTracking(_) => Operation::GetPersonTracking,
            Self::GetSegmentDetection(_) => Operation::GetSegmentDetection,
            Self::GetTextDetection(_) => Operation::GetTextDetection,
            Self::IndexFaces(_) => Operation::IndexFaces,
            Self::ListCollections(_) => Operation::ListCollections,
            Self::ListDatasetEntries(_) => Operation::ListDatasetEntries,
            Self::ListDatasetLabels(_) => Operation::ListDatasetLabels,
            Self::ListFaces(_) => Operation::ListFaces,
            Self::ListMediaAnalysisJobs(_) => Operation::ListMediaAnalysisJobs,
            Self::ListProjectPolicies(_) => Operation::ListProjectPolicies,
            Self::ListStreamProcessors(_) => Operation::ListStreamProcessors,
            Self::ListTagsForResource(_) => Operation::ListTagsForResource,
            Self::ListUsers(_) => Operation::ListUsers,
            Self::PutProjectPolicy(_) => Operation::PutProjectPolicy,
            Self::RecognizeCelebrities(_) => Operation::RecognizeCelebrities,
            Self::SearchFaces(_) => Operation::SearchFaces,
            Self::SearchFacesByImage(_) => Operation::SearchFacesByImage,
            Self::SearchUsers(_) => Operation::SearchUsers,
            Self::SearchUsersByImage(_) => Operation::SearchUsersByImage,
            Self::StartCelebrityRecognition(_) => Operation::StartCelebrityRecognition,
            Self::StartContentModeration(_) => Operation::StartContentModeration,
            Self::StartFaceDetection(_) => Operation::StartFaceDetection,
            Self::StartFaceSearch(_) => Operation::StartFaceSearch,
            Self::StartLabelDetection(_) => Operation::StartLabelDetection,
            Self::StartMediaAnalysisJob(_) => Operation::StartMediaAnalysisJob,
            Self::StartPersonTracking(_) => Operation::StartPersonTracking,
            Self::StartProjectVersion(_) => Operation::StartProjectVersion,
            Self::StartSegmentDetection(_) => Operation::StartSegmentDetection,
            Self::StartStreamProcessor(_) => Operation::StartStreamProcessor,
            Self::StartTextDetection(_) => Operation::StartTextDetection,
            Self::StopProjectVersion(_) => Operation::StopProjectVersion,
            Self::StopStreamProcessor(_) => Operation::StopStreamProcessor,
            Self::TagResource(_) => Operation::TagResource,
            Self::UntagResource(_) => Operation::UntagResource,
            Self::UpdateDatasetEntries(_) => Operation::UpdateDatasetEntries,
            Self::UpdateStreamProcessor(_) => Operation::UpdateStreamProcessor,
        }
    }

    pub(crate) fn from_json(operation: Operation, json: Json<'_>, at: &Path<'_>) -> Result<Self, Mismatch> {
        match operation {
            Operation::AssociateFaces => FromJson::from_json(json, at).map(Self::AssociateFaces),
            Operation::CompareFaces => FromJson::from_json(json, at).map(Self::CompareFaces),
            Operation::CopyProjectVersion => FromJson::from_json(json, at).map(Self::CopyProjectVersion),
            Operation::CreateCollection => FromJson::from_json(json, at).map(Self::CreateCollection),
            Operation::CreateDataset => FromJson::from_json(json, at).map(Self::CreateDataset),
            Operation::CreateFaceLivenessSession => {
                FromJson::from_json(json, at).map(Self::CreateFaceLivenessSession)
            }
            Operation::CreateProject => FromJson::from_json(json, at).map(Self::CreateProject),
            Operation::CreateProjectVersion => FromJson::from_json(json, at).map(Self::CreateProjectVersion),
            Operation::CreateStreamProcessor => {
                FromJson::from_json(json, at).map(Self::CreateStreamProcessor)
            }
            Operation::CreateUser => FromJson::from_json(json, at).map(Self::CreateUser),
            Operation::DeleteCollection => FromJson::from_json(json, at).map(Self::DeleteCollection),
            Operation::DeleteDataset => FromJson::from_json(json, at).map(Self::DeleteDataset),
            Operation::DeleteFaces => FromJson::from_json(json, at).map(Self::DeleteFaces),
            Operation::DeleteProject => FromJson::from_json(json, at).map(Self::DeleteProject),
            Operation::DeleteProjectPolicy => FromJson::from_json(json, at).map(Self::DeleteProjectPolicy),
            Operation::DeleteProjectVersion => FromJson::from_json(json, at).map(Self::DeleteProjectVersion),
            Operation::DeleteStreamProcessor => {
                FromJson::from_json(json, at).map(Self::DeleteStreamProcessor)
            }
            Operation::DeleteUser => FromJson::from_json(json, at).map(Self::DeleteUser),
            Operation::DescribeCollection => FromJson::from_json(json, at).map(Self::DescribeCollection),
            Operation::DescribeDataset => FromJson::from_json(json, at).map(Self::DescribeDataset),
            Operation::DescribeProjectVersions => {
                FromJson::from_json(json, at).map(Self::DescribeProjectVersions)
            }
            Operation::DescribeProjects => FromJson::from_json(json, at).map(Self::DescribeProjects),
            Operation::DescribeStreamProcessor => {
                FromJson::from_json(json, at).map(Self::DescribeStreamProcessor)
            }
            Operation::DetectCustomLabels => FromJson::from_json(json, at).map(Self::DetectCustomLabels),
            Operation::DetectFaces => FromJson::from_json(json, at).map(Self::DetectFaces),
            Operation::DetectLabels => FromJson::from_json(json, at).map(Self::DetectLabels),
            Operation::DetectModerationLabels => {
                FromJson::from_json(json, at).map(Self::DetectModerationLabels)
            }
            Operation::DetectProtectiveEquipment => {
                FromJson::from_json(json, at).map(Self::DetectProtectiveEquipment)
            }
            Operation::DetectText => FromJson::from_json(json, at).map(Self::DetectText),
            Operation::DisassociateFaces => FromJson::from_json(json, at).map(Self::DisassociateFaces),
            Operation::DistributeDatasetEntries => {
                FromJson::from_json(json, at).map(Self::DistributeDatasetEntries)
            }
            Operation::GetCelebrityInfo => FromJson::from_json(json, at).map(Self::GetCelebrityInfo),
            Operation::GetCelebrityRecognition => {
                FromJson::from_json(json, at).map(Self::GetCelebrityRecognition)
            }
            Operation::GetContentModeration => FromJson::from_json(json, at).map(Self::GetContentModeration),
            Operation::GetFaceDetection => FromJson::from_json(json, at).map(Self::GetFaceDetection),
            Operation::GetFaceLivenessSessionResults => {
                FromJson::from_json(json, at).map(Self::GetFaceLivenessSessionResults)
            }
            Operation::GetFaceSearch => FromJson::from_json(json, at).map(Self::GetFaceSearch),
            Operation::GetLabelDetection => FromJson::from_json(json, at).map(Self::GetLabelDetection),
            Operation::GetMediaAnalysisJob => FromJson::from_json(json, at).map(Self::GetMediaAnalysisJob),
            Operation::GetPersonTracking => FromJson::from_json(json, at).map(Self::GetPersonTracking),
            Operation::GetSegmentDetection => FromJson::from_json(json, at).map(Self::GetSegmentDetection),
            Operation::GetTextDetection => FromJson::from_json(json, at).map(Self::GetTextDetection),
            Operation::IndexFaces => FromJson::from_json(json, at).map(Self::IndexFaces),
            Operation::ListCollections => FromJson::from_json(json, at).map(Self::ListCollections),
            Operation::ListDatasetEntries => FromJson::from_json(json, at).map(Self::ListDatasetEntries),
            Operation::ListDatasetLabels => FromJson::from_json(json, at).map(Self::ListDatasetLabels),
            Operation::ListFaces => FromJson::from_json(json, at).map(Self::ListFaces),
            Operation::ListMediaAnalysisJobs => {
                FromJson::from_json(json, at).map(Self::ListMediaAnalysisJobs)
            }
            Operation::ListProjectPolicies => FromJson::from_json(json, at).map(Self::ListProjectPolicies),
            Operation::ListStreamProcessors => FromJson::from_json(json, at).map(Self::ListStreamProcessors),
            Operation::ListTagsForResource => FromJson::from_json(json, at).map(Self::ListTagsForResource),
            Operation::ListUsers => FromJson::from_json(json, at).map(Self::ListUsers),
            Operation::PutProjectPolicy => FromJson::from_json(json, at).map(Self::PutProjectPolicy),
            Operation::RecognizeCelebrities => FromJson::from_json(json, at).map(Self::RecognizeCelebrities),
            Operation::SearchFaces => FromJson::from_json(json, at).map(Self::SearchFaces),
            Operation::SearchFacesByImage => FromJson::from_json(json, at).map(Self::SearchFacesByImage),
            Operation::SearchUsers => FromJson::from_json(json, at).map(Self::SearchUsers),
            Operation::SearchUsersByImage => FromJson::from_json(json, at).map(Self::SearchUsersByImage),
            Operation::StartCelebrityRecognition => {
                FromJson::from_json(json, at).map(Self::StartCelebrityRecognition)
            }
            Operation::StartContentModeration => {
                FromJson::from_json(json, at).map(Self::StartContentModeration)
            }
            Operation::StartFaceDetection => FromJson::from_json(json, at).map(Self::StartFaceDetection),
            Operation::StartFaceSearch => FromJson::from_json(json, at).map(Self::StartFaceSearch),
            Operation::StartLabelDetection => FromJson::from_json(json, at).map(Self::StartLabelDetection),
            Operation::StartMediaAnalysisJob => {
                FromJson::from_json(json, at).map(Self::StartMediaAnalysisJob)
            }
            Operation::StartPersonTracking => FromJson::from_json(json, at).map(Self::StartPersonTracking),
            Operation::StartProjectVersion => FromJson::from_json(json, at).map(Self::StartProjectVersion),
            Operation::StartSegmentDetection => {
                FromJson::from_json(json, at).map(Self::StartSegmentDetection)
            }
            Operation::StartStreamProcessor => FromJson::from_json(json, at).map(Self::StartStreamProcessor),
            Operation::StartTextDetection => FromJson::from_json(json, at).map(Self::StartTextDetection),
            Operation::StopProjectVersion => FromJson::from_json(json, at).map(Self::StopProjectVersion),
            Operation::StopStreamProcessor => FromJson::from_json(json, at).map(Self::StopStreamProcessor),
            Operation::TagResource => FromJson::from_json(json, at).map(Self::TagResource),
            Operation::UntagResource => FromJson::from_json(json, at).map(Self::UntagResource),
            Operation::UpdateDatasetEntries => FromJson::from_json(json, at).map(Self::UpdateDatasetEntries),
            Operation::UpdateStreamProcessor => {
                FromJson::from_json(json, at).map(Self::UpdateStreamProcessor)
            }
        }
    }
}

impl Validate for Request {
    fn validate(&self, at: &Path<'_>, found: &mut Violations) {
        match self {
            Self::AssociateFaces(request) => request.validate(at, found),
            Self::CompareFaces(request) => request.validate(at, found),
            Self::CopyProjectVersion(request) => request.validate(at, found),
            Self::CreateCollection(request) => request.validate(at, found),
            Self::CreateDataset(request) => request.validate(at, found),
            Self::CreateFaceLivenessSession(request) => request.validate(at, found),
            Self::CreateProject(request) => request.validate(at, found),
            Self::CreateProjectVersion(request) => request.validate(at, found),
            Self::CreateStreamProcessor(request) => request.validate(at, found),
            Self::CreateUser(request) => request.validate(at, found),
            Self::DeleteCollection(request) => request.validate(at, found),
            Self::DeleteDataset(request) => request.validate(at, found),
            Self::DeleteFaces(request) => request.validate(at, found),
            Self::DeleteProject(request) => request.validate(at, found),
            Self::DeleteProjectPolicy(request) => request.validate(at, found),
            Self::DeleteProjectVersion(request) => request.validate(at, found),
            Self::DeleteStreamProcessor(request) => request.validate(at, found),
            Self::DeleteUser(request) => request.validate(at, found),
            Self::DescribeCollection(request) => request.validate(at, found),
            Self::DescribeDataset(request) => request.validate(at, found),
            Self::DescribeProjectVersions(request) => request.validate(at, found),
            Self::DescribeProjects(request) => request.validate(at, found),
            Self::DescribeStreamProcessor(request) => request.validate(at, found),
            Self::DetectCustomLabels(request) => request.validate(at, found),
            Self::DetectFaces(request) => request.validate(at, found),
            Self::DetectLabels(request) => request.validate(at, found),
            Self::DetectModerationLabels(request) => request.validate(at, found),
            Self::DetectProtectiveEquipment(request) => request.validate(at, found),
            Self::DetectText(request) => request.validate(at, found),
            Self::DisassociateFaces(request) => request.validate(at, found),
            Self::DistributeDatasetEntries(request) => request.validate(at, found),
            Self::GetCelebrityInfo(request) => request.validate(at, found),
            Self::GetCelebrityRecognition(request) => request.validate(at, found),
            Self::GetContentModeration(request) => request.validate(at, found),
            Self::GetFaceDetection(request) => request.validate(at, found),
            Self::GetFaceLivenessSessionResults(request) => request.validate(at, found),
            Self::GetFaceSearch(request) => request.validate(at, found),
            Self::GetLabelDetection(request) => request.validate(at, found),
            Self::GetMediaAnalysisJob(request) => request.validate(at, found),
            Self::GetPersonTracking(request) => request.validate(at, found),
            Self::GetSegmentDetection(request) => request.validate(at, found),
            Self::GetTextDetection(request) => request.validate(at, found),
            Self::IndexFaces(request) => request.validate(at, found),
            Self::ListCollections(request) => request.validate(at, found),
            Self::ListDatasetEntries(request) => request.validate(at, found),
            Self::ListDatasetLabels(request) => request.validate(at, found),
            Self::ListFaces(request) => request.validate(at, found),
            Self::ListMediaAnalysisJobs(request) => request.validate(at, found),
            Self::ListProjectPolicies(request) => request.validate(at, found),
            Self::ListStreamProcessors(request) => request.validate(at, found),
            Self::ListTagsForResource(request) => request.validate(at, found),
            Self::ListUsers(request) => request.validate(at, found),
            Self::PutProjectPolicy(request) => request.validate(at, found),
            Self::RecognizeCelebrities(request) => request.validate(at, found),
            Self::SearchFaces(request) => request.validate(at, found),
            Self::SearchFacesByImage(request) => request.validate(at, found),
            Self::SearchUsers(request) => request.validate(at, found),
            Self::SearchUsersByImage(request) => request.validate(at, found),
            Self::StartCelebrityRecognition(request) => request.validate(at, found),
            Self::StartContentModeration(request) => request.validate(at, found),
            Self::StartFaceDetection(request) => request.validate(at, found),
            Self::StartFaceSearch(request) => request.validate(at, found),
            Self::StartLabelDetection(request) => request.validate(at, found),
            Self::StartMediaAnalysisJob(request) => request.validate(at, found),
            Self::StartPersonTracking(request) => request.validate(at, found),
            Self::StartProjectVersion(request) => request.validate(at, found),
            Self::StartSegmentDetection(request) => request.validate(at, found),
            Self::StartStreamProcessor(request) => request.validate(at, found),
            Self::StartTextDetection(request) => request.validate(at, found),
            Self::StopProjectVersion(request) => request.validate(at, found),
            Self::StopStreamProcessor(request) => request.validate(at, found),
            Self::TagResource(request) => request.validate(at, found),
            Self::UntagResource(request) => request.validate(at, found),
            Self::UpdateDatasetEntries(request) => request.validate(at, found),
            Self::UpdateStreamProcessor(request) => request.validate(at, found),
        }
    }
}
