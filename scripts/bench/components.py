#!/usr/bin/env python3
"""Measures placing and importing components: same points, same grids, one run.

    .venv/bin/python scripts/bench/components.py [--sizes 100000 1400000] [--grids 35000]
        [--buildings 280000] [--rounds 3]

Placing: geopandas' ``sjoin`` (points and grids in memory already), PostGIS' bare join (count of
pairs; points and grids in tables with GiST indexes) and ours, which reads the grids from the
database first. Points are there in all three. All count the same points.

Importing: a GeoPackage with standard field names through ``import_components``, the whole process,
against COPY of the same finished rows into the same table with its indexes, and into it without
them. The base map has buildings, since an import looks which points lie in one. The database of the
benchmark is emptied. Rounds alternate; medians count.
"""

from __future__ import annotations

import argparse
import io
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import geopandas as gpd
import numpy as np
import pyogrio
import shapely
from export import DISTRICT, ROOT, SOUTH, STEP, WEST, fill, prepare
from running.memory import WorkersPeak

CLASSES = ("0101", "0103", "0118", "0202", "0305", "0402", "0407")


def points(count: int, grids: int, seed: int = 1) -> np.ndarray:
    """Points spread over the grids."""
    rng = np.random.default_rng(seed)
    columns = int(np.ceil(np.sqrt(grids)))
    rows = -(-grids // columns)
    return rng.uniform(0, 1, (count, 2)) * [columns * STEP, rows * STEP] + [WEST, SOUTH]


def lay_buildings(count: int, grids: int) -> None:
    """Small buildings spread over the grids, about 10 by 8 m."""
    from django.db import connection

    corners = points(count, grids, seed=3)
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM basemap_dataset LIMIT 1")
        owner = cursor.fetchone()[0]
        cursor.execute(
            "INSERT INTO basemap_basefeature (dataset_id, kind, line_class, name, subtype, use,"
            " underground, geom, geom3857, source_key, digest)"
            " SELECT %s, 'building', 0, '', '', '', false, g, ST_Transform(g, 3857), n, ''"
            " FROM unnest(%s::float8[], %s::float8[]) WITH ORDINALITY t(x, y, n),"
            " ST_MakeEnvelope(x, y, x + 0.00012, y + 0.00007, 4326) g",
            [owner, corners[:, 0].tolist(), corners[:, 1].tolist()],
        )
        cursor.execute("ANALYZE basemap_basefeature")


def write_survey(path: Path, xy: np.ndarray, seed: int = 2) -> None:
    """A survey as departments hand it in: one layer, standard names."""
    rng = np.random.default_rng(seed)
    size = len(xy)
    columns = {
        "ClassCode": rng.choice(CLASSES, size),
        "ObjName": np.full(size, "部件"),
        "DeptName1": rng.choice([f"主管部门{i}" for i in range(20)], size),
        "DeptName2": rng.choice([f"权属单位{i}" for i in range(200)], size),
        "DeptName3": rng.choice([f"养护单位{i}" for i in range(50)], size),
        "ObjState": rng.choice(["完好", "完好", "完好", "破损"], size),
        "ORDate": rng.choice(["2024-03-01", "2025-06-15"], size),
        "DataSource": np.full(size, "实测"),
        "Note": np.full(size, ""),
    }
    pyogrio.raw.write(
        path, shapely.to_wkb(shapely.points(xy)), [v.astype(object) for v in columns.values()],
        list(columns), layer="survey", crs="EPSG:4326", geometry_type="Point", driver="GPKG",
    )  # fmt: skip


def timed(work) -> tuple[float, object]:
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def placing(xy: np.ndarray, rounds: int) -> dict[str, float]:
    """Median seconds of the three ways to place the points."""
    from django.db import connection

    from spatial.grids.models import UnitGrid
    from spatial.grids.services.locate import Ground

    rows = UnitGrid.objects.order_by("code").values_list("code", "geom")
    shapes = shapely.from_wkb([bytes(geom.wkb) for _code, geom in rows])
    grids = gpd.GeoDataFrame({"code": [code for code, _g in rows]}, geometry=shapes, crs=4326)
    there = shapely.points(xy)
    frame = gpd.GeoDataFrame(geometry=there, crs=4326)
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bench_point")
        cursor.execute("CREATE TABLE bench_point (n int, geom geometry(Point, 4326))")
        hexes = shapely.to_wkb(shapely.set_srid(there, 4326), hex=True,
                               include_srid=True)  # fmt: skip
        text = io.StringIO("".join(f"{i}\t{h}\n" for i, h in enumerate(hexes)))
        cursor.cursor.copy_expert("COPY bench_point FROM STDIN", text)
        cursor.execute("CREATE INDEX ON bench_point USING gist (geom)")
        cursor.execute("ANALYZE bench_point")
        cursor.execute("ANALYZE grids_unitgrid")

    def bare() -> int:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM bench_point p"
                           " JOIN grids_unitgrid g ON ST_Intersects(g.geom, p.geom)")  # fmt: skip
            return cursor.fetchone()[0]

    ways = {
        "sjoin": lambda: gpd.sjoin(frame, grids, predicate="intersects").index.nunique(),
        "join": bare,
        "ours": lambda: int((Ground().locate(there) != "").sum()),
    }
    times: dict[str, list[float]] = {name: [] for name in ways}
    counts: dict[str, set[int]] = {name: set() for name in ways}
    for _round in range(rounds):
        for name, work in ways.items():
            seconds, count = timed(work)
            times[name].append(seconds)
            counts[name].add(count)
    if counts["ours"] != counts["sjoin"]:
        sys.exit(f"E-BENCH-DIFFERS: {counts}")
    return {name: statistics.median(values) for name, values in times.items()}


def importing(path: Path, size: int, rounds: int, name: str) -> dict[str, float]:
    """Median seconds of the import and of COPY of the same rows, and the import's peak memory."""
    from django.db import connection

    times: dict[str, list[float]] = {"import": [], "copy": [], "bare copy": []}
    peak = 0.0
    for _round in range(rounds):
        empty()
        words = [sys.executable, str(ROOT / "manage.py"), "import_components", str(path)]
        with WorkersPeak() as worker:
            seconds, _done = timed(
                lambda words=words: subprocess.run(
                    words, check=True, stdout=subprocess.DEVNULL, env=environment(name)
                )
            )
        peak = max(peak, worker.mb)
        times["import"].append(seconds)
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM components_component")
            if cursor.fetchone()[0] != size:
                sys.exit("E-BENCH-DIFFERS: rows are missing")
            rows = io.BytesIO()
            cursor.cursor.copy_expert("COPY components_component TO STDOUT", rows)
        for kind in ("copy", "bare copy"):
            times[kind].append(copy_back(rows, with_indexes=kind == "copy"))
    return {name: statistics.median(v) for name, v in times.items()} | {"peak_mb": peak}


def copy_back(rows: io.BytesIO, with_indexes: bool) -> float:
    """Seconds to COPY rows into the emptied table."""
    from django.db import connection, transaction

    from spatial.basemap.services.bulk import lay_by

    rows.seek(0)
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("TRUNCATE components_component CASCADE")
            if not with_indexes:
                lay_by(cursor, "components_component")
            seconds, _none = timed(
                lambda: cursor.cursor.copy_expert("COPY components_component FROM STDIN", rows)
            )
            if not with_indexes:
                raise InterruptedError
    except InterruptedError:
        pass
    return seconds


def environment(name: str) -> dict[str, str]:
    return {**os.environ, "WANMI_DB_NAME": name}


def empty() -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "TRUNCATE components_component, components_codecounter, basemap_importrun CASCADE"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[100_000, 1_400_000])
    parser.add_argument("--grids", type=int, default=35_000)
    parser.add_argument("--buildings", type=int, default=280_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    prepare(args.database)
    from django.core.management import call_command

    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    fill(args.grids)
    lay_buildings(args.buildings, args.grids)
    print(f"district {DISTRICT}, {args.grids:,} grids, {args.buildings:,} buildings")
    heads = ("sjoin", "join", "ours", "/sjoin", "/join", "import", "copy", "bare", "/copy",
             "/bare", "peak MB")  # fmt: skip
    print(f"{'points':>10}" + "".join(f"{head:>9}" for head in heads))
    for size in args.sizes:
        xy = points(size, args.grids)
        p = placing(xy, args.rounds)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "survey.gpkg"
            write_survey(path, xy)
            i = importing(path, size, args.rounds, args.database)
        shown = (p["sjoin"], p["join"], p["ours"], p["ours"] / p["sjoin"], p["ours"] / p["join"],
                 i["import"], i["copy"], i["bare copy"], i["import"] / i["copy"],
                 i["import"] / i["bare copy"], i["peak_mb"])  # fmt: skip
        print(f"{size:>10,}" + "".join(f"{value:>9.2f}" for value in shown), flush=True)


if __name__ == "__main__":
    main()
