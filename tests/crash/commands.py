"""Commands that work on the data folder while no server does, and their death in the middle.

Owns what is run, on what, and what must be there afterwards. Knows nothing of clients: nothing a command does changes
what they believe in.

An import has names of its own: what of it is there after a death is a part of it, picture by picture whole or not, and
all of it once the same command was given again and ended by itself.
"""

import base64
import subprocess
import time

from client import SHARED, Violation
from model import Face, Part, World, differences, key_of
from overt_server import binary, plain_environment
from races import ARENA

# Pictures of one import.
PICTURES = 8


class Commands:
    """The commands of one run."""

    def __init__(self, machine, journal, pool, counts):
        self.machine, self.journal, self.pool, self.counts = machine, journal, pool, counts
        self.imports = 0
        # The import that was cut off, until it was given again.
        self.pending = None
        self.world = World()
        self.seconds = {"rekey": 0.3, "import": 3.0}

    @staticmethod
    def own(text):
        return text.startswith("import-")

    def run(self, chance, die):
        """Runs one and has it die, or not. `die(chance, process)` ends it."""
        getattr(self, chance.choice(["_rekey", "_rekey", "_import"]))(chance, die)

    def _rekey(self, chance, die):
        self._cut_off(chance, die, "rekey", "collections", "rekey", chance.choice([*SHARED, ARENA]))

    def _import(self, chance, die):
        self.imports += 1
        name = f"import-{self.imports}"
        folder = self.machine.work / name
        folder.mkdir()
        pictures = [self.pool[picture] for picture in chance.sample(sorted(self.pool), PICTURES)]
        for picture in pictures:
            (folder / f"{name}:{picture.name}.jpg").write_bytes(base64.b64decode(picture.text))
        report = self.machine.work / f"{name}.jsonl"
        command = ["collections", "import", name, folder, "--create", "--quality-filter", "NONE", "--report", report]
        self.pending = name, pictures, command
        self._cut_off(chance, die, "import", *command)

    def _cut_off(self, chance, die, kind, *arguments):
        """Runs a command for a part of the time that it takes."""
        self.journal.note(f"command: {' '.join(map(str, arguments))}")
        began = time.monotonic()
        process = self._start(*arguments)
        end = began + chance.uniform(0, 1.2) * self.seconds[kind]
        while process.poll() is None and time.monotonic() < end:
            time.sleep(0.002)
        if process.poll() is None:
            die(chance, process)
            self.counts[f"commands cut off: {kind}"] += 1
            process.communicate()
            return
        output, _ = process.communicate()
        self._ended(process, arguments, output)
        self.seconds[kind] = time.monotonic() - began
        self.counts[f"commands ended: {kind}"] += 1

    def _start(self, *arguments):
        command = [binary(), *map(str, arguments), "--data", self.machine.data]
        return subprocess.Popen(
            command, env=plain_environment(), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    @staticmethod
    def _ended(process, arguments, output):
        if process.returncode != 0:
            raise Violation(f"overt {' '.join(map(str, arguments))} ended with {process.returncode}:\n{output}")

    # --- afterwards

    def settle(self, seen):
        """What of an import is there: sentences if that cannot be."""
        if self.pending is None:
            return differences(self.world, seen, self.own, self.pool)
        name, pictures, _ = self.pending
        there = {key_of(face, self.pool) for face in seen[name].faces.values()} if name in seen else set()
        part = Part()
        for picture in pictures:
            faces = [Face(external_of(name, picture), picture, place) for place in range(picture.faces)]
            # The first one tells whether the others have to be there.
            part.unknown += faces if there & {face.key for face in faces} else []
        return differences(World({name: part} if name in seen else {}), seen, self.own, self.pool)

    def again(self):
        """Gives the import again that was cut off; from then on everything of it has to be there, each face once."""
        name, pictures, command = self.pending
        process = self._start(*command)
        output, _ = process.communicate()
        self._ended(process, command, output)
        part = Part()
        for picture in pictures:
            part.unknown += [Face(external_of(name, picture), picture, place) for place in range(picture.faces)]
        self.pending, self.world = None, World({name: part})

    def clear(self, caller):
        """Deletes what was imported."""
        for name in list(self.world):
            caller("DeleteCollection", CollectionId=name)
            del self.world[name]


def external_of(name, picture):
    return f"{name}:{picture.name}.jpg"
