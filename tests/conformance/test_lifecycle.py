"""The server's own life: first start, pasted lines, restart, the power cord, shutdown under load, principals."""

import base64
import concurrent.futures
import http.client
import json
import pathlib
import stat
import subprocess
import sys

import pytest

import images
import wire
from conftest import client_of
from overt_server import Server, plain_environment

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


def test_it_listens_on_loopback_unless_told_otherwise(server):
    assert server.address[0] == "127.0.0.1"


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
