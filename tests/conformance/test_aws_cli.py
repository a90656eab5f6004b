"""The AWS CLI, as a person types it."""

import json
import re
import subprocess
import time

import pytest

import images
from conftest import FOLDER_BUCKET, STORE_BUCKET, program
from gallery import new_name


@pytest.fixture
def aws(server):
    """Runs `aws rekognition …` in a shell with the server's lines pasted."""

    def run(*arguments, **environment):
        return subprocess.run(
            [program("python"), program("aws"), "rekognition", *arguments],
            env=server.environment(**environment),
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def picture(name):
    return f"fileb://{images.PICTURES / name}"


def test_detect_faces_of_a_file(aws):
    done = aws("detect-faces", "--image-bytes", picture(images.ASTRONAUT), "--attributes", "ALL")
    assert done.returncode == 0, done.stderr
    (face,) = json.loads(done.stdout)["FaceDetails"]
    assert len(face["Landmarks"]) == 30


def test_compare_faces_of_two_files(aws):
    source, target = picture(images.OBAMA), picture(images.OBAMA_LATER)
    done = aws("compare-faces", "--source-image-bytes", source, "--target-image-bytes", target)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["FaceMatches"][0]["Similarity"] >= 80


def test_detect_labels_with_a_filter(aws):
    filters = json.dumps({"GeneralLabels": {"LabelInclusionFilters": ["Cat", "Car"]}})
    done = aws("detect-labels", "--image-bytes", picture(images.CAT), "--settings", filters, "--query", "Labels[].Name")
    assert (done.returncode, json.loads(done.stdout)) == (0, ["Cat"]), done.stderr


def test_detect_text_of_a_region(aws):
    filters = json.dumps({"RegionsOfInterest": [{"BoundingBox": {"Left": 0, "Top": 0, "Width": 1, "Height": 0.2}}]})
    lines = "TextDetections[?Type=='LINE'].DetectedText"
    done = aws("detect-text", "--image-bytes", picture("skimage/page.png"), "--filters", filters, "--query", lines)
    assert (done.returncode, json.loads(done.stdout)) == (0, ["Region-based segmentation"]), done.stderr


def test_detect_moderation_labels(aws):
    done = aws("detect-moderation-labels", "--image-bytes", picture(images.ASTRONAUT))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == {"ModerationLabels": [], "ModerationModelVersion": "7.0", "ContentTypes": []}
    done = aws("detect-moderation-labels", "--image-bytes", picture(images.GROUPS[4]), "--min-confidence", "1", "--output", "text")
    assert done.returncode == 0 and "MODERATIONLABELS" in done.stdout, (done.stdout, done.stderr)


@pytest.mark.parametrize("bucket", [STORE_BUCKET, FOLDER_BUCKET])
def test_what_a_picture_shows_of_an_object(aws, store, folder, bucket):
    """The three operations on one object that the server fetches itself."""
    store.put("page.png", images.read("skimage/page.png"))
    (folder / "page.png").write_bytes(images.read("skimage/page.png"))
    reference = json.dumps({"S3Object": {"Bucket": bucket, "Name": "page.png"}})
    for operation, query, expected in [
        ("detect-text", "TextModelVersion", "3.0"),
        ("detect-labels", "LabelModelVersion", "3.0"),
        ("detect-moderation-labels", "ModerationModelVersion", "7.0"),
    ]:
        done = aws(operation, "--image", reference, "--query", query, "--output", "text")
        assert (done.returncode, done.stdout.strip()) == (0, expected), (operation, done.stderr)


@pytest.mark.parametrize("bucket", [STORE_BUCKET, FOLDER_BUCKET])
def test_detect_faces_of_an_object(aws, store, folder, bucket):
    store.put("cli.png", images.read(images.ASTRONAUT))
    (folder / "cli.png").write_bytes(images.read(images.ASTRONAUT))
    reference = json.dumps({"S3Object": {"Bucket": bucket, "Name": "cli.png"}})
    done = aws("detect-faces", "--image", reference, "--query", "length(FaceDetails)")
    assert (done.returncode, done.stdout.strip()) == (0, "1"), done.stderr


def test_a_collection_from_its_making_to_its_end(aws):
    name = new_name("cli")
    of = ("--collection-id", name)

    def answer(*arguments):
        done = aws(*arguments)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout) if done.stdout.strip() else {}

    made = answer("create-collection", *of, "--tags", "owner=archive")
    assert made["CollectionArn"].startswith("aws:rekognition:")
    assert answer("list-tags-for-resource", "--resource-arn", made["CollectionArn"])["Tags"] == {"owner": "archive"}
    faces = [
        answer("index-faces", *of, "--image-bytes", picture(file), "--external-image-id", file.split("/")[1])
        for file in (images.OBAMA, images.OBAMA_LATER, images.BIDEN)
    ]
    ids = [records["FaceRecords"][0]["Face"]["FaceId"] for records in faces]
    # Version 1 of the CLI prints the number that was sent: epoch seconds.
    assert abs(float(answer("describe-collection", *of)["CreationTimestamp"]) - time.time()) < 600
    # The CLI pages by itself.
    listed = answer("list-faces", *of, "--page-size", "1")["Faces"]
    assert [face["FaceId"] for face in listed] == ids
    found = answer("search-faces", *of, "--face-id", ids[0])["FaceMatches"]
    assert [match["Face"]["FaceId"] for match in found] == [ids[1]]
    answer("create-user", *of, "--user-id", "obama")
    assert answer("associate-faces", *of, "--user-id", "obama", "--face-ids", *ids[:2])["UserStatus"] == "ACTIVE"
    users = answer("search-users-by-image", *of, "--image-bytes", picture(images.OBAMA))["UserMatches"]
    assert users[0]["User"]["UserId"] == "obama"
    assert name in answer("list-collections")["CollectionIds"]
    refused = aws("search-users", *of)
    assert refused.returncode != 0 and "InvalidParameterException" in refused.stderr
    answer("delete-collection", *of)
    gone = aws("describe-collection", *of)
    assert gone.returncode != 0 and "ResourceNotFoundException" in gone.stderr


def test_the_output_option_and_query_work(aws):
    done = aws("detect-faces", "--image-bytes", picture(images.ASTRONAUT), "--query", "FaceDetails[0].Confidence", "--output", "text")
    assert float(done.stdout) > 90, done.stderr


# The exit code of version 1 of the CLI for an error that the service answered.
SERVICE_ERROR = 255


@pytest.mark.parametrize(
    "arguments, code",
    [
        (["detect-faces", "--image", "S3Object={Bucket=unheard-of,Name=x}"], "InvalidS3ObjectException"),
        (["detect-faces", "--image-bytes", "fileb://{here}"], "InvalidImageFormatException"),
        (["detect-text", "--image-bytes", "fileb://{here}"], "InvalidImageFormatException"),
        (["detect-moderation-labels", "--image", "S3Object={Bucket=unheard-of,Name=x}"], "InvalidS3ObjectException"),
        (["detect-labels", "--image-bytes", f"fileb://{images.PICTURES / images.CAT}", "--features", "COLOURS"], "ValidationException"),
        (["list-stream-processors"], "NotImplementedException"),
        (["describe-collection", "--collection-id", "nobody-made-this"], "ResourceNotFoundException"),
    ],
)
def test_errors_are_named(aws, arguments, code):
    done = aws(*(argument.replace("{here}", __file__) for argument in arguments))
    assert done.returncode == SERVICE_ERROR, (done.stdout, done.stderr)
    assert f"({code})" in done.stderr


def test_a_wrong_secret(aws):
    done = aws("list-collections", AWS_ACCESS_KEY_ID="AKIDNOBODYKNOWSTHIS1", AWS_SECRET_ACCESS_KEY="x" * 40)
    assert done.returncode == SERVICE_ERROR
    assert "(UnrecognizedClientException)" in done.stderr


def test_errors_are_not_tried_again(aws):
    """The CLI's debug output tells each attempt; NotImplementedException must get one."""
    done = aws("list-stream-processors", "--debug")
    attempts = re.findall(r"amz-sdk-request[^;]*attempt=(\d)", done.stderr)
    assert attempts and set(attempts) == {"1"}, attempts
