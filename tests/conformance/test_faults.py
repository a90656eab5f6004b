"""Disks that fill up, refuse, lose or alter: changes are refused, what was acknowledged stays, no answer is wrong.

The random and the many are in `tests/crash`; here each fault comes by itself. Cases that mount a disk need root, and say
so where they are skipped.
"""

import errno

import botocore.exceptions
import pytest

import disks
import images
from conftest import client_of
from gallery import face_ids, ids, index, portrait, refusal
from overt_server import Server

ALL = {"FaceMatchThreshold": 0, "MaxFaces": 4096}
PEOPLE = (images.ASTRONAUT, images.OBAMA, images.BIDEN)


@pytest.fixture
def mounts(tmp_path):
    """Mounts small disks; unmounts them after the servers on them have ended."""
    if why := disks.refusal():
        pytest.skip(f"no disk of the test's own: {why}")
    mounted, servers = [], []

    def mount(kind, *arguments):
        mounted.append(kind(tmp_path / f"disk{len(mounted)}", *arguments))
        return mounted[-1]

    def serve(disk):
        servers.append(Server(disk.place / "data", log=tmp_path / f"server{len(servers)}.log").start())
        return servers[-1]

    mount.serve = serve
    yield mount
    for server in servers:
        if server.process.poll() is None:
            server.kill()
    for disk in mounted:
        disk.__exit__()


def picture(number, person=None):
    """A small picture of one face, different for every number."""
    image = portrait(person or PEOPLE[number % len(PEOPLE)], 160)
    return images.jpeg(image, quality=50 + number % 45)


def add(client, collection, number, person=None):
    """IndexFaces of one face under an external id of its own; its id."""
    (face,) = ids(index(client, collection, picture(number, person), ExternalImageId=f"n{number}", QualityFilter="NONE"))
    return face


def searchable(client, collection):
    """The faces that a search at threshold 0 finds; with a picture, so that none is left out as the searched one."""
    answer = client.search_faces_by_image(CollectionId=collection, Image={"Bytes": picture(0)}, **ALL)
    return sorted(match["Face"]["FaceId"] for match in answer["FaceMatches"])


def users(client, collection):
    pages = client.get_paginator("list_users").paginate(CollectionId=collection)
    return sorted(user["UserId"] for page in pages for user in page["Users"])


def agree(client, collection, faces):
    """Lists, counts and searches show exactly these faces."""
    faces = sorted(faces)
    assert sorted(face_ids(client, collection)) == faces
    assert client.describe_collection(CollectionId=collection)["FaceCount"] == len(faces)
    assert searchable(client, collection) == faces


def right_or_refused(client, collection, faces):
    """On a disk that takes nothing: what needs an entry in the ledger is refused where there is none, or is right."""
    assert client.describe_collection(CollectionId=collection)["FaceCount"] == len(faces)
    for look in (face_ids, searchable):
        try:
            assert sorted(look(client, collection)) == sorted(faces)
        except botocore.exceptions.ClientError as error:
            assert "ledger" in error.response["Error"]["Message"]


# --- a full disk


def fill(disk, leave):
    """Fills a disk but for about `leave` bytes; the file that does it."""
    ballast = disk.place / "ballast"
    with open(ballast, "wb", buffering=0) as file:
        for size in (1 << 20, 1 << 12):
            try:
                while True:
                    file.write(b"\0" * size)
            except OSError as error:
                assert error.errno == errno.ENOSPC
        file.truncate(max(0, file.tell() - leave))
    return ballast


@pytest.mark.parametrize("leave", [0, 40_000, 300_000])
def test_a_full_disk_refuses_changes_and_loses_nothing(mounts, leave):
    disk = mounts(disks.Memory, 24 << 20)
    server = mounts.serve(disk)
    client = client_of(server)
    client.create_collection(CollectionId="c")
    faces = [add(client, "c", number) for number in range(3)]
    client.create_user(CollectionId="c", UserId="before")
    client.associate_faces(CollectionId="c", UserId="before", FaceIds=faces[:1])
    made, ballast = ["before"], fill(disk, leave)
    codes = set()
    for number in range(3, 3000):
        try:
            faces.append(add(client, "c", number))
            client.create_user(CollectionId="c", UserId=f"u{number}")
            made.append(f"u{number}")
        except botocore.exceptions.ClientError as error:
            codes.add(error.response["Error"]["Code"])
            break
    # Every kind of change is refused, or works.
    for number in range(3000, 3010):
        try:
            faces.append(add(client, "c", number))
        except botocore.exceptions.ClientError as error:
            codes.add(error.response["Error"]["Code"])
    assert codes == {"InternalServerError"}
    # The log says where there is no room, and what to do.
    assert f"the disk of the data folder {disk.place / 'data'} is full: make room" in server.log_path.read_text()
    # Nothing is half there, and no answer is wrong.
    right_or_refused(client, "c", faces)
    # Once there is room again, so do changes, without a restart.
    ballast.unlink()
    faces.append(add(client, "c", 3010))
    client.create_user(CollectionId="c", UserId="after")
    agree(client, "c", faces)
    server.kill()
    assert server.overt("fsck", check=False).returncode == 0
    server.start()
    client = client_of(server)
    agree(client, "c", faces)
    assert users(client, "c") == sorted([*made, "after"])


def test_a_start_on_a_full_disk_says_so(mounts, tmp_path):
    disk = mounts(disks.Memory, 24 << 20)
    server = mounts.serve(disk)
    client = client_of(server)
    client.create_collection(CollectionId="c")
    face = add(client, "c", 0)
    server.kill()
    ballast = fill(disk, 0)
    with pytest.raises(AssertionError, match="(?i)data folder|no space|disk is full"):
        server.start()
    ballast.unlink()
    server.start()
    agree(client_of(server), "c", [face])


# --- a disk that goes read-only


def test_a_disk_that_goes_read_only_under_the_server(mounts, tmp_path):
    disk = mounts(disks.Ext4, tmp_path / "disk.img", 64 << 20)
    server = mounts.serve(disk)
    client = client_of(server)
    client.create_collection(CollectionId="c")
    faces = [add(client, "c", number) for number in range(3)]
    disk.fail()
    with pytest.raises(OSError, match="Read-only"):
        (disk.place / "proof").write_text("")
    for _ in range(3):
        assert refusal(client.create_user, CollectionId="c", UserId="u")[0] == "InternalServerError"
        assert refusal(client.delete_faces, CollectionId="c", FaceIds=faces[:1])[0] == "InternalServerError"
        assert refusal(index, client=client, collection="c", picture=picture(5))[0] == "InternalServerError"
    right_or_refused(client, "c", faces)
    server.kill()
    disk.again()
    assert server.overt("fsck", check=False).returncode == 0
    server.start()
    client = client_of(server)
    agree(client, "c", faces)
    assert users(client, "c") == []
    add(client, "c", 7)


def test_a_start_on_a_read_only_disk_says_so(mounts, tmp_path):
    disk = mounts(disks.Ext4, tmp_path / "disk.img", 64 << 20)
    server = mounts.serve(disk)
    client_of(server).create_collection(CollectionId="c")
    server.kill()
    disk.again(read_only=True)
    with pytest.raises(AssertionError, match="cannot be written to"):
        server.start()
    disk.again()
    server.start()
    agree(client_of(server), "c", [])



# --- a ledger that cannot be written


def test_d1_no_ledger_no_answer_and_nothing_is_changed(mounts, tmp_path):
    disk = mounts(disks.Memory, 4 << 20)
    data = tmp_path / "data"
    data.mkdir(mode=0o700)
    (disk.place / "ledger").mkdir()
    (data / "ledger").symlink_to(disk.place / "ledger")
    server = Server(data, log=tmp_path / "server.log").start()
    try:
        client = client_of(server)
        client.create_collection(CollectionId="c")
        faces = [add(client, "c", number) for number in range(2)]
        ballast = fill(disk, 0)
        calls = {
            "search": lambda: client.search_faces(CollectionId="c", FaceId=faces[0]),
            "search by picture": lambda: searchable(client, "c"),
            "compare": lambda: client.compare_faces(
                SourceImage={"Bytes": picture(0)}, TargetImage={"Bytes": picture(1)}
            ),
            "detect": lambda: client.detect_faces(Image={"Bytes": picture(0)}),
            "delete": lambda: client.delete_faces(CollectionId="c", FaceIds=faces[:1]),
            "add": lambda: add(client, "c", 7),
            "delete all": lambda: client.delete_collection(CollectionId="c"),
        }
        # What the file's last page has room for is taken first, by the smallest of entries.
        with pytest.raises(botocore.exceptions.ClientError):
            for _ in range(100):
                calls["detect"]()
        for name, call in calls.items():
            code, message = refusal(call)
            assert code == "InternalServerError", name
            assert "ledger" in message, (name, message)
        assert client.describe_collection(CollectionId="c")["FaceCount"] == 2
        ballast.unlink()
        agree(client, "c", faces)
        assert client.delete_faces(CollectionId="c", FaceIds=faces[:1])["DeletedFaces"] == faces[:1]
    finally:
        server.kill()
    server.start()
    try:
        agree(client_of(server), "c", faces[1:])
    finally:
        server.kill()
