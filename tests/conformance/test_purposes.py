"""What collections are for, by boto3: declared by tags, never widened, refused with what to declare; consent and retention."""

import contextlib
import hashlib
import json
import sqlite3
import time
import urllib.error
import urllib.request

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

import collection_file
import images
import wire
from conftest import client_of
from gallery import crowd, face_ids, ids, index, new_name, refusal
from overt_server import Server

SECRET = "correct horse battery"


def overt(server, method, path, body=None):
    """A signed request to what AWS does not have; the answer as JSON."""
    url = server.endpoint + path
    data = b"" if body is None else json.dumps(body).encode()
    request = AWSRequest(method, url, data=data, headers={"content-type": "application/json"})
    SigV4Auth(Credentials(*wire.credentials(server)), "rekognition", "us-east-1").add_auth(request)
    sent = urllib.request.Request(url, data=data or None, headers=dict(request.headers), method=method)
    with urllib.request.urlopen(sent) as answer:
        return json.load(answer)


# COMPATIBILITY.md: "Who declares nothing can try everything with up to 1,000 faces of a collection, for 30 days; the 1,001st face is AccessDeniedException and says what to declare."
def test_a2_a_fresh_install_tries_everything_reaches_the_limit_declares_and_goes_on(work):
    folder = work / "walk"
    folder.mkdir()
    # Made now: faces of an evaluation are kept for thirty days.
    now = int(time.time() * 1000) - 60_000
    collection_file.write(folder / "trial.overt", "trial", 999, SECRET, policy=None, created=now)
    (folder / "passphrase").write_text(SECRET + "\n")
    server = Server(folder / "data")
    load = ("collections", "load", folder / "trial.overt", "--passphrase-file", folder / "passphrase")
    server.overt(*load)
    server.start()
    client = client_of(server)
    # Everything: faces, users, searches both ways, under a policy that nobody declared.
    (face,) = ids(index(client, "trial", images.ASTRONAUT, ExternalImageId="one"))
    client.create_user(CollectionId="trial", UserId="eileen")
    client.associate_faces(CollectionId="trial", UserId="eileen", FaceIds=[face])
    picture = {"Bytes": images.read(images.ASTRONAUT)}
    assert client.search_faces_by_image(CollectionId="trial", Image=picture)["FaceMatches"][0]["Face"]["FaceId"] == face
    assert client.search_users_by_image(CollectionId="trial", Image=picture)["UserMatches"]
    assert client.search_faces(CollectionId="trial", FaceId=face)["SearchedFaceId"] == face
    assert client.search_users(CollectionId="trial", FaceId=face)["UserMatches"]
    # The limit.
    code, message = refusal(client.index_faces, CollectionId="trial", Image={"Bytes": images.read(images.OBAMA)})
    assert code == "AccessDeniedException"
    assert "1000 faces" in message and "overt:purpose" in message and "photo-organisation" in message
    assert len(face_ids(client, "trial")) == 1000
    # Declaring, and going on: with another collection, because what was enrolled to try something out stays that.
    code, message = refusal(
        client.tag_resource,
        ResourceArn=client.describe_collection(CollectionId="trial")["CollectionARN"],
        Tags={"overt:purpose": "photo-organisation", "overt:legal-basis": "household"},
    )
    assert code == "AccessDeniedException" and "make a new collection" in message
    server.stop()
    server.overt(*load, "--as", "meant", "--purpose", "photo-organisation", "--legal-basis", "household")
    server.start()
    client = client_of(server)
    assert len(ids(index(client, "meant", crowd(1, 3, cell=80), QualityFilter="NONE"))) == 3
    assert client.describe_collection(CollectionId="meant")["FaceCount"] == 1002
    server.stop()


# COMPATIBILITY.md: "`Tags` that begin with `overt:` declare what a collection is for; TagResource only narrows it."
def test_a1_tags_declare_and_only_narrow(rekognition):
    name = new_name()
    tags = {
        "overt:purpose": "identity-verification",
        "overt:legal-basis": "no-living-person",
        "overt:operations": "enrol verify deduplicate",
        "team": "accounts",
    }
    arn = "arn:" + rekognition.create_collection(CollectionId=name, Tags=tags)["CollectionArn"]
    # Tags are answered as they were given, those of the server's own no others.
    assert rekognition.list_tags_for_resource(ResourceArn=arn)["Tags"] == tags
    (face,) = ids(index(rekognition, name, images.ASTRONAUT))
    picture = {"Bytes": images.read(images.ASTRONAUT)}
    code, message = refusal(rekognition.search_faces_by_image, CollectionId=name, Image=picture)
    assert code == "AccessDeniedException" and "enrol verify deduplicate" in message
    assert rekognition.search_faces(CollectionId=name, FaceId=face)["FaceMatches"] == []
    rekognition.tag_resource(ResourceArn=arn, Tags={"overt:operations": "enrol verify"})
    assert refusal(rekognition.search_faces, CollectionId=name, FaceId=face)[0] == "AccessDeniedException"
    for wider in ({"overt:operations": "enrol verify search"}, {"overt:purpose": "research"}, {"overt:retention-days": "400"}):
        assert refusal(rekognition.tag_resource, ResourceArn=arn, Tags=wider)[0] == "AccessDeniedException"
    assert refusal(rekognition.untag_resource, ResourceArn=arn, TagKeys=["overt:operations"])[0] == "AccessDeniedException"
    rekognition.untag_resource(ResourceArn=arn, TagKeys=["team"])
    rekognition.delete_faces(CollectionId=name, FaceIds=[face])
    rekognition.delete_collection(CollectionId=name)


# COMPATIBILITY.md: "A refused purpose is AccessDeniedException with the reason and its source; what is no purpose is InvalidParameterException with those that there are."
@pytest.mark.parametrize(
    "purpose, source",
    [
        ("law-enforcement", "employees"),
        ("immigration-enforcement", "employees"),
        ("public-surveillance", "Art. 5(1)(h)"),
        ("emotion-inference", "Art. 5(1)(f)"),
        ("biometric-categorisation", "Art. 5(1)(g)"),
        ("scraped-gallery", "Art. 5(1)(e)"),
        ("customer-watchlist", "Rite Aid"),
        ("Law_Enforcement", "Williams v. City of Detroit"),
        ("border control", "Amazon employees"),
    ],
)
def test_a3_refused_purposes(rekognition, purpose, source):
    name = new_name()
    code, message = refusal(rekognition.create_collection, CollectionId=name, Tags={"overt:purpose": purpose})
    assert code == "AccessDeniedException" and source in message
    assert refusal(rekognition.describe_collection, CollectionId=name)[0] == "ResourceNotFoundException"
    code, message = refusal(rekognition.create_collection, CollectionId=name, Tags={"overt:purpose": "fun"})
    assert code == "InvalidParameterException" and "media-archive" in message


# COMPATIBILITY.md: "A collection that demands consent takes a face under a record of it only, named by `x-overt-consent` or as `ExternalImageId`."
def test_a4_a5_consent_is_needed_and_can_be_withdrawn(server, rekognition):
    name = new_name()
    tags = {"overt:purpose": "access-control", "overt:legal-basis": "explicit-consent"}
    rekognition.create_collection(CollectionId=name, Tags=tags)
    named = {"ExternalImageId": "employee-17"}
    code, message = refusal(
        rekognition.index_faces, CollectionId=name, Image={"Bytes": images.read(images.ASTRONAUT)}, **named
    )
    assert code == "AccessDeniedException" and "/overt/v1/consents" in message
    text = hashlib.sha256(b"We keep a template of your face to open doors for you.").hexdigest()
    given = {
        "subject": "employee-17",
        "given": "2026-11-01T09:00:00Z",
        "text_sha256": text,
        "scope": "enrol verify deduplicate search live-search",
    }
    (record,) = overt(server, "POST", "/overt/v1/consents", {"collection": name, "consents": [given]})["consents"]
    assert len(ids(index(rekognition, name, images.ASTRONAUT, **named))) == 1
    done = overt(server, "POST", f"/overt/v1/consents/{name}/{record['id']}/withdraw", {})
    assert done["faces_deleted"] == 1 and "— " in done["receipt"] and record["id"] in done["receipt"]
    again = overt(server, "POST", f"/overt/v1/consents/{name}/{record['id']}/withdraw", {})
    assert again["entry"] == done["entry"] and again["faces_deleted"] == 0
    assert f"entry {done['entry']}\n" in again["receipt"] and "\nface " not in again["receipt"]
    assert face_ids(rekognition, name) == []
    assert "subject" not in overt(server, "GET", f"/overt/v1/consents/{name}/{record['id']}")
    with pytest.raises(urllib.error.HTTPError) as refused:
        overt(server, "POST", "/overt/v1/consents", {"collection": name, "consents": []})
    assert refused.value.code == 400 and b"at least one" in refused.value.read()
    with pytest.raises(urllib.error.HTTPError) as refused:
        overt(server, "POST", "/overt/v1/consents", {"collection": name, "consents": [{**given, "subject": "a b"}]})
    assert b"subject must be" in refused.value.read()
    assert refusal(
        rekognition.index_faces, CollectionId=name, Image={"Bytes": images.read(images.ASTRONAUT)}, **named
    )[0] == "AccessDeniedException"
    rekognition.delete_collection(CollectionId=name)


# COMPATIBILITY.md: "Records that were changed beside the server to give more than was declared are found: their collection is refused."
def test_a1_records_that_were_changed_beside_the_server_are_found_and_refused(new_server):
    server = new_server(name="edited")
    client = client_of(server)
    tags = {"overt:purpose": "research", "overt:legal-basis": "no-living-person", "overt:operations": "enrol verify"}
    for name in ("edited", "left"):
        client.create_collection(CollectionId=name, Tags=tags)
        index(client, name, images.ASTRONAUT, MaxFaces=1)
    picture = {"Bytes": images.read(images.ASTRONAUT)}
    server.stop()
    with contextlib.closing(sqlite3.connect(server.data / "overt.db")) as records, records:
        records.execute("UPDATE collections SET uses = 'enrol verify search' WHERE name = 'edited'")
    told = server.overt("fsck", check=False)
    assert told.returncode == 1 and "collection edited" in told.stdout and "the use search" in told.stdout
    # No repair mends it, and none says that all is well.
    told = server.overt("fsck", "--repair", check=False)
    assert told.returncode == 1 and "contradict" in told.stderr, told
    server.start()
    client = client_of(server)
    code, message = refusal(client.search_faces_by_image, CollectionId="edited", Image=picture)
    assert code == "AccessDeniedException" and "contradict entry" in message and "the use search" in message
    assert refusal(client.index_faces, CollectionId="edited", Image=picture)[0] == "AccessDeniedException"
    arn = client.describe_collection(CollectionId="edited")["CollectionARN"]
    for call, what in (("tag_resource", {"Tags": {"colour": "red"}}), ("untag_resource", {"TagKeys": ["colour"]})):
        code, message = refusal(getattr(client, call), ResourceArn=arn, **what)
        assert code == "AccessDeniedException" and "contradict entry" in message, call
    body = {"collection": "edited", "lowest_threshold": 90, "reason": "an exercise", "hours": 1}
    with pytest.raises(urllib.error.HTTPError) as denied:
        overt(server, "POST", "/overt/v1/overrides", body)
    assert json.load(denied.value)["__type"] == "AccessDeniedException"
    with urllib.request.urlopen(server.endpoint + "/overt/v1/retention") as answer:
        schedule = {one["collection"]: one.get("contradiction") for one in json.load(answer)["collections"]}
    assert "contradict entry" in schedule["edited"] and schedule["left"] is None
    # The other one is what it was.
    assert "verify" in refusal(client.search_faces_by_image, CollectionId="left", Image=picture)[1]
    index(client, "left", images.OBAMA, MaxFaces=1)
    with urllib.request.urlopen(server.endpoint + "/transparency.json") as answer:
        report = json.load(answer)
    assert report["contradictions"] == 1
    assert any("changed beside the server" in event["what"] for event in report["events"])
    # What was declared is declared again: records and ledger agree, after a restart at the latest.
    client.tag_resource(ResourceArn=arn, Tags={"overt:operations": "enrol verify"})
    server.stop()
    assert server.overt("fsck").returncode == 0
    server.start()
    client = client_of(server)
    index(client, "edited", images.OBAMA, MaxFaces=1)
    code, message = refusal(client.search_faces_by_image, CollectionId="edited", Image=picture)
    assert "enrol verify" in message and "contradict" not in message
    server.stop()


# COMPATIBILITY.md: "Names of collections that were exchanged, a number of faces that was edited and a key that was given to another principal are found and refused."
def test_a1_a2_d4_names_counts_and_keys_that_were_edited_are_found_and_refused(new_server):
    server = new_server(name="exchanged")
    client = client_of(server)
    tags = {"overt:purpose": "research", "overt:legal-basis": "no-living-person"}
    pictures = {"one": images.ASTRONAUT, "other": images.OBAMA}
    for name, picture in pictures.items():
        client.create_collection(CollectionId=name, Tags=tags)
        index(client, name, picture, MaxFaces=1)
    client.create_collection(CollectionId="tried")
    index(client, "tried", images.ASTRONAUT, MaxFaces=1)
    stated = ("--organisation", "Test", "--sector", "research", "--allow", "all", "--json")
    keys = {
        who: json.loads(server.overt("principals", "create", who, *stated).stdout)["access_key_id"]
        for who in ("anna", "ben")
    }
    server.stop()
    # The ledger is told of both at the next opening.
    assert server.overt("fsck").returncode == 0

    def edit(*statements):
        with contextlib.closing(sqlite3.connect(server.data / "overt.db")) as records, records:
            for statement, values in statements:
                records.execute(statement, values)

    def exchange():
        edit(*(("UPDATE collections SET name = ? WHERE name = ?", pair) for pair in (("x", "one"), ("one", "other"), ("other", "x"))))

    exchange()
    edit(("UPDATE collections SET faces = -100000 WHERE name = 'tried'", ()))
    edit(("UPDATE access_keys SET principal = (SELECT id FROM principals WHERE name = 'ben') WHERE id = ?", (keys["anna"],)))
    told = server.overt("fsck", check=False)
    assert told.returncode == 1
    for words in ("collection one contradict", "collection other contradict", "in place of", "-100000", "principal ben contradict"):
        assert words in told.stdout, told.stdout
    assert "principal anna" not in told.stdout
    server.start()
    client = client_of(server)
    for name, picture in pictures.items():
        code, message = refusal(client.search_faces_by_image, CollectionId=name, Image={"Bytes": images.read(picture)})
        assert code == "AccessDeniedException" and "contradict entry" in message and "number" in message
        # What would remove removes somebody else's.
        assert refusal(client.delete_collection, CollectionId=name)[0] == "AccessDeniedException"
    code, message = refusal(client.index_faces, CollectionId="tried", Image={"Bytes": images.read(images.OBAMA)})
    assert code == "AccessDeniedException" and "contradict themselves" in message and "fsck --repair" in message
    assert client.describe_collection(CollectionId="tried")["FaceCount"] == 0
    assert client.describe_collection(CollectionId="one")["FaceCount"] == 1
    server.stop()
    # Put right, everything is as it was.
    exchange()
    edit(("UPDATE access_keys SET principal = (SELECT id FROM principals WHERE name = 'anna') WHERE id = ?", (keys["anna"],)))
    server.overt("fsck", "--repair")
    assert server.overt("fsck").returncode == 0
    server.start()
    client = client_of(server)
    for name, picture in pictures.items():
        assert client.search_faces_by_image(CollectionId=name, Image={"Bytes": images.read(picture)})["FaceMatches"]
    assert len(ids(index(client, "tried", images.OBAMA, MaxFaces=1))) == 1
    server.stop()


# COMPATIBILITY.md: "An export carries the records of consent, a load binds them to the faces, and a withdrawal reaches the copies."
def test_a4_a5_consent_goes_with_an_export_and_a_withdrawal_goes_after_it(new_server, work):
    folder = work / "copied"
    folder.mkdir()
    (folder / "passphrase").write_text(SECRET + "\n")
    server = new_server(name="copied")
    client = client_of(server)
    tags = {"overt:purpose": "access-control", "overt:legal-basis": "explicit-consent"}
    client.create_collection(CollectionId="doors", Tags=tags)
    given = {
        "given": "2026-11-01T09:00:00Z",
        "text_sha256": hashlib.sha256(b"text").hexdigest(),
        "scope": "enrol verify deduplicate search live-search",
    }
    people = [{"subject": subject, **given} for subject in ("employee-1", "employee-2")]
    first, second = overt(server, "POST", "/overt/v1/consents", {"collection": "doors", "consents": people})["consents"]
    index(client, "doors", images.ASTRONAUT, ExternalImageId="employee-1", MaxFaces=1)
    index(client, "doors", images.OBAMA, ExternalImageId="employee-2", MaxFaces=1)
    # Somebody else's face under the record of the first is refused.
    picture = {"Bytes": images.read(images.BIDEN)}
    code, message = refusal(
        client.index_faces, CollectionId="doors", Image=picture, ExternalImageId="employee-1", MaxFaces=1
    )
    assert code == "AccessDeniedException" and "one record is one person's" in message
    server.stop()
    secret = ("--passphrase-file", folder / "passphrase")
    server.overt("collections", "export", "doors", folder / "doors.overt", *secret)
    server.overt("collections", "load", folder / "doors.overt", "--as", "copy", *secret)
    # A file without records does not get in.
    policy = {**tags, "overt:owner": "not stated"}
    collection_file.write(folder / "old.overt", "old", 3, SECRET, policy=policy, created=int(time.time() * 1000))
    refused = server.overt("collections", "load", folder / "old.overt", *secret, check=False)
    assert refused.returncode != 0 and "3 of 3" in refused.stderr
    server.start()
    client = client_of(server)
    assert overt(server, "GET", f"/overt/v1/consents/copy/{first['id']}")["subject"] == "employee-1"
    done = overt(server, "POST", f"/overt/v1/consents/doors/{first['id']}/withdraw", {})
    assert done["faces_deleted"] == 2 and "\ncollection copy\n" in done["receipt"]
    assert len(face_ids(client, "doors")) == len(face_ids(client, "copy")) == 1
    server.stop()
    server.overt("collections", "load", folder / "doors.overt", "--as", "later", *secret)
    server.start()
    client = client_of(server)
    assert len(face_ids(client, "later")) == 1
    assert "subject" not in overt(server, "GET", f"/overt/v1/consents/later/{first['id']}")
    assert overt(server, "GET", f"/overt/v1/consents/later/{second['id']}")["subject"] == "employee-2"
    server.stop()


# COMPATIBILITY.md: "Faces past the retention of their collection are deleted by the server, within an hour."
def test_a6_faces_past_their_time_are_gone_and_the_schedule_is_public(new_server, work):
    folder = work / "kept"
    folder.mkdir()
    policy = {**collection_file.POLICY, "overt:retention-days": "1"}
    day = 86_400_000
    # The first are older than a day, those after them are not.
    start = int(time.time() * 1000) - day - 50
    made = collection_file.write(folder / "kept.overt", "kept", 100, SECRET, policy=policy, created=start - 50_000)
    (folder / "passphrase").write_text(SECRET + "\n")
    server = new_server("[upkeep]\nevery_seconds = 0.2\n", name="kept")
    server.stop()
    server.overt("collections", "load", folder / "kept.overt", "--passphrase-file", folder / "passphrase")
    server.start()
    client = client_of(server)
    deadline = time.monotonic() + 60
    while face_ids(client, "kept"):
        assert time.monotonic() < deadline, f"{len(face_ids(client, 'kept'))} of {len(made)} are still there"
        time.sleep(0.2)
    with urllib.request.urlopen(server.endpoint + "/overt/v1/retention") as answer:
        schedule = json.load(answer)
    assert [one["retention_days"] for one in schedule["collections"]] == [1]
