"""SearchFaces and SearchFacesByImage by boto3."""

import pytest

import images
from gallery import ids, index, new_name, refusal

UNKNOWN = "01901234-5678-7abc-8def-0123456789ab"


@pytest.fixture(scope="module")
def people(rekognition):
    """A collection with two pictures of one person and one of each of two others; ids by picture."""
    name = new_name("people")
    rekognition.create_collection(CollectionId=name)
    found = {
        picture: ids(index(rekognition, name, picture, MaxFaces=1, ExternalImageId=picture.replace("/", ":")))[0]
        for picture in (images.OBAMA, images.OBAMA_LATER, images.BIDEN, images.ASTRONAUT)
    }
    yield name, found
    rekognition.delete_collection(CollectionId=name)


def by_image(client, collection, picture, **more):
    content = images.read(picture) if isinstance(picture, str) else picture
    return client.search_faces_by_image(CollectionId=collection, Image={"Bytes": content}, **more)


def found(answer):
    return [match["Face"]["FaceId"] for match in answer["FaceMatches"]]


# COMPATIBILITY.md: "SearchFaces answers matches by falling similarity, each with its record, and never the searched face itself."
def test_a_face_finds_its_person_and_not_itself(rekognition, people):
    collection, face = people
    answer = rekognition.search_faces(CollectionId=collection, FaceId=face[images.OBAMA])
    assert set(answer) == {"SearchedFaceId", "FaceMatches", "FaceModelVersion", "ResponseMetadata"}
    assert answer["SearchedFaceId"] == face[images.OBAMA] and answer["FaceModelVersion"] == "overt-face-1"
    assert found(answer) == [face[images.OBAMA_LATER]]
    (match,) = answer["FaceMatches"]
    assert set(match) == {"Similarity", "Face"} and 80 <= match["Similarity"] <= 100
    (listed,) = rekognition.list_faces(CollectionId=collection, FaceIds=[face[images.OBAMA_LATER]])["Faces"]
    assert match["Face"] == listed


def test_everybody_is_ordered_by_similarity(rekognition, people):
    collection, face = people
    answer = rekognition.search_faces(CollectionId=collection, FaceId=face[images.OBAMA], FaceMatchThreshold=0)
    similarities = [match["Similarity"] for match in answer["FaceMatches"]]
    assert found(answer)[0] == face[images.OBAMA_LATER] and len(similarities) == 3
    assert similarities == sorted(similarities, reverse=True)
    assert face[images.OBAMA] not in found(answer)


# COMPATIBILITY.md: "FaceMatchThreshold is 80 unless given, and inclusive."
def test_the_threshold_is_eighty_and_reached_by_equality(rekognition, people):
    collection, face = people
    search = lambda **more: rekognition.search_faces(CollectionId=collection, FaceId=face[images.OBAMA], **more)  # noqa: E731
    (match,) = search()["FaceMatches"]
    every = search(FaceMatchThreshold=0)["FaceMatches"]
    assert [each for each in every if each["Similarity"] >= 80] == [match]
    assert found(search(FaceMatchThreshold=match["Similarity"])) == [match["Face"]["FaceId"]]
    if match["Similarity"] < 99.99:
        assert found(search(FaceMatchThreshold=match["Similarity"] + 0.005)) == []


def test_max_faces_keeps_the_best(rekognition, people):
    collection, face = people
    answer = rekognition.search_faces(
        CollectionId=collection, FaceId=face[images.OBAMA], FaceMatchThreshold=0, MaxFaces=1
    )
    assert found(answer) == [face[images.OBAMA_LATER]]


# COMPATIBILITY.md: "A similarity of a search is the one that CompareFaces gives for the same two pictures."
def test_a_search_and_a_comparison_agree(rekognition, people):
    collection, face = people
    compared = rekognition.compare_faces(
        SourceImage={"Bytes": images.read(images.OBAMA)},
        TargetImage={"Bytes": images.read(images.OBAMA_LATER)},
        SimilarityThreshold=0,
    )
    best = max(match["Similarity"] for match in compared["FaceMatches"])
    (match,) = rekognition.search_faces(CollectionId=collection, FaceId=face[images.OBAMA])["FaceMatches"]
    assert match["Similarity"] == pytest.approx(best, abs=0.01)


# COMPATIBILITY.md: "SearchFacesByImage searches for the largest face and answers its box and confidence."
def test_a_picture_finds_its_person(rekognition, people):
    collection, face = people
    answer = by_image(rekognition, collection, images.OBAMA)
    assert set(answer) == {
        *("SearchedFaceBoundingBox", "SearchedFaceConfidence", "FaceMatches", "FaceModelVersion", "ResponseMetadata")
    }
    assert found(answer) == [face[images.OBAMA], face[images.OBAMA_LATER]]
    assert answer["FaceMatches"][0]["Similarity"] > 99.9
    (detected,) = rekognition.detect_faces(Image={"Bytes": images.read(images.OBAMA)})["FaceDetails"]
    assert answer["SearchedFaceBoundingBox"] == detected["BoundingBox"]
    assert answer["SearchedFaceConfidence"] == detected["Confidence"]


def test_the_largest_face_of_a_group_is_the_one(rekognition, people):
    collection, _ = people
    answer = by_image(rekognition, collection, images.GROUPS[0])
    faces = rekognition.detect_faces(Image={"Bytes": images.read(images.GROUPS[0])})["FaceDetails"]
    assert answer["SearchedFaceBoundingBox"] == faces[0]["BoundingBox"]
    assert answer["FaceMatches"] == []


# COMPATIBILITY.md: "A picture without a face, or with none that passes the filter: InvalidParameterException with Amazon's sentence."
def test_no_face_has_the_sentence_that_clients_look_for(rekognition, people):
    collection, _ = people
    sentence = "There are no faces in the image. Should be at least 1."
    code, message = refusal(by_image, client=rekognition, collection=collection, picture=images.CAT)
    assert (code, message) == ("InvalidParameterException", sentence)
    small = images.png(images.open_rgb(images.ASTRONAUT).resize((128, 128)))
    code, message = refusal(by_image, client=rekognition, collection=collection, picture=small, QualityFilter="HIGH")
    assert code == "InvalidParameterException" and message.startswith(sentence) and "QualityFilter" in message
    assert by_image(rekognition, collection, small)["SearchedFaceConfidence"] > 50


# COMPATIBILITY.md: "A face id that is not in the collection: InvalidParameterException, not ResourceNotFoundException."
def test_an_unknown_face(rekognition, people):
    collection, _ = people
    code, message = refusal(rekognition.search_faces, CollectionId=collection, FaceId=UNKNOWN)
    assert code == "InvalidParameterException" and message.startswith("faceId was not found in the collection.")


def test_every_other_documented_error(rekognition, unchecked, people):
    collection, face = people
    missing, picture = new_name("missing"), {"Bytes": images.read(images.ASTRONAUT)}
    for call, request in (
        (rekognition.search_faces, {"FaceId": face[images.OBAMA]}),
        (rekognition.search_faces_by_image, {"Image": picture}),
    ):
        code, message = refusal(call, CollectionId=missing, **request)
        assert code == "ResourceNotFoundException"
        assert message.startswith(f"The collection id: {missing} does not exist")
    for bad in ({"MaxFaces": 0}, {"MaxFaces": 4097}, {"FaceMatchThreshold": 100.1}, {"FaceMatchThreshold": -1}):
        assert refusal(unchecked.search_faces, CollectionId=collection, FaceId=UNKNOWN, **bad)[0] == "ValidationException"
        code, _ = refusal(unchecked.search_faces_by_image, CollectionId=collection, Image=picture, **bad)
        assert code == "ValidationException"
    search = lambda image: refusal(unchecked.search_faces_by_image, CollectionId=collection, Image=image)[0]  # noqa: E731
    assert search({"Bytes": b"GIF89a"}) == "InvalidImageFormatException"
    assert search({}) == "InvalidParameterException"
    assert search({"S3Object": {"Bucket": "nowhere", "Name": "x"}}) == "InvalidS3ObjectException"
    assert refusal(unchecked.search_faces, CollectionId=collection, FaceId="x")[0] == "ValidationException"


def test_an_empty_collection_finds_nothing(rekognition, collection):
    answer = by_image(rekognition, collection, images.ASTRONAUT)
    assert answer["FaceMatches"] == [] and answer["SearchedFaceConfidence"] > 90


def test_collections_do_not_see_each_other(rekognition, collection, people):
    index(rekognition, collection, images.ASTRONAUT)
    assert len(found(by_image(rekognition, collection, images.OBAMA, FaceMatchThreshold=0))) == 1


def test_a_search_leaves_nothing_behind(rekognition, people):
    collection, _ = people
    before = rekognition.describe_collection(CollectionId=collection)["FaceCount"]
    by_image(rekognition, collection, images.ASTRONAUT)
    assert rekognition.describe_collection(CollectionId=collection)["FaceCount"] == before
