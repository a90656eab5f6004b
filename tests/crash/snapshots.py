"""Snapshots beside a server under load, their restoring elsewhere, and the death of either or both.

Owns what a snapshot may hold: for one moment while it was taken, the state that each client's journal has for that
moment, without what was deleted before its ledger was copied. Knows nothing of how a server is killed.
"""

import math
import shutil
import threading
import time

from caller import Caller
from client import Violation
from cutter import UNKNOWN, good, until
from model import differences
from overt_server import Server


class Snapshots:
    """The snapshots of one run, one at a time."""

    def __init__(self, machine, verifier, cutter):
        self.machine, self.verifier, self.cutter = machine, verifier, cutter
        self.number = 0
        self.folder = self.restored = None
        # What a restored one shows, and between which moments it was taken.
        self.shown = None
        self.began = self.ended = 0.0
        self.is_taken = False

    def _new(self):
        self.number += 1
        self.folder = self.machine.data.parent / f"snapshot-{self.number}"
        self.restored = self.machine.data.parent / f"restored-{self.number}"
        self.is_taken = False

    def learn(self):
        """Takes one and restores it, to learn which calls that takes."""
        self._new()
        self.cutter.finish("snapshot", "snapshot", self.folder)
        self._make_room()
        self.cutter.finish("restore", "restore", self.folder, data=self.restored)
        self._clear()

    # --- taking one

    def take_beside(self, chance, dying, fall):
        """Takes one beside the server under load. It dies, or the server, or both: `fall(how, *others)` ends the server,
        and what else is on the disk; `dying` is set before."""
        self._new()
        self.began = self.cutter.journal.now()
        who = chance.choice(["snapshot", "snapshot", "server", "both"][: 4 if self.machine.disk else 3])
        if who == "snapshot":
            self.is_taken = not self.cutter.cut_off(
                chance, "snapshot", "snapshot", self.folder, may_cut_power=False
            )
            self.ended = self.cutter.journal.now()
            # The server has to go on as if nothing had been.
            until(self.machine.server.process, time.monotonic() + chance.uniform(0, 0.3))
            dying.set()
            fall("load")
            return
        process = self.cutter.start("snapshot", self.folder)
        until(process, time.monotonic() + chance.uniform(0, 1.2) * self.cutter.seconds.get("snapshot", UNKNOWN))
        dying.set()
        if who == "server":
            fall("load")
        else:
            over = process.poll() is not None
            fall("cut", process)
            if not over:
                self.cutter.died("snapshot", "with its server, and the power went")
        output, _ = process.communicate()
        self.ended = self.cutter.journal.now()
        if who == "server" or over:
            # A snapshot needs no server. One that was told to be there is there, whatever happens next.
            good(process, ["snapshot"], output)
            self.is_taken = True

    # --- restoring it

    def restore(self, chance):
        """Restores what was taken, with deaths, and looks at it. No server runs. What was cut off must be absent or of no
        use, and a second one must do."""
        if self.folder is None:
            self._new()
        partial = self.folder.with_name(self.folder.name + ".partial")
        if self.is_taken and not self.folder.exists():
            raise Violation(f"a snapshot was taken, and {self.folder} is not there")
        if not self.folder.exists():
            if partial.exists() and self._is_restored_from(partial):
                # It died between its last byte and its name.
                self._look(chance)
                return
            self.began = self.cutter.journal.now()
            for _ in range(chance.choice([0, 1])):
                if not self.cutter.cut_off(chance, "snapshot", "snapshot", self.folder):
                    break
            if not self.folder.exists():
                self.cutter.finish("snapshot", "snapshot", self.folder)
            self.ended = self.cutter.journal.now()
        self._make_room()
        for _ in range(chance.choice([1, 1, 2])):
            if not self.cutter.cut_off(chance, "restore", "restore", self.folder, data=self.restored):
                break
            if self._is_whole():
                break
        if not self._is_whole():
            self.cutter.finish("restore", "restore", self.folder, data=self.restored)
        restored, output = self.cutter.try_out("restore", self.folder, data=self.restored)
        if restored or "already" not in output:
            raise Violation(f"a second restore over records: {output}")
        self._look(chance)

    def _make_room(self):
        """A folder with the server's keys and the credentials of its clients, as an operator would have them."""
        shutil.rmtree(self.restored, ignore_errors=True)
        self.restored.mkdir(0o700)
        for key in ("server.key", "ledger.key"):
            shutil.copy2(self.machine.data / key, self.restored)
        shutil.copytree(self.machine.data / "aws", self.restored / "aws")
        self.machine.flush()

    def _is_whole(self):
        """Whether the folder is restored. If not, it either says so or holds nothing."""
        if (self.restored / "overt.db").exists():
            return True
        if (self.restored / "overt.db.restoring").exists():
            opened, output = self.cutter.try_out("principals", "list", data=self.restored)
            if opened or "overt restore" not in output:
                raise Violation(f"half a restored folder is used, or nobody says what to do: {output}")
            if (self.restored / "overt.db").exists():
                raise Violation("records were made in half a restored folder")
        elif (self.restored / "templates").exists():
            raise Violation("templates without anything that says what they are")
        return False

    def _is_restored_from(self, partial):
        """Whether a snapshot that was cut off can be restored; it may only be if it is whole."""
        self._make_room()
        restored, output = self.cutter.try_out("restore", partial, data=self.restored)
        if not restored and ("cannot be used" not in output or (self.restored / "overt.db").exists()):
            raise Violation(f"a snapshot that was cut off is not refused plainly: {output}")
        return restored

    def _look(self, chance):
        """What a server on the restored folder shows, held against itself."""
        server = Server(self.restored, log=self.machine.work / "restored.log", **self.machine.server.more)
        server.spawn()
        try:
            # Lists and searches by face need no networks.
            server.until()
            caller = Caller(server)
            self.shown = self.verifier.see(caller, chance)
            self.verifier.check(caller, chance, self.shown, by_picture=False)
            caller.close()
        finally:
            server.kill()
        self._clear()

    def _clear(self):
        for folder in (self.folder, self.folder.with_name(self.folder.name + ".partial"), self.restored):
            shutil.rmtree(folder, ignore_errors=True)
        self.folder = None

    # --- judging

    def judge(self, clients):
        """Holds what a restored snapshot shows against the clients' journals. After they settled."""
        if self.shown is None:
            return
        spans = []
        for client in clients:
            spans.append(moments(client, self.shown, client.pool, self.ended))
            if not spans[-1]:
                _, last = client.history[-1]
                found = differences(last, self.shown, client.own, client.pool)
                raise Violation(f"{client.name}: the snapshot holds no state that ever was; from the last: {'; '.join(found)}")
        if common(spans, self.began, self.ended) is None:
            raise Violation(f"the snapshot, {self.began:.4f}-{self.ended:.4f}, is of no one moment: {spans}")
        self.shown = None
        self.cutter.counts["snapshots held against the journal"] += 1


def moments(client, seen, pool, ended):
    """When a client's part of the world may have been as `seen`: spans from the first possible moment to the last.

    The ledger in a snapshot is a little newer than its records, and what it tells of that deleted is made again at the first opening: what is
    seen may lack what was deleted until `ended`."""
    spans = []
    for number, (line, world) in enumerate(client.history):
        after = client.history[number + 1][0] if number + 1 < len(client.history) else None
        if any(not differences(lacking, seen, client.own, pool) for lacking in _without_deleted(client.history, number, ended)):
            spans.append((line.began if line else -math.inf, after.ended if after else math.inf))
    return spans


def _without_deleted(history, number, ended):
    """The world of a line, and what is left of it after each later line that began before `ended`."""
    left = history[number][1]
    yield left
    for line, world in history[number + 1 :]:
        if line.began > ended:
            return
        before, left = left, left.copy()
        for name, part in list(left.items()):
            if name not in world:
                del left[name]
                continue
            now = world[name]
            keys = {face.key for face in [*now.faces.values(), *now.unknown]}
            part.faces = {face_id: face for face_id, face in part.faces.items() if face_id in now.faces or face.key in keys}
            part.unknown = [face for face in part.unknown if face.key in keys]
            part.users &= now.users
            for face in [*part.faces.values(), *part.unknown]:
                if face.user not in part.users:
                    face.user = None
        if left != before:
            yield left


def common(spans, began, ended):
    """A moment between `began` and `ended` that lies in a span of everybody's, or None."""
    starts = [began, *(start for of_one in spans for start, _ in of_one if began < start <= ended)]
    for moment in starts:
        if all(any(start <= moment <= end for start, end in of_one) for of_one in spans):
            return moment
    return None
