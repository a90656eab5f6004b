"""The server's own life: first start, pasted lines, restart, the power cord, shutdown under load, principals."""

import base64
import concurrent.futures
import http.client
import json
import os
import pathlib
import socket
import stat
import subprocess
import sys
import time
import urllib.request

import pytest

import images
import wire
from conftest import client_of
from overt_server import Server, binary, plain_environment

ASK = """
import boto3, sys
faces = boto3.client("rekognition").detect_faces(Image={"Bytes": open(sys.argv[1], "rb").read()})["FaceDetails"]
print(len(faces))
"""


def ask(client, name=images.ASTRONAUT):
    return client.detect_faces(Image={"Bytes": images.read(name)})["FaceDetails"]


def code_of(client):
    try:
        ask(client)
    except client.exceptions.ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_pasting_the_printed_lines_is_all_that_a_shell_needs(server):
    lines = server.export_lines
    assert len(lines) == 3, lines
    script = "\n".join([*lines, f'exec "{sys.executable}" -c "$ASK" "$PICTURE"'])
    environment = plain_environment(ASK=ASK, PICTURE=str(images.PICTURES / images.ASTRONAUT))
    done = subprocess.run(["sh", "-c", script], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.strip()) == (0, "1"), done.stderr


def test_the_credentials_are_for_their_owner_only(server):
    path = pathlib.Path(server.pasted["AWS_SHARED_CREDENTIALS_FILE"])
    assert path.is_relative_to(server.data)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert stat.S_IMODE(server.data.stat().st_mode) & 0o077 == 0


def test_the_secret_is_nowhere_else_in_the_data_folder(server):
    _, secret = wire.credentials(server)
    own = pathlib.Path(server.pasted["AWS_SHARED_CREDENTIALS_FILE"])
    for path in server.data.rglob("*"):
        if path.is_file() and path != own:
            assert secret.encode() not in path.read_bytes(), path


def test_it_listens_on_loopback_unless_told_otherwise(tmp_path):
    command = [binary(), "serve", "--data", tmp_path / "data"]
    with open(tmp_path / "log", "wb") as log:
        process = subprocess.Popen(command, env=plain_environment(), stdout=subprocess.PIPE, stderr=log, text=True)
    # The port may be another program's: then the server says which address it wanted, and ends.
    printed = "".join(process.stdout.readline() for _ in range(3))
    process.terminate()
    process.wait(60)
    said = printed + (tmp_path / "log").read_text()
    assert "127.0.0.1:6837" in said and "0.0.0.0" not in said, said


def test_a_second_start_keeps_the_credentials(new_server, tmp_path):
    server = new_server()
    before, client = wire.credentials(server), client_of(server)
    assert len(ask(client)) == 1
    server.stop()
    server.start()
    assert wire.credentials(server) == before
    assert len(ask(client_of(server))) == 1


def test_the_power_cord(new_server):
    server = new_server()
    before = wire.credentials(server)
    client = client_of(server, max_pool_connections=8)
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        under_way = [pool.submit(lambda: code_of(client)) for _ in range(8)]
        server.kill()
        for each in under_way:
            assert each.exception() is not None or each.result() is None
    server.start()
    assert wire.credentials(server) == before
    assert len(ask(client_of(server))) == 1


def test_a_shutdown_finishes_what_was_accepted(new_server):
    server = new_server("workers = 1\n")
    bodies = json.dumps({"Image": {"Bytes": image_text(images.GROUPS[0])}, "Attributes": ["ALL"]}).encode()
    headers = wire.sign(server, bodies, wire.TARGET + "DetectFaces")

    def one(_):
        connection = http.client.HTTPConnection(*server.address, timeout=60)
        connection.putrequest("POST", "/", skip_host=True, skip_accept_encoding=True)
        for name, value in (headers | {"content-length": str(len(bodies))}).items():
            connection.putheader(name, value)
        connection.endheaders(bodies)
        return wire.Answer(connection.getresponse())

    with concurrent.futures.ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(one, number) for number in range(6)]
        while begun(server) < 6:
            assert not any(each.done() and each.exception() for each in asked)
        server.terminate()
        answers = [each.result() for each in asked]
    assert [answer.status for answer in answers] == [200] * 6
    assert server.wait() == 0
    with pytest.raises(OSError):
        wire.get(server, "/healthz")


# SECURITY.md and docs/operations.md: a log that cannot be written is lost, and nothing else.
@pytest.mark.parametrize("kind", ["closed", "full"])
def test_a_log_that_cannot_be_written_ends_nothing(tmp_path, kind):
    server = Server(tmp_path / "data", "workers = 1\n")
    if kind == "full":
        with open("/dev/full", "wb") as stderr:
            server.start(stderr)
    else:
        read, write = os.pipe()
        os.close(read)
        try:
            server.start(write)
        finally:
            os.close(write)
    try:
        for _ in range(3):
            assert wire.send(server, b"{}", {"content-type": "application/x-amz-json-1.1"}).status == 400
        assert len(ask(client_of(server))) == 1
    finally:
        server.terminate()
    assert server.wait() == 0


def test_requests_that_are_cut_off_are_said_by_the_exit_code(new_server):
    # Several times: the native runtime must not be torn down while a worker is in it.
    for attempt in range(3):
        server = new_server("workers = 2\n[limits]\nshutdown_seconds = 0\n", f"data-{attempt}")
        bodies = json.dumps({"Image": {"Bytes": image_text(images.GROUPS[0])}, "Attributes": ["ALL"]}).encode()
        headers = wire.sign(server, bodies, wire.TARGET + "DetectFaces")

        def one(_):
            try:
                return wire.send(server, bodies, headers).status
            except (OSError, http.client.HTTPException):
                return None

        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            asked = [pool.submit(one, number) for number in range(8)]
            while begun(server) < 8:
                pass
            server.terminate()
            answers = [each.result() for each in asked]
        assert None in answers, "nothing was cut off"
        assert server.wait() == 1, server.read_log()
        assert "cut off" in server.read_log()


def test_a_first_line_that_nobody_reads_ends_nothing(tmp_path):
    """`overt serve | head -0`: the lines to paste go nowhere, the server serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = "127.0.0.1:%d" % free.getsockname()[1]
    read, write = os.pipe()
    os.close(read)
    command = [binary(), "serve", "--data", tmp_path / "data", "--listen", address]
    with open(tmp_path / "log", "wb") as log:
        process = subprocess.Popen(command, env=plain_environment(), stdout=write, stderr=log)
    os.close(write)
    try:
        deadline = time.monotonic() + 120
        while True:
            try:
                with urllib.request.urlopen(f"http://{address}/healthz", timeout=5) as answer:
                    assert answer.status == 200
                break
            except OSError:
                assert process.poll() is None and time.monotonic() < deadline, (tmp_path / "log").read_text()
                time.sleep(0.1)
    finally:
        process.terminate()
    assert process.wait(60) == 0, (tmp_path / "log").read_text()


def begun(server):
    """How many requests the server has begun to read, by its own count."""
    lines = wire.get(server, "/metrics").body.decode().splitlines()
    return sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(("overt_in_flight", "overt_requests_total")))


def image_text(name):
    return base64.b64encode(images.read(name)).decode()


def test_a_wrong_setting_stops_the_start_and_is_named(tmp_path):
    server = Server(tmp_path / "data", "[limits]\nqueues = 3\n")
    with pytest.raises(AssertionError, match="queues"):
        server.start()
