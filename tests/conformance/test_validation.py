"""Requests that are wrong: AWS's codes, members and rules, in AWS's form."""

import json

import pytest

import images
import wire

PICTURE = {"Bytes": "iVBORw0KGgo="}


def refused(server, operation, request):
    answer = wire.call(server, operation, request)
    assert answer.status == 400, answer.body
    assert answer.headers["content-type"] == "application/x-amz-json-1.1"
    return answer


ONE = "1 validation error detected: "
MUST = "failed to satisfy constraint: Member must "
ATTRIBUTES = (
    "DEFAULT, ALL, AGE_RANGE, BEARD, EMOTIONS, EYE_DIRECTION, EYEGLASSES, EYES_OPEN, GENDER, MOUTH_OPEN, MUSTACHE, "
    "FACE_OCCLUDED, SMILE, SUNGLASSES"
)

CONSTRAINTS = {
    "a missing image": ("DetectFaces", {}, f"{ONE}Value null at 'image' {MUST}not be null"),
    "an attribute that does not exist": (
        "DetectFaces",
        {"Image": PICTURE, "Attributes": ["ALL", "HAT"]},
        f"{ONE}Value 'HAT' at 'attributes.2.member' {MUST}satisfy enum value set: [{ATTRIBUTES}]",
    ),
    "no bytes": (
        "DetectFaces",
        {"Image": {"Bytes": ""}},
        f"{ONE}Value at 'image.bytes' {MUST}have length greater than or equal to 1",
    ),
    "a threshold over a hundred": (
        "CompareFaces",
        {"SourceImage": PICTURE, "TargetImage": PICTURE, "SimilarityThreshold": 101},
        f"{ONE}Value '101' at 'similarityThreshold' {MUST}have value less than or equal to 100",
    ),
    "a threshold under nought": (
        "CompareFaces",
        {"SourceImage": PICTURE, "TargetImage": PICTURE, "SimilarityThreshold": -0.5},
        f"{ONE}Value '-0.5' at 'similarityThreshold' {MUST}have value greater than or equal to 0",
    ),
    "a quality filter that does not exist": (
        "CompareFaces",
        {"SourceImage": PICTURE, "TargetImage": PICTURE, "QualityFilter": "ULTRA"},
        f"{ONE}Value 'ULTRA' at 'qualityFilter' {MUST}satisfy enum value set: [NONE, AUTO, LOW, MEDIUM, HIGH]",
    ),
    "a bucket name that is too short": (
        "DetectFaces",
        {"Image": {"S3Object": {"Bucket": "ab", "Name": "x"}}},
        f"{ONE}Value 'ab' at 'image.s3Object.bucket' {MUST}have length greater than or equal to 3",
    ),
    "a bucket name with a space": (
        "DetectFaces",
        {"Image": {"S3Object": {"Bucket": "a b", "Name": "x"}}},
        f"{ONE}Value 'a b' at 'image.s3Object.bucket' {MUST}satisfy regular expression pattern: [0-9A-Za-z\\.\\-_]*",
    ),
}


@pytest.mark.parametrize("case", CONSTRAINTS)
def test_a_broken_constraint_names_member_and_rule(server, case):
    operation, request, message = CONSTRAINTS[case]
    answer = refused(server, operation, request)
    assert answer.code == "ValidationException"
    assert answer.json.keys() == {"__type", "message"}
    assert answer.message == message


def test_all_broken_constraints_are_told_at_once(server):
    answer = refused(server, "CompareFaces", {"SimilarityThreshold": 500, "QualityFilter": "x"})
    assert answer.code == "ValidationException"
    assert answer.message.startswith("4 validation errors detected: ")
    for member in ("sourceImage", "targetImage", "similarityThreshold", "qualityFilter"):
        assert f"at '{member}'" in answer.message


def test_boto3_knows_a_validation_error_by_its_code(unchecked):
    with pytest.raises(unchecked.exceptions.ClientError) as error:
        unchecked.detect_faces()
    assert error.value.response["Error"]["Code"] == "ValidationException"
    assert "at 'image'" in error.value.response["Error"]["Message"]


NOT_THE_SHAPE = {
    "not JSON": b"Image=1",
    "half an object": b'{"Image":',
    "a list": b"[]",
    "a string": b'"DetectFaces"',
    "null": b"null",
    "two objects": b"{}{}",
    "a list as image": b'{"Image":[]}',
    "text as image": b'{"Image":"x"}',
    "a number as bytes": b'{"Image":{"Bytes":1}}',
    "bytes that are not base64": b'{"Image":{"Bytes":"%%%"}}',
    "text as attributes": b'{"Image":{"Bytes":"AAAA"},"Attributes":"ALL"}',
    "not UTF-8": b'{"Image":{"S3Object":{"Bucket":"\xff\xff\xff","Name":"x"}}}',
    "ten thousand brackets": b"[" * 10_000,
    "a deep image": b'{"Image":' * 5000 + b"1" + b"}" * 5000,
}


@pytest.mark.parametrize("case", NOT_THE_SHAPE)
def test_a_body_of_the_wrong_shape_is_a_serialization_error(server, case):
    answer = refused(server, "DetectFaces", NOT_THE_SHAPE[case])
    assert answer.code == "SerializationException"
    assert answer.message


def test_an_empty_body_is_an_empty_request(server):
    answer = refused(server, "DetectFaces", b"")
    assert answer.code == "ValidationException"
    assert "at 'image'" in answer.message


def test_unknown_members_are_ignored(server):
    picture = wire.json.dumps({"Image": PICTURE, "FutureMember": {"x": [1]}})
    answer = refused(server, "DetectFaces", picture.encode())
    # Not the unknown member is objected to, but that eight bytes of a PNG are no picture.
    assert answer.code == "InvalidImageFormatException"


def test_null_is_absent(server):
    answer = refused(server, "DetectFaces", {"Image": None, "Attributes": None})
    assert answer.code == "ValidationException"
    assert answer.message.startswith("1 validation error")


IMAGES = {
    "neither bytes nor object": {},
    "both": {"Bytes": "AAAA", "S3Object": {"Bucket": "photos", "Name": "astronaut.png"}},
}


@pytest.mark.parametrize("case", IMAGES)
def test_an_image_is_bytes_or_an_object(unchecked, case):
    with pytest.raises(unchecked.exceptions.InvalidParameterException) as error:
        unchecked.detect_faces(Image=IMAGES[case])
    assert error.value.response["Error"]["Message"].startswith("Request has invalid parameters")


def test_an_object_needs_a_name(unchecked):
    for reference in ({}, {"Bucket": "photos"}, {"Name": "astronaut.png"}):
        with pytest.raises(unchecked.exceptions.ClientError) as error:
            unchecked.detect_faces(Image={"S3Object": reference})
        assert error.value.response["Error"]["Code"] in {"InvalidS3ObjectException", "InvalidParameterException"}


# COMPATIBILITY.md: "An error of an operation has AWS's documented body: __type, Code, Logref and Message."
def test_the_body_of_a_modelled_error_is_the_documented_one(server):
    answer = refused(server, "DetectFaces", {"Image": {"S3Object": {"Bucket": "unheard-of", "Name": "x"}}})
    body = answer.json
    assert body.keys() == {"__type", "Code", "Logref", "Message"}
    assert body["__type"] == body["Code"] == "InvalidS3ObjectException"
    assert len(body["Logref"]) == 36


def test_an_echoed_value_is_cut_and_harmless(server):
    long = "x" * 100_000
    answer = refused(server, "DetectFaces", {"Image": {"S3Object": {"Bucket": long, "Name": "x"}}})
    assert answer.code == "ValidationException"
    assert len(answer.body) < 2000
    answer = refused(server, "DetectFaces", {"Image": {"S3Object": {"Bucket": "a\r\nb", "Name": "x"}}})
    assert "\n" not in answer.message and "\r" not in answer.message


def test_thousands_of_errors_make_a_short_answer(server):
    answer = refused(server, "DetectFaces", {"Image": PICTURE, "Attributes": ["HAT"] * 50_000})
    assert answer.code == "ValidationException"
    assert len(answer.body) < 20_000


def test_nothing_of_a_picture_is_echoed(server):
    answer = wire.call(server, "DetectFaces", {"Image": {"Bytes": "U0VDUkVUUElDVFVSRQ=="}})
    assert b"SECRETPICTURE" not in answer.body and b"U0VDUk" not in answer.body
    assert json.loads(answer.body)["__type"] == "InvalidImageFormatException"


@pytest.mark.parametrize(
    "code, request_of",
    [
        ("InvalidImageFormatException", lambda: {"Bytes": b"GIF89a" + b"\0" * 100}),
        ("InvalidS3ObjectException", lambda: {"S3Object": {"Bucket": "unheard-of", "Name": "x"}}),
        ("ImageTooLargeException", lambda: {"Bytes": images.png_header(60_000, 60_000)}),
        ("InvalidParameterException", lambda: {}),
    ],
)
def test_documented_errors_are_typed_exceptions_in_boto3(unchecked, code, request_of):
    with pytest.raises(getattr(unchecked.exceptions, code)) as error:
        unchecked.detect_faces(Image=request_of())
    metadata = error.value.response["ResponseMetadata"]
    assert metadata["HTTPStatusCode"] == 400
    assert metadata["RetryAttempts"] == 0
    assert len(metadata["RequestId"]) == 36
