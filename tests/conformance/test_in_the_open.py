"""What outsiders can do with a running server: read its ledger with two verifiers, keep proofs, compute its report anew, ask a
witness, and what a person gets who asks for what is known of her."""

import base64
import hashlib
import json
import re
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import botocore.auth
import botocore.awsrequest
import botocore.credentials
import pytest

import images
import wire
from conftest import client_of
from gallery import new_name
from overt_server import ROOT, binary, plain_environment

VERIFIER = ROOT / "crates/ledger/tests/verifier.py"


def overt(*arguments, code=0):
    done = subprocess.run(
        [binary(), *map(str, arguments)], env=plain_environment(), capture_output=True, text=True, check=False
    )
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done.stdout


def verifier(*arguments, code=0):
    """The second implementation: Python's standard library and nothing of ours."""
    done = subprocess.run(
        [sys.executable, VERIFIER, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    assert done.returncode == code, (arguments, done.stdout, done.stderr)
    return done.stdout.split("\n")


def get(server, path):
    """Body and headers, without credentials."""
    with urllib.request.urlopen(server.endpoint + path, timeout=60) as answer:
        return answer.read(), answer.headers


def key_of(server):
    """The ledger's public key as its operator has it: from the data folder, not over the network."""
    return overt("ledger", "key", "--data", server.data).strip()


def published(server, entry):
    """Waits until a checkpoint covers an entry: a second or so."""
    while True:
        size = int(get(server, "/overt/v1/ledger/checkpoint")[0].decode().split("\n")[1])
        if size > entry:
            return size
        time.sleep(0.1)


def entry_of(answer):
    return int(answer["ResponseMetadata"]["HTTPHeaders"]["x-overt-ledger-entry"])


@pytest.fixture
def used(server, rekognition, collection):
    """A server after an enrolment and a search; with the search's entry and the face's id."""
    picture = {"Bytes": images.read(images.OBAMA)}
    (record,) = rekognition.index_faces(CollectionId=collection, Image=picture, ExternalImageId="someone")["FaceRecords"]
    found = rekognition.search_faces_by_image(CollectionId=collection, Image=picture)
    assert len(found["FaceMatches"]) == 1
    entry = entry_of(found)
    published(server, entry)
    return server, entry, record["Face"]["FaceId"]


def test_d3_tiles_are_static_files_that_may_be_kept_for_ever(used):
    server, entry, _ = used
    size = published(server, entry)
    note, headers = get(server, "/overt/v1/ledger/checkpoint")
    assert headers["Content-Type"] == "text/plain; charset=utf-8" and headers["Cache-Control"] == "public, max-age=1"
    size = int(note.decode().split("\n")[1])
    full, rest = divmod(size, 256)
    name = f"{full:03}.p/{rest}" if rest else f"{full - 1:03}"
    tile, headers = get(server, f"/overt/v1/ledger/tile/0/{name}")
    assert headers["Content-Type"] == "application/octet-stream" and "immutable" in headers["Cache-Control"]
    assert int(headers["Content-Length"]) == len(tile) == 32 * (rest or 256)
    bundle, _ = get(server, f"/overt/v1/ledger/tile/entries/{name}")
    length = int.from_bytes(bundle[:2], "big")
    assert hashlib.sha256(b"\0" + bundle[2 : 2 + length]).digest() == tile[:32]
    for path in ("tile/0/999", "tile/0/0", "tile/entries/../journal", "tile/%2e%2e/journal", "journal", "tile/9/000"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            get(server, f"/overt/v1/ledger/{path}")
        assert refused.value.code == 404, path


def test_d3_two_verifiers_agree_on_the_running_server(used, tmp_path):
    server, _, _ = used
    key, place = key_of(server), f"{server.endpoint}/overt/v1/ledger"
    remembered = tmp_path / "checkpoint"
    ours = json.loads(overt("ledger", "verify", server.endpoint, "--key", key, "--remember", remembered, "--json"))
    line = verifier("verify", place, key, "--earlier", ours["entries"], ours["root"])[0]
    assert int(line.split()[0]) >= ours["entries"]
    # By the server's own address too, as everybody has it; what is no ledger's is none there either.
    for address in (server.endpoint, server.endpoint + "/"):
        line = verifier("verify", address, key, "--earlier", ours["entries"], ours["root"])[0]
        assert int(line.split()[0]) >= ours["entries"]
    assert "is missing" in verifier("verify", f"{server.endpoint}/overt", key, code=1)[0]
    # And on a copy, which is held against what it was.
    overt("ledger", "export", server.endpoint, tmp_path / "mirror", "--key", key, "--entries", tmp_path / "lines")
    copied = json.loads(overt("ledger", "verify", tmp_path / "mirror", "--key", key, "--remember", remembered, "--json"))
    lines = [json.loads(line) for line in (tmp_path / "lines").read_text().splitlines()]
    assert [line["number"] for line in lines] == list(range(copied["entries"]))
    assert verifier("verify", tmp_path / "mirror", key)[0] == f"{copied['entries']} {copied['root']}"
    # An entry of the copy is changed: both find it.
    bundle = next((tmp_path / "mirror/tile/entries").rglob("*0*"))
    bundle = bundle if bundle.is_file() else next(bundle.iterdir())
    changed = bytearray(bundle.read_bytes())
    changed[40] ^= 1
    bundle.write_bytes(changed)
    overt("ledger", "verify", tmp_path / "mirror", "--key", key, code=1)
    verifier("verify", tmp_path / "mirror", key, code=1)


def test_d3_the_proof_of_an_answers_entry_is_kept_and_checked_without_the_ledger(used, tmp_path):
    server, entry, _ = used
    key = key_of(server)
    text, proof = tmp_path / "entry.json", tmp_path / "entry.tlog-proof"
    proof.write_text(overt("ledger", "prove", server.endpoint, entry, "--key", key, "--entry", text))
    assert json.loads(text.read_bytes())["deed"]["kind"] == "search"
    overt("ledger", "check", proof, "--entry", text, "--key", key)
    verifier("proof", proof, text, key)
    text.write_bytes(text.read_bytes().replace(b'"returned":1', b'"returned":0'))
    overt("ledger", "check", proof, "--entry", text, "--key", key, code=1)
    verifier("proof", proof, text, key, code=1)


def test_d3_what_a_caller_gets_opens_the_commitment_to_the_picture(used, rekognition, collection, tmp_path):
    server, _, _ = used
    answer = rekognition.search_faces_by_image(CollectionId=collection, Image={"Bytes": images.read(images.OBAMA)})
    salt = base64.urlsafe_b64decode(answer["ResponseMetadata"]["HTTPHeaders"]["x-overt-probe-salt"] + "==")
    entry = entry_of(answer)
    published(server, entry)
    overt("ledger", "prove", server.endpoint, entry, "--key", key_of(server), "--entry", tmp_path / "e")
    committed = json.loads((tmp_path / "e").read_bytes())["deed"]["probe"]["picture"]
    (face,) = rekognition.list_faces(CollectionId=collection)["Faces"]
    image = bytes.fromhex(face["ImageId"].replace("-", ""))
    opened = base64.urlsafe_b64encode(hashlib.sha256(salt + image).digest()).decode().rstrip("=")
    assert opened == committed, "the same picture was enrolled, so its image id is known"


def test_f1_the_report_is_the_same_byte_for_byte_when_an_outsider_computes_it(used, tmp_path):
    server, _, _ = used
    key = key_of(server)
    theirs, note = tmp_path / "transparency.json", tmp_path / "transparency.note"
    # Nothing else uses the server in this moment; should the ledger grow between the two, they are fetched again.
    for _ in range(10):
        theirs.write_bytes(get(server, "/transparency.json")[0])
        note.write_bytes(get(server, "/transparency.note")[0])
        page = get(server, "/transparency")[0]
        if hashlib.sha256(theirs.read_bytes()).hexdigest() in note.read_text() and hashlib.sha256(page).hexdigest() in note.read_text():
            break
    html = tmp_path / "page.html"
    said = overt(
        "report", "transparency", "--from-tiles", server.endpoint, "--key", key, "--compare", theirs, "--note", note, "--html", html
    )
    assert "the same, byte for byte" in said
    assert html.read_bytes() == page
    # From a copy that has grown since, too; and what was touched is found.
    overt("ledger", "export", server.endpoint, tmp_path / "mirror", "--key", key)
    overt("report", "transparency", "--from-tiles", tmp_path / "mirror", "--key", key, "--compare", theirs)
    report = json.loads(theirs.read_bytes())
    assert report["total"]["searches"] >= 1 and report["ledger"]["unreadable"] == 0
    theirs.write_bytes(theirs.read_bytes().replace(b'"searches": ', b'"searches": 1', 1))
    overt("report", "transparency", "--from-tiles", server.endpoint, "--key", key, "--compare", theirs, code=1)


def test_f1_the_page_runs_nothing_and_says_that_there_is_no_witness(used):
    server, _, _ = used
    page, headers = get(server, "/transparency")
    assert headers["Content-Type"] == "text/html; charset=utf-8"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    html = page.decode()
    assert "<script" not in html and "This ledger has no witness" in html
    assert not re.search(r"(?:src|href)=\"(?:https?:)?//", html), "nothing is fetched from elsewhere"


def test_f2_the_card_names_every_network_by_its_digest(server):
    card = json.loads(get(server, "/system-card.json")[0])
    listed = {one["id"] for one in card["networks"]}
    assert listed == {item["id"] for item in json.loads(overt("models", "list", "--json")) if item["role"]}
    assert all(re.fullmatch("[0-9a-f]{64}", one["sha256"]) and one["licence"] for one in card["networks"])
    page = get(server, "/system-card")[0].decode()
    assert all(one["sha256"] in page for one in card["networks"])
    assert any(one["purpose"] == "law-enforcement" for one in card["refused_purposes"])


def test_d3_a_witness_cosigns_what_grows_and_refuses_what_went_back(new_server, tmp_path):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    first = new_server()
    key = key_of(first)
    first.stop()
    folder = tmp_path / "witness"
    command = [binary(), "ledger", "witness", "--folder", folder, "--name", "w.example", "--log", key, "--listen", f"127.0.0.1:{port}"]
    witness = subprocess.Popen(command, env=plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        own_key = witness.stdout.readline().strip()
        config = f'[ledger]\nwitnesses = ["{own_key} http://127.0.0.1:{port}"]\n'
        server = new_server(config)
        rekognition = client_of(server)
        rekognition.create_collection(CollectionId=new_name())
        while "— w.example " not in get(server, "/overt/v1/ledger/checkpoint")[0].decode():
            time.sleep(0.1)
        told = json.loads(overt("ledger", "verify", server.endpoint, "--key", key, "--witness", own_key, "--json"))
        assert [one["name"] for one in told["witnesses"]] == ["w.example"]
        assert verifier("verify", f"{server.endpoint}/overt/v1/ledger", key, "--witness", own_key)[1].startswith("cosigned by w.example")
        server.stop()
        # An older state of the whole data folder is put back, under the right key: a shorter ledger.
        shutil.copytree(server.data, tmp_path / "older")
        server = new_server(config)
        client_of(server).create_collection(CollectionId=new_name())
        while "— w.example " not in get(server, "/overt/v1/ledger/checkpoint")[0].decode():
            time.sleep(0.1)
        server.stop()
        older = new_server(config, name="older")
        client_of(older).create_collection(CollectionId=new_name())
        client_of(older).create_collection(CollectionId=new_name())
        while "does not cosign" not in older.read_log():
            time.sleep(0.1)
        overt("ledger", "verify", older.endpoint, "--key", key, "--witness", own_key, code=1)
    finally:
        witness.terminate()
        witness.wait(30)


def signed_get(server, credentials, path):
    """A GET as an AWS SDK signs one."""
    request = botocore.awsrequest.AWSRequest(method="GET", url=server.endpoint + path)
    botocore.auth.SigV4Auth(botocore.credentials.Credentials(*credentials), "rekognition", "us-east-1").add_auth(request)
    sent = urllib.request.Request(server.endpoint + path, headers=dict(request.headers.items()))
    try:
        with urllib.request.urlopen(sent, timeout=60) as answer:
            return answer.status, json.loads(answer.read()), answer.headers
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read()), error.headers


def test_f3_a_person_gets_every_entry_about_her_and_finds_them_herself(used, collection, rekognition):
    server, entry, face = used
    made = overt(
        *("principals", "create", new_name(), "--organisation", "Ombudsman", "--sector", "other"),
        *("--allow", "audit", "--json", "--data", server.data),
    )
    made = json.loads(made)
    key_id, secret = made["access_key_id"], made["secret_access_key"]
    status, document, headers = signed_get(server, (key_id, secret), f"/overt/v1/subjects/{collection}/someone")
    assert status == 200, document
    assert [found["what"] for found in document["found"]] == ["added", "returned"]
    assert document["found"][1]["entry"] == entry and document["found"][1]["rank"] == 1
    told = int(headers["x-overt-ledger-entry"])
    published(server, told)
    # With what the document hands over, in the public ledger, and after the face is deleted.
    finder = document["faces"][0]["finder"]
    deleted = rekognition.delete_faces(CollectionId=collection, FaceIds=[face])
    # Not the next number: that the auditor was made is told when the server hears of it.
    published(server, int(deleted["ResponseMetadata"]["HTTPHeaders"]["x-overt-ledger-entry"]))
    own_way = json.loads(
        overt("subject", face, "--finder", finder, "--from-tiles", server.endpoint, "--key", key_of(server))
    )
    whats = [found["what"] for found in own_way["found"]]
    assert whats[:2] == ["added", "returned"] and whats[-1] == "deleted"
    stranger = base64.urlsafe_b64encode(bytes(16)).decode().rstrip("=")
    nothing = overt("subject", face, "--finder", stranger, "--from-tiles", server.endpoint, "--key", key_of(server))
    assert json.loads(nothing)["found"] == []
    # Nobody is there any more, and who may not audit learns nothing.
    status, answer, _ = signed_get(server, (key_id, secret), f"/overt/v1/subjects/{collection}/someone")
    assert status == 400 and answer["__type"] == "ResourceNotFoundException"


def test_f3_who_may_not_audit_is_refused(used, collection):
    server, _, _ = used
    status, answer, _ = signed_get(server, wire.credentials(server), f"/overt/v1/subjects/{collection}/someone")
    assert status == 400 and answer["__type"] == "AccessDeniedException"
