"""A second verifier of a ledger, written from the specifications (RFC 6962, RFC 8032; C2SP signed-note, tlog-checkpoint, tlog-tiles,
tlog-cosignature, tlog-proof) and not from Overt's own code. It needs the files, the public key and Python's standard library.

    python3 verifier.py verify PLACE KEY [--witness KEY]... [--earlier SIZE ROOT] [--entries]
    python3 verifier.py proof FILE ENTRY_FILE KEY [--witness KEY]...

PLACE is a folder or an address that begins with http, of a log or of a server that has one, KEY a public key or a file with one. Exit status 0: all is right, and one line says size and root (and one each for
the witnesses that have cosigned). With --entries every entry is written before that, a line each. Exit status 1: one line says what is
wrong. To be read in this order: the signature (ed25519), the note (signed), the tree (leaf, node, root), the files (path, entries), and
what is demanded of them (verify, proof).
"""

import argparse
import base64
import hashlib
import pathlib
import sys
import urllib.error
import urllib.request

P = 2**255 - 19
D = -121665 * pow(121666, -1, P) % P
# Where a server of Overt has its log.
LEDGER = "/overt/v1/ledger"
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


def parse_key(vkey, kind):
    """name+hash+base64 of a type byte (1: a log's, 4: a witness's) and the Ed25519 key."""
    name, key_hash, key = vkey.strip().split("+", 2)
    key = base64.b64decode(key, validate=True)
    if len(key) != 33 or key[0] != kind:
        raise Wrong(f"the key of {name} is none of type {kind}")
    if hashlib.sha256(name.encode() + b"\n" + key).digest()[:4].hex() != key_hash:
        raise Wrong("the key's hash is not that of its name and bytes")
    return name, key_hash, key[1:]


def taken_apart(note):
    """Text and signatures of a note. A line of another form makes it none; what is in the signatures of keys that nobody asks for counts for nothing."""
    text, gap, lines = note.rpartition("\n\n")
    if not gap or not lines.endswith("\n") or len(note.encode()) > 65536 or any(c < " " and c != "\n" or c == "\x7f" for c in note):
        raise Wrong("this is no signed note")
    signatures = []
    for line in lines[:-1].split("\n"):
        dash, _, rest = line.partition(" ")
        name, _, written = rest.partition(" ")
        signature = base64.b64decode(written, validate=True)
        whole = len(signature) > 4 and base64.b64encode(signature).decode() == written
        if dash != "\u2014" or not name or "+" in name or any(c.isspace() for c in name) or not whole:
            raise Wrong("a signature line is not of the form \u2014 name base64")
        signatures.append((name, signature))
    return text + "\n", signatures


def signed(note, vkey, kind):
    """The time of the key's signature under the note (0 for a log's own); None if there is none."""
    text, signatures = taken_apart(note)
    name, key_hash, public = parse_key(vkey, kind)
    when = None
    for signer, signature in signatures:
        if signer != name or signature[:4].hex() != key_hash:
            continue
        signature, message, when = signature[4:], text.encode(), 0
        if kind == 4:
            when, signature = int.from_bytes(signature[:8], "big"), signature[8:]
            message = f"cosignature/v1\ntime {when}\n{text}".encode()
        if len(signature) != 64 or not ed25519(public, message, signature):
            raise Wrong(f"the signature of {name} does not fit the checkpoint")
    return when


def checkpoint(note, vkey, witnesses):
    """Size and root that the key has signed, and the witnesses that have cosigned them."""
    if signed(note, vkey, 1) is None:
        raise Wrong("the checkpoint is not signed by the key")
    origin, size, value = note.split("\n")[:3]
    if origin != vkey.split("+")[0]:
        raise Wrong("the checkpoint is another log's")
    seen = [(witness.split("+")[0], signed(note, witness, 4)) for witness in witnesses]
    if witnesses and not any(time is not None for _, time in seen):
        raise Wrong("none of the witnesses has cosigned the checkpoint")
    return int(size), base64.b64decode(value, validate=True), [(n, t) for n, t in seen if t is not None]


def reader(place):
    """A function from a path of the log to its bytes; None for what is not there."""

    def from_folder(path):
        file = pathlib.Path(place) / path
        return file.read_bytes() if file.is_file() else None

    def from_web(path):
        try:
            with urllib.request.urlopen(f"{place.rstrip('/')}/{path}", timeout=60) as answer:
                return answer.read()
        except urllib.error.HTTPError as error:
            if 400 <= error.code < 500:
                return None
            raise

    return from_web if place.startswith("http") else from_folder


def need(read, path, width=256):
    """A file that has to be there; for a partial one the full one will do, whose beginning it is."""
    data = read(path)
    if data is None and width < 256:
        data = read(path.rpartition(".p/")[0])
    if data is None:
        raise Wrong(f"{path} is missing")
    return data


def entries(data):
    at = 0
    while at < len(data):
        length = int.from_bytes(data[at : at + 2], "big")
        if at + 2 + length > len(data):
            raise Wrong("a bundle ends early")
        yield data[at + 2 : at + 2 + length]
        at += 2 + length


def verify(place, vkey, witnesses, earlier, show):
    read = reader(place)
    if place.startswith("http") and read("checkpoint") is None:
        # The address of a server that keeps other things beside its log.
        read = reader(place.rstrip("/") + LEDGER)
    note = need(read, "checkpoint").decode()
    size, value, seen = checkpoint(note, vkey, witnesses)
    leaves = []
    for index in range((size + 255) // 256):
        width = min(256, size - 256 * index)
        found = list(entries(need(read, path("entries", index, width), width)))
        if len(found) != width and not (width < 256 and len(found) == 256):
            raise Wrong(f"bundle {index} has {len(found)} entries, not {width}")
        for entry in found[:width]:
            leaves.append(leaf(entry))
            if show:
                sys.stdout.buffer.write(entry + b"\n")
    level, row = 0, leaves
    while row:
        for index in range((len(row) + 255) // 256):
            part = row[256 * index : 256 * index + 256]
            tile = need(read, path(level, index, len(part)), len(part))
            if tile != b"".join(part) and not (len(tile) == 8192 and tile.startswith(b"".join(part))):
                raise Wrong(f"tile {index} of level {level} is not that of its entries")
        row = [root(row[256 * i : 256 * i + 256]) for i in range(len(row) // 256)]
        level += 1
    if root(leaves) != value:
        raise Wrong("the entries have another root than was signed")
    if earlier and (earlier[0] > size or root(leaves[: earlier[0]]) != earlier[1]):
        raise Wrong("the log is no continuation of what it was")
    return size, value, seen


def proof(text, entry, vkey, witnesses):
    """C2SP tlog-proof, verified as RFC 9162, 2.1.3.2 describes it: bits of index and last index, from the leaf up."""
    head, _, note = text.partition("\n\n")
    lines = head.split("\n")
    if lines.pop(0) != "c2sp.org/tlog-proof@v1":
        raise Wrong("this is no proof")
    if lines and lines[0].startswith("extra "):
        lines.pop(0)
    index = int(lines.pop(0).removeprefix("index "))
    size, value, seen = checkpoint(note, vkey, witnesses)
    if index >= size:
        raise Wrong("the entry is not under the checkpoint")
    number, last, result = index, size - 1, leaf(entry)
    for line in lines:
        other = base64.b64decode(line, validate=True)
        if last == 0 or len(other) != 32:
            raise Wrong("the proof is too long")
        if number & 1 or number == last:
            result = node(other, result)
            while number & 1 == 0 and number:
                number, last = number >> 1, last >> 1
        else:
            result = node(result, other)
        number, last = number >> 1, last >> 1
    if last != 0 or result != value:
        raise Wrong(f"it is not proved that this is entry {index}")
    return size, value, seen


def key_in(text):
    """The key, where a file was named that has it in its first line that is no comment."""
    if text.count("+") >= 2 and not pathlib.Path(text).exists():
        return text
    lines = [line.strip() for line in pathlib.Path(text).read_text().splitlines()]
    found = next((line for line in lines if line and not line.startswith("#")), "")
    if found.count("+") < 2:
        raise Wrong(f"{text} has no key in it: name+hash+base64")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    verifying = commands.add_parser("verify")
    verifying.add_argument("place")
    verifying.add_argument("key")
    verifying.add_argument("--earlier", nargs=2, metavar=("SIZE", "ROOT"))
    verifying.add_argument("--entries", action="store_true")
    proving = commands.add_parser("proof")
    proving.add_argument("file")
    proving.add_argument("entry")
    proving.add_argument("key")
    for command in (verifying, proving):
        command.add_argument("--witness", action="append", default=[])
    given = parser.parse_args()
    try:
        given.key, given.witness = key_in(given.key), [key_in(text) for text in given.witness]
        if given.command == "verify":
            earlier = given.earlier and (int(given.earlier[0]), base64.b64decode(given.earlier[1], validate=True))
            size, value, seen = verify(given.place, given.key, given.witness, earlier, given.entries)
        else:
            text, entry = pathlib.Path(given.file).read_text(), pathlib.Path(given.entry).read_bytes()
            size, value, seen = proof(text, entry, given.key, given.witness)
    except (Wrong, ValueError, OSError) as error:
        print(f"wrong: {error}")
        sys.exit(1)
    print(size, base64.b64encode(value).decode())
    for name, time in seen:
        print("cosigned by", name, time)


if __name__ == "__main__":
    main()
