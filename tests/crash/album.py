"""A collection that commands make: imported from a folder of pictures, then migrated to another recogniser.

Owns the pictures, the commands and what must be there after each death. Knows nothing of clients: nothing that a
command does changes what they believe in.

After a death in an import, each picture is there whole or not; after one in a migration, everything is as it was, under
one of the two versions. Given again, a command does all of the rest, and each face is there once, with the id it had.
"""

import base64

import recognisers
from model import Face, Part, World, adopt, differences, key_of

# Pictures of one import.
PICTURES = 8
FIRST = "overt-face-1"


class Album:
    """The albums of one run, one at a time."""

    def __init__(self, machine, pool, cutter):
        self.machine, self.pool, self.cutter = machine, pool, cutter
        self.number = 0
        self.name = None
        self.pictures = []
        # The command that was cut off, until it was given again: its kind and its words.
        self.pending = None
        self.world = World()
        self.versions = {FIRST}
        cutter.seconds |= {"import": 3.0, "migrate": 3.0}

    @staticmethod
    def own(text):
        return text.startswith("import-")

    def begin(self, chance):
        """Begins to import a new one."""
        self.number += 1
        self.name = f"import-{self.number}"
        folder = self.machine.work / self.name
        folder.mkdir()
        self.pictures = [self.pool[picture] for picture in chance.sample(sorted(self.pool), PICTURES)]
        for picture in self.pictures:
            (folder / f"{self.name}:{picture.name}.jpg").write_bytes(base64.b64decode(picture.text))
        self.versions = {FIRST}
        words = ("collections", "import", self.name, folder, "--create", "--quality-filter", "NONE")
        self._cut_off(chance, "import", *words, "--report", self.machine.work / f"{self.name}.jsonl")

    def go_on(self, chance):
        """Gives the command again that was cut off, and begins the next."""
        kind, words = self.pending
        self.cutter.finish(kind, *words)
        self.pending = None
        if kind == "import":
            self.world = World({self.name: self._whole()})
            self.versions = {FIRST, recognisers.SECOND}
            words = ("collections", "migrate", self.name, "--images", self.machine.work / self.name)
            words += ("--to", recognisers.SECOND, "--report", self.machine.work / f"{self.name}.migrate.jsonl")
            self._cut_off(chance, "migrate", *words)
        else:
            self.versions = {recognisers.SECOND}

    def _cut_off(self, chance, kind, *words):
        self.pending = kind, words
        self.cutter.cut_off(chance, kind, *words)

    def _whole(self):
        faces = [
            Face(self._external(picture), picture, place) for picture in self.pictures for place in range(picture.faces)
        ]
        return Part(unknown=faces)

    def _external(self, picture):
        return f"{self.name}:{picture.name}.jpg"

    # --- afterwards

    def settle(self, seen):
        """What of the album is there: sentences if that cannot be."""
        if self.pending and self.pending[0] == "import":
            self.world = World({self.name: self._of_import(seen[self.name])} if self.name in seen else {})
        found = differences(self.world, seen, self.own, self.pool)
        if found:
            return found
        adopt(self.world, seen, self.own, self.pool)
        if self.name in seen:
            album = seen[self.name]
            versions = {album.version, *(face["IndexFacesModelVersion"] for face in album.faces.values())}
            if len(versions) > 1 or not versions <= self.versions:
                found.append(f"{self.name} has templates of {sorted(versions)}, of {sorted(self.versions)} were due")
        return found

    def _of_import(self, seen):
        there = {key_of(face, self.pool) for face in seen.faces.values()}
        part = Part()
        for face in self._whole().unknown:
            # Any of a picture's faces tells that all others have to be there.
            if any(external == face.external for external, _, _ in there):
                part.unknown.append(face)
        return part

    def clear(self, caller):
        """Deletes the album once nothing is pending."""
        if self.pending is None and self.name in self.world:
            caller("DeleteCollection", CollectionId=self.name)
            del self.world[self.name]
