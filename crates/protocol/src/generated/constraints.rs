// Written by `cargo xtask codegen` from the service model; do not edit.

//! The limits of the model's shapes.

use crate::pattern::Pattern;
use crate::validate::{Floats, Integers, Length, Text};

/// `AssociatedFacesList`: 0 to 100 items.
pub static ASSOCIATED_FACES_LIST: Length = Length { min: Some(0), max: Some(100) };

/// `AuditImagesLimit`: 0 to 4.
pub static AUDIT_IMAGES_LIMIT: Integers = Integers { min: Some(0), max: Some(4) };

/// `BoundingBoxHeight`: 0 to 1.
pub static BOUNDING_BOX_HEIGHT: Floats = Floats { min: Some(0.0), max: Some(1.0) };

/// `BoundingBoxWidth`: 0 to 1.
pub static BOUNDING_BOX_WIDTH: Floats = Floats { min: Some(0.0), max: Some(1.0) };

/// `ClientRequestToken`: 1 to 64 characters, a pattern.
pub static CLIENT_REQUEST_TOKEN: Text =
    Text { length: Length { min: Some(1), max: Some(64) }, pattern: Some(&CLIENT_REQUEST_TOKEN_PATTERN) };

/// `CollectionId`: 1 to 255 characters, a pattern.
pub static COLLECTION_ID: Text =
    Text { length: Length { min: Some(1), max: Some(255) }, pattern: Some(&COLLECTION_ID_PATTERN) };

/// `ConnectedHomeLabels`: 1 to 128 items.
pub static CONNECTED_HOME_LABELS: Length = Length { min: Some(1), max: Some(128) };

/// `ContentClassifiers`: at most 256 items.
pub static CONTENT_CLASSIFIERS: Length = Length { min: None, max: Some(256) };

/// `ContentTypes`: 0 to 50 items.
pub static CONTENT_TYPES: Length = Length { min: Some(0), max: Some(50) };

/// `CustomizationFeatures`: 1 to 2 items.
pub static CUSTOMIZATION_FEATURES: Length = Length { min: Some(1), max: Some(2) };

/// `DatasetArn`: 20 to 2048 characters, a pattern.
pub static DATASET_ARN: Text =
    Text { length: Length { min: Some(20), max: Some(2048) }, pattern: Some(&DATASET_ARN_PATTERN) };

/// `DatasetEntry`: 1 to 100000 characters, a pattern.
pub static DATASET_ENTRY: Text =
    Text { length: Length { min: Some(1), max: Some(100000) }, pattern: Some(&DATASET_ENTRY_PATTERN) };

/// `DatasetLabel`: 1 to 255 characters, a pattern.
pub static DATASET_LABEL: Text =
    Text { length: Length { min: Some(1), max: Some(255) }, pattern: Some(&DATASET_LABEL_PATTERN) };

/// `DatasetLabels`: 1 to 10 items.
pub static DATASET_LABELS: Length = Length { min: Some(1), max: Some(10) };

/// `Degree`: -180 to 180.
pub static DEGREE: Floats = Floats { min: Some(-180.0), max: Some(180.0) };

/// `DetectLabelsFeatureList`: 0 to 2 items.
pub static DETECT_LABELS_FEATURE_LIST: Length = Length { min: Some(0), max: Some(2) };

/// `DetectLabelsMaxDominantColors`: 0 to 20.
pub static DETECT_LABELS_MAX_DOMINANT_COLORS: Integers = Integers { min: Some(0), max: Some(20) };

/// `DisassociatedFacesList`: 0 to 100 items.
pub static DISASSOCIATED_FACES_LIST: Length = Length { min: Some(0), max: Some(100) };

/// `DistributeDatasetMetadataList`: exactly 2 items.
pub static DISTRIBUTE_DATASET_METADATA_LIST: Length = Length { min: Some(2), max: Some(2) };

/// `ExtendedPaginationToken`: at most 1024 characters.
pub static EXTENDED_PAGINATION_TOKEN: Text =
    Text { length: Length { min: None, max: Some(1024) }, pattern: None };

/// `ExternalImageId`: 1 to 255 characters, a pattern.
pub static EXTERNAL_IMAGE_ID: Text =
    Text { length: Length { min: Some(1), max: Some(255) }, pattern: Some(&EXTERNAL_IMAGE_ID_PATTERN) };

/// `FaceId`: a pattern.
pub static FACE_ID: Text = Text { length: Length { min: None, max: None }, pattern: Some(&FACE_ID_PATTERN) };

/// `FaceIdList`: 1 to 4096 items.
pub static FACE_ID_LIST: Length = Length { min: Some(1), max: Some(4096) };

/// `FeedbackList`: at most 10 items.
pub static FEEDBACK_LIST: Length = Length { min: None, max: Some(10) };

/// `FeedbackMessage`: 1 to 512 characters.
pub static FEEDBACK_MESSAGE: Text = Text { length: Length { min: Some(1), max: Some(512) }, pattern: None };

/// `FlowDefinitionArn`: at most 256 characters.
pub static FLOW_DEFINITION_ARN: Text = Text { length: Length { min: None, max: Some(256) }, pattern: None };

/// `GeneralLabelsFilterList`: 0 to 100 items.
pub static GENERAL_LABELS_FILTER_LIST: Length = Length { min: Some(0), max: Some(100) };

/// `GeneralLabelsFilterValue`: 0 to 50 characters, a pattern.
pub static GENERAL_LABELS_FILTER_VALUE: Text = Text {
    length: Length { min: Some(0), max: Some(50) },
    pattern: Some(&GENERAL_LABELS_FILTER_VALUE_PATTERN),
};

/// `GroundTruthBlob`: 1 to 5242880 bytes.
pub static GROUND_TRUTH_BLOB: Length = Length { min: Some(1), max: Some(5242880) };

/// `HumanLoopActivationConditionsEvaluationResults`: at most 10240 characters.
pub static HUMAN_LOOP_ACTIVATION_CONDITIONS_EVALUATION_RESULTS: Text =
    Text { length: Length { min: None, max: Some(10240) }, pattern: None };

/// `HumanLoopActivationReasons`: at least 1 items.
pub static HUMAN_LOOP_ACTIVATION_REASONS: Length = Length { min: Some(1), max: None };

/// `HumanLoopArn`: at most 256 characters.
pub static HUMAN_LOOP_ARN: Text = Text { length: Length { min: None, max: Some(256) }, pattern: None };

/// `HumanLoopName`: 1 to 63 characters, a pattern.
pub static HUMAN_LOOP_NAME: Text =
    Text { length: Length { min: Some(1), max: Some(63) }, pattern: Some(&HUMAN_LOOP_NAME_PATTERN) };

/// `ImageBlob`: 1 to 5242880 bytes.
pub static IMAGE_BLOB: Length = Length { min: Some(1), max: Some(5242880) };

/// `ImageId`: a pattern.
pub static IMAGE_ID: Text = Text { length: Length { min: None, max: None }, pattern: Some(&FACE_ID_PATTERN) };

/// `IndexFacesModelVersion`: a pattern.
pub static INDEX_FACES_MODEL_VERSION: Text =
    Text { length: Length { min: None, max: None }, pattern: Some(&INDEX_FACES_MODEL_VERSION_PATTERN) };

/// `InferenceUnits`: at least 1.
pub static INFERENCE_UNITS: Integers = Integers { min: Some(1), max: None };

/// `JobId`: 1 to 64 characters, a pattern.
pub static JOB_ID: Text =
    Text { length: Length { min: Some(1), max: Some(64) }, pattern: Some(&CLIENT_REQUEST_TOKEN_PATTERN) };

/// `JobTag`: 1 to 1024 characters, a pattern.
pub static JOB_TAG: Text =
    Text { length: Length { min: Some(1), max: Some(1024) }, pattern: Some(&JOB_TAG_PATTERN) };

/// `KinesisDataArn`: a pattern.
pub static KINESIS_DATA_ARN: Text =
    Text { length: Length { min: None, max: None }, pattern: Some(&KINESIS_DATA_ARN_PATTERN) };

/// `KinesisVideoArn`: a pattern.
pub static KINESIS_VIDEO_ARN: Text =
    Text { length: Length { min: None, max: None }, pattern: Some(&KINESIS_VIDEO_ARN_PATTERN) };

/// `KinesisVideoStreamFragmentNumber`: 1 to 128 characters, a pattern.
pub static KINESIS_VIDEO_STREAM_FRAGMENT_NUMBER: Text = Text {
    length: Length { min: Some(1), max: Some(128) },
    pattern: Some(&KINESIS_VIDEO_STREAM_FRAGMENT_NUMBER_PATTERN),
};

/// `KmsKeyId`: 1 to 2048 characters, a pattern.
pub static KMS_KEY_ID: Text =
    Text { length: Length { min: Some(1), max: Some(2048) }, pattern: Some(&KMS_KEY_ID_PATTERN) };

/// `LabelDetectionFeatureList`: 0 to 1 items.
pub static LABEL_DETECTION_FEATURE_LIST: Length = Length { min: Some(0), max: Some(1) };

/// `ListDatasetEntriesPageSize`: 1 to 100.
pub static LIST_DATASET_ENTRIES_PAGE_SIZE: Integers = Integers { min: Some(1), max: Some(100) };

/// `ListDatasetLabelsPageSize`: 1 to 100.
pub static LIST_DATASET_LABELS_PAGE_SIZE: Integers = Integers { min: Some(1), max: Some(100) };

/// `ListMediaAnalysisJobsPageSize`: 1 to 100.
pub static LIST_MEDIA_ANALYSIS_JOBS_PAGE_SIZE: Integers = Integers { min: Some(1), max: Some(100) };

/// `ListProjectPoliciesPageSize`: 1 to 5.
pub static LIST_PROJECT_POLICIES_PAGE_SIZE: Integers = Integers { min: Some(1), max: Some(5) };

/// `LivenessImageBlob`: 1 to 204800 bytes.
pub static LIVENESS_IMAGE_BLOB: Length = Length { min: Some(1), max: Some(204800) };

/// `LivenessS3KeyPrefix`: at most 950 characters, a pattern.
pub static LIVENESS_S3_KEY_PREFIX: Text =
    Text { length: Length { min: None, max: Some(950) }, pattern: Some(&LIVENESS_S3_KEY_PREFIX_PATTERN) };

/// `LivenessSessionId`: exactly 36 characters, a pattern.
pub static LIVENESS_SESSION_ID: Text =
    Text { length: Length { min: Some(36), max: Some(36) }, pattern: Some(&FACE_ID_PATTERN) };

/// `MaxDurationInSecondsULong`: 1 to 120.
pub static MAX_DURATION_IN_SECONDS_U_LONG: Integers = Integers { min: Some(1), max: Some(120) };

/// `MaxFaces`: 1 to 4096.
pub static MAX_FACES: Integers = Integers { min: Some(1), max: Some(4096) };

/// `MaxFacesToIndex`: at least 1.
pub static MAX_FACES_TO_INDEX: Integers = Integers { min: Some(1), max: None };

/// `MaxPixelThreshold`: 0 to 1.
pub static MAX_PIXEL_THRESHOLD: Floats = Floats { min: Some(0.0), max: Some(1.0) };

/// `MaxResults`: at least 1.
pub static MAX_RESULTS: Integers = Integers { min: Some(1), max: None };

/// `MaxUserResults`: 1 to 500.
pub static MAX_USER_RESULTS: Integers = Integers { min: Some(1), max: Some(500) };

/// `MediaAnalysisJobId`: 1 to 64 characters, a pattern.
pub static MEDIA_ANALYSIS_JOB_ID: Text =
    Text { length: Length { min: Some(1), max: Some(64) }, pattern: Some(&CLIENT_REQUEST_TOKEN_PATTERN) };

/// `MediaAnalysisJobName`: 1 to 64 characters, a pattern.
pub static MEDIA_ANALYSIS_JOB_NAME: Text =
    Text { length: Length { min: Some(1), max: Some(64) }, pattern: Some(&COLLECTION_ID_PATTERN) };

/// `MediaAnalysisS3KeyPrefix`: at most 800 characters, a pattern.
pub static MEDIA_ANALYSIS_S3_KEY_PREFIX: Text =
    Text { length: Length { min: None, max: Some(800) }, pattern: Some(&LIVENESS_S3_KEY_PREFIX_PATTERN) };

/// `MinCoveragePercentage`: 0 to 100.
pub static MIN_COVERAGE_PERCENTAGE: Floats = Floats { min: Some(0.0), max: Some(100.0) };

/// `PageSize`: 0 to 4096.
pub static PAGE_SIZE: Integers = Integers { min: Some(0), max: Some(4096) };

/// `PaginationToken`: at most 255 characters.
pub static PAGINATION_TOKEN: Text = Text { length: Length { min: None, max: Some(255) }, pattern: None };

/// `Percent`: 0 to 100.
pub static PERCENT: Floats = Floats { min: Some(0.0), max: Some(100.0) };

/// `ProjectArn`: 20 to 2048 characters, a pattern.
pub static PROJECT_ARN: Text =
    Text { length: Length { min: Some(20), max: Some(2048) }, pattern: Some(&PROJECT_ARN_PATTERN) };

/// `ProjectName`: 1 to 255 characters, a pattern.
pub static PROJECT_NAME: Text =
    Text { length: Length { min: Some(1), max: Some(255) }, pattern: Some(&COLLECTION_ID_PATTERN) };

/// `ProjectNames`: 1 to 10 items.
pub static PROJECT_NAMES: Length = Length { min: Some(1), max: Some(10) };

/// `ProjectPolicyDocument`: 1 to 2000 characters, a pattern.
pub static PROJECT_POLICY_DOCUMENT: Text = Text {
    length: Length { min: Some(1), max: Some(2000) },
    pattern: Some(&PROJECT_POLICY_DOCUMENT_PATTERN),
};

/// `ProjectPolicyName`: 1 to 128 characters, a pattern.
pub static PROJECT_POLICY_NAME: Text =
    Text { length: Length { min: Some(1), max: Some(128) }, pattern: Some(&COLLECTION_ID_PATTERN) };

/// `ProjectPolicyRevisionId`: at most 64 characters, a pattern.
pub static PROJECT_POLICY_REVISION_ID: Text =
    Text { length: Length { min: None, max: Some(64) }, pattern: Some(&PROJECT_POLICY_REVISION_ID_PATTERN) };

/// `ProjectVersionArn`: 20 to 2048 characters, a pattern.
pub static PROJECT_VERSION_ARN: Text =
    Text { length: Length { min: Some(20), max: Some(2048) }, pattern: Some(&PROJECT_VERSION_ARN_PATTERN) };

/// `ProjectVersionId`: 20 to 2048 characters, a pattern.
pub static PROJECT_VERSION_ID: Text =
    Text { length: Length { min: Some(20), max: Some(2048) }, pattern: Some(&PROJECT_VERSION_ARN_PATTERN) };

/// `ProjectVersionsPageSize`: 1 to 100.
pub static PROJECT_VERSIONS_PAGE_SIZE: Integers = Integers { min: Some(1), max: Some(100) };

/// `ProjectsPageSize`: 1 to 100.
pub static PROJECTS_PAGE_SIZE: Integers = Integers { min: Some(1), max: Some(100) };

/// `QueryString`: 1 to 2048 characters, a pattern.
pub static QUERY_STRING: Text =
    Text { length: Length { min: Some(1), max: Some(2048) }, pattern: Some(&QUERY_STRING_PATTERN) };

/// `RegionsOfInterest`: 0 to 10 items.
pub static REGIONS_OF_INTEREST: Length = Length { min: Some(0), max: Some(10) };

/// `RekognitionUniqueId`: a pattern.
pub static REKOGNITION_UNIQUE_ID: Text =
    Text { length: Length { min: None, max: None }, pattern: Some(&REKOGNITION_UNIQUE_ID_PATTERN) };

/// `ResourceArn`: 20 to 2048 characters.
pub static RESOURCE_ARN: Text = Text { length: Length { min: Some(20), max: Some(2048) }, pattern: None };

/// `RoleArn`: a pattern.
pub static ROLE_ARN: Text =
    Text { length: Length { min: None, max: None }, pattern: Some(&ROLE_ARN_PATTERN) };

/// `S3Bucket`: 3 to 255 characters, a pattern.
pub static S3_BUCKET: Text =
    Text { length: Length { min: Some(3), max: Some(255) }, pattern: Some(&S3_BUCKET_PATTERN) };

/// `S3KeyPrefix`: at most 1024 characters.
pub static S3_KEY_PREFIX: Text = Text { length: Length { min: None, max: Some(1024) }, pattern: None };

/// `S3ObjectName`: 1 to 1024 characters.
pub static S3_OBJECT_NAME: Text = Text { length: Length { min: Some(1), max: Some(1024) }, pattern: None };

/// `S3ObjectVersion`: 1 to 1024 characters.
pub static S3_OBJECT_VERSION: Text = Text { length: Length { min: Some(1), max: Some(1024) }, pattern: None };

/// `SDKTypeString`: 1 to 64 characters.
pub static SDK_TYPE_STRING: Text = Text { length: Length { min: Some(1), max: Some(64) }, pattern: None };

/// `SNSTopicArn`: a pattern.
pub static SNS_TOPIC_ARN: Text =
    Text { length: Length { min: None, max: None }, pattern: Some(&SNS_TOPIC_ARN_PATTERN) };

/// `SegmentConfidence`: 50 to 100.
pub static SEGMENT_CONFIDENCE: Floats = Floats { min: Some(50.0), max: Some(100.0) };

/// `SegmentTypes`: at least 1 items.
pub static SEGMENT_TYPES: Length = Length { min: Some(1), max: None };

/// `StreamProcessorArn`: a pattern.
pub static STREAM_PROCESSOR_ARN: Text =
    Text { length: Length { min: None, max: None }, pattern: Some(&STREAM_PROCESSOR_ARN_PATTERN) };

/// `StreamProcessorName`: 1 to 128 characters, a pattern.
pub static STREAM_PROCESSOR_NAME: Text =
    Text { length: Length { min: Some(1), max: Some(128) }, pattern: Some(&COLLECTION_ID_PATTERN) };

/// `TagKey`: 1 to 128 characters, a pattern.
pub static TAG_KEY: Text =
    Text { length: Length { min: Some(1), max: Some(128) }, pattern: Some(&TAG_KEY_PATTERN) };

/// `TagKeyList`: 0 to 200 items.
pub static TAG_KEY_LIST: Length = Length { min: Some(0), max: Some(200) };

/// `TagMap`: 0 to 200 entries.
pub static TAG_MAP: Length = Length { min: Some(0), max: Some(200) };

/// `TagValue`: 0 to 256 characters, a pattern.
pub static TAG_VALUE: Text =
    Text { length: Length { min: Some(0), max: Some(256) }, pattern: Some(&TAG_VALUE_PATTERN) };

/// `UInteger`: at least 0.
pub static U_INTEGER: Integers = Integers { min: Some(0), max: None };

/// `ULong`: at least 0.
pub static U_LONG: Integers = Integers { min: Some(0), max: None };

/// `UnsuccessfulFaceAssociationList`: 0 to 500 items.
pub static UNSUCCESSFUL_FACE_ASSOCIATION_LIST: Length = Length { min: Some(0), max: Some(500) };

/// `UnsuccessfulFaceDeletionsList`: 0 to 4096 items.
pub static UNSUCCESSFUL_FACE_DELETIONS_LIST: Length = Length { min: Some(0), max: Some(4096) };

/// `UnsuccessfulFaceDisassociationList`: 0 to 500 items.
pub static UNSUCCESSFUL_FACE_DISASSOCIATION_LIST: Length = Length { min: Some(0), max: Some(500) };

/// `Urls`: 0 to 255 items.
pub static URLS: Length = Length { min: Some(0), max: Some(255) };

/// `UserFaceIdList`: 1 to 100 items.
pub static USER_FACE_ID_LIST: Length = Length { min: Some(1), max: Some(100) };

/// `UserId`: 1 to 128 characters, a pattern.
pub static USER_ID: Text =
    Text { length: Length { min: Some(1), max: Some(128) }, pattern: Some(&EXTERNAL_IMAGE_ID_PATTERN) };

/// `UserList`: at most 500 items.
pub static USER_LIST: Length = Length { min: None, max: Some(500) };

/// `UserMatchList`: at most 500 items.
pub static USER_MATCH_LIST: Length = Length { min: None, max: Some(500) };

/// `Version`: 5 to 11 characters, a pattern.
pub static VERSION: Text =
    Text { length: Length { min: Some(5), max: Some(11) }, pattern: Some(&VERSION_PATTERN) };

/// `VersionDescription`: 1 to 255 characters, a pattern.
pub static VERSION_DESCRIPTION: Text =
    Text { length: Length { min: Some(1), max: Some(255) }, pattern: Some(&VERSION_DESCRIPTION_PATTERN) };

/// `VersionName`: 1 to 255 characters, a pattern.
pub static VERSION_NAME: Text =
    Text { length: Length { min: Some(1), max: Some(255) }, pattern: Some(&COLLECTION_ID_PATTERN) };

/// `VersionNames`: 1 to 10 items.
pub static VERSION_NAMES: Length = Length { min: Some(1), max: Some(10) };

/// Every pattern above, once.
pub static PATTERNS: &[&Pattern] = &[
    &CLIENT_REQUEST_TOKEN_PATTERN,
    &COLLECTION_ID_PATTERN,
    &DATASET_ARN_PATTERN,
    &DATASET_ENTRY_PATTERN,
    &DATASET_LABEL_PATTERN,
    &EXTERNAL_IMAGE_ID_PATTERN,
    &FACE_ID_PATTERN,
    &GENERAL_LABELS_FILTER_VALUE_PATTERN,
    &HUMAN_LOOP_NAME_PATTERN,
    &INDEX_FACES_MODEL_VERSION_PATTERN,
    &JOB_TAG_PATTERN,
    &KINESIS_DATA_ARN_PATTERN,
    &KINESIS_VIDEO_ARN_PATTERN,
    &KINESIS_VIDEO_STREAM_FRAGMENT_NUMBER_PATTERN,
    &KMS_KEY_ID_PATTERN,
    &LIVENESS_S3_KEY_PREFIX_PATTERN,
    &PROJECT_ARN_PATTERN,
    &PROJECT_POLICY_DOCUMENT_PATTERN,
    &PROJECT_POLICY_REVISION_ID_PATTERN,
    &PROJECT_VERSION_ARN_PATTERN,
    &QUERY_STRING_PATTERN,
    &REKOGNITION_UNIQUE_ID_PATTERN,
    &ROLE_ARN_PATTERN,
    &S3_BUCKET_PATTERN,
    &SNS_TOPIC_ARN_PATTERN,
    &STREAM_PROCESSOR_ARN_PATTERN,
    &TAG_KEY_PATTERN,
    &TAG_VALUE_PATTERN,
    &VERSION_DESCRIPTION_PATTERN,
    &VERSION_PATTERN,
];

static KINESIS_DATA_ARN_PATTERN: Pattern = Pattern::new(
    r"(^arn:([a-z\d-]+):kinesis:([a-z\d-]+):\d{12}:.+$)",
    r"\A(?:(^arn:([a-z0-9-]+):kinesis:([a-z0-9-]+):[0-9]{12}:[^\n\r\u{85}\u{2028}\u{2029}]+$))\z",
    None,
);
static KINESIS_VIDEO_ARN_PATTERN: Pattern = Pattern::new(
    r"(^arn:([a-z\d-]+):kinesisvideo:([a-z\d-]+):\d{12}:.+$)",
    r"\A(?:(^arn:([a-z0-9-]+):kinesisvideo:([a-z0-9-]+):[0-9]{12}:[^\n\r\u{85}\u{2028}\u{2029}]+$))\z",
    None,
);
static PROJECT_ARN_PATTERN: Pattern = Pattern::new(
    r"(^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.\-]{1,255}\/[0-9]+$)",
    r"\A(?:(^arn:[a-z0-9-]+:rekognition:[a-z0-9-]+:[0-9]{12}:project/[a-zA-Z0-9_.\-]{1,255}/[0-9]+$))\z",
    None,
);
static DATASET_ARN_PATTERN: Pattern = Pattern::new(
    r"(^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.\-]{1,255}\/dataset\/(train|test)\/[0-9]+$)",
    r"\A(?:(^arn:[a-z0-9-]+:rekognition:[a-z0-9-]+:[0-9]{12}:project/[a-zA-Z0-9_.\-]{1,255}/dataset/(train|test)/[0-9]+$))\z",
    None,
);
static PROJECT_VERSION_ARN_PATTERN: Pattern = Pattern::new(
    r"(^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:project\/[a-zA-Z0-9_.\-]{1,255}\/version\/[a-zA-Z0-9_.\-]{1,255}\/[0-9]+$)",
    r"\A(?:(^arn:[a-z0-9-]+:rekognition:[a-z0-9-]+:[0-9]{12}:project/[a-zA-Z0-9_.\-]{1,255}/version/[a-zA-Z0-9_.\-]{1,255}/[0-9]+$))\z",
    None,
);
static STREAM_PROCESSOR_ARN_PATTERN: Pattern = Pattern::new(
    r"(^arn:[a-z\d-]+:rekognition:[a-z\d-]+:\d{12}:streamprocessor\/.+$)",
    r"\A(?:(^arn:[a-z0-9-]+:rekognition:[a-z0-9-]+:[0-9]{12}:streamprocessor/[^\n\r\u{85}\u{2028}\u{2029}]+$))\z",
    None,
);
static SNS_TOPIC_ARN_PATTERN: Pattern = Pattern::new(
    r"(^arn:aws:sns:.*:\w{12}:.+$)",
    r"\A(?:(^arn:aws:sns:[^\n\r\u{85}\u{2028}\u{2029}]*:[0-9A-Za-z_]{12}:[^\n\r\u{85}\u{2028}\u{2029}]+$))\z",
    None,
);
static QUERY_STRING_PATTERN: Pattern = Pattern::new(
    r".*\S.*",
    r"\A(?:[^\n\r\u{85}\u{2028}\u{2029}]*[^ \t\n\x0B\f\r][^\n\r\u{85}\u{2028}\u{2029}]*)\z",
    None,
);
static DATASET_LABEL_PATTERN: Pattern =
    Pattern::new(r".{1,}", r"\A(?:[^\n\r\u{85}\u{2028}\u{2029}]{1,})\z", None);
static PROJECT_POLICY_REVISION_ID_PATTERN: Pattern =
    Pattern::new(r"[0-9A-Fa-f]+", r"\A(?:[0-9A-Fa-f]+)\z", None);
static S3_BUCKET_PATTERN: Pattern = Pattern::new(r"[0-9A-Za-z\.\-_]*", r"\A(?:[0-9A-Za-z\.\-_]*)\z", None);
static REKOGNITION_UNIQUE_ID_PATTERN: Pattern = Pattern::new(r"[0-9A-Za-z]*", r"\A(?:[0-9A-Za-z]*)\z", None);
static INDEX_FACES_MODEL_VERSION_PATTERN: Pattern = Pattern::new(r"[0-9\.]+", r"\A(?:[0-9\.]+)\z", None);
static FACE_ID_PATTERN: Pattern = Pattern::new(
    r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
    r"\A(?:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\z",
    None,
);
static GENERAL_LABELS_FILTER_VALUE_PATTERN: Pattern =
    Pattern::new(r"[A-Za-z0-9àâèçñó'-_(). ]*", r"\A(?:[A-Za-z0-9àâèçñó'-_(). ]*)\z", None);
static PROJECT_POLICY_DOCUMENT_PATTERN: Pattern = Pattern::new(
    r"[\u0009\u000A\u000D\u0020-\u00FF]+",
    r"\A(?:[\u{0009}\u{000A}\u{000D}\u{0020}-\u{00FF}]+)\z",
    None,
);
static VERSION_DESCRIPTION_PATTERN: Pattern =
    Pattern::new(r"[a-zA-Z0-9-_. ()':,;?]+", r"\A(?:[a-zA-Z0-9-_. ()':,;?]+)\z", None);
static JOB_TAG_PATTERN: Pattern =
    Pattern::new(r"[a-zA-Z0-9_.\-:+=\/]+", r"\A(?:[a-zA-Z0-9_.\-:+=/]+)\z", None);
static EXTERNAL_IMAGE_ID_PATTERN: Pattern =
    Pattern::new(r"[a-zA-Z0-9_.\-:]+", r"\A(?:[a-zA-Z0-9_.\-:]+)\z", None);
static COLLECTION_ID_PATTERN: Pattern = Pattern::new(r"[a-zA-Z0-9_.\-]+", r"\A(?:[a-zA-Z0-9_.\-]+)\z", None);
static LIVENESS_S3_KEY_PREFIX_PATTERN: Pattern = Pattern::new(r"\S*", r"\A(?:[^ \t\n\x0B\f\r]*)\z", None);
static VERSION_PATTERN: Pattern = Pattern::new(
    r"^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$",
    r"\A(?:^(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})\.(0|[1-9][0-9]{0,2})$)\z",
    None,
);
static TAG_KEY_PATTERN: Pattern = Pattern::new(
    r"^(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$",
    r"\A(?:[\p{L}\p{Z}\p{N}_.:/=+\-@]*$)\z",
    Some("aws:"),
);
static TAG_VALUE_PATTERN: Pattern =
    Pattern::new(r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$", r"\A(?:^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$)\z", None);
static KINESIS_VIDEO_STREAM_FRAGMENT_NUMBER_PATTERN: Pattern =
    Pattern::new(r"^[0-9]+$", r"\A(?:^[0-9]+$)\z", None);
static KMS_KEY_ID_PATTERN: Pattern = Pattern::new(
    r"^[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}$",
    r"\A(?:^[A-Za-z0-9][A-Za-z0-9:_/+=,@.-]{0,2048}$)\z",
    None,
);
static HUMAN_LOOP_NAME_PATTERN: Pattern =
    Pattern::new(r"^[a-z0-9](-*[a-z0-9])*", r"\A(?:^[a-z0-9](-*[a-z0-9])*)\z", None);
static CLIENT_REQUEST_TOKEN_PATTERN: Pattern =
    Pattern::new(r"^[a-zA-Z0-9-_]+$", r"\A(?:^[a-zA-Z0-9-_]+$)\z", None);
static DATASET_ENTRY_PATTERN: Pattern =
    Pattern::new(r"^\{.*\}$", r"\A(?:^\{[^\n\r\u{85}\u{2028}\u{2029}]*\}$)\z", None);
static ROLE_ARN_PATTERN: Pattern = Pattern::new(
    r"arn:aws:iam::\d{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+",
    r"\A(?:arn:aws:iam::[0-9]{12}:role/?[a-zA-Z_0-9+=,.@\-_/]+)\z",
    None,
);
