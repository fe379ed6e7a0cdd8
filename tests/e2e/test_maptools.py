"""Select, measure, notes, share on the map, by mouse, key and finger."""

from __future__ import annotations

import io
import re

import pytest
from PIL import Image
from pyproj import Geod

from tests.e2e.conftest import own_town
from tests.e2e.pages import at_rest, click_middle, start_at, until
from tests.e2e.places import centre_of, code_at

HERE = (9, 4)
PHONE = {"size": (390, 844), "has_touch": True, "is_mobile": True, "device_scale_factor": 2}
GEOD = Geod(ellps="WGS84")
MOVES_MS = 400


@pytest.fixture(scope="module")
def site(databases, state, worker_id):
    """A town of their own, in which there are components and an operator."""
    make = "make_components(); make_user('operator', 'operator')"
    yield from own_town(f"wanmi_e2e_maptools_{worker_id}", databases, state, make)


def drag(page, start, end):
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    page.mouse.move(*end)
    page.mouse.up()


def selected_count(page) -> int:
    page.wait_for_selector(".select-result:not([aria-busy]) .figure-row")
    return int(page.inner_text(".figure-row > div:nth-child(2) dd").split()[0].replace(",", ""))


def as_operator(open_page, site, place=HERE):
    page = open_page(start_at(site, place), user="operator")
    return page


def test_the_panel_tells_components_and_editions_and_leaves_out_what_is_not_for_all(
    open_page, site
):
    page = open_page(start_at(site, HERE))
    click_middle(page)
    page.wait_for_selector(".grid-components:not([aria-busy])")
    assert page.query_selector(".grid-cases") is None
    assert page.query_selector(".grid-grade") is None


def test_staff_see_cases_by_stage_and_twelve_months(open_page, site):
    page = as_operator(open_page, site)
    page.goto(start_at(site, HERE))
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_load_state("networkidle")
    click_middle(page)
    page.wait_for_selector(".grid-cases:not([aria-busy]) .trend-bars")
    assert page.locator(".trend-bars li").count() == 12


def test_a_box_selects_and_its_table_sorts(open_page, site):
    page = open_page(start_at(site, HERE))
    page.click("#tool-select")
    page.click("#select-box")
    drag(page, (500, 300), (780, 500))
    count = selected_count(page)
    assert count > 4
    page.wait_for_url(lambda url: "&s=b" in url)
    codes = page.locator(".select-table tbody .link").all_inner_texts()
    assert codes == sorted(codes)
    page.click(".select-table th button:has-text('编码'), .select-table th button:has-text('代码')")
    turned = page.locator(".select-table tbody .link").all_inner_texts()
    assert turned == sorted(turned, reverse=True)
    assert turned[0] > codes[-1] or len(codes) == count
    page.click(".select-table tbody .link >> nth=0")
    page.wait_for_selector("#panel-code")
    # The link selects the same again.
    other = open_page(page.url)
    assert selected_count(other) == count


def test_a_circle_by_numbers_and_the_escape(open_page, site):
    page = open_page(start_at(site, HERE))
    page.keyboard.press("s")
    page.click(".select-more summary")
    page.fill(".select-form [name=radius]", "150")
    page.click(".select-form [type=submit]")
    assert selected_count(page) >= 4
    assert "150" in page.inner_text(".select-result .hint")
    assert page.query_selector(".leaflet-chosen-pane path")
    page.keyboard.press("Escape")
    until(page, "!location.hash.includes('&s=')")
    page.click("#tool-select")
    page.click("#select-radius")
    page.wait_for_selector(".lasso-veil")
    page.keyboard.press("Escape")
    page.wait_for_selector(".lasso-veil", state="detached")


def test_a_circle_drawn_and_a_lasso(open_page, site):
    page = open_page(start_at(site, HERE))
    page.click("#tool-select")
    page.click("#select-radius")
    drag(page, (640, 400), (720, 400))
    assert selected_count(page) > 1
    page.click("#tool-select")
    page.click("#select-lasso")
    page.mouse.move(500, 300)
    page.mouse.down()
    for x, y in ((700, 300), (700, 500), (500, 500), (500, 320)):
        page.mouse.move(x, y, steps=6)
    page.mouse.up()
    page.wait_for_url(lambda url: "&s=p" in url)
    assert selected_count(page) > 4


def test_a_corridor_by_keys_only(open_page, site):
    page = open_page(start_at(site, HERE))
    page.click("#tool-select")
    page.click("#select-corridor")
    page.wait_for_selector(".sketch-bar")
    page.keyboard.press("Space")
    for _n in range(3):
        page.evaluate("document.activeElement.blur()")
        page.keyboard.press("ArrowRight")
    page.wait_for_timeout(MOVES_MS)
    at_rest(page)
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    assert selected_count(page) >= 2
    page.wait_for_url(lambda url: "&s=l" in url)


def test_a_distance_is_that_of_the_geodesic_and_points_are_taken_back(open_page, site):
    page = open_page(start_at(site, HERE))
    page.click("#tool-select")
    page.click("#measure-distance")
    page.mouse.click(400, 400)
    page.mouse.click(700, 300)
    page.mouse.click(700, 600)
    page.keyboard.press("Escape")
    page.keyboard.press("Enter")
    page.wait_for_selector(".measure-result")
    told = page.inner_text(".measure-label")
    places = page.evaluate(
        """async () => {
            const { distance } = await import("webmap/select/geodesy");
            return distance({ lat: 39.9, lng: 116.4 }, { lat: 40.1, lng: 116.7 });
        }"""
    )
    assert places == pytest.approx(GEOD.inv(116.4, 39.9, 116.7, 40.1)[2], abs=0.001)
    # 316 pixels of 0.366 m (zoom 18 would be half of that) at this zoom and latitude.
    metres = float(re.sub(r"[^\d.]", "", told))
    assert metres == pytest.approx(316.2 * 156543.034 * 0.7673 / 2**16, rel=0.01)


def test_areas_are_those_of_the_ellipsoid(open_page, site):
    page = open_page(start_at(site, HERE))
    ring = [(116.3, 39.8), (116.6, 39.85), (116.55, 40.1), (116.35, 40.05)]
    found = page.evaluate(
        """async (ring) => {
            const { areaWithin } = await import("webmap/select/geodesy");
            return areaWithin(ring.map(([lng, lat]) => ({ lat, lng })));
        }""",
        ring,
    )
    true = abs(GEOD.polygon_area_perimeter(*zip(*ring, strict=True))[0])
    assert found == pytest.approx(true, rel=2e-5)
    page.click("#tool-select")
    page.click("#measure-area")
    for place in ((500, 300), (700, 300), (700, 500)):
        page.mouse.click(*place)
    page.keyboard.press("Enter")
    page.wait_for_selector(".measure-result")
    units = page.locator(".measure-result .chip-wide").all_inner_texts()
    assert [text.split()[-1] for text in units] == ["平方米", "公顷", "平方千米", "亩"]
    page.click(".measure-result .chip-wide:has-text('亩')")
    assert "亩" in page.inner_text(".measure-label")


def picture_of(page) -> Image.Image:
    with page.expect_download() as download:
        page.click("#share-png")
    return Image.open(io.BytesIO(download.value.path().read_bytes()))


@pytest.mark.parametrize("ratio", [1, 2])
def test_a_picture_of_the_map_with_its_margin(open_page, site, ratio):
    page = open_page(start_at(site, HERE), device_scale_factor=ratio)
    click_middle(page)
    page.click("#tool-share")
    picture = picture_of(page)
    assert picture.width == 1280 * ratio
    assert picture.height > 800 * ratio
    # Grids, base map and the selected grid are on it.
    assert len(set(picture.convert("RGB").resize((320, 220)).getdata())) > 60


def test_the_picture_goes_to_the_clipboard(open_page, site):
    page = open_page(start_at(site, HERE))
    page.click("#tool-share")
    page.click("#share-copy")
    page.wait_for_selector(".toast:has-text('剪贴板')")
    kinds = page.evaluate("navigator.clipboard.read().then((items) => items[0].types)")
    assert kinds == ["image/png"]


@pytest.mark.parametrize(
    ("paper", "size_mm"),
    [("a4-landscape", (297, 210)), ("a4-portrait", (210, 297)), ("a3-landscape", (420, 297)),
     ("a3-portrait", (297, 420))],
)  # fmt: skip
def test_a_sheet_is_one_page_of_its_paper(open_page, site, paper, size_mm):
    page = open_page(start_at(site, HERE))
    page.click("#tool-share")
    page.click("#share-print")
    page.wait_for_selector(".print-sheet:not([aria-busy]) img")
    if paper != "a4-landscape":
        page.select_option(".print-bar [name=paper]", paper)
        page.wait_for_selector(f".print-sheet.{paper}:not([aria-busy]) img")
    text = page.inner_text(".print-sheet")
    for words in ("图例", "1 : ", "第 1 版"):
        assert words in text
    printed = page.pdf(prefer_css_page_size=True, print_background=True)
    boxes = re.findall(rb"/MediaBox ?\[([\d. ]+)\]", printed)
    assert len(boxes) == 1
    points = [float(value) for value in boxes[0].split()][2:]
    assert [round(value / 72 * 25.4) for value in points] == list(size_mm)
    page.keyboard.press("Escape")
    page.wait_for_selector("#print-preview", state="hidden")
    assert page.evaluate("document.querySelector('#map').style.width") == ""


def test_views_are_saved_opened_shared_deleted_and_taken_back(open_page, site):
    page = as_operator(open_page, site)
    page.goto(start_at(site, HERE, 15))
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    page.click("#tool-share")
    page.fill(".view-form [name=name]", "王府井一带")
    page.click(".view-form [type=submit]")
    page.wait_for_selector(".view-name:has-text('王府井一带')")
    page.click("[data-view] .icon-button >> nth=1")
    page.wait_for_selector(".toast:has-text('链接')")
    link = page.evaluate("navigator.clipboard.readText()")
    assert "#v=" in link
    visitor = open_page(link)
    until(visitor, "location.hash.startsWith('#15/39.9')")
    page.click("[data-view] .icon-button >> nth=0")
    page.wait_for_selector("[data-view] .icon-button[aria-pressed=true]")
    page.goto("about:blank")
    page.goto(site)
    page.wait_for_selector("html[data-ready=true]")
    until(page, "location.hash.startsWith('#15/39.9')")
    page.click("#tool-share")
    page.click("[data-view] .icon-button >> nth=3")
    page.wait_for_selector("[data-view]", state="detached")
    page.click(".toast button:has-text('撤销')")
    page.wait_for_selector(".view-name:has-text('王府井一带')")
    page.click("[data-view] .icon-button >> nth=3")
    page.wait_for_selector("[data-view]", state="detached")


def test_a_note_is_drawn_shared_changed_and_deleted(open_page, site):
    page = as_operator(open_page, site)
    page.goto(start_at(site, HERE))
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    page.wait_for_load_state("networkidle")
    page.click("#tool-select")
    page.click("#note-polygon")
    for place in ((500, 300), (700, 300), (700, 500), (520, 480)):
        page.mouse.click(*place)
    page.keyboard.press("Enter")
    page.fill("textarea[name=text]", "<img src=x onerror=alert(1)> 护栏松动")
    page.select_option("[name=seen_by]", "all")
    page.wait_for_selector(".marker-icon")
    page.click(".popover [type=submit]:visible")
    page.wait_for_selector(".note-text p")
    assert page.inner_text(".note-text p") == "<img src=x onerror=alert(1)> 护栏松动"
    page.click("#note-copy")
    page.wait_for_selector(".toast:has-text('链接')")
    link = page.evaluate("navigator.clipboard.readText()")
    visitor = open_page(link)
    visitor.wait_for_selector(".note-text p:has-text('护栏松动')")
    assert visitor.query_selector("#note-edit") is None
    page.click("#note-edit")
    page.fill("textarea[name=text]", "护栏已修")
    page.click(".popover [type=submit]:visible")
    page.wait_for_selector(".note-text p:has-text('护栏已修')")
    page.click("#note-delete")
    page.wait_for_selector(".note-label", state="detached")


@pytest.mark.parametrize(
    "rest", ["&x=1&m=cases&zz=%3Cb%3E", "&d=110101&e=110101-e9", "&s=nonsense", "&d=999999&l=gone"]
)
def test_an_address_of_an_old_version_opens_what_is_left_of_it(open_page, site, rest):
    page = open_page(f"{start_at(site, HERE)}{rest}")
    assert page.url.split("#")[1].startswith("16/39.9")
    for word in ("x=1", "zz=", "e9", "nonsense", "999999"):
        assert word not in page.url
    click_middle(page)


def test_a_grid_a_view_and_a_note_that_are_gone_are_said_once(open_page, site):
    none = "00000000-0000-4000-8000-000000000000"
    for rest, code in ((f"#v={none}", "E-VIEW-MISSING"), (f"#note={none}", "E-NOTE-MISSING")):
        page = open_page(f"{site}{rest}", allowed={404})
        page.wait_for_selector(f".toast code:has-text('{code}')")
        assert none not in page.url
    page = open_page(f"{start_at(site, HERE)}&g=999999999999999", allowed={404})
    page.wait_for_selector(".toast code:has-text('E-GRID-MISSING')")
    assert "&g=" not in page.url


def test_all_of_it_on_a_phone(open_page, site):
    page = open_page(start_at(site, HERE), **PHONE)
    page.tap("#tool-more")
    page.tap("#tool-select")
    page.tap("#measure-distance")
    page.touchscreen.tap(100, 300)
    page.touchscreen.tap(250, 420)
    page.tap(".sketch-bar .button-primary")
    page.wait_for_selector(".measure-result")
    page.tap(".select-more summary")
    page.tap(".select-more > .button")
    assert selected_count(page) > 4
    assert page.evaluate("document.documentElement.scrollWidth") == 390
    page.tap("#tool-more")
    page.tap("#tool-share")
    page.tap("#share-print")
    page.wait_for_selector(".print-sheet:not([aria-busy]) img")
    lon, lat = centre_of(HERE)
    assert code_at(HERE)
    assert f"{lat:.2f}" in page.url
    assert f"{lon:.2f}" in page.url
