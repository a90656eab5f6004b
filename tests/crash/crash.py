"""The crash harness: a real server, clients that change things, and its death at random moments.

Owns the run: rounds of load, death, restart and proof. What is proved is in `client.py` (what was acknowledged is there,
what was in flight is there wholly or not at all), `races.py` (the same where clients meet) and `verify.py` (the server
agrees with itself). `cargo xtask crash` runs this; docs/decisions/0057-crash-harness.md says why it is made like this.

The seed decides who asks for what and when the server dies. How requests of several clients interleave, it does not: a
violation need not come back with the seed. The journal, the log and the data folder of a run that failed are kept.
"""

import argparse
import collections
import math
import os
import pathlib
import random
import shutil
import sys
import tempfile
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/conformance"))

import disks  # noqa: E402
import pool  # noqa: E402
import races  # noqa: E402
from account import Account  # noqa: E402
from caller import Caller  # noqa: E402
from client import FLAVOURS, SHARED, Client, Violation, chance_of  # noqa: E402
from commands import Commands  # noqa: E402
from cutter import Cutter  # noqa: E402
from journal import Journal  # noqa: E402
from machine import CALLS, Machine, can_trace, dying_at, failing_at  # noqa: E402
from model import Part  # noqa: E402
from verify import Verifier  # noqa: E402

# Ways to die, and how often each is chosen.
DEATHS = {
    # SIGKILL under load; the power goes (needs a disk of the harness's own).
    "load": 4,
    "cut": 3,
    # Under load that begins before the networks are open; while the server ends by itself.
    "early": 2,
    "stop": 1,
    # While it starts.
    "start": 2,
    "start-cut": 1,
    # At a chosen system call, under load or while it starts (needs a tracer).
    "call": 5,
    "start-call": 2,
    # The disk refuses one call; later, SIGKILL.
    "error": 2,
}
# What a disk answers that refuses.
ERRORS = ["EIO", "ENOSPC"]
# Longest load before a death, seconds.
LONGEST = 2.5
# Rounds between two checks of the stopped folder by `overt fsck`.
FSCK_EVERY = 4
# The same for one that waits for a call to come.
LONGEST_TRACED = 6
# How often a request that was in flight is sent again after the restart, as SDKs do.
AGAIN = 0.5


class Run:
    """One run of the harness."""

    def __init__(self, arguments, work, out):
        self.seed, self.kills, self.out = arguments.seed, arguments.kills, out
        self.deaths = dict(DEATHS)
        no_cuts, no_calls = disks.refusal(), can_trace()
        if no_cuts:
            self._leave_out(("cut", "start-cut"), no_cuts)
        if no_calls:
            self._leave_out(("call", "start-call", "error"), no_calls)
        self.machine = Machine(work, power_cuts=no_cuts is None)
        self.pool = pool.pictures()
        self.journal = Journal(pathlib.Path(work) / "journal.jsonl")
        self.races = races.Races(self.journal, self.pool)
        self.clients = [Client(number, self.journal, self.pool, self.races) for number in range(arguments.clients)]
        self.verifier = Verifier(self.pool)
        self.counts = collections.Counter()
        self.account = Caller.account = Account()
        cutter = Cutter(self.machine, self.journal, self.counts, traces=no_calls is None)
        self.commands = Commands(self.machine, self.verifier, self.counts, cutter)
        self.start_seconds = 5.0

    # --- the run

    def _leave_out(self, kinds, why):
        for kind in kinds:
            del self.deaths[kind]
        self.out(f"LEFT OUT, {len(kinds)} of {len(DEATHS)} ways to die ({', '.join(kinds)}): {why}")

    def run(self):
        self._prepare()
        while self.counts["kills"] < self.kills or not self.commands.all_had_their_turn:
            self.journal.round += 1
            self._round(chance_of(self.seed, "round", self.journal.round))
        self._notices()
        self.machine.server.stop()
        self._fsck()
        self._tidied()

    def _prepare(self):
        self.start_seconds = self.machine.start()
        caller = Caller(self.machine.server)
        for name in [*SHARED, races.ARENA]:
            caller("CreateCollection", CollectionId=name)
        # Every picture once: it has to have the faces that it is said to have.
        for picture in self.pool.values():
            answer = caller("DetectFaces", Image={"Bytes": picture.text})
            places = sorted(picture.place(face["BoundingBox"]) for face in answer["FaceDetails"])
            if places != list(range(picture.faces)):
                raise Violation(f"{picture.name} has faces at {places}")
        caller.close()
        for client in self.clients:
            client.world |= {name: Part() for name in SHARED}
        self.commands.prepare()
        self.machine.server.stop()
        self.commands.learn()
        self.machine.start()

    def _round(self, chance):
        kind = chance.choices(list(self.deaths), list(self.deaths.values()))[0]
        flavour = chance.choice(list(FLAVOURS))
        self._tidied()
        turn = self.commands.turn(chance)
        self._load(chance, kind, flavour, beside=self.commands.snapshots if turn == "snapshot" else None)
        if self._tidied():
            self.counts["servers that died while they tidied up"] += 1
        if self.journal.round % FSCK_EVERY == 0:
            self._fsck()
        if turn:
            self.commands.run(chance, turn)
        if kind.startswith("start"):
            for _ in range(chance.choice([1, 1, 2])):
                self._die_while_starting(chance, kind)
        self.start_seconds = self.machine.start()
        self._prove(chance)
        while self.commands.album.pending:
            self._fall("load")
            self.commands.album.go_on(chance)
            self.machine.start()
            self._prove(chance)
        self.out(f"{self.counts['kills']}/{self.kills} {kind} {flavour} {turn or ''}: {self._state}")

    def _load(self, chance, kind, flavour, beside):
        """Clients at work, and a death. `beside`: snapshots, of which one is taken meanwhile."""
        died, longest = threading.Event(), LONGEST
        if kind in ("early", "call", "error"):
            self._fall("load")
            if kind == "early":
                # Requests arrive while the networks are still being opened.
                self.machine.spawn()
                self.machine.server.until()
                longest += self.start_seconds
            else:
                if not self._start_traced(chance, kind, most=1000):
                    return
                # It can die or fail at any time from now on.
                died.set()
                longest = LONGEST_TRACED
        stop, failures = threading.Event(), []
        threads = [
            threading.Thread(target=self._work, args=(client, flavour, stop, died, failures)) for client in self.clients
        ]
        for client in self.clients:
            client.begin_round()
        for thread in threads:
            thread.start()
        deadline = time.monotonic() + (longest if kind == "call" else chance.uniform(0.02, longest))
        while time.monotonic() < deadline and not failures and self.machine.alive():
            time.sleep(max(0, min(0.05, deadline - time.monotonic())))
        if not self.machine.alive():
            if kind != "call":
                failures.append(Violation(f"the server ended by itself with {self.machine.server.process.poll()}"))
            self.counts["kills"] += 1
            self.counts["kills: at a call"] += 1
            died.set()
        if not failures and self.machine.alive():
            if beside:
                beside.take_beside(chance, died, self._fall)
            else:
                died.set()
                if kind == "stop":
                    self.machine.server.terminate()
                    time.sleep(chance.uniform(0, 0.3))
                self._fall("cut" if kind == "cut" else "load")
        died.set()
        stop.set()
        for thread in threads:
            thread.join()
        if failures:
            raise failures[0]

    def _start_traced(self, chance, kind, most):
        """Starts the server so that it dies, or its disk fails, at some call; false if that was while it started."""
        call = chance.choice(list(CALLS))
        # Early calls as often as late ones.
        when = min(most, round(math.exp(chance.uniform(0, math.log(CALLS[call])))))
        error = chance.choice(ERRORS)
        self.journal.note(f"{kind} at {call} {when} {error}")
        try:
            self.machine.start(failing_at(call, when, error) if kind == "error" else dying_at(call, when))
        except AssertionError:
            if self.machine.alive():
                raise
            self.counts["kills"] += 1
            self.counts[f"kills: {'disk failed' if kind == 'error' else 'at a call'} while starting"] += 1
            return False
        return True

    def _work(self, client, flavour, stop, died, failures):
        chance = chance_of(self.seed, "client", client.name, self.journal.round)
        try:
            client.work(self.machine.server, chance, flavour, stop, died)
        except Exception as failure:  # noqa: BLE001 (told by the main thread)
            failures.append(failure)

    def _fall(self, how, *others):
        """Ends the server; a power cut also ends `others`."""
        self.journal.note(f"death: {how}")
        # Under a tracer it may have died meanwhile.
        kind = how if self.machine.alive() else "at a call"
        if how == "cut":
            self.machine.cut(*others)
        else:
            self.machine.kill()
        self.counts["kills"] += 1
        self.counts[f"kills: {kind}"] += 1

    def _die_while_starting(self, chance, kind):
        if kind == "start-call":
            # Few calls are made before it is ready.
            if not self._start_traced(chance, kind, most=12):
                return
        else:
            self.machine.spawn()
            time.sleep(chance.uniform(0, 1.1 * self.start_seconds) * chance.choice([0.05, 0.3, 1]))
        self._fall("cut" if kind == "start-cut" else "while starting")

    # --- proof

    def _prove(self, chance):
        """Holds what the restarted server shows against what was acknowledged, and against itself."""
        self.account.prove(self.machine.data)
        caller = Caller(self.machine.server)
        seen = self.verifier.see(caller, chance)
        wanted = {*SHARED, races.ARENA}
        if missing := wanted - seen.keys():
            raise Violation(f"collections {sorted(missing)} are gone")
        for name in seen.keys() - wanted - {races.RING}:
            if not any(owner.own(name) for owner in [*self.clients, self.commands]):
                raise Violation(f"collection {name} is there and nobody made it")
        for client in self.clients:
            became = client.settle(seen)
            if became:
                self.counts[f"in flight: {became}"] += 1
        if found := [*self.races.settle(seen), *self.commands.settle(seen)]:
            raise Violation("; ".join(found))
        self.commands.snapshots.judge(self.clients)
        gone = [face_id for client in self.clients for face_id in client.forgotten[-1:]]
        self.verifier.check(caller, chance, seen, gone)
        self.commands.album.clear(caller)
        for client in self.clients:
            if client.in_flight and chance.random() < AGAIN:
                client.again(caller, threading.Event())
                self.counts["in flight: sent again"] += 1
            client.in_flight = None
        faces = sum(len(collection.faces) for collection in seen.values())
        users = sum(len(collection.users) for collection in seen.values())
        self._state = f"{len(seen)} collections, {faces} faces, {users} users; ready in {self.start_seconds:.1f} s"
        caller.close()

    def _tidied(self):
        """Counts what the servers compacted; whether the last one died while it tidied up."""
        compactions, died = self.machine.tidied()
        self.counts["compactions"] += compactions
        return died

    def _fsck(self):
        """`overt fsck` on the stopped folder: it has to find nothing."""
        done = self.machine.server.overt("fsck", check=False)
        self.counts["fsck"] += 1
        if done.returncode != 0:
            raise Violation(f"overt fsck ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")

    def _notices(self):
        """Proof that the proof can fail: changes that no client asked for are noticed."""
        caller, chance = Caller(self.machine.server), chance_of(self.seed, "notices")
        client = next(client for client in self.clients if client.world["people"].faces or client.world["crowd"].faces)
        client.begin_round()
        name = next(name for name in SHARED if client.world[name].faces)
        face_id, face = next(iter(client.world[name].faces.items()))
        if face.user:
            caller("DisassociateFaces", CollectionId=name, UserId=face.user, FaceIds=[face_id])
            self._must_notice(client, self.verifier.see(caller, chance))
        caller("DeleteFaces", CollectionId=name, FaceIds=[face_id])
        self._must_notice(client, self.verifier.see(caller, chance))
        caller(
            "IndexFaces",
            CollectionId=name,
            Image={"Bytes": face.picture.text},
            ExternalImageId=face.external,
            QualityFilter="NONE",
        )
        self._must_notice(client, self.verifier.see(caller, chance))
        caller.close()

    @staticmethod
    def _must_notice(client, seen):
        try:
            client.settle(seen)
        except Violation:
            return
        raise Violation("the harness does not notice a change that nobody asked for")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1 << 32))
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--keep", action="store_true", help="keep the data folder of a run without violation too")
    arguments = parser.parse_args()

    def out(text):
        print(text, flush=True)

    out(f"seed {arguments.seed}, {arguments.kills} kills, {arguments.clients} clients")
    if disks.refusal() is None:
        disks.own_namespace()
    work = pathlib.Path(tempfile.mkdtemp(prefix="overt-crash-"))
    began, run, failed = time.monotonic(), None, True
    try:
        run = Run(arguments, work, out)
        run.run()
        failed = False
    except AssertionError as violation:
        out(f"\nVIOLATION in round {run.journal.round}, seed {arguments.seed}: {violation}\n\njournal:")
        for line in run.journal.concerning([str(violation)]):
            out(f"  {line}")
        out(f"\nend of the server's log:\n{run.machine.server.read_log()}")
    finally:
        if run:
            run.machine.stop()
            summary(run, time.monotonic() - began, out)
            if failed:
                kept = pathlib.Path(tempfile.mkdtemp(prefix="overt-crash-kept-"))
                shutil.copytree(run.machine.data, kept / "data", dirs_exist_ok=True)
                shutil.copy(run.journal.path, kept)
                shutil.copy(run.machine.server.log_path, kept)
                out(f"kept: {kept} (data folder, journal.jsonl, server.log)")
            run.machine.close()
        if not arguments.keep:
            shutil.rmtree(work, ignore_errors=True)
    return 1 if failed else 0


def summary(run, seconds, out):
    out(f"\n{seconds:.0f} s, load {' '.join(f'{load:.1f}' for load in os.getloadavg())}, seed {run.seed}")
    for name, count in sorted(run.counts.items()):
        out(f"  {name}: {count}")
    out(f"  searches held against lists: {run.verifier.searches}")
    out(f"  answers found in the ledger: {run.account.looked_up}")
    for operation, kinds in sorted(run.journal.counts().items()):
        out(f"  {operation}: " + ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))


if __name__ == "__main__":
    sys.exit(main())
