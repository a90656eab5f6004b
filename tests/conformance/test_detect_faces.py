"""DetectFaces by boto3: what a client of the real service relies on."""

import pytest

import images

# COMPATIBILITY.md: "Without Attributes, a face has these five members and no other."
DEFAULT_MEMBERS = {"BoundingBox", "Confidence", "Landmarks", "Pose", "Quality"}

FIVE = ["eyeLeft", "eyeRight", "mouthLeft", "mouthRight", "nose"]
THIRTY = FIVE + [
    *("leftEyeBrowLeft", "leftEyeBrowRight", "leftEyeBrowUp"),
    *("rightEyeBrowLeft", "rightEyeBrowRight", "rightEyeBrowUp"),
    *("leftEyeLeft", "leftEyeRight", "leftEyeUp", "leftEyeDown"),
    *("rightEyeLeft", "rightEyeRight", "rightEyeUp", "rightEyeDown"),
    *("noseLeft", "noseRight", "mouthUp", "mouthDown", "leftPupil", "rightPupil"),
    *("upperJawlineLeft", "midJawlineLeft", "chinBottom", "midJawlineRight", "upperJawlineRight"),
]
EMOTIONS = {"HAPPY", "SAD", "ANGRY", "CONFUSED", "DISGUSTED", "SURPRISED", "CALM", "FEAR"}

# Members that are a Value and the confidence in it.
VERDICTS = [
    *("Smile", "Eyeglasses", "Sunglasses", "Gender", "Beard", "Mustache", "EyesOpen", "MouthOpen", "FaceOccluded"),
]


def detect(client, name, **more):
    return client.detect_faces(Image={"Bytes": images.read(name)}, **more)


@pytest.fixture(scope="module")
def all_of_astronaut(rekognition):
    (face,) = detect(rekognition, images.ASTRONAUT, Attributes=["ALL"])["FaceDetails"]
    return face


def test_a_face_has_the_default_members(rekognition):
    answer = detect(rekognition, images.ASTRONAUT)
    (face,) = answer["FaceDetails"]
    assert face.keys() == DEFAULT_MEMBERS
    assert [landmark["Type"] for landmark in face["Landmarks"]] == FIVE
    assert face["Confidence"] > 90
    assert face["Pose"].keys() == {"Roll", "Yaw", "Pitch"}
    assert face["Quality"].keys() == {"Brightness", "Sharpness"}
    assert all(0 <= value <= 100 for value in face["Quality"].values())


def test_orientation_correction_is_left_out(rekognition):
    assert "OrientationCorrection" not in detect(rekognition, images.ASTRONAUT)


def test_the_box_is_where_the_face_is(rekognition):
    (face,) = detect(rekognition, images.ASTRONAUT)["FaceDetails"]
    left, top, right, bottom = images.pixels(face["BoundingBox"], 512, 512)
    # By eye: hairline at y = 75, chin at 185, ears at x = 172 and 270; the API's boxes are as tight or tighter.
    assert 150 < left < 195 and 50 < top < 100, face["BoundingBox"]
    assert 250 < right < 290 and 165 < bottom < 205, face["BoundingBox"]


def test_left_and_right_are_the_viewers(rekognition):
    (face,) = detect(rekognition, images.ASTRONAUT)["FaceDetails"]
    at = {landmark["Type"]: landmark for landmark in face["Landmarks"]}
    assert at["eyeLeft"]["X"] < at["nose"]["X"] < at["eyeRight"]["X"]
    assert at["mouthLeft"]["X"] < at["mouthRight"]["X"]
    assert at["eyeLeft"]["Y"] < at["nose"]["Y"] < at["mouthLeft"]["Y"]


def test_all_attributes(all_of_astronaut):
    face = all_of_astronaut
    assert [landmark["Type"] for landmark in face["Landmarks"]] == THIRTY
    assert 0 <= face["AgeRange"]["Low"] <= face["AgeRange"]["High"]
    assert isinstance(face["AgeRange"]["Low"], int) and isinstance(face["AgeRange"]["High"], int)
    assert face["Gender"]["Value"] in ("Male", "Female")
    for member in VERDICTS:
        if member in face:
            assert face[member].keys() == {"Value", "Confidence"}, member
            assert 0 <= face[member]["Confidence"] <= 100, member


# COMPATIBILITY.md lists the members of FaceDetail that are left out, and why; a member that appears or goes changes it.
def test_the_members_of_all_are_those_that_are_promised(all_of_astronaut, promised_attributes):
    assert all_of_astronaut.keys() == DEFAULT_MEMBERS | promised_attributes


def test_what_is_plain_to_see_on_the_astronaut(all_of_astronaut):
    """A smiling woman of 39, eyes open, looking at the camera, without glasses or a beard."""
    face = all_of_astronaut
    assert face["Smile"]["Value"] is True
    assert face["Gender"]["Value"] == "Female"
    assert face["EyesOpen"]["Value"] is True
    for member in ("Eyeglasses", "Sunglasses", "Beard", "Mustache", "FaceOccluded"):
        assert member not in face or face[member]["Value"] is False, member
    assert face["Emotions"][0]["Type"] == "HAPPY"


def test_emotions_are_the_eight_by_falling_confidence(all_of_astronaut):
    emotions = all_of_astronaut["Emotions"]
    assert sorted(emotion["Type"] for emotion in emotions) == sorted(EMOTIONS)
    confidences = [emotion["Confidence"] for emotion in emotions]
    assert confidences == sorted(confidences, reverse=True)
    assert all(0 <= confidence <= 100 for confidence in confidences)


def test_one_attribute_comes_with_the_default_ones(rekognition, promised_attributes):
    for attribute, member in [("FACE_OCCLUDED", "FaceOccluded"), ("SMILE", "Smile"), ("AGE_RANGE", "AgeRange")]:
        (face,) = detect(rekognition, images.ASTRONAUT, Attributes=[attribute])["FaceDetails"]
        assert face.keys() == DEFAULT_MEMBERS | ({member} & promised_attributes), attribute


def test_one_attribute_is_the_same_alone_and_among_all(rekognition, all_of_astronaut):
    (face,) = detect(rekognition, images.ASTRONAUT, Attributes=["SMILE"])["FaceDetails"]
    assert face["Smile"] == all_of_astronaut["Smile"]


def test_all_and_default_is_all(rekognition, all_of_astronaut):
    (face,) = detect(rekognition, images.ASTRONAUT, Attributes=["ALL", "DEFAULT"])["FaceDetails"]
    assert face == all_of_astronaut


def test_the_same_picture_gets_the_same_answer(rekognition):
    first, second = (detect(rekognition, images.GROUPS[0], Attributes=["ALL"])["FaceDetails"] for _ in range(2))
    assert first == second


@pytest.mark.parametrize("picture", [images.CAT, images.CUP])
def test_no_face_is_an_empty_list(rekognition, picture):
    answer = detect(rekognition, picture)
    assert answer["FaceDetails"] == []
    assert answer["ResponseMetadata"]["HTTPStatusCode"] == 200


def test_the_largest_face_comes_first(rekognition):
    for picture in images.GROUPS:
        boxes = [face["BoundingBox"] for face in detect(rekognition, picture)["FaceDetails"]]
        areas = [box["Width"] * box["Height"] for box in boxes]
        assert len(areas) >= 2 and areas == sorted(areas, reverse=True), picture


def test_groups_are_found(rekognition):
    """22 faces by eye in the six pictures, some in profile; at most two may be missed and none invented."""
    found = sum(len(detect(rekognition, picture)["FaceDetails"]) for picture in images.GROUPS)
    assert 20 <= found <= 22


def test_confidences_are_percentages(rekognition):
    for picture in images.GROUPS:
        for face in detect(rekognition, picture)["FaceDetails"]:
            assert 0 < face["Confidence"] <= 100
            assert all(-180 <= angle <= 180 for angle in face["Pose"].values())
