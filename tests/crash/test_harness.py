"""The harness's own judgement, without a server: what it must and must not call a violation."""

import math
import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "conformance"))

import steps  # noqa: E402
from cutter import calls_in  # noqa: E402
from model import Face, Part, Seen, World, adopt, differences  # noqa: E402
from pool import Picture  # noqa: E402
from races import Effect, may_be  # noqa: E402
from snapshots import common, moments  # noqa: E402

POOL = {"one": Picture("one", ("a",), ""), "two": Picture("two", ("a", "b"), "")}


def own(text):
    return text.startswith("c0:")


def listed(external, left=0.1, user=None):
    face = {"ExternalImageId": external, "BoundingBox": {"Left": left, "Width": 0.3, "Top": 0, "Height": 1}}
    return face | ({"UserId": user} if user else {})


def seen(faces, users=None, tags=None):
    users = users or {}
    return {"c": Seen(faces, users, tags or {}, len(faces), len(users))}


def world(**part):
    return World({"c": Part(**part)})


def differ(world, seen):
    return differences(world, seen, own, POOL)


FACE = Face("c0:1:one", POOL["one"], 0)


def test_what_was_acknowledged_and_is_there_is_right():
    users, tags = {"c0:u": "ACTIVE", "c1:u": "CREATED"}, {"c0:t": "1", "other": "2"}
    shown = seen({"f": listed("c0:1:one", user="c0:u"), "g": listed("c1:1:one")}, users, tags)
    face = Face("c0:1:one", POOL["one"], 0, "c0:u")
    assert differ(world(faces={"f": face}, users={"c0:u"}, tags={"c0:t": "1"}), shown) == []


@pytest.mark.parametrize(
    ("believed", "shown", "text"),
    [
        (world(faces={"f": FACE}), seen({}), "face f (c0:1:one) is gone"),
        (world(), seen({"f": listed("c0:1:one")}), "face f"),
        (world(faces={"f": FACE}), seen({"f": listed("c0:2:one")}), "was added as"),
        (world(faces={"f": FACE}), seen({"f": listed("c0:1:one", user="c1:u")}), "belongs to c1:u"),
        (world(users={"c0:u"}), seen({}), "user c0:u is gone"),
        (world(), seen({}, {"c0:u": "CREATED"}), "user c0:u is there"),
        (world(users={"c0:u"}), seen({}, {"c0:u": "ACTIVE"}), "user c0:u is ACTIVE with 0 faces"),
        (world(tags={"c0:t": "1"}), seen({}), "tags are {}"),
        (world(), {}, "collection c is gone"),
        (World(), seen({}) | {"c0:x": seen({})["c"]}, "collection c0:x is there"),
    ],
)
def test_what_differs_is_told(believed, shown, text):
    assert [sentence for sentence in differ(believed, shown) if text in sentence]


def test_a_picture_in_flight_is_there_with_all_its_faces_or_with_none():
    before, step = world(), steps.IndexFaces("c", "c0:1:two", POOL["two"])
    after = before.copy()
    step.apply(after)
    whole = seen({"f": listed("c0:1:two", 0.1), "g": listed("c0:1:two", 0.6)})
    half = seen({"f": listed("c0:1:two", 0.1)})
    assert differ(before, seen({})) == [] and differ(after, seen({}))
    assert differ(after, whole) == [] and differ(before, whole)
    assert differ(before, half) and differ(after, half)
    adopt(after, whole, own, POOL)
    assert after["c"].under("c0:1:two") == {0: "f", 1: "g"}
    assert step.expected(after) == ["f", "g"] and step.expected(before) == [None, None]


def test_what_a_name_may_be_after_a_race():
    beginning = Effect(-math.inf, -math.inf, False, True, "")
    made = Effect(1, 2, True, True, "")
    later = Effect(3, 4, False, True, "")
    beside = Effect(1.5, 3.5, True, True, "")
    lost = Effect(5, math.inf, True, False, "")
    assert may_be([beginning, made]) == {True}
    assert may_be([beginning, made, later]) == {False}
    assert may_be([beginning, made, later, beside]) == {True, False}
    assert may_be([beginning, made, later, lost]) == {True, False}
    # Never answered, and long ago: it may still take effect after all others.
    early = Effect(0, math.inf, True, False, "")
    assert may_be([beginning, early, later]) == {True, False}


class Journalled:
    """A client as a snapshot is judged by: every state, with the request that made it."""

    pool = POOL

    def __init__(self, *history):
        self.history = [(line, World({"c": Part(users=users)})) for line, users in history]

    own = staticmethod(own)


class Asked:
    def __init__(self, began, ended):
        self.began, self.ended = began, ended


def test_when_a_snapshot_may_have_been_taken():
    history = [(None, set()), (Asked(1, 2), {"c0:u"}), (Asked(3, 4), set()), (Asked(5, 6), {"c0:u"})]
    client = Journalled(*history)
    assert moments(client, seen({}, {"c0:u": "CREATED"}), POOL, 0) == [(1, 4), (5, math.inf)]
    assert moments(client, seen({}), POOL, 0) == [(-math.inf, 2), (3, 6)]
    assert moments(client, seen({}, {"c0:other": "CREATED"}), POOL, 0) == []
    # The user was deleted while the ledger was still being copied, and so is deleted again. What was made since is not.
    assert moments(client, seen({}), POOL, 3.5) == [(-math.inf, 2), (1, 4), (3, 6)]
    assert moments(client, seen({}, {"c0:u": "CREATED"}), POOL, 9) == [(1, 4), (5, math.inf)]


def test_a_snapshot_is_of_one_moment():
    spans = [[(1, 4), (5, math.inf)], [(-math.inf, 2), (4.5, 7)]]
    assert common(spans, 0, 3) == 1
    assert common(spans, 2.5, 4.8) is None
    assert common(spans, 2.5, 9) == 5
    assert common(spans, 8, 9) is None


def test_the_calls_of_a_command_are_counted_by_thread():
    record = "7  pwrite64(3, ...) = 1\n8  pwrite64(3 <unfinished ...>\n7  read(3) = 1\n7  pwrite64(3) = 1\n7 +++ exited\n"
    assert calls_in(record) == [("pwrite64", 1), ("pwrite64", 1), ("pwrite64", 2)]
