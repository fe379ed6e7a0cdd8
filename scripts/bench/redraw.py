#!/usr/bin/env python3
"""Measures how long a plan's map takes from a drag to the next drawn frame, in a real browser.

    .venv/bin/python scripts/bench/redraw.py 110101-e1 [--url URL] [--page review]

The site must run and have the plan, such as the demo's. The map is dragged there and back at some
zooms; printed are the gaps between frames while it is, and how long the longest task held the page.
Without a graphics card every frame is drawn by the processor: real screens are quicker.
"""

from __future__ import annotations

import argparse
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.running.table import markdown  # noqa: E402
from browser import FLAGS, find_browser  # noqa: E402
from playwright.sync_api import Page, sync_playwright  # noqa: E402

VIEW = {"width": 1600, "height": 900}
HEAD = ("zoom", "median gap, ms", "95 %, ms", "largest, ms", "longest task, ms")
STEPS, ROUNDS, REACH_PX = 30, 4, 240
START = """() => {
  window.gaps = []; window.tasks = [0]; let last = performance.now();
  new PerformanceObserver((list) => {
    for (const one of list.getEntries()) window.tasks.push(one.duration);
  }).observe({ entryTypes: ["longtask"] });
  const tick = (now) => { window.gaps.push(now - last); last = now; requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""


def log_in(page: Page, url: str, name: str, password: str) -> None:
    """Log in as a user of the demo."""
    page.goto(f"{url}accounts/login/?next=/data/")
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.keyboard.press("Enter")
    page.wait_for_load_state("networkidle")


def drag(page: Page) -> None:
    """Drag the map there and back."""
    box = page.locator("#map").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in [*range(STEPS), *reversed(range(STEPS))]:
        page.mouse.move(x + REACH_PX * step / STEPS, y + REACH_PX * step / STEPS / 2)
    page.mouse.up()


def measured(page: Page, zoom: int) -> tuple[str, ...]:
    """Gaps between frames while the map is dragged at a zoom."""
    page.wait_for_load_state("networkidle")
    page.evaluate(START)
    for _round in range(ROUNDS):
        drag(page)
    page.wait_for_timeout(500)
    gaps = sorted(page.evaluate("window.gaps"))
    longest = max(page.evaluate("window.tasks"))
    figures = (statistics.median(gaps), gaps[int(len(gaps) * 0.95)], gaps[-1], longest)
    return (str(zoom), *(f"{value:.0f}" for value in figures))


def main(argv: list[str] | None = None) -> None:
    """Measure at three zooms."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("plan", help="such as 110101-e1")
    parser.add_argument("--url", default="http://127.0.0.1:8000/")
    parser.add_argument("--page", choices=("review", "edit"), default="review")
    parser.add_argument("--user", default="gis_staff")
    parser.add_argument("--password", default="wanmi-demo")
    args = parser.parse_args(argv)
    path = f"data/plans/{args.plan}" + ("/edit" if args.page == "edit" else "")
    rows = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=find_browser(), args=FLAGS)
        page = browser.new_page(viewport=VIEW)
        log_in(page, args.url, args.user, args.password)
        page.goto(args.url + path)
        page.wait_for_selector("html[data-ready=true]")
        for step in range(3):
            page.mouse.move(VIEW["width"] / 2, VIEW["height"] / 2 + step)
            zoom = int(page.inner_text("#coordinates").rsplit("z", 1)[1])
            rows.append(measured(page, zoom))
            for _press in range(2):
                page.focus("#map")
                page.keyboard.press("+")
                page.wait_for_timeout(700)
        browser.close()
    print(markdown(HEAD, rows))


if __name__ == "__main__":
    main()
