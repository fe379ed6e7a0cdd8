"""The map as a user meets it: click, hover, search, link, keyboard, language, phone."""

from __future__ import annotations

import re

from tests.e2e.pages import click_middle, panel_code, start_at
from tests.e2e.places import COMMUNITIES, code_at

HERE = (9, 4)
PHONE = {"size": (390, 844), "has_touch": True, "is_mobile": True, "device_scale_factor": 2}


def test_a_click_on_a_grid_shows_its_code(open_page, site):
    page = open_page(start_at(site, HERE))
    assert click_middle(page) == code_at(HERE)
    text = page.inner_text("#panel")
    assert COMMUNITIES[1][1] in text
    assert "东华门街道" in text
    assert "m²" in text
    assert "虚构" in text
    assert page.inner_text("#announce").startswith(f"已选中网格 {code_at(HERE)}")


def test_neighbours_lead_on_by_click_and_by_arrow_key(open_page, site):
    page = open_page(start_at(site, HERE))
    click_middle(page)
    page.click(f".chip[title='{code_at((10, 4))}']")
    page.wait_for_selector(f"#panel-code[aria-label='{code_at((10, 4))}']")
    page.focus("#panel")
    page.keyboard.press("ArrowUp")
    page.wait_for_selector(f"#panel-code[aria-label='{code_at((10, 5))}']")


def test_hover_names_the_grid_and_leaves_it(open_page, site):
    page = open_page(start_at(site, HERE))
    page.mouse.move(640, 400)
    page.mouse.move(642, 402)
    page.wait_for_selector("#hover-card:not([hidden])")
    assert page.inner_text("#hover-card b") == code_at(HERE)
    page.wait_for_selector(f"#hover-card small:has-text('{COMMUNITIES[1][1]}')")
    assert painted(page, ".highlight-canvas")
    page.mouse.move(100, 30)
    page.wait_for_selector("#hover-card", state="hidden")


def painted(page, selector: str) -> bool:
    """Whether anything is drawn on a canvas."""
    return page.evaluate(
        """(selector) => {
            const canvas = document.querySelector(selector);
            const context = canvas.getContext("2d");
            const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value) => value !== 0);
        }""",
        selector,
    )


def test_search_finds_a_grid_by_its_code(open_page, site):
    page = open_page(site)
    page.keyboard.press("/")
    page.keyboard.type(code_at((2, 9)))
    page.wait_for_selector("[role=option]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    assert panel_code(page) == code_at((2, 9))
    page.wait_for_url(lambda url: f"g={code_at((2, 9))}" in url)


def test_search_finds_a_road_and_flies_there(open_page, site):
    page = open_page(f"{site}#12/39.95000/116.50000")
    page.fill("#search-input", "吉祥胡同")
    page.click("[role=option]:has-text('吉祥胡同')")
    page.wait_for_selector(".pulse")
    page.wait_for_url(re.compile(r"#1[4-9]/39\.91"))


def test_search_says_when_nothing_is_found(open_page, site):
    page = open_page(site)
    page.fill("#search-input", "没有这样的地方")
    page.wait_for_selector("#search-state:has-text('没有找到')")


def test_a_link_opens_the_same_view_and_selection(open_page, site):
    page = open_page(start_at(site, HERE))
    code = click_middle(page)
    page.click("#tool-layers")
    page.uncheck("[data-layer=buildings]")
    page.wait_for_url(lambda url: "&l=" in url)
    page.click("#tool-share")
    page.click("#share-link")
    link = page.evaluate("navigator.clipboard.readText()")
    other = open_page(link)
    assert panel_code(other) == code
    assert other.url.split("&")[0] == page.url.split("&")[0]
    other.click("#tool-layers")
    assert not other.is_checked("[data-layer=buildings]")


def test_back_undoes_the_selection(open_page, site):
    page = open_page(start_at(site, HERE))
    first = click_middle(page)
    page.click(f".chip[title='{code_at((9, 3))}']")
    page.wait_for_selector(f"#panel-code[aria-label='{code_at((9, 3))}']")
    page.go_back()
    page.wait_for_selector(f"#panel-code[aria-label='{first}']")
    page.go_back()
    page.wait_for_selector("#panel", state="hidden")


def test_keys_select_open_and_close(open_page, site):
    page = open_page(start_at(site, HERE))
    page.keyboard.press("Enter")
    assert panel_code(page) == code_at(HERE)
    page.keyboard.press("?")
    page.wait_for_selector("section[aria-label=键盘]:not([hidden])")
    page.keyboard.press("Escape")
    page.wait_for_selector("section[aria-label=键盘]", state="hidden")
    page.keyboard.press("Escape")
    page.wait_for_selector("#panel", state="hidden")
    page.keyboard.press("l")
    page.wait_for_selector("[data-layer=grids]", state="attached")
    before = page.url
    page.focus("#map")
    page.keyboard.press("ArrowRight")
    page.wait_for_url(lambda url: url != before)


def test_the_list_of_grids_is_equal_to_the_map(open_page, site):
    page = open_page(start_at(site, HERE, zoom=18))
    page.keyboard.press("t")
    page.click(f".grid-table button:has-text('{code_at(HERE)}')")
    assert panel_code(page) == code_at(HERE)


def test_the_language_changes_and_the_view_stays(open_page, site):
    page = open_page(start_at(site, HERE))
    code = click_middle(page)
    page.wait_for_url(lambda url: "&g=" in url)
    hash_before = page.evaluate("location.hash")
    page.click("#tool-language")
    page.wait_for_selector("html[lang=en][data-ready=true]")
    assert panel_code(page) == code
    assert page.evaluate("location.hash") == hash_before
    assert "Community" in page.inner_text("#panel")
    assert not re.search(r"[一-鿿]", page.inner_text("#tools"))
    page.click("#tool-language")
    page.wait_for_selector("html[lang=zh-Hans][data-ready=true]")
    assert "社区" in page.inner_text("#panel")


def test_chinese_comes_first_whatever_the_browser_asks_for(open_page, site):
    page = open_page(site, locale="en-GB")
    assert page.get_attribute("html", "lang") == "zh-Hans"


def test_english_has_no_chinese_words_of_ours(open_page, site):
    page = open_page(start_at(site, HERE))
    page.click("#tool-language")
    page.wait_for_selector("html[lang=en][data-ready=true]")
    click_middle(page)
    for tool in ("layers", "export", "help", "user"):
        page.click(f"#tool-{tool}")
    named = page.locator("[aria-label]").all()
    labels = [node.get_attribute("aria-label") for node in named]
    assert not [label for label in labels if re.search(r"[一-鿿]", label) and label != "中文"]


def test_the_night_style_is_remembered(open_page, site):
    page = open_page(site)
    assert page.get_attribute("html", "data-theme") == "day"
    page.keyboard.press("n")
    page.reload()
    assert page.get_attribute("html", "data-theme") == "night"


def test_the_system_may_ask_for_the_night_style(open_page, site):
    page = open_page(site, color_scheme="dark")
    assert page.get_attribute("html", "data-theme") == "night"


def test_new_colours_fetch_no_geometry(open_page, site):
    page = open_page(start_at(site, HERE))
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.click("#tool-theme")
    page.wait_for_timeout(400)
    assert not [url for url in asked if ".mvt" in url]


def test_phone_shows_the_panel_as_a_sheet(open_page, site):
    page = open_page(start_at(site, HERE), **PHONE)
    page.touchscreen.tap(195, 422)
    assert panel_code(page) == code_at(HERE)
    sheet, tools = box(page, "#panel"), box(page, "#tools")
    search, district = box(page, "#search"), box(page, "#district-button")
    assert sheet["x"] == 0
    assert sheet["width"] == 390
    assert sheet["y"] + sheet["height"] <= tools["y"] + 1
    assert search["y"] + search["height"] <= district["y"]
    assert district["y"] + district["height"] < sheet["y"]
    assert tools["y"] + tools["height"] == 844
    assert page.evaluate("document.documentElement.scrollWidth") == 390


def box(page, selector: str) -> dict[str, float]:
    return page.locator(selector).bounding_box()


def test_phone_reaches_every_tool(open_page, site):
    page = open_page(site, **PHONE)
    for tool in ("layers", "legend"):
        page.tap(f"#tool-{tool}")
        page.wait_for_selector(f"#tool-{tool}[aria-expanded=true]")
        page.tap(f"#tool-{tool}")
    # What has no room in the bar stands in the menu, which goes when one is chosen.
    for tool in ("select", "table", "day", "export", "share", "user"):
        assert page.is_hidden(f"#tool-{tool}")
        page.tap("#tool-more")
        page.tap(f"#tool-{tool}")
        page.wait_for_selector(".popover:visible")
        assert page.is_hidden("#prefs")
        page.tap(".popover:visible .popover-head .icon-button")
        assert page.locator(".popover:visible").count() == 0
    page.tap("#tool-more")
    page.tap("#tool-user")
    page.wait_for_selector("#tool-user[aria-expanded=true]", state="attached")
