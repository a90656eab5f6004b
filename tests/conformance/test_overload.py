"""Too much at once: a clear refusal that SDKs know to repeat, never a pile-up."""

import concurrent.futures

import images
from conftest import client_of

# One worker and room for two more requests, so that a dozen clients are too many.
SMALL = "workers = 1\n[limits]\nqueue = 2\n"


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
