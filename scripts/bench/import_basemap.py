#!/usr/bin/env python3
"""Measures the base map import against ogr2ogr: same file, same database, one run.

    .venv/bin/python scripts/bench/import_basemap.py [--sizes 10000 100000 1000000] [--rounds 3]

Both are timed as whole processes. ogr2ogr makes one table per layer with its default GiST index;
the import writes two geometries with two GiST indexes, a unique key and a digest per feature. The
database is emptied before each import. Rounds alternate between the two and the best time of each
counts, since other work on the machine can only add to a time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import psycopg2
import pyogrio
import shapely

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = "bench_ogr2ogr"
CLASSES = ("主干路", "次干路", "支路", "胡同")
CENTRE = {4326: (116.4, 39.9, 1e-5), 4548: (450_000.0, 4_420_000.0, 1.0)}
"""x, y and metres in units for each reference system the town can be made in."""


def make_town(path: Path, count: int, srid: int, seed: int = 1) -> None:
    """Write half buildings (quadrilaterals), half roads (5 vertices) on a growing square."""
    rng = np.random.default_rng(seed)
    x, y, unit = CENTRE[srid]
    side = np.sqrt(count) * 20 * unit
    half = count // 2
    corner = rng.uniform(0, side, (count, 2)) + [x, y]
    size = rng.uniform(8, 30, (half, 2)) * unit
    boxes = shapely.box(*corner[:half].T, *(corner[:half] + size).T)
    steps = rng.normal(0, 25 * unit, (count - half, 5, 2)).cumsum(axis=1)
    lines = shapely.linestrings(corner[half:, None, :] + steps)
    names = [f"建筑{i}" for i in range(half)]
    roads = [f"道路{i}" for i in range(count - half)]
    kinds = rng.choice(CLASSES, count - half).tolist()
    write(path, "RESA", boxes, {"NAME": names}, srid, "Polygon")
    write(path, "LRDL", lines, {"NAME": roads, "RTYPE": kinds}, srid, "LineString")


def write(path, layer, geometry, columns, srid, kind) -> None:
    pyogrio.raw.write(
        path, shapely.to_wkb(geometry), [np.array(v, dtype=object) for v in columns.values()],
        list(columns), layer=layer, crs=f"EPSG:{srid}", geometry_type=kind, driver="GPKG",
        append=path.exists(),
    )  # fmt: skip


def timed(words: list[str], **env: str) -> float:
    start = time.perf_counter()
    subprocess.run(words, check=True, env={**os.environ, **env}, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def ogr2ogr(words: list[str], town: Path, address: str) -> float:
    query(address, f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE; CREATE SCHEMA {SCHEMA}")
    parts = psycopg2.extensions.parse_dsn(address)
    target = "PG:" + " ".join(f"{k}={v}" for k, v in parts.items())
    seconds = timed([*words, "-f", "PostgreSQL", target, str(town), "-lco", f"SCHEMA={SCHEMA}"])
    query(address, f"DROP SCHEMA {SCHEMA} CASCADE")
    return seconds


def ours(town: Path, dataset: str, name: str) -> float:
    manage = [sys.executable, str(ROOT / "manage.py"), "import_basemap", str(town)]
    return timed(
        [*manage, "--dataset", dataset, "--layers", "gb", "--without-gazetteer"], WANMI_DB_NAME=name
    )


def query(address: str, text: str) -> None:
    connection = psycopg2.connect(address)
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute(text)
    connection.close()


def prepare(name: str) -> str:
    """Create and migrate the database of the benchmark; return its address for libpq."""
    words = [sys.executable, str(ROOT / "scripts/dev_db.py"), "url", "--name", name]
    address = subprocess.run(words, check=True, text=True, stdout=subprocess.PIPE).stdout.strip()
    timed([sys.executable, str(ROOT / "manage.py"), "migrate"], WANMI_DB_NAME=name)
    return address.replace("postgis://", "postgresql://")


EMPTY = "TRUNCATE basemap_dataset, basemap_importrun, basemap_basefeature, basemap_place CASCADE"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[10_000, 100_000, 1_000_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--crs", type=int, choices=sorted(CENTRE), default=4326)
    parser.add_argument("--database", default="wanmi_bench", help="is emptied")
    args = parser.parse_args()
    peer = shutil.which("ogr2ogr")
    if peer is None:
        sys.exit("E-BENCH-PEER: ogr2ogr is not on PATH; run: sudo apt-get install gdal-bin")
    address = prepare(args.database)
    print(f"{'features':>10} {'ogr2ogr s':>10} {'import s':>10} {'speed':>7}   rounds")
    for size in args.sizes:
        with tempfile.TemporaryDirectory() as folder:
            town = Path(folder) / "town.gpkg"
            make_town(town, size, args.crs)
            rounds = [one_round(peer, town, address, args.database) for _ in range(args.rounds)]
        theirs, our = (min(times) for times in zip(*rounds, strict=True))
        shown = ", ".join(f"{a:.1f}/{b:.1f}" for a, b in rounds)
        print(
            f"{size:>10,} {theirs:>10.2f} {our:>10.2f} {theirs / our:>7.2f}   {shown}", flush=True
        )


def one_round(peer: str, town: Path, address: str, database: str) -> tuple[float, float]:
    query(address, EMPTY)
    theirs = ogr2ogr([peer], town, address)
    our = ours(town, "bench", database)
    query(address, EMPTY)
    return theirs, our


if __name__ == "__main__":
    main()
