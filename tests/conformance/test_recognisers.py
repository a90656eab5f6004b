"""Several recognisers at once: collections of two template versions side by side, and what is said of one without a calibration.

The second recogniser is a network that is pulled anyway (tests/recognisers); moving a collection from one to the other is in
test_migration.py.
"""

import json
import os
import pathlib
import subprocess

import pytest

import images
import recognisers
from conftest import client_of
from gallery import ids, index, refusal
from overt_server import binary, plain_environment


def test_collections_of_two_versions_are_served_side_by_side(new_server):
    """docs/models.md: a collection keeps the version it was made with; the default is that of new ones."""
    server = new_server(recognisers.config(default="overt-face-1"))
    client = client_of(server)
    client.create_collection(CollectionId="old")
    index(client, "old", images.OBAMA, ExternalImageId="obama")
    server.stop()

    server = new_server(recognisers.config())
    client = client_of(server)
    assert client.create_collection(CollectionId="new")["FaceModelVersion"] == recognisers.SECOND
    kept = {}
    for name, version in {"old": "overt-face-1", "new": recognisers.SECOND}.items():
        answer = index(client, name, images.BIDEN, ExternalImageId="biden")
        assert answer["FaceModelVersion"] == version
        kept[name] = ids(answer)
        index(client, name, images.OBAMA, ExternalImageId="obama")
        assert client.describe_collection(CollectionId=name)["FaceModelVersion"] == version
        assert client.describe_collection(CollectionId=name)["FaceCount"] == 2
        found = client.search_faces_by_image(CollectionId=name, Image={"Bytes": images.read(images.OBAMA)})
        assert found["FaceModelVersion"] == version
        assert [match["Face"]["ExternalImageId"] for match in found["FaceMatches"]] == ["obama"]
        assert found["FaceMatches"][0]["Similarity"] == pytest.approx(100, abs=0.01)
        listed = client.list_faces(CollectionId=name)
        assert listed["FaceModelVersion"] == version
    # The two men are strangers to both recognisers, each on its own scale.
    for name, faces in kept.items():
        assert client.search_faces(CollectionId=name, FaceId=faces[0], FaceMatchThreshold=80)["FaceMatches"] == []
    assert sorted(client.list_collections()["FaceModelVersions"]) == sorted(["overt-face-1", recognisers.SECOND])


def test_the_default_compares_two_pictures(new_server):
    pair = {"SourceImage": {"Bytes": images.read(images.OBAMA)}, "TargetImage": {"Bytes": images.read(images.OBAMA_LATER)}}
    found = {}
    for default in ("overt-face-1", recognisers.SECOND):
        server = new_server(recognisers.config(default=default), name=default)
        answer = client_of(server).compare_faces(SimilarityThreshold=0, **pair)
        found[default] = answer["FaceMatches"][0]["Similarity"]
        server.stop()
    assert found["overt-face-1"] > 95 > found[recognisers.SECOND] > 20


def test_without_a_calibration_nothing_is_compared_and_the_reason_is_told(new_server):
    """docs/errors.md: ResourceNotReadyException."""
    server = new_server(recognisers.config(calibration=False))
    client = client_of(server)
    client.create_collection(CollectionId="c")
    # Faces can be kept: the calibration can be made later.
    face = ids(index(client, "c", images.OBAMA))[0]
    picture = {"Bytes": images.read(images.OBAMA)}
    for call, request in (
        (client.compare_faces, {"SourceImage": picture, "TargetImage": picture}),
        (client.search_faces, {"CollectionId": "c", "FaceId": face}),
        (client.search_faces_by_image, {"CollectionId": "c", "Image": picture}),
    ):
        code, message = refusal(call, **request)
        assert code == "ResourceNotReadyException", (code, message)
        assert recognisers.SECOND in message and "models.calibration" in message
    # What needs no template is as ever.
    assert client.detect_faces(Image=picture)["FaceDetails"]
    assert "no calibration" in server.read_log() and recognisers.SECOND in server.read_log()
    server.stop()

    client = client_of(new_server(recognisers.config()))
    assert client.search_faces_by_image(CollectionId="c", Image=picture)["FaceMatches"][0]["Face"]["FaceId"] == face


def test_a_collection_without_its_recogniser_is_searched_by_id_and_says_what_is_missing(new_server):
    server = new_server(recognisers.config())
    client = client_of(server)
    client.create_collection(CollectionId="c")
    face, again = (ids(index(client, "c", images.OBAMA, ExternalImageId=name))[0] for name in ("one", "two"))
    server.stop()

    client = client_of(new_server(recognisers.config(manifest=False)))
    (match,) = client.search_faces(CollectionId="c", FaceId=face)["FaceMatches"]
    assert match["Face"]["FaceId"] == again
    picture = {"Bytes": images.read(images.OBAMA)}
    for call in (client.index_faces, client.search_faces_by_image):
        code, message = refusal(call, CollectionId="c", Image=picture)
        assert code == "ResourceNotReadyException" and recognisers.SECOND in message, (code, message)
    assert client.list_faces(CollectionId="c")["FaceModelVersion"] == recognisers.SECOND
    client.delete_faces(CollectionId="c", FaceIds=[again])
    assert client.describe_collection(CollectionId="c")["FaceCount"] == 1


def test_recognisers_are_listed_and_an_unknown_default_is_refused(tmp_path):
    def overt(*words, default=None):
        config = tmp_path / "overt.toml"
        config.write_text(recognisers.config(default=default))
        command = [binary(), "--config", config, "--data", tmp_path / "data", *words]
        return subprocess.run(command, env=plain_environment(), capture_output=True, text=True, check=False)

    listed = json.loads(overt("models", "recognisers", "--json").stdout)
    assert [(each["version"], each["numbers"], each["default"]) for each in listed] == [
        ("overt-face-1", 256, False),
        (recognisers.SECOND, 1024, True),
    ]
    assert all(each["calibration"] for each in listed)
    refused = overt("serve", "--listen", "127.0.0.1:0", default="faceres-1024")
    assert refused.returncode == 1
    assert "models.recogniser" in refused.stderr and recognisers.SECOND in refused.stderr


def test_a_pull_holds_an_edited_entry_against_its_network(tmp_path):
    """CHANGELOG.md: at every `overt models pull`, also when nothing has to be fetched."""
    listed = json.loads(run(tmp_path, "models", "list", "--json").stdout)
    assert all(one["state"] == "present" for one in listed)
    folder = pathlib.Path(os.environ.get("OVERT_MODELS") or pathlib.Path.home() / ".local/share/overt-models")
    digest = "48bd46f57d964ea33c15f7561f5bf4bcaa29e5df5a2b6052b7bdeaf357a35ee6"
    entry = """
[[network]]
id = "own"
version = "1"
role = "recogniser"
decoder = "embedding"
licence = "MIT"
terms = "any"
importer = "onnx"
source = { path = "%s", sha256 = "%s" }
input = { layout = "nhwc", channels = "rgb", width = 224, height = 224, mean = [123.68, 116.779, 103.939] }
recogniser = { alignment = "arcface-five-point", numbers = %d, output = "global_pooling_Mean", normalisation = "unit" }
"""
    for numbers, code in ((1024, 0), (100, 1)):
        (tmp_path / "own.toml").write_text(entry % (folder / "onnx" / f"{digest}.onnx", digest, numbers))
        done = run(tmp_path, "models", "pull", OVERT_MODELS_MANIFESTS="own.toml")
        assert done.returncode == code, (numbers, done.stdout, done.stderr)


def run(folder, *arguments, **environment):
    return subprocess.run(
        [binary(), *arguments], env=plain_environment(**environment), cwd=folder, capture_output=True, text=True, check=False
    )
