"""What answers state of themselves, floors and overrides, poor probes: boto3, and requests signed by botocore."""

import json
import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest
from PIL import ImageFilter

import images
import wire
from gallery import index, new_name, portrait, refusal

# Purposes with a floor: one that takes any picture and demands no consent, and one that takes fair pictures only.
WATCHED = {"overt:purpose": "content-moderation", "overt:legal-basis": "legal-claims"}
DOOR = {"overt:purpose": "access-control", "overt:legal-basis": "explicit-consent"}


def headers(answer):
    """What Overt says beside an answer."""
    found = answer["ResponseMetadata"]["HTTPHeaders"]
    return {name.removeprefix("x-overt-"): value for name, value in found.items() if name.startswith("x-overt-")}


def stated(value):
    """A number with its interval, as a header has it."""
    number, *rest = value.split("; ")
    members = dict(part.split("=") for part in rest)
    return float(number), float(members["low"]), float(members["high"]), members["basis"]


@pytest.fixture
def collection(rekognition):
    """Makes collections by their tags; they are deleted at the end."""
    made = []

    def make(tags=None):
        name = new_name("thresholds")
        rekognition.create_collection(CollectionId=name, **({"Tags": tags} if tags else {}))
        made.append(name)
        return name

    yield make
    for name in made:
        rekognition.delete_collection(CollectionId=name)


def search(client, collection, picture=images.OBAMA, **more):
    content = images.read(picture) if isinstance(picture, str) else picture
    return client.search_faces_by_image(CollectionId=collection, Image={"Bytes": content}, **more)


# COMPATIBILITY.md: "The four searches state model, number searched, threshold and expected strangers in headers beside an unchanged body."
def test_b2_a_search_states_what_it_is_worth(rekognition, collection):
    name = collection()
    for picture in (images.OBAMA_LATER, images.BIDEN, images.ASTRONAUT):
        index(rekognition, name, picture, MaxFaces=1)
    answer = search(rekognition, name)
    assert set(answer) == {
        "SearchedFaceBoundingBox",
        "SearchedFaceConfidence",
        "FaceMatches",
        "FaceModelVersion",
        "ResponseMetadata",
    }
    said = headers(answer)
    version, networks, calibration = said["model"].split("; ")
    assert version == "overt-face-1" and len(networks) == len("sha256=") + 64
    assert len(calibration) == len("calibration=") + 64
    assert (said["searched"], said["threshold"]) == ("3", "80")
    assert "threshold-floor" not in said and "override" not in said
    expected, low, high, basis = stated(said["expected-strangers"])
    assert low < expected < high and expected == pytest.approx(3e-4) and basis == "measured"
    strict = stated(headers(search(rekognition, name, FaceMatchThreshold=99))["expected-strangers"])
    assert strict[0] == pytest.approx(3e-6) and strict[3] == "extrapolated"
    users = rekognition.search_users_by_image(
        CollectionId=name, Image={"Bytes": images.read(images.OBAMA)}, UserMatchThreshold=90
    )
    assert (headers(users)["searched"], headers(users)["threshold"]) == ("0", "90")


# COMPATIBILITY.md: "CompareFaces states the false match rate of its threshold in a header."
def test_b2_a_comparison_states_its_false_match_rate(rekognition):
    pictures = [{"Bytes": images.read(picture)} for picture in (images.OBAMA, images.BIDEN)]
    answer = rekognition.compare_faces(SourceImage=pictures[0], TargetImage=pictures[1], SimilarityThreshold=60)
    said = headers(answer)
    assert said["threshold"] == "60" and said["model"].startswith("overt-face-1; ")
    rate, low, high, basis = stated(said["false-match-rate"])
    assert rate == pytest.approx(1e-3) and low < rate < high and basis == "measured"


def overt(server, method, path, body=None):
    """A request below /overt/v1, signed by botocore. Status and JSON."""
    host, port = server.address
    url = f"http://{host}:{port}/overt/v1/{path}"
    data = json.dumps(body).encode() if body is not None else b""
    request = botocore.awsrequest.AWSRequest(method=method, url=url, data=data)
    key = botocore.credentials.Credentials(*wire.credentials(server))
    botocore.auth.SigV4Auth(key, "rekognition", "us-east-1").add_auth(request)
    asked = urllib.request.Request(url, data=data or None, method=method, headers=dict(request.headers))
    try:
        with urllib.request.urlopen(asked) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as error:
        return error.code, json.load(error)


# COMPATIBILITY.md: "A collection whose purpose has a floor answers nobody below it, whatever FaceMatchThreshold says."
def test_b3_eighty_is_raised_to_the_floor_and_an_override_lowers_it(rekognition, server, collection):
    name = collection(WATCHED)
    for picture in (images.OBAMA_LATER, images.BIDEN):
        index(rekognition, name, picture, MaxFaces=1)
    open_to_all = collection()
    index(rekognition, open_to_all, images.OBAMA_LATER, MaxFaces=1)
    (same,) = search(rekognition, open_to_all, FaceMatchThreshold=0)["FaceMatches"]
    for threshold in (0, 80):
        answer = search(rekognition, name, FaceMatchThreshold=threshold)
        said = headers(answer)
        assert (said["threshold"], said["threshold-floor"]) == ("99", "99")
        assert all(match["Similarity"] >= 99 for match in answer["FaceMatches"])
        assert len(answer["FaceMatches"]) == (1 if same["Similarity"] >= 99 else 0)
    asked = {"collection": name, "lowest_threshold": 80, "hours": 1, "reason": "A test, with public portraits"}
    for lowest, why in ((10, "80 or more"), (99, "lowers nothing")):
        status, refused = overt(server, "POST", "overrides", {**asked, "lowest_threshold": lowest})
        assert status == 400 and why in refused["Message"], refused
    status, made = overt(server, "POST", "overrides", asked)
    assert status == 200 and made["in_force"], made
    answer = search(rekognition, name, FaceMatchThreshold=50)
    said = headers(answer)
    assert said["threshold"] == "80" and said["override"].startswith(made["id"])
    assert len(answer["FaceMatches"]) == (1 if same["Similarity"] >= 80 else 0)
    status, refused = overt(server, "POST", "overrides", asked)
    assert status == 400 and made["id"] in refused["Message"]
    status, listed = overt(server, "GET", f"overrides/{name}")
    assert status == 200 and [one["id"] for one in listed] == [made["id"]]
    status, ended = overt(server, "DELETE", f"overrides/{name}/{made['id']}")
    assert status == 200 and not ended["in_force"]
    said = headers(search(rekognition, name, FaceMatchThreshold=50))
    assert said["threshold"] == "99" and "override" not in said


def blurred():
    return portrait(images.ASTRONAUT, 400).filter(ImageFilter.GaussianBlur(5))


def dark():
    return portrait(images.ASTRONAUT, 400).point(lambda value: value * 0.06)


def turned_away():
    return images.open_rgb("skimage/camera.png")


def tiny():
    small = portrait(images.ASTRONAUT, 64)
    canvas = small.resize((256, 256)).filter(ImageFilter.GaussianBlur(60))
    canvas.paste(small, (96, 96))
    return canvas


# COMPATIBILITY.md: "Where the purpose demands fair pictures, a blurred, dark, tiny or averted face is refused with its reasons."
@pytest.mark.parametrize(
    "make, reason",
    [
        (blurred, "LOW_SHARPNESS"),
        (dark, "LOW_BRIGHTNESS"),
        (tiny, "SMALL_BOUNDING_BOX"),
        (turned_away, "EXTREME_POSE"),
    ],
)
def test_b4_poor_probes_are_refused_with_the_reason(rekognition, collection, make, reason):
    door, anything = collection(DOOR), collection()
    poor = images.png(make())
    # It has a face: another purpose searches for it.
    assert search(rekognition, anything, poor)["FaceMatches"] == []
    code, message = refusal(search, client=rekognition, collection=door, picture=poor)
    assert code == "InvalidParameterException"
    assert message.startswith("There are no faces in the image. Should be at least 1.") and reason in message
    users = rekognition.search_users_by_image(CollectionId=door, Image={"Bytes": poor})
    assert users.get("SearchedFace") is None and headers(users)["searched"] == "0"
    assert reason in users["UnsearchedFaces"][0]["Reasons"]
    # A good one is searched for.
    good = images.png(portrait(images.ASTRONAUT, 400))
    assert search(rekognition, door, good)["FaceMatches"] == []
