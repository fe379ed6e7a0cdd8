"""Who hears of which moves, and what a page that listens reads."""

import json

import pytest

from spatial.cases.models import CaseClass
from spatial.cases.stages import Stage
from tests.spatial.cases.conftest import photos_apart, world  # noqa: F401 - fixtures
from webmap import casestream
from webmap.casestream import HUB, LOST, Hub, Listener, lines

MOVE = {"number": "1" * 20, "step": 2, "move": "file", "before": "reported", "stage": "filed",
        "departments": [7], "former": [6], "people": [3], "case": 1}  # fmt: skip


def listener(user=1, departments=(), everything=False, language="zh-hans"):
    return Listener(user, frozenset(departments), everything, language)


def shown(said):
    """The facts of the lines that one browser was sent."""
    found = [line.removeprefix("data: ") for line in said.decode().split("\n")]
    return [json.loads(line) for line in found if line.startswith("{") and line != "{}"]


@pytest.mark.parametrize(
    ("who", "hears"),
    [
        (listener(everything=True), True),
        (listener(user=3), True),
        (listener(departments=(7, 8)), True),
        (listener(departments=(6,)), True),
        (listener(user=4, departments=(8,)), False),
    ],
)
def test_who_hears(who, hears):
    assert who.concerns(MOVE) is hears


def test_a_full_queue_says_that_something_was_lost(monkeypatch):
    monkeypatch.setattr(casestream, "KEPT", 3)
    slow = listener(everything=True)
    for _n in range(5):
        slow.tell(b"something")
    assert slow.told.get_nowait() == LOST


def test_a_process_holds_only_so_many(monkeypatch):
    monkeypatch.setattr(casestream, "MOST_LISTENERS", 1)
    monkeypatch.setattr(Hub, "_listen", lambda self: None)
    hub = Hub()
    first = listener()
    assert hub.join(first)
    assert not hub.join(listener())
    hub.leave(first)
    assert hub.join(listener())


def test_a_page_is_told_what_it_shows(world, client):  # noqa: F811
    case = world.case(Stage.DISPATCHED)
    CaseClass.objects.filter(pk=case.case_class_id).update(name_en="Litter")
    move = {**MOVE, "case": case.pk, "number": case.number, "step": case.step}
    hub = Hub()
    chinese, english = listener(everything=True), listener(3, language="en")
    had, other = listener(departments=(6,)), listener(departments=(8,))
    hub._listeners = {chinese, english, had, other}
    hub.tell_all([move])
    (one,), (two,) = (shown(who.told.get_nowait()) for who in (chinese, english))
    assert {name: one[name] for name in ("number", "step", "move", "before", "stage")} == {
        name: move[name] for name in ("number", "step", "move", "before", "stage")
    }
    client.force_login(world.operator)
    row = client.get(f"/api/v1/cases?text={case.number}").json()["cases"][0]
    assert one["row"] == row
    assert two["row"]["case_class"]["name"] == "Litter" != row["case_class"]["name"]
    # Who had it hears that it moved, and no more.
    assert shown(had.told.get_nowait())[0]["row"] is None
    assert other.told.empty()


def test_where_too_much_moves_pages_are_told_to_ask(monkeypatch):
    monkeypatch.setattr(casestream, "MOST_ROWS", 2)
    hub, one, other = Hub(), listener(everything=True), listener()
    hub._listeners = {one, other}
    hub.tell_all([{**MOVE, "case": key} for key in (1, 2, 3)])
    assert one.told.get_nowait() == LOST
    assert other.told.empty()


def test_what_was_told_is_sent():
    who = listener(everything=True)
    said = lines(who)
    assert b"event: ready" in next(said)
    who.tell(LOST)
    assert next(said).startswith(b"event: lost")
    said.close()
    assert who not in HUB._listeners
