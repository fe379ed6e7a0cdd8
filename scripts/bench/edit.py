#!/usr/bin/env python3
"""How long an edit of a large draft takes, against a plain UPDATE of the same rows.

    WANMI_DB_NAME=wanmi_bench .venv/bin/python scripts/bench/edit.py [--side 50] [--rounds 20]

Makes a district of side × side grids of 100 m with bent borders, in communities of 10 × 10, with
roads along all borders and two buildings a grid, and edits it over the API: each request is timed
from the client's side to the whole answer, commits included. The plain UPDATE writes the rows an
edit left once more, by key, without triggers. The district is deleted at the end.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.test")

import django  # noqa: E402

django.setup()

import numpy as np  # noqa: E402
import shapely  # noqa: E402
from django.contrib.auth.models import Group, User  # noqa: E402
from django.contrib.gis.geos import GEOSGeometry  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connection, transaction  # noqa: E402
from django.test import Client  # noqa: E402

import gridding  # noqa: E402
from gridding.adjacency import neighbours  # noqa: E402
from spatial.basemap.models import BaseFeature, Dataset, Region  # noqa: E402
from spatial.core.mercator import to_mercator  # noqa: E402
from spatial.grids.models import GridEdit, GridPlan, UnitGrid  # noqa: E402
from spatial.grids.services.edit.rows import GRID_TYPES, GRIDS  # noqa: E402

SRID, X, Y, STEP_M, BLOCK = 4548, 450_000.0, 4_420_000.0, 100.0, 10
CODE, USER = "990101", "bench-edit"
TARGET_MS = 300.0


def stored(shapes) -> list[dict]:
    """Geometries of metres as the two stored columns."""
    degrees = gridding.project(np.asarray(shapes, object), SRID, 4326)
    pairs = zip(shapely.to_wkb(degrees), shapely.to_wkb(to_mercator(degrees)), strict=True)
    return [
        {
            "geom": GEOSGeometry(memoryview(a), srid=4326),
            "geom3857": GEOSGeometry(memoryview(b), srid=3857),
        }
        for a, b in pairs
    ]


def cells(side: int) -> list[shapely.Polygon]:
    """Squares with jittered corners inside communities, and a bend in each border."""
    rng = np.random.default_rng(1)
    free = lambda k: k % BLOCK != 0  # noqa: E731
    corner = {
        (i, j): np.array([X, Y])
        + STEP_M * np.array([i, j])
        + rng.uniform(-8, 8, 2) * (free(i), free(j))
        for i in range(side + 1)
        for j in range(side + 1)
    }

    def way(a, b, bent):
        off = rng.uniform(-4, 4) if bent else 0.0
        along = (b - a) / np.hypot(*(b - a))
        return [a, (a + b) / 2 + off * np.array([-along[1], along[0]]), b]

    across = {
        (i, j): way(corner[i, j], corner[i + 1, j], free(j))
        for i in range(side)
        for j in range(side + 1)
    }
    up = {
        (i, j): way(corner[i, j], corner[i, j + 1], free(i))
        for i in range(side + 1)
        for j in range(side)
    }
    return [
        shapely.Polygon(
            [
                *across[i, j][:-1],
                *up[i + 1, j][:-1],
                *across[i, j + 1][:0:-1],
                *up[i, j][:0:-1],
            ]
        )
        for j in range(side)
        for i in range(side)
    ]


@transaction.atomic
def make(side: int) -> GridPlan:
    """The district, its base map, and a draft."""
    dataset = Dataset.objects.create(name=USER, made_up=True)
    shapes = np.array(cells(side), object)
    home = [(k // side // BLOCK) * 100 + (k % side) // BLOCK + 1 for k in range(side * side)]
    whole = shapely.union_all(shapes)
    top = _region(dataset, "district", CODE, whole, None)
    street = _region(dataset, "street", f"{CODE}001", whole, top)
    region = {
        n: _region(
            dataset,
            "community",
            f"{CODE}001{n:03d}",
            shapely.coverage_union_all(shapes[np.array(home) == n]),
            street,
        )
        for n in sorted(set(home))
    }
    _features(dataset, shapes)
    plan = GridPlan.objects.create(
        district=top, edition=1, metric_srid=SRID, grid_count=len(shapes), input_digest="0" * 64
    )
    beside, count = neighbours(shapes), dict.fromkeys(region, 0)
    grids = []
    for k, columns in enumerate(stored(shapes)):
        count[home[k]] += 1
        grids.append(
            UnitGrid(
                plan=plan,
                ordinal=k + 1,
                code=f"{CODE}001{home[k]:03d}{count[home[k]]:03d}",
                community=region[home[k]],
                area_m2=shapes[k].area,
                perimeter_m=shapes[k].length,
                on_feature_share=1.0,
                neighbours=sorted(n + 1 for n in beside.of(k).tolist()),
                **columns,
            )
        )
    UnitGrid.objects.bulk_create(grids, batch_size=1000)
    return plan


def _region(dataset, level, code, shape, parent):
    multi = shape if shape.geom_type == "MultiPolygon" else shapely.MultiPolygon([shape])
    return Region.objects.create(
        level=level,
        code=code,
        name=code,
        parent=parent,
        dataset=dataset,
        area_m2=shape.area,
        valid_from=date(2026, 1, 1),
        **stored([multi])[0],
    )


def _features(dataset, shapes) -> None:
    roads = [shapely.LineString(s.exterior.coords[:5]) for s in shapes]
    places = shapely.get_coordinates(shapely.centroid(shapes))
    houses = [
        shapely.box(x + d, y - 12, x + d + 20, y + 12) for x, y in places for d in (-35.0, 15.0)
    ]
    made = [("road", 4, s) for s in roads] + [("building", 0, s) for s in houses]
    columns = stored([shape for _kind, _class, shape in made])
    BaseFeature.objects.bulk_create(
        [
            BaseFeature(
                dataset=dataset,
                kind=kind,
                line_class=line_class,
                source_key=f"{kind}/{n}",
                digest=b"0" * 16,
                **columns[n],
            )
            for n, (kind, line_class, _shape) in enumerate(made)
        ],
        batch_size=2000,
    )


def requests(plan: GridPlan, side: int, rng) -> list[tuple[str, dict]]:
    """One edit of each kind at a place left to chance, away from rims of communities."""
    i, j = (int(v) * BLOCK + 4 for v in rng.integers(0, side // BLOCK, 2))
    key = j * side + i + 1
    grid = UnitGrid.objects.get(plan=plan, ordinal=key)
    west, south, east, north = grid.geom.extent
    middle, x = (south + north) / 2, west + 0.8 * (east - west)
    node = grid.geom[0][0]
    return [
        (
            "split",
            {"grids": [key], "line": [[west - 1e-4, middle], [east + 1e-4, middle]], "snap_m": 5},
        ),
        ("merge", {"grids": [key, key + 1, key + side]}),
        (
            "reassign",
            {"grids": [key, key + 1], "line": [[x, south - 1e-4], [x, north + 1e-4]]},
        ),
        ("move", {"moves": [{"from": node, "to": [node[0] + 3e-5, node[1] + 3e-5]}]}),
    ]


def timed(client: Client, address: str, body: dict) -> tuple[float, dict]:
    start = time.perf_counter()
    answer = client.post(address, json.dumps(body), content_type="application/json")
    spent = (time.perf_counter() - start) * 1000
    if answer.status_code != 200:
        sys.exit(f"{address} {body['revision']}: {answer.content.decode()}")
    return spent, answer.json()


def plain(plan: GridPlan) -> float:
    """The rows of the last edit once more, as they are: one UPDATE by key, committed."""
    edit = GridEdit.objects.filter(plan=plan).order_by("-number").first()
    rows = json.dumps(edit.after["grids"])
    typed = ", ".join(f"{name} {kind}" for name, kind in GRID_TYPES.items())
    sets = ", ".join(f"{name} = new.{name}" for name in GRID_TYPES if name != "id")
    statement = (
        f"UPDATE {GRIDS} g SET {sets} FROM json_to_recordset(%s::json) AS new({typed}) "
        "WHERE g.id = new.id"
    )
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
        start = time.perf_counter()
        cursor.execute(statement, [rows])
        connection.cursor().execute("SELECT 1")
    return (time.perf_counter() - start) * 1000


def measure(plan: GridPlan, side: int, rounds: int) -> dict[str, list[float]]:
    user, _made = User.objects.get_or_create(username=USER)
    user.groups.add(Group.objects.get(name="gis_staff"))
    client = Client(SERVER_NAME="localhost")
    client.force_login(user)
    base = f"/api/v1/plans/{plan.version}/edits"
    rng, revision, found = np.random.default_rng(2), 0, {}
    for turn in range(rounds + 1):
        for kind, body in requests(plan, side, rng):
            spent, answer = timed(client, base, {"kind": kind, "revision": revision, **body})
            update = plain(plan)
            revision = answer["revision"]
            back, answer = timed(client, f"{base}/undo", {"revision": revision})
            revision = answer["revision"]
            # The first round loads what later ones find loaded.
            for name, value in ((kind, spent), ("undo", back), (f"{kind}, UPDATE", update)):
                found.setdefault(name, []).extend([value] if turn else [])
    return found


def clear() -> None:
    GridPlan.objects.filter(district__code=CODE).delete()
    for level in ("community", "street", "district"):
        Region.objects.filter(dataset__name=USER, level=level).delete()
    BaseFeature.objects.filter(dataset__name=USER).delete()
    Dataset.objects.filter(name=USER).delete()
    User.objects.filter(username=USER).delete()


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--side", type=int, default=50, help="grids a side, a multiple of 10 (50)")
    parser.add_argument("--rounds", type=int, default=20, help="edits of each kind (20)")
    args = parser.parse_args()
    call_command("migrate", verbosity=0)
    clear()
    try:
        plan = make(args.side)
        found = measure(plan, args.side, args.rounds)
    finally:
        clear()
    print(f"{args.side**2} grids, {args.rounds} edits of each kind, ms")
    print(f"{'':20}{'median':>9}{'largest':>9}")
    for name, values in found.items():
        print(f"{name:20}{statistics.median(values):9.1f}{max(values):9.1f}")
    edits = [v for name, values in found.items() if "UPDATE" not in name for v in values]
    print(f"all below {TARGET_MS:.0f} ms: {'yes' if max(edits) < TARGET_MS else 'no'}")


if __name__ == "__main__":
    main()
