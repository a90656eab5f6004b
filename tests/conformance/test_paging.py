"""Pages: every list read to its end, in every size, by boto3's paginators and by hand."""

import base64
import json

import pytest

import collection_file
import images
import wire
from conftest import client_of
from gallery import crowd, face_ids, ids, index, new_name, refusal
from overt_server import Server

# Faces of the large collection: more than a thousand, fewer than a search answers.
FACES = 2100


@pytest.fixture(scope="module")
def loaded(work):
    """A server whose data folder was given a large collection before its first start, and one of a hundred faces; the ids
    in both, in the order of their making."""
    folder = work / "paging"
    folder.mkdir()
    made = collection_file.write(folder / "large.overt", "large", FACES, "correct horse battery")
    (folder / "passphrase").write_text("correct horse battery\n")
    running = Server(folder / "data")
    spare = collection_file.write(folder / "spare.overt", "spare", 100, "correct horse battery", seed=2)
    for name, faces in (("large", FACES), ("spare", 100)):
        secret = ("--passphrase-file", folder / "passphrase")
        done = running.overt("collections", "load", folder / f"{name}.overt", *secret, "--json")
        assert json.loads(done.stdout) == {"collection": name, "faces": faces, "users": 0, "consents": 0}
    yield running.start(), made, spare
    running.stop()


@pytest.fixture(scope="module")
def server(loaded):
    return loaded[0]


@pytest.fixture(scope="module")
def rekognition(server):
    return client_of(server)


@pytest.fixture(scope="module")
def unchecked(server):
    return client_of(server, parameter_validation=False)


@pytest.fixture(scope="module")
def large(loaded):
    """The name of the large collection and its ids."""
    return "large", loaded[1]


def pages(call, member, **request):
    """Every page by hand; no token may come twice."""
    tokens, token = set(), {}
    while True:
        answer = call(**request, **token)
        yield answer[member]
        if "NextToken" not in answer:
            return
        assert answer["NextToken"] not in tokens and 0 < len(answer["NextToken"]) <= 255
        tokens.add(answer["NextToken"])
        token = {"NextToken": answer["NextToken"]}


# COMPATIBILITY.md: "A list read page by page holds each item once, in the order of their making, whatever the page's size."
@pytest.mark.parametrize("size", [None, 0, 1000, 2100, 4096, 137])
def test_thousands_of_faces_in_pages_of_any_size(rekognition, large, size):
    collection, made = large
    request = {} if size is None else {"MaxResults": size}
    read = list(pages(rekognition.list_faces, "Faces", CollectionId=collection, **request))
    # COMPATIBILITY.md: "MaxResults 0, like none, is the largest page: 4096 collections or faces, 500 users."
    full = size or 4096
    assert [len(page) for page in read[:-1]] == [full] * (len(read) - 1) and 0 < len(read[-1]) <= full
    assert [face["FaceId"] for page in read for face in page] == made


def test_boto3_pages_through(rekognition, large):
    collection, made = large
    paginator = rekognition.get_paginator("list_faces")
    read = paginator.paginate(CollectionId=collection, PaginationConfig={"PageSize": 500}).build_full_result()
    assert [face["FaceId"] for face in read["Faces"]] == made
    part = paginator.paginate(CollectionId=collection, PaginationConfig={"PageSize": 100, "MaxItems": 250})
    first = part.build_full_result()
    assert [face["FaceId"] for face in first["Faces"]] == made[:250]
    rest = paginator.paginate(
        CollectionId=collection, PaginationConfig={"StartingToken": first["NextToken"]}
    ).build_full_result()
    assert [face["FaceId"] for face in rest["Faces"]] == made[250:]


# COMPATIBILITY.md: "A page size may change on the way; what is added or removed meanwhile neither repeats nor skips another item."
def test_changes_on_the_way(rekognition, collection):
    made = ids(index(rekognition, collection, crowd(4, 5, cell=80), QualityFilter="NONE"))
    first = rekognition.list_faces(CollectionId=collection, MaxResults=8)
    rekognition.delete_faces(CollectionId=collection, FaceIds=[made[0], made[7], made[10]])
    (added,) = ids(index(rekognition, collection, images.ASTRONAUT))
    rest = rekognition.list_faces(CollectionId=collection, MaxResults=100, NextToken=first["NextToken"])
    expected = [face for face in made[8:] if face != made[10]] + [added]
    assert [face["FaceId"] for face in rest["Faces"]] == expected and "NextToken" not in rest


def test_a_page_that_ends_with_the_list_has_no_token(rekognition, collection):
    made = ids(index(rekognition, collection, crowd(2, 2, cell=80), QualityFilter="NONE"))
    assert "NextToken" not in rekognition.list_faces(CollectionId=collection, MaxResults=len(made))
    answer = rekognition.list_faces(CollectionId=collection, MaxResults=len(made) - 1)
    assert answer["NextToken"]


def test_filters_page_too(rekognition, large):
    collection, made = large
    wanted = made[5:2000:10]
    read = list(pages(rekognition.list_faces, "Faces", CollectionId=collection, FaceIds=wanted, MaxResults=30))
    assert sorted(face["FaceId"] for page in read for face in page) == sorted(wanted)
    rekognition.create_user(CollectionId=collection, UserId="paged")
    rekognition.associate_faces(
        CollectionId=collection, UserId="paged", FaceIds=made[10:60], UserMatchThreshold=0
    )
    read = list(pages(rekognition.list_faces, "Faces", CollectionId=collection, UserId="paged", MaxResults=7))
    assert [face["FaceId"] for page in read for face in page] == made[10:60]
    rekognition.delete_user(CollectionId=collection, UserId="paged")


# COMPATIBILITY.md: "`MaxFaces` is 4096 unless given; the most similar are answered"
def test_a_search_answers_thousands(rekognition, large):
    collection, made = large
    search = lambda **more: rekognition.search_faces(  # noqa: E731
        CollectionId=collection, FaceId=made[0], FaceMatchThreshold=0, **more
    )["FaceMatches"]
    every = search()
    assert {match["Face"]["FaceId"] for match in every} == set(made[1:])
    similarities = [match["Similarity"] for match in every]
    assert similarities == sorted(similarities, reverse=True)
    best = search(MaxFaces=1500)
    assert [match["Similarity"] for match in best] == similarities[:1500]


def test_a_hundred_faces_are_deleted_in_one_call(rekognition, loaded):
    _, _, spare = loaded
    assert face_ids(rekognition, "spare") == spare
    answer = rekognition.delete_faces(CollectionId="spare", FaceIds=spare)
    assert answer["DeletedFaces"] == spare and face_ids(rekognition, "spare") == []


def test_users_page(rekognition, collection):
    names = [f"user-{number}" for number in range(23)]
    for name in names:
        rekognition.create_user(CollectionId=collection, UserId=name)
    for size in (1, 5, 22, 23, 500):
        read = list(pages(rekognition.list_users, "Users", CollectionId=collection, MaxResults=size))
        assert [user["UserId"] for page in read for user in page] == names
        assert len(read) == -(-len(names) // size)
    whole = rekognition.get_paginator("list_users").paginate(CollectionId=collection).build_full_result()
    assert [user["UserId"] for user in whole["Users"]] == names


def test_collections_page(new_server):
    client = client_of(new_server())
    names = ["b", "a", *("x" * 250 + f"-{number:03}" for number in range(9))]
    for name in names:
        client.create_collection(CollectionId=name)
    for size in (0, 1, 4, 11, 4096):
        read = list(pages(client.list_collections, "CollectionIds", MaxResults=size))
        assert sorted(name for page in read for name in page) == sorted(names)
        assert len({name for page in read for name in page}) == len(names)
    whole = client.get_paginator("list_collections").paginate(PaginationConfig={"PageSize": 2}).build_full_result()
    assert len(whole["CollectionIds"]) == len(whole["FaceModelVersions"]) == len(names)


# COMPATIBILITY.md: "An empty NextToken is the first page."
def test_an_empty_token_is_the_first_page(server, rekognition, large):
    collection, made = large
    answer = wire.call(server, "ListFaces", {"CollectionId": collection, "MaxResults": 2, "NextToken": ""})
    assert [face["FaceId"] for face in answer.json["Faces"]] == made[:2]


# COMPATIBILITY.md: "A token works for the same list of the same server, for 24 hours, across restarts; any other is InvalidPaginationTokenException."
def test_tokens_are_good_for_their_list_only(rekognition, large, collection):
    name, made = large
    index(rekognition, collection, crowd(1, 3, cell=80), QualityFilter="NONE")
    token = rekognition.list_faces(CollectionId=name, MaxResults=5)["NextToken"]
    assert rekognition.list_faces(CollectionId=name, NextToken=token, MaxResults=1)["Faces"][0]["FaceId"] == made[5]
    raw = bytearray(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)))
    raw[12] ^= 1
    for call, request in (
        (rekognition.list_faces, {"CollectionId": collection, "NextToken": token}),
        (rekognition.list_faces, {"CollectionId": name, "FaceIds": made[:50], "NextToken": token}),
        (rekognition.list_users, {"CollectionId": name, "NextToken": token}),
        (rekognition.list_collections, {"NextToken": token}),
        (rekognition.list_faces, {"CollectionId": name, "NextToken": "AAAA"}),
        (rekognition.list_faces, {"CollectionId": name, "NextToken": "no token, surely!"}),
        (rekognition.list_faces, {"CollectionId": name, "NextToken": token + "A"}),
        (rekognition.list_faces, {"CollectionId": name, "NextToken": base64.urlsafe_b64encode(raw).decode().rstrip("=")}),
    ):
        code, message = refusal(call, **request)
        assert code == "InvalidPaginationTokenException" and message.startswith("Invalid Pagination Token"), request
    rekognition.create_user(CollectionId=name, UserId="filter")
    code, _ = refusal(rekognition.list_faces, CollectionId=name, UserId="filter", NextToken=token)
    assert code == "InvalidPaginationTokenException"
    rekognition.delete_user(CollectionId=name, UserId="filter")


def test_a_token_does_not_reach_a_namesake(rekognition):
    name = new_name()
    rekognition.create_collection(CollectionId=name)
    index(rekognition, name, crowd(1, 3, cell=80), QualityFilter="NONE")
    token = rekognition.list_faces(CollectionId=name, MaxResults=1)["NextToken"]
    rekognition.delete_collection(CollectionId=name)
    rekognition.create_collection(CollectionId=name)
    index(rekognition, name, crowd(1, 3, cell=80), QualityFilter="NONE")
    code, _ = refusal(rekognition.list_faces, CollectionId=name, NextToken=token)
    assert code == "InvalidPaginationTokenException"
    rekognition.delete_collection(CollectionId=name)


def test_a_token_outlives_a_restart(new_server):
    server = new_server()
    client = client_of(server)
    client.create_collection(CollectionId="c")
    made = ids(index(client, "c", crowd(1, 3, cell=80), QualityFilter="NONE"))
    token = client.list_faces(CollectionId="c", MaxResults=1)["NextToken"]
    server.stop()
    server.start()
    rest = client_of(server).list_faces(CollectionId="c", NextToken=token)
    assert [face["FaceId"] for face in rest["Faces"]] == made[1:]


def test_a_page_size_over_the_limit(unchecked, large):
    collection, _ = large
    assert refusal(unchecked.list_faces, CollectionId=collection, MaxResults=4097)[0] == "ValidationException"
    assert refusal(unchecked.list_collections, MaxResults=-1)[0] == "ValidationException"
    assert refusal(unchecked.list_faces, CollectionId=collection, NextToken="x" * 256)[0] == "ValidationException"
