"""Too much at once: a clear refusal that SDKs know to repeat, never a pile-up."""

import concurrent.futures
import contextlib
import subprocess
import threading

import pytest

import images
from conftest import client_of, program

# One worker and room for two more requests, so that a dozen clients are too many.
SMALL = "workers = 1\n[limits]\nqueue = 2\n"

# One worker and room for all, but for a second only: what comes behind a dozen costly pictures waits longer.
IMPATIENT = "workers = 1\n[limits]\nqueue_seconds = 1\n"


def ask(client, _=None):
    try:
        answer = client.detect_faces(Image={"Bytes": images.read(images.GROUPS[0])}, Attributes=["ALL"])
        return len(answer["FaceDetails"]), answer["ResponseMetadata"]["RetryAttempts"]
    except client.exceptions.ProvisionedThroughputExceededException as error:
        return error.response, 0


def test_a_full_queue_throttles_and_the_sdk_tries_again(new_server):
    server = new_server(SMALL)
    hasty = client_of(server, max_pool_connections=16)
    patient = client_of(
        server, max_pool_connections=16, retries={"mode": "standard", "total_max_attempts": 20}
    )
    with concurrent.futures.ThreadPoolExecutor(16) as pool:
        first = [answer for answer, _ in pool.map(lambda _: ask(hasty), range(48))]
        refusals = [answer for answer in first if isinstance(answer, dict)]
        served = [answer for answer in first if isinstance(answer, int)]
        assert refusals and served
        for refusal in refusals:
            assert refusal["ResponseMetadata"]["HTTPStatusCode"] == 400
            assert refusal["Error"]["Message"].startswith("Provisioned Rate exceeded")
        second = list(pool.map(lambda _: ask(patient), range(24)))
    assert all(isinstance(answer, int) for answer, _ in second), "a patient client was never served"
    assert len({answer for answer, _ in second} | set(served)) == 1
    assert any(retries > 0 for _, retries in second), "nothing was ever throttled"


@pytest.fixture(scope="module")
def costly():
    """A small file whose picture keeps a worker busy for some tenths of a second: large, and without a sure face."""
    return images.png_bomb(4000, 4000)


@contextlib.contextmanager
def busy(server, picture):
    """Has a dozen of these pictures wait for the worker until it is told to stop, or the block ends."""
    enough = threading.Event()
    client = client_of(server, max_pool_connections=12)

    def keep_asking():
        codes = []
        while not enough.is_set():
            try:
                client.detect_faces(Image={"Bytes": picture})
            except client.exceptions.ClientError as error:
                codes.append(error.response["Error"]["Code"])
        return codes

    with concurrent.futures.ThreadPoolExecutor(12) as pool:
        asking = [pool.submit(keep_asking) for _ in range(12)]
        try:
            yield enough
        finally:
            enough.set()
    assert {code for each in asking for code in each.result()} <= {"ThrottlingException"}


def until_refused(ask, times=50):
    """The first refusal of a call that is made again and again. A call can have luck and find the worker free."""
    for _ in range(times):
        refusal = ask()
        if refusal is not None:
            return refusal
    raise AssertionError("never refused")


def test_who_waits_too_long_for_a_worker_is_told_to_come_again(new_server, costly):
    server = new_server(IMPATIENT)
    client = client_of(server)

    def ask():
        try:
            client.detect_faces(Image={"Bytes": images.read(images.ASTRONAUT)})
        except client.exceptions.ThrottlingException as error:
            return error.response
        return None

    with busy(server, costly):
        refusal = until_refused(ask)
    assert refusal["ResponseMetadata"]["HTTPStatusCode"] == 500
    message = refusal["Error"]["Message"]
    assert message.startswith("Service Unavailable."), message
    assert message.endswith("Send the request again after a pause."), message
    assert refusal["ResponseMetadata"]["RequestId"]
    assert ask() is None, "refused although nobody else asks"


@pytest.mark.parametrize("mode", ["standard", "legacy"])
def test_boto3_tries_again_until_a_worker_is_free(new_server, costly, mode):
    server = new_server(IMPATIENT)
    client = client_of(server, retries={"mode": mode, "total_max_attempts": 20})
    with busy(server, costly) as enough:
        seen = []

        def look(response, **_):
            # What botocore's retry handler is asked about: each attempt's answer. After the first refusal the load ends.
            if response is not None and "Error" in response[1]:
                seen.append((response[0].status_code, response[1]["Error"]["Code"]))
                enough.set()

        client.meta.events.register_first("needs-retry.rekognition.DetectFaces", look)

        def ask():
            answer = client.detect_faces(Image={"Bytes": images.read(images.ASTRONAUT)})
            return answer if seen else None

        answer = until_refused(ask)
    assert set(seen) == {(500, "ThrottlingException")}
    assert answer["ResponseMetadata"]["RetryAttempts"] == len(seen)
    assert len(answer["FaceDetails"]) == 1


def test_the_aws_cli_tells_what_to_do(new_server, costly):
    server = new_server(IMPATIENT)
    picture = f"fileb://{images.PICTURES / images.ASTRONAUT}"
    command = [program("python"), program("aws"), "rekognition", "detect-faces", "--image-bytes", picture]

    def ask():
        once = server.environment(AWS_MAX_ATTEMPTS="1")
        done = subprocess.run(command, env=once, capture_output=True, text=True, check=False)
        return done if done.returncode else None

    with busy(server, costly):
        refused = until_refused(ask)
    assert "(ThrottlingException)" in refused.stderr, refused.stderr
    assert "Send the request again after a pause." in refused.stderr, refused.stderr
