#!/usr/bin/env python3
"""How fast a city's grids are painted, coloured anew and moved, without a graphics card.

    .venv/bin/python scripts/bench/live_map.py [--grids 160000] [--rounds 3] [--zoom 11 14]
        [--engines ours maplibre deckgl vectorgrid protomaps] [--size 1600x900]

Fills a database of its own with a lattice of ragged grids, builds their tiles, runs the site, and
draws them in headless Chromium with server and browser on the same machine: by our own layer, by
MapLibre GL and deck.gl in Leaflet, by Leaflet.VectorGrid and by protomaps-leaflet, each as its
authors would have it used (``scripts/bench/engines/*.js`` say how). For each front end and zoom:
from colours in hand to every tile painted, all grids coloured anew (and the longest gap between
two frames meanwhile), frames a second while the map is dragged, and the page's JavaScript heap
after collection. Rounds go through the front ends in turn, each in a new page; medians count.
The packages of others come by npm's lock, for tests and benchmarks only.
"""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import astuple
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests"), str(ROOT / "scripts"), str(ROOT / "scripts/bench")]

from bench.engines.rounds import FLAGS as WEBGL  # noqa: E402
from bench.engines.rounds import NAMES, Figures, run  # noqa: E402
from bench.load.site import Site  # noqa: E402
from bench.running.table import amount, markdown  # noqa: E402
from browser import FLAGS, find_browser  # noqa: E402
from dev_packages import dev_package  # noqa: E402
from export import fill, prepare  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402
from ragged import lattice, middle  # noqa: E402

HEAD = ("front end", "zoom", "painted s", "× ours", "coloured ms", "× ours", "longest frame ms",
        "dragged frames/s", "longest ms", "heap MB", "× ours")  # fmt: skip
SIDE_M = 100
TILES = "tiles/grids/110101-e1/{z}/{x}/{y}.mvt"


def store(count: int) -> tuple[str, tuple[float, float]]:
    """A database with so many grids and their tiles: its address, and the middle of the city."""
    address = prepare(f"wanmi_bench_map_{count}").replace("postgresql://", "postgis://")
    from spatial.grids.models import UnitGrid
    from webmap.tiles import pyramid

    if UnitGrid.objects.count() != count:
        fill(count, lattice(count, SIDE_M))
        built = pyramid.build("grids", "110101-e1")
        print(f"{built.tiles} tiles, {built.size_bytes / 1e6:.1f} MB, {built.seconds} s")
    return address, middle(count, SIDE_M)


def measured(
    args: argparse.Namespace, site: str, centre: tuple[float, float]
) -> dict[tuple[str, int], Figures]:
    """The figures of each front end and zoom."""
    found: dict[tuple[str, int], list[Figures]] = {}
    width, height = map(int, args.size.split("x"))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(), args=[*FLAGS, *WEBGL]
        )  # fmt: skip
        for zoom in args.zoom:
            asked = {"url": site + TILES, "count": args.grids, "center": centre, "zoom": zoom}
            for _round in range(args.rounds):
                for engine in args.engines:
                    one = run(browser, site, engine, asked, (width, height), dev_package)
                    print(json.dumps([engine, zoom, *astuple(one)]), file=sys.stderr, flush=True)
                    found.setdefault((engine, zoom), []).append(one)
        browser.close()
    return {key: Figures.middle(rounds) for key, rounds in found.items()}


def row(engine: str, zoom: int, one: Figures, ours: Figures | None) -> list[str]:
    """A line of the table; without ours in the run there is nothing to compare with."""

    def times(name: str) -> str:
        return amount(getattr(one, name) / getattr(ours, name), 1) if ours else ""

    return [
        engine,
        str(zoom),
        f"{one.painted_s:.2f}",
        times("painted_s"),
        f"{one.coloured_ms:.0f}",
        times("coloured_ms"),
        f"{one.longest_ms:.0f}",
        f"{one.rate:.0f}",
        f"{one.drag_longest_ms:.0f}",
        f"{one.heap_mb:.0f}",
        times("heap_mb"),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--grids", type=int, default=160_000)
    parser.add_argument("--zoom", type=int, nargs="+", default=[11, 14])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", default="1600x900", help="of the window, in pixels")
    parser.add_argument("--engines", nargs="+", default=list(NAMES), choices=NAMES)
    args = parser.parse_args()
    address, centre = store(args.grids)
    with Site(address) as site:
        found = measured(args, f"http://127.0.0.1:{site.port}/", centre)
    print(f"{args.grids:,} grids, {args.size}, {args.rounds} rounds")
    ours = {zoom: one for (engine, zoom), one in found.items() if engine == "ours"}
    print(markdown(HEAD, [row(*key, one, ours.get(key[1])) for key, one in found.items()]))


if __name__ == "__main__":
    main()
