"""Users of a collection by boto3: made, given faces, searched for, deleted."""

import uuid

import pytest

import images
import wire
from gallery import crowd, ids, index, new_name, refusal

UNKNOWN = "01901234-5678-7abc-8def-0123456789ab"


@pytest.fixture
def faces(rekognition, collection):
    """Ids of faces in a collection, by picture."""
    pictures = (images.OBAMA, images.OBAMA_LATER, images.BIDEN, images.ASTRONAUT)
    return {name: ids(index(rekognition, collection, name, MaxFaces=1))[0] for name in pictures}


def make(client, collection, user, *face_ids, **more):
    client.create_user(CollectionId=collection, UserId=user)
    if face_ids:
        return client.associate_faces(CollectionId=collection, UserId=user, FaceIds=list(face_ids), **more)
    return None


def users(client, collection):
    pages = client.get_paginator("list_users").paginate(CollectionId=collection)
    return {user["UserId"]: user["UserStatus"] for page in pages for user in page["Users"]}


# COMPATIBILITY.md: "CreateUser and DeleteUser answer an empty object; a user begins as CREATED."
def test_users_are_made_and_deleted(rekognition, server, collection):
    answer = rekognition.create_user(CollectionId=collection, UserId="a:b_c.d-1")
    assert set(answer) == {"ResponseMetadata"}
    assert users(rekognition, collection) == {"a:b_c.d-1": "CREATED"}
    answer = wire.call(server, "DeleteUser", {"CollectionId": collection, "UserId": "a:b_c.d-1"})
    assert (answer.status, answer.json) == (200, {})
    assert users(rekognition, collection) == {}


# COMPATIBILITY.md: "A second user of the same id is ConflictException."
def test_a_second_user_of_a_name_is_a_conflict(rekognition, collection):
    make(rekognition, collection, "twice")
    code, message = refusal(rekognition.create_user, CollectionId=collection, UserId="twice")
    assert code == "ConflictException" and "twice" in message and "already exists" in message
    make(rekognition, collection, "Twice")
    other = new_name()
    rekognition.create_collection(CollectionId=other)
    make(rekognition, other, "twice")
    rekognition.delete_collection(CollectionId=other)


# COMPATIBILITY.md: "AssociateFaces gives faces to a user, which makes it ACTIVE; a face of the user's own is left out of the answer."
def test_faces_are_associated(rekognition, collection, faces):
    answer = make(rekognition, collection, "obama", faces[images.OBAMA], faces[images.OBAMA_LATER])
    assert set(answer) == {"AssociatedFaces", "UnsuccessfulFaceAssociations", "UserStatus", "ResponseMetadata"}
    assert answer["UserStatus"] == "ACTIVE" and answer["UnsuccessfulFaceAssociations"] == []
    assert [face["FaceId"] for face in answer["AssociatedFaces"]] == [faces[images.OBAMA], faces[images.OBAMA_LATER]]
    assert users(rekognition, collection) == {"obama": "ACTIVE"}
    again = rekognition.associate_faces(CollectionId=collection, UserId="obama", FaceIds=[faces[images.OBAMA]])
    assert again["AssociatedFaces"] == [] and again["UnsuccessfulFaceAssociations"] == []
    assert again["UserStatus"] == "ACTIVE"


# COMPATIBILITY.md: "Faces that cannot be given to a user are told with FACE_NOT_FOUND, ASSOCIATED_TO_A_DIFFERENT_USER (and that user) or LOW_MATCH_CONFIDENCE (and the confidence)."
def test_each_reason_of_a_failed_association(rekognition, collection, faces):
    make(rekognition, collection, "biden", faces[images.BIDEN])
    make(rekognition, collection, "obama", faces[images.OBAMA])
    answer = rekognition.associate_faces(
        CollectionId=collection,
        UserId="obama",
        FaceIds=[faces[images.OBAMA_LATER], faces[images.BIDEN], faces[images.ASTRONAUT], UNKNOWN],
    )
    assert [face["FaceId"] for face in answer["AssociatedFaces"]] == [faces[images.OBAMA_LATER]]
    failed = {face["FaceId"]: face for face in answer["UnsuccessfulFaceAssociations"]}
    assert failed.keys() == {faces[images.BIDEN], faces[images.ASTRONAUT], UNKNOWN}
    assert failed[UNKNOWN]["Reasons"] == ["FACE_NOT_FOUND"] and "Confidence" not in failed[UNKNOWN]
    taken = failed[faces[images.BIDEN]]
    assert taken["Reasons"] == ["ASSOCIATED_TO_A_DIFFERENT_USER"] and taken["UserId"] == "biden"
    unlike = failed[faces[images.ASTRONAUT]]
    assert unlike["Reasons"] == ["LOW_MATCH_CONFIDENCE"] and 0 <= unlike["Confidence"] < 75
    assert answer["UserStatus"] == "ACTIVE"


# COMPATIBILITY.md: "UserMatchThreshold is 75 unless given, and counts only once the user has a face."
def test_the_match_threshold(rekognition, collection, faces):
    make(rekognition, collection, "anyone", faces[images.OBAMA], UserMatchThreshold=100)
    answer = rekognition.associate_faces(
        CollectionId=collection, UserId="anyone", FaceIds=[faces[images.ASTRONAUT]], UserMatchThreshold=0
    )
    assert [face["FaceId"] for face in answer["AssociatedFaces"]] == [faces[images.ASTRONAUT]]
    strict = rekognition.associate_faces(
        CollectionId=collection, UserId="anyone", FaceIds=[faces[images.BIDEN]], UserMatchThreshold=100
    )
    assert strict["UnsuccessfulFaceAssociations"][0]["Reasons"] == ["LOW_MATCH_CONFIDENCE"]


# COMPATIBILITY.md: "At most 100 faces a user; more is ServiceQuotaExceededException, and nothing is associated."
def test_a_user_has_at_most_a_hundred_faces(rekognition, collection):
    first = ids(index(rekognition, collection, crowd(10, 10), QualityFilter="NONE"))
    more = ids(index(rekognition, collection, images.OBAMA))
    assert len(first) == 100
    answer = make(rekognition, collection, "full", *first[:99], UserMatchThreshold=0)
    assert len(answer["AssociatedFaces"]) == 99
    code, message = refusal(
        rekognition.associate_faces,
        CollectionId=collection,
        UserId="full",
        FaceIds=[first[99], *more],
        UserMatchThreshold=0,
    )
    assert code == "ServiceQuotaExceededException" and "100" in message
    assert len(rekognition.list_faces(CollectionId=collection, UserId="full")["Faces"]) == 99
    answer = rekognition.associate_faces(
        CollectionId=collection, UserId="full", FaceIds=[first[99]], UserMatchThreshold=0
    )
    assert len(answer["AssociatedFaces"]) == 1
    code, _ = refusal(
        rekognition.associate_faces, CollectionId=collection, UserId="full", FaceIds=more, UserMatchThreshold=0
    )
    assert code == "ServiceQuotaExceededException"


# COMPATIBILITY.md: "DisassociateFaces takes faces away; with the last one the user is CREATED again and no search finds it."
def test_faces_are_disassociated(rekognition, collection, faces):
    make(rekognition, collection, "biden", faces[images.BIDEN])
    make(rekognition, collection, "obama", faces[images.OBAMA], faces[images.OBAMA_LATER])
    take = lambda *face_ids: rekognition.disassociate_faces(  # noqa: E731
        CollectionId=collection, UserId="obama", FaceIds=list(face_ids)
    )
    answer = take(faces[images.OBAMA], faces[images.ASTRONAUT], faces[images.BIDEN], UNKNOWN)
    assert set(answer) == {
        *("DisassociatedFaces", "UnsuccessfulFaceDisassociations", "UserStatus", "ResponseMetadata")
    }
    assert [face["FaceId"] for face in answer["DisassociatedFaces"]] == [faces[images.OBAMA]]
    failed = {face["FaceId"]: face for face in answer["UnsuccessfulFaceDisassociations"]}
    assert failed.keys() == {faces[images.BIDEN], UNKNOWN}
    assert failed[UNKNOWN]["Reasons"] == ["FACE_NOT_FOUND"]
    assert failed[faces[images.BIDEN]]["Reasons"] == ["ASSOCIATED_TO_A_DIFFERENT_USER"]
    assert failed[faces[images.BIDEN]]["UserId"] == "biden"
    assert answer["UserStatus"] == "ACTIVE"
    assert take(faces[images.OBAMA_LATER])["UserStatus"] == "CREATED"
    assert users(rekognition, collection)["obama"] == "CREATED"
    probe = {"Bytes": images.read(images.OBAMA)}
    matches = rekognition.search_users_by_image(CollectionId=collection, Image=probe)["UserMatches"]
    assert matches == []


# COMPATIBILITY.md: "DeleteUser leaves the user's faces in the collection, free."
def test_a_deleted_user_leaves_its_faces(rekognition, collection, faces):
    make(rekognition, collection, "obama", faces[images.OBAMA])
    rekognition.delete_user(CollectionId=collection, UserId="obama")
    (face,) = rekognition.list_faces(CollectionId=collection, FaceIds=[faces[images.OBAMA]])["Faces"]
    assert "UserId" not in face
    assert rekognition.delete_faces(CollectionId=collection, FaceIds=[faces[images.OBAMA]])["DeletedFaces"]
    assert rekognition.search_users(CollectionId=collection, FaceId=faces[images.OBAMA_LATER])["UserMatches"] == []


# COMPATIBILITY.md: "SearchUsers by a face or a user answers users with at least one face, by falling similarity; by a user, never that user."
def test_users_are_found_by_face_and_by_user(rekognition, collection, faces):
    make(rekognition, collection, "obama", faces[images.OBAMA])
    make(rekognition, collection, "obama-too", faces[images.OBAMA_LATER])
    make(rekognition, collection, "biden", faces[images.BIDEN])
    make(rekognition, collection, "nobody")
    by_face = rekognition.search_users(CollectionId=collection, FaceId=faces[images.OBAMA])
    assert set(by_face) == {"UserMatches", "FaceModelVersion", "SearchedFace", "ResponseMetadata"}
    assert by_face["SearchedFace"] == {"FaceId": faces[images.OBAMA]}
    assert [match["User"]["UserId"] for match in by_face["UserMatches"]] == ["obama", "obama-too"]
    assert by_face["UserMatches"][0]["User"] == {"UserId": "obama", "UserStatus": "ACTIVE"}
    assert by_face["UserMatches"][0]["Similarity"] > 99.9 > by_face["UserMatches"][1]["Similarity"] >= 80
    by_user = rekognition.search_users(CollectionId=collection, UserId="obama", UserMatchThreshold=0)
    assert set(by_user) == {"UserMatches", "FaceModelVersion", "SearchedUser", "ResponseMetadata"}
    assert by_user["SearchedUser"] == {"UserId": "obama"}
    names = [match["User"]["UserId"] for match in by_user["UserMatches"]]
    assert names[0] == "obama-too" and set(names) == {"obama-too", "biden"}
    one = rekognition.search_users(CollectionId=collection, UserId="obama", UserMatchThreshold=0, MaxUsers=1)
    assert [match["User"]["UserId"] for match in one["UserMatches"]] == ["obama-too"]


# COMPATIBILITY.md: "SearchUsersByImage searches for the largest face and tells the others in UnsearchedFaces; a picture without a face is no error."
def test_users_are_found_by_picture(rekognition, collection, faces):
    make(rekognition, collection, "obama", faces[images.OBAMA], faces[images.OBAMA_LATER])
    search = lambda picture, **more: rekognition.search_users_by_image(  # noqa: E731
        CollectionId=collection, Image={"Bytes": images.read(picture)}, **more
    )
    answer = search(images.OBAMA)
    assert set(answer) == {"UserMatches", "FaceModelVersion", "SearchedFace", "UnsearchedFaces", "ResponseMetadata"}
    assert [match["User"]["UserId"] for match in answer["UserMatches"]] == ["obama"]
    assert {"BoundingBox", "Confidence"} <= set(answer["SearchedFace"]["FaceDetail"])
    group = search(images.GROUPS[0])
    detected = rekognition.detect_faces(Image={"Bytes": images.read(images.GROUPS[0])})["FaceDetails"]
    assert group["SearchedFace"]["FaceDetail"]["BoundingBox"] == detected[0]["BoundingBox"]
    others = group["UnsearchedFaces"]
    assert [face["FaceDetails"]["BoundingBox"] for face in others] == [face["BoundingBox"] for face in detected[1:]]
    assert all(face["Reasons"] == ["FACE_NOT_LARGEST"] for face in others)
    empty = search(images.CAT)
    assert empty["UserMatches"] == [] and "SearchedFace" not in empty and empty["UnsearchedFaces"] == []
    assert empty["FaceModelVersion"] == "overt-face-1"


def test_a_filter_leaves_no_face_to_search(rekognition, collection):
    small = images.png(images.open_rgb(images.ASTRONAUT).resize((128, 128)))
    answer = rekognition.search_users_by_image(CollectionId=collection, Image={"Bytes": small}, QualityFilter="HIGH")
    assert answer["UserMatches"] == [] and "SearchedFace" not in answer
    assert "SMALL_BOUNDING_BOX" in answer["UnsearchedFaces"][0]["Reasons"]


# COMPATIBILITY.md: "SearchUsers takes exactly one of FaceId and UserId; none or both is InvalidParameterException."
def test_exactly_one_of_face_and_user(rekognition, collection, faces):
    make(rekognition, collection, "obama", faces[images.OBAMA])
    for selectors in ({}, {"FaceId": faces[images.OBAMA], "UserId": "obama"}):
        code, message = refusal(rekognition.search_users, CollectionId=collection, **selectors)
        assert code == "InvalidParameterException" and "FaceId" in message and "UserId" in message


def test_what_is_not_there(rekognition, collection, faces):
    missing = new_name("missing")
    face = [faces[images.OBAMA]]
    picture = {"Bytes": images.read(images.ASTRONAUT)}
    calls = [
        (rekognition.create_user, {"UserId": "u"}),
        (rekognition.delete_user, {"UserId": "u"}),
        (rekognition.list_users, {}),
        (rekognition.associate_faces, {"UserId": "u", "FaceIds": face}),
        (rekognition.disassociate_faces, {"UserId": "u", "FaceIds": face}),
        (rekognition.search_users, {"UserId": "u"}),
        (rekognition.search_users_by_image, {"Image": picture}),
    ]
    for call, request in calls:
        code, message = refusal(call, CollectionId=missing, **request)
        assert code == "ResourceNotFoundException", request
        assert message.startswith(f"The collection id: {missing} does not exist")
        if request.get("UserId") and call != rekognition.create_user:
            code, message = refusal(call, CollectionId=collection, **request)
            assert code == "ResourceNotFoundException" and message.startswith("The user id: u does not exist")
    code, message = refusal(rekognition.search_users, CollectionId=collection, FaceId=UNKNOWN)
    assert code == "InvalidParameterException" and message.startswith("faceId was not found in the collection.")


def test_constraints(unchecked, collection):
    users = lambda **request: refusal(unchecked.create_user, CollectionId=collection, **request)[0]  # noqa: E731
    for bad in ("", "a b", "a/b", "é", "x" * 129):
        assert users(UserId=bad) == "ValidationException"
    associate = lambda **request: refusal(  # noqa: E731
        unchecked.associate_faces, CollectionId=collection, UserId="u", **request
    )[0]
    for bad in ([], [UNKNOWN] * 101, ["x"]):
        assert associate(FaceIds=bad) == "ValidationException"
    assert associate(FaceIds=[UNKNOWN], UserMatchThreshold=101) == "ValidationException"
    for bad in (0, 501):
        assert refusal(unchecked.list_users, CollectionId=collection, MaxResults=bad)[0] == "ValidationException"
        code, _ = refusal(unchecked.search_users, CollectionId=collection, UserId="u", MaxUsers=bad)
        assert code == "ValidationException"


# COMPATIBILITY.md: "A ClientRequestToken makes a call count once: the same request again gets the same answer, another one IdempotentParameterMismatchException."
def test_tokens_make_calls_count_once(rekognition, collection, faces):
    token = str(uuid.uuid4())
    for _ in range(2):
        answer = rekognition.create_user(CollectionId=collection, UserId="a", ClientRequestToken=token)
        assert set(answer) == {"ResponseMetadata"}
    code, message = refusal(rekognition.create_user, CollectionId=collection, UserId="b", ClientRequestToken=token)
    assert code == "IdempotentParameterMismatchException"
    assert message.startswith(f"The ClientRequestToken: {token} you have supplied is already in use.")
    assert users(rekognition, collection) == {"a": "CREATED"}

    token = str(uuid.uuid4())
    associate = lambda: rekognition.associate_faces(  # noqa: E731
        CollectionId=collection,
        UserId="a",
        FaceIds=[faces[images.OBAMA], UNKNOWN],
        ClientRequestToken=token,
    )
    first = associate()
    del first["ResponseMetadata"]
    rekognition.disassociate_faces(CollectionId=collection, UserId="a", FaceIds=[faces[images.OBAMA]])
    second = associate()
    del second["ResponseMetadata"]
    assert first == second and [face["FaceId"] for face in first["AssociatedFaces"]] == [faces[images.OBAMA]]
    assert rekognition.list_faces(CollectionId=collection, UserId="a")["Faces"] == [], "it was done a second time"

    token = str(uuid.uuid4())
    for _ in range(2):
        rekognition.delete_user(CollectionId=collection, UserId="a", ClientRequestToken=token)
    assert users(rekognition, collection) == {}
    code, _ = refusal(rekognition.delete_user, CollectionId=collection, UserId="a")
    assert code == "ResourceNotFoundException"


def test_a_token_of_another_operation_is_another_request(rekognition, collection):
    token = str(uuid.uuid4())
    rekognition.create_user(CollectionId=collection, UserId="a", ClientRequestToken=token)
    code, _ = refusal(rekognition.delete_user, CollectionId=collection, UserId="a", ClientRequestToken=token)
    assert code == "IdempotentParameterMismatchException"
    assert users(rekognition, collection) == {"a": "CREATED"}


def test_a_failed_call_may_be_sent_again(rekognition, collection, faces):
    token = str(uuid.uuid4())
    request = {"CollectionId": collection, "UserId": "late", "FaceIds": [faces[images.OBAMA]], "ClientRequestToken": token}
    assert refusal(rekognition.associate_faces, **request)[0] == "ResourceNotFoundException"
    make(rekognition, collection, "late")
    assert rekognition.associate_faces(**request)["AssociatedFaces"]


def test_users_are_listed_in_the_order_of_their_making(rekognition, collection):
    names = [f"u{number}" for number in (3, 1, 2)]
    for name in names:
        make(rekognition, collection, name)
    assert list(users(rekognition, collection)) == names
