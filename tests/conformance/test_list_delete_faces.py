"""ListFaces and DeleteFaces by boto3."""

import pytest

import images
from gallery import face_ids, ids, index, new_name, refusal

UNKNOWN = "01901234-5678-7abc-8def-0123456789ab"


@pytest.fixture
def three(rekognition, collection):
    """Ids of three faces in a collection, in the order in which they were added."""
    pictures = (images.ASTRONAUT, images.OBAMA, images.BIDEN)
    return [ids(index(rekognition, collection, name, ExternalImageId=f"p{n}"))[0] for n, name in enumerate(pictures)]


def faces(client, collection, **filters):
    return client.list_faces(CollectionId=collection, **filters)["Faces"]


# COMPATIBILITY.md: "ListFaces answers the records as they were kept, and the collection's version."
def test_records_are_listed(rekognition, collection, three):
    answer = rekognition.list_faces(CollectionId=collection)
    assert set(answer) == {"Faces", "FaceModelVersion", "ResponseMetadata"}
    assert answer["FaceModelVersion"] == "overt-face-1"
    assert [face["FaceId"] for face in answer["Faces"]] == three
    for number, face in enumerate(answer["Faces"]):
        assert set(face) == {
            *("FaceId", "BoundingBox", "ImageId", "ExternalImageId", "Confidence", "IndexFacesModelVersion")
        }
        assert face["ExternalImageId"] == f"p{number}" and 0 < face["Confidence"] <= 100


def test_an_empty_collection_has_an_empty_list(rekognition, collection):
    answer = rekognition.list_faces(CollectionId=collection)
    assert answer["Faces"] == [] and "NextToken" not in answer


# COMPATIBILITY.md: "ListFaces filters by UserId and FaceIds, also both; ids that are not there are left out."
def test_filters(rekognition, collection, three):
    rekognition.create_user(CollectionId=collection, UserId="a")
    rekognition.associate_faces(CollectionId=collection, UserId="a", FaceIds=[three[0]])
    of_user = faces(rekognition, collection, UserId="a")
    assert [(face["FaceId"], face["UserId"]) for face in of_user] == [(three[0], "a")]
    by_id = faces(rekognition, collection, FaceIds=[three[2], UNKNOWN, three[0], three[2]])
    assert sorted(face["FaceId"] for face in by_id) == sorted([three[0], three[2]])
    both = faces(rekognition, collection, UserId="a", FaceIds=three[1:])
    assert both == []
    assert [face["FaceId"] for face in faces(rekognition, collection, UserId="a", FaceIds=three)] == three[:1]


def test_user_ids_appear_and_disappear(rekognition, collection, three):
    rekognition.create_user(CollectionId=collection, UserId="a")
    assert all("UserId" not in face for face in faces(rekognition, collection))
    rekognition.associate_faces(CollectionId=collection, UserId="a", FaceIds=three[:1])
    assert [face.get("UserId") for face in faces(rekognition, collection)] == ["a", None, None]
    rekognition.disassociate_faces(CollectionId=collection, UserId="a", FaceIds=three[:1])
    assert all("UserId" not in face for face in faces(rekognition, collection))


def test_a_user_that_is_not_there(rekognition, collection):
    code, message = refusal(rekognition.list_faces, CollectionId=collection, UserId="nobody")
    assert code == "ResourceNotFoundException" and message.startswith("The user id: nobody does not exist")


# COMPATIBILITY.md: "DeleteFaces answers what is gone, and for what is not FACE_NOT_FOUND or ASSOCIATED_TO_AN_EXISTING_USER with the user."
def test_deletion_tells_each_outcome(rekognition, collection, three):
    rekognition.create_user(CollectionId=collection, UserId="a")
    rekognition.associate_faces(CollectionId=collection, UserId="a", FaceIds=[three[1]])
    answer = rekognition.delete_faces(CollectionId=collection, FaceIds=[three[0], three[1], UNKNOWN])
    assert set(answer) == {"DeletedFaces", "UnsuccessfulFaceDeletions", "ResponseMetadata"}
    assert answer["DeletedFaces"] == [three[0]]
    refused = {face["FaceId"]: face for face in answer["UnsuccessfulFaceDeletions"]}
    assert refused[three[1]] == {
        "FaceId": three[1],
        "UserId": "a",
        "Reasons": ["ASSOCIATED_TO_AN_EXISTING_USER"],
    }
    assert refused[UNKNOWN] == {"FaceId": UNKNOWN, "Reasons": ["FACE_NOT_FOUND"]}
    assert face_ids(rekognition, collection) == three[1:]
    rekognition.disassociate_faces(CollectionId=collection, UserId="a", FaceIds=[three[1]])
    assert rekognition.delete_faces(CollectionId=collection, FaceIds=[three[1]])["DeletedFaces"] == [three[1]]


def test_what_is_deleted_is_gone_at_once_from_everything(rekognition, collection, three):
    probe = {"Bytes": images.read(images.OBAMA)}
    assert rekognition.search_faces_by_image(CollectionId=collection, Image=probe)["FaceMatches"]
    rekognition.delete_faces(CollectionId=collection, FaceIds=[three[1]])
    assert rekognition.search_faces_by_image(CollectionId=collection, Image=probe)["FaceMatches"] == []
    assert three[1] not in face_ids(rekognition, collection)
    assert rekognition.describe_collection(CollectionId=collection)["FaceCount"] == 2
    again = rekognition.delete_faces(CollectionId=collection, FaceIds=[three[1]])
    assert again["DeletedFaces"] == [] and again["UnsuccessfulFaceDeletions"][0]["Reasons"] == ["FACE_NOT_FOUND"]


def test_an_id_given_twice_is_deleted_once(rekognition, collection, three):
    answer = rekognition.delete_faces(CollectionId=collection, FaceIds=[three[0], three[0]])
    assert answer["DeletedFaces"] == [three[0]] and answer["UnsuccessfulFaceDeletions"] == []


def test_faces_of_another_collection_are_not_found(rekognition, collection, three):
    other = new_name()
    rekognition.create_collection(CollectionId=other)
    try:
        assert faces(rekognition, other, FaceIds=three) == []
        answer = rekognition.delete_faces(CollectionId=other, FaceIds=three)
        assert answer["DeletedFaces"] == [] and len(answer["UnsuccessfulFaceDeletions"]) == 3
    finally:
        rekognition.delete_collection(CollectionId=other)
    assert face_ids(rekognition, collection) == three


def test_a_missing_collection(rekognition):
    missing = new_name("missing")
    for call, request in ((rekognition.list_faces, {}), (rekognition.delete_faces, {"FaceIds": [UNKNOWN]})):
        code, message = refusal(call, CollectionId=missing, **request)
        assert code == "ResourceNotFoundException"
        assert message.startswith(f"The collection id: {missing} does not exist")


@pytest.mark.parametrize(
    "request_members",
    [
        {"FaceIds": ["no-uuid"]},
        {"FaceIds": [UNKNOWN] * 4097},
        {"FaceIds": []},
        {"FaceIds": [UNKNOWN.upper()]},
    ],
)
def test_lists_of_ids_are_checked(unchecked, collection, request_members):
    for call in (unchecked.list_faces, unchecked.delete_faces):
        assert refusal(call, CollectionId=collection, **request_members)[0] == "ValidationException"


def test_as_many_ids_as_the_api_allows(rekognition, collection, three):
    many = [f"01901234-5678-7abc-8def-{number:012x}" for number in range(4095)]
    assert faces(rekognition, collection, FaceIds=[*many, three[0]])[0]["FaceId"] == three[0]
    answer = rekognition.delete_faces(CollectionId=collection, FaceIds=[*many, three[0]])
    assert answer["DeletedFaces"] == [three[0]] and len(answer["UnsuccessfulFaceDeletions"]) == 4095
