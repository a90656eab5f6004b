"""CompareFaces by boto3."""

import pytest

import images

COMPARED_MEMBERS = {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}


def compare(client, source, target, **more):
    return client.compare_faces(
        SourceImage={"Bytes": images.read(source)}, TargetImage={"Bytes": images.read(target)}, **more
    )


def test_one_person_matches_herself(rekognition):
    answer = compare(rekognition, images.ASTRONAUT, images.ASTRONAUT)
    (match,) = answer["FaceMatches"]
    assert match["Similarity"] > 99
    assert answer["UnmatchedFaces"] == []


def test_two_portraits_of_one_person_match(rekognition):
    answer = compare(rekognition, images.OBAMA, images.OBAMA_LATER)
    assert answer["FaceMatches"][0]["Similarity"] >= 80


def test_two_people_do_not_match(rekognition):
    answer = compare(rekognition, images.OBAMA, images.BIDEN)
    assert answer["FaceMatches"] == []
    assert len(answer["UnmatchedFaces"]) >= 1


def test_the_members_are_the_documented_ones(rekognition):
    answer = compare(rekognition, images.OBAMA, images.OBAMA_LATER, SimilarityThreshold=0)
    assert answer.keys() - {"ResponseMetadata"} == {"SourceImageFace", "FaceMatches", "UnmatchedFaces"}
    assert answer["SourceImageFace"].keys() == {"BoundingBox", "Confidence"}
    (match, *_) = answer["FaceMatches"]
    assert match.keys() == {"Similarity", "Face"}
    assert match["Face"].keys() == COMPARED_MEMBERS
    assert len(match["Face"]["Landmarks"]) == 5
    unmatched = compare(rekognition, images.OBAMA, images.BIDEN)["UnmatchedFaces"][0]
    assert unmatched.keys() == COMPARED_MEMBERS


def test_threshold_zero_matches_every_face_best_first(rekognition):
    faces = rekognition.detect_faces(Image={"Bytes": images.read(images.GROUPS[0])})["FaceDetails"]
    answer = compare(rekognition, images.ASTRONAUT, images.GROUPS[0], SimilarityThreshold=0)
    assert len(answer["FaceMatches"]) == len(faces)
    assert answer["UnmatchedFaces"] == []
    similarities = [match["Similarity"] for match in answer["FaceMatches"]]
    assert similarities == sorted(similarities, reverse=True)
    assert all(0 <= similarity <= 100 for similarity in similarities)


def test_the_threshold_is_inclusive_and_defaults_to_eighty(rekognition):
    (match, *_) = compare(rekognition, images.OBAMA, images.OBAMA_LATER, SimilarityThreshold=0)["FaceMatches"]
    similarity = match["Similarity"]
    at = compare(rekognition, images.OBAMA, images.OBAMA_LATER, SimilarityThreshold=similarity)
    assert len(at["FaceMatches"]) == 1
    if similarity < 100:
        above = compare(rekognition, images.OBAMA, images.OBAMA_LATER, SimilarityThreshold=min(similarity + 0.01, 100))
        assert above["FaceMatches"] == []
        assert len(above["UnmatchedFaces"]) >= 1
    default = compare(rekognition, images.OBAMA, images.OBAMA_LATER)
    explicit = compare(rekognition, images.OBAMA, images.OBAMA_LATER, SimilarityThreshold=80)
    assert default["FaceMatches"] == explicit["FaceMatches"]


def test_similarity_does_not_depend_on_which_is_the_source(rekognition):
    one = compare(rekognition, images.OBAMA, images.OBAMA_LATER, SimilarityThreshold=0)["FaceMatches"][0]
    two = compare(rekognition, images.OBAMA_LATER, images.OBAMA, SimilarityThreshold=0)["FaceMatches"][0]
    assert one["Similarity"] == pytest.approx(two["Similarity"], abs=0.1)


def test_the_largest_face_of_the_source_is_compared(rekognition):
    for group in images.GROUPS[:3]:
        largest = rekognition.detect_faces(Image={"Bytes": images.read(group)})["FaceDetails"][0]
        answer = compare(rekognition, group, group, SimilarityThreshold=0)
        assert answer["SourceImageFace"]["BoundingBox"] == pytest.approx(largest["BoundingBox"], abs=1e-6)
        assert answer["FaceMatches"][0]["Face"]["BoundingBox"] == pytest.approx(largest["BoundingBox"], abs=1e-6)
        assert answer["FaceMatches"][0]["Similarity"] > 99


def test_matches_and_the_rest_are_all_faces_of_the_target(rekognition):
    for group in images.GROUPS:
        faces = rekognition.detect_faces(Image={"Bytes": images.read(group)})["FaceDetails"]
        answer = compare(rekognition, group, group)
        found = [match["Face"] for match in answer["FaceMatches"]] + answer["UnmatchedFaces"]
        assert sorted(str(face["BoundingBox"]) for face in found) == sorted(str(face["BoundingBox"]) for face in faces)


@pytest.mark.parametrize("source, target", [(images.CAT, images.OBAMA), (images.OBAMA, images.CAT)])
def test_a_picture_without_a_face_is_an_invalid_parameter(rekognition, source, target):
    with pytest.raises(rekognition.exceptions.InvalidParameterException) as error:
        compare(rekognition, source, target)
    assert error.value.response["Error"]["Message"].startswith("Request has invalid parameters")
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize("quality", ["NONE", "AUTO", "LOW", "MEDIUM", "HIGH"])
def test_quality_filters_pass_a_good_portrait(rekognition, quality):
    answer = compare(rekognition, images.OBAMA, images.OBAMA_LATER, QualityFilter=quality, SimilarityThreshold=0)
    assert len(answer["FaceMatches"]) == 1
