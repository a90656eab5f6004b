"""IndexFaces by boto3: what is kept, what is not and why."""

import re
import struct

import pytest

import images
from gallery import crowd, face_ids, ids, index, new_name, portrait, refusal

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
VERSION = "overt-face-1"


def test_a_face_is_kept_with_its_record(rekognition, collection):
    answer = index(rekognition, collection, images.ASTRONAUT, ExternalImageId="eileen:collins_1-a.png")
    assert set(answer) == {"FaceRecords", "UnindexedFaces", "FaceModelVersion", "ResponseMetadata"}
    assert answer["FaceModelVersion"] == VERSION and answer["UnindexedFaces"] == []
    (record,) = answer["FaceRecords"]
    face, detail = record["Face"], record["FaceDetail"]
    # COMPATIBILITY.md: "Face has FaceId, BoundingBox, ImageId, ExternalImageId (if given), Confidence and IndexFacesModelVersion."
    assert set(face) == {
        *("FaceId", "BoundingBox", "ImageId", "ExternalImageId", "Confidence", "IndexFacesModelVersion")
    }
    assert UUID.fullmatch(face["FaceId"]) and UUID.fullmatch(face["ImageId"])
    assert face["ExternalImageId"] == "eileen:collins_1-a.png" and face["IndexFacesModelVersion"] == VERSION
    assert set(detail) == {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}
    assert face["BoundingBox"] == detail["BoundingBox"] and face["Confidence"] == detail["Confidence"]


def test_the_detail_is_what_detect_faces_says(rekognition, collection, promised_attributes):
    index_all = index(rekognition, collection, images.ASTRONAUT, DetectionAttributes=["ALL"])
    detect_all = rekognition.detect_faces(Image={"Bytes": images.read(images.ASTRONAUT)}, Attributes=["ALL"])
    (record,), (detected,) = index_all["FaceRecords"], detect_all["FaceDetails"]
    assert record["FaceDetail"] == detected
    assert promised_attributes & set(record["FaceDetail"])
    one = index(rekognition, collection, images.OBAMA, DetectionAttributes=["SMILE"])
    assert "Smile" in one["FaceRecords"][0]["FaceDetail"] and "AgeRange" not in one["FaceRecords"][0]["FaceDetail"]


# COMPATIBILITY.md: "Without ExternalImageId the member is absent."
def test_without_an_external_id_there_is_none(rekognition, collection):
    (record,) = index(rekognition, collection, images.ASTRONAUT)["FaceRecords"]
    assert "ExternalImageId" not in record["Face"]
    (listed,) = rekognition.list_faces(CollectionId=collection)["Faces"]
    assert "ExternalImageId" not in listed


# COMPATIBILITY.md: "FaceRecords are largest first; all faces of one picture share one ImageId, which follows from its content."
def test_faces_of_a_group_share_a_picture_and_are_largest_first(rekognition, collection):
    for picture in images.GROUPS[:3]:
        answer = index(rekognition, collection, picture, QualityFilter="NONE")
        faces = [record["Face"] for record in answer["FaceRecords"]]
        areas = [face["BoundingBox"]["Width"] * face["BoundingBox"]["Height"] for face in faces]
        assert len(faces) >= 2 and areas == sorted(areas, reverse=True)
        assert len({face["ImageId"] for face in faces}) == 1
        assert len({face["FaceId"] for face in faces}) == len(faces)


def test_the_image_id_follows_from_the_content(rekognition, collection):
    def image_id(content, external):
        return index(rekognition, collection, content, ExternalImageId=external)["FaceRecords"][0]["Face"]["ImageId"]

    one = image_id(images.ASTRONAUT, "one")
    assert image_id(images.ASTRONAUT, "two") == one
    assert image_id(images.OBAMA, "one") != one
    assert one[14] == "8"


def single(number):
    """The nearest 32-bit float."""
    return struct.unpack("f", struct.pack("f", number))[0]


# COMPATIBILITY.md: "Stored boxes are rounded to six decimals."
def test_boxes_are_stored_with_six_decimals(rekognition, collection):
    (record,) = index(rekognition, collection, images.OBAMA)["FaceRecords"]
    (listed,) = rekognition.list_faces(CollectionId=collection)["Faces"]
    for side, exact in record["Face"]["BoundingBox"].items():
        kept = listed["BoundingBox"][side]
        # As a 32-bit float nearest to six decimals, which is what the real service keeps.
        assert single(kept) == single(round(kept, 6))
        assert abs(kept - exact) <= 5.1e-7


# COMPATIBILITY.md: "The same picture under the same ExternalImageId (or both times none) adds no face twice; under another it does."
def test_nothing_is_kept_twice(rekognition, collection):
    first = index(rekognition, collection, images.GROUPS[0], ExternalImageId="group", QualityFilter="NONE")
    again = index(rekognition, collection, images.GROUPS[0], ExternalImageId="group", QualityFilter="NONE")
    assert ids(first) == ids(again) and len(ids(first)) >= 2
    assert sorted(face_ids(rekognition, collection)) == sorted(ids(first))
    other = index(rekognition, collection, images.GROUPS[0], ExternalImageId="other", QualityFilter="NONE")
    nameless = [index(rekognition, collection, images.GROUPS[0], QualityFilter="NONE") for _ in range(2)]
    assert ids(nameless[0]) == ids(nameless[1])
    assert len({*ids(first), *ids(other), *ids(nameless[0])}) == 3 * len(ids(first))
    assert len(face_ids(rekognition, collection)) == 3 * len(ids(first))


def test_what_was_left_out_the_first_time_is_added_the_second(rekognition, collection):
    one = index(rekognition, collection, images.GROUPS[0], ExternalImageId="g", MaxFaces=1, QualityFilter="NONE")
    every = index(rekognition, collection, images.GROUPS[0], ExternalImageId="g", QualityFilter="NONE")
    assert len(ids(one)) == 1 and set(ids(one)) < set(ids(every))
    assert len(face_ids(rekognition, collection)) == len(ids(every))


def test_a_deleted_face_can_be_added_again(rekognition, collection):
    (old,) = ids(index(rekognition, collection, images.ASTRONAUT))
    rekognition.delete_faces(CollectionId=collection, FaceIds=[old])
    (new,) = ids(index(rekognition, collection, images.ASTRONAUT))
    assert new != old and face_ids(rekognition, collection) == [new]


# COMPATIBILITY.md: "A picture without a face is no error: both lists are empty."
def test_no_face_is_no_error(rekognition, collection):
    answer = index(rekognition, collection, images.CAT)
    assert answer["FaceRecords"] == [] and answer["UnindexedFaces"] == []
    assert answer["FaceModelVersion"] == VERSION
    assert face_ids(rekognition, collection) == []


# COMPATIBILITY.md: "Beyond MaxFaces the smallest are left out, with EXCEEDS_MAX_FACES."
def test_max_faces_keeps_the_largest(rekognition, collection):
    found = index(rekognition, collection, images.GROUPS[0], QualityFilter="NONE")
    boxes = [record["Face"]["BoundingBox"] for record in found["FaceRecords"]]
    answer = index(rekognition, collection, images.GROUPS[0], MaxFaces=1, ExternalImageId="x", QualityFilter="LOW")
    assert [record["Face"]["BoundingBox"] for record in answer["FaceRecords"]] == boxes[:1]
    left = answer["UnindexedFaces"]
    assert len(left) == len(boxes) - 1
    for face in left:
        assert set(face) == {"Reasons", "FaceDetail"} and "EXCEEDS_MAX_FACES" in face["Reasons"]
    assert [face["FaceDetail"]["BoundingBox"] for face in left] == boxes[1:]


def reasons(rekognition, collection, picture, **more):
    answer = index(rekognition, collection, picture, **more)
    assert answer["FaceRecords"] == [], answer["FaceRecords"][0]["FaceDetail"]
    (face,) = answer["UnindexedFaces"]
    return face["Reasons"]


def astronaut():
    return images.open_rgb(images.ASTRONAUT)


# COMPATIBILITY.md: "QualityFilter is AUTO unless given; each documented reason is told, several at once where several apply."
def test_a_small_face_is_left_out(rekognition, collection):
    small = images.png(astronaut().resize((128, 128)))
    assert "SMALL_BOUNDING_BOX" in reasons(rekognition, collection, small)
    assert len(ids(index(rekognition, collection, small, QualityFilter="NONE"))) == 1


def test_a_dark_face_is_left_out(rekognition, collection):
    dark = images.png(astronaut().point(lambda value: value * 0.12))
    assert "LOW_BRIGHTNESS" in reasons(rekognition, collection, dark, QualityFilter="HIGH")


def test_a_blurred_face_is_left_out(rekognition, collection):
    from PIL import ImageFilter

    blurred = images.png(astronaut().filter(ImageFilter.GaussianBlur(6)))
    assert "LOW_SHARPNESS" in reasons(rekognition, collection, blurred)


def test_a_burnt_out_face_is_left_out(rekognition, collection):
    bright = images.png(astronaut().point(lambda value: min(255, value * 0.35 + 175)))
    assert "LOW_FACE_QUALITY" in reasons(rekognition, collection, bright, QualityFilter="HIGH")


def test_several_reasons_at_once(rekognition, collection):
    from PIL import ImageFilter

    poor = images.png(astronaut().resize((160, 160)).filter(ImageFilter.GaussianBlur(2)))
    found = reasons(rekognition, collection, poor, QualityFilter="HIGH")
    assert {"SMALL_BOUNDING_BOX", "LOW_SHARPNESS"} <= set(found)


def test_what_no_picture_here_is_clear_about_has_a_documented_reason(rekognition, collection):
    known = {
        *("EXCEEDS_MAX_FACES", "EXTREME_POSE", "LOW_BRIGHTNESS", "LOW_SHARPNESS", "LOW_CONFIDENCE"),
        *("SMALL_BOUNDING_BOX", "LOW_FACE_QUALITY"),
    }
    for picture in images.GROUPS:
        answer = index(rekognition, collection, picture, QualityFilter="HIGH", ExternalImageId=new_name())
        for face in answer["UnindexedFaces"]:
            assert face["Reasons"] and set(face["Reasons"]) <= known
            assert len(face["Reasons"]) == len(set(face["Reasons"]))


def test_filters_keep_less_from_low_to_high(rekognition, collection):
    kept = []
    for bar in ("NONE", "LOW", "MEDIUM", "HIGH"):
        answers = [
            index(rekognition, collection, picture, QualityFilter=bar, ExternalImageId=bar) for picture in images.GROUPS
        ]
        kept.append(sum(len(answer["FaceRecords"]) for answer in answers))
        assert sum(len(answer["FaceRecords"]) + len(answer["UnindexedFaces"]) for answer in answers) >= 20
    assert kept == sorted(kept, reverse=True) and kept[0] > kept[-1]


# COMPATIBILITY.md: "At most 100 faces of a picture are looked at."
def test_a_crowd_is_cut_at_a_hundred(rekognition, collection):
    answer = index(rekognition, collection, crowd(11, 10), QualityFilter="NONE")
    assert len(answer["FaceRecords"]) + len(answer["UnindexedFaces"]) == 100
    answer = index(rekognition, collection, crowd(2, 3), QualityFilter="NONE", MaxFaces=5000, ExternalImageId="few")
    assert len(answer["FaceRecords"]) == 6


# COMPATIBILITY.md: "A search right after IndexFaces sees the face."
def test_a_search_sees_it_at_once(rekognition, collection):
    for number in range(5):
        (face,) = ids(index(rekognition, collection, images.OBAMA, ExternalImageId=f"n{number}"))
        matches = rekognition.search_faces_by_image(CollectionId=collection, Image={"Bytes": images.read(images.OBAMA)})
        assert face in [match["Face"]["FaceId"] for match in matches["FaceMatches"]]
        assert len(matches["FaceMatches"]) == number + 1


def test_every_documented_error(rekognition, unchecked, collection):
    picture = {"Bytes": images.read(images.ASTRONAUT)}
    missing = new_name("missing")
    code, message = refusal(rekognition.index_faces, CollectionId=missing, Image=picture)
    assert code == "ResourceNotFoundException" and message.startswith(f"The collection id: {missing} does not exist")
    refuse = lambda **request: refusal(unchecked.index_faces, CollectionId=collection, **request)  # noqa: E731
    assert refuse(Image={"Bytes": b"GIF89a not a picture"})[0] == "InvalidImageFormatException"
    assert refuse(Image={})[0] == "InvalidParameterException"
    nowhere = {"S3Object": {"Bucket": "nowhere", "Name": "x.jpg"}}
    assert refuse(Image=nowhere)[0] == "InvalidS3ObjectException"
    for bad in ({"MaxFaces": 0}, {"ExternalImageId": "a b"}, {"ExternalImageId": "a/b"}, {"QualityFilter": "ULTRA"}):
        code, message = refuse(Image=picture, **bad)
        assert code == "ValidationException", (bad, message)
    tiny = images.png(images.Image.new("RGB", (79, 200)))
    assert refuse(Image={"Bytes": tiny})[0] == "InvalidParameterException"
    assert face_ids(rekognition, collection) == []


def test_a_missing_collection_is_told_before_the_picture(rekognition):
    code, _ = refusal(rekognition.index_faces, CollectionId=new_name("missing"), Image={"Bytes": b"no picture at all"})
    assert code == "ResourceNotFoundException"


def test_a_picture_from_a_bucket(rekognition, collection, folder):
    (folder / "astronaut.png").write_bytes(images.read(images.ASTRONAUT))
    stored = {"S3Object": {"Bucket": folder.name, "Name": "astronaut.png"}}
    answer = rekognition.index_faces(CollectionId=collection, Image=stored)
    (same,) = ids(index(rekognition, collection, images.ASTRONAUT))
    assert ids(answer) == [same]


def test_faces_that_are_cut_off_have_boxes_beyond_the_edge(rekognition, collection):
    cut = images.png(astronaut().crop((150, 80, 400, 400)))
    answer = index(rekognition, collection, cut, QualityFilter="NONE")
    listed = {face["FaceId"]: face for face in rekognition.list_faces(CollectionId=collection)["Faces"]}
    for record in answer["FaceRecords"]:
        for side, value in record["Face"]["BoundingBox"].items():
            assert listed[record["Face"]["FaceId"]]["BoundingBox"][side] == pytest.approx(value, abs=1e-6)


def test_two_clients_at_once_add_each_face_once(server, collection):
    from concurrent.futures import ThreadPoolExecutor

    from conftest import client_of

    client = client_of(server, max_pool_connections=8)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: ids(index(client, collection, images.OBAMA, ExternalImageId="one")), range(8)))
    assert len({tuple(answer) for answer in answers}) == 1
    assert face_ids(client, collection) == answers[0]


def test_the_same_face_cut_out_is_found(rekognition, collection):
    (face,) = ids(index(rekognition, collection, images.ASTRONAUT))
    probe = {"Bytes": images.png(portrait(images.ASTRONAUT))}
    (match,) = rekognition.search_faces_by_image(CollectionId=collection, Image=probe)["FaceMatches"]
    assert match["Face"]["FaceId"] == face
