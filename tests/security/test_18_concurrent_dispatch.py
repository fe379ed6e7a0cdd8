"""Test 18: many dispatch at once, over HTTP with real commits.

Six at the service are in `tests/spatial/cases/test_races.py`; here twenty, bulk dispatches that
meet from both ends, and a case that somebody else holds.
"""

import json
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Thread

from django.db import connection, transaction
from django.test import Client

from spatial.cases.models import Case, CaseEvent, Department
from spatial.cases.selectors import events_of
from spatial.cases.stages import Stage
from tests.spatial.cases.conftest import World, photos_apart, real_world  # noqa: F401

CASES = "/api/v1/cases"
TEAMS, PAIRS, ALIKE = 20, 200, 4


def posted(session, address, body):
    client = Client()
    client.cookies["sessionid"] = session
    try:
        return client.post(address, json.dumps(body), content_type="application/json")
    finally:
        connection.close()


def session_of(user):
    client = Client()
    client.force_login(user)
    return client.cookies["sessionid"].value


def test_twenty_dispatch_one_case_to_twenty_teams(real_world):  # noqa: F811
    world = real_world
    case, session, gate = world.case(Stage.FILED), session_of(world.dispatcher), Barrier(TEAMS)
    teams = [Department.objects.create(code=f"T{n}", name=f"T{n}").pk for n in range(TEAMS)]
    address = f"{CASES}/{case.number}/moves/dispatch"

    def work(team):
        gate.wait()
        answer = posted(session, address, {"department": team, "seen": case.step})
        return answer.status_code, answer.json().get("code")

    with ThreadPoolExecutor(TEAMS) as pool:
        found = Counter(pool.map(work, teams))
    assert found[200, None] == 1
    assert sum(n for (status, _code), n in found.items() if status == 409) == TEAMS - 1
    assert {code for status, code in found if status == 409} <= {"E-CASE-STALE", "E-CASE-BUSY"}
    assert events_of(case).filter(move="dispatch").count() == 1
    assert Case.objects.get(pk=case.pk).step == case.step + 1


def test_bulk_dispatches_from_both_ends_never_wait_for_each_other_for_ever(real_world):  # noqa: F811
    world = real_world
    session = session_of(world.dispatcher)
    cases = [world.case(Stage.FILED) for _ in range(ALIKE)]
    once = [{"number": case.number, "seen": case.step} for case in cases]
    bodies = (world.lamps.pk, world.roads.pk)

    def dispatch(order, body, move):
        sent = {"move": move, "department": body, "reason": "换", "cases": order}
        answer = posted(session, f"{CASES}/moves", sent)
        assert answer.status_code == 200, answer.content
        return [(row["done"], row["code"]) for row in answer.json()]

    def pair(orders, move):
        gate = Barrier(2)

        def work(side):
            gate.wait()
            return dispatch(orders[side], bodies[side], move)

        with ThreadPoolExecutor(2) as pool:
            return list(pool.map(work, range(2)))

    first = pair((once, once[::-1]), "dispatch")
    done = Counter(row for side in first for row in side)
    assert done == {(True, ""): ALIKE, (False, "E-CASE-STALE"): ALIKE}
    told = Counter()
    numbers = [{"number": case.number} for case in cases]
    for _ in range(PAIRS - 1):
        sides = pair((numbers, numbers[::-1]), "redispatch")
        told.update(code for side in sides for _done, code in side)
    # Each is taken from one department and given to the other, or had just been given there.
    assert set(told) <= {"", "E-CASE-SAME", "E-CASE-DEPARTMENT", "E-CASE-BUSY"}, told
    assert CaseEvent.objects.filter(move="redispatch").count() == told[""]


def test_a_case_that_is_held_is_busy_in_time(real_world):  # noqa: F811
    world = real_world
    case, held, free = world.case(Stage.FILED), Event(), Event()
    session = session_of(world.dispatcher)

    def hold():
        with transaction.atomic():
            Case.objects.select_for_update().get(pk=case.pk)
            held.set()
            free.wait(10)
        connection.close()

    other = Thread(target=hold)
    other.start()
    held.wait()
    began = time.monotonic()
    answer = posted(
        session, f"{CASES}/{case.number}/moves/dispatch", {"department": world.lamps.pk}
    )
    took_s = time.monotonic() - began
    free.set()
    other.join()
    assert (answer.status_code, answer.json()["code"]) == (409, "E-CASE-BUSY")
    assert took_s < 4
    assert events_of(case).last().move == "file"
