"""One front end in a new page: started, coloured anew, dragged, weighed."""

from __future__ import annotations

import re
import statistics
import time
import urllib.request
from collections.abc import Callable
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, Page, Route

ENGINES = Path(__file__).parent
NAMES = ("ours", "maplibre", "deckgl", "vectorgrid", "protomaps")
# WebGL without a graphics card; who has no need of it is not touched by it.
FLAGS = ["--enable-unsafe-swiftshader", "--use-angle=swiftshader"]
TYPES = {".js": "text/javascript", ".mjs": "text/javascript", ".css": "text/css"}
RECOLOURS = 5
DRAGS = ((-500, 0), (500, 0), (0, -300), (0, 300))
STEPS = 40
DRAG_WITHIN_S = 20
"""A front end that cannot follow the mouse is not waited for longer."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is measured of a front end at a zoom."""

    painted_s: float
    """From colours in hand to every tile painted."""
    coloured_ms: float
    longest_ms: float
    """Between two frames while all grids are coloured anew."""
    rate: float
    """Frames a second while the map is dragged."""
    drag_longest_ms: float
    heap_mb: float

    @classmethod
    def middle(cls, rounds: list[Figures]) -> Figures:
        """The median of each figure."""
        return cls(*map(statistics.median, zip(*map(astuple, rounds), strict=True)))


def run(
    browser: Browser,
    site: str,
    engine: str,
    asked: dict[str, Any],
    size: tuple[int, int],
    packages: Callable[[str], Path],
) -> Figures:
    """One round. ``packages`` gives the folder of an npm package."""
    context = browser.new_context(viewport={"width": size[0], "height": size[1]})
    page = context.new_page()
    page.on("pageerror", lambda error: print(f"{engine}: {error}", flush=True))
    serve(page, site, packages)
    page.goto(site + "engines.html")
    page.add_script_tag(path=ENGINES / "measure.js")
    full_ms = page.evaluate(
        "([e, a]) => window.startEngine(e, a)", [f"{site}engines/{engine}.js", asked]
    )
    page.wait_for_timeout(500)
    coloured = [page.evaluate("(seed) => window.recolour(seed)", 7 + n) for n in range(RECOLOURS)]
    rate, longest = dragged(page)
    page.wait_for_timeout(500)
    times, gaps = zip(*coloured, strict=True)
    found = Figures(
        full_ms / 1000, statistics.median(times), max(gaps), rate, longest, heap_mb(page)
    )
    context.close()
    return found


def serve(page: Page, site: str, packages: Callable[[str], Path]) -> None:
    """Give the page that draws, the front ends and their packages, beside the site's own files."""
    with urllib.request.urlopen(site) as answer:
        found = re.search(r'type="importmap"[^>]*>(.*?)</script>', answer.read().decode(), re.S)
    html = (ENGINES / "page.html").read_text().replace("IMPORT_MAP", found[1])

    def page_of(route: Route) -> None:
        route.fulfill(body=html, content_type="text/html")

    def file(route: Route) -> None:
        name = urlsplit(route.request.url).path.partition("/engines/")[2]
        path = npm_file(name.removeprefix("npm/"), packages) if "npm/" in name else ENGINES / name
        route.fulfill(path=path, content_type=TYPES[path.suffix])

    page.context.route("**/engines.html", page_of)
    page.context.route("**/engines/**", file)


def npm_file(name: str, packages: Callable[[str], Path]) -> Path:
    """The file of an npm package, whose name may have a scope."""
    parts = name.split("/")
    at = 2 if name.startswith("@") else 1
    return packages("/".join(parts[:at])).joinpath(*parts[at:])


def heap_mb(page: Page) -> float:
    """What the page's scripts hold, after collection."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    return session.send("Runtime.getHeapUsage")["usedSize"] / 1e6


def dragged(page: Page) -> tuple[float, float]:
    """Frames a second while the map is dragged, and the longest gap in milliseconds."""
    size = page.viewport_size
    x, y = size["width"] / 2, size["height"] / 2
    until = time.monotonic() + DRAG_WITHIN_S
    page.evaluate("window.startFrames()")
    for right, down in DRAGS:
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(1, STEPS + 1):
            if time.monotonic() < until:
                page.mouse.move(x + right * step / STEPS, y + down * step / STEPS)
        page.mouse.up()
    gaps = page.evaluate("window.stopFrames()")
    return 1000 * len(gaps) / sum(gaps), max(gaps)
