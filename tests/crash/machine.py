"""The machine that the server runs on: its data folder, its starts, and the ways in which it dies.

Owns the process; where it can mount one, a disk that loses what was not flushed; where there is `strace`, death at a
chosen system call, and disks that refuse one. Knows nothing of clients.
"""

import os
import pathlib
import shutil
import signal
import subprocess
import time

import disks
from overt_server import Server

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
}


class Machine:
    """One data folder and the server on it."""

    def __init__(self, work, power_cuts):
        self.work = pathlib.Path(work)
        self.data = self.work / "disk" / "data"
        self.disk = disks.Ext4(self.work / "disk", self.work / "disk.img", DISK_BYTES) if power_cuts else None
        self.data.parent.mkdir(exist_ok=True)
        self.server = Server(self.data, log=self.work / "server.log")
        self.traced = False

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

    def cut(self, process=None):
        """The power goes: what was not flushed is lost. With it goes the server, or another process on the disk."""
        self.disk.cut()
        if process is None:
            self.kill()
        else:
            process.kill()
            process.wait()
        self.disk.again()

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
