#!/usr/bin/env python3
"""Draw every symbol of the map at the sizes and on the grounds it is used, to judge them by eye."""

from __future__ import annotations

import argparse
import sys
from html import escape
from pathlib import Path
from tempfile import TemporaryDirectory

from browser import FLAGS, find_browser
from playwright.sync_api import sync_playwright

FOLDER = Path(__file__).resolve().parents[1] / "webmap/static/symbols"
SIZES_PX = (16, 24, 48)
GROUNDS = {"light": "#f5f3ee", "dark": "#12181f"}
"""The land of the map by day and by night, as in webmap/static/webmap/css/tokens.css."""

PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 8px; width: {width}px; display: flex; flex-wrap: wrap; font: 11px sans-serif }}
figure {{ margin: 2px; width: 258px; height: 84px }}
div {{ display: flex }}
span {{ display: flex; align-items: center; gap: 8px; padding: 4px 8px; height: 52px; flex: 1 }}
{grounds}</style>{figures}"""


def figure(path: Path) -> str:
    """A symbol in all sizes on each ground, with its name."""
    images = "".join(f'<img src="{path.as_uri()}" width="{px}" height="{px}">' for px in SIZES_PX)
    grounds = "".join(f'<span class="{name}">{images}</span>' for name in GROUNDS)
    return f"<figure><div>{grounds}</div>{escape(path.stem)}</figure>"


def page_of(symbols: list[Path], columns: int) -> str:
    """The page with all of them."""
    grounds = "".join(f".{name} {{ background: {c} }}" for name, c in GROUNDS.items())
    figures = "".join(map(figure, symbols))
    return PAGE.format(width=columns * 262, grounds=grounds, figures=figures)


def draw(symbols: list[Path], out: Path, columns: int, browser_path: str, scale: int) -> None:
    """Have the browser draw the page; the symbols are files beside it, as they are for the map."""
    with TemporaryDirectory() as folder, sync_playwright() as play:
        sheet = Path(folder) / "sheet.html"
        sheet.write_text(page_of(symbols, columns), encoding="utf-8")
        browser = play.chromium.launch(executable_path=browser_path, args=FLAGS)
        page = browser.new_page(
            viewport={"width": columns * 262 + 16, "height": 100}, device_scale_factor=scale
        )
        page.goto(sheet.as_uri(), wait_until="load")
        page.screenshot(path=out, full_page=True)
        browser.close()


def main(words: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path("symbols.png"))
    parser.add_argument("--only", nargs="+", metavar="ID", help="some symbols instead of all")
    parser.add_argument("--columns", type=int, default=5)
    parser.add_argument("--scale", type=int, default=1, help="pixels of the screen for one of CSS")
    given = parser.parse_args(words)
    browser_path = find_browser()
    if not browser_path:
        parser.error("no Chromium found; name one in WANMI_CHROMIUM")
    symbols = sorted(FOLDER.glob("*.svg"))
    if given.only:
        symbols = [path for path in symbols if path.stem in given.only]
    if not symbols:
        parser.error("no such symbol")
    draw(symbols, given.out, given.columns, browser_path, given.scale)
    print(f"{given.out}: {len(symbols)} symbols")
    return 0


if __name__ == "__main__":
    sys.exit(main())
