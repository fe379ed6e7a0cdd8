#!/usr/bin/env python3
"""What a browser fetches before the map shows and can be used, and how long that takes.

    .venv/bin/python scripts/bench/first_paint.py [--url http://127.0.0.1:8000/] [--rounds 5]
        [--user operator] [--password wanmi-demo] [--sizes 1600x900 390x844]

Opens the map of a running site for a user who is logged in, each time with an empty cache, after
one visit that warms the server. By the browser's own entries: the first contentful paint; when the
map can be used (the page says so); and how many scripts had come by then, by the bytes that went
over the wire, head lines included. Those of packages (Leaflet, protomaps-leaflet) and the words of
the language are counted, and named apart. Medians of the rounds.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.running.table import markdown  # noqa: E402
from browser import FLAGS, find_browser  # noqa: E402
from playwright.sync_api import Browser, sync_playwright  # noqa: E402

HEAD = ("window", "first paint ms", "usable ms", "scripts before paint kB", "before use kB",
        "in all kB", "files before use", "of packages kB", "words kB")  # fmt: skip
SETTLE_MS = 3_000
# The page marks its root when the map can be used.
WATCH = """
new MutationObserver((_seen, watcher) => {
  if (document.documentElement?.dataset.ready !== "true") return;
  performance.mark("usable");
  watcher.disconnect();
}).observe(document, { attributes: true, subtree: true, attributeFilter: ["data-ready"] });
"""
READ = """() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  usable: performance.getEntriesByName("usable")[0].startTime,
  scripts: performance.getEntriesByType("resource")
    .filter(({ name }) => /\\.js(\\?|$)|jsi18n/.test(new URL(name).pathname))
    .map(({ name, responseEnd, transferSize }) => ({ name, end: responseEnd, size: transferSize })),
})"""


@dataclass(frozen=True, slots=True)
class Load:
    """One load of the page; sizes in thousands of bytes as they went over the wire."""

    paint_ms: float
    usable_ms: float
    before_paint_kb: float
    before_use_kb: float
    all_kb: float
    files: float
    packages_kb: float
    words_kb: float

    @classmethod
    def of(cls, entries: dict[str, Any]) -> Load:
        """What the browser's entries say."""
        scripts, usable = entries["scripts"], entries["usable"]
        used = [one for one in scripts if one["end"] <= usable]
        return cls(
            entries["paint"],
            usable,
            kb(one for one in scripts if one["end"] <= entries["paint"]),
            kb(used),
            kb(scripts),
            len(used),
            kb(one for one in used if "/vendor/" in one["name"]),
            kb(one for one in used if "jsi18n" in one["name"]),
        )


def kb(scripts: Any) -> float:
    """Thousands of bytes of some scripts."""
    return sum(one["size"] for one in scripts) / 1000


def log_in(browser: Browser, url: str, user: str, password: str) -> Any:
    """The cookies of a user who is logged in."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{url}accounts/login/")
    page.fill('input[name="username"]', user)
    page.fill('input[name="password"]', password)
    page.click('form:has(input[name="password"]) button[type="submit"]')
    page.wait_for_selector('html[data-ready="true"]', state="attached")
    state = context.storage_state()
    context.close()
    return state


def load(browser: Browser, url: str, state: Any, size: str) -> Load:
    """Open the map in a browser that has nothing of it."""
    width, height = map(int, size.split("x"))
    context = browser.new_context(
        storage_state=state, viewport={"width": width, "height": height}, locale="zh-CN"
    )
    page = context.new_page()
    page.add_init_script(WATCH)
    page.goto(url)
    page.wait_for_selector('html[data-ready="true"]', state="attached")
    # What comes after, while nobody needs it yet.
    page.wait_for_timeout(SETTLE_MS)
    found = Load.of(page.evaluate(READ))
    context.close()
    return found


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000/")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--user", default="operator")
    parser.add_argument("--password", default="wanmi-demo")
    parser.add_argument("--sizes", nargs="+", default=["1600x900", "390x844"])
    args = parser.parse_args()
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        state = log_in(browser, args.url, args.user, args.password)
        for size in args.sizes:
            load(browser, args.url, state, size)
            loads = [load(browser, args.url, state, size) for _round in range(args.rounds)]
            middles = [statistics.median(one) for one in zip(*map(astuple, loads), strict=True)]
            rows.append((size, *(f"{value:.0f}" for value in middles)))
        browser.close()
    print(markdown(HEAD, rows))


if __name__ == "__main__":
    main()
