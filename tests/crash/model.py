"""What one client believes to be in the collections: its own part of them, as acknowledged.

Owns the beliefs and the comparison with what a server shows. Knows nothing of requests (`steps.py`) and of other
clients: every name a client uses says whose it is, so that beliefs of two clients never overlap.
"""

import copy
import dataclasses


@dataclasses.dataclass
class Face:
    """A face as its client knows it."""

    external: str
    picture: object
    place: int
    user: str | None = None

    @property
    def key(self):
        """What tells a face whose id was never told."""
        return self.external, self.picture.name, self.place


@dataclasses.dataclass
class Part:
    """One client's part of a collection."""

    faces: dict = dataclasses.field(default_factory=dict)  # id -> Face
    users: set = dataclasses.field(default_factory=set)
    tags: dict = dataclasses.field(default_factory=dict)
    # Faces that were asked for and whose ids nobody knows yet.
    unknown: list = dataclasses.field(default_factory=list)

    def faces_of(self, user):
        return {face_id for face_id, face in self.faces.items() if face.user == user}

    def under(self, external):
        """The faces under an external id, by place."""
        return {face.place: face_id for face_id, face in self.faces.items() if face.external == external}


class World(dict):
    """Every collection of which a client knows, by name: its part of it. Missing: the collection is not there."""

    def copy(self):
        # Pictures are shared, beliefs are not.
        return World(
            (
                name,
                Part(
                    {face_id: copy.copy(face) for face_id, face in part.faces.items()},
                    set(part.users),
                    dict(part.tags),
                    [copy.copy(face) for face in part.unknown],
                ),
            )
            for name, part in self.items()
        )


@dataclasses.dataclass
class Seen:
    """A collection as a server shows it."""

    faces: dict  # id -> Face member of the API
    users: dict  # UserId -> UserStatus
    tags: dict
    face_count: int
    user_count: int
    version: str = ""


def differences(world, seen, own, pool):
    """How what a server shows differs from what a client believes: sentences, none if it does not.

    `seen` has every collection that the server lists; `own(text)` says whether an external id, a user, a tag or a
    collection is the client's.
    """
    found = []
    for name in sorted(set(world) | {name for name in seen if own(name)}):
        if name not in seen:
            found.append(f"collection {name} is gone")
        elif name not in world:
            found.append(f"collection {name} is there and was not made, or was deleted")
        else:
            found += [f"{name}: {text}" for text in _part(world[name], seen[name], own, pool)]
    return found


def _part(part, seen, own, pool):
    listed = {face_id: face for face_id, face in seen.faces.items() if own(face.get("ExternalImageId", ""))}
    for face_id in sorted(part.faces.keys() - listed.keys()):
        yield f"face {face_id} ({part.faces[face_id].external}) is gone"
    unknown = sorted(face.key for face in part.unknown)
    for face_id, face in sorted(listed.items()):
        believed = part.faces.get(face_id)
        key = key_of(face, pool)
        if believed is None:
            if key in unknown:
                unknown.remove(key)
            else:
                yield f"face {face_id} ({key}) is there and was not added, or was deleted"
        elif believed.key != key:
            yield f"face {face_id} is {key} and was added as {believed.key}"
        elif believed.user != face.get("UserId"):
            yield f"face {face_id} ({believed.external}) belongs to {face.get('UserId')} and should to {believed.user}"
    for key in unknown:
        yield f"a face of {key} is not there"
    users = {user: status for user, status in seen.users.items() if own(user)}
    for user in sorted(part.users - users.keys()):
        yield f"user {user} is gone"
    for user, status in sorted(users.items()):
        if user not in part.users:
            yield f"user {user} is there and was not made, or was deleted"
        elif status != ("ACTIVE" if part.faces_of(user) else "CREATED"):
            yield f"user {user} is {status} with {len(part.faces_of(user))} faces"
    tags = {key: value for key, value in seen.tags.items() if own(key)}
    if tags != part.tags:
        yield f"tags are {tags} and should be {part.tags}"


def key_of(face, pool):
    """What tells a listed face: external id, picture, place. The external id names the picture after its last colon; it
    may be a file's name."""
    external = face.get("ExternalImageId", "")
    picture = pool.get(external.rpartition(":")[2].removesuffix(".jpg"))
    return external, picture and picture.name, picture.place(face["BoundingBox"]) if picture else None


def adopt(world, seen, own, pool):
    """Takes the ids of faces over that were not told. Only after there are no differences."""
    for name, part in world.items():
        unknown = {face.key: face for face in part.unknown}
        for face_id, face in seen[name].faces.items():
            if face_id not in part.faces and own(face.get("ExternalImageId", "")):
                part.faces[face_id] = unknown[key_of(face, pool)]
        part.unknown = []
