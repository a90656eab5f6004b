"""What reaches the log: who called what, and never a name, a header or a byte that a client chose."""

import base64
import datetime
import json

import pytest

import images
import wire
from conftest import FOLDER_BUCKET, STORE_BUCKET, bucket_config
from overt_server import Server

# In every place where a client can put something of its own. No encoding of it but the plain one may be looked for by
# luck: it has letters and digits only.
MARK = "Marked7Name"


@pytest.fixture(scope="module")
def talkative(tmp_path_factory, store, folder):
    """A server that logs all it can."""
    work = tmp_path_factory.mktemp("log")
    running = Server(work / "data", bucket_config(store, folder) + '\n[log]\nlevel = "trace"\n').start()
    yield running
    running.stop()


def log(server):
    return server.log_path.read_text(errors="replace")


def ask(server, operation, body, **signing):
    data = body if isinstance(body, bytes) else json.dumps(body).encode()
    answer = wire.send(server, data, wire.sign(server, data, wire.TARGET + operation, **signing))
    # What was asked is in the log by the time it is answered.
    assert answer.headers["x-amzn-requestid"] in log(server)
    return answer


def s3(bucket, key, **more):
    return {"Image": {"S3Object": {"Bucket": bucket, "Name": key} | more}}


def test_the_log_says_who_called_what(talkative):
    ask(talkative, "DetectFaces", {"Image": {"Bytes": base64.b64encode(images.read(images.ASTRONAUT)).decode()}})
    (line,) = [line for line in log(talkative).splitlines() if "DetectFaces" in line and "code=\"OK\"" in line]
    assert "first-start" in line


@pytest.mark.parametrize(
    ("operation", "body"),
    [
        ("DetectFaces", s3(MARK, "x")),
        ("DetectFaces", s3(STORE_BUCKET, f"{MARK}.jpg")),
        ("DetectFaces", s3(STORE_BUCKET, f"{MARK}/a.jpg", Version=MARK)),
        ("DetectFaces", s3(FOLDER_BUCKET, f"{MARK}.jpg")),
        ("DetectFaces", s3(FOLDER_BUCKET, f"{MARK}.jpg", Version=MARK)),
        ("DetectFaces", s3(FOLDER_BUCKET, f"../{MARK}.jpg")),
        ("DetectFaces", s3(FOLDER_BUCKET, f"{MARK}//x")),
        ("DetectFaces", s3("dead-photos", f"{MARK}.jpg")),
        ("DetectFaces", s3("missing-photos", f"{MARK}.jpg")),
        ("DetectFaces", {"Image": {"Bytes": base64.b64encode(MARK.encode()).decode()}}),
        ("DetectFaces", {"Image": {"Bytes": base64.b64encode(b"\xff\xd8\xff\xe0" + MARK.encode()).decode()}}),
        ("DetectFaces", {"Image": {"Bytes": base64.b64encode(b"\x89PNG\r\n\x1a\n" + MARK.encode()).decode()}}),
        ("DetectFaces", {"Image": {}, "Attributes": [MARK]}),
        ("DetectFaces", {"Image": MARK}),
        ("DetectFaces", {MARK: MARK}),
        ("DetectFaces", f'{{"{MARK}": '.encode()),
        (MARK, {}),
        ("CompareFaces", {"SourceImage": s3(MARK, "x")["Image"], "TargetImage": {}, "QualityFilter": MARK}),
        ("CreateCollection", {"CollectionId": MARK, "Tags": {MARK: MARK}}),
        ("CreateCollection", {"CollectionId": f"{MARK} {MARK}"}),
        ("CreateCollection", {"CollectionId": MARK}),
        ("DescribeCollection", {"CollectionId": MARK + "2"}),
        ("IndexFaces", {"CollectionId": MARK, "ExternalImageId": MARK} | s3(STORE_BUCKET, f"{MARK}.jpg")),
        ("ListFaces", {"CollectionId": MARK, "NextToken": MARK}),
        ("ListFaces", {"CollectionId": MARK, "UserId": MARK}),
        ("SearchFacesByImage", {"CollectionId": MARK} | s3(STORE_BUCKET, f"{MARK}.jpg")),
        ("SearchFaces", {"CollectionId": MARK, "FaceId": MARK}),
        ("CreateUser", {"CollectionId": MARK, "UserId": MARK, "ClientRequestToken": MARK}),
        ("CreateUser", {"CollectionId": MARK, "UserId": MARK}),
        ("AssociateFaces", {"CollectionId": MARK, "UserId": MARK, "FaceIds": ["11111111-2222-3333-4444-555555555555"]}),
        ("SearchUsers", {"CollectionId": MARK, "UserId": MARK}),
        ("DeleteUser", {"CollectionId": MARK, "UserId": MARK + "2"}),
        ("TagResource", {"ResourceArn": f"arn:aws:rekognition:x:1:collection/{MARK}", "Tags": {MARK: MARK}}),
        ("DeleteCollection", {"CollectionId": MARK}),
        ("DeleteCollection", {"CollectionId": MARK}),
    ],
)
def test_nothing_that_a_client_chose_is_logged(talkative, operation, body):
    ask(talkative, operation, body)
    assert MARK not in log(talkative)


def test_no_header_is_logged(talkative):
    body = b'{"Image": {}}'
    target = wire.TARGET + "DetectFaces"
    old = datetime.datetime.now(datetime.UTC) - datetime.timedelta(days=1)
    for signing in (
        {"key": MARK + "0123456789"},
        {"secret": MARK},
        {"region": MARK},
        {"service": MARK},
        {"now": old},
        {"extra": {"x-amz-security-token": MARK}},
        {"extra": {"user-agent": MARK, "x-marked": MARK}},
    ):
        wire.send(talkative, body, wire.sign(talkative, body, target, **signing))
    headers = wire.sign(talkative, body, target)
    signature = headers["authorization"].rpartition("=")[2]
    wire.send(talkative, body, headers)
    wire.send(talkative, body, headers | {"authorization": MARK})
    wire.send(talkative, body, headers, path=f"/{MARK}?{MARK}={MARK}")
    key, secret = wire.credentials(talkative)
    text = log(talkative)
    for private in (MARK, signature, secret, key, "AWS4-HMAC-SHA256"):
        assert private not in text
