"""Test 13: whatever stands in an address, the database gets it as a value and says nothing.

200 payloads for each kind of place of an address that takes something, some of them for all others.
Where a form is laid down the answer is 400 or 404; where any words may be looked for nothing is
found by them.
"""

from __future__ import annotations

import ast
import re
import time
from itertools import product
from pathlib import Path
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from rest_framework.throttling import ScopedRateThrottle

from tests.webmap import factories
from tests.webmap.conftest import own_folders  # noqa: F401

ROOT = Path(__file__).resolve().parents[2]
NUMBER = "11010120260401000001"
BASES = (
    "' OR '1'='1",
    "1 OR 1=1",
    "1; DROP TABLE auth_user; --",
    "'; DELETE FROM auth_user WHERE 'a'='a",
    "1 UNION SELECT username, password FROM auth_user",
    "'||(SELECT pg_sleep(5))||'",
    "1; SELECT pg_sleep(5)",
    "(SELECT CASE WHEN 1=1 THEN pg_sleep(5) END)",
    "1) AND (SELECT 1 FROM pg_sleep(5)) IS NULL OR (1=1",
    "$$; SELECT pg_sleep(5); $$",
    "\\'; SELECT pg_sleep(5); --",
    "%s %(x)s %%",
    "{0.__class__} {query}",
    "0x31 ORDER BY 99",
    "1/**/OR/**/pg_sleep(5)/**/",
    "'; COPY auth_user TO PROGRAM 'touch x'; --",
    "lo_import('/etc/passwd')",
    "1 AND extractvalue(1,version())",
    "\u02bc OR \u02bc1\u02bc=\u02bc1",
    "-1 OFFSET (SELECT pg_sleep(5))",
)
SHAPES = (
    "{}", "{}--", "{}#", '"{}"', "({})", "{}\x00", "\x1b{}", "{}\r\n", "{}\u2028", "1,{},2,3",
)  # fmt: skip
PAYLOADS = tuple(shape.replace("{}", base) for base, shape in product(BASES, SHAPES))
REFUSED = {400, 404}
WORDS = REFUSED | {200}
"""Where any words may be looked for."""
TILE = "14/13488/6206.mvt"
OGC = "/ogc/collections"

PLACES = {
    "tilejson layer": ("/tiles/{}.json", REFUSED),
    "tilejson district": ("/tiles/grids.json?district={}", REFUSED),
    "tilejson version": ("/tiles/grids.json?version={}", REFUSED),
    "tilejson day": ("/tiles/grids.json?on={}", REFUSED),
    "tile layer": (f"/tiles/{{}}/{TILE}", REFUSED),
    "tile version": (f"/tiles/grids/{{}}/{TILE}", REFUSED),
    "tile z": ("/tiles/grids/110101-e1/{}/0/0.mvt", REFUSED),
    "tile x": ("/tiles/grids/14/{}/0.mvt", REFUSED),
    "tile y": ("/tiles/cases/14/0/{}.mvt", REFUSED),
    "tile district": (f"/tiles/grids/{TILE}?district={{}}", REFUSED),
    "tile region": (f"/tiles/components/{TILE}?region={{}}", REFUSED),
    "tile owner": (f"/tiles/components/{TILE}?owner={{}}", REFUSED),
    "tile text": (f"/tiles/components/{TILE}?text={{}}", WORDS | {204}),
    "style": ("/tiles/style.json?night={}", REFUSED),
    "ogc collection": (f"{OGC}/{{}}", REFUSED),
    "ogc items": (f"{OGC}/{{}}/items", REFUSED),
    "ogc key": (f"{OGC}/grids/items/{{}}", REFUSED),
    "ogc bbox": (f"{OGC}/grids/items?bbox={{}}", REFUSED),
    "ogc bbox-crs": (f"{OGC}/grids/items?bbox=1,2,3,4&bbox-crs={{}}", REFUSED),
    "ogc crs": (f"{OGC}/components/items?crs={{}}", REFUSED),
    "ogc datetime": (f"{OGC}/cases/items?datetime={{}}", REFUSED),
    "ogc limit": (f"{OGC}/components/items?limit={{}}", REFUSED),
    "ogc after": (f"{OGC}/cases/items?after={{}}", REFUSED),
    "ogc offset": (f"{OGC}/cases/items?offset={{}}", REFUSED),
    "ogc sort": (f"{OGC}/cases/items?sortby={{}}", REFUSED),
    "ogc property": (f"{OGC}/grids/items?{{}}=1", REFUSED),
    "ogc number": (f"{OGC}/grids/items?area_m2={{}}", REFUSED),
    "ogc whole": (f"{OGC}/grids/items?ordinal={{}}", REFUSED),
    "ogc date": (f"{OGC}/components/items?valid_from={{}}", REFUSED),
    "ogc word": (f"{OGC}/components/items?state={{}}", REFUSED),
    "ogc edition": (f"{OGC}/grids/items?edition={{}}", WORDS),
    "ogc case number": (f"{OGC}/cases/items?number={{}}", WORDS),
    "ogc text": (f"{OGC}/districts/items?name={{}}", WORDS),
    "search": ("/api/v1/search?q={}", WORDS),
    "search limit": ("/api/v1/search?q=1&limit={}", REFUSED),
    "grid code": ("/api/v1/grids/{}", REFUSED),
    "grid day": ("/api/v1/grids/110101001001001?on={}", REFUSED),
    "point": ("/api/v1/grids/at?lon={}&lat=39.9", REFUSED),
    "geocode": ("/api/v1/geocode?q={}", WORDS),
    "components region": ("/api/v1/components?region={}", REFUSED),
    "components after": ("/api/v1/components?after={}", REFUSED),
    "components text": ("/api/v1/components?text={}", WORDS),
    "counts": ("/api/v1/values/components?edition={}", REFUSED),
    "cases text": ("/api/v1/cases?text={}", WORDS),
    "cases place": ("/api/v1/cases?place={}", WORDS),
    "cases stage": ("/api/v1/cases?stage={}", WORDS),
    "cases order": ("/api/v1/cases?order={}", REFUSED),
    "cases after": ("/api/v1/cases?after={}", REFUSED),
    "case number": ("/api/v1/cases/{}", REFUSED),
    "case box": ("/api/v1/cases/dots?west={}&south=1&east=2&north=2", REFUSED),
    "measure": ("/api/v1/values/{}?edition=110101-e1&from=2026-04-01&to=2026-04-30", REFUSED),
    "values edition": ("/api/v1/values/cases?edition={}&from=2026-04-01&to=2026-04-30", REFUSED),
    "values from": ("/api/v1/values/cases?edition=110101-e1&from={}&to=2026-04-30", REFUSED),
    "analysis district": ("/api/v1/analysis/mix?district={}", REFUSED),
    "analysis class": ("/api/v1/analysis/mix?district=110101&main={}", WORDS),
    "patrol area": ("/api/v1/patrol/areas/{}", REFUSED),
    "open311 service": ("/open311/v2/services/{}.json", REFUSED),
    "open311 request": ("/open311/v2/requests/{}.json", REFUSED),
    "open311 codes": ("/open311/v2/requests.json?service_code={}", WORDS),
    "open311 numbers": ("/open311/v2/requests.json?service_request_id={}", WORDS),
    "open311 date": ("/open311/v2/requests.json?start_date={}", REFUSED),
    "open311 page": ("/open311/v2/requests.json?page={}", REFUSED),
    "open311 jurisdiction": ("/open311/v2/requests.json?jurisdiction_id={}", REFUSED),
    "open311 token": ("/open311/v2/tokens/{}.json", REFUSED),
}
WHOLE = {
    "tilejson layer", "tile z", "tile x", "tile y", "ogc bbox", "ogc datetime", "ogc limit",
    "ogc offset", "ogc sort", "ogc property", "ogc text", "search", "open311 codes",
}  # fmt: skip
"""Places that get every payload; the others get a tenth, each another one."""
SHARE = 10
TABLES = (
    "cases_case", "cases_inhand", "cases_caseevent", "basemap_region", "basemap_basefeature",
    "grids_unitgrid", "grids_gridplan", "components_component", "auth_user", "core_auditentry",
)  # fmt: skip
TELLING = re.compile(
    r"syntax error|psycopg|LINE 1|relation \"|ProgrammingError|DataError|OperationalError|"
    r"Traceback|django\.db|"
    + "|".join(name for name in TABLES if name != "auth_user"),
    re.I,
)  # fmt: skip
WITHIN_S = 1.0
TRIES = 3


def counts() -> dict[str, int]:
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def quickest(client, address: str):
    """The answer and how long it took: what sleeps does so each time, a busy machine once."""
    took = []
    while not took or (took[-1] > WITHIN_S and len(took) < TRIES):
        started = time.perf_counter()
        answer = client.get(address)
        took.append(time.perf_counter() - started)
    return answer, min(took)


@pytest.fixture
def clerk(town, monkeypatch):
    """Somebody who may read nearly everything, with something to lose."""
    monkeypatch.setattr(ScopedRateThrottle, "allow_request", lambda *_args: True)
    factories.components(town)
    factories.case(NUMBER)
    client = Client()
    client.force_login(factories.user("operator", "planner", "gis_staff"))
    return client


@pytest.fixture
def town(db):
    return factories.plan(factories.district())


def test_there_are_200_payloads():
    assert len(set(PAYLOADS)) == 200
    assert set(PLACES) > WHOLE


@pytest.mark.parametrize("place", PLACES)
def test_13_nothing_in_an_address_is_sql(clerk, place):
    address, good = PLACES[place]
    before, wrong = counts(), {}
    first = list(PLACES).index(place) % SHARE
    for payload in PAYLOADS if place in WHOLE else PAYLOADS[first::SHARE]:
        answer, took_s = quickest(clerk, address.replace("{}", quote(payload, safe="")))
        text = answer.content.decode()
        if answer.status_code not in good or took_s > WITHIN_S or TELLING.search(text):
            wrong[payload] = (answer.status_code, round(took_s, 2), text[:200])
        elif answer.status_code == 200 and "/ogc/" in address:
            assert answer.json()["features"] == [], payload
        elif answer.status_code in REFUSED and "/open311/" not in address:
            assert answer.json()["code"].startswith("E-"), payload
    assert wrong == {}
    assert counts() == before


BUILT = {
    # What a view may hand to the database that is put together, and of what.
    "webmap/standing.py",  # columns that a view names, constants
    "webmap/casestream.py",  # the name of a channel, a constant
    "webmap/tiles/extent.py",  # statements of its own table
}


def built_statements(folder: str) -> set[str]:
    """Modules that execute an f-string, or what ``%`` or ``format`` made."""
    found = set()
    for path in (ROOT / folder).rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
                continue
            if node.func.attr in ("execute", "raw", "extra") and node.args:
                first = node.args[0]
                made = isinstance(first, ast.Call) and isinstance(first.func, ast.Attribute)
                if isinstance(first, ast.BinOp | ast.JoinedStr) or (
                    made and first.func.attr == "format"
                ):
                    found.add(str(path.relative_to(ROOT)))
    return found


def test_13_no_view_makes_a_statement_of_words():
    """The data layer builds some of its own names; ruff's S608 has each of them looked at."""
    assert built_statements("webmap") <= BUILT
