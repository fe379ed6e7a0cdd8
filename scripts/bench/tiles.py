#!/usr/bin/env python3
"""Pyramid time, size and live latency of tiles as the number of grids grows.

    WANMI_DB_NAME=wanmi_bench .venv/bin/python scripts/bench/tiles.py [--sizes 10000,35000,160000]

Makes jittered grids of about 10,000 m², three buildings each, roads and walls, in a schema of
their own that is dropped at the end, and a folder of its own. One table, one line per size.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")

import django  # noqa: E402

django.setup()

from django.conf import settings  # noqa: E402
from django.core.cache import cache  # noqa: E402
from django.db import connection  # noqa: E402
from django.db.backends.signals import connection_created  # noqa: E402

from webmap.tiles import live, pyramid  # noqa: E402
from webmap.tiles.address import TileAddress  # noqa: E402
from webmap.tiles.layers import LAYERS  # noqa: E402

SCHEMA = "wanmi_bench"
WEST_3857, SOUTH_3857 = 12_957_000, 4_850_000
SIDE_3857 = 130.4
"""About 100 m on the ground at 40° north."""

TABLES = (
    "basemap_dataset",
    "basemap_importrun",
    "basemap_region",
    "basemap_basefeature",
    "basemap_place",
    "grids_gridplan",
    "grids_unitgrid",
)
SHAPES = """
CREATE FUNCTION {s}.jitter(a int, b int, salt int) RETURNS float8 IMMUTABLE LANGUAGE sql AS $$
    SELECT (hashint8extended(a::bigint * 100003 + b, salt) % 1000) / 1000.0 $$;
CREATE FUNCTION {s}.node(i int, j int) RETURNS geometry IMMUTABLE LANGUAGE sql AS $$
    SELECT ST_MakePoint({w} + {d} * (i + 0.3 * {s}.jitter(i, j, 1)),
                        {h} + {d} * (j + 0.3 * {s}.jitter(i, j, 2))) $$;
CREATE FUNCTION {s}.side(i int, j int, across bool) RETURNS geometry IMMUTABLE LANGUAGE sql AS $$
    SELECT ST_MakeLine(ARRAY[a, m, b]) FROM (
        SELECT a, b, ST_Translate(ST_Centroid(ST_Collect(a, b)),
            {d} * 0.06 * {s}.jitter(i, j, across::int + 3),
            {d} * 0.06 * {s}.jitter(i, j, across::int + 5)) AS m
        FROM (SELECT {s}.node(i, j) AS a,
            CASE WHEN across THEN {s}.node(i + 1, j) ELSE {s}.node(i, j + 1) END AS b) ends
    ) t $$;
"""
GRIDS = """
INSERT INTO grids_unitgrid (plan_id, ordinal, code, community_id, geom, geom3857, area_m2,
    perimeter_m, on_feature_share, neighbours, note, fingerprint)
SELECT 1, n, lpad(n::text, 15, '0'), 1, ST_Transform(shape, 4326), shape, 10000, 400, 0.5,
    '{{}}', '', ''
FROM (
    SELECT j * {n} + i + 1 AS n, ST_SetSRID(ST_MakePolygon(ST_LineMerge(ST_Collect(ARRAY[
        {s}.side(i, j, true), {s}.side(i + 1, j, false),
        {s}.side(i, j + 1, true), {s}.side(i, j, false)]))), 3857) AS shape
    FROM generate_series(0, {n} - 1) i, generate_series(0, {n} - 1) j
) t
"""
FEATURES = """
INSERT INTO basemap_basefeature (dataset_id, kind, line_class, name, subtype, use, underground,
    geom, geom3857, source_key, digest)
SELECT 1, kind, cls, name, '', '', false, ST_Transform(shape, 4326), shape, key, ''
FROM (
    SELECT 'building' AS kind, 0 AS cls, '' AS name, 'b' || i || '/' || j || '/' || k AS key,
        ST_MakeEnvelope(x, y, x + 22, y + 18, 3857) AS shape
    FROM generate_series(0, {n} - 1) i, generate_series(0, {n} - 1) j, generate_series(0, 2) k,
        LATERAL (SELECT {w} + {d} * (i + 0.35) + 30 * k AS x, {h} + {d} * (j + 0.45) AS y) at
    UNION ALL
    SELECT 'road', CASE WHEN i %% 50 = 0 THEN 1 WHEN i %% 20 = 0 THEN 3 WHEN i %% 4 = 0 THEN 5
        ELSE 6 END, 'road ' || i, 'r' || i || '/' || j, ST_SetSRID({s}.side(i, j, false), 3857)
    FROM generate_series(0, {n}, 2) i, generate_series(0, {n} - 1) j
    UNION ALL
    SELECT 'wall', 0, '', 'w' || i || '/' || j, ST_SetSRID({s}.side(i, j, true), 3857)
    FROM generate_series(0, {n} - 1) i, generate_series(0, {n}, 3) j
) t
"""
ONE_EACH = """
INSERT INTO basemap_dataset (id, name, attribution, made_up, version) VALUES (1, 'b', '', true, 1);
INSERT INTO basemap_region (id, level, code, name, name_en, dataset_id, geom, geom3857, area_m2,
    valid_from) VALUES (1, 'district', '999999', 'bench', '', 1,
    ST_SetSRID(ST_GeomFromText('MULTIPOLYGON EMPTY'), 4326),
    ST_SetSRID(ST_GeomFromText('MULTIPOLYGON EMPTY'), 3857), 1, '2026-01-01');
INSERT INTO grids_gridplan (id, district_id, edition, state, scheme, target_area_m2, metric_srid,
    grid_count, rules, figures, check_report, input_digest, created_at)
    VALUES (1, 1, 1, 'draft', 'gbt30428', 10000, 4548, 0, '{}', '{}', '{}', '', now());
"""


def use_schema(connection, **_more) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, false)", [f"{SCHEMA}, public"])


def make(side: int) -> None:
    """Fill the schema with ``side`` × ``side`` grids."""
    words = {"s": SCHEMA, "w": WEST_3857, "h": SOUTH_3857, "d": SIDE_3857, "n": side}
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")
        cursor.execute(f"CREATE SCHEMA {SCHEMA}")
        for table in TABLES:
            cursor.execute(f"CREATE TABLE {SCHEMA}.{table} (LIKE public.{table} INCLUDING ALL)")
        use_schema(connection)
        cursor.execute(SHAPES.format(**words))
        cursor.execute(ONE_EACH)
        cursor.execute(GRIDS.format(**words))
        cursor.execute(FEATURES.format(**words).replace("%%", "%"))
        cursor.execute("ANALYZE grids_unitgrid; ANALYZE basemap_basefeature")


def live_ms(layer: str, version: str | None, z: int, side: int, times: int = 25) -> str:
    """Median and 95th percentile of tiles made now, at random places."""
    source = pyramid.find_source(LAYERS[layer], version)
    dice, took = random.Random(z), []
    for _time in range(times):
        x, y = (dice.uniform(0.1, 0.9) * side * SIDE_3857 for _axis in range(2))
        lon = math.degrees((WEST_3857 + x) / 6_378_137)
        lat = math.degrees(2 * math.atan(math.exp((SOUTH_3857 + y) / 6_378_137)) - math.pi / 2)
        started = time.perf_counter()
        live.make(source, TileAddress.of_point(z, lon, lat))
        took.append((time.perf_counter() - started) * 1000)
    return f"{statistics.median(took):.1f}/{statistics.quantiles(took, n=20)[-1]:.1f}"


def measure(side: int, workers: int) -> list[str]:
    cells = [f"{side * side:,}"]
    for layer, version in (("grids", "999999-e1"), ("basemap", None)):
        cache.clear()
        built = pyramid.build(layer, version, workers=workers)
        size = f"{built.size_bytes / 1e6:.1f}"
        cells += [str(built.tiles), size, str(built.largest_bytes // 1024), str(built.seconds)]
        zooms = (10, 12, 14) if layer == "grids" else (12, 14, 15)
        cells += [live_ms(layer, version, z, side) for z in zooms]
    return cells


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="10000,35000,160000", help="numbers of grids")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    args = parser.parse_args()
    names = ["tiles", "MB", "largest KB", "s"]
    grids = [*names, "z10 ms", "z12 ms", "z14 ms"]
    base = [*names, "z12 ms", "z14 ms", "z15 ms"]
    print("| grids |", " | ".join([f"grids {n}" for n in grids] + [f"base {n}" for n in base]), "|")
    print("|", " | ".join(["---:"] * (1 + len(grids) + len(base))), "|")
    connection_created.connect(use_schema)
    with tempfile.TemporaryDirectory() as folder:
        settings.TILE_DIR = Path(folder)
        for size in args.sizes.split(","):
            side = math.isqrt(int(size))
            make(side)
            print("|", " | ".join(measure(side, args.workers)), "|", flush=True)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")


if __name__ == "__main__":
    main()
