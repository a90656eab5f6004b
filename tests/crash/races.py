"""Where clients meet: a few names that all of them create, delete and index at the same time.

Owns the names, what was asked about each and when, and which states each may be in. Knows nothing of the clients' own
parts (`client.py`).

A name is a register: present or absent. After a request that was acknowledged, every request that began later sees its
effect. So what a name may be is the effect of any request that no acknowledged one came wholly after; a request that was
never answered may have taken effect or not.
"""

import dataclasses
import math
import threading

from caller import Refused, Unanswered
from client import Violation

# A collection that is always there, whose users and faces are raced for, and one that is itself raced for.
ARENA, RING = "race-arena", "race-ring"
USERS = [f"race:user{number}" for number in range(3)]

# What a race may be refused with: somebody else was faster.
LOST = {
    "CreateUser": {"ConflictException"},
    "DeleteUser": {"ResourceNotFoundException"},
    "AssociateFaces": {"ResourceNotFoundException"},
    "DisassociateFaces": {"ResourceNotFoundException"},
    "CreateCollection": {"ResourceAlreadyExistsException"},
    "DeleteCollection": {"ResourceNotFoundException"},
    "IndexFaces": {"ResourceNotFoundException"},
    "DeleteFaces": set(),
}


@dataclasses.dataclass
class Effect:
    """A request about a name: when it was under way, what it leaves, whether it was acknowledged."""

    began: float
    ended: float
    present: bool
    sure: bool
    line: object


class Races:
    """The raced-for names of a run."""

    def __init__(self, journal, pool):
        self.journal = journal
        self.pictures = [picture for _, picture in sorted(pool.items()) if picture.faces == 1][::7]
        self.names = {name: [Effect(-math.inf, -math.inf, False, True, "the beginning")] for name in [RING, *USERS, *(self.external(picture) for picture in self.pictures)]}
        self._known = {}
        self._lock = threading.Lock()

    @staticmethod
    def external(picture):
        return f"race:{picture.name}"

    # --- asking

    def one(self, client, caller, chance, died):
        """Asks for one change; false if the server is gone."""
        kind = chance.choices(
            ["user", "unuser", "index", "delete", "associate", "disassociate", "ring", "unring", "fill"],
            [3, 2, 3, 3, 4, 2, 2, 1, 2],
        )[0]
        picture, user = chance.choice(self.pictures), chance.choice(USERS)
        external = self.external(picture)
        faces = self._faces(external)
        about = {"CollectionId": ARENA}
        image = {"Image": {"Bytes": picture.text}, "ExternalImageId": external, "QualityFilter": "NONE"}
        match kind:
            case "user":
                ask = ("CreateUser", about | {"UserId": user}, user, True)
            case "unuser":
                ask = ("DeleteUser", about | {"UserId": user}, user, False)
            case "delete" if faces:
                ask = ("DeleteFaces", about | {"FaceIds": faces}, external, False)
            case "associate" if faces:
                ask = ("AssociateFaces", about | {"UserId": user, "FaceIds": faces, "UserMatchThreshold": 0}, None, None)
            case "disassociate" if faces:
                ask = ("DisassociateFaces", about | {"UserId": user, "FaceIds": faces}, None, None)
            case "ring":
                ask = ("CreateCollection", {"CollectionId": RING}, RING, True)
            case "unring":
                ask = ("DeleteCollection", {"CollectionId": RING}, RING, False)
            case "fill":
                ask = ("IndexFaces", {"CollectionId": RING} | image, None, None)
            case _:
                ask = ("IndexFaces", about | image, external, True)
        return self._ask(client, caller, died, *ask)

    def _ask(self, client, caller, died, operation, request, name, present):
        about = [name or request["CollectionId"], *request.get("FaceIds", []), request.get("UserId", "")]
        line = self.journal.began(client.name, operation, about)
        try:
            answer = caller(operation, **request)
        except Refused as refused:
            if died.is_set() and refused.status >= 500:
                return self._unanswered(line, name, present, str(refused))
            self.journal.ended(line, f"refused: {refused}")
            if refused.code not in LOST[operation]:
                raise Violation(f"{line}: nothing refuses this") from refused
            return True
        except Unanswered as unanswered:
            if not died.is_set():
                self.journal.ended(line, f"unanswered: {unanswered}")
                raise Violation(f"{line}: the server was not killed") from unanswered
            return self._unanswered(line, name, present, str(unanswered))
        self.journal.ended(line, "answered")
        if operation == "IndexFaces" and name:
            ids = [record["Face"]["FaceId"] for record in answer["FaceRecords"]]
            if len(ids) != 1:
                raise Violation(f"{line}: {len(ids)} faces, not one")
            with self._lock:
                self._known.setdefault(name, []).extend(ids)
        took_effect = operation != "DeleteFaces" or bool(answer["DeletedFaces"])
        if name and took_effect:
            self._note(name, Effect(line.began, line.ended, present, True, line))
        return True

    def _unanswered(self, line, name, present, why):
        self.journal.ended(line, f"unanswered: {why}")
        if name:
            self._note(name, Effect(line.began, math.inf, present, False, line))
        return False

    def _faces(self, external):
        """Ids that were once told for an external id; the newest are the likeliest to be there."""
        with self._lock:
            return self._known.get(external, [])[-2:]

    def _note(self, name, effect):
        with self._lock:
            self.names[name].append(effect)

    # --- judging

    def settle(self, seen):
        """Compares what is there with what may be: sentences, none if all is well. Then forgets what led to it."""
        found = []
        arena = seen[ARENA]
        there = {RING: int(RING in seen)} | {user: int(user in arena.users) for user in USERS}
        for picture in self.pictures:
            external = self.external(picture)
            there[external] = sum(face.get("ExternalImageId") == external for face in arena.faces.values())
        for name, count in there.items():
            if count > 1:
                found.append(f"{name} is there {count} times")
            may = may_be(self.names[name])
            if may and bool(count) not in may:
                last = "; ".join(str(effect.line) for effect in self.names[name][-6:])
                found.append(f"{name} is {'there' if count else 'not there'} after: {last}")
            self.names[name] = [Effect(-math.inf, -math.inf, bool(count), True, "what the last check saw")]
        for face_id, face in arena.faces.items():
            if face.get("ExternalImageId") not in there:
                found.append(f"face {face_id} ({face.get('ExternalImageId')}) is in {ARENA} and nobody added it")
        self._known = {
            name: [face_id for face_id, face in arena.faces.items() if face.get("ExternalImageId") == name]
            for name in there
        }
        return found


def may_be(effects):
    """The states that a name can be in after these; empty if nothing is known."""
    last = max((effect.began for effect in effects if effect.sure), default=-math.inf)
    return {effect.present for effect in effects if effect.ended >= last}
