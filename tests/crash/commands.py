"""Commands that work on the server's data folder while no server does, and their death in the middle.

Owns which commands have their turn, and what must be there after one that changes keys. An import and a migration have
a collection of their own (`album.py`), snapshots a judgement of their own (`snapshots.py`).
"""

import json

from album import Album
from caller import Caller
from client import SHARED, Violation
from races import ARENA
from snapshots import Snapshots

# What has its turn. "album" is an import and a migration, "snapshot" also restores what it took.
KINDS = ["snapshot", "album", "rekey", "rotate"]
# How often a round has a command, once each has had its turn.
OFTEN = 0.3


class Commands:
    """The commands of one run."""

    def __init__(self, machine, verifier, counts, cutter):
        self.machine, self.counts, self.cutter = machine, counts, cutter
        self.album = Album(machine, verifier.pool, cutter)
        self.snapshots = Snapshots(machine, verifier, cutter)
        self.deck, self.first = [], True
        self.second_key = None
        self.rotated_from = None

    def prepare(self):
        """Makes a second principal, whose secret has to survive every rotation. Beside the running server."""
        words = ("--organisation", "Harness", "--sector", "research", "--allow", "all", "--json")
        made = json.loads(self.machine.server.overt("principals", "create", "second", *words).stdout)
        self.second_key = made["access_key_id"], made["secret_access_key"]

    def learn(self):
        """Has each command end by itself once that is quick. No server runs."""
        self.cutter.finish("rekey", "collections", "rekey", SHARED[0])
        self.cutter.finish("rotate", "rotate-key")
        self.snapshots.learn()

    @property
    def all_had_their_turn(self):
        return not self.first and not self.deck

    def turn(self, chance):
        """Which command the round has, if any. Each once before any twice."""
        if not self.deck and (self.first or chance.random() < OFTEN):
            self.deck = chance.sample(KINDS, len(KINDS))
            self.first = False
        return self.deck.pop() if self.deck else None

    def run(self, chance, kind):
        """Runs a command of the turn and has it die, or not. No server runs."""
        match kind:
            case "snapshot":
                self.snapshots.restore(chance)
            case "album":
                self.album.begin(chance)
            case "rekey":
                self.cutter.cut_off(chance, kind, "collections", "rekey", chance.choice([*SHARED, ARENA]))
            case "rotate":
                self.rotated_from = self._key()
                self.cutter.cut_off(chance, kind, "rotate-key")

    def _key(self):
        return (self.machine.data / "server.key").read_bytes()

    # --- afterwards

    def own(self, name):
        return self.album.own(name)

    def settle(self, seen):
        """What the commands left: sentences if that cannot be."""
        found = self.album.settle(seen)
        if self.rotated_from is not None:
            which = "the old key stays" if self._key() == self.rotated_from else "the new key is taken up"
            self.counts[f"rotations after which {which}"] += 1
            self.rotated_from = None
            if (self.machine.data / "server.key.new").exists():
                found.append("a second server key is there after a start")
            second = Caller(self.machine.server, self.second_key)
            if set(second.all("ListCollections", "CollectionIds")) != seen.keys():
                raise Violation("the second principal does not see the collections")
            second.close()
        return found
