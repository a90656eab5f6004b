// Written by `cargo xtask codegen` from the service model; do not edit.

//! The model's enumerations. Each is open: it can hold a value the model does not list.

use crate::open_enum::open_enum;

open_enum! {
    /// Enumeration `Attribute`, 14 values.
    Attribute {
        DEFAULT = "DEFAULT",
        ALL = "ALL",
        AGE_RANGE = "AGE_RANGE",
        BEARD = "BEARD",
        EMOTIONS = "EMOTIONS",
        EYE_DIRECTION = "EYE_DIRECTION",
        EYEGLASSES = "EYEGLASSES",
        EYES_OPEN = "EYES_OPEN",
        GENDER = "GENDER",
        MOUTH_OPEN = "MOUTH_OPEN",
        MUSTACHE = "MUSTACHE",
        FACE_OCCLUDED = "FACE_OCCLUDED",
        SMILE = "SMILE",
        SUNGLASSES = "SUNGLASSES",
    }
}

open_enum! {
    /// Enumeration `BodyPart`, 4 values.
    BodyPart {
        FACE = "FACE",
        HEAD = "HEAD",
        LEFT_HAND = "LEFT_HAND",
        RIGHT_HAND = "RIGHT_HAND",
    }
}

open_enum! {
    /// Enumeration `CelebrityRecognitionSortBy`, 2 values.
    CelebrityRecognitionSortBy {
        ID = "ID",
        TIMESTAMP = "TIMESTAMP",
    }
}

open_enum! {
    /// Enumeration `ChallengeType`, 2 values.
    ChallengeType {
        FACE_MOVEMENT_AND_LIGHT_CHALLENGE = "FaceMovementAndLightChallenge",
        FACE_MOVEMENT_CHALLENGE = "FaceMovementChallenge",
    }
}

open_enum! {
    /// Enumeration `ContentClassifier`, 2 values.
    ContentClassifier {
        FREE_OF_PERSONALLY_IDENTIFIABLE_INFORMATION = "FreeOfPersonallyIdentifiableInformation",
        FREE_OF_ADULT_CONTENT = "FreeOfAdultContent",
    }
}

open_enum! {
    /// Enumeration `ContentModerationAggregateBy`, 2 values.
    ContentModerationAggregateBy {
        TIMESTAMPS = "TIMESTAMPS",
        SEGMENTS = "SEGMENTS",
    }
}

open_enum! {
    /// Enumeration `ContentModerationSortBy`, 2 values.
    ContentModerationSortBy {
        NAME = "NAME",
        TIMESTAMP = "TIMESTAMP",
    }
}

open_enum! {
    /// Enumeration `CustomizationFeature`, 2 values.
    CustomizationFeature {
        CONTENT_MODERATION = "CONTENT_MODERATION",
        CUSTOM_LABELS = "CUSTOM_LABELS",
    }
}

open_enum! {
    /// Enumeration `DatasetStatus`, 7 values.
    DatasetStatus {
        CREATE_IN_PROGRESS = "CREATE_IN_PROGRESS",
        CREATE_COMPLETE = "CREATE_COMPLETE",
        CREATE_FAILED = "CREATE_FAILED",
        UPDATE_IN_PROGRESS = "UPDATE_IN_PROGRESS",
        UPDATE_COMPLETE = "UPDATE_COMPLETE",
        UPDATE_FAILED = "UPDATE_FAILED",
        DELETE_IN_PROGRESS = "DELETE_IN_PROGRESS",
    }
}

open_enum! {
    /// Enumeration `DatasetStatusMessageCode`, 3 values.
    DatasetStatusMessageCode {
        SUCCESS = "SUCCESS",
        SERVICE_ERROR = "SERVICE_ERROR",
        CLIENT_ERROR = "CLIENT_ERROR",
    }
}

open_enum! {
    /// Enumeration `DatasetType`, 2 values.
    DatasetType {
        TRAIN = "TRAIN",
        TEST = "TEST",
    }
}

open_enum! {
    /// Enumeration `DetectLabelsFeatureName`, 2 values.
    DetectLabelsFeatureName {
        GENERAL_LABELS = "GENERAL_LABELS",
        IMAGE_PROPERTIES = "IMAGE_PROPERTIES",
    }
}

open_enum! {
    /// Enumeration `EmotionName`, 9 values.
    EmotionName {
        HAPPY = "HAPPY",
        SAD = "SAD",
        ANGRY = "ANGRY",
        CONFUSED = "CONFUSED",
        DISGUSTED = "DISGUSTED",
        SURPRISED = "SURPRISED",
        CALM = "CALM",
        UNKNOWN = "UNKNOWN",
        FEAR = "FEAR",
    }
}

open_enum! {
    /// Enumeration `FaceAttributes`, 2 values.
    FaceAttributes {
        DEFAULT = "DEFAULT",
        ALL = "ALL",
    }
}

open_enum! {
    /// Enumeration `FaceSearchSortBy`, 2 values.
    FaceSearchSortBy {
        INDEX = "INDEX",
        TIMESTAMP = "TIMESTAMP",
    }
}

open_enum! {
    /// Enumeration `FeedbackCode`, 7 values.
    FeedbackCode {
        FACE_NOT_VISIBLE = "FACE_NOT_VISIBLE",
        FACE_OBSTRUCTION_DETECTED = "FACE_OBSTRUCTION_DETECTED",
        LOW_VIDEO_QUALITY_DETECTED = "LOW_VIDEO_QUALITY_DETECTED",
        FACE_NOT_ALIGNED = "FACE_NOT_ALIGNED",
        EYES_CLOSED_DETECTED = "EYES_CLOSED_DETECTED",
        LOW_LIGHTING_DETECTED = "LOW_LIGHTING_DETECTED",
        HIGH_LIGHTING_DETECTED = "HIGH_LIGHTING_DETECTED",
    }
}

open_enum! {
    /// Enumeration `GenderType`, 2 values.
    GenderType {
        MALE = "Male",
        FEMALE = "Female",
    }
}

open_enum! {
    /// Enumeration `KnownGenderType`, 4 values.
    KnownGenderType {
        MALE = "Male",
        FEMALE = "Female",
        NONBINARY = "Nonbinary",
        UNLISTED = "Unlisted",
    }
}

open_enum! {
    /// Enumeration `LabelDetectionAggregateBy`, 2 values.
    LabelDetectionAggregateBy {
        TIMESTAMPS = "TIMESTAMPS",
        SEGMENTS = "SEGMENTS",
    }
}

open_enum! {
    /// Enumeration `LabelDetectionFeatureName`, 1 values.
    LabelDetectionFeatureName {
        GENERAL_LABELS = "GENERAL_LABELS",
    }
}

open_enum! {
    /// Enumeration `LabelDetectionSortBy`, 2 values.
    LabelDetectionSortBy {
        NAME = "NAME",
        TIMESTAMP = "TIMESTAMP",
    }
}

open_enum! {
    /// Enumeration `LandmarkType`, 30 values.
    LandmarkType {
        EYE_LEFT = "eyeLeft",
        EYE_RIGHT = "eyeRight",
        NOSE = "nose",
        MOUTH_LEFT = "mouthLeft",
        MOUTH_RIGHT = "mouthRight",
        LEFT_EYE_BROW_LEFT = "leftEyeBrowLeft",
        LEFT_EYE_BROW_RIGHT = "leftEyeBrowRight",
        LEFT_EYE_BROW_UP = "leftEyeBrowUp",
        RIGHT_EYE_BROW_LEFT = "rightEyeBrowLeft",
        RIGHT_EYE_BROW_RIGHT = "rightEyeBrowRight",
        RIGHT_EYE_BROW_UP = "rightEyeBrowUp",
        LEFT_EYE_LEFT = "leftEyeLeft",
        LEFT_EYE_RIGHT = "leftEyeRight",
        LEFT_EYE_UP = "leftEyeUp",
        LEFT_EYE_DOWN = "leftEyeDown",
        RIGHT_EYE_LEFT = "rightEyeLeft",
        RIGHT_EYE_RIGHT = "rightEyeRight",
        RIGHT_EYE_UP = "rightEyeUp",
        RIGHT_EYE_DOWN = "rightEyeDown",
        NOSE_LEFT = "noseLeft",
        NOSE_RIGHT = "noseRight",
        MOUTH_UP = "mouthUp",
        MOUTH_DOWN = "mouthDown",
        LEFT_PUPIL = "leftPupil",
        RIGHT_PUPIL = "rightPupil",
        UPPER_JAWLINE_LEFT = "upperJawlineLeft",
        MID_JAWLINE_LEFT = "midJawlineLeft",
        CHIN_BOTTOM = "chinBottom",
        MID_JAWLINE_RIGHT = "midJawlineRight",
        UPPER_JAWLINE_RIGHT = "upperJawlineRight",
    }
}

open_enum! {
    /// Enumeration `LivenessSessionStatus`, 5 values.
    LivenessSessionStatus {
        CREATED = "CREATED",
        IN_PROGRESS = "IN_PROGRESS",
        SUCCEEDED = "SUCCEEDED",
        FAILED = "FAILED",
        EXPIRED = "EXPIRED",
    }
}

open_enum! {
    /// Enumeration `MediaAnalysisJobFailureCode`, 9 values.
    MediaAnalysisJobFailureCode {
        INTERNAL_ERROR = "INTERNAL_ERROR",
        INVALID_S3_OBJECT = "INVALID_S3_OBJECT",
        INVALID_MANIFEST = "INVALID_MANIFEST",
        INVALID_OUTPUT_CONFIG = "INVALID_OUTPUT_CONFIG",
        INVALID_KMS_KEY = "INVALID_KMS_KEY",
        ACCESS_DENIED = "ACCESS_DENIED",
        RESOURCE_NOT_FOUND = "RESOURCE_NOT_FOUND",
        RESOURCE_NOT_READY = "RESOURCE_NOT_READY",
        THROTTLED = "THROTTLED",
    }
}

open_enum! {
    /// Enumeration `MediaAnalysisJobStatus`, 5 values.
    MediaAnalysisJobStatus {
        CREATED = "CREATED",
        QUEUED = "QUEUED",
        IN_PROGRESS = "IN_PROGRESS",
        SUCCEEDED = "SUCCEEDED",
        FAILED = "FAILED",
    }
}

open_enum! {
    /// Enumeration `OrientationCorrection`, 4 values.
    OrientationCorrection {
        ROTATE_0 = "ROTATE_0",
        ROTATE_90 = "ROTATE_90",
        ROTATE_180 = "ROTATE_180",
        ROTATE_270 = "ROTATE_270",
    }
}

open_enum! {
    /// Enumeration `PersonTrackingSortBy`, 2 values.
    PersonTrackingSortBy {
        INDEX = "INDEX",
        TIMESTAMP = "TIMESTAMP",
    }
}

open_enum! {
    /// Enumeration `ProjectAutoUpdate`, 2 values.
    ProjectAutoUpdate {
        ENABLED = "ENABLED",
        DISABLED = "DISABLED",
    }
}

open_enum! {
    /// Enumeration `ProjectStatus`, 3 values.
    ProjectStatus {
        CREATING = "CREATING",
        CREATED = "CREATED",
        DELETING = "DELETING",
    }
}

open_enum! {
    /// Enumeration `ProjectVersionStatus`, 14 values.
    ProjectVersionStatus {
        TRAINING_IN_PROGRESS = "TRAINING_IN_PROGRESS",
        TRAINING_COMPLETED = "TRAINING_COMPLETED",
        TRAINING_FAILED = "TRAINING_FAILED",
        STARTING = "STARTING",
        RUNNING = "RUNNING",
        FAILED = "FAILED",
        STOPPING = "STOPPING",
        STOPPED = "STOPPED",
        DELETING = "DELETING",
        COPYING_IN_PROGRESS = "COPYING_IN_PROGRESS",
        COPYING_COMPLETED = "COPYING_COMPLETED",
        COPYING_FAILED = "COPYING_FAILED",
        DEPRECATED = "DEPRECATED",
        EXPIRED = "EXPIRED",
    }
}

open_enum! {
    /// Enumeration `ProtectiveEquipmentType`, 3 values.
    ProtectiveEquipmentType {
        FACE_COVER = "FACE_COVER",
        HAND_COVER = "HAND_COVER",
        HEAD_COVER = "HEAD_COVER",
    }
}

open_enum! {
    /// Enumeration `QualityFilter`, 5 values.
    QualityFilter {
        NONE = "NONE",
        AUTO = "AUTO",
        LOW = "LOW",
        MEDIUM = "MEDIUM",
        HIGH = "HIGH",
    }
}

open_enum! {
    /// Enumeration `Reason`, 7 values.
    Reason {
        EXCEEDS_MAX_FACES = "EXCEEDS_MAX_FACES",
        EXTREME_POSE = "EXTREME_POSE",
        LOW_BRIGHTNESS = "LOW_BRIGHTNESS",
        LOW_SHARPNESS = "LOW_SHARPNESS",
        LOW_CONFIDENCE = "LOW_CONFIDENCE",
        SMALL_BOUNDING_BOX = "SMALL_BOUNDING_BOX",
        LOW_FACE_QUALITY = "LOW_FACE_QUALITY",
    }
}

open_enum! {
    /// Enumeration `SegmentType`, 2 values.
    SegmentType {
        TECHNICAL_CUE = "TECHNICAL_CUE",
        SHOT = "SHOT",
    }
}

open_enum! {
    /// Enumeration `StreamProcessorParameterToDelete`, 2 values.
    StreamProcessorParameterToDelete {
        CONNECTED_HOME_MIN_CONFIDENCE = "ConnectedHomeMinConfidence",
        REGIONS_OF_INTEREST = "RegionsOfInterest",
    }
}

open_enum! {
    /// Enumeration `StreamProcessorStatus`, 6 values.
    StreamProcessorStatus {
        STOPPED = "STOPPED",
        STARTING = "STARTING",
        RUNNING = "RUNNING",
        FAILED = "FAILED",
        STOPPING = "STOPPING",
        UPDATING = "UPDATING",
    }
}

open_enum! {
    /// Enumeration `TechnicalCueType`, 7 values.
    TechnicalCueType {
        COLOR_BARS = "ColorBars",
        END_CREDITS = "EndCredits",
        BLACK_FRAMES = "BlackFrames",
        OPENING_CREDITS = "OpeningCredits",
        STUDIO_LOGO = "StudioLogo",
        SLATE = "Slate",
        CONTENT = "Content",
    }
}

open_enum! {
    /// Enumeration `TextTypes`, 2 values.
    TextTypes {
        LINE = "LINE",
        WORD = "WORD",
    }
}

open_enum! {
    /// Enumeration `UnsearchedFaceReason`, 8 values.
    UnsearchedFaceReason {
        FACE_NOT_LARGEST = "FACE_NOT_LARGEST",
        EXCEEDS_MAX_FACES = "EXCEEDS_MAX_FACES",
        EXTREME_POSE = "EXTREME_POSE",
        LOW_BRIGHTNESS = "LOW_BRIGHTNESS",
        LOW_SHARPNESS = "LOW_SHARPNESS",
        LOW_CONFIDENCE = "LOW_CONFIDENCE",
        SMALL_BOUNDING_BOX = "SMALL_BOUNDING_BOX",
        LOW_FACE_QUALITY = "LOW_FACE_QUALITY",
    }
}

open_enum! {
    /// Enumeration `UnsuccessfulFaceAssociationReason`, 3 values.
    UnsuccessfulFaceAssociationReason {
        FACE_NOT_FOUND = "FACE_NOT_FOUND",
        ASSOCIATED_TO_A_DIFFERENT_USER = "ASSOCIATED_TO_A_DIFFERENT_USER",
        LOW_MATCH_CONFIDENCE = "LOW_MATCH_CONFIDENCE",
    }
}

open_enum! {
    /// Enumeration `UnsuccessfulFaceDeletionReason`, 2 values.
    UnsuccessfulFaceDeletionReason {
        ASSOCIATED_TO_AN_EXISTING_USER = "ASSOCIATED_TO_AN_EXISTING_USER",
        FACE_NOT_FOUND = "FACE_NOT_FOUND",
    }
}

open_enum! {
    /// Enumeration `UnsuccessfulFaceDisassociationReason`, 2 values.
    UnsuccessfulFaceDisassociationReason {
        FACE_NOT_FOUND = "FACE_NOT_FOUND",
        ASSOCIATED_TO_A_DIFFERENT_USER = "ASSOCIATED_TO_A_DIFFERENT_USER",
    }
}

open_enum! {
    /// Enumeration `UserStatus`, 4 values.
    UserStatus {
        ACTIVE = "ACTIVE",
        UPDATING = "UPDATING",
        CREATING = "CREATING",
        CREATED = "CREATED",
    }
}

open_enum! {
    /// Enumeration `VideoColorRange`, 2 values.
    VideoColorRange {
        FULL = "FULL",
        LIMITED = "LIMITED",
    }
}

open_enum! {
    /// Enumeration `VideoJobStatus`, 3 values.
    VideoJobStatus {
        IN_PROGRESS = "IN_PROGRESS",
        SUCCEEDED = "SUCCEEDED",
        FAILED = "FAILED",
    }
}
