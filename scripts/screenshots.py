#!/usr/bin/env python3
"""Make the pictures of README and docs from a running site with the demo in it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from browser import FLAGS, find_browser
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
DESK, PHONE = (1600, 900), (390, 844)
SETTLE_MS = 900


def nothing(page: Page) -> None:
    """The page as it opens."""


def select_middle(page: Page) -> None:
    size = page.viewport_size
    page.mouse.click(size["width"] / 2, size["height"] / 2)
    page.wait_for_selector("#panel-code")


def near(page: Page) -> None:
    for _ in range(2):
        page.click("#zoom-in")
        page.wait_for_timeout(SETTLE_MS)
    select_middle(page)


def search(page: Page) -> None:
    page.fill("#search-input", "东")
    page.wait_for_selector("[role=option]")


def open_tool(name: str) -> Callable[[Page], None]:
    def act(page: Page) -> None:
        page.click(f"#tool-{name}")
        page.wait_for_timeout(300)

    return act


def last_district(page: Page) -> None:
    page.click("#district-button")
    page.click(".choice >> nth=-1")
    page.wait_for_timeout(SETTLE_MS)
    page.click("#zoom-in")


@dataclass(frozen=True)
class Picture:
    """One picture: its name, what is done before it, and for whom the page is."""

    name: str
    act: Callable[[Page], None] = nothing
    size: tuple[int, int] = DESK
    language: str = "zh-hans"
    night: bool = False


PICTURES = (
    Picture("start"),
    Picture("grid", near),
    Picture("grid-night", near, night=True),
    Picture("grid-en", near, language="en"),
    Picture("search", search),
    Picture("layers", open_tool("layers")),
    Picture("real-district", last_district),
    Picture("real-district-en-night", last_district, language="en", night=True),
    Picture("phone", select_middle, PHONE),
    Picture("phone-night", near, PHONE, night=True),
)


def take(browser: Browser, picture: Picture, url: str, out: Path) -> None:
    width, height = picture.size
    is_phone = picture.size == PHONE
    context = browser.new_context(
        viewport={"width": width, "height": height},
        color_scheme="dark" if picture.night else "light",
        device_scale_factor=2 if is_phone else 1,
    )
    context.add_cookies([{"name": "django_language", "value": picture.language, "url": url}])
    page = context.new_page()
    page.goto(url)
    settle(page)
    picture.act(page)
    settle(page)
    target = out / f"{picture.name}.png"
    page.screenshot(path=target)
    context.close()
    print(f"{target.name}: {target.stat().st_size // 1024} kB")


def settle(page: Page) -> None:
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_load_state("networkidle")
    page.wait_for_timeout(SETTLE_MS)


def browser_path() -> str:
    found = find_browser()
    return found or sys.exit("Chromium is missing: apt-get install chromium fonts-noto-cjk")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, epilog="example: python scripts/screenshots.py --out docs/pictures"
    )
    parser.add_argument("--url", default="http://127.0.0.1:8000/", help="address of the site")
    parser.add_argument("--out", type=Path, default=ROOT / "docs" / "pictures", help="folder")
    parser.add_argument("--only", nargs="*", metavar="NAME", help="make only these pictures")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=FLAGS)
        for picture in PICTURES:
            if not arguments.only or picture.name in arguments.only:
                take(browser, picture, arguments.url, arguments.out)
        browser.close()


if __name__ == "__main__":
    main()
