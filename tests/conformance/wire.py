"""Requests by hand: what no well-behaved client sends.

Signs as AWS Signature Version 4 says, from the recipe and not from a client's code, so that any part of a request can be
wrong on purpose. What real clients sign is tested with the real clients.
"""

import configparser
import datetime
import hashlib
import hmac
import http.client
import json

SERVICE = "rekognition"
TARGET = "RekognitionService."


class Answer:
    """A response, read to its end."""

    def __init__(self, response):
        self.status = response.status
        self.headers = response.headers
        self.body = response.read()

    @property
    def json(self):
        return json.loads(self.body)

    @property
    def code(self):
        return self.json["__type"]

    @property
    def message(self):
        """The one message member that the form of the error has."""
        body = self.json
        (name,) = {"Message", "message"} & body.keys()
        return body[name]


def credentials(server):
    """Access key and secret as the server wrote them for the client."""
    parser = configparser.ConfigParser()
    parser.read(server.pasted["AWS_SHARED_CREDENTIALS_FILE"])
    section = parser["default"]
    return section["aws_access_key_id"], section["aws_secret_access_key"]


def _hmac(key, text):
    return hmac.new(key, text.encode(), hashlib.sha256).digest()


def sign(server, body, target, *, path="/", now=None, key=None, secret=None, region="us-east-1", service=SERVICE, extra=None):
    """The headers of a correctly signed request. Any argument can be made wrong."""
    if key is None or secret is None:
        own_key, own_secret = credentials(server)
        key, secret = key or own_key, secret or own_secret
    now = now or datetime.datetime.now(datetime.UTC)
    stamp, day = now.strftime("%Y%m%dT%H%M%SZ"), now.strftime("%Y%m%d")
    host, port = server.address
    headers = {
        "content-type": "application/x-amz-json-1.1",
        "host": f"{host}:{port}",
        "x-amz-date": stamp,
        "x-amz-target": target,
    } | {name.lower(): value for name, value in (extra or {}).items()}
    names = ";".join(sorted(headers))
    lines = "".join(f"{name}:{' '.join(headers[name].split())}\n" for name in sorted(headers))
    canonical = f"POST\n{path}\n\n{lines}\n{names}\n{hashlib.sha256(body).hexdigest()}"
    scope = f"{day}/{region}/{service}/aws4_request"
    to_sign = f"AWS4-HMAC-SHA256\n{stamp}\n{scope}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signing_key = b"AWS4" + secret.encode()
    for part in (day, region, service, "aws4_request"):
        signing_key = _hmac(signing_key, part)
    signature = hmac.new(signing_key, to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = (
        f"AWS4-HMAC-SHA256 Credential={key}/{scope}, SignedHeaders={names}, Signature={signature}"
    )
    return headers


def send(server, body, headers, *, path="/", method="POST", connection=None):
    """Sends exactly this and reads the answer."""
    own = connection is None
    connection = connection or http.client.HTTPConnection(*server.address, timeout=120)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in headers.items():
            connection.putheader(name, value)
        if "content-length" not in {name.lower() for name in headers}:
            connection.putheader("content-length", str(len(body)))
        connection.endheaders(body)
        return Answer(connection.getresponse())
    finally:
        if own:
            connection.close()


def call(server, operation, request, **signing):
    """A correctly signed call with any JSON, valid or not; bytes go as they are."""
    body = request if isinstance(request, bytes) else json.dumps(request).encode()
    headers = sign(server, body, TARGET + operation, **signing)
    return send(server, body, headers, path=signing.get("path", "/"))


def get(server, path):
    """An unsigned GET, as a load balancer or a scraper sends it."""
    connection = http.client.HTTPConnection(*server.address, timeout=30)
    try:
        connection.request("GET", path)
        return Answer(connection.getresponse())
    finally:
        connection.close()
