"""Signed calls over a kept connection: one a thread.

Owns the difference between "refused", "unanswered" and "answered". Knows nothing of what is called. A light client: the
machine under test shares its cores with its clients. The form of its requests is that of `wire.py`, which the
conformance tests hold against the real clients.
"""

import configparser
import http.client
import json
import time

import wire

# No call of this harness takes long on a server that works; a hanging one must not stop the harness.
TIMEOUT_SECONDS = 120


class Refused(Exception):
    """The server said no, and by its own documentation did nothing."""

    def __init__(self, status, code, message):
        super().__init__(f"{code} ({status}): {message}")
        self.status, self.code, self.message = status, code, message


class Unanswered(Exception):
    """Nobody knows what became of the request."""


# "Too busy", before anything was begun (docs/errors.md): to be sent again.
BUSY = {"ProvisionedThroughputExceededException", "ThrottlingException"}


class Caller:
    """Calls one server, from one thread."""

    # Who is told of answers, for all callers.
    account = None

    def __init__(self, server, credentials=None):
        """`credentials`: an access key's id and secret; those that the server's lines name unless given."""
        self.server = server
        self.key, self.secret = credentials or _credentials(server.pasted["AWS_SHARED_CREDENTIALS_FILE"])
        self.connection = http.client.HTTPConnection(*server.address, timeout=TIMEOUT_SECONDS)

    def once(self, operation, request):
        """One request; the answer as a dictionary."""
        body = json.dumps(request).encode()
        headers = wire.sign(self.server, body, wire.TARGET + operation, key=self.key, secret=self.secret)
        try:
            answer = wire.send(self.server, body, headers, connection=self.connection)
            content = answer.json
        except (OSError, http.client.HTTPException, ValueError) as error:
            self.connection.close()
            raise Unanswered(f"{type(error).__name__}: {error}") from error
        if answer.status == 200:
            if self.account:
                self.account.answered(self.server.data, operation, request, answer.headers)
            return content
        raise Refused(answer.status, content.get("__type"), content.get("Message") or content.get("message"))

    def __call__(self, operation, **request):
        """As `once`, sent again while the server is too busy."""
        deadline = time.monotonic() + TIMEOUT_SECONDS
        while True:
            try:
                return self.once(operation, request)
            except Refused as refused:
                if refused.code not in BUSY or time.monotonic() > deadline:
                    raise
            time.sleep(0.05)

    def all(self, operation, member, **request):
        """The items of every page."""
        items, answer = [], {}
        while True:
            answer = self(operation, **request)
            items += answer[member]
            if not answer.get("NextToken"):
                return items
            request["NextToken"] = answer["NextToken"]

    def close(self):
        self.connection.close()


def _credentials(path):
    parser = configparser.ConfigParser()
    parser.read(path)
    section = parser["default"]
    return section["aws_access_key_id"], section["aws_secret_access_key"]
