"""`overt collections migrate`: a collection from one recogniser to another, on real pictures, with real networks."""

import json
import subprocess

import pytest

import images
import recognisers
from conftest import client_of
from gallery import crowd, ids, index
from overt_server import binary, plain_environment

PORTRAITS = {
    "obama.jpg": images.OBAMA,
    "obama2.jpg": images.OBAMA_LATER,
    "biden.jpg": images.BIDEN,
    "astronaut.png": images.ASTRONAUT,
}


class Archive:
    """A data folder with a collection of the old version, and the folder of pictures it was made from."""

    def __init__(self, folder, new_server):
        self.folder = folder
        self.pictures = folder / "pictures"
        self.pictures.mkdir()
        self.new_server = new_server
        self.config = folder / "both.toml"
        self.config.write_text(recognisers.config())

    def serve(self, default):
        """A client of a server on the data folder, and what stops it."""
        server = self.new_server(recognisers.config(default=default))
        return client_of(server), server.stop

    def fill(self, pictures):
        """Indexes pictures, and keeps them as the operator would."""
        client, stop = self.serve("overt-face-1")
        client.create_collection(CollectionId="staff", Tags={"owner": "archive"})
        for name, content in pictures.items():
            content = images.read(content) if isinstance(content, str) else content
            (self.pictures / name).write_bytes(content)
            index(client, "staff", content, ExternalImageId=name, QualityFilter="NONE")
        return client, stop

    def command(self, *more):
        return [
            *(binary(), "collections", "migrate", "staff", "--images", self.pictures, "--json"),
            *("--config", self.config, "--data", self.folder / "data", *more),
        ]

    def migrate(self, *more, code=0):
        """Runs the migration; its summary, and what it said."""
        done = subprocess.run(
            [str(word) for word in self.command(*more)],
            env=plain_environment(),
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == code, (done.stdout, done.stderr)
        return json.loads(done.stdout), done.stderr

    def report(self):
        heading, *lines = [json.loads(line) for line in (self.folder / "staff.migrate.jsonl").read_text().splitlines()]
        assert (heading["collection"], heading["to"]) == ("staff", recognisers.SECOND)
        return lines


@pytest.fixture
def archive(tmp_path, new_server):
    return Archive(tmp_path, new_server)


def faces(client):
    """Everything that ListFaces says of each face but the version, by id."""
    pages = client.get_paginator("list_faces").paginate(CollectionId="staff")
    listed = [face for page in pages for face in page["Faces"]]
    versions = {face.pop("IndexFacesModelVersion") for face in listed}
    assert len(versions) <= 1
    return {face["FaceId"]: face for face in listed}, versions


def test_a_collection_keeps_its_faces_names_and_users(archive):
    groups = {f"group{number}.jpg": name for number, name in enumerate(images.GROUPS)}
    client, stop = archive.fill(PORTRAITS | groups)
    before, versions = faces(client)
    assert versions == {"overt-face-1"} and len(before) > 15
    named = {face["ExternalImageId"]: id for id, face in before.items()}
    client.create_user(CollectionId="staff", UserId="barack")
    client.associate_faces(
        CollectionId="staff", UserId="barack", FaceIds=[named["obama.jpg"], named["obama2.jpg"]]
    )
    client.create_user(CollectionId="staff", UserId="nobody")
    client.delete_faces(CollectionId="staff", FaceIds=[named["astronaut.png"]])
    before, _ = faces(client)
    described = client.describe_collection(CollectionId="staff")
    running = subprocess.run(
        [str(word) for word in archive.command()], env=plain_environment(), capture_output=True, text=True, check=False
    )
    assert running.returncode == 1 and "stop" in running.stderr
    stop()

    summary, told = archive.migrate()
    assert summary["migrated"] == len(before) and recognisers.SECOND in told
    assert all(summary[member] == 0 for member in summary if member not in ("migrated", "report"))
    assert archive.report() == []
    # Given again, as after a kill at its very end, it says that it is done, and leaves the report as it is.
    summary, told = archive.migrate()
    assert summary.pop("report") is None and not any(summary.values()) and "nothing is left to do" in told
    assert archive.report() == []

    client, stop = archive.serve(recognisers.SECOND)
    after, versions = faces(client)
    assert versions == {recognisers.SECOND} and after == before
    new = client.describe_collection(CollectionId="staff")
    assert new["FaceModelVersion"] == recognisers.SECOND
    for member in ("FaceCount", "UserCount", "CollectionARN", "CreationTimestamp"):
        assert new[member] == described[member], member
    assert client.list_tags_for_resource(ResourceArn=new["CollectionARN"])["Tags"] == {"owner": "archive"}
    # Every face is found by its own picture, at its own place: none was given another's template.
    for name in ("obama.jpg", "biden.jpg", *groups):
        picture = {"Bytes": (archive.pictures / name).read_bytes()}
        best = client.search_faces_by_image(CollectionId="staff", Image=picture, QualityFilter="NONE")
        (face, similarity) = (best["FaceMatches"][0]["Face"], best["FaceMatches"][0]["Similarity"])
        assert face["ExternalImageId"] == name and similarity > 99.9
        assert face["BoundingBox"] == pytest.approx(best["SearchedFaceBoundingBox"], abs=1e-5)
    users = {user["UserId"]: user["UserStatus"] for user in client.list_users(CollectionId="staff")["Users"]}
    assert users == {"barack": "ACTIVE", "nobody": "CREATED"}
    for search in (
        client.search_users_by_image(CollectionId="staff", Image={"Bytes": images.read(images.OBAMA)}),
        client.search_users(CollectionId="staff", FaceId=named["obama.jpg"]),
    ):
        assert [match["User"]["UserId"] for match in search["UserMatches"]] == ["barack"]
    added = index(client, "staff", images.ASTRONAUT)
    assert added["FaceModelVersion"] == recognisers.SECOND
    assert client.search_faces(CollectionId="staff", FaceId=ids(added)[0])["FaceMatches"] == []


def test_pictures_that_were_saved_anew_exchanged_or_lost(archive):
    """docs/collections.md: found by a name, a picture must still show the same person at the same place."""
    client, stop = archive.fill(PORTRAITS)
    before, _ = faces(client)
    client.create_user(CollectionId="staff", UserId="joe")
    named = {face["ExternalImageId"]: id for id, face in before.items()}
    client.associate_faces(CollectionId="staff", UserId="joe", FaceIds=[named["biden.jpg"]])
    stop()
    # Saved anew and renamed; smaller; somebody else's face where his was; gone.
    (archive.pictures / "obama.jpg").unlink()
    (archive.pictures / "b.jpg").write_bytes(images.jpeg(images.open_rgb(images.OBAMA), quality=80))
    later = images.open_rgb(images.OBAMA_LATER)
    small = images.jpeg(later.resize((later.width // 2, later.height // 2)))
    (archive.pictures / "obama2.jpg").write_bytes(small)
    box = before[named["biden.jpg"]]["BoundingBox"]
    joe, astronaut = images.open_rgb(images.BIDEN), images.open_rgb(images.ASTRONAUT)
    head = before[named["astronaut.png"]]["BoundingBox"]
    # The same margins around both faces, so that the other one comes to lie in the same box.
    corners = lambda box, picture: (  # noqa: E731
        round((box["Left"] - box["Width"] / 2) * picture.width),
        round((box["Top"] - box["Height"] / 2) * picture.height),
        round((box["Left"] + box["Width"] * 1.5) * picture.width),
        round((box["Top"] + box["Height"] * 1.5) * picture.height),
    )
    left, top, right, bottom = corners(box, joe)
    joe.paste(astronaut.crop(corners(head, astronaut)).resize((right - left, bottom - top)), (left, top))
    (archive.pictures / "biden.jpg").write_bytes(images.jpeg(joe))
    (archive.pictures / "astronaut.png").unlink()
    (archive.folder / "map.csv").write_text("external_image_id,file\nobama.jpg,b.jpg\n")

    summary, told = archive.migrate("--map", archive.folder / "map.csv", code=1)
    assert (summary["migrated"], summary["without_picture"], summary["somebody_else_in_picture"]) == (2, 1, 1)
    assert "2 faces have no new template yet" in told and "--delete-missing" in told
    lines = {line["external_image_id"]: line for line in archive.report()}
    assert lines.keys() == {"biden.jpg", "astronaut.png"}
    assert lines["biden.jpg"]["why"] == "somebody_else_in_picture" and lines["biden.jpg"]["user_id"] == "joe"
    assert lines["biden.jpg"]["face_id"] == named["biden.jpg"] and lines["biden.jpg"]["file"].endswith("biden.jpg")
    assert lines["astronaut.png"]["why"] == "without_picture" and "file" not in lines["astronaut.png"]
    # Until it is finished nothing has changed, and the collection is in use.
    client, stop = archive.serve(recognisers.SECOND)
    assert faces(client) == (before | {named["biden.jpg"]: before[named["biden.jpg"]] | {"UserId": "joe"}}, {"overt-face-1"})
    assert client.search_faces_by_image(CollectionId="staff", Image={"Bytes": images.read(images.BIDEN)})["FaceMatches"]
    stop()

    # One picture turns up again; the other is given up.
    (archive.pictures / "found again.png").write_bytes(images.read(images.ASTRONAUT))
    summary, _ = archive.migrate("--delete-missing")
    assert (summary["migrated"], summary["deleted"], summary["somebody_else_in_picture"]) == (1, 1, 1)
    client, _ = archive.serve(recognisers.SECOND)
    after, versions = faces(client)
    assert versions == {recognisers.SECOND} and after.keys() == before.keys() - {named["biden.jpg"]}
    (user,) = client.list_users(CollectionId="staff")["Users"]
    assert user["UserStatus"] == "CREATED"


def test_a_migration_that_was_killed_goes_on(archive):
    client, stop = archive.fill({f"crowd{shift}.jpg": crowd(6, 10, shift=shift) for shift in range(3)})
    before, _ = faces(client)
    stop()
    assert len(before) > 170
    # Once the first 128 templates are kept, the power cord.
    words = [str(word) for word in archive.command()]
    running = subprocess.Popen(
        words, env=plain_environment(), cwd=archive.folder, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    lines = list(_until(running, "migrating:", share=0.75))
    running.kill()
    running.wait()
    assert lines and "migrating:" in lines[-1], lines
    summary, _ = archive.migrate()
    assert 0 < summary["migrated"] < len(before), "it began anew"
    assert summary["migrated"] < 0.8 * len(before)
    client, _ = archive.serve(recognisers.SECOND)
    assert faces(client) == (before, {recognisers.SECOND})


def _until(process, word, share):
    """Lines of a process until one says that at least this share is done."""
    for line in process.stderr:
        yield line
        if word in line:
            done, _, total = line.split(word)[1].split()[:3]
            if int(done) >= share * int(total):
                return


def test_a_migration_is_given_up(archive):
    client, stop = archive.fill({"obama.jpg": images.OBAMA, "biden.jpg": images.BIDEN})
    before = faces(client)
    stop()
    (archive.pictures / "biden.jpg").unlink()
    archive.migrate(code=1)
    words = [str(binary()), "collections", "migrate", "staff", "--abandon"]
    words += ["--config", str(archive.config), "--data", str(archive.folder / "data")]
    subprocess.run(words, env=plain_environment(), check=True)
    again = subprocess.run(words, env=plain_environment(), capture_output=True, text=True, check=False)
    assert again.returncode == 1 and "not being migrated" in again.stderr
    client, _ = archive.serve("overt-face-1")
    assert faces(client) == before
