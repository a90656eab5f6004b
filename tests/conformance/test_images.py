"""What counts as a picture: formats, colour types, orientation, sizes, and what is refused."""

import io

import pytest
from PIL import Image

import images


def faces(client, data):
    return client.detect_faces(Image={"Bytes": data})["FaceDetails"]


def refused(client, data, code):
    with pytest.raises(client.exceptions.ClientError) as error:
        faces(client, data)
    response = error.value.response
    assert response["Error"]["Code"] == code, response["Error"]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return response["Error"]["Message"]


@pytest.fixture(scope="module")
def upright():
    """The astronaut, cut so that width and height differ: 512 wide, 400 high."""
    return images.open_rgb(images.ASTRONAUT).crop((0, 0, 512, 400))


@pytest.fixture(scope="module")
def box(rekognition, upright):
    (face,) = faces(rekognition, images.png(upright))
    return images.pixels(face["BoundingBox"], 512, 400)


FORMS = {
    "jpeg": images.jpeg,
    "progressive jpeg": lambda image: images.jpeg(image, progressive=True),
    "4:2:0 jpeg": lambda image: images.jpeg(image, subsampling=2),
    "grey jpeg": lambda image: images.jpeg(image.convert("L")),
    "cmyk jpeg": lambda image: images.jpeg(image.convert("CMYK")),
    "grey png": lambda image: images.png(image.convert("L")),
    "grey png with alpha": lambda image: images.png(image.convert("LA")),
    "png with alpha": lambda image: images.png(image.convert("RGBA")),
    "palette png": lambda image: images.png(image.quantize(256)),
    "16-bit png": images.png_of_sixteen_bits,
    "16-bit grey png": lambda image: images.png(image.convert("L").convert("I").point(lambda v: v * 257).convert("I;16")),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_two_formats_shows_the_same_face(rekognition, upright, box, form):
    (face,) = faces(rekognition, FORMS[form](upright))
    assert images.pixels(face["BoundingBox"], 512, 400) == pytest.approx(box, abs=6)


# COMPATIBILITY.md: "A JPEG's EXIF orientation is applied first; boxes and landmarks are those of the upright picture."
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_before_anything_else(rekognition, upright, box, orientation):
    (face,) = faces(rekognition, images.stored_with_orientation(upright, orientation))
    assert images.pixels(face["BoundingBox"], 512, 400) == pytest.approx(box, abs=4)
    at = {landmark["Type"]: landmark for landmark in face["Landmarks"]}
    assert at["eyeLeft"]["X"] < at["eyeRight"]["X"] and at["eyeLeft"]["Y"] < at["mouthLeft"]["Y"]


# COMPATIBILITY.md: "A PNG is taken as it lies, whatever its EXIF says and however long that is."
def test_exif_of_a_png_may_be_long(rekognition, upright):
    plain = images.png(upright)
    long = images.png_with_exif(plain, 4_500_000)
    assert len(plain) + 4_500_000 < len(long) < 5_242_880
    assert faces(rekognition, long) == faces(rekognition, plain)


def test_a_png_is_not_turned(rekognition, upright, box):
    (face,) = faces(rekognition, images.stored_with_orientation(upright, 2, "PNG"))
    left, top, right, bottom = images.pixels(face["BoundingBox"], 512, 400)
    assert (512 - right, top, 512 - left, bottom) == pytest.approx(box, abs=6)


def test_a_face_cut_by_the_edge_keeps_its_whole_box(rekognition, upright):
    for left in (200, 210, 220):
        (face,) = faces(rekognition, images.png(upright.crop((left, 0, 512, 400))))
        assert face["BoundingBox"]["Left"] < 0, left


# COMPATIBILITY.md: "A face is found whichever way it is turned."
@pytest.mark.parametrize("how, roll", [(Image.Transpose.ROTATE_90, -90), (Image.Transpose.ROTATE_180, 180), (Image.Transpose.ROTATE_270, 90)])
def test_a_turned_face_is_found_and_its_pose_says_so(rekognition, upright, how, roll):
    turned = images.png(upright.transpose(how))
    (face,) = faces(rekognition, turned)
    off = (face["Pose"]["Roll"] - roll + 180) % 360 - 180
    assert abs(off) < 20, face["Pose"]
    at = {landmark["Type"]: landmark for landmark in face["Landmarks"]}
    down = {-90: ("X", 1), 180: ("Y", -1), 90: ("X", -1)}[roll]
    axis, sign = down
    assert sign * (at["mouthLeft"][axis] - at["eyeLeft"][axis]) > 0, "the eyes are not above the mouth of the face"
    answer = rekognition.compare_faces(
        SourceImage={"Bytes": images.png(upright)}, TargetImage={"Bytes": turned}, SimilarityThreshold=99
    )
    assert len(answer["FaceMatches"]) == 1


OTHERS = {
    "nothing known": b"\0" * 2000,
    "text": b"<html>not a picture</html>" * 50,
    "a jpeg's first bytes": b"\xff\xd8\xff\xe0",
    "a png's first bytes": b"\x89PNG\r\n\x1a\n",
    "half a png": images.png_header(200, 200),
}


@pytest.mark.parametrize("what", OTHERS)
def test_what_is_no_picture_is_refused(rekognition, what):
    refused(rekognition, OTHERS[what], "InvalidImageFormatException")


@pytest.mark.parametrize("form", ["GIF", "BMP", "TIFF", "WEBP"])
def test_other_formats_are_refused(rekognition, upright, form):
    message = refused(rekognition, images.encode(upright, form), "InvalidImageFormatException")
    assert message.startswith("Request has invalid image format")


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
def test_half_a_picture_is_refused(rekognition, upright, form):
    whole = images.encode(upright, form)
    refused(rekognition, whole[: len(whole) // 2], "InvalidImageFormatException")


def test_eighty_pixels_are_enough_and_seventy_nine_are_not(rekognition, upright):
    assert faces(rekognition, images.png(Image.new("RGB", (80, 80)))) == []
    for size in [(79, 80), (80, 79), (1, 1)]:
        refused(rekognition, images.png(Image.new("RGB", size)), "InvalidParameterException")


def test_a_face_in_eighty_pixels_is_found(rekognition):
    small = images.open_rgb(images.ASTRONAUT).crop((141, 41, 301, 201)).resize((80, 80), Image.Resampling.LANCZOS)
    (face,) = faces(rekognition, images.png(small))
    assert face["BoundingBox"]["Width"] > 0.3


def test_eight_thousand_by_six_thousand(rekognition):
    large = Image.new("RGB", (8000, 6000), (90, 110, 130))
    portrait = images.open_rgb(images.OBAMA)
    large.paste(portrait, (3000, 2000))
    (expected,) = faces(rekognition, images.read(images.OBAMA))
    data = images.jpeg(large, quality=80)
    assert len(data) <= 5_242_880
    (face,) = faces(rekognition, data)
    left, top, right, bottom = images.pixels(expected["BoundingBox"], *portrait.size)
    found = images.pixels(face["BoundingBox"], 8000, 6000)
    # The detector sees a large picture reduced, and its box moves by up to a tenth of the face's width with the scale.
    assert found == pytest.approx((left + 3000, top + 2000, right + 3000, bottom + 2000), abs=0.1 * (right - left))


# COMPATIBILITY.md: "A file that says it is larger than the documented bound is refused before its pixels are read."
@pytest.mark.parametrize("size", [(60_000, 60_000), (100_000, 100), (2**31 - 1, 2**31 - 1)])
def test_a_picture_past_the_bound_is_too_large(rekognition, size):
    refused(rekognition, images.png_header(*size) + b"\0" * 1000, "ImageTooLargeException")


def test_a_bomb_is_refused(rekognition):
    bomb = images.png_bomb(9000, 9000)
    assert len(bomb) < 2_000_000
    refused(rekognition, bomb, "ImageTooLargeException")


def test_bytes_up_to_five_mebibytes_are_taken(rekognition):
    data = images.padded_jpeg(images.read(images.OBAMA), 5_242_880)
    assert len(data) == 5_242_880
    Image.open(io.BytesIO(data)).load()
    assert len(faces(rekognition, data)) == 1


def test_one_byte_more_is_refused_with_the_member_and_the_rule(rekognition):
    data = images.padded_jpeg(images.read(images.OBAMA), 5_242_881)
    message = refused(rekognition, data, "ValidationException")
    assert message == (
        "1 validation error detected: Value at 'image.bytes' failed to satisfy constraint: "
        "Member must have length less than or equal to 5242880"
    )


def test_a_damaged_picture_never_breaks_the_server(rekognition):
    """Flipped bytes all over a JPEG and a PNG: an answer or a documented error, each time."""
    for original in (images.jpeg(images.open_rgb(images.ASTRONAUT)), images.read(images.ASTRONAUT)):
        for step in range(24):
            data = bytearray(original)
            for at in range(step * 7 + 2, min(len(data), 40_000 + step), 997):
                data[at] ^= 1 << (step % 8)
            try:
                faces(rekognition, bytes(data))
            except rekognition.exceptions.ClientError as error:
                assert error.response["Error"]["Code"] in {
                    "InvalidImageFormatException",
                    "ImageTooLargeException",
                    "InvalidParameterException",
                }
