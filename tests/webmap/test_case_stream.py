"""Who hears of which moves, and what a page that listens reads."""

import json

import pytest

from webmap import casestream
from webmap.casestream import HUB, LOST, Hub, Listener, lines

MOVE = {"number": "1" * 20, "step": 2, "move": "file", "before": "reported", "stage": "filed",
        "departments": [7], "people": [3], "case": 1, "grid": "", "user": 9}  # fmt: skip


def listener(user=1, departments=(), everything=False):
    return Listener(user, frozenset(departments), everything)


@pytest.mark.parametrize(
    ("who", "hears"),
    [
        (listener(everything=True), True),
        (listener(user=3), True),
        (listener(departments=(7, 8)), True),
        (listener(user=4, departments=(8,)), False),
    ],
)
def test_who_hears(who, hears):
    assert who.concerns(MOVE) is hears


def test_a_full_queue_says_that_something_was_lost(monkeypatch):
    monkeypatch.setattr(casestream, "KEPT", 3)
    slow = listener(everything=True)
    for _n in range(5):
        slow.tell(MOVE)
    assert slow.told.get_nowait() == {"move": LOST}


def test_a_process_holds_only_so_many(monkeypatch):
    monkeypatch.setattr(casestream, "MOST_LISTENERS", 1)
    monkeypatch.setattr(Hub, "_listen", lambda self: None)
    hub = Hub()
    first = listener()
    assert hub.join(first)
    assert not hub.join(listener())
    hub.leave(first)
    assert hub.join(listener())


def test_a_page_reads_no_more_than_it_needs():
    who = listener(everything=True)
    said = lines(who)
    assert b"event: ready" in next(said)
    who.tell(MOVE)
    event, data = next(said).decode().strip().split("\n")
    assert event == "event: move"
    shown = json.loads(data.removeprefix("data: "))
    assert shown == {name: MOVE[name] for name in ("number", "step", "move", "before", "stage")}
    who.tell({"move": LOST})
    assert next(said).startswith(b"event: lost")
    said.close()
    assert who not in HUB._listeners
