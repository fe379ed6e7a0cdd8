#!/usr/bin/env python3
"""Draw the PNG icons of the page in the hand from ``wanmi.svg``; run when that drawing changes."""

from __future__ import annotations

import argparse
import base64
import sys
from pathlib import Path

from browser import FLAGS, find_browser

ICONS = Path(__file__).resolve().parents[1] / "webmap" / "static" / "webmap" / "icons"
GROUND = "#1d4ed8"
# Phones cut a maskable icon down to a circle of 80 %: the drawing stays inside, on full ground.
DRAWN = {"hand-192": (192, 1.0, ""), "hand-512": (512, 1.0, ""),
         "hand-maskable-512": (512, 0.72, GROUND)}  # fmt: skip


def page_of(drawing: str, size: int, share: float, ground: str) -> str:
    """HTML that shows the drawing in the middle of a square."""
    inside, edge = round(size * share), round(size * (1 - share) / 2)
    return (
        f'<body style="margin:0;background:{ground or "transparent"}"><img width="{inside}" '
        f'height="{inside}" style="display:block;margin:{edge}px" '
        f'src="data:image/svg+xml;base64,{drawing}">'
    )


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__.splitlines()[0], epilog="example: python scripts/hand_icons.py"
    )
    parser.parse_args()
    from playwright.sync_api import sync_playwright

    path = find_browser()
    if path is None:
        sys.exit("E-BROWSER-MISSING: Chromium is missing; run: sudo apt-get install -y chromium")
    drawing = base64.b64encode((ICONS / "wanmi.svg").read_bytes()).decode()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
        for name, (size, share, ground) in DRAWN.items():
            page = browser.new_page(viewport={"width": size, "height": size})
            page.set_content(page_of(drawing, size, share, ground))
            page.screenshot(path=ICONS / f"{name}.png", omit_background=True)
            print(f"{name}.png: {(ICONS / f'{name}.png').stat().st_size} bytes")
        browser.close()


if __name__ == "__main__":
    main()
