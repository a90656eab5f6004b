"""One client: a thread that asks for changes, one at a time, and keeps count of what was acknowledged.

Owns its beliefs and the request that was in flight when the server died. Its names begin with its own, so that no other
client changes what it believes in; where clients meet is `races.py`.
"""

import random
import uuid

import steps
from caller import Caller, Refused, Unanswered
from model import World, adopt, differences

# Collections in which every client has a part, there from the beginning to the end.
SHARED = ["people", "crowd"]
# Faces of one client in one collection, at which it rather deletes.
MANY_FACES = 40
# Users of one client in one collection: all clients' together stay below what one search answers.
MANY_USERS = 12

# How often each kind of change is asked for, by flavour of the round.
FLAVOURS = {
    "mixed": {"index": 8, "delete": 3, "user": 3, "associate": 4, "tag": 1, "collection": 2, "race": 4},
    "index": {"index": 20, "delete": 2, "race": 2},
    "records": {"delete": 2, "user": 6, "associate": 10, "tag": 3, "race": 2},
    "delete": {"delete": 10, "index": 8, "user": 2, "associate": 2},
    "collections": {"collection": 12, "index": 3, "user": 2, "tag": 1, "race": 2},
    "race": {"race": 10, "index": 1},
}


class Violation(AssertionError):
    """The server broke a promise. `about` is what it was about, for the journal."""


class Client:
    """Client number `number` of a run."""

    def __init__(self, number, journal, pool, races):
        self.name = f"c{number}"
        self.journal, self.pool, self.races = journal, pool, races
        self.world = World()
        self.in_flight = self.before = self.line = None
        self.counter = 0
        self.arns = {}
        # Every state it was in, with the line of the request that made it: what a snapshot may hold.
        self.history = [(None, self.world.copy())]
        self.forgotten = []

    def own(self, text):
        return text.startswith((f"{self.name}:", f"{self.name}-"))

    # --- a round

    def begin_round(self):
        self.in_flight = self.before = self.line = None
        self.history = [(None, self.world.copy())]

    def work(self, server, chance, flavour, stop, died):
        """Asks for changes until `stop` is set or the server no longer answers. `died` is set before it is killed."""
        caller = Caller(server)
        try:
            while not stop.is_set():
                kinds = FLAVOURS[flavour]
                kind = chance.choices(list(kinds), list(kinds.values()))[0]
                if kind == "race":
                    alive = self.races.one(self, caller, chance, died)
                else:
                    alive = self.ask(caller, getattr(self, f"_{kind}")(chance), died)
                if not alive:
                    return
        finally:
            caller.close()

    def ask(self, caller, step, died, expected=None):
        """Sends a step; false if the server is gone. An answer that is not the right one is a violation."""
        expected = expected if expected is not None else step.expected(self.world)
        line = self.journal.began(self.name, step.operation, step.about())
        try:
            answer = caller(step.operation, **step.request())
        except Refused as refused:
            if died.is_set() and refused.status >= 500:
                return self._unanswered(step, line, str(refused))
            self.journal.ended(line, f"refused: {refused}")
            if not isinstance(expected, steps.Refusal) or expected.code != refused.code:
                raise Violation(f"{line}: expected was {expected}") from refused
            return True
        except Unanswered as unanswered:
            if not died.is_set():
                self.journal.ended(line, f"unanswered: {unanswered}")
                raise Violation(f"{line}: the server was not killed") from unanswered
            return self._unanswered(step, line, str(unanswered))
        self.journal.ended(line, "answered")
        heard = step.heard(answer)
        if isinstance(expected, steps.Refusal) or not steps.fits(step, expected, heard):
            raise Violation(f"{line}: answered was {heard}, expected {expected}")
        step.apply(self.world)
        step.told(self.world, answer)
        self.history.append((line, self.world.copy()))
        return True

    def _unanswered(self, step, line, why):
        self.journal.ended(line, f"unanswered: {why}")
        self.in_flight, self.line, self.before = step, line, self.world.copy()
        return False

    # --- after a restart

    def settle(self, seen):
        """Compares what the server shows with what was acknowledged; takes over what became of the request in flight.

        Returns "whole", "not" or "same" (it changed nothing either way), or None without a request in flight.
        """
        without = differences(self.world, seen, self.own, self.pool)
        if self.in_flight is None:
            if without:
                raise Violation(f"{self.name}: " + "; ".join(without))
            return None
        after = self.world.copy()
        self.in_flight.apply(after)
        with_it = differences(after, seen, self.own, self.pool)
        if without and with_it:
            raise Violation(
                f"{self.name}: without the request in flight ({self.line}): {'; '.join(without)} -- with it: {'; '.join(with_it)}"
            )
        if not with_it:
            self.world = after
        adopt(self.world, seen, self.own, self.pool)
        self.history.append((self.line, self.world.copy()))
        return "same" if without == with_it else "not" if with_it else "whole"

    def again(self, caller, died):
        """Sends the request that was in flight once more, as an SDK would: it has to take effect exactly once."""
        step, before = self.in_flight, self.before
        # With a token, the answer is the one that it would have got the first time.
        world = before if getattr(step, "token", None) else self.world
        self.ask(caller, step, died, expected=step.expected(world))

    # --- what to ask for

    def _next(self):
        self.counter += 1
        return self.counter

    def _part(self, chance, wanted=lambda part: True):
        names = [name for name in sorted(self.world) if wanted(self.world[name])]
        return chance.choice(names) if names else None

    def _index(self, chance):
        collection = self._part(chance)
        part = self.world[collection]
        if len(part.faces) >= MANY_FACES and chance.random() < 0.8:
            return self._delete(chance, collection)
        if part.faces and chance.random() < 0.1:
            # The same picture under the same external id again.
            face = chance.choice(list(part.faces.values()))
            return steps.IndexFaces(collection, face.external, face.picture)
        picture = self.pool[chance.choice(sorted(self.pool))]
        return steps.IndexFaces(collection, f"{self.name}:{self._next()}:{picture.name}", picture)

    def _delete(self, chance, collection=None):
        collection = collection or self._part(chance, lambda part: part.faces)
        if collection is None:
            return self._index(chance)
        faces = self.world[collection].faces
        ids = chance.sample(sorted(faces), min(len(faces), chance.choice([1, 1, 1, 2, 3, 10])))
        if self.forgotten and chance.random() < 0.2:
            ids.append(chance.choice(self.forgotten))
        self.forgotten = [*self.forgotten, *ids][-50:]
        return steps.DeleteFaces(collection, ids)

    def _token(self, chance):
        return uuid.UUID(int=chance.getrandbits(128), version=4).hex if chance.random() < 0.7 else None

    def _user(self, chance):
        collection = self._part(chance)
        users = sorted(self.world[collection].users)
        if users and (len(users) >= MANY_USERS or chance.random() < 0.35):
            return steps.DeleteUser(collection, chance.choice(users), self._token(chance))
        if users and chance.random() < 0.1:
            return steps.CreateUser(collection, chance.choice(users), self._token(chance))
        return steps.CreateUser(collection, f"{self.name}:u{self._next()}", self._token(chance))

    def _associate(self, chance):
        collection = self._part(chance, lambda part: part.users and part.faces)
        if collection is None:
            return self._user(chance)
        part = self.world[collection]
        user = chance.choice(sorted(part.users))
        if (has := sorted(part.faces_of(user))) and chance.random() < 0.45:
            ids = chance.sample(has, chance.randint(1, len(has)))
            return steps.DisassociateFaces(collection, user, self._token(chance), ids)
        ids = chance.sample(sorted(part.faces), min(len(part.faces), chance.choice([1, 1, 2, 3])))
        return steps.AssociateFaces(collection, user, self._token(chance), ids)

    def _tag(self, chance):
        collection = self._part(chance, lambda part: True)
        part, arn = self.world[collection], arn_of(collection)
        if part.tags and chance.random() < 0.4:
            keys = chance.sample(sorted(part.tags), chance.randint(1, len(part.tags)))
            return steps.UntagResource(collection, arn, keys)
        tags = {f"{self.name}:t{chance.randrange(6)}": str(self._next()) for _ in range(chance.randint(1, 3))}
        return steps.TagResource(collection, arn, tags)

    def _collection(self, chance):
        name = f"{self.name}-churn-{chance.randrange(2)}"
        if name not in self.world:
            return steps.CreateCollection(name)
        if chance.random() < 0.4:
            return steps.DeleteCollection(name)
        return chance.choice([self._fill_index, self._fill_user])(chance, name)

    def _fill_index(self, chance, name):
        picture = self.pool[chance.choice(sorted(self.pool))]
        return steps.IndexFaces(name, f"{self.name}:{self._next()}:{picture.name}", picture)

    def _fill_user(self, chance, name):
        return steps.CreateUser(name, f"{self.name}:u{self._next()}", self._token(chance))


def arn_of(collection):
    """A collection's ARN, as an AWS client would write it."""
    return f"arn:aws:rekognition:us-east-1:123456789012:collection/{collection}"


def chance_of(seed, *what):
    """A source of chance for one thing in a run."""
    return random.Random(":".join(map(str, (seed, *what))))
