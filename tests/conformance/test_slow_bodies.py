"""Bodies that come too slowly: the client reads why, and SDKs send the request again."""

import io
import socket
import threading
import time

import pytest

import images
import wire
from conftest import client_of

ONE_SECOND = "[limits]\nbody_seconds = 1\n"


class Slow(io.BytesIO):
    """A body whose second half comes when the server has given up: `over` returns then."""

    def __init__(self, body, over):
        super().__init__(body)
        self.half = len(body) // 2
        self.over = over

    def read(self, size=-1):
        if self.tell() < self.half:
            return super().read(self.half - self.tell())
        if self.over is not None:
            self.over()
            self.over = None
        return super().read(size)


def slow_attempts(client, server, count):
    """Makes the first `count` attempts of each call slow, by the same connections and bytes that boto3 would use."""
    assert timeouts(server) == 0
    attempts = []

    def over():
        # The server counts a request when it has answered it.
        for _ in range(600):
            if timeouts(server) == len(attempts):
                return
            time.sleep(0.1)
        raise AssertionError("the server never gave up waiting for the body")

    def before_send(request, **_):
        attempts.append(len(request.body))
        if len(attempts) <= count:
            request.body = Slow(request.body, over)

    client.meta.events.register("before-send.rekognition.DetectFaces", before_send)
    return attempts


def timeouts(server):
    """How many requests were answered so far because their body took too long."""
    return sum(
        float(line.split()[-1])
        for line in wire.get(server, "/metrics").body.decode().splitlines()
        if line.startswith("overt_requests_total") and "RequestTimeoutException" in line
    )


def test_boto3_reads_that_its_body_took_too_long(new_server):
    server = new_server(ONE_SECOND)
    client = client_of(server)
    attempts = slow_attempts(client, server, 1)
    with pytest.raises(client.exceptions.ClientError) as error:
        client.detect_faces(Image={"Bytes": images.read(images.ASTRONAUT)})
    told = error.value.response
    assert told["Error"]["Code"] == "RequestTimeoutException"
    assert told["ResponseMetadata"]["HTTPStatusCode"] == 408
    assert told["Error"]["Message"] == (
        "The request body did not arrive in the time allowed (1 s). Send the request again: over a faster "
        "connection, or with a smaller picture."
    )
    assert told["ResponseMetadata"]["RequestId"]
    # The connection is not used again, and the next request is served.
    assert len(client.detect_faces(Image={"Bytes": images.read(images.ASTRONAUT)})["FaceDetails"]) == 1
    assert len(attempts) == 2


@pytest.mark.parametrize("mode", ["standard", "adaptive"])
def test_boto3_sends_a_slow_body_again(new_server, mode):
    server = new_server(ONE_SECOND)
    client = client_of(server, retries={"mode": mode, "total_max_attempts": 3})
    attempts = slow_attempts(client, server, 1)
    answer = client.detect_faces(Image={"Bytes": images.read(images.ASTRONAUT)})
    assert len(answer["FaceDetails"]) == 1
    assert answer["ResponseMetadata"]["RetryAttempts"] == 1
    assert len(attempts) == 2 and len(set(attempts)) == 1
    assert timeouts(server) == 1


# docs/errors.md: "boto3: not in its legacy mode".
def test_the_oldest_way_to_retry_tells_it_at_once(new_server):
    server = new_server(ONE_SECOND)
    client = client_of(server, retries={"mode": "legacy", "total_max_attempts": 3})
    attempts = slow_attempts(client, server, 1)
    with pytest.raises(client.exceptions.ClientError, match="RequestTimeoutException"):
        client.detect_faces(Image={"Bytes": images.read(images.ASTRONAUT)})
    assert len(attempts) == 1


def test_a_body_that_trickles_is_not_waited_for(new_server):
    """Each byte in time does not make the body be in time; the answer is there to be read all the same."""
    server = new_server(ONE_SECOND)
    body = b'{"Image": {"Bytes": "' + b"A" * 4_000_000 + b'"}}'
    headers = wire.sign(server, body, wire.TARGET + "DetectFaces") | {"content-length": str(len(body))}
    head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    with socket.create_connection(server.address, timeout=60) as connection:
        connection.sendall(f"POST / HTTP/1.1\r\n{head}\r\n".encode())
        answered = threading.Event()

        def trickle():
            for start in range(0, len(body), 100):
                if answered.wait(0.005):
                    return
                try:
                    connection.sendall(body[start : start + 100])
                except OSError:
                    return

        sender = threading.Thread(target=trickle)
        sender.start()
        received = b""
        try:
            while part := connection.recv(65536):
                received += part
        finally:
            answered.set()
            sender.join()
    head, _, rest = received.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 408 "), received
    assert b"RequestTimeoutException" in rest
    assert b"connection: close" in head.lower()
