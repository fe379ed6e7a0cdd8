#!/usr/bin/env python3
"""The search box and the geocoder on a database with many places.

    .venv/bin/python scripts/bench/search.py [--places 500000] [--database wanmi_bench_search]

Makes a town of named roads, doors and points of interest (seeded) in a database of its own, whose
places it replaces, builds the gazetteer, and prints as Markdown: seconds and bytes of the
gazetteer, median and 95th percentile of a search by the length of what was typed, and how many
addresses a second the geocoder finds from the database.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import statistics
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

SIDE_DEG = 0.3
WEST, SOUTH = 116.30, 39.80
GROUND = 13
"""Communities on a side of the town's square; streets hold a row each."""
FIRST = "东西南北中上下前后内外大小新旧青白金玉永安和平光明德胜朝阳崇文宣武广渠左右天地龙潭花市"
SECOND = "四直安华定顺兴隆福祥宁泰康乐春秋松柏竹梅桃李河桥井泉仓库门楼园林坛庙塔钟鼓灯帽布米"
ROADS = ("路", "街", "大街", "胡同", "巷", "北大街", "南大街", "东路", "西路", "头条", "二条")
POIS = (
    "小学", "中学", "医院", "银行", "超市", "饭店", "公园", "幼儿园", "派出所", "邮局",
    "大厦", "宾馆", "药店", "书店", "菜市场",
)  # fmt: skip
ROAD_COUNT = 5_000
"""As many named roads as a large district has."""
DOORS_OF_POIS = 5
"""One place of so many is a point of interest."""


def town(count: int) -> tuple[list[str], list[tuple[str, str, str, str, float, float]]]:
    """Roads, and places as (kind, name, road, door, lon, lat)."""
    chance = random.Random(7)
    names: set[str] = set()
    while len(names) < min(ROAD_COUNT, count):
        middle = chance.choice(SECOND) * chance.randrange(2)
        names.add(chance.choice(FIRST) + chance.choice(SECOND) + middle + chance.choice(ROADS))
    roads = sorted(names)
    lines = {}
    for name in roads:
        x, y = chance.random() * SIDE_DEG, chance.random() * SIDE_DEG
        lines[name] = (WEST + x, SOUTH + y, chance.random() < 0.5)
    places = []
    for number in range(count):
        name = roads[number % len(roads)]
        lon, lat, along = lines[name]
        step = (number // len(roads)) * 0.00012
        at = (lon + step, lat) if along else (lon, lat + step)
        door = f"{number // len(roads) + 1}号"
        if number % DOORS_OF_POIS == 0:
            kind = chance.choice(POIS)
            shown = chance.choice(FIRST) + chance.choice(SECOND) + chance.choice(SECOND) + kind
            places.append(("poi", shown, name, door, *at))
        else:
            places.append(("address", name + door, name, door, *at))
    return roads, places


def fill(connection, count: int) -> list[tuple[str, str, str, str, float, float]]:
    """Replace what the database holds by the made-up town."""
    roads, places = town(count)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE basemap_dataset CASCADE")
        cursor.execute(
            "INSERT INTO basemap_dataset (name, attribution, made_up, version)"
            " VALUES ('bench', '', true, 1) RETURNING id"
        )
        owner = cursor.fetchone()[0]
        regions(cursor, owner)
        features(cursor, owner, roads, places)
        lines = (
            "\t".join(
                (
                    str(owner), kind, name, "", road, door,
                    f"SRID=4326;POINT({lon:.7f} {lat:.7f})", f"SRID=3857;POINT({n} 0)",
                    str(n), "\\\\x" + hashlib.md5(f"{n}{name}".encode()).hexdigest(),
                )
            )
            for n, (kind, name, road, door, lon, lat) in enumerate(places)
        )  # fmt: skip
        cursor.copy_expert(
            "COPY basemap_place (dataset_id, kind, name, subtype, road, door, geom, geom3857,"
            " source_key, digest) FROM STDIN",
            io.BytesIO("\n".join(lines).encode() + b"\n"),
        )
        cursor.execute("ANALYZE")
    return places


REGION = """
INSERT INTO basemap_region (level, code, name, name_en, dataset_id, area_m2, valid_from, geom,
    geom3857)
SELECT %(level)s, %(code)s, %(name)s, '', %(owner)s, 1, '2026-01-01', g, ST_Transform(g, 3857)
FROM ST_Multi(ST_MakeEnvelope(%(w)s, %(s)s, %(e)s, %(n)s, 4326)) g
"""


def regions(cursor, owner: int) -> None:
    """A district of rows of communities, each row a street."""
    step = SIDE_DEG * 1.2 / GROUND
    whole = {"w": WEST, "s": SOUTH, "e": WEST + GROUND * step, "n": SOUTH + GROUND * step}

    def add(level: str, code: str, name: str, **box: float) -> None:
        cursor.execute(REGION, {"level": level, "code": code, "name": name, "owner": owner, **box})

    add("district", "110101", "东城区", **whole)
    for j in range(GROUND):
        row = {"s": SOUTH + j * step, "n": SOUTH + (j + 1) * step}
        street = f"110101{j + 1:03d}"
        add("street", street, f"第{j + 1}街道", w=whole["w"], e=whole["e"], **row)
        for i in range(GROUND):
            box = {"w": WEST + i * step, "e": WEST + (i + 1) * step, **row}
            add("community", f"{street}{i + 1:03d}", f"{j + 1}之{i + 1}社区", **box)


def features(cursor, owner: int, roads: list[str], places: list[tuple]) -> None:
    """A line through the doors of each road."""
    ends: dict[str, list[tuple[float, float]]] = {name: [] for name in roads}
    for _kind, _name, road, _door, lon, lat in places:
        ends[road].append((lon, lat))
    rows = []
    for name, points in ends.items():
        (x, y), (u, v) = points[0], points[-1]
        line = f"LINESTRING({x:.7f} {y:.7f},{u + 1e-5:.7f} {v:.7f})"
        rows.append((owner, name, line, name))
    for row in rows:
        cursor.execute(
            "INSERT INTO basemap_basefeature (dataset_id, kind, line_class, name, subtype, use,"
            " underground, geom, geom3857, source_key, digest) SELECT %s, 'road', 4, %s, '', '',"
            " false, g, ST_Transform(g, 3857), %s, '' FROM ST_GeomFromText(%s, 4326) g",
            [row[0], row[1], row[3], row[2]],
        )


def typed(places: list[tuple]) -> dict[str, list[str]]:
    """What is typed, by kind and length: beginnings, parts, errors, aliases of nothing."""
    chance = random.Random(11)
    names = [place[1] for place in chance.sample(places, 2_000)]
    found: dict[str, list[str]] = {}
    for length in (1, 2, 3, 4, 6, 8):
        found[f"beginning, {length}"] = [n[:length] for n in names if len(n) >= length][:200]
    for length in (2, 3, 4):
        found[f"middle, {length}"] = [n[1 : 1 + length] for n in names if len(n) > length][:200]
    found["whole name"] = names[:200]
    found["two characters swapped"] = [n[1] + n[0] + n[2:] for n in names if len(n) > 3][:200]
    found["one character wrong"] = [n[:1] + "囍" + n[2:] for n in names if len(n) > 3][:200]
    found["in no name"] = [chance.choice("龘靐齉") + n[:3] for n in names][:200]
    return found


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]


def measure(search, texts: list) -> tuple[float, float, float]:
    """Median, 95th percentile and longest time of a search, in ms."""
    for text in texts[:20]:
        search(text, 10)
    times = []
    for text in texts:
        start = time.perf_counter()
        search(text, 10)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times), percentile(times, 0.95), max(times)


def geocoded(places: list[tuple]) -> tuple[float, float]:
    """Addresses a second from the database, and the share found within about 10 m."""
    from geocode import geocode_many
    from webmap.geocoding import store

    sample = random.Random(13).sample([p for p in places if p[0] == "address"], 3_000)
    texts = ["东城区" + place[1] for place in sample]
    start = time.perf_counter()
    answers = list(geocode_many(texts, store(), district="110101"))
    seconds = time.perf_counter() - start
    hits = sum(
        bool(a.candidates)
        and abs(a.candidates[0].point[0] - p[4]) + abs(a.candidates[0].point[1] - p[5]) < 1e-4
        for a, p in zip(answers, sample, strict=True)
    )
    return len(texts) / seconds, hits / len(texts)


def prepare(name: str) -> None:
    """Make and migrate the database, and let Django use it."""
    words = [sys.executable, str(ROOT / "scripts/dev_db.py"), "url", "--name", name]
    subprocess.run(words, check=True, stdout=subprocess.DEVNULL)
    os.environ["WANMI_DB_NAME"] = name
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "webmap.settings.dev")
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--places", type=int, default=500_000)
    parser.add_argument("--database", default="wanmi_bench_search", help="its places are replaced")
    args = parser.parse_args()
    prepare(args.database)
    from django.db import connection

    from spatial.basemap.gazetteer.build import build_gazetteer
    from webmap.search import search

    places = fill(connection, args.places)
    start = time.perf_counter()
    counts = build_gazetteer()
    first = time.perf_counter() - start
    start = time.perf_counter()
    build_gazetteer()
    again = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_total_relation_size('basemap_place'),"
            " pg_total_relation_size('basemap_placename')"
        )
        sizes = [size / 2**20 for size in cursor.fetchone()]
    print(f"{args.places:,} places, {counts['names']:,} names; built in {first:.0f} s, again with")
    print(f"nothing new in {again:.1f} s; places {sizes[0]:,.0f} MB, names {sizes[1]:,.0f} MB\n")
    print("| typed | median ms | 95 % ms | longest ms |\n|---|---|---|---|")
    for kind, texts in typed(places).items():
        median, high, longest = measure(search, texts)
        print(f"| {kind} | {median:.1f} | {high:.1f} | {longest:.1f} |", flush=True)
    from webmap.geocoding import reverse

    chance = random.Random(17)
    points = [(p[4], p[5] + 0.00005) for p in chance.sample(places, 220)]
    median, high, longest = measure(lambda point, _limit: reverse(*point), points)
    print(f"| what is at a point | {median:.1f} | {high:.1f} | {longest:.1f} |")
    speed, share = geocoded(places)
    print(f"\ngeocoder from the database: {speed:,.0f} addresses/s, {share:.1%} found within 10 m")


if __name__ == "__main__":
    main()
