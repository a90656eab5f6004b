"""The AWS SDK for JavaScript v3 on Node: each case of `javascript/cases.mjs` in a process of its own."""

import re
import subprocess

import pytest

import images
from conftest import STORE_BUCKET
from overt_server import ROOT

FOLDER = ROOT / "tests/conformance/javascript"
CASES = re.findall(r"^  async (\w+)\(", (FOLDER / "cases.mjs").read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("case", CASES)
def test_javascript(server, store, case):
    store.put("javascript.png", images.read(images.ASTRONAUT))
    environment = server.environment(PICTURES=str(images.PICTURES), BUCKET=STORE_BUCKET, KEY="javascript.png")
    done = subprocess.run(
        ["node", FOLDER / "cases.mjs", case], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_cases():
    assert len(CASES) >= 8
