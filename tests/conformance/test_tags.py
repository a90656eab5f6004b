"""TagResource, UntagResource and ListTagsForResource by boto3, on collections."""

import pytest

from gallery import new_name, refusal


@pytest.fixture
def arn(rekognition, collection):
    return rekognition.describe_collection(CollectionId=collection)["CollectionARN"]


def tags(client, arn):
    answer = client.list_tags_for_resource(ResourceArn=arn)
    assert set(answer) == {"Tags", "ResponseMetadata"}
    return answer["Tags"]


# COMPATIBILITY.md: "Tags are set with CreateCollection and TagResource, a key's later value replaces the earlier, and UntagResource removes keys, also ones that are not there."
def test_tags_come_and_go(rekognition, collection, arn):
    assert tags(rekognition, arn) == {}
    answer = rekognition.tag_resource(ResourceArn=arn, Tags={"owner": "archive", "stage": "test"})
    assert set(answer) == {"ResponseMetadata"}
    rekognition.tag_resource(ResourceArn=arn, Tags={"stage": "", "größe: x/y=z+1-2@3": "ü"})
    assert tags(rekognition, arn) == {"owner": "archive", "stage": "", "größe: x/y=z+1-2@3": "ü"}
    rekognition.untag_resource(ResourceArn=arn, TagKeys=["stage", "never-there"])
    assert tags(rekognition, arn) == {"owner": "archive", "größe: x/y=z+1-2@3": "ü"}
    rekognition.tag_resource(ResourceArn=arn, Tags={})
    rekognition.untag_resource(ResourceArn=arn, TagKeys=[])
    assert len(tags(rekognition, arn)) == 2


def test_a_collection_is_made_with_tags(rekognition):
    name = new_name()
    made = rekognition.create_collection(CollectionId=name, Tags={"a": "1"})
    # COMPATIBILITY.md: "An ARN is taken with and without `arn:`."
    assert tags(rekognition, made["CollectionArn"]) == {"a": "1"}
    assert tags(rekognition, "arn:" + made["CollectionArn"]) == {"a": "1"}
    rekognition.delete_collection(CollectionId=name)
    assert refusal(rekognition.list_tags_for_resource, ResourceArn=made["CollectionArn"])[0] == "ResourceNotFoundException"


# COMPATIBILITY.md: "More than 200 tags are ServiceQuotaExceededException."
def test_at_most_two_hundred(rekognition, arn):
    rekognition.tag_resource(ResourceArn=arn, Tags={f"k{number}": "v" for number in range(200)})
    code, message = refusal(rekognition.tag_resource, ResourceArn=arn, Tags={"one-more": "v"})
    assert code == "ServiceQuotaExceededException" and "200" in message
    rekognition.tag_resource(ResourceArn=arn, Tags={"k7": "new"})
    assert len(tags(rekognition, arn)) == 200 and tags(rekognition, arn)["k7"] == "new"


def test_resources_that_are_not_there(rekognition):
    for arn in (
        f"arn:aws:rekognition:us-east-1:123456789012:collection/{new_name('missing')}",
        "arn:aws:rekognition:us-east-1:123456789012:streamprocessor/s",
        "arn:aws:rekognition:us-east-1:123456789012:project/p/1574317227432",
    ):
        for call, request in (
            (rekognition.tag_resource, {"Tags": {"a": "b"}}),
            (rekognition.untag_resource, {"TagKeys": ["a"]}),
            (rekognition.list_tags_for_resource, {}),
        ):
            code, message = refusal(call, ResourceArn=arn, **request)
            assert code == "ResourceNotFoundException" and arn in message


def test_what_is_no_arn(rekognition):
    code, message = refusal(rekognition.list_tags_for_resource, ResourceArn="arn:aws:s3:::some-other-bucket")
    assert code == "InvalidParameterException" and "ResourceArn" in message


@pytest.mark.parametrize("bad", [{"aws:x": "v"}, {"": "v"}, {"k" * 129: "v"}, {"k": "v" * 257}, {"k!": "v"}])
def test_tags_are_checked(unchecked, arn, bad):
    assert refusal(unchecked.tag_resource, ResourceArn=arn, Tags=bad)[0] == "ValidationException"
