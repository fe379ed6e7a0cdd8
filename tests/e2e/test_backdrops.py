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


class Tiles(ThreadingHTTPServer):
    """Green tiles of any address; red ones of names; while ``broken`` none."""

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
    """A site that offers three maps of that server."""
    folder = tmp_path_factory.mktemp("maps")
    maps = folder / "maps.toml"
    rows = [
        ("plain", "影像", "Imagery", "plain/{z}/{x}/{y}.png?tk={key}", "wgs84"),
        ("named", "地图", "Map", "ground/{z}/{x}/{y}.png", "wgs84"),
        ("shifted", "偏移", "Shifted", "shifted/{z}/{x}/{y}.png", "gcj02"),
    ]
    text = "".join(
        f'[[map]]\nid = "{one}"\nname = "{name}"\nname_en = "{name_en}"\nsystem = "{system}"\n'
        f'address = "{tiles.url}/{path}"\nattribution = "某局 {one}"\nkey_from = "MAP_KEY"\n'
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
