"""CreateCollection, DescribeCollection, ListCollections and DeleteCollection by boto3."""

import datetime
import re
import time

import pytest

import images
import wire
from gallery import index, new_name, refusal


@pytest.fixture
def name(rekognition):
    name = new_name()
    yield name
    try:
        rekognition.delete_collection(CollectionId=name)
    except rekognition.exceptions.ResourceNotFoundException:
        pass


# COMPATIBILITY.md: "CreateCollection answers StatusCode 200, an ARN without `arn:`, and the version of the collection's templates."
def test_it_is_created(rekognition, name):
    answer = rekognition.create_collection(CollectionId=name)
    del answer["ResponseMetadata"]
    assert answer == {
        "StatusCode": 200,
        "CollectionArn": f"aws:rekognition:us-east-1:000000000000:collection/{name}",
        "FaceModelVersion": "overt-face-1",
    }


# COMPATIBILITY.md: "DescribeCollection answers the counts of faces and users, the version, the time of creation in epoch seconds, and an ARN with `arn:`."
def test_it_is_described(rekognition, name):
    before = time.time()
    rekognition.create_collection(CollectionId=name)
    answer = rekognition.describe_collection(CollectionId=name)
    del answer["ResponseMetadata"]
    created = answer.pop("CreationTimestamp")
    assert isinstance(created, datetime.datetime)
    assert before - 1 <= created.timestamp() <= time.time() + 1
    assert answer == {
        "FaceCount": 0,
        "UserCount": 0,
        "FaceModelVersion": "overt-face-1",
        "CollectionARN": f"arn:aws:rekognition:us-east-1:000000000000:collection/{name}",
    }


def test_the_timestamp_is_a_number_of_seconds(server, rekognition, name):
    rekognition.create_collection(CollectionId=name)
    created = wire.call(server, "DescribeCollection", {"CollectionId": name}).json["CreationTimestamp"]
    assert abs(created - time.time()) < 60


def test_counts_follow_at_once(rekognition, name):
    rekognition.create_collection(CollectionId=name)
    for faces in (1, 2):
        index(rekognition, name, images.ASTRONAUT, ExternalImageId=f"picture-{faces}")
        rekognition.create_user(CollectionId=name, UserId=f"user-{faces}")
        described = rekognition.describe_collection(CollectionId=name)
        assert (described["FaceCount"], described["UserCount"]) == (faces, faces)


# COMPATIBILITY.md: "A second collection of the same name is ResourceAlreadyExistsException; names differ by case."
def test_a_name_is_taken_once_and_case_counts(rekognition, name):
    rekognition.create_collection(CollectionId=name)
    code, message = refusal(rekognition.create_collection, CollectionId=name)
    assert code == "ResourceAlreadyExistsException"
    assert message.startswith(f"The collection id: {name} already exists")
    upper = name.upper()
    rekognition.create_collection(CollectionId=upper)
    rekognition.delete_collection(CollectionId=upper)
    assert rekognition.describe_collection(CollectionId=name)["FaceCount"] == 0


@pytest.mark.parametrize("name", ["a", ".-_", "x" * 255])
def test_every_name_of_the_pattern_works(rekognition, name):
    rekognition.create_collection(CollectionId=name)
    assert name in listed(rekognition)
    assert rekognition.describe_collection(CollectionId=name)["CollectionARN"].endswith(f"collection/{name}")
    rekognition.delete_collection(CollectionId=name)


@pytest.mark.parametrize("name", ["", "two words", "a/b", "a:b", "é", "x" * 256])
def test_no_other_name_does(unchecked, name):
    code, message = refusal(unchecked.create_collection, CollectionId=name)
    assert code == "ValidationException" and "'collectionId'" in message


# COMPATIBILITY.md: "A collection that is not there is ResourceNotFoundException, with Amazon's sentence."
def test_what_is_not_there(rekognition):
    missing = new_name("missing")
    code, message = refusal(rekognition.describe_collection, CollectionId=missing)
    assert code == "ResourceNotFoundException" and message.startswith(f"Collection:{missing} not found!")
    code, message = refusal(rekognition.delete_collection, CollectionId=missing)
    assert code == "ResourceNotFoundException"
    assert message.startswith(f"The collection id: {missing} does not exist")


# COMPATIBILITY.md: "DeleteCollection answers StatusCode 200 and takes faces, users and tags along; a new collection of the name begins empty."
def test_it_is_deleted_with_everything_in_it(rekognition, name):
    made = rekognition.create_collection(CollectionId=name, Tags={"owner": "archive"})
    index(rekognition, name, images.ASTRONAUT)
    rekognition.create_user(CollectionId=name, UserId="somebody")
    answer = rekognition.delete_collection(CollectionId=name)
    assert answer["StatusCode"] == 200 and set(answer) == {"StatusCode", "ResponseMetadata"}
    assert name not in listed(rekognition)
    assert refusal(rekognition.list_faces, CollectionId=name)[0] == "ResourceNotFoundException"
    again = rekognition.create_collection(CollectionId=name)
    described = rekognition.describe_collection(CollectionId=name)
    assert (described["FaceCount"], described["UserCount"]) == (0, 0)
    assert rekognition.list_faces(CollectionId=name)["Faces"] == []
    assert rekognition.list_users(CollectionId=name)["Users"] == []
    assert made["CollectionArn"] == again["CollectionArn"]
    assert rekognition.list_tags_for_resource(ResourceArn=described["CollectionARN"])["Tags"] == {}


def listed(client, **paging):
    pages = client.get_paginator("list_collections").paginate(PaginationConfig=paging)
    return [name for page in pages for name in page["CollectionIds"]]


# COMPATIBILITY.md: "ListCollections answers ids and versions as parallel lists."
def test_the_list_has_an_id_and_a_version_for_each(rekognition, name):
    rekognition.create_collection(CollectionId=name)
    answer = rekognition.list_collections()
    assert name in answer["CollectionIds"]
    assert len(answer["CollectionIds"]) == len(answer["FaceModelVersions"])
    assert set(answer["FaceModelVersions"]) == {"overt-face-1"}


def test_an_empty_server_lists_nothing(new_server):
    from conftest import client_of

    client = client_of(new_server())
    answer = client.list_collections()
    assert answer["CollectionIds"] == [] and answer["FaceModelVersions"] == [] and "NextToken" not in answer


# COMPATIBILITY.md: "What was acknowledged is there after a restart, also after the power cord was pulled."
def test_collections_survive_the_power_cord(new_server):
    from conftest import client_of

    server = new_server()
    client = client_of(server)
    client.create_collection(CollectionId="kept", Tags={"owner": "archive"})
    kept = index(client, "kept", images.ASTRONAUT, ExternalImageId="astronaut")
    client.create_user(CollectionId="kept", UserId="pilot")
    (face,) = [record["Face"] for record in kept["FaceRecords"]]
    client.associate_faces(CollectionId="kept", UserId="pilot", FaceIds=[face["FaceId"]])
    before = client.describe_collection(CollectionId="kept")
    server.kill()
    server.start()
    client = client_of(server)
    after = client.describe_collection(CollectionId="kept")
    assert {**before, "ResponseMetadata": 0} == {**after, "ResponseMetadata": 0}
    (found,) = client.list_faces(CollectionId="kept")["Faces"]
    assert (found["FaceId"], found["UserId"], found["ExternalImageId"]) == (face["FaceId"], "pilot", "astronaut")
    (match,) = client.search_faces_by_image(
        CollectionId="kept", Image={"Bytes": images.read(images.ASTRONAUT)}
    )["FaceMatches"]
    assert match["Face"]["FaceId"] == face["FaceId"] and match["Similarity"] > 99
    (user,) = client.search_users(CollectionId="kept", FaceId=face["FaceId"])["UserMatches"]
    assert user["User"]["UserId"] == "pilot"


def test_nothing_of_a_name_is_logged(new_server):
    from conftest import client_of

    server = new_server('[log]\nlevel = "trace"\n')
    client = client_of(server)
    name, external, user = "secret-operation", "secret-picture", "secret-person"
    client.create_collection(CollectionId=name)
    face = index(client, name, images.ASTRONAUT, ExternalImageId=external)["FaceRecords"][0]["Face"]["FaceId"]
    client.create_user(CollectionId=name, UserId=user)
    client.associate_faces(CollectionId=name, UserId=user, FaceIds=[face])
    refusal(client.create_user, CollectionId=name, UserId=user)
    client.search_faces(CollectionId=name, FaceId=face)
    refusal(client.search_faces, CollectionId=name, FaceId="01901234-5678-7abc-8def-0123456789ab")
    client.disassociate_faces(CollectionId=name, UserId=user, FaceIds=[face])
    client.delete_faces(CollectionId=name, FaceIds=[face])
    log = (server.data.parent / f"{server.data.name}.log").read_text()
    assert re.search("IndexFaces", log)
    for word in (external, user, face, "01901234-5678-7abc-8def-0123456789ab"):
        assert word not in log
    metrics = wire.get(server, "/metrics").body.decode()
    for word in (name, external, user, face):
        assert word not in metrics
