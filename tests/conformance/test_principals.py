"""Access keys on a running server: what `overt principals` changes counts for the next request."""

import contextlib
import json
import re
import sqlite3

import boto3
import pytest
from botocore.config import Config

import images
import wire

SECTOR = "health"


def client_with(server, key, secret):
    return boto3.session.Session().client(
        "rekognition",
        endpoint_url=server.endpoint,
        region_name="us-east-1",
        aws_access_key_id=key,
        aws_secret_access_key=secret,
        config=Config(retries={"total_max_attempts": 1}),
    )


def code_of(client, operation="detect_faces"):
    """The error code that a call gets, or None if it works."""
    picture = {"Bytes": images.read(images.ASTRONAUT)}
    requests = {
        "detect_faces": {"Image": picture},
        "compare_faces": {"SourceImage": picture, "TargetImage": picture},
    }
    try:
        getattr(client, operation)(**requests[operation])
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return None


def key_in(text):
    """Access key and secret in what the command printed, ready for an environment."""
    found = dict(re.findall(r"^(AWS_ACCESS_KEY_ID|AWS_SECRET_ACCESS_KEY)=(\S+)$", text, flags=re.MULTILINE))
    return found["AWS_ACCESS_KEY_ID"], found["AWS_SECRET_ACCESS_KEY"]


def create(server, name, allow="all"):
    stated = ["--organisation", "Example Clinic", "--sector", SECTOR, "--allow", allow]
    return key_in(server.overt("principals", "create", name, *stated).stdout)


@pytest.fixture
def own(new_server):
    return new_server()


def test_a_new_principal_works_at_once(own):
    assert code_of(client_with(own, *create(own, "reception"))) is None


def test_a_revoked_principal_is_refused_at_once_and_nobody_else(own):
    doomed, other = create(own, "doomed"), create(own, "other")
    assert code_of(client_with(own, *doomed)) is None
    own.overt("principals", "revoke", "doomed")
    assert code_of(client_with(own, *doomed)) == "UnrecognizedClientException"
    assert code_of(client_with(own, *other)) is None
    assert code_of(client_with(own, *wire.credentials(own))) is None


def test_a_family_of_operations_can_be_allowed(own):
    client = client_with(own, *create(own, "desk", "faces"))
    assert code_of(client) is None
    assert code_of(client, "compare_faces") is None
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.list_collections()


# COMPATIBILITY.md: "Nobody holds search, review and audit together, nor administer and audit; `all` holds neither review nor audit."
def test_d4_nobody_searches_reviews_and_audits(own):
    for words in ("search,review,audit", "review,audit,SearchFacesByImage", "all,audit", "administer,audit"):
        made = own.overt(
            *("principals", "create", "three", "--organisation", "Test", "--sector", "research", "--allow", words), check=False
        )
        assert made.returncode != 0 and ("together" in made.stderr or "all" in made.stderr), made.stderr
    key = create(own, "auditor", "review,audit")
    described = own.overt("principals", "describe", "auditor", "--allow", "review,audit,search", check=False)
    assert described.returncode != 0 and "together" in described.stderr
    client = client_with(own, *key)
    with pytest.raises(client.exceptions.AccessDeniedException):
        client.list_collections()


def test_an_old_key_works_through_its_grace(own):
    old = create(own, "reception")
    new = key_in(own.overt("principals", "rotate", "reception", "--grace", "1h").stdout)
    assert code_of(client_with(own, *old)) is None
    assert code_of(client_with(own, *new)) is None


# COMPATIBILITY.md: "A key that the ledger does not give to a principal gets no grace when it is rotated."
def test_d4_a_key_that_was_moved_by_hand_gets_no_grace(own):
    anna, ben = create(own, "anna"), create(own, "ben")
    assert code_of(client_with(own, *ben)) is None
    own.stop()
    with contextlib.closing(sqlite3.connect(own.data / "overt.db")) as records, records:
        to_ben = "UPDATE access_keys SET principal = (SELECT id FROM principals WHERE name = 'ben') WHERE id = ?"
        assert records.execute(to_ben, (anna[0],)).rowcount == 1
    rotated = own.overt("principals", "rotate", "ben", "--grace", "1h")
    assert f"{anna[0]} stops working now" in rotated.stderr and "not given to ben" in rotated.stderr
    assert own.overt("fsck").returncode == 0
    own.start()
    assert code_of(client_with(own, *anna)) == "UnrecognizedClientException"
    assert code_of(client_with(own, *ben)) is None
    assert code_of(client_with(own, *key_in(rotated.stdout))) is None
    # Beside the running server, whose ledger is told of the first rotation some seconds later.
    again = own.overt("principals", "rotate", "ben", "--grace", "1h")
    assert "without a grace" not in again.stderr
    for key in (ben, key_in(rotated.stdout), key_in(again.stdout)):
        assert code_of(client_with(own, *key)) is None


def test_rotating_the_first_key_updates_the_credentials_file(own):
    old = wire.credentials(own)
    own.overt("principals", "rotate", "first-start")
    new = wire.credentials(own)
    assert new != old
    assert code_of(client_with(own, *old)) == "UnrecognizedClientException"
    assert code_of(client_with(own, *new)) is None


def test_rotation_replaces_the_key(own):
    old = create(own, "reception")
    new = key_in(own.overt("principals", "rotate", "reception").stdout)
    assert new != old
    assert code_of(client_with(own, *old)) == "UnrecognizedClientException"
    assert code_of(client_with(own, *new)) is None


def test_an_action_that_is_not_allowed_is_denied(own):
    client = client_with(own, *create(own, "reader", "DetectFaces"))
    assert code_of(client) is None
    with pytest.raises(client.exceptions.AccessDeniedException) as error:
        client.compare_faces(SourceImage={"Bytes": b"x"}, TargetImage={"Bytes": b"x"})
    message = error.value.response["Error"]["Message"]
    assert "reader" in message and "CompareFaces" in message


def test_the_list_names_principals_and_never_secrets(own):
    key, secret = create(own, "reception")
    listed = own.overt("principals", "list").stdout
    assert all(word in listed for word in ("reception", "Example Clinic", SECTOR, key))
    own.overt("principals", "revoke", "reception")
    as_json = own.overt("principals", "list", "--json").stdout
    (entry,) = [entry for entry in json.loads(as_json) if entry["name"] == "reception"]
    assert entry["revoked"] and [each["access_key_id"] for each in entry["keys"]] == [key]
    assert secret not in listed + as_json


def test_a_principal_states_who_answers_for_it_and_what_it_may_do(own):
    stated = {"--organisation": "Example Clinic", "--sector": SECTOR, "--allow": "all"}
    for missing in stated:
        rest = [word for name, value in stated.items() if name != missing for word in (name, value)]
        done = own.overt("principals", "create", "nobody", *rest, check=False)
        assert done.returncode == 2, missing
        assert missing in done.stderr
    assert "nobody" not in own.overt("principals", "list").stdout


def test_keys_survive_a_restart(own):
    key = create(own, "reception")
    own.stop()
    own.start()
    assert code_of(client_with(own, *key)) is None


def test_secrets_are_not_in_the_database(own):
    _, secret = create(own, "reception")
    for path in own.data.rglob("*"):
        if path.is_file():
            assert secret.encode() not in path.read_bytes(), path


def test_authorisation_comes_after_authentication_and_before_the_picture(own):
    key, secret = create(own, "reader", "DetectFaces")
    body = json.dumps({"SourceImage": {"Bytes": "AAAA"}, "TargetImage": {"Bytes": "AAAA"}}).encode()
    signed = wire.sign(own, body, wire.TARGET + "CompareFaces", key=key, secret=secret)
    assert wire.send(own, body, signed).code == "AccessDeniedException"
    forged = wire.sign(own, body, wire.TARGET + "CompareFaces", key=key, secret="x" * 40)
    assert wire.send(own, body, forged).code == "InvalidSignatureException"


def test_a_new_key_that_cannot_be_shown_changes_nothing(own):
    old = create(own, "reception")
    with open("/dev/full", "w") as full:
        for command in (["rotate", "reception"], ["create", "nobody", "--organisation", "x", "--sector", SECTOR, "--allow", "all"]):
            done = own.overt("principals", *command, check=False, stdout=full)
            assert done.returncode == 1 and "nothing was changed" in done.stderr
            assert "stops working" not in done.stderr, "it says of the old key what did not happen"
    assert code_of(client_with(own, *old)) is None
    assert "nobody" not in own.overt("principals", "list").stdout


def test_a_credentials_file_that_cannot_be_written_does_not_cost_the_key(own):
    folder = own.data / "aws"
    kept = wire.credentials(own)
    (folder / "credentials").rename(folder / "was")
    (folder / "credentials").mkdir()
    done = own.overt("principals", "rotate", "first-start")
    assert code_of(client_with(own, *key_in(done.stdout))) is None
    assert code_of(client_with(own, *kept)) == "UnrecognizedClientException"


def test_what_is_recorded_of_a_principal_can_be_changed(own):
    first = wire.credentials(own)
    own.overt("principals", "describe", "first-start", "--organisation", "Example Clinic", "--sector", SECTOR, "--allow", "DetectFaces")
    listed = own.overt("principals", "list").stdout
    assert "Example Clinic" in listed and SECTOR in listed and "not stated" not in listed
    client = client_with(own, *first)
    assert code_of(client) is None
    assert code_of(client, "compare_faces") == "AccessDeniedException"
    assert own.overt("principals", "describe", "first-start", check=False).returncode == 2


def test_a_mistyped_folder_is_not_made(own, tmp_path):
    own.data = tmp_path / "mistyped"
    done = own.overt("principals", "list", check=False)
    assert done.returncode == 1 and "mistyped" in done.stderr
    assert not own.data.exists()
