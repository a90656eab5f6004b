"""Fixtures: a real server, a real S3 store beside it, clients and pictures."""

import os
import pathlib
import re
import socket
import subprocess
import sys
import time

import boto3
import pytest
from botocore.config import Config

import images
from gallery import new_name
from overt_server import ROOT, Server

S3_REGION = "eu-west-1"
S3_KEY, S3_SECRET = "AKIDS3EXAMPLE", "s3-secret-example"

# The store's bucket as the server's configuration names it, and a folder on the same terms.
STORE_BUCKET, FOLDER_BUCKET, DEAD_BUCKET, EMPTY_BUCKET = "photos", "folder-photos", "dead-photos", "missing-photos"


class Store:
    """moto's server: a real S3 over HTTP on loopback, with versions."""

    def __init__(self, log):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.endpoint = f"http://127.0.0.1:{self.port}"
        self.process = subprocess.Popen(
            [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(self.port)],
            stdout=log,
            stderr=log,
        )
        deadline = time.monotonic() + 60
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                if time.monotonic() > deadline or self.process.poll() is not None:
                    raise AssertionError("the S3 server did not start") from None
                time.sleep(0.1)
        self.client = boto3.client(
            "s3",
            endpoint_url=self.endpoint,
            region_name=S3_REGION,
            aws_access_key_id=S3_KEY,
            aws_secret_access_key=S3_SECRET,
            config=Config(s3={"addressing_style": "path"}),
        )
        self.client.create_bucket(
            Bucket=STORE_BUCKET, CreateBucketConfiguration={"LocationConstraint": S3_REGION}
        )
        self.client.put_bucket_versioning(Bucket=STORE_BUCKET, VersioningConfiguration={"Status": "Enabled"})

    def put(self, key, body):
        """Stores an object; returns its version."""
        return self.client.put_object(Bucket=STORE_BUCKET, Key=key, Body=body)["VersionId"]

    def stop(self):
        self.process.terminate()
        self.process.wait(30)


@pytest.fixture(scope="session")
def work(tmp_path_factory):
    """A folder for this run."""
    return tmp_path_factory.mktemp("overt")


@pytest.fixture(scope="session")
def store(work):
    with open(work / "s3.log", "wb") as log:
        running = Store(log)
        yield running
        running.stop()


@pytest.fixture(scope="session")
def folder(work):
    """The folder behind a bucket that is a local folder."""
    path = work / FOLDER_BUCKET
    path.mkdir()
    return path


def bucket_config(store, folder):
    """The part of overt.toml that names buckets."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        dead = free.getsockname()[1]
    stores = {STORE_BUCKET: store.endpoint, EMPTY_BUCKET: store.endpoint, DEAD_BUCKET: f"http://127.0.0.1:{dead}"}
    return f'[buckets."{FOLDER_BUCKET}"]\npath = "{folder}"\n' + "".join(
        f'[buckets."{name}"]\nendpoint = "{endpoint}"\nregion = "{S3_REGION}"\n'
        f'access_key_id = "{S3_KEY}"\nsecret_access_key = "{S3_SECRET}"\n'
        for name, endpoint in stores.items()
    )


@pytest.fixture(scope="session")
def server(work, store, folder):
    """The server that most tests share: two workers, no limits but the default ones, three kinds of bucket."""
    running = Server(work / "data", bucket_config(store, folder)).start()
    yield running
    running.stop()


@pytest.fixture
def new_server(tmp_path):
    """Starts servers of a test's own, each on an empty data folder unless told otherwise. They have one worker, because
    networks take most of a start, unless the test says how many."""
    started = []

    def start(config="", name="data"):
        if "workers =" not in config:
            config = f"workers = 1\n{config}"
        started.append(Server(tmp_path / name, config).start())
        return started[-1]

    yield start
    for each in started:
        each.stop()


def client_of(server, **config):
    """boto3 as it behaves in a shell with the server's lines pasted. One attempt, so that a test sees each answer."""
    config.setdefault("retries", {"total_max_attempts": 1})
    config.setdefault("read_timeout", 120)
    saved = dict(os.environ)
    try:
        os.environ.clear()
        os.environ.update(server.environment())
        return boto3.session.Session().client("rekognition", config=Config(**config))
    finally:
        os.environ.clear()
        os.environ.update(saved)


@pytest.fixture(scope="session")
def rekognition(server):
    return client_of(server)


@pytest.fixture(scope="session")
def unchecked(server):
    """boto3 that sends whatever it is given."""
    return client_of(server, parameter_validation=False)


@pytest.fixture
def collection(rekognition):
    """An empty collection of the test's own."""
    name = new_name()
    rekognition.create_collection(CollectionId=name)
    yield name
    try:
        rekognition.delete_collection(CollectionId=name)
    except rekognition.exceptions.ResourceNotFoundException:
        pass


@pytest.fixture(scope="session", autouse=True)
def pictures():
    missing = [name for name in (images.ASTRONAUT, images.OBAMA, *images.GROUPS) if not (images.PICTURES / name).exists()]
    assert not missing, f"{missing} not fetched: run `cargo xtask pictures`"
    return images.PICTURES


@pytest.fixture(scope="session")
def promised_attributes():
    """The members of FaceDetail beyond the default ones that COMPATIBILITY.md says are given."""
    rows = re.findall(
        r"^\| `(\w+)` \| (given|left out) \|", (ROOT / "COMPATIBILITY.md").read_text(), flags=re.MULTILINE
    )
    assert len(rows) == 12, rows
    return {member for member, state in rows if state == "given"}


def program(*parts):
    """A program of the environment that runs the tests."""
    return str(pathlib.Path(sys.executable).parent.joinpath(*parts))

