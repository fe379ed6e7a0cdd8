#!/usr/bin/env python3
"""How fast damaged addresses are found in the database, by one process.

    .venv/bin/python scripts/bench/geocoding_db.py [--places 500000] [--cases 4000]
        [--list 10000] [--database wanmi_bench_search] [--keep] [--profile]

Takes the made-up town of ``bench/search.py`` (made anew unless ``--keep``), damages its addresses
in the ways of ``bench/places/damage.py``, and prints as Markdown, for each way and for all:
addresses a second by the clock and by what processor both sides take (which other work on the
machine disturbs less), the share found within 50 m, round trips for each address, and the
milliseconds of processor of this process and of the database; at the end the memory of the
process. Last comes a list as a user hands it in: a third of its addresses is damaged, the file is
read and the found workbook written. All chance is seeded.
"""

from __future__ import annotations

import argparse
import cProfile
import csv
import os
import pstats
import random
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench import search  # noqa: E402
from bench.places.damage import DAMAGES, Case  # noqa: E402

from geocode import geocode_many  # noqa: E402
from geocode.memory import apart_m  # noqa: E402
from geocode.store import Entry, Level  # noqa: E402

HIT_M = 50.0
SEED = 20261128
DISTRICT = "110101"
UNUSED = {"old name"}
"""The town has no old names."""


class Trips:
    """Counts statements."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, execute, sql, params, many, context):
        self.count += 1
        return execute(sql, params, many, context)


@contextmanager
def counted() -> Iterator[Trips]:
    from django.db import connection

    trips = Trips()
    with connection.execute_wrapper(trips):
        yield trips


def entry_of(place: tuple) -> Entry:
    kind, name, road, door, lon, lat = place
    level = Level.POI if kind == "poi" else Level.DOOR
    return Entry(0, level, name, lon, lat, DISTRICT, road=road, door=door)


def cases(places: list[tuple], count: int) -> list[tuple[tuple, str, str]]:
    """Places, the kind of damage, and the damaged text, in an order of chance."""
    pick = random.Random(SEED)
    doors = [place for place in places if place[0] == "address"]
    kinds = [name for name in DAMAGES if name not in UNUSED]
    made = []
    for number, place in enumerate(pick.sample(doors, count)):
        kind = kinds[number % len(kinds)]
        regions = pick.choice([["北京市", "东城区"], ["东城区"], []])
        chance = random.Random(pick.random())
        case = Case(entry_of(place), list(regions), place[2], place[3], "", chance)
        made.append((place, kind, DAMAGES[kind](case)))
    pick.shuffle(made)
    return made


def found(texts: Iterable[str]) -> list:
    from webmap.geocoding import store

    return list(geocode_many(texts, store(), district=DISTRICT))


def server() -> float:
    """Seconds of processor that the database has taken for this connection."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        times = psutil.Process(cursor.fetchone()[0]).cpu_times()
    return times.user + times.system


def line(name: str, chosen: list[tuple[tuple, str, str]]) -> str:
    """One row of the table."""
    texts = [text for _place, _kind, text in chosen]
    before = server()
    with counted() as trips:
        start, own = time.perf_counter(), time.process_time()
        answers = found(texts)
        seconds, own = time.perf_counter() - start, time.process_time() - own
    theirs = server() - before
    hits = sum(
        bool(answer.candidates) and apart_m(answer.candidates[0].point, place[4:6]) < HIT_M
        for answer, (place, _kind, _text) in zip(answers, chosen, strict=True)
    )
    count = len(texts)
    cells = (
        f"{count / seconds:,.0f}",
        f"{count / (own + theirs):,.0f}",
        f"{hits / count:.1%}",
        f"{trips.count / count:.3f}",
        f"{1000 * own / count:.1f}",
        f"{1000 * theirs / count:.1f}",
    )
    return f"| {name} | {count} | {' | '.join(cells)} |"


def listed(places: list[tuple], count: int) -> str:
    """Rows a second of a list of addresses, by the clock and by processor, and their rates."""
    from webmap.batches import file_to_file

    texts = [text for _place, _kind, text in cases(places, count // 3)]
    doors = [place for place in places if place[0] == "address"]
    pick = random.Random(SEED + 1)
    texts += ["东城区" + place[1] for place in pick.sample(doors, count - len(texts))]
    pick.shuffle(texts)
    with tempfile.TemporaryDirectory() as folder:
        given, made = Path(folder) / "list.csv", Path(folder) / "found.xlsx"
        with given.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([["地址"], *([text] for text in texts)])
        before = server()
        start, own = time.perf_counter(), processor()
        rates = file_to_file(given, made, district=DISTRICT)
        seconds, own = time.perf_counter() - start, processor() - own
    taken = own + server() - before
    return (
        f"list of {count:,}, a third damaged, to a workbook: {count / seconds:,.0f} rows a second, "
        f"{count / taken:,.0f} by processor; {rates}"
    )


def processor() -> float:
    """Seconds of processor of this process and of those it started and saw end."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--places", type=int, default=500_000)
    parser.add_argument("--cases", type=int, default=4_000)
    parser.add_argument("--list", type=int, default=10_000, help="rows of the list; 0 for none")
    parser.add_argument("--database", default="wanmi_bench_search", help="its places are replaced")
    parser.add_argument("--keep", action="store_true", help="the town is there already")
    parser.add_argument("--profile", action="store_true", help="where the time of all goes")
    args = parser.parse_args()
    search.prepare(args.database)
    from django.db import connection

    from spatial.basemap.gazetteer.build import build_gazetteer

    if args.keep:
        _roads, places = search.town(args.places)
    else:
        places = search.fill(connection, args.places)
        build_gazetteer()
    every = cases(places, args.cases)
    found([text for _place, _kind, text in every[:20]])
    heads = ("damage", "addresses", "a second", "by processor", "within 50 m", "round trips each")
    print("| " + " | ".join((*heads, "own ms", "database ms")) + " |\n" + "|---" * 8 + "|")
    for kind in sorted({kind for _place, kind, _text in every}):
        print(line(kind, [case for case in every if case[1] == kind]), flush=True)
    watch = cProfile.Profile()
    if args.profile:
        watch.enable()
    print(line("**all**", every))
    watch.disable()
    memory = psutil.Process().memory_info().rss / 2**20
    print(f"\n{args.places:,} places; {memory:,.0f} MiB in the process, the town's list included")
    if args.list:
        print("\n" + listed(places, args.list))
    if args.profile:
        pstats.Stats(watch).sort_stats("tottime").print_stats(18)


if __name__ == "__main__":
    main()
