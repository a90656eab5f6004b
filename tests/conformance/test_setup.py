"""The end of a set-up: a signal while networks are being fetched ends the process and all that it started."""

import os
import pathlib
import signal
import subprocess

import pytest

from overt_server import STOP_SECONDS, binary, plain_environment

# A package client that never finishes, and that has a child of its own.
CLIENT = """#!/bin/sh
[ "$1" = --version ] && exit 0
/bin/sleep 100000 &
echo $$ $! > "$PROCESSES.tmp"
/bin/mv "$PROCESSES.tmp" "$PROCESSES"
wait
"""


def alive(process):
    """Whether a process is there and not only waiting for somebody to ask how it ended."""
    try:
        state = pathlib.Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


@pytest.fixture
def environment(tmp_path):
    """No networks yet, and clients that hang."""
    programs = tmp_path / "bin"
    programs.mkdir()
    for name in ("npm", "pip"):
        path = programs / name
        path.write_text(CLIENT)
        path.chmod(0o755)
    return plain_environment(
        PATH=str(programs), PROCESSES=str(tmp_path / "processes"), OVERT_MODELS=str(tmp_path / "models")
    )


@pytest.mark.parametrize(
    ("command", "sent", "code"),
    [
        (["serve", "--listen", "127.0.0.1:0"], signal.SIGTERM, 0),
        (["serve", "--listen", "127.0.0.1:0"], signal.SIGINT, 0),
        (["models", "pull"], signal.SIGTERM, 143),
        (["models", "pull"], signal.SIGINT, 130),
        (["detect-faces", "picture.jpg"], signal.SIGINT, 130),
    ],
)
def test_a_signal_ends_the_set_up_and_its_clients(environment, tmp_path, command, sent, code):
    process = subprocess.Popen(
        [binary(), *command, "--data", tmp_path / "data"],
        env=environment,
        cwd=tmp_path,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        told = tmp_path / "processes"
        while not told.exists():
            assert process.poll() is None, process.stderr.read()
        clients = told.read_text().split()
        assert len(clients) == 2 and all(alive(client) for client in clients)
        os.kill(process.pid, sent)
        # Not how long it takes, but that it does not take as long as the client, which never ends.
        assert process.wait(STOP_SECONDS) == code, process.stderr.read()
    finally:
        process.kill()
    while any(alive(client) for client in clients):
        pass
