"""A real `overt serve`, as a user starts it.

Owns the process: its data folder, what it prints, its end. Knows nothing of Rekognition's operations. Everything a
client learns about the server comes from the lines it printed to be pasted.
"""

import os
import pathlib
import queue
import re
import shlex
import signal
import subprocess
import threading
import time
import urllib.error
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The first start of a machine fetches and imports the weights.
FIRST_START_SECONDS = 900
# How long a server that was told to stop may take to finish what it accepted.
STOP_SECONDS = 60


def binary():
    """The program under test: the dev build, or what OVERT_BINARY names."""
    return pathlib.Path(os.environ.get("OVERT_BINARY", ROOT / "target/debug/overt"))


def plain_environment(**more):
    """The environment of a person who has set nothing: no AWS_ or OVERT_ variables but where the weights are."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AWS_", "OVERT_")) or name == "OVERT_MODELS"
    }
    return kept | {"AWS_EC2_METADATA_DISABLED": "true"} | more


class Server:
    """One server on a free port of 127.0.0.1."""

    def __init__(self, data, config=None, log=None, **environment):
        self.data = pathlib.Path(data)
        self.log_path = pathlib.Path(log or self.data.parent / f"{self.data.name}.log")
        self.more = environment
        self.config = None
        if config is not None:
            self.config = self.data.parent / f"{self.data.name}.toml"
            self.config.write_text(config)
        self.process = None
        self.pasted = {}
        self.lines = []

    def start(self, stderr=None):
        """Starts the server and waits until it says that it is ready. Returns itself. Its log goes to `stderr`, or to a
        file beside the data folder."""
        self.spawn(stderr=stderr)
        return self.until_ready()

    def spawn(self, under=(), stderr=None):
        """Starts the server and waits for nothing. `under`: a program, with arguments, that starts it in turn."""
        command = [*under, binary(), "serve", "--data", self.data, "--listen", "127.0.0.1:0"]
        if self.config:
            command += ["--config", self.config]
        with open(self.log_path, "ab") as log:
            self.process = subprocess.Popen(
                command, env=plain_environment(**self.more), stdout=subprocess.PIPE, stderr=stderr or log, text=True
            )
        self.pasted, self.lines = {}, []
        self._arrived = queue.Queue()
        threading.Thread(target=self._read, args=(self.process.stdout, self._arrived), daemon=True).start()

    def until(self, reached=lambda: True):
        """Waits until a started server has printed its lines and `reached` is true. Returns itself."""
        arrived = self._arrived
        deadline = time.monotonic() + FIRST_START_SECONDS
        while "AWS_ENDPOINT_URL_REKOGNITION" not in self.pasted or not reached():
            if self.process.poll() is not None:
                raise AssertionError(f"the server ended with {self.process.returncode}:\n{self.read_log()}")
            if time.monotonic() > deadline:
                self.process.kill()
                raise AssertionError(f"the server was not ready in time:\n{self.lines}\n{self.read_log()}")
            try:
                self._take(arrived.get(timeout=0.1))
            except queue.Empty:
                pass
        while not arrived.empty():
            self._take(arrived.get())
        return self

    def until_ready(self):
        """Waits until a started server says that it is ready. Returns itself."""
        return self.until(self._ready)

    @staticmethod
    def _read(stream, arrived):
        for line in stream:
            arrived.put(line)

    def _take(self, line):
        self.lines.append(line.rstrip("\n"))
        words = shlex.split(line, comments=True)
        if words[:1] == ["export"]:
            self.pasted |= dict(word.split("=", 1) for word in words[1:])

    def _ready(self):
        try:
            with urllib.request.urlopen("http://%s:%d/readyz" % self.address, timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    @property
    def endpoint(self):
        return self.pasted["AWS_ENDPOINT_URL_REKOGNITION"].rstrip("/")

    @property
    def address(self):
        """Host and port to connect to."""
        host, port = re.fullmatch(r"http://([^:/]+):(\d+)(?:/.*)?", self.endpoint).groups()
        return host, int(port)

    @property
    def export_lines(self):
        return [line.strip() for line in self.lines if line.strip().startswith("export ")]

    def environment(self, **more):
        """What a client sees that was started in a shell with the lines pasted."""
        return plain_environment(**self.pasted, **more)

    def overt(self, *arguments, check=True, stdout=subprocess.PIPE):
        """Runs the command line tool on this server's data folder."""
        command = [binary(), *map(str, arguments), "--data", self.data]
        return subprocess.run(
            command, env=plain_environment(), stdout=stdout, stderr=subprocess.PIPE, text=True, check=check
        )

    def read_log(self):
        return self.log_path.read_text(errors="replace")[-6000:]

    def terminate(self):
        """Asks the server to stop, as an init system does; does not wait."""
        self.process.send_signal(signal.SIGTERM)

    def wait(self):
        return self.process.wait(STOP_SECONDS)

    def kill(self):
        """The power cord."""
        self.process.kill()
        self.process.wait()

    def stop(self):
        if self.process is None or self.process.poll() is not None:
            return
        self.terminate()
        try:
            self.wait()
        except subprocess.TimeoutExpired:
            self.kill()
            raise AssertionError(f"the server did not stop:\n{self.read_log()}") from None
