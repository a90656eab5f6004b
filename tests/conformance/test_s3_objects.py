"""Image.S3Object: a real S3 store on loopback, and a local folder as a bucket."""

import os
import socket

import pytest

import images
from conftest import DEAD_BUCKET, EMPTY_BUCKET, FOLDER_BUCKET, STORE_BUCKET, bucket_config, client_of
from overt_server import Server

UNREADABLE = "Unable to get object metadata from S3. Check object key, region and/or access permissions."


def detect(client, bucket, key, **more):
    return client.detect_faces(Image={"S3Object": {"Bucket": bucket, "Name": key} | more})["FaceDetails"]


def refused(client, bucket, key, code="InvalidS3ObjectException", **more):
    with pytest.raises(client.exceptions.ClientError) as error:
        detect(client, bucket, key, **more)
    response = error.value.response
    assert response["Error"]["Code"] == code, response["Error"]
    assert response["ResponseMetadata"]["HTTPStatusCode"] == 400
    return response["Error"]["Message"]


@pytest.fixture(scope="module", autouse=True)
def objects(store, folder):
    """The same objects in the store and in the folder."""
    for key, body in {
        "astronaut.png": images.read(images.ASTRONAUT),
        "people/group one.jpg": images.read(images.GROUPS[0]),
        "called.txt": images.read(images.ASTRONAUT),
        "notes.jpg": b"not a picture",
        "past the limit.jpg": images.padded_jpeg(images.read(images.OBAMA), 15 * 1024 * 1024 + 1),
        "at the limit.jpg": images.padded_jpeg(images.read(images.OBAMA), 15 * 1024 * 1024),
    }.items():
        store.put(key, body)
        (folder / key).parent.mkdir(exist_ok=True)
        (folder / key).write_bytes(body)
    (folder.parent / "outside.png").write_bytes(images.read(images.ASTRONAUT))
    os.symlink(folder.parent / "outside.png", folder / "link.png")


BOTH = pytest.mark.parametrize("bucket", [STORE_BUCKET, FOLDER_BUCKET])


@BOTH
def test_an_object_gets_the_answer_that_its_bytes_get(rekognition, bucket):
    expected = rekognition.detect_faces(Image={"Bytes": images.read(images.ASTRONAUT)})["FaceDetails"]
    assert detect(rekognition, bucket, "astronaut.png") == expected


@BOTH
def test_a_key_with_a_folder_and_a_space(rekognition, bucket):
    expected = rekognition.detect_faces(Image={"Bytes": images.read(images.GROUPS[0])})["FaceDetails"]
    assert detect(rekognition, bucket, "people/group one.jpg") == expected


@BOTH
def test_the_content_decides_and_not_the_name(rekognition, bucket):
    assert len(detect(rekognition, bucket, "called.txt")) == 1
    assert "format" in refused(rekognition, bucket, "notes.jpg", "InvalidImageFormatException")


@BOTH
def test_objects_up_to_fifteen_mebibytes(rekognition, bucket):
    assert len(detect(rekognition, bucket, "at the limit.jpg")) == 1
    message = refused(rekognition, bucket, "past the limit.jpg", "ImageTooLargeException")
    assert message.startswith("Image size is too large")


@BOTH
def test_a_missing_object(rekognition, bucket):
    assert refused(rekognition, bucket, "nobody.png") == UNREADABLE


def test_a_bucket_that_the_server_does_not_know(rekognition):
    assert refused(rekognition, "unheard-of", "astronaut.png").startswith(UNREADABLE)


def test_a_bucket_that_the_store_does_not_have(rekognition):
    assert refused(rekognition, EMPTY_BUCKET, "astronaut.png") == UNREADABLE


def test_a_store_that_is_down(rekognition):
    assert refused(rekognition, DEAD_BUCKET, "astronaut.png") == UNREADABLE


def test_versions(rekognition, store):
    first = store.put("versioned", images.read(images.CAT))
    second = store.put("versioned", images.read(images.ASTRONAUT))
    assert detect(rekognition, STORE_BUCKET, "versioned", Version=first) == []
    assert len(detect(rekognition, STORE_BUCKET, "versioned", Version=second)) == 1
    assert len(detect(rekognition, STORE_BUCKET, "versioned")) == 1
    assert refused(rekognition, STORE_BUCKET, "versioned", Version="00000000-0000-0000-0000-000000000000") == UNREADABLE


# COMPATIBILITY.md: "A local folder keeps no versions: asking for one is an error, not the newest file."
def test_a_folder_keeps_no_versions(rekognition):
    refused(rekognition, FOLDER_BUCKET, "astronaut.png", Version="1")


# SECURITY.md: "A key never leaves its bucket's folder."
@pytest.mark.parametrize("key", ["../outside.png", "people/../../outside.png", "/etc/hostname", "link.png", "..", "people"])
def test_a_key_never_leaves_the_folder(rekognition, key):
    refused(rekognition, FOLDER_BUCKET, key)


@BOTH
def test_compare_faces_takes_both_kinds_of_image(rekognition, bucket):
    answer = rekognition.compare_faces(
        SourceImage={"S3Object": {"Bucket": bucket, "Name": "astronaut.png"}},
        TargetImage={"Bytes": images.read(images.ASTRONAUT)},
    )
    assert answer["FaceMatches"][0]["Similarity"] > 99


def test_the_error_says_nothing_about_the_store(rekognition, store):
    for bucket in (DEAD_BUCKET, EMPTY_BUCKET):
        message = refused(rekognition, bucket, "astronaut.png")
        assert "127.0.0.1" not in message and "http" not in message


# docs/operations.md: only regular files are objects; a pipe would hold a thread for ever, and with it the end.
def test_a_pipe_in_the_folder_is_no_object_and_holds_nothing(new_server, tmp_path):
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    os.mkfifo(pictures / "pipe")
    server = new_server(f'[buckets.pictures]\npath = "{pictures}"\n')
    client = client_of(server)
    for _ in range(2):
        assert refused(client, "pictures", "pipe") == UNREADABLE
    server.terminate()
    assert server.wait() == 0


@pytest.mark.parametrize("name", ["HTTP_PROXY", "http_proxy", "ALL_PROXY"])
def test_no_proxy_is_taken_from_the_environment(tmp_path, store, folder, name):
    proxy = f"http://127.0.0.1:{free_port()}"
    server = Server(tmp_path / "data", bucket_config(store, folder), **{name: proxy, "NO_PROXY": ""}).start()
    try:
        assert len(detect(client_of(server), STORE_BUCKET, "astronaut.png")) == 1
    finally:
        server.stop()


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]
