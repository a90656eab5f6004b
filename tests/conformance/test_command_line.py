"""`overt collections` and `overt search`: on a data folder of their own, and beside a running server."""

import json
import re
import shutil
import subprocess

import pytest

import images
import wire
from conftest import client_of
from gallery import face_ids
from overt_server import binary, plain_environment


@pytest.fixture
def album(tmp_path):
    """A folder as people have it: two people with folders of their own, pictures without faces, and what is no picture."""
    folder = tmp_path / "album"
    for name, source in {
        "barack/one.jpg": images.OBAMA,
        "barack/two.JPG": images.OBAMA_LATER,
        "joe/un été.jpg": images.BIDEN,
        "cat.png": images.CAT,
        "group.jpg": images.GROUPS[0],
    }.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(images.read(source))
    (folder / "broken.jpg").write_bytes(images.read(images.OBAMA)[:5000])
    (folder / "notes.txt").write_text("no picture")
    return folder


@pytest.fixture
def overt(tmp_path):
    """Runs the command line on a data folder without a server."""

    def run(*arguments, code=0, data="data"):
        command = [binary(), *map(str, arguments), "--data", tmp_path / data]
        done = subprocess.run(
            command, env=plain_environment(), cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, (arguments, done.stdout, done.stderr)
        return done

    return run


def test_a_collection_without_a_server(overt):
    assert overt("collections", "list").stdout.split() == ["COLLECTION", "FACES", "USERS", "VERSION", "CREATED"]
    overt("collections", "create", "staff", "--tag", "owner=archive", "--tag", "stage=")
    described = json.loads(overt("collections", "describe", "staff", "--json").stdout)
    assert described["CollectionId"] == "staff" and described["FaceCount"] == 0
    assert described["Tags"] == {"owner": "archive", "stage": ""}
    assert "owner=archive" in overt("collections", "describe", "staff").stdout
    (listed,) = json.loads(overt("collections", "list", "--json").stdout)
    assert listed["CollectionId"] == "staff" and listed["FaceModelVersion"] == "overt-face-1"
    again = overt("collections", "create", "staff", code=1)
    assert "ResourceAlreadyExistsException" in again.stderr and "already exists" in again.stderr
    unsaid = overt("collections", "delete", "staff", code=1)
    assert "--yes" in unsaid.stderr
    overt("collections", "delete", "staff", "--yes")
    gone = overt("collections", "describe", "staff", code=1)
    assert "ResourceNotFoundException" in gone.stderr
    assert json.loads(overt("collections", "list", "--json").stdout) == []


def test_an_import_tells_what_became_of_each_file(overt, album, tmp_path):
    missing = overt("collections", "import", "people", album, code=1)
    assert "--create" in missing.stderr
    done = overt(
        *("collections", "import", "people", album, "--recursive", "--create", "--json"),
        *("--quality-filter", "high", "--max-faces", "1", "--external-id", "path"),
        code=1,
    )
    summary = json.loads(done.stdout)
    assert (summary["files"], summary["files_failed"], summary["files_without_face"]) == (6, 1, 1)
    assert "1 of 6 files could not be indexed" in done.stderr
    report = tmp_path / "people.import.jsonl"
    heading, *lines = [json.loads(line) for line in report.read_text().splitlines()]
    assert heading["collection"] == "people"
    outcomes = {line["file"]: line for line in lines}
    assert outcomes.keys() == {
        *("barack/one.jpg", "barack/two.JPG", "joe/un été.jpg", "cat.png", "group.jpg", "broken.jpg")
    }
    assert "image format" in outcomes["broken.jpg"]["error"]
    assert outcomes["barack/one.jpg"]["external_image_id"] == "barack:one.jpg"
    assert re.fullmatch(r"joe:un__t_+\.jpg", outcomes["joe/un été.jpg"]["external_image_id"])
    assert outcomes["cat.png"]["faces"] == 0 and "not_indexed" not in outcomes["cat.png"]
    assert all(reasons for reasons in outcomes["group.jpg"]["not_indexed"])
    described = json.loads(overt("collections", "describe", "people", "--json").stdout)
    assert described["FaceCount"] == summary["faces"] == sum(line["faces"] for line in lines)
    searched = json.loads(
        overt("search", images.PICTURES / images.OBAMA, "--collection", "people", "--json").stdout
    )
    names = [match["Face"]["ExternalImageId"] for match in searched["FaceMatches"]]
    assert names[0] == "barack:one.jpg"


def test_an_import_goes_on_where_it_was(overt, album, tmp_path):
    overt("collections", "create", "people")
    run = lambda code: overt(  # noqa: E731
        "collections", "import", "people", album, "--recursive", "--external-id", "folder", "--json", code=code
    )
    run(1)
    report = tmp_path / "people.import.jsonl"
    heading, *lines = report.read_text().splitlines()
    # Files of no folder have no name to be called by; the damaged one is damaged.
    assert sorted(json.loads(line)["file"] for line in lines if "error" in json.loads(line)) == [
        *("broken.jpg", "cat.png", "group.jpg")
    ]
    # As if it had been cut off: one file is left, and a line is torn.
    kept = [line for line in lines if "barack" in line]
    report.write_text("\n".join([heading, *kept[:1], kept[1][:20]]))
    for name in ("broken.jpg", "cat.png", "group.jpg"):
        (album / name).unlink()
    done = run(0)
    assert "1 of 3 files are done" in done.stderr
    summary = json.loads(done.stdout)
    assert (summary["files"], summary["faces"], summary["files_failed"]) == (3, 3, 0)
    described = json.loads(overt("collections", "describe", "people", "--json").stdout)
    assert described["FaceCount"] == 3, "a face was kept twice"
    overt("collections", "delete", "people", "--yes")
    overt("collections", "create", "people")
    other = run(1)
    assert "another import" in other.stderr


@pytest.mark.parametrize("beside", [False, True])
def test_an_import_goes_on_over_what_is_no_picture(new_server, album, tmp_path, beside):
    server, folder = new_server(), album / "barack"
    if not beside:
        server.stop()
    # They come before the good ones.
    (folder / "a.jpg").write_bytes(b"")
    (folder / "b.jpg").symlink_to(tmp_path / "nowhere")
    shutil.move(album / "broken.jpg", folder / "c.jpg")
    report = tmp_path / "r.jsonl"
    words = ("collections", "import", "staff", folder, "--create", "--report", report, "--json")
    for attempt in range(2):
        done = server.overt(*words, check=False)
        assert done.returncode == 1 and "3 of 5 files could not be indexed" in done.stderr, (attempt, done.stderr)
        summary = json.loads(done.stdout)
        assert (summary["files"], summary["faces"], summary["files_failed"]) == (5, 2, 3)
        outcomes = {line["file"]: line.get("error") for line in map(json.loads, report.read_text().splitlines()[1:])}
        assert outcomes.pop("a.jpg") == "it is empty"
        assert "nowhere" in outcomes.pop("b.jpg")
        assert "damaged or ends early" in outcomes.pop("c.jpg")
        assert outcomes == {"one.jpg": None, "two.JPG": None}
    # A folder that cannot be read at all is another matter.
    gone = server.overt("collections", "import", "staff", folder / "none", "--report", report, check=False)
    assert gone.returncode == 1 and "not a folder" in gone.stderr


def test_a_search_is_told_and_drawn(overt, album, tmp_path):
    overt("collections", "import", "people", album / "barack", "--create")
    told = overt("search", images.PICTURES / images.OBAMA, "-c", "people", "--draw", tmp_path / "found.png")
    assert "one.jpg" in told.stdout and "SIMILARITY" in told.stdout
    drawn = images.Image.open(tmp_path / "found.png")
    original = images.open_rgb(images.OBAMA)
    assert drawn.width % original.width == 0 and drawn.convert("RGB").tobytes() != original.tobytes()
    nobody = overt("search", images.PICTURES / images.ASTRONAUT, "-c", "people")
    assert nobody.stdout == "" and "nobody" in nobody.stderr
    faceless = overt("search", images.PICTURES / images.CAT, "-c", "people", code=1)
    assert "There are no faces in the image" in faceless.stderr
    users = overt("search", images.PICTURES / images.OBAMA, "-c", "people", "--users", "--json")
    assert json.loads(users.stdout)["UserMatches"] == []


def test_beside_a_running_server_it_is_a_client(new_server, album, tmp_path):
    server = new_server()
    client = client_of(server)
    run = lambda *arguments, check=True: server.overt(*arguments, check=check)  # noqa: E731
    run("collections", "create", "staff", "--tag", "a=b")
    assert client.list_collections()["CollectionIds"] == ["staff"]
    report = tmp_path / "r.jsonl"
    done = run("collections", "import", "staff", album / "barack", "--json", "--report", report)
    assert json.loads(done.stdout)["faces"] == 2
    assert len(face_ids(client, "staff")) == 2
    assert json.loads(run("collections", "describe", "staff", "--json").stdout)["FaceCount"] == 2
    found = run("search", images.PICTURES / images.OBAMA, "-c", "staff", "--json")
    assert len(json.loads(found.stdout)["FaceMatches"]) == 2
    metrics = wire.get(server, "/metrics").body.decode()
    assert 'overt_requests_total{operation="IndexFaces",code="OK"} 2' in metrics
    # COMPATIBILITY and operations.md: a picture has to fit into a request.
    large = tmp_path / "large"
    large.mkdir()
    (large / "large.jpg").write_bytes(images.padded_jpeg(images.read(images.OBAMA), 6 << 20))
    refused = run("collections", "import", "staff", large, "--report", tmp_path / "l.jsonl", check=False)
    assert refused.returncode == 1 and "5 MiB" in refused.stderr and "no server is running" in refused.stderr
    # Without the key, it says what to do.
    shutil.move(server.data / "aws/credentials", server.data / "aws/elsewhere")
    keyless = run("collections", "list", check=False)
    assert keyless.returncode == 1 and "stop the server" in keyless.stderr
    server.stop()
    assert json.loads(run("collections", "list", "--json").stdout)[0]["FaceCount"] == 2
    # What is too large for a request is not too large for the command alone.
    done = run("collections", "import", "staff", large, "--report", tmp_path / "l.jsonl", "--json")
    assert json.loads(done.stdout)["files_failed"] == 0


def test_a_server_does_not_start_on_a_folder_that_a_command_has(new_server, album):
    server = new_server()
    client_of(server).create_collection(CollectionId="c")
    server.kill()
    # The address of the killed server is still there, and is not asked.
    assert json.loads(server.overt("collections", "list", "--json").stdout)[0]["CollectionId"] == "c"
    server.start()
    assert client_of(server).list_collections()["CollectionIds"] == ["c"]


@pytest.mark.parametrize("words", [("collections",), ("collections", "import"), ("search",)])
def test_help_has_examples(overt, words):
    assert "Examples:" in overt(*words, "--help").stdout


def test_a_wrong_word_is_exit_code_two(overt):
    overt("collections", "liszt", code=2)
    overt("search", "x.jpg", code=2)
    overt("search", "x.jpg", "-c", "c", "--threshold", "101", code=2)


def test_a_snapshot_beside_a_running_server_is_restored(new_server, tmp_path):
    server = new_server()
    client = client_of(server)
    client.create_collection(CollectionId="c", Tags={"a": "b"})
    kept = client.index_faces(CollectionId="c", Image={"Bytes": images.read(images.OBAMA)})["FaceRecords"][0]["Face"]
    client.create_user(CollectionId="c", UserId="u")
    client.associate_faces(CollectionId="c", UserId="u", FaceIds=[kept["FaceId"]])
    snapshot = tmp_path / "snapshot"
    report = json.loads(server.overt("snapshot", snapshot, "--json").stdout)
    assert (report["collections"], report["faces"]) == (1, 1)
    again = server.overt("snapshot", snapshot, check=False)
    assert again.returncode == 1 and str(snapshot) in again.stderr
    assert not list(snapshot.glob("*.key")) and (snapshot / "ledger" / "checkpoint").exists()
    # Where a disk is not mounted, nothing lands on another.
    unmounted = server.overt("snapshot", tmp_path / "not/mounted/x", check=False)
    assert unmounted.returncode == 1 and str(tmp_path / "not/mounted") in unmounted.stderr
    assert not (tmp_path / "not").exists()
    # What comes after the snapshot is not in it.
    client.delete_collection(CollectionId="c")
    beside = server.overt("restore", snapshot, check=False)
    assert beside.returncode == 1 and "stop it first" in beside.stderr
    server.stop()

    restored = tmp_path / "restored"
    restored.mkdir(mode=0o700)
    for key in ("server.key", "ledger.key"):
        shutil.copy(server.data / key, restored / key)
    shutil.copytree(server.data / "aws", restored / "aws")
    # As a restore leaves it that was killed: no server starts there, and giving the command again is all there is to do.
    (restored / "overt.db.restoring").write_bytes((snapshot / "overt.db").read_bytes()[:8192])
    (restored / "templates" / "1").mkdir(parents=True)
    with pytest.raises(AssertionError, match="give `overt restore` again"):
        new_server(name="restored")
    assert not (restored / "overt.db").exists()
    command = [binary(), "restore", snapshot, "--data", restored, "--json"]
    done = subprocess.run(command, env=plain_environment(), capture_output=True, text=True, check=True)
    assert json.loads(done.stdout)["faces"] == 1
    over = subprocess.run(command, env=plain_environment(), capture_output=True, text=True, check=False)
    assert over.returncode == 1

    second = new_server(name="restored")
    client = client_of(second)
    described = client.describe_collection(CollectionId="c")
    assert (described["FaceCount"], described["UserCount"]) == (1, 1)
    (match,) = client.search_users_by_image(CollectionId="c", Image={"Bytes": images.read(images.OBAMA)})["UserMatches"]
    assert match["User"]["UserId"] == "u"
    assert client.list_tags_for_resource(ResourceArn=described["CollectionARN"])["Tags"] == {"a": "b"}


def test_new_keys_leave_everything_as_it_was(new_server):
    server = new_server()
    client = client_of(server)
    client.create_collection(CollectionId="c")
    for name in (images.OBAMA, images.OBAMA_LATER):
        client.index_faces(CollectionId="c", Image={"Bytes": images.read(name)}, ExternalImageId=name.replace("/", ":"))
    faces = face_ids(client, "c")
    before = client.search_faces(CollectionId="c", FaceId=faces[0])["FaceMatches"]
    for words in (("rotate-key",), ("collections", "rekey", "c")):
        running = server.overt(*words, check=False)
        assert running.returncode == 1 and "stop it first" in running.stderr
    server.stop()
    key = (server.data / "server.key").read_bytes()
    server.overt("rotate-key")
    rekeyed = server.overt("collections", "rekey", "c")
    assert "Snapshots from before hold the old key" in rekeyed.stderr
    assert (server.data / "server.key").read_bytes() != key
    server.start()
    after = client_of(server).search_faces(CollectionId="c", FaceId=faces[0])["FaceMatches"]
    assert [match["Face"] for match in after] == [match["Face"] for match in before]
    assert after[0]["Similarity"] == pytest.approx(before[0]["Similarity"], abs=0.01)


def test_a_collection_goes_from_one_folder_to_another(overt, album, tmp_path):
    overt("collections", "import", "people", album / "barack", "--create")
    secret = tmp_path / "secret"
    secret.write_text("correct horse battery staple\n")
    file = tmp_path / "people.overt"
    sealed = ("--passphrase-file", secret)
    report = json.loads(overt("collections", "export", "people", file, *sealed, "--json").stdout)
    assert report == {"collection": "people", "users": 0, "faces": 2, "consents": 0}
    again = overt("collections", "export", "people", file, *sealed, code=1)
    assert "already" in again.stderr
    there = overt("collections", "load", file, *sealed, code=1)
    assert "already" in there.stderr
    (tmp_path / "wrong").write_text("another passphrase\n")
    wrong = overt("collections", "load", file, "--passphrase-file", tmp_path / "wrong", code=1, data="other")
    assert json.loads(overt("collections", "list", "--json", data="other").stdout) == [], wrong.stderr
    overt("collections", "load", file, *sealed, "--as", "copy", data="other")
    found = overt("search", images.PICTURES / images.OBAMA, "-c", "copy", "--json", data="other")
    first = overt("search", images.PICTURES / images.OBAMA, "-c", "people", "--json")
    faces = lambda done: [match["Face"] for match in json.loads(done.stdout)["FaceMatches"]]  # noqa: E731
    assert faces(found) == faces(first) and len(faces(found)) == 2
    (tmp_path / "short").write_text("short\n")
    assert "12" in overt("collections", "export", "people", "x", "--passphrase-file", tmp_path / "short", code=1).stderr


def test_damage_is_found_named_and_repaired(overt, album, tmp_path):
    overt("collections", "import", "people", album / "barack", "--create")
    clean = json.loads(overt("fsck", "--json").stdout)
    assert clean["problems"] == [] and (clean["collections"], clean["faces"]) == (1, 2)
    files = (path for path in (tmp_path / "data/templates").rglob("*") if path.is_file())
    largest = max(files, key=lambda path: path.stat().st_size)
    content = bytearray(largest.read_bytes())
    # The end of what was written; behind it the file may have room for more.
    content[len(content.rstrip(b"\0")) - 20] ^= 1
    largest.write_bytes(content)
    found = overt("fsck", "--json", code=1)
    assert json.loads(found.stdout)["problems"] and "--repair" in found.stderr
    # What a repair deletes is named, so that its owner knows what to index again.
    (lost,) = json.loads(found.stdout)["faces_lost"]
    assert lost["external_image_id"] in ("one.jpg", "two.JPG") and lost["user_id"] is None
    named = overt("fsck", code=1)
    for word in (lost["face_id"], lost["external_image_id"], lost["image_id"]):
        assert word in named.stdout
    # Where it cannot be told, it is not deleted.
    command = [binary(), "fsck", "--repair", "--data", tmp_path / "data"]
    with open("/dev/full", "wb") as full:
        untold = subprocess.run(command, env=plain_environment(), stdout=full, stderr=subprocess.PIPE, check=False)
    assert untold.returncode == 1
    assert json.loads(overt("fsck", "--json", code=1).stdout)["faces_lost"] == [lost]
    repaired = json.loads(overt("fsck", "--repair", "--json").stdout)
    assert repaired["problems"] and repaired["left"] == [] and repaired["faces_lost"] == [lost]
    assert json.loads(overt("fsck", "--json").stdout)["problems"] == []


def test_labels_are_told_drawn_and_the_api_s(overt, tmp_path, rekognition):
    picture = images.PICTURES / images.CUP
    told = overt("detect-labels", picture, "--draw", tmp_path / "boxes.png")
    assert re.search(r"^ *\d+\.\d % +Coffee +Beverage$", told.stdout, re.MULTILINE), told.stdout
    drawn, original = images.Image.open(tmp_path / "boxes.png"), images.open_rgb(images.CUP)
    assert drawn.convert("RGB").resize(original.size).tobytes() != original.tobytes()
    answer = json.loads(overt("detect-labels", picture, "--json").stdout)
    assert answer.pop("File") == str(picture)
    served = rekognition.detect_labels(Image={"Bytes": images.read(images.CUP)})
    assert answer == {member: served[member] for member in ("Labels", "LabelModelVersion")}
    sure = json.loads(overt("detect-labels", picture, "--json", "--properties", "--min-confidence", "99").stdout)
    assert [label["Name"] for label in sure["Labels"]] == [
        label["Name"] for label in answer["Labels"] if label["Confidence"] >= 99
    ]
    assert sure["ImageProperties"]["Quality"].keys() == {"Brightness", "Sharpness", "Contrast"}
    # One that cannot be read does not keep the others from being told, and makes the command fail.
    partly = overt("detect-labels", tmp_path / "none.jpg", picture, code=1)
    assert "none.jpg" in partly.stderr and "Coffee" in partly.stdout


def test_text_is_told_by_confidence_and_drawn(overt, tmp_path):
    picture = images.PICTURES / "skimage/page.png"
    everything = json.loads(overt("detect-text", picture, "--json").stdout)["TextDetections"]
    sure = json.loads(overt("detect-text", picture, "--json", "--min-confidence", "99.5").stdout)["TextDetections"]
    words = lambda detections: [each["DetectedText"] for each in detections if each["Type"] == "WORD"]
    assert words(sure) == [each["DetectedText"] for each in everything if each["Type"] == "WORD" and each["Confidence"] >= 99.5]
    assert 0 < len(words(sure)) < len(words(everything))
    overt("detect-text", picture, "--draw", tmp_path / "page.drawn.png")
    drawn, original = images.Image.open(tmp_path / "page.drawn.png"), images.open_rgb("skimage/page.png")
    # Enlarged twice, with the lines to the right of it.
    assert drawn.height == 2 * original.height and drawn.width > 2.5 * original.width
    refused = overt("detect-text", picture, "--min-confidence", "-1", code=2)
    assert "must be a number from 0 to 100" in refused.stderr
    nowhere = overt("detect-text", picture, "--draw", tmp_path / "none" / "x.png", code=1)
    assert "none/x.png" in nowhere.stderr and ".tmp" not in nowhere.stderr, nowhere.stderr


def test_findings_that_cannot_be_written_are_blamed_on_no_picture(tmp_path):
    command = [binary(), "detect-faces", images.PICTURES / images.ASTRONAUT, images.PICTURES / images.CAT]
    with open("/dev/full", "w") as full:
        done = subprocess.run(command, env=plain_environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 1
    assert "cannot write to standard output" in done.stderr
    assert "could not be looked at" not in done.stderr and "astronaut" not in done.stderr, done.stderr


def test_a_model_folder_that_is_none_is_said(tmp_path):
    file = tmp_path / "file"
    file.write_bytes(b"")
    command = [binary(), "models", "list"]
    done = subprocess.run(command, env=plain_environment(OVERT_MODELS=str(file)), capture_output=True, text=True, check=False)
    assert done.returncode == 1 and str(file) in done.stderr, done


def test_the_setting_of_a_manifest_that_is_not_there_is_named(tmp_path):
    environment = plain_environment(OVERT_MODELS_MANIFESTS="nope.toml")
    done = subprocess.run(
        [binary(), "models", "list"], env=environment, cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1 and "models.manifests" in done.stderr and "nope.toml" in done.stderr, done
