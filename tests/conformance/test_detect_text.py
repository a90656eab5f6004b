"""DetectText by boto3 and the AWS CLI: what a client of the real service relies on."""

import json
import subprocess

import pytest
from PIL import Image, ImageDraw, ImageFont

import images
from conftest import program
from overt_server import binary, plain_environment

PAGE = "skimage/page.png"
COINS = "skimage/coins.png"


def font(size):
    """The font that comes with Pillow."""
    return ImageFont.load_default(size)


def sign(rotation=0):
    """Two lines in 640 x 480, black on white: OPEN DAILY with large letters above, from nine small ones below."""
    image = Image.new("RGB", (640, 480), "white")
    draw = ImageDraw.Draw(image)
    draw.text((60, 120), "OPEN DAILY", font=font(72), fill="black")
    draw.text((60, 300), "from nine until five", font=font(36), fill="black")
    return image.rotate(-rotation, Image.Resampling.BICUBIC, expand=True, fillcolor="white")


@pytest.fixture(scope="module")
def answer(rekognition):
    return rekognition.detect_text(Image={"Bytes": images.png(sign())})


def said(detections, kind):
    return [each["DetectedText"] for each in detections if each["Type"] == kind]


def filtered(client, **filters):
    return client.detect_text(Image={"Bytes": images.png(sign())}, Filters=filters)["TextDetections"]


# COMPATIBILITY.md: "Lines come first, with ids from 0; then all words, each with its line's id as ParentId. A line has none."
def test_lines_come_first_and_words_name_them(answer):
    detections = answer["TextDetections"]
    assert said(detections, "LINE") == ["OPEN DAILY", "from nine until five"]
    assert said(detections, "WORD") == ["OPEN", "DAILY", "from", "nine", "until", "five"]
    assert [each["Id"] for each in detections] == list(range(8))
    assert ["ParentId" in each for each in detections] == [False] * 2 + [True] * 6
    assert [each["ParentId"] for each in detections[2:]] == [0, 0, 1, 1, 1, 1]
    for each in detections:
        assert each.keys() - {"ParentId"} == {"DetectedText", "Type", "Id", "Confidence", "Geometry"}
        assert 80 < each["Confidence"] <= 100


# COMPATIBILITY.md: "TextModelVersion is 3.0."
def test_the_text_model_version_is_the_documented_one(answer):
    assert answer["TextModelVersion"] == "3.0"


# COMPATIBILITY.md: "Polygons have four points, clockwise from the text's own top left, inside of the picture; the BoundingBox is the upright box
# around them."
@pytest.mark.parametrize("rotation", [0, 30, -30, 80, -80])
def test_polygons_begin_at_the_texts_own_top_left(rekognition, rotation):
    image = sign(rotation)
    detections = rekognition.detect_text(Image={"Bytes": images.png(image)})["TextDetections"]
    assert said(detections, "LINE") == ["OPEN DAILY", "from nine until five"]
    for each in detections:
        points = each["Geometry"]["Polygon"]
        xs, ys = [point["X"] for point in points], [point["Y"] for point in points]
        assert len(points) == 4 and all(0 <= value <= 1 for value in xs + ys)
        box = each["Geometry"]["BoundingBox"]
        assert [box["Left"], box["Top"]] == pytest.approx([min(xs), min(ys)], abs=1e-5)
        assert [box["Width"], box["Height"]] == pytest.approx([max(xs) - min(xs), max(ys) - min(ys)], abs=1e-5)
    # The large line's own right and down, pixels, against those that the picture was turned to.
    first, second, third, fourth = [
        complex(point["X"] * image.width, point["Y"] * image.height) for point in detections[0]["Geometry"]["Polygon"]
    ]
    turn = complex(0, 1) ** (rotation / 90)
    for side, length in ((second - first, 380), (third - fourth, 380)):
        assert abs(side / abs(side) - turn) < 0.08 and abs(side) == pytest.approx(length, rel=0.25)
    assert abs((fourth - first) / abs(fourth - first) - turn * 1j) < 0.08


def test_words_stand_where_they_were_written(answer):
    image = sign()
    for each in answer["TextDetections"][2:4]:
        left, top, right, bottom = images.pixels(each["Geometry"]["BoundingBox"], *image.size)
        draw = ImageDraw.Draw(image)
        start = 60 if each["DetectedText"] == "OPEN" else 60 + draw.textlength("OPEN ", font=font(72))
        written = draw.textbbox((start, 120), each["DetectedText"], font=font(72))
        assert [left, right] == pytest.approx([written[0], written[2]], abs=14)
        assert top <= written[1] + 4 and bottom >= written[3] - 4 and bottom - top < 2 * (written[3] - written[1])


# COMPATIBILITY.md: "Without WordFilter.MinConfidence, or without any other bar, nothing is removed for it."
def test_an_empty_filter_removes_nothing(rekognition, answer):
    everything = answer["TextDetections"]
    assert filtered(rekognition, WordFilter={}, RegionsOfInterest=[]) == everything
    assert filtered(rekognition, WordFilter={"MinConfidence": 0}) == everything


# COMPATIBILITY.md: "A line is answered with those of its words that the filters keep, from the first to the last of them, and not without any."
def test_words_below_a_confidence_are_removed(rekognition, answer):
    words = answer["TextDetections"][2:]
    bar = sorted(word["Confidence"] for word in words)[3]
    kept = filtered(rekognition, WordFilter={"MinConfidence": bar})
    expected = [word["DetectedText"] for word in words if word["Confidence"] >= bar]
    assert said(kept, "WORD") == expected
    assert " ".join(said(kept, "LINE")).split() == expected
    assert filtered(rekognition, WordFilter={"MinConfidence": 100}) == []


def test_words_below_a_height_or_width_are_removed(rekognition):
    assert said(filtered(rekognition, WordFilter={"MinBoundingBoxHeight": 0.1}), "LINE") == ["OPEN DAILY"]
    assert said(filtered(rekognition, WordFilter={"MinBoundingBoxHeight": 0.1}), "WORD") == ["OPEN", "DAILY"]
    assert said(filtered(rekognition, WordFilter={"MinBoundingBoxWidth": 0.2}), "WORD") == ["OPEN", "DAILY"]


# COMPATIBILITY.md: "A word is kept if more than half of its area lies in one of the regions of interest, boxes or polygons."
def test_regions_of_interest(rekognition):
    box = lambda *sides: {"BoundingBox": dict(zip(("Left", "Top", "Width", "Height"), sides))}
    shape = lambda *points: {"Polygon": [{"X": x, "Y": y} for x, y in points]}
    lower = box(0, 0.55, 1, 0.45)
    assert said(filtered(rekognition, RegionsOfInterest=[lower]), "LINE") == ["from nine until five"]
    slanted = shape((0, 0), (0.45, 0), (0.15, 1), (0, 1))
    assert said(filtered(rekognition, RegionsOfInterest=[slanted]), "WORD") == ["OPEN", "from"]
    both = filtered(rekognition, RegionsOfInterest=[box(0, 0, 0.4, 0.5), box(0.5, 0.5, 0.5, 0.5)])
    assert "OPEN" in said(both, "WORD") and "five" in said(both, "WORD") and "DAILY" not in said(both, "WORD")
    assert filtered(rekognition, RegionsOfInterest=[box(0.9, 0.9, 0.1, 0.1)]) == []


# COMPATIBILITY.md: "A region without an inside is an InvalidParameterException."
@pytest.mark.parametrize(
    "region",
    [
        {},
        {"BoundingBox": {"Left": 0, "Top": 0, "Width": 0, "Height": 1}},
        {"BoundingBox": {"Left": 0, "Top": 0, "Width": 1}},
        {"Polygon": [{"X": 0, "Y": 0}, {"X": 1, "Y": 1}]},
        {"Polygon": [{"X": 0, "Y": 0}] * 11},
        {"Polygon": [{"X": 0, "Y": 0}] * 3},
        {"Polygon": [{"X": 0.1, "Y": 0.1}, {"X": 0.5, "Y": 0.5}, {"X": 0.9, "Y": 0.9}]},
    ],
)
def test_a_region_without_an_inside_is_refused(rekognition, region):
    with pytest.raises(rekognition.exceptions.InvalidParameterException, match="region of interest"):
        filtered(rekognition, RegionsOfInterest=[region])


@pytest.mark.parametrize(
    ("filters", "code"),
    [
        ({"WordFilter": {"MinConfidence": 101}}, "ValidationException"),
        ({"WordFilter": {"MinBoundingBoxHeight": -1}}, "ValidationException"),
        ({"RegionsOfInterest": [{"Polygon": []}] * 11}, "ValidationException"),
    ],
)
def test_the_models_limits_hold(unchecked, filters, code):
    with pytest.raises(unchecked.exceptions.ClientError) as error:
        filtered(unchecked, **filters)
    assert error.value.response["Error"]["Code"] == code


def test_what_is_no_picture_is_refused(rekognition):
    with pytest.raises(rekognition.exceptions.InvalidImageFormatException):
        rekognition.detect_text(Image={"Bytes": b"GIF89a"})
    with pytest.raises(rekognition.exceptions.InvalidParameterException):
        rekognition.detect_text(Image={})
    with pytest.raises(rekognition.exceptions.InvalidS3ObjectException):
        rekognition.detect_text(Image={"S3Object": {"Bucket": "nowhere", "Name": "x.png"}})


# COMPATIBILITY.md: "At most 100 words are answered: the first in reading order of those that the filters keep."
def test_at_most_a_hundred_words(rekognition):
    image = Image.new("RGB", (1200, 900), "white")
    draw = ImageDraw.Draw(image)
    for row in range(15):
        draw.text((40, 40 + 54 * row), "one two three four five six seven eight nine", font=font(32), fill="black")
    page = {"Bytes": images.png(image)}
    detections = rekognition.detect_text(Image=page)["TextDetections"]
    assert len(said(detections, "WORD")) == 100
    assert len(said(detections, "LINE")) == 12
    ten = rekognition.detect_text(
        Image=page,
        Filters={"RegionsOfInterest": [{"BoundingBox": {"Left": 0, "Top": 0.8, "Width": 1, "Height": 0.2}}]},
    )
    assert 0 < len(said(ten["TextDetections"], "WORD")) <= 36


def test_a_scanned_page(rekognition):
    """Three sure lines of a photographed page of 384 x 191 pixels whose letters are 7 pixels high."""
    lines = said(rekognition.detect_text(Image={"Bytes": images.read(PAGE)})["TextDetections"], "LINE")
    assert "Region-based segmentation" in lines
    assert "Let us first determine markers of the coins and the" in lines
    assert "background. These markers are pixels that we can label" in lines


def test_pictures_without_text_have_none(rekognition):
    for picture in (images.CAT, images.CUP):
        answer = rekognition.detect_text(Image={"Bytes": images.read(picture)})
        assert answer["TextDetections"] == [] and answer["TextModelVersion"] == "3.0", picture
    assert len(rekognition.detect_text(Image={"Bytes": images.read(COINS)})["TextDetections"]) <= 2


def test_the_aws_cli(server, tmp_path):
    (tmp_path / "sign.png").write_bytes(images.png(sign()))
    filters = json.dumps({"WordFilter": {"MinBoundingBoxHeight": 0.1}})
    done = subprocess.run(
        [program("python"), program("aws"), "rekognition", "detect-text", "--image-bytes", "fileb://sign.png", "--filters", filters],
        env=server.environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert said(json.loads(done.stdout)["TextDetections"], "LINE") == ["OPEN DAILY"]


def test_the_command_line_without_a_server(tmp_path, answer):
    (tmp_path / "sign.png").write_bytes(images.png(sign()))
    run = lambda *arguments: subprocess.run(
        [binary(), "detect-text", *arguments],
        env=plain_environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    done = run("sign.png", "--json", "--draw", "words.png")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["File"] == "sign.png" and told["TextDetections"] == answer["TextDetections"]
    # Enlarged twice, with the lines beside it.
    width, height = Image.open(tmp_path / "words.png").size
    assert width > 1280 and height == 960
    done = run("sign.png", "missing.png")
    assert done.returncode == 1 and "2 lines, 6 words" in done.stdout and "OPEN DAILY" in done.stdout
    assert run("sign.png", "sign.png", "--draw", "words.png").returncode == 2
