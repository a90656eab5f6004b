"""A file as `overt collections export` writes it, made here: thousands of faces without thousands of pictures.

Owns a second implementation of the form that crates/gallery/src/export_file.rs describes. The templates are unit vectors
drawn at random: good for lists and searches, which do not care whose they are.
"""

import base64
import hashlib
import hmac
import json
import random
import struct
import uuid

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers.aead import AESGCMSIV
from cryptography.hazmat.primitives.kdf.argon2 import Argon2id
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

VERSION, DIMENSIONS = "overt-face-1", 256
# The least that Argon2id takes in earnest: the secrets of the tests are not secret.
MEMORY_KIB, PASSES = 1 << 10, 1
# More faces than an evaluation may have, kept for longer than these were made ago.
POLICY = {"overt:purpose": "photo-organisation", "overt:legal-basis": "no-living-person"}
# When the faces were made, milliseconds since 1970.
CREATED = 1_790_000_000_000


def write(path, name, faces, passphrase, seed=1, policy=POLICY, created=CREATED):
    """Writes a collection of so many faces, the first made at `created`; their ids, in the order in which they stand there. Without a
    policy it is a file of a release before there were any."""
    chance = random.Random(seed)
    salt = chance.randbytes(16)
    root = Argon2id(salt=salt, length=32, iterations=PASSES, lanes=1, memory_cost=MEMORY_KIB).derive(
        passphrase.encode()
    )
    key = lambda label: HKDF(hashes.SHA256(), 32, salt, label).derive(root)  # noqa: E731
    cipher = AESGCMSIV(key(b"overt collection file templates 1"))
    code = hmac.new(key(b"overt collection file records 1"), digestmod=hashlib.sha256)
    ids = [_id(chance, number) for number in range(faces)]
    with open(path, "wb") as file:

        def line(**content):
            text = json.dumps(content).encode() + b"\n"
            file.write(text)
            code.update(text)

        line(
            head={
                "format": "overt-collection-1",
                "name": name,
                "version": VERSION,
                "dimensions": DIMENSIONS,
                "tags": {},
                **({"policy": policy} if policy else {}),
                "salt": _text(salt),
                "argon2id": {"memory_kib": MEMORY_KIB, "passes": PASSES},
                "check": _text(key(b"overt collection file check 1")),
            }
        )
        for number, face in enumerate(ids):
            nonce, about = chance.randbytes(12), face.bytes + VERSION.encode()
            line(
                face={
                    "id": str(face),
                    "image": str(_image(chance)),
                    "external_id": f"made-up-{number}",
                    "box": [0.25, 0.25, 0.5, 0.5],
                    "confidence": 99.5,
                    "created": created + number,
                    "template": _text(nonce + cipher.encrypt(nonce, _template(chance), about)),
                }
            )
        file.write(json.dumps({"end": {"users": 0, "faces": faces, "mac": _text(code.digest())}}).encode() + b"\n")
    return [str(face) for face in ids]


def _text(content):
    return base64.b64encode(content).decode()


def _template(chance):
    numbers = [chance.gauss(0, 1) for _ in range(DIMENSIONS)]
    length = sum(number * number for number in numbers) ** 0.5
    return struct.pack(f"<{DIMENSIONS}f", *(number / length for number in numbers))


def _id(chance, number):
    """A UUID of version 7, as FaceIds are: those that are made later are greater."""
    return _uuid((CREATED + number) << 80 | chance.getrandbits(80), version=7)


def _image(chance):
    """A UUID of version 5, as ImageIds are."""
    return _uuid(chance.getrandbits(128), version=5)


def _uuid(number, version):
    number &= ~(0xF << 76) & ~(0x3 << 62)
    return uuid.UUID(int=number | version << 76 | 0x2 << 62)
