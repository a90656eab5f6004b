"""Quotas, lowered by the settings, and who may do what with collections."""

import concurrent.futures

import pytest

import images
from conftest import client_of
from gallery import crowd, face_ids, ids, index, refusal

# Two workers, so that clients at once meet at the records.
LOW = "workers = 2\n[quotas]\nfaces_in_collection = 5\nusers_in_collection = 2\nfaces_of_user = 3\ntags = 2\n"


@pytest.fixture
def small(new_server):
    client = client_of(new_server(LOW), max_pool_connections=8)
    client.create_collection(CollectionId="c")
    return client


# COMPATIBILITY.md: "Limits: … lower ones can be set. More is ServiceQuotaExceededException, and nothing is changed."
def test_faces_of_a_collection(small):
    first = ids(index(small, "c", crowd(1, 4, cell=112), QualityFilter="NONE"))
    assert len(first) == 4
    code, message = refusal(
        small.index_faces, CollectionId="c", Image={"Bytes": crowd(1, 2, cell=112)}, QualityFilter="NONE"
    )
    assert code == "ServiceQuotaExceededException"
    assert message.startswith("The size of the collection exceeds the allowed limit") and "5 faces" in message
    assert face_ids(small, "c") == first
    (fifth,) = ids(index(small, "c", images.ASTRONAUT))
    # What is there already takes no room.
    assert ids(index(small, "c", images.ASTRONAUT)) == [fifth]
    assert refusal(small.index_faces, CollectionId="c", Image={"Bytes": images.read(images.OBAMA)})[0] == (
        "ServiceQuotaExceededException"
    )
    small.delete_faces(CollectionId="c", FaceIds=[first[0]])
    assert len(ids(index(small, "c", images.OBAMA))) == 1
    small.create_collection(CollectionId="other")
    assert len(ids(index(small, "other", images.OBAMA))) == 1


def test_clients_at_once_do_not_get_past_it(small):
    def add(number):
        try:
            return len(ids(index(small, "c", images.OBAMA, ExternalImageId=f"n{number}", MaxFaces=1)))
        except small.exceptions.ServiceQuotaExceededException:
            return 0

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert sum(pool.map(add, range(12))) == 5
    assert len(face_ids(small, "c")) == 5


def test_users_of_a_collection_and_faces_of_a_user(small):
    for user in "ab":
        small.create_user(CollectionId="c", UserId=user)
    code, message = refusal(small.create_user, CollectionId="c", UserId="d")
    assert code == "ServiceQuotaExceededException" and "2 users" in message
    made = ids(index(small, "c", crowd(1, 4, cell=112), QualityFilter="NONE"))
    code, message = refusal(
        small.associate_faces, CollectionId="c", UserId="a", FaceIds=made, UserMatchThreshold=0
    )
    assert code == "ServiceQuotaExceededException" and "3 faces" in message
    assert small.list_faces(CollectionId="c", UserId="a")["Faces"] == []
    small.associate_faces(CollectionId="c", UserId="a", FaceIds=made[:3], UserMatchThreshold=0)
    small.delete_user(CollectionId="c", UserId="b")
    small.create_user(CollectionId="c", UserId="d")


def test_tags(small):
    arn = small.describe_collection(CollectionId="c")["CollectionARN"]
    small.tag_resource(ResourceArn=arn, Tags={"a": "1", "b": "2"})
    assert refusal(small.tag_resource, ResourceArn=arn, Tags={"c": "3"})[0] == "ServiceQuotaExceededException"
    code, _ = refusal(small.create_collection, CollectionId="tagged", Tags={"a": "1", "b": "2", "c": "3"})
    assert code == "ServiceQuotaExceededException"
    assert small.list_collections()["CollectionIds"] == ["c"]


def test_permissions_by_family(new_server):
    import boto3
    from botocore.config import Config

    server = new_server()
    owner = client_of(server)
    owner.create_collection(CollectionId="c")

    def client(name, *allowed):
        made = server.overt(
            *("principals", "create", name, "--organisation", "Test", "--sector", "research"),
            *("--allow", ",".join(allowed), "--json"),
        )
        import json

        key = json.loads(made.stdout)
        return boto3.client(
            "rekognition",
            endpoint_url=server.endpoint,
            region_name="us-east-1",
            aws_access_key_id=key["access_key_id"],
            aws_secret_access_key=key["secret_access_key"],
            config=Config(retries={"total_max_attempts": 1}),
        )

    picture = {"Bytes": images.read(images.ASTRONAUT)}
    reader, enroller = client("reader", "search"), client("enroller", "enrolment")
    assert refusal(reader.index_faces, CollectionId="c", Image=picture)[0] == "AccessDeniedException"
    (face,) = ids(enroller.index_faces(CollectionId="c", Image=picture))
    assert refusal(enroller.search_faces_by_image, CollectionId="c", Image=picture)[0] == "AccessDeniedException"
    assert refusal(enroller.delete_collection, CollectionId="c")[0] == "AccessDeniedException"
    (match,) = reader.search_faces_by_image(CollectionId="c", Image=picture)["FaceMatches"]
    assert match["Face"]["FaceId"] == face
    assert refusal(reader.list_collections)[0] == "AccessDeniedException"
    assert refusal(reader.tag_resource, ResourceArn="arn:aws:rekognition:::collection/c", Tags={})[0] == (
        "AccessDeniedException"
    )


def test_a_request_token_is_its_principals_own(new_server):
    import json

    import boto3

    server = new_server()
    first = client_of(server)
    first.create_collection(CollectionId="c")
    made = server.overt(
        *("principals", "create", "second", "--organisation", "T", "--sector", "research", "--allow", "all", "--json")
    )
    key = json.loads(made.stdout)
    second = boto3.client(
        "rekognition",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key["access_key_id"],
        aws_secret_access_key=key["secret_access_key"],
    )
    first.create_user(CollectionId="c", UserId="a", ClientRequestToken="the-same-token")
    second.create_user(CollectionId="c", UserId="b", ClientRequestToken="the-same-token")
    assert refusal(second.create_user, CollectionId="c", UserId="a", ClientRequestToken="another")[0] == "ConflictException"
