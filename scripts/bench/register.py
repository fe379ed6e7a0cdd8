#!/usr/bin/env python3
"""Measures how fast components are found, drawn and moved into a new edition of the grids.

    .venv/bin/python scripts/bench/register.py [--size 1400000] [--grids 35000] [--moving 200000]

The register is filled by an import of made-up points. Each look-up runs many times with other
values; median and 95 % count, in the process that asks (no HTTP). Then as many components as
``--moving`` says follow the publication of a second edition in which every tenth grid has another
code; the whole publication is timed, with as many open cases as ``--cases`` says, which follow too,
while somebody else reads grids, components and cases: the longest wait of his is printed.
The database of the benchmark is emptied.
"""

from __future__ import annotations

import argparse
import io
import random
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path

from components import empty, points, write_survey
from export import SOUTH, STEP, WEST, fill, prepare
from running.readers import Reader

TIMES = 60


def register(size: int, grids: int) -> float:
    """Import so many points; seconds."""
    from spatial.components.services.survey import import_components

    empty()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "survey.gpkg"
        write_survey(path, points(size, grids))
        start = time.perf_counter()
        import_components(path)
        return time.perf_counter() - start


def measured(work: Callable[[], object], times: int = TIMES) -> str:
    """Median and 95 % of a look-up in milliseconds."""
    seconds = []
    for _time in range(times):
        start = time.perf_counter()
        work()
        seconds.append(1000 * (time.perf_counter() - start))
    return f"{statistics.median(seconds):>9.1f}{sorted(seconds)[int(times * 0.95)]:>9.1f}"


def lookups(grids: int) -> None:
    """Print what every look-up takes."""
    from django.contrib.gis.geos import Polygon
    from django.db import connection

    from spatial.components.models import Component, Organisation
    from spatial.components.selectors import (
        Where,
        component_of_code,
        components_where,
        count_up_to,
        counts_by_grid,
        near,
    )
    from spatial.grids.models import GridPlan
    from webmap.tiles import components as tiles
    from webmap.tiles import live
    from webmap.tiles.address import TileAddress

    draw = random.Random(4)
    codes = list(Component.objects.order_by("?").values_list("code", flat=True)[:500])
    owners = list(Organisation.objects.filter(name__startswith="权属").values_list("pk", flat=True))
    cells = list(Component.objects.exclude(grid_code="").values_list("grid_code", flat=True)[:500])
    side = int(grids**0.5)

    def page(where: Where) -> int:
        found = components_where(None, where)
        count_up_to(found)
        return len(found.select_related("kind__main", "owner")[:50])

    def spot() -> tuple[float, float]:
        return WEST + draw.uniform(0.2, 0.8) * side * STEP, SOUTH + draw.uniform(
            0.2, 0.8
        ) * side * STEP

    def lasso() -> Polygon:
        lon, lat = spot()
        area = Polygon.from_bbox((lon, lat, lon + 4 * STEP, lat + 3 * STEP))
        area.srid = 4326
        return area

    def tile(z: int) -> int:
        sql, values = tiles.query(None, Where(), TileAddress.of_point(z, *spot()))
        return len(live.run(sql, values))

    plan = GridPlan.objects.get()
    print(f"{'look-up':<34}{'ms':>9}{'95 %':>9}")
    rows: list[tuple[str, Callable[[], object], int]] = [
        ("by code", lambda: component_of_code(None, draw.choice(codes)), TIMES),
        ("by code, with neighbours",
         lambda: near(None, component_of_code(None, draw.choice(codes))), TIMES),
        ("page by beginning of a code", lambda: page(Where(text=draw.choice(codes)[:13])), TIMES),
        ("page by owner", lambda: page(Where(owner=draw.choice(owners))), TIMES),
        ("page by class", lambda: page(Where(kind="0118")), 20),
        ("page by class and state", lambda: page(Where(kind="0118", state="broken")), 20),
        ("page by unit grid", lambda: page(Where(grid=draw.choice(cells))), TIMES),
        ("page by polygon (12 grids)", lambda: page(Where(polygon=lasso())), TIMES),
        ("counts of all grids", lambda: counts_by_grid(None, plan, Where()), 5),
        *((f"tile at zoom {z}", lambda z=z: tile(z), 20) for z in (14, 15, 16, 17, 18)),
    ]  # fmt: skip
    for name, work, times in rows:
        print(f"{name:<34}{measured(work, times)}", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_size_pretty(pg_total_relation_size('components_component'))")
        print("table with indexes:", cursor.fetchone()[0])


READS = {
    "grids in force": "SELECT g.code FROM grids_unitgrid g"
    " JOIN grids_gridplan p ON p.id = g.plan_id WHERE p.state = 'published' AND g.ordinal < 500",
    "components of a grid": "SELECT c.code FROM components_component c WHERE c.grid_code ="
    " (SELECT code FROM grids_unitgrid ORDER BY id LIMIT 1)",
    "a page of cases in hand": "SELECT case_id FROM cases_inhand ORDER BY due_at, case_id LIMIT 50",
    "a case": "SELECT * FROM cases_case ORDER BY id DESC LIMIT 1",
}
"""What others read while an edition is published."""


def publication(cases: int) -> None:
    """Print what publishing an edition takes in which every tenth grid has a new code."""
    from cases import generate, ground
    from django.db import connection
    from django.utils import timezone

    from spatial.cases.models import CaseEvent
    from spatial.components.models import Component, ComponentChange
    from spatial.grids.models import GridPlan, UnitGrid
    from spatial.grids.services.publish import publish_plan

    old = GridPlan.objects.get()
    new = GridPlan.objects.create(
        district=old.district, edition=2, state="checked", metric_srid=old.metric_srid,
        grid_count=old.grid_count, input_digest="1" * 64,
    )  # fmt: skip
    grids = list(UnitGrid.objects.filter(plan=old).order_by("ordinal"))
    for i, grid in enumerate(grids):
        grid.pk, grid.plan, grid.valid_from = None, new, None
        if i % 10 == 0:
            grid.code = f"{grid.code[:12]}{900 + i // 10 % 100}"
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE grids_unitgrid DISABLE TRIGGER ALL")
        UnitGrid.objects.bulk_create(grids, batch_size=5000)
        cursor.execute("ALTER TABLE grids_unitgrid ENABLE TRIGGER ALL")
    world = ground(GridPlan.objects.get(edition=1))
    generate(world, cases, months=1, still_open=cases)
    many = Component.objects.count()
    with Reader(connection.get_connection_params(), READS) as reader:
        start = time.perf_counter()
        publish_plan(new, on=min(timezone.localdate(), date(2026, 11, 28)))
        seconds = time.perf_counter() - start
    moved = ComponentChange.objects.filter(kind="grid").count()
    followed = CaseEvent.objects.filter(move="relocate").count()
    print(f"publishing {len(grids):,} grids with {many:,} components, {moved:,} change their "
          f"grid; {cases:,} open cases, {followed:,} change theirs: {seconds:.1f} s")  # fmt: skip
    for name, waits in reader.waits_s.items():
        middle, longest = 1000 * statistics.median(waits), 1000 * max(waits)
        print(f"meanwhile {name:<24}{len(waits):>6,} reads, median {middle:.1f} ms, longest "
              f"{longest:.0f} ms")  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--size", type=int, default=1_400_000, help="0: publish only")
    parser.add_argument("--grids", type=int, default=35_000)
    parser.add_argument("--moving", type=int, default=200_000)
    parser.add_argument("--moving-grids", type=int, default=4_000)
    parser.add_argument("--cases", type=int, default=100_000, help="open ones that follow")
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    prepare(args.database)
    from django.core.management import call_command

    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    for count, size, work in (
        (args.grids, args.size, lambda: lookups(args.grids)),
        (args.moving_grids, args.moving, lambda: publication(args.cases)),
    ):
        if not size:
            continue
        fill(count)
        seconds = register(size, count)
        print(f"{size:,} components in {count:,} grids, imported in {seconds:.1f} s", flush=True)
        work()


if __name__ == "__main__":
    main()
