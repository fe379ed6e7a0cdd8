"""Components on the map: shown, filtered, chosen, drawn round, changed; and the page of one."""

from __future__ import annotations

import re

import pytest
from PIL import Image

from tests.e2e.conftest import own_town
from tests.e2e.pages import at_rest, start_at
from tests.e2e.places import code_at

HERE = (9, 4)
PHONE = {"size": (390, 844), "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


LAMP, OTHER, COVER = "1101010118000001", "1101010118000002", "1101010101000001"


@pytest.fixture(scope="module")
def town(databases, state, worker_id):
    """A site with components, whose tests may change them."""
    make = "make_components()"
    yield from own_town(f"wanmi_e2e_components_{worker_id}", databases, state, make)


def shown(page) -> None:
    """Wait until the tiles of components are there: all of them, from where they are."""
    pane = ".leaflet-components-pane[data-ready]"
    page.wait_for_selector(f"{pane} canvas.leaflet-tile-loaded")
    page.wait_for_selector(f"{pane} canvas:not(.leaflet-tile-loaded)", state="detached")
    at_rest(page)


def near(url: str, zoom: int = 19) -> str:
    return f"{start_at(url, HERE, zoom)}&c=all"


def press(page, code: str) -> None:
    """Press the middle of the map and wait for the card of a component."""
    size = page.viewport_size
    page.mouse.click(size["width"] / 2, size["height"] / 2)
    page.wait_for_selector(f"#component-body code[aria-label='{code}']")


def test_a_press_opens_the_card_and_leads_to_grid_and_neighbour(open_page, town):
    page = open_page(near(town))
    shown(page)
    press(page, LAMP)
    card = page.inner_text("#component-body")
    assert "路灯" in card
    assert "电力公司" in card
    assert "完好" in card
    assert f"cc={LAMP}" in page.url
    page.click(".near-one:has-text('路灯')")
    page.wait_for_selector(f"#component-body code[aria-label='{OTHER}']")
    page.click("#component-body .link.mono")
    page.wait_for_selector("#panel-code")
    assert page.get_attribute("#panel-code", "aria-label") == code_at(HERE)
    page.wait_for_selector("#component-panel", state="hidden")


def test_the_filter_hides_what_does_not_fit_and_lives_in_the_link(open_page, town):
    page = open_page(near(town))
    shown(page)
    page.keyboard.press("c")
    page.wait_for_selector(".main-class")
    with page.expect_response(re.compile(r"/tiles/components/.*kind=0101")):
        page.select_option(".component-filter select[name=kind]", "0101")
    page.wait_for_url(lambda url: "kind%3D0101" in url)
    shown(page)
    # The lamp in the middle is gone: the press is for the grid.
    size = page.viewport_size
    page.mouse.click(size["width"] / 2, size["height"] / 2)
    page.wait_for_selector("#panel-code")
    page.reload()
    page.wait_for_selector("html[data-ready=true]")
    page.keyboard.press("c")
    page.wait_for_selector(".main-class")
    assert page.input_value(".component-filter select[name=kind]") == "0101"


def test_the_list_and_the_lasso_count_by_class(open_page, town):
    page = open_page(near(town, 18))
    shown(page)
    page.keyboard.press("c")
    page.wait_for_selector(".main-class")
    page.click(".component-filter button:has-text('列表')")
    page.wait_for_selector(".component-table tbody tr >> nth=2")
    page.keyboard.press("Escape")
    page.keyboard.press("c")
    page.wait_for_selector(".component-filter .main-class")
    page.click(".component-filter button:has-text('套索')")
    page.wait_for_selector(".lasso-veil")
    width, height = page.viewport_size["width"], page.viewport_size["height"]
    corners = [(-0.2, -0.2), (0.2, -0.2), (0.2, 0.2), (-0.2, 0.2)]
    places = [((0.5 + x) * width, (0.5 + y) * height) for x, y in corners]
    page.mouse.move(*places[0])
    page.mouse.down()
    for place in places[1:]:
        page.mouse.move(*place, steps=6)
    page.mouse.up()
    page.wait_for_selector(".class-counts li >> nth=1")
    counts = page.inner_text(".class-counts")
    assert "路灯" in counts
    assert "上水井盖" in counts
    page.click(f"text={COVER}")
    page.wait_for_selector(f"#component-body code[aria-label='{COVER}']")


def test_an_inspector_changes_the_state_on_the_map(open_page, town):
    page = open_page(near(town), user="inspector", ready=False)
    page.reload()
    shown(page)
    press(page, LAMP)
    page.select_option("#component-body select[name=state]", "broken")
    page.click("#component-body .keep-row button")
    page.wait_for_selector("#component-body .state-broken")
    page.wait_for_selector(".component-history li")
    assert "inspector" in page.inner_text(".component-history")


def test_the_page_of_a_component_on_a_phone(open_page, town):
    page = open_page(f"{town}components/{LAMP}/", **PHONE)
    page.wait_for_selector(".component-name")
    assert page.inner_text(".component-name") == "路灯"
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.click("#show-on-map")
    page.wait_for_selector(f"#component-body code[aria-label='{LAMP}']")


def test_a_photo_is_added_from_a_phone(open_page, town, tmp_path):
    page = open_page(f"{town}components/{OTHER}/", user="inspector", ready=False, **PHONE)
    page.wait_for_selector(".keep")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    file = tmp_path / "lamp.jpg"
    Image.new("RGB", (800, 600), "#446688").save(file)
    with page.expect_file_chooser() as chooser:
        page.click("text=添加照片")
    chooser.value.set_files(file)
    page.wait_for_selector(".photo-row img")


def test_far_away_grids_are_coloured_by_number(open_page, town):
    page = open_page(f"{start_at(town, HERE, 13)}&c=all")
    # In a wide window the legend is open from the start.
    page.wait_for_selector(".legend-part .swatch-colour")
    assert "部件" in page.inner_text(".legend-part >> nth=0")


def test_the_right_button_says_where_a_place_is(open_page, town):
    page = open_page(start_at(town, HERE, 17))
    at_rest(page)
    size = page.viewport_size
    page.mouse.click(size["width"] / 2, size["height"] / 2, button="right")
    page.wait_for_selector(".here strong")
    text = page.inner_text(".here")
    assert code_at(HERE) in text
    assert "东城区" in text
    page.click(f".here button:has-text('{code_at(HERE)}')")
    page.wait_for_selector("#panel-code")
