#!/usr/bin/env python3
"""Features and tiles a second, ours and tipg's in one run, and what views of components take.

    .venv/bin/python scripts/bench/ogc.py [--components 1400000] [--grids 35000] [--seconds 10]

Needs wrk (Debian). The database of the benchmark is emptied, unless it already holds as much as is
asked for; tipg is installed into an environment of its own below the state folder. Printed are, as
Markdown: tiles of components by zoom (median, 95 %, the slowest of all views), tiles a second at
zoom 14 with 8 connections (files, made live, and tipg), and features a second in pages of 1,000 at
the beginning and at the end of the register. Rounds alternate; the median counts.
"""

from __future__ import annotations

import argparse
import io
import json
import os
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.export import DISTRICT, SOUTH, STEP, WEST, fill, prepare  # noqa: E402
from bench.load.site import Site, free_port  # noqa: E402
from bench.running.peers import Tipg, needs  # noqa: E402

CONNECTIONS = 8
PAGE, PAGES = 1_000, 20
ZOOMS = range(13, 19)
MOST_TILES = 200
MOST_REFUSED = 0.03
SCRIPT = """
local paths, at = {{}}, 0
for line in io.lines("{file}") do paths[#paths + 1] = line end
function request()
    at = at % #paths + 1
    return wrk.format("GET", paths[at], {{["Accept-Encoding"] = "gzip"}})
end
"""


def store(components: int, grids: int) -> None:
    """Fill the database, unless it is full."""
    from bench.register import register
    from django.core.management import call_command
    from django.db import connection

    from spatial.components.models import Component
    from spatial.grids.models import UnitGrid

    if (Component.objects.count(), UnitGrid.objects.count()) == (components, grids):
        return
    call_command("load_catalogue", verbosity=0, stdout=io.StringIO())
    fill(grids)
    with connection.cursor() as cursor:
        # The generator leaves rough metres; tiles are cut by them.
        cursor.execute("ALTER TABLE grids_unitgrid DISABLE TRIGGER USER")
        cursor.execute("UPDATE grids_unitgrid SET geom3857 = ST_Transform(geom, 3857)")
        cursor.execute("ALTER TABLE grids_unitgrid ENABLE TRIGGER USER")
    print(f"{components:,} components in {register(components, grids):.0f} s", flush=True)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def tiles_at(z: int, grids: int, most: int) -> list:
    """Tiles of a zoom that have something: all, or some at random."""
    from webmap.tiles.address import TileAddress

    side = int(grids**0.5) * STEP
    first = TileAddress.of_point(z, WEST, SOUTH + side)
    last = TileAddress.of_point(z, WEST + side, SOUTH)
    every = [TileAddress(z, x, y) for x in range(first.x, last.x + 1)
             for y in range(first.y, last.y + 1)]  # fmt: skip
    return random.Random(z).sample(every, min(most, len(every)))


def component_views(grids: int) -> None:
    """Print what tiles of components take by zoom, in the process that makes them."""
    from spatial.components.selectors import Where
    from webmap.tiles import components, live

    print("\n| zoom | tiles | median ms | 95 % ms | slowest ms |")
    print("| ---: | ---: | ---: | ---: | ---: |")
    for z in ZOOMS:
        took = []
        for address in tiles_at(z, grids, 60):
            statement = components.query(None, Where(), address)
            started = time.perf_counter()
            live.run(*statement)
            took.append(1000 * (time.perf_counter() - started))
        middle, high = statistics.median(took), sorted(took)[int(0.95 * (len(took) - 1))]
        print(f"| {z} | {len(took)} | {middle:.0f} | {high:.0f} | {max(took):.0f} |", flush=True)


def rate(root: str, paths: list[str], seconds: int, *, warming: bool = False) -> float:
    """Answers a second with 8 connections that go through some addresses.

    tipg's processes get in each other's way when they open connections, and refuse a few: those
    are not counted.
    """
    with tempfile.TemporaryDirectory() as folder:
        listed, script = Path(folder) / "paths", Path(folder) / "script.lua"
        listed.write_text("\n".join(paths))
        script.write_text(SCRIPT.format(file=listed))
        words = [needs("wrk"), "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "-s", str(script), root]
        done = subprocess.run(words, text=True, capture_output=True, check=True)
    if warming:
        return 0.0
    asked = int(re.search(r"(\d+) requests in", done.stdout)[1])
    found = re.search(r"Non-2xx or 3xx responses: (\d+)", done.stdout)
    refused = int(found[1]) if found else 0
    if refused > MOST_REFUSED * asked or "Socket errors" in done.stdout:
        sys.exit(f"E-BENCH-DIFFERS: {root} refuses some of {paths[0]}:\n{done.stdout}")
    a_second = float(re.search(r"Requests/sec:\s+([\d.]+)", done.stdout)[1])
    return a_second * (1 - refused / asked)


class LiveSite(Site):
    """The site that makes every tile anew."""

    def start_web(self) -> None:
        """Start gunicorn as the site does, with an application that keeps no files."""
        self.environment["PYTHONPATH"] = os.pathsep.join([str(ROOT), str(ROOT / "scripts")])
        words = ["-m", "gunicorn", "bench.running.live_tiles:application"]
        words += ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread"]
        words += ["--workers", "2", "--threads", "4", "--log-level", "error"]
        self.web = self._run(*words, "--no-control-socket")

    def start_worker(self) -> None:
        """None is needed."""


class TileSite(LiveSite):
    """The same, with tiles as files."""

    def start_web(self) -> None:
        """Start gunicorn as the site does."""
        words = ["-m", "gunicorn", "webmap.wsgi:application"]
        words += ["--bind", f"127.0.0.1:{self.port}", "--worker-class", "gthread"]
        words += ["--workers", "2", "--threads", "4", "--log-level", "error"]
        self.web = self._run(*words, "--no-control-socket")


def read(address: str) -> dict:
    with urllib.request.urlopen(address, timeout=120) as answer:
        return json.load(answer)


def tile_rates(site: Site, live: Site, tipg: Tipg, grids: int, seconds: int, rounds: int) -> None:
    """Print tiles a second at zoom 14."""
    addresses = tiles_at(14, grids, MOST_TILES)
    described = read(f"http://127.0.0.1:{site.port}/tiles/grids.json?district={DISTRICT}")
    path = re.sub(r"^https?://[^/]+", "", described["tiles"][0])
    ours = [path.format(z=a.z, x=a.x, y=a.y) for a in addresses]
    theirs = [f"/collections/public.grids_unitgrid/tiles/WebMercatorQuad/{a.z}/{a.x}/{a.y}"
              for a in addresses]  # fmt: skip
    ways = {
        "ours, files": (f"http://127.0.0.1:{site.port}", ours),
        "ours, made live": (f"http://127.0.0.1:{live.port}", ours),
        "tipg": (tipg.root, theirs),
    }
    found: dict[str, list[float]] = {name: [] for name in ways}
    for root, paths in ways.values():
        # Warm; and files are made by the first who asks.
        rate(root, paths, 5, warming=True)
    for _round in range(rounds):
        for name, (root, paths) in ways.items():
            found[name].append(rate(root, paths, seconds))
    base = statistics.median(found["tipg"])
    print(f"\n| tiles of grids at zoom 14, {CONNECTIONS} connections | a second | × tipg |")
    print("| --- | ---: | ---: |")
    for name, values in found.items():
        middle = statistics.median(values)
        print(f"| {name} | {middle:,.0f} | {middle / base:.1f} |", flush=True)


def pages(root: str, first: str) -> Iterator[int]:
    """How many features each page has, by the links of the answers."""
    address = root + first
    while address:
        body = read(address)
        yield len(body["features"])
        ahead = [one["href"] for one in body["links"] if one["rel"] == "next"]
        address = ahead[0] if ahead else ""


def speed(root: str, first: str) -> float:
    """Features a second over some pages."""
    started, count = time.perf_counter(), 0
    for number, size in enumerate(pages(root, first), 1):
        count += size
        if number == PAGES:
            break
    return count / (time.perf_counter() - started)


def feature_rates(site: Site, tipg: Tipg, components: int, rounds: int) -> None:
    """Print features a second."""
    from spatial.components.models import Component

    last = max(0, components - (PAGES + 1) * PAGE)
    key = Component.objects.order_by("pk").values_list("pk", flat=True)[last]
    ours = "/ogc/collections/components/items"
    theirs = "/collections/public.components_component/items"
    mine = f"http://127.0.0.1:{site.port}"
    print(f"\n| features a second, {PAGES} pages of {PAGE:,} | ours | tipg | ratio |")
    print("| --- | ---: | ---: | ---: |")
    for name, one, other in (
        ("from the beginning", f"{ours}?limit={PAGE}", f"{theirs}?limit={PAGE}&f=geojson"),
        ("from the end", f"{ours}?limit={PAGE}&after={key}",
         f"{theirs}?limit={PAGE}&f=geojson&offset={last}"),
    ):  # fmt: skip
        a, b = [], []
        for _round in range(rounds):
            a.append(speed(mine, one))
            b.append(speed(tipg.root, other))
        x, y = statistics.median(a), statistics.median(b)
        print(f"| {name} | {x:,.0f} | {y:,.0f} | {x / y:.1f} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--components", type=int, default=1_400_000)
    parser.add_argument("--grids", type=int, default=35_000)
    parser.add_argument("--seconds", type=int, default=10, help="of each measurement of tiles")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-views", action="store_true", help="leave views of components out")
    parser.add_argument("--database", default="wanmi_bench_ogc", help="is emptied")
    args = parser.parse_args()
    needs("wrk")
    address = prepare(args.database)
    store(args.components, args.grids)
    if not args.no_views:
        component_views(args.grids)
    named = address.replace("postgresql://", "postgis://")
    with TileSite(named) as site, LiveSite(named) as live, Tipg(address, free_port()) as tipg:
        tile_rates(site, live, tipg, args.grids, args.seconds, args.rounds)
        feature_rates(site, tipg, args.components, args.rounds)


if __name__ == "__main__":
    main()
