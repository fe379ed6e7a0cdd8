"""Test 17: the order of a case's stages, over HTTP and against replays.

All stages × roles × moves, and every move that lacks what it needs, are tried at the service in
`tests/spatial/cases/test_moves.py`, with all rows compared before and after; that a stale ``seen``
is 409 in `tests/webmap/test_cases.py`. Here: what a browser can send beside that.
"""

import uuid
from collections import Counter

import pytest

from spatial.cases.models import Case, CaseEvent
from spatial.cases.moves import MOVES
from spatial.cases.stages import Stage
from tests.spatial.cases.conftest import World, photos_apart, world  # noqa: F401

CASES = "/api/v1/cases"
PEOPLE = ("operator", "dispatcher", "inspector", "worker", "leader", "forcer")


@pytest.fixture
def send(world, client):  # noqa: F811
    def sent(who, case, move, **body):
        client.force_login(getattr(world, who))
        address = f"{CASES}/{case.number}/moves/{move}"
        answer = client.post(address, body, content_type="application/json")
        return answer.status_code, answer.json().get("code", ""), answer.json()

    return sent


def state(case):
    events = CaseEvent.objects.order_by("pk").values()
    return Case.objects.filter(pk=case.pk).values().get(), list(events)


@pytest.mark.parametrize(
    ("stage", "who", "move", "body", "told"),
    [
        (Stage.ANSWERED, "dispatcher", "return_answer", {}, (400, "E-CASE-REASON")),
        (Stage.ANSWERED, "dispatcher", "return_answer", {"reason": " \t"}, (400, "E-CASE-REASON")),
        (Stage.REPORTED, "operator", "file", {}, (400, "E-CASE-NEEDS")),
        (Stage.REPORTED, "operator", "file", {"standard": 2**30}, (400, "E-CASE-STANDARD")),
        (Stage.VERIFYING, "operator", "close", {}, (409, "E-CASE-MOVE")),
        (Stage.TO_VERIFY, "operator", "close", {}, (409, "E-CASE-MOVE")),
        (Stage.REPORTED, "operator", "close", {}, (409, "E-CASE-MOVE")),
        (Stage.CLOSED, "operator", "close", {}, (409, "E-CASE-MOVE")),
        (Stage.VERIFIED, "dispatcher", "close", {}, (403, "E-CASE-ROLE")),
        (Stage.FILED, "operator", "dispatch", {"department": 1}, (403, "E-CASE-ROLE")),
        (Stage.VERIFYING, "worker", "verify", {}, (403, "E-CASE-ROLE")),
        (Stage.DIVIDED, "dispatcher", "pass_on", {}, (409, "E-CASE-MOVE")),
        (Stage.ANSWERED, "operator", "parts_done", {}, (403, "E-CASE-ROLE")),
        (Stage.REPORTED, "operator", "relocate", {}, (403, "E-CASE-ROLE")),
        (Stage.REPORTED, "operator", "report", {}, (409, "E-CASE-MOVE")),
        (Stage.REPORTED, "operator", "merge", {"into": "1" * 20}, (404, "E-CASE-MISSING")),
    ],
)
def test_out_of_order_is_refused_by_code_and_changes_nothing(
    world, send, stage, who, move, body, told  # noqa: F811
):  # fmt: skip
    case = world.case(stage)
    before = state(case)
    assert send(who, case, move, **body)[:2] == told
    assert state(case) == before


def test_no_move_over_http_that_the_table_does_not_allow(world, send):  # noqa: F811
    case = world.case(Stage.FILED)
    before, seen = state(case), Counter()
    for who in PEOPLE:
        held = {"inspector": "inspector", "worker": "department", "leader": "leader",
                "forcer": "forcer"}.get(who, who)  # fmt: skip
        for name, move in MOVES.items():
            if any(str(role.value) in (held, f"can_{held}") for role in move.roles):
                continue
            status, code, _body = send(who, case, name, reason="因为")
            seen[status, code] += 1
    assert set(seen) <= {(403, "E-CASE-ROLE"), (404, "E-CASE-MISSING"), (409, "E-CASE-MOVE")}
    assert sum(seen.values()) > 150
    assert state(case) == before


def test_an_old_form_sent_again_does_nothing(world, send):  # noqa: F811
    case = world.case(Stage.FILED)
    key = str(uuid.uuid4())
    form = {"department": world.lamps.pk, "seen": 2, "key": key}
    assert send("dispatcher", case, "dispatch", **form)[0] == 200
    before = state(case)
    # The very same: a line that broke. It is answered like the first, and done once.
    assert send("dispatcher", case, "dispatch", **form)[0] == 200
    assert state(case) == before
    # The same key with something else, the form without its key, and that of another person.
    other = form | {"department": world.roads.pk}
    assert send("dispatcher", case, "dispatch", **other)[:2] == (409, "E-CASE-KEY")
    keyless = {"department": world.lamps.pk, "seen": 2}
    assert send("dispatcher", case, "dispatch", **keyless)[:2] == (409, "E-CASE-STALE")
    assert send("operator", case, "press", reason="x", key=key)[:2] == (409, "E-CASE-KEY")
    unseen = {"department": world.lamps.pk}
    assert send("dispatcher", case, "dispatch", **unseen)[:2] == (409, "E-CASE-MOVE")
    assert state(case) == before
