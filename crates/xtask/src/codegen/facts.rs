//! Facts the generator needs that the service model does not state.
//!
//! Each list is complete or the generator stops: a new operation needs a family, a new exception keeps its default.

/// The file in which an operation's structures are written. Structures of several families go to `shared`.
pub(super) const FAMILIES: [(&str, &[&str]); 13] = [
    (
        "analysis",
        &[
            "DetectLabels",
            "DetectModerationLabels",
            "DetectText",
            "DetectProtectiveEquipment",
            "DetectCustomLabels",
        ],
    ),
    ("faces", &["DetectFaces", "CompareFaces"]),
    (
        "collections",
        &[
            "CreateCollection",
            "DeleteCollection",
            "DescribeCollection",
            "ListCollections",
            "IndexFaces",
            "ListFaces",
            "DeleteFaces",
            "SearchFaces",
            "SearchFacesByImage",
        ],
    ),
    (
        "users",
        &[
            "CreateUser",
            "DeleteUser",
            "ListUsers",
            "AssociateFaces",
            "DisassociateFaces",
            "SearchUsers",
            "SearchUsersByImage",
        ],
    ),
    ("celebrities", &["RecognizeCelebrities", "GetCelebrityInfo"]),
    (
        "video",
        &[
            "StartLabelDetection",
            "GetLabelDetection",
            "StartContentModeration",
            "GetContentModeration",
            "StartFaceDetection",
            "GetFaceDetection",
            "StartFaceSearch",
            "GetFaceSearch",
            "StartCelebrityRecognition",
            "GetCelebrityRecognition",
            "StartTextDetection",
            "GetTextDetection",
            "StartSegmentDetection",
            "GetSegmentDetection",
            "StartPersonTracking",
            "GetPersonTracking",
        ],
    ),
    ("media_analysis", &["StartMediaAnalysisJob", "GetMediaAnalysisJob", "ListMediaAnalysisJobs"]),
    (
        "stream_processors",
        &[
            "CreateStreamProcessor",
            "DescribeStreamProcessor",
            "ListStreamProcessors",
            "StartStreamProcessor",
            "StopStreamProcessor",
            "UpdateStreamProcessor",
            "DeleteStreamProcessor",
        ],
    ),
    (
        "datasets",
        &[
            "CreateDataset",
            "DescribeDataset",
            "UpdateDatasetEntries",
            "ListDatasetEntries",
            "ListDatasetLabels",
            "DistributeDatasetEntries",
            "DeleteDataset",
        ],
    ),
    (
        "projects",
        &[
            "CreateProject",
            "DescribeProjects",
            "DeleteProject",
            "PutProjectPolicy",
            "ListProjectPolicies",
            "DeleteProjectPolicy",
        ],
    ),
    (
        "project_versions",
        &[
            "CreateProjectVersion",
            "DescribeProjectVersions",
            "CopyProjectVersion",
            "StartProjectVersion",
            "StopProjectVersion",
            "DeleteProjectVersion",
        ],
    ),
    ("liveness", &["CreateFaceLivenessSession", "GetFaceLivenessSessionResults"]),
    ("tags", &["TagResource", "UntagResource", "ListTagsForResource"]),
];

/// HTTP statuses of exceptions that are neither 400 nor, being faults, 500: from the service's Smithy model.
pub(super) const STATUSES: [(&str, u16); 1] = [("HumanLoopQuotaExceededException", 402)];

/// Errors that AWS's SDKs send again by themselves, in three attempts in standard mode. The modelled ones were seen to
/// be with boto3 and the JavaScript SDK; `RequestTimeoutException` is on the list of transient codes of both.
pub(super) const RETRIED: [&str; 5] = [
    "InternalServerError",
    "LimitExceededException",
    "ProvisionedThroughputExceededException",
    "RequestTimeoutException",
    "ThrottlingException",
];

/// Errors that AWS's front end answers before an operation is reached, with their statuses, and the three that only this
/// server has: no operation models them, so the generated list of codes gets them from here.
///
/// 501 for an operation this server lacks, because SDKs retry 500, 502, 503 and 504 but not 501.
pub(super) const FRONT_END: [(&str, u16); 11] = [
    ("ExpiredTokenException", 400),
    ("IncompleteSignatureException", 400),
    ("InvalidSignatureException", 400),
    ("MissingAuthenticationTokenException", 400),
    ("NotImplementedException", 501),
    ("RequestEntityTooLargeException", 413),
    ("RequestTimeoutException", 408),
    ("SerializationException", 400),
    ("UnknownOperationException", 400),
    ("UnrecognizedClientException", 400),
    ("ValidationException", 400),
];
