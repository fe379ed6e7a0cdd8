"""Maps of others beneath the grids: tiles of a little server, where they lie, and when it fails."""

from __future__ import annotations

import io
import math
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from geocode.gcj02 import from_gcj02
from tests.e2e.conftest import running
from tests.e2e.pages import start_at, until

HERE = (9, 4)
KEY = "verysecretkey"
TILE_PX = 256
READABLE = ("open", "shut")
GREEN = (0, 128, 0)


class Tiles(ThreadingHTTPServer):
    """Green tiles of any address; red ones of names; while ``broken`` none.

    Pages may read those of ``open`` addresses.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Answer)
        self.broken = False
        self.asked: list[tuple[str, str]] = []
        self.url = f"http://127.0.0.1:{self.server_address[1]}"


class Answer(BaseHTTPRequestHandler):
    """One tile."""

    server: Tiles

    def do_GET(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Referer", "")))
        self.send_response(503 if self.server.broken else 200)
        self.send_header("Content-Type", "image/png")
        if self.path.startswith("/open/"):
            self.send_header("Access-Control-Allow-Origin", "*")
        self.end_headers()
        if not self.server.broken:
            self.wfile.write(tile("red" if "names" in self.path else "green"))

    def log_message(self, *_args) -> None:
        """Not into the output of the tests."""


def tile(colour: str) -> bytes:
    packed = io.BytesIO()
    Image.new("RGB", (TILE_PX, TILE_PX), colour).save(packed, "PNG")
    return packed.getvalue()


@pytest.fixture(scope="module")
def tiles():
    """A server of tiles."""
    server = Tiles()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()


@pytest.fixture
def served(tiles):
    """The same, whole again and asked nothing yet."""
    tiles.broken = False
    tiles.asked.clear()
    return tiles


@pytest.fixture(scope="module")
def site(databases, state, tiles, tmp_path_factory):
    """A site that offers maps of that server; the last two are said to be readable, and one is."""
    folder = tmp_path_factory.mktemp("maps")
    maps = folder / "maps.toml"
    rows = [
        ("plain", "影像", "Imagery", "plain/{z}/{x}/{y}.png?tk={key}", "wgs84"),
        ("named", "地图", "Map", "ground/{z}/{x}/{y}.png", "wgs84"),
        ("shifted", "偏移", "Shifted", "shifted/{z}/{x}/{y}.png", "gcj02"),
        ("open", "可读", "Open", "open/{z}/{x}/{y}.png", "gcj02"),
        ("shut", "不可读", "Shut", "shut/{z}/{x}/{y}.png", "wgs84"),
    ]
    text = "".join(
        f'[[map]]\nid = "{one}"\nname = "{name}"\nname_en = "{name_en}"\nsystem = "{system}"\n'
        f'address = "{tiles.url}/{path}"\nattribution = "某局 {one}"\nkey_from = "MAP_KEY"\n'
        f"cors = {'true' if one in READABLE else 'false'}\n"
        for one, name, name_en, path, system in rows
    )
    text = text.replace(
        'id = "named"', f'id = "named"\nnames_address = "{tiles.url}/names/{{z}}/{{x}}/{{y}}.png"'
    )
    maps.write_text(text, encoding="utf-8")
    more = {"WANMI_BACKDROPS": str(maps), "MAP_KEY": KEY, "WANMI_LOG_LEVEL": "DEBUG"}
    yield from running(databases["town"], state, **more)


def test_a_map_of_others_is_off_until_chosen_and_lies_beneath(open_page, site, served):
    page = open_page(start_at(site, HERE))
    assert served.asked == []
    page.keyboard.press("l")
    page.check("input[name=backdrop][value=plain]")
    page.wait_for_selector(".leaflet-backdrop-pane img.leaflet-tile-loaded")
    until(page, "location.hash.includes('bg=plain')")
    assert page.inner_text("#backdrop-source") == "某局 plain"
    path, referer = served.asked[0]
    assert path.startswith("/plain/") and path.endswith(f"?tk={KEY}")
    # Keys are bound to the site that asks: its name is told, and not what is looked at.
    assert referer == site
    other = open_page(page.url)
    other.wait_for_selector(".leaflet-backdrop-pane img.leaflet-tile-loaded")
    other.keyboard.press("l")
    other.check("input[name=backdrop][value='']")
    other.wait_for_selector(".leaflet-backdrop-pane img", state="detached")
    assert other.query_selector("#backdrop-source") is None
    assert "bg=" not in other.evaluate("location.hash")


def test_names_of_others_take_the_place_of_our_own(open_page, site, served):
    page = open_page(start_at(site, HERE) + "&bg=named")
    page.wait_for_selector(".leaflet-backdrop-names-pane img.leaflet-tile-loaded")
    assert {path.split("/")[1] for path, _referer in served.asked} == {"ground", "names"}


def test_a_map_that_is_no_longer_offered_is_left_out_of_a_link(open_page, site, served):
    page = open_page(start_at(site, HERE) + "&bg=gone")
    assert page.query_selector(".leaflet-backdrop-pane img") is None
    assert served.asked == []


def test_a_map_that_is_away_is_told_once_and_ours_stays(open_page, site, served):
    served.broken = True
    page = open_page(start_at(site, HERE), allowed={503})
    page.keyboard.press("l")
    page.check("input[name=backdrop][value=plain]")
    page.wait_for_selector(".toast-error")
    assert page.inner_text(".toast-error code") == "E-BACKDROP-AWAY"
    page.keyboard.press("Escape")
    page.click("#zoom-in")
    page.wait_for_load_state("networkidle")
    page.click("#zoom-in")
    page.wait_for_load_state("networkidle")
    assert page.locator(".toast-error").count() == 1
    page.keyboard.press("l")
    assert page.locator(".backdrop-choice small.is-error").count() == 1
    # The colours of the map beneath: not all of one.
    seen = Image.open(io.BytesIO(page.locator("#map").screenshot()))
    assert len(seen.convert("RGB").resize((64, 64)).getcolors(4096)) > 8


WHERE = """
(zoom) => [...document.querySelectorAll('.leaflet-backdrop-pane img')].map((img) => {
    const box = img.getBoundingClientRect();
    const [z, x, y] = img.src.match(/(\\d+)\\/(\\d+)\\/(\\d+)\\.png/).slice(1).map(Number);
    return { x, y, left: box.left, top: box.top, right: box.right, bottom: box.bottom, z };
}).filter((one) => one.z === zoom)
"""


def degrees(x, y, zoom):
    """The north-west corner of a tile as its map says."""
    n = 2**zoom
    return [x / n * 360 - 180, math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * y / n))))]


def world_px(lon, lat, zoom):
    """Pixels of the world in Web Mercator."""
    size = TILE_PX * 2**zoom
    across = (lon + 180) / 360 * size
    down = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2 * size
    return across, down


@pytest.mark.parametrize("zoom", [11, 15, 18])
def test_tiles_in_gcj02_lie_on_their_ground_to_a_pixel(open_page, site, served, zoom):
    page = open_page(start_at(site, HERE, zoom) + "&bg=shifted")
    page.wait_for_selector(".leaflet-backdrop-pane img.leaflet-tile-loaded")
    page.wait_for_load_state("networkidle")
    lat, lon = (float(part) for part in page.evaluate("location.hash").split("&")[0].split("/")[1:])
    middle = world_px(lon, lat, zoom)
    size = page.viewport_size
    found = page.evaluate(WHERE, zoom)
    assert len(found) >= 12
    for one in found:
        for dx, dy in ((0, 0), (0.5, 0.5), (1, 1)):
            shown = np.array([degrees(one["x"] + dx, one["y"] + dy, zoom)])
            across, down = world_px(*from_gcj02(shown)[0], zoom)
            at_x = one["left"] + dx * (one["right"] - one["left"])
            at_y = one["top"] + dy * (one["bottom"] - one["top"])
            # Half a pixel of rounding by the map, half a one by the tile.
            assert abs(at_x - size["width"] / 2 - (across - middle[0])) < 1.4, one
            assert abs(at_y - size["height"] / 2 - (down - middle[1])) < 1.4, one
    # They cover the whole window.
    assert min(one["left"] for one in found) <= 0
    assert max(one["right"] for one in found) >= size["width"]
    assert min(one["top"] for one in found) <= 0
    assert max(one["bottom"] for one in found) >= size["height"]


def test_the_key_is_in_no_log_of_the_site(site, state, open_page, served):
    port = site.rstrip("/").rsplit(":", 1)[1]
    open_page(start_at(site, HERE) + "&bg=plain").wait_for_selector(".leaflet-backdrop-pane img")
    log = Path(state / f"site-{port}.log").read_text(encoding="utf-8")
    assert "Starting gunicorn" in log
    assert KEY not in log


def share_of_green(picture: Image.Image) -> float:
    """Of the places that grids leave free, how many show the tiles of the other map."""
    small = picture.convert("RGB").resize((64, 48), Image.Resampling.NEAREST)
    return sum(one == GREEN for one in small.getdata()) / (64 * 48)


def saved_picture(page) -> Image.Image:
    page.keyboard.press("p")
    with page.expect_download() as download:
        page.click("#share-png")
    return Image.open(io.BytesIO(download.value.path().read_bytes()))


@pytest.mark.parametrize(("named", "has"), [("open", True), ("plain", False)])
def test_a_picture_holds_the_tiles_that_a_page_may_read(open_page, site, served, named, has):
    # Beside the town, where nothing lies over the other map.
    page = open_page(f"{site}#15/39.9/116.3&bg={named}")
    page.wait_for_selector(".leaflet-backdrop-pane img.leaflet-tile-loaded")
    page.wait_for_load_state("networkidle")
    assert (share_of_green(saved_picture(page)) > 0.5) is has


def test_a_print_holds_them_with_their_source(open_page, site, served):
    page = open_page(f"{site}#15/39.9/116.3&bg=open")
    page.wait_for_selector(".leaflet-backdrop-pane img.leaflet-tile-loaded")
    page.keyboard.press("p")
    page.click("#share-print")
    page.wait_for_selector(".print-sheet:not([aria-busy]) img")
    assert "某局 open" in page.inner_text(".print-side")
    shown = page.locator(".print-map img").screenshot()
    assert share_of_green(Image.open(io.BytesIO(shown))) > 0.5


def test_a_host_that_does_not_allow_it_is_away(browser, site, served):
    """The browser itself writes an error for each refused tile, so the page is not watched."""
    with browser.new_context(locale="zh-CN") as context:
        page = context.new_page()
        page.goto(start_at(site, HERE) + "&bg=shut")
        page.wait_for_selector(".toast-error")
        assert page.inner_text(".toast-error code") == "E-BACKDROP-AWAY"
        assert page.locator(".toast-error").count() == 1
        page.keyboard.press("p")
        page.click("#share-print")
        page.wait_for_selector(".print-sheet:not([aria-busy]) img")
        assert "某局" not in page.inner_text(".print-side")
