"""What the ledger knows of that is done beside the API, and what is done with what it knows: commands beside a running server, snapshots that are put back, ledgers that went back."""

import json
import shutil
import subprocess
import time

import pytest
from botocore.exceptions import ClientError

import images
from conftest import client_of
from overt_server import Server, binary, plain_environment


def overt(*arguments, code=0):
    done = subprocess.run(
        [binary(), *map(str, arguments)], env=plain_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done


def entries(server, tmp_path):
    """Every published entry."""
    key = overt("ledger", "key", "--data", server.data).stdout.strip()
    overt("ledger", "export", server.data, tmp_path / "copy", "--key", key, "--entries", tmp_path / "lines")
    return [json.loads(line)["entry"] for line in (tmp_path / "lines").read_text().splitlines()]


def told(server, tmp_path, kind):
    """Waits until the ledger has an entry of a kind."""
    while True:
        found = [entry for entry in entries(server, tmp_path) if entry["deed"]["kind"] == kind]
        if found:
            return found
        time.sleep(0.3)


@pytest.fixture
def filled(new_server):
    """A server with one face; with the face's id."""
    server = new_server()
    client = client_of(server)
    client.create_collection(CollectionId="c")
    (record,) = client.index_faces(CollectionId="c", Image={"Bytes": images.read(images.OBAMA)}, ExternalImageId="someone")["FaceRecords"]
    return server, client, record["Face"]["FaceId"]


def test_d1_what_the_command_line_does_beside_a_server_is_in_its_ledger(filled, tmp_path):
    server, _, face = filled
    overt("snapshot", tmp_path / "snapshot", "--data", server.data)
    (entry,) = told(server, tmp_path, "snapshot")
    assert entry["actor"] == {"by": "operator"} and entry["operation"] == "snapshot"
    assert entry["deed"] == {"kind": "snapshot", "collections": 1, "total": 1}
    document = json.loads(overt("subject", "someone", "--collection", "c", "--data", server.data).stdout)
    assert document["faces"][0]["face_id"] == face
    (entry,) = told(server, tmp_path, "subject-access")
    assert entry["actor"] == {"by": "operator"} and entry["deed"]["collection"] == "c"
    # Without a server, too: with the next opening, or by the command itself.
    server.stop()
    overt("rotate-key", "--data", server.data)
    overt("snapshot", tmp_path / "second", "--data", server.data)
    server.start()
    assert len(told(server, tmp_path, "snapshot")) == 2
    (entry,) = told(server, tmp_path, "server-key")
    assert entry["actor"] == {"by": "operator"} and entry["operation"] == "rotate-key"
    assert entry["deed"] == {"kind": "server-key", "access_keys": 1, "collections": 1}


def test_d1_tools_on_ones_own_files_touch_no_data_folder(tmp_path):
    folder, picture = tmp_path / "none", images.PICTURES / images.OBAMA
    for words in (["detect-faces", picture], ["compare-faces", picture, picture]):
        overt(*words, "--data", folder)
        assert not folder.exists()
        said = " ".join(overt(words[0], "--help").stdout.split())
        assert "in no ledger" in said


def test_d1_a_refused_call_names_its_entry(filled, tmp_path):
    server, client, _ = filled
    with pytest.raises(ClientError) as refused:
        client.create_collection(CollectionId="d", Tags={"overt:purpose": "law-enforcement"})
    answer = refused.value.response
    assert answer["Error"]["Code"] == "AccessDeniedException"
    number = int(answer["ResponseMetadata"]["HTTPHeaders"]["x-overt-ledger-entry"])
    while len(found := entries(server, tmp_path)) <= number:
        time.sleep(0.3)
    assert found[number]["deed"]["kind"] == "refusal"
    assert found[number]["request"] == answer["ResponseMetadata"]["RequestId"]


def test_b3_overrides_of_the_command_line_count_after_their_entry(new_server, tmp_path):
    server = new_server()
    client = client_of(server)
    client.create_collection(CollectionId="open")
    tags = {"overt:purpose": "access-control", "overt:legal-basis": "explicit-consent"}
    client.create_collection(CollectionId="door", Tags=tags)
    grant = ("overrides", "grant", "door", "--lowest", "90", "--hours", "1", "--reason", "Fire drill of 3 May", "--data", server.data)
    listed = lambda: json.loads(overt("overrides", "list", "door", "--json", "--data", server.data).stdout)
    overt("overrides", "grant", "open", *grant[3:], code=1)
    overt(*grant)
    while not listed():
        time.sleep(0.3)
    (one,) = listed()
    assert one["in_force"] and one["allowed_by"] == "the operator" and one["lowest_threshold"] == 90
    assert told(server, tmp_path, "override")[0]["deed"]["id"] == one["id"]
    overt(*grant, code=1)
    server.stop()
    # Without a server at once.
    overt("overrides", "end", "door", one["id"], "--data", server.data)
    assert not listed()[0]["in_force"]
    assert told(server, tmp_path, "override")[-1]["deed"]["event"] == "ended"


def test_a5_a_restored_snapshot_brings_nobody_back_whom_a_newer_ledger_deleted(filled, tmp_path):
    server, client, face = filled
    stays = client.index_faces(CollectionId="c", Image={"Bytes": images.read(images.ASTRONAUT)})["FaceRecords"][0]["Face"]["FaceId"]
    snapshot = tmp_path / "snapshot"
    overt("snapshot", snapshot, "--data", server.data)
    client.delete_faces(CollectionId="c", FaceIds=[face])
    server.stop()

    def restored(name, ledger):
        folder = tmp_path / name
        folder.mkdir(mode=0o700)
        for key in ("server.key", "ledger.key"):
            shutil.copy(server.data / key, folder)
        if ledger:
            shutil.copytree(server.data / "ledger", folder / "ledger")
        shutil.copytree(server.data / "aws", folder / "aws")
        return overt("restore", snapshot, "--data", folder)

    said = restored("newer", ledger=True).stderr
    assert "1 faces deleted" in said, said
    newer = Server(tmp_path / "newer").start()
    try:
        again = client_of(newer)
        assert [one["FaceId"] for one in again.list_faces(CollectionId="c")["Faces"]] == [stays]
        undone, done = [told(newer, tmp_path, kind) for kind in ("undone", "restored")]
        assert undone[0]["deed"]["because"] == "restored" and done[0]["deed"]["faces"] == 1
    finally:
        newer.stop()
    said = restored("older", ledger=False).stderr
    assert "no ledger was in the folder" in said, said


def test_d3_an_older_ledger_is_refused_though_it_lacks_searches_alone(filled, tmp_path):
    server, client, face = filled
    server.stop()
    shutil.copytree(server.data / "ledger", tmp_path / "older")
    server.start()
    client_of(server).search_faces(CollectionId="c", FaceId=face)
    server.stop()
    shutil.rmtree(server.data / "ledger")
    shutil.copytree(tmp_path / "older", server.data / "ledger")
    with pytest.raises(AssertionError, match="put the folder ledger back"):
        server.start()
    overt("ledger", "begin-anew", "--reason", "a test", "--data", server.data)
    server.start()
    assert client_of(server).list_faces(CollectionId="c")["Faces"]
    assert entries(server, tmp_path)[0]["deed"]["kind"] == "begun-anew"
