"""The changes that clients ask for: the request, the answer that must come, and what it does to a client's beliefs.

Owns the rules of the API as far as the harness uses them (BEHAVIOURS §5 to §8 in code). Knows nothing of servers.

Every step answers three questions: what is sent (`request`), what must be answered by a server that holds a world
(`expected`: an answer in a comparable form, or a code of refusal), and what the world is afterwards (`apply`).
"""

import dataclasses

from model import Face, Part

# The threshold at which every face may be associated with every user: the harness does not test likeness here.
ANY = 0


@dataclasses.dataclass
class Refusal:
    """A refusal that must come."""

    code: str


@dataclasses.dataclass
class Step:
    """A change in a collection."""

    collection: str

    @property
    def operation(self):
        return type(self).__name__

    def request(self):
        return {"CollectionId": self.collection}

    def missing(self, world):
        return None if self.collection in world else Refusal("ResourceNotFoundException")

    def heard(self, answer):
        """The answer in the form of `expected`."""
        return {}

    def told(self, world, answer):
        """Takes over what only the answer tells."""

    def about(self):
        """The names in it, to find its lines in the journal."""
        return [self.collection]


class CreateCollection(Step):
    def expected(self, world):
        return Refusal("ResourceAlreadyExistsException") if self.collection in world else 200

    def heard(self, answer):
        return answer["StatusCode"]

    def apply(self, world):
        world.setdefault(self.collection, Part())


class DeleteCollection(Step):
    def expected(self, world):
        return self.missing(world) or 200

    def heard(self, answer):
        return answer["StatusCode"]

    def apply(self, world):
        world.pop(self.collection, None)


@dataclasses.dataclass
class IndexFaces(Step):
    external: str
    picture: object

    def request(self):
        image = {"Bytes": self.picture.text}
        return super().request() | {"Image": image, "ExternalImageId": self.external, "QualityFilter": "NONE"}

    def expected(self, world):
        # The ids of faces that are there already, None for each that is new, from left to right.
        if refusal := self.missing(world):
            return refusal
        there = world[self.collection].under(self.external)
        return [there.get(place) for place in range(self.picture.faces)]

    def heard(self, answer):
        faces = [record["Face"] for record in answer["FaceRecords"]]
        by_place = {self.picture.place(face["BoundingBox"]): face["FaceId"] for face in faces}
        complete = len(by_place) == len(faces) == self.picture.faces
        external = all(face.get("ExternalImageId") == self.external for face in faces)
        return [by_place[place] for place in sorted(by_place)] if complete and external else answer

    def matches(self, expected, heard):
        return (
            isinstance(heard, list)
            and len(expected) == len(heard)
            and all(want in (None, have) for want, have in zip(expected, heard, strict=True))
        )

    def apply(self, world):
        if part := world.get(self.collection):
            there = part.under(self.external)
            part.unknown += [
                Face(self.external, self.picture, place) for place in range(self.picture.faces) if place not in there
            ]

    def told(self, world, answer):
        part, ids = world[self.collection], self.heard(answer)
        for face in part.unknown:
            part.faces[ids[face.place]] = face
        part.unknown = []

    def about(self):
        return [*super().about(), self.external]


@dataclasses.dataclass
class DeleteFaces(Step):
    ids: list

    def request(self):
        return super().request() | {"FaceIds": self.ids}

    def expected(self, world):
        if refusal := self.missing(world):
            return refusal
        faces = world[self.collection].faces
        outcome = {}
        for face_id in self.ids:
            if face_id not in faces:
                outcome[face_id] = ("FACE_NOT_FOUND", None)
            elif user := faces[face_id].user:
                outcome[face_id] = ("ASSOCIATED_TO_AN_EXISTING_USER", user)
            else:
                outcome[face_id] = "deleted"
        return outcome

    def heard(self, answer):
        return dict.fromkeys(answer["DeletedFaces"], "deleted") | _failures(answer["UnsuccessfulFaceDeletions"])

    def apply(self, world):
        if part := world.get(self.collection):
            for face_id in self.ids:
                if face_id in part.faces and part.faces[face_id].user is None:
                    del part.faces[face_id]

    def about(self):
        return [*super().about(), *self.ids]


@dataclasses.dataclass
class UserStep(Step):
    user: str
    token: str | None

    def request(self):
        token = {"ClientRequestToken": self.token} if self.token else {}
        return super().request() | {"UserId": self.user} | token

    def missing(self, world):
        if refusal := super().missing(world):
            return refusal
        return None if self.user in world[self.collection].users else Refusal("ResourceNotFoundException")

    def about(self):
        return [*super().about(), self.user]


class CreateUser(UserStep):
    def expected(self, world):
        if self.collection not in world:
            return Refusal("ResourceNotFoundException")
        return Refusal("ConflictException") if self.user in world[self.collection].users else {}

    def apply(self, world):
        if part := world.get(self.collection):
            part.users.add(self.user)


class DeleteUser(UserStep):
    def expected(self, world):
        return self.missing(world) or {}

    def apply(self, world):
        part = world.get(self.collection, Part())
        part.users.discard(self.user)
        for face_id in part.faces_of(self.user):
            part.faces[face_id].user = None


@dataclasses.dataclass
class AssociateFaces(UserStep):
    ids: list

    def request(self):
        return super().request() | {"FaceIds": self.ids, "UserMatchThreshold": ANY}

    def expected(self, world):
        if refusal := self.missing(world):
            return refusal
        part, outcome = world[self.collection], {}
        for face_id in self.ids:
            face = part.faces.get(face_id)
            if face is None:
                outcome[face_id] = ("FACE_NOT_FOUND", None)
            elif face.user is None:
                outcome[face_id] = "associated"
            elif face.user != self.user:
                outcome[face_id] = ("ASSOCIATED_TO_A_DIFFERENT_USER", face.user)
        has_one = part.faces_of(self.user) or "associated" in outcome.values()
        return outcome, "ACTIVE" if has_one else "CREATED"

    def heard(self, answer):
        done = {face["FaceId"]: "associated" for face in answer["AssociatedFaces"]}
        return done | _failures(answer["UnsuccessfulFaceAssociations"]), answer["UserStatus"]

    def apply(self, world):
        part = world.get(self.collection, Part())
        for face_id in self.ids:
            if self.user in part.users and face_id in part.faces and part.faces[face_id].user is None:
                part.faces[face_id].user = self.user

    def about(self):
        return [*super().about(), *self.ids]


@dataclasses.dataclass
class DisassociateFaces(UserStep):
    ids: list

    def request(self):
        return super().request() | {"FaceIds": self.ids}

    def expected(self, world):
        if refusal := self.missing(world):
            return refusal
        part, outcome = world[self.collection], {}
        for face_id in self.ids:
            face = part.faces.get(face_id)
            if face is None:
                outcome[face_id] = ("FACE_NOT_FOUND", None)
            elif face.user == self.user:
                outcome[face_id] = "disassociated"
            elif face.user is not None:
                outcome[face_id] = ("ASSOCIATED_TO_A_DIFFERENT_USER", face.user)
        freed = {face_id for face_id, what in outcome.items() if what == "disassociated"}
        return outcome, "ACTIVE" if part.faces_of(self.user) - freed else "CREATED"

    def heard(self, answer):
        done = {face["FaceId"]: "disassociated" for face in answer["DisassociatedFaces"]}
        return done | _failures(answer["UnsuccessfulFaceDisassociations"]), answer["UserStatus"]

    def apply(self, world):
        part = world.get(self.collection, Part())
        for face_id in self.ids:
            if face_id in part.faces and part.faces[face_id].user == self.user:
                part.faces[face_id].user = None

    def about(self):
        return [*super().about(), *self.ids]


@dataclasses.dataclass
class TagStep(Step):
    arn: str

    def request(self):
        return {"ResourceArn": self.arn}

    def expected(self, world):
        return self.missing(world) or {}


@dataclasses.dataclass
class TagResource(TagStep):
    tags: dict

    def request(self):
        return super().request() | {"Tags": self.tags}

    def apply(self, world):
        if part := world.get(self.collection):
            part.tags |= self.tags


@dataclasses.dataclass
class UntagResource(TagStep):
    keys: list

    def request(self):
        return super().request() | {"TagKeys": self.keys}

    def apply(self, world):
        for key in self.keys if self.collection in world else ():
            world[self.collection].tags.pop(key, None)


def _failures(listed):
    """The refused faces of an answer: the reason, and whose the face is."""
    return {face["FaceId"]: (*face["Reasons"], face.get("UserId")) for face in listed}


def fits(step, expected, heard):
    """Whether an answer is the one that had to come."""
    matches = getattr(step, "matches", None)
    return matches(expected, heard) if matches and not isinstance(expected, Refusal) else expected == heard
