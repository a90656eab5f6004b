"""HTTP around the operations: headers, paths, connections, body sizes, health and metrics."""

import base64
import concurrent.futures
import email.utils
import http.client
import json
import re
import socket
import uuid

import pytest

import images
import wire
from conftest import client_of

CONTENT_TYPE = "application/x-amz-json-1.1"


def detect(server, name=images.ASTRONAUT):
    return wire.call(server, "DetectFaces", {"Image": {"Bytes": base64_of(images.read(name))}})


def base64_of(data):
    return base64.b64encode(data).decode()


def test_a_success_has_the_headers_that_sdks_read(server):
    answer = detect(server)
    assert answer.status == 200
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert str(uuid.UUID(answer.headers["x-amzn-requestid"])) == answer.headers["x-amzn-requestid"]
    assert email.utils.parsedate_to_datetime(answer.headers["date"])
    assert int(answer.headers["content-length"]) == len(answer.body)


@pytest.mark.parametrize("operation, request_", [("DetectFaces", {}), ("NoSuchThing", {}), ("ListStreamProcessors", {})])
def test_an_error_has_them_too(server, operation, request_):
    answer = wire.call(server, operation, request_)
    assert answer.headers["content-type"] == CONTENT_TYPE
    assert uuid.UUID(answer.headers["x-amzn-requestid"])
    assert answer.headers["date"]


def test_each_request_has_an_id_of_its_own(server):
    ids = {wire.call(server, "DetectFaces", {}).headers["x-amzn-requestid"] for _ in range(5)}
    assert len(ids) == 5


def test_absent_members_are_left_out_and_never_null(server):
    assert b"null" not in detect(server).body


def test_one_connection_serves_many_requests(server):
    connection = http.client.HTTPConnection(*server.address, timeout=60)
    connection.connect()
    first = connection.sock
    for operation in ("DetectFaces", "ListStreamProcessors", "NoSuchThing", "DetectFaces"):
        body = b"{}"
        headers = wire.sign(server, body, wire.TARGET + operation)
        assert wire.send(server, body, headers, connection=connection).status in (400, 501)
        assert connection.sock is first, "the server closed the connection"
    connection.close()


@pytest.mark.parametrize("path", ["/rekognition", "/rekognition/", "/"])
def test_a_path_prefix_in_the_endpoint(new_server, path):
    server = new_server('prefix = "/rekognition"\n')
    answer = wire.call(server, "ListStreamProcessors", {}, path=path)
    assert (answer.status, answer.code) == (501, "NotImplementedException")


def test_boto3_with_a_path_prefix(new_server):
    server = new_server('prefix = "/rekognition"\n')
    assert server.endpoint.endswith("/rekognition")
    client = client_of(server)
    answer = client.detect_faces(Image={"Bytes": images.read(images.ASTRONAUT)})
    assert len(answer["FaceDetails"]) == 1


@pytest.mark.parametrize(
    "method, path, statuses",
    [("PUT", "/", (404, 405)), ("DELETE", "/healthz", (404, 405)), ("POST", "/elsewhere", (404,)), ("GET", "/../../etc/passwd", (400, 404))],
)
def test_nothing_else_is_served(server, method, path, statuses):
    headers = wire.sign(server, b"", wire.TARGET + "DetectFaces", path=path)
    assert wire.send(server, b"", headers, method=method, path=path).status in statuses


def test_two_images_of_the_largest_size_in_one_request(server):
    largest = images.padded_jpeg(images.read(images.OBAMA), 5_242_880)
    body = json.dumps(
        {"SourceImage": {"Bytes": base64_of(largest)}, "TargetImage": {"Bytes": base64_of(largest)}}
    ).encode()
    assert len(body) > 13_981_000
    answer = wire.call(server, "CompareFaces", body)
    assert answer.status == 200, answer.body
    assert answer.json["FaceMatches"][0]["Similarity"] > 99


def test_six_mebibyte_images_get_an_error_and_not_a_closed_connection(rekognition):
    with pytest.raises(rekognition.exceptions.ClientError) as error:
        rekognition.detect_faces(Image={"Bytes": images.padded_jpeg(images.read(images.OBAMA), 6 << 20)})
    assert error.value.response["Error"]["Code"] == "ValidationException"


@pytest.mark.parametrize("size", [16 * 1024 * 1024 + 1, 40 * 1024 * 1024])
def test_a_body_past_sixteen_mebibytes(rekognition, size):
    """The client must get to read the answer although it has not sent everything."""
    with pytest.raises(rekognition.exceptions.ClientError) as error:
        rekognition.detect_faces(Image={"Bytes": b"x" * (size * 3 // 4)})
    assert error.value.response["Error"]["Code"] == "RequestEntityTooLargeException"
    assert error.value.response["ResponseMetadata"]["HTTPStatusCode"] == 413


def test_a_length_that_lies_gets_no_memory(server):
    headers = wire.sign(server, b"", wire.TARGET + "DetectFaces") | {"content-length": str(10**15)}
    assert wire.send(server, b"", headers).status == 413


def test_many_clients_at_once_get_their_own_answers(rekognition):
    pictures = images.GROUPS + [images.ASTRONAUT, images.CAT]
    expected = {name: rekognition.detect_faces(Image={"Bytes": images.read(name)})["FaceDetails"] for name in pictures}
    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        asked = pictures * 4
        found = pool.map(lambda name: rekognition.detect_faces(Image={"Bytes": images.read(name)})["FaceDetails"], asked)
        for name, faces in zip(asked, found):
            assert faces == expected[name], name


def test_rubbish_on_the_socket_does_no_harm(server):
    for rubbish in (b"\0" * 100, b"GET / HTTP/9.9\r\n\r\n", b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 5000 + b"\r\n", b"\x16\x03\x01"):
        with socket.create_connection(server.address, timeout=10) as connection:
            try:
                connection.sendall(rubbish)
                connection.shutdown(socket.SHUT_WR)
                connection.recv(1000)
            except OSError:
                pass
    assert wire.get(server, "/healthz").status == 200


def test_what_is_no_request_gets_a_bare_status_and_the_end(server):
    """COMPATIBILITY.md: neither an id nor a body, for nothing of it was understood."""
    for rubbish, status in (
        (b"POST / HTTP/1.1\r\nhost: x\r\ncontent-length: many\r\n\r\n", b"400"),
        (b"\x16\x03\x01\x00\x05hello\r\n\r\n", b"400"),
        (b"POST / HTTP/1.1\r\n" + b"a: b\r\n" * 200 + b"\r\n", b"431"),
    ):
        with socket.create_connection(server.address, timeout=30) as connection:
            connection.sendall(rubbish)
            answer = b""
            try:
                while part := connection.recv(1000):
                    answer += part
            except ConnectionResetError:
                pass  # It did not read all that was sent.
        head, _, body = answer.partition(b"\r\n\r\n")
        assert head.split()[1] == status and body == b"", answer
        assert b"x-amzn-requestid" not in head.lower(), answer


def test_a_client_that_hangs_up_does_no_harm(server):
    body = json.dumps({"Image": {"Bytes": base64_of(images.read(images.GROUPS[0]))}}).encode()
    for sent in (len(body) // 2, len(body)):
        headers = wire.sign(server, body, wire.TARGET + "DetectFaces")
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        with socket.create_connection(server.address, timeout=10) as connection:
            connection.sendall(f"POST / HTTP/1.1\r\n{head}content-length: {len(body)}\r\n\r\n".encode() + body[:sent])
    assert detect(server).status == 200


def test_health_and_readiness(server):
    assert wire.get(server, "/healthz").status == 200
    assert wire.get(server, "/readyz").status == 200


# A sample of the Prometheus text format: name, labels, value.
SAMPLE = re.compile(r"^([a-zA-Z_:][a-zA-Z0-9_:]*)(\{[^}]*\})? ([-+0-9.eE]+|NaN|[+-]Inf)$")


def samples(server):
    answer = wire.get(server, "/metrics")
    assert answer.status == 200
    assert answer.headers["content-type"].startswith("text/plain")
    found = {}
    for line in answer.body.decode().splitlines():
        if line and not line.startswith("#"):
            name, labels, value = SAMPLE.match(line).groups()
            found[name + (labels or "")] = float(value)
    return found


def total(found, name, *parts):
    return sum(value for key, value in found.items() if key.startswith(name) and all(part in key for part in parts))


def test_metrics_count_requests_by_operation(server):
    before = samples(server)
    detect(server)
    wire.call(server, "DetectFaces", {})
    after = samples(server)
    requests = "overt_requests_total"
    assert total(after, requests, "DetectFaces") - total(before, requests, "DetectFaces") == 2
    assert total(after, requests, "ValidationException") - total(before, requests, "ValidationException") == 1


def test_metrics_time_requests_the_queue_and_the_networks(server):
    detect(server)
    found = samples(server)
    for name in ("overt_request_seconds", "overt_queue_wait_seconds", "overt_inference_seconds"):
        assert any(key.startswith(name) for key in found), name


def test_metrics_and_health_say_nothing_about_people_or_keys(server):
    key, secret = wire.credentials(server)
    detect(server)
    text = wire.get(server, "/metrics").body.decode()
    assert secret not in text and key not in text


def test_the_log_has_no_secrets_and_no_pictures(server):
    key, secret = wire.credentials(server)
    encoded = base64_of(images.read(images.ASTRONAUT))
    detect(server)
    log = server.log_path.read_text()
    assert secret not in log and encoded[:60] not in log
