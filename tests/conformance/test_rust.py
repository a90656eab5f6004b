"""The AWS SDK for Rust: each case of `rust/src/main.rs` in a process of its own."""

import re
import subprocess

import pytest

import images
import wire
from conftest import STORE_BUCKET
from overt_server import ROOT, binary

SOURCE = ROOT / "tests/conformance/rust/src/main.rs"
CASES = re.findall(r'^        "(\w+)" => ', SOURCE.read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("case", CASES)
def test_rust(server, store, case):
    store.put("rust.png", images.read(images.ASTRONAUT))
    key, secret = wire.credentials(server)
    environment = server.environment(
        AWS_ACCESS_KEY_ID=key,
        AWS_SECRET_ACCESS_KEY=secret,
        PICTURES=str(images.PICTURES),
        BUCKET=STORE_BUCKET,
        KEY="rust.png",
    )
    client = binary().with_name("overt-conformance")
    done = subprocess.run([client, case], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_cases():
    assert len(CASES) >= 8
