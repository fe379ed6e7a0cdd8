"""Test 14: who asks for too much gets a refusal, an empty tile or a page with an end, at once.

The real site, with few threads, answers while somebody else asks for a hundred tiles; what the
database stops leaves no open transaction.
"""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from django.db import connection, transaction
from django.db.models import Func, TextField, Value
from django.test import Client

from spatial.grids.models import UnitGrid
from tests.serving import served
from tests.sessions import wait_for_end_of_other_sessions
from tests.webmap import factories
from tests.webmap.conftest import own_folders  # noqa: F401
from webmap.ogc import collections, items
from webmap.timelimit import TooSlowError, limited

NUMBER = "11010120260401000001"
WITHIN_S = 2.0
WORLD = "-180,-90,180,90"
LONG = "a" * 10_000
HEAVY = [
    # address, statuses, code
    *((f"/tiles/{name}/30/0/0.mvt", {400}, "E-TILE-RANGE")
      for name in ("districts", "grids", "basemap", "components", "cases")),
    *((f"/tiles/{name}/14/16384/0.mvt", {400}, "E-TILE-RANGE")
      for name in ("districts", "grids", "basemap", "components", "cases")),
    ("/tiles/grids/110101-e1/30/0/0.mvt", {400}, "E-TILE-RANGE"),
    ("/tiles/grids/110101-e1/14/-1/0.mvt", {400}, "E-TILE-RANGE"),
    ("/tiles/grids/110101-e1/14/999999999999/0.mvt", {400}, "E-TILE-RANGE"),
    ("/tiles/grids/110101-e1/14/9999999999999/0.mvt", {404}, "E-NOT-FOUND"),
    ("/tiles/grids/14/0/0.mvt", {204}, ""),
    ("/tiles/cases/8/0/0.mvt", {204}, ""),
    ("/tiles/components/13/0/0.mvt", {204}, ""),
    *((f"/ogc/collections/{name}/items?bbox={WORLD}&limit=1000000000", {200}, "")
      for name in collections.COLLECTIONS),
    *((f"/ogc/collections/{name}/items?after=999999999999999999", {200}, "")
      for name in collections.COLLECTIONS),
    ("/ogc/collections/grids/items?limit=99999999999999999999", {400}, "E-OGC-LIMIT"),
    ("/ogc/collections/grids/items?page=1000000000", {400}, "E-OGC-PARAM"),
    ("/ogc/collections/grids/items?offset=1000000000", {400}, "E-OGC-PARAM"),
    (f"/ogc/collections/grids/items?code={LONG}", {400}, "E-OGC-VALUE"),
    (f"/ogc/collections/grids/items?bbox={'1,' * 5_000}1", {400}, "E-OGC-BBOX"),
    (f"/ogc/collections/grids/items?datetime={LONG}", {400}, "E-OGC-DATETIME"),
    (f"/ogc/collections/grids/items?{LONG}=1", {400}, "E-OGC-PARAM"),
    (f"/ogc/collections/grids/items?crs={LONG}", {400}, "E-OGC-CRS"),
    (f"/ogc/collections/{LONG}/items", {404}, "E-NOT-FOUND"),
    (f"/api/v1/search?q={LONG}", {400}, "E-REQUEST-INVALID"),
    ("/api/v1/search?q=1&limit=1000000000", {400}, "E-REQUEST-INVALID"),
    (f"/api/v1/components?text={LONG}", {400}, "E-REQUEST-INVALID"),
    ("/api/v1/components?limit=1000000000", {400}, "E-REQUEST-INVALID"),
    (f"/api/v1/cases?text={LONG}", {400}, "E-REQUEST-INVALID"),
    ("/api/v1/cases?limit=1000000000", {400}, "E-REQUEST-INVALID"),
    ("/api/v1/cases/dots?west=-180&south=-90&east=180&north=90", {200}, ""),
    ("/open311/v2/requests.json?page=1000000000", {400}, ""),
    ("/open311/v2/requests.json?page_size=1000000000", {400}, ""),
]  # fmt: skip


@pytest.fixture
def town(db):
    made = factories.plan(factories.district())
    factories.components(made)
    factories.case(NUMBER)
    return made


@pytest.mark.parametrize(("address", "good", "code"), HEAVY, ids=[one[0][:70] for one in HEAVY])
def test_14_too_much_is_refused_or_has_an_end(town, address, good, code):
    client = Client()
    client.force_login(factories.user("operator", "planner", "gis_staff"))
    started = time.perf_counter()
    answer = client.get(address)
    assert time.perf_counter() - started < WITHIN_S
    assert answer.status_code in good, answer.content[:300]
    if code:
        assert answer.json()["code"] == code
    if answer.status_code == 200 and "/items?bbox" in address:
        assert len(answer.json()["features"]) <= 10_000


def test_14_a_page_never_has_more_than_its_end(town, monkeypatch):
    monkeypatch.setattr("webmap.ogc.asking.MOST", 5)
    answer = Client().get("/ogc/collections/grids/items?limit=1000000000").json()
    assert len(answer["features"]) == 5
    assert [one["rel"] for one in answer["links"]].count("next") == 1


def open_transactions() -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
            " AND pid <> pg_backend_pid() AND (state LIKE 'idle in transaction%%'"
            " OR state = 'active')"
        )
        return cursor.fetchone()[0]


def test_14_what_takes_too_long_is_stopped(transactional_db):
    started = time.perf_counter()
    with pytest.raises(TooSlowError) as stopped, limited(0.2), connection.cursor() as cursor:
        cursor.execute("SELECT pg_sleep(10)")
    assert time.perf_counter() - started < WITHIN_S
    assert (stopped.value.code, stopped.value.status) == ("E-REQUEST-SLOW", 503)
    assert not connection.in_atomic_block
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone()[0] == "0"
        cursor.execute("SELECT xact_start = query_start FROM pg_stat_activity"
                       " WHERE pid = pg_backend_pid()")  # fmt: skip
        assert cursor.fetchone()[0]


def test_14_a_slow_collection_answers_503(transactional_db, monkeypatch):
    factories.plan(factories.district())
    slow = Func(Value(0.3), function="pg_sleep", template="%(function)s(%(expressions)s)::text",
                output_field=TextField())  # fmt: skip
    rows = UnitGrid.objects.annotate(slow=slow).filter(slow="")
    heavy = replace(collections.GRIDS, rows=lambda _user: rows)
    monkeypatch.setitem(collections.COLLECTIONS, "grids", heavy)
    monkeypatch.setattr(items, "WITHIN_S", 0.2)
    started = time.perf_counter()
    answer = Client().get("/ogc/collections/grids/items")
    assert time.perf_counter() - started < WITHIN_S
    assert (answer.status_code, answer.json()["code"]) == (503, "E-REQUEST-SLOW")
    assert open_transactions() == 0
    monkeypatch.undo()
    assert Client().get("/ogc/collections/grids/items").status_code == 200


@pytest.fixture
def site(transactional_db, tmp_path):
    """The site with one process and few threads, on the database of this test."""
    factories.components(factories.plan(factories.district()))
    with transaction.atomic():
        factories.case(NUMBER)
    factories.user("operator")
    with served(tmp_path, "--worker-class", "gthread", "--threads", "8") as root:
        yield root
    wait_for_end_of_other_sessions()


def fetched(address: str) -> tuple[int, float]:
    started = time.perf_counter()
    # The password of the factories; MD5 in tests, so that it costs nothing.
    request = urllib.request.Request(address, headers={"Authorization": "Basic b3BlcmF0b3I6eA=="})
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            answer.read()
            status = answer.status
    except urllib.error.HTTPError as error:
        status = error.code
    return status, time.perf_counter() - started


def test_14_a_hundred_tiles_at_once_leave_health_answering(site):
    tiles = [f"{site}/tiles/{name}/{z}/{x}/{y}.mvt"
             for name, z, x, y in (("grids", 13, 6744, 3103), ("components", 14, 13488, 6206),
                                   ("cases", 14, 13488, 6206), ("streets", 12, 3372, 1551))
             for _time in range(25)]  # fmt: skip
    with ThreadPoolExecutor(100) as pool:
        asked = [pool.submit(fetched, address) for address in tiles]
        health = [fetched(f"{site}/healthz") for _time in range(10)]
        told = [one.result() for one in asked]
    assert len(told) == 100
    assert {status for status, _took in told} <= {200, 204}
    assert max(took for _status, took in told) < 20
    assert {status for status, _took in health} == {200}
    assert max(took for _status, took in health) < 5
    assert open_transactions() == 0
