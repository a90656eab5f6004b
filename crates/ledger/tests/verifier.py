"""A second verifier of a ledger, written from the specifications (RFC 6962, C2SP tlog-tiles, tlog-checkpoint, signed-note)
and not from Overt's: python3 verifier.py FOLDER VERIFIER_KEY [EARLIER_SIZE EARLIER_ROOT]

It needs nothing but the files, the public key and Python's standard library (Ed25519 included, after RFC 8032, slowly).
Exit status 0 and one line: size and root. Anything else: status 1 and what is wrong.
"""

import base64
import hashlib
import pathlib
import sys

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
ORDER = 2**252 + 27742317777372353535851937790883648493


class Wrong(Exception):
    pass


def recover_x(y, sign):
    x2 = (y * y - 1) * pow(D * y * y + 1, -1, P) % P
    x = pow(x2, (P + 3) // 8, P)
    if (x * x - x2) % P:
        x = x * pow(2, (P - 1) // 4, P) % P
    if (x * x - x2) % P:
        raise Wrong("a point of a signature is not on the curve")
    return P - x if x % 2 != sign else x


def add(p, q):
    (x1, y1), (x2, y2) = p, q
    k = D * x1 * x2 * y1 * y2 % P
    x = (x1 * y2 + x2 * y1) * pow(1 + k, -1, P)
    y = (y1 * y2 + x1 * x2) * pow(1 - k, -1, P)
    return x % P, y % P


def times(point, n):
    result = (0, 1)
    while n:
        if n & 1:
            result = add(result, point)
        point = add(point, point)
        n >>= 1
    return result


def decompress(data):
    number = int.from_bytes(data, "little")
    y, sign = number & (2**255 - 1), number >> 255
    return recover_x(y, sign), y


BASE_Y = 4 * pow(5, -1, P) % P
BASE = (recover_x(BASE_Y, 0), BASE_Y)


def ed25519(public, message, signature):
    a, r = decompress(public), decompress(signature[:32])
    s = int.from_bytes(signature[32:], "little")
    if s >= ORDER:
        return False
    h = int.from_bytes(hashlib.sha512(signature[:32] + public + message).digest(), "little") % ORDER
    return times(BASE, s) == add(r, times(a, h))


def leaf(data):
    return hashlib.sha256(b"\0" + data).digest()


def node(left, right):
    return hashlib.sha256(b"\1" + left + right).digest()


def root(hashes):
    """RFC 6962, 2.1, over leaf hashes, without recursion: a stack of complete subtrees, merged from the right."""
    stack = []
    for number, value in enumerate(hashes, 1):
        stack.append(value)
        while number % 2 == 0:
            right, left = stack.pop(), stack.pop()
            stack.append(node(left, right))
            number //= 2
    if not stack:
        return hashlib.sha256(b"").digest()
    value = stack.pop()
    while stack:
        value = node(stack.pop(), value)
    return value


def path(kind, index, width):
    digits = f"{index:03}" if index < 1000 else None
    if digits is None:
        groups = []
        while index:
            groups.append(f"{index % 1000:03}")
            index //= 1000
        digits = "/".join(["x" + group for group in reversed(groups[1:])] + [groups[0]])
    return f"tile/{kind}/{digits}" + ("" if width == 256 else f".p/{width}")


def checkpoint(folder, vkey):
    note = (folder / "checkpoint").read_text()
    text, _, lines = note.rpartition("\n\n")
    text += "\n"
    name, key_hash, key = vkey.split("+", 2)
    key = base64.b64decode(key, validate=True)
    if key[0] != 1 or len(key) != 33:
        raise Wrong("the key is no Ed25519 key of a log")
    if hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() != key_hash:
        raise Wrong("the key's hash is not that of its name and bytes")
    found = False
    for line in lines.splitlines():
        dash, signer, signature = line.split(" ")
        signature = base64.b64decode(signature, validate=True)
        if dash == "\u2014" and signer == name and signature[:4].hex() == key_hash:
            if not ed25519(key[1:], text.encode(), signature[4:]):
                raise Wrong("the signature does not fit the checkpoint")
            found = True
    if not found:
        raise Wrong("the checkpoint is not signed by the key")
    origin, size, value = text.split("\n")[:3]
    if origin != name:
        raise Wrong("the checkpoint is another log's")
    return int(size), base64.b64decode(value, validate=True)


def entries(data):
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + length > len(data):
            raise Wrong("a bundle ends early")
        yield data[at + 2 : at + 2 + length]
        at += 2 + length


def main(folder, vkey, earlier=None):
    folder = pathlib.Path(folder)
    size, signed = checkpoint(folder, vkey)
    leaves = []
    for index in range((size + 255) // 256):
        width = min(256, size - 256 * index)
        bundle = [leaf(entry) for entry in entries((folder / path("entries", index, width)).read_bytes())]
        if len(bundle) != width:
            raise Wrong(f"bundle {index} has {len(bundle)} entries, not {width}")
        leaves += bundle
    level, row = 0, leaves
    while row:
        for index in range((len(row) + 255) // 256):
            part = row[256 * index : 256 * index + 256]
            if (folder / path(level, index, len(part))).read_bytes() != b"".join(part):
                raise Wrong(f"tile {index} of level {level} is not that of its entries")
        row = [root(row[256 * i : 256 * i + 256]) for i in range(len(row) // 256)]
        level += 1
    if root(leaves) != signed:
        raise Wrong("the entries have another root than was signed")
    if earlier and (earlier[0] > size or root(leaves[: earlier[0]]) != earlier[1]):
        raise Wrong("the log is no continuation of what it was")
    print(size, base64.b64encode(signed).decode())


if __name__ == "__main__":
    arguments = sys.argv[1:]
    before = (int(arguments[2]), base64.b64decode(arguments[3])) if len(arguments) == 4 else None
    try:
        main(arguments[0], arguments[1], before)
    except (Wrong, ValueError, OSError) as error:
        print(f"wrong: {error}")
        sys.exit(1)
