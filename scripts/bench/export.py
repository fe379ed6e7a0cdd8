#!/usr/bin/env python3
"""Measures the export of unit grids as a shapefile against ogr2ogr: same database, same query.

    .venv/bin/python scripts/bench/export.py [--sizes 3500 35000 140000] [--rounds 5]

Both write the same rows, fields and reference system (EPSG:4548). ogr2ogr is timed as a process,
once to the bare files of a shapefile and once to a zip (``.shz``); ours, always a zip with its
dictionary, as a process (``manage.py export_grids``) and as a worker that is up already does it
(the call alone). Ratios: process and call to the bare files, call to the zip.
The database of the benchmark is emptied. Rounds alternate; medians count, each round is printed.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psycopg2
import shapely
from ragged import in_degrees

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
DISTRICT, SRID = "110101", 4548
WEST, SOUTH, STEP = 116.3, 39.8, 0.001
A_COMMUNITY, A_STREET = 200, 20
WAVES = 6
"""Vertices between two corners of a grid; with four sides this is like what the engine cuts."""
WIDTHS = (8, 10, 7, 10, 8, 16)

QUERY = """SELECT g.code AS BGCODE, round(g.area_m2::numeric, 3)::float8 AS AREA,
 round(g.perimeter_m::numeric, 3)::float8 AS PERIMETER, g.valid_from AS ORDATE,
 g.valid_to AS CHDATE, c.code AS SQCODE, c.name AS SQNAME, s.code AS JDCODE, s.name AS JDNAME,
 d.code AS QXCODE, d.name AS QXNAME, p.edition AS EDITION,
 round(g.on_feature_share::numeric, 4)::float8 AS ONFEATURE, g.note AS NOTE, g.geom
 FROM grids_unitgrid g JOIN grids_gridplan p ON p.id = g.plan_id
 JOIN basemap_region d ON d.id = p.district_id JOIN basemap_region c ON c.id = g.community_id
 LEFT JOIN basemap_region s ON s.id = c.parent_id
 WHERE d.code = '110101' AND p.state = 'published' ORDER BY g.ordinal"""


def prepare(name: str) -> str:
    """Create and migrate the database of the benchmark; return its address."""
    words = [sys.executable, str(ROOT / "scripts/dev_db.py"), "url", "--name", name]
    address = subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
    os.environ.update(DATABASE_URL=address, DJANGO_SETTINGS_MODULE="webmap.settings.dev")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    return address.replace("postgis://", "postgresql://")


def wavy(count: int) -> list[shapely.Polygon]:
    """Cells of a lattice whose sides wave, each side with several vertices."""
    columns = int(np.ceil(np.sqrt(count)))
    turns = np.linspace(0, 1, WAVES + 2)[:-1]
    sway = 0.08 * np.sin(turns * 2 * np.pi)
    square = np.concatenate(
        [np.column_stack([turns, sway]), np.column_stack([1 - sway, turns]),
         np.column_stack([1 - turns, 1 + sway]), np.column_stack([-sway, 1 - turns])]
    )  # fmt: skip
    rows, cols = np.divmod(np.arange(count), columns)
    corners = np.column_stack([WEST + cols * STEP, SOUTH + rows * STEP])
    return list(shapely.polygons(corners[:, None, :] + square[None] * STEP))


def fill(count: int, mercator: np.ndarray | None = None) -> None:
    """A district of so many grids, published, with its streets and communities.

    Their shapes are those in Web Mercator where these are given, else waves.
    """
    from datetime import date

    from django.contrib.gis.geos import GEOSGeometry, MultiPolygon, Polygon
    from django.db import connection

    from spatial.basemap.models import Dataset, Region
    from spatial.grids.models import GridPlan, UnitGrid

    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE grids_gridplan, basemap_region, basemap_dataset CASCADE")
    day = date(2026, 1, 1)
    box = MultiPolygon(Polygon.from_bbox((116, 39, 118, 41)), srid=4326)
    flat = box.transform(3857, clone=True)
    made = Dataset.objects.create(name="bench", attribution="made up", made_up=True)

    def region(level: str, code: str, name: str, parent=None) -> Region:
        return Region(level=level, code=code, name=name, parent=parent, dataset=made, geom=box,
                      geom3857=flat, area_m2=1, valid_from=day)  # fmt: skip

    top = region("district", DISTRICT, "东城区")
    top.save()
    communities = []
    for i in range(-(-count // A_COMMUNITY)):
        if i % A_STREET == 0:
            street = region("street", f"{DISTRICT}{i // A_STREET + 1:03d}", f"街道{i}", top)
            street.save()
        code = f"{street.code}{i % A_STREET + 1:03d}"
        communities.append(region("community", code, f"社区{i}", street))
    Region.objects.bulk_create(communities)
    plan = GridPlan.objects.create(
        district=top, edition=1, state="published", metric_srid=SRID, grid_count=count,
        input_digest="0" * 64, valid_from=day,
    )  # fmt: skip
    if mercator is None:
        shapes = np.array(wavy(count), object)
        mercator = shapely.transform(shapes, lambda xy: xy * 1e5)
    else:
        shapes = in_degrees(mercator)
    rows = []
    blobs = zip(shapely.to_wkb(shapes), shapely.to_wkb(mercator), strict=True)
    for i, (blob, other) in enumerate(blobs):
        owner = communities[i // A_COMMUNITY]
        rows.append(UnitGrid(
            plan=plan, ordinal=i + 1, code=f"{owner.code}{i % A_COMMUNITY + 1:03d}",
            community=owner, geom=GEOSGeometry(memoryview(blob), srid=4326),
            geom3857=GEOSGeometry(memoryview(other), srid=3857), area_m2=9_500 + i % 1_000,
            perimeter_m=400 + i % 50, on_feature_share=0.9, valid_from=day,
        ))  # fmt: skip
    UnitGrid.objects.bulk_create(rows, batch_size=2_000)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def theirs(peer: str, address: str, folder: Path, ending: str) -> float:
    parts = psycopg2.extensions.parse_dsn(address)
    source = "PG:" + " ".join(f"{k}={v}" for k, v in parts.items())
    words = [peer, "-f", "ESRI Shapefile", str(folder / f"theirs.{ending}"), source, "-sql", QUERY]
    words += ["-t_srs", f"EPSG:{SRID}", "-lco", "ENCODING=UTF-8"]
    start = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.perf_counter() - start


def as_process(folder: Path) -> float:
    words = [sys.executable, str(ROOT / "manage.py"), "export_grids", DISTRICT]
    words += ["-o", str(folder / "process.zip"), "--crs", f"EPSG:{SRID}"]
    start = time.perf_counter()
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def as_call(folder: Path, fmt: str = "shp") -> float:
    from spatial.grids.services.export import export_grids

    start = time.perf_counter()
    export_grids(DISTRICT, folder / f"call.{fmt}.zip", fmt=fmt, srid=SRID)
    return time.perf_counter() - start


def compare(folder: Path) -> None:
    """Both files hold the same rows, or the times mean nothing."""
    import pyogrio

    ours = pyogrio.read_dataframe(f"/vsizip/{folder}/call.shp.zip/unit_grids.shp")
    other = pyogrio.read_dataframe(folder / "theirs.shp")
    other.columns = [c.upper() if c != "geometry" else c for c in other.columns]
    same = list(ours.BGCODE) == list(other.BGCODE) and list(ours.SQNAME) == list(other.SQNAME)
    apart = shapely.hausdorff_distance(ours.geometry.values, other.geometry.values).max()
    if not same or apart > 0.001:
        sys.exit(f"the two files differ: same codes {same}, {apart} m apart")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[3_500, 35_000, 140_000])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    peer = shutil.which("ogr2ogr")
    if peer is None:
        sys.exit("E-BENCH-PEER: ogr2ogr is not on PATH; run: sudo apt-get install gdal-bin")
    address = prepare(args.database)
    heads = ("grids", "ogr2ogr s", "shz s", "process s", "call s", "ratios")
    print(" ".join(f"{h:>{w}}" for h, w in zip(heads, WIDTHS, strict=True)), "  rounds")
    for size in args.sizes:
        fill(size)
        with tempfile.TemporaryDirectory() as name:
            folder, rounds = Path(name), []
            for _round in range(args.rounds):
                for old in folder.glob("theirs.*"):
                    old.unlink()
                rounds.append((
                    theirs(peer, address, folder, "shp"), theirs(peer, address, folder, "shz"),
                    as_process(folder), as_call(folder),
                ))  # fmt: skip
            compare(folder)
        times = [statistics.median(column) for column in zip(*rounds, strict=True)]
        ogr, zipped, process, call = times
        ratios = f"{process / ogr:.2f} {call / ogr:.2f} {call / zipped:.2f}"
        cells = [f"{size:,}", *(f"{t:.2f}" for t in times), ratios]
        shown = ", ".join("/".join(f"{t:.2f}" for t in one) for one in rounds)
        line = " ".join(f"{c:>{w}}" for c, w in zip(cells, WIDTHS, strict=True))
        print(line, "  " + shown, flush=True)


if __name__ == "__main__":
    main()
