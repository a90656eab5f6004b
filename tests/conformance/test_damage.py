"""Files that were altered or cut short: the server says so and never answers wrong, `overt fsck` names the collection, a
repair keeps what is sound, and other collections do not notice.
"""

import sqlite3

import botocore.exceptions
import pytest

from conftest import client_of
from gallery import face_ids, refusal
from test_faults import add, agree, picture, searchable

FACES = 6


@pytest.fixture
def two(new_server):
    """A server that was ended, with two collections of six faces each, and the ids."""
    server = new_server()
    client = client_of(server)
    faces = {}
    for name in ("hurt", "whole"):
        client.create_collection(CollectionId=name)
        faces[name] = [add(client, name, number) for number in range(FACES)]
    server.kill()
    return server, faces


def segment(server):
    """The template file of the collection that was made first."""
    return min((server.data / "templates").rglob("*.vectors"))


def flip(path, at):
    """Flips a bit; `at` counts from the end if negative."""
    content = bytearray(path.read_bytes())
    content[at] ^= 4
    path.write_bytes(content)


def fsck(server, *arguments):
    done = server.overt("fsck", *arguments, check=False)
    return done.returncode, done.stdout


def test_sound_files_are_called_sound(two):
    server, _ = two
    assert fsck(server)[0] == 0


DAMAGE = {
    "cut in a template": lambda path: path.write_bytes(path.read_bytes()[:-700]),
    "cut to nothing": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "a bit of the last template": lambda path: flip(path, -100),
    "a bit of the header": lambda path: flip(path, 20),
}


@pytest.mark.parametrize("how", DAMAGE)
def test_damaged_templates(two, how):
    server, faces = two
    DAMAGE[how](segment(server))
    code, text = fsck(server)
    assert code == 1 and "hurt" in text and "whole" not in text

    # Refused, or right: never an answer that leaves a face out.
    server.start()
    client = client_of(server)
    try:
        assert searchable(client, "hurt") == sorted(faces["hurt"])
    except botocore.exceptions.ClientError as error:
        assert error.response["Error"]["Code"] == "InternalServerError"
    agree(client, "whole", faces["whole"])
    faces["whole"].append(add(client, "whole", FACES))
    server.kill()

    assert fsck(server, "--repair")[0] == 0
    assert fsck(server)[0] == 0
    server.start()
    client = client_of(server)
    left = face_ids(client, "hurt")
    assert set(left) < set(faces["hurt"])
    assert len(left) == (FACES - 1 if "template" in how else 0)
    agree(client, "hurt", left)
    agree(client, "whole", faces["whole"])
    agree(client, "hurt", [*left, add(client, "hurt", FACES)])


@pytest.mark.parametrize("beside", [False, True])
def test_commands_and_answers_name_the_damaged_collection_and_what_to_do(two, tmp_path, beside):
    server, faces = two
    flip(segment(server), -100)
    if beside:
        server.start()
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in range(FACES):
        (pictures / f"{number}.jpg").write_bytes(picture(number))
    report = tmp_path / "r.jsonl"
    done = server.overt("collections", "import", "hurt", pictures, "--report", report, check=False)
    # It neither waits for what no waiting mends nor goes through all files.
    assert done.returncode == 1 and "the import stopped at" in done.stderr and "files not done" in done.stdout
    search = server.overt("search", pictures / "0.jpg", "-c", "hurt", check=False)
    assert search.returncode == 1
    for text in (done.stderr, search.stderr):
        assert "collection hurt" in text and "`overt fsck`" in text, text
    if beside:
        code, message = refusal(client_of(server).search_faces, CollectionId="hurt", FaceId=faces["hurt"][0])
        assert code == "InternalServerError" and "collection hurt" in message and "`overt fsck`" in message
        # The log says which store and not what a client called it.
        log = server.read_log()
        assert "`overt fsck`" in log and "store " in log and "hurt" not in log


@pytest.mark.parametrize("what", ["the first page", "the sealed keys"])
def test_a_damaged_database(two, what):
    server, _ = two
    # The records are in the log until a checkpoint; a clean end makes one.
    server.start()
    server.stop()
    path = server.data / "overt.db"
    if what == "the first page":
        flip(path, 20)
        flip(path, 100)
    else:
        with sqlite3.connect(path) as database:
            (sealed,) = database.execute("SELECT sealed_key FROM collections WHERE name = 'hurt'").fetchone()
            altered = bytes([sealed[0], *(sealed[1:-1]), sealed[-1] ^ 1])
            database.execute("UPDATE collections SET sealed_key = ? WHERE name = 'hurt'", (altered,))
        database.close()
    code, _ = fsck(server)
    assert code == 1
    if what == "the first page":
        with pytest.raises(AssertionError, match="database"):
            server.start()
    else:
        server.start()
        client = client_of(server)
        with pytest.raises(botocore.exceptions.ClientError, match="InternalServerError"):
            searchable(client, "hurt")
        assert len(searchable(client, "whole")) == FACES
