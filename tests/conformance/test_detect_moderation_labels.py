"""DetectModerationLabels by boto3: what a client of the real service relies on."""

import botocore.exceptions
import pytest

import images


def detect(client, name, **more):
    return client.detect_moderation_labels(Image={"Bytes": images.read(name)}, **more)


# COMPATIBILITY.md: "A picture without unsafe content has an empty list, the taxonomy's version, and no adapter."
@pytest.mark.parametrize("name", [images.ASTRONAUT, images.CAT, images.CUP])
def test_a_harmless_picture_has_an_empty_list(rekognition, name):
    answer = detect(rekognition, name)
    assert answer["ModerationLabels"] == []
    assert answer["ModerationModelVersion"] == "7.0"
    assert answer["ContentTypes"] == []
    assert "ProjectVersion" not in answer and "HumanLoopActivationOutput" not in answer


# COMPATIBILITY.md: "Every label comes with all its ancestors, each with its level and its parent's name."
def test_every_label_comes_with_its_ancestors(rekognition):
    labels = detect(rekognition, images.GROUPS[4], MinConfidence=1)["ModerationLabels"]
    assert labels
    by_name = {label["Name"]: label for label in labels}
    for label in labels:
        assert label.keys() == {"Confidence", "Name", "ParentName", "TaxonomyLevel"}
        assert 1 <= label["Confidence"] <= 100
        if label["TaxonomyLevel"] == 1:
            assert label["ParentName"] == ""
        else:
            parent = by_name[label["ParentName"]]
            assert parent["TaxonomyLevel"] == label["TaxonomyLevel"] - 1
            assert parent["Confidence"] >= label["Confidence"]


def test_the_threshold_decides(rekognition):
    counts = [
        len(detect(rekognition, images.GROUPS[4], MinConfidence=least)["ModerationLabels"]) for least in (0, 1, 10, 100)
    ]
    assert counts == sorted(counts, reverse=True) and counts[0] > counts[-1] == 0


# COMPATIBILITY.md: "`ProjectVersion` and `HumanLoopConfig` are refused, never ignored."
@pytest.mark.parametrize(
    "more",
    [
        {"ProjectVersion": "arn:aws:rekognition:us-east-1:123456789012:project/p/version/v/1574317227432"},
        {"HumanLoopConfig": {"HumanLoopName": "x", "FlowDefinitionArn": "arn:aws:sagemaker:us-east-1:123456789012:flow-definition/x"}},
    ],
)
def test_what_does_not_exist_here_is_refused(rekognition, more):
    with pytest.raises(rekognition.exceptions.ResourceNotFoundException, match="Nothing was done"):
        detect(rekognition, images.CUP, **more)


def test_what_is_no_picture_is_refused(rekognition):
    with pytest.raises(rekognition.exceptions.InvalidImageFormatException):
        rekognition.detect_moderation_labels(Image={"Bytes": b"no picture"})
    with pytest.raises(botocore.exceptions.ClientError, match="ValidationException"):
        detect(rekognition, images.CUP, MinConfidence=101)
