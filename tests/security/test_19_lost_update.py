"""Test 19: two people change the same thing; the second is told, and nothing is lost.

Cases are moved by one table: a move of somebody who looked before another moved is 409 (also in
`tests/webmap/test_cases.py`, six at once in `tests/spatial/cases/test_races.py`). Grid edits are
told by `tests/webmap/test_edits.py` (`E-EDIT-STALE`).
"""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from django.db import connection
from django.test import Client

from spatial.cases.selectors import events_of
from spatial.cases.stages import Stage
from spatial.components.models import ComponentChange
from tests.spatial.cases.conftest import World, photos_apart, real_world, world  # noqa: F401
from tests.webmap import factories
from tests.webmap.conftest import client_of, own_folders, town  # noqa: F401


def test_the_second_of_two_desks_learns_what_the_first_did(world, client):  # noqa: F811
    case = world.case(Stage.REPORTED)
    address = f"/api/v1/cases/{case.number}"
    client.force_login(world.operator)
    seen = client.get(address).json()["step"]
    first = {"reason": "第一个人的话", "seen": seen}
    second = {"reason": "第二个人的话", "seen": seen}
    done = client.post(f"{address}/moves/reject", first, content_type="application/json")
    assert done.status_code == 200
    told = client.post(f"{address}/moves/refuse", second, content_type="application/json")
    assert (told.status_code, told.json()["code"]) == (409, "E-CASE-STALE")
    assert told.json()["detail"] == {
        "step": 2, "stage": "rejected", "move": "reject", "by": "operator",
    }  # fmt: skip
    # What the first wrote is there; the second still has his own in his form.
    (kept,) = [one["reason"] for one in client.get(address).json()["events"] if one["step"] == 2]
    assert kept == "第一个人的话"


def test_two_desks_at_the_same_moment(real_world):  # noqa: F811
    case, gate = real_world.case(Stage.REPORTED), Barrier(2)

    def work(move):
        client = Client()
        client.force_login(real_world.operator)
        gate.wait()
        body = {"reason": move, "seen": case.step}
        address = f"/api/v1/cases/{case.number}/moves/{move}"
        try:
            answer = client.post(address, body, content_type="application/json")
        finally:
            connection.close()
        return answer.status_code

    with ThreadPoolExecutor(2) as pool:
        assert Counter(pool.map(work, ("reject", "refuse"))) == {200: 1, 409: 1}
    assert events_of(case).count() == 2


def test_two_people_change_a_component(town, client_of):  # noqa: F811
    (lamp,) = factories.components(town, ((0.5, 0.5),))
    address = f"/api/v1/components/{lamp.code}"
    one, other = client_of("operator"), client_of("inspector")
    kind = {"content_type": "application/json"}
    seen = one.get(address).json()["revision"]
    first, second = {"note": "甲", "revision": seen}, {"note": "乙", "revision": seen}
    assert one.patch(address, first, **kind).status_code == 200
    told = other.patch(address, second, **kind)
    assert (told.status_code, told.json()["code"]) == (409, "E-COMPONENT-STALE")
    assert other.get(address).json()["note"] == "甲"
    now = other.get(address).json()["revision"]
    merged = {"owner": "路灯所", "revision": now}
    assert other.patch(address, merged, **kind).status_code == 200
    assert one.get(address).json()["note"] == "甲"
    # Both changes stand in the history, each with what was before.
    rows = ComponentChange.objects.filter(component=lamp).order_by("pk")
    assert [sorted(row.after) for row in rows][-2:] == [["note"], ["owner"]]
