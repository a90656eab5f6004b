"""The machine that the server runs on: its data folder, its starts, and the ways in which it dies.

Owns the process; where it can mount one, a disk that loses what was not flushed; where there is `strace`, death at a
chosen system call, and disks that refuse one. Knows nothing of clients.
"""

import os
import pathlib
import re
import shutil
import signal
import subprocess
import time

import disks
import recognisers
from overt_server import Server

# The server's settings. Compaction and its like come many times in a life of a second or two, and the log says of each what
# it did; both recognisers are there, and the built-in one is the default.
SETTINGS = {
    "OVERT_UPKEEP_EVERY_SECONDS": "0.1",
    "OVERT_LOG_LEVEL": "info,overt::upkeep=debug",
    "OVERT_MODELS_MANIFESTS": str(recognisers.MANIFEST),
    "OVERT_MODELS_CALIBRATION": str(recognisers.CALIBRATION),
    "OVERT_MODELS_RECOGNISER": "overt-face-1",
}
# Bytes of the disk: far more than a run writes.
DISK_BYTES = 2 << 30
# System calls that change what is on a disk. `when` counts a thread's own calls, so each has its own scale.
CALLS = {
    "pwrite64": 300,
    "fdatasync": 40,
    "fsync": 20,
    "ftruncate": 4,
    "unlink": 4,
    "unlinkat": 4,
    "mkdir": 4,
    "rename": 4,
}
# What commands change disks with: they also write files from beginning to end.
COMMAND_CALLS = [*CALLS, "write"]


class Machine:
    """One data folder and the server on it."""

    def __init__(self, work, power_cuts):
        self.work = pathlib.Path(work)
        self.data = self.work / "disk" / "data"
        self.disk = disks.Ext4(self.work / "disk", self.work / "disk.img", DISK_BYTES) if power_cuts else None
        self.data.parent.mkdir(exist_ok=True)
        self.server = Server(self.data, log=self.work / "server.log", **SETTINGS)
        self.traced = False
        self.seen_log = 0

    def spawn(self, under=()):
        """Starts the server and waits for nothing."""
        self.traced = bool(under)
        self.server.spawn(under)

    def start(self, under=()):
        """Starts the server and waits until it is ready; seconds that took."""
        began = time.monotonic()
        self.spawn(under)
        self.server.until_ready()
        return time.monotonic() - began

    def alive(self):
        return self.server.process is not None and self.server.process.poll() is None

    def kill(self):
        """SIGKILL."""
        if self.traced:
            # The tracer must not go first: what it traces would go on.
            _kill_children(self.server.process.pid)
            self.server.process.wait()
        else:
            self.server.kill()

    def cut(self, *others):
        """The power goes: what was not flushed is lost. With it goes the server, and other processes on the disk."""
        self.disk.cut()
        self.stop()
        for process in others:
            process.kill()
            process.wait()
        self.disk.again()

    def flush(self):
        """Flushes what the harness itself wrote on the disk."""
        os.sync()

    def tidied(self):
        """What the servers did beside answering since the last question, by their log: how often they rid a store of
        deleted templates, and whether the last one died while it tidied up."""
        with open(self.server.log_path, errors="replace") as log:
            log.seek(self.seen_log)
            text = log.read()
            self.seen_log = log.tell()
        died = text.rfind("tidying the collections") > text.rfind("tidied the collections")
        return sum(map(int, re.findall(r"compactions: (\d+)", text))), died

    def stop(self):
        """Ends the server if it runs; what it left stays to be looked at."""
        if self.alive():
            self.kill()

    def close(self):
        self.stop()
        if self.disk:
            self.disk.__exit__()


def can_trace():
    """Why no process can be traced here, or None."""
    if shutil.which("strace") is None:
        return "strace is not installed"
    done = subprocess.run(["strace", "-o", "/dev/null", "true"], check=False, capture_output=True)
    return None if done.returncode == 0 else "tracing is not allowed here"


def dying_at(call, when):
    """The server under a tracer that kills it at the `when`-th such call of a thread, before the call is made."""
    return _tracer(call, f"signal=SIGKILL:when={when}")


def failing_at(call, when, error):
    """The server under a tracer that has the disk refuse the `when`-th such call of a thread."""
    return _tracer(call, f"error={error}:when={when}")


def recording(path):
    """A program that writes down which calls a command makes."""
    return ["strace", "-f", "-qq", "-o", path, "-e", f"trace={','.join(COMMAND_CALLS)}"]


def _tracer(call, what):
    return ["strace", "-f", "-qq", "-o", "/dev/null", "-e", f"trace={call}", "-e", f"inject={call}:{what}"]


def _kill_children(pid):
    """Kills what a process that was started here has started."""
    try:
        children = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    except FileNotFoundError:
        return
    for child in children:
        try:
            os.kill(int(child), signal.SIGKILL)
        except ProcessLookupError:
            pass
