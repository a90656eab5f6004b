"""Small disks of a test's own: one that fills up, and one that can lose what was not flushed.

Owns mounting and unmounting. Knows nothing of what lies on a disk. Mounting needs root and Linux; `refusal` says in
words for people why it cannot be done here, and whoever skips a case because of it has to print that.
"""

import ctypes
import fcntl
import os
import pathlib
import struct
import subprocess
import sys

# ext4's request to stop at once, as after a power cut: nothing more reaches the disk, not even what waits in the journal
# (EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH; fs/ext4/ext4.h).
SHUTDOWN, WITHOUT_FLUSHING = 0x8004587D, 2
CLONE_NEWNS = 0x00020000


def refusal():
    """Why no disk can be mounted here, or None."""
    if sys.platform != "linux":
        return "only Linux mounts disks for tests"
    if os.geteuid() != 0:
        return "only root mounts disks"
    return None


def own_namespace():
    """Gives this process mounts of its own, which end with it however it ends. Before it starts threads."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNS) != 0:
        raise OSError(ctypes.get_errno(), "unshare")
    _run("mount", "--make-rprivate", "/")


class Disk:
    """A mounted disk. `place` is where."""

    def __init__(self, place):
        self.place = pathlib.Path(place)
        self.place.mkdir(parents=True, exist_ok=True)

    def unmount(self):
        _run("umount", self.place)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        # Lazily: a server that a failed test left behind must not keep the folder from going.
        subprocess.run(["umount", "--lazy", self.place], check=False, capture_output=True)


class Memory(Disk):
    """A disk in memory of `size` bytes."""

    def __init__(self, place, size):
        super().__init__(place)
        _run("mount", "-t", "tmpfs", "-o", f"size={size},mode=0700", "none", self.place)


class Ext4(Disk):
    """An ext4 file system in a file, whose power can be cut."""

    def __init__(self, place, image, size):
        super().__init__(place)
        self.image = pathlib.Path(image)
        with open(self.image, "wb") as file:
            file.truncate(size)
        _run("mkfs.ext4", "-q", "-F", "-m", "0", self.image)
        self._mount()

    def _mount(self, *options):
        # What a real one does when its disk fails.
        options = ",".join(["loop", "errors=remount-ro", *options])
        _run("mount", "-o", options, self.image, self.place)

    def fail(self):
        """Has the file system meet an error, after which it is read-only."""
        device = _run("findmnt", "--noheadings", "--output", "SOURCE", self.place).strip()
        trigger = pathlib.Path("/sys/fs/ext4") / pathlib.Path(device).name / "trigger_fs_error"
        trigger.write_text("a test asked for it")

    def cut(self):
        """Cuts the power: from now on every access fails, and what was not flushed is lost."""
        folder = os.open(self.place, os.O_RDONLY)
        try:
            fcntl.ioctl(folder, SHUTDOWN, struct.pack("I", WITHOUT_FLUSHING))
        finally:
            os.close(folder)

    def again(self, read_only=False):
        """Mounts it once more, when no process has a file open on it."""
        self.unmount()
        self._mount(*(["ro"] if read_only else []))


def _run(*command):
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise OSError(f"{' '.join(map(str, command))}: {done.stderr.strip()}")
    return done.stdout
