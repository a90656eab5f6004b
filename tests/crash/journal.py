"""What was sent and what came of it, in the order in which it was sent.

Owns the record. Every line is written to a file as it happens, so that it is there whatever happens to the harness.
"""

import dataclasses
import itertools
import json
import threading
import time


@dataclasses.dataclass
class Line:
    """One request."""

    number: int
    round: int
    client: str
    operation: str
    about: list
    began: float
    ended: float | None = None
    # "answered", "refused: ...", "unanswered: ..." or None while it is under way.
    outcome: str | None = None

    def __str__(self):
        span = f"{self.began:.4f}-" + (f"{self.ended:.4f}" if self.ended else "")
        about = " ".join(str(name) for name in self.about)
        return f"#{self.number} round {self.round} {self.client} {span} {self.operation} {about}: {self.outcome or 'in flight'}"


class Journal:
    """All lines of a run."""

    def __init__(self, path):
        self.path = path
        self._file = open(path, "a", buffering=1)
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._zero = time.monotonic()
        self.round = 0
        self.lines = []

    def now(self):
        return time.monotonic() - self._zero

    def began(self, client, operation, about):
        with self._lock:
            line = Line(next(self._numbers), self.round, client, operation, about, self.now())
            self.lines.append(line)
            self._write({"number": line.number, "round": line.round, "client": client, "began": line.began})
        return line

    def ended(self, line, outcome):
        with self._lock:
            line.ended, line.outcome = self.now(), outcome
            self._write(dataclasses.asdict(line))

    def note(self, text):
        """A line about the run itself: a kill, a start."""
        with self._lock:
            self._write({"at": self.now(), "round": self.round, "note": text})

    def _write(self, item):
        self._file.write(json.dumps(item) + "\n")

    def concerning(self, texts, most=40):
        """The last lines that name something a text names."""
        words = set()
        for text in texts:
            words |= {word.strip("()',.:[]{}") for word in text.split()}
        found = [line for line in self.lines if words & set(map(str, line.about[1:] or line.about))]
        return found[-most:]

    def counts(self):
        """How many requests of each operation were sent, and how each ended."""
        counts = {}
        for line in self.lines:
            kind = (line.outcome or "in flight").split(":")[0]
            by_kind = counts.setdefault(line.operation, {})
            by_kind[kind] = by_kind.get(kind, 0) + 1
        return counts

    def close(self):
        self._file.close()
