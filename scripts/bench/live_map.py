#!/usr/bin/env python3
"""How fast a city's grids are painted, coloured anew and moved, without a graphics card.

    .venv/bin/python scripts/bench/live_map.py [--grids 160000] [--rounds 3] [--zoom 11 14]
        [--engines ours] [--size 1600x900]

Fills a database of its own with a lattice of ragged grids, builds their tiles, runs the site, and
draws them in headless Chromium with server and browser on the same machine. For each front end
and zoom: from colours in hand to every tile painted, all grids coloured anew (and the longest gap
between two frames meanwhile), frames a second while the map is dragged, and the page's JavaScript
heap after collection. Medians of some rounds, each in a new page.
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import sys
import urllib.request
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts"), str(ROOT / "scripts/bench")]

from bench.load.site import Site  # noqa: E402
from bench.running.table import markdown  # noqa: E402
from browser import FLAGS, find_browser  # noqa: E402
from export import fill, prepare  # noqa: E402
from playwright.sync_api import Page, Route, sync_playwright  # noqa: E402
from ragged import lattice, middle  # noqa: E402

ENGINES = Path(__file__).parent / "engines"
HEAD = ("front end", "grids", "zoom", "painted s", "coloured ms", "longest frame ms",
        "frames a second", "longest ms", "heap MB")  # fmt: skip
SIDE_M = 100
RECOLOURS = 5
DRAGS = ((-500, 0), (500, 0), (0, -300), (0, 300))
STEPS = 40


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


def serve_engines(page: Page, url: str) -> None:
    """Give the page that draws, and the front ends, beside the site's own files."""
    with urllib.request.urlopen(url) as answer:
        found = re.search(r'type="importmap"[^>]*>(.*?)</script>', answer.read().decode(), re.S)
    html = (ENGINES / "page.html").read_text().replace("IMPORT_MAP", found[1])

    def page_of(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html")

    def engine(route: Route) -> None:
        path = ENGINES / route.request.url.rpartition("/")[2]
        route.fulfill(path=path, content_type="text/javascript")

    page.route("**/engines.html", page_of)
    page.route("**/engines/*.js", engine)


def heap_mb(page: Page) -> float:
    """What the page's scripts hold, after collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return session.send("Runtime.getHeapUsage")["usedSize"] / 1e6


def dragged(page: Page) -> tuple[float, float]:
    """Frames a second while the map is dragged, and the longest gap in milliseconds."""
    size = page.viewport_size
    x, y = size["width"] / 2, size["height"] / 2
    page.evaluate("window.startFrames()")
    for right, down in DRAGS:
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, STEPS + 1):
            page.mouse.move(x + right * step / STEPS, y + down * step / STEPS)
        page.mouse.up()
    gaps = page.evaluate("window.stopFrames()")
    return 1000 * len(gaps) / sum(gaps), max(gaps)


def measured(page: Page, engine: str, asked: dict[str, Any]) -> list[float]:
    """One round in a new page."""
    full_ms = page.evaluate("([e, a]) => window.startEngine(e, a)", [engine, asked])
    page.wait_for_timeout(500)
    coloured = [page.evaluate("(seed) => window.recolour(seed)", 7 + n) for n in range(RECOLOURS)]
    rate, longest = dragged(page)
    page.wait_for_timeout(500)
    times, gaps = zip(*coloured, strict=True)
    return [full_ms / 1000, statistics.median(times), max(gaps), rate, longest, heap_mb(page)]


def rows(args: argparse.Namespace, site: Site, middle: tuple[float, float]) -> list[Any]:
    """A row for each front end and zoom."""
    width, height = map(int, args.size.split("x"))
    url = f"http://127.0.0.1:{site.port}/"
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        for zoom in args.zoom:
            for engine in args.engines:
                rounds = []
                for _round in range(args.rounds):
                    page = browser.new_page(viewport={"width": width, "height": height})
                    page.on("pageerror", lambda error: print("page error:", error))
                    serve_engines(page, url)
                    page.goto(url + "engines.html")
                    page.add_script_tag(path=ENGINES / "measure.js")
                    asked = {"url": f"{url}tiles/grids/110101-e1/{{z}}/{{x}}/{{y}}.mvt",
                             "count": args.grids, "center": middle, "zoom": zoom}  # fmt: skip
                    rounds.append(measured(page, f"{url}engines/{engine}.js", asked))
                    page.close()
                figures = [statistics.median(one) for one in zip(*rounds, strict=True)]
                cells = [f"{value:.2f}" if n == 0 else f"{value:.0f}" for n, value in
                         enumerate(figures)]  # fmt: skip
                found.append((engine, f"{args.grids:,}", str(zoom), *cells))
                print(json.dumps(found[-1]), flush=True)
        browser.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--grids", type=int, default=160_000)
    parser.add_argument("--zoom", type=int, nargs="+", default=[11, 14])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--size", default="1600x900")
    parser.add_argument("--engines", nargs="+", default=["ours"])
    args = parser.parse_args()
    address, middle = store(args.grids)
    with Site(address) as site:
        found = rows(args, site, middle)
    print(markdown(HEAD, found))


if __name__ == "__main__":
    main()
