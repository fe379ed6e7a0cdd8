"""Asks addresses of the site in one process, and tells which tables each database was asked for.

Run by ``manage.py shell`` with the settings of a site that has a replica; prints JSON.
"""

from __future__ import annotations

import json
import re
import time

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext

from spatial.cases.models import Case
from spatial.grids.models import GridPlan
from tests.e2e.casetown import person
from tests.e2e.places import DISTRICT, centre_of
from webmap.replicas.fleet import FLEET
from webmap.replicas.positions import position_of

TABLE = re.compile(r"\b(?:FROM|JOIN|INTO|UPDATE)\s+\"?([a-z_]+)\"?", re.I)
NEAR_WITHIN_S = 60


def addresses() -> list[str]:
    """An address of each kind of read."""
    plan = GridPlan.objects.get(state="published")
    case = Case.objects.latest("pk")
    span = f"from=2026-01-01&to=2027-12-31&edition={plan.version}"
    days = f"district={DISTRICT}&from=2026-01-01&to=2026-12-31"
    lon, lat = centre_of((3, 3))
    data = "/api/v1"
    return [
        "/tiles/grids.json", "/tiles/cases/14/13489/6206.mvt", "/tiles/basemap/14/13489/6206.mvt",
        "/tiles/components/15/26978/12413.mvt", f"/tiles/grids/{plan.version}/13/6744/3103.mvt",
        f"{data}/values/cases?{span}", f"{data}/values/open?{span}&form=json",
        f"{data}/values/score?{span}", f"{data}/values/cases/legend?{span}",
        f"{data}/values/cases/regions?{span}&level=street", f"{data}/values/days?{days}",
        f"{data}/values/choices", f"{data}/values/components?edition={plan.version}",
        f"{data}/districts", f"{data}/editions/{plan.version}/codes",
        f"{data}/editions/{plan.version}/grids/1", f"{data}/grids/{case.grid_code}",
        f"{data}/grids/{case.grid_code}/components", f"{data}/grids/{case.grid_code}/cases",
        f"{data}/grids/{case.grid_code}/hours", f"{data}/grids/at?lon={lon}&lat={lat}",
        f"{data}/search?q=110101", f"{data}/catalogues", f"{data}/organisations",
        f"{data}/cases", f"{data}/cases.csv", f"{data}/cases/{case.number}",
        f"{data}/cases/{case.number}/standards", f"{data}/cases/classes",
        f"{data}/cases/departments", f"{data}/cases/dots?west=116&south=39&east=117&north=40",
        "/ogc/collections/grids/items", "/ogc/collections/cases/items",
        "/ogc/collections/components/items",
        f"{data}/evaluation/periods", f"{data}/evaluation/grid?period=2026&district={DISTRICT}",
        f"{data}/evaluation/street?period=2026&district={DISTRICT}",
        f"{data}/evaluation/inspector?period=2026&district={DISTRICT}",
        f"{data}/evaluation/schemes",
    ]  # fmt: skip


def main() -> None:
    """Ask all of them as an operator, the replica being near."""
    client = Client(HTTP_HOST="127.0.0.1")
    client.force_login(person("operator"))
    for address in addresses():
        # Sums that nobody has asked for yet are stored when they are first asked for.
        client.get(address)
    with connections["default"].cursor() as cursor:
        position = position_of(cursor)
    end = time.monotonic() + NEAR_WITHIN_S
    while FLEET.choose(position) != "replica1" and time.monotonic() < end:
        time.sleep(0.1)
    told = {}
    for address in addresses():
        with (
            CaptureQueriesContext(connections["default"]) as primary,
            CaptureQueriesContext(connections["replica1"]) as replica,
        ):
            answer = client.get(address)
            b"".join(answer.streaming_content if answer.streaming else [answer.content])
        told[address] = [answer.status_code, tables(primary), tables(replica)]
    print(json.dumps(told))


def tables(asked: CaptureQueriesContext) -> list[str]:
    return sorted({name for one in asked for name in TABLE.findall(one["sql"])})
