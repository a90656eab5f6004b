"""The operations that do not work yet: each says so, at once, in every client; none pretends."""

import re

import boto3
import pytest

import wire
from conftest import client_of
from overt_server import ROOT

WORKING = {
    *("DetectFaces", "CompareFaces"),
    *("DetectLabels", "DetectModerationLabels", "DetectText"),
    *("CreateCollection", "DescribeCollection", "ListCollections", "DeleteCollection"),
    *("IndexFaces", "ListFaces", "DeleteFaces", "SearchFaces", "SearchFacesByImage"),
    *("CreateUser", "DeleteUser", "ListUsers", "AssociateFaces", "DisassociateFaces"),
    *("SearchUsers", "SearchUsersByImage"),
    *("TagResource", "UntagResource", "ListTagsForResource"),
}

MODEL = boto3.session.Session(region_name="us-east-1").client(
    "rekognition", aws_access_key_id="x", aws_secret_access_key="x"
).meta.service_model
MISSING = sorted(set(MODEL.operation_names) - WORKING)

# Strings for the patterns that a word does not match.
SPECIAL = {
    "ProjectArn": "arn:aws:rekognition:us-east-1:123456789012:project/p/1574317227432",
    "ProjectVersionArn": "arn:aws:rekognition:us-east-1:123456789012:project/p/version/v/1574317227432",
    "DatasetArn": "arn:aws:rekognition:us-east-1:123456789012:project/p/dataset/train/1574317227432",
    "StreamProcessorArn": "arn:aws:rekognition:us-east-1:123456789012:streamprocessor/s",
    "KinesisVideoArn": "arn:aws:kinesisvideo:us-east-1:123456789012:stream/s/1",
    "KinesisDataArn": "arn:aws:kinesis:us-east-1:123456789012:stream/s",
    "RoleArn": "arn:aws:iam::123456789012:role/r",
    "SNSTopicArn": "arn:aws:sns:us-east-1:123456789012:t",
    "LivenessSessionId": "11111111-1111-4111-8111-111111111111",
    "RekognitionUniqueId": "abcdef0",
    "QueryString": "x",
}


def smallest(shape):
    """The smallest valid value of a shape: required members only, shortest lists."""
    kind = shape.type_name
    if kind == "structure":
        return {name: smallest(shape.members[name]) for name in shape.required_members}
    if kind == "list":
        return [smallest(shape.member)] * max(shape.metadata.get("min", 0), 1)
    if kind == "map":
        return {}
    if kind == "blob":
        return b"x"
    if kind in ("integer", "long", "float", "double"):
        return shape.metadata.get("min", 1)
    if kind == "boolean":
        return True
    if kind == "timestamp":
        return 1_574_317_227
    if getattr(shape, "enum", None):
        return shape.enum[0]
    pattern = shape.metadata.get("pattern", ".*")
    for text in ("x" * max(shape.metadata.get("min", 1), 1), *SPECIAL.values()):
        if re.fullmatch(pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w "), text):
            return text
    raise AssertionError(f"no value for {shape.name}: {pattern}")


def test_the_model_has_seventy_five_operations():
    assert len(MODEL.operation_names) == 75 and len(MISSING) == 51


# COMPATIBILITY.md: "An operation that is not there answers NotImplementedException (501), which no SDK retries."
@pytest.mark.parametrize("operation", MISSING)
def test_it_says_that_it_is_not_there(unchecked, operation):
    request = smallest(MODEL.operation_model(operation).input_shape)
    with pytest.raises(unchecked.exceptions.ClientError) as error:
        getattr(unchecked, boto3_name(unchecked, operation))(**request)
    response = error.value.response
    assert response["Error"]["Code"] == "NotImplementedException", response["Error"]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 501
    assert operation in response["Error"]["Message"]


def boto3_name(client, operation):
    (name,) = [name for name, of in client.meta.method_to_api_mapping.items() if of == operation]
    return name


def test_no_client_tries_it_again(server):
    patient = client_of(server, retries={"mode": "standard", "total_max_attempts": 3})
    with pytest.raises(patient.exceptions.ClientError) as error:
        patient.list_stream_processors()
    assert error.value.response["ResponseMetadata"]["RetryAttempts"] == 0


def test_compatibility_lists_each_operation_with_its_true_state():
    rows = dict(
        re.findall(r"^\| `(\w+)` \| (works|not yet)", (ROOT / "COMPATIBILITY.md").read_text(), flags=re.MULTILINE)
    )
    assert rows == {name: "works" if name in WORKING else "not yet" for name in MODEL.operation_names}


@pytest.mark.parametrize("target", ["RekognitionService.NoSuchThing", "DetectFaces", "", "OtherService.DetectFaces"])
def test_an_unknown_target(server, target):
    headers = wire.sign(server, b"{}", target)
    answer = wire.send(server, b"{}", headers)
    assert answer.status == 400
    assert answer.code == "UnknownOperationException", answer.body


def test_no_target(server):
    headers = wire.sign(server, b"{}", "x")
    del headers["x-amz-target"]
    answer = wire.send(server, b"{}", headers)
    assert answer.status == 400
