"""Whether the ledger tells of everything that was answered.

Owns the list of answers with the entries that they named, and the reading of the published tiles. Knows nothing of what was
asked: that an answer is right is held by `client.py` and `verify.py`.

# What is held
- Every answer to an operation that finds, compares or changes names an entry, unless it repeats the answer to a token.
- After every restart that entry is there, is about that request, and is not taken back.
- What was published is never shorter afterwards.
"""

import collections
import json
import pathlib
import struct
import threading

from client import Violation

BUNDLE = 256
# Operations that say nothing about anybody.
NO_ENTRY = {"DescribeCollection", "ListCollections", "ListTagsForResource"}


class Account:
    """The answers of servers, by data folder, and what their ledgers say."""

    def __init__(self):
        self.lock = threading.Lock()
        # Answers that are still to be looked up: entry, request, operation.
        self.open = collections.defaultdict(list)
        self.entries = collections.defaultdict(list)
        self.looked_up = 0

    def answered(self, data, operation, request, headers):
        """Notes an answer. `request` is what was asked."""
        number = headers.get("x-overt-ledger-entry")
        if number is None:
            if operation in NO_ENTRY or "ClientRequestToken" in request:
                return
            raise Violation(f"{operation} was answered without an entry")
        with self.lock:
            self.open[pathlib.Path(data)].append((int(number), headers["x-amzn-RequestId"], operation))

    def prove(self, data):
        """Looks up what was answered since the last time. The server on the folder was started again, and has published."""
        data = pathlib.Path(data)
        entries = self._read(data)
        taken_back = [range(deed["from"], deed["to"]) for deed in (e["deed"] for e in entries) if deed["kind"] == "undone"]
        with self.lock:
            answers, self.open[data] = self.open[data], []
        for number, request, operation in answers:
            what = f"the entry {number} of an answered {operation}"
            if number >= len(entries):
                raise Violation(f"{what} is gone: the ledger has {len(entries)}")
            entry = entries[number]
            if (entry.get("request"), entry["operation"]) != (request, operation):
                raise Violation(f"{what} is about {entry['operation']} {entry.get('request')} and not about {request}")
            if any(number in run for run in taken_back):
                raise Violation(f"{what} is said to be undone")
            self.looked_up += 1

    def _read(self, data):
        folder, entries = data / "ledger", self.entries[data]
        size = int((folder / "checkpoint").read_text().splitlines()[1])
        if size < len(entries):
            raise Violation(f"the ledger had {len(entries)} published entries and has {size}")
        del entries[len(entries) // BUNDLE * BUNDLE :]
        while len(entries) < size:
            width = min(BUNDLE, size - len(entries))
            entries += _bundle(_path(folder, len(entries) // BUNDLE, width).read_bytes())
        return entries


def _path(folder, index, width):
    parts = [f"{index % 1000:03d}"]
    while index := index // 1000:
        parts.insert(0, f"x{index % 1000:03d}")
    path = folder / "tile" / "entries" / "/".join(parts)
    return path if width == BUNDLE else path.with_name(path.name + ".p") / str(width)


def _bundle(content):
    entries = []
    while content:
        (length,) = struct.unpack_from(">H", content)
        entries.append(json.loads(content[2 : 2 + length]))
        content = content[2 + length :]
    return entries
